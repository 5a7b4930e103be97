//! Keeping the index as the records are: what an event is about is read again; and all of it once a day, by
//! `riversync-cloud reindex`, and when the demo world is planted. Each of it may be done twice.

use super::sources::{AGENT, COUNT, DEVICE, ORGANISATION, PERSON, RECORD, SOURCES, Source, WORK};
use crate::app::App;
use crate::platform::base::DAY_MS;
use crate::platform::db::{DbError, Tx, query};
use crate::platform::events::Event;
use crate::platform::jobs::{Failed, Job, Recurring, progress};
use crate::platform::search::{self, Audience, Document};

/// Looks once a day whether the index is as the records are: what an operator changed has no event.
pub const REINDEX: Recurring = Recurring { name: "search.reindex", every_ms: DAY_MS };

/// Records that one transaction writes, so that nobody waits long for the writer.
const TOGETHER: usize = 500;

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: String,
    part: String,
    text: String,
}

/// Makes the index say what is so of one record, which may be gone; whether it said anything else.
async fn refresh(tx: &mut Tx, source: Source, id: &str) -> Result<bool, DbError> {
    let rows: Vec<Row> = query(source.documents).bind(id).all(tx).await?;
    let document = |row: Row| Document {
        audience: Audience { tenant_id: row.tenant_id, part: row.part },
        text: row.text,
    };
    let documents: Vec<Document> = rows.into_iter().map(document).collect();
    search::put(tx, source.kind, id, &documents).await
}

#[derive(sqlx::FromRow)]
struct Id {
    id: String,
}

#[derive(sqlx::FromRow)]
struct Count {
    records: i64,
}

/// What an event may have changed is read again.
///
/// # Errors
/// [`DbError`]; then drop the transaction, and the event comes again.
pub async fn on_event(tx: &mut Tx, event: &Event) -> Result<(), DbError> {
    let id = event.object_id.as_str();
    let source = match event.object_kind.as_str() {
        "deal" => RECORD,
        "person" => PERSON,
        "tenant" => ORGANISATION,
        "agent" => AGENT,
        "device" => DEVICE,
        "ticket" | "alarm" | "visit" => WORK,
        _ => return Ok(()),
    };
    refresh(tx, source, id).await?;
    // One report or decision touches several items of a device: an alarm becomes a ticket.
    let open = match source.kind {
        "device" => "SELECT id FROM work_item WHERE device_id = $1 AND resolved_ms IS NULL",
        "work" => {
            "SELECT id FROM work_item WHERE resolved_ms IS NULL AND device_id =
                 (SELECT device_id FROM work_item WHERE id = $1)"
        }
        _ => return Ok(()),
    };
    let items: Vec<Id> = query(open).bind(id).all(tx).await?;
    for item in items {
        refresh(tx, WORK, &item.id).await?;
    }
    Ok(())
}

/// Makes the whole index anew, some records in a transaction so that nobody waits long for the writer; how many had not
/// been in it as they are. The job that wants it, if one does, is told how many were looked at, of how many.
///
/// # Errors
/// When the database does not do it, or the job was cancelled.
pub async fn rebuild(app: &App, job: Option<&Job>) -> Result<usize, Failed> {
    let mut tx = app.db.read().await?;
    let known = search::kinds_and_ids(&mut tx).await?;
    let Count { records } = query(COUNT).one(&mut tx).await?;
    drop(tx);
    let all = usize::try_from(records).unwrap_or(0) + known.len();
    let (mut changed, mut looked_at) = (0, 0);
    for source in SOURCES {
        let mut after = String::new();
        loop {
            let mut tx = app.db.write().await?;
            let some: Vec<Id> = query(source.ids).bind(&after).all(&mut tx).await?;
            let Some(last) = some.last() else { break };
            after.clone_from(&last.id);
            for record in &some {
                changed += usize::from(refresh(&mut tx, source, &record.id).await?);
            }
            tx.commit().await?;
            looked_at += some.len();
            tell(app, job, (looked_at, all)).await?;
        }
        // What the index knows may be gone.
        let ids: Vec<&String> =
            known.iter().filter(|(kind, _)| kind == source.kind).map(|(_, id)| id).collect();
        for some in ids.chunks(TOGETHER) {
            let mut tx = app.db.write().await?;
            for id in some {
                changed += usize::from(refresh(&mut tx, source, id).await?);
            }
            tx.commit().await?;
            looked_at += some.len();
            tell(app, job, (looked_at, all)).await?;
        }
    }
    Ok(changed)
}

/// What is new while it runs is looked at, too, so there may be more than were counted.
async fn tell(app: &App, job: Option<&Job>, (looked_at, all): (usize, usize)) -> Result<(), Failed> {
    match job {
        Some(job) => progress(app, job, looked_at, all.max(looked_at)).await,
        None => Ok(()),
    }
}

/// Performs [`REINDEX`].
///
/// # Errors
/// When the database does not do it, or the job was cancelled.
pub async fn perform(app: &App, job: &Job) -> Result<(), Failed> {
    let changed = rebuild(app, Some(job)).await?;
    if changed > 0 {
        tracing::info!(changed, "the search index was behind and is as the records are again");
    }
    Ok(())
}
