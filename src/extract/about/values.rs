//! Where the value of a label stands in the head of a page: beside it, in the next line, or in its column of the next row.

use crate::extract::items::atoms::is_pipe;
use crate::fold::is_space;
use crate::model::{CELL_END, ROW_END};

fn is_divider(c: char) -> bool {
    is_pipe(c) || matches!(c, '\t' | CELL_END)
}

/// What opens the line of a list, and what rules are drawn with.
fn opens(c: char) -> bool {
    is_space(c) || is_divider(c) || matches!(c, '•' | '·' | '-' | '*' | '●' | '■' | '◆' | ':' | '：' | ROW_END)
}

/// A cell or line without what opens a list and divides cells.
pub fn bare(text: &str) -> &str {
    text.trim_matches(opens)
}

/// What stands behind a label that ends at `at`, in its line, without what divides them.
pub fn beside(text: &str, at: usize) -> &str {
    let line = text[at..].split('\n').next().unwrap_or("");
    line.trim_start_matches(|c| is_space(c) || is_divider(c) || matches!(c, ':' | '：' | '号' | ']' | '】'))
}

/// What stands in the cell behind a label, whose own cell ends in a bracket or nothing: [ 公开日期 ] | …; none where a text begins
/// in another way.
pub fn in_next_cell(text: &str) -> Option<&str> {
    let own = |c: char| is_space(c) || matches!(c, ']' | '】' | ':' | '：');
    let cell = text.trim_start_matches(own).strip_prefix(is_divider)?;
    let cell = cell.trim_start_matches(is_space);
    cell.starts_with(|c: char| c.is_ascii_digit()).then_some(cell)
}

/// What stands below a label that ends at `at`: the next line, where its own has nothing behind it, or the cell of its column in
/// the next row. Without what divides cells or opens a list.
pub fn below(text: &str, at: usize) -> Option<&str> {
    let start = text[..at].rfind('\n').map_or(0, |b| b + 1);
    let end = text[at..].find('\n').map(|n| at + n)?;
    let next = text[end + 1..].lines().find(|l| l.contains(|c| !opens(c)))?;
    if text[at..end].chars().all(opens) && !text[start..at].contains(is_divider) {
        return Some(bare(next)).filter(|c| !c.is_empty());
    }
    // A row of labels: nothing but words without figures stands in it.
    let row = &text[start..end];
    if !row.contains(is_divider) || row.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let column = text[start..at].matches(is_divider).count();
    let cells = |row: &str| row.trim_end_matches(|c| is_space(c) || c == ROW_END).matches(is_divider).count();
    (cells(row) == cells(next)).then(|| next.split(is_divider).nth(column)).flatten().map(bare).filter(|c| !c.is_empty())
}
