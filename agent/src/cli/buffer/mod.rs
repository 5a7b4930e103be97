//! `buffer`: the store of an agent that does not run, for the person on site. One file per verb.
//!
//! `stat`, `verify` and `export` read as opening would, without the engine, and change nothing on the disk. Nobody uses the
//! store meanwhile: while an agent has it, each verb ends with 75 and names its process.

mod export;
mod purge;
mod repair;
mod stat;
mod verify;

pub(super) use stat::object as sums;

use super::{ConfigArg, Exit, say};
use crate::agent::store_dir;
use crate::buffer::{BufferError, Inspection};
use crate::config::Config;
use clap::{Args, Subcommand};
use riversync_protocol::v1::GapReason;
use std::collections::BTreeMap;

/// What to do with the store.
#[derive(Debug, Subcommand)]
pub(super) enum BufferCommand {
    /// Say what the store holds: records, bytes, the oldest, what was lost and why; changes nothing
    Stat(StoreArgs),
    /// Read every record that waits and say how many are whole; changes nothing, ends with 74 when one is not
    Verify(StoreArgs),
    /// Open the store as the agent would, which heals it, and say what was saved and what is lost
    Repair(StoreArgs),
    /// Write what is still granted to standard output as CSV, for the owner; changes nothing. What is not granted now
    /// is not written
    Export(StoreArgs),
    /// Remove all values and alarms that wait, for good; a receipt for the cloud stays
    Purge(purge::PurgeArgs),
}

/// Which store, and how to tell of it.
#[derive(Debug, Args)]
pub(super) struct StoreArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// JSON on standard output: one object, or one for each value of an export
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &BufferCommand) -> Result<(), Exit> {
    match command {
        BufferCommand::Stat(args) => stat::run(args),
        BufferCommand::Verify(args) => verify::run(args),
        BufferCommand::Repair(args) => repair::run(args),
        BufferCommand::Export(args) => export::run(args),
        BufferCommand::Purge(args) => purge::run(args),
    }
}

/// The store of this configuration, or a sentence why it cannot be looked at.
fn inspect(config: &Config) -> Result<Inspection, Exit> {
    let dir = store_dir(config);
    match Inspection::open(&dir, &config.state_dir) {
        Ok(Some(store)) => Ok(store),
        Ok(None) => {
            say::trouble(format_args!("{} holds no store; no agent has stored anything here", dir.display()));
            Err(Exit::Unavailable)
        }
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &BufferError) -> Exit {
    say::trouble(error);
    match error {
        BufferError::Directory { source, .. } => Exit::of_io(source),
        other => Exit::of_store(other.exit_code()),
    }
}

/// Losses by reason, as `status` names them.
fn by_reason(dropped: &[(GapReason, u64)]) -> BTreeMap<String, u64> {
    dropped.iter().map(|(reason, count)| (format!("{reason:?}"), *count)).collect()
}
