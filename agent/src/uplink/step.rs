//! What goes into the session and what comes out of it.

use riversync_protocol::v1::{Ack, Lane, SchemaHash, SeqRange};
use std::time::Duration;

/// How much and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Longest time live telemetry waits for company.
    pub batch: Duration,
    /// Most records of one batch.
    pub max_records: usize,
    /// Records that make a batch worth sending before its time.
    pub big_records: u64,
}

/// What one lane of the store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Records in it.
    pub records: u64,
    /// Sequence number of the oldest.
    pub first: u64,
    /// Sequence number that the next record will get.
    pub next: u64,
}

/// What the shell is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing before this moment of the monotonic clock, unless a record arrives.
    Wait(Duration),
    /// Read these records, send what may flow, tell `Session::sent` and `Session::reply`.
    Send(Want),
    /// Send this schema, then tell `Session::reply`.
    Schema(SchemaHash),
}

/// Which records to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// Of which lane.
    pub lane: Lane,
    /// From this sequence number on.
    pub from: u64,
    /// Up to this one, exclusive.
    pub before: u64,
    /// At most so many.
    pub max_records: usize,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A well-formed answer of the cloud. Only this can delete anything.
    Ack(Ack),
    /// The request is larger than somebody on the way accepts.
    TooLarge,
    /// It cannot be put on the wire at all; the sentence says why.
    Unsendable(String),
    /// Not now; after this time when the answer named one.
    Busy(Option<Duration>),
    /// Anything else: no link, no TLS, no well-formed answer.
    Failed,
    /// We gave it up ourselves, because the policy changed or the agent stops.
    Abandoned,
}

/// What a reply leads to. The shell carries these out in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// These are durable in the cloud.
    Remove(Lane, SeqRange),
    /// This one will never be accepted; the sentence says why.
    SetAside(Lane, SeqRange, String),
    /// The cloud knows a newer policy.
    FetchPolicy,
}
