//! The story of the queue: everything that waits, in one order, for those who cover it at this moment.

use super::alarms::{AlarmReport, on_alarm};
use super::model::Severity;
use crate::platform::base::MINUTE_MS;
use crate::platform::db::query;
use crate::world::testing::{World, worlds};

const PATH: &str = "/partners/workload";

fn report(device_id: &str, code: &str, metric: &str, at_ms: i64, raised: bool) -> AlarmReport {
    AlarmReport {
        device_id: device_id.into(),
        code: code.into(),
        metric: metric.into(),
        severity: Severity::Critical,
        text: format!("Text of {code}"),
        at_ms,
        raised,
    }
}

async fn tell(world: &World, report: &AlarmReport) {
    let mut tx = world.app.db.write().await.unwrap();
    on_alarm(&world.app, &mut tx, report).await.unwrap();
    tx.commit().await.unwrap();
}

async fn page(world: &World, person: &str, path: &str) -> String {
    let answer = world.as_person(person).await.get(path).await;
    assert_eq!(answer.status, 200, "{} {person} {path}: {}", world.engine, answer.body);
    answer.body
}

async fn status(world: &World, person: &str, path: &str) -> u16 {
    world.as_person(person).await.get(path).await.status
}

/// The ids of the rows in their order.
fn rows(page: &str) -> Vec<&str> {
    page.split("id=\"row-").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[derive(sqlx::FromRow)]
struct Logged {
    tenant_id: String,
    actor_id: String,
}

async fn logged(world: &World, action: &str, object_id: &str) -> Vec<(String, String)> {
    let mut tx = world.app.db.read().await.unwrap();
    let text =
        "SELECT tenant_id, actor_id FROM audit_entry WHERE action = $1 AND object_id = $2 ORDER BY tenant_id";
    let rows: Vec<Logged> = query(text).bind(action).bind(object_id).all(&mut tx).await.unwrap();
    rows.into_iter().map(|row| (row.tenant_id, row.actor_id)).collect()
}

#[tokio::test]
async fn one_queue_of_all_kinds_over_all_customers_in_the_order_of_promises() {
    for world in worlds("work_queue").await {
        let all = page(&world, "nera.coord", PATH).await;
        assert_eq!(
            rows(&all),
            ["A-BF-1", "T-SR-1", "A-SR-1", "V-BF-1", "V-SR-1", "T-BF-1"],
            "{}: breached, at risk, then by due time",
            world.engine
        );
        assert!(all.contains("Breached") && all.contains("At risk") && all.contains("working left"), "{all}");
        assert_eq!(rows(&page(&world, "nera.coord", "/partners/workload?type=alarm").await).len(), 2);
        let tier = page(&world, "nera.coord", "/partners/workload?order=tier").await;
        assert_eq!(rows(&tier), ["A-BF-1", "T-SR-1", "A-SR-1", "V-BF-1", "V-SR-1", "T-BF-1"]);
        world.clock.advance(MINUTE_MS * 60 * 24 * 6);
        let later = page(&world, "nera.coord", PATH).await;
        assert_eq!(rows(&later)[0], "A-BF-1");
        assert_eq!(later.matches(">Breached").count(), 6, "{}: all is late now", world.engine);
    }
}

#[tokio::test]
async fn only_those_who_cover_a_device_now_see_its_work() {
    for world in worlds("work_scope").await {
        for (person, expected) in [
            ("nera.admin", 200),
            ("nera.sales1", 403),
            ("nera.tech", 403),
            ("mw.admin", 404),
            ("bkk.admin", 404),
            ("rs.admin", 404),
        ] {
            assert_eq!(status(&world, person, PATH).await, expected, "{} {person}", world.engine);
        }
        for person in ["siam.admin", "huawei.admin", "andaman.admin"] {
            assert!(rows(&page(&world, person, PATH).await).is_empty(), "{person}");
            assert_eq!(status(&world, person, "/partners/workload/T-SR-1").await, 404, "{person}");
            let browser = world.as_person(person).await;
            let answer = browser.post("/partners/workload/T-SR-1/resolve", &[]).await;
            assert_eq!(answer.status, 404, "{person}");
        }
    }
}

#[tokio::test]
async fn the_queue_changes_hands_at_the_minute_of_the_move() {
    for world in worlds("work_move").await {
        // 2026-07-31T16:59:59Z is a second before midnight in Bangkok.
        let target_ms = 1_785_517_199_000;
        world.clock.advance(target_ms - world.app.clock.now_ms());
        assert_eq!(rows(&page(&world, "huawei.admin", PATH).await), [""; 0]);
        assert!(rows(&page(&world, "nera.coord", PATH).await).contains(&"T-SR-1"), "{}", world.engine);
        world.clock.advance(1_000);
        let mut theirs = page(&world, "huawei.admin", PATH).await;
        assert_eq!(rows(&theirs).len(), 3, "{}: in-flight work hands over", world.engine);
        theirs += &page(&world, "huawei.admin", "/partners/workload/T-SR-1").await;
        assert!(!theirs.contains("Nok Charoen"), "the predecessor's people stay unnamed");
        let mine = page(&world, "nera.coord", PATH).await;
        assert!(!mine.contains("SR-1") && !mine.contains("SouthRubber"), "{}", world.engine);
        assert_eq!(status(&world, "nera.coord", "/partners/workload/T-SR-1").await, 404);
    }
}

#[tokio::test]
async fn an_alarm_raised_ten_times_is_one_row_and_an_ungranted_one_is_none() {
    for world in worlds("work_alarms").await {
        let now_ms = world.app.clock.now_ms();
        for time in 0..10 {
            let raised = report("D-BF-1", "over_temperature", "temp", now_ms - 300_000 + time * 30_000, true);
            tell(&world, &raised).await;
            tell(&world, &raised).await;
        }
        tell(&world, &report("D-BF-1", "vibration_high", "vibration", now_ms, true)).await;
        tell(&world, &report("D-BF-4", "overload", "power", now_ms, true)).await;
        tell(&world, &report("D-BF-5", "over_temperature", "temp", now_ms, true)).await;
        let alarms = page(&world, "nera.coord", "/partners/workload?type=alarm").await;
        assert_eq!(rows(&alarms).len(), 3, "{}", world.engine);
        assert!(
            alarms.contains("Text of over_temperature") && alarms.contains("raised 10 times"),
            "{alarms}"
        );
        for hidden in ["vibration_high", "overload", "D-BF-5"] {
            assert!(!alarms.contains(hidden), "{} shows {hidden}", world.engine);
        }
        tell(&world, &report("D-BF-1", "over_temperature", "temp", now_ms, false)).await;
        let cleared = page(&world, "nera.coord", "/partners/workload?type=alarm").await;
        assert!(
            cleared.contains("cleared by itself") && rows(&cleared).len() == 3,
            "kept until somebody resolves it"
        );
        // The customer takes its grant back: what it caused is out of sight at the next read.
        let mut tx = world.app.db.write().await.unwrap();
        let text = "UPDATE grant_revision SET revoked_ms = $1 WHERE grant_id = 'grant_bf_nera'";
        query(text).bind(now_ms - 1).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let left = page(&world, "nera.coord", "/partners/workload?type=alarm").await;
        assert_eq!(rows(&left), ["A-SR-1"], "{}", world.engine);
    }
}

#[tokio::test]
async fn what_is_done_lands_in_the_customers_log_and_is_done_once() {
    for world in worlds("work_actions").await {
        let nera = world.as_person("nera.coord").await;
        let press = async |verb: &str, id: &str| nera.post(&format!("{PATH}/{id}/{verb}"), &[]).await;
        assert_eq!(press("acknowledge", "A-BF-1").await.status, 303, "{}", world.engine);
        assert_eq!(press("acknowledge", "A-BF-1").await.status, 409);
        let both =
            |who: &str| vec![("bkkfoods".to_owned(), who.to_owned()), ("nera".to_owned(), who.to_owned())];
        assert_eq!(
            logged(&world, "alarm.acknowledged", "A-BF-1").await,
            both("nera.coord"),
            "{}",
            world.engine
        );
        let converted = press("convert", "A-BF-1").await;
        assert_eq!(converted.status, 303);
        assert_eq!(press("convert", "A-BF-1").await.status, 409);
        assert_eq!(logged(&world, "alarm.converted", "A-BF-1").await, both("nera.coord"));
        let ticket = nera.get(converted.location()).await.body;
        assert!(ticket.contains("Bearing runs warmer") && ticket.contains("A-BF-1"), "{ticket}");
        let queue = page(&world, "nera.coord", PATH).await;
        assert!(!rows(&queue).contains(&"A-BF-1") && rows(&queue).len() == 6, "worked on as a ticket");
        let id = converted.location().strip_prefix(&format!("{PATH}/")).unwrap().to_owned();
        let admin = world.as_person("nera.admin").await;
        assert_eq!(admin.post(&format!("{PATH}/{id}/assign"), &[]).await.status, 303);
        assert_eq!(admin.post(&format!("{PATH}/{id}/assign"), &[]).await.status, 409, "it is theirs already");
        assert_eq!(press("resolve", &id).await.status, 303);
        assert_eq!(
            press("resolve", "A-BF-1").await.status,
            409,
            "{}: resolved with its ticket",
            world.engine
        );
        assert_eq!(logged(&world, "ticket.resolved", &id).await, both("nera.coord"));
        assert_eq!(rows(&page(&world, "nera.coord", PATH).await).len(), 5);
        assert_eq!(press("convert", "T-BF-1").await.status, 409, "a ticket is one");
    }
}

#[tokio::test]
async fn the_api_has_the_pages_queue_in_its_order_and_the_pages_actions() {
    for world in worlds("work_api").await {
        let nera = world.as_person("nera.coord").await;
        let ids = async |path: &str| {
            let answer = nera.get(path).await;
            assert_eq!(answer.status, 200, "{} {path}: {}", world.engine, answer.body);
            let json = answer.json();
            let items = json["items"].as_array().unwrap().iter();
            items.map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids("/api/v1/workload").await, rows(&page(&world, "nera.coord", PATH).await));
        assert_eq!(ids("/api/v1/workload?order=tier").await.len(), 6);
        assert_eq!(ids("/api/v1/workload?type=visit").await, ["V-BF-1", "V-SR-1"]);
        for wrong in ["type=meeting", "order=colour"] {
            assert_eq!(nera.get(&format!("/api/v1/workload?{wrong}")).await.status, 422, "{wrong}");
        }
        let item = nera.get("/api/v1/workload/A-BF-1").await.json();
        assert_eq!(item["promise"]["standing"], "breached", "{item}");
        assert_eq!(
            (&item["device"]["id"], &item["customer"]["name"]),
            (&"D-BF-1".into(), &"BKKFoods".into())
        );
        assert!(item["owner"].is_null() && item["acknowledged_ms"].is_null(), "{item}");
        let press =
            async |verb: &str, id: &str| nera.post(&format!("/api/v1/workload/{id}/{verb}"), &[]).await;
        let taken = press("assign", "A-BF-1").await;
        assert_eq!((taken.status, &taken.json()["owner"]["id"]), (200, &"nera.coord".into()));
        let ticket = press("convert", "A-BF-1").await;
        assert_eq!((ticket.status, &ticket.json()["kind"]), (201, &"ticket".into()), "{}", ticket.body);
        let id = ticket.json()["id"].as_str().unwrap().to_owned();
        let done = press("resolve", &id).await.json();
        assert_eq!((&done["promise"]["standing"], done["resolved_ms"].is_i64()), (&"stopped".into(), true));
        assert_eq!(press("resolve", &id).await.status, 409, "{}: once", world.engine);
        assert_eq!(press("acknowledge", "A-SR-1").await.status, 200);
        let both = vec!["bkkfoods".to_owned(), "nera".to_owned()];
        let logs = logged(&world, "ticket.resolved", &id).await;
        assert_eq!(logs.into_iter().map(|(tenant, _)| tenant).collect::<Vec<_>>(), both);
        let sales = world.as_person("nera.sales1").await;
        assert_eq!(sales.get("/api/v1/workload").await.status, 403);
        assert_eq!(
            world.as_person("huawei.admin").await.get("/api/v1/workload").await.json()["items"],
            serde_json::json!([])
        );
    }
}

/// What stands in the log about `action`, in the customers' logs as well as the partner's.
async fn rows_about(world: &World, action: &'static str) -> i64 {
    world.count("FROM audit_entry WHERE action = $1", action).await
}

#[tokio::test]
async fn several_items_are_changed_together_or_none() {
    for world in worlds("work_together").await {
        let (coord, engine) = (world.as_person("nera.coord").await, world.engine);
        let queue = coord.get(PATH).await.body;
        assert!(
            queue.contains("formaction=\"/partners/workload/assign\"")
                && queue.contains("value=\"A-SR-1\" form=\"picked\"")
        );
        let send = async |verb: &str, ids: &[&str]| {
            let form: Vec<_> =
                ids.iter().map(|id| ("line", *id)).chain([("seen", "type=alarm&cursor=x")]).collect();
            coord.post(&format!("{PATH}/{verb}"), &form).await
        };
        // One that is not there, and nothing is changed (PORTAL 6.5, 149).
        for wrong in ["T-XX-9", "'; DROP TABLE alarm", ""] {
            assert_eq!(send("assign", &["A-SR-1", "A-BF-1", wrong]).await.status, 404, "{engine} {wrong}");
        }
        assert_eq!(rows_about(&world, "alarm.assigned").await, 0, "{engine}");
        let nothing = send("resolve", &[]).await;
        assert_eq!(
            (nothing.status, nothing.location()),
            (303, "/partners/workload?type=alarm&cursor=x"),
            "{engine}"
        );
        let done = send("acknowledge", &["A-SR-1", "A-BF-1", "A-SR-1"]).await;
        assert_eq!(
            (done.status, done.location()),
            (303, "/partners/workload?type=alarm&cursor=x"),
            "{engine}"
        );
        let told = coord.after(&done).get(PATH).await.body;
        assert!(told.contains("You took notice of 2 items."), "{engine}: {told}");
        assert_eq!(rows_about(&world, "alarm.acknowledged").await, 4, "{engine}: a row each, in both logs");
        // Those that stand so already are left and told of.
        let admin = world.as_person("nera.admin").await;
        let again = r#"{"ids":["A-SR-1","T-SR-1","A-BF-1"]}"#;
        let first = admin.post_json("/api/v1/workload/assign", again).await.json();
        assert_eq!(first["changed"].as_array().unwrap().len(), 3, "{engine}: {first}");
        let second = admin.post_json("/api/v1/workload/assign", again).await.json();
        assert_eq!(
            (&second["changed"], second["left"].as_array().unwrap().len()),
            (&serde_json::json!([]), 3)
        );
        let many: Vec<String> = (0..101).map(|at| format!("\"A-{at}\"")).collect();
        let many = format!("{{\"ids\":[{}]}}", many.join(","));
        assert_eq!(admin.post_json("/api/v1/workload/resolve", &many).await.status, 422, "{engine}");
        for stranger in ["siam.admin", "andaman.admin"] {
            let theirs = world.as_person(stranger).await;
            let answer = theirs.post_json("/api/v1/workload/resolve", r#"{"ids":["T-SR-1"]}"#).await;
            assert_eq!(answer.status, 404, "{engine} {stranger}: {}", answer.body);
        }
    }
}

/// Two who tick overlapping lines in another order wait for each other and never in a circle.
#[tokio::test]
async fn two_who_change_the_same_items_take_turns() {
    for world in worlds("work_race").await {
        let people = [world.as_person("nera.coord").await, world.as_person("nera.admin").await];
        let bodies = [r#"{"ids":["A-SR-1","A-BF-1","T-SR-1"]}"#, r#"{"ids":["T-SR-1","A-BF-1","A-SR-1"]}"#];
        let [one, other] = [0, 1].map(|at| people[at].post_json("/api/v1/workload/resolve", bodies[at]));
        let (one, other) = tokio::join!(one, other);
        let changed = |answer: &crate::world::testing::Answer| {
            assert_eq!(answer.status, 200, "{}: {}", world.engine, answer.body);
            answer.json()["changed"].as_array().unwrap().len()
        };
        assert_eq!(changed(&one) + changed(&other), 3, "{}", world.engine);
    }
}

#[tokio::test]
async fn beside_the_list_stands_the_item_that_was_chosen() {
    for world in worlds("work_split").await {
        let (coord, engine) = (world.as_person("nera.coord").await, world.engine);
        let list = "/partners/workload?type=alarm&as=split";
        let none = coord.get(list).await.body;
        assert_eq!(rows(&none), ["A-BF-1", "A-SR-1"], "{engine}");
        assert!(none.contains("Choose an item") && !none.contains("has-chosen"), "{engine}: {none}");
        let seen = coord.get(&format!("{list}&item=A-SR-1")).await.body;
        assert!(
            seen.contains("has-chosen") && seen.matches("aria-current=\"true\"").count() >= 3,
            "{engine}"
        );
        assert!(
            seen.contains("href=\"/partners/workload/A-SR-1\"") && seen.contains("What was done"),
            "{engine}"
        );
        // What is done about it leads back to the same list and item.
        let action = seen.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let action = action.filter(|to| to.contains("A-SR-1/resolve")).collect::<Vec<_>>();
        let done = coord.post(&action[0].replace("&#38;", "&"), &[]).await;
        assert_eq!((done.status, done.location()), (303, format!("{list}&item=A-SR-1").as_str()), "{engine}");
        let after = coord.after(&done).get(&format!("{list}&item=A-SR-1")).await.body;
        assert_eq!(rows(&after), ["A-BF-1"], "{engine}");
        assert!(after.contains("resolved the alarm"), "{engine}: who resolved it sees it: {after}");
        // Somebody else's item, or none, is nothing that was chosen.
        for wrong in ["T-XX-1", "%3Cb%3E", "A-SR-1"] {
            let path = format!("{PATH}?as=split&item={wrong}");
            let answer = world.as_person("huawei.admin").await.get(&path).await;
            assert!(answer.status == 200 && !answer.body.contains("has-chosen"), "{engine} {wrong}");
        }
    }
}

#[tokio::test]
async fn the_calendar_has_what_is_due_on_its_day() {
    for world in worlds("work_calendar").await {
        let (coord, engine) = (world.as_person("nera.coord").await, world.engine);
        let item = coord.get("/api/v1/workload/V-BF-1").await.json();
        let from_ms = item["window"]["from_ms"].as_i64().unwrap();
        let day = jiff::Timestamp::from_millisecond(from_ms).unwrap().in_tz("Asia/Bangkok").unwrap().date();
        let month = day.strftime("%Y-%m");
        let page = coord.get(&format!("{PATH}?as=calendar&type=visit&month={month}")).await.body;
        let cell = page.split("<time datetime=\"").find(|cell| cell.starts_with(&day.to_string())).unwrap();
        assert!(cell.contains("/partners/workload/V-BF-1"), "{engine}: {cell}");
        assert!(!page.contains("/partners/workload/A-BF-1"), "{engine}: visits alone");
        let far = coord.get(&format!("{PATH}?as=calendar&month=2031-01")).await.body;
        assert!(!far.contains("/partners/workload/V-BF-1"), "{engine}");
    }
}
