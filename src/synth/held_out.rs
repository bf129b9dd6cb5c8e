//! Layouts that are described nowhere else, for measuring how a reader does on what its author has not seen. They are
//! written only when asked for by name.

use super::layouts::{Block, Layout, PageStyle, document, held_out_page, held_out_text, push};
use super::tables::{Cell, Grid, Kind, Slot};

pub const LAYOUTS: &[Layout] = &[
    held_out_text("X1", |b, _, rng| document(b, "\n", rng, semicolons)),
    held_out_text("X2", |b, _, rng| document(b, "\n", rng, pairs)),
    held_out_text("X3", |b, s, rng| document(b, "\n", rng, |g, _, out| columns(g, s, out))),
    held_out_text("X4", |b, _, rng| document(b, "\n", rng, brackets)),
    held_out_page("X5", transposed),
    held_out_text("X6", |b, _, rng| document(b, "\n", rng, quoted)),
];

/// Every position of the grid with the cell that fills or covers it, and whether it begins there.
fn matrix(grid: &Grid) -> Vec<Vec<(Option<&Cell>, bool)>> {
    let mut out: Vec<Vec<(Option<&Cell>, bool)>> = Vec::new();
    for row in grid.slots() {
        let mut cells: Vec<(Option<&Cell>, bool)> = Vec::new();
        for slot in row {
            let cell = match slot {
                Slot::Cell(cell) => (Some(cell), true),
                Slot::Down => (out.last().and_then(|r| r.get(cells.len())).and_then(|c| c.0), false),
                Slot::Across => (cells.last().and_then(|c| c.0), false),
            };
            cells.push(cell);
        }
        out.push(cells);
    }
    out
}

/// A row a line, cells apart by semicolons; covered cells are empty.
fn semicolons(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    for row in matrix(grid) {
        let texts: Vec<String> = row.iter().map(|(c, begins)| c.filter(|_| *begins).map_or(String::new(), Cell::line)).collect();
        push(out, &[texts.join("；").trim_end_matches('；'), "\n"]);
    }
}

/// The heads above a column: the nearest, and in table 4 the procedure before it.
fn heads(grid: &Grid, rows: &[Vec<(Option<&Cell>, bool)>], row: usize, column: usize) -> String {
    let mut above: Vec<&Cell> = rows[..row].iter().rev().filter_map(|r| r.get(column).and_then(|c| c.0)).filter(|c| c.kind == Kind::Label).collect();
    above.dedup_by(|a, b| std::ptr::eq(*a, *b));
    match (grid.table, &above[..]) {
        (2, [nearest, over, ..]) => format!("{} {}", over.line(), nearest.line()),
        (_, [nearest, ..]) => nearest.line(),
        _ => String::new(),
    }
}

/// A line for each row's label, then a line for each figure with the head of its column.
fn pairs(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    let rows = matrix(grid);
    for (r, row) in rows.iter().enumerate() {
        let has_figures = row.iter().any(|(c, _)| c.is_some_and(|c| c.kind != Kind::Label));
        let wide = row.first().is_some_and(|(c, _)| c.is_some_and(|c| c.cols == grid.width));
        if !has_figures && !wide {
            continue;
        }
        for (column, (cell, begins)) in row.iter().enumerate() {
            let Some(cell) = cell.filter(|_| *begins) else { continue };
            if cell.kind == Kind::Label {
                push(out, &[&cell.line(), "\n"]);
            } else {
                push(out, &[&heads(grid, &rows, r, column), "：", &cell.line(), "\n"]);
            }
        }
    }
}

/// Columns kept apart by runs of spaces, wide characters counting two; a covered cell is nothing but space.
fn columns(grid: &Grid, style: &PageStyle, out: &mut String) {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let rows = matrix(grid);
    let mut widths = vec![4; grid.width];
    for row in &rows {
        for (i, (cell, begins)) in row.iter().enumerate() {
            if let Some(cell) = cell.filter(|c| *begins && c.cols == 1) {
                widths[i] = widths[i].max(wide(&cell.line()));
            }
        }
    }
    let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * grid.width);
    for row in &rows {
        let mut line = String::new();
        let mut stop = 0;
        for (i, (cell, begins)) in row.iter().enumerate() {
            let text = cell.filter(|_| *begins).map_or(String::new(), Cell::line);
            line.push_str(&" ".repeat(stop - wide(&line).min(stop)));
            if i > 0 && !text.is_empty() && !line.ends_with("  ") {
                line.push_str("  ");
            }
            line.push_str(&text);
            stop += widths[i] + 2;
        }
        if style.rule {
            push(out, &[&rule, "\n"]);
        }
        push(out, &[line.trim_end(), "\n"]);
    }
}

/// Figures in lenticular brackets behind their label, a row a line.
fn brackets(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    for row in &grid.rows {
        for cell in Grid::visible(row) {
            push(out, &["【", &cell.line(), "】"]);
        }
        out.push('\n');
    }
}

/// Comma-separated values in quotes.
fn quoted(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    for row in matrix(grid) {
        let texts: Vec<String> = row.iter().map(|(c, begins)| format!("\"{}\"", c.filter(|_| *begins).map_or(String::new(), Cell::line))).collect();
        push(out, &[&texts.join(","), "\n"]);
    }
}

/// A web page whose tables lie on their side: what was a row is a column.
fn transposed(blocks: &[Block], style: &PageStyle, rng: &mut fastrand::Rng) -> String {
    let turned: Vec<Block> = blocks
        .iter()
        .map(|block| match block {
            // Table 2 is a stack of small tables and cannot be turned; nobody would turn table 4.
            Block::Table(grid) if grid.table == 1 => Block::Table(turn(grid)),
            other => other.clone(),
        })
        .collect();
    super::html::plain(&turned, style, rng)
}

fn turn(grid: &Grid) -> Grid {
    let rows = matrix(grid);
    let mut out: Vec<Vec<Cell>> = vec![Vec::new(); grid.width];
    for row in &rows {
        for (column, (cell, begins)) in row.iter().enumerate() {
            if let Some(cell) = cell.filter(|_| *begins) {
                out[column].push(Cell { cols: cell.rows, rows: cell.cols, ..(*cell).clone() });
            }
        }
    }
    Grid { table: grid.table, width: rows.len(), rows: out, cut: None }
}
