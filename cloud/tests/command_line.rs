//! The commands that others build on, as processes: what they print and how they end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use riversync_cloud::platform::db::{Db, query};
use std::path::Path;
use std::process::{Command, Output};

fn cloud(state: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riversync-cloud"));
    command.args(arguments);
    if !arguments.contains(&"permissions") {
        command.arg("--database-url").arg(format!("sqlite:{}", state.join("cloud.db").display()));
        command.arg("--state-dir").arg(state);
    }
    command.output().unwrap()
}

fn printed(state: &Path, arguments: &[&str]) -> String {
    let output = cloud(state, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn permissions_prints_the_matrix_and_the_menu() {
    let nowhere = Path::new("/nonexistent");
    assert_eq!(printed(nowhere, &["permissions"]), golden("permissions.txt"));
    let menu = printed(nowhere, &["permissions", "--menu", "--csv"]);
    assert_eq!(menu, golden("menu.csv"));
    let mut lines = menu.lines();
    let head = "subtype,item,administrator,coordinator,sales,technical,finance,viewer";
    assert_eq!(lines.next(), Some(head));
    let (mut rows, mut full, mut read, mut none) = (0, 0, 0, 0);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 8, "{line}");
        rows += 1;
        for cell in &cells[2..5] {
            match *cell {
                "full" => full += 1,
                "read" => read += 1,
                "none" => none += 1,
                other => panic!("{other} in {line}"),
            }
        }
    }
    assert_eq!((rows, full, read, none), (15, 26, 12, 7), "the product's 45 cells");
    let csv = printed(nowhere, &["permissions", "--csv"]);
    assert!(csv.contains("reseller,Deals,technical,read,no_money,all\n"), "{csv}");
    assert!(csv.contains("reseller,Deals,viewer,read,status_only,all\n"), "{csv}");
    assert!(csv.contains("reseller,Deals,sales,full,all,own\n"), "{csv}");
}

/// Changes the database behind the service's back.
fn tamper(state: &Path, statements: &[&'static str]) {
    let url = format!("sqlite:{}", state.join("cloud.db").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = Db::open(&url).await.unwrap();
        let mut tx = db.write().await.unwrap();
        for statement in statements {
            assert!(query(statement).execute(&mut tx).await.is_ok(), "{statement}");
        }
        tx.commit().await.unwrap();
        db.close().await;
    });
}

#[test]
fn audit_verify_names_an_altered_byte_a_reorder_and_a_cut_tail_and_ends_with_one() {
    let state = tempfile::tempdir().unwrap();
    let state = state.path();
    printed(state, &["seed"]);
    for _ in 0..4 {
        printed(state, &["sign-in-link", "--email", "bkk.admin@bkkfoods.example"]);
    }
    let first = printed(state, &["audit", "checkpoint"]);
    assert!(first.starts_with("RiverSync audit checkpoint 1\n") && first.contains("\nsignature "), "{first}");
    printed(state, &["sign-in-link", "--email", "bkk.admin@bkkfoods.example"]);
    printed(state, &["audit", "checkpoint"]);
    let whole = printed(state, &["audit", "verify"]);
    assert!(
        whole.contains("bkkfoods: whole, 5 rows\n") && whole.ends_with("2 signed checkpoints\n"),
        "{whole}"
    );
    let kept = state.join("kept-elsewhere.txt");
    std::fs::copy(state.join("audit-checkpoints.txt"), &kept).unwrap();

    tamper(
        state,
        &[
            "DROP TRIGGER audit_entry_stays",
            "DROP TRIGGER audit_entry_remains",
            "DROP TRIGGER audit_checkpoint_remains",
        ],
    );
    let found = |arguments: &[&str]| {
        let output = cloud(state, arguments);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    tamper(
        state,
        &["UPDATE audit_entry SET reason = reason || '.' WHERE tenant_id = 'bkkfoods' AND seq = 3"],
    );
    let altered = found(&["audit", "verify"]);
    assert!(altered.contains("bkkfoods: row 3 is not as it was written\n"), "{altered}");
    tamper(
        state,
        &[
            "UPDATE audit_entry SET reason = substr(reason, 1, length(reason) - 1) WHERE tenant_id = 'bkkfoods' AND seq = 3",
            "UPDATE audit_entry SET seq = 99 WHERE tenant_id = 'bkkfoods' AND seq = 2",
            "UPDATE audit_entry SET seq = 2 WHERE tenant_id = 'bkkfoods' AND seq = 4",
            "UPDATE audit_entry SET seq = 4 WHERE tenant_id = 'bkkfoods' AND seq = 99",
        ],
    );
    let reordered = found(&["audit", "verify"]);
    assert!(reordered.contains("bkkfoods: row 2 is not as it was written\n"), "{reordered}");
    tamper(
        state,
        &[
            "UPDATE audit_entry SET seq = 99 WHERE tenant_id = 'bkkfoods' AND seq = 2",
            "UPDATE audit_entry SET seq = 2 WHERE tenant_id = 'bkkfoods' AND seq = 4",
            "UPDATE audit_entry SET seq = 4 WHERE tenant_id = 'bkkfoods' AND seq = 99",
            "DELETE FROM audit_entry WHERE tenant_id = 'bkkfoods' AND seq > 4",
            "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_entry WHERE tenant_id = 'bkkfoods' AND seq = 4)
             WHERE tenant_id = 'bkkfoods'",
        ],
    );
    let cut = found(&["audit", "verify"]);
    assert!(cut.contains("bkkfoods: the rows after 4 are missing; the last one written was 5\n"), "{cut}");
    // Even with every checkpoint gone from this machine, what was kept elsewhere still tells.
    tamper(state, &["DELETE FROM audit_checkpoint"]);
    std::fs::remove_file(state.join("audit-checkpoints.txt")).unwrap();
    assert!(printed(state, &["audit", "verify"]).contains("bkkfoods: whole, 4 rows\n"));
    let told = found(&["audit", "verify", "--anchor", &kept.display().to_string()]);
    assert!(told.contains("bkkfoods: the rows after 4 are missing; the last one written was 5\n"), "{told}");
    assert!(told.contains("checkpoint 2 was removed from the database"), "{told}");
}
