//! Two panes: a list, and beside it what is chosen in it. On a phone what is chosen comes first, with a way back.

use super::Icon;
use super::words::Words;
use crate::platform::base::Language;
use askama::Template;
use askama::filters::HtmlSafe;

/// The panes.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="split{% if chosen.is_some() %} has-chosen{% endif %}"><div class="split-list">{{ list|safe }}</div><section class="split-one" aria-label="{{ label }}">{% if let Some((html, back)) = chosen %}<a class="back split-back" href="{{ back }}">{{ Icon::Back }}{{ words.back_to_list() }}</a>{{ html|safe }}{% else %}<p class="quiet">{{ none }}</p>{% endif %}</section></div>"#
)]
pub struct Split {
    words: Words,
    label: String,
    list: String,
    chosen: Option<(String, String)>,
    none: String,
}

super::safe!(Split);

impl Split {
    /// A list, and `none` while nothing of it is chosen; `label` names the other pane.
    pub fn new(
        label: impl Into<String>,
        list: &impl HtmlSafe,
        none: impl Into<String>,
        language: Language,
    ) -> Self {
        Self {
            words: Words(language),
            label: label.into(),
            list: list.to_string(),
            chosen: None,
            none: none.into(),
        }
    }

    /// With this chosen; `back` is the list without it.
    #[must_use]
    pub fn chosen(mut self, part: &impl HtmlSafe, back: impl Into<String>) -> Self {
        self.chosen = Some((part.to_string(), back.into()));
        self
    }
}
