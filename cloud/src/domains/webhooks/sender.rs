//! The one client that speaks to receivers. Names are resolved here and judged before anything is dialled, and what was
//! judged is what is dialled, so that a name that changes its mind in between reaches nothing (DNS rebinding). No
//! redirect is followed, no proxy of the environment is used, and no answer is read: its status is all that counts, so
//! nothing of our network shows through it.

use super::address;
use super::rules::{self, host_address};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, Url, redirect};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a receiver may take to be there.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a receiver may take to answer, all in all.
const ANSWER: Duration = Duration::from_secs(15);

/// Why a message was not taken, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// It answered something else than yes.
    #[error("{}", answered(*.0))]
    Answered(u16),
    /// No answer came.
    #[error("{0}")]
    Unreachable(String),
}

impl Refused {
    /// What it answered, if it did.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(status) => Some(*status),
            Self::Unreachable(_) => None,
        }
    }
}

fn answered(status: u16) -> String {
    match status {
        300..=399 => {
            format!(
                "It answered {status}, a redirect; those are not followed. Enter the address that it leads to."
            )
        }
        410 => rules::WANTS_NO_MORE.to_owned(),
        _ => format!("It answered {status}; a 2xx within 15 seconds says that the event was taken."),
    }
}

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
    pub(super) async fn send(&self, message: Message<'_>) -> Result<u16, Refused> {
        let unreachable = |text: String| Refused::Unreachable(text);
        let url =
            Url::parse(message.url).map_err(|error| unreachable(format!("The address is none: {error}.")))?;
        // An address instead of a name is never resolved.
        if let Some(ip) = host_address(&url).filter(|ip| !address::may_reach(*ip, &self.networks)) {
            return Err(unreachable(Private { what: ip.to_string() }.to_string()));
        }
        let client = self.client().map_err(|error| unreachable(said(&error)))?;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("RiverSync-Webhooks/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body);
        let response = request.send().await.map_err(|error| unreachable(said(&error)))?;
        let status = response.status();
        if status.is_success() { Ok(status.as_u16()) } else { Err(Refused::Answered(status.as_u16())) }
    }
}

/// What went wrong on the way, without the address, which may hold a secret.
fn said(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "It did not answer within 15 seconds.".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    match cause.downcast_ref::<Private>() {
        Some(private) => private.to_string(),
        None => format!("It could not be reached: {cause}."),
    }
}

/// A target that is not public.
#[derive(Debug, thiserror::Error)]
#[error("{what} is no public address. Events go to servers of the public internet only.")]
struct Private {
    what: String,
}

/// Resolves names, and hands on only what may be reached.
struct Judged(Arc<[IpNet]>);

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among them is one too many: the name is not what it seems.
            if let Some(private) = found.iter().find(|at| !address::may_reach(at.ip(), &networks)) {
                let what = format!("{} leads to {}, which", name.as_str(), private.ip());
                return Err(Private { what }.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
