//! One client's connection: packets in, packets out, until it ends or a later connection takes the session over.

use super::session::{Message, Session};
use super::{Shared, State};
use anyhow::{Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{
    Codec, ConnAck, Connect, ConnectReturnCode, Packet, PubAck, SubAck, SubscribeReasonCode, UnsubAck,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_util::codec::Framed;

const LARGEST_PACKET: usize = 4 << 20;
const FIRST_PACKET_WITHIN: Duration = Duration::from_secs(5);

type Wire = Framed<TcpStream, Codec>;

/// Serves one connection to its end.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let codec = Codec { max_incoming_size: LARGEST_PACKET, max_outgoing_size: LARGEST_PACKET };
    let mut wire = Framed::new(stream, codec);
    let Some(Ok(Packet::Connect(connect))) = tokio::time::timeout(FIRST_PACKET_WITHIN, wire.next()).await?
    else {
        bail!("the first packet was no CONNECT");
    };
    if !lets_in(&shared, &connect) {
        let no = ConnAck::new(ConnectReturnCode::BadUserNamePassword, false);
        wire.send(Packet::ConnAck(no)).await?;
        bail!("wrong user name or password");
    }
    let (number, present, wake) = attach(&mut shared.lock(), &connect);
    wire.send(Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, present))).await?;
    let client = Client { shared, name: connect.client_id, number };
    client.redeliver(&mut wire).await?;
    let patience = match connect.keep_alive {
        0 => Duration::from_secs(3600),
        seconds => Duration::from_millis(1500 * u64::from(seconds)),
    };
    loop {
        client.send_waiting(&mut wire).await?;
        tokio::select! {
            packet = tokio::time::timeout(patience, wire.next()) => match packet? {
                Some(Ok(Packet::Disconnect)) | None => return Ok(()),
                Some(packet) => client.answer(packet?, &mut wire).await?,
            },
            () = wake.notified() => {}
        }
        client.check_still_owner()?;
    }
}

fn lets_in(shared: &Shared, connect: &Connect) -> bool {
    let known = |login: &rumqttc::mqttbytes::v4::Login| {
        shared.passwords.get(&login.username) == Some(&login.password)
    };
    shared.passwords.is_empty() || connect.login.as_ref().is_some_and(known)
}

/// Makes the connection the owner of its client's session: its number, whether the session was there, its bell.
fn attach(state: &mut State, connect: &Connect) -> (u64, bool, Arc<Notify>) {
    let number = state.next_connection;
    state.next_connection += 1;
    if connect.clean_session
        && let Some(mut old) = state.sessions.remove(&connect.client_id)
    {
        old.detach();
    }
    let present = state.sessions.contains_key(&connect.client_id);
    let session = state.sessions.entry(connect.client_id.clone()).or_default();
    session.detach();
    session.wake = Arc::default();
    session.connection = Some(number);
    (number, present, Arc::clone(&session.wake))
}

struct Client {
    shared: Arc<Shared>,
    name: String,
    number: u64,
}

impl Client {
    /// Runs `act` on the session, unless another connection owns it by now.
    fn with<T>(&self, act: impl FnOnce(&mut Session) -> T) -> Result<T> {
        let mut state = self.shared.lock();
        match state.sessions.get_mut(&self.name) {
            Some(session) if session.connection == Some(self.number) => Ok(act(session)),
            _ => bail!("the session of {} belongs to another connection", self.name),
        }
    }

    fn check_still_owner(&self) -> Result<()> {
        self.with(|_| ())
    }

    async fn redeliver(&self, wire: &mut Wire) -> Result<()> {
        for publish in self.with(|session| session.redeliveries())? {
            self.shared.lock().redelivered += 1;
            wire.feed(Packet::Publish(publish)).await?;
        }
        Ok(wire.flush().await?)
    }

    async fn send_waiting(&self, wire: &mut Wire) -> Result<()> {
        while let Some((id, publish)) = self.with(Session::next)? {
            self.shared.lock().handed_out.insert(id);
            wire.feed(Packet::Publish(publish)).await?;
        }
        Ok(wire.flush().await?)
    }

    async fn answer(&self, packet: Packet, wire: &mut Wire) -> Result<()> {
        match packet {
            Packet::PingReq => wire.send(Packet::PingResp).await?,
            Packet::PubAck(ack) => self.acknowledged(ack.pkid)?,
            Packet::Subscribe(subscribe) => {
                let grant = |session: &mut Session| {
                    subscribe
                        .filters
                        .iter()
                        .map(|filter| {
                            let qos =
                                if filter.qos == QoS::AtMostOnce { filter.qos } else { QoS::AtLeastOnce };
                            session.subscribe(&filter.path, qos);
                            SubscribeReasonCode::Success(qos)
                        })
                        .collect()
                };
                let codes = self.with(grant)?;
                wire.send(Packet::SubAck(SubAck::new(subscribe.pkid, codes))).await?;
            }
            Packet::Unsubscribe(unsubscribe) => {
                self.with(|session| {
                    unsubscribe.topics.iter().for_each(|filter| session.unsubscribe(filter))
                })?;
                wire.send(Packet::UnsubAck(UnsubAck::new(unsubscribe.pkid))).await?;
            }
            Packet::Publish(publish) => {
                let qos = publish.qos;
                self.take_in(publish.topic, publish.payload.to_vec());
                if qos == QoS::AtLeastOnce {
                    wire.send(Packet::PubAck(PubAck::new(publish.pkid))).await?;
                }
            }
            other => bail!("{other:?} has no place here"),
        }
        Ok(())
    }

    fn take_in(&self, topic: String, payload: Vec<u8>) {
        let mut state = self.shared.lock();
        let message = Message { id: state.next_message, topic, payload };
        state.next_message += 1;
        state.sessions.values_mut().for_each(|session| session.offer(&message));
    }

    fn acknowledged(&self, packet: u16) -> Result<()> {
        if let Some(id) = self.with(|session| session.acknowledge(packet))? {
            self.shared.lock().acknowledged.insert(id);
        }
        Ok(())
    }
}
