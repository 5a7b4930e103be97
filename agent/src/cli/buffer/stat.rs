//! `buffer stat`: what the store holds.

use super::{StoreArgs, by_reason, inspect};
use crate::buffer::{Erasures, Inspection, LaneStats};
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
    let erasures = erasures(store);
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
        "keys_destroyed": erasures.lines,
        "keys_destroyed_whole": erasures.is_whole,
    })
}

/// Which keys were destroyed; a file that cannot be read counts as changed.
fn erasures(store: &Inspection) -> Erasures {
    store.erasures().unwrap_or_default()
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
    let erasures = erasures(store);
    if let Some(last) = erasures.lines.last() {
        say::line(format_args!(
            "  {:<12} {} so far, the last one ({}) {} with {} values that were no longer granted",
            "keys gone",
            last.number,
            last.key,
            say::time(last.at_ms),
            last.points
        ));
    }
    if !erasures.is_whole {
        say::trouble("somebody or something changed the file that says which keys were destroyed");
    }
    if let Some(trouble) = store.trouble() {
        say::trouble(format_args!("{trouble}; `riversync-agent buffer verify` says more"));
    }
}
