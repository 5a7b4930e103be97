//! What a chart promises: round ticks, gaps as gaps, the same numbers in the table, nothing off the canvas.

use super::scale::{time_ticks, value_ticks};
use super::{LineChart, Point, Shape, thin};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use proptest::prelude::{Strategy, any, prop, proptest};

const NOON: i64 = 1_784_091_600_000;

fn chart(points: Vec<Point>) -> LineChart {
    LineChart {
        id: "power".into(),
        label: "Power".into(),
        unit: "kW".into(),
        shape: Shape::Line(1),
        from_ms: NOON - HOUR_MS,
        until_ms: NOON,
        points,
        join_ms: 3 * MINUTE_MS,
        latest: None,
        zone: "Asia/Bangkok",
    }
}

fn point(minutes_ago: i64, value: f64) -> Point {
    Point { at_ms: NOON - minutes_ago * MINUTE_MS, min: value - 0.5, max: value + 0.5, value }
}

#[test]
fn a_gap_is_drawn_as_a_gap_and_said() {
    let html = chart(vec![point(30, 4.0), point(29, 4.2), point(10, 5.0), point(9, 5.1)]).to_string();
    assert_eq!(html.matches("class=\"gap\"").count(), 1);
    let line = html.split("class=\"line\" d=\"").nth(1).unwrap().split('"').next().unwrap();
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
    assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
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
    let ticks = time_ticks(NOON - HOUR_MS, NOON, "Asia/Bangkok");
    let labels: Vec<_> = ticks.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(labels, ["11:10", "11:20", "11:30", "11:40", "11:50"]);
    let week = time_ticks(NOON - 7 * DAY_MS, NOON, "Asia/Bangkok");
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

fn values() -> impl Strategy<Value = Vec<(i64, f64)>> {
    prop::collection::vec((0..HOUR_MS, -1e9..1e9_f64), 1..80)
}

proptest! {
    #[test]
    fn nothing_leaves_the_canvas(mut values in values()) {
        values.sort_by_key(|(at, _)| *at);
        let points = values.iter().map(|(at, v)| Point { at_ms: NOON - HOUR_MS + at, min: *v, max: *v, value: *v });
        let html = chart(points.collect()).to_string();
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
        let line = html.split("class=\"line\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for pair in line.split(['M', 'L']).filter(|pair| !pair.is_empty()) {
            let mut pair = pair.trim_end_matches("h.01").split(' ').map(|n| n.parse::<f64>().unwrap());
            assert!((0.0..=1000.0).contains(&pair.next().unwrap()) && (0.0..=100.0).contains(&pair.next().unwrap()));
        }
    }

    #[test]
    fn thinning_keeps_the_extremes(values in prop::collection::vec(-1e6..1e6_f64, 1..400), most in 1_usize..50, start in any::<i32>()) {
        let points: Vec<Point> = (0_i64..).zip(&values)
            .map(|(n, v)| Point { at_ms: i64::from(start) + n, min: *v, max: *v, value: *v }).collect();
        let thinned = thin(&points, most);
        assert!(thinned.len() <= most);
        let low = |points: &[Point]| points.iter().map(|p| p.min).fold(f64::INFINITY, f64::min);
        let high = |points: &[Point]| points.iter().map(|p| p.max).fold(f64::NEG_INFINITY, f64::max);
        assert!(low(&points).total_cmp(&low(&thinned)).is_eq() && high(&points).total_cmp(&high(&thinned)).is_eq());
        assert_eq!(points.last().unwrap().at_ms, thinned.last().unwrap().at_ms);
    }
}
