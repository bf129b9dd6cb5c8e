//! What stands around a title at the head of a page and is no part of it: keys with their values, and lists that lead to the
//! reports of other years.

use std::ops::Range;

use super::body::{acceptable, clean_body, ends_in_region, level};
use super::dated::undated;
use super::title::{LONGEST, Title, distinct, leads, take_apart, without_years};
use super::values::{Keyed, keyed};
use crate::extract::beside::block::Kind;
use crate::extract::beside::captions::of_months;
use crate::extract::items::atoms::{Atoms, COLON, SQUARE, is_pipe, text_lines};
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::years_in;
use crate::extract::words::wanted::head_of;
use crate::fold::{fold, is_space};
use crate::model::{CELL_END, ROW_END};

/// In bytes, the longest line that is asked for fields.
const LONGEST_LINE: usize = 1200;

/// So many bytes at the head of a text, and at its foot, may hold the fields of a page.
const PAGE: usize = 4500;

/// In letters, the shortest key that a cell tells by itself, and the longest that ends in a known one.
const KEY: std::ops::RangeInclusive<usize> = 3..=8;

/// In letters, what a key that is in no list may begin with before one that is: 审核 of 审核状态.
const BEGUN: usize = 4;

/// In letters, the shortest key that who reports may follow without any sign: 编写单位枫桥镇人民政府.
const HOLDER: usize = 4;

/// With so many digits, or more, a line ends or begins with a day: 2023112.
const DAY: usize = 6;

/// A key and its value.
pub type Field<'t> = Keyed<'t, Kind>;

/// The fields of a line or cell that begins with a known key and a colon.
pub fn fields<'t>(words: &FieldWords, line: &'t str) -> Vec<Field<'t>> {
    if line.len() > LONGEST_LINE {
        return Vec::new();
    }
    let digit = |c: char| c.is_ascii_digit();
    let key_of = |before: &str, _: &str, first: bool| {
        let key = before.trim_end_matches(|c| SQUARE[1].contains(&c) || matches!(c, ' ' | '　'));
        let (begins, kind) = words.known.keys.ending(key, 0).filter(|_| !before.ends_with(digit))?;
        // 信息发布日期 is one key.
        let is_one = || key.chars().filter(|c| c.is_alphanumeric()).count() <= *KEY.end() && !key.contains(digit);
        let counts = !first || !key[..begins].contains(char::is_alphanumeric) || is_one();
        counts.then_some((if first { 0 } else { begins }, kind))
    };
    keyed(line, key_of).into_iter().map(|field| Field { key: without_signs(field.key), ..field }).collect()
}

/// The key that a line or cell ends with and what it is about; its value stands in the next one. Words of a menu may be keys too:
/// one without a colon counts in a cell, or where it is none of those that concern nothing.
fn open_key<'t>(words: &FieldWords, line: &'t str) -> Option<(&'t str, Kind)> {
    if let Some(last) = fields(words, line).last() {
        return Some((last.key, last.kind)).filter(|_| !last.value.contains(char::is_alphanumeric));
    }
    let key = without_signs(line);
    let kind = words.known.keys.of(key)?;
    let folded = fold(key);
    let in_cell = || line.ends_with([CELL_END, '\t']) && folded.chars().count() >= *KEY.start();
    let telling = || kind != Kind::Plain || words.form.title.sources.contains(&folded) || words.published.are(&folded);
    (in_cell() || telling()).then_some((key, kind))
}

/// A line or cell without the signs around its words.
fn without_signs(line: &str) -> &str {
    line.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a line is a row of several cells, or a cell that another one stands behind.
fn has_cells(line: &str) -> bool {
    line.ends_with(CELL_END) || line.split(|c| c == '\t' || is_pipe(c)).filter(|cell| cell.contains(char::is_alphanumeric)).nth(1).is_some()
}

/// Whether a key says whose the title below it is, or gives the title.
fn leads_to_title(words: &FieldWords, key: &str) -> bool {
    let folded = fold(key);
    words.form.title.labels.contains(&folded) || words.form.words.issuers.contains(&folded) && !words.form.title.sources.contains(&folded)
}

/// The lines of a text by its fragments.
pub struct Lines<'t> {
    pub text: &'t str,
    pub atoms: &'t Atoms,
}

impl<'t> Lines<'t> {
    /// The fragments of the line in which one stands.
    fn around(&self, at: usize) -> Range<usize> {
        let f = &self.atoms.fragments;
        let line = f[at].line;
        let first = f[..at].iter().rposition(|x| x.line != line).map_or(0, |i| i + 1);
        first..f[at..].iter().position(|x| x.line != line).map_or(f.len(), |n| at + n)
    }

    /// The line of a fragment, with the marks of cells behind its words.
    pub fn line(&self, at: usize) -> &'t str {
        let part = self.around(at);
        let (start, end) = (self.atoms.fragments[part.start].start as usize, self.atoms.fragments[part.end - 1].end as usize);
        let marks = self.text[end..].find(|c| !matches!(c, CELL_END | ROW_END | '\t') && !is_pipe(c)).unwrap_or(self.text.len() - end);
        &self.text[start..end + marks]
    }

    fn folded(&self, at: usize) -> &'t str {
        let part = self.around(at);
        &self.atoms.folded[self.atoms.fragments[part.start].fold_start as usize..self.atoms.fragments[part.end - 1].fold_end as usize]
    }

    /// A fragment of the line above, and of the one below.
    fn above(&self, at: usize) -> Option<usize> {
        self.around(at).start.checked_sub(1)
    }

    fn below(&self, at: usize) -> Option<usize> {
        Some(self.around(at).end).filter(|next| *next < self.atoms.fragments.len())
    }

    /// The first fragment of a line.
    pub fn at(&self, line: u32) -> Option<usize> {
        let at = self.atoms.fragments.partition_point(|f| f.line < line);
        self.atoms.fragments.get(at).filter(|f| f.line == line).map(|_| at)
    }

    /// Whether a part of the line of a fragment, from that on, which names no report, belongs to the information of the page: it is a key
    /// with its value, one of these, or a cell beside others; or an entry of a list.
    pub fn is_apart(&self, words: &FieldWords, at: usize, part: &str) -> bool {
        if let [first, ..] = &fields(words, part)[..] {
            return !leads_to_title(words, first.key);
        }
        let f = &self.atoms.fragments;
        if at > 0 && f[at - 1].line == f[at].line {
            return false;
        }
        let open = |line: &'t str| open_key(words, line).filter(|(key, _)| !leads_to_title(words, key));
        let (line, above) = (self.line(at), self.above(at).map_or("", |above| self.line(above)));
        let in_row = above.ends_with(CELL_END) && line.contains(CELL_END);
        // Behind what a program should have filled in (浏览次数：) the title may begin.
        let is_time = || without_years(&undated(without_day(self.folded(at)))).is_empty();
        let is_value = || open(above).is_some_and(|(key, kind)| kind != Kind::Plain || words.form.title.sources.contains(&fold(key)) || is_time());
        in_row || is_glued(words, self.folded(at)) || has_cells(line) || open(line).is_some() || is_value() || self.is_listed(at)
    }

    /// Whether a known key and a colon begin with a fragment in the middle of its line.
    pub fn begins_field(&self, words: &FieldWords, at: usize) -> bool {
        let rest = head_of(&self.text[self.atoms.fragments[at].start as usize..], LONGEST_LINE);
        let cell = rest.split(|c| matches!(c, '\n' | '\t' | CELL_END) || is_pipe(c)).next().unwrap_or("");
        !fields(words, cell).is_empty()
    }

    /// Whether the line of a fragment is one of a list.
    pub fn is_listed(&self, at: usize) -> bool {
        let next = |from: Option<usize>| from.and_then(|at| self.below(at));
        let last = |from: Option<usize>| from.and_then(|at| self.above(at));
        let (above, below) = (last(Some(at)), next(Some(at)));
        let folded = |at: Option<usize>| at.map_or("", |at| self.folded(at));
        is_listed([folded(last(above)), folded(above), self.folded(at), folded(below), folded(next(below)), folded(next(next(below)))])
    }

    /// Whether the line of a fragment ends with a day in digits.
    pub fn is_dated(&self, at: usize) -> bool {
        let folded = self.folded(at);
        without_day(folded).len() < folded.len()
    }
}

impl Title {
    /// Without the beginning of the key that the text goes on with behind it.
    fn without_rest(mut self) -> Title {
        let named = self.words.len() - self.tail.len().min(self.words.len());
        if self.words.ends_with(&self.tail) && !(self.body_behind && self.body.is_some()) && self.tail.chars().count() <= BEGUN && !self.tail.contains(|c: char| c.is_ascii_digit()) {
            self.words.truncate(named);
        }
        self
    }
}

/// Takes away what leads to the reports of other years: the entries of a list, where a title of the same body stands elsewhere, or
/// one that leaves the year out below; and a line with a day at its end above such a title, unless something speaks for its year.
pub fn without_links(lines: &Lines, titles: [&mut Vec<Title>; 2], place: impl Fn(&Title) -> Option<String>, votes: &dyn Fn(&Title) -> usize) {
    let all: Vec<&Title> = titles.iter().flat_map(|some| some.iter()).collect();
    if all.windows(2).all(|two| two[0].years == two[1].years) {
        return;
    }
    let is = |t: &Title, what: &dyn Fn(usize) -> bool| !t.labelled && lines.at(t.line).is_some_and(what);
    let dated = |t: &Title| is(t, &|at| lines.is_dated(at));
    let listed: Vec<u32> = all.iter().filter(|t| !t.years.is_empty() && is(t, &|at| lines.is_listed(at))).map(|t| t.line).collect();
    let last = listed.iter().max().copied().unwrap_or(0);
    // Whether a title may be the report's, and another one lead to another.
    let beside = |t: &Title, link: &Title| {
        let same = || place(t).is_none_or(|own| place(link).is_none_or(|other| own == other));
        !listed.contains(&t.line) && !t.on_the_way && (t.is_whole() || t.line > last.max(link.line)) && same()
    };
    let is_link = |link: &Title| match listed.contains(&link.line) {
        true => all.iter().any(|t| beside(t, link)),
        false => dated(link) && votes(link) == 0 && all.iter().any(|t| t.years.is_empty() && !dated(t) && beside(t, link)),
    };
    let links: Vec<u32> = all.iter().filter(|t| is_link(t)).map(|t| t.line).collect();
    let Some(last) = links.iter().max().copied() else { return };
    for some in titles {
        some.retain(|t| !links.contains(&t.line));
        // What stands above a list is its heading.
        if some.iter().any(|t| t.line > last) {
            some.retain(|t| t.is_whole() || t.line > last);
        }
    }
}

/// A title without the cells beside it in its line, and without the keys and values behind it, where what is left of it says as much.
pub fn of_cell(words: &FieldWords, line: &str, whole: Title) -> Title {
    let divides = |c: char| matches!(c, '\t' | CELL_END | '【' | '[') || is_pipe(c);
    if whole.on_the_way || !line.contains(|c| divides(c) || COLON.contains(&c)) {
        return whole;
    }
    // A region, or another body, is a part of the body's name, though it stands in a cell of its own.
    let is_none = |cut: &str| level(words, cut).is_none() && !ends_in_region(words, cut);
    // 枫桥镇人民政府 | 224 | 年政府信息公开…: half a year is none.
    let is_nobody = |cut: &str| clean_body(words, cut).is_none() && is_none(cut.trim_end_matches(|c: char| c.is_ascii_digit()));
    let is_same = |own: &Title| match (&whole.body, &own.body) {
        (Some(all), Some(own)) => all.strip_suffix(own.as_str()).is_some_and(|cut| cut.is_empty() || is_none(cut)),
        (None, None) => whole.words.find(own.words.as_str()).is_some_and(|at| at == 0 || is_nobody(&whole.words[..at])),
        _ => false,
    };
    let keyed = |cell: &str, at: usize, c: char| is_space(c) && cell[at..].contains(COLON);
    let parts = line.split(divides).flat_map(|cell| cell.char_indices().filter(move |(at, c)| keyed(cell, *at, *c)).map(move |(at, _)| &cell[..at]).chain([cell]));
    let own = parts.filter_map(|part| take_apart(words, &fold(part), whole.line)).find(|own| own.years == whole.years && is_same(own));
    own.unwrap_or(whole)
}

/// Whether a folded line is a key and its value without a sign between them: the year (年度2023), or who reports (编写单位枫桥镇人民政府).
fn is_glued(words: &FieldWords, folded: &str) -> bool {
    let keys = &words.known.keys;
    let key = without_years(folded);
    let of_year = || key.len() < folded.len() && folded.starts_with(&key) && matches!(keys.of(&key), Some(Kind::Year | Kind::Period));
    let names = |key: &str, kind: Kind| !leads_to_title(words, key) && (matches!(kind, Kind::Owner | Kind::Holder) || words.form.title.sources.iter().any(|source| source == key));
    let is_body = |name: &str| clean_body(words, name).is_some_and(|body| body == name && acceptable(words, name));
    of_year() || keys.beginning(folded, HOLDER).is_some_and(|(end, kind)| names(&folded[..end], kind) && is_body(&folded[end..]))
}

/// The titles among the fields of a line, where one of these names a report: what the page's own information says the title is, or a
/// field that repeats it. None where no field does.
pub fn in_fields(words: &FieldWords, line: &str, number: u32) -> Option<Vec<Title>> {
    if !line.contains(COLON) || leads(line) {
        return None;
    }
    let fields = fields(words, line.trim_end_matches(|c| matches!(c, CELL_END | ROW_END | '\t') || is_pipe(c)));
    let form = &words.form.title;
    // 字号：大中小枫桥镇…: the key and its value are one mark.
    let is_mark = |folded: &str| form.labels.iter().any(|l| folded.starts_with(l.as_str()));
    let titled = |value: &str| {
        let folded = (!value.contains(['。', '，', '；', '\t', '|', CELL_END])).then(|| fold(value)).filter(|folded| folded.chars().count() <= LONGEST)?;
        take_apart(words, &folded, number).map(|title| of_cell(words, value, title))
    };
    let mut out = Vec::new();
    let mut named = false;
    for field in &fields {
        let key = fold(field.key);
        let labelled = form.labels.contains(&key);
        if !labelled && is_mark(&fold(head_of(line, 3 * LONGEST))) || form.behind.contains(&key) || form.sources.contains(&key) {
            continue;
        }
        // What a page is filed under may be called like a report: 信息类别：政府信息公开年报.
        let title = titled(field.value).filter(|t| labelled || t.body.is_some() || !t.years.is_empty());
        named |= title.is_some();
        let is_filed = form.categories.contains(&key);
        out.extend(title.filter(|t| (!is_filed || t.is_whole()) && !form.links.contains(&key)).map(|t| Title { labelled, ..if field.glued { t.without_rest() } else { t } }));
    }
    named.then_some(out)
}

/// Whether the third of these lines, folded, is one of a list: the one above or below it says the same of another year, and has a day
/// in it or below it just where this one has.
pub fn is_listed(lines: [&str; 6]) -> bool {
    let entry = |at: usize| {
        let mut entry = Entry::of(lines[at])?;
        entry.dated = entry.dated || lines.get(at + 1).is_some_and(|below| is_day_alone(below));
        Some(entry)
    };
    let Some(own) = entry(2) else { return false };
    let is_like = |other: Entry| other.words == own.words && other.dated == own.dated && other.year != own.year;
    entry(if is_day_alone(lines[1]) { 0 } else { 1 }).is_some_and(is_like) || entry(if is_day_alone(lines[3]) { 4 } else { 3 }).is_some_and(is_like)
}

/// An entry of a list of reports, folded.
struct Entry {
    /// Without its year and its day.
    words: String,
    year: i32,
    dated: bool,
}

impl Entry {
    fn of(folded: &str) -> Option<Entry> {
        if folded.len() > 3 * LONGEST {
            return None;
        }
        let undated = undated(without_day(folded));
        let [year] = distinct(years_in(&undated).into_iter())[..] else { return None };
        Some(Entry { words: without_years(&undated), year, dated: undated.len() < folded.len() })
    }
}

/// Folded words without the day, with or without a clock, that they begin or end with.
fn without_day(folded: &str) -> &str {
    let digit = |c: char| c.is_ascii_digit();
    let kept = folded.trim_end_matches(digit);
    let kept = if folded.len() - kept.len() >= DAY && folded[kept.len()..].starts_with("20") { kept } else { folded };
    let rest = kept.trim_start_matches(digit);
    if kept.len() - rest.len() >= DAY && kept.starts_with("20") { rest } else { kept }
}

/// Whether folded words are a day and no more.
fn is_day_alone(folded: &str) -> bool {
    undated(without_day(folded)).is_empty() && !folded.is_empty()
}

/// The years that the page's own information says the figures are of, at the head of a text, before its tables, and at its foot.
pub fn stated(words: &FieldWords, text: &str, tables: usize) -> Vec<i32> {
    let foot = text.floor_char_boundary(text.len().saturating_sub(PAGE)).max(tables);
    let mut out = Vec::new();
    for part in [head_of(&text[..tables], PAGE), &text[foot..]] {
        // A value may stand in the cell, or the line, behind its key.
        let mut open = false;
        for cell in text_lines(part).flat_map(|line| line.split_inclusive(|c| matches!(c, '\t' | CELL_END) || is_pipe(c))).filter(|cell| cell.contains(char::is_alphanumeric)) {
            let found = fields(words, cell);
            // A part of a year is not the year that a report is of.
            let years = |value: &str| if of_months(value) { Vec::new() } else { years_in(&fold(head_of(value, 3 * LONGEST))) };
            if open && found.is_empty() {
                out.extend(years(cell));
            }
            let of_period = |field: &&Field| field.kind == Kind::Period;
            out.extend(found.iter().filter(of_period).flat_map(|field| years(field.value)));
            open = open_key(words, cell).is_some_and(|(_, kind)| kind == Kind::Period);
        }
    }
    distinct(out.into_iter())
}
