//! Who covers which device under which agreement, and what its owner lets whom see (PORTAL 1.4, PAR-1, X-12).
//!
//! Invariants: visibility = coverage AND grant AND now, evaluated at each read, never switched by a job; grants are
//! append-only revisions and always end; a change raises the policy epoch of the agents it touches in its own
//! transaction; a grant by somebody who does not own a device shows nothing; what a person may not know is `None` and
//! told apart from nothing by nobody.
//!
//! Words: *device*, *model*, *metric*; *agreement* (with a *service level*, never "tier"); *coverage* (a partner, a
//! device, a time); *grant* (a customer, a partner, exact metrics, a time); *request* (a partner asks an owner for a grant).

mod actions;
mod agent_api;
mod claim;
mod compile;
pub mod found;
mod json;
mod model;
mod remind;
#[cfg(test)]
mod remind_tests;
mod requests;
pub mod rules;
#[cfg(test)]
mod rules_tests;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod views;

pub use actions::{DEFAULT_GRANT_MS, NewGrant, grant, grant_ended, narrow, revoke};
pub use agent_api::agent_routes;
pub use claim::{Claim, Sale, add_sales, link};
pub use json::{DeviceJson, MetricJson, device_json};
pub use model::{
    Agreement, Coverage, CoveredDevice, Device, DeviceMetric, DeviceView, Grant, Metric, MetricKind, Move,
    PartnerSharing, ServiceLevel, SharedDevice, SharedGrant, Standing, VisibleMetric, Window,
};
pub use remind::{REMIND, remind};
pub use requests::{
    AccessRequest, Answer, NewRequest, REQUEST_MONTHS, approve, ask, decline, open_requests, own_request,
    request,
};
pub use views::{
    agreements, covered_device, covered_devices, device, devices_of_agent, granted, my_devices, policy_rows,
    sharing, visible_metrics,
};
