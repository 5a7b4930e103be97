//! Telling: who is to know of what happened, and how. What waits is told together, so that who somebody is and what they
//! chose is looked up once however much happens; when that fails each event is told alone, and one that cannot be told
//! holds up no other.

use super::arrive::Happened;
use super::kind::Kind;
use super::mails;
use super::rules::{Way, mail_ms};
use super::say::Reader;
use super::store::{self, New, Row, Waiting};
use crate::app::App;
use crate::domains::audit::Fact;
use crate::domains::identity;
use crate::platform::base::{Language, correlation};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::Failed;
use crate::platform::live::Notice;
use std::collections::{BTreeMap, BTreeSet};

/// The job that tells of everything that waits.
pub const TELL: &str = "notifications.tell";
/// Events that are told together.
const BATCH: i64 = 50;
/// How often an event is tried before nobody is told of it.
const MOST_ATTEMPTS: i64 = 12;

/// Somebody who is to be told of the event at a place in the batch.
struct Told {
    event: usize,
    person_id: String,
    tenant_id: String,
    mail_ms: Option<i64>,
}

/// Performs [`TELL`]: everybody who may see what happened and wants to be told is, once.
///
/// # Errors
/// When the database does not do it, or something could not be told.
pub async fn tell(app: &App) -> Result<(), Failed> {
    loop {
        let mut tx = app.db.read().await?;
        let waiting = store::waiting(&mut tx, BATCH).await?;
        drop(tx);
        if waiting.is_empty() {
            return Ok(());
        }
        let Err(error) = together(app, &waiting).await else { continue };
        tracing::debug!(%error, "what happened could not be told together; each is told alone");
        let mut failed = None;
        for one in &waiting {
            if let Err(error) = together(app, std::slice::from_ref(one)).await {
                put_off(app, one, &error).await?;
                failed = Some(error);
            }
        }
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
}

async fn together(app: &App, waiting: &[Waiting]) -> Result<(), Error> {
    let happened = waiting.iter().map(|one| serde_json::from_str(&one.body));
    let happened: Vec<Happened> =
        happened.collect::<Result<_, _>>().map_err(|cause| Error::Internal(cause.into()))?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let told = readers(&mut tx, &happened, now_ms).await?;
    drop(tx);
    let mut tx = app.db.write().await?;
    let mut at_once = false;
    // Another worker may have told of some meanwhile.
    let mut mine = Vec::new();
    for one in &happened {
        mine.push(store::told(&mut tx, &one.event_id).await?);
    }
    for one in told.iter().filter(|one| mine.get(one.event).copied().unwrap_or_default()) {
        let Some(event) = happened.get(one.event) else { continue };
        let Some(fact) = Fact::parse(&event.fact) else { continue };
        let new = New {
            id: app.ids.next("ntf"),
            person_id: &one.person_id,
            tenant_id: &one.tenant_id,
            fact,
            object_kind: &event.object_kind,
            object_id: &event.object_id,
            by_tenant_id: &event.tenant_id,
            event_id: &event.event_id,
            at_ms: event.at_ms,
            mail_ms: one.mail_ms,
            folds: Kind::of(fact).is_none_or(Kind::folds),
        };
        at_once |= store::add(&mut tx, &new).await? && one.mail_ms == Some(now_ms);
    }
    if at_once {
        let request = happened.first().map(|event| event.request_id.clone()).unwrap_or_default();
        correlation::within(request, mails::soon(app, &mut tx)).await?;
    }
    tx.commit().await?;
    let people: BTreeSet<String> = told.into_iter().map(|one| one.person_id).collect();
    for person_id in people {
        app.hub.tell(Notice::Notified { person_id });
    }
    Ok(())
}

/// One that could not be told comes again with the job, or nobody is told of it.
async fn put_off(app: &App, one: &Waiting, error: &Error) -> Result<(), Failed> {
    let mut tx = app.db.write().await?;
    if one.attempts + 1 >= MOST_ATTEMPTS {
        tracing::error!(%error, event = one.event_id, "nobody could be told of an event");
        store::told(&mut tx, &one.event_id).await?;
    } else {
        tracing::warn!(%error, event = one.event_id, "an event could not be told yet");
        store::tried(&mut tx, &one.event_id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The people of the organisations concerned, those whose log tells of it and those that a lens may show it to, as far as
/// each of them may see it and wants to be told. In the order of the events.
async fn readers(tx: &mut Tx, happened: &[Happened], now_ms: i64) -> Result<Vec<Told>, Error> {
    let mut of_tenant: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (nth, event) in happened.iter().enumerate() {
        let beside = store::beside(tx, &event.object_kind, &event.object_id, now_ms).await?;
        for tenant_id in event.concerns.iter().cloned().chain(beside) {
            of_tenant.entry(tenant_id).or_default().insert(nth);
        }
    }
    let mut told = Vec::new();
    for (tenant_id, events) in of_tenant {
        for member in identity::members(tx, &tenant_id).await? {
            if member.disabled_ms.is_none() {
                let events = events.iter().filter_map(|nth| Some((*nth, happened.get(*nth)?)));
                told.extend(person(tx, (&member.person_id, &tenant_id), events, now_ms).await?);
            }
        }
    }
    told.sort_by_key(|one| one.event);
    Ok(told)
}

/// Of which of `events` a person is told, because of what they may see and chose. Whoever did it knows.
async fn person(
    tx: &mut Tx,
    (person_id, tenant_id): (&str, &str),
    events: impl Iterator<Item = (usize, &Happened)>,
    now_ms: i64,
) -> Result<Vec<Told>, Error> {
    let actor = match identity::actor_of(tx, person_id, tenant_id).await {
        Ok(actor) => actor,
        Err(Error::SignIn) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let choices = store::choices(tx, person_id).await?;
    let times = store::times(tx, person_id).await?;
    let mut reader = Reader::new(&actor, now_ms);
    let mut told = Vec::new();
    for (nth, event) in events.filter(|(_, event)| event.actor_id != person_id) {
        let Some(fact) = Fact::parse(&event.fact) else { continue };
        let Some(kind) = Kind::of(fact).filter(|kind| kind.is_for(&actor)) else { continue };
        let Some(way) = choices.get(&kind).copied().filter(|way| *way != Way::Off) else { continue };
        let row = Row::new(fact, (&event.object_kind, &event.object_id), event.at_ms);
        if reader.line(tx, Language::English, &row).await?.is_some() {
            told.push(Told {
                event: nth,
                person_id: person_id.to_owned(),
                tenant_id: tenant_id.to_owned(),
                mail_ms: mail_ms(way, &times, now_ms),
            });
        }
    }
    Ok(told)
}
