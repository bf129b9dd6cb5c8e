//! The validated definition of a statutory form: editions, tables, labels, indicators, identities. Everything that
//! a regulation or an office chose is data under `pipelines/`; what stands here only says which shapes it may have.
//!
//! A *form* is one statutory report (政府信息公开工作年度报告); an *edition* is the version of one notice; a *table* is
//! one statutory table in the editions that share it; a *row* holds the indicators of one label, in column order.

mod compare;
mod identities;
mod labels;
mod list;
mod load;
mod tables;
mod words;

pub use identities::{equal, exceeds, total};
pub use labels::in_one_script;
pub use list::WordList;
pub use load::{Fault, load, read};
pub use words::{Against, Beside, BodyWords, Each, Fields, FigureWords, InstitutionWords, LabelWords, Larger, LevelWords, OtherPage, Preamble, Recognise, Scope, TitleWords};

use std::collections::BTreeMap;

use crate::model::TEXT_CHECKS;

/// Index into [`Form::labels`].
pub type LabelId = u16;

/// Tables 2, 3 and 4 of the report, as index 0, 1 and 2.
pub const TABLES: [&str; 3] = ["t2", "t3", "t4"];

#[derive(Debug)]
pub struct Form {
    pub name: String,
    pub editions: Vec<Edition>,
    pub tables: Vec<Table>,
    pub labels: Vec<Label>,
    pub indicators: Vec<Indicator>,
    pub identities: Vec<Identity>,
    pub comparable: Vec<Comparable>,
    pub years: Vec<YearCheck>,
    pub rates: Vec<Rate>,
    pub ignore: Vec<Ignore>,
    pub figures: FigureWords,
    pub words: LabelWords,
    pub beside: Beside,
    pub recognise: Recognise,
    pub body: BodyWords,
    pub title: TitleWords,
    pub preamble: Preamble,
    /// The indicator that the number of applications in running text is held against.
    pub mentions_against: Option<u16>,
    /// Hash of every file the definition was read from.
    pub hash: String,
}

#[derive(Debug)]
pub struct Edition {
    /// `2021`
    pub key: String,
    /// The notice that introduced it.
    pub notice: String,
    /// How reports cite that notice, folded.
    pub cited: Vec<String>,
}

/// One statutory table in the editions that share it.
#[derive(Debug)]
pub struct Table {
    /// Index into [`Form::tables`].
    pub index: usize,
    /// Index into [`TABLES`].
    pub table: usize,
    /// Indices into [`Form::editions`].
    pub editions: Vec<u8>,
    /// Headings of the part of the report it stands in, folded.
    pub headings: Vec<String>,
    /// Labels of its head.
    pub headers: Vec<LabelId>,
    /// Heads that some other definition of the table does not have, of those that a definition names for it.
    pub telling: Vec<LabelId>,
    /// Groups of head labels; in each the heads must stand in one of the orders.
    pub head_orders: Vec<Vec<Vec<LabelId>>>,
    /// The heads of columns, and those that an order names beside them.
    pub column_heads: Vec<LabelId>,
    /// Those of them that are no row's: they span columns.
    pub frames: Vec<LabelId>,
    /// The heads that name columns, of whatever row.
    pub names: Vec<LabelId>,
    /// All rows with cells have the same heads.
    pub one_head: bool,
    /// Every row with cells ends in the total of all its others.
    pub total_last: bool,
    pub rows: Vec<Row>,
    /// The equalities between cells of several rows.
    pub sums: Vec<TableSum>,
}

impl Table {
    /// Whether none of its rows has a label: its heads alone tell it.
    pub fn is_unlabelled(&self) -> bool {
        self.rows.iter().all(|r| r.label.is_none())
    }

    /// Its rows with cells, as indices into [`Table::rows`].
    pub fn filled(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        (0..self.rows.len()).filter(|&r| !self.rows[r].is_heading())
    }

    /// The heads of the columns, where all rows with cells have the same.
    pub fn heads(&self) -> Option<&[LabelId]> {
        self.filled().next().filter(|_| self.one_head).map(|r| self.rows[r].heads.as_slice())
    }
}

#[derive(Debug)]
pub struct Row {
    /// None for a row that stands under its head without a label (table 4).
    pub label: Option<LabelId>,
    /// The heading within the table that it belongs to.
    pub parent: Option<LabelId>,
    /// In which label column its label stands, from 1.
    pub depth: u8,
    /// The headings above it, the nearest first: each stands further left than the one below.
    pub headings: Vec<LabelId>,
    /// Indices into [`Form::indicators`], in column order; empty for a heading.
    pub cells: Vec<u16>,
    /// The head of each column; empty where columns have no head of their own (table 4).
    pub heads: Vec<LabelId>,
    /// The heads that together name each column: its own, or one of each level (行政复议, 结果维持).
    pub names: Vec<Vec<LabelId>>,
    /// By head, the columns that it names, alone or with another.
    pub columns: BTreeMap<LabelId, Vec<usize>>,
    /// The equalities that lie wholly within the row, as places of its cells.
    pub sums: Vec<RowSum>,
}

impl Row {
    /// Whether it has no cells: it names the rows below it.
    pub fn is_heading(&self) -> bool {
        self.cells.is_empty()
    }
}

/// An equality between cells of one row: both sides as indices into [`Row::cells`].
#[derive(Clone, Debug, PartialEq)]
pub struct RowSum {
    pub left: Vec<usize>,
    pub right: Vec<usize>,
}

/// An equality between cells of several rows, both sides as indices into [`Form::indicators`].
#[derive(Clone, Debug, PartialEq)]
pub struct TableSum {
    /// Where its first term stands.
    pub column: usize,
    /// Of its terms, indices into [`Table::rows`].
    pub rows: Vec<usize>,
    pub left: Vec<u16>,
    pub right: Vec<u16>,
}

#[derive(Debug)]
pub struct Label {
    /// Index into [`TABLES`].
    pub table: usize,
    pub key: String,
    /// The statutory text and its aliases, folded.
    pub texts: Vec<String>,
    /// The statutory text as written.
    pub statutory: String,
    /// Whether the name of a unit stands in one of the texts.
    pub has_unit: bool,
    /// So short that it says what its row is only together with the heading above it.
    pub is_brief: bool,
}

#[derive(Debug)]
pub struct Indicator {
    /// `t3_received_person`
    pub name: String,
    /// Index into [`TABLES`].
    pub table: usize,
    /// Indices into [`Form::editions`].
    pub editions: Vec<u8>,
    pub unit: String,
    /// The largest figure that can be meant, whoever reports; digits that ran together make larger ones.
    pub most: f64,
    /// It counts things: no unit of its figures is a fraction of another.
    pub whole: bool,
    /// It may be less than nothing.
    pub signed: bool,
    pub name_zh: String,
    pub name_en: String,
    /// Index into [`Form::comparable`]; none where no other edition has the same thing.
    pub comparable: Option<u16>,
}

/// What several editions count alike, though perhaps in different rows: the figures of one report that share a key, added
/// up, may be compared between editions.
#[derive(Debug)]
pub struct Comparable {
    /// The name of one of its indicators.
    pub key: String,
    /// Index into [`Form::indicators`] of the indicator with that name.
    pub named: u16,
    /// Indices into [`Form::indicators`], of all editions.
    pub parts: Vec<u16>,
    /// Why the law means the same thing.
    pub because: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Equal,
    AtMost,
}

/// One accounting identity, its template already filled in.
#[derive(Debug)]
pub struct Identity {
    pub name: String,
    pub table: usize,
    pub editions: Vec<u8>,
    pub left: Vec<u16>,
    pub relation: Relation,
    pub right: Vec<u16>,
    pub zh: String,
    /// The same in English; empty where the form does not say it.
    pub en: String,
}

/// A check of a report against the report of the same body for the year before. All terms are indices into
/// [`Form::indicators`].
#[derive(Debug)]
pub struct YearCheck {
    pub name: String,
    /// Editions that have every term of this year.
    pub editions: Vec<u8>,
    /// Index into [`TABLES`].
    pub table: usize,
    /// The left side.
    pub this_year: Vec<u16>,
    /// The right side: figures of the year before, and what this year adds to and takes from them.
    pub last_year: Vec<u16>,
    pub plus: Vec<u16>,
    pub minus: Vec<u16>,
    pub zh: String,
    /// The same in English; empty where the form does not say it.
    pub en: String,
}

/// A share of one sum of indicators in another, by region and year.
#[derive(Debug)]
pub struct Rate {
    pub name: String,
    /// Indices into [`Form::indicators`].
    pub numerator: Vec<u16>,
    pub denominator: Vec<u16>,
    pub zh: String,
    pub en: String,
}

/// A text in a table that is known not to be part of the form.
#[derive(Debug)]
pub struct Ignore {
    pub table: usize,
    pub folded: String,
    pub reason: String,
}

impl Form {
    /// The table of one edition; every edition has each of the three.
    pub fn table(&self, table: usize, edition: u8) -> &Table {
        self.tables
            .iter()
            .find(|t| t.table == table && t.editions.contains(&edition))
            .expect("a validated form has every table in every edition")
    }

    /// The indicators of one table in one edition, in the form's order.
    pub fn cells(&self, table: usize, edition: u8) -> impl Iterator<Item = u16> + '_ {
        self.table(table, edition).rows.iter().flat_map(|r| r.cells.iter().copied())
    }

    /// The edition by which each table of a report is tested, and of which it is asked for these cells: the one that was found, and for
    /// a table that is not in the file that of another which has its cells, or the first that does.
    pub fn tested_as(&self, found: [Option<u8>; TABLES.len()], cells: impl Iterator<Item = u16> + Clone) -> [Option<u8>; TABLES.len()] {
        let others = [found[1], found[0], found[2]].into_iter().flatten().chain(0..self.editions.len() as u8);
        let has = |t: usize, e: u8| cells.clone().map(|i| &self.indicators[usize::from(i)]).filter(|i| i.table == t).all(|i| i.editions.contains(&e));
        std::array::from_fn(|t| found[t].or_else(|| others.clone().find(|&e| has(t, e))))
    }

    /// The names of all checks by number: identities, checks of running text, checks over years.
    pub fn check_names(&self) -> impl Iterator<Item = &str> {
        self.identities.iter().map(|d| d.name.as_str()).chain(TEXT_CHECKS).chain(self.years.iter().map(|y| y.name.as_str()))
    }

    /// The number of the first check over years.
    pub fn first_year_check(&self) -> usize {
        self.identities.len() + TEXT_CHECKS.len()
    }

    /// Name of an identity or a check over years, and its meaning in Chinese and in English; none for a check of running text.
    pub fn check_words(&self, number: u16) -> Option<(&str, &str, &str)> {
        let identity = self.identities.get(number as usize).map(|d| (d.name.as_str(), d.zh.as_str(), d.en.as_str()));
        let year = || (number as usize).checked_sub(self.first_year_check()).and_then(|n| self.years.get(n));
        identity.or_else(|| year().map(|y| (y.name.as_str(), y.zh.as_str(), y.en.as_str())))
    }

    /// What all terms of a check are about, in Chinese and in English: their row or their column, and of terms that share
    /// neither the first on the right. It tells checks of the same words apart; empty for a check of running text.
    pub fn check_subject(&self, number: u16) -> [String; 2] {
        let identity = self.identities.get(number as usize).map(|d| [&d.right[..], &d.left[..]]);
        let year = || (number as usize).checked_sub(self.first_year_check()).and_then(|n| self.years.get(n));
        let sides = identity.or_else(|| year().map(|y| [&y.this_year[..], &y.last_year[..]])).unwrap_or_default();
        let terms = || sides.into_iter().flatten().map(|&i| &self.indicators[usize::from(i)]);
        let chinese: Vec<_> = terms().map(Indicator::row_and_column).collect();
        let english: Vec<_> = terms().map(|i| i.name_en.rsplit_once(", ").unwrap_or((&i.name_en, ""))).collect();
        [(chinese, "："), (english, ", ")].map(|(names, between)| shared(&names, between))
    }

    /// The unit of all figures of a table; none where it has several.
    pub fn unit_of_table(&self, table: usize) -> Option<&str> {
        let mut units = self.indicators.iter().filter(|i| i.table == table).map(|i| i.unit.as_str());
        let first = units.next()?;
        units.all(|u| u == first).then_some(first)
    }

    /// Every text of a label, folded.
    pub fn texts(&self, label: LabelId) -> &[String] {
        &self.labels[usize::from(label)].texts
    }

    /// Those of a row's label; none where it has no label.
    pub fn texts_of(&self, row: &Row) -> &[String] {
        row.label.map_or(&[], |l| self.texts(l))
    }

    /// Whether folded words are a unit in which anything is counted.
    pub fn is_unit(&self, folded: &str) -> bool {
        self.figures.units.values().any(|m| m.contains_key(folded))
    }

    /// Whether folded words in a table are known to be none of its labels.
    pub fn is_ignored(&self, table: usize, folded: &str) -> bool {
        self.ignore.iter().any(|g| g.table == table && folded.ends_with(&g.folded))
    }

    /// The edition with this key.
    pub fn edition(&self, key: &str) -> Option<u8> {
        self.editions.iter().position(|e| e.key == key).map(|i| i as u8)
    }

    /// The editions of a report's tables by their keys.
    pub fn editions_of(&self, keys: &[Option<impl AsRef<str>>; TABLES.len()]) -> [Option<u8>; TABLES.len()] {
        std::array::from_fn(|t| self.edition(keys[t].as_ref()?.as_ref()))
    }
}

impl Indicator {
    /// Its row and its column in Chinese; the column may be empty.
    pub fn row_and_column(&self) -> (&str, &str) {
        self.name_zh.rsplit_once('：').unwrap_or((&self.name_zh, ""))
    }
}

/// The row or the column that names share, else the first name.
fn shared(names: &[(&str, &str)], between: &str) -> String {
    let Some(&(row, column)) = names.first() else { return String::new() };
    match () {
        _ if names.iter().all(|n| n.0 == row) => row.to_string(),
        _ if !column.is_empty() && names.iter().all(|n| n.1 == column) => column.to_string(),
        _ => format!("{row}{between}{column}"),
    }
}
