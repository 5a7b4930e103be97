//! How much there is on each rung, one below the other: the width is the count, the shoulders lead to the next.

use super::number::share;
use super::tools::Tools;
use super::words::Words;
use crate::platform::base::Language;
use crate::platform::web::Csv;
use askama::Template;

/// One rung.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub label: String,
    /// The list behind it, if the reader may open it.
    pub href: Option<String>,
    /// How many there are.
    pub count: usize,
    /// What they come to, as far as the reader may know; may be empty.
    pub worth: String,
}

/// A funnel.
#[derive(Clone, Debug)]
pub struct Funnel {
    /// Unique on the page, stable over refreshes.
    pub id: String,
    /// What is counted.
    pub label: String,
    /// From wide to narrow, usually.
    pub steps: Vec<Step>,
    /// What its own words are in.
    pub language: Language,
}

struct Drawing<'a> {
    step: &'a Step,
    body: String,
    shoulder: String,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<figure class="chart funnel" id="{{ funnel.id }}" aria-labelledby="{{ funnel.id }}-name" data-chart><figcaption><h3 id="{{ funnel.id }}-name">{{ funnel.label }}</h3></figcaption>
{%- if drawings.is_empty() %}<p class="nothing">{{ crate::platform::web::parts::Icon::Info }}<span>{{ words.nothing_to_count() }}</span></p>{% else %}
<ol>{% for drawing in drawings %}<li><span class="step-name">{% if let Some(href) = drawing.step.href %}<a href="{{ href }}">{{ drawing.step.label }}</a>{% else %}{{ drawing.step.label }}{% endif %}</span><svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"><path class="body" d="{{ drawing.body }}"/>{% if !drawing.shoulder.is_empty() %}<path class="shoulder" d="{{ drawing.shoulder }}"/>{% endif %}</svg><b>{{ drawing.step.count }}</b><span class="worth">{{ drawing.step.worth }}</span></li>{% endfor %}</ol>
<div class="chart-foot">{{ tools }}</div>{% endif %}</figure>"#
)]
struct Drawn<'a> {
    words: Words,
    funnel: &'a Funnel,
    drawings: Vec<Drawing<'a>>,
    tools: Tools,
}

super::drawn!(Funnel);

impl Funnel {
    fn drawn(&self) -> Drawn<'_> {
        let most = self.steps.iter().map(|step| step.count).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a width on the screen")]
        let half = |step: &Step| (share(step.count as f64, most as f64) * 50.0).max(0.4);
        let mut drawings = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let of = half(step);
            let shoulder = self.steps.get(at + 1).map(half).map(|next| {
                let (a, b, c, d) = (50.0 - of, 50.0 + of, 50.0 + next, 50.0 - next);
                format!("M{a:.1} 18H{b:.1}L{c:.1} 30H{d:.1}Z")
            });
            let body = format!("M{:.1} 0H{:.1}V18H{:.1}Z", 50.0 - of, 50.0 + of, 50.0 - of);
            drawings.push(Drawing { step, body, shoulder: shoulder.unwrap_or_default() });
        }
        let mut csv = Csv::new(&["rung", "count", "worth"]);
        for step in &self.steps {
            csv.row([step.label.as_str(), &step.count.to_string(), &step.worth]);
        }
        Drawn {
            words: Words(self.language),
            funnel: self,
            drawings,
            tools: Tools::new(&self.label, Some(csv.inline()), self.language),
        }
    }
}
