//! `migrate`: brings the schema up to date, or says what that would do.

use super::options::Common;
use super::{Failure, say};
use crate::platform::db::Db;
use anyhow::Context;
use std::fmt::Write as _;

/// What `migrate` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// Only say what is missing and change nothing; exits 1 when something is
    #[arg(long)]
    check: bool,
}

/// Does it.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let config = args.common.config()?;
    let name = config.database_without_password();
    let standing = Db::standing(&config.database_url)
        .await
        .with_context(|| format!("the database {name} cannot be looked at"))?;
    if !standing.unknown.is_empty() {
        return Err(Failure::Found(format!(
            "the database {name} is of a newer version: its migrations {:?} are not known here; use that version",
            standing.unknown
        )));
    }
    let mut text = format!("{name}: {} of {} migrations applied\n", standing.applied, {
        standing.applied + standing.pending.len()
    });
    for pending in &standing.pending {
        writeln!(text, "  {} {pending}", if args.check { "missing" } else { "applying" })
            .map_err(|error| Failure::Broken(error.into()))?;
    }
    say(&text)?;
    match standing.pending.len() {
        0 => Ok(()),
        missing if args.check => Err(Failure::Found(format!(
            "{missing} migrations are missing; `riversync-cloud migrate` applies them, after a backup"
        ))),
        _ => {
            let app = args.common.app().await?;
            app.db.close().await;
            say("The schema is up to date.\n")
        }
    }
}
