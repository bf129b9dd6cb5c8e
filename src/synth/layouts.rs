//! The layouts that were seen in scraped archives, by the names under which they were described (see
//! docs/layouts.md): tab-led, tab-separated, pipes of six kinds, a paragraph a cell, pictures, web pages.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::tables::{Cell, Grid, Kind, Slot};
use super::{chance, held_out, html, invalid};

/// A piece of a report in reading order.
#[derive(Clone, Debug)]
pub enum Block {
    /// The title, on one or several lines.
    Title(Vec<String>),
    Heading(String),
    Text(String),
    Table(Grid),
}

/// How one report's page is written, whatever its layout.
#[derive(Clone, Debug, Default)]
pub struct PageStyle {
    /// The pad counts a dead column that the table does not have.
    pub dead_column: bool,
    /// The last row of a table is padded as well.
    pub last_pad: bool,
    /// The tables are indented, spaced or ruled where the layout allows it.
    pub rule: bool,
    /// What the page's head says of itself.
    pub charset: &'static str,
    pub page_title: String,
    pub published: Option<String>,
    pub site_code: Option<String>,
}

type Render = fn(&[Block], &PageStyle, &mut fastrand::Rng) -> String;

/// One way of writing a report.
pub struct Layout {
    pub name: &'static str,
    pub extension: &'static str,
    pub render: Render,
    /// The tables are in the file.
    pub tables: bool,
    /// Blank cells leave no trace.
    pub drops_blanks: bool,
    /// Blank cells leave no trace in half of the files.
    pub may_drop_blanks: bool,
    /// Inner breaks of cells show.
    pub always_broken: bool,
    /// Typeset pages cut the text and the tables.
    pub page_cut: bool,
}

const fn text(name: &'static str, render: Render) -> Layout {
    Layout { name, extension: "txt", render, tables: true, drops_blanks: false, may_drop_blanks: false, always_broken: false, page_cut: false }
}

const fn page(name: &'static str, render: Render) -> Layout {
    Layout { name, extension: "html", render, tables: true, drops_blanks: false, may_drop_blanks: false, always_broken: false, page_cut: false }
}

pub const LAYOUTS: &[Layout] = &[
    text("D1", |b, _, rng| document(b, "\n", rng, tab_led)),
    Layout { page_cut: true, ..text("D2", |b, _, rng| document(b, "\n\n", rng, tab_separated)) },
    text("P1", |b, _, rng| document(b, "\n", rng, |g, _, out| row_pipes(g, None, out))),
    text("P2", |b, s, rng| document(b, "\n", rng, |g, _, out| row_pipes(g, Some(s), out))),
    text("P3", |b, s, rng| document(b, "\n", rng, |g, _, out| cell_pipes(g, s, out))),
    text("P4", |b, _, rng| document(b, "\n", rng, |g, _, out| each(g, out, |c, out| push(out, &[&one_line(c), "\n|\n"])))),
    text("P5", |b, _, rng| document(b, "\n", rng, opening_pipe)),
    text("P6", |b, _, rng| document(b, "\n", rng, markdown)),
    Layout { may_drop_blanks: true, ..text("B1", |b, _, rng| document(b, "\n\n", rng, paragraph_a_cell)) },
    Layout { always_broken: true, may_drop_blanks: true, ..text("B2", |b, _, rng| document(b, "\n\n", rng, broken_cells)) },
    Layout { drops_blanks: true, ..text("B6", |b, _, rng| document(b, "\n\n", rng, paragraph_a_cell)) },
    Layout { tables: false, ..text("B7", |b, _, rng| document(b, "\n", rng, |_, _, _| ())) },
    Layout { drops_blanks: true, ..text("line-B1", |b, _, rng| in_one_line(&document(b, "\n\n", rng, paragraph_a_cell))) },
    text("line-P1", |b, _, rng| in_one_line(&document(b, "\n", rng, |g, _, out| row_pipes(g, None, out)))),
    text("line-P6", |b, _, rng| in_one_line(&document(b, "\n", rng, markdown))),
    Layout { drops_blanks: true, ..text("line-D2", |b, _, rng| in_one_line(&document(b, "\n", rng, tab_separated))) },
    text("para-P1", |b, _, rng| document(b, "\n", rng, |g, _, out| row_pipes(g, None, out)).replace('\n', "\n\n")),
    text("para-P3", |b, s, rng| document(b, "\n", rng, |g, _, out| cell_pipes(g, s, out)).replace('\n', "\n\n")),
    page("html", html::plain),
    page("html-wrapped", html::wrapped),
    page("html-paragraphs", html::paragraphs),
];

pub const fn held_out_text(name: &'static str, render: Render) -> Layout {
    text(name, render)
}

pub const fn held_out_page(name: &'static str, render: Render) -> Layout {
    page(name, render)
}

#[derive(Deserialize)]
struct Weight {
    layout: String,
    weight: u32,
}

/// The layouts of a run with their weights: those named, or all that the data file names.
pub fn chosen(path: &Path, names: &[String]) -> io::Result<Vec<(&'static Layout, u32)>> {
    let find = |name: &str| LAYOUTS.iter().chain(held_out::LAYOUTS).find(|l| l.name == name);
    let unknown = |name: &str| {
        let known: Vec<&str> = LAYOUTS.iter().map(|l| l.name).collect();
        invalid(format!("no layout is called «{name}»: known are {}", known.join(", ")))
    };
    if !names.is_empty() {
        return names.iter().map(|n| Ok((find(n).ok_or_else(|| unknown(n))?, 1))).collect();
    }
    let mut reader = csv::Reader::from_path(path).map_err(|e| invalid(format!("{}: {e}", path.display())))?;
    reader
        .deserialize::<Weight>()
        .map(|w| {
            let w = w.map_err(|e| invalid(format!("{}: {e}", path.display())))?;
            Ok((find(&w.layout).ok_or_else(|| unknown(&w.layout))?, w.weight))
        })
        .collect()
}

/// A text file: paragraphs apart by `gap`, tables as `table` writes them.
pub fn document(blocks: &[Block], gap: &str, rng: &mut fastrand::Rng, mut table: impl FnMut(&Grid, &mut fastrand::Rng, &mut String)) -> String {
    let mut out = String::with_capacity(8_000);
    for block in blocks {
        match block {
            Block::Title(lines) => push(&mut out, &[&lines.join("\n"), gap]),
            Block::Heading(text) | Block::Text(text) => push(&mut out, &[text, gap]),
            Block::Table(grid) => table(grid, rng, &mut out),
        }
    }
    out
}

pub fn push(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|p| out.push_str(p));
}

/// Every visible cell in order.
pub fn each(grid: &Grid, out: &mut String, mut write: impl FnMut(&Cell, &mut String)) {
    grid.rows.iter().flat_map(|r| Grid::visible(r)).for_each(|c| write(c, out));
}

/// A cell whose inner breaks have become spaces.
fn one_line(cell: &Cell) -> String {
    cell.text.replace('\n', " ")
}

fn in_one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn tab_led(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    for row in grid.slots() {
        for slot in row {
            match slot {
                Slot::Cell(cell) => push(out, &["\t", &cell.text, "\n"]),
                Slot::Down => out.push_str("\t\n"),
                Slot::Across => {}
            }
        }
        out.push('\n');
    }
    out.push('\n');
}

/// Up to the page break every column has its tab; behind it the empty label cells are gone, the row is padded at its
/// end instead, and the brackets are of the other kind.
fn tab_separated(grid: &Grid, rng: &mut fastrand::Rng, out: &mut String) {
    for (i, row) in grid.slots().iter().enumerate() {
        let cut = grid.cut.is_some_and(|cut| i >= cut);
        let texts = row.iter().map(|slot| match slot {
            Slot::Cell(cell) => cell.line(),
            Slot::Down | Slot::Across => String::new(),
        });
        let mut texts: Vec<String> = texts.collect();
        if cut {
            let empty = texts.iter().take_while(|t| t.is_empty()).count();
            texts.rotate_left(empty);
            texts.iter_mut().for_each(|t| *t = t.replace('（', "(").replace('）', ")"));
        }
        texts.resize(texts.len().max(grid.width), String::new());
        push(out, &[&texts.join("\t"), "\n"]);
        if cut && chance(rng, 0.1) {
            push(out, &[&vec!["---"; grid.width].join("\t"), "\n"]);
        }
    }
    out.push('\n');
}

fn width(grid: &Grid, style: &PageStyle) -> usize {
    // Table 4 was never seen with a dead column.
    grid.width + usize::from(style.dead_column && grid.table < 2)
}

fn row_pipes(grid: &Grid, padded: Option<&PageStyle>, out: &mut String) {
    for (i, row) in grid.rows.iter().enumerate() {
        let cells: Vec<String> = Grid::visible(row).map(one_line).collect();
        push(out, &[&cells.join(" | "), " |"]);
        if let Some(style) = padded
            && (style.last_pad || i + 1 < grid.rows.len())
        {
            out.push_str(&"|".repeat(width(grid, style).saturating_sub(row.len())));
        }
        out.push('\n');
    }
}

fn cell_pipes(grid: &Grid, style: &PageStyle, out: &mut String) {
    for (i, row) in grid.rows.iter().enumerate() {
        for cell in Grid::visible(row) {
            push(out, &[&one_line(cell), " |\n"]);
        }
        let pad = width(grid, style).saturating_sub(row.len());
        if pad > 0 && (style.last_pad || i + 1 < grid.rows.len()) {
            push(out, &[&"|".repeat(pad), "\n"]);
        }
    }
}

fn opening_pipe(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    for row in &grid.rows {
        out.push_str("|\n");
        for cell in Grid::visible(row) {
            push(out, &[&one_line(cell), " |\n"]);
        }
    }
}

fn markdown(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    for row in &grid.rows {
        let cells: Vec<String> = Grid::visible(row).map(one_line).collect();
        push(out, &["| ", &cells.join(" | "), " |\n"]);
    }
}

fn paragraph_a_cell(grid: &Grid, rng: &mut fastrand::Rng, out: &mut String) {
    each(grid, out, |cell, out| {
        let spaces = if cell.kind == Kind::Label { "" } else { ["", "", " ", "  "][rng.usize(..4)] };
        push(out, &[spaces, &cell.line(), "\n\n"]);
    });
}

/// As above, and what stands in several lines of a cell are several paragraphs.
fn broken_cells(grid: &Grid, _: &mut fastrand::Rng, out: &mut String) {
    each(grid, out, |cell, out| push(out, &[&cell.text.replace('\n', "\n\n"), "\n\n"]));
}
