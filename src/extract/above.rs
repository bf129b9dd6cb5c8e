//! What stands above a figure in its own column. Where the rows of a text have one cell a column, the heads are held
//! against the form column by column: order alone is no proof where a head is unknown or some row stands between.

use super::align::{Context, FoundRow, short};
use super::cells::{Divider, Item, Kind};
use super::chain::{distance, same_meaning};
use super::windows::all_blank;
use crate::fold::fold;
use crate::form::{LabelId, Row, Table};

/// So many rows above a row are looked at for its heads.
const REACH: usize = 60;

/// Rows of heads that stand one above the other, at most.
const LEVELS: usize = 4;

/// The rows of a text: first item and the one behind the last.
pub struct Rows(Vec<(usize, usize)>);

impl Rows {
    pub fn new(items: &[Item]) -> Rows {
        let mut start = 0;
        let ends = items.iter().enumerate().filter(|(_, x)| x.kind == Kind::RowEnd).map(|(i, _)| i).chain([items.len()]);
        Rows(ends.map(|end| (std::mem::replace(&mut start, end + 1), end)).filter(|(a, b)| a < b).collect())
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
    let tied = found.cells.as_ref().filter(|cells| cx.divider == Divider::Grid && !all_blank(cx, cells))?;
    let row = &table.rows[found.row];
    let here = rows.of(*tied.first()?)?;
    let (start, end) = rows.0[here];
    if row.names.len() != tied.len() || tied.iter().any(|&i| i < start || i >= end) {
        return None;
    }
    let columns: Vec<usize> = tied.iter().map(|i| i - start).collect();
    let above = heads_above(cx, rows, here, &columns, others);
    let mut strangers = Vec::new();
    for (c, &column) in columns.iter().enumerate() {
        let mut lowest = true;
        for &(first, _) in &above {
            let item = first + column;
            match verdict(cx, table, row, c, item) {
                Verdict::Nothing => continue,
                Verdict::Another => return Some(item),
                Verdict::Unknown if lowest => strangers.push(item),
                Verdict::Unknown | Verdict::Right => {}
            }
            lowest = false;
        }
    }
    // One that is unknown among others that are right can only be the one that is missing.
    (strangers.len() > 1).then(|| strangers[0])
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
    Right,
    Another,
    Unknown,
}

fn verdict(cx: &Context, table: &Table, row: &Row, c: usize, item: usize) -> Verdict {
    let names_a_column = |l: LabelId| table.rows.iter().any(|r| r.names.iter().flatten().any(|n| *n == l));
    match cx.items[item].kind {
        Kind::Label(h) => match cx.role(table, h).head {
            Some(l) if row.names[c].contains(&l) => Verdict::Right,
            // One word may be several heads: 其他 of applicants and of outcomes.
            Some(l) if names_a_column(l) && !cx.labels(item).iter().any(|l| row.names[c].contains(l)) => Verdict::Another,
            _ => Verdict::Nothing,
        },
        Kind::Text if short(cx, item) => {
            let folded = fold(cx.words(item));
            if folded.is_empty() || cx.form.ignore.iter().any(|g| g.table == table.table && folded.ends_with(&g.folded)) || cx.form.figures.units.values().any(|m| m.contains_key(&folded)) {
                return Verdict::Nothing;
            }
            let near = |l: &LabelId| {
                let most = (folded.chars().count() / 6).max(1);
                cx.form.labels[*l as usize].texts.iter().any(|t| t.contains(folded.as_str()) || folded.contains(t.as_str()) || (distance(&folded, t) <= most && same_meaning(cx.form, &folded, t)))
            };
            if row.names[c].iter().any(near) {
                return Verdict::Right;
            }
            let elsewhere = row.names.iter().flatten().any(near);
            if elsewhere { Verdict::Another } else { Verdict::Unknown }
        }
        _ => Verdict::Nothing,
    }
}
