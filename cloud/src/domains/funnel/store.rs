//! The rows of this room. Each party has its own statement, and what it may not see is cut off inside of it: a masked
//! amount never leaves the database.

use super::lens::{item, rank};
use super::stages::{Stage, State};
use crate::platform::access::{Party, Reach, Scope, Sight};
use crate::platform::db::{DbError, Tx, query};

/// What all three statements say. $1 organisation, $2 one record or all, $3 to $12 how much of one's own and of others'
/// records is seen on each rung (the rows of the policy table), $13 what `$own` or `$whose` asks for.
///
/// `$own` decides which of the two counts, `$money` what else money needs, `$channel` whether the way to the customer is
/// shown, `$whose` which records are there. The limit is more than anybody scrolls through.
macro_rules! seen_by {
    (own: $own:literal, money: $money:literal, channel: $channel:literal, whose: $whose:literal) => {
        concat!(
            "WITH reach (stage, own, others) AS (
                SELECT 'lead', CAST($3 AS BIGINT), CAST($4 AS BIGINT)
                UNION ALL SELECT 'opportunity', CAST($5 AS BIGINT), CAST($6 AS BIGINT)
                UNION ALL SELECT 'deal', CAST($7 AS BIGINT), CAST($8 AS BIGINT)
                UNION ALL SELECT 'quote', CAST($9 AS BIGINT), CAST($10 AS BIGINT)
                UNION ALL SELECT 'closed', CAST($11 AS BIGINT), CAST($12 AS BIGINT)
             )
             SELECT f.id, f.stage, f.status, f.sight, f.money, f.on_channel, f.source, f.created_ms, f.updated_ms,
                CASE WHEN f.sight >= 2 THEN f.title END AS title,
                CASE WHEN f.sight >= 2 THEN f.customer_name END AS customer_name,
                CASE WHEN f.money = 1 THEN f.amount_cents END AS amount_cents,
                CASE WHEN f.money = 1 THEN f.currency END AS currency,
                CASE WHEN f.money = 1 THEN f.quote_number END AS quote_number,
                CASE WHEN f.money = 1 THEN f.quote_valid_until_ms END AS quote_valid_until_ms,
                r.id AS reseller_id, r.name AS reseller_name, d.id AS distributor_id, d.name AS distributor_name,
                CASE WHEN f.channel = 1 THEN f.direct END AS direct,
                CASE WHEN f.channel = 1 THEN p.name END AS owner_name
             FROM (
                SELECT s.*,
                    CAST(CASE WHEN s.sight >= 3 AND (", $money, ") THEN 1 ELSE 0 END AS BIGINT) AS money,
                    CAST(CASE WHEN s.distributor_id = $1 THEN 1 ELSE 0 END AS BIGINT) AS on_channel,
                    CAST(CASE WHEN s.sight >= 2 AND (", $channel, ") THEN 1 ELSE 0 END AS BIGINT) AS channel
                FROM (
                    SELECT x.*, CASE WHEN ", $own, " THEN reach.own ELSE reach.others END AS sight
                    FROM funnel_record x JOIN reach ON reach.stage = x.stage
                    WHERE ($2 IS NULL OR x.id = $2) AND ", $whose, "
                ) s
                WHERE s.sight > 0
             ) f
             LEFT JOIN tenant r ON r.id = f.reseller_id AND f.sight >= 2
             LEFT JOIN tenant d ON d.id = f.distributor_id AND f.channel = 1
             LEFT JOIN person p ON p.id = f.owner_id
             ORDER BY f.updated_ms DESC, f.id LIMIT 5000"
        )
    };
}

/// A reseller's own records; one's own are those that one works or that nobody does. $13 person.
const FOR_RESELLER: &str = seen_by!(
    own: "x.owner_id = $13 OR x.owner_id IS NULL",
    money: "1 = 1",
    channel: "1 = 1",
    whose: "x.reseller_id = $1"
);

/// From Deal on: what runs through the distributor, and the deals of resellers that it handles now. Money and quote of
/// the others stay in the database. $13 now.
const FOR_DISTRIBUTOR: &str = seen_by!(
    own: "1 = 0",
    money: "s.distributor_id = $1",
    channel: "1 = 0",
    whose: "x.stage IN ('deal', 'quote', 'closed') AND x.status <> 'draft' AND x.reseller_id IS NOT NULL
     AND (x.distributor_id = $1 OR EXISTS (
        SELECT 1 FROM distribution_agreement a
        WHERE a.distributor_id = $1 AND a.reseller_id = x.reseller_id AND a.status = 'active'
          AND a.from_ms <= $13 AND (a.until_ms IS NULL OR a.until_ms > $13)))"
);

/// Everything of its own program but drafts, for the program's owner.
const FOR_VENDOR: &str = seen_by!(
    own: "1 = 0",
    money: "1 = 1",
    channel: "1 = 1",
    whose: "x.status <> 'draft' AND x.vendor_id = $1 AND EXISTS (
        SELECT 1 FROM tenant_capability v WHERE v.tenant_id = $1 AND v.capability = 'vendor' AND v.module_on = 1)"
);

/// A record, already cut to what its reader may see.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) stage: String,
    pub(super) status: String,
    pub(super) title: Option<String>,
    pub(super) customer_name: Option<String>,
    pub(super) sight: i64,
    pub(super) money: i64,
    pub(super) amount_cents: Option<i64>,
    pub(super) currency: Option<String>,
    pub(super) quote_number: Option<String>,
    pub(super) quote_valid_until_ms: Option<i64>,
    pub(super) reseller_id: Option<String>,
    pub(super) reseller_name: Option<String>,
    pub(super) distributor_id: Option<String>,
    pub(super) distributor_name: Option<String>,
    pub(super) direct: Option<String>,
    pub(super) owner_name: Option<String>,
    pub(super) on_channel: i64,
    pub(super) source: String,
    pub(super) created_ms: i64,
    pub(super) updated_ms: i64,
}

/// The records that `scope` sees, newest change first; with `id`, that one.
pub(super) async fn records(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<&str>,
    now_ms: i64,
) -> Result<Vec<Row>, DbError> {
    let start = |text| {
        let asked = query(text).bind(scope.tenant_id()).bind(id);
        Stage::ALL.into_iter().fold(asked, |asked, stage| {
            let reach = scope.reach(item(scope.party(), stage));
            let of = |sight: fn(&Reach) -> Option<Sight>| rank(reach.as_ref().and_then(sight));
            asked.bind(of(|reach| reach.own)).bind(of(|reach| reach.others))
        })
    };
    match scope.party() {
        Party::Reseller => start(FOR_RESELLER).bind(scope.person_id()).all(tx).await,
        Party::Distributor => start(FOR_DISTRIBUTOR).bind(now_ms).all(tx).await,
        Party::Vendor => start(FOR_VENDOR).all(tx).await,
        Party::Customer => Ok(Vec::new()),
    }
}

/// One line of a record's history.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) at_ms: i64,
    pub(super) kind: String,
    pub(super) tenant_name: String,
}

/// What happened to a record, oldest first. Ask only for a record that [`records`] gave.
pub(super) async fn history(tx: &mut Tx, seen: &str) -> Result<Vec<EventRow>, DbError> {
    query("SELECT at_ms, kind, tenant_name FROM funnel_event WHERE record_id = $1 ORDER BY position")
        .bind(seen)
        .all(tx)
        .await
}

#[derive(sqlx::FromRow)]
struct Count {
    count: i64,
}

/// How many places the reseller's open deals take.
pub(super) async fn places_taken(tx: &mut Tx, scope: &Scope) -> Result<i64, DbError> {
    let pairs: Vec<State> = State::ALL.into_iter().filter(|state| state.takes_a_place()).collect();
    let mut taken = 0;
    for state in pairs {
        let count: Count = query(
            "SELECT COUNT(*) AS count FROM funnel_record WHERE reseller_id = $1 AND stage = $2 AND status = $3",
        )
        .bind(scope.tenant_id())
        .bind(state.stage().key())
        .bind(state.status())
        .one(tx)
        .await?;
        taken += count.count;
    }
    Ok(taken)
}

/// Waits for the reseller's other registrations to end. Whoever comes after the commit counts what this one added.
pub(super) async fn take_turn(tx: &mut Tx, scope: &Scope) -> Result<(), DbError> {
    query(
        "INSERT INTO funnel_turn (reseller_id, taken) VALUES ($1, 1)
         ON CONFLICT (reseller_id) DO UPDATE SET taken = funnel_turn.taken + 1",
    )
    .bind(scope.tenant_id())
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Id {
    id: String,
}

/// The record that a form already made.
pub(super) async fn by_form(tx: &mut Tx, scope: &Scope, form_key: &str) -> Result<Option<String>, DbError> {
    let found: Option<Id> =
        query("SELECT id FROM funnel_record WHERE reseller_id = $1 AND form_key = $2 AND owner_id = $3")
            .bind(scope.tenant_id())
            .bind(form_key)
            .bind(scope.person_id())
            .optional(tx)
            .await?;
    Ok(found.map(|found| found.id))
}

/// A new record.
#[derive(Clone, Debug)]
pub(super) struct New<'a> {
    pub(super) id: &'a str,
    pub(super) state: State,
    pub(super) distributor_id: Option<&'a str>,
    pub(super) direct: Option<&'a str>,
    pub(super) customer_name: &'a str,
    pub(super) title: &'a str,
    pub(super) amount_cents: i64,
    pub(super) currency: &'a str,
    pub(super) form_key: Option<&'a str>,
    pub(super) at_ms: i64,
}

/// Writes a record of the scope's organisation, owned by the person who acts.
pub(super) async fn insert(tx: &mut Tx, scope: &Scope, new: &New<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, direct, customer_name,
             title, amount_cents, currency, source, form_key, created_ms, updated_ms, vendor_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'reseller', $12, $13, $13,
             (SELECT c.vendor_id FROM tenant_capability c WHERE c.tenant_id = $4 AND c.capability = 'partner'))",
    )
    .bind(new.id)
    .bind(new.state.stage().key())
    .bind(new.state.status())
    .bind(scope.tenant_id())
    .bind(scope.person_id())
    .bind(new.distributor_id)
    .bind(new.direct)
    .bind(new.customer_name)
    .bind(new.title)
    .bind(new.amount_cents)
    .bind(new.currency)
    .bind(new.form_key)
    .bind(new.at_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds a line to a record's history.
pub(super) async fn happened(
    tx: &mut Tx,
    record_id: &str,
    at_ms: i64,
    kind: &str,
    tenant_name: &str,
) -> Result<(), DbError> {
    query(
        "INSERT INTO funnel_event (record_id, position, at_ms, kind, tenant_name)
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4 FROM funnel_event WHERE record_id = $1",
    )
    .bind(record_id)
    .bind(at_ms)
    .bind(kind)
    .bind(tenant_name)
    .execute(tx)
    .await?;
    Ok(())
}
