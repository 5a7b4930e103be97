//! Every route that names a thing, as everybody to whom it is foreign; and every change, with fields that nobody may set
//! (PORTAL 7.1: G5, G8). The things stand in `samples.rs`.

use super::comings::resolved;
use super::dump::{difference, dump};
use super::samples::{Body, Sample, lacking, samples};
use crate::platform::access::{Actor, Denied};
use crate::platform::web::{Authenticate, Method};
use crate::world::people;
use crate::world::testing::{Answer, Browser, World, repeating_worlds, worlds};

/// To whom a thing can be foreign.
const STRANGERS: [(&str, &str); 12] = [
    ("the same role at another reseller", "siam.sales"),
    ("another reseller's administrator", "siam.admin"),
    ("a reseller of a higher tier", "andaman.admin"),
    ("the reseller that comes later", "huawei.admin"),
    ("the reseller itself", "nera.admin"),
    ("a distributor that handles others", "ed.sales"),
    ("a distributor's administrator", "mw.admin"),
    ("a customer", "bkk.admin"),
    ("another customer", "south.admin"),
    ("a customer without partners", "lonely.admin"),
    ("the program's support", "rs.support"),
    ("another vendor", "offco.admin"),
];

/// Names that a body must not be able to set, each with a value that would be worth setting.
const UNSETTABLE: [(&str, &str); 22] = [
    ("tenant_id", "siam"),
    ("partner_id", "siam"),
    ("reseller_id", "siam"),
    ("customer_id", "lonely"),
    ("distributor_id", "megawarehouse"),
    ("owner_id", "nera.sales2"),
    ("person_id", "rs.admin"),
    ("status", "approved"),
    ("stage", "closed"),
    ("tier", "platinum"),
    ("partner_tier", "platinum"),
    ("commission_rate", "99"),
    ("price_level", "platinum"),
    ("approved_by", "rs.admin"),
    ("created_by", "rs.admin"),
    ("created_ms", "1"),
    ("masked", "false"),
    ("role", "administrator"),
    ("roles", "administrator"),
    ("id", "DL-1"),
    ("revoked_ms", "1"),
    ("module_on", "0"),
];

async fn actor(world: &World, browser: &Browser) -> Actor {
    let request = browser.request(axum::http::Method::GET, "/", axum::body::Body::empty());
    crate::domains::identity::Gate.actor(&world.app, request.headers()).await.unwrap()
}

/// Sends `sample` as `browser`, with these fields where it does not have them itself.
pub(super) async fn send(
    world: &World,
    browser: &Browser,
    sample: &Sample,
    extra: &[(&str, &str)],
) -> Answer {
    let path = resolved(world, sample.path).await;
    match (sample.method, sample.body) {
        (Method::Get, _) => browser.get(&path).await,
        (Method::Post, Body::Form(form)) => {
            let extra = extra.iter().filter(|(name, _)| !form.iter().any(|(own, _)| own == name));
            let form: Vec<(&str, &str)> = form.iter().chain(extra).copied().collect();
            browser.post(&path, &form).await
        }
        (Method::Post, Body::Json(json)) => {
            let mut body: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
            for (name, value) in extra {
                body.entry((*name).to_owned()).or_insert_with(|| (*value).into());
            }
            browser.post_json(&path, &serde_json::Value::Object(body).to_string()).await
        }
    }
}

#[tokio::test]
async fn every_route_that_names_or_changes_something_has_its_sample() {
    let world = worlds("strangers_list").await.remove(0);
    let lacking = lacking(&world.mounted);
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    for sample in samples() {
        let mounted =
            world.mounted.iter().any(|route| route.method == sample.method && route.path == sample.route);
        assert!(mounted, "{:?} {} is not mounted (any more)", sample.method, sample.route);
    }
}

#[tokio::test]
async fn g5_what_is_foreign_is_not_there_for_anybody() {
    for world in worlds("strangers_foreign").await {
        for (who, handle) in STRANGERS {
            let browser = world.as_person(handle).await;
            let actor = actor(&world, &browser).await;
            let home = people().iter().find(|member| member.handle == handle).unwrap().tenant_id;
            for sample in samples().filter(|sample| sample.route.contains('{')) {
                if sample.mine.contains(&home) {
                    continue;
                }
                let route = world
                    .mounted
                    .iter()
                    .find(|route| route.method == sample.method && route.path == sample.route);
                let action = route.and_then(|route| route.action).unwrap();
                let expected = match actor.may(action) {
                    Err(
                        Denied::Role | Denied::ReadOnly | Denied::Suspended | Denied::Key | Denied::Viewing,
                    ) => 403,
                    Err(Denied::NoTierForDistributors) => 303,
                    Err(Denied::Absent) | Ok(_) => 404,
                };
                let answer = send(&world, &browser, sample, &[]).await;
                let what = format!("{}: {who} ({handle}) {:?} {}", world.engine, sample.method, sample.path);
                assert_eq!(answer.status, expected, "{what}: {}", answer.body);
            }
        }
        // And that all of it exists: whoever may, sees it.
        for sample in samples().filter(|sample| sample.method == Method::Get) {
            let answer = send(&world, &world.as_person(sample.who).await, sample, &[]).await;
            assert_eq!(
                answer.status, 200,
                "{}: {} as {}: {}",
                world.engine, sample.path, sample.who, answer.body
            );
            let nobody = send(&world, &world.anonymous(), sample, &[]).await;
            let turned = if sample.path.starts_with("/api/") { 401 } else { 303 };
            assert_eq!(nobody.status, turned, "{}: {} as nobody", world.engine, sample.path);
        }
    }
}

#[tokio::test]
async fn g5_and_case_041_a_request_that_names_another_tenant_changes_nothing_about_who_asks() {
    for world in worlds("strangers_header").await {
        let nera = world.as_person("nera.sales1").await;
        let plain = nera.get_json("/api/v1/deals?sort=id").await.body;
        for (header, value) in [
            ("x-tenant-id", "siam"),
            ("x-forwarded-user", "rs.admin"),
            ("x-partner-id", "siam"),
            ("x-role", "administrator"),
        ] {
            let mut request =
                nera.request(axum::http::Method::GET, "/api/v1/deals?sort=id", axum::body::Body::empty());
            request.headers_mut().insert(header, value.parse().unwrap());
            let answer = crate::world::testing::read(nera.raw(request).await).await;
            assert_eq!(answer.body, plain, "{}: {header}", world.engine);
        }
        for query in ["tenant=siam", "tenant_id=siam", "partner_id=siam", "as=rs.admin", "role=administrator"]
        {
            let answer = nera.get_json(&format!("/api/v1/deals?sort=id&{query}")).await;
            assert_eq!(answer.body, plain, "{}: {query}", world.engine);
        }
    }
}

#[tokio::test]
async fn g8_no_body_sets_what_is_not_its_own() {
    let plain_worlds = repeating_worlds("mass_plain").await;
    let laden_worlds = repeating_worlds("mass_laden").await;
    for (plain, laden) in plain_worlds.iter().zip(&laden_worlds) {
        assert_eq!(
            difference(&dump(plain).await, &dump(laden).await),
            [""; 0],
            "the worlds are not the same"
        );
        for sample in samples().filter(|sample| sample.method == Method::Post) {
            plain.clock.advance(1);
            laden.clock.advance(1);
            let what = format!("{}: POST {} as {}", plain.engine, sample.path, sample.who);
            let before = dump(laden).await;
            let (one, other) = (plain.as_person(sample.who).await, laden.as_person(sample.who).await);
            let tried = send(laden, &other, sample, &UNSETTABLE).await;
            if tried.status == 422 {
                // Refused as a whole, which took its share of randomness: the other world refuses the same, then both
                // do it without the extra fields.
                assert_eq!(send(plain, &one, sample, &UNSETTABLE).await.status, 422, "{what}");
                let found = difference(&before, &dump(laden).await);
                let changed: Vec<&String> = found.iter().filter(|line| !is_sign_in(line)).collect();
                assert!(changed.is_empty(), "{what} was refused and changed {changed:#?}");
                assert!(send(laden, &other, sample, &[]).await.status < 400, "{what}");
            }
            let answer = send(plain, &one, sample, &[]).await;
            assert!((200..400).contains(&answer.status), "{what} is not accepted: {}", answer.body);
            if tried.status != 422 {
                assert_eq!(tried.status, answer.status, "{what} with more fields: {}", tried.body);
            }
            let found = difference(&dump(plain).await, &dump(laden).await);
            assert_eq!(found, [""; 0], "{what}: the extra fields made a difference");
        }
    }
}

/// Whether a line of a difference is there because somebody signed in to send the form.
fn is_sign_in(line: &str) -> bool {
    ["sign_in", "magic_link", "session", "audit_", "outbox"].iter().any(|table| line[2..].starts_with(table))
}
