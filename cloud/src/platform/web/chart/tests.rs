//! What a chart promises: round ticks, gaps as gaps, the same numbers in the table, nothing off the canvas.

use super::scale::{bar_ticks, time_ticks, value_ticks};
use super::{
    Absent, Bar, Bars, Funnel, Gauge, Group, Heat, Hour, Limit, LineChart, Point, Series, Shape, Sparkline,
    Step, curves, figures,
};
use crate::platform::base::{BANGKOK, DAY_MS, HOUR_MS, Language, MINUTE_MS, Reader};
use crate::platform::web::parts::Tone;
use proptest::prelude::{Strategy, any, prop, proptest};
use std::collections::BTreeSet;

const NOON: i64 = 1_784_091_600_000;

fn chart(points: Vec<Point>) -> LineChart {
    LineChart {
        id: "power".into(),
        label: "Power".into(),
        unit: "kW".into(),
        shape: Shape::Line(1),
        from_ms: NOON - HOUR_MS,
        until_ms: NOON,
        series: vec![series("Power", points)],
        limits: Vec::new(),
        latest: None,
        stale: None,
        reader: Reader::default(),
        csv: None,
        zooms: false,
    }
}

fn series(name: &str, points: Vec<Point>) -> Series {
    Series { name: name.into(), points, join_ms: 3 * MINUTE_MS }
}

/// What stands in the first `d` of this class.
fn path<'a>(html: &'a str, class: &str) -> &'a str {
    html.split(&format!("class=\"{class}\" d=\"")).nth(1).unwrap().split('"').next().unwrap()
}

fn point(minutes_ago: i64, value: f64) -> Point {
    Point { at_ms: NOON - minutes_ago * MINUTE_MS, min: value - 0.5, max: value + 0.5, value }
}

#[test]
fn a_gap_is_drawn_as_a_gap_and_said() {
    let html = chart(vec![point(30, 4.0), point(29, 4.2), point(10, 5.0), point(9, 5.1)]).to_string();
    assert_eq!(html.matches("class=\"gap\"").count(), 1);
    let line = path(&html, "line s1");
    assert_eq!(line.matches('M').count(), 2, "two strokes: {line}");
    assert!(html.contains("between 3.5 kW and 5.6 kW, latest 5.1 kW, one gap."), "{html}");
    assert_eq!(html.matches("data-x=").count(), 4, "the table has the same points");
}

#[test]
fn without_points_it_says_so_and_shows_no_table() {
    let html = chart(Vec::new()).to_string();
    assert!(
        html.contains("No values in this time") && !html.contains("<table") && !html.contains("data-plot")
    );
    assert!(!html.contains("NaN") && !html.replace("#info", "").contains("inf"), "{html}");
}

#[test]
fn a_lone_point_is_a_dot_and_a_switch_is_a_step() {
    assert!(chart(vec![point(5, 1.0)]).to_string().contains("h.01"));
    let switch =
        LineChart { shape: Shape::Steps, unit: String::new(), ..chart(vec![point(5, 0.0), point(4, 1.0)]) };
    let html = switch.to_string();
    assert!(html.contains(">On<") && html.contains(">Off<") && html.contains('V'), "{html}");
}

#[test]
fn times_are_round_in_the_zone_of_the_reader() {
    let ticks = time_ticks(NOON - HOUR_MS, NOON, Reader::default());
    let labels: Vec<_> = ticks.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(labels, ["11:10", "11:20", "11:30", "11:40", "11:50"]);
    let week = time_ticks(NOON - 7 * DAY_MS, NOON, Reader::default());
    assert!(week.len() <= 7 && week.iter().all(|(_, text)| text.ends_with("Jul")), "{week:?}");
}

#[test]
fn ticks_show_the_digits_that_tell_them_apart() {
    let scale = value_ticks(3.9, 4.4);
    let said: Vec<_> = scale.ticks.iter().map(|t| scale.say(*t)).collect();
    assert_eq!(said, ["4.0", "4.2", "4.4"]);
    let scale = value_ticks(-0.0004, 0.0004);
    assert!(scale.ticks.iter().any(|t| scale.say(*t) == "0.0000"), "{scale:?}");
}

#[test]
fn several_lines_are_named_told_apart_and_in_one_table() {
    let mut two = chart(Vec::new());
    two.series = vec![
        series("Inlet", vec![point(5, 1.0), point(4, 2.0)]),
        series("<b>Outlet", vec![point(4, 3.0), point(3, 4.0)]),
    ];
    two.limits = vec![Limit { label: "At most".into(), value: 9.0 }];
    let html = two.to_string();
    assert!(html.contains("class=\"line s2\"") && html.contains("&#60;b&#62;Outlet"), "{html}");
    assert!(!html.contains("<b>Outlet") && html.contains("At most 9.0 kW") && html.contains("2 lines, "));
    assert_eq!(html.matches("data-x=").count(), 3, "a row for each instant: {html}");
    assert!(html.contains("<td>2.0</td><td>3.0</td>") && html.contains("<td>1.0</td><td>–</td>"), "{html}");
}

#[test]
fn names_cannot_break_out_of_any_chart() {
    let evil = "\"><script>alert(1)</script>".to_owned();
    let group = Group { label: evil.clone(), bars: vec![Bar::new(1.0, evil.clone())] };
    let bars = |id: &str| Bars {
        id: id.into(),
        label: evil.clone(),
        of: evil.clone(),
        series: vec![evil.clone(), evil.clone()],
        groups: vec![group.clone()],
        language: Language::English,
    };
    let step = Step { label: evil.clone(), href: Some(evil.clone()), count: 1, worth: evil.clone() };
    let line = LineChart {
        id: evil.clone(),
        label: evil.clone(),
        unit: evil.clone(),
        stale: Some(evil.clone()),
        csv: Some(evil.clone()),
        series: vec![series(&evil, vec![point(3, 1.0)]), series(&evil, Vec::new())],
        limits: vec![Limit { label: evil.clone(), value: 1.0 }],
        ..chart(Vec::new())
    };
    let hours = vec![Hour { at_ms: NOON, share: 1.0 }];
    let all = [
        Sparkline::of(&line).to_string(),
        line.to_string(),
        bars("a").to_string(),
        bars("b").lying().to_string(),
        Funnel { id: evil.clone(), label: evil.clone(), steps: vec![step], language: Language::English }
            .to_string(),
        Gauge::new(&evil, &evil, 1.0, (0.0, 2.0), &evil, 0, Language::English)
            .tone(Tone::Bad, evil.clone())
            .to_string(),
        Heat {
            id: evil.clone(),
            label: evil.clone(),
            full: evil.clone(),
            hours,
            takes: true,
            reader: Reader::default(),
        }
        .to_string(),
        Absent::hidden(evil.clone(), evil.clone(), evil.clone()).to_string(),
    ];
    for html in all {
        assert!(!html.contains("<script") && !html.contains("\">alert"), "{html}");
    }
}

/// What every page may hold of a chart: no style of its own, names for who does not see it, and only numbers.
#[test]
fn every_exhibit_keeps_the_house() {
    let all = [curves(), figures()].concat();
    let mut ids = BTreeSet::new();
    for (name, html) in &all {
        for forbidden in ["NaN", "inf\"", "inf ", " style=", "<script", "fill=\"#", "stroke=\"#"] {
            assert!(!html.replace("#info", "").contains(forbidden), "{name} holds {forbidden}: {html}");
        }
        for drawing in html.split("<svg").skip(1) {
            let tag = drawing.split('>').next().unwrap();
            let named = tag.contains("role=\"img\"") && tag.contains("aria-label");
            assert!(named || tag.contains("aria-hidden=\"true\""), "{name}: an SVG without a name: {tag}");
        }
        for id in html.split(" id=\"").skip(1) {
            assert!(ids.insert(id.split('"').next().unwrap()), "{name}: an id twice: {id:.40}");
        }
    }
    assert!(all.len() > 35, "{}", all.len());
    let masked = all.iter().find(|(name, _)| *name == "Bars, one hidden").unwrap();
    assert!(masked.1.contains("Hidden from your role") && !masked.1.contains(">5<"), "{}", masked.1);
}

#[test]
fn what_is_taken_along_is_what_is_shown() {
    let csv = |html: &str| {
        let address = html.split("href=\"data:text/csv").nth(1).unwrap().split('"').next().unwrap();
        address.split_once(',').unwrap().1.replace("%2C", ",").replace("%0D%0A", "|").replace("%20", " ")
    };
    let group = |label: &str, bar| Group { label: label.into(), bars: vec![bar] };
    let bars = Bars {
        id: "b".into(),
        label: "Worth".into(),
        of: "Month".into(),
        series: vec!["THB".into()],
        groups: vec![group("Jun", Bar::new(12.5, "12.50")), group("Jul", Bar::none("hidden"))],
        language: Language::English,
    };
    assert_eq!(csv(&bars.to_string()), "Month,THB|Jun,12.50|Jul,hidden|");
    let step = Step { label: "Deals".into(), href: None, count: 3, worth: "THB 9".into() };
    let funnel =
        Funnel { id: "f".into(), label: "Pipeline".into(), steps: vec![step], language: Language::English };
    assert_eq!(csv(&funnel.to_string()), "rung,count,worth|Deals,3,THB 9|");
}

#[test]
fn an_hour_without_anything_is_seen_and_one_that_is_not_known_is_none() {
    let came = |at_ms: i64| {
        (at_ms != NOON - 3 * HOUR_MS).then_some(if at_ms < NOON - 2 * HOUR_MS { 0.0 } else { 60.0 })
    };
    let hours = Heat::hours(NOON - 5 * HOUR_MS - MINUTE_MS, NOON + MINUTE_MS, BANGKOK, came);
    let shares: Vec<_> = hours.iter().map(|hour| (hour.at_ms - NOON) / HOUR_MS).collect();
    assert_eq!(shares, [-5, -4, -2, -1], "only whole hours, and those that are known: {hours:?}");
    let html = Heat {
        id: "h".into(),
        label: "Heard".into(),
        full: "Full".into(),
        hours,
        takes: true,
        reader: Reader::default(),
    }
    .to_string();
    assert!(html.contains("4 hours: 2 with nearly all, 2 with nothing"), "{html}");
    assert!(
        html.contains("<td>0 %</td>")
            && html.contains("<td>100 %</td>")
            && html.contains("Wed 15 Jul, 11:00")
    );
}

/// Values and instants of any kind, in any order.
fn anything() -> impl Strategy<Value = Vec<Point>> {
    let point = (any::<i64>(), any::<f64>(), any::<f64>(), any::<f64>())
        .prop_map(|(at_ms, min, max, value)| Point { at_ms, min, max, value });
    prop::collection::vec(point, 0..20)
}

/// Every number in the paths of this class is in the box of 1000 by 100.
fn is_inside(html: &str, class: &str) {
    for one in html.split(&format!("class=\"{class}\" d=\"")).skip(1) {
        let path = one.split('"').next().unwrap().replace("h.01", "");
        let mut verb = ' ';
        for word in path.split_inclusive(|c: char| c.is_ascii_alphabetic()) {
            let next = word.chars().last().filter(char::is_ascii_alphabetic);
            let numbers: Vec<f64> = word
                .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .split_whitespace()
                .map(|n| n.parse().unwrap())
                .collect();
            let most: &[f64] = match verb {
                'V' => &[100.0],
                'H' => &[1000.0],
                _ => &[1000.0, 100.0],
            };
            for (number, most) in numbers.iter().zip(most) {
                assert!((0.0..=*most).contains(number), "{number} in {path}");
            }
            verb = next.unwrap_or(verb);
        }
    }
}

fn values() -> impl Strategy<Value = Vec<(i64, f64)>> {
    prop::collection::vec((0..HOUR_MS, -1e9..1e9_f64), 1..80)
}

proptest! {
    #[test]
    fn nothing_leaves_the_canvas(mut values in values()) {
        values.sort_by_key(|(at, _)| *at);
        let points: Vec<Point> = values
            .iter()
            .map(|(at, v)| Point { at_ms: NOON - HOUR_MS + at, min: *v - 1.0, max: *v + 1.0, value: *v })
            .collect();
        let pieces = 1 + points.windows(2).filter(|p| p[1].at_ms - p[0].at_ms > 3 * MINUTE_MS).count();
        let html = chart(points).to_string();
        for class in ["line s1", "band"] {
            is_inside(&html, class);
            assert_eq!(path(&html, class).matches('M').count(), pieces, "gaps split the {class}");
        }
        assert_eq!(html.matches("class=\"gap\"").count(), pieces - 1);
    }

    #[test]
    fn whatever_comes_in_a_number_goes_out(
        points in anything(), from_ms in any::<i64>(), until_ms in any::<i64>(), limit in any::<f64>(),
        steps in any::<bool>(), shares in prop::collection::vec((any::<f64>(), any::<i64>()), 0..9),
    ) {
        let shape = if steps { Shape::Steps } else { Shape::Line(2) };
        let limits = vec![Limit { label: "Most".into(), value: limit }];
        let one = LineChart { shape, from_ms, until_ms, limits, ..chart(points.clone()) };
        let spark = Sparkline::of(&one).to_string();
        let html = one.to_string();
        is_inside(&html, "line s1");
        is_inside(&html, "band");
        let bars = Bars {
            id: "b".into(), label: "B".into(), of: "M".into(), series: vec!["S".into()],
            groups: points.iter().map(|p| Group { label: "g".into(), bars: vec![Bar::new(p.value, "v")] }).collect(),
            language: Language::English,
        };
        let hours = shares.iter().map(|(share, at_ms)| Hour { at_ms: *at_ms, share: *share }).collect();
        let heat = Heat { id: "h".into(), label: "H".into(), full: "F".into(), hours, takes: true, reader: Reader::default() };
        let gauge = Gauge::new("g", "G", limit, (from_ms as f64, until_ms as f64), "u", 1, Language::English);
        for html in [html, spark, bars.to_string(), bars.lying().to_string(), heat.to_string(), gauge.to_string()] {
            assert!(!html.contains("NaN") && !html.replace("#info", "").contains("inf"), "{html}");
        }
    }

    #[test]
    fn an_axis_has_few_ticks_and_all_of_them_on_it(low in any::<f64>(), high in any::<f64>()) {
        let (low, high) = (low.min(high), high.max(low));
        for scale in [value_ticks(low, high), bar_ticks(low, high)] {
            assert!(scale.ticks.len() <= 12 && scale.low < scale.high, "{scale:?}");
            assert!(scale.ticks.iter().all(|t| (scale.low..=scale.high).contains(t)), "{scale:?}");
        }
    }

    #[test]
    fn times_never_crowd(from in 0..4_000_000_000_000_i64, span in 1..400 * DAY_MS) {
        let ticks = time_ticks(from, from + span, Reader::default());
        assert!(ticks.len() <= 8 && ticks.iter().all(|(at, _)| (from..=from + span).contains(at)), "{ticks:?}");
    }
}
