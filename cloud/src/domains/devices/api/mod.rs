//! Devices as JSON: the lists of the two pages, one device, its values, asking its owner for more, and linking a bought
//! one. A customer's devices stand under `/portal`, those that a partner covers at the root, as the pages do.

mod claim;
mod device;
mod request;
#[cfg(test)]
mod tests;
mod values;

use crate::platform::access::{Action, Item};
use crate::platform::web::{Routes, UploadForm};
use axum::routing::{get, post};
use utoipa::{Modify, OpenApi};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(device::covered, device::mine, device::one, values::read, request::send, claim::link), modifiers(&BothSides), tags((name = "Devices", description = "What you own, or cover for its owners, and what it says: values only as far as they are granted.")))]
pub struct ApiDoc;

/// What is described of devices that a partner covers holds for those of their owner.
struct BothSides;

impl Modify for BothSides {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let paths = &mut document.paths.paths;
        for described in [device::ONE, values::VALUES] {
            if let Some(item) = paths.get(described).cloned() {
                paths.insert(described.replacen("/api/v1/", "/api/v1/portal/", 1), item);
            }
        }
    }
}

pub(super) fn routes() -> Routes {
    let (covered, mine) = (Action::See(Item::CoveredDevices), Action::See(Item::MyDevices));
    Routes::new()
        .get("/api/v1/devices", covered, get(device::covered))
        .get(device::ONE, covered, get(device::one))
        .get(values::VALUES, covered, get(values::read))
        .post("/api/v1/devices/{id}/request", Action::Change(Item::CoveredDevices), post(request::send))
        .get("/api/v1/portal/devices", mine, get(device::mine))
        .get("/api/v1/portal/devices/{id}", mine, get(device::one))
        .get("/api/v1/portal/devices/{id}/values", mine, get(values::read))
        .post(
            "/api/v1/portal/devices/link",
            Action::Change(Item::MyDevices),
            post(claim::link).layer(UploadForm::limit()),
        )
}
