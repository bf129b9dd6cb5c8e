//! Workbooks in one file of XML (XML Spreadsheet 2003), which office systems fill from templates and call .xls or .xml.
//!
//! Excel opens no such file in which a place is written as no number or claimed twice; where a template has made one, nobody
//! can say what stands where, and it is damaged here too.

mod places;
mod said;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::figures::days;
use super::formulas::Formulas;
use super::style::{Font, Rich, Style, View};
use super::{COLUMNS, Merge, ROWS, Workbook};
use crate::decode::fault::Fault;
use crate::decode::xml::{Item, Tag, Xml};
use crate::decode::{Limits, apart};
use crate::model::Decoded;
use said::{Said, font_within};

/// Rows and columns of no more points have no room for a letter.
const LOW: f64 = 1.0;

pub(in super::super) fn render(text: &str, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let Said { styles, sheets, since_1904 } = Said::read(text, limits.nesting)?;
    let has_formulas = memchr::memmem::find(text.as_bytes(), b"Formula").is_some();
    let mut reader = Reader { xml: Xml::new(text, "the workbook", limits.nesting), styles, since_1904, has_formulas, book: Workbook::new(limits) };
    let mut sheets = sheets.into_iter();
    while let Some(tag) = reader.xml.next_tag()? {
        if tag.local() != "Worksheet" {
            continue;
        }
        let said = sheets.next().unwrap_or_default();
        if said.hidden {
            reader.book.hidden += 1;
            reader.xml.skip()?;
            continue;
        }
        reader.book.begin_sheet(&tag.attribute("Name").unwrap_or_default());
        said.margins.iter().for_each(|words| reader.book.add_margin(words));
        reader.sheet(said.view)?;
    }
    decoded.format = "xls";
    reader.book.finish(decoded)
}

struct Reader<'a> {
    xml: Xml<'a>,
    styles: HashMap<String, Style>,
    since_1904: bool,
    has_formulas: bool,
    book: Workbook,
}

/// Where a sheet is being read.
#[derive(Default)]
struct Sheet {
    view: View,
    row: u32,
    /// The first row and column that are still free.
    next_row: u32,
    next_column: u32,
    /// The styles of the table and of the row, and that of each stretch of columns with its first and last.
    table: Option<String>,
    of_row: Option<String>,
    columns: Vec<(u32, u32, Option<String>)>,
    below: Below,
    formulas: Formulas,
}

/// Cells that reach down into rows below them: by the first column of each the last, and the last row.
#[derive(Default)]
struct Below(BTreeMap<u32, (u32, u32)>);

impl Below {
    fn covers(&mut self, row: u32, column: u32) -> bool {
        while let Some((&left, &(right, bottom))) = self.0.range(..=column).next_back() {
            if bottom >= row {
                return column <= right;
            }
            self.0.remove(&left);
        }
        false
    }
}

/// What a cell holds.
struct Content {
    kind: String,
    rich: Rich,
}

/// A number that says where something is.
fn place(tag: &Tag, name: &str) -> Result<Option<u32>, Fault> {
    let wrong = |value: &str| Fault::Damaged(format!("{name} of a {} is {:?}", tag.local(), value.chars().take(20).collect::<String>()));
    tag.attribute(name).map(|value| value.trim().parse().map_err(|_| wrong(&value))).transpose()
}

/// Where a row, column or cell stands, counted from 0: where it says, else at the first place that is free.
fn index(tag: &Tag, free: u32) -> Result<u32, Fault> {
    match place(tag, "Index")? {
        None => Ok(free),
        Some(n) if n > free => Ok(n - 1),
        Some(n) => Err(Fault::Damaged(format!("a {} claims place {n}, which is taken", tag.local()))),
    }
}

fn is_hidden(tag: &Tag, size: &str) -> bool {
    tag.is_true("Hidden") || tag.parsed(size).is_some_and(|s: f64| s <= LOW)
}

impl Reader<'_> {
    fn sheet(&mut self, view: View) -> Result<(), Fault> {
        let mut sheet = Sheet { view, ..Sheet::default() };
        let depth = self.xml.depth();
        while let Some(tag) = self.xml.next_within(depth)? {
            match tag.local() {
                "Table" => sheet.table = tag.attribute("StyleID"),
                "Column" => sheet.begin_column(&tag)?,
                "Row" => sheet.begin_row(&tag)?,
                "Cell" => self.cell(&tag, &mut sheet)?,
                _ => self.xml.skip()?,
            }
        }
        sheet.formulas.doubtful().into_iter().for_each(|(row, column)| self.book.doubt(row, column));
        self.book.hide(sheet.view.rows, sheet.view.columns);
        Ok(())
    }

    fn cell(&mut self, tag: &Tag, sheet: &mut Sheet) -> Result<(), Fault> {
        let (row, column) = (sheet.row, index(tag, sheet.next_column)?);
        let (across, down) = (place(tag, "MergeAcross")?.unwrap_or(0), place(tag, "MergeDown")?.unwrap_or(0));
        let (bottom, right) = (row.saturating_add(down), column.saturating_add(across));
        sheet.next_column = right.saturating_add(1);
        let style = tag.attribute("StyleID").or_else(|| sheet.style_at(column));
        let style = style.and_then(|id| self.styles.get(&id)).or_else(|| self.styles.get(said::USUAL)).cloned().unwrap_or_default();
        let formula = tag.attribute("Formula");
        let content = self.content(style.font)?;
        // One that says that it stands there is covered; of another nobody knows whether it was meant for the next place.
        let has_words = content.as_ref().is_some_and(|c| !c.rich.text.trim().is_empty());
        if has_words && tag.attribute("Index").is_none() && sheet.below.covers(row, column) {
            return Err(Fault::damaged("a cell lies where one from above reaches down"));
        }
        if down > 0 {
            sheet.below.0.insert(column, (right, bottom));
        }
        let shown = self.shown((row, column), content.as_ref(), &style, formula.is_some(), &sheet.view);
        self.book.put(row, column, &shown)?;
        if across > 0 || down > 0 {
            self.book.merge(Merge { top: row, left: column, bottom: bottom.min(ROWS - 1), right: right.min(COLUMNS - 1) })?;
        }
        if self.has_formulas {
            // Programs compute the formulas when they open the file, and templates leave results that stood in them.
            let written = content.as_ref().map_or("", |c| c.rich.text.trim());
            let code = formula.filter(|_| apart::has_digits_alone(written)).map(|code| places::in_letters(&code, (row, column)));
            let number = content.as_ref().filter(|c| c.kind == "Number").and_then(|_| written.parse().ok());
            sheet.formulas.add((row, column), number, code.as_deref());
        }
        Ok(())
    }

    /// What a person sees in a cell.
    fn shown(&self, (row, column): (u32, u32), content: Option<&Content>, style: &Style, formula: bool, view: &View) -> String {
        let doubtful = |value: Option<f64>| !view.rules.is_empty() && view.doubts(row, column, value);
        let Some(Content { kind, rich }) = content.filter(|_| !(formula && view.shows_formulas)) else {
            // A person sees a figure here that the file does not hold: it must not pass for a blank.
            return if formula { "=?".to_owned() } else { String::new() };
        };
        let value = match kind.as_str() {
            "Number" => rich.text.trim().parse::<f64>().ok(),
            "DateTime" => days(rich.text.trim()),
            _ => None,
        };
        match value {
            Some(0.0) if view.hides_zeros => String::new(),
            Some(value) => style.number(value, self.since_1904 && kind == "Number", doubtful(Some(value))),
            None if kind == "Boolean" => if rich.text.trim() == "0" { "FALSE" } else { "TRUE" }.to_owned(),
            None if kind != "String" && formula && rich.text.trim().is_empty() => "=?".to_owned(),
            None => style.text(rich, doubtful(None)).into_owned(),
        }
    }

    /// What stands in the cell that was opened last, without notes and readings.
    fn content(&mut self, of_cell: Font) -> Result<Option<Content>, Fault> {
        let (mut out, depth) = (None, self.xml.depth());
        while let Some(tag) = self.xml.next_within(depth)? {
            match tag.local() {
                "Data" if out.is_some() => return Err(Fault::damaged("a cell holds two values")),
                "Data" => out = Some(Content { kind: tag.attribute("Type").unwrap_or_default(), rich: self.rich_text(of_cell)? }),
                _ => self.xml.skip()?,
            }
        }
        Ok(out)
    }

    /// The text that was opened last; parts of it are marked as in pages.
    fn rich_text(&mut self, of_cell: Font) -> Result<Rich, Fault> {
        let (mut out, depth) = (Rich::default(), self.xml.depth());
        let mut fonts: Vec<Option<Font>> = vec![None];
        while let Some(item) = self.xml.next()? {
            let around = fonts.last().copied().flatten();
            match item {
                Item::Open(tag) => fonts.push(font_within(&tag, around.unwrap_or(of_cell)).or(around)),
                Item::Text(text) => out.push(&text, around),
                Item::Close if self.xml.depth() < depth => break,
                Item::Close => _ = fonts.pop(),
            }
        }
        Ok(out)
    }
}

impl Sheet {
    fn begin_column(&mut self, tag: &Tag) -> Result<(), Fault> {
        let first = index(tag, self.columns.last().map_or(0, |c| c.1.saturating_add(1)))?;
        let last = first.saturating_add(place(tag, "Span")?.unwrap_or(0));
        if is_hidden(tag, "Width") {
            self.view.columns.add(first, last.min(COLUMNS));
        }
        self.columns.push((first, last, tag.attribute("StyleID")));
        Ok(())
    }

    fn begin_row(&mut self, tag: &Tag) -> Result<(), Fault> {
        self.row = index(tag, self.next_row)?;
        let last = self.row.saturating_add(place(tag, "Span")?.unwrap_or(0));
        (self.next_row, self.next_column) = (last.saturating_add(1), 0);
        if is_hidden(tag, "Height") {
            self.view.rows.add(self.row, last.min(ROWS));
        }
        self.of_row = tag.attribute("StyleID");
        Ok(())
    }

    /// The style of a cell that names none.
    fn style_at(&self, column: u32) -> Option<String> {
        let stretch = self.columns.partition_point(|c| c.0 <= column).checked_sub(1).map(|at| &self.columns[at]);
        let of_column = stretch.filter(|c| column <= c.1).and_then(|c| c.2.as_ref());
        self.of_row.as_ref().or(of_column).or(self.table.as_ref()).cloned()
    }
}
