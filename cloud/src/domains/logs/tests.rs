//! Stories of the logs: each reader its own, the owner without the partner's business, the auditor not unseen.

use crate::platform::db::query;
use crate::world::testing::worlds;
use axum::body::Body;
use axum::http::Method;
use futures_util::StreamExt as _;

#[tokio::test]
async fn an_owner_reads_use_a_partner_its_activity_and_neither_the_other() {
    for world in worlds("logs_sides").await {
        let (nera, bkk) = (world.as_person("nera.admin").await, world.as_person("bkk.admin").await);
        nera.post("/partners/workload/A-BF-1/acknowledge", &[]).await;
        let deal = [
            ("customer", "Lanna"),
            ("title", "Pump"),
            ("amount", "10"),
            ("currency", "THB"),
            ("channel", "eastdist"),
        ];
        assert_eq!(nera.post("/partners/deals", &deal).await.status, 303);
        let activity = nera.get("/partners/log").await;
        assert_eq!(activity.status, 200, "{}", activity.body);
        assert!(activity.body.contains("registered a deal"), "{}", activity.body);
        assert!(activity.body.contains("took notice of an alarm"), "{}", activity.body);
        let sign_in = activity.body.split("<tr").find(|row| row.contains("signed in")).unwrap_or_default();
        assert!(sign_in.contains("by mailed link or code"), "{}: {sign_in}", world.engine);
        assert!(!sign_in.contains("sign_in"), "{}: {sign_in}", world.engine);
        let usage = nera.get("/portal/log").await;
        assert!(!usage.body.contains("registered a deal"), "{}: an owner's log knows no sales", world.engine);
        assert!(!usage.body.contains("took notice"), "{}: that device is somebody else's", world.engine);
        let log = bkk.get("/portal/log?partner=nera").await;
        assert!(log.body.contains("took notice of an alarm") && !log.body.contains("deal"), "{}", log.body);
        for (name, filter, rows) in [
            ("person", "nera.admin", 1),
            ("device", "D-BF-1", 0),
            ("action", "alarm.", 1),
            ("partner", "siam", 0),
        ] {
            let csv = bkk.get(&format!("/portal/log.csv?{name}={filter}")).await.body;
            assert_eq!(csv.lines().count() - 1, rows, "{}: {name}={filter}: {csv}", world.engine);
        }
        let csv = bkk.get("/portal/log.csv").await;
        assert!(csv.body.starts_with("when,who,organisation,acting as,on behalf of,action,"), "{}", csv.body);
        let few = bkk.get("/portal/log.csv?cols=who").await.body;
        assert!(
            few.starts_with("when,who,organisation,acting as,on behalf of,action,detail,"),
            "{}: {few}",
            world.engine
        );
        for (person, path) in [("nera.coord", "/partners/log"), ("nera.sales1", "/partners/log.csv")] {
            assert_eq!(world.as_person(person).await.get(path).await.status, 403, "{person} {path}");
        }
    }
}

#[tokio::test]
async fn a_reader_is_told_whether_the_chain_is_as_it_was_written() {
    for world in worlds("logs_check").await {
        let bkk = world.as_person("bkk.admin").await;
        assert!(bkk.get("/portal/log?check=1").await.body.contains("Whole, "), "{}", world.engine);
        let rs = world.as_person("rs.admin").await;
        assert_eq!(rs.post("/admin/audit/checkpoint", &[]).await.status, 303);
        let chains = rs.get("/admin/audit/chains").await;
        assert!(
            chains.body.contains("1 signed checkpoint.") && chains.body.contains("BKKFoods"),
            "{}",
            chains.body
        );
        crate::domains::audit::testing::unlock(&world.app).await;
        let mut tx = world.app.db.write().await.unwrap();
        let altered = "UPDATE audit_entry SET actor_name = 'Nobody' WHERE tenant_id = 'bkkfoods' AND seq = 1";
        query(altered).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let found = "Row 1 is not as it was written";
        assert!(bkk.get("/portal/log?check=1").await.body.contains(found), "{}", world.engine);
        assert!(rs.get("/admin/audit/chains").await.body.contains(found), "{}", world.engine);
    }
}

/// Case 142, 94: another organisation's stream.
#[tokio::test]
async fn case_142_an_auditor_opens_anothers_log_and_its_owner_sees_that() {
    for world in worlds("logs_other").await {
        let rs = world.as_person("rs.admin").await;
        world.as_person("bkk.admin").await;
        for _ in 0..2 {
            let log = rs.get("/admin/audit?of=bkkfoods").await;
            assert!(log.status == 200 && log.body.contains("Busaba Kasem"), "{}", log.body);
        }
        assert_eq!(rs.get("/admin/audit?of=nowhere").await.status, 404);
        let own = world.as_person("bkk.admin").await.get("/portal/log").await.body;
        assert_eq!(own.matches("opened this log").count(), 1, "{}: once an hour: {own}", world.engine);
        assert_eq!(world.as_person("rs.pipeline").await.get("/admin/audit").await.status, 403);
        let nera = world.as_person("nera.admin").await;
        for path in ["/partners/log?of=bkkfoods", "/portal/log?of=bkkfoods", "/partners/log.csv?of=bkkfoods"]
        {
            let log = nera.get(path).await;
            assert!(!log.body.contains("Busaba"), "{}: {path}: {}", world.engine, log.body);
        }
    }
}

/// Case 47: a partner of several programs has one chain, so another program's owner is shown its own log and no other.
#[tokio::test]
async fn case_047_the_owner_of_another_program_opens_no_log_but_its_own() {
    for world in worlds("logs_programs").await {
        let offco = world.as_person("offco.admin").await;
        assert_eq!(offco.post("/admin/modules/partner", &[("on", "yes")]).await.status, 303);
        let own = offco.get("/admin/audit").await;
        assert!(
            own.status == 200 && !own.body.contains("/admin/audit/chains"),
            "{}: {}",
            world.engine,
            own.body
        );
        for path in [
            "/admin/audit?of=nera",
            "/admin/audit.csv?of=nera",
            "/admin/audit?of=offco2",
            "/admin/audit/chains",
        ] {
            assert_eq!(offco.get(path).await.status, 404, "{}: {path}", world.engine);
        }
        assert_eq!(offco.get("/api/v1/admin/audit?of=nera").await.status, 404, "{}", world.engine);
        assert_eq!(offco.get("/api/v1/admin/audit").await.status, 200, "{}", world.engine);
        assert_eq!(offco.post("/admin/audit/checkpoint", &[]).await.status, 404, "{}", world.engine);
        assert_eq!(offco.post_json("/api/v1/admin/audit/checkpoint", "{}").await.status, 404);
        let opened = "FROM audit_entry WHERE action = 'log.opened' AND tenant_id = $1";
        assert_eq!(world.count(opened, "nera").await, 0, "{}", world.engine);
    }
}

#[tokio::test]
async fn a_program_reads_the_same_rows_piece_by_piece() {
    for world in worlds("logs_api").await {
        let nera = world.as_person("nera.admin").await;
        for item in ["A-BF-1", "A-SR-1"] {
            assert_eq!(nera.post(&format!("/partners/workload/{item}/acknowledge"), &[]).await.status, 303);
        }
        let shown = nera.get("/partners/log.csv?action=alarm.").await.body;
        let shown: Vec<&str> = shown.lines().skip(1).collect();
        let (mut read, mut path) = (Vec::new(), "/api/v1/log?action=alarm.&limit=1".to_owned());
        for _ in 0..shown.len() {
            let piece = nera.get(&path).await;
            assert_eq!(piece.status, 200, "{}: {}", world.engine, piece.body);
            let piece = piece.json();
            let row = &piece["rows"][0];
            assert_eq!(
                (piece["rows"].as_array().unwrap().len(), &row["actor"]["id"]),
                (1, &"nera.admin".into())
            );
            read.push(row["object"]["id"].as_str().unwrap().to_owned());
            let next = piece["next"].as_str().map(str::to_owned);
            assert_eq!(next.is_none(), read.len() == shown.len(), "{}: the last piece says so", world.engine);
            path = format!("/api/v1/log?action=alarm.&limit=1&cursor={}", next.unwrap_or_default());
        }
        for (id, line) in read.iter().zip(&shown) {
            assert!(line.contains(id), "{}: {id} in {line}", world.engine);
        }
        let bkk = world.as_person("bkk.admin").await;
        let usage = bkk.get("/api/v1/portal/log?partner=nera&device=D-BF-1&action=alarm.").await.json();
        assert!(
            usage["rows"].as_array().unwrap().is_empty(),
            "{}: that alarm is of no device row: {usage}",
            world.engine
        );
        for (path, status) in [
            ("/api/v1/log", 404),
            ("/api/v1/admin/audit?of=nera", 404),
            ("/api/v1/portal/log?cursor=x", 422),
            ("/api/v1/portal/log?limit=201", 422),
            ("/api/v1/portal/log?limit=200", 200),
        ] {
            let answer = bkk.get(path).await;
            assert_eq!(answer.status, status, "{}: {path}: {}", world.engine, answer.body);
        }
        let rs = world.as_person("rs.admin").await;
        let other = rs.get("/api/v1/admin/audit?of=bkkfoods&limit=3").await;
        assert!(other.status == 200 && other.json()["rows"].as_array().unwrap().len() == 3, "{}", other.body);
        assert_eq!(rs.get("/api/v1/admin/audit?of=nowhere").await.status, 404);
        let own = bkk.get("/api/v1/portal/log").await.body;
        assert_eq!(own.matches("log.opened").count(), 1, "{}: its owner sees that: {own}", world.engine);
    }
}

#[tokio::test]
async fn a_file_has_every_row_and_ends_with_the_right_to_it() {
    for world in worlds("logs_file").await {
        for _ in 0..12 {
            world.as_person("bkk.admin").await;
        }
        let bkk = world.as_person("bkk.admin").await;
        let rows = world.count("FROM audit_entry WHERE tenant_id = $1", "bkkfoods").await;
        let whole = bkk.get("/portal/log.csv").await.body;
        assert!(rows > 20 && whole.lines().count() > 20, "{}: {rows} rows", world.engine);
        let open = || bkk.raw(bkk.request(Method::GET, "/portal/log.csv", Body::empty()));
        let mut slow = open().await.into_body().into_data_stream();
        let first = slow.next().await.unwrap().unwrap();
        assert!(whole.as_bytes().starts_with(&first) && first.len() < whole.len() / 2, "{}", world.engine);
        assert_eq!(bkk.post("/sign-out", &[]).await.status, 303, "{}", world.engine);
        let next = slow.next().await;
        assert!(matches!(next, Some(Err(_))), "{}: who is gone reads on: {next:?}", world.engine);
    }
}
