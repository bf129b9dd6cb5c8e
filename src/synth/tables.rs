//! The statutory tables as grids of origin cells with spans. Their shape is data (`data/synth/tables.toml`), their
//! labels come from the form definition.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::figures::Entry;
use super::{chance, invalid, pick};
use crate::form::{Form, LabelId, TABLES};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Label,
    /// The figure of one indicator.
    Figure(u16),
    /// A figure that belongs to no indicator of the form.
    Stranger,
}

/// A cell where its span begins. A line break in the text is a paragraph break within the cell.
#[derive(Clone, Debug)]
pub struct Cell {
    pub text: String,
    pub cols: usize,
    pub rows: usize,
    pub kind: Kind,
    /// Left out of the file though the report has it: a dropped blank, a figure glued to its neighbour.
    pub hidden: bool,
}

#[derive(Clone, Debug)]
pub struct Grid {
    /// Index into [`TABLES`].
    pub table: usize,
    pub width: usize,
    pub rows: Vec<Vec<Cell>>,
    /// Row at which a page break cut the table.
    pub cut: Option<usize>,
}

/// One column of one row.
#[derive(Clone, Copy, Debug)]
pub enum Slot<'a> {
    Cell(&'a Cell),
    /// Covered by a cell of a row above; stands once for all columns of that cell.
    Down,
    /// Covered by the cell or the [`Slot::Down`] to its left.
    Across,
}

/// How one report writes its labels.
#[derive(Clone, Debug, Default)]
pub struct LabelStyle {
    pub ascii_brackets: bool,
    /// Share of labels that are broken where a narrow column breaks them.
    pub broken: f64,
    /// Share of labels in another wording that the form definition knows.
    pub alias: f64,
    /// 自 然 人
    pub spaced_person: bool,
}

#[derive(Deserialize)]
struct File {
    table: Vec<TableEntry>,
    breaks: BTreeMap<String, BTreeMap<String, String>>,
    faults: FaultTexts,
}

#[derive(Deserialize)]
struct TableEntry {
    table: String,
    edition: String,
    width: usize,
    rows: Vec<String>,
}

/// Texts that stand in the tables of damaged reports.
#[derive(Deserialize)]
pub struct FaultTexts {
    pub wrong_characters: String,
    pub unknown_labels: Vec<String>,
    pub extra_t2: Vec<String>,
    pub extra_t3: Vec<String>,
    pub digit_notes: Vec<String>,
}

enum Word {
    Label { prefix: String, label: LabelId, cols: usize, rows: usize, broken: Option<String> },
    Figures { cells: Vec<u16>, cols: usize, last: usize },
}

struct Template {
    table: usize,
    edition: u8,
    width: usize,
    rows: Vec<Vec<Word>>,
}

pub struct Templates {
    all: Vec<Template>,
    pub faults: FaultTexts,
}

impl Templates {
    pub fn load(path: &Path, form: &Form) -> io::Result<Templates> {
        let file: File = super::read_toml(path)?;
        let mut all = Vec::new();
        for entry in &file.table {
            let fault = |what: &str| invalid(format!("{}: {} {}: {what}", path.display(), entry.table, entry.edition));
            let table = TABLES.iter().position(|t| *t == entry.table).ok_or_else(|| fault("no such table"))?;
            let edition = form.editions.iter().position(|e| e.key == entry.edition).ok_or_else(|| fault("no such edition"))? as u8;
            let breaks = file.breaks.get(&entry.table);
            let mut rows = Vec::new();
            for row in &entry.rows {
                let words: Option<Vec<Word>> = row.split(' ').map(|w| word(w, form, table, edition, breaks)).collect();
                rows.push(words.ok_or_else(|| fault(&format!("«{row}» names a label or row that the form does not have")))?);
            }
            all.push(Template { table, edition, width: entry.width, rows });
        }
        for (table, edition) in (0..TABLES.len()).flat_map(|t| (0..form.editions.len()).map(move |e| (t, e as u8))) {
            if !all.iter().any(|t| t.table == table && t.edition == edition) {
                return Err(invalid(format!("{}: {} {} is missing", path.display(), TABLES[table], form.editions[edition as usize].key)));
            }
        }
        Ok(Templates { all, faults: file.faults })
    }

    /// One table with a report's figures in it.
    pub fn grid(&self, form: &Form, table: usize, edition: u8, entries: &[Entry], style: &LabelStyle, rng: &mut fastrand::Rng) -> Grid {
        let template = self.all.iter().find(|t| t.table == table && t.edition == edition).expect("checked on loading");
        let rows = template
            .rows
            .iter()
            .map(|words| words.iter().flat_map(|w| cells(w, form, entries, style, rng)).collect())
            .collect();
        Grid { table, width: template.width, rows, cut: None }
    }
}

fn word(text: &str, form: &Form, table: usize, edition: u8, breaks: Option<&BTreeMap<String, String>>) -> Option<Word> {
    let start = text.find(|c: char| c == '#' || c.is_ascii_lowercase())?;
    let (prefix, rest) = text.split_at(start);
    let end = rest.find(['*', '^', '+']).unwrap_or(rest.len());
    let (key, mut spans) = rest.split_at(end);
    let mut value = BTreeMap::from([('*', 1), ('^', 1), ('+', 1)]);
    while let Some(mark) = spans.chars().next() {
        let next = spans[1..].find(['*', '^', '+']).map_or(spans.len(), |i| i + 1);
        value.insert(mark, spans[1..next].parse().ok()?);
        spans = &spans[next..];
    }
    let label = |key: &str| form.labels.iter().position(|l| l.table == table && l.key == key).map(|i| i as LabelId);
    if let Some(row) = key.strip_prefix('#') {
        let wanted = if row.is_empty() { None } else { Some(label(row)?) };
        let row = form.table(table, edition).rows.iter().find(|r| r.label == wanted && !r.cells.is_empty())?;
        return Some(Word::Figures { cells: row.cells.clone(), cols: value[&'*'], last: value[&'*'].max(value[&'+']) });
    }
    let broken = breaks.and_then(|b| b.get(key)).map(|b| b.replace('|', "\n"));
    Some(Word::Label { prefix: prefix.to_string(), label: label(key)?, cols: value[&'*'], rows: value[&'^'], broken })
}

fn cells(word: &Word, form: &Form, entries: &[Entry], style: &LabelStyle, rng: &mut fastrand::Rng) -> Vec<Cell> {
    match word {
        Word::Label { prefix, label, cols, rows, broken } => {
            let label = &form.labels[*label as usize];
            let mut text = match broken {
                Some(broken) if chance(rng, style.broken) => broken.clone(),
                // The first text is the statutory one; aliases are folded, as no office would mind.
                _ if label.texts.len() > 1 && chance(rng, style.alias) => format!("{prefix}{}", pick(rng, &label.texts[1..])),
                _ => format!("{prefix}{}", label.statutory),
            };
            if style.ascii_brackets {
                text = text.replace('（', "(").replace('）', ")");
            }
            if style.spaced_person && label.key == "person" {
                text = "自 然 人".to_string();
            }
            vec![Cell { text, cols: *cols, rows: *rows, kind: Kind::Label, hidden: false }]
        }
        Word::Figures { cells, cols, last } => cells
            .iter()
            .enumerate()
            .map(|(i, &c)| Cell {
                text: entries[c as usize].raw.clone(),
                cols: if i + 1 == cells.len() { *last } else { *cols },
                rows: 1,
                kind: Kind::Figure(c),
                hidden: false,
            })
            .collect(),
    }
}

impl Cell {
    pub fn is_blank_figure(&self) -> bool {
        self.kind != Kind::Label && self.text.chars().all(crate::fold::is_space)
    }

    /// The text in one piece.
    pub fn line(&self) -> String {
        self.text.replace('\n', "")
    }
}

impl Grid {
    /// Every row's columns, with what covers them.
    pub fn slots(&self) -> Vec<Vec<Slot<'_>>> {
        // For each column: rows still covered from above, and whether the covering cell begins here.
        let mut open = vec![(0usize, false); self.width];
        let mut out = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let mut slots = Vec::with_capacity(self.width);
            let mut cells = Grid::visible(row);
            while let Some((rows, begins)) = open.get_mut(slots.len()) {
                if *rows > 0 {
                    *rows -= 1;
                    slots.push(if *begins { Slot::Down } else { Slot::Across });
                    continue;
                }
                let Some(cell) = cells.next() else { break };
                for i in 0..cell.cols {
                    if let Some(o) = open.get_mut(slots.len()) {
                        *o = (cell.rows - 1, i == 0);
                    }
                    slots.push(if i == 0 { Slot::Cell(cell) } else { Slot::Across });
                }
            }
            out.push(slots);
        }
        out
    }

    /// Takes a row out; spans that crossed it become shorter.
    pub fn remove_row(&mut self, at: usize) {
        for (i, row) in self.rows[..at].iter_mut().enumerate() {
            for cell in row.iter_mut().filter(|c| i + c.rows > at) {
                cell.rows -= 1;
            }
        }
        self.rows.remove(at);
    }

    /// Puts a row in; spans that cross the place become longer.
    pub fn insert_row(&mut self, at: usize, cells: Vec<Cell>) {
        for (i, row) in self.rows[..at].iter_mut().enumerate() {
            for cell in row.iter_mut().filter(|c| i + c.rows > at) {
                cell.rows += 1;
            }
        }
        self.rows.insert(at, cells);
    }

    /// The cells that are in the file.
    pub fn visible(row: &[Cell]) -> impl Iterator<Item = &Cell> {
        row.iter().filter(|c| !c.hidden)
    }
}
