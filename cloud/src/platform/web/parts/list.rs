//! What stands around lists: headings, tabs, pager, empty states, facts, money.

use super::words::Words;
use super::{Cell, Icon};
use crate::platform::base::Money;
use crate::platform::web::layout::View;
use askama::Template;

/// The heading of a page.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/page_head.html")]
pub struct PageHead {
    title: String,
    lead: String,
    back: Option<(String, String)>,
    after: Vec<Cell>,
    actions: Vec<Cell>,
}

impl PageHead {
    /// A heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lead: String::new(), back: None, after: Vec::new(), actions: Vec::new() }
    }

    /// A line under it.
    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }

    /// A link back to the list.
    #[must_use]
    pub fn back(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.back = Some((label.into(), href.into()));
        self
    }

    /// A part beside the heading, such as a chip.
    #[must_use]
    pub fn chip(mut self, part: &impl askama::filters::HtmlSafe) -> Self {
        self.after.push(Cell::part(part));
        self
    }

    /// A link at the end, shown as a button.
    #[must_use]
    pub fn action(mut self, icon: Icon, label: &str, href: &str) -> Self {
        self.actions.push(Cell::button(icon, label, href));
        self
    }

    /// Any other part at the end, such as a [`super::Locked`] chip or a [`super::Meter`].
    #[must_use]
    pub fn action_part(mut self, part: &impl askama::filters::HtmlSafe) -> Self {
        self.actions.push(Cell::part(part));
        self
    }
}

/// Nothing to show.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="empty">{{ icon }}<div><p class="empty-title">{{ title }}</p><p>{{ why }}</p>{% if let Some((label, href)) = next %}<p><a class="button" href="{{ href }}">{{ label }}</a></p>{% endif %}</div></div>"#
)]
pub struct Empty {
    icon: Icon,
    title: String,
    why: String,
    next: Option<(String, String)>,
}

impl Empty {
    /// What is empty, why, and by the sentence what to do.
    pub fn new(icon: Icon, title: impl Into<String>, why: impl Into<String>) -> Self {
        Self { icon, title: title.into(), why: why.into(), next: None }
    }

    /// A way on.
    #[must_use]
    pub fn next(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.next = Some((label.into(), href.into()));
        self
    }
}

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab {
    /// As read.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many are behind it.
    pub count: Option<usize>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// Links that look like tabs.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="tabs" aria-label="{{ label }}">{% for tab in tabs %}<a href="{{ tab.href }}"{% if tab.current %} aria-current="page"{% endif %}>{{ tab.label }}{% if let Some(count) = tab.count %}<span class="count">{{ count }}</span>{% endif %}</a>{% endfor %}</nav>"#
)]
pub struct Tabs {
    label: &'static str,
    tabs: Vec<Tab>,
}

impl Tabs {
    /// Tabs named `label` for those who do not see them.
    pub fn new(label: &'static str, tabs: Vec<Tab>) -> Self {
        Self { label, tabs }
    }
}

/// Links of which one holds: how the same thing is looked at.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="segments" aria-label="{{ label }}">{% for (label, href, current) in links %}<a href="{{ href }}"{% if current %} aria-current="true"{% endif %}>{{ label }}</a>{% endfor %}</nav>"#
)]
pub struct Segments {
    label: &'static str,
    links: Vec<(&'static str, String, bool)>,
}

impl Segments {
    /// Links named `label` for those who do not see them; each with its address, and whether it is what holds.
    pub fn new(label: &'static str, links: impl IntoIterator<Item = (&'static str, String, bool)>) -> Self {
        Self { label, links: links.into_iter().collect() }
    }
}

/// Back to the beginning, and on.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"{% if first.is_some() || older.is_some() || !shown.is_empty() %}<nav class="pager" aria-label="{{ words.pages_of_list() }}"><span>{{ shown }}</span>{% if let Some(href) = first %}<a class="button" rel="first" href="{{ href }}">{{ Icon::Back }}{{ words.first_page() }}</a>{% endif %}{% if let Some(href) = older %}<a class="button" rel="next" href="{{ href }}">{{ words.older() }}{{ Icon::Next }}</a>{% endif %}</nav>{% endif %}"#
)]
pub struct Pager {
    words: Words,
    /// What is shown: `51–100 of 320`.
    pub shown: String,
    /// The first page, where this is another.
    pub first: Option<String>,
    /// The page after.
    pub older: Option<String>,
}

impl Pager {
    /// For a list that goes on by cursor: `shown` records of `count` after the `from` before it. One goes back with the
    /// browser, or to the beginning.
    pub fn of(view: &View, from: u64, shown: usize, count: usize, next: Option<&str>) -> Self {
        let (words, last) = (Words(view.language()), from + shown as u64);
        Self {
            words,
            shown: if count == 0 { String::new() } else { words.range(last.min(from + 1), last, count) },
            first: view.get("cursor").map(|_| view.with("cursor", "")),
            older: next.map(|cursor| view.with("cursor", cursor)),
        }
    }

    /// For a list whose length nobody counts: the first page, where this is another, and the one after.
    pub fn uncounted(view: &View, first: Option<String>, older: Option<String>) -> Self {
        Self { words: Words(view.language()), shown: String::new(), first, older }
    }
}

/// Label and value pairs.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<dl class="facts">{% for (label, value) in pairs %}<div><dt>{{ label }}</dt><dd>{{ value }}</dd></div>{% endfor %}</dl>"#
)]
pub struct Facts {
    pairs: Vec<(&'static str, Cell)>,
}

impl Facts {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn fact(mut self, label: &'static str, value: Cell) -> Self {
        self.pairs.push((label, value));
        self
    }
}

/// Money: the number to the right, its currency quiet.
#[derive(Clone, Debug, Template)]
#[template(ext = "html", source = r#"<span class="money">{{ number }} <small>{{ currency }}</small></span>"#)]
pub struct Amount {
    number: String,
    currency: String,
}

impl Amount {
    /// Of this.
    pub fn of(money: &Money) -> Self {
        let text = money.to_string();
        let number = text.strip_suffix(&money.currency).map_or(text.as_str(), str::trim_end);
        Self { number: number.to_owned(), currency: money.currency.clone() }
    }
}

super::safe!(PageHead, Empty, Tabs, Segments, Pager, Facts, Amount);
