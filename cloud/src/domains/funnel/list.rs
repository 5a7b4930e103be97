//! Finding and ordering among what a lens shows. Pure: it sees lenses only, so nothing hidden can decide anything.

use super::lens::Deal;
use super::stages::Stage;
use crate::platform::base::{Masked, Total, by_shown};

/// The columns a list can be ordered by.
pub(super) const SORT_KEYS: [&str; 6] = ["id", "title", "customer", "status", "value", "updated"];

/// What the viewer asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted<'a> {
    pub(super) stage: Option<Stage>,
    pub(super) status: Option<&'a str>,
    pub(super) text: Option<&'a str>,
    pub(super) sort: Option<(&'a str, bool)>,
}

/// What is left of `deals`, in the asked order; otherwise newest change first.
pub(super) fn pick(mut deals: Vec<Deal>, wanted: &Wanted<'_>) -> Vec<Deal> {
    let text = wanted.text.map(str::to_lowercase);
    deals.retain(|deal| {
        let core = deal.core();
        let holds = |text: &str| {
            let has = |value: &Masked<String>| value.shown().is_some_and(|v| v.to_lowercase().contains(text));
            core.id.to_lowercase().contains(text)
                || has(&core.title)
                || has(&core.customer)
                || has(&deal.beside())
        };
        wanted.stage.is_none_or(|stage| deal.stage() == stage)
            && wanted.status.is_none_or(|status| core.state.status() == status)
            && text.as_deref().is_none_or(holds)
    });
    let Some((key, falling)) = wanted.sort else { return deals };
    deals.sort_by(|a, b| {
        let (one, other) = (a.core(), b.core());
        let rising = match key {
            "id" => one.id.cmp(&other.id),
            "title" => return turned_shown(&one.title, &other.title, falling),
            "customer" => return turned_shown(&one.customer, &other.customer, falling),
            "status" => one.state.cmp(&other.state),
            "value" => {
                let worth = |value: &Masked<_>| -> Masked<Option<(String, i64)>> {
                    value.clone().map(|money: Option<crate::platform::base::Money>| {
                        money.map(|money| (money.currency, money.cents))
                    })
                };
                return turned_shown(&worth(&one.value), &worth(&other.value), falling);
            }
            _ => one.updated_ms.cmp(&other.updated_ms),
        };
        if falling { rising.reverse() } else { rising }
    });
    deals
}

/// Falling turns what is shown; what is hidden stays last either way.
fn turned_shown<T: Ord + Clone>(a: &Masked<T>, b: &Masked<T>, falling: bool) -> std::cmp::Ordering {
    if falling && !a.is_hidden() && !b.is_hidden() { by_shown(b, a) } else { by_shown(a, b) }
}

/// What the shown values come to.
pub(super) fn total<'a>(deals: impl IntoIterator<Item = &'a Deal>) -> Total {
    let mut total = Total::default();
    for deal in deals {
        deal.core().add_to(&mut total);
    }
    total
}
