//! How gateways come in and who they are from then on (DESIGN section 3, X-12, case 100 of PORTAL 7.5); and how
//! organisations gain and lose apps (`capability/`), apply to become partners (`application/`), and are looked after by
//! the program's owner (`organisation/`).
//!
//! Invariants of gateways: a code opens once (a lost answer may be repeated with the same key); only hashes of secrets
//! are kept; an agent is the one whose certificate's fingerprint stands in our table and is neither revoked nor past its
//! end, asked afresh on each request, and for an upload in the transaction that stores it; the CA and the policy key are
//! made at the first start, readable by the service only; every answer to a gateway is an envelope, also a refusal.

mod actions;
mod api;
#[cfg(test)]
mod api_tests;
mod application;
mod authority;
mod caller;
mod capability;
mod gateways;
mod limit;
pub mod listener;
mod model;
mod organisation;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{issue_code, revoke_agent};
pub use api::{AgentApi, Body, Refused, ack, answer};
pub use application::{ApiDoc as ApplicationsApiDoc, application_json};
pub use authority::{Authority, AuthorityError};
pub use caller::{Agent, Caller, turned_away};
pub use capability::ApiDoc as CapabilitiesApiDoc;
pub use capability::{Capability, Dependant, Dependants, Subtype};
pub use gateways::{ApiDoc as GatewaysApiDoc, gateway_json};
pub use model::AgentView;
pub use organisation::{ApiDoc as OrganisationsApiDoc, TermsApiDoc, commission_bp, organisation_name};
pub use store::{add_agent, agents, bump_policy, policy_epoch, record_health, seen};

use crate::platform::web::Routes;

/// The room's routes.
pub fn routes() -> Routes {
    gateways::routes().merge(capability::routes()).merge(application::routes()).merge(organisation::routes())
}
