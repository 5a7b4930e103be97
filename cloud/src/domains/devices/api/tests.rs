//! Devices through the API: the same things, values and refusals as on the pages, on both engines.

use super::super::tests::upload;
use crate::world::testing::worlds;

#[tokio::test]
async fn a_partner_reads_what_it_covers_and_of_that_what_is_granted() {
    for world in worlds("devices_api").await {
        upload(&world).await;
        let nera = world.as_person("nera.coord").await;
        let first = nera.get_json("/api/v1/devices?limit=2").await.json();
        let rest = format!("/api/v1/devices?cursor={}", first["next"].as_str().unwrap());
        let rest = nera.get_json(&rest).await.json();
        let ids: Vec<&str> = [&first, &rest]
            .iter()
            .flat_map(|page| page["devices"].as_array().unwrap())
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        let page = nera.get("/partners/devices.csv").await.body;
        assert_eq!(ids.len(), page.lines().count() - 1, "{}: {ids:?} {page}", world.engine);
        assert!(ids.iter().all(|id| page.contains(id)), "{ids:?} {page}");

        let one = nera.get_json("/api/v1/devices/D-BF-1").await.json();
        assert_eq!(one["standing"]["state"], "covered", "{one}");
        assert_eq!((&one["customer"], &one["agreement"]["partner"]), (&"BKKFoods".into(), &"Nera".into()));
        let names = |what: &str| -> Vec<&str> {
            one[what].as_array().unwrap().iter().map(|metric| metric["name"].as_str().unwrap()).collect()
        };
        assert_eq!(names("readable"), ["power", "temp"]);
        assert!(names("not_granted").contains(&"vibration"), "{one}");

        let values = "/api/v1/devices/D-BF-1/values";
        let read = nera.get_json(&format!("{values}?range=1h&metric=power")).await.json();
        let metrics = read["metrics"].as_array().unwrap();
        assert_eq!((metrics.len(), &metrics[0]["name"]), (1, &"power".into()), "only what was asked: {read}");
        assert_eq!(metrics[0]["latest"]["quality"], "good", "{read}");
        assert!(!metrics[0]["points"].as_array().unwrap().is_empty(), "{}: {read}", world.engine);
        let far = nera.get_json(&format!("{values}?range=1y")).await;
        assert_eq!((far.status, &far.json()["fields"][0]["field"]), (422, &"range".into()), "{}", far.body);
        for (asked, field) in [("from=1&to=9223372036854775808", "to"), ("from=yesterday", "from")] {
            let odd = nera.get_json(&format!("{values}?{asked}")).await;
            assert_eq!((odd.status, &odd.json()["fields"][0]["field"]), (422, &field.into()), "{}", odd.body);
        }
        let hidden = nera.get_json(&format!("{values}?metric=vibration")).await;
        assert_eq!((hidden.status, &hidden.json()["code"]), (403, &"not_granted".into()));
        let log = world.as_person("bkk.admin").await.get("/portal/log?device=D-BF-1").await.body;
        assert!(log.contains("Nok Charoen") && log.contains("read values"), "the owner sees the look: {log}");

        let own = world.as_person("bkk.admin").await;
        let mine = own.get_json("/api/v1/portal/devices").await.json();
        assert!(mine["devices"].as_array().unwrap().iter().any(|one| one["id"] == "D-BF-5"), "{mine}");
        let all = own.get_json("/api/v1/portal/devices/D-BF-1").await.json();
        assert_eq!(
            (&all["not_granted"], &all["standing"]),
            (&serde_json::json!([]), &serde_json::Value::Null)
        );
        assert_eq!(own.get("/api/v1/portal/devices/D-BF-1/values").await.status, 200, "{}", world.engine);
        for (who, path) in [
            ("huawei.admin", values),
            ("south.admin", "/api/v1/portal/devices/D-BF-1/values"),
            ("bkk.admin", values),
            ("nera.coord", "/api/v1/devices/D-BF-5/values"),
            ("mw.sales", "/api/v1/devices"),
        ] {
            let status = world.as_person(who).await.get_json(path).await.status;
            assert_eq!(status, 404, "{}: {who} {path}", world.engine);
        }
    }
}

#[tokio::test]
async fn a_partner_asks_for_more_by_the_api_and_reads_the_answer() {
    for world in worlds("devices_api_ask").await {
        let (nera, owner) = (world.as_person("nera.coord").await, world.as_person("bkk.admin").await);
        let (device, ask) = ("/api/v1/devices/D-BF-4", "/api/v1/devices/D-BF-4/request");
        let wrong = nera.post_json(ask, r#"{"metrics":["nothing"],"months":2,"reason":""}"#).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let body = r#"{"metrics":["power"],"months":3,"reason":"Energy report"}"#;
        let asked = nera.post_json(ask, body).await;
        assert_eq!(
            (asked.status, &asked.json()["request"]["state"]),
            (201, &"open".into()),
            "{}",
            asked.body
        );
        assert_eq!(nera.post_json(ask, body).await.status, 409, "{}: one waits", world.engine);
        let id = asked.json()["request"]["id"].as_str().unwrap().to_owned();
        let no = format!("/api/v1/portal/sharing/requests/{id}/decline");
        assert_eq!(owner.post_json(&no, r#"{"reason":"Ask in June"}"#).await.status, 200);
        let answered = nera.get_json(device).await.json();
        let request = &answered["request"];
        assert_eq!((&request["state"], &request["why"]), (&"declined".into(), &"Ask in June".into()));
        let viewer = world.as_person("nera.view").await;
        assert_eq!(viewer.get_json(device).await.json()["request"], serde_json::Value::Null);
        assert_eq!(viewer.post_json(ask, body).await.status, 403, "{}", world.engine);
        let other = world.as_person("siam.admin").await.post_json(ask, "{}").await;
        assert_eq!(other.status, 404, "{}: not its device, whatever the body is", world.engine);
    }
}

#[tokio::test]
async fn a_bought_device_is_linked_by_the_api() {
    for world in worlds("devices_api_link").await {
        let link = "/api/v1/portal/devices/link";
        let siam = world.as_person("siam.admin").await;
        assert_eq!(siam.post_json(link, "{}").await.status, 404, "not before the customer side is on");
        assert_eq!(siam.post_json("/api/v1/account/enrolment/customer", "{}").await.status, 200);
        let claim = |proof: &str| {
            format!(
                r#"{{"serial":" rsm-260031 ","purchase_number":"INV-2026-0117","site":"Phuket workshop",
                    "proof":{{"name":"invoice.pdf","content":"{proof}"}}}}"#
            )
        };
        for (proof, why) in [("%%", "no Base64"), ("TVqQAA==", "invoice.pdf")] {
            let refused = siam.post_json(link, &claim(proof)).await;
            assert_eq!(refused.status, 422, "{}: {}", world.engine, refused.body);
            assert!(refused.json()["fields"][0]["text"].as_str().unwrap().contains(why), "{}", refused.body);
        }
        let linked = siam.post_json(link, &claim("JVBERi0xLjcgaW52b2ljZQ==")).await;
        assert_eq!(linked.status, 201, "{}: {}", world.engine, linked.body);
        let linked = linked.json();
        assert_eq!(
            (&linked["site"], &linked["agreement"]),
            (&"Phuket workshop".into(), &serde_json::Value::Null)
        );
        let path = format!("/api/v1/portal/devices/{}", linked["id"].as_str().unwrap());
        assert_eq!(siam.get_json(&path).await.json(), linked, "{}", world.engine);
        assert_eq!(siam.post_json(link, &claim("JVBERi0xLjcgaW52b2ljZQ==")).await.status, 422, "linked once");
    }
}
