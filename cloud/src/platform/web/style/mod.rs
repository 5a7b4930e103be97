//! The living page of parts, `/style`: every part in every state, made of the parts themselves, so what it shows is what
//! all pages look like. For staff who look after the service. Its specimens are English for every reader: it is a
//! workshop for those who write the pages, and what it says is made up.
//!
//! # To add a part
//! An [`Exhibit`] beside its kind, with a specimen per state. A specimen is drawn once, for ids on a page are unique; the
//! scheme is chosen for the whole page (`?theme=dark`), and what carries no id is shown in both at once. A page has one kind
//! of parts (`?view=lists`), so that it is no heavier than those that people work with.

mod charts;
mod forms;
mod lists;
mod over;
mod tokens;
mod words;

use crate::platform::access::{Action, Item};
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{Cell, PageHead, Segments, Tab, Tabs};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::Response;
use axum::routing::get;

/// Where the page is.
const PATH: &str = "/style";

/// A part with its states.
pub struct Exhibit {
    id: &'static str,
    title: &'static str,
    what: &'static str,
    both: bool,
    shown: Vec<(&'static str, Cell)>,
}

impl Exhibit {
    /// A part, its address on the page, and what it is for.
    pub fn new(id: &'static str, title: &'static str, what: &'static str) -> Self {
        Self { id, title, what, both: false, shown: Vec::new() }
    }

    /// In this state.
    #[must_use]
    pub fn show(mut self, state: &'static str, part: &impl HtmlSafe) -> Self {
        self.shown.push((state, Cell::part(part)));
        self
    }

    /// Light and dark side by side: it carries no id.
    #[must_use]
    pub fn in_both(mut self) -> Self {
        self.both = true;
        self
    }
}

/// The page's route.
pub fn routes() -> Routes {
    Routes::new().get(PATH, Action::See(Item::Jobs), get(page))
}

#[derive(Template)]
#[template(path = "platform/web/style/page.html")]
struct StylePage {
    head: PageHead,
    themes: Segments,
    theme: &'static str,
    shelves: Tabs,
    tokens: Option<tokens::Tokens>,
    exhibits: Vec<Exhibit>,
}

/// Parts of one kind, which share a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelf {
    Tokens,
    Words,
    Lists,
    Forms,
    Over,
    Curves,
    Figures,
}

impl Shelf {
    const ALL: [Self; 7] =
        [Self::Tokens, Self::Words, Self::Lists, Self::Forms, Self::Over, Self::Curves, Self::Figures];

    /// Its key in the address, and its name; the first needs no key.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Tokens => ("", "Tokens"),
            Self::Words => ("words", "Words and states"),
            Self::Lists => ("lists", "Lists"),
            Self::Forms => ("forms", "Forms"),
            Self::Over => ("over", "Over the page"),
            Self::Curves => ("curves", "Lines"),
            Self::Figures => ("figures", "Figures"),
        }
    }

    fn exhibits(self, view: &View) -> Vec<Exhibit> {
        match self {
            Self::Tokens => Vec::new(),
            Self::Words => words::exhibits(view),
            Self::Lists => lists::exhibits(view),
            Self::Forms => forms::exhibits(view.language()),
            Self::Over => over::exhibits(view),
            Self::Curves => charts::curves(),
            Self::Figures => charts::figures(),
        }
    }
}

impl Page for StylePage {
    fn item(&self) -> Item {
        Item::Jobs
    }

    fn title(&self) -> String {
        "Parts".to_owned()
    }

    fn explains(&self) -> bool {
        true
    }
}

async fn page(allowed: Allowed) -> Response {
    let view = &allowed.view;
    let theme = match view.get("theme") {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "",
    };
    let shelf = Shelf::ALL.into_iter().find(|of| view.get("view") == Some(of.names().0));
    let shelf = shelf.unwrap_or(Shelf::Tokens);
    let tabs = Shelf::ALL.map(|of| {
        let (key, label) = of.names();
        let href = view.with("view", key);
        Tab { label: label.to_owned(), href, count: None, current: of == shelf }
    });
    let themes = [("System", ""), ("Light", "light"), ("Dark", "dark")];
    let page = StylePage {
        head: PageHead::new("Parts")
            .lead("Every part of the face in every state, drawn by the parts themselves."),
        themes: Segments::new(
            "Scheme",
            themes.map(|(label, of)| (label, view.with("theme", of), of == theme)),
        ),
        theme,
        shelves: Tabs::new("Kinds of parts", tabs.to_vec()),
        tokens: (shelf == Shelf::Tokens).then(tokens::Tokens::read),
        exhibits: shelf.exhibits(view),
    };
    render(&allowed, &page)
}

#[cfg(test)]
mod tests;
