//! CSV in whose quoted cells lines end: taken line by line, such a cell would end its row. And cells between tabs that are
//! quoted, figures among them: `"规章"⇥"3"`.

use csv::{ReaderBuilder, StringRecord};

use crate::model::{CELL_END, ROW_END};

/// What may divide cells.
const SIGNS: [u8; 3] = [b',', b'\t', b';'];

/// Fewer rows of several cells are no table.
const LEAST_ROWS: usize = 8;

/// A cell with more lines, or bytes, is none: a quote was opened and never closed.
const MOST_LINES: usize = 16;
const LONGEST: usize = 1000;

/// The text with its rows of several cells as cells and rows, as many lines as before; none where no quoted cell has a line
/// break and no figures between tabs are quoted.
pub fn respelled(text: &str) -> Option<String> {
    if memchr::memchr(b'"', text.as_bytes()).is_none() {
        return None;
    }
    // A cell that goes on leaves a line with a quote that is not closed.
    let goes_on = text.lines().any(|l| l.matches('"').count() % 2 == 1);
    SIGNS.into_iter().find_map(|sign| {
        let quotes = sign == b'\t' && quotes_figures(text);
        (goes_on || quotes).then(|| written_with(text, sign, quotes)).flatten()
    })
}

/// Whether a table's worth of lines has quoted figures between tabs.
fn quotes_figures(text: &str) -> bool {
    let is_quoted = |cell: &str| cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).is_some_and(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit()));
    text.lines().filter(|l| l.contains('\t') && l.split('\t').any(is_quoted)).take(LEAST_ROWS).count() == LEAST_ROWS
}

/// `quotes`: cells need not go on, since figures are quoted.
fn written_with(text: &str, sign: u8, quotes: bool) -> Option<String> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sign).from_reader(text.as_bytes());
    let rows: Vec<StringRecord> = reader.records().collect::<Result<_, _>>().ok()?;
    let goes_on = |cell: &str| cell.contains('\n');
    let is_cell = |cell: &str| cell.len() <= LONGEST && cell.matches('\n').count() <= MOST_LINES;
    let (several, cells) = (rows.iter().filter(|r| r.len() > 1).count(), || rows.iter().filter(|r| r.len() > 1).flatten());
    if several < LEAST_ROWS || !(quotes || cells().any(goes_on)) || !rows.iter().flatten().filter(|c| goes_on(c)).all(is_cell) {
        return None;
    }
    let (mut out, mut line) = (String::with_capacity(text.len()), 1);
    for row in &rows {
        // Empty lines are no rows; the reader counts them to the row behind them.
        let empty = |p: &csv::Position| text[p.byte() as usize..].bytes().take_while(|b| *b == b'\n').count() as u64;
        let at = row.position().map_or(line, |p| p.line() + empty(p));
        (line..at).for_each(|_| out.push('\n'));
        for cell in row {
            out.push_str(cell);
            out.extend((row.len() > 1).then_some(CELL_END));
        }
        out.extend((row.len() > 1).then_some(ROW_END));
        line = at + row.iter().map(|c| c.matches('\n').count() as u64).sum::<u64>();
    }
    (line..text.split('\n').count() as u64).for_each(|_| out.push('\n'));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Option<String> {
        respelled(text).map(|t| t.replace(CELL_END, "¦").replace(ROW_END, "¶"))
    }

    #[test]
    fn a_cell_goes_on_in_the_next_line() {
        for (name, sign) in [("comma", ","), ("tab", "\t"), ("semicolon", ";")] {
            let row = format!("规章{sign}0{sign}3\n");
            let text = format!("甲镇报告\n\n\"行政\n许可\"{sign}\"1\n7\"{sign}\n{}乙\n", row.repeat(8));
            let want = format!("甲镇报告\n\n行政\n许可¦1\n7¦¦¶\n{}乙\n", "规章¦0¦3¦¶\n".repeat(8));
            assert_eq!(marked(&text), Some(want), "{name}");
        }
    }

    #[test]
    fn figures_are_quoted_between_tabs() {
        let row = "\"规章\"\t\"0\"\t\"\"\t\"13\"\n".repeat(8);
        assert_eq!(marked(&format!("甲镇报告\n{row}")), Some(format!("甲镇报告\n{}", "规章¦0¦¦13¦¶\n".repeat(8))));
    }

    #[test]
    fn other_texts_stay() {
        let row = "规章,0,3\n".repeat(9);
        let named = "\"规章\"\t0\t3\n".repeat(9);
        for text in [named, row.clone(), format!("{row}他说：\"甲\n乙\"\n"), format!("{row}\"甲\n"), format!("\"甲\n乙\",1\n{}", "规章,0\n".repeat(6)), format!("\"{}\",1\n{row}", "甲\n".repeat(20))] {
            assert_eq!(marked(&text), None, "{text}");
        }
    }
}
