//! Rows of figures that stand beside the labels, or between them, and the rows that they make doubtful.

use std::ops::Range;

use super::heads::share_cell;
use super::neighbours::is_led;
use super::windows::{all_blank, is_empty};
use super::withhold::sums;
use crate::extract::context::{Context, FoundRow, Why};
use crate::extract::items::cells::{Divider, Item, Kind, is_numbered};
use crate::extract::items::labels::unnumbered;
use crate::fold::fold;
use crate::form::{Table, equal, total};

/// Doubts all rows where figures stand before the labels that they belong to: the first label has a row of figures
/// before it, or others have one between their heads and them, and the last label has none behind it; or most labels end a
/// row of the text that begins with figures. Where rows have no ends an empty cell leaves nothing, so that fewer figures are a row.
pub fn doubt_adrift(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    let (Some(first), Some(end)) = (rows.first(), rows.last()) else { return };
    let columns = |r: &FoundRow| {
        let all = table.rows[r.row].cells.len();
        if bounded { all } else { all.min(SEVERAL) }
    };
    let ends = |r: &FoundRow| {
        // Lines of a text that has no other sign are rows, though short ones have no end of their own.
        let beside = |x: &Item| cx.divider != Divider::Lines || x.line == cx.items[r.item].line;
        let in_row = |x: &&Item| x.kind != Kind::RowEnd && beside(x);
        // Behind most labels stands a cell.
        let ends = !cx.items[r.item + 1..].iter().take_while(in_row).any(Item::is_cell);
        ends && cx.items[..r.item].iter().rev().take_while(in_row).filter(|x| x.is_cell()).count() >= columns(r)
    };
    let figure = |i: &usize| cx.items[*i].is_cell() && !is_empty(cx, *i);
    // A head behind the last label has its figure behind itself.
    let open = || !end.all.iter().any(figure) && cx.next(end.all.iter().copied().fold(end.item, usize::max)).is_none_or(|i| cx.head(table, i).is_none());
    let led = |r: &&FoundRow| ahead(cx, r.item) >= columns(r) && is_led(cx, table, r);
    // One figure may be a page's.
    let led = || !bounded && rows.iter().filter(led).map(columns).sum::<usize>() >= SEVERAL;
    if open() && (ahead(cx, first.item) >= columns(first) || led()) || rows.iter().filter(|r| ends(r)).count() * 2 > rows.len() {
        let item = first.item;
        rows.iter_mut().for_each(|r| r.doubt(Why::Adrift(item)));
    }
}

/// So many figures are a row of them where an empty cell leaves nothing.
const SEVERAL: usize = 2;

/// The cells that stand right before a label; none where no figure is among them.
fn ahead(cx: &Context, label: usize) -> usize {
    // A label that spans cells may stand once in each of them.
    let own = cx.labels(label);
    let apart = |i: &usize| cx.items[*i].is_break() || cx.labels(*i) == own && !own.is_empty();
    let cells = (0..label).rev().skip_while(apart).map(|i| &cx.items[i]).take_while(|x| x.is_cell());
    let (n, figures) = cells.fold((0, 0), |(n, f), x| (n + 1, f + usize::from(x.kind != Kind::Blank)));
    if figures > 0 { n } else { 0 }
}

/// Doubts rows that a row of figures without a label follows: it holds the rest of figures that were broken, or it
/// belongs to the label as well as the row that stands behind it. A row of empty cells is doubted where figures stand
/// beside it under words that are no label of the form, as the other half of its own.
pub fn doubt_stray(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    doubt_begun(cx, table, rows);
    doubt_pointed(cx, table, rows);
    doubt_within(cx, rows);
    doubt_ahead(cx, table, rows);
    doubt_told_of_all(cx, table, rows);
    let labels: Vec<usize> = rows.iter().map(|r| r.item).collect();
    if !bounded {
        doubt_halves(cx, table, rows, &labels);
        return doubt_pushed(cx, table, rows);
    }
    // Rows that are numbered all begin with a figure.
    let led = || labels.iter().filter(|&&l| leads(cx, &(beside(cx, l).0.end + 1..l + 1))).count() * 2 > labels.len();
    for row in rows.iter_mut().filter(|r| r.cells.is_some() && r.why.is_none()) {
        let form = &table.rows[row.row];
        let k = form.cells.len();
        let (before, after) = beside(cx, row.item);
        let figures = |range: &Range<usize>| cx.items[range.clone()].iter().filter(|x| x.is_filled()).count();
        let cells = |range: &Range<usize>| cx.items[range.clone()].iter().filter(|x| x.is_cell()).count();
        let bare = cx.items[after.clone()].iter().all(|x| !matches!(x.kind, Kind::Label(_) | Kind::Text));
        let tied = row.tied();
        // A row wider than this one with its labels and padding is another table's.
        let width = after.start.saturating_sub(before.end + 1);
        let continues = bare && (1..=width).contains(&cells(&after)) && figures(&after) > 0 && (cells(&after) >= k || sums(cx, form, tied) != Some(true));
        let half = |range: &Range<usize>| figures(range) > 0 && cells(range) >= k && !labels.iter().any(|l| range.contains(l));
        let empty = all_blank(cx, tied);
        // What stands before the next label in its row may be the rest of this row's last figure.
        let rest = || sums(cx, form, tied) == Some(false) && leads(cx, &after) && !led();
        if continues || (empty && half(&after)) || rest() {
            row.why = Some(Why::Stray(after.start));
        } else if empty && half(&before) {
            row.why = Some(Why::Stray(before.start));
        }
    }
    doubt_above(cx, table, rows);
    doubt_pushed(cx, table, rows);
}

/// Doubts rows of empty cells right above one that figures without a label follow: labels may stand first, and their figures below
/// them all.
fn doubt_above(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    for n in (1..rows.len()).rev() {
        let (above, row) = (&rows[n - 1], &rows[n]);
        let Some(Why::Stray(at)) = row.why.filter(|_| above.why.is_none()) else { continue };
        let beside = || table.rows[above.row].heads == table.rows[row.row].heads && !cx.items[above.item..row.item].iter().any(Item::is_filled);
        if at > row.item && all_blank(cx, row.tied()) && all_blank(cx, above.tied()) && beside() {
            rows[n - 1].why = Some(Why::Stray(at));
        }
    }
}

/// Doubts rows of several cells of which one is numbering and a figure, `3. 5`: it may be one figure, one behind numbering, or two.
pub fn doubt_pointed(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    for row in rows.iter_mut().filter(|r| r.why.is_none() && table.rows[r.row].cells.len() > 1) {
        let pointed = |i: &&usize| cx.items[**i].kind == Kind::Unreadable && is_numbered(cx.words(**i));
        row.why = row.all.iter().find(pointed).map(|i| Why::Stray(*i));
    }
}

/// Doubts rows with a figure in the middle of the explanation that their label opens: the words stand around a row of figures that has
/// other cells than the label's.
fn doubt_within(cx: &Context, rows: &mut [FoundRow]) {
    let digits = |i: &&usize| cx.items[**i].kind == Kind::Unreadable && cx.words(**i).bytes().all(|b| b.is_ascii_digit());
    let opens = |r: &FoundRow| matches!(cx.items[r.item].kind, Kind::Label(hit) if cx.hits[hit as usize].open);
    for row in rows.iter_mut().filter(|r| r.why.is_none() && opens(r)) {
        row.why = row.all.iter().find(digits).map(|i| Why::Stray(*i));
    }
}

/// Doubts rows with a figure right behind their label where most heads above the first row have one beside them as well: a program
/// that reads pictures writes behind all words how sure it is of them. On a line of its own it is no count, but a part of one.
fn doubt_told_of_all(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let Some(first) = rows.first().map(|r| r.item) else { return };
    let is_head = |i: &usize| cx.is_own(*i) && matches!(cx.items[*i].kind, Kind::Label(hit) if { let role = cx.role(table, hit); role.head.is_some() && role.row.is_none() });
    let heads: Vec<usize> = cx.places.iter().map(|p| p.item).take_while(|i| *i < first).filter(is_head).collect();
    let is_part = |i: usize| cx.items[i].figure().is_some_and(|v| v <= 1.0) && cx.words(i).contains('.');
    let told = |i: &&usize| cx.items[**i + 1].is_figure() && (cx.items[**i + 1].line == cx.last_line(**i) || is_part(**i + 1));
    let with = heads.iter().filter(told).count();
    if with < LEAST_TOLD || with * 4 < heads.len() * 3 {
        return;
    }
    let stray = heads.iter().find(told).map_or(first, |i| i + 1);
    rows.iter_mut().filter(|r| r.tied().first() == Some(&(r.item + 1))).for_each(|r| r.doubt(Why::Stray(stray)));
}

/// So many heads with a figure beside them are no accident.
const LEAST_TOLD: usize = 2;

/// Doubts all rows where one begins right below a row of heads that has a figure in a head's own cell: every row's figures stand in the
/// row above, the first row's among the heads.
fn doubt_ahead(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    if cx.divider == Divider::Lines {
        return;
    }
    let is_head = |i: usize| matches!(cx.items[i].kind, Kind::Label(hit) if { let role = cx.role(table, hit); role.head.is_some() && role.row.is_none() });
    let together = |i: usize| cx.items.get(i + 1).is_some_and(Item::is_figure) && share_cell(cx, i, i + 1);
    let label = |i: Option<usize>| i.is_some_and(|i| cx.role_of(table, i).row.is_some());
    let above = |i: usize| {
        let row = cx.row_of(i);
        let stands = |i: &usize| cx.items[*i].stands();
        label((row.end..cx.items.len()).find(stands)) && !label(row.clone().find(stands))
    };
    let ahead = cx.places.iter().map(|p| p.item).find(|&i| is_head(i) && together(i) && cx.is_own(i) && above(i));
    let Some(head) = ahead else { return };
    rows.iter_mut().filter(|r| r.cells.is_some()).for_each(|r| r.doubt(Why::Stray(head + 1)));
}

/// Doubts a row whose label is broken over lines and stands right behind the beginning of another row's, which is nowhere whole:
/// the lines may have changed places, and the figures be that row's.
fn doubt_begun(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    if cx.divider != Divider::Lines {
        return;
    }
    let broken = |r: &FoundRow| r.cells.is_some() && r.why.is_none() && cx.last_line(r.item) != cx.items[r.item].line;
    if !rows.iter().any(broken) {
        return;
    }
    let missing: Vec<usize> = table.filled().filter(|n| !rows.iter().any(|r| r.row == *n)).collect();
    let begins = |words: &str| {
        let folded = fold(words);
        let begun = unnumbered(&folded);
        begun.chars().count() >= LEAST_BEGUN && missing.iter().any(|&n| cx.form.texts_of(&table.rows[n]).iter().any(|t| t.starts_with(begun)))
    };
    for row in rows.iter_mut().filter(|r| broken(r)) {
        row.why = cx.last(row.item).filter(|&i| cx.items[i].kind == Kind::Text && begins(cx.words(i))).map(Why::Stray);
    }
}

/// Letters of the beginning of a label, at least.
const LEAST_BEGUN: usize = 3;

/// Where narrow columns break labels over rows of pipes, the end of one is a label too: a row of empty cells behind it is
/// doubted where the row before, with the label's beginning, has figures.
fn doubt_halves(cx: &Context, table: &Table, rows: &mut [FoundRow], labels: &[usize]) {
    if cx.divider != Divider::Pipes {
        return;
    }
    for row in rows.iter_mut().filter(|r| r.why.is_none() && r.cells.as_ref().is_some_and(|c| all_blank(cx, c))) {
        let (before, _) = beside(cx, row.item);
        let cells = cx.items[before.clone()].iter().filter(|x| x.is_cell());
        let (all, figures) = cells.fold((0, 0), |(all, figures), x| (all + 1, figures + usize::from(x.kind != Kind::Blank)));
        if figures > 0 && all >= table.rows[row.row].cells.len() && !labels.iter().any(|l| before.contains(l)) {
            row.why = Some(Why::Stray(before.start));
        }
    }
}

/// Whether a row of the text begins with figures before its label.
fn leads(cx: &Context, row: &Range<usize>) -> bool {
    let ahead = cx.items[row.clone()].iter().take_while(|x| x.is_cell());
    let labelled = cx.items[row.clone()].iter().any(|x| x.is_label());
    labelled && ahead.filter(|x| x.kind != Kind::Blank).count() > 0
}

/// Doubts the rows between a row of figures without a label and the nearest labels without a figure: they were pushed down
/// or up by one, and each may stand beside its neighbour's label. Where most labels have no figures those say nothing.
fn doubt_pushed(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let figures = |items: &[usize]| items.iter().filter(|&&i| cx.items[i].is_figure()).count();
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
    if strays.is_empty() {
        return;
    }
    // Any sum of zeros holds and says nothing.
    let sums: Vec<Between> = between(cx, table, rows).filter(|s| s.left != 0.0 || !s.holds()).collect();
    for (n, at) in strays {
        let above = (0..n).find(|&e| empty[e]).unwrap_or(n);
        let below = (n + 1..rows.len()).rev().find(|&e| empty[e]).unwrap_or(n);
        // Sums of other rows say nothing of these, unless the figures may be just those of the empty row above them.
        let mut of = sums.iter().filter(|s| empty[n] || s.rows.iter().any(|r| rows[above..=below].iter().any(|f| f.row == *r))).peekable();
        if of.peek().is_some() && of.all(Between::holds) {
            continue;
        }
        rows[above..=below].iter_mut().for_each(|r| r.doubt(Why::Adrift(at)));
    }
}

/// An equality between rows of a table, as their cells have it.
pub struct Between<'a> {
    pub column: usize,
    /// Of its terms, as the table has them.
    pub rows: &'a [usize],
    /// The left side, and what it is more than the right one.
    pub left: f64,
    pub by: f64,
}

impl Between<'_> {
    pub fn holds(&self) -> bool {
        equal(self.by, 0.0)
    }
}

/// The equalities between rows of a table that can be tested.
pub fn between<'a>(cx: &'a Context, table: &'a Table, rows: &[FoundRow]) -> impl Iterator<Item = Between<'a>> + 'a {
    // By indicator, what stands there.
    let mut values: Vec<Option<f64>> = vec![None; cx.form.indicators.len()];
    for row in rows {
        for (&indicator, &item) in table.rows[row.row].cells.iter().zip(row.tied()) {
            values[usize::from(indicator)] = cx.items[item].value();
        }
    }
    table.sums.iter().filter_map(move |sum| {
        let value = |indicator: u16| values[usize::from(indicator)];
        let left = total(&sum.left, value)?;
        Some(Between { column: sum.column, rows: &sum.rows, left, by: left - total(&sum.right, value)? })
    })
}

/// Doubts all rows of a table where in most columns two equalities between rows fail by different amounts: no one row that is
/// wrong explains it, so labels and figures stand beside each other's. And where one fails in all columns but two and holds for
/// the totals: the figures of rows stand in each other's columns.
pub fn doubt_slipped(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let width = rows.iter().map(|r| table.rows[r.row].cells.len()).max().unwrap_or(0);
    // A row of empty cells may have its figures elsewhere, which explains what fails.
    let stands = |r: &FoundRow| r.why.is_none() && !all_blank(cx, r.tied());
    if width < LEAST_COLUMNS || !rows.iter().all(stands) {
        return;
    }
    let all: Vec<Between> = between(cx, table, rows).collect();
    if all.iter().all(Between::holds) {
        return;
    }
    let mut fails: Vec<Vec<f64>> = vec![Vec::new(); width];
    for s in &all {
        fails[s.column].push(s.by.abs());
    }
    let totals: Vec<usize> = table.rows[rows[0].row].sums.iter().flat_map(|s| s.right.iter().copied()).collect();
    let alike = |s: &Between| all.iter().filter(|o| o.rows == s.rows && !o.holds()).count() + 2 >= width;
    let sorted = all.iter().any(|s| s.holds() && totals.contains(&s.column) && alike(s));
    let torn = |by: &Vec<f64>| by.len() > 1 && !by.iter().any(|b| equal(*b, 0.0)) && by.iter().any(|b| !equal(*b, by[0]));
    if fails.iter().filter(|by| torn(by)).count() * 3 > width * 2 || sorted {
        let item = rows[0].item;
        rows.iter_mut().for_each(|r| r.doubt(Why::Columns(item)));
    }
}

/// Fewer columns may all fail by chance.
const LEAST_COLUMNS: usize = 5;

/// The rows of the text before and behind the one in which an item stands.
fn beside(cx: &Context, item: usize) -> (Range<usize>, Range<usize>) {
    let own = cx.row_of(item);
    let before = own.start.checked_sub(1).map_or(0..0, |end| cx.row_of(end));
    let mut after = if own.end < cx.items.len() { cx.row_of(own.end + 1) } else { 0..0 };
    if cx.divider == Divider::Lines && !after.is_empty() {
        // A line with few cells has no end of its own.
        after.start = after.clone().find(|&i| !cx.items[i].is_gap()).unwrap_or(after.start);
        let line = cx.items[after.start].line;
        after.end = after.clone().find(|&i| cx.items[i].line != line).unwrap_or(after.end);
    }
    (before, after)
}
