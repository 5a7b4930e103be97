//! An MQTT 3.1.1 broker inside the test process: QoS 0 and 1, persistent sessions, redelivery with DUP, passwords.
//!
//! It is also an oracle. It numbers each message it takes in and remembers which numbers a client acknowledged:
//! an acknowledged message is one the agent has promised to keep. Nothing but the codec comes from the crate that
//! the agent uses, so that both sides cannot share a mistake in sessions or acknowledgement.

mod connection;
mod session;
mod topic;

use anyhow::{Context as _, Result};
use session::{Message, Session};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A running broker; stops when it is dropped.
pub struct Broker {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: DropGuard,
}

/// What all connections of a broker see.
struct Shared {
    passwords: HashMap<String, String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_message: u64,
    next_connection: u64,
    sessions: BTreeMap<String, Session>,
    handed_out: BTreeSet<u64>,
    acknowledged: BTreeSet<u64>,
    redelivered: u64,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Broker {
    /// Listens on a free port of 127.0.0.1 and lets in the users of `passwords`; everyone when it is empty.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(passwords: &[(&str, &str)]) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("the broker found no free port")?;
        let address = listener.local_addr()?;
        let passwords = passwords.iter().map(|(user, secret)| ((*user).to_owned(), (*secret).to_owned()));
        let shared = Arc::new(Shared { passwords: passwords.collect(), state: Mutex::default() });
        let stop = CancellationToken::new();
        let (accepting, token) = (Arc::clone(&shared), stop.clone());
        tokio::spawn(async move {
            while let Some(Ok((stream, _))) = token.run_until_cancelled(listener.accept()).await {
                let (shared, token) = (Arc::clone(&accepting), token.clone());
                tokio::spawn(
                    async move { token.run_until_cancelled(connection::serve(shared, stream)).await },
                );
            }
        });
        Ok(Self { address, shared, _stop: stop.drop_guard() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes in one message at QoS 1 for every session that subscribed to its topic; answers its number.
    pub fn publish(&self, topic: &str, payload: Vec<u8>) -> u64 {
        let mut state = self.shared.lock();
        let id = state.next_message;
        state.next_message += 1;
        let message = Message { id, topic: topic.to_owned(), payload };
        for session in state.sessions.values_mut() {
            session.offer(&message);
        }
        id
    }

    /// Numbers of the messages that some client was sent.
    pub fn handed_out(&self) -> BTreeSet<u64> {
        self.shared.lock().handed_out.clone()
    }

    /// Numbers of the messages that some client acknowledged.
    pub fn acknowledged(&self) -> BTreeSet<u64> {
        self.shared.lock().acknowledged.clone()
    }

    /// Messages sent again with DUP because the first sending was never acknowledged.
    pub fn redelivered(&self) -> u64 {
        self.shared.lock().redelivered
    }

    /// How many sessions subscribed to `topic`, connected or not.
    pub fn subscribers(&self, topic: &str) -> usize {
        self.shared.lock().sessions.values().filter(|session| session.wants(topic).is_some()).count()
    }

    /// Messages that wait for a client or for its acknowledgement.
    pub fn pending(&self) -> usize {
        self.shared.lock().sessions.values().map(Session::pending).sum()
    }

    /// Closes every connection; sessions stay.
    pub fn drop_connections(&self) {
        for session in self.shared.lock().sessions.values_mut() {
            session.detach();
        }
    }

    /// Forgets every session, as a broker does that lost its disk; connections are closed.
    pub fn forget_sessions(&self) {
        let mut state = self.shared.lock();
        for session in state.sessions.values_mut() {
            session.detach();
        }
        state.sessions.clear();
    }
}

#[cfg(test)]
mod tests;
