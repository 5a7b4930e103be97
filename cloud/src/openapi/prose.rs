//! A sentence of the description: what stands between backticks is code.

use askama::Template;

/// The sentence, as a page shows it.
#[derive(Template)]
#[template(
    ext = "html",
    source = "{% for part in text.split('`') %}{% if loop.index0 % 2 == 1 %}<code>{{ part }}</code>{% else %}{{ part }}{% endif %}{% endfor %}"
)]
pub(super) struct Prose<'a> {
    text: &'a str,
}

impl askama::filters::HtmlSafe for Prose<'_> {}

impl<'a> Prose<'a> {
    /// `text` with its code as code.
    pub(super) fn of(text: &'a str) -> Self {
        Self { text }
    }
}

#[cfg(test)]
mod tests {
    use super::Prose;

    #[test]
    fn code_is_code_and_everything_is_escaped() {
        let shown = Prose::of("As `a<b` says & `c`.").to_string();
        assert_eq!(shown, "As <code>a&#60;b</code> says &#38; <code>c</code>.");
    }
}
