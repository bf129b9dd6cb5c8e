//! Labels that a narrow column of pipes or the end of a page broke, where no rule tells one row from the next, as readers of Word
//! documents and PDF write them, with pipes or tabs: the rest of a label stands below its figures, with empty cells beside it. Pieces
//! of one column that together are a row's label, letter for letter, become one cell; nothing is guessed.

use super::atoms::{JOINED, has_pipe, is_pipe, line_at, text_lines};
use super::figure::FigureReader;
use super::labels::{Lexicon, unnumbered};
use super::wrapped::is_label;
use crate::extract::words::wanted::places;
use crate::fold::is_space;

/// A label has no more lines than this above or below its figures.
const MOST: usize = 4;

/// Fewer cells beside a piece of a label are no row's.
const LEAST_EMPTY: usize = 2;

/// The text with such labels in one piece; none where there is nothing to join. Breaks that are taken out become [`JOINED`].
pub fn joined(text: &str, lexicon: &Lexicon, reader: &FigureReader) -> Option<String> {
    // Where pipes divide cells, a tab is a blank.
    let sign = if has_pipe(text) { '|' } else { '\t' };
    let mut last = "";
    let is_rest = |line| {
        let above = std::mem::replace(&mut last, line);
        goes_on(line, sign) && is_beside(above, line, sign)
    };
    // Few lines of tabs end with so many.
    let ends_empty = |at: usize| {
        let line = line_at(text, at);
        line.start > 0 && goes_on(&text[line.clone()], sign) && is_beside(&text[line_at(text, line.start - 1)], &text[line], sign)
    };
    let stands = if sign == '|' { text_lines(text).any(is_rest) } else { places(text, "\t\t\t\n").any(ends_empty) };
    if !stands {
        return None;
    }
    let lines: Vec<&str> = text_lines(text).collect();
    let goes_on: Vec<bool> = lines.iter().map(|l| goes_on(l, sign)).collect();
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut found) = (0, false);
    for i in 0..lines.len() {
        if i < copied || goes_on[i] || !goes_on.get(i + 1).is_some_and(|g| *g) || !is_beside(lines[i], lines[i + 1], sign) {
            continue;
        }
        // A line with the whole label of a row is a row.
        let piece = |&l: &usize| goes_on[l] && !lines[l].split(|c| divides(c, sign)).any(|c| is_label(c.trim_matches(is_space), lexicon, reader));
        let before = (copied..i).rev().take(MOST).take_while(piece).count();
        let after = (i + 1..lines.len()).take(MOST).take_while(piece).count();
        if after == 0 {
            continue;
        }
        // Pieces of heads stand above those of the first label.
        let blocks = (0..=before).rev().find_map(|before| Some((before, block(&lines[i - before..=i + after], before, sign, reader)?)));
        let Some((before, (rows, label))) = blocks else { continue };
        let Some((a, b)) = pieces(&rows, before, label, lexicon, reader) else { continue };
        lines[copied..i - a].iter().for_each(|l| push_line(&mut out, l));
        push_line(&mut out, &whole(&rows[before - a..=before + b], a, label, sign));
        (copied, found) = (i + b + 1, true);
    }
    lines[copied..].iter().for_each(|l| push_line(&mut out, l));
    out.pop();
    found.then_some(out)
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// Whether a character divides cells: any pipe, or a tab.
fn divides(c: char, sign: char) -> bool {
    if sign == '|' { is_pipe(c) } else { c == sign }
}

/// Whether a line of pipes or tabs has words before cells that are all empty.
fn goes_on(line: &str, sign: char) -> bool {
    let mut pipes = 0;
    // Most lines end with something.
    if line.trim_ascii_end().as_bytes().last().is_none_or(|b| b.is_ascii() && *b != b'|') {
        return false;
    }
    for c in line.chars().rev() {
        match c {
            c if divides(c, sign) => pipes += 1,
            c if is_space(c) => {}
            c => return pipes > LEAST_EMPTY && !c.is_ascii_digit() && !is_numbered(line),
        }
    }
    false
}

/// Whether the first words of a line have a number of their own: the rest of a label has none.
fn is_numbered(line: &str) -> bool {
    let words = line.trim_start_matches(|c| is_pipe(c) || is_space(c) || c == '\t');
    let inner = words.trim_start_matches(['(', '（']);
    let rest = unnumbered(inner);
    rest.len() < inner.len() && rest.starts_with(if inner.len() < words.len() { [')', '）'] } else { ['.', '、'] })
}

/// Whether a line may have figures, and as many cells as the one below it.
fn is_beside(line: &str, below: &str, sign: char) -> bool {
    let pipes = |line: &str| memchr::memchr_iter(sign as u8, line.as_bytes()).count();
    pipes(line) == pipes(below) && line.bytes().any(|b| b.is_ascii_digit())
}

/// The cells of lines around the one at `own`, as many in each, and the column of its label: the last one before its figures
/// that has words in any of them.
fn block<'t>(lines: &[&'t str], own: usize, sign: char, reader: &FigureReader) -> Option<(Vec<Vec<&'t str>>, usize)> {
    let rows: Vec<Vec<&str>> = lines.iter().map(|l| l.split(|c| divides(c, sign)).map(|c| c.trim_matches(is_space)).collect()).collect();
    let is_figure = |c: &&str| !c.is_empty() && reader.read(c).is_figure();
    let figures = rows[own].iter().position(|c| is_figure(&c)).filter(|_| rows.iter().all(|r| r.len() == rows[own].len()))?;
    let label = (0..figures).rev().find(|&c| rows.iter().any(|r| !r[c].is_empty()))?;
    // Beside the pieces of a label no cell has anything in it.
    let alone = rows.iter().enumerate().all(|(n, r)| n == own || r[label + 1..].iter().all(|c| c.is_empty()));
    alone.then_some((rows, label))
}

/// How many lines above and below that of the figures make its label whole; none where it is without those below.
fn pieces(rows: &[Vec<&str>], own: usize, column: usize, lexicon: &Lexicon, reader: &FigureReader) -> Option<(usize, usize)> {
    let after = rows.len() - 1 - own;
    let is_whole = |a: usize, b: usize| is_label(&rows[own - a..=own + b].iter().map(|r| r[column]).collect::<String>(), lexicon, reader);
    if (0..=own).any(|a| is_whole(a, 0)) {
        return None;
    }
    let ways = (1..=own + after).flat_map(|n| (1..=n.min(after)).filter_map(move |b| (n - b <= own).then_some((n - b, b))));
    ways.filter(|&(a, b)| [own - a, own + b].iter().all(|&n| !rows[n][column].is_empty())).find(|&(a, b)| is_whole(a, b))
}

/// Lines of one row as one line: up to the label's column the pieces of each, behind it the cells of the line with figures,
/// which is the one behind the first `above`.
fn whole(rows: &[Vec<&str>], above: usize, label: usize, sign: char) -> String {
    let joined = |n: usize| std::iter::repeat_n(JOINED, n);
    let cell = |c: usize| -> String {
        let pieces = rows.iter().map(|r| r[c]);
        if c == label { pieces.map(String::from).chain([joined(above).collect()]).collect() } else if c < label { pieces.collect() } else { rows[above][c].into() }
    };
    let cells: Vec<String> = (0..rows[above].len()).map(cell).collect();
    cells.join(sign.encode_utf8(&mut [0; 4])) + &joined(rows.len() - 1 - above).collect::<String>()
}
