//! Tables written as sentences: `（一）予以公开：自然人211件，商业企业701件，总计912件；`. A line that is nothing but a label and
//! heads with their figures is read as these; what belongs together is then said by the names alone. The label may stand
//! behind those of its groups, `三、本年度办理结果 / （一）予以公开：…`.

use super::atoms::text_lines;
use super::figure::{FigureReader, Reading};
use super::labels::{Lexicon, is_han_numeral};
use crate::fold::is_space;

/// Signs between the clauses of a sentence.
const SIGNS: [char; 6] = ['，', '；', '：', '。', ';', ':'];

/// Signs between a label and that of its group.
const STEPS: [&str; 5] = [" / ", " > ", " - ", " → ", " "];

/// Fewer signs stand in a text that has no table of sentences.
const LEAST_SIGNS: usize = 60;

/// So many lines with at least so many figures make a table.
const LEAST_LINES: usize = 8;
const LEAST_FIGURES: usize = 3;

/// The text with the signs of such lines as spaces; none where there are too few of them. Lines keep their numbers.
pub fn respelled(text: &str, lexicon: &Lexicon, reader: &FigureReader) -> Option<String> {
    let signs = |sign: &str| memchr::memmem::find_iter(text.as_bytes(), sign).take(LEAST_SIGNS).count();
    if signs("，") + signs("；") < LEAST_SIGNS {
        return None;
    }
    let mut path = Vec::new();
    let lines: Vec<(&str, Option<(String, usize)>)> = text_lines(text).map(|line| (line, clauses(line, &mut path, lexicon, reader))).collect();
    if lines.iter().filter(|(_, c)| c.as_ref().is_some_and(|c| c.1 >= LEAST_FIGURES)).count() < LEAST_LINES {
        return None;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (n, (line, clauses)) in lines.iter().enumerate() {
        out.extend((n > 0).then_some('\n'));
        out.push_str(clauses.as_ref().map_or(*line, |c| &c.0));
    }
    Some(out)
}

/// A line as a label and clauses, apart by spaces, and how many of them have a figure; none where anything else stands in it.
/// `path` holds the labels that the line before began with: as in a table, a group is named before the first of its rows.
fn clauses<'t>(line: &'t str, path: &mut Vec<&'t str>, lexicon: &Lexicon, reader: &FigureReader) -> Option<(String, usize)> {
    let last = std::mem::take(path);
    let mut pieces = pieces(line).into_iter();
    let steps = steps(pieces.next()?, lexicon, reader)?;
    let known = steps.iter().zip(&last).take_while(|(a, b)| a == b).count().min(steps.len() - 1);
    let (mut out, mut figures) = (steps[known..].join(" "), 0);
    *path = steps;
    // Whether the piece before is a head without a figure, which may stand behind a sign: 自然人：3. Of few it is not known what
    // else names them.
    let (mut open, mut signed) = (false, false);
    for piece in pieces {
        out.push(' ');
        if is_label(piece, lexicon, reader) {
            out.push_str(piece);
            open = true;
            continue;
        }
        if std::mem::take(&mut open) && matches!(reader.read(piece), Reading::Figure(_) | Reading::WithUnit(..) | Reading::Blank) {
            figures += usize::from(reader.read(piece) != Reading::Blank);
            signed = true;
            out.push_str(piece);
            continue;
        }
        let at = piece.find(|c: char| c.is_numeric() && !is_han_numeral(c) || is_space(c) || c == '-')?;
        let (words, figure) = (&piece[..at], piece[at..].trim_matches(is_space));
        let read = reader.read(figure);
        if !is_label(words, lexicon, reader) || !matches!(read, Reading::Figure(_) | Reading::WithUnit(..) | Reading::Blank) {
            return None;
        }
        figures += usize::from(read != Reading::Blank);
        out.push_str(words);
        out.push(' ');
        out.push_str(figure);
    }
    (figures > if signed { LEAST_FIGURES - 1 } else { 0 }).then_some((out, figures))
}

/// A label with those of its groups before it, from the outermost on; none where other words stand among them.
fn steps<'t>(words: &'t str, lexicon: &Lexicon, reader: &FigureReader) -> Option<Vec<&'t str>> {
    if is_label(words, lexicon, reader) {
        return Some(vec![words]);
    }
    let sign = STEPS.iter().find(|s| words.contains(**s))?;
    let steps: Vec<&str> = words.split(sign).map(|s| s.trim_matches(is_space)).collect();
    steps.iter().all(|s| is_label(s, lexicon, reader)).then_some(steps)
}

/// The pieces of a line between its signs; those within brackets divide nothing.
fn pieces(line: &str) -> Vec<&str> {
    let mut depth = 0;
    let at_sign = |c: char| {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth -= 1,
            _ => {}
        }
        depth == 0 && SIGNS.contains(&c)
    };
    line.split(at_sign).map(|p| p.trim_matches(is_space)).filter(|p| !p.is_empty()).collect()
}

/// Whether words are labels of the form and nothing else.
fn is_label(words: &str, lexicon: &Lexicon, reader: &FigureReader) -> bool {
    !lexicon.alone(words, reader).is_empty()
}
