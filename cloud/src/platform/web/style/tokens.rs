//! The tokens as the style sheet has them: read from the file that is served, so the page cannot tell of others.

use crate::platform::web::assets::tokens::{self, contrast};
use askama::Template;

struct Colour {
    name: &'static str,
    light: String,
    dark: String,
}

struct Pair {
    front: &'static str,
    back: &'static str,
    light: String,
    dark: String,
    least: f64,
}

/// All of them.
#[derive(Template)]
#[template(path = "platform/web/style/tokens.html")]
pub(super) struct Tokens {
    colours: Vec<Colour>,
    pairs: Vec<Pair>,
}

impl askama::filters::HtmlSafe for Tokens {}

impl Tokens {
    /// From the style sheet.
    pub(super) fn read() -> Self {
        let (light, dark) = (tokens::colours(false), tokens::colours(true));
        let colours = light.iter().filter_map(|(name, of)| {
            Some(Colour { name, light: tokens::hex(*of), dark: tokens::hex(*dark.get(name)?) })
        });
        let ratio = |of: &tokens::Colours, front, back| {
            of.get(front)
                .zip(of.get(back))
                .map(|(a, b)| format!("{:.1}", contrast(*a, *b)))
                .unwrap_or_default()
        };
        let pairs = tokens::PAIRS.iter().map(|(front, back, least)| Pair {
            front,
            back,
            light: ratio(light, front, back),
            dark: ratio(dark, front, back),
            least: *least,
        });
        Self { colours: colours.collect(), pairs: pairs.collect() }
    }
}
