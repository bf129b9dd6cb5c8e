//! The marks of a page, whatever format drew it.

use hayro_interpret::kurbo::{Point, Rect};

use super::glyph::{Glyph, Rule};
use super::painted::Area;

/// What one page shows.
#[derive(Debug, Default)]
pub(in crate::decode) struct Marks {
    pub width: f64,
    pub height: f64,
    pub glyphs: Vec<Glyph>,
    pub rules: Vec<Rule>,
    /// Area of the pictures, as a share of the page.
    pub pictures: f64,
    /// What is painted, in the order of painting.
    pub areas: Vec<Area>,
    /// Strokes that are neither level nor upright and belong to nothing tall.
    pub slants: Vec<(Point, Point)>,
    /// Where something stands that may say what a figure says and is no text.
    pub drawings: Vec<Rect>,
    /// Words that stand askew or are stuck onto the page.
    pub askew: Vec<String>,
    /// Characters without a meaning in Unicode.
    pub unmapped: usize,
    /// Characters drawn without ink, as programs that recognise text put them over a picture.
    pub invisible: usize,
    /// Characters that run up and down the page, and that stand on their heads.
    pub turned: [usize; 3],
}
