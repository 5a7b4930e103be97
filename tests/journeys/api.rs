//! The JSON API from the outside. As schemathesis finds it: made from our own description, it sends what fits and what does
//! not, through a key that a person made on the page; no answer may be a fault of ours, or be other than the description
//! says. And as a person finds it who tries an operation from the reference.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::{Browser, schemathesis};
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::unsaid::never_said;
use std::time::Duration;

/// Who sends, with keys for all that they may, and to which paths: a partner, a customer, the owner of the program.
const SENDERS: [(&str, &str); 3] = [
    ("nera.admin", "^/api/v1/(?!portal/|admin/|pipeline)"),
    ("bkk.admin", "^/api/v1/(portal/|search|me)"),
    ("rs.admin", "^/api/v1/(admin/|pipeline)"),
];

/// Longer than a run takes that has not hung.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test]
async fn schemathesis_finds_no_fault_and_no_breach_of_the_description() -> Result<()> {
    build_products(true).await?;
    let home = home("api-fuzzed")?;
    // It asks more often than people do, and is here to meet other refusals than that.
    let settings = home.path().join("cloud.toml");
    std::fs::write(&settings, "requests_per_minute = 1000000\n")?;
    let wish = cloud::Wish { settings: Some(settings), ..cloud::Wish::default() };
    let cloud = Cloud::start(home.path(), &wish).await?;
    for (person, paths) in SENDERS {
        let signed_in = Person::sign_in(&cloud.url(""), &cloud.sign_in_link(person).await?).await?;
        let offered = signed_in.get("/account/keys").await?.text().await?;
        let items =
            offered.split("name=\"items\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut form = vec![("name", "schemathesis"), ("days", "7"), ("reach", "write")];
        form.extend(items.map(|item| ("items", item)));
        let page = signed_in.post("/account/keys", &form).await?.text().await?;
        let secret = page.split("class=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
        let secret = secret.with_context(|| format!("no key on the page: {page}"))?;
        never_said(secret);
        let description = cloud.url("/api/openapi.json");
        let run = schemathesis(&description, paths, secret, home.path());
        let found = tokio::time::timeout(PATIENCE, run).await.context("schemathesis did not end")??;
        ensure!(found.passed, "as {person}: {}", found.said);
        ensure!(!found.said.contains(" 0 generated"), "nothing was tried: {}", found.said);
        ensure!(!found.said.contains("429"), "it was slowed down: {}", found.said);
    }
    Ok(())
}

#[tokio::test]
async fn an_operation_is_tried_from_the_reference_as_who_is_signed_in() -> Result<()> {
    build_products(true).await?;
    let home = home("api-reference")?;
    let cloud = Cloud::start(home.path(), &cloud::Wish::default()).await?;
    let browser = Browser::open(home.path()).await?;
    browser.sign_in(&cloud.sign_in_link("nera.coord").await?).await?;
    browser.goto(&cloud.url("/account/api")).await?;
    browser.click("#get_me summary").await?;
    browser.click("#get_me button").await?;
    let said = browser.text_that("#get_me [data-api-answer]", |text| text.contains("nera.coord")).await?;
    ensure!(said.starts_with("200") && said.contains("\"key\": null"), "{said}");

    // What is put into the path and the query arrives, and a refusal is shown as it came.
    browser.click("#get_workload_id summary").await?;
    browser.type_into("#get_workload_id [name=id]", "T-BF-1?x").await?;
    browser.click("#get_workload_id button").await?;
    let said =
        browser.text_that("#get_workload_id [data-api-answer]", |text| text.contains("not_found")).await?;
    ensure!(said.starts_with("404"), "{said}");
    browser.close().await
}
