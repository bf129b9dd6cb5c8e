//! Words beside a table that nothing explains: between the heading of its part and its heads, among its rows, or right
//! below it. They may say that its figures are another year's, another body's or nobody's, in words that no list has. So
//! it is asked what they are not: what is left of a line when the report's own names and years, and what usually stands
//! there, are taken away is told; and where it doubts the figures they are withheld.

pub mod against;
pub mod block;
pub mod captions;
pub mod explained;
pub mod leads;
pub mod marks;
pub mod notes;
pub mod parts;
pub mod scope;
pub mod statements;
pub mod units;

use std::collections::BTreeSet;
use std::ops::Range;

use explained::Own;
use notes::named;
use parts::first_part;
use statements::{WIDE, problem};
use crate::extract::context::Context;
use crate::extract::items::atoms::{COLON, place_of};
use crate::extract::items::cells::Kind;
use crate::extract::prepared::FieldWords;
use crate::extract::rows::tables::{TableReading, last};
use crate::extract::rows::withhold::take_back;
use crate::fold::fold;
use crate::form::{LabelId, Row, TABLES, equal};
use crate::model::{Figure, Report};

/// So many lines among the rows of a table, or of those kept apart from it, are told; more say nothing new.
const MOST: usize = 20;

/// Adds a problem for all words about the tables that nothing explains, and withholds the figures that they doubt.
pub fn tell(cx: &Context, words: &FieldWords, readings: &[TableReading], report: &mut Report) {
    let first = |r: &TableReading| r.alignment.as_ref()?.rows.iter().map(|r| r.item).chain(r.alignment.as_ref()?.heads.iter().map(|h| h.0)).min();
    let tables: Vec<(&TableReading, Range<usize>)> = readings.iter().filter_map(|r| Some((r, first(r)?..last(r)?))).collect();
    if tables.is_empty() {
        return;
    }
    let own = Own::new(cx, words, report);
    let wide = report.level.is_some_and(|level| WIDE.contains(&level));
    let mut told: Vec<*const u8> = Vec::new();
    for (reading, items) in &tables {
        let table = reading.table.table;
        let (start, end) = (cx.items[items.start].start as usize, cx.items[items.end].end as usize);
        let from = tables.iter().map(|t| cx.items[t.1.end].end as usize).filter(|e| *e <= start).max().unwrap_or(0);
        let to = tables.iter().map(|t| cx.items[t.1.start].start as usize).filter(|s| *s >= end).min().unwrap_or(cx.text.len());
        if let Some(line) = first_part(cx, reading, from) {
            take_back(report.figures.iter_mut().filter(|f| cx.form.indicators[usize::from(f.indicator)].table == table));
            report.problems.push(problem(cx, line, format!("{} stands in numbered parts, of which this is one, and its figures are theirs; they are withheld", TABLES[table])));
        }
        let among = cx.items[items.clone()].iter().filter(|x| x.kind == Kind::Text).map(|x| &cx.text[x.start as usize..x.end as usize]);
        let (above, below) = (own.above(from..start), own.below(end..to));
        let leads: Vec<&str> = own.of_others((&above, &below), wide).collect();
        let denied: Vec<&str> = above.iter().copied().filter(|line| own.denies_others(line)).collect();
        let announced: Vec<&str> = leads.iter().copied().chain(among.clone().flat_map(str::lines).map(str::trim).filter(|l| own.heads_others(l, wide)).take(MOST)).collect();
        // What ends in a colon below a table is about what follows.
        let below = below.into_iter().filter(|line| !line.ends_with(COLON) || own.is_about(line));
        let lines = above.into_iter().chain(among.filter(|w| own.is_about(w)).take(MOST)).chain(below);
        let elsewhere = cx.elsewhere.iter().filter(|t| t.table == table).flat_map(|t| own.pieces(t.bytes.clone()).take(MOST));
        let unexplained = lines.chain(elsewhere).filter_map(|line| Some((line, own.unexplained(line).or_else(|| own.is_against(line, wide, |_, _| false).then(String::new))?)));
        for (line, left) in announced.iter().chain(&denied).map(|l| (*l, String::new())).chain(unexplained) {
            let is_told = || report.problems.iter().any(|p| p.text == line);
            if told.contains(&line.as_ptr()) || is_told() || cx.begins_foreign_tables(place_of(cx.text, line)) {
                continue;
            }
            told.push(line.as_ptr());
            // A note may be about one row, what leads over to the table is about all of it.
            let concerned = if leads.contains(&line) || denied.contains(&line) { BTreeSet::new() } else { named(cx, reading, &own.without_titles(&fold(line))).0 };
            let theirs = |f: &Figure| cx.form.indicators[usize::from(f.indicator)].table == table && (concerned.is_empty() || concerned.contains(&f.indicator));
            // That there was nothing is said of no table that counts something.
            let belied = || denied.contains(&line) && report.figures.iter().any(|f| theirs(f) && f.value.is_some_and(|v| v > 0.0));
            let agrees = |n: f64, before: &str| has_number(cx, reading, &report.figures, before, n);
            let doubted = announced.contains(&line) || belied() || own.doubts(line, &left, !concerned.is_empty()) || own.is_against(line, wide, agrees);
            let withheld = doubted && take_back(report.figures.iter_mut().filter(|f| theirs(f)));
            let does = if withheld { "they seem to say that its figures are others, so those are withheld" } else { "its figures are published all the same" };
            report.problems.push(problem(cx, line, format!("nothing explains these words beside {}; {does}. If they say whose figures these are, they belong in form.toml, [labels], and in [beside] if they say nothing about them", TABLES[table])));
        }
    }
    statements::tell(&own, cx.items[tables[0].1.start].start as usize..cx.items[tables[tables.len() - 1].1.end].end as usize, report);
}

/// Whether the row that words before a number are the label of, and no head, has that number in all its cells, or as their sum.
fn has_number(cx: &Context, reading: &TableReading, figures: &[Figure], before: &str, number: f64) -> bool {
    let label = cx.form.words.without_mark(before);
    let is = |l: &LabelId| cx.form.labels[*l as usize].texts.iter().any(|text| text == label);
    let rows = &reading.table.rows;
    if rows.iter().flat_map(|r| r.names.iter().flatten()).any(is) {
        return false;
    }
    let has = |v: &Option<f64>| v.is_some_and(|v| equal(v, number));
    let right = |r: &Row| {
        let theirs: Vec<&Figure> = r.cells.iter().filter_map(|i| figures.iter().find(|f| f.indicator == *i)).collect();
        // A row that a line corrects is withheld by now, as it stood.
        let stood = || theirs.first().map_or(Vec::new(), |f| f.raw.split_whitespace().map(|cell| cell.parse().ok()).collect());
        let cells: Vec<Option<f64>> = if theirs.iter().all(|f| f.value.is_some()) { theirs.iter().map(|f| f.value).collect() } else { stood() };
        !r.is_heading() && cells.len() == r.cells.len() && (cells.iter().all(has) || !r.sums.is_empty() && cells.last().is_some_and(has))
    };
    let mut called = rows.iter().filter(|r| r.label.as_ref().is_some_and(is)).peekable();
    called.peek().is_some() && called.all(right)
}
