//! What a chain alone does not tell, a signed checkpoint does.

use super::super::chain::{Stored, hash};
use super::super::testing::unlock;
use super::super::tests::{act, tamper};
use super::super::{Fact, Report, Verdict, verify_all};
use super::take::file;
use super::{Fault, take_checkpoint};
use crate::app::App;
use crate::platform::db::query;
use crate::world::testing::worlds;

async fn report(app: &App) -> Report {
    verify_all(app, None).await.unwrap()
}

async fn bkkfoods(app: &App) -> Verdict {
    let chains = report(app).await.chains;
    chains.into_iter().find(|(tenant, _)| tenant == "bkkfoods").unwrap().1
}

/// Four rows and a checkpoint, then two rows and a second one.
async fn grown(app: &App) {
    for rows in [4, 2] {
        for _ in 0..rows {
            act(app, Fact::AlarmAcknowledged, "D-BF-1").await;
        }
        assert!(take_checkpoint(app, None).await.unwrap().is_some());
    }
    assert!(take_checkpoint(app, None).await.unwrap().is_none(), "nothing moved");
}

/// Writes the chain of bkkfoods anew from its first row, hashes and head included, so that it fits in itself.
async fn rewrite(app: &App) {
    let mut tx = app.db.write().await.unwrap();
    let rows: Vec<Stored> = query("SELECT * FROM audit_entry WHERE tenant_id = 'bkkfoods' ORDER BY seq")
        .all(&mut tx)
        .await
        .unwrap();
    let mut prev_hash = vec![0; 32];
    for mut row in rows {
        row.prev_hash = prev_hash;
        row.hash = hash(&row);
        query("UPDATE audit_entry SET prev_hash = $2, hash = $3 WHERE tenant_id = 'bkkfoods' AND seq = $1")
            .bind(row.seq)
            .bind(row.prev_hash.clone())
            .bind(row.hash.clone())
            .execute(&mut tx)
            .await
            .unwrap();
        prev_hash = row.hash;
    }
    query("UPDATE audit_head SET hash = $1 WHERE tenant_id = 'bkkfoods'")
        .bind(prev_hash)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_chain_written_anew_is_whole_in_itself_and_still_found() {
    for world in worlds("checkpoint_rewritten").await {
        let app = &world.app;
        grown(app).await;
        assert_eq!(report(app).await.findings(), 0, "{}", world.engine);
        unlock(app).await;
        tamper(app, "UPDATE audit_entry SET reason = 'no reason' WHERE tenant_id = 'bkkfoods' AND seq = 5")
            .await;
        assert_eq!(bkkfoods(app).await, Verdict::Broken { seq: 5 }, "{}: an altered byte", world.engine);
        rewrite(app).await;
        let found = Verdict::Rewritten { from_seq: 5, to_seq: 6, checkpoint: 2 };
        assert_eq!(bkkfoods(app).await, found, "{}: rows 1 to 4 are vouched for", world.engine);
    }
}

#[tokio::test]
async fn a_cut_tail_with_its_head_put_right_is_found() {
    for world in worlds("checkpoint_cut").await {
        let app = &world.app;
        grown(app).await;
        unlock(app).await;
        tamper(app, "DELETE FROM audit_entry WHERE tenant_id = 'bkkfoods' AND seq > 3").await;
        tamper(
            app,
            "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit_entry
             WHERE tenant_id = 'bkkfoods' AND seq = 3) WHERE tenant_id = 'bkkfoods'",
        )
        .await;
        assert_eq!(bkkfoods(app).await, Verdict::Cut { after_seq: 3, head_seq: 6 }, "{}", world.engine);
        tamper(app, "DELETE FROM audit_entry WHERE tenant_id = 'bkkfoods'").await;
        tamper(app, "DELETE FROM audit_head WHERE tenant_id = 'bkkfoods'").await;
        let gone = Verdict::Cut { after_seq: 0, head_seq: 6 };
        assert_eq!(bkkfoods(app).await, gone, "{}: a whole log that is gone", world.engine);
    }
}

#[tokio::test]
async fn a_checkpoint_that_is_forged_removed_or_put_in_is_found_by_the_copy_outside() {
    for world in worlds("checkpoint_forged").await {
        let app = &world.app;
        grown(app).await;
        unlock(app).await;
        tamper(app, "UPDATE audit_checkpoint SET at_ms = at_ms, body = body || ' ' WHERE number = 2").await;
        assert_eq!(report(app).await.faults, [Fault::Differs { number: 2 }], "{}", world.engine);
        tamper(app, "DELETE FROM audit_checkpoint WHERE number = 2").await;
        assert_eq!(report(app).await.faults, [Fault::Removed { number: 2 }], "{}", world.engine);
        // Without a copy outside, the newest ones can go unnoticed; that is what the copy is for. One in the middle can not.
        std::fs::remove_file(file(&app.config.state_dir)).unwrap();
        assert_eq!(report(app).await.faults, [], "{}", world.engine);
        act(app, Fact::AlarmResolved, "D-BF-1").await;
        take_checkpoint(app, None).await.unwrap();
        tamper(app, "DELETE FROM audit_checkpoint WHERE number = 1").await;
        std::fs::remove_file(file(&app.config.state_dir)).unwrap();
        assert_eq!(report(app).await.faults, [Fault::Order { number: 2 }], "{}", world.engine);
        tamper(app, "UPDATE audit_checkpoint SET body = body || ' ' WHERE number = 2").await;
        assert_eq!(report(app).await.faults, [Fault::Signature { number: 2 }], "{}", world.engine);
    }
}

#[tokio::test]
async fn two_processes_at_once_sign_one_checkpoint_each_or_one_together() {
    for world in worlds("checkpoint_race").await {
        act(&world.app, Fact::AlarmAcknowledged, "D-BF-1").await;
        let both: Vec<_> = (0..8)
            .map(|_| {
                let app = world.app.clone();
                tokio::spawn(async move { take_checkpoint(&app, None).await.unwrap().is_some() })
            })
            .collect();
        let mut taken = 0;
        for one in both {
            taken += i32::from(one.await.unwrap());
        }
        assert_eq!(taken, 1, "{}", world.engine);
        assert_eq!(report(&world.app).await.findings(), 0, "{}", world.engine);
    }
}
