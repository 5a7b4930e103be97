//! What is wrong in a configuration, and where: all of it at once, each with file, line, column and a way out (EDGE fault 29).

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

/// One thing that is wrong, with the place a person must open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file as it was named, or `environment`.
    pub file: String,
    /// Line, from 1; 0 when there is none.
    pub line: usize,
    /// Column in characters, from 1; 0 when there is none.
    pub column: usize,
    /// The dotted path of the field; empty for the file as a whole.
    pub field: String,
    /// A sentence: what is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Everything that is wrong with a configuration and its profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Fault>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// A text being read, and what was found wrong in it so far.
#[derive(Debug)]
pub(crate) struct Document {
    name: String,
    text: String,
    faults: RefCell<Vec<Fault>>,
}

impl Document {
    /// Takes the text of a file; a byte order mark is dropped, line ends may be of either kind.
    pub(crate) fn new(name: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        Self { name: name.into(), text, faults: RefCell::default() }
    }

    /// The text without its byte order mark.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Notes a fault at a byte range of the text.
    pub(crate) fn fault(&self, span: &Range<usize>, field: &str, message: impl Into<String>) {
        let (line, column) = self.position(span.start);
        self.push(Fault {
            file: self.name.clone(),
            line,
            column,
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// Notes a fault that has its own place.
    pub(crate) fn push(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// What was found wrong, in the order of the text.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|a| (a.line, a.column));
        faults.dedup();
        faults
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before.get(start..).unwrap_or("").chars().count() + 1)
    }
}

/// The known word that `wrong` most likely meant.
pub(crate) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let best = known.into_iter().map(|word| (distance(wrong, word), word)).min()?;
    let tolerated = wrong.chars().count().max(best.1.chars().count()).div_ceil(3).max(1);
    (best.0 <= tolerated).then_some(best.1)
}

/// `; did you mean "x"?` or nothing.
pub(crate) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |word| format!("; did you mean \"{word}\"?"))
}

/// Edits (insert, delete, replace, swap of neighbours) between two words, case ignored.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut cost =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                cost = cost.min(at(&before_last, j - 1) + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("prot", ["host", "port", "unit"]), Some("port"));
        assert_eq!(nearest("Interval", ["interval", "unit"]), Some("interval"));
        assert_eq!(nearest("zebra", ["host", "port"]), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn places_count_characters_and_survive_crlf_and_a_byte_order_mark() {
        let document = Document::new("a.toml", "\u{feff}x = 1\r\nä = \"ö\" y");
        let at = document.text().find('y').unwrap();
        document.fault(&(at..at + 1), "y", "is odd.");
        assert_eq!(document.into_faults()[0].to_string(), "a.toml:2:9: y: is odd.");
    }
}
