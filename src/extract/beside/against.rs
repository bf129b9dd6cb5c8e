//! Clauses that say in so many words that the figures of a table are not what the form asks for: another body's, to be others,
//! not all, more than the body's own, or ending within the year. Notes say much that concerns no figure, so words alone do not tell;
//! how they stand one behind the other in a clause does.

use super::explained::{MARKS, Own};
use crate::extract::items::atoms::COLON;
use crate::extract::words::wanted::places;
use crate::extract::words::word::beginning;
use crate::fold::fold;
use crate::form::{Against, WordList};

/// In bytes, the longest words that are looked at.
const LONGEST: usize = 400;

/// What ends a clause.
const CLAUSE: [char; 8] = ['。', '，', ',', '；', ';', '！', '\n', '\u{3000}'];

/// Letters that may stand behind the month with which figures end, of a note that says no more: 11月30日止.
const LEFT: usize = 5;

impl Own<'_> {
    /// Whether a clause of words beside a table says that its figures are not what the form asks for. `wide`: the report is about
    /// all that is in a region; `running`: the words may be running text.
    pub fn is_against(&self, words: &str, wide: bool, running: bool) -> bool {
        // Most words hold none with which such a statement begins.
        if words.len() > LONGEST || !self.known().against.stands_in(words) {
            return false;
        }
        let beside = &self.cx.form.beside;
        let mut clauses = words.split(CLAUSE).filter(|clause| !clause.trim().is_empty()).peekable();
        let first = clauses.peek().map_or(0, |first| first.len());
        let alone = words.trim().trim_end_matches(CLAUSE).len() <= first;
        clauses.any(|clause| {
            let folded = fold(clause);
            let says = |a: &Against| (a.running || !running) && !(a.region && wide) && self.stand_in(a, &folded);
            beside.against.iter().any(says) || self.end_early(clause, &folded, alone && !running)
        })
    }

    /// Whether words begin as a note does.
    pub fn is_marked(&self, words: &str) -> bool {
        words.starts_with(MARKS) || self.is_note(&fold(words))
    }

    /// Whether the words of a statement stand one behind the other in a folded clause, and none that denies it.
    fn stand_in(&self, says: &Against, clause: &str) -> bool {
        let Some((first, rest)) = says.words.split_first() else { return false };
        let denied = |before: &str| self.cx.form.beside.denying.iter().any(|not| before.ends_with(not.as_str()));
        let begins = first.iter().flat_map(|word| places(clause, word).map(move |at| (at, at + word.len())));
        begins.filter(|(at, _)| !denied(&clause[..*at])).any(|(_, end)| self.go_on(rest, says.gap, &clause[end..]))
    }

    /// Whether one word of each list stands one behind the other in what follows the words before.
    fn go_on(&self, lists: &[WordList], gap: usize, clause: &str) -> bool {
        let Some((list, rest)) = lists.split_first() else { return true };
        let denying = &self.cx.form.beside.denying;
        let starts = clause.char_indices().map(|(at, _)| at).chain([clause.len()]).take(gap + 1);
        starts.take_while(|at| !denying.stands_in(&clause[..*at])).any(|at| {
            let here = &clause[at..];
            let names = if list.iter().any(|word| word == Against::OWN) { self.alone() } else { &[] };
            let word = list.iter().chain(names).filter_map(|word| here.strip_prefix(word.as_str())).any(|behind| self.go_on(rest, gap, behind));
            word || list.iter().any(|word| word == Against::COUNT) && self.counts(here).is_some_and(|behind| self.go_on(rest, gap, behind))
        })
    }

    /// What stands behind a number with which a folded clause begins, where a unit of figures follows or nothing.
    fn counts<'w>(&self, clause: &'w str) -> Option<&'w str> {
        let behind = clause.trim_start_matches(|c: char| c.is_ascii_digit());
        let unit = || beginning(behind, &self.known().units).map(|(_, unit)| unit.len()).max();
        (behind.len() < clause.len()).then(|| if behind.is_empty() { Some(behind) } else { unit().map(|end| &behind[end..]) })?
    }

    /// Whether a clause says that figures end with a month before the year's last one, of this year or an earlier one; `alone`:
    /// nothing else is said.
    fn end_early(&self, clause: &str, folded: &str, alone: bool) -> bool {
        if !clause.contains('月') || !self.cx.form.beside.until.stands_in(folded) || self.compares(clause) {
            return false;
        }
        let figures = self.names_figures(clause.rsplit(COLON).next().unwrap_or(clause));
        let before = |year: i32| self.cx.years.iter().min().is_some_and(|own| year < *own);
        let early = |year: Option<i32>, month: i32| year.is_some_and(before) || (1..12).contains(&month) && year.is_none_or(|y| self.cx.years.contains(&y));
        self.ends(folded).into_iter().any(|(year, month, behind)| early(year, month) && (figures || alone) && behind.chars().count() <= LEFT)
    }
}
