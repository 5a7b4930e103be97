//! The verbs: ask for a link, look at it, use it, sign out, act for another organisation, end a session.

use super::model::{Link, Mail, Membership, Person, Session};
use super::{rules, secret, session, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry};
use crate::platform::access::Actor;
use crate::platform::base::DAY_MS;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use serde_json::json;

/// What a browser tells of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser {
    pub(super) ip: String,
    pub(super) user_agent: String,
    pub(super) request_id: String,
    /// The hash of the session it carries already.
    pub(super) session_sha256: Option<Vec<u8>>,
}

/// A session that was just begun: what the browser must carry from now on, and who acts.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) token: String,
    pub(super) actor: Actor,
}

const SIGN_IN: &str = "sign_in";
const UNKNOWN_LINK: &str =
    "This link does not work. It may have been cut off in the mail; copy it whole, or request a new one.";

/// Sends a link to `email` if somebody lives there. The answer is the same if nobody does.
///
/// # Errors
/// [`Error::Invalid`] when it is no address, [`Error::TooMany`] past the limits of PORTAL 6.1.
pub(super) async fn request_link(
    app: &App,
    entered: &str,
    next: Option<&str>,
    browser: &Browser,
) -> Result<(), Error> {
    let Some(email) = rules::fold_email(entered) else {
        return Err(Error::Invalid(vec![FieldError {
            field: "email",
            text: "This is not an e-mail address. It needs a name, an @ and a domain, such as name@company.example."
                .to_owned(),
        }]));
    };
    let now_ms = app.clock.now_ms();
    let email_sha256 = secret::hashed(&email);
    let mut tx = app.db.write().await?;
    heed_limits(&mut tx, &email_sha256, &browser.ip, now_ms).await?;
    let id = app.ids.next("ask");
    store::note_asking(&mut tx, &id, email_sha256, &browser.ip, now_ms, now_ms - 2 * DAY_MS).await?;
    let token = secret::fresh(app.random.as_ref());
    let url = link_url(app, &token, next);
    if let Some(person) = store::person_by_email(&mut tx, &email).await?.filter(|p| p.disabled_ms.is_none())
        && let Some(home) = store::memberships(&mut tx, &person.id).await?.into_iter().next()
    {
        issue(app, &mut tx, &person, &token).await?;
        let mail = Mail {
            to_email: person.email.clone(),
            subject: "Your sign-in link for RiverSync".to_owned(),
            body: format!(
                "Hello {},\n\nopen this link and press the button to sign in:\n\n{url}\n\nIt works once, for 30 \
                 minutes. If you did not ask for it, do nothing: nobody can sign in without it.\n",
                person.name
            ),
            created_ms: now_ms,
        };
        store::add_mail(&mut tx, &app.ids.next("mail"), &mail, now_ms + rules::LINK_LIFE_MS).await?;
        let by = by(&person, &home, &browser.request_id);
        let entry = Entry::new(by, "sign_in_link.sent", "person", &person.id)
            .with(json!({ "ip": browser.ip, "user_agent": browser.user_agent }));
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A link for `email`, made by an operator who says `why`. Older ones of this person stop working.
///
/// # Errors
/// [`Error::NotFound`] when nobody lives at that address or the person is disabled.
pub async fn sign_in_link(app: &App, email: &str, why: &str) -> Result<String, Error> {
    let email = rules::fold_email(email).ok_or(Error::NotFound)?;
    let mut tx = app.db.write().await?;
    let person = store::person_by_email(&mut tx, &email).await?.ok_or(Error::NotFound)?;
    let home = store::memberships(&mut tx, &person.id).await?.into_iter().next().ok_or(Error::NotFound)?;
    if person.disabled_ms.is_some() {
        return Err(Error::NotFound);
    }
    let token = secret::fresh(app.random.as_ref());
    issue(app, &mut tx, &person, &token).await?;
    let entry = Entry::new(By::system("command line"), "sign_in_link.made", "person", &person.id)
        .affecting(home.tenant_id)
        .because(why);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(link_url(app, &token, None))
}

/// Whose link this is, without using it up.
///
/// # Errors
/// [`Error::Gone`] with the reason when it would not work.
pub(super) async fn look_at_link(app: &App, token: &str) -> Result<Person, Error> {
    let mut tx = app.db.read().await?;
    let link = store::link(&mut tx, &secret::hashed(token)).await?.ok_or(Error::Gone(UNKNOWN_LINK))?;
    match rules::link_state(&link, app.clock.now_ms()) {
        rules::LinkState::Good => {}
        state => return Err(Error::Gone(state.sentence())),
    }
    store::person(&mut tx, &link.person_id).await?.ok_or(Error::Gone(UNKNOWN_LINK))
}

/// Uses the link up and begins a session. A session that the browser carried before ends.
///
/// # Errors
/// [`Error::Gone`] when the link does not work (any more).
pub(super) async fn redeem(app: &App, token: &str, browser: &Browser) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    let hash = secret::hashed(token);
    let mut tx = app.db.write().await?;
    let link = store::link(&mut tx, &hash).await?.ok_or(Error::Gone(UNKNOWN_LINK))?;
    let person = store::person(&mut tx, &link.person_id).await?.ok_or(Error::Gone(UNKNOWN_LINK))?;
    let home = store::memberships(&mut tx, &person.id).await?.into_iter().next();
    let home = home.ok_or(Error::Gone(UNKNOWN_LINK))?;
    let by = by(&person, &home, &browser.request_id);
    let good = person.disabled_ms.is_none() && store::use_link(&mut tx, &hash, now_ms).await?;
    if !good {
        let state = store::link(&mut tx, &hash).await?.map(|link| rules::link_state(&link, now_ms));
        let sentence = state.filter(|s| *s != rules::LinkState::Good).map_or(UNKNOWN_LINK, |s| s.sentence());
        let entry = Entry::new(by, "sign_in_link.refused", "person", &person.id)
            .with(json!({ "ip": browser.ip, "user_agent": browser.user_agent }))
            .because(sentence);
        audit::record(app, &mut tx, entry).await?;
        tx.commit().await?;
        return Err(Error::Gone(sentence));
    }
    if let Some(old) = &browser.session_sha256 {
        store::end_session(&mut tx, old, now_ms).await?;
    }
    let (begun, session) = begin(app, &mut tx, &person.id, &home.tenant_id, &browser.user_agent).await?;
    let entry = Entry::new(by, "session.started", "session", session.label())
        .with(json!({ "ip": browser.ip, "user_agent": browser.user_agent }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Ends the session of this browser.
///
/// # Errors
/// When the database does not do it.
pub(super) async fn sign_out(app: &App, allowed: &Allowed, browser: &Browser) -> Result<(), Error> {
    let Some(hash) = &browser.session_sha256 else { return Ok(()) };
    let mut tx = app.db.write().await?;
    if store::end_session(&mut tx, hash, app.clock.now_ms()).await? {
        let entry =
            Entry::new(By::person(allowed), "session.ended", "session", label(hash)).because("signed out");
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    tell(app, allowed);
    Ok(())
}

/// Acts for another organisation of the same person from now on, in a new session.
///
/// # Errors
/// [`Error::NotFound`] when the person does not belong there.
pub(super) async fn act_for(
    app: &App,
    allowed: &Allowed,
    tenant_id: &str,
    browser: &Browser,
) -> Result<Begun, Error> {
    let person_id = allowed.scope.person_id();
    let mut tx = app.db.write().await?;
    let homes = store::memberships(&mut tx, person_id).await?;
    let to = homes.iter().find(|home| home.tenant_id == tenant_id).ok_or(Error::NotFound)?;
    if let Some(old) = &browser.session_sha256 {
        store::end_session(&mut tx, old, app.clock.now_ms()).await?;
    }
    let (begun, session) = begin(app, &mut tx, person_id, &to.tenant_id, &browser.user_agent).await?;
    let entry = Entry::new(By::person(allowed), "session.switched", "session", session.label())
        .affecting(to.tenant_id.clone())
        .with(json!({ "from": allowed.scope.tenant_id(), "to": to.tenant_id }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    tell(app, allowed);
    Ok(begun)
}

/// Ends one of the person's own sessions, by the label that the account page shows.
///
/// # Errors
/// [`Error::NotFound`] when this person has no such session.
pub(super) async fn end_session(app: &App, allowed: &Allowed, wanted: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    let sessions = store::sessions(&mut tx, allowed.scope.person_id()).await?;
    let session = sessions.iter().find(|session| session.label() == wanted).ok_or(Error::NotFound)?;
    store::end_session(&mut tx, &session.token_sha256, app.clock.now_ms()).await?;
    let entry =
        Entry::new(By::person(allowed), "session.ended", "session", wanted).because("ended by the person");
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    tell(app, allowed);
    Ok(())
}

async fn heed_limits(tx: &mut Tx, email: &[u8], ip: &str, now_ms: i64) -> Result<(), Error> {
    for (most, within_ms) in rules::PER_ADDRESS {
        if store::asked_by_email(tx, email, now_ms - within_ms).await? >= most {
            return Err(too_many(within_ms));
        }
    }
    let (most, within_ms) = rules::PER_IP;
    if !ip.is_empty() && store::asked_by_ip(tx, ip, now_ms - within_ms).await? >= most {
        return Err(too_many(within_ms));
    }
    Ok(())
}

fn too_many(within_ms: i64) -> Error {
    Error::TooMany { retry_after_s: u32::try_from(within_ms / 1000).unwrap_or(u32::MAX) }
}

async fn issue(app: &App, tx: &mut Tx, person: &Person, token: &str) -> Result<(), Error> {
    let now_ms = app.clock.now_ms();
    let link = Link {
        person_id: person.id.clone(),
        purpose: SIGN_IN.to_owned(),
        expires_ms: now_ms + rules::LINK_LIFE_MS,
        used_ms: None,
        replaced_ms: None,
    };
    store::replace_links(tx, &link, now_ms).await?;
    store::add_link(tx, secret::hashed(token), &link, now_ms).await?;
    Ok(())
}

async fn begin(
    app: &App,
    tx: &mut Tx,
    person_id: &str,
    tenant_id: &str,
    user_agent: &str,
) -> Result<(Begun, Session), Error> {
    let token = secret::fresh(app.random.as_ref());
    let now_ms = app.clock.now_ms();
    let session = Session {
        token_sha256: secret::hashed(&token),
        person_id: person_id.to_owned(),
        tenant_id: tenant_id.to_owned(),
        created_ms: now_ms,
        seen_ms: now_ms,
        ended_ms: None,
        user_agent: user_agent.to_owned(),
    };
    store::add_session(tx, &session).await?;
    let actor = session::actor(tx, &session).await?;
    Ok((Begun { token, actor }, session))
}

fn by(person: &Person, home: &Membership, request_id: &str) -> By {
    By {
        kind: "person",
        id: person.id.clone(),
        name: person.name.clone(),
        tenant_id: home.tenant_id.clone(),
        tenant_name: home.tenant_name.clone(),
        capability: "account",
        request_id: request_id.to_owned(),
    }
}

fn link_url(app: &App, token: &str, next: Option<&str>) -> String {
    let base = format!("{}/sign-in/{token}", app.config.public_url);
    match next.and_then(rules::safe_next) {
        Some(next) => format!("{base}?next={}", crate::platform::web::query_value(next)),
        None => base,
    }
}

fn label(hash: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or_default())
}

fn tell(app: &App, allowed: &Allowed) {
    app.hub.tell(Notice::Person { person_id: allowed.scope.person_id().to_owned() });
    audit::announce(app, [allowed.scope.tenant_id()]);
}
