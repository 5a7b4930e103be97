//! What its reader can do about a record, as the page offers it: a button where nothing need be said, else a question with
//! its form. Whether a move is legal is [`moves`]'; here is only how it is asked.

use super::advance::Brought;
use super::lens::{Channel, Deal, Direct};
use super::moves::{self, Move};
use super::pages::path;
use super::words::Words;
use crate::domains::channel::{self, Named};
use crate::domains::program::{self, entitlements};
use crate::platform::access::{Action, Item, Party};
use crate::platform::db::{DbError, Tx};
use crate::platform::error::FieldError;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{self as board, Cell, Choice, Confirm, Field, Icon, Input, Press};
use crate::platform::web::{Allowed, query_value};
use askama::Template;
use askama::filters::HtmlSafe;

/// The steps.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="actions">{% for step in steps %}{{ step }}{% endfor %}</div>"#
)]
pub(super) struct Steps {
    steps: Vec<Cell>,
}

impl HtmlSafe for Steps {}

/// What was sent and could not be accepted: it is shown again, with the sentences.
pub(super) struct Again<'a> {
    pub(super) what: Move,
    pub(super) brought: &'a Brought,
    pub(super) errors: &'a [FieldError],
}

/// The steps of `deal`; `None`: there is nothing for its reader to do.
pub(super) async fn steps(
    tx: &mut Tx,
    allowed: &Allowed,
    deal: &Deal,
    (again, seen): (Option<&Again<'_>>, &str),
) -> Result<Option<Steps>, DbError> {
    let party = allowed.scope.party();
    if !allowed.actor.can(Action::Change(item(party))) {
        return Ok(None);
    }
    let open: Vec<Move> = moves::open(deal.core().state, party).filter(|what| fits(*what, deal)).collect();
    let asks = Asks {
        view: &allowed.view,
        deal,
        again,
        seen,
        distributors: distributors(tx, deal, &open, allowed.view.now_ms).await?,
        resellers: resellers(tx, allowed, &open).await?,
    };
    let steps: Vec<Cell> = open.into_iter().map(|what| asks.step(what)).collect();
    Ok((!steps.is_empty()).then_some(Steps { steps }))
}

/// The ways of a card into other columns of the board. What needs nothing said is done there; all else leads to where it is
/// said.
pub(super) fn over(allowed: &Allowed, deal: &Deal) -> Vec<board::Move> {
    let (party, view, core) = (allowed.scope.party(), &allowed.view, deal.core());
    let (words, page) = (Words(view.language()), super::cells::href(party, &core.id));
    let leaves = |what: Move| {
        let to = moves::step(Some(core.state), what, party).ok()?.stage();
        (to != core.state.stage() && fits(what, deal)).then_some((what, to))
    };
    if !allowed.actor.can(Action::Change(item(party))) {
        return Vec::new();
    }
    let over = moves::open(core.state, party).filter_map(leaves);
    over.map(|(what, to)| {
        let label = words.step(what, core.state);
        match what {
            Move::Convert => {
                let action = core.version().bound(view, &format!("{page}/{}", what.key()));
                board::Move::new(to.key(), label, action)
            }
            Move::Register => {
                board::Move::new(to.key(), words.register_this(core.state), format!("{page}/register"))
                    .by_address()
            }
            _ => board::Move::new(to.key(), label, page.clone()).by_address(),
        }
    })
    .collect()
}

/// Where somebody must be allowed to change something, to move anything.
fn item(party: Party) -> Item {
    if party == Party::Vendor { Item::Pipeline } else { Item::Deals }
}

/// Whether a legal move makes sense for this record: what the action would refuse is not offered.
fn fits(what: Move, deal: &Deal) -> bool {
    let Deal::Vendor(seen) = deal else { return true };
    let direct = match seen.channel {
        Channel::Direct(direct) => Some(direct),
        Channel::Open | Channel::Hidden | Channel::Distributor(_) => None,
    };
    match what {
        Move::GrantDirect | Move::DenyDirect => direct == Some(Direct::Requested),
        Move::Issue => direct.is_none_or(|direct| direct == Direct::Granted),
        Move::Extend => !seen.deadlines.is_extended,
        _ => true,
    }
}

/// The other distributors that the deal could run through.
async fn distributors(tx: &mut Tx, deal: &Deal, open: &[Move], now_ms: i64) -> Result<Vec<Named>, DbError> {
    let asked = open.iter().any(|what| matches!(what, Move::Reallocate | Move::DenyDirect));
    let Deal::Vendor(seen) = deal else { return Ok(Vec::new()) };
    let Some(reseller) = seen.reseller.as_ref().filter(|_| asked) else { return Ok(Vec::new()) };
    let mut all = channel::distributors_of(tx, &reseller.id, now_ms).await?;
    all.retain(|one| !matches!(&seen.channel, Channel::Distributor(now) if now.id == one.id));
    Ok(all)
}

/// The resellers that a lead could be offered to.
async fn resellers(tx: &mut Tx, allowed: &Allowed, open: &[Move]) -> Result<Vec<Named>, DbError> {
    if !open.contains(&Move::Share) {
        return Ok(Vec::new());
    }
    let all = program::resellers(tx, &allowed.scope).await?;
    let shares = all.into_iter().filter(|(.., tier)| entitlements(&program::MAP, *tier).lead_sharing);
    Ok(shares.map(|(id, name, _)| Named { id, name }).collect())
}

/// How the moves of one record are asked.
struct Asks<'a> {
    view: &'a View,
    deal: &'a Deal,
    again: Option<&'a Again<'a>>,
    /// Where what is done leads back to; empty for the record itself.
    seen: &'a str,
    distributors: Vec<Named>,
    resellers: Vec<Named>,
}

impl Asks<'_> {
    fn step(&self, what: Move) -> Cell {
        let words = Words(self.view.language());
        match what {
            Move::Register => {
                let to = format!("{}/{}/register", path(super::stages::Stage::Deal), self.deal.core().id);
                Cell::button(Icon::Pen, words.register_this(self.deal.core().state), &to)
            }
            Move::Convert | Move::Confirm | Move::GrantDirect => self.press(what, false),
            Move::Approve => Cell::part(&self.button(what).primary().key("a")),
            Move::Accept => self.press(what, true),
            Move::Share => Cell::part(&self.ask(what).field(self.partner(what, &self.resellers, false))),
            Move::Reallocate => {
                Cell::part(&self.ask(what).field(self.partner(what, &self.distributors, false)))
            }
            Move::DenyDirect => {
                Cell::part(&self.ask(what).field(self.partner(what, &self.distributors, true)))
            }
            Move::Issue => Cell::part(&self.ask(what).field(self.list_price()).field(self.days())),
            Move::Return => Cell::part(&self.ask(what).key("r")),
            Move::Reject => Cell::part(&self.ask(what).danger().key("n")),
            Move::Disqualify | Move::Withdraw | Move::Recall | Move::Lose => {
                Cell::part(&self.ask(what).danger())
            }
            Move::Extend | Move::Decline | Move::Win | Move::Expire => Cell::part(&self.ask(what)),
        }
    }

    /// Where the move is made, bound to what is seen of the record.
    fn action(&self, what: Move) -> String {
        let core = self.deal.core();
        let root = super::cells::href(self.party(), &core.id);
        let mut path = format!("{root}/{}", what.key());
        if !self.seen.is_empty() {
            path = format!("{path}?seen={}", query_value(self.seen));
        }
        core.version().bound(self.view, &path)
    }

    fn party(&self) -> Party {
        if matches!(self.deal, Deal::Vendor(_)) { Party::Vendor } else { Party::Reseller }
    }

    fn button(&self, what: Move) -> Press {
        Press::new(Words(self.view.language()).step(what, self.deal.core().state), self.action(what))
    }

    fn press(&self, what: Move, is_first: bool) -> Cell {
        let press = self.button(what);
        Cell::part(&if is_first { press.primary() } else { press })
    }

    fn ask(&self, what: Move) -> Confirm {
        let words = Words(self.view.language());
        let label = words.step(what, self.deal.core().state);
        let mut ask = Confirm::new(label, words.question(what), label, self.action(what));
        if what.needs_note() {
            ask = ask.reason(words.reason(what));
        }
        match self.again_of(what) {
            Some(again) => ask.again(&again.brought.reason),
            None => ask,
        }
    }

    fn again_of(&self, what: Move) -> Option<&Again<'_>> {
        self.again.filter(|again| again.what == what)
    }

    /// A field of `what`'s form, with what was typed into it and what is said about that.
    fn field(&self, what: Move, field: Field, typed: fn(&Brought) -> &str) -> Field {
        let field = field.of(what.key());
        match self.again_of(what) {
            Some(again) => field.value(typed(again.brought)).errors(again.errors, self.view.language()),
            None => field,
        }
    }

    fn partner(&self, what: Move, offered: &[Named], may_be_none: bool) -> Field {
        let words = Words(self.view.language());
        let sent = self.again_of(what).map_or("", |again| again.brought.partner.as_str());
        let none = Choice::new("", if may_be_none { words.none_instead() } else { words.choose() }, false);
        let all = offered.iter().map(|one| Choice::new(&one.id, &one.name, one.id == sent));
        let label = if what == Move::Share { words.reseller() } else { words.distributor() };
        let field = Field::new("partner", label, Input::Select(std::iter::once(none).chain(all).collect()));
        let field = self.field(what, field, |brought| &brought.partner);
        if may_be_none { field } else { field.required() }
    }

    fn list_price(&self) -> Field {
        let words = Words(self.view.language());
        let field =
            Field::new("amount", words.list_price(), Input::Line("text")).hint(words.list_price_hint());
        self.field(Move::Issue, field.required(), |brought| &brought.amount)
    }

    fn days(&self) -> Field {
        let words = Words(self.view.language());
        let field = Field::new("days", words.holds_days(), Input::Line("number")).value("30");
        self.field(Move::Issue, field.required(), |brought| &brought.days)
    }
}
