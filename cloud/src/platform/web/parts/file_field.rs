//! Files to send: what is chosen is listed, and while it is sent the form shows how far it is.

use super::Icon;
use super::field::{about, described};
use super::words::Words;
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use askama::Template;

/// A field for files. The form around it is `multipart/form-data`.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="field upload{% if !error.is_empty() %} wrong{% endif %}" data-upload><label class="label" for="f-{{ name }}">{{ label }}</label>{% if !hint.is_empty() %}<p class="hint" id="f-{{ name }}-hint">{{ hint }}</p>{% endif %}{% if !error.is_empty() %}<p class="error" id="f-{{ name }}-error">{{ Icon::Stop }}{{ error }}</p>{% endif %}<input id="f-{{ name }}" name="{{ name }}" type="file" accept="{{ accept }}"{% if several %} multiple{% endif %}{% if !self.described().is_empty() %} aria-describedby="{{ self.described() }}"{% endif %}{% if !error.is_empty() %} aria-invalid="true"{% endif %}><div role="status"><ul class="upload-files"></ul></div><progress max="100" value="0" aria-label="{{ words.sent() }}" hidden></progress></div>"#
)]
pub struct FileField {
    words: Words,
    name: &'static str,
    label: String,
    accept: &'static str,
    several: bool,
    hint: String,
    error: String,
}

super::safe!(FileField);

impl FileField {
    /// One file, sent as `name`; `accept` lists kinds as HTML does.
    pub fn new(
        name: &'static str,
        label: impl Into<String>,
        accept: &'static str,
        language: Language,
    ) -> Self {
        let (words, hint, error) = (Words(language), String::new(), String::new());
        Self { words, name, label: label.into(), accept, several: false, hint, error }
    }

    /// Any number of them.
    #[must_use]
    pub fn several(mut self) -> Self {
        self.several = true;
        self
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With the sentences of `errors` that are about it.
    #[must_use]
    pub fn errors(mut self, errors: &[FieldError], language: Language) -> Self {
        self.error = about(self.name, errors, language);
        self
    }

    fn described(&self) -> String {
        described(self.name, &self.hint, &self.error)
    }
}
