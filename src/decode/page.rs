//! The written side of a page: lines, collapsed white space, cells and rows.

use scraper::node::Element;

use super::style::is_struck;
use super::tables::Verdict;
use crate::model::{CELL_END, ROW_END};

/// Stands in a cell where a picture is all that it holds: something is there, and it cannot be read.
const PICTURE: char = '\u{FFFC}';
/// Stands before what must not be joined to the figure before it: a note's number, or a figure that was struck out.
const APART: char = '~';

/// A table that is open.
struct Table {
    verdict: Verdict,
    /// Rows opened.
    row: usize,
    /// Whether the row that is open is written as cells.
    cells: bool,
}

/// The text as far as it is written.
pub(super) struct Page {
    out: String,
    /// Where the cell or page starts that is being written; nothing before it is touched.
    start: usize,
    /// White space was passed that shows if text follows on the same line.
    space: bool,
    /// How many elements are open that keep their white space.
    kept: usize,
    /// How each table in document order is written, those not opened yet.
    verdicts: std::vec::IntoIter<Verdict>,
    tables: Vec<Table>,
    /// How many tables were open when the cell was opened that is being written.
    cell: Option<usize>,
    /// Cells written of the row.
    row: usize,
    /// The cell holds a picture.
    picture: bool,
    /// How many elements are open that strike their text out.
    struck: usize,
    /// What closes each raised or lowered text that is open.
    raised: Vec<Option<char>>,
}

impl Page {
    /// `size` is a guess at the text's bytes, `verdicts` what [`super::tables::hold_data`] found.
    pub fn new(size: usize, verdicts: Vec<Verdict>) -> Page {
        Page {
            out: String::with_capacity(size),
            start: 0,
            space: false,
            kept: 0,
            verdicts: verdicts.into_iter(),
            tables: Vec::new(),
            cell: None,
            row: 0,
            picture: false,
            struck: 0,
            raised: Vec::new(),
        }
    }

    /// `name` is what the element stands for.
    pub fn open(&mut self, name: &str, element: &Element) {
        self.struck += usize::from(is_struck(element));
        match name {
            "table" => {
                self.block();
                let verdict = self.verdicts.next().unwrap_or(Verdict::Lines);
                // A table inside a cell of a data table is part of that cell, so it cannot have cells of its own.
                let verdict = if self.cell.is_none() { verdict } else { Verdict::Lines };
                self.tables.push(Table { cells: verdict == Verdict::Data, verdict, row: 0 });
            }
            "tr" => self.open_row(),
            "td" | "th" if self.in_data_table() => {
                self.block();
                self.cell = Some(self.tables.len());
                self.start = self.out.len();
                self.picture = false;
            }
            "img" | "canvas" | "object" | "embed" => self.picture |= !is_spacer(element),
            "sup" | "sub" if self.cell.is_some() => self.open_raised(),
            "br" => self.line_break(),
            "input" if self.cell.is_some() => self.field(element),
            name if keeps_space(name) => {
                self.block();
                self.kept += 1;
            }
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    pub fn close(&mut self, name: &str, element: &Element) {
        self.struck -= usize::from(is_struck(element));
        match name {
            "table" => {
                self.tables.pop();
                self.block();
            }
            "tr" if self.in_data_table() => self.end_row(),
            "sup" | "sub" if self.cell.is_some() => {
                if let Some(Some(closing)) = self.raised.pop() {
                    self.out.push(closing);
                }
            }
            "td" | "th" if self.cell == Some(self.tables.len()) => self.end_cell(),
            name if keeps_space(name) => {
                self.kept -= 1;
                self.block();
            }
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    /// Between the cells of a table, or of a row of it, that is written as cells.
    fn in_data_table(&self) -> bool {
        self.cell.is_none() && self.tables.last().is_some_and(|t| t.cells)
    }

    fn open_row(&mut self) {
        if self.cell.is_none()
            && let Some(table) = self.tables.last_mut()
        {
            if let Verdict::Rows(rows) = &table.verdict {
                table.cells = rows.get(table.row) == Some(&true);
            }
            table.row += 1;
            self.row = 0;
        }
        if !self.in_data_table() {
            self.block();
        }
    }

    /// A small figure behind a figure is a note's number or an exponent: the two are no figure together. Behind words it
    /// stands in brackets, as notes do.
    fn open_raised(&mut self) {
        if self.out[self.start..].ends_with(|c: char| c.is_numeric()) {
            self.out.push(APART);
            self.raised.push(None);
        } else {
            self.out.push('[');
            self.raised.push(Some(']'));
        }
    }

    fn end_cell(&mut self) {
        let end = self.start + self.out[self.start..].trim_end_matches('\n').len();
        self.out.truncate(end);
        if self.picture && self.out[self.start..].trim().is_empty() {
            self.out.push(PICTURE);
        }
        self.raised.clear();
        self.out.push(CELL_END);
        self.out.push('\n');
        (self.cell, self.space, self.start) = (None, false, self.out.len());
        self.row += 1;
    }

    fn end_row(&mut self) {
        if self.row > 0 {
            // Text between the cells and the row's end was moved in front of the table by the parser.
            self.out.pop();
            self.out.push(ROW_END);
            self.out.push('\n');
            self.start = self.out.len();
        }
        self.row = 0;
    }

    /// Some tables are forms, and their figures stand in fields.
    fn field(&mut self, element: &Element) {
        if matches!(element.attr("type").unwrap_or("text"), "text" | "number") {
            self.text(element.attr("value").unwrap_or_default());
        }
    }

    pub fn text(&mut self, text: &str) {
        if self.struck > 0 && self.cell.is_some() && !text.trim().is_empty() {
            self.out.push(APART);
        }
        if self.kept > 0 {
            self.push(text);
            return;
        }
        // Only ASCII white space collapses; NBSP and U+3000 are characters like others.
        self.space |= text.starts_with(|c: char| c.is_ascii_whitespace());
        for (i, word) in text.split_ascii_whitespace().enumerate() {
            if (self.space || i > 0) && !self.is_line_start() {
                self.out.push(' ');
            }
            self.push(word);
            self.space = false;
        }
        self.space |= text.ends_with(|c: char| c.is_ascii_whitespace());
    }

    /// Characters of the page that equal our marks become spaces: as numeric entities they get past every check.
    fn push(&mut self, text: &str) {
        if text.contains([CELL_END, ROW_END]) {
            self.out.push_str(&text.replace([CELL_END, ROW_END], " "));
        } else {
            self.out.push_str(text);
        }
    }

    fn is_line_start(&self) -> bool {
        self.out.len() == self.start || self.out.ends_with('\n')
    }

    fn block(&mut self) {
        if !self.is_line_start() {
            self.out.push('\n');
        }
        self.space = false;
    }

    /// A break ends a line or leaves one blank, but never more than one.
    fn line_break(&mut self) {
        let written = &self.out[self.start..];
        if !written.is_empty() && !written.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.space = false;
    }

    pub fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end_matches(['\n', ' ']).len());
        self.out.push('\n');
        self.out
    }
}

/// A picture that only holds a place.
fn is_spacer(element: &Element) -> bool {
    let small = |name| element.attr(name).is_some_and(|v| matches!(v.trim().trim_end_matches("px"), "0" | "1" | "2" | "3"));
    small("width") || small("height")
}

fn keeps_space(name: &str) -> bool {
    matches!(name, "pre" | "textarea" | "listing" | "xmp" | "plaintext")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "td"
            | "th"
            | "caption"
            | "section"
            | "article"
            | "aside"
            | "main"
            | "nav"
            | "header"
            | "footer"
            | "center"
            | "hr"
            | "dt"
            | "dd"
            | "dl"
            | "option"
            | "select"
            | "form"
            | "fieldset"
            | "legend"
            | "blockquote"
            | "figure"
            | "figcaption"
            | "address"
            | "details"
            | "summary"
            | "menu"
            | "dir"
            | "body"
            | "button"
    )
}
