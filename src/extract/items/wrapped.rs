//! Labels that a narrow cell broke into lines, where the row's figures stand beside or between the pieces, as readers of
//! PDF write them: `一、本年新收政府信息公`, `0 0 3 0 0 0 3`, `开申请数量`. Pieces that together are a row's label, letter for
//! letter, are joined before the figures; nothing is guessed.

use std::ops::Range;

use super::atoms::{Atoms, Fragment, JOINED, PLACED, line_at};
use super::cells::is_enumerator;
use super::figure::{FigureReader, Reading};
use super::labels::{LONGEST, Lexicon};
use crate::fold::{fold_char, is_wide};

/// A label has no more lines than this before or behind its figures.
const MOST: usize = 4;

/// A line as fragments: words, then figures to its end.
struct LabelLine {
    number: u32,
    words: Range<usize>,
    figures: Range<usize>,
}

/// The text with such labels in one piece; none where there is nothing to join. Breaks that are taken out of a label's way
/// become [`JOINED`], so that lines keep their numbers.
pub fn joined(text: &str, atoms: &Atoms, lexicon: &Lexicon, reader: &FigureReader) -> Option<String> {
    let lines = lines(text, atoms, reader);
    let byte = |f: usize| atoms.fragments[f].start as usize;
    let end = |f: usize| atoms.fragments[f].end as usize;
    // Running text is no piece of a label; it is not looked at once for every line near it.
    let short = |line: &LabelLine| line.words.is_empty() || end(line.words.end - 1) - byte(line.words.start) <= LONGEST;
    let (mut out, mut copied, mut from) = (String::new(), 0, 0);
    for (i, line) in lines.iter().enumerate() {
        if line.figures.is_empty() || !short(line) {
            continue;
        }
        let alone = |j: usize| lines[j].figures.is_empty() && short(&lines[j]);
        let before = (from..i).rev().take(MOST).take_while(|&j| alone(j) && lines[j + 1].number - lines[j].number <= 2).count();
        let after = (i + 1..lines.len()).take(MOST).take_while(|&j| alone(j) && lines[j].number - lines[j - 1].number <= 2).count();
        // A label begins above its figures or beside them.
        if after == 0 || before == 0 && line.words.is_empty() {
            continue;
        }
        // The pieces of the label are the words of each line, or the last of its columns of words.
        let pieces = |a: usize, b: usize, last: bool| -> String {
            lines[i - a..=i + b].iter().flat_map(|l| if last { column(text, atoms, &l.words) } else { l.words.clone() }).map(|f| &text[byte(f)..end(f)]).collect()
        };
        let label = |a: usize, b: usize| [false, true].into_iter().find_map(|last| Some(pieces(a, b, last)).filter(|l| is_label(l, lexicon, reader)).map(|l| (l, last)));
        // What is whole before its figures needs nothing behind them.
        if (0..=before).any(|a| label(a, 0).is_some()) {
            continue;
        }
        let ways = (1..=before + after).flat_map(|n| (1..=n.min(after)).filter_map(move |b| (n - b <= before).then_some((n - b, b))));
        // A number that is no numbering is a figure, though it may not be one that can be read: `1x`, `\,1`.
        let is_piece = |l: &LabelLine| l.words.is_empty() || is_piece(&text[byte(l.words.start)..end(l.words.end - 1)]);
        let Some((a, b, (label, last))) = ways.filter(|(a, _)| *a > 0 || !line.words.is_empty()).filter(|(a, _)| lines[i - a..=i].iter().all(is_piece)).find_map(|(a, b)| Some((a, b, label(a, b)?))) else { continue };
        let block = &lines[i - a..=i + b];
        let (first, end_line) = (&block[0], &block[a + b]);
        out.push_str(&text[copied..byte(first.words.start)]);
        // The label stands in the line of its figures then; other columns of words stand before it.
        out.extend((first.number..line.number).map(|_| JOINED));
        if last {
            block.iter().flat_map(|l| l.words.start..column(text, atoms, &l.words).start).for_each(|f| out.push_str(&text[byte(f)..end(f)]));
            out.push(' ');
        }
        out.push_str(&label);
        out.push(PLACED);
        let figures = byte(line.figures.start);
        out.extend(text[line_at(text, figures).start..figures].chars().map(|c| if is_wide(c) { '\u{3000}' } else { ' ' }));
        out.push_str(&text[figures..end(line.figures.end - 1)]);
        out.extend((line.number..end_line.number).map(|_| JOINED));
        copied = end(end_line.words.end - 1);
        from = i + b + 1;
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// Whether words may be the beginning of a label: they have letters, or are numbering.
fn is_piece(words: &str) -> bool {
    words.chars().any(|c| fold_char(c).is_some_and(|c| !c.is_ascii_digit())) || is_enumerator(words)
}

fn lines(text: &str, atoms: &Atoms, reader: &FigureReader) -> Vec<LabelLine> {
    let is_figure = |f: &&Fragment| {
        let words = &text[f.start as usize..f.end as usize];
        words.len() <= 16 && matches!(reader.read(words), Reading::Figure(_) | Reading::WithUnit(..) | Reading::Blank)
    };
    let mut at = 0;
    let line = |fragments: &[Fragment]| {
        let end = at + fragments.len();
        let first = end - fragments.iter().rev().take_while(is_figure).count();
        LabelLine { number: fragments[0].line, words: std::mem::replace(&mut at, end)..first, figures: first..end }
    };
    atoms.fragments.chunk_by(|a, b| a.line == b.line).map(line).collect()
}

/// Those of a line's words that no wide gap divides from the last.
fn column(text: &str, atoms: &Atoms, words: &Range<usize>) -> Range<usize> {
    let gap = |f: usize| &text[atoms.fragments[f - 1].end as usize..atoms.fragments[f].start as usize];
    let wide = |f: &usize| gap(*f).chars().map(|c| if c == ' ' { 1 } else { 2 }).sum::<usize>() >= 2;
    (words.start + 1..words.end).rev().find(wide).unwrap_or(words.start)..words.end
}

/// Whether these words are the label of a row and nothing else.
pub fn is_label(words: &str, lexicon: &Lexicon, reader: &FigureReader) -> bool {
    matches!(lexicon.alone(words, reader).as_slice(), [hit] if lexicon.names_row(hit))
}
