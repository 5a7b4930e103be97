//! Forms of pages that somebody overtook: nothing of them is done, what was entered is kept, and who wants it can still
//! have it. A page fills its forms in for the version that it shows; what takes access back is one press, whatever happened.

use crate::platform::base::MINUTE_MS;
use crate::world::testing::{Answer, Browser, World, read, worlds};
use axum::body::Body;
use axum::http::{Method, header};

/// The address of the form on `page` that goes to `path`, as a browser would read it.
fn form_at(page: &Answer, path: &str) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    let start = format!("action=\"{path}");
    let at = page.body.find(&start).unwrap_or_else(|| panic!("no form goes to {path}: {}", page.body));
    let action = &page.body[at + "action=\"".len()..];
    action[..action.find('"').unwrap()].replace("&#38;", "&").replace("&amp;", "&")
}

async fn submit(browser: &Browser, from: &str, to: &str, form: &str) -> Answer {
    let mut request = browser.request(Method::POST, to, Body::from(form.to_owned()));
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert(header::ACCEPT, "text/html".parse().unwrap());
    headers.insert(header::REFERER, format!("https://portal.example{from}").parse().unwrap());
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    read(browser.raw(request).await).await
}

/// A form that is filled in while somebody else changes the record.
struct Overtaken {
    /// Who fills it in, and who is faster.
    who: &'static str,
    faster: &'static str,
    /// The page with the form, and where the form goes.
    page: &'static str,
    to: &'static str,
    /// What is entered, and what the other one does.
    form: &'static str,
    meanwhile: (&'static str, &'static str),
    /// What the page says of the other one, and of what was entered.
    told: &'static str,
    kept: &'static str,
}

const OVERTAKEN: &[Overtaken] = &[
    Overtaken {
        who: "nera.coord",
        faster: "nera.admin",
        page: "/partners/workload/A-BF-1",
        to: "/partners/workload/A-BF-1/assign",
        form: "",
        meanwhile: ("/partners/workload/A-BF-1/acknowledge", ""),
        told: "Niran Arun took notice of an alarm",
        kept: "",
    },
    Overtaken {
        who: "rs.pipeline",
        faster: "rs.admin",
        page: "/pipeline/deals/DL-3",
        to: "/pipeline/deals/DL-3/reject",
        form: "reason=Too+far",
        meanwhile: ("/pipeline/deals/DL-3/grant-direct", ""),
        told: "Ratana Suk granted the direct sale",
        kept: "<dt>Reason</dt><dd>Too far</dd>",
    },
    Overtaken {
        who: "nera.sales1",
        faster: "nera.admin",
        page: "/partners/renewals",
        to: "/partners/renewals/D-BF-2/outcome",
        form: "outcome=keep",
        meanwhile: ("/partners/renewals/D-BF-2/outcome", "outcome=at_risk"),
        told: "Niran Arun looked at a renewal",
        kept: "<dt>Outcome</dt><dd>keep</dd>",
    },
    Overtaken {
        who: "bkk.admin",
        faster: "bkk.admin",
        page: "/portal/sharing/grant_bf_nera/narrow",
        to: "/portal/sharing/grant_bf_nera/narrow",
        form: "items=D-BF-1%2Ftemp",
        meanwhile: ("/portal/sharing/grant_bf_nera/narrow", "items=D-BF-1%2Ftemp&items=D-BF-1%2Fpower"),
        told: "Busaba Kasem narrowed a grant",
        kept: "<dt>Items</dt><dd>D-BF-1/temp</dd>",
    },
    Overtaken {
        who: "nera.admin",
        faster: "nera.admin",
        page: "/partners/team",
        to: "/partners/team/nera.view/roles",
        form: "roles=sales&roles=viewer",
        meanwhile: ("/partners/team/nera.view/roles", "roles=finance"),
        told: "Niran Arun changed the roles of a member",
        kept: "<dt>Roles</dt><dd>sales</dd>",
    },
    Overtaken {
        who: "rs.admin",
        faster: "rs.admin",
        page: "/admin/partners/siam/terms",
        to: "/admin/partners/siam/terms",
        form: "commission=12&tax_form=none&tax_status=not_requested&notes=Mine",
        meanwhile: ("/admin/partners/siam/terms", "commission=9&tax_form=none&tax_status=not_requested"),
        told: "Ratana Suk changed a partner&#39;s terms",
        kept: "<dt>Notes</dt><dd>Mine</dd>",
    },
    Overtaken {
        who: "nera.sales2",
        faster: "nera.sales2",
        page: "/account/notifications/settings",
        to: "/account/notifications/settings",
        form: "deal=mail&digest_hour=9",
        meanwhile: ("/account/notifications/settings", "deal=off"),
        told: "Malee Thong chose what to be told of",
        kept: "<dt>Digest hour</dt><dd>9</dd>",
    },
];

async fn overtaken(world: &World, case: &Overtaken) {
    let what = format!("{}: {} as {}", world.engine, case.to, case.who);
    let browser = world.as_person(case.who).await;
    let to = form_at(&browser.get(case.page).await, case.to);
    assert!(to.contains("version="), "{what} says no version: {to}");
    world.clock.advance(MINUTE_MS);
    let (path, form) = case.meanwhile;
    let faster = submit(&world.as_person(case.faster).await, case.page, path, form).await;
    assert_eq!(faster.status, 303, "{what}: {}", faster.body);
    let late = submit(&browser, case.page, &to, case.form).await;
    assert_eq!(late.status, 409, "{what}: {}", late.body);
    assert!(late.body.contains("Somebody changed this meanwhile"), "{what}: {}", late.body);
    assert!(late.body.contains(case.told) && late.body.contains(case.kept), "{what}: {}", late.body);
    assert!(late.body.contains(&format!("href=\"{}\"", case.page)), "{what}: {}", late.body);
    // Whoever wants it all the same, sends what was entered for what is there now.
    let again = form_at(&Answer { status: 200, ..late }, case.to);
    assert_ne!(again, to, "{what}");
    let done = submit(&browser, case.page, &again, case.form).await;
    assert_eq!(done.status, 303, "{what} again: {}", done.body);
}

#[tokio::test]
async fn a_form_that_somebody_overtook_changes_nothing_and_is_not_lost() {
    for world in worlds("guard_stale").await {
        for case in OVERTAKEN {
            overtaken(&world, case).await;
        }
    }
}

#[tokio::test]
async fn what_takes_access_back_is_one_press_whatever_happened() {
    for world in worlds("guard_stale_back").await {
        let owner = world.as_person("bkk.admin").await;
        let to = form_at(&owner.get("/portal/sharing").await, "/portal/sharing/grant_bf_nera/revoke");
        let narrowed = owner.post("/portal/sharing/grant_bf_nera/narrow", &[("items", "D-BF-1/temp")]).await;
        assert_eq!(narrowed.status, 303, "{}", narrowed.body);
        assert_eq!(owner.post(&to, &[("reason", "Enough")]).await.status, 303, "{}", world.engine);
    }
}

#[tokio::test]
async fn a_form_that_is_shown_again_stays_meant_for_what_was_seen_first() {
    for world in worlds("guard_stale_invalid").await {
        let owner = world.as_person("rs.admin").await;
        let path = "/admin/partners/siam/terms";
        let to = form_at(&owner.get(path).await, path);
        let meanwhile = [("commission", "9"), ("tax_form", "none"), ("tax_status", "not_requested")];
        let wrong = submit(&owner, path, &to, "commission=much&tax_form=none&tax_status=not_requested").await;
        assert_eq!(wrong.status, 422, "{}: {}", world.engine, wrong.body);
        let shown = form_at(&Answer { status: 200, ..wrong }, path);
        assert_eq!(shown, to, "{}", world.engine);
        assert_eq!(owner.post(path, &meanwhile).await.status, 303);
        let late = submit(&owner, path, &shown, "commission=12&tax_form=none&tax_status=not_requested").await;
        assert_eq!(late.status, 409, "{}: {}", world.engine, late.body);
    }
}
