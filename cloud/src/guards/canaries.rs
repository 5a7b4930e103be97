//! The search for leaks: everybody opens everything there is by every id there is, after a day on which something of every
//! kind was done. Each answer is held against the world's secrets by the scanner ([`crate::world::scan`]); here also what
//! is written down: mails, events, log rows (PORTAL 6.3).

use crate::domains::enrolment::listener::testing::{Gateway, open};
use crate::domains::telemetry::testing::schema;
use crate::platform::db::query;
use crate::platform::web::Method;
use crate::world::canary::SECRETS;
use crate::world::people;
use crate::world::scan::Reader;
use crate::world::testing::{World, worlds};
use riversync_protocol::ids::AgentId;
use riversync_protocol::pack::{Batch, Rows, Values, pack};
use riversync_protocol::v1::{Content, Outcome, Upload};

const DEALS: &[&str] =
    &["DL-1", "DL-2", "DL-3", "DL-4", "DL-5", "DL-6", "DL-7", "LD-1", "LD-2", "LD-3", "OP-1", "OP-2"];
const DEVICES: &[&str] = &[
    "D-BF-1", "D-BF-2", "D-BF-3", "D-BF-4", "D-BF-5", "D-SR-1", "D-SR-2", "D-SR-3", "D-SR-4", "D-LC-1",
    "D-NE-1",
];
const WORK: &[&str] = &["T-BF-1", "T-SR-1", "A-BF-1", "A-SR-1", "V-BF-1", "V-SR-1"];
const GRANTS: &[&str] = &["grant_bf_nera", "grant_sr_nera", "grant_sr_huawei"];

/// Every path that a route can be asked by, with the ids of the world in it.
fn paths(route: &str) -> Vec<String> {
    let Some((before, after)) = route.split_once('{') else {
        return ["", "?format=csv", "?sort=-value", "?q=a"]
            .iter()
            .map(|asked| format!("{route}{asked}"))
            .collect();
    };
    let after = after.split_once('}').map_or("", |(_, after)| after);
    let ids = match () {
        () if route.contains("/deals/") || route.contains("/pipeline/") => DEALS,
        () if route.contains("/devices/") || route.contains("/renewals/") => DEVICES,
        () if route.contains("/workload/") => WORK,
        () if route.contains("/sharing/") => GRANTS,
        () => &["A-BF"],
    };
    ids.iter().map(|id| format!("{before}{id}{after}")).collect()
}

/// Something of every kind is done.
async fn a_day(world: &World) {
    let sales = world.as_person("nera.sales1").await;
    let deal = [
        ("customer", "Some Mill"),
        ("title", "Pump"),
        ("amount", "77"),
        ("currency", "THB"),
        ("channel", "eastdist"),
    ];
    assert_eq!(sales.post("/partners/deals", &deal).await.status, 303);
    let coord = world.as_person("nera.coord").await;
    for change in ["A-BF-1/acknowledge", "A-SR-1/assign", "A-SR-1/convert", "T-SR-1/resolve"] {
        assert_eq!(coord.post(&format!("/partners/workload/{change}"), &[]).await.status, 303, "{change}");
    }
    sales.post("/partners/renewals/D-BF-2/outcome", &[("outcome", "keep")]).await;
    let bkk = world.as_person("bkk.admin").await;
    bkk.post("/portal/sharing/grant_bf_nera/narrow", &[("items", "D-BF-1/temp"), ("items", "D-BF-1/power")])
        .await;
    for email in ["nera.sales1@nera.example", "mw.sales@megawarehouse.example", "bkk.admin@bkkfoods.example"]
    {
        assert!(world.anonymous().post("/partners/login", &[("email", email)]).await.status < 400);
    }
    world.as_person("rs.admin").await.get("/admin/audit?of=bkkfoods").await;
    world.work().await;
}

async fn everybody_opens_everything(world: &World) -> usize {
    let mut opened = 0;
    for member in people() {
        let browser = world.as_person(member.handle).await;
        for route in world.mounted.iter().filter(|route| route.method == Method::Get && route.path != "/live")
        {
            for path in paths(route.path) {
                let answer = browser.get(&path).await;
                assert!(
                    answer.status < 500,
                    "{}: {path} as {}: {}",
                    world.engine,
                    member.handle,
                    answer.status
                );
                opened += usize::from(answer.status == 200);
            }
        }
    }
    opened
}

#[derive(sqlx::FromRow)]
struct Written {
    whose: String,
    text: String,
}

async fn written(world: &World, text: &'static str) -> Vec<Written> {
    let mut tx = world.app.db.read().await.unwrap();
    query(text).all(&mut tx).await.unwrap()
}

/// No mail tells its reader what they may not see, no log its organisation, no event anybody's money.
async fn what_is_written_tells_nothing(world: &World) {
    let mails = written(
        world,
        "SELECT to_email AS whose, subject || ' ' || body || ' ' || html AS text FROM mail_outbox",
    )
    .await;
    assert!(mails.len() >= 3, "{}: {} mails", world.engine, mails.len());
    for mail in mails {
        let to = people().iter().find(|member| member.email() == mail.whose);
        let reader = to.map_or(Reader::Nobody, |member| Reader::Person(member.handle.to_owned()));
        assert_eq!(
            reader.leak(&mail.text),
            None,
            "{}: a mail to {}: {}",
            world.engine,
            mail.whose,
            mail.text
        );
    }
    let rows = written(
        world,
        "SELECT tenant_id AS whose, object_id || ' ' || detail || ' ' || reason AS text FROM audit_entry",
    )
    .await;
    assert!(rows.len() > 30, "{}: {} rows", world.engine, rows.len());
    for row in rows {
        for secret in SECRETS {
            let of_theirs =
                people().iter().any(|member| member.tenant_id == row.whose && secret.is_for(member.handle));
            let told = secret.found_in(&row.text).filter(|_| !of_theirs || secret.is_money);
            assert_eq!(told, None, "{}: the log of {}: {}", world.engine, row.whose, row.text);
        }
    }
    for event in written(world, "SELECT tenant_id AS whose, body AS text FROM outbox").await {
        let told =
            SECRETS.iter().filter(|secret| secret.is_money).find_map(|secret| secret.found_in(&event.text));
        assert_eq!(told, None, "{}: an event of {}: {}", world.engine, event.whose, event.text);
    }
}

#[tokio::test]
async fn nothing_leaks_to_anybody_on_any_way_there_is() {
    for world in worlds("canaries_day").await {
        a_day(&world).await;
        let opened = everybody_opens_everything(&world).await;
        assert!(opened > 600, "{}: only {opened} pages were opened", world.engine);
        what_is_written_tells_nothing(&world).await;
    }
}

/// What D-BF-1 measures in the story of values, as pages and exports spell it.
const MEASURED: [&str; 3] = ["4711.5", "4,711.5", "47115"];

async fn measure(world: &World) {
    let door = open(&world.app).await;
    let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
    let schema = schema(&["D-BF-1"], &["power", "temp"]);
    gateway.schema(&schema).await;
    let first_ms = world.app.clock.now_ms();
    world.clock.advance(10_000);
    let rows = Rows {
        group: 0,
        times_ms: (0..10).map(|row| first_ms + row * 1_000).collect(),
        columns: vec![Values::Int(vec![47_115; 10]), Values::Int(vec![12; 10])],
    };
    let batch = Batch { groups: vec![rows], quality: Vec::new() };
    let upload = Upload {
        agent: AgentId::new("A-BF").unwrap(),
        store_epoch: 7,
        first_seq: 0,
        last_seq: 0,
        policy_epoch: 1,
        sent_ms: first_ms + 10_000,
        content: Content::Telemetry(pack(&schema, schema.hash().unwrap(), &batch).unwrap()),
    };
    assert_eq!(gateway.upload(&upload).await.outcome, Outcome::Stored, "{}", world.engine);
}

/// Whether `body` tells the value. Its digits inside an id tell nothing: thousands of random hexadecimal digits go by here.
fn is_told(body: &str, spelling: &str) -> bool {
    let hex = |sign: char| sign.is_ascii_hexdigit();
    let alone = |at: usize| !body[..at].ends_with(hex) && !body[at + spelling.len()..].starts_with(hex);
    body.match_indices(spelling).any(|(at, _)| alone(at))
}

#[test]
fn digits_inside_an_id_are_no_value() {
    for told in ["<b>4711.5 kW</b>", "0,4711.5\r\n", "\"value\":47115}", "4,711.5"] {
        assert!(MEASURED.iter().any(|spelling| is_told(told, spelling)), "{told}");
    }
    for id in ["req_019f63b47115dc75", "data-now=\"1784471154000\"", "icons.a47115.svg"] {
        assert!(!MEASURED.iter().any(|spelling| is_told(id, spelling)), "{id}");
    }
}

/// Who finds the measured value anywhere.
async fn finders(world: &World) -> Vec<&'static str> {
    let mut found = Vec::new();
    for member in people() {
        let browser = world.as_person(member.handle).await;
        let mut finds = false;
        for route in world.mounted.iter().filter(|route| route.method == Method::Get && route.path != "/live")
        {
            let ids = if route.path.contains("/devices/") { &["D-BF-1"][..] } else { &[] };
            let paths = match route.path.split_once('{') {
                None => vec![route.path.to_owned()],
                Some(_) => ids.iter().map(|id| route.path.replace("{id}", id)).collect(),
            };
            for path in paths {
                let body = browser.get(&path).await.body;
                finds |= MEASURED.iter().any(|spelling| is_told(&body, spelling));
            }
        }
        if finds {
            found.push(member.handle);
        }
    }
    found
}

#[tokio::test]
async fn a_measured_value_is_met_by_its_owner_and_whom_it_is_granted_to_until_it_is_not() {
    for world in worlds("canaries_value").await {
        measure(&world).await;
        let granted = ["nera.admin", "nera.coord", "nera.sales1", "nera.sales2", "nera.tech", "bkk.admin"];
        assert_eq!(finders(&world).await, granted, "{}", world.engine);
        let bkk = world.as_person("bkk.admin").await;
        bkk.post("/portal/sharing/grant_bf_nera/narrow", &[("items", "D-BF-1/temp")]).await;
        assert_eq!(finders(&world).await, ["bkk.admin"], "{}: narrowed away", world.engine);
    }
}
