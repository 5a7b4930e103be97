//! Carrying one delivery out. What is sent is made here, at this moment, through the receiver's lens.

use super::catalog::{Subject, TEST};
use super::failure::Failure;
use super::lens::{self, Seen};
use super::letters;
use super::model::{Delivery, Endpoint, State};
use super::rules::{self, Next};
use super::sender::{Message, Sender};
use super::sign::{self, Key};
use super::store::{self, Ended};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Why};
use crate::domains::identity;
use crate::platform::base::{MINUTE_MS, in_zone};
use crate::platform::db::{DbError, Tx};
use crate::platform::error::Error;
use crate::platform::events::Event;
use crate::platform::jobs::{self, Failed, Job, Lane};
use crate::platform::live::Notice;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The job that carries one delivery out.
pub const DELIVER: &str = "webhook.deliver";

#[derive(Serialize, Deserialize)]
struct Deliver {
    delivery_id: String,
    /// How many attempts there were: of two jobs of one delivery, the older one finds that it is.
    attempts: i64,
}

/// What is sent.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'a str,
    timestamp: String,
    data: Value,
}

/// Asks for the next attempt of a delivery, in the caller's transaction.
pub(super) async fn enqueue(
    app: &App,
    tx: &mut Tx,
    delivery_id: &str,
    attempts: i64,
    due_ms: i64,
) -> Result<(), Error> {
    let body = Deliver { delivery_id: delivery_id.to_owned(), attempts };
    jobs::enqueue_at(app, tx, (DELIVER, Lane::Outside), &body, due_ms).await
}

/// Performs the job [`DELIVER`]. That it was not taken is no failure of the job: the next attempt is a job of its own.
///
/// # Errors
/// [`Failed`] when our own side did not do it.
pub async fn deliver(app: &App, sender: &Sender, job: &Job) -> Result<(), Failed> {
    let asked: Deliver = job.read()?;
    let mut tx = app.db.read().await?;
    let Some(delivery) = store::open(&mut tx, &asked.delivery_id).await? else { return Ok(()) };
    if delivery.attempts != asked.attempts {
        return Ok(());
    }
    let Some(endpoint) = store::endpoint_of(&mut tx, &delivery).await? else { return Ok(()) };
    let now_ms = app.clock.now_ms();
    if endpoint.paused_ms.is_some() && delivery.fact != TEST {
        drop(tx);
        return dropped(app, &delivery, &Failure::Paused).await;
    }
    if endpoint.rest_until_ms > now_ms && delivery.fact != TEST {
        drop(tx);
        return rested(app, &delivery, &endpoint).await;
    }
    let data = match data(&mut tx, &delivery, now_ms).await? {
        Seen::Record(data) => data,
        Seen::Nothing(why) => {
            drop(tx);
            return dropped(app, &delivery, &why).await;
        }
    };
    drop(tx);
    let timestamp = in_zone(delivery.at_ms, "UTC").timestamp().to_string();
    let payload = Payload { r#type: &delivery.fact, timestamp, data };
    let body = serde_json::to_string(&payload).map_err(|cause| Failed::ForGood(cause.to_string()))?;
    let key = Key::of(app)?;
    let message = Message {
        url: &endpoint.url,
        id: &delivery.id,
        timestamp: sign::timestamp(now_ms),
        signature: key.signatures(&endpoint, &delivery.id, now_ms, &body),
        body,
    };
    match sender.send(message).await {
        Ok(status) => taken(app, &delivery, &endpoint, status).await,
        Err(failure) => not_taken(app, &delivery, &endpoint, &failure).await,
    }
}

/// Told that somebody ended a job for good: a delivery whose job it was does not wait any more.
///
/// # Errors
/// When the database does not do it; then drop the transaction, and the event comes again.
pub async fn on_cancelled(tx: &mut Tx, event: &Event) -> Result<Vec<Notice>, Error> {
    // Whoever let it be tried again meanwhile was later.
    let ended = jobs::desk::ended(tx, &event.object_id).await?.filter(|job| job.kind == DELIVER);
    let Some(asked) = ended.and_then(|job| job.read::<Deliver>().ok()) else { return Ok(Vec::new()) };
    let this = (asked.delivery_id.as_str(), asked.attempts);
    let cancelled = store::end(tx, this, State::Cancelled, &Failure::Cancelled).await?;
    Ok(cancelled.map(|delivery| Notice::Webhooks { tenant_id: delivery.tenant_id }).into_iter().collect())
}

/// Told that a job is given up, which is our own fault and not the receiver's: its delivery waits no more. Whoever lets the
/// job be tried again sends it after all.
///
/// # Errors
/// [`DbError`]; then drop the transaction: the job is not given up.
pub async fn on_given_up(tx: &mut Tx, job: &Job) -> Result<Vec<Notice>, DbError> {
    let Ok(asked) = job.read::<Deliver>() else { return Ok(Vec::new()) };
    let dead = store::end(tx, (&asked.delivery_id, asked.attempts), State::Dead, &Failure::Ours).await?;
    Ok(dead.map(|delivery| Notice::Webhooks { tenant_id: delivery.tenant_id }).into_iter().collect())
}

/// Lets open pages of the organisation read again. Call it after the commit.
fn tell(app: &App, tenant_id: &str) {
    app.hub.tell(Notice::Webhooks { tenant_id: tenant_id.to_owned() });
}

/// What goes along.
async fn data(tx: &mut Tx, delivery: &Delivery, now_ms: i64) -> Result<Seen, Error> {
    if delivery.fact == TEST {
        return Ok(Seen::Record(json!({ "text": "A test event, sent by hand. Nothing has happened." })));
    }
    let Some(subject) = Fact::parse(&delivery.fact).and_then(Subject::of) else {
        return Ok(Seen::Nothing(Failure::NoEvent));
    };
    let actor = identity::organisation(tx, &delivery.tenant_id).await?;
    Ok(match lens::look(tx, &actor, subject, &delivery.object_id, now_ms).await? {
        Seen::Record(record) => Seen::Record(json!({ subject.key(): record })),
        nothing @ Seen::Nothing(_) => nothing,
    })
}

async fn dropped(app: &App, delivery: &Delivery, why: &Failure) -> Result<(), Failed> {
    let mut tx = app.db.write().await?;
    let (attempts, next_ms) = (delivery.attempts, delivery.next_ms);
    let error = &why.kept();
    let ended = Ended { state: State::Dropped, attempts, next_ms, tried_ms: None, status: None, error };
    store::ended(&mut tx, delivery, ended).await?;
    tx.commit().await?;
    tell(app, &delivery.tenant_id);
    Ok(())
}

/// The endpoint failed a moment ago: this one waits without an attempt, so that a receiver that hangs holds up one worker
/// and not all of them.
async fn rested(app: &App, delivery: &Delivery, endpoint: &Endpoint) -> Result<(), Failed> {
    let next_ms = endpoint.rest_until_ms + rules::spread(MINUTE_MS / 2, random(app));
    let mut tx = app.db.write().await?;
    let attempts = delivery.attempts;
    let rests = Failure::Rests.kept();
    let error = if delivery.error.is_empty() { &rests } else { &delivery.error };
    let status = delivery.status.and_then(|status| u16::try_from(status).ok());
    let ended = Ended { state: State::Waiting, attempts, next_ms, tried_ms: None, status, error };
    if store::ended(&mut tx, delivery, ended).await? {
        enqueue(app, &mut tx, &delivery.id, attempts, next_ms).await?;
    }
    tx.commit().await?;
    tell(app, &delivery.tenant_id);
    Ok(())
}

async fn taken(app: &App, delivery: &Delivery, endpoint: &Endpoint, status: u16) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let ended = Ended {
        state: State::Delivered,
        attempts: delivery.attempts + 1,
        next_ms: now_ms,
        tried_ms: Some(now_ms),
        status: Some(status),
        error: "",
    };
    store::ended(&mut tx, delivery, ended).await?;
    store::took(&mut tx, endpoint).await?;
    tx.commit().await?;
    tell(app, &delivery.tenant_id);
    Ok(())
}

async fn not_taken(
    app: &App,
    delivery: &Delivery,
    endpoint: &Endpoint,
    failure: &Failure,
) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let attempts = delivery.attempts + 1;
    // Whoever sends a test looks at what comes of it: it is tried once.
    let next = if delivery.fact == TEST { Next::Dead } else { rules::next(attempts, random(app)) };
    let (state, next_ms, rest_until_ms) = match next {
        Next::Again { pause_ms, rest_ms } => (State::Waiting, now_ms + pause_ms, now_ms + rest_ms),
        Next::Dead => (State::Dead, now_ms, endpoint.rest_until_ms),
    };
    let error = failure.kept();
    tracing::info!(
        delivery = delivery.id,
        endpoint = endpoint.id,
        attempts,
        error,
        "a webhook was not taken"
    );
    let (tried_ms, status) = (Some(now_ms), failure.status());
    let mut tx = app.db.write().await?;
    let ended = Ended { state, attempts, next_ms, tried_ms, status, error: &error };
    if store::ended(&mut tx, delivery, ended).await? && state == State::Waiting {
        enqueue(app, &mut tx, &delivery.id, attempts, next_ms).await?;
    }
    if delivery.fact != TEST {
        store::failed(&mut tx, endpoint, now_ms, rest_until_ms).await?;
        let since_ms = endpoint.failing_since_ms.unwrap_or(now_ms);
        if let Some(why) = rules::pauses(since_ms, status, now_ms) {
            give_up(app, &mut tx, endpoint, why).await?;
        }
    }
    tx.commit().await?;
    tell(app, &endpoint.tenant_id);
    audit::announce(app, [endpoint.tenant_id.as_str()]);
    Ok(())
}

/// Pauses an endpoint that wants no more or fails for long, and writes to those who look after it.
async fn give_up(app: &App, tx: &mut Tx, endpoint: &Endpoint, why: Why) -> Result<(), Failed> {
    if !store::give_up(tx, endpoint, app.clock.now_ms(), why).await? {
        return Ok(());
    }
    let entry =
        Entry::new(By::system("an endpoint takes nothing"), Fact::WebhookPaused, "webhook", &endpoint.id)
            .affecting(&endpoint.tenant_id)
            .with(json!({ "name": endpoint.name }))
            .because(why);
    audit::record(app, tx, entry).await?;
    let words = |to: &identity::Addressee| letters::paused(to, endpoint, &app.config.public_url);
    Ok(identity::write_to_administrators(app, tx, &endpoint.tenant_id, words).await?)
}

fn random(app: &App) -> u64 {
    let mut random = [0; 8];
    app.random.fill(&mut random);
    u64::from_le_bytes(random)
}
