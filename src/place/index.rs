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
    /// Sorted.
    entries: Vec<(u64, u32)>,
    /// Where the entries begin whose hashes have these first bits.
    first: Vec<u32>,
    shift: u32,
}

impl Index {
    pub fn new(mut entries: Vec<(u64, u32)>) -> Index {
        entries.sort_unstable();
        let bits = usize::BITS - entries.len().leading_zeros();
        let shift = u64::BITS - bits.max(1);
        let mut first = vec![0u32; (1 << bits.max(1)) + 1];
        for (hash, _) in &entries {
            first[(hash >> shift) as usize + 1] += 1;
        }
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        Index { entries, first, shift }
    }

    /// The numbers under a word's hash, growing.
    pub fn get(&self, word: &str) -> impl Iterator<Item = u32> + '_ {
        let key = hash(word);
        let at = (key >> self.shift) as usize;
        self.entries[self.first[at] as usize..self.first[at + 1] as usize].iter().filter(move |entry| entry.0 == key).map(|entry| entry.1)
    }
}

/// So many bytes of a word are its start: two Han characters.
const START: usize = 6;
const START_BITS: u64 = (1 << (8 * START)) - 1;
/// The filter's size as a power of two: 16 KiB, which stays in the first cache while a text is read.
const FILTER: u32 = 17;

/// Words by how they start. Few pairs of characters of a text start a word, so most places are passed after one look
/// into a small filter.
pub(super) struct Starts {
    /// First bytes that a word has.
    leads: [bool; 256],
    filter: Vec<u64>,
    /// Start, and from where to where its words stand; a start of 0 is an empty slot.
    slots: Vec<(u64, u32, u32)>,
    /// Numbers of the words by start, the longest first.
    words: Vec<u32>,
    /// Words that are shorter than a start.
    short: Vec<u32>,
}

#[inline]
fn place_in(start: u64, bits: u32) -> usize {
    (start.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - bits)) as usize
}

impl Starts {
    pub fn new<'w>(all: impl Iterator<Item = &'w str>) -> Starts {
        let mut starts = Starts { leads: [false; 256], filter: vec![0; 1 << (FILTER - 6)], slots: Vec::new(), words: Vec::new(), short: Vec::new() };
        let mut long: Vec<(u64, std::cmp::Reverse<usize>, u32)> = Vec::new();
        for (word, number) in all.zip(0u32..).filter(|(word, _)| !word.is_empty()) {
            starts.leads[word.as_bytes()[0] as usize] = true;
            if word.len() < START {
                starts.short.push(number);
            } else {
                long.push((padded(word.as_bytes()) & START_BITS, std::cmp::Reverse(word.len()), number));
            }
        }
        long.sort_unstable();
        let bits = usize::BITS - long.len().leading_zeros() + 1;
        starts.slots = vec![(0, 0, 0); 1 << bits];
        for group in long.chunk_by(|a, b| a.0 == b.0) {
            let (start, from) = (group[0].0, starts.words.len() as u32);
            starts.words.extend(group.iter().map(|one| one.2));
            let bit = place_in(start, FILTER);
            starts.filter[bit / 64] |= 1 << (bit % 64);
            let mut slot = place_in(start, bits);
            while starts.slots[slot].0 != 0 {
                slot = (slot + 1) % starts.slots.len();
            }
            starts.slots[slot] = (start, from, starts.words.len() as u32);
        }
        starts
    }

    /// The words that may stand at the start of `text`, the longest first; whoever asks compares the word itself.
    #[inline]
    pub fn at(&self, text: &[u8]) -> &[u32] {
        let start = padded(text) & START_BITS;
        let bit = place_in(start, FILTER);
        if text.len() < START || self.filter[bit / 64] >> (bit % 64) & 1 == 0 { &[] } else { self.group(start) }
    }

    fn group(&self, start: u64) -> &[u32] {
        let mut slot = place_in(start, self.slots.len().trailing_zeros());
        loop {
            let (found, from, to) = self.slots[slot];
            if found == start {
                return &self.words[from as usize..to as usize];
            }
            if found == 0 {
                return &[];
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    /// Calls `found` with each place of `text` where a word may begin, and that word.
    pub fn each(&self, text: &str, mut found: impl FnMut(usize, u32)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let lead = bytes[at];
            if self.leads[lead as usize] {
                for &word in self.short.iter().chain(self.at(&bytes[at..])) {
                    found(at, word);
                }
            }
            at += match lead {
                0..0x80 => 1,
                0x80..0xE0 => 2,
                0xE0..0xF0 => 3,
                _ => 4,
            };
        }
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
        assert!(starts.at("和".as_bytes()).is_empty());
    }
}
