//! The written side of a page: lines, collapsed white space, cells and rows.

use scraper::node::Element;

use super::look::is_speck;
use super::roles::Part;
use super::tables::{Verdict, columns_apart};
use super::words::attr;
use crate::decode::apart::in_number;
use crate::decode::marks::{end_cell, end_row, unmarked};
use crate::decode::torn::{has_words, is_number};
use crate::decode::{APART, PICTURE};

/// What lies between two texts of a line.
#[derive(Clone, Copy, PartialEq)]
enum Gap {
    /// They are two things.
    Apart,
    /// Something that cannot be read.
    Picture,
}

/// A table that is open.
struct Table {
    verdict: Verdict,
    /// Rows opened.
    row: usize,
    /// Whether the row that is open is written as cells.
    cells: bool,
    /// Figures that span rows: where each ends, and the last of them.
    spans: Vec<(usize, usize)>,
}

/// The text as far as it is written.
pub struct Page {
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
    /// Where the row began.
    row_start: usize,
    /// The cell holds a picture.
    picture: bool,
    /// Rows that the cell spans.
    span: usize,
    /// Rows that the last words of the row span; none where it has no words.
    words: usize,
    /// What lies between the last text and the next.
    gap: Option<Gap>,
    /// What closes each raised or lowered text that is open.
    raised: Vec<Option<char>>,
    /// Where the last text of smaller letters ended.
    small: Option<usize>,
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
            row_start: 0,
            picture: false,
            span: 1,
            words: 0,
            gap: None,
            raised: Vec::new(),
            small: None,
        }
    }

    pub fn open(&mut self, part: Part, element: &Element) {
        match part {
            Part::Table => {
                self.block();
                let verdict = self.verdicts.next().unwrap_or(Verdict::Lines);
                // A table inside a cell of a data table is part of that cell, so it cannot have cells of its own.
                let verdict = if self.cell.is_none() { verdict } else { Verdict::Lines };
                self.tables.push(Table { cells: verdict == Verdict::Data, verdict, row: 0, spans: Vec::new() });
            }
            Part::Row => self.open_row(),
            Part::Cell if self.in_data_table() => {
                self.block();
                self.cell = Some(self.tables.len());
                self.start = self.out.len();
                self.picture = false;
                self.span = attr(element, "rowspan").and_then(|n| n.trim().parse().ok()).unwrap_or(1);
            }
            Part::Picture => self.picture(element),
            Part::Foreign if element.name() == "svg" => self.picture(element),
            Part::Foreign => self.apart(),
            Part::Raised => self.open_raised(),
            Part::Small => self.open_small(),
            Part::Break => self.line_break(),
            Part::Field => self.field(element),
            Part::Kept => {
                self.block();
                self.kept += 1;
            }
            Part::Cell | Part::Paragraph | Part::Block => self.block(),
            Part::Inline => {}
        }
    }

    pub fn close(&mut self, part: Part) {
        match part {
            Part::Table => {
                self.tables.pop();
                self.block();
            }
            Part::Row if self.in_data_table() => self.end_row(),
            Part::Raised => {
                if let Some(Some(closing)) = self.raised.pop() {
                    self.out.push(closing);
                }
                self.apart();
            }
            Part::Cell if self.cell == Some(self.tables.len()) => self.end_cell(),
            Part::Kept => {
                self.kept -= 1;
                self.block();
            }
            Part::Row | Part::Cell | Part::Paragraph | Part::Block => self.block(),
            Part::Foreign => self.apart(),
            Part::Small => self.small = Some(self.out.len()),
            Part::Inline | Part::Break | Part::Picture | Part::Field => {}
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
        if self.cell.is_none() {
            self.row_start = self.out.len();
        }
    }

    /// A small figure behind a figure is a note's number or an exponent: the two are no figure together. Behind the words
    /// of a cell it stands in brackets, as notes do.
    fn open_raised(&mut self) {
        if self.behind_figure() {
            self.out.push(APART);
            self.raised.push(None);
        } else if self.cell.is_some() {
            self.out.push('[');
            self.raised.push(Some(']'));
        } else {
            self.apart();
            self.raised.push(None);
        }
    }

    /// A figure of smaller letters right behind one of larger letters is a note's number, as a raised one is. Editors write
    /// one figure as several texts of the same size.
    fn open_small(&mut self) {
        if !self.space && self.small != Some(self.out.len()) && self.behind_figure() {
            self.apart();
        }
    }

    /// Something is there that cannot be read: what stands right before it or behind it is no figure by itself. In running
    /// text pictures are ornaments, unless one stands between figures.
    fn picture(&mut self, element: &Element) {
        if !is_spacer(element) {
            self.drawn();
        }
    }

    /// The same for what a rule of the style puts before or behind what an element holds.
    pub fn drawn(&mut self) {
        self.picture = true;
        if self.cell.is_some() && !self.space && self.behind_figure() {
            self.out.push(APART);
        } else {
            self.gap = Some(Gap::Picture);
        }
    }

    /// What follows does not belong to the figure before.
    fn apart(&mut self) {
        self.gap = self.gap.or(Some(Gap::Apart));
    }

    /// Whether the line as far as it is written ends in a figure, white space apart.
    fn behind_figure(&self) -> bool {
        self.out[self.start..].trim_end_matches(' ').ends_with(in_number)
    }

    /// Writes what stands between the last text and this one, if it is needed to keep figures from being joined or believed.
    fn fill_gap(&mut self, text: &str) {
        let Some(gap) = self.gap.filter(|_| !text.trim().is_empty()) else { return };
        self.gap = None;
        if !text.trim_start().trim_start_matches(['-', '－', '−', '+', '＋']).starts_with(in_number) {
            return;
        }
        let touches = self.cell.is_some() && !self.space && !text.starts_with(char::is_whitespace);
        if self.behind_figure() || (gap == Gap::Picture && touches) {
            self.out.push(APART);
        }
    }

    fn end_cell(&mut self) {
        let end = self.start + self.out[self.start..].trim_end_matches('\n').len();
        self.out.truncate(end);
        if self.picture && self.out[self.start..].trim().is_empty() {
            self.out.push(PICTURE);
        }
        self.raised.clear();
        let cell = &self.out[self.start..];
        if let Some(table) = self.tables.last_mut().filter(|_| (1..self.span).contains(&self.words) && is_number(cell)) {
            table.spans.push((self.out.len(), table.row + self.span - 1));
        }
        if has_words(cell) {
            self.words = self.span;
        }
        end_cell(&mut self.out);
        (self.cell, self.space, self.gap, self.start) = (None, false, None, self.out.len());
        self.row += 1;
    }

    fn end_row(&mut self) {
        if std::mem::take(&mut self.words) > 0 {
            self.tear();
        }
        if self.row > 0 {
            // Text between the cells and the row's end was moved in front of the table by the parser.
            match self.out.get(self.row_start..).and_then(columns_apart) {
                Some(rows) => {
                    self.out.replace_range(self.row_start.., &rows);
                    self.tables.last_mut().into_iter().for_each(|t| t.spans.clear());
                }
                None => end_row(&mut self.out),
            }
            self.start = self.out.len();
        }
        self.row = 0;
    }

    /// Marks the figures of rows above that span this one, which has words of its own.
    fn tear(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let (row, start) = (table.row, self.row_start);
        let torn: Vec<usize> = table.spans.extract_if(.., |s| s.0 < start && s.1 >= row).map(|s| s.0).collect();
        table.spans.iter_mut().for_each(|s| s.0 += torn.len());
        for at in torn.into_iter().rev() {
            self.out.insert(at, APART);
            self.row_start += APART.len_utf8();
            self.small = None;
        }
    }

    /// Some tables are forms, and their figures stand in fields. Elsewhere fields are for a search.
    fn field(&mut self, element: &Element) {
        if self.tables.is_empty() {
            return;
        }
        if let Some(value) = value_of(element) {
            self.apart();
            self.text(value, false);
            self.apart();
        } else if is_button(element) {
            self.drawn();
        }
    }

    /// `altered`: it is struck out or turned round, so a figure in it is none.
    pub fn text(&mut self, text: &str, altered: bool) {
        self.fill_gap(text);
        if altered && !text.trim().is_empty() && (self.cell.is_some() || text.contains(char::is_numeric)) {
            self.out.push(APART);
            self.apart();
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

    /// As numeric entities signs that equal our marks get past every check.
    fn push(&mut self, text: &str) {
        self.out.push_str(&unmarked(text));
    }

    fn is_line_start(&self) -> bool {
        self.out.len() == self.start || self.out.ends_with('\n')
    }

    fn block(&mut self) {
        if !self.is_line_start() {
            self.out.push('\n');
        }
        (self.space, self.gap) = (false, None);
    }

    /// A break ends a line or leaves one blank, but never more than one.
    fn line_break(&mut self) {
        let written = &self.out[self.start..];
        if !written.is_empty() && !written.ends_with("\n\n") {
            self.out.push('\n');
        }
        (self.space, self.gap) = (false, None);
    }

    pub fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end_matches(['\n', ' ']).len());
        self.out.push('\n');
        self.out
    }
}

/// What a field shows, where it is one to be filled with text.
pub fn value_of(element: &Element) -> Option<&str> {
    let kind = attr(element, "type").unwrap_or("text").trim();
    let is_other = ["hidden", "checkbox", "radio", "button", "submit", "reset", "image", "file", "password", "range", "color"];
    if is_other.iter().any(|k| kind.eq_ignore_ascii_case(k)) { None } else { attr(element, "value") }
}

/// A field that shows something else than text that was filled in: what it does, or a dot for each letter.
fn is_button(element: &Element) -> bool {
    let kind = attr(element, "type").unwrap_or_default().trim();
    ["button", "submit", "reset", "password"].iter().any(|k| kind.eq_ignore_ascii_case(k)) && attr(element, "value").is_some_and(|v| v.contains(char::is_numeric))
}

/// A picture that only holds a place.
fn is_spacer(element: &Element) -> bool {
    let small = |name| attr(element, name).is_some_and(|v| matches!(v.trim().trim_end_matches("px"), "0" | "1" | "2" | "3"));
    small("width") || small("height") || attr(element, "style").is_some_and(is_speck)
}
