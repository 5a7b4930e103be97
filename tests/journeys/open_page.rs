//! The open page: what a person of the partner looks at when the owner takes it back goes away before their eyes.

use crate::home::home;
use anyhow::{Context as _, Result};
use riversync_testbed::parts::Browser;
use riversync_testbed::person::Person;
use riversync_testbed::stage::{Cast, Stage};

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
