//! Many words looked for in one text at once. Few characters of a text begin a word, so most places are passed after a
//! look at their bytes, most others after one into two small filters.

/// Words by their characters.
pub struct Trie {
    firsts: Chars,
    /// Bits by the hash of a character: it is a word.
    singles: Bits,
    /// Bits by the hash of two characters: a word begins so.
    pairs: Bits,
    /// Steps from node to node by a character, in a table by hash: node, character and next node in one number.
    steps: Vec<u64>,
    /// By node: the number of the word that ends there.
    words: Vec<Option<u32>>,
}

/// A set of characters that are looked for in a text by its bytes.
struct Chars {
    ascii: [bool; 128],
    /// Of those of three bytes, which nearly all are: by the second byte, bits by the third.
    three: [u64; 64],
    /// Whether others are among them.
    others: bool,
}

impl Chars {
    fn new() -> Chars {
        Chars { ascii: [false; 128], three: [0; 64], others: false }
    }

    fn add(&mut self, c: char) {
        match *c.encode_utf8(&mut [0; 4]).as_bytes() {
            [byte] => self.ascii[byte as usize] = true,
            [_, second, third] => self.three[second as usize % 64] |= 1 << (third % 64),
            _ => self.others = true,
        }
    }

    /// Whether one of them may begin a text, and what stands behind its first character.
    #[inline]
    fn first<'t>(&self, text: &'t [u8]) -> Option<(bool, &'t [u8])> {
        Some(match text {
            [0xE0..0xF0, second, third, behind @ ..] => (self.three[*second as usize % 64] >> (third % 64) & 1 != 0, behind),
            [byte @ ..0x80, behind @ ..] => (self.ascii[*byte as usize], behind),
            [_, _, behind @ ..] if text[0] < 0xE0 => (self.others, behind),
            [_, _, _, _, behind @ ..] => (self.others, behind),
            _ => return None,
        })
    }

    /// Where one of them may stand first in a text, and what stands behind that place.
    #[inline(never)]
    fn next<'t>(&self, text: &'t [u8]) -> Option<(usize, &'t [u8])> {
        let mut rest = text;
        loop {
            let (found, behind) = self.first(rest)?;
            if found {
                return Some((text.len() - rest.len(), behind));
            }
            rest = behind;
        }
    }

    /// The places of a text where one of them may stand.
    #[inline]
    fn places(&self, text: &str) -> impl Iterator<Item = usize> {
        let mut rest = text.as_bytes();
        std::iter::from_fn(move || {
            let from = text.len() - rest.len();
            let (at, behind) = self.next(rest)?;
            rest = behind;
            Some(from + at)
        })
    }
}

/// A set that may say yes wrongly, in 2 KiB.
struct Bits([u64; 256]);

impl Bits {
    #[inline]
    fn place(value: u64) -> usize {
        (value.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - 14)) as usize
    }

    fn add(&mut self, value: u64) {
        let bit = Bits::place(value);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    #[inline]
    fn has(&self, value: u64) -> bool {
        let bit = Bits::place(value);
        self.0[bit / 64] >> (bit % 64) & 1 != 0
    }
}

/// A node takes so many bits, a character 21; two nodes and a character fit one number.
const NODE: u32 = 20;

#[inline]
fn with_char(left: u32, c: char) -> u64 {
    u64::from(left) << 21 | u64::from(u32::from(c))
}

impl Trie {
    /// Each word is known by its place; of equal ones the first counts. All words together have fewer than a million
    /// characters. `also` are characters that are among those of `firsts` though no word begins with them.
    pub fn new<W: Iterator<Item = char>>(words: impl Iterator<Item = W>, also: impl Iterator<Item = char>) -> Trie {
        let mut trie = Trie { firsts: Chars::new(), singles: Bits([0; 256]), pairs: Bits([0; 256]), steps: Vec::new(), words: vec![None] };
        let mut steps = std::collections::BTreeMap::new();
        for (number, word) in (0u32..).zip(words) {
            let word: Vec<char> = word.collect();
            let mut node = 0;
            for &c in &word {
                let next = trie.words.len() as u32;
                node = *steps.entry(with_char(node, c)).or_insert(next);
                if node == next {
                    trie.words.push(None);
                }
            }
            match word[..] {
                [] => continue,
                [c] => trie.singles.add(c.into()),
                [a, b, ..] => trie.pairs.add(with_char(a.into(), b)),
            }
            trie.firsts.add(word[0]);
            trie.words[node as usize].get_or_insert(number);
        }
        also.for_each(|c| trie.firsts.add(c));
        trie.steps = vec![0; (steps.len() * 3).next_power_of_two()];
        for (key, next) in steps {
            let mut slot = trie.slot(key);
            while trie.steps[slot] != 0 {
                slot = (slot + 1) & (trie.steps.len() - 1);
            }
            trie.steps[slot] = key << NODE | u64::from(next);
        }
        trie
    }

    /// The places of a text where a character may stand that begins a word, or one of the others that it was made with.
    #[inline]
    pub fn firsts(&self, text: &str) -> impl Iterator<Item = usize> {
        self.firsts.places(text)
    }

    /// The places of a text where a word may begin.
    #[inline]
    pub fn starts(&self, text: &str) -> impl Iterator<Item = usize> {
        self.firsts(text).filter(move |&at| self.goes_on(&text[at..]))
    }

    /// Whether a text may begin with a word.
    #[inline]
    pub fn may_begin(&self, text: &str) -> bool {
        self.firsts.first(text.as_bytes()).is_some_and(|(found, _)| found) && self.goes_on(text)
    }

    /// The same of a text whose first character begins some word.
    #[inline]
    fn goes_on(&self, text: &str) -> bool {
        let mut chars = text.chars();
        chars.next().is_some_and(|c| self.singles.has(c.into()) || chars.next().is_some_and(|next| self.pairs.has(with_char(c.into(), next))))
    }

    #[inline]
    fn slot(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (self.steps.len() - 1)
    }

    #[inline]
    fn step(&self, node: u32, c: char) -> Option<u32> {
        let key = with_char(node, c);
        let mut slot = self.slot(key);
        loop {
            match self.steps[slot] {
                0 => return None,
                found if found >> NODE == key => return Some((found & ((1 << NODE) - 1)) as u32),
                _ => slot = (slot + 1) & (self.steps.len() - 1),
            }
        }
    }

    /// The longest word that a text begins with: its number, and where it ends.
    #[inline(never)]
    pub fn longest(&self, text: &str) -> Option<(u32, usize)> {
        let mut longest = None;
        self.beginning(text.char_indices(), |word, last, c| longest = Some((word, last + c.len_utf8())));
        longest
    }

    /// The words that a row of characters begins with, the shortest first: of each its number, and its last character with the
    /// place that it has.
    #[inline]
    pub fn beginning(&self, chars: impl Iterator<Item = (usize, char)>, mut found: impl FnMut(u32, usize, char)) {
        let mut node = 0;
        for (at, c) in chars {
            let Some(next) = self.step(node, c) else { return };
            node = next;
            if let Some(word) = self.words[node as usize] {
                found(word, at, c);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_within_words_and_what_is_none() {
        let words = ["公开", "公开信息", "无", "", "公开"];
        let trie = Trie::new(words.iter().map(|w| w.chars()), "。".chars());
        let at = |text: &str| {
            let mut found = Vec::new();
            trie.beginning(text.char_indices(), |word, at, _| found.push((words[word as usize], at)));
            found
        };
        assert_eq!(at("公开信息3条"), [("公开", 3), ("公开信息", 9)]);
        assert_eq!(at("公开信"), [("公开", 3)]);
        assert_eq!([trie.longest("公开信息3条"), trie.longest("信息")], [Some((1, 12)), None]);
        assert!(trie.may_begin("公开") && trie.may_begin("无") && !trie.may_begin("信息") && !trie.may_begin(""));
        assert_eq!(at("无公开"), [("无", 0)]);
        assert!(at("信息").is_empty() && at("").is_empty());
        let text = "é公开𠀀公。无a";
        assert_eq!(trie.firsts(text).map(|at| &text[at..]).collect::<Vec<_>>(), ["公开𠀀公。无a", "公。无a", "。无a", "无a"]);
        assert_eq!(trie.starts(text).map(|at| &text[at..]).collect::<Vec<_>>(), ["公开𠀀公。无a", "无a"]);
        let trie = Trie::new(["a", "é"].into_iter().map(str::chars), std::iter::empty());
        assert_eq!(trie.starts(text).collect::<Vec<_>>(), [0, 21]);
        assert!(Trie::new(std::iter::empty::<std::str::Chars>(), "".chars()).step(0, '公').is_none());
    }
}
