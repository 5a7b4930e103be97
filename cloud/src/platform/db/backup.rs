//! A copy of an embedded database while it is in use, and a database out of such a copy. A shared PostgreSQL has
//! `pg_dump` and `pg_restore`, which know more of it than we do.

use super::{Db, DbError};
use crate::platform::base::Draft;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// Why there is no copy, or no database out of one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is ever written over.
    #[error("{0} is there already; name another file, or move that one away first")]
    There(PathBuf),
    /// There is nothing to copy.
    #[error("{0} is not there")]
    NotThere(PathBuf),
    /// SQLite found it damaged.
    #[error("{0} is damaged: {1}")]
    Damaged(PathBuf, String),
    /// It is of a later program.
    #[error(
        "{0} was made by a newer riversync-cloud (migrations {1:?} are not known here); use that version or a later one"
    )]
    Newer(PathBuf, Vec<i64>),
    /// It is some other database.
    #[error("{0} is not a database of riversync-cloud")]
    Foreign(PathBuf),
    /// The file system says no.
    #[error("{0}: {1}")]
    File(PathBuf, Error),
    /// The engine says no.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// What the file system says of `path`.
fn at(path: &Path, error: Error) -> BackupError {
    match error.kind() {
        ErrorKind::AlreadyExists => BackupError::There(path.to_owned()),
        _ => BackupError::File(path.to_owned(), error),
    }
}

/// Copies the embedded database `from` into the new file `to`, as it stands at one moment. Who writes meanwhile goes on
/// and is not in it. The copy is complete and synced when it has its name. Its size in bytes.
///
/// # Errors
/// [`BackupError`]; then there is no `to`.
pub async fn back_up(from: &Path, to: &Path) -> std::result::Result<u64, BackupError> {
    if !from.exists() {
        return Err(BackupError::NotThere(from.to_owned()));
    }
    let draft = Draft::beside(to).map_err(|error| at(to, error))?;
    let mut database: SqliteConnection = SqliteConnectOptions::new()
        .filename(from)
        .read_only(true)
        .busy_timeout(super::PATIENCE)
        .connect()
        .await?;
    let copied =
        sqlx::query("VACUUM INTO $1").bind(draft.path().display().to_string()).execute(&mut database).await;
    database.close().await?;
    copied?;
    let bytes = look(draft.path(), to).await?;
    draft.becomes(to).map_err(|error| at(to, error))?;
    Ok(bytes)
}

/// Puts the copy `from` where there is no database yet, at `to`, and brings its schema up to date.
///
/// # Errors
/// [`BackupError`]; then there is no `to`.
pub async fn restore(from: &Path, to: &Path) -> std::result::Result<u64, BackupError> {
    if !from.exists() {
        return Err(BackupError::NotThere(from.to_owned()));
    }
    // What an earlier database left beside its file would be taken for this one's.
    for left in [format!("{}-wal", to.display()), format!("{}-shm", to.display())] {
        if Path::new(&left).exists() {
            return Err(BackupError::There(left.into()));
        }
    }
    let draft = Draft::beside(to).map_err(|error| at(to, error))?;
    std::fs::copy(from, draft.path()).map_err(|error| at(draft.path(), error))?;
    let bytes = look(draft.path(), from).await?;
    draft.becomes(to).map_err(|error| at(to, error))?;
    Db::open(&format!("sqlite:{}", to.display())).await?.close().await;
    Ok(bytes)
}

/// Looks whether the copy at `path` is whole and ours; its size. `name` is what the person calls it.
async fn look(path: &Path, name: &Path) -> std::result::Result<u64, BackupError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut database: SqliteConnection = options.connect().await?;
    let verdict: std::result::Result<Vec<String>, _> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut database).await;
    database.close().await?;
    match verdict {
        Ok(lines) if lines == ["ok"] => {}
        Ok(lines) => return Err(BackupError::Damaged(name.to_owned(), lines.join("; "))),
        Err(error) => return Err(BackupError::Damaged(name.to_owned(), error.to_string())),
    }
    let standing = Db::standing(&format!("sqlite:{}", path.display())).await?;
    if !standing.unknown.is_empty() {
        return Err(BackupError::Newer(name.to_owned(), standing.unknown));
    }
    if standing.applied == 0 {
        return Err(BackupError::Foreign(name.to_owned()));
    }
    let size = std::fs::metadata(path).map_err(|error| BackupError::File(path.to_owned(), error))?;
    Ok(size.len())
}
