//! Samples of what comes and goes: people, organisations, keys, applications, requests. In a path `<table>` stands for
//! the newest row of that table, which a sample before has made.

use super::samples::{BKK, NERA, Sample, VENDOR, change, make, make_json, post_json};
use crate::platform::db::query;
use crate::world::testing::World;

/// The thing is one's own, whoever one is; that others' are not stands in `foreign.rs`.
const ANYONE: &[&str] = &[
    "riversync",
    "offco",
    "nera",
    "siam",
    "andaman",
    "huawei-th",
    "megawarehouse",
    "eastdist",
    "bkkfoods",
    "southrubber",
    "lonely",
];

type Form = &'static [(&'static str, &'static str)];

const INVITED: Form = &[("name", "Sample Person"), ("email", "sample@person.example"), ("roles", "viewer")];
const APPLICATION: Form = &[
    ("subtype", "reseller"),
    ("legal_name", "Lonely Company Limited"),
    ("registration_number", "0107536000269"),
    ("country", "Thailand"),
    ("address", "1 Rama IV Road, Bangkok"),
    ("territories", "Bangkok"),
    ("about", "We service our own pumps."),
];
pub(super) const APPLICATION_JSON: &str = r#"{"subtype":"reseller","legal_name":"Lonely Company Limited","country":"Thailand",
    "registration_number":"0107536000269","address":"1 Rama IV Road, Bangkok","territories":["Bangkok"],
    "about":"We service our own pumps."}"#;
const ACCESS: Form = &[("metrics", "vibration"), ("months", "3"), ("reason", "Energy report")];
const WHY: Form = &[("reason", "A sample")];
pub(super) const WHY_JSON: &str = r#"{"reason":"A sample"}"#;
const REQUEST: &str = "/partners/devices/{id}/request";
const APPLY: &str = "/account/enrolment/apply";

/// The samples of one app's team: `$app` its path, `$who` its administrator, `$one` a member who can be spared.
macro_rules! team {
    ($app:literal, $who:literal, $one:literal) => {
        [
            change(concat!($app, "/{person}/roles"), concat!($app, "/", $one, "/roles"), $who, ANYONE, ROLES),
            change(
                concat!($app, "/{person}/disable"),
                concat!($app, "/", $one, "/disable"),
                $who,
                ANYONE,
                &[],
            ),
            change(concat!($app, "/{person}/enable"), concat!($app, "/", $one, "/enable"), $who, ANYONE, &[]),
            change(concat!($app, "/{person}/remove"), concat!($app, "/", $one, "/remove"), $who, ANYONE, &[]),
        ]
    };
}
const ROLES: Form = &[("roles", "finance,viewer")];

const PARTNERS: [Sample; 4] = team!("/partners/team", "nera.admin", "nera.view");
const PORTAL: [Sample; 4] = team!("/portal/team", "bkk.admin", "<person>");
const STAFF: [Sample; 4] = team!("/admin/team", "rs.admin", "<person>");

/// The samples.
pub(super) const COMINGS: &[Sample] = &[
    make(
        "/account/keys",
        "nera.sales2",
        &[("name", "A sample"), ("whose", "person"), ("days", "90"), ("items", "deals"), ("reach", "read")],
    ),
    change("/account/keys/{key}/rotate", "/account/keys/<api_key>/rotate", "nera.sales2", ANYONE, &[]),
    change("/account/keys/{key}/revoke", "/account/keys/<api_key>/revoke", "nera.sales2", ANYONE, &[]),
    make(
        "/account/views",
        "nera.sales2",
        &[("list", "/partners/deals"), ("query", "sort=value"), ("name", "Big")],
    ),
    change("/account/views/{view}/open", "/account/views/<saved_view>/open", "nera.sales2", ANYONE, &[]),
    change("/account/views/{view}/close", "/account/views/<saved_view>/close", "nera.sales2", ANYONE, &[]),
    change("/account/views/{view}/remove", "/account/views/<saved_view>/remove", "nera.sales2", ANYONE, &[]),
    // This one stays, for the stories that look at every table.
    make(
        "/account/views",
        "nera.sales2",
        &[("list", "/partners/deals"), ("query", "sort=-value"), ("name", "Kept"), ("opens", "on")],
    ),
    change("/account/sessions/{session}/end", "/account/sessions/<session>/end", "nera.sales2", ANYONE, &[]),
    make("/account/confirm/send", "nera.sales2", &[("to", "/account/keys")]),
    make("/account/view-as/end", "nera.sales2", &[]),
    make("/partners/team/invite", "nera.admin", INVITED),
    change("/partners/team/{person}/resend", "/partners/team/<person>/resend", "nera.admin", ANYONE, &[]),
    PARTNERS[0],
    PARTNERS[1],
    PARTNERS[2],
    PARTNERS[3],
    change(
        "/partners/team/{person}/sessions/end",
        "/partners/team/nera.sales1/sessions/end",
        "nera.admin",
        NERA,
        WHY,
    ),
    make("/portal/team/invite", "bkk.admin", &[("name", "B"), ("email", "b@b.example"), ("roles", "viewer")]),
    change("/portal/team/{person}/resend", "/portal/team/<person>/resend", "bkk.admin", ANYONE, &[]),
    PORTAL[0],
    PORTAL[1],
    PORTAL[2],
    PORTAL[3],
    make("/admin/team/invite", "rs.admin", &[("name", "R"), ("email", "r@r.example"), ("roles", "viewer")]),
    change("/admin/team/{person}/resend", "/admin/team/<person>/resend", "rs.admin", ANYONE, &[]),
    STAFF[0],
    STAFF[1],
    STAFF[2],
    STAFF[3],
    make(
        "/admin/view-as",
        "rs.support",
        &[("person_id", "siam.sales"), ("tenant_id", "siam"), ("reason", "x")],
    ),
    change(
        "/admin/team/{person}/sessions/end",
        "/admin/team/rs.support/sessions/end",
        "rs.admin",
        VENDOR,
        WHY,
    ),
    make(
        "/admin/partners",
        "rs.admin",
        &[
            ("organisation", "Sample Pumps"),
            ("kind", "reseller"),
            ("name", "S"),
            ("email", "s@pumps.example"),
        ],
    ),
    change("/admin/partners/{id}/verify", "/admin/partners/<tenant>/verify", "rs.admin", VENDOR, &[]),
    change("/admin/partners/{id}/suspend", "/admin/partners/andaman/suspend", "rs.admin", VENDOR, WHY),
    change("/admin/partners/{id}/reinstate", "/admin/partners/andaman/reinstate", "rs.admin", VENDOR, WHY),
    change(
        "/admin/partners/{id}/contacts/new",
        "/admin/partners/siam/contacts/new",
        "rs.admin",
        VENDOR,
        &[("name", "C"), ("email", "c@siam.example"), ("roles", "sales")],
    ),
    change(
        "/admin/partners/{id}/contacts/{person}/resend",
        "/admin/partners/siam/contacts/<person>/resend",
        "rs.admin",
        VENDOR,
        &[],
    ),
    change(
        "/admin/partners/{id}/contacts/{person}/sessions/end",
        "/admin/partners/nera/contacts/nera.sales2/sessions/end",
        "rs.admin",
        VENDOR,
        WHY,
    ),
    // On already: it is accepted, and the program stays for everybody else.
    make("/admin/modules/partner", "rs.admin", &[("on", "yes")]),
    make_json("/api/v1/admin/modules/partner", "rs.admin", r#"{"on":true}"#),
    make(APPLY, "lonely.admin", APPLICATION),
    change(
        "/admin/applications/{id}/return",
        "/admin/applications/<partner_application>/return",
        "rs.admin",
        VENDOR,
        WHY,
    ),
    make(APPLY, "lonely.admin", APPLICATION),
    change(
        "/admin/applications/{id}/reject",
        "/admin/applications/<partner_application>/reject",
        "rs.admin",
        VENDOR,
        WHY,
    ),
    make(APPLY, "lonely.admin", APPLICATION),
    make("/account/enrolment/application/withdraw", "lonely.admin", &[]),
    make_json("/api/v1/account/enrolment/apply", "lonely.admin", APPLICATION_JSON),
    make_json("/api/v1/account/enrolment/application/withdraw", "lonely.admin", "{}"),
    make(APPLY, "lonely.admin", APPLICATION),
    change(
        "/admin/applications/{id}/approve",
        "/admin/applications/<partner_application>/approve",
        "rs.admin",
        VENDOR,
        &[("subtype", "distributor")],
    ),
    make("/account/enrolment/customer", "siam.admin", &[]),
    change(
        "/account/enrolment/{capability}/disable",
        "/account/enrolment/customer/disable",
        "siam.admin",
        ANYONE,
        &[],
    ),
    make_json("/api/v1/account/enrolment/customer", "siam.admin", "{}"),
    make(
        "/portal/devices/link",
        "siam.admin",
        &[("serial", "RSM-260031"), ("purchase_number", "INV-2026-0117"), ("site", "Phuket workshop")],
    ),
    change(
        "/portal/sharing/requests/{request}/decline",
        "/portal/sharing/requests/<access_request>/decline",
        "bkk.admin",
        BKK,
        WHY,
    ),
    change(REQUEST, "/partners/devices/D-BF-1/request", "nera.coord", NERA, ACCESS),
    change(
        "/portal/sharing/requests/{request}/approve",
        "/portal/sharing/requests/<access_request>/approve",
        "bkk.admin",
        BKK,
        &[],
    ),
    make_json(
        "/api/v1/team/invite",
        "nera.admin",
        r#"{"name":"T","email":"t@api.example","roles":["viewer"]}"#,
    ),
    make_json(
        "/api/v1/portal/team/invite",
        "bkk.admin",
        r#"{"name":"P","email":"p@api.example","roles":["viewer"]}"#,
    ),
    make_json(
        "/api/v1/admin/team/invite",
        "rs.admin",
        r#"{"name":"A","email":"a@api.example","roles":["viewer"]}"#,
    ),
    make_json(
        "/api/v1/admin/partners",
        "rs.admin",
        r#"{"organisation":"By API","kind":"customer","name":"O","email":"o@api.example"}"#,
    ),
    make_json(
        "/api/v1/portal/devices/link",
        "siam.admin",
        r#"{"serial":"RSP-260044","purchase_number":"INV-2026-0121","site":"Phuket workshop"}"#,
    ),
    post_json(
        "/api/v1/team/{person}/sessions/end",
        "/api/v1/team/nera.coord/sessions/end",
        "nera.admin",
        NERA,
        WHY_JSON,
    ),
    // So that there is a session to end.
    make("/account/language", "rs.pipeline", &[("language", "th")]),
    post_json(
        "/api/v1/admin/team/{person}/sessions/end",
        "/api/v1/admin/team/rs.pipeline/sessions/end",
        "rs.admin",
        VENDOR,
        WHY_JSON,
    ),
    post_json(
        "/api/v1/admin/partners/{id}/contacts/{person}/sessions/end",
        "/api/v1/admin/partners/siam/contacts/siam.admin/sessions/end",
        "rs.admin",
        VENDOR,
        WHY_JSON,
    ),
    post_json("/api/v1/admin/agents/{id}/code", "/api/v1/admin/agents/A-BF/code", "rs.admin", VENDOR, "{}"),
    post_json(
        "/api/v1/admin/agents/{id}/revoke",
        "/api/v1/admin/agents/A-BF/revoke",
        "rs.admin",
        VENDOR,
        WHY_JSON,
    ),
];

/// How the newest of each kind is found.
const NEWEST: [(&str, &str); 8] = [
    ("<api_key>", "SELECT id FROM api_key ORDER BY created_ms DESC, id DESC LIMIT 1"),
    ("<person>", "SELECT id FROM person ORDER BY created_ms DESC, id DESC LIMIT 1"),
    ("<tenant>", "SELECT id FROM tenant ORDER BY created_ms DESC, id DESC LIMIT 1"),
    (
        "<partner_application>",
        "SELECT id FROM partner_application ORDER BY submitted_ms DESC, id DESC LIMIT 1",
    ),
    ("<saved_view>", "SELECT id FROM saved_view ORDER BY made_ms DESC, id DESC LIMIT 1"),
    ("<webhook>", "SELECT id FROM webhook_endpoint ORDER BY created_ms DESC, id DESC LIMIT 1"),
    ("<job>", "SELECT id FROM job ORDER BY created_ms DESC, id DESC LIMIT 1"),
    ("<access_request>", "SELECT id FROM access_request ORDER BY asked_ms DESC, id DESC LIMIT 1"),
];

#[derive(sqlx::FromRow)]
struct Named {
    id: String,
}

#[derive(sqlx::FromRow)]
struct Hashed {
    token_sha256: Vec<u8>,
}

/// The path with the newest things in it; what is not there yet stays as it is written, and names nothing.
pub(super) async fn resolved(world: &World, path: &str) -> String {
    let mut path = path.to_owned();
    let mut tx = world.app.db.read().await.unwrap();
    for (mark, text) in NEWEST.into_iter().filter(|(mark, _)| path.contains(mark)).collect::<Vec<_>>() {
        let newest: Option<Named> = query(text).optional(&mut tx).await.unwrap();
        path = path.replace(mark, &newest.map_or_else(|| "nothing_yet".to_owned(), |named| named.id));
    }
    if path.contains("<session>") {
        let text = "SELECT token_sha256 FROM session ORDER BY created_ms DESC, token_sha256 LIMIT 1";
        let newest: Hashed = query(text).one(&mut tx).await.unwrap();
        path = path.replace("<session>", &data_encoding::HEXLOWER.encode(&newest.token_sha256[..8]));
    }
    path
}
