//! What the broker keeps for one client: its subscriptions, what waits, what was sent and not acknowledged.

use super::topic;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::Publish;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::sync::Notify;

/// Most messages in flight to one client.
const WINDOW: usize = 200;

/// One message the broker has taken in.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
}

/// One client's session.
#[derive(Default)]
pub(super) struct Session {
    filters: Vec<(String, QoS)>,
    waiting: VecDeque<Message>,
    in_flight: BTreeMap<u16, Message>,
    last_packet: u16,
    /// The connection that owns it now; a later one takes over.
    pub(super) connection: Option<u64>,
    pub(super) wake: Arc<Notify>,
}

impl Session {
    pub(super) fn subscribe(&mut self, filter: &str, qos: QoS) {
        self.filters.retain(|(known, _)| known != filter);
        self.filters.push((filter.to_owned(), qos));
    }

    pub(super) fn unsubscribe(&mut self, filter: &str) {
        self.filters.retain(|(known, _)| known != filter);
    }

    /// The quality of service its subscriptions ask for `topic`.
    pub(super) fn wants(&self, topic: &str) -> Option<QoS> {
        let matching = self.filters.iter().filter(|(filter, _)| topic::matches(filter, topic));
        matching.map(|(_, qos)| *qos).max_by_key(|qos| *qos as u8)
    }

    pub(super) fn offer(&mut self, message: &Message) {
        if self.wants(&message.topic).is_some() {
            self.waiting.push_back(message.clone());
            self.wake.notify_one();
        }
    }

    pub(super) fn pending(&self) -> usize {
        self.waiting.len() + self.in_flight.len()
    }

    pub(super) fn detach(&mut self) {
        self.connection = None;
        self.wake.notify_waiters();
        self.wake.notify_one();
    }

    /// What was in flight when the last connection ended, to be sent again with the same packet ids.
    pub(super) fn redeliveries(&self) -> Vec<Publish> {
        self.in_flight.iter().map(|(packet, message)| publish(message, *packet, true)).collect()
    }

    /// Takes the next waiting message for sending, with its number; `None` when nothing waits or the window is full.
    pub(super) fn next(&mut self) -> Option<(u64, Publish)> {
        if self.in_flight.len() >= WINDOW {
            return None;
        }
        let message = self.waiting.pop_front()?;
        if self.wants(&message.topic) == Some(QoS::AtMostOnce) {
            return Some((message.id, Publish::new(message.topic, QoS::AtMostOnce, message.payload)));
        }
        let packet = self.free_packet();
        let out = (message.id, publish(&message, packet, false));
        self.in_flight.insert(packet, message);
        Some(out)
    }

    /// The message that `packet` acknowledges.
    pub(super) fn acknowledge(&mut self, packet: u16) -> Option<u64> {
        self.in_flight.remove(&packet).map(|message| message.id)
    }

    fn free_packet(&mut self) -> u16 {
        loop {
            self.last_packet = self.last_packet.checked_add(1).unwrap_or(1);
            if !self.in_flight.contains_key(&self.last_packet) {
                return self.last_packet;
            }
        }
    }
}

fn publish(message: &Message, packet: u16, again: bool) -> Publish {
    let mut out = Publish::new(message.topic.clone(), QoS::AtLeastOnce, message.payload.clone());
    out.pkid = packet;
    out.dup = again;
    out
}
