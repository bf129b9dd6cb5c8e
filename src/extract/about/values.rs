//! Where the value of a key stands in the information of a page: beside it, in the next line, or in its column of the next row.

use crate::extract::beside::block::Keys;
use crate::extract::items::atoms::{COLON, SQUARE, is_pipe};
use crate::extract::words::dates::whole_date;
use crate::extract::words::wanted::head_of;
use crate::fold::is_space;
use crate::model::{CELL_END, ROW_END};

/// A key that a colon follows, and its value.
#[derive(Debug)]
pub struct Keyed<'t, K> {
    /// As it stands.
    pub key: &'t str,
    pub value: &'t str,
    pub kind: K,
    /// The next key stands right behind the value.
    pub glued: bool,
}

/// The keys of a line before its colons: the value of one ends where the next begins. None where a colon stands before the first.
/// `key_of` says where the key begins that words before a colon end with, and what it is about; it is told what stands behind the colon,
/// and whether the key would be the first.
pub fn keyed<'t, K>(line: &'t str, key_of: impl Fn(&str, &str, bool) -> Option<(usize, K)>) -> Vec<Keyed<'t, K>> {
    let mut out: Vec<Keyed<K>> = Vec::new();
    let mut from = 0;
    for (at, sign) in line.char_indices().filter(|(_, c)| COLON.contains(c)) {
        let (before, behind) = (&line[from..at], &line[at + sign.len_utf8()..]);
        let Some((begins, kind)) = key_of(before, behind, out.is_empty()) else {
            if out.is_empty() {
                return out;
            }
            continue;
        };
        if let Some(last) = out.last_mut() {
            last.value = before[..begins].trim();
            last.glued = !before[..begins].ends_with(is_space);
        }
        from = at + sign.len_utf8();
        out.push(Keyed { key: &before[begins..], value: behind.trim(), kind, glued: false });
    }
    out
}

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

/// Whether a line or cell is a key with its value, or a key alone.
pub fn is_field(keys: &Keys, line: &str) -> bool {
    let signs = |c: char| is_divider(c) || matches!(c, ':' | '：');
    let line = bare(line);
    keys.of_cell(line[..line.find(signs).unwrap_or(line.len())].trim()).is_some()
}

/// Where the cell or line of a place of a text ends.
fn cell_end(text: &str) -> usize {
    text.find(|c: char| c == '\n' || is_divider(c)).unwrap_or(text.len())
}

/// What stands beside a key that ends at `at`: behind it in its cell, to the end of the line, or in the next cell that is not empty;
/// of what is longer than any value, the beginning.
pub fn beside<'t>(keys: &Keys, text: &'t str, at: usize) -> Option<&'t str> {
    let rest = text[at..].trim_start_matches(|c| is_space(c) || matches!(c, ':' | '：' | '号') || SQUARE[1].contains(&c));
    // The whole text may stand in one line, and each key of it be asked for its value.
    let near = head_of(rest, ROWS);
    let end = cell_end(near);
    if !near[..end].trim().is_empty() {
        return near.lines().next().filter(|_| !is_field(keys, &near[..end]));
    }
    let divider = near[end..].chars().next().filter(|c| is_divider(*c))?;
    let row = &near[end..end + row_end(&near[end..], divider)];
    row.split(|c| divides(divider, c)).map(|cell| bare(cell.trim())).find(|cell| !cell.is_empty()).filter(|cell| !is_field(keys, cell))
}

/// What stands below a key that ends at `at` and has nothing beside it: the next line, or the cell of its column in the next row. Without
/// what divides cells or opens a list.
pub fn below<'t>(keys: &Keys, text: &'t str, at: usize) -> Option<&'t str> {
    // Most keys have their value in their own cell, and nobody needs to know where the line ends.
    let cell = text[at..].trim_start_matches(|c| c != '\n' && !is_divider(c) && (opens(c) || SQUARE[1].contains(&c)));
    let behind = cell.chars().next().filter(|c| *c == '\n' || is_divider(*c))?;
    let near = head_of(text, at + ROWS);
    if is_divider(behind) && row_end(&near[at..], behind) == near.len() - at || beside(keys, text, at).is_some() {
        return None;
    }
    let start = text[..at].rfind('\n').map_or(0, |b| b + 1);
    let end = at + text[at..].find('\n')?;
    let divider = Some(behind).filter(|c| is_divider(*c)).or_else(|| text[start..at].chars().find(|c| is_divider(*c)));
    let Some(divider) = divider else {
        let filled = |lines: &mut std::str::Lines<'t>| lines.find(|l| l.contains(|c| !opens(c)));
        let mut lines = text[end + 1..].lines();
        let next = filled(&mut lines).filter(|next| !is_field(keys, next))?;
        // Keys below each other and their values below those: nobody can say which is whose.
        let above = text[..start].lines().rev().find(|l| l.contains(|c| !opens(c)));
        let is_list = above.is_some_and(|l| keys.are(bare(l))) && whole_date(bare(next)).is_some() && filled(&mut lines).is_some_and(|l| whole_date(bare(l)).is_some());
        return Some(bare(next)).filter(|next| !next.is_empty() && !is_list);
    };
    // A row of keys: nothing but words without figures stands in it, in a grid in every cell. Below a key whose value is empty stands
    // the next key.
    let behind = at + row_end(&near[at..], divider);
    let start = if divider == CELL_END { first_cell(text, at) } else { start };
    let row = &text[start..behind];
    let rest = near.get(behind + 1..)?;
    let next = if divider == CELL_END { &rest[..row_end(rest, divider)] } else { rest.lines().find(|l| l.contains(|c| !opens(c)))? };
    let cells = |row: &str| row.trim_end_matches(|c| is_space(c) || c == ROW_END).matches(|c| divides(divider, c)).count();
    let has_gap = || divider == CELL_END && row.split_terminator(divider).any(|cell| bare(cell.trim()).is_empty());
    if row.contains(|c: char| c.is_ascii_digit()) || cells(row) != cells(next) || has_gap() {
        return None;
    }
    let column = text[start..at].matches(|c| divides(divider, c)).count();
    next.split(|c| divides(divider, c)).nth(column).map(|cell| bare(cell.trim())).filter(|cell| !cell.is_empty() && !is_field(keys, cell))
}

/// In bytes, two rows of a block.
const ROWS: usize = 2000;

/// Whether a sign divides the cells of a row in which `divider` does.
fn divides(divider: char, c: char) -> bool {
    if divider == CELL_END { c == CELL_END } else { is_divider(c) }
}

/// Where the row of cells ends that a text goes on with.
fn row_end(text: &str, divider: char) -> usize {
    text.find(if divider == CELL_END { ROW_END } else { '\n' }).unwrap_or(text.len())
}

/// Where the first cell of a row begins that is marked and holds a place of a text.
fn first_cell(text: &str, at: usize) -> usize {
    let from = text[..at].rfind(ROW_END).map_or(0, |end| end + 1);
    let cell = from + text[from..at].find(CELL_END).unwrap_or(at - from);
    text[from..cell].trim_end().rfind('\n').map_or(from, |end| from + end + 1)
}
