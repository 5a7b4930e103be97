//! Moving a record: its row, its history, the event and the log rows in one transaction, or nothing of it.

use super::lens::Core;
use super::moves::{Move, Refused, step};
use super::prepare::prepare;
use super::stages::State;
use super::store::{self, Held};
use super::views;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Reason};
use crate::platform::access::{Party, Scope};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::words::said;
use serde_json::json;
use std::collections::BTreeSet;

/// Longest reason, characters.
const LONGEST_REASON: usize = 400;

/// What whoever moves a record sends along, as it was typed. Each move reads what it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Why; the other side reads it.
    pub reason: String,
    /// To whom: the reseller that a lead is offered to, the distributor that a deal runs through.
    pub partner: String,
    /// The price list's sum for a quote, such as `1,250,000.50`.
    pub amount: String,
    /// For how many days a quote holds.
    pub days: String,
}

/// Moves the record `id`; where it is then.
///
/// # Errors
/// Not there for the asker, another version than believed, another party's move, a state that it does not start from,
/// input that it cannot go by, or ours.
pub async fn advance(
    app: &App,
    scope: &Scope,
    by: By,
    id: &str,
    what: Move,
    brought: &Brought,
) -> Result<State, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    store::hold(&mut tx, id).await?;
    let (deal, _) = views::deal(&mut tx, scope, id, now_ms).await?.ok_or(Error::NotFound)?;
    let core = deal.core();
    let to = leads_to(core, what, scope.party(), &by)?;
    let reason = reason(what, &brought.reason)?;
    let before = store::held(&mut tx, id).await?;
    let mut after = before.clone();
    prepare(&mut tx, (scope, id, now_ms), (what, to), &mut after, brought).await?;
    let told = Moved { id, what, from: core.state, to, before: &before, after: &after, reason };
    let concerned = write(app, &mut tx, by, &told).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Funnel);
    audit::announce(app, concerned.iter().map(String::as_str));
    Ok(to)
}

/// Where `what` leads from where the record is, if it is what `by` believes it to be.
pub(super) fn leads_to(core: &Core, what: Move, party: Party, by: &By) -> Result<State, Error> {
    let to = step(Some(core.state), what, party);
    if to != Err(Refused::NotYours) {
        // Who was overtaken is told of that, and not only that it cannot be done any more.
        by.believed.holds(("deal", &core.id), &core.version())?;
    }
    to.map_err(|refused| why_not(refused, core.state))
}

/// A move that was made of a record.
pub(super) struct Moved<'a> {
    pub(super) id: &'a str,
    pub(super) what: Move,
    pub(super) from: State,
    pub(super) to: State,
    pub(super) before: &'a Held,
    pub(super) after: &'a Held,
    pub(super) reason: &'a str,
}

/// Writes a move with all that goes with it; the organisations in whose logs it stands. What a partner does in the funnel,
/// and what is done about its records, the logs of partner and program tell, and no customer's: naming who may buy what
/// would give the deal away (PORTAL C20).
pub(super) async fn write(
    app: &App,
    tx: &mut Tx,
    by: By,
    moved: &Moved<'_>,
) -> Result<BTreeSet<String>, Error> {
    let (now_ms, fact) = (app.clock.now_ms(), moved.what.fact(Some(moved.from), moved.to));
    store::keep(tx, moved.id, moved.to, moved.after, now_ms).await?;
    let line = store::NewEvent {
        record_id: moved.id,
        at_ms: now_ms,
        kind: fact.key(),
        tenant_id: &by.tenant_id,
        tenant_name: &by.tenant_name,
        person_name: &by.name,
        note: moved.reason,
    };
    store::happened(tx, &line).await?;
    let sides = [reseller(moved), &moved.after.vendor_id, brought_by(moved)];
    let mut concerned: BTreeSet<String> = sides.into_iter().flatten().cloned().collect();
    let mut entry = Entry::new(by, fact, "deal", moved.id)
        .of_story(moved.id)
        .because(Reason::typed(moved.reason))
        .with(detail(moved));
    entry.affected = concerned.iter().cloned().collect();
    concerned.insert(entry.by.tenant_id.clone());
    audit::record(app, tx, entry).await?;
    Ok(concerned)
}

/// The reseller whose step it is, or who works the record. Where a lead passes from one to another, each reads of itself
/// only: that it is offered, or that it is over.
fn reseller<'a>(moved: &Moved<'a>) -> &'a Option<String> {
    if moved.to == State::LeadCaptured { &moved.before.reseller_id } else { &moved.after.reseller_id }
}

/// Who brought a lead is told what `RiverSync` makes of it; the deal that comes of it is its reseller's.
fn brought_by<'a>(moved: &Moved<'a>) -> &'a Option<String> {
    if matches!(moved.what, Move::Disqualify | Move::Convert) { &moved.before.referrer_id } else { &None }
}

/// What changed, without an amount: who reads a log need not read money.
fn detail(moved: &Moved<'_>) -> serde_json::Value {
    fn changed<'a>(before: &Option<String>, after: &'a Option<String>) -> Option<&'a String> {
        after.as_ref().filter(|_| before != after)
    }
    let (before, after) = (moved.before, moved.after);
    json!({
        "deal": moved.id,
        "reseller": after.reseller_id.as_ref().filter(|_| moved.what == Move::Share),
        "distributor": changed(&before.distributor_id, &after.distributor_id),
        "direct": changed(&before.direct, &after.direct),
        "quote": changed(&before.quote_number, &after.quote_number),
    })
}

/// Why, as far as the move asks for it.
fn reason(what: Move, typed: &str) -> Result<&str, Error> {
    let reason = typed.trim();
    if (reason.is_empty() && what.needs_note()) || reason.chars().count() > LONGEST_REASON {
        let text = said! {
            en: "Say why, in at most {LONGEST_REASON} characters; the other side reads it.",
            th: "ระบุเหตุผล ไม่เกิน {LONGEST_REASON} ตัวอักษร อีกฝ่ายจะได้อ่าน",
        };
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    Ok(reason)
}

/// The sentence of a move that cannot be made.
pub(super) fn why_not(refused: Refused, state: State) -> Error {
    match refused {
        Refused::NotYours => Error::Forbidden {
            code: "another_party",
            text: said! {
                en: "This step is not your organisation's to take. The record's page shows what is.",
                th: "ขั้นตอนนี้ไม่ใช่ขององค์กรคุณ หน้าของรายการแสดงขั้นตอนที่ทำได้",
            },
        },
        Refused::NotFromHere => {
            let english = state.label().to_lowercase();
            let thai = Words(Language::Thai).state(state);
            Error::Conflict {
                code: "deal_state",
                text: said! {
                    en: "That cannot be done now: this is {english}. Reload the page to see what can.",
                    th: "ทำไม่ได้ในตอนนี้: สถานะคือ{thai} โหลดหน้าใหม่เพื่อดูว่าทำอะไรได้",
                },
            }
        }
    }
}
