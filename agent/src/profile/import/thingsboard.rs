//! ThingsBoard's modbus connector: `modbus.json` with its slaves, their attributes and time series.

use super::fields::Fields;
use super::scale::fraction;
use super::{DraftMetric, Imported, interval, name_of, node};
use crate::profile::Table;

/// Settings that belong to a gateway's configuration, not to a model of device.
const CONNECTION: [&str; 19] = [
    "host",
    "port",
    "serialPort",
    "baudrate",
    "stopbits",
    "bytesize",
    "parity",
    "strict",
    "method",
    "type",
    "timeout",
    "retries",
    "retryOnEmpty",
    "retryOnInvalid",
    "connectAttemptTimeMs",
    "connectAttemptCount",
    "waitAfterFailedAttemptsMs",
    "delayBetweenRequestsMs",
    "security",
];
/// What decides when ThingsBoard sends: here a grant and a report policy do.
const REPORTING: [&str; 3] = ["reportStrategy", "sendDataOnlyOnChange", "sendDataToThingsBoard"];

pub(super) fn import(text: &str, name: &str) -> Result<Imported, String> {
    let mut root = Fields::of(node::json(text)?).ok_or("the file is not a JSON object")?;
    // The connector's own file wraps its settings since version 3.5.
    if let Some(inner) = root.table("configurationJson") {
        root = inner;
    }
    let mut imported = Imported::default();
    let mut master = root.table("master").ok_or("there is no \"master\" in the file")?;
    root.leave(&["slave"], "makes the gateway itself a Modbus device; the agent only reads", &mut imported);
    for (index, slave) in (1..).zip(master.tables("slaves")) {
        device(slave, name, index, &mut imported);
    }
    Ok(imported)
}

/// What a slave says for all of its tags.
struct Slave {
    name: String,
    about: Vec<String>,
    interval_ms: Option<u64>,
    /// Words, and bytes in a word, least significant first.
    little: (bool, bool),
}

fn device(mut slave: Fields, name: &str, index: usize, imported: &mut Imported) {
    let device = slave.text("deviceName");
    let unit = slave.whole::<u16>("unitId").unwrap_or(1);
    let place = slave.text("host").or_else(|| slave.text("port"));
    let line = slave.line;
    let mut little = |key: &str| match slave.text(key).map(|text| text.to_ascii_uppercase()) {
        Some(text) if text == "BIG" => false,
        Some(_) => true,
        None => {
            imported.leave(
                line,
                key,
                "is not said; LITTLE was taken, as ThingsBoard does, but compare the values",
            );
            true
        }
    };
    let (words, bytes) = (little("wordOrder"), little("byteOrder"));
    let this = Slave {
        name: device
            .as_deref()
            .map_or_else(|| format!("{name}-{index}"), |device| format!("{name}-{device}")),
        about: vec![format!(
            "From ThingsBoard: {} at {}, unit {unit}.",
            device.as_deref().unwrap_or("a device without a name"),
            place.as_deref().unwrap_or("a place that is not said")
        )],
        interval_ms: slave.whole::<u64>("pollPeriod").map(interval),
        little: (words, bytes),
    };
    slave.drop(&["deviceType"]);
    slave.leave(&CONNECTION, "belongs to [device.modbus] or [[bus]] of the agent's configuration", imported);
    slave.leave(&REPORTING, "is decided by the grant and by [report] of a profile", imported);
    for key in ["attributes", "timeseries"] {
        for tag in slave.tables(key) {
            self::tag(tag, &this, unit, imported);
        }
    }
    slave.leave(&["attributeUpdates", "rpc"], "writes to the device; the agent only reads", imported);
    slave.finish(imported);
}

fn tag(mut tag: Fields, slave: &Slave, unit: u16, imported: &mut Imported) {
    let line = tag.line;
    let label = tag.text("tag").or_else(|| tag.text("name")).unwrap_or_default();
    tag.leave(&REPORTING, "is decided by the grant and by [report] of a profile", imported);
    match metric(&mut tag, slave, &label) {
        Ok(metric) => {
            let about = || slave.about.clone();
            if let Some(draft) = imported.draft(&slave.name, &format!("unit-{unit}"), about) {
                draft.interval_ms = slave.interval_ms;
                draft.metrics.push(metric);
            }
            tag.finish(imported);
        }
        Err(why) => imported.leave(line, label, why),
    }
}

fn metric(tag: &mut Fields, slave: &Slave, label: &str) -> Result<DraftMetric, String> {
    let table = match tag.whole::<u8>("functionCode") {
        Some(1) => Table::Coil,
        Some(2) => Table::DiscreteInput,
        Some(3) => Table::Holding,
        Some(4) => Table::Input,
        Some(code @ (5 | 6 | 15 | 16)) => {
            return Err(format!("function {code} writes; the agent only reads"));
        }
        _ => return Err("has no function code from 1 to 4".into()),
    };
    let address = tag.whole::<u16>("address").ok_or("has no single address from 0 to 65535")?;
    let kind = tag.text("type").unwrap_or_default().to_ascii_lowercase();
    let count = tag.whole::<u16>("objectsCount");
    let (kind, words, bit) = shape(&kind, count, tag.whole("bit"), table)?;
    let is_number = !matches!(kind, "bool" | "bit" | "string");
    let scale = match (tag.number("multiplier"), tag.number("divider")) {
        (multiplier, divider) if is_number => fraction(multiplier.as_deref(), divider.as_deref())?,
        _ => None,
    };
    let order = match (words, slave.little, is_number) {
        (_, _, false) | (_, (false, false), _) | (1, (true, false), _) => None,
        (1, (_, true), _) => Some("BA"),
        (_, (true, false), _) => Some("CDAB"),
        (_, (false, true), _) => Some("BADC"),
        (_, (true, true), _) => Some("DCBA"),
    };
    tag.drop(&["bitTargetType"]);
    let name = name_of(label);
    Ok(DraftMetric {
        label: (name != label && !label.is_empty()).then(|| label.to_owned()),
        name,
        table: Some(table),
        address,
        words: (kind == "string").then_some(words),
        kind: kind.to_owned(),
        bit,
        order: order.map(str::to_owned),
        scale,
        ..DraftMetric::default()
    })
}

/// ThingsBoard's name of a type in our words, with its registers and its bit.
fn shape(
    kind: &str,
    count: Option<u16>,
    bit: Option<u8>,
    table: Table,
) -> Result<(&'static str, u16, Option<u8>), String> {
    if table.is_bits() {
        return match count {
            None | Some(1) => Ok(("bool", 1, None)),
            Some(_) => Err("takes several bits at once; make one tag of each".into()),
        };
    }
    let (ours, words) = match kind {
        "16int" | "int16" => ("int16", 1),
        "16uint" | "uint16" => ("uint16", 1),
        "16float" | "float16" => ("float16", 1),
        "32int" | "int32" => ("int32", 2),
        "32uint" | "uint32" => ("uint32", 2),
        "32float" | "float32" => ("float32", 2),
        "64int" | "int64" => ("int64", 4),
        "64uint" | "uint64" => ("uint64", 4),
        "64float" | "float64" => ("float64", 4),
        "string" => {
            let words = count.filter(|words| (1..=125).contains(words));
            return words
                .map(|words| ("string", words, None))
                .ok_or("is text without its objectsCount".into());
        }
        "bits" => {
            return match (count, bit) {
                (None | Some(1), Some(bit @ 0..=15)) => Ok(("bit", 1, Some(bit))),
                _ => Err("is a list of bits; make one metric of type \"bit\" of each".into()),
            };
        }
        "8int" | "8uint" => return Err("is half a register, and which half is not said".into()),
        other => return Err(format!("\"{other}\" is not a type of a profile")),
    };
    match count {
        Some(count) if count != words => Err(format!("reads {count} registers, but {kind} takes {words}")),
        _ => Ok((ours, words, None)),
    }
}
