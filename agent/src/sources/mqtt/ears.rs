//! Who listens to which topic of one broker, and what is counted of each message.

use super::client::Message;
use super::message::{Heard, Speaker};
use super::sparkplug::{Node, Told, ask, command, parse, topics};
use crate::config::{Connection, Device, Mqtt, Sparkplug, Speaks};
use crate::grant::Granted;
use crate::reading::Reading;
use crate::sources::status::Drop;
use crate::sources::supervise::DIED;
use crate::sources::{Context, Link as State};
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// A device that says rubbish again and again is told of this often; every message of it is counted.
const RUBBISH_EVERY: Duration = Duration::from_secs(1);

/// The devices of one broker.
pub(super) struct Ears {
    speakers: Vec<Speaker>,
    by_topic: HashMap<String, Vec<usize>>,
    nodes: BTreeMap<(String, String), Node>,
    rubbish: HashMap<usize, Duration>,
}

/// A message to send to an edge node: its topic and its payload.
pub(super) type Ask = (String, Vec<u8>);

impl Ears {
    pub(super) fn new(devices: impl Iterator<Item = Device>) -> Self {
        let (mut speakers, mut nodes) = (Vec::new(), BTreeMap::<_, Node>::new());
        for device in devices {
            let Connection::Mqtt(Mqtt { speaks, .. }) = device.connection.clone() else { continue };
            match speaks {
                Speaks::Topic(topic) => speakers.push(Speaker::new(device, topic)),
                Speaks::Sparkplug(Sparkplug { group, node, device: part, rebirth }) => {
                    nodes.entry((group, node)).or_default().add(device, part, rebirth);
                }
            }
        }
        let mut by_topic: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, speaker) in speakers.iter().enumerate() {
            for topic in speaker.topics() {
                by_topic.entry(topic).or_default().push(at);
            }
        }
        Self { speakers, by_topic, nodes, rubbish: HashMap::new() }
    }

    /// Takes over who is listened to. An edge node whose devices stay the same keeps its births; another one is known from
    /// its next birth on.
    pub(super) fn adopt(&mut self, devices: impl Iterator<Item = Device>) {
        let before = std::mem::replace(self, Self::new(devices));
        for (name, node) in before.nodes {
            if let Some(fresh) = self.nodes.get_mut(&name).filter(|fresh| fresh.has_devices_of(&node)) {
                *fresh = node;
            }
        }
    }

    /// What to subscribe to.
    pub(super) fn topics(&self) -> Vec<String> {
        let mut all: Vec<String> = self.by_topic.keys().cloned().collect();
        all.extend(self.nodes.keys().flat_map(|(group, node)| topics(group, node)));
        all.sort();
        all
    }

    /// Takes over what is granted now.
    pub(super) fn regroup(&mut self, granted: &Granted, now_ms: i64) {
        self.speakers.iter_mut().for_each(|speaker| speaker.regroup(granted, now_ms));
        self.nodes.values_mut().for_each(|node| node.regroup(granted, now_ms));
    }

    fn devices(&self) -> impl Iterator<Item = &Device> {
        let speakers = self.speakers.iter().map(|speaker| &speaker.device);
        speakers.chain(self.nodes.values().flat_map(Node::devices))
    }

    /// A new connection: what was known of sequences and births no longer holds.
    pub(super) fn connected(&mut self, context: &Context) {
        self.nodes.values_mut().for_each(Node::forget);
        for status in self.devices().filter_map(|device| context.status.device(&device.id)) {
            status.count_session();
        }
        self.set_links(context, State::Idle, "");
    }

    pub(super) fn set_links(&self, context: &Context, state: State, reason: &'static str) {
        self.devices().for_each(|device| set_link(context, device, state, reason));
    }

    /// What is granted of a message, and what to ask an edge node for, if anything.
    pub(super) fn hear(&mut self, context: &Context, message: &Message) -> (Vec<Reading>, Option<Ask>) {
        if let Some(listening) = self.by_topic.get(&message.topic) {
            let mut readings = Vec::new();
            for at in listening {
                let Some(speaker) = self.speakers.get(*at) else { continue };
                let tells_rubbish = || {
                    let (now, before) = (context.clock.monotonic(), self.rubbish.get(at).copied());
                    let tells = before.is_none_or(|before| now.saturating_sub(before) >= RUBBISH_EVERY);
                    if tells {
                        self.rubbish.insert(*at, now);
                    }
                    tells
                };
                match guarded(|| spoken(context, speaker, message, tells_rubbish)) {
                    Some(heard) => readings.extend(heard),
                    None => failed(context, &speaker.device),
                }
            }
            return (readings, None);
        }
        match parse(&message.topic) {
            Some((group, kind, name, part)) => {
                let key = (group.to_owned(), name.to_owned());
                if let Some(node) = self.nodes.get_mut(&key) {
                    let at = context.clock.stamp();
                    let payload = (!message.too_long).then_some(message.payload.as_slice());
                    let Some((told, needs_births)) = guarded(|| node.hear(kind, part, payload, at)) else {
                        // Half a birth is none.
                        node.forget();
                        node.devices().for_each(|device| failed(context, device));
                        return (Vec::new(), None);
                    };
                    let asks = needs_births && node.asks(context.clock.monotonic());
                    let readings =
                        node.devices().zip(told).flat_map(|(device, told)| note(context, device, told));
                    let readings = readings.collect();
                    return (readings, asks.then(|| (command(group, name), ask(at.at_ms))));
                }
                context.status.count_stranger();
            }
            // What this agent itself, or another host, said to an edge node.
            None if message.topic.contains("/NCMD/") || message.topic.contains("/DCMD/") => {}
            None => context.status.count_stranger(),
        }
        (Vec::new(), None)
    }
}

/// What `hears` gives, or nothing when it panics. The message is acknowledged all the same: the broker would send it
/// again and again, and no device behind it would be heard any more.
fn guarded<T>(hears: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(hears)).ok()
}

/// A fault of ours, met in a message of this device; the others are heard on.
fn failed(context: &Context, device: &Device) {
    tracing::error!(device = %device.id, "a message was dropped by a fault of the agent");
    let Some(status) = context.status.device(&device.id) else { return };
    status.count_dropped(Drop::Failed);
    status.count_error();
    status.count_restart();
    set_link(context, device, State::Down, DIED);
}

/// What is granted of a message of a device that speaks on topics of its own.
fn spoken(
    context: &Context,
    speaker: &Speaker,
    message: &Message,
    mut tells_rubbish: impl FnMut() -> bool,
) -> Vec<Reading> {
    let Some(status) = context.status.device(&speaker.device.id) else { return Vec::new() };
    let at = context.clock.stamp();
    status.count_request();
    if message.retained {
        status.count_retained();
    }
    let payload = (!message.too_long).then_some(message.payload.as_slice());
    match speaker.hear(&message.topic, payload, message.retained, at) {
        Heard::Nothing => {
            status.count_dropped(Drop::NotGranted);
            Vec::new()
        }
        Heard::Readings(readings, None) => {
            count_points(context, &speaker.device, &readings, at.at_ms);
            set_link(context, &speaker.device, State::Up, "");
            readings
        }
        Heard::Readings(readings, Some(why)) => {
            status.count_dropped(why);
            status.count_error();
            set_link(context, &speaker.device, State::Down, words(why));
            if !tells_rubbish() {
                return Vec::new();
            }
            count_points(context, &speaker.device, &readings, at.at_ms);
            readings
        }
    }
}

/// Counts what a Sparkplug message led to for one device, and hands its readings on.
fn note(context: &Context, device: &Device, told: Told) -> Vec<Reading> {
    let Some(status) = context.status.device(&device.id) else { return Vec::new() };
    status.count_lost(told.lost);
    told.dropped.iter().for_each(|why| status.count_dropped(*why));
    if told.is_up || told.gone.is_some() || !told.dropped.is_empty() {
        status.count_request();
    }
    let rubbish = told.dropped.iter().find(|why| matches!(why, Drop::NotSparkplug | Drop::TooLong));
    if let Some(why) = rubbish {
        status.count_error();
        set_link(context, device, State::Down, words(*why));
    } else if told.readings.is_empty() && told.dropped.contains(&Drop::UnknownAlias) {
        set_link(context, device, State::Down, words(Drop::UnknownAlias));
    } else if let Some(why) = told.gone {
        set_link(context, device, State::Down, why);
    } else if told.is_up {
        set_link(context, device, State::Up, "");
    }
    count_points(context, device, &told.readings, context.clock.now_ms());
    told.readings
}

fn words(why: Drop) -> &'static str {
    match why {
        Drop::NotGranted => "nothing of it is granted",
        Drop::TooLong => "its message is too long",
        Drop::TooDeep => "its message is nested too deep",
        Drop::NotJson => "its message is not JSON",
        Drop::NotText => "its message is not a plain value",
        Drop::NotSparkplug => "its message is not a Sparkplug payload",
        Drop::UnknownAlias => {
            "its births were not heard; set rebirth = true, or let it announce itself again"
        }
        Drop::Failed => DIED,
        Drop::OldDeath => "an earlier session of its edge node has ended",
    }
}

fn count_points(context: &Context, device: &Device, readings: &[Reading], now_ms: i64) {
    let Some(status) = context.status.device(&device.id) else { return };
    let cells = || readings.iter().flat_map(|reading| &reading.cells);
    let good = cells().filter(|cell| cell.quality.has_value()).count() as u64;
    status.count_points(good, cells().count() as u64 - good, now_ms);
}

fn set_link(context: &Context, device: &Device, state: State, reason: &'static str) {
    let Some(status) = context.status.device(&device.id) else { return };
    if status.set_link(state, reason) {
        tracing::info!(device = %device.id, ?state, reason, "the device's state changed");
    }
}
