//! Rows of figures that stand beside the labels, or between them, and the rows that they make doubtful.

use std::collections::BTreeMap;
use std::ops::Range;

use super::align::{Context, FoundRow, Why};
use super::cells::{Divider, Item, Kind};
use super::windows::{all_blank, is_empty};
use super::withhold::sums;
use crate::form::{Relation, Table};

/// Doubts all rows where figures stand before the labels that they belong to: the first label has a row of figures
/// before it and the last one has none behind it, or most labels end a row of the text that begins with figures.
pub fn doubt_adrift(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return };
    let columns = |r: &FoundRow| table.rows[r.row].cells.len();
    let ends = |r: &FoundRow| {
        // Lines of a text that has no other sign are rows, though short ones have no end of their own.
        let beside = |x: &Item| cx.divider != Divider::Lines || x.line == cx.items[r.item].line;
        let before = cx.items[..r.item].iter().rev().take_while(|x| x.is_cell() && beside(x)).count();
        before >= columns(r) && cx.items.get(r.item + 1).is_none_or(|x| x.kind == Kind::RowEnd || !beside(x))
    };
    let shifted = ahead(cx, first.item) >= columns(first) && last.all.iter().all(|&i| is_empty(cx, i));
    if shifted || rows.iter().filter(|r| ends(r)).count() * 2 > rows.len() {
        let item = first.item;
        rows.iter_mut().for_each(|r| r.why = r.why.or(Some(Why::Adrift(item))));
    }
}

/// The cells that stand right before a label; none where no figure is among them.
fn ahead(cx: &Context, label: usize) -> usize {
    let cells = cx.items[..label].iter().rev().skip_while(|x| matches!(x.kind, Kind::Gap(_) | Kind::RowEnd)).take_while(|x| x.is_cell());
    let (n, figures) = cells.fold((0, 0), |(n, f), x| (n + 1, f + usize::from(x.kind != Kind::Blank)));
    if figures > 0 { n } else { 0 }
}

/// Doubts rows that a row of figures without a label follows: it holds the rest of figures that were broken, or it
/// belongs to the label as well as the row that stands behind it. A row of empty cells is doubted where figures stand
/// beside it under words that are no label of the form, as the other half of its own.
pub fn doubt_stray(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    if !bounded {
        return doubt_pushed(cx, table, rows);
    }
    let labels: Vec<usize> = rows.iter().map(|r| r.item).collect();
    // Rows that are numbered all begin with a figure.
    let led = rows.iter().filter(|r| leads(cx, &(beside(cx, r.item).0.end + 1..r.item + 1))).count() * 2 > rows.len();
    for row in rows.iter_mut().filter(|r| r.cells.is_some() && r.why.is_none()) {
        let form = &table.rows[row.row];
        let k = form.cells.len();
        let (before, after) = beside(cx, row.item);
        let figures = |range: &Range<usize>| cx.items[range.clone()].iter().filter(|x| x.is_cell() && x.kind != Kind::Blank).count();
        let cells = |range: &Range<usize>| cx.items[range.clone()].iter().filter(|x| x.is_cell()).count();
        let bare = cx.items[after.clone()].iter().all(|x| !matches!(x.kind, Kind::Label(_) | Kind::Text));
        let tied = row.cells.as_deref().unwrap_or_default();
        // A row wider than this one with its labels and padding is another table's.
        let width = after.start.saturating_sub(before.end + 1);
        let continues = bare && (1..=width).contains(&cells(&after)) && figures(&after) > 0 && (cells(&after) >= k || sums(cx, form, tied) != Some(true));
        let half = |range: &Range<usize>| figures(range) > 0 && cells(range) >= k && !labels.iter().any(|l| range.contains(l));
        let empty = all_blank(cx, tied);
        // What stands before the next label in its row may be the rest of this row's last figure.
        let rest = || !led && sums(cx, form, tied) == Some(false) && leads(cx, &after);
        if continues || (empty && half(&after)) || rest() {
            row.why = Some(Why::Stray(after.start));
        } else if empty && half(&before) {
            row.why = Some(Why::Stray(before.start));
        }
    }
    doubt_pushed(cx, table, rows);
}

/// Whether a row of the text begins with figures before its label.
fn leads(cx: &Context, row: &Range<usize>) -> bool {
    let ahead = cx.items[row.clone()].iter().take_while(|x| x.is_cell());
    let labelled = cx.items[row.clone()].iter().any(|x| matches!(x.kind, Kind::Label(_)));
    labelled && ahead.filter(|x| x.kind != Kind::Blank).count() > 0
}

/// Doubts the rows between a row of figures without a label and the nearest labels without a figure: they were pushed down
/// or up by one, and each may stand beside its neighbour's label. Where most labels have no figures those say nothing.
fn doubt_pushed(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let figures = |items: &[usize]| items.iter().filter(|&&i| matches!(cx.items[i].kind, Kind::Figure(_) | Kind::WithUnit(..))).count();
    let empty: Vec<bool> = rows.iter().map(|r| r.all.iter().all(|&i| is_empty(cx, i))).collect();
    if !empty.contains(&true) || empty.iter().filter(|e| **e).count() * 2 > rows.len() {
        return;
    }
    let stray = |row: &FoundRow| {
        let k = table.rows[row.row].cells.len();
        let at = match row.why {
            Some(Why::Stray(at)) => {
                let end = (at..cx.items.len()).find(|&i| !cx.items[i].is_cell()).unwrap_or(cx.items.len());
                (at > row.item && figures(&(at..end).collect::<Vec<_>>()) >= k).then_some(at)
            }
            _ => (figures(&row.all) >= 2 * k).then(|| row.all[k]),
        };
        at.filter(|_| k > 1)
    };
    let strays: Vec<(usize, usize)> = rows.iter().enumerate().filter_map(|(n, r)| Some((n, stray(r)?))).collect();
    if strays.is_empty() || columns_hold(cx, table, rows) == Some(true) {
        return;
    }
    for (n, at) in strays {
        let above = (0..n).find(|&e| empty[e]).unwrap_or(n);
        let below = (n + 1..rows.len()).rev().find(|&e| empty[e]).unwrap_or(n);
        rows[above..=below].iter_mut().for_each(|r| r.why = r.why.or(Some(Why::Adrift(at))));
    }
}

/// Whether the equalities between rows of a table hold for their cells; none where none of them can be tested.
fn columns_hold(cx: &Context, table: &Table, rows: &[FoundRow]) -> Option<bool> {
    let mut values: BTreeMap<u16, f64> = BTreeMap::new();
    for row in rows {
        for (&indicator, &item) in table.rows[row.row].cells.iter().zip(row.cells.iter().flatten()) {
            match cx.items[item].kind {
                Kind::Figure(v) => values.insert(indicator, v),
                Kind::Blank => values.insert(indicator, 0.0),
                _ => None,
            };
        }
    }
    let within = |terms: &[u16]| table.rows.iter().any(|r| terms.iter().all(|t| r.cells.contains(t)));
    let side = |terms: &[u16]| terms.iter().map(|t| values.get(t).copied()).sum::<Option<f64>>();
    let between = cx.form.identities.iter().filter(|d| d.table == table.table && d.relation == Relation::Equal && d.editions.iter().any(|e| table.editions.contains(e)));
    let between = between.filter(|d| !within(&[d.left.as_slice(), &d.right].concat()));
    between.filter_map(|d| Some((side(&d.left)? - side(&d.right)?).abs() < 1e-6)).reduce(|a, b| a && b)
}

/// The rows of the text before and behind the one in which an item stands.
fn beside(cx: &Context, item: usize) -> (Range<usize>, Range<usize>) {
    let is_end = |i: &usize| cx.items[*i].kind == Kind::RowEnd;
    let start = (0..item).rev().find(is_end);
    let before = start.map_or(0..0, |e| (0..e).rev().find(is_end).map_or(0, |b| b + 1)..e);
    let end = (item..cx.items.len()).find(is_end);
    let mut after = end.map_or(0..0, |e| e + 1..(e + 1..cx.items.len()).find(is_end).unwrap_or(cx.items.len()));
    if cx.divider == Divider::Lines && !after.is_empty() {
        // A line with few cells has no end of its own.
        after.start = after.clone().find(|&i| !matches!(cx.items[i].kind, Kind::Gap(_))).unwrap_or(after.start);
        let line = cx.items[after.start].line;
        after.end = after.clone().find(|&i| cx.items[i].line != line).unwrap_or(after.end);
    }
    (before, after)
}
