//! `buffer purge`: what waits is gone from every file of the store, its key is destroyed, and a receipt says what it was.

use super::{inspect, refused};
use crate::agent::open_store;
use crate::buffer::{Buffer, BufferError, Entry};
use crate::cli::{ConfigArg, Exit, line, say};
use crate::clock::{Clock, SystemClock};
use clap::Args;
use riversync_protocol::v1::{Event, PurgedRow, Receipt};
use std::sync::Arc;

/// Arguments of `buffer purge`.
#[derive(Debug, Args)]
pub(in crate::cli) struct PurgeArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Yes, remove it: nothing brings it back
    #[arg(long)]
    yes: bool,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &PurgeArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let waiting = inspect(&loaded.config)?.stats();
    if !args.yes {
        say::trouble(format_args!(
            "{} records of values and {} events wait and were not delivered; say --yes to remove the values and alarms \
             for good. Export first what is still wanted",
            waiting.telemetry.records, waiting.events.records
        ));
        return Err(Exit::Usage);
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let (buffer, _) = open_store(&loaded.config, Arc::clone(&clock)).map_err(|error| refused(&error))?;
    let rows = line::ask(async { purge(&buffer, &*clock).await.map_err(|error| refused(&error)) })?;
    if args.json {
        say::line(serde_json::json!({ "rows": rows, "key_destroyed": true }));
        return Ok(());
    }
    let points: u64 = rows.iter().map(|row| row.points).sum();
    say::line(format_args!(
        "{points} values were removed, and the key that opened them is destroyed. The cloud gets the receipt when the agent \
         reaches it."
    ));
    for row in &rows {
        say::line(format_args!("  {} {}: {}", row.device, row.metric, row.points));
    }
    Ok(())
}

/// Removes every value and every alarm. Gaps, receipts and the agent's own health stay: they hold no value, and are the
/// proof of what is missing.
async fn purge(buffer: &Buffer, clock: &dyn Clock) -> Result<Vec<PurgedRow>, BufferError> {
    let rows = buffer.purge(Box::new(|_| None), Box::new(|event| !matches!(event, Event::Alarm(_)))).await?;
    // No policy caused it: a person did.
    let receipt = Receipt { policy_epoch: 0, at_ms: clock.now_ms(), rows: rows.clone() };
    buffer.append(Entry { events: vec![Event::Receipt(receipt)], ..Entry::default() }).await?;
    Ok(rows)
}
