//! Tables that run over a page break: the head that is repeated goes, cells that span the break go on, and a row that
//! the break cut in two is one again.

use super::grid::{Cell, Table};
use super::lines;

/// Columns are the same within so many points.
const NEAR: f64 = 4.0;
/// Rows of a head that may be repeated.
const HEAD: usize = 6;

/// Puts `next` under `table` where it is its continuation; else gives it back.
pub(super) fn continued(table: &mut Table, mut next: Table, at_page_end: bool) -> Option<Table> {
    if !same_columns(table, &next) {
        return Some(next);
    }
    drop_head(table, &mut next);
    if next.cells.is_empty() {
        return None;
    }
    let first: Vec<usize> = (0..next.cells.len()).filter(|&i| next.cells[i].row == 0).collect();
    let above: Vec<Option<usize>> = first.iter().map(|&i| cell_above(table, &next.cells[i])).collect();
    let pairs: Vec<(usize, usize)> = first.iter().zip(&above).filter_map(|(&i, a)| a.map(|a| (i, a))).collect();
    let cut = pairs.len() == first.len() && is_cut(table, &next, &pairs, at_page_end);
    let covered: Vec<(usize, usize)> = if cut { pairs } else { spanning(table, &next, &first, &above) };
    let offset = table.rows - usize::from(cut);
    for &(i, a) in &covered {
        let cell = std::mem::take(&mut next.cells[i]);
        let above = &mut table.cells[a];
        lines::join(&mut above.text, &cell.text, false);
        above.rows = offset + cell.row + cell.rows - above.row;
        above.room = cell.room.or(above.room);
        above.full = cell.full;
    }
    // Cells beside the columns that go on are cut above and below, and have no part on this page.
    let (from, to) = next.x.iter().fold((f64::INFINITY, 0.0), |(a, b), x| (x.min(a), x.max(b)));
    for cell in table.cells.iter_mut().filter(|c| c.row + c.rows == table.rows && (c.x1 < from + NEAR || c.x0 > to - NEAR)) {
        cell.rows = offset + next.rows - cell.row;
    }
    for (i, mut cell) in next.cells.into_iter().enumerate() {
        if !covered.iter().any(|&(c, _)| c == i) {
            cell.row += offset;
            table.cells.push(cell);
        }
    }
    table.rows = offset + next.rows;
    table.bottom = next.bottom;
    for x in next.x {
        if !table.x.iter().any(|t| (t - x).abs() < NEAR) {
            table.x.push(x);
        }
    }
    None
}

/// Most lines between the columns are where they were, and one side is: cells that are cut above and below have no line
/// that ties them to the others, and may be missing.
fn same_columns(table: &Table, next: &Table) -> bool {
    let sides = |t: &Table| (t.x.iter().copied().fold(f64::INFINITY, f64::min), t.x.iter().copied().fold(0.0, f64::max));
    let ((a0, a1), (b0, b1)) = (sides(table), sides(next));
    let shared = next.x.iter().filter(|x| table.x.iter().any(|t| (t - **x).abs() < NEAR)).count();
    let (left, right) = ((a0 - b0).abs() < NEAR, (a1 - b1).abs() < NEAR);
    left && right && shared * 2 >= next.x.len() || (left || right) && shared * 5 >= next.x.len() * 4
}

fn row_texts(table: &Table, row: usize) -> Vec<&str> {
    table.cells.iter().filter(|c| c.row == row).map(|c| c.text.as_str()).collect()
}

/// Takes the rows away that are the first ones of the table once more.
fn drop_head(table: &Table, next: &mut Table) {
    let same = (0..HEAD.min(table.rows).min(next.rows)).take_while(|&r| row_texts(table, r) == row_texts(next, r)).count();
    let says_something = next.cells.iter().any(|c| c.row < same && c.text.chars().any(char::is_alphabetic));
    if same == 0 || !says_something {
        return;
    }
    next.cells.retain(|c| c.row >= same);
    next.cells.iter_mut().for_each(|c| c.row -= same);
    next.rows -= same;
}

/// The cell at the end of the table that stands right above one at the beginning of the next page.
fn cell_above(table: &Table, cell: &Cell) -> Option<usize> {
    let is_above = |c: &Cell| c.row + c.rows == table.rows && (c.x0 - cell.x0).abs() < NEAR && (c.x1 - cell.x1).abs() < NEAR;
    table.cells.iter().rposition(is_above)
}

/// Whether the first row of the page is the rest of the last row of the page before. It is where cells of one have
/// their text in the other, and where it cannot be a row of its own: one with a label and nothing else, in a table that
/// has no such rows.
fn is_cut(table: &Table, next: &Table, pairs: &[(usize, usize)], at_page_end: bool) -> bool {
    let texts: Vec<(&Cell, &str)> = pairs.iter().map(|&(i, a)| (&table.cells[a], next.cells[i].text.as_str())).collect();
    let rest: Vec<&(&Cell, &str)> = texts.iter().filter(|(_, below)| !below.is_empty()).collect();
    if rest.is_empty() {
        return true;
    }
    if rest.iter().any(|(above, below)| is_numbered(below) || above.text.is_empty() && !has_digit(below)) {
        return false;
    }
    let no_room = rest.iter().filter(|(above, _)| !above.text.is_empty()).all(|(above, _)| above.room.is_some_and(|r| r < 1.3));
    let all_full = rest.iter().filter(|(above, _)| !above.text.is_empty()).all(|(above, _)| above.full);
    // A row of figures without a label, under one that has both, is the rest of it: figures that wrapped, or stood lower.
    let before_figures = || texts.iter().take_while(|(_, below)| !is_number_or_sign(below));
    if texts.iter().any(|(above, _)| is_number_or_sign(&above.text))
        && rest.iter().any(|(_, below)| is_number_or_sign(below))
        && before_figures().all(|(_, below)| below.is_empty())
        && before_figures().any(|(above, _)| !above.text.is_empty() && !is_number_or_sign(&above.text))
    {
        return true;
    }
    let figures_above = texts.iter().any(|(above, _)| is_number_or_sign(&above.text));
    let figures_below = texts.iter().any(|(_, below)| is_number_or_sign(below));
    let ends_here = texts.iter().any(|(above, below)| !above.text.is_empty() && below.is_empty());
    let goes_on = rest.iter().any(|(above, _)| !above.text.is_empty());
    let possible = match (figures_above, figures_below) {
        (true, true) => false,
        (true, false) => ends_here,
        (false, true) => all_full && texts.iter().all(|(above, below)| !is_number_or_sign(below) || above.text.is_empty()),
        // A row of words that begins with an empty cell has no label, where the one before it has.
        (false, false) => ends_here && (all_full && no_room || !texts[0].0.text.is_empty() && texts[0].1.is_empty()),
    };
    let only_here = !has_bare_rows(table, 1) && !has_bare_rows(next, 0);
    goes_on && possible && (only_here || no_room && at_page_end)
}

/// Whether a row other than those at the break has a label and nothing else.
fn has_bare_rows(table: &Table, last: usize) -> bool {
    let rows = if last == 1 { 0..table.rows.saturating_sub(1) } else { 1..table.rows };
    rows.into_iter().any(|row| {
        let texts = row_texts(table, row);
        texts.len() > 1 && texts.iter().any(|t| !t.is_empty()) && texts.iter().skip_while(|t| t.is_empty()).skip(1).all(|t| t.is_empty())
    })
}

/// The cells at the beginning of the page that are the rest of cells above: empty ones before a label, and the rest of
/// a label that had no room.
fn spanning(table: &Table, next: &Table, first: &[usize], above: &[Option<usize>]) -> Vec<(usize, usize)> {
    if is_cut_head(table, next, first, above) {
        return first.iter().zip(above).filter_map(|(&i, a)| a.map(|a| (i, a))).collect();
    }
    let mut out = Vec::new();
    for (n, (&i, above)) in first.iter().zip(above).enumerate() {
        let (cell, Some(a)) = (&next.cells[i], *above) else { break };
        let before = &table.cells[a];
        let label_follows = first[n + 1..].iter().any(|&j| !next.cells[j].text.is_empty() && !is_number_or_sign(&next.cells[j].text));
        let spans = cell.rows > 1 || before.rows > 1;
        let rest = spans && !is_numbered(&cell.text) && !is_number_or_sign(&cell.text) && before.room.is_some_and(|r| r < 1.3);
        if !label_follows || !(cell.text.is_empty() || rest) {
            break;
        }
        out.push((i, a));
    }
    out
}

/// Whether the first row of the page has the rest of heads beside heads of the next level: cells of words that had no
/// room, some of which go on while others are divided.
fn is_cut_head(table: &Table, next: &Table, first: &[usize], above: &[Option<usize>]) -> bool {
    let rest: Vec<(&Cell, &Cell)> = first.iter().zip(above).filter_map(|(&i, a)| a.map(|a| (&next.cells[i], &table.cells[a]))).collect();
    let goes_on = rest.iter().filter(|(cell, _)| !cell.text.is_empty());
    rest.len() < first.len()
        && first.iter().all(|&i| !is_number_or_sign(&next.cells[i].text))
        && goes_on.clone().count() > 1
        && goes_on.clone().all(|(cell, before)| before.full && before.room.is_some_and(|r| r < 1.3) && !is_numbered(&cell.text))
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_numeric())
}

/// Whether a cell holds a number, or a sign for none, and hardly anything else.
fn is_number_or_sign(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c.is_alphabetic() && !matches!(c, 'l' | 'O'))
}

/// Whether a text begins with the number of an item: 1. （一） 二、
pub(super) fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(['(', '（', ' ']);
    let number = |c: char| c.is_ascii_digit() || "０１２３４５６７８９一二三四五六七八九十".contains(c);
    let after = rest.trim_start_matches(number);
    after.len() < rest.len() && after.starts_with(['.', '．', '、', ')', '）', ' '])
}
