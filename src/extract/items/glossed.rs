//! Labels in two languages, as 自然人 Natural person: Latin words beside a label within its cell that call it what it is called say
//! nothing else, and become spaces. Which words call a label so is in the form's data; with one word that is not, or a digit, all
//! stay and are words that nothing explains.

use std::collections::BTreeMap;

use super::atoms::{ROUND, is_pipe, line_at};
use crate::fold::{fold, is_space};
use crate::form::Form;
use crate::model::CELL_END;

/// In bytes, fewer Latin letters in a text are no labels'.
const LEAST: usize = 24;

/// In characters, the longest label that is looked for beside Latin words.
const LONGEST: usize = 60;

/// The labels that have such words, made ready once a run.
pub struct Glosses<'f> {
    form: &'f Form,
    /// Every text of these labels, with the one under which the words stand.
    labels: BTreeMap<&'f str, &'f str>,
}

impl<'f> Glosses<'f> {
    pub fn new(form: &'f Form) -> Glosses<'f> {
        let known = form.labels.iter().filter_map(|l| Some((l, l.texts.iter().find_map(|t| form.words.glosses.get_key_value(t))?.0)));
        Glosses { form, labels: known.flat_map(|(l, key)| l.texts.iter().map(move |t| (t.as_str(), key.as_str()))).collect() }
    }

    /// The text without such words; none where there are none. Every byte and line stays where it was.
    pub fn taken_out(&self, text: &str) -> Option<String> {
        if self.labels.is_empty() || !has_letters(text, LEAST) {
            return None;
        }
        let breaks = text.contains(CELL_END);
        let mut out: Option<Vec<u8>> = None;
        let mut from = 0;
        while let Some(run) = next_run(text, from) {
            from = run.1;
            let (start, end) = bracketed(text, run);
            let beside = || self.before(text, start, breaks).into_iter().chain(self.behind(text, end, breaks));
            if is_apart(text, start, end, breaks) && beside().any(|label| calls(self.form, label, &text[run.0..run.1])) {
                let bytes = out.get_or_insert_with(|| text.as_bytes().to_vec());
                bytes[start..end].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
            }
        }
        out.and_then(|bytes| String::from_utf8(bytes).ok())
    }

    /// The label that ends right before a place, in the same cell.
    fn before(&self, text: &str, at: usize, breaks: bool) -> Option<&'f str> {
        let above = text[..at].trim_end_matches(|c| is_between(c, breaks));
        let first = above.char_indices().rev().take(LONGEST).take_while(|(_, c)| !is_end(*c, breaks)).last()?.0;
        let words = fold(&above[first..]);
        self.labels.iter().filter(|(t, _)| words.ends_with(**t)).max_by_key(|(t, _)| t.len()).map(|(_, key)| *key)
    }

    /// The label that begins right behind a place, in the same cell, and fills it.
    fn behind(&self, text: &str, at: usize, breaks: bool) -> Option<&'f str> {
        let below = text[at..].trim_start_matches(|c| is_between(c, breaks));
        let end = below.char_indices().take(LONGEST).find(|(_, c)| is_end(*c, breaks) || is_space(*c)).map(|(i, _)| i);
        let words = fold(&below[..end.or_else(|| below.char_indices().nth(LONGEST).is_none().then_some(below.len()))?]);
        self.labels.get(words.as_str()).copied()
    }
}

/// Whether a text has so many Latin letters. They are counted some hundred bytes at a time, without a branch.
fn has_letters(text: &str, least: usize) -> bool {
    let mut letters = 0;
    text.as_bytes().chunks(256).any(|piece| {
        letters += piece.iter().map(|b| u32::from(b.is_ascii_alphabetic())).sum::<u32>() as usize;
        letters >= least
    })
}

/// Whether Latin words stand beside others, and no digit touches them or is behind them in their cell.
fn is_apart(text: &str, start: usize, end: usize, breaks: bool) -> bool {
    let own = |c: char| c.is_alphabetic() && !c.is_ascii();
    let (above, below) = (text[..start].trim_end_matches(|c| is_between(c, breaks)), text[end..].trim_start_matches(|c| is_between(c, breaks)));
    if !above.ends_with(own) && !above.ends_with(ROUND[1]) && !below.starts_with(own) || text[..start].ends_with(|c: char| c.is_ascii_digit()) || text[end..].starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let marked = || breaks || text[line_at(text, start)].contains(|c| c == '\t' || is_pipe(c));
    !below.starts_with(|c: char| c.is_ascii_digit()) || !marked()
}

/// The next run of Latin words with single spaces and signs between them, from a place on.
fn next_run(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let start = from + bytes[from..].iter().position(u8::is_ascii_alphabetic)?;
    let (mut end, mut at) = (start, start);
    while at < bytes.len() {
        match bytes[at] {
            b if b.is_ascii_alphabetic() => end = at + 1,
            b'-' | b'\'' | b'&' | b',' | b'.' | b'/' => {}
            b' ' if at == end || !bytes[at - 1].is_ascii_whitespace() => {}
            _ => break,
        }
        at += 1;
    }
    Some((start, end))
}

/// A run with the brackets around it.
fn bracketed(text: &str, (start, end): (usize, usize)) -> (usize, usize) {
    let opens = ROUND[0].iter().find(|c| text[..start].ends_with(**c));
    let closes = ROUND[1].iter().find(|c| text[end..].starts_with(**c));
    match (opens, closes) {
        (Some(open), Some(close)) => (start - open.len_utf8(), end + close.len_utf8()),
        _ => (start, end),
    }
}

fn is_between(c: char, breaks: bool) -> bool {
    is_space(c) || matches!(c, '/' | '／') || breaks && c == '\n'
}

/// What ends a cell; in a text with marks of cells no line break does.
fn is_end(c: char, breaks: bool) -> bool {
    c == '\t' || is_pipe(c) || c < ' ' && c != '\n' || c == '\n' && !breaks
}

/// Whether all of these words call a label what it is called, one of its own among them.
fn calls(form: &Form, label: &str, words: &str) -> bool {
    let w = &form.words;
    let own = |word: &str| w.glosses.get(label).is_some_and(|g| g.iter().any(|x| x == word));
    let folded: Vec<String> = words.split(|c: char| !c.is_ascii_alphabetic()).filter(|x| !x.is_empty()).map(fold).collect();
    folded.iter().any(|x| own(x)) && folded.iter().all(|x| own(x) || w.gloss_links.iter().any(|l| l == x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_words_with_single_spaces_between() {
        let text = "甲 Natural person, or  x";
        let run = next_run(text, 0).expect("words stand there");
        assert_eq!(&text[run.0..run.1], "Natural person, or");
        assert_eq!(bracketed("甲（ab）", (6, 8)), (3, 11));
    }
}
