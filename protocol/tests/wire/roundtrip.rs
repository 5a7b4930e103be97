//! What must hold for every message and every batch: it comes back bit for bit, and nothing that comes from outside can
//! make a decoder panic or allocate without bound.

use super::{kit, targets};
use proptest::prelude::*;
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::codec::{CodecError, MAX_BODY_BYTES};
use riversync_protocol::ids::AgentId;
use riversync_protocol::pack::{Batch, MAX_POINTS, PackError, Rows, Values, pack, unpack};
use riversync_protocol::sign::{SignError, sign_policy, verify_policy};
use riversync_protocol::v1::upload::MAX_EVENTS;
use riversync_protocol::v1::{
    Ack, Column, Content, Event, Group, Kind, Message, Outcome, PackedBatch, Policy, PolicyRow, Quality,
    QualityReason, QualityRun, Refusal, RowSpan, Scale, Schema, SchemaHash, SeqRange,
};
use riversync_protocol::{Envelope, decode, encode};

const KINDS: [Kind; 6] = [Kind::Int, Kind::UInt, Kind::Float32, Kind::Float64, Kind::Bool, Kind::Text];

fn name() -> impl Strategy<Value = String> {
    "[a-z0-9][a-zA-Z0-9._-]{0,20}"
}

fn wild_i64() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -3i64..4, Just(i64::MIN), Just(i64::MAX), 20_000i64..20_010]
}

fn wild_f64() -> impl Strategy<Value = f64> {
    let odd = [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX, 5e-324];
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-5_000i32..5_000).prop_map(|tenths| f64::from(tenths) / 10.0),
        (0..odd.len()).prop_map(move |at| odd[at]),
    ]
}

fn values(kind: Kind, rows: usize) -> BoxedStrategy<Values> {
    use prop::collection::vec;
    match kind {
        Kind::Int => vec(wild_i64(), rows).prop_map(Values::Int).boxed(),
        Kind::UInt => vec(wild_i64().prop_map(i64::cast_unsigned), rows).prop_map(Values::UInt).boxed(),
        Kind::Float32 => {
            let bits = prop_oneof![any::<u32>(), Just((21.4f32).to_bits()), Just((-0.0f32).to_bits())];
            vec(bits.prop_map(f32::from_bits), rows).prop_map(Values::Float32).boxed()
        }
        Kind::Float64 => {
            // Columns that are all decimals take another way than mixed ones.
            let decimals = vec((-9_999i32..9_999).prop_map(|v| f64::from(v) / 100.0), rows);
            prop_oneof![vec(wild_f64(), rows), decimals].prop_map(Values::Float64).boxed()
        }
        Kind::Bool => vec(any::<bool>(), rows).prop_map(Values::Bool).boxed(),
        Kind::Text => {
            vec(prop_oneof![Just(String::new()), "[a-zก-ฮ]{0,12}"], rows).prop_map(Values::Text).boxed()
        }
    }
}

/// A group: its interval, its columns as (kind, which unit, which scale), its rows.
type Plan = (u32, Vec<(usize, u8, i64)>, usize);

fn groups() -> impl Strategy<Value = Vec<Plan>> {
    let column = (0usize..6, 0u8..2, 1i64..3);
    let rows = prop_oneof![3 => 1usize..12, 1 => Just(0usize), 1 => 40usize..80];
    prop::collection::vec(
        (prop_oneof![Just(0u32), Just(1_000)], prop::collection::vec(column, 0..7), rows),
        1..5,
    )
}

fn schema_of(groups: &[Plan]) -> Schema {
    let column = |(at, (kind, unit, denominator)): (usize, &(usize, u8, i64))| Column {
        metric: kit::metric(&format!("m{at}")),
        unit: format!("unit {unit}"),
        kind: KINDS[*kind],
        scale: Scale { numerator: 1, denominator: *denominator },
        offset: 0.5,
    };
    let group = |(at, (interval_ms, columns, _)): (usize, &Plan)| Group {
        device: kit::device(&format!("d{at}")),
        interval_ms: *interval_ms,
        columns: columns.iter().enumerate().map(column).collect(),
    };
    Schema { groups: groups.iter().enumerate().map(group).collect() }
}

fn batches() -> impl Strategy<Value = (Schema, Batch)> {
    groups().prop_flat_map(|groups| {
        let schema = schema_of(&groups);
        let rows: Vec<_> = groups
            .iter()
            .enumerate()
            .filter(|(_, (_, _, rows))| *rows > 0)
            .map(|(at, (_, columns, rows))| {
                let times = prop_oneof![
                    prop::collection::vec(wild_i64(), *rows),
                    (0i64..5).prop_map({
                        let rows = *rows;
                        move |late| (0..rows).map(|row| kit::T0 + late + 1_000 * row as i64).collect()
                    })
                ];
                let columns: Vec<_> =
                    columns.iter().map(|(kind, _, _)| values(KINDS[*kind], *rows)).collect();
                (Just(u16::try_from(at).unwrap()), times, columns)
            })
            .collect();
        (Just(schema), rows, any::<u32>()).prop_map(|(schema, rows, dice)| {
            let groups: Vec<Rows> = rows
                .into_iter()
                .map(|(group, times_ms, columns)| Rows { group, times_ms, columns })
                .collect();
            let with_columns = groups.iter().filter(|rows| !rows.columns.is_empty());
            let quality = with_columns
                .map(|rows| QualityRun {
                    group: rows.group,
                    column: u16::try_from(dice as usize % rows.columns.len()).unwrap(),
                    start: dice % u32::try_from(rows.times_ms.len()).unwrap(),
                    len: 1,
                    quality: Quality::bad(QualityReason::Exception(dice.to_le_bytes()[0])),
                })
                .collect();
            (schema, Batch { groups, quality })
        })
    })
}

/// Values by their bits, because NaN is not equal to itself.
fn bits(batch: &Batch) -> String {
    let column = |values: &Values| match values {
        Values::Float32(v) => format!("f32 {:?}", v.iter().map(|f| f.to_bits()).collect::<Vec<_>>()),
        Values::Float64(v) => format!("f64 {:?}", v.iter().map(|f| f.to_bits()).collect::<Vec<_>>()),
        other => format!("{other:?}"),
    };
    let rows = |rows: &Rows| {
        (rows.group, rows.times_ms.clone(), rows.columns.iter().map(column).collect::<Vec<_>>())
    };
    format!("{:?} {:?}", batch.groups.iter().map(rows).collect::<Vec<_>>(), batch.quality)
}

fn policies() -> impl Strategy<Value = Policy> {
    let row = (name(), name(), any::<u32>(), wild_i64(), wild_i64()).prop_map(
        |(device, metric, every, from, until)| {
            let (device, metric) = (kit::device(&device), kit::metric(&metric));
            PolicyRow { device, metric, min_interval_ms: every, from_ms: from, until_ms: until }
        },
    );
    (name(), any::<u64>(), wild_i64(), prop::collection::vec(row, 0..8)).prop_map(
        |(agent, epoch, issued_ms, rows)| Policy {
            agent: AgentId::new(agent).unwrap(),
            epoch,
            issued_ms,
            rows,
        },
    )
}

fn messages() -> impl Strategy<Value = Message> {
    let fixed: Vec<Message> = kit::samples().into_iter().map(|(_, Envelope::V1(message))| message).collect();
    let range = (any::<u64>(), any::<u64>()).prop_map(|(first, last)| SeqRange { first, last });
    let outcome = prop_oneof![
        Just(Outcome::Stored),
        prop::collection::vec(range, 0..5).prop_map(Outcome::Overlaps),
        any::<[u8; 16]>().prop_map(|hash| Outcome::Refused(Refusal::UnknownSchema(SchemaHash(hash)))),
        ".{0,40}".prop_map(|why| Outcome::Refused(Refusal::Malformed(why))),
        any::<u32>().prop_map(|ms| Outcome::Refused(Refusal::Busy(ms))),
    ];
    let ack = (outcome, any::<u64>(), wild_i64(), any::<u32>()).prop_map(
        |(outcome, policy_epoch, server_ms, pace_ms)| {
            Message::Ack(Ack { outcome, policy_epoch, server_ms, pace_ms })
        },
    );
    let events = prop::collection::vec(prop::sample::select(kit::events()), 0..9);
    prop_oneof![
        prop::sample::select(fixed),
        ack,
        events.prop_map(|events| kit::upload(Content::Events(events))),
        groups().prop_map(|groups| Message::Schema(schema_of(&groups))),
        policies().prop_map(|policy| Message::Policy(sign_policy(&policy, &kit::key()).unwrap())),
    ]
}

proptest! {
    #[test]
    fn every_message_comes_back(message in messages()) {
        let envelope = Envelope::V1(message);
        let bytes = encode(&envelope).unwrap();
        prop_assert_eq!(decode(&bytes).unwrap(), envelope);
        let mut longer = bytes.clone();
        longer.push(0);
        prop_assert_eq!(decode(&longer), Err(CodecError::Trailing { bytes: 1 }));
        prop_assert!(decode(&bytes[..bytes.len() - 1]).is_err(), "a message that is cut short is none");
    }

    #[test]
    fn every_batch_comes_back_bit_for_bit((schema, batch) in batches()) {
        let hash = SchemaHash([1; 16]);
        if batch.groups.is_empty() {
            prop_assert!(matches!(pack(&schema, hash, &batch), Err(PackError::Shape(_))));
        } else {
            let packed = pack(&schema, hash, &batch).unwrap();
            let back = unpack(&schema, &packed).unwrap();
            prop_assert_eq!(bits(&back), bits(&batch));
            let mut longer = packed.clone();
            longer.columns.push(0);
            prop_assert!(unpack(&schema, &longer).is_err());
            for end in (0..packed.columns.len()).rev().step_by(1 + packed.columns.len() / 24) {
                let cut = PackedBatch { columns: packed.columns[..end].to_vec(), ..packed.clone() };
                prop_assert!(unpack(&schema, &cut).is_err(), "columns cut at {} of {}", end, packed.columns.len());
            }
        }
    }

    #[test]
    fn damaged_batches_are_refused_or_read_but_never_panic((schema, batch) in batches(), at: prop::sample::Index, bit in 0u8..8) {
        if let Ok(mut packed) = pack(&schema, SchemaHash([1; 16]), &batch) {
            let at = at.index(packed.columns.len());
            packed.columns[at] ^= 1 << bit;
            if let Ok(back) = unpack(&schema, &packed) {
                prop_assert_eq!(back.groups.len(), batch.groups.len());
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for (_, target) in targets::ALL {
            target(&bytes);
        }
        let packed = PackedBatch {
            schema: SchemaHash([0; 16]),
            first_ms: 0,
            last_ms: 0,
            points: 26,
            spans: vec![RowSpan { first_group: 0, groups: 1, rows: 3 }, RowSpan { first_group: 1, groups: 1, rows: 4 }],
            columns: bytes,
            quality: Vec::new(),
        };
        let _read_or_refused = unpack(&kit::schema(), &packed);
    }

    #[test]
    fn a_signature_holds_for_these_bytes_and_this_key_only(policy in policies(), at: prop::sample::Index, bit in 0u8..8) {
        let signed = sign_policy(&policy, &kit::key()).unwrap();
        let public = kit::key().verifying_key().to_bytes();
        prop_assert_eq!(verify_policy(&signed, &public).unwrap(), policy);
        let mut forged = signed.clone();
        let at = at.index(forged.body.len());
        forged.body[at] ^= 1 << bit;
        prop_assert_eq!(verify_policy(&forged, &public), Err(SignError::Signature));
        let mut forged = signed;
        forged.signature[at % 64] ^= 1 << bit;
        prop_assert_eq!(verify_policy(&forged, &public), Err(SignError::Signature));
    }

    #[test]
    fn a_code_survives_being_typed(address in "[a-z0-9.-]{1,60}:[0-9]{1,5}", secret: [u8; 16], at: prop::sample::Index) {
        let code = EnrolmentCode { address, ca_sha256: [5; 32], secret };
        let text = code.to_string();
        prop_assert_eq!(format!("  {} ", text.replacen('-', "", 0).to_lowercase().replacen("rs1-", "RS1-", 1)).parse(), Ok(code));
        let at = 4 + at.index(text.len() - 4);
        let mut typo: Vec<char> = text.chars().collect();
        if typo[at] != '-' {
            typo[at] = if typo[at] == 'A' { 'B' } else { 'A' };
            prop_assert!(typo.into_iter().collect::<String>().parse::<EnrolmentCode>().is_err());
        }
    }
}

#[test]
fn bounds_are_checked_before_anything_is_allocated() {
    let schema = kit::schema();
    let hash = schema.hash().unwrap();
    let packed = |spans| PackedBatch {
        schema: hash,
        first_ms: 0,
        last_ms: 0,
        points: 0,
        spans,
        columns: Vec::new(),
        quality: Vec::new(),
    };
    let many = packed(vec![RowSpan { first_group: 0, groups: 2, rows: u32::MAX }]);
    assert!(matches!(unpack(&schema, &many), Err(PackError::TooMany { points }) if points > MAX_POINTS));
    let outside = packed(vec![RowSpan { first_group: 1, groups: 2, rows: 1 }]);
    assert!(matches!(unpack(&schema, &outside), Err(PackError::Shape(_))));
    assert!(matches!(decode(&vec![0; MAX_BODY_BYTES + 1]), Err(CodecError::TooLarge { .. })));

    // A purged event is one byte on the wire and much more in memory.
    let full = Envelope::V1(kit::upload(Content::Events(vec![Event::Purged; MAX_EVENTS])));
    assert_eq!(decode(&encode(&full).unwrap()).unwrap(), full);
    let over = Envelope::V1(kit::upload(Content::Events(vec![Event::Purged; MAX_EVENTS + 1])));
    assert!(matches!(encode(&over), Err(CodecError::TooLarge { .. })), "never sent");
    assert!(
        matches!(decode(&postcard::to_stdvec(&over).unwrap()), Err(CodecError::Malformed(_))),
        "never taken"
    );
}

#[test]
fn texts_cannot_swell() {
    let column = |metric: &str| Column {
        metric: kit::metric(metric),
        unit: String::new(),
        kind: Kind::Text,
        scale: Scale::ONE,
        offset: 0.0,
    };
    let schema = Schema {
        groups: vec![Group { device: kit::device("d"), interval_ms: 0, columns: vec![column("t")] }],
    };
    let batch = |rows: usize, text: &str| Batch {
        groups: vec![Rows {
            group: 0,
            times_ms: (0i64..).take(rows).collect(),
            columns: vec![Values::Text(vec![text.to_owned(); rows])],
        }],
        quality: Vec::new(),
    };
    let hash = SchemaHash([0; 16]);
    assert!(pack(&schema, hash, &batch(1_000, &"x".repeat(256))).is_ok());
    assert!(matches!(pack(&schema, hash, &batch(1, &"x".repeat(257))), Err(PackError::Damaged(_))));
    assert!(matches!(pack(&schema, hash, &batch(100_000, &"x".repeat(256))), Err(PackError::Damaged(_))));
    assert!(matches!(pack(&schema, hash, &batch(MAX_POINTS + 1, "")), Err(PackError::TooMany { .. })));
}
