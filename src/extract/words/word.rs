//! Words that are compared with many places of a text: their first and last letters mostly tell that they are not there.

use std::ops::Deref;

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Word {
    text: String,
    last: char,
}

impl From<String> for Word {
    fn from(text: String) -> Word {
        Word { last: text.chars().next_back().unwrap_or('\0'), text }
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// A list of words in their order. An empty one stands nowhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Words {
    words: Vec<String>,
    /// Their places by their first letters, and by their last.
    by_first: Vec<(char, usize)>,
    by_last: Vec<(char, usize)>,
}

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Words {
        let by = |letter: fn(&String) -> Option<char>| {
            let mut places: Vec<(char, usize)> = words.iter().enumerate().filter_map(|(n, w)| Some((letter(w)?, n))).collect();
            places.sort_unstable();
            places
        };
        Words { by_first: by(|w| w.chars().next()), by_last: by(|w| w.chars().next_back()), words }
    }
}

impl Deref for Words {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.words
    }
}

impl Words {
    /// The same, the longest first.
    pub fn longest_first(mut self) -> Words {
        self.words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        Words::from(self.words)
    }

    fn of<'w>(&'w self, places: &'w [(char, usize)], letter: Option<char>) -> impl Iterator<Item = (usize, &'w str)> {
        let from = places.partition_point(|p| Some(p.0) < letter);
        places[from..].iter().take_while(move |p| Some(p.0) == letter).map(|p| (p.1, self.words[p.1].as_str()))
    }
}

/// Those of `words` that a text begins with, with their places among them.
#[inline]
pub fn beginning<'w>(text: &str, words: &'w Words) -> impl Iterator<Item = (usize, &'w str)> {
    words.of(&words.by_first, text.chars().next()).filter(move |(_, w)| text.starts_with(*w))
}

/// Those of `words` that a text ends with, with their places among them.
#[inline]
pub fn ending<'w>(text: &str, words: &'w Words) -> impl Iterator<Item = (usize, &'w str)> {
    words.of(&words.by_last, text.chars().next_back()).filter(move |(_, w)| text.ends_with(*w))
}

/// Those of `words` whose last character is a text's.
#[inline]
pub fn alike<'w>(text: &str, words: &'w [Word]) -> impl Iterator<Item = &'w Word> {
    let last = text.chars().next_back();
    words.iter().filter(move |w| Some(w.last) == last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_the_ends_of_a_text() {
        let words = Words::from(["乡", "", "民族乡", "乡镇", "镇"].map(String::from).to_vec());
        assert_eq!(ending("甲民族乡", &words).collect::<Vec<_>>(), [(0, "乡"), (2, "民族乡")]);
        assert_eq!(beginning("乡镇长", &words).collect::<Vec<_>>(), [(0, "乡"), (3, "乡镇")]);
        assert!(beginning("", &words).next().is_none() && ending("村", &words).next().is_none());
        assert_eq!(words.longest_first()[0], "民族乡");
    }
}
