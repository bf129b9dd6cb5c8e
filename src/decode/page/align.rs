//! Tables without ruled lines: columns are where the pieces of many lines stand under each other.

use super::grid::{Cell, Table};
use super::lines::{self, Line};

/// A table has at least so many lines of two pieces or more.
const LINES: usize = 3;

/// Lines in the order of the page, tables among them.
pub(super) enum Item {
    Line(Line),
    Table(Table),
}

/// Finds the tables in a stretch of lines.
pub(super) fn tables(stretch: Vec<Line>) -> Vec<Item> {
    let pieces: Vec<Vec<Line>> = stretch.iter().map(Line::pieces).collect();
    let width = stretch.iter().map(|l| l.x1).fold(0.0, f64::max) - stretch.iter().map(|l| l.x0).fold(f64::INFINITY, f64::min);
    let mut out = Vec::new();
    let mut at = 0;
    while at < stretch.len() {
        let end = block_end(&stretch, &pieces, at, width);
        match table(&pieces[at..end]) {
            Some(table) => {
                out.push(Item::Table(table));
                at = end;
            }
            None => {
                out.push(Item::Line(stretch[at].clone()));
                at += 1;
            }
        }
    }
    out
}

/// The end of the block of lines that begins at `at`: it begins and ends with a line of several pieces, and lines of
/// one piece within it are short.
fn block_end(stretch: &[Line], pieces: &[Vec<Line>], at: usize, width: f64) -> usize {
    let mut end = at;
    for i in at..stretch.len() {
        let several = pieces[i].len() > 1;
        let far = i > at && stretch[i].y - stretch[i - 1].y > 3.5 * stretch[i].size;
        let long = !several && stretch[i].x1 - stretch[i].x0 > 0.6 * width;
        if far || long || (!several && (i == at || is_heading(&stretch[i].text()))) {
            break;
        }
        if several {
            end = i + 1;
        }
    }
    end
}

/// A line that begins like the title of a part: what stands above and below it are two tables.
fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
    rest.len() < text.len() && rest.starts_with('、')
}

fn table(lines: &[Vec<Line>]) -> Option<Table> {
    let several: Vec<&Vec<Line>> = lines.iter().filter(|l| l.len() > 1).collect();
    if several.len() < LINES {
        return None;
    }
    let columns = columns(&several);
    if columns.len() < 2 {
        return None;
    }
    let mut table = Table {
        top: lines.first()?.first()?.y,
        bottom: lines.last()?.first()?.y,
        x: columns.iter().map(|c| c.0).collect(),
        ..Table::default()
    };
    for row in rows(lines) {
        table.row(&row, &columns);
    }
    Some(table)
}

/// Where columns begin and end, by the lines with the most pieces: heads that span several would run them together.
fn columns(several: &[&Vec<Line>]) -> Vec<(f64, f64)> {
    let most = several.iter().map(|l| l.len()).max().unwrap_or(0);
    let mut sides: Vec<(f64, f64)> =
        several.iter().filter(|l| l.len() * 5 >= most * 3).flat_map(|l| l.iter().map(|p| (p.x0, p.x1))).collect();
    sides.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out: Vec<(f64, f64)> = Vec::new();
    for (x0, x1) in sides {
        match out.last_mut() {
            Some(last) if x0 < last.1 => last.1 = last.1.max(x1),
            _ => out.push((x0, x1)),
        }
    }
    out
}

/// Lines by row: a line of one piece that is nearer to a line of several than rows are to each other is a part of a
/// label that is broken, and belongs to that row.
fn rows(lines: &[Vec<Line>]) -> Vec<Vec<&Line>> {
    let anchors: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].len() > 1).collect();
    let mut pitches: Vec<f64> = anchors.windows(2).map(|w| lines[w[1]][0].y - lines[w[0]][0].y).collect();
    pitches.sort_by(f64::total_cmp);
    let pitch = pitches[pitches.len() / 2];
    let mut out: Vec<(usize, Vec<&Line>)> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let y = line[0].y;
        let nearest = anchors.iter().copied().min_by(|&a, &b| (lines[a][0].y - y).abs().total_cmp(&(lines[b][0].y - y).abs()));
        let row = nearest.filter(|&a| (lines[a][0].y - y).abs() < 0.7 * pitch).unwrap_or(i);
        match out.last_mut() {
            Some((last, pieces)) if *last == row => pieces.extend(line),
            _ => out.push((row, line.iter().collect())),
        }
    }
    out.into_iter().map(|(_, pieces)| pieces).collect()
}

impl Table {
    fn row(&mut self, pieces: &[&Line], columns: &[(f64, f64)]) {
        let mut cells: Vec<(usize, usize, Cell)> = Vec::new();
        for piece in pieces {
            let hits = |c: &&(f64, f64)| piece.x0 < c.1 - 1.0 && piece.x1 > c.0 + 1.0;
            let first = columns.iter().position(|c| hits(&c)).unwrap_or_else(|| columns.partition_point(|c| c.1 < piece.x0).min(columns.len() - 1));
            let last = columns.iter().rposition(|c| hits(&c)).unwrap_or(first);
            match cells.iter_mut().find(|(a, b, _)| *a <= last && first <= *b) {
                Some((a, b, cell)) => {
                    (*a, *b) = ((*a).min(first), (*b).max(last));
                    // Two pieces of one line in one column are two entries, and nobody can say which is meant.
                    let beside = cell.room.is_some_and(|y| (y - piece.y).abs() < 0.3 * piece.size);
                    if beside { cell.text.push(' ') }
                    let text = piece.text();
                    if beside { cell.text.push_str(&text) } else { lines::join(&mut cell.text, &text, false) }
                    cell.room = Some(piece.y);
                }
                None => cells.push((first, last, Cell { text: piece.text(), room: Some(piece.y), ..Cell::default() })),
            }
        }
        // A blank is only where nothing can be meant but that: each piece in a column of its own, and a label before them.
        let is_clean = cells.len() == pieces.len() && cells.iter().all(|(a, b, _)| a == b) && cells.iter().any(|(a, ..)| *a == 0);
        if cells.len() > 1 && is_clean {
            for column in 0..columns.len() {
                if !cells.iter().any(|(a, b, _)| (*a..=*b).contains(&column)) {
                    cells.push((column, column, Cell::default()));
                }
            }
        }
        cells.sort_by_key(|(first, ..)| *first);
        for (first, last, cell) in cells {
            self.cells.push(Cell { x0: columns[first].0, x1: columns[last].1, row: self.rows, rows: 1, room: None, ..cell });
        }
        self.rows += 1;
    }
}
