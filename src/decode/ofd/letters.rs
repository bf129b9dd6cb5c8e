//! The characters of a text object, each where the object puts it.

use std::borrow::Cow;

use hayro_interpret::kurbo::{Affine, Point};

use super::budget::spend;
use super::content::{BLACK, Object, Painter};
use super::node::{self, Node};
use crate::decode::APART;
use crate::decode::fault::Fault;
use crate::decode::page::canvas::{Letter, UNMAPPED};
use crate::decode::page::painted::Ink;

/// Characters that are not narrower than this share of what is thought of them stand beside the next.
const WITHIN: f64 = 0.62;

/// A text object as far as all its characters share it.
struct Run<'o> {
    object: &'o Object<'o>,
    ink: Ink,
    size: f64,
    /// How much the characters are stretched.
    stretch: f64,
    /// How far each is turned, clockwise.
    turn: f64,
    /// In the order of their characters.
    shapes: Vec<Shapes>,
    is_of_signs: bool,
}

/// Characters that are drawn as shapes of a font which the object numbers.
struct Shapes {
    from: usize,
    to: usize,
    /// How many shapes they are.
    shapes: usize,
}

impl Painter<'_, '_> {
    pub fn text(&mut self, object: &Object) -> Result<(), Fault> {
        let node = object.node;
        let ink = match (node.says("Fill", false), node.says("Stroke", true)) {
            (false, _) => Some(self.ink(object, "FillColor", Some(BLACK))),
            (true, true) => Some(self.ink(object, "StrokeColor", Some(BLACK))),
            (true, false) => None,
        };
        let codes = || node.children("TextCode").map(|code| (code, drawn(&code.text)));
        let count: usize = codes().map(|(_, text)| text.chars().count()).sum();
        let Some(ink) = ink.filter(|ink| !ink.is_unseen()) else {
            self.canvas.marks.invisible += count;
            return Ok(());
        };
        if object.place.is_note {
            codes().for_each(|(_, text)| self.canvas.say(&text));
            return Ok(());
        }
        // Wherever it is thought to stand, a cell that it fills would be empty.
        if object.own.is_none() {
            return Err(Fault::damaged("a text does not say where it stands"));
        }
        let run = Run {
            object,
            ink,
            size: node.number("Size").ok_or_else(|| Fault::damaged("a text does not say how large it is"))?,
            stretch: node.number("HScale").filter(|n| *n > 0.0).unwrap_or(1.0),
            turn: node.number("CharDirection").unwrap_or(0.0).to_radians(),
            shapes: Shapes::all(node),
            is_of_signs: node.attribute("Font").is_some_and(|font| self.resources.has_signs(font)),
        };
        // Shapes without characters.
        let nameless: usize = if count == 0 { run.shapes.iter().map(|s| s.shapes).sum() } else { 0 };
        let (mut at, mut first) = ((None, None), 0);
        for (code, text) in codes() {
            // What a code does not say is as in the code before.
            let own = |name: &str, before: Option<f64>| if code.attribute(name).is_some() { code.number(name) } else { before };
            at = (own("X", at.0), own("Y", at.1));
            let text = if nameless > 0 { Cow::Owned(UNMAPPED.repeat(nameless.min(1 + steps_named(code)))) } else { text };
            let count = text.chars().count();
            spend(&mut self.budget.letters, count.max(1), "millions of characters")?;
            self.place(&run, code, &text, at, first);
            first += count;
        }
        Ok(())
    }

    /// Draws the characters of one code. `first`: how many characters of the object stand before them.
    fn place(&mut self, run: &Run, code: &Node, text: &str, start: (Option<f64>, Option<f64>), first: usize) {
        let (letters, units) = (text.chars().count(), text.encode_utf16().count());
        let most = units.saturating_sub(1);
        let (across, down) = (Steps::new(code.attribute("DeltaX"), most), Steps::new(code.attribute("DeltaY"), most));
        // Programs that count in UTF-16 write two steps for some characters.
        let double = units > letters && across.values.len().max(down.values.len()) >= most;
        let needed = if double { most } else { letters.saturating_sub(1) };
        // Viewers do not agree on where a character stands of which nothing says it.
        let is_unsure = run.object.place.is_unsure
            || start.0.is_none()
            || start.1.is_none()
            || [&across, &down].iter().any(|steps| steps.is_told && steps.values.len() < needed)
            || needed > 0 && !across.is_told && !down.is_told;
        let transform = run.object.place.transform;
        let height = (transform * Point::new(0.0, run.size) - transform * Point::ZERO).hypot();
        let (mut at, mut passed) = (Point::new(start.0.unwrap_or(0.0), start.1.unwrap_or(0.0)), 0);
        for (n, c) in text.chars().enumerate() {
            let wide = width(c) * run.stretch;
            let length = if double { c.len_utf16() } else { 1 };
            let step = match across.is_told || down.is_told {
                true => (across.sum(passed, length), down.sum(passed, length)),
                // Nothing says where the next character stands, so it stands behind this one.
                false => (wide * run.size, 0.0),
            };
            passed += length;
            let reach = (transform * Point::new(step.0, 0.0) - transform * Point::ZERO).hypot() / height.max(1e-9);
            // Where the next one stands within this one, both keep their widths, so that it shows.
            let is_behind = n + 1 < letters && step.0 > 0.0 && step.1.abs() < 0.1 * run.size && reach > WITHIN * wide;
            let advance = if is_behind { wide.min(reach) } else { wide };
            let middle = transform * Point::new(at.x + 0.5 * advance * run.size, at.y - 0.38 * run.size);
            let shapes = Shapes::of(&run.shapes, first + n);
            let is_cut = !run.object.certain().inflate(2.0, 0.5 * height).contains(middle);
            let letter = Letter {
                text: meaning(c, shapes.is_some(), run.is_of_signs),
                advance,
                place: transform
                    * Affine::translate(at.to_vec2())
                    * Affine::rotate(run.turn)
                    * Affine::scale_non_uniform(run.size * run.stretch / 1000.0, -run.size / 1000.0),
                is_doubtful: is_unsure || is_cut || shapes.is_some_and(Shapes::is_odd),
            };
            self.canvas.letter(letter, &run.ink);
            at = Point::new(at.x + step.0, at.y + step.1);
        }
    }
}

impl Shapes {
    /// Those of an object, in the order of their characters.
    fn all(object: &Node) -> Vec<Shapes> {
        let mut all: Vec<Shapes> = object.children("CGTransform").map(Shapes::new).collect();
        all.sort_by_key(|shapes| shapes.from);
        all
    }

    /// Those that draw the character of this number.
    fn of(all: &[Shapes], character: usize) -> Option<&Shapes> {
        let behind = all.partition_point(|shapes| shapes.from <= character);
        all[..behind].last().filter(|shapes| character < shapes.to)
    }

    fn new(node: &Node) -> Shapes {
        let count = |name: &str| node.number(name).map(|n| n.max(0.0) as usize);
        let from = count("CodePosition").unwrap_or(0);
        let named = node.said("Glyphs").map_or(0, |glyphs| node::words(glyphs).count());
        Shapes { from, to: from + count("CodeCount").unwrap_or(1), shapes: count("GlyphCount").unwrap_or(1).min(named.max(1)) }
    }

    /// Nobody can say which shape is which character.
    fn is_odd(&self) -> bool {
        self.to - self.from != self.shapes
    }
}

/// The text of a code without what only sets the element out.
fn drawn(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        true => Cow::Owned(text.trim().chars().filter(|c| !c.is_control()).collect()),
        false => Cow::Borrowed(text),
    }
}

/// What a character means. Of one in private use whose shape the object numbers nobody knows it.
fn meaning(c: char, has_shape: bool, is_sign: bool) -> String {
    match c {
        '\u{FFFD}' => UNMAPPED.to_owned(),
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. if has_shape => UNMAPPED.to_owned(),
        c if is_sign && (c.is_numeric() || matches!(c, '-' | '+' | '.')) => APART.to_string(),
        c => c.to_string(),
    }
}

/// How wide a character is, in sizes, of which no font tells it.
fn width(c: char) -> f64 {
    match c {
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => 0.0,
        'i' | 'j' | 'l' | 't' | 'f' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' | '-' | '(' | ')' | '[' | ']' => 0.3,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.85,
        'A'..='Z' => 0.65,
        c if c.is_ascii() => 0.5,
        _ => 1.0,
    }
}

/// How far characters stand from those before them.
struct Steps {
    values: Vec<f64>,
    is_told: bool,
}

impl Steps {
    /// At most `most` steps: `g 3 2.5` says one three times.
    fn new(text: Option<&str>, most: usize) -> Steps {
        let mut out = Steps { values: Vec::new(), is_told: false };
        let mut words = node::words(text.unwrap_or_default());
        while let Some(word) = words.next() {
            out.is_told = true;
            let room = most.saturating_sub(out.values.len());
            if room == 0 {
                break;
            }
            let (times, step) = match word {
                "g" | "G" => (words.next().and_then(|times| times.parse::<f64>().ok()), words.next().and_then(node::number)),
                step => (Some(1.0), node::number(step)),
            };
            match (times, step) {
                (Some(times), Some(step)) if times >= 0.0 => out.values.extend(std::iter::repeat_n(step, room.min(times as usize))),
                // What cannot be understood ends them.
                _ => break,
            }
        }
        out
    }

    /// All the way over `count` steps. The last one goes on where there are too few.
    fn sum(&self, from: usize, count: usize) -> f64 {
        let step = |n: usize| self.values.get(n).or(self.values.last()).copied().unwrap_or(0.0);
        (from..from + count).map(step).sum()
    }
}

/// How many steps a code of shapes without characters names, for as many as it may draw.
fn steps_named(code: &Node) -> usize {
    const MOST: usize = 10_000;
    ["DeltaX", "DeltaY"].iter().map(|name| Steps::new(code.attribute(name), MOST).values.len()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str, most: usize) -> Vec<f64> {
        Steps::new(Some(text), most).values
    }

    #[test]
    fn repeated_steps_are_as_many_as_there_are_characters() {
        assert_eq!(steps("g 3 2.5 1", 9), [2.5, 2.5, 2.5, 1.0]);
        assert_eq!(steps("1 g 2 3 g 1 4", 9), [1.0, 3.0, 3.0, 4.0]);
        assert_eq!(steps("g 1000000000 1", 3), [1.0; 3]);
        assert_eq!(steps("g 99999999999999999999 1", 3), [1.0; 3]);
        assert_eq!([steps("1 g -1 2 3", 3), steps("1 x 2", 3), steps("1 g 2", 3)], [[1.0]; 3]);
        assert!(!Steps::new(Some(" "), 3).is_told && !Steps::new(None, 3).is_told);
    }
}
