//! Tables that a program wrote from a data frame whose columns and rows bear nothing but their numbers: above the columns stands
//! a row of 0, 1, 2 …, and another such number before each row. The numbers are no cells.

use std::ops::Range;

use crate::model::{CELL_END, ROW_END};

/// Fewer rows are no table.
const LEAST_ROWS: usize = 2;

/// The text without such numbers; none where no table has them.
pub(super) fn without_numbers(text: &str) -> Option<String> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), "0\u{1F}") {
        if cuts.last().is_none_or(|c| c.end <= at) && next_is_one(&text[at + 2..]) {
            cuts.extend(frame(text, at).into_iter().flatten());
        }
    }
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for cut in &cuts {
        out.push_str(&text[done..cut.start]);
        // Lines stay as many.
        out.extend(memchr::memchr_iter(b'\n', &text.as_bytes()[cut.clone()]).map(|_| '\n'));
        done = cut.end;
    }
    (!cuts.is_empty()).then(|| out + &text[done..])
}

fn next_is_one(behind: &str) -> bool {
    behind.trim_start_matches([' ', '\n']).starts_with("1\u{1F}")
}

/// What is no cell of the table whose second cell begins here; none where it has no such numbers.
fn frame(text: &str, at: usize) -> Option<Vec<Range<usize>>> {
    // An empty cell stands before the first number, and no other in its row.
    let before = text[..at].trim_end_matches([' ', '\n']).strip_suffix(CELL_END)?;
    let bare = before.trim_end_matches(' ');
    if !(bare.is_empty() || bare.ends_with(['\n', ROW_END])) {
        return None;
    }
    let head = before.len();
    let (row, mut start) = row(text, head)?;
    let numbers = row.iter().skip(1).enumerate().all(|(n, c)| text[c.clone()].trim().parse() == Ok(n));
    if !numbers || row.len() < 3 {
        return None;
    }
    let width = row.len();
    let mut cuts = vec![head..start];
    let mut whole = 0;
    while let Some((row, end)) = row_of(text, start, cuts.len() - 1) {
        whole += usize::from(row.len() == width);
        cuts.push(row[0].start..row[0].end + 1);
        start = end;
    }
    let rows = cuts.len() - 1;
    (rows >= LEAST_ROWS && whole * 2 > rows).then_some(cuts)
}

/// The row that begins here, if its first cell is this number.
fn row_of(text: &str, start: usize, number: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let (row, end) = row(text, start)?;
    let first = &text[row.first()?.clone()];
    (row.len() > 1 && first.trim().bytes().all(|b| b.is_ascii_digit()) && first.trim().parse() == Ok(number)).then_some((row, end))
}

/// The cells of the row that begins here, and where it ends.
fn row(text: &str, start: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let end = start + memchr::memchr(ROW_END as u8, &text.as_bytes()[start..])?;
    let mut at = start;
    let cells = memchr::memchr_iter(CELL_END as u8, &text.as_bytes()[start..end]).map(|e| std::mem::replace(&mut at, start + e + 1)..start + e).collect();
    Some((cells, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Option<String> {
        let text = text.replace('¦', "\u{1F}").replace('¶', "\u{1E}");
        without_numbers(&text).map(|t| t.replace(CELL_END, "¦").replace(ROW_END, "¶"))
    }

    #[test]
    fn numbers_of_columns_and_rows_are_no_cells() {
        assert_eq!(marked("甲镇\n¦0¦1¦2¦¶\n0¦规章¦0¦1¦¶\n1¦许可¦7¦¦¶\n2¦处罚¦¶\n乙").unwrap(), "甲镇\n\n规章¦0¦1¦¶\n许可¦7¦¦¶\n处罚¦¶\n乙");
        assert_eq!(marked("甲镇\n¦\n0¦\n1¦¶\n0¦\n规章¦\n0¦¶\n1¦\n许可¦\n7¦¶").unwrap(), "甲镇\n\n\n\n\n规章¦\n0¦¶\n\n许可¦\n7¦¶");
    }

    #[test]
    fn other_numbers_are_cells() {
        for text in ["¦0¦1¦¶规章¦0¦1¦¶许可¦0¦1¦¶", "规章¦0¦1¦¶0¦规章¦3¦¶1¦许可¦7¦¶", "¦0¦1¦¶1¦规章¦3¦¶2¦许可¦7¦¶", "¦0¦1¦¶0¦规章¦3¦¶", "¦0¦1¦3¦¶0¦规章¦3¦¶1¦许可¦7¦¶", "0¦1¦"] {
            assert_eq!(marked(text), None, "{text}");
        }
    }
}
