//! The overview says to each what their own lists say, and says nobody who they are.

use crate::world::testing::{World, worlds};

async fn main(world: &World, person: &str) -> String {
    let answer = world.as_person(person).await.get("/partners/overview").await;
    assert_eq!(answer.status, 200, "{} {person}: {}", world.engine, answer.body);
    answer.body.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned()
}

#[tokio::test]
async fn each_role_sees_figures_of_the_lists_it_may_open() {
    for world in worlds("overview_roles").await {
        let admin = main(&world, "nera.admin").await;
        for word in
            ["1 breached", "1 at risk", "to Huawei-TH in 17 days", "Open deals", "5 of 20", "264,000.00 THB"]
        {
            assert!(admin.contains(word), "{}: {word} in {admin}", world.engine);
        }
        for (person, sees, not) in [
            ("nera.coord", "/partners/workload,/partners/closed", "/partners/deals,/partners/leads"),
            ("nera.sales1", "/partners/deals,/partners/renewals", "/partners/workload"),
            ("nera.tech", "/partners/devices,/partners/deals", "/partners/quotes,THB,/partners/renewals"),
            (
                "mw.sales",
                "/partners/deals,/partners/resellers,masked",
                "/partners/leads,/partners/renewals,Open deals",
            ),
            ("ed.sales", "/partners/agreements", "Siam"),
        ] {
            let page = main(&world, person).await;
            for word in sees.split(',') {
                assert!(page.contains(word), "{} {person} lacks {word}: {page}", world.engine);
            }
            for word in not.split(',') {
                assert!(!page.contains(word), "{} {person} sees {word}: {page}", world.engine);
            }
        }
        for person in ["nera.admin", "mw.admin"] {
            let page = main(&world, person).await;
            for banner in ["Nera", "MegaWarehouse", "Reseller ·", "Distributor ·", "Gold"] {
                assert!(!page.contains(banner), "{person}: a banner says {banner}");
            }
        }
        let hidden = ["2,377,700", "9,145,300", "3,056,800", "11,523,000", "237770000"];
        let mega = main(&world, "mw.sales").await;
        assert!(!hidden.iter().any(|amount| mega.contains(amount)), "{mega}");
        // Who covers nothing is told so, not that all of it reports.
        let nothing = main(&world, "siam.sales").await;
        assert!(nothing.contains("No agreement covers any"), "{nothing}");
        assert!(
            !nothing.contains("All reporting") && !nothing.contains("a year within 90 days"),
            "{nothing}"
        );
        let alias = world.as_person("nera.fin").await.get("/partners/dashboard").await;
        assert_eq!(alias.status, 200);
        for person in ["bkk.admin", "rs.admin"] {
            assert_eq!(world.as_person(person).await.get("/partners/overview").await.status, 404, "{person}");
        }
    }
}

#[tokio::test]
async fn the_api_gives_each_the_figures_of_their_own_page() {
    for world in worlds("overview_api").await {
        let figures = async |person: &str| {
            let answer = world.as_person(person).await.get("/api/v1/overview").await;
            assert_eq!(answer.status, 200, "{} {person}: {}", world.engine, answer.body);
            answer.json()
        };
        let admin = figures("nera.admin").await;
        assert_eq!(admin["work"], serde_json::json!({"open": 6, "breached": 1, "at_risk": 1}), "{admin}");
        let moving = serde_json::json!({"devices": 4, "first_to": "Huawei-TH", "first_in_days": 17});
        assert_eq!(admin["renewals"]["moving_away"], moving);
        assert_eq!(admin["devices"]["covered"], 8);
        let deals = admin["sales"].as_array().unwrap().iter().find(|rung| rung["stage"] == "deal").unwrap();
        assert_eq!(deals["places"], serde_json::json!({"taken": 5, "cap": 20}));
        let tech = figures("nera.tech").await;
        assert!(
            tech["renewals"].is_null() && tech["work"].is_null() && !tech.to_string().contains("quote"),
            "{tech}"
        );
        let mega = figures("mw.sales").await.to_string();
        for hidden in ["237770000", "914530000", "305680000", "1152300000"] {
            assert!(!mega.contains(hidden), "{}: {hidden} in {mega}", world.engine);
        }
        assert!(mega.contains("\"masked\":") && mega.contains("\"what\":\"resellers\""), "{mega}");
        assert_eq!(world.as_person("bkk.admin").await.get("/api/v1/overview").await.status, 404);
    }
}
