//! What comes back: exports, caches, errors, and the answer to what is somebody else's.

use crate::guards::architecture::{is_test, sources};
use crate::guards::routes::with_id;
use crate::platform::db::query;
use crate::platform::web::Method;
use crate::world::testing::{Answer, worlds};
use axum::body::Body;
use axum::http::Method as Verb;

/// Case 146: a cell that a spreadsheet would run is text, in every export there is.
#[tokio::test]
async fn case_146_what_people_type_is_never_a_formula() {
    const FORMULA: &str = "=HYPERLINK(\"http://evil.example\",\"x\")";
    for world in worlds("cases_formula").await {
        let nera = world.as_person("nera.admin").await;
        for title in [FORMULA, "+1+1", "@SUM(A1)", "-2+3", "|calc"] {
            let sent = [
                ("customer", title),
                ("title", title),
                ("amount", "5"),
                ("currency", "THB"),
                ("channel", "eastdist"),
            ];
            assert_eq!(nera.post("/partners/deals", &sent).await.status, 303, "{}: {title}", world.engine);
        }
        let mut tx = world.app.db.write().await.unwrap();
        query("UPDATE device SET name = '=1+1' WHERE id = 'D-BF-1'").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let bkk = world.as_person("bkk.admin").await;
        bkk.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", FORMULA)]).await;
        let mut exports = 0;
        for (browser, person) in [(&nera, "nera.admin"), (&bkk, "bkk.admin")] {
            for route in world.mounted.iter().filter(|route| route.method == Method::Get) {
                let path = with_id(route.path, "D-BF-1");
                for path in [path.clone(), format!("{path}?format=csv")] {
                    if path.starts_with("/live") {
                        continue;
                    }
                    let answer = browser.get(&path).await;
                    let kind = answer.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
                    if answer.status != 200 || !kind.starts_with("text/csv") {
                        continue;
                    }
                    exports += 1;
                    let disposition = answer.headers["content-disposition"].to_str().unwrap();
                    assert!(disposition.starts_with("attachment"), "{path} as {person}: {disposition}");
                    let mut reader = answer.body.split("\r\n").flat_map(cells);
                    let runs = reader.find(|cell| {
                        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err()
                    });
                    assert_eq!(runs, None, "{}: {path} as {person}", world.engine);
                }
            }
        }
        assert!(exports > 8, "{}: only {exports} exports were seen", world.engine);
    }
    // And there is one way to write CSV.
    let ways =
        sources().into_iter().filter(|source| !is_test(&source.path) && source.text.contains("text/csv"));
    let ways: Vec<String> = ways.map(|source| source.path).collect();
    assert_eq!(ways, ["platform/web/csv.rs"], "an export of its own does not defuse formulas");
}

/// The cells of a line as a spreadsheet takes them.
fn cells(line: &str) -> Vec<String> {
    let (mut all, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    all.push(cell);
    all
}

/// Case 148: what is one person's is stored by nobody and told apart by no tag.
#[tokio::test]
async fn case_148_private_answers_are_never_stored_nor_is_a_tag_shared() {
    for world in worlds("cases_cache").await {
        let mut tags = std::collections::BTreeSet::new();
        for person in ["nera.admin", "mw.sales", "bkk.admin", "rs.admin"] {
            let browser = world.as_person(person).await;
            for route in
                world.mounted.iter().filter(|route| route.method == Method::Get && route.action.is_some())
            {
                let path = with_id(route.path, "DL-1");
                let response = browser.raw(browser.request(Verb::GET, &path, Body::empty())).await;
                let get =
                    |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap());
                assert!(
                    get("cache-control").contains("no-store"),
                    "{}: {path}: {}",
                    world.engine,
                    get("cache-control")
                );
                // Only programs get a tag, and never the one that somebody else got.
                let tag = get("etag");
                assert!(tag.is_empty() || path.starts_with("/api/"), "{path}: {tag}");
                assert!(tag.is_empty() || tags.insert(format!("{path} {tag}")), "{path} as {person}: {tag}");
                assert_eq!(get("last-modified"), "", "{}: {path} as {person}", world.engine);
                assert!(!get("cache-control").contains("public"), "{path}");
                assert_eq!(
                    get("access-control-allow-origin"),
                    "",
                    "{}: {path} is for our own pages",
                    world.engine
                );
            }
        }
    }
}

/// Case 153: an error says what happened and how to go on, and nothing of the inside.
#[tokio::test]
async fn case_153_an_error_of_ours_shows_a_number_and_nothing_of_the_inside() {
    for world in worlds("cases_errors").await {
        let nera = world.as_person("nera.admin").await;
        let mut tx = world.app.db.write().await.unwrap();
        query("ALTER TABLE distribution_agreement RENAME TO distribution_agreement_gone")
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for path in ["/partners/distributors", "/partners/deals/new"] {
            for answer in [nera.get(path).await, nera.get_json(path).await] {
                assert_eq!(answer.status, 500, "{}: {path}: {}", world.engine, answer.body);
                let body = answer.body.to_lowercase();
                for inside in [
                    "sqlx",
                    "select",
                    "distribution_agreement",
                    "no such table",
                    "panicked",
                    ".rs:",
                    "backtrace",
                    "/src/",
                ] {
                    assert!(!body.contains(inside), "{}: {path} shows {inside}: {body}", world.engine);
                }
                assert!(answer.headers["x-request-id"].to_str().unwrap().starts_with("req_"));
            }
            assert!(
                nera.get(path).await.body.contains("req_"),
                "a page names the number under which it is found"
            );
        }
    }
}

/// Case 155: whether an id is somebody else's or nobody's takes the same statements and says the same. No clock decides
/// this: what is foreign is cut off inside of the one statement that looks, so there is no second way to take.
#[tokio::test]
async fn case_155_foreign_and_missing_are_one_answer() {
    for world in worlds("cases_missing").await {
        for (person, foreign, missing) in [
            ("siam.sales", "/partners/deals/DL-1", "/partners/deals/DL-999"),
            ("siam.sales", "/api/v1/deals/DL-1", "/api/v1/deals/DL-999"),
            ("huawei.admin", "/partners/devices/D-BF-1", "/partners/devices/D-BF-9"),
            ("huawei.admin", "/partners/workload/T-BF-1", "/partners/workload/T-BF-9"),
            ("south.admin", "/portal/devices/D-BF-1", "/portal/devices/D-BF-9"),
            ("south.admin", "/portal/sharing/grant_bf_nera/narrow", "/portal/sharing/grant_nowhere/narrow"),
        ] {
            let browser = world.as_person(person).await;
            let (one, other) = (browser.get_json(foreign).await, browser.get_json(missing).await);
            assert_eq!((one.status, other.status), (404, 404), "{}: {foreign} as {person}", world.engine);
            assert_eq!(one.body, other.body, "{}: {foreign} as {person}", world.engine);
            let names = |answer: &Answer| {
                let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                names
            };
            assert_eq!(names(&one), names(&other), "{foreign}");
        }
    }
}
