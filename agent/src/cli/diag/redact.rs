//! What must not leave the gateway is struck out of a text: what is known to be secret here, and what looks like it.

/// What stands in its place.
pub(super) const MASK: &str = "[redacted]";
/// A shorter secret would strike out half of every text.
const SHORTEST: usize = 4;
/// Words that a secret follows, after `=` or `:`.
const NAMES: [&str; 9] =
    ["password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "authorization", "credential"];

/// Strikes out secrets.
pub(super) struct Scrub {
    secrets: Vec<String>,
}

impl Scrub {
    /// One that knows these.
    pub(super) fn new(mut secrets: Vec<String>) -> Self {
        secrets.retain(|secret| secret.len() >= SHORTEST);
        // One that holds another goes first, or a rest of it would stay.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets }
    }

    /// `text` without them.
    pub(super) fn clean(&self, text: &str) -> String {
        let mut text = without_pem(text);
        for secret in &self.secrets {
            text = text.replace(secret, MASK);
        }
        text.split_inclusive('\n').map(|line| named(&codes(&bearers(&users(line))))).collect()
    }
}

/// Keys and certificates as PEM, whole or cut off.
fn without_pem(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, block)) = rest.split_once("-----BEGIN ") {
        out.push_str(before);
        out.push_str(MASK);
        let end = block.split_once("-----END ").and_then(|(_, tail)| tail.split_once("-----"));
        rest = end.map_or("", |(_, tail)| tail);
    }
    out + rest
}

/// `scheme://user:password@host`.
fn users(line: &str) -> String {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | ')' | ',');
    replaced(line, "://", |rest| {
        let place = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
        place.rfind('@')
    })
}

/// Enrolment codes.
fn codes(line: &str) -> String {
    replaced(line, "rs1-", |rest| {
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        (length > 0).then_some(length)
    })
}

/// What `Bearer` and `Basic` stand before.
fn bearers(line: &str) -> String {
    ["bearer ", "basic "].iter().fold(line.to_owned(), |line, word| {
        replaced(&line, word, |rest| {
            let length =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')).unwrap_or(rest.len());
            // Words of a sentence are shorter than what proves anything.
            (length >= 12).then_some(length)
        })
    })
}

/// `password = "…"`, `"token": "…"`, `secret=…`.
fn named(line: &str) -> String {
    NAMES.iter().fold(line.to_owned(), |line, name| {
        let mut out = String::new();
        let mut rest = line.as_str();
        while let Some(at) = find(rest, name) {
            let (before, after) = rest.split_at(at + name.len());
            out.push_str(before);
            let said = after.trim_start_matches(['"', '\'', ' ']);
            rest = after;
            if !said.starts_with([':', '=']) {
                continue;
            }
            let value = said.trim_start_matches([':', '=', ' ', '"', '\'']);
            out.push_str(after.get(..after.len() - value.len()).unwrap_or_default());
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | ']');
            let length = value.find(ends).unwrap_or(value.len());
            if length > 0 && !value.starts_with(MASK) {
                out.push_str(MASK);
                rest = value.get(length..).unwrap_or_default();
            } else {
                rest = value;
            }
        }
        out + rest
    })
}

/// Masks what `length` says stands behind each `mark`.
fn replaced(line: &str, mark: &str, length: impl Fn(&str) -> Option<usize>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = find(rest, mark) {
        let (before, after) = rest.split_at(at + mark.len());
        out.push_str(before);
        rest = after;
        if let Some(tail) = length(after).and_then(|length| after.get(length..)) {
            out.push_str(MASK);
            rest = tail;
        }
    }
    out + rest
}

/// Where `mark` stands, in capitals or not. ASCII only, so that places are those of `text`.
fn find(text: &str, mark: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(mark)
}

#[cfg(test)]
mod tests {
    use super::{MASK, Scrub};
    use proptest::prelude::*;

    #[test]
    fn what_is_secret_or_looks_like_it_goes_and_the_rest_stays() {
        let scrub = Scrub::new(vec!["hunter2".into(), "hunter2-long".into(), "abc".into()]);
        for (text, cleaned) in [
            ("the broker got hunter2-long and hunter2", "the broker got [redacted] and [redacted]"),
            (
                "at https://bob:pw@example.org/x?y and mqtt://tok@h",
                "at https://[redacted]@example.org/x?y and mqtt://[redacted]@h",
            ),
            ("see https://example.org/a@b", "see https://example.org/a@b"),
            ("enrol --code RS1-ABCDEFGH-IJ234567, then", "enrol --code RS1-[redacted], then"),
            ("a\n-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\nb", "a\n[redacted]\nb"),
            ("cut -----BEGIN EC PRIVATE KEY-----\nMIIB", "cut [redacted]"),
            (
                "Password = \"x y\" token:12, \"api_key\": \"k\"}",
                "Password = \"[redacted] y\" token:[redacted], \"api_key\": \"[redacted]\"}",
            ),
            ("Authorization: Bearer abcdefghijkl.mno", "Authorization: [redacted] [redacted]"),
            ("the broker refuses the user name or password", "the broker refuses the user name or password"),
            ("12: broker[1].password_file = \"pw\"", "12: broker[1].password_file = \"pw\""),
            ("{\"metric\":\"secret\",\"from_ms\":1}", "{\"metric\":\"secret\",\"from_ms\":1}"),
        ] {
            assert_eq!(scrub.clean(text), cleaned);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_and_a_known_secret_never_survives(before in ".{0,40}", after in ".{0,40}") {
            let secret = "correct-horse";
            let cleaned = Scrub::new(vec![secret.to_owned()]).clean(&format!("{before}{secret}{after}"));
            prop_assert!(!cleaned.contains(secret));
            prop_assert!(cleaned.contains(MASK) || before.contains("-----BEGIN "));
        }
    }
}
