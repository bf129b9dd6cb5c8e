//! What is painted on a page besides its characters, in the order of painting: areas that hide what lies below them, and
//! the ground on which characters stand.

use std::rc::Rc;

use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape as _};

use super::glyph::{Colour, Glyph};

/// What is less opaque than the first is not seen, and what is less opaque than the second lets text below it be read.
const UNSEEN: f32 = 0.05;
const OPAQUE: f32 = 0.6;
/// Text that lets so much of the page through is pale.
const PALE: f32 = 0.25;
/// The share of a character that a picture with holes must cover to hide it.
const HIDDEN: f64 = 0.8;

/// With what something is drawn.
#[derive(Clone, Copy)]
pub(in crate::decode) struct Ink {
    /// None where it cannot be told.
    pub colour: Option<Colour>,
    pub alpha: f32,
    /// What lies below shows through, as under a marker.
    pub darkens: bool,
    /// It is mixed with what lies below in some other way, or has a mask.
    pub odd: bool,
}

impl Ink {
    pub fn is_unseen(&self) -> bool {
        self.alpha < UNSEEN
    }

    pub fn hides(&self) -> bool {
        self.alpha >= OPAQUE && !self.darkens
    }

    /// Characters in it may not be seen.
    pub fn is_doubtful(&self) -> bool {
        self.odd || self.alpha < PALE
    }
}

/// Whether one colour is hardly seen on another. Light ones need less to be one.
pub(in crate::decode) fn is_lost(ink: Colour, ground: Colour) -> bool {
    let apart = ink.iter().zip(ground).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    apart < 0.1
}

/// Something painted.
#[derive(Debug)]
pub(in crate::decode) struct Area {
    pub bounds: Rect,
    /// Where it does not fill its bounds; with whether holes are cut by counting.
    pub shape: Option<(BezPath, bool)>,
    pub veil: Option<Veil>,
    /// How many characters of the page were drawn before.
    pub after: usize,
    pub colour: Option<Colour>,
    pub hides: bool,
    pub picture: bool,
}

impl Area {
    /// A box that is filled evenly.
    pub fn new(bounds: Rect, after: usize, colour: Option<Colour>, hides: bool) -> Area {
        Area { bounds, shape: None, veil: None, after, colour, hides, picture: false }
    }

    pub fn covers(&self, glyph: &Glyph) -> bool {
        let middle = glyph.middle();
        self.bounds.contains(middle)
            && self.shape.as_ref().is_none_or(|(path, even_odd)| match path.winding(middle) {
                n if *even_odd => n % 2 != 0,
                n => n != 0,
            })
            && self.veil.as_ref().is_none_or(|veil| veil.covers(glyph))
    }

    /// How many comparisons a look at it costs.
    pub fn cost(&self) -> usize {
        1 + self.shape.as_ref().map_or(0, |(path, _)| path.elements().len() / 4)
    }
}

/// Where a picture lets the page show through.
pub(in crate::decode) struct Veil {
    /// From the page to the picture's own square, whose bottom is at 0.
    pub inward: Affine,
    pub width: usize,
    pub height: usize,
    /// Bits of one sample.
    pub bits: usize,
    /// The least sample, or else the greatest, covers.
    pub low: bool,
    /// Row by row, each of whole bytes.
    pub data: Rc<[u8]>,
}

impl std::fmt::Debug for Veil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Veil {} × {}", self.width, self.height)
    }
}

impl Veil {
    fn at(&self, place: Point) -> bool {
        let p = self.inward * place;
        if !(0.0..1.0).contains(&p.x) || !(0.0..1.0).contains(&p.y) {
            return false;
        }
        let (x, y) = ((p.x * self.width as f64) as usize, ((1.0 - p.y) * self.height as f64) as usize);
        let bit = x.min(self.width - 1) * self.bits;
        let byte = self.data[y.min(self.height - 1) * (self.width * self.bits).div_ceil(8) + bit / 8];
        let most = (1u32 << self.bits) - 1;
        let sample = (u32::from(byte) >> (8 - self.bits - bit % 8)) & most;
        (sample * 2 > most) != self.low
    }

    fn covers(&self, glyph: &Glyph) -> bool {
        const STEPS: usize = 6;
        let (left, top) = (glyph.x0, glyph.y - 0.4 * glyph.size);
        let (dx, dy) = ((glyph.x1 - glyph.x0) / STEPS as f64, 0.8 * glyph.size / STEPS as f64);
        let middle = |n: usize| n as f64 + 0.5;
        let points = (0..STEPS * STEPS).map(|n| Point::new(left + dx * middle(n % STEPS), top + dy * middle(n / STEPS)));
        points.filter(|p| self.at(*p)).count() as f64 >= HIDDEN * (STEPS * STEPS) as f64
    }
}
