//! Where a metric stands in the messages of its device: a JSON pointer, the whole payload, or a Sparkplug metric.

use crate::config::section::{Found, Section};

/// Longest pointer, topic or metric name, bytes.
const MAX_NAME: usize = 256;

/// A place in the messages of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageAt {
    /// The topic below the device's own on which it comes; the device's own when nothing is said.
    pub topic: Option<String>,
    /// Where in the payload.
    pub part: Part,
}

/// A part of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A value in JSON, by JSON pointer (RFC 6901).
    Pointer(String),
    /// All of it: a number, a switch, or text as it stands.
    Plain,
    /// The metric of this name in Sparkplug B payloads.
    Sparkplug(String),
}

/// Reads the place of a metric when it stands in messages: the key that says so, and the place unless it is faulty.
pub(super) fn read(section: &mut Section<'_>) -> Option<(&'static str, Option<MessageAt>)> {
    let pointer = section.text("pointer");
    let plain = section.flag("plain").filter(|found| found.value);
    let sparkplug = section.text("sparkplug");
    let topic = section.text("topic");
    if let Some(found) = &plain
        && pointer.is_some()
    {
        section.fault(&found.span, "plain", "stands beside pointer; a payload is JSON or it is plain");
    }
    if let Some(found) = sparkplug {
        for (key, other) in [
            ("pointer", pointer.map(|found| found.span)),
            ("plain", plain.map(|found| found.span)),
            ("topic", topic.map(|found| found.span)),
        ] {
            if let Some(span) = other {
                section.fault(&span, key, "cannot stand beside sparkplug, which names all that is needed");
            }
        }
        let name = checked(section, "sparkplug", found, "name of a metric", |text| !text.contains('\0'));
        return Some(("sparkplug", name.map(|name| MessageAt { topic: None, part: Part::Sparkplug(name) })));
    }
    let key = if pointer.is_some() {
        "pointer"
    } else if topic.is_some() {
        "topic"
    } else {
        plain.as_ref().map(|_| "plain")?
    };
    let topic = match topic {
        None => Some(None),
        Some(found) => checked(section, "topic", found, "topic below the device's own", is_below).map(Some),
    };
    let part = match pointer {
        None => Some(Part::Plain),
        Some(found) => checked(section, "pointer", found, POINTER, is_pointer).map(Part::Pointer),
    };
    Some((key, topic.zip(part).map(|(topic, part)| MessageAt { topic, part })))
}

const POINTER: &str = "JSON pointer; write \"/temp\" or \"/values/0/temp\"";

fn checked(
    section: &Section<'_>,
    key: &str,
    found: Found<String>,
    what: &str,
    fits: impl Fn(&str) -> bool,
) -> Option<String> {
    if !found.value.is_empty() && found.value.len() <= MAX_NAME && fits(&found.value) {
        return Some(found.value);
    }
    section.fault(&found.span, key, format!("\"{}\" is not a {what}", found.value));
    None
}

fn is_below(text: &str) -> bool {
    !text.starts_with('/') && !text.contains(['+', '#', '\0'])
}

/// Whether `text` is a JSON pointer to something inside a document (RFC 6901).
pub(super) fn is_pointer(text: &str) -> bool {
    let escapes_are_whole = text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    text.starts_with('/') && text.len() <= MAX_NAME && escapes_are_whole
}
