//! Layers of a document that are switched off.

use std::collections::HashSet;

use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier};

/// The layers that do not show.
#[derive(Default)]
pub(super) struct Layers(HashSet<ObjectIdentifier>);

impl Layers {
    /// `catalog`: the document's root.
    pub fn new(catalog: &Dict) -> Layers {
        let mut off = HashSet::new();
        let Some(all) = catalog.get::<Dict>(b"OCProperties") else { return Layers(off) };
        let Some(first) = all.get::<Dict>(b"D") else { return Layers(off) };
        if first.get::<Name>(b"BaseState").as_deref() == Some(b"OFF") {
            off.extend(members(&all, b"OCGs"));
        }
        members(&first, b"ON").iter().for_each(|layer| {
            off.remove(layer);
        });
        off.extend(members(&first, b"OFF"));
        Layers(off)
    }

    /// Whether a form, a picture or an annotation belongs to a layer that is off.
    pub fn hide(&self, object: &Dict) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let is_off = |id: &ObjectIdentifier| self.0.contains(id);
        let Some(own) = object.get::<Dict>(b"OC") else { return false };
        if own.get::<Name>(b"Type").as_deref() != Some(b"OCMD") {
            return object.get_ref(b"OC").is_some_and(|r| is_off(&r.into()));
        }
        let of = match own.get::<Array>(b"OCGs") {
            Some(_) => members(&own, b"OCGs"),
            None => own.get_ref(b"OCGs").map(Into::into).into_iter().collect(),
        };
        !of.is_empty()
            && match own.get::<Name>(b"P").as_deref() {
                Some(b"AllOn") => of.iter().any(is_off),
                Some(b"AnyOff") => !of.iter().any(is_off),
                Some(b"AllOff") => !of.iter().all(is_off),
                _ => of.iter().all(is_off),
            }
    }
}

fn members(of: &Dict, key: &[u8]) -> Vec<ObjectIdentifier> {
    let list = of.get::<Array>(key);
    list.iter().flat_map(|a| a.raw_iter()).filter_map(|item| item.as_obj_ref()).map(Into::into).collect()
}
