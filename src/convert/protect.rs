//! Words whose Simplified form is given (`data/protected.csv`), whatever the dictionaries say.

use std::collections::HashSet;
use std::path::Path;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::data::{self, Entry};

/// The protected words, ready to be found. They are taken out before an engine sees the text, so a phrase of the
/// dictionary never reaches into one and both engines treat them alike.
pub(super) struct Protected {
    finder: AhoCorasick,
    targets: Vec<String>,
}

impl Protected {
    pub(super) fn load(path: &Path) -> Result<Protected, String> {
        let mut seen = HashSet::new();
        let rows = data::table(path, ["word", "simplified", "why"])?.into_iter();
        let entries = data::all(rows.map(|row| {
            let (line, [word, simplified, why]) = row?;
            let fault = |what: &str| format!("{}:{line}: {what}", path.display());
            if why.is_empty() {
                return Err(fault("the reason is missing"));
            }
            if !seen.insert(word.clone()) {
                return Err(fault(&format!("{word} stands here twice")));
            }
            if word.chars().count() != simplified.chars().count() {
                return Err(fault(&format!("{word} and {simplified} are of different lengths: conversion changes characters and drops none")));
            }
            Entry::new(&word, &simplified).map_err(|e| fault(&e))
        }))?;
        let (words, targets): (Vec<String>, Vec<String>) = entries.into_iter().map(|e| (e.from, e.to)).unzip();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words)
            .map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Protected { finder, targets })
    }

    /// `text` with every protected word in its given form and everything between them as `convert` appends it.
    pub(super) fn around(&self, text: &str, convert: impl Fn(&str, &mut String)) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut done = 0;
        for found in self.finder.find_iter(text) {
            convert(&text[done..found.start()], &mut out);
            out.push_str(&self.targets[found.pattern().as_usize()]);
            done = found.end();
        }
        convert(&text[done..], &mut out);
        out
    }
}
