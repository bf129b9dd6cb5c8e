//! Files that people write and programs save: definitions, lists, corrections. How their text is read, and how one that a
//! spreadsheet saved otherwise is told.

use std::path::Path;

/// What a spreadsheet sets before a text, and no reader wants.
const MARK: char = '\u{FEFF}';

/// The text of such a file, without a byte order mark.
///
/// # Errors
/// It cannot be read, or is not UTF-8; in words that follow the file's name.
pub fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("cannot be read ({e})"))?;
    let mut text = String::from_utf8(bytes).map_err(|_| "is not UTF-8; save it as UTF-8, in a spreadsheet as «CSV UTF-8», and from a copy that still shows its Chinese".to_string())?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

/// What is wrong with the first line of a table that should name these columns.
pub fn heading_fault(columns: &str, text: &str) -> String {
    let first = text.lines().next().unwrap_or("");
    let advice = if first.contains([';', '\t', '；', '，', '|']) { "; save it with commas between its cells, in a spreadsheet as «CSV UTF-8»" } else { "" };
    format!("the first line must be {columns}, and is «{first}»{advice}")
}

/// A fault that the reader of tables finds in a row.
pub fn row_fault(e: &csv::Error) -> String {
    match e.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => cells_fault(*len as usize, *expected_len as usize),
        _ => e.to_string(),
    }
}

/// What is wrong with a row of another number of cells than its table has columns.
pub fn cells_fault(found: usize, expected: usize) -> String {
    let cells = if found == 1 { "1 cell stands here".to_string() } else { format!("{found} cells stand here") };
    format!("{cells}, not {expected}; a comma (, and not ，) stands between two, and around one that holds a comma stand quotation marks (\")")
}

/// The lines in which a quotation mark is not closed: it takes the rows below into its cell.
pub fn open_quotes(text: &str) -> impl Iterator<Item = usize> + '_ {
    (1..).zip(text.lines()).filter(|(_, line)| line.matches('"').count() % 2 == 1).map(|(n, _)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_before_the_text_is_none_of_it() {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let path = dir.path().join("a.csv");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("a file");
            read(&path)
        };
        assert_eq!(read("\u{FEFF}甲,乙\n".as_bytes()).as_deref(), Ok("甲,乙\n"));
        assert_eq!(read("甲\u{FEFF}乙".as_bytes()).as_deref(), Ok("甲\u{FEFF}乙"));
        assert!(read(b"\xBC\xD7,\xD2\xD2\n").is_err_and(|e| e.contains("CSV UTF-8")), "GBK");
        assert!(super::read(&dir.path().join("b.csv")).is_err_and(|e| e.starts_with("cannot be read (")));
    }
}
