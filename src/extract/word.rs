//! A word that is compared with many places of a text: its first and last character mostly tell that it is not there.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Word {
    text: String,
    first: char,
    last: char,
}

impl From<String> for Word {
    fn from(text: String) -> Word {
        let end = |c: Option<char>| c.unwrap_or('\0');
        Word { first: end(text.chars().next()), last: end(text.chars().next_back()), text }
    }
}

impl std::ops::Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Those of `words` that a text begins with, with their places among them.
#[inline]
pub fn beginning<'w>(text: &str, words: &'w [Word]) -> impl Iterator<Item = (usize, &'w Word)> {
    let first = text.chars().next();
    words.iter().enumerate().filter(move |(_, w)| (Some(w.first) == first || w.is_empty()) && text.starts_with(w.text.as_str()))
}

/// Those of `words` that a text ends with, with their places among them.
#[inline]
pub fn ending<'w>(text: &str, words: &'w [Word]) -> impl Iterator<Item = (usize, &'w Word)> {
    let last = text.chars().next_back();
    words.iter().enumerate().filter(move |(_, w)| (Some(w.last) == last || w.is_empty()) && text.ends_with(w.text.as_str()))
}

/// Those of `words` whose last character is a text's.
#[inline]
pub fn alike<'w>(text: &str, words: &'w [Word]) -> impl Iterator<Item = &'w Word> {
    let last = text.chars().next_back();
    words.iter().filter(move |w| Some(w.last) == last)
}
