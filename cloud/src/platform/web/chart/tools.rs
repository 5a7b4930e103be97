//! What is beside every chart: its numbers as CSV, its picture as PNG.

use crate::platform::web::parts::Icon;
use askama::Template;

/// The picture is made by the script, so its button is only there with it.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="chart-tools">{% if let Some(csv) = csv %}<a href="{{ csv }}" download="{{ file }}.csv" aria-label="{{ label }}: numbers as CSV">{{ Icon::Download }}CSV</a>{% endif %}{% if picture %}<button type="button" data-png="{{ file }}" aria-label="{{ label }}: picture as PNG">{{ Icon::Download }}PNG</button>{% endif %}</span>"#
)]
pub(super) struct Tools {
    label: String,
    file: String,
    csv: Option<String>,
    picture: bool,
}

super::safe!(Tools);

impl Tools {
    /// For the chart of this name; `csv` is where its numbers are.
    pub(super) fn new(label: &str, csv: Option<String>) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let file: String = label.chars().map(safe).collect();
        let file = file.trim_matches('-');
        let file = if file.is_empty() { "chart" } else { file }.to_owned();
        Self { label: label.to_owned(), file, csv, picture: true }
    }
}
