//! Tables as a browser gives their text where cells hold paragraphs: a tab stands by itself between empty lines wherever one cell
//! ends and the next begins. Such a tab divides like any other; only an odd number of line breaks beside it ends a row.

use std::ops::Range;

use super::atoms::JOINED;

/// Fewer tabs between empty lines are no table's.
const LEAST: usize = 12;

/// The text with the empty lines around such tabs as [`JOINED`], so that a row is a line; none where it has no such table.
pub fn respelled(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"\n\n\t")?;
    let stands = |run: &Range<usize>| text[run.clone()].starts_with("\n\n\t") && text[run.clone()].ends_with("\t\n\n");
    let (alone, all) = runs(text).fold((0, 0), |(alone, all), run| (alone + usize::from(stands(&run)), all + 1));
    if alone < LEAST || alone * 2 <= all {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for run in runs(text) {
        out.push_str(&text[done..run.start]);
        for (n, breaks) in text[run.clone()].split('\t').enumerate() {
            out.extend((n > 0).then_some('\t'));
            // A paragraph begins and ends with two; the row's own end is one more.
            let sign = if breaks.len() == 2 { JOINED } else { '\n' };
            out.extend(breaks.chars().map(|_| sign));
        }
        done = run.end;
    }
    out.push_str(&text[done..]);
    Some(out)
}

/// The stretches of tabs and line breaks in which a tab stands.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let is_part = |b: &u8| matches!(b, b'\t' | b'\n');
    let mut from = 0;
    std::iter::from_fn(move || {
        let tab = from + memchr::memchr(b'\t', &bytes[from..])?;
        let start = bytes[..tab].iter().rposition(|b| !is_part(b)).map_or(0, |at| at + 1);
        let end = bytes[tab..].iter().position(|b| !is_part(b)).map_or(bytes.len(), |at| tab + at);
        from = end;
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_between_empty_lines_divides_where_it_stands() {
        let row = "许可\n\n\t\n\n1\n\n\t\t\n\n3\n\n\n\n\n".repeat(6);
        let want = "许可\u{1D}\u{1D}\t\u{1D}\u{1D}1\u{1D}\u{1D}\t\t\u{1D}\u{1D}3\n\n\n\n\n".repeat(6);
        assert_eq!(respelled(&row), Some(want.clone()));
        assert_eq!(respelled(&format!("{row}处罚\n\n\t\n\n\n\t\n\n5")), Some(format!("{want}处罚\u{1D}\u{1D}\t\n\n\n\t\u{1D}\u{1D}5")), "an empty cell at the end of a row");
    }

    #[test]
    fn other_tabs_stay() {
        for text in ["许可\n\n\t1\n\n\t3\n\n".repeat(12), "许可\n\t\n1\n\t\n3\n".repeat(12), "许可\n\n\t\n\n1\n\n".repeat(11)] {
            assert_eq!(respelled(&text), None, "{text}");
        }
    }
}
