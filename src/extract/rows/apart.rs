//! Tables whose figures do not stand behind their labels as the form has them: before the label, in parts of the table that
//! have some of its columns each, below all labels, or in rows of several years below one label. Each is read only
//! where the heads name every column once, the figures are as many as the form says, and the rows' own totals agree.

use std::ops::{Range, RangeInclusive};

use super::below;
use super::chain::{Claim, LabelAt, best_chain};
use super::headed::named;
use super::heads::beginning;
use super::meaning::{doubt_corrected, doubt_joined};
use super::remarks::says_others;
use super::stray::{Between, between};
use super::windows::all_zero;
use super::withhold::{doubt_completed, doubt_cut, sums};
use crate::extract::context::{Alignment, Context, FoundRow, Why, telling};
use crate::extract::items::cells::{Divider, Kind};
use crate::fold::fold;
use crate::form::{LabelId, Table};

/// Years of which a row has figures, at most.
const YEARS: usize = 3;

/// So many labels of the table with a cell behind them outside of it are those of another.
const LEAST_AGAIN: usize = 3;

/// Reads such a table, whose labels are among these; none where it is not one, or nothing proves it.
pub fn read(cx: &Context, table: &Table, candidates: &[Claim]) -> Option<Alignment> {
    let heads = table.heads().filter(|h| h.len() > 1)?;
    let claims = candidates.iter().copied().filter(|c| cx.is_own(c.item) && !table.rows[c.row].is_heading()).collect();
    let rows: Vec<usize> = table.filled().collect();
    if rows.len() <= heads.len() {
        return None;
    }
    let apart = Apart { cx, table, heads, rows, claims };
    let beside = apart.before().or_else(|| apart.parts()).or_else(|| apart.years()).map(|mut rows| {
        doubt_joined(cx, table, &mut rows);
        rows
    });
    // Labels of which there are as many as rows of figures share none with another.
    let mut rows = beside.or_else(|| below::read(&apart))?;
    let items = |r: &FoundRow| r.all.iter().copied().chain([r.item]).collect::<Vec<usize>>();
    let (first, last) = (rows.iter().flat_map(items).min()?, rows.iter().flat_map(items).max()?);
    let begin = beginning(cx, table, first);
    if !(first..=last).all(|i| cx.is_own(i)) || stands_again(cx, table, begin..=last) {
        return None;
    }
    prove(cx, table, &mut rows)?;
    doubt_completed(cx, table, &mut rows);
    doubt_corrected(cx, table, &mut rows);
    doubt_cut(cx, table, &mut rows);
    let heads: Vec<(usize, LabelId)> = cx.places.iter().filter(|p| (begin..=last).contains(&p.item)).filter_map(|p| Some((p.item, cx.role(table, p.hit).head?))).collect();
    Some(Alignment { rows, telling: telling(table, &heads), heads, ..Alignment::default() })
}

/// Whether labels of a table stand with figures outside of these items: they are another table's, of which either may be the one that
/// is meant.
pub fn stands_again(cx: &Context, table: &Table, items: RangeInclusive<usize>) -> bool {
    let own = |p: &LabelAt| cx.labels(p.item).iter().all(|l| cx.form.labels[*l as usize].table == table.table);
    let again = |p: &&LabelAt| !items.contains(&p.item) && own(p) && cx.items.get(p.item + 1).is_some_and(|x| x.is_cell());
    cx.places.iter().filter(again).count() >= LEAST_AGAIN
}

/// Doubts rows whose total does not say that these are its figures; none where too many are of that kind.
fn prove(cx: &Context, table: &Table, rows: &mut [FoundRow]) -> Option<()> {
    let holds = |r: &FoundRow| r.cells.as_ref().is_some_and(|c| all_zero(cx, c) || sums(cx, &table.rows[r.row], c) == Some(true));
    let proven: Vec<bool> = rows.iter().map(holds).collect();
    let held = proven.iter().filter(|p| **p).count();
    for (row, _) in rows.iter_mut().zip(&proven).filter(|(_, p)| !**p) {
        row.doubt(Why::Sums(row.item));
    }
    // Any sum of zeros holds and says nothing.
    let (agree, contradict): (Vec<Between>, Vec<Between>) = between(cx, table, rows).filter(|s| s.left != 0.0 || s.by != 0.0).partition(Between::holds);
    (held > 3 * (rows.len() - held) && agree.len() >= contradict.len()).then_some(())
}

/// A text as one of these tables.
pub struct Apart<'a, 'c> {
    pub cx: &'a Context<'c>,
    pub table: &'a Table,
    pub heads: &'a [LabelId],
    /// The rows of the form that have cells.
    pub rows: Vec<usize>,
    /// The labels of such rows.
    pub claims: Vec<Claim>,
}

impl Apart<'_, '_> {
    pub fn found(&self, claim: &Claim, all: Vec<usize>, cells: Option<Vec<usize>>) -> FoundRow {
        FoundRow { exact: claim.exact, cells, ..FoundRow::new(claim.row, claim.item, all) }
    }

    pub fn is_cell(&self, item: usize) -> bool {
        self.cx.items.get(item).is_some_and(|x| x.is_cell())
    }

    /// Whether an item is a heading of the form, or an empty cell that one covers.
    fn is_heading(&self, item: usize) -> bool {
        match self.cx.items[item].kind {
            Kind::Label(h) => self.cx.role(self.table, h).row.is_some_and(|r| self.table.rows[usize::from(r)].is_heading()),
            kind => kind == Kind::Blank,
        }
    }

    /// The cells right behind an item.
    pub fn behind(&self, item: usize) -> Range<usize> {
        item + 1..(item + 1..self.cx.items.len()).find(|&i| !self.is_cell(i)).unwrap_or(self.cx.items.len())
    }

    /// Whether rows are those of the form in its order, or most of them.
    fn most(&self, rows: impl Iterator<Item = usize> + Clone) -> bool {
        rows.clone().is_sorted_by(|a, b| a < b) && rows.count() * 4 >= self.rows.len() * 3
    }

    /// For each of these columns of the text its head. Every one must be one of the form's.
    pub fn columns(&self, items: Range<usize>, width: usize) -> Option<Vec<LabelId>> {
        let end = items.clone().rev().find(|&i| self.cx.items[i].kind != Kind::RowEnd)? + 1;
        let mut seen = named(self.cx, self.table, items.start..end)?;
        // What stands behind the heads is over the labels.
        let last = seen.iter().rposition(Option::is_some)?;
        seen.truncate(last + 1);
        let known: Vec<LabelId> = seen.into_iter().collect::<Option<_>>()?;
        (known.len() == width).then_some(known)
    }

    /// For each column of the form its place among these, each of which stands once.
    pub fn places(&self, columns: &[LabelId]) -> Option<Vec<usize>> {
        if columns.len() != self.heads.len() {
            return None;
        }
        self.heads.iter().map(|h| columns.iter().position(|c| c == h)).collect()
    }

    /// Rows of the text in which the figures stand before their label.
    fn before(&self) -> Option<Vec<FoundRow>> {
        let (cx, k) = (self.cx, self.heads.len());
        if cx.divider == Divider::Lines {
            return None;
        }
        let mut found: Vec<(Range<usize>, &Claim)> = Vec::new();
        for claim in &self.claims {
            let line = cx.row_of(claim.item);
            let labels = line.start + k..line.end;
            let led = labels.contains(&claim.item) && (line.start..labels.start).all(|i| self.is_cell(i));
            if led && labels.clone().all(|i| i == claim.item || self.is_heading(i)) {
                found.push((line, claim));
            }
        }
        let chain = best_chain(self.table, &found.iter().map(|f| *f.1).collect::<Vec<_>>());
        if found.iter().any(|f| found.iter().any(|g| f.1.row == g.1.row && f.1.item != g.1.item)) {
            return None;
        }
        found.retain(|f| chain.iter().any(|c| c.item == f.1.item));
        if !self.most(found.iter().map(|f| f.1.row)) {
            return None;
        }
        let first = found[0].0.start;
        let places = self.places(&self.columns(beginning(cx, self.table, first)..first, k)?)?;
        Some(found.into_iter().map(|(line, claim)| self.found(claim, (line.start..line.start + k).collect(), Some(places.iter().map(|p| line.start + p).collect()))).collect())
    }

    /// A table in parts, each with all labels, under the heads of some columns.
    fn parts(&self) -> Option<Vec<FoundRow>> {
        let (cx, k) = (self.cx, self.heads.len());
        let filled: Vec<(&Claim, Range<usize>)> = self.claims.iter().map(|c| (c, self.behind(c.item))).filter(|f| !f.1.is_empty()).collect();
        let parts: Vec<&[(&Claim, Range<usize>)]> = filled.chunk_by(|a, b| a.0.row < b.0.row).collect();
        if !(2..=k).contains(&parts.len()) || !parts.iter().all(|p| self.most(p.iter().map(|f| f.0.row))) {
            return None;
        }
        let (mut columns, mut widths, mut from) = (Vec::new(), Vec::new(), 0);
        for part in &parts {
            let width = (1..k).max_by_key(|w| part.iter().filter(|f| f.1.len() == *w).count())?;
            let first = part[0].0.item;
            columns.extend(self.columns(beginning(cx, self.table, first).max(from)..first, width)?);
            widths.push(width);
            from = part.last()?.1.end;
        }
        let places = self.places(&columns)?;
        let of_row = |&row: &usize| {
            let mut all: Vec<usize> = Vec::new();
            let mut whole = true;
            let mut claim = None;
            for (part, width) in parts.iter().zip(&widths) {
                let half = part.iter().find(|f| f.0.row == row);
                whole &= half.is_some_and(|f| f.1.len() == *width);
                all.extend(half.iter().flat_map(|f| f.1.clone()));
                claim = claim.or(half.map(|f| f.0));
            }
            let cells = whole.then(|| places.iter().map(|&p| all[p]).collect());
            let mut found = self.found(claim?, all, cells);
            // Nothing but its total shows that a figure of a row stands in its own part.
            let filled = found.tied().iter().any(|&i| cx.items[i].kind != Kind::Blank);
            if filled && sums(cx, &self.table.rows[row], found.tied()).is_none() {
                found.doubt(Why::Sums(found.item));
            }
            Some(found)
        };
        Some(self.rows.iter().filter_map(of_row).collect())
    }

    /// Rows of several years below one label, each behind its year.
    fn years(&self) -> Option<Vec<FoundRow>> {
        let (cx, k) = (self.cx, self.heads.len());
        let year = |item: usize| {
            let folded = fold(cx.words(item));
            let others = says_others(cx.form, &cx.years, &folded);
            let is_year = matches!(cx.items[item].kind, Kind::Text | Kind::Unreadable) && !folded.is_empty();
            is_year.then_some((folded, others))
        };
        let mut found = Vec::new();
        let mut years: Vec<String> = Vec::new();
        for claim in &self.claims {
            let (mut at, mut own, mut seen) = (claim.item + 1, Vec::new(), Vec::new());
            while seen.len() < YEARS {
                // Below the label stands nothing, or the cell that it spans.
                let lead = (at..cx.items.len()).find(|&i| !matches!(cx.items[i].kind, Kind::Blank) || seen.is_empty());
                let Some((lead, (word, others))) = lead.and_then(|i| Some((i, year(i)?))) else { break };
                let cells = self.behind(lead);
                if cx.items.get(cells.end).is_none_or(|x| x.kind != Kind::RowEnd) {
                    break;
                }
                at = cells.end + 1;
                seen.push(word);
                own.extend((!others).then_some(cells));
            }
            if seen.len() < 2 {
                continue;
            }
            if years.is_empty() {
                years.clone_from(&seen);
            }
            let [cells] = &own[..] else { return None };
            let whole = seen == years && cells.len() == k;
            found.push((claim, cells.clone(), whole));
        }
        if !self.most(found.iter().map(|f| f.0.row)) {
            return None;
        }
        let first = cx.row_of(found[0].0.item).start;
        let places = self.places(&self.columns(beginning(cx, self.table, first)..first, k)?)?;
        Some(found.into_iter().map(|(claim, cells, whole)| self.found(claim, cells.clone().collect(), whole.then(|| places.iter().map(|p| cells.start + p).collect()))).collect())
    }
}
