//! One search over what a person's own lists show (PORTAL X-2, PAR-1c).
//!
//! Invariants: only the front doors of the rooms are shown, each with the scope of its own page, so what a list hides
//! cannot be found, counted or told from what does not exist; the index has a document for each audience, without what
//! that audience never sees; a masked value is not among the texts that are compared, so no hit depends on one.
//!
//! Words are found by their beginning, whatever their case. Thai is written without spaces, so there a word may begin
//! at any letter: no dictionary decides what can be found, and none can miss a name. At most 200 candidates of a kind are
//! looked at, and the best 20 shown. The index follows the events (`reactions.rs`) and is looked over once a day.

mod api;
mod hits;
mod pages;
mod reindex;
mod sources;
#[cfg(test)]
mod tests;
mod words;

use crate::platform::web::Routes;
pub use api::ApiDoc;
pub use reindex::{REINDEX, on_event, perform, rebuild};

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
