//! Parts: each a struct with its template, used everywhere. Written into a template by name (`{{ chip }}`), a part
//! escapes its own content. Status is never told by colour alone: each tone has an icon and words. `/style` shows all of
//! them in all their states.
//!
//! | part | for |
//! |---|---|
//! | [`PageHead`] | the heading of a page, a line under it, a way back, actions |
//! | [`Table`] | any list: sortable headers; at phone width the same cells as a list |
//! | [`Chip`], [`Tone`], [`Icon`] | a state in a word |
//! | [`Countdown`], [`Ago`], [`When`] | time left, time since, a date |
//! | [`Empty`] | nothing to show: why, and what to do |
//! | [`Masked`], [`Locked`], [`ReadOnly`], [`NotGranted`] | what is hidden, locked, not changeable, not granted |
//! | [`Meter`] | so much of so much |
//! | [`Timeline`] | what happened, latest first |
//! | [`Field`], [`FormErrors`] | a form's inputs with the sentence beside what is wrong |
//! | [`FileField`] | files to send |
//! | [`Confirm`] | a change that asks first, without script |
//! | [`Press`] | a change at one press |
//! | [`Bulk`] | the same change to all lines that are ticked |
//! | [`Tabs`], [`Segments`], [`Pager`] | moving within a list, looking at it in another way |
//! | [`Filters`] | what a list is asked for, and what of it is set |
//! | [`ListBar`], [`SavedMenu`], [`Columns`] | how many, saved views, which columns, the list as a file |
//! | [`Amount`] | money |
//! | [`Board`], [`Calendar`], [`Split`] | records by state, by day, one beside its list |
//! | [`Dialog`], [`Toast`] | what lies over a page |
//! | [`Stepper`], [`Skeleton`], [`Stale`] | what is on its way |
//! | [`Facts`] | label and value pairs |

mod board;
mod bulk;
mod calendar;
mod chip;
mod confirm;
mod field;
mod file_field;
mod filters;
mod hidden;
mod icon;
mod list;
mod meter;
mod over;
mod press;
mod saved_menu;
mod split;
mod table;
mod time;
mod timeline;
mod wait;
mod words;

pub use board::{Board, BoardColumn, Card, Move};
pub use bulk::Bulk;
pub use calendar::Calendar;
pub use chip::{Chip, Tone};
pub use confirm::Confirm;
pub use field::{Choice, Field, FormErrors, Input};
pub use file_field::FileField;
pub use filters::{Columns, Filters, ListBar};
pub use hidden::{Locked, Masked, NotGranted, ReadOnly};
pub use icon::Icon;
pub use list::{Amount, Empty, Facts, PageHead, Pager, Segments, Tab, Tabs};
pub use meter::Meter;
pub use over::{Dialog, Toast};
pub use press::Press;
pub use saved_menu::SavedMenu;
pub use split::Split;
pub use table::{Cell, Column, Row, Table};
pub use time::{Ago, Countdown, When, exact};
pub use timeline::{Event, Timeline};
pub use wait::{Skeleton, Stale, Stepper};

/// A span as `2 d 4 h`, `3 h 05 min`, `12 min`.
pub fn span(ms: i64, language: crate::platform::base::Language) -> String {
    words::Words(language).span(ms)
}

/// A span of working time, which stays in hours: `53 h 05 min`.
pub fn working_span(ms: i64, language: crate::platform::base::Language) -> String {
    words::Words(language).span_in_hours(ms)
}

/// What the script of every page says to who reads `language`.
pub fn script_words(language: crate::platform::base::Language) -> String {
    words::Words(language).of_script()
}

/// What the script of forms says to who reads `language`, in the order in which it names them.
pub fn form_words(language: crate::platform::base::Language) -> String {
    let words = words::Words(language);
    [
        words.draft_restored(),
        words.discard(),
        words.our_fault(),
        words.no_link(),
        words.do_not_send(),
        words.try_again(),
    ]
    .join("|")
}

/// Marks parts as HTML that escaped itself.
macro_rules! safe {
    ($($part:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $part {})+ };
}
use safe;

#[cfg(test)]
mod tests;
