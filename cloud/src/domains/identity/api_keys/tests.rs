//! The stories of API keys, with the cases of PORTAL 7.2 under their numbers.

use super::rules;
use crate::guards::dump::dump;
use crate::platform::access::Item;
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::world::testing::{Answer, Browser, World, read, worlds};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, header};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// What a program sends: no cookie, a key, from an address.
struct Program<'a> {
    world: &'a World,
    secret: String,
    from: &'static str,
}

impl<'a> Program<'a> {
    fn with(world: &'a World, secret: &str) -> Self {
        Self { world, secret: secret.to_owned(), from: "198.51.100.7:4711" }
    }

    async fn send(&self, method: Method, path: &str, body: &str) -> Answer {
        let browser = self.world.anonymous().unscanned();
        let mut request = browser.request(method, path, Body::from(body.to_owned()));
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, format!("Bearer {}", self.secret).parse().unwrap());
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        let from: SocketAddr = self.from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
        read(browser.raw(request).await).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "").await
    }

    /// The code of the refusal, or `""`.
    async fn refused(&self, path: &str) -> (u16, String) {
        let answer = self.get(path).await;
        let code = if answer.status == 200 {
            String::new()
        } else {
            answer.json()["code"].as_str().unwrap().to_owned()
        };
        (answer.status, code)
    }
}

/// The secret on a page.
fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let after = answer.body.split("class=\"secret\">").nth(1).unwrap_or_else(|| panic!("{}", answer.body));
    after.split('<').next().unwrap().to_owned()
}

async fn make(browser: &Browser, with: &[(&str, &str)]) -> String {
    let mut form = vec![("name", "ERP import"), ("days", "30")];
    form.extend(with);
    secret(&browser.post("/account/keys", &form).await)
}

/// The id of the newest key.
async fn newest(browser: &Browser) -> String {
    let page = browser.get("/account/keys").await;
    let after = page.body.split("/account/keys/key_").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    format!("key_{}", after.split('/').next().unwrap())
}

async fn logged(world: &World, action: &str) -> i64 {
    world.count("FROM audit_entry WHERE tenant_id = 'nera' AND action = $1", action).await
}

#[tokio::test]
async fn a_key_can_be_made_for_what_the_api_has_and_nothing_else() {
    let world = worlds("keys_items").await.remove(0);
    let mounted = world.mounted.iter().filter(|route| route.path.starts_with("/api/v1/"));
    let items: BTreeSet<Item> = mounted.filter_map(|route| Some(route.action?.item())).collect();
    let offered: BTreeSet<Item> = rules::IN_API.into_iter().chain([Item::Account]).collect();
    assert_eq!(items, offered, "keep IN_API as the routes are; everybody has the account");
}

#[tokio::test]
async fn the_form_tells_the_teams_of_two_apps_apart() {
    let world = worlds("keys_names").await.remove(0);
    let form = world.as_person("nera.admin").await.get("/account/keys").await.body;
    assert!(form.contains("<span>Team (Partners)</span>") && !form.contains("<span>Team</span>"), "{form}");
}

#[tokio::test]
async fn a_key_is_shown_once_kept_as_a_hash_and_does_what_it_was_made_for() {
    for world in worlds("keys_made").await {
        let sales = world.as_person("nera.sales1").await;
        let secret = make(&sales, &[("items", "deals"), ("reach", "write")]).await;
        assert!(secret.starts_with("rsk_") && secret.len() == 47, "{secret}");
        let page = sales.get("/account/keys").await;
        assert!(page.body.contains("ERP import") && !page.body.contains(&secret[4..]), "{}", page.body);
        for (table, rows) in dump(&world).await {
            let holds = rows.iter().any(|row| row.contains(&secret[4..]));
            assert!(!holds, "{}: {table} holds the secret", world.engine);
        }

        let program = Program::with(&world, &secret);
        let me = program.get("/api/v1/me").await.json();
        assert_eq!(me["person"]["id"], "nera.sales1");
        assert_eq!(me["key"]["items"], serde_json::json!(["deals"]), "{me}");
        assert_eq!(program.get("/api/v1/deals").await.status, 200);
        let deal = r#"{"customer":"A mill","title":"By a program","amount":"5","distributor":"eastdist"}"#;
        let made = program.send(Method::POST, "/api/v1/deals", deal).await;
        assert_eq!(made.status, 201, "{}: {}", world.engine, made.body);
        // The log says which key it was, under the person who answers for it.
        let id = newest(&sales).await;
        let from = "FROM audit_entry WHERE tenant_id = 'nera' AND action = 'deal.registered'
                    AND actor_id = 'nera.sales1' AND actor_name LIKE '%by key ERP import (' || $1 || ')'";
        assert_eq!(world.count(from, &id).await, 1, "{}", world.engine);
        assert!(sales.get("/account/keys").await.body.contains("198.51.100.7"), "last use");
    }
}

#[tokio::test]
async fn who_answers_for_a_key_is_told_by_mail_and_the_mail_holds_no_secret() {
    for world in worlds("keys_mail").await {
        let mails = async |to: &str| world.count("FROM mail_outbox WHERE to_email = $1", to).await;
        let (sales, admin) = (world.as_person("nera.sales1").await, world.as_person("nera.admin").await);
        let (own, boss) = ("nera.sales1@nera.example", "nera.admin@nera.example");
        let (to_own, to_boss) = (mails(own).await, mails(boss).await);
        let secret = make(&sales, &[("items", "deals")]).await;
        assert_eq!((mails(own).await, mails(boss).await), (to_own + 1, to_boss), "{}", world.engine);
        let key = newest(&sales).await;
        let renewed = sales.post(&format!("/account/keys/{key}/rotate"), &[]).await;
        assert_eq!((renewed.status, mails(own).await), (200, to_own + 2), "{}", world.engine);
        make(&admin, &[("items", "deals"), ("whose", "organisation")]).await;
        assert_eq!((mails(own).await, mails(boss).await), (to_own + 2, to_boss + 1), "{}", world.engine);
        let held = dump(&world).await["mail_outbox"].iter().any(|row| row.contains(&secret[4..]));
        assert!(!held, "{}: a mail holds the secret", world.engine);
    }
}

#[tokio::test]
async fn case_28_a_key_opens_no_page_and_a_cookie_is_no_key() {
    for world in worlds("keys_28").await {
        let admin = world.as_person("nera.admin").await;
        let secret = make(&admin, &[("items", "deals"), ("items", "workload"), ("reach", "write")]).await;
        let program = Program::with(&world, &secret);
        for route in world.mounted.iter().filter(|route| route.action.is_some()) {
            if route.path.starts_with("/api/") {
                continue;
            }
            let method = match route.method {
                crate::platform::web::Method::Get => Method::GET,
                crate::platform::web::Method::Post => Method::POST,
            };
            let path = route.path.replace(['{', '}'], "");
            let answer = program.send(method, &path, "").await;
            assert_eq!(answer.status, 401, "{}: {path} opened for a key: {}", world.engine, answer.body);
        }
        // The key in the cookie, and the session as a key.
        let cookie = admin.cookie.clone().unwrap();
        let (name, session) = cookie.split_once('=').unwrap();
        let disguised = admin.with_cookie(&format!("{name}={secret}"));
        assert_eq!(disguised.get_json("/api/v1/deals").await.status, 401, "{}", world.engine);
        let program = Program::with(&world, session);
        assert_eq!(program.refused("/api/v1/deals").await, (401, "key_unknown".to_owned()));
        // A good cookie does not help a bad key, in whatever scheme it comes.
        for shown in ["Bearer rsk_nonsense", "Bearer", "Basic bmVyYTpuZXJh", &format!("Token {secret}")] {
            let mut request = admin.request(Method::GET, "/api/v1/deals", Body::empty());
            request.headers_mut().insert(header::AUTHORIZATION, shown.parse().unwrap());
            assert_eq!(admin.raw(request).await.status(), 401, "{}: {shown}", world.engine);
        }
    }
}

#[tokio::test]
async fn case_29_a_revoked_expired_misplaced_or_narrow_key_is_refused_and_that_is_written_down() {
    for world in worlds("keys_29").await {
        let sales = world.as_person("nera.sales1").await;
        // Insufficient scope: not made for it, or made to read only.
        let narrow = make(&sales, &[("items", "deals"), ("addresses", "198.51.100.0/24")]).await;
        let program = Program::with(&world, &narrow);
        assert_eq!(program.get("/api/v1/deals").await.status, 200);
        let before = logged(&world, "access.refused").await;
        assert_eq!(program.refused("/api/v1/renewals").await, (403, "insufficient_scope".to_owned()));
        let write = program.send(Method::POST, "/api/v1/deals", "{}").await;
        assert_eq!((write.status, write.json()["code"].as_str()), (403, Some("insufficient_scope")));
        assert_eq!(logged(&world, "access.refused").await, before + 2, "{}", world.engine);
        assert_eq!(
            program.refused("/api/v1/workload").await,
            (403, "role_forbidden".to_owned()),
            "its owner may not"
        );

        // From elsewhere, once an hour in the log.
        let elsewhere = Program { from: "203.0.113.9:1", ..Program::with(&world, &narrow) };
        for _ in 0..3 {
            assert_eq!(elsewhere.refused("/api/v1/deals").await, (401, "key_address".to_owned()));
        }
        assert_eq!(logged(&world, "api_key.refused").await, 1, "{}", world.engine);

        // Expired, to the millisecond.
        world.clock.advance(30 * DAY_MS - 1);
        assert_eq!(program.get("/api/v1/deals").await.status, 200, "{}", world.engine);
        world.clock.advance(1);
        assert_eq!(program.refused("/api/v1/deals").await, (401, "key_expired".to_owned()));
        assert_eq!(logged(&world, "api_key.refused").await, 2, "{}", world.engine);

        // Revoked, from the next request on, and by one press.
        let sales = world.as_person("nera.sales1").await;
        let other = make(&sales, &[("items", "deals")]).await;
        let program = Program::with(&world, &other);
        assert_eq!(program.get("/api/v1/deals").await.status, 200);
        world.clock.advance(HOUR_MS);
        let id = newest(&sales).await;
        assert_eq!(sales.post(&format!("/account/keys/{id}/revoke"), &[]).await.status, 303);
        assert_eq!(program.refused("/api/v1/deals").await, (401, "key_revoked".to_owned()));
        assert_eq!(
            (logged(&world, "api_key.refused").await, logged(&world, "api_key.revoked").await),
            (3, 1)
        );
    }
}

#[tokio::test]
async fn case_30_a_key_dies_with_the_membership_the_person_and_the_roles_behind_it() {
    for world in worlds("keys_30").await {
        let admin = world.as_person("nera.admin").await;
        let own =
            make(&world.as_person("nera.coord").await, &[("items", "workload"), ("reach", "write")]).await;
        let program = Program::with(&world, &own);
        assert_eq!(program.get("/api/v1/workload").await.status, 200, "{}", world.engine);

        world.run("UPDATE membership SET roles = 'viewer' WHERE person_id = 'nera.coord'").await;
        assert_eq!(
            program.refused("/api/v1/workload").await,
            (403, "role_forbidden".to_owned()),
            "less by now"
        );
        world.run("UPDATE membership SET roles = 'administrator' WHERE person_id = 'nera.coord'").await;
        assert_eq!(program.get("/api/v1/workload").await.status, 200);
        assert_eq!(
            program.refused("/api/v1/deals").await,
            (403, "insufficient_scope".to_owned()),
            "more never"
        );

        assert_eq!(admin.post("/partners/team/nera.coord/disable", &[]).await.status, 303);
        assert_eq!(
            program.refused("/api/v1/workload").await,
            (401, "key_owner".to_owned()),
            "{}",
            world.engine
        );
        assert_eq!(logged(&world, "api_key.refused").await, 1, "{}", world.engine);
        assert_eq!(admin.post("/partners/team/nera.coord/enable", &[]).await.status, 303);
        assert_eq!(program.get("/api/v1/workload").await.status, 200);
        assert_eq!(admin.post("/partners/team/nera.coord/remove", &[]).await.status, 303);
        assert_eq!(
            program.refused("/api/v1/workload").await,
            (401, "key_owner".to_owned()),
            "{}",
            world.engine
        );
        // A suspended organisation takes the keys of all its people along.
        let own = make(&world.as_person("nera.sales1").await, &[("items", "deals")]).await;
        let program = Program::with(&world, &own);
        world.run("UPDATE tenant_capability SET suspended_ms = 1 WHERE tenant_id = 'nera' AND capability = 'partner'").await;
        assert_eq!(program.refused("/api/v1/deals").await, (403, "suspended".to_owned()), "{}", world.engine);
    }
}

#[tokio::test]
async fn making_and_renewing_need_a_fresh_proof_and_nobody_hands_out_more_than_they_have() {
    for world in worlds("keys_step_up").await {
        let sales = world.as_person("nera.sales1").await;
        let form =
            |items: &'static str| [("name", "x"), ("days", "30"), ("items", items), ("reach", "write")];
        for items in ["workload", "team", "audit", "account", "jobs", "nonsense", ""] {
            let answer = sales.post("/account/keys", &form(items)).await;
            assert_eq!(answer.status, 422, "{}: {items}", world.engine);
        }
        for (field, value) in [("days", "9999"), ("days", ""), ("name", ""), ("addresses", "everywhere")] {
            let mut form: Vec<(&str, &str)> =
                form("deals").into_iter().filter(|(name, _)| *name != field).collect();
            form.push((field, value));
            let answer = sales.post("/account/keys", &form).await;
            assert_eq!(answer.status, 422, "{}: {field}={value}", world.engine);
            assert!(answer.body.contains("value=\"x\"") || field == "name", "what was entered is lost");
        }
        let mut of_all = form("deals").to_vec();
        of_all.push(("whose", "organisation"));
        assert_eq!(sales.post("/account/keys", &of_all).await.status, 403, "{}", world.engine);
        let secret = secret(&sales.post("/account/keys", &form("deals")).await);
        let id = newest(&sales).await;
        world.clock.advance(10 * MINUTE_MS);
        for path in ["/account/keys".to_owned(), format!("/account/keys/{id}/rotate")] {
            let asked = sales.post(&path, &form("deals")).await;
            assert!(asked.status == 403 && asked.body.contains("Confirm that it is you"), "{}", asked.body);
        }
        // Others do not find it; an administrator revokes it and cannot take it over.
        for (handle, acts) in [("nera.sales2", "revoke"), ("siam.admin", "revoke"), ("mw.admin", "rotate")] {
            let other = world.as_person(handle).await;
            let answer = other.post(&format!("/account/keys/{id}/{acts}"), &[]).await;
            assert_eq!(answer.status, 404, "{}: {handle}", world.engine);
            assert!(!other.get("/account/keys").await.body.contains(&id), "{handle}");
        }
        let admin = world.as_person("nera.admin").await;
        assert_eq!(admin.post(&format!("/account/keys/{id}/rotate"), &[]).await.status, 403);
        assert_eq!(admin.post(&format!("/account/keys/{id}/revoke"), &[]).await.status, 303);
        assert_eq!(
            Program::with(&world, &secret).refused("/api/v1/me").await,
            (401, "key_revoked".to_owned())
        );
    }
}

#[tokio::test]
async fn a_renewed_key_has_two_secrets_for_a_day_and_an_administrator_takes_the_organisations_over() {
    for world in worlds("keys_rotated").await {
        world.run("UPDATE membership SET roles = 'administrator' WHERE person_id = 'nera.coord'").await;
        let coord = world.as_person("nera.coord").await.unscanned();
        let old = make(&coord, &[("items", "deals"), ("whose", "organisation")]).await;
        let id = newest(&coord).await;
        let admin = world.as_person("nera.admin").await;
        assert_eq!(admin.post("/partners/team/nera.coord/remove", &[]).await.status, 303);
        let former = Program::with(&world, &old);
        assert_eq!(former.refused("/api/v1/deals").await, (401, "key_owner".to_owned()), "{}", world.engine);

        let new = secret(&admin.post(&format!("/account/keys/{id}/rotate"), &[]).await);
        let current = Program::with(&world, &new);
        assert_eq!(current.get("/api/v1/me").await.json()["person"]["id"], "nera.admin", "{}", world.engine);
        assert_eq!(
            (former.get("/api/v1/deals").await.status, current.get("/api/v1/deals").await.status),
            (200, 200)
        );
        world.clock.advance(DAY_MS);
        assert_eq!(
            former.refused("/api/v1/deals").await,
            (401, "key_expired".to_owned()),
            "{}",
            world.engine
        );
        assert_eq!(current.get("/api/v1/deals").await.status, 200, "{}", world.engine);
        world.clock.advance(29 * DAY_MS);
        assert_eq!(
            current.refused("/api/v1/deals").await,
            (401, "key_expired".to_owned()),
            "{}",
            world.engine
        );
    }
}
