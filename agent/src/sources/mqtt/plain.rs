//! A payload that is one value and nothing else, as small sensors send it: `21.5`, `on`, `Running`. Pure.

use super::extract::{Leaf, MAX_TEXT};
use riversync_protocol::v1::Kind;

/// The value of `payload` for a metric of this kind; nothing when it is not text or too long.
pub(super) fn leaf(kind: Kind, payload: &[u8]) -> Option<Leaf> {
    let text = std::str::from_utf8(payload).ok().filter(|text| text.len() <= MAX_TEXT)?;
    let word = text.trim();
    Some(match kind {
        Kind::Text => Leaf::Text(text.to_owned()),
        Kind::Bool => switch(word).map_or(Leaf::Other, Leaf::Bool),
        Kind::Int | Kind::UInt | Kind::Float32 | Kind::Float64 => number(word),
    })
}

/// On or off, in the words that devices use.
fn switch(word: &str) -> Option<bool> {
    const ON: [&str; 4] = ["1", "true", "on", "yes"];
    const OFF: [&str; 4] = ["0", "false", "off", "no"];
    let is = |known: &&str| known.eq_ignore_ascii_case(word);
    if ON.iter().any(is) {
        return Some(true);
    }
    OFF.iter().any(is).then_some(false)
}

/// Whole numbers stay exact; an infinite one or none at all is told from rubbish later.
fn number(word: &str) -> Leaf {
    if let Ok(whole) = word.parse::<i64>() {
        return Leaf::Int(whole);
    }
    if let Ok(whole) = word.parse::<u64>() {
        return Leaf::UInt(whole);
    }
    word.parse::<f64>().map_or(Leaf::Text(String::new()), Leaf::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_switches_and_text_are_read_as_they_stand() {
        let number = |text: &str| leaf(Kind::Float64, text.as_bytes()).unwrap();
        assert_eq!(number(" 21.5\n"), Leaf::Float(21.5));
        assert_eq!(number("-3"), Leaf::Int(-3));
        assert_eq!(leaf(Kind::UInt, b"18446744073709551615"), Some(Leaf::UInt(u64::MAX)));
        assert_eq!(number("1e3"), Leaf::Float(1_000.0));
        assert!(matches!(number("NaN"), Leaf::Float(value) if value.is_nan()));
        assert_eq!(number("warm"), Leaf::Text(String::new()), "what was said instead is not kept");
        for (word, on) in
            [("ON", true), ("true", true), ("1", true), ("off", false), ("No", false), ("0", false)]
        {
            assert_eq!(leaf(Kind::Bool, word.as_bytes()), Some(Leaf::Bool(on)), "{word}");
        }
        assert_eq!(leaf(Kind::Bool, b"maybe"), Some(Leaf::Other));
        assert_eq!(leaf(Kind::Text, b"Running "), Some(Leaf::Text("Running ".into())));
    }

    #[test]
    fn what_is_not_text_or_too_long_is_nothing() {
        assert_eq!(leaf(Kind::Text, b"\xff\xfe"), None);
        assert_eq!(leaf(Kind::Float64, b"\xff"), None);
        assert_eq!(leaf(Kind::Text, "x".repeat(2_000).as_bytes()), None);
    }
}
