//! What the fuzzer drives, and each test run with chance bytes: no payload may panic, bring a value that is not granted,
//! or fill memory. `agent/fuzz` has the targets; each is one call of a function here.

use super::message::{Heard, Speaker};
use super::sparkplug::{Kind, Node};
use crate::clock::Stamp;
use crate::config::{Connection, Device, Mqtt, Speaks};
use crate::grant::Granted;
use crate::profile::Profile;
use crate::reading::{Raw, Reading};
use riversync_protocol::ids::{AgentId, DeviceId, MetricName};
use riversync_protocol::v1::{Policy, PolicyRow};
use std::sync::{Arc, OnceLock};

/// Granted metrics of every kind, and one that nobody granted.
const JSON: &str = include_str!("fuzzing_json.toml");
const SPARKPLUG: &str = include_str!("fuzzing_sparkplug.toml");
const AT: Stamp = Stamp { at_ms: 1_784_116_800_000, trusted: true };
const UNGRANTED: &str = "secret";

fn device(text: &str) -> Option<(Device, Granted)> {
    let profile: Profile = crate::profile::read("fuzzing.toml", text).ok()?;
    let id = DeviceId::new("dev").ok()?;
    let row = |metric: MetricName| PolicyRow {
        device: id.clone(),
        metric,
        min_interval_ms: 0,
        from_ms: i64::MIN,
        until_ms: i64::MAX,
    };
    let names = profile.metrics.iter().map(|metric| metric.name.clone());
    let rows = names.filter(|name| name.as_str() != UNGRANTED).map(row).collect();
    let policy = Policy { agent: AgentId::new("gw").ok()?, epoch: 1, issued_ms: 0, rows };
    let connection = Connection::Mqtt(Mqtt { broker: "b".into(), speaks: Speaks::Topic("t".into()) });
    Some((Device { id: id.clone(), profile: Arc::new(profile), connection }, Granted::new(&policy)))
}

fn judge(readings: &[Reading]) {
    for reading in readings {
        assert_eq!(reading.cells.len(), reading.group.columns.len(), "a cell for each column");
        for (column, cell) in reading.group.columns.iter().zip(&reading.cells) {
            assert_ne!(column.metric.as_str(), UNGRANTED, "what nobody granted was taken");
            let is_finite = match cell.raw {
                Raw::Float32(value) => value.is_finite(),
                Raw::Float64(value) => value.is_finite(),
                Raw::Int(_) | Raw::UInt(_) | Raw::Bool(_) | Raw::Text(_) => true,
            };
            assert!(is_finite, "a number that is none was taken");
        }
    }
}

/// A payload of JSON, or of plain values.
pub fn json(data: &[u8]) {
    static SPEAKER: OnceLock<Option<Speaker>> = OnceLock::new();
    let speaker = SPEAKER.get_or_init(|| {
        let (device, granted) = device(JSON)?;
        let mut speaker = Speaker::new(device, "t".into());
        speaker.regroup(&granted, AT.at_ms);
        Some(speaker)
    });
    for topic in speaker.iter().flat_map(Speaker::topics) {
        for retained in [false, true] {
            if let Some(Heard::Readings(readings, _)) =
                speaker.as_ref().map(|speaker| speaker.hear(&topic, Some(data), retained, AT))
            {
                assert!(!readings.is_empty(), "a message of a granted metric says something");
                judge(&readings);
            }
        }
    }
}

/// A conversation of an edge node: messages, each with its kind and its length before it.
pub fn sparkplug(data: &[u8]) {
    let Some((device, granted)) = device(SPARKPLUG) else { return };
    let mut node = Node::default();
    node.add(device, Some("dev".into()), true);
    node.regroup(&granted, AT.at_ms);
    let mut rest = data;
    while let Some(([kind, length], behind)) = rest.split_first_chunk::<2>() {
        let (payload, behind) = behind.split_at(usize::from(*length).min(behind.len()));
        rest = behind;
        let (kind, part) = match kind % 5 {
            0 => (Kind::NodeBirth, None),
            1 => (Kind::NodeDeath, None),
            2 => (Kind::DeviceBirth, Some("dev")),
            3 => (Kind::DeviceDeath, Some("dev")),
            _ => (Kind::Data, Some("dev")),
        };
        let (told, _) = node.hear(kind, part, Some(payload), AT);
        told.iter().for_each(|told| judge(&told.readings));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_profiles_are_profiles_and_each_keeps_a_secret() {
        for text in [JSON, SPARKPLUG] {
            let (device, granted) = device(text).unwrap();
            let all = device.profile.metrics.len();
            assert_eq!(granted.metrics_of(&device.id, AT.at_ms).len(), all - 1);
        }
    }

    proptest! {
        #[test]
        fn chance_bytes_and_nearly_json(data in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,0-9eE.+a-z\\\\-]{0,80}") {
            json(&data);
            json(text.as_bytes());
            sparkplug(&data);
        }
    }
}
