//! Trials beyond what `samples.rs` generates: a colleague, a partner of another day, a thing that is nowhere; each by
//! somebody who has the right to the page, but not to this thing (PORTAL 7.1, G5).

/// One trial: `person` has the right to the page, but not to this thing.
pub(super) struct Foreign {
    /// The route as it is mounted.
    pub(super) route: &'static str,
    /// Its path with somebody else's id in it.
    pub(super) path: &'static str,
    /// Who tries.
    pub(super) person: &'static str,
    /// A form that would be accepted if the thing were one's own.
    pub(super) form: &'static [(&'static str, &'static str)],
}

const fn foreign(route: &'static str, path: &'static str, person: &'static str) -> Foreign {
    Foreign { route, path, person, form: &[] }
}

/// The trials.
pub(super) const FOREIGN: &[Foreign] = &[
    // The story of identity tries real labels of others; here a well-formed one that is not one's own.
    foreign("/account/sessions/{session}/end", "/account/sessions/00112233445566ff/end", "nera.admin"),
    // Nobody has a key when the story begins; the story of keys tries others' real ones.
    foreign("/account/keys/{key}/rotate", "/account/keys/key_0/rotate", "nera.admin"),
    foreign("/account/keys/{key}/revoke", "/account/keys/key_0/revoke", "nera.admin"),
    // No program of the demo world has a brand; the story of brands opens real ones.
    foreign("/brand/{tenant}/{name}", "/brand/riversync/0011223344556677.css", "nera.admin"),
    // The story of views tries a colleague's real one.
    foreign("/account/views/{view}/open", "/account/views/view_0/open", "nera.admin"),
    foreign("/account/views/{view}/close", "/account/views/view_0/close", "nera.admin"),
    foreign("/account/views/{view}/remove", "/account/views/view_0/remove", "nera.admin"),
    // The same for webhooks, whose stories try others' real ones.
    foreign("/account/webhooks/{webhook}", "/account/webhooks/webhook_0", "nera.admin"),
    foreign("/account/webhooks/{webhook}/rotate", "/account/webhooks/webhook_0/rotate", "nera.admin"),
    foreign("/account/webhooks/{webhook}/pause", "/account/webhooks/webhook_0/pause", "nera.admin"),
    foreign("/account/webhooks/{webhook}/resume", "/account/webhooks/webhook_0/resume", "nera.admin"),
    foreign("/account/webhooks/{webhook}/delete", "/account/webhooks/webhook_0/delete", "nera.admin"),
    foreign("/account/webhooks/{webhook}/test", "/account/webhooks/webhook_0/test", "nera.admin"),
    foreign(
        "/account/webhooks/{webhook}/deliveries/{delivery}/redeliver",
        "/account/webhooks/webhook_0/deliveries/msg_0/redeliver",
        "nera.admin",
    ),
    foreign("/api/v1/account/webhooks/{webhook}", "/api/v1/account/webhooks/webhook_0", "nera.admin"),
    foreign(
        "/api/v1/account/webhooks/{webhook}/deliveries",
        "/api/v1/account/webhooks/webhook_0/deliveries",
        "nera.admin",
    ),
    foreign(
        "/api/v1/account/webhooks/{webhook}/rotate",
        "/api/v1/account/webhooks/webhook_0/rotate",
        "nera.admin",
    ),
    foreign(
        "/api/v1/account/webhooks/{webhook}/pause",
        "/api/v1/account/webhooks/webhook_0/pause",
        "nera.admin",
    ),
    foreign(
        "/api/v1/account/webhooks/{webhook}/resume",
        "/api/v1/account/webhooks/webhook_0/resume",
        "nera.admin",
    ),
    foreign(
        "/api/v1/account/webhooks/{webhook}/delete",
        "/api/v1/account/webhooks/webhook_0/delete",
        "nera.admin",
    ),
    foreign(
        "/api/v1/account/webhooks/{webhook}/test",
        "/api/v1/account/webhooks/webhook_0/test",
        "nera.admin",
    ),
    foreign(
        "/api/v1/account/webhooks/{webhook}/deliveries/{delivery}/redeliver",
        "/api/v1/account/webhooks/webhook_0/deliveries/msg_0/redeliver",
        "nera.admin",
    ),
    // Passkeys are made by browsers only, so nobody in the story has one: a well-formed id that is nobody's.
    foreign("/account/passkeys/{passkey}/rename", "/account/passkeys/passkey_0/rename", "nera.admin"),
    foreign("/account/passkeys/{passkey}/remove", "/account/passkeys/passkey_0/remove", "nera.admin"),
    // What somebody else was told of, a colleague among them.
    foreign("/account/notifications/{id}/read", "/account/notifications/N-1/read", "siam.sales"),
    foreign("/account/notifications/{id}/read", "/account/notifications/N-2/read", "mw.sales"),
    foreign(
        "/api/v1/account/notifications/{id}/read",
        "/api/v1/account/notifications/N-1/read",
        "nera.admin",
    ),
    // A deal of another reseller, one with a distributor who does not handle it, and one that is nowhere.
    foreign("/partners/deals/{id}", "/partners/deals/DL-1", "siam.sales"),
    foreign("/partners/deals/{id}", "/partners/deals/DL-4", "ed.sales"),
    foreign("/api/v1/deals/{id}", "/api/v1/deals/DL-4", "nera.sales1"),
    foreign("/api/v1/deals/{id}", "/api/v1/deals/DL-4", "ed.sales"),
    foreign("/partners/deals/{id}/register", "/partners/deals/OP-2/register", "nera.admin"),
    Foreign {
        route: "/partners/deals/{id}/register",
        path: "/partners/deals/OP-2/register",
        person: "siam.sales",
        form: &[
            ("customer", "Krabi Palm"),
            ("title", "Mine"),
            ("amount", "1"),
            ("currency", "THB"),
            ("channel", "megawarehouse"),
        ],
    },
    foreign("/partners/deals/{id}/{step}", "/partners/deals/DL-2/withdraw", "siam.sales"),
    // A colleague's, and one of the inbox.
    foreign("/partners/deals/{id}/{step}", "/partners/deals/DL-2/withdraw", "nera.sales1"),
    foreign("/partners/deals/{id}/{step}", "/partners/deals/LD-3/accept", "nera.admin"),
    foreign("/pipeline/deals/{id}/{step}", "/pipeline/deals/DL-999/approve", "rs.pipeline"),
    foreign("/api/v1/deals/{id}/register", "/api/v1/deals/OP-2/register", "nera.sales1"),
    foreign("/api/v1/deals/{id}/{step}", "/api/v1/deals/DL-4/withdraw", "nera.sales1"),
    foreign("/api/v1/deals/{id}/{step}", "/api/v1/deals/DL-4/approve", "ed.sales"),
    foreign("/api/v1/pipeline/{id}/{step}", "/api/v1/pipeline/DL-999/approve", "rs.pipeline"),
    // RiverSync sees every deal of its own program; only what is nowhere is not there.
    foreign("/pipeline/deals/{id}", "/pipeline/deals/DL-999", "rs.pipeline"),
    foreign("/api/v1/pipeline/{id}", "/api/v1/pipeline/DL-999", "rs.pipeline"),
    // Work on a device that another partner covers, or that nobody does.
    foreign("/partners/workload/{id}", "/partners/workload/T-SR-1", "huawei.admin"),
    foreign("/partners/workload/{id}/acknowledge", "/partners/workload/A-BF-1/acknowledge", "siam.admin"),
    foreign("/partners/workload/{id}/assign", "/partners/workload/A-BF-1/assign", "andaman.admin"),
    foreign("/partners/workload/{id}/resolve", "/partners/workload/V-SR-1/resolve", "huawei.admin"),
    foreign("/partners/workload/{id}/convert", "/partners/workload/A-SR-1/convert", "siam.admin"),
    foreign("/api/v1/workload/{id}", "/api/v1/workload/T-SR-1", "huawei.admin"),
    foreign("/api/v1/workload/{id}/acknowledge", "/api/v1/workload/A-BF-1/acknowledge", "siam.admin"),
    foreign("/api/v1/workload/{id}/assign", "/api/v1/workload/A-BF-1/assign", "andaman.admin"),
    foreign("/api/v1/workload/{id}/resolve", "/api/v1/workload/V-SR-1/resolve", "huawei.admin"),
    foreign("/api/v1/workload/{id}/convert", "/api/v1/workload/A-SR-1/convert", "siam.admin"),
    foreign("/api/v1/renewals/{device_id}/outcome", "/api/v1/renewals/D-BF-2/outcome", "siam.sales"),
    // A device that somebody else covers later, one that nobody covers, one of another owner.
    foreign("/partners/devices/{id}", "/partners/devices/D-BF-1", "huawei.admin"),
    foreign("/partners/devices/{id}", "/partners/devices/D-BF-5", "nera.coord"),
    foreign("/api/v1/devices/{id}/values", "/api/v1/devices/D-BF-5/values", "nera.coord"),
    foreign("/partners/devices/{id}/data.csv", "/partners/devices/D-BF-5/data.csv", "nera.coord"),
    Foreign {
        route: "/partners/devices/{id}/request",
        path: "/partners/devices/D-BF-5/request",
        person: "nera.coord",
        form: &[("metrics", "power"), ("months", "3"), ("reason", "Energy report")],
    },
    foreign("/api/v1/portal/devices/{id}/values", "/api/v1/portal/devices/D-BF-1/values", "south.admin"),
    foreign("/portal/devices/{id}/data.csv", "/portal/devices/D-BF-1/data.csv", "south.admin"),
    foreign("/portal/devices/{id}", "/portal/devices/D-BF-1", "south.admin"),
    foreign("/api/v1/devices/{id}", "/api/v1/devices/D-BF-1", "huawei.admin"),
    foreign("/api/v1/devices/{id}", "/api/v1/devices/D-BF-5", "nera.coord"),
    foreign("/api/v1/devices/{id}/request", "/api/v1/devices/D-BF-5/request", "nera.coord"),
    foreign("/api/v1/portal/devices/{id}", "/api/v1/portal/devices/D-BF-1", "south.admin"),
    Foreign {
        route: "/partners/renewals/{device_id}/outcome",
        path: "/partners/renewals/D-BF-2/outcome",
        person: "siam.sales",
        form: &[("outcome", "keep")],
    },
    // RiverSync sees every gateway; only what is nowhere is not there.
    foreign("/admin/agents/{id}/code", "/admin/agents/A-NOWHERE/code", "rs.admin"),
    Foreign {
        route: "/admin/agents/{id}/revoke",
        path: "/admin/agents/A-NOWHERE/revoke",
        person: "rs.admin",
        form: &[("reason", "stolen")],
    },
    foreign("/api/v1/admin/agents/{id}/code", "/api/v1/admin/agents/A-NOWHERE/code", "rs.admin"),
    foreign("/api/v1/admin/agents/{id}/revoke", "/api/v1/admin/agents/A-NOWHERE/revoke", "rs.admin"),
    foreign("/api/v1/admin/jobs/{id}/retry", "/api/v1/admin/jobs/job_1/retry", "rs.admin"),
    foreign("/api/v1/admin/jobs/{id}/cancel", "/api/v1/admin/jobs/job_1/cancel", "rs.admin"),
    // Which jobs wait when the story begins is nobody's word; the story of jobs tries real ones.
    foreign("/admin/jobs/{id}/retry", "/admin/jobs/job_1/retry", "rs.admin"),
    foreign("/admin/jobs/{id}/cancel", "/admin/jobs/job_1/cancel", "rs.admin"),
    // A question to another customer: the story of requests answers a real one; here nobody asked this.
    foreign(
        "/portal/sharing/requests/{request}/approve",
        "/portal/sharing/requests/request_1/approve",
        "south.admin",
    ),
    Foreign {
        route: "/portal/sharing/requests/{request}/decline",
        path: "/portal/sharing/requests/request_1/decline",
        person: "south.admin",
        form: &[("reason", "no")],
    },
    // What the organisation does not have cannot be given up; a document of nobody; an application that is nowhere.
    foreign("/account/enrolment/{capability}/disable", "/account/enrolment/vendor/disable", "nera.admin"),
    foreign(
        "/account/enrolment/application/documents/{id}",
        "/account/enrolment/application/documents/doc_1",
        "bkk.admin",
    ),
    foreign("/admin/applications/{id}", "/admin/applications/app_1", "rs.admin"),
    foreign(
        "/admin/applications/{id}/documents/{document}",
        "/admin/applications/app_1/documents/doc_1",
        "rs.admin",
    ),
    Foreign {
        route: "/admin/applications/{id}/approve",
        path: "/admin/applications/app_1/approve",
        person: "rs.admin",
        form: &[("subtype", "reseller")],
    },
    foreign("/admin/applications/{id}/reject", "/admin/applications/app_1/reject", "rs.admin"),
    foreign("/admin/applications/{id}/return", "/admin/applications/app_1/return", "rs.admin"),
    // Somebody of another organisation's team, and an organisation that is nowhere.
    Foreign {
        route: "/partners/team/{person}/roles",
        path: "/partners/team/siam.sales/roles",
        person: "nera.admin",
        form: &[("roles", "viewer")],
    },
    foreign("/partners/team/{person}/resend", "/partners/team/siam.sales/resend", "nera.admin"),
    foreign("/partners/team/{person}/disable", "/partners/team/siam.sales/disable", "nera.admin"),
    foreign("/partners/team/{person}/enable", "/partners/team/siam.sales/enable", "nera.admin"),
    foreign("/partners/team/{person}/remove", "/partners/team/siam.sales/remove", "mw.admin"),
    Foreign {
        route: "/portal/team/{person}/roles",
        path: "/portal/team/nera.sales1/roles",
        person: "bkk.admin",
        form: &[("roles", "viewer")],
    },
    foreign("/portal/team/{person}/resend", "/portal/team/nera.sales1/resend", "bkk.admin"),
    foreign("/portal/team/{person}/disable", "/portal/team/nera.sales1/disable", "bkk.admin"),
    foreign("/portal/team/{person}/enable", "/portal/team/nera.sales1/enable", "bkk.admin"),
    foreign("/portal/team/{person}/remove", "/portal/team/nera.sales1/remove", "bkk.admin"),
    Foreign {
        route: "/admin/team/{person}/roles",
        path: "/admin/team/nera.sales1/roles",
        person: "rs.admin",
        form: &[("roles", "viewer")],
    },
    foreign("/admin/team/{person}/resend", "/admin/team/offco.admin/resend", "rs.admin"),
    foreign("/admin/team/{person}/disable", "/admin/team/offco.admin/disable", "rs.admin"),
    foreign("/admin/team/{person}/enable", "/admin/team/offco.admin/enable", "rs.admin"),
    foreign("/admin/team/{person}/remove", "/admin/team/offco.admin/remove", "rs.admin"),
    // Sessions of somebody elsewhere; the story of teams ends real ones.
    foreign("/partners/team/{person}/sessions", "/partners/team/siam.sales/sessions", "nera.admin"),
    foreign("/portal/team/{person}/sessions", "/portal/team/nera.sales1/sessions", "bkk.admin"),
    foreign("/admin/team/{person}/sessions", "/admin/team/offco.admin/sessions", "rs.admin"),
    foreign(
        "/admin/partners/{id}/contacts/{person}/sessions",
        "/admin/partners/siam/contacts/nera.sales1/sessions",
        "rs.admin",
    ),
    Foreign {
        route: "/partners/team/{person}/sessions/end",
        path: "/partners/team/siam.sales/sessions/end",
        person: "nera.admin",
        form: &[("reason", "x")],
    },
    Foreign {
        route: "/portal/team/{person}/sessions/end",
        path: "/portal/team/nera.sales1/sessions/end",
        person: "bkk.admin",
        form: &[("reason", "x")],
    },
    Foreign {
        route: "/admin/team/{person}/sessions/end",
        path: "/admin/team/offco.admin/sessions/end",
        person: "rs.admin",
        form: &[("reason", "x")],
    },
    Foreign {
        route: "/admin/partners/{id}/contacts/{person}/sessions/end",
        path: "/admin/partners/offco/contacts/offco.admin/sessions/end",
        person: "rs.admin",
        form: &[("reason", "x")],
    },
    foreign("/api/v1/team/{person}/sessions", "/api/v1/team/siam.sales/sessions", "nera.admin"),
    foreign("/api/v1/portal/team/{person}/sessions", "/api/v1/portal/team/nera.sales1/sessions", "bkk.admin"),
    foreign("/api/v1/admin/team/{person}/sessions", "/api/v1/admin/team/offco.admin/sessions", "rs.admin"),
    foreign(
        "/api/v1/admin/partners/{id}/contacts/{person}/sessions",
        "/api/v1/admin/partners/siam/contacts/nera.sales1/sessions",
        "rs.admin",
    ),
    foreign("/api/v1/team/{person}/sessions/end", "/api/v1/team/siam.sales/sessions/end", "nera.admin"),
    foreign(
        "/api/v1/portal/team/{person}/sessions/end",
        "/api/v1/portal/team/nera.sales1/sessions/end",
        "bkk.admin",
    ),
    foreign(
        "/api/v1/admin/team/{person}/sessions/end",
        "/api/v1/admin/team/offco.admin/sessions/end",
        "rs.admin",
    ),
    foreign(
        "/api/v1/admin/partners/{id}/contacts/{person}/sessions/end",
        "/api/v1/admin/partners/offco/contacts/offco.admin/sessions/end",
        "rs.admin",
    ),
    foreign("/admin/partners/{id}", "/admin/partners/offco", "rs.admin"),
    foreign("/admin/partners/{id}/tier", "/admin/partners/offco/tier", "rs.admin"),
    foreign("/api/v1/admin/partners/{id}/tier", "/api/v1/admin/partners/offco/tier", "rs.admin"),
    // A customer has no terms; another vendor is nobody's partner.
    foreign("/admin/partners/{id}/terms", "/admin/partners/bkkfoods/terms", "rs.admin"),
    foreign("/admin/partners/{id}/verify", "/admin/partners/offco/verify", "rs.admin"),
    Foreign {
        route: "/admin/partners/{id}/suspend",
        path: "/admin/partners/offco/suspend",
        person: "rs.admin",
        form: &[("reason", "x")],
    },
    Foreign {
        route: "/admin/partners/{id}/reinstate",
        path: "/admin/partners/offco/reinstate",
        person: "rs.admin",
        form: &[("reason", "x")],
    },
    Foreign {
        route: "/admin/partners/{id}/contacts/new",
        path: "/admin/partners/offco/contacts/new",
        person: "rs.admin",
        form: &[("name", "x"), ("email", "x@y.example"), ("roles", "viewer")],
    },
    foreign(
        "/admin/partners/{id}/contacts/{person}/resend",
        "/admin/partners/siam/contacts/nera.sales1/resend",
        "rs.admin",
    ),
    // A grant of another customer.
    foreign("/portal/sharing/{grant}/narrow", "/portal/sharing/grant_bf_nera/narrow", "south.admin"),
    foreign("/portal/sharing/{grant}/revoke", "/portal/sharing/grant_bf_nera/revoke", "south.admin"),
    // The same by the API.
    foreign(
        "/api/v1/portal/sharing/{grant}/narrow",
        "/api/v1/portal/sharing/grant_bf_nera/narrow",
        "south.admin",
    ),
    foreign(
        "/api/v1/portal/sharing/{grant}/revoke",
        "/api/v1/portal/sharing/grant_bf_nera/revoke",
        "south.admin",
    ),
    foreign(
        "/api/v1/portal/sharing/requests/{request}/approve",
        "/api/v1/portal/sharing/requests/request_1/approve",
        "south.admin",
    ),
    foreign(
        "/api/v1/portal/sharing/requests/{request}/decline",
        "/api/v1/portal/sharing/requests/request_1/decline",
        "south.admin",
    ),
    foreign(
        "/api/v1/account/enrolment/{capability}/disable",
        "/api/v1/account/enrolment/vendor/disable",
        "nera.admin",
    ),
    foreign("/api/v1/admin/applications/{id}", "/api/v1/admin/applications/app_1", "rs.admin"),
    foreign(
        "/api/v1/admin/applications/{id}/approve",
        "/api/v1/admin/applications/app_1/approve",
        "rs.admin",
    ),
    foreign("/api/v1/admin/applications/{id}/reject", "/api/v1/admin/applications/app_1/reject", "rs.admin"),
    foreign("/api/v1/admin/applications/{id}/return", "/api/v1/admin/applications/app_1/return", "rs.admin"),
    foreign("/api/v1/team/{person}/roles", "/api/v1/team/siam.sales/roles", "nera.admin"),
    foreign("/api/v1/team/{person}/resend", "/api/v1/team/siam.sales/resend", "nera.admin"),
    foreign("/api/v1/team/{person}/disable", "/api/v1/team/siam.sales/disable", "nera.admin"),
    foreign("/api/v1/team/{person}/enable", "/api/v1/team/siam.sales/enable", "nera.admin"),
    foreign("/api/v1/team/{person}/remove", "/api/v1/team/siam.sales/remove", "nera.admin"),
    foreign("/api/v1/portal/team/{person}/roles", "/api/v1/portal/team/nera.sales1/roles", "bkk.admin"),
    foreign("/api/v1/portal/team/{person}/resend", "/api/v1/portal/team/nera.sales1/resend", "bkk.admin"),
    foreign("/api/v1/portal/team/{person}/disable", "/api/v1/portal/team/nera.sales1/disable", "bkk.admin"),
    foreign("/api/v1/portal/team/{person}/enable", "/api/v1/portal/team/nera.sales1/enable", "bkk.admin"),
    foreign("/api/v1/portal/team/{person}/remove", "/api/v1/portal/team/nera.sales1/remove", "bkk.admin"),
    foreign("/api/v1/admin/team/{person}/roles", "/api/v1/admin/team/offco.admin/roles", "rs.admin"),
    foreign("/api/v1/admin/team/{person}/resend", "/api/v1/admin/team/offco.admin/resend", "rs.admin"),
    foreign("/api/v1/admin/team/{person}/disable", "/api/v1/admin/team/offco.admin/disable", "rs.admin"),
    foreign("/api/v1/admin/team/{person}/enable", "/api/v1/admin/team/offco.admin/enable", "rs.admin"),
    foreign("/api/v1/admin/team/{person}/remove", "/api/v1/admin/team/offco.admin/remove", "rs.admin"),
    foreign("/api/v1/admin/partners/{id}", "/api/v1/admin/partners/offco", "rs.admin"),
    foreign("/api/v1/admin/partners/{id}/verify", "/api/v1/admin/partners/offco/verify", "rs.admin"),
    foreign("/api/v1/admin/partners/{id}/suspend", "/api/v1/admin/partners/offco/suspend", "rs.admin"),
    foreign("/api/v1/admin/partners/{id}/reinstate", "/api/v1/admin/partners/offco/reinstate", "rs.admin"),
    foreign("/api/v1/admin/partners/{id}/contacts", "/api/v1/admin/partners/offco/contacts", "rs.admin"),
    foreign(
        "/api/v1/admin/partners/{id}/contacts/{person}/resend",
        "/api/v1/admin/partners/siam/contacts/nera.sales1/resend",
        "rs.admin",
    ),
];
