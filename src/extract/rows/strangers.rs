//! Rows that lost a figure beside a column that the form does not have: a remark, a unit, an empty cell. Such a stranger makes up
//! their number of cells, and the figures stand below other heads than their own.

use super::headed::Columns;
use super::heads::{Run, before};
use super::windows::is_empty;
use super::withhold::{surplus, width};
use crate::extract::context::{Context, FoundRow};
use crate::extract::items::cells::{Divider, Kind};
use crate::extract::items::labels::is_han_numeral;
use crate::form::Table;

/// Rows that show a column more, at least, and so many that show one between those of the form; and of so many rows of the table one.
const SEVERAL: usize = 2;
const BETWEEN: usize = 4;
const ONE_OF: usize = 8;

/// Whether words stand in a cell, and no number.
pub fn is_word(cx: &Context, item: usize) -> bool {
    let words = cx.words(item);
    matches!(cx.items[item].kind, Kind::Text | Kind::Unreadable) && words.chars().any(|c| !c.is_ascii() && c.is_alphabetic()) && !words.chars().any(|c| c.is_numeric() || is_han_numeral(c))
}

/// Whether a cell says of itself that it is none with a figure.
pub fn is_bare(cx: &Context, item: usize) -> bool {
    cx.items[item].kind == Kind::Blank || is_word(cx, item)
}

/// So many rows, at least, tell that a column numbers them.
const LEAST_NUMBERED: usize = 6;

/// Whether the first cells of most rows go on from each other: their column numbers the rows, and is none of the form's.
pub fn numbers_rows(firsts: impl Iterator<Item = Option<f64>>) -> bool {
    let (mut rows, mut goes_on, mut before) = (0, 0, None::<f64>);
    for first in firsts {
        goes_on += usize::from(before.zip(first).is_some_and(|(a, b)| b == a + 1.0));
        (rows, before) = (rows + 1, first);
    }
    rows >= LEAST_NUMBERED && goes_on * 4 >= rows * 3
}

/// Whether anything but empty cells and signs for them was tied to a row.
pub fn says(cx: &Context, row: &FoundRow) -> bool {
    row.tied().iter().any(|&i| cx.items[i].kind != Kind::Blank)
}

/// Withholds rows that have fewer cells than several others, or than the heads have columns, and in the place where the column is that
/// is none of the form's a cell that is no figure: that column's, and one of the row's own was lost. `columns` are those of the heads.
pub fn withhold(cx: &Context, table: &Table, rows: &mut [FoundRow], heads: &[(usize, Run)], columns: impl FnOnce() -> Option<Columns>) {
    let bare = |r: &FoundRow| r.tied().len() > 1 && says(cx, r) && r.tied().iter().any(|&i| is_bare(cx, i));
    if !rows.iter().any(bare) {
        return;
    }
    let ended = |r: &FoundRow| bare(r) && r.tied().last().is_some_and(|&i| is_bare(cx, i));
    let behind = if rows.iter().any(ended) { columns().and_then(|c| c.behind()).unwrap_or(0) } else { 0 };
    let wide = widths(cx, table, rows);
    let opens = opens_before(cx, table, rows, heads);
    let lost: Vec<bool> = (0..rows.len()).map(|n| bare(&rows[n]) && (opens && is_bare(cx, rows[n].tied()[0]) || lacks(cx, &rows[n], behind) || is_passed(cx, table, rows, &wide, n))).collect();
    for (row, _) in rows.iter_mut().zip(lost).filter(|(_, lost)| *lost) {
        row.cells = None;
    }
}

/// By row its cells, with those before its figures where cells that a label covers are written as empty ones: then rows are as wide
/// as they are with these, and else behind their labels.
fn widths(cx: &Context, table: &Table, rows: &[FoundRow]) -> Vec<usize> {
    let alike = |widths: &[usize]| widths.iter().map(|w| widths.iter().filter(|o| *o == w).count()).max().unwrap_or(0);
    let behind: Vec<usize> = rows.iter().map(|r| r.all.len()).collect();
    let whole: Vec<usize> = rows.iter().map(|r| width(cx, table, r, true)).collect();
    if alike(&whole) >= alike(&behind) { whole } else { behind }
}

/// Whether a row has fewer cells than its columns and so many behind them, or is filled up to that number, and ends in a cell that is
/// no figure.
fn lacks(cx: &Context, row: &FoundRow, behind: usize) -> bool {
    let Some((&last, k)) = row.tied().last().map(|i| (i, row.tied().len())) else { return false };
    let filled = || is_word(cx, last) && row.all.iter().rev().take_while(|i| **i != last).all(|&i| is_empty(cx, i));
    behind > 0 && is_bare(cx, last) && (row.all.len() < k + behind || row.all.len() == k + behind && filled())
}

/// Whether several rows of the same columns are wider than this one, with a figure in each of these, and all have a cell that is no
/// figure where one of its own is none.
fn is_passed(cx: &Context, table: &Table, rows: &[FoundRow], wide: &[usize], n: usize) -> bool {
    let tied = rows[n].tied();
    let full = |r: &FoundRow| table.rows[r.row].cells.len() == tied.len() && surplus(table, r) > 0 && r.all.iter().filter(|&&i| cx.items[i].is_figure()).count() >= tied.len();
    let wider = || (0..rows.len()).filter(|&o| wide[o] > wide[n] && full(&rows[o]));
    let several = wider().count();
    if several < SEVERAL || several * ONE_OF < rows.len() {
        return false;
    }
    let none = |at: usize| wider().all(|o| rows[o].all.get(at).is_some_and(|&i| is_bare(cx, i)));
    let own = |at: usize| is_bare(cx, tied[at]);
    if none(0) {
        return own(0);
    }
    // What was lost may stand before the column or behind it.
    several >= BETWEEN && (1..tied.len()).any(|at| none(at) && (own(at) || own(at - 1)))
}

/// Whether no row has a figure in its first column, and those whose label spans all its cells begin further left than the first head.
fn opens_before(cx: &Context, table: &Table, rows: &[FoundRow], heads: &[(usize, Run)]) -> bool {
    let Some((0, run)) = heads.first() else { return false };
    let head = run.heads.iter().find(|h| table.column_heads.contains(&h.1)).filter(|_| cx.divider != Divider::Lines);
    let Some(begin) = head.map(|h| before(cx, h.0)) else { return false };
    let place = |r: &FoundRow| width(cx, table, r, true) - r.all.len() + r.all.iter().position(|i| r.tied().first() == Some(i)).unwrap_or(0);
    let mut filled = rows.iter().filter(|r| says(cx, r));
    filled.clone().all(|r| is_bare(cx, r.tied()[0])) && filled.any(|r| table.rows[r.row].depth == 1 && place(r) < begin)
}
