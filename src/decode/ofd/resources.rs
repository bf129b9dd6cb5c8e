//! What the pages of a document refer to by number: inks, colours, pictures, drawings, fonts.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::node::{self, Node};
use super::package::Package;
use crate::decode::fault::Fault;
use crate::decode::page::glyph::Colour;
use crate::decode::word;

/// How many inks may stand for each other.
const CHAIN: usize = 8;

#[derive(Default)]
pub(super) struct Resources {
    params: HashMap<String, Node>,
    /// How many bits a sample of a colour space has.
    bits: HashMap<String, u32>,
    /// The parts of pictures.
    media: HashMap<String, String>,
    pub units: HashMap<String, Rc<Node>>,
    /// Fonts whose signs are pictures.
    signs: HashSet<String>,
}

impl Resources {
    /// Takes up the lists that elements of this name in `of` refer to.
    pub fn read(&mut self, package: &mut Package, base: &str, of: &Node, name: &str) -> Result<(), Fault> {
        for list in of.children(name) {
            let part = package.find(base, &list.text);
            if let Some(list) = package.node(&part)? {
                self.take(package, &part, list);
            }
        }
        Ok(())
    }

    fn take(&mut self, package: &Package, part: &str, list: Node) {
        let folder = list.attribute("BaseLoc").map_or_else(|| part.to_owned(), |base| package.find(part, base.trim_end_matches(['/', '\\'])) + "/");
        for one in list.children.into_iter().flat_map(|kind| kind.children) {
            let Some(id) = one.attribute("ID").map(str::to_owned) else { continue };
            match one.name.as_str() {
                "DrawParam" => _ = self.params.insert(id, one),
                "ColorSpace" => _ = self.bits.insert(id, one.number("BitsPerComponent").map_or(8, |n| n as u32)),
                "MultiMedia" => {
                    let file = one.said("MediaFile").map(|file| package.find(&folder, file));
                    self.media.extend(file.map(|file| (id, file)));
                }
                "CompositeGraphicUnit" | "VectorG" => _ = self.units.insert(id, Rc::new(one)),
                "Font" => {
                    let is_picture = |name: &str| one.attribute(name).is_some_and(word::is_of_pictures);
                    if is_picture("FontName") || is_picture("FamilyName") {
                        self.signs.insert(id);
                    }
                }
                _ => {}
            }
        }
    }

    pub fn picture(&self, id: &str) -> Option<&str> {
        self.media.get(id).map(String::as_str)
    }

    pub fn has_signs(&self, font: &str) -> bool {
        self.signs.contains(font)
    }

    pub fn has_param(&self, id: &str) -> bool {
        self.params.contains_key(id)
    }

    /// An ink and those that it stands for, the nearest first.
    pub fn params<'r>(&'r self, id: Option<&str>) -> impl Iterator<Item = &'r Node> {
        let first = id.and_then(|id| self.params.get(id));
        std::iter::successors(first, |param| self.params.get(param.attribute("Relative")?)).take(CHAIN)
    }

    /// The colour that an element says, where it can be told, and how opaque it is.
    pub fn colour(&self, of: &Node) -> (Option<Colour>, f32) {
        let alpha = of.opacity();
        let space = of.attribute("ColorSpace");
        // Patterns and shadings have no one colour, and an entry of a palette is not looked up.
        if !of.children.is_empty() || of.attribute("Index").is_some() {
            return (None, alpha);
        }
        let Some(value) = of.attribute("Value") else { return (space.is_none().then_some([0.0; 3]), alpha) };
        let bits = space.and_then(|id| self.bits.get(id)).copied().unwrap_or(8).clamp(1, 16);
        let most = ((1u32 << bits) - 1) as f32;
        // Digits in hexadecimal may stand apart from their mark.
        let value = value.replace("# ", "#");
        let sample = |word: &str| match word.strip_prefix('#') {
            Some(digits) => u32::from_str_radix(digits, 16).ok().map(|n| n as f32),
            None => node::number(word).map(|n| n as f32),
        };
        let parts: Option<Vec<f32>> = node::words(&value).take(5).map(|word| sample(word).map(|n| (n / most).clamp(0.0, 1.0))).collect();
        let colour = match parts.as_deref() {
            Some(&[grey]) => Some([grey; 3]),
            Some(&[r, g, b]) => Some([r, g, b]),
            Some(&[c, m, y, k]) => Some([c, m, y].map(|ink| (1.0 - ink - k).max(0.0))),
            _ => None,
        };
        (colour, alpha)
    }
}
