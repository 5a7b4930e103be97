//! One line per route that names a thing or changes something: a thing of the demo world that exists, who may do it, and
//! whose it is. The guards make the rest of it: everybody else is turned away, and nothing beyond the action changes
//! (PORTAL 7.1: G2, G5, G8). A route without its line fails the guards, so a new page cannot forget to be tried.

use super::comings::COMINGS;
use super::foreign::FOREIGN;
use super::selling::SELLING;
use crate::platform::web::{Method, Mounted};

/// What a form or a JSON body holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    /// Fields of a form.
    Form(&'static [(&'static str, &'static str)]),
    /// A JSON object.
    Json(&'static str),
}

/// One route, tried with a real thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// The method it is mounted with.
    pub(super) method: Method,
    /// The route as it is mounted.
    pub(super) route: &'static str,
    /// Its path with the id of a thing that exists.
    pub(super) path: &'static str,
    /// Who may do it.
    pub(super) who: &'static str,
    /// The organisations to which the thing is not foreign.
    pub(super) mine: &'static [&'static str],
    /// What is sent.
    pub(super) body: Body,
}

/// A page or list of one thing.
pub(super) const fn read(
    route: &'static str,
    path: &'static str,
    who: &'static str,
    mine: &'static [&'static str],
) -> Sample {
    Sample { method: Method::Get, route, path, who, mine, body: Body::Form(&[]) }
}

/// A change to one thing.
pub(super) const fn change(
    route: &'static str,
    path: &'static str,
    who: &'static str,
    mine: &'static [&'static str],
    form: &'static [(&'static str, &'static str)],
) -> Sample {
    Sample { method: Method::Post, route, path, who, mine, body: Body::Form(form) }
}

/// A change that names no thing in its path.
pub(super) const fn make(
    route: &'static str,
    who: &'static str,
    form: &'static [(&'static str, &'static str)],
) -> Sample {
    change(route, route, who, &[], form)
}

/// A change to one thing, as JSON.
pub(super) const fn post_json(
    route: &'static str,
    path: &'static str,
    who: &'static str,
    mine: &'static [&'static str],
    json: &'static str,
) -> Sample {
    Sample { method: Method::Post, route, path, who, mine, body: Body::Json(json) }
}

/// A change that names no thing in its path, as JSON.
pub(super) const fn make_json(route: &'static str, who: &'static str, json: &'static str) -> Sample {
    Sample { method: Method::Post, route, path: route, who, mine: &[], body: Body::Json(json) }
}

/// A colour, and a logo of one point.
pub(super) const BRAND_JSON: &str = r##"{"colour":"#ffd400","logo":{"name":"dot.png",
    "content":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNIAAAAYgBhsZh58gAAAABJRU5ErkJggg=="}}"##;
pub(super) const NERA: &[&str] = &["nera"];
pub(super) const BKK: &[&str] = &["bkkfoods"];
pub(super) const VENDOR: &[&str] = &["riversync"];

/// Things of the demo world that are there from the beginning.
const SAMPLES: &[Sample] = &[
    read("/partners/workload/{id}", "/partners/workload/T-BF-1", "nera.coord", NERA),
    read("/api/v1/workload/{id}", "/api/v1/workload/T-SR-1", "nera.coord", NERA),
    read("/partners/devices/{id}", "/partners/devices/D-BF-1", "nera.tech", NERA),
    read("/api/v1/devices/{id}/values", "/api/v1/devices/D-BF-1/values?metric=temp", "nera.coord", NERA),
    read(
        "/partners/devices/{id}/data.csv",
        "/partners/devices/D-BF-1/data.csv?metric=temp",
        "nera.coord",
        NERA,
    ),
    read("/portal/devices/{id}", "/portal/devices/D-BF-5", "bkk.admin", BKK),
    read(
        "/api/v1/portal/devices/{id}/values",
        "/api/v1/portal/devices/D-BF-5/values?metric=temp",
        "bkk.admin",
        BKK,
    ),
    read("/portal/devices/{id}/data.csv", "/portal/devices/D-BF-5/data.csv?metric=temp", "bkk.admin", BKK),
    read("/portal/sharing/{grant}/narrow", "/portal/sharing/grant_bf_nera/narrow", "bkk.admin", BKK),
    read("/partners/team/{person}/sessions", "/partners/team/nera.coord/sessions", "nera.admin", NERA),
    read("/admin/team/{person}/sessions", "/admin/team/rs.support/sessions", "rs.admin", VENDOR),
    read(
        "/admin/partners/{id}/contacts/{person}/sessions",
        "/admin/partners/nera/contacts/nera.coord/sessions",
        "rs.admin",
        VENDOR,
    ),
    read("/api/v1/devices/{id}", "/api/v1/devices/D-BF-1", "nera.tech", NERA),
    read("/api/v1/portal/devices/{id}", "/api/v1/portal/devices/D-BF-5", "bkk.admin", BKK),
    read("/api/v1/team/{person}/sessions", "/api/v1/team/nera.coord/sessions", "nera.admin", NERA),
    read(
        "/api/v1/admin/team/{person}/sessions",
        "/api/v1/admin/team/rs.support/sessions",
        "rs.admin",
        VENDOR,
    ),
    read(
        "/api/v1/admin/partners/{id}/contacts/{person}/sessions",
        "/api/v1/admin/partners/nera/contacts/nera.coord/sessions",
        "rs.admin",
        VENDOR,
    ),
    post_json(
        "/api/v1/devices/{id}/request",
        "/api/v1/devices/D-BF-4/request",
        "nera.coord",
        NERA,
        r#"{"metrics":["voltage"],"months":3,"reason":"Energy report"}"#,
    ),
    make("/account/language", "nera.sales1", &[("language", "th")]),
    make("/account/notifications/settings", "nera.sales1", &[("deal", "mail"), ("digest_hour", "9")]),
    change(
        "/account/notifications/{id}/read",
        "/account/notifications/N-1/read",
        "siam.admin",
        &["siam"],
        &[],
    ),
    make("/account/notifications/read", "siam.admin", &[]),
    make_json("/api/v1/account/notifications/settings", "nera.sales2", r#"{"ways":{"deal":"off"}}"#),
    post_json(
        "/api/v1/account/notifications/{id}/read",
        "/api/v1/account/notifications/N-1/read",
        "siam.admin",
        &["siam"],
        "{}",
    ),
    make_json("/api/v1/account/notifications/read", "siam.admin", "{}"),
    make("/account/tenant", "nera.sales1", &[("tenant_id", "nera")]),
    make("/account/sessions/end-others", "nera.sales1", &[]),
    make("/sign-out", "nera.sales1", &[]),
    change(
        "/partners/workload/{id}/acknowledge",
        "/partners/workload/A-SR-1/acknowledge",
        "nera.coord",
        NERA,
        &[],
    ),
    post_json(
        "/api/v1/workload/{id}/acknowledge",
        "/api/v1/workload/A-BF-1/acknowledge",
        "nera.coord",
        NERA,
        "{}",
    ),
    post_json("/api/v1/workload/{id}/assign", "/api/v1/workload/A-SR-1/assign", "nera.admin", NERA, "{}"),
    post_json("/api/v1/workload/{id}/convert", "/api/v1/workload/A-SR-1/convert", "nera.coord", NERA, "{}"),
    post_json("/api/v1/workload/{id}/resolve", "/api/v1/workload/V-SR-1/resolve", "nera.coord", NERA, "{}"),
    post_json(
        "/api/v1/renewals/{device_id}/outcome",
        "/api/v1/renewals/D-BF-2/outcome",
        "nera.sales2",
        NERA,
        r#"{"outcome":"at_risk"}"#,
    ),
    change(
        "/partners/devices/{id}/request",
        "/partners/devices/D-BF-1/request",
        "nera.coord",
        NERA,
        &[("metrics", "vibration"), ("months", "3"), ("reason", "Energy report")],
    ),
    make("/partners/workload/acknowledge", "nera.coord", &[("line", "T-SR-1")]),
    make("/partners/workload/assign", "nera.coord", &[("line", "T-SR-1"), ("line", "A-SR-1")]),
    make("/partners/workload/resolve", "nera.coord", &[("line", "T-SR-1")]),
    make_json("/api/v1/workload/acknowledge", "nera.coord", r#"{"ids":["T-BF-1"]}"#),
    make_json("/api/v1/workload/assign", "nera.admin", r#"{"ids":["T-BF-1"]}"#),
    make_json("/api/v1/workload/resolve", "nera.coord", r#"{"ids":["T-BF-1"]}"#),
    change("/partners/workload/{id}/assign", "/partners/workload/A-BF-1/assign", "nera.admin", NERA, &[]),
    change("/partners/workload/{id}/convert", "/partners/workload/A-BF-1/convert", "nera.coord", NERA, &[]),
    change("/partners/workload/{id}/resolve", "/partners/workload/V-BF-1/resolve", "nera.coord", NERA, &[]),
    change(
        "/partners/renewals/{device_id}/outcome",
        "/partners/renewals/D-BF-2/outcome",
        "nera.sales1",
        NERA,
        &[("outcome", "keep")],
    ),
    make(
        "/portal/sharing/new",
        "bkk.admin",
        &[
            ("partner", "nera"),
            ("items", "D-BF-4/power"),
            ("months", "3"),
            ("spacing", "0"),
            ("purpose", "A sample"),
        ],
    ),
    change(
        "/portal/sharing/{grant}/narrow",
        "/portal/sharing/grant_bf_nera/narrow",
        "bkk.admin",
        BKK,
        &[("items", "D-BF-1/temp")],
    ),
    make_json(
        "/api/v1/portal/sharing",
        "bkk.admin",
        r#"{"partner":"nera","purpose":"A sample","items":[{"device":"D-BF-4","metric":"power"}]}"#,
    ),
    change("/portal/sharing/{grant}/revoke", "/portal/sharing/grant_bf_nera/revoke", "bkk.admin", BKK, &[]),
    change("/admin/agents/{id}/code", "/admin/agents/A-SR/code", "rs.admin", VENDOR, &[]),
    change(
        "/admin/agents/{id}/revoke",
        "/admin/agents/A-SR/revoke",
        "rs.admin",
        VENDOR,
        &[("reason", "stolen")],
    ),
    make(
        "/account/webhooks",
        "nera.admin",
        &[("name", "A sample"), ("url", "https://hooks.sample.example/"), ("events", "deal.registered")],
    ),
    make_json(
        "/api/v1/account/webhooks",
        "bkk.admin",
        r#"{"name":"A sample","url":"https://hooks.sample.example/","events":["grant.made"]}"#,
    ),
    make_json("/api/v1/account/language", "nera.sales2", r#"{"language":"th"}"#),
    make("/admin/audit/checkpoint", "rs.admin", &[]),
    read("/api/v1/admin/partners/{id}/terms", "/api/v1/admin/partners/siam/terms", "rs.admin", VENDOR),
    post_json(
        "/api/v1/admin/partners/{id}/terms",
        "/api/v1/admin/partners/siam/terms",
        "rs.admin",
        VENDOR,
        r#"{"commission":"11","tax_form":"none","tax_status":"not_requested"}"#,
    ),
    change(
        "/admin/partners/{id}/tier",
        "/admin/partners/siam/tier",
        "rs.admin",
        VENDOR,
        &[("tier", "gold"), ("reason", "A sample")],
    ),
    post_json(
        "/api/v1/admin/partners/{id}/tier",
        "/api/v1/admin/partners/siam/tier",
        "rs.admin",
        VENDOR,
        r#"{"tier":"authorized","reason":"A sample"}"#,
    ),
    read("/admin/partners/{id}/terms", "/admin/partners/siam/terms", "rs.admin", VENDOR),
    change(
        "/admin/partners/{id}/terms",
        "/admin/partners/siam/terms",
        "rs.admin",
        VENDOR,
        &[("commission", "12"), ("tax_form", "none"), ("tax_status", "not_requested")],
    ),
    make_json("/api/v1/admin/audit/checkpoint", "rs.admin", "{}"),
    make_json("/api/v1/admin/brand", "rs.admin", BRAND_JSON),
    make_json("/api/v1/admin/brand/colour/remove", "rs.admin", "{}"),
    make("/admin/brand", "rs.admin", &[("colour", "#1f5fa8")]),
    make_json("/api/v1/admin/brand/logo/remove", "rs.admin", "{}"),
    make("/admin/brand/logo/remove", "rs.admin", &[]),
    make("/admin/brand/colour/remove", "rs.admin", &[]),
    make_json("/api/v1/admin/modules/channel-manager-funnel/on", "rs.admin", "{}"),
    make_json("/api/v1/admin/modules/channel-manager-funnel/off", "rs.admin", "{}"),
    make("/partners/team/sales-sees-all/on", "siam.admin", &[]),
    make("/partners/team/sales-sees-all/off", "siam.admin", &[]),
    make_json("/api/v1/team/sales-sees-all/on", "siam.admin", "{}"),
    make_json("/api/v1/team/sales-sees-all/off", "siam.admin", "{}"),
    make("/admin/modules/channel-manager-funnel/on", "rs.admin", &[]),
    make("/admin/modules/channel-manager-funnel/off", "rs.admin", &[]),
];

/// All samples, in an order in which one after the other can be done.
pub(super) fn samples() -> impl Iterator<Item = &'static Sample> {
    SAMPLES.iter().chain(SELLING).chain(COMINGS)
}

/// Routes that cannot have a sample, each with the reason.
pub(super) const WITHOUT: &[(&str, &str)] = &[
    // A code is kept as a hash only and stands in a mail's words; the stories of identity type real ones.
    ("/account/confirm/code", "what is accepted is in a mail"),
    // A browser's authenticator signs; a journey with Chromium's virtual one sends these.
    ("/account/confirm/passkey", "it needs a passkey's signature"),
    ("/account/passkeys", "it needs a passkey's signature"),
    // The library draws the ceremony's challenge from the system, so that no two worlds are the same after it.
    ("/account/passkeys/new", "its challenge comes from the system's randomness"),
];

/// Whether the guards want a sample of `route`.
pub(super) fn is_wanted(route: &Mounted) -> bool {
    let excused = WITHOUT.iter().any(|(path, _)| *path == route.path);
    route.action.is_some() && !excused && (route.method == Method::Post || route.path.contains('{'))
}

/// The routes of `mounted` that lack their line, in words that say what to do.
pub(super) fn lacking(mounted: &[Mounted]) -> Vec<String> {
    let has = |route: &Mounted| {
        let sampled = samples().any(|sample| sample.method == route.method && sample.route == route.path);
        // Where only nobody's or somebody else's thing can be tried, that trial stands in `foreign.rs`.
        sampled || FOREIGN.iter().any(|trial| trial.route == route.path)
    };
    let lacking = mounted.iter().filter(|route| is_wanted(route) && !has(route));
    lacking
        .map(|route| {
            format!(
                "{:?} {} has no sample. Add one line to guards/samples.rs: the path with an id of the demo world, who \
                 may do it, whose the thing is, and a form that is accepted",
                route.method, route.path
            )
        })
        .collect()
}
