//! Cells that stand behind the names of their row and of their column, each by itself: `规章 - 本年制发件数：3`, or a label
//! with its heads and figures below it, as pages for small screens write a table.

use std::collections::BTreeSet;

use super::aligned;
use super::chain::{LabelAt, qualified};
use super::meaning::doubt_joined;
use super::windows::stands_between;
use super::withhold::is_cut;
use crate::extract::context::{Alignment, Context, FoundRow, Why, short, telling};
use crate::extract::items::atoms::COLON;
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::extract::items::labels::{is_numbering, unnumbered};
use crate::fold::fold;
use crate::form::{LabelId, RowSum, Table, exceeds, total};

/// What was found of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Named {
    #[default]
    Nowhere,
    /// The text shows that nothing stands in its place.
    Empty,
    /// The item that stands behind its names.
    Item(usize),
    /// Its names stand twice, with different things behind them.
    Torn(usize),
    /// Its names stand once, in a table that stands twice with other figures.
    Alone(usize),
    /// Which of the row's figures is its, if any, cannot be told.
    Unclear,
}

/// So few cells of a table may bear their names by chance: a label without a figure above a head that has one.
const LEAST: usize = 3;

/// So many rows that stand again are a second table.
pub const AGAIN: usize = 3;

/// So many parts of a table of one row that stand again are one.
const PARTS_AGAIN: usize = 2;

/// Adds the cells that bear their names to the rows that could not be read by what stands behind their label. Where those that could
/// be read are a table once more in such cells, these are rivals.
pub fn complete(cx: &Context, table: &Table, ordinary: Option<Alignment>) -> Option<Alignment> {
    let whole = ordinary.as_ref().is_some_and(Alignment::is_whole);
    // Most texts have but two heads with a figure right behind them, those that are labels of rows too. Where all rows are read, those
    // are known, and an empty cell behind a head is padding.
    let read: &[FoundRow] = ordinary.as_ref().filter(|_| whole).map_or(&[], |a| &a.rows);
    let may_be_named = |x: &Item| if whole { x.is_figure() } else { x.is_cell() && x.kind != Kind::Unreadable };
    let followed = |item: usize| cx.items[item + 1..].iter().take(2).any(may_be_named);
    let is_named = |p: &&LabelAt| cx.role(table, p.hit).head.is_some() && followed(p.item) && !read.iter().any(|r| r.item == p.item);
    if cx.places.iter().filter(is_named).count() < LEAST {
        return ordinary;
    }
    let mut reading = Naming { cx, table, home: home(table), row: None, prefix: None, prefixes: Vec::new(), last: None, numbered: false, found: Vec::new(), again: BTreeSet::new() };
    reading.all();
    reading.doubt_alone();
    drop_unread(cx, table, &mut reading.found);
    let cells = |rows: &[FoundRow]| rows.iter().flat_map(|r| r.named.iter().flatten()).filter(|n| **n != Named::Nowhere).count();
    if cells(&reading.found) < LEAST {
        return ordinary;
    }
    let mut out = ordinary.unwrap_or_default();
    doubt_short(&mut reading.found);
    doubt_lines(cx, table, &mut reading.found);
    doubt_joined(cx, table, &mut reading.found);
    doubt_below(cx, table, &mut reading.found);
    doubt_cut(cx, table, &mut reading.found);
    let open = |r: &FoundRow| r.named.is_none() && (r.why.is_some() || r.cells.as_ref().is_none_or(|c| c.iter().any(|&i| cx.items[i].kind == Kind::Unreadable)));
    // The words of some heads name a row as well: of one whose cells are named, such a head is no rival.
    let drop_heads = |rivals: &mut Vec<FoundRow>, row: usize| rivals.retain(|r| r.row != row || cx.head(table, r.item).is_none());
    let mut again: Vec<FoundRow> = Vec::new();
    for row in reading.found {
        match out.rows.iter_mut().find(|r| r.row == row.row) {
            Some(r) if !whole && open(r) => {
                drop_heads(&mut out.rivals, row.row);
                let first = std::mem::replace(r, row);
                again.extend((first.item != r.item && first.all.iter().any(|&i| cx.items[i].is_figure())).then_some(first));
            }
            Some(_) => again.push(row),
            None if whole => {}
            None => {
                drop_heads(&mut out.rivals, row.row);
                out.rows.push(row);
            }
        }
    }
    if is_table(table, &again) {
        out.rivals.extend(again);
    }
    if whole {
        return Some(out);
    }
    out.rows.sort_by_key(|r| r.row);
    out.heads = cx.places.iter().filter(|p| cx.is_own(p.item)).filter_map(|p| Some((p.item, cx.role(table, p.hit).head?))).collect();
    out.telling = telling(table, &out.heads);
    Some(out)
}

/// Whether rows are so many that they are a table, or are most of its one row.
fn is_table(table: &Table, rows: &[FoundRow]) -> bool {
    let most = |r: &FoundRow| r.all.len() * 2 > table.rows[r.row].cells.len();
    rows.len() >= AGAIN || home(table).is_some() && rows.iter().any(most)
}

/// Takes rows back that lack their last columns where no row lacks another one: whoever wrote the names beside figures of
/// which the empty ones were dropped gave the names of the first columns to those of later ones.
fn doubt_short(rows: &mut [FoundRow]) {
    let end = |n: &[Named]| n.iter().rposition(|n| *n != Named::Nowhere).map_or(0, |l| l + 1);
    let inner = |r: &FoundRow| r.named.as_ref().is_some_and(|n| n[..end(n)].contains(&Named::Nowhere));
    if !rows.iter().any(inner) {
        rows.iter_mut().filter(|r| r.named.as_ref().is_some_and(|n| end(n) < n.len())).for_each(|r| r.named = None);
    }
}

/// Leaves out rows of which a cell is empty where figures stand below that bear no name: what stands between heads may be a gap, and
/// the figures the row's own.
fn drop_unread(cx: &Context, table: &Table, rows: &mut Vec<FoundRow>) {
    let named: Vec<usize> = rows.iter().flat_map(|r| &r.all).copied().collect();
    let goes_on = |&i: &usize| match cx.items[i].kind {
        Kind::Label(hit) => cx.role(table, hit).head.is_some(),
        Kind::Text => short(cx, i),
        _ => true,
    };
    let is_read = |row: &FoundRow| {
        let Some(&last) = row.all.iter().max().filter(|_| row.all.iter().any(|&i| cx.items[i].kind == Kind::Blank)) else { return true };
        let unread = (last + 1..cx.items.len()).take_while(goes_on).filter(|i| cx.items[*i].is_filled() && !named.contains(i));
        unread.take(LEAST_UNREAD).count() < LEAST_UNREAD
    };
    rows.retain(is_read);
}

/// A figure by itself may be a page's number.
const LEAST_UNREAD: usize = 2;

/// Takes rows back whose names and figures all stand on one line and contradict their total: another row's label may be
/// meant by the words, or a figure was lost and another gained. Where two without a total end in what may be theirs, all
/// without one are taken back.
fn doubt_lines(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let (mut bare, mut summed) = (Vec::new(), 0);
    let of_line = |r: &&mut FoundRow| table.rows[r.row].label.is_some() && r.all.iter().all(|&i| cx.items[i].line == cx.items[r.item].line);
    for row in rows.iter_mut().filter(|r| cx.divider == Divider::Lines && of_line(r)) {
        let Some(named) = &row.named else { continue };
        let at_row = row.row;
        let value = |at: usize| match named[at] {
            Named::Item(i) => cx.items[i].value(),
            Named::Nowhere | Named::Empty => Some(0.0),
            Named::Torn(_) | Named::Alone(_) | Named::Unclear => None,
        };
        let stands = |at: &usize| matches!(named[*at], Named::Item(i) if cx.items[i].kind != Kind::Blank);
        let fails = |s: &RowSum| s.right.iter().all(stands) && s.holds(value) == Some(false);
        // One without a total may be one column aside, so that the total is the last of its figures.
        let ends_in_total = |s: &RowSum| {
            let last = s.left.iter().rposition(stands).filter(|n| *n > 0)?;
            let before = total(&s.left[..last], value).filter(|b| *b > 0.0)?;
            Some(!exceeds(before, value(s.left[last])?))
        };
        let mut open = table.rows[at_row].sums.iter().filter(|s| !s.right.iter().any(stands)).peekable();
        if open.peek().is_some() {
            bare.push(at_row);
            summed += usize::from(open.any(|s| ends_in_total(s) == Some(true)));
        }
        if table.rows[at_row].sums.iter().any(fails) {
            row.named = None;
        }
    }
    if summed > 1 {
        rows.iter_mut().filter(|r| bare.contains(&r.row)).for_each(|r| r.named = None);
    }
}

/// Doubts rows of which a figure stands below its name where most stand beside theirs, unless their sums hold: nothing was left of
/// the figure's own cell, and the number of a page may stand there.
fn doubt_below(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let name = |cell: usize| (0..cell).rev().find(|&i| cx.items[i].is_label());
    let below = |&i: &usize| name(i).is_some_and(|name| cx.last_line(name) < cx.items[i].line);
    let cells = || rows.iter().flat_map(|r| &r.all);
    if cells().filter(|i| below(i)).count() * 4 > cells().count() {
        return;
    }
    for row in rows.iter_mut() {
        let holds = |named: &Vec<Named>| !table.rows[row.row].sums.is_empty() && table.rows[row.row].sums.iter().all(|s| aligned::holds(cx, named, s));
        let Some(item) = row.all.iter().copied().find(|i| below(i)).filter(|_| !row.named.as_ref().is_some_and(holds)) else { continue };
        row.doubt(Why::Paged(item));
    }
}

/// Doubts a row whose named figure ends with the text, which may have been cut within it, unless its sums say that it is whole.
fn doubt_cut(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    for row in rows.iter_mut() {
        let Some(item) = row.all.iter().copied().find(|&i| is_cut(cx, i)) else { continue };
        let Some(named) = &row.named else { continue };
        let at = named.iter().position(|n| *n == Named::Item(item));
        let of_it = |s: &&RowSum| s.left.iter().chain(&s.right).any(|place| Some(*place) == at);
        let mut sums = table.rows[row.row].sums.iter().filter(of_it).peekable();
        let is_whole = sums.peek().is_some() && sums.all(|s| aligned::holds(cx, named, s));
        if !is_whole {
            row.doubt(Why::Cut(item));
        }
    }
}

/// The row of a table that has but one and no label for it.
fn home(table: &Table) -> Option<usize> {
    table.filled().next().filter(|&r| table.rows[r].label.is_none())
}

/// A sign that leads from a name to the next or to the figure.
fn is_sign(words: &str) -> bool {
    let words = words.trim();
    !words.is_empty() && words.chars().all(|c| matches!(c, '>' | '＞' | '»' | '→' | '=' | '＝' | ':' | '：' | '·'))
}

/// True for a dash between a label and what follows it on its line.
fn divides(cx: &Context, item: usize) -> bool {
    fold(cx.words(item)).is_empty() && stands_between(cx, item, |k| matches!(k, Kind::Label(_)), |k| matches!(k, Kind::Label(_) | Kind::Figure(_) | Kind::WithUnit(..)))
}

/// Whether what begins a row or a line of its own are words with a number, as 附表2 above the next table, and no figure.
fn is_caption(cx: &Context, item: usize) -> bool {
    let below = |before: usize| cx.items[before].kind == Kind::RowEnd || cx.divider == Divider::Lines && cx.items[before].line < cx.items[item].line;
    let words = || cx.words(item).trim().ends_with(COLON) || !fold(cx.words(item)).is_ascii();
    cx.items[item].kind == Kind::Unreadable && item.checked_sub(1).is_some_and(below) && words()
}

/// Whether numbering stands before a label, and no other label between. A fragment that holds a whole row numbers its first one.
fn is_numbered(cx: &Context, item: usize) -> bool {
    let label = cx.items[..item].iter().rev().find(|x| x.is_label());
    if label.is_some_and(|label| label.start == cx.items[item].start) {
        return false;
    }
    let folded = fold(cx.words(item));
    let before = item.checked_sub(1).and_then(|before| cx.between(before, item)).map(fold).unwrap_or_default();
    unnumbered(&folded).len() < folded.len() || !before.is_empty() && is_numbering(&before)
}

struct Naming<'a, 'c> {
    cx: &'a Context<'c>,
    table: &'a Table,
    home: Option<usize>,
    /// The row that was named last, and the item that names it.
    row: Option<(usize, usize)>,
    /// The head that was named last and that names a column together with another.
    prefix: Option<LabelId>,
    /// Those that were named one behind the other, with no column between them.
    prefixes: Vec<LabelId>,
    /// The last column of the row that was named: behind it only later ones follow until the row is named again.
    last: Option<usize>,
    /// Whether numbering stands before the last head.
    numbered: bool,
    found: Vec<FoundRow>,
    /// Rows and columns that were named again.
    again: BTreeSet<(usize, usize)>,
}

impl Naming<'_, '_> {
    fn all(&mut self) {
        let cx = self.cx;
        let divides = |i: usize| is_sign(cx.words(i)) || cx.divider == Divider::Lines && divides(cx, i);
        let stands = |&i: &usize| !cx.items[i].is_break() && (cx.items[i].is_label() || cx.items[i].is_figure() || !divides(i));
        let items: Vec<usize> = (0..cx.items.len()).filter(|&i| cx.is_own(i)).filter(stands).collect();
        let mut at = 0;
        while let Some(&item) = items.get(at) {
            let cell = |n: usize| items.get(at + n).copied().filter(|&i| cx.items[i].is_cell());
            let more = || cell(2).is_some_and(|i| !is_caption(cx, i));
            at += 1 + match cx.items[item].kind {
                Kind::Label(hit) => usize::from(self.label(item, hit, cell(1), more())),
                _ => {
                    self.lost();
                    0
                }
            };
        }
    }

    fn lost(&mut self) {
        (self.row, self.prefix, self.last) = (None, None, None);
        self.prefixes.clear();
    }

    /// Takes a label and the cell behind it, if there is just one; true where that is its own.
    fn label(&mut self, item: usize, hit: u32, cell: Option<usize>, more: bool) -> bool {
        let (cx, role) = (self.cx, self.cx.role(self.table, hit));
        if !role.own {
            self.lost();
            return false;
        }
        // What is another's takes its figure along; as a row's label, all below it.
        if qualified(cx, item) {
            if cell.is_none() {
                self.lost();
            }
            return cell.is_some();
        }
        let labels = cx.labels(item);
        // 3.其他 names a row, unless the heads are numbered as well.
        let numbered = is_numbered(cx, item);
        let column = self.column(labels).filter(|_| role.row.is_none() || !numbered || self.numbered);
        self.numbered = column.is_some() && numbered;
        match cell.filter(|&c| cx.divider != Divider::Lines || cx.items[c].line == cx.items[item].line) {
            Some(cell) if !more && column.is_some_and(|c| self.last.is_none_or(|l| c > l)) => {
                self.take(item, column.unwrap_or_default(), cell);
                return true;
            }
            Some(_) => self.lost(),
            // A head with nothing behind it. The words of some heads name a row as well, but not before the last head.
            None if column.is_some_and(|c| self.last.is_none_or(|l| c > l) && (role.row.is_none() || self.last.is_some())) => {
                self.last = column;
                self.prefixes.clear();
            }
            None => {
                // Where words that were not understood ended the row in hand, 其他 may be its column as well as a row, but not
                // behind the name of a row's group.
                let grouped = item > 0 && cx.items[item - 1].line == cx.items[item].line && matches!(cx.items[item - 1].kind, Kind::Label(h) if cx.role(self.table, h).head.is_none());
                if let Some(row) = role.row.map(usize::from).filter(|_| self.row.is_some() || role.head.is_none() || grouped) {
                    self.lost();
                    self.row = Some((row, item)).filter(|_| !self.table.rows[row].is_heading());
                }
                let begins = |l: &&LabelId| self.table.rows.iter().any(|r| r.names.iter().any(|n| n.len() > 1 && n[0] == **l));
                if let Some(&prefix) = labels.iter().find(begins) {
                    // What stands below two of them may be either's, unless one of them stands there again.
                    self.prefix = Some(prefix).filter(|_| self.prefixes.iter().all(|p| *p == prefix) || self.prefixes.contains(&prefix));
                    self.prefixes.push(prefix);
                }
            }
        }
        false
    }

    /// Where the table stands twice with other figures, those of either alone may be either's.
    fn doubt_alone(&mut self) {
        let names = |row: usize, column: usize| self.table.rows[row].names[column].first();
        let rows: BTreeSet<usize> = self.again.iter().map(|a| a.0).collect();
        let parts: BTreeSet<Option<&LabelId>> = self.again.iter().filter(|a| self.home == Some(a.0)).map(|a| names(a.0, a.1)).collect();
        let torn = self.found.iter().flat_map(|r| r.named.iter().flatten()).any(|n| matches!(n, Named::Torn(_)));
        if !torn || rows.len() < AGAIN && parts.len() < PARTS_AGAIN {
            return;
        }
        for row in &mut self.found {
            for (column, named) in row.named.iter_mut().flatten().enumerate() {
                if let Named::Item(i) = *named && !self.again.contains(&(row.row, column)) {
                    *named = Named::Alone(i);
                }
            }
        }
    }

    fn row(&self) -> Option<usize> {
        self.row.map(|r| r.0).or(self.home)
    }

    /// The column of the row in hand that these words name, together with the head before them where it takes two.
    fn column(&self, labels: &[LabelId]) -> Option<usize> {
        let names = &self.table.rows[self.row()?].names;
        names.iter().position(|n| n.last().is_some_and(|l| labels.contains(l)) && (n.len() == 1 || self.prefix == n.first().copied()))
    }

    fn take(&mut self, head: usize, column: usize, cell: usize) {
        let Some(row) = self.row() else { return };
        self.prefixes.clear();
        // A table with one row names its columns in whatever order.
        self.last = self.row.map(|_| column);
        let at = self.found.iter().position(|f| f.row == row).unwrap_or_else(|| {
            let item = self.row.map_or(head, |r| r.1);
            let named = vec![Named::Nowhere; self.table.rows[row].cells.len()];
            self.found.push(FoundRow { named: Some(named), ..FoundRow::new(row, item, Vec::new()) });
            self.found.len() - 1
        });
        let found = &mut self.found[at];
        found.all.push(cell);
        if let Some(named) = &mut found.named {
            if named[column] != Named::Nowhere {
                self.again.insert((row, column));
            }
            named[column] = match named[column] {
                Named::Nowhere | Named::Empty => Named::Item(cell),
                Named::Item(first) if self.cx.items[first].kind == self.cx.items[cell].kind => Named::Item(first),
                Named::Item(first) | Named::Torn(first) | Named::Alone(first) => Named::Torn(first),
                Named::Unclear => Named::Unclear,
            };
        }
    }
}
