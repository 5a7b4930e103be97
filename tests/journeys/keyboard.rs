//! The keyboard alone does each role's work: where the focus is can always be seen, and nothing needs a mouse.

use crate::hands::{open, press, press_key, says};
use anyhow::{Result, bail, ensure};
use fantoccini::key::Key;
use riversync_testbed::parts::Browser;

/// More stops than any page has before what is looked for.
const MOST_STOPS: usize = 150;

/// What is wrong with where the focus is: nothing, or a sentence.
const UNSEEN: &str = "(() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const name = at.outerHTML.slice(0, 120);
    if (at === document.body) return ''; // between the page and the browser's own
    if (!at.matches(':focus-visible')) return `the focus is not shown on ${name}`;
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return `no outline on ${name}`;
    if (box.bottom < 0 || box.top > innerHeight) return `the focus is out of sight on ${name}`;
    return '';
})()";

/// Presses Tab until `css` has the focus.
async fn tab_to(browser: &Browser, css: &str) -> Result<()> {
    browser.comes(css).await?;
    for _ in 0..MOST_STOPS {
        press_key(browser, Key::Tab).await?;
        let unseen = says(browser, UNSEEN).await?;
        ensure!(unseen.is_empty(), "on the way to {css}: {unseen}");
        if says(browser, &format!("document.activeElement.matches(\"{css}\")")).await? == "true" {
            return Ok(());
        }
    }
    bail!("{MOST_STOPS} presses of Tab do not lead to {css}")
}

/// Presses Tab until `css` has the focus, and then the key that presses it.
pub(crate) async fn tab_and_press(browser: &Browser, css: &str) -> Result<()> {
    tab_to(browser, css).await?;
    press_key(browser, Key::Enter).await
}

async fn tab_and_type(browser: &Browser, css: &str, text: &str) -> Result<()> {
    tab_to(browser, css).await?;
    press(browser, None, text).await
}

#[tokio::test]
async fn a_seller_registers_a_deal() -> Result<()> {
    let (_home, cloud, browser) = open("keyboard-deal", "nera.sales1").await?;
    browser.goto(&cloud.url("/partners/deals")).await?;
    // The first stop leads past the frame.
    tab_and_press(&browser, ".skip").await?;
    tab_to(&browser, "main *").await?;
    tab_and_press(&browser, "a[href='/partners/deals/new']").await?;
    browser.arrives(|path| path == "/partners/deals/new").await?;
    tab_and_type(&browser, "#f-customer", "Bang Pa-in Paper").await?;
    tab_and_type(&browser, "#f-title", "Twelve valves").await?;
    tab_and_type(&browser, "#f-amount", "1200").await?;
    tab_to(&browser, "[name=channel]").await?;
    press(&browser, None, " ").await?;
    tab_and_press(&browser, "main button.primary").await?;
    browser.arrives(|path| path.starts_with("/partners/deals/deal_")).await?;
    browser.text_that("h1", |text| text.contains("Twelve valves")).await?;
    browser.close().await
}

#[tokio::test]
async fn a_coordinator_takes_a_ticket_and_resolves_it() -> Result<()> {
    let (_home, cloud, browser) = open("keyboard-ticket", "nera.coord").await?;
    browser.goto(&cloud.url("/partners/workload")).await?;
    tab_to(&browser, "form[action*='/assign'] button").await?;
    let item = says(&browser, "document.activeElement.form.getAttribute('action')").await?;
    let item = item.split("/assign").next().unwrap_or_default();
    press_key(&browser, Key::Enter).await?;
    // Taken, it is opened.
    browser.arrives(|path| path == item).await?;
    tab_and_press(&browser, "form[action*='/resolve'] button").await?;
    browser.text_that("main", |text| text.contains("esolved")).await?;
    browser.close().await
}

#[tokio::test]
async fn a_coordinator_goes_through_the_queue_beside_its_items() -> Result<()> {
    let (_home, cloud, browser) = open("keyboard-split", "nera.coord").await?;
    browser.goto(&cloud.url("/partners/workload")).await?;
    tab_and_press(&browser, "a[href$='as=split']").await?;
    browser.comes(".split").await?;
    // The first line, which is nobody's, is opened beside the list; what is done about it needs no way to its button.
    press(&browser, None, "j").await?;
    let line = says(&browser, "document.activeElement.closest('tr').id.replace('row-', '')").await?;
    press_key(&browser, Key::Enter).await?;
    browser.comes(&format!(".split-one a[href$='/{line}']")).await?;
    press(&browser, None, "i").await?;
    browser.text_that(".split-one .facts", |text| text.contains("Nok Charoen")).await?;
    browser.text_that(".toast", |text| text.contains("is yours now")).await?;
    browser.close().await
}

#[tokio::test]
async fn an_owner_grants_access_and_takes_it_back() -> Result<()> {
    let (_home, cloud, browser) = open("keyboard-grant", "bkk.admin").await?;
    browser.goto(&cloud.url("/portal/sharing")).await?;
    tab_and_press(&browser, "a[href='/portal/sharing/new']").await?;
    browser.arrives(|path| path == "/portal/sharing/new").await?;
    tab_to(&browser, "input[value='D-BF-4/energy']").await?;
    press(&browser, None, " ").await?;
    tab_and_type(&browser, "#f-purpose", "Energy advice").await?;
    tab_and_press(&browser, "main button.primary").await?;
    browser.text_that("main", |text| text.contains("Energy advice")).await?;
    let grant = "[...document.querySelectorAll('.grant')].find((one) => one.textContent.includes('Energy advice')).id";
    let grant = says(&browser, grant).await?;
    tab_and_press(&browser, &format!("#{grant} .confirm summary")).await?;
    if says(&browser, &format!("document.querySelector('#{grant} [name=reason]')")).await? != "null" {
        tab_and_type(&browser, &format!("#{grant} [name=reason]"), "Enough").await?;
    }
    tab_and_press(&browser, &format!("#{grant} .confirm-box button")).await?;
    browser.text_that("main", |text| !text.contains("Energy advice")).await?;
    browser.close().await
}
