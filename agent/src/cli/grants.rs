//! `grants`: what may flow, until when, and how sure that is. Reads the policy on disk and verifies it again.

use super::{ConfigArg, Exit, say};
use crate::clock::{Clock, SystemClock};
use crate::enrolment::Identity;
use crate::grant::{Authority, GrantedRow, Pins, Withheld};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Arguments of `grants`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct GrantsArgs {
    #[command(subcommand)]
    more: Option<GrantsCommand>,
    #[command(flatten)]
    config: ConfigArg,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// What else to say of the policy.
#[derive(Debug, Subcommand)]
enum GrantsCommand {
    /// Say why a metric flows or does not, to whom, and until when
    Explain(super::explain::ExplainArgs),
}

#[derive(Serialize)]
struct Shown {
    agent: String,
    epoch: u64,
    /// `valid`, `missing`, or `refused`.
    signature: &'static str,
    withheld: Option<String>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    row: GrantedRow,
    /// `now`, `later` or `ended`.
    state: &'static str,
}

pub(super) fn run(args: &GrantsArgs) -> Result<(), Exit> {
    if let Some(GrantsCommand::Explain(args)) = &args.more {
        return super::explain::run(args);
    }
    let loaded = args.config.load()?;
    let state_dir = &loaded.config.state_dir;
    let (identity, authority) = opened(state_dir)?;
    let shown = shown(&identity, &authority);
    if args.json {
        say::line(serde_json::to_string(&shown).map_err(|_| Exit::Internal)?);
        return Ok(());
    }
    say::line(format_args!("Agent {}, policy {}, signature {}.", shown.agent, shown.epoch, shown.signature));
    if let Some(why) = &shown.withheld {
        say::line(format_args!("Nothing flows: {why}."));
    } else if shown.rows.is_empty() {
        say::line("Nothing is granted, so nothing flows.");
    }
    for Row { row, state } in &shown.rows {
        say::line(format_args!(
            "  {:<5} {} {} until {}{}",
            state,
            row.device,
            row.metric,
            say::time(row.until_ms),
            if row.min_interval_ms == 0 {
                String::new()
            } else {
                format!(", every {} ms", row.min_interval_ms)
            }
        ));
    }
    Ok(())
}

/// Who this gateway is and what is in force, or a sentence why that cannot be said.
pub(super) fn opened(state_dir: &Path) -> Result<(Identity, Authority), Exit> {
    let identity = super::run::identity(state_dir)?;
    let authority = authority(&identity, state_dir).map_err(|error| {
        say::trouble(format_args!("the policy cannot be read: {error}"));
        Exit::of_io(&error)
    })?;
    Ok((identity, authority))
}

/// What is in force by the policy on disk and this machine's clock.
pub(super) fn authority(identity: &Identity, state_dir: &Path) -> std::io::Result<Authority> {
    let pins = Pins { agent: identity.agent().clone(), policy_key: identity.policy_key() };
    Authority::open(state_dir, pins, Arc::new(SystemClock::default()))
}

/// The same as JSON.
pub(super) fn object(identity: &Identity, authority: &Authority) -> serde_json::Value {
    serde_json::to_value(shown(identity, authority)).unwrap_or_default()
}

fn shown(identity: &Identity, authority: &Authority) -> Shown {
    let now_ms = SystemClock::default().now_ms();
    let granted = Arc::clone(&authority.granted().borrow());
    let withheld = authority.withheld();
    let signature = match &withheld {
        None | Some(Withheld::Clock(_)) => "valid",
        Some(Withheld::NoPolicy) => "missing",
        Some(Withheld::Cached(_) | Withheld::Marks) => "refused",
    };
    let state = |row: &GrantedRow| match now_ms {
        now if now < row.from_ms => "later",
        now if now < row.until_ms => "now",
        _ => "ended",
    };
    let rows = granted.rows().into_iter().map(|row| Row { state: state(&row), row }).collect();
    let withheld = withheld.map(|why| why.to_string());
    Shown { agent: identity.agent().to_string(), epoch: granted.epoch(), signature, withheld, rows }
}
