//! What is beside every chart: its numbers as CSV, its picture as PNG.

use super::words::Words;
use crate::platform::base::Language;
use crate::platform::web::parts::Icon;
use askama::Template;

/// The picture is made by the script, so its button is only there with it.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="chart-tools">{% if let Some(csv) = csv %}<a href="{{ csv }}" download="{{ file }}.csv" aria-label="{{ words.numbers_as_csv(label) }}">{{ Icon::Download }}CSV</a>{% endif %}{% if picture %}<button type="button" data-png="{{ file }}" aria-label="{{ words.picture_as_png(label) }}">{{ Icon::Download }}PNG</button>{% endif %}</span>"#
)]
pub(super) struct Tools {
    words: Words,
    label: String,
    file: String,
    csv: Option<String>,
    picture: bool,
}

super::safe!(Tools);

impl Tools {
    /// For the chart of this name; `csv` is where its numbers are.
    pub(super) fn new(label: &str, csv: Option<String>, language: Language) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let file: String = label.chars().map(safe).collect();
        let file = file.trim_matches('-');
        let file = if file.is_empty() { "chart" } else { file }.to_owned();
        Self { words: Words(language), label: label.to_owned(), file, csv, picture: true }
    }
}
