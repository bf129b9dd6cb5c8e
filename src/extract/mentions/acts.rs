//! What is said right before the words of a figure: who did it, in what part of the year, and whether it was done at all.

use super::Reporter;
use super::patterns::{Claim, FoundWords, Sentence};
use super::scan::Hit;
use super::words::{BODY, Classes, GOVERNMENT, OWN, OWN_YEAR, PERIOD, UNDONE, WEAK_YEAR, beginning, ending};

/// How far before a denial an exception to it may stand, in bytes.
const NEAR: usize = 300;

/// The longest word of these classes before a place, with nothing between but what may stand there (县政府共收到) and words of the classes `over`.
fn before<'f>(f: &'f FoundWords, s: Sentence, start: usize, classes: Classes, over: Classes) -> Option<&'f Hit> {
    let mut at = start;
    while s.classes & classes != 0 && at > s.start {
        let ends = |classes: Classes| f.within(f.back(s, at), at).find(|h| h.end == at && h.classes & classes != 0);
        if let Some(word) = ends(classes) {
            return Some(word);
        }
        let year = || f.years[..f.years.partition_point(|y| y.start < at)].last().filter(|y| y.start >= s.start).map(|y| y.start);
        let is_year = |from: &usize| matches!(f.text()[*from..at].split_once('年'), Some((_, "" | "度")));
        let passed = ending(&f.text()[s.start..at], &f.words.acts.between).next().map(|(_, word)| at - word.len());
        at = passed.or_else(|| ends(over).map(|h| h.start)).or_else(|| year().filter(|from| over & OWN_YEAR != 0 && is_year(from)))?;
    }
    None
}

/// The other body that did what is counted, or that was asked for it.
pub fn by_another(f: &FoundWords, s: Sentence, start: usize, at: usize, reporter: &Reporter) -> Option<Hit> {
    let acts = &f.words.acts;
    let is_asked = |h: &&Hit| beginning(&f.text()[h.end..at], &acts.asked).next().is_some() && acts.toward.iter().any(|to| f.text()[start..h.start].contains(to.as_str()));
    let asked = || f.within(start, at).find(|h| h.classes & GOVERNMENT != 0 && is_asked(h));
    let another = before(f, s, start, GOVERNMENT | BODY, OWN_YEAR | WEAK_YEAR).or_else(asked);
    another.filter(|h| !is_reporter(&f.text()[h.start..h.end], h.classes, reporter)).copied()
}

/// Whether words may speak of the reporter: of the government of its region, or, for short, of a body that ends as its name does. Of a body without
/// a name nobody can tell.
fn is_reporter(words: &str, classes: Classes, reporter: &Reporter) -> bool {
    let is_short = |name: &&str| {
        let mut letters = name.chars();
        name.chars().next_back() == words.chars().next_back() && words.chars().all(|c| letters.any(|l| l == c))
    };
    if classes & GOVERNMENT != 0 && reporter.region.is_some_and(|sign| words.contains(sign)) {
        return true;
    }
    classes & GOVERNMENT == 0 && reporter.names.is_empty() || reporter.names.iter().any(|name| is_short(&name))
}

/// The part of the year, or the years, that a figure is of.
pub fn period(f: &FoundWords, s: Sentence, start: usize) -> Option<Hit> {
    before(f, s, start, PERIOD, OWN).copied()
}

/// Whether something was to be done, or another thing was done with what is counted (撤销主动公开信息3条, 考核目标：主动公开信息47条, 主动公开信息47条的任务).
pub fn undone(f: &FoundWords, s: Sentence, claim: &Claim) -> bool {
    before(f, s, claim.start, UNDONE, OWN | OWN_YEAR | WEAK_YEAR).is_some() || beginning(&f.text()[claim.end..s.end], &f.words.acts.planned).next().is_some()
}

/// Whether a denial excepts some of what it denies: 除1件外，未收到申请.
pub fn but_for_some(f: &FoundWords, s: Sentence, claim: &Claim) -> bool {
    let begin = f.text().floor_char_boundary(claim.start.saturating_sub(NEAR)).max(s.start);
    let (acts, text) = (&f.words.acts, &f.text()[begin..claim.start]);
    let except = acts.except.iter().filter_map(|w| Some(text.rfind(w.as_str())? + w.len())).max();
    let Some((from, to)) = except.and_then(|from| Some((from, from + acts.excepted.iter().filter_map(|w| text[from..].find(w.as_str())).min()?))) else { return false };
    let (start, end) = (begin + from, begin + to);
    let is_count = f.numbers.iter().any(|n| n.start == start && n.end == end);
    is_count || f.has(f.words.kinds[usize::from(claim.mention)].thing, start, end)
}
