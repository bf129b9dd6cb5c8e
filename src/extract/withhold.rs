//! Rows that were tied to cells and are taken back, because they can be read in more than one way.

use super::align::{Alignment, Context, FoundRow};
use super::cells::{Divider, Kind};
use super::windows::{all_blank, is_empty};
use crate::form::{LabelId, Table};

/// Withholds rows with an empty cell among their figures where their width does not fit the table's: either all rows
/// of a table are padded to one width, or all have the same surplus. A row that is narrower has lost a cell, and then
/// nobody can say which.
pub fn withhold_uneven(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    if cx.divider == Divider::Grid {
        return;
    }
    let widths: Vec<(usize, isize)> = rows
        .iter()
        .map(|r| (before(cx, r.item, bounded) + r.all.len(), r.all.len() as isize - table.rows[r.row].cells.len() as isize))
        .collect();
    let total = widths.iter().map(|w| w.0).max().unwrap_or(0);
    let surplus = widths.iter().map(|w| w.1).max().unwrap_or(0);
    let usual = |n: usize| n * 3 >= rows.len() * 2;
    let by_total = usual(widths.iter().filter(|w| w.0 == total).count());
    let by_surplus = usual(widths.iter().filter(|w| w.1 == surplus).count());
    for (row, width) in rows.iter_mut().zip(&widths) {
        let even = (by_total && width.0 == total) || (by_surplus && width.1 == surplus);
        let has_empty = row.cells.as_ref().is_some_and(|c| c.iter().any(|&i| is_empty(cx, i)) && !all_blank(cx, c));
        if has_empty && !even {
            row.cells = None;
        }
    }
}

/// Items before the figures in a row: to its beginning where rows have one, else the labels in front without a cell.
pub fn before(cx: &Context, item: usize, bounded: bool) -> usize {
    let back = cx.items[..item].iter().rev();
    1 + if bounded { back.take_while(|i| i.kind != Kind::RowEnd).count() } else { back.take_while(|i| matches!(i.kind, Kind::Label(_))).count().min(1) }
}

/// Withholds rows that end in empty cells where the text never shows an empty cell between figures, and its rows are
/// padded or no full row of the same width stands beside them: padding fills short rows up, so those cells may be all
/// that is left of blanks that were dropped further in front.
pub fn withhold_short(cx: &Context, tables: &mut [&mut Alignment]) {
    // Where every cell is opened by a sign of its own there is no padding.
    if matches!(cx.divider, Divider::Grid | Divider::TabLed) {
        return;
    }
    let inner = |c: &Vec<usize>| {
        let last = c.iter().rposition(|&i| !is_empty(cx, i));
        last.is_some_and(|last| c[..last].iter().any(|&i| is_empty(cx, i)))
    };
    if tables.iter().flat_map(|a| &a.rows).any(|r| r.cells.as_ref().is_some_and(inner)) {
        return;
    }
    let padded = tables.iter().flat_map(|a| &a.rows).any(|r| r.cells.as_ref().is_some_and(|c| r.all.len() > c.len()));
    for rows in tables.iter_mut().map(|a| &mut a.rows) {
        let full: Vec<(usize, usize)> =
            rows.iter().filter_map(|r| Some((r.cells.as_ref()?, r.all.len()))).filter(|(c, _)| !c.iter().any(|&i| is_empty(cx, i))).map(|(c, n)| (c.len(), n)).collect();
        for row in rows {
            let short = |c: &Vec<usize>| c.last().is_some_and(|&i| is_empty(cx, i)) && !all_blank(cx, c) && (padded || !full.contains(&(c.len(), row.all.len())));
            if row.cells.as_ref().is_some_and(short) {
                row.cells = None;
            }
        }
    }
}

/// Which other places of the text claim a row of the table too: those with anything behind their label; and where there
/// are three of them a second table stands there, so that its empty rows count as well.
pub fn rivals(cx: &Context, table: &Table, found: Vec<FoundRow>) -> Vec<FoundRow> {
    let mut rivals: Vec<FoundRow> = found.into_iter().filter(|r| !is_head(cx, table, r)).collect();
    let stands = |r: &FoundRow| r.cells.is_some() || r.all.iter().any(|&i| !is_empty(cx, i));
    if rivals.iter().filter(|r| stands(r)).count() < 3 {
        rivals.retain(stands);
    }
    rivals
}

/// True where a rival is in truth a head of the table (总计, 其他): a word that is only a head stands next to it without
/// a figure between, or the first row does.
pub fn is_head(cx: &Context, table: &Table, row: &FoundRow) -> bool {
    let is_row = |l: &LabelId| table.rows.iter().any(|r| r.label == Some(*l));
    let head_only = |i: usize| cx.labels(i).iter().any(|l| table.headers.contains(l)) && !cx.labels(i).iter().any(is_row);
    let first_row = |i: usize| cx.labels(i).iter().any(|l| table.rows.first().is_some_and(|r| r.label == Some(*l)));
    let divides = |i: &usize| !matches!(cx.items[*i].kind, Kind::RowEnd | Kind::Blank | Kind::Gap(_));
    let next = (row.item + 1..cx.items.len()).find(divides);
    let previous = (0..row.item).rev().find(divides);
    let may_be = cx.labels(row.item).iter().any(|l| table.headers.contains(l));
    may_be && (next.is_some_and(|n| head_only(n) || first_row(n)) || previous.is_some_and(head_only))
}
