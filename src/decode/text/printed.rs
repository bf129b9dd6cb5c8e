//! Tables that a program printed from a data frame whose columns have names: before each row stands its number, 0, 1, 2 …,
//! which is no figure, and a break within a cell stands as letters, `\n`.

use super::framed::EMPTY;

/// What makes a figure one that cannot be read.
const APART_SIGN: &str = "~";

/// Fewer rows are no table.
const LEAST_ROWS: usize = 3;

/// So many lines may stand between two rows that are none: a cell had a line break.
const MOST_BETWEEN: usize = 2;

/// The text without the numbers of such rows, as many lines as before; none where it has none.
pub fn respelled(text: &str) -> Option<String> {
    if !text.starts_with("0 ") {
        memchr::memmem::find(text.as_bytes(), b"\n0 ")?;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let mut rows: Vec<usize> = Vec::new();
    let mut unclear: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let run = if number(lines[at]).is_some_and(|(n, _)| n == 0) { run(&lines, at) } else { Vec::new() };
        at = run.last().map_or(at, |last| *last) + 1;
        unclear.extend(unsure(&lines, &run));
        rows.extend(run);
    }
    let first = *rows.first()?;
    let mut next = rows.into_iter().peekable();
    let mut out = String::with_capacity(text.len());
    for (n, line) in lines.iter().enumerate() {
        out.extend((n > 0).then_some('\n'));
        let bare = if next.next_if_eq(&n).is_some() { number(line).map_or(*line, |(_, rest)| rest) } else { line };
        if unclear.binary_search(&n).is_ok() {
            cells(&bare.replace("\\n", "")).for_each(|cell| out.extend(["  ", if begins_figure(cell) { APART_SIGN } else { "" }, cell]));
            continue;
        }
        // The names of the columns stand above the first row.
        if n + 1 >= first { out.push_str(&bare.replace("\\n", "")) } else { out.push_str(bare) }
    }
    Some(out)
}

/// The lines that are rows of a table whose first is this one; none where too few are, or hardly any has words.
fn run(lines: &[&str], first: usize) -> Vec<usize> {
    let mut rows = vec![first];
    for (n, line) in lines.iter().enumerate().skip(first + 1) {
        if number(line).is_some_and(|(number, _)| number == rows.len()) {
            rows.push(n);
        } else if n - rows[rows.len() - 1] > MOST_BETWEEN {
            break;
        }
    }
    let worded = rows.iter().filter(|n| lines[**n].contains(|c: char| c.is_alphabetic() && !c.is_ascii())).count();
    if rows.len() < LEAST_ROWS || worded * 2 <= rows.len() { Vec::new() } else { rows }
}

/// The lines of a table of whose cells nobody can say which they are: rows have different numbers of cells, so that empty ones were
/// lost, and others are named as empty behind the row's label.
fn unsure(lines: &[&str], rows: &[usize]) -> Vec<usize> {
    let count = |row: &usize| cells(lines[*row]).count();
    if rows.iter().map(count).min() == rows.iter().map(count).max() {
        return Vec::new();
    }
    let label = |row: usize| cells(lines[row]).enumerate().filter(|(_, c)| c.contains(|c: char| c.is_alphabetic() && !c.is_ascii())).map(|(n, _)| n + 1).last().unwrap_or(0);
    // Lines between the rows are the rest of one, or rows themselves.
    (rows[0]..=rows[rows.len() - 1]).filter(|&row| cells(lines[row]).skip(label(row)).any(|c| EMPTY.contains(&c))).collect()
}

/// The cells of a row, between two spaces or more.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split("  ").map(str::trim).filter(|c| !c.is_empty())
}

/// Whether a cell begins as a number does.
fn begins_figure(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
}

/// The number that a row begins with, and its cells.
fn number(line: &str) -> Option<(usize, &str)> {
    let (number, rest) = line.split_once(' ')?;
    // A number that a figure follows at once may be one itself.
    let apart = rest.starts_with(' ') || rest.starts_with(|c: char| !c.is_ascii());
    (apart && number.bytes().all(|b| b.is_ascii_digit())).then(|| Some((number.parse().ok()?, rest)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_rows_are_no_figures() {
        let text = "甲镇\n  名\\n称     数\n0     规\\n章   3\n1     许可   7\n  续\n2         5\n10 乙\n";
        assert_eq!(respelled(text).unwrap(), "甲镇\n  名称     数\n    规章   3\n    许可   7\n  续\n        5\n10 乙\n");
    }

    #[test]
    fn figures_beside_cells_that_were_lost_are_unclear() {
        let text = "  名  数  数\n0  规章  3  NaN\n1  许可  7\n2  处罚  5  1\n";
        assert_eq!(respelled(text).unwrap(), "  名  数  数\n  规章  ~3  NaN\n 许可  7\n 处罚  5  1\n");
    }

    #[test]
    fn other_numbers_stay() {
        for text in ["0  规章\n1  许可\n", "0  规章\n2  许可\n3  处罚\n", "0  1\n1  2\n2  3\n", "规章  0\n许可  1\n处罚  2\n", "0 1 规章\n1 2 许可\n2 3 处罚\n"] {
            assert_eq!(respelled(text), None, "{text}");
        }
    }
}
