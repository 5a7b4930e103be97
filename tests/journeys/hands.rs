//! Hands on the pages: keyboard, palette, columns, drafts and boards, in a real browser. What each of them does without
//! script is asked for by the rooms' own tests.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::Browser;
use riversync_testbed::process::build_products;
use riversync_testbed::wait::until;
use std::time::Duration;

/// Presses `keys` one after the other, all of them while `held` is down.
pub(crate) async fn press(browser: &Browser, held: Option<Key>, keys: &str) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    if let Some(held) = held {
        actions = actions.then(KeyAction::Down { value: held.into() });
    }
    for key in keys.chars() {
        actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
    }
    if let Some(held) = held {
        actions = actions.then(KeyAction::Up { value: held.into() });
    }
    Ok(browser.client().perform_actions(actions).await?)
}

/// Presses one key.
pub(crate) async fn press_key(browser: &Browser, key: Key) -> Result<()> {
    press(browser, None, &char::from(key).to_string()).await
}

/// What the page's script says about `expression`.
pub(crate) async fn says(browser: &Browser, expression: &str) -> Result<String> {
    let value = browser.client().execute(&format!("return String({expression})"), Vec::new()).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

async fn becomes(browser: &Browser, expression: &str, wanted: &str) -> Result<()> {
    until(&format!("{expression} to be {wanted}"), Duration::from_secs(20), async || {
        let said = says(browser, expression).await?;
        ensure!(said == wanted, "it is {said}");
        Ok(())
    })
    .await
}

/// A cloud with the demo world, and a browser in which `handle` is signed in.
pub(crate) async fn open(name: &str, handle: &str) -> Result<(tempfile::TempDir, Cloud, Browser)> {
    build_products(true).await?;
    let home = home(name)?;
    let cloud = Cloud::start(home.path(), &cloud::Wish::default()).await?;
    let browser = Browser::open(home.path()).await?;
    browser.sign_in(&cloud.sign_in_link(handle).await?).await?;
    Ok((home, cloud, browser))
}

#[tokio::test]
async fn the_keyboard_finds_moves_and_can_be_told_to_be_quiet() -> Result<()> {
    let (_home, cloud, browser) = open("keyboard", "nera.admin").await?;
    browser.goto(&cloud.url("/partners/overview")).await?;
    // Pages by name, records by what they are called.
    press(&browser, Some(Key::Control), "k").await?;
    press(&browser, None, "quot").await?;
    press_key(&browser, Key::Enter).await?;
    browser.arrives(|path| path == "/partners/quotes").await?;
    press(&browser, Some(Key::Control), "k").await?;
    press(&browser, None, "feed pumps").await?;
    browser.text_that(".palette ul", |text| text.contains("DL-1")).await?;
    press_key(&browser, Key::Enter).await?;
    browser.arrives(|path| path == "/partners/deals/DL-1").await?;

    // A page by its letter, a line by j, and a new record by c.
    press(&browser, None, "gd").await?;
    browser.arrives(|path| path == "/partners/deals").await?;
    let first = "document.querySelector('main tbody tr a')";
    press(&browser, None, "jjk").await?;
    becomes(&browser, &format!("document.activeElement === {first}"), "true").await?;
    press(&browser, None, "c").await?;
    browser.arrives(|path| path == "/partners/deals/new").await?;
    // Letters that are typed stay letters.
    browser.type_into("#f-title", "good").await?;
    becomes(
        &browser,
        "document.querySelector('#f-title').value + location.pathname",
        "good/partners/deals/new",
    )
    .await?;

    browser.goto(&cloud.url("/partners/deals")).await?;
    press(&browser, None, "?").await?;
    browser.click(".keys-on input").await?;
    press_key(&browser, Key::Escape).await?;
    press(&browser, None, "gw?").await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let quiet = says(&browser, "location.pathname + document.querySelectorAll('dialog').length").await?;
    ensure!(quiet == "/partners/deals0", "keys that are switched off still do something: {quiet}");
    browser.close().await
}

#[tokio::test]
async fn columns_are_left_out_and_a_filter_is_taken_away() -> Result<()> {
    let (_home, cloud, browser) = open("columns", "nera.admin").await?;
    browser.goto(&cloud.url("/partners/deals?status=approved")).await?;
    browser.click(".columns-menu summary").await?;
    for gone in ["updated", "quote"] {
        browser.click(&format!(".columns-menu input[value='{gone}']")).await?;
    }
    browser.click(".columns-menu .button.primary").await?;
    let heads = browser.text_that("main thead", |text| !text.contains("Updated")).await?;
    ensure!(heads.contains("Value") && !heads.contains("Quote"), "{heads}");
    let csv = browser.client().find(Locator::Css(".list-bar a[href*='csv']")).await?;
    let csv = csv.attr("href").await?.context("there is no file")?;
    ensure!(
        csv.contains("status=approved") && csv.contains("cols=value") && !csv.contains("updated"),
        "{csv}"
    );
    browser.click(".active .removable").await?;
    becomes(&browser, "location.search.includes('status=')", "false").await?;
    let heads = browser.text("main thead").await?;
    ensure!(!heads.contains("Updated"), "the columns came back with the filter: {heads}");
    browser.close().await
}

#[tokio::test]
async fn a_draft_outlives_its_page_and_a_form_a_dead_link() -> Result<()> {
    let (_home, mut cloud, browser) = open("draft", "nera.admin").await?;
    let form = cloud.url("/partners/deals/new");
    browser.goto(&form).await?;
    browser.type_into("#f-customer", "Bang Pa-in Paper").await?;
    browser.type_into("#f-title", "Twelve valves").await?;
    becomes(&browser, "Object.keys(localStorage).filter((name) => name.startsWith('draft:')).length", "1")
        .await?;
    browser.goto(&cloud.url("/partners/overview")).await?;
    browser.goto(&form).await?;
    browser.text_that(".draft", |text| text.contains("Draft restored")).await?;
    becomes(&browser, "document.querySelector('#f-title').value", "Twelve valves").await?;
    browser.click(".draft button").await?;
    becomes(&browser, "document.querySelector('#f-title').value", "").await?;

    // The link dies while it is sent.
    browser.type_into("#f-customer", "Bang Pa-in Paper").await?;
    browser.type_into("#f-title", "Twelve valves").await?;
    browser.type_into("#f-amount", "1200").await?;
    browser.click("#f-channel input[value='eastdist']").await?;
    cloud.process().kill().await?;
    browser.click("form[data-draft] button.primary").await?;
    browser.text_that(".draft.waiting", |text| text.contains("No connection")).await?;
    cloud.kill_and_restart().await?;
    browser.arrives(|path| path != "/partners/deals/new").await?;
    let there = "SELECT COUNT(*) FROM funnel_record WHERE title = 'Twelve valves'";
    ensure!(cloud.count(there).await? == 1, "it is not there once");
    becomes(&browser, "Object.keys(localStorage).filter((name) => name.startsWith('draft:')).length", "0")
        .await?;
    browser.close().await
}

#[tokio::test]
async fn a_card_moves_by_keyboard_and_by_menu() -> Result<()> {
    let (_home, cloud, browser) = open("board", "rs.admin").await?;
    browser.goto(&cloud.url("/style?view=lists")).await?;
    let at = "document.querySelector('#card-style-DL-1').closest('[data-column]').dataset.column";
    becomes(&browser, at, "lead").await?;
    browser.client().execute("document.querySelector('#card-style-DL-1 a').focus()", Vec::new()).await?;
    press(&browser, Some(Key::Shift), &char::from(Key::Right).to_string()).await?;
    becomes(&browser, at, "opportunity").await?;
    becomes(&browser, "document.activeElement.closest('.card')?.id", "card-style-DL-1").await?;
    browser.click("#card-style-DL-1 .move summary").await?;
    browser.click("#card-style-DL-1 form[data-to='deal'] button").await?;
    becomes(&browser, at, "deal").await?;
    browser.close().await
}
