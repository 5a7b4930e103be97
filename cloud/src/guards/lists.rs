//! Lists that are asked for more than they show: no page, limit, order, filter or search is decided by what the asker
//! may not see (PORTAL 7.1: G7; cases 54, 150, 151).

use crate::platform::db::query;
use crate::platform::web::Method;
use crate::world::testing::{World, worlds};

/// Readers from whom something is hidden in the lists that they see.
const READERS: [&str; 3] = ["mw.sales", "nera.coord", "rs.support"];

/// What lists are asked, beside what their pages offer.
const ASKED: [&str; 18] = [
    "",
    "?sort=value",
    "?sort=-value",
    "?sort=amount_cents",
    "?sort=quote_number&order=desc",
    "?sort=-quote",
    "?sort=owner",
    "?sort=customer",
    "?sort=-title",
    "?q=2377",
    "?q=QT-2026",
    "?amount=2400000",
    "?amount_min=1000000&amount_max=3000000",
    "?filter=amount%3E1000000",
    "?page=2&limit=1&sort=value",
    "?page=-1&limit=999999999999999999999",
    "?fields=amount,quote&include=amount,owner,quote",
    "?format=csv&sort=-value",
];

/// Changes every amount, quote and name that one of the readers may not see, so that each order turns around.
async fn turn_around(world: &World) {
    let mut tx = world.app.db.write().await.unwrap();
    for text in [
        // Off the channel of MegaWarehouse and of EastDist, and hidden from technicians and viewers.
        "UPDATE funnel_record SET amount_cents = 999999999999 - amount_cents, quote_number = 'QT-2026-' || id
         WHERE amount_cents IS NOT NULL",
    ] {
        query(text).execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// What a reader gets, without the parts that the reader may see and that changed: shown amounts and quotes.
fn order(body: &str) -> Vec<String> {
    let ids = body.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let is_id = |word: &&str| {
        word.split_once('-').is_some_and(|(kind, number)| {
            ["DL", "LD", "OP"].contains(&kind) && number.chars().all(|c| c.is_ascii_digit())
        })
    };
    ids.filter(is_id).map(str::to_owned).collect()
}

#[tokio::test]
async fn g7_and_case_054_nothing_hidden_decides_an_order_a_filter_or_a_total() {
    for world in worlds("lists_order").await {
        for reader in ["nera.tech", "nera.view", "rs.support"] {
            let browser = world.as_person(reader).await;
            let mut before = Vec::new();
            for route in world.mounted.iter().filter(|route| is_list(route.method, route.path)) {
                for asked in ASKED {
                    let path = format!("{}{asked}", route.path);
                    let answer = browser.get(&path).await;
                    before.push((path, answer.status, answer.body));
                }
            }
            turn_around(&world).await;
            for (path, status, body) in before {
                let now = browser.get(&path).await;
                let what = format!("{}: {path} as {reader}", world.engine);
                assert_eq!(now.status, status, "{what}");
                // A refusal carries the number of its request.
                assert!(status != 200 || now.body == body, "{what} changed with what its reader may not see");
            }
        }
    }
}

/// What a distributor sees of its own channel may change; where the others stand may not.
#[tokio::test]
async fn g7_masked_records_keep_their_places_among_each_other() {
    for world in worlds("lists_masked").await {
        for (reader, masked) in
            [("mw.sales", ["DL-2", "DL-3", "DL-7"]), ("ed.sales", ["DL-1", "DL-3", "DL-6"])]
        {
            // It is asked with secrets on purpose, and pages say what they were asked.
            let browser = world.as_person(reader).await.unscanned();
            let mut before = Vec::new();
            for list in ["/api/v1/deals", "/partners/deals", "/partners/quotes", "/partners/sales"] {
                for asked in ASKED.iter().filter(|asked| !asked.contains("q=")) {
                    let path = format!("{list}{asked}");
                    let body = browser.get(&path).await.body;
                    let places: Vec<String> =
                        order(&body).into_iter().filter(|id| masked.contains(&id.as_str())).collect();
                    before.push((path, places));
                }
                for word in ["2377", "QT-2026-0017", "3056800", "9145300"] {
                    let path = format!("{list}?q={word}");
                    let found = order(&browser.get(&path).await.body);
                    let hit = found.iter().any(|id| masked.contains(&id.as_str()));
                    assert!(
                        !hit || list.ends_with("sales"),
                        "{}: {path} as {reader} finds {found:?}",
                        world.engine
                    );
                }
            }
            turn_around(&world).await;
            for (path, places) in before {
                let body = browser.get(&path).await.body;
                let now: Vec<String> =
                    order(&body).into_iter().filter(|id| masked.contains(&id.as_str())).collect();
                assert_eq!(now, places, "{}: {path} as {reader}", world.engine);
            }
            turn_around(&world).await;
        }
    }
}

fn is_list(method: Method, path: &str) -> bool {
    let funnel = ["/partners/", "/pipeline", "/api/v1/"].iter().any(|start| path.starts_with(start));
    method == Method::Get
        && funnel
        && !path.contains('{')
        && !path.contains("/new")
        && !path.contains("login")
}

/// Cases 150 and 151: what nobody expects in a query or a path is answered, and answered as nothing special.
#[tokio::test]
async fn case_150_151_strange_queries_and_ids_are_refused_or_ignored_by_every_route() {
    const IDS: [&str; 14] = [
        "-1",
        "0",
        "99999999999999999999999999",
        "DL-1%00",
        "DL-1%20",
        "%E2%80%AEDL-1",
        "%D0%94L-1",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e%2f",
        "DL-1'--",
        "%25",
        "%FF%FE",
        "dl-1",
        "null",
    ];
    for world in worlds("lists_strange").await {
        for reader in READERS {
            let browser = world.as_person(reader).await;
            for route in world.mounted.iter().filter(|route| route.method == Method::Get) {
                let paths: Vec<String> = match route.path.split_once('{') {
                    None => ASKED.iter().map(|asked| format!("{}{asked}", route.path)).collect(),
                    Some((before, after)) => {
                        let after = after.split_once('}').map_or("", |(_, after)| after);
                        IDS.iter().map(|id| format!("{before}{id}{after}")).collect()
                    }
                };
                for path in paths.iter().filter(|path| !path.starts_with("/live")) {
                    let status = browser.get(path).await.status;
                    let allowed = [200, 303, 400, 403, 404, 410, 422];
                    assert!(allowed.contains(&status), "{}: {path} as {reader}: {status}", world.engine);
                    let names_one = route.path.contains('{') && route.action.is_some();
                    assert!(
                        !names_one || status != 200,
                        "{}: {path} as {reader} found something",
                        world.engine
                    );
                }
            }
        }
    }
}
