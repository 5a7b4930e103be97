//! Register tables and addresses: 0-based `address`, or the datasheet's `ref`; anything ambiguous is refused (EDGE fault 20).

use super::Table;

/// The plain names, for suggestions.
pub(crate) const TABLES: [&str; 4] = ["holding", "input", "coil", "discrete_input"];

/// Reads the name of a table or one of its aliases.
pub(crate) fn table(name: &str) -> Option<Table> {
    let name = name.to_ascii_lowercase();
    Some(match name.as_str() {
        "holding" | "holding_register" | "holding_registers" | "4x" => Table::Holding,
        "input" | "input_register" | "input_registers" | "3x" => Table::Input,
        "coil" | "coils" | "0x" => Table::Coil,
        "discrete" | "discrete_input" | "discrete_inputs" | "1x" => Table::DiscreteInput,
        _ => return None,
    })
}

/// The table and 0-based address of a datasheet reference: five or six digits, the first naming the table.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn reference(text: &str) -> Result<(Table, u16), String> {
    let wanted = "use five or six digits as datasheets print them, such as \"40001\" or \"400001\"";
    if !matches!(text.len(), 5 | 6) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("\"{text}\" is not a register reference; {wanted}"));
    }
    let (first, rest) = text.split_at(1);
    let table = match first {
        "0" => Table::Coil,
        "1" => Table::DiscreteInput,
        "3" => Table::Input,
        "4" => Table::Holding,
        _ => return Err(format!("\"{text}\" names no table: references begin with 0, 1, 3 or 4")),
    };
    let number: u32 =
        rest.parse().map_err(|_| format!("\"{text}\" is not a register reference; {wanted}"))?;
    match number.checked_sub(1).map(u16::try_from) {
        Some(Ok(address)) => Ok((table, address)),
        _ => Err(format!(
            "\"{text}\" lies outside its table: references count from {first}0001 to {first}65536"
        )),
    }
}

/// The datasheet reference of a 0-based address, six digits.
pub(crate) fn written(table: Table, address: u16) -> String {
    let first = match table {
        Table::Coil => 0,
        Table::DiscreteInput => 1,
        Table::Input => 3,
        Table::Holding => 4,
    };
    format!("{first}{:05}", u32::from(address) + 1)
}

/// What a 0-based `address` of `table` would be if it were a datasheet's five digits, if it looks like them.
pub(crate) fn five_digit_reference(table: Table, address: u16) -> Option<u16> {
    let first = match table {
        Table::Coil => return None,
        Table::DiscreteInput => 10_001..=19_999,
        Table::Input => 30_001..=39_999,
        Table::Holding => 40_001..=49_999,
    };
    first.contains(&address).then_some(address % 10_000).map(|number| number.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_count_from_one_and_addresses_from_zero() {
        assert_eq!(reference("40001"), Ok((Table::Holding, 0)));
        assert_eq!(reference("400001"), Ok((Table::Holding, 0)));
        assert_eq!(reference("465536"), Ok((Table::Holding, 65_535)));
        assert_eq!(reference("30010"), Ok((Table::Input, 9)));
        assert_eq!(reference("00001"), Ok((Table::Coil, 0)));
        assert_eq!(reference("10001"), Ok((Table::DiscreteInput, 0)));
        for table in [Table::Coil, Table::DiscreteInput, Table::Input, Table::Holding] {
            assert_eq!(reference(&written(table, 65_535)), Ok((table, 65_535)));
        }
        for wrong in ["40000", "400000", "465537", "20001", "4001", "4000001", "4x001", "-0001"] {
            assert!(reference(wrong).is_err(), "{wrong}");
        }
    }
}
