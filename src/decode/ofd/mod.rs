//! OFD (GB/T 33190-2016), the fixed layout in which offices publish beside PDF: a package of parts in XML. Places are in
//! millimetres from the top left corner.

mod budget;
mod content;
mod extras;
mod letters;
mod node;
mod package;
mod path;
mod png;
mod resources;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::rc::Rc;

use hayro_interpret::kurbo::{Affine, Rect};

use crate::decode::fault::Fault;
use crate::decode::page::canvas;
use crate::decode::page::drawn::Marks;
use crate::decode::page::{self, Lost, Read};
use crate::decode::{Limits, of_file};
use crate::model::{Decoded, Problem};
use budget::{Budget, spend};
use content::{Painter, Place};
use extras::Stamp;
use node::Node;
use package::Package;
use png::Holes;
use resources::Resources;

/// Points of a millimetre.
const POINTS: f64 = 72.0 / 25.4;
/// Paper of which nothing says how large it is, and the largest that is believed, in millimetres.
const PAPER: Rect = Rect::new(0.0, 0.0, 210.0, 297.0);
const LARGEST: f64 = 20_000.0;
/// How deep templates may stand in templates.
const DEPTH: usize = 4;

/// The text of an OFD; tables stand as cells, `Decoded::pages` says where pages begin.
/// A few things are told beside it: `decode/attachments`, `decode/notes`.
///
/// Fails with `decode/encrypted`, `decode/scanned`, `decode/empty`, `decode/too-large`, `decode/nesting`, `decode/damaged`,
/// `decode/pdf-unmapped`.
pub(super) fn read(path: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Decoded, Problem> {
    const NAME: &str = "OFD";
    let own = limits.clone();
    let fault = match page::alone("ofd", limits, move || document(&bytes, &own)) {
        Ok(Ok((read, notes))) => {
            let mut decoded = read.told(path, NAME)?;
            decoded.problems.extend(notes.into_iter().map(|(code, words)| of_file(code, format!("{path}: {words}"))));
            return Ok(decoded);
        }
        Ok(Err(fault)) => fault,
        Err(Lost::Broken) => Fault::damaged("what it says cannot be followed"),
        Err(Lost::NoThread(e)) => Fault::Damaged(format!("no thread could be had to read it: {e}")),
        Err(Lost::Late) => Fault::TooLarge(format!("more than can be read in {} s of the processor's time (limits.seconds)", limits.seconds)),
    };
    Err(fault.problem(path, NAME))
}

/// What is said of a document besides its text: the code of a problem and its words.
type Notes = Vec<(&'static str, String)>;

fn document(bytes: &[u8], limits: &Limits) -> Result<(Read, Notes), Fault> {
    let mut package = Package::open(bytes, limits)?;
    if package.is_encrypted() {
        return Err(Fault::Encrypted);
    }
    let root = package.needed("OFD.xml")?;
    let mut bodies = root.children("DocBody");
    let (body, place) = bodies.next().and_then(|body| Some((body, body.said("DocRoot")?))).ok_or_else(|| Fault::damaged("it names no document"))?;
    let part = package.find("OFD.xml", place);
    let tree = package.needed(&part)?;
    let mut notes = Notes::new();
    if bodies.next().is_some() || has_other_version(&mut package, body, &part)? {
        notes.push(("decode/attachments", "the OFD holds several documents or versions and only the first is read; save each as a file of its own".to_owned()));
    }
    if has_attachments(&mut package, &tree, &part)? {
        notes.push(("decode/attachments", "documents are attached to this OFD and are not read; save each as a file of its own".to_owned()));
    }
    let mut document = Document::open(&mut package, body, &tree, &part, limits)?;
    let marks = document.marks(&mut package)?;
    if let Some(first) = document.noted.first() {
        let count = document.noted.len();
        notes.push(("decode/notes", format!("words are stuck onto {count} of {} pages, first onto page {first}; they are read into no cell, and figures under them are withheld: look at what they say", marks.len())));
    }
    Ok((Read::new("ofd", marks), notes))
}

/// Whether another version of the document is said to be the one that holds.
fn has_other_version(package: &mut Package, body: &Node, part: &str) -> Result<bool, Fault> {
    for version in body.child("Versions").into_iter().flat_map(|all| all.children("Version")).filter(|v| v.says("Current", true)) {
        let own = package.find("OFD.xml", version.attribute("BaseLoc").unwrap_or_default());
        let root = package.node(&own)?.and_then(|node| node.said("DocRoot").map(|place| package.find(&own, place)));
        if root.is_none_or(|root| root.trim_start_matches('/') != part.trim_start_matches('/')) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_attachments(package: &mut Package, tree: &Node, part: &str) -> Result<bool, Fault> {
    let Some(place) = tree.said("Attachments") else { return Ok(false) };
    let list = package.find(part, place);
    Ok(package.node(&list)?.is_some_and(|list| list.children("Attachment").any(|one| !one.says("Visible", false))))
}

/// A document with what its pages share.
struct Document {
    paper: Rect,
    resources: Resources,
    /// By number: the part, and whether it lies below the page's own content (0) or above it (2).
    templates: HashMap<String, (String, u8)>,
    /// Templates that were read.
    read: HashMap<String, Rc<Node>>,
    /// Numbers and parts.
    pages: Vec<(String, String)>,
    /// Lists of notes by the number of the page.
    notes: HashMap<String, Vec<String>>,
    stamps: Vec<Stamp>,
    holes: HashMap<String, Option<Rc<Holes>>>,
    /// Pages, from 1, onto which words are stuck.
    noted: Vec<usize>,
}

impl Document {
    fn open(package: &mut Package, body: &Node, tree: &Node, part: &str, limits: &Limits) -> Result<Document, Fault> {
        let none = Node::default();
        let common = tree.child("CommonData").unwrap_or(&none);
        let mut resources = Resources::default();
        for name in ["PublicRes", "DocumentRes"] {
            resources.read(package, part, common, name)?;
        }
        let named = |node: &Node| Some((node.attribute("ID")?.to_owned(), package.find(part, node.attribute("BaseLoc")?)));
        let templates = common.children("TemplatePage").filter_map(|t| named(t).map(|(id, own)| (id, (own, rank(t.attribute("ZOrder"), 0)))));
        let templates = templates.collect();
        let pages: Vec<_> = tree.child("Pages").into_iter().flat_map(|all| all.children("Page")).map(|page| named(page).unwrap_or_default()).collect();
        match pages.len() {
            0 => return Err(Fault::damaged("it has no pages")),
            n if n > limits.pages => return Err(Fault::TooLarge(format!("{n} pages, and the limit is {} (limits.pages)", limits.pages))),
            _ => {}
        }
        let notes = extras::notes(package, part, tree)?;
        let stamps = extras::stamps(package, body)?;
        let paper = paper(common.child("PageArea")).unwrap_or(PAPER);
        Ok(Document { paper, resources, templates, read: HashMap::new(), pages, notes, stamps, holes: HashMap::new(), noted: Vec::new() })
    }

    fn marks(&mut self, package: &mut Package) -> Result<Vec<Marks>, Fault> {
        let mut budget = Budget::default();
        let pages = std::mem::take(&mut self.pages);
        (1..).zip(&pages).map(|(number, (id, part))| self.page(package, &mut budget, number, id, part)).collect()
    }

    fn page(&mut self, package: &mut Package, budget: &mut Budget, number: usize, id: &str, part: &str) -> Result<Marks, Fault> {
        let page = Rc::new(package.needed(part)?);
        self.resources.read(package, part, &page, "PageRes")?;
        let paper = paper(page.child("Area")).unwrap_or(self.paper);
        let mut layers = Vec::new();
        self.layers(package, budget, &page, None, &mut layers, 0)?;
        layers.sort_by_key(|layer: &Layer| layer.rank);
        let mut notes = Vec::new();
        for list in self.notes.get(id).into_iter().flatten() {
            notes.extend(package.node(list)?);
        }
        if notes.iter().any(extras::has_words) {
            self.noted.push(number);
        }
        let upright = Affine::scale(POINTS) * Affine::translate((-paper.x0, -paper.y0));
        canvas::turned(paper.width() * POINTS, paper.height() * POINTS, upright, |canvas, transform| {
            let place = Place::new(transform);
            let mut painter = Painter { canvas, package: &mut *package, resources: &self.resources, budget: &mut *budget, holes: &mut self.holes };
            for layer in &layers {
                if let Some(node) = layer.of.child("Content").and_then(|content| content.children.get(layer.at)) {
                    painter.layer(node, place.clone())?;
                }
            }
            for list in &notes {
                painter.notes(list, &place)?;
            }
            self.stamps.iter().filter(|stamp| stamp.page == id).try_for_each(|stamp| painter.stamp(stamp, &place))
        })
    }

    /// The layers of a page and of its templates. `over`: the place of all of them, where a template has one.
    fn layers(&mut self, package: &mut Package, budget: &mut Budget, page: &Rc<Node>, over: Option<u8>, out: &mut Vec<Layer>, depth: usize) -> Result<(), Fault> {
        for one in page.children("Template") {
            spend(&mut budget.objects, 1, "millions of templates")?;
            let named = one.attribute("TemplateID").and_then(|id| self.templates.get(id)).cloned();
            let (part, rank_of_its_own) = named.ok_or_else(|| Fault::damaged("a page asks for a template that is not there"))?;
            if depth == DEPTH {
                return Err(Fault::damaged("its templates stand in each other"));
            }
            let template = match self.read.get(&part) {
                Some(template) => Rc::clone(template),
                None => {
                    let template = Rc::new(package.needed(&part)?);
                    self.resources.read(package, &part, &template, "PageRes")?;
                    self.read.insert(part, Rc::clone(&template));
                    template
                }
            };
            let rank = over.unwrap_or_else(|| rank(one.attribute("ZOrder"), rank_of_its_own));
            self.layers(package, budget, &template, Some(rank), out, depth + 1)?;
        }
        let content = page.child("Content");
        spend(&mut budget.objects, content.map_or(0, |content| content.children.len()), "millions of layers")?;
        for (at, layer) in content.into_iter().flat_map(|content| content.children.iter().enumerate()) {
            out.push(Layer { rank: over.unwrap_or_else(|| rank(layer.attribute("Type"), 1)), of: Rc::clone(page), at });
        }
        Ok(())
    }
}

/// A layer of a page or template, and whether it lies below (0) or above (2) the body.
struct Layer {
    rank: u8,
    of: Rc<Node>,
    at: usize,
}

fn rank(word: Option<&str>, default: u8) -> u8 {
    match word {
        Some("Background") => 0,
        Some("Body") => 1,
        Some("Foreground") => 2,
        _ => default,
    }
}

fn paper(area: Option<&Node>) -> Option<Rect> {
    area?.said("PhysicalBox").and_then(content::rect).filter(|b| b.width() < LARGEST && b.height() < LARGEST)
}
