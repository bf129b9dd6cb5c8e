//! The styles of an OpenDocument workbook, as far as they bear on what a person reads in a cell.

use std::cell::Cell;
use std::collections::HashMap;

use crate::decode::fault::Fault;
use crate::decode::ink::{Ink, WHITE, hex, is_white};
use crate::decode::workbook::Merge;
use crate::decode::workbook::codes::Test;
use crate::decode::workbook::style::{self, Font, Rule, Style, View};
use crate::decode::workbook::xlsx::place;
use crate::decode::xml::{Tag, Xml};

/// Styles that a style may be based on, one on the other.
const CHAIN: usize = 16;
/// The format of numbers that leaves them as they are.
const GENERAL: &str = "N0";
/// Rows and letters of no more points show nothing.
const LOW: f64 = 1.0;
const SMALL: f64 = 1.5;
/// Conditions of one style that are followed; beyond them everything is in doubt.
const MOST: usize = 100;
/// Conditions of a whole workbook; with more of them, no cell that has any is believed.
const CONDITIONS: usize = 100_000;

/// What a style says itself; nothing where it says nothing.
#[derive(Clone, Debug, Default)]
struct Own {
    parent: Option<String>,
    /// The format of its numbers.
    data: Option<String>,
    struck: Option<bool>,
    raised: Option<bool>,
    ink: Option<Option<Ink>>,
    ground: Option<Option<Ink>>,
    /// Other styles for cells whose value meets a condition.
    others: Vec<(Option<(Test, f64)>, String)>,
    hidden: bool,
    /// Letters of its own are too small to be seen; a row is too low for any.
    small: Option<bool>,
    low: bool,
    repeated: Option<bool>,
}

/// By kind (`table-cell`, `text`, `table`; `number` for formats of numbers) and name.
pub(super) struct Styles {
    all: HashMap<(String, String), Own>,
    /// Some of them have conditions.
    conditional: bool,
    /// How many conditions may still be looked at.
    left: Cell<usize>,
}

impl Default for Styles {
    fn default() -> Styles {
        Styles { all: HashMap::new(), conditional: false, left: Cell::new(CONDITIONS) }
    }
}

impl Styles {
    /// Reads the styles of a part, and passes over what it holds besides.
    pub fn read(&mut self, text: &str, part: &'static str, depth: usize) -> Result<(), Fault> {
        let mut xml = Xml::new(text, part, depth);
        let mut now = None;
        while let Some(tag) = xml.next_tag()? {
            match tag.name() {
                "office:body" => return Ok(()),
                "style:style" | "style:default-style" => {
                    let key = (tag.attribute("family").unwrap_or_default(), tag.attribute("name").unwrap_or_default());
                    self.all.insert(key.clone(), Own { parent: tag.attribute("parent-style-name"), data: tag.attribute("data-style-name"), ..Own::default() });
                    now = Some(key);
                }
                name if name.starts_with("number:") && name.ends_with("-style") => {
                    let key = ("number".to_owned(), tag.attribute("name").unwrap_or_default());
                    self.all.insert(key.clone(), Own::default());
                    now = Some(key);
                }
                _ => {
                    if let Some(own) = now.as_ref().and_then(|key| self.all.get_mut(key)) {
                        own.take(&tag);
                        self.conditional |= !own.others.is_empty();
                    }
                }
            }
        }
        Ok(())
    }

    fn own(&self, family: &str, name: &str) -> Option<&Own> {
        self.all.get(&(family.to_owned(), name.to_owned()))
    }

    pub fn hides(&self, sheet: &str) -> bool {
        ["table", ""].iter().any(|family| self.own(family, sheet).is_some_and(|own| own.hidden))
    }

    /// Whether rows of a style have no room for a letter.
    pub fn is_low(&self, row: &str) -> bool {
        self.own("table-row", row).is_some_and(|own| own.low)
    }

    /// Whether cells of another style show what they hold otherwise: out of sight, or in a format of its own.
    fn shows_otherwise(&self, name: &str) -> bool {
        let own = self.own("table-cell", name);
        self.cell(name).alters_all() || own.and_then(|own| own.data.as_deref()).is_some_and(|data| data != GENERAL)
    }

    /// Font and ground of a style, each property from the nearest style that has it; and the conditions on the way.
    fn chain<'s>(&'s self, family: &str, name: &str) -> Vec<&'s Own> {
        let mut out = Vec::new();
        let mut next = Some(name);
        while let Some(own) = next.filter(|_| out.len() < CHAIN).and_then(|name| self.own(family, name)) {
            out.push(own);
            next = own.parent.as_deref();
        }
        out.extend(self.own(family, ""));
        out
    }

    pub fn cell(&self, name: &str) -> Style {
        let chain = self.chain("table-cell", name);
        let ground = chain.iter().find_map(|own| own.ground).unwrap_or(Some(WHITE));
        let mut font = font(&chain);
        // What a format shows stands in the cells, but for its colour; one of white hides what is not on another.
        if chain.iter().find_map(|own| own.data.as_deref()).is_some_and(|data| self.is_white(data)) {
            font.ink = Some(WHITE);
        }
        let repeated = chain.iter().find_map(|own| own.repeated) == Some(true);
        Style { font, ground, repeated, ..Style::default() }
    }

    fn is_white(&self, format: &str) -> bool {
        let of = |name: &str| self.own("number", name);
        let white = |own: &Own| own.ink.flatten().is_some_and(is_white);
        of(format).is_some_and(|own| white(own) || own.others.iter().filter_map(|(_, other)| of(other)).any(white))
    }

    pub fn text(&self, name: &str) -> Font {
        font(&self.chain("text", name))
    }

    /// The values for which a cell of this style looks in a way that makes them no figures; nothing in place of a condition
    /// that is not known.
    pub fn conditions(&self, name: &str) -> Vec<Option<(Test, f64)>> {
        if !self.conditional {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (test, other) in self.chain("table-cell", name).iter().flat_map(|own| &own.others) {
            let left = self.left.get();
            self.left.set(left.saturating_sub(1));
            if left == 0 || out.len() == MOST {
                return vec![None];
            }
            if self.shows_otherwise(other) {
                out.push(*test);
            }
        }
        out
    }

    /// The rules of each sheet that give cells another style.
    pub fn views(&self, content: &str, depth: usize) -> Result<Vec<View>, Fault> {
        let mut out: Vec<View> = Vec::new();
        if memchr::memmem::find(content.as_bytes(), b"calcext:").is_none() {
            return Ok(out);
        }
        let mut xml = Xml::new(content, "content.xml", depth);
        let mut areas: Vec<Merge> = Vec::new();
        while let Some(tag) = xml.next_tag()? {
            if tag.name() == "table:table" {
                out.push(View::default());
            }
            let Some(view) = out.last_mut() else { continue };
            let hides = match tag.name() {
                "calcext:conditional-format" => {
                    areas = areas_of(&tag.attribute("target-range-address").unwrap_or_default());
                    None
                }
                "calcext:condition" => tag.attribute("apply-style-name").filter(|name| self.shows_otherwise(name)).map(|_| condition(&tag.attribute("value").unwrap_or_default())),
                // LibreOffice says it of the first step of a set of pictures.
                "calcext:icon-set" | "calcext:formatting-entry" | "calcext:data-bar" => tag.says("show-value", &["false"]).then_some(None),
                _ => None,
            };
            if let Some(only) = hides {
                view.add(Rule { areas: areas.clone(), only });
            }
        }
        Ok(out)
    }
}

/// `Sheet1.A1:Sheet1.B3 Sheet1.D4`
fn areas_of(text: &str) -> Vec<Merge> {
    let corner = |word: &str| place(word.rsplit('.').next().unwrap_or_default());
    let area = |word: &str| {
        let (from, to) = word.split_once(':').unwrap_or((word, word));
        let ((top, left), (bottom, right)) = (corner(from)?, corner(to)?);
        Some(Merge { top, left, bottom, right })
    };
    style::areas(text.split_ascii_whitespace().map(area))
}

/// `cell-content()=0`, `value()>=5`, `=0`; nothing for what must be computed.
fn condition(text: &str) -> Option<(Test, f64)> {
    Test::read(text.trim_start_matches("cell-content()").trim_start_matches("value()"), "!=")
}

/// A length in points.
fn points(text: &str) -> Option<f64> {
    let units = [("pt", 1.0), ("cm", 28.35), ("mm", 2.835), ("in", 72.0)];
    units.iter().find_map(|(unit, points)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * points))
}

fn font(chain: &[&Own]) -> Font {
    let altered = chain.iter().find_map(|own| own.small) == Some(true) || chain.iter().find_map(|own| own.struck) == Some(true) || chain.iter().find_map(|own| own.raised) == Some(true);
    Font { altered, ink: chain.iter().find_map(|own| own.ink).flatten() }
}

impl Own {
    fn take(&mut self, tag: &Tag) {
        let colour = |value: &str| value.strip_prefix('#').and_then(hex);
        match tag.name() {
            "style:map" => {
                let other = tag.attribute("apply-style-name").unwrap_or_default();
                if self.others.len() < MOST {
                    self.others.push((condition(&tag.attribute("condition").unwrap_or_default()), other));
                }
            }
            "style:table-properties" => self.hidden = tag.says("display", &["false"]),
            "style:table-cell-properties" => {
                self.repeated = tag.attribute("repeat-content").map(|r| r == "true").or(self.repeated);
                let ground = tag.attribute("background-color");
                self.ground = ground.map(|g| if g == "transparent" { Some(WHITE) } else { colour(&g) }).or(self.ground);
            }
            "style:table-row-properties" => self.low = tag.attribute("row-height").and_then(|height| points(&height)).is_some_and(|n| n <= LOW),
            "style:text-properties" => {
                for (name, value) in tag.attributes() {
                    match name {
                        "style:text-line-through-style" | "style:text-line-through-type" => self.struck = Some(value != "none"),
                        // `super 58%`, `-33% 58%`; `0% 100%` is neither.
                        "style:text-position" => self.raised = Some(!value.starts_with("0%")),
                        "fo:font-size" => self.small = points(&value).map(|n| n <= SMALL),
                        "fo:color" => self.ink = Some(colour(&value)),
                        "style:use-window-font-color" if value == "true" => self.ink = Some(None),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
