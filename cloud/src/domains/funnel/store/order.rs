//! In which order a list stands, and how its statement goes on after a record. What is hidden in a record orders nothing:
//! where it comes first, such records make a part of their own; where it comes later, they all count as empty.

use super::super::lens::rank;
use super::super::list::{Key, Order, Wanted};
use super::super::stages::Stage;
use super::seen::{Part, Row, shows};
use crate::platform::access::{Scope, Sight};
use crate::platform::db::Pieces;

/// One expression that a list is ordered by.
#[derive(Clone, Copy, Debug)]
struct Term {
    key: Key,
    /// Which of the key's expressions.
    at: usize,
    falling: bool,
    /// Whether the part holds nothing but records that show it.
    is_shown: bool,
}

/// All of them, and which way the id goes, which comes last.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    terms: Vec<Term>,
    id_falls: bool,
}

/// What a term reads from `$of`.
macro_rules! sql {
    ($of:literal, $term:expr) => {
        match ($term.key, $term.at) {
            (Key::Id, _) => concat!($of, ".id"),
            (Key::Updated, _) => concat!($of, ".updated_ms"),
            (Key::Title, _) => concat!($of, ".title"),
            (Key::Customer, _) => concat!($of, ".customer_name"),
            (Key::Status, 0) => concat!("CASE ", $of, ".stage WHEN 'lead' THEN 1 WHEN 'opportunity' THEN 2 WHEN 'deal' THEN 3 WHEN 'quote' THEN 4 ELSE 5 END"),
            (Key::Status, _) => concat!($of, ".status"),
            (Key::Value, 0) => concat!("CASE WHEN ", $of, ".amount_cents IS NULL THEN '' ELSE COALESCE(", $of, ".currency, '') END"),
            (Key::Value, _) => concat!("CASE WHEN ", $of, ".currency IS NULL THEN -1 ELSE COALESCE(", $of, ".amount_cents, -1) END"),
        }
    };
}

/// How many expressions a key has; the id stands behind all of them anyway.
const fn width(key: Key) -> usize {
    match key {
        Key::Id => 0,
        Key::Title | Key::Customer | Key::Updated => 1,
        Key::Status | Key::Value => 2,
    }
}

impl Term {
    fn is_number(self) -> bool {
        matches!((self.key, self.at), (Key::Updated, _) | (Key::Status, 0) | (Key::Value, 1))
    }

    /// As the statement's inside has it.
    fn inside(self, text: &mut Pieces, scope: &Scope) {
        if self.is_shown || !self.key.may_hide() {
            text.say(sql!("s", self));
            return;
        }
        text.say("CASE WHEN ");
        shows(text, scope, self.key);
        text.say(" THEN ").say(sql!("s", self)).say(if self.is_number() {
            " ELSE -1 END"
        } else {
            " ELSE '' END"
        });
    }

    /// As its outside has it, where what is hidden is gone already.
    fn outside(self, text: &mut Pieces) {
        match self.key {
            Key::Title | Key::Customer if !self.is_shown => {
                text.say("COALESCE(").say(sql!("f", self)).say(", '')")
            }
            _ => text.say(sql!("f", self)),
        };
    }

    /// Its value in `row`.
    fn of(self, row: &Row) -> String {
        match (self.key, self.at) {
            (Key::Id, _) => row.id.clone(),
            (Key::Updated, _) => row.updated_ms.to_string(),
            (Key::Title, _) => row.title.clone().unwrap_or_default(),
            (Key::Customer, _) => row.customer_name.clone().unwrap_or_default(),
            (Key::Status, 0) => {
                let rung = Stage::ALL.iter().position(|stage| stage.key() == row.stage);
                (rung.unwrap_or(4) + 1).to_string()
            }
            (Key::Status, _) => row.status.clone(),
            (Key::Value, at) => match (&row.currency, row.amount_cents, at) {
                (Some(currency), Some(_), 0) => currency.clone(),
                (Some(_), Some(cents), _) => cents.to_string(),
                (_, _, 0) => String::new(),
                _ => "-1".to_owned(),
            },
        }
    }

    fn value(self, text: &mut Pieces, value: &str) -> Option<()> {
        if self.is_number() {
            text.value(value.parse::<i64>().ok()?);
        } else {
            text.value(value);
        }
        Some(())
    }
}

impl Terms {
    /// Of one part of what is wanted. Where the first thing is hidden the next ones order; where there are none, the last
    /// change does.
    pub(super) fn of(wanted: &Wanted<'_>, part: Part) -> Self {
        let (orders, usual) = match part {
            Part::Shown => (wanted.orders.as_slice(), wanted.first()),
            Part::Hidden => (wanted.orders.get(1..).unwrap_or_default(), Order::default()),
        };
        let orders = if orders.is_empty() { &[usual] } else { orders };
        let id_falls = orders.iter().find(|order| order.key == Key::Id).unwrap_or(&usual).falling;
        let terms = orders.iter().enumerate().flat_map(|(place, order)| {
            let is_shown = part == Part::Shown && place == 0;
            (0..width(order.key)).map(move |at| Term { key: order.key, at, falling: order.falling, is_shown })
        });
        Self { terms: terms.collect(), id_falls }
    }

    /// ` ORDER BY …` of the inside.
    pub(super) fn inside(&self, text: &mut Pieces, scope: &Scope) {
        text.say(" ORDER BY ");
        for term in &self.terms {
            term.inside(text, scope);
            text.say(if term.falling { " DESC, " } else { ", " });
        }
        text.say(if self.id_falls { "s.id DESC" } else { "s.id" });
    }

    /// ` ORDER BY …` of the outside.
    pub(super) fn outside(&self, text: &mut Pieces) {
        text.say(" ORDER BY ");
        for term in &self.terms {
            term.outside(text);
            text.say(if term.falling { " DESC, " } else { ", " });
        }
        text.say(if self.id_falls { "f.id DESC" } else { "f.id" });
    }

    /// ` AND …`: what comes after `place`; `None` when the place does not fit the order.
    pub(super) fn after(&self, text: &mut Pieces, scope: &Scope, place: &[String]) -> Option<()> {
        let (id, values) = place.split_last()?;
        if values.len() != self.terms.len() {
            return None;
        }
        if self.terms.iter().all(|term| term.falling == self.id_falls) {
            return self.after_in_one(text, scope, values, id);
        }
        text.say(" AND ");
        self.after_by_turns(text, scope, (values, id), 0)
    }

    /// `(a, b, id) > (…)`, which an index answers at once.
    fn after_in_one(&self, text: &mut Pieces, scope: &Scope, values: &[String], id: &str) -> Option<()> {
        text.say(" AND (");
        for term in &self.terms {
            term.inside(text, scope);
            text.say(", ");
        }
        text.say(if self.id_falls { "s.id) < (" } else { "s.id) > (" });
        for (term, value) in self.terms.iter().zip(values) {
            term.value(text, value)?;
            text.say(", ");
        }
        text.value(id).say(")");
        Some(())
    }

    /// `(a > … OR (a = … AND (b < … OR …)))`, for terms that go different ways.
    fn after_by_turns(
        &self,
        text: &mut Pieces,
        scope: &Scope,
        (values, id): (&[String], &str),
        at: usize,
    ) -> Option<()> {
        let Some((term, value)) = self.terms.get(at).zip(values.get(at)) else {
            text.say(if self.id_falls { "s.id < " } else { "s.id > " }).value(id);
            return Some(());
        };
        text.say("(");
        term.inside(text, scope);
        text.say(if term.falling { " < " } else { " > " });
        term.value(text, value)?;
        text.say(" OR (");
        term.inside(text, scope);
        text.say(" = ");
        term.value(text, value)?;
        text.say(" AND ");
        self.after_by_turns(text, scope, (values, id), at + 1)?;
        text.say("))");
        Some(())
    }
}

/// The place after `row` in the list that is wanted.
pub(in super::super) fn place_after(row: &Row, wanted: &Wanted<'_>) -> Vec<String> {
    let is_hidden = match wanted.first().key {
        Key::Title | Key::Customer => row.sight < rank(Some(Sight::NoMoney)),
        Key::Value => row.money == 0,
        Key::Id | Key::Status | Key::Updated => false,
    };
    let (part, mark) = if is_hidden { (Part::Hidden, "hidden") } else { (Part::Shown, "shown") };
    let mut place = vec![mark.to_owned()];
    place.extend(Terms::of(wanted, part).terms.iter().map(|term| term.of(row)));
    place.push(row.id.clone());
    place
}
