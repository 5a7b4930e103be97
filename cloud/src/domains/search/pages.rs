//! The page of what was found.

use super::{hits, words};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::search::Words;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{Empty, Field, Icon, Input, PageHead};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

/// Everybody has a search; what it looks through is decided by the scopes of the lists.
pub(super) fn routes() -> Routes {
    Routes::new().get("/search", Action::See(Item::Account), get(page))
}

/// A text in pieces, and whether each was asked for.
type Pieces = Vec<(String, bool)>;

struct Line {
    href: String,
    title: Pieces,
    beside: Pieces,
}

struct Group {
    heading: &'static str,
    lines: Vec<Line>,
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "domains/search/search.html")]
struct SearchPage {
    words: words::Words,
    head: PageHead,
    field: Field,
    groups: Vec<Group>,
    empty: Option<Empty>,
}

impl Page for SearchPage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        self.words.search().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let asked = allowed.view.get("q").unwrap_or_default().to_owned();
    let own = words::Words(allowed.view.language());
    let groups = match Words::of(&asked) {
        None => Vec::new(),
        Some(words) => {
            let mut tx = app.db.read().await?;
            let found = hits::find(&mut tx, &allowed, &words, allowed.view.now_ms).await?;
            drop(tx);
            found.into_iter().map(|group| shown(group, &words, own)).collect()
        }
    };
    let empty = groups.is_empty().then(|| match asked.trim() {
        "" => Empty::new(Icon::Search, own.what(), own.what_hint()),
        _ => Empty::new(Icon::Search, own.nothing(), own.nothing_why()),
    });
    let field = Field::new("q", own.asked(), Input::Line("search")).value(&asked);
    Ok(render(&allowed, &SearchPage { words: own, head: PageHead::new(own.search()), field, groups, empty }))
}

fn shown(group: hits::Group, words: &Words, own: words::Words) -> Group {
    let line = |hit: hits::Hit| Line {
        href: hit.href,
        title: words.pieces(&hit.title),
        beside: words.pieces(&hit.beside),
    };
    Group {
        heading: own.heading(group.kind),
        lines: group.hits.into_iter().map(line).collect(),
        is_cut: group.is_cut,
    }
}
