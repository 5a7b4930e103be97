//! Devices as people meet them: what a partner covers, and what a customer owns (PAR-1a, PAR-1b, PTL-1).
//!
//! Invariants: a page shows exactly the metrics that coverage and grants let its reader see now, and so do its chart,
//! its CSV and its JSON, because all of them are made from one list; a metric that is not granted has its name and its
//! owner here and nothing else; the owner sees everything that reaches the cloud.

mod cells;
mod covered;
mod device;
mod mine;
#[cfg(test)]
mod tests;

use crate::platform::access::{Action, Item};
use crate::platform::web::Routes;
use axum::routing::get;

/// The room's routes.
pub fn routes() -> Routes {
    let (covered, mine) = (Action::See(Item::CoveredDevices), Action::See(Item::MyDevices));
    Routes::new()
        .get("/partners/devices", covered, get(covered::page))
        .get("/partners/devices.csv", covered, get(covered::csv))
        .get("/partners/devices/{id}", covered, get(device::page))
        .get("/portal", mine, get(mine::page))
        .get("/portal/devices/{id}", mine, get(device::page))
}
