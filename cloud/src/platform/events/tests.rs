//! The dispatcher's story: in order, at least once, and a failing reaction holds up nobody.

use super::{Event, React, dispatch_due};
use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::db::{Tx, query};
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::world::testing::worlds;
use std::pin::Pin;
use std::sync::Mutex;

/// Writes down what it is told; fails on the kinds it is to fail on.
#[derive(Default)]
struct Recorder {
    heard: Mutex<Vec<String>>,
    fails_on: Mutex<Option<String>>,
}

impl React for Recorder {
    fn react<'a>(
        &'a self,
        _app: &'a App,
        tx: &'a mut Tx,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Notice>, Error>> + Send + 'a>> {
        Box::pin(async move {
            query("UPDATE tenant SET name = name || '.' WHERE id = 'lonely'").execute(tx).await?;
            if self.fails_on.lock().unwrap().as_deref() == Some(event.kind.as_str()) {
                return Err(Error::Busy);
            }
            assert_eq!(correlation::current(), "req_of_a_click", "the reaction forgot the click");
            self.heard.lock().unwrap().push(event.kind.clone());
            Ok(vec![Notice::Funnel])
        })
    }
}

#[derive(sqlx::FromRow)]
struct Name {
    name: String,
}

async fn put(app: &App, tenant: &'static str, kind: &'static str) {
    let mut tx = app.db.write().await.unwrap();
    query("INSERT INTO outbox (id, at_ms, tenant_id, kind, correlation_id, body) VALUES ($1, $2, $4, $3, 'req_of_a_click', '{}')")
        .bind(app.ids.next("evt"))
        .bind(app.clock.now_ms())
        .bind(kind)
        .bind(tenant)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Until nothing is due; how many were handled.
async fn all_due(app: &App, recorder: &Recorder) -> usize {
    let mut all = 0;
    loop {
        match dispatch_due(app, recorder).await {
            0 => return all,
            some => all += some,
        }
    }
}

#[tokio::test]
async fn events_come_in_order_once_and_a_failing_one_comes_again_later() {
    for world in worlds("events_order").await {
        let (app, recorder) = (&world.app, Recorder::default());
        let mut live = app.hub.listen();
        for kind in ["a.done", "b.done", "c.done"] {
            put(app, "nera", kind).await;
            world.clock.advance(1);
        }
        put(app, "siam", "d.done").await;
        *recorder.fails_on.lock().unwrap() = Some("b.done".to_owned());
        while dispatch_due(app, &recorder).await > 0 {}
        // c.done waits for b.done, which is of the same organisation; d.done is not.
        // The batch that failed left no trace, so what was heard before the failure is heard again.
        assert_eq!(*recorder.heard.lock().unwrap(), ["a.done", "a.done", "d.done"], "{}", world.engine);
        let mut tx = app.db.read().await.unwrap();
        let name: Name = query("SELECT name FROM tenant WHERE id = 'lonely'").one(&mut tx).await.unwrap();
        assert_eq!(name.name, "Lonely Co..", "{}: a failed reaction left a trace", world.engine);
        drop(tx);
        assert_eq!(live.recv().await.unwrap(), Notice::Funnel);

        *recorder.fails_on.lock().unwrap() = None;
        assert_eq!(dispatch_due(app, &recorder).await, 0, "{}: it came again at once", world.engine);
        world.clock.advance(1_000);
        assert_eq!(all_due(app, &recorder).await, 2, "{}", world.engine);
        assert!(recorder.heard.lock().unwrap().ends_with(&["b.done".to_owned(), "c.done".to_owned()]));
        world.clock.advance(1_000_000_000);
        assert_eq!(dispatch_due(app, &recorder).await, 0, "{}: a handled event came again", world.engine);
    }
}

#[tokio::test]
async fn what_fails_again_and_again_does_not_hold_up_its_organisation_for_ever() {
    for world in worlds("events_poison").await {
        let (app, recorder) = (&world.app, Recorder::default());
        put(app, "nera", "bad.done").await;
        world.clock.advance(1);
        put(app, "nera", "good.done").await;
        *recorder.fails_on.lock().unwrap() = Some("bad.done".to_owned());
        for _ in 0..12 {
            assert!(recorder.heard.lock().unwrap().is_empty(), "{}: it overtook", world.engine);
            world.clock.advance(crate::platform::base::HOUR_MS);
            dispatch_due(app, &recorder).await;
        }
        assert_eq!(*recorder.heard.lock().unwrap(), ["good.done"], "{}", world.engine);
    }
}

#[tokio::test]
async fn two_dispatchers_share_the_work() {
    for world in worlds("events_share").await {
        let app = &world.app;
        for _ in 0..30 {
            put(app, "nera", "x.done").await;
        }
        let recorder = Recorder::default();
        let (one, other) = tokio::join!(all_due(app, &recorder), all_due(app, &recorder));
        assert_eq!(one + other, 30, "{}", world.engine);
        assert_eq!(recorder.heard.lock().unwrap().len(), 30, "{}", world.engine);
    }
}
