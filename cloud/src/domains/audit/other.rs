//! Opening another organisation's log: for the auditors of who runs the service, and never unseen. The owner of another
//! program reads its own log: a partner of several has one chain, which tells of all of them (PORTAL 7, case 47).

use super::fact::Fact;
use super::model::{By, Entry};
use super::record::{announce, record};
use crate::app::App;
use crate::platform::access::{Action, Item, Scope};
use crate::platform::base::HOUR_MS;
use crate::platform::db::query;
use crate::platform::error::Error;

#[derive(sqlx::FromRow)]
struct Found {
    found: i64,
}

/// Notes that `by` opens the log of `tenant_id`; once an hour.
///
/// # Errors
/// [`Error::NotFound`] when the scope may not, or there is no such log.
pub async fn open_other(app: &App, scope: &Scope, by: By, tenant_id: &str) -> Result<(), Error> {
    let sees = scope.action().item() == Item::Audit && matches!(scope.action(), Action::See(_));
    if !sees || !scope.is_operator() {
        return Err(Error::NotFound);
    }
    let hour_ms = app.clock.now_ms().div_euclid(HOUR_MS) * HOUR_MS;
    let mut tx = app.db.write().await?;
    let known: Found = query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS found FROM (SELECT id FROM tenant WHERE id = $1
         UNION SELECT tenant_id FROM audit_head WHERE tenant_id = $1) known",
    )
    .bind(tenant_id)
    .one(&mut tx)
    .await?;
    if known.found == 0 {
        return Err(Error::NotFound);
    }
    let noted: Found = query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS found FROM audit_entry
         WHERE tenant_id = $1 AND acting_tenant_id = $2 AND actor_id = $3 AND action = $4 AND at_ms >= $5",
    )
    .bind(tenant_id)
    .bind(&by.tenant_id)
    .bind(&by.id)
    .bind(Fact::LogOpened.key())
    .bind(hour_ms)
    .one(&mut tx)
    .await?;
    if noted.found == 0 {
        let entry = Entry::new(by, Fact::LogOpened, "log", tenant_id).affecting(tenant_id);
        record(app, &mut tx, entry).await?;
        tx.commit().await?;
        announce(app, [tenant_id]);
    }
    Ok(())
}
