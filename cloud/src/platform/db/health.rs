//! What an engine's refusal means, and whether the database is fit to be asked.

use super::{Db, DbError, migrate};

impl DbError {
    /// Whether a unique constraint was hit: somebody else was first.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sqlx(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether a text holds the character NUL, which PostgreSQL does not take (SQLSTATE 22021).
    pub fn is_unreadable_text(&self) -> bool {
        matches!(self, Self::Sqlx(sqlx::Error::Database(error)) if error.code().as_deref() == Some("22021"))
    }

    /// Whether the engine cannot do it now and may do it later: locks and connections that are not to be had, a full
    /// disk, a server that went away or is starting.
    pub fn is_for_now(&self) -> bool {
        match self {
            Self::Unsynced(_) => true,
            Self::Sqlx(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed) => true,
            Self::Sqlx(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
                    // The lower byte of an extended code is the primary one (sqlite.org/rescode.html).
                    Some(_) => code.parse::<i64>().is_ok_and(|code| SQLITE_FOR_NOW.contains(&(code & 0xff))),
                    None => POSTGRES_FOR_NOW.iter().any(|class| code.starts_with(class)),
                }
            }
            _ => false,
        }
    }
}

/// BUSY, LOCKED, IOERR, FULL, CANTOPEN.
const SQLITE_FOR_NOW: [i64; 5] = [5, 6, 10, 13, 14];
/// Connection exceptions; serialisation and deadlock; insufficient resources (disk, memory, connections); operator
/// intervention; lock not available; system error (PostgreSQL, appendix A).
const POSTGRES_FOR_NOW: [&str; 6] = ["08", "40", "53", "57", "55P03", "58"];

impl Db {
    /// Whether the database answers and has every migration of this program.
    ///
    /// # Errors
    /// [`DbError`] that says what is wrong.
    pub async fn ready(&self) -> Result<(), DbError> {
        let text = "SELECT CAST(version AS BIGINT) FROM _sqlx_migrations WHERE success";
        let (Self::Sqlite { durable, .. } | Self::Postgres { durable, .. }) = self;
        durable.promise()?;
        let applied: Vec<i64> = match self {
            Self::Sqlite { readers, .. } => {
                let mut on = readers.lease().await?;
                let applied = sqlx::query_scalar(text).fetch_all(on.connection()?).await?;
                on.went_well();
                applied
            }
            Self::Postgres { readers, .. } => {
                let mut on = readers.lease().await?;
                let applied = sqlx::query_scalar(text).fetch_all(on.connection()?).await?;
                on.went_well();
                applied
            }
        };
        match migrate::missing(&applied) {
            0 => Ok(()),
            missing => Err(DbError::Behind(missing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{each_engine, pragma};
    use super::super::{DbError, query};

    #[tokio::test]
    async fn a_full_disk_is_for_now_and_the_database_recovers_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "floor_full").await.unwrap() {
            db.ready().await.unwrap();
            let full = async || {
                let mut tx = db.write().await?;
                let text = match engine {
                    "SQLite" => {
                        "INSERT INTO tenant (id, name, created_ms) VALUES ($1, hex(zeroblob(4000000)), 0)"
                    }
                    _ => {
                        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'no space left'; END $$"
                    }
                };
                let text = query(text);
                let text = if engine == "SQLite" { text.bind("big") } else { text };
                text.execute(&mut tx).await?;
                tx.commit().await
            };
            if engine == "SQLite" {
                pragma(&db, "PRAGMA max_page_count = 1").await;
            }
            let error: DbError = full().await.unwrap_err();
            assert!(error.is_for_now(), "{engine}: {error}");
            if engine == "SQLite" {
                pragma(&db, "PRAGMA max_page_count = 1000000").await;
                full().await.unwrap();
            }
            db.ready().await.unwrap();
            let mut tx = db.write().await.unwrap();
            let twice = query("INSERT INTO no_such_table VALUES (1)").execute(&mut tx).await.unwrap_err();
            assert!(!twice.is_for_now(), "{engine}: {twice}");
        }
    }
}
