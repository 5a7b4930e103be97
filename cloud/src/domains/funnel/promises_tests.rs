//! What was promised with a step: protections, prices, shares, offers; on both engines.

use super::expire;
use super::steps_tests::{done, post, refused, shown, told, why};
use crate::platform::base::{DAY_MS, MINUTE_MS};
use crate::world::testing::{World, worlds};
use serde_json::json;

#[tokio::test]
async fn a_protection_is_extended_once_told_of_and_ends() {
    for world in worlds("funnel_protection").await {
        let approved = done(&world, "rs.pipeline", "DL-4", "approve", json!({})).await;
        let until_ms = approved["protected_until_ms"].as_i64().unwrap();
        assert_eq!(until_ms, world.app.clock.now_ms() + 90 * DAY_MS, "{}", world.engine);
        let longer = done(&world, "rs.pipeline", "DL-4", "extend", why()).await;
        assert_eq!(longer["protected_until_ms"], json!(until_ms + 30 * DAY_MS));
        refused(&world, "rs.pipeline", "DL-4", "extend", why(), 409, "already_extended").await;
        for _ in 0..119 {
            world.clock.advance(DAY_MS);
            expire(&world.app).await.unwrap();
            expire(&world.app).await.unwrap();
        }
        let kinds: Vec<String> = told(&world, "DL-4").await.into_iter().map(|(kind, _)| kind).collect();
        let reminders = ["deal.expiring"; 3];
        assert_eq!(kinds[2..], reminders, "{}: 14, 7 and 1 days before, once each", world.engine);
        assert_eq!(shown(&world, "siam.sales", "DL-4").await["status"], "approved");
        world.clock.advance(DAY_MS);
        expire(&world.app).await.unwrap();
        expire(&world.app).await.unwrap();
        assert_eq!(shown(&world, "siam.sales", "DL-4").await["status"], "expired", "{}", world.engine);
        let expired =
            "FROM audit_entry WHERE action = 'deal.expired' AND object_id = 'DL-4' AND tenant_id = $1";
        assert_eq!(world.count(expired, "siam").await, 1, "{}", world.engine);
        let places = world.as_person("siam.sales").await.get("/partners/deals/new").await.body;
        assert!(places.contains("0 of 5"), "{}: its place is free", world.engine);
        // What is priced by then stays.
        assert_eq!(shown(&world, "nera.sales1", "DL-6").await["status"], "issued");
    }
}

#[tokio::test]
async fn a_direct_sale_is_priced_only_once_it_is_granted() {
    for world in worlds("funnel_direct").await {
        done(&world, "rs.pipeline", "DL-3", "approve", json!({})).await;
        let price = json!({ "amount": "9145300" });
        refused(&world, "rs.pipeline", "DL-3", "issue", price.clone(), 409, "direct_not_granted").await;
        assert_eq!(done(&world, "rs.pipeline", "DL-3", "grant-direct", json!({})).await["direct"], "granted");
        refused(&world, "rs.pipeline", "DL-3", "deny-direct", why(), 409, "no_direct_request").await;
        let quoted = done(&world, "rs.pipeline", "DL-3", "issue", price).await;
        assert_eq!(quoted["quote"]["number"], "QT-2026-0018", "{}", world.engine);
        let asked =
            json!({ "customer": "Ratchaburi Mill", "title": "Meters", "amount": "5000", "direct": true });
        let asked = post(&world, "nera.sales2", "/api/v1/deals", asked).await.json();
        let id = asked["id"].as_str().unwrap();
        let denied = json!({ "reason": "A distributor is near", "partner": "eastdist" });
        let denied = done(&world, "rs.pipeline", id, "deny-direct", denied).await;
        assert_eq!(
            (&denied["distributor"], denied.get("direct")),
            (&json!("eastdist"), None),
            "{}",
            world.engine
        );
        let nowhere = json!({ "reason": "No", "partner": "siam" });
        refused(&world, "rs.pipeline", id, "reallocate", nowhere, 422, "invalid").await;
    }
}

#[tokio::test]
async fn a_quote_has_the_price_of_the_tier_of_its_day_and_only_the_two_read_how_it_came_about() {
    for world in worlds("funnel_price").await {
        let list = json!({ "amount": "100,000.00", "days": "10" });
        let issued = done(&world, "rs.pipeline", "DL-1", "issue", list.clone()).await;
        assert_eq!(issued["amount"], json!({ "cents": 9_200_000, "currency": "THB" }), "{}", world.engine);
        world.run("UPDATE tenant_capability SET partner_tier = 'platinum' WHERE tenant_id = 'nera'").await;
        let mine = shown(&world, "nera.sales1", "DL-1").await;
        assert_eq!((&mine["amount"]["cents"], &mine["price_level"]), (&json!(9_200_000), &json!("gold")));
        assert_eq!(mine["list_price"]["cents"], 10_000_000);
        assert!(mine.get("commission_bp").is_none(), "the share is the program's own: {mine}");
        let mega = shown(&world, "mw.sales", "DL-1").await;
        for key in ["list_price", "price_level", "commission_bp", "decide_by_ms", "protected_until_ms"] {
            assert!(mega.get(key).is_none(), "{}: case 56, {key}: {mega}", world.engine);
        }
        let page = world.as_person("mw.sales").await.get("/partners/deals/DL-1").await.body;
        assert!(!page.contains("100,000.00") && page.contains("92,000.00"), "{}: {page}", world.engine);
        refused(&world, "nera.sales1", "DL-1", "decline", json!({}), 422, "invalid").await;
        assert_eq!(done(&world, "nera.sales1", "DL-1", "decline", why()).await["status"], "declined");
        let revised = done(&world, "rs.pipeline", "DL-1", "issue", list).await;
        assert_eq!(revised["quote"]["number"], issued["quote"]["number"], "a revision keeps the number");
        assert_eq!(revised["amount"]["cents"], 8_500_000, "and has the price of its own day");
        refused(&world, "nera.sales1", "DL-1", "recall", why(), 403, "another_party").await;
        assert_eq!(done(&world, "rs.pipeline", "DL-1", "recall", why()).await["status"], "recalled");
        refused(&world, "nera.sales1", "DL-1", "accept", json!({}), 409, "deal_state").await;
        done(&world, "rs.pipeline", "DL-1", "issue", json!({ "amount": "100000", "days": "10" })).await;
        world.clock.advance(11 * DAY_MS);
        refused(&world, "nera.sales1", "DL-1", "accept", json!({}), 409, "offer_over").await;
        refused(&world, "rs.pipeline", "DL-1", "issue", json!({ "amount": "-5" }), 422, "invalid").await;
    }
}

#[tokio::test]
async fn the_commission_share_is_locked_in_at_the_approval() {
    for world in worlds("funnel_share").await {
        let terms = |share: &str| {
            [
                ("commission".to_owned(), share.to_owned()),
                ("tax_form".to_owned(), "none".to_owned()),
                ("tax_status".to_owned(), "not_requested".to_owned()),
            ]
        };
        let desk = world.as_person("rs.admin").await;
        for (share, id, bp) in [("12", "DL-4", 1200), ("10", "", 0)] {
            let terms = terms(share);
            let form: Vec<(&str, &str)> =
                terms.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(desk.post("/admin/partners/siam/terms", &form).await.status, 303, "{share}");
            if !id.is_empty() {
                let approved = done(&world, "rs.pipeline", id, "approve", json!({})).await;
                assert_eq!(approved["commission_bp"], bp, "{}", world.engine);
            }
        }
        assert_eq!(
            shown(&world, "rs.pipeline", "DL-4").await["commission_bp"],
            1200,
            "{}: OA-4",
            world.engine
        );
    }
}

#[tokio::test]
async fn an_offered_lead_that_nobody_takes_in_time_goes_back() {
    for world in worlds("funnel_offer").await {
        refused(&world, "rs.pipeline", "LD-3", "share", json!({ "partner": "siam" }), 409, "no_lead_sharing")
            .await;
        refused(&world, "rs.pipeline", "LD-3", "share", json!({ "partner": "offco" }), 422, "invalid").await;
        refused(&world, "rs.pipeline", "LD-3", "share", json!({ "partner": "eastdist" }), 422, "invalid")
            .await;
        done(&world, "rs.pipeline", "LD-3", "share", json!({ "partner": "andaman" })).await;
        world.clock.advance(3 * DAY_MS);
        refused(&world, "andaman.admin", "LD-3", "accept", json!({}), 409, "offer_over").await;
        expire(&world.app).await.unwrap();
        refused(&world, "andaman.admin", "LD-3", "accept", json!({}), 404, "not_found").await;
        assert_eq!(shown(&world, "rs.pipeline", "LD-3").await["status"], "captured", "{}", world.engine);
        done(&world, "rs.pipeline", "LD-3", "share", json!({ "partner": "nera" })).await;
        let declined = done(&world, "nera.sales1", "LD-3", "decline", why()).await;
        assert_eq!(declined, json!({}), "{}: out of sight", world.engine);
        refused(&world, "nera.sales1", "LD-3", "accept", json!({}), 404, "not_found").await;
        hands_apart(&world).await;
    }
}

/// Case 49: a lead that passes from one reseller to another tells neither of the other, and a distributor nothing.
async fn hands_apart(world: &World) {
    let lead = json!({ "customer": "Phang Nga Ferry", "title": "Bilge alarms", "contact": "Khun Mai", "phone": "076",
        "consent": true });
    let id = post(world, "andaman.admin", "/api/v1/leads", lead).await.json()["id"].clone();
    let id = id.as_str().unwrap();
    world.clock.advance(MINUTE_MS);
    done(world, "rs.pipeline", id, "share", json!({ "partner": "nera" })).await;
    world.clock.advance(MINUTE_MS);
    done(world, "nera.sales1", id, "decline", json!({ "reason": "Our ferry team is small" })).await;
    let page = world.as_person("andaman.admin").await.get(&format!("/partners/deals/{id}")).await.body;
    assert!(page.contains("declined the lead"), "{}: it is back: {page}", world.engine);
    world.clock.advance(MINUTE_MS);
    let log = world.as_person("andaman.admin").await.get("/partners/log").await.body;
    for (what, text) in [("page", &page), ("log", &log)] {
        for secret in ["Nera", "ferry team", "Somsak"] {
            assert!(!text.contains(secret), "{}: the {what} of who brought it tells {secret}", world.engine);
        }
    }
    for what in ["share", "accept"] {
        let who = if what == "share" { "rs.pipeline" } else { "nera.sales1" };
        done(world, who, id, what, json!({ "partner": "nera" })).await;
        world.clock.advance(MINUTE_MS);
    }
    for what in ["convert", "confirm"] {
        done(world, "rs.pipeline", id, what, json!({})).await;
        world.clock.advance(MINUTE_MS);
    }
    let nera = world.as_person("nera.sales1").await;
    let log = world.as_person("nera.admin").await.get("/partners/log").await.body;
    let page = nera.get(&format!("/partners/deals/{id}")).await.body;
    for (what, text) in [("page", &page), ("log", &log)] {
        assert!(
            !text.to_lowercase().contains("andaman"),
            "{}: the {what} of who works it: {text}",
            world.engine
        );
    }
    let form = json!({ "customer": "Phang Nga Ferry", "title": "Bilge alarms", "amount": "5", "distributor": "eastdist" });
    done(world, "nera.sales1", id, "register", form).await;
    let east = world.as_person("ed.sales").await.get(&format!("/partners/deals/{id}")).await.body;
    assert!(east.contains("registered a deal"), "{}: {east}", world.engine);
    for early in ["the lead", "opportunity", "Andaman"] {
        assert!(!east.contains(early), "{}: case 50, {early}: {east}", world.engine);
    }
}
