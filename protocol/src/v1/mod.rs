//! Version 1 of the messages. Append only: a variant keeps its place and its fields for ever.

pub mod ack;
pub mod enrol;
pub mod event;
pub mod policy;
pub mod quality;
pub mod schema;
pub mod upload;

pub use ack::{Ack, Outcome, Refusal, SeqRange};
pub use enrol::{Certificate, EnrolRequest, RenewRequest};
pub use event::{Alarm, AlarmState, Event, Gap, GapReason, Health, PurgedRow, Receipt, Severity};
pub use policy::{Policy, PolicyRow};
pub use quality::{Quality, QualityLevel, QualityReason};
pub use schema::{Column, Group, Kind, Scale, Schema, SchemaError, SchemaHash};
use serde::{Deserialize, Serialize};
pub use upload::{Content, Lane, PackedBatch, QualityRun, RowSpan, Upload};

/// Everything that can be said in version 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// Agent to cloud: a one-time code for a certificate.
    EnrolRequest(EnrolRequest),
    /// Agent to cloud: a fresh certificate for an enrolled agent.
    RenewRequest(RenewRequest),
    /// Cloud to agent: the certificate and what to trust.
    Certificate(Certificate),
    /// Cloud to agent: the newest policy, signed.
    Policy(crate::sign::Signed),
    /// Agent to cloud: the directory that later batches name by its hash.
    Schema(Schema),
    /// Agent to cloud: readings or events.
    Upload(Upload),
    /// Cloud to agent: what became of an upload or a schema.
    Ack(Ack),
}
