//! One measured value as people and compaction see it.

use riversync_protocol::pack::Values;
use riversync_protocol::v1::{Column, Quality};

/// A physical value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// In the metric's unit.
    Number(f64),
    /// On or off.
    Bool(bool),
    /// A word.
    Text(String),
}

impl Value {
    /// As a number for charts and statistics; words have none.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.is_finite().then_some(*number),
            Self::Bool(on) => Some(f64::from(u8::from(*on))),
            Self::Text(_) => None,
        }
    }
}

/// A value as it travelled, before scale and offset.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    Int(i64),
    UInt(u64),
    Float32(f32),
    Float64(f64),
    Bool(bool),
    Text(String),
}

impl Raw {
    /// The value at `at` of a column.
    pub(super) fn of(values: &Values, at: usize) -> Option<Self> {
        Some(match values {
            Values::Int(v) => Self::Int(*v.get(at)?),
            Values::UInt(v) => Self::UInt(*v.get(at)?),
            Values::Float32(v) => Self::Float32(*v.get(at)?),
            Values::Float64(v) => Self::Float64(*v.get(at)?),
            Values::Bool(v) => Self::Bool(*v.get(at)?),
            Values::Text(v) => Self::Text(v.get(at)?.clone()),
        })
    }

    /// Adds it to a column of its kind; anything else is left out.
    pub(super) fn push_to(self, values: &mut Values) {
        match (self, values) {
            (Self::Int(value), Values::Int(v)) => v.push(value),
            (Self::UInt(value), Values::UInt(v)) => v.push(value),
            (Self::Float32(value), Values::Float32(v)) => v.push(value),
            (Self::Float64(value), Values::Float64(v)) => v.push(value),
            (Self::Bool(value), Values::Bool(v)) => v.push(value),
            (Self::Text(value), Values::Text(v)) => v.push(value),
            _ => {}
        }
    }

    /// What it means in `column`'s unit.
    pub(super) fn physical(&self, column: &Column) -> Value {
        #[expect(clippy::cast_precision_loss, reason = "a chart has fewer digits than a double")]
        let raw = match self {
            Self::Int(value) => *value as f64,
            Self::UInt(value) => *value as f64,
            Self::Float32(value) => f64::from(*value),
            Self::Float64(value) => *value,
            Self::Bool(on) => return Value::Bool(*on),
            Self::Text(text) => return Value::Text(text.clone()),
        };
        Value::Number(column.physical(raw))
    }
}

/// A raw value with its time and quality.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) at_ms: i64,
    pub(super) raw: Raw,
    pub(super) quality: Quality,
}
