//! What a partner says of a renewal.

use super::model::{Outcome, Renewal};
use super::{rules, store, views};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::access::Scope;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};

/// Says what is expected of a device's renewal. The customer's log tells that its renewal was looked at, by whom; what
/// the partner thinks of it stays the partner's.
///
/// # Errors
/// Not there for the asker, not to be said, or ours.
pub async fn set_outcome(
    app: &App,
    scope: &Scope,
    by: By,
    device_id: &str,
    said: &str,
) -> Result<Renewal, Error> {
    let invalid = |text: Sentence| Error::Invalid(vec![FieldError { field: "outcome", text }]);
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, scope.tenant_id()).await?;
    let renewal = views::one(&mut tx, scope, device_id, now_ms).await?.ok_or(Error::NotFound)?;
    by.believed.holds(("device", device_id), &renewal.version())?;
    let outcome = Outcome::parse(said).ok_or_else(|| {
        invalid(said! {
            en: "Choose one of undecided, keep, at risk and lost.",
            th: "เลือกยังไม่ตัดสินใจ ต่อสัญญา เสี่ยง หรือเสียลูกค้า",
        })
    })?;
    rules::say(renewal.band, renewal.days, outcome).map_err(invalid)?;
    store::say(&mut tx, scope, (&renewal.agreement_id, device_id), outcome, now_ms).await.map_err(
        |error| {
            if error.is_unique_violation() {
                let text = said! {
                    en: "Somebody else decided this at the same moment. Reload the page.",
                    th: "มีผู้ตัดสินใจเรื่องนี้ในเวลาเดียวกัน โหลดหน้านี้ใหม่",
                };
                return Error::Conflict { code: "already_done", text };
            }
            error.into()
        },
    )?;
    let detail = serde_json::json!({ "agreement": renewal.agreement_id, "device_id": device_id });
    let entry = Entry::new(by, Fact::RenewalReviewed, "device", device_id).with(detail);
    audit::record(app, &mut tx, entry.affecting(&renewal.customer.0)).await?;
    tx.commit().await?;
    audit::announce(app, [scope.tenant_id(), renewal.customer.0.as_str()]);
    Ok(renewal)
}
