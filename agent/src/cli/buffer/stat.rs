//! `buffer stat`: what the store holds.

use super::{StoreArgs, by_reason, inspect};
use crate::buffer::{Inspection, LaneStats};
use crate::cli::{Exit, say};

pub(super) fn run(args: &StoreArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let store = inspect(&loaded.config)?;
    if args.json {
        say::line(object(&store));
    } else {
        show(&store);
    }
    Ok(())
}

/// Its sums as JSON.
pub(in crate::cli) fn object(store: &Inspection) -> serde_json::Value {
    let stats = store.stats();
    let lane = |lane: &LaneStats| serde_json::json!({ "records": lane.records, "bytes": lane.bytes, "next_seq": lane.next_seq });
    serde_json::json!({
        "epoch": store.epoch(),
        "telemetry": lane(&stats.telemetry),
        "events": lane(&stats.events),
        "oldest_ms": stats.oldest_ms,
        "disk_bytes": stats.disk_bytes,
        "dropped": by_reason(&stats.dropped),
        "corrupt": stats.corrupt,
        "moved_aside": store.moved_aside(),
        "other_versions": store.other_versions(),
        "trouble": store.trouble(),
    })
}

fn show(store: &Inspection) {
    let stats = store.stats();
    match store.epoch() {
        Some(epoch) => say::line(format_args!("Store {epoch}, {} bytes on disk.", stats.disk_bytes)),
        None => say::line(format_args!("Store without a number, {} bytes on disk.", stats.disk_bytes)),
    }
    for (name, lane) in [("telemetry", &stats.telemetry), ("events", &stats.events)] {
        say::line(format_args!("  {name:<12} {} records of {} bytes wait", lane.records, lane.bytes));
    }
    if let Some(oldest_ms) = stats.oldest_ms {
        say::line(format_args!("  {:<12} {}", "oldest", say::time(oldest_ms)));
    }
    for (reason, count) in by_reason(&stats.dropped) {
        say::line(format_args!("  {:<12} {count} records: {reason}", "lost"));
    }
    say::line(format_args!("  {:<12} {} records did not pass their check so far", "damaged", stats.corrupt));
    for path in store.moved_aside() {
        say::line(format_args!("  {:<12} {}", "moved aside", path.display()));
    }
    for path in store.other_versions() {
        say::line(format_args!(
            "  {:<12} {} is of another version and left as it is",
            "kept",
            path.display()
        ));
    }
    if let Some(trouble) = store.trouble() {
        say::trouble(format_args!("{trouble}; `riversync-agent buffer verify` says more"));
    }
}
