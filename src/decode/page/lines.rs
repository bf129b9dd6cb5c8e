//! Characters to lines, and lines to text.

use super::glyph::Glyph;
use super::unseen::is_of_number;
use crate::decode::APART;

/// Digits that begin closer to each other than this share of their width lie over each other.
const CROWDED: f64 = 0.6;

/// Characters beside each other.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub y: f64,
    pub size: f64,
    pub x0: f64,
    pub x1: f64,
    /// By x; white space among them.
    pub glyphs: Vec<Glyph>,
}

/// Lines from top to bottom, each from left to right; what is drawn twice at one place is there once. Lines of white
/// space alone are left out.
pub(super) fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<(f64, f64, Vec<Glyph>)> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some((y, size, row)) if (glyph.y - *y).abs() <= 0.45 * size.min(glyph.size) => {
                let n = row.len() as f64;
                *y = (*y * n + glyph.y) / (n + 1.0);
                *size = size.max(glyph.size);
                row.push(glyph);
            }
            _ => rows.push((glyph.y, glyph.size, vec![glyph])),
        }
    }
    rows.into_iter().filter_map(|(y, size, row)| line(y, size, row)).collect()
}

fn line(y: f64, size: f64, mut row: Vec<Glyph>) -> Option<Line> {
    row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    // An outline over a filled character, or a character printed twice to look bold.
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(row.len());
    for glyph in row {
        let reach = twice(&glyph);
        let near = glyphs.iter().rev().take_while(|g| glyph.x0 - g.x0 < reach).position(|g| g.text == glyph.text);
        match near {
            // One of the two is seen where the other is painted over.
            Some(back) => {
                let at = glyphs.len() - 1 - back;
                glyphs[at].apart &= glyph.apart;
            }
            None => glyphs.push(glyph),
        }
    }
    part_crowded(&mut glyphs);
    let x0 = glyphs.iter().find(|g| !is_space(g))?.x0;
    let x1 = glyphs.iter().filter(|g| !is_space(g)).map(|g| g.x1).fold(x0, f64::max);
    Some(Line { y, size, x0, x1, glyphs })
}

/// How far from each other the same character is one: a shadow lies farther from it than false bold does, and neither digits
/// nor Han characters ever stand so close. Narrow letters do.
fn twice(glyph: &Glyph) -> f64 {
    let apart = glyph.text.starts_with(|c: char| c.is_numeric() || c.is_alphabetic() && !c.is_ascii());
    let shadow = if apart { CROWDED * glyph.wide } else { 0.0 };
    shadow.max(0.15 * glyph.size)
}

/// Two texts in one place: nobody can say which of their digits stand beside each other.
fn part_crowded(glyphs: &mut [Glyph]) {
    let mut before: Option<usize> = None;
    for at in 0..glyphs.len() {
        if is_space(&glyphs[at]) {
            continue;
        }
        if let Some(last) = before {
            let (a, b) = (&glyphs[last], &glyphs[at]);
            let digit = |g: &Glyph| g.text.starts_with(char::is_numeric);
            if (digit(a) || digit(b)) && b.x0 - a.x0 < CROWDED * a.wide.min(b.wide) {
                glyphs[last].apart |= is_of_number(&glyphs[last]);
                glyphs[at].apart |= is_of_number(&glyphs[at]);
            }
        }
        before = Some(at);
    }
}

/// Whether one of two characters is raised or lowered beside the other, as the number of a note is, or far smaller.
fn is_off(a: &Glyph, b: &Glyph) -> bool {
    let size = a.size.max(b.size);
    if a.size.min(b.size) < 0.75 * size {
        return true;
    }
    let off = (a.y + 0.38 * a.size - b.y - 0.38 * b.size).abs();
    off > 0.2 * size || (off > 0.03 * size && a.size.min(b.size) < 0.9 * size)
}

pub(super) fn is_space(glyph: &Glyph) -> bool {
    glyph.text.chars().all(char::is_whitespace)
}

impl Line {
    /// The text, with a space where the page has one, or where a gap parts two numbers or words.
    pub fn text(&self) -> String {
        self.written(false)
    }

    /// The text of a line that is no cell's: nothing is left of a number in it that a person does not see.
    pub fn running(&self) -> String {
        self.written(true)
    }

    fn written(&self, each: bool) -> String {
        let mut out = String::new();
        let mut before: Option<&Glyph> = None;
        for (glyph, gap, space) in self.solid() {
            let last = out.chars().next_back();
            let behind_figure = last.is_some_and(char::is_numeric);
            if let (Some(last), Some(first)) = (last, glyph.text.chars().next()) {
                let both = last.is_ascii_alphanumeric() && first.is_ascii_alphanumeric();
                if space && gap > 0.1 * glyph.size || gap > glyph.size * if both { 0.25 } else { 1.2 } {
                    out.push(' ');
                }
            }
            let differs = before.is_none_or(|b| b.apart != glyph.apart || is_off(b, glyph)) || each && glyph.apart;
            let digit = glyph.text.starts_with(char::is_numeric);
            if differs && (digit && (glyph.apart || behind_figure) || glyph.apart && is_of_number(glyph)) {
                out.push(APART);
            }
            before = Some(glyph);
            out.push_str(&glyph.text);
        }
        out
    }

    /// The characters without white space, each with the gap before it and whether white space was in it.
    fn solid(&self) -> impl Iterator<Item = (&Glyph, f64, bool)> {
        let (mut end, mut space) = (f64::INFINITY, false);
        self.glyphs.iter().filter_map(move |glyph| {
            if is_space(glyph) {
                space = true;
                return None;
            }
            let item = (glyph, glyph.x0 - end, space);
            (end, space) = (glyph.x1.max(if end.is_finite() { end } else { glyph.x1 }), false);
            Some(item)
        })
    }

    /// The pieces between gaps that are wide enough to part columns.
    pub fn pieces(&self) -> Vec<Line> {
        let mut out: Vec<Line> = Vec::new();
        for (glyph, gap, _) in self.solid() {
            match out.last_mut() {
                Some(piece) if gap <= 1.3 * self.size => {
                    piece.x1 = piece.x1.max(glyph.x1);
                    piece.glyphs.push(glyph.clone());
                }
                _ => out.push(Line { y: self.y, size: self.size, x0: glyph.x0, x1: glyph.x1, glyphs: vec![glyph.clone()] }),
            }
        }
        out
    }
}

/// Puts a continuation behind a text that was broken because its line was full. Han characters stand side by side,
/// words are parted, and of two numbers nobody can say whether they are one unless the first had no room left. The same
/// number once more is one that was printed twice.
pub(super) fn join(text: &mut String, next: &str, was_full: bool) {
    let (Some(last), Some(first)) = (text.chars().next_back(), next.chars().next()) else {
        text.push_str(next);
        return;
    };
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '%');
    if in_number(last) && in_number(first) {
        if !was_full || text == next {
            text.push('\n');
        }
    } else if last.is_ascii_alphabetic() && first.is_ascii_alphanumeric() || last.is_ascii_digit() && first.is_ascii_alphabetic() {
        text.push(' ');
    }
    text.push_str(next);
}
