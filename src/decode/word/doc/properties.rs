//! Properties of characters and paragraphs: pages of 512 bytes in the main stream, found by where a character lies, hold
//! lists of changes to the default ([MS-DOC] 2.9.33, 2.9.175; the changes are called sprm there).

use super::fonts::Fonts;
use super::styles::Styles;
use crate::decode::compound::{u16_at, u32_at};
use crate::decode::ink::{self, Ink};
use crate::decode::word::flow::CellDefinition;
use crate::decode::word::{SMALL, THIN, numbered};

const PAGE: usize = 512;

/// Changes that the reader knows ([MS-DOC] 2.6).
mod change {
    pub const DELETED: u16 = 0x0800;
    pub const HIDDEN: u16 = 0x083C;
    pub const STRUCK: u16 = 0x0837;
    pub const STRUCK_TWICE: u16 = 0x2A53;
    /// 1 is raised, 2 lowered; and by how many half points.
    pub const SCRIPT: u16 = 0x2A48;
    pub const POSITION: u16 = 0x4845;
    /// The size in half points, and the width in hundredths.
    pub const SIZE: u16 = 0x4A43;
    pub const WIDTH: u16 = 0x4852;
    /// The number of a style of characters.
    pub const CHARACTER_STYLE: u16 = 0x4A30;
    /// The number of the font that letters and digits have.
    pub const FONT: u16 = 0x4A4F;
    /// By a number, and by its parts.
    pub const COLOUR: u16 = 0x2A42;
    pub const COLOUR_PARTS: u16 = 0x6870;
    /// What lies behind letters; of what has two numbers, the first has parts and the second numbers of colours.
    pub const HIGHLIGHT: u16 = 0x2A0C;
    pub const SHADE: [u16; 2] = [0xCA71, 0x4866];
    pub const PARAGRAPH_SHADE: [u16; 2] = [0xC64D, 0x442D];
    /// Shades of the cells of a row, from the first, the 22nd and the 44th on; and of some of them.
    pub const CELL_SHADES: [u16; 3] = [0xD612, 0xD616, 0xD60C];
    pub const CELL_SHADES_NUMBERED: u16 = 0xD609;
    pub const SET_SHADES: [u16; 2] = [0xD62D, 0x7627];
    pub const IN_TABLE: u16 = 0x2416;
    pub const ENDS_ROW: u16 = 0x2417;
    pub const ENDS_INNER_CELL: u16 = 0x244B;
    pub const ENDS_INNER_ROW: u16 = 0x244C;
    pub const STYLE: u16 = 0x4600;
    pub const LIST: u16 = 0x460B;
    pub const LIST_LEVEL: u16 = 0x260A;
    pub const DEPTH: u16 = 0x6649;
    pub const DEEPER: u16 = 0x664A;
    /// The list lies in the stream «Data», since it is long.
    pub const ELSEWHERE: [u16; 2] = [0x6645, 0x6646];
    pub const CELLS: u16 = 0xD608;
    pub const MERGE: u16 = 0x5624;
    pub const SPLIT: u16 = 0x5625;
    pub const MERGE_DOWN: u16 = 0xD62B;
    pub const TABS: u16 = 0xC615;
}

/// One change after the other: its number and its operand.
struct Changes<'a>(&'a [u8]);

impl<'a> Iterator for Changes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let number = u16_at(self.0, 0)?;
        let rest = &self.0[2..];
        let (skip, length) = match number >> 13 {
            0 | 1 => (0, 1),
            2 | 4 | 5 => (0, 2),
            3 => (0, 4),
            7 => (0, 3),
            _ if number == change::CELLS => (2, usize::from(u16_at(rest, 0)?).saturating_sub(1)),
            _ if number == change::TABS && rest.first() == Some(&255) => (1, long_tabs(rest)?),
            _ => (1, usize::from(*rest.first()?)),
        };
        let operand = rest.get(skip..skip + length)?;
        self.0 = &rest[skip + length..];
        Some((number, operand))
    }
}

/// A colour by its parts, where it is one in particular.
fn parts(colour: &[u8]) -> Option<Ink> {
    colour.get(..4).filter(|c| c[3] == 0).map(|c| [c[0], c[1], c[2]])
}

/// The colour of a shade where it is even: one of two colours and a pattern of both, by parts in ten bytes and by numbers in two.
fn shade(operand: &[u8]) -> Option<Ink> {
    let (fore, back, pattern) = match operand.len() {
        10.. => (parts(operand), parts(&operand[4..]), u16_at(operand, 8)?),
        _ => {
            let all = u16_at(operand, 0)?;
            (numbered(usize::from(all & 31)), numbered(usize::from(all >> 5 & 31)), all >> 10)
        }
    };
    match pattern {
        0 => back,
        1 => fore.or(Some(ink::BLACK)),
        _ => None,
    }
}

/// The length of a list of tabs that does not fit into a byte.
fn long_tabs(rest: &[u8]) -> Option<usize> {
    let gone = usize::from(*rest.get(1)?) * 4;
    let added = usize::from(*rest.get(2 + gone)?) * 3;
    Some(1 + gone + 1 + added)
}

/// Stretches of the main stream with the list of changes of each, in order.
struct Runs<'a>(Vec<(u32, u32, &'a [u8])>);

impl<'a> Runs<'a> {
    /// `list` is the table of pages: where each begins, then their numbers.
    fn read(main: &'a [u8], list: &[u8], entry: usize, changes: fn(&'a [u8], usize) -> &'a [u8]) -> Runs<'a> {
        // No file has more pages than fit into it.
        let entries = list.len().saturating_sub(4) / 8;
        let mut runs = Vec::new();
        for n in 0..entries.min(main.len() / PAGE) {
            let number = u32_at(list, (entries + 1) * 4 + n * 4).unwrap_or(0) as usize & 0x3F_FFFF;
            let Some(page) = main.get(number * PAGE..(number + 1) * PAGE) else { continue };
            let count = usize::from(page[PAGE - 1]);
            for i in 0..count {
                let (Some(from), Some(to)) = (u32_at(page, i * 4), u32_at(page, i * 4 + 4)) else { break };
                let Some(&offset) = page.get((count + 1) * 4 + i * entry) else { break };
                runs.push((from, to, if offset == 0 { &[] } else { changes(page, usize::from(offset) * 2) }));
            }
        }
        runs.sort_by_key(|r| r.0);
        Runs(runs)
    }

    fn at(&self, at: u32) -> &'a [u8] {
        let behind = self.0.partition_point(|r| r.0 <= at);
        match behind.checked_sub(1).map(|i| self.0[i]) {
            Some((_, to, changes)) if at < to => changes,
            _ => &[],
        }
    }
}

/// How characters look that do not stand there like others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Letters {
    pub deleted: bool,
    hidden: bool,
    struck: bool,
    struck_twice: bool,
    script: bool,
    moved: bool,
    small: bool,
    thin: bool,
    /// The font has pictures in place of digits.
    pictures: bool,
    /// The colour of the letters, and of what lies behind them, where they are told.
    pub ink: Option<Ink>,
    highlight: Option<Ink>,
    shade: Option<Ink>,
}

impl Letters {
    pub fn is_gone(self) -> bool {
        self.deleted || self.hidden
    }

    pub fn is_struck(self) -> bool {
        self.struck || self.struck_twice
    }

    /// Struck out, raised or lowered.
    pub fn is_altered(self) -> bool {
        self.is_struck() || self.script || self.moved
    }

    /// Too small to be seen, or of another look than they have.
    pub fn is_blurred(self) -> bool {
        self.small || self.thin || self.pictures
    }

    pub fn ground(self) -> Option<Ink> {
        self.highlight.or(self.shade)
    }

    /// In a paragraph whose style lets them look so.
    pub fn within(self, style: Letters) -> Letters {
        Letters {
            deleted: self.deleted,
            hidden: self.hidden || style.hidden,
            struck: self.struck || style.struck,
            struck_twice: self.struck_twice || style.struck_twice,
            script: self.script || style.script,
            moved: self.moved || style.moved,
            small: self.small || style.small,
            thin: self.thin || style.thin,
            pictures: self.pictures || style.pictures,
            ink: self.ink.or(style.ink),
            highlight: self.highlight.or(style.highlight),
            shade: self.shade.or(style.shade),
        }
    }

    /// `styles` gives what a style of characters says.
    pub fn apply(&mut self, changes: &[u8], fonts: &Fonts, styles: impl Fn(u16) -> Letters) {
        for (number, operand) in Changes(changes) {
            // 0x81 turns round what the style says, and styles say nothing.
            let on = matches!(operand.first(), Some(1 | 0x81));
            match number {
                change::DELETED => self.deleted = on,
                change::HIDDEN => self.hidden = on,
                change::STRUCK => self.struck = on,
                change::STRUCK_TWICE => self.struck_twice = on,
                change::SCRIPT => self.script = operand.first().is_some_and(|s| matches!(s, 1 | 2)),
                change::POSITION => self.moved = u16_at(operand, 0).is_some_and(|p| p != 0),
                change::SIZE => self.small = u16_at(operand, 0).is_some_and(|n| i64::from(n) <= SMALL),
                change::WIDTH => self.thin = u16_at(operand, 0).is_some_and(|n| i64::from(n) <= THIN),
                change::FONT => self.pictures = u16_at(operand, 0).is_some_and(|font| fonts.is_of_pictures(font)),
                change::COLOUR => self.ink = operand.first().and_then(|c| numbered(usize::from(*c))),
                change::COLOUR_PARTS => self.ink = parts(operand),
                change::HIGHLIGHT => self.highlight = operand.first().and_then(|c| numbered(usize::from(*c))),
                _ if change::SHADE.contains(&number) => self.shade = shade(operand),
                change::CHARACTER_STYLE => {
                    let deleted = self.deleted;
                    *self = Letters { deleted, ..styles(u16_at(operand, 0).unwrap_or(0)) };
                }
                _ => {}
            }
        }
    }
}

/// Which characters do not show, or not like others.
pub(super) struct Characters {
    /// Stretches of the main stream in order: from, to, and their look.
    found: Vec<(u32, u32, Letters)>,
}

impl Characters {
    pub fn read(main: &[u8], list: &[u8], fonts: &Fonts, styles: &Styles) -> Characters {
        let runs = Runs::read(main, list, 1, |page, at| {
            let length = usize::from(*page.get(at).unwrap_or(&0));
            page.get(at + 1..at + 1 + length).unwrap_or_default()
        });
        let mut found = Vec::new();
        for (from, to, changes) in runs.0 {
            let mut letters = Letters::default();
            letters.apply(changes, fonts, |number| styles.letters(number));
            if letters != Letters::default() {
                found.push((from, to, letters));
            }
        }
        Characters { found }
    }

    pub fn at(&self, at: u32) -> Letters {
        let behind = self.found.partition_point(|g| g.0 <= at);
        behind.checked_sub(1).map(|i| self.found[i]).filter(|g| at < g.1).map_or_else(Letters::default, |g| g.2)
    }
}

pub(super) struct Paragraphs<'a> {
    runs: Runs<'a>,
    data: &'a [u8],
}

impl<'a> Paragraphs<'a> {
    pub fn read(main: &'a [u8], list: &[u8], data: &'a [u8]) -> Paragraphs<'a> {
        let runs = Runs::read(main, list, 13, |page, at| {
            let words = usize::from(*page.get(at).unwrap_or(&0));
            // A length of 0 says that the next byte is it. The style's number stands in front of the changes.
            let (at, length) = match words {
                0 => (at + 2, usize::from(*page.get(at + 1).unwrap_or(&0)) * 2),
                words => (at + 1, words * 2 - 1),
            };
            page.get(at..at + length).unwrap_or_default()
        });
        Paragraphs { runs, data }
    }

    /// The style of the paragraph that lies there.
    pub fn style_at(&self, at: u32) -> u16 {
        u16_at(self.runs.at(at), 0).unwrap_or(0)
    }

    /// The properties of the paragraph whose mark lies there.
    pub fn at(&self, at: u32) -> Paragraph {
        let own = self.runs.at(at);
        let mut out = Paragraph { style: u16_at(own, 0).unwrap_or(0), ..Paragraph::default() };
        out.apply(own.get(2..).unwrap_or_default(), self.data);
        out
    }
}

#[derive(Debug, Default)]
pub(super) struct Paragraph {
    in_table: bool,
    depth: i32,
    /// Numbers of the style, of the list, and the level in it.
    pub style: u16,
    pub list: Option<u16>,
    pub level: Option<u8>,
    pub ends_row: bool,
    pub ends_inner_cell: bool,
    pub ends_inner_row: bool,
    /// Edges of the cells, and how each is merged: two bits across, two down.
    edges: Vec<i16>,
    merges: Vec<(u8, u8)>,
    /// Its colour, and those of the cells, where they are told.
    pub ground: Option<Ink>,
    grounds: Vec<Option<Ink>>,
}

impl Paragraph {
    /// Tables around the paragraph.
    pub fn depth(&self) -> usize {
        match self.depth {
            1.. => self.depth as usize,
            _ => usize::from(self.in_table),
        }
    }

    /// `data` is the stream in which long lists lie.
    pub fn apply(&mut self, changes: &[u8], data: &[u8]) {
        for (number, operand) in Changes(changes) {
            match number {
                change::IN_TABLE => self.in_table = operand[0] != 0,
                change::ENDS_ROW => self.ends_row = operand[0] != 0,
                change::ENDS_INNER_CELL => self.ends_inner_cell = operand[0] != 0,
                change::ENDS_INNER_ROW => self.ends_inner_row = operand[0] != 0,
                change::STYLE => self.style = u16_at(operand, 0).unwrap_or(0),
                change::LIST => self.list = u16_at(operand, 0),
                change::LIST_LEVEL => self.level = operand.first().copied(),
                change::DEPTH => self.depth = u32_at(operand, 0).unwrap_or(0) as i32,
                change::DEEPER => self.depth = self.depth.saturating_add(u32_at(operand, 0).unwrap_or(0) as i32),
                change::CELLS => self.define(operand),
                change::MERGE => self.across(operand, true),
                change::SPLIT => self.across(operand, false),
                change::CELL_SHADES_NUMBERED => self.shades(0, operand.chunks_exact(2)),
                _ if change::PARAGRAPH_SHADE.contains(&number) => self.ground = shade(operand),
                _ if change::CELL_SHADES.contains(&number) => {
                    let part = change::CELL_SHADES.iter().position(|n| *n == number).unwrap_or(0);
                    self.shades(part * 22, operand.chunks_exact(10));
                }
                _ if change::SET_SHADES.contains(&number) && operand.len() >= 4 => {
                    let (first, last) = (usize::from(operand[0]), usize::from(operand[1]));
                    self.shades(first, std::iter::repeat_n(&operand[2..], last.saturating_sub(first)));
                }
                change::MERGE_DOWN => {
                    if let (Some(&cell), Some(&how)) = (operand.first(), operand.get(1))
                        && let Some(merge) = self.merges.get_mut(usize::from(cell))
                    {
                        merge.1 = how & 3;
                    }
                }
                _ if change::ELSEWHERE.contains(&number) && !data.is_empty() => {
                    let at = u32_at(operand, 0).unwrap_or(0) as usize;
                    let length = usize::from(u16_at(data, at).unwrap_or(0));
                    if let Some(list) = at.checked_add(2).and_then(|from| data.get(from..from.checked_add(length)?)) {
                        // Without the stream at hand, so that no list leads to itself.
                        self.apply(list, &[]);
                    }
                }
                _ => {}
            }
        }
    }

    /// A change that a piece makes, by its short number ([MS-DOC] 2.9.214).
    pub fn apply_short(&mut self, number: u8, operand: u8) {
        match number {
            0x18 => self.in_table = operand != 0,
            0x19 => self.ends_row = operand != 0,
            _ => {}
        }
    }

    /// The cells of a row: how many, their edges, and twenty bytes for each, of which the last may be missing.
    fn define(&mut self, operand: &[u8]) {
        let count = usize::from(*operand.first().unwrap_or(&0));
        self.edges = (0..=count).filter_map(|i| u16_at(operand, 1 + i * 2)).map(|e| e as i16).collect();
        let flags = |i: usize| u16_at(operand, 1 + (count + 1) * 2 + i * 20).unwrap_or(0);
        self.merges = (0..count).map(|i| ((flags(i) & 3) as u8, (flags(i) >> 5 & 3) as u8)).collect();
    }

    /// The shades of cells from one on. Those that are told twice are so first in a way that knows fewer colours.
    fn shades<'s>(&mut self, first: usize, shades: impl Iterator<Item = &'s [u8]>) {
        for (at, operand) in (first..).zip(shades) {
            if at >= self.grounds.len() {
                self.grounds.resize(at + 1, None);
            }
            self.grounds[at] = shade(operand);
        }
    }

    fn across(&mut self, operand: &[u8], merge: bool) {
        let (first, last) = (usize::from(*operand.first().unwrap_or(&0)), usize::from(*operand.get(1).unwrap_or(&0)));
        for i in first..last.min(self.merges.len()) {
            self.merges[i].0 = if !merge { 0 } else if i == first { 1 } else { 2 };
        }
    }

    /// The cells of the row that this paragraph ends.
    pub fn cells(&self) -> Vec<CellDefinition> {
        let edge = |i: usize| self.edges.get(i).map_or(0, |e| i64::from(*e));
        // The specification gives the first of merged cells 2 or 3 and the others 1; what programs write gives the
        // first 1 and the others 2. The first of them says which it is.
        let mut first = 0;
        let mut out = Vec::with_capacity(self.merges.len());
        for (i, &(across, down)) in self.merges.iter().enumerate() {
            let begins = across != 0 && (first == 0 || across == first || across == 3);
            first = if across == 0 { 0 } else if begins { across } else { first };
            out.push(CellDefinition {
                left: edge(i),
                right: edge(i + 1),
                covered: across != 0 && !begins,
                begins: down & 2 != 0,
                continues: down == 1,
                ground: self.grounds.get(i).copied().flatten(),
            });
        }
        out
    }
}
