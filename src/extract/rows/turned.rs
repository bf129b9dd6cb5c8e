//! A table that is turned: the heads of its columns stand down the side, and the labels of its rows in rows of heads above.

use std::collections::VecDeque;
use std::ops::Range;

use super::apart::stands_again;
use super::chain::qualified;
use super::meaning::doubt_corrected;
use super::withhold::doubt_sums;
use crate::extract::context::{Alignment, Context, FoundRow, telling};
use crate::extract::items::cells::{Divider, Kind};
use crate::form::{LabelId, Table};

/// Rows of labels that stand one above the other, at most.
const LEVELS: usize = 4;

/// Reads a turned table where every label and every head of it stands once, the labels in the form's order, and each row has
/// just as many cells as there are labels.
pub fn read(cx: &Context, table: &Table) -> Option<Alignment> {
    let rows: Vec<usize> = table.filled().collect();
    let heads = table.heads()?;
    if cx.divider == Divider::Lines || heads.is_empty() || rows.len() <= heads.len() {
        return None;
    }
    let lines: Vec<(usize, LabelId)> = cx.places.iter().filter_map(|p| Some((p.item, side(cx, table, p.item, p.hit, rows.len())?))).collect();
    let of = |l: &LabelId| lines.iter().position(|x| x.1 == *l);
    let places: Vec<usize> = heads.iter().map(of).collect::<Option<_>>()?;
    if lines.len() != heads.len() {
        return None;
    }
    let first = lines[0].0;
    let labels = labels(cx, table, &rows, first)?;
    let last = lines.last().map_or(first, |l| l.0) + rows.len();
    if !(labels[0]..=last).all(|i| cx.is_own(i)) || stands_again(cx, table, labels[0]..=last) {
        return None;
    }
    let mut found: Vec<FoundRow> = rows
        .iter()
        .zip(&labels)
        .enumerate()
        .map(|(n, (&row, &item))| {
            let cells: Vec<usize> = places.iter().map(|&p| lines[p].0 + 1 + n).collect();
            FoundRow { cells: Some(cells.clone()), ..FoundRow::new(row, item, cells) }
        })
        .collect();
    doubt_corrected(cx, table, &mut found);
    doubt_sums(cx, table, &mut found, true);
    Some(Alignment { rows: found, telling: telling(table, &lines), heads: lines, ..Alignment::default() })
}

/// The head of a column that begins a row of the text, or stands behind those that span it, with just so many cells behind it.
fn side(cx: &Context, table: &Table, item: usize, hit: u32, cells: usize) -> Option<LabelId> {
    let head = cx.role(table, hit).head?;
    let mut above = cx.items[..item].iter().enumerate().rev().take_while(|(_, x)| x.kind != Kind::RowEnd);
    let begins = above.all(|(i, _)| cx.head(table, i).is_some() && !qualified(cx, i));
    let filled = cx.items.get(item + 1..item + 1 + cells)?.iter().all(|x| x.is_cell());
    let ends = cx.items.get(item + 1 + cells).is_none_or(|x| x.kind == Kind::RowEnd || !x.is_cell());
    (begins && filled && ends && !qualified(cx, item)).then_some(head)
}

/// The items of the labels of `rows`, in the rows of the text above the item `first`; a label that spans others stands over
/// them. None where they are not all of them, in order, and nothing else.
fn labels(cx: &Context, table: &Table, rows: &[usize], first: usize) -> Option<Vec<usize>> {
    if let Some(last) = leaves(cx, table, rows, first) {
        return Some(last);
    }
    let begins = |i: &usize| table.rows[rows[0]].label.is_some_and(|l| cx.labels(*i).contains(&l));
    let mut levels: VecDeque<VecDeque<usize>> = VecDeque::new();
    let mut end = first.checked_sub(1)?;
    loop {
        let start = cx.items[..end].iter().rposition(|x| x.kind == Kind::RowEnd).map_or(0, |i| i + 1);
        let (level, whole) = level(cx, start..end)?;
        levels.push_front(level);
        // The row that begins with the first label, or with words over the heads at the side.
        if !whole || levels[0].iter().any(begins) {
            break;
        }
        if levels.len() == LEVELS {
            return None;
        }
        end = start.checked_sub(1)?;
    }
    let skipped = levels[0].iter().position(begins)?;
    levels[0].drain(..skipped);
    let mut order = Order { cx, table, rows, out: Vec::new(), levels };
    while let Some(item) = order.levels[0].pop_front() {
        order.place(0, item)?;
    }
    let own = !order.out.iter().any(|&i| qualified(cx, i));
    (own && order.out.len() == rows.len() && order.levels.iter().all(VecDeque::is_empty)).then_some(order.out)
}

/// The labels of `rows` where each stands, in order, at the end of the row of the text right above the item `first`, as where those that
/// span others are written once for each.
fn leaves(cx: &Context, table: &Table, rows: &[usize], first: usize) -> Option<Vec<usize>> {
    let end = cx.items[..first].iter().rposition(|x| x.kind == Kind::RowEnd)?;
    let start = cx.items[..end].iter().rposition(|x| x.kind == Kind::RowEnd).map_or(0, |i| i + 1);
    let from = end.checked_sub(rows.len()).filter(|from| *from >= start)?;
    let named = |(i, &r): (usize, &usize)| table.rows[r].label.is_some_and(|l| cx.labels(i).contains(&l)) && !qualified(cx, i);
    (from..end).zip(rows).all(named).then(|| (from..end).collect())
}

/// The labels of a row of the text without a figure, and whether nothing but labels and empty cells stands in it.
fn level(cx: &Context, row: Range<usize>) -> Option<(VecDeque<usize>, bool)> {
    let items = &cx.items[row.clone()];
    let labels = row.clone().filter(|&i| cx.items[i].is_label()).collect();
    let figures = items.iter().any(|x| x.is_figure());
    (!figures).then(|| (labels, items.iter().all(|x| matches!(x.kind, Kind::Label(_) | Kind::Blank))))
}

/// Labels as they come, held against the form's order.
struct Order<'a, 'c> {
    cx: &'a Context<'c>,
    table: &'a Table,
    rows: &'a [usize],
    out: Vec<usize>,
    /// What is left of each row of labels.
    levels: VecDeque<VecDeque<usize>>,
}

impl Order<'_, '_> {
    fn is_next(&self, item: usize) -> bool {
        self.rows.get(self.out.len()).and_then(|&r| self.table.rows[r].label).is_some_and(|l| self.cx.labels(item).contains(&l))
    }

    /// The heading of the form that an item names.
    fn heading(&self, item: usize) -> Option<usize> {
        let named = |l: LabelId| self.cx.labels(item).contains(&l);
        (0..self.table.rows.len()).find(|&r| self.table.rows[r].is_heading() && self.table.rows[r].label.is_some_and(named))
    }

    fn is_under(&self, heading: usize, row: usize) -> bool {
        row > heading && self.table.rows[heading + 1..=row].iter().all(|r| r.depth > self.table.rows[heading].depth)
    }

    /// Takes a label: the next one of the form, or a heading with those below it.
    fn place(&mut self, level: usize, item: usize) -> Option<()> {
        if self.is_next(item) {
            self.out.push(item);
            return Some(());
        }
        let heading = self.heading(item)?;
        while let Some(&below) = self.levels.get(level + 1).and_then(VecDeque::front) {
            let next = self.rows.get(self.out.len()).copied();
            let under = self.is_next(below) && next.is_some_and(|r| self.is_under(heading, r));
            if !under && !self.heading(below).is_some_and(|h| self.is_under(heading, h)) {
                break;
            }
            self.levels[level + 1].pop_front();
            self.place(level + 1, below)?;
        }
        Some(())
    }
}
