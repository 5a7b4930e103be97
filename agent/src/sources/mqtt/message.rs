//! What one message of a device gives: readings of granted metrics, or nothing. Pure.

use super::convert::{cell, doubt, time};
use super::extract::{Wanted, extract};
use crate::config::Device;
use crate::grant::Granted;
use crate::profile::{Metric, Place};
use crate::reading::{Cell, Reading};
use crate::sources::group::{Together, heard};
use crate::sources::modbus::decode::bad;
use riversync_protocol::v1::QualityReason;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Stands for the device's own time among the wanted values.
const TIME: usize = usize::MAX;

/// One device that speaks, with what may be taken from it now.
pub(super) struct Speaker {
    /// Who.
    pub device: Device,
    groups: Vec<Together>,
    wanted: Wanted,
}

/// What became of a message.
pub(super) enum Heard {
    /// Readings; the flag says whether the message could be read at all.
    Readings(Vec<Reading>, bool),
    /// Nothing of it is granted, or it is kept from earlier and does not say when it was made.
    Nothing,
}

impl Speaker {
    pub(super) fn new(device: Device) -> Self {
        Self { device, groups: Vec::new(), wanted: Wanted::default() }
    }

    /// Takes over what is granted now; groups that stay the same stay the same object.
    pub(super) fn regroup(&mut self, granted: &Granted, now_ms: i64) {
        let before = std::mem::take(&mut self.groups);
        self.groups = heard(&self.device, granted, now_ms);
        for together in &mut self.groups {
            if let Some(old) = before.iter().find(|old| *old == together) {
                together.group = Arc::clone(&old.group);
            }
        }
        let mut wanted = Wanted::default();
        if let Some(pointer) = &self.device.profile.time_pointer {
            wanted.add(pointer, TIME);
        }
        for index in self.groups.iter().flat_map(|together| &together.metrics) {
            if let Some(Place::Pointer(pointer)) = self.metric(*index).map(|metric| &metric.place) {
                wanted.add(pointer, *index);
            }
        }
        self.wanted = wanted;
    }

    /// Whether anything of it is granted.
    pub(super) fn is_granted(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The readings of a message that came at `now_ms`.
    pub(super) fn hear(&self, payload: &[u8], retained: bool, now_ms: i64) -> Heard {
        if !self.is_granted() || (retained && self.device.profile.time_pointer.is_none()) {
            return Heard::Nothing;
        }
        let Ok(found) = extract(payload, &self.wanted) else { return self.unreadable(now_ms) };
        let (at_ms, doubtful) = time(found.get(&TIME), now_ms);
        if retained && (doubtful || !found.contains_key(&TIME)) {
            return Heard::Nothing;
        }
        let read = |together: &Together| {
            let mut cells = self.cells(together, |index, metric| cell(metric, found.get(&index)));
            if doubtful {
                doubt(&mut cells);
            }
            Reading { group: Arc::clone(&together.group), at_ms, cells }
        };
        Heard::Readings(self.groups.iter().map(read).collect(), true)
    }

    /// What a message says that cannot be read: that there is no value, and why.
    pub(super) fn unreadable(&self, now_ms: i64) -> Heard {
        let read = |together: &Together| Reading {
            group: Arc::clone(&together.group),
            at_ms: now_ms,
            cells: self.cells(together, |_, metric| bad(metric, QualityReason::Malformed)),
        };
        Heard::Readings(self.groups.iter().map(read).collect(), false)
    }

    fn cells(&self, together: &Together, cell: impl Fn(usize, &Metric) -> Cell) -> Vec<Cell> {
        let metrics = together.metrics.iter().filter_map(|index| Some((*index, self.metric(*index)?)));
        metrics.map(|(index, metric)| cell(index, metric)).collect()
    }

    fn metric(&self, index: usize) -> Option<&Metric> {
        self.device.profile.metrics.get(index)
    }
}

/// Names a message, so that its redelivery is known again: the broker keeps the packet id of what it delivers twice,
/// except of what it kept from earlier and sends to each new subscription.
pub(super) fn origin(topic: &str, payload: &[u8], packet: u16, retained: bool) -> Option<[u8; 16]> {
    if packet == 0 {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update((topic.len() as u64).to_be_bytes());
    hash.update(topic.as_bytes());
    hash.update(if retained { 0 } else { packet }.to_be_bytes());
    hash.update(payload);
    let mut name = [0; 16];
    for (to, from) in name.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Raw;
    use crate::testing::{HOUR_MS, NOON_MS, device, metric, policy};
    use riversync_protocol::v1::{PolicyRow, Quality, QualityLevel};

    const PROFILE: &str = "name = \"c\"\nversion = 1\ntime_pointer = \"/ts\"\n\
        [[metric]]\nname = \"temp\"\npointer = \"/temp\"\ntype = \"float64\"\n\
        [[metric]]\nname = \"door\"\npointer = \"/door\"\ntype = \"bool\"\n";

    fn speaker(profile: &str, granted: &[(&str, u32)]) -> Speaker {
        let profile = crate::profile::read("c.toml", profile).unwrap_or_else(|f| panic!("{f:?}"));
        let at = crate::config::Mqtt { broker: "b".into(), topic: "t".into() };
        let connection = crate::config::Connection::Mqtt(at);
        let mut speaker = Speaker::new(Device { id: device("cold"), profile: Arc::new(profile), connection });
        let rows = granted.iter().map(|(name, min_interval_ms)| PolicyRow {
            device: device("cold"),
            metric: metric(name),
            min_interval_ms: *min_interval_ms,
            from_ms: NOON_MS - HOUR_MS,
            until_ms: NOON_MS + HOUR_MS,
        });
        speaker.regroup(&Granted::new(&policy(1, rows.collect())), NOON_MS);
        speaker
    }

    fn readings(heard: Heard) -> Vec<Reading> {
        match heard {
            Heard::Readings(readings, _) => readings,
            Heard::Nothing => Vec::new(),
        }
    }

    #[test]
    fn only_what_is_granted_leaves_the_message() {
        let payload = format!("{{\"temp\":4.5,\"door\":true,\"secret\":1,\"ts\":{}}}", NOON_MS - 7);
        let heard = readings(speaker(PROFILE, &[("temp", 0)]).hear(payload.as_bytes(), false, NOON_MS));
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].at_ms, NOON_MS - 7);
        assert_eq!(heard[0].cells, [Cell { raw: Raw::Float64(4.5), quality: Quality::GOOD }]);
        assert!(readings(speaker(PROFILE, &[]).hear(payload.as_bytes(), false, NOON_MS)).is_empty());
    }

    #[test]
    fn metrics_with_different_spacing_part_and_a_missing_one_is_bad() {
        let heard = readings(speaker(PROFILE, &[("temp", 0), ("door", 5_000)]).hear(
            b"{\"door\":false}",
            false,
            NOON_MS,
        ));
        assert_eq!(heard.iter().map(|r| r.group.interval_ms).collect::<Vec<_>>(), [0, 5_000]);
        assert_eq!(heard[0].cells[0].quality, Quality::bad(QualityReason::Missing));
        assert_eq!(heard[1].cells[0].raw, Raw::Bool(false));
    }

    #[test]
    fn rubbish_is_bad_and_an_unbelievable_time_is_a_doubt() {
        let speaker = speaker(PROFILE, &[("temp", 0)]);
        let rubbish = readings(speaker.hear(b"{\"temp\":", false, NOON_MS));
        assert_eq!(rubbish[0].cells[0].quality, Quality::bad(QualityReason::Malformed));
        let doubtful = readings(speaker.hear(b"{\"temp\":1,\"ts\":12}", false, NOON_MS));
        assert_eq!(
            (doubtful[0].at_ms, doubtful[0].cells[0].quality.level),
            (NOON_MS, QualityLevel::Uncertain)
        );
    }

    #[test]
    fn what_the_broker_kept_counts_only_with_the_devices_own_time() {
        let with_time = format!("{{\"temp\":1,\"ts\":{}}}", NOON_MS - HOUR_MS / 2);
        let cold = speaker(PROFILE, &[("temp", 0)]);
        assert_eq!(readings(cold.hear(with_time.as_bytes(), true, NOON_MS)).len(), 1);
        assert!(readings(cold.hear(b"{\"temp\":1}", true, NOON_MS)).is_empty());
        let timeless = PROFILE.replace("time_pointer = \"/ts\"\n", "");
        assert!(
            readings(speaker(&timeless, &[("temp", 0)]).hear(with_time.as_bytes(), true, NOON_MS)).is_empty()
        );
    }

    #[test]
    fn a_redelivery_has_the_name_of_the_first_delivery_and_nothing_else_has() {
        let first = origin("t", b"x", 7, false);
        assert_eq!(first, origin("t", b"x", 7, false));
        for other in [origin("u", b"x", 7, false), origin("t", b"y", 7, false), origin("t", b"x", 8, false)] {
            assert_ne!(first, other);
        }
        assert_eq!(origin("t", b"x", 7, true), origin("t", b"x", 9, true));
        assert_eq!(origin("t", b"x", 0, false), None);
    }
}
