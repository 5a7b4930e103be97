//! Everybody walks every page they can reach by links alone. What is shown can be opened; what is hidden is linked
//! nowhere; every page keeps the rules of the house: no inline script or style, one heading, one main part.

use crate::platform::web::{Method, Mounted};
use crate::world::people;
use crate::world::testing::{Answer, World, worlds};
use std::collections::{BTreeSet, VecDeque};

/// How many pages one person opens at most: lists link to each other without end.
const MOST_PAGES: usize = 120;

/// The values of `name="…"` in `html`, with the entities that askama writes undone.
pub(super) fn values(html: &str, name: &str) -> Vec<String> {
    let opening = format!(" {name}=\"");
    let found = html.split(opening.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
    found.map(|value| value.replace("&#38;", "&").replace("&amp;", "&").replace("&#x2F;", "/")).collect()
}

/// Whether `path` is one that some mounted route answers.
fn is_mounted(mounted: &[Mounted], method: Method, path: &str) -> bool {
    route_of(mounted, method, path).is_some()
}

/// The mounted route that answers `path`; of two, the one that names it.
pub(super) fn route_of<'a>(mounted: &'a [Mounted], method: Method, path: &str) -> Option<&'a str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let all = mounted.iter().filter(|route| route.method == method && route.fits(path));
    all.map(|route| route.path).min_by_key(|route| route.contains('{'))
}

pub(super) fn is_page(answer: &Answer) -> bool {
    answer.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"))
}

/// The rules that every page keeps.
fn keeps_house(who: &str, path: &str, html: &str) {
    let what = format!("{path} as {who}");
    for forbidden in
        [" style=\"", "<style", "javascript:", " onclick=", " onload=", " onsubmit=", " onerror="]
    {
        assert!(!html.contains(forbidden), "{what} holds {forbidden}, which the browser will refuse");
    }
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains(" src=\"/assets/"), "{what} holds a script of its own: <script{tag}>");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{what} has not exactly one heading");
    assert_eq!(html.matches("<main").count(), 1, "{what} has not exactly one main part");
    assert!(!html.contains("pt-subbar"), "{what} has a subtype banner (PAR-13)");
    let title =
        html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert!(title.ends_with(" · RiverSync") && title.len() > 14, "{what} is titled \"{title}\"");
}

/// Walks from the start page; the paths that were opened.
async fn walk(world: &World, handle: &str) -> BTreeSet<String> {
    let browser = world.as_person(handle).await;
    let mut waiting = VecDeque::from(["/account".to_owned(), browser.get("/").await.location().to_owned()]);
    let mut opened = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        let skip = opened.len() >= MOST_PAGES;
        if skip || !path.starts_with('/') || path.starts_with("/assets/") || !opened.insert(path.clone()) {
            continue;
        }
        let what = format!("{}: {path} is shown to {handle}", world.engine);
        assert!(is_mounted(&world.mounted, Method::Get, &path), "{what} and leads nowhere");
        let answer = browser.get(&path).await;
        assert!([200, 303].contains(&answer.status), "{what} and answers {}", answer.status);
        if answer.status == 303 || !is_page(&answer) {
            continue;
        }
        keeps_house(handle, &path, &answer.body);
        for action in values(&answer.body, "action") {
            let sent = is_mounted(&world.mounted, Method::Post, &action)
                || is_mounted(&world.mounted, Method::Get, &action);
            assert!(sent, "{path} as {handle} has a form that leads to {action}, which is nowhere");
        }
        waiting.extend(values(&answer.body, "href"));
    }
    opened
}

#[tokio::test]
async fn what_is_shown_can_be_opened_and_what_is_hidden_is_linked_nowhere() {
    let mut longest = 0;
    for world in worlds("guard_links").await {
        for member in people() {
            let opened = walk(&world, member.handle).await;
            longest = longest.max(opened.len());
        }
    }
    assert!(longest > 10, "the walk saw only {longest} pages; it does not follow links any more");
}
