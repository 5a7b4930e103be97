//! The role matrix on every surface: for each party and role one person, whose role is changed under an open session,
//! tries every mounted route, the rail and the live topics. What must come back follows from the table alone
//! (PORTAL 7.1: G1, G2, G3, G4; AC-MX).

use super::routes::filled;
use super::states::changeable;
use crate::live;
use crate::platform::access::{Action, App, Item, Level, Party, Role, Switches, cell_of, level};
use crate::platform::db::query;
use crate::platform::live::Notice;
use crate::platform::web::layout::rail::href;
use crate::platform::web::{Method, Mounted};
use crate::world::testing::{Answer, Browser, World, worlds};
use axum::body::Body;
use futures_util::StreamExt;
use std::time::Duration;

/// One person of each party whose roles the guard changes.
const PROBES: [(Party, &str); 4] = [
    (Party::Reseller, "nera.sales2"),
    (Party::Distributor, "mw.manager"),
    (Party::Customer, "south.admin"),
    (Party::Vendor, "rs.support"),
];

async fn set_role(world: &World, handle: &str, role: Role) {
    let mut tx = world.app.db.write().await.unwrap();
    query("UPDATE membership SET roles = $2 WHERE person_id = $1")
        .bind(handle)
        .bind(role.key())
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A role of a party, with the switches as they stand.
#[derive(Clone, Copy, Debug)]
struct Probe {
    party: Party,
    role: Role,
    switches: Switches,
}

impl Probe {
    /// What the table says.
    fn level(self, item: Item) -> Option<Level> {
        cell_of(self.party, item, self.role, self.switches).map(|cell| cell.level)
    }
}

/// What the table says of a route, as status and machine code; `None` when it is allowed.
fn refusal(probe: Probe, action: Action) -> Option<(u16, &'static str)> {
    match probe.level(action.item()) {
        None if probe.party == Party::Distributor && action.item() == Item::TierProgram => Some((303, "")),
        None => Some((404, "not_found")),
        Some(Level::None) => Some((403, "role_forbidden")),
        Some(Level::Read) if action.is_write() => Some((403, "read_only")),
        Some(Level::Read | Level::Full) => None,
    }
}

/// Whether the route belongs to an app that the party has: a reseller that is a customer too is tried as a reseller.
fn concerns(party: Party, route: &Mounted) -> bool {
    let Some(action) = route.action else { return false };
    let other_side = party == Party::Reseller && level(Party::Customer, action.item(), Role::Sales).is_some();
    // What switches the program off or begins another session would end the trial.
    let ends = ["/admin/modules/partner", "/api/v1/admin/modules/partner", "/admin/view-as"]
        .contains(&route.path)
        && action.is_write();
    action.item().app() != App::Account && !other_side && !ends
}

async fn ask(browser: &Browser, route: &Mounted, path: &str) -> Answer {
    match route.method {
        Method::Get => browser.get_json(path).await,
        Method::Post => browser.post_json(path, "{}").await,
    }
}

async fn routes(world: &World, browser: &Browser, probe: Probe) {
    let Probe { party, role, .. } = probe;
    for route in world.mounted.iter().filter(|route| concerns(party, route)) {
        let Some(action) = route.action else { continue };
        let path = filled(route.path);
        let what = format!("{}: {party:?} {role:?} {:?} {path}", world.engine, route.method);
        let expected = refusal(probe, action);
        for path in [path.clone(), format!("{path}?format=csv&q=pump&sort=-value&page=2")] {
            if route.method == Method::Post && path.contains('?') {
                continue;
            }
            let answer = ask(browser, route, &path).await;
            match expected {
                Some((303, _)) => assert_eq!(answer.status, 303, "{what}"),
                Some((status, code)) => {
                    assert_eq!(answer.status, status, "{what}: {}", answer.body);
                    assert_eq!(answer.json()["code"], code, "{what}");
                }
                None => assert!(![401, 403, 405, 500].contains(&answer.status), "{what}: {}", answer.status),
            }
            // Nobody registers a deal for a distributor: for the subtype the form is not there (PORTAL 3.2).
            let is_absent = party == Party::Distributor && route.path == "/partners/deals/new";
            if is_absent {
                assert!([403, 404].contains(&answer.status), "{what}: {}", answer.status);
            } else if expected.is_none() && route.method == Method::Get && !route.path.contains('{') {
                assert!([200, 303].contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
            }
        }
        read_only_takes_no_verb(world, browser, route, &path, probe.level(action.item())).await;
    }
}

/// G2: what is read takes no verb that changes, whatever the verb is called.
async fn read_only_takes_no_verb(
    world: &World,
    browser: &Browser,
    route: &Mounted,
    path: &str,
    level: Option<Level>,
) {
    if level != Some(Level::Read) || route.method != Method::Get {
        return;
    }
    for verb in ["POST", "PUT", "PATCH", "DELETE"] {
        let mut request =
            browser.request(axum::http::Method::from_bytes(verb.as_bytes()).unwrap(), path, Body::from("{}"));
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        let status = browser.raw(request).await.status().as_u16();
        assert!([403, 405].contains(&status), "{}: {verb} {path}: {status}", world.engine);
    }
}

/// The rail as it is written into the page.
fn rail(page: &Answer) -> &str {
    let after = page.body.split("<nav class=\"rail\"").nth(1).unwrap_or_default();
    after.split("</nav>").next().unwrap_or_default()
}

async fn navigation(world: &World, browser: &Browser, probe: Probe) {
    let Probe { party, role, .. } = probe;
    let page = browser.get("/account").await;
    assert_eq!(page.status, 200, "{}", page.body);
    for item in Item::ALL {
        let Some(href) = href(item).filter(|_| item.app() != App::Account) else { continue };
        let shown = rail(&page).contains(&format!("href=\"{href}\""));
        let expected = probe.level(item).is_some_and(|level| level > Level::None);
        let what = format!("{}: {party:?} {role:?} {}", world.engine, item.label());
        assert_eq!(shown, expected, "{what}: {}", rail(&page));
        if expected {
            let opened = browser.get(href).await;
            assert_eq!(opened.status, 200, "{what}");
            let main = changeable(&opened);
            if probe.level(item) == Some(Level::Read) {
                assert!(main.contains("class=\"note\""), "{what}: a page that is only read does not say so");
                assert!(!main.contains("method=\"post\""), "{what}: a page that is only read has a control");
            }
        }
    }
}

/// What a stream on all topics says after each of them was told. The word that ends the wait comes on every stream.
async fn heard(world: &World, browser: &Browser, handle: &str) -> String {
    let request =
        browser.request(axum::http::Method::GET, "/live?topics=workload,funnel,grants,log", Body::empty());
    let mut stream = browser.raw(request).await.into_body().into_data_stream();
    let mut said = String::new();
    let told = async {
        while !said.contains("everything") {
            let piece = stream.next().await.unwrap().unwrap();
            if said.is_empty() {
                let hub = &world.app.hub;
                hub.tell(Notice::Funnel);
                for tenant_id in ["nera", "megawarehouse", "southrubber", "riversync"] {
                    hub.tell(Notice::Audit { tenant_id: tenant_id.to_owned() });
                }
                hub.tell(Notice::Workload { device_id: "D-SR-1".to_owned() });
                hub.tell(Notice::Person { person_id: handle.to_owned() });
            }
            said.push_str(&String::from_utf8_lossy(&piece));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("the stream said nothing");
    said
}

async fn streams(world: &World, browser: &Browser, probe: Probe, handle: &str) {
    let Probe { party, role, .. } = probe;
    let said = heard(world, browser, handle).await;
    for topic in ["workload", "funnel", "log"] {
        let opens = |party, item: &Item| {
            Probe { party, ..probe }.level(*item).is_some_and(|level| level > Level::None)
        };
        let items = live::items_of(topic);
        let as_owner = party == Party::Reseller && items.iter().any(|item| opens(Party::Customer, item));
        let expected = as_owner || items.iter().any(|item| opens(party, item));
        let knows_device =
            topic != "workload" || opens(party, &Item::CoveredDevices) || opens(party, &Item::MyDevices);
        let told = said.contains(topic);
        let what = format!("{}: {party:?} {role:?} {topic}: {said}", world.engine);
        assert_eq!(told, expected && knows_device, "{what}");
    }
}

async fn every_surface(world: &World, browser: &Browser, probe: Probe, handle: &str) {
    navigation(world, browser, probe).await;
    routes(world, browser, probe).await;
    streams(world, browser, probe, handle).await;
}

async fn one_party(story: &str, party: Party) {
    let (_, handle) = PROBES.into_iter().find(|(of, _)| *of == party).unwrap();
    for world in worlds(story).await {
        let browser = world.as_person(handle).await.unscanned();
        for role in Role::ALL {
            set_role(&world, handle, role).await;
            every_surface(&world, &browser, Probe { party, role, switches: Switches::default() }, handle)
                .await;
        }
    }
}

#[tokio::test]
async fn g1_to_g4_reseller_by_six_roles_on_every_surface() {
    one_party("matrix_reseller", Party::Reseller).await;
}

#[tokio::test]
async fn g1_to_g4_distributor_by_six_roles_on_every_surface() {
    one_party("matrix_distributor", Party::Distributor).await;
}

#[tokio::test]
async fn g1_to_g4_customer_by_six_roles_on_every_surface() {
    one_party("matrix_customer", Party::Customer).await;
}

#[tokio::test]
async fn g1_to_g4_vendor_by_six_roles_on_every_surface() {
    one_party("matrix_vendor", Party::Vendor).await;
}

/// C2: with the program's switch on, a channel manager is what the switched cells say, and nothing more.
#[tokio::test]
async fn g1_to_g4_channel_managers_while_the_program_lets_them_run_the_funnel() {
    let switches = Switches { channel_manager_funnel: true, ..Switches::default() };
    let probe = Probe { party: Party::Distributor, role: Role::Coordinator, switches };
    for world in worlds("matrix_switched").await {
        world
            .run("UPDATE tenant_capability SET channel_manager_funnel = 1 WHERE tenant_id = 'riversync'")
            .await;
        let browser = world.as_person("mw.manager").await.unscanned();
        every_surface(&world, &browser, probe, "mw.manager").await;
    }
}

/// Case 8, and roles as a set: what a session may do is what the roles are now, added up.
#[tokio::test]
async fn case_008_a_role_that_is_taken_or_given_counts_from_the_next_request() {
    for world in worlds("matrix_changed").await {
        let browser = world.as_person("nera.sales2").await.unscanned();
        for (roles, path, status) in [
            ("sales", "/partners/deals", 200),
            ("viewer", "/partners/leads", 403),
            ("viewer,coordinator", "/partners/workload", 200),
            ("", "/partners/overview", 403),
            ("nonsense,all", "/partners/overview", 403),
            ("salesperson", "/partners/leads", 200),
            ("principal", "/partners/log", 200),
        ] {
            let mut tx = world.app.db.write().await.unwrap();
            let text = "UPDATE membership SET roles = $1 WHERE person_id = 'nera.sales2'";
            query(text).bind(roles).execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(browser.get(path).await.status, status, "{}: {roles} {path}", world.engine);
        }
    }
}
