//! The worker of this process: a few jobs at once, until the service stops.

use super::schedule::Schedule;
use super::{Failed, Job, Lane, Work, rules, store};
use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::db::DbError;
use crate::platform::live::Notice;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tracing::Instrument;

/// How many jobs are performed at once.
const AT_ONCE: usize = 4;
/// How long the worker sleeps when nothing is due.
const PAUSE: Duration = Duration::from_millis(250);
/// How long one attempt may take.
const TIME_LIMIT: Duration = Duration::from_secs(40);
/// How long a job belongs to who took it, unless the lease is renewed: so long does a job wait whose worker was killed.
const LEASE_MS: i64 = 15_000;
/// How often the worker looks whether a job is still its own.
const LOOK: Duration = Duration::from_millis(500);
/// The lease is renewed at every so manieth look.
const RENEW: u32 = 8;
/// How long jobs in progress may take after the stop was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// Works at the jobs of `lane` until the service stops; the schedule belongs to our own. A stop has two stages: first nothing new is begun, then whatever still runs after the
/// grace time is cut off and given back.
pub async fn run(app: App, work: impl Work, lane: Lane) {
    let work = Arc::new(work);
    let worker = app.ids.next("worker");
    let mut running = JoinSet::new();
    let mut schedule = Schedule::new(work.recurring());
    let mut news = News::default();
    while !app.stop.is_cancelled() {
        if lane == Lane::Own {
            news.any |= schedule.ask(&app).await > 0;
        }
        for job in take(&app, (&worker, lane), AT_ONCE - running.len()).await {
            news.any = true;
            let (app, work, worker) = (app.clone(), work.clone(), worker.clone());
            running.spawn(async move { attempt(&app, work.as_ref(), &worker, &job).await });
        }
        news.tell(&app);
        tokio::select! {
            () = app.stop.cancelled() => {}
            Some(_) = running.join_next() => news.any = true,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    let all = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        running.shutdown().await;
        give_back(&app, &worker).await;
    }
}

/// What open pages are still to be told of the queue: once per pause, however much happens in it.
#[derive(Default)]
struct News {
    any: bool,
    told: Option<tokio::time::Instant>,
}

impl News {
    fn tell(&mut self, app: &App) {
        if self.any && self.told.is_none_or(|told| told.elapsed() >= PAUSE) {
            app.hub.tell(Notice::Jobs);
            *self = Self { any: false, told: Some(tokio::time::Instant::now()) };
        }
    }
}

/// Performs what is due now, one after the other; how many were begun. The schedule is left alone.
pub async fn work_due(app: &App, work: &impl Work) -> usize {
    let worker = app.ids.next("worker");
    let mut begun = 0;
    for lane in Lane::ALL {
        while let Some(job) = take(app, (&worker, lane), 1).await.pop() {
            attempt(app, work, &worker, &job).await;
            begun += 1;
        }
    }
    begun
}

async fn take(app: &App, (worker, lane): (&str, Lane), free: usize) -> Vec<Job> {
    let limit = i64::try_from(free).unwrap_or(0);
    if limit == 0 {
        return Vec::new();
    }
    let now_ms = app.clock.now_ms();
    let taking = async {
        let mut tx = app.db.read().await?;
        if !store::is_due(&mut tx, lane, now_ms).await? {
            return Ok(Vec::new());
        }
        drop(tx);
        let mut tx = app.db.write().await?;
        let jobs = store::claim(&mut tx, (worker, lane), now_ms, now_ms + LEASE_MS, limit).await?;
        tx.commit().await?;
        Ok::<_, DbError>(jobs)
    };
    taking.await.unwrap_or_else(|error| {
        tracing::error!(%error, "no jobs could be taken");
        Vec::new()
    })
}

/// One attempt, in the name of the request behind it.
async fn attempt(app: &App, work: &impl Work, worker: &str, job: &Job) {
    let request = job.correlation_id.clone();
    let span = tracing::info_span!("job", id = %job.id, kind = %job.kind, request = %request);
    correlation::within(request, perform(app, work, worker, job).instrument(span)).await;
}

async fn perform(app: &App, work: &impl Work, worker: &str, job: &Job) {
    let outcome = if job.attempts > rules::MOST_ATTEMPTS {
        Err(Failed::ForGood(format!("it was begun {} times and never ended", job.attempts - 1)))
    } else {
        let late = || Failed::ForNow(format!("it took longer than {} s", TIME_LIMIT.as_secs()));
        let limited = tokio::time::timeout(TIME_LIMIT, work.perform(app, job));
        tokio::select! {
            done = limited => done.unwrap_or_else(|_| Err(late())),
            () = lost(app, worker, job) => {
                tracing::warn!(job = job.id, kind = job.kind, "a job was cancelled, or is another worker's by now; it was cut off");
                return;
            }
        }
    };
    if let Err(error) = write_down(app, work, worker, job, outcome).await {
        // It comes again when the lease ends.
        tracing::error!(%error, job = job.id, kind = job.kind, "the outcome of a job could not be written down");
    }
}

/// Ends when the job is no longer this worker's; renews its lease until then.
async fn lost(app: &App, worker: &str, job: &Job) {
    let mut looks = 0_u32;
    loop {
        tokio::time::sleep(LOOK).await;
        looks = looks.wrapping_add(1);
        let looking = async {
            if looks.is_multiple_of(RENEW) {
                let mut tx = app.db.write().await?;
                let held = store::renew(&mut tx, worker, job, app.clock.now_ms() + LEASE_MS).await?;
                tx.commit().await?;
                return Ok::<_, DbError>(held);
            }
            let mut tx = app.db.read().await?;
            store::holds(&mut tx, worker, job).await
        };
        match looking.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, job = job.id, "the lease of a job could not be looked after")
            }
        }
    }
}

async fn write_down(
    app: &App,
    work: &impl Work,
    worker: &str,
    job: &Job,
    outcome: Result<(), Failed>,
) -> Result<(), DbError> {
    let mut notices = Vec::new();
    let now_ms = app.clock.now_ms();
    let (id, kind, attempts) = (&job.id, &job.kind, job.attempts);
    let mut tx = app.db.write().await?;
    match outcome {
        Ok(()) => {
            if !store::done(&mut tx, worker, job).await? {
                tracing::warn!(job = id, kind, "a job outlived its lease and may have been done twice");
            }
        }
        Err(Failed::ForNow(error)) if attempts < rules::MOST_ATTEMPTS => {
            let mut random = [0; 8];
            app.random.fill(&mut random);
            let pause_ms = rules::pause_ms(attempts, u64::from_le_bytes(random));
            tracing::warn!(job = id, kind, attempts, pause_ms, error, "a job failed and will be tried again");
            store::postpone(&mut tx, worker, job, now_ms + pause_ms, &error).await?;
        }
        Err(failed) => {
            let error = failed.to_string();
            tracing::error!(job = id, kind, attempts, error, "a job was given up");
            if store::bury(&mut tx, worker, job, now_ms, &error).await? {
                notices = work.given_up(&mut tx, job).await?;
            }
        }
    }
    tx.commit().await?;
    for notice in notices {
        app.hub.tell(notice);
    }
    Ok(())
}

async fn give_back(app: &App, worker: &str) {
    let giving = async {
        let mut tx = app.db.write().await?;
        let given = store::give_back(&mut tx, worker, app.clock.now_ms()).await?;
        tx.commit().await?;
        Ok::<_, DbError>(given)
    };
    match giving.await {
        Ok(given) => tracing::warn!(given, "some jobs took too long, were cut off and given back"),
        Err(error) => {
            tracing::error!(%error, "jobs could not be given back; they come again when their lease ends")
        }
    }
}
