//! What parts promise: they escape, they say in words what colour says, and they never carry a hidden value.

use super::*;
use crate::platform::base::{Era, HOUR_MS, Language, MINUTE_MS, Money, Reader};
use crate::platform::error::FieldError;
use crate::platform::web::layout::View;
use crate::platform::words::Sentence;
use jiff::civil::date;

const NOW: i64 = 1_784_100_000_000;
const ENGLISH: Language = Language::English;

fn reader() -> Reader {
    Reader::default()
}

fn countdown(left: i64) -> String {
    Countdown::new(NOW + left - 4 * HOUR_MS, NOW + left, NOW, reader()).to_string()
}

#[test]
fn a_countdown_says_in_words_what_its_colour_says() {
    assert!(countdown(3 * HOUR_MS + 5 * MINUTE_MS).contains(">3 h 05 min left<"));
    let risky = countdown(40 * MINUTE_MS);
    assert!(risky.contains("warn") && risky.contains(">40 min left<") && risky.contains("#alert"), "{risky}");
    let over = countdown(-12 * MINUTE_MS);
    assert!(over.contains("bad") && over.contains(">12 min over<") && over.contains("#stop"), "{over}");
    let paused =
        Countdown::new(NOW - 1, NOW + 1, NOW, reader()).paused("waiting for the customer").to_string();
    assert!(paused.contains("Paused: waiting for the customer") && !paused.contains("data-due"));
}

#[test]
fn relative_time_carries_the_exact_one() {
    let ago = Ago::new(NOW - 5 * MINUTE_MS, NOW, reader()).to_string();
    assert!(ago.contains(">5 min ago<") && ago.contains("+07:00") && ago.contains("15 Jul 2026"), "{ago}");
    assert!(Ago::new(NOW, NOW, reader()).to_string().contains(">just now<"));
    assert!(Ago::new(NOW + 2 * HOUR_MS, NOW, reader()).to_string().contains(">in 2 h<"));
    assert!(When::day(NOW, reader()).to_string().contains(">15 Jul 2026<"));
}

#[test]
fn parts_speak_the_readers_language() {
    let thai = Reader { language: Language::Thai, era: Era::Buddhist, ..Reader::default() };
    let ago = Ago::new(NOW - 5 * MINUTE_MS, NOW, thai).to_string();
    assert!(ago.contains(">5 นาทีที่แล้ว<") && ago.contains("15 ก.ค. 2569"), "{ago}");
    let left = Countdown::new(NOW - HOUR_MS, NOW + 3 * HOUR_MS + 5 * MINUTE_MS, NOW, thai).to_string();
    assert!(left.contains(">เหลือ 3 ชม. 05 นาที<") && left.contains("ครบกำหนด 15 ก.ค. 2569"), "{left}");
    assert!(left.contains(r#"datetime="2026-07-15T"#), "machines read one calendar: {left}");
    let mut view = View::at("/x?month=2026-08");
    view.reader = thai;
    let month = Calendar::month(&view, [(date(2026, 8, 1), Cell::text("x"))]).to_string();
    assert!(
        month.contains("สิงหาคม 2569") && month.contains(">จ.<") && month.contains("ส. 1 ส.ค."),
        "{month}"
    );
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
    for html in [table.to_string(), chip, field, confirm, Masked::off_channel(ENGLISH).to_string()] {
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
    let errors = [FieldError { field: "until", text: Sentence::english("The end must lie in the future.") }];
    let html = Field::new("until", "Until", Input::Line("date"))
        .value("2020-01-01")
        .errors(&errors, ENGLISH)
        .to_string();
    assert!(
        html.contains(r#"aria-invalid="true""#) && html.contains(r#"aria-describedby="f-until-error""#),
        "{html}"
    );
    assert!(html.contains(r#"value="2020-01-01""#) && html.contains("The end must lie in the future."));
    let other = Field::new("from", "From", Input::Line("date")).errors(&errors, ENGLISH).to_string();
    assert!(!other.contains("aria-invalid"));
    assert!(FormErrors::new(&errors, ENGLISH).to_string().contains(r##"href="#f-until""##));
    assert!(FormErrors::new(&[], ENGLISH).to_string().is_empty());
}

#[test]
fn a_meter_never_overflows_and_money_keeps_its_currency() {
    assert!(
        Meter::new("Open deals", 7, 5, ENGLISH).to_string().contains(r#"width="100%" height="6" rx="3""#)
    );
    assert!(Meter::new("Open deals", 4, 5, ENGLISH).to_string().contains("warn"));
    assert!(Meter::new("Open deals", 1, 0, ENGLISH).to_string().contains(r#"width="0%""#));
    let amount = Amount::of(&Money::new(123_456, "THB")).to_string();
    assert!(amount.contains("1,234.56") && amount.contains("THB"), "{amount}");
}

#[test]
fn what_is_filtered_can_be_taken_away_piece_by_piece() {
    let view = View::at("/x?q=pump&status=open&sort=-due&cols=a&cols=b&cursor=3");
    let choices = vec![Choice::new("", "Any", false), Choice::new("open", "Still open", true)];
    let filters = Filters {
        language: ENGLISH,
        action: "/x".to_owned(),
        fields: vec![
            Field::new("q", "Search", Input::Line("search")).value("pump"),
            Field::new("status", "Status", Input::Select(choices)),
        ],
        keep: Filters::kept(&view),
        active: true,
    };
    let html = filters.to_string().replace("&#38;", "&");
    assert!(html.contains(r#"href="/x?status=open&sort=-due&cols=a&cols=b""#), "without the search: {html}");
    assert!(html.contains(r#"href="/x?q=pump&sort=-due&cols=a&cols=b""#), "without the status: {html}");
    assert!(html.contains(r#"href="/x?sort=-due&cols=a&cols=b">Clear filters"#), "{html}");
    assert!(html.contains("Take away Status: Still open"), "{html}");
}

#[test]
fn columns_are_chosen_by_the_address_and_the_first_one_stays() {
    let table = |uri: &str| {
        let columns =
            vec![Column::new("Name"), Column::new("Size").key("size"), Column::num("Worth").key("worth")];
        let cells = ["one", "two", "three"].map(Cell::text).to_vec();
        let empty = Empty::new(Icon::Device, "Nothing", "Nothing.");
        Table::new("Things", columns, vec![Row::new(1, cells)], empty).chosen(&View::at(uri))
    };
    let (all, menu) = table("/x?q=a");
    assert!(all.to_string().contains("two") && all.to_string().contains("three"));
    assert!(!menu.to_string().contains("hidden</span>"), "{menu}");
    let (some, menu) = table("/x?q=a&cols=worth&cols=nonsense&cursor=9");
    let (html, menu) = (some.to_string(), menu.to_string());
    assert!(html.contains("one") && !html.contains("two") && html.contains("three"), "{html}");
    assert!(html.contains(r#"class="num" data-label="Worth""#), "cells stay under their heading: {html}");
    assert!(menu.contains("1 hidden") && menu.contains(r#"value="worth" checked"#), "{menu}");
    assert!(menu.contains(r#"name="q" value="a""#), "the filter stays: {menu}");
}

#[test]
fn a_board_says_where_a_card_may_go_and_which_column_is_too_full() {
    let moves = vec![Move::new("deal", "Deals", "/x/1/move").with("to", "deal")];
    let card = Card {
        id: "1".to_owned(),
        href: "/x/1".to_owned(),
        title: "Pumps".to_owned(),
        lines: vec![Cell::text("BKKFoods")],
        foot: Vec::new(),
        moves,
    };
    let column = |count, cards| BoardColumn {
        key: "lead".to_owned(),
        label: "Leads".to_owned(),
        href: None,
        count,
        limit: Some(1),
        total: String::new(),
        cards,
    };
    let html = Board::new(vec![column(3, vec![card])], ENGLISH).to_string();
    assert!(html.contains(r#"method="post" action="/x/1/move" data-to="deal""#), "{html}");
    assert!(
        html.contains("3 of 1") && html.contains("more than planned") && html.contains("And 2 more"),
        "{html}"
    );
    let empty = Board::new(vec![column(0, Vec::new())], ENGLISH).to_string();
    assert!(
        empty.contains("Nothing here.")
            && !empty.contains("more than planned")
            && !empty.contains("<details")
    );
}

#[test]
fn a_month_has_whole_weeks_and_every_entry_on_its_day() {
    let month =
        |uri: &str| Calendar::month(&View::at(uri), [(date(2026, 8, 1), Cell::text("moves"))]).to_string();
    let august = month("/x?month=2026-08&view=calendar");
    assert!(
        august.contains("August 2026") && august.contains("Sat 1 Aug") && august.contains("Mon 27 Jul"),
        "{august}"
    );
    assert!(august.contains("month=2026-07") && august.contains("month=2026-09"), "{august}");
    assert_eq!(august.matches("moves").count(), 1);
    assert_eq!(august.matches("<td").count() % 7, 0);
    assert!(month("/x?month=2027-02").contains("Nothing in this month."));
    for odd in ["/x?month=0001-01", "/x?month=9999-12", "/x?month=%3Cb%3E", "/x?month=2026-99"] {
        assert!(month(odd).contains("January 1970"), "what is no month shows this one: {odd}");
    }
}

#[test]
fn steps_say_in_words_what_is_done_and_what_lies_over_the_page_has_a_name() {
    let steps = Stepper::new("Application", ["Apply", "Review", "Active"], 1, ENGLISH).to_string();
    assert_eq!(steps.matches("(done)").count(), 1);
    assert!(steps.contains(r#"class="here" aria-current="step""#), "{steps}");
    let dialog =
        Dialog::new("more", "Open", "<b>Pumps", &Chip::new(Tone::Good, "Won"), ENGLISH).drawer().to_string();
    assert!(
        dialog.contains(r##"href="#more""##) && dialog.contains(r#"aria-labelledby="more-title""#),
        "{dialog}"
    );
    assert!(!dialog.contains("<b>Pumps") && dialog.contains("chip good"), "{dialog}");
    assert!(Toast::failed("No.").to_string().contains(r#"role="status""#));
    let errors = [FieldError { field: "file", text: Sentence::english("Too large.") }];
    let file = FileField::new("file", "File", ".pdf", ENGLISH)
        .several()
        .hint("PDF")
        .errors(&errors, ENGLISH)
        .to_string();
    assert!(
        file.contains("multiple") && file.contains(r#"aria-describedby="f-file-hint f-file-error""#),
        "{file}"
    );
}
