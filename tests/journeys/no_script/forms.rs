//! That no form is forgotten: the lists of the journeys against the routes that the service mounts, and against the forms of
//! every page that somebody is led to (`every_page` asks).

use super::{account, apps, owners, partners, sales, staff, team};
use riversync_cloud::platform::web::{Method, Mounted};
use riversync_cloud::routes::mounted;
use std::collections::BTreeSet;

/// What the journeys send, each list held to by its journey.
const JOURNEYS: [&[&str]; 11] = [
    account::FORMS,
    account::PASSKEYS,
    account::WEBHOOKS,
    apps::FORMS,
    owners::FORMS,
    partners::FORMS,
    sales::FORMS,
    staff::FIRST_START,
    staff::FORMS,
    staff::ORGANISATIONS,
    team::FORMS,
];

/// Sent whenever somebody signs in.
const ALWAYS: &str = "/sign-in/{token}";

/// What cannot be sent without script, and why.
const EXCUSED: [(&str, &str); 4] = [
    ("/account/passkeys", "browsers make passkeys for scripts only (W3C Web Authentication)"),
    ("/account/confirm/passkey", "browsers use passkeys for scripts only (W3C Web Authentication)"),
    ("/style", "samples on the page of parts: they are looked at, and do nothing"),
    ("try", "the API's reference tries a call with the headers of a program, which no form has"),
];

/// Forms that ask, by their class: one part each, wherever it stands, and the journey in which one of them is used.
const ASKING: [(&str, &str); 5] = [
    ("filters", "a list is filtered (partners)"),
    ("find", "something is searched for (partners)"),
    ("pop", "columns are chosen (partners)"),
    ("move", "a card is moved by its menu (service)"),
    ("times-form", "another time of a chart is chosen (owners)"),
];

fn sent() -> BTreeSet<&'static str> {
    JOURNEYS.into_iter().flatten().copied().chain([ALWAYS]).collect()
}

fn known() -> BTreeSet<&'static str> {
    sent().into_iter().chain(EXCUSED.iter().chain(&ASKING).map(|(form, _)| *form)).collect()
}

#[test]
fn every_route_that_takes_a_form_has_a_journey() {
    // What programs send is no form.
    let all = mounted().into_iter().filter(|route| route.method == Method::Post);
    let routes: BTreeSet<_> = all.map(|route| route.path).filter(|path| !path.starts_with("/api/")).collect();
    let (known, sent) = (known(), sent());
    let missing: Vec<_> = routes.difference(&known).collect();
    assert!(missing.is_empty(), "no journey without script sends a form to {missing:?}");
    let gone: Vec<_> = sent.difference(&routes).collect();
    assert!(gone.is_empty(), "nothing takes these forms any more: {gone:?}");
}

/// What a page's forms are held against.
pub struct Known {
    routes: Vec<Mounted>,
    forms: BTreeSet<&'static str>,
}

impl Known {
    /// What the journeys send.
    pub fn by_journeys() -> Self {
        let routes = mounted().into_iter().filter(|route| route.method == Method::Post);
        Self { routes: routes.collect(), forms: known() }
    }

    /// The forms of a page that no journey sends: of one that changes something the route, of one that asks its class.
    pub fn forgets(&self, page: &str) -> Vec<String> {
        let to_buttons = page.split("formaction=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut all: Vec<String> = to_buttons.map(|to| self.route(to)).collect();
        for tag in page.split("<form").skip(1).filter_map(|rest| rest.split('>').next()) {
            let of = |name: &str| tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next();
            match (of("method"), of("action")) {
                (Some("post"), Some(to)) => all.push(self.route(to)),
                // Its buttons say where to.
                (Some("post"), None) => {}
                _ if tag.contains(" data-to=") => all.push("move".to_owned()),
                _ => all.extend(of("class").unwrap_or(tag).rsplit(' ').next().map(str::to_owned)),
            }
        }
        all.retain(|form| !self.forms.contains(form.as_str()));
        all
    }

    fn route(&self, to: &str) -> String {
        let path = to.split('?').next().unwrap_or_default();
        let fitting = self.routes.iter().filter(|route| route.fits(path)).map(|route| route.path);
        // A path without parameter is the better answer.
        fitting.min_by_key(|route| route.matches('{').count()).unwrap_or(path).to_owned()
    }
}

#[test]
fn a_form_that_no_journey_sends_is_found() {
    let page = "<form class=\"pop\" method=\"post\" action=\"/account/tenant\"><form class=\"confirm-box odd\">\
        <form method=\"post\" action=\"/partners/nowhere?if=1\"><form class=\"filters\" method=\"get\" action=\"/x\">\
        <form class=\"bulk\" method=\"post\"><button formaction=\"/partners/workload/burn\">";
    let known = Known::by_journeys();
    assert_eq!(known.forgets(page), ["/partners/workload/burn", "odd", "/partners/nowhere"]);
}
