//! How often programs may ask (PORTAL 6.5, case 154): a bucket for each person, organisation and key, so that one who asks
//! too much is slowed down and nobody else. In memory and per process: with several processes everybody has as many
//! buckets; that bounds the load of each, which is what a limit is for.

use crate::platform::access::Actor;
use crate::platform::error::Error;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A bucket: how many requests at once, and how many more each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    burst: i64,
    a_second: i64,
}

const PERSON: Size = Size { burst: 600, a_second: 10 };
const KEY: Size = Size { burst: 600, a_second: 10 };
const TENANT: Size = Size { burst: 3_000, a_second: 50 };
/// When there are more buckets than this, the full ones are forgotten: they say nothing.
const MOST_BUCKETS: usize = 20_000;

/// What is left in a bucket, in thousandths of a request.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: i64,
    at_ms: i64,
    size: Size,
}

impl Bucket {
    fn filled(self, now_ms: i64) -> Self {
        let passed_ms = (now_ms - self.at_ms).clamp(0, 86_400_000);
        let left = (self.left + passed_ms * self.size.a_second).min(self.size.burst * 1_000);
        Self { left, at_ms: now_ms, ..self }
    }
}

/// The buckets of this process.
#[derive(Debug, Default)]
pub(super) struct Limits {
    buckets: Mutex<HashMap<String, Bucket>>,
}

impl Limits {
    /// Takes one request out of each bucket of `actor`, or none of any.
    ///
    /// # Errors
    /// [`Error::TooMany`] with when to come back.
    pub(super) fn take(&self, actor: &Actor, now_ms: i64) -> Result<(), Error> {
        let key = actor.key.as_ref().map(|key| (format!("key {}", key.id), KEY));
        let person = (format!("person {}", actor.person_id), PERSON);
        let tenant = (format!("tenant {}", actor.tenant_id), TENANT);
        // A key has its own bucket: what a program does leaves its owner's pages and other programs alone.
        self.take_of(&[key.unwrap_or(person), tenant], now_ms)
    }

    fn take_of(&self, whose: &[(String, Size)], now_ms: i64) -> Result<(), Error> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|_, bucket| bucket.filled(now_ms).left < bucket.size.burst * 1_000);
        }
        for (name, size) in whose {
            let full = Bucket { left: size.burst * 1_000, at_ms: now_ms, size: *size };
            let bucket = buckets.entry(name.clone()).or_insert(full);
            *bucket = bucket.filled(now_ms);
            if bucket.left < 1_000 {
                let wait_ms = (1_000 - bucket.left).div_euclid(size.a_second);
                let retry_after_s = u32::try_from(wait_ms.div_euclid(1_000) + 1).unwrap_or(u32::MAX);
                return Err(Error::TooMany { retry_after_s });
            }
        }
        for (name, _) in whose {
            if let Some(bucket) = buckets.get_mut(name) {
                bucket.left -= 1_000;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, Size};

    const SMALL: Size = Size { burst: 3, a_second: 2 };
    const LARGE: Size = Size { burst: 5, a_second: 2 };

    fn of(name: &str) -> [(String, Size); 2] {
        [(name.to_owned(), SMALL), ("tenant".to_owned(), LARGE)]
    }

    #[test]
    fn who_asks_too_much_waits_and_nobody_else() {
        let limits = Limits::default();
        for _ in 0..3 {
            limits.take_of(&of("one"), 0).unwrap();
        }
        assert_eq!(limits.take_of(&of("one"), 0).unwrap_err().code(), "too_many");
        limits.take_of(&of("other"), 0).unwrap();
        limits.take_of(&of("one"), 500).unwrap();
        assert!(limits.take_of(&of("one"), 500).is_err(), "two a second, so one after half of it");
        limits.take_of(&[("elsewhere".to_owned(), SMALL)], 500).unwrap();
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
            limits.take_of(&of("f"), 1_000).unwrap();
        }
        assert!(limits.take_of(&of("f"), 1_000).is_err());
    }
}
