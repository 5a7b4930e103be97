//! SQL of endpoints and deliveries. What a signed-in person asks about is bound to the organisation acted for; the
//! service's own statements name their row.

use super::failure::Failure;
use super::model::{Delivery, Endpoint, State};
use crate::domains::audit::Why;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

macro_rules! endpoint {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, name, url, events, salt, former_salt, former_until_ms, created_ms, created_by,
                 paused_ms, paused_why, failing_since_ms, rest_until_ms FROM webhook_endpoint WHERE ",
            $rest
        )
    };
}

macro_rules! delivery {
    ($rest:literal) => {
        concat!(
            "SELECT id, endpoint_id, tenant_id, event_id, fact, object_id, at_ms, state, attempts, next_ms, tried_ms,
                 status, error FROM webhook_delivery WHERE ",
            $rest
        )
    };
}

/// The endpoints of the organisation, the oldest first.
pub(super) async fn endpoints(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<&str>,
) -> Result<Vec<Endpoint>, DbError> {
    query(endpoint!("tenant_id = $1 AND ($2 IS NULL OR id = $2) ORDER BY id"))
        .bind(scope.tenant_id())
        .bind(id)
        .all(tx)
        .await
}

/// The endpoints of everybody that are told of `fact` now.
pub(super) async fn told_of(tx: &mut Tx, fact: &str) -> Result<Vec<Endpoint>, DbError> {
    query(endpoint!("paused_ms IS NULL AND events LIKE '%,' || $1 || ',%' ORDER BY tenant_id, id"))
        .bind(fact)
        .all(tx)
        .await
}

pub(super) async fn add(tx: &mut Tx, scope: &Scope, endpoint: &Endpoint) -> Result<(), DbError> {
    query(
        "INSERT INTO webhook_endpoint (id, tenant_id, name, url, events, salt, created_ms, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&endpoint.id)
    .bind(scope.tenant_id())
    .bind(&endpoint.name)
    .bind(&endpoint.url)
    .bind(&endpoint.events)
    .bind(endpoint.salt.clone())
    .bind(endpoint.created_ms)
    .bind(&endpoint.created_by)
    .execute(tx)
    .await?;
    Ok(())
}

/// Keeps others, the service itself included, from changing an endpoint of the organisation until the commit.
pub(super) async fn hold(tx: &mut Tx, scope: &Scope, id: &str) -> Result<(), DbError> {
    query("UPDATE webhook_endpoint SET name = name WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Another target or other events. What failed at the former target is no failure of this one.
pub(super) async fn change(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    (name, url, events): (&str, &str, &str),
) -> Result<(), DbError> {
    query(
        "UPDATE webhook_endpoint SET name = $3, url = $4, events = $5,
             failing_since_ms = CASE WHEN url = $4 THEN failing_since_ms END,
             rest_until_ms = CASE WHEN url = $4 THEN rest_until_ms ELSE 0 END
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(name)
    .bind(url)
    .bind(events)
    .execute(tx)
    .await?;
    Ok(())
}

/// A new salt; the current one becomes the former.
pub(super) async fn rotate(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    salt: &[u8],
    former_until_ms: i64,
) -> Result<(), DbError> {
    query(
        "UPDATE webhook_endpoint SET former_salt = salt, former_until_ms = $4, salt = $3
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(salt)
    .bind(former_until_ms)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn pause(tx: &mut Tx, scope: &Scope, id: &str, now_ms: i64) -> Result<bool, DbError> {
    let text = "UPDATE webhook_endpoint SET paused_ms = $3, paused_why = ''
         WHERE tenant_id = $1 AND id = $2 AND paused_ms IS NULL";
    Ok(query(text).bind(scope.tenant_id()).bind(id).bind(now_ms).execute(tx).await? == 1)
}

/// It begins afresh: what failed before does not count.
pub(super) async fn resume(tx: &mut Tx, scope: &Scope, id: &str) -> Result<bool, DbError> {
    let text =
        "UPDATE webhook_endpoint SET paused_ms = NULL, paused_why = '', failing_since_ms = NULL, rest_until_ms = 0
         WHERE tenant_id = $1 AND id = $2 AND paused_ms IS NOT NULL";
    Ok(query(text).bind(scope.tenant_id()).bind(id).execute(tx).await? == 1)
}

/// It and its deliveries are gone.
pub(super) async fn delete(tx: &mut Tx, scope: &Scope, id: &str) -> Result<(), DbError> {
    let text = "DELETE FROM webhook_endpoint WHERE tenant_id = $1 AND id = $2";
    query(text).bind(scope.tenant_id()).bind(id).execute(tx).await?;
    Ok(())
}

/// Writes `delivery` down; `false` when its event became a delivery to that endpoint before.
pub(super) async fn deliver(tx: &mut Tx, delivery: &Delivery) -> Result<bool, DbError> {
    let rows = query(
        "INSERT INTO webhook_delivery (id, endpoint_id, tenant_id, event_id, fact, object_id, at_ms, state, next_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (endpoint_id, event_id) DO NOTHING",
    )
    .bind(&delivery.id)
    .bind(&delivery.endpoint_id)
    .bind(&delivery.tenant_id)
    .bind(&delivery.event_id)
    .bind(&delivery.fact)
    .bind(&delivery.object_id)
    .bind(delivery.at_ms)
    .bind(&delivery.state)
    .bind(delivery.next_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// The deliveries of an endpoint in `state`, the newest first, after the one that was given last.
pub(super) async fn deliveries(
    tx: &mut Tx,
    scope: &Scope,
    endpoint_id: &str,
    (state, after, limit): (Option<State>, Option<&str>, i64),
) -> Result<Vec<Delivery>, DbError> {
    query(delivery!(
        "tenant_id = $1 AND endpoint_id = $2 AND ($3 IS NULL OR state = $3)
             AND ($4 IS NULL OR EXISTS (SELECT 1 FROM webhook_delivery last
                 WHERE last.id = $4 AND last.endpoint_id = $2 AND (webhook_delivery.at_ms < last.at_ms
                     OR (webhook_delivery.at_ms = last.at_ms AND webhook_delivery.id < last.id))))
         ORDER BY at_ms DESC, id DESC LIMIT $5"
    ))
    .bind(scope.tenant_id())
    .bind(endpoint_id)
    .bind(state.map(State::key))
    .bind(after)
    .bind(limit)
    .all(tx)
    .await
}

/// One delivery of an endpoint of the organisation.
pub(super) async fn delivery(
    tx: &mut Tx,
    scope: &Scope,
    endpoint_id: &str,
    id: &str,
) -> Result<Option<Delivery>, DbError> {
    query(delivery!("tenant_id = $1 AND endpoint_id = $2 AND id = $3"))
        .bind(scope.tenant_id())
        .bind(endpoint_id)
        .bind(id)
        .optional(tx)
        .await
}

/// The delivery begins once more; `false` when it is on its way. One that was due before `lost_ms` has lost its job.
pub(super) async fn again(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    (now_ms, lost_ms): (i64, i64),
) -> Result<bool, DbError> {
    let text = "UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_ms = $3, error = ''
         WHERE tenant_id = $1 AND id = $2 AND (state <> 'waiting' OR next_ms < $4)";
    Ok(query(text).bind(scope.tenant_id()).bind(id).bind(now_ms).bind(lost_ms).execute(tx).await? == 1)
}

/// A delivery that waits, or whose job was cancelled or given up and is let go on by hand, whosever it is: the service's
/// own work.
pub(super) async fn open(tx: &mut Tx, id: &str) -> Result<Option<Delivery>, DbError> {
    query(delivery!("id = $1 AND state IN ('waiting', 'cancelled', 'dead')")).bind(id).optional(tx).await
}

/// The delivery of an ended job waits no more, unless it is at another attempt by now.
pub(super) async fn end(
    tx: &mut Tx,
    (id, attempts): (&str, i64),
    state: State,
    why: &Failure,
) -> Result<Option<Delivery>, DbError> {
    let text = "UPDATE webhook_delivery SET state = $4, error = $3
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'";
    if query(text).bind(id).bind(attempts).bind(why.kept()).bind(state.key()).execute(tx).await? == 0 {
        return Ok(None);
    }
    query(delivery!("id = $1")).bind(id).optional(tx).await
}

/// The endpoint of a delivery.
pub(super) async fn endpoint_of(tx: &mut Tx, delivery: &Delivery) -> Result<Option<Endpoint>, DbError> {
    query(endpoint!("id = $1")).bind(&delivery.endpoint_id).optional(tx).await
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'a> {
    pub(super) state: State,
    pub(super) attempts: i64,
    pub(super) next_ms: i64,
    pub(super) tried_ms: Option<i64>,
    pub(super) status: Option<u16>,
    pub(super) error: &'a str,
}

/// Writes down how an attempt at `delivery` ended; `false` when somebody began it once more meanwhile.
pub(super) async fn ended(tx: &mut Tx, delivery: &Delivery, ended: Ended<'_>) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE webhook_delivery SET state = $3, attempts = $4, next_ms = $5, tried_ms = COALESCE($6, tried_ms),
             status = $7, error = $8
         WHERE id = $1 AND attempts = $2 AND state = $9",
    )
    .bind(&delivery.id)
    .bind(delivery.attempts)
    .bind(ended.state.key())
    .bind(ended.attempts)
    .bind(ended.next_ms)
    .bind(ended.tried_ms)
    .bind(ended.status.map(i64::from))
    .bind(ended.error)
    .bind(&delivery.state)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// The endpoint took something.
pub(super) async fn took(tx: &mut Tx, endpoint: &Endpoint) -> Result<(), DbError> {
    let text = "UPDATE webhook_endpoint SET failing_since_ms = NULL, rest_until_ms = 0
         WHERE id = $1 AND (failing_since_ms IS NOT NULL OR rest_until_ms > 0)";
    query(text).bind(&endpoint.id).execute(tx).await?;
    Ok(())
}

/// The endpoint did not take something at `now_ms`: nothing else is tried before `rest_until_ms`.
pub(super) async fn failed(
    tx: &mut Tx,
    endpoint: &Endpoint,
    now_ms: i64,
    rest_until_ms: i64,
) -> Result<(), DbError> {
    let text =
        "UPDATE webhook_endpoint SET failing_since_ms = COALESCE(failing_since_ms, $2), rest_until_ms = $3
         WHERE id = $1 AND url = $4";
    query(text).bind(&endpoint.id).bind(now_ms).bind(rest_until_ms).bind(&endpoint.url).execute(tx).await?;
    Ok(())
}

/// The service itself pauses an endpoint; `false` when it is paused.
pub(super) async fn give_up(
    tx: &mut Tx,
    endpoint: &Endpoint,
    now_ms: i64,
    why: Why,
) -> Result<bool, DbError> {
    let text =
        "UPDATE webhook_endpoint SET paused_ms = $2, paused_why = $3 WHERE id = $1 AND paused_ms IS NULL";
    Ok(query(text).bind(&endpoint.id).bind(now_ms).bind(why.kept()).execute(tx).await? == 1)
}

/// Forgets deliveries of events from before `before_ms` that are not on their way; how many.
pub(super) async fn forget(tx: &mut Tx, before_ms: i64) -> Result<u64, DbError> {
    let text = "DELETE FROM webhook_delivery WHERE at_ms < $1 AND state <> 'waiting'";
    query(text).bind(before_ms).execute(tx).await
}
