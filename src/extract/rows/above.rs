//! What stands above a row of figures. Where the rows of a text have one cell a column, the heads are held against the form
//! column by column; elsewhere the words of each row of heads, and the pieces of broken ones, must follow its order. Heads
//! that are not known prove nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::chain::is_near;
use super::windows::all_blank;
use crate::extract::beside::notes::is_heading;
use crate::extract::context::{Context, FoundRow, short};
use crate::extract::items::cells::{Divider, Kind};
use crate::fold::fold;
use crate::form::{LabelId, Row, Table};
use crate::model::CELL_END;

/// Rows of heads that stand one above the other, at most.
const LEVELS: usize = 6;

/// Fewer words in a row begin no heads; fewer than [`LEAST_ORDERED`] have no order.
const LEAST_HEADS: usize = 2;
const LEAST_ORDERED: usize = 3;

/// A row of the text that is not empty.
pub struct TextRow {
    items: Range<usize>,
    /// Something stands in one of its cells.
    figures: bool,
    /// So many words stand in it that it may begin heads.
    worded: bool,
}

/// The rows of a text, each with the rows of heads above it.
pub struct Rows<'c> {
    lines: &'c [TextRow],
    /// For each of them the rows of heads that govern it.
    heads: Vec<Range<usize>>,
    /// The last question and its answer: most rows of a table ask the same.
    asked: Option<(Question, Option<usize>)>,
}

/// What the answer depends on.
#[derive(PartialEq)]
struct Question {
    /// The rows of heads.
    heads: Range<usize>,
    /// The first row of the form with these names.
    row: usize,
    /// In a grid, the width of the text's row and the places of its cells in it.
    columns: Option<(usize, Vec<usize>)>,
}

impl<'c> Rows<'c> {
    /// `claims` are the labels of rows of the table, in the text's order, each with the heads that its row has: what stands above a
    /// row with other heads says nothing of this one.
    pub fn new<'t>(cx: &'c Context, claims: impl Iterator<Item = (usize, &'t [LabelId])>) -> Rows<'c> {
        let lines = cx.lines.get_or_init(|| lines(cx));
        let mut all: Vec<Range<usize>> = Vec::with_capacity(lines.len());
        let mut claims = claims.peekable();
        let mut heads = 0..0;
        let mut closed = true;
        let mut governed: Option<&[LabelId]> = None;
        for (here, line) in lines.iter().enumerate() {
            while claims.next_if(|c| c.0 < line.items.start).is_some() {}
            let first = claims.peek().copied().filter(|c| c.0 < line.items.end);
            let claim = first.map(|c| c.1);
            // Running text between: they are no heads of this.
            if cx.divider == Divider::Lines && first.is_some_and(|c| (line.items.start..c.0).any(|i| is_sentence(cx, i))) {
                (heads, closed) = (0..0, true);
            }
            if claim.is_none() && !line.figures {
                if closed && line.worded {
                    (heads, closed, governed) = (here..here + 1, false, None);
                } else if !closed {
                    heads.end = here + 1;
                    heads.start = heads.start.max(heads.end.saturating_sub(LEVELS));
                }
            } else {
                closed = true;
                if claim.is_some_and(|own| !own.is_empty()) {
                    if governed.is_some() && governed != claim {
                        heads = 0..0;
                    }
                    governed = claim;
                }
            }
            all.push(heads.clone());
        }
        Rows { lines, heads: all, asked: None }
    }

    fn of(&self, item: usize) -> Option<usize> {
        let at = self.lines.partition_point(|r| r.items.end <= item);
        self.lines.get(at).filter(|r| r.items.start <= item).map(|_| at)
    }

    /// The head that contradicts a row which was tied to columns.
    pub fn contradicts(&mut self, cx: &Context, table: &Table, found: &FoundRow) -> Option<usize> {
        // Blanks alone say the same under any heads, and which of them are padding was not asked.
        let tied = found.cells.as_ref().filter(|cells| !all_blank(cx, cells))?;
        let row = &table.rows[found.row];
        let here = self.of(*tied.first()?)?;
        let (items, heads) = (&self.lines[here].items, &self.heads[here]);
        if row.names.len() != tied.len() || heads.is_empty() {
            return None;
        }
        let within = cx.divider == Divider::Grid && tied.iter().all(|i| items.contains(i));
        let columns = within.then(|| (items.len(), tied.iter().map(|i| i - items.start).collect()));
        // Rows of the same names ask the same.
        let same = table.rows.iter().position(|r| r.names == row.names).unwrap_or(found.row);
        let question = Question { heads: heads.clone(), row: same, columns };
        if let Some((asked, answer)) = &self.asked
            && *asked == question
        {
            return *answer;
        }
        let answer = self.out_of_column(cx, table, row, &question).or_else(|| self.out_of_order(cx, table, row, heads.clone()));
        self.asked = Some((question, answer));
        answer
    }

    /// A head of another column, or the first of several that are unknown, in the columns of a grid.
    fn out_of_column(&self, cx: &Context, table: &Table, row: &Row, Question { heads, columns, .. }: &Question) -> Option<usize> {
        let (width, columns) = columns.as_ref()?;
        let above: Vec<&Range<usize>> = self.lines[heads.clone()].iter().rev().map(|r| &r.items).filter(|items| items.len() == *width).collect();
        let mut strangers = Vec::new();
        for (c, &column) in columns.iter().enumerate() {
            let mut lowest = true;
            for items in &above {
                let item = items.start + column;
                match verdict(cx, table, row, item, Some(c)) {
                    Verdict::Nothing => continue,
                    Verdict::Columns(of) if !of.contains(&c) => return Some(item),
                    Verdict::Unknown if lowest => strangers.push(item),
                    Verdict::Unknown | Verdict::Columns(_) | Verdict::Piece => {}
                }
                lowest = false;
            }
        }
        // One that is unknown among others that are right can only be the one that is missing.
        (strangers.len() > 1).then(|| strangers[0])
    }

    /// A head that follows one of a column further right in its row, or the first of several that are unknown.
    fn out_of_order(&self, cx: &Context, table: &Table, row: &Row, heads: Range<usize>) -> Option<usize> {
        let mut strangers = Vec::new();
        for TextRow { items, .. } in self.lines[heads].iter().rev() {
            let words: Vec<usize> = items.clone().filter(|&i| matches!(cx.items[i].kind, Kind::Label(_) | Kind::Text)).collect();
            if words.len() < LEAST_ORDERED {
                continue;
            }
            let mut named: Vec<(usize, Cow<[usize]>)> = Vec::new();
            let mut unknown = Vec::new();
            for (n, &item) in words.iter().enumerate() {
                match verdict(cx, table, row, item, None) {
                    Verdict::Columns(of) => named.push((item, of)),
                    // The first of more words than there are columns may head the labels.
                    Verdict::Unknown if n > 0 || words.len() <= row.cells.len() => unknown.push(item),
                    Verdict::Unknown | Verdict::Nothing | Verdict::Piece => {}
                }
            }
            if let Some(item) = misplaced(&named, false).filter(|_| misplaced(&named, true).is_some()) {
                return Some(item);
            }
            if !named.is_empty() || unknown.len() + 1 >= row.cells.len() {
                strangers.extend(unknown);
            }
        }
        (strangers.len() > 1).then(|| strangers[0])
    }
}

/// The rows of a text that are not empty.
fn lines(cx: &Context) -> Vec<TextRow> {
    let line = |items: Range<usize>| {
        let all = &cx.items[items.clone()];
        let mut words = all.iter().filter(|x| matches!(x.kind, Kind::Label(_) | Kind::Text));
        TextRow { items, figures: all.iter().any(|x| x.is_filled()), worded: words.nth(LEAST_HEADS - 1).is_some() }
    };
    cx.rows().map(|items| without_paragraph(cx, items)).filter(|items| !items.is_empty()).map(line).collect()
}

fn is_sentence(cx: &Context, item: usize) -> bool {
    cx.items[item].kind == Kind::Text && cx.words(item).ends_with('。')
}

/// A paragraph above a grid is no cell of its first row: no sign divides it from the first cell.
fn without_paragraph(cx: &Context, row: Range<usize>) -> Range<usize> {
    let apart = |i: usize| cx.between(i, i + 1).is_some_and(|t| !t.contains(CELL_END));
    let paragraph = |i: usize| cx.divider == Divider::Grid && i + 1 < row.end && cx.items[i].kind == Kind::Text && apart(i);
    row.clone().find(|&i| !paragraph(i)).unwrap_or(row.end)..row.end
}

/// The words of an item without the heading of the part above them: a paragraph above a grid goes on into its first cell.
fn without_heading<'c>(cx: &'c Context, item: usize) -> &'c str {
    let words = cx.words(item);
    let below = words.split_once('\n').filter(|(first, _)| is_heading(&cx.form.recognise.sections, first));
    below.map_or(words, |(_, below)| below)
}

/// The first of these heads that is out of order. The lower level stands under the heads that span it in this row, or,
/// `anew`, under all of the table's, of which some stand in a row above.
fn misplaced(named: &[(usize, Cow<[usize]>)], anew: bool) -> Option<usize> {
    let mut order = Order { anew, ..Order::default() };
    named.iter().find(|(_, of)| !order.goes_on(of)).map(|(item, _)| *item)
}

/// The columns that the heads of one row of the text name, as they come. Both levels of heads may stand in one row.
#[derive(Default)]
struct Order<'n> {
    seen: Vec<usize>,
    /// The columns that the last head may name.
    last: &'n [usize],
    /// Where the first of the heads that span columns stands, if nothing followed them yet.
    spanned: Option<usize>,
    /// The lower level has begun between two heads of the upper.
    below: bool,
    anew: bool,
}

impl<'n> Order<'n> {
    /// Takes a head that may name these columns; false where that is out of its order.
    fn goes_on(&mut self, of: &'n [usize]) -> bool {
        // The same head again: another piece of it, or its span was written out.
        if of == self.last {
            return true;
        }
        let spans = of.len() > 1 && of.windows(2).all(|w| w[1] == w[0] + 1);
        let under = self.spanned.filter(|_| !spans);
        let beyond = |c: usize| match under {
            Some(first) => c >= first || self.anew,
            None => self.seen.last().is_none_or(|&l| c > l),
        };
        // One that spans columns stands over the first of them.
        let mut next = if spans { &of[..1] } else { of }.iter().copied().find(|&c| beyond(c));
        if next.is_none() && !spans && !self.below {
            next = of.first().copied().filter(|&c| self.seen.windows(2).any(|w| w[0] < c && c < w[1]));
            self.below = true;
        }
        let Some(next) = next else { return false };
        self.spanned = if spans { self.spanned.or(Some(next)) } else { None };
        self.seen.push(next);
        self.last = of;
        true
    }
}

enum Verdict<'r> {
    /// Nothing stands there, or nothing that names a column.
    Nothing,
    /// The columns of the row that it may name.
    Columns(Cow<'r, [usize]>),
    /// A piece of several heads.
    Piece,
    Unknown,
}

/// What an item says as a head; of the column over which it stands, where that is known, a piece is enough.
fn verdict<'r>(cx: &Context, table: &Table, row: &'r Row, item: usize, over: Option<usize>) -> Verdict<'r> {
    let columns = |l: &LabelId| row.columns.get(l).map(Vec::as_slice);
    match cx.items[item].kind {
        Kind::Label(_) => {
            // One word may be several heads: 其他 of applicants and of outcomes.
            let mut named = cx.labels(item).iter().filter_map(columns);
            let of = match (named.next().unwrap_or_default(), named.next()) {
                (one, None) => Cow::Borrowed(one),
                (one, Some(other)) => Cow::Owned([one, other].into_iter().chain(named).flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()),
            };
            let elsewhere = || cx.labels(item).iter().any(|l| table.names.contains(l));
            if of.is_empty() && !elsewhere() { Verdict::Nothing } else { Verdict::Columns(of) }
        }
        Kind::Text if short(cx, item) => {
            let folded = fold(without_heading(cx, item));
            let letters = folded.chars().count();
            // `NaN`, `None` and the like stand for an empty cell.
            if folded.is_ascii() || cx.form.is_ignored(table.table, &folded) || cx.form.is_unit(&folded) || cx.form.words.ordinals.contains(&folded) {
                return Verdict::Nothing;
            }
            let near = |l: &LabelId| cx.form.texts(*l).iter().any(|t| t.contains(folded.as_str()) || folded.contains(t.as_str()) || (letters > 2 && is_near(cx.form, &folded, t)));
            if over.is_some_and(|c| row.names[c].iter().any(near)) {
                return Verdict::Piece;
            }
            let mut names = row.columns.iter().filter(|(l, _)| near(l));
            match (names.next(), names.next()) {
                (None, _) if !table.headers.iter().any(near) => Verdict::Unknown,
                (Some((_, of)), None) => Verdict::Columns(Cow::Borrowed(of)),
                _ => Verdict::Piece,
            }
        }
        _ => Verdict::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follows(heads: &[&[usize]]) -> bool {
        let mut order = Order::default();
        heads.iter().all(|of| order.goes_on(of))
    }

    /// Two procedures of two outcomes: what each head may name.
    const FIRST: &[usize] = &[0, 1];
    const SECOND: &[usize] = &[2, 3];
    const UPHELD: &[usize] = &[0, 2];
    const TOTAL: &[usize] = &[1, 3];

    #[test]
    fn heads_of_two_levels_follow_their_order() {
        assert!(follows(&[UPHELD, TOTAL, UPHELD, TOTAL]));
        assert!(follows(&[FIRST, SECOND, UPHELD, TOTAL, UPHELD, TOTAL]), "both levels in one row");
        assert!(follows(&[UPHELD, TOTAL, SECOND]), "the first procedure's outcomes beside the second");
        assert!(!follows(&[SECOND, FIRST]));
        assert!(!follows(&[UPHELD, TOTAL, &[4, 5], SECOND]), "two procedures changed places");
        assert!(!follows(&[TOTAL, UPHELD, TOTAL, UPHELD]));
        assert!(!follows(&[TOTAL, UPHELD, SECOND]));
    }

    #[test]
    fn a_lower_level_stands_between_heads_of_the_upper() {
        assert!(follows(&[&[0], &[3], &[1], &[2]]));
        assert!(!follows(&[&[0], &[3], &[2], &[1]]));
        assert!(!follows(&[&[3], &[0], &[1], &[2]]), "the total stands first");
        assert!(follows(&[&[0], &[0], &[1]]), "pieces of one head");
    }
}
