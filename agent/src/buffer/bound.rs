//! The bound: how much may wait, and what goes when it is more. (Invariant 5; EDGE section 6, faults 6 and 8.)
//!
//! The engine keeps old bytes in its log and cleans up behind itself, so its file is a multiple of what lives in it. What
//! lives is therefore held to a third of the bound less a fixed part; should the file still grow past it, the store is
//! rewritten, which leaves only what lives.

use super::gaps;
use super::sled::EngineError;
use super::store::{Home, Live};
use super::types::MIN_MAX_BYTES;
use riversync_protocol::v1::{GapReason, Lane};

/// What the engine takes however little lives in it.
const ENGINE_BASE_BYTES: u64 = 6 << 20;
/// File bytes per living byte, at most.
const ENGINE_FACTOR: u64 = 3;
/// Records dropped in one write.
const DROP_AT_ONCE: usize = 256;

/// Most bytes of telemetry that may wait.
pub(super) fn budget(home: &Home) -> u64 {
    let max = home.limits.max_bytes.max(MIN_MAX_BYTES);
    max.saturating_sub(home.limits.ballast_bytes).saturating_sub(ENGINE_BASE_BYTES) / ENGINE_FACTOR
}

/// Whether the file, of `bytes`, has outgrown the bound although what lives in it has not.
pub(super) fn wants_rewrite(home: &Home, live: &Live, bytes: u64) -> bool {
    let max = home.limits.max_bytes.max(MIN_MAX_BYTES);
    let living = live.filled.telemetry.bytes + live.filled.events.bytes;
    bytes + home.limits.ballast_bytes > max - max / 8
        && living * ENGINE_FACTOR + ENGINE_BASE_BYTES < bytes.saturating_mul(2)
}

impl Live {
    /// Drops the oldest telemetry until what waits is within the budget, a little more so that it is not done every time.
    pub(super) fn hold_bound(&mut self, home: &Home) -> Result<(), EngineError> {
        let budget = budget(home);
        if self.filled.telemetry.bytes + self.filled.events.bytes <= budget {
            return Ok(());
        }
        let target = budget - budget / 64;
        while self.filled.telemetry.bytes + self.filled.events.bytes > target
            && self.filled.telemetry.records > 0
        {
            let excess = self.filled.telemetry.bytes + self.filled.events.bytes - target;
            let now_ms = home.clock.now_ms();
            let most = usize::try_from(excess).unwrap_or(usize::MAX);
            let page = self.page(Lane::Telemetry, 0, u64::MAX, DROP_AT_ONCE, most)?;
            if page.is_empty() {
                return Ok(());
            }
            let mut write = self.begin();
            for (seq, sealed) in page {
                let gap = gaps::of_record(Lane::Telemetry, &sealed, GapReason::DiskBound, now_ms);
                write.take(Lane::Telemetry, seq, sealed.len());
                write.lose(&gap, now_ms).map_err(|e| EngineError::Broken(e.to_string()))?;
            }
            self.write(write)?;
        }
        Ok(())
    }
}
