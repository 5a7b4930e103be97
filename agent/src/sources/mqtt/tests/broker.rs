//! As much of an MQTT broker as a test needs to see what a real one does not show: when exactly something is
//! acknowledged, and what happens on a line that is cut at a chosen moment.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const DEADLINE: Duration = Duration::from_secs(20);

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Connect { clean: bool, client_id: String, login: Option<(String, String)> },
    Subscribe { packet: u16, topics: Vec<String> },
    Unsubscribe { topics: Vec<String> },
    PubAck(u16),
}

/// A line, plain or encrypted.
trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

/// A listening broker.
pub(super) struct Broker {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// One accepted client.
pub(super) struct Client {
    stream: Box<dyn Line>,
    early: VecDeque<Sent>,
}

impl Broker {
    pub(super) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap(), tls: None }
    }

    /// One that speaks TLS with this certificate.
    pub(super) async fn start_tls(config: rustls::ServerConfig) -> Self {
        Self { tls: Some(TlsAcceptor::from(Arc::new(config))), ..Self::start().await }
    }

    pub(super) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    /// Waits for a client, lets it in and answers its subscription.
    pub(super) async fn subscribed(&self, session_present: bool) -> (Client, Sent, Vec<String>) {
        let mut client = self.accepted().await;
        let connect = client.sent().await;
        client.write(&[0x20, 2, u8::from(session_present), 0]).await;
        let Sent::Subscribe { packet, topics } = client.sent().await else { panic!("no subscription") };
        let [high, low] = packet.to_be_bytes();
        let codes = vec![1; topics.len()];
        let answer = [vec![0x90, u8::try_from(2 + codes.len()).unwrap(), high, low], codes].concat();
        client.write(&answer).await;
        (client, connect, topics)
    }

    /// The next client that gets as far as speaking.
    pub(super) async fn accepted(&self) -> Client {
        loop {
            let accepted = tokio::time::timeout(DEADLINE, self.listener.accept()).await;
            let stream = accepted.expect("a client").unwrap().0;
            let stream: Box<dyn Line> = match &self.tls {
                None => Box::new(stream),
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => Box::new(stream),
                    Err(_) => continue,
                },
            };
            return Client { stream, early: VecDeque::new() };
        }
    }
}

impl Client {
    pub(super) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    pub(super) async fn publish(&mut self, topic: &str, payload: &[u8], packet: u16, retain: bool) {
        let mut body = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
        body.extend(topic.as_bytes());
        if packet > 0 {
            body.extend(packet.to_be_bytes());
        }
        body.extend(payload);
        let mut frame = vec![0x30 | u8::from(packet > 0) << 1 | u8::from(retain)];
        let mut length = body.len();
        loop {
            let more = length > 127;
            frame.push(u8::try_from(length % 128).unwrap() | u8::from(more) << 7);
            length /= 128;
            if !more {
                break;
            }
        }
        frame.extend(body);
        self.write(&frame).await;
    }

    /// The next thing the client sent, pings answered.
    pub(super) async fn sent(&mut self) -> Sent {
        match self.early.pop_front() {
            Some(sent) => sent,
            None => {
                tokio::time::timeout(DEADLINE, self.read()).await.expect("a packet in time").expect("a line")
            }
        }
    }

    /// What the client sent within a while in which it should send nothing.
    pub(super) async fn silent_for(&mut self, wait: Duration) -> Option<Sent> {
        tokio::time::timeout(wait, self.read()).await.ok().flatten()
    }

    /// Waits until the client closes its side.
    pub(super) async fn closed(&mut self) {
        while let Some(sent) =
            tokio::time::timeout(DEADLINE, self.read()).await.expect("the line closed in time")
        {
            self.early.push_back(sent);
        }
        assert_eq!(self.early, [], "nothing was to be sent before the line closed");
    }

    async fn read(&mut self) -> Option<Sent> {
        loop {
            let kind = self.stream.read_u8().await.ok()?;
            let (mut length, mut shift) = (0_usize, 0);
            loop {
                let byte = self.stream.read_u8().await.ok()?;
                length |= usize::from(byte & 127) << shift;
                shift += 7;
                if byte & 128 == 0 {
                    break;
                }
            }
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body).await.ok()?;
            let word = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
            match kind >> 4 {
                1 => {
                    let (mut at, mut texts) = (10, Vec::new());
                    while at < body.len() {
                        let end = at + 2 + usize::from(word(at));
                        texts.push(String::from_utf8(body[at + 2..end].to_vec()).unwrap());
                        at = end;
                    }
                    let mut texts = texts.into_iter();
                    let client_id = texts.next().unwrap();
                    let login = texts.next().zip(texts.next());
                    return Some(Sent::Connect { clean: body[7] & 2 != 0, client_id, login });
                }
                4 => return Some(Sent::PubAck(word(0))),
                kind @ (8 | 10) => {
                    let (mut at, mut topics) = (2, Vec::new());
                    while at < body.len() {
                        let end = at + 2 + usize::from(word(at));
                        topics.push(String::from_utf8(body[at + 2..end].to_vec()).unwrap());
                        at = end + usize::from(kind == 8);
                    }
                    let (subscribed, unsubscribed) = (
                        Sent::Subscribe { packet: word(0), topics: topics.clone() },
                        Sent::Unsubscribe { topics },
                    );
                    return Some(if kind == 8 { subscribed } else { unsubscribed });
                }
                12 => self.write(&[0xd0, 0]).await,
                other => panic!("packet type {other} is not for a listener"),
            }
        }
    }
}
