//! What style declares of an element that bears on what a reader of the page sees.

mod colour;
mod declared;

pub use declared::{Said, declared, is_speck};

use crate::decode::ink::{self, Ink};

/// Properties that were declared, and which of them are on: a style that says nothing of a property leaves it to the
/// style below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    set: u64,
    on: u64,
    /// Those that were declared to outweigh all that is not.
    firm: u64,
    /// Those that were declared to be as they are around the element.
    kept: u64,
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

/// Stands by itself, whatever it is laid out as; is moved sideways if it can be moved; goes before what stands before it in the line.
const APART: u64 = 1 << 37;
const SHIFTED: u64 = 1 << 38;
pub const AHEAD: u64 = 1 << 39;
/// Lays out what it holds piece by piece; from the end to the beginning.
const ROW: u64 = 1 << 40;
const REVERSED: u64 = 1 << 41;

/// Is an item of a list; a number or a letter stands before each of the list's.
const LISTED: u64 = 1 << 42;
const NUMBERED: u64 = 1 << 43;

/// Has no opacity by a filter; its letters have no size by another property than theirs; its row of a table is taken out; its lines have no
/// height.
const FADED: u64 = 1 << 44;
const ADJUSTED: u64 = 1 << 45;
const COLLAPSED: u64 = 1 << 46;
const FLAT: u64 = 1 << 47;
/// What it holds is not drawn, where it has a box.
const SKIPPED: u64 = 1 << 48;
/// Goes back over what stands before it or lets what follows do so, within a line.
const BACK: u64 = 1 << 49;

const DISPLAY: u64 = GONE | CELL | BLOCK | BOXED;
/// What the text of an element takes over from the elements around it.
const HIDES_TEXT: u64 = VEILED | CLEAR | FADED | TINY | ADJUSTED | PALE | INDENTED;
/// What rules that are not in the page may well declare otherwise for an element within.
const UNSURE: u64 = TINY | PALE | INDENTED;
const FAR: u64 = LEFT | TOP | RIGHT | BOTTOM;
const MOVED: u64 = BEFORE | ABOVE;
const SMALL: u64 = LOW | LOWEST | NARROW | NARROWEST | FLAT;
const UNDRAWN: u64 = CLIPPED | MASKED | SCALED;
/// What hides, whichever way.
const HIDES: u64 = GONE | COLLAPSED | HIDES_TEXT | FAR | MOVED | SMALL | CUT | UNDRAWN;
/// What changes how a figure is read, or may do so.
const ALTERS: u64 = STRUCK | RAISED | LIFTED | OVERRIDDEN | WHITE | DARK | TURNED | UNJUDGED | SKIPPED | BACK;
/// What does it only together with others.
const HELPS: u64 = PLACED | RIGHT_TO_LEFT | PAINTED | APART | SHIFTED | AHEAD | ROW | REVERSED | LISTED | NUMBERED;
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
            kept: (self.kept & !decided) | (over.kept & decided),
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

    /// Several properties that are as they are around the element.
    fn around(properties: u64) -> Look {
        Look { kept: properties, ..Look::set(properties, 0) }
    }

    /// Of a list, and of its items.
    pub fn list(numbered: bool) -> Look {
        Look::of(NUMBERED, numbered)
    }

    pub fn item() -> Look {
        Look::of(LISTED, true)
    }

    pub fn gone() -> Look {
        Look::set(DISPLAY, GONE)
    }

    /// Of letters that have this colour, as an attribute names it, and of what has it behind it.
    pub fn of_letters(colour: &str) -> Look {
        let ink = colour::named(colour);
        Look { letters: ink, ..Look::of(WHITE, ink.is_some_and(ink::is_white)) }
    }

    pub fn of_ground(colour: &str) -> Look {
        let ink = colour::named(colour);
        Look { ground: ink, ..Look::of(DARK, !ink.is_some_and(ink::is_white)) }
    }

    /// Only these properties.
    fn only(self, properties: u64) -> Look {
        Look { set: self.set & properties, on: self.on & properties, firm: self.firm & properties, kept: self.kept & properties, ..self }
    }

    /// As if nothing were said of these properties.
    fn without(self, properties: u64) -> Look {
        self.only(!properties)
    }

    pub fn only_colours(self) -> Look {
        self.only(WHITE | DARK | PAINTED)
    }

    /// What bears on how a figure is read, and on whether it is seen.
    pub fn bearing(self) -> Look {
        self.only(HIDES | ALTERS | HELPS | DISPLAY)
    }

    /// Whether it may hide letters, show what is hidden, or change how a figure is read. Sizes and colours that are seen do not.
    pub fn bears(self) -> bool {
        let seen = if self.is(DARK) { WHITE | DARK } else { DARK };
        self.is(ENOUGH & !seen) || !self.without(UNSURE).shows().is_empty()
    }

    /// What a rule makes of it of which nobody can say whether it counts: what it alters or hides may be so, and what it shows may be seen.
    pub fn perhaps(self, rule: Look) -> Look {
        let said = self.under(rule.only(rule.on));
        if self.may_show_by(rule) { said.under(Look::of(UNJUDGED, true)) } else { said }
    }

    /// What the rules for an element alone say of it, with what all of them say together: what that alters counts, what it shows is
    /// seen if nothing else changes it, and what it hides is in doubt.
    pub fn beside(self, all: Look, is_block: bool, in_table: bool) -> Look {
        let shown = self.on & HIDES & !all.on;
        let decided = ALTERS | HELPS | DOUBTFUL | BOXED | shown | if shown & GONE != 0 { DISPLAY } else { 0 };
        let doubt = if in_table && all.hides(is_block) && !self.hides(is_block) { DOUBTFUL } else { 0 };
        let open = doubt | if shown != 0 { UNJUDGED } else { 0 };
        Look { set: self.set | (all.set & decided) | open, on: (self.on & !decided) | (all.on & decided) | open, firm: self.firm, kept: (self.kept & !decided) | (all.kept & decided), letters: all.letters, ground: all.ground }
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
        Look { firm: self.firm & set, kept: self.kept & set, ..Look::set(set, 0) }
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
        self.shows().set & !self.kept & UNSURE != 0
    }

    /// Whether the element shows nothing and takes no place among the others. `is_block` tells that it has a box without
    /// any style, `in_table` that it is a part of a table: that keeps its place and its size.
    pub fn is_away(self, is_block: bool, in_table: bool) -> bool {
        let boxed = is_block || self.is(BOXED | APART | AHEAD);
        let is_moved = self.is(MOVED) || (self.is(FAR) && self.is(PLACED));
        self.is(GONE | COLLAPSED) || (!in_table && (is_moved || self.is(UNDRAWN) || (boxed && self.is(SMALL) && self.is(CUT))))
    }

    /// Whether nobody can judge whether, where or how its letters are seen.
    pub fn is_open(self, is_block: bool) -> bool {
        // A whole line that begins further to the left is seen.
        let is_line = is_block && !self.is(APART | AHEAD);
        self.is(UNJUDGED) || (self.is(PLACED) && self.is(SHIFTED)) || (self.is(BACK) && !is_line)
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
    /// Pieces that it holds are laid out one by one, and not in their order.
    row: bool,
    reversed: bool,
    /// Items of a list in it have numbers before them.
    numbered: bool,
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

    /// Whether the pieces in it have boxes of their own.
    pub fn boxes(self) -> bool {
        self.row
    }

    /// Whether a number is drawn before what looks like this.
    pub fn numbers(self, item: Look) -> bool {
        self.numbered && item.is(LISTED)
    }

    /// Whether a piece in it that looks like this stands elsewhere than in its order.
    pub fn disorders(self, piece: Look) -> bool {
        (self.reversed && self.row) || (self.right_to_left && (self.row || piece.is(BOXED)))
    }

    /// The same within an element. `is_block` as above; `is_unsure`: rules that are not known may concern it.
    pub fn within(self, look: Look, is_block: bool, is_unsure: bool) -> Text {
        if look.is_empty() && !is_unsure {
            return Text { row: false, reversed: false, ..self };
        }
        let own = if is_block || look.is(BOXED | APART | AHEAD) { look } else { look.without(INDENTED | SKIPPED) };
        let undone = (own.set & !own.on & !own.kept & !(CLEAR | FADED)) | if is_unsure { UNSURE } else { 0 };
        let decided = look.set & !look.kept;
        let of = |property: u64, around: bool| if decided & property != 0 { look.is(property) } else { around };
        let right_to_left = of(RIGHT_TO_LEFT, self.right_to_left);
        Text {
            hidden: (self.hidden & !undone) | (own.on & HIDES_TEXT),
            right_to_left,
            row: look.is(ROW),
            reversed: look.is(REVERSED),
            numbered: of(NUMBERED, self.numbered),
            white: of(WHITE, self.white),
            dark: of(DARK, self.dark),
            letters: if decided & WHITE != 0 { look.letters } else { self.letters },
            ground: if decided & DARK != 0 { look.ground } else { self.ground },
            doubtful: self.doubtful || own.is(TURNED | DOUBTFUL | SKIPPED),
            altered: self.altered || look.is(STRUCK) || (look.is(OVERRIDDEN) && right_to_left),
        }
    }
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
