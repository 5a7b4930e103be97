//! What is looked for, and where it stands in a text.

use std::ops::Range;

/// Characters of a question that are read; the rest is left out.
const LONGEST: usize = 100;

/// A question: all of its words must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(Vec<Vec<char>>);

/// How well a thing answers; the smaller the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Its title begins with a word of the question.
    Begins,
    /// All of the words stand in its title.
    Title,
    /// Some stand beside it.
    Beside,
}

/// One character for one, so that places in the folded text are places in the text.
fn fold(text: &str) -> Vec<char> {
    text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

/// Scripts without spaces between words: a word may begin anywhere but at a vowel sign or tone mark.
fn begins_anywhere(c: char) -> bool {
    let is_mark = matches!(c, '\u{e30}'..='\u{e3a}' | '\u{e45}'..='\u{e4e}');
    matches!(c, '\u{e00}'..='\u{e7f}') && !is_mark
}

impl Words {
    /// Those of `question`; `None` when there are none.
    pub(super) fn of(question: &str) -> Option<Self> {
        let read: String = question.chars().take(LONGEST).collect();
        let words: Vec<Vec<char>> = read.split_whitespace().map(fold).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// How well `title` with `beside` answers, if each word stands in one of them.
    pub(super) fn rank(&self, title: &str, beside: &[&str]) -> Option<Rank> {
        let title = fold(title);
        let beside: Vec<Vec<char>> = beside.iter().map(|text| fold(text)).collect();
        let in_title = |word: &Vec<char>| place(&title, word, 0).is_some();
        let found =
            |word: &Vec<char>| in_title(word) || beside.iter().any(|text| place(text, word, 0).is_some());
        if !self.0.iter().all(found) {
            return None;
        }
        if !self.0.iter().all(in_title) {
            return Some(Rank::Beside);
        }
        let begins = self.0.iter().any(|word| title.starts_with(word));
        Some(if begins { Rank::Begins } else { Rank::Title })
    }

    /// `text` in pieces, and whether each is a part of what was asked for.
    pub(super) fn pieces(&self, text: &str) -> Vec<(String, bool)> {
        let folded = fold(text);
        let mut is_found = vec![false; folded.len()];
        for word in &self.0 {
            let mut from = 0;
            while let Some(place) = place(&folded, word, from) {
                from = place.end;
                is_found.iter_mut().take(place.end).skip(place.start).for_each(|found| *found = true);
            }
        }
        let mut pieces: Vec<(String, bool)> = Vec::new();
        for (c, found) in text.chars().zip(is_found) {
            match pieces.last_mut() {
                Some((piece, of)) if *of == found => piece.push(c),
                _ => pieces.push((c.to_string(), found)),
            }
        }
        pieces
    }
}

/// Where `word` first stands in `text` at or after `from`, at the beginning of a word.
fn place(text: &[char], word: &[char], from: usize) -> Option<Range<usize>> {
    let here = |(at, window): (usize, &[char])| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let begins =
            before.is_none_or(|c| !c.is_alphanumeric()) || word.first().copied().is_some_and(begins_anywhere);
        (at >= from && begins && window == word).then_some(at..at + word.len())
    };
    text.windows(word.len().max(1)).enumerate().find_map(here)
}

#[cfg(test)]
mod tests {
    use super::{Rank, Words};

    fn rank(question: &str, title: &str, beside: &[&str]) -> Option<Rank> {
        Words::of(question).unwrap().rank(title, beside)
    }

    #[test]
    fn a_word_is_found_by_its_beginning_whatever_its_case() {
        assert_eq!(rank("pum", "Pump 3", &[]), Some(Rank::Begins));
        assert_eq!(rank("3 PUMP", "Pump 3", &[]), Some(Rank::Begins));
        assert_eq!(rank("3", "Pump 3", &[]), Some(Rank::Title));
        assert_eq!(rank("bf pump", "Pump 3", &["D-BF-1"]), Some(Rank::Beside));
        assert_eq!(rank("ump", "Pump 3", &[]), None);
        assert_eq!(rank("pump 4", "Pump 3", &[]), None);
        assert_eq!(Words::of(" \t "), None);
    }

    #[test]
    fn thai_is_found_inside_a_run_of_words_and_never_from_a_mark() {
        assert_eq!(rank("น้ำ", "ปั๊มน้ำโรงงาน", &[]), Some(Rank::Title));
        assert_eq!(rank("โรงงาน", "ปั๊มน้ำโรงงาน", &[]), Some(Rank::Title));
        assert_eq!(rank("ปั๊ม", "ปั๊มน้ำโรงงาน", &[]), Some(Rank::Begins));
        assert_eq!(rank("\u{e31}", "ปั๊มน้ำโรงงาน", &[]), None);
    }

    #[test]
    fn what_was_found_is_marked_and_nothing_is_lost() {
        let pieces = Words::of("pu น้ำ").unwrap().pieces("Pump ปั๊มน้ำ pup");
        assert_eq!(pieces.iter().map(|(text, _)| text.as_str()).collect::<String>(), "Pump ปั๊มน้ำ pup");
        let marked: Vec<&str> =
            pieces.iter().filter(|(_, found)| *found).map(|(text, _)| text.as_str()).collect();
        assert_eq!(marked, ["Pu", "น้ำ", "pu"]);
    }
}
