//! The head of a Word document: which parts there are, and where the pieces of its text lie.

use std::ops::Range;

use crate::decode::compound::{u16_at, u32_at};
use crate::decode::fault::Fault;

/// Numbers of parts in the head's list ([MS-DOC] 2.5.6).
pub(super) const STYLES: usize = 1;
pub(super) const CHARACTERS: usize = 12;
pub(super) const PARAGRAPHS: usize = 13;
pub(super) const FONTS: usize = 15;
const PIECES: usize = 33;
pub(super) const LISTS: usize = 73;
pub(super) const LIST_NUMBERS: usize = 74;

/// The oldest version of the format of Word 97.
const WORD_97: u16 = 0x00C1;

pub(super) struct Fib<'a> {
    /// Numbers of characters: text, footnotes, headers, macros, annotations, endnotes, text boxes.
    counts: [u32; 7],
    /// Offset and length of each part in the table stream.
    parts: &'a [u8],
    second_table: bool,
}

/// Characters that lie one behind the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// First character, and the one behind the last, counted over the whole document.
    pub start: u32,
    pub end: u32,
    /// Byte in the main stream.
    pub at: u32,
    /// One byte a character, in Windows 1252; otherwise two, in UTF-16.
    pub narrow: bool,
    /// What saving in haste changed of its properties.
    pub change: u16,
}

impl<'a> Fib<'a> {
    pub fn read(main: &'a [u8]) -> Result<Fib<'a>, Fault> {
        let cut = || Fault::damaged("its head breaks off");
        let version = u16_at(main, 2).ok_or_else(cut)?;
        let flags = u16_at(main, 10).ok_or_else(cut)?;
        match u16_at(main, 0) {
            // Word 6 and 95 have other marks or older versions.
            Some(0xA5EC) if version >= WORD_97 => {}
            Some(0xA5EC | 0xA5DC) => return Err(Fault::Unsupported("a document of Word 6 or 95")),
            _ => return Err(Fault::damaged("its head does not begin as a Word document's")),
        }
        if flags & 0x0100 != 0 {
            return Err(Fault::Encrypted);
        }
        // Three lists of known width, each behind its length.
        let words = usize::from(u16_at(main, 32).ok_or_else(cut)?);
        let longs_at = 34 + words * 2 + 2;
        let longs = usize::from(u16_at(main, longs_at - 2).ok_or_else(cut)?);
        let parts_at = longs_at + longs * 4 + 2;
        let parts = usize::from(u16_at(main, parts_at - 2).ok_or_else(cut)?);
        let count = |n: usize| if n < longs { u32_at(main, longs_at + n * 4) } else { None };
        let mut counts = [0; 7];
        for (own, n) in counts.iter_mut().zip([3, 4, 5, 6, 7, 8, 9]) {
            // Counts are signed, and none is negative.
            *own = count(n).ok_or_else(cut)?.min(i32::MAX as u32);
        }
        let parts = main.get(parts_at..parts_at + parts * 8).ok_or_else(cut)?;
        Ok(Fib { counts, parts, second_table: flags & 0x0200 != 0 })
    }

    pub fn table_stream(&self) -> &'static str {
        if self.second_table { "1Table" } else { "0Table" }
    }

    /// A part of the table stream; nothing where there is none.
    pub fn part<'t>(&self, table: &'t [u8], number: usize) -> &'t [u8] {
        let at = u32_at(self.parts, number * 8).unwrap_or(0) as usize;
        let length = u32_at(self.parts, number * 8 + 4).unwrap_or(0) as usize;
        at.checked_add(length).and_then(|end| table.get(at..end)).unwrap_or_default()
    }

    /// Where a part of the table stream ends.
    pub fn end_of(&self, number: usize) -> usize {
        let word = |at| u32_at(self.parts, at).unwrap_or(0) as usize;
        word(number * 8).saturating_add(word(number * 8 + 4))
    }

    /// The characters of running heads and feet.
    pub fn margins(&self) -> Range<u32> {
        let from = self.counts[0].saturating_add(self.counts[1]);
        from..from.saturating_add(self.counts[2])
    }

    /// The characters of the text and those of text boxes. Notes, headers and comments lie between them.
    pub fn ranges(&self) -> [Range<u32>; 2] {
        let before: u32 = self.counts[..6].iter().fold(0, |sum, n| sum.saturating_add(*n));
        [0..self.counts[0], before..before.saturating_add(self.counts[6])]
    }

    /// The pieces, and the lists of properties that some of them refer to.
    pub fn pieces<'t>(&self, table: &'t [u8]) -> Result<(Vec<Piece>, Vec<&'t [u8]>), Fault> {
        let mut part = self.part(table, PIECES);
        let mut changes = Vec::new();
        let broken = || Fault::damaged("the table of its pieces is missing or breaks off");
        loop {
            match part.first() {
                Some(1) => {
                    let length = usize::from(u16_at(part, 1).ok_or_else(broken)?);
                    changes.push(part.get(3..3 + length).ok_or_else(broken)?);
                    part = &part[3 + length..];
                }
                Some(2) => break,
                _ => return Err(broken()),
            }
        }
        let length = u32_at(part, 1).ok_or_else(broken)? as usize;
        let list = part.get(5..).and_then(|p| p.get(..length)).ok_or_else(broken)?;
        let count = list.len().saturating_sub(4) / 12;
        let mut pieces = Vec::with_capacity(count);
        for n in 0..count {
            let at = (count + 1) * 4 + n * 8;
            let (Some(start), Some(end)) = (u32_at(list, n * 4), u32_at(list, n * 4 + 4)) else { return Err(broken()) };
            let (Some(place), Some(change)) = (u32_at(list, at + 2), u16_at(list, at + 6)) else { return Err(broken()) };
            if start > end {
                return Err(Fault::damaged("the pieces of its text are out of order"));
            }
            let narrow = place & 0x4000_0000 != 0;
            let place = place & 0x3FFF_FFFF;
            pieces.push(Piece { start, end, at: if narrow { place / 2 } else { place }, narrow, change });
        }
        Ok((pieces, changes))
    }
}
