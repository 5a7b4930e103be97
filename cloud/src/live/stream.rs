//! One open stream: waits for a notice, a tick or the stop, and says what follows.

use super::place::{After, Place};
use super::topic::Topic;
use super::watch::{Shared, Step, Watch};
use crate::app::App;
use crate::platform::access::{Action, Actor, Item};
use crate::platform::live::{Ear, Notice};
use crate::platform::web::Authenticate;
use axum::http::HeaderMap;
use axum::response::sse::Event;
use futures_util::Stream;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// How often the clock is held against the end of grants.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two signs of life; proxies close what is silent.
const TICKS_PER_HEARTBEAT: u32 = 15;
/// Ticks between two looks at the database, for what a command of the operator changed.
const TICKS_PER_LOOK: u32 = 60;

/// Who listens, and how that is asked again.
pub(super) struct Who {
    pub(super) gate: Arc<dyn Authenticate>,
    pub(super) headers: HeaderMap,
    pub(super) actor: Actor,
}

/// An open stream.
pub(super) struct Open {
    app: App,
    who: Who,
    topics: Vec<Topic>,
    shared: Arc<Shared>,
    watch: Watch,
    notices: Ear,
    clock: tokio::time::Interval,
    ticks: u32,
    say: VecDeque<Event>,
    /// Events of the notice at hand that the page has heard already.
    skip: usize,
    ended: bool,
}

impl Open {
    pub(super) fn new(
        app: App,
        who: Who,
        topics: Vec<Topic>,
        (shared, watch): (Arc<Shared>, Watch),
        (notices, after): (Ear, After),
    ) -> Self {
        let mut clock = tokio::time::interval(TICK);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let begun = after.begun(app.hub.run(), notices.place());
        let hello = Event::default().retry(Duration::from_secs(1)).id(begun.to_string()).comment("open");
        let mut say = VecDeque::from([hello]);
        if after.missed {
            say.push_back(named("everything", ""));
        }
        Self {
            app,
            who,
            topics,
            shared,
            watch,
            notices,
            clock,
            ticks: 0,
            say,
            skip: after.part,
            ended: false,
        }
    }

    /// The events until the stream ends.
    pub(super) fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures_util::stream::unfold(self, |mut open| async move {
            let event = open.next().await?;
            Some((Ok(event), open))
        })
    }

    /// What is seldom done is boxed, so that a stream that waits is small.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.say.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            let stop = self.app.stop.clone();
            tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                notice = self.notices.recv() => match notice {
                    Ok(notice) => Box::pin(self.hear(&notice)).await,
                    Err(RecvError::Lagged(_)) => {
                        Box::pin(self.recognise()).await;
                        self.everything();
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.clock.tick() => Box::pin(self.tick()).await,
            }
        }
    }

    async fn hear(&mut self, notice: &Notice) {
        match self.watch.step(notice) {
            Step::Stay => {}
            Step::Tell(topics) => self.tell(&topics),
            Step::Look => {
                self.look().await;
                let topics = self.watch.about_rights();
                self.tell(&topics);
            }
            Step::Who => {
                self.recognise().await;
                self.everything();
            }
        }
        self.skip = 0;
    }

    fn everything(&mut self) {
        if !self.ended {
            self.push(vec![named("everything", "")]);
        }
    }

    /// Says the events of the notice at hand, each with its place, without those that the page has heard already.
    fn push(&mut self, events: Vec<Event>) {
        let (run, notice) = (self.app.hub.run(), self.notices.place());
        for (before, event) in events.into_iter().enumerate().skip(self.skip) {
            let place = Place { run: run.to_owned(), notice, part: before + 1 };
            self.say.push_back(event.id(place.to_string()));
        }
    }

    async fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.watch.ends_ms().is_some_and(|ends_ms| ends_ms <= self.app.clock.now_ms()) {
            self.look().await;
        }
        if self.ticks.is_multiple_of(TICKS_PER_LOOK) {
            self.recognise().await;
        }
        if self.ticks.is_multiple_of(TICKS_PER_HEARTBEAT) {
            self.say.push_back(Event::default().comment("here"));
        }
    }

    /// Asks again who this is; then looks again at what that person sees.
    async fn recognise(&mut self) {
        match self.who.gate.actor(&self.app, &self.who.headers).await {
            Ok(actor) => {
                let before = std::mem::replace(&mut self.who.actor, actor);
                let lost = |item: &&Item| {
                    let see = Action::See(**item);
                    before.can(see) && !self.who.actor.can(see)
                };
                // Which page listens is not known here, so whoever loses any page opens all of them again.
                if Item::ALL.iter().any(|item| lost(&item)) {
                    return self.end("grant_revoked");
                }
                self.look().await;
            }
            Err(_) => self.end("session_ended"),
        }
    }

    /// Looks again. What cannot be looked at is not shown: the page reconnects.
    async fn look(&mut self) {
        match Watch::look(&self.app, &self.shared, &self.who.actor, &self.topics).await {
            Ok(now) => {
                let lost = now.lost_since(&self.watch);
                self.watch = now;
                if lost {
                    self.end("grant_revoked");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a live stream could not look at its rights and ends");
                self.ended = true;
            }
        }
    }

    fn end(&mut self, why: &'static str) {
        if !self.ended {
            self.say.push_back(named(why, ""));
            self.ended = true;
        }
    }

    fn tell(&mut self, topics: &[Topic]) {
        if !self.ended {
            self.push(topics.iter().map(|topic| named("changed", &topic.to_string())).collect());
        }
    }
}

fn named(name: &'static str, data: &str) -> Event {
    Event::default().event(name).data(data)
}
