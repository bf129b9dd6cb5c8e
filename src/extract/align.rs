//! Ties the labels of one table, in the edition given, to the figures behind them.
//!
//! Rows stand in the form's order; rows may be missing and strangers may stand between. Behind a label there must be
//! exactly as many cells as the form says, or what is too much must be padding. Anything else withholds the row.

use std::collections::BTreeSet;
use std::ops::Range;

use super::above::Rows;
use super::apart;
use super::atoms::JOINED;
use super::banded;
use super::captions::{Foreign, Told};
use super::cells::{Divider, Item, Kind};
use super::chain::{Claim, Place, add_fuzzy, best_chain, candidates};
use super::fields::places;
use super::headed;
use super::heads::{Run, contradictions, doubt_shared, runs};
use super::lone;
use super::named::{Named, complete};
use super::proof;
use super::labels::{Hit, Lexicon, Role};
use super::meaning::{doubt_corrected, doubt_groups, doubt_joined};
use super::turned;
use super::units::Stated;
use super::unlabelled::align_unlabelled;
use super::windows::{assign, behind, bounded, merged};
use super::stray::{doubt_adrift, doubt_stray};
use super::withhold::{doubt_completed, doubt_cut, doubt_sums, doubt_totals, rivals, untotalled, withhold_slid, withhold_summed, withhold_uneven, withhold_wide};
use crate::fold::fold;
use crate::form::{Edition, Form, LabelId, Table};

/// A row of the form found in the text.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// Index into [`Table::rows`].
    pub row: usize,
    /// Index of its label among the items; for a row without a label that of its last head.
    pub item: usize,
    /// Matched letter for letter.
    pub exact: bool,
    /// The items that stand for its cells, in column order, when they could be tied to them.
    pub cells: Option<Vec<usize>>,
    /// Every cell behind the label, padding and all.
    pub all: Vec<usize>,
    /// Why its cells are not to be believed, although they were tied to columns.
    pub why: Option<Why>,
    /// Its cells in column order, where each stands behind its own names.
    pub named: Option<Vec<Named>>,
}

/// What speaks against a row that was tied to cells. Items name the words concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// A head stands in the wrong place, is missing, or is none of the form's.
    Head(usize),
    /// The figures stand before their labels, so that behind a label stand the next row's.
    Adrift(usize),
    /// A row of figures without a label stands beside it: the rest of its own, or one that is its own as well as they.
    Stray(usize),
    /// The label shares its cell with another's, or names another row.
    Joined(usize),
    /// A line of the text corrects the row.
    Corrected(usize),
    /// The heading of its group is another's, or says that the figures are.
    Group(usize),
    /// What stands behind the label contradicts the row's own sums, where nothing else says that it is all the row's.
    Sums(usize),
    /// The text ends with a digit of this cell, and no sum says that the figure is whole.
    Cut(usize),
    /// Most rows of the table contradict their own sums: its columns are others.
    Columns(usize),
    /// No head and no row tells whose edition's columns these are.
    Edition(usize),
    /// This cell may be a page's number, or another thing of its head or foot.
    Paged(usize),
}

impl FoundRow {
    /// Cells behind the label that could not be tied to columns.
    pub fn loose(&self) -> &[usize] {
        if self.cells.is_some() { &[] } else { &self.all }
    }
}

/// One table as one edition would read it.
#[derive(Clone, Debug, Default)]
pub struct Alignment {
    pub rows: Vec<FoundRow>,
    /// Heads found, in text order: (item, label).
    pub heads: Vec<(usize, LabelId)>,
    /// Heads found that only this edition has.
    pub telling: usize,
    /// Rows that a second place in the text claims with complete figures: (row, item).
    pub rivals: Vec<FoundRow>,
    /// Totals that are missing were left out: no row lost a cell and was filled up.
    pub proven: bool,
}

impl Alignment {
    pub fn complete(&self) -> usize {
        self.rows.iter().filter(|r| (r.cells.is_some() || r.named.is_some()) && r.why.is_none()).count()
    }

    /// Whether every row that was found is tied to its cells, and nothing speaks against it.
    pub fn is_whole(&self) -> bool {
        self.rows.iter().all(|r| r.cells.is_some() && r.why.is_none())
    }

    /// How well the edition fits: heads of its own and rows with their full number of cells count most.
    pub fn score(&self) -> usize {
        2 * self.telling + 2 * self.complete() + self.rows.len()
    }
}

/// The text of one report as the aligner sees it.
pub struct Context<'a> {
    pub text: &'a str,
    pub form: &'a Form,
    pub lexicon: &'a Lexicon,
    pub hits: &'a [Hit],
    pub items: &'a [Item],
    pub divider: Divider,
    /// The whole text, folded.
    pub folded: &'a str,
    /// What is not this report's.
    pub foreign: Vec<Foreign>,
    /// What is said of tables elsewhere in the text.
    pub elsewhere: Vec<Told>,
    /// Lines that correct a figure, folded.
    pub amended: Vec<String>,
    /// The labels among the items.
    pub places: Vec<Place>,
    /// The years that the report is about.
    pub years: Vec<i32>,
    /// The units that the text states.
    pub units: Vec<Stated>,
}

impl Context<'_> {
    /// The edition whose notice the report cites.
    pub fn cited(&self) -> Option<u8> {
        let cites = |e: &Edition| e.cited.iter().any(|c| places(self.folded, c).next().is_some());
        self.form.editions.iter().position(cites).map(|e| e as u8)
    }

    pub fn labels(&self, item: usize) -> &[LabelId] {
        match self.items[item].kind {
            Kind::Label(h) => self.lexicon.labels(&self.hits[h as usize]),
            _ => &[],
        }
    }

    /// What a hit may be in `table`.
    pub fn role(&self, table: &Table, hit: u32) -> Role {
        self.lexicon.role(table.index, &self.hits[hit as usize])
    }

    /// Which head of `table` an item is.
    pub fn head(&self, table: &Table, item: usize) -> Option<LabelId> {
        match self.items[item].kind {
            Kind::Label(hit) => self.role(table, hit).head,
            _ => None,
        }
    }

    /// The rows of the text, without what ends them; some may be empty.
    pub fn rows(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut start = 0;
        let ends = self.items.iter().enumerate().filter(|(_, x)| x.kind == Kind::RowEnd).map(|(i, _)| i).chain([self.items.len()]);
        ends.map(move |end| std::mem::replace(&mut start, end + 1)..end)
    }

    /// Whether an item is this report's.
    pub fn is_own(&self, item: usize) -> bool {
        !self.foreign.iter().any(|f| f.items.contains(&item))
    }

    /// Where what is not this report's begins next.
    pub fn own_until(&self, item: usize) -> usize {
        self.foreign.iter().map(|f| f.items.start).find(|&start| start >= item).unwrap_or(self.items.len())
    }

    /// The line on which an item ends.
    pub fn last_line(&self, item: usize) -> u32 {
        self.items[item].line + self.words(item).bytes().filter(|b| [b'\n', JOINED as u8].contains(b)).count() as u32
    }

    pub fn words(&self, item: usize) -> &str {
        &self.text[self.items[item].start as usize..self.items[item].end as usize]
    }
}

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

    /// The most that the score of an alignment can be that is made of these claims.
    pub fn most(&self, cx: &Context, table: &Table) -> usize {
        let rows = self.chain.iter().filter(|c| !table.rows[c.row].cells.is_empty()).count();
        let telling = table.telling.iter().filter(|l| cx.places.iter().any(|p| cx.labels(p.item).contains(l))).count();
        2 * telling + 3 * rows
    }
}

/// Words that are heads as well make no table: they stand down the side of one that is turned.
fn tells(cx: &Context, table: &Table, claim: &Claim) -> bool {
    !table.rows[claim.row].cells.is_empty() && !cx.labels(claim.item).iter().any(|l| table.headers.contains(l))
}

/// Whether the heads of a row, several and all of them, stand right before its label: then it is a table by itself.
fn stands_under_heads(cx: &Context, table: &Table, claim: &Claim) -> bool {
    let heads = &table.rows[claim.row].heads;
    let stands = |i: &usize| !matches!(cx.items[*i].kind, Kind::Blank | Kind::RowEnd | Kind::Gap(_));
    let before = (0..claim.item).rev().filter(stands);
    heads.len() > 1 && before.take(heads.len()).map(|i| cx.head(table, i)).eq(heads.iter().rev().map(|h| Some(*h)))
}

/// Whether the text ends with an item that is the beginning of the label of the row below.
fn begins_next(cx: &Context, table: &Table, row: usize, item: usize) -> bool {
    if !cx.text[cx.items[item].end as usize..].trim().is_empty() {
        return false;
    }
    let next = table.rows[row + 1..].iter().find(|r| !r.cells.is_empty()).and_then(|r| r.label);
    let folded = fold(cx.words(item));
    let begun = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = begun.len() + 1 == folded.len() && begun.chars().count() > 1;
    numbered && next.is_some_and(|l| cx.form.labels[l as usize].texts.iter().any(|t| t.starts_with(begun)))
}

/// Whether an item behind a label is the numbered beginning of the label of a row of the table.
fn begins_row(cx: &Context, table: &Table, own: usize, item: usize) -> bool {
    if !matches!(cx.items[item].kind, Kind::Unreadable | Kind::Text) {
        return false;
    }
    let folded = fold(cx.words(item));
    let begun = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let starts = |l: LabelId| cx.form.labels[l as usize].texts.iter().any(|t| t.starts_with(begun));
    let labels = cx.form.tables.iter().filter(|t| t.table == table.table).flat_map(|t| &t.rows).filter_map(|r| r.label);
    begun.len() < folded.len() && begun.chars().count() > 1 && labels.filter(|l| table.rows[own].label != Some(*l)).any(starts)
}

/// Aligns a table. None where the text has nothing of it.
pub fn align(cx: &Context, table: &Table, claims: Claims) -> Option<Alignment> {
    let mut ordinary = if table.is_unlabelled() { align_unlabelled(cx, table) } else { align_labelled(cx, table, &claims) };
    if let Some(alignment) = ordinary.as_mut().filter(|_| table.is_unlabelled()) {
        doubt_completed(cx, table, &mut alignment.rows);
    }
    match ordinary {
        Some(a) if a.is_whole() => Some(a),
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
fn align_labelled(cx: &Context, table: &Table, Claims { candidates, chain }: &Claims) -> Option<Alignment> {
    if chain.is_empty() {
        return None;
    }
    let bounded = bounded(cx, chain, table);
    let mut slices: Vec<(Claim, Vec<usize>)> = chain.iter().map(|c| (*c, behind(cx, c.item, bounded, chain))).collect();
    slices.retain(|(c, _)| !table.rows[c.row].cells.is_empty());
    if let Some((c, items)) = slices.last_mut() {
        items.pop_if(|i| begins_next(cx, table, c.row, *i));
    }
    let has_cells = |c: &Claim, items: &[usize]| items.iter().any(|&i| cx.items[i].is_cell()) && !table.rows[c.row].cells.is_empty();
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
    }
    // Heads that stand again in the middle may be in another order there.
    let again = head.iter().any(|(at, run)| *at > 0 && run.heads.len() > 1);
    doubt_heads(cx, table, chain, &head, &mut rows);
    let open = rows.iter().filter(|r| r.cells.is_none() || r.why.is_some()).count();
    let columns = if bounded && !again && open * 2 > rows.len() { headed::columns(cx, table, chain) } else { None };
    if !columns.is_some_and(|columns| headed::tie(cx, &mut rows, &columns)) {
        headed::doubt_leading(cx, table, &head, bounded, &mut rows);
    }
    if bounded {
        headed::tie_fewer(cx, table, (candidates, chain), &head, &mut rows);
    }
    for (_, run) in &head {
        doubt_shared(cx, table, &run.heads, &mut rows);
    }
    doubt_adrift(cx, table, &mut rows);
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
    let rival_claims: Vec<(Claim, Vec<usize>)> = candidates
        .iter()
        .filter(|c| !chain.iter().any(|x| x.item == c.item) && !table.rows[c.row].cells.is_empty())
        .map(|c| (*c, behind(cx, c.item, bounded, chain)))
        .collect();
    let rivals = rivals(cx, table, assign(cx, table, &rival_claims, bounded));
    let heads: Vec<(usize, LabelId)> = head.iter().flat_map(|(_, r)| r.heads.iter().copied()).collect();
    Some(Alignment { rows, telling: telling(table, &heads), heads, rivals, proven: proof.whole })
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
    let mut labels: Vec<Option<&[LabelId]>> = vec![None; cx.items.len()];
    chain.iter().for_each(|c| labels[c.item] = Some(&table.rows[c.row].heads));
    let mut lines = Rows::new(cx, |item| labels[item]);
    for row in rows.iter_mut().filter(|r| r.why.is_none()) {
        row.why = lines.contradicts(cx, table, row).map(Why::Head);
    }
}

/// How many different ones of the heads found only this edition has.
pub fn telling(table: &Table, heads: &[(usize, LabelId)]) -> usize {
    heads.iter().map(|(_, l)| l).filter(|l| table.telling.contains(l)).collect::<BTreeSet<_>>().len()
}

pub fn short(cx: &Context, item: usize) -> bool {
    cx.words(item).chars().count() <= 30
}
