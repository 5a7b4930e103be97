//! Stories of the owner: what is granted is found, narrowed, revoked and logged.

use crate::world::testing::worlds;

#[tokio::test]
async fn the_owner_finds_who_sees_what_and_takes_it_back() {
    for world in worlds("sharing_revoke").await {
        let owner = world.as_person("bkk.admin").await;
        let page = owner.get("/portal/sharing").await;
        assert_eq!(page.status, 200, "{}: {}", world.engine, page.body);
        for part in
            ["Nera", "Sees 3 devices", "Chilled water pump 1", "Power", "Temperature", "Revoke", "Narrow"]
        {
            assert!(page.body.contains(part), "{}: {part} is missing in {}", world.engine, page.body);
        }
        assert!(!page.body.contains("Vibration"), "what is not granted is not listed as shared");
        let answer =
            owner.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", "Contract review")]).await;
        assert_eq!((answer.status, answer.location()), (303, "/portal/sharing"), "{}", answer.body);
        let page = owner.get("/portal/sharing").await;
        assert!(
            page.body.contains("Sees nothing now") && page.body.contains("Ended grants (1)"),
            "{}",
            page.body
        );
        let log = owner.get("/portal/log?action=grant.").await;
        assert!(log.body.contains("revoked a grant") && log.body.contains("Contract review"), "{}", log.body);
        let csv = owner.get("/portal/log.csv?action=grant.").await;
        assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        assert!(csv.body.contains("grant.revoked") && !csv.body.contains("session.started"), "{}", csv.body);
        assert_eq!(owner.post("/portal/sharing/grant_bf_nera/revoke", &[]).await.status, 409);
    }
}

#[tokio::test]
async fn a_grant_is_made_with_exactly_what_was_ticked_and_keeps_what_was_typed() {
    for world in worlds("sharing_grant").await {
        let owner = world.as_person("bkk.admin").await;
        let wrong = [("partner", "nera"), ("purpose", "Energy advice"), ("months", "3")];
        let page = owner.post("/portal/sharing/new", &wrong).await;
        assert_eq!(page.status, 422, "{}", page.body);
        assert!(page.body.contains("Choose at least one metric"), "{}", page.body);
        assert!(page.body.contains(r#"value="Energy advice""#), "what was typed is kept: {}", page.body);
        let right =
            [("partner", "nera"), ("purpose", "Energy advice"), ("months", "3"), ("items", "D-BF-4/energy")];
        let answer = owner.post("/portal/sharing/new", &right).await;
        assert_eq!(answer.status, 303, "{}: {}", world.engine, answer.body);
        let page = owner.get("/portal/sharing").await;
        assert!(page.body.contains("Energy advice") && page.body.contains("Main meter"), "{}", page.body);
        assert!(page.body.contains("Sees 4 devices") && page.body.contains("16 Oct 2026"), "{}", page.body);
    }
}

#[tokio::test]
async fn narrowing_only_takes_away() {
    for world in worlds("sharing_narrow").await {
        let owner = world.as_person("bkk.admin").await;
        let path = "/portal/sharing/grant_bf_nera/narrow";
        assert!(owner.get(path).await.body.contains(r#"value="D-BF-1/power" checked"#));
        assert_eq!(owner.post(path, &[("items", "D-BF-1/vibration")]).await.status, 422);
        assert_eq!(owner.post(path, &[("items", "D-BF-1/power")]).await.status, 303);
        let page = owner.get("/portal/sharing").await;
        assert!(page.body.contains("Sees 1 device") && !page.body.contains("Roof inverter"), "{}", page.body);
    }
}

#[tokio::test]
async fn another_owner_finds_nothing_and_readers_get_no_buttons() {
    for world in worlds("sharing_others").await {
        let other = world.as_person("south.admin").await;
        let page = other.get("/portal/sharing").await;
        assert!(
            !page.body.contains("Chilled water pump") && page.body.contains("Latex pump 1"),
            "{}",
            page.body
        );
        assert_eq!(other.post("/portal/sharing/grant_bf_nera/revoke", &[]).await.status, 404);
        assert_eq!(other.get("/portal/sharing/grant_bf_nera/narrow").await.status, 404);
        let lonely = world.as_person("lonely.admin").await.get("/portal/sharing").await;
        assert!(lonely.body.contains("Nobody can see your devices"), "{}", lonely.body);
        assert_eq!(world.as_person("siam.admin").await.get("/portal/sharing").await.status, 404);
    }
}
