//! Parts: each a struct with its template, used everywhere. Written into a template by name (`{{ chip }}`), a part
//! escapes its own content. Status is never told by colour alone: each tone has an icon and words.
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
//! | [`Confirm`] | a change that asks first, without script |
//! | [`Press`] | a change at one press |
//! | [`Tabs`], [`Pager`], [`Filters`] | moving within a list |
//! | [`Amount`] | money |
//! | [`Facts`] | label and value pairs |

mod chip;
mod confirm;
mod field;
mod hidden;
mod icon;
mod list;
mod meter;
mod press;
mod table;
mod time;
mod timeline;

pub use chip::{Chip, Tone};
pub use confirm::Confirm;
pub use field::{Choice, Field, FormErrors, Input};
pub use hidden::{Locked, Masked, NotGranted, ReadOnly};
pub use icon::Icon;
pub use list::{Amount, Empty, Facts, Filters, PageHead, Pager, Tab, Tabs};
pub use meter::Meter;
pub use press::Press;
pub use table::{Cell, Column, Row, Table};
pub use time::{Ago, Countdown, When, exact};
pub use timeline::{Event, Timeline};

/// Marks parts as HTML that escaped itself.
macro_rules! safe {
    ($($part:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $part {})+ };
}
use safe;

#[cfg(test)]
mod tests;
