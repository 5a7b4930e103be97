//! Making a checkpoint: every hour, by whichever process takes the job, and when an operator asks.

use super::super::fact::Fact;
use super::super::model::{By, Entry};
use super::super::record::record;
use super::key::checkpoint_key;
use super::store;
use super::text::Checkpoint;
use crate::app::App;
use crate::platform::base::{HOUR_MS, append_private};
use crate::platform::error::Error;
use crate::platform::jobs::{Failed, Recurring};
use std::path::{Path, PathBuf};

/// Signs where all chains stand, if any of them grew.
pub const CHECKPOINT: Recurring = Recurring { name: "audit.checkpoint", every_ms: HOUR_MS };

/// The copy outside of the database.
pub(super) fn file(state_dir: &Path) -> PathBuf {
    state_dir.join("audit-checkpoints.txt")
}

/// Performs [`CHECKPOINT`].
///
/// # Errors
/// When the key, the file or the database does not do it.
pub async fn checkpoint(app: &App) -> Result<(), Failed> {
    match take_checkpoint(app, None).await? {
        Some(taken) => tracing::info!(number = taken.number, "the logs have a signed checkpoint"),
        None => tracing::debug!("no log grew since the last checkpoint"),
    }
    Ok(())
}

/// Signs where every chain stands, after a row that says who asked for it, if somebody did; `None` when none moved since the last checkpoint, or when another replica was
/// faster. What the file outside lacks of earlier ones is added as well.
///
/// # Errors
/// When the key, the file or the database does not do it.
pub async fn take_checkpoint(app: &App, by: Option<By>) -> Result<Option<Checkpoint>, Error> {
    let key = checkpoint_key(&app.config.state_dir, app.random.as_ref())
        .map_err(|error| Error::Internal(error.into()))?;
    let mut tx = app.db.write().await?;
    if let Some(by) = by {
        record(app, &mut tx, Entry::new(by, Fact::LogSigned, "log", "")).await?;
    }
    let last = store::newest(&mut tx).await?;
    let heads = store::heads(&mut tx).await?;
    let stood = last.iter().flat_map(Checkpoint::chains).map(|mark| (mark.tenant_id, mark.seq, mark.hash));
    let moved = !stood.eq(heads.iter().map(|mark| (mark.tenant_id.clone(), mark.seq, mark.hash.clone())));
    let mut taken = None;
    if moved {
        let (number, previous) = match &last {
            Some(last) => (last.number + 1, Some(last.signature.as_slice())),
            None => (1, None),
        };
        let checkpoint = Checkpoint::sign(&key, number, app.clock.now_ms(), previous, &heads);
        match store::insert(&mut tx, &checkpoint).await {
            Ok(()) => taken = Some(checkpoint),
            Err(error) if error.is_unique_violation() => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    copy_outside(app).await?;
    Ok(taken)
}

/// Adds to the file what it lacks.
async fn copy_outside(app: &App) -> Result<(), Error> {
    let path = file(&app.config.state_dir);
    let outside = std::fs::read_to_string(&path).unwrap_or_default();
    let has = Checkpoint::of_file(&outside).iter().map(|checkpoint| checkpoint.number).max().unwrap_or(0);
    let lacking = store::after(&mut app.db.read().await?, has).await?;
    let text: String = lacking.iter().map(Checkpoint::block).collect();
    if !text.is_empty() {
        append_private(&path, &text).map_err(|error| Error::Internal(error.into()))?;
    }
    Ok(())
}
