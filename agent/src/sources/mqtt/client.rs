//! The connection to one broker. The only file that names rumqttc.
//!
//! What was found by trying, and is dealt with here: its default packet limit makes one large message an endless
//! reconnect loop; it never subscribes again after the broker lost the session; `poll` reconnects at once after an
//! error; acknowledging from the polling task can dead-lock. So: a limit of our own, subscriptions at every
//! ConnAck, an own back-off, and a polling task that does nothing else. TLS is always our own rustls configuration.
//!
//! A packet beyond [`MAX_PACKET`] cannot be read far enough to be acknowledged: the broker sends it again after each
//! reconnection, and the status says what to do about it. The limit lies far above what is looked into, so that a long
//! message is dropped and counted like any other rubbish; its payload never gets past this file.

use crate::config::Broker;
use crate::files::{PrivateError, read_private};
use crate::sources::backoff::{Backoff, chance};
use rumqttc::{AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS};
use rumqttc::{StateError, SubscribeFilter, SubscribeReasonCode, TlsConfiguration, Transport, mqttbytes};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Largest packet that is let in, bytes.
const MAX_PACKET: usize = 16 << 20;
/// Requests that may wait in the client; acknowledgements that find it full are tried again.
const CHANNEL: usize = 256;
/// First wait after the connection broke.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Longest wait before the next try.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What the polling task tells.
pub(super) enum News {
    /// A new connection; acknowledgements of the one before are void.
    Connected,
    /// No connection, and why, in fixed words.
    Disconnected(&'static str),
    /// A message.
    Message(Message),
}

/// One message as it came.
pub(super) struct Message {
    /// Where.
    pub topic: String,
    /// What; of a message that was too long only how long it was, as text.
    pub payload: Vec<u8>,
    /// Whether it was longer than is looked into.
    pub too_long: bool,
    /// Its packet id; 0 for a message that wants no acknowledgement.
    pub packet: u16,
    /// Kept by the broker from earlier and sent because we subscribed.
    pub retained: bool,
}

/// Acknowledges messages.
pub(super) struct Acknowledger {
    client: AsyncClient,
}

impl Acknowledger {
    /// Acknowledges the message with this packet id; false when it must be tried again later.
    pub(super) fn acknowledge(&self, packet: u16) -> bool {
        let mut publish = rumqttc::Publish::new("", QoS::AtLeastOnce, Vec::new());
        publish.pkid = packet;
        self.client.try_ack(&publish).is_ok()
    }

    /// Subscribes to what is new of `topics` and unsubscribes from what is no longer among them; false when the client is
    /// full.
    pub(super) fn listen_elsewhere(&self, before: &[String], topics: &[String]) -> bool {
        let new = |topic: &&String| !before.contains(topic);
        let filters: Vec<_> = topics.iter().filter(new).map(filter).collect();
        let subscribed = filters.is_empty() || self.client.try_subscribe_many(filters).is_ok();
        let mut gone = before.iter().filter(|topic| !topics.contains(topic));
        subscribed && gone.all(|topic| self.client.try_unsubscribe(topic).is_ok())
    }

    /// Asks a Sparkplug edge node for its births; the only thing that is ever published. When the client is full the
    /// next message that needs them asks again.
    pub(super) fn ask_for_births(&self, topic: String, payload: Vec<u8>) -> bool {
        self.client.try_publish(topic, QoS::AtMostOnce, false, payload).is_ok()
    }
}

/// Polls the broker until nobody listens. Secrets are read anew at every call.
///
/// # Errors
/// A few fixed words when the files that the configuration names cannot be used.
pub(super) fn open(
    broker: &Broker,
    topics: watch::Receiver<Vec<String>>,
    news: mpsc::Sender<News>,
) -> Result<(Acknowledger, impl Future<Output = ()> + Send + use<>), &'static str> {
    let (client, events) = AsyncClient::new(options(broker)?, CHANNEL);
    let acknowledger = Acknowledger { client: client.clone() };
    Ok((acknowledger, poll(broker.clone(), client, events, topics, news)))
}

fn options(broker: &Broker) -> Result<MqttOptions, &'static str> {
    let mut options = MqttOptions::new(&broker.client_id, &broker.host, broker.port);
    options
        .set_keep_alive(Duration::from_secs(broker.keep_alive_s.max(5).into()))
        .set_clean_session(false)
        .set_manual_acks(true)
        .set_max_packet_size(MAX_PACKET, MAX_PACKET);
    if let Some(tls) = &broker.tls {
        options.set_transport(Transport::Tls(TlsConfiguration::Rustls(crate::sources::tls::client(tls)?)));
    }
    if let Some(username) = &broker.username {
        options.set_credentials(username, password(broker)?);
    }
    Ok(options)
}

fn password(broker: &Broker) -> Result<String, &'static str> {
    let Some(path) = &broker.password_file else { return Ok(String::new()) };
    let bytes = read_private(path).map_err(|error| match error {
        PrivateError::Loose { .. } => "the password file may be read by others; run chmod 600 on it",
        PrivateError::Io { .. } => "the password file cannot be read",
    })?;
    let bytes = bytes.ok_or("the password file is not there")?;
    let text = String::from_utf8(bytes).map_err(|_| "the password file is not text")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

async fn poll(
    broker: Broker,
    client: AsyncClient,
    mut events: EventLoop,
    topics: watch::Receiver<Vec<String>>,
    news: mpsc::Sender<News>,
) {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    loop {
        let told = match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                let filters: Vec<_> = topics.borrow().iter().map(filter).collect();
                // A full channel on a fresh connection means acknowledgements of the one before: try at the next.
                if client.try_subscribe_many(filters).is_err() {
                    events.network = None;
                    continue;
                }
                News::Connected
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                backoff.succeed();
                News::Message(message(publish, broker.max_payload_bytes))
            }
            Ok(Event::Incoming(Packet::PingResp)) => {
                // Only a line that carries something is a good one: a packet that is refused comes right after ConnAck.
                backoff.succeed();
                continue;
            }
            Ok(Event::Incoming(Packet::SubAck(answer)))
                if answer.return_codes.contains(&SubscribeReasonCode::Failure) =>
            {
                News::Disconnected("the broker refuses a subscription")
            }
            Ok(_) => continue,
            Err(ConnectionError::RequestsDone) => return,
            Err(error) => {
                if news.send(News::Disconnected(words(&error))).await.is_err() {
                    return;
                }
                tokio::select! {
                    () = news.closed() => return,
                    () = tokio::time::sleep(backoff.fail(chance())) => {}
                }
                // A secret or an authority that was changed on disk counts at the next try.
                if let Ok(fresh) = options(&broker) {
                    events.mqtt_options = fresh;
                }
                continue;
            }
        };
        if news.send(told).await.is_err() {
            return;
        }
    }
}

fn filter(topic: impl AsRef<str>) -> SubscribeFilter {
    SubscribeFilter::new(topic.as_ref().to_owned(), QoS::AtLeastOnce)
}

fn message(publish: rumqttc::Publish, max_bytes: u64) -> Message {
    let length = publish.payload.len();
    let too_long = length as u64 > max_bytes;
    let payload = if too_long { length.to_string().into_bytes() } else { publish.payload.into() };
    Message { topic: publish.topic, payload, too_long, packet: publish.pkid, retained: publish.retain }
}

/// Why there is no connection, in fixed words: the library's own text may carry what was received.
fn words(error: &ConnectionError) -> &'static str {
    match error {
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => "no answer in time",
        ConnectionError::Tls(_) => {
            "the broker's certificate is not trusted, or it does not take ours, or it speaks no TLS"
        }
        ConnectionError::Io(_) => "no connection",
        ConnectionError::ConnectionRefused(
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized,
        ) => "the broker refuses the user name or password",
        ConnectionError::ConnectionRefused(_) => "the broker refuses the connection",
        ConnectionError::MqttState(StateError::Deserialization(
            mqttbytes::Error::PayloadSizeLimitExceeded(_),
        )) => "a message of more than 16 MiB comes again and again; limit the message size of the broker",
        ConnectionError::MqttState(_) => "the connection broke",
        ConnectionError::NotConnAck(_) => "the answer was not MQTT",
        ConnectionError::RequestsDone => "the agent is stopping",
    }
}
