//! Bytes in and out. A body is bounded before anything is allocated for it, and nothing may follow it.

use crate::Envelope;
use crate::v1::upload::MAX_EVENTS;
use crate::v1::{Content, Message};

/// Largest body either side accepts, in bytes.
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// Why bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The body is larger than [`MAX_BODY_BYTES`].
    #[error("the body has {bytes} bytes; at most {MAX_BODY_BYTES} are accepted, so send a smaller batch")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The bytes do not decode.
    #[error("the body is not a message of this protocol: {0}")]
    Malformed(#[from] postcard::Error),
    /// A whole message was read and bytes were left over.
    #[error("{bytes} bytes follow the end of the message")]
    Trailing {
        /// How many.
        bytes: usize,
    },
}

/// The bytes of `envelope`.
///
/// # Errors
/// [`CodecError::TooLarge`] when the other side would refuse it: too many bytes, or more than [`MAX_EVENTS`] events.
pub fn encode(envelope: &Envelope) -> Result<Vec<u8>, CodecError> {
    let bytes = postcard::to_stdvec(envelope)?;
    let Envelope::V1(message) = envelope;
    let events = match message {
        Message::Upload(upload) => match &upload.content {
            Content::Events(events) => events.len(),
            Content::Telemetry(_) => 0,
        },
        _ => 0,
    };
    if bytes.len() > MAX_BODY_BYTES || events > MAX_EVENTS {
        return Err(CodecError::TooLarge { bytes: bytes.len() });
    }
    Ok(bytes)
}

/// The envelope in `bytes`, which must be exactly one.
///
/// # Errors
/// [`CodecError`] for anything else; never panics, whatever the bytes.
pub fn decode(bytes: &[u8]) -> Result<Envelope, CodecError> {
    if bytes.len() > MAX_BODY_BYTES {
        return Err(CodecError::TooLarge { bytes: bytes.len() });
    }
    let (envelope, rest) = postcard::take_from_bytes(bytes)?;
    match rest.len() {
        0 => Ok(envelope),
        bytes => Err(CodecError::Trailing { bytes }),
    }
}
