//! Workbooks of the OpenDocument format (.ods).

mod styles;
mod zeros;

use std::collections::HashMap;

use super::codes::{Test, seen};
use super::style::{Font, Rich, Style, View};
use super::xlsx::place;
use super::{COLUMNS, Merge, ROWS, Workbook, draw_over};
use crate::decode::fault::Fault;
use crate::decode::parts::Parts;
use crate::decode::xml::{Item, Tag, Xml};
use crate::decode::{APART, Limits};
use crate::model::Decoded;
use styles::Styles;
use zeros::Zeros;

/// Cells that repeat without text: a border over so many is one, over more it is the whole sheet's.
const BORDERED: u32 = 256;

pub(in super::super) fn render(bytes: &[u8], limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let mut parts = Parts::open(bytes, limits)?;
    if parts.text("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(Fault::Encrypted);
    }
    let text = parts.needed("content.xml")?;
    let mut styles = Styles::default();
    if let Some(common) = parts.text("styles.xml")? {
        styles.read(&common, "styles.xml", limits.nesting)?;
    }
    styles.read(&text, "content.xml", limits.nesting)?;
    // Settings that cannot be read say nothing.
    let zeros = parts.text("settings.xml")?.and_then(|settings| Zeros::read(&settings, limits.nesting).ok()).unwrap_or_default();
    let views = styles.views(&text, limits.nesting)?.into_iter();
    let book = Workbook::new(limits);
    let mut reader = Reader { xml: Xml::new(&text, "content.xml", limits.nesting), styles, zeros, views, book, view: View::default(), row: 0, column: 0, repeat: 1, defaults: Vec::new(), covered: Vec::new(), known: HashMap::new() };
    reader.run()?;
    (decoded.format, decoded.encoding) = ("ods", "UTF-8");
    reader.book.finish(decoded)
}

struct Reader<'a> {
    xml: Xml<'a>,
    styles: Styles,
    zeros: Zeros,
    /// What is said of the cells of each sheet to come, and of the one that is read.
    views: std::vec::IntoIter<View>,
    view: View,
    book: Workbook,
    row: u32,
    column: u32,
    /// How many rows the one that is read stands for.
    repeat: u32,
    /// The last column of each stretch of columns, and the style of its cells that have none.
    defaults: Vec<(u32, Option<String>)>,
    /// What drawings of the sheet reach over.
    covered: Vec<Merge>,
    /// Styles of cells that were looked up, and for which values each is in doubt.
    known: HashMap<String, (Style, Vec<Option<(Test, f64)>>)>,
}

fn number(tag: &Tag, name: &str, most: u32) -> u32 {
    tag.parsed(name).unwrap_or(1).clamp(1, most)
}

fn is_hidden(tag: &Tag) -> bool {
    tag.says("visibility", &["collapse", "filter"])
}

/// A paragraph of a cell, or the rest of it.
struct Content {
    rich: Rich,
    /// It has a paragraph, though it may be empty.
    has_paragraph: bool,
    /// Something is drawn in it, or from it over other cells.
    drawn: bool,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let mut started = false;
        // For each open element whether it is a group that is folded up.
        let mut folded: Vec<bool> = Vec::new();
        while let Some(item) = self.xml.next()? {
            let Item::Open(tag) = item else {
                if matches!(item, Item::Close) {
                    folded.pop();
                }
                continue;
            };
            let hidden = is_hidden(&tag) || folded.contains(&true);
            match tag.name() {
                "table:table" if tag.attribute("style-name").is_some_and(|s| self.styles.hides(&s)) => {
                    self.book.hidden += 1;
                    self.views.next();
                    self.xml.skip()?;
                    continue;
                }
                "table:table" => {
                    self.end_sheet();
                    let name = tag.attribute("name").unwrap_or_default();
                    self.book.begin_sheet(&name);
                    self.view = self.views.next().unwrap_or_default();
                    self.view.hides_zeros = self.zeros.are_hidden(&name);
                    (self.row, self.column, self.repeat, started) = (0, 0, 1, false);
                    self.defaults.clear();
                }
                // Changes that were tracked, and notes.
                "table:tracked-changes" | "office:annotation" | "table:shapes" => {
                    self.xml.skip()?;
                    continue;
                }
                "table:table-column" => self.columns(&tag, hidden),
                "table:table-row" => {
                    if std::mem::replace(&mut started, true) {
                        self.row = self.row.saturating_add(self.repeat);
                    }
                    self.repeat = number(&tag, "number-rows-repeated", ROWS);
                    self.column = 0;
                    if hidden || tag.attribute("style-name").is_some_and(|s| self.styles.is_low(&s)) {
                        self.view.rows.add(self.row, self.row.saturating_add(self.repeat - 1));
                    }
                }
                "table:covered-table-cell" => {
                    self.column = self.column.saturating_add(number(&tag, "number-columns-repeated", COLUMNS));
                    self.xml.skip()?;
                    continue;
                }
                "table:table-cell" => {
                    self.cell(&tag)?;
                    continue;
                }
                _ => {}
            }
            folded.push(matches!(tag.name(), "table:table-row-group" | "table:table-column-group") && tag.says("display", &["false"]));
        }
        self.end_sheet();
        Ok(())
    }

    fn end_sheet(&mut self) {
        let view = std::mem::take(&mut self.view);
        std::mem::take(&mut self.covered).into_iter().for_each(|area| self.book.cover(area));
        self.book.hide(view.rows, view.columns);
    }

    fn columns(&mut self, tag: &Tag, hidden: bool) {
        let first = self.defaults.last().map_or(0, |(last, _)| last + 1);
        let last = first.saturating_add(number(tag, "number-columns-repeated", COLUMNS) - 1);
        if first >= COLUMNS {
            return;
        }
        self.defaults.push((last, tag.attribute("default-cell-style-name")));
        if hidden {
            self.view.columns.add(first, last);
        }
    }

    /// The style of a cell: its own, or that of its column.
    fn style_name(&self, tag: &Tag) -> String {
        let of_column = || {
            let at = self.defaults.partition_point(|(last, _)| *last < self.column);
            self.defaults.get(at).and_then(|(_, style)| style.clone())
        };
        tag.attribute("style-name").or_else(of_column).unwrap_or_default()
    }

    fn cell(&mut self, tag: &Tag) -> Result<(), Fault> {
        let columns = number(tag, "number-columns-repeated", COLUMNS);
        let (across, down) = (number(tag, "number-columns-spanned", COLUMNS), number(tag, "number-rows-spanned", ROWS));
        let value = tag.parsed::<f64>("value");
        let name = self.style_name(tag);
        let (styles, view, row, column) = (&self.styles, &self.view, self.row, self.column);
        let (style, conditions) = self.known.entry(name).or_insert_with_key(|name| (styles.cell(name), styles.conditions(name)));
        let met = |c: &Option<(Test, f64)>| c.is_none_or(|(test, than)| value.is_some_and(|value| test.holds(value, than)));
        let doubtful = view.doubts(row, column, value) || conditions.iter().any(met);
        let style = style.clone();
        let Content { rich, has_paragraph, drawn } = self.content(style.font)?;
        let shown = style.text(&rich, doubtful).into_owned();
        let mut text = match (tag.attribute("value-type").as_deref(), value) {
            (Some("float" | "percentage" | "currency"), Some(0.0)) if self.view.hides_zeros => String::new(),
            (Some("float"), Some(value)) if !has_paragraph => style.number(value, false, doubtful),
            // A colour may stand for the sign.
            (Some("float"), Some(value)) if value < 0.0 && shown.contains(|c: char| c.is_ascii_digit()) && !shown.contains(['-', '−', '(', APART]) => format!("{APART}{shown}"),
            // What the format makes of it stands in the paragraph.
            (Some("float"), Some(value)) if !shown.contains(APART) => seen(value, shown.trim()),
            (Some("string"), _) if shown.is_empty() => tag.attribute("string-value").unwrap_or_default(),
            // A formula that was never computed.
            _ if shown.is_empty() && tag.attribute("formula").is_some() => "=?".to_owned(),
            _ => shown,
        };
        self.column = column.saturating_add(columns);
        if drawn {
            draw_over(&mut text);
        }
        if text.is_empty() && value.is_none() && (tag.attribute("style-name").is_none() || columns > BORDERED || self.repeat > BORDERED) {
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
    fn content(&mut self, of_cell: Font) -> Result<Content, Fault> {
        let mut out = Content { rich: Rich::default(), has_paragraph: false, drawn: false };
        // For each open element whether it is within a paragraph, and the font that it gives.
        let mut open: Vec<(bool, Option<Font>)> = vec![(false, None)];
        while let Some(&(inside, font)) = open.last() {
            match self.xml.next()? {
                Some(Item::Open(tag)) => {
                    let mut own = font;
                    match tag.name() {
                        "office:annotation" | "table:table" | "table:detective" => {
                            self.xml.skip()?;
                            continue;
                        }
                        name if name.starts_with("draw:") => {
                            out.drawn = true;
                            let end = tag.attribute("end-cell-address").and_then(|end| place(end.rsplit('.').next()?));
                            self.covered.extend(end.map(|(bottom, right)| Merge { top: self.row, left: self.column, bottom, right }));
                            self.xml.skip()?;
                            continue;
                        }
                        "text:p" => {
                            if !out.rich.text.is_empty() {
                                out.rich.push("\n", font);
                            }
                            out.has_paragraph = true;
                        }
                        "text:s" => out.rich.push(&" ".repeat(number(&tag, "c", 100) as usize), font),
                        "text:tab" => out.rich.push(" ", font),
                        "text:line-break" => out.rich.push("\n", font),
                        "text:span" => {
                            let around = font.unwrap_or(of_cell);
                            let style = tag.attribute("style-name").map(|name| self.styles.text(&name));
                            own = style.map(|own| Font { altered: own.altered || around.altered, ink: own.ink.or(around.ink) }).or(font);
                        }
                        _ => {}
                    }
                    open.push((inside || tag.name() == "text:p", own));
                }
                Some(Item::Close) => {
                    open.pop();
                }
                Some(Item::Text(text)) if inside => out.rich.push(&text, font),
                Some(Item::Text(_)) => {}
                None => break,
            }
        }
        Ok(out)
    }
}
