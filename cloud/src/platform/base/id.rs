//! Ids: a prefix that says what, and a sortable rest that nobody can guess.

use super::{Clock, Random};
use std::sync::Arc;

/// The text of an id, such as `deal_01926f…`.
pub type Id = String;

/// Makes ids from a clock and randomness, both of which are arguments.
#[derive(Clone)]
pub struct IdSource {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl IdSource {
    /// A source over these.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random }
    }

    /// A new id: `prefix`, an underscore and a version 7 UUID without dashes.
    pub fn next(&self, prefix: &str) -> Id {
        let mut tail = [0; 10];
        self.random.fill(&mut tail);
        let now_ms = u64::try_from(self.clock.now_ms()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(now_ms, &tail).into_uuid();
        format!("{prefix}_{}", uuid.simple())
    }
}
