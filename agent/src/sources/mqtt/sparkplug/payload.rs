//! The payload of Sparkplug B 3.0 (section 6.4), as far as we read it. Pure; nothing is built of a metric before its
//! name or alias says that it may be kept.
//!
//! The outer message is walked field by field: a payload of a million empty metrics costs no memory. Only a wanted
//! metric is decoded, without data sets and templates, which no profile can name.

use crate::sources::mqtt::extract::{Leaf, MAX_TEXT};
use prost::Message;
use prost::encoding::{WireType, decode_key, decode_varint};
use riversync_protocol::v1::{Quality, QualityReason};

/// It is not protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources::mqtt) struct Broken;

/// What is true of a payload as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// When it was sent, Unix milliseconds.
    pub timestamp: Option<u64>,
    /// Its number, 0 to 255.
    pub seq: Option<u64>,
}

/// A metric before it is known whether it may be kept.
#[derive(Clone, Copy)]
pub(super) struct Sealed<'a> {
    /// Its name; births have it, data may have an alias instead.
    pub name: Option<&'a str>,
    /// Its short name since the birth.
    pub alias: Option<u64>,
    /// Its data type, where it is said.
    pub datatype: Option<u32>,
    bytes: &'a [u8],
}

/// A metric that may be kept.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Metric {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    #[prost(bool, optional, tag = "5")]
    pub is_historical: Option<bool>,
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    #[prost(message, optional, tag = "9")]
    pub properties: Option<PropertySet>,
    #[prost(oneof = "Value", tags = "10, 11, 12, 13, 14, 15")]
    pub value: Option<Value>,
}

/// A scalar as it travels.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Value {
    #[prost(uint32, tag = "10")]
    Int(u32),
    #[prost(uint64, tag = "11")]
    Long(u64),
    #[prost(float, tag = "12")]
    Float(f32),
    #[prost(double, tag = "13")]
    Double(f64),
    #[prost(bool, tag = "14")]
    Boolean(bool),
    #[prost(string, tag = "15")]
    Text(String),
}

/// What is said about a metric beside its value.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PropertySet {
    #[prost(string, repeated, tag = "1")]
    pub keys: Vec<String>,
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<PropertyValue>,
}

/// One of these; only whole numbers matter to us.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PropertyValue {
    #[prost(uint32, optional, tag = "1")]
    pub kind: Option<u32>,
    #[prost(uint32, optional, tag = "3")]
    pub int_value: Option<u32>,
    #[prost(uint64, optional, tag = "4")]
    pub long_value: Option<u64>,
}

/// What is sent to ask an edge node for its births: the one message this agent ever sends to a device's broker.
#[derive(Clone, PartialEq, Message)]
struct Payload {
    #[prost(uint64, optional, tag = "1")]
    timestamp: Option<u64>,
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
}

/// The payload of an NCMD that asks for a rebirth (section 6.4.25).
pub(super) fn rebirth(now_ms: i64) -> Vec<u8> {
    let timestamp = u64::try_from(now_ms).ok();
    let metric = Metric {
        name: Some("Node Control/Rebirth".to_owned()),
        timestamp,
        datatype: Some(11),
        value: Some(Value::Boolean(true)),
        ..Metric::default()
    };
    Payload { timestamp, metrics: vec![metric] }.encode_to_vec()
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

/// The next field and what is behind it. Groups are no part of Sparkplug.
fn field<'a>(rest: &mut &'a [u8]) -> Result<(u32, Field<'a>), Broken> {
    let (tag, wire) = decode_key(rest).map_err(|_| Broken)?;
    let mut take = |count: usize| -> Result<&'a [u8], Broken> {
        let (taken, behind) = rest.split_at_checked(count).ok_or(Broken)?;
        *rest = behind;
        Ok(taken)
    };
    let field = match wire {
        WireType::SixtyFourBit => take(8).map(|_| Field::Other)?,
        WireType::ThirtyTwoBit => take(4).map(|_| Field::Other)?,
        WireType::Varint => Field::Number(decode_varint(rest).map_err(|_| Broken)?),
        WireType::LengthDelimited => {
            let length = decode_varint(rest).map_err(|_| Broken)?;
            let length = usize::try_from(length).map_err(|_| Broken)?;
            let (taken, behind) = rest.split_at_checked(length).ok_or(Broken)?;
            *rest = behind;
            Field::Bytes(taken)
        }
        WireType::StartGroup | WireType::EndGroup => return Err(Broken),
    };
    Ok((tag, field))
}

/// The header; the whole outer message is walked, so that what follows cannot fail half way.
pub(super) fn header(payload: &[u8]) -> Result<Header, Broken> {
    let (mut rest, mut header) = (payload, Header::default());
    while !rest.is_empty() {
        match field(&mut rest)? {
            (1, Field::Number(timestamp)) => header.timestamp = Some(timestamp),
            (2, Field::Bytes(metric)) => {
                seal(metric)?;
            }
            (3, Field::Number(seq)) => header.seq = Some(seq),
            _ => {}
        }
    }
    Ok(header)
}

/// The metrics of a payload whose header could be read.
pub(super) fn metrics(payload: &[u8]) -> impl Iterator<Item = Sealed<'_>> {
    let mut rest = payload;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            match field(&mut rest) {
                Ok((2, Field::Bytes(metric))) => return seal(metric).ok(),
                Ok(_) => {}
                Err(Broken) => return None,
            }
        }
        None
    })
}

fn seal(bytes: &[u8]) -> Result<Sealed<'_>, Broken> {
    let mut sealed = Sealed { name: None, alias: None, datatype: None, bytes };
    let mut rest = bytes;
    while !rest.is_empty() {
        match field(&mut rest)? {
            (1, Field::Bytes(name)) => sealed.name = Some(std::str::from_utf8(name).map_err(|_| Broken)?),
            (2, Field::Number(alias)) => sealed.alias = Some(alias),
            (4, Field::Number(datatype)) => sealed.datatype = u32::try_from(datatype).ok(),
            _ => {}
        }
    }
    Ok(sealed)
}

impl Sealed<'_> {
    /// Opens it; only for a metric that may be kept.
    pub(super) fn open(self) -> Result<Metric, Broken> {
        Metric::decode(self.bytes).map_err(|_| Broken)
    }
}

impl Metric {
    /// Its value by the data type of its birth; nothing when the node says that there is none.
    pub(super) fn leaf(&self, born: Option<u32>) -> Option<Leaf> {
        let value = self.value.as_ref().filter(|_| self.is_null != Some(true))?;
        let datatype = self.datatype.filter(|datatype| *datatype != 0).or(born);
        Some(match value {
            Value::Float(value) => Leaf::Float(f64::from(*value)),
            Value::Double(value) => Leaf::Float(*value),
            Value::Boolean(value) => Leaf::Bool(*value),
            Value::Text(text) if text.len() <= MAX_TEXT => Leaf::Text(text.clone()),
            Value::Text(_) => Leaf::Other,
            Value::Int(value) => whole(u64::from(*value), datatype),
            Value::Long(value) => whole(*value, datatype),
        })
    }

    /// How far the node itself believes it: the property `Quality` (section 6.4.14) with the codes 0, 192 and 500, or
    /// another code of OPC.
    pub(super) fn quality(&self) -> Quality {
        let code = self.properties.as_ref().and_then(|set| {
            let (_, value) = set.keys.iter().zip(&set.values).find(|(key, _)| *key == "Quality")?;
            value.int_value.map(u64::from).or(value.long_value)
        });
        match code {
            None | Some(192..=255) => Quality::GOOD,
            Some(0..=63) => Quality::bad(QualityReason::DeviceSays),
            Some(500) => Quality::stale(QualityReason::DeviceSays),
            Some(_) => Quality::uncertain(QualityReason::DeviceSays),
        }
    }
}

/// Signed types travel in unsigned fields, in two's complement of their own width (section 6.4.16).
#[expect(clippy::cast_possible_truncation, reason = "each type is as wide as its name says")]
fn whole(bits: u64, datatype: Option<u32>) -> Leaf {
    let signed = match datatype {
        Some(1) => i64::from((bits as u8).cast_signed()),
        Some(2) => i64::from((bits as u16).cast_signed()),
        Some(3) => i64::from((bits as u32).cast_signed()),
        Some(4) => bits.cast_signed(),
        _ => return i64::try_from(bits).map_or(Leaf::UInt(bits), Leaf::Int),
    };
    Leaf::Int(signed)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A payload of these metrics.
    pub(in crate::sources::mqtt) fn payload(timestamp: u64, seq: u64, metrics: &[Metric]) -> Vec<u8> {
        let mut bytes = Payload { timestamp: Some(timestamp), metrics: metrics.to_vec() }.encode_to_vec();
        prost::encoding::uint64::encode(3, &seq, &mut bytes);
        bytes
    }

    fn of(datatype: u32, value: Value) -> Option<Leaf> {
        Metric { value: Some(value), ..Metric::default() }.leaf(Some(datatype))
    }

    #[test]
    fn all_scalar_types_come_out_as_they_went_in() {
        assert_eq!(of(1, Value::Int(0xff)), Some(Leaf::Int(-1)));
        assert_eq!(of(1, Value::Int(0xffff_ff80)), Some(Leaf::Int(-128)));
        assert_eq!(of(2, Value::Int(0x8000)), Some(Leaf::Int(-32_768)));
        assert_eq!(of(3, Value::Int(0xffff_fffe)), Some(Leaf::Int(-2)));
        assert_eq!(of(4, Value::Long(u64::MAX)), Some(Leaf::Int(-1)));
        assert_eq!(of(5, Value::Int(200)), Some(Leaf::Int(200)));
        assert_eq!(of(7, Value::Int(u32::MAX)), Some(Leaf::Int(i64::from(u32::MAX))));
        assert_eq!(of(7, Value::Long(7)), Some(Leaf::Int(7)));
        assert_eq!(of(8, Value::Long(u64::MAX)), Some(Leaf::UInt(u64::MAX)));
        assert_eq!(of(9, Value::Float(0.5)), Some(Leaf::Float(0.5)));
        assert_eq!(of(10, Value::Double(1e300)), Some(Leaf::Float(1e300)));
        assert_eq!(of(11, Value::Boolean(true)), Some(Leaf::Bool(true)));
        assert_eq!(of(12, Value::Text("on".into())), Some(Leaf::Text("on".into())));
        assert_eq!(of(13, Value::Long(1_784_116_800_000)), Some(Leaf::Int(1_784_116_800_000)));
        assert_eq!(of(14, Value::Text("x".repeat(2_000))), Some(Leaf::Other));
        let null = Metric { value: Some(Value::Int(3)), is_null: Some(true), ..Metric::default() };
        assert_eq!(null.leaf(Some(3)), None);
        assert_eq!(Metric::default().leaf(None), None);
    }

    #[test]
    fn the_quality_property_decides() {
        let with = |code: Option<u32>| {
            let value = PropertyValue { kind: Some(3), int_value: code, long_value: None };
            let set = PropertySet {
                keys: vec!["engUnit".into(), "Quality".into()],
                values: vec![PropertyValue::default(), value],
            };
            Metric { properties: Some(set), ..Metric::default() }.quality()
        };
        assert_eq!(with(Some(192)), Quality::GOOD);
        assert_eq!(with(None), Quality::GOOD);
        assert_eq!(with(Some(0)), Quality::bad(QualityReason::DeviceSays));
        assert_eq!(with(Some(500)), Quality::stale(QualityReason::DeviceSays));
        assert_eq!(with(Some(64)), Quality::uncertain(QualityReason::DeviceSays));
        assert_eq!(Metric::default().quality(), Quality::GOOD);
    }

    #[test]
    fn a_payload_is_walked_without_being_built() {
        let metric = |name: &str| Metric { name: Some(name.into()), alias: Some(4), ..Metric::default() };
        let bytes = payload(5, 7, &[metric("a"), metric("b")]);
        assert_eq!(header(&bytes), Ok(Header { timestamp: Some(5), seq: Some(7) }));
        let names: Vec<_> = metrics(&bytes).map(|metric| metric.name.unwrap().to_owned()).collect();
        assert_eq!(names, ["a", "b"]);
        for broken in
            [&b"\x12\xff\xff\xff\xff\x7f"[..], b"\x12", b"\x13\x14", b"{\"temp\":1}", b"\x12\x03\x0a\x01\xff"]
        {
            assert_eq!(header(broken), Err(Broken), "{broken:?}");
        }
    }

    proptest! {
        #[test]
        fn no_payload_makes_it_panic(payload in proptest::collection::vec(any::<u8>(), 0..300)) {
            if header(&payload).is_ok() {
                for metric in metrics(&payload) {
                    if let Ok(metric) = metric.open() {
                        let _either = (metric.leaf(Some(3)), metric.quality());
                    }
                }
            }
        }
    }
}
