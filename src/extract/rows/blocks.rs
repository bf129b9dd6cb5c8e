//! A row of several parts, each with a total of its own: what those totals say where one of its cells left nothing, or an empty
//! line.

use super::named::Named;
use super::windows::{is_empty, with_gaps};
use super::withhold::sums;
use crate::extract::context::Context;
use crate::extract::items::cells::Divider;
use crate::form::{Row, RowSum};

/// Whether every total of a row holds, and is more than nothing where a cell of its part is empty.
pub fn proven(cx: &Context, row: &Row, tied: &[usize]) -> bool {
    let figure = |at: &usize| cx.items[tied[*at]].figure();
    let empty = |at: &usize| is_empty(cx, tied[*at]) || cx.items[tied[*at]].is_gap();
    let told = |s: &RowSum| s.right.iter().all(|at| figure(at).is_some_and(|v| v > 0.0));
    let part = |s: &RowSum| s.left.iter().chain(&s.right).any(empty);
    sums(cx, row, tied) == Some(true) && row.sums.iter().filter(|s| part(s)).all(told)
}

/// The cells under heads in a text of lines, where the empty lines between them are just the cells that are missing and the row's
/// totals say so.
pub fn gapped(cx: &Context, row: &Row, last: usize) -> Option<Vec<usize>> {
    if cx.divider != Divider::Lines {
        return None;
    }
    let mut items: Vec<usize> = (last + 1..cx.items.len()).take_while(|&i| cx.items[i].is_cell() || cx.items[i].is_gap()).collect();
    let gap = |i: &usize| cx.items[*i].is_gap();
    items.drain(..items.iter().position(|i| !gap(i))?);
    items.truncate(items.iter().rposition(|i| !gap(i))? + 1);
    with_gaps(cx, &items, row.cells.len()).filter(|tied| items.iter().any(gap) && proven(cx, row, tied))
}

/// The cells of a row of figures that lacks just one: those that stand where they are wherever the missing one was, given that
/// the parts which are complete hold their totals. None where nothing is certain.
pub fn one_lost(cx: &Context, row: &Row, cells: &[usize]) -> Option<Vec<Named>> {
    let k = row.cells.len();
    let figures: Vec<f64> = cells.iter().map(|&i| cx.items[i].figure()).collect::<Option<_>>()?;
    if figures.len() + 1 != k || row.sums.len() < LEAST_PARTS {
        return None;
    }
    let place = |lost: usize, at: usize| (at != lost).then(|| at - usize::from(at > lost));
    let value = |lost: usize, at: usize| place(lost, at).map(|n| figures[n]);
    let places: Vec<usize> = (0..k).filter(|&lost| row.sums.iter().all(|s| s.holds(|at| value(lost, at)) != Some(false))).collect();
    let &first = places.first()?;
    let certain = |at: usize| place(first, at).filter(|_| places.iter().all(|&lost| place(lost, at) == place(first, at)));
    // A part of zeros holds its total wherever it stands.
    let stands = |s: &&RowSum| s.left.iter().chain(&s.right).all(|&at| certain(at).is_some()) && s.right.iter().all(|&at| certain(at).is_some_and(|n| figures[n] > 0.0));
    let told: Vec<usize> = row.sums.iter().filter(stands).flat_map(|s| s.left.iter().chain(&s.right).copied()).collect();
    let named = |at: usize| certain(at).filter(|_| told.contains(&at)).map_or(Named::Unclear, |n| Named::Item(cells[n]));
    (!told.is_empty()).then(|| (0..k).map(named).collect())
}

/// A row of fewer parts has none beside the one that lost a cell.
const LEAST_PARTS: usize = 2;
