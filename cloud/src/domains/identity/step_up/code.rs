//! The code that is mailed and typed.

use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity::ask::{Wish, issue, tenant_has_room, too_many};
use crate::domains::identity::browser::Browser;
use crate::domains::identity::model::Purpose;
use crate::domains::identity::sessions::{self, Begun, Proof};
use crate::domains::identity::{letters, passkeys, rules, secret, store};
use crate::platform::error::{Error, FieldError};
use crate::platform::mail;
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// Mails a code to the person of this session.
///
/// # Errors
/// [`Error::Conflict`] when the person has a passkey, [`Error::TooMany`] past the limits.
pub(super) async fn send(app: &App, allowed: &Allowed, browser: &Browser) -> Result<(), Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let session = sessions::own(app, &mut tx, browser).await?;
    let person = store::person(&mut tx, &session.person_id).await?.ok_or(Error::SignIn)?;
    let home = store::membership(&mut tx, &person.id, &session.tenant_id).await?.ok_or(Error::SignIn)?;
    if passkeys::required(app, &mut tx, &person.id).await? {
        let text = said! {
            en: "You have a passkey, so use it to confirm that it is you.",
            th: "คุณมีพาสคีย์แล้ว ใช้พาสคีย์ยืนยันตัวตน",
        };
        return Err(Error::Conflict { code: "passkey_required", text });
    }
    for (most, within_ms) in rules::PER_ADDRESS {
        if store::issued_to(&mut tx, &person.id, Purpose::StepUp, now_ms - within_ms).await? >= most {
            return Err(too_many(within_ms));
        }
    }
    if !tenant_has_room(app, &mut tx, &home.tenant_id).await? {
        return Err(too_many(rules::PER_TENANT.1));
    }
    let code = secret::fresh_code(app.random.as_ref());
    let wish = Wish {
        id: app.ids.next("link"),
        purpose: Purpose::StepUp,
        code_sha256: Some(secret::hashed_code(&session.token_sha256, &code)),
        browser_sha256: Some(session.token_sha256),
    };
    // The token of this link is handed out to nobody: only the code in this session's browser counts.
    issue(app, &mut tx, &person, &home, wish).await?;
    let letter = letters::step_up(&person, &code);
    mail::queue(app, &mut tx, &person.email, &letter, now_ms + rules::link_life_ms(Purpose::StepUp)).await?;
    let entry = Entry::new(By::person(allowed), Fact::StepUpAsked, "person", &person.id)
        .with(json!({ "user_agent": browser.user_agent }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the code for a proof.
///
/// # Errors
/// [`Error::Invalid`] when it is not the code, or there is none that could still be typed.
pub(super) async fn prove(
    app: &App,
    allowed: &Allowed,
    typed: &str,
    browser: &Browser,
) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let session = sessions::own(app, &mut tx, browser).await?;
    let person = store::person(&mut tx, &session.person_id).await?.ok_or(Error::SignIn)?;
    let home = store::membership(&mut tx, &person.id, &session.tenant_id).await?;
    let link = store::link_of_browser(&mut tx, &session.token_sha256, Purpose::StepUp).await?;
    let Some(link) = link else {
        return Err(wrong(said! {
            en: "No code was sent for this session. Have one sent first.",
            th: "ยังไม่ได้ส่งรหัสสำหรับเซสชันนี้ ขอรหัสก่อน",
        }));
    };
    if rules::link_state(&link, &person, home.as_ref(), now_ms) != rules::LinkState::Good {
        return Err(wrong(said! {
            en: "This code works no more: it was used, tried too often, or is older than 10 minutes. Have \
                 another one sent.",
            th: "รหัสนี้ใช้ไม่ได้แล้ว เพราะใช้ไปแล้ว ลองหลายครั้งเกินไป หรือเก่ากว่า 10 นาที ขอรหัสใหม่",
        }));
    }
    // Counted before it is looked at, so that tries at once are counted too.
    if !store::try_link(&mut tx, &link.id, rules::MOST_TRIES).await? {
        return Err(wrong(said! {
            en: "This code was tried too often. Have another one sent.",
            th: "ลองรหัสนี้หลายครั้งเกินไป ขอรหัสใหม่",
        }));
    }
    if link.code_sha256 != Some(secret::hashed_code(&session.token_sha256, typed)) {
        tx.commit().await?;
        return Err(wrong(rules::not_the_code()));
    }
    if !store::use_link(&mut tx, &link.id, now_ms).await? {
        return Err(wrong(
            said! { en: "This code was used already. Have another one sent.", th: "รหัสนี้ใช้ไปแล้ว ขอรหัสใหม่" },
        ));
    }
    let begun = sessions::prove(app, &mut tx, &session, Proof::Mail).await?;
    let entry = Entry::new(By::person(allowed), Fact::StepUpDone, "session", &begun.label)
        .with(json!({ "by": Proof::Mail.key(), "user_agent": browser.user_agent }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(begun)
}

fn wrong(text: Sentence) -> Error {
    Error::Invalid(vec![FieldError { field: "code", text }])
}
