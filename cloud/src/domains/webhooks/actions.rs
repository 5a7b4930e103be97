//! What administrators do about endpoints. One transaction each. A secret leaves here once.

use super::catalog::TEST;
use super::model::{Delivery, Endpoint, Wanted};
use super::rules::{self, Checked};
use super::sign::{self, Key};
use super::{deliver, emit, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::base::HOUR_MS;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use reqwest::Url;
use serde_json::json;

/// An endpoint whose secret was just made, to be shown once.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Fresh {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) secret: String,
}

/// The endpoint `id`, if it is the asker's organisation's.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn find(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Endpoint, Error> {
    store::endpoints(tx, &allowed.scope, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// The endpoint that whoever acts means, taken until the commit.
async fn meant(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Endpoint, Error> {
    store::hold(tx, &allowed.scope, id).await?;
    let endpoint = find(tx, allowed, id).await?;
    allowed.believed.holds(("webhook", id), &endpoint.version())?;
    Ok(endpoint)
}

/// Where it goes, for the log: the path may hold a secret.
pub(super) fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

async fn finish(app: &App, allowed: &Allowed, mut tx: Tx, entry: Entry) -> Result<(), Error> {
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Webhooks { tenant_id: allowed.scope.tenant_id().to_owned() });
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}

fn entry(allowed: &Allowed, fact: Fact, id: &str) -> Entry {
    Entry::new(By::person(allowed), fact, "webhook", id)
}

fn checked(app: &App, allowed: &Allowed, wanted: &Wanted) -> Result<Checked, Error> {
    rules::checked(&allowed.actor, wanted, &app.config.webhook_networks).map_err(Error::Invalid)
}

/// Adds an endpoint.
///
/// # Errors
/// What is wrong with it, or too many.
pub(super) async fn add(app: &App, allowed: &Allowed, wanted: &Wanted) -> Result<Fresh, Error> {
    let checked = checked(app, allowed, wanted)?;
    let key = Key::of(app)?;
    let mut tx = app.db.write().await?;
    if store::endpoints(&mut tx, &allowed.scope, None).await?.len() >= rules::MOST_ENDPOINTS {
        let text = said! {
            en: "Your organisation has 10 webhooks. Delete one that nobody needs first.",
            th: "องค์กรของคุณมีเว็บฮุกครบ 10 รายการแล้ว ลบรายการที่ไม่ใช้ก่อน",
        };
        return Err(Error::Conflict { code: "too_many_webhooks", text });
    }
    let endpoint = Endpoint {
        id: app.ids.next("webhook"),
        tenant_id: allowed.scope.tenant_id().to_owned(),
        name: checked.name,
        url: checked.url,
        events: checked.events,
        salt: sign::salt(app),
        former_salt: None,
        former_until_ms: None,
        created_ms: app.clock.now_ms(),
        created_by: allowed.actor.person_name.clone(),
        paused_ms: None,
        paused_why: String::new(),
        failing_since_ms: None,
        rest_until_ms: 0,
    };
    store::add(&mut tx, &allowed.scope, &endpoint).await?;
    let detail = json!({ "name": endpoint.name, "host": host(&endpoint.url), "events": endpoint.events });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookAdded, &endpoint.id).with(detail)).await?;
    let secret = key.shown(&endpoint.salt);
    Ok(Fresh { id: endpoint.id, name: endpoint.name, secret })
}

/// Another name, target or choice of events.
///
/// # Errors
/// What is wrong with it, or [`Error::NotFound`].
pub(super) async fn change(app: &App, allowed: &Allowed, id: &str, wanted: &Wanted) -> Result<(), Error> {
    find(&mut app.db.read().await?, allowed, id).await.map(drop)?;
    let checked = checked(app, allowed, wanted)?;
    let mut tx = app.db.write().await?;
    let before = meant(&mut tx, allowed, id).await?;
    let (name, url, events) = (checked.name.as_str(), checked.url.as_str(), checked.events.as_str());
    store::change(&mut tx, &allowed.scope, id, (name, url, events)).await?;
    let before = json!({ "name": before.name, "host": host(&before.url), "events": before.events });
    let detail = json!({ "name": name, "host": host(url), "events": events, "before": before });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookChanged, id).with(detail)).await
}

/// Gives an endpoint a new secret; the former signs beside it for one more day.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn rotate(app: &App, allowed: &Allowed, id: &str) -> Result<Fresh, Error> {
    let key = Key::of(app)?;
    let mut tx = app.db.write().await?;
    let endpoint = meant(&mut tx, allowed, id).await?;
    let salt = sign::salt(app);
    let until_ms = app.clock.now_ms() + sign::OVERLAP_MS;
    store::rotate(&mut tx, &allowed.scope, id, &salt, until_ms).await?;
    let detail = json!({ "name": endpoint.name, "former_until_ms": until_ms });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookRotated, id).with(detail)).await?;
    Ok(Fresh { id: endpoint.id, name: endpoint.name, secret: key.shown(&salt) })
}

/// Sends nothing there until it is resumed.
///
/// # Errors
/// [`Error::NotFound`], or paused already.
pub(super) async fn pause(app: &App, allowed: &Allowed, id: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    let endpoint = meant(&mut tx, allowed, id).await?;
    if !store::pause(&mut tx, &allowed.scope, id, app.clock.now_ms()).await? {
        return Err(stands(said! {
            en: "\"{name}\" is paused already.",
            th: "\"{name}\" หยุดพักอยู่แล้ว",
            name = endpoint.name,
        }));
    }
    let detail = json!({ "name": endpoint.name });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookPaused, id).with(detail)).await
}

/// Sends there again what happens from now on.
///
/// # Errors
/// [`Error::NotFound`], or not paused.
pub(super) async fn resume(app: &App, allowed: &Allowed, id: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    let endpoint = meant(&mut tx, allowed, id).await?;
    if !store::resume(&mut tx, &allowed.scope, id).await? {
        return Err(stands(said! {
            en: "\"{name}\" is not paused.",
            th: "\"{name}\" ไม่ได้หยุดพักอยู่",
            name = endpoint.name,
        }));
    }
    let detail = json!({ "name": endpoint.name });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookResumed, id).with(detail)).await
}

fn stands(text: Sentence) -> Error {
    Error::Conflict { code: "webhook_state", text }
}

/// Deletes an endpoint with what was sent there; its name.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn delete(app: &App, allowed: &Allowed, id: &str) -> Result<String, Error> {
    let mut tx = app.db.write().await?;
    let endpoint = meant(&mut tx, allowed, id).await?;
    store::delete(&mut tx, &allowed.scope, id).await?;
    let detail = json!({ "name": endpoint.name, "host": host(&endpoint.url) });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookDeleted, id).with(detail)).await?;
    Ok(endpoint.name)
}

/// Sends an event that tells nothing, also to a paused endpoint; the delivery.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn test(app: &App, allowed: &Allowed, id: &str) -> Result<Delivery, Error> {
    let mut tx = app.db.write().await?;
    let endpoint = find(&mut tx, allowed, id).await?;
    let (event_id, now_ms) = (app.ids.next("evt"), app.clock.now_ms());
    let delivery_id = emit::begin(app, &mut tx, &endpoint, (&event_id, TEST, &endpoint.id, now_ms)).await?;
    let sent = store::delivery(&mut tx, &allowed.scope, id, &delivery_id).await?.ok_or(Error::NotFound)?;
    let detail = json!({ "name": endpoint.name, "delivery": delivery_id });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookTested, id).with(detail)).await?;
    Ok(sent)
}

/// Sends a delivery once more, under the same message id, with the record as it is by then.
///
/// # Errors
/// [`Error::NotFound`]; on its way already; the endpoint is paused.
pub(super) async fn redeliver(
    app: &App,
    allowed: &Allowed,
    id: &str,
    delivery_id: &str,
) -> Result<Delivery, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let endpoint = find(&mut tx, allowed, id).await?;
    store::delivery(&mut tx, &allowed.scope, id, delivery_id).await?.ok_or(Error::NotFound)?;
    if endpoint.paused_ms.is_some() {
        return Err(stands(said! {
            en: "\"{name}\" is paused. Resume it first.",
            th: "\"{name}\" หยุดพักอยู่ เปิดใช้ต่อก่อน",
            name = endpoint.name,
        }));
    }
    if !store::again(&mut tx, &allowed.scope, delivery_id, (now_ms, now_ms - HOUR_MS)).await? {
        return Err(stands(said! { en: "This event is on its way already.", th: "เหตุการณ์นี้กำลังถูกส่งอยู่แล้ว" }));
    }
    // Whoever asks by hand wants it tried now.
    store::took(&mut tx, &endpoint).await?;
    deliver::enqueue(app, &mut tx, delivery_id, 0, now_ms).await?;
    let sent = store::delivery(&mut tx, &allowed.scope, id, delivery_id).await?.ok_or(Error::NotFound)?;
    let detail = json!({ "name": endpoint.name, "delivery": delivery_id });
    finish(app, allowed, tx, entry(allowed, Fact::WebhookRedelivered, id).with(detail)).await?;
    Ok(sent)
}
