//! The one client that speaks to receivers. Names are resolved here and judged before anything is dialled, and what was
//! judged is what is dialled, so that a name that changes its mind in between reaches nothing (DNS rebinding). No
//! redirect is followed, no proxy of the environment is used, and no answer is read: its status is all that counts, so
//! nothing of our network shows through it.

use super::address;
use super::failure::Failure;
use super::rules::host_address;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, Url, redirect};
use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a receiver may take to be there.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a receiver may take to answer, all in all.
const ANSWER: Duration = Duration::from_secs(15);

/// One message on its way.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) url: &'a str,
    pub(super) id: &'a str,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) body: String,
}

/// Carries messages out. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    networks: Arc<[IpNet]>,
    client: Arc<OnceLock<Client>>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("networks", &self.networks).finish_non_exhaustive()
    }
}

impl Sender {
    /// A sender that reaches public addresses, and those of `networks`.
    pub fn new(networks: &[IpNet]) -> Self {
        Self { networks: networks.into(), client: Arc::default() }
    }

    /// The client, made when it is first needed: it reads the system's certificate authorities.
    fn client(&self) -> reqwest::Result<Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        // Somebody in this process may have chosen it before; it is the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .dns_resolver(Judged(self.networks.clone()))
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .build()?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    /// Sends `message`; the status with which it was taken.
    pub(super) async fn send(&self, message: Message<'_>) -> Result<u16, Failure> {
        let url = Url::parse(message.url).map_err(|error| Failure::NoAddress(error.to_string()))?;
        // An address instead of a name is never resolved.
        if let Some(ip) = host_address(&url).filter(|ip| !address::may_reach(*ip, &self.networks)) {
            return Err(Failure::Private(ip));
        }
        let client = self.client().map_err(|error| failure(&error))?;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("RiverSync-Webhooks/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body);
        let response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status();
        if status.is_success() { Ok(status.as_u16()) } else { Err(Failure::Answered(status.as_u16())) }
    }
}

/// What went wrong on the way, without the address, which may hold a secret.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::Silent;
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if let Some(Unresolved(failure)) = cause.downcast_ref() {
        return failure.clone();
    }
    let network: Option<&std::io::Error> = cause.downcast_ref();
    // The error of the handshake hides within one of the network, which does not name it as its source.
    let is_of_tls =
        network.and_then(|error| error.get_ref()).is_some_and(|inner| inner.is::<rustls::Error>());
    if is_of_tls || cause.is::<rustls::Error>() {
        return Failure::Certificate(cause.to_string());
    }
    if network.is_some_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
        return Failure::Closed;
    }
    Failure::Unreachable(cause.to_string())
}

/// A name that leads nowhere, or where it may not.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.sentence())]
struct Unresolved(Failure);

/// Resolves names, and hands on only what may be reached.
struct Judged(Arc<[IpNet]>);

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found = found.map_err(|_| Unresolved(Failure::NoName(name.as_str().to_owned())))?;
            let found: Vec<SocketAddr> = found.collect();
            // One private address among them is one too many: the name is not what it seems.
            if let Some(private) = found.iter().find(|at| !address::may_reach(at.ip(), &networks)) {
                let failure = Failure::LeadsToPrivate(name.as_str().to_owned(), private.ip());
                return Err(Unresolved(failure).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
