//! The judge: what was given out against what the cloud recorded. It reads the cloud's database itself and decodes
//! it with the protocol crate, so that a query of the cloud cannot hide what its storage did.
//!
//! *Lost* is a reading that was accepted and is not recorded. Over MQTT the gateway accepts by PUBACK. Over Modbus
//! nothing is said back, so a reading counts as accepted unless the gateway was killed within [`NOT_YET_STORED_MS`]
//! after the device answered: until then it may lie in a group commit that never happened.
//! *Duplicated* is a reading that is recorded more than once.

use crate::canary;
use crate::site::layout::Site;
use anyhow::{Context as _, Result};
use riversync_protocol::pack::{Values, unpack};
use riversync_protocol::v1::{Content, Message, PackedBatch, Schema};
use riversync_protocol::{Envelope, decode};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Longest time between a device's answer and its reading being durable, with a gateway on a busy machine.
pub const NOT_YET_STORED_MS: i64 = 2_000;

/// A metric of a device.
pub type Name = (String, String);

/// What a cloud recorded, decoded.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// Time and raw value of each good point, by (device, metric), as often as it is stored.
    pub points: BTreeMap<Name, Vec<(i64, f64)>>,
    /// Points stored, bad ones included.
    pub stored_points: u64,
    /// Bytes of the stored batches.
    pub stored_bytes: u64,
}

impl Recorded {
    /// Good points stored, repetitions included.
    pub fn good_points(&self) -> u64 {
        self.points.values().map(|points| points.len() as u64).sum()
    }

    /// Adds the points of one batch.
    ///
    /// # Errors
    /// When it does not fit its schema.
    pub fn add(&mut self, schema: &Schema, packed: &PackedBatch) -> Result<()> {
        let batch = unpack(schema, packed)?;
        let bad: BTreeSet<(u16, u16, u32)> = batch
            .quality
            .iter()
            .filter(|run| !run.quality.has_value())
            .flat_map(|run| (run.start..run.start + run.len).map(|row| (run.group, run.column, row)))
            .collect();
        for rows in &batch.groups {
            let group = schema.groups.get(usize::from(rows.group)).context("a group beyond the schema")?;
            for ((index, column), values) in (0_u16..).zip(&group.columns).zip(&rows.columns) {
                let name = (group.device.to_string(), column.metric.to_string());
                let known = self.points.entry(name).or_default();
                for ((row, at_ms), raw) in (0_u32..).zip(&rows.times_ms).zip(numbers(values)) {
                    self.stored_points += 1;
                    if !bad.contains(&(rows.group, index, row)) {
                        known.push((*at_ms, raw));
                    }
                }
            }
        }
        Ok(())
    }

    /// Points whose metric nobody granted, or whose value is a canary.
    pub fn ungranted(&self, granted: &BTreeSet<Name>) -> Vec<canary::Found> {
        let mut found = Vec::new();
        for ((device, metric), points) in &self.points {
            let stranger = !granted.contains(&(device.clone(), metric.clone()));
            let wrong = points.iter().filter(|(_, raw)| stranger || canary::is_raw(*raw));
            found.extend(wrong.map(|(at_ms, raw)| canary::Found {
                place: format!("{metric} of {device} at {at_ms}"),
                offset: 0,
                rendering: raw.to_string(),
            }));
        }
        found
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers for comparison, far below 2^53")]
fn numbers(values: &Values) -> Vec<f64> {
    match values {
        Values::Int(values) => values.iter().map(|value| *value as f64).collect(),
        Values::UInt(values) => values.iter().map(|value| *value as f64).collect(),
        Values::Float32(values) => values.iter().map(|value| f64::from(*value)).collect(),
        Values::Float64(values) => values.clone(),
        Values::Bool(values) => values.iter().map(|value| f64::from(u8::from(*value))).collect(),
        Values::Text(values) => {
            values.iter().map(|text| if text == canary::TEXT { canary::NUMBER } else { 0.0 }).collect()
        }
    }
}

/// Everything that the gateway sent, from the bodies it recorded before encryption.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Decoded telemetry, repetitions included.
    pub recorded: Recorded,
    /// Bytes of all bodies.
    pub bytes: u64,
    /// Points of the telemetry bodies.
    pub points: u64,
}

/// Reads every body in `folder`.
///
/// # Errors
/// When a body is not what the protocol says.
pub fn sent(folder: &Path) -> Result<Sent> {
    let mut sent = Sent::default();
    let mut schemas = HashMap::new();
    let mut uploads = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        let body = std::fs::read(file.path())?;
        sent.bytes += body.len() as u64;
        match decode(&body).with_context(|| format!("{}", file.path().display()))? {
            Envelope::V1(Message::Schema(schema)) => {
                schemas.insert(schema.hash()?, schema);
            }
            Envelope::V1(Message::Upload(upload)) => uploads.push(upload),
            Envelope::V1(_) => {}
        }
    }
    for upload in uploads {
        if let Content::Telemetry(packed) = upload.content {
            sent.points += u64::from(packed.points);
            let schema = schemas.get(&packed.schema).context("a batch was sent before its schema")?;
            sent.recorded.add(schema, &packed)?;
        }
    }
    Ok(sent)
}

/// What the devices of a site handed to their gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedOut {
    /// Values: those that lay whole in an answer, and every field of every message that was sent to the gateway.
    pub read: u64,
    /// Of these, values of granted metrics while they were granted: all that may be recorded, and no more.
    pub granted: u64,
}

/// Counts what `site` handed out; what it handed out after `granted_until_ms` nobody had granted any more.
///
/// It is counted at the devices and at the broker, so no restart of a gateway changes it.
pub fn handed_out(site: &Site, granted: &BTreeSet<Name>, granted_until_ms: i64) -> HandedOut {
    let mut out = HandedOut::default();
    let of = |device: &str, metric: &str, at_ms: i64| {
        u64::from(at_ms <= granted_until_ms && granted.contains(&(device.to_owned(), metric.to_owned())))
    };
    for (device, polled) in &site.devices {
        for answer in polled.answered() {
            out.read += answer.served.len() as u64;
            let served = answer.served.iter();
            out.granted += served.map(|served| of(device, &served.metric, answer.at_ms)).sum::<u64>();
        }
    }
    let handed_out = site.broker.handed_out();
    for (device, sensor) in &site.sensors {
        for sent in sensor.sent().iter().filter(|sent| handed_out.contains(&sent.message)) {
            out.read += sent.metrics;
            out.granted += sent.values.keys().map(|metric| of(device, metric, sent.at_ms)).sum::<u64>();
        }
    }
    out
}

/// What became of the readings of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Accepted readings that must be recorded.
    pub accepted: u64,
    /// Of these, not recorded.
    pub lost: Vec<String>,
    /// Recorded more than once.
    pub duplicated: Vec<String>,
    /// Recorded, and never given out by any device.
    pub invented: Vec<String>,
}

/// The times that judgement needs.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// Readings before this instant are not judged: the gateway had no policy yet.
    pub from_ms: i64,
    /// Readings from this instant on are not judged: revoked, or still on their way.
    pub until_ms: i64,
    /// When the gateway was killed, in order.
    pub kills_ms: Vec<i64>,
}

impl Times {
    fn judges(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }

    fn may_be_unstored(&self, at_ms: i64) -> bool {
        let next = self.kills_ms.partition_point(|kill| *kill < at_ms);
        self.kills_ms.get(next).is_some_and(|kill| *kill <= at_ms + NOT_YET_STORED_MS)
    }
}

/// Judges the serial metrics of `site`: each value names the one reading that saw it.
#[expect(clippy::cast_possible_truncation, reason = "serials are whole numbers")]
pub fn judge(site: &Site, serials: &BTreeMap<Name, u64>, recorded: &Recorded, times: &Times) -> Verdict {
    let mut verdict = Verdict::default();
    for name in serials.keys() {
        let given = given(site, name);
        let mut seen: BTreeMap<i64, u64> = BTreeMap::new();
        for (_, raw) in recorded.points.get(name).into_iter().flatten() {
            *seen.entry(*raw as i64).or_default() += 1;
        }
        let (device, metric) = name;
        for (serial, times) in &seen {
            if *times > 1 {
                verdict.duplicated.push(format!("{metric} of {device}: reading {serial}, {times} times"));
            }
            if !given.contains_key(serial) {
                verdict.invented.push(format!("{metric} of {device}: {serial}"));
            }
        }
        for (serial, reading) in given {
            let excused = times.may_be_unstored(reading.at_ms) && !reading.acknowledged;
            if !times.judges(reading.at_ms) || excused || (reading.by_message && !reading.acknowledged) {
                continue;
            }
            verdict.accepted += 1;
            if !seen.contains_key(&serial) {
                verdict.lost.push(format!("{metric} of {device}: reading {serial} at {}", reading.at_ms));
            }
        }
    }
    verdict
}

struct Given {
    at_ms: i64,
    by_message: bool,
    acknowledged: bool,
}

/// Every reading of one metric by its serial.
#[expect(clippy::cast_possible_truncation, reason = "serials are whole numbers")]
fn given(site: &Site, (device, metric): &Name) -> BTreeMap<i64, Given> {
    let mut given = BTreeMap::new();
    if let Some(polled) = site.devices.get(device) {
        for answer in polled.answered() {
            for served in answer.served.iter().filter(|served| served.metric == *metric) {
                let reading = Given { at_ms: answer.at_ms, by_message: false, acknowledged: false };
                given.insert(served.raw as i64, reading);
            }
        }
    }
    if let Some(sensor) = site.sensors.get(device) {
        let acknowledged = site.broker.acknowledged();
        for sent in sensor.sent() {
            if let Some(raw) = sent.values.get(metric) {
                let acknowledged = acknowledged.contains(&sent.message);
                given.insert(*raw as i64, Given { at_ms: sent.at_ms, by_message: true, acknowledged });
            }
        }
    }
    given
}
