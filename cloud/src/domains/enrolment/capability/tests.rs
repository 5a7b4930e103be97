//! One organisation, many apps (PORTAL 3.4 and the cases of 7.2 and 7.3 that are about them).

use crate::world::testing::{Browser, World, worlds};

/// The apps that the switcher and the rail of a person's pages offer.
async fn apps(browser: &Browser) -> Vec<&'static str> {
    let page = browser.get("/account/enrolment").await.body;
    let leads = [("Partners", "href=\"/partners/overview\""), ("Portal", "href=\"/portal\"")];
    leads.into_iter().filter(|(_, href)| page.contains(href)).map(|(name, _)| name).collect()
}

async fn enabled(world: &World, tenant: &str) -> i64 {
    world
        .count("FROM audit_entry WHERE action = 'tenant.capability-enabled' AND tenant_id = $1", tenant)
        .await
}

/// TEN-2, TEN-5, ENR-B, ENR-both.
#[tokio::test]
async fn a_partner_switches_on_its_customer_side_once_in_the_same_session() {
    for world in worlds("capability_enable").await {
        let siam = world.as_person("siam.admin").await;
        let tenants = world.count("FROM tenant WHERE $1 = $1", "x").await;
        assert_eq!(siam.get("/portal").await.status, 404, "{}", world.engine);
        assert_eq!(apps(&siam).await, ["Partners"]);
        for _ in 0..2 {
            let on = siam.post("/account/enrolment/customer", &[]).await;
            assert_eq!((on.status, on.location()), (303, "/account/enrolment"), "{}", on.body);
        }
        assert_eq!(siam.get("/portal").await.status, 200, "{}: without a new sign-in", world.engine);
        assert_eq!(apps(&siam).await, ["Partners", "Portal"]);
        assert_eq!(enabled(&world, "siam").await, 1, "{}: told once", world.engine);
        let rows = "FROM tenant_capability WHERE capability = 'customer' AND tenant_id = $1";
        assert_eq!(world.count(rows, "siam").await, 1);
        assert_eq!(world.count("FROM outbox WHERE kind = $1", "tenant.capability-enabled").await, 1);
        assert_eq!(world.count("FROM tenant WHERE $1 = $1", "x").await, tenants, "no second organisation");
    }
}

#[tokio::test]
async fn two_presses_at_once_add_it_once() {
    for world in worlds("capability_race").await {
        let andaman = world.as_person("andaman.admin").await;
        let presses: Vec<_> = (0..6).map(|_| andaman.post("/account/enrolment/customer", &[])).collect();
        for press in futures_util::future::join_all(presses).await {
            assert_eq!(press.status, 303, "{}: {}", world.engine, press.body);
        }
        assert_eq!(enabled(&world, "andaman").await, 1, "{}", world.engine);
    }
}

/// Case 35 and C38: who is not verified adds nothing by itself.
#[tokio::test]
async fn case_35_an_unverified_organisation_or_person_adds_nothing() {
    for world in worlds("capability_unverified").await {
        let siam = world.as_person("siam.admin").await;
        world.run("UPDATE tenant SET verified_ms = NULL WHERE id = 'siam'").await;
        let refused = siam.post("/account/enrolment/customer", &[]).await;
        assert_eq!(refused.status, 409, "{}", world.engine);
        assert!(refused.body.contains("not verified your organisation"), "{}", refused.body);
        world.run("UPDATE tenant SET verified_ms = 1 WHERE id = 'siam'").await;
        world.run("UPDATE person SET verified_ms = NULL WHERE id = 'siam.admin'").await;
        assert_eq!(siam.post("/account/enrolment/customer", &[]).await.status, 409);
        assert_eq!(enabled(&world, "siam").await, 0, "{}", world.engine);
    }
}

/// Case 34: an unverified person reaches the account and nothing else.
#[tokio::test]
async fn case_34_an_unverified_person_has_only_the_account() {
    for world in worlds("capability_case_34").await {
        let nera = world.as_person("nera.admin").await;
        world.run("UPDATE person SET verified_ms = NULL WHERE id = 'nera.admin'").await;
        for open in ["/account", "/account/enrolment", "/account/enrolment/workflow"] {
            assert_eq!(nera.get(open).await.status, 200, "{}: {open}", world.engine);
        }
        for closed in
            ["/partners/overview", "/partners/deals", "/portal", "/api/v1/deals", "/partners/workload"]
        {
            assert_eq!(nera.get(closed).await.status, 404, "{}: {closed}", world.engine);
        }
    }
}

/// TEN-5: the impact comes first, and nothing open is left behind.
#[tokio::test]
async fn giving_up_shows_what_hangs_on_it_and_refuses_to_orphan_it() {
    for world in worlds("capability_disable").await {
        let nera = world.as_person("nera.admin").await;
        let impact = nera.get("/account/enrolment/partner/disable").await;
        assert_eq!(impact.status, 200, "{}", impact.body);
        for word in ["DL-1", "Open deal", "Open work", "Covered device", "Distribution agreement"] {
            assert!(impact.body.contains(word), "{}: {word} in {}", world.engine, impact.body);
        }
        let refused = nera.post("/account/enrolment/partner/disable", &[]).await;
        assert_eq!(refused.status, 409, "{}", world.engine);
        assert!(refused.body.contains("DL-1") && refused.body.contains("left behind"), "{}", refused.body);
        let devices = nera.post("/account/enrolment/customer/disable", &[]).await;
        assert_eq!(devices.status, 409);
        assert!(devices.body.contains("D-NE-1"), "{}", devices.body);
        assert_eq!(apps(&nera).await, ["Partners", "Portal"], "nothing changed");
        for nothing in ["vendor", "partner", "customer/x"] {
            let path = format!("/account/enrolment/{nothing}/disable");
            let lonely = world.as_person("lonely.admin").await.post(&path, &[]).await;
            assert_eq!(lonely.status, 404, "{path}");
        }
    }
}

/// Case 48: taken away in the middle of a session.
#[tokio::test]
async fn case_48_a_capability_given_up_is_gone_at_the_next_request() {
    for world in worlds("capability_case_48").await {
        let admin = world.as_person("siam.admin").await;
        assert_eq!(admin.post("/account/enrolment/customer", &[]).await.status, 303);
        let open = world.as_person("siam.admin").await;
        assert_eq!(open.get("/portal").await.status, 200);
        let gone = admin.post("/account/enrolment/customer/disable", &[]).await;
        assert_eq!(gone.status, 303, "{}", gone.body);
        assert_eq!(open.get("/portal").await.status, 404, "{}", world.engine);
        assert_eq!(open.get("/partners/overview").await.status, 200, "the other app stays");
        let told = "FROM audit_entry WHERE action = 'tenant.capability-disabled' AND tenant_id = $1";
        assert_eq!(world.count(told, "siam").await, 1);
        assert_eq!(world.count(told, "riversync").await, 1, "the program's owner knows");
        let log = "FROM audit_entry WHERE acting_capability = 'account' AND action LIKE 'tenant.%' AND tenant_id = $1";
        assert_eq!(world.count(log, "siam").await, 2);
    }
}

/// Cases 36, 37 and 38: every app is for its own kind of organisation.
#[tokio::test]
async fn cases_36_to_38_an_app_of_another_kind_is_not_there() {
    for world in worlds("capability_cases_36").await {
        for (who, closed) in [
            ("bkk.admin", ["/partners/overview", "/partners/deals", "/pipeline", "/admin/agents"]),
            ("siam.admin", ["/portal", "/portal/sharing", "/pipeline", "/admin/applications"]),
            ("mw.admin", ["/portal", "/pipeline", "/admin/agents", "/partners/resellers/x"]),
            ("rs.admin", ["/partners/overview", "/partners/team", "/portal", "/api/v1/deals"]),
        ] {
            let browser = world.as_person(who).await;
            for path in closed {
                assert_eq!(browser.get(path).await.status, 404, "{}: {path} as {who}", world.engine);
            }
        }
    }
}

/// Cases 40 and 41: the organisation comes from the session and from nowhere else.
#[tokio::test]
async fn cases_40_and_41_nobody_names_the_organisation_they_act_for() {
    for world in worlds("capability_cases_40").await {
        let nera = world.as_person("nera.admin").await;
        assert_eq!(nera.post("/account/tenant", &[("tenant_id", "siam")]).await.status, 404, "case 40");
        let own = nera.get("/partners/deals").await.body;
        let asked = nera.get("/partners/deals?tenant=siam&tenant_id=siam").await.body;
        assert!(!asked.contains("DL-4"), "{}: case 41", world.engine);
        let mut request = nera.request(axum::http::Method::GET, "/partners/deals", axum::body::Body::empty());
        request.headers_mut().insert("x-tenant-id", "siam".parse().unwrap());
        let with_header = crate::world::testing::read(nera.raw(request).await).await.body;
        assert_eq!(with_header, own, "{}: case 41", world.engine);
        let form = [("tenant_id", "siam"), ("tenant", "siam")];
        assert_eq!(nera.post("/account/enrolment/customer", &form).await.status, 303);
        assert_eq!(enabled(&world, "siam").await, 0, "{}: the body's organisation was heard", world.engine);
    }
}

/// Case 39 and ENR-both: acting in the Portal is acting as a customer, and only on one's own devices.
#[tokio::test]
async fn case_39_a_dual_organisation_acts_as_what_the_app_says() {
    for world in worlds("capability_case_39").await {
        let nera = world.as_person("nera.admin").await;
        assert_eq!(
            nera.get("/portal/devices/D-NE-1").await.status,
            200,
            "PTL-1: its own device, without a grant"
        );
        assert_eq!(nera.get("/portal/devices/D-BF-1").await.status, 404, "covered is not owned");
        assert_eq!(nera.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", "x")]).await.status, 404);
        let covered = nera.get("/partners/devices").await.body;
        assert!(!covered.contains("D-NE-1"), "{}: owned is not covered: {covered}", world.engine);
        let wrong = [("partner", "siam"), ("purpose", "x")];
        assert_eq!(nera.post("/portal/sharing/new", &wrong).await.status, 422);
    }
}

#[tokio::test]
async fn everybody_finds_the_apps_and_only_an_administrator_changes_them() {
    for world in worlds("capability_roles").await {
        for member in crate::world::people() {
            let browser = world.as_person(member.handle).await;
            let page = browser.get("/account/enrolment").await;
            assert_eq!(page.status, 200, "{}", member.handle);
            let workflow = browser.get("/account/enrolment/workflow").await;
            assert_eq!(workflow.status, 200, "{}", member.handle);
            assert!(workflow.body.contains("tenant.capability-enabled"), "{}", workflow.body);
        }
        let viewer = world.as_person("nera.view").await;
        assert!(viewer.get("/account/enrolment").await.body.contains("Only an administrator"));
        assert_eq!(viewer.post("/account/enrolment/customer", &[]).await.status, 403, "{}", world.engine);
        assert_eq!(viewer.get("/account/enrolment/partner/disable").await.status, 403);
        let lonely = world.as_person("lonely.admin").await.get("/account/enrolment/workflow").await;
        assert!(lonely.body.contains("Lonely Co has not applied"), "{}", lonely.body);
    }
}
