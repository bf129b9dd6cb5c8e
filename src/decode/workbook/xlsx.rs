//! Workbooks in Office Open XML (.xlsx, .xlsm, .et of today).

mod formats;

use super::formulas::Formulas;
use super::style::{Rich, View};
use super::{COLUMNS, Merge, Workbook, drawings};
use crate::decode::fault::Fault;
use crate::decode::parts::Parts;
use crate::decode::xml::{Tag, Xml};
use crate::decode::{Limits, margin};
use crate::model::Decoded;
use formats::{Formats, font};

/// Rows and columns of no more than this have no room for a letter: points, and widths of a digit.
const LOW: f64 = 1.0;
const NARROW: f64 = 0.2;

pub(in super::super) fn render(mut parts: Parts, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let (main, text) = parts.main("xl/workbook.xml", limits.nesting)?;
    let related = parts.relations(&main, limits.nesting)?;
    let mut reader = Reader { strings: Vec::new(), formats: Formats::default(), since_1904: false, recalculates: false, depth: limits.nesting, book: Workbook::new(limits) };
    let sheets = reader.read_workbook(&text)?;
    for relation in &related {
        match relation.kind.as_str() {
            "sharedStrings" => reader.read_strings(&parts.text(&relation.target)?.unwrap_or_default())?,
            "styles" => reader.formats = Formats::read(&parts.text(&relation.target)?.unwrap_or_default(), limits.nesting)?,
            _ => {}
        }
    }
    for (id, name) in sheets {
        // A sheet that is a chart holds no cells.
        let Some(sheet) = related.iter().find(|r| r.id == id && r.kind == "worksheet") else { continue };
        let text = parts.needed(&sheet.target)?;
        reader.read_sheet(&text, &name)?;
        // Of drawings, and of older ones, which buttons still are.
        if memchr::memmem::find(text.as_bytes(), b"rawing ").is_some() {
            for drawing in &parts.relations(&sheet.target, limits.nesting)? {
                match drawing.kind.as_str() {
                    "drawing" => reader.read_drawings(&parts.text(&drawing.target)?.unwrap_or_default()),
                    "vmlDrawing" => drawings::buttons(&parts.text(&drawing.target)?.unwrap_or_default()).into_iter().for_each(|area| reader.book.cover(area)),
                    _ => {}
                }
            }
        }
    }
    (decoded.format, decoded.encoding) = ("xlsx", "UTF-8");
    reader.book.finish(decoded)
}

struct Reader {
    strings: Vec<Rich>,
    formats: Formats,
    since_1904: bool,
    /// Programs compute the formulas when they open it: results in the file are not what they show.
    recalculates: bool,
    depth: usize,
    book: Workbook,
}

#[derive(Default)]
struct Cell {
    row: u32,
    column: u32,
    kind: String,
    style: usize,
    value: Option<String>,
    text: Option<Rich>,
    formula: bool,
    code: String,
}

impl Reader {
    /// The relations and names of the sheets that show, in their order.
    fn read_workbook(&mut self, text: &str) -> Result<Vec<(String, String)>, Fault> {
        let mut xml = Xml::new(text, "the workbook", self.depth);
        let mut out: Vec<(String, String)> = Vec::new();
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "sheet" if tag.says("state", &["hidden", "veryHidden"]) => self.book.hidden += 1,
                "sheet" => out.extend(tag.attribute("id").map(|id| (id, tag.attribute("name").unwrap_or_default()))),
                "calcPr" => self.recalculates |= tag.is_true("fullCalcOnLoad"),
                "workbookPr" => self.since_1904 |= tag.is_true("date1904"),
                _ => {}
            }
        }
        Ok(out)
    }

    fn read_strings(&mut self, text: &str) -> Result<(), Fault> {
        let mut xml = Xml::new(text, "the shared strings", self.depth);
        while let Some(tag) = xml.next_tag()? {
            if tag.local() == "si" {
                self.strings.push(rich_text(&mut xml)?);
            }
        }
        Ok(())
    }

    /// What lies over the cells of the sheet that was read last. Drawings that cannot be read cover nothing.
    fn read_drawings(&mut self, text: &str) {
        for drawing in drawings::read(text, self.depth).unwrap_or_default() {
            self.book.cover(drawing.area);
            self.book.add_margin(&drawing.words);
        }
    }

    fn read_sheet(&mut self, text: &str, name: &str) -> Result<(), Fault> {
        let mut view = self.formats.view(text, self.depth)?;
        let mut xml = Xml::new(text, "a sheet", self.depth);
        self.book.begin_sheet(name);
        let mut formulas = Formulas::default();
        let (mut row, mut column) = (0u32, 0);
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "row" => {
                    // Rows and cells may say where they are; else they follow the one before.
                    row = tag.parsed("r").unwrap_or(row + 1);
                    column = 0;
                    if is_hidden(&tag, "ht", LOW) {
                        view.rows.add(row.saturating_sub(1), row.saturating_sub(1));
                    }
                }
                "col" if is_hidden(&tag, "width", NARROW) => {
                    if let (Some(first @ 1..), Some(last)) = (tag.parsed::<u32>("min"), tag.parsed::<u32>("max")) {
                        view.columns.add(first - 1, last.min(COLUMNS).saturating_sub(1));
                    }
                }
                "sheetView" => {
                    view.hides_zeros |= tag.says("showZeros", &["0", "false"]);
                    view.shows_formulas |= tag.is_true("showFormulas");
                }
                "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => {
                    self.book.add_margin(&margin::of_sheet(&xml.content()?));
                }
                "c" => {
                    let mut cell = self.begin_cell(&tag, row, column);
                    column = cell.column.saturating_add(1);
                    read_cell(&mut xml, &mut cell)?;
                    self.end_cell(&cell, &view)?;
                    if self.recalculates {
                        let number = cell.value.as_deref().filter(|_| matches!(cell.kind.as_str(), "" | "n")).and_then(|v| v.trim().parse().ok());
                        formulas.add((cell.row, cell.column), number, Some(cell.code.as_str()).filter(|_| cell.formula));
                    }
                }
                "mergeCell" => {
                    if let Some(merge) = tag.attribute("ref").and_then(|r| range(&r)) {
                        self.book.merge(merge)?;
                    }
                }
                _ => {}
            }
        }
        formulas.doubtful().into_iter().for_each(|(row, column)| self.book.doubt(row, column));
        self.book.hide(view.rows, view.columns);
        Ok(())
    }

    fn begin_cell(&self, tag: &Tag, row: u32, column: u32) -> Cell {
        let mut cell = Cell { row: row.saturating_sub(1), column, ..Cell::default() };
        for (name, value) in tag.attributes() {
            match name {
                "r" => {
                    if let Some((row, column)) = place(&value) {
                        (cell.row, cell.column) = (row, column);
                    }
                }
                "t" => cell.kind = value,
                "s" => cell.style = value.parse().unwrap_or(usize::MAX),
                _ => {}
            }
        }
        cell
    }

    fn end_cell(&mut self, cell: &Cell, view: &View) -> Result<(), Fault> {
        let style = self.formats.style(cell.style);
        let doubtful = |value: Option<f64>| !view.rules.is_empty() && view.doubts(cell.row, cell.column, value);
        if cell.formula && view.shows_formulas {
            return self.book.put(cell.row, cell.column, "=?");
        }
        let plain = |text: &str| Rich { text: text.to_owned(), runs: Vec::new() };
        let rich = match (cell.kind.as_str(), cell.value.as_deref(), cell.text.as_ref()) {
            ("s", Some(value), _) => {
                let number = value.trim().parse::<usize>().ok();
                let text = number.and_then(|n| self.strings.get(n)).ok_or_else(|| Fault::damaged("a cell refers to a string that is not there"))?;
                return self.book.put(cell.row, cell.column, &style.text(text, doubtful(None)));
            }
            ("b", Some(value), _) => plain(if value.trim() == "0" { "FALSE" } else { "TRUE" }),
            ("str" | "e" | "d", Some(value), _) => plain(value),
            (_, _, Some(text)) => text.clone(),
            (_, Some(value), _) => match value.trim().parse::<f64>() {
                Ok(number) => {
                    let hidden = number == 0.0 && view.hides_zeros;
                    let text = if hidden { String::new() } else { style.number(number, self.since_1904, doubtful(Some(number))) };
                    return self.book.put(cell.row, cell.column, &text);
                }
                Err(_) => plain(value),
            },
            // A person sees a figure here that the file does not hold: it must not pass for a blank.
            (_, None, None) if cell.formula => plain("=?"),
            (_, None, None) => return self.book.put(cell.row, cell.column, ""),
        };
        self.book.put(cell.row, cell.column, &style.text(&rich, doubtful(None)))
    }
}

/// Whether a row or column is hidden, or has no height or width.
fn is_hidden(tag: &Tag, size: &str, least: f64) -> bool {
    tag.is_true("hidden") || tag.parsed(size).is_some_and(|s: f64| s <= least)
}

fn read_cell(xml: &mut Xml, cell: &mut Cell) -> Result<(), Fault> {
    let depth = xml.depth();
    while let Some(tag) = xml.next_within(depth)? {
        match tag.local() {
            "v" => cell.value = Some(xml.content()?).filter(|v| !v.is_empty()),
            "is" => cell.text = Some(rich_text(xml)?),
            "f" => {
                cell.formula = true;
                cell.code = xml.content()?;
            }
            _ => {}
        }
    }
    if matches!(cell.kind.as_str(), "str" | "e") && cell.value.is_none() && cell.formula {
        // The result is an empty text.
        cell.text = Some(Rich::default());
    }
    Ok(())
}

/// The text of the string that was opened last, without the readings above it.
fn rich_text(xml: &mut Xml) -> Result<Rich, Fault> {
    let (mut out, mut own, depth) = (Rich::default(), None, xml.depth());
    while let Some(tag) = xml.next_within(depth)? {
        match tag.local() {
            "t" => out.push(&breaks(xml.content()?), own),
            "rPh" => xml.skip()?,
            "rPr" => own = Some(font(xml)?),
            "r" => own = None,
            _ => {}
        }
    }
    Ok(out)
}

/// A carriage return is written so.
fn breaks(text: String) -> String {
    if text.contains("_x000") { text.replace("_x000D_", "").replace("_x000d_", "").replace("_x000A_", "\n") } else { text }
}

/// `B7` as row and column, counted from 0.
pub(super) fn place(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let column = text.bytes().take(letters).fold(0, |c, b| c * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = text[letters..].parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

/// `A1:D2`
fn range(text: &str) -> Option<Merge> {
    let text = text.replace('$', "");
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (place(from)?, place(to)?);
    Some(Merge { top, left, bottom, right })
}
