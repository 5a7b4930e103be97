//! How often programs may ask (PORTAL 6.5, case 154): a bucket for each person, organisation and key, so that one who asks
//! too much is slowed down and nobody else. In memory and per process: with several processes everybody has as many
//! buckets; that bounds the load of each, which is what a limit is for.

use crate::platform::access::Actor;
use crate::platform::error::Error;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// All people and keys of an organisation together may ask so many times as often as one of them.
const OF_A_TENANT: i64 = 5;
/// When there are more buckets than this, the full ones are forgotten: they say nothing.
const MOST_BUCKETS: usize = 20_000;

/// What is left in a bucket, in sixty-thousandths of a request: what a rate of one a minute adds in a millisecond. A full
/// one holds what its rate adds in a minute.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: i64,
    at_ms: i64,
    per_minute: i64,
}

/// A request, in what buckets count.
const ONE: i64 = 60_000;

impl Bucket {
    fn full(per_minute: i64, now_ms: i64) -> Self {
        Self { left: per_minute * ONE, at_ms: now_ms, per_minute }
    }

    fn filled(self, now_ms: i64) -> Self {
        let passed_ms = (now_ms - self.at_ms).clamp(0, 60_000);
        let left = (self.left + passed_ms * self.per_minute).min(self.per_minute * ONE);
        Self { left, at_ms: now_ms, ..self }
    }
}

/// The buckets of this process.
#[derive(Debug, Default)]
pub(super) struct Limits {
    buckets: Mutex<HashMap<String, Bucket>>,
}

impl Limits {
    /// Takes one request out of each bucket of `actor`, or none of any; `per_minute` is what a person or key may.
    ///
    /// # Errors
    /// [`Error::TooMany`] with when to come back.
    pub(super) fn take(&self, actor: &Actor, per_minute: u32, now_ms: i64) -> Result<(), Error> {
        let per_minute = i64::from(per_minute);
        // A key has its own bucket: what a program does leaves its owner's pages and other programs alone.
        let asks = match &actor.key {
            Some(key) => format!("key {}", key.id),
            None => format!("person {}", actor.person_id),
        };
        let tenant = format!("tenant {}", actor.tenant_id);
        self.take_of(&[(asks, per_minute), (tenant, OF_A_TENANT * per_minute)], now_ms)
    }

    fn take_of(&self, whose: &[(String, i64)], now_ms: i64) -> Result<(), Error> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|_, bucket| bucket.filled(now_ms).left < bucket.per_minute * ONE);
        }
        for (name, per_minute) in whose {
            let bucket = buckets.entry(name.clone()).or_insert(Bucket::full(*per_minute, now_ms));
            *bucket = bucket.filled(now_ms);
            if bucket.left < ONE {
                let wait_ms = (ONE - bucket.left).div_euclid(bucket.per_minute);
                let retry_after_s = u32::try_from(wait_ms.div_euclid(1_000) + 1).unwrap_or(u32::MAX);
                return Err(Error::TooMany { retry_after_s });
            }
        }
        for (name, _) in whose {
            if let Some(bucket) = buckets.get_mut(name) {
                bucket.left -= ONE;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    fn of(name: &str) -> [(String, i64); 2] {
        [(name.to_owned(), 3), ("tenant".to_owned(), 5)]
    }

    #[test]
    fn who_asks_too_much_waits_and_nobody_else() {
        let limits = Limits::default();
        for _ in 0..3 {
            limits.take_of(&of("one"), 0).unwrap();
        }
        assert_eq!(limits.take_of(&of("one"), 0).unwrap_err().code(), "too_many");
        limits.take_of(&of("other"), 0).unwrap();
        limits.take_of(&of("one"), 20_000).unwrap();
        assert!(limits.take_of(&of("one"), 20_000).is_err(), "three a minute, so one after a third of it");
        limits.take_of(&[("elsewhere".to_owned(), 3)], 20_000).unwrap();
    }

    #[test]
    fn what_one_bucket_refuses_costs_the_other_nothing() {
        let limits = Limits::default();
        for name in ["a", "b", "c", "d", "e"] {
            limits.take_of(&of(name), 0).unwrap();
        }
        for _ in 0..9 {
            assert!(limits.take_of(&of("f"), 0).is_err(), "the organisation has used its share");
        }
        for _ in 0..2 {
            limits.take_of(&of("f"), 24_000).unwrap();
        }
        assert!(limits.take_of(&of("f"), 24_000).is_err());
    }
}
