//! SQL of saved views, each bound to the organisation acted for.

use super::rules;
use crate::platform::access::{Actor, Scope};
use crate::platform::db::{DbError, Tx, query};
use crate::platform::web::layout::SavedView;

/// A view, as one person finds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) list: String,
    pub(super) name: String,
    pub(super) query: String,
    pub(super) person_id: String,
    pub(super) person_name: String,
    pub(super) shared: i64,
    /// Whether the list opens with it for this person.
    pub(super) opens: i64,
}

impl Row {
    /// Whether `actor` may take it away.
    pub(super) fn is_removable_by(&self, actor: &Actor) -> bool {
        self.person_id == actor.person_id || rules::keeps_order(actor)
    }

    /// As its reader's page has it.
    pub(super) fn seen_by(self, actor: &Actor) -> SavedView {
        SavedView {
            is_removable: self.is_removable_by(actor),
            by: (self.person_id != actor.person_id).then_some(self.person_name),
            id: self.id,
            name: self.name,
            query: self.query,
            is_shared: self.shared != 0,
            opens: self.opens != 0,
        }
    }
}

macro_rules! views {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.list, v.name, v.query, v.person_id, p.name AS person_name, v.shared,
                 CAST(CASE WHEN o.view_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS opens
             FROM saved_view v JOIN person p ON p.id = v.person_id
             LEFT JOIN opening_view o ON o.view_id = v.id AND o.tenant_id = v.tenant_id AND o.person_id = $2
             WHERE v.tenant_id = $1 AND (v.person_id = $2 OR v.shared = 1) AND ",
            $rest
        )
    };
}

/// What a person of an organisation has of the list at `path`, by name.
pub(super) async fn of_list(
    tx: &mut Tx,
    (tenant_id, person_id): (&str, &str),
    path: &str,
) -> Result<Vec<Row>, DbError> {
    query(views!("v.list = $3 ORDER BY LOWER(v.name), v.id"))
        .bind(tenant_id)
        .bind(person_id)
        .bind(path)
        .all(tx)
        .await
}

/// The view `id`, if the scope's person has it.
pub(super) async fn one(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Row>, DbError> {
    query(views!("v.id = $3")).bind(scope.tenant_id()).bind(scope.person_id()).bind(id).optional(tx).await
}

pub(super) async fn add(tx: &mut Tx, scope: &Scope, row: &Row, now_ms: i64) -> Result<(), DbError> {
    query(
        "INSERT INTO saved_view (id, tenant_id, person_id, list, name, query, shared, made_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&row.id)
    .bind(scope.tenant_id())
    .bind(scope.person_id())
    .bind(&row.list)
    .bind(&row.name)
    .bind(&row.query)
    .bind(row.shared)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// The person's own view asks for something else from now on.
pub(super) async fn change(tx: &mut Tx, scope: &Scope, row: &Row) -> Result<(), DbError> {
    query(
        "UPDATE saved_view SET query = $4, shared = $5 WHERE tenant_id = $1 AND person_id = $2 AND id = $3",
    )
    .bind(scope.tenant_id())
    .bind(scope.person_id())
    .bind(&row.id)
    .bind(&row.query)
    .bind(row.shared)
    .execute(tx)
    .await?;
    Ok(())
}

/// The person opens the list with this view from now on.
pub(super) async fn open_with(tx: &mut Tx, scope: &Scope, row: &Row) -> Result<(), DbError> {
    query(
        "INSERT INTO opening_view (tenant_id, person_id, list, view_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, person_id, list) DO UPDATE SET view_id = excluded.view_id",
    )
    .bind(scope.tenant_id())
    .bind(scope.person_id())
    .bind(&row.list)
    .bind(&row.id)
    .execute(tx)
    .await?;
    Ok(())
}

/// The person opens the list plain again, if this view opened it.
pub(super) async fn open_plain(tx: &mut Tx, scope: &Scope, row: &Row) -> Result<(), DbError> {
    query("DELETE FROM opening_view WHERE tenant_id = $1 AND person_id = $2 AND view_id = $3")
        .bind(scope.tenant_id())
        .bind(scope.person_id())
        .bind(&row.id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes a view away; lists that it opened open plain.
pub(super) async fn remove(tx: &mut Tx, scope: &Scope, row: &Row) -> Result<(), DbError> {
    for text in [
        "DELETE FROM opening_view WHERE tenant_id = $1 AND view_id = $2",
        "DELETE FROM saved_view WHERE tenant_id = $1 AND id = $2",
    ] {
        query(text).bind(scope.tenant_id()).bind(&row.id).execute(tx).await?;
    }
    Ok(())
}
