//! The colours of `tokens.css`, light and dark, against WCAG 2.2 AA, computed from the file that is served.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("tokens.css");

/// Text colour on background: 4.5 is asked of each pair.
const TEXT: &[(&str, &str)] = &[
    ("ink", "page"),
    ("ink-2", "page"),
    ("ink-3", "page"),
    ("ink", "rail"),
    ("ink-2", "rail"),
    ("ink-3", "rail"),
    ("ink", "raised"),
    ("ink-2", "raised"),
    ("ink-3", "raised"),
    ("ink", "hover"),
    ("ink-2", "hover"),
    ("ink-3", "hover"),
    ("accent", "page"),
    ("accent", "rail"),
    ("accent", "hover"),
    ("accent", "raised"),
    ("on-accent", "accent"),
    ("on-bad", "bad"),
    ("accent", "accent-soft"),
    ("good", "good-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("ink-2", "plain-soft"),
    ("good", "page"),
    ("warn", "page"),
    ("bad", "page"),
    ("bad", "hover"),
    ("warn", "hover"),
];

/// Lines and marks that carry meaning: 3.0.
const MARKS: &[(&str, &str)] = &[
    ("focus", "page"),
    ("focus", "rail"),
    ("focus", "raised"),
    ("control", "page"),
    ("control", "raised"),
    ("series", "page"),
    ("series-2", "page"),
    ("series-3", "page"),
    ("series-4", "page"),
    ("series", "raised"),
    ("series-2", "raised"),
    ("series", "plain-soft"),
    ("warn", "plain-soft"),
    ("bad", "plain-soft"),
    ("accent", "plain-soft"),
    ("good", "plain-soft"),
    ("good", "page"),
    ("warn", "page"),
    ("bad", "page"),
];

fn tokens(block: &str) -> BTreeMap<&str, [f64; 3]> {
    block
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"))
        .filter_map(|(name, hex)| {
            let part =
                |at: usize| Some(f64::from(u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?) / 255.0);
            Some((name, [part(0)?, part(2)?, part(4)?]))
        })
        .collect()
}

fn luminance(rgb: [f64; 3]) -> f64 {
    let [r, g, b] = rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_computed_as_wcag_does() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    let grey = [f64::from(0x76_u8) / 255.0; 3];
    assert!((contrast(grey, [1.0; 3]) - 4.54).abs() < 0.01);
}

#[test]
fn light_and_dark_reach_aa() {
    let (light, dark) = TOKENS.split_once("prefers-color-scheme: dark").unwrap();
    for (scheme, block) in [("light", light), ("dark", dark)] {
        let tokens = tokens(block);
        for (pairs, least) in [(TEXT, 4.5), (MARKS, 3.0)] {
            for (front, back) in pairs {
                let found = contrast(tokens[front], tokens[back]);
                assert!(found >= least, "{scheme}: {front} on {back} is {found:.2}, not {least}");
            }
        }
    }
}
