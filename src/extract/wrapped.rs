//! Labels that a narrow cell broke into lines, where the row's figures stand beside or between the pieces, as readers of
//! PDF write them: `一、本年新收政府信息公`, `0 0 3 0 0 0 3`, `开申请数量`. Pieces that together are a row's label, letter for
//! letter, are joined before the figures; nothing is guessed.

use super::atoms::{self, Atoms, JOINED};
use super::figure::{FigureReader, Reading};
use super::labels::Lexicon;

/// A label has no more lines than this before or behind its figures.
const MOST: usize = 4;

/// Bytes of the longest label with its explanation.
const LONGEST: usize = 240;

/// A line as fragments: words, then figures to its end.
struct Line {
    number: u32,
    words: std::ops::Range<usize>,
    figures: std::ops::Range<usize>,
}

/// The text with such labels in one piece; none where there is nothing to join. Breaks that are taken out of a label's way
/// become [`JOINED`], so that lines keep their numbers.
pub fn joined(text: &str, atoms: &Atoms, lexicon: &Lexicon, reader: &FigureReader) -> Option<String> {
    let lines = lines(text, atoms, reader);
    let words = |line: &Line| line.words.clone().map(|f| &text[atoms.fragments[f].start as usize..atoms.fragments[f].end as usize]);
    let (mut out, mut copied, mut from) = (String::new(), 0, 0);
    for (i, line) in lines.iter().enumerate() {
        if line.figures.is_empty() {
            continue;
        }
        let alone = |j: usize| lines[j].figures.is_empty();
        let before = (from..i).rev().take(MOST).take_while(|&j| alone(j) && lines[j + 1].number - lines[j].number <= 2).count();
        let after = (i + 1..lines.len()).take(MOST).take_while(|&j| alone(j) && lines[j].number - lines[j - 1].number <= 2).count();
        let label = |a: usize, b: usize| -> Option<String> {
            let label: String = lines[i - a..=i + b].iter().flat_map(words).collect();
            (label.len() <= LONGEST && is_label(&label, lexicon, reader)).then_some(label)
        };
        // What is whole before its figures needs nothing behind them.
        if after == 0 || (0..=before).any(|a| label(a, 0).is_some()) {
            continue;
        }
        let ways = (1..=before + after).flat_map(|n| (1..=n.min(after)).filter_map(move |b| (n - b <= before).then_some((n - b, b))));
        let Some((a, b, label)) = ways.filter(|(a, _)| *a > 0 || !line.words.is_empty()).find_map(|(a, b)| Some((a, b, label(a, b)?))) else { continue };
        let (first, last) = (&lines[i - a], &lines[i + b]);
        let byte = |f: usize| atoms.fragments[f].start as usize;
        let end = |f: usize| atoms.fragments[f].end as usize;
        out.push_str(&text[copied..byte(first.words.start)]);
        // The label stands in the line of its figures then.
        out.extend((first.number..line.number).map(|_| JOINED));
        out.push_str(&label);
        out.push(' ');
        out.push_str(&text[byte(line.figures.start)..end(line.figures.end - 1)]);
        out.extend((line.number..last.number).map(|_| JOINED));
        copied = end(last.words.end - 1);
        from = i + b + 1;
    }
    (copied > 0).then(|| out + &text[copied..])
}

fn lines(text: &str, atoms: &Atoms, reader: &FigureReader) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let fragments = &atoms.fragments;
    let mut at = 0;
    while at < fragments.len() {
        let number = fragments[at].line;
        let end = at + fragments[at..].partition_point(|f| f.line == number);
        let is_figure = |f: &usize| {
            let words = &text[fragments[*f].start as usize..fragments[*f].end as usize];
            words.len() <= 16 && matches!(reader.read(words), Reading::Figure(_) | Reading::WithUnit(..) | Reading::Blank)
        };
        let first = (at..end).rev().take_while(is_figure).last().unwrap_or(end);
        out.push(Line { number, words: at..first, figures: first..end });
        at = end;
    }
    out
}

/// Whether these words are the label of a row and nothing else.
fn is_label(words: &str, lexicon: &Lexicon, reader: &FigureReader) -> bool {
    let atoms = atoms::atoms(words);
    let hits = lexicon.hits(words, &atoms, reader);
    atoms.fragments.len() == 1 && matches!(hits.as_slice(), [hit] if hit.figure.is_none() && hit.before.is_none() && !hit.open && lexicon.names_row(hit))
}
