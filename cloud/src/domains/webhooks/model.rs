//! An endpoint and a delivery as they are kept, and an endpoint as it is asked for.

use crate::domains::audit::{Fact, Why};
use crate::platform::web::Version;

/// An address that is told of facts.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) tenant_id: String,
    pub(super) name: String,
    pub(super) url: String,
    /// `,deal.registered,alarm.raised,`
    pub(super) events: String,
    /// The secret is made of it and of a key that is not in the database.
    pub(super) salt: Vec<u8>,
    /// Of the secret before the last rotation.
    pub(super) former_salt: Option<Vec<u8>>,
    /// Until when that signs too.
    pub(super) former_until_ms: Option<i64>,
    pub(super) created_ms: i64,
    pub(super) created_by: String,
    pub(super) paused_ms: Option<i64>,
    /// The [`Why`] of the service, as it is kept; empty: somebody paused it.
    pub(super) paused_why: String,
    /// Since when nothing was taken.
    pub(super) failing_since_ms: Option<i64>,
    /// Nothing is tried before.
    pub(super) rest_until_ms: i64,
}

impl Endpoint {
    /// Its version: what somebody, or the service, decides about it; never how its deliveries go.
    pub(super) fn version(&self) -> Version {
        let secret = (&self.salt, self.former_until_ms);
        Version::of(&(
            &self.id,
            &self.name,
            &self.url,
            &self.events,
            secret,
            self.paused_ms,
            &self.paused_why,
        ))
    }

    /// Why the service paused it; `None`: it did not.
    pub(super) fn paused_why(&self) -> Option<Why> {
        Why::parse(&self.paused_why)
    }

    /// What it is told of. What is unknown by now is nothing.
    pub(super) fn facts(&self) -> Vec<Fact> {
        self.events.split(',').filter_map(Fact::parse).collect()
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is on its way, or waits for its next attempt.
    Waiting,
    /// The endpoint took it.
    Delivered,
    /// It was given up.
    Dead,
    /// Who runs the service ended it.
    Cancelled,
    /// It is not sent: the organisation may not see it any more, or the endpoint is paused.
    Dropped,
}

impl State {
    pub(super) const ALL: [Self; 5] =
        [Self::Waiting, Self::Delivered, Self::Dead, Self::Cancelled, Self::Dropped];

    /// Its key in storage and API.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
            Self::Dropped => "dropped",
        }
    }
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Delivery {
    /// The message's id, the same each time it is sent.
    pub(super) id: String,
    pub(super) endpoint_id: String,
    pub(super) tenant_id: String,
    pub(super) event_id: String,
    /// The name of the fact, or [`super::catalog::TEST`].
    pub(super) fact: String,
    pub(super) object_id: String,
    pub(super) at_ms: i64,
    pub(super) state: String,
    pub(super) attempts: i64,
    pub(super) next_ms: i64,
    pub(super) tried_ms: Option<i64>,
    /// What the endpoint answered last.
    pub(super) status: Option<i64>,
    /// The [`super::failure::Failure`] of the last attempt, as it is kept; empty when there is none.
    pub(super) error: String,
}

impl Delivery {
    /// How it stands. What is unknown by now is not sent.
    pub(super) fn state(&self) -> State {
        State::ALL.into_iter().find(|state| state.key() == self.state).unwrap_or(State::Dropped)
    }
}

/// An endpoint that is asked for, as it was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) events: Vec<String>,
}

impl Wanted {
    /// From the fields of a form.
    pub(super) fn of(pairs: &[(String, String)]) -> Self {
        let one =
            |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str()).to_owned();
        Self {
            name: one("name"),
            url: one("url"),
            events: pairs.iter().filter(|(n, _)| n == "events").map(|(_, v)| v.clone()).collect(),
        }
    }
}
