//! What one cell says: a figure, nothing, something illegible, or words.

use std::borrow::Cow;

use super::atoms::is_invisible;
use super::labels::{CLOSE, OPEN};
use super::marked;
use crate::fold::{HAN, fold, is_space, same};
use crate::form::FigureWords;

/// The reading of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    Figure(f64),
    /// A figure with a unit of its own, named by its index in [`FigureReader::units`].
    WithUnit(f64, u8),
    /// Empty, or one of the form's marks for an empty cell.
    Blank,
    /// Too short or too full of digits to be words, but no figure; nothing is guessed.
    Unreadable,
    Text,
}

impl Reading {
    /// A figure, with a unit of its own or without.
    pub fn is_figure(&self) -> bool {
        matches!(self, Reading::Figure(_) | Reading::WithUnit(..))
    }
}

/// Reads cells as the form's words say.
#[derive(Debug)]
pub struct FigureReader {
    blank: Vec<String>,
    /// What begins with so many Han characters is neither blank nor a damaged figure.
    wordy: usize,
    /// Unit texts that may stand behind a figure, longest first.
    pub units: Vec<String>,
    /// What a remark may begin with, and what none may hold; folded.
    remarks: Vec<String>,
    corrections: Vec<String>,
    /// Words that stand for a sign, and whether it is a minus.
    signs: Vec<(String, bool)>,
}

impl FigureReader {
    pub fn new(words: &FigureWords) -> FigureReader {
        let mut units: Vec<String> = words.units.values().flat_map(|m| m.keys().cloned()).collect();
        units.sort_by_key(|u| (std::cmp::Reverse(u.len()), u.clone()));
        units.dedup();
        let blank: Vec<String> = words.blank.iter().chain(&words.empty).cloned().collect();
        let wordy = 1 + blank.iter().map(|b| b.chars().count()).max().unwrap_or(0).max(DAMAGED_LETTERS);
        FigureReader { blank, wordy, units, remarks: words.remarks.clone(), corrections: words.corrections.clone(), signs: words.more.iter().map(|w| (w.clone(), false)).chain(words.less.iter().map(|w| (w.clone(), true))).collect() }
    }

    /// Reads the text of a cell that is no figure as one whose sign is a word: 增10, 减少2项.
    pub fn signed(&self, raw: &str) -> Option<Reading> {
        let text = normalise(raw);
        let (rest, minus) = self.signs.iter().find_map(|(word, minus)| Some((text.strip_prefix(word.as_str())?, *minus)))?;
        let sign = |v: f64| if minus && v != 0.0 { -v } else { v };
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        match self.read(rest) {
            Reading::Figure(v) => Some(Reading::Figure(sign(v))),
            Reading::WithUnit(v, unit) => Some(Reading::WithUnit(sign(v), unit)),
            _ => None,
        }
    }

    /// Reads the text of one cell. Signs, full-width digits, thousands separators, a unit and a remark in brackets
    /// behind the figure are understood; digits that are broken by a space are not.
    pub fn read(&self, raw: &str) -> Reading {
        // Most cells hold plain digits.
        if (raw.len() == 1 || (2..=15).contains(&raw.len()) && !raw.starts_with('0')) && raw.bytes().all(|b| b.is_ascii_digit()) {
            return Reading::Figure(raw.bytes().fold(0.0, |n, b| n * 10.0 + f64::from(b - b'0')));
        }
        if (0..self.wordy).all(|n| n * HAN < raw.len() && same(raw.as_bytes(), n * HAN) == HAN) {
            return Reading::Text;
        }
        let text = normalise(raw);
        if text.is_empty() || self.blank.iter().any(|b| *b == text) {
            return Reading::Blank;
        }
        if text == "零" || text == "〇" {
            return Reading::Figure(0.0);
        }
        let marked = text.contains('\\') || text.starts_with(marked::SIGNS);
        if let Some(bare) = marked.then(|| marked::without_marks(&text)).flatten() {
            return self.read(&bare);
        }
        let (number, rest) = match split_number(&text) {
            Some(parts) => parts,
            None if is_damaged_figure(&text) => return Reading::Unreadable,
            None if text.len() <= 2 && text.is_ascii() || is_error(&text) => return Reading::Unreadable,
            None => return Reading::Text,
        };
        let rest = rest.trim_start_matches(' ');
        if rest.is_empty() || self.is_remark(rest) {
            return Reading::Figure(number);
        }
        // «12（15）», «15（更正为12）»: brackets that may hold the figure that is meant, unless they hold its unit.
        if in_brackets(rest) {
            let words = fold(rest);
            return self.units.iter().position(|u| *u == words).map_or(Reading::Unreadable, |unit| Reading::WithUnit(number, unit as u8));
        }
        for (i, unit) in self.units.iter().enumerate() {
            if let Some(tail) = rest.strip_prefix(unit.as_str())
                && (tail.is_empty() || self.is_remark(tail))
            {
                return Reading::WithUnit(number, i as u8);
            }
        }
        if is_damaged_figure(&text) { Reading::Unreadable } else { Reading::Text }
    }

    /// Brackets that explain the figure before them with words that are known to change nothing: what part of it they
    /// count. Others may say that it is an estimate, or less than nothing.
    fn is_remark(&self, text: &str) -> bool {
        if !in_brackets(text) {
            return false;
        }
        let words = fold(text);
        let known = self.remarks.iter().any(|r| words.starts_with(r.as_str())) || self.blank.contains(&words);
        known && !self.corrections.iter().any(|c| words.contains(c.as_str()))
    }
}

/// Letters of what a spreadsheet writes for a formula without a result: #REF!, #DIV/0!, #NAME?, #N/A.
const ERROR_LETTERS: std::ops::RangeInclusive<usize> = 3..=8;

fn is_error(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_uppercase() || matches!(c, '/' | '0');
    text.strip_prefix('#').is_some_and(|error| ERROR_LETTERS.contains(&error.len()) && (error == "N/A" || error.ends_with(['!', '?'])) && error.trim_end_matches(['!', '?']).chars().all(letter))
}

/// A figure that is damaged has no more letters.
const DAMAGED_LETTERS: usize = 3;

/// Digits with a few letters among them; `2.重复申请` has its digit as numbering only, and more letters than a figure.
fn is_damaged_figure(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.chars().filter(|c| c.is_alphabetic()).count() <= DAMAGED_LETTERS && text.chars().count() <= 40
}

/// Half width, outer and invisible characters gone; inner space becomes one blank, since it may divide two figures.
fn normalise(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let mut at = 0;
    // Most cells are so already.
    while at < bytes.len() {
        at += match bytes[at] {
            b'!'..=b'~' => 1,
            _ if same(bytes, at) == HAN => HAN,
            _ => break,
        };
    }
    if at == bytes.len() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..at]);
    for c in raw[at..].chars() {
        if is_invisible(c) || matches!(c, '\u{E000}'..='\u{F8FF}') {
            continue;
        }
        if is_space(c) || c == '\n' || c == '\t' {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        out.push(match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '−' | '﹣' | '‐' | '‑' => '-',
            _ => c,
        });
    }
    while out.ends_with(' ') {
        out.pop();
    }
    Cow::Owned(out)
}

/// A sign, digits with or without thousands separators, a decimal part: the value and what stands behind it.
fn split_number(text: &str) -> Option<(f64, &str)> {
    let (sign, body) = match text.as_bytes().first()? {
        b'+' => (1.0, &text[1..]),
        b'-' => (-1.0, &text[1..]),
        _ => (1.0, text),
    };
    let end = body.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(body.len());
    let (number, rest) = body.split_at(end);
    let (whole, decimals) = number.split_once('.').map_or((number, None), |(w, d)| (w, Some(d)));
    if whole.is_empty() || decimals.is_some_and(|d| d.is_empty() || !d.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    if first.is_empty() || (grouped && first.len() > 3) || groups.any(|g| g.len() != 3) {
        return None;
    }
    // «007» is no figure that an office writes: digits ran together or a code stands there.
    if first.len() > 1 && first.starts_with('0') {
        return None;
    }
    let digits: String = number.chars().filter(|&c| c != ',').collect();
    if digits.len() > 15 {
        return None;
    }
    Some((sign * digits.parse::<f64>().ok()?, rest))
}

fn in_brackets(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(OPEN) && text.ends_with(CLOSE)
}

/// A run of digits alone, as lost separators leave it.
pub fn digits_alone(raw: &str) -> Option<String> {
    let text = normalise(raw);
    (text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_as_offices_write_them() {
        let words = FigureWords {
            blank: ["-", "—", "/", "无"].map(String::from).into(),
            empty: Vec::new(),
            units: [("万元".into(), [("元".into(), 0.0001), ("万元".into(), 1.0)].into())].into(),
            most: Default::default(),
            larger: Vec::new(),
            signed: Vec::new(),
            more: vec!["增加".into(), "增".into()],
            less: vec!["减少".into(), "减".into()],
            each: Vec::new(),
            remarks: vec!["其中".into(), "含".into()],
            corrections: vec!["更正".into(), "误".into()],
        };
        let r = FigureReader::new(&words);
        for (raw, want) in [
            ("0", Reading::Figure(0.0)),
            ("\u{A0}0\u{3000}", Reading::Figure(0.0)),
            ("+19", Reading::Figure(19.0)),
            ("**1,024**", Reading::Figure(1024.0)),
            ("**[9](a)**", Reading::Figure(9.0)),
            ("\\-8", Reading::Figure(-8.0)),
            ("*\\-*", Reading::Blank),
            ("-8", Reading::Figure(-8.0)),
            ("－８", Reading::Figure(-8.0)),
            ("477.35", Reading::Figure(477.35)),
            ("1,024", Reading::Figure(1024.0)),
            ("22（其中修订16件）", Reading::Figure(22.0)),
            ("9（含修订）", Reading::Figure(9.0)),
            ("9（元）", Reading::WithUnit(9.0, 1)),
            ("9（减少）", Reading::Unreadable),
            ("9（预计）", Reading::Unreadable),
            ("70487元", Reading::WithUnit(70487.0, 1)),
            ("", Reading::Blank),
            ("—", Reading::Blank),
            ("/", Reading::Blank),
            ("无", Reading::Blank),
            // near misses: none of them is a figure
            ("1 2", Reading::Unreadable),
            ("10,24", Reading::Unreadable),
            ("000", Reading::Unreadable),
            ("#REF!", Reading::Unreadable),
            ("#N/A", Reading::Unreadable),
            ("#一", Reading::Text),
            ("1.", Reading::Unreadable),
            ("O", Reading::Unreadable),
            ("l0", Reading::Unreadable),
            ("约3件", Reading::Unreadable),
            ("100余", Reading::Unreadable),
            ("0*", Reading::Unreadable),
            ("3[1]", Reading::Unreadable),
            ("[1](#fn1)", Reading::Unreadable),
            ("~~0~~", Reading::Unreadable),
            ("**~~0~~**", Reading::Unreadable),
            ("\\*0\\*", Reading::Unreadable),
            ("***", Reading::Text),
            ("9（8）", Reading::Unreadable),
            ("9[8]", Reading::Unreadable),
            ("9（更正为8）", Reading::Unreadable),
            ("9（笔误）", Reading::Unreadable),
            ("9元（8）", Reading::Unreadable),
            ("见附件", Reading::Text),
            ("1.属于国家秘密的信息不予公开的情形说明", Reading::Text),
        ] {
            assert_eq!(r.read(raw), want, "{raw:?}");
        }
        for (raw, want) in [
            ("增10", Some(Reading::Figure(10.0))),
            ("减少 2", None),
            ("减少2", Some(Reading::Figure(-2.0))),
            ("减0", Some(Reading::Figure(0.0))),
            ("增加30元", Some(Reading::WithUnit(30.0, 1))),
            // near misses
            ("增-1", None),
            ("增10减2", None),
            ("增10%", None),
            ("增1（2）", None),
            ("无变化", None),
            ("净增1", None),
        ] {
            assert_eq!(r.signed(raw), want, "{raw:?}");
        }
    }
}
