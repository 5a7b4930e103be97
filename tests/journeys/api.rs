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
use tokio::process::Command;

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
        let secret = key(&cloud, person).await?;
        let description = cloud.url("/api/openapi.json");
        let run = schemathesis(&description, paths, &secret, home.path());
        let found = tokio::time::timeout(PATIENCE, run).await.context("schemathesis did not end")??;
        ensure!(found.passed, "as {person}: {}", found.said);
        ensure!(!found.said.contains(" 0 generated"), "nothing was tried: {}", found.said);
        ensure!(!found.said.contains("429"), "it was slowed down: {}", found.said);
    }
    Ok(())
}

#[tokio::test]
async fn an_operation_is_tried_from_the_reference_and_its_line_works_in_a_shell() -> Result<()> {
    build_products(true).await?;
    let home = home("api-reference")?;
    let cloud = Cloud::start(home.path(), &cloud::Wish::default()).await?;
    let browser = Browser::open(home.path()).await?;
    browser.sign_in(&cloud.sign_in_link("nera.coord").await?).await?;
    // As wide as a small telephone: what is wide scrolls in its own box, not the page.
    browser.client().set_window_size(390, 844).await?;
    browser.goto(&cloud.url("/account/api")).await?;
    browser.text_that("#main", |text| text.contains("/api/v1/workload/{id}/acknowledge")).await?;
    browser.goto(&cloud.url("/account/api?room=account")).await?;
    let wide = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth];";
    let widths: Vec<u64> = serde_json::from_value(browser.client().execute(wide, Vec::new()).await?)?;
    ensure!(widths[0] <= widths[1] && widths[1] <= 500, "the page is wider than its window: {widths:?}");
    // On the small one the bar at its foot lies over what is clicked.
    browser.client().set_window_size(1280, 900).await?;
    browser.click("#get_me .tries summary").await?;
    browser.click("#get_me button").await?;
    let said = browser.text_that("#get_me [data-api-answer]", |text| text.contains("nera.coord")).await?;
    ensure!(said.starts_with("200") && said.contains("\"key\": null"), "{said}");
    let me = browser.text("#get_me [data-api-curl]").await?;

    browser.goto(&cloud.url("/account/api?room=workload")).await?;
    // What is put into the path and the query arrives, and a refusal is shown as it came.
    browser.click("#get_workload_id .tries summary").await?;
    browser.type_into("#get_workload_id [name=id]", "T-BF-1?x").await?;
    browser.click("#get_workload_id button").await?;
    let said =
        browser.text_that("#get_workload_id [data-api-answer]", |text| text.contains("not_found")).await?;
    ensure!(said.starts_with("404"), "{said}");

    // The line beside it asks the same, in a shell with a key.
    let secret = key(&cloud, "nera.coord").await?;
    let line = browser.text("#get_workload_id [data-api-curl]").await?;
    let (status, said) = shell(&me, &secret).await?;
    ensure!(status == "200" && said.contains("nera.coord"), "{me}: {status} {said}");
    let (status, said) = shell(&line, &secret).await?;
    ensure!(status == "404" && said.contains("not_found"), "{line}: {status} {said}");
    // What is entered in the form stands in the line.
    browser.click("#post_workload_id_acknowledge .tries summary").await?;
    browser.type_into("#post_workload_id_acknowledge [name=id]", "A-SR-1").await?;
    let line = browser.text("#post_workload_id_acknowledge [data-api-curl]").await?;
    let (status, said) = shell(&line, &secret).await?;
    ensure!(status == "200" && said.contains("A-SR-1"), "{line}: {status} {said}");
    browser.close().await
}

/// A key for everything that `handle` may.
async fn key(cloud: &Cloud, handle: &str) -> Result<String> {
    let person = Person::sign_in(&cloud.url(""), &cloud.sign_in_link(handle).await?).await?;
    let offered = person.get("/account/keys").await?.text().await?;
    let items = offered.split("name=\"items\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut form = vec![("name", "shell"), ("days", "7"), ("reach", "write")];
    form.extend(items.map(|item| ("items", item)));
    let page = person.post("/account/keys", &form).await?.text().await?;
    let secret = page.split("class=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
    let secret = secret.with_context(|| format!("no key on the page: {page}"))?;
    never_said(secret);
    Ok(secret.to_owned())
}

/// What the line does in a real shell, as somebody pastes it: the status and the body.
async fn shell(line: &str, secret: &str) -> Result<(String, String)> {
    let pasted = format!("{line} -w '\\n%{{http_code}}'");
    let mut shell = Command::new("sh");
    shell.args(["-c", &pasted]).env("RIVERSYNC_KEY", secret).kill_on_drop(true);
    let done = shell.output().await?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    ensure!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    let (body, status) = said.rsplit_once('\n').context("no status")?;
    Ok((status.to_owned(), body.to_owned()))
}
