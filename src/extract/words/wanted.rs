//! Words that most texts do not have, looked for with searchers that are quick on Han characters.

use aho_corasick::{AhoCorasick, Input, MatchKind};
use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem::{self, Finder};

/// How common a byte is in these texts: Han characters begin with a few and end with any.
struct InHan;

impl HeuristicFrequencyRank for InHan {
    fn rank(&self, byte: u8) -> u8 {
        match byte {
            0xE3..=0xE9 | 0xEF => 255,
            0xBC | 0x80 => 220,
            0x81..0xC0 => 150,
            b'0'..=b'9' | b' ' | b'\n' | b'\t' => 200,
            _ => 20,
        }
    }
}

/// An automaton that finds the first of these words in a text and, of those that begin there, the longest.
pub fn longest_of<'w>(words: impl IntoIterator<Item = &'w String>) -> AhoCorasick {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).expect("some words make an automaton")
}

/// Where words of an automaton begin in a text, also within other ones.
pub fn starts<'t>(words: &'t AhoCorasick, text: &'t str) -> impl Iterator<Item = usize> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = words.find(Input::new(text).range(from..))?.start();
        from = at + text[at..].chars().next()?.len_utf8();
        Some(at)
    })
}

/// A searcher that is quick on texts in Han characters.
pub fn finder(word: &str) -> Finder<'static> {
    memmem::FinderBuilder::new().build_forward_with_ranker_owned(InHan, word.as_bytes())
}

/// Words that a text is searched for in their order.
pub struct Wanted {
    words: Vec<Finder<'static>>,
    /// Finds the first of them all: most texts have none.
    any: AhoCorasick,
    /// Whether it must stand by itself; see [`Wanted::whole`].
    halves: Vec<bool>,
}

impl Wanted {
    pub fn new(words: &[String]) -> Wanted {
        Wanted { words: words.iter().map(|w| finder(w)).collect(), any: longest_of(words), halves: vec![false; words.len()] }
    }

    /// The same where a word that others of them end in is but half a word behind anything else: 日期 is said of
    /// publication by itself and in 发布日期, and not in 打印日期.
    pub fn whole(words: &[String]) -> Wanted {
        let is_half = |w: &String| words.iter().any(|o| o != w && o.ends_with(w.as_str()));
        Wanted { halves: words.iter().map(is_half).collect(), ..Wanted::new(words) }
    }

    /// What `read` makes of a place behind a word, for the first word and the first of its places of which it makes anything.
    pub fn first<T>(&self, text: &str, mut read: impl FnMut(usize) -> Option<T>) -> Option<T> {
        self.ends(text).find_map(|(_, at)| read(at))
    }

    /// Where the words end that stand in a text, with their places in the list, in its order.
    pub fn ends<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        let first = self.any.find(text).map(|found| found.start());
        let words = first.into_iter().flat_map(move |from| self.words.iter().enumerate().map(move |(n, w)| (from, n, w)));
        words.flat_map(move |(from, n, w)| {
            let places = w.find_iter(&text.as_bytes()[from..]).map(move |at| from + at);
            places.filter(move |&at| self.is_whole(n, &text[..at])).map(move |at| (n, at + w.needle().len()))
        })
    }

    /// Whether a word that stands behind `before` is meant.
    fn is_whole(&self, word: usize, before: &str) -> bool {
        !self.halves[word] || !before.ends_with(|c: char| c.is_alphabetic())
    }

    /// Whether folded words are one of these and nothing else.
    pub fn are(&self, folded: &str) -> bool {
        self.words.iter().any(|w| w.needle() == folded.as_bytes())
    }
}

/// At most so many bytes, cut at a character.
pub fn head_of(s: &str, bytes: usize) -> &str {
    &s[..s.floor_char_boundary(bytes)]
}

/// Where a word stands in a text: what `match_indices` gives, at the speed of vector instructions.
pub fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    memmem::find_iter(text.as_bytes(), word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_within_others_and_in_the_order_of_their_list() {
        let words = ["费用", "收费", "日期", "发布日期"].map(String::from);
        let text = "甲收费用乙发布日期丙日期";
        assert_eq!(starts(&longest_of(&words), text).map(|at| &text[at..]).collect::<Vec<_>>(), ["收费用乙发布日期丙日期", "费用乙发布日期丙日期", "发布日期丙日期", "日期丙日期", "日期"]);
        assert!(starts(&longest_of(&words), "").next().is_none());
        let behind = |wanted: &Wanted, text| wanted.first(text, |at| Some(at));
        assert_eq!(behind(&Wanted::new(&words), text), Some("甲收费用".len()));
        assert_eq!(Wanted::new(&words[2..]).first(text, |at| text[at..].is_empty().then_some(at)), Some(text.len()));
        assert_eq!(behind(&Wanted::whole(&words[2..]), "丙日期"), None);
        assert_eq!(behind(&Wanted::whole(&words[2..]), " 日期"), Some(7));
    }
}
