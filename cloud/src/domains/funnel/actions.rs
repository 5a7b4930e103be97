//! What people do in the funnel. One transaction each: the record, its history, the event and the log row, or nothing.

use super::rules::{self, Registration, Way};
use super::stages::{Move, step};
use super::store::{self, New};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::{channel, program};
use crate::platform::access::{PartnerTier, Party, Scope};
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::words::said;

/// Registering is the reseller's: for a distributor there is no such thing (PORTAL 3.2).
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub(super) fn only_resellers(scope: &Scope) -> Result<(), Error> {
    if scope.party() == Party::Reseller { Ok(()) } else { Err(Error::NotFound) }
}

/// Registers a deal for the scope's reseller; its id. The same form sent twice gives the same deal.
///
/// # Errors
/// Invalid input, a tier that is full or locked, or ours.
pub async fn register_deal(app: &App, scope: &Scope, by: By, form: &Registration) -> Result<String, Error> {
    only_resellers(scope)?;
    let entered = rules::read(form)?;
    let tier = scope.partner_tier().unwrap_or(PartnerTier::Authorized);
    let has = program::entitlements(&program::MAP, tier);
    if entered.way == Way::Direct {
        rules::direct(&program::MAP, &has)?;
    }
    let form_key = Some(form.form_key.as_str()).filter(|key| !key.is_empty());
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let counts = has.open_deals.is_some();
    if counts || form_key.is_some() {
        store::take_turn(&mut tx, scope).await?;
    }
    if let Some(key) = form_key
        && let Some(id) = store::by_form(&mut tx, scope, key).await?
    {
        // The first of the two may still be on its way to the disk.
        tx.commit().await?;
        return Ok(id);
    }
    if let Way::Distributor(id) = &entered.way {
        let offered = channel::active_distributors(&mut tx, scope, now_ms).await?;
        if !offered.iter().any(|distributor| distributor.id == *id) {
            let text = said! {
                en: "You have no active agreement with this distributor. Choose one from the list.",
                th: "คุณไม่มีสัญญาที่มีผลกับผู้จัดจำหน่ายรายนี้ เลือกจากรายการ",
            };
            return Err(Error::Invalid(vec![FieldError { field: "distributor", text }]));
        }
    }
    if counts {
        rules::room(&program::MAP, &has, store::places_taken(&mut tx, scope).await?)?;
    }
    let state = step(None, Move::Register, scope.party())
        .map_err(|refused| Error::Internal(anyhow::anyhow!("registering is refused: {refused:?}")))?;
    let id = app.ids.next("deal");
    let (distributor_id, direct) = match &entered.way {
        Way::Distributor(id) => (Some(id.as_str()), None),
        Way::Direct => (None, Some("requested")),
    };
    let new = New {
        id: &id,
        state,
        distributor_id,
        direct,
        customer_name: &entered.customer,
        title: &entered.title,
        amount_cents: entered.value.cents,
        currency: &entered.value.currency,
        form_key,
        at_ms: now_ms,
    };
    let detail = serde_json::json!({ "deal": id, "distributor": distributor_id, "direct": direct });
    let tenant_name = by.tenant_name.clone();
    let mut entry = Entry::new(by, Fact::DealRegistered, "deal", &id).with(detail);
    // What a partner does in the funnel, the log of the program's owner tells too (PORTAL C20).
    let told: Vec<String> = scope.vendor_id().map(str::to_owned).into_iter().collect();
    entry.affected.clone_from(&told);
    audit::record(app, &mut tx, entry).await?;
    // After the log, whose heads are all that is asked for: what is only written goes with its rows in one statement.
    store::insert(&mut tx, scope, &new).await?;
    store::happened(&mut tx, &id, now_ms, Fact::DealRegistered.key(), &tenant_name).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Funnel);
    audit::announce(app, told.iter().map(String::as_str).chain([scope.tenant_id()]));
    Ok(id)
}
