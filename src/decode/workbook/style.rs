//! How a cell of a workbook looks, as far as it bears on what a person reads in it.

use std::borrow::Cow;
use std::rc::Rc;

use super::Merge;
use super::codes::{Code, Test};
use super::hidden::Ranges;
use crate::decode::ink::{self, Ink};
use crate::decode::{APART, apart};

/// Rules of one sheet that are followed, and areas of one or of all of them; those beyond hold everywhere.
const RULES: usize = 1000;
const AREAS: usize = 1000;
/// Where a rule may be whose place cannot be read.
pub(super) const EVERYWHERE: Merge = Merge { top: 0, left: 0, bottom: u32::MAX, right: u32::MAX };

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Font {
    /// Struck out, raised or lowered, or too small to be seen.
    pub altered: bool,
    /// The colour, where it is known.
    pub ink: Option<Ink>,
}

impl Font {
    /// Whether figures in it, on a ground of this colour, are none or cannot be seen.
    pub fn alters_on(self, ground: Option<Ink>) -> bool {
        self.altered || self.ink.zip(ground).is_some_and(|(letters, ground)| ink::is_faint(letters, ground))
    }
}

/// The colours from number 8 on where a workbook sets none; those before are the first eight.
const PALETTE: [u32; 56] = [
    0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF, 0x800000, 0x008000, 0x000080, 0x808000, 0x800080, 0x008080, 0xC0C0C0, 0x808080, 0x9999FF, 0x993366, 0xFFFFCC, 0xCCFFFF,
    0x660066, 0xFF8080, 0x0066CC, 0xCCCCFF, 0x000080, 0xFF00FF, 0xFFFF00, 0x00FFFF, 0x800080, 0x800000, 0x008080, 0x0000FF, 0x00CCFF, 0xCCFFFF, 0xCCFFCC, 0xFFFF99, 0x99CCFF, 0xFF99CC, 0xCC99FF, 0xFFCC99,
    0x3366FF, 0x33CCCC, 0x99CC00, 0xFFCC00, 0xFF9900, 0xFF6600, 0x666699, 0x969696, 0x003366, 0x339966, 0x003300, 0x333300, 0x993300, 0x993366, 0x333399, 0x333333,
];

/// A colour by its number in the usual palette; behind it stand the letters and the ground of the system's windows.
pub(super) fn palette(number: u32) -> Option<Ink> {
    match number {
        64 => Some(ink::BLACK),
        65 => Some(ink::WHITE),
        _ => PALETTE.get(if number < 8 { number } else { number - 8 } as usize).map(|colour| ink::of(*colour)),
    }
}

#[derive(Clone, Debug)]
pub(super) struct Style {
    pub code: Rc<Code>,
    pub font: Font,
    /// The text is repeated as often as the cell is wide.
    pub repeated: bool,
    /// The colour of the cell, where it is known.
    pub ground: Option<Ink>,
}

impl Default for Style {
    fn default() -> Style {
        Style { code: Rc::default(), font: Font::default(), repeated: false, ground: Some(ink::WHITE) }
    }
}

/// A text with the fonts of its parts; where all are the cell's or say nothing, there are none.
#[derive(Clone, Debug, Default)]
pub(super) struct Rich {
    pub text: String,
    /// Where each part begins, in bytes, and its font; none where it is the cell's.
    pub runs: Vec<(usize, Option<Font>)>,
}

impl Rich {
    /// Puts a part behind the others.
    pub fn push(&mut self, text: &str, font: Option<Font>) {
        let last = self.runs.last().map_or(Font::default(), |r| r.1.unwrap_or_default());
        if font.unwrap_or_default() != last || (font.is_none() && !self.runs.is_empty()) {
            self.runs.push((self.text.len(), font));
        }
        self.text.push_str(text);
    }
}

impl Style {
    /// Whether all that a cell of this style holds stands apart.
    pub fn alters_all(&self) -> bool {
        self.font.alters_on(self.ground)
    }

    /// What a number shows as. `doubtful`: a rule of the sheet may show it otherwise.
    pub fn number(&self, value: f64, since_1904: bool, doubtful: bool) -> String {
        let shown = self.code.number(value, since_1904);
        let is_apart = (doubtful || self.repeated || self.alters_all()) && !shown.is_empty() && !shown.starts_with(APART);
        if is_apart { format!("{APART}{shown}") } else { shown }
    }

    pub fn text<'t>(&self, rich: &'t Rich, doubtful: bool) -> Cow<'t, str> {
        if let Some(shown) = self.code.text(&rich.text) {
            return Cow::Owned(shown);
        }
        let doubtful = doubtful || self.repeated;
        let altered = doubtful || self.alters_all();
        if rich.runs.is_empty() && !altered {
            return Cow::Borrowed(&rich.text);
        }
        let (mut out, mut behind) = (String::with_capacity(rich.text.len() + 4), false);
        let (mut at, mut now) = (0, altered);
        for (from, font) in rich.runs.iter().chain([&(rich.text.len(), None)]) {
            apart::push(&mut out, &mut behind, rich.text.get(at..*from).unwrap_or_default(), now);
            (at, now) = (*from, font.map_or(altered, |f| doubtful || f.alters_on(self.ground)));
        }
        Cow::Owned(out)
    }
}

/// A rule by which cells look otherwise than their own style says, so that what they hold is struck out, invisible or
/// written in another way.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub areas: Vec<Merge>,
    /// The numbers that it is for; none where that cannot be told.
    pub only: Option<(Test, f64)>,
}

/// The areas of a rule; those that cannot be read, or are too many, may be anywhere.
pub(super) fn areas(found: impl Iterator<Item = Option<Merge>>) -> Vec<Merge> {
    let areas: Vec<Merge> = found.take(AREAS + 1).map(|area| area.unwrap_or(EVERYWHERE)).collect();
    if areas.is_empty() || areas.len() > AREAS { vec![EVERYWHERE] } else { areas }
}

/// What a sheet says of its cells apart from their own style.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    pub rules: Vec<Rule>,
    pub hides_zeros: bool,
    pub shows_formulas: bool,
    pub rows: Ranges,
    pub columns: Ranges,
}

impl View {
    /// Puts a rule behind the others; whether it stands there by itself: one stands for all that are too many.
    pub fn add(&mut self, rule: Rule) -> bool {
        match self.rules.len() {
            ..RULES => self.rules.push(rule),
            RULES => self.rules.push(Rule { areas: vec![EVERYWHERE], only: None }),
            _ => {}
        }
        self.rules.len() <= RULES
    }

    /// The rules from one on that stand by themselves.
    pub fn own_rules(&mut self, first: usize) -> &mut [Rule] {
        let end = self.rules.len().min(RULES);
        &mut self.rules[first.min(end)..end]
    }

    /// Whether a rule may hide or change what a cell shows. A rule that tests a number leaves texts alone.
    pub fn doubts(&self, row: u32, column: u32, value: Option<f64>) -> bool {
        let mut left = AREAS;
        self.rules.iter().any(|rule| {
            let is_for = match (rule.only, value) {
                (None, _) => true,
                (Some((test, than)), Some(value)) => test.holds(value, than),
                (Some(_), None) => false,
            };
            let known = rule.areas.len() <= left;
            left = left.saturating_sub(rule.areas.len());
            is_for && (!known || rule.areas.iter().any(|a| (a.top..=a.bottom).contains(&row) && (a.left..=a.right).contains(&column)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_text_stand_apart_where_they_look_otherwise() {
        let struck = Font { altered: true, ..Font::default() };
        let white = Font { ink: Some(ink::WHITE), ..Font::default() };
        let mut rich = Rich::default();
        for (text, font) in [("3", Some(struck)), ("187", None), ("（", Some(white)), ("2", Some(white)), ("）", Some(Font::default()))] {
            rich.push(text, font);
        }
        assert_eq!(Style::default().text(&rich, false), "~3~187~（2）");
        let dark = Style { ground: Some([0, 112, 192]), ..Style::default() };
        assert_eq!(dark.text(&rich, false), "~3~187（2）");
        let all = Style { font: struck, ..Style::default() };
        assert_eq!((all.text(&rich, false).as_ref(), all.number(5.0, false, false).as_str()), ("~3~187~（2）", "~5"));
        let mut plain = Rich::default();
        plain.push("12", None);
        plain.push("3", Some(Font::default()));
        assert!(plain.runs.is_empty());
    }

    #[test]
    fn rules_without_end_are_believed_to_be_everywhere() {
        let area = |n| Merge { top: n, left: 0, bottom: n, right: 0 };
        let rule = |count: u32| Rule { areas: (10..10 + count).map(area).collect(), only: Some((Test::Equal, 0.0)) };
        let view = View { rules: vec![rule(5)], ..View::default() };
        assert!(view.doubts(12, 0, Some(0.0)) && !view.doubts(12, 0, Some(1.0)) && !view.doubts(12, 0, None) && !view.doubts(2, 0, Some(0.0)));
        let view = View { rules: vec![rule(600), rule(600)], ..View::default() };
        assert!(view.doubts(2, 0, Some(0.0)) && !view.doubts(2, 0, Some(1.0)));
        let mut view = View::default();
        (0..3000).for_each(|_| _ = view.add(rule(1)));
        assert!(view.rules.len() == RULES + 1 && view.doubts(2, 0, None));
        // No number that a later rule tests, and no place that it names, narrows the one that stands for all that are too many.
        assert!(!view.add(rule(1)) && view.own_rules(0).len() == RULES && view.own_rules(RULES + 1).is_empty());
        assert_eq!([areas([].into_iter()), areas((0..=AREAS as u32).map(|n| Some(area(n))))], [[EVERYWHERE], [EVERYWHERE]]);
        assert_eq!(areas([Some(area(1)), None].into_iter()), [area(1), EVERYWHERE]);
    }
}
