//! `device probe`: a block of registers with every decoding side by side, to find out what a manual leaves open.

use super::line::{LineArgs, ask};
use super::{Exit, say};
use crate::profile::{Order, Table, reference_of};
use crate::sources::Probe;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::fmt::Write as _;

/// Arguments of `device probe`.
#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    #[command(flatten)]
    line: LineArgs,
    /// Unit id; the device's own or 1 without it
    #[arg(long)]
    unit: Option<u8>,
    /// Which of the four tables
    #[arg(long, value_enum, default_value_t = TableArg::Holding)]
    register: TableArg,
    /// First 0-based protocol address
    #[arg(long)]
    address: u16,
    /// How many registers or bits
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=125))]
    count: u16,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// A table of Modbus, as profiles call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TableArg {
    Holding,
    Input,
    Coil,
    #[value(name = "discrete_input")]
    DiscreteInput,
}

impl From<TableArg> for Table {
    fn from(arg: TableArg) -> Self {
        match arg {
            TableArg::Holding => Self::Holding,
            TableArg::Input => Self::Input,
            TableArg::Coil => Self::Coil,
            TableArg::DiscreteInput => Self::DiscreteInput,
        }
    }
}

/// The orders of two registers, and of four.
const OF_TWO: [&str; 4] = ["ABCD", "CDAB", "BADC", "DCBA"];
const OF_FOUR: [&str; 6] = ["ABCDEFGH", "GHEFCDAB", "BADCFEHG", "HGFEDCBA", "CDABGHEF", "EFGHABCD"];

/// Every reading of a block.
#[derive(Debug, PartialEq, Serialize)]
struct Decodings {
    table: &'static str,
    registers: Vec<Register>,
    numbers: Vec<Number>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Register {
    address: u16,
    reference: String,
    hex: String,
    uint16: u16,
    int16: i16,
    text: String,
}

#[derive(Debug, PartialEq, Serialize)]
struct Number {
    address: u16,
    order: &'static str,
    unsigned: u64,
    signed: i64,
    float: Option<f64>,
}

pub(super) fn run(args: &ProbeArgs) -> Result<(), Exit> {
    let at = args.line.modbus(args.unit)?;
    let (table, unit, place) = (Table::from(args.register), at.unit, at.line.to_string());
    let refused = |error: crate::sources::ProbeError| {
        say::trouble(format_args!("{place} unit {unit}: {error}"));
        Exit::Unavailable
    };
    if table.is_bits() {
        let bits = ask(async {
            Probe::open(at)
                .await
                .map_err(refused)?
                .bits(table, args.address, args.count)
                .await
                .map_err(refused)
        })?;
        if args.json {
            say::line(serde_json::json!({ "table": table.name(), "address": args.address, "bits": bits }));
        } else {
            for (address, bit) in (args.address..).zip(&bits) {
                say::line(format_args!(
                    "{address:>6} {:>7}  {}",
                    reference_of(table, address),
                    u8::from(*bit)
                ));
            }
        }
        return Ok(());
    }
    let words = ask(async {
        Probe::open(at).await.map_err(refused)?.words(table, args.address, args.count).await.map_err(refused)
    })?;
    let decodings = decodings(table, args.address, &words);
    if args.json {
        say::line(serde_json::to_string(&decodings).map_err(|_| Exit::Internal)?);
    } else {
        say::line(shown(&decodings).trim_end());
    }
    Ok(())
}

fn decodings(table: Table, first: u16, words: &[u16]) -> Decodings {
    let letter = |byte: u8| if byte.is_ascii_graphic() { char::from(byte) } else { '.' };
    let registers = (first..).zip(words).map(|(address, word)| Register {
        address,
        reference: reference_of(table, address),
        hex: format!("{word:04X}"),
        uint16: *word,
        int16: word.cast_signed(),
        text: word.to_be_bytes().map(letter).iter().collect(),
    });
    let two = OF_TWO
        .iter()
        .flat_map(|order| (first..).zip(words.windows(2)).filter_map(|(at, run)| number(at, order, run)));
    let four = OF_FOUR
        .iter()
        .flat_map(|order| (first..).zip(words.windows(4)).filter_map(|(at, run)| number(at, order, run)));
    Decodings { table: table.name(), registers: registers.collect(), numbers: two.chain(four).collect() }
}

fn number(address: u16, order: &'static str, run: &[u16]) -> Option<Number> {
    let bytes: Vec<u8> = run.iter().flat_map(|word| word.to_be_bytes()).collect();
    let unsigned = Order::parse(order, u16::try_from(run.len()).ok()?)?.number(&bytes);
    let (signed, float) = match u32::try_from(unsigned) {
        Ok(short) if run.len() == 2 => (i64::from(short.cast_signed()), f64::from(f32::from_bits(short))),
        _ => (unsigned.cast_signed(), f64::from_bits(unsigned)),
    };
    Some(Number { address, order, unsigned, signed, float: float.is_finite().then_some(float) })
}

fn shown(all: &Decodings) -> String {
    let mut text = String::from("address     ref  hex   uint16   int16  text\n");
    for at in &all.registers {
        // Writing to a String cannot fail.
        let _infallible = writeln!(
            text,
            "{:>7} {:>7}  {}  {:>7} {:>7}  {}",
            at.address, at.reference, at.hex, at.uint16, at.int16, at.text
        );
    }
    for (title, orders) in [("two registers", &OF_TWO[..]), ("four registers", &OF_FOUR[..])] {
        let mut rows = String::new();
        for at in &all.registers {
            let here = |order: &&str| {
                all.numbers.iter().find(|number| number.address == at.address && number.order == *order)
            };
            let numbers: Vec<&Number> = orders.iter().filter_map(here).collect();
            if numbers.is_empty() {
                continue;
            }
            let mut row = |name: &str, cell: &dyn Fn(&Number) -> String| {
                let cells: Vec<String> =
                    numbers.iter().map(|number| format!("{:>20}", cell(number))).collect();
                let _infallible = writeln!(rows, "{:>7} {name:<8}{}", at.address, cells.join(" "));
            };
            row("unsigned", &|number| number.unsigned.to_string());
            row("signed", &|number| number.signed.to_string());
            row("float", &|number| number.float.map_or("-".into(), |float| format!("{float:.9e}")));
        }
        if !rows.is_empty() {
            let heads: Vec<String> = orders.iter().map(|order| format!("{order:>20}")).collect();
            let _infallible = write!(text, "\n{title:<16}{}\n{rows}", heads.join(" "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decoding_stands_side_by_side() {
        // 200.5 as a float in CDAB, then "Hi".
        let all = decodings(Table::Input, 10, &[0x8000, 0x4348, 0x4869]);
        assert_eq!(all.registers[2].text, "Hi");
        assert_eq!((all.registers[0].int16, all.registers[0].reference.as_str()), (i16::MIN, "300011"));
        let number =
            all.numbers.iter().find(|number| number.address == 10 && number.order == "CDAB").unwrap();
        assert_eq!(number.float, Some(200.5));
        assert_eq!(all.numbers.len(), 8, "two runs of two registers in four orders, none of four");
        let text = shown(&all);
        assert!(
            text.contains("ABCD") && text.contains("2.005000000e2") && !text.contains("four registers"),
            "{text}"
        );
    }
}
