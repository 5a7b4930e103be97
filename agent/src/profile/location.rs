//! Reads where a metric stands: a table with a 0-based address, or the datasheet's reference (EDGE fault 20).

use super::Table;
use super::address::{TABLES, five_digit_reference, reference, table};
use crate::config::fault::did_you_mean;
use crate::config::section::{Found, Section};

/// What was written about a place.
pub(super) struct Written {
    table: Option<Found<Option<Table>>>,
    address: Option<Found<i64>>,
    reference: Option<Found<String>>,
}

impl Written {
    /// Takes the keys out of a table.
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let register = section.text("register");
        let function = section.integer("fc", 1..=4);
        // Wide enough to see a six-digit reference in the wrong key.
        let address = section.integer("address", 0..=999_999);
        let reference = section.decimal("ref");
        if let (Some(_), Some(twice)) = (&register, &function) {
            section.fault(&twice.span, "fc", "means the same as register; give one of them");
        }
        let table = match (register, function) {
            (Some(register), _) => Some(Found { value: named(section, &register), span: register.span }),
            (None, Some(function)) => Some(Found { value: of_function(function.value), span: function.span }),
            (None, None) => None,
        };
        Self { table, address, reference }
    }

    /// The keys that are there, with their places.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&'static str, &std::ops::Range<usize>)> {
        let keys = [
            ("register", self.table.as_ref().map(|found| &found.span)),
            ("address", self.address.as_ref().map(|found| &found.span)),
            ("ref", self.reference.as_ref().map(|found| &found.span)),
        ];
        keys.into_iter().filter_map(|(key, span)| Some((key, span?)))
    }

    /// The place, or a note on why it is none.
    pub(super) fn place(self, section: &Section<'_>) -> Option<(Table, u16)> {
        match (self.address, self.reference) {
            (Some(_), Some(written)) => {
                let message = "stands beside address; give one of them, they count differently";
                section.fault(&written.span, "ref", message);
                None
            }
            (None, None) => {
                let hint = "give the 0-based address, or ref = \"40001\" as the datasheet prints it";
                section.missing_unless_faulty("address", hint);
                None
            }
            (Some(address), None) => {
                if self.table.is_none() {
                    let hint = "name the table: holding, input, coil or discrete_input";
                    section.missing_unless_faulty("register", hint);
                }
                let table = self.table.and_then(|found| found.value);
                counted_from_zero(section, &address, table)
            }
            (None, Some(written)) => datasheet(section, &written, self.table.and_then(|found| found.value)),
        }
    }
}

fn named(section: &Section<'_>, register: &Found<String>) -> Option<Table> {
    let table = table(&register.value);
    if table.is_none() {
        let hint = did_you_mean(&register.value, TABLES);
        let message = format!("\"{}\" is not a table of registers{hint}", register.value);
        section.fault(&register.span, "register", message);
    }
    table
}

fn of_function(function: i64) -> Option<Table> {
    [Table::Coil, Table::DiscreteInput, Table::Holding, Table::Input]
        .into_iter()
        .find(|table| i64::from(table.function()) == function)
}

fn counted_from_zero(
    section: &Section<'_>,
    address: &Found<i64>,
    table: Option<Table>,
) -> Option<(Table, u16)> {
    let Ok(at) = u16::try_from(address.value) else {
        let mut message = "must be a whole number from 0 to 65535".to_owned();
        if let Ok((table, read)) = reference(&address.value.to_string()) {
            let as_reference =
                format!("; as a reference it is ref = \"{}\": {} {read}", address.value, table.name());
            message.push_str(&as_reference);
        }
        section.fault(&address.span, "address", message);
        return None;
    };
    let table = table?;
    if let Some(read) = five_digit_reference(table, at) {
        let message = format!(
            "{at} may mean address {at} or reference {at} (address {read}); write ref = \"{at}\" for the reference, or ref = \"{}{:05}\" for the address",
            at / 10_000,
            u32::from(at) + 1
        );
        section.fault(&address.span, "address", message);
        return None;
    }
    Some((table, at))
}

fn datasheet(section: &Section<'_>, written: &Found<String>, table: Option<Table>) -> Option<(Table, u16)> {
    match reference(&written.value) {
        Ok((of, at)) => {
            if table.is_some_and(|named| named != of) {
                let message =
                    format!("\"{}\" lies in table {}, but register names another", written.value, of.name());
                section.fault(&written.span, "ref", message);
            }
            Some((of, at))
        }
        Err(message) => {
            section.fault(&written.span, "ref", message);
            None
        }
    }
}
