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
    let sqlite = Db::open(&format!("sqlite:{}", dir.join(format!("{story}.db")).display())).await?;
    let mut engines = vec![("SQLite", sqlite)];
    #[expect(clippy::disallowed_methods, reason = "the test run hands the server's address to its stories")]
    if let Ok(server) = std::env::var(POSTGRES_URL_VARIABLE) {
        engines.push(("PostgreSQL", fresh_schema(&server, story).await?));
    }
    Ok(engines)
}

async fn fresh_schema(server: &str, story: &str) -> Result<Db, DbError> {
    use sqlx::{AssertSqlSafe, Connection, Executor};
    let schema = format!("story_{story}_{}", std::process::id());
    let mut admin = sqlx::PgConnection::connect(server).await?;
    admin.execute(AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {schema} CASCADE"))).await?;
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await?;
    admin.close().await?;
    let joint = if server.contains('?') { '&' } else { '?' };
    Db::open(&format!("{server}{joint}options=-csearch_path%3D{schema}")).await
}
