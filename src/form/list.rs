//! A list of words that texts are asked for: in one pass, however many there are.

use std::ops::Deref;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::Deserialize;

use crate::fold::fold;

/// Words, folded, with the automaton that looks for all of them at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct WordList {
    words: Vec<String>,
    automaton: AhoCorasick,
}

impl From<Vec<String>> for WordList {
    fn from(words: Vec<String>) -> WordList {
        let words: Vec<String> = words.iter().map(|w| fold(w)).collect();
        // Lines are short: to look for a rare byte first costs more than it saves.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(&words).expect("some words make an automaton");
        WordList { words, automaton }
    }
}

impl Default for WordList {
    fn default() -> WordList {
        WordList::from(Vec::new())
    }
}

impl Deref for WordList {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.words
    }
}

impl WordList {
    /// Whether a text holds one of the words.
    pub fn stands_in(&self, text: &str) -> bool {
        !self.words.is_empty() && self.automaton.is_match(text)
    }

    /// Where the first of them begins.
    pub fn first_in(&self, text: &str) -> Option<usize> {
        self.automaton.find(text).map(|m| m.start())
    }

    /// What stands behind the first of the words with which a text begins.
    pub fn behind<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.words.iter().find_map(|w| text.strip_prefix(w.as_str()))
    }

    /// Whether a text begins with one of the words.
    pub fn begins(&self, text: &str) -> bool {
        self.behind(text).is_some()
    }
}
