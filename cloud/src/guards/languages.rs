//! Everybody who reads Thai walks every page they can reach. A page speaks Thai or says that it does not yet; on one that
//! does, what we wrote ourselves (headings, columns, labels, buttons) is Thai.

use super::architecture::sources;
use super::links::{is_page, route_of, values};
use crate::platform::web::Method;
use crate::world::people;
use crate::world::testing::{World, worlds};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Routes whose page does not speak Thai yet. It gets shorter; a page that does and stands here fails the guard.
const STILL_ENGLISH: &[&str] = &["/account/api", "/style"];

/// What is written in Latin letters in every language.
const NAMES: &[&str] = &[
    "Authorized",
    "Gold",
    "Platinum",
    "CSV",
    "API",
    "RiverSync",
    "PNG",
    "JSON",
    "Modbus",
    "MQTT",
    "OPC UA",
    "SLA",
    "English",
    "ID",
];

/// The elements that hold our own words and no data.
const OURS: &[(&str, &str)] = &[
    ("<th role=\"columnheader\"", "</th>"),
    ("<label class=\"label\"", "</label>"),
    ("<legend class=\"label\"", "</legend>"),
    ("<button class=\"button", "</button>"),
    ("<summary class=\"button", "</summary>"),
    ("<p class=\"empty-title\"", "</p>"),
    ("<p class=\"hint\"", "</p>"),
];

/// As many pages as one person opens at most.
const MOST_PAGES: usize = 120;

/// The text of an element without its tags, entities undone as far as they matter here.
fn text(html: &str) -> String {
    let mut inside = true;
    let kept = html.chars().filter(|next| {
        match next {
            '<' => inside = false,
            '>' => inside = true,
            _ => return inside,
        }
        false
    });
    kept.collect::<String>().trim().to_owned()
}

/// Texts of `main` that are ours and have Latin words and no Thai.
fn english(main: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (opening, closing) in OURS {
        for rest in main.split(opening).skip(1) {
            let inner = rest.split_once('>').and_then(|(_, inner)| inner.split_once(closing));
            let said = text(inner.map_or("", |(inner, _)| inner));
            let is_thai = said.chars().any(|sign| ('\u{e00}'..='\u{e7f}').contains(&sign));
            let is_latin = said.chars().any(|sign| sign.is_ascii_alphabetic());
            if is_latin && !is_thai && !NAMES.contains(&said.as_str()) {
                found.push(said);
            }
        }
    }
    found
}

/// What each route that `handle` reaches says in English although Thai was asked for; the whole page is one entry.
async fn walk(world: &World, handle: &str, told: &mut BTreeMap<String, BTreeSet<String>>) {
    let browser = world.as_person(handle).await;
    assert_eq!(browser.post("/account/language", &[("language", "th")]).await.status, 303, "{handle}");
    let mut waiting = VecDeque::from(["/account".to_owned(), browser.get("/").await.location().to_owned()]);
    let mut opened = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        let skip = opened.len() >= MOST_PAGES;
        if skip || !path.starts_with('/') || path.starts_with("/assets/") || !opened.insert(path.clone()) {
            continue;
        }
        let answer = browser.get(&path).await;
        let Some(route) = route_of(&world.mounted, Method::Get, &path).filter(|_| is_page(&answer)) else {
            continue;
        };
        let Some((_, main)) = answer.body.split_once("<main id=\"main\" tabindex=\"-1\"") else { continue };
        let main = main.split("</main>").next().unwrap_or_default();
        let said = told.entry(route.to_owned()).or_default();
        if main.starts_with(" lang=\"en\"") {
            said.insert("the page".to_owned());
        } else {
            said.extend(english(main));
        }
        waiting.extend(values(&answer.body, "href"));
    }
}

#[tokio::test]
async fn every_page_speaks_thai_or_says_that_it_does_not_yet() {
    // What a page says does not depend on the engine.
    let world = worlds("guard_languages").await.into_iter().next().unwrap();
    let mut told = BTreeMap::new();
    for member in people() {
        walk(&world, member.handle, &mut told).await;
    }
    let mut wrong = Vec::new();
    for (route, said) in &told {
        match (STILL_ENGLISH.contains(&route.as_str()), said.is_empty()) {
            (true, true) => wrong.push(format!("{route} speaks Thai: take it off the list")),
            (false, false) => wrong.push(format!("{route} says in English: {said:?}")),
            _ => {}
        }
    }
    assert!(told.len() > 30, "the walk saw only {} pages; it does not follow links any more", told.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where sentences are made that only programs and their makers meet: cursors, keys, bodies, versions.
const FOR_PROGRAMS: &[&str] = &[
    "domains/devices/api/values.rs",
    "domains/funnel/views.rs",
    "domains/logs/api.rs",
    "domains/notifications/api.rs",
    "domains/notifications/choices.rs",
    "platform/error/mod.rs",
    "platform/error/sentence.rs",
    "platform/web/cursor.rs",
    "platform/web/json.rs",
    "platform/web/once/mod.rs",
];

#[test]
fn what_a_person_can_be_refused_is_said_in_every_language() {
    let alone = |text: &str| text.contains(concat!("Sentence::", "english("));
    let found: BTreeSet<String> = sources()
        .into_iter()
        .filter(|source| !source.path.contains("tests") && alone(&source.text))
        .map(|source| source.path)
        .collect();
    assert_eq!(found, FOR_PROGRAMS.iter().map(|path| (*path).to_owned()).collect());
}
