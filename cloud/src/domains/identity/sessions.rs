//! Sessions begun, passed on and ended (PORTAL 6.2).

use super::browser::Browser;
use super::model::Session;
use super::{passkeys, rules, secret, session, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason, Why};
use crate::platform::access::Actor;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use serde_json::json;
use std::collections::BTreeSet;

/// A session that was just begun: what the browser must carry from now on, and who acts.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) token: String,
    pub(super) label: String,
    pub(super) actor: Actor,
}

/// How a person proved to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Read a mail of ours.
    Mail,
    /// Showed a passkey.
    Passkey,
}

impl Proof {
    /// Its key in storage and in the log.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Passkey => "passkey",
        }
    }
}

/// Whose sessions ended, to be told after the commit: open pages then close within a second.
#[must_use = "announce it after the commit, or open pages stay open"]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ended {
    people: BTreeSet<String>,
    tenants: BTreeSet<String>,
    count: usize,
}

impl Ended {
    /// How many sessions.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Tells every open page of these people to ask again who it belongs to.
    pub fn announce(&self, app: &App) {
        for person_id in &self.people {
            app.hub.tell(Notice::Person { person_id: person_id.clone() });
        }
        audit::announce(app, self.tenants.iter().map(String::as_str));
    }
}

/// Ends the sessions of a person, all or those acting for one organisation, in the caller's transaction: when the
/// person is disabled, leaves, or when an administrator wants it. Written into the logs of the organisations concerned.
///
/// # Errors
/// When the database does not do it.
pub async fn end_sessions_of(
    app: &App,
    tx: &mut Tx,
    by: &By,
    person_id: &str,
    tenant_id: Option<&str>,
    why: Reason,
) -> Result<Ended, Error> {
    let of_person = store::sessions(tx, person_id).await?;
    let ending = of_person.into_iter().filter(|one| tenant_id.is_none_or(|tenant| one.tenant_id == tenant));
    end_all(app, tx, by, ending.collect(), why).await
}

/// Ends every session that acts for an organisation, in the caller's transaction: when it is suspended.
///
/// # Errors
/// When the database does not do it.
pub async fn end_sessions_in(
    app: &App,
    tx: &mut Tx,
    by: &By,
    tenant_id: &str,
    why: Reason,
) -> Result<Ended, Error> {
    let ending = store::sessions_in(tx, tenant_id).await?;
    end_all(app, tx, by, ending, why).await
}

/// The sessions of a person that act for an organisation and still stand, the one used last first.
pub(super) async fn living_in(
    app: &App,
    tx: &mut Tx,
    person_id: &str,
    tenant_id: &str,
) -> Result<Vec<Session>, Error> {
    let mut sessions = store::sessions(tx, person_id).await?;
    sessions.retain(|one| one.tenant_id == tenant_id && rules::is_alive(one, app.clock.now_ms()));
    Ok(sessions)
}

/// Ends the living sessions of a person (id) that act for an organisation (id), or of these the one of `label`.
///
/// # Errors
/// [`Error::NotFound`] when there is no such session.
pub(super) async fn end_in(
    app: &App,
    tx: &mut Tx,
    by: &By,
    (person_id, tenant_id): (&str, &str),
    label: Option<&str>,
    why: Reason,
) -> Result<Ended, Error> {
    let mut ending = living_in(app, tx, person_id, tenant_id).await?;
    ending.retain(|one| label.is_none_or(|label| one.label() == label));
    if ending.is_empty() {
        return Err(Error::NotFound);
    }
    end_all(app, tx, by, ending, why).await
}

/// Begins a session of `person_id`, who has just read a mail, acting for `tenant_id`. For who has a passkey that is not
/// proof enough for changes that matter.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    person_id: &str,
    tenant_id: &str,
    user_agent: &str,
) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    let proves = !passkeys::required(app, tx, person_id).await?;
    let session = Session {
        token_sha256: Vec::new(),
        person_id: person_id.to_owned(),
        tenant_id: tenant_id.to_owned(),
        created_ms: now_ms,
        seen_ms: now_ms,
        ended_ms: None,
        user_agent: user_agent.to_owned(),
        proved_ms: proves.then_some(now_ms),
        proved_by: proves.then(|| Proof::Mail.key().to_owned()),
    };
    add(app, tx, session).await
}

/// Passes a session on to a new token, because what it may do has changed. It lives no longer for that: its beginning
/// stays.
async fn pass_on(app: &App, tx: &mut Tx, old: &Session, new: Session) -> Result<Begun, Error> {
    let now_ms = app.clock.now_ms();
    if !store::end_session(tx, &old.token_sha256, now_ms).await? {
        return Err(Error::SignIn);
    }
    add(app, tx, Session { seen_ms: now_ms, ..new }).await
}

/// Passes the session on, in which the person has just proved to be there.
pub(super) async fn prove(app: &App, tx: &mut Tx, old: &Session, proof: Proof) -> Result<Begun, Error> {
    let new = Session {
        proved_ms: Some(app.clock.now_ms()),
        proved_by: Some(proof.key().to_owned()),
        ..old.clone()
    };
    pass_on(app, tx, old, new).await
}

async fn add(app: &App, tx: &mut Tx, session: Session) -> Result<Begun, Error> {
    let token = secret::fresh(app.random.as_ref());
    let session = Session { token_sha256: secret::hashed(&token), ..session };
    store::add_session(tx, &session).await?;
    let actor = session::actor(app, tx, &session).await?;
    Ok(Begun { token, label: session.label(), actor })
}

/// The session of the browser, which must stand.
pub(super) async fn own(app: &App, tx: &mut Tx, browser: &Browser) -> Result<Session, Error> {
    let hash = browser.session_sha256.as_deref().ok_or(Error::SignIn)?;
    let session = store::session(tx, hash).await?.ok_or(Error::SignIn)?;
    if rules::is_alive(&session, app.clock.now_ms()) { Ok(session) } else { Err(Error::SignIn) }
}

/// Acts for another organisation of the same person from now on, under a new token.
///
/// # Errors
/// [`Error::NotFound`] when the person does not belong there.
pub(super) async fn act_for(
    app: &App,
    allowed: &Allowed,
    tenant_id: &str,
    browser: &Browser,
) -> Result<Begun, Error> {
    let mut tx = app.db.write().await?;
    let to =
        store::membership(&mut tx, allowed.scope.person_id(), tenant_id).await?.ok_or(Error::NotFound)?;
    let old = own(app, &mut tx, browser).await?;
    let new = Session { tenant_id: to.tenant_id.clone(), ..old.clone() };
    let begun = pass_on(app, &mut tx, &old, new).await?;
    let entry = Entry::new(By::person(allowed), Fact::SessionSwitched, "session", &begun.label)
        .affecting(to.tenant_id.clone())
        .with(json!({ "from": allowed.scope.tenant_id(), "to": to.tenant_id, "user_agent": browser.user_agent }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    tell(app, allowed);
    Ok(begun)
}

/// Ends the session of this browser.
///
/// # Errors
/// When the database does not do it.
pub(super) async fn sign_out(app: &App, allowed: &Allowed, browser: &Browser) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    let session = own(app, &mut tx, browser).await?;
    let ended = end_all(app, &mut tx, &By::person(allowed), vec![session], Why::SignedOut.into()).await?;
    tx.commit().await?;
    ended.announce(app);
    Ok(())
}

/// Ends one of the person's own sessions, by the label that the account page shows.
///
/// # Errors
/// [`Error::NotFound`] when this person has no such session.
pub(super) async fn end_one(app: &App, allowed: &Allowed, wanted: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    let sessions = store::sessions(&mut tx, allowed.scope.person_id()).await?;
    let session = sessions.into_iter().find(|session| session.label() == wanted).ok_or(Error::NotFound)?;
    let ended = end_all(app, &mut tx, &By::person(allowed), vec![session], Why::EndedByPerson.into()).await?;
    tx.commit().await?;
    ended.announce(app);
    Ok(())
}

/// Ends all of the person's own sessions but that of this browser; how many.
///
/// # Errors
/// When the database does not do it.
pub(super) async fn end_others(app: &App, allowed: &Allowed, browser: &Browser) -> Result<usize, Error> {
    let mut tx = app.db.write().await?;
    let mut others = store::sessions(&mut tx, allowed.scope.person_id()).await?;
    others.retain(|session| {
        Some(&session.token_sha256) != browser.session_sha256.as_ref()
            && rules::is_alive(session, app.clock.now_ms())
    });
    let count = others.len();
    let ended = end_all(app, &mut tx, &By::person(allowed), others, Why::EndedByPerson.into()).await?;
    tx.commit().await?;
    ended.announce(app);
    Ok(count)
}

async fn end_all(
    app: &App,
    tx: &mut Tx,
    by: &By,
    sessions: Vec<Session>,
    why: Reason,
) -> Result<Ended, Error> {
    let mut ended = Ended::default();
    for session in sessions {
        if !store::end_session(tx, &session.token_sha256, app.clock.now_ms()).await? {
            continue;
        }
        let entry = Entry::new(by.clone(), Fact::SessionEnded, "session", session.label())
            .affecting(&session.tenant_id)
            .with(json!({ "person_id": session.person_id }))
            .because(why.clone());
        audit::record(app, tx, entry).await?;
        ended.count += 1;
        ended.people.insert(session.person_id);
        ended.tenants.extend([by.tenant_id.clone(), session.tenant_id]);
    }
    Ok(ended)
}

fn tell(app: &App, allowed: &Allowed) {
    app.hub.tell(Notice::Person { person_id: allowed.scope.person_id().to_owned() });
    audit::announce(app, [allowed.scope.tenant_id()]);
}
