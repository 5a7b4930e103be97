//! Asking once more who it is. Passkeys themselves are tried with a real browser, in the journeys.

use super::{logged, mailed_code};
use crate::platform::base::MINUTE_MS;
use crate::world::testing::{Answer, Browser, World, read, worlds};
use axum::body::Body;
use axum::http::{Method, header};

const BUSABA: &str = "bkk.admin@bkkfoods.example";
const NEW: &str = "/portal/sharing/new";
const GRANT: [(&str, &str); 4] =
    [("partner", "nera"), ("purpose", "Energy & \"advice\""), ("months", "3"), ("items", "D-BF-4/energy")];

/// The value of a hidden field, as a browser reads it.
fn hidden(answer: &Answer, name: &str) -> String {
    let field = answer
        .body
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .unwrap_or_else(|| panic!("{}", answer.body));
    let value = field.split('"').next().unwrap();
    value.replace("&#34;", "\"").replace("&#38;", "&")
}

/// An owner whose sign-in lies ten minutes back, and the page that asks once more instead of granting.
async fn asked(world: &World) -> (Browser, Answer) {
    let owner = world.as_person("bkk.admin").await;
    world.clock.advance(10 * MINUTE_MS);
    let asked = owner.post(NEW, &GRANT).await;
    assert_eq!(asked.status, 403, "{}", asked.body);
    assert!(asked.body.contains("Confirm that it is you") && asked.body.contains(BUSABA), "{}", asked.body);
    (owner, asked)
}

#[tokio::test]
async fn case_27_a_change_that_matters_asks_once_more_and_keeps_what_was_entered() {
    for world in worlds("step_up_code").await {
        let (owner, asked) = asked(&world).await;
        let kept = [("to", hidden(&asked, "to")), ("form", hidden(&asked, "form"))];
        assert_eq!(kept[0].1, NEW);
        let with = |code: &str| {
            let mut form: Vec<(&'static str, String)> = kept.to_vec();
            form.push(("code", code.to_owned()));
            form
        };
        let post = async |browser: &Browser, path: &str, form: &[(&'static str, String)]| {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(path, &form).await
        };
        let sent = post(&owner, "/account/confirm/send", &kept).await;
        assert!(sent.status == 200 && sent.body.contains("Code from the mail"), "{}", sent.body);
        world.work().await;
        let code = mailed_code(&world, BUSABA).await;

        // Not in another session of the same person, and not anything else in this one.
        let other = world.as_person("bkk.admin").await;
        assert_eq!(post(&other, "/account/confirm/code", &with(&code)).await.status, 422);
        let wrong = post(&owner, "/account/confirm/code", &with("0000 0000")).await;
        assert!(wrong.status == 422 && wrong.body.contains("This is not the code"), "{}", wrong.body);
        assert_eq!(hidden(&wrong, "form"), kept[1].1, "a wrong code lost what was entered");

        let proved = post(&owner, "/account/confirm/code", &with(&code)).await;
        assert!(proved.status == 200 && proved.body.contains("It is you"), "{}", proved.body);
        let fresh = owner.after(&proved);
        assert_eq!(owner.get("/account").await.status, 303, "{}: the session kept its token", world.engine);
        for (name, value) in GRANT {
            assert_eq!(hidden(&proved, name), value, "{}", proved.body);
        }
        assert!(
            !fresh.get("/portal/sharing").await.body.contains("Energy"),
            "it was granted before the last press"
        );
        let done = fresh.post(&hidden_to(&proved), &GRANT).await;
        assert_eq!((done.status, done.location()), (303, "/portal/sharing"), "{}", done.body);
        assert_eq!(
            post(&fresh, "/account/confirm/code", &with(&code)).await.status,
            422,
            "a code is good once"
        );

        // Ten minutes later it is asked for again.
        world.clock.advance(10 * MINUTE_MS - 1);
        assert_eq!(fresh.post(NEW, &GRANT).await.status, 303, "{}: its last instant", world.engine);
        world.clock.advance(1);
        assert_eq!(fresh.post(NEW, &GRANT).await.status, 403, "{}", world.engine);
    }
}

/// Where the form of the last page goes.
fn hidden_to(answer: &Answer) -> String {
    let form = answer.body.split("data-go-on").next().unwrap();
    form.rsplit("action=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn case_27_taking_back_never_asks_and_a_look_never_asks() {
    for world in worlds("step_up_back").await {
        let (owner, _) = asked(&world).await;
        assert_eq!(owner.get(NEW).await.status, 200, "{}", world.engine);
        let revoked = owner.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", "over")]).await;
        assert_eq!(revoked.status, 303, "{}: {}", world.engine, revoked.body);
        assert_eq!(logged(&world, "access.refused").await, 0, "being asked is no refusal");
    }
}

#[tokio::test]
async fn case_27_a_program_is_told_with_a_code_of_its_own() {
    for world in worlds("step_up_api").await {
        let (owner, _) = asked(&world).await;
        let mut request = owner.request(Method::POST, NEW, Body::from("partner=nera"));
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        let answer = read(owner.raw(request).await).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (403, Some("step_up_required")),
            "{}",
            world.engine
        );
    }
}

#[tokio::test]
async fn case_27_codes_are_few_and_tried_few_times() {
    for world in worlds("step_up_limit").await {
        let (owner, _) = asked(&world).await;
        let none = owner.post("/account/confirm/code", &[("code", "1234 5678")]).await;
        assert!(none.status == 422 && none.body.contains("No code was sent"), "{}", none.body);
        assert_eq!(owner.post("/account/confirm/send", &[]).await.status, 200);
        world.work().await;
        for _ in 0..5 {
            assert_eq!(owner.post("/account/confirm/code", &[("code", "0000 0000")]).await.status, 422);
        }
        let code = mailed_code(&world, BUSABA).await;
        let locked = owner.post("/account/confirm/code", &[("code", &code)]).await;
        assert!(locked.status == 422 && locked.body.contains("tried too often"), "{}", locked.body);
        for _ in 0..4 {
            assert_eq!(owner.post("/account/confirm/send", &[]).await.status, 200);
        }
        assert_eq!(owner.post("/account/confirm/send", &[]).await.status, 429, "{}", world.engine);
        world.work().await;
        world.clock.advance(10 * MINUTE_MS);
        let code = mailed_code(&world, BUSABA).await;
        let late = owner.post("/account/confirm/code", &[("code", &code)]).await;
        assert!(late.status == 422 && late.body.contains("older than 10 minutes"), "{}", late.body);
    }
}

#[tokio::test]
async fn the_page_leads_back_to_a_page_of_ours_only() {
    for world in worlds("step_up_next").await {
        let owner = world.as_person("bkk.admin").await;
        for (next, back) in [("/portal/sharing", "/portal/sharing"), ("//evil.example", "/account")] {
            world.clock.advance(11 * MINUTE_MS);
            let page = owner.get(&format!("/account/confirm?next={next}")).await;
            assert_eq!((page.status, hidden(&page, "to").as_str()), (200, back));
        }
        assert_eq!(owner.post("/account/confirm/send", &[("to", "/portal/sharing")]).await.status, 200);
        world.work().await;
        let code = mailed_code(&world, BUSABA).await;
        let proved = owner.post("/account/confirm/code", &[("code", &code), ("to", "//evil.example")]).await;
        assert_eq!((proved.status, proved.location()), (303, "/account"), "{}", world.engine);
    }
}

#[tokio::test]
async fn passkeys_are_not_offered_where_browsers_have_none() {
    for world in worlds("passkey_by_number").await {
        let person = world.as_person("nera.admin").await;
        let page = person.get("/account").await;
        assert!(page.body.contains("Passkeys need this service to be reached by a name"), "{}", page.body);
        assert!(!page.body.contains("Add a passkey"));
        assert_eq!(
            person.post("/account/passkeys/new", &[]).await.location(),
            "/account",
            "{}",
            world.engine
        );
        let sent = person.post("/account/passkeys", &[("name", "Laptop"), ("credential", "{}")]).await;
        assert!([303, 422].contains(&sent.status), "{}", sent.status);
    }
}
