//! The overview: what asks for attention today, each figure linked to the list behind it. Reads other rooms through
//! their front doors and with the asker's own scope, so it can show nothing that their pages would not.

mod api;
mod figures;
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
