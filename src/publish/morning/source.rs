//! A report's lines beside the figures taken from them: which lines are shown, and which of their words the figures
//! claim. A figure knows its line and its text, not its place in the line; where the place cannot be told the words
//! stay unmarked, and the figure says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::clip;
use crate::form::Form;
use crate::model::{CELL_END, Figure, ROW_END, Status};

/// Lines of one report.
const MOST_LINES: usize = 160;
/// Lines of a report of which no figure was taken.
const MOST_BARE: usize = 30;
/// Characters of one line, and of its words between two claims.
const MOST_CHARS: usize = 3000;
const MOST_BETWEEN: usize = 90;
/// Pieces of a line beyond which it is no table any more, but all tables of a report on one line still are.
const MOST_PIECES: usize = 4000;

/// What is shown of a report.
#[derive(Debug, Default, Serialize)]
pub struct Shown {
    pub lines: Vec<Line>,
    /// Lines with figures that the bound left out.
    pub left_out: usize,
    /// Cells without a line: number of the indicator, number of the status.
    pub nowhere: Vec<(u16, u8)>,
}

/// Number of the line, its pieces, and the figures taken from it.
#[derive(Debug, PartialEq, Serialize)]
pub struct Line(pub u32, pub Vec<Piece>, pub Vec<Taken>);

/// Words, and what they are: 0 unclaimed, 1 claimed by a figure, 2 claimed by one that is in doubt.
#[derive(Debug, PartialEq, Serialize)]
pub struct Piece(pub String, pub u8);

/// Indicator, status, value; whether it is in doubt; whether its place in the line is unknown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Taken(pub u16, pub u8, pub Option<f64>, pub u8, pub u8);

/// Lays out a text. `doubted` are the indicators of failed checks, `noted` the lines that problems name; lines around
/// them come before others where not all can be shown.
pub fn lay_out(form: &Form, text: &str, figures: &[Figure], doubted: &BTreeSet<u16>, noted: &[u32]) -> Shown {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut of_line: BTreeMap<u32, Vec<&Figure>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for f in figures {
        // A line may be the label's alone, where nothing stands behind it.
        if f.status == Status::Absent || f.line == 0 || f.line as usize > lines.len() {
            nowhere.push((f.indicator, f.status as u8));
        } else {
            of_line.entry(f.line).or_default().push(f);
        }
    }
    let in_doubt = |f: &Figure| doubted.contains(&f.indicator) || matches!(f.status, Status::Unreadable | Status::Derived | Status::Corrected);
    let first: Vec<u32> = of_line.iter().filter(|(_, fs)| fs.iter().any(|f| in_doubt(f))).map(|(l, _)| *l).chain(noted.iter().copied().filter(|l| *l > 0)).collect();
    let others: Vec<u32> = of_line.keys().copied().collect();
    let mut chosen = BTreeSet::new();
    take(&mut chosen, &first, 2, lines.len());
    take(&mut chosen, &others, 1, lines.len());
    if of_line.is_empty() {
        chosen.extend((1u32..).zip(&lines).filter(|(_, l)| !l.trim().is_empty()).map(|(n, _)| n).take(MOST_BARE));
    }
    let left_out = of_line.keys().filter(|l| !chosen.contains(l)).count();
    let lines = chosen.into_iter().map(|n| line(form, n, lines[n as usize - 1], of_line.get(&n).map_or(&[][..], |f| f), &in_doubt)).collect();
    Shown { lines, left_out, nowhere }
}

/// Adds lines with their neighbours until there are enough.
fn take(chosen: &mut BTreeSet<u32>, lines: &[u32], around: u32, last: usize) {
    for &line in lines {
        let near = line.saturating_sub(around).max(1)..=(line + around).min(last as u32);
        if chosen.len() + near.clone().filter(|n| !chosen.contains(n)).count() > MOST_LINES {
            return;
        }
        chosen.extend(near);
    }
}

/// A stretch of a line in bytes, the figure that claims it.
type Claim = (usize, usize, bool);

fn line(form: &Form, number: u32, text: &str, figures: &[&Figure], in_doubt: &dyn Fn(&Figure) -> bool) -> Line {
    let groups: Vec<&[&Figure]> = figures.chunk_by(|a, b| row(form, a) == row(form, b)).collect();
    // Signs that divide cells, the surest first: a blank within a cell divides nothing where tabs do.
    let signs: [&dyn Fn(char) -> bool; 3] = [
        &|c| matches!(c, CELL_END | ROW_END | '\t' | '|'),
        &|c| matches!(c, CELL_END | ROW_END | '\t' | '|') || c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}'),
        &|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '−' | '－' | '．' | '/' | '—'),
    ];
    let mut best: Option<Vec<Option<Vec<(usize, usize)>>>> = None;
    for sign in signs {
        let found = claims(text, &groups, sign);
        let placed = |f: &[Option<Vec<(usize, usize)>>]| f.iter().filter(|c| c.is_some()).count();
        let all = placed(&found) == groups.len();
        if best.as_ref().is_none_or(|b| placed(&found) > placed(b)) {
            best = Some(found);
        }
        if all {
            break;
        }
    }
    let best = best.unwrap_or_default();
    let mut claims: Vec<Claim> = Vec::new();
    let mut taken = Vec::new();
    for (group, places) in groups.iter().zip(&best) {
        for f in *group {
            let value = f.value.filter(|v| v.is_finite());
            taken.push(Taken(f.indicator, f.status as u8, value, u8::from(in_doubt(f)), u8::from(places.is_none())));
        }
        let doubt = group.iter().any(|f| in_doubt(f));
        claims.extend(places.iter().flatten().map(|&(from, to)| (from, to, doubt)));
    }
    claims.sort_unstable();
    claims.dedup_by(|b, a| b.0 < a.1);
    Line(number, pieces(text, &claims), taken)
}

/// Figures of one row of the form share the words before the last colon of their name.
fn row<'f>(form: &'f Form, f: &Figure) -> (usize, &'f str) {
    let i = &form.indicators[f.indicator as usize];
    (i.table, i.name_zh.rsplit_once('：').map_or(i.name_zh.as_str(), |(row, _)| row))
}

/// Where each group's texts stand: one behind the other, the groups too. None for a group that is not found.
fn claims(text: &str, groups: &[&[&Figure]], sign: &dyn Fn(char) -> bool) -> Vec<Option<Vec<(usize, usize)>>> {
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    let mut from = 0;
    for piece in text.split(sign).take(MOST_PIECES) {
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            pieces.push((from + piece.find(trimmed).unwrap_or(0), trimmed));
        }
        from += piece.len();
        from += text[from..].chars().next().map_or(0, char::len_utf8);
    }
    let (mut at, mut behind) = (0, 0);
    groups
        .iter()
        .map(|group| {
            let raws: Vec<&str> = group.iter().map(|f| f.raw.trim()).filter(|r| !r.is_empty()).collect();
            let places: Vec<(usize, usize)> = match nearest(&pieces[at..], &raws) {
                Some((found, next)) => {
                    let places = found.into_iter().map(|i| (pieces[at + i].0, pieces[at + i].0 + pieces[at + i].1.len())).collect();
                    at += next;
                    places
                }
                None => {
                    // Each cell of a withheld row has the words of the whole row, which may go on in the next line.
                    let whole = raws.first().filter(|r| raws.iter().all(|o| o == *r))?.split('\n').next()?.trim_end();
                    let from = behind + text[behind..].find(whole).filter(|_| !whole.is_empty())?;
                    at += pieces[at..].iter().take_while(|p| p.0 < from + whole.len()).count();
                    vec![(from, from + whole.len())]
                }
            };
            behind = places.last().map_or(behind, |p| p.1);
            Some(places)
        })
        .collect()
}

/// The shortest stretch of pieces that holds the texts in their order, the first of several; and what comes behind it.
fn nearest(pieces: &[(usize, &str)], raws: &[&str]) -> Option<(Vec<usize>, usize)> {
    let Some(first) = raws.first() else { return Some((Vec::new(), 0)) };
    let mut best: Option<Vec<usize>> = None;
    for start in (0..pieces.len()).filter(|&s| pieces[s].1 == *first) {
        let mut found = vec![start];
        // Cells of one row stand near each other; with words between them the rest is another row's.
        for i in start + 1..pieces.len().min(start + 3 * raws.len() + 4) {
            if found.len() < raws.len() && pieces[i].1 == raws[found.len()] {
                found.push(i);
            }
        }
        let span = |f: &[usize]| f[f.len() - 1] - f[0];
        if found.len() == raws.len() && best.as_ref().is_none_or(|b| span(&found) < span(b)) {
            let whole = span(&found) + 1 == raws.len();
            best = Some(found);
            if whole {
                break;
            }
        }
    }
    let best = best?;
    let next = best[best.len() - 1] + 1;
    Some((best, next))
}

/// The line cut at its claims; long stretches without one are shortened where no claim is near.
fn pieces(text: &str, claims: &[Claim]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let (mut at, mut chars) = (0, 0);
    for (n, &(from, to, doubt)) in claims.iter().enumerate() {
        let between = shortened(&plain(&text[at..from]), n > 0, true);
        let claimed = clip(&plain(&text[from..to]));
        chars += between.chars().count() + claimed.chars().count();
        if chars > MOST_CHARS {
            out.push(Piece("…".into(), 0));
            return out;
        }
        if !between.is_empty() {
            out.push(Piece(between, 0));
        }
        out.push(Piece(claimed, if doubt { 2 } else { 1 }));
        at = to;
    }
    let rest = shortened(&plain(&text[at..]), true, false);
    if !rest.is_empty() {
        out.push(Piece(rest, 0));
    }
    out
}

/// Marks as signs that can be seen.
fn plain(text: &str) -> String {
    text.replace(CELL_END, " │ ").replace(ROW_END, "").replace('\t', " ⇥ ")
}

/// At most about [`MOST_BETWEEN`] characters, of the head or the tail or of both.
fn shortened(text: &str, head: bool, tail: bool) -> String {
    let n = text.chars().count();
    if n <= MOST_BETWEEN {
        return text.to_string();
    }
    let each = if head && tail { MOST_BETWEEN / 2 } else { MOST_BETWEEN };
    let first: String = text.chars().take(if head { each } else { 0 }).collect();
    let last: String = text.chars().skip(n - if tail { each } else { 0 }).collect();
    format!("{first}…{last}")
}
