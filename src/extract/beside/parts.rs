//! A table in numbered parts: 表3-1 机关, 表3-2 村. Each part is as good a table as the other, and where both say the same of a row
//! the report's own figure stands nowhere all the same.

use crate::extract::context::Context;
use crate::extract::items::atoms::text_lines;
use crate::extract::rows::tables::TableReading;
use crate::fold::{fold_char, is_space};
use crate::form::Form;

/// Signs between the number of a table and that of its part.
const DASHES: [char; 6] = ['-', '—', '－', '–', '.', '．'];

/// The line that numbers the first part of a table of which another part, under its own number, holds labels of its rows again;
/// from a byte of the text on.
pub fn first_part<'a>(cx: &Context<'a>, reading: &TableReading, from: usize) -> Option<&'a str> {
    let alignment = reading.alignment.as_ref()?;
    let start = |item: usize| cx.items[item].start as usize;
    let first = alignment.rows.iter().map(|r| start(r.item)).min()?;
    let last = alignment.rivals.iter().map(|r| start(r.item)).max().filter(|last| *last > first)?;
    let numbered = |text: &'a str| text_lines(text).map(str::trim).filter_map(|line| Some((line, number(cx.form, line)?)));
    let (line, (table, part)) = numbered(&cx.text[from..first]).last()?;
    numbered(&cx.text[first..last]).any(|(_, (t, p))| t == table && p != part).then_some(line)
}

/// The number of a table and of its part with which a line begins.
fn number(form: &Form, line: &str) -> Option<(u32, u32)> {
    let rest = form.beside.numbered.iter().find_map(|mark| line.strip_prefix(mark.as_str()))?.trim_start_matches(is_space);
    let (table, rest) = digits(rest)?;
    let (part, _) = digits(rest.strip_prefix(DASHES)?)?;
    Some((table, part))
}

/// The number with which words begin, and what follows it.
fn digits(words: &str) -> Option<(u32, &str)> {
    let digit = |c: char| fold_char(c).and_then(|c| c.to_digit(10));
    let end = words.find(|c| digit(c).is_none()).unwrap_or(words.len());
    let number = words[..end].chars().filter_map(digit).try_fold(0_u32, |n, d| n.checked_mul(10)?.checked_add(d))?;
    (end > 0).then_some((number, &words[end..]))
}
