//! A text as fragments: runs without a separator, each with its place in one folded buffer, so that a label is found
//! whether it stands in one cell or is broken over several.

use crate::fold::{fold_char, is_space};
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
}

/// What separates fragments: line breaks, tabs, pipes, spaces and the marks of grids.
#[inline]
pub fn is_separator(c: char) -> bool {
    matches!(c, '\n' | '\t' | CELL_END | ROW_END) || is_pipe(c) || (is_space(c) && !is_invisible(c))
}

/// The characters that scraped tables use for a vertical rule.
#[inline]
pub fn is_pipe(c: char) -> bool {
    matches!(c, '|' | '｜' | '│' | '┃' | '¦')
}

/// Characters without width do not separate: they were seen inside words and inside figures.
#[inline]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// Cuts a text into fragments.
pub fn atoms(text: &str) -> Atoms {
    let mut out = Atoms { fragments: Vec::with_capacity(text.len() / 16), folded: String::with_capacity(text.len()) };
    let mut open: Option<Fragment> = None;
    let mut line = 1;
    for (at, c) in text.char_indices() {
        if is_separator(c) {
            if let Some(mut f) = open.take() {
                (f.end, f.fold_end) = (at as u32, out.folded.len() as u32);
                out.fragments.push(f);
            }
            line += (c == '\n') as u32;
            continue;
        }
        if open.is_none() {
            let fold = out.folded.len() as u32;
            open = Some(Fragment { start: at as u32, end: 0, fold_start: fold, fold_end: 0, line });
        }
        if let Some(c) = fold_char(c) {
            out.folded.push(c);
        }
    }
    if let Some(mut f) = open {
        (f.end, f.fold_end) = (text.len() as u32, out.folded.len() as u32);
        out.fragments.push(f);
    }
    out
}

impl Atoms {
    /// The fragment that holds the folded byte at `offset`.
    pub fn at_fold(&self, offset: usize) -> usize {
        self.fragments.partition_point(|f| f.fold_end as usize <= offset)
    }

    /// The byte in the text where the folded byte `offset` of fragment `f` comes from.
    pub fn unfold(&self, text: &str, f: usize, offset: usize) -> usize {
        let fragment = self.fragments[f];
        let mut fold = fragment.fold_start as usize;
        let (start, end) = (fragment.start as usize, fragment.end as usize);
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
    fn fragments_keep_their_line_and_place() {
        let text = "行政\u{200B}许可 | １2\n\t规\u{1F}\n章";
        let a = atoms(text);
        let parts: Vec<_> = a.fragments.iter().map(|f| (&text[f.start as usize..f.end as usize], f.line)).collect();
        assert_eq!(parts, [("行政\u{200B}许可", 1), ("１2", 1), ("规", 2), ("章", 3)]);
        assert_eq!(a.folded, "行政许可12规章");
        assert_eq!(a.at_fold("行政许可".len()), 1);
    }
}
