//! MQTT: one task per broker takes what is granted from JSON messages, plain values and Sparkplug B payloads.
//!
//! A message is acknowledged after everything granted in it is durable, in the order of arrival; one with nothing
//! granted at once (DESIGN section 3, invariant 4). Reading order: `client` (the connection), `extract` (JSON to
//! scalars), `plain` and `sparkplug` (the other payloads), `convert` (scalars to values), `message` (a message to
//! readings), `ears` (who listens to which topic), `acks` (what may be acknowledged), `listener` (the loop).
//!
//! Only what is granted is taken of a message; of the rest nothing is kept, logged or counted by name. A message that
//! cannot be read is a bad sample and is counted with its reason. Nothing is ever published, but for a Sparkplug rebirth
//! request where the site allows it.
//!
//! | EDGE fault | provoked by |
//! |---|---|
//! | 18 no number, infinite, −0 | `message::tests`, `plain::tests`, `crate::values::tests` |
//! | 19 beyond 2^53 | `convert::tests`, `sparkplug::payload::tests`, `crate::values::tests` |
//! | 22 clock | `message::tests::a_clock_that_is_not_believed_flags_what_it_stamps`, `crate::clock::steady` |
//! | 23 invalid UTF-8, 10 MB, 10k deep, storms, kept messages | journey `mqtt::hostile_messages_are_dropped_…`, `tests::long_messages_…`, `fuzzing` |
//! | 23 duplicates, restarts, mid-acknowledgement | journey `mqtt::what_a_broker_queued_arrives_once_…`, `tests::after_a_cut_…`, `tests::what_could_not_be_stored_…` |
//! | 28 revoked with data on its way | `crate::pipeline::tests`, `crate::values::tests::what_is_no_longer_granted_…` |
//! | 30 a fault of ours | `tests::a_message_that_makes_us_panic_…`, `super::supervise::tests` |

mod acks;
mod client;
mod convert;
mod ears;
mod extract;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod listener;
mod message;
mod plain;
mod sparkplug;
#[cfg(test)]
mod tests;

use super::Context;
use super::supervise::{Member, Members, Way, Work};
use crate::config::{Broker, Config, Connection};
use std::collections::BTreeMap;

/// The brokers that have a device, with their devices.
pub(super) fn ways(config: &Config) -> BTreeMap<String, (Way, Vec<Member>)> {
    let mut ways = BTreeMap::new();
    for broker in &config.brokers {
        let devices = config.devices.iter().filter(|device| match &device.connection {
            Connection::Mqtt(at) => at.broker == broker.id,
            Connection::Modbus(_) => false,
        });
        // They speak when they like, so there are no times to spread.
        let members: Vec<_> =
            devices.map(|device| Member { device: device.clone(), place: (0, 1) }).collect();
        if !members.is_empty() {
            ways.insert(format!("broker {}", broker.id), (Way::Broker(broker.clone()), members));
        }
    }
    ways
}

/// Listens to the members of one broker, for as long as it is told to.
pub(super) fn work(broker: &Broker, members: &Members, context: &Context) -> Work {
    Box::pin(listener::Listener::new(broker.clone(), members.clone(), context.clone()).run())
}
