//! A team: the same page for partners, owners and the staff, each with its own address.

use super::hand::Hand;
use anyhow::Result;

/// What the journey sends.
pub const FORMS: &[&str] = &[
    "/admin/team/invite",
    "/admin/team/{person}/disable",
    "/admin/team/{person}/enable",
    "/admin/team/{person}/remove",
    "/admin/team/{person}/resend",
    "/admin/team/{person}/roles",
    "/admin/team/{person}/sessions/end",
    "/invitation/{token}",
    "/partners/team/invite",
    "/partners/team/sales-sees-all/off",
    "/partners/team/sales-sees-all/on",
    "/partners/team/{person}/disable",
    "/partners/team/{person}/enable",
    "/partners/team/{person}/remove",
    "/partners/team/{person}/resend",
    "/partners/team/{person}/roles",
    "/partners/team/{person}/sessions/end",
    "/portal/team/invite",
    "/portal/team/{person}/disable",
    "/portal/team/{person}/enable",
    "/portal/team/{person}/remove",
    "/portal/team/{person}/resend",
    "/portal/team/{person}/roles",
    "/portal/team/{person}/sessions/end",
];

#[tokio::test]
async fn no_script_for_teams() -> Result<()> {
    let mut hand = Hand::open("no-script-teams", "nera.admin").await?;
    hand.at("/partners/team").await?;
    let sales = "#sales";
    hand.sends("/partners/team/sales-sees-all/on", sales, "Sales sees all deals from now on.").await?;
    hand.sends("/partners/team/sales-sees-all/off", sales, "Sales sees its own deals only from now").await?;
    for (base, administrator) in
        [("/partners/team", "nera.admin"), ("/portal/team", "bkk.admin"), ("/admin/team", "rs.admin")]
    {
        somebody_comes_and_goes(&mut hand, base, administrator).await?;
    }
    hand.sent_all(FORMS).await
}

/// Is invited, accepts, is given a role and looked after, and goes again, on the team page `base` of `administrator`.
async fn somebody_comes_and_goes(hand: &mut Hand, base: &str, administrator: &str) -> Result<()> {
    let email = format!("saeng.dao@{administrator}.example");
    let to = |verb: &str| format!("{base}/{{person}}/{verb}");
    hand.becomes(administrator).await?;
    hand.at(base).await?;
    hand.types("name", "Saeng Dao").await?;
    hand.types("email", &email).await?;
    hand.ticks("#invite [name='roles'][value='viewer']").await?;
    hand.sends(&format!("{base}/invite"), "#invite", "Saeng Dao was invited").await?;
    let row = hand.row_of(&email).await?;
    hand.sends(&to("resend"), &row, "A new invitation was sent").await?;

    hand.browser.client().delete_all_cookies().await?;
    hand.at(&hand.link_to(&email).await?).await?;
    hand.presses("/invitation/{token}", "main").await?;
    hand.browser.arrives(|path| !path.starts_with("/invitation/")).await?;

    hand.becomes(administrator).await?;
    hand.at(base).await?;
    hand.unfolds(&to("roles"), &row).await?;
    hand.ticks(&format!("{row} [name='roles'][value='finance']")).await?;
    hand.sends(&to("roles"), &row, "The roles were changed").await?;
    hand.ticks(&format!("{row} a[href$='/sessions']")).await?;
    hand.sends_because(&to("sessions/end"), "main", "Signed in nowhere").await?;
    hand.at(base).await?;
    hand.sends(&to("disable"), &row, "The person was switched off.").await?;
    hand.sends(&to("enable"), &row, "The person was switched on again.").await?;
    hand.sends(&to("remove"), &row, "The person was removed.").await
}
