//! The story of renewals: what ends when, what moves to whom, and what may be said about it.

use crate::platform::db::query;
use crate::world::testing::{World, worlds};

const PATH: &str = "/partners/renewals";

async fn page(world: &World, person: &str) -> String {
    let answer = world.as_person(person).await.get(PATH).await;
    assert_eq!(answer.status, 200, "{} {person}: {}", world.engine, answer.body);
    answer.body
}

/// What stands in one band.
fn band<'a>(page: &'a str, key: &str) -> &'a str {
    let from = page.find(&format!("id=\"band-{key}\"")).unwrap_or_else(|| panic!("no band {key} in {page}"));
    let rest = &page[from..];
    &rest[..rest.find("</section>").unwrap()]
}

#[tokio::test]
async fn the_south_moves_in_seventeen_days_and_the_inverter_ends_in_eighty_five() {
    for world in worlds("renew_bands").await {
        let nera = page(&world, "nera.sales1").await;
        let ninety = band(&nera, "90");
        assert!(
            ninety.contains("D-BF-2") && ninety.contains("85 days") && ninety.contains("264,000.00"),
            "{ninety}"
        );
        let moving = band(&nera, "moving-away");
        assert_eq!(
            moving.matches("Moving to Huawei-TH · 1 Aug 2026 · 17 days").count(),
            4,
            "{}",
            world.engine
        );
        assert!(moving.contains("720,000.00 THB a year"), "one agreement counts once: {moving}");
        // Month by month what ends here: what moves away is no renewal, and an agreement counts once.
        let months = nera.split("id=\"ending-thb\"").nth(1).unwrap_or_else(|| panic!("no chart in {nera}"));
        for (month, worth) in
            [("Oct 2026", "264,000.00"), ("Jan 2027", "480,000.00"), ("Nov 2026", "nothing ends")]
        {
            let row = months.split("<tr").skip(1).find(|row| row.contains(month)).unwrap_or_default();
            assert!(row.contains(worth), "{} {month}: {row}", world.engine);
        }
        assert!(!months.contains("720,000.00"), "{}: {months}", world.engine);
        let huawei = page(&world, "huawei.admin").await;
        let arriving = band(&huawei, "arriving");
        assert_eq!(arriving.matches("Arriving from Nera · 1 Aug 2026 · 17 days").count(), 4, "{arriving}");
        assert!(
            !huawei.contains("720,000") && !huawei.contains("BKKFoods"),
            "the other side's terms stay its own"
        );
        assert!(!huawei.contains("/partners/devices/D-SR-1"), "no way to telemetry yet");
        let none = page(&world, "siam.admin").await;
        assert!(none.contains("No agreements") && !none.contains("view=calendar"), "{none}");
        world.clock.advance(17 * 24 * 3_600_000);
        assert!(!page(&world, "nera.sales1").await.contains("D-SR-"), "{}", world.engine);
        assert!(band(&page(&world, "huawei.admin").await, "later").contains("D-SR-1"));
    }
}

#[derive(sqlx::FromRow)]
struct Logged {
    tenant_id: String,
    detail: String,
}

#[tokio::test]
async fn an_outcome_is_said_by_those_who_may_and_never_left_open_at_the_end() {
    for world in worlds("renew_outcome").await {
        let sales = world.as_person("nera.sales1").await;
        let say = async |device: &str, outcome: &str| {
            sales.post(&format!("{PATH}/{device}/outcome"), &[("outcome", outcome)]).await
        };
        let refused = say("D-BF-2", "undecided").await;
        assert_eq!(refused.status, 422, "{}", world.engine);
        assert!(
            refused.body.contains("85 days") && refused.body.contains("keep, at risk or lost"),
            "{}",
            refused.body
        );
        assert_eq!(say("D-BF-2", "perhaps").await.status, 422);
        assert_eq!(say("D-SR-1", "keep").await.status, 422, "it moves; nothing is to be decided");
        assert_eq!(say("D-BF-5", "keep").await.status, 404, "not covered");
        assert_eq!(say("D-BF-2", "at_risk").await.status, 303);
        assert_eq!(say("D-BF-2", "keep").await.status, 303);
        let shown = page(&world, "nera.coord").await;
        assert!(!shown.contains("<select") && band(&shown, "90").contains("Keep"), "read only: {shown}");
        let coordinator = world.as_person("nera.coord").await;
        let answer = coordinator.post(&format!("{PATH}/D-BF-2/outcome"), &[("outcome", "lost")]).await;
        assert_eq!(answer.status, 403);
        assert_eq!(world.as_person("nera.tech").await.get(PATH).await.status, 403);
        assert_eq!(world.as_person("mw.admin").await.get(PATH).await.status, 404);
        let mut tx = world.app.db.read().await.unwrap();
        let text = "SELECT tenant_id, detail FROM audit_entry WHERE action = 'renewal.reviewed' ORDER BY tenant_id, seq";
        let rows: Vec<Logged> = query(text).all(&mut tx).await.unwrap();
        let logs: Vec<&str> = rows.iter().map(|row| row.tenant_id.as_str()).collect();
        assert_eq!(logs, ["bkkfoods", "bkkfoods", "nera", "nera"], "{}", world.engine);
        let told = rows.iter().any(|row| row.detail.contains("at_risk") || row.detail.contains("keep"));
        assert!(!told, "the customer does not read what its partner thinks of it");
    }
}

#[tokio::test]
async fn the_api_says_what_the_page_says_and_takes_what_it_takes() {
    for world in worlds("renew_api").await {
        let sales = world.as_person("nera.sales1").await;
        let all = sales.get("/api/v1/renewals").await.json();
        assert_eq!(all["renewals"].as_array().unwrap().len(), 8, "{}: {all}", world.engine);
        let moving = sales.get("/api/v1/renewals?band=moving-away").await.json();
        let first = &moving["renewals"][0];
        assert_eq!((&first["days"], &first["other_partner"]), (&17.into(), &"Huawei-TH".into()), "{moving}");
        assert!(first["outcome"].is_null(), "nothing is to be decided");
        assert_eq!(moving["worth_a_year"]["sums"][0]["cents"], 72_000_000, "one agreement counts once");
        assert_eq!(sales.get("/api/v1/renewals?band=soon").await.status, 422);
        let say = async |device: &str, body: &str| {
            let path = format!("/api/v1/renewals/{device}/outcome");
            let mut request =
                sales.request(axum::http::Method::POST, &path, axum::body::Body::from(body.to_owned()));
            let headers = request.headers_mut();
            headers.insert("content-type", "application/json".parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
            crate::world::testing::read(sales.raw(request).await).await
        };
        let kept = say("D-BF-2", r#"{"outcome":"keep"}"#).await;
        assert_eq!((kept.status, &kept.json()["outcome"]), (200, &"keep".into()), "{}", kept.body);
        for (body, says) in [
            (r#"{"outcome":"undecided"}"#, "85 days"),
            (r#"{"outcome":"perhaps"}"#, "at risk"),
            (r#"{"outcome":"keep","value":1}"#, "could not be read"),
            ("keep", "could not be read"),
        ] {
            let refused = say("D-BF-2", body).await;
            assert!(refused.status == 422 && refused.body.contains(says), "{body}: {}", refused.body);
        }
        assert_eq!(say("D-BF-5", r#"{"outcome":"keep"}"#).await.status, 404, "not covered");
        let shown = sales.get("/api/v1/renewals?band=90").await.json();
        assert_eq!(shown["renewals"][0]["outcome"], "keep", "{}: {shown}", world.engine);
        let huawei = world.as_person("huawei.admin").await.get("/api/v1/renewals").await.body;
        assert!(
            huawei.contains("arriving") && !huawei.contains("72000000"),
            "the other side's terms: {huawei}"
        );
    }
}

#[tokio::test]
async fn a_file_has_the_columns_that_are_seen_of_all_bands() {
    for world in worlds("renewals_csv").await {
        let coord = world.as_person("nera.coord").await;
        let all = coord.get("/partners/renewals?format=csv").await.body;
        let head =
            "band,device,name,customer,service level,on,moves from or to,value,currency,agreement,expected";
        assert_eq!(all.lines().next(), Some(head), "{}", world.engine);
        let page = coord.get("/partners/renewals").await.body;
        let rows = |page: &str| page.matches("id=\"row-").count();
        assert_eq!(all.lines().count(), rows(&page) + 1, "{}: {all}", world.engine);
        let few = coord.get("/partners/renewals?cols=when&format=csv").await.body;
        assert_eq!(few.lines().next(), Some("band,device,name,on,moves from or to"), "{}", world.engine);
        let narrow = coord.get("/partners/renewals?cols=when").await.body;
        assert!(rows(&narrow) == rows(&page) && !narrow.contains("class=\"money\""), "{}", world.engine);
        // Who serves nothing yet has nothing but what will come.
        let theirs = world.as_person("huawei.admin").await.get("/partners/renewals?format=csv").await.body;
        assert!(theirs.lines().count() > 1, "{}: {theirs}", world.engine);
        let strangers = theirs.lines().skip(1).filter(|line| !line.starts_with("Arriving"));
        assert_eq!(strangers.collect::<Vec<_>>(), [""; 0], "{}", world.engine);
    }
}
