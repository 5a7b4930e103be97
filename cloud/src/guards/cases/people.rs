//! Who may be here at all: nobody, somebody who is gone, another vendor, the program's own staff.

use crate::guards::dump::dump;
use crate::guards::routes::with_id;
use crate::platform::access::{App, Item};
use crate::platform::db::query;
use crate::platform::web::Method;
use crate::world::testing::worlds;
use axum::body::Body;
use axum::http::{Method as Verb, header};

/// Case 1, 2: no cookie, garbage for a cookie.
#[tokio::test]
async fn case_001_002_no_cookie_or_garbage_is_nobody() {
    for world in worlds("cases_garbage").await {
        let oversized = format!("riversync={}", "x".repeat(9_000));
        for cookie in [
            "",
            "riversync=",
            "riversync=%00",
            "riversync='OR'1",
            "x=y",
            &oversized,
            "riversync=a; riversync=b",
        ] {
            let mut request = world.anonymous().request(Verb::GET, "/partners/overview", Body::empty());
            if !cookie.is_empty() {
                request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
            }
            assert_eq!(world.anonymous().raw(request).await.status(), 303, "{}: {cookie:.40}", world.engine);
        }
    }
}

/// Case 32, 47: a vendor whose program is switched off has nothing of it.
#[tokio::test]
async fn case_032_047_a_vendor_without_the_module_reaches_nothing_of_the_program() {
    for world in worlds("cases_module_off").await {
        let offco = world.as_person("offco.admin").await;
        for route in &world.mounted {
            let Some(action) = route.action else { continue };
            // Its own people and the switch stay, or it could never be switched on.
            let stays = matches!(action.item(), Item::Modules | Item::StaffTeam);
            if action.item().app() == App::Account || stays {
                continue;
            }
            let path = with_id(route.path, "DL-1");
            let answer = match route.method {
                Method::Get => offco.get(&path).await,
                Method::Post => offco.post(&path, &[]).await,
            };
            assert_eq!(answer.status, 404, "{}: {:?} {path}", world.engine, route.method);
        }
    }
}

/// Case 138: what the vendor's support, sales and administrators reach differs.
#[tokio::test]
async fn case_138_139_the_program_s_staff_are_told_apart_and_partners_are_none_of_them() {
    for world in worlds("cases_staff").await {
        for (person, path, status) in [
            ("rs.admin", "/admin/audit", 200),
            ("rs.admin", "/admin/agents", 200),
            ("rs.pipeline", "/pipeline", 200),
            ("rs.pipeline", "/admin/agents", 403),
            ("rs.pipeline", "/admin/audit", 403),
            ("rs.support", "/admin/agents", 200),
            ("rs.support", "/admin/audit", 403),
            ("nera.admin", "/admin/agents", 404),
            ("nera.admin", "/admin/audit", 404),
            ("mw.admin", "/admin/audit", 404),
            ("bkk.admin", "/admin/audit/chains", 404),
        ] {
            let got = world.as_person(person).await.get(path).await.status;
            assert_eq!(got, status, "{}: {person} {path}", world.engine);
        }
        let support = world.as_person("rs.support").await;
        let revoked = support.post("/admin/agents/A-SR/revoke", &[("reason", "x")]).await;
        assert_eq!(revoked.status, 403, "{}: support reads", world.engine);
    }
}

/// Case 143: what would help an attacker is not mounted.
#[tokio::test]
async fn case_143_no_metrics_debug_clock_or_backup_on_the_portal() {
    for world in worlds("cases_debug").await {
        let admin = world.as_person("rs.admin").await;
        for path in [
            "/metrics",
            "/debug",
            "/debug/pprof",
            "/test/clock",
            "/clock",
            "/mailbox",
            "/backup",
            "/export",
            "/.env",
            "/.git/config",
            "/server-status",
            "/actuator/health",
            "/agent/v1/policy",
            "/agent/v1/batches",
        ] {
            for browser in [&admin, &world.anonymous()] {
                assert_eq!(browser.get(path).await.status, 404, "{}: GET {path}", world.engine);
                assert_eq!(browser.post(path, &[]).await.status, 404, "{}: POST {path}", world.engine);
            }
        }
    }
}

/// Case 49 and 93: whoever asks for what is somebody else's leaves a line in the own log; nobody else is told.
#[tokio::test]
async fn case_049_who_reaches_for_a_foreign_deal_is_written_down_and_a_flood_is_bounded() {
    for world in worlds("cases_denials").await {
        let siam = world.as_person("siam.admin").await;
        assert_eq!(siam.get("/partners/deals/DL-1").await.status, 404);
        let log = siam.get("/partners/log?action=access.").await.body;
        assert!(
            log.contains("GET /partners/deals/DL-1") && log.contains("belongs to somebody else"),
            "{log}"
        );
        for nth in 0..120 {
            siam.get(&format!("/partners/deals/DL-{}", 1_000 + nth)).await;
        }
        let csv = siam.get("/partners/log.csv?action=access.").await.body;
        assert_eq!(csv.lines().count() - 1, 50, "{}: one line for each of 120", world.engine);
        assert!(csv.contains("further ones within this hour"), "{}: {csv}", world.engine);
        let nera = world.as_person("nera.admin").await.get("/partners/log.csv").await.body;
        assert!(
            !nera.contains("access.refused"),
            "{}: the owner of the deal learns nothing: {nera}",
            world.engine
        );
    }
}

/// Case 156: somebody who is gone is gone everywhere at once.
#[tokio::test]
async fn case_006_007_156_a_disabled_person_or_capability_ends_at_the_next_request() {
    for world in worlds("cases_gone").await {
        let (nera, siam) = (world.as_person("nera.sales1").await, world.as_person("siam.admin").await);
        let mut tx = world.app.db.write().await.unwrap();
        query("UPDATE person SET disabled_ms = 1 WHERE id = 'nera.sales1'").execute(&mut tx).await.unwrap();
        query("DELETE FROM tenant_capability WHERE tenant_id = 'siam'").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for path in ["/partners/deals", "/account", "/api/v1/deals"] {
            assert_eq!(nera.get_json(path).await.status, 401, "{}: {path}", world.engine);
        }
        for path in ["/partners/deals", "/api/v1/deals", "/partners/overview"] {
            assert_eq!(siam.get_json(path).await.status, 404, "{}: {path}", world.engine);
        }
        assert_eq!(siam.get("/account").await.status, 200, "one's own account stays reachable");
    }
}

/// Case 149: one foreign id among several, and nothing of the whole is done.
#[tokio::test]
async fn case_149_one_foreign_id_in_a_list_and_nothing_is_done() {
    for world in worlds("cases_bulk").await {
        let bkk = world.as_person("bkk.admin").await;
        for foreign in ["D-LC-1/power", "D-SR-1/temp", "D-NE-1/power", "D-NOWHERE/power"] {
            let before = dump(&world).await;
            let form = [
                ("partner", "nera"),
                ("items", "D-BF-4/power"),
                ("items", foreign),
                ("months", "3"),
                ("spacing", "0"),
                ("purpose", "Service"),
            ];
            assert_eq!(
                bkk.post("/portal/sharing/new", &form).await.status,
                404,
                "{}: {foreign}",
                world.engine
            );
            let narrowed = [("items", "D-BF-1/temp"), ("items", foreign)];
            let answer = bkk.post("/portal/sharing/grant_bf_nera/narrow", &narrowed).await;
            assert_eq!(answer.status, 422, "{}: {foreign}: {}", world.engine, answer.body);
            let after = dump(&world).await;
            for table in ["grant_revision", "grant_item", "agent"] {
                assert_eq!(after[table], before[table], "{}: {foreign} changed {table}", world.engine);
            }
        }
    }
}
