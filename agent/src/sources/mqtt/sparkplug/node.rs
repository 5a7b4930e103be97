//! What is known of one edge node: its sequence, its births, its aliases. Pure: `(state, message, now) -> what to do`.
//!
//! Of metrics that no profile of ours names only the alias number is kept, to tell an unwanted metric from an unknown
//! one; of metrics that a profile names the index, and a value leaves only while the metric is granted.

use super::payload::{self, Header, Metric, Sealed};
use crate::clock::Stamp;
use crate::config::Device;
use crate::grant::Granted;
use crate::profile::{MessageAt, Part, Place};
use crate::reading::{Cell, Reading};
use crate::sources::group::{Together, heard};
use crate::sources::modbus::decode::bad;
use crate::sources::mqtt::convert::{cell, doubt, time};
use crate::sources::mqtt::extract::Leaf;
use crate::sources::mqtt::message::keep_groups;
use crate::sources::status::Drop;
use riversync_protocol::v1::{Quality, QualityLevel, QualityReason};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Aliases of one edge node that are remembered; beyond it the node has to be asked more often.
const MAX_ALIASES: usize = 65_536;
/// A node is asked for its births at most this often.
const ASK_EVERY: Duration = Duration::from_secs(10);

/// The kinds of messages that an edge node sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources::mqtt) enum Kind {
    /// NBIRTH.
    NodeBirth,
    /// NDEATH.
    NodeDeath,
    /// DBIRTH.
    DeviceBirth,
    /// DDEATH.
    DeviceDeath,
    /// NDATA or DDATA.
    Data,
}

/// What a message leads to, for one device of ours.
#[derive(Debug, Default, PartialEq)]
pub(in crate::sources::mqtt) struct Told {
    /// What is granted of it.
    pub readings: Vec<Reading>,
    /// Whether the device has said something, and is therefore up.
    pub is_up: bool,
    /// Why it is down now, when it is.
    pub gone: Option<&'static str>,
    /// Why something of it was dropped.
    pub dropped: Vec<Drop>,
    /// Messages before this one that never came.
    pub lost: u64,
}

/// One edge node with the devices of ours behind it.
#[derive(Default)]
pub(in crate::sources::mqtt) struct Node {
    members: Vec<Member>,
    rebirth: bool,
    seq: Option<u8>,
    bd_seq: Option<u64>,
    born: bool,
    aliases: HashMap<u64, Alias>,
    asked: Option<Duration>,
}

/// One device of ours.
struct Member {
    device: Device,
    part: Option<String>,
    names: BTreeMap<String, usize>,
    groups: BTreeMap<usize, Together>,
}

/// What an alias stands for.
#[derive(Clone, Copy, Debug)]
struct Alias {
    /// Hash of the device part of the topic it was born on: a birth replaces the aliases of the one before.
    owner: u64,
    /// The metric of our profile and its data type, if there is one.
    wanted: Option<(usize, usize, Option<u32>)>,
}

/// Which metric of which member.
struct Target {
    member: usize,
    index: usize,
    datatype: Option<u32>,
}

impl Node {
    /// Adds a device of ours behind this node; `part` is its Sparkplug name, nothing for the node itself.
    pub(in crate::sources::mqtt) fn add(&mut self, device: Device, part: Option<String>, rebirth: bool) {
        let named =
            device.profile.metrics.iter().enumerate().filter_map(|(index, metric)| match &metric.place {
                Place::Message(MessageAt { part: Part::Sparkplug(name), .. }) => Some((name.clone(), index)),
                Place::Message(_) | Place::Register(_) => None,
            });
        let names = named.collect();
        self.rebirth |= rebirth;
        self.members.push(Member { device, part, names, groups: BTreeMap::new() });
    }

    /// Whether the same devices are behind both, and both may be asked the same.
    pub(in crate::sources::mqtt) fn has_devices_of(&self, other: &Self) -> bool {
        fn devices(node: &Node) -> impl Iterator<Item = (&Device, &Option<String>)> {
            node.members.iter().map(|member| (&member.device, &member.part))
        }
        self.rebirth == other.rebirth && devices(self).eq(devices(other))
    }

    /// The devices of ours, in the order in which [`Node::hear`] answers.
    pub(in crate::sources::mqtt) fn devices(&self) -> impl Iterator<Item = &Device> {
        self.members.iter().map(|member| &member.device)
    }

    /// Takes over what is granted now.
    pub(in crate::sources::mqtt) fn regroup(&mut self, granted: &Granted, now_ms: i64) {
        for member in &mut self.members {
            let before: Vec<_> = std::mem::take(&mut member.groups).into_values().collect();
            let groups = keep_groups(&before, heard(&member.device, granted, now_ms));
            member.groups =
                groups.into_iter().filter_map(|group| Some((*group.metrics.first()?, group))).collect();
        }
    }

    /// A new connection: births may have been missed, so nothing that was known still holds.
    pub(in crate::sources::mqtt) fn forget(&mut self) {
        (self.seq, self.bd_seq, self.born) = (None, None, false);
        self.aliases.clear();
    }

    /// Whether the node is to be asked for its births now; the caller then sends [`ask`].
    pub(in crate::sources::mqtt) fn asks(&mut self, now: Duration) -> bool {
        let waits = self.asked.is_some_and(|asked| now.saturating_sub(asked) < ASK_EVERY);
        if !self.rebirth || waits {
            return false;
        }
        self.asked = Some(now);
        true
    }

    /// What a message leads to, for each device of ours, and whether births are needed to read on. Nothing is known of
    /// its payload when it was too long.
    pub(in crate::sources::mqtt) fn hear(
        &mut self,
        kind: Kind,
        part: Option<&str>,
        payload: Option<&[u8]>,
        at: Stamp,
    ) -> (Vec<Told>, bool) {
        let mut told: Vec<Told> = self.members.iter().map(|_| Told::default()).collect();
        let Some(bytes) = payload else {
            self.each(part, &mut told, |told| told.dropped.push(Drop::TooLong));
            return (told, false);
        };
        let Ok(header) = payload::header(bytes) else {
            self.each(part, &mut told, |told| told.dropped.push(Drop::NotSparkplug));
            return (told, false);
        };
        if kind == Kind::NodeDeath {
            self.node_death(bytes, at, &mut told);
            return (told, false);
        }
        let lost = self.follow(kind, header);
        if lost > 0 {
            told.iter_mut().for_each(|told| told.lost = lost);
        }
        if kind == Kind::NodeBirth {
            self.aliases.clear();
            self.born = true;
            self.bd_seq = bd_seq(bytes);
        }
        if kind == Kind::DeviceDeath {
            let gone =
                self.members.iter().zip(&mut told).filter(|(member, _)| member.part.as_deref() == part);
            gone.for_each(|(member, told)| member.gone(at, "it has left its edge node", told));
            return (told, lost > 0);
        }
        if kind == Kind::DeviceBirth {
            let owner = owner(part);
            self.aliases.retain(|_, alias| alias.owner != owner);
        }
        let unknown = self.take(kind, part, header, bytes, at, &mut told);
        self.each(part, &mut told, |told| told.is_up = true);
        (told, unknown || lost > 0 || !self.born)
    }

    fn each(&self, part: Option<&str>, told: &mut [Told], mut say: impl FnMut(&mut Told)) {
        let of_part = self.members.iter().zip(told).filter(|(member, _)| member.part.as_deref() == part);
        of_part.for_each(|(_, told)| say(told));
    }

    /// Follows the sequence; says how many messages are missing before this one.
    fn follow(&mut self, kind: Kind, header: Header) -> u64 {
        let Some(seq) = header.seq.and_then(|seq| u8::try_from(seq).ok()) else { return 0 };
        let expected = self.seq.map(|last| last.wrapping_add(1)).filter(|_| kind != Kind::NodeBirth);
        self.seq = Some(seq);
        expected.map_or(0, |expected| u64::from(seq.wrapping_sub(expected)))
    }

    /// A death counts only for the birth it belongs to: a broker may tell an old one late.
    fn node_death(&mut self, bytes: &[u8], at: Stamp, told: &mut [Told]) {
        let of = bd_seq(bytes);
        if self.bd_seq.is_some() && of.is_some() && of != self.bd_seq {
            told.iter_mut().for_each(|told| told.dropped.push(Drop::OldDeath));
            return;
        }
        self.forget();
        for (member, told) in self.members.iter().zip(told) {
            member.gone(at, "its edge node has left", told);
        }
    }

    /// Takes what is granted of the metrics; says whether one of them has an alias that nobody knows.
    fn take(
        &mut self,
        kind: Kind,
        part: Option<&str>,
        header: Header,
        bytes: &[u8],
        at: Stamp,
        told: &mut [Told],
    ) -> bool {
        let mut unknown = false;
        for sealed in payload::metrics(bytes) {
            let target = match self.target(kind, part, sealed) {
                Ok(target) => target,
                Err(Drop::UnknownAlias) => {
                    unknown = true;
                    continue;
                }
                Err(_) => continue,
            };
            let Some(target) = target else { continue };
            if let (Some(member), Some(told)) = (self.members.get(target.member), told.get_mut(target.member))
            {
                told.readings.extend(member.reading(&target, sealed, header, at));
            }
        }
        if unknown {
            self.each(part, told, |told| told.dropped.push(Drop::UnknownAlias));
        }
        unknown
    }

    /// The metric of ours that this is; learns its alias from a birth.
    fn target(&mut self, kind: Kind, part: Option<&str>, sealed: Sealed<'_>) -> Result<Option<Target>, Drop> {
        let by_name = sealed.name.map(|name| {
            let named = |(at, member): (usize, &Member)| {
                (member.part.as_deref() == part).then(|| Some((at, *member.names.get(name)?))).flatten()
            };
            self.members.iter().enumerate().find_map(named)
        });
        let is_birth = matches!(kind, Kind::NodeBirth | Kind::DeviceBirth);
        if let (true, Some(alias), Some(found)) = (is_birth, sealed.alias, by_name)
            && (self.aliases.len() < MAX_ALIASES || self.aliases.contains_key(&alias))
        {
            let wanted = found.map(|(member, index)| (member, index, sealed.datatype));
            self.aliases.insert(alias, Alias { owner: owner(part), wanted });
        }
        match (by_name, sealed.alias) {
            (Some(found), _) => {
                let target = |(member, index)| Target { member, index, datatype: sealed.datatype };
                Ok(found.map(target))
            }
            (None, Some(alias)) => {
                let known = self.aliases.get(&alias).ok_or(Drop::UnknownAlias)?;
                Ok(known.wanted.map(|(member, index, datatype)| Target { member, index, datatype }))
            }
            (None, None) => Ok(None),
        }
    }
}

impl Member {
    /// The reading of a metric, if it is granted.
    fn reading(&self, target: &Target, sealed: Sealed<'_>, header: Header, at: Stamp) -> Option<Reading> {
        let together = self.groups.get(&target.index)?;
        let metric = self.device.profile.metrics.get(target.index)?;
        let group = Arc::clone(&together.group);
        let Ok(open) = sealed.open() else {
            return Some(Reading::taken(group, at, vec![bad(metric, QualityReason::Malformed)]));
        };
        let made = open.timestamp.or(header.timestamp).and_then(|made| i64::try_from(made).ok());
        let (at_ms, doubtful) = time(made.map(Leaf::Int).as_ref(), at.at_ms);
        let mut cells = vec![self::value(metric, &open, target.datatype)];
        if doubtful {
            doubt(&mut cells);
        }
        if made.is_none() || doubtful {
            return Some(Reading::taken(group, at, cells));
        }
        Some(Reading { group, at_ms, cells })
    }

    fn gone(&self, at: Stamp, why: &'static str, told: &mut Told) {
        told.gone = Some(why);
        for (index, together) in &self.groups {
            let Some(metric) = self.device.profile.metrics.get(*index) else { continue };
            let stale = Cell::none(metric.kind(), Quality::stale(QualityReason::DeviceGone));
            told.readings.push(Reading::taken(Arc::clone(&together.group), at, vec![stale]));
        }
    }
}

/// The cell: what the value is worth by itself, and what the node says about it.
fn value(metric: &crate::profile::Metric, open: &Metric, datatype: Option<u32>) -> Cell {
    let said = open.quality();
    if matches!(said.level, QualityLevel::Bad | QualityLevel::Stale) {
        return Cell::none(metric.kind(), said);
    }
    let Some(leaf) = open.leaf(datatype) else { return bad(metric, QualityReason::NotAvailable) };
    let cell = cell(metric, Some(&leaf));
    if cell.quality == Quality::GOOD { Cell { quality: said, ..cell } } else { cell }
}

/// The number that ties a death to its birth.
fn bd_seq(bytes: &[u8]) -> Option<u64> {
    let metric = payload::metrics(bytes).find(|metric| metric.name == Some("bdSeq"))?.open().ok()?;
    match metric.leaf(None)? {
        Leaf::Int(number) => u64::try_from(number).ok(),
        Leaf::UInt(number) => Some(number),
        _ => None,
    }
}

fn owner(part: Option<&str>) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    part.hash(&mut hasher);
    hasher.finish()
}

/// The payload that asks for births.
pub(in crate::sources::mqtt) fn ask(now_ms: i64) -> Vec<u8> {
    payload::rebirth(now_ms)
}
