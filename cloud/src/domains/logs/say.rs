//! Log rows in the words of the person who reads them.

use super::words::Words;
use crate::domains::audit::{Fact, LogRow, Why, told_name};
use crate::platform::access::{Item, Party};
use crate::platform::base::Language;
use crate::platform::web::layout::item_name;
use crate::platform::web::parts::Icon;
use std::collections::BTreeMap;

/// What was done, as the end of a sentence that begins with who.
pub(super) fn action(row: &LogRow, words: Words) -> String {
    match Fact::parse(&row.action) {
        Some(fact) => fact.words_in(words.0).to_owned(),
        None => row.action.replacen('.', ": ", 1).replace(['_', '.'], " "),
    }
}

/// The symbol of an action.
pub(super) fn icon(action: &str) -> Icon {
    match action.split('.').next().unwrap_or_default() {
        "grant" | "access" => Icon::Share,
        "telemetry" => Icon::Metric,
        "alarm" => Icon::Alarm,
        "agent" => Icon::Gateway,
        "session" | "sign_in_link" | "person" | "invitation" | "member" | "passkey" | "step_up" => {
            Icon::Person
        }
        "application" | "partner" | "tenant" | "policy" | "tier" => Icon::Partner,
        "visit" => Icon::Visit,
        "lead" | "opportunity" | "deal" | "direct" | "quote" => Icon::Deal,
        "renewal" => Icon::Renewal,
        "ticket" => Icon::Ticket,
        _ => Icon::Log,
    }
}

/// The nouns of what happens, as a filter offers them to `party`: an owner's log knows no sales.
pub(super) fn nouns(party: Party, words: Words) -> BTreeMap<String, String> {
    let of_sales = ["lead", "opportunity", "deal", "direct", "quote", "tier", "log"];
    let shown = |noun: &&str| party != Party::Customer || !of_sales.contains(noun);
    let nouns = Fact::ALL.iter().map(|fact| fact.noun()).filter(shown);
    nouns.map(|noun| (format!("{noun}."), noun_words(noun, words))).collect()
}

fn noun_words(noun: &str, words: Words) -> String {
    if let (Language::Thai, Some(word)) = (words.0, Words::thai_noun(noun)) {
        return word.to_owned();
    }
    match noun {
        "access" => "Access asked for or refused".to_owned(),
        "agent" => "Gateways".to_owned(),
        "direct" => "Direct sales".to_owned(),
        "opportunity" => "Opportunities".to_owned(),
        "session" => "Sign-ins".to_owned(),
        "telemetry" => "Values read".to_owned(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            let first = letters.next().map(char::to_uppercase).into_iter().flatten();
            format!("{}s", first.chain(letters).collect::<String>())
        }
    }
}

/// What an object without a name is.
pub(super) fn kind(kind: &str, words: Words) -> String {
    match (words.0, Words::thai_noun(kind)) {
        (Language::Thai, Some(word)) => word.to_owned(),
        _ => kind.replace('_', " "),
    }
}

/// Who did it. The service itself has a name in each language, and a program stands after the person who answers for it.
pub(super) fn who(row: &LogRow, words: Words) -> String {
    match row.actor_kind.as_str() {
        "system" => words.service().to_owned(),
        _ => told_name(&row.actor_name, words.0),
    }
}

/// Why it was done: our own reasons in words, those of people as they typed them.
pub(super) fn reason(row: &LogRow, words: Words) -> String {
    Why::parse(&row.reason).map_or_else(|| row.reason.clone(), |why| why.words_in(words.0).to_owned())
}

/// The page that was asked for, of a line about one.
pub(super) fn asked_page(label: &str, words: Words) -> String {
    let item = Item::ALL.into_iter().find(|item| item.label() == label);
    item.map_or_else(|| label.to_owned(), |item| item_name(item, words.0))
}

#[cfg(test)]
mod tests {
    use crate::domains::audit::Fact;
    use crate::domains::logs::words::Words;
    use crate::guards::sources;
    use std::collections::BTreeSet;

    #[test]
    fn every_noun_and_every_kind_of_object_has_its_word_in_thai() {
        let mut nouns: BTreeSet<String> = Fact::ALL.iter().map(|fact| fact.noun().to_owned()).collect();
        for source in sources().iter().filter(|source| !source.path.contains("test")) {
            let after = source.text.split("Fact::").skip(1).filter_map(|rest| rest.split_once(", \""));
            let of_entries = after.filter(|(fact, _)| fact.chars().all(char::is_alphanumeric));
            let kinds = of_entries.filter_map(|(_, rest)| rest.split_once('"')).map(|(kind, _)| kind);
            nouns.extend(kinds.filter(|kind| !kind.is_empty()).map(str::to_owned));
        }
        assert!(nouns.contains("page"), "the search for kinds of objects fails: {nouns:?}");
        let missing: Vec<&String> = nouns.iter().filter(|noun| Words::thai_noun(noun).is_none()).collect();
        assert!(missing.is_empty(), "no word for {missing:?}");
    }
}
