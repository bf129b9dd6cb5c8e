//! The colours that style gives to letters and to what lies behind them.

use super::{DARK, Look, PAINTED, PALE, UNJUDGED, WHITE};
use crate::decode::html::words::pieces;
use crate::decode::ink::{self, Ink};

/// Below this share of the light a colour is not seen.
const LEAST: f32 = 0.05;

/// Colours of the reader's system that letters commonly have; the others nobody knows here.
const OF_TEXT: [&str; 9] = ["canvastext", "windowtext", "buttontext", "fieldtext", "menutext", "captiontext", "infotext", "graytext", "linktext"];
const OF_SYSTEM: [&str; 9] = ["canvas", "field", "window", "buttonface", "menu", "background", "highlight", "highlighttext", "mark"];
/// What leaves the colour to the element around.
const LEFT: [&str; 5] = ["inherit", "unset", "revert", "revert-layer", "currentcolor"];

/// A colour as it looks on white, and whether it is seen at all.
struct Colour {
    ink: Ink,
    is_seen: bool,
}

fn of(value: &str) -> Option<Colour> {
    let value = value.trim();
    let (parts, share) = if value.starts_with('#') || value.ends_with(')') {
        let [red, green, blue, share] = csscolorparser::parse(value).ok()?.to_array();
        ([red, green, blue].map(|part| part * 255.0), share)
    } else if value.eq_ignore_ascii_case("transparent") {
        ([0.0; 3], 0.0)
    } else {
        let (red, green, blue) = cssparser::color::parse_named_color(value).ok()?;
        ([red, green, blue].map(f32::from), 1.0)
    };
    let share = share.clamp(0.0, 1.0);
    let ink = parts.map(|part| (part.clamp(0.0, 255.0) * share + 255.0 * (1.0 - share)).round() as u8);
    Some(Colour { ink, is_seen: share >= LEAST })
}

/// The colour that an attribute names.
pub fn named(value: &str) -> Option<Ink> {
    of(value).filter(|c| c.is_seen).map(|c| c.ink).or_else(|| ink::hex(value.trim().trim_start_matches('#')))
}

/// Of letters: none, or white. Those that inherit their colour say nothing of it, and browsers pass over what is no colour.
pub fn letters(value: &str) -> Look {
    let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    let pale = |is_pale: bool| Look::of(PALE, is_pale);
    let plain = Look::of(WHITE, false);
    match of(value) {
        Some(Colour { is_seen: false, .. }) => pale(true).under(plain),
        Some(Colour { ink, .. }) => pale(false).under(Look { letters: Some(ink), ..Look::of(WHITE, ink::is_white(ink)) }),
        None if is(&LEFT) => Look::around(PALE | WHITE),
        None if is(&OF_TEXT) || is(&["initial"]) => pale(false).under(plain),
        None if value.contains('(') || is(&OF_SYSTEM) => pale(false).under(plain).under(Look::of(UNJUDGED, true)),
        None => Look::default(),
    }
}

/// Of what fills letters instead of their colour. If it is that of the letters or of the element around, nobody can say here which it is.
pub fn fill(value: &str) -> Look {
    let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    if is(&LEFT) || is(&["initial"]) { Look::of(UNJUDGED, true) } else { letters(value) }
}

/// Of what lies behind letters. Pictures and colours that are not known may well be dark. `is_colour`: without a colour it is none.
pub fn ground(value: &str, is_colour: bool) -> Look {
    let word = value.to_ascii_lowercase();
    if word.contains("url(") {
        return Look::of(DARK | PAINTED | UNJUDGED, true);
    }
    if word.contains("gradient") || word.contains("currentcolor") {
        return Look::of(DARK | UNJUDGED, true);
    }
    match pieces(&word, " ").find_map(of) {
        Some(Colour { is_seen: true, ink }) => Look { ground: Some(ink), ..Look::of(DARK, !ink::is_white(ink)) },
        None if value.contains('(') => Look::of(DARK, true),
        Some(_) | None if is_colour => Look::around(DARK),
        _ => Look::default(),
    }
}
