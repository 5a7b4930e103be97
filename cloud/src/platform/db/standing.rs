//! How a database stands to the migrations of this program, without changing it.

use super::{Db, DbError, migrate};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;

/// What was applied and what was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many migrations of this program were applied.
    pub applied: usize,
    /// Those that were not, in order: `0032 jobs`.
    pub pending: Vec<String>,
    /// Numbers of applied migrations that this program does not know: a newer one was here.
    pub unknown: Vec<i64>,
}

impl Db {
    /// Looks at `sqlite:PATH` or `postgres://…` without changing it. A database that is not there yet lacks everything.
    ///
    /// # Errors
    /// [`DbError`] when it cannot be read.
    pub async fn standing(url: &str) -> Result<Standing, DbError> {
        let applied = match url.strip_prefix("sqlite:") {
            Some(path) => of_sqlite(Path::new(path)).await?,
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                of_postgres(url).await?
            }
            None => return Err(DbError::Url(url.to_owned())),
        };
        Ok(migrate::standing(&applied))
    }
}

const THERE: &str = "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
const APPLIED: &str = "SELECT CAST(version AS BIGINT) FROM _sqlx_migrations WHERE success ORDER BY version";

async fn of_sqlite(path: &Path) -> Result<Vec<i64>, DbError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut database: SqliteConnection = options.connect().await?;
    let there: i64 = sqlx::query_scalar(THERE).fetch_one(&mut database).await?;
    let applied = match there {
        0 => Vec::new(),
        _ => sqlx::query_scalar(APPLIED).fetch_all(&mut database).await?,
    };
    database.close().await?;
    Ok(applied)
}

async fn of_postgres(url: &str) -> Result<Vec<i64>, DbError> {
    let mut database = PgConnection::connect(url).await?;
    let there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut database)
        .await?;
    let applied =
        if there { sqlx::query_scalar(APPLIED).fetch_all(&mut database).await? } else { Vec::new() };
    database.close().await?;
    Ok(applied)
}
