//! SQL of passkeys. What a signed-in person asks about is always bound to that person's id.

use super::party::party;
use crate::app::App;
use crate::platform::db::{DbError, Tx, query};

/// A passkey as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) credential: String,
    pub(super) created_ms: i64,
    pub(super) used_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Count {
    times: i64,
}

/// Whether the person proves with a passkey: has one, and browsers can show it to us.
pub(in super::super) async fn required(app: &App, tx: &mut Tx, person_id: &str) -> Result<bool, DbError> {
    if party(app).is_none() {
        return Ok(false);
    }
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM passkey WHERE person_id = $1";
    let count: Count = query(text).bind(person_id).one(tx).await?;
    Ok(count.times > 0)
}

pub(super) async fn of_person(tx: &mut Tx, person_id: &str) -> Result<Vec<Stored>, DbError> {
    query(
        "SELECT id, name, credential, created_ms, used_ms FROM passkey WHERE person_id = $1
         ORDER BY created_ms, id",
    )
    .bind(person_id)
    .all(tx)
    .await
}

/// Keeps a passkey. Fails on a credential that somebody has already.
pub(super) async fn add(
    tx: &mut Tx,
    person_id: &str,
    stored: &Stored,
    credential_id: Vec<u8>,
) -> Result<(), DbError> {
    query(
        "INSERT INTO passkey (id, person_id, name, credential_id, credential, created_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&stored.id)
    .bind(person_id)
    .bind(&stored.name)
    .bind(credential_id)
    .bind(&stored.credential)
    .bind(stored.created_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes that the passkey was used, and what its device told of itself.
pub(super) async fn used(tx: &mut Tx, id: &str, credential: &str, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE passkey SET used_ms = $2, credential = $3 WHERE id = $1")
        .bind(id)
        .bind(now_ms)
        .bind(credential)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn rename(tx: &mut Tx, person_id: &str, id: &str, name: &str) -> Result<bool, DbError> {
    let rows = query("UPDATE passkey SET name = $3 WHERE id = $1 AND person_id = $2")
        .bind(id)
        .bind(person_id)
        .bind(name)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(super) async fn remove(tx: &mut Tx, person_id: &str, id: &str) -> Result<bool, DbError> {
    let rows = query("DELETE FROM passkey WHERE id = $1 AND person_id = $2")
        .bind(id)
        .bind(person_id)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

#[derive(sqlx::FromRow)]
struct State {
    state: String,
}

/// Keeps the state of a ceremony of this session; an older one of the kind is gone, and so are those that nobody ended.
pub(super) async fn begin(
    tx: &mut Tx,
    session_sha256: &[u8],
    kind: &str,
    state: &str,
    (now_ms, expires_ms): (i64, i64),
) -> Result<(), DbError> {
    query("DELETE FROM passkey_ceremony WHERE expires_ms <= $1").bind(now_ms).execute(tx).await?;
    query(
        "INSERT INTO passkey_ceremony (session_sha256, kind, state, expires_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (session_sha256, kind) DO UPDATE SET state = excluded.state, expires_ms = excluded.expires_ms",
    )
    .bind(session_sha256)
    .bind(kind)
    .bind(state)
    .bind(expires_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes the state of a ceremony: it is good once.
pub(super) async fn take(
    tx: &mut Tx,
    session_sha256: &[u8],
    kind: &str,
    now_ms: i64,
) -> Result<Option<String>, DbError> {
    let text = "DELETE FROM passkey_ceremony WHERE session_sha256 = $1 AND kind = $2 AND expires_ms > $3 RETURNING state";
    let state: Option<State> = query(text).bind(session_sha256).bind(kind).bind(now_ms).optional(tx).await?;
    Ok(state.map(|state| state.state))
}
