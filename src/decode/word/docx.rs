//! Word documents in Office Open XML (.docx, .docm, and what calls itself .wps today).
//!
//! The body is walked once, without recursion: a stack of what is open, one of tables, one of places where paragraphs
//! go to (the body, a cell, a text box).

mod lists;
mod past;
mod runs;
#[cfg(test)]
mod tests;
pub mod wordml;

use std::collections::{HashMap, HashSet};

use super::blocks::{self, Block, Table, Verticals};
use super::fields::{Fields, is_drawn};
use super::numbering;
use crate::decode::fault::Fault;
use crate::decode::format::{self, WORD_2003};
use crate::decode::ink::Ink;
use crate::decode::parts::Parts;
use crate::decode::xml::{Item, Tag, Xml};
use crate::decode::{Limits, PICTURE, apart, margin};
use crate::model::Decoded;
use lists::{ListPlace, Numbering};
use past::{Past, is_deletion};
use runs::{Looks, NEWER, Run, on_one_line};

const MAIN: [&str; 3] = ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main", WORD_2003];

/// Vocabularies that Word knows begin so; and that of the office program that is most used beside it.
const KNOWN: [&str; 5] = ["http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "urn:schemas-microsoft-com:", "http://www.wps.cn/"];
/// Running heads and feet that are looked at.
const MARGINS: usize = 100;
/// Parts of values that are looked at.
const KEPT: usize = 100;
/// Lines and rows of no more twentieths of a point show nothing, nor does what begins so far before the edge of its cell.
const LOW: i64 = 40;
const OUTSIDE: i64 = -3000;

pub fn render(mut parts: Parts, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let (main, text) = parts.main("word/document.xml", limits.nesting)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let side = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let styles = parts.text(&side("styles.xml"))?;
    let numbering = match parts.text(&side("numbering.xml"))? {
        Some(lists) => Numbering::read(&lists, styles.as_deref(), limits.nesting)?,
        None => Numbering::default(),
    };
    let theme = parts.text(&side("theme/theme1.xml")).ok().flatten();
    let looks = Looks::read(styles.as_deref().unwrap_or_default(), theme.as_deref().unwrap_or_default(), limits.nesting)?;
    let mut body = Body::new(&text, numbering, looks, limits);
    if text.contains("dataBinding") {
        body.kept = kept(&mut parts, limits);
    }
    let blocks = body.read()?;
    (decoded.format, decoded.encoding) = ("docx", "UTF-8");
    decoded.text = blocks::text(&blocks, limits.text)?;
    margin::put(decoded, &margins(&mut parts, &folder, limits)?);
    Ok(())
}

/// The values that parts beside the text hold. What cannot be read of them is left out.
fn kept(parts: &mut Parts, limits: &Limits) -> HashSet<String> {
    let names: Vec<String> = parts.names().filter(|name| name.starts_with("customxml/item") || name.starts_with("docprops/")).map(str::to_owned).collect();
    let mut out = HashSet::new();
    for name in names.iter().take(KEPT) {
        let text = parts.text(name).ok().flatten().unwrap_or_default();
        let mut xml = Xml::new(&text, "a part of values", limits.nesting);
        while let Ok(Some(item)) = xml.next() {
            match item {
                Item::Open(tag) => out.extend(tag.attributes().map(|(_, value)| value.trim().to_owned())),
                Item::Text(text) => out.extend([text.trim().to_owned()]),
                Item::Close => {}
            }
        }
    }
    out
}

/// The words of running heads and feet, and of watermarks, which stand in them.
fn margins(parts: &mut Parts, folder: &str, limits: &Limits) -> Result<String, Fault> {
    let is_margin = |name: &str| name.strip_prefix(folder).is_some_and(|n| ["header", "footer"].iter().any(|m| n.trim_start_matches('/').starts_with(m)) && n.ends_with(".xml"));
    let mut names: Vec<String> = parts.names().filter(|name| is_margin(name)).map(str::to_owned).collect();
    names.sort_unstable();
    let mut out = String::new();
    for name in names.iter().take(MARGINS) {
        let text = parts.text(name)?.unwrap_or_default();
        out.push_str(&in_margin(Body::new(&text, Numbering::default(), Looks::default(), limits), limits)?);
    }
    Ok(out)
}

/// The words of one margin. One that is damaged takes no report with it.
fn in_margin(mut body: Body, limits: &Limits) -> Result<String, Fault> {
    let Ok(mut blocks) = body.read() else { return Ok(String::new()) };
    blocks.append(&mut body.marks);
    Ok(blocks::text(&blocks, limits.text)? + "\n")
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
    /// A picture, a shape, an object of another program.
    Drawing,
    /// A part of a formula in which signs do not stand one behind the other.
    Formula,
    /// Text that is written against its direction.
    Turned,
    /// A control for a content.
    Control,
}

/// What is known of an open drawing.
#[derive(Default)]
struct Drawing {
    /// It lies behind the text.
    behind: bool,
    hidden: bool,
    /// It holds text that is read.
    words: bool,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    /// The last of it is a figure that is none.
    behind: bool,
    style: Option<String>,
    place: ListPlace,
    /// Its end was deleted: it runs on into the next one.
    runs_on: bool,
    /// What stands in text boxes that are anchored in it, and pictures.
    boxes: Vec<Block>,
    /// How its runs look that say nothing else.
    look: Run,
}

#[derive(Default)]
struct OpenTable {
    table: Table,
    verticals: Verticals,
    row: Vec<blocks::Cell>,
    column: i64,
    /// The row was deleted; it is too low to show anything.
    gone: bool,
    low: bool,
    /// How runs look in it that say nothing else.
    look: Run,
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
    /// Its colour.
    ground: Option<Option<Ink>>,
    /// A picture lies behind its text.
    picture: bool,
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
    fields: Fields,
    /// The prefixes that are bound, and to what.
    bound: HashMap<String, String>,
    drawings: Vec<Drawing>,
    /// Parts of formulas that are open.
    formula: usize,
    /// Stretches of text that are turned round and open.
    turned: usize,
    /// For each open control whether what it shows is kept in another part, and the values that such parts hold.
    controls: Vec<bool>,
    kept: HashSet<String>,
    /// The words of watermarks.
    marks: Vec<Block>,
    /// Text that runs on from a paragraph whose end was deleted.
    carried: String,
    /// How the run looks that is open.
    run: Run,
    reading: bool,
    numbering: Numbering,
    looks: Looks,
}

/// Whether a height is that and no more, by an attribute that has two names.
fn is_exact(tag: &Tag, names: [&str; 2]) -> bool {
    names.iter().any(|name| tag.says(name, &["exact"]))
}

impl<'a> Body<'a> {
    fn new(text: &'a str, numbering: Numbering, looks: Looks, limits: &Limits) -> Body<'a> {
        Body {
            xml: Xml::new(text, "the document's main part", limits.nesting),
            prefix: "w".to_owned(),
            open: Vec::new(),
            tables: Vec::new(),
            paragraphs: Vec::new(),
            sinks: vec![Vec::new()],
            taken: Vec::new(),
            fields: Fields::default(),
            bound: HashMap::new(),
            drawings: Vec::new(),
            formula: 0,
            turned: 0,
            controls: Vec::new(),
            kept: HashSet::new(),
            marks: Vec::new(),
            carried: String::new(),
            run: Run::default(),
            reading: false,
            numbering,
            looks,
        }
    }

    fn read(&mut self) -> Result<Vec<Block>, Fault> {
        while let Some(item) = self.xml.next()? {
            match item {
                Item::Open(tag) => self.open(&tag)?,
                Item::Close => self.close(),
                Item::Text(text) if self.reading => self.push(&on_one_line(&text)),
                Item::Text(_) => {}
            }
        }
        let mut out = std::mem::take(&mut self.sinks[0]);
        if !self.carried.is_empty() {
            out.push(Block::Text(std::mem::take(&mut self.carried)));
        }
        Ok(out)
    }
}

impl Body<'_> {
    fn open(&mut self, tag: &Tag) -> Result<(), Fault> {
        if self.open.is_empty() {
            // The root is of the vocabulary whose prefix it binds.
            if MAIN.iter().any(|space| format::is_of(tag, space)) {
                tag.prefix().clone_into(&mut self.prefix);
            }
        }
        self.bound.extend(tag.bindings());
        let what = if tag.prefix() == self.prefix {
            self.open_own(tag)?
        } else {
            self.open_other(tag)?
        };
        // An element that was passed over is closed already.
        self.open.extend(what);
        Ok(())
    }

    /// Elements of other vocabularies. A drawing comes twice, for new and for old programs: the first is taken of which
    /// Word knows the vocabulary.
    fn open_other(&mut self, tag: &Tag) -> Result<Option<Open>, Fault> {
        match tag.local() {
            "AlternateContent" => {
                self.taken.push(false);
                return Ok(Some(Open::Alternatives));
            }
            "Choice" if !self.taken.is_empty() && !self.knows(&tag.attribute("Requires").unwrap_or_default()) => return self.pass(),
            "Choice" | "Fallback" if !self.taken.is_empty() => {
                if let Some(taken) = self.taken.last_mut()
                    && std::mem::replace(taken, true)
                {
                    return self.pass();
                }
            }
            // What was deleted, and what others remark on the text.
            "annotation" if is_deletion(tag) || tag.says("type", &["Word.Comment"]) => return self.pass(),
            name if tag.prefix() == "m" => return Ok(Some(self.formula(name))),
            name => self.drawn(name, tag),
        }
        Ok(Some(Open::Nothing))
    }

    fn knows(&self, prefixes: &str) -> bool {
        prefixes.split_whitespace().all(|prefix| self.bound.get(prefix).is_some_and(|name| KNOWN.iter().any(|known| name.starts_with(known))))
    }

    /// An element of a formula. Signs that are written one behind the other are text; of those above, below or within others
    /// only the signs are known, and not what they mean together.
    fn formula(&mut self, name: &str) -> Open {
        match name {
            "t" if self.shows() => {
                self.reading = true;
                Open::Text
            }
            "r" => {
                self.run = self.look();
                Open::Run
            }
            "f" | "sSup" | "sSub" | "sSubSup" | "sPre" | "rad" | "nary" | "m" | "d" | "phant" | "borderBox" | "bar" | "acc" | "eqArr" | "func" | "limLow" | "limUpp" | "groupChr" | "box" => {
                self.formula += 1;
                Open::Formula
            }
            _ => Open::Nothing,
        }
    }

    /// What elements within a drawing say of it.
    fn drawn(&mut self, name: &str, tag: &Tag) {
        let Some(drawing) = self.drawings.last_mut() else { return };
        match name {
            "anchor" => drawing.behind |= tag.is_true("behindDoc"),
            "docPr" => drawing.hidden |= tag.is_true("hidden"),
            "textpath" => self.marks.extend(tag.attribute("string").map(Block::Text)),
            _ => {
                if let Some(style) = tag.attribute("style") {
                    drawing.behind |= style.contains("z-index:-");
                    drawing.hidden |= style.contains("visibility:hidden");
                }
            }
        }
    }

    fn open_own(&mut self, tag: &Tag) -> Result<Option<Open>, Fault> {
        Ok(Some(match tag.local() {
            "p" => {
                self.paragraphs.push(Paragraph::default());
                self.begin_look(None, None, false);
                Open::Paragraph
            }
            "r" => {
                self.run = self.look();
                Open::Run
            }
            "t" => {
                self.reading = self.shows();
                Open::Text
            }
            name @ ("tbl" | "tr" | "tc") => self.open_of_table(name)?,
            "txbxContent" => {
                self.sinks.push(Vec::new());
                Open::Box
            }
            "drawing" | "pict" | "object" => {
                self.drawings.push(Drawing::default());
                Open::Drawing
            }
            "bdo" if tag.says("val", &["rtl"]) => {
                self.turned += 1;
                Open::Turned
            }
            "sdt" => {
                self.controls.push(false);
                Open::Control
            }
            "sdtPr" => return self.control_properties(),
            "tblPr" => return self.table_properties(),
            "instrText" => {
                self.fields.read(self.xml.content()?.chars());
                return Ok(None);
            }
            "fldSimple" => {
                if tag.attribute("instr").is_some_and(|code| is_drawn(&code)) && self.shows() {
                    self.push_sign();
                }
                Open::Nothing
            }
            "pPr" => return self.paragraph_properties(),
            "rPr" => return self.run_properties(),
            "trPr" => return self.row_properties(),
            "tcPr" => return self.cell_properties(),
            // What was deleted or moved away, what is no text, readings above the characters; and what other programs keep in
            // parts of their own.
            "del" | "moveFrom" | "delText" | "delInstrText" | "tblGrid" | "tblPrEx" | "sectPr" | "sdtEndPr" | "rt" | "rubyPr" | "footnote" | "endnote" | "styles" | "lists" | "docPr" => return self.pass(),
            name => {
                self.sign(name, tag);
                Open::Nothing
            }
        }))
    }

    /// A table, or a row or a cell where one may stand.
    fn open_of_table(&mut self, name: &str) -> Result<Open, Fault> {
        match (name, self.container()) {
            ("tbl", _) => {
                if self.tables.len() >= blocks::NESTED {
                    return Err(Fault::Nesting(blocks::NESTED));
                }
                self.tables.push(OpenTable { look: self.looks.table(None), ..OpenTable::default() });
                Ok(Open::Table)
            }
            ("tr", Some(Open::Table)) => {
                if let Some(table) = self.tables.last_mut() {
                    (table.row, table.column, table.gone, table.low) = (Vec::new(), 0, false, false);
                }
                Ok(Open::Row)
            }
            ("tc", Some(Open::Row)) => {
                if let Some(table) = self.tables.last_mut() {
                    table.cell = CellSpan { columns: 1, ..CellSpan::default() };
                }
                self.sinks.push(Vec::new());
                Ok(Open::Cell)
            }
            _ => Ok(Open::Nothing),
        }
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
                    let c = if apart::is_private(c) { PICTURE } else { c };
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            "fldChar" => self.field(tag.attribute("fldCharType").unwrap_or_default().as_str()),
            _ => {}
        }
    }

    fn field(&mut self, mark: &str) {
        let is_drawn = match mark {
            "begin" => self.fields.begin(),
            "separate" => self.fields.separate(),
            "end" => self.fields.end(),
            _ => false,
        };
        if is_drawn && self.shows() {
            self.push_sign();
        }
    }

    /// Something stands here that cannot be read.
    fn push_sign(&mut self) {
        self.push(PICTURE.encode_utf8(&mut [0; 4]));
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
        !self.run.is_hidden() && !self.fields.in_code()
    }

    fn push(&mut self, text: &str) {
        let in_cell = self.is_in_cell();
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let left = if self.run.is_struck() && !in_cell { apart::struck(text) } else { text };
        // 47 is read where 74 is written.
        let turned = (self.turned > 0).then(|| apart::figures(left));
        let left = turned.as_deref().unwrap_or(left);
        // Where another part holds the value of a control, that is shown and not what stands here.
        let is_kept = !self.controls.contains(&true) || !apart::has_digits_alone(text) || self.kept.contains(text.trim());
        apart::push(&mut paragraph.text, &mut paragraph.behind, left, self.formula > 0 || !is_kept || self.run.alters(text));
    }

    fn is_in_cell(&self) -> bool {
        matches!(self.container(), Some(Open::Cell))
    }

    /// How runs of the paragraph look that say nothing else.
    fn look(&self) -> Run {
        self.paragraphs.last().map_or(Run::default(), |paragraph| paragraph.look)
    }

    /// Settles how runs of the paragraph look, by its style, its own ground, and whether it has no room.
    fn begin_look(&mut self, style: Option<&str>, ground: Option<Option<Ink>>, squeezed: bool) {
        let table = self.tables.last().filter(|_| self.is_in_cell());
        let (of_table, of_cell, low) = table.map_or((Run::default(), None, false), |t| (t.look, t.cell.ground, t.low));
        let look = self.looks.paragraph(style, of_table).on(ground).on(of_cell);
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.look = if squeezed || low { look.squeezed() } else { look };
        }
        self.run = self.look();
    }

    fn paragraph_properties(&mut self) -> Result<Option<Open>, Fault> {
        let mut found = Paragraph::default();
        let (mut past, mut ground, mut squeezed) = (Past::default(), None, false);
        let in_cell = self.is_in_cell();
        let looks = &self.looks;
        self.xml.within(|tag, depth| {
            match tag.local() {
                _ if past.holds(tag, depth) => {}
                "pStyle" => found.style = tag.attribute("val"),
                "numId" | "ilfo" => found.place.number = tag.number(),
                "shd" if depth == 1 => ground = looks.shading(tag),
                "spacing" if depth == 1 => squeezed |= is_exact(tag, ["lineRule", "line-rule"]) && tag.parsed("line").is_some_and(|n: i64| n <= LOW),
                "ind" if depth == 1 => squeezed |= in_cell && ["left", "start"].iter().any(|side| tag.parsed(side).is_some_and(|n: i64| n <= OUTSIDE)),
                "ilvl" => found.place.level = tag.number(),
                _ if is_deletion(tag) => found.runs_on = true,
                _ => {}
            }
        })?;
        self.begin_look(found.style.as_deref(), ground, squeezed);
        if let Some(paragraph) = self.paragraphs.last_mut() {
            (paragraph.style, paragraph.place, paragraph.runs_on) = (found.style, found.place, found.runs_on);
        }
        Ok(None)
    }

    fn run_properties(&mut self) -> Result<Option<Open>, Fault> {
        let (mut run, mut past) = (self.look(), Past::default());
        let looks = &self.looks;
        self.xml.within(|tag, depth| {
            if !past.holds(tag, depth) && (depth == 1 || tag.prefix() == NEWER) {
                run.take(tag, looks);
            }
        })?;
        self.run = run;
        Ok(None)
    }

    fn control_properties(&mut self) -> Result<Option<Open>, Fault> {
        let mut bound = false;
        let prefix = &self.prefix;
        self.xml.within(|tag, depth| bound |= depth == 1 && tag.local() == "dataBinding" && tag.prefix() == prefix)?;
        self.controls.last_mut().into_iter().for_each(|control| *control = bound);
        Ok(None)
    }

    fn table_properties(&mut self) -> Result<Option<Open>, Fault> {
        let mut style = None;
        self.xml.within(|tag, depth| {
            if depth == 1 && tag.local() == "tblStyle" {
                style = tag.attribute("val");
            }
        })?;
        let look = self.looks.table(style.as_deref());
        self.tables.last_mut().into_iter().for_each(|table| table.look = look);
        Ok(None)
    }

    fn row_properties(&mut self) -> Result<Option<Open>, Fault> {
        let (mut before, mut gone, mut low, mut past) = (0, false, false, Past::default());
        self.xml.within(|tag, depth| match tag.local() {
            _ if past.holds(tag, depth) => {}
            "gridBefore" => before = tag.number().unwrap_or(0).clamp(0, 10_000),
            _ if is_deletion(tag) => gone = true,
            "trHeight" => low |= is_exact(tag, ["hRule", "h-rule"]) && tag.number().is_some_and(|n| n <= LOW),
            _ => {}
        })?;
        if let Some(table) = self.tables.last_mut() {
            table.column += before;
            (table.gone, table.low) = (gone, low);
        }
        Ok(None)
    }

    fn cell_properties(&mut self) -> Result<Option<Open>, Fault> {
        let (mut span, mut past) = (CellSpan { columns: 1, ..CellSpan::default() }, Past::default());
        let restarts = |tag: &Tag| tag.says("val", &["restart"]);
        let looks = &self.looks;
        self.xml.within(|tag, depth| match tag.local() {
            _ if past.holds(tag, depth) => {}
            "shd" => span.ground = looks.shading(tag),
            "gridSpan" => span.columns = tag.number().unwrap_or(1).clamp(1, 10_000),
            "vMerge" | "vmerge" if restarts(tag) => span.begins = true,
            "vMerge" | "vmerge" => span.continues = true,
            "hMerge" | "hmerge" => span.covered |= !restarts(tag),
            "cellDel" => span.covered = true,
            _ if is_deletion(tag) => span.covered = true,
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
            Some(Open::Run) => self.run = self.look(),
            Some(Open::Drawing) => self.end_drawing(),
            Some(Open::Formula) => self.formula = self.formula.saturating_sub(1),
            Some(Open::Control) => {
                self.controls.pop();
            }
            Some(Open::Turned) => self.turned = self.turned.saturating_sub(1),
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
                let has_words = blocks.iter().any(|b| !matches!(b, Block::Text(t) if t.trim().is_empty()));
                self.drawings.last_mut().into_iter().for_each(|drawing| drawing.words |= has_words);
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

    /// A picture in a cell is something that cannot be read: beside a figure, or over it. Behind text it does not matter.
    fn end_drawing(&mut self) {
        let Some(drawing) = self.drawings.pop() else { return };
        if drawing.hidden || drawing.words || !self.is_in_cell() {
            return;
        }
        if drawing.behind {
            self.tables.last_mut().into_iter().for_each(|table| table.cell.picture = true);
        } else if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.boxes.push(Block::Text(PICTURE.to_string()));
        }
    }

    fn sink(&mut self, block: Block) {
        if let Some(sink) = self.sinks.last_mut() {
            sink.push(block);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        self.fields.end_paragraph();
        let mut text = std::mem::take(&mut self.carried);
        text.push_str(&paragraph.text);
        if paragraph.runs_on {
            self.carried = text;
        } else {
            let number = self.numbering.next(paragraph.style.as_deref(), paragraph.place);
            text = numbering::put(number, &text, self.is_in_cell());
            self.sink(Block::Text(text));
        }
        paragraph.boxes.into_iter().for_each(|b| self.sink(b));
    }

    fn end_cell(&mut self) {
        if !self.carried.is_empty() {
            let carried = std::mem::take(&mut self.carried);
            self.sink(Block::Text(carried));
        }
        let mut cell = self.sinks.pop().unwrap_or_default();
        let Some(table) = self.tables.last_mut() else { return };
        let (left, span) = (table.column, std::mem::take(&mut table.cell));
        table.column += span.columns;
        if span.picture && cell.iter().all(|b| matches!(b, Block::Text(t) if t.trim().is_empty())) {
            cell.push(Block::Text(PICTURE.to_string()));
        }
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
