//! The lines of a text as those see them who read what stands beside its tables.

use memchr::{memchr, memchr_iter, memmem, memrchr};

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
/// line has its tables in it: what holds sentences is read. The last line stands by itself, even one of a table.
pub fn lines<'t>(text: &'t str, tables: &[(u32, u32)]) -> Vec<Line<'t>> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(64);
    // The next end of a sentence, as far as it was looked for.
    let mut sentence: Option<usize> = None;
    let (mut start, mut number) = (0, 1);
    loop {
        let last = tables.iter().filter(|(a, b)| (*a..=*b).contains(&number)).map(|table| table.1).max();
        let of_table = last.and_then(|last| {
            let next = sentence.filter(|s| *s >= start).unwrap_or_else(|| memmem::find(&bytes[start..], "。".as_bytes()).map_or(usize::MAX, |n| start + n));
            sentence = Some(next);
            let line_before = |place: usize| memrchr(b'\n', &bytes[start..place]).map(|n| start + n);
            match end_of(bytes, start, last + 1 - number) {
                end if next < end => line_before(next),
                end if end == bytes.len() => line_before(end).or(Some(end)),
                end => Some(end),
            }
        });
        let end = of_table.unwrap_or_else(|| memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |n| start + n));
        lines.push(Line { text: &text[start..end], start, number, table: of_table.is_some() });
        if end == bytes.len() {
            return lines;
        }
        number += 1 + of_table.map_or(0, |end| memchr_iter(b'\n', &bytes[start..end]).count() as u32);
        start = end + 1;
    }
}

/// Where the last of so many lines ends, or the text where it has fewer.
pub fn end_of(text: &[u8], start: usize, lines: u32) -> usize {
    let (mut at, mut left) = (start, lines as usize);
    // The lines of a table are short: they are counted many at a time.
    for piece in text[start..].chunks(128) {
        let breaks = memchr_iter(b'\n', piece).count();
        if breaks >= left {
            break;
        }
        (at, left) = (at + piece.len(), left - breaks);
    }
    memchr_iter(b'\n', &text[at..]).nth(left - 1).map_or(text.len(), |n| at + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_one_and_what_holds_sentences_none() {
        let shown = |text, tables: &[(u32, u32)]| lines(text, tables).iter().map(|l| format!("{}{}{}", l.number, if l.table { "=" } else { ":" }, l.text)).collect::<Vec<_>>();
        assert_eq!(shown("a\nb\nc\nd", &[(2, 3)]), ["1:a", "2=b\nc", "4:d"]);
        assert_eq!(shown("a\nb。\nc\nd", &[(2, 4)]), ["1:a", "2:b。", "3=c", "4=d"]);
        assert_eq!(shown("a\nb\nc。\nd", &[(1, 3)]), ["1=a\nb", "3:c。", "4:d"]);
        assert_eq!(shown("a\nb\nc", &[(1, 3)]), ["1=a\nb", "3=c"]);
        assert_eq!(shown("a\nb\n", &[(1, 1), (2, 2)]), ["1=a", "2=b", "3:"]);
        let long = "12345\n".repeat(100);
        assert_eq!(lines(&long, &[(2, 99)]).iter().map(|l| (l.number, l.text.len())).collect::<Vec<_>>(), [(1, 5), (2, 98 * 6 - 1), (100, 5), (101, 0)]);
        assert_eq!(shown("", &[]), ["1:"]);
    }
}
