//! One page to marks: characters with their places, ruled lines, and where pictures are.
//!
//! The library interprets the content streams, and is given nothing of a page but its fonts: colours, patterns,
//! shadings and functions may refer to each other in circles, and it follows them without an end. Forms are drawn from
//! here, each with a depth and a count.

use hayro_interpret::font::{Glyph as Shape, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape as _};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret,
};
use hayro_syntax::content::TypedIter;
use hayro_syntax::object::{Dict, FromBytes as _, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};
use hayro_syntax::xref::XRef;

use super::bounds::{self, Budget, spend};
use super::fonts::Fonts;
use super::layers::Layers;
use super::outline::{self, Outline};
use super::painted::{self, Area, Ink, Veil};
use super::steps::{self, Step};
use super::{notes, unseen};

/// How deep forms may stand in forms.
const DEPTH: usize = 12;
/// The thickest filled rectangle that is a ruled line, in points.
const THIN: f64 = 3.0;
/// A box that is no larger than this either way is a dot of some line.
const DOT: f64 = 1.5;
/// A line that is drawn thicker than this is a bar.
const BAR: f64 = 3.0;
/// Digits with a gap smaller than this between them are one number, in sizes of a character.
const SOLID: f64 = 0.25;
/// Strokes askew and drawings that are looked at, for a page.
const DRAWN: usize = 20_000;
/// Words that stand askew, for a page: so many, of so many characters.
const ASKEW: (usize, usize) = (4, 60);

/// One character as it is drawn. Points, from the top left corner of the page.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
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
    pub colour: Option<painted::Colour>,
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
pub(super) struct Rule {
    pub level: bool,
    /// y of a level one, x of an upright one.
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

/// What one page shows.
#[derive(Debug, Default)]
pub(super) struct Marks {
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

/// A piece of content that is to be drawn.
pub(super) struct Part<'a> {
    pub content: std::borrow::Cow<'a, [u8]>,
    pub resources: Resources<'a>,
    pub transform: Affine,
    pub clip: Rect,
    pub depth: usize,
    /// How opaque all of it is, and whether it is mixed with what lies below in an unusual way.
    pub alpha: f32,
    pub odd: bool,
    /// It is stuck onto the page.
    pub is_note: bool,
}

/// What is shared by the pages of one document.
pub(super) struct Reader<'a> {
    pub cache: InterpreterCache<'a>,
    pub settings: InterpreterSettings,
    pub fonts: Fonts,
    pub budget: Budget,
    pub layers: Layers,
}

impl<'a> Reader<'a> {
    /// Reads one page; one that is written sideways or upside down is turned.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn marks(&mut self, page: &Page<'a>) -> Result<Marks, &'static str> {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let upright = Affine::new(page.initial_transform(true).as_coeffs());
        let marks = self.marks_turned(page, upright, width, height)?;
        let [upward, downward, over] = marks.turned;
        let most = upward.max(downward).max(over);
        if most <= marks.glyphs.len() {
            return Ok(marks);
        }
        let (turn, width, height) = match most {
            n if n == upward => ([0.0, 1.0, -1.0, 0.0, height, 0.0], height, width),
            n if n == downward => ([0.0, -1.0, 1.0, 0.0, 0.0, width], height, width),
            _ => ([-1.0, 0.0, 0.0, -1.0, width, height], width, height),
        };
        self.marks_turned(page, Affine::new(turn) * upright, width, height)
    }

    fn marks_turned(&mut self, page: &Page<'a>, transform: Affine, width: f64, height: f64) -> Result<Marks, &'static str> {
        let whole = Rect::new(0.0, 0.0, width, height);
        let mut marks = Marks { width, height, ..Marks::default() };
        let mut found = Recorder { reader: self, xref: page.xref(), marks: &mut marks, now: Now::default(), was_askew: false, cut: None, failure: None };
        if let Some(content) = page_content(page)? {
            let resources = page.resources().clone();
            found.draw(Part { content: content.into(), resources, transform, clip: whole, depth: 0, alpha: 1.0, odd: false, is_note: false });
        }
        notes::draw(&mut found, page, transform, whole);
        if let Some(failure) = found.failure {
            return Err(failure);
        }
        marks.pictures /= whole.area().max(1.0);
        unseen::settle(&mut marks);
        Ok(marks)
    }
}

fn page_content(page: &Page) -> Result<Option<Vec<u8>>, &'static str> {
    let streams: Vec<Stream> = match page.raw().get::<Object>(b"Contents") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(array)) => array.iter::<Stream>().collect(),
        _ => return Ok(None),
    };
    let mut out = Vec::new();
    for stream in &streams {
        if let Some(data) = bounds::unpack(stream)? {
            out.extend_from_slice(&data);
            // An operator never runs over two streams.
            out.push(b'\n');
        }
        if out.len() > 64 << 20 {
            return Err("content of one page");
        }
    }
    Ok(Some(out))
}

/// The form as a part of what draws it. `within`: the ink and place in which it is drawn.
pub(super) fn form<'a>(stream: &Stream<'a>, within: &Part<'a>) -> Result<Option<Part<'a>>, &'static str> {
    let dict = stream.dict();
    let Some(content) = bounds::unpack(stream)? else { return Ok(None) };
    let transform = within.transform * dict.get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new);
    let clip = dict.get::<[f64; 4]>(b"BBox").map_or(within.clip, |b| {
        transform.transform_rect_bbox(Rect::new(b[0], b[1], b[2], b[3])).intersect(within.clip)
    });
    let resources = dict.get::<Dict>(b"Resources").map_or_else(|| within.resources.clone(), Resources::new);
    Ok(Some(Part { content, resources, transform, clip, depth: within.depth + 1, ..*within }))
}

/// The part that is being drawn.
#[derive(Default)]
struct Now<'a> {
    /// The rectangles that what is drawn now is cut to.
    clips: Vec<Rect>,
    /// For each open marked content whether it is a running head, a page number or the like.
    marked: Vec<bool>,
    steps: Vec<Step<'a>>,
    /// The next mark, and one that was begun.
    next: usize,
    begun: Option<usize>,
    resources: Option<Resources<'a>>,
    /// Whether its colours can be told.
    inks: bool,
    depth: usize,
    alpha: f32,
    odd: bool,
    is_note: bool,
}

/// Takes down what the library draws.
pub(super) struct Recorder<'e, 'a> {
    pub reader: &'e mut Reader<'a>,
    xref: &'a XRef,
    pub marks: &'e mut Marks,
    now: Now<'a>,
    /// The last character stood askew.
    was_askew: bool,
    /// The last part of a figure that was cut away.
    cut: Option<Glyph>,
    failure: Option<&'static str>,
}

impl<'a> Recorder<'_, 'a> {
    /// Draws a part, and what it draws in turn, in the order of painting.
    pub fn draw(&mut self, part: Part<'a>) {
        let result = self.try_draw(part);
        self.failure = self.failure.or(result.err());
    }

    fn try_draw(&mut self, part: Part<'a>) -> Result<(), &'static str> {
        if self.failure.is_some() {
            return Ok(());
        }
        spend(&mut self.reader.budget.content, part.content.len(), "content of its pages")?;
        let marked = steps::marked(&part.content, &part.resources)?;
        self.reader.fonts.admit(&part.resources.fonts)?;
        let resources = Resources {
            fonts: part.resources.fonts.clone(),
            properties: part.resources.properties.clone(),
            ext_g_states: Dict::from_bytes(painted::STATES).unwrap_or_default(),
            ..Resources::new(Dict::empty())
        };
        let mut context = Context::new(part.transform, part.clip, &self.reader.cache, self.xref, self.reader.settings.clone());
        let Part { depth, alpha, odd, is_note, .. } = part;
        let now = Now { clips: vec![part.clip], steps: marked.steps, inks: marked.inks, resources: Some(part.resources), depth, alpha, odd, is_note, ..Now::default() };
        let before = std::mem::replace(&mut self.now, now);
        interpret(TypedIter::new(marked.content.as_deref().unwrap_or(&part.content)), &resources, &mut context, self);
        self.now = before;
        Ok(())
    }

    /// Draws what stands at a mark.
    fn step(&mut self, step: Step<'a>, place: Affine, ink: Ink) -> Result<(), &'static str> {
        match step {
            Step::Picture(stream) => self.picture(&stream, place, ink),
            Step::Shading => {
                let bounds = self.clip();
                self.picture_area(bounds, None, Ink { colour: None, ..ink });
            }
            Step::Form(stream) if self.now.depth < DEPTH && !self.reader.layers.hide(stream.dict()) => {
                spend(&mut self.reader.budget.forms, 1, "forms drawn")?;
                let within = Part {
                    content: Default::default(),
                    resources: self.now.resources.clone().unwrap_or_else(|| Resources::new(Dict::empty())),
                    transform: place,
                    clip: self.clip(),
                    depth: self.now.depth,
                    alpha: ink.alpha,
                    odd: ink.odd,
                    is_note: self.now.is_note,
                };
                if let Some(part) = form(&stream, &within)? {
                    self.try_draw(part)?;
                }
            }
            Step::Form(_) => {}
        }
        Ok(())
    }

    /// `place`: where the square from 0 to 1 is.
    fn picture(&mut self, stream: &Stream, place: Affine, ink: Ink) {
        let dict = stream.dict();
        let bounds = place.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)).intersect(self.clip());
        if self.reader.layers.hide(dict) || bounds.width() <= 0.0 || bounds.height() <= 0.0 {
            return;
        }
        let has_mask = painted::is_stencil(dict) || dict.contains_key(b"SMask") || dict.contains_key(b"Mask");
        // Masks are unpacked where a figure lies below alone.
        let veil = (has_mask && ink.hides() && self.marks.glyphs.iter().any(|g| unseen::is_of_number(g) && bounds.contains(g.middle())))
            .then(|| Veil::new(stream, place, &mut self.reader.budget))
            .flatten();
        self.picture_area(bounds, veil, Ink { colour: None, ..ink });
    }

    fn picture_area(&mut self, bounds: Rect, veil: Option<Veil>, ink: Ink) {
        if ink.is_unseen() {
            return;
        }
        self.marks.pictures += bounds.area();
        self.drawing(bounds);
        let after = self.marks.glyphs.len();
        self.marks.areas.push(Area { veil, picture: true, ..Area::new(bounds, after, None, ink.hides()) });
    }

    /// Notes something that is no text and may stand for one.
    pub fn drawing(&mut self, bounds: Rect) {
        if bounds.width() > 1.5 && bounds.height() > 2.5 && self.marks.drawings.len() < DRAWN {
            self.marks.drawings.push(bounds);
        }
    }

    fn ink(&self, props: &DrawProps) -> Ink {
        let ink = Ink::new(&props.paint, props.blend_mode, self.now.inks);
        Ink { alpha: ink.alpha * self.now.alpha, odd: ink.odd || self.now.odd, ..ink }
    }

    fn clip(&self) -> Rect {
        self.now.clips.last().copied().unwrap_or(Rect::new(0.0, 0.0, self.marks.width, self.marks.height))
    }

    fn character(&mut self, shape: &Shape) -> String {
        let mut text = match shape.as_unicode().or_else(|| self.reader.fonts.unicode(shape)) {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => {
                self.marks.unmapped += 1;
                '\u{FFFD}'.to_string()
            }
        };
        text.retain(|c| !c.is_control());
        // Signs and digits of a symbol font, as such a font numbers them: nobody says that they are those of others.
        match text.contains(|c| ('\u{F02B}'..='\u{F039}').contains(&c)) {
            true => crate::decode::APART.to_string(),
            false => text,
        }
    }

    fn glyph(&mut self, shape: &Shape, transform: Affine, ink: &Ink) {
        let origin = transform * Point::ZERO;
        let up = transform * Point::new(0.0, 1000.0) - origin;
        let along = transform * Point::new(1000.0, 0.0) - origin;
        let size = up.hypot();
        if !size.is_finite() || size < 1.0 {
            return;
        }
        if along.x.abs() < along.y.abs() * 0.1 {
            self.marks.turned[usize::from(along.y >= 0.0)] += 1;
        } else if along.x < -3.0 * along.y.abs() && up.y > size * 0.9 {
            self.marks.turned[2] += 1;
        }
        // Upright text alone: what stands askew is a watermark.
        if up.x.abs() > size * 0.3 || along.x <= along.y.abs() * 3.0 || up.y >= 0.0 {
            return self.turned(shape, origin, along, size);
        }
        self.was_askew = false;
        let advance = match shape {
            Shape::Outline(g) => g.advance_width(),
            Shape::Type3(g) => g.advance_width(),
        };
        let text = self.character(shape);
        let mut advance = f64::from(advance.unwrap_or(500.0)).clamp(0.0, 4000.0) / 1000.0;
        // A font without widths has all characters as wide as Han characters.
        if text.is_ascii() && advance > 0.9 {
            advance = 0.5;
        }
        let wide = advance * along.hypot();
        let apart = ink.is_doubtful() || self.now.is_note || along.hypot() < 0.15 * size;
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
    fn turned(&mut self, shape: &Shape, origin: Point, along: hayro_interpret::kurbo::Vec2, size: f64) {
        let text = self.character(shape);
        let is_square = along.x.abs().min(along.y.abs()) < 0.1 * along.hypot();
        if is_square {
            let end = origin + along * (0.5 / along.hypot().max(1e-6) * size);
            let across = Rect::from_points(origin, end).inflate(0.3 * size, 0.3 * size);
            if text.starts_with(char::is_numeric) && self.clip().inflate(2.0, 2.0).contains(across.center()) {
                self.drawing(Rect::from_center_size(across.center(), (3.0, 3.0)));
            }
            return;
        }
        if !self.was_askew && self.marks.askew.len() <= ASKEW.0 {
            self.marks.askew.push(String::new());
        }
        self.was_askew = true;
        if let Some(words) = self.marks.askew.last_mut()
            && words.chars().count() < ASKEW.1
        {
            // Its figures are a date or a number of the copy.
            words.extend(text.chars().filter(|c| !c.is_numeric() && *c != '\u{FFFD}'));
        }
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
            } else if boxes.iter().enumerate().any(|(j, inner)| i != j && is_frame(b, inner)) {
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
}

/// A rectangle with another cut out of it just inside is a border.
fn is_frame(outer: &Rect, inner: &Rect) -> bool {
    [inner.x0 - outer.x0, inner.y0 - outer.y0, outer.x1 - inner.x1, outer.y1 - inner.y1].iter().all(|gap| (0.0..=THIN).contains(gap))
        && outer != inner
}

impl<'a> Recorder<'_, 'a> {
    /// What a filled path covers.
    fn fill(&mut self, path: BezPath, outlines: &[Outline], even_odd: bool, ink: &Ink) {
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

impl<'a> Device<'a> for Recorder<'_, 'a> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let ink = self.ink(&props);
        if let Some(step) = self.now.begun.take() {
            let step = self.now.steps[step].clone();
            let result = self.step(step, props.transform, ink);
            self.failure = self.failure.or(result.err());
            return;
        }
        let spent = spend(&mut self.reader.budget.paths, path.elements().len(), "lines and shapes");
        self.failure = self.failure.or(spent.err());
        if self.failure.is_some() || ink.is_unseen() {
            return;
        }
        let path = props.transform * path;
        let outlines = outline::outlines(&path);
        if let DrawMode::Stroke(stroke) = mode {
            let scale = props.transform.determinant().abs().sqrt();
            self.drawn(&path, &outlines, f64::from(stroke.line_width) * scale, &ink);
            outline::strokes(&path).filter(|(.., curved)| !curved).for_each(|(a, b, _)| self.rule(a, b));
        } else {
            self.drawn(&path, &outlines, 0.0, &ink);
            let boxes: Vec<Rect> = outlines.iter().map(|o| o.bounds).collect();
            self.filled(&boxes);
            self.fill(path, &outlines, matches!(mode, DrawMode::Fill(FillRule::EvenOdd)), &ink);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let clip = self.clip().intersect(clip.path.bounding_box());
        self.now.clips.push(clip);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let spent = spend(&mut self.reader.budget.glyphs, run.glyphs().len(), "characters");
        self.failure = self.failure.or(spent.err());
        let ink = self.ink(&props);
        if matches!(mode, DrawMode::Invisible) || ink.is_unseen() {
            self.marks.invisible += run.glyphs().len();
            return;
        }
        if self.failure.is_some() || self.now.marked.contains(&true) {
            return;
        }
        for positioned in run.glyphs() {
            self.glyph(positioned, props.transform * positioned.transform(), &ink);
        }
    }

    /// Pictures that stand in the content itself.
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let size = Affine::scale_non_uniform(f64::from(image.width()), f64::from(image.height()));
        let stream = match &image {
            Image::Stencil(s) => s.stream(),
            Image::Raster(r) => r.stream(),
        };
        let ink = Ink { colour: None, alpha: self.now.alpha, darkens: false, odd: self.now.odd };
        // The library counts the rows of a picture from its top.
        self.picture(stream, props.transform * size * Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, 1.0]), ink);
    }

    fn pop_clip(&mut self) {
        if self.now.clips.len() > 1 {
            self.now.clips.pop();
        }
    }

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        if steps::number(tag).is_some_and(|n| n == self.now.next && n < self.now.steps.len()) {
            self.now.begun = Some(self.now.next);
            self.now.next += 1;
        }
        let of_page = |p: &Dict| p.get::<Name>(b"Type").as_deref() == Some(b"Pagination");
        self.now.marked.push(tag == b"Artifact" && properties.is_some_and(of_page));
    }

    fn end_marked_content(&mut self) {
        self.now.begun = None;
        self.now.marked.pop();
    }
}
