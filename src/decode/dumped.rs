//! Tables that another program wrote as lists of lists, `[["规章", "0"], …]`, as libraries that take tables out of PDF do.

use serde_json::Value;

use super::ruled::append;
use crate::model::{CELL_END, ROW_END};

/// So many places of a text are tried, and no list is longer.
const MOST_TRIES: usize = 1000;
const LONGEST: usize = 1 << 20;
/// Smaller lists are no table.
const LEAST_CELLS: usize = 4;

/// The text with such lists as cells and rows, as many lines as before; none where it has none.
pub fn respelled(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut done = 0;
    let opens = |at: &usize| text[at + 1..].trim_start().starts_with('[');
    for at in memchr::memchr_iter(b'[', text.as_bytes()).filter(opens).take(MOST_TRIES) {
        if at < done {
            continue;
        }
        let Some((rows, end)) = list(&text[at..]) else { continue };
        out.push_str(&text[done..at]);
        for row in rows {
            for cell in row {
                cell_text(&cell, &mut out);
                out.push(CELL_END);
            }
            out.push(ROW_END);
        }
        out.extend(std::iter::repeat_n('\n', text[at..at + end].matches('\n').count()));
        done = at + end;
    }
    (done > 0).then(|| out + &text[done..])
}

/// The list of lists that a text begins with, and its length.
fn list(text: &str) -> Option<(Vec<Vec<Value>>, usize)> {
    let mut until = text.len().min(LONGEST);
    while !text.is_char_boundary(until) {
        until -= 1;
    }
    let mut values = serde_json::Deserializer::from_str(&text[..until]).into_iter::<Vec<Vec<Value>>>();
    let rows = values.next()?.ok()?;
    let plain = rows.iter().flatten().all(|v| !v.is_array() && !v.is_object());
    let named = rows.iter().flatten().any(Value::is_string);
    (plain && named && rows.len() > 1 && rows.iter().map(Vec::len).sum::<usize>() >= LEAST_CELLS).then(|| (rows, values.byte_offset()))
}

fn cell_text(cell: &Value, out: &mut String) {
    match cell {
        Value::Null => {}
        Value::String(s) => {
            let mut text = String::new();
            s.split(['\n', '\r', CELL_END, ROW_END]).for_each(|piece| append(&mut text, piece));
            out.push_str(&text);
        }
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_lists_are_rows_and_cells() {
        let text = "前\n[[\"规章\", \"0\", null],\n [\"行政\\n许可\", 57, \"1\\n2\"]]后\n";
        assert_eq!(respelled(text).as_deref(), Some("前\n规章\u{1F}0\u{1F}\u{1F}\u{1E}行政许可\u{1F}57\u{1F}1 2\u{1F}\u{1E}\n后\n"));
    }

    #[test]
    fn other_brackets_are_left_alone() {
        assert_eq!(respelled("[\n [\n  \"规章\",\n  0\n ],\n [\"许可\", 57]\n]\n").as_deref(), Some("规章\u{1F}0\u{1F}\u{1E}许可\u{1F}57\u{1F}\u{1E}\n\n\n\n\n\n\n"));
        for text in ["[[1, 2], [3, 4]]", "[[\"a\", \"b\"], [\"c\", \"d\"", "[[[\"a\"]], [[\"b\"]]]", "见[[1]]和[[2]]", "[[\"a\"], [\"b\"]]"] {
            assert_eq!(respelled(text), None, "{text}");
        }
        assert_eq!(respelled(&"[[".repeat(1 << 20)), None);
    }
}
