//! Parts of a figure and their names: 主动公开政府信息…条，其中…; and lists that a total closes.

use super::acts;
use super::numbers::{Number, Year};
use super::patterns::{Claim, FoundWords, Sentence};
use super::scan::Hit;
use super::times::{Of, year_at};
use super::words::{BARRED, CLOSER, Classes, Kind, OPENER, OWN_YEAR, Pattern, ending};

/// A figure of the text, before it is known whether it is the report's own and the only one.
#[derive(Clone, Debug)]
pub struct Stated {
    pub mention: u8,
    pub item: Option<String>,
    /// Index of its number; none where words say 0.
    pub number: Option<usize>,
    /// The place that its year and scope are read at.
    pub at: usize,
    pub end: usize,
    /// Where the words begin that state it; none for what a list tells.
    pub start: Option<usize>,
    pub sentence: Sentence,
    /// Index of the figure that it is a part of.
    pub part_of: Option<usize>,
    /// The text says that its parts are all of it.
    pub whole: bool,
    /// A part that is a year's growth.
    pub grown: Option<Grown>,
    /// The words by which it is with what was carried over from the year before.
    pub carried: Option<(usize, usize)>,
    /// The part by which it is of more than what is counted.
    pub wider: Option<(usize, usize)>,
}

/// A year's growth of a figure: where that is the year reported on, or the figure is a stock, that is of more years.
#[derive(Clone, Copy, Debug)]
pub struct Grown {
    /// The sentence and the words of the growth.
    pub sentence: Sentence,
    pub start: usize,
    pub end: usize,
    pub of_stock: bool,
}

impl Stated {
    /// One that a claim of a sentence states, with or without a number; a part of nothing yet.
    fn new(claim: Claim, number: Option<usize>, at: usize, sentence: Sentence) -> Stated {
        Stated { mention: claim.mention, item: None, number, at, end: claim.end, start: Some(claim.start), sentence, part_of: None, whole: false, grown: None, carried: None, wider: None }
    }
}

/// The list that is being read.
#[derive(Clone, Copy)]
struct Open {
    total: usize,
    /// 其中 or the like was read.
    parts: bool,
    /// What its parts are counted in, which may be another unit than the total's (732余条次，其中通过网站公开政府信息635条).
    unit: Option<u16>,
    sum: f64,
    /// Where its parts begin.
    from: usize,
    /// How many more brackets open than close from there up to a place.
    open: isize,
    to: usize,
}

/// Numbers of a sentence in a row that may be parts of one figure, each with what states it, if anything does: the first ones, all
/// of one kind, then those that nothing claims.
#[derive(Default)]
struct Run {
    numbers: Vec<(usize, Option<usize>)>,
    sum: f64,
    /// Not all are in one unit, or one is about so many.
    mixed: bool,
    qualified: bool,
    /// Whether a verb begins the list, once that was asked.
    publishes: Option<bool>,
}

impl Run {
    fn push(&mut self, found: &FoundWords, i: usize, stated: Option<usize>) {
        let n = &found.numbers[i];
        self.mixed |= self.numbers.first().is_some_and(|r| found.numbers[r.0].unit != n.unit);
        self.qualified |= n.qualifier.is_some();
        self.sum += n.value;
        self.numbers.push((i, stated));
    }

    fn clear(&mut self) {
        self.numbers.clear();
        (self.sum, self.mixed, self.qualified, self.publishes) = (0.0, false, false, None);
    }

    /// The figure that states the first of them.
    fn claimed(&self) -> Option<usize> {
        self.numbers.first()?.1
    }

    fn is_in(&self, found: &FoundWords, unit: Option<u16>) -> bool {
        !self.mixed && self.numbers.first().is_some_and(|r| found.numbers[r.0].unit == unit)
    }

    /// Whether they are two at least and sum up to a number.
    fn sums_to(&self, found: &FoundWords, total: &Number) -> bool {
        self.numbers.len() >= 2 && total.qualifier.is_none() && self.is_in(found, total.unit) && !self.qualified && self.sum == total.value
    }
}

/// Where a year and its growth stand before a number.
#[derive(Clone, Copy)]
struct Growth {
    start: usize,
    /// The words say that it is new (新增), not only of that year.
    new: bool,
}

/// Reads a page sentence by sentence.
pub struct Lists<'f, 'a> {
    pub found: &'f FoundWords<'a>,
    pub stated: Vec<Stated>,
    open: Option<Open>,
    /// What was open where the sentence before ended, or where parts made up their total, up to the next number: 累计主动公开81条。2024年新增27条。
    before: Option<Open>,
    /// The figure that was stated last, where it is a year's growth.
    new: Option<(usize, Growth)>,
}

impl<'f, 'a> Lists<'f, 'a> {
    pub fn new(found: &'f FoundWords<'a>) -> Lists<'f, 'a> {
        Lists { found, stated: Vec::new(), open: None, before: None, new: None }
    }

    fn number(&self, i: usize) -> &'f Number {
        &self.found.numbers[i]
    }

    fn kind(&self, mention: u8) -> &'f Kind {
        &self.found.words.kinds[mention as usize]
    }

    pub fn sentence(&mut self, s: Sentence) {
        let f = self.found;
        // 其中 at the start of a sentence goes on with the list of the sentence before.
        let goes_on = !s.first && s.classes & OPENER != 0 && f.within(s.start, s.end).next().is_some_and(|h| h.start == s.start && h.classes & OPENER != 0);
        let open = self.open.filter(|_| !s.first);
        (self.open, self.before) = if goes_on { (self.open, None) } else { (None, open) };
        if !s.states {
            return;
        }
        let first = f.numbers.partition_point(|n| n.start < s.start);
        let last = first + f.numbers[first..].iter().take_while(|n| n.start < s.end).count();
        let possible = if first < last { f.possible(s) } else { Vec::new() };
        let mut run = Run::default();
        let mut mentions: Vec<u8> = Vec::new();
        let mut from = s.start;
        for i in first..last {
            self.step(s, i, from, &possible, &mut run, &mut mentions);
            from = self.number(i).end;
        }
        self.behind_total(s, &run.numbers);
        for claim in f.absent(s, &mentions) {
            if !f.barred(s, claim.start) && !acts::undone(f, s, &claim) && !acts::but_for_some(f, s, &claim) {
                self.stated.push(Stated::new(claim, None, claim.start, s));
            }
        }
    }

    fn step(&mut self, s: Sentence, i: usize, from: usize, possible: &[&'a Pattern], run: &mut Run, mentions: &mut Vec<u8>) {
        let (f, n) = (self.found, self.number(i));
        if f.has(CLOSER, from, n.behind) {
            self.open = None;
        }
        if let Some(open) = &mut self.open
            && !open.parts
            && (f.has(OPENER, from, n.behind) || f.text()[from..].starts_with('：'))
        {
            *open = Open { parts: true, from, open: 0, to: from, ..*open };
            let says_so = |word: &String| f.text()[from..n.behind].contains(word.as_str());
            self.stated[open.total].whole |= f.words.lists.whole.iter().any(says_so);
        }
        self.with_carried(s, i, from);
        // The names of parts are free: 规划计划2条 is no plan.
        let in_parts = self.open.is_some_and(|o| o.parts);
        if if in_parts { f.has(BARRED, f.clause_start(s, n.behind), n.behind) } else { f.barred(s, n.behind) } {
            run.clear();
            return;
        }
        let mut claims = f.claims(s, n, possible, mentions);
        if !in_parts && claims.iter().any(|c| acts::undone(f, s, c)) {
            run.clear();
            return;
        }
        let total = self.open.map(|o| self.stated[o.total].mention);
        if let Some(open) = &mut self.open
            && open.parts
            && open.from == from
            && claims.iter().any(|c| Some(c.mention) == total)
            && f.opens(s, from, n.behind)
        {
            open.unit = n.unit;
        }
        let before = self.before.take();
        let growth = self.growth(s, from, n, self.open.or(before));
        if let Some(growth) = growth
            && self.grows(s, i, before, growth, &claims)
        {
            return;
        }
        if self.part(s, i, from, &claims) {
            return;
        }
        // 主动公开文件3条，建议提案1条: a point of a list whose words are all its name is what the others are. Nobody lists none.
        let goes_on = n.value != 0.0 && run.numbers.last().is_some_and(|r| r.1.is_none() && self.number(r.0).unit == n.unit);
        if goes_on && claims.iter().all(|c| self.names_a_part(c, from, n)) && self.publishes(s, run) {
            claims.clear();
        }
        for claim in &claims {
            if !mentions.contains(&claim.mention) {
                mentions.push(claim.mention);
            }
        }
        let Some(first) = claims.first() else {
            if !self.closing(s, i, from, run) {
                run.push(f, i, None);
            }
            return;
        };
        let index = self.stated.len();
        self.stated.extend(claims.iter().map(|c| Stated::new(*c, Some(i), n.behind, s)));
        self.outgrows(s, index, from);
        self.new = growth.filter(|g| g.new).map(|g| (index, g));
        // 文件3条、动态5条，主动公开信息共计8条: the list stands before its total.
        if run.claimed().is_none() && run.sums_to(f, n) {
            self.parts_of_run(s, &run.numbers, index);
            run.clear();
        }
        if run.numbers.last().is_some_and(|r| r.1.is_none_or(|x| self.stated[x].mention != first.mention)) {
            run.clear();
        }
        run.push(f, i, Some(index));
        self.open = Some(Open { total: index, parts: false, unit: n.unit, sum: 0.0, from: n.end, open: 0, to: n.end });
    }

    /// Whether a number is what a year added to an older figure: to that of the open list, or, where the words say that it is new, of the sentence
    /// before. Where that figure is a stock, the number is the year's own.
    fn grows(&mut self, s: Sentence, i: usize, before: Option<Open>, growth: Growth, claims: &[Claim]) -> bool {
        let n = self.number(i);
        let Some(open) = self.open.or(before.filter(|_| growth.new)).filter(|o| o.unit == n.unit) else { return false };
        let total = &self.stated[open.total];
        // Where all of it is this year's, its total is too.
        if total.number.is_some_and(|t| self.number(t).value == n.value) {
            return false;
        }
        let (of_total, stock) = (claims.iter().all(|c| c.mention == total.mention), self.is_stock(total));
        let is_said = open.parts || claims.is_empty() && (stock || self.open.is_some()) || of_total && stock && self.open.is_some();
        if !is_said {
            return false;
        }
        let claim = Claim { mention: total.mention, start: growth.start, end: n.end };
        self.stated[open.total].grown = Some(Grown { sentence: s, start: growth.start, end: n.behind, of_stock: stock && open.parts });
        let is_own = stock && of_total && self.begins_clause(s, growth.start);
        if is_own {
            self.stated.push(Stated::new(claim, Some(i), n.behind, s));
            self.open = self.open.map(|open| Open { sum: open.sum + n.value, to: n.start, ..open });
        }
        is_own
    }

    /// Whether nothing but words that open a list stands before a place in its clause: 其中网站2024年新增 is one way's growth.
    fn begins_clause(&self, s: Sentence, at: usize) -> bool {
        let f = self.found;
        let before = f.text()[f.clause_start(s, at)..at].trim_start_matches(|c: char| !c.is_alphanumeric());
        before.is_empty() || f.words.lists.openers.iter().any(|opener| before == opener)
    }

    /// Whether a figure is of all years up to a day: the words say that it grew (累计), and none before them that it did so within a year.
    fn is_stock(&self, stated: &Stated) -> bool {
        let (f, s) = (self.found, stated.sentence);
        let lists = &f.words.lists;
        let before = &f.text()[s.start..stated.at];
        let year = f.years[..f.years.partition_point(|y| y.start < stated.at)].last().filter(|y| y.start >= s.start);
        let is_end = |y: &Year| {
            let behind = f.text()[y.start..].split_once('年').map_or("", |(_, behind)| behind);
            ending(&f.text()[s.start..y.start], &f.words.numbers.until).next().is_some() || lists.year_ends.iter().any(|end| behind.starts_with(end.as_str()))
        };
        let in_part = matches!(year_at(f, s, stated.at), Of::Months(..) | Of::Other(..));
        lists.stock.iter().any(|w| before.contains(w.as_str())) && !in_part && !f.has(OWN_YEAR, s.start, stated.at) && year.is_none_or(is_end)
    }

    /// 2024年新增主动公开政府信息52条，累计公开1052条: the stock behind what a year added to it.
    fn outgrows(&mut self, s: Sentence, index: usize, from: usize) {
        let (f, stated) = (self.found, &self.stated[index]);
        let Some((new, growth)) = self.new.and_then(|(new, growth)| Some((self.stated.get(new)?, growth))) else { return };
        let value = |x: &Stated| x.number.map_or(0.0, |i| self.number(i).value);
        if new.mention != stated.mention || new.sentence.start != s.start {
            return;
        }
        let words = &f.text()[from..stated.at];
        let is_stock = f.words.lists.stock.iter().any(|w| words.contains(w.as_str())) && f.years.iter().all(|y| y.start < from || y.start >= stated.at) && !f.has(OWN_YEAR, from, stated.at);
        if is_stock && value(stated) > value(new) {
            self.stated[index].grown = Some(Grown { sentence: s, start: growth.start, end: new.at, of_stock: true });
        }
    }

    /// A number in an open list that nothing else claims is a part.
    fn part(&mut self, s: Sentence, i: usize, from: usize, claims: &[Claim]) -> bool {
        let (f, n) = (self.found, self.number(i));
        self.change_total(s, from, n);
        let Some(open) = self.open.as_mut().filter(|o| o.parts) else { return false };
        let between = &f.text()[open.to..n.start];
        (open.open, open.to) = (open.open + between.matches('（').count() as isize - between.matches('）').count() as isize, n.start);
        let open = *open;
        let total = &self.stated[open.total];
        let Some(of) = total.number.map(|t| self.number(t)) else { return false };
        let named = self.kind(total.mention).parts.is_some();
        if open.unit != n.unit || claims.iter().any(|c| c.mention != total.mention && !(named && self.names_a_part(c, from, n))) {
            // Another unit may be a remark within the list; another figure ends it.
            self.open = self.open.filter(|_| claims.is_empty());
            return claims.is_empty();
        }
        if open.open > isize::from(f.text()[open.from..n.start].starts_with('（')) {
            return true;
        }
        if let Some(wider) = self.narrows(&open, from, n) {
            self.stated[open.total].wider = Some(wider);
        }
        match self.name(from, n.behind, false) {
            Some(name) => {
                self.push_part(s, i, name, open.total);
                let sum = open.sum + n.value;
                self.open = (of.qualifier.is_some() || sum != of.value).then_some(Open { sum, ..open });
                self.before = if self.open.is_none() { Some(open) } else { None };
            }
            None => self.open = None,
        }
        true
    }

    /// 行政复议6件和行政诉讼3件，其中行政复议维持5件: a part whose name says which of the figures before it is of, and those that follow it.
    fn change_total(&mut self, s: Sentence, from: usize, n: &Number) {
        let f = self.found;
        let Some(open) = self.open.filter(|o| o.parts) else { return };
        let own = self.kind(self.stated[open.total].mention).thing;
        let named = |x: &Stated| {
            let thing = self.kind(x.mention).thing & !own;
            x.sentence.start == s.start && x.item.is_none() && own != 0 && f.has(thing, from, n.behind) && !f.has(own, from, n.behind)
        };
        if let Some(total) = self.stated.iter().rposition(named) {
            self.open = Some(Open { total, sum: 0.0, ..open });
        }
    }

    /// 收到申请11件（含上年度结转2件）, 收到申请11件，其中2件为上年结转: the figure before is not the year's.
    fn with_carried(&mut self, s: Sentence, i: usize, from: usize) {
        let (f, n) = (self.found, self.number(i));
        let Some(open) = self.open.filter(|o| o.unit == n.unit) else { return };
        let (stated, words, lists) = (&self.stated[open.total], &f.text()[from..n.behind], &f.words.lists);
        let Some(total) = stated.number.map(|t| self.number(t)).filter(|t| n.value != 0.0 && n.value <= t.value) else { return };
        // What was answered came in either year; and a bracket behind a part is of that part.
        let is_beside = total.end == from || !words.contains(['（', '(']);
        if !f.words.kinds[stated.mention as usize].follows.is_empty() || !is_beside {
            return;
        }
        let says = |list: &[String]| list.iter().any(|w| words.contains(w.as_str()));
        let carried = lists.carried.iter().find_map(|w| Some(from + words.find(w.as_str())? + w.len()));
        let behind = &f.text()[n.end..f.clause_end(s, n.end)];
        let is = || f.words.fill.bare.iter().filter_map(|is| behind.strip_prefix(&**is));
        let named = is().find_map(|rest| lists.carried.iter().find_map(|w| Some(n.end + behind.len() - rest.strip_prefix(w.as_str())?.len())));
        if let Some(end) = carried.or(named).filter(|_| (open.parts || says(&lists.with)) && !says(&lists.without)) {
            let start = words.find(char::is_alphabetic).unwrap_or(0);
            self.stated[open.total].carried = Some((from + start, end));
        }
    }

    /// 收到申请3件，其中政府信息公开申请1件: the full name of what is counted, where the figure before a smaller part is stated without it.
    fn narrows(&self, open: &Open, from: usize, n: &Number) -> Option<(usize, usize)> {
        let (f, total) = (self.found, &self.stated[open.total]);
        let narrow = self.kind(total.mention).narrow;
        let is_smaller = total.number.is_some_and(|t| n.value < self.number(t).value);
        let named = f.has(narrow, total.start?, total.end);
        f.within(from, n.end).find(|h| h.classes & narrow != 0).filter(|_| is_smaller && !named).map(|h| (h.start, n.end))
    }

    /// Whether the words of a claim are no more than the name of a part (建议提案1条 in a list of what was published).
    fn names_a_part(&self, c: &Claim, from: usize, n: &Number) -> bool {
        self.kind(c.mention).parts.is_none() && c.start >= from && c.start < n.behind && {
            let name = self.name(c.start, n.behind, false);
            self.name(from, n.behind, false) == name || self.name(from, n.behind, true) == name
        }
    }

    /// The year and its growth that the words before a number are, and nothing else (其中2022年新增110条). In a list, or behind a stock, the words
    /// by which that is stated say no more (累计开展培训12次，其中2024年开展3次).
    fn growth(&self, s: Sentence, from: usize, n: &Number, open: Option<Open>) -> Option<Growth> {
        let (f, lists) = (self.found, &self.found.words.lists);
        let year = f.years[f.years.partition_point(|y| y.start < from)..].first().filter(|y| y.start < n.start);
        let year = year.and_then(|y| Some((y.start, y.start + f.text()[y.start..].find('年')? + '年'.len_utf8())));
        let own = || f.within(from.max(s.start), n.behind).find(|h| h.classes & OWN_YEAR != 0).map(|h| (h.start, h.end));
        let that = || lists.that_year.iter().find_map(|w| f.text()[from..n.behind].find(w.as_str()).map(|at| (from + at, from + at + w.len())));
        let (start, end) = year.or_else(own).or_else(that)?;
        let mut words = f.text()[end..n.behind].trim_start_matches('度').trim_start_matches('，');
        let mut new = false;
        let says = open.filter(|open| open.parts || self.is_stock(&self.stated[open.total])).map(|open| self.kind(self.stated[open.total].mention).says);
        while !words.is_empty() {
            let at = n.behind - words.len();
            let is_new = lists.new.iter().find_map(|w| words.strip_prefix(w.as_str()));
            new |= is_new.is_some();
            let own = |says: Classes| f.within(at, n.behind).take_while(|h| h.start == at).filter(|h| h.classes & says != 0).map(|h| &f.text()[h.end..n.behind]).min_by_key(|rest| rest.len());
            let verb = || lists.verbs.iter().find_map(|w| words.strip_prefix(w.as_str()));
            words = is_new.or_else(|| lists.grown.iter().find_map(|w| words.strip_prefix(w.as_str()))).or_else(|| own(says?).or_else(verb))?;
        }
        Some(Growth { start, new })
    }

    fn push_part(&mut self, s: Sentence, i: usize, name: String, total: usize) {
        let mention = self.stated[total].mention;
        let mention = self.kind(mention).parts.unwrap_or(mention);
        let n = self.number(i);
        self.stated.push(Stated { mention, item: Some(name), number: Some(i), at: n.behind, end: n.end, start: None, sentence: s, part_of: Some(total), whole: false, grown: None, carried: None, wider: None });
    }

    fn sums_to(&self, run: &[(usize, Option<usize>)], total: &Number) -> bool {
        run.len() >= 2
            && total.qualifier.is_none()
            && run.iter().all(|r| self.number(r.0).unit == total.unit && self.number(r.0).qualifier.is_none())
            && run.iter().map(|r| self.number(r.0).value).sum::<f64>() == total.value
    }

    /// …，共计8条: a clause that has nothing but a total, behind a list that a word of `list_head` begins.
    fn closing(&mut self, s: Sentence, i: usize, from: usize, run: &mut Run) -> bool {
        let (f, n) = (self.found, self.number(i));
        let clause = f.clause_start(s, n.behind).max(from);
        let only_total = f.words.lists.total.iter().any(|t| &f.text()[clause..n.behind] == t.as_str());
        if !only_total || !run.is_in(f, n.unit) {
            return false;
        }
        let first = run.numbers[0].0;
        let Some(mention) = self.listed(s, run) else { return false };
        if run.claimed().is_some() && !run.sums_to(f, n) {
            return false;
        }
        // What was taken for a total is a part of this one.
        self.remove(&run.numbers.iter().filter_map(|r| r.1).collect::<Vec<_>>());
        let index = self.stated.len();
        self.stated.push(Stated { mention, item: None, number: Some(i), at: self.number(first).behind, end: n.end, start: None, sentence: s, part_of: None, whole: true, grown: None, carried: None, wider: None });
        self.parts_of_run(s, &run.numbers, index);
        run.clear();
        self.open = None;
        true
    }

    /// The mention whose words begin a list.
    fn listed(&self, s: Sentence, run: &Run) -> Option<u8> {
        let f = self.found;
        let &(first, claimed) = run.numbers.first()?;
        let to = self.number(first).behind;
        let head = f.clause_start(s, to);
        (0..f.words.kinds.len() as u8).find(|&m| {
            let kind = self.kind(m);
            kind.list_head != 0
                && match claimed {
                    Some(x) => self.stated[x].mention == m,
                    None => f.has(kind.list_head, head, to) && !f.has(kind.unless, head, to),
                }
        })
    }

    /// Whether a verb begins the list (公开政策文件3条), none that is a piece of a noun (信息公开投诉0件).
    fn publishes(&self, s: Sentence, run: &mut Run) -> bool {
        let publishes = run.publishes.unwrap_or_else(|| self.verb_begins(s, run));
        run.publishes = Some(publishes);
        publishes
    }

    fn verb_begins(&self, s: Sentence, run: &Run) -> bool {
        let f = self.found;
        let Some(verbs) = self.listed(s, run).map(|m| self.kind(m).list_head) else { return false };
        let to = self.number(run.numbers[0].0).behind;
        let clause = f.clause_start(s, to);
        let words = || f.within(clause, to);
        let in_noun = |h: &Hit| f.within(f.back(s, h.start).max(clause), to).take_while(|o| o.start <= h.start).any(|o| o.start <= h.start && h.end <= o.end && o.end - o.start > h.end - h.start && o.classes & verbs == 0);
        words().any(|h| h.classes & verbs != 0 && !in_noun(h))
    }

    /// Takes figures of this sentence out, and what was said to be their parts.
    fn remove(&mut self, gone: &[usize]) {
        // What stands before the first of them stays.
        let Some(&first) = gone.iter().min() else { return };
        let mut kept: Vec<Option<usize>> = Vec::new();
        for (x, mut stated) in (first..).zip(self.stated.split_off(first)) {
            let of = stated.part_of;
            stated.part_of = of.and_then(|p| if p < first { Some(p) } else { kept[p - first] });
            let stays = gone.binary_search(&x).is_err() && of.is_some() == stated.part_of.is_some();
            kept.push(stays.then_some(self.stated.len()));
            self.stated.extend(stays.then_some(stated));
        }
    }

    /// 公开政府信息8条，文件3条、动态5条: a list without a word that opens it, where it sums up to the total.
    fn behind_total(&mut self, s: Sentence, run: &[(usize, Option<usize>)]) {
        let Some(at) = run.iter().rposition(|r| r.1.is_some()) else { return };
        let Some(total) = run[at].1 else { return };
        if self.kind(self.stated[total].mention).parts.is_some() && self.sums_to(&run[at + 1..], self.number(run[at].0)) {
            self.parts_of_run(s, &run[at + 1..], total);
        }
    }

    fn parts_of_run(&mut self, s: Sentence, run: &[(usize, Option<usize>)], total: usize) {
        let mut from = s.start;
        for (k, &(i, claimed)) in run.iter().enumerate() {
            if k == 0 && i > 0 {
                from = from.max(self.number(i - 1).end);
            }
            if let Some(name) = self.name(from, self.number(i).behind, k == 0 && claimed.is_none()) {
                self.push_part(s, i, name, total);
            }
            from = self.number(i).end;
        }
    }

    /// The words between two numbers that name the second. The first of a list without a total before it stands
    /// behind the verb that opens the list.
    fn name(&self, from: usize, to: usize, head: bool) -> Option<String> {
        let f = self.found;
        let mut start =
            f.text()[from..to].char_indices().rev().find(|(_, c)| matches!(c, '，' | '；' | '：' | '。')).map_or(from, |(i, c)| from + i + c.len_utf8());
        if let Some(h) = f.within(start, to).filter(|h| h.classes & OPENER != 0 && h.end - h.start > 3).last() {
            start = h.end;
        }
        if head {
            let verbs = f.words.kinds.iter().fold(0, |all, k| all | k.list_head);
            if let Some(h) = f.within(start, to).filter(|h| h.classes & verbs != 0 && h.end < to).max_by_key(|h| (h.end - h.start, std::cmp::Reverse(h.start)))
            {
                start = h.end;
            }
        }
        let mut name = without_marker(&f.text()[start..to]);
        let lists = &f.words.lists;
        while let Some(b) = lists.name_begins.iter().find(|b| name.starts_with(b.as_str())) {
            name = without_marker(&name[b.len()..]);
        }
        while let Some(e) = lists.name_ends.iter().find(|e| name.ends_with(e.as_str())) {
            name = &name[..name.len() - e.len()];
        }
        let fits = (1..=lists.name_longest).contains(&name.chars().count()) && !name.contains(|c: char| c.is_ascii_digit());
        fits.then(|| name.to_string())
    }
}

/// Without the mark of a numbered point: 1. （2） 3、.
fn without_marker(name: &str) -> &str {
    let rest = name.trim_start_matches('（').trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.chars().next() {
        Some('.' | '、' | '）') if rest.len() < name.len() => rest[rest.chars().next().map_or(0, char::len_utf8)..].trim_start_matches('、'),
        _ => name,
    }
}
