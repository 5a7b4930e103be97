//! Each importer against files as its tool writes them; what comes out is kept in `agent/tests/import/`.

use super::{Imported, Source, import};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

/// Everything an importer says of a file, as one text.
fn told(imported: &Imported) -> String {
    let mut text = String::new();
    for draft in &imported.drafts {
        let (profile, _) = draft.finish().unwrap_or_else(|faults| panic!("{faults:#?}\n{draft:#?}"));
        let _infallible = writeln!(text, "==== {}.toml\n{profile}", draft.name);
    }
    text.push_str("==== did not carry over\n");
    for left in &imported.left {
        let _infallible = writeln!(text, "line {}: {}: {}", left.line, left.field, left.why);
    }
    text
}

#[test]
fn golden() {
    for (source, file) in [
        (Source::Telegraf, "telegraf-register.toml"),
        (Source::Telegraf, "telegraf-request.toml"),
        (Source::Telegraf, "telegraf-metric.toml"),
        (Source::Thingsboard, "thingsboard.json"),
        (Source::Neuron, "neuron.csv"),
    ] {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        let now = told(&import(source, &text, "site").unwrap());
        let golden = folder().join(format!("{file}.golden"));
        if std::env::var_os("RIVERSYNC_WRITE_GOLDEN").is_some() {
            std::fs::write(&golden, &now).unwrap();
        }
        let kept = std::fs::read_to_string(&golden).unwrap();
        assert_eq!(
            now, kept,
            "{file}: write it anew with RIVERSYNC_WRITE_GOLDEN=1 and look at the difference"
        );
    }
}

#[test]
fn a_file_of_another_kind_is_refused_with_a_sentence() {
    for (source, text, says) in [
        (Source::Telegraf, "[agent]\ninterval = \"10s\"\n", "no [[inputs.modbus]]"),
        (Source::Telegraf, "[[inputs.modbus]\n", "line 1 is not TOML"),
        (Source::Telegraf, "[[inputs.modbus]]\nname = \"x\"\n", "nothing in the file"),
        (Source::Thingsboard, "{\"broker\": {}}", "no \"master\""),
        (Source::Thingsboard, "[]", "not a JSON object"),
        (Source::Neuron, "a,b,c\n1,2,3\n", "no column \"name\""),
        (Source::Neuron, "", "the file is empty"),
    ] {
        let said = import(source, text, "x").unwrap_err();
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn a_bit_that_no_register_has_does_not_become_another_one() {
    for (source, file, bit, beyond) in [
        (Source::Telegraf, "telegraf-request.toml", "bit = 12", "bit = 16"),
        (Source::Thingsboard, "thingsboard.json", "\"bit\": 5", "\"bit\": 16"),
        (Source::Neuron, "neuron.csv", ".3,", ".16,"),
    ] {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        let (whole, other) = (
            import(source, &text, "site").unwrap(),
            import(source, &text.replacen(bit, beyond, 1), "site").unwrap(),
        );
        let metrics = |imported: &Imported| imported.drafts.iter().map(|d| d.metrics.len()).sum::<usize>();
        assert_eq!(metrics(&other) + 1, metrics(&whole), "{file}");
        assert_eq!(other.left.len(), whole.left.len() + 1, "{file}: {}", told(&other));
    }
}

/// Cuts and doubles pieces of a text.
fn mangled(text: &str, cuts: &[(usize, usize, bool)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, length, doubled) in cuts {
        let at = at % letters.len().max(1);
        let end = (at + length % 40).min(letters.len());
        if *doubled {
            let piece: Vec<char> = letters[at..end].to_vec();
            letters.splice(at..at, piece);
        } else {
            letters.drain(at..end);
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn whatever_a_file_says_what_comes_out_is_a_profile(
        which in 0_usize..5, cuts in proptest::collection::vec((0_usize..10_000, 0_usize..40, any::<bool>()), 0..6),
    ) {
        let files = [
            (Source::Telegraf, "telegraf-register.toml"),
            (Source::Telegraf, "telegraf-request.toml"),
            (Source::Telegraf, "telegraf-metric.toml"),
            (Source::Thingsboard, "thingsboard.json"),
            (Source::Neuron, "neuron.csv"),
        ];
        let (source, file) = files[which];
        let text = mangled(&std::fs::read_to_string(folder().join(file)).unwrap(), &cuts);
        if let Ok(imported) = import(source, &text, "site") {
            for draft in &imported.drafts {
                prop_assert!(draft.finish().is_ok(), "{:?}\n{:#?}", draft.finish(), draft);
            }
        }
    }
}
