//! Rows of a text that sets its figures one below the other, as readers of PDF and printers do: where a cell is empty, what stands
//! in the others stands below its own column.

use std::ops::Range;

use super::named::Named;
use crate::extract::context::{Context, FoundRow};
use crate::extract::items::atoms::{JOINED, PLACED, width};
use crate::extract::items::cells::Divider;
use crate::fold::is_wide;
use crate::form::{RowSum, Table};

/// Full rows that show the columns, at least.
const LEAST: usize = 5;

/// Where cells of a column stand alike: at their beginnings, their ends or their middles.
const EDGES: [fn(&Range<usize>) -> usize; 3] = [|cell| 2 * cell.start, |cell| 2 * cell.end, |cell| cell.start + cell.end];

/// What takes two letters' width: nothing, or what is drawn wide.
const WIDE: [fn(char) -> bool; 2] = [|_| false, is_wide];

/// The columns in which the figures of full rows stand, in halves of a letter's width.
struct Columns {
    wide: fn(char) -> bool,
    edge: fn(&Range<usize>) -> usize,
    places: Vec<Range<usize>>,
    /// How far apart two neighbours are, at least.
    gap: usize,
}

/// Ties rows that lack figures by the columns in which those stand that they have. The total must be among these, so that no
/// figure was lost and the others moved up, and the row's sums must hold without what is empty.
pub fn tie(cx: &Context, table: &Table, rows: &mut [FoundRow], rivals: &[FoundRow]) {
    let lacks = |r: &FoundRow| r.cells.is_none() && r.why.is_none() && r.named.is_none() && !r.all.is_empty() && r.all.len() < table.rows[r.row].cells.len();
    if cx.divider != Divider::Lines || !table.total_last || !rows.iter().any(lacks) {
        return;
    }
    // Where rows stand one below the other however wide letters are drawn, all ways must say the same.
    let columns: Vec<Columns> = WIDE.into_iter().filter_map(|wide| Columns::of(cx, table, rows, wide)).collect();
    for row in rows.iter_mut().filter(|r| lacks(r) && !rivals.iter().any(|other| other.row == r.row)) {
        let mut ways = columns.iter().map(|c| c.named(cx, &row.all));
        let named = ways.next().flatten().filter(|named| ways.all(|other| other.as_ref() == Some(named)) && named.len() == table.rows[row.row].cells.len());
        row.named = named.filter(|named| table.rows[row.row].sums.iter().all(|s| holds(cx, named, s)));
    }
}

impl Columns {
    /// Those of the full rows; none where they do not stand one below the other.
    fn of(cx: &Context, table: &Table, rows: &[FoundRow], wide: fn(char) -> bool) -> Option<Columns> {
        let full = || rows.iter().filter(|r| r.why.is_none()).filter_map(|r| r.cells.as_deref()).filter(|cells| cells.iter().all(|&i| cx.items[i].is_figure()));
        let width = rows.iter().map(|r| table.rows[r.row].cells.len()).max()?;
        let of = |edge: fn(&Range<usize>) -> usize| {
            let mut places = vec![usize::MAX..0; width];
            let mut seen = 0;
            for cells in full().filter(|c| c.len() == width) {
                for (&i, of) in cells.iter().zip(&mut places) {
                    let at = edge(&place(cx, i, wide));
                    *of = of.start.min(at)..of.end.max(at);
                }
                seen += 1;
            }
            let gap = places.windows(2).map(|p| p[1].start.saturating_sub(p[0].end)).min().filter(|_| seen >= LEAST)?;
            Some(Columns { wide, edge, places, gap })
        };
        EDGES.into_iter().filter_map(of).max_by_key(|c| c.gap).filter(|c| c.gap > 0)
    }

    /// The cells of a row of figures, each in the column below which it stands; none where one stands below none, or nothing below
    /// the last.
    fn named(&self, cx: &Context, figures: &[usize]) -> Option<Vec<Named>> {
        let mut out = vec![Named::Empty; self.places.len()];
        for &i in figures {
            let at = (self.edge)(&place(cx, i, self.wide));
            let near = self.gap / 3;
            let column = self.places.iter().position(|c| (c.start.saturating_sub(near)..=c.end + near).contains(&at))?;
            if out[column] != Named::Empty {
                return None;
            }
            out[column] = Named::Item(i);
        }
        (out.last() != Some(&Named::Empty)).then_some(out)
    }
}

/// Where an item stands in its line, or stood before a label was brought to it.
fn place(cx: &Context, item: usize, wide: fn(char) -> bool) -> Range<usize> {
    let (start, end) = (cx.items[item].start as usize, cx.items[item].end as usize);
    let line = cx.text[..start].rfind(['\n', JOINED, PLACED]).map_or(0, |b| b + 1);
    let at = width(&cx.text[line..start], wide);
    at..at + width(&cx.text[start..end], wide)
}

/// Whether a sum within a row holds, where what is empty counts as nothing.
pub fn holds(cx: &Context, named: &[Named], sum: &RowSum) -> bool {
    let value = |at: usize| match named[at] {
        Named::Item(i) => cx.items[i].value(),
        _ => Some(0.0),
    };
    sum.holds(value) == Some(true)
}
