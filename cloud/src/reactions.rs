//! When X happens, tell Y: how a room learns of what happens in a room that must not know it. One line per pair; what
//! is done is the told room's own, and must bear being told twice.

use crate::app::App;
use crate::domains::audit::Fact;
use crate::domains::webhooks;
use crate::domains::workload::{self, AlarmReport};
use crate::domains::{notifications, search};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::events::{Event, React};
use crate::platform::live::Notice;
use std::pin::Pin;

/// The list.
#[derive(Clone, Copy, Debug)]
pub struct Reactions;

impl React for Reactions {
    fn react<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Notice>, Error>> + Send + 'a>> {
        Box::pin(tell(app, tx, event))
    }
}

async fn tell(app: &App, tx: &mut Tx, event: &Event) -> Result<Vec<Notice>, Error> {
    let notices = match Fact::parse(&event.kind) {
        Some(Fact::AlarmRaised | Fact::AlarmCleared) => alarm(app, tx, event).await?,
        Some(Fact::JobCancelled) => webhooks::on_cancelled(tx, event).await?,
        _ => webhooks::on_event(app, tx, event, &event.object_id).await?,
    };
    search::on_event(tx, event).await?;
    notifications::on_event(app, tx, event).await?;
    Ok(notices)
}

/// A gateway's alarm becomes, or ends, a work item; what only counts is nobody's news.
async fn alarm(app: &App, tx: &mut Tx, event: &Event) -> Result<Vec<Notice>, Error> {
    let Some(report) = AlarmReport::of_event(&event.kind, &event.body) else {
        tracing::error!(event = event.id, "an alarm event does not read as one; it is left out");
        return Ok(Vec::new());
    };
    let mut notices = Vec::new();
    if let Some(item_id) = workload::on_alarm(app, tx, &report).await? {
        notices = webhooks::on_event(app, tx, event, &item_id).await?;
    }
    notices.push(Notice::Workload { device_id: report.device_id });
    Ok(notices)
}

#[cfg(test)]
mod tests {
    use super::Reactions;
    use crate::domains::audit::{self, By, Entry, Fact};
    use crate::guards::dump::{difference, dump};
    use crate::guards::story::play;
    use crate::platform::events::{dispatch_due, run};
    use crate::platform::live::Notice;
    use crate::world::testing::{World, worlds};
    use std::collections::BTreeMap;
    use std::time::Duration;

    async fn happened(world: &World, fact: Fact, at_ms: i64) {
        let detail = serde_json::json!({
            "device_id": "D-BF-1", "metric": "temp", "code": "over_temperature", "severity": "critical",
            "at_ms": at_ms, "text": "Winding temperature is above its limit",
        });
        let by = By::agent("A-BF", "bkkfoods", "BKKFoods");
        let mut tx = world.app.db.write().await.unwrap();
        let entry = Entry::new(by, fact, "device", "D-BF-1").with(detail);
        audit::record(&world.app, &mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn alarms(world: &World) -> String {
        world.as_person("nera.coord").await.get("/partners/workload?type=alarm").await.body
    }

    #[tokio::test]
    async fn an_alarm_event_becomes_one_item_even_when_its_end_arrives_first() {
        for world in worlds("reactions_alarm").await {
            let now_ms = world.app.clock.now_ms();
            happened(&world, Fact::AlarmCleared, now_ms - 1_000).await;
            dispatch_due(&world.app, &Reactions).await;
            happened(&world, Fact::AlarmRaised, now_ms - 2_000).await;
            let mut tx = world.app.db.write().await.unwrap();
            let unreadable = Entry::new(By::system("a test"), Fact::AlarmRaised, "device", "D-BF-1");
            audit::record(&world.app, &mut tx, unreadable).await.unwrap();
            tx.commit().await.unwrap();
            let handled = dispatch_due(&world.app, &Reactions).await;
            assert_eq!(handled + dispatch_due(&world.app, &Reactions).await, 2, "{}", world.engine);
            assert_eq!(dispatch_due(&world.app, &Reactions).await, 0, "{}: handled once", world.engine);
            let page = alarms(&world).await;
            assert!(page.contains("Winding temperature") && page.contains("cleared by itself"), "{page}");
        }
    }

    /// Reacts to everything that is not handled, does the work that follows, and what follows from that; how many events
    /// that were.
    async fn react(world: &World) -> usize {
        let mut handled = 0;
        loop {
            let some = dispatch_due(&world.app, &Reactions).await;
            world.work().await;
            if some == 0 {
                return handled;
            }
            handled += some;
        }
    }

    /// Every row of every table; of an event, all but when it was handled.
    async fn state(world: &World) -> BTreeMap<String, Vec<String>> {
        world.run("UPDATE outbox SET handled_ms = 1, attempts = 0, not_before_ms = 0").await;
        dump(world).await
    }

    #[tokio::test]
    async fn the_whole_log_twice_more_changes_nothing() {
        for world in worlds("reactions_replay").await {
            // Whatever can be done, by people, programs and a gateway: each kind of reaction has had its event.
            play(&world).await;
            let now_ms = world.app.clock.now_ms();
            for minute in 0..4 {
                happened(&world, Fact::AlarmRaised, now_ms - 2_000 - minute * 60_000).await;
                happened(&world, Fact::AlarmCleared, now_ms - 1_000 - minute * 60_000).await;
            }
            let nera = world.as_person("nera.coord").await;
            assert_eq!(nera.get("/partners/workload").await.status, 200);
            react(&world).await;
            let before = state(&world).await;
            for told in ["notification", "search_document", "webhook_delivery", "mail_outbox", "alarm"] {
                assert!(!before[told].is_empty(), "{}: nothing reacts into {told}", world.engine);
            }
            for round in 1..=2 {
                world.run("UPDATE outbox SET handled_ms = NULL").await;
                let handled = react(&world).await;
                assert_eq!(handled, before["outbox"].len(), "{}", world.engine);
                let changed = difference(&before, &state(&world).await);
                assert!(changed.is_empty(), "{}, round {round}: {changed:?}", world.engine);
            }
        }
    }

    #[tokio::test]
    async fn an_open_page_is_told_while_the_service_runs() {
        for world in worlds("reactions_live").await {
            let running = tokio::spawn(run(world.app.clone(), Reactions));
            let mut notices = world.app.hub.listen();
            happened(&world, Fact::AlarmRaised, world.app.clock.now_ms()).await;
            let told = async { while !matches!(notices.recv().await.unwrap(), Notice::Workload { .. }) {} };
            tokio::time::timeout(Duration::from_secs(5), told).await.unwrap();
            assert!(alarms(&world).await.contains("Winding temperature"), "{}", world.engine);
            world.app.stop.cancel();
            tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
        }
    }
}
