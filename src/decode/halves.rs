//! Tables that stand beside themselves to save paper: the first row names all columns twice, and behind the cells of one row
//! stand those of another, half the table further on. The second half comes below the first.

use std::collections::BTreeSet;

use crate::model::{CELL_END, ROW_END};

/// Narrower halves, and fewer rows, are none.
const LEAST_COLUMNS: usize = 3;
const LEAST_ROWS: usize = 4;

/// The text with such tables one half below the other; none where it has none.
pub(super) fn stacked(text: &str) -> Option<String> {
    memchr::memchr(ROW_END as u8, text.as_bytes())?;
    let rows: Vec<&str> = text.split_inclusive(ROW_END).collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    while at < rows.len() {
        match width(rows[at]).and_then(|width| halves(&rows[at..], width)) {
            Some((stacked, length)) => {
                out.push_str(&stacked);
                (at, found) = (at + length, true);
            }
            None => {
                out.push_str(rows[at]);
                at += 1;
            }
        }
    }
    found.then_some(out)
}

/// The cells of a row.
fn cells(row: &str) -> Option<Vec<&str>> {
    Some(row.strip_suffix(ROW_END)?.trim_end_matches([' ', '\n']).strip_suffix(CELL_END)?.split(CELL_END).collect())
}

/// How many columns a row names, where it names each of them twice.
fn width(row: &str) -> Option<usize> {
    let cells = cells(row)?;
    let names: Vec<&str> = cells.iter().map(|c| c.lines().last().unwrap_or_default().trim()).collect();
    let (first, second) = names.split_at(names.len() / 2);
    let distinct: BTreeSet<&&str> = first.iter().filter(|n| has_words(n)).collect();
    (first == second && first.len() >= LEAST_COLUMNS && distinct.len() == first.len()).then_some(first.len())
}

fn has_words(cell: &str) -> bool {
    cell.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
}

/// The table of two halves that rows begin with, one below the other, and how many rows it has; none where a row is neither a whole one
/// of both halves nor one of the first alone, or the same row stands in both.
fn halves(rows: &[&str], width: usize) -> Option<(String, usize)> {
    let (head, rest) = rows.split_first()?;
    // Words on a line of their own stand behind the table.
    let table = rest.iter().take_while(|r| cells(r).is_some_and(|c| !c[0].trim().contains('\n'))).count();
    let (mut first, mut second) = (join(&cells(head)?[..width]), String::new());
    let (mut names, mut both) = (BTreeSet::new(), 0);
    for row in &rest[..table] {
        let cells = cells(row)?;
        let (one, other) = cells.split_at(width.min(cells.len()));
        let empty = other.iter().all(|c| c.trim().is_empty());
        if one.len() < width || !(empty || other.len() == width && has_words(other[0])) || !has_words(one[0]) {
            return None;
        }
        first.push_str(&join(one));
        if !empty {
            second.push('\n');
            second.push_str(&join(other));
            both += 1;
        }
        let own = [Some(one[0]), other.first().copied().filter(|_| !empty)];
        if !own.into_iter().flatten().all(|name| names.insert(name.trim())) {
            return None;
        }
    }
    (both >= LEAST_ROWS).then(|| (first + &second, table + 1))
}

fn join(cells: &[&str]) -> String {
    let cells: String = cells.iter().flat_map(|cell| [*cell, "\u{1F}"]).collect();
    cells + "\u{1E}"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&str]) -> String {
        rows.iter().map(|r| format!("{}¶\n", r.replace('|', "¦"))).collect()
    }

    fn marked(text: &str) -> Option<String> {
        let back = |t: String| t.replace(CELL_END, "¦").replace(ROW_END, "¶");
        stacked(&text.replace('¦', "\u{1F}").replace('¶', "\u{1E}")).map(back)
    }

    const HALVES: [&str; 6] = ["项目|企业|总计|项目|企业|总计|", "一、新收|1|2|五|9|10|", "二、结转|3|4|六|11|12|", "三|5|6|七|13|14|", "四|7|8|八|15|16|", "九|17|18||||"];

    #[test]
    fn the_second_half_stands_below_the_first() {
        let want = table(&["项目|企业|总计|", "一、新收|1|2|", "二、结转|3|4|", "三|5|6|", "四|7|8|", "九|17|18|"]) + &table(&["五|9|10|", "六|11|12|", "七|13|14|", "八|15|16|"]);
        let after = "四、诉讼\n".to_string() + &table(&["行政复议|1|"]);
        let text = format!("三、申请\n{}{after}", table(&HALVES));
        let squeezed = |t: &str| t.replace('\n', "");
        assert_eq!(marked(&text).map(|t| squeezed(&t)), Some(squeezed(&format!("{want}{after}"))).map(|t| format!("三、申请{t}")));
    }

    #[test]
    fn other_tables_stay() {
        let row = |n: usize, row: &'static str| {
            let mut rows = HALVES;
            rows[n] = row;
            table(&rows)
        };
        for text in [
            row(0, "项目|企业|总计|项目|企业|合计|"),
            row(0, "项目|企业|企业|项目|企业|企业|"),
            row(2, "二、结转|3|4|六|11|"),
            row(2, "二、结转|3|4|一、新收|11|12|"),
            row(2, "二、结转|3|4|6|11|12|"),
            table(&HALVES[..4]),
        ] {
            assert_eq!(marked(&text), None, "{text}");
        }
    }
}
