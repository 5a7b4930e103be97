//! SQL of teams. The organisation comes from the caller's scope, or is one that the caller has the right to.

use super::model::Member;
use crate::platform::access::{Role, Roles, Scope};
use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct Row {
    person_id: String,
    name: String,
    email: String,
    roles: String,
    disabled_ms: Option<i64>,
    last_sign_in_ms: Option<i64>,
    may_sign_in: i64,
    invited: i64,
}

/// The people of `tenant_id`, switched-off ones included, by name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn members(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Member>, DbError> {
    let rows: Vec<Row> = query(
        "SELECT p.id AS person_id, p.name, p.email, m.roles, m.disabled_ms,
                (SELECT MAX(s.created_ms) FROM session s WHERE s.person_id = p.id AND s.tenant_id = m.tenant_id)
                    AS last_sign_in_ms,
                CAST(CASE WHEN p.disabled_ms IS NULL AND p.verified_ms IS NOT NULL THEN 1 ELSE 0 END AS BIGINT)
                    AS may_sign_in,
                (SELECT CAST(COUNT(*) AS BIGINT) FROM magic_link l WHERE l.person_id = p.id
                    AND l.tenant_id = m.tenant_id AND l.purpose = 'invite') AS invited
         FROM membership m JOIN person p ON p.id = m.person_id WHERE m.tenant_id = $1 ORDER BY p.name, p.id",
    )
    .bind(tenant_id)
    .all(tx)
    .await?;
    let member = |row: Row| Member {
        person_id: row.person_id,
        name: row.name,
        email: row.email,
        roles: Roles::parse(&row.roles),
        disabled_ms: row.disabled_ms,
        last_sign_in_ms: row.last_sign_in_ms,
        may_sign_in: row.may_sign_in != 0,
        invited: row.invited != 0,
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Who can help in `tenant_id` when a role does not reach: the names of its administrators.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn administrators(tx: &mut Tx, tenant_id: &str) -> Result<Vec<String>, DbError> {
    let all = members(tx, tenant_id).await?;
    let active = all.into_iter().filter(|member| member.disabled_ms.is_none());
    Ok(active.filter(|member| member.roles.has(Role::Administrator)).map(|member| member.name).collect())
}

pub(super) async fn add_person(
    tx: &mut Tx,
    id: &str,
    (name, email): (&str, &str),
    now_ms: i64,
) -> Result<(), DbError> {
    query("INSERT INTO person (id, email, name, disabled_ms, created_ms) VALUES ($1, $2, $3, NULL, $4)")
        .bind(id)
        .bind(email)
        .bind(name)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn add_membership(
    tx: &mut Tx,
    (person_id, tenant_id): (&str, &str),
    roles: &Roles,
    now_ms: i64,
) -> Result<(), DbError> {
    query("INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ($1, $2, $3, $4)")
        .bind(person_id)
        .bind(tenant_id)
        .bind(roles.to_string())
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn set_roles(
    tx: &mut Tx,
    (person_id, tenant_id): (&str, &str),
    roles: &Roles,
) -> Result<bool, DbError> {
    let rows = query("UPDATE membership SET roles = $3 WHERE person_id = $1 AND tenant_id = $2")
        .bind(person_id)
        .bind(tenant_id)
        .bind(roles.to_string())
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(super) async fn set_disabled(
    tx: &mut Tx,
    (person_id, tenant_id): (&str, &str),
    disabled_ms: Option<i64>,
) -> Result<bool, DbError> {
    let rows = query("UPDATE membership SET disabled_ms = $3 WHERE person_id = $1 AND tenant_id = $2")
        .bind(person_id)
        .bind(tenant_id)
        .bind(disabled_ms)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(super) async fn remove(tx: &mut Tx, person_id: &str, tenant_id: &str) -> Result<bool, DbError> {
    let rows = query("DELETE FROM membership WHERE person_id = $1 AND tenant_id = $2")
        .bind(person_id)
        .bind(tenant_id)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

#[derive(sqlx::FromRow)]
struct Choice {
    sales_sees_all: i64,
}

/// Whether the Sales of the scope's organisation sees everybody's deals.
pub(super) async fn sales_sees_all(tx: &mut Tx, scope: &Scope) -> Result<bool, DbError> {
    let text = "SELECT sales_sees_all FROM tenant_capability
         WHERE tenant_id = $1 AND capability = 'partner' AND subtype = 'reseller'";
    let choice: Option<Choice> = query(text).bind(scope.tenant_id()).optional(tx).await?;
    Ok(choice.is_some_and(|choice| choice.sales_sees_all != 0))
}

/// Lets the Sales of the scope's organisation see everybody's deals, or no more; whether it was the other way before.
pub(super) async fn set_sales_sees_all(tx: &mut Tx, scope: &Scope, on: bool) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE tenant_capability SET sales_sees_all = $2
         WHERE tenant_id = $1 AND capability = 'partner' AND subtype = 'reseller' AND sales_sees_all <> $2",
    )
    .bind(scope.tenant_id())
    .bind(on)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}
