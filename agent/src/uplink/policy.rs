//! The long poll: a change of the policy reaches the gateway within a second of being made.

use super::backoff;
use super::http::Cloud;
use crate::grant::{Accepted, Authority};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Shortest time between two questions that brought nothing new.
const SHORTEST_ROUND: Duration = Duration::from_secs(1);

/// Asks until `stop`. `fetch` asks at once, for when an ack names a newer epoch.
pub async fn run(
    cloud: watch::Receiver<Arc<Cloud>>,
    authority: Arc<Authority>,
    fetch: Arc<Notify>,
    dice: fn() -> u32,
    stop: CancellationToken,
) {
    let mut failures = 0;
    while !stop.is_cancelled() {
        let current = Arc::clone(&cloud.borrow());
        let asked = tokio::time::Instant::now();
        let answer = tokio::select! {
            () = stop.cancelled() => return,
            answer = current.policy(authority.have_epoch()) => answer,
        };
        let pause = match answer {
            Ok((signed, date_ms)) => {
                failures = 0;
                if let Some(date_ms) = date_ms {
                    authority.heard(date_ms);
                }
                let accepted = signed.map(|signed| authority.accept(&signed));
                match accepted {
                    // A change is often followed by another, and each must arrive within a second.
                    Some(Ok(Accepted::New)) => continue,
                    None => Duration::ZERO,
                    // Asked with an older epoch than it sends, so it would send the same again at once.
                    Some(Ok(Accepted::Same)) => backoff::after(1, dice()),
                    Some(Err(error)) => {
                        tracing::warn!(%error, "a policy was refused");
                        backoff::after(4, dice())
                    }
                }
            }
            Err(error) => {
                failures += 1;
                tracing::info!(%error, failures, "the policy could not be asked for");
                backoff::after(failures, dice())
            }
        };
        // A cloud that answers at once instead of waiting is not asked more than once a second.
        let pause = pause.max(SHORTEST_ROUND.saturating_sub(asked.elapsed()));
        tokio::select! {
            () = stop.cancelled() => return,
            () = fetch.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
