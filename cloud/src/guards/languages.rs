//! Everybody who reads Thai walks every page they can reach. A page speaks Thai or says that it does not; on one that does,
//! every text is Thai, but for names, codes, and what people and devices have told the service.

use super::architecture::sources;
use super::dump::dump;
use super::links::{is_page, route_of, values};
use super::story::play;
use crate::domains::audit::Why;
use crate::platform::base::Zone;
use crate::platform::web::Method;
use crate::world::people;
use crate::world::testing::{World, worlds};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Routes whose page is English on purpose, as its module says: what developers and designers read. A page that speaks
/// Thai and stands here fails the guard.
const STILL_ENGLISH: &[&str] = &["/account/api", "/style"];

/// What is written in Latin letters in every language: names of products and of ways to speak, units, and words of protocols.
const NAMES: &[&str] =
    &["Authorized", "Gold", "Platinum", "Basic", "RiverSync", "Standard", "Webhooks", "https", "English"];

/// Who looks again after everything has happened.
const AFTERWARDS: [&str; 4] = ["rs.admin", "nera.admin", "bkk.admin", "mw.admin"];

/// As many pages as one person opens at most.
const MOST_PAGES: usize = 120;

/// The texts that a reader meets: what stands between tags, and what attributes say.
fn texts(html: &str) -> Vec<String> {
    let mut found: Vec<String> = html
        .split('<')
        .filter(|piece| {
            !["pre", "code", "script"].iter().any(|no| piece.split(['>', ' ']).next() == Some(no))
        })
        .filter_map(|piece| piece.split_once('>').map(|(_, text)| text.to_owned()))
        .collect();
    for name in ["aria-label", "title", "placeholder", "alt", "data-empty"] {
        found.extend(values(html, name));
    }
    let undone = |text: &String| {
        let text = text.replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"");
        text.replace("&#60;", "<").replace("&#62;", ">").replace("&amp;", "&")
    };
    found.iter().map(undone).collect()
}

/// Whether a word may stand in any language: it is no word (an id, a code, an address, an abbreviation), or a name.
fn is_name(word: &str) -> bool {
    let is_code = word.chars().any(|sign| sign.is_ascii_digit() || "_@/.=".contains(sign));
    is_code || word.chars().skip(1).any(|sign| sign.is_ascii_uppercase()) || NAMES.contains(&word)
}

/// What `html` says in Latin letters and has not from `data`.
fn english(html: &str, data: &mut Data) -> Vec<String> {
    let is_thai = |sign: char| ('\u{e00}'..='\u{e7f}').contains(&sign);
    let mut found = Vec::new();
    for text in texts(html) {
        for run in text.split(|sign| is_thai(sign) || "·•:()\"“”|".contains(sign)) {
            if !is_excused(run, data) && !run.split([',', '–']).all(|part| is_excused(part, data)) {
                found.push(run.trim().to_owned());
            }
        }
    }
    found
}

/// Whether a text may stand in any language: names around what somebody told the service, or nothing.
fn is_excused(run: &str, data: &mut Data) -> bool {
    let is_no_word = |word: &str| !word.chars().any(|sign| sign.is_ascii_alphabetic()) || is_name(word);
    let mut words: Vec<&str> = run.split_whitespace().collect();
    let zone = words.join("_");
    while words.first().is_some_and(|word| is_no_word(word)) {
        words.remove(0);
    }
    while words.last().is_some_and(|word| is_no_word(word)) {
        words.pop();
    }
    let rest = words.join(" ");
    let rest = rest.trim_matches(|sign: char| !sign.is_ascii_alphanumeric());
    rest.is_empty() || data.has(rest) || data.has(run.trim()) || Zone::parse(&zone).is_some()
}

/// Everything that people and devices have told the service, without what the service itself writes down in English.
struct Data {
    text: String,
    /// What was looked for before: pages say the same again and again.
    asked: BTreeMap<String, bool>,
}

impl Data {
    async fn of(world: &World) -> Self {
        let rows: Vec<String> = dump(world).await.into_values().flatten().collect();
        let ours = Why::ALL.iter().map(|why| why.kept()).chain(["RiverSync service", "The device"]);
        let text = ours.fold(rows.join("\n"), |text, ours| text.replace(&ours.replace('\'', "''"), ""));
        Self { text, asked: BTreeMap::new() }
    }

    /// Whether `run` stands there as whole words.
    fn has(&mut self, run: &str) -> bool {
        if let Some(known) = self.asked.get(run) {
            return *known;
        }
        let ends = |sign: Option<char>| sign.is_none_or(|sign| !sign.is_ascii_alphanumeric());
        let found = self.text.match_indices(run).any(|(at, _)| {
            ends(self.text[..at].chars().next_back()) && ends(self.text[at + run.len()..].chars().next())
        });
        self.asked.insert(run.to_owned(), found);
        found
    }
}

/// What each route that `handle` reaches says in English although Thai was asked for; the whole page is one entry.
async fn walk(world: &World, handle: &str, data: &mut Data, told: &mut BTreeMap<String, BTreeSet<String>>) {
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
            said.extend(english(answer.body.split_once("<body").map_or("", |(_, body)| body), data));
        }
        waiting.extend(values(&answer.body, "href"));
    }
}

#[tokio::test]
async fn every_page_speaks_thai_or_says_that_it_does_not_yet() {
    // What a page says does not depend on the engine.
    let world = worlds("guard_languages").await.into_iter().next().unwrap();
    let mut told = BTreeMap::new();
    // Everybody comes in by a link whose reason their log tells.
    world.as_person("rs.admin").await;
    let mut before = Data::of(&world).await;
    for member in people() {
        walk(&world, member.handle, &mut before, &mut told).await;
    }
    // And once more where there is something to tell of: every kind of row in the logs, deliveries, histories.
    play(&world).await;
    let mut after = Data::of(&world).await;
    for handle in AFTERWARDS {
        walk(&world, handle, &mut after, &mut told).await;
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
