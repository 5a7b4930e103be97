//! For every route with an id in its path: an id that exists and belongs to somebody else, and whom to try it as.
//! A route that is missing here fails the guard, so a new page cannot forget to be tried (PORTAL 7.1, G5).

/// One trial: `person` has the right to the page, but not to this thing.
pub(super) struct Foreign {
    /// The route as it is mounted.
    pub(super) route: &'static str,
    /// Its path with somebody else's id in it.
    pub(super) path: &'static str,
    /// Who tries.
    pub(super) person: &'static str,
    /// A form that would be accepted if the thing were one's own.
    pub(super) form: &'static [(&'static str, &'static str)],
}

const fn foreign(route: &'static str, path: &'static str, person: &'static str) -> Foreign {
    Foreign { route, path, person, form: &[] }
}

/// The trials.
pub(super) const FOREIGN: &[Foreign] = &[foreign(
    "/account/sessions/{session}/end",
    // The story of identity tries real labels of others; here a well-formed one that is not one's own.
    "/account/sessions/00112233445566ff/end",
    "nera.admin",
)];
