//! Keeps one task per connection alive, and follows the configuration: one that panics is counted and started again,
//! one whose connection is no longer configured ends, the others never notice (EDGE fault 30).

use super::backoff::{Backoff, chance};
use super::modbus::Learned;
use super::{Context, Link, modbus, mqtt};
use crate::config::{Broker, Config, Device, Line};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Why a device is down that a fault of ours was met with.
pub(super) const DIED: &str = "reading it failed by a fault of the agent; it begins anew";

/// A task that ran so long was well: its next death is its first.
const WELL: Duration = Duration::from_secs(600);

/// A way to devices. As long as it stays the same its task keeps the connection, whoever joins or leaves.
#[derive(Clone, PartialEq)]
pub(super) enum Way {
    Line(Arc<Line>),
    Broker(Broker),
}

/// A device with what tells it apart from the others of its kind in time.
#[derive(Clone)]
pub(super) struct Member {
    pub device: Device,
    /// Which of the devices that are polled it is, and of how many.
    pub place: (u32, u32),
}

/// The devices of one way, as they are configured now.
pub(super) type Members = watch::Receiver<Arc<[Member]>>;

/// The work of one connection; it ends only when told to stop.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Begins the work, again and again.
type Start = Box<dyn Fn() -> Work + Send>;

/// All connections of the site.
pub(super) struct Fleet {
    context: Context,
    learned: Learned,
    running: BTreeMap<String, Running>,
}

struct Running {
    way: Way,
    members: watch::Sender<Arc<[Member]>>,
    stop: CancellationToken,
    work: JoinSet<()>,
}

impl Fleet {
    pub(super) fn new(context: Context, config: &Config) -> Self {
        Self { context, learned: Learned::open(&config.state_dir), running: BTreeMap::new() }
    }

    /// Reads what is configured until the stop.
    pub(super) async fn run(mut self, mut configs: watch::Receiver<Arc<Config>>) {
        let stop = self.context.stop.clone();
        loop {
            let config = Arc::clone(&configs.borrow_and_update());
            self.follow(&config).await;
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                changed = configs.changed() => if changed.is_err() {
                    // Nobody can change it any more.
                    stop.cancelled().await;
                    break;
                },
            }
        }
        for (_, mut running) in self.running {
            running.end().await;
        }
    }

    /// Ends what is no longer configured so, then starts what is new: two tasks never share a port or a session.
    async fn follow(&mut self, config: &Config) {
        let mut ways: BTreeMap<_, _> = modbus::ways(config).into_iter().chain(mqtt::ways(config)).collect();
        for (_, mut gone) in self.running.extract_if(.., |place, running| {
            ways.get(place).is_none_or(|(way, _): &(Way, Vec<Member>)| *way != running.way)
        }) {
            gone.end().await;
        }
        for (place, running) in &self.running {
            let Some((_, members)) = ways.remove(place) else { continue };
            running.members.send_if_modified(|known| {
                let same = known.iter().map(|known| &known.device).eq(members.iter().map(|new| &new.device));
                *known = members.into();
                !same
            });
        }
        for (place, (way, members)) in ways {
            self.running.insert(place, self.begin(way, members));
        }
    }

    fn begin(&self, way: Way, members: Vec<Member>) -> Running {
        let stop = self.context.stop.child_token();
        let context = Context { stop: stop.clone(), ..self.context.clone() };
        let (members, view) = watch::channel(members.into());
        let start: Start = match way.clone() {
            Way::Line(line) => {
                let (view, context, learned) = (view.clone(), context.clone(), self.learned.clone());
                Box::new(move || modbus::work(&line, &view, &learned, &context))
            }
            Way::Broker(broker) => {
                let (view, context) = (view.clone(), context.clone());
                Box::new(move || mqtt::work(&broker, &view, &context))
            }
        };
        let mut work = JoinSet::new();
        work.spawn(keep(start, view, context));
        Running { way, members, stop, work }
    }
}

impl Running {
    async fn end(&mut self) {
        self.stop.cancel();
        while self.work.join_next().await.is_some() {}
    }
}

async fn keep(start: Start, members: Members, context: Context) {
    let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
    while !context.stop.is_cancelled() {
        let mut run = JoinSet::new();
        let began = Instant::now();
        run.spawn(start());
        let died = matches!(run.join_next().await, Some(Err(_)));
        if context.stop.is_cancelled() || !died {
            return;
        }
        let devices: Vec<_> = members.borrow().iter().map(|member| member.device.id.clone()).collect();
        for device in devices.iter().filter_map(|id| context.status.device(id)) {
            device.count_restart();
            device.set_link(Link::Down, DIED);
        }
        if began.elapsed() >= WELL {
            backoff.succeed();
        }
        let wait = backoff.fail(chance());
        tracing::error!(?devices, "a source task died and is started again; the others go on");
        tokio::select! {
            () = context.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::sources::SourceStatus;
    use crate::testing::{HandClock, NOON_MS, device};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_task_that_panics_is_counted_and_started_again_while_the_others_run() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/agent.toml");
        let config = load(&path).unwrap().config;
        let status = Arc::new(SourceStatus::new(&config));
        let (out, _readings) = tokio::sync::mpsc::channel(1);
        let (_tell, granted) = watch::channel(Arc::default());
        let stop = CancellationToken::new();
        let clock = HandClock::at(NOON_MS);
        let context = Context { granted, out, status: Arc::clone(&status), clock, stop: stop.clone() };
        let member = |id: &str| {
            let device = config.device(&device(id)).unwrap().clone();
            watch::channel(Arc::from([Member { device, place: (0, 1) }])).1
        };
        let (starts, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, other) = (Arc::clone(&starts), Arc::clone(&others));
        let (ending, seen) = (stop.clone(), Arc::clone(&status));
        let sick: Start = Box::new(move || {
            let (start, ending) = (count.fetch_add(1, Ordering::SeqCst), ending.clone());
            let link = seen.device(&device("RS-PUMP-001")).unwrap().link();
            Box::pin(async move {
                assert!(start > 0, "the first start dies");
                assert_eq!(link, (Link::Down, DIED), "nobody was told");
                ending.cancel();
            })
        });
        let waiting = stop.clone();
        let well: Start = Box::new(move || {
            other.fetch_add(1, Ordering::SeqCst);
            let waiting = waiting.clone();
            Box::pin(async move { waiting.cancelled().await })
        });
        tokio::join!(
            keep(sick, member("RS-PUMP-001"), context.clone()),
            keep(well, member("RS-COLD-001"), context)
        );
        assert_eq!((starts.load(Ordering::SeqCst), others.load(Ordering::SeqCst)), (2, 1));
        let restarts: Vec<_> = status.snapshot().into_iter().map(|device| device.restarts).collect();
        assert_eq!(restarts, [0, 1]);
    }
}
