//! Notes right below a table that say of some of its rows or columns that their figures are others: 注：总计数含上年结转.

use std::collections::BTreeSet;

use super::captions::spoken;
use crate::extract::context::Context;
use crate::extract::items::atoms::{ROUND, is_separator, line_number, place_of, remark_at};
use crate::extract::items::cells::Kind;
use crate::extract::rows::tables::{TableReading, last};
use crate::extract::rows::withhold::take_back;
use crate::fold::fold;
use crate::form::{LabelId, TABLES};
use crate::model::{Figure, Problem};

/// The longest line that may be a note of this kind, in letters.
const LONGEST: usize = 50;

/// Letters of a heading's numbering, at most.
const NUMBERING: usize = 2;

/// Letters of a row's label, or of a head, that name it within a sentence.
const LEAST_LABEL: usize = 4;
const LEAST_HEAD: usize = 2;

/// The last line that may be about the table which ends in line `last`: so many lines below it, but none from the heading of
/// the next part on.
pub fn end(cx: &Context, last: u32, below: u32) -> u32 {
    let titles = &cx.form.recognise.sections;
    let behind = cx.items[cx.items.partition_point(|x| x.line <= last)..].iter().take_while(|x| x.line <= last + below).filter(|x| x.kind == Kind::Text);
    let lines = behind.flat_map(|x| (x.line..).zip(cx.text[x.start as usize..x.end as usize].split('\n')));
    let heading = lines.filter(|(_, line)| is_heading(titles, line)).map(|(n, _)| n).find(|n| *n > last);
    heading.map_or(last + below, |n| n - 1)
}

pub fn is_heading(titles: &[String], line: &str) -> bool {
    // A unit, or a remark, may stand in brackets behind it.
    let line = line.trim_end();
    let line = remark_at(line, ROUND).filter(|&at| at > 0).map_or(line, |at| &line[..at]);
    let numbers = |folded: &str, title: &str| folded.strip_suffix(title).is_some_and(|number| number.chars().count() <= NUMBERING);
    line.len() <= 4 * LONGEST && Some(fold(line)).is_some_and(|l| titles.iter().any(|t| numbers(&l, t)))
}

/// Where on its line ends what may be about the table whose last item is `last`: with the heading of the next part, or the
/// next label.
pub fn end_byte(cx: &Context, last: usize) -> usize {
    let behind = cx.items[last + 1..].iter().take_while(|x| !matches!(x.kind, Kind::Label(_))).filter(|x| x.kind == Kind::Text);
    let mut end = cx.items[last].end as usize;
    for x in behind {
        for piece in cx.text[x.start as usize..x.end as usize].split(is_separator) {
            if is_heading(&cx.form.recognise.sections, piece) {
                return end;
            }
            end = place_of(cx.text, piece) + piece.len();
        }
    }
    end
}

/// Withholds the figures that a note below a table, until line `end`, says are others: those of the rows whose labels it
/// names, or of the columns whose heads.
pub fn doubt_noted(cx: &Context, reading: &TableReading, end: u32, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let Some(last) = last(reading) else { return };
    let behind = cx.items[last + 1..].iter().take_while(|x| x.line <= end && !matches!(x.kind, Kind::Label(_)));
    let below = behind.filter(|x| x.kind == Kind::Text).map(|x| x.start as usize..x.end as usize);
    let elsewhere = cx.elsewhere.iter().filter(|told| told.table == reading.table.table).map(|told| told.bytes.clone());
    for bytes in below.chain(elsewhere) {
        for line in cx.text[bytes.clone()].split('\n') {
            let concerned = noted(cx, reading, spoken(line));
            if take_back(figures.iter_mut().filter(|f| concerned.contains(&f.indicator))) {
                problems.push(Problem::new("extract/row-corrected", line_number(cx.text, bytes.start), line.trim(), format!("a note below {} says that some of its figures are others than the form's: those of the rows or columns that it names are withheld", TABLES[reading.table.table])));
            }
        }
    }
}

/// The indicators of which a line says so.
fn noted(cx: &Context, reading: &TableReading, line: &str) -> BTreeSet<u16> {
    let words = &cx.form.words;
    let mut out = BTreeSet::new();
    if line.len() > 4 * LONGEST {
        return out;
    }
    let folded = fold(line);
    if !words.note_marks.iter().any(|m| folded.starts_with(m.as_str())) && !words.notes.begins(&folded) {
        return out;
    }
    let rest;
    (out, rest) = named(cx, reading, &folded);
    if ![&words.narrowing, &words.no_units, &words.periods].iter().any(|list| list.stands_in(&rest)) {
        out.clear();
    }
    out
}

/// The indicators whose rows, or columns, folded words name, and what is left of the words.
pub fn named(cx: &Context, reading: &TableReading, folded: &str) -> (BTreeSet<u16>, String) {
    let mut out = BTreeSet::new();
    let mut rest = folded.to_string();
    let mut names = |l: LabelId, least: usize| {
        let text = cx.form.labels[l as usize].texts.iter().filter(|t| t.chars().count() >= least && folded.contains(t.as_str())).max_by_key(|t| t.len());
        text.inspect(|t| rest = rest.replacen(t.as_str(), "", 1)).is_some()
    };
    for row in &reading.table.rows {
        if row.label.is_some_and(|l| names(l, LEAST_LABEL)) {
            out.extend(&row.cells);
        }
    }
    let heads: BTreeSet<LabelId> = reading.table.rows.iter().flat_map(|r| r.names.iter().flatten().copied()).collect();
    let named: Vec<LabelId> = heads.into_iter().filter(|l| names(*l, LEAST_HEAD)).collect();
    for row in &reading.table.rows {
        out.extend(row.names.iter().zip(&row.cells).filter(|(n, _)| n.iter().any(|l| named.contains(l))).map(|(_, i)| *i));
    }
    (out, rest)
}
