//! Workbooks in Office Open XML (.xlsx, .xlsm, .et of today).

mod formats;

use super::formulas::Formulas;
use super::style::{Rich, View};
use super::{COLUMNS, Merge, Workbook, drawings};
use crate::decode::fault::Fault;
use crate::decode::parts::Parts;
use crate::decode::xml::{Item, Tag, Xml};
use crate::decode::{Limits, margin};
use crate::model::Decoded;
use formats::{Formats, font};

/// Rows and columns of no more than this have no room for a letter: points, and widths of a digit.
const LOW: f64 = 1.0;
const NARROW: f64 = 0.2;

pub(in super::super) fn render(bytes: &[u8], limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let mut parts = Parts::open(bytes, limits)?;
    let main = relations(&mut parts, "", "", limits)?.into_iter().find(|r| r.kind == "officeDocument").map(|r| r.target);
    let main = main.filter(|m| parts.has(m)).unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let text = parts.text(&main)?.ok_or_else(|| Fault::damaged(format!("it has no part {main}")))?;
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let related = relations(&mut parts, folder, name, limits)?;
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
        let text = parts.text(&sheet.target)?.ok_or_else(|| Fault::damaged(format!("it has no part {}", sheet.target)))?;
        reader.read_sheet(&text, &name)?;
        if memchr::memmem::find(text.as_bytes(), b"drawing ").is_some() {
            let (folder, name) = sheet.target.rsplit_once('/').unwrap_or(("", &sheet.target));
            for drawing in relations(&mut parts, folder, name, limits)?.iter().filter(|r| r.kind == "drawing") {
                reader.read_drawings(&parts.text(&drawing.target)?.unwrap_or_default());
            }
        }
    }
    (decoded.format, decoded.encoding) = ("xlsx", "UTF-8");
    reader.book.finish(decoded)
}

struct Relation {
    id: String,
    /// The last word of the type.
    kind: String,
    /// The name of the part.
    target: String,
}

/// What a part refers to.
fn relations(parts: &mut Parts, folder: &str, name: &str, limits: &Limits) -> Result<Vec<Relation>, Fault> {
    let slash = if folder.is_empty() { "" } else { "/" };
    let Some(text) = parts.text(&format!("{folder}{slash}_rels/{name}.rels"))? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(&text, "the list of relations", limits.nesting);
    let mut out = Vec::new();
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        if let (Some(id), Some(kind), Some(target)) = (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target")) {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = if target.starts_with('/') { target } else { upward(&format!("{folder}{slash}{target}")) };
            out.push(Relation { id, kind, target });
        }
    }
    Ok(out)
}

/// A path without the steps that lead back.
fn upward(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            ".." => {
                out.pop();
            }
            step => out.push(step),
        }
    }
    out.join("/")
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
        while let Some(item) = xml.next()? {
            let Item::Open(tag) = item else { continue };
            match tag.local() {
                "sheet" if matches!(tag.attribute("state").as_deref(), Some("hidden" | "veryHidden")) => self.book.hidden += 1,
                "sheet" => out.extend(tag.attribute("id").map(|id| (id, tag.attribute("name").unwrap_or_default()))),
                "calcPr" => self.recalculates |= is(&tag, "fullCalcOnLoad", &["1", "true"]),
                "workbookPr" => self.since_1904 |= matches!(tag.attribute("date1904").as_deref(), Some("1" | "true")),
                _ => {}
            }
        }
        Ok(out)
    }

    fn read_strings(&mut self, text: &str) -> Result<(), Fault> {
        let mut xml = Xml::new(text, "the shared strings", self.depth);
        while let Some(item) = xml.next()? {
            if let Item::Open(tag) = item
                && tag.local() == "si"
            {
                self.strings.push(rich_text(&mut xml)?);
            }
        }
        Ok(())
    }

    /// What lies over the cells of the sheet that was read last. Drawings that cannot be read cover nothing.
    fn read_drawings(&mut self, text: &str) {
        for drawing in drawings::read(text, self.depth).unwrap_or_default() {
            self.book.cover(drawing.area);
            self.book.margins.push_str(&drawing.words);
            self.book.margins.push('\n');
        }
    }

    fn read_sheet(&mut self, text: &str, name: &str) -> Result<(), Fault> {
        let mut view = View { rules: self.formats.rules(text, self.depth)?, ..View::default() };
        let mut xml = Xml::new(text, "a sheet", self.depth);
        self.book.begin_sheet(name);
        let mut formulas = Formulas::default();
        let (mut row, mut column) = (0u32, 0);
        while let Some(item) = xml.next()? {
            let Item::Open(tag) = item else { continue };
            match tag.local() {
                "row" => {
                    // Rows and cells may say where they are; else they follow the one before.
                    row = tag.attribute("r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                    column = 0;
                    if is_hidden(&tag, "ht", LOW) {
                        view.rows.add(row.saturating_sub(1), row.saturating_sub(1));
                    }
                }
                "col" if is_hidden(&tag, "width", NARROW) => {
                    let edge = |name: &str| tag.attribute(name).and_then(|n| n.parse::<u32>().ok());
                    if let (Some(first @ 1..), Some(last)) = (edge("min"), edge("max")) {
                        view.columns.add(first - 1, last.min(COLUMNS).saturating_sub(1));
                    }
                }
                "sheetView" => {
                    view.hides_zeros |= is(&tag, "showZeros", &["0", "false"]);
                    view.shows_formulas |= is(&tag, "showFormulas", &["1", "true"]);
                }
                "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => {
                    self.book.margins.push_str(&margin::of_sheet(&xml.content()?));
                    self.book.margins.push('\n');
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

fn is(tag: &Tag, name: &str, values: &[&str]) -> bool {
    tag.attribute(name).is_some_and(|v| values.contains(&v.as_str()))
}

/// Whether a row or column is hidden, or has no height or width.
fn is_hidden(tag: &Tag, size: &str, least: f64) -> bool {
    is(tag, "hidden", &["1", "true"]) || tag.attribute(size).and_then(|s| s.parse::<f64>().ok()).is_some_and(|s| s <= least)
}

fn read_cell(xml: &mut Xml, cell: &mut Cell) -> Result<(), Fault> {
    let mut open = 1;
    while open > 0 {
        match xml.next()? {
            Some(Item::Open(tag)) => match tag.local() {
                "v" => cell.value = Some(xml.content()?).filter(|v| !v.is_empty()),
                "is" => cell.text = Some(rich_text(xml)?),
                "f" => {
                    cell.formula = true;
                    cell.code = xml.content()?;
                }
                _ => open += 1,
            },
            Some(Item::Close) => open -= 1,
            Some(Item::Text(_)) => {}
            None => break,
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
    let mut out = Rich::default();
    let mut open = 1;
    let mut own = None;
    while open > 0 {
        match xml.next()? {
            Some(Item::Open(tag)) => match tag.local() {
                "t" => out.push(&breaks(xml.content()?), own),
                "rPh" => xml.skip()?,
                "rPr" => own = Some(font(xml)?),
                "r" => (own, open) = (None, open + 1),
                _ => open += 1,
            },
            Some(Item::Close) => open -= 1,
            Some(Item::Text(_)) => {}
            None => break,
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
