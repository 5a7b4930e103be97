//! Which sequence numbers are here: what makes an upload that comes twice be recorded once.

use crate::platform::db::{DbError, Tx, query};
use riversync_protocol::v1::{Lane, SeqRange};

/// What a range is to those that are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// None of it is here. It now is, with its neighbours merged.
    New,
    /// All of it is here.
    Stored,
    /// These parts of it are here.
    Overlaps(Vec<SeqRange>),
}

/// A stored range, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Range {
    first_seq: i64,
    last_seq: i64,
}

/// What `first..=last` is to `here`, which is sorted and touches or overlaps it.
fn judge(here: &[Range], first: i64, last: i64) -> Claim {
    if here.iter().any(|r| r.first_seq <= first && last <= r.last_seq) {
        return Claim::Stored;
    }
    let part = |r: &Range| {
        let (from, to) = (r.first_seq.max(first), r.last_seq.min(last));
        (from <= to).then_some(SeqRange { first: from.unsigned_abs(), last: to.unsigned_abs() })
    };
    let parts: Vec<SeqRange> = here.iter().filter_map(part).collect();
    if parts.is_empty() { Claim::New } else { Claim::Overlaps(parts) }
}

/// A lane in storage.
pub(super) fn key(lane: Lane) -> i64 {
    match lane {
        Lane::Telemetry => 0,
        Lane::Events => 1,
    }
}

/// The ranges that touch or overlap `first..=last`.
async fn around(
    tx: &mut Tx,
    agent_id: &str,
    store: i64,
    lane: i64,
    first: i64,
    last: i64,
) -> Result<Vec<Range>, DbError> {
    query(
        "SELECT first_seq, last_seq FROM stored_range
         WHERE agent_id = $1 AND store_epoch = $2 AND lane = $3 AND first_seq <= $5 AND last_seq >= $4
         ORDER BY first_seq",
    )
    .bind(agent_id)
    .bind(store)
    .bind(lane)
    .bind(first - 1)
    .bind(last + 1)
    .all(tx)
    .await
}

/// Whether all of `first..=last` is here.
pub(super) async fn is_stored(
    tx: &mut Tx,
    agent_id: &str,
    store_epoch: u64,
    lane: Lane,
    first: i64,
    last: i64,
) -> Result<bool, DbError> {
    let here = around(tx, agent_id, store_epoch.cast_signed(), key(lane), first, last).await?;
    Ok(judge(&here, first, last) == Claim::Stored)
}

/// Claims `first..=last` for one store of an agent. The caller holds the agent's row, so nobody claims beside it.
pub(super) async fn claim(
    tx: &mut Tx,
    agent_id: &str,
    store_epoch: u64,
    lane: Lane,
    first: i64,
    last: i64,
) -> Result<Claim, DbError> {
    let (store, lane) = (store_epoch.cast_signed(), key(lane));
    let here = around(tx, agent_id, store, lane, first, last).await?;
    let claim = judge(&here, first, last);
    if claim != Claim::New {
        return Ok(claim);
    }
    let left = here.iter().find(|r| r.last_seq == first - 1);
    let right = here.iter().find(|r| r.first_seq == last + 1);
    if let Some(right) = right {
        query("DELETE FROM stored_range WHERE agent_id = $1 AND store_epoch = $2 AND lane = $3 AND first_seq = $4")
            .bind(agent_id)
            .bind(store)
            .bind(lane)
            .bind(right.first_seq)
            .execute(tx)
            .await?;
    }
    let text = match left {
        Some(_) => {
            "UPDATE stored_range SET last_seq = $5
             WHERE agent_id = $1 AND store_epoch = $2 AND lane = $3 AND first_seq = $4"
        }
        None => {
            "INSERT INTO stored_range (agent_id, store_epoch, lane, first_seq, last_seq) VALUES ($1, $2, $3, $4, $5)"
        }
    };
    query(text)
        .bind(agent_id)
        .bind(store)
        .bind(lane)
        .bind(left.map_or(first, |left| left.first_seq))
        .bind(right.map_or(last, |right| right.last_seq))
        .execute(tx)
        .await?;
    Ok(Claim::New)
}

#[cfg(test)]
mod tests {
    use super::{Claim, Range, judge};
    use proptest::prelude::*;
    use riversync_protocol::v1::SeqRange;

    #[test]
    fn a_repetition_is_told_from_an_overlap_and_from_a_neighbour() {
        let here = [Range { first_seq: 10, last_seq: 19 }, Range { first_seq: 30, last_seq: 39 }];
        assert_eq!(judge(&here, 10, 19), Claim::Stored);
        assert_eq!(judge(&here, 12, 13), Claim::Stored);
        assert_eq!(judge(&here, 20, 29), Claim::New);
        let parts = vec![SeqRange { first: 15, last: 19 }, SeqRange { first: 30, last: 31 }];
        assert_eq!(judge(&here, 15, 31), Claim::Overlaps(parts));
    }

    proptest! {
        #[test]
        fn the_parts_named_are_exactly_the_numbers_that_are_here(
            marks in proptest::collection::vec(any::<bool>(), 1..40), first in 0i64..40, len in 0i64..40,
        ) {
            let mut here: Vec<Range> = Vec::new();
            for (at, _) in (0i64..).zip(&marks).filter(|(_, mark)| **mark) {
                match here.last_mut() {
                    Some(last) if last.last_seq == at - 1 => last.last_seq = at,
                    _ => here.push(Range { first_seq: at, last_seq: at }),
                }
            }
            let last = first + len;
            let is_here = |at: i64| usize::try_from(at).ok().and_then(|at| marks.get(at)).copied().unwrap_or(false);
            let expected: Vec<i64> = (first..=last).filter(|at| is_here(*at)).collect();
            let named: Vec<i64> = match judge(&here, first, last) {
                Claim::New => Vec::new(),
                Claim::Stored => (first..=last).collect(),
                Claim::Overlaps(parts) => parts
                    .iter()
                    .flat_map(|p| p.first.cast_signed()..=p.last.cast_signed())
                    .collect(),
            };
            prop_assert_eq!(named, expected);
        }
    }
}
