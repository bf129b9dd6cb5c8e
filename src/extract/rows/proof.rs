//! Rows that lack their total: what the sums down their columns prove of the others. Where a cell was lost and the row filled up
//! at its end, the total stands in the last column before its own, and the sum down that column cannot hold.

use super::heads::Run;
use super::stray::{Between, between};
use super::windows::{all_blank, is_empty};
use crate::extract::context::{Context, FoundRow};
use crate::extract::items::cells::Divider;
use crate::form::{Table, exceeds};

/// What is proven of a table's rows.
#[derive(Default)]
pub struct Proof {
    /// By row: its last figure is no total that moved.
    pub backed: Vec<bool>,
    /// No row lost a cell: the totals that are missing were left out.
    pub whole: bool,
}

/// Holds the rows of a table whose last column is the total of all others against the sums down the columns. `heads` are the
/// runs of heads above them.
pub fn of(cx: &Context, table: &Table, rows: &[FoundRow], heads: &[(usize, Run)]) -> Proof {
    if !table.total_last || !rows.iter().any(|r| is_open(cx, r)) {
        return Proof { backed: vec![false; rows.len()], whole: false };
    }
    let sums: Vec<Between> = between(cx, table, rows).collect();
    let lines: Vec<RowFigures> = rows.iter().map(|r| RowFigures::of(cx, r)).collect();
    let backed: Vec<bool> = (0..rows.len()).map(|n| is_backed(rows, &lines, &sums, n)).collect();
    let whole = heads.first().is_some_and(|(at, run)| *at == 0 && run.is_whole(table)) && is_whole(rows, &lines, &sums, &backed);
    Proof { backed, whole }
}

/// Ties rows that lack their last cell, and have an empty line in its place, where that leaves nothing unproven.
pub fn tie_ended(cx: &Context, table: &Table, rows: &mut Vec<FoundRow>, behind: &[Vec<usize>], heads: &[(usize, Run)]) {
    let gap = |items: &[usize]| items.last().copied().filter(|&i| cx.items[i].is_gap());
    let lacks = |r: &FoundRow| r.cells.is_none() && r.all.len() + 1 == table.rows[r.row].cells.len();
    if cx.divider != Divider::Lines || !table.total_last || !rows.iter().any(lacks) {
        return;
    }
    let mut tied = rows.clone();
    for (row, items) in tied.iter_mut().zip(behind).filter(|(r, _)| lacks(r)) {
        row.cells = gap(items).map(|gap| row.all.iter().copied().chain([gap]).collect());
    }
    if of(cx, table, &tied, heads).whole {
        *rows = tied;
    }
}

/// Whether a row has something in it and nothing in the place of its total.
fn is_open(cx: &Context, row: &FoundRow) -> bool {
    let nothing = |i: usize| is_empty(cx, i) || cx.items[i].is_gap();
    row.tied().last().is_some_and(|&i| nothing(i)) && !all_blank(cx, row.tied())
}

/// The figures of one row.
#[derive(Default)]
struct RowFigures {
    /// All but the total; none where one of them is empty or no figure.
    parts: Option<Vec<f64>>,
    open: bool,
}

impl RowFigures {
    fn of(cx: &Context, row: &FoundRow) -> RowFigures {
        let value = |&i: &usize| cx.items[i].value().filter(|_| !is_empty(cx, i));
        let parts = row.cells.as_ref().and_then(|c| c[..c.len() - 1].iter().map(value).collect());
        RowFigures { parts, open: is_open(cx, row) }
    }

    fn last(&self) -> f64 {
        self.parts.as_ref().and_then(|p| p.last().copied()).unwrap_or(0.0)
    }

    fn before(&self) -> f64 {
        self.parts.as_ref().map_or(0.0, |p| p[..p.len() - 1].iter().sum())
    }

    /// Its last figure is too small to be the total.
    fn is_refuting(&self) -> bool {
        self.open && exceeds(self.before(), self.last())
    }

    /// Its last figure may be the total.
    fn may_be_moved(&self) -> bool {
        self.open && !self.is_refuting() && self.last() + self.before() > 0.0
    }
}

/// Whether the sums down every column in which a row has a figure hold, and that of the last before the total's with a figure of a
/// row that cannot have moved, and none of another row that may: those that moved together agree.
fn is_backed(rows: &[FoundRow], lines: &[RowFigures], sums: &[Between], n: usize) -> bool {
    let Some(parts) = lines[n].parts.as_ref().filter(|_| lines[n].open && lines[n].last() > 0.0) else { return false };
    let others = |s: &Between| (0..rows.len()).filter(|&m| m != n && s.rows.contains(&rows[m].row)).collect::<Vec<_>>();
    let stays = |s: &Between| others(s).iter().any(|&m| !lines[m].may_be_moved() && lines[m].last() > 0.0) && !others(s).iter().any(|&m| lines[m].may_be_moved());
    let holds = |column: usize| {
        let mut of = sums.iter().filter(|s| s.column == column && s.rows.contains(&rows[n].row)).peekable();
        of.peek().is_some() && of.all(|s| s.holds() && (column + 1 < parts.len() || stays(s)))
    };
    (0..parts.len()).filter(|&c| parts[c] > 0.0).all(holds)
}

/// Whether every sum down a column that is no total's holds, each row without a total stands in one of each column, and no row's
/// last figure can be its total.
fn is_whole(rows: &[FoundRow], lines: &[RowFigures], sums: &[Between], backed: &[bool]) -> bool {
    let width = lines.iter().find_map(|l| l.parts.as_ref()).map_or(0, Vec::len);
    let down = |s: &&Between| s.column < width;
    let counted = |row: usize, column: usize| sums.iter().any(|s| s.column == column && s.rows.contains(&row));
    let proven = |n: usize| lines[n].parts.is_some() && (0..width).all(|c| counted(rows[n].row, c)) && (!lines[n].may_be_moved() || backed[n]);
    lines.iter().any(RowFigures::is_refuting) && rows.iter().all(|r| r.cells.is_some()) && sums.iter().filter(down).all(Between::holds) && (0..rows.len()).filter(|&n| lines[n].open).all(proven)
}
