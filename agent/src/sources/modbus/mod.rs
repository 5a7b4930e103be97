//! Modbus TCP: one task owns one host and port and polls the units behind it in turn.
//!
//! Reading order: `plan` (which requests), `link` (one connection), `decode` (registers to values), `unit` (what is
//! known about a unit), `bus` (the loop).

mod bus;
pub(super) mod decode;
mod link;
pub(crate) mod plan;
#[cfg(test)]
mod tests;
mod unit;

use super::Context;
use super::supervise::Task;
use crate::config::{Config, Connection, Device, Modbus};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One task per host and port.
pub(super) fn start(config: &Config, context: &Context) -> Vec<Task> {
    let mut buses: BTreeMap<(String, u16), Vec<(Device, Modbus)>> = BTreeMap::new();
    for device in &config.devices {
        if let Connection::Modbus(at) = &device.connection {
            buses.entry((at.host.clone(), at.port)).or_default().push((device.clone(), at.clone()));
        }
    }
    buses
        .into_iter()
        .map(|((host, port), members)| {
            let devices = members.iter().map(|(device, _)| device.id.clone()).collect();
            let context = context.clone();
            let start = move || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
                let units = members.iter().map(|(device, at)| unit::Unit::new(device.clone(), at.clone()));
                Box::pin(bus::Bus::new(host.clone(), port, units.collect(), context.clone()).run())
            };
            Task { devices, start: Arc::new(start) }
        })
        .collect()
}
