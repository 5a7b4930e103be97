//! A map as a profile: the metrics that the device has, with their scales applied.

use super::models::{Code, MPPT, MPPT_BEGIN, MPPT_COUNT_AT, MPPT_LENGTH, Point, points};
use super::{Map, Model};
use crate::profile::Table;
use crate::profile::draft::{Draft, DraftMetric, name_of};

/// Registers with a power of ten hold -10 to 10; this means that there is none.
const NO_SCALE: u16 = 0x8000;
/// How often counters are worth reading, milliseconds.
const COUNTER_MS: u64 = 10_000;
/// Most modules of one inverter that are believed.
const MAX_MODULES: u16 = 64;

/// The profile of a device with this map, called `name` or after its maker and model. Points that the device does not
/// implement are left out; what cannot be written down is said in the comment at its head.
pub fn draft(map: &Map, name: Option<&str>) -> Draft {
    let common = map.models.iter().find(|model| model.id == 1);
    let said = |offset, count| common.and_then(|model| model.text(offset, count));
    let (maker, product, version) = (said(2, 16), said(18, 16), said(42, 8));
    let called: Vec<&str> = [maker.as_deref(), product.as_deref()].into_iter().flatten().collect();
    let name = name
        .map_or_else(|| if called.is_empty() { "sunspec".into() } else { called.join(" ") }, str::to_owned);
    let list: Vec<String> = map
        .models
        .iter()
        .map(|model| model.title.map_or(model.id.to_string(), |title| format!("{} ({title})", model.id)))
        .collect();
    let mut about = vec![
        format!(
            "{} by its SunSpec map at register {}{}.",
            if called.is_empty() { "A device".to_owned() } else { called.join(" ") },
            map.base,
            version.map_or(String::new(), |version| format!(", version {version}"))
        ),
        format!("Models: {}.", list.join(", ")),
        "Scales are those its scale registers held at the scan; scan again after a firmware update."
            .to_owned(),
    ];
    let mut metrics = Vec::new();
    for model in &map.models {
        for point in points(model.id) {
            push(model, point, 0, "", &mut metrics, &mut about);
        }
        if model.id == 160 {
            let count = model.word(MPPT_COUNT_AT).filter(|count| *count <= MAX_MODULES).unwrap_or(0);
            for module in 0..count {
                let prefix = format!("mppt{}_", module + 1);
                for point in &MPPT {
                    let begin = MPPT_BEGIN + module * MPPT_LENGTH;
                    push(model, point, begin, &prefix, &mut metrics, &mut about);
                }
            }
        }
    }
    if let Some(cut) = &map.cut {
        about.push(format!("The chain of models was not followed to its end: {cut}."));
    }
    Draft { name: name_of(&name).replace('_', "-"), about, interval_ms: None, metrics }
}

fn push(
    model: &Model,
    point: &Point,
    begin: u16,
    prefix: &str,
    metrics: &mut Vec<DraftMetric>,
    about: &mut Vec<String>,
) {
    let offset = begin + point.offset;
    if !implemented(model, point.code, offset) {
        return;
    }
    let scale = match point.scale_at.map(|at| model.word(at)) {
        None | Some(Some(NO_SCALE)) => None,
        Some(word) => match word.map(u16::cast_signed) {
            Some(power @ -10..=10) => power_of_ten(power),
            _ => {
                about.push(format!(
                    "{prefix}{} is left out: its scale register holds no power of ten.",
                    point.name
                ));
                return;
            }
        },
    };
    let (kind, not_available) = match point.code {
        Code::Int16 => ("int16", Some(i64::from(i16::MIN))),
        Code::Uint16 | Code::Enum16 => ("uint16", Some(i64::from(u16::MAX))),
        Code::Acc32 => ("uint32", None),
        Code::Bits32 => ("uint32", Some(i64::from(u32::MAX))),
        Code::Float32 => ("float32", None),
    };
    let is_counter = point.code == Code::Acc32 || point.name.contains("energy");
    metrics.push(DraftMetric {
        name: format!("{prefix}{}", point.name),
        label: Some(match prefix.trim_end_matches('_').strip_prefix("mppt") {
            Some(number) => format!("{}, tracker {number}", point.label),
            None => point.label.to_owned(),
        }),
        unit: (!point.unit.is_empty()).then(|| point.unit.to_owned()),
        table: Some(Table::Holding),
        address: model.at.saturating_add(offset),
        kind: kind.to_owned(),
        scale,
        not_available,
        interval_ms: is_counter.then_some(COUNTER_MS),
        ..DraftMetric::default()
    });
}

/// Whether a point holds something other than "not implemented".
fn implemented(model: &Model, code: Code, offset: u16) -> bool {
    let Some(first) = model.word(offset) else { return false };
    let second = model.word(offset.saturating_add(1));
    match code {
        Code::Int16 => first != 0x8000,
        Code::Uint16 | Code::Enum16 => first != 0xFFFF,
        // A counter that never counted cannot be told from one that is not there; it is kept when its neighbours are
        // scaled, because a new device counts from 0.
        Code::Acc32 => second.is_some(),
        Code::Bits32 => second.is_some_and(|second| (first, second) != (0xFFFF, 0xFFFF)),
        Code::Float32 => {
            second.is_some_and(|second| !f32::from_bits(u32::from(first) << 16 | u32::from(second)).is_nan())
        }
    }
}

/// Ten to the power, as a profile writes it; `None` for 1.
fn power_of_ten(power: i16) -> Option<String> {
    let zeros = "0".repeat(usize::from(power.unsigned_abs().saturating_sub(u16::from(power < 0))));
    match power {
        0 => None,
        1.. => Some(format!("1{zeros}")),
        _ => Some(format!("0.{zeros}1")),
    }
}
