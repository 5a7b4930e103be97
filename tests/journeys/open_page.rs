//! The open page: its charts answer to the keyboard while they are refreshed, and what a person of the partner looks at
//! when the owner takes it back goes away before their eyes.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use riversync_testbed::parts::Browser;
use riversync_testbed::person::Person;
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::until;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// The unit of power and that of temperature: each value on the page stands before one.
const UNITS: [&str; 2] = ["kW", "°C"];

/// What the page says when nothing of the device is granted; single metrics are "not granted" before that too.
const NONE: &str = "BKKFoods has granted you none of its values";

#[tokio::test]
async fn an_open_page_stops_showing_what_was_taken_back() -> Result<()> {
    let home = home("open-page")?;
    let stage = Stage::set(home.path(), &Cast::one_site()).await?;
    let cloud = &stage.cloud;
    let owner = Person::sign_in(&cloud.url(""), &cloud.sign_in_link("bkk.admin").await?).await?;
    let grant = stage.grants_of("bkkfoods").await?.into_iter().next().context("nothing is granted")?;

    let browser = Browser::open(home.path()).await?;
    browser.sign_in(&cloud.sign_in_link("nera.coord").await?).await?;
    browser.goto(&cloud.url("/partners/devices/D-BF-1")).await?;
    let first = browser.text_that("#values", |text| UNITS.iter().all(|unit| text.contains(unit))).await?;
    // Serials count, so a live page changes; and nothing reloads it from here.
    browser.text_that("#values", |text| text != first).await?;

    a_chart_answers(&browser).await?;

    let answer = owner.post(&format!("/portal/sharing/{grant}/revoke"), &[("reason", "enough")]).await?;
    assert!(answer.status().is_redirection(), "revoking was answered {}", answer.status());
    let left = browser.text_that("#values", |text| text.contains(NONE)).await?;
    assert!(!UNITS.iter().any(|unit| left.contains(unit)), "the page still shows a value: {left}");
    // The form that asks for access names each metric with its unit alone, and no value.
    let named = UNITS.map(|unit| format!("<small>{unit}"));
    let source = named.iter().fold(browser.client().source().await?, |page, name| page.replace(name, ""));
    for unit in UNITS {
        assert!(!source.contains(unit), "the page still holds a value in {unit}, seen or not: {source}");
    }
    browser.client().refresh().await?;
    let again = browser.text("#values").await?;
    assert!(again.contains(NONE), "after a reload: {again}");
    assert!(!UNITS.iter().any(|unit| again.contains(unit)), "a reload brought a value back: {again}");
    browser.close().await
}

const POWER: &str = "document.querySelector('#chart-power')";

/// What the browser makes of `script`, as text.
async fn made(browser: &Browser, script: &str) -> Result<String> {
    let made = browser.client().execute(&format!("return String({script})"), Vec::new()).await?;
    Ok(made.as_str().unwrap_or_default().to_owned())
}

/// Presses these keys one after the other while `held` is down.
async fn press(browser: &Browser, held: Option<Key>, keys: &[Key]) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    if let Some(key) = held {
        actions = actions.then(KeyAction::Down { value: key.into() });
    }
    for key in keys {
        actions = actions
            .then(KeyAction::Down { value: (*key).into() })
            .then(KeyAction::Up { value: (*key).into() });
    }
    if let Some(key) = held {
        actions = actions.then(KeyAction::Up { value: key.into() });
    }
    Ok(browser.client().perform_actions(actions).await?)
}

/// Crosshair, table, zoom, CSV and PNG of a chart, by the keyboard, on a page that is refreshed each second.
async fn a_chart_answers(browser: &Browser) -> Result<()> {
    let client = browser.client();
    let rows = format!("{POWER}.querySelectorAll('tbody tr').length");
    until("three values", PATIENCE, async || {
        ensure!(made(browser, &rows).await?.parse::<u32>()? >= 3, "too few");
        Ok(())
    })
    .await?;
    client.execute(&format!("{POWER}.querySelector('summary').click()"), Vec::new()).await?;
    client.execute(&format!("{POWER}.querySelector('[data-plot]').focus()"), Vec::new()).await?;
    press(browser, None, &[Key::Home, Key::Right]).await?;
    let said = made(browser, &format!("{POWER}.querySelector('[data-said]').textContent")).await?;
    ensure!(said.contains(" kW, "), "a value is announced as {said:?}");
    let before = browser.text("#chart-temp").await?;
    browser.text_that("#chart-temp", |text| text != before).await?;
    let kept = format!("[{POWER}.querySelectorAll('.cross').length, {POWER}.querySelector('details').open]");
    ensure!(made(browser, &kept).await? == "1,true", "a refresh took the crosshair or the table away");

    press(browser, Some(Key::Shift), &[Key::End]).await?;
    press(browser, None, &[Key::Enter]).await?;
    browser.text_that("#values", |text| text.contains("Back to now")).await?;
    let at = client.current_url().await?;
    ensure!(
        at.query().is_some_and(|query| query.contains("from=") && query.contains("to=")),
        "zoomed to {at}"
    );

    let csv = "const done = arguments[0];
        fetch(document.querySelector('#chart-power .chart-tools a').href).then((r) => r.text()).then(done)";
    let csv = client.execute_async(csv, Vec::new()).await?;
    let lines: Vec<&str> = csv.as_str().unwrap_or_default().lines().skip(1).collect();
    ensure!(lines.len().to_string() == made(browser, &rows).await?, "the CSV has other rows than the table");
    ensure!(
        !lines.is_empty() && lines.iter().all(|line| line.contains(",Power,")),
        "not only power: {lines:?}"
    );
    let png = "const done = arguments[0];
        URL.createObjectURL = (blob) => { done(blob.type + (blob.size > 4000)); return '#'; };
        HTMLAnchorElement.prototype.click = () => {};
        document.querySelector('#chart-power [data-png]').click()";
    ensure!(client.execute_async(png, Vec::new()).await? == "image/pngtrue", "there is no picture");
    // Not by the link: the press of links is no longer one on this page.
    browser.goto(at.as_str().split('?').next().unwrap_or_default()).await?;
    browser.text_that("#values", |text| UNITS.iter().all(|unit| text.contains(unit))).await?;
    Ok(())
}
