//! Reading the data files of the stage. Every fault names file and line.

use std::path::Path;

use crate::written;

/// One entry of a dictionary or of the protected words: what stands there, what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub from: String,
    pub to: String,
}

impl Entry {
    /// Entries without text would match everywhere, and a line break in one would move every line number after it.
    pub(super) fn new(from: &str, to: &str) -> Result<Entry, String> {
        if from.is_empty() || to.is_empty() {
            return Err("an entry needs a word and what it becomes".to_string());
        }
        if from.chars().chain(to.chars()).any(char::is_control) {
            return Err(format!("{from:?} or its target {to:?} has a control character"));
        }
        Ok(Entry { from: from.to_string(), to: to.to_string() })
    }
}

/// The text of a list; one with nothing in it is a file that was lost, not one that is meant so.
pub(super) fn list(path: &Path) -> Result<String, String> {
    let text = read(path)?;
    if lines(&text).next().is_none() {
        return Err(format!("{}:1: there is no entry in it", path.display()));
    }
    Ok(text)
}

fn read(path: &Path) -> Result<String, String> {
    written::read(path).map_err(|fault| format!("{}: {fault}", path.display()))
}

/// The lines that say something, each with its 1-based number: no empty ones and no comments.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line)).filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'))
}

/// An OpenCC dictionary as text: `key`, tab, targets separated by spaces, of which the first counts.
pub(super) fn dictionary(path: &Path) -> Result<Vec<Entry>, String> {
    let text = list(path)?;
    let mut entries = Vec::with_capacity(5000);
    for (number, line) in lines(&text) {
        let at = |what: String| format!("{}:{number}: {what}", path.display());
        let (from, targets) =
            line.split_once('\t').ok_or_else(|| at("expected a key, a tab and its targets".to_string()))?;
        let to = targets.split(' ').next().unwrap_or_default();
        entries.push(Entry::new(from, to).map_err(at)?);
    }
    Ok(entries)
}

/// A row of a table with its 1-based line number, or what is wrong with it.
pub(super) type Row<const N: usize> = Result<(u64, [String; N]), String>;

/// A table with a header, as rows of `N` columns with those names.
pub(super) fn table<const N: usize>(path: &Path, columns: [&str; N]) -> Result<Vec<Row<N>>, String> {
    let text = read(path)?;
    if let Some(line) = written::open_quotes(&text).next() {
        return Err(format!("{}:{line}: a quotation mark is not closed in its line", path.display()));
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let fault = |e: csv::Error| format!("{}:{}: {}", path.display(), e.position().map_or(1, csv::Position::line), written::row_fault(&e));
    if reader.headers().map_err(fault)? != &csv::StringRecord::from(columns.to_vec()) {
        return Err(format!("{}:1: {}", path.display(), written::heading_fault(&columns.join(","), &text)));
    }
    let rows = reader.records().map(|record| {
        let record = record.map_err(fault)?;
        let line = record.position().map_or(0, csv::Position::line);
        // The reader holds every row to the header's number of columns.
        Ok((line, std::array::from_fn(|i| record.get(i).unwrap_or_default().trim().to_string())))
    });
    Ok(rows.collect())
}

/// What was read of every row, or the faults of all that have one, a line each.
pub(super) fn all<T>(rows: impl Iterator<Item = Result<T, String>>) -> Result<Vec<T>, String> {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => read.push(row),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults.join("\n")) }
}
