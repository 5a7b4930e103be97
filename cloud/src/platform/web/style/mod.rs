//! The living page of parts, `/style`: every part in every state, made of the parts themselves, so what it shows is what
//! all pages look like. For staff who look after the service. Its specimens are English for every reader: it is a
//! workshop for those who write the pages, and what it says is made up.
//!
//! # To add a part
//! An [`Exhibit`] beside its kind, with a specimen per state. A specimen is drawn once, for ids on a page are unique; the
//! scheme is chosen for the whole page (`?theme=dark`), and what carries no id is shown in both at once.

mod charts;
mod forms;
mod lists;
mod over;
mod tokens;
mod words;

use crate::platform::access::{Action, Item};
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{Cell, PageHead, Segments};
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
    tokens: tokens::Tokens,
    exhibits: Vec<Exhibit>,
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
    let themes = [("System", ""), ("Light", "light"), ("Dark", "dark")];
    let page = StylePage {
        head: PageHead::new("Parts")
            .lead("Every part of the face in every state, drawn by the parts themselves."),
        themes: Segments::new(
            "Scheme",
            themes.map(|(label, of)| (label, view.with("theme", of), of == theme)),
        ),
        theme,
        tokens: tokens::Tokens::read(),
        exhibits: exhibits(view),
    };
    render(&allowed, &page)
}

fn exhibits(view: &View) -> Vec<Exhibit> {
    [
        words::exhibits(view),
        lists::exhibits(view),
        forms::exhibits(view.language()),
        over::exhibits(view),
        charts::exhibits(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
