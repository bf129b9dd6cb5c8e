//! Clauses that say in so many words that the figures of a table are not what the form asks for: another body's, to be others,
//! not all, more than the body's own, or ending within the year. Notes say much that concerns no figure, so words alone do not tell;
//! how they stand one behind the other in a clause does. Running text says it of other things: only a marked note is heard, and a
//! sentence that begins with what calls the table.

use super::captions::is_word;
use super::explained::{Own, is_bracketed};
use crate::extract::items::atoms::COLON;
use crate::extract::words::wanted::places;
use crate::extract::words::word::beginning;
use crate::fold::fold;
use crate::form::{Against, WordList};

/// In bytes, the longest words that are looked at.
const LONGEST: usize = 400;

/// What ends a sentence.
const SENTENCE: [char; 6] = ['。', '；', ';', '！', '\n', '\u{3000}'];

/// What ends a clause.
const CLAUSE: [char; 2] = ['，', ','];

/// With these a note begins that is about what stands above it. A number in a ring may be that of a paragraph.
const STARS: [char; 3] = ['*', '＊', '※'];

/// What may open a note.
const OPEN: [char; 4] = ['（', '(', '【', '['];

/// In letters, the longest words before a colon that are the mark of a note: 情况说明：.
const MARK: usize = 6;

/// Letters that may stand behind the month with which figures end, of a note that says no more: 11月30日止.
const LEFT: usize = 5;

impl Own<'_> {
    /// Whether a clause of words beside a table says that its figures are not what the form asks for. `wide`: the report is about
    /// all that is in a region; `agrees`: a row has a number that is called the right one of what stands before.
    pub fn is_against(&self, words: &str, wide: bool, agrees: impl Fn(f64, &str) -> bool) -> bool {
        // Most words hold none with which such a statement begins.
        if words.len() > LONGEST || !self.known().against.stands_in(words) {
            return false;
        }
        let beside = &self.cx.form.beside;
        let marked = self.is_marked(words) || is_bracketed(words);
        let alone = words.trim().trim_end_matches(SENTENCE).find(SENTENCE).is_none() && !words.contains(CLAUSE);
        // Running text says much; a sentence of it is about a table where it begins with what calls it.
        let speaks = |sentence: &&str| marked || beside.calling.begins(sentence.trim().trim_start_matches(OPEN));
        words.split(SENTENCE).filter(speaks).any(|sentence| {
            let whole = fold(sentence);
            sentence.split(CLAUSE).filter(|clause| !clause.trim().is_empty()).any(|clause| {
                let folded = fold(clause);
                let about = |a: &Against| a.about.is_empty() || a.about.stands_in(&whole) || self.has_count(&whole);
                let says = |a: &Against| !(a.region && wide) && about(a) && self.stand_in(a, &folded, &agrees);
                beside.against.iter().any(says) || self.end_early(clause, &folded, alone && marked)
            })
        })
    }

    /// Whether words begin as a note does.
    pub fn is_marked(&self, words: &str) -> bool {
        let words = words.trim_start_matches(OPEN);
        let marks = &self.cx.form.words.note_marks;
        let behind = || marks.iter().filter_map(|mark| words.strip_prefix(mark.as_str())).any(|note| !note.starts_with(is_word) || self.cx.form.beside.back.iter().any(|back| note.starts_with(back.as_str())));
        let before = || words.find(COLON).map(|colon| &words[..colon]).is_some_and(|head| head.chars().count() <= MARK && marks.iter().any(|mark| head.starts_with(mark.as_str()) || head.ends_with(mark.as_str())));
        words.starts_with(STARS) || behind() || before()
    }

    /// Whether a folded sentence holds a number with a unit of figures.
    fn has_count(&self, sentence: &str) -> bool {
        let digit = |c: char| c.is_ascii_digit();
        sentence.match_indices(digit).any(|(at, _)| !sentence[at..].trim_start_matches(digit).is_empty() && self.counts(&sentence[at..]).is_some())
    }

    /// Whether the words of a statement stand one behind the other in a folded clause, and none that denies it.
    fn stand_in(&self, says: &Against, clause: &str, agrees: &impl Fn(f64, &str) -> bool) -> bool {
        let Some((first, rest)) = says.words.split_first() else { return false };
        let denied = |before: &str| self.cx.form.beside.denying.iter().any(|not| before.ends_with(not.as_str()));
        let begins = first.iter().flat_map(|word| places(clause, word).map(move |at| (at, at + word.len())));
        begins.filter(|(at, _)| !denied(&clause[..*at])).any(|(at, end)| self.go_on(rest, says.gap, &clause[end..], &|n| says.right && agrees(n, &clause[..at])))
    }

    /// Whether one word of each list stands one behind the other in what follows the words before.
    fn go_on(&self, lists: &[WordList], gap: usize, clause: &str, agrees: &dyn Fn(f64) -> bool) -> bool {
        let Some((list, rest)) = lists.split_first() else { return true };
        let denying = &self.cx.form.beside.denying;
        let starts = clause.char_indices().map(|(at, _)| at).chain([clause.len()]).take(gap + 1);
        starts.take_while(|at| !denying.stands_in(&clause[..*at])).any(|at| {
            let here = &clause[at..];
            let names = if list.iter().any(|word| word == Against::OWN) { self.alone() } else { &[] };
            let word = list.iter().chain(names).filter_map(|word| here.strip_prefix(word.as_str())).any(|behind| self.go_on(rest, gap, behind, agrees));
            word || list.iter().any(|word| word == Against::COUNT) && self.counts(here).is_some_and(|(n, behind)| !agrees(n) && self.go_on(rest, gap, behind, agrees))
        })
    }

    /// A number with which a folded clause begins, and what stands behind it, where a unit of figures follows or nothing.
    fn counts<'w>(&self, clause: &'w str) -> Option<(f64, &'w str)> {
        let behind = clause.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = clause[..clause.len() - behind.len()].parse().ok()?;
        let unit = || beginning(behind, &self.known().units).map(|(_, unit)| unit.len()).max();
        let rest = if behind.is_empty() { behind } else { &behind[unit()?..] };
        (!self.cx.form.beside.terms.begins(rest)).then_some((number, rest))
    }

    /// Whether a clause says that figures end with a month before the year's last one, of this year or an earlier one; `alone`:
    /// nothing else is said.
    fn end_early(&self, clause: &str, folded: &str, alone: bool) -> bool {
        if !clause.contains('月') || !self.cx.form.beside.until.stands_in(folded) || self.compares(clause) {
            return false;
        }
        let figures = self.names_figures(clause.rsplit(COLON).next().unwrap_or(clause));
        let first = self.cx.years.iter().min().copied();
        // What was carried over is what was left when the year before ended.
        let carried = |year: i32, month: i32| month == 12 && first == Some(year + 1) && self.cx.form.words.other_years.stands_in(folded);
        let before = |year: i32| first.is_some_and(|own| year < own);
        let early = |year: Option<i32>, month: i32| year.is_some_and(|y| before(y) && !carried(y, month)) || (1..12).contains(&month) && year.is_none_or(|y| self.cx.years.contains(&y));
        self.ends(folded).into_iter().any(|(year, month, behind)| early(year, month) && (figures || alone) && behind.chars().count() <= LEFT)
    }
}
