//! The loop of one broker: messages to readings, stored readings to acknowledgements.
//!
//! Memory is bounded: so many messages may wait to be stored, then the polling task is no longer listened to and the
//! broker is held back by TCP. Nothing unacknowledged is lost by that, nor by a crash: the broker sends it again.

use super::acks::Acks;
use super::client::{Acknowledger, Message, News, open};
use super::ears::Ears;
use super::message::origin;
use crate::config::{Broker, Device};
use crate::reading::Arrival;
use crate::sources::backoff::{Backoff, chance};
use crate::sources::group::Validity;
use crate::sources::supervise::Members;
use crate::sources::{Context, Link as State};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// Most messages that wait to be stored.
const MAX_WAITING: usize = 256;
/// Most messages between the polling task and this one; each may have the size of a packet.
const NEWS: usize = 8;
/// How soon an acknowledgement that found the client full is tried again.
const RETRY: Duration = Duration::from_millis(20);

pub(super) struct Listener {
    broker: Broker,
    members: Members,
    ears: Ears,
    validity: Option<Validity>,
    context: Context,
}

/// Tells a ticket and whether its message became durable.
type Storing = FuturesUnordered<Pin<Box<dyn Future<Output = (u64, bool)> + Send>>>;

/// Why the loop of one connection ended.
enum Ended {
    /// The agent stops.
    Stopped,
    /// Something unacknowledged must be sent again by the broker.
    Broken(&'static str),
}

impl Listener {
    pub(super) fn new(broker: Broker, members: Members, context: Context) -> Self {
        let ears = Ears::new(devices(&members));
        Self { broker, members, ears, validity: None, context }
    }

    /// Listens until told to stop.
    pub(super) async fn run(mut self) {
        let stop = self.context.stop.clone();
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        self.regroup();
        loop {
            let ended = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                ended = self.listen() => ended,
            };
            match ended {
                Ended::Stopped => return,
                Ended::Broken(reason) => self.ears.set_links(&self.context, State::Down, reason),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(backoff.fail(chance())) => {}
            }
        }
    }

    async fn listen(&mut self) -> Ended {
        let (tell, mut news) = mpsc::channel(NEWS);
        let topics = watch::Sender::new(self.ears.topics());
        let (acknowledger, poll) = match open(&self.broker, topics.subscribe(), tell) {
            Ok(opened) => opened,
            Err(reason) => return Ended::Broken(reason),
        };
        // The polling task ends with this scope, and its connection with it.
        let mut polling = JoinSet::new();
        polling.spawn(poll);
        let (mut granted, mut members) = (self.context.granted.clone(), self.members.clone());
        let (mut acks, mut storing) = (Acks::default(), Storing::new());
        loop {
            tokio::select! {
                changed = granted.changed() => {
                    if changed.is_err() {
                        return Ended::Stopped;
                    }
                    self.regroup();
                }
                Ok(()) = members.changed() => {
                    self.ears.adopt(devices(&self.members));
                    self.regroup();
                    let old = topics.send_replace(self.ears.topics());
                    if !acknowledger.listen_elsewhere(&old, &topics.borrow()) {
                        return Ended::Broken("the subscriptions have changed");
                    }
                }
                Some((ticket, stored)) = storing.next(), if !storing.is_empty() => {
                    if !stored {
                        return Ended::Broken("a message could not be stored; the broker sends it again");
                    }
                    acks.stored(ticket);
                }
                told = news.recv(), if acks.len() < MAX_WAITING => match told {
                    None => return Ended::Broken("the connection broke"),
                    Some(News::Connected) => {
                        acks.forget();
                        self.ears.connected(&self.context);
                    }
                    Some(News::Disconnected(reason)) => self.ears.set_links(&self.context, State::Down, reason),
                    Some(News::Message(message)) => {
                        let ticket = acks.came(message.packet);
                        match self.take(&message, &acknowledger).await {
                            Taken::Stored => acks.stored(ticket),
                            Taken::Storing(stored) => storing.push(Box::pin(async move { (ticket, stored.await.is_ok()) })),
                            Taken::Nowhere => return Ended::Stopped,
                        }
                    }
                },
                () = tokio::time::sleep(RETRY), if acks.is_ready() => {}
            }
            acknowledge(&mut acks, &acknowledger);
        }
    }

    fn regroup(&mut self) {
        let granted = Arc::clone(&self.context.granted.borrow_and_update());
        let now_ms = self.context.clock.now_ms();
        self.ears.regroup(&granted, now_ms);
        self.validity = Validity::of(&granted, now_ms);
    }

    /// Reads a message and hands on what is granted of it.
    async fn take(&mut self, message: &Message, acknowledger: &Acknowledger) -> Taken {
        let now_ms = self.context.clock.now_ms();
        if self.context.granted.has_changed().unwrap_or(true)
            || self.validity.is_some_and(|plan| plan.is_over(now_ms))
        {
            self.regroup();
        }
        let (readings, ask) = self.ears.hear(&self.context, message);
        if let Some((topic, payload)) = ask
            && !acknowledger.ask_for_births(topic, payload)
        {
            tracing::debug!("an edge node is asked for its births later: the client is full");
        }
        if readings.is_empty() {
            return Taken::Stored;
        }
        let (stored, waits) = oneshot::channel();
        let origin = origin(&message.topic, &message.payload, message.packet, message.retained);
        match self.context.out.send(Arrival { readings, origin, stored: Some(stored) }).await {
            Ok(()) => Taken::Storing(waits),
            Err(_) => Taken::Nowhere,
        }
    }
}

/// The devices as they are configured now.
fn devices(members: &Members) -> impl Iterator<Item = Device> + use<> {
    let members = Arc::clone(&members.borrow());
    (0..members.len()).filter_map(move |at| members.get(at).map(|member| member.device.clone()))
}

/// What became of a message.
enum Taken {
    /// Nothing of it has to be stored.
    Stored,
    /// It is on its way; told when it is durable.
    Storing(oneshot::Receiver<()>),
    /// Nobody takes readings any more.
    Nowhere,
}

fn acknowledge(acks: &mut Acks, acknowledger: &Acknowledger) {
    acks.send(|packet| acknowledger.acknowledge(packet));
}
