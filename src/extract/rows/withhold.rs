//! Rows that were tied to cells and are taken back, because they can be read in more than one way.

use std::collections::BTreeSet;

use super::blocks::one_lost;
use super::heads::{Run, begins};
use super::paged::MOST_PAGES;
use super::proof::Proof;
use super::strangers::{is_bare, numbers_rows, says};
use super::windows::{all_blank, is_empty, says_one};
use crate::extract::context::{Alignment, Context, FoundRow, Why};
use crate::extract::items::cells::{Divider, Kind};
use crate::extract::items::labels::Role;
use crate::form::{Row, RowSum, Table, equal, exceeds};
use crate::model::{Figure, Status};

/// Withholds rows with an empty cell among their figures where their width does not fit the table's: either all rows
/// of a table are padded to one width, or all have the same surplus. A row that is narrower has lost a cell, and then
/// nobody can say which.
pub fn withhold_uneven(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    let has_empty = |r: &FoundRow| r.tied().iter().any(|&i| is_empty(cx, i)) && !all_blank(cx, r.tied());
    if cx.divider == Divider::Grid || !rows.iter().any(has_empty) {
        return;
    }
    let widths: Vec<(usize, isize)> = rows.iter().map(|r| (width(cx, table, r, bounded), surplus(table, r))).collect();
    let total = widths.iter().map(|w| w.0).max().unwrap_or(0);
    let surplus = widths.iter().map(|w| w.1).max().unwrap_or(0);
    let usual = |n: usize| n * 3 >= rows.len() * 2;
    let by_total = usual(widths.iter().filter(|w| w.0 == total).count());
    let by_surplus = usual(widths.iter().filter(|w| w.1 == surplus).count());
    for (row, width) in rows.iter_mut().zip(&widths) {
        let even = (by_total && width.0 == total) || (by_surplus && width.1 == surplus);
        if has_empty(row) && !even && !is_full(cx, &table.rows[row.row], row) {
            row.cells = None;
        }
    }
}

/// Whether a row that begins and ends with figures has its number of cells, and its total is more than nothing and holds.
fn is_full(cx: &Context, of: &Row, row: &FoundRow) -> bool {
    let Some(cells) = row.cells.as_deref() else { return false };
    let more = |at: &usize| cx.items[cells[*at]].figure().is_some_and(|v| v > 0.0);
    let ends = [cells.first(), cells.last()].into_iter().flatten().all(|&i| !is_empty(cx, i));
    ends && sums(cx, of, cells) == Some(true) && of.sums.iter().all(|s| s.right.iter().all(more))
}

/// So many rows do not all have one figure too many.
const SEVERAL: usize = 3;

/// Withholds rows that are wider than most of their table, and than all that have no more cells than columns, by an empty
/// cell at their edge: one of their figures stands there twice, or is another's, and the empty cell may be a column.
pub fn withhold_wide(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    let padded = |r: &FoundRow| r.all.len() > r.tied().len() && !all_blank(cx, r.tied());
    if !bounded || !rows.iter().any(padded) {
        return;
    }
    let widths: Vec<usize> = rows.iter().map(|r| width(cx, table, r, bounded)).collect();
    let Some(usual) = usual(&widths) else { return };
    let usual = rows.iter().zip(&widths).filter(|(r, _)| surplus(table, r) == 0).map(|(_, w)| *w).max().unwrap_or(0).max(usual);
    // Where behind all labels stand just as many cells more than columns, what is wider has more labels.
    if widths.iter().filter(|w| **w > usual).count() >= SEVERAL && rows.iter().all(|r| surplus(table, r) == surplus(table, &rows[0])) {
        return;
    }
    for (row, width) in rows.iter_mut().zip(widths) {
        if width > usual && padded(row) {
            row.cells = None;
        }
    }
}

/// Withholds rows without a total whose last figure is the sum of those before it, or more: it is the total, and stands
/// before its column, since a cell was lost and the row filled up at its end, or ends in a remark. Where two rows are of that
/// kind, all without a total may be. What the sums down the columns prove to stand where it belongs is none of them.
pub fn withhold_summed(cx: &Context, table: &Table, rows: &mut [FoundRow], proof: &Proof) {
    if proof.whole {
        return;
    }
    let value = |i: usize| cx.items[i].figure().unwrap_or(0.0);
    let bare = |s: &&RowSum, cells: &[usize]| s.right.iter().all(|&at| is_bare(cx, cells[at]));
    let has_total = |r: &FoundRow| r.cells.as_ref().is_some_and(|c| table.rows[r.row].sums.iter().any(|s| s.right.iter().any(|&at| value(c[at]) > 0.0)));
    let totals = || rows.iter().filter(|r| has_total(r)).count() * 2 > rows.len();
    let summed = |s: &RowSum, cells: &[usize]| {
        let parts: Vec<f64> = s.left.iter().map(|&at| value(cells[at])).collect();
        let total = s.left.iter().rposition(|&at| !is_empty(cx, cells[at]));
        // One that stands alone at the row's beginning may be the total as well.
        let alone = |n: usize| n == 0 && parts[0] > 0.0 && totals();
        // Where a sign or a word stands in place of the total, one figure alone is that as well as the last part.
        let told = !s.right.iter().all(|&at| is_empty(cx, cells[at]));
        if told && s.left.iter().any(|&at| !is_bare(cx, cells[at]) && !cx.items[cells[at]].is_figure()) {
            return false;
        }
        let may_be_nothing = |n: usize| told && n > 0 && parts[n] > 0.0;
        let fits = |n: usize, before: f64| (exceeds(before, 0.0) || before == 0.0 && may_be_nothing(n)) && !exceeds(before, parts[n]);
        total.is_some_and(|n| alone(n) || fits(n, parts[..n].iter().sum()))
    };
    // What is smaller than those before it is no total; an empty cell says nothing of it.
    let open = |s: &RowSum, cells: &[usize]| s.right.iter().all(|&at| is_empty(cx, cells[at])) || summed(s, cells) || s.left.iter().all(|&at| value(cells[at]) == 0.0);
    let kinds: Vec<(bool, bool)> = rows
        .iter()
        .zip(&proof.backed)
        .map(|(r, backed)| {
            let cells = r.cells.as_deref().filter(|_| says(cx, r)).unwrap_or_default();
            let mut without = table.rows[r.row].sums.iter().filter(|s| !cells.is_empty() && bare(s, cells) && open(s, cells)).peekable();
            (without.peek().is_some(), !backed && without.any(|s| summed(s, cells)))
        })
        .collect();
    let several = kinds.iter().filter(|k| k.1).count() > 1;
    for (row, (without, summed)) in rows.iter_mut().zip(kinds) {
        if summed || several && without {
            row.cells = None;
        }
    }
}

/// The width that most of a table's rows have, if any.
fn usual(widths: &[usize]) -> Option<usize> {
    let count = |w: usize| widths.iter().filter(|x| **x == w).count();
    widths.iter().copied().max_by_key(|&w| (count(w), w)).filter(|&w| widths.len() >= 4 && most(count(w), widths.len()))
}

fn most(n: usize, of: usize) -> bool {
    n * 4 >= of * 3
}

/// Withholds rows whose first column is a cell without a figure that stands where other rows, or the heads, have no column: it is
/// a label cell written as an empty one, or another column's, and a figure of the row was lost.
///
/// Rows with something in their first column show where it is. Where rows are of one width wherever their label stands, or
/// labels stand as deep as the form has them, covered label cells are written, so that no column begins before the last of
/// them.
pub fn withhold_slid(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool, heads: &[(usize, Run)]) {
    let open = |r: &FoundRow| r.tied().first().is_some_and(|&i| is_bare(cx, i)) && says(cx, r);
    if !bounded || !rows.iter().any(open) {
        return;
    }
    let begins = begins(cx, table, heads);
    let place = |r: &FoundRow| before(cx, table, r.item, bounded);
    let last = rows.iter().map(place).max().unwrap_or(0);
    let widths: Vec<usize> = rows.iter().map(|r| place(r) + r.all.len()).collect();
    let wide = |deepest: bool| rows.iter().zip(&widths).filter(move |(r, _)| (place(r) == last) == deepest).map(|(_, w)| *w);
    let even = usual(&widths).is_some_and(|w| [true, false].iter().all(|&d| most(wide(d).filter(|x| *x == w).count(), wide(d).count())));
    let depth = |r: &FoundRow| usize::from(table.rows[r.row].depth);
    let deep: Vec<bool> = rows.iter().filter(|r| depth(r) > 1).map(|r| place(r) == depth(r)).collect();
    let written = even || deep.len() >= 4 && most(deep.iter().filter(|d| **d).count(), deep.len());
    // Cells before the first column of a row, and whether something stands in that one.
    let first = |r: &FoundRow| {
        let cell = *r.cells.as_ref()?.first()?;
        let stands = if says(cx, r) { !is_bare(cx, cell) } else { !is_empty(cx, cell) };
        Some((place(r) + r.all.iter().position(|i| *i == cell)?, stands))
    };
    let proven: BTreeSet<usize> = rows.iter().filter_map(first).filter(|f| f.1).map(|f| f.0).collect();
    let all = |holds: &dyn Fn(usize) -> bool| proven.iter().all(|p| holds(*p));
    let slid = |at: usize| {
        (written && at < last && all(&|p| p >= last))
            || (even && !proven.is_empty() && !proven.contains(&at))
            || begins.is_some_and(|h| at < h && all(&|p| p == h))
            || (even && proven.is_empty() && begins.is_none() && at > last)
    };
    for row in rows.iter_mut() {
        if open(row) && first(row).is_some_and(|f| slid(f.0)) {
            row.cells = None;
        }
    }
}

/// Cells of the row of the text in which a row of the form stands, with those before its figures.
pub fn width(cx: &Context, table: &Table, row: &FoundRow, bounded: bool) -> usize {
    before(cx, table, row.item, bounded) + row.all.len()
}

/// How many more cells stand behind the label of a row than it has columns.
pub fn surplus(table: &Table, row: &FoundRow) -> isize {
    row.all.len() as isize - table.rows[row.row].cells.len() as isize
}

/// Cells before the figures in a row: to its beginning where rows have one, else the heading in front of its label. The last
/// head above the first row is no cell of it.
fn before(cx: &Context, table: &Table, item: usize, bounded: bool) -> usize {
    let heading = |i: usize| cx.items[i].is_label() && cx.head(table, i).is_none();
    1 + if bounded { cells_before(cx, item) } else { usize::from(item > 0 && heading(item - 1)) }
}

/// Cells before an item in its row. A paragraph above a table has no end of a row; no sign divides it from the first cell.
/// Nor does one divide labels that share a cell.
pub fn cells_before(cx: &Context, item: usize) -> usize {
    let sign = |c: char| c != '\n' && cx.divider.divides(c);
    let mut cells = 0;
    for i in (0..item).rev() {
        let x = &cx.items[i];
        let between = cx.between(i, i + 1).unwrap_or_default();
        let divided = between.contains(sign);
        let line = between.split('\n').next().unwrap_or_default();
        // A pipe that opens the next line ends no paragraph.
        let beside = line.len() == between.len() || line.contains(sign) || divided && x.kind != Kind::Text;
        if x.kind == Kind::RowEnd || !beside || line.len() < between.len() && cx.divider == Divider::Lines {
            break;
        }
        cells += usize::from(divided);
    }
    cells
}

/// Withholds rows that end in empty cells where the text never shows an empty cell between figures, and its rows are
/// padded or no full row of the same width stands beside them: padding fills short rows up, so those cells may be all
/// that is left of blanks that were dropped further in front. Likewise where rows of a table that shows none end in
/// different numbers of empty cells, and a row of zeros where the others have a sign in each empty cell.
pub fn withhold_short(cx: &Context, tables: &mut [&mut Alignment]) {
    let bare = |r: &FoundRow| r.tied().last().is_some_and(|&i| is_empty(cx, i)) && !all_blank(cx, r.tied());
    // Where every cell is opened by a sign of its own there is no padding.
    if cx.divider == Divider::TabLed || !tables.iter().flat_map(|a| &a.rows).any(bare) {
        return;
    }
    let ends = |c: &[usize]| c.iter().rposition(|&i| !is_empty(cx, i)).map(|last| (last, c.len() - 1 - last));
    let inner = |r: &FoundRow| ends(r.tied()).is_some_and(|(last, _)| r.tied()[..last].iter().any(|&i| is_empty(cx, i)));
    let nowhere = !tables.iter().flat_map(|a| &a.rows).any(inner);
    let padded = tables.iter().flat_map(|a| &a.rows).any(|r| r.cells.as_ref().is_some_and(|c| r.all.len() > c.len()));
    for rows in tables.iter_mut().filter(|a| !a.proven).map(|a| &mut a.rows) {
        let short: Vec<usize> = rows.iter().filter_map(|r| ends(r.tied())).map(|e| e.1).filter(|n| *n > 0).collect();
        let ragged = short.len() > 2 && short.iter().any(|n| *n != short[0]) && !rows.iter().any(inner);
        let short = ragged || nowhere && cx.divider != Divider::Grid;
        let signed = is_signed(cx, rows);
        if !short && !signed {
            continue;
        }
        let padded = padded || ragged;
        let full: Vec<(usize, usize)> =
            rows.iter().filter_map(|r| Some((r.cells.as_ref()?, r.all.len()))).filter(|(c, _)| !c.iter().any(|&i| is_empty(cx, i))).map(|(c, n)| (c.len(), n)).collect();
        for row in rows {
            let padded = || padded || !full.contains(&(row.tied().len(), row.all.len()));
            if bare(row) && (signed && nothing(cx, row.tied()) || short && padded()) {
                row.cells = None;
            }
        }
    }
}

/// Whether a sign stands in the empty cells of most rows that have any, and an empty cell nowhere but at a row's end.
fn is_signed(cx: &Context, rows: &[FoundRow]) -> bool {
    let (mut signs, mut ended) = (0, 0);
    for row in rows.iter().filter(|r| !all_blank(cx, r.tied())) {
        let cells = row.tied();
        let last = cells.iter().rposition(|&i| !is_empty(cx, i)).unwrap_or(0);
        if cells[..last].iter().any(|&i| is_empty(cx, i)) {
            return false;
        }
        ended += usize::from(last + 1 < cells.len());
        signs += usize::from(last + 1 == cells.len() && cells.iter().any(|&i| cx.items[i].kind == Kind::Blank));
    }
    signs >= SEVERAL && signs > ended
}

/// Withholds the one row of a table that ends in empty cells of a grid where no other row of the tables has an empty cell and
/// zeros are written as such: figures of its middle may be lost, and all behind them have moved.
pub fn withhold_ended(cx: &Context, tables: &mut [(&Table, &mut Alignment)]) {
    let has_empty = |r: &FoundRow| r.tied().iter().any(|&i| is_empty(cx, i));
    let zero = |r: &FoundRow| r.tied().iter().any(|&i| cx.items[i].figure() == Some(0.0));
    if cx.divider != Divider::Grid || !tables.iter().any(|(t, a)| t.is_unlabelled() && a.rows.iter().any(has_empty)) {
        return;
    }
    let (others, here): (Vec<_>, Vec<_>) = tables.iter_mut().partition(|(t, _)| !t.is_unlabelled());
    let full = |rows: &[FoundRow]| rows.iter().all(|r| r.cells.is_some() && !has_empty(r));
    if others.is_empty() || !others.iter().all(|(_, a)| full(&a.rows)) || !others.iter().any(|(_, a)| a.rows.iter().any(zero)) {
        return;
    }
    for row in here.into_iter().flat_map(|(_, a)| &mut a.rows) {
        let Some(cells) = row.cells.as_ref().filter(|c| !all_blank(cx, c)) else { continue };
        let last = cells.iter().rposition(|&i| !is_empty(cx, i)).unwrap_or(0);
        if last + 1 < cells.len() && !cells[..last].iter().any(|&i| is_empty(cx, i)) {
            row.cells = None;
        }
    }
}

/// Which other places of the text claim a row of the table too: those with anything behind their label; and where there
/// are three of them a second table stands there, so that its empty rows count as well.
pub fn rivals(cx: &Context, table: &Table, found: Vec<FoundRow>) -> Vec<FoundRow> {
    let mut rivals: Vec<FoundRow> = found.into_iter().filter(|r| !is_head(cx, table, r) && !is_other_head(cx, table, r) && !is_told(cx, table, r)).collect();
    let stands = |r: &FoundRow| r.cells.is_some() || r.all.iter().any(|&i| !is_empty(cx, i));
    if rivals.iter().filter(|r| stands(r)).count() < 3 {
        rivals.retain(stands);
    }
    rivals
}

/// True where a rival is in truth a head of the table (总计, 其他): a word that is only a head stands next to it without
/// a figure between, or the first row does.
pub fn is_head(cx: &Context, table: &Table, row: &FoundRow) -> bool {
    let head_only = |role: Role| role.head.is_some() && role.row.is_none();
    let stands = |i: &usize| cx.items[*i].stands();
    let role = |item: Option<usize>| item.map_or(Role::default(), |i| cx.role_of(table, i));
    let next = role((row.item + 1..cx.items.len()).find(stands));
    let previous = role((0..row.item).rev().find(stands));
    cx.head(table, row.item).is_some() && (head_only(next) || next.row == Some(0) || head_only(previous))
}

/// Whether a rival is a clause of running text that signs divide as they do cells: other words stand before it, and behind it
/// nothing but a figure with a unit, and words.
fn is_told(cx: &Context, table: &Table, row: &FoundRow) -> bool {
    let kinds = || row.all.iter().map(|&i| cx.items[i].kind);
    let told = kinds().all(|k| matches!(k, Kind::WithUnit(..) | Kind::Text | Kind::Unreadable)) && kinds().any(|k| matches!(k, Kind::WithUnit(..)));
    let before = row.item.checked_sub(1).map(|i| &cx.items[i]).filter(|x| x.line == cx.items[row.item].line).map(|x| x.kind);
    told && row.cells.is_none() && row.all.len() < table.rows[row.row].cells.len() && matches!(before, Some(Kind::Text | Kind::Unreadable))
}

/// Whether a rival that could not be tied to cells is a word of another table's heads: the label before it, with no cell
/// between, is that table's alone, though heads that a narrow cell broke stand between.
fn is_other_head(cx: &Context, table: &Table, row: &FoundRow) -> bool {
    let mut before = cx.items[..row.item].iter().enumerate().rev().take_while(|(_, x)| !x.is_cell() || x.kind == Kind::Blank);
    let label = before.find(|(i, x)| x.is_label() && cx.head(table, *i).is_none());
    row.cells.is_none() && cx.head(table, row.item).is_some() && label.is_some_and(|(i, _)| !cx.role_of(table, i).own)
}

/// Doubts rows that contradict their own sums: each where rows of the text have no ends, so that a page number or the
/// next label's may have completed them, and all where most rows of the table do, since then the columns are others.
pub fn doubt_sums(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    let (mut holds, mut fails) = (0, 0);
    for row in rows.iter_mut() {
        let Some(cells) = &row.cells else { continue };
        let verdict = sums(cx, &table.rows[row.row], cells);
        match verdict {
            Some(true) => holds += usize::from(!nothing(cx, cells)),
            Some(false) => fails += 1,
            None => {}
        }
        let cut = cells.last().is_some_and(|&i| cx.items[i].kind == Kind::Unreadable) && !table.rows[row.row].sums.is_empty();
        // An empty cell at an edge may fill up a row that lost one, or may have pushed its figures on and the last one out.
        let filled = verdict == Some(false) && [cells.first(), cells.last()].into_iter().flatten().any(|&i| is_empty(cx, i));
        let moved = verdict == Some(false) && total_moved(cx, &table.rows[row.row], cells);
        if !bounded && (verdict == Some(false) || cut) || filled || moved || is_completed(cx, &table.rows[row.row], cells) {
            row.doubt(Why::Sums(row.item));
        }
    }
    doubt_torn(cx, table, rows);
    let all = fails > 1 && fails > holds;
    // Where most rows have more figures than columns, one that has just as many may have lost some.
    let crowded = |r: &FoundRow| r.cells.is_none() && r.all.iter().filter(|&&i| cx.items[i].is_figure()).count() > table.rows[r.row].cells.len();
    let most = rows.iter().filter(|r| crowded(r)).count() * 2 > rows.len();
    if all || most {
        let item = rows[0].item;
        let unproven = |r: &FoundRow| all || r.cells.as_ref().is_some_and(|c| sums(cx, &table.rows[r.row], c) != Some(true) || nothing(cx, c));
        rows.iter_mut().filter(|r| unproven(r)).for_each(|r| r.doubt(Why::Columns(item)));
    }
}

/// Doubts a row that has no label where something else may have completed it.
pub fn doubt_completed(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    for row in rows.iter_mut().filter(|r| r.cells.as_ref().is_some_and(|c| is_completed(cx, &table.rows[r.row], c))) {
        row.doubt(Why::Sums(row.item));
    }
}

/// Whether a row has a cell that two may have run into and an empty one beside it, or at its edge, the sign that opens a row, in the
/// place of the one that is missing; or its sums fail, and one figure that spans all its columns would have been written in each of them,
/// or they would hold without a figure that is none of its own.
fn is_completed(cx: &Context, row: &Row, cells: &[usize]) -> bool {
    let edge = || [cells.first(), cells.last()].into_iter().flatten().any(|&i| is_empty(cx, i));
    let numbers = |i: usize| cx.words(i).split_whitespace().filter(|w| w.bytes().all(|b| b.is_ascii_digit())).count();
    let joined = |i: &usize| cx.items[*i].kind == Kind::Unreadable && numbers(*i) > 1;
    let beside = || cells.windows(2).any(|w| joined(&w[0]) && is_empty(cx, w[1]) || is_empty(cx, w[0]) && joined(&w[1]));
    let run_into = !row.sums.is_empty() && cells.iter().any(joined) && (cx.divider != Divider::Grid && edge() || beside()) || is_drawn_up(cx, row, cells);
    run_into || sums(cx, row, cells) == Some(false) && (says_one(cx, cells) || cx.divider != Divider::Grid && is_moved(cx, row, cells))
}

/// Whether nothing stands in place of a row's total and two figures of the row ran into one cell, so that all behind them stand a
/// column too early: digits and spaces that are no figure, or a figure whose digits are two without which the last is no total.
fn is_drawn_up(cx: &Context, row: &Row, cells: &[usize]) -> bool {
    let (Some((&total, parts)), [sum]) = (cells.split_last(), &row.sums[..]) else { return false };
    if sum.right != [parts.len()] || sum.left.len() != parts.len() || !is_empty(cx, total) {
        return false;
    }
    // A figure with a note, or with a mark for one struck out, is one.
    let broken = |&i: &usize| cx.items[i].kind == Kind::Unreadable && cx.words(i).chars().all(|c| c.is_numeric() || c.is_whitespace() || matches!(c, ',' | '，'));
    if parts.iter().any(broken) {
        return true;
    }
    let value = |&i: &usize| cx.items[i].value();
    let Some((last, before)) = parts.iter().map(value).collect::<Option<Vec<f64>>>().and_then(|mut v| Some((v.pop()?, v))) else { return false };
    let sum: f64 = before.iter().sum();
    halves(last).any(|(part, total)| sum + part == total) || before.iter().any(|&v| halves(v).any(|(a, b)| sum - v + a + b == last))
}

/// The pairs of figures whose digits stand in one, as they are written.
fn halves(value: f64) -> impl Iterator<Item = (f64, f64)> {
    let digits = if value.fract() == 0.0 && value > 0.0 { value.to_string() } else { String::new() };
    let written = |part: &str| if part.len() > 1 && part.starts_with('0') { None } else { part.parse::<f64>().ok() };
    (1..digits.len().max(1)).filter_map(move |at| Some((written(&digits[..at])?, written(&digits[at..])?)))
}

/// Whether the figure at an edge of a row may be the number of a page, and all sums of its parts hold where another figure was lost.
fn is_moved(cx: &Context, row: &Row, cells: &[usize]) -> bool {
    let is_page = |i: &usize| matches!(cx.items[*i].kind, Kind::Figure(v) if v.fract() == 0.0 && (1.0..=MOST_PAGES).contains(&v));
    let ways = [cells.split_first(), cells.split_last()];
    ways.into_iter().flatten().any(|(edge, rest)| is_page(edge) && one_lost(cx, row, rest).is_some())
}

/// Whether nobody filled the totals of a table in: in a grid where all heads and all rows of the form stand and each row has a
/// figure for each column, every total that its row contradicts is 0, and no figure of such a row is the sum of its others.
pub fn untotalled(cx: &Context, table: &Table, heads: &[(usize, Run)], rows: &[FoundRow]) -> bool {
    let headed = || matches!(heads, [(0, run)] if run.is_whole(table));
    if cx.divider != Divider::Grid || !table.total_last || rows.len() != table.filled().count() || !headed() {
        return false;
    }
    let line = |r: &FoundRow| r.cells.iter().filter(|c| r.why.is_none() && **c == r.all).flatten().map(|&i| cx.items[i].figure()).collect::<Option<Vec<f64>>>();
    let Some(lines) = rows.iter().map(line).collect::<Option<Vec<_>>>() else { return false };
    let untold = |line: &Vec<f64>| {
        let Some((total, parts)) = line.split_last() else { return false };
        let sum: f64 = parts.iter().sum();
        *total == sum || *total == 0.0 && parts.iter().all(|p| *p == 0.0 || !equal(2.0 * p, sum))
    };
    lines.iter().all(untold) && !numbers_rows(lines.iter().map(|l| l.first().copied()))
}

/// Whether no figure but zero stands in cells: any sum of these holds.
fn nothing(cx: &Context, cells: &[usize]) -> bool {
    cells.iter().all(|&i| cx.items[i].figure().is_none_or(|v| v == 0.0))
}

/// Whether a row's total is none where its sum fails. The figure before it may be the total, no less than all before it: a
/// figure was lost, and another, a page's number, stands behind. Or its digits, alone or behind those of the figure before it,
/// are the first ones of the sum, or all: the rest was lost, or the total broke in two.
fn total_moved(cx: &Context, row: &Row, cells: &[usize]) -> bool {
    let value = |at: usize| cx.items[cells[at]].figure().unwrap_or(0.0);
    row.sums.iter().any(|s| {
        let (&[total], Some(&last)) = (s.right.as_slice(), s.left.last()) else { return false };
        let before: f64 = s.left.iter().filter(|at| **at != last).map(|&at| value(at)).sum();
        if s.left.len() < 3 || total != last + 1 || before <= 0.0 {
            return false;
        }
        let (last, total) = (value(last), value(total));
        let cut = total > 0.0 && (before + last).to_string().starts_with(&total.to_string());
        last == before || last > before && last > total || cut || last > 0.0 && format!("{last}{total}") == before.to_string()
    })
}

/// Doubts a row right behind which rows of the form are missing, with nothing in their place: what was lost may begin in its
/// middle and end in the middle of the last of them. One that contradicts its sum shows it; where several rows are missing a
/// row of zeros shows nothing.
fn doubt_torn(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let is_row = |r: &usize| !table.rows[*r].is_heading();
    for n in 1..rows.len() {
        let (first, next) = (&rows[n - 1], &rows[n]);
        let missing = (first.row + 1..next.row).filter(is_row).count();
        let Some(cells) = first.cells.as_ref().filter(|_| missing > 0 && first.why.is_none()) else { continue };
        let end = first.all.iter().copied().max().unwrap_or(first.item) + 1;
        let bare = cx.items[end.min(next.item)..next.item].iter().all(|x| x.is_label() || x.is_break() || x.kind == Kind::Blank);
        let verdict = sums(cx, &table.rows[first.row], cells);
        // An office may leave out the rest of a group.
        let group = |r: &FoundRow| (table.rows[r.row].parent, table.rows[r.row].depth);
        let within = group(first) == group(next);
        if bare && (verdict == Some(false) || missing > 1 && within && verdict == Some(true) && nothing(cx, cells) && !all_blank(cx, cells)) {
            rows[n - 1].why = Some(Why::Sums(rows[n - 1].item));
        }
    }
}

/// Doubts all rows of a table in which no row has a total: where a column was lost and rows were filled up at their end, the
/// figures stand before their columns, and the last one, that of the totals, is empty.
pub fn doubt_totals(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let sums = |r: &FoundRow| &table.rows[r.row].sums;
    let total = |r: &FoundRow| sums(r).iter().any(|s| s.right.iter().any(|&at| r.cells.as_ref().is_some_and(|c| !is_empty(cx, c[at]))));
    let bare = |r: &FoundRow| !sums(r).is_empty() && !all_blank(cx, r.tied());
    if !rows.iter().any(total) && rows.iter().any(bare) {
        let item = rows[0].item;
        rows.iter_mut().for_each(|r| r.doubt(Why::Columns(item)));
    }
}

/// Whether a text ends with the last digit of a figure, so that others may have stood behind it.
pub fn is_cut(cx: &Context, item: usize) -> bool {
    cx.items[item].end as usize == cx.text.len() && matches!(cx.items[item].kind, Kind::Figure(v) if v != 0.0)
}

/// Doubts a row whose last figure ends with the text: the file may have been cut within it. A sum that holds shows that
/// it is whole, and behind a 0 no digit can follow.
pub fn doubt_cut(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let Some(row) = rows.iter_mut().rev().find(|r| r.cells.is_some() && r.why.is_none()) else { return };
    let cells = row.tied();
    if let Some(&item) = cells.iter().find(|i| is_cut(cx, **i)).filter(|_| sums(cx, &table.rows[row.row], cells) != Some(true)) {
        row.why = Some(Why::Cut(item));
    }
}

/// Whether the equalities within a row hold for its cells; none where none of them can be tested. A blank among the
/// parts counts as nothing, one in place of the sum proves nothing.
pub fn sums(cx: &Context, row: &Row, cells: &[usize]) -> Option<bool> {
    sums_of(cx, row, cells, |at| adds(cx, cells[at]))
}

/// What a cell of a row adds to its sums; one that is not there adds nothing.
pub fn adds(cx: &Context, cell: usize) -> Option<f64> {
    if cx.items[cell].is_gap() { Some(0.0) } else { cx.items[cell].value() }
}

/// The same for other figures in these cells.
pub fn sums_of(cx: &Context, row: &Row, cells: &[usize], value: impl Fn(usize) -> Option<f64>) -> Option<bool> {
    let told = |s: &&RowSum| s.right.iter().all(|&at| cx.items[cells[at]].is_figure());
    row.sums.iter().filter(told).filter_map(|s| s.holds(&value)).reduce(|all, one| all && one)
}

/// Takes back what was read of these figures; whether there was any.
pub fn take_back<'f>(figures: impl Iterator<Item = &'f mut Figure>) -> bool {
    let read = figures.filter(|f| matches!(f.status, Status::Reported | Status::Derived | Status::Blank));
    read.map(|f| (f.status, f.value) = (Status::Unreadable, None)).count() > 0
}
