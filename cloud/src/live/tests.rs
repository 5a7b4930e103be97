//! Stories of an open page, on each engine.

use crate::app::App;
use crate::platform::jobs::{Failed, Job, Lane, Work, enqueue, progress, run};
use crate::platform::live::Notice;
use crate::world::testing::{Browser, World, worlds};
use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use futures_util::StreamExt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

struct Page {
    body: BodyDataStream,
    heard: String,
}

impl Page {
    async fn open(browser: &Browser, topics: &str) -> Self {
        Self::open_after(browser, topics, "").await
    }

    /// Opens it as a browser does whose stream broke.
    async fn open_after(browser: &Browser, topics: &str, last: &str) -> Self {
        let mut request = browser.request(Method::GET, &format!("/live?topics={topics}"), Body::empty());
        request.headers_mut().insert("last-event-id", last.parse().unwrap());
        let response = browser.raw(request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut page = Self { body: response.into_body().into_data_stream(), heard: String::new() };
        assert!(page.hears(": open").await, "{}", page.heard);
        page
    }

    /// Whether `what` comes before the stream ends or two seconds pass.
    async fn hears(&mut self, what: &str) -> bool {
        let found = tokio::time::timeout(Duration::from_secs(2), async {
            while !self.heard.contains(what) {
                let Some(Ok(bytes)) = self.body.next().await else { return false };
                self.heard.push_str(&String::from_utf8_lossy(&bytes));
            }
            true
        });
        found.await.unwrap_or(false)
    }

    /// The id that a browser would remember.
    fn last(&self) -> String {
        self.heard.lines().filter_map(|line| line.strip_prefix("id: ")).next_back().unwrap().to_owned()
    }

    /// The topics it was told of, in order.
    fn topics(&self) -> Vec<&str> {
        self.heard
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .filter(|topic| !topic.is_empty())
            .collect()
    }

    /// Whether the stream ends within two seconds.
    async fn ends(&mut self) -> bool {
        let drained = async {
            while let Some(Ok(bytes)) = self.body.next().await {
                self.heard.push_str(&String::from_utf8_lossy(&bytes));
            }
        };
        tokio::time::timeout(Duration::from_secs(2), drained).await.is_ok()
    }
}

fn end_of(world: &World) -> impl Fn(&str) -> String {
    let engine = world.engine;
    move |heard| format!("{engine}: {heard}")
}

#[tokio::test]
async fn a_page_is_told_of_its_own_topics_only() {
    for world in worlds("live_topics").await {
        let say = end_of(&world);
        let nera = world.as_person("nera.sales1").await;
        let mut page = Page::open(&nera, "funnel,log,nonsense").await;
        world.app.hub.tell(Notice::Audit { tenant_id: "bkkfoods".into() });
        world.app.hub.tell(Notice::Grants { tenant_id: "lonely".into() });
        world.app.hub.tell(Notice::Funnel);
        assert!(page.hears("data: funnel").await, "{}", say(&page.heard));
        assert!(!page.heard.contains("log") && !page.heard.contains("nonsense"), "{}", say(&page.heard));
    }
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_where_it_was() {
    for world in worlds("live_resume").await {
        let say = end_of(&world);
        let nera = world.as_person("nera.coord").await;
        let mut page = Page::open(&nera, "funnel,log").await;
        let (first, audit) = (page.last(), || Notice::Audit { tenant_id: "nera".into() });
        world.app.hub.tell(Notice::Funnel);
        assert!(page.hears("data: funnel").await, "{}", say(&page.heard));
        assert_eq!(page.topics(), ["funnel"]);
        let last = page.last();
        drop(page);
        world.app.hub.tell(audit());
        world.app.hub.tell(Notice::Funnel);
        let mut back = Page::open_after(&nera, "funnel,log", &last).await;
        assert!(back.hears("data: funnel").await, "{}", say(&back.heard));
        assert_eq!(back.topics(), ["log", "funnel"], "{}", say(&back.heard));
        assert!(!back.heard.contains("everything"), "{}", say(&back.heard));
        let mut again = Page::open_after(&nera, "funnel,log", &back.last()).await;
        world.app.hub.tell(audit());
        assert!(again.hears("data: log").await, "{}", say(&again.heard));
        assert_eq!(again.topics(), ["log"], "{}: something came twice", say(&again.heard));
        // Before anything was told there is a place, too.
        let mut from_the_start = Page::open_after(&nera, "funnel,log", &first).await;
        assert!(from_the_start.hears("data: log").await);
        for unknown in ["run_of_another_process.7.0", "nonsense"] {
            let mut other = Page::open_after(&nera, "funnel", unknown).await;
            assert!(other.hears("event: everything").await, "{}", say(&other.heard));
        }
    }
}

#[tokio::test]
async fn of_a_notice_with_two_topics_only_the_unheard_one_comes_again() {
    for world in worlds("live_part").await {
        let nera = world.as_person("nera.coord").await;
        let mut page = Page::open(&nera, "workload,telemetry:D-SR-1").await;
        world.app.hub.tell(Notice::Workload { device_id: "D-SR-1".into() });
        assert!(page.hears("data: telemetry:D-SR-1").await, "{}: {}", world.engine, page.heard);
        let ids: Vec<String> =
            page.heard.lines().filter_map(|line| line.strip_prefix("id: ")).map(str::to_owned).collect();
        let topics: Vec<String> = page.topics().into_iter().map(str::to_owned).collect();
        assert_eq!((ids.len(), topics.len()), (3, 2), "{}", page.heard);
        let mut back = Page::open_after(&nera, "workload,telemetry:D-SR-1", &ids[1]).await;
        assert!(back.hears(&format!("data: {}", topics[1])).await, "{}: {}", world.engine, back.heard);
        assert_eq!(back.topics(), [topics[1].as_str()], "{}: {}", world.engine, back.heard);
        assert_eq!(back.last(), ids[2]);
    }
}

/// A job of two steps, each of which waits for its permit.
struct Steps(Arc<Semaphore>);

impl Work for Steps {
    fn perform<'a>(
        &'a self,
        app: &'a App,
        job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>> {
        Box::pin(async move {
            for step in 1..=2 {
                self.0.acquire().await.unwrap().forget();
                progress(app, job, step, 3).await?;
            }
            self.0.acquire().await.unwrap().forget();
            Ok(())
        })
    }
}

#[tokio::test]
async fn who_runs_the_service_sees_work_go_on_and_nobody_else_hears_of_it() {
    for world in worlds("live_jobs").await {
        let staff = world.as_person("rs.admin").await;
        world.work().await;
        let mut page = Page::open(&staff, "jobs").await;
        let mut other = Page::open(&world.as_person("nera.admin").await, "jobs,webhooks").await;
        let (app, permits) = (world.app.clone(), Arc::new(Semaphore::new(0)));
        let mut tx = app.db.write().await.unwrap();
        enqueue(&app, &mut tx, "test.steps", &()).await.unwrap();
        tx.commit().await.unwrap();
        let working = tokio::spawn(run(app.clone(), Steps(permits.clone()), Lane::Own));
        // Whenever the page is told, it asks again: until it is so.
        let mut shows = async |state: &str, step: i64| loop {
            assert!(page.hears("data: jobs").await, "{}: not {state} {step}: {}", world.engine, page.heard);
            page.heard.clear();
            let jobs = staff.get_json("/api/v1/admin/jobs").await.json();
            let all = ["queue", "given_up"].map(|list| jobs[list].as_array().unwrap().clone()).concat();
            let job = all.into_iter().find(|job| job["kind"] == "test.steps").unwrap_or_default();
            if (job["state"].as_str().unwrap_or("done"), job["step"].as_i64().unwrap_or(0)) == (state, step) {
                return job["id"].as_str().unwrap_or_default().to_owned();
            }
        };
        shows("running", 0).await;
        for step in 1..=2 {
            permits.add_permits(1);
            shows("running", step).await;
        }
        let html = staff.get("/admin/jobs").await.body;
        assert!(html.contains(r#"id="jobs" data-live="jobs""#) && html.contains("2 of 3"), "{html}");
        permits.add_permits(1);
        shows("done", 0).await;
        let mut tx = app.db.write().await.unwrap();
        enqueue(&app, &mut tx, "test.steps", &()).await.unwrap();
        tx.commit().await.unwrap();
        let id = shows("running", 0).await;
        assert_eq!(staff.post(&format!("/admin/jobs/{id}/cancel"), &[]).await.status, 303);
        shows("dead", 0).await;
        world.app.hub.tell(Notice::Webhooks { tenant_id: "bkkfoods".into() });
        world.app.hub.tell(Notice::Webhooks { tenant_id: "nera".into() });
        assert!(other.hears("data: webhooks").await, "{}: {}", world.engine, other.heard);
        assert_eq!(other.topics(), ["webhooks"], "{}: {}", world.engine, other.heard);
        app.stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), working).await.expect("it never stopped").unwrap();
    }
}

#[tokio::test]
async fn a_stop_ends_every_stream() {
    for world in worlds("live_stop").await {
        let mut page = Page::open(&world.as_person("nera.coord").await, "workload").await;
        world.app.stop.cancel();
        assert!(page.ends().await, "{}: {}", world.engine, page.heard);
    }
}

#[tokio::test]
async fn a_revoked_grant_ends_the_stream_of_who_saw_by_it() {
    for world in worlds("live_revoked").await {
        let nera = world.as_person("nera.coord").await;
        let owner = world.as_person("bkk.admin").await;
        let mut page = Page::open(&nera, "telemetry:D-BF-1").await;
        let mut other = Page::open(&nera, "telemetry:D-SR-1").await;
        world.app.hub.tell(Notice::Telemetry { agent_id: "A-SR".into(), batch_id: 1 });
        assert!(other.hears("data: telemetry:D-SR-1").await, "{}: {}", world.engine, other.heard);
        let answer = owner.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", "over")]).await;
        assert_eq!(answer.status, 303);
        assert!(page.hears("event: grant_revoked").await, "{}: {}", world.engine, page.heard);
        assert!(page.ends().await);
        assert!(!page.heard.contains("A-SR") && !page.heard.contains("D-SR-1"), "{}", page.heard);
        world.app.hub.tell(Notice::Telemetry { agent_id: "A-SR".into(), batch_id: 2 });
        assert!(!other.heard.contains("grant_revoked"), "{}", other.heard);
    }
}

#[tokio::test]
async fn a_grant_that_ends_by_the_clock_ends_the_stream() {
    for world in worlds("live_expired").await {
        let nera = world.as_person("nera.coord").await;
        let mut page = Page::open(&nera, "telemetry:D-SR-1").await;
        // Coverage passes on at midnight of 1 August: 17 days from the story's day.
        world.clock.advance(17 * crate::platform::base::DAY_MS);
        assert!(page.hears("event: grant_revoked").await, "{}: {}", world.engine, page.heard);
        assert!(page.ends().await);
    }
}

/// The role is what opened the list; without it, nothing more is said about it.
#[tokio::test]
async fn a_role_that_is_taken_ends_the_stream_of_what_it_opened() {
    for world in worlds("live_role").await {
        let admin = world.as_person("nera.admin").await;
        let coord = world.as_person("nera.coord").await;
        let mut page = Page::open(&coord, "workload").await;
        let form = [("roles", "sales")];
        assert_eq!(admin.post("/partners/team/nera.coord/roles", &form).await.status, 303);
        assert!(page.ends().await, "{}: {}", world.engine, page.heard);
        assert!(page.heard.contains("event: grant_revoked"), "{}: {}", world.engine, page.heard);
        assert!(!page.topics().contains(&"workload"), "{}: {}", world.engine, page.heard);
    }
}

#[tokio::test]
async fn signing_out_ends_the_stream() {
    for world in worlds("live_session").await {
        let nera = world.as_person("nera.coord").await;
        let mut page = Page::open(&nera, "workload").await;
        assert_eq!(nera.post("/sign-out", &[]).await.status, 303);
        assert!(page.hears("session_ended").await, "{}: {}", world.engine, page.heard);
        assert!(page.ends().await);
    }
}

#[tokio::test]
async fn nobody_listens_without_a_session() {
    for world in worlds("live_anonymous").await {
        let request = world.anonymous().request(Method::GET, "/live?topics=workload", Body::empty());
        let status = world.anonymous().raw(request).await.status();
        assert!(status == 303 || status == 401, "{}: {status}", world.engine);
    }
}
