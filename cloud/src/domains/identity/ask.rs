//! Asking for a sign-in link, and making one (PORTAL 6.1).

use super::browser::Browser;
use super::model::{Asking, Link, Membership, Person, Purpose};
use super::{letters, rules, secret, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason, Why};
use crate::platform::base::DAY_MS;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::jobs::{self, Failed, Job};
use crate::platform::mail;
use crate::platform::web::query_value;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The job that makes and mails a link, if somebody lives at the address. Whoever asks never waits for it, so the answer
/// takes the same time whether or not somebody does.
pub const SEND_LINK: &str = "identity.send_link";

/// Somebody asked, and which browser it was.
#[derive(Serialize, Deserialize)]
struct Asked {
    email: String,
    next: Option<String>,
    browser_sha256: Vec<u8>,
    at_ms: i64,
    ip: String,
    user_agent: String,
    request_id: String,
}

/// Sends a link to `email` if somebody lives there. The answer is the same if nobody does: the mark that the asking
/// browser must carry.
///
/// # Errors
/// [`Error::Invalid`] when it is no address, [`Error::TooMany`] past the limits of PORTAL 6.1.
pub(super) async fn request_link(
    app: &App,
    entered: &str,
    next: Option<&str>,
    browser: &Browser,
) -> Result<String, Error> {
    let Some(email) = rules::fold_email(entered) else {
        return Err(Error::Invalid(vec![FieldError { field: "email", text: rules::no_email() }]));
    };
    let now_ms = app.clock.now_ms();
    let mark = secret::fresh(app.random.as_ref());
    let asking = Asking {
        email_sha256: secret::hashed(&email),
        ip: browser.ip.clone(),
        at_ms: now_ms,
        browser_sha256: secret::hashed(&mark),
    };
    let mut tx = app.db.write().await?;
    heed_limits(&mut tx, &asking).await?;
    store::note_asking(&mut tx, &app.ids.next("ask"), &asking, now_ms - 2 * DAY_MS).await?;
    let asked = Asked {
        email,
        next: next.and_then(rules::safe_next).map(str::to_owned),
        browser_sha256: asking.browser_sha256,
        at_ms: now_ms,
        ip: browser.ip.clone(),
        user_agent: browser.user_agent.clone(),
        request_id: browser.request_id.clone(),
    };
    jobs::enqueue(app, &mut tx, SEND_LINK, &asked).await?;
    tx.commit().await?;
    Ok(mark)
}

/// Performs the job [`SEND_LINK`].
///
/// # Errors
/// [`Failed`] when the link could not be made.
pub async fn send_link(app: &App, job: &Job) -> Result<(), Failed> {
    let asked: Asked = job.read()?;
    if app.clock.now_ms() - asked.at_ms >= rules::link_life_ms(Purpose::SignIn) {
        return Err(Failed::ForGood("whoever asked has given up waiting".to_owned()));
    }
    let mut tx = app.db.write().await?;
    // Done before by a worker that was killed before it could say so: a second mail would end the first one's link.
    let id = format!("link_of_{}", job.id);
    if store::has_link(&mut tx, &id).await? {
        return Ok(());
    }
    link_for(app, &mut tx, &asked, id).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the link and its code and queues the mail, if somebody lives at the address.
async fn link_for(app: &App, tx: &mut Tx, asked: &Asked, id: String) -> Result<(), Error> {
    let Some(person) = store::person_by_email(tx, &asked.email).await? else { return Ok(()) };
    let home = store::memberships(tx, &person.id).await?.into_iter().next();
    let Some(home) = home.filter(|_| person.disabled_ms.is_none()) else { return Ok(()) };
    let by = by(&person, &home, (&asked.request_id, &asked.ip));
    let entry = |action| {
        Entry::new(by.clone(), action, "person", &person.id).with(json!({ "user_agent": asked.user_agent }))
    };
    if !tenant_has_room(app, tx, &home.tenant_id).await? {
        // Told to nobody but the log: an answer of its own would say that the address is known.
        tracing::warn!(
            tenant = home.tenant_id,
            "no link was sent: too many within an hour for this organisation"
        );
        let entry = entry(Fact::SignInLinkWithheld).because(Why::TooManyLinks);
        return Ok(audit::record(app, tx, entry).await?);
    }
    let code = secret::fresh_code(app.random.as_ref());
    let wish = Wish {
        id,
        purpose: Purpose::SignIn,
        browser_sha256: Some(asked.browser_sha256.clone()),
        code_sha256: Some(secret::hashed_code(&asked.browser_sha256, &code)),
    };
    let token = issue(app, tx, &person, &home, wish).await?;
    let letter =
        letters::sign_in(&person, &link_url(app, Purpose::SignIn, &token, asked.next.as_deref()), &code);
    let until_ms = app.clock.now_ms() + rules::link_life_ms(Purpose::SignIn);
    mail::queue(app, tx, &person.email, &letter, until_ms).await?;
    audit::record(app, tx, entry(Fact::SignInLinkSent)).await?;
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
    let id = app.ids.next("link");
    let wish = Wish { id, purpose: Purpose::SignIn, browser_sha256: None, code_sha256: None };
    let token = issue(app, &mut tx, &person, &home, wish).await?;
    let entry = Entry::new(By::system("command line"), Fact::SignInLinkMade, "person", &person.id)
        .affecting(home.tenant_id)
        .because(Reason::typed(why));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(link_url(app, Purpose::SignIn, &token, None))
}

/// What a new link is for, and where it may be used without a confirmation.
pub(super) struct Wish {
    /// The link's.
    pub(super) id: String,
    pub(super) purpose: Purpose,
    pub(super) browser_sha256: Option<Vec<u8>>,
    pub(super) code_sha256: Option<Vec<u8>>,
}

/// Makes a link of `person` for `home`; the older ones of its purpose die. Its token is handed out here only.
pub(super) async fn issue(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    home: &Membership,
    wish: Wish,
) -> Result<String, Error> {
    let now_ms = app.clock.now_ms();
    let token = secret::fresh(app.random.as_ref());
    let link = Link {
        id: wish.id,
        purpose: wish.purpose.key().to_owned(),
        person_id: person.id.clone(),
        tenant_id: home.tenant_id.clone(),
        email: person.email.clone(),
        roles: home.roles.clone(),
        browser_sha256: wish.browser_sha256,
        code_sha256: wish.code_sha256,
        tries: 0,
        issued_ms: now_ms,
        expires_ms: now_ms + rules::link_life_ms(wish.purpose),
        used_ms: None,
        replaced_ms: None,
    };
    store::replace_links(tx, &link, now_ms).await?;
    store::add_link(tx, secret::hashed(&token), &link, now_ms - rules::KEEP_LINKS_MS).await?;
    Ok(token)
}

/// Whether one more link may be made for people of the organisation within this hour.
pub(super) async fn tenant_has_room(app: &App, tx: &mut Tx, tenant_id: &str) -> Result<bool, Error> {
    let (most, within_ms) = rules::PER_TENANT;
    Ok(store::issued_in(tx, tenant_id, app.clock.now_ms() - within_ms).await? < most)
}

async fn heed_limits(tx: &mut Tx, asking: &Asking) -> Result<(), Error> {
    for (most, within_ms) in rules::PER_ADDRESS {
        if store::asked_by_email(tx, &asking.email_sha256, asking.at_ms - within_ms).await? >= most {
            return Err(too_many(within_ms));
        }
    }
    let (most, within_ms) = rules::PER_IP;
    if !asking.ip.is_empty() && store::asked_by_ip(tx, &asking.ip, asking.at_ms - within_ms).await? >= most {
        return Err(too_many(within_ms));
    }
    Ok(())
}

/// Come back when this much time has passed.
pub(super) fn too_many(within_ms: i64) -> Error {
    Error::TooMany { retry_after_s: u32::try_from(within_ms / 1000).unwrap_or(u32::MAX) }
}

/// Where a link leads. The host is the configured one, whatever the request said.
pub(super) fn link_url(app: &App, purpose: Purpose, token: &str, next: Option<&str>) -> String {
    let path = if purpose == Purpose::Invite { "invitation" } else { "sign-in" };
    let base = format!("{}/{path}/{token}", app.config.public_url);
    match next.and_then(rules::safe_next) {
        Some(next) => format!("{base}?next={}", query_value(next)),
        None => base,
    }
}

/// The person as who acts, before there is a session.
pub(super) fn by(person: &Person, home: &Membership, (request_id, ip): (&str, &str)) -> By {
    By::member((&person.id, &person.name), (&home.tenant_id, &home.tenant_name)).in_request(request_id, ip)
}
