//! What a list is asked for: filters, those that are set as chips to take away one by one, and columns to choose.

use super::words::Words;
use super::{Choice, Column, Field, Icon, SavedMenu};
use crate::platform::base::Language;
use crate::platform::web::layout::{SAVED, View, address};
use askama::Template;

/// A row of filters over a list; submits by GET, so that the address holds the state.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/filters.html")]
pub struct Filters {
    /// Of who reads the list.
    pub language: Language,
    /// Where the list is.
    pub action: String,
    /// The filters.
    pub fields: Vec<Field>,
    /// Parameters that stay as they are, such as the order.
    pub keep: Vec<(&'static str, String)>,
    /// Whether any filter is set.
    pub active: bool,
}

/// A filter that is set.
struct Active {
    label: String,
    words: String,
    without: String,
}

impl Filters {
    /// What a list keeps when it is filtered anew: its order and its columns.
    pub fn kept(view: &View) -> Vec<(&'static str, String)> {
        let kept =
            ["sort", "cols"].into_iter().flat_map(|name| view.all(name).map(move |of| (name, of.to_owned())));
        kept.chain(view.not_the_opening()).collect()
    }

    /// The list with all of `pairs` set.
    fn with(&self, pairs: &[(&str, &str)]) -> String {
        let kept = self.keep.iter().map(|(name, value)| (*name, value.as_str()));
        address(&self.action, &pairs.iter().copied().chain(kept).collect::<Vec<_>>())
    }

    fn words(&self) -> Words {
        Words(self.language)
    }

    fn cleared(&self) -> String {
        self.with(&[])
    }

    fn chips(&self) -> Vec<Active> {
        let set: Vec<_> = self.fields.iter().flat_map(Field::chosen).collect();
        let without = |out: usize| {
            let rest = set.iter().enumerate().filter(|(at, _)| *at != out);
            self.with(&rest.map(|(_, chosen)| (chosen.name, chosen.value)).collect::<Vec<_>>())
        };
        let chip = |(at, chosen): (usize, &super::field::Chosen<'_>)| Active {
            label: chosen.label.to_owned(),
            words: chosen.words.to_owned(),
            without: without(at),
        };
        set.iter().enumerate().map(chip).collect()
    }
}

/// A menu that says which columns a list has. Sent by GET: the address holds them, and so does every link to it.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/columns.html")]
pub struct Columns {
    words: Words,
    action: String,
    keep: Vec<(String, String)>,
    choices: Vec<Choice>,
    all: String,
    hidden: usize,
    /// What the list is ordered by where that are several columns, and the list in its usual order.
    ordered: Option<(String, String)>,
}

impl Columns {
    /// Of these columns, as `view` has chosen them.
    pub(super) fn of(view: &View, columns: &[Column]) -> Self {
        let own = |name: &str| ["cols", "format", SAVED].contains(&name);
        let mut keep: Vec<_> =
            view.query.iter().filter(|(name, value)| !own(name) && !value.is_empty()).cloned().collect();
        keep.extend(view.not_the_opening().map(|(name, value)| (name.to_owned(), value)));
        let choices: Vec<Choice> = columns
            .iter()
            .filter_map(Column::choice)
            .map(|(key, label)| Choice::new(key, label, view.shows(key)))
            .collect();
        Self {
            words: Words(view.language()),
            action: view.path.clone(),
            keep,
            all: view.with("cols", ""),
            hidden: choices.iter().filter(|choice| !choice.on).count(),
            choices,
            ordered: ordered(columns).map(|by| (by, view.with("sort", ""))),
        }
    }
}

/// The columns that a list is ordered by, first things first, where that are several.
fn ordered(columns: &[Column]) -> Option<String> {
    let mut by: Vec<_> = columns.iter().filter_map(Column::ordering).collect();
    by.sort_unstable();
    (!by.is_empty()).then(|| by.iter().map(|(_, label)| *label).collect::<Vec<_>>().join(", "))
}

/// What stands between the filters and a list: how many there are, its saved views, which columns, and the list as a
/// file.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="list-bar"><p class="list-count" role="status">{{ said }}</p><div class="list-tools">{% if let Some(saved) = saved %}{{ saved }}{% endif %}{% if let Some(columns) = columns %}{{ columns }}{% endif %}{% if let Some(csv) = csv %}<a class="button quiet-button" href="{{ csv }}">{{ Icon::Download }}CSV</a>{% endif %}</div></div>"#
)]
pub struct ListBar {
    said: String,
    saved: Option<SavedMenu>,
    columns: Option<Columns>,
    csv: Option<String>,
}

impl ListBar {
    /// Says how many.
    pub fn new(said: impl Into<String>) -> Self {
        Self { said: said.into(), saved: None, columns: None, csv: None }
    }

    /// With what the reader has saved of this list.
    #[must_use]
    pub fn saved(mut self, view: &View) -> Self {
        self.saved = SavedMenu::of(view);
        self
    }

    /// With columns to choose.
    #[must_use]
    pub fn columns(mut self, columns: Columns) -> Self {
        self.columns = Some(columns);
        self
    }

    /// With the same as a file: the columns that are seen, all rows of the filter.
    #[must_use]
    pub fn csv(mut self, href: impl Into<String>) -> Self {
        self.csv = Some(href.into());
        self
    }
}

super::safe!(Filters, Columns, ListBar);
