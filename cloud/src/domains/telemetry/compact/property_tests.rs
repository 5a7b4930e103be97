//! Points in are points out.

use super::codec::{FrameError, decode, encode};
use super::frame::{Column, Frame, columns_of};
use super::job::joined;
use super::stats::{SLOT_MS, Stats};
use crate::domains::telemetry::sample::{Raw, Sample};
use proptest::prelude::*;
use riversync_protocol::pack::{Batch, Rows, Values, pack, unpack};
use riversync_protocol::v1::{
    Column as Described, Group, Kind, Quality, QualityLevel, QualityReason, QualityRun, Scale, Schema,
};
use std::collections::{BTreeMap, BTreeSet};

fn described(metric: usize, kind: Kind, denominator: i64) -> Described {
    Described {
        metric: format!("m{metric}").parse().unwrap(),
        unit: "kW".to_owned(),
        kind,
        scale: Scale { numerator: 1, denominator },
        offset: 0.0,
    }
}

fn raw(kind: Kind, seed: i64) -> Raw {
    match kind {
        Kind::Int => Raw::Int(seed),
        Kind::UInt => Raw::UInt(seed.unsigned_abs()),
        Kind::Float32 => Raw::Float32(f32::from(i16::try_from(seed % 1000).unwrap()) / 3.0),
        Kind::Float64 => Raw::Float64(f64::from(i32::try_from(seed % 100_000).unwrap()) / 7.0),
        Kind::Bool => Raw::Bool(seed % 2 == 0),
        Kind::Text => {
            Raw::Text(["run", "stop", "fault"][usize::try_from(seed.rem_euclid(3)).unwrap()].to_owned())
        }
    }
}

fn quality(seed: u8) -> Quality {
    match seed {
        0 => Quality::bad(QualityReason::Timeout),
        1 => Quality { level: QualityLevel::Uncertain, reason: QualityReason::ClockUntrusted },
        _ => Quality::GOOD,
    }
}

fn column() -> impl Strategy<Value = Column> {
    let kinds = [Kind::Int, Kind::UInt, Kind::Float32, Kind::Float64, Kind::Bool, Kind::Text];
    let samples = proptest::collection::vec((0i64..2_000, -500i64..500, 0u8..6), 0..60);
    (0usize..3, proptest::sample::select(kinds.to_vec()), 1i64..3, samples).prop_map(
        |(metric, kind, scale, samples)| {
            let sample =
                |(at, seed, q)| Sample { at_ms: at * 1_000, raw: raw(kind, seed), quality: quality(q) };
            Column {
                described: described(metric, kind, scale),
                samples: samples.into_iter().map(sample).collect(),
            }
        },
    )
}

fn times(columns: &[Column]) -> BTreeMap<String, BTreeSet<i64>> {
    let mut out: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for column in columns.iter().filter(|c| !c.samples.is_empty()) {
        let of = out.entry(column.described.metric.as_str().to_owned()).or_default();
        of.extend(column.samples.iter().map(|s| s.at_ms));
    }
    out
}

proptest! {
    #[test]
    fn a_frame_comes_back_as_it_was(columns in proptest::collection::vec(column(), 0..6)) {
        let frame = Frame::of(columns);
        let bytes = encode(&frame).unwrap();
        prop_assert_eq!(&decode(&bytes, |_| true).unwrap(), &frame);
        let one = decode(&bytes, |d| d.metric.as_str() == "m1").unwrap();
        let expected: Vec<Column> =
            frame.columns.iter().filter(|c| c.described.metric.as_str() == "m1").cloned().collect();
        prop_assert_eq!(one.columns, expected);
        let stats = Stats::of(&frame);
        prop_assert_eq!(Stats::decode(&stats.encode().unwrap()).unwrap(), stats);
    }

    /// Each (metric, time) that went in comes out once, however the columns were cut and in whatever order they came.
    #[test]
    fn joining_keeps_every_time_once(columns in proptest::collection::vec(column(), 0..6), cut in 0usize..6) {
        let (left, right) = columns.split_at(cut.min(columns.len()));
        let bodies = [left, right].map(|part| encode(&Frame::of(part.to_vec())).unwrap());
        let once = joined(&[&bodies[0], &bodies[1]]).unwrap();
        prop_assert_eq!(times(&once.columns), times(&columns));
        let points: usize = times(&columns).values().map(BTreeSet::len).sum();
        prop_assert_eq!(once.points(), points, "a time came out twice");
        let again = joined(&[&encode(&once).unwrap(), &bodies[0]]).unwrap();
        prop_assert_eq!(times(&again.columns), times(&columns), "what comes again changes nothing");
        prop_assert_eq!(again.points(), points);
        for column in &once.columns {
            for sample in &column.samples {
                let came = columns.iter().any(|c| c.described == column.described && c.samples.contains(sample));
                prop_assert!(came, "{sample:?} was made up");
            }
        }
    }

    /// From the gateway's batches to a frame: the same points.
    #[test]
    fn a_batch_becomes_a_frame_without_loss(rows in 1i64..50, values in proptest::collection::vec(-500i64..500, 50), bad in 0u32..50) {
        let columns = vec![described(0, Kind::Int, 10), described(1, Kind::Bool, 1)];
        let schema = Schema { groups: vec![Group { device: "D-1".parse().unwrap(), interval_ms: 1_000, columns }] };
        let taken: Vec<i64> = values.into_iter().take(usize::try_from(rows).unwrap()).collect();
        let bools = taken.iter().map(|v| v % 2 == 0).collect();
        let group = Rows {
            group: 0,
            times_ms: (0..rows).map(|at| at * 1_000).collect(),
            columns: vec![Values::Int(taken.clone()), Values::Bool(bools)],
        };
        let run = QualityRun { group: 0, column: 0, start: bad, len: 1, quality: quality(0) };
        let runs = if i64::from(bad) < rows { vec![run] } else { vec![] };
        let packed = pack(&schema, schema.hash().unwrap(), &Batch { groups: vec![group], quality: runs }).unwrap();
        let batch = unpack(&schema, &packed).unwrap();
        let mut found = Vec::new();
        columns_of(&schema, &batch, |_, _| true, |device, d, samples| {
            assert_eq!(device, "D-1");
            found.push(Column { described: d.clone(), samples });
        });
        let frame = Frame::of(found);
        let out: Vec<(i64, Raw, bool)> =
            frame.columns[0].samples.iter().map(|s| (s.at_ms, s.raw.clone(), s.quality.has_value())).collect();
        let expected: Vec<(i64, Raw, bool)> = (0..)
            .zip(taken)
            .map(|(at, value)| (i64::from(at) * 1_000, Raw::Int(value), at != bad))
            .collect();
        prop_assert_eq!(out, expected);
        prop_assert_eq!(frame.points(), usize::try_from(packed.points).unwrap());
    }

    #[test]
    fn damaged_bytes_are_an_error_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let result: Result<Frame, FrameError> = decode(&bytes, |_| true);
        if let Ok(frame) = result {
            prop_assert!(frame.points() < 1 << 24);
        }
        drop(Stats::decode(&bytes));
    }
}

#[test]
fn of_two_samples_of_one_time_the_better_stays_and_of_equals_the_later() {
    let sample = |value, q| Sample { at_ms: 5, raw: Raw::Int(value), quality: quality(q) };
    let column = |samples| Column { described: described(0, Kind::Int, 1), samples };
    let kept = |samples: Vec<Sample>| Frame::of([column(samples)]).columns[0].samples.clone();
    assert_eq!(kept(vec![sample(1, 9), sample(2, 9)]), [sample(2, 9)]);
    assert_eq!(kept(vec![sample(1, 9), sample(2, 0)]), [sample(1, 9)]);
    assert_eq!(kept(vec![sample(1, 0), sample(2, 9)]), [sample(2, 9)]);
}

#[test]
fn statistics_count_what_has_a_value() {
    let samples = vec![
        Sample { at_ms: 0, raw: Raw::Int(10), quality: Quality::GOOD },
        Sample { at_ms: 1_000, raw: Raw::Int(30), quality: Quality::GOOD },
        Sample { at_ms: 2_000, raw: Raw::Int(9_999), quality: quality(0) },
        Sample { at_ms: SLOT_MS, raw: Raw::Int(-40), quality: Quality::GOOD },
    ];
    let stats = Stats::of(&Frame::of([Column { described: described(0, Kind::Int, 10), samples }]));
    let slots = &stats.metrics["m0"];
    assert_eq!((slots[0].count, slots[0].min, slots[0].max, slots[0].mean), (2, 1.0, 3.0, 2.0));
    assert_eq!((slots[1].at_ms, slots[1].count, slots[1].min), (SLOT_MS, 1, -4.0));
}
