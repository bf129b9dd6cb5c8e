//! The written side of a page: lines, collapsed white space, cells and rows.

use scraper::node::Element;

use crate::model::{CELL_END, ROW_END};

/// The text as far as it is written.
pub(super) struct Page {
    out: String,
    /// Where the cell or page starts that is being written; nothing before it is touched.
    start: usize,
    /// White space was passed that shows if text follows on the same line.
    space: bool,
    /// How many elements are open that keep their white space.
    kept: usize,
    /// For each table in document order whether it holds data, and how many were opened.
    data: Vec<bool>,
    seen: usize,
    /// For each open table whether it is written as cells.
    tables: Vec<bool>,
    /// How many tables were open when the cell was opened that is being written.
    cell: Option<usize>,
    /// Cells written of the row.
    row: usize,
}

impl Page {
    /// `size` is a guess at the text's bytes, `data` what [`super::tables::hold_data`] found.
    pub fn new(size: usize, data: Vec<bool>) -> Page {
        let out = String::with_capacity(size);
        Page { out, start: 0, space: false, kept: 0, data, seen: 0, tables: Vec::new(), cell: None, row: 0 }
    }

    pub fn open(&mut self, element: &Element) {
        match element.name() {
            "table" => {
                self.block();
                // A table inside a cell of a data table is part of that cell, so it cannot have cells of its own.
                self.tables.push(self.data[self.seen] && self.cell.is_none());
                self.seen += 1;
            }
            "tr" if self.in_data_table() => self.row = 0,
            "td" | "th" if self.in_data_table() => {
                self.block();
                self.cell = Some(self.tables.len());
                self.start = self.out.len();
            }
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

    pub fn close(&mut self, element: &Element) {
        match element.name() {
            "table" => {
                self.tables.pop();
                self.block();
            }
            "tr" if self.in_data_table() => self.end_row(),
            "td" | "th" if self.cell == Some(self.tables.len()) => self.end_cell(),
            name if keeps_space(name) => {
                self.kept -= 1;
                self.block();
            }
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    /// Between the cells of a table that is written as cells.
    fn in_data_table(&self) -> bool {
        self.cell.is_none() && self.tables.last() == Some(&true)
    }

    fn end_cell(&mut self) {
        let end = self.start + self.out[self.start..].trim_end_matches('\n').len();
        self.out.truncate(end);
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
