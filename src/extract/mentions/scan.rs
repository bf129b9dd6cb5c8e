//! One pass over running text: where the words of the definitions stand, where a number may begin, where a sentence ends.

use super::super::trie::Trie;
use super::page::BREAK;
use super::words::Classes;

/// A word of the definitions in the text.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    pub start: usize,
    pub end: usize,
    pub classes: Classes,
}

/// What one pass finds.
#[derive(Debug, Default)]
pub struct Scan {
    /// Words in the order of their starts, then of their ends.
    pub hits: Vec<Hit>,
    /// Places of digits, Han numerals too.
    pub digits: Vec<usize>,
    /// Places of the characters that end a sentence.
    pub ends: Vec<usize>,
}

/// The words, ready.
pub struct Scanner {
    trie: Trie,
    /// By word.
    classes: Vec<Classes>,
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | BREAK)
}

/// Whether numbers are written in this Han character.
pub fn is_numeral(c: char) -> bool {
    matches!(c, '零' | '〇' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万' | '亿')
}

impl Scanner {
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, Classes)> + Clone) -> Scanner {
        let marks = ('\0'..'\u{FFFF}').filter(|&c| is_end(c) || is_numeral(c) || c.is_ascii_digit());
        Scanner { trie: Trie::new(words.clone().map(|w| w.0.chars()), marks), classes: words.map(|w| w.1).collect() }
    }

    pub fn scan(&self, text: &str) -> Scan {
        let mut scan = Scan { hits: Vec::with_capacity(text.len() / 10), digits: Vec::with_capacity(text.len() / 40), ends: Vec::with_capacity(text.len() / 40) };
        let mut chars = text.char_indices();
        let mut next = chars.next();
        while let Some((start, c)) = next {
            next = chars.next();
            let single = self.trie.single(c);
            if single {
                if is_end(c) {
                    scan.ends.push(start);
                } else if c.is_ascii_digit() || is_numeral(c) {
                    scan.digits.push(start);
                }
            }
            if single || next.is_some_and(|(_, after)| self.trie.pair(c, after)) {
                self.trie.beginning(text[start..].char_indices(), |word, last, c| {
                    scan.hits.push(Hit { start, end: start + last + c.len_utf8(), classes: self.classes[word as usize] });
                });
            }
        }
        scan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_finds_words_within_words_digits_and_ends() {
        let words = [("公开", 1), ("公开信息", 2), ("信息", 4), ("无", 8), ("开信", 16)];
        let scan = Scanner::new(words.into_iter()).scan("公开信息3条。无\n公");
        let found: Vec<(usize, usize, Classes)> = scan.hits.iter().map(|h| (h.start, h.end, h.classes)).collect();
        assert_eq!(found, [(0, 6, 1), (0, 12, 2), (3, 9, 16), (6, 12, 4), (19, 22, 8)]);
        assert_eq!((scan.digits, scan.ends), (vec![12], vec![16, 22]));
    }
}
