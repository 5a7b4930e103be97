//! Log rows in the words of the person who reads them.

use super::words::Words;
use crate::domains::audit::{Fact, LogRow};
use crate::domains::identity;
use crate::platform::access::Party;
use crate::platform::base::Language;
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
        "application" | "partner" | "tenant" | "policy" => Icon::Partner,
        "visit" => Icon::Visit,
        "deal" => Icon::Deal,
        "renewal" => Icon::Renewal,
        "ticket" => Icon::Ticket,
        _ => Icon::Log,
    }
}

/// The nouns of what happens, as a filter offers them to `party`: an owner's log knows no sales.
pub(super) fn nouns(party: Party, words: Words) -> BTreeMap<String, String> {
    let shown = |noun: &&str| party != Party::Customer || !matches!(*noun, "deal" | "log");
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

/// By what somebody came in or proved to be there.
fn proof_words(key: &str, words: Words) -> &str {
    match key {
        "sign_in" => words.mailed_link(),
        "invite" => words.invitation(),
        "step_up" | "mail" => words.mailed_code(),
        "setup" => words.setup_link(),
        other => other,
    }
}

/// The interesting part of a row's detail, in a line: counts and names, no JSON.
pub(super) fn detail(row: &LogRow, words: Words) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(&row.detail) else {
        return String::new();
    };
    let mut said: Vec<String> = Vec::new();
    let grant = ["after", "before"].iter().filter_map(|key| fields.get(*key)).find(|value| value.is_object());
    if let Some(devices) = grant.and_then(|grant| grant.get("devices")).and_then(|d| d.as_object()) {
        for (device, metrics) in devices {
            let metrics: Vec<&str> =
                metrics.as_array().into_iter().flatten().filter_map(|m| m.as_str()).collect();
            said.push(format!("{device}: {}", metrics.join(", ")));
        }
    }
    for (key, value) in &fields {
        let shown = match value {
            serde_json::Value::String(text) if !text.is_empty() => text.clone(),
            serde_json::Value::Number(number) if !key.ends_with("_ms") => number.to_string(),
            serde_json::Value::Array(items) => {
                // A thing among several is called by its name; its hash is in the export.
                let named = |item: &serde_json::Value| {
                    let name = item.as_str().or_else(|| item.get("name")?.as_str());
                    name.map_or_else(|| item.to_string(), str::to_owned)
                };
                items.iter().map(named).collect::<Vec<_>>().join(", ")
            }
            _ => continue,
        };
        match key.as_str() {
            "partner" | "revision" | "request" | "grant" => {}
            _ if shown.is_empty() => {}
            "user_agent" => said.push(identity::browser_name(&shown)),
            "roles" => said.push(words.roles(shown.replace(',', ", "))),
            "by" | "purpose" => said.push(words.by(proof_words(&shown, words))),
            key => said.push(format!("{}: {shown}", key.replace('_', " "))),
        }
    }
    said.join(" · ")
}
