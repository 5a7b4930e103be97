//! Sessions.

use super::{ask, cookie, logged, mailed, run};
use crate::domains::audit::{self, By, Reason, Verdict, Why};
use crate::domains::identity;
use crate::platform::base::DAY_MS;
use crate::world::testing::worlds;

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

#[tokio::test]
async fn case_01_and_02_no_cookie_and_a_garbage_one_are_nobody() {
    for world in worlds("identity_nobody").await {
        assert_eq!(world.anonymous().get("/").await.location(), "/partners/login");
        for cookie in
            ["__Host-riversync=", "__Host-riversync=garbage", "riversync=x", "__Host-riversync=\"; x"]
        {
            let browser = world.anonymous().with_cookie(cookie);
            assert_eq!(browser.get("/account").await.status, 303, "{cookie}");
        }
    }
}

#[tokio::test]
async fn case_03_and_04_a_session_ends_unused_after_30_days_and_used_after_90() {
    for world in worlds("identity_life").await {
        let one = world.as_person("nera.admin").await;
        let other = world.as_person("nera.admin").await;
        for _ in 0..3 {
            world.clock.advance(29 * DAY_MS);
            assert_eq!(one.get("/account").await.status, 200);
        }
        assert_eq!(other.get("/account").await.status, 303, "idle for 87 days");
        world.clock.advance(3 * DAY_MS);
        assert_eq!(one.get("/account").await.status, 303, "90 days are the end of any session");
    }
}

#[tokio::test]
async fn case_04_acting_for_another_organisation_makes_no_session_older() {
    for world in worlds("identity_life_switch").await {
        let insert = "INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ('nera.tech', 'siam', 'viewer', 9999999999999)";
        run(&world, insert).await;
        let mut tech = world.as_person("nera.tech").await;
        for tenant in ["siam", "nera", "siam"] {
            world.clock.advance(29 * DAY_MS);
            let switched = tech.post("/account/tenant", &[("tenant_id", tenant)]).await;
            assert_eq!(switched.status, 303, "{}", switched.body);
            tech = tech.after(&switched);
        }
        assert_eq!(tech.get("/account").await.status, 200);
        world.clock.advance(3 * DAY_MS);
        assert_eq!(
            tech.get("/account").await.status,
            303,
            "{}: a switch began the 90 days anew",
            world.engine
        );
    }
}

#[tokio::test]
async fn case_05_a_cookie_is_good_for_nothing_after_signing_out() {
    for world in worlds("identity_out").await {
        let leaving = world.as_person("nera.admin").await;
        let out = leaving.post("/sign-out", &[("next", "//evil.example")]).await;
        assert_eq!((out.status, out.location()), (303, "/partners/login"));
        assert!(cookie(&out).contains("Max-Age=0"));
        assert_eq!(leaving.get("/account").await.status, 303, "{}", world.engine);
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    for world in worlds("identity_session").await {
        let one = world.as_person("nera.admin").await;
        let other = world.as_person("nera.admin").await;
        let page = one.get("/account").await.body;
        let ends: Vec<&str> =
            page.split("/account/sessions/").filter(|at| at.contains("/end\"")).map(|at| &at[..16]).collect();
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
        let (keep, end) = (world.as_person("nera.admin").await, world.as_person("nera.admin").await);
        let others = keep.post("/account/sessions/end-others", &[]).await;
        assert_eq!((others.status, others.location()), (303, "/account"), "{}", others.body);
        assert_eq!(keep.get("/account").await.status, 200, "it ended itself");
        assert_eq!(end.get("/account").await.status, 303, "{}", world.engine);
        assert_eq!(stranger.get("/account").await.status, 200, "it ended a stranger's");
    }
}

#[tokio::test]
async fn case_06_and_08_what_one_may_do_is_asked_anew_each_time() {
    for world in worlds("identity_fresh").await {
        let fin = world.as_person("nera.fin").await;
        assert_eq!(fin.get("/account").await.status, 200);
        assert_eq!(fin.get("/partners/deals").await.status, 200);
        run(&world, "UPDATE membership SET roles = 'coordinator' WHERE person_id = 'nera.fin'").await;
        assert_eq!(
            fin.get("/partners/deals").await.status,
            403,
            "case 8: a role that was taken away still opens"
        );
        let page = fin.get("/account").await;
        assert!(page.body.contains("Coordinator") && !page.body.contains("Finance"), "{}", page.body);
        run(&world, "UPDATE person SET disabled_ms = 1 WHERE id = 'nera.fin'").await;
        for _ in 0..3 {
            assert_eq!(fin.get("/account").await.status, 303, "case 6: a disabled person's cookie worked");
        }
        assert_eq!(logged(&world, "session.refused").await, 1, "written down once, not at each try");

        let view = world.as_person("nera.view").await;
        run(&world, "DELETE FROM membership WHERE person_id = 'nera.view'").await;
        assert_eq!(view.get("/account").await.status, 303, "who left is still in");
    }
}

#[tokio::test]
async fn case_06_and_07_neighbours_end_the_sessions_of_a_person_and_of_an_organisation() {
    for world in worlds("identity_ended").await {
        let app = &world.app;
        let (coord, tech, siam) = (
            world.as_person("nera.coord").await,
            world.as_person("nera.tech").await,
            world.as_person("siam.admin").await,
        );
        let mut notices = app.hub.listen();
        let mut tx = app.db.write().await.unwrap();
        let by = By::system("a story");
        let ended =
            identity::end_sessions_of(app, &mut tx, &by, "nera.coord", Some("siam"), Reason::typed("test"))
                .await
                .unwrap();
        assert_eq!(ended, identity::Ended::default(), "it acts for another organisation");
        let ended =
            identity::end_sessions_of(app, &mut tx, &by, "nera.coord", Some("nera"), Reason::typed("test"))
                .await
                .unwrap();
        tx.commit().await.unwrap();
        ended.announce(app);
        assert!(format!("{:?}", notices.recv().await.unwrap()).contains("nera.coord"));
        assert_eq!(coord.get("/account").await.status, 303, "{}", world.engine);
        assert_eq!(tech.get("/account").await.status, 200, "{}", world.engine);
        let mut tx = app.db.write().await.unwrap();
        let ended =
            identity::end_sessions_in(app, &mut tx, &by, "nera", Why::Suspended.into()).await.unwrap();
        tx.commit().await.unwrap();
        ended.announce(app);
        assert_eq!(tech.get("/account").await.status, 303, "{}", world.engine);
        assert_eq!(siam.get("/account").await.status, 200, "{}", world.engine);
        assert_eq!(logged(&world, "session.ended").await, 2, "{}", world.engine);
    }
}

#[tokio::test]
async fn case_09_nothing_a_browser_carried_before_signing_in_is_good_afterwards() {
    for world in worlds("identity_fixation").await {
        let planted = "__Host-riversync=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let asked = ask(&world, "nera.coord@nera.example").await;
        let mark = asked.cookie.clone().unwrap();
        let value = mark.split('=').nth(1).unwrap();
        let browser = asked.with_cookie(&format!("{mark}; {planted}"));
        let path = mailed(&world, "nera.coord@nera.example").await;
        let signed_in = browser.post(&path, &[("email", "nera.coord@nera.example")]).await;
        assert_eq!(signed_in.status, 303, "{}", signed_in.body);
        assert!(!cookie(&signed_in).contains(value) && !cookie(&signed_in).contains("AAAAAAAA"));
        for before in [planted.to_owned(), format!("__Host-riversync={value}")] {
            assert_eq!(world.anonymous().with_cookie(&before).get("/account").await.status, 303, "{before}");
        }
        assert_eq!(browser.after(&signed_in).get("/account").await.status, 200, "{}", world.engine);
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
        assert_eq!(tech.get("/account").await.status, 303, "the token before the switch still works");
        let page = tech.after(&switched).get("/account").await;
        assert!(page.body.contains("Viewer"), "{}", page.body);
        let mut tx = world.app.db.read().await.unwrap();
        for tenant in ["nera", "siam"] {
            let verdict = audit::verify(&mut tx, tenant, &audit::Trusted::default()).await.unwrap();
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
            ("offco.admin", "/admin/modules"),
        ] {
            let browser = world.as_person(handle).await;
            assert_eq!(browser.get("/").await.location(), start, "{handle}");
            assert_eq!(browser.get("/partners/login").await.location(), start, "{handle}");
            // A link whose mail was tampered with leads nowhere else either.
            let led = browser.get("/partners/login?next=//evil.example").await;
            assert_eq!(led.location(), start, "{handle} was led away");
        }
    }
}

#[tokio::test]
async fn case_34_who_has_not_proved_the_address_reaches_the_own_account_only() {
    for world in worlds("identity_unverified").await {
        let admin = world.as_person("nera.admin").await;
        assert_eq!(admin.get("/partners/overview").await.status, 200);
        run(&world, "UPDATE person SET verified_ms = NULL WHERE id = 'nera.admin'").await;
        for path in ["/partners/overview", "/portal", "/partners/deals"] {
            assert_eq!(admin.get(path).await.status, 404, "{}: {path}", world.engine);
        }
        let page = admin.get("/account").await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("/partners/overview"), "the page leads where nobody may go");
        assert_eq!(world.as_person("nera.admin").await.get("/partners/overview").await.status, 200);
    }
}

#[tokio::test]
async fn mails_and_menus_come_in_the_language_one_chose() {
    for world in worlds("identity_language").await {
        let coord = world.as_person("nera.coord").await;
        assert_eq!(coord.post("/account/language", &[("language", "xx")]).await.status, 422);
        assert_eq!(coord.post("/account/language", &[("language", "th")]).await.status, 303);
        assert_eq!(coord.post("/account/language", &[("zone", "Asia/Nowhere")]).await.status, 422);
        assert_eq!(coord.post("/account/language", &[("era", "imperial")]).await.status, 422);
        let there = [("zone", "Asia/Tokyo"), ("era", "buddhist")];
        assert_eq!(coord.post("/account/language", &there).await.status, 303);
        let account = coord.get("/account").await.body;
        for chosen in ["th", "Asia/Tokyo", "buddhist"] {
            assert!(account.contains(&format!(r#"value="{chosen}" selected"#)), "{chosen}");
        }
        assert!(account.contains("2569") && account.contains("JST"), "times are told as was chosen");
        let page = coord.get("/partners/overview").await.body;
        assert!(page.contains(r#"<html lang="th""#) && page.contains("ออกจากระบบ"), "the frame speaks Thai");
        assert!(page.contains("<h2>บริการ</h2>") && page.contains("งานบริการ"), "and so does the rail");
        assert!(
            page.contains(r#"tabindex="-1" lang="th">"#) || page.contains(r#"tabindex="-1">"#),
            "and the page itself"
        );
        let reference = coord.get("/account/api").await.body;
        assert!(
            reference.contains(r#"tabindex="-1" lang="en">"#),
            "what is not translated says so to screen readers"
        );
        let page = world.as_person("nera.sales1").await.get("/partners/overview").await.body;
        assert!(
            page.contains(r#"<html lang="en""#) && page.contains(r#"tabindex="-1">"#),
            "others read English"
        );
        ask(&world, "nera.coord@nera.example").await;
        let mail = super::mail(&world, "nera.coord@nera.example").await;
        assert!(mail.starts_with("เรียนคุณNok Charoen") && mail.contains("30 นาที"), "{mail}");
    }
}
