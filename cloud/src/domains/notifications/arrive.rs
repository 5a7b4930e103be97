//! A fact arrives: who is to be told of it, and how. The reaction only asks for a job, once per event, so that no action
//! waits for the many looks that this takes.

use super::kind::Kind;
use super::mails;
use super::rules::{Way, mail_ms};
use super::say::Reader;
use super::store::{self, New, Row};
use crate::app::App;
use crate::domains::audit::Fact;
use crate::domains::identity;
use crate::domains::workload::AlarmReport;
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::events::Event;
use crate::platform::jobs::{self, Failed, Job};
use crate::platform::live::Notice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The job that tells everybody of one event.
pub const TELL: &str = "notifications.tell";

/// What happened, as the job carries it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Happened {
    event_id: String,
    at_ms: i64,
    /// Who did it: the person, empty for gateways and the system, and the organisation.
    actor_id: String,
    tenant_id: String,
    fact: String,
    object_kind: String,
    object_id: String,
    /// The organisations whose log tells of it.
    concerns: Vec<String>,
}

/// Asks for the job that tells of an event, unless it was asked for before.
///
/// # Errors
/// When the database does not do it; then drop the transaction, and the event comes again.
pub async fn on_event(app: &App, tx: &mut Tx, event: &Event) -> Result<(), Error> {
    let Some(kind) = Fact::parse(&event.kind).and_then(Kind::of) else { return Ok(()) };
    let (mut object_kind, mut object_id) = (event.object_kind.clone(), event.object_id.clone());
    if kind == Kind::Alarm {
        // The event names the device; what people work at is the item that it became.
        let Some(report) = AlarmReport::of_event(&event.kind, &event.body) else { return Ok(()) };
        let Some(alarm) = store::open_alarm(tx, &report.device_id, &report.code).await? else {
            return Ok(());
        };
        (object_kind, object_id) = ("alarm".to_owned(), alarm);
    }
    if !store::remember(tx, &event.id, event.at_ms).await? {
        return Ok(());
    }
    let happened = Happened {
        event_id: event.id.clone(),
        at_ms: event.at_ms,
        actor_id: event.actor_id.clone(),
        tenant_id: event.tenant_id.clone(),
        fact: event.kind.clone(),
        object_kind,
        object_id,
        concerns: event.concerns.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
    };
    jobs::enqueue(app, tx, TELL, &happened).await
}

/// Somebody who is to be told.
struct Told {
    person_id: String,
    tenant_id: String,
    mail_ms: Option<i64>,
}

/// Performs [`TELL`]: everybody who may see what happened and wants to be told is, once.
///
/// # Errors
/// When the database does not do it.
pub async fn tell(app: &App, job: &Job) -> Result<(), Failed> {
    let happened: Happened = job.read()?;
    let Some(fact) = Fact::parse(&happened.fact) else { return Ok(()) };
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let told = readers(&mut tx, &happened, fact, now_ms).await?;
    drop(tx);
    let mut tx = app.db.write().await?;
    let mut at_once = false;
    for one in &told {
        let new = New {
            id: app.ids.next("ntf"),
            person_id: &one.person_id,
            tenant_id: &one.tenant_id,
            fact,
            object_kind: &happened.object_kind,
            object_id: &happened.object_id,
            by_tenant_id: &happened.tenant_id,
            event_id: &happened.event_id,
            at_ms: happened.at_ms,
            mail_ms: one.mail_ms,
        };
        at_once |= store::add(&mut tx, &new).await? && one.mail_ms == Some(now_ms);
    }
    if at_once {
        mails::soon(app, &mut tx).await?;
    }
    tx.commit().await?;
    for one in told {
        app.hub.tell(Notice::Notified { person_id: one.person_id });
    }
    Ok(())
}

/// The people of the organisations concerned, those whose log tells of it and those that a lens may show it to, as far as
/// each of them may see it and wants to be told. Whoever did it knows.
async fn readers(tx: &mut Tx, happened: &Happened, fact: Fact, now_ms: i64) -> Result<Vec<Told>, Error> {
    let mut tenants: BTreeSet<String> = happened.concerns.iter().cloned().collect();
    tenants.extend(store::beside(tx, &happened.object_kind, &happened.object_id, now_ms).await?);
    let mut told = Vec::new();
    for tenant_id in tenants {
        for member in identity::members(tx, &tenant_id).await? {
            if member.disabled_ms.is_some() || member.person_id == happened.actor_id {
                continue;
            }
            if let Some(way) = way(tx, happened, fact, (&member.person_id, &tenant_id), now_ms).await? {
                let times = store::times(tx, &member.person_id).await?;
                let mail_ms = mail_ms(way, &times, now_ms);
                told.push(Told { person_id: member.person_id, tenant_id: tenant_id.clone(), mail_ms });
            }
        }
    }
    Ok(told)
}

/// How a person is told; `None`: not, because of what was chosen or what may be seen.
async fn way(
    tx: &mut Tx,
    happened: &Happened,
    fact: Fact,
    (person_id, tenant_id): (&str, &str),
    now_ms: i64,
) -> Result<Option<Way>, Error> {
    let Some(kind) = Kind::of(fact) else { return Ok(None) };
    let actor = match identity::actor_of(tx, person_id, tenant_id).await {
        Ok(actor) => actor,
        Err(Error::SignIn) => return Ok(None),
        Err(error) => return Err(error),
    };
    if !kind.is_for(&actor) {
        return Ok(None);
    }
    let way = store::choices(tx, person_id).await?.get(&kind).copied().filter(|way| *way != Way::Off);
    let row = Row::new(fact, (&happened.object_kind, &happened.object_id), happened.at_ms);
    let seen = Reader::new(&actor, now_ms).line(tx, Language::English, &row).await?;
    Ok(way.filter(|_| seen.is_some()))
}
