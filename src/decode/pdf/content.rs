//! One page to marks: characters with their places, ruled lines, and where pictures are.
//!
//! The library interprets the content streams, and is given nothing of a page but its fonts: colours, patterns,
//! shadings and functions may refer to each other in circles, and it follows them without an end. Forms are drawn from
//! here, each with a depth and a count.

use hayro_interpret::font::{Glyph as Shape, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret,
};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::bounds::{self, Budget, spend};
use super::fonts::Fonts;
use super::unseen;

/// How deep forms may stand in forms.
const DEPTH: usize = 12;
/// The thickest filled rectangle that is a ruled line, in points.
const THIN: f64 = 3.0;

/// Comparisons of characters with what is painted white over them, in one part of a page.
const COVERINGS: usize = 20_000_000;

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
    /// Its ink is white.
    pub white: bool,
    /// It is a digit that is struck out, or white on nothing that is known to be darker.
    pub apart: bool,
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
    /// What is filled or drawn in such a way that white letters may be seen on it.
    pub grounds: Vec<Rect>,
    /// Characters without a meaning in Unicode.
    pub unmapped: usize,
    /// Characters drawn without ink, as programs that recognise text put them over a picture.
    pub invisible: usize,
    /// Characters that run up and down the page.
    pub sideways: (usize, usize),
}

/// A piece of content that is still to be drawn.
struct Part<'a> {
    content: std::borrow::Cow<'a, [u8]>,
    resources: Resources<'a>,
    transform: Affine,
    clip: Rect,
    depth: usize,
}

/// What is shared by the pages of one document.
pub(super) struct Reader<'a> {
    pub cache: InterpreterCache<'a>,
    pub settings: InterpreterSettings,
    pub fonts: Fonts,
    pub budget: Budget,
}

impl<'a> Reader<'a> {
    /// Reads one page; one that is written sideways is turned.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn marks(&mut self, page: &Page<'a>) -> Result<Marks, &'static str> {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let upright = Affine::new(page.initial_transform(true).as_coeffs());
        let marks = self.marks_turned(page, upright, width, height)?;
        let (upward, downward) = marks.sideways;
        if upward.max(downward) <= marks.glyphs.len() {
            return Ok(marks);
        }
        let turn = match upward > downward {
            true => Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0]),
            false => Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width]),
        };
        self.marks_turned(page, turn * upright, height, width)
    }

    fn marks_turned(&mut self, page: &Page<'a>, transform: Affine, width: f64, height: f64) -> Result<Marks, &'static str> {
        let whole = Rect::new(0.0, 0.0, width, height);
        let mut parts = Vec::new();
        if let Some(content) = page_content(page)? {
            let resources = page.resources().clone();
            parts.push(Part { content: content.into(), resources, transform, clip: whole, depth: 0 });
        }
        let mut marks = Marks { width, height, ..Marks::default() };
        while let Some(part) = parts.pop() {
            spend(&mut self.budget.content, part.content.len(), "content of its pages")?;
            let inks = forms(&part, &mut parts, &mut marks, &mut self.budget)?;
            self.fonts.admit(&part.resources.fonts)?;
            let resources = Resources {
                fonts: part.resources.fonts.clone(),
                properties: part.resources.properties.clone(),
                ..Resources::new(Dict::empty())
            };
            let mut context = Context::new(part.transform, part.clip, &self.cache, page.xref(), self.settings.clone());
            let mut found = Found { fonts: &self.fonts, marks: &mut marks, clips: vec![part.clip], marked: Vec::new(), inks, first: 0, left: COVERINGS, drawn: 0, paths: 0 };
            found.first = found.marks.glyphs.len();
            interpret(TypedIter::new(&part.content), &resources, &mut context, &mut found);
            let (drawn, paths) = (found.drawn, found.paths);
            spend(&mut self.budget.glyphs, drawn, "characters")?;
            spend(&mut self.budget.paths, paths, "lines and shapes")?;
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

/// Walks the operators of a part for the forms and pictures that it draws, and for strings that are too long.
/// Gives whether its colours can be told: those of its own spaces are not followed.
fn forms<'a>(part: &Part<'a>, parts: &mut Vec<Part<'a>>, marks: &mut Marks, budget: &mut Budget) -> Result<bool, &'static str> {
    let mut ops = TypedIter::new(&part.content);
    let (mut now, mut saved, mut inks) = (part.transform, Vec::new(), true);
    let mut picture = |now: Affine| {
        let place = now.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)).intersect(part.clip);
        marks.pictures += place.area();
        marks.grounds.push(place);
    };
    while let Some(op) = ops.next() {
        match op {
            TypedInstruction::SaveState(_) if saved.len() < 1000 => saved.push(now),
            TypedInstruction::RestoreState(_) => now = saved.pop().unwrap_or(now),
            TypedInstruction::Transform(m) => {
                now *= Affine::new([m.0, m.1, m.2, m.3, m.4, m.5].map(|n| n.as_f64()));
            }
            TypedInstruction::ShowText(s) if s.0.as_bytes().len() > bounds::STRING => return Err("text in one string"),
            TypedInstruction::ShowTexts(s) if s.0.data().len() > 4 * bounds::STRING => return Err("text in one string"),
            TypedInstruction::InlineImage(_) => picture(now),
            TypedInstruction::Shading(_) => picture(Affine::scale_non_uniform(1e5, 1e5)),
            TypedInstruction::ColorSpaceNonStroke(space) => inks &= unseen::is_additive(space.0, &part.resources),
            TypedInstruction::XObject(name) => {
                let Some(stream) = part.resources.x_objects.get::<Stream>(name.0) else { continue };
                match stream.dict().get::<Name>(b"Subtype").as_deref() {
                    Some(b"Image") => picture(now),
                    Some(b"Form") if part.depth < DEPTH => {
                        spend(&mut budget.forms, 1, "forms drawn")?;
                        parts.extend(form(&stream, part, now)?);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(inks)
}

fn form<'a>(stream: &Stream<'a>, part: &Part<'a>, now: Affine) -> Result<Option<Part<'a>>, &'static str> {
    let dict = stream.dict();
    let Some(content) = bounds::unpack(stream)? else { return Ok(None) };
    let transform = now * dict.get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new);
    let clip = dict.get::<[f64; 4]>(b"BBox").map_or(part.clip, |b| {
        transform.transform_rect_bbox(Rect::new(b[0], b[1], b[2], b[3])).intersect(part.clip)
    });
    let resources = dict.get::<Dict>(b"Resources").map_or_else(|| part.resources.clone(), Resources::new);
    Ok(Some(Part { content, resources, transform, clip, depth: part.depth + 1 }))
}

/// Takes down what the library draws.
struct Found<'e> {
    fonts: &'e Fonts,
    marks: &'e mut Marks,
    /// The rectangles that what is drawn now is cut to.
    clips: Vec<Rect>,
    /// For each open marked content whether it is a running head, a page number or the like.
    marked: Vec<bool>,
    /// Whether its colours can be told.
    inks: bool,
    /// The first character of this part, and how many may still be held against what is painted over them.
    first: usize,
    left: usize,
    drawn: usize,
    paths: usize,
}

impl Found<'_> {
    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or_default()
    }

    fn glyph(&mut self, shape: &Shape, transform: Affine, white: bool) {
        let origin = transform * Point::ZERO;
        let up = transform * Point::new(0.0, 1000.0) - origin;
        let along = transform * Point::new(1000.0, 0.0) - origin;
        let size = up.hypot();
        if !size.is_finite() || size < 1.0 {
            return;
        }
        if along.x.abs() < along.y.abs() * 0.1 {
            let counted = if along.y < 0.0 { &mut self.marks.sideways.0 } else { &mut self.marks.sideways.1 };
            *counted += 1;
        }
        // Upright text alone: what stands askew is a watermark.
        if up.x.abs() > size * 0.3 || along.x <= along.y.abs() * 3.0 || up.y >= 0.0 {
            return;
        }
        let advance = match shape {
            Shape::Outline(g) => g.advance_width(),
            Shape::Type3(g) => g.advance_width(),
        };
        let mut text = match shape.as_unicode().or_else(|| self.fonts.unicode(shape)) {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => {
                self.marks.unmapped += 1;
                '\u{FFFD}'.to_string()
            }
        };
        text.retain(|c| !c.is_control());
        let mut advance = f64::from(advance.unwrap_or(500.0)).clamp(0.0, 4000.0) / 1000.0;
        // A font without widths has all characters as wide as Han characters.
        if text.is_ascii() && advance > 0.9 {
            advance = 0.5;
        }
        let glyph = Glyph { text, x0: origin.x, x1: origin.x + advance * size, y: origin.y - 0.38 * size, size, white, apart: self.left == 0 };
        let clip = self.clip().inflate(2.0, 2.0);
        if clip.contains(Point::new((glyph.x0 + glyph.x1) / 2.0, glyph.y)) {
            self.marks.glyphs.push(glyph);
        }
    }

    fn rule(&mut self, a: Point, b: Point) {
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
            if height <= THIN && width > height {
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

/// The boxes around the parts of a path.
fn boxes(path: &BezPath) -> Vec<Rect> {
    let mut out: Vec<Rect> = Vec::new();
    for element in path.elements() {
        let point = match *element {
            PathEl::MoveTo(p) => {
                out.push(Rect::from_points(p, p));
                continue;
            }
            PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => p,
            PathEl::ClosePath => continue,
        };
        if let Some(last) = out.last_mut() {
            *last = last.union_pt(point);
        }
    }
    out
}

impl<'a> Device<'a> for Found<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.paths += path.elements().len();
        let path = props.transform * path;
        if !matches!(mode, DrawMode::Stroke(_)) {
            let boxes = boxes(&path);
            let areas = boxes.iter().filter(|b| b.width() > THIN && b.height() > THIN);
            if self.inks && unseen::is_white(&props.paint) {
                let behind = &mut self.marks.glyphs[self.first..];
                areas.for_each(|area| if self.left > 0 { unseen::cover(behind, area, &mut self.left) });
            } else {
                self.marks.grounds.extend(areas);
            }
            self.filled(&boxes);
            return;
        }
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(p) => (start, last) = (p, p),
                PathEl::LineTo(p) => {
                    self.rule(last, p);
                    last = p;
                }
                PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => last = p,
                PathEl::ClosePath => {
                    self.rule(last, start);
                    last = start;
                }
            }
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.clips.push(self.clip().intersect(clip.path.bounding_box()));
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.drawn += run.glyphs().len();
        if matches!(mode, DrawMode::Invisible) {
            self.marks.invisible += run.glyphs().len();
            return;
        }
        if self.marked.contains(&true) {
            return;
        }
        let white = self.inks && unseen::is_white(&props.paint);
        for positioned in run.glyphs() {
            self.glyph(positioned, props.transform * positioned.transform(), white);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}

    fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let of_page = |p: &Dict| p.get::<Name>(b"Type").as_deref() == Some(b"Pagination");
        self.marked.push(tag == b"Artifact" && properties.is_some_and(of_page));
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }
}
