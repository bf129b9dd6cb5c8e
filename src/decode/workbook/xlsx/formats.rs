//! The styles of a workbook's cells, and the rules by which a sheet gives some of them another look.

use std::collections::HashMap;
use std::rc::Rc;

use super::{place, range};
use crate::decode::fault::Fault;
use crate::decode::ink::{self, Ink, WHITE, hex};
use crate::decode::workbook::Merge;
use crate::decode::workbook::codes::{Code, Test};
use crate::decode::workbook::style::{self, Font, Rule, Style, View, palette};
use crate::decode::xml::{Tag, Xml};

#[derive(Default)]
pub(super) struct Formats {
    codes: HashMap<u32, Rc<Code>>,
    fonts: Vec<Font>,
    /// The colour of each filling, where it is known.
    fills: Vec<Option<Ink>>,
    cells: Vec<Style>,
    /// Looks that rules give: whether figures in one cannot be believed.
    others: Vec<Other>,
    plain: Style,
}

#[derive(Clone, Copy, Default)]
struct Other {
    font: Font,
    ground: Option<Option<Ink>>,
}

impl Other {
    /// `piece` is the part of the look that the tag stands in.
    fn take(&mut self, piece: &str, name: &str, tag: &Tag) {
        match (piece, name) {
            (_, "numFmt") => self.font.altered = true,
            ("font", _) => alter(&mut self.font, name, tag),
            ("fill", _) => fill_with(self.ground.get_or_insert(Some(WHITE)), tag, "bgColor"),
            _ => {}
        }
    }

    fn hides(self) -> bool {
        self.font.alters_on(self.ground.unwrap_or(Some(WHITE)))
    }
}

/// Which list of the styles is read, and what of a style.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Fonts,
    Fills,
    Cells,
    Others,
    Elsewhere,
}

impl Formats {
    pub fn read(text: &str, depth: usize) -> Result<Formats, Fault> {
        let mut xml = Xml::new(text, "the styles", depth);
        let mut out = Formats::default();
        let mut within = Within::Elsewhere;
        let mut piece = String::new();
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "fonts" => within = Within::Fonts,
                "fills" => within = Within::Fills,
                "cellXfs" => within = Within::Cells,
                "dxfs" => within = Within::Others,
                "borders" | "cellStyleXfs" | "cellStyles" | "tableStyles" | "colors" | "extLst" => within = Within::Elsewhere,
                "numFmt" if within != Within::Others => {
                    out.codes.extend(tag.parsed::<u32>("numFmtId").zip(tag.attribute("formatCode")).map(|(n, c)| (n, Rc::new(Code::new(&c)))));
                }
                name => {
                    if matches!(name, "font" | "fill" | "border") {
                        name.clone_into(&mut piece);
                    }
                    out.take(within, &piece, &tag);
                }
            }
        }
        Ok(out)
    }

    fn take(&mut self, within: Within, piece: &str, tag: &Tag) {
        match (within, tag.local()) {
            (Within::Fonts, "font") => self.fonts.push(Font::default()),
            (Within::Fonts, name) => self.fonts.last_mut().into_iter().for_each(|font| alter(font, name, tag)),
            (Within::Fills, "fill") => self.fills.push(Some(WHITE)),
            (Within::Fills, _) => self.fills.last_mut().into_iter().for_each(|fill| fill_with(fill, tag, "fgColor")),
            (Within::Cells, "xf") => {
                let of = |name: &str| tag.parsed::<usize>(name).unwrap_or(0);
                let style = Style {
                    repeated: false,
                    code: self.code(tag.parsed("numFmtId").unwrap_or(0)),
                    font: self.fonts.get(of("fontId")).copied().unwrap_or_default(),
                    ground: self.fills.get(of("fillId")).copied().unwrap_or(Some(WHITE)),
                };
                self.cells.push(style);
            }
            (Within::Cells, "alignment") => self.cells.last_mut().into_iter().for_each(|style| style.repeated = tag.says("horizontal", &["fill"])),
            (Within::Others, "dxf") => self.others.push(Other::default()),
            (Within::Others, name) => {
                self.others.last_mut().into_iter().for_each(|other| other.take(piece, name, tag));
            }
            _ => {}
        }
    }

    fn code(&mut self, number: u32) -> Rc<Code> {
        self.codes.entry(number).or_insert_with(|| Rc::new(Code::by_number(number))).clone()
    }

    pub fn style(&self, number: usize) -> &Style {
        self.cells.get(number).unwrap_or(&self.plain)
    }

    /// What a sheet says of its cells by rules that hide what they hold or show it otherwise.
    pub fn view(&self, sheet: &str, depth: usize) -> Result<View, Fault> {
        let mut out = View::default();
        // Most sheets have none, and need not be read twice.
        if memchr::memmem::find(sheet.as_bytes(), b"cfRule").is_none() {
            return Ok(out);
        }
        let mut xml = Xml::new(sheet, "a sheet", depth);
        let mut areas = Vec::new();
        // The sign and the numbers of a rule that tests a number.
        let (mut sign, mut numbers): (Option<String>, Vec<Option<f64>>) = (None, Vec::new());
        let mut open = false;
        // Where the rules of this set begin. Newer ones hold their look themselves, and name their place at the end.
        let (mut first, mut own, mut piece) = (0, None::<Other>, String::new());
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "conditionalFormatting" => (areas, first) = (areas_of(&tag.attribute("sqref").unwrap_or_default()), out.rules.len()),
                "cfRule" => {
                    settle(out.own_rules(0), open, sign.take(), &numbers);
                    (numbers, own) = (Vec::new(), None);
                    open = tag.parsed("dxfId").and_then(|n: usize| self.others.get(n)).is_some_and(|o| o.hides());
                    if tag.says("type", &["cellIs"]) {
                        sign = tag.attribute("operator");
                    }
                    open = open && out.add(rule(&areas));
                }
                // Pictures or bars in place of the numbers.
                "iconSet" | "dataBar" if tag.says("showValue", &["0", "false"]) => _ = out.add(rule(&areas)),
                "formula" if open => numbers.push(xml.content()?.trim().parse().ok()),
                "dxf" => own = Some(Other::default()),
                "sqref" => {
                    let places = areas_of(&xml.content()?);
                    out.own_rules(first).iter_mut().for_each(|rule| rule.areas.clone_from(&places));
                    first = out.rules.len();
                }
                name => {
                    let Some(other) = &mut own else { continue };
                    if matches!(name, "font" | "fill" | "border") {
                        name.clone_into(&mut piece);
                    }
                    other.take(&piece, name, &tag);
                    if other.hides() {
                        out.add(rule(&areas));
                        own = None;
                    }
                }
            }
        }
        settle(out.own_rules(0), open, sign, &numbers);
        Ok(out)
    }
}

/// A rule of which nothing is known but where it holds.
fn rule(areas: &[Merge]) -> Rule {
    Rule { areas: areas.to_vec(), only: None }
}

/// A rule that was read to its end tests a number if it names one.
fn settle(rules: &mut [Rule], open: bool, sign: Option<String>, numbers: &[Option<f64>]) {
    let (true, Some(rule), Some(sign), &[Some(than)]) = (open, rules.last_mut(), sign, numbers) else { return };
    let test = match sign.as_str() {
        "lessThan" => Test::Below,
        "lessThanOrEqual" => Test::BelowOrEqual,
        "equal" => Test::Equal,
        "notEqual" => Test::Unequal,
        "greaterThanOrEqual" => Test::AboveOrEqual,
        "greaterThan" => Test::Above,
        _ => return,
    };
    rule.only = Some((test, than));
}

fn areas_of(all: &str) -> Vec<Merge> {
    let one = |word: &str| range(word).or_else(|| place(word).map(|(row, column)| Merge { top: row, left: column, bottom: row, right: column }));
    style::areas(all.split_ascii_whitespace().map(one))
}

/// The font of a part of a text; its properties were opened last.
pub(super) fn font(xml: &mut Xml) -> Result<Font, Fault> {
    let mut out = Font::default();
    xml.within(|tag, depth| {
        if depth == 1 {
            alter(&mut out, tag.local(), tag);
        }
    })?;
    Ok(out)
}

/// Letters of no more points cannot be seen.
const SMALL: f64 = 1.5;

fn alter(font: &mut Font, name: &str, tag: &Tag) {
    match name {
        "strike" => font.altered |= tag.is_on(),
        "vertAlign" => font.altered |= tag.says("val", &["superscript", "subscript"]),
        "sz" => font.altered |= tag.parsed("val").is_some_and(|n: f64| n <= SMALL),
        "color" => font.ink = colour(tag),
        _ => {}
    }
}

/// `solid` names the element that has the colour of a filling without a pattern.
fn fill_with(fill: &mut Option<Ink>, tag: &Tag, solid: &str) {
    match tag.local() {
        "patternFill" if tag.attribute("patternType").is_none_or(|p| p == "none") => {}
        "patternFill" | "gradientFill" => *fill = None,
        name if name == solid => *fill = colour(tag),
        _ => {}
    }
}

/// The colours of a theme as Office makes it. A workbook may have another; but equal ones are equal in every theme, and nearly all
/// have black letters on white.
const THEME: [u32; 12] = [0xFFFFFF, 0x000000, 0xE7E6E6, 0x44546A, 0x4472C4, 0xED7D31, 0xA5A5A5, 0xFFC000, 0x5B9BD5, 0x70AD47, 0x0563C1, 0x954F72];

/// A colour by its value or number, with as much of white (or of black, below 0) in it as it says.
fn colour(tag: &Tag) -> Option<Ink> {
    let theme = || tag.parsed::<usize>("theme").and_then(|n| THEME.get(n)).map(|colour| ink::of(*colour));
    let colour = match tag.attribute("rgb") {
        Some(value) => hex(&value),
        None => theme().or_else(|| tag.parsed("indexed").and_then(palette)),
    };
    let tint = tag.parsed::<f64>("tint").filter(|tint| (-1.0..=1.0).contains(tint)).unwrap_or(0.0);
    let goal = if tint > 0.0 { 255.0 } else { 0.0 };
    colour.map(|channels| channels.map(|c| (f64::from(c) + (goal - f64::from(c)) * tint.abs()).round() as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ink::BLACK;

    #[test]
    fn colours_are_lightened_and_darkened() {
        let read = |attributes: &str| {
            let text = format!("<color {attributes}/>");
            colour(&Xml::new(&text, "", 9).next_tag().unwrap().unwrap())
        };
        assert_eq!([read("theme=\"1\""), read("theme=\"1\" tint=\"0.95\""), read("theme=\"0\" tint=\"-0.5\""), read("theme=\"0\" tint=\"0.5\"")], [Some(BLACK), Some([242; 3]), Some([128; 3]), Some(WHITE)]);
        assert_eq!([read("rgb=\"FFFFFFFF\" tint=\"-1\""), read("indexed=\"12\""), read("indexed=\"64\""), read("theme=\"4\" tint=\"7\"")], [Some(BLACK), Some([0, 0, 255]), Some(BLACK), Some([0x44, 0x72, 0xC4])]);
        assert_eq!([read("auto=\"1\""), read("theme=\"99\""), read("indexed=\"80\"")], [None; 3]);
    }
}
