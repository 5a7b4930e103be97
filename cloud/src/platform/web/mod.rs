//! The edge towards people: routes that cannot be mounted without their action, forms, errors, streams.

mod error_response;
mod extract;
mod routes;

pub use extract::{Allowed, Authenticate, RequestId};
pub use routes::{Method, Mounted, Routes};
