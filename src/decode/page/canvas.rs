//! What is drawn on a page, in the order of drawing: characters with their places, ruled lines, painted areas, pictures.
//! Places are in points, from the top left corner.

use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape as _, Vec2};

use super::drawn::Marks;
use super::glyph::{Glyph, Rule};
use super::outline::{self, Outline};
use super::painted::{self, Area, Ink, Veil};
use super::unseen;
use crate::decode::APART;

/// The thickest filled rectangle that is a ruled line, in points.
const THIN: f64 = 3.0;
/// A box that is no larger than this either way is a dot of some line.
const DOT: f64 = 1.5;
/// A line that is drawn thicker than this is a bar.
const BAR: f64 = 3.0;
/// Strokes askew and drawings that are looked at, for a page.
const DRAWN: usize = 20_000;
/// Boxes of one path that are compared with each other.
const FRAMES: usize = 4_000;
/// Words that stand askew, for a page: so many, of so many characters.
const ASKEW: (usize, usize) = (4, 60);
/// Stands for a character without a meaning in Unicode.
pub(in crate::decode) const UNMAPPED: &str = "\u{FFFD}";

/// A character that is to be drawn.
pub(in crate::decode) struct Letter {
    pub text: String,
    /// How wide it is, in sizes.
    pub advance: f64,
    /// From a square of 1000 units in which it stands upright to the page.
    pub place: Affine,
    /// A person may see another one, or none.
    pub is_doubtful: bool,
}

/// The marks of a page that is being read. `upright`: from the page's own places to those of marks, for the page as it is.
/// One that is written sideways or upside down is read once more, turned.
///
/// # Errors
/// Those of `draw`.
pub(in crate::decode) fn turned<E>(width: f64, height: f64, upright: Affine, mut draw: impl FnMut(&mut Canvas, Affine) -> Result<(), E>) -> Result<Marks, E> {
    let mut marks = |transform, width, height| {
        let mut canvas = Canvas::new(width, height);
        draw(&mut canvas, transform)?;
        Ok(canvas.finish())
    };
    let first: Marks = marks(upright, width, height)?;
    let [upward, downward, over] = first.turned;
    let most = upward.max(downward).max(over);
    if most <= first.glyphs.len() {
        return Ok(first);
    }
    let (turn, width, height) = match most {
        n if n == upward => ([0.0, 1.0, -1.0, 0.0, height, 0.0], height, width),
        n if n == downward => ([0.0, -1.0, 1.0, 0.0, 0.0, width], height, width),
        _ => ([-1.0, 0.0, 0.0, -1.0, width, height], width, height),
    };
    marks(Affine::new(turn) * upright, width, height)
}

/// A page on which is drawn.
pub(in crate::decode) struct Canvas {
    pub marks: Marks,
    /// The rectangles that what is drawn now is cut to.
    pub clips: Vec<Rect>,
    /// The last character stood askew.
    was_askew: bool,
    /// The last part of a figure that was cut away.
    cut: Option<Glyph>,
}

impl Canvas {
    fn new(width: f64, height: f64) -> Canvas {
        Canvas { marks: Marks { width, height, ..Marks::default() }, clips: Vec::new(), was_askew: false, cut: None }
    }

    fn finish(self) -> Marks {
        let mut marks = self.marks;
        marks.pictures /= (marks.width * marks.height).max(1.0);
        unseen::settle(&mut marks);
        // What was painted has been asked, and is much.
        (marks.areas, marks.slants) = Default::default();
        marks
    }

    /// All of the page.
    pub fn whole(&self) -> Rect {
        Rect::new(0.0, 0.0, self.marks.width, self.marks.height)
    }

    pub fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or_else(|| self.whole())
    }

    /// Draws a character.
    pub fn letter(&mut self, letter: Letter, ink: &Ink) {
        let Letter { text, advance, place, is_doubtful } = letter;
        let origin = place * Point::ZERO;
        let up = place * Point::new(0.0, 1000.0) - origin;
        let along = place * Point::new(1000.0, 0.0) - origin;
        let size = up.hypot();
        if !size.is_finite() || size < 1.0 {
            return;
        }
        if along.x.abs() < along.y.abs() * 0.1 {
            self.marks.turned[usize::from(along.y >= 0.0)] += 1;
        } else if along.x < -3.0 * along.y.abs() && up.y > size * 0.9 {
            self.marks.turned[2] += 1;
        }
        self.marks.unmapped += usize::from(text == UNMAPPED);
        let text = readable(text);
        // Upright text alone: what stands askew is a watermark.
        if up.x.abs() > size * 0.3 || along.x <= along.y.abs() * 3.0 || up.y >= 0.0 {
            return self.leaning(text, origin, along, size);
        }
        self.was_askew = false;
        let mut advance = advance.clamp(0.0, 4.0);
        // A font without widths has all characters as wide as Han characters.
        if text.is_ascii() && advance > 0.9 {
            advance = 0.5;
        }
        let wide = advance * along.hypot();
        let apart = is_doubtful || ink.is_doubtful() || along.hypot() < 0.15 * size;
        let mut glyph = Glyph { text, x0: origin.x, x1: origin.x + advance * size, y: origin.y - 0.38 * size, size, wide, colour: ink.colour, apart };
        let is_of_number = unseen::is_of_number(&glyph);
        glyph.apart &= is_of_number;
        if self.clip().inflate(2.0, 2.0).contains(glyph.middle()) {
            glyph.apart |= is_of_number && self.cut.take().is_some_and(|cut| cut.runs_into(&glyph));
            self.marks.glyphs.push(glyph);
        } else if is_of_number {
            // What is seen of a figure of which a digit is cut off is another figure.
            if let Some(last) = self.marks.glyphs.last_mut().filter(|last| unseen::is_of_number(last) && last.runs_into(&glyph)) {
                last.apart = true;
            }
            self.cut = Some(glyph);
        }
    }

    /// Figures that run up, down or backwards cannot be read where they stand; words that stand askew are said apart.
    fn leaning(&mut self, text: String, origin: Point, along: Vec2, size: f64) {
        let is_square = along.x.abs().min(along.y.abs()) < 0.1 * along.hypot();
        if is_square {
            let end = origin + along * (0.5 / along.hypot().max(1e-6) * size);
            let across = Rect::from_points(origin, end).inflate(0.3 * size, 0.3 * size);
            if text.starts_with(char::is_numeric) && self.clip().inflate(2.0, 2.0).contains(across.center()) {
                self.drawing(Rect::from_center_size(across.center(), (3.0, 3.0)));
            }
            return;
        }
        if !std::mem::replace(&mut self.was_askew, true) {
            self.begin_words();
        }
        self.add_words(&text);
    }

    /// Says words apart that stand nowhere on the page.
    pub fn say(&mut self, text: &str) {
        self.was_askew = false;
        self.begin_words();
        self.add_words(text);
    }

    fn begin_words(&mut self) {
        if self.marks.askew.len() <= ASKEW.0 {
            self.marks.askew.push(String::new());
        }
    }

    fn add_words(&mut self, text: &str) {
        if let Some(words) = self.marks.askew.last_mut()
            && words.chars().count() < ASKEW.1
        {
            // Its figures are a date or a number of the copy.
            words.extend(text.chars().filter(|c| !c.is_numeric() && *c != '\u{FFFD}').take(ASKEW.1));
        }
    }

    /// A picture, or what may be one.
    pub fn picture(&mut self, bounds: Rect, veil: Option<Veil>, ink: Ink) {
        if ink.is_unseen() {
            return;
        }
        self.marks.pictures += bounds.area();
        self.drawing(bounds);
        let after = self.marks.glyphs.len();
        self.marks.areas.push(Area { veil, picture: true, ..Area::new(bounds, after, None, ink.hides()) });
    }

    /// Whether a figure was drawn within a box.
    pub fn has_figure_in(&self, bounds: Rect) -> bool {
        self.marks.glyphs.iter().any(|g| unseen::is_of_number(g) && bounds.contains(g.middle()))
    }

    /// Something is stuck over what was drawn before the character of this number.
    pub fn cover(&mut self, bounds: Rect, after: usize) {
        self.marks.areas.push(Area::new(bounds, after, None, true));
    }

    /// Notes something that is no text and may stand for one.
    pub fn drawing(&mut self, bounds: Rect) {
        if bounds.width() > 1.5 && bounds.height() > 2.5 && self.marks.drawings.len() < DRAWN {
            self.marks.drawings.push(bounds);
        }
    }

    /// Draws a path's lines.
    pub fn stroke(&mut self, path: &BezPath, thickness: f64, ink: &Ink) {
        self.drawn(path, &outline::outlines(path), thickness, ink);
        outline::strokes(path).filter(|(.., curved)| !curved).for_each(|(a, b, _)| self.rule(a, b));
    }

    /// Fills a path. `even_odd`: holes are cut by counting.
    pub fn fill(&mut self, path: BezPath, even_odd: bool, ink: &Ink) {
        let outlines = outline::outlines(&path);
        self.drawn(&path, &outlines, 0.0, ink);
        let boxes: Vec<Rect> = outlines.iter().map(|o| o.bounds).collect();
        self.filled(&boxes);
        self.paint(path, &outlines, even_odd, ink);
    }

    pub fn rule(&mut self, a: Point, b: Point) {
        let clip = self.clip().inflate(2.0, 2.0);
        let (dx, dy) = ((a.x - b.x).abs(), (a.y - b.y).abs());
        let (level, at, from, to) = match () {
            _ if dy <= 0.6 && dx > dy => (true, (a.y + b.y) / 2.0, a.x.min(b.x).max(clip.x0), a.x.max(b.x).min(clip.x1)),
            _ if dx <= 0.6 && dy > dx => (false, (a.x + b.x) / 2.0, a.y.min(b.y).max(clip.y0), a.y.max(b.y).min(clip.y1)),
            _ => return,
        };
        let inside = if level { (clip.y0..=clip.y1).contains(&at) } else { (clip.x0..=clip.x1).contains(&at) };
        if inside && to - from > 0.5 {
            self.marks.rules.push(Rule { level, at, from, to });
        }
    }

    /// A thin filled rectangle is a line along its middle. Thick ones are backgrounds.
    fn filled(&mut self, boxes: &[Rect]) {
        for (i, b) in boxes.iter().enumerate() {
            let (width, height) = (b.width(), b.height());
            if width < height && height <= DOT {
                self.rule(Point::new(b.x0, b.center().y), Point::new(b.x1, b.center().y));
            }
            if height <= THIN && width >= height {
                self.rule(Point::new(b.x0, b.center().y), Point::new(b.x1, b.center().y));
            } else if width <= THIN && height > width {
                self.rule(Point::new(b.center().x, b.y0), Point::new(b.center().x, b.y1));
            } else if boxes.len() <= FRAMES && boxes.iter().enumerate().any(|(j, inner)| i != j && is_frame(b, inner)) {
                self.edges(b);
            }
        }
    }

    fn edges(&mut self, b: &Rect) {
        for y in [b.y0, b.y1] {
            self.rule(Point::new(b.x0, y), Point::new(b.x1, y));
        }
        for x in [b.x0, b.x1] {
            self.rule(Point::new(x, b.y0), Point::new(x, b.y1));
        }
    }

    /// What a filled path covers.
    fn paint(&mut self, path: BezPath, outlines: &[Outline], even_odd: bool, ink: &Ink) {
        let (after, colour, hides) = (self.marks.glyphs.len(), ink.colour, ink.hides());
        let clip = self.clip();
        let area = |bounds: Rect, shape| Area { shape, ..Area::new(bounds.intersect(clip), after, colour, hides) };
        let thick = |b: &Rect| b.width() > THIN && b.height() > THIN;
        let holes = |o: &Outline| outlines.iter().any(|other| !std::ptr::eq(o, other) && o.bounds.union(other.bounds) == o.bounds);
        if outlines.iter().all(|o| o.is_box) && (outlines.len() == 1 || outlines.len() < 50 && !outlines.iter().any(holes)) {
            self.marks.areas.extend(outlines.iter().filter(|o| thick(&o.bounds)).map(|o| area(o.bounds, None)));
        } else {
            let bounds = path.bounding_box();
            if thick(&bounds) {
                self.marks.areas.push(area(bounds, Some((path, even_odd))));
            }
        }
    }

    /// Lines askew, curves and bars.
    fn drawn(&mut self, path: &BezPath, outlines: &[Outline], thickness: f64, ink: &Ink) {
        let clip = self.clip();
        let shows = ink.colour.is_none_or(|c| !painted::is_lost(c, [1.0; 3]));
        for outline in outlines.iter().filter(|o| !o.is_box && shows) {
            let bounds = outline.bounds.intersect(clip);
            self.drawing(bounds);
        }
        if outlines.iter().any(|o| !o.is_box) && path.elements().len() < 2_000 {
            let room = DRAWN.saturating_sub(self.marks.slants.len());
            self.marks.slants.extend(outline::slants(path).into_iter().take(room));
        }
        if thickness > BAR {
            let (after, half) = (self.marks.glyphs.len(), thickness / 2.0);
            let bars = outline::straight(path).into_iter().map(|(a, b)| {
                let (across, down) = if a.y == b.y { (0.0, half) } else { (half, 0.0) };
                Area::new(Rect::from_points(a, b).inflate(across, down).intersect(clip), after, ink.colour, ink.hides())
            });
            self.marks.areas.extend(bars.take(DRAWN));
        }
    }
}

/// The text of a character as it is taken over.
fn readable(mut text: String) -> String {
    text.retain(|c| !c.is_control());
    // Signs and digits of a symbol font, as such a font numbers them: nobody says that they are those of others.
    match text.contains(|c| ('\u{F02B}'..='\u{F039}').contains(&c)) {
        true => APART.to_string(),
        false => text,
    }
}

/// A rectangle with another cut out of it just inside is a border.
fn is_frame(outer: &Rect, inner: &Rect) -> bool {
    [inner.x0 - outer.x0, inner.y0 - outer.y0, outer.x1 - inner.x1, outer.y1 - inner.y1].iter().all(|gap| (0.0..=THIN).contains(gap))
        && outer != inner
}
