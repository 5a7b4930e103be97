//! What a policy leads to, without asking any device: the Modbus requests and the MQTT metrics. Pure.

use super::group::{Together, heard, polled};
use super::modbus::plan::{Item, Limits, items, plan};
use crate::config::{Config, Connection, Device, Modbus};
use crate::grant::Granted;
use riversync_protocol::ids::{DeviceId, MetricName};
use serde::Serialize;

/// What would be read of one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DevicePreview {
    /// Its name.
    pub device: DeviceId,
    /// Its profile.
    pub profile: String,
    /// Where it is: `host:port unit n`, `/dev/ttyS0 (9600 8E1) unit n`, or `broker topic`.
    pub at: String,
    /// Metrics of its profile that are not granted: they are not read.
    pub not_granted: usize,
    /// What is read together.
    pub groups: Vec<GroupPreview>,
}

/// Metrics that are read at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupPreview {
    /// How often, milliseconds; 0 whenever the device speaks.
    pub interval_ms: u32,
    /// The metrics.
    pub metrics: Vec<MetricName>,
    /// The Modbus requests; none for MQTT.
    pub requests: Vec<RequestPreview>,
}

/// One Modbus request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestPreview {
    /// Function code: 1, 2, 3 or 4.
    pub function: u8,
    /// Its table.
    pub table: &'static str,
    /// First 0-based address.
    pub start: u16,
    /// Registers or bits.
    pub count: u16,
    /// How many of them belong to no metric and are thrown away: allowed gaps.
    pub bridged: u16,
    /// The metrics it brings.
    pub metrics: Vec<MetricName>,
}

/// What `granted` leads to at `now_ms`, device by device.
pub fn preview(config: &Config, granted: &Granted, now_ms: i64) -> Vec<DevicePreview> {
    config.devices.iter().map(|device| preview_device(device, granted, now_ms)).collect()
}

/// What `granted` leads to at `now_ms` for one device.
pub fn preview_device(device: &Device, granted: &Granted, now_ms: i64) -> DevicePreview {
    let (at, groups) = match &device.connection {
        Connection::Modbus(at) => {
            let groups = polled(device, granted, now_ms);
            let groups =
                groups.iter().map(|together| group(device, together, requests(device, at, together)));
            (format!("{} unit {}", at.line, at.unit), groups.collect::<Vec<_>>())
        }
        Connection::Mqtt(at) => {
            let groups = heard(device, granted, now_ms);
            let groups = groups.iter().map(|together| group(device, together, Vec::new()));
            (format!("{} {}", at.broker, at.speaks), groups.collect())
        }
    };
    let read: usize = groups.iter().map(|group| group.metrics.len()).sum();
    DevicePreview {
        device: device.id.clone(),
        profile: device.profile.name.clone(),
        at,
        not_granted: device.profile.metrics.len().saturating_sub(read),
        groups,
    }
}

fn group(device: &Device, together: &Together, requests: Vec<RequestPreview>) -> GroupPreview {
    let metrics = names(device, together.metrics.iter().copied());
    GroupPreview { interval_ms: together.interval_ms, metrics, requests }
}

fn requests(device: &Device, at: &Modbus, together: &Together) -> Vec<RequestPreview> {
    let limits = Limits::of(&at.quirks);
    let items = items(&device.profile, &together.metrics);
    let requests = plan(&items, &device.profile.gap_ok, &limits).into_iter();
    requests
        .map(|request| RequestPreview {
            function: request.table.function(),
            table: request.table.name(),
            start: request.start,
            count: request.count,
            bridged: bridged(&request.items, request.count),
            metrics: names(device, request.items.iter().map(|item| item.id)),
        })
        .collect()
}

/// How many addresses of a request belong to none of its items, which stand in the order of their starts.
fn bridged(items: &[Item], count: u16) -> u16 {
    let (mut covered, mut end) = (0, 0);
    for item in items {
        let (from, to) = (u32::from(item.start).max(end), u32::from(item.start) + u32::from(item.count));
        covered += to.saturating_sub(from);
        end = end.max(to);
    }
    u16::try_from(u32::from(count).saturating_sub(covered)).unwrap_or(0)
}

fn names(device: &Device, indexes: impl Iterator<Item = usize>) -> Vec<MetricName> {
    indexes.filter_map(|index| device.profile.metrics.get(index)).map(|metric| metric.name.clone()).collect()
}
