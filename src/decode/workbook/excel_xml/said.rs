//! What such a workbook says of its cells apart from them: styles before the sheets, and behind the cells of each sheet how it
//! is shown.

use std::collections::HashMap;
use std::rc::Rc;

use super::places::area;
use crate::decode::fault::Fault;
use crate::decode::ink::{self, Ink, WHITE, hex};
use crate::decode::margin;
use crate::decode::workbook::codes::{Code, Test};
use crate::decode::workbook::style::{Font, Rule, Style, View, areas};
use crate::decode::xml::{Tag, Xml};

/// Styles that a style may be based on, one on the other.
const CHAIN: usize = 32;
/// Letters of no more points cannot be seen.
const SMALL: f64 = 1.5;
/// The style that all are based on.
pub const USUAL: &str = "Default";

#[derive(Default)]
pub struct Said {
    pub styles: HashMap<String, Style>,
    pub sheets: Vec<SheetSaid>,
    pub since_1904: bool,
}

#[derive(Default)]
pub struct SheetSaid {
    pub hidden: bool,
    pub view: View,
    /// Running heads and feet.
    pub margins: Vec<String>,
}

/// What one style says; what it does not, the one says that it is based on.
#[derive(Default)]
struct Own {
    base: Option<String>,
    code: Option<Rc<Code>>,
    font: Option<Font>,
    ground: Option<Option<Ink>>,
    repeated: Option<bool>,
}

/// A rule by which cells of a sheet look otherwise.
#[derive(Default)]
struct Condition {
    sign: String,
    numbers: Vec<Option<f64>>,
}

impl Said {
    pub fn read(text: &str, depth: usize) -> Result<Said, Fault> {
        let mut xml = Xml::new(text, "the workbook", depth);
        let (mut out, mut own) = (Said::default(), HashMap::new());
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "Date1904" => out.since_1904 = true,
                "Style" => {
                    let style = read_style(&mut xml, tag.attribute("Parent"))?;
                    own.extend(tag.attribute("ID").map(|id| (id, style)));
                }
                "Worksheet" => out.sheets.push(read_sheet(&mut xml)?),
                _ => {}
            }
        }
        out.styles = own.keys().map(|id| (id.clone(), settled(&own, id))).collect();
        Ok(out)
    }
}

/// A style with all that it is based on.
fn settled(own: &HashMap<String, Own>, id: &str) -> Style {
    let (mut code, mut font, mut ground, mut repeated) = (None, None, None, None);
    let mut next = Some(id);
    for _ in 0..CHAIN {
        let Some(style) = next.and_then(|id| own.get(id)) else { break };
        code = code.or(style.code.clone());
        (font, ground, repeated) = (font.or(style.font), ground.or(style.ground), repeated.or(style.repeated));
        let is_last = next == Some(USUAL);
        next = style.base.as_deref().or((!is_last).then_some(USUAL));
    }
    let usual = Style::default();
    Style { code: code.unwrap_or(usual.code), font: font.unwrap_or_default(), ground: ground.unwrap_or(usual.ground), repeated: repeated.unwrap_or(false) }
}

/// The style that was opened last. An element that it has says all of its kind.
fn read_style(xml: &mut Xml, base: Option<String>) -> Result<Own, Fault> {
    let mut out = Own { base, ..Own::default() };
    xml.within(|tag, _| match tag.local() {
        "NumberFormat" => out.code = Some(Rc::new(Code::named(&tag.attribute("Format").unwrap_or_default()))),
        "Alignment" => out.repeated = Some(tag.says("Horizontal", &["Fill"])),
        "Font" => out.font = Some(font(tag)),
        "Interior" => {
            let has_none = tag.attribute("Pattern").is_none_or(|p| p == "None");
            let is_even = tag.says("Pattern", &["Solid"]);
            out.ground = Some(if has_none { Some(WHITE) } else { colour(tag, "Color").filter(|_| is_even) });
        }
        _ => {}
    })?;
    Ok(out)
}

/// The colour that an attribute names; that of letters is black where it is left to the system.
fn colour(tag: &Tag, name: &str) -> Option<Ink> {
    hex(tag.attribute(name)?.trim().strip_prefix('#')?)
}

fn font(tag: &Tag) -> Font {
    let small = tag.parsed("Size").is_some_and(|n: f64| n <= SMALL);
    let raised = tag.attribute("VerticalAlign").is_some_and(|v| v != "None");
    Font { altered: small || raised || tag.is_true("StrikeThrough"), ink: colour(tag, "Color") }
}

/// The font that an element within a text gives, where it gives one.
pub fn font_within(tag: &Tag, around: Font) -> Option<Font> {
    let own = match tag.local() {
        "S" | "Sup" | "Sub" => Font { altered: true, ink: None },
        "Font" => font(tag),
        "Span" => Font { altered: tag.attribute("Style").is_some_and(|style| is_altered(&style)), ink: None },
        _ => return None,
    };
    Some(Font { altered: own.altered || around.altered, ink: own.ink.or(around.ink) })
}

fn is_altered(style: &str) -> bool {
    ["line-through", "super", "sub"].iter().any(|look| style.contains(look))
}

fn read_sheet(xml: &mut Xml) -> Result<SheetSaid, Fault> {
    let (mut out, depth) = (SheetSaid::default(), xml.depth());
    while let Some(tag) = xml.next_within(depth)? {
        match tag.local() {
            "Table" => xml.skip()?,
            "WorksheetOptions" => read_options(xml, &mut out)?,
            "ConditionalFormatting" => read_rules(xml, &mut out.view)?,
            _ => {}
        }
    }
    Ok(out)
}

fn read_options(xml: &mut Xml, out: &mut SheetSaid) -> Result<(), Fault> {
    let depth = xml.depth();
    while let Some(tag) = xml.next_within(depth)? {
        match tag.local() {
            "Visible" => out.hidden |= ["SheetHidden", "SheetVeryHidden"].contains(&xml.content()?.trim()),
            "DoNotDisplayZeros" => out.view.hides_zeros = true,
            "DisplayFormulas" => out.view.shows_formulas = true,
            "Header" | "Footer" => out.margins.extend(tag.attribute("Data").map(|codes| margin::of_sheet(&codes))),
            _ => {}
        }
    }
    Ok(())
}

/// The rules of one set of areas.
fn read_rules(xml: &mut Xml, view: &mut View) -> Result<(), Fault> {
    let (mut places, mut rule, depth) = (areas([].into_iter()), Condition::default(), xml.depth());
    while let Some(tag) = xml.next_within(depth)? {
        match tag.local() {
            "Range" => places = areas(xml.content()?.split(',').map(area)),
            "Condition" => rule = Condition::default(),
            "Qualifier" => rule.sign = xml.content()?,
            "Value1" | "Value2" => rule.numbers.push(xml.content()?.trim().parse().ok()),
            "Format" if tag.attribute("Style").is_some_and(|style| hides(&style)) => {
                view.add(Rule { areas: places.clone(), only: rule.test() });
            }
            _ => {}
        }
    }
    Ok(())
}

impl Condition {
    /// The numbers that it is for, where it tests them against one.
    fn test(&self) -> Option<(Test, f64)> {
        let &[Some(than)] = &self.numbers[..] else { return None };
        let test = match self.sign.trim() {
            "Less" => Test::Below,
            "LessOrEqual" => Test::BelowOrEqual,
            "Equal" => Test::Equal,
            "NotEqual" => Test::Unequal,
            "GreaterOrEqual" => Test::AboveOrEqual,
            "Greater" => Test::Above,
            _ => return None,
        };
        Some((test, than))
    }
}

/// Whether a look, written as in pages, strikes out what a cell holds, hides it or shows it otherwise.
fn hides(style: &str) -> bool {
    let value = |name: &str| style.split(';').filter_map(|one| one.split_once(':')).filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_ascii_lowercase()).next_back();
    let known = |colour: &str| match colour {
        "white" => Some(WHITE),
        "black" => Some(ink::BLACK),
        _ => colour.strip_prefix('#').and_then(hex),
    };
    let (letters, ground) = (value("color"), value("background"));
    let struck = [value("text-line-through"), value("text-decoration")].into_iter().flatten().any(|v| v != "none" && v != "underline");
    let ground = ground.unwrap_or_else(|| "white".to_owned());
    let is_faint = |letters: &str| letters == ground || known(letters).zip(known(&ground)).is_some_and(|(a, b)| ink::is_faint(a, b));
    struck || value("mso-number-format").is_some() || letters.is_some_and(|letters| is_faint(&letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_that_hide_are_told_from_others() {
        for style in ["color:white", "color:#FFFFFF;background:#FEFEFE", "text-line-through:single", "font-weight:700; color: red ; background:RED", "mso-number-format:General"] {
            assert!(hides(style), "{style}");
        }
        for style in ["", "color:red", "color:white;background:#006100", "text-line-through:none;border:.5pt solid windowtext", "background:silver", "color:#9C0006;background:#FFC7CE"] {
            assert!(!hides(style), "{style}");
        }
    }
}
