//! A team through the API: the same verbs and the same refusals as on the page, in every app.

use crate::world::testing::worlds;
use serde_json::Value;

fn member<'a>(team: &'a Value, id: &str) -> Option<&'a Value> {
    team["members"].as_array().unwrap().iter().find(|one| one["id"] == id)
}

#[tokio::test]
async fn an_administrator_looks_after_the_team_by_the_api() {
    for world in worlds("team_api").await {
        let admin = world.as_person("nera.admin").await;
        let team = admin.get_json("/api/v1/team").await.json();
        assert_eq!(member(&team, "nera.coord").unwrap()["state"], "active", "{team}");
        let new = r#"{"name":"New One","email":"new@nera.example","roles":["salesperson"]}"#;
        let made = admin.post_json("/api/v1/team/invite", new).await;
        assert_eq!(made.status, 201, "{}: {}", world.engine, made.body);
        let team = made.json();
        let invited =
            team["members"].as_array().unwrap().iter().find(|one| one["email"] == "new@nera.example");
        let invited = invited.unwrap_or_else(|| panic!("{team}"));
        assert_eq!((&invited["state"], &invited["roles"][0]), (&"invited".into(), &"sales".into()));
        assert_eq!(admin.post_json("/api/v1/team/invite", new).await.status, 409, "once");
        assert_eq!(world.count("FROM mail_outbox WHERE to_email = $1", "new@nera.example").await, 1);
        let path = format!("/api/v1/team/{}", invited["id"].as_str().unwrap());
        let press = async |verb: &str, body: &str| admin.post_json(&format!("{path}/{verb}"), body).await;
        assert_eq!(press("resend", "{}").await.status, 200);
        let unknown = press("roles", r#"{"roles":["emperor"]}"#).await;
        assert_eq!((unknown.status, &unknown.json()["fields"][0]["field"]), (422, &"roles".into()));
        assert_eq!(press("roles", r#"{"roles":["viewer"]}"#).await.status, 200);
        for (verb, state) in [("disable", "switched_off"), ("enable", "invited")] {
            let team = press(verb, "{}").await;
            assert_eq!(team.status, 200, "{verb}: {}", team.body);
            assert_eq!(member(&team.json(), invited["id"].as_str().unwrap()).unwrap()["state"], state);
        }
        assert_eq!(member(&press("remove", "{}").await.json(), invited["id"].as_str().unwrap()), None);
        let own = admin.post_json("/api/v1/team/nera.admin/remove", "{}").await;
        assert_eq!((own.status, &own.json()["code"]), (403, &"own_membership".into()), "{}", own.body);
        let sales = world.as_person("nera.sales1").await;
        assert_eq!(sales.post_json("/api/v1/team/invite", new).await.status, 403);
        for (who, mine, others) in [
            ("bkk.admin", "/api/v1/portal/team", "/api/v1/admin/team"),
            ("rs.admin", "/api/v1/admin/team", "/api/v1/team"),
        ] {
            let admin = world.as_person(who).await;
            assert!(member(&admin.get_json(mine).await.json(), who).is_some(), "{}: {mine}", world.engine);
            assert_eq!(admin.get_json(others).await.status, 404, "{who} has no such app");
        }
    }
}
