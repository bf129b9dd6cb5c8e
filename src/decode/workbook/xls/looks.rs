//! Fonts, fillings, formats and rules of a workbook of Excel 97 or 95, as far as they bear on what a person reads.

use std::collections::HashMap;
use std::rc::Rc;

use super::strings::Written;
use crate::decode::compound::{u16_at, u32_at};
use crate::decode::ink::{Ink, WHITE};
use crate::decode::workbook::codes::{Code, Test};
use crate::decode::workbook::style::{self, Font, Rich, Rule, Style, View, palette};
use crate::decode::workbook::{COLUMNS, Merge};

/// Rows of no more than this have no room for a letter, in twentieths of a point; columns, in 256ths of a digit.
const LOW: u16 = 20;
const NARROW: u16 = 50;
/// Letters of no more cannot be seen, in twentieths of a point.
const SMALL: u16 = 30;
/// The alignment that repeats a text as often as the cell is wide.
const REPEATED: u8 = 4;
/// The number of the first colour that a workbook may set, and how many there are; that of the ground of every sheet.
const FIRST: usize = 8;
const SET: usize = 56;
const GROUND: u16 = 65;

#[derive(Default)]
pub(super) struct Looks {
    codes: HashMap<u16, Rc<Code>>,
    fonts: Vec<Font>,
    /// The number of each font's colour, and the colours from [`FIRST`] on that the workbook sets.
    colours: Vec<u16>,
    palette: Vec<Ink>,
    /// Font, format and number of the filling's colour of each style of cells, and whether its text is repeated over the cell.
    cells: Vec<(u16, u16, Option<u16>, bool)>,
    styles: Vec<Style>,
    plain: Style,
}

impl Looks {
    pub fn add_code(&mut self, number: u16, code: &str) {
        self.codes.insert(number, Rc::new(Code::new(code)));
    }

    pub fn add_font(&mut self, content: &[u8]) {
        let height = u16_at(content, 0).unwrap_or(0);
        let (flags, colour, script) = (u16_at(content, 2).unwrap_or(0), u16_at(content, 4), u16_at(content, 8).unwrap_or(0));
        self.fonts.push(Font { altered: flags & 8 != 0 || script != 0 || (1..=SMALL).contains(&height), ink: None });
        self.colours.push(colour.unwrap_or(u16::MAX));
    }

    pub fn set_palette(&mut self, content: &[u8]) {
        self.palette = content.get(2..).unwrap_or_default().chunks_exact(4).take(SET).map(|c| [c[0], c[1], c[2]]).collect();
    }

    /// A colour by its number. Those that are equal are, whatever they look like.
    fn colour(&self, number: u32) -> Option<Ink> {
        let own = (number as usize).checked_sub(FIRST).and_then(|n| self.palette.get(n));
        own.copied().or_else(|| palette(number))
    }

    pub fn add_cell(&mut self, content: &[u8], wide: bool) {
        let (font, code) = (u16_at(content, 0).unwrap_or(0), u16_at(content, 2).unwrap_or(0));
        let (pattern, colours) = if wide {
            (u32_at(content, 14).unwrap_or(0) >> 26, u16_at(content, 18))
        } else {
            (u32::from(u16_at(content, 10).unwrap_or(0) & 0x3F), u16_at(content, 8))
        };
        let ground = match pattern {
            0 => Some(GROUND),
            1 => colours.map(|c| c & 0x7F),
            _ => None,
        };
        let repeated = content.get(6).is_some_and(|alignment| alignment & 7 == REPEATED);
        self.cells.push((font, code, ground, repeated));
    }

    /// Fonts, formats and colours may stand behind the styles that have them.
    pub fn settle(&mut self) {
        for (n, number) in std::mem::take(&mut self.colours).into_iter().enumerate() {
            self.fonts[n].ink = self.colour(number.into());
        }
        for (font, code, ground, repeated) in std::mem::take(&mut self.cells) {
            let code = self.codes.entry(code).or_insert_with(|| Rc::new(Code::by_number(code.into()))).clone();
            self.styles.push(Style { code, font: self.font(font), repeated, ground: ground.and_then(|number| self.colour(number.into())) });
        }
    }

    /// There is no font of number 4.
    fn font(&self, number: u16) -> Font {
        let at = usize::from(number) - usize::from(number > 4);
        self.fonts.get(at).copied().unwrap_or_default()
    }

    pub fn style(&self, number: u16) -> &Style {
        self.styles.get(usize::from(number)).unwrap_or(&self.plain)
    }

    pub fn rich(&self, written: &Written) -> Rich {
        let mut out = Rich { text: written.text.clone(), runs: Vec::new() };
        if written.runs.iter().all(|(_, font)| self.font(*font) == Font::default()) {
            return out;
        }
        let mut runs = written.runs.iter().peekable();
        let mut unit = 0;
        for (at, c) in written.text.char_indices() {
            while let Some((_, font)) = runs.next_if(|(from, _)| usize::from(*from) <= unit) {
                out.runs.push((at, Some(self.font(*font))));
            }
            unit += c.len_utf16();
        }
        out
    }

    /// A rule that hides what cells hold, or strikes it out, or gives numbers another format ([MS-XLS] 2.4.42, 2.5.92).
    pub fn rule(&self, content: &[u8], areas: &[Merge]) -> Option<Rule> {
        let (kind, sign) = (*content.first()?, *content.get(1)?);
        let flags = u32_at(content, 6)?;
        let has = |bit: u32| flags >> bit & 1 == 1;
        let (formats, fonts, fills) = (has(25), has(26), has(29));
        // The format of numbers stands first, then the font; their sizes are fixed but for a format written out.
        let mut at = 12;
        if formats {
            return Some(Rule { areas: areas.to_vec(), only: only(kind, sign, content) });
        }
        let mut font = Font::default();
        if fonts {
            font.altered = u32_at(content, at + 68)? & 0x80 != 0;
            font.ink = u32_at(content, at + 80).and_then(|number| self.colour(number));
            at += 118;
        }
        let skipped = if has(27) { 8 } else { 0 } + if has(28) { 8 } else { 0 };
        let ground = if fills {
            let (pattern, colours) = (u16_at(content, at + skipped)? >> 10, u16_at(content, at + skipped + 2)?);
            match pattern {
                0 | 1 => self.colour((colours >> 7 & 0x7F).into()),
                _ => None,
            }
        } else {
            Some(WHITE)
        };
        font.alters_on(ground).then(|| Rule { areas: areas.to_vec(), only: only(kind, sign, content) })
    }
}

pub(super) fn row(content: &[u8], view: &mut View) {
    if let (Some(row), Some(height), Some(flags)) = (u16_at(content, 0), u16_at(content, 6), u16_at(content, 12))
        && (flags & 0x20 != 0 || (1..=LOW).contains(&(height & 0x7FFF)))
    {
        view.rows.add(row.into(), row.into());
    }
}

pub(super) fn columns(content: &[u8], view: &mut View) {
    if let (Some(first), Some(last), Some(width), Some(flags)) = (u16_at(content, 0), u16_at(content, 2), u16_at(content, 4), u16_at(content, 8))
        && (flags & 1 != 0 || width <= NARROW)
    {
        view.columns.add(first.into(), u32::from(last).min(COLUMNS - 1));
    }
}

pub(super) fn window(content: &[u8], view: &mut View) {
    let flags = u16_at(content, 0).unwrap_or(0x10);
    view.shows_formulas |= flags & 1 != 0;
    view.hides_zeros |= flags & 0x10 == 0;
}

/// Where a set of rules holds.
pub(super) fn areas(content: &[u8]) -> Vec<Merge> {
    let count = usize::from(u16_at(content, 12).unwrap_or(0));
    let edge = |n: usize, i: usize| u16_at(content, 14 + n * 8 + i * 2).map(u32::from);
    let area = |n: usize| Some(Merge { top: edge(n, 0)?, bottom: edge(n, 1)?, left: edge(n, 2)?, right: edge(n, 3)? });
    style::areas((0..count).map_while(area).map(Some))
}

/// The number that a rule tests for, where it is a whole number that stands alone at the end of the record.
fn only(kind: u8, sign: u8, content: &[u8]) -> Option<(Test, f64)> {
    let (first, second) = (u16_at(content, 2)?, u16_at(content, 4)?);
    let formula = content.get(content.len().checked_sub(3)?..)?;
    if kind != 1 || first != 3 || second != 0 || formula[0] != 0x1E {
        return None;
    }
    let test = match sign {
        3 => Test::Equal,
        4 => Test::Unequal,
        5 => Test::Above,
        6 => Test::Below,
        7 => Test::AboveOrEqual,
        8 => Test::BelowOrEqual,
        _ => return None,
    };
    Some((test, f64::from(u16_at(formula, 1)?)))
}
