//! Digits of a page that a person does not see, or sees struck out.

use hayro_interpret::Paint;
use hayro_interpret::kurbo::{Point, Rect};
use hayro_syntax::object::{Array, Name, Object, Stream};
use hayro_syntax::page::Resources;

use super::content::{Glyph, Marks, Rule};

/// How far from the middle of a character a line strikes it out, and how far it may stick out, in sizes of the character.
const MIDDLE: f64 = 0.22;
const OUTSIDE: f64 = 0.6;
/// Comparisons that one page may cost; what is left then is not believed.
const COMPARISONS: usize = 20_000_000;

/// Whether components add up to white in a space of a page's own. Of other spaces nothing is known here: one of a single
/// ink is darkest where another is lightest.
pub(super) fn is_additive(space: &Name, resources: &Resources) -> bool {
    let name: &[u8] = space;
    if matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"G" | b"RGB" | b"CMYK") {
        return true;
    }
    let Some(array) = resources.color_spaces.get::<Array>(name) else { return false };
    let mut parts = array.iter::<Object>();
    let Some(Object::Name(kind)) = parts.next() else { return false };
    match (&*kind as &[u8], parts.next()) {
        (b"CalRGB" | b"CalGray", _) => true,
        (b"ICCBased", Some(Object::Stream(profile))) => components(&profile).is_some_and(|n| n == 1 || n == 3),
        _ => false,
    }
}

fn components(profile: &Stream) -> Option<i32> {
    profile.dict().get::<i32>(b"N")
}

/// White, or nearly so.
pub(super) fn is_white(paint: &Paint) -> bool {
    let Paint::Color(colour) = paint else { return false };
    match colour.components() {
        all @ ([_] | [_, _, _]) => all.iter().all(|c| *c > 0.935),
        inks @ [_, _, _, _] => inks.iter().all(|c| *c < 0.065),
        _ => false,
    }
}

/// Sets the digits apart that were drawn before something white was painted over them. Where there is too much of both,
/// none is believed.
pub(super) fn cover(glyphs: &mut [Glyph], area: &Rect, left: &mut usize) {
    let known = glyphs.len() < *left;
    *left = if known { *left - glyphs.len() } else { 0 };
    for glyph in glyphs.iter_mut().filter(|g| is_digit(g)) {
        glyph.apart |= !known || area.contains(Point::new((glyph.x0 + glyph.x1) / 2.0, glyph.y));
    }
}

fn is_digit(glyph: &Glyph) -> bool {
    glyph.text.starts_with(char::is_numeric)
}

/// Sets the digits apart that are struck out or white on white, and takes away the lines that strike them out: they are no
/// lines of a table.
pub(super) fn settle(marks: &mut Marks) {
    let mut left = COMPARISONS;
    let grounds = &marks.grounds;
    for glyph in marks.glyphs.iter_mut().filter(|g| g.white && is_digit(g)) {
        let middle = Point::new((glyph.x0 + glyph.x1) / 2.0, glyph.y);
        glyph.apart |= left < grounds.len() || !grounds.iter().any(|ground| ground.contains(middle));
        left = left.saturating_sub(grounds.len());
    }
    strike(&mut marks.glyphs, &mut marks.rules, left);
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
    for glyph in glyphs.iter_mut().filter(|g| !g.text.trim().is_empty()) {
        let middle = (glyph.x0 + glyph.x1) / 2.0;
        let near = MIDDLE * glyph.size;
        let first = level.partition_point(|&i| rules[i].at < glyph.y - near);
        let close = level[first..].iter().take_while(|&&i| rules[i].at <= glyph.y + near);
        let mut struck = false;
        for &i in close {
            if left == 0 {
                struck = true;
                break;
            }
            left -= 1;
            if rules[i].from <= middle && middle <= rules[i].to {
                struck = true;
                let stroke = strokes.entry(i).or_insert(Stroke { rule: i, from: glyph.x0, to: glyph.x1, size: glyph.size });
                (stroke.from, stroke.to, stroke.size) = (stroke.from.min(glyph.x0), stroke.to.max(glyph.x1), stroke.size.max(glyph.size));
            }
        }
        glyph.apart |= struck && is_digit(glyph);
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
