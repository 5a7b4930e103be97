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
//! | 30 a task that panics | `super::supervise::tests` |

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
use super::supervise::Task;
use crate::config::{Broker, Config, Connection, Device, Speaks};
use std::sync::Arc;

/// One task per broker that has a device.
pub(super) fn start(config: &Config, context: &Context) -> Vec<Task> {
    let of = |broker: &Broker| -> Vec<(Speaks, Device)> {
        let devices = config.devices.iter().filter_map(|device| match &device.connection {
            Connection::Mqtt(at) if at.broker == broker.id => Some((at.speaks.clone(), device.clone())),
            Connection::Mqtt(_) | Connection::Modbus(_) => None,
        });
        devices.collect()
    };
    let brokers = config.brokers.iter().map(|broker| (broker.clone(), of(broker)));
    brokers
        .filter(|(_, devices)| !devices.is_empty())
        .map(|(broker, members)| {
            let devices = members.iter().map(|(_, device)| device.id.clone()).collect();
            let context = context.clone();
            let start = move || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
                Box::pin(listener::Listener::new(broker.clone(), members.clone(), context.clone()).run())
            };
            Task { devices, start: Arc::new(start) }
        })
        .collect()
}
