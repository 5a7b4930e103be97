//! Alarms at the edge: the profile's rules over readings that passed the gate.
//!
//! A metric that is not granted can neither raise an alarm nor explain one that leaves: only what the gate let through
//! is looked at; an alarm about a device as a whole (link down, wrong device) is told by a granted metric of it, and not
//! at all when there is none; its text is the profile's sentence with the rule as cause, and carries no value. The syntax
//! of rules is in `profile::alarm`. `delay` and `rate` decide, `cause` says why, `ledger` remembers across restarts.

mod cause;
mod delay;
mod ledger;
mod rate;
#[cfg(test)]
mod tests;
mod watch;

use crate::config::{Changes, Config, Device};
use crate::grant::Granted;
use crate::reading::Reading;
use crate::sources::{Link, SourceStatus};
use ledger::Ledger;
use riversync_protocol::ids::DeviceId;
use riversync_protocol::v1::{Alarm, QualityReason};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use watch::{Now, Watch};

const FILE: &str = "alarms.json";

/// All rules of all devices, each with its state.
#[derive(Debug)]
pub struct Engine {
    devices: HashMap<DeviceId, Vec<Watch>>,
    ledger: Ledger,
}

impl Engine {
    /// The rules of the configured devices, with what is remembered of them in `state_dir`.
    pub fn open(config: &Config, state_dir: &Path) -> Self {
        let ledger = Ledger::open(state_dir.join(FILE));
        let devices = config.devices.iter().map(|device| (device.id.clone(), watches(device, &ledger)));
        Self { devices: devices.collect(), ledger }
    }

    /// Takes over a new configuration. The rules of a device that changed begin with what is remembered of them, as
    /// after a restart.
    pub fn adopt(&mut self, config: &Config, changes: &Changes) {
        self.devices.retain(|id, _| changes.kept.contains(id));
        for device in &config.devices {
            self.devices.entry(device.id.clone()).or_insert_with(|| watches(device, &self.ledger));
        }
    }

    /// Looks at a reading that passed the gate. A bad, stale or retained cell changes no threshold, nor does one that is
    /// older than the last.
    pub fn on_reading(&mut self, reading: &Reading, monotonic: Duration) {
        let Some(watches) = self.devices.get_mut(&reading.group.device) else { return };
        let wrong_device =
            reading.cells.iter().any(|cell| cell.quality.reason == QualityReason::IdentityMismatch);
        let has_value = reading.cells.iter().any(|cell| cell.quality.has_value());
        let now = Now { at_ms: reading.at_ms, monotonic };
        for watch in watches {
            let columns = reading.group.columns.iter().zip(&reading.cells);
            let alarm = match watch.metric() {
                Some(metric) => columns
                    .into_iter()
                    .find(|(column, _)| column.metric == *metric)
                    .and_then(|(column, cell)| watch.on_cell(&reading.group.device, column, cell, now)),
                None => reading.group.columns.first().and_then(|column| {
                    watch.on_identity(&reading.group.device, &column.metric, wrong_device, has_value, now)
                }),
            };
            if let Some(alarm) = alarm {
                self.ledger.changed(alarm);
            }
        }
    }

    /// Time passes: delays run out, silence grows, links break. Called twice a second.
    pub fn tick(&mut self, granted: &Granted, sources: &SourceStatus, now_ms: i64, monotonic: Duration) {
        if granted.epoch() == 0 {
            return;
        }
        let now = Now { at_ms: now_ms, monotonic };
        for (device, watches) in &mut self.devices {
            let link = sources.device(device).map_or((Link::Idle, ""), |status| status.link());
            for watch in watches {
                let told_by =
                    watch.told_by(|metric| granted.allows(device, metric, now_ms, now_ms).is_some());
                let alarm = match told_by {
                    Some(metric) => watch.on_tick(device, &metric, link, now),
                    None => {
                        watch.forget();
                        None
                    }
                };
                if let Some(alarm) = alarm {
                    self.ledger.changed(alarm);
                }
            }
        }
    }

    /// Events that have still to be stored, each with the name under which the store takes it once. What they say is
    /// written down first.
    pub fn untold(&mut self) -> Vec<(Alarm, [u8; 16])> {
        self.save();
        self.ledger.untold()
    }

    /// An event is durable in the store, or may not be told at all.
    pub fn told(&mut self, alarm: &Alarm) {
        self.ledger.told(alarm);
        self.save();
    }

    /// Forgets the state of what is no longer granted at `now_ms`, on disk too: a later grant starts from nothing.
    pub fn forget_ungranted(&mut self, granted: &Granted, now_ms: i64) {
        for (device, watches) in &mut self.devices {
            for watch in watches {
                if watch.told_by(|metric| granted.allows(device, metric, now_ms, now_ms).is_some()).is_none()
                {
                    watch.forget();
                }
            }
        }
        let devices = &self.devices;
        self.ledger.retain(|(device, code), entry| {
            let watches = devices.iter().find(|(id, _)| id.as_str() == device);
            let still = |metric: &str| {
                watches.is_some_and(|(id, watches)| {
                    let of_rule = watches.iter().any(|watch| watch.rule.code.as_str() == code);
                    let metric = riversync_protocol::ids::MetricName::new(metric);
                    of_rule && metric.is_ok_and(|m| granted.allows(id, &m, now_ms, now_ms).is_some())
                })
            };
            still(&entry.metric)
        });
        self.save();
    }

    fn save(&mut self) {
        if let Err(error) = self.ledger.save() {
            tracing::warn!(%error, "the state of alarms could not be written down; it will be tried again");
        }
    }
}

/// The rules of a device, each with what is remembered of it.
fn watches(device: &Device, ledger: &Ledger) -> Vec<Watch> {
    let watch = |rule: &crate::profile::AlarmRule| {
        let name = (device.id.to_string(), rule.code.to_string());
        let raised = ledger.get(&name).map(|entry| entry.raised);
        Watch::new(rule.clone(), &device.profile, raised)
    };
    device.profile.alarms.iter().map(watch).collect()
}
