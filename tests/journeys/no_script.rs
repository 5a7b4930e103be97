//! Without JavaScript every form does what it says: a browser whose scripts are switched off.

use crate::hands::{open, says};
use crate::keyboard::tab_and_press;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::cloud::Cloud;
use riversync_testbed::parts::Browser;
use std::path::Path;

/// Nothing runs: a switched-off browser shows what only it shows.
async fn switched_off(browser: &Browser, cloud: &Cloud) -> Result<()> {
    browser.scripts(false).await?;
    browser.goto(&cloud.url("/account")).await?;
    ensure!(says(browser, "document.querySelector('[data-ready]')").await? == "null", "a script ran");
    Ok(())
}

async fn sign_in(browser: &Browser, cloud: &Cloud, handle: &str) -> Result<()> {
    browser.client().delete_all_cookies().await?;
    browser.sign_in(&cloud.sign_in_link(handle).await?).await
}

#[tokio::test]
async fn partners_and_owners_do_their_work() -> Result<()> {
    let (_home, cloud, browser) = open("no-script", "nera.admin").await?;
    switched_off(&browser, &cloud).await?;

    browser.goto(&cloud.url("/partners/deals/new")).await?;
    browser.type_into("#f-customer", "Bang Pa-in Paper").await?;
    browser.type_into("#f-title", "Twelve valves").await?;
    browser.type_into("#f-amount", "much").await?;
    browser.click("#f-channel input[value='eastdist']").await?;
    browser.click("main button.primary").await?;
    // What is wrong comes back with what was typed, and is said beside it.
    browser.text_that(".form-errors", |text| !text.is_empty()).await?;
    browser.type_into("#f-amount", "1200").await?;
    browser.click("main button.primary").await?;
    browser.arrives(|path| path.starts_with("/partners/deals/deal_")).await?;

    // A list: filter, columns, a filter taken away.
    browser.goto(&cloud.url("/partners/deals")).await?;
    browser
        .click("#f-status option[value='approved'], select[name='status'] option[value='approved']")
        .await?;
    browser.click(".filters button").await?;
    browser.text_that("main table", |text| !text.contains("Twelve valves")).await?;
    browser.click(".columns-menu summary").await?;
    browser.click(".columns-menu input[value='quote']").await?;
    browser.click(".columns-menu .button.primary").await?;
    browser.text_that("main thead", |text| !text.contains("Quote")).await?;
    browser.click(".active .removable").await?;
    browser.text_that("main table", |text| text.contains("Twelve valves")).await?;

    // Work, a renewal, what one is told of.
    browser.goto(&cloud.url("/partners/workload")).await?;
    browser.click("form[action*='/assign'] button").await?;
    browser.text_that("main", |text| text.contains("Niran Arun")).await?;
    browser.goto(&cloud.url("/partners/renewals")).await?;
    browser.click("[id^='outcome-'] option:last-child").await?;
    browser.click("form:has([id^='outcome-']) button").await?;
    browser.text_that(".toast", |text| !text.is_empty()).await?;
    browser.goto(&cloud.url("/account/notifications/settings")).await?;
    browser.click("main select option:last-child").await?;
    browser.click("main button.primary").await?;
    browser.text_that(".toast", |text| !text.is_empty()).await?;

    // A card moves by its menu.
    sign_in(&browser, &cloud, "rs.admin").await?;
    browser.goto(&cloud.url("/style")).await?;
    browser.click("#card-style-DL-1 .move summary").await?;
    browser.click("#card-style-DL-1 .move button").await?;
    browser.arrives(|path| path == "/style").await?;

    // An owner grants, and takes it back through the question.
    sign_in(&browser, &cloud, "bkk.admin").await?;
    browser.goto(&cloud.url("/portal/sharing/new")).await?;
    browser.click("input[value='D-BF-4/energy']").await?;
    browser.type_into("#f-purpose", "Energy advice").await?;
    browser.click("main button.primary").await?;
    browser.text_that("main", |text| text.contains("Energy advice")).await?;
    let revoke = ".grant:has(a[href$='/narrow']):last-of-type .confirm";
    browser.click(&format!("{revoke} summary")).await?;
    browser.type_into(&format!("{revoke} [name='reason']"), "Enough").await?;
    browser.click(&format!("{revoke} button")).await?;
    browser.text_that(".toast", |text| !text.is_empty()).await?;
    browser.close().await
}

#[tokio::test]
async fn an_application_is_sent_without_script_and_approved_by_keyboard() -> Result<()> {
    let (home, cloud, browser) = open("application", "lonely.admin").await?;
    switched_off(&browser, &cloud).await?;
    browser.goto(&cloud.url("/account/enrolment/apply")).await?;
    browser.click("[name='subtype'][value='reseller']").await?;
    for (field, text) in [
        ("registration_number", "0105561000001"),
        ("address", "1 Rama IV Road, Bangkok"),
        ("territories", "Bangkok"),
        ("about", "Pumps, and four people who service them"),
    ] {
        browser.type_into(&format!("[name='{field}']"), text).await?;
    }
    attach(&browser, &home.path().join("registration.pdf")).await?;
    browser.click("main button.primary").await?;
    browser.arrives(|path| path != "/account/enrolment/apply").await?;

    browser.scripts(true).await?;
    sign_in(&browser, &cloud, "rs.admin").await?;
    browser.goto(&cloud.url("/admin/applications")).await?;
    tab_and_press(&browser, "main table a").await?;
    tab_and_press(&browser, "form[action*='/approve'] button").await?;
    browser.text_that("main", |text| text.contains("pproved")).await?;
    browser.close().await
}

async fn attach(browser: &Browser, file: &Path) -> Result<()> {
    std::fs::write(file, b"%PDF-1.4\n%%EOF\n")?;
    let path = file.to_str().context("the path is no text")?;
    browser.client().find(fantoccini::Locator::Css("input[type='file']")).await?.send_keys(path).await?;
    Ok(())
}
