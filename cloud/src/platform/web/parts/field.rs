//! A form's inputs, each with its label, hint and the sentence beside what is wrong. What was typed is kept.

use super::Icon;
use super::words::Words;
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use askama::Template;

/// One of several.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As sent.
    pub value: String,
    /// As read.
    pub label: String,
    /// A quiet word after it; may be empty.
    pub note: String,
    /// Chosen.
    pub on: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>, on: bool) -> Self {
        Self { value: value.into(), label: label.into(), note: String::new(), on }
    }

    /// With a quiet word after it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// What kind of input.
#[derive(Clone, Debug)]
pub enum Input {
    /// One line; the HTML type, such as `text`, `email`, `date`, `number`, `search`.
    Line(&'static str),
    /// Several lines.
    Area,
    /// One of a list.
    Select(Vec<Choice>),
    /// Any of a list.
    Checks(Vec<Choice>),
    /// One of a few, all visible.
    Radios(Vec<Choice>),
}

/// An input with everything around it.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/field.html")]
pub struct Field {
    name: &'static str,
    form: &'static str,
    label: String,
    input: Input,
    value: String,
    hint: String,
    error: String,
    required: bool,
    autocomplete: &'static str,
}

impl Field {
    /// An input sent as `name`.
    pub fn new(name: &'static str, label: impl Into<String>, input: Input) -> Self {
        Self {
            name,
            form: "",
            label: label.into(),
            input,
            value: String::new(),
            hint: String::new(),
            error: String::new(),
            required: false,
            autocomplete: "off",
        }
    }

    /// Of one of several forms on a page that have such a field; `form` tells them apart.
    #[must_use]
    pub fn of(mut self, form: &'static str) -> Self {
        self.form = form;
        self
    }

    /// With this in it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// With a line of help under the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Must be filled.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The browser may fill it, such as `email`.
    #[must_use]
    pub fn autocomplete(mut self, kind: &'static str) -> Self {
        self.autocomplete = kind;
        self
    }

    /// With the sentences of `errors` that are about it.
    #[must_use]
    pub fn errors(mut self, errors: &[FieldError], language: Language) -> Self {
        self.error = about(self.name, errors, language);
        self
    }

    /// What is set in it, for who reads what a list is filtered by.
    pub(super) fn chosen(&self) -> Vec<Chosen<'_>> {
        let one = |value, words| Chosen { name: self.name, label: &self.label, value, words };
        match &self.input {
            Input::Line(_) | Input::Area if self.value.is_empty() => Vec::new(),
            Input::Line(_) | Input::Area => vec![one(self.value.as_str(), self.value.as_str())],
            Input::Select(choices) | Input::Checks(choices) | Input::Radios(choices) => choices
                .iter()
                .filter(|choice| choice.on && !choice.value.is_empty())
                .map(|choice| one(choice.value.as_str(), choice.label.as_str()))
                .collect(),
        }
    }

    /// What tells it from all others of the page.
    fn own(&self) -> String {
        if self.form.is_empty() { self.name.to_owned() } else { format!("{}-{}", self.form, self.name) }
    }

    fn described(&self) -> String {
        described(&self.own(), &self.hint, &self.error)
    }
}

/// The sentences about the field `name`.
pub(super) fn about(name: &str, errors: &[FieldError], language: Language) -> String {
    let mine: Vec<&str> =
        errors.iter().filter(|error| error.field == name).map(|error| error.text.told(language)).collect();
    mine.join(" ")
}

/// The ids of what is said about an input.
pub(super) fn described(name: &str, hint: &str, error: &str) -> String {
    let said = [("hint", hint), ("error", error)].into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(what, _)| format!("f-{name}-{what}")).collect::<Vec<_>>().join(" ")
}

/// One thing that is set in an input: how it is sent, and how it is read.
pub(super) struct Chosen<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'a str,
    pub(super) value: &'a str,
    pub(super) words: &'a str,
}

/// All that is wrong with a form, on top of it, each linked to its field.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r##"{% if !errors.is_empty() %}<div class="form-errors" role="alert">{{ Icon::Stop }}<div><p>{{ words.wrong(self.count()) }}</p><ul>{% for error in errors %}<li><a href="#f-{{ error.field }}">{{ self.told(error) }}</a></li>{% endfor %}</ul></div></div>{% endif %}"##
)]
pub struct FormErrors {
    words: Words,
    errors: Vec<FieldError>,
}

impl FormErrors {
    /// These; none shows nothing.
    pub fn new(errors: &[FieldError], language: Language) -> Self {
        Self { words: Words(language), errors: errors.to_vec() }
    }

    fn told<'a>(&self, error: &'a FieldError) -> &'a str {
        error.text.told(self.words.0)
    }

    fn count(&self) -> i64 {
        i64::try_from(self.errors.len()).unwrap_or(i64::MAX)
    }
}

super::safe!(Field, FormErrors);
