//! Applications, apps and organisations through the API: the same verbs and the same refusals as on the pages.

use crate::world::testing::worlds;

const APPLY: &str = r#"{"subtype":"reseller","legal_name":"BKK Foods Public Co., Ltd.","country":"Thailand",
    "registration_number":"0107536000269","address":"1 Rama IV Road, Bangkok","territories":["Bangkok","Rayong"],
    "about":"We service our own cold rooms.","documents":[{"name":"registration.pdf","content":"JVBERi0xLjcgcmVn"}]}"#;
const OWN: &str = "/api/v1/account/enrolment/application";

#[tokio::test]
async fn an_application_is_sent_returned_and_approved_by_the_api() {
    for world in worlds("application_api").await {
        let bkk = world.as_person("bkk.admin").await.unscanned();
        let desk = world.as_person("rs.admin").await;
        assert!(bkk.get_json(OWN).await.json()["newest"].is_null(), "{}", world.engine);
        assert_eq!(bkk.post_json(&format!("{OWN}/withdraw"), "{}").await.status, 409);
        let apply = async |body: &str| bkk.post_json("/api/v1/account/enrolment/apply", body).await;
        let wrong = apply(&APPLY.replace("JVBERi0xLjcgcmVn", "no base64!")).await;
        assert_eq!((wrong.status, &wrong.json()["fields"][0]["field"]), (422, &"documents".into()));
        let wrong = apply(&APPLY.replace("reseller", "both")).await;
        assert_eq!((wrong.status, &wrong.json()["fields"][0]["field"]), (422, &"subtype".into()));
        let sent = apply(APPLY).await;
        assert_eq!(sent.status, 201, "{}: {}", world.engine, sent.body);
        let sent = sent.json();
        assert_eq!(bkk.get_json(OWN).await.json()["newest"], sent, "{}", world.engine);
        assert_eq!(sent["application"]["territories"], serde_json::json!(["Bangkok", "Rayong"]));
        assert_eq!(sent["documents"][0]["name"], "registration.pdf", "{sent}");
        assert_eq!(apply(APPLY).await.status, 409, "one at a time");
        let list = desk.get_json("/api/v1/admin/applications?status=submitted").await.json();
        assert_eq!(list["applications"][0], sent["application"], "{list}");
        let path = format!("/api/v1/admin/applications/{}", sent["application"]["id"].as_str().unwrap());
        let press = async |verb: &str, body: &str| desk.post_json(&format!("{path}/{verb}"), body).await;
        assert_eq!(press("return", "{}").await.status, 422, "without a reason");
        let back = press("return", r#"{"reason":"Name the sites"}"#).await.json();
        assert_eq!(
            (&back["application"]["status"], &back["history"][0]["note"]),
            (&"returned".into(), &"Name the sites".into())
        );
        assert_eq!(
            press("approve", r#"{"subtype":"reseller"}"#).await.status,
            409,
            "it waits for the applicant"
        );
        assert_eq!(apply(APPLY).await.status, 201, "the answer to the return");
        assert_eq!(press("approve", r#"{"subtype":"both"}"#).await.status, 422);
        let yes = press("approve", r#"{"subtype":"reseller"}"#).await;
        assert_eq!(
            (yes.status, &yes.json()["application"]["status"]),
            (200, &"approved".into()),
            "{}",
            yes.body
        );
        let apps = bkk.get_json("/api/v1/account/enrolment").await.json();
        assert_eq!(apps["capabilities"].as_array().unwrap().len(), 2, "{apps}");
        assert_eq!(bkk.get("/partners/overview").await.status, 200, "{}", world.engine);
        assert_eq!(bkk.get_json("/api/v1/admin/applications").await.status, 404, "not its app");
    }
}

#[tokio::test]
async fn a_capability_is_enabled_once_and_not_given_up_over_open_work_by_the_api() {
    for world in worlds("capability_api").await {
        let siam = world.as_person("siam.admin").await;
        for _ in 0..2 {
            let on = siam.post_json("/api/v1/account/enrolment/customer", "{}").await;
            assert_eq!(on.status, 200, "{}: {}", world.engine, on.body);
        }
        let told = "FROM audit_entry WHERE action = 'tenant.capability-enabled' AND tenant_id = $1";
        assert_eq!(world.count(told, "siam").await, 1, "{}: told once", world.engine);
        let off = siam.post_json("/api/v1/account/enrolment/customer/disable", "{}").await.json();
        assert_eq!(off["capabilities"].as_array().unwrap().len(), 1, "{off}");
        let nera = world.as_person("nera.admin").await;
        let path = "/api/v1/account/enrolment/partner/disable";
        let impact = nera.get_json(path).await.json();
        assert!(!impact["dependants"].as_array().unwrap().is_empty(), "{impact}");
        let no = nera.post_json(path, "{}").await;
        assert_eq!((no.status, &no.json()["code"]), (409, &"open_work".into()), "{}", no.body);
        assert_eq!(world.as_person("nera.sales1").await.post_json(path, "{}").await.status, 403);
    }
}

#[tokio::test]
async fn an_organisation_comes_in_and_is_suspended_by_the_api() {
    for world in worlds("organisation_api").await {
        let owner = world.as_person("rs.admin").await;
        let list = "/api/v1/admin/partners";
        let new = r#"{"organisation":"Chiang Mai Pumps","kind":"reseller","name":"Chai","email":"chai@cm.example"}"#;
        let wrong = owner.post_json(list, &new.replace("reseller", "both")).await;
        assert_eq!(
            (wrong.status, &wrong.json()["fields"][0]["field"]),
            (422, &"kind".into()),
            "{}",
            wrong.body
        );
        let made = owner.post_json(list, new).await;
        assert_eq!(made.status, 201, "{}: {}", world.engine, made.body);
        let made = made.json();
        assert_eq!(made["contacts"][0]["state"], "invited", "{made}");
        let path = format!("{list}/{}", made["organisation"]["id"].as_str().unwrap());
        let press = async |verb: &str, body: &str| owner.post_json(&format!("{path}/{verb}"), body).await;
        assert!(press("verify", "{}").await.json()["organisation"]["verified_ms"].is_i64());
        let second = r#"{"name":"Second","email":"second@cm.example","roles":["sales","technical"]}"#;
        let contacts = press("contacts", second).await;
        assert_eq!(contacts.status, 201, "{}", contacts.body);
        assert_eq!(contacts.json()["contacts"].as_array().unwrap().len(), 2);
        let first = made["contacts"][0]["id"].as_str().unwrap();
        assert_eq!(press(&format!("contacts/{first}/resend"), "{}").await.status, 200);
        assert_eq!(press("suspend", "{}").await.status, 422, "without a reason");
        let out = press("suspend", r#"{"reason":"Fees"}"#).await.json();
        assert!(out["organisation"]["suspended_ms"].is_i64(), "{out}");
        assert_eq!(press("suspend", r#"{"reason":"Fees"}"#).await.status, 409);
        assert_eq!(press("reinstate", r#"{"reason":"Paid"}"#).await.status, 200);
        let kinds = owner.get_json(&format!("{list}?kind=distributor")).await.json();
        let all = kinds["organisations"].as_array().unwrap();
        assert!(!all.is_empty() && all.iter().all(|one| one["subtype"] == "distributor"), "{kinds}");
        assert_eq!(owner.get_json(&format!("{list}?kind=vendor")).await.status, 422);
        let support = world.as_person("rs.support").await;
        assert_eq!(
            (support.get_json(list).await.status, support.post_json(list, new).await.status),
            (200, 403)
        );
    }
}
