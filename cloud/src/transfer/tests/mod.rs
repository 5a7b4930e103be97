//! Organisations that move: between the engines, whole, and never by half.

mod moved;
mod refused;
mod schema;

use super::{Counts, TransferError, export, import};
use crate::guards::story::play;
use crate::world::testing::{World, empty_worlds, worlds};
use std::path::Path;

/// Worlds, in which much has happened if `played`, and empty ones of the other engine to move to, in the same order.
async fn pairs(from: &str, to: &str, played: bool) -> Vec<(World, World)> {
    let mut targets = empty_worlds(to).await;
    targets.reverse();
    let mut pairs = Vec::new();
    for (source, target) in worlds(from).await.into_iter().zip(targets) {
        if played {
            play(&source).await;
        }
        target.clock.advance(source.app.clock.now_ms() - target.app.clock.now_ms());
        pairs.push((source, target));
    }
    pairs
}

/// The file of an organisation, as text.
async fn written(world: &World, organisation: &str) -> (String, Counts) {
    let mut out = Vec::new();
    let counts = export(&world.app, organisation, &mut out, |_| {}).await.unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

/// Takes `text` in as a file.
async fn taken(world: &World, text: impl AsRef<[u8]>) -> Result<Counts, TransferError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    take(world, file.path()).await
}

async fn take(world: &World, path: &Path) -> Result<Counts, TransferError> {
    import(&world.app, path, |_| {}).await.map(|imported| imported.counts)
}

/// Its lines between the first and the last.
fn rows(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].to_vec()
}
