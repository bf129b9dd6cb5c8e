//! Lists of a Word document: their levels, and which number of a paragraph stands for which list ([MS-DOC] 2.9.131,
//! 2.9.147, 2.9.150).

use std::collections::HashMap;

use super::fib::{Fib, LISTS, LIST_NUMBERS};
use crate::decode::compound::{u16_at, u32_at};
use crate::decode::word::numbering::{LEVELS, Level, List, Lists, Number, Style};

/// Lists and numbers that are believed; Word writes a few hundred at most.
const MOST: usize = 10_000;

/// What cannot be read of them is left out: numbers are a help, and text without them is still text.
pub(super) fn read(fib: &Fib, table: &[u8]) -> Lists {
    let mut out = Lists::default();
    let ids = read_lists(fib, table, &mut out).unwrap_or_default();
    read_numbers(fib.part(table, LIST_NUMBERS), &ids, &mut out);
    out
}

/// The lists by their ids. Their levels lie behind the part, one list after the other.
fn read_lists(fib: &Fib, table: &[u8], out: &mut Lists) -> Option<HashMap<u32, usize>> {
    let part = fib.part(table, LISTS);
    let count = usize::from(u16_at(part, 0)?).min(MOST);
    let mut levels = table.get(fib.end_of(LISTS)..)?;
    let mut ids = HashMap::new();
    for n in 0..count {
        let at = 2 + n * 28;
        let simple = part.get(at + 26)? & 1 == 1;
        let mut own = Vec::new();
        for _ in 0..if simple { 1 } else { LEVELS } {
            let (level, length) = read_level(levels)?;
            own.push(level);
            levels = &levels[length..];
        }
        ids.insert(u32_at(part, at)?, out.lists.len());
        out.lists.push(List::new(own));
    }
    Some(ids)
}

/// One level, and how many bytes it takes.
fn read_level(bytes: &[u8]) -> Option<(Level, usize)> {
    let (paragraph, characters) = (usize::from(*bytes.get(25)?), usize::from(*bytes.get(24)?));
    let at = 28 + paragraph + characters;
    let length = usize::from(u16_at(bytes, at)?);
    let units = bytes.get(at + 2..at + 2 + length * 2)?;
    let mut pattern = String::new();
    for c in char::decode_utf16(units.chunks_exact(2).map(|u| u16::from_le_bytes([u[0], u[1]]))) {
        match c.unwrap_or('\u{FFFD}') {
            c if (c as usize) < LEVELS => pattern.push_str(&format!("%{}", c as u32 + 1)),
            c => pattern.push(c),
        }
    }
    let level = Level {
        start: u32_at(bytes, 0)?.min(i32::MAX as u32),
        style: Style::by_code((*bytes.get(4)?).into()),
        pattern,
        legal: bytes.get(5)? & 4 != 0,
        tight: *bytes.get(15)? == 2,
    };
    Some((level, at + 2 + length * 2))
}

/// Numbers count from 1. Behind them lie their own starts and levels.
fn read_numbers(part: &[u8], ids: &HashMap<u32, usize>, out: &mut Lists) -> Option<()> {
    let count = (u32_at(part, 0)? as usize).min(MOST);
    let mut rest = part.get(4 + count * 16..)?;
    for n in 0..count {
        let at = 4 + n * 16;
        let changes = *part.get(at + 12)?;
        let list = ids.get(&u32_at(part, at)?).copied();
        let mut number = Number { list: list.unwrap_or(usize::MAX), ..Number::default() };
        if let Some(list) = list {
            out.numbers.insert(n as i64 + 1, Number { list, ..Number::default() });
        }
        rest = rest.get(4..)?;
        for _ in 0..changes {
            let (start, flags) = (u32_at(rest, 0)?, u32_at(rest, 4)?);
            rest = &rest[8..];
            let level = flags as usize & 15;
            if flags & 0x20 != 0 {
                let (own, length) = read_level(rest)?;
                number.levels.push((level, own));
                rest = &rest[length..];
            } else if flags & 0x10 != 0 {
                number.starts.push((level, start.min(i32::MAX as u32)));
            }
        }
        if list.is_some() {
            out.numbers.insert(n as i64 + 1, number);
        }
    }
    Some(())
}
