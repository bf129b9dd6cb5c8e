//! Words beside a table that nothing explains: between the heading of its part and its heads, among its rows, or right
//! below it. They may say that its figures are another year's, another body's or nobody's, in words that no list has. So
//! it is asked what they are not: what is left of a line when the report's own names and years, and what usually stands
//! there, are taken away is told; and where it doubts the figures they are withheld.

use std::ops::Range;

use super::align::Context;
use super::atoms::{ROUND, around, line_number, remark_at};
use super::captions::of_months;
use super::cells::Kind;
use super::explained::{Own, is_bracketed};
use super::fields::{FieldWords, date_in};
use super::notes::named;
use super::scope::narrows;
use super::tables::{TableReading, last};
use super::withhold::take_back;
use crate::fold::fold;
use crate::form::TABLES;
use crate::model::{Figure, Problem, Report};

/// In letters, the longest rest of a title's line that may still be of the title.
const BRIEF: usize = 30;

/// In letters, the longest clause or sentence that may be about all tables.
const SENTENCE: usize = 60;

/// So many lines among the rows of a table, or of those kept apart from it, are told; more say nothing new.
const MOST: usize = 20;

/// Adds a problem for all words about the tables that nothing explains, and withholds the figures that they doubt.
pub fn tell(cx: &Context, words: &FieldWords, readings: &[TableReading], report: &mut Report) {
    let own = Own::new(cx, words, report);
    let first = |r: &TableReading| r.alignment.as_ref()?.rows.iter().map(|r| r.item).chain(r.alignment.as_ref()?.heads.iter().map(|h| h.0)).min();
    let tables: Vec<(&TableReading, Range<usize>)> = readings.iter().filter_map(|r| Some((r, first(r)?..last(r)?))).collect();
    if tables.is_empty() {
        return;
    }
    let ends = (cx.items[tables[0].1.start].start as usize, cx.items[tables[tables.len() - 1].1.end].end as usize);
    about_all(&own, ends, report);
    let mut told: Vec<*const u8> = Vec::new();
    for (reading, items) in &tables {
        let table = reading.table.table;
        let (start, end) = (cx.items[items.start].start as usize, cx.items[items.end].end as usize);
        let from = tables.iter().map(|t| cx.items[t.1.end].end as usize).filter(|e| *e <= start).max().unwrap_or(0);
        let to = tables.iter().map(|t| cx.items[t.1.start].start as usize).filter(|s| *s >= end).min().unwrap_or(cx.text.len());
        let among = cx.items[items.clone()].iter().filter(|x| x.kind == Kind::Text).map(|x| &cx.text[x.start as usize..x.end as usize]);
        let lines = own.above(from..start).into_iter().chain(among.filter(|w| own.is_about(w)).take(MOST)).chain(own.below(end..to));
        let elsewhere = cx.elsewhere.iter().filter(|t| t.table == table).flat_map(|t| own.pieces(t.bytes.clone()).take(MOST));
        for (line, left) in lines.chain(elsewhere).filter_map(|line| Some((line, own.unexplained(line)?))) {
            let at = line.as_ptr() as usize - cx.text.as_ptr() as usize;
            let is_told = || report.problems.iter().any(|p| p.text == line);
            if told.contains(&line.as_ptr()) || is_told() || cx.foreign.iter().any(|f| (f.words.0 as usize..f.words.1 as usize).contains(&at)) {
                continue;
            }
            told.push(line.as_ptr());
            // A note may be about one row.
            let (concerned, _) = named(cx, reading, &fold(line));
            let theirs = |f: &&mut Figure| cx.form.indicators[usize::from(f.indicator)].table == table && (concerned.is_empty() || concerned.contains(&f.indicator));
            let withheld = own.doubts(line, &left, !concerned.is_empty()) && take_back(report.figures.iter_mut().filter(theirs));
            let does = if withheld { "they seem to say that its figures are others, so those are withheld" } else { "its figures are published all the same" };
            report.problems.push(problem(cx, line, format!("nothing explains these words beside {}; {does}. If they say whose figures these are, they belong in form.toml, [labels], and in [beside] if they say nothing about them", TABLES[table])));
        }
    }
}

/// What title, statistics period and sentences say of all tables, which stand between two bytes of the text.
fn about_all(own: &Own, (top, end): (usize, usize), report: &mut Report) {
    let (cx, year, mut problems) = (own.cx, report.year, Vec::new());
    let mut doubt = |report: &mut Report, words: &str, says: &str| {
        if take_back(report.figures.iter_mut()) {
            problems.push(problem(cx, words, format!("{says} seem to say that the report's figures are others or none, so those of t2, t3 and t4 are withheld")));
        }
    };
    let mut untold = None;
    let lines: Vec<&str> = own.pieces(0..top).collect();
    let titles: Vec<usize> = (0..lines.len()).filter(|n| own.is_report_title(lines[*n])).collect();
    for &n in &titles {
        let line = lines[n];
        let left = own.left(line, fold(line)).filter(|left| left.chars().count() <= BRIEF);
        let remark = remark_at(line, ROUND).filter(|at| *at > 0).map(|at| &line[at..]);
        // The line below may be a remark of the title's.
        let below = lines.get(n + 1).filter(|l| l.chars().count() <= BRIEF && is_bracketed(l)).copied();
        for remark in remark.into_iter().chain(below).filter(|r| of_months(r) || date_in(r).is_none() && !own.is_of_publication(r, year)) {
            match own.left(remark, fold(remark)).or_else(|| own.other_year(remark, year).then(String::new)) {
                Some(left) if own.has_doubt(&left) || own.other_time(remark) || own.other_year(remark, year) => doubt(report, remark, "these words of the title"),
                Some(_) => untold = Some(remark),
                None => {}
            }
        }
        if left.is_some_and(|left| own.has_doubt(&left)) {
            doubt(report, line, "these words of the title");
        }
    }
    // What stands alone at the head of the page, or beside its title, is about all of it: 征求意见稿.
    let mut beside = titles.iter().flat_map(|n| [n.wrapping_sub(1), n + 1]).chain([0]).filter_map(|n| lines.get(n));
    // One that names a table is about that one alone.
    let names_table = |l: &str| cx.form.words.table_names.iter().flatten().any(|name| l.contains(name.as_str()));
    let sample = |l: &&&str| l.chars().count() <= BRIEF && cx.form.words.samples.stands_in(&fold(l)) && !names_table(l);
    if let Some(line) = beside.find(sample) {
        doubt(report, line, "these words at the head of the page");
    }
    let (mut period, mut alone) = (None, None);
    for (at, about) in own.clauses().take(MOST * MOST) {
        let ends: &[char] = if at < top { &['。', '，', '；', ',', ';', '\n'] } else { &['。', '\n'] };
        let clause = around(cx.text, at, ends, 4 * (SENTENCE + 1)).trim();
        let beside = (at < top || at >= end) && clause.chars().count() <= SENTENCE;
        if about && beside {
            let folded = fold(clause);
            let narrow = narrows(own, &folded).is_some();
            let without = |left: &str| cx.form.beside.scope.without.stands_in(left);
            if own.left(clause, folded).is_some_and(|left| narrow || own.has_doubt(&left) || own.other_body(&left) || without(&left)) {
                doubt(report, clause, "these words about the tables");
            } else if narrow {
                alone = alone.or(Some(clause));
            }
        }
        if at < top && period.is_none() && of_months(clause) {
            period = Some(clause);
        }
    }
    report.problems.extend(problems);
    report.problems.extend(alone.map(|w| Problem { code: "extract/scope", ..problem(cx, w, "these words say that the figures of t2, t3 and t4 are those of the report's own body or year alone, as the form asks; they are published".into()) }));
    report.problems.extend(untold.map(|w| problem(cx, w, "nothing explains these words of the title; the figures of t2, t3 and t4 are published all the same".into())));
    report.problems.extend(period.map(|w| problem(cx, w, "the statistics period is not a whole year; the figures of t2, t3 and t4 are published all the same, as those of the year".into())));
}

fn problem(cx: &Context, words: &str, says: String) -> Problem {
    let at = words.as_ptr() as usize - cx.text.as_ptr() as usize;
    Problem::new("extract/unexplained-words", line_number(cx.text, at), words, says)
}
