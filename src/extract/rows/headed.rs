//! Columns that are others than the form's: in another order, or with columns between them that the form does not have.
//! Where rows have ends and the heads above them name each column of the form once, a figure belongs to the head over it.

use std::ops::Range;

use super::chain::{Claim, is_near, qualified};
use super::heads::{Run, beginning};
use super::named::Named;
use super::remarks::says_others;
use super::strangers::{is_word, numbers_rows};
use super::windows::{all_zero, fits, hard, is_empty};
use crate::extract::context::{Context, FoundRow, Why};
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::fold::fold;
use crate::form::{LabelId, Table, equal};

/// Rows of heads that stand one above the other, at most.
const LEVELS: usize = 4;

/// A head that stands over each column is divided into so many at most: this year's, last year's, the difference.
const PARTS: usize = 3;

/// A table's columns as its heads name them.
#[derive(Debug)]
pub struct Columns {
    /// Cells of a row.
    width: usize,
    /// For each column of the form its place among them.
    places: Vec<Option<usize>>,
    /// The places of all that the total counts: the form's columns, and one that stands for those that are not there.
    parts: Vec<usize>,
    total: usize,
    /// The total's place in the form.
    form_total: usize,
}

impl Columns {
    /// How many columns stand behind those of the form, where these are all there in its order, and no other is between or before them.
    pub fn behind(&self) -> Option<usize> {
        let own = self.places.len();
        (self.width > own && self.places.iter().copied().eq((0..own).map(Some))).then(|| self.width - own)
    }
}

/// Where the columns lie in rows of more cells, all others being empty.
#[derive(Clone, Copy)]
enum Lie {
    /// No row has more cells.
    Just,
    /// Behind the empty cells of labels that others have in a column of their own.
    Last,
    /// Before empty cells; of the columns behind the form's, some may be missing.
    First,
}

impl Lie {
    fn cells(self, cx: &Context, row: &FoundRow, columns: &Columns) -> Option<Vec<usize>> {
        let cells = hard(cx, &row.all);
        let (n, width) = (cells.len(), columns.width);
        let of = |lead: usize| fits(cx, &cells, lead, width).then(|| cells[lead..lead + width].to_vec());
        match self {
            Lie::Just => (n == width).then(|| cells.to_vec()),
            Lie::Last => of(n.checked_sub(width)?),
            Lie::First if n >= width => of(0),
            Lie::First => columns.behind().filter(|more| n + more >= width).map(|_| cells.to_vec()),
        }
    }
}

/// What stands over a column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Head {
    /// A head of one column of the form.
    Column(LabelId),
    /// A head that spans columns of the form.
    Frame(LabelId),
    Other,
}

/// Ties rows that have fewer cells than the form's to the heads that stand right above them, where those are just as many and each
/// is of a column of the row, in the form's order: the others were left out there. Where all rows have the same heads, the others
/// may stand in another part of the table; where a label stands again, there.
pub fn tie_fewer(cx: &Context, table: &Table, (all, chain): (&[Claim], &[Claim]), runs: &[(usize, Run)], rows: &mut [FoundRow]) {
    let once = |r: &FoundRow| all.iter().all(|c| c.row != r.row || c.item == r.item);
    if table.heads().is_some() {
        return;
    }
    for row in rows.iter_mut().filter(|r| r.cells.is_none() && r.named.is_none() && r.all.len() < table.rows[r.row].cells.len() && once(r)) {
        let Some(run) = chain.iter().position(|c| c.item == row.item).and_then(|n| runs.iter().find(|(at, _)| *at == n)) else { continue };
        let heads = &table.rows[row.row].heads;
        let Some(columns) = run.1.only(table, heads).filter(|c| c.len() == row.all.len() && c.windows(2).all(|w| w[0] < w[1])) else { continue };
        if row.all.iter().all(|&i| cx.items[i].is_figure()) {
            let named = |c: usize| columns.iter().position(|x| *x == c).map_or(Named::Nowhere, |at| Named::Item(row.all[at]));
            (row.named, row.why) = (Some((0..heads.len()).map(named).collect()), None);
        }
    }
}

/// The columns of a table of which all rows have the same, where its heads say that they are not just the form's, or one that numbers
/// the rows stands before them: its head looks like one over the labels.
pub fn columns(cx: &Context, table: &Table, chain: &[Claim], rows: &[FoundRow]) -> Option<Columns> {
    let heads = table.heads()?;
    let row = &table.rows[table.filled().next()?];
    let form_total = match &row.sums[..] {
        [sum] if sum.right.len() == 1 && sum.left.len() + 1 == row.cells.len() => sum.right[0],
        _ => return None,
    };
    let first = chain.iter().find(|c| !table.rows[c.row].is_heading())?.item;
    let begin = beginning(cx, table, chain[0].item);
    // Where rows are lines, they end where the line does.
    let lines = cx.divider == Divider::Lines;
    let ends = |x: &Item| if lines { x.line < cx.items[first].line && x.kind != Kind::RowEnd } else { x.kind == Kind::RowEnd };
    let end = cx.items[begin..first].iter().rposition(ends)? + begin + usize::from(lines);
    // One that spans columns and says that the figures are others speaks of all below it.
    let spans = |l: &LabelId| table.headers.contains(l) && !heads.contains(l);
    if (begin..end).any(|i| cx.labels(i).iter().any(spans) && qualified(cx, i)) {
        return None;
    }
    // A head in the row of the first label: a line break within a cell ended the heads' row before it.
    if (end..first).any(|i| matches!(head(cx, table, i), Head::Column(_))) {
        return None;
    }
    let mut seen = sequence(cx, table, begin..end)?;
    if rows.iter().any(|r| r.all.len() == seen.len() + 1) && numbers_rows(rows.iter().map(|r| r.all.first().and_then(|&i| cx.items[i].figure()))) {
        seen.insert(0, Head::Other);
    }
    let place = |l: &LabelId| {
        let mut at = (0..seen.len()).filter(|&i| seen[i] == Head::Column(*l));
        at.next().map_or(Some(None), |i| at.next().is_none().then_some(Some(i)))
    };
    // A head that stands twice names no column.
    let places: Vec<Option<usize>> = heads.iter().map(place).collect::<Option<_>>()?;
    let others: Vec<usize> = (0..seen.len()).filter(|i| !places.contains(&Some(*i))).collect();
    let total = places[form_total]?;
    let known = places.iter().flatten().count();
    // Where a head is missing, another may be it by another name, unless it is one that spans just such columns.
    let mut parts: Vec<usize> = places.iter().flatten().copied().filter(|p| *p != total).collect();
    if known < heads.len() {
        // One that spans columns stands in the place of those that are missing, and none of its own beside it.
        let framed = others.iter().all(|&i| matches!(seen[i], Head::Frame(_)) && stands_for(&places, i));
        if !framed || others.len() > 1 || known + others.len() < 3 || !parts.is_sorted() {
            return None;
        }
        parts.extend(others);
    } else if others.iter().any(|&i| matches!(seen[i], Head::Frame(_))) {
        // A head that spans columns has no cells of its own beside them.
        return None;
    } else if others.is_empty() && places.iter().flatten().is_sorted() {
        return None;
    }
    let columns = Columns { width: seen.len(), places, parts, total, form_total };
    // In lines of text an empty cell leaves nothing, so nothing but what stands behind the form's columns may be there beside them.
    (!lines || columns.behind().is_some()).then_some(columns)
}

/// Whether the columns that have no place are neighbours, and this is the place between those beside them.
fn stands_for(places: &[Option<usize>], at: usize) -> bool {
    let Some((first, last)) = places.iter().position(Option::is_none).zip(places.iter().rposition(Option::is_none)) else { return false };
    let before = |p: &Option<usize>| p.is_some_and(|p| p < at);
    let behind = |p: &Option<usize>| p.is_some_and(|p| p > at);
    places[first..=last].iter().all(Option::is_none) && places[..first].iter().all(before) && places[last + 1..].iter().all(behind)
}

/// The heads over the columns, from left to right; none where something stands that names no column of the form.
pub fn named(cx: &Context, table: &Table, items: Range<usize>) -> Option<Vec<Option<LabelId>>> {
    let of = |head| if let Head::Column(l) = head { Some(l) } else { None };
    Some(sequence(cx, table, items)?.into_iter().map(of).collect())
}

/// The heads over the columns, from left to right.
fn sequence(cx: &Context, table: &Table, items: Range<usize>) -> Option<Vec<Head>> {
    let mut rows: Vec<Vec<usize>> = vec![Vec::new()];
    for i in items {
        if cx.divider == Divider::Lines && rows.last()?.last().is_some_and(|&before| cx.items[before].line < cx.items[i].line) {
            rows.push(Vec::new());
        }
        match cx.items[i].kind {
            Kind::RowEnd => rows.push(Vec::new()),
            // Figures before the heads are another table's, or those of a row that the form does not have.
            Kind::Figure(_) | Kind::WithUnit(..) => rows = vec![Vec::new()],
            Kind::Gap(_) => {}
            _ => rows.last_mut()?.push(i),
        }
    }
    let is_known = |i: &usize| head(cx, table, *i) != Head::Other;
    let top = rows.iter().rposition(|r| r.iter().any(is_known)).map(|last| (0..last).rev().take_while(|&r| rows[r].iter().any(is_known)).last().unwrap_or(last))?;
    let rows = &rows[top..];
    if rows.len() > LEVELS {
        return None;
    }
    if let Some(heads) = written_out(cx, table, rows) {
        return Some(heads);
    }
    // Words before the first head are over the labels.
    let first = rows[0].iter().position(is_known)?;
    let mut seen = spelled(cx, table, &rows[0][first..]);
    // One that spans all columns may be alone in its line, which then has no end.
    if seen.iter().filter(|h| matches!(h, Head::Frame(_))).count() > 1 && seen.iter().any(|h| matches!(h, Head::Column(_))) {
        if matches!(seen[0], Head::Frame(_)) {
            seen.remove(0);
        }
    }
    // One that stands before all columns in their row is over the labels.
    if matches!(seen[0], Head::Frame(_)) && table.heads().is_some_and(|h| h.iter().all(|l| seen.contains(&Head::Column(*l)))) {
        seen.remove(0);
    }
    for row in &rows[1..] {
        let below = spelled(cx, table, row);
        let mut frames = (0..seen.len()).filter(|&i| matches!(seen[i], Head::Frame(_)));
        match (frames.next(), frames.next()) {
            (Some(at), None) if !stands_beside(table, &seen, seen[at]) => drop(seen.splice(at..=at, below)),
            (None, _) => seen = divided(cx, &seen, row)?,
            _ => return None,
        }
    }
    // A head of all columns that stands before them is over the labels.
    if matches!(seen.first(), Some(Head::Frame(_))) {
        seen.remove(0);
    }
    Some(seen)
}

/// The heads of rows in which each stands in every cell that it spans, so that the last row has those of all columns.
fn written_out(cx: &Context, table: &Table, rows: &[Vec<usize>]) -> Option<Vec<Head>> {
    // Words above the table may stand before the first of them.
    let (above, last) = (rows.first()?, rows.last()?);
    let spans = rows.len() > 1 && above.len() >= last.len() && rows[1..].iter().all(|r| r.len() == last.len()) && !last.iter().any(|&i| cx.items[i].kind == Kind::Blank);
    let heads: Vec<Head> = last.iter().map(|&i| head(cx, table, i)).collect();
    let first = heads.iter().position(|h| matches!(h, Head::Column(_)))?;
    let all = table.heads()?.iter().all(|l| heads.contains(&Head::Column(*l)));
    (spans && all && !heads.iter().any(|h| matches!(h, Head::Frame(_)))).then(|| heads[first..].to_vec())
}

/// Whether a column that a head spans stands beside it, as the total of all may: then heads were lost, and their rows are none.
fn stands_beside(table: &Table, seen: &[Head], span: Head) -> bool {
    let Head::Frame(frame) = span else { return false };
    let behind = |order: &Vec<LabelId>| order.iter().position(|l| *l == frame).map(|at| order[at + 1..].to_vec());
    let spanned: Vec<Vec<LabelId>> = table.head_orders.iter().flatten().filter_map(behind).collect();
    let total = table.heads().and_then(<[LabelId]>::last);
    seen.iter().any(|h| matches!(h, Head::Column(l) if Some(l) != total && !spanned.is_empty() && spanned.iter().all(|s| s.contains(l))))
}

/// The heads of a row; one that was written once for each column that it spans, or with an empty cell for each further one,
/// stands once. Empty cells at the row's edges are below the heads of the row above.
fn spelled(cx: &Context, table: &Table, row: &[usize]) -> Vec<Head> {
    let empty = |i: &usize| cx.items[*i].kind == Kind::Blank;
    let first = row.iter().position(|i| !empty(i)).unwrap_or(row.len());
    let last = row.iter().rposition(|i| !empty(i)).map_or(first, |l| l + 1);
    let mut out: Vec<Head> = Vec::new();
    for i in &row[first..last] {
        let spanned = matches!(out.last(), Some(Head::Frame(_)));
        let head = head(cx, table, *i);
        if !(spanned && (empty(i) || out.last() == Some(&head))) {
            out.push(head);
        }
    }
    out
}

fn head(cx: &Context, table: &Table, item: usize) -> Head {
    let frame = |l: LabelId| match () {
        _ if table.frames.contains(&l) => Head::Frame(l),
        _ if table.column_heads.contains(&l) => Head::Column(l),
        // Over the labels.
        _ => Head::Other,
    };
    match cx.items[item].kind {
        Kind::Label(_) if says_others(cx.form, &cx.years, &fold(cx.words(item))) => Head::Other,
        Kind::Label(h) if !qualified(cx, item) => cx.role(table, h).head.map_or(Head::Other, frame),
        Kind::Text => {
            let folded = fold(cx.words(item));
            let near = |l: &&LabelId| folded.chars().count() > 2 && cx.form.texts(**l).iter().any(|t| is_near(cx.form, &folded, t));
            table.column_heads.iter().find(near).map_or(Head::Other, |&l| frame(l))
        }
        _ => Head::Other,
    }
}

/// Columns that are divided alike, into this report's figures and others.
fn divided(cx: &Context, seen: &[Head], row: &[usize]) -> Option<Vec<Head>> {
    // A head that spans its parts may have been written with an empty cell for each further one.
    let stands: Vec<Head> = seen.iter().copied().filter(|h| *h != Head::Other).collect();
    let span = seen.len().div_ceil(stands.len().max(1));
    let spaced = span > 1 && seen.chunks(span).map(|c| c[0]).eq(stands.iter().copied());
    let seen = if spaced { &stands } else { seen };
    let row = &row[row.iter().position(|&i| cx.items[i].kind != Kind::Blank).unwrap_or(0)..];
    if seen.is_empty() {
        return None;
    }
    let parts = row.len() / seen.len();
    let words: Vec<String> = row.iter().map(|&i| fold(cx.words(i))).collect();
    if !(2..=PARTS).contains(&parts) || row.len() % seen.len() != 0 || !words.chunks(parts).all(|c| c == &words[..parts]) {
        return None;
    }
    let mut own = (0..parts).filter(|&i| !says_others(cx.form, &cx.years, &words[i]));
    let (Some(own), None) = (own.next(), own.next()) else { return None };
    Some(seen.iter().flat_map(|&head| (0..parts).map(move |i| if i == own { head } else { Head::Other })).collect())
}

/// Ties rows to columns by their heads, if their totals say the same of most rows. A row of another width, or that contradicts
/// its total, is tied to none. Nor is one that the form's own columns fit as well, where no row tells that these are others: a
/// head that spans columns, and was lost, leaves the total where no form has it. Whether rows were tied.
pub fn tie(cx: &Context, rows: &mut [FoundRow], columns: &Columns) -> bool {
    // Rows that are read beside a column behind the form's are none the worse for it.
    let kept = columns.behind().is_some();
    let holds = |cells: &[usize]| adds(cx, cells, columns.parts.iter().copied(), columns.total);
    let tried = [Lie::Just, Lie::Last, Lie::First].into_iter().map(|lie| {
        let cells: Vec<Option<Vec<usize>>> = rows.iter().map(|r| lie.cells(cx, r, columns)).collect();
        let verdicts: Vec<Option<bool>> = cells.iter().map(|c| holds(c.as_ref()?)).collect();
        (lie, cells, verdicts)
    });
    let hold = |verdicts: &[Option<bool>]| verdicts.iter().filter(|v| **v == Some(true)).count();
    // Of several that say the same of as many rows, the first.
    let Some((lie, cells, verdicts)) = tried.rev().max_by_key(|(_, _, verdicts)| hold(verdicts)).filter(|(_, _, v)| hold(v) * 4 > v.len() * 3) else { return false };
    let just = matches!(lie, Lie::Just);
    // Where an empty cell leaves nothing, what stands behind the form's columns may have filled its row.
    let lost = rows.iter().any(|r| hard(cx, &r.all).len() < columns.places.len());
    let proves = |c: &Vec<usize>| c.iter().take(columns.places.len()).all(|&i| cx.items[i].kind != Kind::Blank) && (!lost || c.len() == columns.width);
    let whole = columns.places.iter().all(Option::is_some);
    // Where the form's own columns may stand, the total elsewhere than under its head: nothing is beside them in any row.
    let k = columns.places.len();
    let bare = |lead: usize| cells.iter().flatten().all(|c| fits(cx, c, lead, k));
    let leads = (0..(columns.width + 1).saturating_sub(k)).filter(|&lead| lead + columns.form_total != columns.total && bare(lead));
    let mut proven = true;
    for lead in leads {
        let by_form = |c: &Option<Vec<usize>>| is_total(cx, c.as_ref()?.get(lead..lead + k)?, columns.form_total);
        let tells = |heads: bool| verdicts.iter().zip(&cells).any(|(v, c)| *v == Some(heads) && by_form(c) == Some(!heads));
        if tells(false) {
            return false;
        }
        proven &= tells(true);
    }
    for ((row, cells), verdict) in rows.iter_mut().zip(cells).zip(verdicts) {
        // Among cells that may be padding only a sum that holds says which are the columns.
        let cells = if just { cells.filter(|c| verdict != Some(false) && !(kept && ends_in_word(cx, c, columns))) } else { cells.filter(|c| verdict == Some(true) && proves(c)) };
        if cells.is_none() && kept && row.cells.is_some() && row.why.is_none() {
            continue;
        }
        if cells.as_ref().is_some_and(|c| !proven && !all_zero(cx, c)) {
            row.cells = None;
            continue;
        }
        (row.cells, row.named) = match cells {
            Some(cells) if whole => (Some(columns.places.iter().flatten().map(|&p| cells[p]).collect()), None),
            Some(cells) => (None, Some(columns.places.iter().map(|p| p.map_or(Named::Nowhere, |p| Named::Item(cells[p]))).collect())),
            None => (None, None),
        };
        row.why = None;
    }
    true
}

/// Whether words stand in place of the total, and nothing behind: they may be a remark, and the total stands before its column.
fn ends_in_word(cx: &Context, cells: &[usize], columns: &Columns) -> bool {
    is_word(cx, cells[columns.total]) && cells[columns.total + 1..].iter().all(|&i| is_empty(cx, i))
}

/// Whether cells at these places add up to the one at another.
fn adds(cx: &Context, cells: &[usize], parts: impl Iterator<Item = usize>, total: usize) -> Option<bool> {
    let sum = parts.map(|p| cx.items[cells[p]].value()).sum::<Option<f64>>();
    Some(equal(sum?, cx.items[cells[total]].value()?))
}

/// Whether all other cells add up to the one at a place.
fn is_total(cx: &Context, cells: &[usize], at: usize) -> Option<bool> {
    adds(cx, cells, (0..cells.len()).filter(|p| *p != at), at)
}

/// Doubts rows that were tied to the form's columns although the head of their total stands before those of all others, where
/// no row tells that the total does not: rows of heads tell it, the total's with a head that spans columns and the others below.
pub fn doubt_leading(cx: &Context, table: &Table, runs: &[(usize, Run)], bounded: bool, rows: &mut [FoundRow]) {
    let (Some((0, run)), Some(heads), true) = (runs.first(), table.heads(), table.total_last) else { return };
    let (Some(&last), Some((total, _))) = (heads.last(), run.heads.iter().find(|h| heads.contains(&h.1)).filter(|h| Some(&h.1) == heads.last())) else { return };
    let Some((next, _)) = run.heads.iter().find(|h| h.1 != last && heads.contains(&h.1)) else { return };
    let ends = |from: usize, to: usize| cx.items[from..to].iter().any(|x| x.kind == Kind::RowEnd);
    let spans = run.heads.iter().rev().find(|h| h.0 < *total).is_some_and(|h| !ends(h.0, *total));
    if bounded && spans && ends(*total, *next) {
        return;
    }
    let verdicts = |r: &FoundRow| {
        let cells = r.cells.as_ref().filter(|c| r.why.is_none() && !all_zero(cx, c))?;
        Some((is_total(cx, cells, cells.len() - 1)?, is_total(cx, cells, 0)?))
    };
    if !rows.iter().any(|r| verdicts(r) == Some((true, false))) {
        rows.iter_mut().filter(|r| !all_zero(cx, r.tied())).for_each(|r| r.doubt(Why::Head(*total)));
    }
}
