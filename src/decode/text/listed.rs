//! Tables of which each row is a list on a line of its own, behind words: `规章 [0, 3, 1]`, or those of a program, the same in every
//! line, `INSERT INTO t VALUES ('规章','0');`, `Row(Index=2, _1='规章', _2='0')`.

use std::collections::BTreeMap;

use super::ruled::append;
use crate::model::{CELL_END, ROW_END};

/// Fewer lines are no report's tables, and fewer lists of several cells.
const LEAST_LINES: usize = 12;
const LEAST_LISTS: usize = 8;

/// In bytes, a longer line is no row.
const LONGEST: usize = 4000;

/// In letters, a longer cell without quotes is a sentence's.
const LONGEST_BARE: usize = 12;

/// How programs write that there is nothing.
const EMPTY: [&str; 6] = ["None", "NULL", "null", "nan", "NaN", "<NA>"];

/// The number of a row in a data frame.
const NUMBER: &str = "Index";

/// What stands before a list, and its cells.
struct Line<'t> {
    before: &'t str,
    cells: Vec<String>,
}

/// The text with such lists as cells and rows, as many lines as before; none where it has none.
pub fn respelled(text: &str) -> Option<String> {
    if text.matches([']', ')']).take(LEAST_LINES).count() < LEAST_LINES {
        return None;
    }
    let lines: Vec<(&str, Option<Line>)> = text.split('\n').map(|line| (line, read(line))).collect();
    let lists = || lines.iter().filter_map(|(_, list)| list.as_ref());
    // By the program's words before them; labels differ.
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for list in lists() {
        let (rows, several) = kinds.entry(kind(list)).or_default();
        *rows += 1;
        *several += usize::from(list.cells.len() > 1);
    }
    kinds.retain(|_, (rows, several)| *rows >= LEAST_LINES && *several >= LEAST_LISTS);
    if kinds.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for (n, (line, list)) in lines.iter().enumerate() {
        out.extend((n > 0).then_some('\n'));
        let Some(list) = list.as_ref().filter(|l| kinds.contains_key(kind(l))) else {
            out.push_str(line);
            continue;
        };
        let label = (!list.before.is_ascii()).then_some(list.before);
        for cell in label.into_iter().chain(list.cells.iter().map(String::as_str)) {
            append_cell(&mut out, cell);
        }
        out.push(ROW_END);
    }
    Some(out)
}

/// The program's words before a list; nothing for a label.
fn kind<'t>(line: &Line<'t>) -> &'t str {
    if line.before.is_ascii() { line.before } else { "" }
}

fn append_cell(out: &mut String, cell: &str) {
    let mut text = String::new();
    cell.split([CELL_END, ROW_END]).for_each(|piece| append(&mut text, piece));
    out.push_str(&text);
    out.push(CELL_END);
}

/// A line that ends with a list, which words precede.
fn read(line: &str) -> Option<Line<'_>> {
    if line.len() > LONGEST {
        return None;
    }
    let row = line.trim().trim_end_matches([';', ',']).trim_end();
    let (open, inner) = if let Some(inner) = row.strip_suffix(']') { ('[', inner) } else { ('(', row.strip_suffix(')')?) };
    // The words of a program may have brackets of their own; within the list are none but in quotes.
    let (before, inner) = match open {
        '[' => inner.split_once(open)?,
        _ => inner.split_once("('").or_else(|| inner.split_once('(')).map(|(before, _)| (before, &inner[before.len() + 1..]))?,
    };
    let before = before.trim_end_matches([' ', '\t', ':', '：', '=']);
    // A label's explanation stands in round brackets as well.
    let is_named = if before.is_ascii() { before.starts_with(|c: char| c.is_ascii_alphabetic()) } else { open == '[' && !before.contains(['[', '"', '\'', '{']) };
    let cells = cells(inner)?;
    let quoted = open == '[' || inner.contains('\'') || inner.contains('"');
    (is_named && quoted && !cells.is_empty()).then_some(Line { before, cells })
}

/// The cells of a list; none where it is no list of plain values.
fn cells(inner: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = inner;
    loop {
        let (name, value) = named(rest.trim_start());
        let (cell, behind) = value_of(value)?;
        if name != Some(NUMBER) {
            out.push(cell);
        }
        match behind.trim_start() {
            "" => return Some(out),
            behind => rest = behind.strip_prefix(',')?,
        }
    }
}

/// The name of a value, and what stands behind it: `_1='规章'`.
fn named(text: &str) -> (Option<&str>, &str) {
    let length = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let named = text[length..].strip_prefix('=').filter(|_| length > 0 && !text.as_bytes()[0].is_ascii_digit());
    named.map_or((None, text), |value| (Some(&text[..length]), value))
}

/// The value that a text begins with, and what stands behind it.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let (bare, behind) = text.split_at(text.find(',').unwrap_or(text.len()));
        let bare = bare.trim();
        let is_value = bare.chars().count() <= LONGEST_BARE && !bare.contains(['\'', '"', '[', ']', '(', ')', '{', '}']);
        return is_value.then(|| (if EMPTY.contains(&bare) { String::new() } else { bare.to_string() }, behind));
    };
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|(_, c)| if matches!(c, 'n' | 'r' | 't') { ' ' } else { c })),
            // Two quotes are one.
            c if c == quote && chars.peek().is_some_and(|next| next.1 == quote) => out.extend(chars.next().map(|(_, c)| c)),
            c if c == quote => return Some((out, &text[at + 1..])),
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Option<String> {
        respelled(text).map(|t| t.replace(CELL_END, "¦").replace(ROW_END, "¶"))
    }

    #[test]
    fn lists_behind_words_are_rows() {
        for (line, row) in [
            ("规章 [0, 3, -]", "规章¦0¦3¦-¦¶"),
            ("（一）予以公开: ['0', None, \"3\"]", "（一）予以公开¦0¦¦3¦¶"),
            ("INSERT INTO t (a, b) VALUES ('规''章（1）','0',NULL,'');", "规'章（1）¦0¦¦¦¶"),
            ("Row(Index=7, _1='规章', 甲='x', _2=3, _3=nan)", ""),
            ("Row(Index=7, _1='规章', _2=3, _3=nan)", "规章¦3¦¦¶"),
        ] {
            let text = format!("甲镇\n{}行政许可 [5]\n", format!("{line}\n").repeat(12));
            let rows = format!("{row}\n").repeat(12);
            let last = if line.is_ascii() || line.starts_with(|c: char| c.is_ascii()) { "行政许可 [5]" } else { "行政许可¦5¦¶" };
            assert_eq!(marked(&text), (!row.is_empty()).then(|| format!("甲镇\n{rows}{last}\n")), "{line}");
        }
    }

    #[test]
    fn other_brackets_stay() {
        for line in ["规章[1]", "规章（0, 3, 1）", "规章(0, 3, 1)", "见附件 [甲的情况说明和乙的情况说明, 3]", "[\"规章\", \"0\"]", "\"规章\": [0, 3]", "共3件(0, 3)", "规章 [[0, 3], 1]", "f(3, 4)"] {
            assert_eq!(marked(&format!("{line}\n").repeat(12)), None, "{line}");
        }
        assert_eq!(marked(&"规章 [0, 3, 1]\n".repeat(11)), None);
    }
}
