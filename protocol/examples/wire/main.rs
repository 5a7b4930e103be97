//! What a point costs on the wire: `cargo run --release -p riversync-protocol --example wire`.
//!
//! The workload is "synth" of the project's figures: 50 devices of 20 points at 1 Hz, deterministic. Counted is the whole
//! request body, `Envelope::V1(Upload)`, without the schema, which is sent once. Beside it the same points as rows of JSON
//! and of postcard. The last line is JSON.
#![expect(clippy::print_stdout, reason = "a benchmark speaks to the person who runs it")]

mod synth;

use riversync_protocol::pack::{Batch, Rows, Values, pack, unpack};
use riversync_protocol::v1::{Content, Message, Schema, SchemaHash, Upload};
use riversync_protocol::{Envelope, encode, ids::AgentId};
use std::error::Error;
use std::time::Instant;
use synth::Synth;

const SECONDS: usize = 3_600;

struct Figures {
    name: String,
    bytes: usize,
    points: usize,
    encode_ns: f64,
    decode_ns: f64,
}

impl Figures {
    fn per_point(&self) -> f64 {
        self.bytes as f64 / self.points as f64
    }
}

fn body(
    schema: &Schema,
    hash: SchemaHash,
    batch: &Batch,
    first: u64,
    rows: u64,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let content = Content::Telemetry(pack(schema, hash, batch)?);
    Ok(encode(&Envelope::V1(Message::Upload(Upload {
        agent: AgentId::new("agent-0123456789abcdef")?,
        store_epoch: 0x5eed_1234_5678_9abc,
        first_seq: first,
        last_seq: first + rows - 1,
        policy_epoch: 17,
        sent_ms: 1_784_000_000_000,
        content,
    })))?)
}

fn run(seconds: usize, jitter: bool) -> Result<Figures, Box<dyn Error>> {
    let mut synth = Synth::new(jitter);
    let schema = synth.schema()?;
    let hash = schema.hash()?;
    let batches: Vec<Batch> = (0..SECONDS / seconds).map(|_| synth.batch(seconds)).collect();
    let mut bodies = Vec::new();
    let started = Instant::now();
    for (at, batch) in batches.iter().enumerate() {
        bodies.push(body(&schema, hash, batch, (at * seconds) as u64, seconds as u64)?);
    }
    let encoded = started.elapsed();
    let started = Instant::now();
    for (bytes, batch) in bodies.iter().zip(&batches) {
        let Envelope::V1(Message::Upload(upload)) = riversync_protocol::decode(bytes)? else {
            return Err("another message came back".into());
        };
        let Content::Telemetry(packed) = upload.content else { return Err("no telemetry came back".into()) };
        if unpack(&schema, &packed)? != *batch {
            return Err("other values came back".into());
        }
    }
    let decoded = started.elapsed();
    let points = SECONDS / seconds * seconds * synth::SERIES;
    Ok(Figures {
        name: format!("pack_{seconds}s{}", if jitter { "_jitter" } else { "" }),
        bytes: bodies.iter().map(Vec::len).sum(),
        points,
        encode_ns: encoded.as_nanos() as f64 / points as f64,
        decode_ns: decoded.as_nanos() as f64 / points as f64,
    })
}

/// The same points as rows, by `write`.
fn rows(
    name: &str,
    write: impl Fn(&mut Vec<u8>, &Schema, &Rows, usize, usize),
) -> Result<Figures, Box<dyn Error>> {
    let mut synth = Synth::new(false);
    let schema = synth.schema()?;
    let batch = synth.batch(60);
    let mut bytes = Vec::new();
    let started = Instant::now();
    for rows in &batch.groups {
        for row in 0..rows.times_ms.len() {
            for column in 0..rows.columns.len() {
                write(&mut bytes, &schema, rows, column, row);
            }
        }
    }
    let points = 60 * synth::SERIES;
    let encode_ns = started.elapsed().as_nanos() as f64 / points as f64;
    Ok(Figures { name: name.to_owned(), bytes: bytes.len(), points, encode_ns, decode_ns: 0.0 })
}

fn raw(values: &Values, row: usize) -> i64 {
    match values {
        Values::Int(v) => v.get(row).copied().unwrap_or(0),
        Values::Bool(v) => v.get(row).map_or(0, |b| i64::from(*b)),
        _ => 0,
    }
}

fn json_row(bytes: &mut Vec<u8>, schema: &Schema, rows: &Rows, column: usize, row: usize) {
    let Some(group) = schema.groups.get(usize::from(rows.group)) else { return };
    let (Some(about), Some(values)) = (group.columns.get(column), rows.columns.get(column)) else { return };
    let (at, value) = (rows.times_ms.get(row).copied().unwrap_or(0), about.physical(raw(values, row) as f64));
    let text =
        format!(r#"{{"device":"{}","metric":"{}","ts":{at},"value":{value}}}"#, group.device, about.metric);
    bytes.extend_from_slice(text.as_bytes());
}

fn postcard_row(bytes: &mut Vec<u8>, _: &Schema, rows: &Rows, column: usize, row: usize) {
    let series = u32::from(rows.group) * 20 + column as u32;
    let at = rows.times_ms.get(row).copied().unwrap_or(0);
    let value = rows.columns.get(column).map_or(0, |values| raw(values, row));
    bytes.extend(postcard::to_stdvec(&(series, at, value)).unwrap_or_default());
}

fn main() -> Result<(), Box<dyn Error>> {
    let all = [
        run(10, false)?,
        run(10, true)?,
        run(60, false)?,
        run(60, true)?,
        rows("json_rows", json_row)?,
        rows("postcard_rows", postcard_row)?,
    ];
    println!("{:<18} {:>12} {:>12} {:>12}", "", "bytes/point", "encode ns", "decode ns");
    for f in &all {
        println!("{:<18} {:>12.4} {:>12.1} {:>12.1}", f.name, f.per_point(), f.encode_ns, f.decode_ns);
    }
    let fields: Vec<String> = all
        .iter()
        .map(|f| {
            format!(
                r#""{}":{{"bytes_per_point":{:.4},"encode_ns":{:.1},"decode_ns":{:.1}}}"#,
                f.name,
                f.per_point(),
                f.encode_ns,
                f.decode_ns
            )
        })
        .collect();
    println!("{{{}}}", fields.join(","));
    Ok(())
}
