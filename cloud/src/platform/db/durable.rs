//! Commits that reach the disk together.
//!
//! A commit ends a transaction and frees its locks as soon as it stands in the engine's log; who made it is answered
//! when that log was synced, and whoever commits meanwhile shares the next sync. So a row that everybody must pass, such
//! as the head of a log, is held for microseconds and not for the time of a disk.
//!
//! On SQLite the writer runs with `synchronous = NORMAL`, which syncs at checkpoints only, and we sync the write-ahead
//! log (sqlite.org/wal.html, section 8). On PostgreSQL transactions run with `synchronous_commit = off` and a connection
//! beside them commits a message with the server's own setting: a commit is flushed with everything before it in the log
//! (PostgreSQL, section 30.4), standbys that the server waits for included.
//!
//! Invariants: [`Promise::kept`] is `Ok` only when everything that was committed before it was asked is on the disk. What
//! one instance of a server forgot is never promised by the next: a promise belongs to the connection that was open when
//! its transaction began. After a sync of SQLite's log failed nothing is promised any more, since the kernel
//! tells of lost pages once; the next start reads what is there.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long the connection to PostgreSQL is trusted unasked.
const TRUSTED: Duration = Duration::from_secs(5);
/// Between two attempts to connect again.
const PAUSE: Duration = Duration::from_millis(250);
/// No sync is to be had for this run of the process.
const NEVER: u64 = u64::MAX;
/// A record in PostgreSQL's log, so that the commit has something to flush.
const MARK: &str = "SELECT CAST(pg_logical_emit_message(true, 'riversync', '') AS TEXT)";

/// Why a commit may not survive a power cut.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unsynced {
    /// The disk did not confirm a sync.
    #[error(
        "the disk did not confirm a write ({0}), so nothing more is written; start the service again when the disk is well"
    )]
    Disk(Arc<io::Error>),
    /// The server went away between commit and sync.
    #[error(
        "the database server went away before it confirmed the change; look whether it is there, and try again"
    )]
    Server,
}

/// The way to the disk of one database.
#[derive(Clone, Debug)]
pub struct Durable {
    asked: mpsc::UnboundedSender<Asked>,
    generation: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Asked {
    Sync { generation: u64, tell: oneshot::Sender<Result<(), Unsynced>> },
    Close { tell: oneshot::Sender<()> },
}

/// What a transaction is owed when it commits.
#[derive(Debug)]
pub struct Promise {
    durable: Durable,
    generation: u64,
}

impl Durable {
    /// Of the embedded database at `path`.
    pub(super) fn of_file(path: &std::path::Path) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let (durable, asked) = Self::new();
        tokio::spawn(sync_file(log.into(), asked, durable.generation.clone()));
        durable
    }

    /// Of the PostgreSQL server at `options`.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub(super) async fn of_server(options: PgConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        let (durable, asked) = Self::new();
        let server = Server { options, connection, generation: durable.generation.clone() };
        tokio::spawn(server.sync(asked));
        Ok(durable)
    }

    fn new() -> (Self, mpsc::UnboundedReceiver<Asked>) {
        let (sender, asked) = mpsc::unbounded_channel();
        (Self { asked: sender, generation: Arc::default() }, asked)
    }

    /// For a transaction that begins now.
    ///
    /// # Errors
    /// [`Unsynced::Disk`] when no commit can be promised any more.
    pub(super) fn promise(&self) -> Result<Promise, Unsynced> {
        match self.generation.load(Ordering::Acquire) {
            NEVER => Err(never()),
            generation => Ok(Promise { durable: self.clone(), generation }),
        }
    }

    /// Ends the connection, if there is one.
    pub(super) async fn close(&self) {
        let (tell, told) = oneshot::channel();
        if self.asked.send(Asked::Close { tell }).is_ok() && told.await.is_err() {
            tracing::debug!("the way to the disk was closed already");
        }
    }
}

fn never() -> Unsynced {
    Unsynced::Disk(Arc::new(io::Error::other("an earlier sync failed")))
}

impl Promise {
    /// Waits until everything that was committed so far is on the disk.
    ///
    /// # Errors
    /// [`Unsynced`]: it was committed, and may be lost.
    pub(super) async fn kept(self) -> Result<(), Unsynced> {
        let (tell, told) = oneshot::channel();
        let asked = Asked::Sync { generation: self.generation, tell };
        self.durable.asked.send(asked).map_err(|_| Unsynced::Server)?;
        told.await.unwrap_or(Err(Unsynced::Server))
    }
}

/// Those who wait for the next sync. `None` when the database is closed.
async fn waiting(asked: &mut mpsc::UnboundedReceiver<Asked>) -> Option<Vec<Asked>> {
    let mut all = Vec::new();
    if asked.recv_many(&mut all, usize::MAX).await == 0 { None } else { Some(all) }
}

/// Answers those who wait; whether the database goes on.
fn answer(all: Vec<Asked>, outcome: impl Fn(u64) -> Result<(), Unsynced>) -> bool {
    let mut goes_on = true;
    for one in all {
        let heard = match one {
            Asked::Sync { generation, tell } => tell.send(outcome(generation)).is_ok(),
            Asked::Close { tell } => {
                goes_on = false;
                tell.send(()).is_ok()
            }
        };
        if !heard {
            tracing::trace!("whoever committed has gone");
        }
    }
    goes_on
}

async fn sync_file(log: PathBuf, mut asked: mpsc::UnboundedReceiver<Asked>, generation: Arc<AtomicU64>) {
    while let Some(all) = waiting(&mut asked).await {
        let path = log.clone();
        let synced = tokio::task::spawn_blocking(move || sync_path(&path)).await;
        let outcome = synced.unwrap_or_else(|cause| Err(io::Error::other(cause))).map_err(Arc::new);
        if let Err(error) = &outcome {
            tracing::error!(%error, "the database's log could not be synced; nothing more is written until the next start");
            generation.store(NEVER, Ordering::Release);
        }
        let failed = generation.load(Ordering::Acquire) == NEVER;
        let goes_on = answer(all, |_| match &outcome {
            Err(error) => Err(Unsynced::Disk(error.clone())),
            Ok(()) if failed => Err(never()),
            Ok(()) => Ok(()),
        });
        if !goes_on {
            break;
        }
    }
}

/// Opened anew each time, since SQLite makes a new log when its last connection was closed, after it brought everything
/// into the database and synced that.
fn sync_path(log: &std::path::Path) -> io::Result<()> {
    match File::open(log) {
        Ok(file) => file.sync_data(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

struct Server {
    options: PgConnectOptions,
    connection: PgConnection,
    generation: Arc<AtomicU64>,
}

impl Server {
    async fn sync(mut self, mut asked: mpsc::UnboundedReceiver<Asked>) {
        loop {
            // A server that was started again must be known before the next transaction begins.
            let Ok(all) = tokio::time::timeout(TRUSTED, waiting(&mut asked)).await else {
                if self.connection.ping().await.is_err() {
                    self.connect_again(&mut asked).await;
                }
                continue;
            };
            let Some(all) = all else { return };
            let flushed = sqlx::query_scalar::<_, String>(MARK).fetch_one(&mut self.connection).await;
            let current = self.generation.load(Ordering::Acquire);
            let goes_on = answer(all, |generation| match &flushed {
                Ok(_) if generation == current => Ok(()),
                _ => Err(Unsynced::Server),
            });
            if !goes_on {
                return;
            }
            if let Err(error) = flushed {
                tracing::warn!(%error, "the database server went away before it confirmed changes");
                self.connect_again(&mut asked).await;
            }
        }
    }

    /// Until there is a connection again. Who asks meanwhile is told at once that nothing is confirmed.
    async fn connect_again(&mut self, asked: &mut mpsc::UnboundedReceiver<Asked>) {
        loop {
            match self.options.connect().await {
                Ok(connection) => {
                    self.connection = connection;
                    // Only now: what began while there was no connection may have met an instance that is gone too.
                    self.generation.fetch_add(1, Ordering::AcqRel);
                    return;
                }
                Err(error) => tracing::debug!(%error, "no connection to confirm changes with yet"),
            }
            match tokio::time::timeout(PAUSE, waiting(asked)).await {
                Ok(Some(all)) => {
                    if !answer(all, |_| Err(Unsynced::Server)) {
                        return asked.close();
                    }
                }
                Ok(None) => return asked.close(),
                Err(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::POSTGRES_URL_VARIABLE;
    use super::super::{Db, DbError, query};
    use super::{Durable, Unsynced};
    use sqlx::Connection;
    use sqlx::postgres::{PgConnectOptions, PgConnection};
    use std::str::FromStr;

    async fn add(db: &Db, id: String) -> Result<(), DbError> {
        let mut tx = db.write().await?;
        let insert = query("INSERT INTO tenant (id, name, created_ms) VALUES ($1, 'n', 0)");
        insert.bind(id).execute(&mut tx).await?;
        tx.commit().await
    }

    #[tokio::test]
    async fn many_who_commit_at_once_are_all_answered() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in super::super::testing::each_engine(dir.path(), "floor_together").await.unwrap() {
            let all = (0..200).map(|nth| add(&db, format!("t{nth}")));
            for done in futures_util::future::join_all(all).await {
                done.unwrap_or_else(|error| panic!("{engine}: {error}"));
            }
            db.close().await;
            add(&db, "late".to_owned()).await.expect_err("a closed database takes nothing");
        }
    }

    #[tokio::test]
    async fn after_a_disk_did_not_confirm_nothing_more_is_written() {
        let dir = tempfile::tempdir().unwrap();
        // What cannot be synced stands where the log should be.
        std::os::unix::fs::symlink("/dev/null", dir.path().join("none-wal")).unwrap();
        let none = Durable::of_file(&dir.path().join("none"));
        let Db::Sqlite { writer, readers, .. } =
            Db::open(&format!("sqlite:{}", dir.path().join("whole").display())).await.unwrap()
        else {
            panic!("not SQLite")
        };
        let db = Db::Sqlite { writer, readers, durable: none };
        db.ready().await.unwrap();
        let first = add(&db, "a".to_owned()).await.unwrap_err();
        assert!(matches!(first, DbError::Unsynced(Unsynced::Disk(_))) && first.is_for_now(), "{first}");
        let later = add(&db, "b".to_owned()).await.unwrap_err();
        assert!(later.to_string().contains("start the service again"), "{later}");
        db.ready().await.unwrap_err();
        let mut tx = db.read().await.unwrap();
        let text = "SELECT id, name, created_ms FROM tenant WHERE id IN ('a', 'b')";
        let rows: Vec<Tenant> = query(text).all(&mut tx).await.unwrap();
        assert_eq!(rows.len(), 1, "the second was not even begun");
    }

    #[derive(sqlx::FromRow)]
    #[expect(dead_code, reason = "only how many there are counts")]
    struct Tenant {
        id: String,
    }

    #[tokio::test]
    async fn what_one_run_of_a_server_took_the_next_does_not_promise() {
        #[expect(
            clippy::disallowed_methods,
            reason = "the test run hands the server's address to its stories"
        )]
        let Ok(url) = std::env::var(POSTGRES_URL_VARIABLE) else { return };
        let name = format!("durable_{}", std::process::id());
        let options = PgConnectOptions::from_str(&url).unwrap().application_name(&name);
        let durable = Durable::of_server(options).await.unwrap();
        durable.promise().unwrap().kept().await.unwrap();
        let before = durable.promise().unwrap();
        let waiting = durable.promise().unwrap();
        let mut other = PgConnection::connect(&url).await.unwrap();
        let text =
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
        let ended: i64 = sqlx::query_scalar(text).bind(&name).fetch_one(&mut other).await.unwrap();
        assert_eq!(ended, 1);
        assert!(matches!(waiting.kept().await, Err(Unsynced::Server)), "it was noticed");
        // However long it takes until there is a connection, what began before is never confirmed.
        let again = async {
            while durable.promise().unwrap().kept().await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), again).await.unwrap();
        assert!(matches!(before.kept().await, Err(Unsynced::Server)), "it belongs to the run before");
        durable.close().await;
        assert!(durable.promise().unwrap().kept().await.is_err(), "closed");
    }
}
