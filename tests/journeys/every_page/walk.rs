//! From link to link, as everybody of the demo world: which pages there are for whom, and whether each link opens.

use anyhow::Result;
use riversync_cloud::platform::web::{Method, Mounted};
use riversync_cloud::routes::mounted;
use riversync_testbed::person::Person;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many addresses of one page somebody opens: lists link to each other without end.
const MOST_OF_ONE: usize = 8;

/// Parts of a query that make another page of the same path.
const VIEWS: [&str; 4] = ["tab", "view", "as", "group"];

/// A page as somebody sees it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The route, with the view of it.
    pub name: String,
    /// An address of it.
    pub path: String,
    /// Who.
    pub handle: &'static str,
    /// How much of it they see.
    bytes: usize,
}

/// The pages of `handle`, from `starts` on, the fullest of each name; says which links are dead, and shows `look` every
/// page that was opened.
pub async fn walk(
    person: &Person,
    handle: &'static str,
    starts: &[String],
    faults: &mut Vec<String>,
    look: &mut dyn FnMut(&str),
) -> Result<Vec<Page>> {
    let routes: Vec<Mounted> = mounted().into_iter().filter(|route| route.method == Method::Get).collect();
    let mut waiting: VecDeque<(String, String)> =
        starts.iter().map(|path| ("the start".to_owned(), path.clone())).collect();
    let (mut opened, mut counts) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut pages = BTreeMap::<String, Page>::new();
    while let Some((from, link)) = waiting.pop_front() {
        let path = link.split('#').next().unwrap_or_default().to_owned();
        if !path.starts_with('/') || path.starts_with("/assets/") || path.starts_with("/live") {
            if !["", "/", "mailto:", "otpauth:"].iter().any(|fine| path.starts_with(fine)) {
                faults.push(format!("{handle}: {from} links out of the service, to {path}"));
            }
            continue;
        }
        let name = named(&routes, &path);
        let count = counts.entry(name.clone()).or_default();
        if *count >= MOST_OF_ONE || !opened.insert(path.clone()) {
            continue;
        }
        *count += 1;
        let answer = person.get(&path).await?;
        let status = answer.status();
        if status.is_client_error() || status.is_server_error() {
            faults.push(format!("{handle}: {from} links to {path}, which answers {status}"));
        }
        let html = answer
            .headers()
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if !status.is_success() || !html {
            continue;
        }
        let body = answer.text().await?;
        look(&body);
        waiting.extend(links(&body).map(|link| (path.clone(), link)));
        let page = Page { name: name.clone(), path, handle, bytes: body.len() };
        let fullest = pages.get(&name).is_none_or(|other| other.bytes < page.bytes);
        if fullest {
            pages.insert(name, page);
        }
    }
    Ok(pages.into_values().collect())
}

/// Each page once, with who sees most of it.
pub fn fullest(pages: Vec<Page>) -> Vec<Page> {
    let mut best = BTreeMap::<String, Page>::new();
    for page in pages {
        if best.get(&page.name).is_none_or(|other| other.bytes < page.bytes) {
            best.insert(page.name.clone(), page);
        }
    }
    let mut best: Vec<Page> = best.into_values().collect();
    best.sort_by_key(|page| page.handle);
    best
}

/// Pages that anybody opens without being signed in.
pub fn for_strangers() -> Vec<String> {
    let open = mounted().into_iter().filter(|route| route.method == Method::Get && route.action.is_none());
    let paths = open.map(|route| route.path.to_owned());
    paths.filter(|path| !path.contains('{') && path != "/health" && path != "/ready").collect()
}

fn named(routes: &[Mounted], path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // A path without parameter is the better answer.
    let fitting = routes.iter().filter(|route| route.fits(path)).map(|route| route.path);
    let route = fitting.min_by_key(|route| route.matches('{').count());
    let view = query.split('&').filter(|pair| VIEWS.iter().any(|view| pair.split('=').next() == Some(*view)));
    let view: Vec<&str> = view.collect();
    let route = route.unwrap_or(path);
    if view.is_empty() { route.to_owned() } else { format!("{route}?{}", view.join("&")) }
}

/// Where the links of a page lead.
fn links(html: &str) -> impl Iterator<Item = String> + '_ {
    let links = html.split("<a ").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        tag.split("href=\"").nth(1)?.split('"').next()
    });
    links.map(|link| link.replace("&#38;", "&").replace("&amp;", "&").replace("&#x2F;", "/"))
}
