//! The description of the JSON API (OpenAPI 3.1): each room's part, put together. Served at `/api/openapi.json`, printed
//! by `riversync-cloud openapi`, shown as a page with a form for each operation, and held against the mounted routes by the guards.

mod codes;
mod curl;
mod example;
mod page;
mod prose;

use crate::domains::{
    devices, enrolment, funnel, identity, insights, jobs, logs, notifications, program, renewals, search,
    sharing, webhooks, workload,
};
use crate::platform::web::describe;
pub use page::routes;
use std::sync::LazyLock;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(info(
    title = "RiverSync",
    description = "What the pages can do, for programs. Make a key under My account and send it as `Authorization: \
                   Bearer rsk_...`: it may what you may at that moment, and of that what it was made for. Times are Unix \
                   milliseconds, money is minor units and a currency.",
    version = "1",
))]
struct Api;

/// Each room's part.
pub(crate) fn parts() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        identity::ApiDoc::openapi(),
        identity::TeamApiDoc::openapi(),
        enrolment::CapabilitiesApiDoc::openapi(),
        enrolment::ApplicationsApiDoc::openapi(),
        enrolment::OrganisationsApiDoc::openapi(),
        enrolment::TermsApiDoc::openapi(),
        insights::ApiDoc::openapi(),
        funnel::ApiDoc::openapi(),
        workload::ApiDoc::openapi(),
        renewals::ApiDoc::openapi(),
        devices::ApiDoc::openapi(),
        sharing::ApiDoc::openapi(),
        program::ApiDoc::openapi(),
        program::BrandApiDoc::openapi(),
        logs::ApiDoc::openapi(),
        search::ApiDoc::openapi(),
        enrolment::GatewaysApiDoc::openapi(),
        jobs::ApiDoc::openapi(),
        webhooks::ApiDoc::openapi(),
        notifications::ApiDoc::openapi(),
    ]
}

/// The whole description, made once.
pub fn document() -> &'static utoipa::openapi::OpenApi {
    static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(together);
    &DOCUMENT
}

fn together() -> utoipa::openapi::OpenApi {
    let mut document = Api::openapi();
    for part in parts() {
        document.merge(part);
    }
    describe(&mut document, &crate::routes::mounted());
    document
}
