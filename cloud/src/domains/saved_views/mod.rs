//! Saved views: what somebody asks a list for (filters, order, columns) under a name, for oneself or for the whole
//! organisation, and with which of them a list opens (PORTAL section 5).
//!
//! Invariants: a view is a query and nothing else, so it shows each reader what that reader's lens shows; another
//! organisation's view is not there; what is a person's own is neither seen nor opened by anybody else; a list whose view
//! was removed opens plain again.

mod actions;
mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use pages::routes;

use crate::app::App;
use crate::platform::access::Actor;
use crate::platform::error::Error;
use crate::platform::web::Saves;
use crate::platform::web::layout::SavedViews;
use std::pin::Pin;

/// Knows what people have saved, for the menu of every list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shelf;

impl Saves for Shelf {
    fn of<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
        path: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<SavedViews, Error>> + Send + 'a>> {
        Box::pin(async move {
            if rules::item_of(path).is_none() {
                return Ok(None);
            }
            let mut tx = app.db.read().await?;
            let rows = store::of_list(&mut tx, (&actor.tenant_id, &actor.person_id), path).await?;
            Ok(Some(rows.into_iter().map(|row| row.seen_by(actor)).collect()))
        })
    }
}
