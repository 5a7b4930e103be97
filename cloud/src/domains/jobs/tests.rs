//! The room's story: what waits and what was given up is seen, tried again and cancelled, by those who run the service.

use crate::app::App;
use crate::platform::jobs::{Failed, Job, Work, enqueue, work_due};
use crate::world::testing::worlds;
use std::pin::Pin;

/// Does nothing, and says why.
struct Broken;

impl Work for Broken {
    fn perform<'a>(
        &'a self,
        _app: &'a App,
        job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>> {
        Box::pin(async move {
            match job.kind.as_str() {
                "test.never" => Err(Failed::ForGood("the address <none> is not one".to_owned())),
                _ => Err(Failed::ForNow("the server is away".to_owned())),
            }
        })
    }
}

async fn put(app: &App, kind: &'static str) {
    let mut tx = app.db.write().await.unwrap();
    enqueue(app, &mut tx, kind, &"x").await.unwrap();
    tx.commit().await.unwrap();
}

/// The row of `kind` on the page.
fn row(page: &str, kind: &str) -> String {
    let found = page.split("<tr").find(|row| row.contains(kind));
    found.unwrap_or_else(|| panic!("no {kind} in {page}")).to_owned()
}

/// Where the form of `row` that ends with `verb` leads.
fn form(row: &str, verb: &str) -> String {
    let found = row.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found
        .into_iter()
        .find(|path| path.ends_with(verb))
        .unwrap_or_else(|| panic!("no {verb} in {row}"))
        .to_owned()
}

#[tokio::test]
async fn what_waits_and_what_failed_is_seen_tried_again_and_cancelled_with_a_row_in_the_log() {
    for world in worlds("jobs_desk").await {
        let (app, staff) = (&world.app, world.as_person("rs.admin").await);
        world.work().await;
        let empty = staff.get("/admin/jobs").await;
        assert!(empty.status == 200 && empty.body.contains("Nothing waits"), "{}", empty.body);
        put(app, "test.never").await;
        put(app, "test.later").await;
        work_due(app, &Broken).await;
        put(app, "test.waits").await;
        let page = staff.get("/admin/jobs").await.body;
        assert!(page.contains("2 not done yet, 1 given up"), "{}: {page}", world.engine);
        let (never, later) = (row(&page, "test.never"), row(&page, "test.later"));
        assert!(
            never.contains("the address &#60;none&#62; is not one") && never.contains("After 1 attempt"),
            "{never}"
        );
        assert!(later.contains("Will be tried again") && later.contains("the server is away"), "{later}");
        assert!(row(&page, "test.waits").contains("Waiting"));
        // Those who may look and not touch, and those for whom it does not exist.
        let support = world.as_person("rs.support").await.get("/admin/jobs").await;
        assert!(support.status == 200 && !support.body.contains("/retry\""), "{}", support.body);
        assert_eq!(world.as_person("rs.pipeline").await.get("/admin/jobs").await.status, 403);
        let offco = world.as_person("offco.admin").await;
        assert_eq!(offco.post("/admin/modules/partner", &[("on", "yes")]).await.status, 303);
        let own = offco.get("/admin/modules").await;
        assert!(own.status == 200 && !own.body.contains("/admin/jobs"), "{}: {}", world.engine, own.body);
        assert_eq!(offco.get("/admin/jobs").await.status, 404, "{}: a program runs no service", world.engine);
        let stop = form(&row(&page, "test.waits"), "/cancel");
        assert_eq!(offco.post(&stop, &[]).await.status, 404, "{}", world.engine);
        // What is done about them.
        let again = form(&never, "/retry");
        assert_eq!(staff.post(&again, &[]).await.status, 303);
        assert_eq!(staff.post(&again, &[]).await.status, 404, "{}: it waits already", world.engine);
        assert_eq!(staff.post(&stop, &[("reason", "asked by mistake")]).await.status, 303);
        assert_eq!(staff.post(&stop, &[]).await.status, 404, "{}: it is cancelled", world.engine);
        let page = staff.get("/admin/jobs").await.body;
        assert!(row(&page, "test.never").contains("Waiting"), "{page}");
        assert!(row(&page, "test.waits").contains("cancelled by"), "{page}");
        assert!(row(&page, "test.waits").contains("asked by mistake"), "{page}");
        for action in ["job.retried", "job.cancelled"] {
            let told = "FROM audit_entry WHERE tenant_id = 'riversync' AND action = $1";
            assert_eq!(world.count(told, action).await, 1, "{}: {action}", world.engine);
        }
    }
}

#[tokio::test]
async fn a_program_of_the_operator_sees_tries_again_and_cancels_by_the_api() {
    const JOBS: &str = "/api/v1/admin/jobs";
    for world in worlds("jobs_api").await {
        let (app, staff) = (&world.app, world.as_person("rs.admin").await);
        world.work().await;
        put(app, "test.never").await;
        put(app, "test.later").await;
        work_due(app, &Broken).await;
        let jobs = staff.get_json(JOBS).await.json();
        let id_of = |list: &str, kind: &str| {
            let all = jobs[list].as_array().unwrap();
            let found =
                all.iter().find(|job| job["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {jobs}"));
            found["id"].as_str().unwrap().to_owned()
        };
        assert_eq!((&jobs["waiting"], &jobs["dead"]), (&1.into(), &1.into()), "{}: {jobs}", world.engine);
        let never = format!("{JOBS}/{}/retry", id_of("given_up", "test.never"));
        let tried = staff.post_json(&never, "{}").await;
        assert_eq!((tried.status, &tried.json()["waiting"]), (200, &2.into()), "{}", tried.body);
        assert_eq!(staff.post_json(&never, "{}").await.status, 404, "{}: it waits already", world.engine);
        let later = format!("{JOBS}/{}/cancel", id_of("queue", "test.later"));
        let ended = staff.post_json(&later, r#"{"reason":"asked by mistake"}"#).await;
        assert_eq!(ended.status, 200, "{}: {}", world.engine, ended.body);
        let why = ended.json()["given_up"][0]["error"].as_str().unwrap().to_owned();
        assert!(why.contains("asked by mistake"), "{why}");
        let support = world.as_person("rs.support").await;
        assert_eq!(support.get_json(JOBS).await.status, 200, "{}: support reads", world.engine);
        assert_eq!(support.post_json(&later, "{}").await.status, 403, "{}", world.engine);
        for who in ["rs.pipeline", "offco.admin", "nera.admin"] {
            let status = world.as_person(who).await.get_json(JOBS).await.status;
            assert!([403, 404].contains(&status), "{}: {who}: {status}", world.engine);
        }
    }
}
