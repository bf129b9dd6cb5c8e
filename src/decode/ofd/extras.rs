//! What is stuck onto the pages: notes and the stamps of signatures. They are drawn over the page; their words belong to no
//! cell, and what they cover is not believed.

use std::collections::HashMap;

use hayro_interpret::kurbo::{Affine, Rect};

use super::content::{Painter, Place, rect};
use super::node::Node;
use super::package::Package;
use crate::decode::fault::Fault;
use crate::decode::page::painted::Ink;

/// Notes that a page may have, and stamps that a document may have.
const NOTES: usize = 5_000;
const STAMPS: usize = 1_000;

/// A stamp of a signature.
pub(super) struct Stamp {
    pub page: String,
    bounds: Rect,
    /// The parts that may hold its picture.
    parts: Vec<String>,
}

/// The lists of notes of a document, by the pages that they belong to.
pub(super) fn notes(package: &mut Package, base: &str, document: &Node) -> Result<HashMap<String, Vec<String>>, Fault> {
    let mut out: HashMap<String, Vec<String>> = HashMap::new();
    let Some(place) = document.said("Annotations") else { return Ok(out) };
    let part = package.find(base, place);
    for page in package.node(&part)?.iter().flat_map(|list| list.children("Page")) {
        if let (Some(id), Some(place)) = (page.attribute("PageID"), page.said("FileLoc")) {
            out.entry(id.to_owned()).or_default().push(package.find(&part, place));
        }
    }
    Ok(out)
}

/// The notes of a list that show something.
fn shown(list: &Node) -> impl Iterator<Item = (&Node, Kind)> {
    let kind = |note: &Node| match note.attribute("Type") {
        Some("Link") => None,
        Some("Watermark") => Some(Kind::Watermark),
        _ => Some(Kind::Other),
    };
    list.children("Annot").take(NOTES).filter(|note| !note.says("Visible", false)).filter_map(move |note| Some((note, kind(note)?)))
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Watermark,
    Other,
}

/// Whether a list has notes with words. Watermarks say something of the whole, and are no notes on what is written there.
pub(super) fn has_words(list: &Node) -> bool {
    shown(list).any(|(note, kind)| kind == Kind::Other && says_words(note))
}

fn says_words(node: &Node) -> bool {
    node.name == "TextCode" && !node.text.trim().is_empty() || node.children.iter().any(says_words)
}

/// The stamps of the signatures that a document has.
pub(super) fn stamps(package: &mut Package, body: &Node) -> Result<Vec<Stamp>, Fault> {
    let Some(place) = body.said("Signatures") else { return Ok(Vec::new()) };
    let part = package.find("OFD.xml", place);
    let Some(list) = package.node(&part)? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for place in list.children("Signature").filter_map(|one| one.attribute("BaseLoc")).take(STAMPS) {
        let own = package.find(&part, place);
        let Some(signature) = package.node(&own)? else { continue };
        let Some(info) = signature.child("SignedInfo") else { continue };
        let seal = info.child("Seal").and_then(|seal| seal.said("BaseLoc").or(seal.attribute("BaseLoc")));
        let parts: Vec<String> = seal.into_iter().chain(signature.said("SignedValue")).map(|place| package.find(&own, place)).collect();
        for stamp in info.children("StampAnnot").take(STAMPS) {
            if let (Some(page), Some(bounds)) = (stamp.attribute("PageRef"), stamp.attribute("Boundary").and_then(rect)) {
                out.push(Stamp { page: page.to_owned(), bounds, parts: parts.clone() });
            }
        }
    }
    out.truncate(STAMPS);
    Ok(out)
}

impl Painter<'_, '_> {
    /// Draws the notes of a list.
    pub fn notes(&mut self, list: &Node, page: &Place) -> Result<(), Fault> {
        for (note, kind) in shown(list) {
            for look in note.children("Appearance") {
                let bounds = look.attribute("Boundary").and_then(rect);
                let corner = bounds.map_or(Affine::IDENTITY, |b| Affine::translate((b.x0, b.y0)));
                self.layer(look, Place { transform: page.transform * corner, is_note: true, ..page.clone() })?;
                // What its words stand over was filled in or replaced; a watermark replaces nothing.
                if kind != Kind::Watermark && says_words(look) {
                    let bounds = bounds.map_or(self.canvas.whole(), |b| page.transform.transform_rect_bbox(b).intersect(self.canvas.whole()));
                    self.canvas.cover(bounds, self.canvas.marks.glyphs.len());
                    self.canvas.drawing(bounds);
                }
            }
        }
        Ok(())
    }

    /// Draws the stamp of a signature.
    pub fn stamp(&mut self, stamp: &Stamp, page: &Place) -> Result<(), Fault> {
        let Rect { x0, y0, .. } = stamp.bounds;
        let place = page.transform * Affine::translate((x0, y0)) * Affine::scale_non_uniform(stamp.bounds.width(), stamp.bounds.height());
        let bounds = page.transform.transform_rect_bbox(stamp.bounds).intersect(self.canvas.whole());
        if bounds.width() <= 0.0 || bounds.height() <= 0.0 {
            return Ok(());
        }
        self.picture(&stamp.parts, place, bounds, Ink { colour: None, alpha: 1.0, darkens: false, odd: false })
    }
}
