//! Devices as people meet them: what a partner covers, and what a customer owns (PAR-1a, PAR-1b, PTL-1).
//!
//! Invariants: a page shows exactly the metrics that coverage and grants let its reader see now, and so do its chart,
//! its CSV and its JSON, because all of them are made from one list; a metric that is not granted has its name and its
//! owner here and nothing else; the owner sees everything that reaches the cloud.

mod api;
mod cells;
mod covered;
mod data;
mod device;
mod doubt;
mod link;
#[cfg(test)]
mod link_tests;
mod mine;
mod readings;
mod request;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walk_tests;
mod words;

use crate::platform::access::{Action, Item};
use crate::platform::web::{Routes, UploadForm};
pub use api::ApiDoc;
use axum::routing::{get, post};

/// The room's routes.
pub fn routes() -> Routes {
    let (covered, mine) = (Action::See(Item::CoveredDevices), Action::See(Item::MyDevices));
    Routes::new()
        .get("/partners/devices", covered, get(covered::page))
        .get("/partners/devices.csv", covered, get(covered::csv))
        .get("/partners/devices/{id}", covered, get(device::page))
        // Who only reads a device may look and not carry away (PORTAL C40).
        .get("/partners/devices/{id}/data.csv", Action::Change(Item::CoveredDevices), get(data::csv))
        .post("/partners/devices/{id}/request", Action::Change(Item::CoveredDevices), post(request::send))
        .get("/portal", mine, get(mine::page))
        .get("/portal/devices/link", Action::Change(Item::MyDevices), get(link::page))
        .post(
            "/portal/devices/link",
            Action::Change(Item::MyDevices),
            post(link::link).layer(UploadForm::limit()),
        )
        .get("/portal/devices/{id}", mine, get(device::page))
        .get("/portal/devices/{id}/data.csv", mine, get(data::csv))
        .merge(api::routes())
}
