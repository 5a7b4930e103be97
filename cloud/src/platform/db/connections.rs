//! The connections to an engine, handed from transaction to transaction in the order in which these ask.
//!
//! Not sqlx's own pool: that asks each connection whether it still lives when it is taken and again when it comes back. On
//! SQLite that is two switches between threads, for which whoever waits for the one writer waits too, and an embedded
//! connection does not go away by itself; on PostgreSQL it was a fifth of all round trips, and `BEGIN` asks as well.

use super::{DbError, PATIENCE};
use sqlx::{ConnectOptions, Connection, Executor};
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

/// Between two attempts to reach a server that is starting.
const PAUSE: Duration = Duration::from_millis(100);
/// PostgreSQL's word for that (appendix A): `cannot_connect_now`.
const STARTING: &str = "57P03";

/// As many connections as there may be, opened when they are needed.
#[derive(Debug)]
pub struct Connections<C: Connection> {
    shared: Arc<Shared<C>>,
}

#[derive(Debug)]
struct Shared<C: Connection> {
    options: C::Options,
    most: u32,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<C>>,
}

/// A connection while it is one transaction's.
#[derive(Debug)]
pub struct Lease<C: Transacts> {
    of: Connections<C>,
    connection: Option<C>,
    turn: Option<OwnedSemaphorePermit>,
    /// Whether a transaction may stand open on it.
    begun: bool,
}

/// A connection that takes statements as text.
pub trait Transacts: Connection + Send + 'static {
    /// Runs one without values.
    fn run(&mut self, text: &'static str) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

impl Transacts for sqlx::SqliteConnection {
    async fn run(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.execute(text).await.map(drop)
    }
}

impl Transacts for sqlx::PgConnection {
    async fn run(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.execute(text).await.map(drop)
    }
}

impl<C: Connection> Clone for Connections<C> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<C: Transacts> Connections<C> {
    /// At most `most` of them; the first is opened now.
    ///
    /// # Errors
    /// When it does not open.
    pub(super) async fn open(options: C::Options, most: u32) -> Result<Self, sqlx::Error> {
        let turns = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        let connections = Self { shared: Arc::new(Shared { options, most, turns, idle: Mutex::default() }) };
        let first = connections.connect().await?;
        connections.put_back(first);
        Ok(connections)
    }

    /// How they are opened.
    pub(super) fn options(&self) -> &C::Options {
        &self.shared.options
    }

    /// One of them, when it is one's turn.
    ///
    /// # Errors
    /// [`DbError`] when others have them for too long, when they were closed, and when none can be opened.
    pub(super) async fn lease(&self) -> Result<Lease<C>, DbError> {
        let turn = timeout(PATIENCE, self.shared.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(Lease { of: self.clone(), connection: Some(connection), turn: Some(turn), begun: false })
    }

    /// Waits for a server that is starting as one waits for a turn.
    async fn connect(&self) -> Result<C, sqlx::Error> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.shared.options.connect().await {
                Err(error) if is_starting(&error) && Instant::now() < until => sleep(PAUSE).await,
                done => return done,
            }
        }
    }

    fn put_back(&self, connection: C) {
        self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// Waits until all are free, and closes them.
    pub(super) async fn close(&self) {
        let all = self.shared.turns.acquire_many(self.shared.most).await;
        self.shared.turns.close();
        drop(all);
        let idle = std::mem::take(&mut *self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a connection to the database did not close well");
            }
        }
    }
}

fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
        ),
        sqlx::Error::Database(error) => error.code().as_deref() == Some(STARTING),
        _ => false,
    }
}

impl<C: Transacts> Lease<C> {
    /// The connection.
    ///
    /// # Errors
    /// Only when it was given back.
    pub(super) fn connection(&mut self) -> Result<&mut C, sqlx::Error> {
        self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Whether a transaction may stand open.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// From now on a transaction may stand open, until [`Self::ended`] or [`Self::undo`].
    pub(super) fn begins(&mut self) {
        self.begun = true;
    }

    /// It does not any more.
    pub(super) fn ended(&mut self) {
        self.begun = false;
    }

    /// Begins now. A server that was started again does not know the connections of before: then on a new one.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub(super) async fn begin(&mut self) -> Result<(), sqlx::Error> {
        self.begins();
        let Err(error) = self.connection()?.run("BEGIN").await else { return Ok(()) };
        tracing::debug!(%error, "a connection to the database was lost while nobody used it");
        self.connection = None;
        self.connection = Some(self.of.connect().await?);
        self.connection()?.run("BEGIN").await
    }

    /// Undoes what was begun.
    pub(super) async fn undo(mut self) {
        if let Some(connection) = self.connection.take() {
            if self.begun {
                undo(&self.of, connection).await;
            } else {
                self.of.put_back(connection);
            }
        }
    }
}

impl<C: Transacts> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.begun {
            return self.of.put_back(connection);
        }
        // Without a runtime it is closed here, which undoes it too.
        let Ok(runtime) = Handle::try_current() else { return };
        let (of, turn) = (self.of.clone(), self.turn.take());
        runtime.spawn(async move {
            undo(&of, connection).await;
            drop(turn);
        });
    }
}

/// Undoes what stands open on `connection` and puts it back. When the disk is full SQLite undid it by itself
/// (sqlite.org/lang_transaction.html, section 3.1) and says that there is nothing to undo; of a lost connection nothing is
/// left either. Which of these it was is not told, so the next one gets a new connection.
async fn undo<C: Transacts>(of: &Connections<C>, mut connection: C) {
    match connection.run("ROLLBACK").await {
        Ok(()) => of.put_back(connection),
        Err(error) => {
            tracing::debug!(%error, "a connection whose transaction ended by itself is closed");
            if let Err(error) = connection.close_hard().await {
                tracing::debug!(%error, "and did not close well");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{POSTGRES_URL_VARIABLE, each_engine};
    use super::super::{Db, DbError, query};
    use super::Connections;
    use sqlx::Connection;
    use sqlx::postgres::{PgConnectOptions, PgConnection};
    use std::str::FromStr;

    async fn add(db: &Db, id: &str) -> Result<(), DbError> {
        let mut tx = db.write().await?;
        query("INSERT INTO tenant (id, name, created_ms) VALUES ($1, 'n', 0)")
            .bind(id)
            .execute(&mut tx)
            .await?;
        tx.commit().await
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_in_the_middle_leaves_neither_row_nor_lock() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "floor_dropped").await.unwrap() {
            for _ in 0..40 {
                let mut tx = db.write().await.unwrap();
                let insert = query("INSERT INTO tenant (id, name, created_ms) VALUES ('a', 'n', 0)");
                insert.execute(&mut tx).await.unwrap();
                drop(tx);
            }
            add(&db, "a").await.unwrap_or_else(|error| panic!("{engine}: {error}"));
            assert!(add(&db, "a").await.unwrap_err().is_unique_violation(), "{engine}");
            add(&db, "b").await.unwrap_or_else(|error| panic!("{engine}: {error}"));
            db.close().await;
            assert!(add(&db, "c").await.is_err(), "{engine}: a closed database takes nothing");
        }
    }

    #[tokio::test]
    async fn a_connection_that_was_lost_while_nobody_used_it_is_replaced() {
        #[expect(
            clippy::disallowed_methods,
            reason = "the test run hands the server's address to its stories"
        )]
        let Ok(url) = std::env::var(POSTGRES_URL_VARIABLE) else { return };
        let name = format!("connections_{}", std::process::id());
        let options = PgConnectOptions::from_str(&url).unwrap().application_name(&name);
        let connections: Connections<PgConnection> = Connections::open(options, 1).await.unwrap();
        let mut other = PgConnection::connect(&url).await.unwrap();
        for _ in 0..3 {
            let text =
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
            let ended: i64 = sqlx::query_scalar(text).bind(&name).fetch_one(&mut other).await.unwrap();
            assert_eq!(ended, 1);
            let mut lease = connections.lease().await.unwrap();
            lease.begin().await.unwrap();
            let one: i32 =
                sqlx::query_scalar("SELECT 1").fetch_one(lease.connection().unwrap()).await.unwrap();
            assert_eq!(one, 1);
            lease.undo().await;
        }
        connections.close().await;
    }
}
