//! The closed list of what can happen: frozen as a whole, and nothing on it that never happens.

use super::architecture::{is_test, sources};
use super::golden::compare;
use crate::domains::audit::Fact;

#[test]
fn the_list_of_facts_is_what_it_was() {
    let line = |fact: &Fact| format!("{:<24} {}\n", fact.key(), fact.words());
    let lines: Vec<String> = Fact::ALL.iter().map(line).collect();
    compare("facts.txt", &lines.concat());
}

#[test]
fn every_fact_has_a_name_of_its_own_and_comes_back_from_it() {
    for fact in Fact::ALL {
        assert_eq!(Fact::parse(fact.key()), Some(*fact), "{} is the name of two facts", fact.key());
        let parts: Vec<&str> = fact.key().split('.').collect();
        assert!(matches!(parts[..], [noun, verb] if !noun.is_empty() && !verb.is_empty()), "{}", fact.key());
    }
}

#[test]
fn every_fact_is_written_down_somewhere() {
    let code: String = sources()
        .iter()
        .filter(|source| !is_test(&source.path) && source.path != "domains/audit/fact.rs")
        .map(|source| source.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default())
        .collect();
    for fact in Fact::ALL {
        let name = format!("Fact::{fact:?}");
        let used = code
            .match_indices(&name)
            .any(|(at, _)| !code[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'));
        assert!(used, "{} ({name}) is on the list of facts and nothing records it", fact.key());
    }
}
