//! The objects of a page, drawn on a canvas in their order.

use std::collections::HashMap;
use std::rc::Rc;

use hayro_interpret::kurbo::{Affine, Rect, Shape as _};

use super::budget::{Budget, spend};
use super::node::{self, Node};
use super::package::Package;
use super::path;
use super::png::{self, Holes};
use super::resources::Resources;
use crate::decode::fault::Fault;
use crate::decode::page::canvas::Canvas;
use crate::decode::page::glyph::Colour;
use crate::decode::page::painted::Ink;

/// How deep drawings may stand in drawings.
const DEPTH: usize = 12;
const MUCH: &str = "hundreds of megabytes that are drawn";
/// How thick a line is of which nothing says it, in millimetres.
const THICKNESS: f64 = 0.353;
/// A box that is no larger than this either way cuts nothing off.
const NOTHING: f64 = 0.01;
pub(super) const BLACK: Colour = [0.0; 3];

/// Where and how something is drawn.
#[derive(Clone)]
pub(super) struct Place {
    pub transform: Affine,
    pub alpha: f32,
    /// The ink of what says none itself.
    pub param: Option<String>,
    pub depth: usize,
    /// Nobody can say for certain where it stands.
    pub is_unsure: bool,
    /// It is stuck onto the page.
    pub is_note: bool,
}

impl Place {
    pub fn new(transform: Affine) -> Place {
        Place { transform, alpha: 1.0, param: None, depth: 0, is_unsure: false, is_note: false }
    }
}

/// An object that is to be drawn.
pub(super) struct Object<'n> {
    pub node: &'n Node,
    pub place: Place,
    /// From the square of its boundary, before its own matrix, to the page.
    outer: Affine,
    /// Its boundary as it says it: the corner, the width and the height.
    pub own: Option<[f64; 4]>,
    /// Its boundary on the page.
    boundary: Option<Rect>,
    /// What its clips leave of the page for certain, and at most.
    clips: Option<(Rect, Rect)>,
}

impl Object<'_> {
    /// What is drawn outside of this may be cut off.
    pub fn certain(&self) -> Rect {
        let all = Rect::new(-1e9, -1e9, 1e9, 1e9);
        let clips = self.clips.map_or(all, |(least, _)| least);
        self.boundary.map_or(clips, |b| b.intersect(clips))
    }
}

pub(super) struct Painter<'p, 'a> {
    pub canvas: &'p mut Canvas,
    pub package: &'p mut Package<'a>,
    pub resources: &'p Resources,
    pub budget: &'p mut Budget,
    /// By the parts of pictures.
    pub holes: &'p mut HashMap<String, Option<Rc<Holes>>>,
}

impl Painter<'_, '_> {
    /// Draws a layer, or what is like one.
    pub fn layer(&mut self, layer: &Node, mut place: Place) -> Result<(), Fault> {
        if layer.says("Visible", false) {
            return Ok(());
        }
        spend(&mut self.budget.content, layer.weight, MUCH)?;
        place.param = layer.attribute("DrawParam").map(str::to_owned).or(place.param);
        self.blocks(layer, &place)
    }

    pub fn blocks(&mut self, of: &Node, place: &Place) -> Result<(), Fault> {
        spend(&mut self.budget.objects, of.children.len(), "millions of objects")?;
        for node in &of.children {
            match node.name.as_str() {
                "TextObject" => self.cut(node, place, false, Painter::text)?,
                "PathObject" => self.cut(node, place, true, Painter::path)?,
                "ImageObject" => self.cut(node, place, true, Painter::image)?,
                "CompositeObject" => self.cut(node, place, true, Painter::composite)?,
                "PageBlock" => self.blocks(node, place)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Draws an object within what its clips, and with `by_boundary` its boundary, leave of the page.
    fn cut(&mut self, node: &Node, place: &Place, by_boundary: bool, draw: fn(&mut Self, &Object) -> Result<(), Fault>) -> Result<(), Fault> {
        if node.says("Visible", false) {
            return Ok(());
        }
        let object = object(node, place);
        let mut clip = self.canvas.clip();
        clip = object.clips.map_or(clip, |(_, most)| clip.intersect(most));
        if by_boundary {
            clip = object.boundary.map_or(clip, |b| clip.intersect(b));
        }
        self.canvas.clips.push(clip);
        let result = draw(self, &object);
        self.canvas.clips.pop();
        result
    }

    /// What an object says itself, or its ink does.
    fn property<T>(&self, object: &Object, get: impl Fn(&Node) -> Option<T>) -> Option<T> {
        get(object.node).or_else(|| self.resources.params(object.place.param.as_deref()).find_map(get))
    }

    /// The ink of a kind; `default` where nothing says its colour.
    pub fn ink(&self, object: &Object, kind: &str, default: Option<Colour>) -> Ink {
        let told = self.property(object, |node| node.child(kind).map(|colour| self.resources.colour(colour)));
        let (colour, alpha) = told.unwrap_or((default, 1.0));
        // An ink that the document does not have may be white.
        let odd = object.place.param.as_ref().is_some_and(|id| !self.resources.has_param(id));
        Ink { colour, alpha: alpha * object.place.alpha, darkens: false, odd }
    }

    fn path(&mut self, object: &Object) -> Result<(), Fault> {
        let Some(data) = object.node.child("AbbreviatedData").filter(|_| !object.place.is_unsure) else { return Ok(()) };
        let path = path::parse(&data.text);
        spend(&mut self.budget.paths, path.elements().len(), "millions of lines and shapes")?;
        let path = object.place.transform * path;
        if object.node.says("Fill", true) {
            let ink = self.ink(object, "FillColor", None);
            if !ink.is_unseen() {
                self.canvas.fill(path.clone(), object.node.attribute("Rule") == Some("Even-Odd"), &ink);
            }
        }
        let ink = self.ink(object, "StrokeColor", Some(BLACK));
        if !object.node.says("Stroke", false) && !ink.is_unseen() {
            let width = self.property(object, |node| node.number("LineWidth")).unwrap_or(THICKNESS);
            self.canvas.stroke(&path, width * object.place.transform.determinant().abs().sqrt(), &ink);
        }
        Ok(())
    }

    fn image(&mut self, object: &Object) -> Result<(), Fault> {
        // Without a matrix it fills its boundary.
        let place = match (object.node.attribute("CTM"), object.own) {
            (None, Some([_, _, width, height])) => object.outer * Affine::scale_non_uniform(width, height),
            _ => object.place.transform,
        };
        let ink = Ink { colour: None, alpha: object.place.alpha, darkens: false, odd: false };
        let bounds = place.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)).intersect(self.canvas.clip());
        if bounds.width() > 0.0 && bounds.height() > 0.0 {
            let part = object.node.attribute("ResourceID").and_then(|id| self.resources.picture(id)).map(str::to_owned);
            self.picture(part.as_slice(), place, bounds, ink)?;
        }
        Ok(())
    }

    /// Draws a picture that is in the first of these parts in which there is one, at its beginning or within.
    pub fn picture(&mut self, parts: &[String], place: Affine, bounds: Rect, ink: Ink) -> Result<(), Fault> {
        spend(&mut self.budget.pictures, 1, "thousands of pictures")?;
        // Pictures are unpacked where a figure lies below alone.
        let looked_at = ink.hides() && self.canvas.has_figure_in(bounds);
        let holes = if looked_at { parts.iter().find_map(|part| self.holes(part)) } else { None };
        // A picture counts its rows from its top.
        let veil = holes.and_then(|holes| holes.veil(place * Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, 1.0])));
        self.canvas.picture(bounds, veil, ink);
        Ok(())
    }

    /// Where the picture in a part lets the page show through. Stamps stand on many pages, and are unpacked once.
    fn holes(&mut self, part: &str) -> Option<Rc<Holes>> {
        if let Some(known) = self.holes.get(part) {
            return known.clone();
        }
        let bytes = self.package.bytes(part).unwrap_or_default();
        let found = memchr::memmem::find(&bytes, png::MARK).and_then(|at| png::holes(&bytes[at..], &mut self.budget.veils)).map(Rc::new);
        self.holes.insert(part.to_owned(), found.clone());
        found
    }

    fn composite(&mut self, object: &Object) -> Result<(), Fault> {
        let unit = object.node.attribute("ResourceID").and_then(|id| self.resources.units.get(id)).map(Rc::clone);
        let Some(content) = unit.as_ref().and_then(|unit| unit.child("Content")) else { return Ok(()) };
        if object.place.depth >= DEPTH {
            return Ok(());
        }
        spend(&mut self.budget.units, 1, "thousands of drawings")?;
        spend(&mut self.budget.content, content.weight, MUCH)?;
        let place = Place { depth: object.place.depth + 1, ..object.place.clone() };
        self.blocks(content, &place)
    }
}

fn object<'n>(node: &'n Node, place: &Place) -> Object<'n> {
    let (own, matrix) = (node.numbers::<4>("Boundary"), node.numbers::<6>("CTM"));
    let is_unsure = own.is_none() || matrix.is_none() && node.attribute("CTM").is_some_and(|said| !said.trim().is_empty());
    let [x, y, width, height] = own.unwrap_or_default();
    let outer = place.transform * Affine::translate((x, y));
    let transform = outer * matrix.map_or(Affine::IDENTITY, Affine::new);
    let alpha = place.alpha * node.opacity();
    let param = node.attribute("DrawParam").map(str::to_owned).or_else(|| place.param.clone());
    let boundary = (width > NOTHING || height > NOTHING).then(|| outer.transform_rect_bbox(Rect::new(0.0, 0.0, width, height)));
    let clips = node.child("Clips").and_then(|clips| cut_out(clips, outer, transform));
    Object { node, place: Place { transform, alpha, param, is_unsure: place.is_unsure || is_unsure, ..place.clone() }, outer, own, boundary, clips }
}

/// What clips leave of the page, for certain and at most: programs do not agree on whether the object's own matrix moves
/// them. None where they cannot be told.
fn cut_out(clips: &Node, outer: Affine, inner: Affine) -> Option<(Rect, Rect)> {
    let each = clips.children("Clip").map(|clip| {
        let areas = clip.children("Area").map(|area| {
            let shape = area.child("Path")?;
            let [x, y, ..] = shape.numbers::<4>("Boundary").unwrap_or_default();
            let bounds = path::parse(&shape.child("AbbreviatedData")?.text).bounding_box();
            let own = area.numbers::<6>("CTM").map_or(Affine::IDENTITY, Affine::new)
                * Affine::translate((x, y))
                * shape.numbers::<6>("CTM").map_or(Affine::IDENTITY, Affine::new);
            let at = |transform: Affine| (transform * own).transform_rect_bbox(bounds);
            Some((at(outer).intersect(at(inner)), at(outer).union(at(inner))))
        });
        areas.collect::<Option<Vec<_>>>()?.into_iter().reduce(|a, b| (a.0.union(b.0), a.1.union(b.1)))
    });
    each.collect::<Option<Vec<_>>>()?.into_iter().reduce(|a, b| (a.0.intersect(b.0), a.1.intersect(b.1)))
}

/// A box as an attribute or an element says it; none where it is none.
pub(super) fn rect(text: &str) -> Option<Rect> {
    let [x, y, width, height] = node::numbers(text)?;
    (width > 0.0 && height > 0.0).then(|| Rect::new(x, y, x + width, y + height))
}
