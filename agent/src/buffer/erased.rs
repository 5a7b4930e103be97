//! The gateway's own receipt of each key that was destroyed: a file of lines, each with the digest of the one before.
//!
//! The receipt that the cloud gets says what was taken back and is written after this line. The wire cannot say more of a
//! key, and need not: a purge that could not destroy it has failed, and sends no receipt. The lines hold no name and no
//! value. An edited, moved or missing line breaks the chain; only the oldest lines may go, when there are too many.

use super::keys::DataKey;
use crate::files;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

const FILE: &str = "erased";
/// Lines that are kept.
const MOST: usize = 1_024;

/// One key that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// Counts from 1.
    pub number: u64,
    /// When it was destroyed, Unix milliseconds.
    pub at_ms: i64,
    /// Part of a digest of the key: names it and says nothing of it.
    pub key: String,
    /// Samples that went with it because they were no longer granted.
    pub points: u64,
    /// SHA-256 of the line before, hexadecimal.
    before: String,
}

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasures {
    /// Oldest first; up to the first line that does not fit the one before.
    pub lines: Vec<Erased>,
    /// Whether all lines fit.
    pub is_whole: bool,
}

fn digest(line: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(line.as_bytes()))
}

fn name(key: &DataKey) -> String {
    let digest = Sha256::new().chain_update(b"riversync store key name").chain_update(key.bytes()).finalize();
    HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}

/// Reads the file in `dir`.
pub(super) fn read(dir: &Path) -> io::Result<Erasures> {
    let text = files::read_if_there(&dir.join(FILE))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut found = Erasures { lines: Vec::new(), is_whole: true };
    let mut before: Option<(u64, String)> = None;
    for line in text.lines() {
        let erased = serde_json::from_str::<Erased>(line).ok();
        let fits = |erased: &Erased| {
            before.as_ref().is_none_or(|(n, d)| erased.number == n + 1 && erased.before == *d)
        };
        let Some(erased) = erased.filter(fits) else {
            found.is_whole = false;
            break;
        };
        before = Some((erased.number, digest(line)));
        found.lines.push(erased);
    }
    Ok(found)
}

/// Adds that `key` was destroyed with `points` samples that were no longer granted. Durable on return.
pub(super) fn note(dir: &Path, key: &DataKey, at_ms: i64, points: u64) -> io::Result<()> {
    let path = dir.join(FILE);
    let text = files::read_if_there(&path)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.last().copied().unwrap_or_default();
    let number = serde_json::from_str::<Erased>(last).map_or(lines.len() as u64, |erased| erased.number);
    let erased = Erased { number: number + 1, at_ms, key: name(key), points, before: digest(last) };
    let fresh = serde_json::to_string(&erased)?;
    lines.push(&fresh);
    let kept = lines.get(lines.len().saturating_sub(MOST)..).unwrap_or_default();
    files::replace(&path, (kept.join("\n") + "\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::tests::chance;

    #[test]
    fn lines_follow_each_other_and_an_edit_shows() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(read(home.path()).unwrap(), Erasures { lines: Vec::new(), is_whole: true });
        let random = chance(1);
        for at in 0..5 {
            note(home.path(), &DataKey::fresh(&random).unwrap(), at, 7).unwrap();
        }
        let whole = read(home.path()).unwrap();
        assert!(whole.is_whole);
        assert_eq!(
            whole.lines.iter().map(|line| (line.number, line.at_ms)).collect::<Vec<_>>(),
            [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]
        );
        let path = home.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let edited = text.replacen("\"at_ms\":2", "\"at_ms\":9", 1);
        let cut = [lines[0], lines[1], lines[3], lines[4]].join("\n");
        let swapped = [lines[0], lines[2], lines[1], lines[3], lines[4]].join("\n");
        for (what, text) in [("edited", edited), ("cut", cut), ("swapped", swapped)] {
            std::fs::write(&path, text).unwrap();
            let found = read(home.path()).unwrap();
            assert!(!found.is_whole && found.lines.len() < 5, "{what}: {found:?}");
        }
        // The oldest may go.
        std::fs::write(&path, lines[2..].join("\n")).unwrap();
        assert!(read(home.path()).unwrap().is_whole);
    }
}
