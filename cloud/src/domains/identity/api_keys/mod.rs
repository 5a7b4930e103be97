//! API keys: how programs act at `/api/v1` for a person, or for an organisation (PORTAL 6.1, 6.2, 6.5; cases 28 to 30).
//!
//! Invariants: a key is shown once and kept as its hash; it never can more than who answers for it may *now*, because it
//! is turned into that person's actor, roles read afresh, at each request, and of that only what it was made for; it
//! works at the API only, so it can neither make keys nor confirm anything; who left, is disabled or whose organisation
//! is suspended takes it along; every row of the log says which key it was. Making and renewing one needs a fresh
//! proof, taking it back never does. An organisation's key outlives nobody in secret: when who answers for it leaves, it
//! stops, and another administrator takes it over by renewing it.

mod manage;
mod model;
mod pages;
mod recognise;
mod rules;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub(super) use pages::routes;
pub(super) use recognise::actor;
