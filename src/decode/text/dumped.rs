//! Tables that another program wrote as lists of lists, `[["规章", "0"], …]`, as libraries that take tables out of PDF do,
//! on one line or a row a line; or as a list a line. Python writes such lists too, with quotes of its own and `None`.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Deserializer, Value};

use super::keyed::{self, Outer};
use super::{python, ruled::append};
use crate::model::{CELL_END, ROW_END};

/// So many places of a text are tried, and no list is longer.
const MOST_TRIES: usize = 1000;
const LONGEST: usize = 1 << 20;
/// Smaller lists are no table, and fewer lists below each other.
const LEAST_CELLS: usize = 4;
const LEAST_LINES: usize = 4;

/// One list and where it stands.
type Row = (Vec<Value>, Range<usize>);

/// The text with such lists as cells and rows, as many lines as before; none where it has none.
pub fn respelled(text: &str) -> Option<String> {
    with_objects(text).or_else(|| with_lists(text))
}

/// The same where rows are objects whose keys are numbers.
fn with_objects(text: &str) -> Option<String> {
    let opens = |rest: &str| rest.starts_with("[{\"0\"") || rest.starts_with("{\"0\"");
    if !opens(text) {
        memchr::memmem::find(text.as_bytes(), b"{\"0\"")?;
    }
    let mut found: Vec<(usize, usize, Value)> = Vec::new();
    for at in memchr::memchr2_iter(b'[', b'{', text.as_bytes()).filter(|&at| opens(&text[at..])).take(MOST_TRIES) {
        if found.last().is_some_and(|f| f.1 > at) {
            continue;
        }
        let mut values = Deserializer::from_str(&text[at..text.floor_char_boundary((at + LONGEST).min(text.len()))]).into_iter::<Value>();
        if let Some(Ok(value)) = values.next() {
            found.push((at, at + values.byte_offset(), value));
        }
    }
    // A program writes all its tables alike, and the largest tells how.
    let largest = found.iter().filter_map(|f| keyed::outer(f.2.as_object()?)).max_by_key(|o| o.0);
    let outer = largest.map_or(Outer::Columns, |o| o.1);
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for (at, end, value) in found {
        let rows = value.as_array().map_or_else(|| keyed::nested(value.as_object()?, outer), |list| keyed::records(list));
        let Some(rows) = rows else { continue };
        out.push_str(&text[done..at]);
        for row in rows {
            row.iter().for_each(|cell| {
                cell_text(cell, &mut out);
                out.push(CELL_END);
            });
            out.push(ROW_END);
        }
        breaks(&text[at..end], &mut out);
        done = end;
    }
    (done > 0).then(|| out + &text[done..])
}

fn with_lists(text: &str) -> Option<String> {
    let text = &*in_json(text);
    let mut out = String::new();
    let mut done = 0;
    let mut tries = 0;
    for at in memchr::memchr_iter(b'[', text.as_bytes()) {
        // A list of cells begins with text in quotes, or after another bracket.
        if at < done || !(text[at + 1..].trim_start().starts_with(['[', '"']) || text[at + 1..].starts_with("null")) {
            continue;
        }
        tries += 1;
        if tries > MOST_TRIES {
            break;
        }
        let Some((rows, end)) = list(&text[at..]) else { continue };
        out.push_str(&text[done..at]);
        let mut from = at;
        for (row, place) in rows {
            // Between rows stand signs and line breaks; the latter stay.
            breaks(&text[from..at + place.start], &mut out);
            for cell in row {
                cell_text(&cell, &mut out);
                out.push(CELL_END);
            }
            out.push(ROW_END);
            breaks(&text[at + place.start..at + place.end], &mut out);
            from = at + place.end;
        }
        breaks(&text[from..at + end], &mut out);
        done = at + end;
    }
    (done > 0).then(|| out + &text[done..])
}

/// The text with lists in Python's spelling as JSON has them, where lines hold such.
fn in_json(text: &str) -> Cow<'_, str> {
    let find = |line: &str, words: &[&str]| words.iter().filter_map(|w| line.find(w)).min();
    // Where the lists of a line begin; those in others stand in a line of their own.
    let begins = |line: &str| {
        let start = line.trim_start();
        let own = start.starts_with("{'") || start.starts_with('[') && start.trim_start_matches('[').starts_with(['\'', 'N']) || ["('", "(None"].iter().any(|w| start.starts_with(w)) || is_tuple(start);
        if own { Some(line.len() - start.len()) } else { find(line, &["[['", "[[None"]) }
    };
    let count = |line: &str| ["['", "[None", "('", "(None"].iter().map(|w| line.matches(w).count()).sum::<usize>();
    let mut lists = 0;
    if ["['", "('"].iter().any(|w| memchr::memmem::find(text.as_bytes(), w.as_bytes()).is_some()) {
        lists = text.lines().filter(|l| begins(l).is_some()).map(count).sum();
    }
    if lists < LEAST_LINES {
        return Cow::Borrowed(text);
    }
    let spelt = |line: &'_ str| begins(line).map(|at| line[..at].to_owned() + &python::as_json(&line[at..]));
    let lines: Vec<Cow<str>> = text.split('\n').map(|line| spelt(line).map_or(Cow::Borrowed(line), Cow::Owned)).collect();
    Cow::Owned(lines.join("\n"))
}

/// Whether a line is a tuple of nothing but figures.
fn is_tuple(line: &str) -> bool {
    let inner = line.trim_end().strip_prefix('(').and_then(|l| l.strip_suffix(')'));
    inner.is_some_and(|l| l.contains(", ") && l.split(", ").all(|n| n == "None" || n.parse::<f64>().is_ok()))
}

fn breaks(text: &str, out: &mut String) {
    out.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|_| '\n'));
}

/// The rows of the list of lists, or of the lists below each other, that a text begins with, and where they end.
fn list(text: &str) -> Option<(Vec<Row>, usize)> {
    let mut until = text.len().min(LONGEST);
    while !text.is_char_boundary(until) {
        until -= 1;
    }
    let text = &text[..until];
    let inner = text[1..].trim_start();
    let nested = inner.starts_with('[');
    let mut at = if nested { text.len() - inner.len() } else { 0 };
    let mut rows: Vec<Row> = Vec::new();
    let end = loop {
        let mut values = Deserializer::from_str(&text[at..]).into_iter::<Vec<Value>>();
        let Some(Ok(row)) = values.next() else {
            break if nested { None } else { rows.last().map(|r| r.1.end) };
        };
        rows.push((row, at..at + values.byte_offset()));
        let rest = &text[at + values.byte_offset()..];
        let next = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if nested && next.starts_with(']') {
            break Some(text.len() - next.len() + 1);
        }
        // Lists that no other list holds stand on lines of their own.
        if !next.starts_with('[') || !nested && !rest[..rest.len() - next.len()].contains('\n') {
            break if nested { None } else { rows.last().map(|r| r.1.end) };
        }
        at = text.len() - next.len();
    }?;
    let cells = || rows.iter().flat_map(|r| &r.0);
    let plain = cells().all(|v| !v.is_array() && !v.is_object());
    let least = if nested { 2 } else { LEAST_LINES };
    (plain && cells().any(Value::is_string) && rows.len() >= least && cells().count() >= LEAST_CELLS).then_some((rows, end))
}

pub fn cell_text(cell: &Value, out: &mut String) {
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
        assert_eq!(respelled(text).as_deref(), Some("前\n规章\u{1F}0\u{1F}\u{1F}\u{1E}\n行政许可\u{1F}57\u{1F}1 2\u{1F}\u{1E}后\n"));
    }

    #[test]
    fn lists_in_the_spelling_of_python_are_rows_too() {
        let text = "前\n['规章', '0', None]\n[None, '许\\'可', \"5'7\"]\n['a\\n\"b', '1', '2']\n['收费', '3', '4']\n'后'\n";
        let rows = "前\n规章\u{1F}0\u{1F}\u{1F}\u{1E}\n\u{1F}许'可\u{1F}5'7\u{1F}\u{1E}\na \"b\u{1F}1\u{1F}2\u{1F}\u{1E}\n收费\u{1F}3\u{1F}4\u{1F}\u{1E}\n'后'\n";
        assert_eq!(respelled(text).as_deref(), Some(rows));
        assert_eq!(respelled("['规章', '0']\n三行\n"), None, "one list is no table");
        let one = "前[['规章', None], [None, '许\\'可'], ['收费', '3'], ['', 4]]后";
        assert_eq!(respelled(one).as_deref(), Some("前规章\u{1F}\u{1F}\u{1E}\u{1F}许'可\u{1F}\u{1E}收费\u{1F}3\u{1F}\u{1E}\u{1F}4\u{1F}\u{1E}后"));
    }

    #[test]
    fn lists_on_lines_of_their_own_are_rows() {
        let rows = "规章\u{1F}0\u{1F}\u{1E}\n许可\u{1F}\u{1F}\u{1E}\n处罚\u{1F}7\u{1F}\u{1E}\n收费\u{1F}1.5\u{1F}\u{1E}\n";
        let lines = "[\"规章\", \"0\"]\n[\"许可\", null]\n[\"处罚\", 7]\n[\"收费\", 1.5]\n";
        assert_eq!(respelled(lines).as_deref(), Some(rows));
        let held = format!("[\n{}\n]后", lines.trim_end().replace("]\n", "],\n"));
        assert_eq!(respelled(&held), Some(format!("\n{}\n后", rows.trim_end())));
        for text in [lines.replace("]\n", "] "), lines.replace("[\"收费\", 1.5]\n", ""), lines.replace("\"]", "\"）")] {
            assert_eq!(respelled(&text), None, "{text}");
        }
    }

    #[test]
    fn objects_with_numbers_as_keys_are_rows() {
        let rows = "前\n规章\u{1F}0\u{1F}\u{1E}许可\u{1F}\u{1F}\u{1E}处罚\u{1F}7\u{1F}\u{1E}\n后";
        for list in ["[{\"0\":\"规章\",\"1\":\"0\"},{\"0\":\"许可\",\"1\":null},{\"0\":\"处罚\",\"1\":7}]", "{\"0\":{\"0\":\"规章\",\"1\":\"许可\",\"2\":\"处罚\"},\"1\":{\"0\":\"0\",\"1\":null,\"2\":7}}"] {
            assert_eq!(respelled(&format!("前\n{list}\n后")).as_deref(), Some(rows), "{list}");
        }
        assert_eq!(respelled("前\n[{\"0\":\"规章\",\"1\":\"0\"},{\"1\":\"许可\"}]\n后"), None);
    }

    #[test]
    fn tuples_are_rows() {
        assert_eq!(respelled(&"('规章', '0', None)\n(7, None)\n".repeat(4)).as_deref(), Some("规章\u{1F}0\u{1F}\u{1F}\u{1E}\n7\u{1F}\u{1F}\u{1E}\n".repeat(4).as_str()));
    }

    #[test]
    fn lists_may_be_printed_over_lines() {
        let text = "[\n [\n  \"规章\",\n  0\n ],\n [\"许可\", 57]\n]\n";
        assert_eq!(respelled(text).as_deref(), Some("\n规章\u{1F}0\u{1F}\u{1E}\n\n\n\n许可\u{1F}57\u{1F}\u{1E}\n\n"));
    }

    #[test]
    fn other_brackets_are_left_alone() {
        for text in ["[[1, 2], [3, 4]]", "[[\"a\", \"b\"], [\"c\", \"d\"", "[[[\"a\"]], [[\"b\"]]]", "见[[1]]和[[2]]", "[[\"a\"], [\"b\"]]"] {
            assert_eq!(respelled(text), None, "{text}");
        }
        assert_eq!(respelled(&"[[".repeat(1 << 20)), None);
    }
}
