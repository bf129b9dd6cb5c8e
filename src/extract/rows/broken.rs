//! Digits alone on a line that no row claims: a narrow cell breaks a figure, and the rest of it stands above or below its row
//! without a label. The row itself shows nothing, and 1 and 1 are as good a sum as 12 and 12.

use std::cell::OnceCell;
use std::ops::Range;

use super::named::Named;
use super::paged::{is_of_pages, numbered};
use super::tables::TableReading;
use super::withhold::{adds, sums_of};
use crate::extract::context::{Context, FoundRow, Why};
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::fold::fold;
use crate::form::Row;

/// So many numbers that count up from 1 number the columns.
const LEAST_ORDINALS: usize = 3;

/// What ends a page, and breaks no cell.
const FEED: char = '\u{C}';

/// What stands on one line of the text, or in one row of a grid.
struct Strip<'t> {
    items: Range<usize>,
    lines: (u32, u32),
    /// Its digits, where no row claims one and nothing else stands there but words that are a piece of a label.
    digits: Vec<&'t str>,
    /// Such words stand there: of a row that has one column alone they may be the label.
    worded: bool,
}

/// Doubts rows beside such digits that may be more of their figures, unless the row's sums hold as it stands and with no way of
/// adding the digits.
pub fn doubt_broken(cx: &Context, readings: &mut [TableReading]) {
    let claimed = claimed(cx, readings);
    // Most texts have none.
    if (0..cx.items.len()).all(|i| claimed[i] || !is_digits(cx, i)) {
        return;
    }
    let strips = strips(cx, &claimed);
    let pages = OnceCell::new();
    let is_page = |strip: &Strip| strip.digits.len() == 1 && !strip.worded && strip.items.clone().any(|i| is_of_pages(cx, pages.get_or_init(|| numbered(cx, readings)), i));
    let free = |s: &Strip| !s.digits.is_empty() && !counts_up(&s.digits) && !is_year(&s.digits);
    let rests: Vec<usize> = (0..strips.len()).filter(|&n| free(&strips[n]) && !is_page(&strips[n])).collect();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (t, reading) in readings.iter().enumerate().filter(|_| !rests.is_empty()) {
        for (n, row) in reading.alignment.iter().flat_map(|a| &a.rows).enumerate().filter(|(_, r)| r.cells.is_some() && r.why.is_none()) {
            let of = &reading.table.rows[row.row];
            let may_hold = |at: usize| !strips[at].worded || strips[at].digits.len() < of.cells.len();
            let rest = beside(cx, &strips, &rests, row).find(|&(at, below)| may_hold(at) && goes_on(cx, of, row.tied(), &strips[at].digits, below));
            found.extend(rest.and_then(|(at, _)| Some((t, n, strips[at].items.clone().find(|&i| cx.items[i].stands())?))));
        }
    }
    for (t, n, item) in found {
        if let Some(row) = readings[t].alignment.as_mut().and_then(|a| a.rows.get_mut(n)) {
            row.doubt(Why::Stray(item));
        }
    }
}

/// Whether rows of the text are told by marks, and each cell may have a line of its own.
fn is_marked(cx: &Context) -> bool {
    matches!(cx.divider, Divider::Grid | Divider::TabLed)
}

/// The lines of the text on which anything stands, or the rows of its grid.
fn strips<'t>(cx: &'t Context, claimed: &[bool]) -> Vec<Strip<'t>> {
    let mut end = 0;
    let line = |items: &[Item]| {
        end += items.len();
        end - items.len()..end
    };
    let all: Vec<Range<usize>> = if is_marked(cx) { cx.rows().collect() } else { cx.items.chunk_by(|a, b| a.line == b.line).map(line).collect() };
    let strip = |items: Range<usize>| {
        let mut standing = items.clone().filter(|&i| cx.items[i].stands());
        let first = standing.next()?;
        let last = standing.next_back().unwrap_or(first);
        let words = if cx.items[first].kind == Kind::Text { Some(first) } else { None };
        let digits = if claimed[items.clone()].contains(&true) { Vec::new() } else { digits(cx, words.map_or(items.start, |w| w + 1)..items.end) };
        let piece = |i: usize| {
            let piece = fold(cx.words(i));
            cx.form.labels.iter().flat_map(|l| &l.texts).any(|t| t.contains(piece.as_str()))
        };
        let digits = if digits.is_empty() || words.is_none_or(piece) { digits } else { Vec::new() };
        Some(Strip { digits, items, lines: (cx.items[first].line, cx.last_line(last)), worded: words.is_some() })
    };
    all.into_iter().filter_map(strip).collect()
}

/// The digits of items beside which nothing stands but empty cells; none where anything else does.
fn digits<'t>(cx: &'t Context, items: Range<usize>) -> Vec<&'t str> {
    let mut out = Vec::new();
    for i in items.filter(|&i| !cx.items[i].is_break() && !cx.empty[i]) {
        if !is_digits(cx, i) {
            return Vec::new();
        }
        out.extend(cx.words(i).split_whitespace());
    }
    out
}

/// Whether a cell holds digits alone.
fn is_digits(cx: &Context, i: usize) -> bool {
    cx.items[i].is_filled() && cx.words(i).bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b','))
}

/// A year on a line of its own is no rest of a figure.
fn is_year(digits: &[&str]) -> bool {
    matches!(digits, [year] if year.len() == 4 && (year.starts_with("19") || year.starts_with("20")))
}

/// 1, 2, 3 …
fn counts_up(digits: &[&str]) -> bool {
    digits.len() >= LEAST_ORDINALS && digits.iter().enumerate().all(|(n, d)| d.parse() == Ok(n + 1))
}

/// By item, whether it is a cell of a row, or of one that stands again.
fn claimed(cx: &Context, readings: &[TableReading]) -> Vec<bool> {
    let mut claimed = vec![false; cx.items.len()];
    for row in readings.iter().filter_map(|r| r.alignment.as_ref()).flat_map(|a| a.rows.iter().chain(&a.rivals)) {
        row.tied().iter().for_each(|&i| claimed[i] = true);
        for named in row.named.iter().flatten() {
            if let Named::Item(i) | Named::Torn(i) | Named::Alone(i) = *named {
                claimed[i] = true;
            }
        }
    }
    claimed
}

/// The strips right above and below the label and the cells of a row that may hold the rest of its figures, each with whether it
/// stands below them.
fn beside<'a>(cx: &'a Context, strips: &'a [Strip<'a>], rests: &'a [usize], row: &'a FoundRow) -> impl Iterator<Item = (usize, bool)> + 'a {
    let strip = move |item: usize| strips.partition_point(|s| s.items.end <= item);
    let cells = row.tied().iter().map(|&i| strip(i)).min().unwrap_or(0);
    let anchors = [row.item].into_iter().chain(row.tied().iter().copied()).map(strip);
    let neighbours = anchors.flat_map(|at| [at.checked_sub(1).map(|n| (at, n)), Some((at, at + 1))]).flatten();
    neighbours.filter(move |&(at, n)| at < strips.len() && rests.binary_search(&n).is_ok() && is_near(cx, strips, at, n)).map(move |(_, n)| (n, n > cells))
}

/// Whether a strip stands no further from its neighbour than that from the one on its other side, and on the same page.
fn is_near(cx: &Context, strips: &[Strip], at: usize, other: usize) -> bool {
    let gap = |a: usize, b: usize| strips[a.max(b)].lines.0.saturating_sub(strips[a.min(b)].lines.1);
    let behind = if other > at { at.checked_sub(1) } else { Some(at + 1).filter(|n| *n < strips.len()) };
    let (first, last) = (&strips[at.min(other)], &strips[at.max(other)]);
    let fed = cx.between(first.items.end - 1, last.items.start).is_some_and(|b| b.contains(FEED));
    !fed && (is_marked(cx) || gap(at, other) <= behind.map_or(1, |b| gap(at, b)).max(1))
}

/// Whether digits may go on a row's figures, or begin them where they stand above: there is a way of adding them with which its
/// sums hold, or they hold in none.
fn goes_on(cx: &Context, of: &Row, cells: &[usize], digits: &[&str], below: bool) -> bool {
    if digits.len() > cells.len() {
        return false;
    }
    let mut values: Vec<Option<f64>> = cells.iter().map(|&i| adds(cx, i)).collect();
    let fails = sums_of(cx, of, cells, |at| values[at]) == Some(false);
    let joined = |at: usize, rest: &str| {
        let own: String = cx.items[cells[at]].figure().map(|_| cx.words(cells[at]).chars().filter(|c| c.is_ascii_digit() || *c == '.').collect())?;
        let all = if below { format!("{own}{rest}") } else { format!("{rest}{own}") };
        let whole = !all.starts_with('0') || all.starts_with("0.");
        all.replace(',', "").parse().ok().filter(|v| whole && *v <= cx.form.indicators[usize::from(of.cells[at])].most)
    };
    let holds = |values: &[Option<f64>]| fails || sums_of(cx, of, cells, |at| values[at]) != Some(false);
    is_added(&mut values, 0, digits, &joined, &holds)
}

/// Whether there is a way of adding digits to figures, in their order, that holds.
fn is_added(values: &mut Vec<Option<f64>>, from: usize, digits: &[&str], joined: &impl Fn(usize, &str) -> Option<f64>, holds: &impl Fn(&[Option<f64>]) -> bool) -> bool {
    let Some((first, rest)) = digits.split_first() else { return holds(values) };
    for at in from..values.len().saturating_sub(rest.len()) {
        let Some(whole) = joined(at, first) else { continue };
        let own = values[at].replace(whole);
        let added = is_added(values, at + 1, rest, joined, holds);
        values[at] = own;
        if added {
            return true;
        }
    }
    false
}
