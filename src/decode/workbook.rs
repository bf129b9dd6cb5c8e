//! Workbooks of every kind between their reader and the text: cells where they stand, and what is merged.
//!
//! A sheet has no tables, only cells. Rows of at least two cells that follow each other make a block, which is written
//! as marked cells; a row of one cell is a line of text.

mod codes;
mod drawings;
pub(super) mod excel_xml;
mod figures;
mod formulas;
mod hidden;
pub(super) mod ods;
mod style;
#[cfg(test)]
mod tests;
pub(super) mod xls;
pub(super) mod xlsx;

use std::collections::{BTreeMap, BTreeSet};

use crate::decode::fault::Fault;
use crate::decode::marks::{end_cell, end_row};
use crate::decode::torn::{has_words, is_number, torn};
use crate::decode::{APART, Limits, PICTURE, margin, of_file, solid};
use crate::model::{CELL_END, Decoded, Problem, ROW_END};
use hidden::{Closed, Ranges};

/// Rows and columns that a sheet of any program has at most.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// Sheets of a workbook whose names are looked at.
const NAMED: usize = 50;

/// Cells from `top`, `left` to `bottom`, `right`, all of them included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merge {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    name: String,
    /// Columns and texts by row. An empty text is a cell that the file holds, with a border or the like.
    rows: BTreeMap<u32, BTreeMap<u32, String>>,
    merges: Vec<Merge>,
    /// Cells without text are among those that the file holds.
    holds_empty: bool,
    /// Rows and columns that do not show.
    hidden_rows: Ranges,
    hidden_columns: Ranges,
}

/// What was left out because it does not show.
#[derive(Debug, Default)]
struct LeftOut {
    rows: usize,
    columns: usize,
    chars: usize,
}

pub(super) struct Workbook {
    sheets: Vec<Sheet>,
    /// Sheets that do not show.
    pub hidden: usize,
    /// What stands in the margins of its pages, and in boxes over its cells.
    margins: String,
    cells: usize,
    bytes: usize,
    most_cells: usize,
    most_bytes: usize,
}

impl Workbook {
    pub fn new(limits: &Limits) -> Workbook {
        Workbook { sheets: Vec::new(), hidden: 0, margins: String::new(), cells: 0, bytes: 0, most_cells: limits.cells, most_bytes: limits.text }
    }

    pub fn begin_sheet(&mut self, name: &str) {
        self.sheets.push(Sheet { name: name.trim().to_owned(), ..Sheet::default() });
    }

    /// Sets what a cell of the sheet that was begun last holds apart: programs show something else. An empty one is none.
    fn doubt(&mut self, row: u32, column: u32) {
        let text = self.sheets.last_mut().and_then(|sheet| sheet.rows.get_mut(&row)?.get_mut(&column));
        match text {
            Some(text) if text.is_empty() => text.push_str("=?"),
            Some(text) if !text.starts_with(APART) => text.insert(0, APART),
            _ => {}
        }
    }

    /// Something lies over cells of the sheet that was begun last: their figures are in doubt, and empty ones may show some.
    fn cover(&mut self, area: Merge) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        if area.top > area.bottom || area.left > area.right {
            return;
        }
        if (area.top, area.left) == (area.bottom, area.right) && area.bottom < ROWS && area.right < COLUMNS {
            sheet.rows.entry(area.top).or_default().entry(area.left).or_default();
        }
        for (_, cells) in sheet.rows.range_mut(area.top..=area.bottom) {
            for (_, text) in cells.range_mut(area.left..=area.right) {
                draw_over(text);
            }
        }
    }

    /// Words that stand in the margins or over the cells.
    fn add_margin(&mut self, words: &str) {
        self.margins.push_str(words);
        self.margins.push('\n');
    }

    /// Puts a cell into the sheet that was begun last. What lies outside of every sheet is left out.
    pub fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        if row >= ROWS || column >= COLUMNS {
            return Ok(());
        }
        self.cells += 1;
        self.bytes += text.len();
        if self.cells > self.most_cells || self.bytes > self.most_bytes {
            return Err(self.too_large());
        }
        if let Some(sheet) = self.sheets.last_mut() {
            let text = text.trim_matches([' ', '\t', '\n', '\r']);
            sheet.holds_empty |= text.is_empty();
            sheet.rows.entry(row).or_default().insert(column, text.to_owned());
        }
        Ok(())
    }

    pub fn merge(&mut self, merge: Merge) -> Result<(), Fault> {
        self.cells += 1;
        if self.cells > self.most_cells {
            return Err(self.too_large());
        }
        if merge.top <= merge.bottom && merge.left <= merge.right && merge.bottom < ROWS && merge.right < COLUMNS {
            self.sheets.last_mut().into_iter().for_each(|s| s.merges.push(merge));
        }
        Ok(())
    }

    fn too_large(&self) -> Fault {
        Fault::TooLarge(format!("more than {} cells (limits.cells) or {} bytes of text", self.most_cells, self.most_bytes))
    }

    /// Rows and columns of the sheet that was begun last that do not show.
    fn hide(&mut self, rows: Ranges, columns: Ranges) {
        if let Some(sheet) = self.sheets.last_mut() {
            (sheet.hidden_rows, sheet.hidden_columns) = (rows, columns);
            sheet.hidden_rows.settle();
            sheet.hidden_columns.settle();
        }
    }

    /// All sheets, one below the other, without what does not show in them. Where that is more than what does, the whole is
    /// kept beside it.
    pub fn finish(mut self, decoded: &mut Decoded) -> Result<(), Fault> {
        let sheets = std::mem::take(&mut self.sheets);
        let mut left_out = LeftOut::default();
        if sheets.iter().all(Sheet::shows_all) {
            decoded.text = self.written(sheets)?;
        } else {
            let shown = sheets.iter().map(|sheet| if sheet.shows_all() { sheet.clone() } else { sheet.only_shown(&mut left_out) }).collect();
            decoded.text = self.written(shown)?;
            if left_out.chars > 200 && left_out.chars > solid(&decoded.text) {
                decoded.unseen.push(self.written(sheets)?);
            }
        }
        margin::put(decoded, &self.margins);
        decoded.problems.extend(hidden_parts(self.hidden, &left_out));
        Ok(())
    }

    fn written(&self, sheets: Vec<Sheet>) -> Result<String, Fault> {
        let mut out = String::new();
        let mut marks = 0;
        let names: Vec<bool> = sheets.iter().map(|sheet| says_more(sheet, &sheets)).collect();
        for (mut sheet, named) in sheets.into_iter().zip(names) {
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
            if named {
                line(&sheet.name, &mut out);
            }
            sheet.write(&mut out, &mut marks, self.most_cells).map_err(|()| self.too_large())?;
        }
        Ok(out)
    }
}

/// Merges that reach into one row, by their left edge. Those that overlap an earlier one are left out: no program makes
/// such.
#[derive(Default)]
struct Open(BTreeMap<u32, Merge>);

impl Open {
    fn add(&mut self, merge: Merge) {
        let before = self.0.range(..=merge.right).next_back();
        if before.is_none_or(|(_, m)| m.right < merge.left) {
            self.0.insert(merge.left, merge);
        }
    }

    fn at(&self, column: u32) -> Option<&Merge> {
        self.0.range(..=column).next_back().map(|(_, m)| m).filter(|m| column <= m.right)
    }
}

/// One row with what covers it.
struct Row {
    number: u32,
    /// Cells that stand here themselves: first column, last column, text.
    cells: Vec<(u32, u32, String)>,
    /// Columns that merges from above cover.
    covered: Vec<(u32, u32)>,
}

impl Row {
    /// Marks a figure of a row above that is merged into this one, where that has words of its own before it.
    fn tear(&mut self, above: &mut [Row], merge: &Merge) {
        let Ok(from) = above.binary_search_by_key(&merge.top, |r| r.number) else { return };
        let Some(figure) = above[from].cells.iter_mut().find(|c| c.0 == merge.left && is_number(&c.2)) else { return };
        if self.cells.iter().any(|c| c.0 < merge.left && has_words(&c.2)) {
            figure.2 = torn(&figure.2);
            self.covered.retain(|c| c.0 != merge.left);
            self.cells.push((merge.left, merge.right, APART.into()));
            self.cells.sort_by_key(|c| c.0);
        }
    }

    fn has_text(&self) -> bool {
        self.cells.iter().any(|c| !c.2.is_empty())
    }

    /// A row of a table: two cells of its own, or one beside a cell that comes down from above.
    fn is_tabular(&self) -> bool {
        self.cells.len() + self.covered.len() > 1 && (self.has_text() || !self.covered.is_empty())
    }

    fn last_text(&self) -> Option<u32> {
        let own = self.cells.iter().filter(|c| !c.2.is_empty()).map(|c| c.1);
        own.chain(self.covered.iter().map(|c| c.1)).max()
    }
}

/// Whether the name of a sheet tells a person something: which year's it is, or that it is a draft. That of a single one is
/// often left from what it was copied from, and one that stands in the cells as well is a heading or a row's.
fn says_more(sheet: &Sheet, all: &[Sheet]) -> bool {
    let several = all.iter().filter(|sheet| !sheet.rows.is_empty()).take(NAMED + 1).count();
    let stands = |sheet: &Sheet, name: &str| sheet.rows.values().flat_map(BTreeMap::values).any(|text| text.contains(name));
    (2..=NAMED).contains(&several) && !sheet.rows.is_empty() && sheet.name.contains(|c: char| c.is_alphabetic() && !c.is_ascii()) && !all.iter().any(|other| stands(other, &sheet.name))
}

/// Sheets, rows or columns do not show and were left out.
fn hidden_parts(sheets: usize, left_out: &LeftOut) -> Option<Problem> {
    let counts = [(sheets, "sheets"), (left_out.rows, "rows with content"), (left_out.columns, "columns with content")];
    let parts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let message = format!("{} are hidden and were left out; if the report or a part of it is among them, show them and save the workbook", parts.join(", "));
    (!parts.is_empty()).then(|| of_file("decode/hidden-text", message))
}

impl Sheet {
    fn shows_all(&self) -> bool {
        self.hidden_rows.is_empty() && self.hidden_columns.is_empty()
    }

    /// The sheet as it shows: rows and columns that are hidden are gone and the others closed up. A merged cell shows its
    /// text as long as a part of it shows.
    fn only_shown(&self, left_out: &mut LeftOut) -> Sheet {
        let (rows, columns) = (Closed::new(&self.hidden_rows), Closed::new(&self.hidden_columns));
        let shows = |row: u32, column: u32| !self.hidden_rows.holds(row) && !self.hidden_columns.holds(column);
        let mut out = Sheet { name: self.name.clone(), holds_empty: self.holds_empty, ..Sheet::default() };
        let (mut moved, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for m in &self.merges {
            let (top, left) = (self.hidden_rows.next_outside(m.top), self.hidden_columns.next_outside(m.left));
            if top > m.bottom || left > m.right {
                continue;
            }
            // Up to the place before that of the next row or column that shows.
            let bottom = rows.place(m.bottom.saturating_add(1)).saturating_sub(1);
            let right = columns.place(m.right.saturating_add(1)).saturating_sub(1);
            out.merges.push(Merge { top: rows.place(top), left: columns.place(left), bottom, right });
            if (top, left) != (m.top, m.left) {
                moved.insert((m.top, m.left), (top, left));
                taken.insert((top, left));
            }
        }
        let mut gone_columns = BTreeSet::new();
        for (&row, cells) in &self.rows {
            let chars = left_out.chars;
            for (&column, text) in cells {
                let at = moved.get(&(row, column)).copied();
                if at.is_none() && taken.contains(&(row, column)) {
                    continue;
                }
                let at = at.unwrap_or((row, column));
                if shows(at.0, at.1) {
                    out.rows.entry(rows.place(at.0)).or_default().insert(columns.place(at.1), text.clone());
                } else if !text.is_empty() {
                    left_out.chars += solid(text);
                    if !self.hidden_rows.holds(row) {
                        gone_columns.insert(column);
                    }
                }
            }
            left_out.rows += usize::from(self.hidden_rows.holds(row) && left_out.chars > chars);
        }
        left_out.columns += gone_columns.len();
        out
    }

    fn write(&mut self, out: &mut String, marks: &mut usize, most: usize) -> Result<(), ()> {
        let rows = self.laid_out(marks, most)?;
        let mut at = 0;
        while at < rows.len() {
            let mut end = at;
            while end < rows.len() && (end == at || rows[end].number == rows[end - 1].number + 1) && is_part(&rows, end) {
                end += 1;
            }
            let block = &rows[at..end];
            let first = block.iter().position(Row::has_text);
            if let (Some(first), Some(last)) = (first, block.iter().rposition(Row::has_text)) {
                self.write_block(&block[first..=last], out, marks, most)?;
            }
            at = end;
            if end < rows.len() && !is_part(&rows, end) {
                rows[end].cells.iter().for_each(|c| line(&c.2, out));
                at += 1;
            }
        }
        Ok(())
    }

    /// The rows that hold anything, with their merges.
    fn laid_out(&mut self, marks: &mut usize, most: usize) -> Result<Vec<Row>, ()> {
        let mut merges = std::mem::take(&mut self.merges);
        merges.sort_by_key(|m| (m.top, m.left));
        let mut merges = merges.into_iter().peekable();
        let mut open = Open::default();
        let mut ends: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut rows = Vec::with_capacity(self.rows.len());
        for (number, cells) in std::mem::take(&mut self.rows) {
            while let Some(gone) = ends.first_entry().filter(|e| *e.key() < number) {
                gone.remove().iter().for_each(|left| {
                    open.0.remove(left);
                });
            }
            while let Some(merge) = merges.next_if(|m| m.top <= number) {
                let before = open.0.len();
                if merge.bottom >= number {
                    open.add(merge);
                }
                if open.0.len() > before {
                    ends.entry(merge.bottom).or_default().push(merge.left);
                }
            }
            let mut row = Row { number, cells: Vec::with_capacity(cells.len()), covered: Vec::new() };
            for (column, text) in cells {
                match open.at(column) {
                    Some(m) if (m.top, m.left) == (number, column) => row.cells.push((column, m.right, text)),
                    Some(_) => {}
                    None => row.cells.push((column, column, text)),
                }
            }
            let mut missing = Vec::new();
            // Not every program writes the cells that a merge covers, or an empty one that begins a merge.
            for m in open.0.values() {
                if m.top < number {
                    row.covered.push((m.left, m.right));
                } else if m.top == number && row.cells.binary_search_by_key(&m.left, |c| c.0).is_err() {
                    missing.push((m.left, m.right, String::new()));
                }
            }
            row.cells.append(&mut missing);
            row.cells.sort_by_key(|c| c.0);
            open.0.values().filter(|m| m.top < number).for_each(|m| row.tear(&mut rows, m));
            *marks += open.0.len();
            if *marks > most {
                return Err(());
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// Every row over the columns of the block. Where the file holds empty cells, a row ends with the last that it
    /// holds; where it holds none, blanks at the end of a row have left no trace and every row is as wide as the widest.
    fn write_block(&self, block: &[Row], out: &mut String, marks: &mut usize, most: usize) -> Result<(), ()> {
        let first = |r: &Row| r.cells.iter().filter(|c| !c.2.is_empty()).map(|c| c.0).chain(r.covered.iter().map(|c| c.0)).min();
        let left = block.iter().filter_map(first).min().unwrap_or(0);
        let right = block.iter().filter_map(Row::last_text).max().unwrap_or(0);
        for row in block {
            let own = row.cells.iter().map(|c| c.1).chain(row.covered.iter().map(|c| c.1)).max().unwrap_or(left);
            let end = if self.holds_empty { own.min(right) } else { right };
            let mut cells = row.cells.iter().peekable();
            let mut covered = row.covered.iter().peekable();
            let (mut column, mut written) = (left, 0);
            while column <= end {
                while cells.next_if(|c| c.0 < column).is_some() {}
                while covered.next_if(|c| c.1 < column).is_some() {}
                if let Some(c) = covered.peek().filter(|c| c.0 <= column) {
                    column = c.1 + 1;
                    continue;
                }
                let cell = cells.next_if(|c| c.0 == column);
                cell.iter().for_each(|c| inside(&c.2, out));
                end_cell(out);
                column = cell.map_or(column, |c| c.1) + 1;
                written += 1;
            }
            *marks += written;
            if *marks > most {
                return Err(());
            }
            if written > 0 {
                end_row(out);
            }
        }
        Ok(())
    }
}

/// Whether a row belongs to a block: one of a single cell does where that cell is merged and tables go on around it.
fn is_part(rows: &[Row], at: usize) -> bool {
    let row = &rows[at];
    if row.is_tabular() {
        return true;
    }
    let beside = |other: Option<&Row>, number: Option<u32>| other.is_some_and(|o| Some(o.number) == number && o.is_tabular());
    let wide = row.cells.first().is_some_and(|c| c.1 > c.0 && !c.2.is_empty());
    let above = at.checked_sub(1).and_then(|a| rows.get(a));
    wide && beside(above, row.number.checked_sub(1)) && beside(rows.get(at + 1), row.number.checked_add(1))
}

/// What becomes of a cell's text that something is drawn over: a figure is in doubt, and an empty cell may show one.
fn draw_over(text: &mut String) {
    if text.is_empty() {
        text.push(PICTURE);
    } else if text.contains(char::is_numeric) && !text.contains(char::is_alphabetic) && !text.starts_with(APART) {
        text.insert(0, APART);
    }
}

fn line(text: &str, out: &mut String) {
    if !text.is_empty() {
        inside(text, out);
        out.push('\n');
    }
}

/// A cell's text: its line breaks stay, and nothing in it equals a mark.
fn inside(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            CELL_END | ROW_END | '\t' => out.push(' '),
            '\r' => {}
            c => out.push(c),
        }
    }
}
