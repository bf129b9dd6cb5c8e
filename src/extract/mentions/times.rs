//! Whose year a place of a sentence speaks of.

use super::patterns::{FoundWords, Sentence};
use super::words::{BARRED, Classes, OTHER_YEAR, OWN_YEAR, SINCE, WEAK_YEAR};

#[derive(Clone, Copy, PartialEq)]
pub enum Of {
    Unsaid,
    Report,
    Year(i32),
    Other(usize, usize),
    /// Some months of the year.
    Months(usize, usize),
    /// More than the year, up to now: of none since then there was none in it.
    Since(usize, usize),
}

const WORDS: Classes = OWN_YEAR | WEAK_YEAR | OTHER_YEAR | SINCE;

/// A sentence that was read up to a place, and what it says there: by their places, which word, year and months come next.
#[derive(Clone, Copy)]
pub struct Times {
    sentence: usize,
    until: usize,
    words: usize,
    years: usize,
    months: usize,
    /// Where the last year begins.
    last: Option<usize>,
    of: Of,
}

/// In bytes, so far before a place that was asked for ends what was read for good: the parts of a list stand before its total, and
/// are asked for behind it.
const LAG: usize = 2000;

/// The year that the words before a place speak of.
pub fn year_at(f: &FoundWords, s: Sentence, at: usize) -> Of {
    let years = f.years.partition_point(|y| y.start < s.start);
    let months = f.months.partition_point(|m| m.start < s.start);
    if s.classes & WORDS == 0 && f.years.get(years).is_none_or(|y| y.start >= at) && f.months.get(months).is_none_or(|m| m.end > at) {
        return Of::Unsaid;
    }
    let until = at.saturating_sub(LAG);
    let begun = f.times.get().filter(|t| t.sentence == s.start && t.until <= until);
    let words = || f.hits.partition_point(|h| h.start < s.start);
    let mut times = begun.unwrap_or_else(|| Times { sentence: s.start, until, words: words(), years, months, last: None, of: Of::Unsaid });
    if until > s.start {
        times.read(f, s, until, at);
        times.behind(f, until);
        times.until = until;
        f.times.set(Some(times));
    }
    times.read(f, s, at, at);
    times.behind(f, at);
    times.of
}

impl Times {
    /// Reads the words that begin before a place and end at another one or before it.
    fn read(&mut self, f: &FoundWords, s: Sentence, before: usize, at: usize) {
        while let Some(h) = f.hits.get(self.words).filter(|h| h.start < before) {
            self.words += 1;
            // 1-12月份 is no 月份.
            let in_months = || f.months.get(f.months.partition_point(|m| m.end <= h.start)).is_some_and(|m| m.start <= h.start);
            if h.classes & WORDS == 0 || h.end > at || in_months() {
                continue;
            }
            // 较上年增加45条，共公开131条: a year to compare with is not the next figure's.
            let before = || f.hits[..self.words - 1].iter().rev().take_while(|w| w.start >= s.start && w.start + f.words.scanner.longest > h.start);
            if h.classes & OTHER_YEAR != 0 && before().any(|w| w.classes & BARRED != 0 && w.start < h.start && h.start < w.end) {
                continue;
            }
            self.behind(f, h.start);
            // 今年以来: the longer words say since when.
            let begun = || f.hits[..self.words - 1].iter().rev().take_while(|w| w.start >= s.start && w.start + f.words.scanner.longest >= h.end);
            let longer = || begun().any(|w| w.classes & WORDS != 0 && w.end == h.end);
            match h.classes {
                c if c & OWN_YEAR != 0 => self.of = Of::Report,
                c if c & OTHER_YEAR != 0 => self.of = Of::Other(h.start, h.end),
                c if c & SINCE != 0 && !longer() => self.of = Of::Since(f.clause_start(s, h.start), h.end),
                c if c & WEAK_YEAR != 0 && matches!(self.of, Of::Unsaid | Of::Months(..) | Of::Since(..)) => self.of = Of::Report,
                _ => {}
            }
        }
    }

    /// Passes the years and months before a place.
    fn behind(&mut self, f: &FoundWords, until: usize) {
        loop {
            let month = f.months.get(self.months);
            let first = month.map_or(until, |m| m.end).min(until);
            if let Some(y) = f.years.get(self.years).filter(|y| y.start < first) {
                // 2022年至2024年: what is counted begins with the first.
                let range = self.last.is_some_and(|l| y.start - l <= 30 && f.text()[l..y.start].trim_end_matches('自').ends_with(['至', '到', '-', '—', '~']));
                if !range {
                    self.of = Of::Year(y.year);
                }
                self.last = Some(y.start);
                self.years += 1;
            } else if let Some(m) = month.filter(|m| m.end <= until) {
                if !m.whole {
                    self.of = Of::Months(m.start, m.end);
                }
                self.months += 1;
            } else {
                return;
            }
        }
    }
}
