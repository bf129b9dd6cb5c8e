//! What style declares of an element that bears on what a reader of the page sees.

/// Properties that were declared, and which of them are on: a style that says nothing of a property leaves it to the
/// style below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    set: u32,
    on: u32,
}

/// Is not laid out at all.
pub(super) const GONE: u32 = 1;
/// Is laid out as the cell of a table.
pub(super) const CELL: u32 = 1 << 1;
/// Begins and ends a line.
pub(super) const BLOCK: u32 = 1 << 2;
/// Has a height and a width of its own.
const BOXED: u32 = 1 << 3;
/// Keeps its place and is not drawn; what lies in it may be drawn all the same.
const VEILED: u32 = 1 << 4;
/// Has no opacity, with all that lies in it.
const CLEAR: u32 = 1 << 5;
/// Its letters have no size.
const TINY: u32 = 1 << 6;
/// Its letters have no colour.
const PALE: u32 = 1 << 7;
/// Its lines begin far outside the page.
const INDENTED: u32 = 1 << 8;
/// Is moved far outside the page by one of these, if it can be moved.
const LEFT: u32 = 1 << 9;
const TOP: u32 = 1 << 10;
const RIGHT: u32 = 1 << 11;
const BOTTOM: u32 = 1 << 12;
const PLACED: u32 = 1 << 13;
/// Is moved so by a margin.
const BEFORE: u32 = 1 << 14;
const ABOVE: u32 = 1 << 15;
/// Has no height or no width by one of these, and shows nothing outside of it.
const LOW: u32 = 1 << 16;
const LOWEST: u32 = 1 << 17;
const NARROW: u32 = 1 << 18;
const NARROWEST: u32 = 1 << 19;
const CUT: u32 = 1 << 20;
/// Nothing of it is drawn, by one of these.
const CLIPPED: u32 = 1 << 21;
const MASKED: u32 = 1 << 22;
const SCALED: u32 = 1 << 23;
const STRUCK: u32 = 1 << 24;
/// Its characters run from the right to the left, whatever they are.
const RIGHT_TO_LEFT: u32 = 1 << 25;
const OVERRIDDEN: u32 = 1 << 26;

const DISPLAY: u32 = GONE | CELL | BLOCK | BOXED;
/// What the text of an element takes over from the elements around it.
const HIDES_TEXT: u32 = VEILED | CLEAR | TINY | PALE | INDENTED;
/// What rules that are not in the page may well declare otherwise for an element within.
const UNSURE: u32 = TINY | PALE | INDENTED;
const FAR: u32 = LEFT | TOP | RIGHT | BOTTOM;
const MOVED: u32 = BEFORE | ABOVE;
const SMALL: u32 = LOW | LOWEST | NARROW | NARROWEST;
const UNDRAWN: u32 = CLIPPED | MASKED | SCALED;
/// What hides, whichever way.
const HIDES: u32 = GONE | HIDES_TEXT | FAR | MOVED | SMALL | CUT | UNDRAWN;

impl Look {
    /// Where something is declared twice, `over` decides.
    pub fn under(self, over: Look) -> Look {
        Look { set: self.set | over.set, on: (self.on & !over.set) | over.on }
    }

    pub fn is(self, property: u32) -> bool {
        self.on & property != 0
    }

    pub fn is_empty(self) -> bool {
        self.set == 0
    }

    pub fn gone() -> Look {
        Look { set: DISPLAY, on: GONE }
    }

    pub fn right_to_left(is: bool) -> Look {
        Look { set: RIGHT_TO_LEFT, on: if is { RIGHT_TO_LEFT } else { 0 } }
    }

    pub fn overridden() -> Look {
        Look { set: OVERRIDDEN, on: OVERRIDDEN }
    }

    pub fn struck() -> Look {
        Look { set: STRUCK, on: STRUCK }
    }

    /// What would hide and is declared to be off.
    pub fn shows(self) -> Look {
        Look { set: self.set & !self.on & HIDES, on: 0 }
    }

    /// Without what hides and is off in `other`.
    pub fn unless(self, other: Look) -> Look {
        let shown = other.shows().set;
        Look { set: self.set & !(self.on & shown), on: self.on & !shown }
    }

    /// Whether letters that the elements around hide may show by it.
    pub fn shows_letters(self) -> bool {
        self.shows().set & UNSURE != 0
    }

    /// Whether the element shows nothing and takes no place among the others. `is_block` tells that it has a box without
    /// any style, `in_table` that it is a part of a table: that keeps its place and its size.
    pub fn is_away(self, is_block: bool, in_table: bool) -> bool {
        let boxed = is_block || self.is(BOXED);
        let is_moved = self.is(MOVED) || (self.is(FAR) && self.is(PLACED));
        self.is(GONE) || (!in_table && (is_moved || self.is(UNDRAWN) || (boxed && self.is(SMALL) && self.is(CUT))))
    }
}

/// What an element and those around it do to its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    hidden: u32,
    right_to_left: bool,
    /// It stands struck out, or turned round.
    pub altered: bool,
}

impl Text {
    pub fn is_hidden(self) -> bool {
        self.hidden != 0
    }

    /// The same within an element. `is_block` as above; `is_unsure`: rules that are not known may concern it.
    pub fn within(self, look: Look, is_block: bool, is_unsure: bool) -> Text {
        let mut own = look;
        if !is_block && !look.is(BOXED) {
            own.set &= !INDENTED;
            own.on &= !INDENTED;
        }
        let undone = (own.set & !own.on & !CLEAR) | if is_unsure { UNSURE } else { 0 };
        let right_to_left = if look.set & RIGHT_TO_LEFT != 0 { look.is(RIGHT_TO_LEFT) } else { self.right_to_left };
        Text {
            hidden: (self.hidden & !undone) | (own.on & HIDES_TEXT),
            right_to_left,
            altered: self.altered || look.is(STRUCK) || (look.is(OVERRIDDEN) && right_to_left),
        }
    }
}

/// Reads the declarations of one rule or of a `style` attribute; of a property that is declared twice the last.
pub(super) fn declared(style: &str) -> Look {
    let mut look = Look::default();
    for (name, value) in style.split(';').filter_map(|rule| rule.split_once(':')) {
        look = look.under(property(name.trim(), value.trim()));
    }
    // Letters without a colour of their own show what lies behind them, or their shadow.
    if look.is(PALE) && ["background-clip", "text-shadow", "text-fill", "text-stroke"].iter().any(|w| style.contains(w)) {
        look.set &= !PALE;
        look.on &= !PALE;
    }
    look
}

/// Whether the box that a style gives is too small for anything to be seen in it.
pub(super) fn is_speck(style: &str) -> bool {
    declared(style).is(SMALL)
}

fn property(name: &str, value: &str) -> Look {
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    // Most declarations are of borders, fonts and margins: they are told by their first letter or length.
    let yes = |property: u32, on: bool| Look { set: property, on: if on { property } else { 0 } };
    match name.len() {
        4 if is("left") => yes(LEFT, is_far(value)),
        3 if is("top") => yes(TOP, is_far(value)),
        4 if is("clip") => yes(CLIPPED, value.to_ascii_lowercase().strip_prefix("rect").is_some_and(is_nothing)),
        4 if is("font") => font(value),
        5 if is("color") => yes(PALE, is_transparent(value)),
        5 if is("width") => yes(NARROW, is_small(value)),
        5 if is("right") => yes(RIGHT, is_far(value)),
        6 if is("height") => yes(LOW, is_small(value)),
        6 if is("bottom") => yes(BOTTOM, is_far(value)),
        7 if is("display") => display(first(value)),
        7 if is("opacity") => yes(CLEAR, number(value).is_some_and(|(n, unit)| n * if unit == "%" { 0.01 } else { 1.0 } < 0.05)),
        8 if is("overflow") => yes(CUT, matches_any(value, &["hidden", "clip"])),
        8 if is("position") => yes(PLACED, matches_any(value, &["absolute", "fixed", "relative", "sticky"])),
        9 if is("font-size") => font_size(value),
        9 if is("direction") => yes(RIGHT_TO_LEFT, matches_any(value, &["rtl"])),
        9 if is("clip-path") => yes(MASKED, ["inset(50%", "inset(100%", "circle(0"].iter().any(|w| value.starts_with(w))),
        9 if is("max-width") => yes(NARROWEST, is_small(value)),
        9 if is("transform") => yes(SCALED, value.starts_with("scale(0)") || moved(value)),
        10 if is("visibility") => visibility(first(value)),
        10 if is("max-height") => yes(LOWEST, is_small(value)),
        6 if is("margin") => yes(MOVED, value.split_ascii_whitespace().any(is_far)),
        10 if is("margin-top") => yes(ABOVE, is_far(value)),
        11 if is("text-indent") => yes(INDENTED, is_far(value)),
        11 if is("margin-left") => yes(BEFORE, is_far(value)),
        12 if is("unicode-bidi") => yes(OVERRIDDEN, matches_any(value, &["bidi-override", "isolate-override"])),
        15 | 20 if is("text-decoration") || is("text-decoration-line") => {
            yes(STRUCK, value.split_ascii_whitespace().any(|w| w.get(..12).is_some_and(|w| w.eq_ignore_ascii_case("line-through"))))
        }
        _ => Look::default(),
    }
}

/// The first word of a value.
fn first(value: &str) -> &str {
    value.split(|c: char| c.is_whitespace() || c == '!').next().unwrap_or(value)
}

fn matches_any(value: &str, words: &[&str]) -> bool {
    words.iter().any(|w| first(value).eq_ignore_ascii_case(w))
}

fn display(value: &str) -> Look {
    let on = match value.to_ascii_lowercase().as_str() {
        "none" => GONE,
        "table-cell" => CELL | BOXED,
        "block" | "flex" | "grid" | "table" | "list-item" | "flow-root" | "table-row" | "table-caption" => BLOCK | BOXED,
        "inline-block" | "inline-flex" | "inline-grid" | "inline-table" => BOXED,
        "inherit" | "unset" | "revert" | "" => return Look::default(),
        _ => 0,
    };
    Look { set: DISPLAY, on }
}

fn visibility(value: &str) -> Look {
    match value.to_ascii_lowercase().as_str() {
        "hidden" => Look { set: VEILED, on: VEILED },
        "collapse" => Look { set: VEILED | GONE, on: VEILED | GONE },
        "visible" | "initial" => Look { set: VEILED, on: 0 },
        _ => Look::default(),
    }
}

/// Sizes that are relative to that of the element around tell nothing but zero.
fn font_size(value: &str) -> Look {
    let tiny = |on| Look { set: TINY, on: if on { TINY } else { 0 } };
    match number(value) {
        Some((n, "%")) if n < 10.0 => tiny(true),
        Some((n, unit)) if unit != "%" && pixels(n, unit) < 2.0 => tiny(true),
        Some((_, "em" | "%" | "ex" | "ch")) => Look::default(),
        None if matches_any(value, &["inherit", "unset", "smaller", "larger", ""]) => Look::default(),
        _ => tiny(false),
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
        "cm" => 37.8,
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

fn is_transparent(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let clear = |rest: &str| rest.trim_end_matches([')', ' ']).rsplit([',', '/', ' ']).next().is_some_and(|a| matches!(a.trim(), "0" | "0.0" | "0%"));
    value.starts_with("transparent") || value.strip_prefix("rgba(").is_some_and(clear)
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

    fn hides(style: &str) -> bool {
        let look = declared(style);
        look.is_away(true, false) || Text::default().within(look, true, false).is_hidden()
    }

    #[test]
    fn what_takes_text_from_sight_is_told_from_what_looks_like_it() {
        for (hidden, seen) in [
            ("color:red; DISPLAY : None !important", "display:none;display:inline"),
            ("visibility:hidden", "visibility:visible"),
            ("opacity:0", "opacity:0.5"),
            ("opacity:0%", "opacity:90%"),
            ("font-size:0", "font-size:12px"),
            ("font-size: 0.0pt", "font-size:0.8em"),
            ("font:0/0 a", "font:bold 12px/1 Arial"),
            ("font:italic 0 serif", "font:700 14pt SimSun"),
            ("color:transparent", "color:transparent;-webkit-background-clip:text"),
            ("color:rgba(0, 0, 0, 0)", "color:rgba(0,0,0,1)"),
            ("text-indent:-9999px", "text-indent:-21.0pt"),
            ("text-indent:-999em", "text-indent:2em"),
            ("position:absolute;left:-9999px", "left:-9999px"),
            ("top:-100em;position:fixed", "position:absolute;left:-20px"),
            ("margin-left:-3000px", "margin-left:-30px"),
            ("position:absolute;clip:rect(0 0 0 0)", "clip:rect(0,100px,100px,0)"),
            ("clip:rect(1px, 1px, 1px, 1px)", "clip:auto"),
            ("height:0;overflow:hidden", "height:0"),
            ("max-height:0px;overflow:hidden", "max-height:100px;overflow:hidden"),
            ("transform:scale(0)", "transform:scale(0.9)"),
        ] {
            assert!(hides(hidden), "{hidden}");
            assert!(!hides(seen), "{seen}");
        }
    }

    #[test]
    fn what_lies_within_may_be_seen_again_or_not() {
        let chain = |styles: &[&str]| styles.iter().fold(Text::default(), |text, s| text.within(declared(s), true, false)).is_hidden();
        assert!(chain(&["font-size:0", "color:red"]) && chain(&["font-size:0", "font-size:2em"]));
        assert!(!chain(&["font-size:0", "font-size:14px"]));
        assert!(!chain(&["visibility:hidden", "visibility:visible"]) && chain(&["opacity:0", "opacity:1"]));
        assert!(!Text::default().within(declared("font-size:0"), true, false).within(Look::default(), true, true).is_hidden());
        // Lines of text begin elsewhere, letters within a line do not.
        assert!(!Text::default().within(declared("text-indent:-9999px"), false, false).is_hidden());
    }

    #[test]
    fn odd_declarations_say_nothing() {
        for odd in ["", ";", ":", "display", "display:", "font:", "font-size:x", "left:-", "opacity:.", "clip:rect(", "clip:rect(é)", "color:rgba(", "text-decoration:é¼é¼é¼é¼é¼é¼é"] {
            assert!(!hides(odd), "{odd}");
        }
    }
}
