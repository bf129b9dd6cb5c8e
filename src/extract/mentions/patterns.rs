//! Which pattern claims a number, and which words say that there was nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::numbers::{Months, Number, Year, read};
use super::page::{BREAK, Page};
use super::scan::{Hit, Marks, is_numeral};
use super::times::Times;
use super::words::*;

/// What a pattern claims: its mention and the span of its words, the number included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    pub mention: u8,
    pub start: usize,
    pub end: usize,
}

/// A page with its words, numbers and years found.
pub struct FoundWords<'a> {
    pub words: &'a Words,
    pub page: &'a Page,
    pub hits: Vec<Hit>,
    pub numbers: Vec<Number>,
    pub years: Vec<Year>,
    pub months: Vec<Months>,
    pub sentences: Vec<Sentence>,
    /// The line that was last asked for, and all classes of its words.
    line: Cell<(usize, usize, Classes)>,
    /// The clause that was last asked for: where its sentence begins, where it begins, and up to where it was read.
    clause: Cell<(usize, usize, usize)>,
    /// The one whose end was: where its sentence ends, from where on it was read, and where it ends.
    clause_end: Cell<(usize, usize, usize)>,
    /// What was read for the year of a place.
    pub times: Cell<Option<Times>>,
    /// By unit and by what is no way, the first two numbers of a sentence, which begins there, that name their way of publishing.
    ways: RefCell<(usize, BTreeMap<(Option<u16>, Classes), [Option<usize>; 2]>)>,
    /// All classes of so many words in a row, by [`STRETCHES`]; none on a page of few words.
    stretches: Vec<Vec<Classes>>,
}

/// The words of a page that has more are passed over in stretches: all of it may be one sentence.
const FEW_WORDS: usize = 1000;
const STRETCHES: [usize; 4] = [1 << 5, 1 << 10, 1 << 15, 1 << 20];

/// All classes of the words of each stretch; the last may be shorter.
fn stretches(hits: &[Hit]) -> Vec<Vec<Classes>> {
    if hits.len() <= FEW_WORDS {
        return Vec::new();
    }
    let of = |words: usize| hits.chunks(words).map(|all| all.iter().fold(0, |all, h| all | h.classes)).collect();
    STRETCHES.into_iter().map(of).collect()
}

/// From where to where a sentence runs.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    pub start: usize,
    pub end: usize,
    /// It begins a paragraph.
    pub first: bool,
    /// It may state a figure: all its words are known. Of another one those at its head are.
    pub states: bool,
    /// All classes of its words.
    pub classes: Classes,
}

const CLAUSE_ENDS: [char; 4] = ['，', '；', '：', '。'];

/// Where the head of a sentence ends, in which it may name the year that it and the next ones speak of.
pub fn head(text: &str, s: &Sentence) -> usize {
    text[s.start..s.end].char_indices().nth(12).map_or(s.end, |(i, _)| s.start + i)
}

/// Takes out the words that stand within book titles or end within a mask; a word for all of a region also where it ends one
/// (健全县乡村三级公开制度).
fn meant(page: &Page, hits: &mut Vec<Hit>) {
    page.drop_titles(hits);
    let masks: Vec<Hit> = hits.iter().filter(|h| h.classes & MASK != 0).copied().collect();
    let mut from = 0;
    hits.retain(|h| {
        while masks.get(from).is_some_and(|m| m.end <= h.start) {
            from += 1;
        }
        !masks[from..].iter().take_while(|m| m.start < h.end).any(|m| h.end < m.end || h.classes & MASKED_AT_END != 0 && m.start < h.start && h.end == m.end)
    });
}

/// The sentences that state something, by a number or by words for none, and those that stand before such a one in its
/// paragraph: they may name its year or begin its list.
///
/// A number without a unit (一、总体情况) states nothing by itself: it counts behind a few words, and in a list that an
/// earlier sentence began.
fn sentences(text: &str, marks: &Marks, numbers: &[Number], words: &Words) -> Vec<Sentence> {
    let counts = |n: &Number| {
        let before = &text[..n.behind];
        n.unit.is_some() || ending(before, &words.fill.bare).next().is_some() || words.lists.total.iter().any(|t| before.ends_with(t.as_str()))
    };
    let mut out: Vec<Sentence> = Vec::with_capacity(marks.ends.len() + 1);
    let (mut start, mut first) = (0, true);
    let mut numbers = numbers.iter().peekable();
    let mut anchors = marks.anchors.iter().copied().peekable();
    // So many of them belong to what is kept, so many to the paragraphs before.
    let (mut kept, mut before) = (0, 0);
    for &end in marks.ends.iter().chain(&[text.len()]) {
        let (mut numbered, mut counted) = (false, false);
        while let Some(n) = numbers.next_if(|n| n.start < end) {
            (numbered, counted) = (true, counted || counts(n));
        }
        let denied = std::iter::from_fn(|| anchors.next_if(|n| *n < end)).count() > 0;
        if end > start {
            let states = counted || denied || numbered && kept > before;
            out.push(Sentence { start, end, first, states, classes: 0 });
            first = false;
            if states {
                kept = out.len();
            }
        }
        let c = text[end..].chars().next();
        if c.is_none_or(|c| c == BREAK) {
            out.truncate(kept);
            before = kept;
            first = true;
        }
        start = end + c.map_or(0, char::len_utf8);
    }
    out
}

/// A place and those that are reached from it step by step, some more than [`MOST_REACHED`] at the most.
fn reached<T: Iterator<Item = usize>>(at: usize, steps: impl Fn(usize) -> T) -> Vec<usize> {
    let mut out = vec![at];
    let mut next = 0;
    while next < out.len() && out.len() < MOST_REACHED {
        for to in steps(out[next]) {
            if !out.contains(&to) {
                out.push(to);
            }
        }
        next += 1;
    }
    out
}

const MOST_REACHED: usize = 16;

/// The first and the last of some places; `at` where there are none.
fn least(places: &[usize], at: usize) -> usize {
    places.iter().copied().min().unwrap_or(at)
}

fn most(places: &[usize], at: usize) -> usize {
    places.iter().copied().max().unwrap_or(at)
}

impl<'a> FoundWords<'a> {
    /// `names` are those of the body and of its place.
    pub fn new(words: &'a Words, page: &'a Page, names: &[&str]) -> FoundWords<'a> {
        let marks = words.scanner.marks(&page.text);
        let (numbers, years, months) = read(page, words, &marks.digits);
        let mut sentences = sentences(&page.text, &marks, &numbers, words);
        let mut hits = Vec::with_capacity(64);
        for s in &sentences {
            words.scanner.words(&page.text, s.start, if s.states { s.end } else { head(&page.text, s) }, &mut hits);
        }
        meant(page, &mut hits);
        page.mind_names(names, &mut hits);
        let mut rest = hits.iter().peekable();
        for s in &mut sentences {
            while let Some(h) = rest.next_if(|h| h.start < s.end) {
                s.classes |= h.classes;
            }
        }
        let stretches = stretches(&hits);
        FoundWords { words, page, hits, numbers, years, months, sentences, line: Cell::default(), clause: Cell::default(), clause_end: Cell::default(), times: Cell::default(), ways: RefCell::default(), stretches }
    }

    pub fn text(&self) -> &'a str {
        &self.page.text
    }

    /// The words that begin between two places.
    pub fn within(&self, start: usize, end: usize) -> impl Iterator<Item = &Hit> {
        let from = self.hits.partition_point(|h| h.start < start);
        self.hits[from..].iter().take_while(move |h| h.start < end).filter(move |h| h.end <= end)
    }

    pub fn has(&self, classes: Classes, start: usize, end: usize) -> bool {
        self.last(classes, start, end).is_some()
    }

    /// The last word of these classes among those that [begin](FoundWords::within) between two places.
    pub fn last(&self, classes: Classes, start: usize, end: usize) -> Option<&Hit> {
        let from = self.hits.partition_point(|h| h.start < start);
        let mut to = from + self.hits[from..].partition_point(|h| h.start < end);
        while to > from {
            let is_without = |(n, words): &(usize, usize)| to % words == 0 && to >= from + words && self.stretches[*n][to / words - 1] & classes == 0;
            let passed = STRETCHES.into_iter().enumerate().take(self.stretches.len()).rev().find(is_without);
            to -= passed.map_or(1, |(_, words)| words);
            let word = self.hits.get(to).filter(|h| passed.is_none() && h.classes & classes != 0 && h.end <= end);
            if word.is_some() {
                return word;
            }
        }
        None
    }

    /// Whether a sentence counts a way of publishing, in the unit of this number, by another number, which no word before it makes a
    /// part. By what is named by the word for a way alone nothing is counted that is of the classes `unless`.
    pub fn counts_another_way(&self, s: Sentence, n: &Number, unless: Classes) -> bool {
        let mut ways = self.ways.borrow_mut();
        if ways.0 != s.start {
            *ways = (s.start, BTreeMap::new());
        }
        let first = *ways.1.entry((n.unit, unless)).or_insert_with(|| {
            let like = self.numbers[self.numbers.partition_point(|n| n.start < s.start)..].iter().take_while(|o| o.start < s.end).filter(|o| o.unit == n.unit);
            let (mut before, mut opened) = (s.start, false);
            let mut named = like.filter(|o| {
                let from = std::mem::replace(&mut before, o.end);
                opened = (opened || self.has(OPENER, from, o.behind)) && !self.has(CLOSER, from, o.behind);
                let through = || self.has(THROUGH, self.clause_start(s, o.behind).max(from), o.behind) && !self.has(unless, from, o.behind);
                !opened && (self.has(CHANNEL | SITE, from, o.behind) || through())
            });
            [named.next().map(|o| o.start), named.next().map(|o| o.start)]
        });
        first.into_iter().flatten().any(|start| start != n.start)
    }

    /// Whether a word that opens a list stands between two places, in the clause of the second or right before that.
    pub fn opens(&self, s: Sentence, from: usize, at: usize) -> bool {
        let clause = self.clause_start(s, at);
        self.last(OPENER, from, at).is_some_and(|h| h.end >= clause || self.text()[h.end..clause].chars().nth(1).is_none())
    }

    /// Where the longest word may begin that ends behind a place of a sentence.
    pub fn back(&self, s: Sentence, at: usize) -> usize {
        at.saturating_sub(self.words.scanner.longest).max(s.start)
    }

    /// Where the clause begins that holds a place of this sentence.
    pub fn clause_start(&self, s: Sentence, at: usize) -> usize {
        let (of, known, read) = self.clause.get();
        if of == s.start && (known..=read).contains(&at) {
            return known;
        }
        let (from, known) = if of == s.start && read < at { (read, known) } else { (s.start, s.start) };
        let start = self.text()[from..at].char_indices().rev().find(|(_, c)| CLAUSE_ENDS.contains(c)).map_or(known, |(i, c)| from + i + c.len_utf8());
        self.clause.set((s.start, start, at));
        start
    }

    pub fn clause_end(&self, s: Sentence, at: usize) -> usize {
        let (of, from, known) = self.clause_end.get();
        if of == s.end && (from..=known).contains(&at) {
            return known;
        }
        let end = self.text()[at..s.end].find(CLAUSE_ENDS).map_or(s.end, |i| at + i);
        self.clause_end.set((s.end, at, end));
        end
    }

    /// Whether the words before a figure make it a comparison, a frequency or a plan.
    pub fn barred(&self, s: Sentence, at: usize) -> bool {
        s.classes & (BARRED | BARRED_SENTENCE) != 0 && (self.has(BARRED, self.clause_start(s, at), at) || self.has(BARRED_SENTENCE, s.start, at))
    }

    /// The patterns around a number that may stand in a sentence: those whose words all do.
    pub fn possible(&self, s: Sentence) -> Vec<&'a Pattern> {
        self.words.patterns.iter().filter(|p| s.classes & p.needs == p.needs).collect()
    }

    /// The mentions that claim a number: those of the longest pattern, where it may claim it at all. `possible` are the
    /// patterns that its sentence may have, `before` the mentions that it has stated already.
    pub fn claims(&self, s: Sentence, n: &Number, possible: &[&'a Pattern], before: &[u8]) -> Vec<Claim> {
        if possible.is_empty() {
            return Vec::new();
        }
        let stops = self.stops(s, n.behind);
        let starts = self.starts(s, n.end);
        let left = self.within(self.back(s, least(&stops, n.behind)), n.behind).filter(|h| stops.contains(&h.end)).fold(0, |all, h| all | h.classes);
        let furthest = most(&starts, n.end);
        let behind = self.within(n.end, s.end).take_while(|h| h.start <= furthest);
        let right = behind.filter(|h| starts.contains(&h.start)).fold(0, |all, h| all | h.classes);
        let mut best: Vec<(&Pattern, Claim)> = Vec::new();
        for &p in possible {
            if p.parts.get(p.number.wrapping_sub(1)).is_some_and(|(part, _)| matches!(part, Part::Word(c) if left & c == 0)) && !p.parts[p.number].1 {
                continue;
            }
            if p.parts.get(p.number + 1).is_some_and(|(part, gap)| matches!(part, Part::Word(c) if right & c == 0) && !gap) {
                continue;
            }
            let Some(end) = self.forward(s, &p.parts[p.number + 1..], n.end, &starts, p) else { continue };
            let Some(start) = self.backward(s, &p.parts[..=p.number], n.behind, &stops, p) else { continue };
            let claim = Claim { mention: p.mention, start, end };
            let (old, new) = (best.first().map_or(0, |b| b.1.end - b.1.start), end - start);
            if new > old {
                best.clear();
            }
            if new >= old && !best.iter().any(|b| b.1.mention == p.mention && (b.0.when == p.when || b.0.when == Use::Stated)) {
                best.push((p, claim));
            }
        }
        let fits = |p: &Pattern, c: &Claim| {
            let zero = p.when != Use::Zero || n.value == 0.0 && n.qualifier.is_none();
            zero && self.counts_in(n, p.mention) && self.may(s, c, before) && !self.disowned(c)
        };
        let mut claims: Vec<Claim> = best.iter().filter(|(p, c)| fits(p, c)).map(|(_, c)| *c).collect();
        claims.dedup_by_key(|c| c.mention);
        claims
    }

    fn counts_in(&self, n: &Number, mention: u8) -> bool {
        match n.unit {
            Some(u) => self.words.kinds[mention as usize].units.contains(&u),
            None => ending(&self.text()[..n.behind], &self.words.fill.bare).next().is_some(),
        }
    }

    /// Whether nothing in the clause, line or sentence speaks against a claim.
    fn may(&self, s: Sentence, c: &Claim, before: &[u8]) -> bool {
        let kind = &self.words.kinds[c.mention as usize];
        let clause = self.clause_start(s, c.start);
        if kind.unless != 0 && self.has(kind.unless, clause, c.end) {
            return false;
        }
        if !kind.follows.is_empty() && !kind.follows.iter().any(|f| before.contains(f)) && !self.follows_by_its_own(c, kind) {
            return false;
        }
        if kind.context != 0 {
            return self.classes_of_line(s) & kind.context != 0;
        }
        true
    }

    /// Whether the words behind a figure, up to the next one, say that it is of something else (均与信息公开无关).
    fn disowned(&self, c: &Claim) -> bool {
        let disowned = self.words.kinds[c.mention as usize].disowned;
        if disowned == 0 {
            return false;
        }
        let number = self.numbers[self.numbers.partition_point(|n| n.start < c.end)..].first().map_or(self.text().len(), |n| n.start);
        let next = self.text()[c.end..number].find(BREAK).map_or(number, |i| c.end + i);
        let mut hits = Vec::new();
        self.words.scanner.words(self.text(), c.end, next, &mut hits);
        hits.iter().any(|h| h.classes & disowned != 0)
    }

    /// All classes of the words in the line that a sentence stands in.
    fn classes_of_line(&self, s: Sentence) -> Classes {
        let (start, end, classes) = self.line.get();
        if start <= s.start && s.end <= end {
            return classes;
        }
        let start = self.text()[..s.start].rfind(BREAK).map_or(0, |i| i + 1);
        let end = self.text()[s.end..].find(BREAK).map_or(self.text().len(), |i| s.end + i);
        let mut hits = Vec::new();
        self.words.scanner.words(self.text(), start, end, &mut hits);
        meant(self.page, &mut hits);
        let classes = hits.iter().filter(|h| h.end <= end).fold(0, |all, h| all | h.classes);
        self.line.set((start, end, classes));
        classes
    }

    /// A pattern that names what it counts needs nothing before it: it shares a word with what it would follow.
    fn follows_by_its_own(&self, c: &Claim, kind: &Kind) -> bool {
        let named = kind.follows.iter().flat_map(|&f| self.words.without.iter().filter(move |p| p.mention == f));
        let last = named.filter_map(|p| p.parts.last()).fold(0, |all, (part, _)| if let Part::Word(c) = part { all | c } else { all });
        self.has(last, c.start, c.end)
    }

    /// Places from which only `fill` stands up to `at`, going back.
    fn stops(&self, s: Sentence, at: usize) -> Vec<usize> {
        reached(at, |at| ending(&self.text()[s.start..at], &self.words.fill.before).map(move |(_, f)| at - f.len()))
    }

    /// The same, going on.
    fn starts(&self, s: Sentence, at: usize) -> Vec<usize> {
        reached(at, |at| beginning(&self.text()[at..s.end], &self.words.fill.after).map(move |(_, f)| at + f.len()))
    }

    /// Whether a ~ may reach over this: no clause ends, no other figure stands there, and no word that stops it. What is
    /// counted together with what stands there has no figure of its own (网民留言及信息公开申请25件).
    fn gap(&self, start: usize, end: usize, p: &Pattern) -> bool {
        let text = &self.text()[start..end];
        text.chars().count() <= self.words.absent.gap
            && !text.contains(['，', '；', '：', '。', '（', '）', BREAK])
            && !text.bytes().any(|b| b.is_ascii_digit())
            && !self.words.kinds[p.mention as usize].gap_stops.iter().any(|w| text.contains(w.as_str()))
            && (p.when == Use::Absent || !self.is_joined(start, end, p))
    }

    /// Whether a word that joins stands within a gap right before a word of a pattern, which may begin there or end behind it.
    fn is_joined(&self, start: usize, end: usize, p: &Pattern) -> bool {
        let words = self.hits[self.hits.partition_point(|h| h.start <= start)..].iter().take_while(|h| h.start <= end);
        words.filter(|h| h.end > end && h.classes & p.needs != 0).any(|h| ending(&self.text()[start..h.start], &self.words.fill.joins).next().is_some())
    }

    /// Where the parts begin that end with the number at `at`; the furthest beginning. `stops` are those of `at`.
    fn backward(&self, s: Sentence, parts: &[(Part, bool)], at: usize, stops: &[usize], p: &Pattern) -> Option<usize> {
        let (last, rest) = parts.split_last()?;
        let Some((Part::Word(class), _)) = rest.last() else { return (!p.leads || self.leads(s, at)).then_some(at) };
        // A gap has a few letters.
        let from = if last.1 { at.saturating_sub(4 * self.words.absent.gap) } else { least(stops, at) };
        self.within(self.back(s, from), at)
            .filter(|h| h.classes & class != 0 && if last.1 { self.gap(h.end, at, p) } else { stops.contains(&h.end) })
            .filter_map(|h| match rest {
                [_] => self.backward(s, rest, h.start, &[], p),
                _ => self.backward(s, rest, h.start, &self.stops(s, h.start), p),
            })
            .min()
    }

    /// Where the parts end that begin behind `at`; the furthest end. `starts` are those of `at`.
    fn forward(&self, s: Sentence, parts: &[(Part, bool)], at: usize, starts: &[usize], p: &Pattern) -> Option<usize> {
        let Some(((part, gap), rest)) = parts.split_first() else { return Some(at) };
        let Part::Word(class) = part else { return None };
        let furthest = if *gap { at + 4 * self.words.absent.gap } else { most(starts, at) };
        self.within(at, s.end)
            .take_while(|h| h.start <= furthest)
            .filter(|h| h.classes & class != 0 && if *gap { self.gap(at, h.start, p) } else { starts.contains(&h.start) })
            .filter_map(|h| match rest {
                [] => Some(h.end),
                _ => self.forward(s, rest, h.end, &self.starts(s, h.end), p),
            })
            .max()
    }

    fn leads(&self, s: Sentence, at: usize) -> bool {
        let before = &self.text()[s.start..at];
        let mark = before.is_empty() || before.ends_with(['，', '；', '：', '（', '）', '“', '”', '"', '.']);
        mark || ending(before, &self.words.fill.lead).next().is_some() || self.within(self.back(s, at), at).any(|h| h.end == at && h.classes & CHANNEL != 0)
    }

    /// What the words of a sentence say there was none of: each mention once for the same words.
    pub fn absent(&self, s: Sentence, before: &[u8]) -> Vec<Claim> {
        let mut out: Vec<Claim> = Vec::new();
        // By mention, up to where words say that there was none of it.
        let mut said = Vec::new();
        if s.classes & self.words.anchors == 0 {
            return out;
        }
        for h in self.within(s.start, s.end).filter(|h| h.classes & self.words.anchors != 0) {
            if self.words.absent.not_behind.iter().any(|w| self.text()[s.start..h.start].ends_with(w.as_str())) {
                continue;
            }
            // The thing of a mention is the longest that stands there.
            let mut things: Vec<Claim> = Vec::new();
            for p in self.words.without.iter().filter(|p| s.classes & p.needs == p.needs) {
                let Part::Word(class) = p.parts[0].0 else { continue };
                if h.classes & class == 0 || p.leads && !self.leads(s, h.start) {
                    continue;
                }
                let starts = if p.parts.get(1).is_some_and(|part| !part.1) { self.starts(s, h.end) } else { Vec::new() };
                let Some(end) = self.forward(s, &p.parts[1..], h.end, &starts, p) else { continue };
                match things.iter_mut().find(|c| c.mention == p.mention) {
                    Some(c) => c.end = c.end.max(end),
                    None => things.push(Claim { mention: p.mention, start: h.start, end }),
                }
            }
            for claim in things {
                let mention = usize::from(claim.mention);
                let known = said.get(mention).is_some_and(|end| claim.start < *end);
                if !known && self.ends_there(s, claim.end) && !self.in_one_way(&self.text()[h.end..claim.end]) && self.may(s, &claim, before) {
                    said.resize(self.words.kinds.len(), 0);
                    said[mention] = claim.end.max(said[mention]);
                    out.push(claim);
                }
            }
        }
        out
    }

    /// Whether a denial ends at the thing that ends here, and denies no more than something about it: behind 未发生行政诉讼
    /// may stand 案件, nothing, or other things that there were none of, but not 败诉.
    fn ends_there(&self, s: Sentence, at: usize) -> bool {
        // What is counted right behind is a figure (没有收到申请3件 is odd, and no 0).
        let mut behind = self.numbers[self.numbers.partition_point(|n| n.start < at)..].iter().take_while(|n| n.behind <= at + 6);
        if let Some(n) = behind.find(|n| n.end <= s.end && n.unit.is_some()) {
            return n.value == 0.0;
        }
        let mut rest = &self.text()[at..s.end];
        while let Some((_, tail)) = beginning(rest, &self.words.absent.tails).next() {
            rest = &rest[tail.len()..];
        }
        let numbered = rest.trim_start_matches(|c: char| c.is_ascii_digit() || is_numeral(c));
        let next_point = numbered.len() < rest.len() && numbered.starts_with(['、', '.', '是', '年']);
        if next_point || rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '、') || beginning(rest, &self.words.absent.closers).next().is_some() {
            return true;
        }
        let Some((_, join)) = beginning(rest, &self.words.fill.joins).next() else { return false };
        let from = s.end - rest.len() + join.len();
        let (end, things) = (self.clause_end(s, from), self.words.things);
        let Some(last) = self.last(things, from, end) else { return true };
        let furthest = self.within(self.back(s, last.start).max(from), end).filter(|h| h.classes & things != 0).map(|h| h.end).max();
        furthest.is_none_or(|end| self.ends_there(s, end))
    }

    /// Whether a denial speaks of what came in one way only (未收到书面申请).
    fn in_one_way(&self, denied: &str) -> bool {
        let says = |words: &[String]| words.iter().any(|w| denied.contains(w.as_str()));
        says(&self.words.absent.some) && !says(&self.words.absent.every)
    }
}
