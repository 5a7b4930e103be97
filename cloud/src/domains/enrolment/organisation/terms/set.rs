//! Writing down what was agreed.

use super::super::actions;
use super::super::store::Organisation;
use super::model::{Terms, Typed};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use serde_json::json;

/// The partner of this id in the own program.
///
/// # Errors
/// [`Error::NotFound`] when there is no such organisation, or it is no partner.
pub(super) async fn partner(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Organisation, Error> {
    let seen = actions::find(tx, allowed, id).await?;
    if seen.subtype.is_none() { Err(Error::NotFound) } else { Ok(seen) }
}

/// Keeps what was typed as the terms of the partner `id`; who it is.
///
/// # Errors
/// 404 for who is no partner of the own program, then 422 with every field that cannot be accepted.
pub(super) async fn set(
    app: &App,
    allowed: &Allowed,
    id: &str,
    typed: &Typed,
) -> Result<Organisation, Error> {
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, id).await?;
    let seen = partner(&mut tx, allowed, id).await?;
    let before = store::terms(&mut tx, &allowed.scope, id).await?;
    allowed.believed.holds(("tenant", id), &before.clone().unwrap_or_default().version())?;
    let terms = typed.read().map_err(Error::Invalid)?;
    if before.as_ref() != Some(&terms) {
        store::set(&mut tx, &allowed.scope, id, &terms).await?;
        let mut detail = terms.told();
        detail["before"] = before.as_ref().map(Terms::told).unwrap_or_else(|| json!({}));
        let entry = Entry::new(By::person(allowed), Fact::PartnerTermsChanged, "tenant", id)
            .affecting(id)
            .with(detail);
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    audit::announce(app, [id, allowed.scope.tenant_id()]);
    Ok(seen)
}
