//! A passkey, from the account page to a change that matters: with a real browser and its own authenticator.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::Browser;
use riversync_testbed::process::build_products;

/// A new sign-in in the same browser.
async fn sign_in(browser: &Browser, cloud: &Cloud, handle: &str) -> Result<()> {
    browser.sign_in(&cloud.sign_in_link(handle).await?).await
}

#[tokio::test]
async fn a_passkey_is_added_named_asked_for_and_removed() -> Result<()> {
    build_products(true).await?;
    let home = home("passkey")?;
    let cloud = Cloud::start(home.path(), &cloud::Wish { by_name: true, ..cloud::Wish::default() }).await?;
    let browser = Browser::open(home.path()).await?;
    browser.add_authenticator().await?;
    sign_in(&browser, &cloud, "bkk.admin").await?;

    // Just signed in by mail, and without a passkey that is proof enough to add one.
    browser.goto(&cloud.url("/account")).await?;
    browser.click("form[action='/account/passkeys/new'] button").await?;
    browser.type_into("#f-name", "Laptop").await?;
    browser.click("form[data-passkey='create'] button").await?;
    browser.arrives(|path| path == "/account").await?;
    browser.text_that("main", |text| text.contains("Laptop")).await?;
    let told =
        "SELECT COUNT(*) FROM mail_outbox WHERE subject LIKE 'A passkey was added%' AND body LIKE '%Laptop%'";
    ensure!(cloud.count(told).await? == 1, "the person was not told");

    // From now on a sign-in by mail is not proof enough: granting asks for the passkey, and keeps what was entered.
    sign_in(&browser, &cloud, "bkk.admin").await?;
    browser.goto(&cloud.url("/portal/sharing/new")).await?;
    browser.click("input[value='D-BF-4/energy']").await?;
    browser.type_into("#f-purpose", "Energy advice").await?;
    browser.click("form[action='/portal/sharing/new'] button.primary").await?;
    browser.text_that("h1", |text| text == "Confirm that it is you").await?;
    let granted = "SELECT COUNT(*) FROM outbox WHERE kind = 'grant.made'";
    let before = cloud.count(granted).await?;
    browser.click("form[data-passkey='get'] button").await?;
    browser.arrives(|path| path == "/portal/sharing").await?;
    browser.text_that("main", |text| text.contains("Energy advice")).await?;
    ensure!(cloud.count(granted).await? == before + 1, "it was not granted once");
    let proved = "SELECT COUNT(*) FROM audit_entry WHERE action = 'step_up.done' AND detail LIKE '%passkey%'";
    ensure!(cloud.count(proved).await? == 1, "the proof is not in the log");

    // Taken away again, within the ten minutes of the proof.
    browser.goto(&cloud.url("/account")).await?;
    let remove = browser.client().find(Locator::Css("form[action$='/remove']")).await?;
    let action = remove.attr("action").await?.context("the form leads nowhere")?;
    browser.click(&format!("details:has(form[action='{action}']) summary")).await?;
    browser.click(&format!("form[action='{action}'] button")).await?;
    browser.text_that("main", |text| text.contains("No passkey yet")).await?;
    browser.close().await
}
