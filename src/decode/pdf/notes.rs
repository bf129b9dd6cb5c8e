//! What is stuck onto a page: notes, stamps, the fields of forms. They are drawn over it, and their figures are believed by
//! nobody: a field shows what somebody typed last.

use hayro_interpret::kurbo::{Affine, Point, Rect, Shape as _};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as Text};
use hayro_syntax::page::{Page, Resources};

use super::content::{self, Recorder, Part};

/// Notes that a page may have.
const NOTES: usize = 5_000;
/// Flags of notes that are not shown.
const HIDDEN: u32 = 1 << 1 | 1 << 5;

/// Draws the notes of a page. `transform`: from the page's own places to those of the marks.
pub(super) fn draw<'a>(found: &mut Recorder<'_, 'a>, page: &Page<'a>, transform: Affine, whole: Rect) {
    let Some(all) = page.raw().get::<Array>(b"Annots") else { return };
    for note in all.iter::<Dict>().take(NOTES) {
        let kind = note.get::<Name>(b"Subtype");
        let kind: &[u8] = kind.as_deref().unwrap_or_default();
        if matches!(kind, b"Link" | b"Popup") || note.get::<u32>(b"F").unwrap_or(0) & HIDDEN != 0 || found.reader.layers.hide(&note) {
            continue;
        }
        let Some(corners) = note.get::<[f64; 4]>(b"Rect") else { continue };
        let own = Rect::new(corners[0], corners[1], corners[2], corners[3]);
        let before = found.canvas.marks.glyphs.len();
        let place = transform.transform_rect_bbox(own).intersect(whole);
        match appearance(&note) {
            Some(stream) => {
                let empty = || Part { content: Default::default(), resources: Resources::new(Dict::empty()), transform, clip: whole, depth: 0, alpha: 1.0, odd: false, is_note: true };
                let placed = Part { transform: transform * fitted(&stream, own), ..empty() };
                if let Ok(Some(part)) = content::form(&stream, &placed) {
                    found.draw(part);
                }
                if matches!(kind, b"FreeText" | b"Stamp") {
                    found.canvas.marks.askew.extend(said(&note));
                }
                // What its words stand over was filled in or replaced.
                if found.canvas.marks.glyphs.len() > before {
                    found.canvas.cover(place, before);
                }
            }
            None => unpainted(found, &note, kind, place, transform),
        }
    }
}

fn appearance<'a>(note: &Dict<'a>) -> Option<Stream<'a>> {
    match note.get::<Dict>(b"AP")?.get::<Object>(b"N")? {
        Object::Stream(stream) => Some(stream),
        Object::Dict(states) => note.get::<Name>(b"AS").and_then(|state| states.get::<Stream>(&*state)),
        _ => None,
    }
}

/// From the box of an appearance to the note's place.
fn fitted(stream: &Stream, place: Rect) -> Affine {
    let dict = stream.dict();
    let own = dict.get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new);
    let b = dict.get::<[f64; 4]>(b"BBox").unwrap_or([0.0, 0.0, 1.0, 1.0]);
    let from = (own * Rect::new(b[0], b[1], b[2], b[3]).to_path(0.1)).bounding_box();
    let scale = |to: f64, from: f64| if from > 0.0 { to / from } else { 1.0 };
    let (x, y) = (scale(place.width(), from.width()), scale(place.height(), from.height()));
    Affine::new([x, 0.0, 0.0, y, place.x0 - x * from.x0, place.y0 - y * from.y0])
}

/// A note whose looks are left to who shows it.
fn unpainted(found: &mut Recorder, note: &Dict, kind: &[u8], place: Rect, transform: Affine) {
    match kind {
        b"StrikeOut" => {
            let quads: Vec<f64> = note.get::<Array>(b"QuadPoints").map_or(Vec::new(), |a| a.iter::<f64>().collect());
            let boxes = quads.chunks_exact(8).map(|q| {
                let points = q.chunks_exact(2).map(|p| transform * Point::new(p[0], p[1]));
                points.fold(None, |b: Option<Rect>, p| Some(b.map_or(Rect::from_points(p, p), |b| b.union_pt(p)))).unwrap_or(place)
            });
            let boxes: Vec<Rect> = if quads.len() < 8 { vec![place] } else { boxes.collect() };
            for b in boxes {
                found.canvas.rule(Point::new(b.x0, b.center().y), Point::new(b.x1, b.center().y));
            }
        }
        b"Widget" => {
            let value = [note.get::<Dict>(b"Parent"), Some(note.clone())].into_iter().flatten().any(|d| match d.get::<Object>(b"V") {
                Some(Object::String(s)) => !s.as_bytes().is_empty(),
                _ => false,
            });
            if value {
                found.canvas.cover(place, found.canvas.marks.glyphs.len());
                found.canvas.drawing(place);
            }
        }
        b"FreeText" | b"Stamp" | b"Redact" => {
            found.canvas.cover(place, found.canvas.marks.glyphs.len());
            found.canvas.drawing(place);
            found.canvas.marks.askew.extend(said(note));
        }
        b"Square" | b"Circle" | b"Polygon" if note.get::<Array>(b"IC").is_some_and(|c| c.raw_iter().count() > 0) => {
            found.canvas.cover(place, found.canvas.marks.glyphs.len());
        }
        _ => {}
    }
}

/// What a note says, as it is written down beside its looks.
fn said(note: &Dict) -> Option<String> {
    note.get::<Text>(b"Contents").map(|t| words(t.as_bytes())).filter(|w| !w.is_empty())
}

/// The words of a text of the document, without figures.
fn words(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => char::decode_utf16(rest.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]]))).filter_map(Result::ok).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.chars().filter(|c| !c.is_control() && !c.is_numeric() && *c != '\u{FFFD}').take(60).collect()
}
