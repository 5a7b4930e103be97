//! Links and codes.

use super::{ask, cookie, count, logged, mail, mailed, run};
use crate::domains::audit::{self, Verdict};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::world::testing::{read, worlds};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, header};

const NOK: &str = "nera.coord@nera.example";
const FON: &str = "nera.fin@nera.example";

#[tokio::test]
async fn from_the_first_visit_to_the_page_one_wanted() {
    for world in worlds("identity_first").await {
        let browser = world.anonymous();
        let refused = browser.get("/account?tab=sessions").await;
        assert_eq!(
            (refused.status, refused.location()),
            (303, "/partners/login?next=/account%3Ftab%3Dsessions")
        );
        let login = browser.get(refused.location()).await;
        assert!(login.body.contains(r#"value="/account?tab=sessions""#), "{}", login.body);
        let form = [("email", " Nera.Coord@NERA.example "), ("next", "/account?tab=sessions")];
        let sent = browser.post("/partners/login", &form).await;
        assert!(sent.body.contains("Check your mail"), "{}", sent.body);
        world.work().await;
        let browser = browser.after(&sent);
        let path = mailed(&world, NOK).await;

        // Three round trips from the link to the first page: the link, its button, the page.
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Nok Charoen") && page.body.contains("/account?tab=sessions"));
        assert!(!page.body.contains("Your e-mail address"), "the browser that asked must say nothing more");
        let bare = path.split('?').next().unwrap();
        let signed_in = browser.post(bare, &[("next", "/account?tab=sessions")]).await;
        assert_eq!((signed_in.status, signed_in.location()), (303, "/account?tab=sessions"));
        let browser = browser.after(&signed_in);
        assert_eq!(browser.get(signed_in.location()).await.status, 200, "the third trip is not the page");
        assert!(!browser.cookie.clone().unwrap().contains("asking"), "the mark outlived its link");

        let cookie = cookie(&signed_in);
        assert!(cookie.starts_with("__Host-riversync="), "{cookie}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(part), "{cookie} lacks {part}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn signing_in_takes_three_round_trips_wherever_one_starts() {
    for world in worlds("identity_trips").await {
        for email in [NOK, "bkk.admin@bkkfoods.example", "rs.pipeline@riversync.example"] {
            let browser = ask(&world, email).await;
            let path = mailed(&world, email).await;
            let look = browser.get(&path).await;
            let press = browser.post(&path, &[]).await;
            let first = browser.after(&press).get(press.location()).await;
            assert_eq!(
                (look.status, press.status, first.status),
                (200, 303, 200),
                "{email}: {}",
                press.location()
            );
        }
    }
}

#[tokio::test]
async fn case_11_and_14_a_link_dies_with_time_and_with_a_newer_one() {
    for world in worlds("identity_link").await {
        let first = ask(&world, FON).await;
        let old = mailed(&world, FON).await;
        world.clock.advance(1_000);
        let browser = ask(&world, FON).await;
        let newer = mailed(&world, FON).await;
        let refused = first.post(&old, &[]).await;
        assert_eq!(refused.status, 410);
        assert!(refused.body.contains("newer link"), "{}", refused.body);
        world.clock.advance(30 * MINUTE_MS - 1);
        assert_eq!(browser.get(&newer).await.status, 200, "its last instant");
        world.clock.advance(1);
        let expired = browser.post(&newer, &[]).await;
        assert_eq!(expired.status, 410);
        assert!(expired.body.contains("expired"), "{}", expired.body);
        let mut tx = world.app.db.read().await.unwrap();
        assert!(matches!(
            audit::verify(&mut tx, "nera", &audit::Trusted::default()).await.unwrap(),
            Verdict::Whole { rows: 4 }
        ));
    }
}

#[tokio::test]
async fn case_12_a_used_link_says_so_and_shows_the_way_on() {
    for world in worlds("identity_used").await {
        let browser = ask(&world, NOK).await;
        let path = mailed(&world, NOK).await;
        assert_eq!(browser.post(&path, &[]).await.status, 303);
        for again in [browser.post(&path, &[]).await, browser.get(&path).await] {
            assert_eq!(again.status, 410);
            assert!(again.body.contains("Link already used"), "{}", again.body);
            assert!(
                again.body.contains(r#"href="/partners/login""#) && again.body.contains("Request a new link")
            );
        }
        assert_eq!(logged(&world, "sign_in_link.refused").await, 1, "{}: a look is no try", world.engine);
    }
}

#[tokio::test]
async fn case_13_two_parallel_redeems_make_one_session() {
    for world in worlds("identity_race").await {
        let browser = ask(&world, "siam.sales@siam.example").await;
        let path = mailed(&world, "siam.sales@siam.example").await;
        let presses: Vec<_> = (0..8)
            .map(|_| {
                let (browser, path) = (browser.clone(), path.clone());
                tokio::spawn(async move { browser.post(&path, &[]).await.status })
            })
            .collect();
        let mut statuses = Vec::new();
        for press in presses {
            statuses.push(press.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410], "{}", world.engine);
        let sessions =
            "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM session WHERE person_id = 'siam.sales'";
        assert_eq!(count(&world, sessions).await, 1, "{}", world.engine);
    }
}

#[tokio::test]
async fn case_16_a_link_of_one_organisation_opens_nothing_of_another() {
    for world in worlds("identity_other_next").await {
        let browser = world.anonymous();
        let form = [("email", "siam.admin@siam.example"), ("next", "/partners/devices/D-BF-1")];
        let browser = browser.after(&browser.post("/partners/login", &form).await);
        world.work().await;
        let path = mailed(&world, "siam.admin@siam.example").await;
        let press = browser.post(&path, &[("next", "/partners/devices/D-BF-1")]).await;
        assert_eq!(press.location(), "/partners/devices/D-BF-1");
        assert_eq!(browser.after(&press).get(press.location()).await.status, 404, "{}", world.engine);
    }
}

#[tokio::test]
async fn case_17_a_token_in_another_case_or_cut_off_is_none() {
    for world in worlds("identity_cut").await {
        let browser = ask(&world, FON).await;
        let path = mailed(&world, FON).await;
        let wrong_case = path.replace("/sign-in/", "").to_lowercase();
        for broken in
            [format!("/sign-in/{wrong_case}"), path[..path.len() - 1].to_owned(), "/sign-in/x".to_owned()]
        {
            let answer = browser.post(&broken, &[("email", FON)]).await;
            assert_eq!(answer.status, 410, "{broken}");
            assert!(answer.body.contains("cut off"), "{}", answer.body);
        }
        assert_eq!(browser.post(&path, &[]).await.status, 303, "{}: the whole one works", world.engine);
    }
}

#[tokio::test]
async fn case_18_looking_in_whatever_way_uses_nothing_up() {
    for world in worlds("identity_look").await {
        let browser = ask(&world, NOK).await;
        let path = mailed(&world, NOK).await;
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::GET] {
            let looked = browser.raw(browser.request(method.clone(), &path, Body::empty())).await;
            let expected = if method == Method::OPTIONS { 405 } else { 200 };
            assert_eq!(looked.status(), expected, "{method}");
            assert!(looked.headers().get(header::SET_COOKIE).is_none(), "{method} began a session");
            assert_eq!(looked.headers()[header::CACHE_CONTROL], "no-store");
            if expected == 200 {
                assert_eq!(looked.headers()[header::REFERRER_POLICY], "no-referrer");
            }
        }
        assert_eq!(browser.post(&path, &[]).await.status, 303, "{}", world.engine);
    }
}

#[tokio::test]
async fn case_19_a_scanner_that_opens_the_link_and_presses_the_button_gets_no_session() {
    for world in worlds("identity_scanner").await {
        ask(&world, NOK).await;
        let path = mailed(&world, NOK).await;
        let scanner = world.anonymous();
        let page = scanner.get(&path).await;
        assert!(
            !page.body.contains("Nok") && !page.body.contains(NOK),
            "the page tells a scanner whose it is"
        );
        let pressed = scanner.post(&path, &[("email", ""), ("next", "")]).await;
        assert_eq!(pressed.status, 422);
        assert!(pressed.headers.get(header::SET_COOKIE).is_none());
        let person = scanner.post(&path, &[("email", NOK)]).await;
        assert_eq!(person.status, 303, "{}: the person came too late", world.engine);
    }
}

#[tokio::test]
async fn case_20_a_browser_that_did_not_ask_must_say_whose_link_it_is() {
    for world in worlds("identity_confirm").await {
        ask(&world, NOK).await;
        let path = mailed(&world, NOK).await;
        // A browser that asked for somebody else has a mark, but not this link's.
        let other = ask(&world, FON).await;
        for browser in [world.anonymous(), other] {
            assert!(browser.get(&path).await.body.contains("Your e-mail address"));
            let answer = browser.post(&path, &[]).await;
            assert_eq!(answer.status, 422);
            assert!(answer.body.contains("Please type the e-mail address"), "{}", answer.body);
            let wrong = browser.post(&path, &[("email", FON)]).await;
            assert_eq!(wrong.status, 422);
            assert!(wrong.body.contains("another address") && wrong.body.contains(FON), "{}", wrong.body);
        }
        for _ in 0..2 {
            assert_eq!(world.anonymous().post(&path, &[("email", "a@b.example")]).await.status, 422);
        }
        assert_eq!(world.anonymous().post(&path, &[("email", "a@b.example")]).await.status, 410, "the fifth");
        let locked = world.anonymous().post(&path, &[("email", NOK)]).await;
        assert_eq!(locked.status, 410, "{}: it could be guessed for ever", world.engine);
        assert!(locked.body.contains("too often"), "{}", locked.body);

        ask(&world, NOK).await;
        let path = mailed(&world, NOK).await;
        let signed_in = world.anonymous().post(&path, &[("email", " Nera.Coord@nera.EXAMPLE")]).await;
        assert_eq!(signed_in.status, 303);
    }
}

#[tokio::test]
async fn case_22_an_unknown_address_is_answered_like_a_known_one() {
    for world in worlds("identity_unknown").await {
        run(&world, "UPDATE person SET disabled_ms = 1 WHERE id = 'south.admin'").await;
        let known =
            world.anonymous().post("/partners/login", &[("email", "bkk.admin@bkkfoods.example")]).await;
        for (unknown, differs) in
            [("bkk.admun@bkkfoods.example", "admun"), ("south.admin@southrubber.example", "")]
        {
            let answer = world.anonymous().post("/partners/login", &[("email", unknown)]).await;
            assert_eq!(known.status, answer.status);
            let same = known.body.replace("bkk.admin@bkkfoods.example", unknown);
            assert_eq!(same, answer.body, "{differs}");
            let names = |answer: &crate::world::testing::Answer| {
                let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                (names, super::cookie(answer).len())
            };
            assert_eq!(names(&known), names(&answer), "{unknown} is told by its headers");
        }
        // Same work, so same time: each asking wrote one row and one job, and whatever differs happens later.
        let jobs = "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM job WHERE kind = 'identity.send_link'";
        let links = "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM magic_link";
        let mails = "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM mail_outbox";
        assert_eq!(
            [count(&world, jobs).await, count(&world, links).await, count(&world, mails).await],
            [3, 0, 0]
        );
        world.work().await;
        assert_eq!(
            [count(&world, jobs).await, count(&world, links).await, count(&world, mails).await],
            [0, 1, 1]
        );
        let wrong = world.anonymous().post("/partners/login", &[("email", "nobody")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("not an e-mail address") && wrong.body.contains(r#"value="nobody""#));
    }
}

#[tokio::test]
async fn case_23_asking_too_often_is_refused_for_known_and_unknown_alike() {
    for world in worlds("identity_limit").await {
        for email in ["ed.sales@eastdist.example", "nobody@eastdist.example"] {
            for _ in 0..5 {
                ask(&world, email).await;
            }
            let refused = world.anonymous().post("/partners/login", &[("email", email)]).await;
            assert_eq!(refused.status, 429, "{email}");
            assert_eq!(refused.headers[header::RETRY_AFTER], "600");
            for _ in 0..3 {
                world.clock.advance(10 * MINUTE_MS);
                for _ in 0..5 {
                    ask(&world, email).await;
                }
            }
            world.clock.advance(10 * MINUTE_MS);
            let refused = world.anonymous().post("/partners/login", &[("email", email)]).await;
            assert_eq!(
                (refused.status, &refused.headers[header::RETRY_AFTER]),
                (429, &HeaderValue::from(86_400))
            );
            world.clock.advance(DAY_MS);
            ask(&world, email).await;
        }
    }
}

#[tokio::test]
async fn case_23_one_network_address_asks_twenty_times_an_hour() {
    for world in worlds("identity_limit_ip").await {
        let peer = std::net::SocketAddr::from(([192, 0, 2, 7], 40_000));
        let from = async |email: String| {
            let form = Body::from(format!("email={email}"));
            let mut request = world.anonymous().request(Method::POST, "/partners/login", form);
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(header::CONTENT_TYPE, kind);
            request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
            request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
            world.anonymous().raw(request).await.status().as_u16()
        };
        for n in 0..20 {
            assert_eq!(from(format!("p{n}%40x.example")).await, 200, "{n}");
        }
        assert_eq!(from("p20%40x.example".to_owned()).await, 429, "{}", world.engine);
        ask(&world, NOK).await;
        world.clock.advance(HOUR_MS);
        assert_eq!(from("p21%40x.example".to_owned()).await, 200, "{}", world.engine);
    }
}

#[tokio::test]
async fn case_24_next_never_leads_away() {
    for world in worlds("identity_next").await {
        for bad in
            ["//evil.example", "/\\evil.example", "https://evil.example", "\t//evil.example", "/%0a/x\n"]
        {
            let browser = world.anonymous();
            let asked = browser.post("/partners/login", &[("email", NOK), ("next", bad)]).await;
            world.work().await;
            let browser = browser.after(&asked);
            let path = mailed(&world, NOK).await;
            assert!(!path.contains("evil") && !path.contains("next="), "{bad} went into the mail: {path}");
            let looked =
                browser.get(&format!("{path}?next={}", crate::platform::web::query_value(bad))).await;
            assert!(!looked.body.contains("evil"), "{bad} went onto the page");
            let press = browser.post(&path, &[("next", bad)]).await;
            assert_eq!(press.location(), "/partners/overview", "{bad}");
            world.clock.advance(HOUR_MS);
        }
    }
}

#[tokio::test]
async fn case_25_the_link_is_on_the_configured_host_whatever_the_request_says() {
    for world in worlds("identity_host").await {
        let browser = world.anonymous();
        let mut request =
            browser.request(Method::POST, "/partners/login", Body::from("email=nera.coord%40nera.example"));
        let headers = request.headers_mut();
        for (name, value) in [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        assert_eq!(read(browser.raw(request).await).await.status, 200);
        world.work().await;
        let mail = mail(&world, NOK).await;
        assert!(!mail.contains("evil") && mail.contains("http://127.0.0.1:8080/sign-in/"), "{mail}");
    }
}

#[tokio::test]
async fn case_26_a_link_dies_with_the_address_the_roles_and_the_person() {
    for world in worlds("identity_changed").await {
        for change in [
            "UPDATE person SET email = 'fon@nera.example' WHERE id = 'nera.fin'",
            "UPDATE membership SET roles = 'finance,viewer' WHERE person_id = 'nera.fin'",
            "UPDATE person SET disabled_ms = 1 WHERE id = 'nera.fin'",
        ] {
            let browser = ask(&world, FON).await;
            let path = mailed(&world, FON).await;
            run(&world, change).await;
            let answer = browser.post(&path, &[]).await;
            assert_eq!(answer.status, 410, "{}: after {change}", world.engine);
            assert!(answer.body.contains("was changed after this link was sent"), "{}", answer.body);
            let back =
                "UPDATE person SET email = 'nera.fin@nera.example', disabled_ms = NULL WHERE id = 'nera.fin'";
            run(&world, back).await;
            world.clock.advance(HOUR_MS);
        }
    }
}
