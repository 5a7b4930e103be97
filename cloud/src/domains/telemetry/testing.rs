//! For stories: schemas and batches as a gateway makes them.

use riversync_protocol::ids::AgentId;
use riversync_protocol::pack::{Batch, Rows, Values, pack};
use riversync_protocol::v1::{Column, Content, Group, Kind, PackedBatch, Scale, Schema, Upload};

/// One group per device with these metrics, tenths as integers, read each second.
pub(crate) fn schema(devices: &[&str], metrics: &[&str]) -> Schema {
    let column = |metric: &&str| Column {
        metric: metric.parse().unwrap(),
        unit: "kW".to_owned(),
        kind: Kind::Int,
        scale: Scale { numerator: 1, denominator: 10 },
        offset: 0.0,
    };
    let group = |device: &&str| Group {
        device: device.parse().unwrap(),
        interval_ms: 1_000,
        columns: metrics.iter().map(column).collect(),
    };
    Schema { groups: devices.iter().map(group).collect() }
}

/// `rows` seconds from `first_ms` on in every group; the value in tenths is the row's number plus ten times the column's.
pub(crate) fn batch(schema: &Schema, first_ms: i64, rows: i64) -> PackedBatch {
    let groups = (0u16..).zip(&schema.groups).map(|(group, of)| Rows {
        group,
        times_ms: (0..rows).map(|row| first_ms + row * 1_000).collect(),
        columns: (0i64..)
            .zip(&of.columns)
            .map(|(at, _)| Values::Int((0..rows).map(|row| row + at * 10).collect()))
            .collect(),
    });
    let batch = Batch { groups: groups.collect(), quality: Vec::new() };
    pack(schema, schema.hash().unwrap(), &batch).unwrap()
}

/// An upload of such a batch.
pub(crate) fn telemetry(
    agent: &str,
    schema: &Schema,
    first_seq: u64,
    last_seq: u64,
    first_ms: i64,
    rows: i64,
) -> Upload {
    Upload {
        agent: AgentId::new(agent).unwrap(),
        store_epoch: 7,
        first_seq,
        last_seq,
        policy_epoch: 1,
        sent_ms: first_ms + rows * 1_000,
        content: Content::Telemetry(batch(schema, first_ms, rows)),
    }
}
