//! Alarms at the edge: the profile's rules over readings that passed the gate.
//!
//! Only what the gate let through is looked at, so only granted metrics can raise an alarm, and its text is the
//! profile's sentence: it carries no value.

mod rules;

use crate::config::Config;
use crate::grant::Granted;
use crate::profile::AlarmRule;
use crate::reading::{Raw, Reading};
use riversync_protocol::ids::DeviceId;
use riversync_protocol::v1::Alarm;
use rules::State;
use std::collections::HashMap;

/// All rules of all devices, each with its state.
#[derive(Debug)]
pub struct Engine {
    rules: HashMap<DeviceId, Vec<Watch>>,
}

#[derive(Debug)]
struct Watch {
    rule: AlarmRule,
    state: State,
    seen_ms: i64,
}

impl Engine {
    /// The rules of the configured devices; nothing is known of their state yet.
    pub fn new(config: &Config) -> Self {
        let watch = |rule: &AlarmRule| Watch { rule: rule.clone(), state: State::Unknown, seen_ms: i64::MIN };
        let rules = config.devices.iter().map(|device| {
            let watches = device.profile.alarms.iter().map(watch).collect();
            (device.id.clone(), watches)
        });
        Self { rules: rules.collect() }
    }

    /// What a reading that passed the gate raises and clears. A bad cell changes nothing, nor does one that is
    /// older than the last.
    pub fn on_reading(&mut self, reading: &Reading) -> Vec<Alarm> {
        let Some(watches) = self.rules.get_mut(&reading.group.device) else { return Vec::new() };
        let mut alarms = Vec::new();
        for watch in watches {
            let columns = reading.group.columns.iter().zip(&reading.cells);
            let found = columns.into_iter().find(|(column, _)| column.metric == watch.rule.metric);
            let Some((column, cell)) = found.filter(|(_, cell)| cell.quality.has_value()) else { continue };
            let Some(raw) = number(&cell.raw).filter(|_| reading.at_ms >= watch.seen_ms) else { continue };
            watch.seen_ms = reading.at_ms;
            let (state, change) = rules::step(&watch.rule, watch.state, column.physical(raw), reading.at_ms);
            watch.state = state;
            alarms.extend(change.map(|state| Alarm {
                device: reading.group.device.clone(),
                metric: watch.rule.metric.clone(),
                code: watch.rule.code.clone(),
                state,
                severity: watch.rule.severity,
                at_ms: reading.at_ms,
                text: watch.rule.text.clone(),
            }));
        }
        alarms
    }

    /// Forgets the state of what is no longer granted at `now_ms`: a later grant starts from nothing.
    pub fn forget_ungranted(&mut self, granted: &Granted, now_ms: i64) {
        for (device, watches) in &mut self.rules {
            for watch in watches {
                if granted.allows(device, &watch.rule.metric, now_ms, now_ms).is_none() {
                    watch.state = State::Unknown;
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a limit is a decimal; 53 bits are more than it needs")]
fn number(raw: &Raw) -> Option<f64> {
    match raw {
        Raw::Int(value) => Some(*value as f64),
        Raw::UInt(value) => Some(*value as f64),
        Raw::Float32(value) => Some(f64::from(*value)),
        Raw::Float64(value) => Some(*value),
        Raw::Bool(value) => Some(f64::from(u8::from(*value))),
        Raw::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Buffer, Connection, Device, Health, Mqtt, Uplink};
    use crate::reading::Cell;
    use crate::testing::{HOUR_MS, NOON_MS, device, group, metric, policy, reading, row};
    use riversync_protocol::v1::{AlarmState, Quality, QualityReason, Severity};
    use std::sync::Arc;

    fn engine() -> Engine {
        let profile = "name = \"p\"\nversion = 1\n[[metric]]\nname = \"temp\"\npointer = \"/t\"\ntype = \"int64\"\n\
            [[alarm]]\ncode = \"hot\"\nmetric = \"temp\"\nabove = 80\nclear = 75\nfor = \"2s\"\n\
            severity = \"critical\"\ntext = \"Too hot.\"\n";
        let profile = crate::profile::read("p.toml", profile).unwrap_or_else(|f| panic!("{f:?}"));
        let at = Mqtt { broker: "b".into(), topic: "t".into() };
        Engine::new(&Config {
            state_dir: "/tmp".into(),
            profile_dirs: Vec::new(),
            health: Health { listen: ([127, 0, 0, 1], 0).into() },
            buffer: Buffer { max_bytes: 0 },
            uplink: Uplink { batch_ms: 0, timeout_ms: 0, backlog_points: 0, record_dir: None },
            brokers: Vec::new(),
            buses: Vec::new(),
            devices: vec![Device {
                id: device("pump"),
                profile: Arc::new(profile),
                connection: Connection::Mqtt(at),
            }],
        })
    }

    /// Tenths of a degree, by the scale of the test group.
    fn hear(engine: &mut Engine, seconds: i64, tenths: i64) -> Vec<AlarmState> {
        let reading = reading(&group(&["power", "temp"]), NOON_MS + seconds * 1_000, &[999, tenths]);
        engine.on_reading(&reading).into_iter().map(|alarm| alarm.state).collect()
    }

    #[test]
    fn an_alarm_is_raised_once_after_its_delay_and_cleared_once() {
        let mut engine = engine();
        assert_eq!(hear(&mut engine, 0, 801), []);
        assert_eq!(hear(&mut engine, 1, 900), []);
        let raised = engine.on_reading(&reading(&group(&["temp"]), NOON_MS + 2_000, &[900]));
        assert_eq!(raised.len(), 1);
        let alarm = &raised[0];
        assert_eq!((alarm.state, alarm.severity), (AlarmState::Raised, Severity::Critical));
        assert_eq!(
            (alarm.device.as_str(), alarm.metric.as_str(), alarm.code.as_str()),
            ("pump", "temp", "hot")
        );
        assert_eq!((alarm.at_ms, alarm.text.as_str()), (NOON_MS + 2_000, "Too hot."));
        assert_eq!(hear(&mut engine, 3, 900), []);
        assert_eq!(hear(&mut engine, 4, 760), []);
        assert_eq!(hear(&mut engine, 5, 750), [AlarmState::Cleared]);
        assert_eq!(hear(&mut engine, 6, 700), []);
    }

    #[test]
    fn bad_and_old_samples_and_other_metrics_change_nothing() {
        let mut engine = engine();
        assert_eq!(hear(&mut engine, 10, 850), []);
        let mut bad = reading(&group(&["temp"]), NOON_MS + 11_000, &[0]);
        bad.cells = vec![Cell { quality: Quality::bad(QualityReason::Timeout), ..bad.cells[0].clone() }];
        assert!(engine.on_reading(&bad).is_empty());
        assert_eq!(hear(&mut engine, 5, 100), []);
        assert!(engine.on_reading(&reading(&group(&["power"]), NOON_MS + 11_500, &[5_000])).is_empty());
        assert_eq!(hear(&mut engine, 12, 850), [AlarmState::Raised]);
    }

    #[test]
    fn after_a_start_a_normal_value_clears_what_may_have_been_raised_before() {
        assert_eq!(hear(&mut engine(), 0, 200), [AlarmState::Cleared]);
        assert_eq!(hear(&mut engine(), 0, 770), [], "between the limits nothing is known");
    }

    #[test]
    fn what_is_no_longer_granted_is_forgotten() {
        let mut engine = engine();
        assert_eq!(hear(&mut engine, 0, 900), []);
        assert_eq!(hear(&mut engine, 2, 900), [AlarmState::Raised]);
        engine.forget_ungranted(&Granted::new(&policy(1, vec![row("temp", 0)])), NOON_MS);
        assert_eq!(hear(&mut engine, 3, 900), []);
        engine.forget_ungranted(&Granted::new(&policy(2, vec![row("temp", 0)])), NOON_MS + 2 * HOUR_MS);
        assert_eq!(hear(&mut engine, 4, 900), []);
        assert_eq!(hear(&mut engine, 6, 900), [AlarmState::Raised]);
        assert_eq!(metric("temp").as_str(), "temp");
    }
}
