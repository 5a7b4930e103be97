//! Modbus over TCP, TLS, serial lines, and serial lines behind TCP converters: one task owns one line and polls the
//! units on it in turn.
//!
//! Reading order: `plan` (which requests), `link` (one line), `frame` and `port` (what of a serial line is a reply),
//! `decode` (registers to values), `unit` and `lessons` (what is known about a unit), `learned` (what of that survives
//! a restart), `bus` (the loop), `probe` (one question from a command line).

mod bus;
pub(super) mod decode;
pub(super) mod frame;
mod learned;
mod lessons;
mod link;
pub(crate) mod plan;
mod port;
mod probe;
mod serial;
#[cfg(test)]
mod tests;
mod unit;

pub use probe::{Probe, ProbeError};

use super::Context;
use super::supervise::Task;
use crate::config::{Config, Connection, Device, Line, Modbus};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::time::Instant;

/// One task per line.
pub(super) fn start(config: &Config, context: &Context) -> Vec<Task> {
    let mut lines: BTreeMap<String, Vec<(u32, Device, Modbus)>> = BTreeMap::new();
    for (index, device) in (0..).zip(&config.devices) {
        if let Connection::Modbus(at) = &device.connection {
            lines.entry(at.line.place()).or_default().push((index, device.clone(), at.clone()));
        }
    }
    let learned = learned::Learned::open(&config.state_dir);
    let task = |members: Vec<(u32, Device, Modbus)>| {
        let line = Arc::clone(&members.first()?.2.line);
        let devices = members.iter().map(|(_, device, _)| device.id.clone()).collect();
        let (context, learned) = (context.clone(), learned.clone());
        let start = move || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            let units = members.iter().map(|(index, device, at)| {
                let lesson = learned.of(device, at);
                unit::Unit::new(device.clone(), at.clone(), *index, lesson, Instant::now())
            });
            Box::pin(
                bus::Bus::new(Arc::clone(&line), units.collect(), learned.clone(), context.clone()).run(),
            )
        };
        Some(Task { devices, start: Arc::new(start) })
    };
    lines.into_values().filter_map(task).collect()
}

/// A serial port of the configuration that another program has, with its process id, 0 where the system does not
/// tell (EDGE fault 10).
pub(super) fn in_use(config: &Config) -> Option<(PathBuf, u32)> {
    config.devices.iter().find_map(|device| match &device.connection {
        Connection::Modbus(Modbus { line, .. }) => match &**line {
            Line::Serial(port) => serial::holder(&port.path).map(|pid| (port.path.clone(), pid)),
            Line::Tcp(_) | Line::Tls(..) | Line::RtuOverTcp(_) => None,
        },
        Connection::Mqtt(_) => None,
    })
}
