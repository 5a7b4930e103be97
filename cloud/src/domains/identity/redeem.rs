//! Using a link, or the code that came with it. Looking never uses anything up (PORTAL 6.1).

use super::ask::by;
use super::browser::Browser;
use super::model::{Link, Membership, Person, Purpose};
use super::rules::LinkState;
use super::sessions::{self, Begun};
use super::{rules, secret, store};
use crate::app::App;
use crate::domains::audit::{self, Entry, Fact};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};
use serde_json::json;

fn unknown_link() -> Error {
    Error::Gone(said! {
        en: "This link does not work. It may have been cut off in the mail; copy it whole, or request a new \
             one.",
        th: "ลิงก์นี้ใช้ไม่ได้ อาจถูกตัดขาดในอีเมล คัดลอกให้ครบหรือขอลิงก์ใหม่",
    })
}

/// What the page before the button shows.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) person: Person,
    pub(super) tenant_name: String,
    /// Whether the person must say whose link it is.
    pub(super) confirm: bool,
    /// The address of somebody else who is signed in here.
    pub(super) taken_by: Option<String>,
}

struct Found {
    link: Link,
    person: Person,
    home: Option<Membership>,
    state: LinkState,
}

/// Whose link this is, without using it up.
///
/// # Errors
/// [`Error::Gone`] with the reason when it would not work.
pub(super) async fn look(app: &App, purpose: Purpose, token: &str, browser: &Browser) -> Result<Look, Error> {
    let mut tx = app.db.read().await?;
    let link = store::link(&mut tx, &secret::hashed(token), purpose).await?;
    let found = find(app, &mut tx, link).await?;
    if found.state != LinkState::Good {
        return Err(Error::Gone(found.state.why(purpose).sentence()));
    }
    Ok(Look {
        confirm: rules::must_confirm(&found.link, browser.asking_sha256.as_deref()),
        taken_by: taken_by(app, &mut tx, &found.link, browser).await?,
        tenant_name: found.home.map(|home| home.tenant_name).unwrap_or_default(),
        person: found.person,
    })
}

/// Uses the link up and begins a session. `typed` is the address that the person typed to say whose link it is.
///
/// # Errors
/// [`Error::Gone`] when the link does not work (any more), [`Error::Invalid`] when the person must still say whose it
/// is or said wrong, [`Error::Conflict`] when an invitation is somebody else's than who is signed in.
pub(super) async fn redeem(
    app: &App,
    purpose: Purpose,
    token: &str,
    typed: &str,
    browser: &Browser,
) -> Result<Begun, Error> {
    let mut tx = app.db.write().await?;
    let link = store::link(&mut tx, &secret::hashed(token), purpose).await?;
    let found = find(app, &mut tx, link).await?;
    if found.state != LinkState::Good {
        return refuse(app, tx, &found, browser).await;
    }
    if rules::must_confirm(&found.link, browser.asking_sha256.as_deref())
        && rules::fold_email(typed).is_none_or(|typed| typed != found.link.email)
    {
        return not_confirmed(tx, &found.link, typed).await;
    }
    if let Some(other) = taken_by(app, &mut tx, &found.link, browser).await? {
        let text = said! {
            en: "You are signed in as {other}, and this invitation is for somebody else. Sign out first, \
                 then accept it.",
            th: "คุณเข้าสู่ระบบในชื่อ {other} แต่คำเชิญนี้เป็นของผู้อื่น ออกจากระบบก่อนแล้วตอบรับ",
        };
        return Err(Error::Conflict { code: "other_person", text });
    }
    begin(app, tx, found, browser).await
}

/// Signs in by the code that came with the newest link this browser asked for.
///
/// # Errors
/// [`Error::Gone`] when the code was tried too often, or its link does not work any more; [`Error::Invalid`] when it is
/// not the code.
pub(super) async fn redeem_code(app: &App, typed: &str, browser: &Browser) -> Result<Begun, Error> {
    let Some(mark) = browser.asking_sha256.as_deref() else {
        return Err(wrong_code(not_asked()));
    };
    let mut tx = app.db.write().await?;
    if store::asking(&mut tx, mark).await?.is_none() {
        return Err(wrong_code(not_asked()));
    }
    // Counted before it is looked at, known address or not, so that tries at once are counted too.
    if !store::try_code(&mut tx, mark, rules::MOST_TRIES).await? {
        return Err(Error::Gone(said! {
            en: "A wrong code was typed too often, so the code works no more. The link in the mail still \
                 does; or request a new one.",
            th: "กรอกรหัสผิดหลายครั้งเกินไป รหัสนี้จึงใช้ไม่ได้แล้ว ลิงก์ในอีเมลยังใช้ได้ หรือขอลิงก์ใหม่",
        }));
    }
    let link = store::link_of_code(&mut tx, mark, &secret::hashed_code(mark, typed), Purpose::SignIn).await?;
    let Some(link) = link else {
        tx.commit().await?;
        return Err(wrong_code(rules::not_the_code()));
    };
    let found = find(app, &mut tx, Some(link)).await?;
    if found.state != LinkState::Good {
        return refuse(app, tx, &found, browser).await;
    }
    begin(app, tx, found, browser).await
}

async fn find(app: &App, tx: &mut Tx, link: Option<Link>) -> Result<Found, Error> {
    let link = link.ok_or_else(unknown_link)?;
    let person = store::person(tx, &link.person_id).await?.ok_or_else(unknown_link)?;
    let home = store::membership(tx, &link.person_id, &link.tenant_id).await?;
    let state = rules::link_state(&link, &person, home.as_ref(), app.clock.now_ms());
    Ok(Found { link, person, home, state })
}

/// Somebody else who is signed in here, when that matters: nobody joins an organisation in another's session.
async fn taken_by(app: &App, tx: &mut Tx, link: &Link, browser: &Browser) -> Result<Option<String>, Error> {
    let Some(hash) = browser.session_sha256.as_deref().filter(|_| link.purpose == Purpose::Invite.key())
    else {
        return Ok(None);
    };
    let session = store::session(tx, hash).await?;
    let session = session.filter(|session| rules::is_alive(session, app.clock.now_ms()));
    match session.filter(|session| session.person_id != link.person_id) {
        Some(session) => Ok(store::person(tx, &session.person_id).await?.map(|other| other.email)),
        None => Ok(None),
    }
}

async fn not_confirmed(mut tx: Tx, link: &Link, typed: &str) -> Result<Begun, Error> {
    let text = if typed.trim().is_empty() {
        said! { en: "Please type the e-mail address to which this link was sent.", th: "กรอกอีเมลที่ได้รับลิงก์นี้" }
    } else {
        store::wrong_confirmation(&mut tx, &link.id).await?;
        tx.commit().await?;
        said! {
            en: "This link was sent to another address. Type the one at which you received it.",
            th: "ลิงก์นี้ส่งไปยังอีเมลอื่น กรอกอีเมลที่คุณได้รับลิงก์",
        }
    };
    Err(Error::Invalid(vec![FieldError { field: "email", text }]))
}

/// No mark of a browser that asked, or one that has run out.
fn not_asked() -> Sentence {
    said! {
        en: "This browser has asked for no code, or long ago. Ask for a new link here first.",
        th: "เบราว์เซอร์นี้ไม่ได้ขอรหัส หรือขอไว้นานแล้ว ขอลิงก์ใหม่ที่นี่ก่อน",
    }
}

fn wrong_code(text: Sentence) -> Error {
    Error::Invalid(vec![FieldError { field: "code", text }])
}

async fn begin(app: &App, mut tx: Tx, found: Found, browser: &Browser) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    let Found { link, person, home, .. } = &found;
    let home = home.as_ref().ok_or_else(unknown_link)?;
    if !store::use_link(&mut tx, &link.id, now_ms).await? {
        let used = Found { state: LinkState::Used, ..found };
        return refuse(app, tx, &used, browser).await;
    }
    if let Some(old) = &browser.session_sha256 {
        store::end_session(&mut tx, old, now_ms).await?;
    }
    store::verify_person(&mut tx, &person.id, now_ms).await?;
    let begun = sessions::begin(app, &mut tx, &person.id, &home.tenant_id, &browser.user_agent).await?;
    let detail = json!({ "user_agent": browser.user_agent, "by": link.purpose });
    let who = by(person, home, (&browser.request_id, &browser.ip));
    if link.purpose == Purpose::Invite.key() {
        let entry =
            Entry::new(who.clone(), Fact::InvitationAccepted, "person", &person.id).with(detail.clone());
        audit::record(app, &mut tx, entry).await?;
    }
    let entry = Entry::new(who, Fact::SessionStarted, "session", &begun.label).with(detail);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Writes the attempt down and says why it failed.
async fn refuse(app: &App, mut tx: Tx, found: &Found, browser: &Browser) -> Result<Begun, Error> {
    let purpose = if found.link.purpose == Purpose::Invite.key() { Purpose::Invite } else { Purpose::SignIn };
    let why = found.state.why(purpose);
    let home = found.home.clone().unwrap_or_else(|| Membership {
        tenant_id: found.link.tenant_id.clone(),
        tenant_name: found.link.tenant_id.clone(),
        roles: String::new(),
    });
    let entry = Entry::new(
        by(&found.person, &home, (&browser.request_id, &browser.ip)),
        Fact::SignInLinkRefused,
        "person",
        &found.person.id,
    )
    .with(json!({ "user_agent": browser.user_agent, "purpose": found.link.purpose }))
    .because(why);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Err(Error::Gone(why.sentence()))
}
