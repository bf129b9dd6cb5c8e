//! Marks of notes that stand right behind a figure as if they were its last digit, where a note below the table, or at the end of
//! the text, begins with them: what was raised in the document is not in plain text.

use crate::extract::context::Context;
use crate::extract::items::atoms::line_number;
use crate::extract::rows::parts::places;
use crate::extract::rows::tables::{TableReading, last};
use crate::extract::rows::withhold::take_back;
use crate::fold::fold;
use crate::form::{Identity, TABLES, total};
use crate::model::{Figure, Problem, Status};

use super::captions::is_word;

/// So many of the last lines of a text may be notes.
const FOOT: usize = 5;

/// In bytes, the head of a line that is looked at for its mark.
const HEAD: usize = 40;

/// Withholds the figures of a table that end with the mark of a note, where an identity fails as they stand and holds without
/// it, and none that holds would fail. `end` is the last line that may be about the table.
pub fn doubt_marked(cx: &Context, reading: &TableReading, end: u32, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let (Some(last), Some(edition)) = (last(reading), reading.edition) else { return };
    let place = places(cx.form, figures);
    let value = |i: u16, figures: &[Figure]| place[usize::from(i)].and_then(|n| figures[n].value);
    let own = |d: &&Identity| d.table == reading.table.table && d.editions.contains(&edition);
    let holds = |d: &Identity, figures: &[Figure], other: &[(u16, f64)]| {
        let value = |i: u16| other.iter().find(|o| o.0 == i).map(|o| o.1).or_else(|| value(i, figures));
        Some(d.holds(total(&d.left, value)?, total(&d.right, value)?))
    };
    let failing: Vec<&Identity> = cx.form.identities.iter().filter(own).filter(|d| holds(d, figures, &[]) == Some(false)).collect();
    if failing.is_empty() {
        return;
    }
    let marks = marks(cx, last, end);
    // What a figure is without the mark.
    let bare = |f: &Figure| {
        let (value, digits) = (f.value.filter(|_| f.status == Status::Reported)?, fold(&f.raw));
        let read = digits.parse::<f64>().is_ok_and(|read| read == value);
        let rest = marks.iter().filter_map(|mark| digits.strip_suffix(mark.as_str())).find(|rest| !rest.is_empty() && !(rest.len() > 1 && rest.starts_with('0')))?;
        read.then(|| Some((f.indicator, rest.parse().ok()?)))?
    };
    let bares: Vec<(u16, f64)> = if marks.is_empty() { Vec::new() } else { figures.iter().filter_map(bare).collect() };
    // Whether some that fail hold without these marks, and none that holds fails.
    let mends = |without: &[(u16, f64)]| {
        let concerned = |d: &&Identity| own(d) && d.left.iter().chain(&d.right).any(|i| without.iter().any(|w| w.0 == *i));
        let (mut mended, mut broken) = (false, false);
        for d in cx.form.identities.iter().filter(concerned) {
            let (before, after) = (holds(d, figures, &[]), holds(d, figures, without));
            mended |= before == Some(false) && after == Some(true);
            broken |= before == Some(true) && after == Some(false);
        }
        mended && !broken
    };
    let within = |d: &Identity| bares.iter().copied().filter(|b| d.left.contains(&b.0) || d.right.contains(&b.0)).collect::<Vec<_>>();
    let mut marked: Vec<u16> = bares.iter().filter(|b| mends(&[**b])).map(|b| b.0).collect();
    for d in failing {
        let here = within(d);
        // Two of them may stand in one row, or column.
        let pairs = here.iter().enumerate().flat_map(|(n, a)| here[n + 1..].iter().map(move |b| [*a, *b]));
        let pairs: Vec<u16> = pairs.filter(|pair| holds(d, figures, pair) == Some(true) && mends(pair)).flatten().map(|b| b.0).collect();
        marked.extend(pairs);
    }
    for f in figures.iter_mut().filter(|f| marked.contains(&f.indicator)) {
        let (line, raw) = (f.line, f.raw.to_string());
        take_back([f].into_iter());
        problems.push(Problem::new("extract/unreadable-cell", line, raw, format!("a note below begins with the last digit of this cell of {}, without which its sums hold: the digit is the note's mark, and the figure is withheld", TABLES[reading.table.table])));
    }
}

/// The numbers with which lines right below a table, or at the end of the text, begin as notes do: 1含….
fn marks(cx: &Context, last: usize, end: u32) -> Vec<String> {
    let at = cx.items[last].end as usize;
    let below = end.saturating_sub(line_number(cx.text, at)) as usize;
    let near = cx.text[at..].split('\n').skip(1).take(below);
    let foot = cx.text[at..].trim_end().rsplit('\n').take(FOOT);
    let mut out: Vec<String> = near.chain(foot).filter_map(|line| mark(cx, line)).collect();
    out.sort();
    out.dedup();
    out
}

/// The number of a note with which a line begins.
fn mark(cx: &Context, line: &str) -> Option<String> {
    let line = line.trim();
    let folded = fold(&line[..line.floor_char_boundary(HEAD)]);
    let words = cx.form.words.without_mark(&folded);
    let behind = words.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = words.len() - behind.len();
    ((1..=2).contains(&digits) && !words.starts_with('0') && behind.starts_with(is_word)).then(|| words[..digits].to_string())
}
