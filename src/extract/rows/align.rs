//! Ties the labels of one table, in the edition given, to the figures behind them.
//!
//! Rows stand in the form's order; rows may be missing and strangers may stand between. Behind a label there must be
//! exactly as many cells as the form says, or what is too much must be padding. Anything else withholds the row.

use super::above::Rows;
use super::aligned;
use super::apart;
use super::banded;
use super::chain::{Claim, add_fuzzy, best_chain, candidates};
use super::headed;
use super::heads::{Run, contradictions, doubt_shared, runs};
use super::lone;
use super::meaning::{doubt_corrected, doubt_groups, doubt_joined};
use super::named::complete;
use super::neighbours::doubt_neighbours;
use super::proof;
use super::strangers;
use super::stray::{doubt_adrift, doubt_stray};
use super::turned;
use super::unlabelled::align_unlabelled;
use super::windows::{assign, behind, bounded, merged};
use super::withhold::{doubt_completed, doubt_cut, doubt_sums, doubt_totals, rivals, untotalled, withhold_slid, withhold_summed, withhold_uneven, withhold_wide};
use crate::extract::context::{Alignment, Context, FoundRow, Why, telling};
use crate::extract::items::cells::{Divider, Kind};
use crate::fold::fold;
use crate::form::{LabelId, Row, Table};

/// The labels of a text that one definition of a table claims.
#[derive(Default)]
pub struct Claims {
    /// All of them.
    candidates: Vec<Claim>,
    /// Those that are one table, misspelt ones among them; none where they are too few for one.
    chain: Vec<Claim>,
}

impl Claims {
    /// Those of a table of the form; none of one whose rows have no labels.
    pub fn of(cx: &Context, table: &Table) -> Claims {
        if table.is_unlabelled() {
            return Claims::default();
        }
        let candidates = candidates(cx, table);
        let own: Vec<Claim> = candidates.iter().copied().filter(|c| cx.is_own(c.item)).collect();
        let mut chain = best_chain(table, &own);
        let telling = chain.iter().filter(|c| tells(cx, table, c)).count();
        if telling < 2 && !(telling == 1 && chain.len() == 1 && stands_under_heads(cx, table, &chain[0])) {
            chain.clear();
        } else {
            add_fuzzy(cx, table, &mut chain);
        }
        Claims { candidates, chain }
    }

    /// Those that are not of that one table.
    fn others(&self) -> impl Iterator<Item = &Claim> {
        self.candidates.iter().filter(|c| self.chain.binary_search_by_key(&c.item, |x| x.item).is_err())
    }

    /// The most that the score of an alignment can be that is made of these claims.
    pub fn most(&self, cx: &Context, table: &Table) -> usize {
        let rows = self.chain.iter().filter(|c| !table.rows[c.row].is_heading()).count();
        let telling = table.telling.iter().filter(|l| cx.has(**l)).count();
        2 * telling + 3 * rows
    }
}

/// Words that are heads as well make no table: they stand down the side of one that is turned.
fn tells(cx: &Context, table: &Table, claim: &Claim) -> bool {
    !table.rows[claim.row].is_heading() && cx.head(table, claim.item).is_none()
}

/// Whether the heads of a row, several and all of them, stand right before its label: then it is a table by itself.
fn stands_under_heads(cx: &Context, table: &Table, claim: &Claim) -> bool {
    let heads = &table.rows[claim.row].heads;
    let before = (0..claim.item).rev().filter(|&i| cx.items[i].stands());
    heads.len() > 1 && before.take(heads.len()).map(|i| cx.head(table, i)).eq(heads.iter().rev().map(|h| Some(*h)))
}

/// Whether the text ends with an item that is the beginning of the label of the row below.
fn begins_next(cx: &Context, table: &Table, row: usize, item: usize) -> bool {
    if !cx.text[cx.items[item].end as usize..].trim().is_empty() {
        return false;
    }
    let next = table.rows[row + 1..].iter().find(|r| !r.is_heading());
    let folded = fold(cx.words(item));
    numbered_beginning(&folded).is_some_and(|begun| begun.len() + 1 == folded.len() && next.is_some_and(|r| begins(cx, r, begun)))
}

/// Words behind the number that they begin with, where they are more than a letter.
fn numbered_beginning(folded: &str) -> Option<&str> {
    let begun = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    (begun.len() < folded.len() && begun.chars().count() > 1).then_some(begun)
}

/// Whether the label of a row begins with these words.
fn begins(cx: &Context, row: &Row, begun: &str) -> bool {
    cx.form.texts_of(row).iter().any(|t| t.starts_with(begun))
}

/// Whether an item behind a label is the numbered beginning of the label of a row of the table.
fn begins_row(cx: &Context, table: &Table, own: usize, item: usize) -> bool {
    if !matches!(cx.items[item].kind, Kind::Unreadable | Kind::Text) {
        return false;
    }
    let folded = fold(cx.words(item));
    let Some(begun) = numbered_beginning(&folded) else { return false };
    let mut others = cx.form.tables.iter().filter(|t| t.table == table.table).flat_map(|t| &t.rows).filter(|r| r.label != table.rows[own].label);
    others.any(|r| begins(cx, r, begun))
}

/// Aligns a table. None where the text has nothing of it.
pub fn align(cx: &Context, table: &Table, claims: Claims) -> Option<Alignment> {
    let mut ordinary = if table.is_unlabelled() { align_unlabelled(cx, table) } else { align_labelled(cx, table, &claims) };
    if let Some(alignment) = ordinary.as_mut().filter(|_| table.is_unlabelled()) {
        doubt_completed(cx, table, &mut alignment.rows);
    }
    match ordinary {
        Some(a) if a.is_whole() => complete(cx, table, Some(a)),
        ordinary => {
            let (read, rows) = ordinary.as_ref().map_or((0, 0), |a| (a.complete(), a.rows.len()));
            if let Some(banded) = (read == 0 && table.is_unlabelled()).then(|| banded::read(cx, table)).flatten() {
                return Some(banded);
            }
            let turned = (read == 0).then(|| turned::read(cx, table)).flatten();
            let apart = || (read * 2 <= rows).then(|| apart::read(cx, table, &claims.candidates)).flatten().filter(|a| a.complete() > read);
            turned.or_else(apart).or_else(|| complete(cx, table, ordinary))
        }
    }
}

/// Aligns a table whose rows have labels.
fn align_labelled(cx: &Context, table: &Table, claims: &Claims) -> Option<Alignment> {
    let chain = &claims.chain;
    if chain.is_empty() {
        return None;
    }
    let bounded = bounded(cx, chain, table);
    let mut slices: Vec<(Claim, Vec<usize>)> = chain.iter().map(|c| (*c, behind(cx, c.item, bounded, chain))).collect();
    slices.retain(|(c, _)| !table.rows[c.row].is_heading());
    if let Some((c, items)) = slices.last_mut() {
        items.pop_if(|i| begins_next(cx, table, c.row, *i));
    }
    let has_cells = |c: &Claim, items: &[usize]| items.iter().any(|&i| cx.items[i].is_cell()) && !table.rows[c.row].is_heading();
    let filled = |telling: bool| slices.iter().any(|(c, items)| tells(cx, table, c) == telling && has_cells(c, items));
    if filled(false) && !filled(true) {
        return None;
    }
    let mut rows = assign(cx, table, &slices, bounded);
    let head = runs(cx, table, chain);
    let lone = lone::tie(cx, table, &mut rows, &head, bounded);
    if !lone {
        withhold_uneven(cx, table, &mut rows, bounded);
    }
    let stands: Vec<Vec<usize>> = slices.into_iter().map(|(_, items)| items).collect();
    proof::tie_ended(cx, table, &mut rows, &stands, &head);
    let proof = proof::of(cx, table, &rows, &head);
    if !lone {
        withhold_wide(cx, table, &mut rows, bounded);
        withhold_summed(cx, table, &mut rows, &proof);
        lone::withhold_odd(cx, table, &mut rows);
        withhold_slid(cx, table, &mut rows, bounded, &head);
        if bounded {
            strangers::withhold(cx, table, &mut rows, &head, || headed::columns(cx, table, chain, &[]));
        }
    }
    doubt_heads(cx, table, chain, &head, &mut rows);
    tie_by_heads(cx, table, claims, &head, bounded, &mut rows);
    for (_, run) in &head {
        doubt_shared(cx, table, &run.heads, &mut rows);
    }
    doubt_adrift(cx, table, &mut rows, bounded);
    if !bounded && cx.divider == Divider::Lines {
        doubt_neighbours(cx, table, &mut rows);
    }
    doubt_stray(cx, table, &mut rows, bounded);
    doubt_joined(cx, table, &mut rows);
    for row in &mut rows {
        // 其他处理 beside 1.申请: the beginning of a label that a narrow cell broke is none of its figures, which are that row's.
        let begun = row.all.first().copied().filter(|&i| begins_row(cx, table, row.row, i));
        row.why = row.why.or(begun.map(Why::Joined));
    }
    doubt_corrected(cx, table, &mut rows);
    doubt_groups(cx, table, &mut rows, bounded);
    if !lone && !untotalled(cx, table, &head, &rows) {
        doubt_sums(cx, table, &mut rows, bounded);
    }
    if !proof.whole {
        doubt_totals(cx, table, &mut rows);
    }
    doubt_cut(cx, table, &mut rows);
    let others = claims.others().filter(|c| !table.rows[c.row].is_heading()).map(|c| (*c, behind(cx, c.item, bounded, chain)));
    let rivals = rivals(cx, table, assign(cx, table, &others.collect::<Vec<_>>(), bounded));
    if bounded {
        aligned::tie(cx, table, &mut rows, &rivals);
    }
    let heads: Vec<(usize, LabelId)> = head.iter().flat_map(|(_, r)| r.heads.iter().copied()).collect();
    Some(Alignment { rows, telling: telling(table, &heads), heads, rivals, proven: proof.whole })
}

/// Ties rows to the columns that their heads make, where these are others than the form's, or fewer.
fn tie_by_heads(cx: &Context, table: &Table, Claims { candidates, chain }: &Claims, head: &[(usize, Run)], bounded: bool, rows: &mut [FoundRow]) {
    // Heads that stand again in the middle may be in another order there.
    let again = head.iter().any(|(at, run)| *at > 0 && run.heads.iter().any(|h| h.1 != run.heads[0].1));
    let open = rows.iter().filter(|r| r.cells.is_none() || r.why.is_some()).count();
    let columns = if bounded && !again && open > 0 { headed::columns(cx, table, chain, rows) } else { None };
    let columns = columns.filter(|c| open * 2 > rows.len() || c.behind().is_some());
    if !columns.is_some_and(|columns| headed::tie(cx, rows, &columns)) {
        headed::doubt_leading(cx, table, head, bounded, rows);
    }
    if bounded {
        headed::tie_fewer(cx, table, (candidates, chain), head, rows);
    }
}

/// Doubts rows that the heads above them contradict.
fn doubt_heads(cx: &Context, table: &Table, chain: &[Claim], head: &[(usize, Run)], rows: &mut [FoundRow]) {
    let surplus = rows.iter().any(|r| r.all.len() > table.rows[r.row].cells.len());
    for (row, against) in rows.iter_mut().zip(contradictions(cx, table, chain, head, surplus)) {
        row.why = against.map(Why::Head);
    }
    // A head that was written once for each column that it spans stands once above the cells that were.
    let spelled = |r: &FoundRow| r.why.is_some() && r.cells.as_ref().is_some_and(|c| merged(cx, r.item, &r.all, c.len()).as_ref() == Some(c));
    if surplus && rows.iter().any(spelled) {
        let once: Vec<(usize, Run)> = head.iter().map(|(at, run)| (*at, run.once())).collect();
        for (row, against) in rows.iter_mut().zip(contradictions(cx, table, chain, &once, surplus)) {
            if spelled(row) {
                row.why = against.map(Why::Head);
            }
        }
    }
    let mut lines = Rows::new(cx, chain.iter().map(|c| (c.item, table.rows[c.row].heads.as_slice())));
    for row in rows.iter_mut().filter(|r| r.why.is_none()) {
        row.why = lines.contradicts(cx, table, row).map(Why::Head);
    }
}
