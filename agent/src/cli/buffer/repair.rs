//! `buffer repair`: opens the store as the agent would, which heals it, and tells what became of it.

use super::{StoreArgs, inspect, refused};
use crate::agent::open_store;
use crate::buffer::{Buffer, BufferError, OpenReport, Stats};
use crate::cli::{Exit, line, say};
use crate::clock::SystemClock;
use riversync_protocol::v1::Lane;
use std::sync::Arc;

/// Records read at once.
const PAGE: usize = 1_024;
/// Samples read at once.
const PAGE_POINTS: usize = 65_536;

/// What the repair came to.
struct Repaired {
    report: OpenReport,
    /// Records that lay in an intact store and could not be read all the same.
    set_aside: u64,
    /// Whether the store knew what it had held, so that the loss is known to the record.
    loss_is_known: bool,
    after: Stats,
}

pub(super) fn run(args: &StoreArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let loss_is_known = inspect(&loaded.config)?.epoch().is_some();
    let (buffer, report) =
        open_store(&loaded.config, Arc::new(SystemClock::default())).map_err(|error| refused(&error))?;
    let before = buffer.stats().corrupt;
    line::ask(async { read_all(&buffer).await.map_err(|error| refused(&error)) })?;
    let after = buffer.stats();
    let repaired = Repaired { report, set_aside: after.corrupt.saturating_sub(before), loss_is_known, after };
    if args.json {
        say::line(object(&repaired));
    } else {
        show(&repaired);
    }
    Ok(())
}

/// Reading takes what cannot be read out of the way, and makes it a gap that the cloud is told of.
async fn read_all(buffer: &Buffer) -> Result<(), BufferError> {
    for lane in [Lane::Telemetry, Lane::Events] {
        let mut from = 0;
        loop {
            let corrupt = buffer.stats().corrupt;
            let page = buffer.read(lane, from, PAGE, PAGE_POINTS).await?;
            match page.last() {
                Some(last) => from = last.seq.saturating_add(1),
                // All of the page was set aside, and there may be more behind it.
                None if buffer.stats().corrupt > corrupt => {}
                None => break,
            }
        }
    }
    Ok(())
}

fn object(repaired: &Repaired) -> serde_json::Value {
    let Repaired { report, set_aside, loss_is_known, after } = repaired;
    serde_json::json!({
        "epoch": report.epoch,
        "rebuilt": report.moved_aside.is_some() || report.salvaged > 0 || report.lost > 0,
        "salvaged": report.salvaged,
        "lost": report.lost.saturating_add(*set_aside),
        "loss_is_known": loss_is_known,
        "moved_aside": report.moved_aside,
        "other_versions": report.newer_version,
        "telemetry_records": after.telemetry.records,
        "event_records": after.events.records,
    })
}

fn show(repaired: &Repaired) {
    let Repaired { report, set_aside, loss_is_known, after } = repaired;
    let lost = report.lost.saturating_add(*set_aside);
    let untouched = report.moved_aside.is_none() && report.salvaged == 0 && lost == 0;
    if untouched {
        say::line("The store is in order; nothing had to be repaired.");
    } else {
        say::line(format_args!("{} records were saved, {lost} are lost.", report.salvaged));
        if !loss_is_known {
            say::line(
                "The store did not know any more what it had held, so more may be lost; what was saved got a new number.",
            );
        }
        if let Some(path) = &report.moved_aside {
            say::line(format_args!("The damaged store was moved to {}.", path.display()));
        }
        say::line("The cloud is told of the loss when the agent reaches it.");
    }
    for path in &report.newer_version {
        say::line(format_args!("{} is of another version of the agent and left as it is.", path.display()));
    }
    say::line(format_args!(
        "{} records and {} events wait for the cloud.",
        after.telemetry.records, after.events.records
    ));
}
