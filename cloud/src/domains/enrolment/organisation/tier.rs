//! The tier of a reseller: `RiverSync` grants it, with its reason, and a reseller never sets it (PAR-4c). What is open stays
//! as it is when a tier falls; only what is new goes by it (PORTAL C34).

use super::actions::meant;
use super::pages::LIST;
use super::store::{self, Organisation};
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::enrolment::capability;
use crate::platform::access::{Action, Item, PartnerTier};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{View, done};
use crate::platform::web::parts::{Choice, Confirm, Field, Input};
use crate::platform::web::{Allowed, Form, Path, Routes};
use crate::platform::words::said;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Organisations);
    Routes::new().post_fresh("/admin/partners/{id}/tier", change, post(change_tier))
}

/// Gives a reseller another tier, from now on.
///
/// # Errors
/// 404 outside of the own program, 422 without a tier or a reason, 409 for who is no reseller or has that tier already.
pub(super) async fn grant(
    app: &App,
    allowed: &Allowed,
    id: &str,
    tier: &str,
    reason: &str,
) -> Result<Organisation, Error> {
    let mut tx = app.db.write().await?;
    let seen = meant(&mut tx, allowed, id).await?;
    let (tier, reason) = (PartnerTier::parse(tier.trim()), reason.trim());
    let mut faults = Vec::new();
    if tier.is_none() {
        let text = said! { en: "Choose a tier from the list.", th: "เลือกระดับจากรายการ" };
        faults.push(FieldError { field: "tier", text });
    }
    if reason.is_empty() {
        let text = said! { en: "Say why; the reseller reads it.", th: "ระบุเหตุผล ตัวแทนจำหน่ายจะได้อ่าน" };
        faults.push(FieldError { field: "reason", text });
    }
    let Some(tier) = tier.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let had = seen.partner_tier.as_deref().and_then(PartnerTier::parse);
    if seen.subtype.as_deref() != Some("reseller") || had == Some(tier) {
        let text = said! {
            en: "{name} is no reseller, or has this tier already.",
            th: "{name} ไม่ใช่ตัวแทนจำหน่าย หรืออยู่ในระดับนี้แล้ว",
            name = seen.name,
        };
        return Err(Error::Conflict { code: "tier_state", text });
    }
    let given =
        store::Tier { key: tier.key(), from_ms: app.clock.now_ms(), reason, by: &allowed.actor.person_name };
    store::set_tier(&mut tx, &allowed.scope, id, &given).await?;
    let entry = Entry::new(By::person(allowed), Fact::TierGranted, "tenant", id)
        .affecting(id)
        .because(Reason::typed(reason))
        .with(json!({ "from": had.map(PartnerTier::label), "to": tier.label() }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    capability::announce_members(app, id).await?;
    audit::announce(app, [allowed.scope.tenant_id(), id]);
    Ok(seen)
}

/// The question that asks for another tier; `None` for who is no reseller.
pub(super) fn question(seen: &Organisation, view: &View) -> Option<Confirm> {
    let words = Words(view.language());
    let had = seen.partner_tier.as_deref().and_then(PartnerTier::parse).unwrap_or(PartnerTier::Authorized);
    seen.subtype.as_deref().filter(|subtype| *subtype == "reseller")?;
    let choice = |tier: PartnerTier| Choice::new(tier.key(), tier.label(), false);
    let tiers = PartnerTier::ALL.into_iter().filter(|tier| *tier != had).map(choice).collect();
    let action = seen.version().bound(view, &format!("{LIST}/{}/tier", seen.id));
    let ask = Confirm::new(words.grant_tier(), words.grant_tier_question(), words.grant_tier(), action);
    Some(ask.field(Field::new("tier", words.tier(), Input::Select(tiers))).reason(words.reason_partner()))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Sent {
    tier: String,
    reason: String,
}

async fn change_tier(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let seen = grant(&app, &allowed, &id, &sent.tier, &sent.reason).await?;
    let tier = PartnerTier::parse(sent.tier.trim()).map_or("", PartnerTier::label);
    Ok(done(&format!("{LIST}/{id}"), &Words(allowed.view.language()).now_tier(&seen.name, tier)))
}
