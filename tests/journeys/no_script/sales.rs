//! What the funnel's two sides do: leads, decisions, a deal that goes back and comes again.

use super::hand::Hand;
use anyhow::Result;

/// What the journey sends.
pub const FORMS: &[&str] = &[
    "/partners/deals/{id}/register",
    "/partners/deals/{id}/{step}",
    "/partners/leads",
    "/pipeline/deals/{id}/{step}",
    "/pipeline/leads",
];

#[tokio::test]
async fn no_script_for_the_funnel() -> Result<()> {
    let mut hand = Hand::open("no-script-funnel", "nera.admin").await?;
    a_lead(&mut hand, "/partners/leads", "/partners/deals/lead_").await?;
    hand.at("/partners/deals/DL-6").await?;
    hand.sends("/partners/deals/{id}/{step}", "main .press", "DL-6 is now: Quote accepted.").await?;

    hand.becomes("rs.pipeline").await?;
    a_lead(&mut hand, "/pipeline/leads", "/pipeline/deals/lead_").await?;
    hand.at("/pipeline/desk").await?;
    hand.ticks(".split-list a[href*='DL-2']").await?;
    let give_back = "main .confirm:has([action*='/return'])";
    hand.sends_because("/pipeline/deals/{id}/{step}", give_back, "DL-2 is now: Returned.").await?;
    // What is decided opened the next.
    hand.says("Ministry of Water").await?;

    hand.becomes("nera.admin").await?;
    hand.at("/partners/deals/DL-2").await?;
    hand.says("It has to be").await?;
    hand.at("/partners/deals/DL-2/register").await?;
    hand.types("amount", "much").await?;
    hand.sends("/partners/deals/{id}/register", "main", "One thing needs another look").await?;
    hand.types("amount", "2400000").await?;
    hand.sends("/partners/deals/{id}/register", "main", "The deal was registered.").await?;
    hand.sent_all(FORMS).await
}

/// Without consent it comes back with what was typed; with it, it is there.
async fn a_lead(hand: &mut Hand, form: &str, arrives_at: &'static str) -> Result<()> {
    hand.at(&format!("{form}/new")).await?;
    let typed = [("customer", "Loei Dairy"), ("title", "A meter"), ("contact", "Khun Dao"), ("phone", "042")];
    for (field, text) in typed {
        hand.types(field, text).await?;
    }
    hand.sends(form, "main", "One thing needs another look").await?;
    hand.ticks("#f-consent input[value='yes']").await?;
    hand.presses(form, "main").await?;
    hand.browser.arrives(move |path| path.starts_with(arrives_at)).await?;
    hand.says("Khun Dao").await
}
