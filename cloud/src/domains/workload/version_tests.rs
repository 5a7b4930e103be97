//! A change that is meant for what its sender read: nothing is done to what somebody changed meanwhile.

use crate::platform::base::MINUTE_MS;
use crate::world::testing::{Answer, Browser, read, worlds};
use axum::body::Body;
use axum::http::{Method, header};

const ITEM: &str = "/api/v1/workload/A-BF-1";

async fn send(browser: &Browser, method: Method, path: &str, given: (header::HeaderName, &str)) -> Answer {
    let mut request = browser.request(method, path, Body::empty());
    request.headers_mut().insert(given.0, given.1.parse().unwrap());
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
    read(browser.raw(request).await).await
}

fn tag(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.headers[header::ETAG].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_not_changed_unseen() {
    for world in worlds("workload_version").await {
        let (nok, admin) = (world.as_person("nera.coord").await, world.as_person("nera.admin").await);
        let read_first = tag(&nok.get_json(ITEM).await);
        assert!(read_first.starts_with('"'), "a strong tag: {read_first}");
        let again = send(&nok, Method::GET, ITEM, (header::IF_NONE_MATCH, &read_first)).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{}", world.engine);
        world.clock.advance(MINUTE_MS);
        let later = tag(&nok.get_json(ITEM).await);
        assert_ne!(later, read_first, "the time that is left is shown, and it is less");
        let take = format!("{ITEM}/acknowledge");
        let believed = (header::IF_MATCH, read_first.as_str());
        let taken = send(&admin, Method::POST, &take, believed.clone()).await;
        assert_eq!(taken.status, 200, "{}: time alone is no change: {}", world.engine, taken.body);
        for verb in ["acknowledge", "assign", "resolve", "convert"] {
            let path = format!("{ITEM}/{verb}");
            let late = send(&nok, Method::POST, &path, believed.clone()).await;
            assert_eq!(late.status, 412, "{} {verb}: {}", world.engine, late.body);
            assert_eq!(late.json()["code"], "version_changed");
            assert_eq!(late.headers[header::CONTENT_TYPE], "application/problem+json");
        }
        let weak = format!("W/{}", tag(&nok.get_json(ITEM).await));
        let resolve = format!("{ITEM}/resolve");
        assert_eq!(send(&nok, Method::POST, &resolve, (header::IF_MATCH, &weak)).await.status, 412);
        let now = tag(&nok.get_json(ITEM).await);
        let stranger = world.as_person("siam.admin").await;
        let theirs = send(&stranger, Method::POST, &resolve, (header::IF_MATCH, "\"x\"")).await;
        assert_eq!(theirs.status, 404, "{}: whoever may not see it learns of no version", world.engine);
        assert_eq!(send(&nok, Method::POST, &resolve, (header::IF_MATCH, &now)).await.status, 200);
        assert_eq!(send(&nok, Method::POST, &resolve, (header::IF_MATCH, "*")).await.status, 409);
    }
}

#[tokio::test]
async fn of_two_that_change_the_same_version_at_once_one_wins() {
    for world in worlds("workload_race").await {
        let (nok, admin) = (world.as_person("nera.coord").await, world.as_person("nera.admin").await);
        for id in ["A-BF-1", "A-SR-1"] {
            let item = format!("/api/v1/workload/{id}");
            let now = tag(&nok.get_json(&item).await);
            let take = format!("{item}/assign");
            let both = async |browser: &Browser| {
                send(browser, Method::POST, &take, (header::IF_MATCH, &now)).await.status
            };
            let (one, other) = tokio::join!(both(&nok), both(&admin));
            let mut answers = [one, other];
            answers.sort_unstable();
            assert_eq!(answers, [200, 412], "{} {id}", world.engine);
        }
    }
}
