//! A text as fragments: runs without a separator, each with its place in one folded buffer, so that a label is found
//! whether it stands in one cell or is broken over several.

use std::ops::Range;

use crate::extract::words::cut::Cut;
use crate::fold::{fold_char, is_space, same};
use crate::model::{CELL_END, ROW_END};

/// A run of text without a separator.
#[derive(Clone, Copy, Debug)]
pub struct Fragment {
    /// Byte range in the text.
    pub start: u32,
    pub end: u32,
    /// Byte range in the folded buffer.
    pub fold_start: u32,
    pub fold_end: u32,
    /// 1-based line in the text.
    pub line: u32,
}

/// Every fragment of a text in reading order.
#[derive(Debug, Default)]
pub struct Atoms {
    pub fragments: Vec<Fragment>,
    /// The folded fragments, one behind the other.
    pub folded: String,
    /// Places within long fragments, in the folded buffer and in the text: what is looked for begins at the last one before it.
    marks: Vec<(u32, u32)>,
}

/// A fragment that is longer, in bytes, has a mark after so many each: a whole report may stand in one.
const LONG: u32 = 4096;
const STEP: u32 = 1024;

/// Stands for a line break that was taken out of a label's way: it separates, and the line's number goes on.
pub const JOINED: char = '\u{1D}';

/// Stands in a line to which a label was brought: what stands behind it stands as far from it as it stood from the line's beginning.
pub const PLACED: char = '\u{1C}';

/// What separates fragments: line breaks, tabs, pipes, spaces and the marks of grids.
#[inline]
pub fn is_separator(c: char) -> bool {
    if c.is_ascii() { SEPARATES[c as usize] } else { separates(c) }
}

const fn separates(c: char) -> bool {
    matches!(c, '\n' | '\t' | CELL_END | ROW_END | JOINED | PLACED) || is_pipe(c) || is_space(c) && !is_invisible(c)
}

/// The ASCII characters that do, most of all: a table tells at once.
const SEPARATES: [bool; 128] = {
    let mut table = [false; 128];
    let mut b = 0u8;
    while b < 128 {
        table[b as usize] = separates(b as char);
        b += 1;
    }
    table
};

/// What stands behind a key, or ends a line that announces what stands below it.
pub const COLON: [char; 2] = ['：', ':'];

/// The characters that scraped tables use for a vertical rule.
#[inline]
pub const fn is_pipe(c: char) -> bool {
    matches!(c, '|' | '｜' | '│' | '┃' | '║' | '¦')
}

/// Whether a text has any of them, at the speed of vector instructions.
pub fn has_pipe(text: &str) -> bool {
    ["|", "｜", "│", "┃", "║", "¦"].iter().any(|pipe| memchr::memmem::find(text.as_bytes(), pipe.as_bytes()).is_some())
}

/// Characters without width do not separate: they were seen inside words and inside figures.
#[inline]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// The line of a text in which a byte stands, without its break.
pub fn line_at(text: &str, at: usize) -> Range<usize> {
    text[..at].rfind('\n').map_or(0, |b| b + 1)..at + text[at..].find('\n').unwrap_or(text.len() - at)
}

/// The columns that a part of a line takes: two for each letter that is wide, one for others.
pub fn width(part: &str, wide: impl Fn(char) -> bool) -> usize {
    part.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// The lines of a text without their breaks, one at least.
pub fn text_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).map(move |end| &text[std::mem::replace(&mut start, end + 1)..end])
}

/// Where a part of a text begins in it.
pub fn place_of(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// The number of the line that holds a place of a text, from 1.
pub fn line_number(text: &str, at: usize) -> u32 {
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u32
}

/// Numbers the lines of a text from 1 at one place after another, each counted from the one before.
pub struct LineNumbers<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> LineNumbers<'t> {
    pub fn of(text: &'t str) -> LineNumbers<'t> {
        LineNumbers { text, at: 0, line: 1 }
    }

    /// The number of the line that holds a place; one before the last place is counted from the beginning.
    pub fn at(&mut self, at: usize) -> u32 {
        if at < self.at {
            *self = LineNumbers::of(self.text);
        }
        self.line += line_number(&self.text[self.at..], at - self.at) - 1;
        self.at = at;
        self.line
    }
}

/// What stands around a place of a text between two of these signs, looked for so many bytes to either side.
pub fn around<'t>(text: &'t str, at: usize, ends: &[char], reach: usize) -> &'t str {
    let (from, to) = (text.floor_char_boundary(at.saturating_sub(reach)), text.floor_char_boundary(at.saturating_add(reach).min(text.len())));
    let is_end = |c: char| ends.contains(&c);
    let before = Cut::at(&text[from..at], is_end).next_back().map_or(0, str::len);
    let behind = Cut::at(&text[at..to], is_end).next().map_or(0, str::len);
    &text[at - before..at + behind]
}

/// The signs that open and close round brackets.
pub const ROUND: [&[char]; 2] = [&['(', '（'], &[')', '）']];

/// Square ones, in which keys may stand.
pub const SQUARE: [&[char]; 2] = [&['[', '【'], &[']', '】']];

/// Those of every shape.
pub const BRACKETS: [&[char]; 2] = [&['(', '（', '[', '【', '〔'], &[')', '）', ']', '】', '〕']];

/// Where the last of these brackets opens, if words end with one that closes.
pub fn remark_at(words: &str, [open, close]: [&[char]; 2]) -> Option<usize> {
    words.ends_with(close).then(|| words.rfind(open))?
}

/// The first character of a text that has one.
#[inline]
fn first(text: &str) -> char {
    text.chars().next().expect("a character begins here")
}

/// Cuts a text into fragments.
pub fn atoms(text: &str) -> Atoms {
    let bytes = text.as_bytes();
    let mut out = Atoms { fragments: Vec::with_capacity(bytes.len() / 8), folded: String::with_capacity(bytes.len()), marks: Vec::new() };
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let c = first(&text[at..]);
        if is_separator(c) {
            line += u32::from(c == '\n' || c == JOINED);
            at += c.len_utf8();
            continue;
        }
        let (start, fold_start) = (at as u32, out.folded.len() as u32);
        // What folds to itself, most of a text, is copied in runs.
        let mut run = at;
        while at < bytes.len() {
            let width = same(bytes, at);
            if width > 0 {
                at += width;
                continue;
            }
            let c = first(&text[at..]);
            if is_separator(c) {
                break;
            }
            out.folded.push_str(&text[run..at]);
            if let Some(c) = fold_char(c) {
                out.folded.push(c);
            }
            at += c.len_utf8();
            run = at;
        }
        out.folded.push_str(&text[run..at]);
        let fragment = Fragment { start, end: at as u32, fold_start, fold_end: out.folded.len() as u32, line };
        out.fragments.push(fragment);
        if fragment.end - start > LONG {
            out.mark(text, fragment);
        }
    }
    out
}

impl Fragment {
    /// Whether folding leaves nothing of it: it is made of signs alone.
    pub fn is_signs(&self) -> bool {
        self.fold_start == self.fold_end
    }
}

impl Atoms {
    /// The fragment that holds the folded byte at `offset`.
    pub fn at_fold(&self, offset: usize) -> usize {
        self.fragments.partition_point(|f| f.fold_end as usize <= offset)
    }

    /// Notes places of a long fragment.
    #[cold]
    fn mark(&mut self, text: &str, fragment: Fragment) {
        let (mut fold, mut last) = (fragment.fold_start, fragment.start);
        for (at, c) in text[fragment.start as usize..fragment.end as usize].char_indices() {
            let at = fragment.start + at as u32;
            if at - last >= STEP {
                self.marks.push((fold, at));
                last = at;
            }
            fold += fold_char(c).map_or(0, char::len_utf8) as u32;
        }
    }

    /// The byte in the text where the folded byte `offset` of fragment `f` comes from.
    pub fn unfold(&self, text: &str, f: usize, offset: usize) -> usize {
        let fragment = self.fragments[f];
        let mut fold = fragment.fold_start as usize;
        let (mut start, end) = (fragment.start as usize, fragment.end as usize);
        if fragment.end - fragment.start > LONG {
            let before = self.marks.partition_point(|m| m.0 as usize <= offset && (m.1 as usize) < end);
            if let Some(&(at_fold, at)) = before.checked_sub(1).map(|m| &self.marks[m]).filter(|m| m.1 as usize > start) {
                (fold, start) = (at_fold as usize, at as usize);
            }
        } else if text.as_bytes()[start..end] == self.folded.as_bytes()[fold..fragment.fold_end as usize] {
            return (start + offset.saturating_sub(fold)).min(end);
        }
        for (at, c) in text[start..end].char_indices() {
            if let Some(c) = fold_char(c) {
                if fold >= offset {
                    return start + at;
                }
                fold += c.len_utf8();
            }
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragments_together_are_the_folded_text() {
        for text in ["", "１2\n\t规\u{1F}｜章│ABc\u{AD}①(二)\u{E000}—\u{FEFF}5", "一 二\u{3000}三\r\n\u{1E}¦x"] {
            assert_eq!(atoms(text).folded, crate::fold::fold(text), "{text:?}");
        }
    }

    #[test]
    fn a_place_of_a_long_fragment_is_found_from_the_last_mark_before_it() {
        let piece = "行政（许可）Ａ——１b。";
        let text = format!("甲 {}\t{} {}", piece.repeat(500), "—".repeat(3000), "规章".repeat(900));
        let a = atoms(&text);
        assert!(a.marks.len() > 20);
        for (f, fragment) in a.fragments.iter().enumerate() {
            let mut fold = fragment.fold_start as usize;
            for (at, c) in text[fragment.start as usize..fragment.end as usize].char_indices() {
                let Some(c) = fold_char(c) else { continue };
                assert_eq!(a.unfold(&text, f, fold), fragment.start as usize + at);
                fold += c.len_utf8();
            }
            assert_eq!(a.unfold(&text, f, fold), fragment.end as usize);
        }
    }

    #[test]
    fn fragments_keep_their_line_and_place() {
        let text = "行政\u{200B}许可 | １2\n\t规\u{1F}\n章";
        let a = atoms(text);
        let parts: Vec<_> = a.fragments.iter().map(|f| (&text[f.start as usize..f.end as usize], f.line)).collect();
        assert_eq!(parts, [("行政\u{200B}许可", 1), ("１2", 1), ("规", 2), ("章", 3)]);
        assert_eq!(a.folded, "行政许可12规章");
        assert_eq!(a.at_fold("行政许可".len()), 1);
    }
}
