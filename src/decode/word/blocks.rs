//! Word documents of every kind between their reader and the text: paragraphs, and tables whose covered cells are
//! gone.

use crate::decode::fault::Fault;
use crate::decode::html::tables::{CellShape, Shape};
use crate::decode::marks::{end_cell, end_row};
use crate::decode::torn::{self, has_words, is_number};
use crate::decode::{APART, PICTURE};
use crate::model::{CELL_END, ROW_END};

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph; line breaks within it are `\n`.
    Text(String),
    Table(Table),
}

/// Rows of cells in reading order. A cell that a span of another one covers is not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub rows: Vec<Vec<Cell>>,
}

pub type Cell = Vec<Block>;

/// Tables within cells of tables that are followed; deeper ones count as part of the innermost.
pub const NESTED: usize = 16;

/// Vertical merges of one table while its rows are read. Columns are whatever the format counts in.
#[derive(Debug, Default)]
pub struct Verticals {
    /// Left and right edge of each cell of the last row that begins or continues a merge, and where that began.
    above: Vec<(i64, i64, CellAt)>,
    own: Vec<(i64, i64, CellAt)>,
}

/// A row of a table and a cell of it.
pub type CellAt = (usize, usize);

impl Verticals {
    /// Where the merge began that covers a cell from above, which stands at this place if none does. One that claims to be
    /// covered with nothing to cover it begins a merge itself.
    pub fn covers(&mut self, (left, right): (i64, i64), (begins, continues): (bool, bool), at: CellAt) -> Option<CellAt> {
        if !begins && !continues {
            return None;
        }
        let above = self.above.iter().find(|&&(l, r, _)| continues && left < r && l < right).map(|a| a.2);
        self.own.push((left, right, above.unwrap_or(at)));
        above
    }

    pub fn end_row(&mut self) {
        self.above = std::mem::take(&mut self.own);
    }
}

/// What stands for a covered cell: nothing, or where a figure covers it that is not of this row alone, a sign that says so, as
/// it does behind the figure.
pub fn torn(rows: &mut [Vec<Cell>], row: &[Cell], from: CellAt) -> Option<Cell> {
    let text = |cell: &Cell| match &cell[..] {
        [Block::Text(text)] => Some(text.clone()),
        _ => None,
    };
    let figure = rows.get_mut(from.0)?.get_mut(from.1)?;
    let own = text(figure).filter(|t| is_number(t) && row.iter().filter_map(text).any(|t| has_words(&t)))?;
    *figure = vec![Block::Text(torn::torn(&own))];
    Some(vec![Block::Text(APART.into())])
}

/// The text of a document: a line for each paragraph, marked cells for tables that hold data.
pub fn text(blocks: &[Block], limit: usize) -> Result<String, Fault> {
    let mut out = String::new();
    write(blocks, &mut out, false, limit)?;
    if out.trim().is_empty() {
        out.clear();
    }
    Ok(out)
}

fn write(blocks: &[Block], out: &mut String, in_cell: bool, limit: usize) -> Result<(), Fault> {
    for block in blocks {
        match block {
            // A picture beside text is nothing to be read; in a cell it may be a figure.
            Block::Text(text) if !in_cell && is_picture(text) => {}
            Block::Text(text) => paragraph(text, out, in_cell),
            // A table inside a cell of a data table is part of that cell, so it cannot have cells of its own.
            Block::Table(table) if !in_cell && shape(table).holds_data() => rows(table, out, limit)?,
            Block::Table(table) => table.rows.iter().flatten().try_for_each(|cell| write(cell, out, in_cell, limit))?,
        }
        if out.len() > limit {
            return Err(Fault::TooLarge(format!("more than {limit} bytes of text")));
        }
    }
    Ok(())
}

fn is_picture(text: &str) -> bool {
    text.strip_prefix(PICTURE) == Some("")
}

fn rows(table: &Table, out: &mut String, limit: usize) -> Result<(), Fault> {
    for row in table.rows.iter().filter(|row| !row.is_empty()) {
        for cell in row {
            let start = out.len();
            write(cell, out, true, limit)?;
            out.truncate(start + out[start..].trim_end_matches('\n').len());
            end_cell(out);
        }
        end_row(out);
    }
    Ok(())
}

/// A paragraph as a line, or as several. Empty ones leave no line, as on a page.
fn paragraph(text: &str, out: &mut String, in_cell: bool) {
    let text = text.trim_matches([' ', '\n']).trim_end_matches('\t');
    let text = if in_cell { text.trim_matches([' ', '\t', '\n']) } else { text };
    if text.is_empty() {
        return;
    }
    for c in text.chars() {
        out.push(match c {
            CELL_END | ROW_END => ' ',
            '\t' if in_cell => ' ',
            c => c,
        });
    }
    out.push('\n');
}

fn shape(table: &Table) -> Shape {
    let mut shape = Shape::default();
    for row in &table.rows {
        shape.begin_row();
        for cell in row {
            let mut own = CellShape::default();
            for block in cell {
                match block {
                    Block::Text(text) if is_picture(text) => {}
                    Block::Text(text) => own.paragraph(text),
                    Block::Table(inner) => self::shape(inner).fold_into(&mut own),
                }
            }
            shape.add(own);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        text.split('\n').map(|t| Block::Text(t.into())).collect()
    }

    fn table(rows: &[&[&str]]) -> Table {
        Table { rows: rows.iter().map(|r| r.iter().map(|c| cell(c)).collect()).collect() }
    }

    fn shown(blocks: &[Block]) -> String {
        text(blocks, 1 << 20).unwrap().replace(CELL_END, "¦").replace(ROW_END, "¶")
    }

    #[test]
    fn cells_and_rows_end_in_marks() {
        let blocks =
            [Block::Text("前".into()), Block::Table(table(&[&["甲", " 乙\t"], &["", "一\n\n二"], &[]])), Block::Text(" 后\u{1F}\t\n".into())];
        assert_eq!(shown(&blocks), "前\n甲¦\n乙¦¶\n¦\n一\n二¦¶\n后 \n");
    }

    #[test]
    fn a_frame_is_written_as_lines_and_what_it_frames_as_cells() {
        let inner = table(&[&["甲", "1"], &["乙", "2"]]);
        let frame = Table { rows: vec![vec![cell("菜单"), vec![Block::Text("题".into()), Block::Table(inner)]]] };
        assert_eq!(shown(&[Block::Table(frame)]), "菜单\n题\n甲¦\n1¦¶\n乙¦\n2¦¶\n");
    }

    #[test]
    fn a_small_table_inside_a_cell_is_part_of_it() {
        let mut outer = table(&[&["甲", "1"], &["甲", "1"], &["甲", "1"], &["甲", "1"], &["乙", ""]]);
        outer.rows[4][1] = vec![Block::Table(table(&[&["其中", "3"]]))];
        assert!(shown(&[Block::Table(outer)]).ends_with("乙¦\n其中\n3¦¶\n"));
    }

    #[test]
    fn vertical_merges_cover_only_what_lies_below_one() {
        let mut v = Verticals::default();
        let mut covers = |edges: Option<(i64, i64)>, merge| match edges {
            Some(edges) => v.covers(edges, merge, (0, 0)).is_some(),
            None => {
                v.end_row();
                false
            }
        };
        let (left, right) = (Some((0, 10)), Some((10, 20)));
        assert!(!covers(left, (true, false)));
        covers(None, (false, false));
        assert!(covers(left, (false, true)));
        assert!(!covers(right, (false, true)), "nothing above it covers it");
        covers(None, (false, false));
        assert!(covers(left, (false, true)) && covers(right, (false, true)));
        covers(None, (false, false));
        covers(None, (false, false));
        assert!(!covers(left, (false, true)));
    }

    #[test]
    fn a_figure_that_spans_rows_with_words_is_marked_in_both() {
        let mut rows = vec![vec![cell("甲"), cell("5")]];
        assert_eq!(torn(&mut rows, &[cell("乙")], (0, 1)), Some(cell("~")));
        assert_eq!(rows[0][1], cell("5~"));
        assert_eq!(torn(&mut rows, &[cell("6")], (0, 1)), None, "no words of its own");
        assert_eq!(torn(&mut rows, &[cell("乙")], (0, 0)), None, "a label spans rows");
    }

    #[test]
    fn text_has_a_bound() {
        let blocks = vec![Block::Text("字".repeat(100)); 10];
        assert!(matches!(text(&blocks, 1000), Err(Fault::TooLarge(_))));
    }
}
