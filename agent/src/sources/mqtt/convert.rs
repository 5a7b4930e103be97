//! A JSON scalar as the raw value its profile says, and the device's own time. Pure.

use super::extract::Leaf;
use crate::profile::{Metric, ValueType};
use crate::reading::{Cell, Raw};
use crate::sources::modbus::decode::{bad, is_plausible};
use riversync_protocol::v1::{Kind, Quality, QualityReason};

/// How far a device's clock may run ahead of ours before it is not believed, milliseconds.
const MAX_AHEAD_MS: i64 = 300_000;
/// No device speaks from before this: 2020-01-01, Unix milliseconds.
const EARLIEST_MS: i64 = 1_577_836_800_000;
/// Numbers below this are Unix seconds: as milliseconds they would lie in 1973.
const SECONDS_BELOW: f64 = 1e11;

/// The cell of a metric from what its pointer led to.
pub(super) fn cell(metric: &Metric, leaf: Option<&Leaf>) -> Cell {
    let Some(leaf) = leaf else { return bad(metric, QualityReason::Missing) };
    match raw(metric, leaf) {
        Ok(raw) if is_plausible(&raw) => Cell { raw, quality: Quality::GOOD },
        Ok(_) => bad(metric, QualityReason::NotANumber),
        Err(reason) => bad(metric, reason),
    }
}

fn raw(metric: &Metric, leaf: &Leaf) -> Result<Raw, QualityReason> {
    let (malformed, out_of_range) = (QualityReason::Malformed, QualityReason::OutOfRange);
    match (metric.kind(), leaf) {
        (_, Leaf::Other) => Err(QualityReason::Missing),
        (Kind::Bool, Leaf::Bool(value)) => Ok(Raw::Bool(*value)),
        (Kind::Bool, Leaf::Int(0)) => Ok(Raw::Bool(false)),
        (Kind::Bool, Leaf::Int(1)) => Ok(Raw::Bool(true)),
        (Kind::Text, Leaf::Text(text)) => Ok(Raw::Text(text.clone())),
        (Kind::Text, Leaf::Int(value)) => Ok(Raw::Text(value.to_string())),
        (Kind::Text, Leaf::UInt(value)) => Ok(Raw::Text(value.to_string())),
        (Kind::Float64, number) => float(number).map(Raw::Float64).ok_or(malformed),
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what the profile asks for")]
        (Kind::Float32, number) => match float(number).ok_or(malformed)? {
            value if value.is_finite() && !(value as f32).is_finite() => Err(out_of_range),
            value => Ok(Raw::Float32(value as f32)),
        },
        (Kind::Int, number) => {
            let value = whole(number).ok_or(malformed)?;
            let value = i64::try_from(value).map_err(|_| out_of_range)?;
            if range(metric.value).contains(&value) { Ok(Raw::Int(value)) } else { Err(out_of_range) }
        }
        (Kind::UInt, number) => {
            let value = whole(number).ok_or(malformed)?;
            u64::try_from(value).map(Raw::UInt).map_err(|_| out_of_range)
        }
        (Kind::Bool | Kind::Text, _) => Err(malformed),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the profile asks for floating point")]
fn float(leaf: &Leaf) -> Option<f64> {
    match leaf {
        Leaf::Float(value) => Some(*value),
        Leaf::Int(value) => Some(*value as f64),
        Leaf::UInt(value) => Some(*value as f64),
        Leaf::Bool(_) | Leaf::Text(_) | Leaf::Other => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers within the exact range are cast")]
fn whole(leaf: &Leaf) -> Option<i128> {
    match leaf {
        Leaf::Int(value) => Some(i128::from(*value)),
        Leaf::UInt(value) => Some(i128::from(*value)),
        Leaf::Float(value) if value.fract() == 0.0 && value.abs() < 1e18 => Some(*value as i128),
        Leaf::Float(_) | Leaf::Bool(_) | Leaf::Text(_) | Leaf::Other => None,
    }
}

fn range(value: ValueType) -> std::ops::RangeInclusive<i64> {
    match value {
        ValueType::Int8 => i8::MIN.into()..=i8::MAX.into(),
        ValueType::UInt8 => 0..=u8::MAX.into(),
        ValueType::Int16 => i16::MIN.into()..=i16::MAX.into(),
        ValueType::UInt16 => 0..=u16::MAX.into(),
        ValueType::Int32 => i32::MIN.into()..=i32::MAX.into(),
        ValueType::UInt32 => 0..=u32::MAX.into(),
        ValueType::Bits { .. } => 0..=u16::MAX.into(),
        _ => i64::MIN..=i64::MAX,
    }
}

/// When a message was made: by the device if it says so believably, else `now_ms`. The flag tells whether the
/// device's own time had to be put aside.
pub(super) fn time(leaf: Option<&Leaf>, now_ms: i64) -> (i64, bool) {
    let Some(leaf) = leaf else { return (now_ms, false) };
    match unix_ms(leaf) {
        Some(at_ms) if (EARLIEST_MS..=now_ms.saturating_add(MAX_AHEAD_MS)).contains(&at_ms) => (at_ms, false),
        _ => (now_ms, true),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked by the caller, casts saturate")]
fn unix_ms(leaf: &Leaf) -> Option<i64> {
    if let Leaf::Text(text) = leaf {
        return text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    }
    let number = float(leaf)?;
    Some(if number.abs() < SECONDS_BELOW { (number * 1_000.0).round() as i64 } else { number.round() as i64 })
}

/// Marks cells whose time is the gateway's because the device's own was not believable.
pub(super) fn doubt(cells: &mut [Cell]) {
    for cell in cells.iter_mut().filter(|cell| cell.quality == Quality::GOOD) {
        cell.quality = Quality::uncertain(QualityReason::DeviceClock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOON_MS;

    fn metric(kind: &str) -> Metric {
        let text = format!(
            "name = \"p\"\nversion = 1\n[[metric]]\nname = \"m\"\ntype = \"{kind}\"\npointer = \"/m\""
        );
        crate::profile::read("p.toml", &text).unwrap_or_else(|f| panic!("{f:?}")).metrics.remove(0)
    }

    fn of(kind: &str, leaf: Leaf) -> Result<Raw, QualityReason> {
        let cell = cell(&metric(kind), Some(&leaf));
        if cell.quality.has_value() { Ok(cell.raw) } else { Err(cell.quality.reason) }
    }

    #[test]
    fn json_becomes_what_the_profile_says_or_bad() {
        assert_eq!(of("float64", Leaf::Int(4)), Ok(Raw::Float64(4.0)));
        assert_eq!(of("float32", Leaf::Float(0.5)), Ok(Raw::Float32(0.5)));
        assert_eq!(of("float32", Leaf::Float(1e300)), Err(QualityReason::OutOfRange));
        assert_eq!(of("int64", Leaf::Int(i64::MIN)), Ok(Raw::Int(i64::MIN)));
        assert_eq!(of("int64", Leaf::UInt(u64::MAX)), Err(QualityReason::OutOfRange));
        assert_eq!(of("uint64", Leaf::UInt(u64::MAX)), Ok(Raw::UInt(u64::MAX)));
        assert_eq!(of("uint64", Leaf::Int(-1)), Err(QualityReason::OutOfRange));
        assert_eq!(of("uint8", Leaf::Int(256)), Err(QualityReason::OutOfRange));
        assert_eq!(of("int32", Leaf::Float(7.0)), Ok(Raw::Int(7)));
        assert_eq!(of("int32", Leaf::Float(7.5)), Err(QualityReason::Malformed));
        assert_eq!(of("bool", Leaf::Bool(true)), Ok(Raw::Bool(true)));
        assert_eq!(of("bool", Leaf::Int(0)), Ok(Raw::Bool(false)));
        assert_eq!(of("bool", Leaf::Int(2)), Err(QualityReason::Malformed));
        assert_eq!(of("float64", Leaf::Text("4".into())), Err(QualityReason::Malformed));
        assert_eq!(of("string", Leaf::Text("on".into())), Ok(Raw::Text("on".into())));
        assert_eq!(of("float64", Leaf::Other), Err(QualityReason::Missing));
        assert_eq!(cell(&metric("float64"), None).quality, Quality::bad(QualityReason::Missing));
    }

    #[test]
    fn the_devices_time_is_taken_when_it_is_believable() {
        let text = |text: &str| Leaf::Text(text.to_owned());
        assert_eq!(time(Some(&Leaf::Int(NOON_MS - 5)), NOON_MS), (NOON_MS - 5, false));
        assert_eq!(time(Some(&Leaf::Float(NOON_MS as f64 / 1_000.0)), NOON_MS + 9), (NOON_MS, false));
        assert_eq!(time(Some(&text("2026-07-15T12:00:00.250Z")), NOON_MS + 9_000), (NOON_MS + 250, false));
        assert_eq!(time(Some(&text("2026-07-15T19:00:00+07:00")), NOON_MS + 9_000), (NOON_MS, false));
        assert_eq!(time(None, NOON_MS), (NOON_MS, false));
        for odd in [
            Leaf::Int(0),
            Leaf::Int(NOON_MS + 3_600_000),
            text("yesterday"),
            Leaf::Other,
            Leaf::Float(f64::MAX),
        ] {
            assert_eq!(time(Some(&odd), NOON_MS), (NOON_MS, true), "{odd:?}");
        }
    }
}
