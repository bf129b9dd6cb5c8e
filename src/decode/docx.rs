//! Word documents in Office Open XML (.docx, .docm, and what calls itself .wps today).
//!
//! The body is walked once, without recursion: a stack of what is open, one of tables, one of places where paragraphs
//! go to (the body, a cell, a text box).

mod lists;
mod runs;
#[cfg(test)]
mod tests;

use super::{Limits, PICTURE};
use super::apart;
use super::blocks::{self, Block, Table, Verticals};
use super::fault::Fault;
use super::parts::Parts;
use super::xml::{Item, Tag, Xml};
use crate::model::Decoded;
use lists::{Numbering, Place};
use runs::{Looks, Run};

const MAIN: [&str; 2] = ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"];

pub(super) fn render(bytes: &[u8], limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let mut parts = Parts::open(bytes, limits)?;
    let main = main_part(&mut parts, limits)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let text = parts.text(&main)?.ok_or_else(|| Fault::damaged(format!("it has no part {main}")))?;
    let side = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let styles = parts.text(&side("styles.xml"))?;
    let numbering = match parts.text(&side("numbering.xml"))? {
        Some(lists) => Numbering::read(&lists, styles.as_deref(), limits.nesting)?,
        None => Numbering::default(),
    };
    let looks = Looks::read(styles.as_deref().unwrap_or_default(), limits.nesting)?;
    let blocks = body(&text, numbering, looks, limits)?;
    (decoded.format, decoded.encoding) = ("docx", "UTF-8");
    decoded.text = blocks::text(&blocks, limits.text)?;
    Ok(())
}

/// The name of the document's main part: most programs call it the same, some do not.
fn main_part(parts: &mut Parts, limits: &Limits) -> Result<String, Fault> {
    let mut found = None;
    if let Some(text) = parts.text("_rels/.rels")? {
        let mut xml = Xml::new(&text, "_rels/.rels", limits.nesting);
        while let Some(item) = xml.next()? {
            if let Item::Open(tag) = item
                && tag.local() == "Relationship"
                && tag.attribute("Type").is_some_and(|t| t.ends_with("/officeDocument"))
            {
                found = tag.attribute("Target").map(|t| t.trim_start_matches('/').to_owned());
            }
        }
    }
    Ok(found.filter(|f| parts.has(f)).unwrap_or_else(|| "word/document.xml".to_owned()))
}

/// What an open element has to do when it closes.
enum Open {
    Nothing,
    Paragraph,
    Run,
    Text,
    Table,
    Row,
    Cell,
    Box,
    Alternatives,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    /// The last of it is a figure that is none.
    behind: bool,
    style: Option<String>,
    place: Place,
    /// Its end was deleted: it runs on into the next one.
    runs_on: bool,
    /// What stands in text boxes that are anchored in it.
    boxes: Vec<Block>,
}

#[derive(Default)]
struct OpenTable {
    table: Table,
    verticals: Verticals,
    row: Vec<blocks::Cell>,
    column: i64,
    /// The row was deleted.
    gone: bool,
    /// Spans of the cell that is open.
    cell: CellSpan,
}

#[derive(Default)]
struct CellSpan {
    columns: i64,
    begins: bool,
    continues: bool,
    /// Covered by the cell to its left, or deleted.
    covered: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Code,
    Result,
}

struct Body<'a> {
    xml: Xml<'a>,
    prefix: String,
    open: Vec<Open>,
    tables: Vec<OpenTable>,
    paragraphs: Vec<Paragraph>,
    sinks: Vec<Vec<Block>>,
    /// For each open choice between contents whether one was taken.
    taken: Vec<bool>,
    fields: Vec<Field>,
    /// Text that runs on from a paragraph whose end was deleted.
    carried: String,
    /// How the run looks that is open.
    run: Run,
    reading: bool,
    numbering: Numbering,
    looks: Looks,
}

fn body(text: &str, numbering: Numbering, looks: Looks, limits: &Limits) -> Result<Vec<Block>, Fault> {
    let mut body = Body {
        xml: Xml::new(text, "the document's main part", limits.nesting),
        prefix: "w".to_owned(),
        open: Vec::new(),
        tables: Vec::new(),
        paragraphs: Vec::new(),
        sinks: vec![Vec::new()],
        taken: Vec::new(),
        fields: Vec::new(),
        carried: String::new(),
        run: Run::default(),
        reading: false,
        numbering,
        looks,
    };
    while let Some(item) = body.xml.next()? {
        match item {
            Item::Open(tag) => body.open(&tag)?,
            Item::Close => body.close(),
            Item::Text(text) if body.reading => body.push(&text),
            Item::Text(_) => {}
        }
    }
    let mut out = body.sinks.swap_remove(0);
    if !body.carried.is_empty() {
        out.push(Block::Text(body.carried));
    }
    Ok(out)
}

impl Body<'_> {
    fn open(&mut self, tag: &Tag) -> Result<(), Fault> {
        if self.open.is_empty() {
            // The root binds the prefixes.
            let bound = tag.attributes().find(|(name, value)| name.starts_with("xmlns") && MAIN.contains(&value.as_str()));
            if let Some((name, _)) = bound {
                self.prefix = name.strip_prefix("xmlns:").unwrap_or("").to_owned();
            }
        }
        let what = if tag.prefix() == self.prefix {
            self.open_own(tag)?
        } else {
            self.open_other(tag)?
        };
        // An element that was passed over is closed already.
        self.open.extend(what);
        Ok(())
    }

    /// Elements of other vocabularies. A drawing comes twice, for new and for old programs: the first that is offered
    /// is taken.
    fn open_other(&mut self, tag: &Tag) -> Result<Option<Open>, Fault> {
        match tag.local() {
            "AlternateContent" => {
                self.taken.push(false);
                return Ok(Some(Open::Alternatives));
            }
            "Choice" | "Fallback" if !self.taken.is_empty() => {
                if let Some(taken) = self.taken.last_mut()
                    && std::mem::replace(taken, true)
                {
                    return self.pass();
                }
            }
            // Letters of a formula.
            "t" if tag.prefix() == "m" && self.shows() => {
                self.reading = true;
                return Ok(Some(Open::Text));
            }
            _ => {}
        }
        Ok(Some(Open::Nothing))
    }

    fn open_own(&mut self, tag: &Tag) -> Result<Option<Open>, Fault> {
        Ok(Some(match tag.local() {
            "p" => {
                self.paragraphs.push(Paragraph::default());
                Open::Paragraph
            }
            "r" => {
                self.run = Run::default();
                Open::Run
            }
            "t" => {
                self.reading = self.shows();
                Open::Text
            }
            "tbl" => {
                if self.tables.len() >= blocks::NESTED {
                    return Err(Fault::Nesting(blocks::NESTED));
                }
                self.tables.push(OpenTable::default());
                Open::Table
            }
            "tr" if matches!(self.container(), Some(Open::Table)) => {
                if let Some(table) = self.tables.last_mut() {
                    (table.row, table.column, table.gone) = (Vec::new(), 0, false);
                }
                Open::Row
            }
            "tc" if matches!(self.container(), Some(Open::Row)) => {
                if let Some(table) = self.tables.last_mut() {
                    table.cell = CellSpan { columns: 1, ..CellSpan::default() };
                }
                self.sinks.push(Vec::new());
                Open::Cell
            }
            "txbxContent" => {
                self.sinks.push(Vec::new());
                Open::Box
            }
            "pPr" => return self.paragraph_properties(),
            "rPr" => return self.run_properties(),
            "trPr" => return self.row_properties(),
            "tcPr" => return self.cell_properties(),
            // What was deleted or moved away, what is no text, and readings above the characters.
            "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "tblPr" | "tblGrid" | "tblPrEx" | "sectPr" | "sdtPr" | "sdtEndPr" | "rt"
            | "rubyPr" => return self.pass(),
            name => {
                self.sign(name, tag);
                Open::Nothing
            }
        }))
    }

    /// Elements that stand for a character, and the ends of fields.
    fn sign(&mut self, name: &str, tag: &Tag) {
        match name {
            "tab" | "ptab" if self.shows() => self.push("\t"),
            "br" | "cr" if self.shows() => self.push("\n"),
            "noBreakHyphen" if self.shows() => self.push("-"),
            "sym" if self.shows() => {
                // Signs of picture fonts lie in the private area and mean nothing elsewhere.
                let code = tag.attribute("char").and_then(|c| u32::from_str_radix(&c, 16).ok());
                if let Some(c) = code.and_then(char::from_u32) {
                    // It stands there, though: a minus before a figure.
                    let c = if ('\u{E000}'..='\u{F8FF}').contains(&c) { PICTURE } else { c };
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            "fldChar" => match tag.attribute("fldCharType").as_deref() {
                Some("begin") => self.fields.push(Field::Code),
                Some("separate") => {
                    if let Some(field) = self.fields.last_mut() {
                        *field = Field::Result;
                    }
                }
                Some("end") => {
                    self.fields.pop();
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The innermost open element that is part of a table's structure.
    fn container(&self) -> Option<&Open> {
        self.open.iter().rev().find(|o| matches!(o, Open::Table | Open::Row | Open::Cell | Open::Box))
    }

    fn pass(&mut self) -> Result<Option<Open>, Fault> {
        self.xml.skip()?;
        Ok(None)
    }

    fn shows(&self) -> bool {
        !self.run.hidden && !self.fields.contains(&Field::Code)
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            apart::push(&mut paragraph.text, &mut paragraph.behind, text, self.run.alters(text));
        }
    }

    fn paragraph_properties(&mut self) -> Result<Option<Open>, Fault> {
        let mut found = Paragraph::default();
        let mut old = usize::MAX;
        self.xml.within(|tag, depth| {
            if depth <= old {
                old = usize::MAX;
            }
            match tag.local() {
                // What the properties were before a tracked change.
                "pPrChange" | "rPrChange" | "sectPr" => old = old.min(depth),
                _ if depth > old => {}
                "pStyle" => found.style = tag.attribute("val"),
                "numId" => found.place.number = tag.number(),
                "ilvl" => found.place.level = tag.number(),
                "del" | "moveFrom" => found.runs_on = true,
                _ => {}
            }
        })?;
        if let Some(paragraph) = self.paragraphs.last_mut() {
            (paragraph.style, paragraph.place, paragraph.runs_on) = (found.style, found.place, found.runs_on);
        }
        Ok(None)
    }

    fn run_properties(&mut self) -> Result<Option<Open>, Fault> {
        let mut run = Run::default();
        let looks = &self.looks;
        self.xml.within(|tag, depth| {
            if depth == 1 {
                run.take(tag, looks);
            }
        })?;
        self.run = run;
        Ok(None)
    }

    fn row_properties(&mut self) -> Result<Option<Open>, Fault> {
        let (mut before, mut gone) = (0, false);
        self.xml.within(|tag, depth| match tag.local() {
            "gridBefore" => before = tag.number().unwrap_or(0).clamp(0, 10_000),
            "del" => gone |= depth == 1,
            _ => {}
        })?;
        if let Some(table) = self.tables.last_mut() {
            table.column += before;
            table.gone = gone;
        }
        Ok(None)
    }

    fn cell_properties(&mut self) -> Result<Option<Open>, Fault> {
        let mut span = CellSpan { columns: 1, ..CellSpan::default() };
        let mut old = false;
        let restarts = |tag: &Tag| tag.attribute("val").as_deref() == Some("restart");
        self.xml.within(|tag, _| match tag.local() {
            "tcPrChange" => old = true,
            _ if old => {}
            "gridSpan" => span.columns = tag.number().unwrap_or(1).clamp(1, 10_000),
            "vMerge" if restarts(tag) => span.begins = true,
            "vMerge" => span.continues = true,
            "hMerge" => span.covered |= !restarts(tag),
            "cellDel" => span.covered = true,
            _ => {}
        })?;
        if let Some(table) = self.tables.last_mut() {
            table.cell = span;
        }
        Ok(None)
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Text) => self.reading = false,
            Some(Open::Run) => self.run = Run::default(),
            Some(Open::Paragraph) => self.end_paragraph(),
            Some(Open::Cell) => self.end_cell(),
            Some(Open::Row) => {
                if let Some(table) = self.tables.last_mut() {
                    table.verticals.end_row();
                    let row = std::mem::take(&mut table.row);
                    if !table.gone {
                        table.table.rows.push(row);
                    }
                }
            }
            Some(Open::Table) => {
                let table = self.tables.pop().map(|t| t.table).unwrap_or_default();
                self.sink(Block::Table(table));
            }
            Some(Open::Box) => {
                let blocks = self.sinks.pop().unwrap_or_default();
                match self.paragraphs.last_mut() {
                    Some(paragraph) => paragraph.boxes.extend(blocks),
                    None => blocks.into_iter().for_each(|b| self.sink(b)),
                }
            }
            Some(Open::Alternatives) => {
                self.taken.pop();
            }
            Some(Open::Nothing) | None => {}
        }
    }

    fn sink(&mut self, block: Block) {
        if let Some(sink) = self.sinks.last_mut() {
            sink.push(block);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        // A field's code never runs over the end of its paragraph; one that seems to has lost its mark.
        self.fields.retain(|f| *f == Field::Result);
        let mut text = std::mem::take(&mut self.carried);
        text.push_str(&paragraph.text);
        if paragraph.runs_on {
            self.carried = text;
        } else {
            text.insert_str(0, &self.numbering.next(paragraph.style.as_deref(), paragraph.place));
            self.sink(Block::Text(text));
        }
        paragraph.boxes.into_iter().for_each(|b| self.sink(b));
    }

    fn end_cell(&mut self) {
        if !self.carried.is_empty() {
            let carried = std::mem::take(&mut self.carried);
            self.sink(Block::Text(carried));
        }
        let cell = self.sinks.pop().unwrap_or_default();
        let Some(table) = self.tables.last_mut() else { return };
        let (left, span) = (table.column, std::mem::take(&mut table.cell));
        table.column += span.columns;
        let place = (table.table.rows.len(), table.row.len());
        let from = table.verticals.covers((left, table.column), (span.begins, span.continues), place);
        match from {
            Some(from) => {
                let torn = blocks::torn(&mut table.table.rows, &table.row, from);
                table.row.extend(torn);
            }
            None if !span.covered => table.row.push(cell),
            None => {}
        }
    }
}
