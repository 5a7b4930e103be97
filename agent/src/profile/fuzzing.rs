//! What the fuzzer drives, and each test run with chance text: no file makes the agent panic, every fault has a place in
//! the file, and what an importer gives out is a profile. `agent/fuzz` has the targets; each is one call of a function here.

use super::import::{Source, import};
use super::read;

/// A profile, valid or not.
pub fn profile(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match read("p.toml", &text) {
        Ok(profile) => assert!(!profile.metrics.is_empty()),
        Err(faults) => {
            assert!(!faults.is_empty());
            let lines = text.lines().count() + 1;
            assert!(
                faults.iter().all(|fault| fault.line <= lines && !fault.message.is_empty()),
                "{faults:?}"
            );
        }
    }
}

/// A file of another tool; the first byte says of which.
pub fn imported(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let source = match first % 3 {
        0 => Source::Telegraf,
        1 => Source::Thingsboard,
        _ => Source::Neuron,
    };
    let text = String::from_utf8_lossy(rest);
    let Ok(imported) = import(source, &text, "fuzz") else { return };
    for draft in &imported.drafts {
        assert!(draft.finish().is_ok(), "{:?}\n{draft:#?}", draft.finish());
    }
    let lines = text.lines().count() + 1;
    assert!(imported.left.iter().all(|left| left.line <= lines && !left.why.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn chance_text_is_told_from_a_profile(text in "[a-z_=\\[\\]\"0-9\\. \n#-]{0,200}") {
            profile(text.as_bytes());
            for first in 0..3 {
                let mut data = vec![first];
                data.extend(text.as_bytes());
                imported(&data);
            }
        }
    }
}
