//! Whatever colour is chosen, everything that must be read can be read.

use super::{Colour, Palette, Use, sheet, sheet_address};
use crate::platform::web::assets::tokens::{Colours, PAIRS, colours, contrast, rgb};
use proptest::prelude::{any, prop_assert, proptest};

fn parsed(text: &str) -> Colour {
    Colour::parse(text).unwrap()
}

/// The tokens of one scheme as a browser has them once the style sheet of `colour` was read after ours.
fn served(colour: Colour, dark: bool) -> Colours {
    let text = sheet(colour);
    let mut all = colours(dark).clone();
    for (name, of) in &mut all {
        let Some((_, rest)) = text.split_once(&format!("--{name}: light-dark(#")) else { continue };
        let hex = if dark { rest.split_once(", #").unwrap().1 } else { rest };
        *of = rgb(&hex[..6]).unwrap();
    }
    all
}

fn held(colour: Colour) -> Result<(), String> {
    for dark in [false, true] {
        let all = served(colour, dark);
        for (front, back, least) in PAIRS {
            let found = contrast(all[front], all[back]);
            if found < *least {
                return Err(format!("{colour}, dark {dark}: {front} on {back} is {found:.2}, not {least}"));
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_colour_reaches_aa_wherever_it_stands(r in any::<u8>(), g in any::<u8>(), b in any::<u8>()) {
        let held = held(parsed(&format!("#{r:02x}{g:02x}{b:02x}")));
        prop_assert!(held.is_ok(), "{held:?}");
    }
}

#[test]
fn the_corners_reach_aa_too() {
    for r in ["00", "33", "80", "ff"] {
        for g in ["00", "33", "80", "ff"] {
            for b in ["00", "33", "80", "ff"] {
                held(parsed(&format!("#{r}{g}{b}"))).unwrap();
            }
        }
    }
}

#[test]
fn a_colour_that_can_be_read_stays_and_what_cannot_is_told() {
    let teal = Palette::of(parsed("#0b6374"));
    let told: Vec<(Use, bool)> = teal.changes.iter().map(|change| (change.used, change.dark)).collect();
    assert_eq!(told, [(Use::Link, true)], "{teal:?}");
    let yellow = Palette::of(parsed("#ffd400"));
    let told: Vec<(Use, bool)> = yellow.changes.iter().map(|change| (change.used, change.dark)).collect();
    assert_eq!(told, [(Use::Link, false)], "a yellow button stays yellow: {yellow:?}");
    let link = &yellow.changes[0];
    assert!(link.before < 1.5 && link.after >= 4.5 && link.after < 4.9 && link.to != "#ffd400", "{link:?}");
    let night = Palette::of(parsed("#101617"));
    let told: Vec<(Use, bool)> = night.changes.iter().map(|change| (change.used, change.dark)).collect();
    assert_eq!(told, [(Use::Edge, true), (Use::Link, true)], "{night:?}");
}

#[test]
fn only_six_digits_are_a_colour() {
    assert_eq!(parsed("#0B6374").to_string(), "#0b6374");
    for none in ["", "0b6374", "#0b637", "#0b63744", "#0b637g", "red", "#+b6374", "#0b6374;}", "#กก"] {
        assert_eq!(Colour::parse(none), None, "{none}");
    }
    assert_eq!(Colour::ours().to_string(), "#0b6374");
}

#[test]
fn the_address_names_the_content() {
    let (one, other) = (sheet_address("x", parsed("#0b6374")), sheet_address("x", parsed("#0b6375")));
    assert!(one != other && one.starts_with("/brand/x/") && one.ends_with(".css"), "{one}");
    assert_eq!(one, sheet_address("x", parsed("#0B6374")));
}
