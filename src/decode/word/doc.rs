//! Word 97 and later in its binary format ([MS-DOC]): .doc, and .wps of WPS Office.
//!
//! The text lies in pieces; whether a paragraph is in a table, ends a cell or ends a row, and how the cells of a row are
//! merged, are properties of paragraphs, looked up by where a paragraph's mark lies in the stream.

mod fib;
mod fonts;
mod lists;
mod properties;
mod styles;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::blocks;
use super::fields::Fields;
use super::flow::Flow;
use super::numbering::{self, Lists};
use crate::decode::compound::Compound;
use crate::decode::fault::Fault;
use crate::decode::{APART, Limits, PICTURE, apart, ink, margin};
use crate::model::Decoded;
use fib::{Fib, Piece};
use fonts::Fonts;
use properties::{Characters, Letters, Paragraph, Paragraphs};
use styles::Styles;

pub fn render(compound: &mut Compound, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let main = compound.read("WordDocument")?.unwrap_or_default();
    let fib = Fib::read(&main)?;
    let table = compound.read(fib.table_stream())?.ok_or_else(|| Fault::damaged(format!("it has no stream {}", fib.table_stream())))?;
    let data = compound.read("Data")?.unwrap_or_default();
    let (pieces, changes) = fib.pieces(&table)?;
    let fonts = Fonts::read(fib.part(&table, fib::FONTS));
    let styles = Styles::read(fib.part(&table, fib::STYLES), &fonts);
    let mut reader = Reader {
        main: &main,
        characters: Characters::read(&main, fib.part(&table, fib::CHARACTERS), &fonts, &styles),
        paragraphs: Paragraphs::read(&main, fib.part(&table, fib::PARAGRAPHS), &data),
        changes,
        lists: lists::read(&fib, &table),
        styles,
        flow: Flow::default(),
        units: Vec::new(),
        apart: false,
        struck: Vec::new(),
        is_struck: false,
        fields: Fields::default(),
        written: 0,
        replaced: 0,
        limit: limits.text,
    };
    let [text, boxes] = fib.ranges();
    for range in [text, boxes] {
        reader.range(&pieces, range)?;
    }
    (decoded.format, decoded.encoding, decoded.replaced) = ("doc", "UTF-16LE", reader.replaced);
    decoded.text = blocks::text(&std::mem::take(&mut reader.flow).finish(), limits.text)?;
    // Heads that cannot be read take no report with them.
    let heads = reader.range(&pieces, fib.margins()).and_then(|()| blocks::text(&reader.flow.finish(), limits.text));
    margin::put(decoded, &heads.unwrap_or_default());
    Ok(())
}

/// A picture or drawing, until it is known whether it is in a cell.
const DRAWN: u16 = 0x01;

struct Reader<'a> {
    main: &'a [u8],
    characters: Characters,
    paragraphs: Paragraphs<'a>,
    /// Properties that pieces refer to.
    changes: Vec<&'a [u8]>,
    lists: Lists,
    styles: Styles,
    flow: Flow,
    /// The paragraph that is being read, in UTF-16.
    units: Vec<u16>,
    /// The character before was one of a figure that is none: struck out, raised, lowered or white.
    apart: bool,
    /// Stretches of the paragraph that are struck out, and whether the last character is.
    struck: Vec<Range<usize>>,
    is_struck: bool,
    fields: Fields,
    written: usize,
    replaced: u32,
    limit: usize,
}

impl Reader<'_> {
    /// The characters of a part of the document, as far as pieces hold them.
    fn range(&mut self, pieces: &[Piece], range: Range<u32>) -> Result<(), Fault> {
        for piece in pieces {
            let (from, to) = (range.start.max(piece.start), range.end.min(piece.end));
            if from < to {
                self.piece(piece, from - piece.start, to - piece.start)?;
            }
        }
        self.end_text();
        Ok(())
    }

    /// Characters `from` to `to` of a piece.
    fn piece(&mut self, piece: &Piece, from: u32, to: u32) -> Result<(), Fault> {
        let main = self.main;
        let width = if piece.narrow { 1 } else { 2 };
        let at = |n: u32| piece.at as usize + n as usize * width;
        // A piece that lies outside the stream was cut off with it.
        let bytes = main.get(at(from)..at(to).min(main.len())).unwrap_or_default();
        if bytes.len() < (to - from) as usize * width {
            return Err(Fault::damaged("its text breaks off"));
        }
        self.written += bytes.len();
        if self.written > self.limit {
            return Err(Fault::TooLarge(format!("more than {} bytes of text", self.limit)));
        }
        for (n, unit) in bytes.chunks_exact(width).enumerate() {
            let unit = if piece.narrow { u16::from(unit[0]) } else { u16::from_le_bytes([unit[0], unit[1]]) };
            self.unit(unit, (at(from) + n * width) as u32, piece);
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16, at: u32, piece: &Piece) {
        let from = self.units.len();
        self.is_struck = false;
        self.read(unit, at, piece);
        if self.is_struck && self.units.len() > from {
            match self.struck.last_mut().filter(|last| last.end == from) {
                Some(last) => last.end = self.units.len(),
                None => self.struck.push(from..self.units.len()),
            }
        }
    }

    fn read(&mut self, unit: u16, at: u32, piece: &Piece) {
        match unit {
            0x07 | 0x0C | 0x0D => {
                if unit == 0x07 || !self.characters.at(at).deleted {
                    let mut properties = self.paragraphs.at(at);
                    self.change(piece, &mut properties);
                    self.end_paragraph(unit, &properties);
                }
            }
            // The marks of a field.
            0x13..=0x15 => {
                let is_drawn = match unit {
                    0x13 => self.fields.begin(),
                    0x14 => self.fields.separate(),
                    _ => self.fields.end(),
                };
                self.units.extend(is_drawn.then_some(PICTURE as u16));
            }
            _ if self.fields.in_code() => self.fields.read(char::from_u32(unit.into()).filter(char::is_ascii).into_iter()),
            _ if self.is_gone(unit, at) => {}
            // A picture, or the place of a drawing.
            0x01 | 0x08 => self.units.push(DRAWN),
            0x00 => {
                self.units.push(0xFFFD);
                self.replaced += 1;
            }
            0x09 => self.units.push(0x09),
            0x0B | 0x0E => self.units.push(0x0A),
            0x1E => self.units.push(u16::from(b'-')),
            // Notes and soft hyphens stand as control characters.
            0x01..=0x1F => {}
            0x80..=0x9F if piece.narrow => self.units.push(windows_1252(unit as u8)),
            unit => self.units.push(unit),
        }
    }

    /// Whether a character does not show. One that shows and is none of the figure before it is set apart from that.
    fn is_gone(&mut self, unit: u16, at: u32) -> bool {
        let letters = self.characters.at(at).within(self.styles.of_paragraph(|| self.paragraphs.style_at(at)));
        if letters.is_gone() {
            return true;
        }
        self.is_struck = letters.is_struck();
        let c = char::from_u32(unit.into()).unwrap_or('\u{FFFD}');
        let altered = letters.is_altered() || (apart::is_digit(c) && self.is_faint(letters, at));
        let begins = altered && !self.apart && c.is_alphanumeric();
        if begins || (!altered && self.apart && apart::in_number(c)) {
            self.units.push(APART as u16);
        }
        self.apart = altered && (self.apart || begins);
        false
    }

    /// Whether a digit cannot be seen, or shows something else. White ones may stand on any colour, so words are left alone.
    fn is_faint(&mut self, letters: Letters, at: u32) -> bool {
        if letters.is_blurred() {
            return true;
        }
        let Some(ink) = letters.ink else { return false };
        match letters.ground().or_else(|| self.paragraphs.at(at).ground) {
            _ if ink::is_white(ink) => return true,
            Some(ground) => return ink::is_faint(ink, ground),
            None => self.flow.ink(ink),
        }
        false
    }

    fn change(&self, piece: &Piece, properties: &mut Paragraph) {
        match piece.change {
            // One property, or the number of a list of them.
            change if change & 1 == 1 => {
                if let Some(list) = self.changes.get(usize::from(change >> 1)) {
                    properties.apply(list, &[]);
                }
            }
            change => properties.apply_short((change >> 1 & 0x7F) as u8, (change >> 8) as u8),
        }
    }

    fn end_paragraph(&mut self, mark: u16, properties: &Paragraph) {
        self.fields.end_paragraph();
        let depth = properties.depth();
        if mark != 0x07 && depth == 0 {
            self.only_words();
        }
        let mut text = self.take();
        if !properties.ends_row && !properties.ends_inner_row {
            text = numbering::put(self.number(properties), &text, depth > 0 || mark == 0x07);
        }
        match mark {
            0x07 if properties.ends_row => self.flow.end_row(1, &properties.cells()),
            0x07 => self.flow.end_cell(text, 1),
            _ if properties.ends_inner_row => self.flow.end_row(depth, &properties.cells()),
            _ if properties.ends_inner_cell => self.flow.end_cell(text, depth),
            _ => self.flow.paragraph(text, depth),
        }
    }

    /// What stands before a paragraph that is in a list.
    fn number(&mut self, properties: &Paragraph) -> String {
        let (inherited, level) = self.styles.list(properties.style);
        // Numbers beyond these say that the paragraph was taken out of its list.
        match properties.list.unwrap_or(inherited) {
            list @ 1..=0x7FE => self.lists.next(list.into(), properties.level.or(level).unwrap_or(0).into()),
            _ => String::new(),
        }
    }

    /// Outside of tables words that are struck out are none, and pictures are nothing to be read.
    fn only_words(&mut self) {
        for range in self.struck.drain(..).rev() {
            let text = String::from_utf16_lossy(&self.units[range.clone()]);
            let left = apart::struck(&text);
            let marked = self.units.get(range.end) == Some(&(APART as u16));
            if left.len() < text.len() {
                self.units.splice(range, left.encode_utf16().filter(|_| !marked));
            }
        }
        self.units.retain(|unit| *unit != DRAWN);
    }

    fn take(&mut self) -> String {
        self.units.iter_mut().filter(|unit| **unit == DRAWN).for_each(|unit| *unit = PICTURE as u16);
        let text = String::from_utf16_lossy(&self.units);
        self.units.clear();
        self.struck.clear();
        self.apart = false;
        text
    }

    /// The end of the text, or of the text in boxes.
    fn end_text(&mut self) {
        self.fields = Fields::default();
        self.only_words();
        let text = self.take();
        self.flow.paragraph(text, 0);
    }
}

/// The signs of Windows 1252 that differ from Latin 1.
fn windows_1252(byte: u8) -> u16 {
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
    text.encode_utf16().next().unwrap_or(0xFFFD)
}
