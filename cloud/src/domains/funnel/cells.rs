//! How a record looks in tables, on cards and in exports. It knows lenses only.

use super::lens::{Contact, Core, Deal};
use super::stages::State;
use super::words::Words;
use crate::platform::access::Party;
use crate::platform::base::{Hidden, Language, Masked, Reader, in_zone};
use crate::platform::web::layout::View;
use crate::platform::web::parts::{self, Amount, Cell, Chip, Tone};
use crate::platform::web::{Csv, CsvColumn};

/// The page of a record.
pub(super) fn href(party: Party, id: &str) -> String {
    match party {
        Party::Vendor => format!("/pipeline/deals/{id}"),
        _ => format!("/partners/deals/{id}"),
    }
}

fn hidden(why: Hidden, language: Language) -> Cell {
    Cell::part(&match why {
        Hidden::OffChannel => parts::Masked::off_channel(language),
        Hidden::Role => {
            parts::Masked::new(Words(language).not_for_role(), Words(language).not_for_role_tip())
        }
        Hidden::Unaccepted => {
            parts::Masked::new(Words(language).once_accepted(), Words(language).once_accepted_tip())
        }
    })
}

/// A masked text within another.
pub(super) fn said(text: &Masked<String>, language: Language) -> String {
    match text {
        Masked::Shown(text) => text.clone(),
        Masked::Hidden(why) => why.told(language),
    }
}

/// Text, or that it is hidden.
pub(super) fn words(text: &Masked<String>, language: Language) -> Cell {
    match text {
        Masked::Shown(text) => Cell::text(text),
        Masked::Hidden(why) => hidden(*why, language),
    }
}

/// What a record is called: its title where the viewer may read it, else its id.
pub(super) fn name(core: &Core) -> String {
    core.title.shown().unwrap_or(&core.id).clone()
}

/// Its worth.
pub(super) fn value(core: &Core, language: Language) -> Cell {
    match &core.value {
        Masked::Shown(Some(money)) => Cell::part(&Amount::of(money)),
        Masked::Shown(None) => Cell::none(Words(language).no_amount()),
        Masked::Hidden(why) => hidden(*why, language),
    }
}

/// Its quote.
pub(super) fn quote(core: &Core, reader: Reader) -> Cell {
    let language = reader.language;
    match &core.quote {
        Masked::Shown(Some(quote)) => {
            let cell = Cell::text(&quote.number);
            match quote.valid_until_ms {
                Some(until_ms) => cell.under(Words(language).valid_until(reader.day(until_ms))),
                None => cell,
            }
        }
        Masked::Shown(None) => Cell::none(Words(language).not_quoted()),
        Masked::Hidden(why) => hidden(*why, language),
    }
}

/// Whom to call.
pub(super) fn contact(contact: &Masked<Option<Contact>>, language: Language) -> Cell {
    match contact {
        Masked::Shown(Some(contact)) => Cell::text(&contact.name).under(contact.reached()),
        Masked::Shown(None) => Cell::none(Words(language).no_contact()),
        Masked::Hidden(why) => hidden(*why, language),
    }
}

/// How it stands.
pub(super) fn chip(state: State, language: Language) -> Chip {
    let tone = match state {
        State::Won
        | State::DealApproved
        | State::QuoteAccepted
        | State::OpportunityConfirmed
        | State::LeadAccepted => Tone::Good,
        State::DealReturned | State::QuoteRecalled | State::QuoteDeclined => Tone::Warn,
        State::DealRejected | State::Lost => Tone::Bad,
        State::DealExpired | State::DealWithdrawn | State::LeadDisqualified | State::DealDraft => Tone::Quiet,
        State::LeadShared | State::QuoteIssued => Tone::Accent,
        State::LeadCaptured | State::OpportunityOpen | State::DealSubmitted => Tone::Plain,
    };
    Chip::new(tone, Words(language).state(state))
}

/// What the second column is about, as the reader reads it.
pub(super) fn beside(party: Party, words: Words) -> &'static str {
    match party {
        Party::Reseller | Party::Customer => words.channel(),
        Party::Distributor | Party::Vendor => words.reseller(),
    }
}

/// What the second column is about, in a file.
fn beside_label(party: Party) -> &'static str {
    match party {
        Party::Reseller | Party::Customer => "Channel",
        Party::Distributor | Party::Vendor => "Reseller",
    }
}

/// The columns that are seen as a file for a spreadsheet. A masked cell is blank (PAR-7b).
pub(super) fn csv(view: &View, party: Party, deals: &[Deal]) -> Csv {
    let shown = |text: &Masked<String>| text.shown().cloned().unwrap_or_default();
    let money = |deal: &Deal| deal.core().value.shown().cloned().flatten();
    let quote = |deal: &Deal| deal.core().quote.shown().cloned().flatten();
    let at = |at_ms: i64| in_zone(at_ms, "UTC").strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let columns: [CsvColumn<'_, Deal>; 11] = [
        ("", "Id", &|deal| deal.core().id.clone()),
        ("", "Title", &|deal| shown(&deal.core().title)),
        ("customer", "Customer", &|deal| shown(&deal.core().customer)),
        ("status", "Stage", &|deal| deal.core().state.stage().key().to_owned()),
        ("status", "Status", &|deal| deal.core().state.status().to_owned()),
        ("beside", beside_label(party), &|deal| shown(&deal.beside(Language::English))),
        ("quote", "Quote", &|deal| quote(deal).map(|quote| quote.number).unwrap_or_default()),
        ("quote", "Quote valid until", &|deal| {
            quote(deal).and_then(|quote| quote.valid_until_ms).map(at).unwrap_or_default()
        }),
        ("value", "Value", &|deal| money(deal).map(|money| money.decimal()).unwrap_or_default()),
        ("value", "Currency", &|deal| money(deal).map(|m| m.currency).unwrap_or_default()),
        ("updated", "Updated", &|deal| at(deal.core().updated_ms)),
    ];
    Csv::of(view, &columns, deals)
}
