//! What a person chose to be told of, how and when.

use super::super::kind::Kind;
use super::super::rules::{Times, Way};
use crate::platform::access::Scope;
use crate::platform::base::Zone;
use crate::platform::db::{DbError, Tx, query};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Choice {
    kind: String,
    way: String,
}

/// What a person chose, for every kind.
pub(in super::super) async fn choices(tx: &mut Tx, person_id: &str) -> Result<BTreeMap<Kind, Way>, DbError> {
    let rows: Vec<Choice> = query("SELECT kind, way FROM notification_choice WHERE person_id = $1")
        .bind(person_id)
        .all(tx)
        .await?;
    let chosen = |kind: Kind| {
        let row = rows.iter().find(|row| row.kind == kind.key());
        (kind, row.and_then(|row| Way::parse(&row.way)).unwrap_or(kind.usual()))
    };
    Ok(Kind::ALL.into_iter().map(chosen).collect())
}

#[derive(sqlx::FromRow)]
struct TimesRow {
    zone: String,
    quiet_from: Option<i64>,
    quiet_until: Option<i64>,
    /// NULL: nothing was chosen.
    digest_hour: Option<i64>,
}

/// When a person wants mails.
pub(in super::super) async fn times(tx: &mut Tx, person_id: &str) -> Result<Times, DbError> {
    let text = "SELECT p.zone, t.quiet_from, t.quiet_until, t.digest_hour FROM person p
                LEFT JOIN notification_times t ON t.person_id = p.id WHERE p.id = $1";
    let Some(row) = query(text).bind(person_id).optional::<TimesRow>(tx).await? else {
        return Ok(Times::default());
    };
    let hour = |hour: i64| i8::try_from(hour).unwrap_or(0);
    let zone = Zone::parse(&row.zone).unwrap_or_default();
    Ok(row.digest_hour.map_or(Times { zone, ..Times::default() }, |digest_hour| Times {
        zone,
        quiet: row.quiet_from.zip(row.quiet_until).map(|(from, until)| (hour(from), hour(until))),
        digest_hour: hour(digest_hour),
    }))
}

/// Writes what the scope's person chose.
pub(in super::super) async fn choose(
    tx: &mut Tx,
    scope: &Scope,
    ways: &BTreeMap<Kind, Way>,
    times: &Times,
) -> Result<(), DbError> {
    for (kind, way) in ways {
        query(
            "INSERT INTO notification_choice (person_id, kind, way) VALUES ($1, $2, $3)
             ON CONFLICT (person_id, kind) DO UPDATE SET way = excluded.way",
        )
        .bind(scope.person_id())
        .bind(kind.key())
        .bind(way.key())
        .execute(tx)
        .await?;
    }
    query(
        "INSERT INTO notification_times (person_id, quiet_from, quiet_until, digest_hour)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id) DO UPDATE SET quiet_from = excluded.quiet_from,
             quiet_until = excluded.quiet_until, digest_hour = excluded.digest_hour",
    )
    .bind(scope.person_id())
    .bind(times.quiet.map(|(from, _)| i64::from(from)))
    .bind(times.quiet.map(|(_, until)| i64::from(until)))
    .bind(i64::from(times.digest_hour))
    .execute(tx)
    .await?;
    Ok(())
}
