//! What stands around a label within its cell: remarks that say that its figures are others, or that nothing explains. No
//! list has all words that make a label another one. So it is asked what they are not: what the form's data explains is
//! taken away, and what is left is told; the figures of the row or column are withheld unless it is a note or a list that
//! doubts nothing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::heads::{LONGEST_HEAD, is_misspelt};
use super::meaning::listed;
use super::tables::TableReading;
use super::withhold::take_back;
use crate::extract::beside::captions::of_months;
use crate::extract::context::Context;
use crate::extract::items::atoms::{BRACKETS, remark_at};
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::extract::items::labels::{CLOSE, Hit, Lexicon, OPEN, depth, is_han_numeral, is_numbering, unnumbered};
use crate::fold::{fold, fold_char, is_space};
use crate::form::{Form, LabelId, TABLES};
use crate::model::{CELL_END, Figure, Problem};

/// What the words around a label say of its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Nothing that is not explained.
    Nothing,
    /// Something that nothing explains, in a note or a list that doubts nothing.
    More,
    /// Something that nothing explains: they may be a part of what the form counts.
    Unknown,
    /// That they are others.
    Others,
}

/// In bytes, the longest remark that goes on behind the fragment where it begins.
const LONGEST: usize = 200;

/// In digits, the longest sign of a footnote.
const FOOTNOTE: usize = 2;

/// In digits, the longest count that a label states in brackets.
const COUNT: usize = 3;

/// A list in brackets has so many things; fewer may be a part of what the label counts.
const LIST: usize = 3;

/// What the words around the label say that is item `at` of `items`. `years` are those that the report is about.
pub fn around_label(form: &Form, (lexicon, hits): (&Lexicon, &[Hit]), (text, divider): (&str, Divider), items: &[Item], at: usize, years: &[i32]) -> Says {
    let x = &items[at];
    let Kind::Label(n) = x.kind else { return Says::Nothing };
    let hit = &hits[n as usize];
    // Another label in the same fragment has an item of its own.
    let shared = hits.get(n as usize + 1).is_some_and(|next| next.first <= hit.last);
    let (start, end) = (x.start as usize, hit.figure.map_or(x.end, |f| f.0) as usize);
    let mut words = text[start..end.max(start)].trim_end();
    if hit.open {
        let to = text.floor_char_boundary(end + LONGEST);
        words = text[end..to].find(CLOSE).map_or(words, |close| &text[start..text.ceil_char_boundary(end + close + 1)]);
    }
    let respelled = lexicon.is_misread(hit).then(|| lexicon.respelled(words));
    match behind(form, years, lexicon.labels(hit), (respelled.as_deref().unwrap_or(words), shared)) {
        Says::Nothing => {
            let Some(ahead) = at.checked_sub(1).map(|b| &items[b]).filter(|x| x.kind == Kind::Text && x.end as usize <= start) else { return Says::Nothing };
            let row = lexicon.names_row(hit) && items.get(at + 1).is_some_and(Item::is_cell);
            before(form, years, (text, divider), ahead, (start, row))
        }
        says => says,
    }
}

/// What the words say that stand right before a label in its cell. Where no sign divides them from a cell of their own, or
/// from a paragraph above, only words that are known say anything, and what stands on a row's line before its label.
fn before(form: &Form, years: &[i32], (text, divider): (&str, Divider), item: &Item, (start, row): (usize, bool)) -> Says {
    let between = &text[item.end as usize..start];
    let broken = divider == Divider::Grid && between.contains('\n');
    if !between.chars().all(|c| is_space(c) || broken && c == '\n') {
        return Says::Nothing;
    }
    let words = &text[item.start as usize..item.end as usize];
    // What is numbered is a heading.
    if words.chars().find_map(fold_char).is_none_or(|c| c.is_ascii_digit() || is_han_numeral(c)) {
        return Says::Nothing;
    }
    let folded = fold(words);
    let of_label = || form.labels.iter().flat_map(|l| &l.texts).any(|t| t.contains(folded.as_str()) || folded.contains(t.as_str()));
    let ignored = || form.ignore.iter().any(|g| folded.ends_with(&g.folded));
    // "tables": is a program's.
    if folded.is_ascii() || folded.chars().count() > LONGEST_HEAD || of_label() || ignored() {
        return Says::Nothing;
    }
    let inside = || text[..item.start as usize].trim_end_matches(is_space).ends_with(CELL_END);
    let own = if broken { inside() } else { divider != Divider::Lines || row };
    let said = says_unknown(form, years, &folded) && (own || says_others(form, years, &folded));
    if said { Says::Unknown } else { Says::Nothing }
}

/// What words say of one of these labels, behind it; `shared` with another label.
fn behind(form: &Form, years: &[i32], labels: &[LabelId], (words, shared): (&str, bool)) -> Says {
    let texts = || labels.iter().flat_map(|l| form.texts(*l));
    // Nearly all labels stand alone.
    if texts().any(|t| words.ends_with(t.as_str())) {
        return Says::Nothing;
    }
    let folded = fold(words);
    // Few letters stand before it; what stands behind it may hold another of its texts: 总计（上年合计）.
    let place = |t: &str| folded.char_indices().map(|(at, _)| at).find(|&at| folded[at..].starts_with(t));
    let found = texts().filter_map(|t| Some((place(t)?, t.as_str())));
    let Some((at, label)) = found.min_by_key(|(at, t)| (*at, Reverse(t.len()))) else { return Says::Nothing };
    if at + label.len() == folded.len() && words.ends_with(|c: char| fold_char(c).is_some()) {
        return Says::Nothing;
    }
    let texts: Vec<&String> = texts().collect();
    let (own, rest) = split(words, at + label.len());
    let rest = bracketed(form, own, rest);
    let said = &fold(rest);
    let labelled = || shared && form.labels.iter().any(|l| l.texts.contains(said));
    if said.is_empty() && !rest.contains(PERCENT) || labelled() {
        return Says::Nothing;
    }
    let dated = shifted(form, years, label);
    // 上年结转（2023年）: the report's own year is not the one before.
    if !dated.is_empty() && only_year(said).is_some_and(|year| !dated.contains(&year)) {
        return Says::Others;
    }
    let left = left(form, &[years, &dated].concat(), &texts, label, said);
    let means = || texts.iter().filter_map(|t| form.words.means.get(t.as_str())).flatten().any(|m| said.ends_with(m.as_str()));
    let known = || says_others(form, &[years, &dated].concat(), said) && !explained(form, said) && !means();
    if left.is_empty() && !rest.contains(PERCENT) && !known() {
        return Says::Nothing;
    }
    if is_others(form, years, own, rest) {
        return Says::Others;
    }
    // 上年结转（2023年结转）: about its year, in its own words.
    if label.contains(left.as_str()) && dated.iter().any(|y| said.contains(&y.to_string())) {
        return Says::Nothing;
    }
    let w = &form.words;
    // （11件）
    if left.len() <= COUNT && left.bytes().all(|b| b.is_ascii_digit()) {
        return Says::More;
    }
    let doubts = [&w.qualifiers, &w.narrowing, &w.periods, &w.other_years].into_iter().any(|list| list.stands_in(said)) || form.beside.has_doubt(&left) || !years.is_empty() && left.contains("20") && !w.since.stands_in(said);
    let tells = w.note_marks.iter().any(|m| said.starts_with(m.as_str())) || w.explaining.stands_in(said);
    if !doubts && (tells || listed(rest) >= LIST) { Says::More } else { Says::Unknown }
}

const PERCENT: [char; 3] = ['%', '％', '‰'];

/// What stands in brackets behind a label, `own`, or in those that it opens itself, with words behind the brackets; nothing of
/// another label in the same fragment, nor of its numbering.
fn bracketed<'w>(form: &Form, own: &str, rest: &'w str) -> &'w str {
    let opens = depth(own) > 0;
    let sign = |c: char| !c.is_alphanumeric() && !OPEN.contains(&c) && !CLOSE.contains(&c);
    let mut remark = rest;
    if opens {
        let signs = rest.trim_start_matches(sign);
        remark = signs.strip_prefix(CLOSE).unwrap_or(signs);
    }
    let within = opens && remark.len() == rest.trim_start_matches(sign).len();
    remark = remark.trim_start_matches(sign);
    if !within && !remark.starts_with(OPEN) {
        return "";
    }
    let mut depth = isize::from(within);
    for (i, c) in remark.char_indices() {
        depth += isize::from(OPEN.contains(&c)) - isize::from(CLOSE.contains(&c));
        if depth > 0 || !c.is_alphanumeric() {
            continue;
        }
        let words = fold(&remark[i..]);
        if !form.labels.iter().flat_map(|l| &l.texts).any(|t| words.starts_with(t.as_str())) {
            return remark;
        }
        let before = &remark[..i];
        let number = before.rfind(OPEN).filter(|at| before.trim_end_matches(sign).ends_with(CLOSE) && is_numbering(&fold(&before[*at..])));
        return &before[..number.unwrap_or(i)];
    }
    remark
}

/// The years that a label is about which is about the year before, or the one behind.
fn shifted(form: &Form, years: &[i32], label: &str) -> Vec<i32> {
    let before = form.words.other_years.stands_in(label).then_some(-1);
    let behind = form.words.next_years.stands_in(label).then_some(1);
    years.iter().flat_map(|y| before.into_iter().chain(behind).map(move |d| y + d)).collect()
}

/// Whether what stands behind a label, `own`, says in known words that its figures are others.
fn is_others(form: &Form, years: &[i32], own: &str, rest: &str) -> bool {
    let said = fold(rest);
    // 上年结转（2021年结转）: where the label itself is about the year before, that is the year to be named.
    let dated = shifted(form, years, &fold(own));
    let named = says_year(&said).filter(|y| dated.contains(y));
    let others = || says_others(form, named.as_ref().map_or(years, std::slice::from_ref), &said);
    rest.contains(PERCENT) || of_months(rest) || !said.is_empty() && others() && !explained(form, &said)
}

/// Whether the text of a label ends with these words.
fn explained(form: &Form, said: &str) -> bool {
    form.labels.iter().any(|l| l.texts.iter().any(|t| t.ends_with(said)))
}

/// Whether a text that is none of the labels found says in brackets that the figures are others.
pub fn is_qualified(form: &Form, years: &[i32], words: &str) -> bool {
    remark(words).is_some_and(|rest| is_others(form, years, &words[..words.len() - rest.len()], rest))
}

/// What stands in brackets at the end of words, with the first bracket; none where the brackets are around all of them.
pub fn remark(words: &str) -> Option<&str> {
    let at = remark_at(words, BRACKETS).filter(|at| *at > 0)?;
    Some(&words[at..])
}

/// Whether folded words around a label say that its figures are others: another year's than the report's `years`, a
/// part's, a whole region's, multiples.
pub fn says_others(form: &Form, years: &[i32], folded: &str) -> bool {
    let words = &form.words;
    words.qualifiers.begins(folded) || words.narrowing.stands_in(folded) || words.periods.stands_in(folded) || words.multiples.iter().any(|m| folded == m) || says_year(folded).is_some_and(|y| !years.contains(&y))
}

/// Whether folded words before those of a label make them another's: known ones, or ones that nothing explains.
pub fn says_more(form: &Form, years: &[i32], folded: &str) -> bool {
    says_others(form, years, folded) || says_unknown(form, years, unnumbered(folded))
}

/// Whether folded words hold more than what explains a label, and the own years.
fn says_unknown(form: &Form, years: &[i32], folded: &str) -> bool {
    !left(form, years, &[], "", folded).is_empty()
}

/// The year with which folded words begin.
fn says_year(folded: &str) -> Option<i32> {
    folded.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()) && folded[4..].starts_with('年'))?.parse().ok()
}

/// The year that folded words are, with the word for one.
fn only_year(folded: &str) -> Option<i32> {
    let year = says_year(folded)?;
    matches!(&folded[4..], "年" | "年度").then_some(year)
}

/// Words where their folded form has so many bytes.
fn split(words: &str, folded: usize) -> (&str, &str) {
    let mut n = 0;
    let at = words.char_indices().find(|(_, c)| {
        let ends = n >= folded;
        n += fold_char(*c).map_or(0, char::len_utf8);
        ends
    });
    words.split_at(at.map_or(words.len(), |(at, _)| at))
}

/// What is left of folded words when units, the report's years, citations, what the form's data explains, and the label's
/// other texts are taken away.
fn left(form: &Form, years: &[i32], texts: &[&String], label: &str, said: &str) -> String {
    let w = &form.words;
    let units = form.figures.units.values().flat_map(|u| u.keys());
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let rests = || texts.iter().filter_map(|t| t.strip_prefix(label).filter(|rest| !rest.is_empty()));
    // A line's end may have cut the brackets that belong to the label.
    if rests().any(|rest| rest.starts_with(said)) {
        return String::new();
    }
    let means = texts.iter().filter_map(|t| w.means.get(t.as_str())).flatten().map(String::as_str);
    let words: Vec<&str> = w.remarks.iter().chain(w.explaining.iter()).chain(&w.citing).chain(&w.unit_marks).chain(units).chain(&years).chain(texts.iter().copied()).map(String::as_str).chain(rests()).chain(means).collect();
    let (mut out, mut at, mut cites) = (String::new(), 0, false);
    while let Some(c) = said[at..].chars().next() {
        let here = &said[at..];
        let known = words.iter().filter(|t| here.starts_with(**t)).map(|t| t.len()).max();
        match known {
            Some(n) => cites = w.citing.iter().any(|c| here[..n].ends_with(c.as_str())),
            // 第二十条, 注1
            None if cites && (c.is_ascii_digit() || is_han_numeral(c)) => {}
            None => {
                out.push(c);
                cites = false;
            }
        }
        at += known.filter(|n| *n > 0).unwrap_or(c.len_utf8());
    }
    let footnote = out == said && out.len() <= FOOTNOTE && out.bytes().all(|b| b.is_ascii_digit());
    if footnote { String::new() } else { out }
}

/// Whether folded words beside a heading hold more than the own year and what the form's data explains.
pub fn is_unexplained(form: &Form, years: &[i32], folded: &str) -> bool {
    let plain: Vec<&String> = form.beside.plain.iter().collect();
    !left(form, years, &plain, "", folded).is_empty()
}

/// Whether folded words are a text with a word put in, before or behind it that nothing explains; a single letter within it,
/// or one that stands twice, is a slip.
pub fn goes_beyond(form: &Form, words: &str, text: &str) -> bool {
    if words.len() <= text.len() {
        return false;
    }
    let from: usize = words.chars().zip(text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let to: usize = words[from..].chars().rev().zip(text[from..].chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    if from + to < text.len() {
        return false;
    }
    let added = &words[from..words.len() - to];
    let single = added.chars().count() == 1;
    let twice = single && (words[..from].ends_with(added) || words[words.len() - to..].starts_with(added));
    let within = single && from > 0 && to > 0;
    !twice && !within && says_unknown(form, &[], added)
}

/// Tells the words around labels of a table that nothing explains, and withholds the figures of their rows or columns.
pub fn doubt_remarked(cx: &Context, reading: &TableReading, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let Some(alignment) = &reading.alignment else { return };
    let table = reading.table;
    for place in cx.places.iter().filter(|p| matches!(p.says, Says::More | Says::Unknown)) {
        let row = alignment.rows.iter().find(|r| r.item == place.item);
        let head = alignment.heads.iter().find(|h| h.0 == place.item);
        let concerned: BTreeSet<u16> = match (place.says, row, head) {
            (_, None, None) => continue,
            (Says::More, ..) => BTreeSet::new(),
            (_, _, Some(&(item, label))) => columns(reading, item, label),
            (_, Some(row), _) => table.rows[row.row].cells.iter().copied().collect(),
        };
        take_back(figures.iter_mut().filter(|f| concerned.contains(&f.indicator)));
        let (t, what) = (TABLES[table.table], if head.is_some() { "column" } else { "row" });
        let does = if concerned.is_empty() { "its figures are published all the same".into() } else { format!("the figures of the {what} may be a part of what the form counts, or others, and are withheld") };
        problems.push(Problem::new("extract/unexplained-words", cx.items[place.item].line, cx.words(place.item).trim(), format!("nothing explains what stands around this label of {t}; {does}. If it says nothing about them, it belongs in form.toml, [labels] remarks")));
    }
}

/// Tells heads that were taken for the form's with a letter wrong: the figures below them are not those of a label letter for
/// letter.
pub fn tell_misspelt(cx: &Context, reading: &TableReading, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let Some(alignment) = &reading.alignment else { return };
    for &(item, label) in alignment.heads.iter().filter(|h| is_misspelt(cx, h.0, h.1)) {
        let concerned = columns(reading, item, label);
        figures.iter_mut().filter(|f| concerned.contains(&f.indicator)).for_each(|f| f.exact = false);
        let statutory = &cx.form.labels[label as usize].statutory;
        problems.push(Problem::new("extract/fuzzy-label", cx.items[item].line, cx.words(item).trim(), format!("{}: this head is not in labels.csv; taken for «{statutory}», its nearest", TABLES[reading.table.table])));
    }
}

/// The cells that stand below a head; all of the table where no column has its name.
fn columns(reading: &TableReading, item: usize, label: LabelId) -> BTreeSet<u16> {
    let (table, alignment) = (reading.table, reading.alignment.as_ref());
    let named = |l: LabelId| table.names.contains(&l);
    let heads: Vec<usize> = alignment.map_or(&[][..], |a| &a.heads).iter().filter(|h| h.1 == label).map(|h| h.0).collect();
    let governs = |row: usize| {
        let at = alignment.and_then(|a| a.rows.iter().find(|r| r.row == row)).map(|r| r.item);
        let above = at.and_then(|at| heads.iter().rev().find(|h| **h < at));
        table.is_unlabelled() || above.is_none_or(|h| *h == item)
    };
    let rows = table.rows.iter().enumerate().filter(|(n, r)| !r.is_heading() && governs(*n));
    rows.flat_map(|(_, r)| r.names.iter().zip(&r.cells).filter(|(n, _)| n.contains(&label) || !named(label)).map(|(_, i)| *i)).collect()
}
