//! What is not whole, not ours or here already leaves no trace.

use super::{pairs, take, taken, written};
use crate::guards::dump::{difference, dump};
use crate::platform::db::testing::pragma;
use crate::platform::db::{Db, query};
use crate::transfer::{TransferError, export};
use crate::world::testing::{World, empty_worlds, worlds};
use sha2::{Digest, Sha256};
use std::io::{Error, ErrorKind, Write};

/// The same file with its end made to fit: what is wrong is in the lines.
fn sealed(lines: &[String]) -> String {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let mut counts: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for line in lines.iter().skip(1).filter(|line| line.contains("\"row\":")) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        *counts.entry(line["table"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&text));
    let end = serde_json::json!({"rows": counts, "sha256": hash});
    // In the order of the form.
    format!("{text}{{\"rows\":{},\"sha256\":\"{hash}\"}}\n", end["rows"])
}

/// The lines of a file without its end.
fn body(file: &str) -> Vec<String> {
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    lines.pop();
    lines
}

fn changed(file: &str, from: &str, to: &str) -> String {
    assert!(file.contains(from), "{from} is not in the file");
    sealed(&body(&file.replacen(from, to, 1)))
}

async fn refused(world: &World, file: impl AsRef<[u8]>, says: &[&str]) {
    let before = dump(world).await;
    let error = taken(world, file).await.unwrap_err();
    let said = error.to_string();
    for part in says {
        assert!(said.contains(part), "{}: {part:?} is not in {said:?}", world.engine);
    }
    assert_eq!(difference(&before, &dump(world).await), [""; 0], "{}: {said}", world.engine);
    world.app.db.ready().await.unwrap();
}

#[tokio::test]
async fn what_was_cut_or_changed_is_refused_with_its_place_and_leaves_no_trace() {
    let source = worlds("transfer_broken_from").await.remove(0);
    let (file, _) = written(&source, "bkkfoods").await;
    let lines = file.lines().count();
    for world in empty_worlds("transfer_broken_to").await {
        refused(&world, "", &["line 1", "cut"]).await;
        refused(&world, "{}\n", &["line 1", "not what `riversync-cloud export` writes"]).await;
        refused(&world, "SQLite format 3\0\n", &["line 1", "not what `riversync-cloud export` writes"]).await;
        refused(&world, &file[..file.len() / 2], &["cut"]).await;
        refused(&world, &file[..file.len() - 1], &[&format!("line {lines}"), "cut"]).await;
        // Without its end, and with something behind it.
        let bare: String = body(&file).iter().map(|line| format!("{line}\n")).collect();
        refused(&world, bare, &["cut"]).await;
        refused(&world, format!("{file}{{}}\n"), &["something follows the end"]).await;
        // Another letter somewhere in a name.
        let flipped = file.replacen("BKKFoods", "BKKFooDs", 1);
        refused(&world, flipped, &["SHA-256"]).await;
        refused(
            &world,
            changed(&file, "\"riversync_export\":1", "\"riversync_export\":2"),
            &["line 1", "version 2", "reads version 1"],
        )
        .await;
        let migration = format!("\"migration\":{}", crate::platform::db::newest_migration());
        refused(&world, changed(&file, &migration, "\"migration\":111"), &["line 1", "migration 111"]).await;
        refused(&world, changed(&file, "\"serial\":", "\"colour\":"), &["device has no field \"colour\""])
            .await;
        refused(&world, changed(&file, "\"serial\":\"", "\"serial\":7,\"x\":\""), &["line "]).await;
        refused(
            &world,
            changed(&file, "\"held_epoch\":0", "\"held_epoch\":\"0\""),
            &["held_epoch", "a whole number"],
        )
        .await;
        refused(
            &world,
            changed(&file, "\"table\":\"device\"", "\"table\":\"session\""),
            &["no table \"session\""],
        )
        .await;
        // Rows that are not this organisation's own.
        let foreign = changed(&file, "\"table\":\"agent\",\"row\":{\"", "\"table\":\"agent\",\"row\":{ \"");
        let foreign = foreign.replacen("\"tenant_id\":\"bkkfoods\"", "\"tenant_id\":\"riversync\"", 1);
        refused(&world, sealed(&body(&foreign)), &[""]).await;
        // A log that was written anew.
        refused(
            &world,
            changed(&file, "\"action\":\"tenant.exported\"", "\"action\":\"grant.revoked\""),
            &["log"],
        )
        .await;
        // And the whole of it is taken.
        taken(&world, &file).await.unwrap();
        refused(&world, &file, &["the organisation bkkfoods is here already"]).await;
    }
}

#[tokio::test]
async fn what_is_here_already_is_refused() {
    for (source, target) in pairs("transfer_there_from", "transfer_there_to", false).await {
        let (file, _) = written(&source, "bkkfoods").await;
        let mut tx = target.app.db.write().await.unwrap();
        for text in [
            "INSERT INTO tenant (id, name, created_ms) VALUES ('other', 'Other', 0)",
            "INSERT INTO agent (id, tenant_id, site) VALUES ('A-BF', 'other', 'Elsewhere')",
        ] {
            query(text).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        refused(&target, &file, &["agent A-BF is here already"]).await;
        target.run("DELETE FROM agent").await;
        target.run("INSERT INTO person (id, email, name, created_ms) VALUES ('bkk.admin', 'x@x.example', 'X', 0)").await;
        refused(&target, &file, &["person bkk.admin is here already, and otherwise"]).await;
        target.run("UPDATE person SET id = 'x', email = 'bkk.admin@bkkfoods.example'").await;
        refused(
            &target,
            &file,
            &["person bkk.admin is here already, or has something that only one may have"],
        )
        .await;
        let nobody = export(&target.app, "nobody", &mut Vec::new(), |_| {}).await.unwrap_err();
        assert!(nobody.to_string().contains("no organisation \"nobody\""), "{nobody}");
        target.run("DELETE FROM person").await;
        taken(&target, &file).await.unwrap();
        let named = export(&target.app, "nera", &mut Vec::new(), |_| {}).await.unwrap_err();
        assert!(matches!(named, TransferError::OnlyNamed(_)), "{named}");
    }
}

/// A disk that takes so many bytes and no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(Error::from(ErrorKind::StorageFull))?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_stops_either_way_and_leaves_the_database_as_it_was() {
    for (source, target) in pairs("transfer_full_from", "transfer_full_to", false).await {
        for room in [0, 100, 5_000] {
            let stopped = export(&source.app, "bkkfoods", &mut Full(room), |_| {}).await.unwrap_err();
            assert!(matches!(stopped, TransferError::File(_)), "{}: {stopped}", source.engine);
        }
        let mut tx = source.app.db.write().await.unwrap();
        let large =
            query("UPDATE device SET site = $1 WHERE tenant_id = 'bkkfoods'").bind("x".repeat(400_000));
        large.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (file, _) = written(&source, "bkkfoods").await;
        let before = dump(&target).await;
        if matches!(target.app.db, Db::Sqlite { .. }) {
            pragma(&target.app.db, "PRAGMA max_page_count = 1").await;
            let full = taken(&target, &file).await.unwrap_err();
            assert!(matches!(&full, TransferError::Db(error) if error.is_for_now()), "{full}");
            pragma(&target.app.db, "PRAGMA max_page_count = 1000000").await;
            assert_eq!(difference(&before, &dump(&target).await), [""; 0]);
        }
        taken(&target, &file).await.unwrap();
        let nowhere = take(&target, std::path::Path::new("/nowhere/at/all")).await.unwrap_err();
        assert!(matches!(nowhere, TransferError::File(_)), "{nowhere}");
    }
}
