//! Documents of Word 2003 in XML: nearly the vocabulary of Office Open XML, with all parts in one. Office systems fill them from
//! templates and call them .doc.

#[cfg(test)]
mod tests;

use super::lists::Numbering;
use super::runs::Looks;
use super::{Body, MARGINS, in_margin};
use crate::decode::fault::Fault;
use crate::decode::word::blocks;
use crate::decode::xml::Xml;
use crate::decode::{Limits, margin};
use crate::model::Decoded;

/// The pieces of such a file, as they are written.
#[derive(Default)]
struct Pieces<'a> {
    prefix: String,
    bound: Vec<(String, String)>,
    styles: &'a str,
    lists: &'a str,
    /// Running heads and feet.
    margins: Vec<&'a str>,
}

pub fn render(text: &str, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let pieces = Pieces::of(text, limits.nesting)?;
    let numbering = Numbering::read(pieces.lists, Some(pieces.styles), limits.nesting)?;
    let looks = Looks::read(pieces.styles, "", limits.nesting)?;
    let blocks = Body::new(text, numbering, looks, limits).read()?;
    decoded.format = "doc";
    decoded.text = blocks::text(&blocks, limits.text)?;
    let mut margins = String::new();
    for margin in &pieces.margins {
        let mut body = Body::new(margin, Numbering::default(), Looks::default(), limits);
        body.prefix.clone_from(&pieces.prefix);
        body.bound.extend(pieces.bound.iter().cloned());
        margins.push_str(&in_margin(body, limits)?);
    }
    margin::put(decoded, &margins);
    Ok(())
}

impl<'a> Pieces<'a> {
    fn of(text: &'a str, depth: usize) -> Result<Pieces<'a>, Fault> {
        let mut xml = Xml::new(text, "the document", depth);
        let mut out = Pieces::default();
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "wordDocument" if xml.depth() == 1 => (out.prefix, out.bound) = (tag.prefix().to_owned(), tag.bindings()),
                _ if tag.prefix() != out.prefix => {}
                "styles" if xml.depth() == 2 => out.styles = xml.inside()?,
                "lists" if xml.depth() == 2 => out.lists = xml.inside()?,
                "hdr" | "ftr" if out.margins.len() < MARGINS => out.margins.push(xml.inside()?),
                _ => {}
            }
        }
        Ok(out)
    }
}
