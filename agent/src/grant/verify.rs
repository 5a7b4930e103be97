//! May this signed document become the policy? Signature first, then for whom, then how new. EDGE section 6, fault 27.

use riversync_protocol::ids::AgentId;
use riversync_protocol::sign::{SignError, Signed, verify_policy};
use riversync_protocol::v1::Policy;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What enrolment pinned: only this agent, only this signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// The agent a policy must name.
    pub agent: AgentId,
    /// The Ed25519 key that must have signed it.
    pub policy_key: [u8; 32],
}

/// The newest policy that was ever accepted; survives restarts, so that an older one cannot come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its epoch; 0 for none.
    pub epoch: u64,
    /// SHA-256 of its signed bytes.
    pub body_sha256: [u8; 32],
}

impl Seen {
    /// The mark that accepting `signed` with `epoch` leaves.
    pub fn of(epoch: u64, signed: &Signed) -> Self {
        Self { epoch, body_sha256: Sha256::digest(&signed.body).into() }
    }
}

/// Why a document is not the policy. None of these changes what is in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not signed by the pinned key, or not a policy.
    #[error(transparent)]
    Signature(#[from] SignError),
    /// For somebody else.
    #[error("the policy is for agent {found}, and this gateway is {own}")]
    OtherAgent {
        /// The agent it names.
        found: AgentId,
        /// This agent.
        own: AgentId,
    },
    /// Somebody replays what was in force once.
    #[error(
        "the policy has epoch {epoch}, and this gateway has already seen epoch {seen}; older policies are refused"
    )]
    Older {
        /// Its epoch.
        epoch: u64,
        /// The newest epoch seen.
        seen: u64,
    },
    /// Two documents claim one epoch.
    #[error("the policy differs from the one already seen with the same epoch {epoch}; the first one stays")]
    Conflict {
        /// The epoch of both.
        epoch: u64,
    },
}

/// The policy in `signed`, when it may be in force here.
///
/// # Errors
/// [`Refused`], naming the first reason.
pub fn verify(signed: &Signed, pins: &Pins, seen: &Seen) -> Result<Policy, Refused> {
    let policy = verify_policy(signed, &pins.policy_key)?;
    if policy.agent != pins.agent {
        return Err(Refused::OtherAgent { found: policy.agent, own: pins.agent.clone() });
    }
    if policy.epoch < seen.epoch || policy.epoch == 0 {
        return Err(Refused::Older { epoch: policy.epoch, seen: seen.epoch });
    }
    if policy.epoch == seen.epoch && Seen::of(policy.epoch, signed) != *seen {
        return Err(Refused::Conflict { epoch: policy.epoch });
    }
    Ok(policy)
}

/// As [`verify`], for a gateway that has lost the policy it saw last and hears the cloud itself: another document of the
/// same epoch holds too. Never for what lies on disk.
///
/// # Errors
/// [`Refused`], naming the first reason.
pub fn verify_again(signed: &Signed, pins: &Pins, seen: &Seen) -> Result<Policy, Refused> {
    match verify(signed, pins, seen) {
        Err(Refused::Conflict { epoch }) => verify(signed, pins, &Seen::of(epoch, signed)),
        verdict => verdict,
    }
}
