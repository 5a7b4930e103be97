//! What of a colour can be read, and what becomes of it where it cannot.

use super::Colour;
use crate::platform::web::assets::tokens::{Colours, Rgb, colours, contrast, hex};

/// The least contrast of text (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;
/// How far a button stands out from the page. A button is told by its text, so this asks for little: a yellow one stays
/// yellow on white, and one as dark as the page does not vanish.
const EDGE: f64 = 1.4;
/// What links, marks and the current entry of the rail stand on, beside their own soft ground.
const GROUNDS: [&str; 4] = ["page", "rail", "hover", "raised"];
/// What buttons stand on.
const UNDER: [&str; 2] = ["page", "raised"];
/// How much of the accent its soft ground holds, light and dark.
const SOFT: [f64; 2] = [0.12, 0.16];
/// Into how many steps the way to black or white is cut.
const STEPS: u32 = 100;

/// The colours that pages use in one scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// Of buttons for the one thing to do.
    pub fill: Rgb,
    /// What is written on them.
    pub on_fill: Rgb,
    /// Of links and marks.
    pub accent: Rgb,
    /// Under what is current.
    pub accent_soft: Rgb,
    /// What is written on the accent.
    pub on_accent: Rgb,
}

/// What a colour is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Text on a button.
    Button,
    /// A button on the page.
    Edge,
    /// A link.
    Link,
}

/// Where the colour had to be adjusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// For what.
    pub used: Use,
    /// Whether in the dark scheme.
    pub dark: bool,
    /// What is used instead, `#rrggbb`.
    pub to: String,
    /// The contrast of what was chosen.
    pub before: f64,
    /// The contrast of what is used.
    pub after: f64,
}

/// Both schemes, and where they differ from what was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// The light scheme.
    pub light: Scheme,
    /// The dark scheme.
    pub dark: Scheme,
    /// What had to be adjusted.
    pub changes: Vec<Change>,
}

impl Palette {
    /// What pages use of `colour`.
    pub fn of(Colour(chosen): Colour) -> Self {
        let [light, dark] = [false, true].map(|dark| On::new(dark).scheme(chosen));
        let mut changes = Vec::new();
        for (dark, scheme) in [(false, &light), (true, &dark)] {
            changes.extend(On::new(dark).changes(chosen, scheme));
        }
        Self { light, dark, changes }
    }
}

/// One scheme of ours, on which a colour is to be read.
struct On {
    is_dark: bool,
    tokens: &'static Colours,
}

impl On {
    fn new(is_dark: bool) -> Self {
        Self { is_dark, tokens: colours(is_dark) }
    }

    fn token(&self, name: &str) -> Rgb {
        self.tokens.get(name).copied().unwrap_or_default()
    }

    fn scheme(&self, chosen: Rgb) -> Scheme {
        let (black, white) = ([0.0; 3], [1.0; 3]);
        // On a light page a colour gets darker until it can be read, on a dark one lighter.
        let accent = first(chosen, &[if self.is_dark { white } else { black }], |one| {
            self.of_link(one) >= TEXT && contrast(ink(one), one) >= TEXT
        });
        let fill = first(chosen, &[black, white], |one| {
            contrast(ink(one), one) >= TEXT && self.of_edge(one) >= EDGE
        });
        let accent_soft = self.soft(accent);
        Scheme { fill, on_fill: ink(fill), accent, accent_soft, on_accent: ink(accent) }
    }

    fn soft(&self, accent: Rgb) -> Rgb {
        let [light, dark] = SOFT;
        mixed(self.token("page"), accent, if self.is_dark { dark } else { light })
    }

    /// The least contrast of `one` as a link.
    fn of_link(&self, one: Rgb) -> f64 {
        let grounds = GROUNDS.iter().map(|name| self.token(name)).chain([self.soft(one)]);
        grounds.map(|ground| contrast(one, ground)).fold(f64::INFINITY, f64::min)
    }

    /// The least contrast of a button with what is around it.
    fn of_edge(&self, one: Rgb) -> f64 {
        UNDER.iter().map(|name| contrast(one, self.token(name))).fold(f64::INFINITY, f64::min)
    }

    fn changes(&self, chosen: Rgb, scheme: &Scheme) -> Vec<Change> {
        let written = |one| contrast(ink(one), one);
        let change = |used, to: Rgb, before: f64, after: f64| {
            (to != chosen).then(|| Change { used, dark: self.is_dark, to: hex(to), before, after })
        };
        let fill = scheme.fill;
        let button = if written(chosen) < TEXT {
            change(Use::Button, fill, written(chosen), written(fill))
        } else {
            change(Use::Edge, fill, self.of_edge(chosen), self.of_edge(fill))
        };
        let link = change(Use::Link, scheme.accent, self.of_link(chosen), self.of_link(scheme.accent));
        button.into_iter().chain(link).collect()
    }
}

/// White or dark, whichever is read better on `ground`.
fn ink(ground: Rgb) -> Rgb {
    let [white, dark] = [false, true].map(|dark| colours(dark).get("on-fill").copied().unwrap_or_default());
    if contrast(white, ground) >= contrast(dark, ground) { white } else { dark }
}

/// The colour nearest to `chosen`, on the way to one of `ends`, that `is_good`; the last end when none is.
fn first(chosen: Rgb, ends: &[Rgb], is_good: impl Fn(Rgb) -> bool) -> Rgb {
    let steps = (0..=STEPS).map(|step| f64::from(step) / f64::from(STEPS));
    let mut all = steps.flat_map(|share| ends.iter().map(move |end| mixed(chosen, *end, share)));
    all.find(|one| is_good(*one)).or(ends.last().copied()).unwrap_or(chosen)
}

/// `share` of `other` in `one`, as eight bits a part hold it: what is judged is what is served.
fn mixed(one: Rgb, other: Rgb, share: f64) -> Rgb {
    let mut mixed = one;
    for (part, other) in mixed.iter_mut().zip(other) {
        *part = ((*part * (1.0 - share) + other * share) * 255.0).round() / 255.0;
    }
    mixed
}
