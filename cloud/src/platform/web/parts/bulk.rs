//! Doing the same about several lines of a list: boxes to tick in the table, and a bar with what can be done.

use super::words::Words;
use crate::platform::base::Language;
use askama::Template;

/// The bar. It takes the ticked boxes of its table wherever those stand, so it works without script; with one it says how
/// many are ticked and is there only while some are.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/bulk.html")]
pub struct Bulk {
    words: Words,
    id: &'static str,
    label: &'static str,
    keep: Vec<(&'static str, String)>,
    actions: Vec<(&'static str, &'static str)>,
}

super::safe!(Bulk);

impl Bulk {
    /// A bar whose form has this `id`; `label` stands before what can be done.
    pub fn new(id: &'static str, label: &'static str, language: Language) -> Self {
        Self { words: Words(language), id, label, keep: Vec::new(), actions: Vec::new() }
    }

    /// Something that is sent along.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.keep.push((name, value));
        self
    }

    /// One more thing that can be done: posted to `path`, each ticked line as `line`: an input called `id` would hide the
    /// id of its form from scripts.
    #[must_use]
    pub fn action(mut self, label: &'static str, path: &'static str) -> Self {
        self.actions.push((label, path));
        self
    }

    pub(super) fn picks(&self) -> Picks {
        Picks { words: self.words, form: self.id }
    }
}

/// What a table knows of the bar that takes its boxes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picks {
    pub(super) words: Words,
    /// The id of the form.
    pub(super) form: &'static str,
}
