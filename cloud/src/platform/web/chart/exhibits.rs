//! Every chart in every state, with numbers made up here. The page of parts shows them, and tests look through them.

use super::{
    Absent, Bar, Bars, Funnel, Gauge, Group, Heat, Hour, Limit, LineChart, Point, Series, Shape, Sparkline,
    Step,
};
use crate::platform::base::{HOUR_MS, Language, MINUTE_MS, Reader};
use crate::platform::web::parts::Tone;

/// 15 July 2026, noon in Bangkok.
const NOON: i64 = 1_784_091_600_000;

/// Lines, with all that can be the matter with them.
pub fn curves() -> Vec<(&'static str, String)> {
    let mut all = lines();
    all.extend(sparklines());
    all
}

/// Bars, gauges, funnels and heat strips.
pub fn figures() -> Vec<(&'static str, String)> {
    let mut all = bars();
    all.extend(gauges());
    all.extend(funnels());
    all.extend(heats());
    all
}

/// A wave with its band, a point a minute; `skip` are the minutes that are missing.
fn wave(base: f64, high: f64, phase: f64, skip: std::ops::Range<i32>) -> Vec<Point> {
    let point = |minute: i32| {
        let value = base + high * (f64::from(minute) / 9.0 + phase).sin();
        let spread = high.abs() * 0.3;
        Point {
            at_ms: NOON - HOUR_MS + i64::from(minute) * MINUTE_MS,
            min: value - spread,
            max: value + spread,
            value,
        }
    };
    (0..60).filter(|minute| !skip.contains(minute)).map(point).collect()
}

fn line(id: &str, label: &str, unit: &str, points: Vec<Point>) -> LineChart {
    LineChart {
        id: format!("exhibit-{id}"),
        label: label.to_owned(),
        unit: unit.to_owned(),
        shape: Shape::Line(1),
        from_ms: NOON - HOUR_MS,
        until_ms: NOON,
        series: vec![Series { name: String::new(), points, join_ms: 3 * MINUTE_MS }],
        limits: Vec::new(),
        latest: None,
        stale: None,
        reader: Reader::default(),
        csv: None,
        zooms: false,
    }
}

fn lines() -> Vec<(&'static str, String)> {
    let named = |name: &str, phase: f64| Series {
        name: name.to_owned(),
        points: wave(20.0, 6.0, phase, 0..0)
            .into_iter()
            .map(|p| Point { min: p.value, max: p.value, ..p })
            .collect(),
        join_ms: 3 * MINUTE_MS,
    };
    let many = |id, names: &[&str]| LineChart {
        series: names.iter().zip([0.0, 0.9, 1.8, 2.7]).map(|(name, phase)| named(name, phase)).collect(),
        ..line(id, "Temperature", "°C", Vec::new())
    };
    let limit = Limit { label: "At most".to_owned(), value: 58.0 };
    let lone = wave(4.0, 1.0, 0.0, 1..60);
    let on_off = wave(0.5, 0.5, 0.0, 0..0)
        .into_iter()
        .map(|p| Point { min: p.value.round(), max: p.value.round(), value: p.value.round(), ..p })
        .collect();
    let with_limit = LineChart {
        limits: vec![limit],
        zooms: true,
        ..line("limit", "Bearing temperature", "°C", wave(52.0, 3.0, 1.0, 0..0))
    };
    let stale = LineChart {
        stale: Some("Stale: silent for 12 min".to_owned()),
        ..line("stale", "Power", "kW", wave(4.0, 1.0, 0.0, 48..60))
    };
    let steps = LineChart { shape: Shape::Steps, ..line("steps", "Pump runs", "", on_off) };
    vec![
        ("Line with its band", line("band", "Power", "kW", wave(4.0, 1.0, 0.0, 0..0)).to_string()),
        ("Line with a gap", line("gap", "Power", "kW", wave(4.0, 1.0, 0.0, 20..34)).to_string()),
        ("Line with a limit; zooms", with_limit.to_string()),
        ("Two lines", many("two", &["Inlet", "Outlet"]).to_string()),
        ("Four lines", many("four", &["Inlet", "Outlet", "Oil", "Housing"]).to_string()),
        (
            "Line below and above zero",
            line("negative", "Current", "A", wave(-2.0, 14.0, 0.0, 0..0)).to_string(),
        ),
        ("Line of huge values", line("huge", "Energy", "Wh", wave(4.2e9, 1.1e9, 0.0, 0..0)).to_string()),
        ("Line that does not change", line("flat", "Setpoint", "°C", wave(60.0, 0.0, 0.0, 0..0)).to_string()),
        ("On and off", steps.to_string()),
        ("A single value", line("lone", "Power", "kW", lone).to_string()),
        ("Stale", stale.to_string()),
        ("No values", line("empty", "Power", "kW", Vec::new()).to_string()),
        ("Not granted", Absent::hidden("exhibit-masked", "Flow", "Not granted by BKKFoods").to_string()),
    ]
}

fn sparklines() -> Vec<(&'static str, String)> {
    let of = |points| Sparkline::of(&line("spark", "Power", "kW", points)).to_string();
    vec![
        ("Sparkline", of(wave(4.0, 1.0, 0.0, 0..0))),
        ("Sparkline with a gap", of(wave(4.0, 1.0, 0.0, 20..34))),
        (
            "Sparkline of counts",
            Sparkline::counts("Alarms a day", &[0.0, 2.0, 1.0, 5.0, 3.0, 0.0, 1.0], Language::English)
                .to_string(),
        ),
        ("Sparkline without values", of(Vec::new())),
    ]
}

fn bar_chart(id: &str, label: &str, series: &[&str], groups: &[(&str, &[f64])]) -> Bars {
    Bars {
        id: format!("exhibit-{id}"),
        label: label.to_owned(),
        of: "Month".to_owned(),
        series: series.iter().map(|name| (*name).to_owned()).collect(),
        groups: groups
            .iter()
            .map(|(label, values)| Group {
                label: (*label).to_owned(),
                bars: values.iter().map(|v| Bar::new(*v, format!("{v}"))).collect(),
            })
            .collect(),
        language: Language::English,
    }
}

fn bars() -> Vec<(&'static str, String)> {
    let won: &[(&str, &[f64])] = &[
        ("Feb", &[3.0]),
        ("Mar", &[5.0]),
        ("Apr", &[2.0]),
        ("May", &[7.0]),
        ("Jun", &[6.0]),
        ("Jul", &[4.0]),
    ];
    let both: &[(&str, &[f64])] =
        &[("Apr", &[2.0, 1.0]), ("May", &[7.0, 3.0]), ("Jun", &[6.0, 0.0]), ("Jul", &[4.0, 2.0])];
    let change: &[(&str, &[f64])] = &[("Apr", &[2.0]), ("May", &[-3.0]), ("Jun", &[1.0]), ("Jul", &[-1.0])];
    let tiers: &[(&str, &[f64])] = &[("Authorized", &[5.0]), ("Gold", &[20.0]), ("Platinum", &[45.0])];
    let mut hidden = bar_chart("bars-hidden", "Worth by month", &["Worth"], &won[..3]);
    if let Some(group) = hidden.groups.get_mut(1) {
        group.bars = vec![Bar::none("Hidden from your role")];
    }
    let yes = ["Won", "Lost"];
    vec![
        ("Bars", bar_chart("bars", "Deals won by month", &["Won"], won).to_string()),
        ("Bars in groups", bar_chart("bars-grouped", "Deals closed by month", &yes, both).to_string()),
        ("Bars below zero", bar_chart("bars-negative", "Change in devices", &["Change"], change).to_string()),
        ("Bars, one hidden", hidden.to_string()),
        ("A single bar", bar_chart("bars-one", "Deals won by month", &["Won"], &won[..1]).to_string()),
        ("Bars without values", bar_chart("bars-empty", "Deals won by month", &["Won"], &[]).to_string()),
        ("Lying bars", bar_chart("lying", "Open deals by tier", &["Most"], tiers).lying().to_string()),
        (
            "Lying bars in groups",
            bar_chart("lying-grouped", "Closed by month", &yes, both).lying().to_string(),
        ),
        (
            "Lying bars below zero",
            bar_chart("lying-negative", "Change", &["Change"], change).lying().to_string(),
        ),
    ]
}

fn gauges() -> Vec<(&'static str, String)> {
    let heard = |id, part, tone, words| {
        Gauge::of(id, "Gateways heard", part, 12, Language::English).tone(tone, words).to_string()
    };
    vec![
        ("Gauge", heard("exhibit-gauge", 12, Tone::Good, "All 12 in the last hour")),
        ("Gauge that warns", heard("exhibit-gauge-warn", 10, Tone::Warn, "2 of 12 are silent")),
        ("Gauge at its end", heard("exhibit-gauge-bad", 0, Tone::Bad, "All 12 are silent")),
        (
            "Gauge of a value",
            Gauge::new("exhibit-gauge-value", "Load", 71.5, (0.0, 100.0), "%", 1, Language::English)
                .to_string(),
        ),
        (
            "Gauge of nothing",
            Gauge::of("exhibit-gauge-empty", "Gateways heard", 0, 0, Language::English).to_string(),
        ),
    ]
}

fn funnels() -> Vec<(&'static str, String)> {
    let step = |(label, count, worth): (&str, usize, &str)| Step {
        label: label.to_owned(),
        href: None,
        count,
        worth: worth.to_owned(),
    };
    let funnel = |id: &str, steps: &[(&str, usize, &str)]| {
        let steps = steps.iter().copied().map(step).collect();
        Funnel {
            id: format!("exhibit-{id}"),
            label: "Pipeline by stage".to_owned(),
            steps,
            language: Language::English,
        }
        .to_string()
    };
    let usual = [
        ("Leads", 42, "THB 12 000 000"),
        ("Opportunities", 18, "THB 7 400 000"),
        ("Deals", 9, "THB 3 100 000"),
    ];
    let masked = [("Deals", 9, "3 hidden"), ("Quotes", 4, "4 hidden")];
    vec![
        ("Funnel", funnel("funnel", &usual)),
        ("Funnel with hidden amounts", funnel("funnel-masked", &masked)),
        ("Funnel with nothing in it", funnel("funnel-zero", &[("Leads", 0, ""), ("Deals", 0, "")])),
        ("Funnel without rungs", funnel("funnel-empty", &[])),
    ]
}

fn heats() -> Vec<(&'static str, String)> {
    let heat = |id: &str, hours: Vec<Hour>| {
        let (label, full) =
            ("Values that came, by hour".to_owned(), "A full hour is the fullest one.".to_owned());
        Heat { id: format!("exhibit-{id}"), label, full, hours, takes: true, reader: Reader::default() }
            .to_string()
    };
    let hours = |count: i64| -> Vec<Hour> {
        let share = |n: i64| match n {
            50..=58 => 0.0,
            59 | 90 => 0.35,
            91..=95 => 0.8,
            _ => 1.0,
        };
        (0..count).map(|n| Hour { at_ms: NOON - (count - n) * HOUR_MS, share: share(n) }).collect()
    };
    vec![
        ("Heat strip", heat("heat", hours(7 * 24))),
        ("Heat strip of a single hour", heat("heat-one", hours(1))),
        ("Heat strip without hours", heat("heat-empty", Vec::new())),
    ]
}
