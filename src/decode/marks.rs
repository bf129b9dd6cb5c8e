//! The marks of cells and rows in a text: how tables are written with them, and that nothing else equals them.

use std::borrow::Cow;

use crate::model::{CELL_END, ROW_END};

/// Every line break as `\n`, and no character that equals one of our marks.
pub(super) fn lines(text: String) -> String {
    if memchr::memchr3(b'\r', CELL_END as u8, ROW_END as u8, text.as_bytes()).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = memchr::memchr3(b'\r', CELL_END as u8, ROW_END as u8, rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let found = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match found {
            b'\r' if rest.starts_with('\n') => {}
            b'\r' => out.push('\n'),
            _ => out.push(' '),
        }
    }
    out.push_str(rest);
    out
}

/// A text in which nothing equals one of our marks.
pub(super) fn unmarked(text: &str) -> Cow<'_, str> {
    match memchr::memchr2(CELL_END as u8, ROW_END as u8, text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace([CELL_END, ROW_END], " ")),
        None => Cow::Borrowed(text),
    }
}

/// Ends a cell of a table that is written with a line for each.
pub(super) fn end_cell(out: &mut String) {
    out.extend([CELL_END, '\n']);
}

/// Ends a row of such a table behind its last cell.
pub(super) fn end_row(out: &mut String) {
    out.pop();
    out.extend([ROW_END, '\n']);
}
