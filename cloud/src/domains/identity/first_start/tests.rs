//! The first administrator comes in by the printed link, once.

use crate::domains::identity;
use crate::world::testing::{World, empty_worlds, worlds};

const FORM: [(&str, &str); 3] =
    [("organisation", "RiverSync"), ("name", "Ratana Suk"), ("email", "Ratana@riversync.example")];

async fn link(world: &World) -> String {
    let link = identity::setup_link(&world.app).await.unwrap().expect("nobody runs it yet");
    link.strip_prefix(world.app.config.public_url.as_str()).unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_service_is_set_up_once_by_who_holds_the_printed_link() {
    for world in empty_worlds("first_start").await {
        let browser = world.anonymous();
        assert_eq!(browser.get("/setup/guess").await.status, 410, "{}", world.engine);
        let older = link(&world).await;
        let path = link(&world).await;
        assert_eq!(browser.get(&older).await.status, 410, "{}: a newer one was printed", world.engine);
        let page = browser.get(&path).await;
        assert!(page.body.contains("First start"), "{}", page.body);
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        let wrong = browser.post(&path, &[("organisation", ""), ("name", "R"), ("email", "nobody")]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        assert!(wrong.body.contains("not an e-mail address") && wrong.body.contains("owns the program"));
        let set_up = browser.post(&path, &FORM).await;
        assert_eq!((set_up.status, set_up.location()), (303, "/admin/modules"), "{}", set_up.body);
        let cookie = set_up.headers["set-cookie"].to_str().unwrap();
        let admin = browser.with_cookie(cookie);
        assert_eq!(admin.get("/admin/modules").await.status, 200, "{}", world.engine);
        assert_eq!(admin.get("/pipeline").await.status, 404, "the partner module is off by default (OA-1)");
        assert_eq!(browser.post(&path, &FORM).await.status, 410, "used once");
        assert!(identity::setup_link(&world.app).await.unwrap().is_none());
        let founded = "FROM audit_entry WHERE action = 'program.founded' AND tenant_id = $1";
        assert_eq!(world.count(founded, "riversync").await, 1);
    }
}

#[tokio::test]
async fn two_who_press_at_once_make_one_administrator() {
    for world in empty_worlds("first_start_race").await {
        let path = link(&world).await;
        let presses: Vec<_> = (0..4)
            .map(|at| {
                let (browser, path) = (world.anonymous(), path.clone());
                async move {
                    let email = format!("one{at}@riversync.example");
                    let form = [("organisation", "RiverSync"), ("name", "One"), ("email", email.as_str())];
                    browser.post(&path, &form).await.status
                }
            })
            .collect();
        let mut statuses = futures_util::future::join_all(presses).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410], "{}", world.engine);
    }
}

#[tokio::test]
async fn a_service_that_somebody_runs_prints_no_link() {
    for world in worlds("first_start_run").await {
        assert!(identity::setup_link(&world.app).await.unwrap().is_none(), "{}", world.engine);
        // Nobody who runs it is left: an operator can begin again.
        world.run("UPDATE person SET disabled_ms = 1 WHERE id = 'rs.admin'").await;
        world.run("UPDATE person SET disabled_ms = 1 WHERE id = 'offco.admin'").await;
        let path = link(&world).await;
        let again = world.anonymous().post(&path, &FORM).await;
        assert_eq!((again.status, again.location()), (303, "/pipeline"), "{}: {}", world.engine, again.body);
    }
}
