//! The rows of this room. Every reader's statement binds the partner of its scope against coverage at the moment of
//! reading; the finer questions (which metric is granted) are answered by the coverage room.

use super::model::{Kind, Severity};
use super::rules::OpenAlarm;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

/// A work item of a device that the partner covers now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) device_id: String,
    pub(super) metric: Option<String>,
    pub(super) title: String,
    pub(super) severity: String,
    pub(super) opened_ms: i64,
    pub(super) acknowledged_ms: Option<i64>,
    pub(super) owner_id: Option<String>,
    pub(super) owner_name: Option<String>,
    pub(super) resolved_ms: Option<i64>,
    pub(super) cleared_ms: Option<i64>,
    pub(super) from_ms: Option<i64>,
    pub(super) until_ms: Option<i64>,
    pub(super) times: i64,
    pub(super) linked_id: Option<String>,
}

/// Open items, or one item in whatever state. Reads coverage's rows: $1 partner, $2 now, $3 one item or all. The owner
/// is named only where it is somebody of the partner's own: after a move, the predecessor's people are strangers.
pub(super) async fn items(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<&str>,
    now_ms: i64,
) -> Result<Vec<Row>, DbError> {
    query(
        "SELECT w.id, w.kind, w.device_id, w.metric, w.title, w.severity, w.opened_ms, w.acknowledged_ms,
                m.person_id AS owner_id, CASE WHEN m.person_id IS NOT NULL THEN p.name END AS owner_name,
                w.resolved_ms, w.cleared_ms, w.from_ms, w.until_ms, w.times, w.linked_id
         FROM work_item w
         LEFT JOIN membership m ON m.person_id = w.owner_id AND m.tenant_id = $1
         LEFT JOIN person p ON p.id = w.owner_id
         WHERE (w.id = $3 OR ($3 IS NULL AND w.resolved_ms IS NULL))
           AND EXISTS (SELECT 1 FROM coverage c WHERE c.device_id = w.device_id AND c.partner_id = $1
                       AND c.from_ms <= $2 AND c.until_ms > $2)
         ORDER BY w.opened_ms, w.id",
    )
    .bind(scope.tenant_id())
    .bind(now_ms)
    .bind(id)
    .all(tx)
    .await
}

/// Keeps others from changing the item until the end of this transaction, so that what is read of it now is what is
/// changed.
pub(super) async fn hold(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    for text in [
        "UPDATE alarm SET id = id WHERE id = $1",
        "UPDATE ticket SET id = id WHERE id = $1",
        "UPDATE visit SET id = id WHERE id = $1",
    ] {
        if query(text).bind(id).execute(tx).await? > 0 {
            break;
        }
    }
    Ok(())
}

/// A change to an item that holds only from the state it is meant for; whether it took.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// Somebody takes notice.
    Acknowledge,
    /// The acting person takes it.
    Assign,
    /// It is done.
    Resolve,
}

/// One statement per kind and change: the tables are alike, their names are no parameter.
pub(super) async fn change(
    tx: &mut Tx,
    scope: &Scope,
    (kind, id): (Kind, &str),
    what: Change,
    now_ms: i64,
) -> Result<bool, DbError> {
    macro_rules! text {
        ($table:literal) => {
            match what {
                Change::Acknowledge => concat!(
                    "UPDATE ",
                    $table,
                    " SET acknowledged_ms = $2, owner_id = COALESCE(owner_id, $3)
                     WHERE id = $1 AND acknowledged_ms IS NULL AND resolved_ms IS NULL"
                ),
                Change::Assign => concat!(
                    "UPDATE ",
                    $table,
                    " SET owner_id = $3, acknowledged_ms = COALESCE(acknowledged_ms, $2)
                     WHERE id = $1 AND (owner_id IS NULL OR owner_id <> $3) AND resolved_ms IS NULL"
                ),
                Change::Resolve => concat!(
                    "UPDATE ",
                    $table,
                    " SET resolved_ms = $2, owner_id = COALESCE(owner_id, $3),
                        acknowledged_ms = COALESCE(acknowledged_ms, $2)
                     WHERE id = $1 AND resolved_ms IS NULL"
                ),
            }
        };
    }
    let text = match kind {
        Kind::Ticket => text!("ticket"),
        Kind::Alarm => text!("alarm"),
        Kind::Visit => text!("visit"),
    };
    Ok(query(text).bind(id).bind(now_ms).bind(scope.person_id()).execute(tx).await? > 0)
}

/// A ticket.
#[derive(Clone, Debug)]
pub(super) struct NewTicket<'a> {
    pub(super) id: &'a str,
    pub(super) device_id: &'a str,
    pub(super) title: &'a str,
    pub(super) severity: Severity,
    pub(super) source_alarm_id: Option<&'a str>,
    pub(super) opened_ms: i64,
    pub(super) acknowledged_ms: Option<i64>,
    pub(super) owner_id: Option<&'a str>,
}

pub(super) async fn insert_ticket(tx: &mut Tx, new: &NewTicket<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO ticket (id, device_id, title, severity, source_alarm_id, opened_ms, acknowledged_ms, owner_id,
             resolved_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
    )
    .bind(new.id)
    .bind(new.device_id)
    .bind(new.title)
    .bind(new.severity.key())
    .bind(new.source_alarm_id)
    .bind(new.opened_ms)
    .bind(new.acknowledged_ms)
    .bind(new.owner_id)
    .execute(tx)
    .await?;
    Ok(())
}

/// Ties an alarm to its ticket; whether it was still without one.
pub(super) async fn link_ticket(tx: &mut Tx, alarm_id: &str, ticket_id: &str) -> Result<bool, DbError> {
    let text = "UPDATE alarm SET ticket_id = $2 WHERE id = $1 AND ticket_id IS NULL AND resolved_ms IS NULL";
    Ok(query(text).bind(alarm_id).bind(ticket_id).execute(tx).await? > 0)
}

/// A resolved ticket resolves the alarm that it was made from.
pub(super) async fn resolve_source(tx: &mut Tx, ticket_id: &str, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE alarm SET resolved_ms = $2 WHERE ticket_id = $1 AND resolved_ms IS NULL")
        .bind(ticket_id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers a report of a gateway; false when it was delivered before.
pub(super) async fn remember_report(
    tx: &mut Tx,
    (device_id, code): (&str, &str),
    at_ms: i64,
    state: &str,
) -> Result<bool, DbError> {
    let text = "INSERT INTO alarm_report (device_id, code, at_ms, state) VALUES ($1, $2, $3, $4)
                ON CONFLICT (device_id, code, at_ms, state) DO NOTHING";
    Ok(query(text).bind(device_id).bind(code).bind(at_ms).bind(state).execute(tx).await? > 0)
}

#[derive(sqlx::FromRow)]
struct Latest {
    at_ms: Option<i64>,
}

/// When a report that overtook this one already said that the alarm is over.
pub(super) async fn cleared_since(
    tx: &mut Tx,
    (device_id, code): (&str, &str),
    raised_ms: i64,
) -> Result<Option<i64>, DbError> {
    let text = "SELECT MAX(at_ms) AS at_ms FROM alarm_report
                WHERE device_id = $1 AND code = $2 AND state = 'cleared' AND at_ms >= $3";
    let latest: Latest = query(text).bind(device_id).bind(code).bind(raised_ms).one(tx).await?;
    Ok(latest.at_ms)
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    id: String,
    raised_ms: i64,
    cleared_ms: Option<i64>,
}

/// The unresolved alarm of this device and code.
pub(super) async fn open_alarm(
    tx: &mut Tx,
    device_id: &str,
    code: &str,
) -> Result<Option<(String, OpenAlarm)>, DbError> {
    let text = "SELECT id, raised_ms, cleared_ms FROM alarm
                WHERE device_id = $1 AND code = $2 AND resolved_ms IS NULL";
    let row: Option<OpenRow> = query(text).bind(device_id).bind(code).optional(tx).await?;
    Ok(row.map(|row| (row.id, OpenAlarm { raised_ms: row.raised_ms, cleared_ms: row.cleared_ms })))
}

/// A gateway's report, as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Reported<'a> {
    pub(super) device_id: &'a str,
    pub(super) code: &'a str,
    pub(super) metric: &'a str,
    pub(super) title: &'a str,
    pub(super) severity: Severity,
    pub(super) at_ms: i64,
}

pub(super) async fn insert_alarm(tx: &mut Tx, id: &str, new: &Reported<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO alarm (id, device_id, code, metric, title, severity, times, first_raised_ms, raised_ms,
             opened_ms) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $7)",
    )
    .bind(id)
    .bind(new.device_id)
    .bind(new.code)
    .bind(new.metric)
    .bind(new.title)
    .bind(new.severity.key())
    .bind(new.at_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// One more occurrence; `afresh` starts the clock anew.
pub(super) async fn raise_again(
    tx: &mut Tx,
    id: &str,
    again: &Reported<'_>,
    afresh: bool,
) -> Result<(), DbError> {
    query(
        "UPDATE alarm SET times = times + 1, raised_ms = $2, cleared_ms = NULL, severity = $3, title = $4, metric = $5,
             opened_ms = CASE WHEN $6 = 1 THEN $2 ELSE opened_ms END,
             acknowledged_ms = CASE WHEN $6 = 1 THEN NULL ELSE acknowledged_ms END
         WHERE id = $1",
    )
    .bind(id)
    .bind(again.at_ms)
    .bind(again.severity.key())
    .bind(again.title)
    .bind(again.metric)
    .bind(afresh)
    .execute(tx)
    .await?;
    Ok(())
}

/// One more occurrence that came too late to change anything else.
pub(super) async fn count_again(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    query("UPDATE alarm SET times = times + 1 WHERE id = $1").bind(id).execute(tx).await?;
    Ok(())
}

pub(super) async fn clear(tx: &mut Tx, id: &str, at_ms: i64) -> Result<(), DbError> {
    query("UPDATE alarm SET cleared_ms = $2 WHERE id = $1").bind(id).bind(at_ms).execute(tx).await?;
    Ok(())
}

/// One line of an item's history.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) at_ms: i64,
    pub(super) kind: String,
    pub(super) by_name: String,
}

/// What the partner of `scope` and the gateways did about an item that [`items`] gave.
pub(super) async fn history(tx: &mut Tx, scope: &Scope, seen: &str) -> Result<Vec<EventRow>, DbError> {
    query(
        "SELECT at_ms, kind, by_name FROM work_event
         WHERE item_id = $1 AND (tenant_id IS NULL OR tenant_id = $2) ORDER BY position DESC LIMIT 500",
    )
    .bind(seen)
    .bind(scope.tenant_id())
    .all(tx)
    .await
}

/// Adds a line to an item's history.
pub(super) async fn happened(
    tx: &mut Tx,
    item_id: &str,
    at_ms: i64,
    kind: &str,
    (by_name, tenant_id): (&str, Option<&str>),
) -> Result<(), DbError> {
    query(
        "INSERT INTO work_event (item_id, position, at_ms, kind, by_name, tenant_id)
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5 FROM work_event WHERE item_id = $1",
    )
    .bind(item_id)
    .bind(at_ms)
    .bind(kind)
    .bind(by_name)
    .bind(tenant_id)
    .execute(tx)
    .await?;
    Ok(())
}
