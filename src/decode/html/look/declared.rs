//! What declarations say, one by one and together.

use std::borrow::Cow;

use cssparser::{AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser};

use super::colour::{fill, ground, letters};
use super::*;
use crate::decode::html::words::{pieces, unescaped, value};

/// What the declarations of one rule or of a `style` attribute say; of a property that is declared twice the last, if the first does not
/// outweigh it.
#[derive(Debug, Default)]
pub struct Said {
    look: Look,
    /// The colour that letters are filled with comes before their own, wherever it stands.
    fill: Look,
    /// Letters show something else than their colour: what lies behind them, their shadow, their outline.
    is_backed: bool,
    /// What is drawn.
    content: String,
}

impl Said {
    pub fn add(&mut self, name: &str, value: &str) {
        let value = plain(value.trim());
        let firm = value.rsplit_once('!').filter(|(_, word)| word.trim().eq_ignore_ascii_case("important")).map(|(value, _)| value.trim_end());
        let value = firm.unwrap_or(&value);
        // What stands behind another `!` is none of CSS.
        if value.contains('!') && pieces(value, "!").nth(1).is_some() {
            return;
        }
        let weighed = |look: Look| Look { firm: if firm.is_some() { look.set } else { 0 }, ..look };
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        self.look = self.look.under(weighed(property(name, value)));
        match name.len() {
            7 if is("content") => self.content = value.to_owned(),
            23 if is("-webkit-text-fill-color") => self.fill = weighed(fill(value)),
            11..=25 => self.is_backed |= ["background-clip", "text-shadow", "text-stroke"].iter().any(|word| name.contains(word)),
            _ => {}
        }
    }

    /// Whether anything is said that is to be known here.
    pub fn is_anything(&self) -> bool {
        !self.look().is_empty() || !self.content.is_empty()
    }

    pub fn look(&self) -> Look {
        let look = self.look.under(self.fill);
        if !self.is_backed || !look.is(PALE | WHITE) {
            return look;
        }
        let look = if look.is(PALE) { look.without(PALE) } else { look };
        Look { on: look.on & !WHITE, ..look }.under(Look::of(UNJUDGED, true))
    }

    /// Whether what is drawn may be read as a part of a figure: a sign, a digit, a word, a picture; not a bullet or a blank.
    pub fn draws(&self) -> bool {
        let value = &*self.content;
        if value.is_empty() || ["none", "normal", "inherit", "initial", "unset"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
            return false;
        }
        let inside = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).filter(|inside| !inside.contains(['"', '\'']));
        let Some(inside) = inside else { return true };
        unescaped(inside).chars().any(|c| c.is_alphanumeric() || matches!(c, '-' | '−' | '–' | '—' | '+' | '.' | ',' | '%' | '‰' | '\u{E000}'..='\u{F8FF}'))
    }
}

impl<'i> DeclarationParser<'i> for Said {
    type Declaration = ();
    type Error = ();

    fn parse_value(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>, _: &ParserState) -> Result<(), ParseError<()>> {
        let value = value(input).ok_or_else(ParseError::unexpected_token)?;
        self.add(&name, &value);
        Ok(())
    }
}

impl AtRuleParser<'_> for Said {
    type Prelude = ();
    type AtRule = ();
    type Error = ();
}

impl QualifiedRuleParser<'_> for Said {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();
}

impl RuleBodyItemParser<'_, (), ()> for Said {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

/// Reads the declarations of a `style` attribute.
fn said(style: &str) -> Said {
    let mut said = Said::default();
    RuleBodyParser::new(&mut Parser::new(style), &mut said).for_each(drop);
    said
}

pub fn declared(style: &str) -> Look {
    said(style).look()
}

/// Without the strokes that only write a letter otherwise (`d\69splay`).
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    // What browsers of old took for a number and others do not (`0\9`) stays as it is.
    let plain = unescaped(text);
    if plain.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) { Cow::Owned(plain) } else { Cow::Borrowed(text) }
}

/// Whether the box that a style gives is too small for anything to be seen in it.
pub fn is_speck(style: &str) -> bool {
    declared(style).is(SMALL)
}

/// Properties with one value; and those of them that are no less than nothing.
const SINGLE: [&str; 22] = [
    "left", "top", "right", "bottom", "width", "height", "max-width", "max-height", "font-size", "block-size", "inline-size", "opacity", "visibility", "position", "float", "direction", "margin-left", "margin-right",
    "margin-top", "line-height", "letter-spacing", "order",
];
const POSITIVE: [&str; 8] = ["width", "height", "max-width", "max-height", "font-size", "block-size", "inline-size", "line-height"];
/// What a length is told in; those of windows may have `s`, `l` or `d` before them.
const UNITS: [&str; 27] = ["", "%", "px", "em", "rem", "pt", "pc", "cm", "mm", "in", "q", "ex", "rex", "ch", "rch", "ic", "ric", "cap", "rcap", "lh", "rlh", "cqw", "cqh", "cqi", "cqb", "cqmin", "cqmax"];
const OF_WINDOWS: [&str; 6] = ["vw", "vh", "vi", "vb", "vmin", "vmax"];

fn is_unit(unit: &str) -> bool {
    let is = |word: &str, units: &[&str]| units.iter().any(|u| word.eq_ignore_ascii_case(u));
    let bare = if unit.len() > 2 { unit.strip_prefix(['s', 'l', 'd', 'S', 'L', 'D']).unwrap_or(unit) } else { unit };
    is(unit, &UNITS) || is(bare, &OF_WINDOWS)
}

/// Whether browsers pass over a declaration because of its value.
fn is_void(name: &str, value: &str) -> bool {
    let is = |names: &[&str]| names.iter().any(|n| name.eq_ignore_ascii_case(n));
    let starts = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.');
    if !(value.contains(char::is_whitespace) || value.starts_with(starts)) || !is(&SINGLE) {
        return false;
    }
    let is_odd = |(n, unit): (f64, &str)| !is_unit(unit) || (n < 0.0 && is(&POSITIVE));
    pieces(value, " ").filter(|word| !word.trim().is_empty()).nth(1).is_some() || number(value).is_some_and(is_odd)
}

/// The words that every property takes; those that go back to what others say of an element leave open what that is.
fn is_common(value: &str, words: &[&str]) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// What one declaration says. What a value says that only a browser can work out is open.
fn property(name: &str, value: &str) -> Look {
    if is_void(name, value) {
        return Look::default();
    }
    if is_common(value, &["revert", "revert-layer"]) || name.eq_ignore_ascii_case("all") {
        let known = known(name, "unset");
        return if known.is_empty() && !name.eq_ignore_ascii_case("all") { known } else { known.under(Look::of(DOUBTFUL | UNJUDGED, true)) };
    }
    let known = known(name, value);
    let bears = || known != Look::default() || ["display", "visibility", "font-size", "font", "color"].iter().any(|n| name.eq_ignore_ascii_case(n));
    let is_open = || ["var(", "calc(", "env(", "min(", "max(", "clamp(", "attr(", "if("].iter().any(|f| value.contains(f)) && bears();
    // What hides for sure needs no judging.
    if (value.contains('(') && is_open()) || (!known.is(HIDES) && disturbs(name, value)) { known.under(Look::of(UNJUDGED, true)) } else { known }
}

/// Whether a property has letters drawn elsewhere than in their order, over each other, or in a way that only a browser can tell.
fn disturbs(name: &str, value: &str) -> bool {
    let bare = if name.starts_with('-') { name.get(1..).and_then(|n| n.split_once('-')).map_or(name, |(_, bare)| bare) } else { name };
    let is = |words: &[&str]| words.iter().any(|word| bare.eq_ignore_ascii_case(word));
    match bare.len() {
        5 if is(&["float"]) => matches_any(value, &["right", "inline-end", "inherit"]),
        6 if is(&["margin"]) => value.split_ascii_whitespace().step_by(2).any(is_back) || value.split_ascii_whitespace().any(is_astray),
        7 if is(&["content"]) => value.contains("url("),
        7 if is(&["display"]) => matches_any(value, &["ruby-text", "ruby-base", "inherit"]),
        8 if is(&["position"]) => matches_any(value, &["inherit"]),
        11 | 12 | 13 | 19 if is(&["margin-left", "margin-right", "margin-inline", "margin-inline-start"]) => value.split_ascii_whitespace().any(is_astray),
        14 if is(&["letter-spacing"]) => is_back(value),
        9 if is(&["transform", "translate"]) => !is_plain(value) && !is_still(value),
        4 | 5 | 8..=11 | 14 => is(&["mask", "order", "grid-row", "grid-area", "grid-column", "clip-path", "animation", "animation-name", "mask-image", "mix-blend-mode"]) && !is_plain(value),
        _ => false,
    }
}

/// Whether a length leads back over what stands before, by half a letter or more.
fn is_back(value: &str) -> bool {
    number(value).is_some_and(|(n, unit)| pixels(n, unit) <= -4.0)
}

/// Whether a length leads back further than a paragraph begins outside of its place.
fn is_astray(value: &str) -> bool {
    number(value).is_some_and(|(n, unit)| pixels(n, unit) <= -100.0)
}

/// Whether a transformation moves, turns and bends nothing: `translate3d(0, 0, 0)`.
fn is_still(value: &str) -> bool {
    let mut steps = value.split(')').map(str::trim).filter(|step| !step.is_empty());
    steps.all(|step| {
        let (name, inside) = step.split_once('(').unwrap_or(("", step));
        let rest = if name.starts_with("scale") { 1.0 } else { 0.0 };
        !name.starts_with("matrix") && inside.split([',', ' ']).filter(|n| !n.is_empty()).all(|n| number(n).is_some_and(|(n, _)| n == rest))
    })
}

/// Whether a value says no more than that nothing is done.
fn is_plain(value: &str) -> bool {
    matches_any(value, &["none", "0", "auto", "normal", "initial", "inherit", "unset", "revert", ""])
}

fn known(name: &str, value: &str) -> Look {
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    // Most declarations are of borders, fonts and margins: they are told by their first letter or length.
    let yes = Look::of;
    if is_common(value, &["inherit", "unset"]) {
        match name.len() {
            4 if is("font") => return Look::around(TINY | ADJUSTED | SHRUNK),
            9 if is("font-size") => return Look::around(TINY | SHRUNK),
            9 if is("direction") => return Look::around(RIGHT_TO_LEFT),
            10 if is("visibility") => return Look::around(VEILED | COLLAPSED),
            10 | 15 if is("list-style") || is("list-style-type") => return Look::around(NUMBERED),
            11 if is("text-indent") => return Look::around(INDENTED),
            16 if is("font-size-adjust") => return Look::around(ADJUSTED),
            _ => {}
        }
    }
    match name.len() {
        4 if is("left") => yes(LEFT, is_far(value)).under(yes(SHIFTED, is_shifted(value))),
        3 if is("top") => yes(TOP, is_far(value)).under(yes(LIFTED, is_moved(value))),
        4 if is("clip") => yes(CLIPPED, value.to_ascii_lowercase().strip_prefix("rect").is_some_and(is_nothing)),
        4 if is("font") => font(value),
        5 if is("color") => letters(value),
        5 if is("width") => yes(NARROW, is_small(value)),
        5 if is("right") => yes(RIGHT, is_far(value)).under(yes(SHIFTED, is_shifted(value))),
        5 if is("float") => yes(AHEAD, matches_any(value, &["left", "inline-start"])),
        5 if is("inset") => yes(LEFT, value.split_ascii_whitespace().any(is_far)).under(yes(SHIFTED, value.split_ascii_whitespace().any(is_shifted))),
        6 if is("height") => yes(LOW, is_small(value)),
        6 if is("bottom") => yes(BOTTOM, is_far(value)).under(yes(LIFTED, is_moved(value))),
        7 if is("display") => display(value),
        7 if is("opacity") => yes(CLEAR, is_clear(value)),
        8 | 10 if is("overflow") || is("overflow-x") || is("overflow-y") => yes(CUT, matches_any(value, &["hidden", "clip"])),
        8 if is("position") => yes(PLACED, matches_any(value, &["absolute", "fixed", "relative", "sticky"])).under(yes(APART, matches_any(value, &["absolute", "fixed"]))),
        9 if is("font-size") => font_size(value),
        9 if is("direction") => yes(RIGHT_TO_LEFT, matches_any(value, &["rtl"])),
        9 if is("flex-flow") => yes(REVERSED, value.contains("reverse")),
        9 if is("clip-path") => yes(MASKED, ["inset(50%", "inset(100%", "circle(0"].iter().any(|w| value.starts_with(w))),
        9 if is("max-width") => yes(NARROWEST, is_small(value)),
        9 if is("transform") => yes(SCALED, value.starts_with("scale(0)") || moved(value)).under(yes(TURNED, is_turned(value))),
        5 if is("scale") => yes(SCALED, matches_any(value, &["0"])).under(yes(TURNED, value.contains('-'))),
        6 if is("rotate") => yes(TURNED, is_turned(&format!("rotate({value})"))),
        6 if is("filter") => yes(FADED, value.split_once("opacity(").is_some_and(|(_, rest)| is_clear(rest.trim_start().split(')').next().unwrap_or_default()))),
        10 if is("background") => ground(value, true),
        19 if is("background-position") => yes(PAINTED, true),
        16 if is("background-color") || is("background-image") => ground(value, is("background-color")),
        14 if is("vertical-align") => aligned(value),
        14 if is("flex-direction") => yes(REVERSED, value.contains("reverse")),
        14 if is("mso-text-raise") => yes(RAISED, number(value).is_some_and(|(n, _)| n != 0.0)),
        13 | 12 if is("-ms-transform") || is("-o-transform") => yes(TURNED, is_turned(value)),
        14 | 17 if is("-moz-transform") || is("-webkit-transform") => yes(TURNED, is_turned(value)),
        13 | 21 if is("text-security") || is("-webkit-text-security") => yes(TURNED, !matches_any(value, &["none", "inherit", "initial"])),
        10 if is("block-size") => yes(LOW, is_small(value)),
        11 if is("inline-size") => yes(NARROW, is_small(value)),
        11 if is("line-height") => yes(FLAT, is_zero(value)),
        16 if is("font-size-adjust") => yes(ADJUSTED, is_zero(value)),
        18 if is("content-visibility") => yes(SKIPPED, matches_any(value, &["hidden"])),
        10 | 15 if is("list-style") || is("list-style-type") => yes(NUMBERED, ["decimal", "roman", "alpha", "latin", "greek", "cjk", "chinese", "\"", "'"].iter().any(|w| value.contains(w))),
        10 if is("visibility") => visibility(value),
        10 if is("max-height") => yes(LOWEST, is_small(value)),
        6 if is("margin") => yes(MOVED, value.split_ascii_whitespace().any(is_far)).under(yes(BACK, value.split_ascii_whitespace().any(is_back))),
        10 if is("margin-top") => yes(ABOVE, is_far(value)),
        11 if is("text-indent") => yes(INDENTED, is_far(value)),
        11 if is("margin-left") => yes(BEFORE, is_far(value)).under(yes(BACK, is_back(value))),
        12 if is("margin-right") => yes(BACK, is_back(value)),
        12 | 13 | 16 | 17 | 18 | 19 if name.starts_with("inset-") => yes(LEFT, value.split_ascii_whitespace().any(is_far)).under(yes(SHIFTED, is_shifted(value))),
        12 if is("unicode-bidi") => yes(OVERRIDDEN, matches_any(value, &["bidi-override", "isolate-override"])),
        13 | 19 if is("margin-inline") || is("margin-inline-start") => yes(BEFORE, value.split_ascii_whitespace().any(is_far)).under(yes(BACK, value.split_ascii_whitespace().any(is_back))),
        15 | 20 if is("text-decoration") || is("text-decoration-line") => {
            yes(STRUCK, value.split_ascii_whitespace().any(|w| w.get(..12).is_some_and(|w| w.eq_ignore_ascii_case("line-through"))))
        }
        _ => Look::default(),
    }
}

fn is_clear(opacity: &str) -> bool {
    number(opacity).is_some_and(|(n, unit)| n * if unit == "%" { 0.01 } else { 1.0 } < 0.05)
}

fn is_zero(value: &str) -> bool {
    number(value).is_some_and(|(n, _)| n == 0.0)
}

/// `super`, `sub`, or by a length. `top` means a place in the line only where a span has it.
fn aligned(value: &str) -> Look {
    let yes = |property: u64| Look::set(RAISED | ALIGNED, property);
    match first(value).to_ascii_lowercase().as_str() {
        "super" | "sub" => yes(RAISED),
        "top" => yes(ALIGNED),
        "inherit" | "" => Look::default(),
        _ => match number(value) {
            Some((n, unit)) if pixels(n, if unit == "%" { "px" } else { unit }).abs() >= 2.0 && unit != "" => yes(RAISED),
            _ => yes(0),
        },
    }
}

/// By some points and not out of sight.
fn is_moved(value: &str) -> bool {
    !is_far(value) && number(value).is_some_and(|(n, unit)| unit != "%" && pixels(n, unit).abs() >= 3.0)
}

/// To a place of the page, and not out of sight.
fn is_shifted(value: &str) -> bool {
    !is_far(value) && number(value).is_some()
}

/// Turned by more than a slant, or mirrored.
fn is_turned(value: &str) -> bool {
    let value: String = value.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let degrees = |rest: &str| {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(rest.len());
        let n: f64 = rest[..end].parse().unwrap_or(0.0);
        n * if rest[end..].starts_with("turn") { 360.0 } else if rest[end..].starts_with("rad") { 57.3 } else { 1.0 }
    };
    let rotated = value.match_indices("rotate").filter_map(|(at, _)| value[at..].split_once('(')).any(|(_, rest)| (20.0..=340.0).contains(&degrees(rest).rem_euclid(360.0)));
    let mirrored = value.match_indices("scale").filter_map(|(at, _)| value[at..].split_once('(')).any(|(_, rest)| rest.split(')').next().is_some_and(|inside| inside.contains('-')));
    rotated || mirrored || value.contains("matrix(-") || value.contains("rotate3d(")
}

/// The first word of a value.
fn first(value: &str) -> &str {
    value.split(|c: char| c.is_whitespace() || c == '!').next().unwrap_or(value)
}

fn matches_any(value: &str, words: &[&str]) -> bool {
    words.iter().any(|w| first(value).eq_ignore_ascii_case(w))
}

/// A value that no browser knows says nothing.
fn display(value: &str) -> Look {
    let value = value.to_ascii_lowercase();
    let on = match value.as_str() {
        // Columns show nothing of what they hold.
        "none" | "table-column" | "table-column-group" => GONE,
        "table-cell" => CELL | BOXED,
        "table-row" | "table-caption" | "-webkit-box" | "-webkit-flex" => BLOCK | BOXED,
        "inline-block" | "inline-flex" | "inline-grid" | "inline-table" | "-webkit-inline-box" | "-webkit-inline-flex" => BOXED,
        "initial" | "unset" | "inherit" | "contents" | "math" | "table-row-group" | "table-header-group" | "table-footer-group" => 0,
        "ruby-base" | "ruby-text" | "ruby-base-container" | "ruby-text-container" => 0,
        _ if value.contains('(') => 0,
        _ => match composed(&value) {
            Some(on) => on,
            None => return Look::default(),
        },
    };
    let in_row = matches!(value.rsplit(' ').next(), Some("flex" | "grid" | "inline-flex" | "inline-grid" | "-webkit-box" | "-webkit-flex"));
    let row = if in_row { ROW } else { 0 };
    let item = if value.contains("list-item") { LISTED } else { 0 };
    Look::set(DISPLAY | ROW | LISTED, on | row | item)
}

/// `block`, `inline flow-root`: how an element lies among others, how others lie in it, each once.
fn composed(value: &str) -> Option<u64> {
    let kinds: [&[&str]; 3] = [&["block", "inline", "run-in"], &["flow", "flow-root", "table", "flex", "grid", "ruby"], &["list-item"]];
    let (mut met, mut boxed, mut inline) = ([false; 3], false, false);
    for word in value.split_ascii_whitespace() {
        let kind = kinds.iter().position(|words| words.contains(&word)).filter(|kind| !met[*kind])?;
        met[kind] = true;
        boxed |= matches!(word, "flow-root" | "table" | "flex" | "grid");
        inline |= matches!(word, "inline" | "run-in") || (word == "ruby" && !met[0]);
    }
    Some(if !inline { BLOCK | BOXED } else if boxed { BOXED } else { 0 })
}

fn visibility(value: &str) -> Look {
    match value.to_ascii_lowercase().as_str() {
        "hidden" => Look::set(VEILED | COLLAPSED, VEILED),
        "collapse" => Look::of(VEILED | COLLAPSED, true),
        "visible" | "initial" => Look::of(VEILED | COLLAPSED, false),
        _ => Look::default(),
    }
}

/// Sizes that are relative to that of the element around tell whether the letters are smaller than its, and others whether
/// they can be seen.
fn font_size(value: &str) -> Look {
    match number(value) {
        Some((n, "%")) if n < 10.0 => Look::of(TINY, true),
        Some((n, unit)) if unit != "%" && pixels(n, unit) < 2.0 => Look::of(TINY, true),
        Some((n, "em")) => Look::of(SHRUNK, n < 0.9),
        Some((n, "%")) => Look::of(SHRUNK, n < 90.0),
        Some((_, "ex" | "ch")) => Look::default(),
        None if matches_any(value, &["smaller"]) => Look::of(SHRUNK, true),
        None if matches_any(value, &["xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "initial"]) || value.contains('(') => Look::of(TINY, false),
        None => Look::default(),
        _ => Look::of(TINY, false),
    }
}

/// `bold 12px/1.5 SimSun`: the size is the first word with a number that is no weight.
fn font(value: &str) -> Look {
    let size = |word: &str| word.split('/').next().and_then(number).is_some_and(|(n, unit)| n == 0.0 || !unit.is_empty());
    value.split_ascii_whitespace().find(|w| size(w)).map_or_else(Look::default, |w| font_size(w.split('/').next().unwrap_or(w)))
}

/// A number and its unit.
fn number(value: &str) -> Option<(f64, &str)> {
    let word = first(value);
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(word.len());
    Some((word[..end].parse().ok()?, word[end..].trim_end_matches([')', ','])))
}

/// Roughly, at the size of a common font and page.
fn pixels(n: f64, unit: &str) -> f64 {
    n * match unit.to_ascii_lowercase().as_str() {
        "em" | "rem" => 16.0,
        "pt" => 4.0 / 3.0,
        "pc" | "lh" | "rlh" | "ic" => 16.0,
        "ex" | "ch" => 8.0,
        "cm" => 37.8,
        "mm" => 3.78,
        "in" => 96.0,
        "%" | "vw" | "vh" => 10.0,
        _ => 1.0,
    }
}

/// To the left or above by as much as a page is wide, or to the right by far more.
fn is_far(value: &str) -> bool {
    number(value).map(|(n, unit)| pixels(n, unit)).is_some_and(|px| px <= -900.0 || px >= 5000.0)
}

fn is_small(value: &str) -> bool {
    number(value).is_some_and(|(n, unit)| n >= 0.0 && pixels(n, unit) <= 1.0)
}

fn moved(value: &str) -> bool {
    ["translate(", "translateX(", "translateY("].iter().any(|w| value.strip_prefix(w).is_some_and(is_far))
}

/// `(0 0 0 0)`, `(1px, 1px, 1px, 1px)`.
fn is_nothing(rect: &str) -> bool {
    let inside = rect.trim_start_matches('(').split(')').next().unwrap_or("");
    let sides: Vec<&str> = inside.split([',', ' ']).filter(|s| !s.is_empty()).collect();
    sides.len() == 4 && sides.iter().all(|s| is_small(s) && *s == sides[0])
}


#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_told_from_ornaments() {
        for drawn in ["content:\"1\"", "color:red;content: '-'", "content:counter(x)", "content:attr(data-n)", "content:url(a.png)", "content:\"\\31\"", "content:'万' !important", "content:'\\e601'"] {
            assert!(said(drawn).draws(), "{drawn}");
        }
        for not in ["", "content:''", "content:none", "color:red", "content:\" \"", "content:\"\\2022\"", "content:'›'", "content:normal", "content:'\\200B'", "content:'\\'"] {
            assert!(!said(not).draws(), "{not}");
        }
    }

    #[test]
    fn what_moves_letters_is_told_from_what_looks_like_it() {
        for (open, not) in [
            ("float:right", "float:none"),
            ("margin-left:-1.5em", "margin-left:1.5em"),
            ("margin-left:-1.5em;float:left", "margin-left:-1pt"),
            ("margin:0 0 0 -8px", "margin:0 auto"),
            ("letter-spacing:-1em", "letter-spacing:-.5pt"),
            ("transform:translate3d(0, 1px, 0)", "transform:translate3d(0,0,0)"),
            ("transform:matrix(1,0,0,1,0,0)", "transform:translateZ(0) scale(1)"),
            ("clip-path:inset(0 100% 0 0)", "clip-path:none"),
            ("content:url(a.png)", "content:'a'"),
            ("position:relative;left:-1em", "left:-1em"),
            ("position:absolute;left:0", "position:absolute;left:auto"),
            ("display:ruby-text", "display:inline"),
        ] {
            assert!(declared(open).is_open(false), "{open}");
            assert!(!declared(not).is_open(false), "{not}");
        }
    }

    #[test]
    fn more_ways_to_hide() {
        for (hidden, seen) in [
            ("filter:opacity(0%)", "filter:alpha(opacity=0)"),
            ("opacity:0;filter:alpha(opacity=100)", "opacity:1;filter:grayscale(1)"),
            ("font-size-adjust:0", "font-size-adjust:none"),
            ("line-height:0;overflow:hidden", "line-height:0"),
            ("height:0;line-height:20px;overflow:hidden", "line-height:20px;overflow:hidden"),
            ("position:absolute;inset:-9999px auto auto -9999px", "position:absolute;inset:0"),
            ("margin-inline-start:-9999px", "margin-inline-start:9px"),
            ("color:#0000", "color:#000f"),
            ("color:#12345600", "color:#123456"),
            ("color:rgb(0 0 0 / 0)", "color:rgb(0 0 0)"),
            ("color:hsla(0,0%,0%,0)", "color:hsl(0, 0%, 0%)"),
            ("color:oklch(0 0 0 / 0%)", "color:oklch(0.3 0.1 20)"),
            ("display/**/:none", "display:no/**/ne"),
            ("background:url(a;b:c);display:none", "background:url(a;display:none)"),
            ("content:';';display:none", "content:';display:none'"),
            ("color red;display:none", "color:red!display:none"),
        ] {
            assert!(declared(hidden).hides(true), "{hidden}");
            assert!(!declared(seen).hides(true), "{seen}");
        }
        assert!(declared("position:absolute;width:1px;height:1px;overflow:hidden").hides(false) && !declared("width:1px;height:1px;overflow:hidden").hides(false));
    }
}
