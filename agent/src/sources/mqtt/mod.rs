//! MQTT: one task per broker takes what is granted from JSON messages, plain values and Sparkplug B payloads.
//!
//! A message is acknowledged after everything granted in it is durable, in the order of arrival; one with nothing
//! granted at once (DESIGN section 3, invariant 4). Reading order: `client` (the connection), `extract` (JSON to
//! scalars), `plain` and `sparkplug` (the other payloads), `convert` (scalars to values), `message` (a message to
//! readings), `acks` (what may be acknowledged), `listener` (the loop).

mod acks;
mod client;
mod convert;
mod ears;
mod extract;
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
