//! Digits of a page that a person does not see, sees struck out, or sees otherwise.

use hayro_interpret::kurbo::{Point, Rect};

use super::glyph::{Glyph, Rule};
use super::drawn::Marks;
use super::painted::{self, Area};

/// How far from the middle of a character a line strikes it out, and how far it may stick out, in sizes of the character.
const MIDDLE: f64 = 0.22;
const OUTSIDE: f64 = 0.6;
/// The share of a character that a line must cross.
const CROSSED: f64 = 0.3;
/// A line that is no longer than this, and begins no farther before a figure, may be its sign. In sizes of the character.
const SIGN: f64 = 1.2;
/// Comparisons that one page may cost; what is left then is not believed.
const COMPARISONS: usize = 20_000_000;
/// The share of a page that a picture covers which is laid over it, and of its characters that lie below.
const PAGE: f64 = 0.4;
const BELOW: f64 = 0.9;

/// Whether it is a digit, or a sign that belongs to a number.
pub(in crate::decode) fn is_of_number(glyph: &Glyph) -> bool {
    glyph.text.starts_with(|c: char| c.is_numeric() || matches!(c, '-' | '−' | '–' | '－' | '+' | '.' | '．'))
}

/// Sets the digits apart that are struck out, painted over, or of the colour of their ground, and takes away the lines that
/// strike them out: they are no lines of a table. What a picture of the whole page hides is taken away.
pub(super) fn settle(marks: &mut Marks) {
    let mut left = COMPARISONS;
    marks.areas.sort_by_key(|a| a.after);
    let is_picture = below_pictures(marks);
    let areas = &marks.areas;
    for (n, glyph) in marks.glyphs.iter_mut().enumerate().filter(|(_, g)| is_of_number(g)) {
        let cost: usize = areas.len();
        if left < cost {
            glyph.apart |= !areas.is_empty();
            continue;
        }
        left -= cost;
        glyph.apart |= is_hidden(areas, n, glyph, &mut left) || is_of_ground(areas, n, glyph, &mut left);
    }
    slanted(&mut marks.glyphs, &marks.slants, &mut left);
    strike(&mut marks.glyphs, &mut marks.rules, left);
    if is_picture {
        marks.glyphs.retain(|g| !g.text.is_empty());
    }
}

/// Whether something is painted over a character.
fn is_hidden(areas: &[Area], n: usize, glyph: &Glyph, left: &mut usize) -> bool {
    let first = areas.partition_point(|a| a.after <= n);
    areas[first..].iter().any(|a| a.hides && covers(a, glyph, left))
}

/// Whether a character has the colour of what was painted below it last.
fn is_of_ground(areas: &[Area], n: usize, glyph: &Glyph, left: &mut usize) -> bool {
    let Some(ink) = glyph.colour else { return false };
    let first = areas.partition_point(|a| a.after <= n);
    match areas[..first].iter().rev().find(|a| covers(a, glyph, left)) {
        Some(area) => area.hides && area.colour.is_some_and(|ground| painted::is_lost(ink, ground)),
        None => painted::is_lost(ink, [1.0; 3]),
    }
}

fn covers(area: &Area, glyph: &Glyph, left: &mut usize) -> bool {
    if !area.bounds.contains(glyph.middle()) {
        return false;
    }
    *left = left.saturating_sub(area.cost());
    *left == 0 || area.covers(glyph)
}

/// A page that was laid under its own picture, as programs that recognise text do it, has no text.
fn below_pictures(marks: &mut Marks) -> bool {
    let least = PAGE * marks.width * marks.height;
    let mut large = marks.areas.iter().filter(|a| a.picture && a.hides && a.veil.is_none() && a.bounds.area() > least).peekable();
    if large.peek().is_none() {
        return false;
    }
    let large: Vec<(Rect, usize)> = large.map(|a| (a.bounds, a.after)).take(20).collect();
    let is_below: Vec<bool> = (0..).zip(&marks.glyphs).map(|(n, g)| large.iter().any(|(b, after)| *after > n && b.contains(g.middle()))).collect();
    let hidden = is_below.iter().filter(|b| **b).count();
    let is_picture = hidden > 0 && hidden as f64 >= BELOW * marks.glyphs.len() as f64;
    if is_picture {
        marks.invisible += hidden;
        // What is left keeps its place among what is painted.
        for (glyph, _) in marks.glyphs.iter_mut().zip(&is_below).filter(|(_, below)| **below) {
            glyph.text.clear();
        }
    }
    is_picture
}

/// Strokes askew that go through a digit.
fn slanted(glyphs: &mut [Glyph], slants: &[(Point, Point)], left: &mut usize) {
    if slants.is_empty() {
        return;
    }
    for glyph in glyphs.iter_mut().filter(|g| is_of_number(g)) {
        if *left < slants.len() {
            glyph.apart = true;
            continue;
        }
        *left -= slants.len();
        let edge = 0.15 * (glyph.x1 - glyph.x0);
        let core = Rect::new(glyph.x0 + edge, glyph.y - 0.3 * glyph.size, glyph.x1 - edge, glyph.y + 0.3 * glyph.size);
        glyph.apart |= slants.iter().any(|(a, b)| crosses(*a, *b, &core));
    }
}

/// Whether a stroke goes through a box.
fn crosses(a: Point, b: Point, within: &Rect) -> bool {
    let (mut from, mut to) = (0.0f64, 1.0f64);
    for (start, way, least, most) in [(a.x, b.x - a.x, within.x0, within.x1), (a.y, b.y - a.y, within.y0, within.y1)] {
        if way.abs() < 1e-9 {
            if start < least || start > most {
                return false;
            }
            continue;
        }
        let (one, other) = ((least - start) / way, (most - start) / way);
        (from, to) = (from.max(one.min(other)), to.min(one.max(other)));
    }
    from < to
}

/// A line that strikes characters out, and from where to where these are.
struct Stroke {
    rule: usize,
    from: f64,
    to: f64,
    size: f64,
}

fn strike(glyphs: &mut [Glyph], rules: &mut Vec<Rule>, mut left: usize) {
    let mut level: Vec<usize> = (0..rules.len()).filter(|&i| rules[i].level).collect();
    level.sort_by(|a, b| rules[*a].at.total_cmp(&rules[*b].at));
    let mut strokes: std::collections::BTreeMap<usize, Stroke> = std::collections::BTreeMap::new();
    let mut signs = Vec::new();
    for (n, glyph) in glyphs.iter_mut().enumerate().filter(|(_, g)| !g.text.trim().is_empty()) {
        let middle = (glyph.x0 + glyph.x1) / 2.0;
        let near = MIDDLE * glyph.size;
        let first = level.partition_point(|&i| rules[i].at < glyph.y - near);
        let close = level[first..].iter().take_while(|&&i| rules[i].at <= glyph.y + near);
        let (mut struck, mut dotted) = (false, 0.0);
        for &i in close {
            if left == 0 {
                struck = true;
                break;
            }
            left -= 1;
            let crossed = rules[i].to.min(glyph.x1) - rules[i].from.max(glyph.x0);
            if rules[i].from <= middle && middle <= rules[i].to || crossed > CROSSED * (glyph.x1 - glyph.x0) {
                struck = true;
                let stroke = strokes.entry(i).or_insert(Stroke { rule: i, from: glyph.x0, to: glyph.x1, size: glyph.size });
                (stroke.from, stroke.to, stroke.size) = (stroke.from.min(glyph.x0), stroke.to.max(glyph.x1), stroke.size.max(glyph.size));
            } else if is_sign(&rules[i], glyph) {
                signs.push((i, n));
            }
            dotted += crossed.max(0.0);
        }
        // Dots or dashes that are a line together.
        struck |= dotted > CROSSED * (glyph.x1 - glyph.x0);
        glyph.apart |= struck && is_of_number(glyph);
    }
    // A line that strikes something out is the sign of nothing.
    for (_, n) in signs.iter().filter(|(i, _)| !strokes.contains_key(i)) {
        glyphs[*n].apart |= is_of_number(&glyphs[*n]);
    }
    let tight = |s: &Stroke| rules[s.rule].from > s.from - OUTSIDE * s.size && rules[s.rule].to < s.to + OUTSIDE * s.size;
    let gone: Vec<usize> = strokes.values().filter(|s| tight(s)).map(|s| s.rule).collect();
    if !gone.is_empty() {
        let mut n = 0;
        rules.retain(|_| {
            n += 1;
            gone.binary_search(&(n - 1)).is_err()
        });
    }
}

/// Whether a short line stands before a character as a sign does.
fn is_sign(rule: &Rule, glyph: &Glyph) -> bool {
    let long = rule.to - rule.from;
    long > 0.15 * glyph.size && long < SIGN * glyph.size && rule.to <= glyph.x0 + 0.2 * glyph.size && rule.from > glyph.x0 - SIGN * glyph.size
}
