//! Any list. One markup: a table on wide screens, a list of the same cells at phone width (roles are written out,
//! because a table that is displayed as blocks would lose them).

use super::bulk::Picks;
use super::{Bulk, Columns, Empty, Icon, Tone};
use crate::platform::web::layout::{Sort, View};
use askama::Template;
use askama::filters::{Html, HtmlSafe, escape};
use std::fmt;

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    label: &'static str,
    class: &'static str,
    sort: Option<SortLink>,
    key: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct SortLink {
    href: String,
    /// `ascending`, `descending` or `none`, as `aria-sort` wants it: only the first column says it.
    state: &'static str,
    /// Where it stands among the columns that the list is ordered by, and whether it falls there.
    place: Option<(usize, bool)>,
    /// Whether several columns order the list.
    of_several: bool,
}

impl SortLink {
    fn icon(&self) -> Option<Icon> {
        self.place.map(|(_, falling)| if falling { Icon::Down } else { Icon::Up })
    }
}

impl Column {
    /// A column of words.
    pub fn new(label: &'static str) -> Self {
        Self { label, class: "", sort: None, key: None }
    }

    /// A column of numbers: to the right, tabular.
    pub fn num(label: &'static str) -> Self {
        Self { label, class: "num", sort: None, key: None }
    }

    /// A column of buttons: its label is for those who do not see it.
    pub fn actions(label: &'static str) -> Self {
        Self { label, class: "acts", sort: None, key: None }
    }

    /// What it says holds for who reads it.
    #[must_use]
    pub fn own(mut self) -> Self {
        self.class = "own";
        self
    }

    /// May be left out by who reads; `key` names it in the address and in the export.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// Orders the list by `key`; a second press turns the order around, and a press on another column orders by that one
    /// first. `default` is the order when none is asked.
    #[must_use]
    pub fn sort(mut self, key: &str, view: &View, default: &str) -> Self {
        let asked = view.get("sort");
        let sorts = Sort::all(asked.unwrap_or(default));
        let place = sorts.iter().position(|sort| sort.key == key).map(|at| (at + 1, sorts[at].falling));
        let state = match place {
            Some((1, true)) => "descending",
            Some((1, false)) => "ascending",
            _ => "none",
        };
        let of_several = sorts.len() > 1;
        // What nobody asked for does not stay behind the column that is pressed, unless it is that column.
        let known = if asked.is_some() || place.is_some() { sorts } else { Vec::new() };
        let href = view.with("sort", &Sort::pressed(known, key));
        self.sort = Some(SortLink { href, state, place, of_several });
        self
    }

    /// Its label and place, if the list is ordered by it and others.
    pub(super) fn ordering(&self) -> Option<(usize, &'static str)> {
        let sort = self.sort.as_ref().filter(|sort| sort.of_several)?;
        sort.place.map(|(place, _)| (place, self.label))
    }
}

/// What stands in a cell: HTML made of parts and escaped text.
#[derive(Clone, Debug, Default)]
pub struct Cell(String);

impl Cell {
    /// Text.
    pub fn text(text: impl fmt::Display) -> Self {
        Self(escaped(&text.to_string()))
    }

    /// A part.
    pub fn part(part: &impl HtmlSafe) -> Self {
        Self(part.to_string())
    }

    /// Several parts in a row.
    pub fn parts<P: HtmlSafe>(parts: &[P]) -> Self {
        let mut html = String::from(r#"<span class="chips">"#);
        for part in parts {
            html.push_str(&part.to_string());
        }
        html.push_str("</span>");
        Self(html)
    }

    /// A link.
    pub fn link(href: &str, text: &str) -> Self {
        Self(format!(r#"<a href="{}">{}</a>"#, escaped(href), escaped(text)))
    }

    /// A link that looks like a button.
    pub fn button(icon: Icon, text: &str, href: &str) -> Self {
        // The keys of the keyboard's list: make a new one, change it.
        let key = match icon {
            Icon::Plus => r#" aria-keyshortcuts="c""#,
            Icon::Pen => r#" aria-keyshortcuts="e""#,
            _ => "",
        };
        Self(format!(r#"<a class="button" href="{}"{key}>{icon}{}</a>"#, escaped(href), escaped(text)))
    }

    /// A link to what is seen beside the list; the one that is seen says so.
    pub fn chooses(href: &str, text: &str, is_seen: bool) -> Self {
        let current = if is_seen { r#" aria-current="true""# } else { "" };
        Self(format!(r#"<a href="{}"{current}>{}</a>"#, escaped(href), escaped(text)))
    }

    /// Nothing to say: a dash, with the reason for those who ask.
    pub fn none(why: &str) -> Self {
        Self(format!(r#"<span class="quiet" title="{0}" aria-label="{0}">–</span>"#, escaped(why)))
    }

    /// A quiet second line.
    #[must_use]
    pub fn under(mut self, text: impl fmt::Display) -> Self {
        self.0 = format!(r#"{}<small class="under">{}</small>"#, self.0, escaped(&text.to_string()));
        self
    }

    /// A part on a second line.
    #[must_use]
    pub fn under_part(mut self, part: &impl HtmlSafe) -> Self {
        self.0 = format!(r#"{}<span class="under">{part}</span>"#, self.0);
        self
    }

    /// A part after what is there.
    #[must_use]
    pub fn and(mut self, part: &impl HtmlSafe) -> Self {
        self.0 = format!("{} {part}", self.0);
        self
    }
}

impl Column {
    /// Its key and label, if it may be left out.
    pub(super) fn choice(&self) -> Option<(&'static str, &'static str)> {
        self.key.map(|key| (key, self.label))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn escaped(text: &str) -> String {
    match escape(text, Html) {
        Ok(safe) => safe.to_string(),
        Err(never) => match never {},
    }
}

/// One row. Its first cell names it.
#[derive(Clone, Debug)]
pub struct Row {
    id: String,
    tone: Tone,
    cells: Vec<Cell>,
}

impl Row {
    /// A row; `id` stays the same over refreshes.
    pub fn new(id: impl fmt::Display, cells: Vec<Cell>) -> Self {
        Self { id: format!("row-{id}"), tone: Tone::Plain, cells }
    }

    /// What it is about, as its box sends it.
    fn pick(&self) -> &str {
        self.id.strip_prefix("row-").unwrap_or(&self.id)
    }

    /// Marked at its edge. The words that say why belong in a cell.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// The table.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/table.html")]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    empty: Empty,
    picks: Option<Picks>,
}

super::safe!(Table, Cell);

impl Table {
    /// A table; `caption` is for those who do not see it, `empty` is shown instead of no rows.
    pub fn new(caption: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>, empty: Empty) -> Self {
        Self { caption: caption.into(), columns, rows, empty, picks: None }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Each row has a box, and what is ticked is taken by `bulk`.
    #[must_use]
    pub fn picked_by(mut self, bulk: &Bulk) -> Self {
        self.picks = Some(bulk.picks());
        self
    }

    /// The columns that `view` asks for, out of those that have a key; and the menu to choose them with.
    #[must_use]
    pub fn chosen(mut self, view: &View) -> (Self, Columns) {
        let menu = Columns::of(view, &self.columns);
        let shown: Vec<bool> =
            self.columns.iter().map(|of| of.key.is_none_or(|key| view.shows(key))).collect();
        for row in &mut self.rows {
            let mut at = shown.iter();
            row.cells.retain(|_| at.next().copied().unwrap_or(true));
        }
        let mut at = shown.iter();
        self.columns.retain(|_| at.next().copied().unwrap_or(true));
        (self, menu)
    }

    fn pairs<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Column, &'a Cell)> {
        self.columns.iter().zip(&row.cells)
    }
}
