//! Adding, naming and removing. The person is told by mail, whoever did it.

use super::ceremony;
use super::store::{self, Stored};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::identity::browser::Browser;
use crate::domains::identity::letters::{self, PasskeyNews};
use crate::domains::identity::{rules, sessions, store as people};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::mail;
use crate::platform::web::Allowed;
use crate::platform::words::said;
use serde_json::json;

/// The longest name.
const MOST_OF_A_NAME: usize = 60;
/// How many passkeys a person may have.
const MOST_PASSKEYS: usize = 20;
fn checked(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MOST_OF_A_NAME || name.chars().any(char::is_control) {
        let text = said! {
            en: "Give it a name of up to 60 letters by which you know it, such as \"Laptop\".",
            th: "ตั้งชื่อที่คุณจำได้ ไม่เกิน 60 ตัวอักษร เช่น \"โน้ตบุ๊ก\"",
        };
        return Err(Error::Invalid(vec![FieldError { field: "name", text }]));
    }
    Ok(name.to_owned())
}

/// Keeps the passkey that the browser made.
pub(super) async fn add(
    app: &App,
    allowed: &Allowed,
    (name, credential): (&str, &str),
    browser: &Browser,
) -> Result<String, Error> {
    let name = checked(name)?;
    let person_id = allowed.scope.person_id();
    let mut tx = app.db.write().await?;
    let session = sessions::own(app, &mut tx, browser).await?;
    if store::of_person(&mut tx, person_id).await?.len() >= MOST_PASSKEYS {
        let text = said! {
            en: "You have 20 passkeys. Remove one that you do not use first.",
            th: "คุณมีพาสคีย์ครบ 20 รายการแล้ว นำรายการที่ไม่ใช้ออกก่อน",
        };
        return Err(Error::Conflict { code: "too_many_passkeys", text });
    }
    let passkey = ceremony::made(app, &mut tx, &session.token_sha256, credential).await?;
    let stored = Stored {
        id: app.ids.next("passkey"),
        name: name.clone(),
        credential: serde_json::to_string(&passkey).map_err(super::party::ours)?,
        created_ms: app.clock.now_ms(),
        used_ms: None,
    };
    let id = passkey.cred_id().to_vec();
    store::add(&mut tx, person_id, &stored, id).await.map_err(|error| match error.is_unique_violation() {
        true => Error::Conflict {
            code: "passkey_known",
            text: said! {
                en: "This passkey is on an account already. Use another device, or remove it there first.",
                th: "พาสคีย์นี้อยู่ในบัญชีหนึ่งแล้ว ใช้อุปกรณ์อื่นหรือนำออกจากบัญชีนั้นก่อน",
            },
        },
        false => error.into(),
    })?;
    tell(app, &mut tx, person_id, PasskeyNews::Added, &name).await?;
    let entry = Entry::new(By::person(allowed), Fact::PasskeyAdded, "passkey", &stored.id)
        .with(json!({ "name": name }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(name)
}

/// Calls one of the person's passkeys something else.
pub(super) async fn rename(app: &App, allowed: &Allowed, id: &str, name: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    let has = store::of_person(&mut tx, allowed.scope.person_id()).await?;
    let before = has.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let name = checked(name)?;
    if !store::rename(&mut tx, allowed.scope.person_id(), id, &name).await? {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(By::person(allowed), Fact::PasskeyRenamed, "passkey", id)
        .with(json!({ "before": before.name, "after": name }));
    audit::record(app, &mut tx, entry).await?;
    Ok(tx.commit().await?)
}

/// Takes one of the person's passkeys away.
pub(super) async fn remove(app: &App, allowed: &Allowed, id: &str) -> Result<String, Error> {
    let person_id = allowed.scope.person_id();
    let mut tx = app.db.write().await?;
    let has = store::of_person(&mut tx, person_id).await?;
    let gone = has.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    store::remove(&mut tx, person_id, id).await?;
    tell(app, &mut tx, person_id, PasskeyNews::Removed, &gone.name).await?;
    let entry = Entry::new(By::person(allowed), Fact::PasskeyRemoved, "passkey", id)
        .with(json!({ "name": gone.name }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(gone.name)
}

/// Takes every passkey off the account at `email`, by an operator who says `why`: for somebody who has lost theirs. How many
/// there were.
///
/// # Errors
/// [`Error::NotFound`] when nobody lives at that address.
pub async fn forget_passkeys(app: &App, email: &str, why: &str) -> Result<usize, Error> {
    let email = rules::fold_email(email).ok_or(Error::NotFound)?;
    let mut tx = app.db.write().await?;
    let person = people::person_by_email(&mut tx, &email).await?.ok_or(Error::NotFound)?;
    let home = people::memberships(&mut tx, &person.id).await?.into_iter().next();
    let gone = store::of_person(&mut tx, &person.id).await?;
    for passkey in &gone {
        store::remove(&mut tx, &person.id, &passkey.id).await?;
        tell(app, &mut tx, &person.id, PasskeyNews::Removed, &passkey.name).await?;
        let mut entry = Entry::new(By::system("command line"), Fact::PasskeyRemoved, "passkey", &passkey.id)
            .with(json!({ "name": passkey.name, "person_id": person.id }))
            .because(Reason::typed(why));
        if let Some(home) = &home {
            entry = entry.affecting(&home.tenant_id);
        }
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(gone.len())
}

async fn tell(app: &App, tx: &mut Tx, person_id: &str, news: PasskeyNews, name: &str) -> Result<(), Error> {
    let person = people::person(tx, person_id).await?.ok_or(Error::NotFound)?;
    let letter = letters::passkey(&person, news, name, app.clock.now_ms());
    mail::queue(app, tx, &person.email, &letter, app.clock.now_ms() + mail::NEWS_LIFE_MS).await
}
