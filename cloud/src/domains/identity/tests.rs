//! The story of signing in, and what must not work (PORTAL 7.2).

use crate::domains::audit::{self, Verdict};
use crate::platform::base::{DAY_MS, MINUTE_MS};
use crate::platform::db::query;
use crate::world::testing::{World, worlds};
use axum::body::Body;
use axum::http::{Method, header};

#[derive(sqlx::FromRow)]
struct Body1 {
    body: String,
}

/// The path of the newest link that was mailed to `email`.
async fn mailed(world: &World, email: &str) -> String {
    let mut tx = world.app.db.read().await.unwrap();
    let mail: Body1 = query("SELECT body FROM mail_outbox WHERE to_email = $1 ORDER BY id DESC LIMIT 1")
        .bind(email)
        .one(&mut tx)
        .await
        .unwrap();
    let url = world.app.config.public_url.as_str();
    mail.body.split_whitespace().find_map(|word| word.strip_prefix(url)).unwrap().to_owned()
}

async fn run(world: &World, sql: &'static str) {
    let mut tx = world.app.db.write().await.unwrap();
    assert!(query(sql).execute(&mut tx).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

#[derive(sqlx::FromRow)]
struct Rows {
    counted: i64,
}

async fn logged(world: &World, action: &str) -> i64 {
    let mut tx = world.app.db.read().await.unwrap();
    let counted: Rows =
        query("SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM audit_entry WHERE tenant_id = 'nera' AND action = $1")
            .bind(action)
            .one(&mut tx)
            .await
            .unwrap();
    counted.counted
}

#[tokio::test]
async fn a_change_that_is_refused_is_written_down_and_a_look_is_not() {
    for world in worlds("identity_refused").await {
        let viewer = world.as_person("nera.view").await;
        assert_eq!(viewer.get("/partners/leads").await.status, 403);
        assert_eq!(logged(&world, "access.refused").await, 0, "{}", world.engine);
        assert_eq!(viewer.post("/partners/deals", &[]).await.status, 403);
        assert_eq!(logged(&world, "access.refused").await, 1, "{}", world.engine);
    }
}

async fn ask(world: &World, email: &str) {
    let answer = world.anonymous().post("/partners/login", &[("email", email)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn cookie(answer: &crate::world::testing::Answer) -> String {
    answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn from_the_first_visit_to_the_page_one_wanted() {
    for world in worlds("identity_first").await {
        let browser = world.anonymous();
        let refused = browser.get("/account?tab=sessions").await;
        assert_eq!(
            (refused.status, refused.location()),
            (303, "/partners/login?next=/account%3Ftab%3Dsessions")
        );
        let login = browser.get(refused.location()).await;
        assert!(login.body.contains(r#"value="/account?tab=sessions""#), "{}", login.body);
        let form = [("email", " Nera.Coord@NERA.example "), ("next", "/account?tab=sessions")];
        let sent = browser.post("/partners/login", &form).await;
        assert!(sent.body.contains("Check your mail"), "{}", sent.body);
        let path = mailed(&world, "nera.coord@nera.example").await;
        // A mail scanner opens the link, several times and in several ways; it stays good.
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let looked = browser.raw(browser.request(method, &path, Body::empty())).await;
            assert_eq!(looked.status(), 200);
            assert!(looked.headers().get(header::SET_COOKIE).is_none(), "a look began a session");
            assert_eq!(looked.headers()[header::REFERRER_POLICY], "no-referrer");
            assert_eq!(looked.headers()[header::CACHE_CONTROL], "no-store");
        }
        let page = browser.get(&path).await;
        assert!(page.body.contains("Nok Charoen") && page.body.contains("/account?tab=sessions"));
        let bare = path.split('?').next().unwrap();
        let signed_in = browser.post(bare, &[("next", "/account?tab=sessions")]).await;
        assert_eq!((signed_in.status, signed_in.location()), (303, "/account?tab=sessions"));
        let cookie = cookie(&signed_in);
        assert!(cookie.starts_with("__Host-riversync="), "{cookie}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(part), "{cookie} lacks {part}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let again = browser.post(bare, &[]).await;
        assert_eq!(again.status, 410);
        assert!(again.body.contains("Link already used"), "{}", again.body);
        assert!(again.body.contains("Request a new link"), "{}", again.body);
    }
}

#[tokio::test]
async fn an_unknown_address_is_answered_like_a_known_one() {
    for world in worlds("identity_unknown").await {
        let known =
            world.anonymous().post("/partners/login", &[("email", "bkk.admin@bkkfoods.example")]).await;
        let unknown =
            world.anonymous().post("/partners/login", &[("email", "bkk.admun@bkkfoods.example")]).await;
        assert_eq!(known.status, unknown.status);
        assert_eq!(known.body.replace("admin", "admun"), unknown.body);
        let wrong = world.anonymous().post("/partners/login", &[("email", "nobody")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("not an e-mail address") && wrong.body.contains(r#"value="nobody""#));
    }
}

#[tokio::test]
async fn a_link_dies_with_time_with_a_newer_one_and_with_its_person() {
    for world in worlds("identity_link").await {
        let browser = world.anonymous();
        ask(&world, "nera.fin@nera.example").await;
        let old = mailed(&world, "nera.fin@nera.example").await;
        world.clock.advance(1_000);
        ask(&world, "nera.fin@nera.example").await;
        let newer = mailed(&world, "nera.fin@nera.example").await;
        let refused = browser.post(&old, &[]).await;
        assert_eq!(refused.status, 410);
        assert!(refused.body.contains("newer link"), "{}", refused.body);
        world.clock.advance(30 * MINUTE_MS - 1_000);
        assert_eq!(browser.get(&newer).await.status, 200, "its last second");
        world.clock.advance(1_000);
        let expired = browser.post(&newer, &[]).await;
        assert_eq!(expired.status, 410);
        assert!(expired.body.contains("expired"), "{}", expired.body);
        for broken in [newer.to_lowercase(), newer[..newer.len() - 1].to_owned(), "/sign-in/x".to_owned()] {
            assert_eq!(browser.post(&broken, &[]).await.status, 410, "{broken}");
        }
        ask(&world, "nera.fin@nera.example").await;
        let last = mailed(&world, "nera.fin@nera.example").await;
        run(&world, "UPDATE person SET disabled_ms = 1 WHERE id = 'nera.fin'").await;
        assert_eq!(browser.post(&last, &[]).await.status, 410, "a disabled person signed in");
        let mut tx = world.app.db.read().await.unwrap();
        assert!(matches!(audit::verify(&mut tx, "nera").await.unwrap(), Verdict::Whole { rows: 6 }));
    }
}

#[tokio::test]
async fn two_who_press_at_once_get_one_session() {
    for world in worlds("identity_race").await {
        ask(&world, "siam.sales@siam.example").await;
        let path = mailed(&world, "siam.sales@siam.example").await;
        let presses: Vec<_> = (0..8)
            .map(|_| {
                let (browser, path) = (world.anonymous(), path.clone());
                tokio::spawn(async move { browser.post(&path, &[]).await.status })
            })
            .collect();
        let mut statuses = Vec::new();
        for press in presses {
            statuses.push(press.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410], "{}", world.engine);
    }
}

#[tokio::test]
async fn asking_too_often_is_refused_for_known_and_unknown_alike() {
    for world in worlds("identity_limit").await {
        for email in ["ed.sales@eastdist.example", "nobody@eastdist.example"] {
            for _ in 0..5 {
                ask(&world, email).await;
            }
            let refused = world.anonymous().post("/partners/login", &[("email", email)]).await;
            assert_eq!(refused.status, 429, "{email}");
            assert_eq!(refused.headers[header::RETRY_AFTER], "600");
        }
        world.clock.advance(10 * MINUTE_MS);
        ask(&world, "ed.sales@eastdist.example").await;
    }
}

#[tokio::test]
async fn a_session_lives_while_used_and_ends_when_told() {
    for world in worlds("identity_session").await {
        let one = world.as_person("nera.admin").await;
        let other = world.as_person("nera.admin").await;
        for _ in 0..3 {
            world.clock.advance(29 * DAY_MS);
            assert_eq!(one.get("/account").await.status, 200);
        }
        assert_eq!(other.get("/account").await.status, 303, "idle for 87 days");
        world.clock.advance(3 * DAY_MS);
        assert_eq!(one.get("/account").await.status, 303, "90 days are the end of any session");

        let one = world.as_person("nera.admin").await;
        let other = world.as_person("nera.admin").await;
        let page = one.get("/account").await.body;
        let ends: Vec<&str> = page.split("/account/sessions/").skip(1).map(|at| &at[..16]).collect();
        assert_eq!(ends.len(), 2, "{page}");
        let stranger = world.as_person("siam.admin").await;
        for label in &ends {
            let foreign = stranger.post(&format!("/account/sessions/{label}/end"), &[]).await;
            assert_eq!(foreign.status, 404, "somebody ended another's session");
        }
        for label in &ends {
            let third = world.as_person("nera.admin").await;
            let ended = third.post(&format!("/account/sessions/{label}/end"), &[]).await;
            assert_eq!((ended.status, ended.location()), (303, "/account"), "{}", ended.body);
        }
        for gone in [one, other] {
            assert_eq!(gone.get("/account").await.status, 303, "an ended session worked");
        }

        let leaving = world.as_person("nera.admin").await;
        let out = leaving.post("/sign-out", &[]).await;
        assert_eq!(out.status, 303);
        assert!(cookie(&out).contains("Max-Age=0"));
        assert_eq!(leaving.get("/account").await.status, 303, "a cookie was good after signing out");
    }
}

#[tokio::test]
async fn what_one_may_do_is_asked_anew_each_time() {
    for world in worlds("identity_fresh").await {
        let fin = world.as_person("nera.fin").await;
        assert_eq!(fin.get("/account").await.status, 200);
        run(&world, "UPDATE membership SET roles = 'viewer' WHERE person_id = 'nera.fin'").await;
        let page = fin.get("/account").await;
        assert!(page.body.contains("Viewer") && !page.body.contains("Finance"), "{}", page.body);
        run(&world, "UPDATE person SET disabled_ms = 1 WHERE id = 'nera.fin'").await;
        for _ in 0..3 {
            assert_eq!(fin.get("/account").await.status, 303, "a disabled person's cookie worked");
        }
        assert_eq!(logged(&world, "session.refused").await, 1, "written down once, not at each try");

        let view = world.as_person("nera.view").await;
        run(&world, "DELETE FROM membership WHERE person_id = 'nera.view'").await;
        assert_eq!(view.get("/account").await.status, 303, "who left is still in");
    }
}

#[tokio::test]
async fn acting_for_another_organisation_is_for_its_members() {
    for world in worlds("identity_switch").await {
        let insert = "INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ('nera.tech', 'siam', 'viewer', 9999999999999)";
        run(&world, insert).await;
        let tech = world.as_person("nera.tech").await;
        assert_eq!(tech.post("/account/tenant", &[("tenant_id", "andaman")]).await.status, 404);
        let switched = tech.post("/account/tenant", &[("tenant_id", "siam")]).await;
        assert_eq!(switched.status, 303);
        assert_eq!(tech.get("/account").await.status, 303, "the session before the switch still works");
        let now = tech.with_cookie(&cookie(&switched));
        let page = now.get("/account").await;
        assert!(page.body.contains("Viewer"), "{}", page.body);
        let mut tx = world.app.db.read().await.unwrap();
        for tenant in ["nera", "siam"] {
            let verdict = audit::verify(&mut tx, tenant).await.unwrap();
            assert!(matches!(verdict, Verdict::Whole { rows: 1.. }), "{} {tenant}: {verdict}", world.engine);
        }
    }
}

#[tokio::test]
async fn everybody_starts_where_they_belong() {
    for world in worlds("identity_landing").await {
        for (handle, start) in [
            ("nera.coord", "/partners/overview"),
            ("mw.sales", "/partners/overview"),
            ("bkk.admin", "/portal"),
            ("rs.pipeline", "/pipeline"),
            ("offco.admin", "/account"),
        ] {
            let browser = world.as_person(handle).await;
            assert_eq!(browser.get("/").await.location(), start, "{handle}");
            assert_eq!(browser.get("/partners/login").await.location(), start, "{handle}");
            // A link whose mail was tampered with leads nowhere else either.
            let led = browser.get("/partners/login?next=//evil.example").await;
            assert_eq!(led.location(), start, "{handle} was led away");
        }
        assert_eq!(world.anonymous().get("/").await.location(), "/partners/login");
        for cookie in ["__Host-riversync=", "__Host-riversync=garbage", "riversync=x"] {
            let browser = world.anonymous().with_cookie(cookie);
            assert_eq!(browser.get("/account").await.status, 303, "{cookie}");
        }
    }
}
