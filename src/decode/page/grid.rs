//! Ruled lines to grids, and grids to cells.

use hayro_interpret::kurbo::Rect;

use super::glyph::{Glyph, Rule};
use super::lines::{self, Line};
use super::unseen::is_of_number;
use crate::decode::APART;

/// Two lines are one, or meet, within so many points.
const NEAR: f64 = 3.0;
/// How far the two lines of a double border are from each other.
const DOUBLE: f64 = 2.4;
/// More lines than this are a drawing.
const DRAWING: usize = 3000;
/// A cell as narrow as this holds nothing.
const NARROW: f64 = 7.0;
/// A row to itself of more characters than this, on several lines, is running text.
const RUNNING: usize = 50;
/// A grid has at most so many rows or columns.
const SIDES: usize = 400;

/// A cell of a table as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub x0: f64,
    pub x1: f64,
    /// The first row it stands in, and how many.
    pub row: usize,
    pub rows: usize,
    pub text: String,
    /// How much room is left below the text, in lines; none where there is no text.
    pub room: Option<f64>,
    /// The last line has no room for another character.
    pub full: bool,
}

/// A table: its cells by row, then from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub top: f64,
    pub bottom: f64,
    /// Where its columns begin and end.
    pub x: Vec<f64>,
    pub rows: usize,
    pub cells: Vec<Cell>,
}

/// A grid of boxes; several boxes may be one cell.
struct Grid {
    x: Vec<f64>,
    y: Vec<f64>,
    /// For each box, row by row, the cell it is in.
    owner: Vec<usize>,
    /// First row and column, and the last ones.
    cells: Vec<(usize, usize, usize, usize)>,
    /// For each cell whether it is a piece of a space that is no rectangle, such as what a frame leaves beside a table.
    odd: Vec<bool>,
}

/// The tables that lines rule, and the characters that stand in none of them. `drawings` are boxes around what is no text.
pub(super) fn tables(rules: &[Rule], mut glyphs: Vec<Glyph>, drawings: &[Rect]) -> (Vec<Table>, Vec<Glyph>) {
    let mut grids = grids(rules);
    // A table inside a frame takes its characters before the frame does.
    grids.sort_by(|a, b| a.area().total_cmp(&b.area()));
    let mut tables = Vec::new();
    for grid in grids {
        // The last of the lists is what stands in no cell.
        let mut inside: Vec<Vec<Glyph>> = vec![Vec::new(); grid.cells.len() + 1];
        for glyph in glyphs {
            inside[grid.cell_at((glyph.x0 + glyph.x1) / 2.0, glyph.y).unwrap_or(grid.cells.len())].push(glyph);
        }
        part_crossing(&mut inside);
        glyphs = inside.pop().expect("the list of what stands in no cell");
        if inside.iter().any(|cell| !cell.is_empty()) {
            grid.doubt(&mut inside, drawings);
            tables.extend(grid.tables(inside, &mut glyphs));
        }
    }
    tables.sort_by(|a, b| a.top.total_cmp(&b.top));
    (tables, glyphs)
}

/// Sets digits apart that stand beside each other on two sides of a line: a figure is drawn over it, or two meet there, and
/// nobody can say where one ends.
fn part_crossing(cells: &mut [Vec<Glyph>]) {
    let mut figures: Vec<(usize, usize)> = Vec::new();
    for (cell, glyphs) in cells.iter().enumerate() {
        figures.extend((0..glyphs.len()).filter(|&n| is_of_number(&glyphs[n])).map(|n| (cell, n)));
    }
    figures.sort_by(|a, b| cells[a.0][a.1].y.total_cmp(&cells[b.0][b.1].y));
    let same_line = |a: &(usize, usize), b: &(usize, usize)| cells[b.0][b.1].y - cells[a.0][a.1].y <= 0.1 * cells[a.0][a.1].size;
    let mut crossing = Vec::new();
    for line in figures.chunk_by_mut(same_line) {
        line.sort_by(|a, b| cells[a.0][a.1].x0.total_cmp(&cells[b.0][b.1].x0));
        crossing.extend(line.windows(2).filter(|pair| pair[0].0 != pair[1].0 && cells[pair[0].0][pair[0].1].runs_into(&cells[pair[1].0][pair[1].1])).flatten().copied());
    }
    crossing.into_iter().for_each(|(cell, n)| cells[cell][n].apart = true);
}

fn grids(rules: &[Rule]) -> Vec<Grid> {
    let level = merged(rules.iter().filter(|r| r.level), 0.2);
    let upright = merged(rules.iter().filter(|r| !r.level), 0.2);
    if level.len() > DRAWING || upright.len() > DRAWING {
        return Vec::new();
    }
    // Lines that meet belong together.
    let mut groups = Union::new(level.len() + upright.len());
    for (i, h) in level.iter().enumerate() {
        for (j, v) in upright.iter().enumerate() {
            if h.from - NEAR <= v.at && v.at <= h.to + NEAR && v.from - NEAR <= h.at && h.at <= v.to + NEAR {
                groups.join(i, level.len() + j);
            }
        }
    }
    let mut members: std::collections::BTreeMap<usize, (Vec<Rule>, Vec<Rule>)> = std::collections::BTreeMap::new();
    for (i, rule) in level.iter().chain(&upright).enumerate() {
        let (h, v) = members.entry(groups.find(i)).or_default();
        if rule.level { h.push(*rule) } else { v.push(*rule) }
    }
    let (loose, mut members): (Vec<_>, Vec<_>) = members.into_values().partition(|(h, _)| h.is_empty());
    // A cell that is cut above and below has sides that meet nothing, beside a table of the same height.
    for side in loose.into_iter().flat_map(|(_, v)| v) {
        let beside = |(_, v): &&mut (Vec<Rule>, Vec<Rule>)| {
            let (from, to) = v.iter().fold((f64::INFINITY, 0.0f64), |(a, b), r| (r.from.min(a), r.to.max(b)));
            (side.from - from).abs() < 3.0 * NEAR && (side.to - to).abs() < 3.0 * NEAR
        };
        if let Some((_, v)) = members.iter_mut().find(beside) {
            v.push(side);
        }
    }
    // The lines of one table are put together by themselves: another table's may lie between the two of a double one.
    members.into_iter().filter_map(|(h, v)| Grid::new(&merged(h.iter(), DOUBLE), &merged(v.iter(), DOUBLE))).collect()
}

/// Pieces of one line put together; lines no farther from each other than `apart` become one.
fn merged<'r>(rules: impl Iterator<Item = &'r Rule>, apart: f64) -> Vec<Rule> {
    let mut rules: Vec<Rule> = rules.copied().collect();
    rules.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut out: Vec<Rule> = Vec::new();
    let mut rest = &mut rules[..];
    while let Some(first) = rest.first() {
        let mut end = 1;
        while end < rest.len() && rest[end].at - rest[end - 1].at <= apart && rest[end].at - first.at <= 2.0 * apart {
            end += 1;
        }
        let (line, others) = rest.split_at_mut(end);
        rest = others;
        let at = line.iter().map(|r| r.at).sum::<f64>() / line.len() as f64;
        line.sort_by(|a, b| a.from.total_cmp(&b.from));
        let start = out.len();
        for rule in line.iter() {
            match out[start..].last_mut() {
                Some(Rule { to, .. }) if rule.from <= *to + NEAR => *to = to.max(rule.to),
                _ => out.push(Rule { at, ..*rule }),
            }
        }
    }
    out.retain(|r| r.to - r.from > NEAR);
    out
}

/// Where the lines are that cross `across`, with the ends of `across` where it sticks out: tables without a left and
/// right edge have rows that end in the open.
fn places(lines: &[Rule], across: &[Rule]) -> Vec<f64> {
    let mut at: Vec<f64> = lines.iter().map(|r| r.at).collect();
    let (Some(first), Some(last)) = (at.iter().copied().reduce(f64::min), at.iter().copied().reduce(f64::max)) else { return at };
    let sticks_out = |out: &dyn Fn(&Rule) -> bool| across.iter().filter(|r| out(r)).count() > 1;
    if sticks_out(&|r| r.from < first - 3.0 * NEAR) {
        at.extend(across.iter().map(|r| r.from).reduce(f64::min));
    }
    if sticks_out(&|r| r.to > last + 3.0 * NEAR) {
        at.extend(across.iter().map(|r| r.to).reduce(f64::max));
    }
    at.sort_by(f64::total_cmp);
    at.dedup_by(|b, a| *b - *a < 1.0);
    at
}

impl Grid {
    fn new(level: &[Rule], upright: &[Rule]) -> Option<Grid> {
        let (x, y) = (places(upright, level), places(level, upright));
        if x.len() < 2 || y.len() < 2 || x.len() > SIDES || y.len() > SIDES {
            return None;
        }
        let (columns, rows) = (x.len() - 1, y.len() - 1);
        let mut boxes = Union::new(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let here = row * columns + column;
                if column > 0 && !is_wall(upright, x[column], y[row], y[row + 1]) {
                    boxes.join(here - 1, here);
                }
                if row > 0 && !is_wall(level, y[row], x[column], x[column + 1]) {
                    boxes.join(here - columns, here);
                }
            }
        }
        let mut grid = Grid { x, y, owner: Vec::new(), cells: Vec::new(), odd: Vec::new() };
        grid.settle(&mut boxes, rows, columns);
        let widest = (0..rows).map(|r| grid.cells.iter().filter(|c| c.0 <= r && r <= c.2).count()).max();
        // One column has no geometry to keep: it is a box around text.
        (widest > Some(1)).then_some(grid)
    }

    /// Numbers the cells by row and column. Boxes that belong together and are no rectangle are cut into rows.
    fn settle(&mut self, boxes: &mut Union, rows: usize, columns: usize) {
        let mut extent: std::collections::HashMap<usize, (usize, usize, usize, usize, usize)> = std::collections::HashMap::new();
        for row in 0..rows {
            for column in 0..columns {
                let e = extent.entry(boxes.find(row * columns + column)).or_insert((row, column, row, column, 0));
                *e = (e.0, e.1.min(column), row, e.3.max(column), e.4 + 1);
            }
        }
        let mut numbers = std::collections::HashMap::new();
        for row in 0..rows {
            for column in 0..columns {
                let root = boxes.find(row * columns + column);
                let (r0, c0, r1, c1, n) = extent[&root];
                let is_whole = n == (r1 - r0 + 1) * (c1 - c0 + 1);
                let left = column > 0 && boxes.find(row * columns + column - 1) == root;
                let number = match is_whole {
                    true => *numbers.entry(root).or_insert_with(|| {
                        self.cells.push((r0, c0, r1, c1));
                        self.odd.push(false);
                        self.cells.len() - 1
                    }),
                    false if left => self.owner[row * columns + column - 1],
                    false => {
                        self.cells.push((row, column, row, column));
                        self.odd.push(true);
                        self.cells.len() - 1
                    }
                };
                self.cells[number].3 = self.cells[number].3.max(column);
                self.owner.push(number);
            }
        }
    }

    /// Puts the sign of doubt into cells that hold a drawing and nothing, or a drawing beside a figure.
    fn doubt(&self, inside: &mut [Vec<Glyph>], drawings: &[Rect]) {
        for drawing in drawings {
            let middle = drawing.center();
            let Some(cell) = self.cell_at(middle.x, middle.y) else { continue };
            let (r0, c0, r1, c1) = self.cells[cell];
            let room = Rect::new(self.x[c0], self.y[r0], self.x[c1 + 1], self.y[r1 + 1]).inflate(NEAR, NEAR);
            if room.union(*drawing) != room {
                continue;
            }
            let mut shown = inside[cell].iter().filter(|g| !lines::is_space(g));
            if shown.all(|g| !drawing.contains(g.middle()) && !g.text.contains(char::is_alphabetic)) {
                let size = inside[cell].first().map_or(drawing.height().clamp(4.0, 12.0), |g| g.size);
                let y = inside[cell].iter().map(|g| g.y).min_by(|a, b| (a - middle.y).abs().total_cmp(&(b - middle.y).abs())).unwrap_or(middle.y);
                let text = APART.to_string();
                inside[cell].push(Glyph { text, x0: drawing.x0, x1: drawing.x0 + 0.5 * size, y, size, wide: 0.5 * size, colour: None, apart: false });
            }
        }
    }

    fn area(&self) -> f64 {
        (self.x[self.x.len() - 1] - self.x[0]) * (self.y[self.y.len() - 1] - self.y[0])
    }

    fn cell_at(&self, x: f64, y: f64) -> Option<usize> {
        let column = self.x.partition_point(|&at| at <= x).checked_sub(1)?;
        let row = self.y.partition_point(|&at| at <= y).checked_sub(1)?;
        (column + 1 < self.x.len() && row + 1 < self.y.len()).then(|| self.owner[row * (self.x.len() - 1) + column])
    }

    /// The table, or its parts above and below running text that stands within the same lines; the characters of such
    /// text are given back. Pages wrap whole reports in frames that touch the tables.
    fn tables(self, mut inside: Vec<Vec<Glyph>>, outside: &mut Vec<Glyph>) -> Vec<Table> {
        let mut lines: Vec<Vec<Line>> = inside.iter_mut().map(|glyphs| lines::lines(std::mem::take(glyphs))).collect();
        let rows = self.y.len() - 1;
        let mut parts = vec![(0, 0)];
        for row in 0..rows {
            let filled: Vec<usize> = (0..lines.len()).filter(|&i| self.cells[i].0 == row && !lines[i].is_empty()).collect();
            let mut next = row + 1;
            if let [only] = filled[..]
                && self.cells[only].2 == row
                && self.is_between(only, &lines[only])
            {
                outside.extend(lines[only].drain(..).flat_map(|l| l.glyphs));
                parts.push((next, next));
                next = row;
            }
            let at = parts.len() - 1 - usize::from(next == row);
            parts[at].1 = next;
        }
        let whole = self.whole(&lines);
        parts.into_iter().filter_map(|(from, to)| whole.part(from, to, &self.y)).collect()
    }

    /// Whether a row that has its text in one cell is no row of a table: it is running text, or stands in what a frame
    /// leaves between tables.
    fn is_between(&self, cell: usize, lines: &[Line]) -> bool {
        let runs = lines.len() > 1 && lines.iter().map(|l| l.glyphs.len()).sum::<usize>() > RUNNING;
        let (_, first, _, last) = self.cells[cell];
        let share = (self.x[last + 1] - self.x[first]) / (self.x[self.x.len() - 1] - self.x[0]);
        runs || self.odd[cell] && share > 0.6
    }

    fn whole(&self, lines: &[Vec<Line>]) -> Table {
        let side = |c: &(usize, usize, usize, usize)| (self.x[c.1], self.x[c.3 + 1]);
        // The space that the table leaves between text and line is the least that is found anywhere.
        let gap = self.cells.iter().zip(lines).flat_map(|(c, l)| l.iter().map(move |l| (l.x0 - side(c).0).min(side(c).1 - l.x1)));
        let gap = gap.fold(20.0, f64::min).max(0.0);
        let mut cells: Vec<(usize, Cell)> = Vec::new();
        for ((c, lines), odd) in self.cells.iter().zip(lines).zip(&self.odd) {
            let (x0, x1) = side(c);
            // Between the lines of two borders there is room for no character.
            if lines.is_empty() && (*odd || x1 - x0 < NARROW || self.y[c.2 + 1] - self.y[c.0] < DOUBLE) {
                continue;
            }
            let width = x1 - x0 - 2.0 * gap;
            let full = lines.last().is_some_and(|l| l.x1 - l.x0 + 1.5 * l.size > width);
            let room = room_below(lines, self.y[c.2 + 1]);
            cells.push((c.1, Cell { x0, x1, row: c.0, rows: c.2 - c.0 + 1, text: cell_text(lines, width), room, full }));
        }
        cells.sort_by_key(|(column, cell)| (cell.row, *column));
        let cells = cells.into_iter().map(|(_, cell)| cell).collect();
        Table { x: self.x.clone(), rows: self.y.len() - 1, cells, ..Table::default() }
    }
}

impl Table {
    /// The rows from one to another; cells that begin above them are the part's above.
    fn part(&self, from: usize, to: usize, y: &[f64]) -> Option<Table> {
        let mut part = Table { top: y[from], bottom: y[to], x: Vec::new(), rows: to - from, cells: Vec::new() };
        for cell in self.cells.iter().filter(|c| (from..to).contains(&c.row)) {
            part.cells.push(Cell { row: cell.row - from, rows: cell.rows.min(to - cell.row), ..cell.clone() });
        }
        part.trim();
        part.x = part.cells.iter().flat_map(|c| [c.x0, c.x1]).collect();
        part.x.sort_by(f64::total_cmp);
        part.x.dedup_by(|b, a| *b - *a < 1.0);
        (!part.cells.is_empty()).then_some(part)
    }

    /// Takes away what is between lines and no cell: a gap that a row has to itself and that is empty. Page breaks leave
    /// such gaps where one cell is cut and those beside it end before.
    fn trim(&mut self) {
        for row in 0..self.rows {
            if let [only] = self.starting(row)[..]
                && self.cells[only].text.is_empty()
                && self.cells[only].rows == 1
            {
                self.cells.remove(only);
            }
        }
        while self.rows > 1 && self.starting(self.rows - 1).is_empty() {
            self.rows -= 1;
            let rows = self.rows;
            self.cells.iter_mut().for_each(|c| c.rows = c.rows.min(rows - c.row));
        }
    }

    /// The cells that begin in a row.
    fn starting(&self, row: usize) -> Vec<usize> {
        (0..self.cells.len()).filter(|&i| self.cells[i].row == row).collect()
    }
}

/// Lines of one cell in one. A number goes on in the next line only where its own had no room for another digit.
fn cell_text(lines: &[Line], width: f64) -> String {
    let mut text = String::new();
    let mut last: Option<&Line> = None;
    for line in lines {
        let digit = 0.5 * line.size;
        // A smaller figure above or below another is a note's number.
        let alike = |last: &Line| (last.size - line.size).abs() <= 0.15 * last.size.max(line.size);
        let was_full = last.is_some_and(|last| alike(last) && last.x1 - last.x0 + digit > width + 0.5);
        lines::join(&mut text, &line.text(), was_full);
        last = Some(line);
    }
    text
}

fn room_below(lines: &[Line], bottom: f64) -> Option<f64> {
    let last = lines.last()?;
    let pitch = match lines {
        [.., before, last] => last.y - before.y,
        _ => 1.3 * last.size,
    };
    Some((bottom - last.y - 0.5 * last.size) / pitch.max(1.0))
}

/// Whether lines at `at` run along at least half of the way.
fn is_wall(lines: &[Rule], at: f64, from: f64, to: f64) -> bool {
    let covered: f64 =
        lines.iter().filter(|r| (r.at - at).abs() < 1.0).map(|r| (r.to.min(to) - r.from.max(from)).max(0.0)).sum();
    covered * 2.0 > to - from
}

/// Sets that grow together.
struct Union(Vec<usize>);

impl Union {
    fn new(n: usize) -> Union {
        Union((0..n).collect())
    }

    fn find(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    /// The smaller number leads, so that groups come in the order of their first member.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}
