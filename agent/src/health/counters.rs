//! What the rooms count as they go. Only sums: no name of a metric, no value.

use crate::grant::Denied;
use riversync_protocol::v1::{Ack, Outcome, Refusal};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sums since the process started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Samples made durable.
    pub points_stored: u64,
    /// Samples held back because they are not granted.
    pub denied_not_granted: u64,
    /// Samples held back because they came closer than granted.
    pub denied_too_close: u64,
    /// Entries the store did not take.
    pub store_refused: u64,
    /// Samples purged after a narrowing, a revocation or an end.
    pub points_purged: u64,
    /// Samples that are durable in the cloud.
    pub points_sent: u64,
    /// Uploads the cloud stored.
    pub batches_stored: u64,
    /// Uploads that overlapped older ones.
    pub batches_overlapping: u64,
    /// Uploads the cloud refused.
    pub batches_refused: u64,
    /// Uploads without a well-formed answer.
    pub batches_failed: u64,
}

/// How the link is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkState {
    /// Whether the newest request had a well-formed answer.
    pub up: bool,
    /// When the cloud last answered, Unix milliseconds; 0 for never.
    pub last_answer_ms: i64,
    /// Why the newest request failed; empty when it did not.
    pub trouble: String,
}

/// The sums, shared.
#[derive(Debug, Default)]
pub struct Counters {
    inner: Mutex<(Totals, LinkState)>,
}

impl Counters {
    /// The sums and the link as they are now.
    pub fn snapshot(&self) -> (Totals, LinkState) {
        self.lock().clone()
    }

    /// Samples a gate held back.
    pub fn denied(&self, denied: Denied) {
        let mut inner = self.lock();
        inner.0.denied_not_granted += denied.not_granted;
        inner.0.denied_too_close += denied.too_close;
    }

    /// Samples made durable.
    pub fn points_stored(&self, points: u64) {
        self.lock().0.points_stored += points;
    }

    /// The store refused an entry; says how many before.
    pub fn store_refused(&self) -> u64 {
        let mut inner = self.lock();
        inner.0.store_refused += 1;
        inner.0.store_refused - 1
    }

    /// Samples purged.
    pub fn purged(&self, points: u64) {
        self.lock().0.points_purged += points;
    }

    /// Samples durable in the cloud.
    pub fn points_sent(&self, points: u64) {
        self.lock().0.points_sent += points;
    }

    /// The cloud answered.
    pub fn acked(&self, ack: &Ack, now_ms: i64) {
        let mut inner = self.lock();
        let totals = &mut inner.0;
        match &ack.outcome {
            Outcome::Stored => totals.batches_stored += 1,
            Outcome::Overlaps(_) => totals.batches_overlapping += 1,
            // A part of the normal conversation, not a refusal of data.
            Outcome::Refused(Refusal::UnknownSchema(_)) => {}
            Outcome::Refused(_) => totals.batches_refused += 1,
        }
        inner.1 = LinkState { up: true, last_answer_ms: now_ms, trouble: String::new() };
    }

    /// It did not.
    pub fn link_failed(&self, why: &str) {
        let mut inner = self.lock();
        inner.0.batches_failed += 1;
        inner.1.up = false;
        why.clone_into(&mut inner.1.trouble);
    }

    fn lock(&self) -> MutexGuard<'_, (Totals, LinkState)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
