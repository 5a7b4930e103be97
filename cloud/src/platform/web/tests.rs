//! What every answer of the API has in common: refusals, pieces of lists, tags, and changes that are done once.

use crate::platform::db::query;
use crate::world::testing::{Answer, Browser, World, read, worlds};
use axum::body::Body;
use axum::http::{Method, header};

const DEAL: &str = r#"{"customer":"Lanna Resort","title":"Pumps","amount":"5","distributor":"eastdist"}"#;

/// A request of a signed-in program with these headers.
async fn send(
    browser: &Browser,
    method: Method,
    path: &str,
    headers: &[(&'static str, &str)],
    body: &str,
) -> Answer {
    let mut request = browser.request(method, path, Body::from(body.to_owned()));
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    read(browser.raw(request).await).await
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn every_refusal_of_the_api_is_a_problem_with_a_code_whatever_is_accepted() {
    for world in worlds("api_problems").await {
        let nera = world.as_person("nera.sales1").await;
        let nobody = world.anonymous();
        let large = format!(r#"{{"customer":"{}"}}"#, "x".repeat(300 * 1024));
        let form = ("content-type", "application/x-www-form-urlencoded");
        let deals = "/api/v1/deals";
        for (browser, method, path, headers, body, status, code) in [
            (&nobody, Method::GET, deals, JSON, "", 401, "sign_in"),
            (&nera, Method::GET, "/api", JSON, "", 404, "not_found"),
            (&nera, Method::GET, "/api/v1/nothing", JSON, "", 404, "not_found"),
            (&nobody, Method::GET, "/api/v1/nothing", JSON, "", 404, "not_found"),
            (&nera, Method::GET, "/api/v1/deals/DL-999", JSON, "", 404, "not_found"),
            (&nera, Method::DELETE, deals, JSON, "", 405, "method_not_allowed"),
            (&nera, Method::GET, "/api/v1/workload", JSON, "", 403, "role_forbidden"),
            (&nera, Method::POST, deals, form, "customer=x", 415, "unsupported_media_type"),
            (&nera, Method::POST, deals, JSON, large.as_str(), 413, "too_large"),
            (&nera, Method::POST, deals, JSON, "{\"customer\": \n  nonsense}", 422, "invalid"),
            (&nera, Method::POST, deals, JSON, "", 422, "invalid"),
            (&nera, Method::GET, "/api/v1/deals?limit=0", JSON, "", 422, "invalid"),
            (&nera, Method::GET, "/api/v1/deals?cursor=x", JSON, "", 422, "invalid"),
            (&nera, Method::POST, deals, ("if-match", "\"x\""), DEAL, 412, "precondition_failed"),
        ] {
            let answer = send(browser, method.clone(), path, &[headers], body).await;
            let what = format!("{}: {method} {path}: {}", world.engine, answer.body);
            assert_eq!(answer.status, status, "{what}");
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{what}");
            let problem = answer.json();
            assert_eq!((&problem["code"], &problem["status"]), (&code.into(), &status.into()), "{what}");
            assert_eq!(problem["type"], format!("urn:riversync:problem:{code}"), "{what}");
            assert!(problem["detail"].as_str().unwrap().ends_with('.'), "{what}");
            let challenge = answer.headers.contains_key(header::WWW_AUTHENTICATE);
            assert_eq!(challenge, status == 401, "{what}");
        }
        let place = send(&nera, Method::POST, deals, &[JSON], "{\"customer\": \n  nonsense}").await;
        assert!(place.body.contains("line 2 column"), "{}: {}", world.engine, place.body);
        let place = send(&nera, Method::POST, deals, &[JSON], &DEAL.replace("\"5\"", "[5]")).await;
        assert!(place.body.contains("amount"), "{}: {}", world.engine, place.body);
    }
}

#[tokio::test]
async fn a_list_comes_in_pieces_that_neither_double_nor_hide() {
    for world in worlds("api_pieces").await {
        let nera = world.as_person("nera.admin").await;
        let ids = |answer: &Answer| -> Vec<String> {
            let deals = answer.json()["deals"].as_array().unwrap().clone();
            deals.iter().map(|deal| deal["id"].as_str().unwrap().to_owned()).collect()
        };
        let before = ids(&nera.get_json("/api/v1/deals?sort=id").await);
        assert!(before.len() > 3, "{before:?}");
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        for round in 0.. {
            let answer = nera.get_json(&format!("/api/v1/deals?sort=id&limit=2&cursor={cursor}")).await;
            assert_eq!(answer.status, 200, "{}: {}", world.engine, answer.body);
            seen.extend(ids(&answer));
            let sent =
                nera.post_json("/api/v1/deals", &DEAL.replace("Pumps", &format!("Pump {round}"))).await;
            assert_eq!(sent.status, 201, "{}", sent.body);
            match answer.json()["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        seen.retain(|id| before.contains(id));
        assert_eq!(seen, before, "{}", world.engine);
        for path in ["/api/v1/workload?limit=1", "/api/v1/renewals?limit=1"] {
            let first = nera.get_json(path).await.json();
            let next = first["next"].as_str().unwrap_or_else(|| panic!("{path}: {first}")).to_owned();
            let second = nera.get_json(&format!("{path}&cursor={next}")).await;
            assert_eq!(second.status, 200, "{}", second.body);
            assert_ne!(second.json(), first, "{}: {path}", world.engine);
        }
    }
}

#[tokio::test]
async fn an_answer_that_did_not_change_is_not_sent_again_and_its_tag_is_ones_own() {
    for world in worlds("api_tags").await {
        let (one, other) = (world.as_person("nera.sales1").await, world.as_person("nera.sales2").await);
        let tag = |answer: &Answer| answer.headers[header::ETAG].to_str().unwrap().to_owned();
        let first = one.get_json("/api/v1/deals/DL-1").await;
        let again =
            send(&one, Method::GET, "/api/v1/deals/DL-1", &[("if-none-match", &tag(&first))], "").await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{}", world.engine);
        assert_eq!(tag(&again), tag(&first));
        let (mine, theirs) =
            (one.get_json("/api/v1/deals?q=zzz").await, other.get_json("/api/v1/deals?q=zzz").await);
        assert_eq!(mine.body, theirs.body, "both see nothing");
        assert_ne!(tag(&mine), tag(&theirs), "{}: a tag tells who else saw it", world.engine);
        let mut tx = world.app.db.write().await.unwrap();
        query("UPDATE funnel_record SET title = 'Other pumps' WHERE id = 'DL-1'")
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let changed =
            send(&one, Method::GET, "/api/v1/deals/DL-1", &[("if-none-match", &tag(&first))], "").await;
        assert_eq!(changed.status, 200, "{}", world.engine);
    }
}

async fn register(browser: &Browser, key: &str, body: &str) -> Answer {
    let headers = [JSON, ("accept", "application/json"), ("idempotency-key", key)];
    send(browser, Method::POST, "/api/v1/deals", &headers, body).await
}

async fn deals_named(world: &World, title: &str) -> i64 {
    world.count("FROM funnel_record WHERE reseller_id = 'nera' AND title = $1", title).await
}

#[tokio::test]
async fn the_same_change_under_one_key_is_done_once_and_answered_the_same() {
    for world in worlds("api_once").await {
        let nera = world.as_person("nera.sales1").await;
        let first = register(&nera, "one", DEAL).await;
        assert_eq!(first.status, 201, "{}: {}", world.engine, first.body);
        let again = register(&nera, "one", DEAL).await;
        assert_eq!((again.status, &again.body), (201, &first.body), "{}", world.engine);
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let kinds = |answer: &Answer| -> Vec<String> {
            let kinds = answer.headers.get_all(header::CONTENT_TYPE).iter();
            kinds.map(|kind| kind.to_str().unwrap().to_owned()).collect()
        };
        assert_eq!(kinds(&again), kinds(&first), "{}", world.engine);
        assert_eq!(deals_named(&world, "Pumps").await, 1, "{}", world.engine);

        let other = register(&nera, "one", &DEAL.replace("Pumps", "Valves")).await;
        assert_eq!((other.status, deals_named(&world, "Valves").await), (422, 0), "{}", other.body);
        let colleague = world.as_person("nera.sales2").await;
        assert_eq!(
            register(&colleague, "one", DEAL).await.status,
            422,
            "{}: a colleague's answer",
            world.engine
        );
        let elsewhere = world.as_person("siam.sales").await.unscanned();
        let theirs = register(&elsewhere, "one", &DEAL.replace("eastdist", "megawarehouse")).await;
        assert_ne!(theirs.body, first.body, "{}: keys are an organisation's own", world.engine);
        assert!(!theirs.headers.contains_key("idempotency-replayed"));

        // A refusal is an answer too, and is kept.
        let refused = register(&nera, "two", "{}").await;
        assert_eq!((refused.status, register(&nera, "two", "{}").await.body), (422, refused.body.clone()));
        for key in [" ", &"x".repeat(256)] {
            assert_eq!(register(&nera, key, DEAL).await.status, 422, "{key}");
        }
        // After a day the key is free again.
        world.clock.advance(25 * 3_600_000);
        let nera = world.as_person("nera.sales1").await;
        assert_eq!(register(&nera, "one", DEAL).await.status, 201, "{}", world.engine);
        assert_eq!(deals_named(&world, "Pumps").await, 2, "{}", world.engine);
    }
}

/// A form that our script sends again because no answer came.
#[tokio::test]
async fn a_form_that_is_sent_again_under_its_key_is_done_once_and_leads_to_the_same_page() {
    const FORM: &str = "customer=BKKFoods&title=Valves&amount=1200&currency=THB&channel=eastdist";
    for world in worlds("form_once").await {
        let nera = world.as_person("nera.sales1").await;
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
            ("idempotency-key", "a-form"),
        ];
        let first = send(&nera, Method::POST, "/partners/deals", &headers, FORM).await;
        assert_eq!(first.status, 303, "{}: {}", world.engine, first.body);
        let again = send(&nera, Method::POST, "/partners/deals", &headers, FORM).await;
        assert_eq!((again.status, again.location()), (303, first.location()), "{}", world.engine);
        assert_eq!(deals_named(&world, "Valves").await, 1, "{}", world.engine);
        let other =
            send(&nera, Method::POST, "/partners/deals", &headers, &FORM.replace("1200", "1300")).await;
        assert_eq!((other.status, deals_named(&world, "Valves").await), (422, 1), "{}", world.engine);
    }
}

#[tokio::test]
async fn of_changes_that_come_at_once_under_one_key_exactly_one_is_done() {
    for world in worlds("api_once_race").await {
        let nera = world.as_person("nera.sales1").await;
        let mut runs = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let nera = nera.clone();
            runs.spawn(async move { register(&nera, "race", DEAL).await });
        }
        while let Some(answer) = runs.join_next().await {
            let answer = answer.unwrap();
            let waits = answer.status == 409 && answer.json()["code"] == "idempotency_in_progress";
            assert!(answer.status == 201 || waits, "{}: {} {}", world.engine, answer.status, answer.body);
        }
        assert_eq!(deals_named(&world, "Pumps").await, 1, "{}", world.engine);
        assert_eq!(register(&nera, "race", DEAL).await.status, 201, "{}", world.engine);
        // Begun by a process that died: nobody knows whether it was done, so it is not done again.
        world.run("UPDATE api_answer SET status = NULL").await;
        let unknown = register(&nera, "race", DEAL).await;
        assert_eq!((unknown.status, deals_named(&world, "Pumps").await), (409, 1), "{}", world.engine);
    }
}

#[tokio::test]
async fn case_154_who_asks_too_often_is_told_when_to_come_back_and_others_go_on() {
    for mut world in worlds("api_limits").await {
        world.asked_at_most(60);
        let (nera, siam) = (world.as_person("nera.admin").await, world.as_person("siam.admin").await);
        let mut asked = 0;
        let refused = loop {
            let answer = nera.get_json("/api/v1/me").await;
            asked += 1;
            assert!(asked < 200, "{}: no limit", world.engine);
            if answer.status != 200 {
                break answer;
            }
        };
        assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("too_many")), "{asked}");
        let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((1..60).contains(&wait), "{wait}");
        assert_eq!(siam.get_json("/api/v1/me").await.status, 200, "{}", world.engine);
        assert_eq!(nera.get("/partners/overview").await.status, 200, "pages go on");
        world.clock.advance(1_000 * i64::try_from(wait).unwrap());
        assert_eq!(nera.get_json("/api/v1/me").await.status, 200, "{}", world.engine);
    }
}
