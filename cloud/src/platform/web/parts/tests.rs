//! What parts promise: they escape, they say in words what colour says, and they never carry a hidden value.

use super::*;
use crate::platform::base::{HOUR_MS, MINUTE_MS, Money};
use crate::platform::error::FieldError;

const NOW: i64 = 1_784_100_000_000;
const ZONE: &str = "Asia/Bangkok";

fn countdown(left: i64) -> String {
    Countdown::new(NOW + left - 4 * HOUR_MS, NOW + left, NOW, ZONE).to_string()
}

#[test]
fn a_countdown_says_in_words_what_its_colour_says() {
    assert!(countdown(3 * HOUR_MS + 5 * MINUTE_MS).contains(">3 h 05 min left<"));
    let risky = countdown(40 * MINUTE_MS);
    assert!(risky.contains("warn") && risky.contains(">40 min left<") && risky.contains("#alert"), "{risky}");
    let over = countdown(-12 * MINUTE_MS);
    assert!(over.contains("bad") && over.contains(">12 min over<") && over.contains("#stop"), "{over}");
    let paused = Countdown::new(NOW - 1, NOW + 1, NOW, ZONE).paused("waiting for the customer").to_string();
    assert!(paused.contains("Paused: waiting for the customer") && !paused.contains("data-due"));
}

#[test]
fn relative_time_carries_the_exact_one() {
    let ago = Ago::new(NOW - 5 * MINUTE_MS, NOW, ZONE).to_string();
    assert!(ago.contains(">5 min ago<") && ago.contains("+07:00") && ago.contains("15 Jul 2026"), "{ago}");
    assert!(Ago::new(NOW, NOW, ZONE).to_string().contains(">just now<"));
    assert!(Ago::new(NOW + 2 * HOUR_MS, NOW, ZONE).to_string().contains(">in 2 h<"));
    assert!(When::day(NOW, ZONE).to_string().contains(">15 Jul 2026<"));
}

#[test]
fn parts_escape_what_people_typed() {
    let evil = "<script>alert('x')</script>";
    let table = Table::new(
        evil,
        vec![Column::new("Name"), Column::num("Value")],
        vec![Row::new(1, vec![Cell::link("/x?a=\"b", evil), Cell::text(evil).under(evil)])],
        Empty::new(Icon::Device, evil, evil),
    );
    let chip = Chip::new(Tone::Good, evil).tip(evil).to_string();
    let field = Field::new("name", evil, Input::Area).value(evil).hint(evil).to_string();
    let confirm = Confirm::new(evil, evil, evil, evil).with("a", evil).to_string();
    for html in [table.to_string(), chip, field, confirm, Masked::off_channel().to_string()] {
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }
}

#[test]
fn an_empty_table_says_why_and_what_next() {
    let empty = Empty::new(Icon::Device, "No covered devices", "No active agreement.")
        .next("Renewals", "/partners/renewals");
    let html = Table::new("Devices", vec![Column::new("Device")], Vec::new(), empty).to_string();
    assert!(
        !html.contains("<table")
            && html.contains("No active agreement.")
            && html.contains("/partners/renewals")
    );
}

#[test]
fn a_wrong_field_is_tied_to_its_sentence_and_keeps_its_text() {
    let errors = [FieldError { field: "until", text: "The end must lie in the future.".into() }];
    let html =
        Field::new("until", "Until", Input::Line("date")).value("2020-01-01").errors(&errors).to_string();
    assert!(
        html.contains(r#"aria-invalid="true""#) && html.contains(r#"aria-describedby="f-until-error""#),
        "{html}"
    );
    assert!(html.contains(r#"value="2020-01-01""#) && html.contains("The end must lie in the future."));
    let other = Field::new("from", "From", Input::Line("date")).errors(&errors).to_string();
    assert!(!other.contains("aria-invalid"));
    assert!(FormErrors::new(&errors).to_string().contains(r##"href="#f-until""##));
    assert!(FormErrors::new(&[]).to_string().is_empty());
}

#[test]
fn a_meter_never_overflows_and_money_keeps_its_currency() {
    assert!(Meter::new("Open deals", 7, 5).to_string().contains(r#"width="100%" height="6" rx="3""#));
    assert!(Meter::new("Open deals", 4, 5).to_string().contains("warn"));
    assert!(Meter::new("Open deals", 1, 0).to_string().contains(r#"width="0%""#));
    let amount = Amount::of(&Money::new(123_456, "THB")).to_string();
    assert!(amount.contains("1,234.56") && amount.contains("THB"), "{amount}");
}
