//! Paths as an OFD writes them: letters for what is done, each with its numbers.

use hayro_interpret::kurbo::{Arc, BezPath, PathEl, Point, SvgArc, Vec2};

use super::node;

/// A path; what cannot be understood ends it.
pub(super) fn parse(data: &str) -> BezPath {
    let mut path = BezPath::new();
    let (mut start, mut last) = (Point::ZERO, Point::ZERO);
    let mut rest = data;
    while let Some(at) = rest.find(|c: char| matches!(c, 'S' | 'M' | 'L' | 'Q' | 'B' | 'A' | 'C')) {
        let command = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        let end = rest.find(|c: char| c.is_ascii_uppercase() && c != 'E').unwrap_or(rest.len());
        let (own, others) = rest.split_at(end);
        rest = others;
        let numbers: Option<Vec<f64>> = node::words(own).map(node::number).collect();
        let Some(numbers) = numbers else { break };
        let point = |at: usize| Point::new(numbers[at], numbers[at + 1]);
        // Nothing is drawn from nowhere.
        if path.elements().is_empty() && !matches!(command, b'S' | b'M') {
            path.move_to(last);
        }
        match (command, numbers.len()) {
            (b'S' | b'M', 2..) => {
                (start, last) = (point(0), point(0));
                path.move_to(last);
            }
            (b'L', 2..) => {
                numbers.chunks_exact(2).for_each(|p| path.line_to((p[0], p[1])));
                last = point((numbers.len() / 2 - 1) * 2);
            }
            (b'Q', 4..) => {
                path.quad_to(point(0), point(2));
                last = point(2);
            }
            (b'B', 6..) => {
                path.curve_to(point(0), point(2), point(4));
                last = point(4);
            }
            (b'A', 7..) => {
                arc(&mut path, last, &numbers, point(5));
                last = point(5);
            }
            (b'C', _) => {
                path.close_path();
                last = start;
            }
            _ => break,
        }
    }
    path
}

fn arc(path: &mut BezPath, from: Point, numbers: &[f64], to: Point) {
    let svg = SvgArc {
        from,
        to,
        radii: Vec2::new(numbers[0], numbers[1]),
        x_rotation: numbers[2].to_radians(),
        large_arc: numbers[3] != 0.0,
        sweep: numbers[4] != 0.0,
    };
    // Of a very large one nobody needs more than its way.
    let close_enough = 0.1f64.max(1e-3 * svg.radii.hypot());
    match Arc::from_svg_arc(&svg) {
        Some(arc) => arc.append_iter(close_enough).for_each(|element| path.push(element)),
        None => path.push(PathEl::LineTo(to)),
    }
}
