//! The cloud service: ingest for gateways, portals for people, one JSON API.
//!
//! ```text
//! main -> cli -> app -> routes / reactions -> domains -> platform -> crates
//! ```
//! A domain imports the platform and the front door of domains in earlier rows; later rooms are told by event.

pub mod agent_api;
pub mod app;
pub mod cli;
pub mod config;
mod dependants;
pub mod domains;
#[cfg(test)]
mod guards;
pub mod lifecycle;
mod live;
pub mod openapi;
pub mod platform;
pub mod reactions;
mod readiness;
pub mod routes;
pub mod transfer;
pub mod work;
pub mod world;
