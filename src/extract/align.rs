//! Ties the labels of one table, in the edition given, to the figures behind them.
//!
//! Rows stand in the form's order; rows may be missing and strangers may stand between. Behind a label there must be
//! exactly as many cells as the form says, or what is too much must be padding. Anything else withholds the row.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Divider, Item, Kind};
use super::labels::{Hit, Lexicon, Role};
use crate::fold::fold;
use crate::form::{Form, LabelId, Table};

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
    /// Heads found that only this edition has.
    pub telling: usize,
    /// A group of heads stands in an order that the form does not have.
    pub head_disorder: Option<usize>,
    /// Rows that a second place in the text claims with complete figures: (row, item).
    pub rivals: Vec<FoundRow>,
}

impl Alignment {
    pub fn complete(&self) -> usize {
        self.rows.iter().filter(|r| r.cells.is_some()).count()
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
    /// The edition whose notice the report cites.
    pub cited: Option<u8>,
}

impl Context<'_> {
    fn labels(&self, item: usize) -> &[LabelId] {
        match self.items[item].kind {
            Kind::Label(h) => self.lexicon.labels(&self.hits[h as usize]),
            _ => &[],
        }
    }

    /// What a hit may be in `table`.
    fn role(&self, table: &Table, hit: u32) -> Role {
        self.lexicon.role(table.index, &self.hits[hit as usize])
    }

    fn words(&self, item: usize) -> &str {
        &self.text[self.items[item].start as usize..self.items[item].end as usize]
    }
}

/// Aligns a table whose rows have labels. None where the text has nothing of it.
pub fn align(cx: &Context, table: &Table) -> Option<Alignment> {
    if table.rows.iter().all(|r| r.label.is_none()) {
        return align_unlabelled(cx, table);
    }
    let candidates = candidates(cx, table);
    let mut chain = best_chain(table, &candidates);
    if chain.iter().filter(|c| !table.rows[c.row].cells.is_empty()).count() < 2 {
        return None;
    }
    add_fuzzy(cx, table, &mut chain);
    let bounded = bounded(cx, &chain, table);
    let mut slices: Vec<(Claim, Vec<usize>)> = chain.iter().map(|c| (*c, behind(cx, c.item, bounded, &chain))).collect();
    slices.retain(|(c, _)| !table.rows[c.row].cells.is_empty());
    let mut rows = assign(cx, table, &slices, bounded);
    withhold_uneven(cx, table, &mut rows, bounded);
    let first = chain.first().map_or(0, |c| c.item);
    let last = chain.last().map_or(0, |c| c.item);
    let heads = heads(cx, table, first, last);
    let rival_claims: Vec<(Claim, Vec<usize>)> = candidates
        .iter()
        .filter(|c| !chain.iter().any(|x| x.item == c.item) && !table.rows[c.row].cells.is_empty())
        .map(|c| (*c, behind(cx, c.item, bounded, &chain)))
        .collect();
    let rivals = rivals(cx, table, assign(cx, table, &rival_claims, bounded));
    Some(Alignment {
        rows,
        telling: heads.iter().filter(|(_, l)| table.telling.contains(l)).map(|(_, l)| l).collect::<BTreeSet<_>>().len(),
        head_disorder: disorder(table, &heads),
        rivals,
    })
}

/// One label of the text as a claim on a row of the form.
#[derive(Clone, Copy, Debug)]
struct Claim {
    item: usize,
    row: usize,
    exact: bool,
    weight: f64,
}

fn candidates(cx: &Context, table: &Table) -> Vec<Claim> {
    let mut out = Vec::new();
    // The label before, with nothing but blanks between.
    let mut neighbour: Option<Role> = None;
    for i in 0..cx.items.len() {
        let role = match cx.items[i].kind {
            Kind::Label(h) => cx.role(table, h),
            Kind::Blank | Kind::RowEnd | Kind::Gap(_) => continue,
            _ => {
                neighbour = None;
                continue;
            }
        };
        let foreign = neighbour.is_some_and(|n| !n.own);
        neighbour = Some(role);
        // 总计 behind 尚未审结 is a head of table 4, whatever else the word may stand for.
        if foreign && cx.labels(i).iter().any(|l| cx.form.labels[*l as usize].table != table.table) {
            continue;
        }
        let Some(row) = role.row.map(usize::from) else { continue };
        let k = table.rows[row].cells.len();
        let cells = cx.items[i + 1..].iter().take(k + 4).filter(|x| !matches!(x.kind, Kind::RowEnd | Kind::Gap(_))).take_while(|x| x.is_cell()).count();
        // A label of rows without any cell behind it is more likely a head or a mention.
        let weight = match (k, cells) {
            (0, _) => 1.0,
            (_, 0) => 0.3,
            (k, n) if n >= k => 2.0,
            _ => 1.2,
        };
        out.push(Claim { item: i, row, exact: true, weight });
    }
    out
}

/// The heaviest chain of claims whose rows rise with the text. Distance costs, so that a chain keeps to one table.
fn best_chain(table: &Table, claims: &[Claim]) -> Vec<Claim> {
    let width = table.rows.iter().map(|r| r.cells.len()).max().unwrap_or(1) as f64 + 4.0;
    let mut best: Vec<(f64, Option<usize>)> = Vec::with_capacity(claims.len());
    for (i, c) in claims.iter().enumerate() {
        let mut score = (c.weight, None);
        for (j, p) in claims[..i].iter().enumerate() {
            if p.row < c.row && p.item < c.item {
                let expected = (c.row - p.row) as f64 * width * 1.5;
                let far = ((c.item - p.item) as f64 - expected).max(0.0) * 0.03;
                let s = best[j].0 + c.weight - far;
                if s > score.0 {
                    score = (s, Some(j));
                }
            }
        }
        best.push(score);
    }
    let mut at = (0..best.len()).max_by(|&a, &b| best[a].0.total_cmp(&best[b].0).then(b.cmp(&a)));
    let mut chain = Vec::new();
    while let Some(i) = at {
        chain.push(claims[i]);
        at = best[i].1;
    }
    chain.reverse();
    chain
}

/// Gives rows that are missing between two found ones to unknown words that are almost their label, where no other
/// label of the table is nearly as close.
fn add_fuzzy(cx: &Context, table: &Table, chain: &mut Vec<Claim>) {
    let mut added = Vec::new();
    for pair in 0..=chain.len() {
        let low = if pair == 0 { None } else { Some(chain[pair - 1]) };
        let high = chain.get(pair).copied();
        let rows = low.map_or(0, |c| c.row + 1)..high.map_or(table.rows.len(), |c| c.row);
        if rows.is_empty() {
            continue;
        }
        let from = low.map_or_else(|| high.map_or(0, |h| h.item.saturating_sub(12)), |c| c.item + 1);
        let to = high.map_or_else(|| low.map_or(0, |l| (l.item + 60).min(cx.items.len())), |c| c.item);
        let mut floor = rows.start;
        for (item, words) in unknown_words(cx, from, to) {
            if let Some(row) = nearest(cx.form, table, &words, floor..rows.end) {
                added.push(Claim { item, row, exact: false, weight: 1.0 });
                floor = row + 1;
            }
        }
    }
    chain.extend(added);
    chain.sort_by_key(|c| c.item);
}

/// Runs of words between two items that a cell follows, folded; the item is the last of the run.
fn unknown_words(cx: &Context, from: usize, to: usize) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut i = from;
    while i < to {
        if cx.items[i].kind != Kind::Text {
            i += 1;
            continue;
        }
        let mut folded = String::new();
        let mut last = i;
        let mut j = i;
        while j < to && matches!(cx.items[j].kind, Kind::Text | Kind::Gap(_)) {
            if cx.items[j].kind == Kind::Text {
                folded.push_str(&fold(cx.words(j)));
                last = j;
            }
            j += 1;
        }
        if cx.items[last + 1..].iter().find(|x| !matches!(x.kind, Kind::RowEnd | Kind::Gap(_))).is_some_and(Item::is_cell) && folded.chars().count() <= 60 {
            out.push((last, folded));
        }
        i = j;
    }
    out
}

/// The row whose label is within a sixth of its letters, and clearly closer than that of any other row of the table.
fn nearest(form: &Form, table: &Table, words: &str, rows: std::ops::Range<usize>) -> Option<usize> {
    let bare = words.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let letters_given = bare.chars().count();
    let mut scored: Vec<(usize, usize, usize)> = Vec::new();
    for (i, row) in table.rows.iter().enumerate() {
        let Some(label) = row.label else { continue };
        let texts = &form.labels[label as usize].texts;
        // The distance is at least the difference of the lengths, so most labels need no comparison.
        let near = |t: &String| (t.chars().count().abs_diff(letters_given) <= t.chars().count() / 6 + 3).then(|| (distance(bare, t).min(distance(words, t)), t.chars().count()));
        let Some(best) = texts.iter().filter_map(near).min() else { continue };
        scored.push((best.0, best.1, i));
    }
    scored.sort();
    let (d, letters, row) = *scored.first()?;
    let runner_up = scored.get(1).map_or(usize::MAX, |s| s.0);
    (letters >= 4 && d <= (letters / 6).max(1) && runner_up >= d + 2 && rows.contains(&row) && !table.rows[row].cells.is_empty()).then_some(row)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = diagonal + (ca != *cb) as usize;
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// True where rows of the text end at a sign of their own: then cells beyond that sign never belong to the label.
/// Most labels must share a row with at least one cell, or the signs divide something else.
fn bounded(cx: &Context, chain: &[Claim], table: &Table) -> bool {
    let mut with = 0;
    let mut without = 0;
    for c in chain.iter().filter(|c| !table.rows[c.row].cells.is_empty()) {
        let mut cells = 0;
        let mut end = false;
        for item in &cx.items[c.item + 1..] {
            match item.kind {
                Kind::RowEnd => {
                    end = true;
                    break;
                }
                Kind::Label(_) => break,
                _ => cells += item.is_cell() as usize,
            }
        }
        if end && cells > 0 {
            with += 1;
        } else {
            without += 1;
        }
    }
    with > without
}

/// The items behind a label up to the next label, to unknown words, or to the end of its row.
fn behind(cx: &Context, item: usize, bounded: bool, chain: &[Claim]) -> Vec<usize> {
    let mut out = Vec::new();
    for i in item + 1..cx.items.len() {
        let x = &cx.items[i];
        match x.kind {
            Kind::Label(_) => break,
            Kind::RowEnd if bounded => break,
            // Where rows are lines a short one has no sign of its end but the line's.
            _ if bounded && cx.divider == Divider::Lines && x.line != cx.items[item].line => break,
            Kind::RowEnd => {}
            // Words in a row of a known width fill one of its cells.
            Kind::Text if bounded && !chain.iter().any(|c| c.item == i) && short(cx, i) => out.push(i),
            Kind::Text => break,
            _ => out.push(i),
        }
    }
    out
}

fn short(cx: &Context, item: usize) -> bool {
    cx.words(item).chars().count() <= 30
}

/// What must be alike in two rows for one to teach the other where its padding stands: the number of figures and of
/// surplus cells, the items before the label in its row, and the label's own column.
type Shape = (usize, usize, usize, u8);

fn shape(cx: &Context, table: &Table, claim: &Claim, cells: usize) -> Shape {
    let before = cx.items[..claim.item].iter().rev().take_while(|i| i.kind != Kind::RowEnd).take(12).count();
    let row = &table.rows[claim.row];
    (row.cells.len(), cells.wrapping_sub(row.cells.len()), before, row.depth)
}

/// Items that take the place of figures; a gap between lines may be one, and is not counted.
fn hard(cx: &Context, items: &[usize]) -> Vec<usize> {
    items.iter().copied().filter(|&i| !matches!(cx.items[i].kind, Kind::Gap(_))).collect()
}

/// Ties each claim's cells to columns.
fn assign(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)], bounded: bool) -> Vec<FoundRow> {
    let leads = learn_leads(cx, table, claims, bounded);
    let gaps_count = !bounded && gaps_are_cells(cx, table, claims);
    claims
        .iter()
        .map(|(c, items)| {
            let k = table.rows[c.row].cells.len();
            let cells = hard(cx, items);
            let tied = if cells.len() < k && gaps_count {
                with_gaps(cx, items, k)
            } else {
                window(cx, &cells, k).or_else(|| {
                    let lead = *leads.get(&shape(cx, table, c, cells.len()))?;
                    let slice = cells.get(lead..lead + k)?;
                    fits(cx, &cells, lead, k).then(|| slice.to_vec())
                })
            };
            FoundRow { row: c.row, item: c.item, exact: c.exact, all: cells, cells: tied }
        })
        .collect()
}

/// True where every cell outside `lead..lead + k` is empty.
fn fits(cx: &Context, cells: &[usize], lead: usize, k: usize) -> bool {
    cells.iter().enumerate().all(|(n, &i)| (lead..lead + k).contains(&n) || is_empty(cx, i))
}

/// A cell with nothing in it may be padding; one with a dash is a cell of the form that somebody left without a figure.
fn is_empty(cx: &Context, item: usize) -> bool {
    cx.items[item].kind == Kind::Blank && cx.words(item).chars().all(|c| crate::fold::is_space(c) || c == '\n')
}

/// The only way in which `k` neighbouring cells hold everything that is not empty; none where there are several.
fn window(cx: &Context, cells: &[usize], k: usize) -> Option<Vec<usize>> {
    if cells.len() < k {
        return None;
    }
    let mut fitting = (0..=cells.len() - k).filter(|&lead| fits(cx, cells, lead, k));
    let lead = fitting.next()?;
    // Where nothing but blanks stands there, every way says the same.
    (fitting.next().is_none() || all_blank(cx, cells)).then(|| cells[lead..lead + k].to_vec())
}

fn all_blank(cx: &Context, cells: &[usize]) -> bool {
    cells.iter().all(|&i| is_empty(cx, i))
}

/// How many padding cells stand before the figures, by the shape of the row, where every row of that shape that leaves
/// no doubt agrees. Where only one window holds everything that is not blank, the true one is that one, so it may teach;
/// but not where words stand in it. Without row ends the cells behind a row of tabs may be the next one's, so there
/// nothing is learned.
fn learn_leads(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)], bounded: bool) -> BTreeMap<Shape, usize> {
    let mut leads: BTreeMap<Shape, Option<usize>> = BTreeMap::new();
    for (c, items) in claims {
        let k = table.rows[c.row].cells.len();
        let cells = hard(cx, items);
        if !bounded && cx.divider != Divider::Pipes || cells.len() <= k {
            continue;
        }
        let Some(tied) = window(cx, &cells, k) else { continue };
        if tied.iter().all(|&i| matches!(cx.items[i].kind, Kind::Figure(_) | Kind::WithUnit(..) | Kind::Blank)) && !all_blank(cx, &cells) {
            let lead = cells.iter().position(|i| *i == tied[0]).unwrap_or(0);
            leads.entry(shape(cx, table, c, cells.len())).and_modify(|l| *l = l.filter(|&l| l == lead)).or_insert(Some(lead));
        }
    }
    leads.into_iter().filter_map(|(n, l)| Some((n, l?))).collect()
}

/// Withholds rows with an empty cell among their figures where their width does not fit the table's: either all rows
/// of a table are padded to one width, or all have the same surplus. A row that is narrower has lost a cell, and then
/// nobody can say which.
fn withhold_uneven(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    if cx.divider == Divider::Grid {
        return;
    }
    let widths: Vec<(usize, isize)> = rows
        .iter()
        .map(|r| (before(cx, r.item, bounded) + r.all.len(), r.all.len() as isize - table.rows[r.row].cells.len() as isize))
        .collect();
    let total = widths.iter().map(|w| w.0).max().unwrap_or(0);
    let surplus = widths.iter().map(|w| w.1).max().unwrap_or(0);
    let usual = |n: usize| n * 3 >= rows.len() * 2;
    let by_total = usual(widths.iter().filter(|w| w.0 == total).count());
    let by_surplus = usual(widths.iter().filter(|w| w.1 == surplus).count());
    for (row, width) in rows.iter_mut().zip(&widths) {
        let even = (by_total && width.0 == total) || (by_surplus && width.1 == surplus);
        let has_empty = row.cells.as_ref().is_some_and(|c| c.iter().any(|&i| is_empty(cx, i)) && !all_blank(cx, c));
        if has_empty && !even {
            row.cells = None;
        }
    }
}

/// Items before the figures in a row: to its beginning where rows have one, else the labels in front without a cell.
fn before(cx: &Context, item: usize, bounded: bool) -> usize {
    let back = cx.items[..item].iter().rev();
    1 + if bounded { back.take_while(|i| i.kind != Kind::RowEnd).count() } else { back.take_while(|i| matches!(i.kind, Kind::Label(_))).count().min(1) }
}

/// Withholds rows that end in empty cells where the text never shows an empty cell between figures, and its rows are
/// padded or no full row of the same width stands beside them: padding fills short rows up, so those cells may be all
/// that is left of blanks that were dropped further in front.
pub fn withhold_short(cx: &Context, tables: &mut [&mut Alignment]) {
    // Where every cell is opened by a sign of its own there is no padding.
    if matches!(cx.divider, Divider::Grid | Divider::TabLed) {
        return;
    }
    let inner = |c: &Vec<usize>| {
        let last = c.iter().rposition(|&i| !is_empty(cx, i));
        last.is_some_and(|last| c[..last].iter().any(|&i| is_empty(cx, i)))
    };
    if tables.iter().flat_map(|a| &a.rows).any(|r| r.cells.as_ref().is_some_and(inner)) {
        return;
    }
    let padded = tables.iter().flat_map(|a| &a.rows).any(|r| r.cells.as_ref().is_some_and(|c| r.all.len() > c.len()));
    for rows in tables.iter_mut().map(|a| &mut a.rows) {
        let full: Vec<(usize, usize)> =
            rows.iter().filter_map(|r| Some((r.cells.as_ref()?, r.all.len()))).filter(|(c, _)| !c.iter().any(|&i| is_empty(cx, i))).map(|(c, n)| (c.len(), n)).collect();
        for row in rows {
            let short = |c: &Vec<usize>| c.last().is_some_and(|&i| is_empty(cx, i)) && !all_blank(cx, c) && (padded || !full.contains(&(c.len(), row.all.len())));
            if row.cells.as_ref().is_some_and(short) {
                row.cells = None;
            }
        }
    }
}

/// True where counting unusual gaps between lines as empty cells gives every row of the table its number of cells.
fn gaps_are_cells(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)]) -> bool {
    if cx.divider != Divider::Lines || claims.len() < 3 {
        return false;
    }
    // A gap at a row's end may only divide it from the next; gaps between figures show that empty cells were kept.
    let mut inner = false;
    for (c, items) in claims {
        let k = table.rows[c.row].cells.len();
        let n = hard(cx, items).len();
        if n < k {
            let last = items.iter().rposition(|&i| cx.items[i].is_cell()).unwrap_or(0);
            inner |= items[..last].iter().any(|&i| matches!(cx.items[i].kind, Kind::Gap(_)));
            if with_gaps(cx, items, k).is_none() {
                return false;
            }
        } else if n > k {
            return false;
        }
    }
    inner
}

/// The cells with every gap spelled out as blanks, where they then are exactly `k`. A gap is given by the item of
/// the gap itself.
fn with_gaps(cx: &Context, items: &[usize], k: usize) -> Option<Vec<usize>> {
    let mut out = Vec::new();
    for &i in items {
        match cx.items[i].kind {
            Kind::Gap(n) => out.extend(std::iter::repeat_n(i, n as usize)),
            _ => out.push(i),
        }
    }
    (out.len() == k).then_some(out)
}

/// The heads of the table around its rows: (item, label), in text order.
fn heads(cx: &Context, table: &Table, first: usize, last: usize) -> Vec<(usize, LabelId)> {
    let from = first.saturating_sub(40);
    // Heads behind a complete other table are not ours: stop where a figure stands before the first row.
    let from = (from..first).rev().find(|&i| matches!(cx.items[i].kind, Kind::Figure(_))).map_or(from, |i| i + 1);
    // 总计 and 其他 are heads before the first row and rows behind it.
    let is_row = |i: usize| i >= first && cx.labels(i).iter().any(|l| table.rows.iter().any(|r| r.label == Some(*l)));
    (from..=last)
        .filter(|&i| !is_row(i))
        .flat_map(|i| cx.labels(i).iter().filter(|l| table.headers.contains(l)).map(move |l| (i, *l)))
        .collect()
}

/// The first group of heads that stands in no order of the form.
fn disorder(table: &Table, heads: &[(usize, LabelId)]) -> Option<usize> {
    for group in &table.head_orders {
        let members: Vec<&LabelId> = group.iter().flatten().collect();
        let seen: Vec<(usize, LabelId)> = heads.iter().copied().filter(|(_, l)| members.contains(&l)).collect();
        let follows = |order: &Vec<LabelId>| {
            let place = |l: &LabelId| order.iter().position(|x| x == l);
            // A head that repeats begins the order anew.
            let first = seen.iter().filter_map(|(_, l)| place(l)).min();
            seen.windows(2).all(|w| match (place(&w[0].1), place(&w[1].1)) {
                (Some(a), Some(b)) => b > a || Some(b) == first,
                _ => false,
            })
        };
        if seen.len() > 1 && !group.iter().any(follows) {
            return Some(seen[0].0);
        }
    }
    None
}

/// Which other places of the text claim a row of the table too: those with anything behind their label; and where there
/// are three of them a second table stands there, so that its empty rows count as well.
fn rivals(cx: &Context, table: &Table, found: Vec<FoundRow>) -> Vec<FoundRow> {
    let mut rivals: Vec<FoundRow> = found.into_iter().filter(|r| !is_head(cx, table, r)).collect();
    let stands = |r: &FoundRow| r.cells.is_some() || r.all.iter().any(|&i| !is_empty(cx, i));
    if rivals.iter().filter(|r| stands(r)).count() < 3 {
        rivals.retain(stands);
    }
    rivals
}

/// True where a rival is in truth a head of the table (总计, 其他): a word that is only a head stands next to it without
/// a figure between, or the first row does.
fn is_head(cx: &Context, table: &Table, row: &FoundRow) -> bool {
    let is_row = |l: &LabelId| table.rows.iter().any(|r| r.label == Some(*l));
    let head_only = |i: usize| cx.labels(i).iter().any(|l| table.headers.contains(l)) && !cx.labels(i).iter().any(is_row);
    let first_row = |i: usize| cx.labels(i).iter().any(|l| table.rows.first().is_some_and(|r| r.label == Some(*l)));
    let divides = |i: &usize| !matches!(cx.items[*i].kind, Kind::RowEnd | Kind::Blank | Kind::Gap(_));
    let next = (row.item + 1..cx.items.len()).find(divides);
    let previous = (0..row.item).rev().find(divides);
    let may_be = cx.labels(row.item).iter().any(|l| table.headers.contains(l));
    may_be && (next.is_some_and(|n| head_only(n) || first_row(n)) || previous.is_some_and(head_only))
}

/// Aligns a table whose one row of figures stands under its heads.
fn align_unlabelled(cx: &Context, table: &Table) -> Option<Alignment> {
    let row = table.rows.iter().position(|r| !r.cells.is_empty())?;
    let k = table.rows[row].cells.len();
    let runs = head_runs(cx, table);
    let (last, heads) = runs.iter().max_by_key(|(last, heads)| (heads.len(), std::cmp::Reverse(*last)))?.clone();
    if heads.len() < k / 3 {
        return None;
    }
    let cells = under(cx, last, k);
    let tied = first_full(cx, &cells, k);
    let rivals = runs
        .iter()
        .filter(|(l, h)| *l != last && h.len() >= k / 3)
        .filter_map(|(l, _)| {
            let cells = under(cx, *l, k);
            Some(FoundRow { row, item: *l, exact: true, cells: Some(first_full(cx, &cells, k)?), all: cells })
        })
        .collect();
    let head_disorder = disorder(table, &heads);
    Some(Alignment {
        rows: vec![FoundRow { row, item: last, exact: true, all: cells, cells: tied }],
        telling: 0,
        head_disorder,
        rivals,
    })
}

/// The row of figures under its heads: whatever is empty in front is padding of the head or a blank, and only where
/// exactly `k` cells are left does that make no difference.
fn first_full(cx: &Context, cells: &[usize], k: usize) -> Option<Vec<usize>> {
    if cells.len() == k && (cx.divider == Divider::Grid || all_blank(cx, cells) || cells.first().is_some_and(|&i| !is_empty(cx, i))) {
        return Some(cells.to_vec());
    }
    let filled = cells.iter().position(|&i| !is_empty(cx, i))?;
    let row_begins = cells.first().is_some_and(|&i| i > 0 && cx.items[i - 1].kind == Kind::RowEnd);
    if row_begins { window(cx, cells, k) } else { window(cx, &cells[filled..], k) }
}

/// Runs of heads without a figure between them: the last item of each run and its heads.
fn head_runs(cx: &Context, table: &Table) -> Vec<(usize, Vec<(usize, LabelId)>)> {
    let mut runs: Vec<(usize, Vec<(usize, LabelId)>)> = Vec::new();
    let mut run: Vec<(usize, LabelId)> = Vec::new();
    let mut strangers = 0;
    for i in 0..cx.items.len() {
        let own = match cx.items[i].kind {
            Kind::Label(h) => cx.role(table, h).head,
            _ => None,
        };
        match (cx.items[i].kind, own) {
            (Kind::Label(_), Some(l)) => {
                run.push((i, l));
                strangers = 0;
                continue;
            }
            (Kind::Blank | Kind::RowEnd | Kind::Gap(_), _) => continue,
            (Kind::Text, _) if strangers < 2 && !run.is_empty() && short(cx, i) => {
                strangers += 1;
                continue;
            }
            _ => {}
        }
        if let Some(&(last, _)) = run.last() {
            runs.push((last, std::mem::take(&mut run)));
        }
        strangers = 0;
    }
    if let Some(&(last, _)) = run.last() {
        runs.push((last, run));
    }
    runs
}

/// The cells under heads: up to the next label or words. Row ends before the first figure divide the head's rows.
fn under(cx: &Context, last: usize, k: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for i in last + 1..cx.items.len() {
        match cx.items[i].kind {
            Kind::Label(_) | Kind::Text => break,
            Kind::Gap(_) => {}
            // The row of figures is over; what comes below is another row.
            Kind::RowEnd if out.iter().any(|&o: &usize| cx.items[o].kind != Kind::Blank) => break,
            // A row of blanks is the head's own, unless it has just the cells of the table.
            Kind::RowEnd if out.len() == k => break,
            Kind::RowEnd => out.clear(),
            _ => out.push(i),
        }
    }
    out
}

/// A row without any label that has exactly the figures of the table, where it is the only such row of the text.
pub fn align_by_shape(cx: &Context, table: &Table, after: usize) -> Option<Alignment> {
    let row = table.rows.iter().position(|r| !r.cells.is_empty())?;
    let k = table.rows[row].cells.len();
    let mut found = Vec::new();
    let mut start = after;
    for end in (after..=cx.items.len()).filter(|&i| cx.items.get(i).is_none_or(|x| x.kind == Kind::RowEnd)) {
        let row_items = &cx.items[start..end];
        if row_items.len() == k && row_items.iter().all(Item::is_cell) && row_items.iter().any(|i| i.kind != Kind::Blank) {
            found.push(start);
        }
        start = end + 1;
    }
    let [start] = found[..] else { return None };
    let cells: Vec<usize> = (start..start + k).collect();
    Some(Alignment { rows: vec![FoundRow { row, item: start, exact: false, all: cells.clone(), cells: Some(cells) }], ..Default::default() })
}
