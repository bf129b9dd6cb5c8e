//! Tables that a program printed from a data frame whose columns and rows bear nothing but their numbers: `0 1 2` above the
//! columns, and 0, 1, 2 … before the rows, as text in columns, as CSV or in Markdown. The numbers are no cells.

use crate::model::{CELL_END, ROW_END};

/// What divides the cells of a frame.
#[derive(Clone, Copy)]
enum Sign {
    Pipes,
    Comma,
    Tab,
    /// Two spaces or more.
    Spaces,
}

/// Fewer rows are no table.
const LEAST_ROWS: usize = 2;

/// So many lines may stand between two rows that are none: a cell had a line break.
const MOST_BETWEEN: usize = 2;

/// How an empty cell is printed.
pub const EMPTY: [&str; 5] = ["NaN", "nan", "None", "<NA>", "NaT"];

/// The text with such tables as cells and rows, as many lines as before; none where it has none.
pub fn respelled(text: &str) -> Option<String> {
    // Above all columns but the first two stand numbers too, so that hardly any other text has both.
    if !may_have_header(text) {
        return None;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = String::with_capacity(text.len());
    let mut found = false;
    let mut at = 0;
    while at < lines.len() {
        let frame = header(lines[at]).and_then(|(sign, width)| Some((frame(&lines[at + 1..], sign, width)?, sign)));
        out.extend((at > 0).then_some('\n'));
        let Some((length, sign)) = frame else {
            out.push_str(lines[at]);
            at += 1;
            continue;
        };
        found = true;
        for line in &lines[at + 1..at + 1 + length] {
            out.push('\n');
            match row(line, sign) {
                Some((_, cells)) => {
                    for cell in cells {
                        out.extend((!EMPTY.contains(&cell.as_str())).then_some(cell.as_str()));
                        out.push(CELL_END);
                    }
                    out.push(ROW_END);
                }
                None if is_rule(line) => {}
                None => out.push_str(line),
            }
        }
        at += 1 + length;
    }
    found.then_some(out)
}

/// What may stand before the first of the columns' numbers.
const BEFORE: [char; 4] = [' ', '\t', ',', '|'];

/// Whether a text may have a line of the columns' numbers: nothing but signs before a 0, and a 1 behind more of them.
fn may_have_header(text: &str) -> bool {
    let is_between = |c: char| c != '\n' && (c.is_whitespace() || matches!(c, ',' | '|' | '"'));
    memchr::memchr_iter(b'0', text.as_bytes()).any(|at| {
        let before = text[..at].trim_end_matches(BEFORE);
        before.len() < at && (before.is_empty() || before.ends_with('\n')) && text[at + 1..].trim_start_matches(is_between).starts_with('1')
    })
}

/// What divides the cells below a line of the columns' numbers, and how many there are.
fn header(line: &str) -> Option<(Sign, usize)> {
    let numbers = line.trim_start_matches(BEFORE);
    if numbers.len() == line.len() || !numbers.starts_with('0') {
        return None;
    }
    let counts = |cells: &[String]| cells.len() > 1 && cells.iter().enumerate().all(|(n, c)| *c == n.to_string());
    let named = |sign| cells(line, sign).filter(|c| c.first().is_some_and(String::is_empty) && counts(&c[1..])).map(|c| (sign, c.len() - 1));
    let spaced = || {
        let cells: Vec<String> = line.split_ascii_whitespace().map(String::from).collect();
        counts(&cells).then_some((Sign::Spaces, cells.len()))
    };
    named(Sign::Pipes).or_else(|| named(Sign::Comma)).or_else(|| named(Sign::Tab)).or_else(spaced)
}

/// How many of these lines are a frame's of so many columns; none where too few are, or most have another number of cells.
fn frame(lines: &[&str], sign: Sign, width: usize) -> Option<usize> {
    let (mut next, mut length, mut between) = (0, 0, 0);
    let (mut rows, mut whole) = (0, 0);
    for (n, line) in lines.iter().enumerate() {
        match row(line, sign) {
            // Rows may be lost, but not the first.
            Some((number, cells)) if number == next || rows > 0 && number > next => {
                (next, length, between) = (number + 1, n + 1, 0);
                rows += 1;
                whole += usize::from(cells.len() == width);
            }
            _ if is_rule(line) => {}
            _ => {
                between += 1;
                if between > MOST_BETWEEN {
                    break;
                }
            }
        }
    }
    (rows >= LEAST_ROWS && whole * 2 > rows).then_some(length)
}

/// The number of a row and its cells.
fn row(line: &str, sign: Sign) -> Option<(u32, Vec<String>)> {
    let mut cells = cells(line, sign)?;
    if cells.len() < 2 || cells[0].is_empty() || !cells[0].bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((cells.remove(0).parse().ok()?, cells))
}

fn cells(line: &str, sign: Sign) -> Option<Vec<String>> {
    let all = |words: &str, sign: char| words.split(sign).map(|c| c.trim().to_string()).collect::<Vec<_>>();
    match sign {
        Sign::Pipes => Some(all(line.trim().strip_prefix('|')?.strip_suffix('|')?, '|')),
        Sign::Tab => line.contains('\t').then(|| all(line, '\t')),
        Sign::Comma => line.contains(',').then(|| fields(line)).flatten(),
        Sign::Spaces => {
            let line = line.trim();
            let (number, rest) = line.split_once(' ')?;
            let cells = rest.split("  ").map(str::trim).filter(|c| !c.is_empty()).map(String::from);
            Some([number.to_string()].into_iter().chain(cells).collect())
        }
    }
}

/// The fields of a line of CSV.
fn fields(line: &str) -> Option<Vec<String>> {
    let row = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes()).into_records().next()?.ok()?;
    Some(row.iter().map(|f| f.trim().to_string()).collect())
}

/// The line below the columns' numbers in Markdown.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Option<Vec<Vec<String>>> {
        let text = respelled(text)?;
        let cells = |l: &str| l.trim_end_matches(ROW_END).split_terminator(CELL_END).map(String::from).collect::<Vec<_>>();
        Some(text.lines().filter(|l| l.ends_with(ROW_END)).map(cells).collect())
    }

    #[test]
    fn the_numbers_of_a_frame_are_no_cells() {
        for text in [
            "前\n    0  1  2\n0   规章  44  NaN\n1   许可  7  0\n2 \n后",
            "前\n,0,1,2\n0,规章,44,\n1,许可,7,0\n后",
            "前\n|    | 0 | 1 | 2 |\n|---:|:---|:---|:---|\n|  0 | 规章 | 44 | nan |\n| 1 | 许可 | 7 | 0 |\n后",
            "前\n\t0\t1\t2\n0\t规章\t44\t\n1\t许可\t7\t0\n后",
        ] {
            assert_eq!(rows(text).unwrap(), [["规章", "44", ""], ["许可", "7", "0"]], "{text}");
            assert_eq!(respelled(text).unwrap().lines().count(), text.lines().count());
        }
        assert_eq!(rows(",0,1\n0,甲,\"1,024\"\n1,乙,3").unwrap(), [["甲", "1,024"], ["乙", "3"]]);
        assert_eq!(rows(",0,1\n0,甲,5\n\n3,乙,3").unwrap(), [["甲", "5"], ["乙", "3"]], "rows were lost");
    }

    #[test]
    fn other_numbers_are_cells() {
        for text in [",0,1,2\n规章,44,5,6\n许可,7,0,0", ",1,2\n1,规章,44\n2,许可,7", "  0  1  2\n规章  1  1\n许可  2  2", "|  | 0 | 1 |\n|---|---|---|\n| 1 | 规章 | 4 |\n| 2 | 许可 | 7 |", ",0,1,2\n0,规章,44\n1,许可,7", "规章 0 1 2\n0 1 2"] {
            assert_eq!(respelled(text), None, "{text}");
        }
    }
}
