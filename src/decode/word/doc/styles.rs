//! Styles of a Word document, as far as they put paragraphs into lists or alter characters ([MS-DOC] 2.9.271, 2.9.260).

use super::fonts::Fonts;
use super::properties::{Letters, Paragraph};
use crate::decode::compound::u16_at;
use crate::decode::word::CHAIN;

#[derive(Default)]
struct Style {
    base: u16,
    of_paragraphs: bool,
    /// Number of the list and level, as far as the style says.
    list: Option<u16>,
    level: Option<u8>,
    /// What a style of characters, or one of paragraphs, changes in their characters.
    changes: Vec<u8>,
}

#[derive(Default)]
pub(super) struct Styles {
    all: Vec<Style>,
    /// How each lets characters look, and whether a style of paragraphs alters them.
    letters: Vec<Letters>,
    alters: bool,
}

impl Styles {
    /// What cannot be read is left out.
    pub fn read(part: &[u8], fonts: &Fonts) -> Styles {
        let mut out = Styles::default();
        let _ = out.fill(part);
        out.settle(fonts);
        out
    }

    fn fill(&mut self, part: &[u8]) -> Option<()> {
        let head = usize::from(u16_at(part, 0)?);
        let base_length = usize::from(u16_at(part, 4)?);
        let mut rest = part.get(2 + head..)?;
        while let Some(length) = u16_at(rest, 0).map(usize::from) {
            let definition = rest.get(2..2 + length)?;
            self.all.push(style(definition, base_length).unwrap_or_default());
            rest = rest.get(2 + length + length % 2..).unwrap_or_default();
        }
        Some(())
    }

    fn settle(&mut self, fonts: &Fonts) {
        self.letters = (0..self.all.len()).map(|n| self.chained(n as u16, fonts)).collect();
        self.alters = self.all.iter().zip(&self.letters).any(|(style, letters)| style.of_paragraphs && *letters != Letters::default());
    }

    /// How the style of a paragraph lets its characters look; `style` is asked for only where any style does so.
    pub fn of_paragraph(&self, style: impl FnOnce() -> u16) -> Letters {
        if self.alters { self.letters(style()) } else { Letters::default() }
    }

    /// Number of the list and level that a style gives its paragraphs.
    pub fn list(&self, style: u16) -> (u16, Option<u8>) {
        let (mut at, mut level) = (style, None);
        for _ in 0..CHAIN {
            let Some(style) = self.all.get(usize::from(at)) else { break };
            level = level.or(style.level);
            if let Some(list) = style.list {
                return (list, level);
            }
            at = style.base;
        }
        (0, None)
    }

    /// How a style lets characters look.
    pub fn letters(&self, style: u16) -> Letters {
        self.letters.get(usize::from(style)).copied().unwrap_or_default()
    }

    fn chained(&self, style: u16, fonts: &Fonts) -> Letters {
        let mut chain = Vec::new();
        let mut at = style;
        while let Some(style) = self.all.get(usize::from(at)).filter(|_| chain.len() < CHAIN) {
            chain.push(style);
            at = style.base;
        }
        let mut out = Letters::default();
        chain.iter().rev().for_each(|style| out.apply(&style.changes, fonts, |_| Letters::default()));
        out
    }
}

/// One definition: a head of known length, the name, and the changes to the style that it is based on.
fn style(definition: &[u8], base_length: usize) -> Option<Style> {
    let kind = u16_at(definition, 2)?;
    let mut out = Style { base: kind >> 4, ..Style::default() };
    // Styles of paragraphs and of characters.
    if !matches!(kind & 15, 1 | 2) {
        return Some(out);
    }
    let name = usize::from(u16_at(definition, base_length)?);
    let at = base_length + 2 + name * 2 + 2;
    let length = usize::from(u16_at(definition, at)?);
    if kind & 15 == 2 {
        out.changes = definition.get(at + 2..at + 2 + length)?.to_vec();
        return Some(out);
    }
    out.of_paragraphs = true;
    // What it says of characters stands behind, from an even place on.
    let behind = at + 2 + length + length % 2;
    if let Some(length) = u16_at(definition, behind).map(usize::from) {
        out.changes = definition.get(behind + 2..behind + 2 + length).unwrap_or_default().to_vec();
    }
    // The style's own number stands in front of the changes.
    let mut own = Paragraph::default();
    own.apply(definition.get(at + 4..at + 2 + length)?, &[]);
    (out.list, out.level) = (own.list, own.level);
    Some(out)
}
