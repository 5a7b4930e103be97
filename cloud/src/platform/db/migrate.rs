//! One set of migrations for both engines. The one word that differs, BLOB, is written BYTEA for PostgreSQL. What only
//! one engine spells (triggers) stands between the lines `-- SQLite only:`, `-- PostgreSQL only:` and `-- Both:`.

use super::standing::Standing;
use sqlx::migrate::{MigrateError, Migration, Migrator};
use sqlx::{AssertSqlSafe, PgConnection, SqlSafeStr, SqliteConnection};
use std::borrow::Cow;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

pub(super) async fn sqlite(writer: &mut SqliteConnection) -> Result<(), MigrateError> {
    spoken(|text| part(text, "-- SQLite only:")).run(writer).await
}

pub(super) async fn postgres(connection: &mut PgConnection) -> Result<(), MigrateError> {
    spoken(|text| part(text, "-- PostgreSQL only:").replace(" BLOB", " BYTEA")).run(connection).await
}

/// The number of the newest migration of this program.
pub fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|one| one.version).max().unwrap_or(0)
}

/// How many migrations of this program are not among `applied`.
pub(super) fn missing(applied: &[i64]) -> usize {
    MIGRATIONS.iter().filter(|one| !applied.contains(&one.version)).count()
}

/// How a database with `applied` stands.
pub(super) fn standing(applied: &[i64]) -> Standing {
    let missing = MIGRATIONS.iter().filter(|one| !applied.contains(&one.version));
    let pending: Vec<String> = missing.map(|one| format!("{:04} {}", one.version, one.description)).collect();
    let known = |version: &i64| MIGRATIONS.iter().any(|one| one.version == *version);
    let unknown: Vec<i64> = applied.iter().copied().filter(|version| !known(version)).collect();
    Standing { applied: applied.len() - unknown.len(), pending, unknown }
}

/// The migrations as one engine reads them.
fn spoken(speak: impl Fn(&str) -> String) -> Migrator {
    let spoken = MIGRATIONS.iter().map(|one| {
        let text = AssertSqlSafe(speak(one.sql.as_str())).into_sql_str();
        Migration::new(one.version, one.description.clone(), one.migration_type, text, one.no_tx)
    });
    Migrator { migrations: Cow::Owned(spoken.collect()), ..Migrator::DEFAULT }
}

/// Those up to `migration`, as one engine reads them, and `further` ones after the last that there is.
#[cfg(test)]
pub(super) fn former(mine: &str, blob: &str, migration: i64, further: &[&'static str]) -> Migrator {
    use sqlx::migrate::MigrationType;
    let all = spoken(|text| part(text, mine).replace(" BLOB", &format!(" {blob}")));
    let mut some: Vec<Migration> = all.iter().filter(|one| one.version <= migration).cloned().collect();
    let numbered = (9_000..).zip(further);
    some.extend(numbered.map(|(number, text)| {
        Migration::new(number, "further".into(), MigrationType::Simple, text.into_sql_str(), false)
    }));
    Migrator { migrations: Cow::Owned(some), ..Migrator::DEFAULT }
}

/// What is for both engines, and for the one whose line is `mine`. A text without such lines is taken as it is.
fn part(text: &str, mine: &str) -> String {
    let mut taken = true;
    let lines = text.split_inclusive('\n').filter(|line| {
        match line.trim_end() {
            "-- Both:" => taken = true,
            marker @ ("-- SQLite only:" | "-- PostgreSQL only:") => taken = marker == mine,
            _ => {}
        }
        taken
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn each_engine_reads_what_is_its_own() {
        let text = "a;\n-- SQLite only:\nb;\n-- PostgreSQL only:\nc;\n-- Both:\nd;\n";
        assert_eq!(part(text, "-- SQLite only:"), "a;\n-- SQLite only:\nb;\n-- Both:\nd;\n");
        assert_eq!(part(text, "-- PostgreSQL only:"), "a;\n-- PostgreSQL only:\nc;\n-- Both:\nd;\n");
        assert_eq!(part("a;\nb", "-- SQLite only:"), "a;\nb", "an older text keeps its checksum");
    }
}
