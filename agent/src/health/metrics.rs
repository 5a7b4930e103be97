//! Prometheus text of a [`Status`]. Names as EDGE section 7 lists them; the only label that names something of the
//! site is the id of a device of which something is granted.

use super::status::Status;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Points {
    device: String,
    quality: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Device {
    device: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: String,
}

/// The text.
pub fn text(status: &Status) -> String {
    let mut registry = Registry::with_prefix("agent");
    devices(&mut registry, status);
    config(&mut registry, status);
    flow(&mut registry, status);
    buffer(&mut registry, status);
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => text,
        // Writing into a string does not fail; half a page would be read as zeros.
        Err(_) => String::new(),
    }
}

fn counter(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let counter: Counter = Counter::default();
    counter.inc_by(value);
    registry.register(name, help, counter);
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn devices(registry: &mut Registry, status: &Status) {
    let points = Family::<Points, Counter>::default();
    let (requests, up) = (Family::<Outcome, Counter>::default(), Family::<Device, Gauge>::default());
    let dropped = Family::<Reason, Counter>::default();
    let restarts = Family::<Device, Counter>::default();
    let (mut overruns, mut lost, mut retained) = (0, 0, 0);
    for device in &status.devices {
        for (quality, count) in [("good", device.points_good), ("bad", device.points_bad)] {
            points.get_or_create(&Points { device: device.id.clone(), quality }).inc_by(count);
        }
        let answered = device.requests.saturating_sub(device.errors);
        if device.source == "modbus" {
            requests.get_or_create(&Outcome { result: "ok" }).inc_by(answered);
            requests.get_or_create(&Outcome { result: "error" }).inc_by(device.errors);
        }
        up.get_or_create(&Device { device: device.id.clone() }).set(i64::from(device.link == "up"));
        restarts.get_or_create(&Device { device: device.id.clone() }).inc_by(device.restarts);
        for (reason, count) in &device.dropped {
            dropped.get_or_create(&Reason { reason: reason.clone() }).inc_by(*count);
        }
        overruns += device.overruns;
        lost += device.lost;
        retained += device.retained;
    }
    registry.register("points_read", "Samples read from devices", points);
    registry.register("modbus_requests", "Modbus requests", requests);
    registry.register(
        "device_restarts",
        "Faults of the agent met in reading a device, which begins anew",
        restarts,
    );
    registry.register("device_up", "Whether a device answers", up);
    registry.register("messages_dropped", "Messages that could not be taken, by reason", dropped);
    counter(registry, "messages_lost", "Messages that a device numbered and that never came", lost);
    counter(registry, "messages_retained", "Messages that a broker had kept from earlier", retained);
    counter(registry, "poll_overruns", "Poll cycles skipped because the one before was late", overruns);
}

fn config(registry: &mut Registry, status: &Status) {
    let reloads = Family::<Outcome, Counter>::default();
    for (result, count) in [("taken", status.config.reloads), ("refused", status.config.refused)] {
        reloads.get_or_create(&Outcome { result }).inc_by(count);
    }
    registry.register("config_reloads", "New configurations by what became of them", reloads);
    let stale = i64::from(status.config.refused_ms.is_some());
    gauge(
        registry,
        "config_refused",
        "Whether the configuration file is newer than what is in force, and faulty",
        stale,
    );
}

fn flow(registry: &mut Registry, status: &Status) {
    let stuck = i64::try_from(status.stuck.len()).unwrap_or(i64::MAX);
    gauge(registry, "parts_stuck", "Parts of the agent that make no progress", stuck);
    let totals = &status.totals;
    let denied = totals.denied_not_granted + totals.denied_too_close;
    counter(registry, "points_denied", "Samples the gates held back", denied);
    counter(registry, "points_stored", "Samples made durable", totals.points_stored);
    counter(
        registry,
        "points_purged",
        "Samples purged after a change of what is granted",
        totals.points_purged,
    );
    counter(registry, "points_sent", "Samples durable in the cloud", totals.points_sent);
    let batches = Family::<Outcome, Counter>::default();
    for (result, count) in [
        ("stored", totals.batches_stored),
        ("overlapping", totals.batches_overlapping),
        ("refused", totals.batches_refused),
        ("failed", totals.batches_failed),
    ] {
        batches.get_or_create(&Outcome { result }).inc_by(count);
    }
    registry.register("sync_batches", "Uploads by what became of them", batches);
    gauge(registry, "link_up", "Whether the cloud answers", i64::from(status.link.up));
    gauge(registry, "grant_epoch", "Epoch of the policy in force, 0 for none", signed(status.grant.epoch));
    let left_s = (status.certificate_until_ms - status.at_ms) / 1_000;
    gauge(registry, "cert_expiry_seconds", "Time until the certificate ends", left_s);
}

fn buffer(registry: &mut Registry, status: &Status) {
    let buffer = &status.buffer;
    gauge(registry, "buffer_bytes", "Bytes of the store on disk", signed(buffer.disk_bytes));
    gauge(registry, "buffer_records", "Records waiting", signed(buffer.records + buffer.events));
    let oldest_s = buffer.oldest_ms.map_or(0, |oldest| (status.at_ms - oldest).max(0) / 1_000);
    gauge(registry, "buffer_oldest_seconds", "Age of the oldest telemetry waiting", oldest_s);
    gauge(registry, "sync_lag_seconds", "Age of the oldest telemetry the cloud lacks", oldest_s);
    gauge(registry, "buffer_disk_full", "Whether the disk refuses new records", i64::from(buffer.disk_full));
    counter(registry, "buffer_corrupt", "Records that did not pass their check", buffer.corrupt);
    counter(registry, "buffer_written_bytes", "Bytes of records handed to the store", buffer.bytes_written);
    counter(registry, "buffer_refused", "Entries the store did not take", status.totals.store_refused);
    let dropped = Family::<Reason, Counter>::default();
    for (reason, count) in &buffer.dropped {
        dropped.get_or_create(&Reason { reason: reason.clone() }).inc_by(*count);
    }
    registry.register("buffer_dropped", "Records lost, each told as a gap", dropped);
}
