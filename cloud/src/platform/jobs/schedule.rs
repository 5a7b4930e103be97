//! What comes again and again by itself. A run is a job like any other, asked for once per due time: the time is the key
//! of its row, so it does not matter how many processes there are, nor which of them was restarted when. While a run is
//! still open, its successor is not asked for: what takes longer than usual, or fails, does not pile up.

use super::{Job, Lane, rules, store};
use crate::app::App;
use crate::platform::base::{DAY_MS, HOUR_MS};
use crate::platform::db::DbError;

/// One line of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurring {
    /// The kind of its jobs, such as `jobs.tidy`. Their body is `null`.
    pub name: &'static str,
    /// How often, milliseconds; due at the multiples of it in Unix time.
    pub every_ms: i64,
}

/// Forgets what nobody asks for any more.
pub const TIDY: Recurring = Recurring { name: "jobs.tidy", every_ms: HOUR_MS };
/// Dead letters, and the last runs of lines that are no more, are kept this long.
const KEEP_MS: i64 = 30 * DAY_MS;

/// The schedule as one process keeps it.
#[derive(Debug)]
pub(super) struct Schedule {
    /// Each line with the due time that was asked for last.
    lines: Vec<(Recurring, i64)>,
}

impl Schedule {
    pub(super) fn new(lines: &[Recurring]) -> Self {
        Self { lines: lines.iter().map(|line| (*line, i64::MIN)).collect() }
    }

    /// Asks for the runs that are due and that nobody asked for; how many.
    pub(super) async fn ask(&mut self, app: &App) -> usize {
        let (now_ms, mut asked) = (app.clock.now_ms(), 0);
        for (line, last_ms) in &mut self.lines {
            let due_ms = rules::latest_due_ms(now_ms, line.every_ms);
            if due_ms <= *last_ms {
                continue;
            }
            match ask(app, *line, due_ms).await {
                Ok(first) => {
                    *last_ms = due_ms;
                    asked += usize::from(first);
                }
                Err(error) => {
                    tracing::error!(%error, name = line.name, "a run of the schedule could not be asked for")
                }
            }
        }
        asked
    }
}

async fn ask(app: &App, line: Recurring, due_ms: i64) -> Result<bool, DbError> {
    let job = Job {
        id: app.ids.next("job"),
        kind: line.name.to_owned(),
        body: "null".to_owned(),
        attempts: 0,
        correlation_id: String::new(),
    };
    let mut tx = app.db.write().await?;
    if store::last_run(&mut tx, line.name).await?.is_some_and(|last| last.due_ms >= due_ms || last.open > 0) {
        tx.rollback().await;
        return Ok(false);
    }
    let first = store::note_run(&mut tx, (line.name, line.every_ms), due_ms, &job.id).await?;
    if first {
        store::add(&mut tx, &job, Lane::Own, (due_ms, due_ms)).await?;
        tx.commit().await?;
    }
    Ok(first)
}

/// Performs [`TIDY`].
///
/// # Errors
/// When the database does not do it.
pub async fn tidy(app: &App) -> Result<(), super::Failed> {
    let mut tx = app.db.write().await?;
    let gone = store::forget(&mut tx, app.clock.now_ms() - KEEP_MS).await?;
    tx.commit().await?;
    tracing::debug!(gone, "dead letters and runs of the schedule were forgotten");
    Ok(())
}
