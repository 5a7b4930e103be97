//! Waiting for the thing, not for time: a condition is asked until it holds or a deadline passes.

use anyhow::{Result, bail};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const ASK_EVERY: Duration = Duration::from_millis(20);

/// Asks `ready` until it answers with something, at most for `deadline`.
///
/// # Errors
/// When the deadline passes first: the sentence says what was waited for and the last answer that was no.
pub async fn until<T, F>(what: &str, deadline: Duration, mut ready: F) -> Result<T>
where
    F: AsyncFnMut() -> Result<T>,
{
    let end = Instant::now() + deadline;
    loop {
        match ready().await {
            Ok(found) => return Ok(found),
            Err(not_yet) if Instant::now() >= end => {
                bail!("waited {} s for {what}; the last answer was: {not_yet:#}", deadline.as_secs())
            }
            Err(_) => sleep(ASK_EVERY).await,
        }
    }
}

/// The wall clock in Unix milliseconds, as the devices and the cloud see it.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
