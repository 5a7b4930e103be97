//! Looking on as somebody else (case 31 and C19).

use crate::platform::base::MINUTE_MS;
use crate::world::testing::worlds;

const NOK: [(&str, &str); 3] =
    [("person_id", "nera.coord"), ("tenant_id", "nera"), ("reason", "Ticket 4711: the queue looks empty")];

#[tokio::test]
async fn case_31_staff_look_on_with_a_reason_change_nothing_and_both_sides_read_it() {
    for world in worlds("view_as").await {
        let staff = world.as_person("rs.support").await;
        let without = [("person_id", "nera.coord"), ("tenant_id", "nera"), ("reason", " ")];
        assert_eq!(
            staff.post("/admin/view-as", &without).await.status,
            422,
            "{}: a reason first",
            world.engine
        );
        assert_eq!(staff.get("/partners/workload").await.status, 404);
        let begun = staff.post("/admin/view-as", &NOK).await;
        assert_eq!((begun.status, begun.location()), (303, "/"), "{}", begun.body);
        let looking_on = staff.looking_on_as("nera.coord");
        assert_eq!(looking_on.get("/").await.location(), "/partners/overview");
        let seen = looking_on.get("/partners/workload").await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        assert!(seen.body.contains("You look on as") && seen.body.contains("End the view"), "{}", seen.body);
        assert_eq!(staff.get("/admin/partners").await.status, 404, "meanwhile there is no staff app");
        for (path, form) in [
            ("/partners/workload/A-BF-1/acknowledge", vec![]),
            ("/account/enrolment/customer", vec![]),
            ("/account/tenant", vec![("tenant_id", "nera")]),
            ("/sign-out", vec![]),
        ] {
            let mut data = staff.request(
                axum::http::Method::POST,
                path,
                axum::body::Body::from(
                    form.iter().map(|(k, v): &(&str, &str)| format!("{k}={v}")).collect::<Vec<_>>().join("&"),
                ),
            );
            data.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
            data.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
            data.headers_mut().insert("accept", "application/json".parse().unwrap());
            let refused = crate::world::testing::read(staff.raw(data).await).await;
            // The coordinator may not change the apps at all; everything else is refused because somebody looks on.
            let code = refused.json()["code"].as_str().unwrap().to_owned();
            assert_eq!((refused.status, code.as_str()), (403, "read_only"), "{}: {path}", world.engine);
        }
        let acknowledged = "FROM audit_entry WHERE action LIKE 'work.%' AND tenant_id = $1";
        assert_eq!(world.count(acknowledged, "nera").await, 0, "{}", world.engine);
        let refused =
            "FROM audit_entry WHERE action = 'access.refused' AND actor_id = 'rs.support' AND tenant_id = $1";
        assert!(world.count(refused, "nera").await >= 3, "{}: the partner sees the attempts", world.engine);
        let in_their_name = "FROM audit_entry WHERE actor_id = $1 AND acting_capability <> 'system'";
        assert_eq!(
            world.count(in_their_name, "nera.coord").await,
            0,
            "{}: nothing in Nok's name",
            world.engine
        );
        let ended = staff.post("/account/view-as/end", &[]).await;
        assert_eq!(ended.status, 303, "{}", ended.body);
        assert_eq!(staff.get("/partners/workload").await.status, 404, "{}", world.engine);
        assert_eq!(staff.get("/admin/partners").await.status, 200);
        for tenant in ["nera", "riversync"] {
            for action in ["view.started", "view.ended"] {
                let told = format!("FROM audit_entry WHERE action = '{action}' AND tenant_id = $1");
                assert_eq!(world.count(&told, tenant).await, 1, "{}: {action} in {tenant}", world.engine);
            }
        }
        let why = "FROM audit_entry WHERE action = 'view.started' AND reason LIKE 'Ticket 4711%' AND tenant_id = $1";
        assert_eq!(world.count(why, "nera").await, 1);
    }
}

#[tokio::test]
async fn case_31_a_look_ends_by_itself_and_with_the_right_to_it() {
    for world in worlds("view_as_expiry").await {
        let staff = world.as_person("rs.admin").await;
        assert_eq!(staff.post("/admin/view-as", &NOK).await.status, 303);
        world.clock.advance(30 * MINUTE_MS - 1);
        assert_eq!(staff.looking_on_as("nera.coord").get("/partners/workload").await.status, 200);
        world.clock.advance(1);
        assert_eq!(staff.get("/partners/workload").await.status, 404, "{}: after half an hour", world.engine);
        for tenant in ["nera", "riversync"] {
            let told = "FROM audit_entry WHERE action = 'view.expired' AND tenant_id = $1";
            assert_eq!(world.count(told, tenant).await, 1, "{}: once", world.engine);
        }
        let customer =
            [("person_id", "bkk.admin"), ("tenant_id", "bkkfoods"), ("reason", "They asked for help")];
        assert_eq!(staff.post("/admin/view-as", &customer).await.status, 303);
        let looking_on = staff.looking_on_as("bkk.admin");
        assert_eq!(looking_on.get("/portal/devices/D-BF-1").await.status, 200, "{}", world.engine);
        let log = world.as_person("bkk.admin").await.get("/portal/log").await.body;
        assert!(log.contains("They asked for help") && log.contains("Ratana Suk"), "{log}");
        world.run("UPDATE membership SET roles = 'viewer' WHERE person_id = 'rs.admin'").await;
        assert_eq!(staff.get("/portal/devices/D-BF-1").await.status, 404, "{}: the right went", world.engine);
    }
}

#[tokio::test]
async fn case_31_only_staff_of_the_program_look_on_and_only_at_its_people() {
    for world in worlds("view_as_who").await {
        for who in ["rs.pipeline", "nera.admin", "bkk.admin", "offco.admin"] {
            let status = world.as_person(who).await.post("/admin/view-as", &NOK).await.status;
            assert!([403, 404].contains(&status), "{}: {who}: {status}", world.engine);
        }
        let staff = world.as_person("rs.admin").await;
        for (person, tenant) in [
            ("rs.support", "riversync"),
            ("offco.admin", "offco"),
            ("nera.coord", "siam"),
            ("nobody", "nera"),
        ] {
            let form = [("person_id", person), ("tenant_id", tenant), ("reason", "x")];
            assert_eq!(staff.post("/admin/view-as", &form).await.status, 404, "{}: {person}", world.engine);
        }
    }
}

/// What is between a person and this service is nothing to look on at.
#[tokio::test]
async fn whoever_looks_on_reads_neither_sign_ins_nor_passkeys_nor_keys() {
    for world in worlds("view_as_private").await {
        let admin = world.as_person("nera.admin").await;
        let key = [
            ("name", "Warehouse bridge"),
            ("whose", "organisation"),
            ("days", "90"),
            ("items", "deals"),
            ("reach", "read"),
        ];
        let made = admin.post("/account/keys", &key).await;
        assert_eq!(made.status, 200, "{}", made.body);
        assert!(admin.get("/account/keys").await.body.contains("Warehouse bridge"));
        let passkey =
            "INSERT INTO passkey (id, person_id, credential_id, credential, name, created_ms, used_ms)
             VALUES ('passkey_1', 'nera.admin', 'Y3JlZA', '{}', 'Yubi on the desk', 1, NULL)";
        world.run(passkey).await;
        let staff = world.as_person("rs.support").await;
        let look = [("person_id", "nera.admin"), ("tenant_id", "nera"), ("reason", "Ticket 4713")];
        assert_eq!(staff.post("/admin/view-as", &look).await.status, 303);
        let looking_on = staff.looking_on_as("nera.admin");
        for (path, hidden) in [
            ("/account", "This browser"),
            ("/account", "/account/sessions/"),
            ("/account", "Yubi on the desk"),
            ("/account/keys", "Warehouse bridge"),
        ] {
            let page = looking_on.get(path).await;
            assert_eq!(page.status, 200, "{}: {path}: {}", world.engine, page.body);
            assert!(!page.body.contains(hidden), "{}: {path} shows {hidden}: {}", world.engine, page.body);
            assert!(page.body.contains("so they are not shown"), "{}: {path} does not say why", world.engine);
        }
        let confirm = looking_on.get("/account/confirm").await;
        assert_eq!(
            confirm.status, 403,
            "{}: it names passkeys to the browser: {}",
            world.engine, confirm.body
        );
    }
}
