//! Many words looked for in one text at once. Few characters of a text begin a word, so most places are passed after a
//! look into two small filters.

/// Words by their characters.
pub struct Trie {
    /// Bits by the hash of a character: it is a word.
    singles: Bits,
    /// Bits by the hash of two characters: a word begins so.
    pairs: Bits,
    /// Steps from node to node by a character, in a table by hash: node, character and next node in one number.
    steps: Vec<u64>,
    /// By node: the number of the word that ends there.
    words: Vec<Option<u32>>,
}

/// A set that may say yes wrongly, in 2 KiB.
#[derive(Debug)]
pub struct Bits([u64; 256]);

impl Bits {
    pub fn new(values: impl Iterator<Item = u64>) -> Bits {
        let mut bits = Bits([0; 256]);
        values.for_each(|value| bits.add(value));
        bits
    }

    #[inline]
    fn place(value: u64) -> usize {
        (value.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - 14)) as usize
    }

    fn add(&mut self, value: u64) {
        let bit = Bits::place(value);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    #[inline]
    pub fn has(&self, value: u64) -> bool {
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
    /// characters. `also` are characters that `single` says yes to, too.
    pub fn new<W: Iterator<Item = char>>(words: impl Iterator<Item = W>, also: impl Iterator<Item = char>) -> Trie {
        let mut trie = Trie { singles: Bits::new(std::iter::empty()), pairs: Bits::new(std::iter::empty()), steps: Vec::new(), words: vec![None] };
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
            trie.words[node as usize].get_or_insert(number);
        }
        also.for_each(|c| trie.singles.add(c.into()));
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

    /// Whether a character may be a word by itself.
    #[inline]
    pub fn single(&self, c: char) -> bool {
        self.singles.has(c.into())
    }

    /// Whether two characters may begin a word.
    #[inline]
    pub fn pair(&self, a: char, b: char) -> bool {
        self.pairs.has(with_char(a.into(), b))
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
        assert_eq!(at("无公开"), [("无", 0)]);
        assert!(at("信息").is_empty() && at("").is_empty());
        assert!(trie.pair('公', '开') && trie.single('无') && trie.single('。'));
        assert!(Trie::new(std::iter::empty::<std::str::Chars>(), "".chars()).step(0, '公').is_none());
    }
}
