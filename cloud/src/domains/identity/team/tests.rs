//! Teams: delegated administration and what it must not do (OA-3, OW-1, OW-5, cases 6, 8, 140 and 141).

use crate::world::testing::{Browser, World, worlds};

const NEW: [(&str, &str); 3] =
    [("name", "Nida New"), ("email", "nera.new@nera.example"), ("roles", "salesperson")];

#[derive(sqlx::FromRow)]
struct Mail {
    body: String,
}

/// The path of the newest link mailed to `email`.
async fn mailed(world: &World, email: &str) -> String {
    let mut tx = world.app.db.read().await.unwrap();
    let text = "SELECT body FROM mail_outbox WHERE to_email = $1 ORDER BY id DESC LIMIT 1";
    let mail: Mail = crate::platform::db::query(text).bind(email).one(&mut tx).await.unwrap();
    let url = world.app.config.public_url.as_str();
    mail.body.split_whitespace().find_map(|word| word.strip_prefix(url)).unwrap().to_owned()
}

/// The id of the person with this address, as the team page writes it.
async fn id_of(browser: &Browser, name: &str) -> String {
    let page = browser.get("/partners/team").await.body;
    let row = page.split("<tr ").find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name} in {page}"));
    row.split("id=\"row-").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_administrator_invites_somebody_who_then_works_here() {
    for world in worlds("team_invite").await {
        let admin = world.as_person("nera.admin").await;
        let sent = admin.post("/partners/team/invite", &NEW).await;
        assert_eq!((sent.status, sent.location()), (303, "/partners/team"), "{}", sent.body);
        let page = admin.get("/partners/team").await.body;
        assert!(
            page.contains("Nida New") && page.contains("Invited") && page.contains("Resend invite"),
            "{page}"
        );
        let old = mailed(&world, "nera.new@nera.example").await;
        world.clock.advance(1_000);
        let id = id_of(&admin, "Nida New").await;
        assert_eq!(admin.post(&format!("/partners/team/{id}/resend"), &[]).await.status, 303);
        let path = mailed(&world, "nera.new@nera.example").await;
        let browser = world.anonymous();
        let email = [("email", "nera.new@nera.example")];
        assert_eq!(browser.post(&old, &email).await.status, 410, "{}: OW-5", world.engine);
        for _ in 0..3 {
            assert_eq!(browser.get(&path).await.status, 200, "OW-1: looking uses nothing up");
        }
        let accepted = browser.post(&path, &email).await;
        assert_eq!((accepted.status, accepted.location()), (303, "/partners/overview"), "{}", accepted.body);
        let new = browser.with_cookie(accepted.headers["set-cookie"].to_str().unwrap());
        assert_eq!(new.get("/partners/deals").await.status, 200, "{}: the alias is sales", world.engine);
        assert_eq!(new.get("/partners/workload").await.status, 403);
        assert!(
            !admin.get("/partners/team").await.body.contains("Resend invite"),
            "{}: accepted",
            world.engine
        );
        let again = admin.post("/partners/team/invite", &NEW).await;
        assert_eq!(again.status, 409, "{}", again.body);
        assert_eq!(
            world.count("FROM audit_entry WHERE action = 'member.added' AND tenant_id = $1", "nera").await,
            1
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays() {
    for world in worlds("team_form").await {
        let admin = world.as_person("nera.admin").await;
        let wrong = [("name", ""), ("email", "nobody"), ("roles", "owner")];
        let refused = admin.post("/partners/team/invite", &wrong).await;
        assert_eq!(refused.status, 422, "{}", world.engine);
        for word in
            ["no role &#34;owner&#34;", "not an e-mail address", "Write the person", "value=\"nobody\""]
        {
            assert!(refused.body.contains(word), "{word} in {}", refused.body);
        }
        let none = admin.post("/partners/team/invite", &[("name", "N"), ("email", "n@nera.example")]).await;
        assert!(none.status == 422 && none.body.contains("at least one role"), "{}", none.body);
        assert_eq!(
            world.count("FROM person WHERE email = $1", "n@nera.example").await,
            0,
            "nothing half-done"
        );
    }
}

/// Case 140: nobody rises, escapes or leaves nobody behind.
#[tokio::test]
async fn case_140_nobody_edits_the_own_role_or_removes_the_last_administrator() {
    for world in worlds("team_case_140").await {
        let admin = world.as_person("nera.admin").await;
        for (verb, form) in [
            ("roles", vec![("roles", "viewer")]),
            ("disable", vec![]),
            ("remove", vec![]),
            ("enable", vec![]),
        ] {
            let own = admin.post(&format!("/partners/team/nera.admin/{verb}"), &form).await;
            assert_eq!(own.status, 403, "{}: {verb}: {}", world.engine, own.body);
        }
        // With a second administrator, the two can act on each other, but never leave nobody.
        let both = [("roles", "administrator"), ("roles", "coordinator")];
        assert_eq!(admin.post("/partners/team/nera.coord/roles", &both).await.status, 303);
        let second = world.as_person("nera.coord").await;
        assert_eq!(
            second.post("/partners/team/nera.admin/disable", &[]).await.status,
            303,
            "{}",
            world.engine
        );
        assert_eq!(admin.get("/account").await.status, 303, "{}: out at the next request", world.engine);
        assert_eq!(second.post("/partners/team/nera.admin/enable", &[]).await.status, 303);
        world.run("UPDATE person SET disabled_ms = 1 WHERE id = 'nera.coord'").await;
        let back = world.as_person("nera.admin").await;
        let foreign = [("name", "X"), ("email", "x@x.example"), ("roles", "viewer"), ("tenant_id", "siam")];
        assert_eq!(back.post("/partners/team/invite", &foreign).await.status, 303);
        assert_eq!(
            world.count("FROM membership WHERE tenant_id = 'siam' AND person_id LIKE $1", "per_%").await,
            0
        );
    }
}

/// OA-3: two administrators who switch each other off at once leave one.
#[tokio::test]
async fn the_last_administrator_stays_even_when_two_press_at_once() {
    for world in worlds("team_last").await {
        let one = world.as_person("siam.admin").await;
        assert_eq!(
            one.post("/partners/team/siam.sales/roles", &[("roles", "principal,sales")]).await.status,
            303
        );
        let other = world.as_person("siam.sales").await;
        let (a, b) = tokio::join!(
            one.post("/partners/team/siam.sales/roles", &[("roles", "sales")]),
            other.post("/partners/team/siam.admin/roles", &[("roles", "viewer")]),
        );
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert!(statuses[0] == 303 && [403, 409].contains(&statuses[1]), "{}: {statuses:?}", world.engine);
        let left = "FROM membership WHERE roles LIKE '%administrator%' AND tenant_id = $1";
        assert_eq!(world.count(left, "siam").await, 1, "{}", world.engine);
    }
}

/// Cases 6 and 8: switched off, removed or given less, it holds at the next request.
#[tokio::test]
async fn cases_6_and_8_a_change_holds_at_the_next_request() {
    for world in worlds("team_cases_6").await {
        let admin = world.as_person("nera.admin").await;
        let sales = world.as_person("nera.sales1").await.unscanned();
        assert_eq!(sales.get("/partners/deals").await.status, 200);
        assert_eq!(
            admin.post("/partners/team/nera.sales1/roles", &[("roles", "technical")]).await.status,
            303
        );
        assert_eq!(sales.get("/partners/leads").await.status, 403, "{}: case 8", world.engine);
        assert_eq!(sales.get("/api/v1/deals").await.status, 200, "technical reads deals");
        assert_eq!(admin.post("/partners/team/nera.sales1/disable", &[]).await.status, 303);
        assert_eq!(sales.get("/account").await.status, 303, "{}: case 6", world.engine);
        let ended =
            "FROM audit_entry WHERE action = 'session.ended' AND object_kind = 'session' AND tenant_id = $1";
        assert_eq!(world.count(ended, "nera").await, 1, "{}: written down", world.engine);
        let asked = world.anonymous().post("/partners/login", &[("email", "nera.sales1@nera.example")]).await;
        assert_eq!(asked.status, 200, "the answer is the same for everybody");
        assert_eq!(world.count("FROM mail_outbox WHERE to_email = $1", "nera.sales1@nera.example").await, 0);
        let tech = world.as_person("nera.tech").await;
        assert_eq!(admin.post("/partners/team/nera.tech/remove", &[]).await.status, 303);
        assert_eq!(tech.get("/account").await.status, 303);
        assert!(!admin.get("/partners/team").await.body.contains("Tawan Kit"));
    }
}

/// Case 141: the team is for administrators; the page says whom to ask.
#[tokio::test]
async fn case_141_others_are_told_whom_to_ask() {
    for world in worlds("team_case_141").await {
        for who in ["nera.coord", "nera.sales1", "nera.tech", "nera.fin", "nera.view"] {
            let browser = world.as_person(who).await;
            let page = browser.get("/partners/team").await;
            assert_eq!(page.status, 403, "{who}");
            assert!(page.body.contains("Ask your administrator: Niran Arun."), "{}", page.body);
            assert_eq!(browser.post("/partners/team/invite", &NEW).await.status, 403, "{who}");
            assert!(
                !browser.get("/partners/overview").await.body.contains("/partners/team"),
                "{who} sees it"
            );
        }
        for (who, path) in
            [("bkk.admin", "/portal/team"), ("rs.admin", "/admin/team"), ("mw.admin", "/partners/team")]
        {
            assert_eq!(world.as_person(who).await.get(path).await.status, 200, "{}: {who}", world.engine);
        }
    }
}

/// Case 46: somebody of two organisations never mixes them.
#[tokio::test]
async fn case_46_two_memberships_do_not_mix() {
    for world in worlds("team_case_46").await {
        let admin = world.as_person("siam.admin").await;
        let form = [("name", "Other Name"), ("email", "nera.sales1@nera.example"), ("roles", "principal")];
        assert_eq!(admin.post("/partners/team/invite", &form).await.status, 303);
        let both = world.as_person("nera.sales1").await;
        let here = both.get("/partners/deals").await.body;
        assert!(here.contains("DL-1") && !here.contains("DL-4"), "{}: {here}", world.engine);
        let switched = both.post("/account/tenant", &[("tenant_id", "siam")]).await;
        assert_eq!(switched.status, 303, "{}", switched.body);
        let there = both.with_cookie(switched.headers["set-cookie"].to_str().unwrap());
        for path in ["/partners/deals", "/partners/deals?format=csv", "/api/v1/deals", "/api/v1/search?q=dl"]
        {
            let body = there.get(path).await.body;
            assert!(body.contains("DL-4") && !body.contains("DL-1"), "{}: {path}: {body}", world.engine);
        }
        assert_eq!(there.get("/partners/deals/DL-1").await.status, 404);
    }
}

/// PORTAL 6.2: an administrator ends where a member is signed in, for the own organisation only; the person is told.
#[tokio::test]
async fn an_administrator_ends_the_sessions_of_a_member() {
    for world in worlds("team_sessions").await {
        let admin = world.as_person("nera.admin").await;
        world.run("UPDATE person SET language = 'th' WHERE id = 'nera.coord'").await;
        let siam = "INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ('nera.coord', 'siam', 'viewer', 9)";
        world.run(siam).await;
        world
            .run("UPDATE membership SET since_ms = 1 WHERE person_id = 'nera.coord' AND tenant_id = 'nera'")
            .await;
        let elsewhere = world.as_person("nera.coord").await;
        let switched = elsewhere.post("/account/tenant", &[("tenant_id", "siam")]).await;
        let elsewhere = elsewhere.after(&switched);
        let (one, other) = (world.as_person("nera.coord").await, world.as_person("nera.coord").await);
        let path = "/partners/team/nera.coord/sessions";
        let page = admin.get(path).await.body;
        let label = |page: &str| page.split("name=\"session\" value=\"").nth(1).unwrap()[..16].to_owned();
        assert_eq!(
            page.matches("name=\"session\"").count(),
            2,
            "{}: only of this organisation: {page}",
            world.engine
        );
        let silent = admin.post(&format!("{path}/end"), &[("reason", " ")]).await;
        assert!(silent.status == 422 && silent.body.contains("Say why"), "{}", silent.body);
        let form = [("session", label(&page)), ("reason", "Lost laptop".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(admin.post(&format!("{path}/end"), &form).await.status, 303);
        assert_eq!(admin.post(&format!("{path}/end"), &form).await.status, 404, "it has ended");
        let living = [&one, &other];
        let mut signed_in = 0;
        for browser in living {
            signed_in += i32::from(browser.get("/account").await.status == 200);
        }
        assert_eq!(signed_in, 1, "{}: one of the two", world.engine);
        let all = admin.post(&format!("{path}/end"), &[("reason", "Left the office")]).await;
        assert_eq!((all.status, all.location()), (303, path), "{}", all.body);
        for browser in living {
            assert_eq!(browser.get("/account").await.status, 303, "{}", world.engine);
        }
        assert_eq!(elsewhere.get("/account").await.status, 200, "{}: what is for Siam goes on", world.engine);
        let told = "FROM audit_entry WHERE action = 'member.signed_out' AND reason <> '' AND tenant_id = $1";
        assert_eq!(world.count(told, "nera").await, 2, "{}", world.engine);
        let thai = "FROM mail_outbox WHERE subject LIKE 'คุณถูกนำออก%' AND body LIKE '%Lost laptop%' AND to_email = $1";
        assert_eq!(world.count(thai, "nera.coord@nera.example").await, 1, "{}: told by mail", world.engine);
        assert_eq!(admin.get("/partners/team/nera.admin/sessions").await.location(), "/account", "one's own");
        assert_eq!(world.as_person("nera.coord").await.get(path).await.status, 403);
    }
}

/// The owner of the program ends sessions of people of its own program, and both logs say so.
#[tokio::test]
async fn the_program_s_administrator_ends_the_sessions_of_its_organisations_people() {
    for world in worlds("team_sessions_vendor").await {
        let (owner, siam) = (world.as_person("rs.admin").await, world.as_person("siam.sales").await);
        let path = "/admin/partners/siam/contacts/siam.sales/sessions";
        assert!(owner.get("/admin/partners/siam").await.body.contains(path), "{}", world.engine);
        assert!(owner.get(path).await.body.contains("Sakda Lom"));
        let ended = owner.post(&format!("{path}/end"), &[("reason", "Ticket 4712: phished")]).await;
        assert_eq!((ended.status, ended.location()), (303, path), "{}", ended.body);
        assert_eq!(siam.get("/account").await.status, 303, "{}", world.engine);
        for tenant in ["siam", "riversync"] {
            let told = "FROM audit_entry WHERE action = 'member.signed_out' AND actor_id = 'rs.admin' AND tenant_id = $1";
            assert_eq!(world.count(told, tenant).await, 1, "{}: {tenant}", world.engine);
        }
        let mail = "FROM mail_outbox WHERE subject = 'You were signed out of RiverSync' AND to_email = $1";
        assert_eq!(world.count(mail, "siam.sales@siam.example").await, 1, "{}", world.engine);
        let support = world.as_person("rs.support").await;
        assert_eq!(support.get(path).await.status, 403, "support reads organisations, and ends nothing");
        assert_eq!(owner.get("/admin/partners/offco/contacts/offco.admin/sessions").await.status, 404);
    }
}

#[tokio::test]
async fn a_team_is_ordered_and_taken_along_as_it_is_seen() {
    for world in worlds("team_list").await {
        let admin = world.as_person("nera.admin").await;
        let names = async |query: &str| {
            let csv = admin.get(&format!("/partners/team?format=csv{query}")).await.body;
            let rows = csv.lines().skip(1).filter_map(|line| line.split(',').next());
            rows.map(str::to_owned).collect::<Vec<_>>()
        };
        let (rising, falling) = (names("").await, names("&sort=-person").await);
        assert!(rising.len() > 5 && rising.is_sorted(), "{}: {rising:?}", world.engine);
        assert!(falling.iter().rev().eq(&rising), "{}: {falling:?}", world.engine);
        let all = admin.get("/partners/team?format=csv").await.body;
        assert_eq!(
            all.matches("@nera.example").count(),
            rising.len(),
            "{}: one's own alone: {all}",
            world.engine
        );
        let last = admin.get("/partners/team?sort=-last,person&format=csv&cols=last").await.body;
        let heads = last.lines().next();
        assert_eq!(heads, Some("name,e-mail,last sign-in"), "{}", world.engine);
        let narrow = admin.get("/partners/team?sort=-last,person&cols=last").await.body;
        assert!(narrow.contains("Ordered by") && narrow.contains("2 hidden"), "{}: {narrow}", world.engine);
    }
}
