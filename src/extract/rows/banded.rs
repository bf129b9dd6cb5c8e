//! The one row of a table without labels, cut into a row for each of the heads that span its columns: the heads below those
//! stand above the rows, once, and a row begins with the head that spans its figures.

use std::ops::Range;

use super::apart::stands_again;
use super::chain::qualified;
use super::named::Named;
use crate::extract::context::{Alignment, Context, FoundRow, short};
use crate::extract::items::cells::Kind;
use crate::form::{LabelId, Table};

/// So many rows of the table must be there.
const LEAST: usize = 2;

/// Reads such a table; none where its heads are not the form's in its order, or a row has not just their cells.
pub fn read(cx: &Context, table: &Table) -> Option<Alignment> {
    let row = table.filled().next()?;
    let names = &table.rows[row].names;
    let spans = |n: &[LabelId]| (n.len() > 1).then(|| n[0]);
    let of = |span: LabelId| names.iter().enumerate().filter(move |(_, n)| spans(n) == Some(span));
    let heads: Vec<LabelId> = of(spans(names.first()?)?).filter_map(|(_, n)| n.last().copied()).collect();
    let lines: Vec<Range<usize>> = cx.rows().filter(|l| !l.is_empty()).collect();
    let mut above = (0..lines.len()).filter(|&l| is_heads(cx, lines[l].clone(), &heads));
    let (head, None) = (above.next()?, above.next()) else { return None };
    let mut named = vec![Named::Nowhere; names.len()];
    let (mut all, mut first) = (Vec::new(), None);
    let mut rows = 0;
    for line in &lines[head + 1..] {
        let Some((label, span, cells)) = banded(cx, table, line.clone()) else { break };
        let columns: Vec<usize> = of(span).filter(|(_, n)| n.last().is_some_and(|l| heads.contains(l))).map(|(c, _)| c).collect();
        let free = columns.iter().all(|&c| named[c] == Named::Nowhere);
        let cut = cells.iter().any(|&i| cx.items[i].end as usize == cx.text.len());
        if columns.len() != heads.len() || cells.len() != heads.len() || !free || cut {
            return None;
        }
        columns.iter().zip(&cells).for_each(|(&c, &i)| named[c] = Named::Item(i));
        first = first.or(Some(label));
        all.extend(cells);
        rows += 1;
    }
    let last = *all.last()?;
    if stands_again(cx, table, lines[head].start..=last) {
        return None;
    }
    let found = FoundRow { named: Some(named), ..FoundRow::new(row, first.filter(|_| rows >= LEAST)?, all) };
    let heads = lines[head].clone().filter_map(|i| Some((i, cx.head(table, i)?))).collect();
    Some(Alignment { rows: vec![found], heads, telling: 0, ..Alignment::default() })
}

/// Whether a row is these heads in their order, behind the one over the labels.
fn is_heads(cx: &Context, line: Range<usize>, heads: &[LabelId]) -> bool {
    let items: Vec<usize> = line.filter(|&i| cx.items[i].kind != Kind::Blank).collect();
    let Some(skip) = items.len().checked_sub(heads.len()).filter(|_| !heads.is_empty()) else { return false };
    // A paragraph above the table may have no end of its own.
    let apart = |i: usize| cx.items[i].line != cx.items[items[skip]].line;
    let over = items[..skip].iter().rev().enumerate().all(|(n, &i)| cx.items[i].kind == Kind::Text && (n == 0 && short(cx, i) || apart(i)));
    over && items[skip..].iter().zip(heads).all(|(&i, l)| cx.labels(i).contains(l) && cx.is_own(i) && !qualified(cx, i))
}

/// A row that begins with heads of the table and goes on with cells alone: its last head, the label of that, and the cells.
fn banded(cx: &Context, table: &Table, line: Range<usize>) -> Option<(usize, LabelId, Vec<usize>)> {
    let last = line.clone().rfind(|&i| cx.items[i].is_label())?;
    let span = cx.head(table, last)?;
    // A dash may stand between two heads, or an empty cell that the first of them covers.
    let is_head = |i: usize| cx.items[i].kind == Kind::Blank || cx.head(table, i).is_some() && !qualified(cx, i);
    let cells = last + 1..line.end;
    let sound = (line.start..=last).all(|i| is_head(i) && cx.is_own(i)) && cells.clone().all(|i| cx.items[i].is_cell());
    sound.then(|| (last, span, cells.collect()))
}
