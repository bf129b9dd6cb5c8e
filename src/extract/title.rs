//! The title of a report: the words at the head of the text, or those that the page names itself with, that name body and
//! year. Pages have links to other reports and dates above it.

use std::borrow::Cow;
use std::cmp::Reverse;

use memchr::memmem;

use super::atoms::{Atoms, Fragment};
use super::fields::{FieldWords, clean_body, date_in, han_year, period_year, preamble_body, signature, split_organ, without_regions, year_of, years_in};
use super::trie::Trie;
use crate::fold::fold;

/// A title, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Title {
    /// The words as they stand, folded.
    pub words: String,
    /// The body before or behind the year, folded; may hold regions above it, may lack its organ.
    pub body: Option<String>,
    /// Every different year in it, in order.
    pub years: Vec<i32>,
    pub line: u32,
    /// What stands behind the words that name a report.
    pub tail: String,
}

impl Title {
    /// Whether it names body and year.
    pub fn is_whole(&self) -> bool {
        self.body.is_some() && !self.years.is_empty()
    }
}

/// So many fragments at the head of a text may belong to its title; a page's menus may stand above it.
const HEAD: usize = 400;
/// No title is longer, in folded characters.
pub const LONGEST: usize = 48;

/// The title of the report: of all that the head of the text has for one the one that the rest of the text, the page's own
/// title (`page`) and the day of publication speak for. Where they leave several years open, it has them all.
pub fn title(words: &FieldWords, text: &str, atoms: &Atoms, until: usize, page: Option<Title>, published: Option<i32>) -> Option<Title> {
    let (mut whole, partial) = candidates(words, text, atoms, until);
    if whole.is_empty() {
        return page.filter(|p| p.is_whole() || partial.is_none()).or(partial);
    }
    if whole.iter().any(|t| t.years != whole[0].years) {
        let (period, page) = (period_year(words.form, &atoms.folded), page.map_or(Vec::new(), |p| p.years));
        let votes = |t: &Title| {
            let has = |y: i32| t.years.contains(&y) as usize;
            period.map_or(0, has) + page.iter().any(|y| t.years.contains(y)) as usize + published.map_or(0, |day| has(year_of(day) - 1))
        };
        let most = whole.iter().map(votes).max();
        whole.retain(|t| Some(votes(t)) == most);
    }
    if whole.iter().any(|t| t.body != whole[0].body) {
        let own = |body: &str| without_regions(words, split_organ(words, body).0).to_string();
        let told = preamble_body(words, &atoms.folded).or_else(|| signature(words, atoms)).map(|b| own(&b));
        let named = |t: &Title| told.is_some() && t.body.as_deref().map(own) == told;
        if whole.iter().any(named) {
            whole.retain(named);
        }
    }
    let years = distinct(whole.iter().flat_map(|t| t.years.iter().copied()));
    Some(Title { years, ..whole.swap_remove(0) })
}

/// What may be the title: the words at the head of the text that end in the name of a report and name body and year; and the
/// best of those that name but one of the two. They may be broken over lines, so a run is taken back from its end line by
/// line until it is whole: what stands above is not part. A line that tells a day or leads through a site is one by itself
/// or none, and no title names a report twice.
fn candidates(words: &FieldWords, text: &str, atoms: &Atoms, until: usize) -> (Vec<Title>, Option<Title>) {
    let fragments = &atoms.fragments[..atoms.fragments.len().min(HEAD)];
    let begins = |i: usize| i == 0 || fragments[i].line != fragments[i - 1].line || on_long_line(atoms, i);
    let ends = |j: usize| fragments.get(j + 1).is_none_or(|n| n.line != fragments[j].line) || on_long_line(atoms, j);
    let (mut whole, mut partial): (Vec<Title>, Option<Title>) = (Vec::new(), None);
    let mut names = Names::new(&words.names, &atoms.folded);
    for j in (0..fragments.len()).take_while(|&j| (fragments[j].start as usize) < until) {
        let to = fragments[j].fold_end as usize;
        names.look_until(to);
        // Most lines at the head have no name of a report near their end.
        if !names.found.iter().any(|(a, b, _)| a + LONGEST * 3 >= to && *b <= to) || !ends(j) {
            continue;
        }
        let name_within = |from: usize, to: usize| names.found.iter().any(|(a, b, _)| from <= *a && *b <= to);
        // Where what was taken begins; whether it has a name, and a line that joins no other.
        let (mut behind, mut named, mut single) = (j + 1, false, false);
        for i in (0..=j).rev().filter(|&i| begins(i)) {
            let from = fragments[i].fold_start as usize;
            let folded = &atoms.folded[from..to];
            if folded.len() > LONGEST * 3 || folded.chars().count() > LONGEST {
                break;
            }
            let (last, first_taken) = (&fragments[behind - 1], behind > j);
            let names_one = name_within(from, last.fold_end as usize);
            let line = &text[fragments[i].start as usize..last.end as usize];
            let apart = date_in(line).is_some() || leads(line);
            let is_above = if first_taken { apart && !names_one } else { single || apart || named && names_one };
            if is_above {
                break;
            }
            (single, behind, named) = (single || apart, i, named || name_within(from, to));
            if !named {
                continue;
            }
            // «按照《…工作年度报告格式》要求编制。» inside a sentence is no title.
            let read = || if leads(line) { step(words, line, fragments[i].line) } else { take_apart(words, folded, fragments[i].line) };
            let Some(t) = read().filter(|_| !is_sentence(text, fragments, i, j)) else { continue };
            if t.is_whole() {
                whole.push(t);
                break;
            }
            let says = |t: &Title| t.body.is_some() as u8 + !t.years.is_empty() as u8;
            if partial.as_ref().is_none_or(|p| says(&t) > says(p)) {
                partial = Some(t);
            }
        }
    }
    (whole, partial)
}

/// What stands between the steps of a way through a site.
const STEPS: [char; 5] = ['>', '＞', '»', '›', '→'];

/// Whether a line is the way through a site.
fn leads(line: &str) -> bool {
    line.trim_start_matches(['>', ' ']).contains(STEPS)
}

/// The step of a way through a site that names a report.
fn step(words: &FieldWords, line: &str, number: u32) -> Option<Title> {
    line.split(STEPS).find_map(|step| take_apart(words, &fold(step), number))
}

/// Where the names of a report stand in folded text, as far as it was looked at.
struct Names<'a> {
    names: &'a Trie,
    folded: &'a str,
    looked: usize,
    /// Start, end and which name.
    found: Vec<(usize, usize, u32)>,
}

impl<'a> Names<'a> {
    fn new(names: &'a Trie, folded: &'a str) -> Names<'a> {
        Names { names, folded, looked: 0, found: Vec::new() }
    }

    /// Looks at every place before `end` where a name may begin.
    fn look_until(&mut self, end: usize) {
        while self.looked < end {
            let (start, rest) = (self.looked, &self.folded[self.looked..]);
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { return };
            if self.names.single(c) || chars.next().is_some_and(|next| self.names.pair(c, next)) {
                self.names.beginning(rest.char_indices(), |name, last, c| self.found.push((start, start + last + c.len_utf8(), name)));
            }
            self.looked += c.len_utf8();
        }
    }
}

/// Years in their order, each once.
fn distinct(years: impl Iterator<Item = i32>) -> Vec<i32> {
    let mut out = Vec::new();
    for y in years {
        if !out.contains(&y) {
            out.push(y);
        }
    }
    out
}

/// Whether the line of a fragment holds far more than a title.
fn on_long_line(atoms: &Atoms, at: usize) -> bool {
    let fragments = &atoms.fragments;
    let line = fragments[at].line;
    let first = fragments[..at].iter().rposition(|f| f.line != line).map_or(0, |i| i + 1);
    let start = fragments[first].fold_start;
    fragments[first..].iter().take_while(|f| f.line == line).any(|f| f.fold_end - start > 600)
}

fn is_sentence(text: &str, fragments: &[Fragment], i: usize, j: usize) -> bool {
    text[fragments[i].start as usize..fragments[j].end as usize].contains(['。', '，', '；', '！'])
}

/// Takes a folded line apart, where it holds the name of a report.
pub fn take_apart(words: &FieldWords, folded: &str, line: u32) -> Option<Title> {
    let mut names = Names::new(&words.names, folded);
    names.look_until(folded.len());
    // Of each name its last place counts, of these places the first, of the names there the longest.
    let mut last: Vec<(usize, usize, u32)> = Vec::new();
    for found in names.found {
        match last.iter_mut().find(|l| l.2 == found.2) {
            Some(l) => *l = found,
            None => last.push(found),
        }
    }
    let (at, end, _) = last.into_iter().min_by_key(|(at, end, _)| (*at, Reverse(*end)))?;
    let name = &folded[at..end];
    let (head, tail) = (&*without_days(&folded[..at]), &folded[at + name.len()..]);
    let years = distinct(years_in(head).into_iter().chain(years_in(&without_days(tail))));
    let mut body = without_years(head);
    // «某某镇人民政府信息公开»: one 政府 serves both words.
    if body.ends_with("人民") && name.starts_with("政府") {
        body.push_str("政府");
    }
    let body = clean_body(words, &body).or_else(|| clean_body(words, &without_years(&without_days(tail))));
    Some(Title { words: folded.to_string(), body, years, line, tail: tail.to_string() })
}

/// Folded words without the days in them, 2023年1月18日: the year of a day is not the one that a report is about.
fn without_days(folded: &str) -> Cow<'_, str> {
    let digits = |s: &str| s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    // How far a day reaches that begins with the text.
    let day = |s: &str| {
        let mut at = 0;
        for (sign, most) in [('年', 4), ('月', 2), ('日', 2)] {
            let n = digits(&s[at..]);
            at += n + sign.len_utf8();
            if !(1..=most).contains(&n) || !s[at - sign.len_utf8()..].starts_with(sign) {
                return None;
            }
        }
        Some(at)
    };
    let Some((start, end)) = memmem::find_iter(folded.as_bytes(), "20").find_map(|i| day(&folded[i..]).map(|n| (i, i + n))) else { return Cow::Borrowed(folded) };
    Cow::Owned(format!("{}{}", &folded[..start], without_days(&folded[end..])))
}

fn without_years(folded: &str) -> String {
    let mut out = String::new();
    let mut rest = folded;
    while let Some(i) = memmem::find(rest.as_bytes(), b"20") {
        let run = rest[i..].bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&rest[..i]);
        rest = rest[i + run.max(2)..].trim_start_matches('年').trim_start_matches('度');
    }
    out.push_str(rest);
    if let Some(i) = out.find('年').filter(|_| han_year(folded).is_some()) {
        let start = out[..i].char_indices().rev().nth(3).map_or(0, |(n, _)| n);
        out.replace_range(start..i + '年'.len_utf8(), "");
        out = out.replace("度", "");
    }
    out
}

