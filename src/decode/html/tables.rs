//! Which tables of a page hold data and which only arrange the page.
//!
//! Pages of these archives wrap whole reports in tables: a frame of menu and content, a heading over a cell with the
//! text, a box around everything. Cell marks around such cells would tie sentences to figures that have nothing to do
//! with them; the reverse mistake, a data table read as lines, only loses geometry that other layouts lack as well.

use super::Step;
use super::page::value_of;
use super::roles::Part;
use crate::decode::marks::{end_cell, end_row};
use crate::decode::solid;
use crate::model::CELL_END;

/// Characters from which a cell of several paragraphs is running text and not an entry.
const RUNNING: usize = 200;
/// Characters from which a cell is running text even as one paragraph.
const ESSAY: usize = 1000;

/// Rows of data that make a table of running text worth its cells.
const ROWS: usize = 4;

/// Lines from which all cells of a row, of which there are as many, are whole columns.
const LINES: usize = 4;
/// Cells of such a row.
const COLUMNS: usize = 3;

/// How a table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As lines: it arranges the page.
    Lines,
    /// As cells.
    Data,
    /// Running text and data share it: these of its rows are data.
    Rows(Vec<bool>),
}

#[derive(Debug, Default)]
pub struct Shape {
    /// Cells that are not empty.
    filled: usize,
    /// The most cells of one row.
    columns: usize,
    row: usize,
    chars: usize,
    blocks: usize,
    /// Characters in cells of running text, those of the last row apart.
    running: usize,
    /// Those of the last row, and the line breaks of each of its cells.
    row_running: usize,
    row_blocks: Vec<usize>,
    /// Cells that hold tables, and the filled cells of those.
    holding: usize,
    nested: usize,
    cell: Option<CellShape>,
    /// For each row its cells, and whether all of them are entries.
    rows: Vec<(usize, bool)>,
}

#[derive(Debug, Default)]
pub struct CellShape {
    chars: usize,
    blocks: usize,
    nested: usize,
}

/// For every table of the page, in the order of their start tags, how it is written.
pub fn hold_data<'a>(steps: impl Iterator<Item = Step<'a>>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut open: Vec<(usize, Shape)> = Vec::new();
    for step in steps {
        match step {
            Step::Open(Part::Table, _) => {
                open.push((verdicts.len(), Shape::default()));
                verdicts.push(Verdict::Lines);
            }
            Step::Close(Part::Table) => {
                if let Some((number, shape)) = open.pop() {
                    if let Some(cell) = open.last_mut().and_then(|(_, outer)| outer.cell.as_mut()) {
                        shape.fold_into(cell);
                    }
                    verdicts[number] = shape.verdict();
                }
            }
            _ => {
                if let Some((_, shape)) = open.last_mut() {
                    shape.take(step);
                }
            }
        }
    }
    verdicts
}

impl Shape {
    fn take(&mut self, step: Step) {
        match step {
            Step::Open(part, element) => match part {
                Part::Row => self.begin_row(),
                Part::Cell => self.cell = Some(CellShape::default()),
                Part::Field => self.text(value_of(element).unwrap_or_default()),
                Part::Paragraph | Part::Break => {
                    if let Some(cell) = &mut self.cell {
                        cell.blocks += 1;
                    }
                }
                _ => {}
            },
            Step::Close(Part::Cell) => {
                if let Some(cell) = self.cell.take() {
                    self.add(cell);
                }
            }
            Step::Text(text, _) => self.text(text),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.chars += solid(text);
        }
    }

    pub fn begin_row(&mut self) {
        self.running = self.running();
        (self.row, self.row_running) = (0, 0);
        self.row_blocks.clear();
        self.rows.push((0, true));
    }

    /// Adds a cell to the row.
    pub fn add(&mut self, cell: CellShape) {
        self.row += 1;
        self.columns = self.columns.max(self.row);
        self.filled += usize::from(cell.chars + cell.nested > 0);
        self.chars += cell.chars;
        self.blocks += cell.blocks;
        if (cell.chars > RUNNING && cell.blocks > 1) || cell.chars > ESSAY {
            self.row_running += cell.chars;
        }
        self.row_blocks.push(cell.blocks);
        if let Some((cells, entries)) = self.rows.last_mut() {
            *cells += 1;
            *entries &= cell.chars <= RUNNING && cell.nested == 0;
        }
        self.holding += usize::from(cell.nested > 0);
        self.nested += cell.nested;
    }

    /// A row whose cells are whole columns, broken into as many lines each, is no running text.
    fn running(&self) -> usize {
        let columns = self.row_blocks.len() >= COLUMNS && self.row_blocks[0] + 1 >= LINES && self.row_blocks.iter().all(|b| *b == self.row_blocks[0]);
        self.running + if columns { 0 } else { self.row_running }
    }

    /// One column has no geometry to keep. Running text in half of the characters makes a frame around text. Tables
    /// in half of the filled cells, or tables that hold as much as the outer one does itself, make a frame around
    /// tables (a menu of ten links beside the report is such a frame, although only one of its cells holds tables).
    /// What is left is data, and a small table inside one of its cells is part of that cell.
    pub fn holds_data(&self) -> bool {
        self.columns > 1 && self.running() * 2 <= self.chars && !self.is_frame()
    }

    fn is_frame(&self) -> bool {
        self.holding > 0 && (self.holding * 2 >= self.filled || self.nested >= self.filled)
    }

    /// Offices put a whole report into one table as well: then its rows of entries are data, and those of running text
    /// are lines.
    fn verdict(self) -> Verdict {
        if self.holds_data() {
            return Verdict::Data;
        }
        let rows: Vec<bool> = self.rows.iter().map(|&(cells, entries)| cells > 1 && entries).collect();
        if self.columns > 1 && !self.is_frame() && rows.iter().filter(|r| **r).count() >= ROWS { Verdict::Rows(rows) } else { Verdict::Lines }
    }

    /// What an inner table adds to the cell around it. A table of one column is only a box (editors put one around
    /// single figures): its content counts as that of the cell, or it would turn its neighbours into a frame.
    pub fn fold_into(&self, cell: &mut CellShape) {
        if self.columns > 1 {
            cell.nested += self.filled.max(1) + self.nested;
        } else {
            cell.chars += self.chars;
            cell.blocks += self.blocks;
            cell.nested += self.nested;
        }
    }
}

impl CellShape {
    /// Adds a paragraph of a format that has no tags for it.
    pub fn paragraph(&mut self, text: &str) {
        self.chars += solid(text);
        self.blocks += 1;
    }
}

/// The rows of one row of marked cells that holds whole columns: each of its cells has as many lines as the others, none of
/// them empty, and two or more have nothing but figures. None where it is a row like others.
pub fn columns_apart(row: &str) -> Option<String> {
    let breaks = memchr::memchr_iter(b'\n', row.as_bytes()).count();
    if breaks < COLUMNS * LINES {
        return None;
    }
    let cells: Vec<Vec<&str>> = row.trim_end_matches('\n').split_terminator(CELL_END).map(|c| c.strip_prefix('\n').unwrap_or(c).split('\n').collect()).collect();
    let lines = cells.first()?.len();
    let is_of_number_signs = |line: &str| line.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '/' | '—' | '－'));
    let figures = cells.iter().filter(|c| c.iter().all(|l| is_of_number_signs(l))).count();
    let even = cells.iter().all(|c| c.len() == lines && c.iter().all(|l| !l.is_empty()));
    if cells.len() < COLUMNS || lines < LINES || !even || figures < 2 || figures == cells.len() {
        return None;
    }
    let mut out = String::with_capacity(row.len() + lines * cells.len());
    for line in 0..lines {
        for cell in &cells {
            out.push_str(cell[line]);
            end_cell(&mut out);
        }
        end_row(&mut out);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::decode::html::verdicts;

    const DATA: &str = "<table><tr><td>项目<td>数量<tr><td>规章<td>3<tr><td>文件<td>0</table>";

    #[test]
    fn frames_are_told_from_data() {
        let long = "正文".repeat(150);
        let cases = [
            (DATA.to_owned(), vec![true]),
            ("<table><tr><td>一句话</table>".to_owned(), vec![false]),
            ("<table><tr><td>一<tr><td>二</table>".to_owned(), vec![false]),
            (format!("<table><tr><td>{DATA}</table>"), vec![false, true]),
            (format!("<table><tr><td>导航<td>{DATA}</table>"), vec![false, true]),
            // A menu of short cells around more data than it holds itself.
            (format!("<table><tr><td>首页<td>公开<td>服务<tr><td colspan=3>{DATA}</table>"), vec![false, true]),
            (format!("<table><tr><td>日期<td>一月<tr><td colspan=2><p>{long}<p>{long}</table>"), vec![false]),
            // A remark of some length does not make the table a frame.
            (format!("<table><tr><td>日期<td>一月<tr><td colspan=2>{}</table>", "说明".repeat(60)), vec![true]),
        ];
        for (page, expected) in cases {
            assert_eq!(verdicts(&page), expected, "{page}");
        }
    }

    #[test]
    fn a_small_table_inside_a_cell_does_not_cost_the_others_their_cells() {
        let rows = "<tr><td>甲<td>1<td>2".repeat(6);
        let inner = "<table><tr><td>其中<td>3</table>";
        assert_eq!(verdicts(&format!("<table>{rows}<tr><td>乙<td>{inner}<td>4</table>")), [true, true]);
    }

    #[test]
    fn rows_of_data_within_a_table_of_text_keep_their_cells() {
        let long = "正文".repeat(600);
        let shown = |n| crate::decode::html::shown(&format!("<table><tr><td colspan=2>{long}<p>{long}</tr>{}</table>", "<tr><td>甲<td>1</tr>".repeat(n)));
        let text = shown(4);
        assert_eq!(text.matches('¶').count(), 4, "{text}");
        assert!(text.ends_with("甲¦\n1¦¶\n") && !text[..long.len()].contains('¦'));
        assert!(!shown(3).contains('¦'));
    }

    #[test]
    fn a_row_of_whole_columns_is_as_many_rows() {
        let shown = |labels: &str, figures: &str| crate::decode::html::shown(&format!("<table><tr><td>项目<td>甲<td>乙<tr><td>{labels}<td>{figures}<td>5<br>6<br>-<br>&nbsp;</table>"));
        let long = "规章".repeat(120);
        let want = format!("项目¦\n甲¦\n乙¦¶\n{long}¦\n1¦\n5¦¶\n许可¦\n2¦\n6¦¶\n处罚¦\n3¦\n-¦¶\n收费¦\n4¦\n\u{A0}¦¶\n");
        assert_eq!(shown(&format!("{long}<br>许可<br>处罚<br>收费"), "1<br>2<br>3<br>4"), want);
        for (labels, figures) in [("规章<br>许可<br>处罚<br>收费", "1<br>2<br>3"), ("规章<br>许可<br>处罚<br>收费", "1<br>2<br><br>4"), ("规章<br>许可<br>处罚<br>收费", "1<br>2<br>3件<br>4")] {
            assert_eq!(shown(labels, figures).matches('¶').count(), 2, "{figures}");
        }
    }

    #[test]
    fn boxes_around_single_figures_are_no_frame() {
        let boxed = "<td><table><tr><td>5</table>".repeat(4);
        let page = format!("<table><tr>{boxed}<tr>{boxed}</table>");
        assert_eq!(verdicts(&page).first(), Some(&true));
    }
}
