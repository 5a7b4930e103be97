//! The queue's story: done once, again after a failure, given up with its error, and nothing lost by a kill.

use super::desk::{State, cancel, dead_letters, queue, retry, schedule};
use super::schedule::Schedule;
use super::{Failed, Job, Lane, Recurring, TIDY, Work, enqueue, progress, run, tidy, work_due};
use crate::app::App;
use crate::platform::base::HOUR_MS;
use crate::platform::db::query;
use crate::world::testing::{World, worlds};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;

/// Writes down what it performs, and does what the job says.
#[derive(Clone, Default)]
struct Hand {
    performed: Arc<Mutex<Vec<String>>>,
    begun: Arc<Notify>,
    /// While held, jobs that say `wait` do not end.
    gate: Arc<tokio::sync::Mutex<()>>,
}

impl Work for Hand {
    fn perform<'a>(
        &'a self,
        _app: &'a App,
        job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>> {
        Box::pin(async move {
            let word: String = job.read()?;
            self.begun.notify_one();
            if word == "wait" {
                drop(self.gate.lock().await);
            }
            self.performed.lock().unwrap().push(word.clone());
            match word.as_str() {
                "fail" => Err(Failed::ForNow("the server is away".to_owned())),
                "never" => Err(Failed::ForGood("there is no such address".to_owned())),
                _ => Ok(()),
            }
        })
    }
}

impl Hand {
    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.performed.lock().unwrap())
    }
}

async fn put(app: &App, word: &str) {
    let mut tx = app.db.write().await.unwrap();
    enqueue(app, &mut tx, "test.word", &word).await.unwrap();
    tx.commit().await.unwrap();
}

#[derive(sqlx::FromRow, Debug, PartialEq)]
struct Row {
    attempts: i64,
    due_ms: i64,
    worker: Option<String>,
}

async fn row(world: &World) -> Option<Row> {
    let mut tx = world.app.db.read().await.unwrap();
    query("SELECT attempts, due_ms, worker FROM job WHERE dead_ms IS NULL").optional(&mut tx).await.unwrap()
}

#[tokio::test]
async fn a_job_is_there_with_its_action_and_done_once() {
    for world in worlds("jobs_once").await {
        let (app, hand) = (&world.app, Hand::default());
        let mut tx = app.db.write().await.unwrap();
        enqueue(app, &mut tx, "test.word", &"lost").await.unwrap();
        tx.rollback().await;
        put(app, "one").await;
        world.clock.advance(1);
        put(app, "two").await;
        assert_eq!(work_due(app, &hand).await, 2, "{}", world.engine);
        assert_eq!(hand.heard(), ["one", "two"]);
        world.clock.advance(100 * HOUR_MS);
        assert_eq!(work_due(app, &hand).await, 0, "{}: it came again", world.engine);
    }
}

#[tokio::test]
async fn what_fails_comes_again_later_and_later_and_is_given_up_with_its_error() {
    for world in worlds("jobs_retry").await {
        let (app, hand) = (&world.app, Hand::default());
        put(app, "fail").await;
        put(app, "never").await;
        assert_eq!(work_due(app, &hand).await, 2);
        assert_eq!(work_due(app, &hand).await, 0, "{}: it came again at once", world.engine);
        let pause_ms = row(&world).await.unwrap().due_ms - app.clock.now_ms();
        assert!((1_000..=2_000).contains(&pause_ms), "{}: {pause_ms}", world.engine);
        for _ in 1..36 {
            world.clock.advance(HOUR_MS);
            assert_eq!(work_due(app, &hand).await, 1, "{}", world.engine);
        }
        world.clock.advance(HOUR_MS);
        assert_eq!(work_due(app, &hand).await, 0, "{}: it never ends", world.engine);
        let mut tx = app.db.read().await.unwrap();
        let dead = dead_letters(&mut tx).await.unwrap();
        let told: Vec<_> = dead.iter().map(|dead| (dead.attempts, dead.error.as_str())).collect();
        assert_eq!(told, [(36, "the server is away"), (1, "there is no such address")], "{}", world.engine);
    }
}

#[tokio::test]
async fn a_job_whose_worker_was_killed_is_taken_again_and_the_dead_writes_nothing() {
    for world in worlds("jobs_killed").await {
        let (app, hand) = (world.app.clone(), Hand::default());
        put(&app, "wait").await;
        let held = hand.gate.clone().lock_owned().await;
        // Aborting the task is what a kill is to the database: nothing more is written.
        let killed = tokio::spawn({
            let (app, hand) = (app.clone(), hand.clone());
            async move { work_due(&app, &hand).await }
        });
        hand.begun.notified().await;
        killed.abort();
        assert!(killed.await.unwrap_err().is_cancelled());
        assert_eq!(work_due(&app, &hand).await, 0, "{}: two at once", world.engine);
        world.clock.advance(60_000);
        drop(held);
        assert_eq!(work_due(&app, &hand).await, 1, "{}: it was lost", world.engine);
        assert_eq!((hand.heard(), row(&world).await), (vec!["wait".to_owned()], None), "{}", world.engine);
    }
}

#[tokio::test]
async fn who_lost_the_lease_cannot_end_the_job_of_who_has_it() {
    for world in worlds("jobs_fence").await {
        let (app, slow, quick) = (world.app.clone(), Hand::default(), Hand::default());
        put(&app, "wait").await;
        let held = slow.gate.clone().lock_owned().await;
        let first = tokio::spawn({
            let (app, slow) = (app.clone(), slow.clone());
            async move { work_due(&app, &slow).await }
        });
        slow.begun.notified().await;
        world.clock.advance(60_000);
        let other = quick.gate.clone().lock_owned().await;
        let second = tokio::spawn({
            let (app, quick) = (app.clone(), quick.clone());
            async move { work_due(&app, &quick).await }
        });
        quick.begun.notified().await;
        drop(held);
        first.await.unwrap();
        let kept = row(&world).await.unwrap();
        assert_eq!(kept.attempts, 2, "{}", world.engine);
        assert!(kept.worker.is_some(), "{}: the slow one ended the other's job", world.engine);
        drop(other);
        second.await.unwrap();
        assert_eq!(row(&world).await, None, "{}", world.engine);
    }
}

#[tokio::test]
async fn several_workers_share_the_work() {
    for world in worlds("jobs_share").await {
        let (app, hand) = (&world.app, Hand::default());
        for n in 0..40 {
            put(app, &n.to_string()).await;
        }
        let (one, other, third) =
            tokio::join!(work_due(app, &hand), work_due(app, &hand), work_due(app, &hand));
        assert_eq!(one + other + third, 40, "{}", world.engine);
        let mut heard = hand.heard();
        heard.sort_unstable();
        heard.dedup();
        assert_eq!(heard.len(), 40, "{}", world.engine);
    }
}

#[tokio::test]
async fn a_stop_lets_the_running_job_end_and_gives_back_one_that_does_not() {
    for world in worlds("jobs_stop").await {
        let (app, hand) = (world.app.clone(), Hand::default());
        put(&app, "wait").await;
        let held = hand.gate.clone().lock_owned().await;
        let running = tokio::spawn(run(app.clone(), hand.clone(), Lane::Own));
        hand.begun.notified().await;
        app.stop.cancel();
        put(&app, "too late").await;
        tokio::time::timeout(Duration::from_secs(10), running).await.expect("it never stopped").unwrap();
        drop(held);
        let mut tx = app.db.read().await.unwrap();
        let rows: Vec<Row> = query("SELECT attempts, due_ms, worker FROM job").all(&mut tx).await.unwrap();
        let now_ms = app.clock.now_ms();
        let given_back = || Row { attempts: 0, due_ms: now_ms, worker: None };
        assert_eq!(rows, [given_back(), given_back()], "{}", world.engine);
        assert_eq!(hand.heard(), Vec::<String>::new(), "{}", world.engine);
    }
}

#[tokio::test]
async fn what_recurs_is_asked_for_once_per_due_time_whoever_asks_and_after_a_restart() {
    const LINES: &[Recurring] = &[Recurring { name: "test.hourly", every_ms: HOUR_MS }];
    for world in worlds("jobs_schedule").await {
        let app = &world.app;
        let (mut one, mut other) = (Schedule::new(LINES), Schedule::new(LINES));
        let (a, b) = tokio::join!(one.ask(app), other.ask(app));
        assert_eq!(a + b, 1, "{}: two processes, one run", world.engine);
        assert_eq!(
            one.ask(app).await + Schedule::new(LINES).ask(app).await,
            0,
            "{}: a restart",
            world.engine
        );
        // What takes longer than a round, or fails in it, has no second run beside it.
        world.clock.advance(2 * HOUR_MS);
        assert_eq!(Schedule::new(LINES).ask(app).await + one.ask(app).await, 0, "{}", world.engine);
        world.run("DELETE FROM job WHERE kind = 'test.hourly'").await;
        // What was missed while nobody was there comes once.
        world.clock.advance(5 * HOUR_MS + 1);
        assert_eq!(Schedule::new(LINES).ask(app).await + one.ask(app).await, 1, "{}", world.engine);
        let mut tx = app.db.read().await.unwrap();
        let lines = schedule(&mut tx).await.unwrap();
        let told: Vec<_> =
            lines.iter().map(|line| (line.name.as_str(), line.due_ms, line.open.is_some())).collect();
        let due_ms = app.clock.now_ms() - 1;
        assert_eq!(told, [("test.hourly", due_ms, true)], "{}", world.engine);
        let jobs = queue(&mut tx).await.unwrap();
        assert_eq!(jobs.iter().filter(|job| job.kind == "test.hourly").count(), 1, "{}", world.engine);
        drop(tx);
        // A process whose clock is behind asks for no time that is over.
        world.run("DELETE FROM job WHERE kind = 'test.hourly'").await;
        world.clock.advance(-2 * HOUR_MS);
        assert_eq!(Schedule::new(LINES).ask(app).await, 0, "{}", world.engine);
        assert_eq!(world.count("FROM job_run WHERE name = $1", "test.hourly").await, 1, "{}", world.engine);
    }
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_what_is_not_stays() {
    for world in worlds("jobs_tidy").await {
        let (app, hand) = (&world.app, Hand::default());
        put(app, "never").await;
        Schedule::new(&[TIDY]).ask(app).await;
        work_due(app, &hand).await;
        tidy(app).await.unwrap();
        let dead = async || dead_letters(&mut app.db.read().await.unwrap()).await.unwrap().len();
        let before = dead().await;
        assert!(before > 0, "{}", world.engine);
        world.clock.advance(31 * 24 * HOUR_MS);
        tidy(app).await.unwrap();
        assert_eq!(dead().await, 0, "{}", world.engine);
        assert_eq!(schedule(&mut app.db.read().await.unwrap()).await.unwrap(), [], "{}", world.engine);
    }
}

#[tokio::test]
async fn a_running_job_says_how_far_it_is_and_ends_when_it_is_cancelled() {
    for world in worlds("jobs_cancel").await {
        let (app, hand) = (world.app.clone(), Hand::default());
        put(&app, "wait").await;
        let held = hand.gate.clone().lock_owned().await;
        let working = tokio::spawn({
            let (app, hand) = (app.clone(), hand.clone());
            async move { work_due(&app, &hand).await }
        });
        hand.begun.notified().await;
        let seen = async || queue(&mut app.db.read().await.unwrap()).await.unwrap().pop();
        let job = seen().await.unwrap();
        let own = Job {
            id: job.id.clone(),
            kind: job.kind.clone(),
            body: String::new(),
            attempts: job.attempts,
            correlation_id: String::new(),
        };
        progress(&app, &own, 3, 7).await.unwrap();
        let job = seen().await.unwrap();
        assert_eq!((job.state(app.clock.now_ms()), job.step, job.steps), (State::Running, 3, 7));
        assert_eq!(job.state(job.due_ms), State::Abandoned, "{}: its worker is gone", world.engine);
        let now_ms = app.clock.now_ms();
        let mut tx = app.db.write().await.unwrap();
        assert_eq!(retry(&mut tx, &job.id, now_ms).await.unwrap(), None, "{}: it runs", world.engine);
        let cancelled = cancel(&mut tx, &job.id, now_ms, "cancelled by a test").await.unwrap();
        assert_eq!(cancelled.as_deref(), Some("test.word"));
        assert_eq!(cancel(&mut tx, &job.id, now_ms, "twice").await.unwrap(), None);
        tx.commit().await.unwrap();
        // The gate stays shut: only the cancelling ends it.
        tokio::time::timeout(Duration::from_secs(10), working).await.expect("it went on").unwrap();
        assert!(progress(&app, &own, 4, 7).await.is_err(), "{}: it is nobody's", world.engine);
        drop(held);
        assert_eq!(hand.heard(), Vec::<String>::new(), "{}", world.engine);
        let dead = dead_letters(&mut app.db.read().await.unwrap()).await.unwrap();
        assert_eq!(dead.iter().map(|one| one.error.as_str()).collect::<Vec<_>>(), ["cancelled by a test"]);
        let mut tx = app.db.write().await.unwrap();
        assert!(retry(&mut tx, &job.id, now_ms).await.unwrap().is_some());
        tx.commit().await.unwrap();
        assert_eq!(work_due(&app, &hand).await, 1, "{}: it was not tried again", world.engine);
        assert_eq!((hand.heard(), seen().await), (vec!["wait".to_owned()], None), "{}", world.engine);
    }
}
