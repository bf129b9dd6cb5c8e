//! The outlines of a path: boxes, and what is none.

use hayro_interpret::kurbo::{BezPath, PathEl, Point, Rect};

/// A stroke that leans less than this is level or upright, in points.
const STRAIGHT: f64 = 0.6;
/// A path that is taller than this strikes nothing out.
const TALL: f64 = 40.0;

/// A part of a path, and the box around it.
pub(super) struct Outline {
    pub bounds: Rect,
    /// All its sides are level or upright.
    pub is_box: bool,
}

pub(super) fn outlines(path: &BezPath) -> Vec<Outline> {
    let mut out: Vec<Outline> = Vec::new();
    let mut last = Point::ZERO;
    for element in path.elements() {
        let (point, straight) = match *element {
            PathEl::MoveTo(p) => {
                last = p;
                out.push(Outline { bounds: Rect::from_points(p, p), is_box: true });
                continue;
            }
            PathEl::LineTo(p) => (p, is_straight(last, p)),
            PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => (p, false),
            PathEl::ClosePath => continue,
        };
        last = point;
        if let Some(outline) = out.last_mut() {
            outline.bounds = outline.bounds.union_pt(point);
            outline.is_box &= straight;
        }
    }
    out
}

fn is_straight(a: Point, b: Point) -> bool {
    (a.x - b.x).abs() <= STRAIGHT || (a.y - b.y).abs() <= STRAIGHT
}

/// The strokes of a path: from where, to where, and whether it is a curve.
pub(super) fn strokes(path: &BezPath) -> impl Iterator<Item = (Point, Point, bool)> + '_ {
    let (mut start, mut last) = (Point::ZERO, Point::ZERO);
    path.elements().iter().filter_map(move |element| {
        let (to, curved) = match *element {
            PathEl::MoveTo(p) => {
                (start, last) = (p, p);
                return None;
            }
            PathEl::LineTo(p) => (p, false),
            PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => (p, true),
            PathEl::ClosePath => (start, false),
        };
        let from = std::mem::replace(&mut last, to);
        Some((from, to, curved))
    })
}

/// The strokes of a path that are neither level nor upright, curves as what joins their ends; none of one that is tall.
pub(super) fn slants(path: &BezPath) -> Vec<(Point, Point)> {
    let (top, bottom) = strokes(path).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (p, q, _)| (a.min(p.y).min(q.y), b.max(p.y).max(q.y)));
    match bottom - top > TALL {
        true => Vec::new(),
        false => strokes(path).filter(|(a, b, curved)| *curved || !is_straight(*a, *b)).map(|(a, b, _)| (a, b)).collect(),
    }
}

/// The strokes of a path that are level or upright.
pub(super) fn straight(path: &BezPath) -> Vec<(Point, Point)> {
    strokes(path).filter(|(a, b, curved)| !curved && is_straight(*a, *b)).map(|(a, b, _)| (a, b)).collect()
}
