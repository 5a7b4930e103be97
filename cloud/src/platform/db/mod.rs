//! One SQL text on two engines: SQLite embedded, PostgreSQL shared. The only place that names sqlx's drivers.
//!
//! Rules (they keep one text valid on both): `$1` placeholders; columns are TEXT, BIGINT, DOUBLE PRECISION or BLOB
//! (the migrator writes BYTEA for PostgreSQL); times are BIGINT Unix milliseconds, flags BIGINT 0 or 1, money BIGINT
//! cents; `CAST(SUM(x) AS BIGINT)`; no `now()`, no `ILIKE`, no arrays; `NULLS` ordering is written out.
//!
//! [`Db::read`] and [`Db::write`] both give a [`Tx`]. On SQLite a write begins with `BEGIN IMMEDIATE`, because a
//! read that turns into a write fails at once under load; nothing persists without [`Tx::commit`].

mod backup;
#[cfg(test)]
mod backup_tests;
mod connections;
mod durable;
mod health;
mod lease;
mod migrate;
#[cfg(test)]
mod migrate_tests;
mod notify;
mod query;
mod standing;
pub mod testing;

pub use backup::{BackupError, back_up, restore};
use connections::{Connections, Transacts};
use durable::{Durable, Promise, Unsynced};
use lease::Lease;
pub use migrate::newest_migration;
pub use notify::Listener;
pub use query::{Bind, FromRow, Pieces, Query, query};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
pub use standing::Standing;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// Readers next to SQLite's one writer: more than the jobs that run at once, so that no page waits until one of them is done.
const SQLITE_READERS: u32 = 12;
/// Those who write to PostgreSQL at once, at least. Whoever writes to a log waits for those before: in the server each such
/// wait wakes up processes, here it costs nothing.
const POSTGRES_WRITERS: u32 = 3;
/// Those who read from it at once.
const POSTGRES_READERS: u32 = 12;
/// Statements that a connection keeps prepared: more than this program has. Preparing one costs more than running it.
const STATEMENTS: usize = 1_024;
/// Rows that an embedded connection reads ahead, so that a list does not wait for its reader row by row.
const ROWS_AHEAD: usize = 1_024;
/// How long one waits for a connection, or a lock that another holds, before it counts as busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine says no.
    #[error("the database refused: {0}")]
    Sqlx(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Migrations are missing that this program knows.
    #[error("{0} migrations were not applied; run `riversync-cloud migrate`")]
    Behind(usize),
    /// It was committed, and the disk did not confirm it.
    #[error(transparent)]
    Unsynced(#[from] Unsynced),
    /// The URL names no engine that we speak.
    #[error("\"{0}\" is not a database: use sqlite:PATH or postgres://…")]
    Url(String),
}

/// The database.
#[derive(Clone, Debug)]
pub enum Db {
    /// Embedded.
    Sqlite {
        /// The one writer.
        writer: Connections<SqliteConnection>,
        /// Several readers.
        readers: Connections<SqliteConnection>,
        /// Where a commit becomes durable.
        durable: Durable,
    },
    /// Shared by all replicas.
    Postgres {
        /// Those for transactions that write.
        writers: Connections<PgConnection>,
        /// Those on which nothing can be written.
        readers: Connections<PgConnection>,
        /// Where a commit becomes durable.
        durable: Durable,
    },
}

/// A transaction. Dropped without [`Tx::commit`] it leaves no trace.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Begun<SqliteConnection>),
    /// On PostgreSQL.
    Postgres(Begun<PgConnection>),
}

/// A transaction with what it is owed when it commits; one that only reads is owed nothing.
#[derive(Debug)]
pub struct Begun<C: Transacts> {
    on: Lease<C>,
    promise: Option<Promise>,
    /// Statements that go with the next one ([`Query::later`]).
    later: Vec<Query>,
}

impl Begun<SqliteConnection> {
    /// `begin` goes with the first statement, as `COMMIT` goes with the last ones.
    fn lazily(on: Lease<SqliteConnection>, promise: Option<Promise>, begin: &'static str) -> Self {
        Self { on, promise, later: vec![query(begin)] }
    }
}

impl Begun<PgConnection> {
    async fn now(mut on: Lease<PgConnection>, promise: Option<Promise>) -> Result<Self, DbError> {
        on.begin().await?;
        Ok(Self { on, promise, later: Vec::new() })
    }
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…` and brings its schema up to date.
    ///
    /// # Errors
    /// [`DbError`] when it does not open or does not migrate.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::open_sqlite(Path::new(path)).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let patience = format!("{}s", PATIENCE.as_secs());
            let options = PgConnectOptions::from_str(url)?.options([("lock_timeout", patience)]);
            let durable = Durable::of_server(options.clone()).await?;
            // The commit is waited for beside the transaction, where many share the wait.
            let options =
                options.options([("synchronous_commit", "off")]).statement_cache_capacity(STATEMENTS);
            let writers = Connections::open(options.clone(), postgres_writers()).await?;
            migrate::postgres(writers.lease().await?.connection()?).await?;
            let options = options.options([("default_transaction_read_only", "on")]);
            let readers = Connections::open(options, POSTGRES_READERS).await?;
            return Ok(Self::Postgres { writers, readers, durable });
        }
        Err(DbError::Url(url.to_owned()))
    }

    async fn open_sqlite(path: &Path) -> Result<Self, DbError> {
        // Grants and audit rows must survive a power cut, so every commit is synced: beside the writer, by `durable`.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .page_size(4096)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(ROWS_AHEAD)
            .pragma("wal_autocheckpoint", "8000")
            .pragma("journal_size_limit", "67108864");
        // No `PRAGMA optimize`: what it counted when a table was nearly empty stays, and with it plans that read all of it.
        let writer = Connections::open(options.clone(), 1).await?;
        migrate::sqlite(writer.lease().await?.connection()?).await?;
        let options = options.read_only(true).create_if_missing(false);
        let readers = Connections::open(options, SQLITE_READERS).await?;
        Ok(Self::Sqlite { writer, readers, durable: Durable::of_file(path) })
    }

    /// Statements that only read. On PostgreSQL each of them sees what is committed when it begins, as in a transaction of
    /// its default isolation, and needs none: that is one round trip instead of three.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Begun::lazily(readers.lease().await?, None, "BEGIN")),
            Self::Postgres { readers, .. } => {
                Tx::Postgres(Begun { on: readers.lease().await?, promise: None, later: Vec::new() })
            }
        })
    }

    /// A transaction that only reads, and all of whose statements see the same moment.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn read_one_moment(&self) -> Result<Tx, DbError> {
        let Self::Postgres { readers, .. } = self else { return self.read().await };
        let mut tx = Tx::Postgres(Begun::now(readers.lease().await?, None).await?);
        query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut tx).await?;
        Ok(tx)
    }

    /// A transaction that may write.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn write(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { writer, durable, .. } => {
                let promise = Some(durable.promise()?);
                Tx::Sqlite(Begun::lazily(writer.lease().await?, promise, "BEGIN IMMEDIATE"))
            }
            Self::Postgres { writers, durable, .. } => {
                let promise = Some(durable.promise()?);
                Tx::Postgres(Begun::now(writers.lease().await?, promise).await?)
            }
        })
    }

    /// Several statements in one round trip to SQLite's writer, `BEGIN IMMEDIATE` and `COMMIT` among them; the rows they
    /// give. Nothing of it happened when one fails. `None` on PostgreSQL, where the caller goes statement by statement.
    ///
    /// Each round trip is two switches between threads, which is most of what a small transaction costs. The caller must
    /// not be dropped meanwhile.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn at_once<T: FromRow>(&self, script: Query) -> Result<Option<Vec<T>>, DbError> {
        let Self::Sqlite { writer, durable, .. } = self else { return Ok(None) };
        let promise = durable.promise()?;
        let mut on = writer.lease().await?;
        // Which statement fails is not known, so neither is whether a transaction stands open then.
        on.begins();
        let rows = script.script(on.connection()?).await?;
        on.ended();
        drop(on);
        promise.kept().await?;
        Ok(Some(rows))
    }

    /// Closes all connections; what was committed stays.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, durable } => {
                readers.close().await;
                writer.close().await;
                durable.close().await;
            }
            Self::Postgres { writers, readers, durable } => {
                readers.close().await;
                writers.close().await;
                durable.close().await;
            }
        }
    }
}

impl Tx {
    /// Makes everything done in it durable.
    ///
    /// # Errors
    /// [`DbError`] when the engine could not; then nothing happened.
    pub async fn commit(mut self) -> Result<(), DbError> {
        query::finish(&mut self).await?;
        // Whoever waits for the connection goes on while this one waits for the disk.
        let promise = match self {
            Self::Sqlite(Begun { on, promise, .. }) => given_back(on, promise),
            Self::Postgres(Begun { on, promise, .. }) => given_back(on, promise),
        };
        match promise {
            Some(promise) => Ok(promise.kept().await?),
            None => Ok(()),
        }
    }

    /// Whether nobody else does `what` until the end of this transaction. On SQLite whoever writes is alone.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn alone(&mut self, what: &'static str) -> Result<bool, DbError> {
        let Self::Postgres(tx) = self else { return Ok(true) };
        debug_assert!(tx.on.has_begun(), "what ends with a transaction needs one");
        let text = "SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext($1))";
        Ok(sqlx::query_scalar(text).bind(what).fetch_one(tx.on.connection()?).await?)
    }

    /// Undoes everything done in it now. A dropped transaction is undone too, but beside whoever dropped it, and until then
    /// its locks stand.
    pub async fn rollback(self) {
        match self {
            Self::Sqlite(tx) => tx.on.undo().await,
            Self::Postgres(tx) => tx.on.undo().await,
        }
    }
}

/// One more than this machine has processors, so that one is at work while another waits for the server.
fn postgres_writers() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    POSTGRES_WRITERS.max(u32::try_from(processors + 1).unwrap_or(POSTGRES_WRITERS))
}

fn given_back<C: Transacts>(on: Lease<C>, promise: Option<Promise>) -> Option<Promise> {
    drop(on);
    promise
}

#[cfg(test)]
mod tests {
    use super::{Bind, query, testing::each_engine};

    #[derive(sqlx::FromRow, PartialEq, Debug)]
    struct Row {
        id: String,
        name: String,
        created_ms: i64,
    }

    #[derive(sqlx::FromRow, PartialEq, Debug)]
    struct Changed {
        changed: i64,
    }

    #[tokio::test]
    async fn a_script_happens_as_a_whole_or_not_at_all_and_leaves_the_writer_usable() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "floor_script").await.unwrap() {
            let script = || {
                query(
                    "BEGIN IMMEDIATE;
                     INSERT INTO tenant (id, name, created_ms) VALUES ($1, $2, $3);
                     INSERT INTO tenant (id, name, created_ms) SELECT $4, $2, $3 WHERE changes() = 1;
                     COMMIT;
                     SELECT changes() AS changed",
                )
            };
            let run = async |first: &str, second: &str| {
                let script = script().bind(first).bind("n").bind(7_i64).bind(second);
                db.at_once::<Changed>(script).await
            };
            let done = run("a", "b").await.unwrap();
            if engine == "PostgreSQL" {
                assert_eq!(done, None, "statement by statement there");
                continue;
            }
            assert_eq!(done, Some(vec![Changed { changed: 1 }]));
            assert!(run("c", "a").await.unwrap_err().is_unique_violation());
            assert_eq!(run("c", "d").await.unwrap(), Some(vec![Changed { changed: 1 }]), "c was undone");
            let mut tx = db.read().await.unwrap();
            let names = query("SELECT id, name, created_ms FROM tenant WHERE name = 'n' ORDER BY id");
            let rows: Vec<Row> = names.all(&mut tx).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        }
    }

    #[tokio::test]
    async fn one_text_serves_both_engines_and_nothing_persists_without_commit() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "floor_one_text").await.unwrap() {
            let insert = || {
                query("INSERT INTO tenant (id, name, created_ms) VALUES ($1, $2, $3)")
                    .bind("t1")
                    .bind("บ้านสวน")
                    .bind(7_i64)
            };
            let mut tx = db.write().await.unwrap();
            insert().execute(&mut tx).await.unwrap();
            drop(tx);
            let mut tx = db.write().await.unwrap();
            assert_eq!(
                insert().execute(&mut tx).await.unwrap(),
                1,
                "{engine}: the dropped write left a trace"
            );
            tx.commit().await.unwrap();
            let mut tx = db.write().await.unwrap();
            let twice = insert().execute(&mut tx).await.unwrap_err();
            assert!(twice.is_unique_violation(), "{engine}: {twice}");
            drop(tx);
            let mut tx = db.read().await.unwrap();
            let select = query("SELECT id, name, created_ms FROM tenant WHERE id = $1 AND $2 IS NULL")
                .bind("t1")
                .bind(Bind::Text(None));
            let rows: Vec<Row> = select.all(&mut tx).await.unwrap();
            assert_eq!(rows, [Row { id: "t1".into(), name: "บ้านสวน".into(), created_ms: 7 }], "{engine}");
            drop(tx);
            db.close().await;
        }
    }
}
