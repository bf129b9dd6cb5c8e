//! Characters and ruled lines as they stand on a page. Places are in points, from the top left corner.

use hayro_interpret::kurbo::Point;

/// Digits with a gap smaller than this between them are one number, in sizes of a character.
const SOLID: f64 = 0.25;

/// A colour from red to blue, each from 0 to 1.
pub(in crate::decode) type Colour = [f32; 3];

/// One character as it is drawn.
#[derive(Clone, Debug)]
pub(in crate::decode) struct Glyph {
    /// Mostly one character; none for white space.
    pub text: String,
    pub x0: f64,
    pub x1: f64,
    /// The middle between the bottom and the top of a Han character.
    pub y: f64,
    pub size: f64,
    /// How wide it is; `x1` leaves out what a page stretches or squeezes.
    pub wide: f64,
    /// The colour of its ink, where it can be told.
    pub colour: Option<Colour>,
    /// It is part of a figure that a person sees otherwise, or not at all.
    pub apart: bool,
}

impl Glyph {
    pub fn middle(&self) -> Point {
        Point::new((self.x0 + self.x1) / 2.0, self.y)
    }

    /// Whether another character stands right behind this one, on the same line and without a gap.
    pub fn runs_into(&self, next: &Glyph) -> bool {
        let size = self.size.min(next.size);
        (self.y - next.y).abs() <= 0.45 * size && next.x0 > self.x0 && next.x0 - self.x1 < SOLID * size
    }
}

/// A straight line between cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::decode) struct Rule {
    pub level: bool,
    /// y of a level one, x of an upright one.
    pub at: f64,
    pub from: f64,
    pub to: f64,
}
