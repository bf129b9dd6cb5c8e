//! A table in which nothing but the totals is filled in. Empty cells in front of a figure cannot have been dropped, and no padding
//! at a row's end brings one there: what stands in the last column of every row, and nothing else in any, is the total.

use super::heads::Run;
use super::withhold::{surplus, width};
use crate::extract::context::{Context, FoundRow};
use crate::extract::items::cells::{Divider, Kind};
use crate::form::Table;

/// Rows with a figure, at least.
const LEAST: usize = 3;

/// Ties the rows of a table whose only figures stand as many cells behind their labels as the total does, where the heads of all
/// columns stand above them; true where it is such a table. Rows must have just their cells, or be filled up at their end to one
/// width: the figure's distance from its label is then the same in rows with more labels and with fewer.
pub fn tie(cx: &Context, table: &Table, rows: &mut [FoundRow], heads: &[(usize, Run)], bounded: bool) -> bool {
    let whole = || heads.first().is_some_and(|(at, run)| *at == 0 && run.is_whole(table));
    // Where a row's end is not to be seen, a pipe still opens or closes each of its cells.
    if !(bounded || cx.divider == Divider::Pipes) || !table.total_last || !whole() {
        return false;
    }
    let width = |r: &FoundRow| table.rows[r.row].cells.len();
    let stands = |r: &FoundRow| r.all.iter().any(|&i| cx.items[i].kind != Kind::Blank);
    let only_total = |r: &FoundRow| {
        r.all.len() >= width(r) && r.all.iter().enumerate().all(|(n, &i)| if n + 1 == width(r) { cx.items[i].is_figure() } else { cx.items[i].kind == Kind::Blank })
    };
    let filled = rows.iter().filter(|r| stands(r));
    if filled.clone().count() < LEAST || !filled.clone().all(only_total) || !is_even(cx, table, rows, bounded) {
        return false;
    }
    for row in rows.iter_mut().filter(|r| stands(r)) {
        row.cells = Some(row.all[..table.rows[row.row].cells.len()].to_vec());
    }
    true
}

/// Whether all rows have just their cells, or have one width, with some wider than others behind their labels.
fn is_even(cx: &Context, table: &Table, rows: &[FoundRow], bounded: bool) -> bool {
    let first = rows.first().map_or(0, |r| surplus(table, r));
    if rows.iter().all(|r| surplus(table, r) == first) {
        return first == 0;
    }
    let mut widths = rows.iter().map(|r| width(cx, table, r, bounded));
    let width = widths.next();
    widths.all(|w| Some(w) == width)
}

/// Withholds rows with something in them and no total where three quarters of the others have nothing but a total: that of these may
/// have come to stand before its column, and of zeros no sum can tell.
pub fn withhold_odd(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    if !table.total_last {
        return;
    }
    let figure = |i: usize| cx.items[i].kind != Kind::Blank;
    let filled = |r: &FoundRow| r.tied().iter().any(|&i| figure(i));
    let total = |r: &FoundRow| r.tied().last().is_some_and(|&i| figure(i));
    let alone = |r: &FoundRow| total(r) && r.tied().iter().filter(|&&i| figure(i)).count() == 1;
    let (all, only) = (rows.iter().filter(|r| filled(r)).count(), rows.iter().filter(|r| alone(r)).count());
    if only >= LEAST && only * 4 >= all * 3 {
        rows.iter_mut().filter(|r| filled(r) && !total(r)).for_each(|r| r.cells = None);
    }
}
