//! Out.

use super::file::{Counts, Writer};
use super::rows::walk;
use super::{TransferError, stub};
use crate::app::App;
use crate::domains::audit::{By, Entry, Fact, announce, record};
use crate::platform::access::OPERATOR_ID;
use crate::platform::db::{self, query};
use std::io::Write;

#[derive(sqlx::FromRow)]
struct Found {
    name: String,
    only_named: i64,
}

/// Writes everything of `organisation` to `out`, as it stands at one moment; `told` hears of each row. That it was done
/// is in its log before the first row is read, and so in the file.
///
/// # Errors
/// [`TransferError`]; what was written until then is no file.
pub async fn export(
    app: &App,
    organisation: &str,
    out: &mut dyn Write,
    mut told: impl FnMut(&'static str),
) -> Result<Counts, TransferError> {
    let mut tx = app.db.write().await?;
    let found: Option<Found> = query(
        "SELECT name, CAST((SELECT COUNT(*) FROM transfer_stub s WHERE s.kind = 'tenant' AND s.id = tenant.id) AS BIGINT)
             AS only_named
         FROM tenant WHERE id = $1",
    )
    .bind(organisation)
    .optional(&mut tx)
    .await?;
    let found = found.ok_or_else(|| TransferError::Nobody(organisation.to_owned()))?;
    if found.only_named > 0 {
        return Err(TransferError::OnlyNamed(organisation.to_owned()));
    }
    let by = By::system("riversync-cloud export");
    let entry = Entry::new(by, Fact::TenantExported, "tenant", organisation).affecting(organisation);
    record(app, &mut tx, entry).await?;
    tx.commit().await?;
    announce(app, [organisation, OPERATOR_ID]);

    let mut tx = app.db.read_one_moment().await?;
    let named = (organisation, found.name.as_str());
    let mut writer = Writer::begin(out, db::newest_migration(), named, app.clock.now_ms())?;
    let mut others = stub::named(&mut tx, organisation).await?;
    walk(&mut tx, organisation, |table, row| {
        let Some(row) = row else { return stub::write(&mut writer, table, &mut others) };
        told(table.name);
        writer.row(table, row)
    })
    .await?;
    tx.rollback().await;
    writer.end()
}
