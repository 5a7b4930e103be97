//! The wire: mutual TLS to one cloud, and nothing but a well-formed body of our media type counts as an answer.
//! A captive portal's page, a proxy's error, a body cut short: all of these are failures. EDGE section 6, fault 24.

use crate::enrolment::Identity;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use riversync_protocol::codec::MAX_BODY_BYTES;
use riversync_protocol::sign::Signed;
use riversync_protocol::v1::{Message, Outcome};
use riversync_protocol::{CodecError, Envelope, decode, encode, paths};
use std::error::Error as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a connection may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often an open connection is asked whether it still is one: a cut line says nothing by itself, and every later
/// request would wait on it in vain.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// How long the cloud may hold a question for the policy.
const POLICY_WAIT: Duration = Duration::from_secs(25);

/// Statuses beside which the cloud explains itself in an ack.
const EXPLAINED: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The identity does not make a TLS client.
    #[error("the certificate or key of this gateway cannot be used: {0}")]
    Identity(String),
    /// No connection, no TLS, or no answer in time.
    #[error("the cloud cannot be reached: {0}")]
    Unreachable(String),
    /// An answer with another status.
    #[error("the cloud, or something on the way to it, answered with status {status}")]
    Status {
        /// The status.
        status: u16,
        /// What it said about trying again.
        retry_after: Option<Duration>,
    },
    /// An answer that is not the protocol's.
    #[error("something on the way answers in place of the cloud: {0}")]
    NotOurs(&'static str),
    /// The message or the answer does not encode or decode.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// A message of the cloud, with the time its answer names.
#[derive(Debug)]
pub struct Answer {
    /// The message.
    pub message: Message,
    /// The cloud's clock from the answer's head, Unix milliseconds.
    pub date_ms: Option<i64>,
}

/// One cloud, seen with one identity.
#[derive(Debug)]
pub struct Cloud {
    client: Client,
    base: String,
    tap: Option<Tap>,
}

/// A diagnostic: every request body as it is before TLS, one file each.
#[derive(Debug)]
pub struct Tap {
    dir: PathBuf,
    count: AtomicU64,
}

impl Tap {
    /// Writes into `dir`, which must exist.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir, count: AtomicU64::new(0) }
    }

    fn write(&self, path: &str, body: &[u8]) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = path.rsplit('/').next().unwrap_or("body");
        let file = self.dir.join(format!("{}-{number:08}-{name}", std::process::id()));
        if let Err(error) = std::fs::write(&file, body) {
            tracing::warn!(%error, "a request body could not be recorded");
        }
    }
}

impl Cloud {
    /// Trusts the CA of `identity` and no other; waits at most `timeout` for an answer.
    ///
    /// # Errors
    /// [`HttpError::Identity`].
    pub fn new(identity: &Identity, timeout: Duration, tap: Option<Tap>) -> Result<Self, HttpError> {
        let bad = |error: reqwest::Error| HttpError::Identity(chain(&error));
        let ca = reqwest::Certificate::from_der(identity.ca_der()).map_err(bad)?;
        let client = Client::builder()
            .identity(reqwest::Identity::from_pem(identity.pem().as_bytes()).map_err(bad)?)
            .tls_certs_only([ca])
            .https_only(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            .pool_max_idle_per_host(2)
            .http2_keep_alive_interval(SIGN_OF_LIFE)
            .http2_keep_alive_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(bad)?;
        Ok(Self { client, base: format!("https://{}", identity.address()), tap })
    }

    /// Sends `message` to `path`.
    ///
    /// # Errors
    /// [`HttpError`] for everything that is not a well-formed answer.
    pub async fn post(&self, path: &str, message: Message) -> Result<Answer, HttpError> {
        let body = encode(&Envelope::V1(message))?;
        if let Some(tap) = &self.tap {
            tap.write(path, &body);
        }
        post(&self.client, &self.base, path, body).await
    }

    /// The newest policy, or nothing when `have` still is the newest after a while.
    ///
    /// # Errors
    /// [`HttpError`] for everything that is neither.
    pub async fn policy(&self, have: u64) -> Result<(Option<Signed>, Option<i64>), HttpError> {
        self.policy_within(have, POLICY_WAIT).await
    }

    /// As [`Self::policy`], without waiting for a newer one.
    ///
    /// # Errors
    /// [`HttpError`] likewise.
    pub async fn policy_now(&self, have: u64) -> Result<(Option<Signed>, Option<i64>), HttpError> {
        self.policy_within(have, Duration::ZERO).await
    }

    async fn policy_within(
        &self,
        have: u64,
        wait: Duration,
    ) -> Result<(Option<Signed>, Option<i64>), HttpError> {
        let (path, wait_ms) = (paths::POLICY, wait.as_millis());
        let url = format!("{}{path}?have={have}&wait_ms={wait_ms}", self.base);
        let request = self.client.get(url).timeout(wait + CONNECT_TIMEOUT);
        let response = request.send().await.map_err(unreachable)?;
        if response.status() == StatusCode::NO_CONTENT {
            return Ok((None, date_ms(response.headers())));
        }
        let answer = read(response).await?;
        match answer.message {
            Message::Policy(signed) => Ok((Some(signed), answer.date_ms)),
            _ => Err(HttpError::NotOurs("the answer is another message than a policy")),
        }
    }
}

/// Posts `body` to `path` of `base` and reads the answer.
pub(crate) async fn post(
    client: &Client,
    base: &str,
    path: &str,
    body: Vec<u8>,
) -> Result<Answer, HttpError> {
    let request = client.post(format!("{base}{path}")).header(CONTENT_TYPE, paths::MEDIA_TYPE).body(body);
    read(request.send().await.map_err(unreachable)?).await
}

async fn read(mut response: Response) -> Result<Answer, HttpError> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let ours = kind == Some(paths::MEDIA_TYPE);
    let failed = HttpError::Status { status: status.as_u16(), retry_after: retry_after(response.headers()) };
    if status != StatusCode::OK && !(ours && EXPLAINED.contains(&status)) {
        return Err(failed);
    }
    if !ours {
        return Err(HttpError::NotOurs("the answer has another media type"));
    }
    let date_ms = date_ms(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(HttpError::Codec(CodecError::TooLarge { bytes: body.len() + chunk.len() }));
        }
        body.extend_from_slice(&chunk);
    }
    let Envelope::V1(message) = decode(&body)?;
    let refused = matches!(&message, Message::Ack(ack) if matches!(ack.outcome, Outcome::Refused(_)));
    // Beside another status only a refusal is believed: it deletes nothing.
    if status == StatusCode::OK || refused { Ok(Answer { message, date_ms }) } else { Err(failed) }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn date_ms(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let when = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(when.as_millisecond())
}

fn unreachable(error: reqwest::Error) -> HttpError {
    HttpError::Unreachable(chain(&error.without_url()))
}

/// An error with its causes, which is where TLS says what is wrong.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
