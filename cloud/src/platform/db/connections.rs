//! The connections to an engine, handed from transaction to transaction in the order in which these ask.
//!
//! Not sqlx's own pool: that asks each connection whether it still lives when it is taken and again when it comes back. On
//! SQLite that is two switches between threads, for which whoever waits for the one writer waits too, and an embedded
//! connection does not go away by itself; on PostgreSQL it was a fifth of all round trips. Here only one that lay idle for
//! a while is asked.

use super::lease::{Lease, Stands};
use super::{DbError, PATIENCE};
use sqlx::{ConnectOptions, Connection, Executor};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

/// Between two attempts to reach a server that is starting.
const PAUSE: Duration = Duration::from_millis(100);
/// After which an idle connection to a server is asked whether it still lives: far less than a restart takes.
const DOUBT: Duration = Duration::from_millis(100);
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
    waiting: AtomicUsize,
    idle: Mutex<Vec<Idle<C>>>,
}

/// A connection that nobody uses.
#[derive(Debug)]
struct Idle<C> {
    connection: C,
    since: Instant,
    stands: Stands,
}

/// A connection that takes statements as text.
pub trait Transacts: Connection + Send + 'static {
    /// Whether it may be lost while nobody uses it.
    const GETS_LOST: bool;

    /// Runs one without values.
    fn run(&mut self, text: &'static str) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

impl Transacts for sqlx::SqliteConnection {
    const GETS_LOST: bool = false;

    async fn run(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.execute(text).await.map(drop)
    }
}

impl Transacts for sqlx::PgConnection {
    const GETS_LOST: bool = true;

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
        let (waiting, idle) = (AtomicUsize::new(0), Mutex::default());
        let connections = Self { shared: Arc::new(Shared { options, most, turns, waiting, idle }) };
        let first = connections.connect().await?;
        connections.put_back(first, Stands::Nothing);
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
        let turn = self.turn().await?;
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(mut idle) = idle
            && (!C::GETS_LOST
                || idle.since.elapsed() < DOUBT
                || idle.connection.run("SELECT 1").await.is_ok())
        {
            return Ok(Lease::new(self.clone(), idle.connection, idle.stands, turn));
        }
        Ok(Lease::new(self.clone(), self.connect().await?, Stands::Nothing, turn))
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        if let Ok(turn) = self.shared.turns.clone().try_acquire_owned() {
            return Ok(turn);
        }
        let _waiting = Waiting::new(&self.shared.waiting);
        let turn = timeout(PATIENCE, self.shared.turns.clone().acquire_owned()).await;
        turn.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)
    }

    /// Whether somebody waits for one.
    pub(super) fn are_waited_for(&self) -> bool {
        self.shared.waiting.load(Ordering::Relaxed) > 0
    }

    /// A new one. It waits for a server that is starting as one waits for a turn.
    ///
    /// # Errors
    /// When the engine does not give one.
    pub(super) async fn connect(&self) -> Result<C, sqlx::Error> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.shared.options.connect().await {
                Err(error) if is_starting(&error) && Instant::now() < until => sleep(PAUSE).await,
                done => return done,
            }
        }
    }

    /// For the next one, with what stands on it.
    pub(super) fn put_back(&self, connection: C, stands: Stands) {
        let idle = Idle { connection, since: Instant::now(), stands };
        self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }

    /// Waits until all are free, and closes them.
    pub(super) async fn close(&self) {
        let all = self.shared.turns.acquire_many(self.shared.most).await;
        self.shared.turns.close();
        drop(all);
        let idle = std::mem::take(&mut *self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for Idle { connection, .. } in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a connection to the database did not close well");
            }
        }
    }
}

/// Somebody who waits, as long as it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::super::testing::{POSTGRES_URL_VARIABLE, each_engine};
    use super::super::{Db, DbError, Tx, query};
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
        // Without a transaction at most one statement finds out, and the connection does not come back.
        let ended: i64 = {
            let text =
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
            sqlx::query_scalar(text).bind(&name).fetch_one(&mut other).await.unwrap()
        };
        assert_eq!(ended, 1);
        let mut outcomes = Vec::new();
        for _ in 0..3 {
            let mut lease = connections.lease().await.unwrap();
            let one: Result<i32, _> =
                sqlx::query_scalar("SELECT 1").fetch_one(lease.connection().unwrap()).await;
            if one.is_ok() {
                lease.went_well();
            }
            outcomes.push(one.is_ok());
        }
        assert!(outcomes[1..].iter().all(|well| *well), "{outcomes:?}");
        connections.close().await;
    }

    #[tokio::test]
    async fn what_only_reads_writes_nothing_and_survives_a_statement_that_fails() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "floor_only_reads").await.unwrap() {
            for _ in 0..20 {
                let mut tx = db.read().await.unwrap();
                let insert = query("INSERT INTO tenant (id, name, created_ms) VALUES ('r', 'n', 0)");
                insert.execute(&mut tx).await.expect_err(engine);
            }
            let mut tx = db.read().await.unwrap();
            let all = query("SELECT id FROM tenant WHERE id = 'r'").all::<Id>(&mut tx).await.unwrap();
            assert!(all.is_empty(), "{engine}");
            drop(tx);
            // Dropped while the engine is at work: the next one gets its own rows.
            for nth in 0..40_i64 {
                let mut tx = db.read().await.unwrap();
                let slow =
                    query("SELECT CAST($1 AS TEXT) AS id FROM tenant a, tenant b, tenant c").bind("slow");
                drop(futures_util::poll!(std::pin::pin!(slow.all::<Id>(&mut tx))));
                drop(tx);
                let mut tx = db.read().await.unwrap();
                let own = query("SELECT CAST($1 AS TEXT) AS id").bind(nth.to_string());
                assert_eq!(own.one::<Id>(&mut tx).await.unwrap().id, nth.to_string(), "{engine}");
            }
            db.close().await;
        }
    }

    #[tokio::test]
    async fn what_one_moment_shows_does_not_change_while_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "floor_one_moment").await.unwrap() {
            let count = async |tx: &mut Tx| {
                query("SELECT id FROM tenant WHERE name = 'n'").all::<Id>(tx).await.unwrap().len()
            };
            let mut moment = db.read_one_moment().await.unwrap();
            let before = count(&mut moment).await;
            add(&db, "m").await.unwrap();
            assert_eq!(count(&mut moment).await, before, "{engine}");
            drop(moment);
            assert_eq!(count(&mut db.read().await.unwrap()).await, before + 1, "{engine}");
            db.close().await;
        }
    }

    #[derive(sqlx::FromRow)]
    struct Id {
        id: String,
    }
}
