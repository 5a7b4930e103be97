//! A board: a column per state, a card per record. A card moves by its menu, which is a form for each column it may go to;
//! with script also by dragging it there and by Shift with an arrow key, which send the same form.

use super::words::Words;
use super::{Cell, Icon};
use crate::platform::base::Language;
use askama::Template;

/// A column to which a card may go.
#[derive(Clone, Debug)]
pub struct Move {
    to: String,
    label: String,
    method: &'static str,
    action: String,
    hidden: Vec<(&'static str, String)>,
}

impl Move {
    /// Into the column `to`, named `label`, by a change at `action`.
    pub fn new(to: impl Into<String>, label: impl Into<String>, action: impl Into<String>) -> Self {
        Self { to: to.into(), label: label.into(), method: "post", action: action.into(), hidden: Vec::new() }
    }

    /// Sends this along.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// Changes nothing but the address.
    #[must_use]
    pub fn by_address(mut self) -> Self {
        self.method = "get";
        self
    }
}

/// A record on the board.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its reference; stays the same over refreshes.
    pub id: String,
    /// Its page.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// Lines under it.
    pub lines: Vec<Cell>,
    /// What stands at its foot, such as its state and what it is worth.
    pub foot: Vec<Cell>,
    /// Where it may go; nowhere shows no menu.
    pub moves: Vec<Move>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct BoardColumn {
    /// Its key, which moves name.
    pub key: String,
    /// As read.
    pub label: String,
    /// The list of the same records.
    pub href: Option<String>,
    /// How many are in it, shown or not.
    pub count: usize,
    /// How many should be in it at most.
    pub limit: Option<usize>,
    /// What they are worth together; may be empty.
    pub total: String,
    /// Those that are shown.
    pub cards: Vec<Card>,
}

impl BoardColumn {
    fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.count > limit)
    }

    fn more(&self) -> usize {
        self.count.saturating_sub(self.cards.len())
    }

    fn said(&self, words: Words) -> String {
        match self.limit {
            Some(limit) => words.of(self.count, limit),
            None => self.count.to_string(),
        }
    }
}

/// The board.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/board.html")]
pub struct Board {
    words: Words,
    columns: Vec<BoardColumn>,
}

super::safe!(Board);

impl Board {
    /// Of these columns.
    pub fn new(columns: Vec<BoardColumn>, language: Language) -> Self {
        Self { words: Words(language), columns }
    }
}
