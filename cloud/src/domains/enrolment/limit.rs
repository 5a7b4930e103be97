//! How often one address may try a code. Secrets are too long to guess; this keeps guessing from costing us.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Tries of one address in one window. A site behind one address may bring up a rack of gateways.
const TRIES: u32 = 30;
const WINDOW_MS: i64 = 60_000;
const MAX_ADDRESSES: usize = 10_000;

/// Counts by address.
#[derive(Debug, Default)]
pub(super) struct Limit {
    tries: Mutex<HashMap<IpAddr, (i64, u32)>>,
}

impl Limit {
    /// Whether `from` may try once more at `now_ms`; otherwise in how many milliseconds.
    pub(super) fn take(&self, from: IpAddr, now_ms: i64) -> Result<(), i64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MAX_ADDRESSES {
            tries.retain(|_, (since_ms, _)| now_ms - *since_ms < WINDOW_MS);
        }
        if tries.len() >= MAX_ADDRESSES && !tries.contains_key(&from) {
            return Err(WINDOW_MS);
        }
        let (since_ms, count) = tries.entry(from).or_insert((now_ms, 0));
        if now_ms - *since_ms >= WINDOW_MS {
            (*since_ms, *count) = (now_ms, 0);
        }
        if *count >= TRIES {
            return Err(*since_ms + WINDOW_MS - now_ms);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, TRIES, WINDOW_MS};

    #[test]
    fn one_address_waits_and_another_does_not() {
        let limit = Limit::default();
        let (one, other) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        for _ in 0..TRIES {
            limit.take(one, 5).unwrap();
        }
        assert_eq!(limit.take(one, 6), Err(WINDOW_MS - 1));
        limit.take(other, 6).unwrap();
        limit.take(one, 5 + WINDOW_MS).unwrap();
    }
}
