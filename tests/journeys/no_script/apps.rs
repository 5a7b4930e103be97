//! How an organisation gains an app and gives one up, and what the staff decides.

use super::hand::Hand;
use crate::keyboard::tab_and_press;
use anyhow::Result;

/// What the journey sends.
pub const FORMS: &[&str] = &[
    "/account/enrolment/application/withdraw",
    "/account/enrolment/apply",
    "/account/enrolment/customer",
    "/account/enrolment/{capability}/disable",
    "/admin/applications/{id}/approve",
    "/admin/applications/{id}/reject",
    "/admin/applications/{id}/return",
];

#[tokio::test]
async fn no_script_for_apps() -> Result<()> {
    let mut hand = Hand::open("no-script-apps", "siam.admin").await?;
    hand.at("/account/enrolment").await?;
    hand.sends("/account/enrolment/customer", "main", "The Portal is on").await?;
    hand.ticks("main a[href='/account/enrolment/customer/disable']").await?;
    hand.sends("/account/enrolment/{capability}/disable", "main", "was given up.").await?;

    hand.becomes("lonely.admin").await?;
    applies(&mut hand).await?;
    hand.sends("/account/enrolment/application/withdraw", "main", "The application was withdrawn.").await?;
    applies(&mut hand).await?;
    decided(&mut hand, "return", "The application went back to Lonely Co.").await?;
    applies(&mut hand).await?;
    decided(&mut hand, "reject", "The application of Lonely Co was rejected.").await?;
    applies(&mut hand).await?;
    hand.becomes("rs.admin").await?;
    opened(&hand).await?;
    hand.ticks("main [name='subtype'][value='reseller']").await?;
    hand.sends("/admin/applications/{id}/approve", "main", "Lonely Co is a partner now").await?;

    // The staff's work by the keyboard alone, with the scripts back.
    hand.becomes("bkk.admin").await?;
    applies(&mut hand).await?;
    hand.browser.scripts(true).await?;
    hand.becomes("rs.admin").await?;
    hand.at("/admin/applications").await?;
    tab_and_press(&hand.browser, "main table a").await?;
    tab_and_press(&hand.browser, "form[action*='/approve'] button").await?;
    hand.says("BKKFoods is a partner now").await?;
    hand.sent_all(FORMS).await
}

async fn applies(hand: &mut Hand) -> Result<()> {
    hand.at("/account/enrolment/apply").await?;
    hand.ticks("[name='subtype'][value='reseller']").await?;
    for (field, text) in [
        ("registration_number", "0105561000001"),
        ("address", "1 Rama IV Road, Bangkok"),
        ("territories", "Bangkok"),
        ("about", "Pumps, and four people who service them"),
    ] {
        hand.types(field, text).await?;
    }
    hand.attaches("documents", "registration.pdf", b"%PDF-1.4\n%%EOF\n").await?;
    hand.sends("/account/enrolment/apply", "main", "The application was sent.").await
}

/// The staff decides, and the applicant is back.
async fn decided(hand: &mut Hand, verb: &str, said: &str) -> Result<()> {
    hand.becomes("rs.admin").await?;
    opened(hand).await?;
    hand.sends_because(&format!("/admin/applications/{{id}}/{verb}"), "main", said).await?;
    hand.becomes("lonely.admin").await
}

async fn opened(hand: &Hand) -> Result<()> {
    hand.at("/admin/applications").await?;
    hand.ticks("main table a").await?;
    hand.says("Lonely Co").await
}
