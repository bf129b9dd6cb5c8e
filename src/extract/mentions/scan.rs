//! Where running text may state a figure: its digits, the ends of its sentences, the words that say that there was
//! nothing; and which words of the definitions stand in a part of it. Most sentences state nothing, and of those no
//! word is looked for.

use crate::extract::words::trie::Trie;
use super::page::BREAK;
use super::words::Classes;

/// A word of the definitions in the text.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    pub start: usize,
    pub end: usize,
    pub classes: Classes,
}

/// Places of a text, each kind in order.
#[derive(Debug, Default, PartialEq)]
pub struct Marks {
    /// Digits, Han numerals too.
    pub digits: Vec<usize>,
    /// Characters that end a sentence.
    pub ends: Vec<usize>,
    /// Where words begin that say that there was nothing.
    pub anchors: Vec<usize>,
}

/// The words, ready.
pub struct Scanner {
    trie: Trie,
    /// By word.
    classes: Vec<Classes>,
    /// The bytes of the longest.
    pub longest: usize,
    /// Words that say that there was nothing, and every character that may be a mark.
    anchors: Trie,
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | BREAK)
}

/// Whether numbers are written in this Han character.
pub fn is_numeral(c: char) -> bool {
    matches!(c, '零' | '〇' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万' | '亿')
}

impl Scanner {
    /// `anchors` are the classes of the words that say that there was nothing.
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, Classes)> + Clone, anchors: Classes) -> Scanner {
        let nothing = words.clone().filter(|w| w.1 & anchors != 0).map(|w| w.0);
        let marks = ('\0'..'\u{FFFF}').filter(|&c| is_end(c) || is_numeral(c) || c.is_ascii_digit());
        Scanner {
            trie: Trie::new(words.clone().map(|w| w.0.chars()), std::iter::empty()),
            longest: words.clone().map(|w| w.0.len()).max().unwrap_or(0),
            classes: words.map(|w| w.1).collect(),
            anchors: Trie::new(nothing.map(str::chars), marks),
        }
    }

    pub fn marks(&self, text: &str) -> Marks {
        let mut marks = Marks { digits: Vec::with_capacity(64), ends: Vec::with_capacity(64), anchors: Vec::with_capacity(16) };
        for at in self.anchors.firsts(text) {
            let Some(c) = text[at..].chars().next() else { break };
            if is_end(c) {
                marks.ends.push(at);
            } else if c.is_ascii_digit() || is_numeral(c) {
                marks.digits.push(at);
            }
            let mut anchor = false;
            self.anchors.beginning(text[at..].char_indices(), |_, _, _| anchor = true);
            if anchor {
                marks.anchors.push(at);
            }
        }
        marks
    }

    /// Adds the words that begin between two places of a text, in the order of their starts, then of their ends.
    pub fn words(&self, text: &str, from: usize, to: usize, hits: &mut Vec<Hit>) {
        for start in self.trie.starts(&text[from..]).map(|at| from + at).take_while(|start| *start < to) {
            self.trie.beginning(text[start..].char_indices(), |word, last, c| {
                hits.push(Hit { start, end: start + last + c.len_utf8(), classes: self.classes[word as usize] });
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_words_of_a_text() {
        let words = [("公开", 1), ("公开信息", 2), ("信息", 4), ("无", 8), ("开信", 16), ("没有", 8)];
        let scanner = Scanner::new(words.into_iter(), 8);
        let text = "公开信息3条。无\n公没有";
        assert_eq!(scanner.marks(text), Marks { digits: vec![12], ends: vec![16, 22], anchors: vec![19, 26] });
        let found = |from, to| {
            let mut hits = Vec::new();
            scanner.words(text, from, to, &mut hits);
            hits.iter().map(|h| (h.start, h.end, h.classes)).collect::<Vec<_>>()
        };
        assert_eq!(found(0, text.len()), [(0, 6, 1), (0, 12, 2), (3, 9, 16), (6, 12, 4), (19, 22, 8), (26, 32, 8)]);
        assert_eq!(found(3, 6), [(3, 9, 16)]);
    }
}
