//! What a move makes of a record, beside where it is then: whom it is offered to, how it is sold, until when it is
//! protected, what it costs.

use super::advance::Brought;
use super::moves::Move;
use super::promises::{self, ACCEPT_MS, EXTENSION_MS, MOST_QUOTE_DAYS, PROTECTION_MS, QUOTE_DAYS};
use super::rules;
use super::similar;
use super::stages::State;
use super::store::{self, Held};
use crate::domains::program::{self, entitlements, unlocks_at};
use crate::domains::{channel, enrolment};
use crate::platform::access::{PartnerTier, Scope};
use crate::platform::base::{DAY_MS, in_zone};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};

/// The zone that the numbers of quotes begin a year in.
const ZONE: &str = "Asia/Bangkok";

/// Makes `held` what it is after `what`, which leads to `to`.
///
/// # Errors
/// 409 when something else must be decided first, 422 for what was typed, or ours.
pub(super) async fn prepare(
    tx: &mut Tx,
    (scope, id, now_ms): (&Scope, &str, i64),
    (what, to): (Move, State),
    held: &mut Held,
    brought: &Brought,
) -> Result<(), Error> {
    match what {
        Move::Share => share(tx, scope, held, &brought.partner, now_ms).await?,
        Move::Accept if to == State::LeadAccepted => {
            in_time(held.accept_by_ms, now_ms)?;
            held.owner_id = Some(scope.person_id().to_owned());
            held.accept_by_ms = None;
        }
        Move::Decline if to == State::LeadCaptured => take_back(held),
        Move::Approve => approve(tx, scope, id, held, now_ms).await?,
        Move::Return | Move::Reject => held.decide_by_ms = None,
        Move::Withdraw => (held.decide_by_ms, held.protected_until_ms) = (None, None),
        Move::Expire => lapse(to, held),
        Move::Extend => extend(held, now_ms)?,
        Move::Reallocate => {
            held.distributor_id = Some(distributor(tx, held, &brought.partner, now_ms).await?);
            held.direct = None;
        }
        Move::GrantDirect => {
            asked_direct(held)?;
            held.direct = Some("granted".to_owned());
        }
        Move::DenyDirect => {
            asked_direct(held)?;
            if brought.partner.trim().is_empty() {
                held.direct = Some("denied".to_owned());
            } else {
                held.distributor_id = Some(distributor(tx, held, &brought.partner, now_ms).await?);
                held.direct = None;
            }
        }
        Move::Issue => issue(tx, scope, held, brought, now_ms).await?,
        Move::Accept => in_time(held.quote_valid_until_ms, now_ms)?,
        Move::Win | Move::Lose => held.protected_until_ms = None,
        Move::Recall => held.quote_valid_until_ms = None,
        Move::Decline | Move::Disqualify | Move::Convert | Move::Confirm | Move::Register => {}
    }
    Ok(())
}

/// One of those who register the same thing for the same customer is protected. Those who wait are taken in the program's
/// turn, so that two approvals at once cannot both find nobody.
async fn approve(tx: &mut Tx, scope: &Scope, id: &str, held: &mut Held, now_ms: i64) -> Result<(), Error> {
    store::take_turn(tx, scope).await?;
    if similar::is_taken(tx, scope, id, held).await? {
        let text = said! {
            en: "Another reseller is protected for the same customer and the same thing. Reject this one, or return it.",
            th: "มีตัวแทนจำหน่ายรายอื่นได้รับการคุ้มครองสำหรับลูกค้าและรายการเดียวกันแล้ว ปฏิเสธหรือส่งกลับดีลนี้",
        };
        return Err(Error::Conflict { code: "already_protected", text });
    }
    held.decide_by_ms = None;
    held.protected_until_ms = Some(now_ms + PROTECTION_MS);
    if let Some(reseller_id) = &held.reseller_id {
        held.commission_bp = Some(enrolment::commission_bp(tx, scope, reseller_id).await?);
    }
    Ok(())
}

/// Leads go to resellers whose tier shares them (PAR-11).
async fn share(
    tx: &mut Tx,
    scope: &Scope,
    held: &mut Held,
    reseller_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let Some(tier) = program::tier_of(tx, scope, reseller_id.trim()).await? else {
        let text = said! { en: "Choose a reseller from the list.", th: "เลือกตัวแทนจำหน่ายจากรายการ" };
        return Err(invalid("partner", text));
    };
    if !entitlements(&program::MAP, tier).lead_sharing {
        let opens = unlocks_at(&program::MAP, tier, |of| of.lead_sharing).map_or("", PartnerTier::label);
        let text = said! {
            en: "The tier of this reseller does not include shared leads; they unlock at {opens}. Choose another.",
            th: "ระดับของตัวแทนจำหน่ายรายนี้ไม่รวมลีดที่แบ่งปัน ปลดล็อกที่ระดับ {opens} เลือกรายอื่น",
        };
        return Err(Error::Conflict { code: "no_lead_sharing", text });
    }
    held.reseller_id = Some(reseller_id.trim().to_owned());
    held.owner_id = None;
    held.accept_by_ms = Some(now_ms + ACCEPT_MS);
    Ok(())
}

/// Makes `held` what it is when its time is over: what was offered goes back, what was protected is free.
pub(super) fn lapse(to: State, held: &mut Held) {
    if to == State::LeadCaptured {
        take_back(held);
    } else {
        held.protected_until_ms = None;
    }
}

/// Back into `RiverSync`'s inbox, where nobody else sees it but the partner that brought it.
fn take_back(held: &mut Held) {
    held.reseller_id.clone_from(&held.referrer_id);
    (held.owner_id, held.accept_by_ms) = (None, None);
}

/// What is offered until `until_ms` can be taken now.
fn in_time(until_ms: Option<i64>, now_ms: i64) -> Result<(), Error> {
    if until_ms.is_none_or(|until_ms| now_ms < until_ms) {
        return Ok(());
    }
    let text = said! {
        en: "The time to accept this is over. Ask RiverSync to offer it again.",
        th: "หมดเวลาตอบรับแล้ว ขอให้ RiverSync เสนออีกครั้ง",
    };
    Err(Error::Conflict { code: "offer_over", text })
}

fn extend(held: &mut Held, now_ms: i64) -> Result<(), Error> {
    if held.extended_ms.is_some() {
        let text = said! {
            en: "The protection was extended before; that is done once.",
            th: "ขยายเวลาคุ้มครองไปแล้ว ทำได้ครั้งเดียว",
        };
        return Err(Error::Conflict { code: "already_extended", text });
    }
    held.extended_ms = Some(now_ms);
    // Of a deal from before deals were protected, it begins now.
    held.protected_until_ms = Some(held.protected_until_ms.unwrap_or(now_ms) + EXTENSION_MS);
    Ok(())
}

fn asked_direct(held: &Held) -> Result<(), Error> {
    if held.direct.as_deref() == Some("requested") {
        return Ok(());
    }
    let text = said! {
        en: "No direct sale waits for a decision here. Reload the page.",
        th: "ไม่มีคำขอขายตรงที่รอพิจารณา โหลดหน้าใหม่",
    };
    Err(Error::Conflict { code: "no_direct_request", text })
}

/// Another distributor that the reseller has an agreement with now.
async fn distributor(tx: &mut Tx, held: &Held, typed: &str, now_ms: i64) -> Result<String, Error> {
    let wanted = typed.trim();
    let of = held.reseller_id.as_deref().unwrap_or_default();
    let offered = channel::distributors_of(tx, of, now_ms).await?;
    if !offered.iter().any(|one| one.id == wanted) {
        return Err(invalid("partner", rules::no_active_agreement()));
    }
    if held.distributor_id.as_deref() == Some(wanted) {
        let text = said! {
            en: "The deal runs through this distributor already. Choose another.",
            th: "ดีลนี้ขายผ่านผู้จัดจำหน่ายรายนี้อยู่แล้ว เลือกรายอื่น",
        };
        return Err(invalid("partner", text));
    }
    Ok(wanted.to_owned())
}

/// A quote, or a new revision of it: the list's sum at the price of the reseller's tier of this moment, which is written
/// down, so that another tier later changes nothing (PAR-9b).
async fn issue(
    tx: &mut Tx,
    scope: &Scope,
    held: &mut Held,
    brought: &Brought,
    now_ms: i64,
) -> Result<(), Error> {
    if held.direct.as_deref().is_some_and(|direct| direct != "granted") {
        let text = said! {
            en: "The direct sale is not granted, so there is no price for it yet. Grant it first, or choose a distributor.",
            th: "ยังไม่ได้อนุญาตให้ขายตรง จึงยังเสนอราคาไม่ได้ อนุญาตก่อน หรือเลือกผู้จัดจำหน่าย",
        };
        return Err(Error::Conflict { code: "direct_not_granted", text });
    }
    let list_cents = rules::amount(&brought.amount).map_err(|text| invalid("amount", text))?;
    let days = match brought.days.trim() {
        "" => Some(QUOTE_DAYS),
        typed => typed.parse().ok().filter(|days| (1..=MOST_QUOTE_DAYS).contains(days)),
    };
    let days = days.ok_or_else(|| {
        let text = said! {
            en: "Enter a number of days from 1 to {MOST_QUOTE_DAYS}.",
            th: "กรอกจำนวนวันตั้งแต่ 1 ถึง {MOST_QUOTE_DAYS}",
        };
        invalid("days", text)
    })?;
    let reseller_id = held.reseller_id.as_deref().unwrap_or_default();
    let tier = program::tier_of(tx, scope, reseller_id).await?.unwrap_or(PartnerTier::Authorized);
    held.list_cents = Some(list_cents);
    held.price_level = Some(tier.key().to_owned());
    held.amount_cents = Some(promises::price_cents(&program::MAP, tier, list_cents));
    held.quote_valid_until_ms = Some(now_ms + days * DAY_MS);
    held.quote_revision = Some(held.quote_revision.unwrap_or(0) + 1);
    if held.quote_number.is_none() {
        let year = i64::from(in_zone(now_ms, ZONE).year());
        let number = store::next_quote(tx, scope.tenant_id(), year).await?;
        held.quote_number = Some(format!("QT-{year}-{number:04}"));
    }
    Ok(())
}

fn invalid(field: &'static str, text: Sentence) -> Error {
    Error::Invalid(vec![FieldError { field, text }])
}
