//! People and where they belong.

use super::super::model::{Capability, Membership, Person};
use crate::platform::base::Reader;
use crate::platform::db::{DbError, Tx, query};

pub(in super::super) async fn person_by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>, DbError> {
    query(
        "SELECT id, email, name, language, zone, era, disabled_ms, verified_ms FROM person WHERE email = $1",
    )
    .bind(email)
    .optional(tx)
    .await
}

pub(in super::super) async fn person(tx: &mut Tx, id: &str) -> Result<Option<Person>, DbError> {
    query("SELECT id, email, name, language, zone, era, disabled_ms, verified_ms FROM person WHERE id = $1")
        .bind(id)
        .optional(tx)
        .await
}

/// Notes that the person has just shown to read mail at the address.
pub(in super::super) async fn verify_person(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE person SET verified_ms = $2 WHERE id = $1 AND verified_ms IS NULL")
        .bind(id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(in super::super) async fn set_reader(tx: &mut Tx, id: &str, reader: Reader) -> Result<(), DbError> {
    query("UPDATE person SET language = $2, zone = $3, era = $4 WHERE id = $1")
        .bind(id)
        .bind(reader.language.key())
        .bind(reader.zone.key())
        .bind(reader.era.key())
        .execute(tx)
        .await?;
    Ok(())
}

/// Where a person belongs and is not switched off.
pub(in super::super) async fn memberships(tx: &mut Tx, person_id: &str) -> Result<Vec<Membership>, DbError> {
    query(
        "SELECT m.tenant_id AS tenant_id, t.name AS tenant_name, m.roles AS roles
         FROM membership m JOIN tenant t ON t.id = m.tenant_id
         WHERE m.person_id = $1 AND m.disabled_ms IS NULL ORDER BY m.since_ms, m.tenant_id",
    )
    .bind(person_id)
    .all(tx)
    .await
}

pub(in super::super) async fn membership(
    tx: &mut Tx,
    person_id: &str,
    tenant_id: &str,
) -> Result<Option<Membership>, DbError> {
    Ok(memberships(tx, person_id).await?.into_iter().find(|home| home.tenant_id == tenant_id))
}

/// What an organisation may act as. `module_on`, `channel_manager_funnel` and the brand are those of the vendor in whose
/// program it is.
pub(in super::super) async fn capabilities(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Capability>, DbError> {
    query(
        "SELECT c.capability, c.subtype, c.partner_tier, c.vendor_id, c.suspended_ms,
                CAST(CASE WHEN COALESCE(v.module_on, c.module_on) = 1 THEN 1 ELSE 0 END AS BIGINT) AS module_on,
                c.sales_sees_all, COALESCE(v.channel_manager_funnel, c.channel_manager_funnel) AS channel_manager_funnel,
                b.tenant_id AS owner_id, o.name AS owner_name, b.colour, b.logo_sha256
         FROM tenant_capability c
         LEFT JOIN tenant_capability v ON v.tenant_id = c.vendor_id AND v.capability = 'vendor'
         LEFT JOIN program_brand b ON b.tenant_id = COALESCE(c.vendor_id, c.tenant_id)
         LEFT JOIN tenant o ON o.id = b.tenant_id
         WHERE c.tenant_id = $1 ORDER BY c.capability DESC",
    )
    .bind(tenant_id)
    .all(tx)
    .await
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    person: Person,
    roles: String,
}

/// The people of an organisation who are not switched off, with their roles as they are stored.
pub(in super::super) async fn members_of(
    tx: &mut Tx,
    tenant_id: &str,
) -> Result<Vec<(Person, String)>, DbError> {
    let rows: Vec<MemberRow> = query(
        "SELECT p.id, p.email, p.name, p.language, p.zone, p.era, p.disabled_ms, p.verified_ms, m.roles
         FROM membership m JOIN person p ON p.id = m.person_id
         WHERE m.tenant_id = $1 AND m.disabled_ms IS NULL AND p.disabled_ms IS NULL ORDER BY p.id",
    )
    .bind(tenant_id)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.person, row.roles)).collect())
}

#[derive(sqlx::FromRow)]
struct Name {
    name: String,
}

/// What people call a person or an organisation of this id.
pub(in super::super) async fn name(tx: &mut Tx, kind: &str, id: &str) -> Result<Option<String>, DbError> {
    let text = match kind {
        "person" => "SELECT name FROM person WHERE id = $1",
        "tenant" => "SELECT name FROM tenant WHERE id = $1",
        _ => return Ok(None),
    };
    let found: Option<Name> = query(text).bind(id).optional(tx).await?;
    Ok(found.map(|found| found.name))
}
