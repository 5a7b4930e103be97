//! What is odd about a model of device, so that nobody has to find it out twice (EDGE section 5: all workarounds, per
//! device, in profiles). The same keys in `[device.modbus]` stand before the profile's.

use super::{MAX_BITS, MAX_WORDS};
use crate::config::section::Section;

/// What a unit needs other than the specification; `None` where nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Most registers of one request.
    pub max_words: Option<u16>,
    /// Most bits of one request.
    pub max_bits: Option<u16>,
    /// Rest after a connection was made, milliseconds.
    pub pause_after_connect_ms: Option<u64>,
    /// Rest after each reply, milliseconds.
    pub pause_between_requests_ms: Option<u64>,
    /// Leave the line free between polls, for devices that know one connection.
    pub close_after_poll: Option<bool>,
    /// Never read two metrics at once.
    pub one_request_per_metric: Option<bool>,
    /// Requests for coils begin at address 0.
    pub coils_from_zero: Option<bool>,
}

impl Quirks {
    /// Reads the keys out of a table that may hold others.
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let mut count = |key, most: u16| {
            section.integer(key, 1..=i64::from(most)).and_then(|found| u16::try_from(found.value).ok())
        };
        let (max_words, max_bits) = (count("max_words", MAX_WORDS), count("max_bits", MAX_BITS));
        let mut pause = |key| section.duration_ms(key, 0..=10_000).map(|found| found.value);
        let pause_after_connect_ms = pause("pause_after_connect");
        let pause_between_requests_ms = pause("pause_between_requests");
        let mut flag = |key| section.flag(key).map(|found| found.value);
        Self {
            max_words,
            max_bits,
            pause_after_connect_ms,
            pause_between_requests_ms,
            close_after_poll: flag("close_after_poll"),
            one_request_per_metric: flag("one_request_per_metric"),
            coils_from_zero: flag("coils_from_zero"),
        }
    }

    /// These, and the other's where these say nothing.
    #[must_use]
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            max_words: self.max_words.or(other.max_words),
            max_bits: self.max_bits.or(other.max_bits),
            pause_after_connect_ms: self.pause_after_connect_ms.or(other.pause_after_connect_ms),
            pause_between_requests_ms: self.pause_between_requests_ms.or(other.pause_between_requests_ms),
            close_after_poll: self.close_after_poll.or(other.close_after_poll),
            one_request_per_metric: self.one_request_per_metric.or(other.one_request_per_metric),
            coils_from_zero: self.coils_from_zero.or(other.coils_from_zero),
        }
    }

    /// Most registers of one request.
    pub fn max_words(&self) -> u16 {
        self.max_words.unwrap_or(MAX_WORDS)
    }

    /// Most bits of one request.
    pub fn max_bits(&self) -> u16 {
        self.max_bits.unwrap_or(MAX_BITS)
    }
}
