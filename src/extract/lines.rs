//! The lines of a text as those see them who read what stands beside its tables.

use memchr::{memchr_iter, memmem};

/// A line of a text, or the lines of a table one after another.
pub struct Line<'t> {
    pub text: &'t str,
    /// Where it begins in the text.
    pub start: usize,
    /// Its number from 1.
    pub number: u32,
    pub table: bool,
}

/// The lines of a text; `tables` are the ranges of lines (from 1, both ends included) that tables occupy. A whole report on one
/// line has its tables in it: what holds sentences is read. The last line stands by itself.
pub fn lines<'t>(text: &'t str, tables: &[(u32, u32)]) -> Vec<Line<'t>> {
    let bytes = text.as_bytes();
    let mut lines: Vec<Line> = Vec::with_capacity(bytes.len() / 32);
    // The next end of a sentence, as far as it was looked for.
    let mut sentence: Option<usize> = None;
    let mut start = 0;
    for (end, number) in memchr_iter(b'\n', bytes).chain([bytes.len()]).zip(1..) {
        let table = tables.iter().any(|&(a, b)| (a..=b).contains(&number)) && {
            let next = sentence.filter(|s| *s >= start).unwrap_or_else(|| memmem::find(&bytes[start..], "。".as_bytes()).map_or(usize::MAX, |n| start + n));
            sentence = Some(next);
            next > end
        };
        match lines.last_mut() {
            Some(above) if table && above.table && end < bytes.len() => above.text = &text[above.start..end],
            _ => lines.push(Line { text: &text[start..end], start, number, table }),
        }
        start = end + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_one_and_what_holds_sentences_none() {
        let shown = |text, tables: &[(u32, u32)]| lines(text, tables).iter().map(|l| format!("{}{}{}", l.number, if l.table { "=" } else { ":" }, l.text)).collect::<Vec<_>>();
        assert_eq!(shown("a\nb\nc\nd", &[(2, 3)]), ["1:a", "2=b\nc", "4:d"]);
        assert_eq!(shown("a\nb。\nc\nd", &[(2, 4)]), ["1:a", "2:b。", "3=c", "4=d"]);
        assert_eq!(shown("a\nb\n", &[(1, 1), (2, 2)]), ["1=a\nb", "3:"]);
        assert_eq!(shown("", &[]), ["1:"]);
    }
}
