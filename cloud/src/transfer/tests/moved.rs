//! What is moved is what it was.

use super::{pairs, rows, taken, written};
use crate::domains::audit::verify_all;
use crate::guards::dump::{dump, lines};
use crate::platform::web::{Method, Mounted};
use crate::transfer::file::in_order;
use crate::world::people;
use crate::world::testing::{Answer, World};
use std::collections::BTreeMap;

/// The lines of a file that tell of its own being copied: at the end of the log.
fn is_of_copying(line: &str) -> bool {
    line.contains("\"action\":\"tenant.exported\"") || line.contains("\"action\":\"tenant.imported\"")
}

/// Holds a file against the one that was made where it was imported: the same lines, but for the rows of the log that
/// tell of the copying itself and the end of the log that follows from them.
fn same(what: &str, first: &str, second: &str) {
    let told = |text: &str| {
        let lines =
            rows(text).into_iter().filter(|line| !is_of_copying(line) && !line.contains("\"audit_head\""));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (one, other) = (told(first), told(second));
    let differ = one.iter().zip(&other).find(|(one, other)| one != other);
    assert_eq!(differ, None, "{what}");
    assert_eq!(one.len(), other.len(), "{what}");
    let copying = |text: &str| rows(text).into_iter().filter(|line| is_of_copying(line)).count();
    assert_eq!((copying(first), copying(second)), (1, 3), "{what}: exported, imported, exported");
}

/// What a person sees that is the organisation's own.
async fn seen(world: &World, handle: &str, paths: &[&str]) -> Vec<(String, u16, String)> {
    let browser = world.as_person(handle).await.unscanned();
    let mut seen = Vec::new();
    for path in paths {
        let Answer { status, body, .. } = browser.get(path).await;
        seen.push(((*path).to_owned(), status, body));
    }
    seen
}

const OF_A_CUSTOMER: &[&str] = &[
    "/api/v1/portal/devices",
    "/api/v1/portal/devices/D-BF-1",
    "/api/v1/portal/devices/D-BF-1/values?metric=temp",
    "/api/v1/portal/sharing",
    "/portal/devices/D-BF-1/data.csv?metric=power",
];
const OF_A_PARTNER: &[&str] = &["/api/v1/deals", "/api/v1/deals/DL-1", "/api/v1/deals?stage=quote"];

#[tokio::test]
async fn an_organisation_moves_to_the_other_engine_and_finds_everything_as_it_was() {
    for (source, target) in pairs("transfer_from", "transfer_to", true).await {
        let way = format!("{} to {}", source.engine, target.engine);
        // A program is its owner's: partners come into one that is there.
        for (organisation, handle, paths) in [
            ("riversync", "rs.pipeline", &[][..]),
            ("bkkfoods", "bkk.admin", OF_A_CUSTOMER),
            ("nera", "nera.sales1", OF_A_PARTNER),
        ] {
            let before = seen(&source, handle, paths).await;
            let (file, counts) = written(&source, organisation).await;
            let came = taken(&target, &file).await.unwrap();
            assert_eq!(came, counts, "{way}");
            same(&format!("{way}: {organisation}"), &file, &written(&target, organisation).await.0);
            for (one, other) in before.iter().zip(seen(&target, handle, paths).await) {
                assert_eq!(one.1, 200, "{}", one.0);
                assert_eq!(*one, other, "{way}: {handle}");
            }
        }
        let report = verify_all(&target.app, None).await.unwrap();
        assert_eq!(report.findings(), 0, "{way}: {report:?}");
        // What came in is found, and goes on.
        let nera = target.as_person("nera.sales1").await.unscanned();
        assert!(nera.get("/api/v1/search?q=DL-1").await.body.contains("DL-1"), "{way}");
        let deal = [
            ("customer", "New"),
            ("title", "Pumps"),
            ("amount", "1"),
            ("currency", "THB"),
            ("channel", "direct"),
        ];
        let made = nera.post("/partners/deals", &deal).await;
        assert_eq!(made.status, 303, "{way}: {}", made.body);
    }
}

#[tokio::test]
async fn all_organisations_together_are_the_whole_database() {
    for (source, target) in pairs("transfer_all_from", "transfer_all_to", true).await {
        let way = format!("{} to {}", source.engine, target.engine);
        let every = "SELECT id AS line FROM tenant ORDER BY CASE id WHEN 'riversync' THEN 0 ELSE 1 END, id"
            .to_owned();
        let organisations = lines(&mut source.app.db.read().await.unwrap(), every).await;
        let mut files = BTreeMap::new();
        let before = dump(&source).await;
        for organisation in &organisations {
            let (file, _) = written(&source, organisation).await;
            taken(&target, &file).await.unwrap_or_else(|error| panic!("{way}: {organisation}: {error}"));
            files.insert(organisation.clone(), file);
        }
        let after = dump(&target).await;
        assert!(after["transfer_stub"].is_empty(), "{way}: {:?}", after["transfer_stub"]);
        for (table, _) in in_order().filter(|(table, _)| !table.name.starts_with("audit_")) {
            let (had, has) = (before[table.name].len(), after[table.name].len());
            // Who is no member of anything any more is only in the logs.
            let former = if table.name == "person" { former_members(&source).await } else { 0 };
            assert_eq!(had - former, has, "{way}: some rows of {} are nobody's", table.name);
        }
        for (organisation, file) in files.iter().filter(|(id, _)| *id != "riversync") {
            same(&format!("{way}: {organisation}"), file, &written(&target, organisation).await.0);
        }
        // Everybody finds every page as it is where they come from.
        let mut differ = Vec::new();
        for member in people() {
            if !is_member(&source, &member.email()).await {
                continue;
            }
            let (one, other) = (source.as_person(member.handle).await, target.as_person(member.handle).await);
            for route in &source.mounted {
                let streams = route.path == "/live" || route.path.contains("/live");
                if route.method != Method::Get || route.path.contains('{') || streams || !is_data(route.path)
                {
                    continue;
                }
                let (one, other) = (one.get(route.path).await, other.get(route.path).await);
                if (one.status, &one.body) != (other.status, &other.body) {
                    differ.push(format!("{} {}: {} {}", member.handle, route.path, one.body, other.body));
                }
            }
        }
        for handle in PAGES_OF {
            let (one, other) = (source.as_person(handle).await, target.as_person(handle).await);
            let mut compared = 0;
            for route in source.mounted.iter().filter(|route| is_page(route)) {
                let (one, other) = (one.get(route.path).await, other.get(route.path).await);
                compared += usize::from(one.status == 200);
                let (was, is) = (shown(&one.body), shown(&other.body));
                if one.status != other.status || (one.status == 200 && was != is) {
                    let lines = was.iter().zip(&is).find(|(was, is)| was != is);
                    differ
                        .push(format!("{handle} {}: {} {}: {lines:?}", route.path, one.status, other.status));
                }
            }
            assert!(compared > 5, "{way}: {handle} opens {compared} pages");
        }
        assert!(differ.is_empty(), "{way}: {}", differ.join("\n"));
    }
}

/// Whether somebody is in an organisation.
async fn is_member(world: &World, email: &str) -> bool {
    let text = "SELECT p.email AS line FROM person p JOIN membership m ON m.person_id = p.id".to_owned();
    lines(&mut world.app.db.read().await.unwrap(), text).await.iter().any(|member| member == email)
}

/// How many people are in no organisation.
async fn former_members(world: &World) -> usize {
    let text = "SELECT id AS line FROM person WHERE id NOT IN (SELECT person_id FROM membership)";
    lines(&mut world.app.db.read().await.unwrap(), text.to_owned()).await.len()
}

/// Whose pages are held against each other: who owns an organisation of each party, and who is a member of it.
const PAGES_OF: [&str; 7] =
    ["bkk.admin", "south.admin", "nera.admin", "nera.sales1", "nera.coord", "mw.manager", "rs.pipeline"];

/// A page of what is moved, as it is for everybody: the rest of [`is_data`]'s exceptions are pages, too.
fn is_page(route: &Mounted) -> bool {
    let stays = ["/log", "/audit", "/jobs", "/sessions", "/agents", "/keys", "/webhooks", "/live", "/api/"];
    let apart = route.path.contains('{') || stays.iter().any(|part| route.path.contains(part));
    let rooms = ["/account", "/portal", "/partners", "/pipeline", "/admin"];
    route.method == Method::Get && !apart && rooms.iter().any(|room| route.path.starts_with(room))
}

/// The lines of a page without what is made for one look: the key of a form, and the sessions of this service.
fn shown(body: &str) -> Vec<&str> {
    let (before, rest) = match body.split_once("<h2 id=\"sessions\">") {
        Some((before, rest)) => (before, rest.split_once("</table>").map_or("", |(_, after)| after)),
        None => (body, ""),
    };
    before.lines().chain(rest.lines()).filter(|line| !line.contains("name=\"form_key\"")).collect()
}

/// Lists of what is moved: not of sessions, keys, jobs, webhooks or what the log says of the copying.
fn is_data(path: &str) -> bool {
    let stays = ["/account", "/log", "/audit", "/jobs", "/sessions", "/team", "/me", "/agents", "/openapi"];
    path.starts_with("/api/v1/") && !stays.iter().any(|part| path.contains(part))
}
