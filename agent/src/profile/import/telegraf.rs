//! Telegraf's modbus input: its three styles of configuration (`register`, `request`, `metric`).

use super::fields::Fields;
use super::scale::fraction;
use super::{DraftMetric, Imported, interval, name_of, node};
use crate::config::units;
use crate::profile::Table;

/// Settings that belong to a gateway's configuration, not to a model of device.
const CONNECTION: [&str; 12] = [
    "timeout",
    "busy_retries",
    "busy_retries_wait",
    "baud_rate",
    "data_bits",
    "parity",
    "stop_bits",
    "transmission_mode",
    "rs485",
    "controller",
    "startup_error_behavior",
    "exclude_register_type_tag",
];
/// Settings without a meaning here: ours plans requests itself and logs no values.
const NEEDLESS: [&str; 6] = [
    "debug_connection",
    "optimization",
    "optimization_max_register_fill",
    "configuration_type",
    "alias",
    "log_level",
];

pub(super) fn import(text: &str, name: &str) -> Result<Imported, String> {
    let mut root = Fields::of(node::toml(text)?).ok_or("the file is empty")?;
    let agent_ms =
        root.table("agent").and_then(|mut agent| agent.text("interval")).and_then(|text| duration(&text));
    let inputs = root.table("inputs").map(|mut inputs| inputs.tables("modbus")).unwrap_or_default();
    if inputs.is_empty() {
        return Err("there is no [[inputs.modbus]] in the file".into());
    }
    let mut imported = Imported::default();
    for (index, input) in (1..).zip(inputs) {
        plugin(input, agent_ms, name, index, &mut imported);
    }
    Ok(imported)
}

/// What a plugin says for all of its fields.
struct Plugin {
    name: String,
    about: Vec<String>,
    interval_ms: Option<u64>,
}

fn plugin(mut input: Fields, agent_ms: Option<u64>, name: &str, index: usize, imported: &mut Imported) {
    let device = input.text("name");
    let place = input.text("controller");
    let plugin = Plugin {
        name: device
            .as_deref()
            .map_or_else(|| format!("{name}-{index}"), |device| format!("{name}-{device}")),
        about: vec![format!(
            "From Telegraf: {} at {}",
            device.as_deref().unwrap_or("a device without a name"),
            place.as_deref().unwrap_or("a place that is not said")
        )],
        interval_ms: input.text("interval").and_then(|text| duration(&text)).or(agent_ms).map(interval),
    };
    input.drop(&NEEDLESS);
    input.leave(&CONNECTION, "belongs to [device.modbus] or [[bus]] of the agent's configuration", imported);
    input.leave(
        &["workarounds"],
        "is written as [quirks] of a profile; compare the manual of the device",
        imported,
    );
    let unit = input.whole::<u8>("slave_id").unwrap_or(1);
    for (key, table) in [
        ("coils", Table::Coil),
        ("discrete_inputs", Table::DiscreteInput),
        ("holding_registers", Table::Holding),
        ("input_registers", Table::Input),
    ] {
        for field in input.tables(key) {
            register(field, table, &plugin, unit, imported);
        }
    }
    for key in ["request", "metric"] {
        for group in input.tables(key) {
            request(group, &plugin, unit, imported);
        }
    }
    input.finish(imported);
}

/// A group of the styles `request` and `metric`.
fn request(mut group: Fields, plugin: &Plugin, unit: u8, imported: &mut Imported) {
    let unit = group.whole::<u8>("slave_id").unwrap_or(unit);
    let order = group.text("byte_order").unwrap_or_else(|| "ABCD".to_owned());
    let shared = group.text("register");
    group.drop(&["measurement", "optimization", "optimization_max_register_fill"]);
    group.leave(&["tags"], "tags name a device; here its id in the configuration does", imported);
    for mut field in group.tables("fields") {
        let line = field.line;
        let own = field.text("register").or_else(|| shared.clone()).unwrap_or_else(|| "holding".to_owned());
        let name = field.text("name").unwrap_or_default();
        if field.flag("omit") == Some(true) {
            continue; // only there to make a request longer
        }
        let table = match own.as_str() {
            "coil" => Table::Coil,
            "discrete" => Table::DiscreteInput,
            "holding" => Table::Holding,
            "input" => Table::Input,
            other => {
                imported.leave(line, name, format!("\"{other}\" is not a table of registers"));
                continue;
            }
        };
        let Some(address) = field.whole::<u16>("address") else {
            imported.leave(line, name, "has no address from 0 to 65535");
            continue;
        };
        field.drop(&["measurement", "output"]);
        let kind = field.text("type").unwrap_or_else(|| "BOOL".to_owned());
        let words = field.whole::<u16>("length");
        let shape = shape(&kind, None, words, field.whole("bit"), table);
        let metric = DraftMetric { name, table: Some(table), address, ..DraftMetric::default() };
        add(metric, shape, &order, field, plugin, unit, imported);
    }
    group.finish(imported);
}

/// A field of the style `register`.
fn register(mut field: Fields, table: Table, plugin: &Plugin, unit: u8, imported: &mut Imported) {
    let line = field.line;
    let name = field.text("name").unwrap_or_default();
    let addresses: Vec<u16> = field
        .list("address")
        .into_iter()
        .filter_map(|node| match node.value {
            node::Value::Number(text) => text.parse().ok(),
            _ => None,
        })
        .collect();
    let run = addresses.first().copied().zip(u16::try_from(addresses.len()).ok());
    let Some((address, count)) = run.filter(|(first, _)| {
        (*first..=u16::MAX).zip(&addresses).filter(|(a, b)| a == *b).count() == addresses.len()
    }) else {
        imported.leave(line, name, "its addresses are not one run of registers in rising order");
        return;
    };
    let kind = field.text("data_type").unwrap_or_else(|| "BOOL".to_owned());
    let order = field.text("byte_order").unwrap_or_else(|| "ABCD".to_owned());
    field.drop(&["measurement"]);
    let shape = shape(&kind, Some(count), Some(count), field.whole("bit"), table);
    let metric = DraftMetric { name, table: Some(table), address, ..DraftMetric::default() };
    add(metric, shape, &order, field, plugin, unit, imported);
}

/// Adds a metric with what both styles say in the same way.
fn add(
    mut metric: DraftMetric,
    shape: Result<Shape, String>,
    order: &str,
    mut field: Fields,
    plugin: &Plugin,
    unit: u8,
    imported: &mut Imported,
) {
    let (line, label) = (field.line, metric.name.clone());
    let scale = field.number("scale");
    let read = shape.and_then(|shape| {
        metric.order = self::order(order, shape.words)?;
        metric.scale = if shape.is_number { fraction(scale.as_deref(), None)? } else { None };
        metric.kind = shape.kind.to_owned();
        metric.bit = shape.bit;
        metric.words = (shape.kind == "string").then_some(shape.words);
        if metric.order.is_some() && !shape.is_number {
            metric.order = None;
        }
        Ok(())
    });
    if let Err(why) = read {
        imported.leave(line, label, why);
        return;
    }
    metric.name = name_of(&label);
    metric.label = (metric.name != label && !label.is_empty()).then_some(label);
    let about = || plugin.about.iter().cloned().chain([format!("Unit {unit}.")]).collect();
    if let Some(draft) = imported.draft(&plugin.name, &format!("unit-{unit}"), about) {
        draft.interval_ms = plugin.interval_ms;
        draft.metrics.push(metric);
    }
    field.finish(imported);
}

/// How a value is coded, in our words.
#[derive(Clone, Copy)]
struct Shape {
    kind: &'static str,
    words: u16,
    bit: Option<u8>,
    is_number: bool,
}

/// Telegraf's name of a type; `count` is how many registers the style `register` lists.
fn shape(
    kind: &str,
    count: Option<u16>,
    words: Option<u16>,
    bit: Option<u8>,
    table: Table,
) -> Result<Shape, String> {
    let number = |kind, words| Shape { kind, words, bit: None, is_number: true };
    if table.is_bits() {
        return match count {
            None | Some(1) => Ok(Shape { is_number: false, ..number("bool", 1) }),
            Some(_) => Err("takes several bits at once; make one field of each".into()),
        };
    }
    let signed = |kind: &str| !kind.starts_with('U');
    let upper = kind.to_ascii_uppercase();
    let shape = match upper.trim_end_matches("-IEEE") {
        "BIT" => match bit.unwrap_or(0) {
            bit @ 0..=15 => Shape { bit: Some(bit), is_number: false, ..number("bit", 1) },
            bit => return Err(format!("takes bit {bit}; a register has the bits 0 to 15")),
        },
        "BOOL" => Shape { is_number: false, ..number("bool", 1) },
        "INT8L" => number("int8", 1),
        "UINT8L" => number("uint8", 1),
        "INT8H" => number("int8h", 1),
        "UINT8H" => number("uint8h", 1),
        "INT16" => number("int16", 1),
        "UINT16" => number("uint16", 1),
        "INT32" => number("int32", 2),
        "UINT32" => number("uint32", 2),
        "INT64" => number("int64", 4),
        "UINT64" => number("uint64", 4),
        "FLOAT16" => number("float16", 1),
        // Without -IEEE the style `register` means a fixed point number, by its own documentation.
        "FLOAT32" if count.is_none() || upper.ends_with("-IEEE") => number("float32", 2),
        "FLOAT64" => number("float64", 4),
        "FIXED" | "UFIXED" | "FLOAT32" => match (count, signed(&upper) && upper != "FLOAT32") {
            (Some(1), true) => number("int16", 1),
            (Some(1), false) => number("uint16", 1),
            (Some(2), true) => number("int32", 2),
            (Some(2), false) => number("uint32", 2),
            (Some(4), true) => number("int64", 4),
            (Some(4), false) => number("uint64", 4),
            _ => return Err(format!("\"{kind}\" of that many registers is not a type of a profile")),
        },
        "STRING" => match words {
            Some(words @ 1..=125) => Shape { is_number: false, ..number("string", words) },
            _ => {
                return Err(
                    "is text of no length that one request can read; a profile needs its words".into()
                );
            }
        },
        _ => return Err(format!("\"{kind}\" is not a type of a profile")),
    };
    match count {
        Some(count) if count != shape.words => {
            Err(format!("lists {count} registers, but \"{kind}\" takes {}", shape.words))
        }
        _ => Ok(shape),
    }
}

/// Telegraf's byte order for a value of `words` registers; `None` when it is most significant first.
fn order(order: &str, words: u16) -> Result<Option<String>, String> {
    let upper = order.to_ascii_uppercase();
    let ours = match (upper.as_str(), words) {
        ("AB" | "ABCD" | "ABCDEFGH", _) => return Ok(None),
        ("BA" | "DCBA" | "BADC" | "HGFEDCBA" | "BADCFEHG", 1) => "BA",
        ("CDAB" | "GHEFCDAB", 1) => return Ok(None),
        ("BA" | "BADC" | "BADCFEHG", 2) => "BADC",
        ("CDAB" | "DCBA", 2 | 4) => return Ok(Some(upper)),
        ("GHEFCDAB" | "HGFEDCBA" | "BADCFEHG", 4) => return Ok(Some(upper)),
        ("BADC", 4) => "BADC",
        _ => return Err(format!("\"{order}\" is not a byte order of {words} registers")),
    };
    Ok(Some(ours.to_owned()))
}

/// A duration as Go writes it; only the kinds that a profile has.
fn duration(text: &str) -> Option<u64> {
    units::duration_ms(text)
}
