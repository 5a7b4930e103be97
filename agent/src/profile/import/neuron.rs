//! Tags of a Neuron Modbus node, saved as CSV: `group, interval, name, address, attribute, type, description, decimal,
//! precision, bias`, in whatever order the heading says.
//!
//! The address is `UNIT!REFERENCE[.BIT][#ORDER][.LENGTH[H|L]]`; the reference counts from 1 and names its table.

use super::scale::fraction;
use super::{DraftMetric, Imported, interval, name_of};
use crate::profile::Table;
use crate::profile::address::reference;

pub(super) fn import(text: &str, name: &str) -> Result<Imported, String> {
    let mut rows = rows(text);
    let (_, heading) = rows.next().ok_or("the file is empty")?;
    let heading: Vec<String> = heading.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    for wanted in ["name", "address", "type"] {
        if !heading.iter().any(|name| name == wanted) {
            return Err(format!(
                "the first line names no column \"{wanted}\"; save the tags as CSV with their heading"
            ));
        }
    }
    let mut imported = Imported::default();
    for (line, cells) in rows {
        let cell = |wanted: &str| {
            let index = heading.iter().position(|name| name == wanted)?;
            cells.get(index).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
        };
        row(line, &cell, name, &mut imported);
    }
    Ok(imported)
}

fn row<'a>(line: usize, cell: &dyn Fn(&str) -> Option<&'a str>, name: &str, imported: &mut Imported) {
    let label = cell("name").unwrap_or_default().to_owned();
    let attribute = cell("attribute").unwrap_or("Read").to_ascii_lowercase();
    if attribute.contains("static") {
        imported.leave(line, label, "is a static tag: a fixed text, not a reading");
        return;
    }
    if !attribute.contains("read") && !attribute.contains("subscribe") && attribute.parse::<u8>().is_err() {
        imported.leave(line, label, "is only written; the agent only reads");
        return;
    }
    let metric =
        address(cell("address").unwrap_or_default()).and_then(|at| Ok((at.unit, metric(&at, cell, &label)?)));
    let (unit, metric) = match metric {
        Ok(metric) => metric,
        Err(why) => return imported.leave(line, label, why),
    };
    if attribute.contains("write") {
        imported.leave(line, "attribute", "the agent only reads");
    }
    if cell("precision").is_some_and(|digits| digits != "0") {
        imported.leave(
            line,
            "precision",
            "values are kept exact; how they are shown is decided where they are shown",
        );
    }
    if metric.kind.ends_with("64") && metric.order.is_none() {
        imported.leave(
            line,
            "address",
            "the order of eight bytes is a setting of the node, not of the tag; ABCDEFGH was taken",
        );
    }
    let about = || vec![format!("From Neuron: unit {unit}.")];
    if let Some(draft) = imported.draft(name, &format!("unit-{unit}"), about) {
        draft.metrics.push(metric);
    }
}

/// An address, taken apart.
struct At<'a> {
    unit: u8,
    table: Table,
    address: u16,
    order: Option<&'a str>,
    /// The number after the point: a bit, or the bytes of a text.
    number: Option<u16>,
    /// `H`, `L`, `D` or `E` after it.
    string: Option<char>,
}

fn address(text: &str) -> Result<At<'_>, String> {
    let wrong = || format!("\"{text}\" is not an address such as 1!400001 or 1!400001.3#BB");
    let (unit, rest) = text.split_once('!').ok_or_else(wrong)?;
    let (rest, order) = match rest.split_once('#') {
        // A length may stand behind the order.
        Some((rest, order)) => match order.split_once('.') {
            Some((order, length)) => (format!("{rest}.{length}"), Some(order)),
            None => (rest.to_owned(), Some(order)),
        },
        None => (rest.to_owned(), None),
    };
    let (digits, number) =
        rest.split_once('.').map_or((rest.as_str(), None), |(digits, number)| (digits, Some(number)));
    let string = number.and_then(|number| number.chars().last()).filter(char::is_ascii_alphabetic);
    let number = number.map(|number| number.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()));
    let (table, address) = reference(digits).map_err(|why| format!("{}: {why}", wrong()))?;
    Ok(At {
        unit: unit.trim().parse().map_err(|_| wrong())?,
        table,
        address,
        order: order.map(str::trim),
        number: number.map(|number| number.parse().map_err(|_| wrong())).transpose()?,
        string: string.map(|letter| letter.to_ascii_uppercase()),
    })
}

fn metric<'a>(
    at: &At<'_>,
    cell: &dyn Fn(&str) -> Option<&'a str>,
    label: &str,
) -> Result<DraftMetric, String> {
    let kind = cell("type").unwrap_or_default().to_ascii_lowercase();
    let mut bit = None;
    let mut text_words = None;
    let (kind, words) = match kind.as_str() {
        _ if at.table.is_bits() => ("bool", 1),
        "bit" => {
            let number = at.number.unwrap_or(0);
            let inside = u8::try_from(number).ok().filter(|bit| *bit < 16);
            bit = Some(inside.ok_or_else(|| format!("takes bit {number}; a register has the bits 0 to 15"))?);
            ("bit", 1)
        }
        "bool" => ("bool", 1),
        "int16" => ("int16", 1),
        "uint16" | "word" => ("uint16", 1),
        "int32" => ("int32", 2),
        "uint32" | "dword" => ("uint32", 2),
        "float" => ("float32", 2),
        "int64" => ("int64", 4),
        "uint64" | "lword" => ("uint64", 4),
        "double" => ("float64", 4),
        "string" => {
            if let Some(letter @ ('D' | 'E')) = at.string {
                return Err(format!(
                    "its text has one character in each register ({letter}); write it by hand with string_location"
                ));
            }
            let bytes =
                at.number.filter(|bytes| (1..=250).contains(bytes)).ok_or("is text without its length")?;
            text_words = Some(bytes.div_ceil(2));
            ("string", 1)
        }
        other => return Err(format!("\"{other}\" is not a type of a profile")),
    };
    let is_number = !matches!(kind, "bool" | "bit" | "string");
    let order = match (at.order.map(str::to_ascii_uppercase).as_deref(), words, is_number) {
        (None | Some(""), _, _) if kind == "string" && at.string == Some('L') => Some("BA"),
        (None | Some(""), _, _) | (Some("L"), 1, _) | (Some("LL"), 2, _) => None,
        (Some("B"), 1, true) => Some("BA"),
        (Some("LB"), 2, _) => Some("BADC"),
        (Some("BL"), 2, _) => Some("CDAB"),
        (Some("BB"), 2, _) => Some("DCBA"),
        (Some(order), 4, _) => {
            return Err(format!(
                "what \"#{order}\" means for eight bytes differs between versions; write its order by hand"
            ));
        }
        (Some(order), ..) => return Err(format!("\"#{order}\" is not an order of this type")),
    };
    // A factor of 0 is how the export says that there is none.
    let decimal = cell("decimal").filter(|factor| factor.parse::<f64>().is_ok_and(|factor| factor != 0.0));
    let bias = cell("bias")
        .and_then(|bias| bias.parse::<f64>().ok())
        .filter(|bias| bias.is_finite() && *bias != 0.0);
    let name = name_of(label);
    let description = cell("description").map(str::to_owned);
    Ok(DraftMetric {
        label: description.or_else(|| (name != label && !label.is_empty()).then(|| label.to_owned())),
        name,
        table: Some(at.table),
        address: at.address,
        words: text_words,
        kind: kind.to_owned(),
        bit,
        order: order.map(str::to_owned),
        scale: if is_number { fraction(decimal, None)? } else { None },
        offset: bias.filter(|_| is_number),
        interval_ms: cell("interval").and_then(|ms| ms.parse().ok()).map(interval),
        ..DraftMetric::default()
    })
}

/// The rows of a CSV text (RFC 4180) with the line each begins on; rows without anything are skipped.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> + '_ {
    let mut letters = text.chars().peekable();
    let mut line = 1;
    std::iter::from_fn(move || {
        loop {
            letters.peek()?;
            let (begin, mut cells, mut cell, mut quoted) = (line, Vec::new(), String::new(), false);
            loop {
                match letters.next() {
                    Some('"') if quoted && letters.peek() == Some(&'"') => {
                        letters.next();
                        cell.push('"');
                    }
                    Some('"') if quoted || cell.is_empty() => quoted = !quoted,
                    Some(',') if !quoted => cells.push(std::mem::take(&mut cell)),
                    Some('\n') if !quoted => {
                        line += 1;
                        break;
                    }
                    Some('\n') => {
                        line += 1;
                        cell.push('\n');
                    }
                    Some('\r') if !quoted => {}
                    Some(letter) => cell.push(letter),
                    None => break,
                }
            }
            cells.push(cell);
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Some((begin, cells));
            }
        }
    })
}
