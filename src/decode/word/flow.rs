//! Formats in which a table is a property of its paragraphs (Word 97, RTF): paragraphs, ends of cells and ends of rows
//! come one behind the other, each with the depth of the table that it belongs to.

use super::blocks::{Block, Cell, NESTED, Table, Verticals, torn};
use crate::decode::apart;
use crate::decode::ink::{self, Ink};

/// Colours of the figures of one cell that are kept.
const INKS: usize = 100;

/// What the end of a row says of one of its cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellDefinition {
    /// Edges in twentieths of a point.
    pub left: i64,
    pub right: i64,
    /// Covered by the cell to its left.
    pub covered: bool,
    /// Begins or continues a vertical merge.
    pub begins: bool,
    pub continues: bool,
    /// Its colour, where one is told.
    pub ground: Option<Ink>,
}

#[derive(Default)]
struct Level {
    table: Table,
    verticals: Verticals,
    /// Each cell with the colours of its figures: what lies behind them, the end of the row says.
    row: Vec<(Cell, Vec<Ink>)>,
    cell: Cell,
    inks: Vec<Ink>,
}

#[derive(Default)]
pub struct Flow {
    body: Vec<Block>,
    /// The tables that are open, each within a cell of the one before.
    levels: Vec<Level>,
    /// The colours of figures of the paragraph that is being read.
    inks: Vec<Ink>,
}

impl Flow {
    /// A figure of the next paragraph has this colour, and no ground of its own.
    pub fn ink(&mut self, ink: Ink) {
        if self.inks.len() < INKS && !self.inks.contains(&ink) {
            self.inks.push(ink);
        }
    }

    pub fn paragraph(&mut self, text: String, depth: usize) {
        self.at(depth);
        let inks = std::mem::take(&mut self.inks);
        self.levels.last_mut().into_iter().for_each(|level| level.inks.extend(&inks));
        self.sink(Block::Text(text));
    }

    /// Ends a cell; `text` is its last paragraph.
    pub fn end_cell(&mut self, text: String, depth: usize) {
        self.paragraph(text, depth.max(1));
        if let Some(level) = self.levels.last_mut() {
            level.row.push((std::mem::take(&mut level.cell), std::mem::take(&mut level.inks)));
        }
    }

    pub fn end_row(&mut self, depth: usize, definition: &[CellDefinition]) {
        self.at(depth.max(1));
        let Some(level) = self.levels.last_mut() else { return };
        level.end_row(definition);
    }

    /// The document, read to its end.
    pub fn finish(mut self) -> Vec<Block> {
        self.at(0);
        self.body
    }

    /// Opens or closes tables until so many are open.
    fn at(&mut self, depth: usize) {
        while self.levels.len() > depth {
            let Some(mut level) = self.levels.pop() else { break };
            level.end_row(&[]);
            self.sink(Block::Table(level.table));
        }
        while self.levels.len() < depth.min(NESTED) {
            self.levels.push(Level::default());
        }
    }

    fn sink(&mut self, block: Block) {
        match self.levels.last_mut() {
            Some(level) => level.cell.push(block),
            None => self.body.push(block),
        }
    }
}

impl Level {
    fn end_row(&mut self, definition: &[CellDefinition]) {
        // Text behind the last cell's end belongs to a cell that lost its mark.
        let (rest, inks) = (std::mem::take(&mut self.cell), std::mem::take(&mut self.inks));
        if rest.iter().any(|b| !matches!(b, Block::Text(t) if t.trim().is_empty())) {
            self.row.push((rest, inks));
        }
        let cells = std::mem::take(&mut self.row);
        let mut row = Vec::with_capacity(cells.len());
        for (i, (mut cell, inks)) in cells.into_iter().enumerate() {
            let d = definition.get(i).copied().unwrap_or_default();
            if d.ground.is_some_and(|ground| inks.iter().any(|ink| ink::is_faint(*ink, ground))) {
                cell.iter_mut().for_each(set_apart);
            }
            match self.verticals.covers((d.left, d.right), (d.begins, d.continues), (self.table.rows.len(), row.len())) {
                Some(from) => {
                    let torn = torn(&mut self.table.rows, &row, from);
                    row.extend(torn);
                }
                None if !d.covered => row.push(cell),
                None => {}
            }
        }
        self.verticals.end_row();
        if !row.is_empty() {
            self.table.rows.push(row);
        }
    }
}

/// Sets the figures of a paragraph apart that cannot all be seen.
fn set_apart(block: &mut Block) {
    if let Block::Text(text) = block {
        *text = apart::figures(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::word::blocks;
    use crate::model::{CELL_END, ROW_END};

    fn shown(flow: Flow) -> String {
        blocks::text(&flow.finish(), 1 << 20).unwrap().replace(CELL_END, "¦").replace(ROW_END, "¶")
    }

    fn wide(left: i64, right: i64) -> CellDefinition {
        CellDefinition { left, right, ..CellDefinition::default() }
    }

    #[test]
    fn covered_cells_go_and_empty_ones_stay() {
        let mut flow = Flow::default();
        flow.paragraph("前".into(), 0);
        for text in ["甲", "", "乙"] {
            flow.end_cell(text.into(), 1);
        }
        flow.end_row(1, &[CellDefinition { begins: true, ..wide(0, 10) }, wide(10, 20), CellDefinition { covered: true, ..wide(20, 30) }]);
        for text in ["", "1", "2"] {
            flow.end_cell(text.into(), 1);
        }
        flow.end_row(1, &[CellDefinition { continues: true, ..wide(0, 10) }, wide(10, 20), wide(20, 30)]);
        flow.paragraph("后".into(), 0);
        assert_eq!(shown(flow), "前\n甲¦\n¦¶\n1¦\n2¦¶\n后\n");
    }

    #[test]
    fn a_table_in_a_cell_ends_with_the_cell() {
        let mut flow = Flow::default();
        for _ in 0..4 {
            flow.end_cell("甲".into(), 1);
            flow.end_cell("1".into(), 1);
            flow.end_row(1, &[]);
        }
        flow.end_cell("乙".into(), 1);
        flow.end_cell("其中".into(), 2);
        flow.end_cell("3".into(), 2);
        flow.end_row(2, &[]);
        flow.end_cell("".into(), 1);
        flow.end_row(1, &[]);
        assert!(shown(flow).ends_with("乙¦\n其中\n3¦¶\n"));
    }

    #[test]
    fn figures_of_the_colour_of_their_cell_are_set_apart() {
        let dark = [0, 0, 128];
        let row = |ground: Option<Ink>| {
            let mut flow = Flow::default();
            flow.ink(dark);
            flow.paragraph("前7".into(), 0);
            flow.ink(dark);
            flow.end_cell("47".into(), 1);
            flow.end_cell("甲8".into(), 1);
            flow.end_row(1, &[CellDefinition { ground, ..wide(0, 10) }, CellDefinition { ground, ..wide(10, 20) }]);
            shown(flow)
        };
        assert_eq!(row(Some(dark)), "前7\n~47¦\n甲8¦¶\n");
        assert_eq!([row(None), row(Some(ink::WHITE))], ["前7\n47¦\n甲8¦¶\n"; 2]);
    }

    #[test]
    fn no_depth_is_too_deep_and_a_cut_table_is_kept() {
        let mut flow = Flow::default();
        flow.end_cell("甲".into(), usize::MAX);
        flow.end_cell("乙".into(), 1);
        flow.end_cell("1".into(), 1);
        assert_eq!(shown(flow), "甲\n乙¦\n1¦¶\n");
    }
}
