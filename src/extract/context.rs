//! What the rooms of this stage hand to each other: a text as the aligner sees it, and a table tied to its cells.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::extract::beside::captions::{Foreign, Told};
use crate::extract::beside::units::Stated;
use crate::extract::items::atoms::JOINED;
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::extract::items::labels::{Hit, Lexicon, Role};
use crate::extract::rows::above::TextRow;
use crate::extract::rows::chain::LabelAt;
use crate::extract::rows::named::Named;
use crate::extract::words::wanted::places;
use crate::fold::fold_char;
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
    /// A row whose label stands there letter for letter, with what is behind it; it is not tied to any cell.
    pub fn new(row: usize, item: usize, all: Vec<usize>) -> FoundRow {
        FoundRow { row, item, exact: true, cells: None, all, why: None, named: None }
    }

    /// Doubts the row, unless something speaks against it already.
    pub fn doubt(&mut self, why: Why) {
        self.why.get_or_insert(why);
    }

    /// Whether it could be tied to its cells.
    pub fn is_tied(&self) -> bool {
        self.cells.is_some() || self.named.is_some()
    }

    /// The items that stand for its cells; none where they could not be tied to them.
    pub fn tied(&self) -> &[usize] {
        self.cells.as_deref().unwrap_or_default()
    }

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
    /// Rows that a second place in the text claims, with what stands there.
    pub rivals: Vec<FoundRow>,
    /// Totals that are missing were left out: no row lost a cell and was filled up.
    pub proven: bool,
}

impl Alignment {
    pub fn complete(&self) -> usize {
        self.rows.iter().filter(|r| r.is_tied() && r.why.is_none()).count()
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
    /// By item: it is a cell with nothing in it.
    pub empty: Vec<bool>,
    /// The items that end a row.
    pub ends: Vec<usize>,
    /// The rows of the text that are not empty, once a table asks for them.
    pub lines: OnceCell<Vec<TextRow>>,
    /// The labels among the items.
    pub places: Vec<LabelAt>,
    /// By label of the form: it is among them.
    pub stands: Vec<bool>,
    /// One of them stands twice side by side, as a head does that was written once for each column that it spans.
    pub repeats: bool,
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

    /// What an item may be in `table`; nothing if it is no label.
    pub fn role_of(&self, table: &Table, item: usize) -> Role {
        if let Kind::Label(hit) = self.items[item].kind { self.role(table, hit) } else { Role::default() }
    }

    /// Which head of `table` an item is.
    pub fn head(&self, table: &Table, item: usize) -> Option<LabelId> {
        self.role_of(table, item).head
    }

    /// The rows of the text, without what ends them; some may be empty.
    pub fn rows(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut start = 0;
        self.ends.iter().copied().chain([self.items.len()]).map(move |end| std::mem::replace(&mut start, end + 1)..end)
    }

    /// The row of the text in which an item stands, or which it ends; without what ends it.
    pub fn row_of(&self, item: usize) -> Range<usize> {
        let end = self.ends.partition_point(|e| *e < item);
        end.checked_sub(1).map_or(0, |e| self.ends[e] + 1)..self.ends.get(end).copied().unwrap_or(self.items.len())
    }

    /// The first item behind another one that is a label, words or a cell.
    pub fn next(&self, item: usize) -> Option<usize> {
        (item + 1..self.items.len()).find(|&i| !self.items[i].is_break())
    }

    /// The last one before it.
    pub fn last(&self, item: usize) -> Option<usize> {
        (0..item).rev().find(|&i| !self.items[i].is_break())
    }

    /// What stands in the text between two items; none where they are parts of the same words.
    pub fn between(&self, a: usize, b: usize) -> Option<&str> {
        self.text.get(self.items[a].end as usize..self.items[b].start as usize)
    }

    /// The first letter of an item, folded.
    pub fn first_letter(&self, item: usize) -> Option<char> {
        self.words(item).chars().find_map(fold_char)
    }

    /// Whether a label stands anywhere in the text.
    pub fn has(&self, label: LabelId) -> bool {
        self.stands[usize::from(label)]
    }

    /// Whether an item is this report's.
    pub fn is_own(&self, item: usize) -> bool {
        !self.foreign.iter().any(|f| f.items.contains(&item))
    }

    /// Whether a label is among items.
    pub fn has_label(&self, items: &Range<usize>) -> bool {
        self.items[items.clone()].iter().any(|x| matches!(x.kind, Kind::Label(_)))
    }

    /// Whether words at a byte of the text say that tables are not this report's. Where none stand behind them, as at the foot of a
    /// page, they say it of the report.
    pub fn begins_foreign_tables(&self, at: usize) -> bool {
        self.foreign.iter().any(|f| (f.words.0 as usize..f.words.1 as usize).contains(&at) && self.has_label(&f.items))
    }

    /// Where what is not this report's begins next.
    pub fn own_until(&self, item: usize) -> usize {
        self.foreign.iter().map(|f| f.items.start).find(|&start| start >= item).unwrap_or(self.items.len())
    }

    /// The line on which an item ends.
    pub fn last_line(&self, item: usize) -> u32 {
        self.items[item].line + self.words(item).bytes().filter(|b| [b'\n', JOINED as u8].contains(b)).count() as u32
    }

    /// The words of an item as they stand.
    pub fn words(&self, item: usize) -> &str {
        &self.text[self.items[item].start as usize..self.items[item].end as usize]
    }
}

/// How many different ones of the heads found only this edition has.
pub fn telling(table: &Table, heads: &[(usize, LabelId)]) -> usize {
    heads.iter().map(|(_, l)| l).filter(|l| table.telling.contains(l)).collect::<BTreeSet<_>>().len()
}

/// Whether the words of an item are few enough for a label, a head or a piece of one.
pub fn short(cx: &Context, item: usize) -> bool {
    cx.words(item).chars().count() <= 30
}
