//! SQL of applications. The applicant's statements bind the organisation of its scope, the reviewer's the vendor of
//! theirs.

use super::model::{Application, Document, Line, Said, Status, Summary};
use crate::domains::enrolment::capability::Subtype;
use crate::platform::access::{Party, Scope};
use crate::platform::db::{DbError, Query, Tx, query};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    tenant_id: String,
    tenant_name: String,
    status: String,
    subtype: String,
    legal_name: String,
    registration_number: String,
    country: String,
    address: String,
    territories: String,
    about: String,
    submitted_ms: i64,
    decide_by_ms: i64,
    decided_ms: Option<i64>,
}

/// A row that no longer reads as an application is none: nothing is guessed from it.
fn application(row: Row) -> Option<Application> {
    Some(Application {
        status: Status::parse(&row.status)?,
        said: Said {
            subtype: Subtype::parse(&row.subtype)?,
            legal_name: row.legal_name,
            registration_number: row.registration_number,
            country: row.country,
            address: row.address,
            territories: row.territories.lines().map(str::to_owned).collect(),
            about: row.about,
        },
        id: row.id,
        tenant_id: row.tenant_id,
        tenant_name: row.tenant_name,
        submitted_ms: row.submitted_ms,
        decide_by_ms: row.decide_by_ms,
        decided_ms: row.decided_ms,
    })
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.tenant_id, t.name AS tenant_name, a.status, a.subtype, a.legal_name, a.registration_number,
                    a.country, a.address, a.territories, a.about, a.submitted_ms, a.decide_by_ms, a.decided_ms
             FROM partner_application a JOIN tenant t ON t.id = a.tenant_id WHERE ",
            $which
        )
    };
}

/// The applications that `scope` may see, or the one of this id: a reviewer's by what is due first, an applicant's own
/// newest first.
pub(super) async fn applications(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<&str>,
) -> Result<Vec<Application>, DbError> {
    let text = match scope.action().item() {
        crate::platform::access::Item::Applications if scope.party() == Party::Vendor => select!(
            "a.vendor_id = $1 AND ($2 IS NULL OR a.id = $2)
             ORDER BY CASE a.status WHEN 'submitted' THEN 0 WHEN 'returned' THEN 1 ELSE 2 END, a.decide_by_ms, a.id
            "
        ),
        _ => select!(
            "a.tenant_id = $1 AND ($2 IS NULL OR a.id = $2) ORDER BY a.submitted_ms DESC, a.id DESC"
        ),
    };
    let rows: Vec<Row> = query(text).bind(scope.tenant_id()).bind(id).all(tx).await?;
    Ok(rows.into_iter().filter_map(application).collect())
}

pub(super) async fn newest(tx: &mut Tx, scope: &Scope) -> Result<Option<Summary>, DbError> {
    let newest = applications(tx, scope, None).await?.into_iter().next();
    Ok(newest.map(|of| Summary {
        status: of.status,
        submitted_ms: of.submitted_ms,
        decide_by_ms: of.decide_by_ms,
    }))
}

/// Writes a new one of the scope's organisation.
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    vendor_id: &str,
    said: &Said,
    times: (i64, i64),
) -> Result<(), DbError> {
    let text =
        "INSERT INTO partner_application (id, tenant_id, status, subtype, legal_name, registration_number, country,
             address, territories, about, submitted_ms, decide_by_ms, vendor_id, decided_ms)
         VALUES ($1, $2, 'submitted', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)";
    saying(text, scope, id, said, times).bind(vendor_id).execute(tx).await?;
    Ok(())
}

/// What the applicant says now, with a clock that starts anew.
pub(super) async fn rewrite(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    said: &Said,
    times: (i64, i64),
) -> Result<(), DbError> {
    let text =
        "UPDATE partner_application SET subtype = $3, legal_name = $4, registration_number = $5, country = $6,
             address = $7, territories = $8, about = $9, submitted_ms = $10, decide_by_ms = $11
         WHERE id = $1 AND tenant_id = $2";
    saying(text, scope, id, said, times).execute(tx).await?;
    Ok(())
}

/// A statement on what an applicant says: $1 id, $2 organisation, $3 to $9 what is said, $10 when, $11 by when it is
/// decided.
fn saying(
    text: &'static str,
    scope: &Scope,
    id: &str,
    said: &Said,
    (submitted_ms, decide_by_ms): (i64, i64),
) -> Query {
    query(text)
        .bind(id)
        .bind(scope.tenant_id())
        .bind(said.subtype.key())
        .bind(&said.legal_name)
        .bind(&said.registration_number)
        .bind(&said.country)
        .bind(&said.address)
        .bind(said.territories.join("\n"))
        .bind(&said.about)
        .bind(submitted_ms)
        .bind(decide_by_ms)
}

/// Moves an application that [`applications`] gave; whether it still stood as it was read.
pub(super) async fn set_status(
    tx: &mut Tx,
    seen: &Application,
    to: Status,
    subtype: Subtype,
    decided_ms: Option<i64>,
) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE partner_application SET status = $3, subtype = $4, decided_ms = $5 WHERE id = $1 AND status = $2",
    )
    .bind(&seen.id)
    .bind(seen.status.key())
    .bind(to.key())
    .bind(subtype.key())
    .bind(decided_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Adds a line to the history of an application that [`applications`] gave.
pub(super) async fn happened(tx: &mut Tx, id: &str, line: &Line) -> Result<(), DbError> {
    query(
        "INSERT INTO application_event (application_id, position, at_ms, kind, person_name, tenant_name, note)
         VALUES ($1, (SELECT COALESCE(MAX(e.position), 0) + 1 FROM application_event e WHERE e.application_id = $1),
                 $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(line.at_ms)
    .bind(&line.kind)
    .bind(&line.person_name)
    .bind(&line.tenant_name)
    .bind(&line.note)
    .execute(tx)
    .await?;
    Ok(())
}

/// The history of an application that [`applications`] gave, latest first.
pub(super) async fn history(tx: &mut Tx, seen: &Application) -> Result<Vec<Line>, DbError> {
    query(
        "SELECT at_ms, kind, person_name, tenant_name, note FROM application_event WHERE application_id = $1
         ORDER BY position DESC",
    )
    .bind(&seen.id)
    .all(tx)
    .await
}

pub(super) async fn add_document(
    tx: &mut Tx,
    application_id: &str,
    id: &str,
    (name, sha256): (&str, Vec<u8>),
    now_ms: i64,
) -> Result<(), DbError> {
    query(
        "INSERT INTO application_document (id, application_id, sha256, name, added_ms) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(application_id)
    .bind(sha256)
    .bind(name)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// The documents of an application that [`applications`] gave.
pub(super) async fn documents(tx: &mut Tx, seen: &Application) -> Result<Vec<Document>, DbError> {
    query(
        "SELECT d.id, d.name, d.sha256, f.size_bytes, d.added_ms
         FROM application_document d JOIN stored_file f ON f.sha256 = d.sha256
         WHERE d.application_id = $1 ORDER BY d.added_ms, d.id",
    )
    .bind(&seen.id)
    .all(tx)
    .await
}

/// Whoever was approved was looked at.
pub(super) async fn verify(tx: &mut Tx, seen: &Application, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE tenant SET verified_ms = COALESCE(verified_ms, $2) WHERE id = $1")
        .bind(&seen.tenant_id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}
