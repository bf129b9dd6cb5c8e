//! The information block of a page or document: short lines or cells of a key and its value around the title and at the foot
//! (`索引号：…`, `有效性：有效`, `数据年度：2023年`). What a key is about is data; a key that no list has is told where it stands
//! beside one that is known.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr3};

use super::captions::is_word;
use super::explained::Own;
use crate::extract::about::body::{TOWNSHIP, level};
use crate::extract::about::period::{self, Odd};
use crate::extract::about::values::{self, Keyed, keyed};
use crate::extract::items::atoms::{COLON, SQUARE, is_pipe, is_separator, place_of, text_lines};
use crate::extract::words::cut::Cut;
use crate::extract::words::dates::{of_date, whole_date, year_of, years_in};
use crate::extract::words::wanted::head_of;
use crate::extract::words::word::{Words, beginning, ending};
use crate::fold::{fold, fold_char, is_space};
use crate::form::{Fields, Form};
use crate::model::{CELL_END, ROW_END};

/// In bytes, the longest cell or line that may hold fields, and the longest one that may be a whole block, its keys with colons.
const LONGEST: usize = 300;
const BLOCK: usize = 1200;

/// In letters, the shortest and the longest key that no list has.
const KEY: std::ops::RangeInclusive<usize> = 2..=8;

/// In letters, the longest value, and the longest one that is a remark.
const VALUE: usize = 24;
const REMARK: usize = 60;

/// In letters, who may be named behind a value that says nothing: 同意发布。李某某.
const NAME: usize = 3;

/// In letters, the shortest key that its value may follow without any sign: 有效性有效; and the shortest one that may follow the
/// value of another so.
const GLUED: usize = 3;
const INNER: usize = 4;

/// So many fields of a part are looked at; more say nothing new.
const MOST: usize = 200;

const WIDE_COLON: &str = "：";

/// What ends a sentence, or parts it.
const STOPS: [char; 3] = ['。', '；', '，'];

/// What a key is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Nothing that concerns the figures.
    Plain,
    /// Who or what has seen to them: it tells nothing unless it holds a word that voids them.
    Signer,
    /// What became of the document.
    State,
    /// The day from which on it is void.
    End,
    /// Whether the document is something: 是否草稿.
    Whether,
    /// What kind of page it is: it tells nothing unless it is a word that voids the figures.
    Sort,
    /// Of what time the figures are.
    Period,
    /// What calls the statistics period in running text as well: it is told.
    Term,
    /// Of what year something is: the report's, or the one in which it was published.
    Year,
    /// Whose the figures are.
    Owner,
    /// Who has to do with the document.
    Holder,
    /// A remark.
    Note,
}

/// The keys of the form, made ready once a run.
pub struct Keys {
    keys: Words,
    /// By key.
    kinds: Vec<Kind>,
    longest: usize,
    /// The values that are as they should be, the longest first.
    fine: Words,
    /// Those that void.
    voids: Words,
    /// Those of what was in force once.
    past: Words,
}

impl Keys {
    pub fn new(form: &Form) -> Keys {
        let (f, t, p, w) = (&form.beside.fields, &form.title, &form.preamble, &form.words);
        let own: [(&[String], Kind); 11] = [(&f.states, Kind::State), (&f.ends, Kind::End), (&f.signers, Kind::Signer), (&f.sorts, Kind::Sort), (&f.periods, Kind::Period), (&f.years, Kind::Year), (&f.owners, Kind::Owner), (&f.holders, Kind::Holder), (&f.notes, Kind::Note), (&f.plain, Kind::Plain), (&p.period, Kind::Term)];
        let known: [&[String]; 9] = [&t.behind, &t.labels, &t.sources, &t.links, &t.categories, &p.published, &p.contact, &p.codes, &form.beside.signers];
        // Where a word is of two lists the field's own decides.
        let all = own.into_iter().chain(known.into_iter().chain([&w.issuers[..], &w.unit_marks]).map(|list| (list, Kind::Plain)));
        let mut named: Vec<(String, Kind)> = all.flat_map(|(list, kind)| list.iter().map(move |word| (fold(word), kind))).filter(|(key, _)| key.chars().nth(1).is_some()).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.dedup_by(|later, first| later.0 == first.0);
        Keys {
            longest: named.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0),
            kinds: named.iter().map(|k| k.1).collect(),
            keys: named.into_iter().map(|k| k.0).collect::<Vec<_>>().into(),
            voids: f.voids.iter().cloned().collect::<Vec<_>>().into(),
            past: f.past.clone().into(),
            fine: Words::from(f.fine.iter().map(|w| fold(w)).collect::<Vec<_>>()).longest_first(),
        }
    }

    /// The longest key that words end with, and where it begins, from a place on; its letters may stand apart.
    pub fn ending(&self, words: &str, from: usize) -> Option<(usize, Kind)> {
        // With each letter how many spaces stand behind it.
        let mut letters: Vec<(usize, char, usize)> = Vec::with_capacity(self.longest);
        let mut spaces = 0;
        for (at, c) in words.char_indices().rev() {
            if is_space(c) {
                spaces += 1;
                continue;
            }
            let Some(c) = fold_char(c).filter(|_| letters.len() < self.longest) else { break };
            letters.push((at, c, std::mem::take(&mut spaces)));
        }
        let folded: String = letters.iter().rev().map(|l| l.1).collect();
        // 报告    年度 is the end of a value and a key.
        let even = |gaps: &[(usize, char, usize)]| gaps.iter().all(|l| l.2 <= 1) || gaps.iter().all(|l| l.2 > 0);
        let fits = |key: &str| Some(key.chars().count()).is_some_and(|n| letters[n - 1].0 >= from && even(&letters[1..n]));
        let (n, key) = ending(&folded, &self.keys).filter(|(_, key)| fits(key)).max_by_key(|(_, key)| key.len())?;
        Some((letters[key.chars().count() - 1].0, self.kinds[n]))
    }

    /// What words are, if they are a key and nothing else.
    pub fn of(&self, words: &str) -> Option<Kind> {
        if words.is_empty() || words.len() > 8 * self.longest {
            return None;
        }
        let folded = fold(words);
        ending(&folded, &self.keys).find(|(_, key)| key.len() == folded.len()).map(|(n, _)| self.kinds[n])
    }

    /// Whether words are a key and nothing else.
    pub fn are(&self, words: &str) -> bool {
        self.of(words).is_some()
    }

    /// Whether folded words end with a key.
    pub fn end(&self, folded: &str) -> bool {
        ending(folded, &self.keys).next().is_some()
    }

    /// The same of a cell, where a key counts by its end, unless it concerns nothing.
    pub fn of_cell(&self, words: &str) -> Option<Kind> {
        let short = || words.len() <= 3 * KEY.end() && words.chars().all(is_word);
        self.of(words).or_else(|| short().then(|| self.ending(words, 0)).flatten().map(|(_, kind)| kind).filter(|kind| *kind != Kind::Plain))
    }

    /// The longest key of so many letters that words begin with, and where it ends; it stands as it is written in the list. A shorter
    /// one counts where nothing but a state stands behind it: 状态草稿.
    pub fn beginning(&self, words: &str, letters: usize) -> Option<(usize, Kind)> {
        let counts = |key: &str| key.chars().count() >= letters || self.begins_with_state(&words[key.len()..]);
        let (n, key) = beginning(words, &self.keys).filter(|(_, key)| counts(key)).max_by_key(|(_, key)| key.len())?;
        Some((key.len(), self.kinds[n]))
    }

    /// Whether words begin with a state behind which nothing stands, or another key.
    fn begins_with_state(&self, words: &str) -> bool {
        let words = words.trim();
        let ends = |rest: &str| rest.is_empty() || beginning(rest, &self.keys).any(|(_, key)| key.chars().count() >= GLUED);
        let rest = self.behind_fine(words);
        rest.len() < words.len() && ends(rest) || beginning(words, &self.voids).chain(beginning(words, &self.past)).any(|(_, word)| ends(&words[word.len()..]))
    }

    /// Where the key of a state ends behind which stands one that voids, or that is past, and nothing else: 流程状态待审.
    fn of_one_state(&self, words: &str) -> Option<usize> {
        let before = ending(words, &self.voids).chain(ending(words, &self.past)).map(|(_, word)| words[..words.len() - word.len()].trim_end());
        before.filter(|key| self.of_cell(key) == Some(Kind::State)).map(str::len).min()
    }

    /// Whether a folded value is a word that voids, and nothing else.
    fn is_void(&self, value: &str) -> bool {
        beginning(value, &self.voids).any(|(_, word)| word == value)
    }

    /// What is left of a folded value behind those that say nothing.
    fn behind_fine<'v>(&self, mut value: &'v str) -> &'v str {
        while let Some(rest) = beginning(value, &self.fine).map(|(_, word)| &value[word.len()..]).min_by_key(|rest| rest.len()) {
            value = rest;
        }
        value
    }
}

/// A key with its value.
#[derive(Clone, Copy, Debug)]
struct Field<'a> {
    key: &'a str,
    value: &'a str,
    /// None for a key that no list has.
    kind: Option<Kind>,
    /// A colon stands between the two, or brackets around the key; or the two are a state and nothing else.
    marked: bool,
}

/// What a field says of the report's figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Says {
    /// That they are others, or none.
    Doubt,
    /// Something that nobody can tell.
    Unclear,
    /// It stands in a block, and its key is in no list.
    Unknown,
}

/// A field that says something: its key, and the words of both.
pub struct Told<'a> {
    pub key: &'a str,
    pub words: &'a str,
    pub says: Says,
}

/// Reads the fields in a part of a text; `year` is the report's, `wide` whether it is about all in a region, `foot` where what
/// stands at the end of the page begins: before it, only keys that are known are asked.
pub fn told<'a>(own: &Own<'a>, part: Range<usize>, foot: usize, year: Option<i32>, wide: bool) -> Vec<Told<'a>> {
    let text = own.cx.text;
    let cells = text_lines(&text[part]).flat_map(cells).map(str::trim).filter(|cell| !cell.is_empty() && (cell.len() <= LONGEST || cell.len() <= BLOCK && has_colon(cell.as_bytes())));
    let block = Block::new(own, year, wide);
    let rows: Vec<Vec<Field>> = cells.take(MOST).map(|cell| block.fields_of(cell)).collect();
    let known = |n: usize| rows.get(n).is_some_and(|row| row.iter().any(|f| f.kind.is_some()));
    let mut out = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        for field in row.iter().filter(|f| f.kind != Some(Kind::Plain)) {
            let beside = row.iter().filter(|f| f.kind.is_some()).count() > usize::from(field.kind.is_some());
            let near = || beside || n > 0 && known(n - 1) || known(n + 1);
            // Between a key and the next stands its value.
            let in_block = || near() || n > 1 && known(n - 2) || known(n + 2);
            let at_edge = place_of(text, field.key) >= foot;
            let asked = match field.kind {
                None | Some(Kind::Note) if !at_edge => false,
                None => near(),
                Some(_) => field.marked || in_block(),
            };
            if let Some(says) = asked.then(|| block.says(field)).flatten() {
                let (from, value) = (place_of(text, field.key), place_of(text, field.value));
                // With the bracket that its key may stand in.
                let opens = text[..from].chars().next_back().filter(|c| SQUARE[0].contains(c)).map_or(0, char::len_utf8);
                let to = if value > from { value + field.value.len() } else { from + field.key.len() };
                out.push(Told { key: field.key, words: text[from - opens..to].trim(), says });
            }
        }
    }
    out
}

/// Whether words are fields of the page's information and nothing else: 【字体：大 中 小】 【打印】.
pub fn is_bar(own: &Own, words: &str) -> bool {
    let block = Block::new(own, None, false);
    // Of the others a block tells.
    let said = |field: &Field| match field.kind {
        None | Some(Kind::Note) => false,
        Some(Kind::Plain | Kind::Sort) => !block.voids(&fold(field.value)),
        Some(_) => true,
    };
    let mut pieces = words.split(|c| SQUARE[0].contains(&c) || SQUARE[1].contains(&c)).map(str::trim).filter(|piece| !piece.is_empty()).peekable();
    pieces.peek().is_some() && pieces.all(|piece| {
        let fields = block.fields_of(piece);
        !fields.is_empty() && fields.iter().all(said)
    })
}

/// Whether one of [`COLON`] stands in a cell.
fn has_colon(cell: &[u8]) -> bool {
    memchr(b':', cell).is_some() || memchr_iter(WIDE_COLON.as_bytes()[0], cell).any(|at| cell[at..].starts_with(WIDE_COLON.as_bytes()))
}

/// The cells of a line; most lines are one.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    let several = memchr3(b'\t', b'|', CELL_END as u8, line.as_bytes()).is_some();
    let parted = several.then(|| Cut::at(line, |c| is_separator(c) && !is_space(c)));
    (!several).then_some(line).into_iter().chain(parted.into_iter().flatten())
}

struct Block<'b, 'a> {
    own: &'b Own<'a>,
    keys: &'b Keys,
    fields: &'b Fields,
    year: Option<i32>,
    wide: bool,
}

impl<'b, 'a> Block<'b, 'a> {
    fn new(own: &'b Own<'a>, year: Option<i32>, wide: bool) -> Self {
        Block { own, keys: &own.known().keys, fields: &own.cx.form.beside.fields, year, wide }
    }

    fn fields_of(&self, cell: &'a str) -> Vec<Field<'a>> {
        if cell.starts_with(SQUARE[0]) {
            let fields = self.bracketed(cell);
            if !fields.is_empty() {
                return fields;
            }
        }
        if has_colon(cell.as_bytes()) {
            return self.with_colons(cell);
        }
        if cell.len() > 8 * KEY.end() + 4 * VALUE {
            return Vec::new();
        }
        let words = values::bare(cell);
        match self.keys.of_cell(words.trim_matches(['[', ']', '【', '】'])) {
            Some(Kind::Plain) => vec![Field { key: words, value: "", kind: Some(Kind::Plain), marked: false }],
            Some(kind) => vec![Field { key: words, value: self.behind(words), kind: Some(kind), marked: false }],
            // A line that says nothing but a state needs no sign of a block.
            None => match self.keys.of_one_state(words) {
                Some(end) => vec![Field { key: &words[..end], value: words[end..].trim(), kind: Some(Kind::State), marked: true }],
                None => self.spaced(words),
            },
        }
    }

    /// The fields of a line whose keys stand in brackets: 【发布机构】枫桥镇 【状态】草稿.
    fn bracketed(&self, cell: &'a str) -> Vec<Field<'a>> {
        let mut out: Vec<Field> = Vec::new();
        let mut from = 0;
        for (at, open) in cell.char_indices().filter(|(_, c)| SQUARE[0].contains(c)) {
            let words = &cell[at + open.len_utf8()..];
            let Some(end) = words.find(SQUARE[1]) else { break };
            // One in which the next opens is not closed.
            if words[..end].contains(SQUARE[0]) {
                continue;
            }
            let (words, behind) = (&words[..end], at + open.len_utf8() + end + words[end..].chars().next().map_or(0, char::len_utf8));
            let within = if has_colon(words.as_bytes()) { self.with_colons(words) } else { Vec::new() };
            let kind = if within.is_empty() { self.keys.of_cell(words.trim()) } else { None };
            if within.is_empty() && kind.is_none() {
                continue;
            }
            if let Some(last) = out.last_mut().filter(|last| last.value.is_empty()) {
                last.value = cell[from..at].trim();
            }
            from = behind;
            out.extend(within);
            out.extend(kind.map(|kind| Field { key: words.trim(), value: "", kind: Some(kind), marked: true }));
        }
        if let Some(last) = out.last_mut().filter(|last| last.value.is_empty()) {
            let value = cell[from..].trim_start_matches(COLON).trim();
            last.value = if value.is_empty() && last.kind != Some(Kind::Plain) { self.behind(cell) } else { value };
        }
        out
    }

    /// The fields of a line in which each key ends with a colon.
    fn with_colons(&self, cell: &'a str) -> Vec<Field<'a>> {
        let key_of = |before: &str, behind: &str, first: bool| {
            let clock = before.ends_with(|c: char| c.is_ascii_digit()) || behind.starts_with("//");
            (!clock).then(|| self.key_before(before, first)).flatten()
        };
        let field = |f: Keyed<'a, Option<Kind>>| Field { key: f.key.trim().trim_end_matches(SQUARE[1]), value: f.value, kind: f.kind, marked: true };
        let mut out: Vec<Field> = keyed(cell, key_of).into_iter().map(field).collect();
        if let Some(last) = out.last_mut().filter(|last| last.value.is_empty() && last.kind != Some(Kind::Plain)) {
            last.value = self.behind(cell);
        }
        out
    }

    /// Where the key begins that words end with. The first one of a line begins it, or stands behind a space.
    fn key_before(&self, words: &str, first: bool) -> Option<(usize, Option<Kind>)> {
        let words = words.trim_end_matches(|c| is_space(c) || SQUARE[1].contains(&c));
        let run = words.len() - words.chars().rev().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
        let whether = self.fields.whether.iter().filter_map(|sign| words[run..].rfind(sign.as_str())).max();
        // The name of a report is no part of a key: …年度报告年份.
        let named = if run == 0 && first { 0 } else { self.own.named_until(words).unwrap_or(0) };
        let ending = || self.keys.ending(words, named).or_else(|| self.keys.ending(words, 0).filter(|_| named > 0));
        let known = whether.map(|at| (run + at, Kind::Whether)).or_else(ending);
        if let Some((at, kind)) = known {
            // 文档状态 is a key as a whole, unless it may be a value and the key behind it. 2023年 is one.
            let dated = words[..run].ends_with(|c: char| c.is_ascii_digit()) && words[run..].starts_with(of_date);
            let whole = run < at && (first || run > 0) && !dated && KEY.contains(&words[run..].chars().count());
            let at = if whole { run } else { at };
            let before = &words[..at];
            let bare = || before.chars().all(|c| fold_char(c).is_none());
            return (!first || before.ends_with(is_space) || bare()).then_some((at, Some(kind)));
        }
        let before = &words[..run];
        let apart = before.is_empty() || before.ends_with(|c: char| fold_char(c).is_none() || !first && c.is_ascii_digit());
        let begins = !first || before.chars().all(|c| fold_char(c).is_none());
        (apart && begins && KEY.contains(&words[run..].chars().count())).then_some((run, None))
    }

    /// The fields of a line without colons: 发布机构 枫桥镇 公文时效 有效, or 有效性有效, or 索引号KX-19状态草稿.
    fn spaced(&self, words: &'a str) -> Vec<Field<'a>> {
        let Some(first) = self.keys.beginning(words, GLUED) else { return Vec::new() };
        let mut keys = vec![(0..first.0, first.1)];
        for piece in words[first.0..].split(is_space).filter(|p| !p.is_empty()) {
            let at = place_of(words, piece);
            match self.keys.of(piece).filter(|_| at > first.0) {
                Some(kind) => keys.push((at..at + piece.len(), kind)),
                None => self.inner(piece, |from, to, kind| keys.push((at + from..at + to, kind))),
            }
        }
        let ends = keys.iter().skip(1).map(|key| key.0.start).chain([words.len()]);
        let out: Vec<Field> = keys.iter().zip(ends).map(|((key, kind), end)| Field { key: &words[key.clone()], value: words[key.end..end].trim(), kind: Some(*kind), marked: false }).collect();
        let brief = |value: &str| value.chars().filter(|c| is_word(*c)).count() <= VALUE && !value.contains(STOPS);
        let spaced = words[first.0..].starts_with(is_space);
        if spaced || brief(out[0].value) { out } else { Vec::new() }
    }

    /// The keys within a piece of a line that another key begins: what stands before is its value. Where that may go on, only a state
    /// behind it tells the key of one.
    fn inner(&self, piece: &str, mut found: impl FnMut(usize, usize, Kind)) {
        let (mut from, mut last) = (0, ' ');
        for (at, c) in piece.char_indices() {
            let goes_on = is_word(last);
            let letters = if goes_on { INNER } else { *KEY.start() };
            let key = (at >= from && at > 0 && is_word(c)).then(|| self.keys.beginning(&piece[at..], letters)).flatten();
            let is_key = |key: &(usize, Kind)| !goes_on || key.1 != Kind::State || self.keys.begins_with_state(&piece[at + key.0..]);
            if let Some((length, kind)) = key.filter(is_key) {
                from = at + length;
                found(at, from, kind);
            }
            last = c;
        }
    }

    /// What stands behind a key that has nothing in its cell: in the next cell, in the next line or below it.
    fn behind(&self, words: &'a str) -> &'a str {
        let text = self.own.cx.text;
        let end = place_of(text, words) + words.len();
        let near = head_of(&text[end..], LONGEST);
        let next = near.trim_start_matches(|c| is_space(c) || COLON.contains(&c) || SQUARE[1].contains(&c));
        let marked = next.starts_with(CELL_END);
        let value = if marked {
            next[CELL_END.len_utf8()..].split([CELL_END, ROW_END]).next().unwrap_or("")
        } else if next.starts_with(|c: char| is_pipe(c) || c == '\t') {
            next[next.chars().next().map_or(0, char::len_utf8)..].split(|c: char| is_pipe(c) || matches!(c, '\t' | '\n')).next().unwrap_or("")
        } else {
            // What follows a row of keys is one of values.
            let ends_row = near.trim_start_matches([' ', '|', '\t']).starts_with('\n') && self.ends_row(words);
            let line = next.lines().map(values::bare).find(|line| !line.is_empty()).filter(|_| !ends_row).unwrap_or("");
            line.split(|c: char| is_pipe(c) || c == '\t').next().unwrap_or("")
        };
        let value = value.trim();
        let of_row = if value.is_empty() { self.ends_row(words) } else { self.keys.of_cell(value).is_some() };
        let is_value = |value: &str| !value.contains(COLON) && value.chars().count() <= VALUE && self.keys.of(value).is_none() && self.own.title(value).is_none() && !self.own.is_report_title(value);
        // A row of keys over one of values.
        let below = |of_row: bool| of_row.then(|| values::below(self.keys, text, end)).flatten().map(str::trim).filter(|value| is_value(value));
        let own = Some(value).filter(|value| !value.is_empty() && is_value(value));
        below(of_row).or(own).or_else(|| below(!marked && value.is_empty())).unwrap_or("")
    }

    /// Whether the cell before one is a key too.
    fn ends_row(&self, words: &'a str) -> bool {
        self.before(words).is_some_and(|cell| self.keys.of_cell(cell).is_some())
    }

    /// The cell before one.
    fn before(&self, words: &'a str) -> Option<&'a str> {
        let before = self.own.cx.text[..place_of(self.own.cx.text, words)].trim_end_matches(['\n', ' ']);
        let divides = |c: char| c == CELL_END || c == '\t' || is_pipe(c);
        let cell = before.strip_suffix(divides)?;
        cell.rsplit(|c| divides(c) || matches!(c, '\n' | ROW_END)).next().map(values::bare)
    }

    /// What a field says of the report's figures, if anything.
    fn says(&self, field: &Field) -> Option<Says> {
        let value = fold(field.value);
        let letters = value.chars().count();
        if value.is_empty() || letters > REMARK {
            return None;
        }
        match field.kind {
            Some(Kind::Plain) => None,
            Some(Kind::Signer) => self.voids(&value).then_some(Says::Doubt),
            Some(Kind::Sort) => self.is_sort_of_void(&value).then_some(Says::Doubt),
            Some(Kind::State) => self.of_state(field.value, &value),
            Some(Kind::End) => value.contains(|c: char| c.is_ascii_digit()).then_some(Says::Unclear),
            Some(Kind::Whether) => self.of_whether(&fold(field.key), &value),
            Some(Kind::Period) => self.of_period(field.value),
            Some(Kind::Term) => self.of_period(field.value).map(|_| Says::Unclear),
            Some(Kind::Year) => self.names_other_year(&value).then_some(Says::Unclear),
            Some(Kind::Owner) => self.of_owner(field.value, &value),
            Some(Kind::Holder) => self.of_holder(field.value, value).then_some(Says::Unclear),
            Some(Kind::Note) => self.of_note(field.value, value),
            None if letters > VALUE || field.value.contains(STOPS) => None,
            None => self.of_unknown(field, value),
        }
    }

    /// Whether a value holds a word for what is no report to be taken from, and no word before that denies it.
    fn voids(&self, value: &str) -> bool {
        let mut from = 0;
        while let Some(at) = self.fields.voids.first_in(&value[from..]).map(|at| from + at) {
            if !self.fields.not.iter().any(|not| value[..at].ends_with(not.as_str())) {
                return true;
            }
            from = at + value[at..].chars().next().map_or(1, char::len_utf8);
        }
        false
    }

    /// Whether a value is a word for what is no report to be taken from, and what it is said of at most: 测试, 测试稿件.
    fn is_sort_of_void(&self, value: &str) -> bool {
        let things = || self.fields.voids.iter().filter_map(|word| value.strip_prefix(word.as_str())).any(|rest| self.fields.things.iter().any(|thing| thing == rest));
        self.keys.is_void(value) || things()
    }

    fn of_state(&self, raw: &str, value: &str) -> Option<Says> {
        let rest = self.keys.behind_fine(value);
        if rest.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        if self.voids(value) {
            return Some(Says::Doubt);
        }
        let signed = rest.len() < value.len() && rest.chars().count() <= NAME && raw.contains(|c| is_space(c) || STOPS.contains(&c));
        (!signed).then_some(Says::Unclear)
    }

    fn of_whether(&self, key: &str, value: &str) -> Option<Says> {
        let begins = |list: &[String]| list.iter().any(|word| value.starts_with(word.as_str()));
        let (yes, no) = (begins(&self.fields.yes), begins(&self.fields.no));
        let asked = self.fields.whether.iter().find_map(|sign| key.strip_prefix(sign.as_str())).unwrap_or(key);
        if self.fields.voids.stands_in(asked) {
            return if yes { Some(Says::Doubt) } else { (!no).then_some(Says::Unclear) };
        }
        (!yes).then_some(Says::Unclear)
    }

    /// Whether years are named, and neither the report's nor the one behind it.
    fn names_other_year(&self, value: &str) -> bool {
        let years = years_in(value);
        self.year.is_some_and(|y| !years.is_empty() && !years.iter().any(|named| [y, y + 1].contains(named)))
    }

    /// A day of the year behind the report's is when something was done.
    fn of_period(&self, raw: &str) -> Option<Says> {
        let year = self.year;
        let other = || year.is_some_and(|y| Some(period::years(raw)).is_some_and(|named| !named.is_empty() && !named.contains(&y)));
        let odd = period::odd(self.own.cx.form, raw, "") == Some(Odd::Time) || other();
        let done = whole_date(raw).is_some_and(|day| year.is_some_and(|y| year_of(day) == y + 1));
        odd.then_some(if done { Says::Unclear } else { Says::Doubt })
    }

    fn of_owner(&self, raw: &str, value: &str) -> Option<Says> {
        let own = self.own;
        let left = own.left(raw, value.to_string()).filter(|_| !own.names.is_empty())?;
        let left = if self.wide { own.without_scope(&left) } else { left };
        let office = || own.cx.form.body.offices.iter().any(|office| value.ends_with(office.as_str()));
        if own.has_plain_doubt(&left) || !self.wide && own.names_body(&left) {
            return Some(Says::Doubt);
        }
        // Its organ may not be in its name: 枫桥镇人民政府.
        let left = own.cx.form.body.issuing.iter().fold(left, |left, organ| left.replace(organ.as_str(), " "));
        (left.contains(is_word) && !office()).then_some(Says::Unclear)
    }

    /// Whether another township than the report's is named.
    fn of_holder(&self, raw: &str, value: String) -> bool {
        let own = self.own;
        level(own.words, &value) == Some(TOWNSHIP) && own.left(raw, value).is_some_and(|left| own.of_township(&left))
    }

    fn of_note(&self, raw: &str, value: String) -> Option<Says> {
        let own = self.own;
        // Clauses about the report are asked by themselves, wherever they stand.
        if own.cx.form.beside.reports.begins(&value) {
            return None;
        }
        let other = own.names_figures(raw) && !own.compares(raw) && own.other_year(raw, self.year);
        let left = own.left(raw, own.without_scope(&value))?;
        let doubted = own.has_plain_doubt(&left) || self.voids(&value) || other;
        if doubted { Some(Says::Doubt) } else { left.contains(is_word).then_some(Says::Unclear) }
    }

    fn of_unknown(&self, field: &Field, value: String) -> Option<Says> {
        let own = self.own;
        // The headings of parts and labels are no keys.
        own.left(field.key, fold(field.key)).filter(|left| left.contains(is_word))?;
        if self.keys.is_void(&value) {
            return Some(Says::Doubt);
        }
        let says = if value.contains(|c: char| !c.is_ascii_digit()) { own.left(field.value, value).is_some() } else { field.value.contains('年') && self.names_other_year(&value) };
        says.then_some(Says::Unknown)
    }
}
