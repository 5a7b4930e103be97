//! Databases for stories: a fresh SQLite file, and a fresh PostgreSQL schema where a server is named.

use super::{Db, DbError};
use std::path::Path;

/// Names the PostgreSQL server that stories may use, such as `postgres://tester@127.0.0.1:5499/postgres`.
pub const POSTGRES_URL_VARIABLE: &str = "RIVERSYNC_TEST_POSTGRES_URL";

/// A fresh database of each engine at hand, by name. SQLite lives in `dir`; PostgreSQL in a schema of its own.
///
/// # Errors
/// [`DbError`] when one of them does not open.
pub async fn each_engine(dir: &Path, story: &str) -> Result<Vec<(&'static str, Db)>, DbError> {
    let mut engines = Vec::new();
    for (engine, url) in each_address(dir, story).await? {
        engines.push((engine, Db::open(&url).await?));
    }
    Ok(engines)
}

/// The same before anything is in them, by their URLs.
///
/// # Errors
/// [`DbError`] when the server does not answer.
pub async fn each_address(dir: &Path, story: &str) -> Result<Vec<(&'static str, String)>, DbError> {
    let mut engines = vec![("SQLite", format!("sqlite:{}", dir.join(format!("{story}.db")).display()))];
    #[expect(clippy::disallowed_methods, reason = "the test run hands the server's address to its stories")]
    if let Ok(server) = std::env::var(POSTGRES_URL_VARIABLE) {
        engines.push(("PostgreSQL", fresh_schema(&server, story).await?));
    }
    Ok(engines)
}

async fn fresh_schema(server: &str, story: &str) -> Result<String, DbError> {
    use sqlx::{AssertSqlSafe, Connection, Executor};
    let schema = format!("story_{story}_{}", std::process::id());
    let mut admin = sqlx::PgConnection::connect(server).await?;
    admin.execute(AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {schema} CASCADE"))).await?;
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await?;
    admin.close().await?;
    let joint = if server.contains('?') { '&' } else { '?' };
    Ok(format!("{server}{joint}options=-csearch_path%3D{schema}"))
}

/// The database `url` as a former program left it: brought up to `migration` and no further, and after that through
/// `further`, which may fail.
///
/// # Errors
/// [`DbError`] when it does not open, or a migration does not do.
#[cfg(test)]
pub(crate) async fn open_at(url: &str, migration: i64, further: &[&'static str]) -> Result<Db, DbError> {
    use super::migrate::former;
    use super::{Connections, Durable};
    use sqlx::postgres::PgConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;
    use std::str::FromStr;
    if let Some(path) = url.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(true);
        let writer = Connections::open(options.clone(), 1).await?;
        former("-- SQLite only:", "BLOB", migration, further)
            .run(writer.lease().await?.connection()?)
            .await?;
        let readers = Connections::open(options, 1).await?;
        return Ok(Db::Sqlite { writer, readers, durable: Durable::of_file(Path::new(path)) });
    }
    let options = PgConnectOptions::from_str(url)?;
    let writers = Connections::open(options.clone(), 2).await?;
    former("-- PostgreSQL only:", "BYTEA", migration, further)
        .run(writers.lease().await?.connection()?)
        .await?;
    let readers = Connections::open(options.clone(), 1).await?;
    Ok(Db::Postgres { writers, readers, durable: Durable::of_server(options).await? })
}

/// Runs `text` on SQLite's writer outside of a transaction; nothing on PostgreSQL.
#[cfg(test)]
pub(crate) async fn pragma(db: &Db, text: &'static str) {
    let Db::Sqlite { writer, .. } = db else { return };
    let mut on = writer.lease().await.unwrap();
    sqlx::query(text).execute(on.connection().unwrap()).await.unwrap();
}
