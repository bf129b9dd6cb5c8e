//! What stands above a row of figures. Where the rows of a text have one cell a column, the heads are held against the form
//! column by column; elsewhere the words of each row of heads, and the pieces of broken ones, must follow its order. Heads
//! that are not known prove nothing.

use super::align::{Context, FoundRow, short};
use super::cells::{Divider, Kind};
use super::chain::{distance, same_meaning};
use super::windows::all_blank;
use crate::fold::fold;
use crate::form::{LabelId, Row, Table};
use crate::model::CELL_END;

/// So many rows above a row are looked at for its heads.
const REACH: usize = 60;

/// Rows of heads that stand one above the other, at most.
const LEVELS: usize = 4;

/// The rows of a text: first item and the one behind the last.
pub struct Rows(Vec<(usize, usize)>);

impl Rows {
    pub fn new(cx: &Context) -> Rows {
        let mut start = 0;
        let ends = cx.items.iter().enumerate().filter(|(_, x)| x.kind == Kind::RowEnd).map(|(i, _)| i).chain([cx.items.len()]);
        // A paragraph above a grid is no cell of its first row: no sign divides it from the first cell.
        let apart = |i: usize| cx.text.get(cx.items[i].end as usize..cx.items[i + 1].start as usize).is_some_and(|t| !t.contains(CELL_END));
        let paragraph = |i: &usize| cx.divider == Divider::Grid && cx.items[*i].kind == Kind::Text && apart(*i);
        let rows = ends.map(|end| (std::mem::replace(&mut start, end + 1), end)).filter(|(a, b)| a < b);
        Rows(rows.map(|(a, b)| ((a..b - 1).find(|i| !paragraph(i)).unwrap_or(b - 1), b)).collect())
    }

    fn of(&self, item: usize) -> Option<usize> {
        let at = self.0.partition_point(|r| r.1 <= item);
        self.0.get(at).filter(|r| r.0 <= item).map(|_| at)
    }
}

/// The head that contradicts a row which was tied to columns. `others` tells for an item whether it is the label of a row
/// with other heads: what stands above that one says nothing of this.
pub fn contradicts(cx: &Context, table: &Table, rows: &Rows, found: &FoundRow, others: impl Fn(usize) -> bool) -> Option<usize> {
    // Blanks alone say the same under any heads, and which of them are padding was not asked.
    let tied = found.cells.as_ref().filter(|cells| !all_blank(cx, cells))?;
    let row = &table.rows[found.row];
    let here = rows.of(*tied.first()?)?;
    (row.names.len() == tied.len()).then_some(())?;
    out_of_column(cx, table, rows, here, row, tied, &others).or_else(|| out_of_order(cx, table, rows, here, row, others))
}

/// A head of another column, or the first of several that are unknown, in the columns of a grid.
fn out_of_column(cx: &Context, table: &Table, rows: &Rows, here: usize, row: &Row, tied: &[usize], others: impl Fn(usize) -> bool) -> Option<usize> {
    let (start, end) = rows.0[here];
    if cx.divider != Divider::Grid || tied.iter().any(|&i| i < start || i >= end) {
        return None;
    }
    let columns: Vec<usize> = tied.iter().map(|i| i - start).collect();
    let above = heads_above(cx, rows, here, &columns, others);
    let mut strangers = Vec::new();
    for (c, &column) in columns.iter().enumerate() {
        let mut lowest = true;
        for &(first, _) in &above {
            let item = first + column;
            match verdict(cx, table, row, item, Some(c)) {
                Verdict::Nothing => continue,
                Verdict::Columns(of) if !of.contains(&c) => return Some(item),
                Verdict::Unknown if lowest => strangers.push(item),
                Verdict::Unknown | Verdict::Columns(_) | Verdict::Piece => {}
            }
            lowest = false;
        }
    }
    // One that is unknown among others that are right can only be the one that is missing.
    (strangers.len() > 1).then(|| strangers[0])
}

/// Fewer words in a row are no row of heads.
const LEAST_HEADS: usize = 3;

/// A head that follows one of a column further right in its row, or the first of several that are unknown.
fn out_of_order(cx: &Context, table: &Table, rows: &Rows, here: usize, row: &Row, others: impl Fn(usize) -> bool) -> Option<usize> {
    let mut strangers = Vec::new();
    let mut levels = 0;
    for &(first, last) in rows.0[..here].iter().rev().take(REACH) {
        let items = &cx.items[first..last];
        if (first..last).any(&others) {
            break;
        }
        if items.iter().any(|x| matches!(x.kind, Kind::Figure(_) | Kind::WithUnit(..) | Kind::Unreadable)) {
            if levels > 0 {
                break;
            }
            continue;
        }
        let words: Vec<usize> = (first..last).filter(|&i| matches!(cx.items[i].kind, Kind::Label(_) | Kind::Text)).collect();
        if words.iter().any(|&i| cx.items[i].kind == Kind::Text && !short(cx, i)) && levels > 0 {
            break;
        }
        if words.len() < LEAST_HEADS {
            continue;
        }
        let mut named: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut unknown = Vec::new();
        for (n, &item) in words.iter().enumerate() {
            match verdict(cx, table, row, item, None) {
                Verdict::Columns(of) => named.push((item, of)),
                // The first of more words than there are columns may head the labels.
                Verdict::Unknown if n > 0 || words.len() <= row.cells.len() => unknown.push(item),
                Verdict::Unknown | Verdict::Nothing | Verdict::Piece => {}
            }
        }
        if let Some(item) = misplaced(&named, false).filter(|_| misplaced(&named, true).is_some()) {
            return Some(item);
        }
        if !named.is_empty() || unknown.len() + 1 >= row.cells.len() {
            strangers.extend(unknown);
        }
        levels += 1;
        if levels == LEVELS {
            break;
        }
    }
    (strangers.len() > 1).then(|| strangers[0])
}

/// The first of these heads that is out of order. The lower level stands under the heads that span it in this row, or,
/// `anew`, under all of the table's, of which some stand in a row above.
fn misplaced(named: &[(usize, Vec<usize>)], anew: bool) -> Option<usize> {
    let mut order = Order { anew, ..Order::default() };
    named.iter().find(|(_, of)| !order.goes_on(of)).map(|(item, _)| *item)
}

/// The columns that the heads of one row of the text name, as they come. Both levels of heads may stand in one row.
#[derive(Default)]
struct Order {
    seen: Vec<usize>,
    /// The columns that the last head may name.
    last: Vec<usize>,
    /// Where the first of the heads that span columns stands, if nothing followed them yet.
    spanned: Option<usize>,
    /// The lower level has begun between two heads of the upper.
    below: bool,
    anew: bool,
}

impl Order {
    /// Takes a head that may name these columns; false where that is out of its order.
    fn goes_on(&mut self, of: &[usize]) -> bool {
        // The same head again: another piece of it, or its span was written out.
        if of == self.last {
            return true;
        }
        let spans = of.len() > 1 && of.windows(2).all(|w| w[1] == w[0] + 1);
        let under = self.spanned.filter(|_| !spans);
        let beyond = |c: usize| match under {
            Some(first) => c >= first || self.anew,
            None => self.seen.last().is_none_or(|&l| c > l),
        };
        // One that spans columns stands over the first of them.
        let mut next = if spans { &of[..1] } else { of }.iter().copied().find(|&c| beyond(c));
        if next.is_none() && !spans && !self.below {
            next = of.first().copied().filter(|&c| self.seen.windows(2).any(|w| w[0] < c && c < w[1]));
            self.below = true;
        }
        let Some(next) = next else { return false };
        self.spanned = if spans { self.spanned.or(Some(next)) } else { None };
        self.seen.push(next);
        self.last = of.to_vec();
        true
    }
}

/// The rows of heads that govern a row, the lowest first: of the same width, without a figure, with words over the columns.
fn heads_above(cx: &Context, rows: &Rows, here: usize, columns: &[usize], others: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let width = rows.0[here].1 - rows.0[here].0;
    let mut out = Vec::new();
    for &(first, last) in rows.0[..here].iter().rev().take(REACH) {
        let items = &cx.items[first..last];
        let figures = items.iter().any(|x| matches!(x.kind, Kind::Figure(_) | Kind::WithUnit(..) | Kind::Unreadable));
        let words = items.len() == width && columns.iter().any(|&c| matches!(items[c].kind, Kind::Label(_) | Kind::Text));
        if (first..last).any(&others) || (figures && !out.is_empty()) {
            break;
        }
        if !figures && words {
            out.push((first, last));
        } else if !out.is_empty() {
            break;
        }
        if out.len() == LEVELS {
            break;
        }
    }
    out
}

enum Verdict {
    /// Nothing stands there, or nothing that names a column.
    Nothing,
    /// The columns of the row that it may name.
    Columns(Vec<usize>),
    /// A piece of several heads.
    Piece,
    Unknown,
}

/// What an item says as a head; of the column over which it stands, where that is known, a piece is enough.
fn verdict(cx: &Context, table: &Table, row: &Row, item: usize, over: Option<usize>) -> Verdict {
    let columns = |is: &dyn Fn(&LabelId) -> bool| -> Vec<usize> { (0..row.names.len()).filter(|&c| row.names[c].iter().any(is)).collect() };
    match cx.items[item].kind {
        Kind::Label(_) => {
            // One word may be several heads: 其他 of applicants and of outcomes.
            let of = columns(&|l| cx.labels(item).contains(l));
            let elsewhere = || table.rows.iter().flat_map(|r| r.names.iter().flatten()).any(|l| cx.labels(item).contains(l));
            if of.is_empty() && !elsewhere() { Verdict::Nothing } else { Verdict::Columns(of) }
        }
        Kind::Text if short(cx, item) => {
            let folded = fold(cx.words(item));
            let letters = folded.chars().count();
            // `NaN`, `None` and the like stand for an empty cell.
            if folded.is_ascii() || cx.form.ignore.iter().any(|g| g.table == table.table && folded.ends_with(&g.folded)) || cx.form.figures.units.values().any(|m| m.contains_key(&folded)) || cx.form.words.ordinals.contains(&folded) {
                return Verdict::Nothing;
            }
            let most = (letters / 6).max(1);
            let texts = |l: &LabelId| cx.form.labels[*l as usize].texts.iter();
            let near = |l: &LabelId| texts(l).any(|t| t.contains(folded.as_str()) || folded.contains(t.as_str()) || (letters > 2 && distance(&folded, t) <= most && same_meaning(cx.form, &folded, t)));
            if over.is_some_and(|c| row.names[c].iter().any(near)) {
                return Verdict::Piece;
            }
            let of = columns(&near);
            let names: std::collections::BTreeSet<LabelId> = of.iter().flat_map(|&c| row.names[c].iter().copied().filter(near)).collect();
            match names.len() {
                0 if table.headers.iter().any(near) => Verdict::Piece,
                0 => Verdict::Unknown,
                1 => Verdict::Columns(of),
                _ => Verdict::Piece,
            }
        }
        _ => Verdict::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follows(heads: &[&[usize]]) -> bool {
        let mut order = Order::default();
        heads.iter().all(|of| order.goes_on(of))
    }

    /// Two procedures of two outcomes: what each head may name.
    const FIRST: &[usize] = &[0, 1];
    const SECOND: &[usize] = &[2, 3];
    const UPHELD: &[usize] = &[0, 2];
    const TOTAL: &[usize] = &[1, 3];

    #[test]
    fn heads_of_two_levels_follow_their_order() {
        assert!(follows(&[UPHELD, TOTAL, UPHELD, TOTAL]));
        assert!(follows(&[FIRST, SECOND, UPHELD, TOTAL, UPHELD, TOTAL]), "both levels in one row");
        assert!(follows(&[UPHELD, TOTAL, SECOND]), "the first procedure's outcomes beside the second");
        assert!(!follows(&[SECOND, FIRST]));
        assert!(!follows(&[UPHELD, TOTAL, &[4, 5], SECOND]), "two procedures changed places");
        assert!(!follows(&[TOTAL, UPHELD, TOTAL, UPHELD]));
        assert!(!follows(&[TOTAL, UPHELD, SECOND]));
    }

    #[test]
    fn a_lower_level_stands_between_heads_of_the_upper() {
        assert!(follows(&[&[0], &[3], &[1], &[2]]));
        assert!(!follows(&[&[0], &[3], &[2], &[1]]));
        assert!(!follows(&[&[3], &[0], &[1], &[2]]), "the total stands first");
        assert!(follows(&[&[0], &[0], &[1]]), "pieces of one head");
    }
}
