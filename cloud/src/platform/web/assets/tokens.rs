//! The colours of `tokens.css`, light and dark, and their contrast as WCAG 2.2 computes it, read from the file that is
//! served. The pairs that must reach AA stand here; a test holds them, and `/style` shows them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const TOKENS: &str = include_str!("tokens.css");

/// Red, green and blue, each from 0 to 1.
pub type Rgb = [f64; 3];

/// Colours by name.
pub type Colours = BTreeMap<&'static str, Rgb>;

/// A colour, what it stands on, and the least contrast: 4.5 for text, 3.0 for lines and marks that carry meaning.
pub const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "page", 4.5),
    ("ink-2", "page", 4.5),
    ("ink-3", "page", 4.5),
    ("ink", "rail", 4.5),
    ("ink-2", "rail", 4.5),
    ("ink-3", "rail", 4.5),
    ("ink", "raised", 4.5),
    ("ink-2", "raised", 4.5),
    ("ink-3", "raised", 4.5),
    ("ink", "hover", 4.5),
    ("ink-2", "hover", 4.5),
    ("ink-3", "hover", 4.5),
    ("accent", "page", 4.5),
    ("accent", "rail", 4.5),
    ("accent", "hover", 4.5),
    ("accent", "raised", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-fill", "fill", 4.5),
    ("ink", "accent-soft", 4.5),
    ("on-bad", "bad", 4.5),
    ("accent", "accent-soft", 4.5),
    ("good", "good-soft", 4.5),
    ("warn", "warn-soft", 4.5),
    ("bad", "bad-soft", 4.5),
    ("ink-2", "plain-soft", 4.5),
    ("good", "page", 4.5),
    ("warn", "page", 4.5),
    ("bad", "page", 4.5),
    ("bad", "hover", 4.5),
    ("warn", "hover", 4.5),
    ("focus", "page", 3.0),
    ("focus", "rail", 3.0),
    ("focus", "raised", 3.0),
    ("control", "page", 3.0),
    ("control", "raised", 3.0),
    ("series", "page", 3.0),
    ("series-2", "page", 3.0),
    ("series-3", "page", 3.0),
    ("series-4", "page", 3.0),
    ("series", "raised", 3.0),
    ("series-2", "raised", 3.0),
    ("series", "plain-soft", 3.0),
    ("warn", "plain-soft", 3.0),
    ("bad", "plain-soft", 3.0),
    ("accent", "plain-soft", 3.0),
    ("good", "plain-soft", 3.0),
    ("good", "page", 3.0),
    ("warn", "page", 3.0),
    ("bad", "page", 3.0),
];

/// The colours of both schemes.
static SCHEMES: LazyLock<[Colours; 2]> = LazyLock::new(|| [read(false), read(true)]);

/// The colours of one scheme.
pub fn colours(dark: bool) -> &'static Colours {
    let [light, night] = &*SCHEMES;
    if dark { night } else { light }
}

/// The first or the second of each `--name: light-dark(#…, #…);`.
fn read(second: bool) -> Colours {
    let pair = |line: &'static str| {
        let (name, pair) = line.trim().strip_prefix("--")?.strip_suffix(");")?.split_once(": light-dark(")?;
        let (light, dark) = pair.split_once(", ")?;
        let hex = if second { dark } else { light }.strip_prefix('#')?;
        Some((name, rgb(hex)?))
    };
    TOKENS.lines().filter_map(pair).collect()
}

/// The colour of six hexadecimal digits.
pub fn rgb(hex: &str) -> Option<Rgb> {
    let is_plain = hex.len() == 6 && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    let part = |at: usize| Some(f64::from(u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?) / 255.0);
    if is_plain { Some([part(0)?, part(2)?, part(4)?]) } else { None }
}

/// As the file writes it.
pub fn hex(rgb: Rgb) -> String {
    let [r, g, b] = rgb.map(|part| format!("{:02x}", (part * 255.0).round() as u8));
    format!("#{r}{g}{b}")
}

fn luminance(rgb: Rgb) -> f64 {
    let [r, g, b] = rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// How far two colours stand apart, from 1 to 21.
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::{PAIRS, colours, contrast, hex};

    #[test]
    fn contrast_is_computed_as_wcag_does() {
        assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
        let grey = [f64::from(0x76_u8) / 255.0; 3];
        assert!((contrast(grey, [1.0; 3]) - 4.54).abs() < 0.01);
        assert_eq!(hex(grey), "#767676");
    }

    #[test]
    fn light_and_dark_reach_aa() {
        for (scheme, second) in [("light", false), ("dark", true)] {
            let colours = colours(second);
            assert!(colours.len() > 20, "{scheme}: only {} colours were read", colours.len());
            for (front, back, least) in PAIRS {
                let found = contrast(colours[front], colours[back]);
                assert!(found >= *least, "{scheme}: {front} on {back} is {found:.2}, not {least}");
            }
        }
    }
}
