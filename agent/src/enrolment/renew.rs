//! A fresh certificate for a fresh key, asked for with the one that is about to expire: after two thirds of its life.
//! An expired one stops the uplink and nothing else; the store goes on, and a new code brings the gateway back.

use super::identity::{Identity, IdentityError};
use super::key;
use crate::clock::Clock;
use crate::uplink::backoff;
use crate::uplink::http::{Cloud, HttpError, Tap};
use riversync_protocol::paths;
use riversync_protocol::v1::{Message, RenewRequest};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often to look whether the time has come.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Why the certificate could not be renewed.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// The key could not be made.
    #[error("a key could not be made on this gateway: {0}")]
    Key(#[from] rcgen::Error),
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The answer makes no identity.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The answer is for somebody else, or names another signer of policies.
    #[error(
        "the cloud answered with another agent or another policy key; both are pinned at enrolment, so the old certificate stays"
    )]
    Pinned,
    /// It could not be kept.
    #[error("the new certificate cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Keeps one gateway's certificate fresh.
pub struct Renewal {
    /// Where the identity lives.
    pub state_dir: PathBuf,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// The diagnostic tap's directory, passed on to the new client.
    pub record_dir: Option<PathBuf>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The identity in use; replaced here.
    pub identity: watch::Sender<Arc<Identity>>,
    /// The client in use; replaced here.
    pub cloud: watch::Sender<Arc<Cloud>>,
    /// Random numbers.
    pub dice: fn() -> u32,
}

impl Renewal {
    /// Renews whenever it is due, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut failures = 0;
        loop {
            let identity = Arc::clone(&self.identity.borrow());
            let now_ms = self.clock.now_ms();
            let mut pause = LOOK_EVERY;
            if now_ms >= identity.renew_ms() {
                let renewed = tokio::select! {
                    () = stop.cancelled() => return,
                    renewed = self.renew(&identity) => renewed,
                };
                match renewed {
                    Ok(()) => failures = 0,
                    Err(error) => {
                        failures += 1;
                        let expired = now_ms >= identity.not_after_ms();
                        tracing::warn!(%error, expired, "the certificate could not be renewed");
                        pause = backoff::after(failures + 4, (self.dice)());
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn renew(&self, old: &Identity) -> Result<(), RenewError> {
        let fresh = key::fresh()?;
        let request = Message::RenewRequest(RenewRequest { csr_der: fresh.csr_der });
        let cloud = Arc::clone(&self.cloud.borrow());
        let Message::Certificate(certificate) = cloud.post(paths::RENEW, request).await?.message else {
            return Err(HttpError::NotOurs("the answer is no certificate").into());
        };
        if certificate.agent != *old.agent() || certificate.policy_key != old.policy_key() {
            return Err(RenewError::Pinned);
        }
        let address = old.address().to_owned();
        let new = Identity::new(certificate, fresh.key_pem, &fresh.spki, address, self.clock.now_ms())?;
        let client = Cloud::new(&new, self.timeout, self.record_dir.clone().map(Tap::new))?;
        new.store(&self.state_dir)?;
        tracing::info!(until_ms = new.not_after_ms(), "the certificate was renewed");
        self.identity.send_replace(Arc::new(new));
        self.cloud.send_replace(Arc::new(client));
        Ok(())
    }
}
