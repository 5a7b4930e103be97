//! The job: fold batches into parts of hours, join parts as hours and days close. Points are decoded outside of any
//! write transaction; inside it only rows change places, and if somebody else was first, nothing does.

use super::codec::{decode, directory, encode};
use super::frame::{Column, Frame, columns_of, open};
use super::stats::Stats;
use super::store::{self, NewFrame, Pile};
use crate::app::App;
use crate::domains::telemetry::ingest::schema;
use crate::domains::telemetry::sample::Sample;
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::db::DbError;
use crate::platform::jobs::{self, Failed, Job, Recurring};
use riversync_protocol::v1::{Schema, SchemaHash};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// Batches are left alone for so long: live views read them, and they may be followed by their neighbours.
const AGE_MS: i64 = MINUTE_MS;
/// Batches folded in one go.
const GROUP: i64 = 200;
/// Samples folded in one go.
const MAX_POINTS: usize = 1_000_000;
/// Parts of an hour before they are joined early.
const PARTS: i64 = 8;
/// How long an hour may still get late points before its parts are joined.
const GRACE_MS: i64 = 10 * MINUTE_MS;
/// Makes what came in small and quick to read.
pub const COMPACT: Recurring = Recurring { name: "telemetry.compact", every_ms: MINUTE_MS / 2 };
/// One run works so long; the next goes on. After an outage there may be more to fold than a job may take.
const LONGEST: Duration = Duration::from_secs(20);
/// How often a run says how far it is.
const SAYS: Duration = Duration::from_secs(1);

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Batches that became frames.
    pub batches: usize,
    /// Samples in those frames: fewer than in the batches when some came twice.
    pub points: usize,
    /// Frames written.
    pub frames: usize,
    /// Batches set aside because they do not unpack.
    pub set_aside: usize,
}

/// Performs [`COMPACT`].
///
/// # Errors
/// [`Failed`] when the database does not do it, or the job was cancelled; what was done before stays done.
pub async fn compact(app: &App, job: &Job) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let folded = fold(app, Some(job), now_ms).await?;
    let joined = join(app, now_ms).await?;
    tracing::debug!(?folded, joined, "compacted");
    Ok(())
}

/// Folds the batches received a minute before `now_ms`, as far as one run gets. The job that wants it, if one does, is
/// told how many agents' batches are done, of how many.
///
/// # Errors
/// [`Failed`] when the database does not do it, or the job was cancelled; what was folded before stays folded.
pub async fn fold(app: &App, job: Option<&Job>, now_ms: i64) -> Result<Folded, Failed> {
    let (before_ms, begun) = (now_ms - AGE_MS, Instant::now());
    let agents = store::agents(&mut app.db.read().await?, before_ms).await?;
    let (mut all, mut said) = (Folded::default(), begun);
    for (done_with, agent_id) in agents.iter().enumerate() {
        while !app.stop.is_cancelled() && begun.elapsed() < LONGEST {
            if let Some(job) = job.filter(|_| said.elapsed() >= SAYS) {
                jobs::progress(app, job, done_with, agents.len()).await?;
                said = Instant::now();
            }
            let done = fold_some(app, agent_id, before_ms).await?;
            all.batches += done.batches;
            all.points += done.points;
            all.frames += done.frames;
            all.set_aside += done.set_aside;
            if done.batches + done.set_aside == 0 {
                break;
            }
        }
    }
    Ok(all)
}

/// Device, day and hour of a part.
type Place = (String, i64, i64);

#[derive(Default)]
struct Gathered {
    parts: BTreeMap<Place, Vec<Column>>,
    folded: Vec<i64>,
    faults: Vec<(i64, String)>,
}

async fn fold_some(app: &App, agent_id: &str, before_ms: i64) -> Result<Folded, DbError> {
    let mut tx = app.db.read().await?;
    let rows = store::batches(&mut tx, agent_id, before_ms, GROUP).await?;
    let mut schemas: HashMap<Vec<u8>, Option<Schema>> = HashMap::new();
    let mut gathered = Gathered::default();
    let mut points = 0;
    for row in rows {
        if points > MAX_POINTS {
            break;
        }
        let of = match schemas.get(&row.schema_hash) {
            Some(known) => known,
            None => {
                let hash = <[u8; 16]>::try_from(row.schema_hash.as_slice()).map(SchemaHash);
                let found = match hash {
                    Ok(hash) => schema(&mut tx, hash).await?,
                    Err(_) => None,
                };
                schemas.entry(row.schema_hash.clone()).or_insert(found)
            }
        };
        match gather(of.as_ref(), &row.body, &mut gathered.parts) {
            Ok(here) => {
                points += here;
                gathered.folded.push(row.id);
            }
            Err(fault) => gathered.faults.push((row.id, fault)),
        }
    }
    drop(tx);
    swap(app, gathered).await
}

/// Takes a batch apart; a fault leaves `parts` as they were.
fn gather(
    schema: Option<&Schema>,
    body: &[u8],
    parts: &mut BTreeMap<Place, Vec<Column>>,
) -> Result<usize, String> {
    let schema = schema.ok_or("its schema is not here")?;
    let batch = open(schema, body)?;
    let mut points = 0;
    columns_of(
        schema,
        &batch,
        |_, _| true,
        |device, described, samples| {
            points += samples.len();
            let mut by_hour: BTreeMap<(i64, i64), Vec<Sample>> = BTreeMap::new();
            for sample in samples {
                let day_ms = sample.at_ms.div_euclid(DAY_MS) * DAY_MS;
                let hour = (sample.at_ms - day_ms) / HOUR_MS;
                by_hour.entry((day_ms, hour)).or_default().push(sample);
            }
            for ((day_ms, hour), samples) in by_hour {
                let columns = parts.entry((device.to_owned(), day_ms, hour)).or_default();
                match columns.iter_mut().find(|column| column.described == *described) {
                    Some(column) => column.samples.extend(samples),
                    None => columns.push(Column { described: described.clone(), samples }),
                }
            }
        },
    );
    Ok(points)
}

/// Frames in, batches out, in one transaction.
async fn swap(app: &App, gathered: Gathered) -> Result<Folded, DbError> {
    let mut done =
        Folded { batches: gathered.folded.len(), set_aside: gathered.faults.len(), ..Folded::default() };
    let mut frames = Vec::with_capacity(gathered.parts.len());
    for (id, ((device_id, day_ms, hour), columns)) in (first_id(app)..).zip(gathered.parts) {
        let Some(frame) = packed(id, Pile { device_id, day_ms, hour }, &Frame::of(columns)) else {
            return Ok(Folded::default());
        };
        done.points += usize::try_from(frame.points).unwrap_or(0);
        frames.push(frame);
    }
    done.frames = frames.len();
    let mut tx = app.db.write().await?;
    for (id, fault) in &gathered.faults {
        tracing::warn!(batch = id, fault, "a batch does not unpack and was set aside");
        store::set_aside(&mut tx, *id, fault).await?;
    }
    for id in &gathered.folded {
        if !store::remove_batch(&mut tx, *id).await? {
            tracing::info!(batch = id, "somebody else folds; this run gives way");
            return Ok(Folded::default());
        }
    }
    for frame in frames {
        store::put_frame(&mut tx, frame).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// Rising with time so that rows are appended, with chance so that replicas do not meet.
fn first_id(app: &App) -> i64 {
    let mut chance = [0; 4];
    app.random.fill(&mut chance);
    (app.clock.now_ms() << 20) | i64::from(u32::from_le_bytes(chance) & 0xf_ffff)
}

/// A frame ready to be stored. Encoding fails for no frame that was decoded; should it, nothing changes places.
fn packed(id: i64, pile: Pile, frame: &Frame) -> Option<NewFrame> {
    let (first_ms, last_ms) = frame.span_ms()?;
    let encoded = encode(frame).and_then(|body| Ok((body, Stats::of(frame).encode()?)));
    let (body, stats) = match encoded {
        Ok(encoded) => encoded,
        Err(error) => {
            tracing::error!(error = %error, device = pile.device_id, "a frame does not encode");
            return None;
        }
    };
    Some(NewFrame {
        id,
        device_id: pile.device_id,
        day_ms: pile.day_ms,
        hour: pile.hour,
        first_ms,
        last_ms,
        points: i64::try_from(frame.points()).unwrap_or(i64::MAX),
        stats,
        body,
    })
}

/// Joins the parts of busy and closed hours, and the hours of closed days; how many frames were written.
///
/// # Errors
/// [`DbError`] from the engine; what was joined before stays joined.
pub async fn join(app: &App, now_ms: i64) -> Result<usize, DbError> {
    let piles = store::due(&mut app.db.read().await?, now_ms, PARTS, GRACE_MS).await?;
    let mut written = 0;
    for pile in piles {
        if app.stop.is_cancelled() {
            break;
        }
        written += usize::from(join_one(app, pile).await?);
    }
    Ok(written)
}

async fn join_one(app: &App, pile: Pile) -> Result<bool, DbError> {
    let rows = store::frames(&mut app.db.read().await?, &pile).await?;
    let device_id = pile.device_id.clone();
    let Some(frame) = joined(&rows.iter().map(|row| row.body.as_slice()).collect::<Vec<_>>()) else {
        tracing::error!(device = device_id, "frames of a day do not decode and stay as they are");
        return Ok(false);
    };
    let Some(new) = packed(first_id(app), pile, &frame) else { return Ok(false) };
    let mut tx = app.db.write().await?;
    for row in &rows {
        if !store::remove_frame(&mut tx, row.id).await? {
            return Ok(false);
        }
    }
    store::put_frame(&mut tx, new).await?;
    tx.commit().await?;
    Ok(true)
}

/// One frame of several; `None` when one of them does not decode.
pub(super) fn joined(bodies: &[&[u8]]) -> Option<Frame> {
    let mut columns = Vec::new();
    for body in bodies {
        directory(body).ok()?;
        columns.extend(decode(body, |_| true).ok()?.columns);
    }
    Some(Frame::of(columns))
}
