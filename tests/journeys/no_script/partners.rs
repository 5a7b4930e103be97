//! What partners do: deals, lists and their views, work, renewals.

use super::hand::Hand;
use anyhow::Result;

/// What the journey sends.
pub const FORMS: &[&str] = &[
    "/account/views",
    "/account/views/{view}/close",
    "/account/views/{view}/open",
    "/account/views/{view}/remove",
    "/partners/deals",
    "/partners/renewals/{device_id}/outcome",
    "/partners/workload/acknowledge",
    "/partners/workload/assign",
    "/partners/workload/resolve",
    "/partners/workload/{id}/acknowledge",
    "/partners/workload/{id}/assign",
    "/partners/workload/{id}/convert",
    "/partners/workload/{id}/resolve",
];

#[tokio::test]
async fn no_script_for_partners() -> Result<()> {
    let mut hand = Hand::open("no-script-partners", "nera.admin").await?;
    a_deal(&mut hand).await?;
    a_list_and_its_views(&mut hand).await?;
    work(&mut hand).await?;
    hand.at("/partners/renewals").await?;
    hand.ticks("[id^='outcome-'] option:last-child").await?;
    hand.sends("/partners/renewals/{device_id}/outcome", "main", "is noted").await?;
    hand.sent_all(FORMS).await
}

async fn a_deal(hand: &mut Hand) -> Result<()> {
    hand.at("/partners/deals/new").await?;
    hand.types("customer", "Bang Pa-in Paper").await?;
    hand.types("title", "Twelve valves").await?;
    hand.types("amount", "much").await?;
    hand.ticks("#f-channel input[value='eastdist']").await?;
    // What is wrong comes back with what was typed, and is said beside it.
    hand.sends("/partners/deals", "main", "One thing needs another look").await?;
    hand.types("amount", "1200").await?;
    hand.presses("/partners/deals", "main").await?;
    hand.browser.arrives(|path| path.starts_with("/partners/deals/deal_")).await?;
    hand.says("Twelve valves").await
}

async fn a_list_and_its_views(hand: &mut Hand) -> Result<()> {
    let browser = &hand.browser;
    hand.at("/partners/deals").await?;
    hand.ticks("select[name='status'] option[value='approved']").await?;
    hand.ticks(".filters button").await?;
    browser.text_that("main table", |text| !text.contains("Twelve valves")).await?;
    hand.ticks(".columns-menu summary").await?;
    hand.ticks(".columns-menu input[value='quote']").await?;
    hand.ticks(".columns-menu .button.primary").await?;
    browser.text_that("main thead", |text| !text.contains("Quote")).await?;

    // What the list shows gets a name, opens the list, opens it no more, and goes.
    let menu = ".views-menu";
    hand.unfolds("/account/views", menu).await?;
    hand.types("name", "Approved").await?;
    hand.sends("/account/views", menu, "Approved is saved.").await?;
    hand.sends("/account/views/{view}/open", menu, "This list opens with Approved now.").await?;
    hand.at("/partners/deals").await?;
    hand.browser.text_that("main table", |text| !text.contains("Twelve valves")).await?;
    hand.sends("/account/views/{view}/close", menu, "This list opens with everything again.").await?;
    hand.sends("/account/views/{view}/remove", menu, "Approved is removed.").await?;

    hand.at("/partners/deals?status=approved").await?;
    hand.ticks(".active .removable").await?;
    hand.browser.text_that("main table", |text| text.contains("Twelve valves")).await?;
    hand.browser.type_into("#find", "twelve\n").await?;
    hand.browser.arrives(|path| path == "/search").await?;
    hand.says("Twelve valves").await
}

async fn work(hand: &mut Hand) -> Result<()> {
    let queue = "/partners/workload";
    hand.at(queue).await?;
    hand.sends("/partners/workload/acknowledge", ".bulk", "Nothing was ticked.").await?;
    hand.ticks("input[name='line'][value='A-BF-1']").await?;
    hand.sends("/partners/workload/acknowledge", ".bulk", "You took notice of one item.").await?;
    let notice = "/partners/workload/{id}/acknowledge";
    hand.sends(notice, "#row-A-SR-1", "You took notice of \"Pump started").await?;
    for item in ["T-BF-1", "T-SR-1"] {
        hand.ticks(&format!("input[name='line'][value='{item}']")).await?;
    }
    hand.sends("/partners/workload/assign", ".bulk", "2 items are yours now.").await?;
    // Taken, it is opened.
    hand.sends("/partners/workload/{id}/assign", "#row-V-SR-1", "sensor\" is yours now.").await?;
    hand.at("/partners/workload/A-SR-1").await?;
    hand.sends("/partners/workload/{id}/convert", "main", "The alarm is a ticket now").await?;
    hand.sends("/partners/workload/{id}/resolve", "main", "is resolved.").await?;
    hand.at(queue).await?;
    hand.ticks("input[name='line'][value='T-BF-1']").await?;
    hand.sends("/partners/workload/resolve", ".bulk", "One item is resolved.").await
}
