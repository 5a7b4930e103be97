//! The story of gateways as staff sees them, on pages and through the API.

use crate::world::testing::worlds;

#[tokio::test]
async fn staff_see_the_gateways_invite_one_and_throw_it_out() {
    for world in worlds("enrolment_pages").await {
        let admin = world.as_person("rs.admin").await;
        let page = admin.get("/admin/agents").await;
        assert_eq!(page.status, 200, "{}", world.engine);
        assert!(page.body.contains("A-BF") && page.body.contains("SouthRubber"), "{}", page.body);
        let code = admin.post("/admin/agents/A-BF/code", &[]).await;
        assert!(code.body.contains("RS1-") && code.body.contains("works once"), "{}", code.body);
        let again = admin.get("/admin/agents").await;
        assert!(!again.body.contains("RS1-"), "a code is shown once");
        let silent = admin.post("/admin/agents/A-BF/revoke", &[("reason", " ")]).await;
        assert_eq!(silent.status, 422, "{}", world.engine);
        let out = admin.post("/admin/agents/A-BF/revoke", &[("reason", "stolen")]).await;
        assert_eq!(out.status, 303, "{}", world.engine);
        assert!(admin.get("/admin/agents").await.body.contains("Revoked"), "{}", world.engine);
        let log = world.as_person("bkk.admin").await.get("/portal/log").await;
        assert!(log.body.contains("stolen"), "the owner reads why: {}", log.body);
    }
}

#[tokio::test]
async fn staff_does_the_same_by_the_api() {
    const AGENTS: &str = "/api/v1/admin/agents";
    for world in worlds("gateways_api").await {
        let admin = world.as_person("rs.admin").await;
        let list = admin.get_json(AGENTS).await.json();
        let all = list["gateways"].as_array().unwrap();
        let one = all.iter().find(|one| one["id"] == "A-BF").unwrap_or_else(|| panic!("{list}"));
        assert_eq!((&one["customer"], &one["state"]), (&"BKKFoods".into(), &"not_enrolled".into()), "{one}");
        let code = admin.post_json(&format!("{AGENTS}/A-BF/code"), "{}").await;
        assert_eq!(code.status, 201, "{}: {}", world.engine, code.body);
        assert!(code.json()["code"].as_str().unwrap().starts_with("RS1-"), "{}", code.body);
        let revoke = format!("{AGENTS}/A-BF/revoke");
        let silent = admin.post_json(&revoke, r#"{"reason":" "}"#).await;
        assert_eq!((silent.status, &silent.json()["fields"][0]["field"]), (422, &"reason".into()));
        let out = admin.post_json(&revoke, r#"{"reason":"stolen"}"#).await;
        assert_eq!((out.status, &out.json()["state"]), (200, &"revoked".into()), "{}", out.body);
        let support = world.as_person("rs.support").await;
        assert_eq!(support.get_json(AGENTS).await.status, 200, "{}: support reads", world.engine);
        assert_eq!(support.post_json(&revoke, r#"{"reason":"x"}"#).await.status, 403, "{}", world.engine);
        let partner = world.as_person("nera.admin").await;
        assert_eq!(partner.get_json(AGENTS).await.status, 404, "{}", world.engine);
    }
}
