//! The heads of a table's columns, held against the form. A table's columns are its heads': where heads stand in the
//! text, each column of a row must have its own, in an order of the form, and no unknown one may stand among them.

use super::chain::{Claim, is_near, says};
use super::remarks::{Says, remark, says_more, says_others};
use super::windows::{all_blank, is_empty};
use super::withhold::cells_before;
use crate::extract::context::{Context, FoundRow, Why, short};
use crate::extract::items::atoms::{is_pipe, line_at};
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::extract::items::labels::unnumbered;
use crate::fold::fold;
use crate::form::{Form, LabelId, Row, Table};

/// Heads that stand together, before the rows that they govern.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// (item, label), in text order.
    pub heads: Vec<(usize, LabelId)>,
    /// Short words among the heads that are no head of the form.
    pub strangers: Vec<usize>,
    /// Heads that say of themselves that the figures below are others.
    pub others: Vec<usize>,
    /// Some heads are there only in pieces, as narrow columns leave them.
    pub broken: bool,
    /// Short words that stand before the first head, in reading order without anything between.
    before: Vec<usize>,
    /// Beginnings of heads: (item, label, folded).
    begun: Vec<(usize, LabelId, String)>,
    /// All short words, folded.
    words: Vec<String>,
}

impl Run {
    fn is_empty(&self) -> bool {
        self.heads.is_empty() && self.strangers.is_empty() && self.others.is_empty() && self.before.is_empty()
    }

    /// The run with each head once that stands several times side by side.
    pub fn once(&self) -> Run {
        let mut run = self.clone();
        run.heads.dedup_by_key(|h| h.1);
        run
    }

    /// Whether nothing but whole heads stands in it.
    fn is_pure(&self) -> bool {
        !self.broken && self.strangers.is_empty() && self.others.is_empty()
    }

    /// Whether the head of each column stands in it whole, and nothing else does.
    pub fn is_whole(&self, table: &Table) -> bool {
        let stands = |l: &LabelId| self.heads.iter().any(|h| h.1 == *l);
        self.is_pure() && table.heads().is_some_and(|heads| heads.iter().all(stands))
    }

    /// The columns of a row whose heads stand in it, in text order; none where any other head or word does.
    pub fn only(&self, table: &Table, heads: &[LabelId]) -> Option<Vec<usize>> {
        let columns = self.heads.iter().filter(|h| table.column_heads.contains(&h.1));
        columns.map(|h| heads.iter().position(|l| *l == h.1)).collect::<Option<Vec<usize>>>().filter(|c| self.is_pure() && !c.is_empty())
    }

    /// The run with the beginnings of heads whose rest stands nowhere in it as strangers, where the rest would change their
    /// meaning or the whole head stands in it too: 本年增 is not what is left of 本年增/减, nor 法人 of 法人或其他组织.
    fn settled(mut self, form: &Form) -> Run {
        for (item, label, begin) in std::mem::take(&mut self.begun) {
            let rests = || form.texts(label).iter().filter_map(|t| t.strip_prefix(begin.as_str()));
            let stands = rests().any(|rest| self.words.iter().any(|w| rest.contains(w.as_str())));
            let whole = || self.heads.iter().any(|h| h.1 == label && h.0 != item);
            if stands || !whole() && !rests().any(|rest| rest.contains(|c| form.words.distinguishing.contains(c))) {
                self.broken = true;
            } else {
                self.heads.retain(|h| h.0 != item);
                self.strangers.push(item);
                self.strangers.sort_unstable();
            }
        }
        self
    }
}

/// The longest word of a head that labels.csv does not have, in folded letters.
pub const LONGEST_HEAD: usize = 14;

/// Letters of a head that is known again behind other words.
const LEAST_NAMED: usize = 4;

/// So many items before the first row are looked at.
const REACH: usize = 80;

/// Runs of heads before and between the rows of a chain, each with the place in the chain that it stands before.
pub fn runs(cx: &Context, table: &Table, chain: &[Claim]) -> Vec<(usize, Run)> {
    let (Some(first), Some(last)) = (chain.first(), chain.last()) else { return Vec::new() };
    let mut out = Vec::new();
    let mut run = Run::default();
    let mut next = 0;
    for i in beginning(cx, table, first.item)..=last.item {
        if i == chain[next].item {
            if !run.is_empty() {
                out.push((next, std::mem::take(&mut run).settled(cx.form)));
            }
            next += 1;
            continue;
        }
        match cx.items[i].kind {
            Kind::Label(h) => match cx.role(table, h).head {
                Some(_) if says(cx, i) == Says::Others => run.others.push(i),
                Some(l) => run.heads.push((i, l)),
                // A head that this table has in another edition alone.
                None if cx.form.tables.iter().any(|o| o.table == table.table && cx.head(o, i).is_some()) => run.others.push(i),
                None => run.before.clear(),
            },
            Kind::Text if short(cx, i) => word(cx, table, i, &mut run),
            // «1月», «2022年»: a head that begins with a number; «A1» only numbers the columns.
            Kind::Unreadable if next == 0 && cx.words(i).chars().any(|c| !c.is_ascii() && c.is_alphabetic()) && !cx.items[i + 1].is_figure() => {
                if run.heads.is_empty() { run.before.push(i) } else { run.strangers.push(i) }
            }
            Kind::Text | Kind::Figure(_) | Kind::WithUnit(..) | Kind::Unreadable => run.before.clear(),
            _ => {}
        }
    }
    out
}

/// The first item that may be a head of the table whose first row is given: behind the last label of another table. Figures
/// may stand between, of a row that the form does not have.
pub fn beginning(cx: &Context, table: &Table, first: usize) -> usize {
    let ours = |i: &usize| match cx.items[*i].kind {
        Kind::Label(h) => cx.role(table, h).own,
        _ => true,
    };
    (first.saturating_sub(REACH)..first).rev().take_while(ours).last().unwrap_or(first)
}

/// Takes a short word into a run: as a head that is misspelt or broken, as a stranger, or as a word before the heads.
fn word(cx: &Context, table: &Table, item: usize, run: &mut Run) {
    // Words with a cell behind them are a row's label.
    if cx.next(item).is_some_and(|next| cx.items[next].is_filled()) {
        return;
    }
    let folded = fold(cx.words(item));
    let letters = folded.chars().count();
    // The head of running numbers is repeated before each row of heads that it spans.
    if !run.heads.is_empty() && item > 0 && cx.items[item - 1].kind == Kind::RowEnd && cx.form.words.ordinals.contains(&folded) {
        return;
    }
    if letters > 0 {
        run.words.push(folded.clone());
    }
    if letters == 0 || cx.form.is_ignored(table.table, &folded) {
        run.before.clear();
        return;
    }
    if is_others_head(cx, table, item, &folded) {
        run.others.push(item);
        return;
    }
    if letters > LONGEST_HEAD {
        run.before.clear();
        // Latin words in the cell of a head that do not just call it what it is called.
        let beside = || item > 0 && cx.head(table, item - 1).is_some() && share_cell(cx, item - 1, item);
        run.strangers.extend((folded.is_ascii() && beside()).then_some(item));
        return;
    }
    // A unit alone in its cell belongs to the head before it, and is another than the column's.
    if cx.form.figures.units.values().any(|m| m.get(&folded).is_some_and(|f| *f != 1.0)) && !run.heads.is_empty() {
        run.strangers.push(item);
        return;
    }
    let texts = |l: LabelId| cx.form.texts(l).iter();
    let misspelt = table.column_heads.iter().find(|&&l| letters >= 3 && texts(l).any(|t| is_near(cx.form, &folded, t)));
    if let Some(&l) = misspelt.or_else(|| table.column_heads.iter().find(|&&l| letters >= 2 && is_cut(cx, item, l))) {
        run.heads.push((item, l));
        return;
    }
    let mut begun = table.column_heads.iter().filter(|&&l| letters >= 2 && texts(l).any(|t| t.starts_with(folded.as_str())));
    match (begun.next(), begun.next()) {
        (Some(&l), None) => {
            run.begun.push((item, l, folded));
            run.heads.push((item, l));
            return;
        }
        (Some(_), _) => {
            run.broken = true;
            return;
        }
        _ => {}
    }
    // 上年 in a cell or line of its own, and its head behind it.
    let is_head = |x: &Item| matches!(x.kind, Kind::Label(h) if cx.role(table, h).head.is_some());
    if cx.form.words.qualifiers.contains(&folded) && cx.items.get(item + 1).is_some_and(is_head) && table.headers.iter().all(|&l| !texts(l).any(|t| t.contains(folded.as_str()))) {
        run.others.push(item);
        return;
    }
    let bare = unnumbered(&folded);
    let labels = table.headers.iter().copied().chain(table.rows.iter().filter_map(|r| r.label));
    if bare.is_empty() || labels.into_iter().any(|l| texts(l).any(|t| t.contains(bare))) {
        run.broken |= table.column_heads.iter().any(|&l| texts(l).any(|t| t.contains(bare)));
        return;
    }
    if run.heads.is_empty() { run.before.push(item) } else { run.strangers.push(item) }
}

/// Whether words are a head of the table with words before it that make it another's: 上年申请人情况, 截至9月收费金额（单位：万元）.
fn is_others_head(cx: &Context, table: &Table, item: usize, folded: &str) -> bool {
    let words = cx.words(item);
    let named = remark(words).map(|remark| fold(words.trim_end().strip_suffix(remark.trim_end()).unwrap_or_default()));
    let before = |t: &String| [Some(folded), named.as_deref()].into_iter().flatten().find_map(|w| w.strip_suffix(t.as_str()));
    let says: fn(&Form, &[i32], &str) -> bool = if folded.chars().count() > LONGEST_HEAD { says_others } else { says_more };
    let other = |t: &String| before(t).is_some_and(|before| !before.is_empty() && t.chars().count() >= LEAST_NAMED && says(cx.form, &cx.years, before));
    table.headers.iter().any(|&l| cx.form.texts(l).iter().any(other))
}

/// Whether a head that was found is one of the form with a letter wrong, and neither its beginning nor a piece of it.
pub fn is_misspelt(cx: &Context, item: usize, label: LabelId) -> bool {
    if let Kind::Label(hit) = cx.items[item].kind {
        return cx.lexicon.is_misread(&cx.hits[hit as usize]);
    }
    let folded = fold(cx.words(item));
    let texts = || cx.form.texts(label).iter();
    cx.items[item].kind == Kind::Text && !texts().any(|t| t.contains(folded.as_str())) && texts().any(|t| is_near(cx.form, &folded, t))
}

/// Whether words are the statutory ones of a label as far as a sign within them, which ends nothing by itself: 本年增/ of 本年增/减.
fn is_cut(cx: &Context, item: usize, label: LabelId) -> bool {
    let words = cx.words(item).trim();
    let rest = || cx.form.labels[label as usize].statutory.strip_prefix(words.replace('／', "/").as_str()).map(str::len);
    words.ends_with(['/', '／']) && rest().is_some_and(|rest| rest > 0)
}

/// How many cells of a row stand before its first column, by the heads above the first row: each must stand as far behind
/// it as its column, in whatever row of heads, as where spans are written out as empty cells.
pub fn begins(cx: &Context, table: &Table, runs: &[(usize, Run)]) -> Option<usize> {
    let (_, run) = runs.first().filter(|(at, _)| *at == 0)?;
    let column = |l: LabelId| {
        let mut places = table.rows.iter().filter_map(|r| r.heads.iter().position(|h| *h == l));
        let first = places.next()?;
        places.all(|p| p == first).then_some(first)
    };
    let mut seen: Vec<LabelId> = Vec::new();
    let mut out = None;
    for &(item, label) in &run.heads {
        let Some(column) = column(label) else { continue };
        let at = before(cx, item).checked_sub(column).filter(|at| *at > 0 && out.is_none_or(|o| o == *at))?;
        out = Some(at);
        if !seen.contains(&label) {
            seen.push(label);
        }
    }
    out.filter(|_| seen.len() > 1)
}

/// Cells before a head in its row.
pub fn before(cx: &Context, item: usize) -> usize {
    match cx.divider {
        Divider::Grid | Divider::TabLed => cells_before(cx, item),
        // A line with few cells has no end of its own.
        _ => cx.items[..item].iter().rev().take_while(|x| x.kind != Kind::RowEnd && x.line == cx.items[item].line).count(),
    }
}

/// For every claim on a row of figures, the item that contradicts its columns: a head out of its place, a stranger, or the run's first head
/// where one is missing. `surplus` tells whether rows have more cells than columns.
pub fn contradictions(cx: &Context, table: &Table, chain: &[Claim], runs: &[(usize, Run)], surplus: bool) -> Vec<Option<usize>> {
    let mut governing = runs.iter().peekable();
    let one_head = table.rows.windows(2).all(|w| w[0].heads == w[1].heads || w.iter().any(|r| r.is_heading()));
    let mut run: Option<(usize, &Run)> = None;
    // The heads of the row that the run came to govern first.
    let mut taken: Option<&[LabelId]> = None;
    // What a run says of the last row: rows of the same heads and width hear the same.
    let mut said: Option<((usize, &[LabelId], usize), Option<usize>)> = None;
    let mut out = Vec::with_capacity(chain.len());
    for (n, c) in chain.iter().enumerate() {
        while let Some((at, r)) = governing.next_if(|(at, _)| *at <= n) {
            // Words alone, with no head among them, may be anything; they count only where they fill the columns.
            // A heading within the table has no columns; what stands before it stands before its first row.
            if !r.heads.is_empty() || !r.others.is_empty() || run.is_none() || strange_row(cx, r, &table.rows[c.row]) {
                (run, taken) = (Some((*at, r)), None);
            }
        }
        let row = &table.rows[c.row];
        if row.is_heading() {
            continue;
        }
        // A head that governed other rows says nothing of these: their own is lost; words that are none of the form's
        // speak against all rows. A head that stands again in the middle of a table may have lost some of its words to the
        // page break.
        let verdict = run.filter(|(_, r)| r.heads.is_empty() || !r.others.is_empty() || taken.is_none_or(|t| t == row.heads)).and_then(|(at, r)| {
            let asked = (at, row.heads.as_slice(), row.cells.len());
            let verdict = said.filter(|(of, _)| *of == asked).map_or_else(|| against(cx, table, row, r, surplus, one_head && at > 0), |(_, verdict)| verdict);
            said = Some((asked, verdict));
            verdict
        });
        taken = taken.or(Some(&row.heads));
        // What spoke against the table's one head speaks against all its rows.
        let verdict = verdict.or_else(|| out.last().copied().flatten().filter(|_| one_head));
        out.push(verdict);
    }
    out
}

/// What in a run contradicts the columns of a row; none where it backs them or says nothing.
fn against(cx: &Context, table: &Table, row: &Row, run: &Run, surplus: bool, again: bool) -> Option<usize> {
    if let Some(&item) = run.others.first() {
        return Some(item);
    }
    let is_column = |l: &LabelId| table.column_heads.contains(l);
    let frame = |l: &LabelId| table.frames.contains(l);
    let own: Vec<(usize, LabelId)> = run.heads.iter().copied().filter(|(_, l)| is_column(l)).collect();
    // Words before the first column's head may name the column of labels; without any such head nothing backs the columns.
    let begin = own.iter().find(|(_, l)| !frame(l)).map_or(0, |o| o.0);
    if let Some(&item) = run.strangers.iter().find(|&&i| i > begin) {
        return Some(item);
    }
    if strange_row(cx, run, row) || (surplus && numbers_rows(cx, run)) {
        return run.before.last().copied();
    }
    let &(item, _) = own.iter().find(|(_, l)| !frame(l))?;
    let fits = |order: &[LabelId]| {
        // An order may name heads of other rows of its group; heads above columns count where the order has them.
        let order: Vec<LabelId> = order.iter().copied().filter(|l| row.heads.contains(l) || frame(l)).collect();
        let mut seen: Vec<LabelId> = own.iter().map(|o| o.1).filter(|l| order.contains(l) || !frame(l)).collect();
        seen.dedup_by(|a, b| a == b && frame(a));
        let parts = run.broken || again;
        if parts && in_order(&seen, &order) {
            return true;
        }
        // Spans that were written out repeat heads of the upper row in the lower one, which has them all.
        let Some(upper) = seen.len().checked_sub(order.len()) else { return false };
        seen[upper..] == order && (in_order(&seen[..upper], &order) || seen.chunks(order.len()).all(|c| c == order))
    };
    let mut orders = table.head_orders.iter().filter(|g| g.iter().any(|o| row.heads.iter().all(|l| o.contains(l)))).flatten().peekable();
    let backed = if orders.peek().is_none() { fits(&row.heads) } else { orders.any(|o| fits(o)) };
    (!(backed && levels_apart(cx, &own, row))).then(|| misplaced(&own, row).unwrap_or(item))
}

/// Doubts the rows below two heads that share a cell, where others stand in cells of their own beside them and each of the
/// rows has nothing in the column of one: the figure in the other's is of both.
pub fn doubt_shared(cx: &Context, table: &Table, heads: &[(usize, LabelId)], rows: &mut [FoundRow]) {
    for (item, pair) in shared(cx, heads) {
        let columns = |r: &FoundRow, l: LabelId| -> Vec<usize> { (0..table.rows[r.row].names.len()).filter(|&c| table.rows[r.row].names[c].contains(&l)).collect() };
        let cells = |r: &FoundRow| r.cells.clone().filter(|cells| !all_blank(cx, cells));
        let below = |r: &FoundRow| cells(r).is_some() && pair.iter().all(|l| !columns(r, *l).is_empty());
        let bare = |r: &FoundRow| pair.iter().flat_map(|l| columns(r, *l)).any(|c| cells(r).is_some_and(|cells| cells.get(c).is_some_and(|&i| is_empty(cx, i))));
        if rows.iter().filter(|r| below(r)).all(bare) {
            rows.iter_mut().filter(|r| below(r)).for_each(|r| r.doubt(Why::Head(item)));
        }
    }
}

/// Every head that shares a cell with the one before it, where others stand in cells of their own beside them: its item, and
/// both labels.
fn shared(cx: &Context, heads: &[(usize, LabelId)]) -> Vec<(usize, [LabelId; 2])> {
    let shares = |at: usize| share_cell(cx, heads[at - 1].0, heads[at].0);
    let line = |at: usize| cx.items[heads[at].0].line;
    let apart = |&at: &usize| {
        if !shares(at) {
            return false;
        }
        let first = (1..=at).rev().find(|&a| !shares(a)).unwrap_or(0);
        let last = (at + 1..heads.len()).find(|&a| !shares(a)).unwrap_or(heads.len());
        let beside = |other: usize| !(first..last).contains(&other) && (line(other) == line(first) || line(other) == line(last - 1));
        (0..heads.len()).any(beside)
    };
    (1..heads.len()).filter(apart).map(|at| (heads[at].0, [heads[at - 1].1, heads[at].1])).collect()
}

/// Whether no sign divides two heads, or other items.
pub fn share_cell(cx: &Context, a: usize, b: usize) -> bool {
    let Some(between) = cx.between(a, b) else { return true };
    let (a, b) = (&cx.items[a], &cx.items[b]);
    // A line break within a cell: the row's first line begins with the sign, and the second goes on without.
    let opens = |at: u32| cx.text[line_at(cx.text, at as usize)].trim_start().starts_with(is_pipe);
    // Or its last line ends with the sign.
    let ends = |at: u32| cx.text[line_at(cx.text, at as usize)].trim_end().ends_with(is_pipe);
    let goes_on = || match cx.divider {
        Divider::Pipes => !between.contains('\n') || opens(a.start) && !opens(b.start) || ends(b.end),
        Divider::TabLed | Divider::Tabs => !between.contains('\n'),
        Divider::Grid | Divider::Lines => true,
    };
    !between.contains(|c| cx.divider.divides(c)) && goes_on()
}

/// True where a row of the text ends, if rows end there at all, before each head whose column stands further left than
/// that of the head before it: such heads are of two levels, or in one row they are just out of their order.
fn levels_apart(cx: &Context, own: &[(usize, LabelId)], row: &Row) -> bool {
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return true };
    let ends = |from: usize, to: usize| cx.items[from..to.min(cx.items.len())].iter().any(|x| x.kind == Kind::RowEnd);
    let by_line = cx.divider == Divider::Lines;
    // A line that goes on behind the heads is no row of theirs.
    let goes_on = cx.items.get(last.0 + 1).is_some_and(|x| x.line == cx.items[last.0].line);
    if if by_line { goes_on } else { !ends(first.0, last.0 + 2) } {
        return true;
    }
    let columns: Vec<(usize, usize)> = own.iter().filter_map(|(i, l)| Some((*i, row.heads.iter().position(|h| h == l)?))).collect();
    columns.windows(2).all(|w| w[1].1 >= w[0].1 || if by_line { cx.items[w[0].0].line != cx.items[w[1].0].line } else { ends(w[0].0, w[1].0) })
}

/// The first head of a run that does not follow the row's own order.
fn misplaced(own: &[(usize, LabelId)], row: &Row) -> Option<usize> {
    own.iter().zip(&row.heads).find(|((_, l), h)| l != *h).map(|((i, _), _)| *i)
}

/// True where `seen` is the order with some heads left out.
fn in_order(seen: &[LabelId], order: &[LabelId]) -> bool {
    let mut rest = order.iter();
    seen.iter().all(|l| rest.any(|o| o == l))
}

/// True where `seen` is the order over and over, each time with some heads left out but never the last.
fn in_order_to_the_end(seen: &[LabelId], order: &[LabelId]) -> bool {
    seen.split_inclusive(|l| order.last() == Some(l)).all(|once| once.last() == order.last() && in_order(once, order))
}

/// True where, without any head of the form, as many short words as the row has columns stand directly before it, or
/// one that says that the figures are others.
fn strange_row(cx: &Context, run: &Run, row: &Row) -> bool {
    if !run.heads.is_empty() || run.before.is_empty() {
        return false;
    }
    let folded: Vec<String> = run.before.iter().map(|&i| fold(cx.words(i))).collect();
    let words = folded.iter().rev().take_while(|f| f.chars().count() <= 8).count();
    words >= row.cells.len().max(2) || folded.iter().any(|f| f.chars().count() <= 10 && cx.form.words.qualifiers.begins(f))
}

/// True where a head of running numbers stands right before the columns' first head, behind another word.
fn numbers_rows(cx: &Context, run: &Run) -> bool {
    let Some(&last) = run.before.last() else { return false };
    let others = run.before.len() > 1 || run.heads.first().is_some_and(|h| h.0 < last);
    others && cx.form.words.ordinals.iter().any(|o| fold(cx.words(last)) == *o)
}

/// The first group of heads that stands in no order of the form, a head missing, repeated or out of its place. Where
/// pieces of heads stand among them (`broken`: a page break ran through the row) some may be missing.
pub fn disorder(table: &Table, heads: &[(usize, LabelId)], broken: bool) -> Option<usize> {
    for group in &table.head_orders {
        let seen: Vec<(usize, LabelId)> = heads.iter().copied().filter(|(_, l)| group.iter().flatten().any(|m| m == l)).collect();
        let mut labels: Vec<LabelId> = seen.iter().map(|s| s.1).collect();
        // A head that spans columns stands once for each of them where spans were written out.
        labels.dedup();
        // One that stands more often than the others, where another is missing, may be that one.
        let times = |l: &LabelId| seen.iter().filter(|s| s.1 == *l).count();
        let twice = || !broken && labels.iter().any(|l| times(l) != times(&labels[0]));
        let follows = |order: &Vec<LabelId>| labels.chunks(order.len()).all(|c| c == order.as_slice()) || (labels.len() < order.len() && !twice() && in_order(&labels, order)) || (broken && in_order_to_the_end(&labels, order));
        if seen.len() > 1 && !group.iter().any(follows) {
            return Some(seen[0].0);
        }
    }
    None
}
