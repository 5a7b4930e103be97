//! The rows of this room. Whose they are comes from the scope of who reads, or from the row itself.

mod choices;

use crate::domains::audit::Fact;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};
pub(super) use choices::{choices, choose, times};

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) fact: String,
    pub(super) object_kind: String,
    pub(super) object_id: String,
    pub(super) by_name: String,
    pub(super) at_ms: i64,
    pub(super) read_ms: Option<i64>,
    /// How often the same happened since, while it was unread.
    pub(super) again: i64,
}

impl Row {
    /// One that nobody has yet, to see who would see it.
    pub(super) fn new(fact: Fact, (object_kind, object_id): (&str, &str), at_ms: i64) -> Self {
        Self {
            id: String::new(),
            fact: fact.key().to_owned(),
            object_kind: object_kind.to_owned(),
            object_id: object_id.to_owned(),
            by_name: String::new(),
            at_ms,
            read_ms: None,
            again: 0,
        }
    }

    /// What it tells of; `None`: a fact of another time.
    pub(super) fn fact(&self) -> Option<Fact> {
        Fact::parse(&self.fact)
    }
}

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.fact, n.object_kind, n.object_id, t.name AS by_name, n.at_ms, n.read_ms,
                (SELECT CAST(COUNT(*) AS BIGINT) FROM notification f WHERE f.folded_into = n.id) AS again
             FROM notification n JOIN tenant t ON t.id = n.by_tenant_id
             WHERE n.folded_into IS NULL AND ",
            $rest
        )
    };
}

/// What is to be written.
#[derive(Clone, Debug)]
pub(super) struct New<'a> {
    pub(super) id: String,
    pub(super) person_id: &'a str,
    pub(super) tenant_id: &'a str,
    pub(super) fact: Fact,
    pub(super) object_kind: &'a str,
    pub(super) object_id: &'a str,
    pub(super) by_tenant_id: &'a str,
    pub(super) event_id: &'a str,
    pub(super) at_ms: i64,
    pub(super) mail_ms: Option<i64>,
    /// Whether an unread one of the same thing takes it in.
    pub(super) folds: bool,
}

#[derive(sqlx::FromRow)]
struct Id {
    id: String,
}

/// Notes that an event is to be told of; whether it was not before.
pub(super) async fn remember(tx: &mut Tx, event_id: &str, at_ms: i64, body: &str) -> Result<bool, DbError> {
    let text = "INSERT INTO notification_event (event_id, at_ms, body) VALUES ($1, $2, $3)
         ON CONFLICT (event_id) DO NOTHING";
    Ok(query(text).bind(event_id).bind(at_ms).bind(body).execute(tx).await? == 1)
}

/// An event that waits to be told.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Waiting {
    pub(super) event_id: String,
    pub(super) body: String,
    pub(super) attempts: i64,
}

/// The first that wait; those that failed come last.
pub(super) async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<Waiting>, DbError> {
    let text = "SELECT event_id, body, attempts FROM notification_event WHERE body IS NOT NULL
         ORDER BY attempts, event_id LIMIT $1";
    query(text).bind(limit).all(tx).await
}

/// An event waits no longer; whether it did.
pub(super) async fn told(tx: &mut Tx, event_id: &str) -> Result<bool, DbError> {
    let text = "UPDATE notification_event SET body = NULL WHERE event_id = $1 AND body IS NOT NULL";
    Ok(query(text).bind(event_id).execute(tx).await? == 1)
}

/// An event could not be told.
pub(super) async fn tried(tx: &mut Tx, event_id: &str) -> Result<(), DbError> {
    let text = "UPDATE notification_event SET attempts = attempts + 1 WHERE event_id = $1";
    query(text).bind(event_id).execute(tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Added {
    folded_into: Option<String>,
}

/// Writes one, folded into the unread one of the same thing if there is one; whether it is one of its own and new.
pub(super) async fn add(tx: &mut Tx, new: &New<'_>) -> Result<bool, DbError> {
    let added: Option<Added> = query(
        "INSERT INTO notification (id, person_id, tenant_id, fact, object_kind, object_id, by_tenant_id, event_id, at_ms,
             folded_into, mail_ms)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, unread.id, CASE WHEN unread.id IS NULL THEN $10 END
         FROM (SELECT (SELECT id FROM notification WHERE person_id = $2 AND tenant_id = $3 AND read_ms IS NULL
             AND folded_into IS NULL AND fact = $4 AND object_kind = $5 AND object_id = $6 AND $11 = 1
             ORDER BY id DESC LIMIT 1) AS id) unread
         WHERE TRUE
         ON CONFLICT (event_id, person_id, tenant_id) DO NOTHING
         RETURNING folded_into",
    )
    .bind(&new.id)
    .bind(new.person_id)
    .bind(new.tenant_id)
    .bind(new.fact.key())
    .bind(new.object_kind)
    .bind(new.object_id)
    .bind(new.by_tenant_id)
    .bind(new.event_id)
    .bind(new.at_ms)
    .bind(new.mail_ms)
    .bind(i64::from(new.folds))
    .optional(tx)
    .await?;
    Ok(added.is_some_and(|added| added.folded_into.is_none()))
}

/// The scope's own, latest first, after the one of this id.
pub(super) async fn list(
    tx: &mut Tx,
    scope: &Scope,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    query(rows!(
        "n.person_id = $1 AND n.tenant_id = $2 AND ($3 IS NULL OR n.id < $3) ORDER BY n.id DESC LIMIT $4"
    ))
    .bind(scope.person_id())
    .bind(scope.tenant_id())
    .bind(after)
    .bind(limit)
    .all(tx)
    .await
}

/// Unread ones of a person who acts for an organisation, latest first; more are not counted.
pub(super) async fn unread(
    tx: &mut Tx,
    (person_id, tenant_id): (&str, &str),
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    query(rows!("n.person_id = $1 AND n.tenant_id = $2 AND n.read_ms IS NULL ORDER BY n.id DESC LIMIT $3"))
        .bind(person_id)
        .bind(tenant_id)
        .bind(limit)
        .all(tx)
        .await
}

/// Notes that the scope's person has read one of the own, or all up to now; whether anything was unread.
pub(super) async fn mark_read(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<&str>,
    now_ms: i64,
) -> Result<u64, DbError> {
    query(
        "UPDATE notification SET read_ms = $4
         WHERE person_id = $1 AND tenant_id = $2 AND read_ms IS NULL AND folded_into IS NULL AND ($3 IS NULL OR id = $3)",
    )
    .bind(scope.person_id())
    .bind(scope.tenant_id())
    .bind(id)
    .bind(now_ms)
    .execute(tx)
    .await
}

/// One of the scope's own.
pub(super) async fn one(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Row>, DbError> {
    query(rows!("n.id = $3 AND n.person_id = $1 AND n.tenant_id = $2"))
        .bind(scope.person_id())
        .bind(scope.tenant_id())
        .bind(id)
        .optional(tx)
        .await
}

/// A person to whom something is to be mailed now, and for which organisation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Due {
    pub(super) person_id: String,
    pub(super) tenant_id: String,
}

/// To whom something is to be mailed now.
pub(super) async fn due(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<Due>, DbError> {
    query(
        "SELECT DISTINCT person_id, tenant_id FROM notification
         WHERE settled_ms IS NULL AND mail_ms <= $1 ORDER BY person_id, tenant_id LIMIT $2",
    )
    .bind(now_ms)
    .bind(limit)
    .all(tx)
    .await
}

/// What is to be mailed to them now, in order; what they have read meanwhile is not among it.
pub(super) async fn to_mail(tx: &mut Tx, whom: &Due, now_ms: i64) -> Result<Vec<Row>, DbError> {
    query(rows!(
        "n.person_id = $1 AND n.tenant_id = $2 AND n.settled_ms IS NULL AND n.mail_ms <= $3 AND n.read_ms IS NULL
         ORDER BY n.id"
    ))
    .bind(&whom.person_id)
    .bind(&whom.tenant_id)
    .bind(now_ms)
    .all(tx)
    .await
}

/// Notes that all of it was mailed, or needs no mail; whether anything was left to note.
pub(super) async fn settle(tx: &mut Tx, whom: &Due, now_ms: i64) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE notification SET settled_ms = $3
         WHERE person_id = $1 AND tenant_id = $2 AND settled_ms IS NULL AND mail_ms <= $3",
    )
    .bind(&whom.person_id)
    .bind(&whom.tenant_id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(rows > 0)
}

/// Forgets what is older.
pub(super) async fn forget(tx: &mut Tx, before_ms: i64) -> Result<u64, DbError> {
    query("DELETE FROM notification_event WHERE at_ms < $1").bind(before_ms).execute(tx).await?;
    query("DELETE FROM notification WHERE at_ms < $1").bind(before_ms).execute(tx).await
}

/// The open alarm of a device and code.
pub(super) async fn open_alarm(tx: &mut Tx, device_id: &str, code: &str) -> Result<Option<String>, DbError> {
    let text = "SELECT id FROM alarm WHERE device_id = $1 AND code = $2 AND resolved_ms IS NULL";
    let found: Option<Id> = query(text).bind(device_id).bind(code).optional(tx).await?;
    Ok(found.map(|alarm| alarm.id))
}

/// An alarm, for the owner of its device.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Alarm {
    pub(super) device_id: String,
    pub(super) title: String,
}

/// The alarm of this id on a device of the scope's organisation.
pub(super) async fn own_alarm(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Alarm>, DbError> {
    let text = "SELECT a.device_id, a.title FROM alarm a JOIN device d ON d.id = a.device_id
         WHERE a.id = $2 AND d.tenant_id = $1";
    query(text).bind(scope.tenant_id()).bind(id).optional(tx).await
}

/// The organisations that may have to do with a record or an open alarm besides those whose log tells of it: who sees
/// what of it is for the lens to say.
pub(super) async fn beside(
    tx: &mut Tx,
    object_kind: &str,
    id: &str,
    now_ms: i64,
) -> Result<Vec<String>, DbError> {
    let text = match object_kind {
        "deal" => {
            "SELECT distributor_id AS id FROM funnel_record
             WHERE id = $1 AND distributor_id IS NOT NULL AND created_ms <= $2
             UNION
             SELECT a.distributor_id FROM funnel_record f JOIN distribution_agreement a ON a.reseller_id = f.reseller_id
             WHERE f.id = $1 AND a.from_ms <= $2"
        }
        "alarm" => {
            "SELECT c.partner_id AS id FROM alarm a JOIN coverage c ON c.device_id = a.device_id
             WHERE a.id = $1 AND c.from_ms <= $2 AND c.until_ms > $2"
        }
        _ => return Ok(Vec::new()),
    };
    let rows: Vec<Id> = query(text).bind(id).bind(now_ms).all(tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(sqlx::FromRow)]
struct Name {
    name: String,
}

/// Who made a grant to the partner of `scope`.
pub(super) async fn grantor(tx: &mut Tx, scope: &Scope, grant_id: &str) -> Result<Option<String>, DbError> {
    let row: Option<Name> = query(
        "SELECT t.name FROM grant_revision g JOIN tenant t ON t.id = g.customer_id
         WHERE g.grant_id = $1 AND g.partner_id = $2 LIMIT 1",
    )
    .bind(grant_id)
    .bind(scope.tenant_id())
    .optional(tx)
    .await?;
    Ok(row.map(|row| row.name))
}
