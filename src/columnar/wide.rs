//! The reported figures of all reports, packed: they are kept to the end of a run, since panel and sums need them all.

use std::iter::repeat_n;

use crate::form::Form;
use crate::model::{Figure, Status};

/// The reported figures of all reports. Most cells are 0 or not there, mostly many in a row: a report takes some dozens
/// of bytes.
#[derive(Debug)]
pub struct Wide {
    blocks: Vec<Block>,
    rows: usize,
    /// Those of one report, as it is added.
    cells: Vec<Option<f64>>,
}

/// [`BLOCK`] reports, so that little is moved as they become more.
#[derive(Debug, Default)]
struct Block {
    codes: Vec<u8>,
    /// Where the codes of each report begin.
    starts: Vec<u32>,
}

const BLOCK: usize = 256;

/// A code below this is so many cells and one more in which nothing was reported.
const ZEROS: u8 = 64;
/// From [`ZEROS`] on it is so many zeros and one more, from here on one figure: 1, 2, 3 …
const FIGURES: u8 = 128;
/// Behind it stands a figure of 2 bytes, or of 8: its bits.
const SHORT: u8 = 254;
const LONG: u8 = 255;

impl Wide {
    pub fn new(form: &Form) -> Wide {
        Wide { blocks: Vec::new(), rows: 0, cells: vec![None; form.indicators.len()] }
    }

    /// Adds a report, whose figures stand in the form's order; `derived` figures are not taken, they do not count as
    /// reported.
    pub fn push(&mut self, figures: &[Figure]) {
        if self.rows.is_multiple_of(BLOCK) {
            self.blocks.iter_mut().rev().take(1).for_each(|full| full.codes.shrink_to_fit());
            self.blocks.push(Block::default());
        }
        self.fill(figures);
        let block = self.blocks.last_mut().expect("just filled");
        block.starts.push(block.codes.len() as u32);
        pack_all(&self.cells, &mut block.codes);
        self.rows += 1;
    }

    /// Puts the figures of a report that was read once more in the place of its first ones.
    pub fn replace(&mut self, row: usize, figures: &[Figure]) {
        self.fill(figures);
        let mut codes = Vec::new();
        pack_all(&self.cells, &mut codes);
        let old = self.packed(row).len();
        let block = &mut self.blocks[row / BLOCK];
        let (first, behind) = (block.starts[row % BLOCK], &mut block.starts[row % BLOCK + 1..]);
        behind.iter_mut().for_each(|start| *start = *start + codes.len() as u32 - old as u32);
        block.codes.splice(first as usize..first as usize + old, codes);
    }

    fn fill(&mut self, figures: &[Figure]) {
        self.cells.fill(None);
        for f in figures.iter().filter(|f| matches!(f.status, Status::Reported | Status::Corrected)) {
            self.cells[f.indicator as usize] = f.value;
        }
    }

    /// How many reports there are.
    pub fn height(&self) -> usize {
        self.rows
    }

    /// How many cells a report has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// The cells of a report, none where nothing was reported.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Option<f64>> {
        self.runs(row).flat_map(|(figure, cells)| repeat_n(figure, cells))
    }

    /// A cell, none where nothing was reported.
    pub fn get(&self, indicator: usize, row: usize) -> Option<f64> {
        let mut end = 0;
        let run = self.runs(row).find(|(_, cells)| {
            end += cells;
            indicator < end
        });
        run.and_then(|(figure, _)| figure)
    }

    /// The indicators that two reports both give, differently: number, figure of `a`, figure of `b`.
    pub fn differences(&self, a: usize, b: usize) -> impl Iterator<Item = (usize, f64, f64)> {
        let both = self.row(a).zip(self.row(b)).enumerate();
        both.filter_map(|(i, (x, y))| Some((i, x?, y?))).filter(|(_, x, y)| x != y)
    }

    /// How many indicators `a` alone gives, and `b` alone.
    pub fn alone(&self, a: usize, b: usize) -> (usize, usize) {
        let only = |a: usize, b: usize| self.row(a).zip(self.row(b)).filter(|(x, y)| x.is_some() && y.is_none()).count();
        (only(a, b), only(b, a))
    }

    /// Whether a report gives any figure.
    pub fn any(&self, row: usize) -> bool {
        self.runs(row).any(|(figure, _)| figure.is_some())
    }

    /// The cells of a report: what stands there, and in how many beside each other.
    fn runs(&self, row: usize) -> Runs<'_> {
        Runs(self.packed(row))
    }

    /// The cells of a report as they are kept: the same bytes where all of them are the same, and as many as its cells
    /// ask for, so that of several one after the other each is told from the next.
    pub fn packed(&self, row: usize) -> &[u8] {
        let block = &self.blocks[row / BLOCK];
        let end = block.starts.get(row % BLOCK + 1).map_or(block.codes.len(), |&next| next as usize);
        &block.codes[block.starts[row % BLOCK] as usize..end]
    }
}

fn pack_all(cells: &[Option<f64>], codes: &mut Vec<u8>) {
    cells.chunk_by(|a, b| a.map(f64::to_bits) == b.map(f64::to_bits)).for_each(|run| pack(run[0], run.len(), codes));
}

/// Writes `cells` cells beside each other that hold the same.
fn pack(figure: Option<f64>, cells: usize, codes: &mut Vec<u8>) {
    let first = match figure.map(|v| (v, v as u16)) {
        None => 0,
        Some((v, 0)) if v.to_bits() == 0 => ZEROS,
        Some((v, short)) => return (0..cells).for_each(|_| pack_one(v, short, codes)),
    };
    let most = usize::from(ZEROS);
    codes.extend((0..cells).step_by(most).map(|done| first + (cells - done).min(most) as u8 - 1));
}

/// Writes a figure other than 0; `short` is what 2 bytes can hold of it.
fn pack_one(v: f64, short: u16, codes: &mut Vec<u8>) {
    if f64::from(short).to_bits() != v.to_bits() {
        codes.push(LONG);
        codes.extend(v.to_bits().to_le_bytes());
    } else if short <= u16::from(SHORT - FIGURES) {
        codes.push(FIGURES + short as u8 - 1);
    } else {
        codes.push(SHORT);
        codes.extend(short.to_le_bytes());
    }
}

/// What [`pack`] wrote, from its first code on.
struct Runs<'a>(&'a [u8]);

impl Iterator for Runs<'_> {
    type Item = (Option<f64>, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let (&code, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match code {
            LONG => (Some(f64::from_bits(u64::from_le_bytes(self.bytes()))), 1),
            SHORT => (Some(f64::from(u16::from_le_bytes(self.bytes()))), 1),
            FIGURES.. => (Some(f64::from(code - FIGURES) + 1.0), 1),
            ZEROS.. => (Some(0.0), usize::from(code - ZEROS) + 1),
            _ => (None, usize::from(code) + 1),
        })
    }
}

impl Runs<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (bytes, rest) = self.0.split_first_chunk().expect("a figure stands behind its code");
        self.0 = rest;
        *bytes
    }
}
