//! The two ceremonies: a passkey is made, and a passkey is shown.

use super::party::{handle, ours, party};
use super::store::{self, Stored};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity::browser::Browser;
use crate::domains::identity::sessions::{self, Begun, Proof};
use crate::platform::access::Actor;
use crate::platform::base::MINUTE_MS;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use serde_json::json;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
};

/// A ceremony must end within this time.
const LIFE_MS: i64 = 5 * MINUTE_MS;
const MAKING: &str = "make";
const SHOWING: &str = "show";

fn wrong(text: Sentence) -> Error {
    Error::Invalid(vec![FieldError { field: "credential", text }])
}

/// What the browser needs to show one of the person's passkeys, as JSON; none when the person has none.
///
/// # Errors
/// When the database or the library does not do it.
pub(in super::super) async fn challenge(
    app: &App,
    person_id: &str,
    browser: &Browser,
) -> Result<Option<String>, Error> {
    let (Some(party), Some(session)) = (party(app), browser.session_sha256.as_deref()) else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let keys = read(&store::of_person(&mut tx, person_id).await?)?;
    drop(tx);
    if keys.is_empty() {
        return Ok(None);
    }
    let (options, state) = party.start_passkey_authentication(&keys).map_err(ours)?;
    keep(app, session, SHOWING, &serde_json::to_string(&state).map_err(ours)?).await?;
    Ok(Some(serde_json::to_string(&options).map_err(ours)?))
}

/// Takes a shown passkey for a proof.
///
/// # Errors
/// [`Error::Invalid`] when it is none of this person's, or the ceremony is over.
pub(in super::super) async fn prove(
    app: &App,
    allowed: &Allowed,
    credential: &str,
    browser: &Browser,
) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    let party = party(app).ok_or_else(|| {
        wrong(said! { en: "This installation has no passkeys.", th: "ระบบนี้ไม่ได้เปิดใช้พาสคีย์" })
    })?;
    let Ok(shown) = serde_json::from_str::<PublicKeyCredential>(credential) else {
        return Err(wrong(said! {
            en: "The browser showed no passkey. Try again, with scripts switched on.",
            th: "เบราว์เซอร์ไม่ได้ส่งพาสคีย์ เปิดใช้สคริปต์แล้วลองใหม่",
        }));
    };
    let mut tx = app.db.write().await?;
    let session = sessions::own(app, &mut tx, browser).await?;
    let Some(state) = store::take(&mut tx, &session.token_sha256, SHOWING, now_ms).await? else {
        return Err(wrong(said! {
            en: "That took too long, or was sent twice. Try again.",
            th: "ใช้เวลานานเกินไปหรือส่งซ้ำ ลองใหม่",
        }));
    };
    let state: PasskeyAuthentication = serde_json::from_str(&state).map_err(ours)?;
    let result = match party.finish_passkey_authentication(&shown, &state) {
        Ok(result) => result,
        Err(error) => {
            tracing::info!(%error, "a passkey was shown that is not good");
            tx.commit().await?;
            return Err(wrong(said! {
                en: "This passkey is not good here. Use another one of yours.",
                th: "พาสคีย์นี้ใช้ที่นี่ไม่ได้ ใช้พาสคีย์อื่นของคุณ",
            }));
        }
    };
    let stored = store::of_person(&mut tx, &session.person_id).await?;
    let mut keys = read(&stored)?;
    let found = keys.iter_mut().zip(&stored).find(|(key, _)| key.cred_id() == result.cred_id());
    let Some((key, stored)) = found else {
        return Err(wrong(
            said! { en: "This passkey was taken off your account.", th: "พาสคีย์นี้ถูกนำออกจากบัญชีของคุณแล้ว" },
        ));
    };
    key.update_credential(&result);
    store::used(&mut tx, &stored.id, &serde_json::to_string(key).map_err(ours)?, now_ms).await?;
    let begun = sessions::prove(app, &mut tx, &session, Proof::Passkey).await?;
    let entry = Entry::new(By::person(allowed), Fact::StepUpDone, "session", &begun.label).with(
        json!({ "by": Proof::Passkey.key(), "passkey": stored.name, "user_agent": browser.user_agent }),
    );
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(begun)
}

/// What the browser needs to make a passkey for `actor`, as JSON; none where there can be no passkeys.
///
/// # Errors
/// When the database or the library does not do it.
pub(super) async fn invite(app: &App, actor: &Actor, browser: &Browser) -> Result<Option<String>, Error> {
    let Some(party) = party(app) else { return Ok(None) };
    let session = browser.session_sha256.as_deref().ok_or(Error::SignIn)?;
    let mut tx = app.db.read().await?;
    let has = read(&store::of_person(&mut tx, &actor.person_id).await?)?;
    drop(tx);
    let has = has.iter().map(|key| key.cred_id().clone()).collect();
    let (options, state) = party
        .start_passkey_registration(handle(&actor.person_id), &actor.email, &actor.person_name, Some(has))
        .map_err(ours)?;
    keep(app, session, MAKING, &serde_json::to_string(&state).map_err(ours)?).await?;
    Ok(Some(serde_json::to_string(&options).map_err(ours)?))
}

/// The passkey that the browser made, in the caller's transaction.
///
/// # Errors
/// [`Error::Invalid`] when it is none that we asked for, or the ceremony is over.
pub(super) async fn made(
    app: &App,
    tx: &mut Tx,
    session_sha256: &[u8],
    credential: &str,
) -> Result<Passkey, Error> {
    let party = party(app).ok_or_else(|| {
        wrong(said! { en: "This installation has no passkeys.", th: "ระบบนี้ไม่ได้เปิดใช้พาสคีย์" })
    })?;
    let Ok(made) = serde_json::from_str::<RegisterPublicKeyCredential>(credential) else {
        return Err(wrong(said! {
            en: "The browser made no passkey. Try again, with scripts switched on.",
            th: "เบราว์เซอร์ไม่ได้สร้างพาสคีย์ เปิดใช้สคริปต์แล้วลองใหม่",
        }));
    };
    let Some(state) = store::take(tx, session_sha256, MAKING, app.clock.now_ms()).await? else {
        return Err(wrong(said! {
            en: "That took too long, or was sent twice. Begin again.",
            th: "ใช้เวลานานเกินไปหรือส่งซ้ำ เริ่มใหม่",
        }));
    };
    let state: PasskeyRegistration = serde_json::from_str(&state).map_err(ours)?;
    party.finish_passkey_registration(&made, &state).map_err(|error| {
        tracing::info!(%error, "a passkey was made that is not good");
        wrong(said! {
            en: "The browser's passkey is not good here. Begin again, or use another device.",
            th: "พาสคีย์ของเบราว์เซอร์ใช้ที่นี่ไม่ได้ เริ่มใหม่หรือใช้อุปกรณ์อื่น",
        })
    })
}

async fn keep(app: &App, session_sha256: &[u8], kind: &str, state: &str) -> Result<(), Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    store::begin(&mut tx, session_sha256, kind, state, (now_ms, now_ms + LIFE_MS)).await?;
    Ok(tx.commit().await?)
}

fn read(stored: &[Stored]) -> Result<Vec<Passkey>, Error> {
    stored.iter().map(|one| serde_json::from_str(&one.credential).map_err(ours)).collect()
}
