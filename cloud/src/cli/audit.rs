//! `audit verify` walks every chain of the log against its signed checkpoints; `audit checkpoint` signs one now.

use super::options::Common;
use super::{Failure, say};
use crate::domains::audit::{self, By};
use anyhow::Context;
use std::path::PathBuf;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Walk every organisation's log against its signed checkpoints and name what is not as it was written
    Verify(Verify),
    /// Sign where every log stands now, and print it; the copy outside of the database is `audit-checkpoints.txt` in
    /// the state directory, and hourly while the service runs
    Checkpoint(Common),
}

/// What `audit verify` takes.
#[derive(clap::Args)]
pub(super) struct Verify {
    #[command(flatten)]
    common: Common,
    /// A copy of audit-checkpoints.txt that was kept elsewhere; else the one in the state directory
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
}

/// Does it.
pub(super) async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify(args) => verify(args).await,
        Command::Checkpoint(common) => checkpoint(common).await,
    }
}

/// Prints one line per organisation and per checkpoint that is not as it was; fails when there is any.
async fn verify(args: Verify) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let report = audit::verify_all(&app, args.anchor.as_deref()).await.context("the logs cannot be read")?;
    app.db.close().await;
    for (tenant_id, verdict) in &report.chains {
        say(&format!("{tenant_id}: {verdict}\n"))?;
    }
    for fault in &report.faults {
        say(&format!("{fault}\n"))?;
    }
    say(&format!("{} signed checkpoints\n", report.checkpoints))?;
    match report.findings() {
        0 => Ok(()),
        found => Err(Failure::Found(format!(
            "{found} of {} logs and {} checkpoints are not as they were written",
            report.chains.len(),
            report.checkpoints
        ))),
    }
}

async fn checkpoint(common: Common) -> Result<(), Failure> {
    let app = common.app().await?;
    let taken = audit::take_checkpoint(&app, Some(By::system("command line")))
        .await
        .context("no checkpoint was made")?;
    app.db.close().await;
    match taken {
        Some(taken) => say(&taken.block()),
        None => say("another process signed one at the same moment; ask again\n"),
    }
}
