//! Every mounted route, tried by everybody and by nobody, on each engine. What must come back follows from the policy
//! table alone, so a page that forgets a check fails here (PORTAL 7.1: G1 to G6).

use super::foreign::FOREIGN;
use super::golden::compare;
use crate::platform::access::{Actor, App, Denied, Party};
use crate::platform::error::Error;
use crate::platform::web::{Authenticate, Method, Mounted};
use crate::world::people;
use crate::world::testing::{Browser, World, worlds};
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};

fn line(route: &Mounted) -> String {
    let method = match route.method {
        Method::Get => "GET ",
        Method::Post => "POST",
    };
    let needs = route.action.map_or("open".to_owned(), |action| format!("{action:?}"));
    let fresh = if route.fresh { " fresh" } else { "" };
    format!("{method} {:<56} {needs}{fresh}\n", route.path)
}

#[tokio::test]
async fn the_list_of_routes_is_what_it_was() {
    let world = worlds("guard_route_list").await.remove(0);
    let mut lines: Vec<String> = world.mounted.iter().map(line).collect();
    lines.sort_by(|a, b| a[5..].cmp(&b[5..]).then(a.cmp(b)));
    compare("routes.txt", &lines.concat());
}

/// A path of the route with nobody's ids in place of its parameters.
pub(super) fn filled(path: &str) -> String {
    with_id(path, "nothing-of-this-name")
}

/// A path of the route with `id` in place of its parameters.
pub(super) fn with_id(path: &str, id: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

fn request(browser: &Browser, route: &Mounted, path: &str, form: &str) -> Request<Body> {
    match route.method {
        Method::Get => browser.request(axum::http::Method::GET, path, Body::empty()),
        Method::Post => {
            let body = Body::from(form.to_owned());
            let mut request = browser.request(axum::http::Method::POST, path, body);
            let headers = request.headers_mut();
            let kind = if is_api(path) { "application/json" } else { "application/x-www-form-urlencoded" };
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
            request
        }
    }
}

/// Nobody registers a deal for a distributor: for the subtype the form is not there (PORTAL 3.2).
fn is_not_for(actor: &Actor, route: &Mounted) -> bool {
    let party = actor.acting_in(App::Partners).map(|acting| acting.party);
    let registers = route.path == "/partners/deals/new"
        || (route.path == "/partners/deals" && route.method == Method::Post);
    party == Some(Party::Distributor) && registers
}

/// The status alone: some routes are streams that never end.
async fn status(browser: &Browser, request: Request<Body>) -> (u16, String) {
    let response = browser.raw(request).await;
    let at = response.headers().get(header::LOCATION).and_then(|at| at.to_str().ok()).unwrap_or_default();
    (response.status().as_u16(), at.to_owned())
}

async fn recognised(world: &World, browser: &Browser) -> Result<Actor, Error> {
    let request = browser.request(axum::http::Method::GET, "/", Body::empty());
    let headers: HeaderMap = request.headers().clone();
    crate::domains::identity::Gate.actor(&world.app, &headers).await
}

async fn actor(world: &World, browser: &Browser) -> Actor {
    recognised(world, browser).await.unwrap()
}

#[tokio::test]
async fn everybody_gets_from_every_route_what_the_policy_says() {
    for world in worlds("guard_policy").await {
        for member in people() {
            let mut browser = world.as_person(member.handle).await;
            let mut actor = actor(&world, &browser).await;
            for route in &world.mounted {
                let Some(action) = route.action else { continue };
                let expected = match actor.may(action) {
                    Err(Denied::Absent) => Some(404),
                    Err(Denied::NoTierForDistributors) => Some(303),
                    Err(
                        Denied::Role | Denied::ReadOnly | Denied::Suspended | Denied::Key | Denied::Viewing,
                    ) => Some(403),
                    Ok(_) => None,
                };
                let path = filled(route.path);
                let (got, _) = status(&browser, request(&browser, route, &path, "")).await;
                let what = format!("{}: {} {:?} {path}", world.engine, member.handle, route.method);
                match expected {
                    Some(expected) => assert_eq!(got, expected, "{what}"),
                    // An id of nobody's is not found; a form without its fields is invalid.
                    None if path != route.path => assert!([404, 422].contains(&got), "{what}: {got}"),
                    None if is_not_for(&actor, route) => assert_eq!(got, 404, "{what}"),
                    // Some things are as they are: nobody applies for what it has.
                    None => assert!([200, 303, 409, 422].contains(&got), "{what}: {got}"),
                }
                // What is allowed may have ended this session, or changed what the organisation has.
                if expected.is_none() && route.method == Method::Post {
                    if recognised(&world, &browser).await.is_err() {
                        browser = world.as_person(member.handle).await;
                    }
                    actor = self::actor(&world, &browser).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_anything_but_the_way_to_sign_in() {
    for world in worlds("guard_anonymous").await {
        let browser = world.anonymous();
        for route in &world.mounted {
            let path = filled(route.path);
            let what = format!("{}: {:?} {path}", world.engine, route.method);
            let (page, at) = status(&browser, request(&browser, route, &path, "")).await;
            let mut data = request(&browser, route, &path, "");
            data.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
            let (data, _) = status(&browser, data).await;
            if route.action.is_some() && is_api(route.path) {
                assert_eq!((page, data), (401, 401), "{what}: programs are not sent to a page");
            } else if route.action.is_some() {
                assert_eq!((page, data), (303, 401), "{what}");
                assert!(at.starts_with("/partners/login"), "{what} leads to {at}");
            } else {
                assert!(page != 401 && page < 500, "{what} is open: {page}");
            }
        }
    }
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_not_there() {
    for world in worlds("guard_foreign").await {
        for route in world.mounted.iter().filter(|route| route.action.is_some() && route.path.contains('{')) {
            let trials: Vec<_> = FOREIGN.iter().filter(|foreign| foreign.route == route.path).collect();
            for trial in trials {
                let browser = world.as_person(trial.person).await;
                let may = actor(&world, &browser).await.can(route.action.unwrap());
                assert!(may, "{}: {} may not open it at all; try somebody who may", route.path, trial.person);
                let form = trial.form.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&");
                let (got, _) = status(&browser, request(&browser, route, trial.path, &form)).await;
                assert_eq!(got, 404, "{}: {} as {}", world.engine, trial.path, trial.person);
            }
        }
    }
}

#[tokio::test]
async fn a_change_is_a_post_from_our_own_pages() {
    for world in worlds("guard_csrf").await {
        let browser = world.as_person("nera.admin").await;
        for route in world.mounted.iter().filter(|route| route.method == Method::Post) {
            let path = filled(route.path);
            for (name, value) in [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
            ] {
                let mut request = request(&browser, route, &path, "");
                request.headers_mut().remove("sec-fetch-site");
                request.headers_mut().insert(name, value.parse().unwrap());
                let (got, _) = status(&browser, request).await;
                assert_eq!(got, 403, "{}: {path} with {name}: {value}", world.engine);
            }
            let is_also_read = |other: &&Mounted| other.method == Method::Get && other.path == route.path;
            if world.mounted.iter().find(is_also_read).is_none() {
                let read = browser.request(axum::http::Method::GET, &path, Body::empty());
                let (got, _) = status(&browser, read).await;
                assert_eq!(got, 405, "{}: GET {path}", world.engine);
            }
        }
        let (still, _) =
            status(&browser, browser.request(axum::http::Method::GET, "/account", Body::empty())).await;
        assert_eq!(still, 200, "a refused change still signed the person out");
    }
}

#[tokio::test]
async fn every_answer_carries_its_number_and_the_headers_that_protect_it() {
    for world in worlds("guard_headers").await {
        let browser = world.as_person("nera.admin").await;
        for route in world.mounted.iter().filter(|route| route.method == Method::Get) {
            let path = filled(route.path);
            let response = browser.raw(request(&browser, route, &path, "")).await;
            let header = |name: &str| response.headers().get(name).map_or("", |v| v.to_str().unwrap());
            let policy = header("content-security-policy");
            assert!(
                policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
                "{path}: {policy}"
            );
            assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert!(["same-origin", "no-referrer"].contains(&header("referrer-policy")), "{path}");
            assert!(header("x-request-id").starts_with("req_"), "{path}");
            assert!(header("cache-control").contains("no-store"), "{path}: {}", header("cache-control"));
        }
    }
}
