//! One upload inside the worker's transaction: who, whether it is here already, whether it may be, then its rows.

use super::admit::{Fault, Known, alarm_granted};
use super::events::{self, MAX_EVENTS};
use super::ranges::{Claim, claim};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Why};
use crate::domains::enrolment::{Agent, seen};
use crate::platform::base::MINUTE_MS;
use crate::platform::db::{DbError, Tx};
use crate::platform::live::Notice;
use riversync_protocol::v1::{Content, Event, Outcome, PackedBatch, Refusal, Upload};
use std::sync::PoisonError;

/// What became of an upload, to be told after the commit.
pub(super) struct Taken {
    pub(super) outcome: Outcome,
    pub(super) policy_epoch: i64,
    pub(super) is_new: bool,
    pub(super) points: u64,
    pub(super) notices: Vec<Notice>,
    /// The gateway or its certificate was revoked since it called; nothing was looked at.
    pub(super) turned_away: bool,
}

impl Taken {
    fn said(outcome: Outcome, policy_epoch: i64) -> Self {
        Self { outcome, policy_epoch, is_new: false, points: 0, notices: Vec::new(), turned_away: false }
    }

    fn malformed(why: impl Into<String>, policy_epoch: i64) -> Self {
        Self::said(Outcome::Refused(Refusal::Malformed(why.into())), policy_epoch)
    }
}

/// Takes one upload. A refusal leaves no row but the agent's "last seen".
pub(super) async fn take(
    app: &App,
    tx: &mut Tx,
    known: &Known,
    agent: &Agent,
    upload: &Upload,
) -> Result<Taken, DbError> {
    let now_ms = app.clock.now_ms();
    let Some(epoch) = seen(tx, agent, now_ms, upload.policy_epoch).await? else {
        let said = Taken::said(Outcome::Refused(Refusal::Busy(0)), 0);
        return Ok(Taken { turned_away: true, ..said });
    };
    if upload.agent.as_str() != agent.id {
        let why = format!("this upload is of {}, but the certificate is of {}", upload.agent, agent.id);
        return Ok(Taken::malformed(why, epoch));
    }
    let (Ok(first), Ok(last)) = (i64::try_from(upload.first_seq), i64::try_from(upload.last_seq)) else {
        return Ok(Taken::malformed("its sequence numbers are larger than any store has records", epoch));
    };
    if first > last || last == i64::MAX {
        return Ok(Taken::malformed("its sequence numbers end before they begin", epoch));
    }
    // What cannot be accepted is found before the range is claimed: a claim is a promise that the records are here.
    // What is here already is answered as it was, even if it could no longer come in.
    let admitted = match &upload.content {
        Content::Telemetry(batch) => telemetry(tx, known, agent, epoch, batch, now_ms).await?,
        Content::Events(events) => {
            check_events(tx, known, agent, epoch, events, last - first, now_ms).await?
        }
    };
    if let Some(refusal) = admitted {
        let stored = claimed_before(tx, agent, upload, first, last).await?;
        let outcome = if stored { Outcome::Stored } else { Outcome::Refused(refusal) };
        return Ok(Taken::said(outcome, epoch));
    }
    let body = match &upload.content {
        Content::Telemetry(batch) => postcard::to_stdvec(batch).ok(),
        Content::Events(_) => Some(Vec::new()),
    };
    let Some(body) = body else { return Ok(Taken::malformed("the batch does not encode", epoch)) };
    match claim(tx, &agent.id, upload.store_epoch, upload.lane(), first, last).await? {
        Claim::Stored => return Ok(Taken::said(Outcome::Stored, epoch)),
        Claim::Overlaps(parts) => return Ok(Taken::said(Outcome::Overlaps(parts), epoch)),
        Claim::New => {}
    }
    match &upload.content {
        Content::Telemetry(batch) => {
            let batch_id = new_id(app, now_ms);
            store::put_batch(tx, batch_id, &agent.id, now_ms, batch, body).await?;
            Ok(stored(agent, batch, batch_id, epoch))
        }
        Content::Events(list) => {
            let mut taken = Taken { is_new: true, ..Taken::said(Outcome::Stored, epoch) };
            for (seq, event) in (first..).zip(list) {
                taken.notices.extend(events::record(app, tx, agent, upload.store_epoch, seq, event).await?);
            }
            Ok(taken)
        }
    }
}

/// A batch of telemetry became a row.
pub(super) fn stored(agent: &Agent, batch: &PackedBatch, batch_id: i64, epoch: i64) -> Taken {
    Taken {
        is_new: true,
        points: u64::from(batch.points),
        notices: vec![Notice::Telemetry { agent_id: agent.id.clone(), batch_id }],
        ..Taken::said(Outcome::Stored, epoch)
    }
}

async fn claimed_before(
    tx: &mut Tx,
    agent: &Agent,
    upload: &Upload,
    first: i64,
    last: i64,
) -> Result<bool, DbError> {
    super::ranges::is_stored(tx, &agent.id, upload.store_epoch, upload.lane(), first, last).await
}

async fn telemetry(
    tx: &mut Tx,
    known: &Known,
    agent: &Agent,
    epoch: i64,
    batch: &PackedBatch,
    now_ms: i64,
) -> Result<Option<Refusal>, DbError> {
    let Some(admitted) = known.admitted(tx, &agent.id, epoch, batch.schema, now_ms).await? else {
        return Ok(Some(Refusal::UnknownSchema(batch.schema)));
    };
    Ok(match admitted.check(batch, now_ms) {
        Ok(()) => None,
        Err(Fault::NotGranted) => Some(Refusal::NotGranted),
        Err(Fault::Malformed(why)) => Some(Refusal::Malformed(why.to_owned())),
    })
}

async fn check_events(
    tx: &mut Tx,
    known: &Known,
    agent: &Agent,
    epoch: i64,
    events: &[Event],
    span: i64,
    now_ms: i64,
) -> Result<Option<Refusal>, DbError> {
    if events.len() > MAX_EVENTS || i64::try_from(events.len()).ok() != span.checked_add(1) {
        let why = "it has more or fewer events than sequence numbers, or too many of both";
        return Ok(Some(Refusal::Malformed(why.to_owned())));
    }
    if !events.iter().any(|event| matches!(event, Event::Alarm(_))) {
        return Ok(None);
    }
    let rows = known.rows(tx, &agent.id, epoch, now_ms).await?;
    let foreign =
        |event: &Event| matches!(event, Event::Alarm(alarm) if !alarm_granted(&rows, alarm, now_ms));
    Ok(events.iter().any(foreign).then_some(Refusal::NotGranted))
}

/// Sortable by time, and with enough chance in it that replicas do not meet; should they, the transaction fails and
/// is tried again with another one.
pub(super) fn new_id(app: &App, now_ms: i64) -> i64 {
    let mut chance = [0; 4];
    app.random.fill(&mut chance);
    (now_ms << 20) | i64::from(u32::from_le_bytes(chance) & 0xf_ffff)
}

/// Writes a refused upload to its owner's log: somebody sent what was not granted. A gateway that sends before it has
/// fetched a new policy does so once; one that goes on is written down once a minute.
pub(super) async fn alert(app: &App, known: &Known, agent: &Agent, upload: &Upload) -> Result<(), DbError> {
    let now_ms = app.clock.now_ms();
    {
        let mut alerted = known.alerted_ms.lock().unwrap_or_else(PoisonError::into_inner);
        let last_ms = alerted.insert(agent.id.clone(), now_ms);
        if let Some(last_ms) = last_ms.filter(|last_ms| now_ms - last_ms < MINUTE_MS) {
            alerted.insert(agent.id.clone(), last_ms);
            return Ok(());
        }
    }
    tracing::warn!(
        agent = agent.id,
        policy_epoch = upload.policy_epoch,
        "a gateway sent what is not granted"
    );
    let mut tx = app.db.write().await?;
    let detail = serde_json::json!({
        "policy_epoch_held": upload.policy_epoch,
        "first_seq": upload.first_seq,
        "last_seq": upload.last_seq,
    });
    let by = By::agent(&agent.id, &agent.tenant_id, &agent.tenant_name);
    let entry = Entry::new(by, Fact::TelemetryRefused, "agent", agent.id.clone())
        .with(detail)
        .because(Why::SentUngranted);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [agent.tenant_id.as_str()]);
    Ok(())
}
