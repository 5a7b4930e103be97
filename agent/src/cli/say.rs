//! Sentences to people: results to standard output, trouble to standard error. A closed pipe is not an error.

use std::fmt::Display;
use std::io::Write;

/// A line of the result.
pub(crate) fn line(text: impl Display) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// What went wrong.
pub(crate) fn trouble(text: impl Display) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// A time as people read it.
pub(crate) fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| format!("{ms} ms"), |at| at.to_string())
}
