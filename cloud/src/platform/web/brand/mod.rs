//! The colours of a program: from the one colour that its owner chose to what pages use of it, in light and in dark.
//!
//! Invariants: whatever was chosen, every text in it reaches AA of WCAG 2.2 on everything that it stands on, as
//! `tokens.css` is held to; the style sheet follows from the colour alone, so its address names its content.

mod palette;
mod sheet;
#[cfg(test)]
mod tests;

pub use palette::{Change, Palette, Scheme, Use};
pub use sheet::{logo_address, sheet, sheet_address};

use super::assets::tokens::{self, Rgb};
use std::fmt;

/// A colour as somebody chose it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour(Rgb);

impl Colour {
    /// The colour of `#rrggbb`, in small letters or large; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        tokens::rgb(text.strip_prefix('#')?).map(Self)
    }

    /// What pages use where nobody chose one.
    pub fn ours() -> Self {
        Self(tokens::colours(false).get("accent").copied().unwrap_or_default())
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&tokens::hex(self.0))
    }
}
