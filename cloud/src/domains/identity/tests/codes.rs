//! Codes that are typed instead of opening a link.

use super::{ask, count, mailed, mailed_code};
use crate::domains::identity::{SEND_LINK, send_link};
use crate::platform::db::query;
use crate::platform::jobs::Job;
use crate::world::testing::worlds;
use axum::http::header;

const NOK: &str = "nera.coord@nera.example";
const FON: &str = "nera.fin@nera.example";

#[tokio::test]
async fn the_code_signs_in_where_it_was_asked_for() {
    for world in worlds("identity_code").await {
        let browser = ask(&world, NOK).await;
        let code = mailed_code(&world, NOK).await;
        assert!(code.len() == 9 && code.contains(' '), "{code}");
        let nowhere = world.anonymous().post("/partners/login/code", &[("code", &code)]).await;
        assert_eq!(nowhere.status, 422);
        let other = ask(&world, FON).await;
        assert_eq!(
            other.post("/partners/login/code", &[("code", &code)]).await.status,
            422,
            "in another browser"
        );
        let form = [("code", code.as_str()), ("email", NOK), ("next", "/partners/workload")];
        let signed_in = browser.post("/partners/login/code", &form).await;
        assert_eq!(
            (signed_in.status, signed_in.location()),
            (303, "/partners/workload"),
            "{}",
            signed_in.body
        );
        let person = browser.after(&signed_in);
        assert!(person.get("/account").await.body.contains("Nok Charoen"));
        // The code and the link are one: using either uses up both.
        assert_eq!(browser.post("/partners/login/code", &form).await.status, 410);
        let path = mailed(&world, NOK).await;
        assert_eq!(browser.post(&path, &[]).await.status, 410, "{}", world.engine);
    }
}

#[tokio::test]
async fn case_21_the_sixth_code_is_not_even_looked_at() {
    for world in worlds("identity_code_lock").await {
        for email in [NOK, "nobody@nera.example"] {
            let browser = ask(&world, email).await;
            for _ in 0..5 {
                let wrong =
                    browser.post("/partners/login/code", &[("code", "0000 0000"), ("email", email)]).await;
                assert_eq!(wrong.status, 422, "{email}");
                assert!(
                    wrong.body.contains("This is not the code") && wrong.body.contains(email),
                    "{}",
                    wrong.body
                );
            }
            let right = if email == NOK { mailed_code(&world, NOK).await } else { "00000000".to_owned() };
            let locked = browser.post("/partners/login/code", &[("code", &right)]).await;
            assert_eq!(locked.status, 410, "{}: {email}", world.engine);
            assert!(locked.headers.get(header::SET_COOKIE).is_none());
        }
    }
}

/// A worker may be killed after the mail was queued and before its job was taken off the list.
#[tokio::test]
async fn a_link_that_is_made_twice_is_mailed_once() {
    for world in worlds("identity_once").await {
        let answer = world.anonymous().post("/partners/login", &[("email", "nera.fin@nera.example")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut tx = world.app.db.read().await.unwrap();
        let text = "SELECT id, kind, body, attempts, correlation_id FROM job WHERE kind = $1";
        let job: Job = query(text).bind(SEND_LINK).one(&mut tx).await.unwrap();
        drop(tx);
        for time in 1..=2 {
            send_link(&world.app, &job).await.unwrap();
            let mails = count(&world, "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM mail_outbox").await;
            assert_eq!(mails, 1, "{}, time {time}", world.engine);
        }
    }
}
