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
        let huawei = page(&world, "huawei.admin").await;
        let arriving = band(&huawei, "arriving");
        assert_eq!(arriving.matches("Arriving from Nera · 1 Aug 2026 · 17 days").count(), 4, "{arriving}");
        assert!(
            !huawei.contains("720,000") && !huawei.contains("BKKFoods"),
            "the other side's terms stay its own"
        );
        assert!(!huawei.contains("/partners/devices/D-SR-1"), "no way to telemetry yet");
        assert!(page(&world, "siam.admin").await.contains("No agreements"));
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
