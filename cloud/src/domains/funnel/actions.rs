//! Registering a deal: a new one, one from an opportunity, one that was returned. One transaction each: the record, its
//! history, the event and the log row, or nothing.

use super::advance::{Moved, leads_to, write};
use super::moves::{Move, step};
use super::promises;
use super::rules::{self, Entered, Registration, Way};
use super::store::{self, New, NewEvent};
use super::views;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::program::Entitlements;
use crate::domains::{channel, program};
use crate::platform::access::{PartnerTier, Party, Scope};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;

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
    let (entered, has) = (rules::read(form)?, has(scope));
    let form_key = Some(form.form_key.as_str()).filter(|key| !key.is_empty());
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    if has.open_deals.is_some() || form_key.is_some() {
        store::take_turn(&mut tx, scope).await?;
    }
    if let Some(key) = form_key
        && let Some(id) = store::by_form(&mut tx, scope, key).await?
    {
        // The first of the two may still be on its way to the disk.
        tx.commit().await?;
        return Ok(id);
    }
    admit(&mut tx, scope, &has, &entered, now_ms).await?;
    let state = step(None, Move::Register, scope.party())
        .map_err(|refused| Error::Internal(anyhow::anyhow!("registering is refused: {refused:?}")))?;
    let id = app.ids.next("deal");
    let (distributor_id, direct) = entered.way.columns();
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
        decide_by_ms: decide_by_ms(&has, &entered, now_ms),
    };
    let detail = serde_json::json!({ "deal": id, "distributor": distributor_id, "direct": direct });
    let (tenant_name, person_name) = (by.tenant_name.clone(), by.name.clone());
    let mut entry = Entry::new(by, Fact::DealRegistered, "deal", &id).of_story(&id).with(detail);
    // What a partner does in the funnel, the log of the program's owner tells too (PORTAL C20).
    let told: Vec<String> = scope.vendor_id().map(str::to_owned).into_iter().collect();
    entry.affected.clone_from(&told);
    audit::record(app, &mut tx, entry).await?;
    // After the log, whose heads are all that is asked for: what is only written goes with its rows in one statement.
    store::insert(&mut tx, scope, &new).await?;
    let line = NewEvent {
        record_id: &id,
        at_ms: now_ms,
        kind: Fact::DealRegistered.key(),
        tenant_id: scope.tenant_id(),
        tenant_name: &tenant_name,
        person_name: &person_name,
        note: "",
    };
    store::happened(&mut tx, &line).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Funnel);
    audit::announce(app, told.iter().map(String::as_str).chain([scope.tenant_id()]));
    Ok(id)
}

/// Registers what the scope's reseller has already: a confirmed opportunity, or a deal that was returned. It keeps its id.
///
/// # Errors
/// Not there for the asker, another version than believed, nothing that can be registered, and as [`register_deal`].
pub async fn register_again(
    app: &App,
    scope: &Scope,
    by: By,
    id: &str,
    form: &Registration,
) -> Result<(), Error> {
    only_resellers(scope)?;
    let (entered, has) = (rules::read(form)?, has(scope));
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    if has.open_deals.is_some() {
        store::take_turn(&mut tx, scope).await?;
    }
    store::hold(&mut tx, id).await?;
    let (deal, _) = views::deal(&mut tx, scope, id, now_ms).await?.ok_or(Error::NotFound)?;
    let from = deal.core().state;
    let to = leads_to(deal.core(), Move::Register, scope.party(), &by)?;
    admit(&mut tx, scope, &has, &entered, now_ms).await?;
    let before = store::held(&mut tx, id).await?;
    let (distributor_id, direct) = entered.way.columns();
    let mut after = before.clone();
    after.distributor_id = distributor_id.map(str::to_owned);
    after.direct = direct.map(str::to_owned);
    after.owner_id.get_or_insert_with(|| scope.person_id().to_owned());
    after.amount_cents = Some(entered.value.cents);
    after.currency = Some(entered.value.currency.clone());
    after.customer_name.clone_from(&entered.customer);
    after.title.clone_from(&entered.title);
    after.decide_by_ms = Some(decide_by_ms(&has, &entered, now_ms));
    let moved = Moved { id, what: Move::Register, from, to, before: &before, after: &after, reason: "" };
    let concerned = write(app, &mut tx, by, &moved).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Funnel);
    audit::announce(app, concerned.iter().map(String::as_str));
    Ok(())
}

fn has(scope: &Scope) -> Entitlements {
    program::entitlements(&program::MAP, scope.partner_tier().unwrap_or(PartnerTier::Authorized))
}

fn decide_by_ms(has: &Entitlements, entered: &Entered, now_ms: i64) -> i64 {
    promises::decide_by_ms(&program::MAP, has.tier, entered.way == Way::Direct, now_ms)
}

/// Whether the tier has the way to sell and a place, and the distributor an agreement. In the reseller's turn, so that two
/// at once cannot both take the last place.
async fn admit(
    tx: &mut Tx,
    scope: &Scope,
    has: &Entitlements,
    entered: &Entered,
    now_ms: i64,
) -> Result<(), Error> {
    match &entered.way {
        Way::Direct => rules::direct(&program::MAP, has)?,
        Way::Distributor(id) => {
            let offered = channel::active_distributors(tx, scope, now_ms).await?;
            if !offered.iter().any(|distributor| distributor.id == *id) {
                let text = rules::no_active_agreement();
                return Err(Error::Invalid(vec![FieldError { field: "distributor", text }]));
            }
        }
    }
    if has.open_deals.is_some() {
        rules::room(&program::MAP, has, store::places_taken(tx, scope).await?)?;
    }
    Ok(())
}
