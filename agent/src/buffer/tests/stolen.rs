//! A stolen disk shows nothing: neither who, nor what, nor how much, in whatever way it might be written down.

use super::Faults;
use super::damage::{files, length};
use super::kit::{flip, group, keeper, ms, numbers, one, open_keeper, small};
use crate::buffer::Entry;
use crate::buffer::keeper::Keeper;
use crate::buffer::purge::Sieve;
use crate::reading::{Cell, Raw, Reading};
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Alarm, AlarmState, Event, GapReason, Kind, Lane, Quality, SeqRange, Severity};
use std::collections::BTreeMap;
use std::path::Path;

const DEVICE: &str = "canary-meter-7731";
const METRIC: &str = "canary_power";
const INT: i64 = -1_234_567_890_123_456_789;
const UINT: u64 = 9_876_543_210_987_654_321;
const FLOAT: f64 = 8_675_309.123_456;
const TEXT: &str = "canary text 5150";
const ALARM: &str = "canary alarm, too hot";
const CODE: &str = "canary_code";
const ORIGIN: [u8; 16] = *b"\x91canary-origin\x00\x92";

/// Everything that must not be found, by what it is.
fn needles() -> Vec<(String, Vec<u8>)> {
    let mut needles = vec![("an origin".to_owned(), ORIGIN.to_vec())];
    for text in [DEVICE, METRIC, TEXT, ALARM, CODE] {
        needles.push((format!("`{text}`"), text.into()));
        needles
            .push((format!("`{text}` in UTF-16"), text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        needles.push((format!("`{text}` in base64"), data_encoding::BASE64.encode(text.as_bytes()).into()));
        needles.push((format!("`{text}` in hex"), data_encoding::HEXLOWER.encode(text.as_bytes()).into()));
    }
    for (number, little) in [
        (INT.to_string(), INT.to_le_bytes()),
        (UINT.to_string(), UINT.to_le_bytes()),
        (FLOAT.to_string(), FLOAT.to_le_bytes()),
    ] {
        needles.push((format!("{number} as bytes"), little.to_vec()));
        needles.push((
            format!("{number} as bytes, the other way round"),
            little.iter().rev().copied().collect(),
        ));
        needles.push((format!("{number} as text"), number.into()));
    }
    needles.push(("the integer as the store packs it".to_owned(), postcard::to_stdvec(&INT).unwrap()));
    needles.push(("the other one as the store packs it".to_owned(), postcard::to_stdvec(&UINT).unwrap()));
    needles
}

/// Which needles lie in any file below `dir`, whose names count too.
fn found(dir: &Path) -> Vec<String> {
    let paths = files(dir);
    let hay: Vec<Vec<u8>> = paths
        .iter()
        .flat_map(|path| [std::fs::read(path).unwrap(), path.to_string_lossy().into_owned().into()])
        .collect();
    let is_in = |needle: &[u8]| {
        let first = needle[0];
        hay.iter().any(|bytes| {
            let mut at = 0;
            while let Some(skip) = bytes[at..].iter().position(|byte| *byte == first) {
                at += skip;
                if bytes[at..].starts_with(needle) {
                    return true;
                }
                at += 1;
            }
            false
        })
    };
    needles().into_iter().filter(|(_, needle)| is_in(needle)).map(|(what, _)| what).collect()
}

fn canary(second: i64) -> Entry {
    let kinds = [
        (METRIC, Kind::Int),
        ("canary_energy", Kind::UInt),
        ("canary_flow", Kind::Float64),
        ("canary_state", Kind::Text),
    ];
    let cell = |raw| Cell { raw, quality: Quality::GOOD };
    let cells = [Raw::Int(INT), Raw::UInt(UINT), Raw::Float64(FLOAT), Raw::Text(TEXT.to_owned())];
    let reading = Reading {
        group: group(DEVICE, &kinds),
        at_ms: ms(second),
        cells: cells.into_iter().map(cell).collect(),
    };
    let alarm = Event::Alarm(Alarm {
        device: DeviceId::new(DEVICE).unwrap(),
        metric: MetricName::new(METRIC).unwrap(),
        code: MetricName::new(CODE).unwrap(),
        state: AlarmState::Raised,
        severity: Severity::Critical,
        at_ms: ms(second),
        text: ALARM.to_owned(),
    });
    Entry {
        readings: vec![reading; 3],
        events: if second % 10 == 0 { vec![alarm] } else { Vec::new() },
        origin: (second == 5).then_some(ORIGIN),
    }
}

/// Many records, some delivered, some set aside.
fn fill(keeper: &mut Keeper) {
    for second in 0..400 {
        one(keeper, canary(second)).unwrap();
    }
    keeper.remove(Lane::Telemetry, SeqRange { first: 0, last: 20 }, None).unwrap();
    keeper.remove(Lane::Telemetry, SeqRange { first: 30, last: 40 }, Some(GapReason::Refused)).unwrap();
}

#[test]
fn a_stolen_disk_shows_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (mut first, _) = keeper(home.path());
    fill(&mut first);
    assert_eq!(found(home.path()), Vec::<String>::new(), "in use");
    let everything = Sieve { keep: Box::new(Some), keep_event: Box::new(|_| true), taken: BTreeMap::new() };
    first.purge(everything).unwrap();
    fill(&mut first);
    assert_eq!(found(home.path()), Vec::<String>::new(), "rewritten");
    first.close();
    assert_eq!(found(home.path()), Vec::<String>::new(), "closed");

    let log = home.path().join("store-v2-2/db");
    flip(&log, length(&log) / 2, 0x10);
    std::fs::write(home.path().join("store-v2-2/conf"), [0x5a; 40]).unwrap();
    let (mut again, report) = open_keeper(home.path(), small(), 2).unwrap();
    assert!(report.moved_aside.is_some(), "{report:?}");
    assert!(numbers(&mut again, Lane::Telemetry).len() > 400, "what waits is there, only not to be seen");
    assert_eq!(found(home.path()), Vec::<String>::new(), "healed, the damaged one beside it");
    again.close();
}

/// The search itself: what was written before there was sealing is found.
#[test]
fn the_search_would_find_it() {
    let home = tempfile::tempdir().unwrap();
    Faults::write_in_the_clear(|| {
        let (mut keeper, _) = keeper(home.path());
        fill(&mut keeper);
        keeper.close();
    });
    let found = found(home.path());
    for what in ["an origin", "the integer as the store packs it", "the other one as the store packs it"] {
        assert!(found.iter().any(|found| found == what), "{what} is not among {found:?}");
    }
    for text in [DEVICE, METRIC, TEXT, ALARM, CODE] {
        assert!(found.contains(&format!("`{text}`")), "{text} is not among {found:?}");
    }
    assert!(found.contains(&format!("{FLOAT} as bytes")), "{found:?}");
}
