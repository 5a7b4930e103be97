//! A chart that has nothing to show, or may not: its name, and why, where the picture would be.

use crate::platform::web::parts::Icon;
use askama::Template;

/// The place of a chart, and why it is empty.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<figure class="chart absent" id="{{ id }}" aria-labelledby="{{ id }}-name"><figcaption><h3 id="{{ id }}-name">{{ label }}</h3></figcaption><p class="nothing">{{ icon }}<span>{{ why }}</span></p></figure>"#
)]
pub struct Absent {
    id: String,
    label: String,
    icon: Icon,
    why: String,
}

super::safe!(Absent);

impl Absent {
    /// Nothing was measured or counted.
    pub fn empty(id: impl Into<String>, label: impl Into<String>, why: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), icon: Icon::Info, why: why.into() }
    }

    /// There may be something, and it is not for this reader.
    pub fn hidden(id: impl Into<String>, label: impl Into<String>, why: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), icon: Icon::Hidden, why: why.into() }
    }
}
