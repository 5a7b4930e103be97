//! How endpoints and deliveries stand on the pages.

use super::actions;
use super::catalog::TEST;
use super::failure::Failure;
use super::model::{Delivery, Endpoint, State as Stands};
use super::words::Words;
use crate::domains::audit::Fact;
use crate::platform::web::Allowed;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Chip, Confirm, Facts, Icon, Press, Row, Tone};

/// The page of all endpoints.
pub(super) const PATH: &str = "/account/webhooks";

/// The page of an endpoint.
pub(super) fn at(id: &str) -> String {
    format!("{PATH}/{id}")
}

/// The address as the reader may see it: its path may hold a secret, which is the organisation's own.
pub(super) fn address(endpoint: &Endpoint, allowed: &Allowed) -> String {
    match allowed.actor.viewing {
        Some(_) => actions::host(&endpoint.url),
        None => endpoint.url.clone(),
    }
}

/// An endpoint in the list.
pub(super) fn row(endpoint: &Endpoint, allowed: &Allowed, words: Words) -> Row {
    let name = Cell::link(&at(&endpoint.id), &endpoint.name).under(address(endpoint, allowed));
    let facts = endpoint.facts();
    let told = match facts.as_slice() {
        [one] => Cell::text(one.key()),
        [one, rest @ ..] => Cell::text(one.key()).under(words.and_more(rest.len())),
        [] => Cell::none(words.told_of_nothing()),
    };
    Row::new(&endpoint.id, vec![name, told, standing(endpoint, &allowed.view, words)])
}

fn standing(endpoint: &Endpoint, view: &View, words: Words) -> Cell {
    match (endpoint.paused_ms, endpoint.failing_since_ms) {
        (Some(paused_ms), _) => {
            Cell::part(&Chip::new(Tone::Warn, words.paused()).icon(Icon::Pause)).and(&view.time(paused_ms))
        }
        (None, Some(since_ms)) => {
            Cell::part(&Chip::new(Tone::Bad, words.failing()).icon(Icon::Alert)).and(&view.time(since_ms))
        }
        (None, None) => Cell::part(&Chip::new(Tone::Good, words.active()).icon(Icon::Check)),
    }
}

/// How an endpoint stands.
pub(super) fn facts(endpoint: &Endpoint, view: &View, words: Words) -> Facts {
    let mut state = standing(endpoint, view, words);
    if let Some(why) = endpoint.paused_why() {
        state = state.under(why.words_in(words.0));
    }
    let former = endpoint.former_until_ms.filter(|until_ms| *until_ms > view.now_ms);
    let secret = match former {
        Some(until_ms) => Cell::text(words.former_until()).and(&view.time(until_ms)),
        None => Cell::text(words.one_secret()),
    };
    let added = Cell::part(&view.time(endpoint.created_ms)).under(words.added_by(&endpoint.created_by));
    Facts::new().fact(words.state(), state).fact(words.secret(), secret).fact(words.added(), added)
}

/// What can be done about an endpoint.
pub(super) fn acts(endpoint: &Endpoint, words: Words) -> Vec<Cell> {
    let at = at(&endpoint.id);
    let rotate = Confirm::new(words.renew(), words.renew_question(), words.renew(), format!("{at}/rotate"));
    let delete =
        Confirm::new(words.delete(), words.delete_question(), words.delete_yes(), format!("{at}/delete"));
    let stop = match endpoint.paused_ms {
        None => Press::new(words.pause(), format!("{at}/pause")),
        Some(_) => Press::new(words.resume(), format!("{at}/resume")),
    };
    vec![
        Cell::part(&Press::new(words.send_test(), format!("{at}/test")).primary()),
        Cell::part(&stop),
        Cell::part(&rotate),
        Cell::part(&delete.danger()),
    ]
}

/// A delivery; `can_send`: whoever looks may send it again, unless it is on its way.
pub(super) fn delivery_row(one: &Delivery, can_send: bool, view: &View, words: Words) -> Row {
    let what = Fact::parse(&one.fact).map_or(words.a_test(), |fact| fact.words_in(words.0));
    let about = if one.fact == TEST { what.to_owned() } else { format!("{} · {what}", one.object_id) };
    let event = Cell::text(&one.fact).under(about);
    let again = match can_send && one.state() != Stands::Waiting {
        true => {
            let to = format!("{}/deliveries/{}/redeliver", at(&one.endpoint_id), one.id);
            Cell::part(&Press::new(words.send_again(), to))
        }
        false => Cell::text(""),
    };
    let state = delivery_state(one, view, words);
    Row::new(&one.id, vec![event, state, Cell::part(&view.time(one.at_ms)), again])
}

fn delivery_state(one: &Delivery, view: &View, words: Words) -> Cell {
    let stands = one.state();
    let name = words.of_state(stands);
    let chip = match stands {
        Stands::Delivered => Chip::new(Tone::Good, name).icon(Icon::Check),
        Stands::Waiting if one.attempts > 0 => Chip::new(Tone::Warn, words.sent_again()).icon(Icon::Clock),
        Stands::Dead => Chip::new(Tone::Bad, name).icon(Icon::Stop),
        Stands::Cancelled => Chip::new(Tone::Warn, name).icon(Icon::Stop),
        Stands::Waiting | Stands::Dropped => Chip::new(Tone::Plain, name),
    };
    let mut state = Cell::part(&chip);
    if stands == Stands::Waiting && one.next_ms > view.now_ms {
        state = state.and(&view.time(one.next_ms));
    }
    let failure = Failure::told(&one.error);
    let said = match (one.attempts, failure.told(words.0)) {
        (0 | 1, failure) => failure.to_owned(),
        (many, failure) => words.attempts(many, failure),
    };
    if said.trim().is_empty() { state } else { state.under(said.trim()) }
}
