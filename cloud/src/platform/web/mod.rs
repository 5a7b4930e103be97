//! The edge towards people: routes that cannot be mounted without their action, forms, errors, streams.
//!
//! # To add a page
//! 1. A struct with what the page shows, and its template beside it. The template holds only what is inside `<main>`:
//!    ```ignore
//!    #[derive(askama::Template)]
//!    #[template(path = "domains/renewals/page.html")]
//!    struct RenewalsPage { head: PageHead, table: Table }
//!    impl Page for RenewalsPage {
//!        fn item(&self) -> Item { Item::Renewals }
//!        fn title(&self) -> String { "Renewals".into() }
//!    }
//!    ```
//! 2. The handler takes [`Allowed`] and answers `layout::render(&allowed, &page)`. Bars, rail, switchers and the flash
//!    message come around it by themselves, from what this person may do.
//! 3. Parts ([`parts`]) are written into the template by name, `{{ table }}`; they escape their own content.
//!    `allowed.view` knows now, the zone and the query: `view.time(at_ms)`, `view.with("sort", "due")`, `view.sort()`.
//! 4. Live: give a fragment an `id` and a topic, `<section id="queue" data-live="workload">`. When the topic is told,
//!    the browser asks for the same page again and replaces what changed inside. Topics are `workload`, `funnel`, `grants`, `log` and `telemetry:DEVICE`.
//! 5. After a change: `layout::done(&path, "The grant was revoked.")`. No script, style or event handler is ever
//!    written into a page: the Content-Security-Policy refuses them.
//! 6. Show its rail item: `layout::rail::href`.

pub mod assets;
pub mod brand;
pub mod chart;
mod client_address;
mod csv;
mod cursor;
mod error_page;
mod error_response;
mod extract;
mod form;
mod fresh;
mod headers;
mod json;
pub mod layout;
mod limits;
mod middleware;
mod once;
mod openapi;
pub mod parts;
mod refusals;
mod routes;
mod spoken;
pub mod style;
mod tag;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trouble_tests;
mod upload;
mod version;

pub use csv::{Csv, CsvColumn};
pub use cursor::{Asked, Piece, Place, Portion, Walk, piece};
pub use error_page::query_value;
pub use extract::{Allowed, Authenticate, RequestId, Ring, Saves};
pub use form::{Form, Path, Query};
pub use fresh::Kept;
pub use json::{DocumentBody, JsonBody, Named, ReasonBody, json_value, one_of};
pub use middleware::dress;
pub use once::ShownOnce;
pub use openapi::{describe, shown_or_masked};
pub use refusals::Refusal;
pub use routes::{Method, Mounted, Routes};
pub use spoken::{Spoken, kept as kept_language};
pub use upload::UploadForm;
pub use version::stale::LastChange;
pub use version::{Believed, Version};
