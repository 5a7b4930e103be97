//! `backup` and `restore` of an embedded database.

use super::options::Common;
use super::{Failure, say};
use crate::config::Config;
use crate::platform::db::{self, BackupError};
use std::path::{Path, PathBuf};

/// What `backup` takes.
#[derive(clap::Args)]
pub(super) struct Backup {
    #[command(flatten)]
    common: Common,
    /// The new file; it gets its name when it is complete and synced
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// What `restore` takes.
#[derive(clap::Args)]
pub(super) struct Restore {
    #[command(flatten)]
    common: Common,
    /// What `backup` made
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

/// Copies the database while the service goes on.
pub(super) async fn back_up(args: Backup) -> Result<(), Failure> {
    let config = args.common.config()?;
    let from =
        embedded(&config, "pg_dump --format=custom --file=FILE URL", "copies it while the service goes on")?;
    let bytes = db::back_up(from, &args.to).await.map_err(told)?;
    say(&format!(
        "{} holds all of {} ({bytes} bytes).\nThe keys are not in it: keep a copy of {} as well, as safe as the keys are.\n",
        args.to.display(),
        from.display(),
        config.state_dir.display()
    ))
}

/// Makes the database out of a copy; never over another.
pub(super) async fn restore(args: Restore) -> Result<(), Failure> {
    let config = args.common.config()?;
    let to = embedded(&config, "pg_restore --dbname=URL FILE", "fills an empty one from what pg_dump made")?;
    let bytes = db::restore(&args.from, to).await.map_err(told)?;
    say(&format!(
        "{} holds all of {} ({bytes} bytes).\nPut the keys back into {} before the service starts; `riversync-cloud audit \
         verify` then says whether the logs are as they were written.\n",
        to.display(),
        args.from.display(),
        config.state_dir.display()
    ))
}

/// The file of the embedded database; for a shared one the tool that is made for it.
fn embedded<'a>(config: &'a Config, tool: &str, does: &str) -> Result<&'a Path, Failure> {
    config.sqlite_path().ok_or_else(|| {
        Failure::Usage(format!(
            "{} is PostgreSQL, which has its own tool: `{tool}` {does}",
            config.database_without_password()
        ))
    })
}

fn told(error: BackupError) -> Failure {
    match error {
        BackupError::Db(_) | BackupError::File(..) => Failure::Broken(error.into()),
        BackupError::There(_) | BackupError::NotThere(_) => Failure::Usage(error.to_string()),
        BackupError::Damaged(..) | BackupError::Newer(..) | BackupError::Foreign(_) => {
            Failure::Found(error.to_string())
        }
    }
}
