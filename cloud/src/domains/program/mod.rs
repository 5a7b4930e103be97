//! The partner program: tiers and what they are entitled to, and the module that makes it exist.
//!
//! Invariants: the comparison that partners read is generated from the map that the rooms enforce; no partner sets a
//! tier; a distributor has none (PAR-4).

mod api;
mod brand;
mod map;
mod modules;
mod pages;
mod policies;
mod store;
mod words;

use crate::platform::web::Routes;
pub use api::ApiDoc;
pub use brand::ApiDoc as BrandApiDoc;
pub use map::{DirectSale, Entitlements, MAP, Map, entitlements, unlocks_at};
pub use store::{resellers, tier_of};

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes()
        .merge(api::routes())
        .merge(modules::routes())
        .merge(policies::routes())
        .merge(brand::routes())
}
