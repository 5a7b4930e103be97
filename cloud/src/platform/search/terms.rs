//! From text to terms, for the index and for what is asked of it. Pure.
//!
//! A run of letters and digits is one term and is found by its beginning. Thai is written without spaces, so a run of it
//! gives each pair of neighbouring characters, and its last character alone: no dictionary decides what can be found.

use std::collections::BTreeSet;
use std::fmt::Write;

/// Characters of a term; words that differ only after them are told apart by the room, not by the index.
const LONGEST: usize = 40;

/// How a run of characters is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// With spaces between words.
    Spaced,
    /// Thai.
    Thai,
}

impl Script {
    /// Of a character; `None` for what stands between words.
    pub(super) fn of(c: char) -> Option<Self> {
        match c {
            '\u{e01}'..='\u{e4e}' | '\u{e50}'..='\u{e59}' => Some(Self::Thai),
            c if c.is_alphanumeric() => Some(Self::Spaced),
            _ => None,
        }
    }
}

/// One term that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// As it is.
    Whole(String),
    /// Any that begins so.
    Begins(String),
}

/// Case is no difference. One character for one, so that places in the folded text are places in the text.
pub(super) fn fold(text: &str) -> Vec<char> {
    text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

/// The runs of one script, each with whether the text ends with it.
fn runs(text: &[char]) -> impl Iterator<Item = (Script, &[char], bool)> {
    let same = |a: &char, b: &char| Script::of(*a) == Script::of(*b);
    let mut end = 0;
    text.chunk_by(same).filter_map(move |run| {
        end += run.len();
        Some((Script::of(*run.first()?)?, run, end == text.len()))
    })
}

/// The characters as ASCII letters and digits. What begins with the same characters begins with the same text.
pub(super) fn written(run: &[char]) -> String {
    let mut text = String::new();
    for c in run.iter().take(LONGEST) {
        if c.is_ascii_alphanumeric() {
            text.push(*c);
        } else if write!(text, "u{:04x}", u32::from(*c)).is_err() {
            break;
        }
    }
    text
}

/// The terms of a text.
pub(super) fn of_text(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let mut terms = BTreeSet::new();
    for (script, run, _) in runs(&folded) {
        match script {
            Script::Spaced => {
                terms.insert(written(run));
            }
            Script::Thai => {
                terms.extend(run.windows(2).map(written));
                terms.extend(run.last().map(|last| written(&[*last])));
            }
        }
    }
    terms
}

/// The terms that a text has in which the folded `word` stands. Only what the word ends with may go on in the text.
pub(super) fn of_word(word: &[char]) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (script, run, is_last) in runs(word) {
        match (script, run) {
            (Script::Spaced, _) if is_last => wanted.push(Wanted::Begins(written(run))),
            (Script::Spaced, _) => wanted.push(Wanted::Whole(written(run))),
            (Script::Thai, [only]) => wanted.push(Wanted::Begins(written(&[*only]))),
            (Script::Thai, _) => wanted.extend(run.windows(2).map(|pair| Wanted::Whole(written(pair)))),
        }
    }
    wanted.sort();
    wanted.dedup();
    wanted
}
