//! What crosses the wire between a gateway and the cloud: types, bytes, signatures. No async, no I/O, no clock.
//!
//! Everything travels as an [`Envelope`], whose outer enum is nothing but the version. Variants are
//! append-only and the bytes of each are frozen in `tests/golden/`, so a gateway that has been in a cupboard
//! for years still speaks with the cloud of today.
//!
//! Reading order: [`ids`] (names), [`v1`] (messages), [`pack`] (columns to bytes), [`codec`] (bytes in and
//! out, bounded), [`sign`] (who said so), [`code`] (the one-time enrolment code).
#![warn(clippy::indexing_slicing)]

mod bounded;
pub mod code;
pub mod codec;
pub mod ids;
pub mod pack;
pub mod paths;
pub mod sign;
pub mod v1;

pub use codec::{CodecError, decode, encode};
use serde::{Deserialize, Serialize};

/// The outermost value of every body. A new version is a new variant; a variant never changes its meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Envelope {
    /// The first version of the protocol.
    V1(v1::Message),
}
