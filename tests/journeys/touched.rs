//! A page that is refreshed touches what changed, and nothing else: the lines around it stay the same nodes where they stand,
//! and so do the focus, a tick and a half-typed word.

use crate::hands::{open, says};
use anyhow::{Result, ensure};
use riversync_testbed::person::Person;

/// Notes what is touched: the ids of the lines, or of what is around them. Times tick by themselves.
const WATCH: &str = "(() => {
    const touched = window.touched = new Set(), main = document.getElementById('main');
    const note = (node) => touched.add(node.closest('[id]').id);
    new MutationObserver((all) => all.forEach(({ target, type, addedNodes, removedNodes }) => {
        const node = target.nodeType === 1 ? target : target.parentElement;
        if (node.closest('time')) return;
        if (type === 'childList' && node.matches('tbody'))
            for (const row of [...addedNodes, ...removedNodes]) { if (row.nodeType === 1) touched.add(row.id); }
        else note(node);
    })).observe(main, { subtree: true, childList: true, attributes: true, characterData: true });
    document.querySelector('#row-T-BF-1 .pick input').click();
    document.querySelector('#row-A-SR-1 th a').focus();
    return document.querySelectorAll('#queue tbody tr').length;
})()";

#[tokio::test]
async fn a_refresh_touches_what_changed_alone() -> Result<()> {
    let (_home, cloud, browser) = open("touched", "nera.coord").await?;
    browser.goto(&cloud.url("/partners/workload")).await?;
    browser.comes("#row-A-BF-1").await?;
    let lines: usize = says(&browser, WATCH).await?.parse()?;
    ensure!(lines >= 4, "{lines} lines are too few to tell");
    let admin = Person::sign_in(&cloud.url(""), &cloud.sign_in_link("nera.admin").await?).await?;
    for (item, done) in [("A-BF-1", "assign"), ("A-SR-1", "assign")] {
        says(&browser, "window.touched.clear()").await?;
        let before = browser.text(&format!("#row-{item}")).await?;
        let answer = admin.post(&format!("/partners/workload/{item}/{done}"), &[]).await?;
        ensure!(answer.status().is_redirection(), "{item}: {}", answer.status());
        browser.text_that(&format!("#row-{item}"), |text| text != before).await?;
        let touched = says(&browser, "[...window.touched].join(' ')").await?;
        ensure!(touched == format!("row-{item}"), "{item} changed, and touched was: {touched}");
    }
    let kept = "[document.activeElement.closest('tr')?.id, \
                document.querySelector('#row-T-BF-1 .pick input').checked, \
                document.querySelector('.bulk').checkVisibility()].join(' ')";
    ensure!(says(&browser, kept).await? == "row-A-SR-1 true true", "the focus or a tick is gone");
    // One that is done goes, and the others stay.
    says(&browser, "window.touched.clear()").await?;
    ensure!(admin.post("/partners/workload/A-BF-1/resolve", &[]).await?.status().is_redirection());
    browser.client().wait().for_element(fantoccini::Locator::Css("#queue:not(:has(#row-A-BF-1))")).await?;
    let touched = says(&browser, "[...window.touched].filter((id) => id !== 'queue').join(' ')").await?;
    ensure!(touched == "row-A-BF-1", "A-BF-1 is gone, and touched was: {touched}");
    browser.close().await
}
