//! Rows of a text without ends whose figures may be those of the label before or behind their own: readers of PDF write labels and
//! figures in the order in which their middles stand on the page, and leave nothing where a cell is empty.

use crate::extract::context::{Context, FoundRow, Why};
use crate::form::Table;

/// Doubts, in a text in which heads share a line, which cells of their own do not, all rows where figures stand between heads and the
/// first label below them. Where its figures stand below its label's line, doubts a row whose label stands right behind one without
/// a cell, in such a text or if either is broken over lines; and one right before a broken label without a cell.
pub fn doubt_neighbours(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let heads: Vec<u32> = cx.places.iter().filter(|p| cx.role(table, p.hit).head.is_some()).map(|p| cx.items[p.item].line).collect();
    let laid_out = heads.windows(2).any(|w| w[0] == w[1]);
    if let Some(first) = rows.iter().find(|r| laid_out && is_led(cx, table, r)).map(|r| r.item) {
        return rows.iter_mut().for_each(|r| r.doubt(Why::Adrift(first)));
    }
    let bare = |r: &FoundRow| r.all.iter().all(|&i| cx.items[i].is_gap());
    let below = |r: &FoundRow| r.tied().iter().any(|&i| cx.items[i].line > cx.last_line(r.item));
    let broken = |r: &FoundRow| cx.last_line(r.item) != cx.items[r.item].line;
    for n in 1..rows.len() {
        let (one, other) = (&rows[n - 1], &rows[n]);
        let end = one.all.iter().copied().filter(|&i| cx.items[i].stands()).max().unwrap_or(one.item);
        if last(cx, other.item) != Some(end) {
            continue;
        }
        let (one_item, other_item) = (one.item, other.item);
        if bare(one) && below(other) && (laid_out || broken(one) || broken(other)) {
            rows[n].doubt(Why::Adrift(one_item));
        } else if below(one) && bare(other) && broken(other) {
            rows[n - 1].doubt(Why::Adrift(other_item));
        }
    }
}

/// The last item before another one that stands there.
fn last(cx: &Context, item: usize) -> Option<usize> {
    (0..item).rev().find(|&i| cx.items[i].stands())
}

/// Whether figures stand right before a label, and a head of the table right before them.
pub fn is_led(cx: &Context, table: &Table, row: &FoundRow) -> bool {
    let mut at = last(cx, row.item).filter(|&i| cx.items[i].is_figure());
    while let Some(i) = at.filter(|&i| cx.items[i].is_figure()) {
        at = last(cx, i);
    }
    at.is_some_and(|i| cx.head(table, i).is_some() && cx.role_of(table, i).row.is_none())
}
