//! What stands at the head or foot of a page, a number, a day, an hour, among the cells of rows that have no ends: it takes the
//! place of a cell that was empty and left nothing, and then the figures beside it stand in each other's columns.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::tables::TableReading;
use super::windows::stands_between;
use super::withhold::sums;
use crate::extract::beside::notes::is_heading;
use crate::extract::context::{Context, FoundRow, Why};
use crate::extract::items::atoms::{line_at, place_of, text_lines};
use crate::extract::items::cells::{Divider, Kind};
use crate::fold::fold;
use crate::form::Table;

/// No report has more pages.
pub const MOST_PAGES: f64 = 200.0;

/// A page has no fewer bytes, however short its lines are.
const LEAST_PAGE: usize = 150;

/// Between two pages whose numbers are seen, no more than so many follow each other among figures.
const MOST_HIDDEN: u32 = 8;

/// Letters of a line that is running text, or a heading, beside which a number stands for itself.
const WORDS: usize = 8;

/// Letters of the words at the head of pages, at least.
const LEAST_HEAD: usize = 4;

/// The sign of the decoder before a figure that a reader sees otherwise.
const APART: char = '~';

/// The signs of a page beside its number.
const PAGE: [char; 2] = ['第', '页'];

/// A number that is alone in its line, by its place in the text.
pub type Numbered = (usize, u32);

/// Doubts rows without ends that no sum proves and of which one cell is none, or may be the number of a page.
pub fn doubt_paged(cx: &Context, readings: &mut [TableReading]) {
    if cx.divider != Divider::Lines {
        return;
    }
    let pages = OnceCell::new();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (t, reading) in readings.iter().enumerate() {
        for (n, row) in reading.alignment.iter().flat_map(|a| &a.rows).enumerate() {
            let Some(cells) = row.cells.as_deref().filter(|c| row.why.is_none() && is_endless(cx, row, c)) else { continue };
            if sums(cx, &reading.table.rows[row.row], cells) == Some(true) {
                continue;
            }
            let numbers = || pages.get_or_init(|| numbered(cx, readings));
            let stranger = |&&i: &&usize| is_stranger(cx, i) || is_apart(cx, row, cells, i) || is_torn(cx, cells, i) || page(cx, i).is_some_and(|p| ends_page(cx.text, p) || is_page(numbers(), p));
            found.extend(cells.iter().find(stranger).map(|&i| (t, n, i)));
        }
    }
    for (t, n, item) in found {
        if let Some(row) = readings[t].alignment.as_mut().and_then(|a| a.rows.get_mut(n)) {
            row.why = Some(Why::Paged(item));
        }
    }
}

/// Whether the cells of a row go on below the line on which its label ends.
fn is_endless(cx: &Context, row: &FoundRow, cells: &[usize]) -> bool {
    let line = cx.last_line(row.item);
    cells.iter().any(|&i| cx.items[i].line != line)
}

/// Whether a cell is no figure, nor what a figure becomes when its letters are damaged; or shares its line with words, or
/// divides two figures.
fn is_stranger(cx: &Context, item: usize) -> bool {
    let here = &cx.items[item];
    let figure = |k: Kind| matches!(k, Kind::Figure(_));
    match here.kind {
        Kind::Unreadable => !is_damaged(cx.words(item)),
        Kind::Blank => stands_between(cx, item, figure, figure),
        Kind::Figure(_) => {
            let words = |i: Option<usize>| i.and_then(|i| cx.items.get(i)).is_some_and(|x| x.line == here.line && x.kind == Kind::Text);
            words(item.checked_sub(1)) || words(Some(item + 1))
        }
        _ => false,
    }
}

/// Whether a cell may have been a figure: digits, letters that stand for some, or one number with words. A day, an hour and a part
/// of a whole have two numbers, `第4页` and `P4` name a page.
fn is_damaged(words: &str) -> bool {
    let words = words.trim();
    let stands_for_digit = |c: char| c.is_ascii_digit() || matches!(c, 'o' | 'O' | 'l' | 'i' | 'I');
    if !words.is_empty() && words.chars().all(stands_for_digit) {
        return true;
    }
    let Some(first) = words.find(|c: char| c.is_ascii_digit()) else { return false };
    let rest = words[first..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '，' | '.'));
    let dots = words[first..words.len() - rest.len()].matches('.').count();
    let before = |c: char| c.is_ascii() && c != APART || is_between(c);
    !words[..first].contains(before) && !rest.starts_with(is_between) && !words.contains(PAGE) && dots < 2
}

/// Signs between the numbers of a day, an hour, a page.
fn is_between(c: char) -> bool {
    matches!(c, '/' | ':' | '：' | '-' | '—' | '－' | '–' | '年' | '月')
}

/// The number that a cell has as a page's: whole, and alone in its line.
fn page(cx: &Context, item: usize) -> Option<Numbered> {
    let x = &cx.items[item];
    let Kind::Figure(v) = x.kind else { return None };
    let stands = v.fract() == 0.0 && (1.0..=MOST_PAGES).contains(&v) && cx.text[line_at(cx.text, x.start as usize)].trim().len() == (x.end - x.start) as usize;
    stands.then_some((x.start as usize, v as u32))
}

/// Whether an item is the number of a page: at a form feed, or in the run of several that rise through the text.
pub fn is_of_pages(cx: &Context, pages: &[Numbered], item: usize) -> bool {
    page(cx, item).is_some_and(|own| ends_page(cx.text, own) || pages.len() > 1 && is_page(pages, own))
}

/// Whether more empty lines than usual stand between a cell and the one before it in its row, and are no cell of it.
fn is_apart(cx: &Context, row: &FoundRow, cells: &[usize], item: usize) -> bool {
    item > row.item + 1 && cx.items[item - 1].is_gap() && !cells.contains(&(item - 1))
}

/// Whether the head of a page follows a cell: words behind which the row goes on with fewer cells than it has, or that stand
/// in another line too.
fn is_torn(cx: &Context, cells: &[usize], item: usize) -> bool {
    let Some(words) = cx.next(item).filter(|&w| cx.items[w].kind == Kind::Text && cx.words(w).chars().count() >= LEAST_HEAD) else { return false };
    let rest = cx.items[words + 1..].iter().take_while(|x| x.is_cell() || x.is_break()).filter(|x| x.is_cell()).count();
    let head = cx.words(words).trim();
    let stands = |at: &usize| cx.text[line_at(cx.text, *at)].trim() == head;
    let again = || memchr::memmem::find_iter(cx.text.as_bytes(), head).filter(stands).take(2).count() > 1;
    // Headings stand in a list of contents too, and what is left of a label wherever the label does.
    let begins_label = |folded: &str| cx.form.labels.iter().flat_map(|l| &l.texts).any(|t| t.starts_with(folded));
    let own = || is_heading(&cx.form.recognise.sections, head) || begins_label(&fold(head));
    (1..cells.len()).contains(&rest) || page(cx, item).is_some() && again() && !own()
}

/// Whether a number is the last thing on a page that a form feed ends, or the first behind one, and is that page's.
fn ends_page(text: &str, (at, n): Numbered) -> bool {
    const FEED: char = '\u{C}';
    let blank = |c: char| c != FEED && c.is_whitespace();
    let pages = |until: usize| memchr::memchr_iter(FEED as u8, &text.as_bytes()[..until]).count() as u32 + 1;
    let ends = || text[at..].trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(blank).starts_with(FEED);
    let begins = text[..at].trim_end_matches(blank).ends_with(FEED);
    (begins || ends()) && pages(at) == n || begins && pages(at) == n + 1
}

/// Numbers of pages that belong to no row, in their order: in running text, below a heading, behind a row that is whole.
/// None where they do not rise from page to page.
pub fn numbered(cx: &Context, readings: &[TableReading]) -> Vec<Numbered> {
    let begin = cx.items.first().map_or(0, |x| x.start as usize);
    let mut all = in_words(&cx.text[..begin]);
    let apart = |i: usize| {
        cx.last(i).is_some_and(|b| match cx.items[b].kind {
            Kind::Text => cx.words(b).chars().count() >= WORDS,
            Kind::Label(hit) => !cx.lexicon.names_row(&cx.hits[hit as usize]),
            _ => false,
        })
    };
    all.extend((0..cx.items.len()).filter(|&i| cx.items[i].is_cell() && apart(i)).filter_map(|i| page(cx, i)));
    let rows = readings.iter().flat_map(|r| r.alignment.iter().flat_map(|a| &a.rows).map(|row| (r.table, row)));
    let behind: Vec<Numbered> = rows.filter_map(|(table, row)| page(cx, surplus(cx, table, row)?)).collect();
    all.extend(&behind);
    all.sort_unstable();
    all.dedup();
    let rising = rising(&all);
    if rising.len() > 1 {
        return rising;
    }
    // One number says nothing, unless it is the first page's or no row has a place for it.
    all.into_iter().find(|one| one.1 == 1 || behind.contains(one)).into_iter().collect()
}

/// The cell of a row that has one too many, and whose sum holds without it.
fn surplus(cx: &Context, table: &Table, row: &FoundRow) -> Option<usize> {
    let of = &table.rows[row.row];
    if row.cells.is_some() || row.all.len() != of.cells.len() + 1 || of.sums.is_empty() {
        return None;
    }
    let without = |n: usize| [&row.all[..n], &row.all[n + 1..]].concat();
    (0..row.all.len()).rev().find(|&n| page(cx, row.all[n]).is_some() && sums(cx, of, &without(n)) == Some(true)).map(|n| row.all[n])
}

/// Numbers alone in their line right below a line of words.
fn in_words(text: &str) -> Vec<Numbered> {
    let mut before = 0;
    let mut out = Vec::new();
    for line in text_lines(text) {
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        let digits = words.len() <= 3 && words.bytes().all(|b| b.is_ascii_digit());
        if digits && before >= WORDS {
            out.extend(words.parse().ok().map(|n| (place_of(text, words), n)));
        }
        before = if words.len() < WORDS { 0 } else { words.chars().count() };
    }
    out
}

/// The longest run of numbers that rise with the text, with pages' distance between them.
fn rising(all: &[Numbered]) -> Vec<Numbered> {
    // Of each number, its places with the longest run that ends at one of them or before: how many numbers, and the last's index.
    let mut ends: BTreeMap<u32, Vec<(usize, (usize, usize))>> = BTreeMap::new();
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(all.len());
    for (i, &(at, n)) in all.iter().enumerate() {
        let longest = |a: u32| {
            let (ends, reach) = (ends.get(&a)?, at.checked_sub((n - a) as usize * LEAST_PAGE)?);
            ends[..ends.partition_point(|end| end.0 <= reach)].last().map(|end| end.1)
        };
        let before = (n.saturating_sub(MOST_HIDDEN)..n).filter_map(longest).max();
        let run = before.map_or(1, |(count, _)| count + 1);
        best.push((run, before.map(|(_, index)| index)));
        let own = ends.entry(n).or_default();
        own.push((at, own.last().map_or((run, i), |end| end.1.max((run, i)))));
    }
    let mut at = (0..best.len()).max_by_key(|&i| best[i].0);
    let mut out = Vec::new();
    while let Some(i) = at {
        out.push(all[i]);
        at = best[i].1;
    }
    out.reverse();
    out
}

fn follows((from, a): Numbered, (to, b): Numbered) -> bool {
    (a + 1..=a + MOST_HIDDEN).contains(&b) && to >= from + (b - a) as usize * LEAST_PAGE
}

/// Whether a number has its place in the run of the pages' numbers.
fn is_page(pages: &[Numbered], own: Numbered) -> bool {
    if let [one] = pages {
        return one.1.abs_diff(own.1) == 1 && (follows(*one, own) || follows(own, *one));
    }
    let next = pages.partition_point(|p| p.0 < own.0);
    let (before, after) = (next.checked_sub(1).map(|b| pages[b]), pages.get(next));
    (before.is_some() || after.is_some()) && before.is_none_or(|b| follows(b, own)) && after.is_none_or(|&a| follows(own, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_damaged_figure_may_look_like() {
        for words in ["O", "l0", "100余", "9(8)", "9（更正为8）", "10,24", "000", "3件左右", "约3件", "减3", "~4", "~7~4"] {
            assert!(is_damaged(words), "{words}");
        }
        for words in ["4/9", "第4页", "4页", "10:30", "2023-01-20", "2023.01.20", "1月20日", "P4", "?"] {
            assert!(!is_damaged(words), "{words}");
        }
    }

    #[test]
    fn pages_rise() {
        let pages = rising(&[(300, 1), (310, 7), (900, 2), (1500, 4), (1510, 1)]);
        assert_eq!(pages, [(300, 1), (900, 2), (1500, 4)]);
        assert!(is_page(&pages, (1200, 3)) && !is_page(&pages, (1000, 3)) && !is_page(&pages, (1200, 2)) && is_page(&pages, (1900, 5)));
        assert!(!is_page(&[], (1200, 3)));
    }

    #[test]
    fn the_longest_run_is_that_of_all_pairs() {
        // Each number after each before it, as the words say it.
        let of_all_pairs = |all: &[Numbered]| {
            let mut best: Vec<usize> = Vec::new();
            for (i, &one) in all.iter().enumerate() {
                best.push(1 + (0..i).filter(|&j| follows(all[j], one)).map(|j| best[j]).max().unwrap_or(0));
            }
            best.into_iter().max().unwrap_or(0)
        };
        let mut seed = 7_u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % below
        };
        for _ in 0..200 {
            let mut all: Vec<Numbered> = (0..60).map(|_| (next(9000) as usize, next(25))).collect();
            all.sort_unstable();
            all.dedup();
            let run = rising(&all);
            assert!(run.windows(2).all(|w| follows(w[0], w[1])), "{run:?}");
            assert_eq!(run.len(), of_all_pairs(&all), "{all:?}");
        }
    }
}
