//! Workbooks of the OpenDocument format (.ods).

use super::super::Limits;
use super::super::fault::Fault;
use super::super::parts::Parts;
use super::super::xml::{Item, Tag, Xml};
use super::figures::figure;
use super::{COLUMNS, Merge, ROWS, Workbook};
use crate::model::Decoded;
use std::collections::HashSet;

/// Cells that repeat without text: a border over so many is one, over more it is the whole sheet's.
const BORDERED: u32 = 256;

pub(in super::super) fn render(bytes: &[u8], limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let mut parts = Parts::open(bytes, limits)?;
    if parts.text("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(Fault::Encrypted);
    }
    let text = parts.text("content.xml")?.ok_or_else(|| Fault::damaged("it has no part content.xml"))?;
    let mut reader = Reader { xml: Xml::new(&text, "content.xml", limits.nesting), book: Workbook::new(limits), row: 0, column: 0, repeat: 1 };
    reader.run()?;
    (decoded.format, decoded.encoding) = ("ods", "UTF-8");
    decoded.problems.extend(super::super::hidden_sheets(reader.book.hidden));
    decoded.text = reader.book.text()?;
    Ok(())
}

struct Reader<'a> {
    xml: Xml<'a>,
    book: Workbook,
    row: u32,
    column: u32,
    /// How many rows the one that is read stands for.
    repeat: u32,
}

fn number(tag: &Tag, name: &str, most: u32) -> u32 {
    tag.attribute(name).and_then(|v| v.parse::<u32>().ok()).unwrap_or(1).clamp(1, most)
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let mut hidden = HashSet::new();
        let mut style = String::new();
        let mut started = false;
        while let Some(item) = self.xml.next()? {
            let Item::Open(tag) = item else { continue };
            match tag.name() {
                "style:style" => style = tag.attribute("name").unwrap_or_default(),
                "style:table-properties" if tag.attribute("display").as_deref() == Some("false") => {
                    hidden.insert(style.clone());
                }
                "table:table" if tag.attribute("style-name").is_some_and(|s| hidden.contains(&s)) => {
                    self.book.hidden += 1;
                    self.xml.skip()?;
                }
                "table:table" => {
                    self.book.begin_sheet();
                    (self.row, self.column, self.repeat, started) = (0, 0, 1, false);
                }
                // Changes that were tracked, and notes.
                "table:tracked-changes" | "office:annotation" | "table:shapes" => self.xml.skip()?,
                "table:table-row" => {
                    if std::mem::replace(&mut started, true) {
                        self.row = self.row.saturating_add(self.repeat);
                    }
                    self.repeat = number(&tag, "number-rows-repeated", ROWS);
                    self.column = 0;
                }
                "table:covered-table-cell" => {
                    self.column = self.column.saturating_add(number(&tag, "number-columns-repeated", COLUMNS));
                    self.xml.skip()?;
                }
                "table:table-cell" => self.cell(&tag)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn cell(&mut self, tag: &Tag) -> Result<(), Fault> {
        let columns = number(tag, "number-columns-repeated", COLUMNS);
        let (across, down) = (number(tag, "number-columns-spanned", COLUMNS), number(tag, "number-rows-spanned", ROWS));
        let shown = self.content()?;
        let value = tag.attribute("value").and_then(|v| v.parse::<f64>().ok());
        let text = match (tag.attribute("value-type").as_deref(), value) {
            (Some("float"), Some(value)) => figure(value),
            (Some("string"), _) if shown.is_empty() => tag.attribute("string-value").unwrap_or_default(),
            // A formula that was never computed.
            _ if shown.is_empty() && tag.attribute("formula").is_some() => "=?".to_owned(),
            _ => shown,
        };
        let (row, column) = (self.row, self.column);
        self.column = column.saturating_add(columns);
        if text.is_empty() && (tag.attribute("style-name").is_none() || columns > BORDERED || self.repeat > BORDERED) {
            return Ok(());
        }
        for row in row..row.saturating_add(self.repeat).min(ROWS) {
            for column in column..self.column.min(COLUMNS) {
                self.book.put(row, column, &text)?;
            }
        }
        if across > 1 || down > 1 {
            let (bottom, right) = (row.saturating_add(down - 1), column.saturating_add(across - 1));
            self.book.merge(Merge { top: row, left: column, bottom, right })?;
        }
        Ok(())
    }

    /// What a cell shows: paragraphs, with spaces and breaks that are elements of their own.
    fn content(&mut self) -> Result<String, Fault> {
        let mut out = String::new();
        let mut open = vec![false];
        while !open.is_empty() {
            match self.xml.next()? {
                Some(Item::Open(tag)) => {
                    match tag.name() {
                        "office:annotation" | "draw:frame" | "table:table" | "table:detective" => {
                            self.xml.skip()?;
                            continue;
                        }
                        "text:p" if !out.is_empty() => out.push('\n'),
                        "text:s" => out.extend(std::iter::repeat_n(' ', number(&tag, "c", 100) as usize)),
                        "text:tab" => out.push(' '),
                        "text:line-break" => out.push('\n'),
                        _ => {}
                    }
                    let inside = open.last() == Some(&true) || tag.name() == "text:p";
                    open.push(inside);
                }
                Some(Item::Close) => {
                    open.pop();
                }
                Some(Item::Text(text)) if open.last() == Some(&true) => out.push_str(&text),
                Some(Item::Text(_)) => {}
                None => break,
            }
        }
        Ok(out)
    }
}
