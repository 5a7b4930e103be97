//! One set of migrations for both engines. The one word that differs, BLOB, is written BYTEA for PostgreSQL.

use sqlx::migrate::{MigrateError, Migration, Migrator};
use sqlx::{AssertSqlSafe, PgPool, SqlSafeStr, SqlitePool};
use std::borrow::Cow;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await
}

pub(super) async fn postgres(pool: &PgPool) -> Result<(), MigrateError> {
    let spoken = MIGRATIONS.iter().map(|one| {
        let text = one.sql.as_str().replace(" BLOB", " BYTEA");
        let text = AssertSqlSafe(text).into_sql_str();
        Migration::new(one.version, one.description.clone(), one.migration_type, text, one.no_tx)
    });
    let migrator = Migrator { migrations: Cow::Owned(spoken.collect()), ..Migrator::DEFAULT };
    migrator.run(pool).await
}
