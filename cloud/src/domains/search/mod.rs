//! One search over what a person's own lists show (PORTAL X-2, PAR-1c).
//!
//! Invariants: only the front doors of the rooms are read, each with the scope of its own page, so what a list hides
//! cannot be found, counted or told from what does not exist; a masked value is not among the texts that are compared.
//!
//! Words are found by their beginning, whatever their case. Thai is written without spaces, so there a word may begin
//! at any letter: no dictionary decides what can be found, and none can miss a name.

mod api;
mod hits;
mod pages;
#[cfg(test)]
mod tests;
mod words;

use crate::platform::web::Routes;
pub use api::ApiDoc;

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
