//! What everybody does about themselves: signing in and out, proving to be there, keys, webhooks, sessions, what one is told.

use super::hand::Hand;
use anyhow::{Result, ensure};
use riversync_testbed::cloud;
use riversync_testbed::parts::WebhookReceiver;
use riversync_testbed::unsaid::never_said;

/// What the journey sends.
pub const FORMS: &[&str] = &[
    "/account/confirm/code",
    "/account/confirm/send",
    "/account/keys",
    "/account/keys/{key}/revoke",
    "/account/keys/{key}/rotate",
    "/account/language",
    "/account/notifications/read",
    "/account/notifications/settings",
    "/account/notifications/{id}/read",
    "/account/sessions/end-others",
    "/account/sessions/{session}/end",
    "/account/tenant",
    "/invitation/{token}",
    "/partners/login",
    "/partners/login/code",
    "/partners/team/invite",
    "/sign-out",
];

/// What the journey of webhooks sends.
pub const WEBHOOKS: &[&str] = &[
    "/account/webhooks",
    "/account/webhooks/{webhook}",
    "/account/webhooks/{webhook}/delete",
    "/account/webhooks/{webhook}/deliveries/{delivery}/redeliver",
    "/account/webhooks/{webhook}/pause",
    "/account/webhooks/{webhook}/resume",
    "/account/webhooks/{webhook}/rotate",
    "/account/webhooks/{webhook}/test",
];

/// What the journey of passkeys sends.
pub const PASSKEYS: &[&str] =
    &["/account/passkeys/new", "/account/passkeys/{passkey}/remove", "/account/passkeys/{passkey}/rename"];

#[tokio::test]
async fn no_script_for_an_account() -> Result<()> {
    let mut hand = Hand::open("no-script-account", "nera.admin").await?;
    in_and_out(&mut hand).await?;
    keys(&mut hand).await?;
    hand.at("/account").await?;
    hand.ticks("#f-era option[value='buddhist']").await?;
    hand.sends("/account/language", "main", "This is how you read from now on.").await?;

    for _ in 0..2 {
        hand.becomes("nera.admin").await?;
    }
    hand.at("/account").await?;
    let other = "main tbody tr:last-child";
    hand.sends("/account/sessions/{session}/end", other, "The session was ended").await?;
    hand.sends("/account/sessions/end-others", "main", "The other session was ended").await?;
    told(&mut hand).await?;
    two_organisations(&mut hand).await?;
    hand.sent_all(FORMS).await
}

async fn in_and_out(hand: &mut Hand) -> Result<()> {
    hand.presses("/sign-out", ".top").await?;
    hand.browser.arrives(|path| path == "/partners/login").await?;
    let email = "nera.admin@nera.example";
    hand.types("email", email).await?;
    hand.sends("/partners/login", "main", "Check your mail").await?;
    hand.types("code", "0").await?;
    hand.sends("/partners/login/code", "main", "One thing needs another look").await?;
    hand.types("code", &hand.code_for(email).await?).await?;
    hand.presses("/partners/login/code", "main").await?;
    hand.browser.arrives(|path| path == "/partners/overview").await
}

async fn keys(hand: &mut Hand) -> Result<()> {
    // Ten minutes after the sign-in a key asks who it is, and keeps what was entered.
    hand.cloud.change("UPDATE session SET proved_ms = proved_ms - 600000").await?;
    hand.at("/account/keys").await?;
    hand.types("name", "ERP import").await?;
    hand.ticks("main [name='items']").await?;
    hand.sends("/account/keys", "main", "Confirm that it is you").await?;
    hand.sends("/account/confirm/send", "main", "Code from the mail").await?;
    hand.types("code", &hand.code_for("nera.admin@nera.example").await?).await?;
    hand.presses("/account/confirm/code", "main").await?;
    // What was kept comes back to be sent.
    hand.browser.comes("main form[action^='/account/keys']").await?;
    hand.sends("/account/keys", "main", "The key \"ERP import\"").await?;
    hidden(hand).await?;
    hand.at("/account/keys").await?;
    hand.sends("/account/keys/{key}/rotate", "main", "The key \"ERP import\"").await?;
    hidden(hand).await?;
    hand.sends("/account/keys/{key}/revoke", "main", "was revoked").await
}

/// The secret on the page is for the person alone.
async fn hidden(hand: &Hand) -> Result<String> {
    let secret = hand.browser.text("main .secret").await?;
    ensure!(secret.len() > 20, "the secret is {} letters long", secret.len());
    never_said(&secret);
    Ok(secret)
}

/// What somebody is told of, and what it says.
async fn told(hand: &mut Hand) -> Result<()> {
    hand.becomes("siam.admin").await?;
    hand.at("/account/notifications/settings").await?;
    hand.ticks("main select option:last-child").await?;
    hand.sends("/account/notifications/settings", "main", "It holds from the next thing").await?;
    hand.at("/account/notifications").await?;
    hand.sends("/account/notifications/{id}/read", "main", "Marked as read.").await?;
    hand.cloud.change("UPDATE notification SET read_ms = NULL WHERE id = 'N-1'").await?;
    hand.at("/account/notifications").await?;
    hand.sends("/account/notifications/read", "main", "All are marked as read.").await
}

/// Somebody who is invited elsewhere too acts for both.
async fn two_organisations(hand: &mut Hand) -> Result<()> {
    let email = "lonely.admin@lonely.example";
    hand.becomes("nera.admin").await?;
    hand.at("/partners/team").await?;
    hand.types("name", "Lamai Onsri").await?;
    hand.types("email", email).await?;
    hand.ticks("#invite [name='roles'][value='viewer']").await?;
    hand.sends("/partners/team/invite", "#invite", "Lamai Onsri was invited").await?;
    // Opened where somebody else is signed in: out with them, and on.
    hand.at(&hand.link_to(email).await?).await?;
    hand.sends("/sign-out", "main", "Nera").await?;
    hand.presses("/invitation/{token}", "main").await?;
    hand.browser.arrives(|path| path.starts_with("/partners/")).await?;
    hand.presses("/account/tenant", ".top form:has([value='lonely'])").await?;
    hand.browser.arrives(|path| path.starts_with("/portal")).await?;
    hand.at("/account").await?;
    hand.presses("/account/tenant", "main").await?;
    hand.browser.arrives(|path| path.starts_with("/partners/")).await
}

#[tokio::test]
async fn no_script_for_webhooks() -> Result<()> {
    let folder = crate::home::home("no-script-settings")?;
    let settings = folder.path().join("cloud.toml");
    std::fs::write(&settings, "webhook_networks = [\"127.0.0.0/8\"]\n")?;
    let wish = cloud::Wish { settings: Some(settings), ..cloud::Wish::default() };
    let mut hand = Hand::open_at("no-script-webhooks", "nera.admin", wish).await?;
    let mut receiver = WebhookReceiver::start().await?;
    hand.at("/account/webhooks").await?;
    hand.types("name", "ERP").await?;
    hand.types("url", &receiver.url("/take")).await?;
    hand.sends("/account/webhooks", "main", "Choose at least one event").await?;
    hand.ticks("main [name='events'][value='deal.registered']").await?;
    hand.sends("/account/webhooks", "main", "The secret of \"ERP\"").await?;
    receiver.trust(&hidden(&hand).await?).await?;
    hand.at("/account/webhooks").await?;
    hand.ticks("main tbody a").await?;
    let path = hand.browser.client().current_url().await?.path().to_owned();
    hand.sends("/account/webhooks/{webhook}/test", "main", "A test event is on its way.").await?;
    receiver.message().await?;
    hand.says_at_last(&path, "Delivered").await?;
    let again = "/account/webhooks/{webhook}/deliveries/{delivery}/redeliver";
    hand.sends(again, "main", "The event is sent again now").await?;
    receiver.message().await?;
    hand.sends("/account/webhooks/{webhook}/pause", "main", "Paused. What happens").await?;
    hand.sends("/account/webhooks/{webhook}/resume", "main", "Resumed. What happens").await?;
    hand.types("name", "Books").await?;
    hand.sends("/account/webhooks/{webhook}", "#change", "Saved. What happens").await?;
    hand.sends("/account/webhooks/{webhook}/rotate", "main", "The secret of \"Books\"").await?;
    hidden(&hand).await?;
    hand.sends("/account/webhooks/{webhook}/delete", "main", "\"Books\" was deleted").await?;
    hand.sent_all(WEBHOOKS).await
}

#[tokio::test]
async fn no_script_for_a_passkey_that_is_there() -> Result<()> {
    let wish = cloud::Wish { by_name: true, ..cloud::Wish::default() };
    let mut hand = Hand::open_at("no-script-passkey", "bkk.admin", wish).await?;
    hand.browser.add_authenticator().await?;
    hand.at("/account").await?;
    hand.sends("/account/passkeys/new", "main", "Its name").await?;
    // Making one is WebAuthn's, which is a script's alone.
    hand.browser.scripts(true).await?;
    hand.at("/account").await?;
    hand.presses("/account/passkeys/new", "main").await?;
    hand.types("name", "Laptop").await?;
    hand.ticks("form[data-passkey='create'] button").await?;
    hand.says("The passkey \"Laptop\" was added.").await?;
    hand.switch_off().await?;
    hand.at("/account").await?;
    let rename = "/account/passkeys/{passkey}/rename";
    hand.unfolds(rename, "main").await?;
    hand.types("name", "Phone").await?;
    hand.sends(rename, "main", "The passkey has its new name.").await?;
    hand.says("Phone").await?;
    hand.sends("/account/passkeys/{passkey}/remove", "main", "The passkey \"Phone\" was removed.").await?;
    hand.sent_all(PASSKEYS).await
}
