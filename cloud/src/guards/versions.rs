//! Every change of the API is held against the version that its sender read, or stands here with the reason why there is
//! none. Each that is held is tried on both engines: with a version that never was, then by two at once with the one that
//! is. A route whose action forgets to ask, or asks without keeping others out, fails here.

use super::comings::{APPLICATION_JSON, WHY_JSON, resolved};
use super::samples::BRAND_JSON;
use crate::platform::web::{Method, Mounted};
use crate::world::testing::{Answer, Browser, World, read, worlds};
use axum::body::Body;
use axum::http::header;

/// Changes without a version, by path, each with the reason. It may only shrink.
const NONE_TO_HOLD: &[(&str, &str)] = &[
    ("/api/v1/account/enrolment/customer", "asked for twice, it is on once"),
    ("/api/v1/account/notifications/read", "what was read is not unread again"),
    ("/api/v1/account/notifications/{id}/read", "what was read is not unread again"),
    ("/api/v1/account/webhooks", "makes a webhook"),
    ("/api/v1/account/webhooks/{webhook}/test", "makes a delivery"),
    (
        "/api/v1/account/webhooks/{webhook}/deliveries/{delivery}/redeliver",
        "sends the same message once more",
    ),
    ("/api/v1/admin/agents/{id}/code", "makes a code; nothing of the gateway changes"),
    ("/api/v1/admin/audit/checkpoint", "makes a checkpoint"),
    ("/api/v1/admin/partners", "makes an organisation"),
    ("/api/v1/admin/partners/{id}/contacts", "makes a membership"),
    ("/api/v1/admin/partners/{id}/contacts/{person}/resend", "sends a mail"),
    ("/api/v1/admin/partners/{id}/contacts/{person}/sessions/end", "ends whatever sessions there are"),
    ("/api/v1/admin/team/invite", "makes a membership"),
    ("/api/v1/admin/team/{person}/resend", "sends a mail"),
    ("/api/v1/admin/team/{person}/sessions/end", "ends whatever sessions there are"),
    ("/api/v1/deals", "makes a deal"),
    ("/api/v1/devices/{id}/request", "makes a request"),
    ("/api/v1/leads", "makes a lead"),
    ("/api/v1/pipeline/leads", "makes a lead"),
    ("/api/v1/portal/devices/link", "makes a claim"),
    ("/api/v1/portal/sharing", "makes a grant"),
    ("/api/v1/portal/team/invite", "makes a membership"),
    ("/api/v1/portal/team/{person}/resend", "sends a mail"),
    ("/api/v1/portal/team/{person}/sessions/end", "ends whatever sessions there are"),
    ("/api/v1/team/invite", "makes a membership"),
    ("/api/v1/team/{person}/resend", "sends a mail"),
    ("/api/v1/team/{person}/sessions/end", "ends whatever sessions there are"),
    ("/api/v1/workload/acknowledge", "of several, those that stand so already are left"),
    ("/api/v1/workload/assign", "of several, those that stand so already are left"),
    ("/api/v1/workload/resolve", "of several, those that stand so already are left"),
];

/// A change that is tried, by path, who may do it, and what is sent. In a path `<table>` is the newest row of the table.
type Step = (&'static str, &'static str, &'static str);

const ROLES: &str = r#"{"roles":["finance","viewer"]}"#;
const ACCESS: Step = (
    "/api/v1/devices/D-BF-4/request",
    "nera.coord",
    r#"{"metrics":["voltage"],"months":3,"reason":"A report"}"#,
);
const APPLY: Step = ("/api/v1/account/enrolment/apply", "lonely.admin", APPLICATION_JSON);
const HOOK: &str = r#"{"name":"A","url":"https://hooks.sample.example/","events":["deal.registered"]}"#;
const OTHER_HOOK: &str =
    r#"{"name":"B","url":"https://hooks.sample.example/b","events":["deal.registered"]}"#;

/// The steps, in an order in which one after the other can be done; those whose route holds no version prepare the next.
const STEPS: &[Step] = &[
    ("/api/v1/pipeline/LD-3/convert", "rs.pipeline", "{}"),
    ("/api/v1/pipeline/DL-4/return", "rs.pipeline", WHY_JSON),
    (
        "/api/v1/deals/DL-4/register",
        "siam.sales",
        r#"{"customer":"Lanna Resort","title":"Pool pumps, 8","amount":"1","distributor":"megawarehouse"}"#,
    ),
    ("/api/v1/deals/LD-2/accept", "nera.sales1", "{}"),
    ("/api/v1/workload/A-BF-1/acknowledge", "nera.coord", "{}"),
    ("/api/v1/workload/A-SR-1/assign", "nera.admin", "{}"),
    ("/api/v1/workload/A-SR-1/convert", "nera.coord", "{}"),
    ("/api/v1/workload/V-SR-1/resolve", "nera.coord", "{}"),
    ("/api/v1/renewals/D-BF-2/outcome", "nera.sales2", r#"{"outcome":"at_risk"}"#),
    (
        "/api/v1/portal/sharing/grant_bf_nera/narrow",
        "bkk.admin",
        r#"{"items":[{"device":"D-BF-1","metric":"temp"}]}"#,
    ),
    ("/api/v1/portal/sharing/grant_bf_nera/revoke", "bkk.admin", WHY_JSON),
    ACCESS,
    ("/api/v1/portal/sharing/requests/<access_request>/decline", "bkk.admin", WHY_JSON),
    ACCESS,
    ("/api/v1/portal/sharing/requests/<access_request>/approve", "bkk.admin", "{}"),
    ("/api/v1/team/nera.view/roles", "nera.admin", ROLES),
    ("/api/v1/team/nera.view/disable", "nera.admin", "{}"),
    ("/api/v1/team/nera.view/enable", "nera.admin", "{}"),
    ("/api/v1/team/nera.view/remove", "nera.admin", "{}"),
    ("/api/v1/portal/team/invite", "bkk.admin", r#"{"name":"P","email":"p@api.example","roles":["viewer"]}"#),
    ("/api/v1/portal/team/<person>/roles", "bkk.admin", ROLES),
    ("/api/v1/portal/team/<person>/disable", "bkk.admin", "{}"),
    ("/api/v1/portal/team/<person>/enable", "bkk.admin", "{}"),
    ("/api/v1/portal/team/<person>/remove", "bkk.admin", "{}"),
    ("/api/v1/admin/team/invite", "rs.admin", r#"{"name":"A","email":"a@api.example","roles":["viewer"]}"#),
    ("/api/v1/admin/team/<person>/roles", "rs.admin", ROLES),
    ("/api/v1/admin/team/<person>/disable", "rs.admin", "{}"),
    ("/api/v1/admin/team/<person>/enable", "rs.admin", "{}"),
    ("/api/v1/admin/team/<person>/remove", "rs.admin", "{}"),
    ("/api/v1/admin/jobs/<job>/cancel", "rs.admin", WHY_JSON),
    ("/api/v1/admin/jobs/<job>/retry", "rs.admin", "{}"),
    ("/api/v1/team/sales-sees-all/on", "siam.admin", "{}"),
    ("/api/v1/team/sales-sees-all/off", "siam.admin", "{}"),
    ("/api/v1/account/webhooks", "nera.admin", HOOK),
    ("/api/v1/account/webhooks/<webhook>", "nera.admin", OTHER_HOOK),
    ("/api/v1/account/webhooks/<webhook>/rotate", "nera.admin", "{}"),
    ("/api/v1/account/webhooks/<webhook>/pause", "nera.admin", "{}"),
    ("/api/v1/account/webhooks/<webhook>/resume", "nera.admin", "{}"),
    ("/api/v1/account/webhooks/<webhook>/delete", "nera.admin", "{}"),
    ("/api/v1/account/notifications/settings", "nera.sales2", r#"{"ways":{"deal":"off"}}"#),
    ("/api/v1/account/language", "nera.sales2", r#"{"language":"th"}"#),
    ("/api/v1/admin/agents/A-BF/revoke", "rs.admin", WHY_JSON),
    APPLY,
    ("/api/v1/account/enrolment/application/withdraw", "lonely.admin", "{}"),
    APPLY,
    ("/api/v1/admin/applications/<partner_application>/return", "rs.admin", WHY_JSON),
    APPLY,
    ("/api/v1/admin/applications/<partner_application>/reject", "rs.admin", WHY_JSON),
    APPLY,
    ("/api/v1/admin/applications/<partner_application>/approve", "rs.admin", r#"{"subtype":"distributor"}"#),
    ("/api/v1/account/enrolment/customer", "siam.admin", "{}"),
    ("/api/v1/account/enrolment/customer/disable", "siam.admin", "{}"),
    (
        "/api/v1/admin/partners",
        "rs.admin",
        r#"{"organisation":"By API","kind":"customer","name":"O","email":"o@api.example"}"#,
    ),
    ("/api/v1/admin/partners/<tenant>/verify", "rs.admin", "{}"),
    ("/api/v1/admin/partners/andaman/suspend", "rs.admin", WHY_JSON),
    ("/api/v1/admin/partners/andaman/reinstate", "rs.admin", WHY_JSON),
    ("/api/v1/admin/partners/siam/tier", "rs.admin", r#"{"tier":"gold","reason":"A story"}"#),
    (
        "/api/v1/admin/partners/siam/terms",
        "rs.admin",
        r#"{"commission":"11","tax_form":"none","tax_status":"not_requested"}"#,
    ),
    ("/api/v1/admin/brand", "rs.admin", BRAND_JSON),
    ("/api/v1/admin/brand/colour/remove", "rs.admin", "{}"),
    ("/api/v1/admin/brand/logo/remove", "rs.admin", "{}"),
    ("/api/v1/admin/modules/channel-manager-funnel/on", "rs.admin", "{}"),
    ("/api/v1/admin/modules/channel-manager-funnel/off", "rs.admin", "{}"),
    // Last: after it the program exists for nobody.
    ("/api/v1/admin/modules/partner", "rs.admin", r#"{"on":false}"#),
];

fn is_change(route: &&Mounted) -> bool {
    route.method == Method::Post && route.path.starts_with("/api/")
}

/// The change that `path` names: the route with the fewest parameters that fits.
fn route_of<'a>(mounted: &'a [Mounted], path: &str) -> &'a Mounted {
    let found = mounted.iter().filter(is_change).filter(|route| route.fits(path));
    found
        .min_by_key(|route| route.path.matches('{').count())
        .unwrap_or_else(|| panic!("no route is at {path}"))
}

#[tokio::test]
async fn every_change_of_the_api_is_held_against_a_version_or_has_a_reason() {
    let world = worlds("guard_versions_list").await.remove(0);
    for route in world.mounted.iter().filter(is_change) {
        let excused = NONE_TO_HOLD.iter().any(|(path, _)| *path == route.path);
        assert!(
            route.versioned != excused,
            "POST {} is held against a version: {}, and has a reason not to: {excused}. Mount it within \
             `Routes::versioned` and let its action ask `believed.holds`, or say here why there is nothing to hold.",
            route.path,
            route.versioned
        );
        let tried = STEPS.iter().any(|(path, ..)| route_of(&world.mounted, path).path == route.path);
        assert!(tried || excused, "POST {} has no step in guards/versions.rs", route.path);
    }
    let mounted = |path: &str| world.mounted.iter().filter(is_change).any(|route| route.path == path);
    let idle: Vec<_> = NONE_TO_HOLD.iter().filter(|(path, _)| !mounted(path)).collect();
    assert!(idle.is_empty(), "take these off the list: {idle:?}");
}

async fn send(browser: &Browser, path: &str, json: &str, believed: Option<&str>) -> Answer {
    let mut request = browser.request(axum::http::Method::POST, path, Body::from(json.to_owned()));
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    if let Some(version) = believed {
        headers.insert(header::IF_MATCH, format!("\"{version}\"").parse().unwrap());
    }
    read(browser.raw(request).await).await
}

/// Whether something above `path`, or what the API says of the person, shows `version` in its body or as its `ETag`.
async fn is_shown(browser: &Browser, path: &str, version: &str) -> bool {
    let above = path.match_indices('/').map(|(at, _)| &path[..at]).chain([path, "/api/v1/me"]);
    for path in above.filter(|path| path.len() > "/api/v1".len()) {
        let answer = browser.get_json(path).await;
        let tag = answer.headers.get(header::ETAG).map_or("", |tag| tag.to_str().unwrap());
        let in_body = answer.body.contains(&format!("\"version\":\"{version}\""));
        if answer.status == 200 && (in_body || tag.starts_with(&format!("\"{version}."))) {
            return true;
        }
    }
    false
}

async fn tried(world: &World, (path, who, json): Step) {
    let route = route_of(&world.mounted, path);
    let what = format!("{}: POST {path} as {who}", world.engine);
    let path = &resolved(world, path).await;
    let (one, other) = (world.as_person(who).await, world.as_person(who).await);
    if !route.versioned {
        let done = send(&one, path, json, None).await;
        assert!(done.status < 300, "{what} prepares: {} {}", done.status, done.body);
        let believing = send(&one, path, json, Some("x")).await;
        assert_eq!(believing.json()["code"], "precondition_failed", "{what}: nothing is done unseen");
        return;
    }
    let stale = send(&one, path, json, Some("never")).await;
    assert_eq!(stale.status, 412, "{what} does not ask what its sender believes: {}", stale.body);
    assert_eq!(stale.json()["code"], "version_changed", "{what}: {}", stale.body);
    let version = stale.json()["version"].as_str().unwrap_or_default().to_owned();
    let makes = path.ends_with("/enrolment/apply");
    assert!(makes || is_shown(&one, path, &version).await, "{what}: nothing above it shows {version}");
    let (first, second) =
        tokio::join!(send(&one, path, json, Some(&version)), send(&other, path, json, Some(&version)));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert!(statuses[0] < 300, "{what}: nobody won: {} {}", first.body, second.body);
    // What is gone by now is not found; what does not begin twice is in conflict.
    assert!([404, 409, 412].contains(&statuses[1]), "{what}: both won, or worse: {statuses:?}");
}

#[tokio::test]
async fn of_two_that_change_the_same_version_at_once_one_wins_wherever_it_is() {
    for world in worlds("guard_versions").await {
        for step in STEPS {
            world.clock.advance(1000);
            tried(&world, *step).await;
        }
    }
}
