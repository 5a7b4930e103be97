//! What a refused request teaches when it is divided: where it may not be read across, or how long it may not be. Pure.

use super::plan::{Item, Request};
use super::unit::whole;
use std::collections::VecDeque;
use std::sync::Arc;

/// A planned request, or a part of one that was refused.
pub(super) struct Piece {
    /// What is asked for.
    pub request: Arc<Request>,
    parent: Option<usize>,
}

/// Divisions of one cycle.
#[derive(Default)]
pub(super) struct Lessons {
    /// Something else was learned that is worth keeping.
    pub is_new: bool,
    divisions: Vec<Division>,
}

/// A request that was refused as a whole and answered in two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Division {
    /// With which exception.
    pub code: u8,
    /// How long it was.
    pub count: u16,
    /// The first item of its second part.
    pub border: Item,
    explained: bool,
}

impl Piece {
    /// A request as it was planned.
    pub(super) fn planned(request: Arc<Request>) -> Self {
        Self { request, parent: None }
    }
}

impl Lessons {
    /// Divides a refused request in the middle; both halves are asked next.
    pub(super) fn divide(&mut self, piece: &Piece, code: u8, pieces: &mut VecDeque<Piece>) {
        self.failed(piece);
        let (left, right) = piece.request.items.split_at(piece.request.items.len() / 2);
        let Some(border) = right.first().copied() else { return };
        let parent = Some(self.divisions.len());
        self.divisions.push(Division { code, count: piece.request.count, border, explained: false });
        for half in [right, left] {
            if let Some(request) = whole(half.to_vec()) {
                pieces.push_front(Piece { request: Arc::new(request), parent });
            }
        }
    }

    /// A part was not answered either, so what it is a part of teaches nothing of its own.
    pub(super) fn failed(&mut self, piece: &Piece) {
        if let Some(division) = piece.parent.and_then(|parent| self.divisions.get_mut(parent)) {
            division.explained = true;
        }
    }

    /// What was refused as a whole although both its parts were answered.
    pub(super) fn settled(self) -> impl Iterator<Item = Division> {
        self.divisions.into_iter().filter(|division| !division.explained)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Table;

    fn ask(answers: impl Fn(&Request) -> bool) -> Vec<(u8, u16, u16)> {
        let items = (0..8).map(|id| Item { id, table: Table::Holding, start: 10 + id as u16, count: 1 });
        let mut lessons = Lessons::default();
        let mut pieces = VecDeque::from([Piece::planned(Arc::new(whole(items.collect()).unwrap()))]);
        while let Some(piece) = pieces.pop_front() {
            if answers(&piece.request) {
                continue;
            }
            if piece.request.items.len() > 1 {
                lessons.divide(&piece, 2, &mut pieces);
            } else {
                lessons.failed(&piece);
            }
        }
        lessons.settled().map(|lesson| (lesson.code, lesson.count, lesson.border.start)).collect()
    }

    #[test]
    fn only_the_innermost_division_is_a_lesson() {
        let crosses = |request: &Request, at: u16| request.start < at && at < request.start + request.count;
        assert_eq!(ask(|request| !crosses(request, 12)), [(2, 4, 12)]);
        assert_eq!(ask(|request| !crosses(request, 14)), [(2, 8, 14)]);
        assert_eq!(ask(|request| request.count <= 4), [(2, 8, 14)]);
    }

    #[test]
    fn a_refused_item_explains_everything_around_it() {
        assert_eq!(ask(|request| !(request.start..request.start + request.count).contains(&13)), []);
        assert_eq!(ask(|_| false), []);
    }
}
