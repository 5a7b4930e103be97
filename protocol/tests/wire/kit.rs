//! One of every message, with every field away from its default: what the frozen bytes are made from.

use ed25519_dalek::SigningKey;
use riversync_protocol::Envelope;
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::ids::{AgentId, DeviceId, MetricName};
use riversync_protocol::pack::{Batch, Rows, Values, pack};
use riversync_protocol::sign::{Signed, sign_policy};
use riversync_protocol::v1::{
    Ack, Alarm, AlarmState, Certificate, Column, Content, EnrolRequest, Event, Gap, GapReason, Group, Health,
    Kind, Message, Outcome, Policy, PolicyRow, PurgedRow, Quality, QualityLevel, QualityReason, QualityRun,
    Receipt, Refusal, RenewRequest, Scale, Schema, SchemaHash, SeqRange, Severity, Upload,
};

pub const T0: i64 = 1_784_073_600_000;

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

pub fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

pub fn metric(name: &str) -> MetricName {
    MetricName::new(name).unwrap()
}

pub fn code() -> EnrolmentCode {
    EnrolmentCode {
        address: "cloud.example:8443".to_owned(),
        ca_sha256: [7; 32],
        secret: *b"one time secret!",
    }
}

pub fn policy() -> Policy {
    let row = |name: &str, min_interval_ms| PolicyRow {
        device: device("chiller-1"),
        metric: metric(name),
        min_interval_ms,
        from_ms: T0,
        until_ms: T0 + 86_400_000,
    };
    let agent = AgentId::new("agent-7").unwrap();
    Policy { agent, epoch: 41, issued_ms: T0 - 5, rows: vec![row("power", 0), row("temp", 60_000)] }
}

pub fn signed() -> Signed {
    sign_policy(&policy(), &key()).unwrap()
}

pub fn schema() -> Schema {
    let column = |name: &str, unit: &str, kind, denominator, offset| Column {
        metric: metric(name),
        unit: unit.to_owned(),
        kind,
        scale: Scale { numerator: 1, denominator },
        offset,
    };
    let chiller = vec![
        column("power", "kW", Kind::Int, 10, 0.0),
        column("energy", "kWh", Kind::UInt, 1, 0.0),
        column("temp", "°C", Kind::Float32, 1, -273.15),
        column("cop", "", Kind::Float64, 1, 0.0),
        column("running", "", Kind::Bool, 1, 0.0),
        column("mode", "", Kind::Text, 1, 0.0),
    ];
    let pump = vec![column("power", "kW", Kind::Int, 10, 0.0), column("flow", "m³/h", Kind::Float64, 1, 0.0)];
    Schema {
        groups: vec![
            Group { device: device("chiller-1"), interval_ms: 1_000, columns: chiller },
            Group { device: device("pump-2"), interval_ms: 0, columns: pump },
        ],
    }
}

pub fn batch() -> Batch {
    let chiller = Rows {
        group: 0,
        times_ms: vec![T0, T0 + 1_003, T0 + 2_001, T0 + 3_000],
        columns: vec![
            Values::Int(vec![1_234, 1_236, 1_231, -40]),
            Values::UInt(vec![u64::MAX - 2, u64::MAX - 1, u64::MAX, 0]),
            Values::Float32(vec![21.4, 21.5, 21.5, 21.3]),
            Values::Float64(vec![2.506_628_274_631_000_5, -0.0, f64::NAN, 1e300]),
            Values::Bool(vec![true, true, false, true]),
            Values::Text(["cooling", "cooling", "", "ไทย"].map(str::to_owned).to_vec()),
        ],
    };
    let pump = Rows {
        group: 1,
        times_ms: vec![T0 + 500, T0 + 90],
        columns: vec![Values::Int(vec![i64::MAX, i64::MIN]), Values::Float64(vec![0.125, 12.75])],
    };
    let run = |column, start, len, quality| QualityRun { group: 0, column, start, len, quality };
    let stale = Quality { level: QualityLevel::Stale, reason: QualityReason::ClockUntrusted };
    Batch {
        groups: vec![chiller, pump],
        quality: vec![run(0, 3, 1, Quality::bad(QualityReason::Exception(2))), run(2, 1, 2, stale)],
    }
}

pub fn upload(content: Content) -> Message {
    Message::Upload(Upload {
        agent: AgentId::new("agent-7").unwrap(),
        store_epoch: 0x1234_5678_9abc_def0,
        first_seq: 300,
        last_seq: 303,
        policy_epoch: 41,
        sent_ms: T0 + 4_000,
        content,
    })
}

fn reasons() -> Vec<Event> {
    use GapReason::{Corrupt, DiskBound, DiskFull, Refused, StoreReplaced};
    let gap = |reason| {
        Event::Gap(Gap { from_ms: T0, to_ms: T0 + 9, records: 3, points: 3_000, reason, at_ms: T0 + 10 })
    };
    [DiskBound, DiskFull, Corrupt, StoreReplaced, Refused].map(gap).to_vec()
}

pub fn events() -> Vec<Event> {
    let alarm = |state, severity| {
        Event::Alarm(Alarm {
            device: device("chiller-1"),
            metric: metric("temp"),
            code: metric("over_temperature"),
            state,
            severity,
            at_ms: T0,
            text: "The condenser is too hot.".to_owned(),
        })
    };
    let rows = vec![PurgedRow { device: device("pump-2"), metric: metric("flow"), points: 77 }];
    let mut all = vec![
        alarm(AlarmState::Raised, Severity::Critical),
        alarm(AlarmState::Cleared, Severity::Warning),
        alarm(AlarmState::Raised, Severity::Info),
        Event::Receipt(Receipt { policy_epoch: 41, at_ms: T0 + 1, rows }),
        Event::Health(Health {
            at_ms: T0 + 2,
            version: "0.1.0".to_owned(),
            started_ms: T0 - 1_000,
            buffered_records: 12,
            buffered_bytes: 345_678,
            devices_up: 9,
            devices_down: 1,
            policy_epoch: 41,
        }),
        Event::Purged,
    ];
    all.extend(reasons());
    all
}

/// Every variant of every message, by name.
pub fn samples() -> Vec<(&'static str, Envelope)> {
    let schema = schema();
    let hash = schema.hash().unwrap();
    let ack = |outcome| Message::Ack(Ack { outcome, policy_epoch: 42, server_ms: T0 + 5, pace_ms: 250 });
    let ranges = vec![SeqRange { first: 1, last: 5 }, SeqRange { first: 300, last: 300 }];
    let all = vec![
        (
            "enrol_request",
            Message::EnrolRequest(EnrolRequest {
                secret: *b"one time secret!",
                csr_der: vec![0x30, 0x82, 1, 2, 3],
                version: "0.1.0".to_owned(),
            }),
        ),
        ("renew_request", Message::RenewRequest(RenewRequest { csr_der: vec![0x30, 0x81, 9] })),
        (
            "certificate",
            Message::Certificate(Certificate {
                agent: AgentId::new("agent-7").unwrap(),
                chain_der: vec![vec![0x30, 1], vec![0x30, 2, 2]],
                policy_key: key().verifying_key().to_bytes(),
                not_after_ms: T0 + 604_800_000,
            }),
        ),
        ("policy", Message::Policy(signed())),
        ("schema", Message::Schema(schema.clone())),
        ("upload_telemetry", upload(Content::Telemetry(pack(&schema, hash, &batch()).unwrap()))),
        ("upload_events", upload(Content::Events(events()))),
        ("ack_stored", ack(Outcome::Stored)),
        ("ack_overlaps", ack(Outcome::Overlaps(ranges))),
        ("ack_unknown_schema", ack(Outcome::Refused(Refusal::UnknownSchema(SchemaHash([3; 16]))))),
        ("ack_not_granted", ack(Outcome::Refused(Refusal::NotGranted))),
        ("ack_malformed", ack(Outcome::Refused(Refusal::Malformed("it names no device".to_owned())))),
        ("ack_busy", ack(Outcome::Refused(Refusal::Busy(1_500)))),
    ];
    all.into_iter().map(|(name, message)| (name, Envelope::V1(message))).collect()
}
