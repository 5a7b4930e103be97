//! Stories of the logs: each reader its own, the owner without the partner's business, the auditor not unseen.

use crate::platform::db::query;
use crate::world::testing::worlds;

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
