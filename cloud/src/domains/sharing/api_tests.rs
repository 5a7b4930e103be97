//! Grants and questions through the API: the same verbs, the same rights, on both engines.

use crate::world::testing::worlds;

const SHARING: &str = "/api/v1/portal/sharing";

#[tokio::test]
async fn a_grant_is_made_narrowed_and_revoked_by_the_api() {
    for world in worlds("sharing_api").await {
        let owner = world.as_person("bkk.admin").await;
        let body = r#"{"partner":"nera","purpose":"Energy report","items":[
            {"device":"D-BF-4","metric":"power"},{"device":"D-BF-4","metric":"voltage"}]}"#;
        let wrong = owner.post_json(SHARING, r#"{"partner":"nera","purpose":"","items":[]}"#).await;
        assert_eq!((wrong.status, &wrong.json()["code"]), (422, &"invalid".into()), "{}", wrong.body);
        let made = owner.post_json(SHARING, body).await;
        assert_eq!(made.status, 201, "{}: {}", world.engine, made.body);
        let made = made.json();
        assert_eq!((&made["state"], &made["revision"]), (&"active".into(), &1.into()), "{made}");
        let path = format!("{SHARING}/{}", made["id"].as_str().unwrap());
        let list = owner.get_json(SHARING).await.json();
        let nera = list["partners"].as_array().unwrap().iter().find(|line| line["id"] == "nera").unwrap();
        assert!(nera["grants"].as_array().unwrap().contains(&made), "{nera}");

        let less = r#"{"items":[{"device":"D-BF-4","metric":"power"}]}"#;
        let narrowed = owner.post_json(&format!("{path}/narrow"), less).await;
        assert_eq!((narrowed.status, &narrowed.json()["revision"]), (200, &2.into()), "{}", narrowed.body);
        assert_eq!(owner.post_json(&format!("{path}/narrow"), less).await.status, 422, "no less than before");
        let seen = "/api/v1/devices/D-BF-4/values?metric=power";
        let partner = world.as_person("nera.coord").await;
        assert_eq!(partner.get(seen).await.status, 200, "{}", world.engine);
        let south = world.as_person("south.admin").await;
        for verb in ["narrow", "revoke"] {
            assert_eq!(south.post_json(&format!("{path}/{verb}"), "{}").await.status, 404, "another's grant");
        }
        let revoked = owner.post_json(&format!("{path}/revoke"), r#"{"reason":"Done"}"#).await;
        assert_eq!((revoked.status, &revoked.json()["state"]), (200, &"revoked".into()), "{}", revoked.body);
        assert_eq!(owner.post_json(&format!("{path}/revoke"), "{}").await.status, 409, "once");
        assert_eq!(partner.get(seen).await.status, 403, "{}", world.engine);
        let distributor = world.as_person("mw.admin").await;
        assert_eq!(distributor.get_json(SHARING).await.status, 404, "not its app");
    }
}

#[tokio::test]
async fn a_question_is_answered_by_the_api() {
    for world in worlds("sharing_api_request").await {
        let owner = world.as_person("bkk.admin").await;
        let nera = world.as_person("nera.coord").await;
        let form = [("metrics", "power"), ("months", "3"), ("reason", "Energy report")];
        let ask = async || {
            assert_eq!(nera.post("/partners/devices/D-BF-4/request", &form).await.status, 303);
            let asked = owner.get_json(SHARING).await.json()["requests"][0].clone();
            assert_eq!((&asked["device"], &asked["metrics"][0]), (&"D-BF-4".into(), &"power".into()));
            format!("{SHARING}/requests/{}", asked["id"].as_str().unwrap())
        };
        let path = ask().await;
        let south = world.as_person("south.admin").await;
        assert_eq!(south.post_json(&format!("{path}/approve"), "{}").await.status, 404, "another's question");
        assert_eq!(owner.post_json(&format!("{path}/decline"), "{}").await.status, 422, "no reason");
        let no = owner.post_json(&format!("{path}/decline"), r#"{"reason":"Ask in June"}"#).await;
        assert_eq!((no.status, &no.json()["requests"]), (200, &serde_json::json!([])), "{}", no.body);
        let path = ask().await;
        let yes = owner.post_json(&format!("{path}/approve"), "{}").await;
        assert_eq!(yes.status, 200, "{}: {}", world.engine, yes.body);
        assert_eq!(owner.post_json(&format!("{path}/approve"), "{}").await.status, 404, "answered");
        let seen = nera.get("/api/v1/devices/D-BF-4/values?metric=power").await;
        assert_eq!(seen.status, 200, "{}: {}", world.engine, seen.body);
    }
}
