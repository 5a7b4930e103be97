//! What is granted of a JSON message, and nothing else. Pure; size, depth and text are bounded.
//!
//! The document is walked, not built: a value that nobody granted is skipped by the parser and never becomes one of
//! ours, so that it cannot reach a log, an error or a panic message (DESIGN section 3, invariant 2).

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Deepest nesting that is looked into.
const MAX_DEPTH: usize = 32;
/// Longest text that is kept, bytes.
pub(super) const MAX_TEXT: usize = 1_024;

/// A scalar of the document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(String),
    /// Null, a table, a list, or too long a text.
    Other,
}

/// Why a message is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Nested deeper than is looked into.
    TooDeep,
    /// Not JSON, or not text.
    NotJson,
}

/// What is looked for, as a tree along the pointers. Built once for each policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wanted {
    here: Vec<usize>,
    inside: BTreeMap<String, Wanted>,
}

impl Wanted {
    /// Whether nothing is looked for.
    pub(super) fn is_empty(&self) -> bool {
        self.here.is_empty() && self.inside.is_empty()
    }

    /// Adds a JSON pointer whose value is to be known as `id`.
    pub(super) fn add(&mut self, pointer: &str, id: usize) {
        let mut at = self;
        for part in pointer.split('/').skip(1) {
            let key = part.replace("~1", "/").replace("~0", "~");
            at = at.inside.entry(key).or_default();
        }
        at.here.push(id);
    }
}

/// The wanted values of `payload`, by id. The last of several values at one place counts.
pub(super) fn extract(payload: &[u8], wanted: &Wanted) -> Result<BTreeMap<usize, Leaf>, Unusable> {
    if is_too_deep(payload) {
        return Err(Unusable::TooDeep);
    }
    let mut found = BTreeMap::new();
    let mut json = serde_json::Deserializer::from_slice(payload);
    let walked = Walk { wanted, found: &mut found }.deserialize(&mut json).and_then(|()| json.end());
    walked.map(|()| found).map_err(|_| Unusable::NotJson)
}

fn is_too_deep(payload: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in payload {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

struct Walk<'a> {
    wanted: &'a Wanted,
    found: &'a mut BTreeMap<usize, Leaf>,
}

impl Walk<'_> {
    fn keep(self, leaf: &Leaf) {
        for id in &self.wanted.here {
            self.found.insert(*id, leaf.clone());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.keep(&Leaf::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.keep(&Leaf::Int(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.keep(&i64::try_from(value).map_or(Leaf::UInt(value), Leaf::Int));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.keep(&Leaf::Float(value));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.keep(&if value.len() <= MAX_TEXT { Leaf::Text(value.to_owned()) } else { Leaf::Other });
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.keep(&Leaf::Other);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Walk { wanted, found } = self;
        while let Some(key) = map.next_key::<String>()? {
            match wanted.inside.get(&key) {
                Some(wanted) => map.next_value_seed(Walk { wanted, found: &mut *found })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Walk { wanted, found }.keep(&Leaf::Other);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Walk { wanted, found } = self;
        for index in 0_usize.. {
            let more = match wanted.inside.get(&index.to_string()) {
                Some(wanted) => seq.next_element_seed(Walk { wanted, found: &mut *found })?.is_some(),
                None => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Walk { wanted, found }.keep(&Leaf::Other);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted(pointers: &[&str]) -> Wanted {
        let mut wanted = Wanted::default();
        for (id, pointer) in pointers.iter().enumerate() {
            wanted.add(pointer, id);
        }
        wanted
    }

    fn found(payload: &str, pointers: &[&str]) -> Vec<Option<Leaf>> {
        let found = extract(payload.as_bytes(), &wanted(pointers)).unwrap();
        (0..pointers.len()).map(|id| found.get(&id).cloned()).collect()
    }

    #[test]
    fn scalars_are_found_wherever_the_pointer_leads() {
        let payload =
            r#"{"temp":4.1,"a/b":{"~x":[1,{"y":true}]},"n":-3,"big":18446744073709551615,"t":"on","z":null}"#;
        let all = found(payload, &["/temp", "/a~1b/~0x/1/y", "/n", "/big", "/t", "/z", "/none", "/a~1b"]);
        assert_eq!(
            all,
            [
                Some(Leaf::Float(4.1)),
                Some(Leaf::Bool(true)),
                Some(Leaf::Int(-3)),
                Some(Leaf::UInt(u64::MAX)),
                Some(Leaf::Text("on".into())),
                Some(Leaf::Other),
                None,
                Some(Leaf::Other)
            ]
        );
    }

    #[test]
    fn bombs_and_rubbish_are_refused() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(extract(deep.as_bytes(), &wanted(&["/0"])), Err(Unusable::TooDeep));
        let inner = format!("{{\"a\":{{\"b\":{}}}}}", "[".repeat(31));
        assert_eq!(extract(inner.as_bytes(), &wanted(&["/a"])), Err(Unusable::TooDeep));
        for rubbish in [&b""[..], b"{", b"{\"a\":1}x", b"\xff\xfe", b"{\"a\":\xff}", b"{\"\xff\":1}", b"nan"]
        {
            assert_eq!(extract(rubbish, &wanted(&["/a"])), Err(Unusable::NotJson), "{rubbish:?}");
        }
        let brackets_in_text = format!("{{\"t\":\"{}\\\"\",\"a\":1}}", "[".repeat(100));
        assert_eq!(found(&brackets_in_text, &["/a"]), [Some(Leaf::Int(1))]);
        let long = format!("{{\"t\":\"{}\"}}", "x".repeat(2_000));
        assert_eq!(found(&long, &["/t"]), [Some(Leaf::Other)]);
    }

    #[test]
    fn what_is_not_wanted_is_not_kept() {
        let found =
            extract(br#"{"temp":1,"secret":"canary","list":["canary"]}"#, &wanted(&["/temp"])).unwrap();
        assert!(!format!("{found:?}").contains("canary"));
        assert_eq!(found.len(), 1);
    }

    proptest! {
        #[test]
        fn no_payload_makes_it_panic(payload in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _either = extract(&payload, &wanted(&["/a", "/b/0", "/c/d"]));
        }

        #[test]
        fn floats_come_back_bit_by_bit(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            let payload = serde_json::to_string(&serde_json::json!({ "v": value })).unwrap();
            prop_assert_eq!(found(&payload, &["/v"]), vec![Some(Leaf::Float(value))]);
        }
    }
}
