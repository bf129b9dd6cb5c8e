//! Finding words among many: by the word itself, and by its first characters in running text.

/// A hash for words of a few characters. The words are the program's own data, so nobody chooses them to collide.
pub(super) fn hash(word: &str) -> u64 {
    let mut chunks = word.as_bytes().chunks_exact(8);
    let mut hash = word.len() as u64;
    for chunk in &mut chunks {
        hash = mix(hash ^ u64::from_le_bytes(chunk.try_into().expect("chunks of eight bytes")));
    }
    mix(hash ^ padded(chunks.remainder()))
}

fn mix(value: u64) -> u64 {
    let product = u128::from(value ^ 0xA076_1D64_78BD_642F) * u128::from(0xE703_7ED1_A0B4_28DBu64);
    (product as u64) ^ (product >> 64) as u64
}

/// The first eight bytes as a number, zeros where there are fewer.
#[inline]
fn padded(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0; 8];
    eight[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(eight)
}

/// Numbers by the hash of a word; whoever asks compares the word itself.
pub(super) struct Index {
    /// The last half of the hash and the number, grouped by the first bits of the hash.
    entries: Vec<(u32, u32)>,
    /// Where the entries begin whose hashes have these first bits.
    first: Vec<u32>,
    shift: u32,
}

impl Index {
    /// `entries` are hashes and numbers; the numbers of one word are growing.
    pub fn new(entries: Vec<(u64, u32)>) -> Index {
        let bits = usize::BITS - entries.len().leading_zeros();
        let shift = u64::BITS - bits.max(1);
        let mut first = vec![0u32; (1 << bits.max(1)) + 1];
        for (hash, _) in &entries {
            first[(hash >> shift) as usize + 1] += 1;
        }
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        // Each entry at the next free place of its group.
        let (mut grouped, mut next) = (vec![(0, 0); entries.len()], first.clone());
        for (hash, number) in entries {
            let at = &mut next[(hash >> shift) as usize];
            grouped[*at as usize] = (hash as u32, number);
            *at += 1;
        }
        Index { entries: grouped, first, shift }
    }

    /// The numbers under a word's hash; those of one word are growing.
    pub fn get(&self, word: &str) -> impl Iterator<Item = u32> + '_ {
        let key = hash(word);
        let at = (key >> self.shift) as usize;
        self.entries[self.first[at] as usize..self.first[at + 1] as usize].iter().filter(move |entry| entry.0 == key as u32).map(|entry| entry.1)
    }
}

/// The filter's size in words of 64 bits, as a power of two: 16 KiB, which stay in the first cache while a text is read.
const FILTER: u32 = 11;

/// Words by their first six bytes, two Han characters. Few places of a text start a word, so most are passed after one look
/// into a small filter.
pub(super) struct Starts {
    filter: Box<[u64; 1 << FILTER]>,
    /// The six bytes, and from where to where their words stand; 0 is an empty slot.
    slots: Vec<(u64, u32, u32)>,
    /// Numbers of the words by start, the longest first.
    words: Vec<u32>,
    /// Words of fewer bytes.
    short: Vec<u32>,
}

/// The first six bytes as a number.
#[inline]
fn start(text: &[u8]) -> Option<u64> {
    let six = u64::MAX >> 16;
    match text.first_chunk() {
        Some(eight) => Some(u64::from_le_bytes(*eight) & six),
        None => (text.len() >= 6).then(|| padded(text) & six),
    }
}

#[inline]
fn spread(start: u64) -> u64 {
    start.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A text without its first character.
#[inline]
fn behind_first(text: &[u8]) -> &[u8] {
    match text {
        [0xE0..0xF0, _, _, behind @ ..] | [..0x80, behind @ ..] => behind,
        [lead, ..] => &text[if *lead < 0xE0 { 2 } else { 4 }..],
        [] => text,
    }
}

/// The place in the filter that a start has, and its bit there.
#[inline]
fn bit(start: u64) -> (usize, u32) {
    let hash = spread(start);
    ((hash >> (u64::BITS - FILTER)) as usize, (hash >> 40) as u32 % 64)
}

impl Starts {
    pub fn new<'w>(all: impl Iterator<Item = &'w str>) -> Starts {
        let mut starts = Starts { filter: Box::new([0; 1 << FILTER]), slots: Vec::new(), words: Vec::new(), short: Vec::new() };
        let mut long: Vec<(u64, std::cmp::Reverse<usize>, u32)> = Vec::new();
        for (word, number) in all.zip(0u32..).filter(|(word, _)| !word.is_empty()) {
            match start(word.as_bytes()) {
                Some(start) => long.push((start, std::cmp::Reverse(word.len()), number)),
                None => starts.short.push(number),
            }
        }
        long.sort_unstable();
        starts.slots = vec![(0, 0, 0); (long.len() * 2 + 1).next_power_of_two()];
        for group in long.chunk_by(|a, b| a.0 == b.0) {
            let (start, from) = (group[0].0, starts.words.len() as u32);
            starts.words.extend(group.iter().map(|one| one.2));
            let (at, bit) = bit(start);
            starts.filter[at] |= 1 << bit;
            let mut slot = starts.slot(start);
            while starts.slots[slot].0 != 0 {
                slot = (slot + 1) & (starts.slots.len() - 1);
            }
            starts.slots[slot] = (start, from, starts.words.len() as u32);
        }
        starts
    }

    fn slot(&self, start: u64) -> usize {
        (spread(start) >> 32) as usize & (self.slots.len() - 1)
    }

    /// The words of six bytes and more that may stand at the start of `text`, the longest first; whoever asks compares
    /// the word itself.
    pub fn at(&self, text: &str) -> &[u32] {
        start(text.as_bytes()).map_or(&[], |start| self.group(start))
    }

    fn group(&self, start: u64) -> &[u32] {
        let mut slot = self.slot(start);
        loop {
            let (found, from, to) = self.slots[slot];
            if found == start {
                return &self.words[from as usize..to as usize];
            }
            if found == 0 {
                return &[];
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Calls `found` with each place of `text` where a word may begin, and that word.
    pub fn each(&self, text: &str, mut found: impl FnMut(usize, u32)) {
        let mut rest = text.as_bytes();
        while let Some(here) = self.next(rest) {
            let at = text.len() - here.len();
            for &word in self.at(&text[at..]).iter().chain(&self.short) {
                found(at, word);
            }
            rest = behind_first(here);
        }
    }

    /// What of a text begins with the first place where a word may begin.
    #[inline(never)]
    fn next<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let mut rest = text;
        while !rest.is_empty() {
            let may = |start| {
                let (at, bit) = bit(start);
                self.filter[at] >> bit & 1 != 0
            };
            if start(rest).is_some_and(may) || !self.short.is_empty() {
                return Some(rest);
            }
            rest = behind_first(rest);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_its_hash() {
        let words = ["军屯", "军屯乡", "新疆维吾尔自治区", ""];
        let index = Index::new(words.iter().zip(0..).map(|(word, number)| (hash(word), number)).collect());
        for (word, number) in words.iter().zip(0..) {
            assert_eq!(index.get(word).collect::<Vec<_>>(), [number], "{word}");
        }
        assert_eq!(index.get("军屯镇").count(), 0);
        assert_eq!(Index::new(Vec::new()).get("军屯").count(), 0);
    }

    #[test]
    fn words_are_found_where_they_start_in_a_text() {
        let words = ["和县", "和县人", "a", "𠀀县", "县"];
        let starts = Starts::new(words.iter().copied());
        let text = "a在和县人𠀀县";
        let mut found = Vec::new();
        starts.each(text, |at, word| found.extend(text[at..].starts_with(words[word as usize]).then_some((at, words[word as usize]))));
        assert_eq!(found, [(0, "a"), (4, "和县人"), (4, "和县"), (7, "县"), (13, "𠀀县"), (17, "县")]);
        assert!(starts.at("和").is_empty());
        assert_eq!(starts.at("和县人"), [1, 0]);
    }
}
