//! Who distributes for whom: distribution agreements, seen from both sides.
//!
//! Invariants: an agreement counts while its status is active and its dates hold, evaluated at each read; partners read,
//! `RiverSync` makes and ends (PAR-8, PORTAL C4).

mod model;
mod pages;
mod store;
mod words;

use crate::platform::web::Routes;
pub use model::{DistributionAgreement, Named, Status};
pub use store::{active_distributors, agreements, distributors_of};

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes()
}
