//! The elements that are open at one place of a page. Tags are followed as the HTML standard's tree construction
//! follows them, as far as it bears on depth: unclosed `<p>`, `<li>`, `<td>` close each other, forgotten `<b>` do not
//! pile up over paragraphs, and a cell ends the formatting that was opened in it.

use std::borrow::Cow;

use super::nesting::Tag;

/// What an element means for those around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Never holds anything, or stands only once.
    Void,
    /// Holds text, not tags.
    Raw,
    Formatting,
    Paragraph,
    /// `li`, `dd`, `dt`: end the one before, also where text in spans or `<div>` stands between.
    Item,
    /// Headings and options: end one only if it is the innermost open element.
    Heading,
    Block,
    /// Ends the search for an open element, as a cell does.
    Island,
    Table,
    Row,
    Cell,
    /// `svg` and `math`.
    Foreign,
    /// Elements of SVG and MathML that hold HTML.
    Inside,
    Ordinary,
}

pub fn kind(name: &str) -> Kind {
    match name {
        "area" | "base" | "basefont" | "bgsound" | "br" | "col" | "embed" | "frame" | "hr" | "image" | "img"
        | "input" | "keygen" | "link" | "meta" | "param" | "source" | "track" | "wbr" | "html" | "head" | "body"
        | "frameset" => Kind::Void,
        "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => Kind::Raw,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt"
        | "u" => Kind::Formatting,
        "p" => Kind::Paragraph,
        "li" | "dd" | "dt" => Kind::Item,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "option" | "optgroup" => Kind::Heading,
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "dialog" | "dir" | "div" | "dl"
        | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "header" | "hgroup" | "listing" | "main"
        | "menu" | "nav" | "ol" | "pre" | "search" | "section" | "summary" | "ul" => Kind::Block,
        "applet" | "button" | "marquee" | "object" | "select" | "template" => Kind::Island,
        "table" => Kind::Table,
        "tr" | "tbody" | "thead" | "tfoot" | "colgroup" => Kind::Row,
        "td" | "th" | "caption" => Kind::Cell,
        "svg" | "math" => Kind::Foreign,
        "foreignobject" | "desc" | "annotation-xml" | "mi" | "mo" | "mn" | "ms" | "mtext" => Kind::Inside,
        _ => Kind::Ordinary,
    }
}

#[derive(Debug)]
struct Element<'a> {
    name: Cow<'a, str>,
    kind: Kind,
    /// How much formatting was open when it was opened; what came later ends with a cell or an island.
    formatting: usize,
}

/// The stack of open elements, and the formatting that is taken up again after a block has ended.
#[derive(Debug, Default)]
pub struct Open<'a> {
    stack: Vec<Element<'a>>,
    /// Name, and a hash of the whole tag.
    formatting: Vec<(Cow<'a, str>, u64)>,
    foreign: usize,
}

impl<'a> Open<'a> {
    /// No less than what the parser has open: formatting may stand on its stack and wait to be taken up again.
    pub fn depth(&self) -> usize {
        self.stack.len() + self.formatting.len()
    }

    fn push(&mut self, name: &Cow<'a, str>, kind: Kind) {
        self.foreign += usize::from(kind == Kind::Foreign);
        self.stack.push(Element { name: name.clone(), kind, formatting: self.formatting.len() });
    }

    fn truncate(&mut self, length: usize) {
        for element in self.stack.drain(length..) {
            match element.kind {
                Kind::Foreign => self.foreign -= 1,
                Kind::Cell | Kind::Island => self.formatting.truncate(element.formatting),
                _ => {}
            }
        }
    }

    /// The innermost element that `wanted` accepts, unless one that `stops` accepts stands above it.
    fn find(&self, wanted: impl Fn(&Element<'a>) -> bool, stops: impl Fn(&Element<'a>) -> bool) -> Option<usize> {
        let at = self.stack.iter().rposition(|e| wanted(e) || stops(e))?;
        wanted(&self.stack[at]).then_some(at)
    }

    /// Closes the innermost such element and all above it.
    fn end(&mut self, wanted: impl Fn(&Element<'a>) -> bool, stops: impl Fn(&Element<'a>) -> bool) {
        if let Some(at) = self.find(wanted, stops) {
            self.truncate(at);
        }
    }

    /// Whether the next tag belongs to SVG or MathML and not to the HTML inside one of their text elements.
    pub fn in_foreign(&self) -> bool {
        self.foreign > 0
            && self.find(|e| e.kind == Kind::Foreign, |e| matches!(e.kind, Kind::Table | Kind::Inside)).is_some()
    }

    pub fn open(&mut self, tag: &Tag<'a>) {
        let kind = if self.in_foreign() { self.open_in_foreign(tag) } else { kind(&tag.name) };
        match kind {
            Kind::Void | Kind::Raw => {}
            Kind::Formatting => self.open_formatting(tag),
            Kind::Row | Kind::Cell => self.open_in_table(tag, kind),
            Kind::Table => {
                self.end(|e| e.kind == Kind::Paragraph, is_scope);
                // A table right inside a table ends it.
                self.end(|e| e.kind == Kind::Table, |e| e.kind == Kind::Cell || is_template(e));
                self.push(&tag.name, kind);
            }
            Kind::Item => {
                self.end(|e| same_item(&e.name, &tag.name), is_special);
                self.end(|e| e.kind == Kind::Paragraph, is_scope);
                self.push(&tag.name, kind);
            }
            Kind::Heading => {
                self.end(|e| e.kind == Kind::Paragraph, is_scope);
                if self.stack.last().is_some_and(|e| e.kind == Kind::Heading && same_item(&e.name, &tag.name)) {
                    self.truncate(self.stack.len() - 1);
                }
                self.push(&tag.name, kind);
            }
            Kind::Paragraph | Kind::Block => {
                self.end(|e| e.kind == Kind::Paragraph, is_scope);
                self.push(&tag.name, kind);
            }
            Kind::Island => {
                if tag.name == "button" {
                    self.end(|e| e.name == "button", is_scope);
                }
                self.push(&tag.name, kind);
            }
            Kind::Foreign | Kind::Inside | Kind::Ordinary => self.push(&tag.name, kind),
        }
    }

    /// What a tag inside SVG or MathML is to be taken for; some tags end the drawing they stand in.
    fn open_in_foreign(&mut self, tag: &Tag<'a>) -> Kind {
        match kind(&tag.name) {
            kind if ends_foreign(kind) && tag.name != "a" => {
                self.end(|e| e.kind == Kind::Foreign, |_| false);
                kind
            }
            // Here, and only here, `/>` closes a tag.
            _ if tag.closed => Kind::Void,
            kind @ (Kind::Foreign | Kind::Inside) => kind,
            _ if tag.name == "title" => Kind::Inside,
            _ => Kind::Ordinary,
        }
    }

    /// A cell or row ends the cell before it; outside a table the tag is dropped. In a template it
    /// may be either, and is counted as if nothing had been ended.
    fn open_in_table(&mut self, tag: &Tag<'a>, kind: Kind) {
        if let Some(table) = self.find(|e| e.kind == Kind::Table, is_template) {
            self.truncate(table + 1);
        } else if !self.stack.iter().any(is_template) {
            return;
        }
        if kind == Kind::Cell {
            self.push(&tag.name, kind);
        }
    }

    /// Where the formatting starts that was opened in the innermost cell or island.
    fn first_formatting(&self) -> usize {
        self.stack.iter().rfind(|e| matches!(e.kind, Kind::Cell | Kind::Island)).map_or(0, |e| e.formatting)
    }

    fn open_formatting(&mut self, tag: &Tag<'a>) {
        let hash =
            tag.source.iter().fold(0xCBF2_9CE4_8422_2325, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01B3));
        if matches!(&*tag.name, "a" | "nobr") {
            // A link ends the link before it.
            self.close_formatting(&tag.name);
        } else {
            // Of equal tags only the last three are taken up again.
            let first = self.first_formatting();
            let mut same = (first..self.formatting.len()).filter(|&i| self.formatting[i].1 == hash);
            let oldest = same.next();
            if same.count() >= 2 {
                oldest.map(|i| self.formatting.remove(i));
            }
        }
        self.formatting.push((tag.name.clone(), hash));
        self.push(&tag.name, Kind::Formatting);
    }

    fn close_formatting(&mut self, name: &str) {
        let first = self.first_formatting();
        if let Some(at) = self.formatting[first..].iter().rposition(|(open, _)| open == name) {
            self.formatting.remove(first + at);
        }
        let Some(at) = self.find(|e| e.name == name, is_scope) else { return };
        if self.stack[at + 1..].iter().all(|e| matches!(e.kind, Kind::Ordinary | Kind::Formatting)) {
            self.truncate(at);
        } else {
            // Blocks opened inside stay open, without the formatting.
            self.stack.remove(at);
        }
    }

    pub fn close(&mut self, tag: &Tag<'a>) {
        let same = |e: &Element| e.name == tag.name;
        match kind(&tag.name) {
            Kind::Void | Kind::Raw => {}
            Kind::Table => self.end(same, is_template),
            Kind::Island if tag.name == "template" => self.end(same, |_| false),
            Kind::Row | Kind::Cell => self.end(|e| e.kind == Kind::Cell, |e| e.kind == Kind::Table || is_template(e)),
            Kind::Formatting => self.close_formatting(&tag.name),
            Kind::Heading => self.end(|e| same_item(&e.name, &tag.name), is_scope),
            Kind::Item | Kind::Paragraph | Kind::Block | Kind::Island | Kind::Foreign => self.end(same, is_scope),
            Kind::Inside => self.end(same, |e| e.kind == Kind::Table),
            Kind::Ordinary => self.end(same, |e| !matches!(e.kind, Kind::Ordinary | Kind::Formatting)),
        }
    }
}

/// Whether such a tag ends the SVG or MathML it stands in. Others do so too, and are counted too high instead.
fn ends_foreign(kind: Kind) -> bool {
    matches!(kind, Kind::Block | Kind::Paragraph | Kind::Formatting | Kind::Table)
}

/// Where the search for an element to close ends.
fn is_scope(e: &Element) -> bool {
    matches!(e.kind, Kind::Table | Kind::Cell | Kind::Island | Kind::Inside)
}

fn is_template(e: &Element) -> bool {
    e.name == "template"
}

/// What keeps an item from ending the one before: an inner list, above all.
fn is_special(e: &Element) -> bool {
    !matches!(e.kind, Kind::Ordinary | Kind::Formatting | Kind::Paragraph | Kind::Foreign)
        && !matches!(&*e.name, "div" | "address")
}

fn same_item(a: &str, b: &str) -> bool {
    let is_heading = |s: &str| s.len() == 2 && s.starts_with('h');
    a == b || matches!((a, b), ("dd" | "dt", "dd" | "dt")) || (is_heading(a) && is_heading(b))
}
