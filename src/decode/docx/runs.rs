//! How the runs of a Word document look, as far as it bears on what a person reads in them.

use std::collections::HashMap;

use super::super::fault::Fault;
use super::super::ink;
use super::super::xml::{Item, Tag, Xml};

/// Styles that a style may be based on, one on the other.
const CHAIN: usize = 32;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Run {
    pub hidden: bool,
    struck: bool,
    struck_twice: bool,
    raised: bool,
    moved: bool,
    white: bool,
}

impl Run {
    /// Takes one property. Those of a style come first.
    pub fn take(&mut self, tag: &Tag, looks: &Looks) {
        match tag.local() {
            "rStyle" => *self = tag.attribute("val").map_or(*self, |name| looks.run(&name)),
            "vanish" => self.hidden = tag.is_on(),
            "strike" => self.struck = tag.is_on(),
            "dstrike" => self.struck_twice = tag.is_on(),
            "vertAlign" => self.raised = tag.attribute("val").is_some_and(|v| v != "baseline"),
            "position" => self.moved = tag.number().is_some_and(|n| n != 0),
            "color" => self.white = tag.attribute("val").and_then(|v| ink::hex(&v)).is_some_and(|c| ink::is_faint(c, ink::WHITE)),
            _ => {}
        }
    }

    /// Whether a text of this run is no part of the figure before it. White words stand on colours that are not read here.
    pub fn alters(self, text: &str) -> bool {
        let figure = text.contains(|c: char| c.is_ascii_digit()) && !text.contains(char::is_alphabetic);
        self.struck || self.struck_twice || self.raised || self.moved || (self.white && figure)
    }
}

/// Styles of characters that alter them: what each says itself, and what it is based on.
#[derive(Default)]
pub(super) struct Looks(HashMap<String, (Run, Option<String>)>);

impl Looks {
    pub fn read(styles: &str, depth: usize) -> Result<Looks, Fault> {
        let mut out = Looks::default();
        let none = Looks::default();
        let mut xml = Xml::new(styles, "the styles", depth);
        let mut now = None;
        while let Some(item) = xml.next()? {
            let Item::Open(tag) = item else { continue };
            match tag.local() {
                "style" => {
                    now = tag.attribute("styleId").filter(|_| tag.attribute("type").as_deref() == Some("character"));
                }
                // Only what stands in the properties of the style's own characters has these names.
                _ => {
                    let Some(name) = &now else { continue };
                    let (run, base) = out.0.entry(name.clone()).or_default();
                    match tag.local() {
                        "basedOn" => *base = tag.attribute("val"),
                        _ => run.take(&tag, &none),
                    }
                }
            }
        }
        Ok(out)
    }

    /// How a run of a style looks; what a style says stands beside what those say that it is based on.
    fn run(&self, name: &str) -> Run {
        let mut out = Run::default();
        let mut next = Some(name);
        for _ in 0..CHAIN {
            let Some((run, base)) = next.and_then(|name| self.0.get(name)) else { break };
            out.hidden |= run.hidden;
            out.struck |= run.struck;
            out.struck_twice |= run.struck_twice;
            out.raised |= run.raised;
            out.moved |= run.moved;
            out.white |= run.white;
            next = base.as_deref();
        }
        out
    }
}
