//! What one message of a device gives: readings of granted metrics, or nothing. Pure.

use super::convert::{cell, doubt, time};
use super::extract::{Leaf, Unusable, Wanted, extract};
use super::plain;
use crate::clock::Stamp;
use crate::config::Device;
use crate::grant::Granted;
use crate::profile::{MessageAt, Metric, Part, Place};
use crate::reading::{Cell, Reading};
use crate::sources::group::{Together, heard};
use crate::sources::modbus::decode::bad;
use crate::sources::status::Drop;
use riversync_protocol::v1::{Quality, QualityReason};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands for the device's own time among the wanted values.
const TIME: usize = usize::MAX;

/// One device that speaks on topics, with what may be taken from it now.
pub(super) struct Speaker {
    /// Who.
    pub device: Device,
    topic: String,
    ears: BTreeMap<String, Ear>,
}

/// What may be taken from one topic.
#[derive(Default)]
struct Ear {
    groups: Vec<Together>,
    wanted: Wanted,
}

/// What became of a message.
pub(super) enum Heard {
    /// Readings; with a reason when the message could not be read and they say only that.
    Readings(Vec<Reading>, Option<Drop>),
    /// Nothing of it is granted.
    Nothing,
}

impl Speaker {
    pub(super) fn new(device: Device, topic: String) -> Self {
        Self { device, topic, ears: BTreeMap::new() }
    }

    /// All topics on which it may speak, granted or not.
    pub(super) fn topics(&self) -> impl Iterator<Item = String> {
        let topics: std::collections::BTreeSet<String> =
            self.device.profile.metrics.iter().filter_map(|metric| self.topic_of(metric)).collect();
        topics.into_iter()
    }

    fn topic_of(&self, metric: &Metric) -> Option<String> {
        match &metric.place {
            Place::Message(MessageAt { topic: Some(below), .. }) => Some(format!("{}/{below}", self.topic)),
            Place::Message(_) => Some(self.topic.clone()),
            Place::Register(_) => None,
        }
    }

    /// Takes over what is granted now; groups that stay the same stay the same object.
    pub(super) fn regroup(&mut self, granted: &Granted, now_ms: i64) {
        let before: Vec<_> =
            std::mem::take(&mut self.ears).into_values().flat_map(|ear| ear.groups).collect();
        for together in keep_groups(&before, heard(&self.device, granted, now_ms)) {
            let first = together.metrics.first().and_then(|index| self.metric(*index));
            let Some(topic) = first.and_then(|metric| self.topic_of(metric)) else { continue };
            let mut pointers = Vec::new();
            for index in &together.metrics {
                if let Some(Place::Message(MessageAt { part: Part::Pointer(pointer), .. })) =
                    self.metric(*index).map(|metric| &metric.place)
                {
                    pointers.push((pointer.clone(), *index));
                }
            }
            let ear = self.ears.entry(topic).or_default();
            for (pointer, index) in pointers {
                ear.wanted.add(&pointer, index);
            }
            ear.groups.push(together);
        }
        let Some(time) = &self.device.profile.time_pointer else { return };
        for ear in self.ears.values_mut().filter(|ear| !ear.wanted.is_empty()) {
            ear.wanted.add(time, TIME);
        }
    }

    /// The readings of a message that came on `topic` at `at`; nothing is known of its payload when it was too long.
    pub(super) fn hear(&self, topic: &str, payload: Option<&[u8]>, retained: bool, at: Stamp) -> Heard {
        let Some(ear) = self.ears.get(topic) else { return Heard::Nothing };
        let Some(payload) = payload else { return self.unreadable(ear, Drop::TooLong, at) };
        let found = match ear.wanted.is_empty() {
            true => BTreeMap::new(),
            false => match extract(payload, &ear.wanted) {
                Ok(found) => found,
                Err(Unusable::TooDeep) => return self.unreadable(ear, Drop::TooDeep, at),
                Err(Unusable::NotJson) => return self.unreadable(ear, Drop::NotJson, at),
            },
        };
        let (at_ms, doubtful) = time(found.get(&TIME), at.at_ms);
        // Only a time of the device's own says when a message was made that the broker had kept.
        let timed = found.contains_key(&TIME) && !doubtful;
        let mut dropped = None;
        let mut read = |together: &Together| {
            let mut cells = self.cells(together, |index, metric| match part(metric) {
                Some(Part::Plain) => {
                    let leaf = plain::leaf(metric.kind(), payload);
                    if leaf.is_none() {
                        dropped = Some(Drop::NotText);
                        return bad(metric, QualityReason::Malformed);
                    }
                    cell(metric, leaf.as_ref().map(malformed_text))
                }
                _ => cell(metric, found.get(&index)),
            });
            if doubtful {
                doubt(&mut cells);
            }
            if retained && !timed {
                flag_retained(&mut cells);
            }
            let group = Arc::clone(&together.group);
            if timed { Reading { group, at_ms, cells } } else { Reading::taken(group, at, cells) }
        };
        let readings = ear.groups.iter().map(&mut read).collect();
        Heard::Readings(readings, dropped)
    }

    /// What a message says that cannot be read: that there is no value, and why.
    fn unreadable(&self, ear: &Ear, why: Drop, at: Stamp) -> Heard {
        let read = |together: &Together| {
            let cells = self.cells(together, |_, metric| bad(metric, QualityReason::Malformed));
            Reading::taken(Arc::clone(&together.group), at, cells)
        };
        Heard::Readings(ear.groups.iter().map(read).collect(), Some(why))
    }

    fn cells(&self, together: &Together, mut cell: impl FnMut(usize, &Metric) -> Cell) -> Vec<Cell> {
        let metrics = together.metrics.iter().filter_map(|index| Some((*index, self.metric(*index)?)));
        metrics.map(|(index, metric)| cell(index, metric)).collect()
    }

    fn metric(&self, index: usize) -> Option<&Metric> {
        self.device.profile.metrics.get(index)
    }
}

fn part(metric: &Metric) -> Option<&Part> {
    match &metric.place {
        Place::Message(at) => Some(&at.part),
        Place::Register(_) => None,
    }
}

/// A switch that is neither on nor off was said, so it is not missing.
fn malformed_text(leaf: &Leaf) -> &Leaf {
    const MALFORMED: &Leaf = &Leaf::Text(String::new());
    if *leaf == Leaf::Other { MALFORMED } else { leaf }
}

/// A value the broker had kept is no fresh sample: nobody knows when it was measured.
fn flag_retained(cells: &mut [Cell]) {
    for cell in cells.iter_mut().filter(|cell| cell.quality.has_value()) {
        cell.quality = Quality::uncertain(QualityReason::Retained);
    }
}

/// `fresh`, with the group object of the one before where nothing else has changed.
pub(super) fn keep_groups(before: &[Together], mut fresh: Vec<Together>) -> Vec<Together> {
    for together in &mut fresh {
        if let Some(old) = before.iter().find(|old| *old == together) {
            together.group = Arc::clone(&old.group);
        }
    }
    fresh
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
    use riversync_protocol::v1::{PolicyRow, QualityLevel};

    const PROFILE: &str = "name = \"c\"\nversion = 1\ntime_pointer = \"/ts\"\n\
        [[metric]]\nname = \"temp\"\npointer = \"/temp\"\ntype = \"float64\"\n\
        [[metric]]\nname = \"door\"\npointer = \"/door\"\ntype = \"bool\"\n";
    const PLAIN: &str = "name = \"c\"\nversion = 1\n\
        [[metric]]\nname = \"temp\"\ntopic = \"sensor/temp\"\ntype = \"float64\"\n\
        [[metric]]\nname = \"door\"\nplain = true\ntype = \"bool\"\n";
    const AT: Stamp = Stamp { at_ms: NOON_MS, trusted: true };

    fn speaker(profile: &str, granted: &[(&str, u32)]) -> Speaker {
        let profile = crate::profile::read("c.toml", profile).unwrap_or_else(|f| panic!("{f:?}"));
        let speaks = crate::config::Speaks::Topic("t".into());
        let connection = crate::config::Connection::Mqtt(crate::config::Mqtt { broker: "b".into(), speaks });
        let device_of = Device { id: device("cold"), profile: Arc::new(profile), connection };
        let mut speaker = Speaker::new(device_of, "t".into());
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

    fn heard(speaker: &Speaker, topic: &str, payload: &[u8], retained: bool) -> Vec<Reading> {
        match speaker.hear(topic, Some(payload), retained, AT) {
            Heard::Readings(readings, _) => readings,
            Heard::Nothing => Vec::new(),
        }
    }

    #[test]
    fn only_what_is_granted_leaves_the_message() {
        let payload = format!("{{\"temp\":4.5,\"door\":true,\"secret\":1,\"ts\":{}}}", NOON_MS - 7);
        let read = heard(&speaker(PROFILE, &[("temp", 0)]), "t", payload.as_bytes(), false);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].at_ms, NOON_MS - 7);
        assert_eq!(read[0].cells, [Cell { raw: Raw::Float64(4.5), quality: Quality::GOOD }]);
        assert!(heard(&speaker(PROFILE, &[]), "t", payload.as_bytes(), false).is_empty());
    }

    #[test]
    fn metrics_with_different_spacing_part_and_a_missing_one_is_bad() {
        let read = heard(&speaker(PROFILE, &[("temp", 0), ("door", 5_000)]), "t", b"{\"door\":false}", false);
        assert_eq!(read.iter().map(|r| r.group.interval_ms).collect::<Vec<_>>(), [0, 5_000]);
        assert_eq!(read[0].cells[0].quality, Quality::bad(QualityReason::Missing));
        assert_eq!(read[1].cells[0].raw, Raw::Bool(false));
    }

    #[test]
    fn a_plain_payload_is_one_value_on_a_topic_of_its_own() {
        let speaker = speaker(PLAIN, &[("temp", 0), ("door", 0)]);
        assert_eq!(speaker.topics().collect::<Vec<_>>(), ["t", "t/sensor/temp"]);
        let temp = heard(&speaker, "t/sensor/temp", b"21.5", false);
        assert_eq!((temp.len(), &temp[0].cells[0].raw), (1, &Raw::Float64(21.5)));
        let door = heard(&speaker, "t", b"ON", false);
        assert_eq!((door.len(), &door[0].cells[0].raw), (1, &Raw::Bool(true)));
        let rubbish = heard(&speaker, "t", b"maybe", false);
        assert_eq!(rubbish[0].cells[0].quality, Quality::bad(QualityReason::Malformed));
        let nan = heard(&speaker, "t/sensor/temp", b"nan", false);
        assert_eq!(nan[0].cells[0].quality, Quality::bad(QualityReason::NotANumber));
        assert!(heard(&speaker, "t/other", b"1", false).is_empty());
        assert!(matches!(
            speaker.hear("t", Some(b"\xff"), false, AT),
            Heard::Readings(_, Some(Drop::NotText))
        ));
    }

    #[test]
    fn rubbish_is_bad_and_an_unbelievable_time_is_a_doubt() {
        let speaker = speaker(PROFILE, &[("temp", 0)]);
        let rubbish = heard(&speaker, "t", b"{\"temp\":", false);
        assert_eq!(rubbish[0].cells[0].quality, Quality::bad(QualityReason::Malformed));
        let doubtful = heard(&speaker, "t", b"{\"temp\":1,\"ts\":12}", false);
        assert_eq!(
            (doubtful[0].at_ms, doubtful[0].cells[0].quality),
            (NOON_MS, Quality::uncertain(QualityReason::DeviceClock))
        );
        assert!(matches!(speaker.hear("t", None, false, AT), Heard::Readings(_, Some(Drop::TooLong))));
    }

    #[test]
    fn what_the_broker_kept_is_flagged_unless_it_says_when_it_was_made() {
        let with_time = format!("{{\"temp\":1,\"ts\":{}}}", NOON_MS - HOUR_MS / 2);
        let cold = speaker(PROFILE, &[("temp", 0)]);
        let timed = heard(&cold, "t", with_time.as_bytes(), true);
        assert_eq!((timed[0].at_ms, timed[0].cells[0].quality), (NOON_MS - HOUR_MS / 2, Quality::GOOD));
        let timeless = heard(&cold, "t", b"{\"temp\":1}", true);
        let kept = Quality::uncertain(QualityReason::Retained);
        assert_eq!((timeless[0].at_ms, timeless[0].cells[0].quality), (NOON_MS, kept));
        let plain = heard(&speaker(PLAIN, &[("door", 0)]), "t", b"on", true);
        assert_eq!(plain[0].cells[0].quality, kept);
    }

    #[test]
    fn a_clock_that_is_not_believed_flags_what_it_stamps() {
        let cold = speaker(PROFILE, &[("temp", 0)]);
        let doubted = Stamp { trusted: false, ..AT };
        let Heard::Readings(read, None) = cold.hear("t", Some(b"{\"temp\":1}"), false, doubted) else {
            panic!()
        };
        assert_eq!(read[0].cells[0].quality, Quality::uncertain(QualityReason::ClockUntrusted));
        assert_eq!(read[0].cells[0].quality.level, QualityLevel::Uncertain);
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
