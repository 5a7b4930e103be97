//! The rows of this room. What is read of a record is in [`seen`]; here are its history and what is written.

mod ending;
mod held;
mod leads;
mod order;
mod seen;
mod similar;

use super::similar::key;
use super::stages::State;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};
pub(super) use ending::{Ending, ending, ending_one, note_reminder};
pub(super) use held::{Held, held, hold, keep, next_quote};
pub(super) use leads::{NewLead, insert_lead};
pub(super) use order::place_after;
pub(super) use seen::{Part, Row, Sum, records, sums};
pub(super) use similar::{Similar, similar};

/// One line of a record's history.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) at_ms: i64,
    pub(super) kind: String,
    pub(super) tenant_id: Option<String>,
    pub(super) tenant_name: String,
    pub(super) note: String,
}

/// What happened to a record, oldest first. Ask only for a record that [`records`] gave.
pub(super) async fn history(tx: &mut Tx, seen: &str) -> Result<Vec<EventRow>, DbError> {
    query("SELECT at_ms, kind, tenant_id, tenant_name, note FROM funnel_event WHERE record_id = $1 ORDER BY position")
        .bind(seen)
        .all(tx)
        .await
}

#[derive(sqlx::FromRow)]
struct InState {
    stage: String,
    status: String,
    count: i64,
}

/// How many places the reseller's open deals take.
pub(super) async fn places_taken(tx: &mut Tx, scope: &Scope) -> Result<i64, DbError> {
    let counts: Vec<InState> = query(
        "SELECT stage, status, CAST(SUM(records) AS BIGINT) AS count FROM funnel_sum
         WHERE reseller_id = $1 GROUP BY stage, status",
    )
    .bind(scope.tenant_id())
    .all(tx)
    .await?;
    let takes = |of: &&InState| {
        let state = State::ALL.into_iter().find(|s| s.stage().key() == of.stage && s.status() == of.status);
        state.is_some_and(State::takes_a_place)
    };
    Ok(counts.iter().filter(takes).map(|of| of.count).sum())
}

/// Waits for the reseller's other registrations to end. Whoever comes after the commit counts what this one added.
pub(super) async fn take_turn(tx: &mut Tx, scope: &Scope) -> Result<(), DbError> {
    query(
        "INSERT INTO funnel_turn (reseller_id, taken) VALUES ($1, 1)
         ON CONFLICT (reseller_id) DO UPDATE SET taken = funnel_turn.taken + 1",
    )
    .bind(scope.tenant_id())
    .later(tx)
    .await
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
    pub(super) decide_by_ms: i64,
}

/// Writes a record of the scope's organisation, owned by the person who acts.
pub(super) async fn insert(tx: &mut Tx, scope: &Scope, new: &New<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, direct, customer_name,
             title, amount_cents, currency, source, form_key, created_ms, updated_ms, vendor_id, decide_by_ms, customer_key, title_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'reseller', $12, $13, $13, $14, $15, $16, $17)",
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
    .bind(scope.vendor_id())
    .bind(new.decide_by_ms)
    .bind(key(new.customer_name))
    .bind(key(new.title))
    .later(tx)
    .await
}

/// A line of a record's history that is to be written.
#[derive(Clone, Debug)]
pub(super) struct NewEvent<'a> {
    pub(super) record_id: &'a str,
    pub(super) at_ms: i64,
    pub(super) kind: &'a str,
    pub(super) tenant_id: &'a str,
    pub(super) tenant_name: &'a str,
    pub(super) person_name: &'a str,
    pub(super) note: &'a str,
}

/// Adds a line to a record's history.
pub(super) async fn happened(tx: &mut Tx, event: &NewEvent<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO funnel_event (record_id, position, at_ms, kind, tenant_id, tenant_name, person_name, note)
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5, $6, $7 FROM funnel_event WHERE record_id = $1",
    )
    .bind(event.record_id)
    .bind(event.at_ms)
    .bind(event.kind)
    .bind(event.tenant_id)
    .bind(event.tenant_name)
    .bind(event.person_name)
    .bind(event.note)
    .later(tx)
    .await
}
