//! The settings that every command takes: a file, and flags that win over it.

use super::Failure;
use crate::app::App;
use crate::config::{Config, Overrides};
use crate::platform::base::{Clock, OsRandom, SystemClock};
use crate::platform::db::Db;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

/// Settings of a command.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Common {
    /// Settings file; config/cloud.toml explains every key
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    overrides: Overrides,
}

impl Common {
    /// The settings: defaults, then the file, then the flags.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(self.config.as_deref(), &self.overrides)?)
    }

    /// The service over these settings, for a command that is not `serve`.
    pub(super) async fn app(&self) -> Result<App, Failure> {
        open(self.config()?, Arc::new(SystemClock)).await
    }
}

/// Opens the database and puts the service together.
pub(super) async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<App, Failure> {
    if let Some(parent) = config.sqlite_path().and_then(|path| path.parent().map(PathBuf::from)) {
        std::fs::create_dir_all(&parent)
            .with_context(|| format!("the directory {} cannot be made", parent.display()))?;
    }
    let db = Db::open(&config.database_url)
        .await
        .with_context(|| format!("the database {} does not open", config.database_without_password()))?;
    Ok(App::new(db, clock, Arc::new(OsRandom), config))
}
