//! Who may import whom (DESIGN section 4), read from the source itself. Exceptions are listed here and may only shrink.

use std::path::{Path, PathBuf};

/// The rows of the house: a room knows rooms of earlier rows only.
const ROWS: &[&[&str]] = &[
    &["audit"],
    &["identity"],
    &["enrolment", "program"],
    &["coverage", "channel", "enablement"],
    &["telemetry", "sharing", "funnel", "workload", "renewals", "revenue", "workspace", "growth", "support"],
    &["insights", "devices", "logs", "jobs", "search", "webhooks", "notifications", "saved_views"],
];

/// Files above the size budget, each with its reason.
const LARGE: &[(&str, &str)] = &[];

/// Lines a file may have.
const BUDGET: usize = 400;

pub(crate) struct Source {
    /// Below `src/`, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path: name, text: std::fs::read_to_string(path).unwrap() });
            }
        }
    }
    assert!(found.len() > 40, "the source was not found");
    found
}

fn room(path: &str) -> Option<&str> {
    path.strip_prefix("domains/")?.split('/').next().filter(|room| !room.ends_with(".rs"))
}

fn row(room: &str) -> usize {
    let row = ROWS.iter().position(|row| row.contains(&room));
    row.unwrap_or_else(|| panic!("the room {room} stands in no row of the house"))
}

pub(super) fn is_test(path: &str) -> bool {
    path.contains("test") || path.starts_with("guards/")
}

/// What stands after `crate::domains::`, up to the end of the path: `audit::{By` or `coverage::store::x`.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::domains::").skip(1)
}

#[test]
fn the_platform_knows_no_room() {
    for source in sources().iter().filter(|source| source.path.starts_with("platform/")) {
        for forbidden in ["crate::domains", "crate::cli", "crate::routes", "crate::world", "crate::lifecycle"]
        {
            let found = source.text.contains(forbidden) && !is_test(&source.path);
            assert!(!found, "{} mentions {forbidden}", source.path);
        }
    }
}

#[test]
fn a_room_enters_earlier_rooms_by_their_front_door() {
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        let Some(own) = room(&source.path) else { continue };
        for mention in mentions(&source.text) {
            let other = mention.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            if other == own || other.is_empty() {
                continue;
            }
            assert!(row(other) < row(own), "{}: {own} may not know {other}", source.path);
            let inside = mention.strip_prefix(other).unwrap_or_default().trim_start_matches(':');
            let next = inside.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let private = ["store", "actions", "pages", "model"].contains(&next);
            assert!(!private, "{}: {other}::{next} is not {other}'s front door", source.path);
        }
    }
}

#[test]
fn stores_are_private_and_only_the_floor_drives_a_database() {
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        assert!(!source.text.contains("pub mod store"), "{} opens its store", source.path);
        if source.path.starts_with("platform/db/") {
            continue;
        }
        let rest = source.text.replace("sqlx::FromRow", "");
        assert!(!rest.contains("sqlx::"), "{} goes around platform::db", source.path);
    }
}

#[test]
fn rules_are_pure() {
    for source in sources().iter().filter(|source| source.path.ends_with("/rules.rs")) {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for forbidden in ["async ", "platform::db", "axum", "app::App;", "now_ms()"] {
            assert!(!code.contains(forbidden), "{} is not pure: {forbidden}", source.path);
        }
    }
}

#[test]
fn files_fit_a_sitting() {
    for source in sources() {
        let lines = source.text.lines().count();
        let excused = LARGE.iter().any(|(path, _)| *path == source.path);
        assert!(lines <= BUDGET || excused, "{} has {lines} lines, more than {BUDGET}", source.path);
        assert!(lines > BUDGET || !excused, "{} fits again: take it off the list", source.path);
    }
}

#[test]
fn every_file_says_what_it_is() {
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        assert!(source.text.starts_with("//!"), "{} does not begin with what it is", source.path);
    }
}
