//! What the staff of the program does: modules, brand, gateways, jobs, the log, organisations and their people.

use super::hand::Hand;
use crate::home::home;
use anyhow::Result;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::process::build_products;
use riversync_testbed::unsaid::{never_said, never_said_link};

/// What the journey of the service itself sends.
pub const FORMS: &[&str] = &[
    "/admin/agents/{id}/code",
    "/admin/agents/{id}/revoke",
    "/admin/audit/checkpoint",
    "/admin/brand",
    "/admin/brand/colour/remove",
    "/admin/brand/logo/remove",
    "/admin/jobs/{id}/cancel",
    "/admin/jobs/{id}/retry",
    "/admin/modules/channel-manager-funnel/off",
    "/admin/modules/channel-manager-funnel/on",
    "/admin/modules/partner",
];

/// What the journey of the organisations sends.
pub const ORGANISATIONS: &[&str] = &[
    "/account/view-as/end",
    "/admin/partners",
    "/admin/partners/{id}/contacts/new",
    "/admin/partners/{id}/contacts/{person}/resend",
    "/admin/partners/{id}/contacts/{person}/sessions/end",
    "/admin/partners/{id}/reinstate",
    "/admin/partners/{id}/suspend",
    "/admin/partners/{id}/terms",
    "/admin/partners/{id}/tier",
    "/admin/partners/{id}/verify",
    "/admin/view-as",
];

/// What the first journey of all sends.
pub const FIRST_START: &[&str] = &["/setup/{token}"];

/// The smallest picture there is: one grey pixel.
const PIXEL: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\
    \x00:~\x9bU\x00\x00\x00\x0aIDATx\xdac`\x00\x00\x00\x02\x00\x01\xe5'\xde\xfc\x00\x00\x00\x00IEND\xaeB`\x82";

#[tokio::test]
async fn no_script_for_the_service() -> Result<()> {
    let mut hand = Hand::open("no-script-service", "rs.admin").await?;
    let modules = "/admin/modules";
    hand.at(modules).await?;
    hand.sends("/admin/modules/partner", "main", "The partner portal is off.").await?;
    hand.sends("/admin/modules/partner", "main", "The partner portal is on.").await?;
    let managers = "/admin/modules/channel-manager-funnel";
    hand.sends(&format!("{managers}/on"), "main", "Channel managers run the funnel from now on.").await?;
    hand.sends(&format!("{managers}/off"), "main", "Channel managers have what the matrix says").await?;

    hand.at("/admin/brand").await?;
    hand.types("colour", "teal").await?;
    hand.sends("/admin/brand", "main", "One thing needs another look").await?;
    hand.types("colour", "#8b1a4f").await?;
    hand.attaches("logo", "logo.png", PIXEL).await?;
    hand.sends("/admin/brand", "main", "The brand was saved.").await?;
    hand.browser.comes(".logo-now img").await?;
    hand.sends("/admin/brand/colour/remove", "main", "The colour was taken away.").await?;
    hand.sends("/admin/brand/logo/remove", "main", "The logo was taken away.").await?;

    hand.at("/admin/agents").await?;
    let gateway = hand.row_of("A-SR").await?;
    hand.sends("/admin/agents/{id}/code", &gateway, "Enrolment code for A-SR").await?;
    never_said(&hand.browser.text(".enrolment-code").await?);
    hand.sends_because("/admin/agents/{id}/revoke", &gateway, "A-SR is out").await?;

    // Work that nothing is heard of until tomorrow.
    hand.cloud
        .change(
            "INSERT INTO job (id, kind, body, created_ms, due_ms)
             SELECT 'JOB-1', 'jobs.tidy', 'null', seen_ms, seen_ms + 86400000 FROM session LIMIT 1",
        )
        .await?;
    hand.at("/admin/jobs").await?;
    let job = hand.row_of("JOB-1").await?;
    hand.sends_because("/admin/jobs/{id}/cancel", &job, "The job is cancelled.").await?;
    hand.sends("/admin/jobs/{id}/retry", &job, "The job is tried again now.").await?;
    hand.at("/admin/audit/chains").await?;
    hand.sends("/admin/audit/checkpoint", "main", "is signed.").await?;

    // A card moves by its menu.
    hand.at("/style?view=lists").await?;
    hand.ticks("#card-style-DL-1 .move summary").await?;
    hand.ticks("#card-style-DL-1 form[data-to='deal'] button").await?;
    hand.browser.comes("[data-column='deal'] #card-style-DL-1").await?;
    hand.sent_all(FORMS).await
}

#[tokio::test]
async fn no_script_for_organisations() -> Result<()> {
    let mut hand = Hand::open("no-script-organisations", "nera.coord").await?;
    hand.becomes("rs.admin").await?;
    hand.at("/admin/partners/new").await?;
    hand.types("organisation", "Chao Phraya Pumps").await?;
    hand.ticks("main [name='kind'][value='reseller']").await?;
    hand.types("name", "Dao Ruang").await?;
    hand.types("email", "dao@pumps.example").await?;
    hand.sends("/admin/partners", "main", "Dao Ruang was invited as its administrator.").await?;
    hand.types("commission", "12.5").await?;
    hand.types("regions", "Bangkok").await?;
    hand.sends("/admin/partners/{id}/terms", "main", "The terms of Chao Phraya Pumps are kept.").await?;
    hand.sends("/admin/partners/{id}/verify", "main", "Chao Phraya Pumps is verified.").await?;
    hand.sends_because("/admin/partners/{id}/tier", "main", "Chao Phraya Pumps is Gold now.").await?;
    let resend = "/admin/partners/{id}/contacts/{person}/resend";
    hand.sends(resend, "main", "A new invitation was sent").await?;

    hand.ticks("main a[href$='/contacts/new']").await?;
    hand.types("name", "Fah Sai").await?;
    hand.types("email", "fah@pumps.example").await?;
    hand.ticks("main [name='roles'][value='sales']").await?;
    hand.sends("/admin/partners/{id}/contacts/new", "main", "Fah Sai was invited").await?;
    let (suspend, reinstate) = ("/admin/partners/{id}/suspend", "/admin/partners/{id}/reinstate");
    hand.sends_because(suspend, "main", "Chao Phraya Pumps is suspended from now on.").await?;
    hand.sends_because(reinstate, "main", "Chao Phraya Pumps is reinstated.").await?;

    // Somebody who is signed in: looked on as, and sent out.
    hand.at("/admin/partners/nera").await?;
    let row = hand.row_of("nera.coord@").await?;
    hand.sends_because("/admin/view-as", &row, "You see what Nok Charoen of Nera sees").await?;
    hand.sends("/account/view-as/end", ".viewing", "You act as yourself again.").await?;
    hand.at("/admin/partners/nera").await?;
    hand.ticks(&format!("{row} a[href$='/sessions']")).await?;
    let end = "/admin/partners/{id}/contacts/{person}/sessions/end";
    hand.sends_because(end, "main", "Signed in nowhere").await?;
    hand.sent_all(ORGANISATIONS).await
}

#[tokio::test]
async fn no_script_for_a_first_start() -> Result<()> {
    build_products(true).await?;
    let home = home("no-script-first-start")?;
    let cloud = Cloud::over(home.path(), &cloud::Wish::default()).await?;
    let link = cloud.command(&["setup-link"]).await?;
    let link = link.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_default().to_owned();
    never_said_link(&link);
    let mut hand = Hand::at_cloud(home, cloud).await?;
    hand.browser.goto(&link).await?;
    hand.types("organisation", "Menam").await?;
    hand.types("name", "Ratana Suk").await?;
    hand.types("email", "ratana@menam.example").await?;
    hand.presses("/setup/{token}", "main").await?;
    hand.browser.arrives(|path| !path.starts_with("/setup/")).await?;
    hand.at("/account").await?;
    hand.says("ratana@menam.example").await?;
    hand.sent_all(FIRST_START).await
}
