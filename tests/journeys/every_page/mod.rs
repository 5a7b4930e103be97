//! Every page that somebody of the demo world is led to, in a real browser: wide and on a phone, light and dark.
//!
//! By itself each page is opened once, as the person who sees most of it; with `RIVERSYNC_EVERYBODY=1` as everybody who
//! is led to it. `RIVERSYNC_PICTURES=folder` keeps pictures in all four looks and a contact sheet of them, `index.html`.
//! `RIVERSYNC_PAGES=text` opens only pages whose route has the text in it. Each form on any of them must be one that a
//! journey without script sends.

mod sheet;
mod visit;
mod walk;

use crate::home::home;
use crate::no_script::Known;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::cloud::Cloud;
use riversync_testbed::parts::{Axe, Browser};
use riversync_testbed::person::Person;
use riversync_testbed::site::layout::{BKK_FOODS, SOUTH_RUBBER};
use riversync_testbed::stage::{Cast, Stage};
use std::collections::BTreeSet;
use std::path::PathBuf;
use visit::Visitor;
use walk::{Page, fullest, walk};

/// Everybody who sees something that nobody else does.
const PEOPLE: [&str; 17] = [
    "rs.admin",
    "rs.pipeline",
    "rs.support",
    "offco.admin",
    "nera.admin",
    "nera.coord",
    "nera.sales1",
    "nera.tech",
    "nera.fin",
    "nera.view",
    "siam.sales",
    "andaman.admin",
    "huawei.admin",
    "mw.admin",
    "mw.sales",
    "bkk.admin",
    "lonely.admin",
];

/// Who is not signed in.
const NOBODY: &str = "nobody";

#[tokio::test]
async fn every_page_keeps_the_rules() -> Result<()> {
    let home = home("every-page")?;
    let axe = Axe::installed()?;
    let cast = Cast { judged: false, layouts: vec![BKK_FOODS, SOUTH_RUBBER], ..Cast::judged() };
    let stage = Stage::set(home.path(), &cast).await?;
    let cloud = &stage.cloud;
    let mut faults = Vec::new();
    let (known, mut forgotten) = (Known::by_journeys(), BTreeSet::new());
    let pages = all_pages(cloud, &mut faults, &mut |page| forgotten.extend(known.forgets(page))).await?;
    faults.extend(forgotten.iter().map(|form| format!("no journey without script sends the form to {form}")));
    let pictures = std::env::var_os("RIVERSYNC_PICTURES").map(PathBuf::from);
    let everybody = std::env::var_os("RIVERSYNC_EVERYBODY").is_some();
    let mut pages = if everybody { pages } else { fullest(pages) };
    if let Some(only) = std::env::var_os("RIVERSYNC_PAGES").and_then(|only| only.into_string().ok()) {
        pages.retain(|page| page.name.contains(&only));
    }
    if let Some(folder) = &pictures {
        std::fs::create_dir_all(folder)?;
    }

    let browser = Browser::open_watched(home.path()).await?;
    let visitor =
        Visitor { browser: &browser, axe: &axe, origin: cloud.url(""), pictures: pictures.as_deref() };
    let (mut who, mut painted) = (NOBODY, Vec::new());
    for page in &pages {
        if page.handle != who {
            become_another(&browser, cloud, page.handle).await?;
            who = page.handle;
        }
        let seen = visitor.visit(page).await.with_context(|| format!("{} as {who}", page.path))?;
        painted.push((seen.painted_ms, page));
        faults.extend(seen.faults.iter().map(|fault| format!("{} as {who}: {fault}", page.name)));
    }
    browser.close().await?;
    report(&mut painted);
    if let Some(folder) = &pictures {
        tell(&format!("{} pages are on {}", pages.len(), sheet::write(folder, &pages)?.display()));
    }
    ensure!(faults.is_empty(), "{} faults on {} pages:\n{}", faults.len(), pages.len(), faults.join("\n"));
    Ok(())
}

/// Everybody's pages, nobody's among them; shows `look` every page that was opened.
async fn all_pages(cloud: &Cloud, faults: &mut Vec<String>, look: &mut dyn FnMut(&str)) -> Result<Vec<Page>> {
    let stranger = Person::stranger(&cloud.url(""))?;
    let mut pages = walk(&stranger, NOBODY, &walk::for_strangers(), faults, look).await?;
    for handle in PEOPLE {
        let person = Person::sign_in(&cloud.url(""), &cloud.sign_in_link(handle).await?).await?;
        let start = person.get("/").await?;
        let start = start.headers().get("location").context("there is no start page")?.to_str()?.to_owned();
        let starts = [start, "/account".to_owned()];
        pages.extend(walk(&person, handle, &starts, faults, look).await?);
    }
    Ok(pages)
}

async fn become_another(browser: &Browser, cloud: &Cloud, handle: &str) -> Result<()> {
    browser.client().delete_all_cookies().await?;
    if handle == NOBODY { Ok(()) } else { browser.sign_in(&cloud.sign_in_link(handle).await?).await }
}

/// The slowest pages: a figure for people, nothing to fail by on a machine that does other things too.
fn report(painted: &mut [(f64, &Page)]) {
    painted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let middle = painted.get(painted.len() / 2).map_or(0.0, |(ms, _)| *ms);
    tell(&format!(
        "largest paint on a processor four times slower: {middle:.0} ms in the middle, and at most"
    ));
    for (ms, page) in painted.iter().take(5) {
        tell(&format!("  {ms:.0} ms: {} as {}", page.name, page.handle));
    }
}

#[expect(clippy::print_stdout, reason = "figures and pictures are for whoever runs this")]
fn tell(line: &str) {
    println!("{line}");
}
