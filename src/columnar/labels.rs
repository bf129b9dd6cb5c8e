//! Reads published problems back: which labels and keys were unknown, how often, and where one of them stands.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use polars::prelude::*;

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
        // Numbering belongs to no label.
        let numbering = |c: char| c.is_ascii_digit() || "一二三四五六七八九十（()）.、．".contains(c) || c.is_whitespace();
        let text = texts.get(i).unwrap_or("").trim_start_matches(numbering).trim().to_string();
        counts.entry((table, text)).or_insert((0, example)).0 += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().map(|((table, text), (n, example))| (table, text, n, example)).collect();
    rows.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    Ok(rows)
}
