//! What style declares of an element that bears on what a reader of the page sees.

use std::borrow::Cow;

use super::words::unescaped;
use crate::decode::ink::{self, Ink};

/// Properties that were declared, and which of them are on: a style that says nothing of a property leaves it to the
/// style below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    set: u64,
    on: u64,
    /// Those that were declared to outweigh all that is not.
    firm: u64,
    /// The colour of its letters and of what lies behind them, where they were declared and can be told.
    letters: Option<Ink>,
    ground: Option<Ink>,
}

/// Is not laid out at all.
const GONE: u64 = 1;
/// Is laid out as the cell of a table.
pub const CELL: u64 = 1 << 1;
/// Begins and ends a line.
pub const BLOCK: u64 = 1 << 2;
/// Has a height and a width of its own.
const BOXED: u64 = 1 << 3;
/// Keeps its place and is not drawn; what lies in it may be drawn all the same.
const VEILED: u64 = 1 << 4;
/// Has no opacity, with all that lies in it.
const CLEAR: u64 = 1 << 5;
/// Its letters have no size.
const TINY: u64 = 1 << 6;
/// Its letters have no colour.
const PALE: u64 = 1 << 7;
/// Its lines begin far outside the page.
const INDENTED: u64 = 1 << 8;
/// Is moved far outside the page by one of these, if it can be moved.
const LEFT: u64 = 1 << 9;
const TOP: u64 = 1 << 10;
const RIGHT: u64 = 1 << 11;
const BOTTOM: u64 = 1 << 12;
const PLACED: u64 = 1 << 13;
/// Is moved so by a margin.
const BEFORE: u64 = 1 << 14;
const ABOVE: u64 = 1 << 15;
/// Has no height or no width by one of these, and shows nothing outside of it.
const LOW: u64 = 1 << 16;
const LOWEST: u64 = 1 << 17;
const NARROW: u64 = 1 << 18;
const NARROWEST: u64 = 1 << 19;
const CUT: u64 = 1 << 20;
/// Nothing of it is drawn, by one of these.
const CLIPPED: u64 = 1 << 21;
const MASKED: u64 = 1 << 22;
const SCALED: u64 = 1 << 23;
/// Its letters are struck out.
pub const STRUCK: u64 = 1 << 24;
/// Its characters run from the right to the left, whatever they are.
pub const RIGHT_TO_LEFT: u64 = 1 << 25;
pub const OVERRIDDEN: u64 = 1 << 26;
/// Stands above or below the line: by its alignment, by one that only a style of its own gives (a cell of a table has it
/// too, and means another thing), or because it is moved there.
const RAISED: u64 = 1 << 27;
const ALIGNED: u64 = 1 << 28;
const LIFTED: u64 = 1 << 29;
/// Its letters are white, or nearly so; and what lies behind them is not.
pub const WHITE: u64 = 1 << 30;
pub const DARK: u64 = 1 << 31;
/// Its letters are turned, mirrored or replaced by dots.
const TURNED: u64 = 1 << 32;
/// It may be hidden.
pub const DOUBTFUL: u64 = 1 << 33;
/// Its letters are smaller than those around it.
pub const SHRUNK: u64 = 1 << 34;
/// A picture is drawn where it stands.
pub const PAINTED: u64 = 1 << 35;
/// Something is declared of it that nobody can judge here and that bears on whether, where or how its letters are seen.
pub const UNJUDGED: u64 = 1 << 36;

const DISPLAY: u64 = GONE | CELL | BLOCK | BOXED;
/// What the text of an element takes over from the elements around it.
const HIDES_TEXT: u64 = VEILED | CLEAR | TINY | PALE | INDENTED;
/// What rules that are not in the page may well declare otherwise for an element within.
const UNSURE: u64 = TINY | PALE | INDENTED;
const FAR: u64 = LEFT | TOP | RIGHT | BOTTOM;
const MOVED: u64 = BEFORE | ABOVE;
const SMALL: u64 = LOW | LOWEST | NARROW | NARROWEST;
const UNDRAWN: u64 = CLIPPED | MASKED | SCALED;
/// What hides, whichever way.
const HIDES: u64 = GONE | HIDES_TEXT | FAR | MOVED | SMALL | CUT | UNDRAWN;
/// What changes how a figure is read, or may do so.
const ALTERS: u64 = STRUCK | RAISED | LIFTED | OVERRIDDEN | WHITE | DARK | TURNED | UNJUDGED;
/// What does it only together with others.
const HELPS: u64 = PLACED | RIGHT_TO_LEFT | PAINTED;
/// What is enough by itself.
const ENOUGH: u64 = (HIDES | ALTERS) & !(CUT | SMALL);

impl Look {
    /// Where something is declared twice, `over` decides.
    pub fn under(self, over: Look) -> Look {
        let decided = over.set & !(self.firm & !over.firm);
        Look {
            set: self.set | over.set,
            on: (self.on & !decided) | (over.on & decided),
            firm: self.firm | over.firm,
            letters: if decided & WHITE != 0 { over.letters } else { self.letters },
            ground: if decided & DARK != 0 { over.ground } else { self.ground },
        }
    }

    pub fn is(self, property: u64) -> bool {
        self.on & property != 0
    }

    pub fn is_empty(self) -> bool {
        self.set == 0
    }

    /// One property, on or off.
    pub fn of(property: u64, on: bool) -> Look {
        Look::set(property, if on { property } else { 0 })
    }

    /// Several properties, and which of them are on.
    fn set(properties: u64, on: u64) -> Look {
        Look { set: properties, on, ..Look::default() }
    }

    pub fn gone() -> Look {
        Look::set(DISPLAY, GONE)
    }

    /// Of letters that have this colour, as an attribute names it, and of what has it behind it.
    pub fn of_letters(colour: &str) -> Look {
        let ink = named(colour);
        Look { letters: ink, ..Look::of(WHITE, ink.is_some_and(ink::is_white)) }
    }

    pub fn of_ground(colour: &str) -> Look {
        let ink = named(colour);
        Look { ground: ink, ..Look::of(DARK, !ink.is_some_and(ink::is_white)) }
    }

    /// Only these properties.
    fn only(self, properties: u64) -> Look {
        Look { set: self.set & properties, on: self.on & properties, firm: self.firm & properties, ..self }
    }

    /// As if nothing were said of these properties.
    fn without(self, properties: u64) -> Look {
        self.only(!properties)
    }

    pub fn only_colours(self) -> Look {
        self.only(WHITE | DARK | PAINTED)
    }

    /// Whether it says nothing but of colours, or what nobody can judge.
    pub fn is_slight(self) -> bool {
        self.set & !(WHITE | DARK | PAINTED | UNJUDGED) == 0
    }

    /// What bears on how a figure is read, and what hides.
    pub fn alterations(self) -> Look {
        let none = !self.is(ENOUGH) && self.shows().is_empty();
        if none { Look::default() } else { self.only(HIDES | ALTERS | HELPS) }
    }

    /// Whether it may hide letters, show what is hidden, or change how a figure is read. Sizes and colours that are seen do not.
    pub fn bears(self) -> bool {
        let seen = if self.is(DARK) { WHITE | DARK } else { DARK };
        self.is(ENOUGH & !seen) || !self.without(UNSURE).shows().is_empty()
    }

    /// With what rules say that may not be all: what they alter counts, and what they hide is in doubt, but for what this
    /// look itself says of it.
    pub fn beside(self, rules: Look, is_block: bool, in_table: bool) -> Look {
        if rules.is_empty() {
            return self;
        }
        let rules = rules.unless(self);
        let altered = rules.on & (ALTERS | HELPS | DOUBTFUL);
        let doubt = if rules.hides(is_block) && in_table { DOUBTFUL } else { 0 };
        // Of two colours nobody knows which is above.
        let (letters, ground) = if rules.set & (WHITE | DARK) == 0 { (self.letters, self.ground) } else { (None, None) };
        Look { set: self.set | altered | doubt, on: self.on | altered | doubt, letters, ground, ..self }
    }

    /// Without an alignment that cells of tables have as well.
    pub fn unaligned(self) -> Look {
        self.without(ALIGNED)
    }

    /// Whether an element within a line stands above or below it.
    pub fn is_raised(self) -> bool {
        self.is(RAISED | ALIGNED)
    }

    /// Whether it does by a few points that may mean something else.
    pub fn is_lifted(self) -> bool {
        self.is(LIFTED) && self.is(PLACED)
    }

    /// What would hide and is declared to be off.
    pub fn shows(self) -> Look {
        let set = self.set & !self.on & HIDES;
        Look { firm: self.firm & set, ..Look::set(set, 0) }
    }

    /// Without what hides and is off in `other`.
    pub fn unless(self, other: Look) -> Look {
        let shown = other.shows().set & !(self.firm & !other.firm);
        Look { set: self.set & !(self.on & shown), on: self.on & !shown, ..self }
    }

    /// Whether rules of which nobody can say whether they count may show what this hides.
    pub fn may_show_by(self, rules: Look) -> bool {
        self.unless(rules) != self
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

    /// Whether nothing is seen of an element outside of a table, in whichever way.
    pub fn hides(self, is_block: bool) -> bool {
        self.is_away(is_block, false) || Text::default().within(self, is_block, false).is_hidden()
    }
}

/// What an element and those around it do to its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text {
    hidden: u64,
    right_to_left: bool,
    white: bool,
    dark: bool,
    letters: Option<Ink>,
    ground: Option<Ink>,
    /// A figure in it may not be seen, or not as it is.
    pub doubtful: bool,
    /// It stands struck out, or turned round.
    pub altered: bool,
}

impl Text {
    pub fn is_hidden(self) -> bool {
        self.hidden != 0
    }

    /// Whether a figure in it may not be seen, or not as it is.
    pub fn is_doubtful(self) -> bool {
        self.doubtful || (self.white && !self.dark)
    }

    /// Whether its letters have the colour of what lies behind them.
    pub fn is_faint(self) -> bool {
        matches!((self.letters, self.ground), (Some(letters), Some(ground)) if ink::is_faint(letters, ground))
    }

    /// The same within an element. `is_block` as above; `is_unsure`: rules that are not known may concern it.
    pub fn within(self, look: Look, is_block: bool, is_unsure: bool) -> Text {
        if look.is_empty() && !is_unsure {
            return self;
        }
        let own = if is_block || look.is(BOXED) { look } else { look.without(INDENTED) };
        let undone = (own.set & !own.on & !CLEAR) | if is_unsure { UNSURE } else { 0 };
        let of = |property: u64, around: bool| if look.set & property != 0 { look.is(property) } else { around };
        let right_to_left = of(RIGHT_TO_LEFT, self.right_to_left);
        Text {
            hidden: (self.hidden & !undone) | (own.on & HIDES_TEXT),
            right_to_left,
            white: of(WHITE, self.white),
            dark: of(DARK, self.dark),
            letters: if look.set & WHITE != 0 { look.letters } else { self.letters },
            ground: if look.set & DARK != 0 { look.ground } else { self.ground },
            doubtful: self.doubtful || look.is(TURNED | DOUBTFUL),
            altered: self.altered || look.is(STRUCK) || (look.is(OVERRIDDEN) && right_to_left),
        }
    }
}

/// Reads the declarations of one rule or of a `style` attribute; of a property that is declared twice the last, if the first does
/// not outweigh it.
pub fn declared(style: &str) -> Look {
    let mut look = Look::default();
    let mut fill = Look::default();
    for (name, value) in style.split(';').filter_map(|rule| rule.split_once(':')) {
        let (name, value) = (plain(name.trim()), plain(value.trim()));
        let firm = value.rsplit_once('!').filter(|(_, word)| word.trim().eq_ignore_ascii_case("important")).map(|(value, _)| value.trim_end());
        let mut one = property(&name, firm.unwrap_or(&value));
        if firm.is_some() {
            one.firm = one.set;
        }
        look = look.under(one);
        if name.eq_ignore_ascii_case("-webkit-text-fill-color") {
            fill = colour(&value);
        }
    }
    // It comes before the colour, wherever it stands.
    look = look.under(fill);
    // Letters without a colour of their own show what lies behind them, or their shadow.
    if look.is(PALE | WHITE) && ["background-clip", "text-shadow", "text-stroke"].iter().any(|w| style.contains(w)) {
        if look.is(PALE) {
            look = look.without(PALE);
        }
        look.on &= !WHITE;
        look = look.under(Look::of(UNJUDGED, true));
    }
    look
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

/// What one declaration says. What a value says that only a browser can work out is open.
fn property(name: &str, value: &str) -> Look {
    let known = known(name, value);
    let bears = || known != Look::default() || ["display", "visibility", "font-size", "font", "color"].iter().any(|n| name.eq_ignore_ascii_case(n));
    let is_open = || ["var(", "calc(", "env(", "min(", "max(", "clamp(", "attr(", "if("].iter().any(|f| value.contains(f)) && bears();
    if (value.contains('(') && is_open()) || disturbs(name, value) { known.under(Look::of(UNJUDGED, true)) } else { known }
}

/// Whether a property has letters drawn elsewhere than in their order, or in a way that only a browser can tell.
fn disturbs(name: &str, value: &str) -> bool {
    let bare = if name.starts_with('-') { name.get(1..).and_then(|n| n.split_once('-')).map_or(name, |(_, bare)| bare) } else { name };
    let is = |words: &[&str]| words.iter().any(|word| bare.eq_ignore_ascii_case(word));
    match bare.len() {
        5 if is(&["float"]) => matches_any(value, &["right"]),
        4 | 5 | 8..=11 | 14 => is(&["mask", "order", "grid-row", "grid-area", "grid-column", "transform", "translate", "animation", "animation-name", "mask-image", "mix-blend-mode"]) && !is_plain(value),
        _ => false,
    }
}

/// Whether a value says no more than that nothing is done.
fn is_plain(value: &str) -> bool {
    matches_any(value, &["none", "0", "auto", "normal", "initial", "inherit", "unset", "revert", ""])
}

fn known(name: &str, value: &str) -> Look {
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    // Most declarations are of borders, fonts and margins: they are told by their first letter or length.
    let yes = Look::of;
    match name.len() {
        4 if is("left") => yes(LEFT, is_far(value)),
        3 if is("top") => yes(TOP, is_far(value)).under(yes(LIFTED, is_moved(value))),
        4 if is("clip") => yes(CLIPPED, value.to_ascii_lowercase().strip_prefix("rect").is_some_and(is_nothing)),
        4 if is("font") => font(value),
        5 if is("color") => colour(value),
        5 if is("width") => yes(NARROW, is_small(value)),
        5 if is("right") => yes(RIGHT, is_far(value)),
        6 if is("height") => yes(LOW, is_small(value)),
        6 if is("bottom") => yes(BOTTOM, is_far(value)).under(yes(LIFTED, is_moved(value))),
        7 if is("display") => display(value),
        7 if is("opacity") => yes(CLEAR, number(value).is_some_and(|(n, unit)| n * if unit == "%" { 0.01 } else { 1.0 } < 0.05)),
        8 | 10 if is("overflow") || is("overflow-x") || is("overflow-y") => yes(CUT, matches_any(value, &["hidden", "clip"])),
        8 if is("position") => yes(PLACED, matches_any(value, &["absolute", "fixed", "relative", "sticky"])),
        9 if is("font-size") => font_size(value),
        9 if is("direction") => yes(RIGHT_TO_LEFT, matches_any(value, &["rtl"])),
        9 if is("clip-path") => yes(MASKED, ["inset(50%", "inset(100%", "circle(0"].iter().any(|w| value.starts_with(w))),
        9 if is("max-width") => yes(NARROWEST, is_small(value)),
        9 if is("transform") => yes(SCALED, value.starts_with("scale(0)") || moved(value)).under(yes(TURNED, is_turned(value))),
        5 if is("scale") => yes(SCALED, matches_any(value, &["0"])).under(yes(TURNED, value.contains('-'))),
        6 if is("rotate") => yes(TURNED, is_turned(&format!("rotate({value})"))),
        6 if is("filter") => yes(CLEAR, value.replace(' ', "").contains("opacity(0)")),
        10 if is("background") => ground(value),
        19 if is("background-position") => yes(PAINTED, true),
        16 if is("background-color") || is("background-image") => ground(value),
        14 if is("vertical-align") => aligned(value),
        14 if is("mso-text-raise") => yes(RAISED, number(value).is_some_and(|(n, _)| n != 0.0)),
        13 | 12 if is("-ms-transform") || is("-o-transform") => yes(TURNED, is_turned(value)),
        14 | 17 if is("-moz-transform") || is("-webkit-transform") => yes(TURNED, is_turned(value)),
        13 | 21 if is("text-security") || is("-webkit-text-security") => yes(TURNED, !matches_any(value, &["none", "inherit", "initial"])),
        10 if is("block-size") => yes(LOW, is_small(value)),
        11 if is("inline-size") => yes(NARROW, is_small(value)),
        18 if is("content-visibility") && matches_any(value, &["hidden"]) => yes(CLEAR, true),
        10 if is("visibility") => visibility(value),
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

/// Of letters: none, or white. Those that inherit their colour say nothing.
fn colour(value: &str) -> Look {
    let known = ink_of(value);
    let pale = Look::of(PALE, is_transparent(value));
    if matches_any(value, &["inherit", "unset", "revert", "currentcolor", ""]) {
        return pale;
    }
    // A colour of the reader's system, or by its parts in another way than by red, green and blue.
    let is_open = known.is_none() && (value.contains('(') && !pale.is(PALE) || matches_any(value, &["canvas", "field", "window", "buttonface", "menu", "background"]));
    pale.under(Look { letters: known, ..Look::of(WHITE, known.is_some_and(ink::is_white)) }).under(if is_open { Look::of(UNJUDGED, true) } else { Look::default() })
}

/// Of what lies behind letters. Pictures and colours that are not known may well be dark.
fn ground(value: &str) -> Look {
    let word = value.to_ascii_lowercase();
    if word.contains("url(") {
        return Look::of(DARK | PAINTED | UNJUDGED, true);
    }
    if word.contains("gradient") || word.contains("currentcolor") {
        return Look::of(DARK | UNJUDGED, true);
    }
    if is_transparent(value) || matches_any(value, &["none", "inherit", "initial", "unset", "revert", "0", ""]) {
        return Look::default();
    }
    let known = ink_of(value);
    Look { ground: known, ..Look::of(DARK, !known.is_some_and(ink::is_white)) }
}

/// The colour that an attribute names.
fn named(value: &str) -> Option<Ink> {
    ink_of(value).or_else(|| ink::hex(value.trim()))
}

/// A colour by its number, by its parts, or by one of the names of what is nearly white.
fn ink_of(value: &str) -> Option<Ink> {
    let value = value.trim().to_ascii_lowercase();
    if let Some(digits) = value.strip_prefix('#') {
        return ink::hex(first(digits).get(..6).unwrap_or(first(digits)));
    }
    let name = first(&value);
    if ["white", "snow", "ivory", "ghostwhite", "floralwhite", "whitesmoke", "azure", "mintcream"].contains(&name) {
        return Some(ink::WHITE);
    }
    if name == "black" {
        return Some(ink::BLACK);
    }
    let inside = value.strip_prefix("rgb(").or_else(|| value.strip_prefix("rgba("))?.split(')').next()?;
    let parts: Vec<f64> = inside.split([',', ' ', '/']).filter(|p| !p.is_empty()).map_while(|p| p.strip_suffix('%').map_or_else(|| p.parse().ok(), |p| p.parse().ok().map(|n: f64| n * 2.55))).collect();
    let [r, g, b, ..] = parts[..] else { return None };
    Some([r, g, b].map(|n| n.clamp(0.0, 255.0) as u8))
}

/// `super`, `sub`, or by a length. `top` means a place in the line only where a span has it.
fn aligned(value: &str) -> Look {
    let yes = |property: u64| Look::set(RAISED | ALIGNED, property);
    match first(value).to_ascii_lowercase().as_str() {
        "super" | "sub" => yes(RAISED),
        "top" => yes(ALIGNED),
        "inherit" | "unset" | "revert" | "" => Look::default(),
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
        "none" => GONE,
        "table-cell" => CELL | BOXED,
        "block" | "flex" | "grid" | "table" | "list-item" | "flow-root" | "table-row" | "table-caption" => BLOCK | BOXED,
        "inline-block" | "inline-flex" | "inline-grid" | "inline-table" => BOXED,
        "initial" | "contents" | "run-in" | "math" => 0,
        _ if ["inline", "block", "table", "flow", "ruby", "-"].iter().any(|w| value.starts_with(w)) => 0,
        _ => return Look::default(),
    };
    Look::set(DISPLAY, on)
}

fn visibility(value: &str) -> Look {
    match value.to_ascii_lowercase().as_str() {
        "hidden" => Look::of(VEILED, true),
        "collapse" => Look::of(VEILED | GONE, true),
        "visible" | "initial" => Look::of(VEILED, false),
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
        None if matches_any(value, &["inherit", "unset", "larger", ""]) => Look::default(),
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
        declared(style).hides(true)
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
            ("filter:opacity(0)", "filter:opacity(0.5)"),
            ("-webkit-text-fill-color:transparent", "-webkit-text-fill-color:red;color:transparent"),
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
    fn what_makes_a_figure_doubtful_is_told_from_what_looks_like_it() {
        let doubtful = |styles: &[&str]| styles.iter().fold(Text::default(), |text, s| text.within(declared(s), true, false)).is_doubtful();
        for style in ["color:#fff", "color:WHITE !important", "color:rgb(255, 255, 255)", "color:rgba(254 255 255 / 1)", "-webkit-text-fill-color:#fefefe", "transform:rotate(180deg)", "transform: scaleX(-1)", "transform:scale(1, -1)", "rotate:90deg", "transform:matrix(-1,0,0,1,0,0)", "-webkit-text-security:disc", "transform:rotateY(180deg)", "transform:rotate(.5turn)"] {
            assert!(doubtful(&[style]), "{style}");
        }
        for style in ["color:#ff0000", "color:#fff;background:#1e90ff", "color:white;background:url(a.png)", "color:#fff;text-shadow:0 0 2px #000", "transform:rotate(3deg)", "transform:none", "transform:translate(3px)", "-webkit-text-security:none", "color:rgb(255,0,0)", "rotate:0deg"] {
            assert!(!doubtful(&[style]), "{style}");
        }
        assert!(!doubtful(&["background-color:navy", "color:#fff"]) && !doubtful(&["color:#fff", "background:linear-gradient(red, blue)"]));
        assert!(doubtful(&["background:navy", "background:#fff", "color:#fff"]) && !doubtful(&["color:#fff", "color:#000"]));
    }

    #[test]
    fn raised_letters_are_told_from_aligned_cells() {
        for (raised, not) in [("vertical-align:super", "vertical-align:baseline"), ("vertical-align: Sub", "vertical-align:middle"), ("vertical-align:5px", "vertical-align:-1px"), ("mso-text-raise:6.0pt", "mso-text-raise:0pt"), ("vertical-align:top", "vertical-align:inherit"), ("vertical-align:50%", "vertical-align:0")] {
            assert!(declared(raised).is_raised() && !declared(not).is_raised(), "{raised} {not}");
        }
        assert!(!declared("vertical-align:top").unaligned().is_raised());
        assert!(declared("position:relative;top:-.5em").is_lifted() && !declared("position:relative;top:1px").is_lifted() && !declared("top:-.5em").is_lifted());
    }

    #[test]
    fn odd_declarations_say_nothing() {
        for odd in ["", ";", ":", "display", "display:", "font:", "font-size:x", "left:-", "opacity:.", "clip:rect(", "clip:rect(é)", "color:rgba(", "text-decoration:é¼é¼é¼é¼é¼é¼é", "color:#é¼é¼", "color:rgb(", "transform:rotate(é", "vertical-align:é", "background:"] {
            assert!(!hides(odd), "{odd}");
        }
    }
}
