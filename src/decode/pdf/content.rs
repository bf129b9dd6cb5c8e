//! One page to marks: characters with their places, ruled lines, and where pictures are.
//!
//! The library interprets the content streams, and is given nothing of a page but its fonts: colours, patterns,
//! shadings and functions may refer to each other in circles, and it follows them without an end. Forms are drawn from
//! here, each with a depth and a count.

use hayro_interpret::font::{Glyph as Shape, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Rect, Shape as _};
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
use super::steps::{self, Step};
use super::{inks, notes};
use crate::decode::page::canvas::{self, Canvas, Letter, UNMAPPED};
use crate::decode::page::drawn::Marks;
use crate::decode::page::painted::Ink;

/// How deep forms may stand in forms.
const DEPTH: usize = 12;
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
        let upright = Affine::new(page.initial_transform(true).as_coeffs());
        canvas::turned(f64::from(width), f64::from(height), upright, |canvas, transform| self.page(page, canvas, transform))
    }

    fn page(&mut self, page: &Page<'a>, canvas: &mut Canvas, transform: Affine) -> Result<(), &'static str> {
        let whole = canvas.whole();
        let mut found = Recorder { reader: self, xref: page.xref(), canvas, now: Now::default(), failure: None };
        if let Some(content) = page_content(page)? {
            let resources = page.resources().clone();
            found.draw(Part { content: content.into(), resources, transform, clip: whole, depth: 0, alpha: 1.0, odd: false, is_note: false });
        }
        notes::draw(&mut found, page, transform, whole);
        found.failure.map_or(Ok(()), Err)
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
    pub canvas: &'e mut Canvas,
    now: Now<'a>,
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
            ext_g_states: Dict::from_bytes(inks::STATES).unwrap_or_default(),
            ..Resources::new(Dict::empty())
        };
        let mut context = Context::new(part.transform, part.clip, &self.reader.cache, self.xref, self.reader.settings.clone());
        let Part { depth, alpha, odd, is_note, .. } = part;
        let now = Now { steps: marked.steps, inks: marked.inks, resources: Some(part.resources), depth, alpha, odd, is_note, ..Now::default() };
        let before = std::mem::replace(&mut self.now, now);
        let clips = std::mem::replace(&mut self.canvas.clips, vec![part.clip]);
        interpret(TypedIter::new(marked.content.as_deref().unwrap_or(&part.content)), &resources, &mut context, self);
        (self.now, self.canvas.clips) = (before, clips);
        Ok(())
    }

    /// Draws what stands at a mark.
    fn step(&mut self, step: Step<'a>, place: Affine, ink: Ink) -> Result<(), &'static str> {
        match step {
            Step::Picture(stream) => self.picture(&stream, place, ink),
            Step::Shading => {
                let bounds = self.canvas.clip();
                self.canvas.picture(bounds, None, Ink { colour: None, ..ink });
            }
            Step::Form(stream) if self.now.depth < DEPTH && !self.reader.layers.hide(stream.dict()) => {
                spend(&mut self.reader.budget.forms, 1, "forms drawn")?;
                let within = Part {
                    content: Default::default(),
                    resources: self.now.resources.clone().unwrap_or_else(|| Resources::new(Dict::empty())),
                    transform: place,
                    clip: self.canvas.clip(),
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
        let bounds = place.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)).intersect(self.canvas.clip());
        if self.reader.layers.hide(dict) || bounds.width() <= 0.0 || bounds.height() <= 0.0 {
            return;
        }
        let has_mask = inks::is_stencil(dict) || dict.contains_key(b"SMask") || dict.contains_key(b"Mask");
        // Masks are unpacked where a figure lies below alone.
        let veil = (has_mask && ink.hides() && self.canvas.has_figure_in(bounds))
            .then(|| inks::veil(stream, place, &mut self.reader.budget))
            .flatten();
        self.canvas.picture(bounds, veil, Ink { colour: None, ..ink });
    }

    fn ink(&self, props: &DrawProps) -> Ink {
        let ink = inks::ink(&props.paint, props.blend_mode, self.now.inks);
        Ink { alpha: ink.alpha * self.now.alpha, odd: ink.odd || self.now.odd, ..ink }
    }

    fn glyph(&mut self, shape: &Shape, place: Affine, ink: &Ink) {
        let text = match shape.as_unicode().or_else(|| self.reader.fonts.unicode(shape)) {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => UNMAPPED.to_owned(),
        };
        let advance = match shape {
            Shape::Outline(g) => g.advance_width(),
            Shape::Type3(g) => g.advance_width(),
        };
        let advance = f64::from(advance.unwrap_or(500.0)) / 1000.0;
        self.canvas.letter(Letter { text, advance, place, is_doubtful: self.now.is_note }, ink);
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
        if let DrawMode::Stroke(stroke) = mode {
            let scale = props.transform.determinant().abs().sqrt();
            self.canvas.stroke(&path, f64::from(stroke.line_width) * scale, &ink);
        } else {
            self.canvas.fill(path, matches!(mode, DrawMode::Fill(FillRule::EvenOdd)), &ink);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let clip = self.canvas.clip().intersect(clip.path.bounding_box());
        self.canvas.clips.push(clip);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let spent = spend(&mut self.reader.budget.glyphs, run.glyphs().len(), "characters");
        self.failure = self.failure.or(spent.err());
        let ink = self.ink(&props);
        if matches!(mode, DrawMode::Invisible) || ink.is_unseen() {
            self.canvas.marks.invisible += run.glyphs().len();
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
        if self.canvas.clips.len() > 1 {
            self.canvas.clips.pop();
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
