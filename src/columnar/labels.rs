//! Reads published problems back: which labels and keys were unknown, how often, and where one of them stands.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use polars::prelude::*;

use crate::fold::{fold_char, is_han_numeral};

/// The codes that name one: of a label, …
const LABELS: [&str; 2] = ["extract/unknown-label", "extract/fuzzy-label"];

/// … and of a key of an information block.
const FIELD: &str = "extract/unknown-field";

/// Table, text, count and an example (`path:line`) of every unknown label in a `problems.parquet`, the most frequent
/// first; of a key the table is empty.
///
/// # Errors
/// The file is not there or is no such table.
pub fn unknown_labels(path: &Path) -> PolarsResult<Vec<(String, String, usize, String)>> {
    let frame = ParquetReader::new(File::open(path)?).finish()?;
    let column = |name: &str| frame.column(name)?.str().cloned();
    let (paths, codes, texts, messages) = (column("path")?, column("code")?, column("text")?, column("message")?);
    let lines = frame.column("line")?.u32()?.clone();
    let mut counts: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for i in 0..frame.height() {
        let table = match codes.get(i) {
            Some(FIELD) => "",
            Some(code) if LABELS.contains(&code) => messages.get(i).and_then(|m| m.split(':').next()).filter(|t| t.len() == 2).unwrap_or("t3"),
            _ => continue,
        };
        let table = table.to_string();
        let example = format!("{}:{}", paths.get(i).unwrap_or(""), lines.get(i).unwrap_or(0));
        let text = unnumbered(figureless(texts.get(i).unwrap_or(""))).to_string();
        counts.entry((table, text)).or_insert((0, example)).0 += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().map(|((table, text), (n, example))| (table, text, n, example)).collect();
    rows.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    Ok(rows)
}

/// Words without the lines behind them that hold figures alone, or nothing.
fn figureless(words: &str) -> &str {
    let words = words.trim();
    match words.rsplit_once('\n') {
        Some((before, last)) if last.chars().filter_map(fold_char).all(|c| c.is_ascii_digit()) => figureless(before),
        _ => words,
    }
}

/// A label without its number: digits, or Han numerals in brackets or before a sign. 三类内部事务信息 begins with none.
fn unnumbered(words: &str) -> &str {
    let words = words.trim();
    let sign = |c: char| c.is_whitespace() || "（()）.、．".contains(c);
    let behind = words.trim_start_matches(|c: char| sign(c) || c.is_ascii_digit());
    let rest = behind.trim_start_matches(is_han_numeral);
    if rest.len() < behind.len() && rest.starts_with(sign) { unnumbered(rest) } else { behind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_figures_are_no_part_of_a_label() {
        for words in ["重复申请", "2.重复申请", "（二）重复申请", "二、 重复申请", "（三）2、重复申请", "重复申请\n0", "2．重复申请\n\u{A0}12\n"] {
            assert_eq!(unnumbered(figureless(words)), "重复申请", "{words}");
        }
        for words in ["三类内部事务信息", "一般程序", "重复申请\n其他"] {
            assert_eq!(unnumbered(figureless(words)), words);
        }
    }
}
