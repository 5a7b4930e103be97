//! Migrations over a database that is in use: what they make out of former rows is right, and one that does not get through
//! leaves the database as it was before it, and the next start goes on from there.

use super::migrate::newest_migration;
use super::testing::{each_address, open_at};
use super::{Db, DbError, query};
use crate::guards::dump::{difference, dump_of, lines};

/// The release before the newest tables.
const FORMER: i64 = 111;

#[tokio::test]
async fn a_statement_that_fails_half_way_leaves_no_trace_and_the_next_start_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    for (engine, url) in each_address(dir.path(), "floor_half").await.unwrap() {
        let db = open_at(&url, FORMER, &[]).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let put = query("INSERT INTO tenant (id, name, created_ms) VALUES ('t1', 'บ้านสวน', 7)");
        put.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let before = dump_of(&db).await;
        db.close().await;
        let further = [
            "CREATE TABLE whole (id TEXT PRIMARY KEY)",
            "CREATE TABLE half (id TEXT PRIMARY KEY);
             ALTER TABLE tenant ADD COLUMN colour TEXT NOT NULL DEFAULT '';
             UPDATE tenant SET name = 'changed';
             DROP TABLE funnel_event;
             INSERT INTO nowhere (id) VALUES ('x')",
        ];
        for _ in 0..2 {
            let failed: Result<Db, DbError> = open_at(&url, FORMER, &further).await;
            assert!(matches!(failed, Err(DbError::Migrate(_))), "{engine}: {failed:?}");
        }
        let standing = Db::standing(&url).await.unwrap();
        assert_eq!(standing.unknown, [9_000], "{engine}: the whole one stays, the half one does not");
        // As if the first of them had been the program's own all along.
        let db = open_at(&url, FORMER, &further[..1]).await.unwrap();
        let mut after = dump_of(&db).await;
        assert_eq!(after.remove("whole"), Some(Vec::new()), "{engine}");
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{engine}");
        assert_eq!(difference(&before, &after), [""; 0], "{engine}");
        let mut tx = db.write().await.unwrap();
        for text in ["DROP TABLE whole", "DELETE FROM _sqlx_migrations WHERE version = 9000"] {
            query(text).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await;
        let db = Db::open(&url).await.unwrap();
        db.ready().await.unwrap();
        assert!(Db::standing(&url).await.unwrap().pending.is_empty(), "{engine}: {}", newest_migration());
        db.close().await;
    }
}

/// Deals of two sellers, of one seller and currency more than one, and without an amount.
const DEALS: [&str; 7] = [
    "INSERT INTO tenant (id, name, created_ms) VALUES ('eastdist', 'Eastern Distribution', 1)",
    "INSERT INTO tenant (id, name, created_ms) VALUES ('nera', 'Nera', 1)",
    "INSERT INTO person (id, email, name, created_ms) VALUES ('p1', 'somsri@nera.example', 'สมศรี', 1)",
    "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, customer_name, title,
         amount_cents, currency, source, created_ms, updated_ms, vendor_id)
     VALUES ('DL-1', 'deal', 'approved', 'nera', 'p1', 'eastdist', 'Mae Klong Ice', 'Pumps', 1250, 'THB', 'reseller', 1, 2,
         'eastdist')",
    "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, customer_name, title,
         amount_cents, currency, source, created_ms, updated_ms, vendor_id)
     VALUES ('DL-2', 'deal', 'approved', 'nera', 'p1', 'eastdist', 'BKKFoods', 'Chiller', 50, 'THB', 'reseller', 1, 3,
         'eastdist')",
    "INSERT INTO funnel_record (id, stage, status, reseller_id, distributor_id, customer_name, title, amount_cents, currency,
         source, created_ms, updated_ms, vendor_id)
     VALUES ('DL-3', 'deal', 'approved', 'nera', 'eastdist', 'BKKFoods', 'Fans', 9, 'EUR', 'reseller', 1, 4, 'eastdist')",
    "INSERT INTO funnel_record (id, stage, status, customer_name, title, source, created_ms, updated_ms)
     VALUES ('DL-4', 'lead', 'new', 'BKKFoods', 'Fans', 'riversync', 1, 5)",
];

async fn put(db: &Db, all: &[&'static str]) {
    let mut tx = db.write().await.unwrap();
    for text in all {
        let put = query(text).execute(&mut tx).await;
        assert!(put.is_ok(), "{text}: {put:?}");
    }
    tx.commit().await.unwrap();
}

async fn asked(db: &Db, text: &str) -> Vec<String> {
    lines(&mut db.read().await.unwrap(), text.to_owned()).await
}

#[tokio::test]
async fn what_later_tables_need_is_made_out_of_former_rows() {
    let dir = tempfile::tempdir().unwrap();
    for (engine, url) in each_address(dir.path(), "floor_made").await.unwrap() {
        let db = open_at(&url, FORMER, &[]).await.unwrap();
        put(&db, &DEALS).await;
        let deals = "SELECT id AS line FROM funnel_record ORDER BY id";
        let before = asked(&db, deals).await;
        db.close().await;
        // While each event that is told of is a job.
        let db = open_at(&url, 160, &[]).await.unwrap();
        let waiting = [
            "INSERT INTO notification_event (event_id, at_ms) VALUES ('e1', 7)",
            "INSERT INTO notification_event (event_id, at_ms) VALUES ('e2', 8)",
            "INSERT INTO job (id, kind, body, created_ms, due_ms)
             VALUES ('j1', 'notifications.tell', '{\"event_id\":\"e2\",\"fact\":\"deal.registered\"}', 8, 8)",
            "INSERT INTO job (id, kind, body, created_ms, due_ms) VALUES ('j2', 'mail.send', '{\"to\":\"e1\"}', 8, 8)",
        ];
        put(&db, &waiting).await;
        db.close().await;

        let db = Db::open(&url).await.unwrap();
        db.ready().await.unwrap();
        assert_eq!(asked(&db, deals).await, before, "{engine}");
        let sums = "SELECT concat(reseller_id, ' ', owner_id, ' ', stage, ' ', currency, ' ', records, ' ', amount_cents)
                        AS line FROM funnel_sum WHERE records > 0 ORDER BY 1";
        let counted = ["  lead  1 0", "nera  deal EUR 1 9", "nera p1 deal THB 2 1300"];
        let mut found = asked(&db, sums).await;
        found.sort();
        assert_eq!(found, counted, "{engine}");
        // The sums go on from there.
        put(
            &db,
            &[
                "UPDATE funnel_record SET amount_cents = 51 WHERE id = 'DL-2'",
                "DELETE FROM funnel_record WHERE id = 'DL-3'",
            ],
        )
        .await;
        let mut found = asked(&db, sums).await;
        found.sort();
        assert_eq!(found, ["  lead  1 0", "nera p1 deal THB 2 1301"], "{engine}");
        let told = "SELECT concat(event_id, ' ', body, ' ', attempts) AS line FROM notification_event ORDER BY event_id";
        let body = "e2 {\"event_id\":\"e2\",\"fact\":\"deal.registered\"} 0";
        assert_eq!(asked(&db, told).await, ["e1  0", body], "{engine}");
        db.close().await;
    }
}
