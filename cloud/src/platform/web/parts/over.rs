//! What lies over a page: a dialog in its middle, a drawer at its side, a toast that goes by itself. Without script the
//! first two open by their address (`#id`) and the toast is a line above the page.

use super::words::Words;
use super::{Icon, Tone};
use crate::platform::base::Language;
use askama::Template;
use askama::filters::HtmlSafe;

/// A dialog or a drawer, with the link that opens it.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/dialog.html")]
pub struct Dialog {
    words: Words,
    id: &'static str,
    opener: String,
    title: String,
    body: String,
    side: bool,
}

impl Dialog {
    /// `opener` opens `title` over the page; `body` is a part. The id is its address on the page.
    pub fn new(
        id: &'static str,
        opener: impl Into<String>,
        title: impl Into<String>,
        body: &impl HtmlSafe,
        language: Language,
    ) -> Self {
        let (words, opener, title) = (Words(language), opener.into(), title.into());
        Self { words, id, opener, title, body: body.to_string(), side: false }
    }

    /// At the side, for what is read or filled beside the page.
    #[must_use]
    pub fn drawer(mut self) -> Self {
        self.side = true;
        self
    }
}

/// What was done, said once. It is announced, and goes by itself unless somebody points at it.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<p class="toast {{ tone.class() }}" role="status" data-toast>{% if tone == Tone::Bad %}{{ Icon::Stop }}{% else %}{{ Icon::Check }}{% endif %}<span>{{ text }}</span></p>"#
)]
pub struct Toast {
    tone: Tone,
    text: String,
}

impl Toast {
    /// It went well.
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into() }
    }

    /// It did not.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { tone: Tone::Bad, text: text.into() }
    }
}

super::safe!(Dialog, Toast);
