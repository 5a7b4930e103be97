//! One funnel: leads, opportunities, deals, quotes and closed records are one record set (PAR-12).
//!
//! Invariants: a record moves only as [`stages`] says; nobody outside of this room sees a record, only what a lens makes
//! of it for one party and role; what a lens hides is not even read from the database, so it decides no order, total,
//! filter, search or export.

mod actions;
mod advance;
mod api;
mod cells;
mod desk;
mod expire;
mod lens;
mod list;
pub mod moves;
mod pages;
mod prepare;
mod promises;
#[cfg(test)]
mod promises_tests;
mod record;
mod refer;
mod refer_page;
mod register;
mod rules;
mod similar;
pub mod stages;
mod step_words;
mod steps;
#[cfg(test)]
mod steps_tests;
mod store;
#[cfg(test)]
mod tests;
mod views;
#[cfg(test)]
mod walk_tests;
mod words;

pub use actions::{register_again, register_deal};
pub use advance::{Brought, advance};
pub use api::{ApiDoc, deal_json};
pub use expire::{EXPIRE, expire};
pub use lens::{Channel, Core, Deal, DealForDistributor, DealForReseller, DealForVendor, Direct, Quote};
pub use refer::{Referral, capture_lead};
pub use rules::Registration;
pub use similar::key as similar_key;
pub use views::{Happened, Places, Sums, deal, open_deals, places, rungs};

use crate::platform::web::Routes;

/// The room's routes.
pub fn routes() -> Routes {
    Routes::new()
        .merge(pages::routes())
        .merge(record::routes())
        .merge(register::routes())
        .merge(refer_page::routes())
        .merge(desk::routes())
        .merge(api::routes())
}
