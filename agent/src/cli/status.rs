//! `status`: how the agent is, from the picture it leaves on disk every few seconds.

use super::{ConfigArg, Exit, say};
use crate::clock::{Clock, SystemClock};
use crate::health::{ConfigStatus, Status};
use clap::Args;
use std::path::Path;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// A picture older than this is history, milliseconds.
const FRESH_MS: i64 = 15_000;

pub(super) fn run(args: &StatusArgs) -> Result<(), Exit> {
    let state_dir = args.config.state_dir()?;
    let last = Status::last(&state_dir).map_err(|error| {
        say::trouble(format_args!("the status cannot be read: {error}"));
        Exit::of_io(&error)
    })?;
    let Some(status) = last else {
        say::trouble("the agent has not run here yet; start it with `riversync-agent run`");
        return Err(Exit::Unavailable);
    };
    let running = is_running(&status);
    if args.json {
        say::line(object(&status));
    } else {
        show(&status, running);
    }
    if running { Ok(()) } else { Err(Exit::Unavailable) }
}

/// The picture as JSON, and whether it is of an agent that runs.
pub(super) fn object(status: &Status) -> serde_json::Value {
    // Texts and whole numbers: there is nothing in it that JSON does not know.
    let mut object = serde_json::to_value(status).unwrap_or_default();
    if let Some(object) = object.as_object_mut() {
        object.insert("running".to_owned(), is_running(status).into());
    }
    object
}

/// Whether the agent that left this picture still runs.
pub(super) fn is_running(status: &Status) -> bool {
    let age_ms = SystemClock::default().now_ms().saturating_sub(status.at_ms);
    age_ms.abs() < FRESH_MS && Path::new("/proc").join(status.pid.to_string()).exists()
}

fn config(config: &ConfigStatus) {
    let since = say::time(config.since_ms);
    match config.refused_ms {
        None => say::line(format_args!("  configuration in force since {since}")),
        Some(at_ms) => say::line(format_args!(
            "  configuration a newer one was refused {}; the one in force since {since} stays",
            say::time(at_ms)
        )),
    }
    for fault in &config.faults {
        say::line(format_args!("               {fault}"));
    }
    if !config.waiting.is_empty() {
        let waiting = config.waiting.join(", ");
        say::line(format_args!("               changed, and waiting for a restart: {waiting}"));
    }
}

fn show(status: &Status, running: bool) {
    let state = if running { "runs" } else { "does not run" };
    say::line(format_args!("The agent {state} (process {}, {}).", status.pid, say::time(status.at_ms)));
    say::line(format_args!("  name         {} at {}", status.agent, status.cloud));
    say::line(format_args!("  certificate  good until {}", say::time(status.certificate_until_ms)));
    for part in &status.stuck {
        say::line(format_args!("  stuck        the {part} makes no progress"));
    }
    config(&status.config);
    match &status.grant.withheld {
        Some(why) => say::line(format_args!("  grants       nothing flows: {why}")),
        None => say::line(format_args!(
            "  grants       policy {} with {} rows in force",
            status.grant.epoch, status.grant.row_count
        )),
    }
    let link = if status.link.up { "up" } else { "down" };
    say::line(format_args!(
        "  link         {link}; last answer {}{}{}",
        if status.link.last_answer_ms == 0 {
            "never".to_owned()
        } else {
            say::time(status.link.last_answer_ms)
        },
        if status.link.trouble.is_empty() { "" } else { ": " },
        status.link.trouble
    ));
    let buffer = &status.buffer;
    say::line(format_args!(
        "  store        {} records and {} events wait, {} bytes on disk, {} damaged",
        buffer.records, buffer.events, buffer.disk_bytes, buffer.corrupt
    ));
    for (reason, count) in &buffer.dropped {
        say::line(format_args!("               {count} records lost: {reason}"));
    }
    let totals = &status.totals;
    say::line(format_args!(
        "  samples      {} stored, {} sent, {} denied, {} purged",
        totals.points_stored,
        totals.points_sent,
        totals.denied_not_granted + totals.denied_too_close,
        totals.points_purged
    ));
    for device in &status.devices {
        let gap = if device.reason.is_empty() { "" } else { ": " };
        say::line(format_args!("  {:<12} {}{gap}{}", device.id, device.link, device.reason));
        if device.restarts > 0 {
            let times = device.restarts;
            say::line(format_args!(
                "               begun anew {times} times after a fault of the agent; please report it"
            ));
        }
    }
}
