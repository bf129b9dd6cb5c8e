//! Several lists of words that a text is asked for at once.

use std::collections::BTreeMap;
use std::ops::Range;

use super::trie::Trie;

pub struct Lists<const N: usize> {
    trie: Trie,
    /// By word: its place in each list that has it.
    places: Vec<[Option<usize>; N]>,
}

/// Where a word stands in a text, and its place in its list.
type WordAt = (Range<usize>, usize);

impl<const N: usize> Lists<N> {
    /// Of equal words in a list the first counts.
    pub fn new(lists: [Vec<&String>; N]) -> Lists<N> {
        let mut words: BTreeMap<&str, [Option<usize>; N]> = BTreeMap::new();
        for (list, of) in lists.iter().enumerate() {
            for (place, word) in of.iter().enumerate() {
                words.entry(word.as_str()).or_insert([None; N])[list].get_or_insert(place);
            }
        }
        Lists { trie: Trie::new(words.keys().map(|w| w.chars()), std::iter::empty()), places: words.into_values().collect() }
    }

    /// The words of each list in a text: of those that overlap the first, and of those that begin together the longest.
    pub fn find(&self, text: &str) -> [Vec<WordAt>; N] {
        let mut out = [const { Vec::<WordAt>::new() }; N];
        for at in self.trie.starts(text) {
            let mut longest = [None; N];
            self.trie.beginning(text[at..].char_indices(), |word, last, c| {
                for (longest, place) in longest.iter_mut().zip(self.places[word as usize]) {
                    *longest = place.map(|place| (at + last + c.len_utf8(), place)).or(*longest);
                }
            });
            for (found, longest) in out.iter_mut().zip(longest) {
                let is_behind = found.last().is_none_or(|last| last.0.end <= at);
                found.extend(longest.filter(|_| is_behind).map(|(end, place)| (at..end, place)));
            }
        }
        out
    }

    /// Whether words of each list stand in a text.
    pub fn held(&self, text: &str) -> [bool; N] {
        let mut out = [false; N];
        for at in self.trie.starts(text) {
            self.trie.beginning(text[at..].char_indices(), |word, _, _| {
                out.iter_mut().zip(&self.places[word as usize]).for_each(|(held, place)| *held |= place.is_some());
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_is_looked_for_by_itself() {
        let words = [["报告", "本报告", "报告数据", "报告"].as_slice(), &["数据", "报告"], &["无"]].map(|list| list.iter().map(|w| w.to_string()).collect::<Vec<_>>());
        let lists = Lists::new(words.each_ref().map(|list| list.iter().collect()));
        let found = lists.find("本报告数据，报告数据。");
        let at = |list: usize| found[list].iter().map(|(at, place)| (at.start, at.end, *place)).collect::<Vec<_>>();
        assert_eq!(at(0), [(0, 9, 1), (18, 30, 2)]);
        assert_eq!(at(1), [(3, 9, 1), (9, 15, 0), (18, 24, 1), (24, 30, 0)]);
        assert!(at(2).is_empty());
        assert_eq!(lists.held("本报告。"), [true, true, false]);
        assert_eq!(lists.held(""), [false; 3]);
    }
}
