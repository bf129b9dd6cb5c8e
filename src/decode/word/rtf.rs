//! Rich text: groups in braces, control words, and text in the code page of its font or as UTF-16.

mod words;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::flow::{CellDefinition, Flow};
use super::{SMALL, THIN, blocks, fields, is_of_pictures};
use crate::decode::fault::Fault;
use crate::decode::ink::{self, Ink};
use crate::decode::{APART, Limits, PICTURE, apart, cut_short};
use crate::model::Decoded;
use words::{Destination, destination};

/// Colours that are kept.
const COLOURS: usize = 1000;
/// Cells of one row that are believed; Word knows 63.
const CELLS: usize = 1000;
/// Letters of a font's name that are kept.
const NAME: usize = 60;

pub fn render(bytes: &[u8], limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let mut reader = Reader::new(bytes, limits);
    reader.run()?;
    (decoded.format, decoded.encoding, decoded.replaced) = ("rtf", reader.page.name(), reader.replaced);
    let (blocks, open) = reader.finish();
    decoded.text = blocks::text(&blocks, limits.text)?;
    if open && decoded.text.is_empty() {
        return Err(Fault::damaged("it breaks off"));
    }
    if open {
        decoded.problems.push(cut_short());
    }
    Ok(())
}

/// What a group inherits from the one around it, and what ends with it.
#[derive(Clone)]
struct State {
    destination: Destination,
    /// Characters that stand behind each `\u` for programs that do not know it.
    fallback: usize,
    font: Option<i64>,
    letters: Letters,
    /// The colour of the paragraph.
    ground: Option<Ink>,
    /// The paragraph is in a table, and in how many.
    in_table: bool,
    depth: usize,
    /// Tables around the text box that the group is in.
    floor: usize,
}

/// How letters look that do not stand there like others.
#[derive(Clone, Copy, Default)]
struct Letters {
    hidden: bool,
    /// Struck out, raised or lowered: its figures are no part of the one before them.
    altered: bool,
    /// Struck out: words are none.
    struck: bool,
    /// Too small to be seen, or too thin.
    small: bool,
    thin: bool,
    /// The colour of the letters, and of what lies behind them, where they are told.
    ink: Option<Ink>,
    highlight: Option<Ink>,
    shade: Option<Ink>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    most: usize,
    limit: usize,
    state: State,
    stack: Vec<State>,
    /// The code page of the document, and the encodings of its fonts.
    page: &'static Encoding,
    fonts: HashMap<i64, &'static Encoding>,
    /// Fonts that have pictures in place of digits.
    pictures: HashSet<i64>,
    font_read: Option<i64>,
    font_name: String,
    flow: Flow,
    /// The paragraph that is being read.
    text: String,
    /// For each open text box how many groups are open around it, and the paragraph that it interrupts.
    boxes: Vec<(usize, String)>,
    written: usize,
    /// Bytes of text that wait to be decoded, in which encoding, and whether the last of them begins a character.
    raw: Vec<u8>,
    raw_in: &'static Encoding,
    begun: bool,
    /// The first half of a character in UTF-16.
    half: Option<u16>,
    /// Characters of a fallback that are still to be passed over.
    skip: usize,
    replaced: u32,
    row: Vec<CellDefinition>,
    inner_row: Vec<CellDefinition>,
    next_cell: CellDefinition,
    /// The code of the field that is read.
    code: String,
    /// Stretches of the text that are struck out, and where the open one begins.
    struck: Vec<Range<usize>>,
    struck_from: usize,
    /// The last of the text is a figure that is none.
    behind: bool,
    /// The last of it is a digit that cannot be seen.
    pale: bool,
    /// The colours of the document, and the one that is being read.
    colours: Vec<Ink>,
    colour: Ink,
    /// `\*` came last.
    starred: bool,
    ended: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], limits: &Limits) -> Reader<'a> {
        let state = State { destination: Destination::Text, fallback: 1, font: None, letters: Letters::default(), ground: None, in_table: false, depth: 1, floor: 0 };
        Reader {
            bytes,
            at: 0,
            most: limits.nesting,
            limit: limits.text,
            state,
            stack: Vec::new(),
            page: WINDOWS_1252,
            fonts: HashMap::new(),
            pictures: HashSet::new(),
            font_read: None,
            font_name: String::new(),
            flow: Flow::default(),
            text: String::new(),
            boxes: Vec::new(),
            written: 0,
            raw: Vec::new(),
            raw_in: WINDOWS_1252,
            begun: false,
            half: None,
            skip: 0,
            replaced: 0,
            row: Vec::new(),
            inner_row: Vec::new(),
            next_cell: CellDefinition::default(),
            code: String::new(),
            struck: Vec::new(),
            struck_from: 0,
            behind: false,
            pale: false,
            colours: Vec::new(),
            colour: ink::BLACK,
            starred: false,
            ended: false,
        }
    }

    fn run(&mut self) -> Result<(), Fault> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => {
                    self.skip = 0;
                    if self.stack.len() >= self.most {
                        return Err(Fault::Nesting(self.most));
                    }
                    self.stack.push(self.state.clone());
                }
                b'}' => {
                    self.skip = 0;
                    self.flush();
                    if self.boxes.last().is_some_and(|(depth, _)| *depth == self.stack.len()) {
                        self.end_box();
                    }
                    self.behind |= self.state.letters.altered && self.shows();
                    self.end_struck();
                    let was = self.state.destination;
                    match self.stack.pop() {
                        Some(state) => self.state = state,
                        None => break,
                    }
                    if was == Destination::Code && self.state.destination != was {
                        self.end_code();
                    }
                    if self.stack.is_empty() {
                        self.ended = true;
                        break;
                    }
                }
                b'\\' => self.control()?,
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
            if self.written + self.text.len() > self.limit {
                return Err(Fault::TooLarge(format!("more than {} bytes of text", self.limit)));
            }
        }
        self.flush();
        Ok(())
    }

    /// The document, and whether it broke off.
    fn finish(mut self) -> (Vec<blocks::Block>, bool) {
        self.flush();
        let text = std::mem::take(&mut self.text);
        self.flow.paragraph(text, 0);
        (self.flow.finish(), !self.ended)
    }

    fn control(&mut self) -> Result<(), Fault> {
        let Some(&byte) = self.bytes.get(self.at) else { return Ok(()) };
        if byte.is_ascii_alphabetic() {
            let (word, number) = self.word();
            if self.skip > 0 && word != "bin" {
                self.skip -= 1;
                return Ok(());
            }
            self.word_means(word, number);
            return Ok(());
        }
        self.at += 1;
        match byte {
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2).and_then(|d| std::str::from_utf8(d).ok());
                if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            b'*' => self.starred = true,
            _ if self.skip > 0 => self.skip -= 1,
            b'~' => self.say("\u{A0}"),
            b'_' => self.say("-"),
            b'\\' | b'{' | b'}' => self.byte(byte),
            b'\r' | b'\n' => self.end_paragraph(),
            // A soft hyphen, and marks of an index.
            _ => {}
        }
        Ok(())
    }

    /// A control word with its number, up to the space that ends it.
    fn word(&mut self) -> (&'a str, Option<i64>) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take(40).take_while(|b| b.is_ascii_alphabetic()).count();
        let word = std::str::from_utf8(&rest[..length]).unwrap_or("");
        let rest = &rest[length..];
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign.min(rest.len())..].iter().take(12).take_while(|b| b.is_ascii_digit()).count();
        let (mut used, mut number) = (length, None);
        if digits > 0 {
            number = std::str::from_utf8(&rest[..sign + digits]).ok().and_then(|n| n.parse().ok());
            used += sign + digits;
        }
        used += usize::from(self.bytes.get(self.at + used) == Some(&b' '));
        self.at += used;
        (word, number)
    }

    fn word_means(&mut self, word: &str, number: Option<i64>) {
        let starred = std::mem::take(&mut self.starred);
        if let Some(found) = destination(word, starred) {
            return self.enter(word, found);
        }
        match word {
            "bin" => self.at = self.at.saturating_add(usize::try_from(number.unwrap_or(0)).unwrap_or(0)).min(self.bytes.len()),
            "ansicpg" => self.page = number.and_then(page).unwrap_or(self.page),
            "uc" => self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(100),
            "u" => {
                let unit = number.unwrap_or(0x3F) as u16;
                self.utf16(unit);
                self.skip = self.state.fallback;
            }
            "f" if self.state.destination == Destination::Fonts => {
                self.font_read = number;
                self.font_name.clear();
            }
            "fcharset" => self.fonts.extend(self.font_read.zip(number.and_then(charset))),
            "f" | "plain" | "super" | "sub" | "strike" | "striked" | "up" | "dn" | "nosupersub" | "fs" | "charscalex" | "v" | "deleted" | "cf" | "highlight" | "chcbpat" | "cbpat" => self.look(word, number),
            "pard" => (self.state.in_table, self.state.depth, self.state.ground) = (false, 1, None),
            "intbl" => self.state.in_table = number != Some(0),
            "itap" => {
                self.state.depth = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(blocks::NESTED);
                self.state.in_table = self.state.depth > 0;
            }
            "red" | "green" | "blue" if self.state.destination == Destination::Colours => {
                let part = ["red", "green", "blue"].iter().position(|w| *w == word).unwrap_or(0);
                self.colour[part] = number.unwrap_or(0).clamp(0, 255) as u8;
            }
            _ if !matches!(self.state.destination, Destination::Text | Destination::Number | Destination::Box | Destination::InnerRow) => {}
            _ => self.structure(word, number),
        }
    }

    /// A group begins that holds something other than the text around it.
    fn enter(&mut self, word: &str, found: Destination) {
        self.flush();
        if matches!(word, "pict" | "shppict" | "object" | "do" | "moMath" | "moMathPara") && self.state.in_table && self.shows() && !self.text.ends_with(PICTURE) {
            self.text.push(PICTURE);
        }
        // Within what is passed over everything is, whatever it is called.
        if self.state.destination != Destination::Nothing {
            self.state.destination = found;
        }
        if self.state.destination == Destination::Box {
            self.begin_box();
        }
    }

    /// How the letters look that follow.
    fn look(&mut self, word: &str, number: Option<i64>) {
        match word {
            "plain" | "super" | "sub" | "strike" | "striked" | "up" | "dn" => self.end_letters(),
            _ => self.flush(),
        }
        let on = number != Some(0);
        let colour = self.colour_of(number);
        let letters = &mut self.state.letters;
        match word {
            "f" => self.state.font = number,
            "plain" => (self.state.letters, self.state.font) = (Letters::default(), None),
            "nosupersub" => self.behind |= std::mem::take(&mut letters.altered),
            "fs" => letters.small = number.is_some_and(|n| n <= SMALL),
            "charscalex" => letters.thin = number.is_some_and(|n| n <= THIN),
            "v" | "deleted" => letters.hidden = on,
            "cf" => letters.ink = colour,
            "highlight" => letters.highlight = colour,
            "chcbpat" => letters.shade = colour,
            "cbpat" => self.state.ground = colour,
            _ => {
                letters.altered = on;
                letters.struck = if word.starts_with("strike") { on } else { letters.struck };
                self.apart();
            }
        }
    }

    /// Ends of paragraphs, cells and rows, what rows are made of, and signs.
    fn structure(&mut self, word: &str, number: Option<i64>) {
        match word {
            "par" | "sect" | "page" => self.end_paragraph(),
            "line" | "lbr" | "column" => self.say("\n"),
            // Behind a number it only sets the text apart.
            "tab" if self.state.destination == Destination::Number => {
                if self.text.ends_with(|c: char| c.is_ascii()) {
                    self.say(" ");
                }
            }
            "tab" => self.say("\t"),
            "emdash" => self.say("—"),
            "endash" => self.say("–"),
            "bullet" => self.say("•"),
            "lquote" => self.say("‘"),
            "rquote" => self.say("’"),
            "ldblquote" => self.say("“"),
            "rdblquote" => self.say("”"),
            "emspace" | "enspace" | "qmspace" => self.say(" "),
            "cell" => {
                let text = self.take();
                self.flow.end_cell(text, self.state.floor + 1);
            }
            "nestcell" => {
                let text = self.take();
                self.flow.end_cell(text, self.state.floor + self.state.depth.max(2));
            }
            "row" => self.flow.end_row(self.state.floor + 1, &self.row),
            "nestrow" => self.flow.end_row(self.state.floor + self.state.depth.max(2), &self.inner_row),
            "trowd" => {
                self.definition().clear();
                self.next_cell = CellDefinition::default();
            }
            "clvmgf" => self.next_cell.begins = true,
            "clvmrg" => self.next_cell.continues = true,
            "clmrg" => self.next_cell.covered = true,
            "clcbpat" => self.next_cell.ground = self.colour_of(number),
            "cellx" => {
                let mut cell = std::mem::take(&mut self.next_cell);
                let row = self.definition();
                cell.left = row.last().map_or(i64::MIN, |c| c.right);
                cell.right = number.unwrap_or(0);
                if row.len() < CELLS {
                    row.push(cell);
                }
            }
            _ => {}
        }
    }

    /// The colour of a number; the first is none in particular.
    fn colour_of(&self, number: Option<i64>) -> Option<Ink> {
        let at = usize::try_from(number?).ok().filter(|at| *at > 0)?;
        self.colours.get(at).copied()
    }

    /// Whether digits cannot be seen, or show something else. White ones may stand on any colour, so words are left alone.
    fn is_faint(&self) -> bool {
        let letters = self.state.letters;
        let alike = |ink: Ink| ink::is_white(ink) || self.ground().is_some_and(|ground| ink::is_faint(ink, ground));
        letters.small || letters.thin || letters.ink.is_some_and(alike) || self.state.font.is_some_and(|font| self.pictures.contains(&font))
    }

    /// What lies behind letters, as far as they or their paragraph say it.
    fn ground(&self) -> Option<Ink> {
        let letters = self.state.letters;
        letters.highlight.or(letters.shade).or(self.state.ground)
    }

    /// The row that is being defined.
    fn definition(&mut self) -> &mut Vec<CellDefinition> {
        if self.state.destination == Destination::InnerRow { &mut self.inner_row } else { &mut self.row }
    }

    fn end_paragraph(&mut self) {
        if self.state.destination == Destination::Text {
            if self.depth() == 0 {
                self.only_words();
            }
            let text = self.take();
            self.flow.paragraph(text, self.depth());
        }
    }

    /// Tables around the paragraph.
    fn depth(&self) -> usize {
        self.state.floor + if self.state.in_table { self.state.depth } else { 0 }
    }

    /// The code of a field has ended. What it draws without a text of it cannot be read.
    fn end_code(&mut self) {
        if fields::is_drawn(&std::mem::take(&mut self.code)) && self.shows() {
            self.text.push(PICTURE);
        }
    }

    /// Letters that look alike end here.
    fn end_letters(&mut self) {
        self.flush();
        self.behind |= self.state.letters.altered;
        self.end_struck();
    }

    /// Keeps in mind what was struck out up to here.
    fn end_struck(&mut self) {
        self.flush();
        if self.state.letters.struck && self.struck_from < self.text.len() {
            self.struck.push(self.struck_from..self.text.len());
        }
        self.struck_from = self.text.len();
    }

    /// Outside of tables words that are struck out are none.
    fn only_words(&mut self) {
        self.end_struck();
        for range in std::mem::take(&mut self.struck).into_iter().rev() {
            let Some(text) = self.text.get(range.clone()) else { continue };
            let left = apart::struck(text).to_owned();
            if left.len() < text.len() {
                let marked = self.text[range.end..].starts_with(APART);
                self.text.replace_range(range, if marked { "" } else { &left });
            }
        }
    }

    /// A text box interrupts the paragraph that it is anchored in, and belongs to the same cell.
    fn begin_box(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.struck.clear();
        self.struck_from = 0;
        self.boxes.push((self.stack.len(), text));
        (self.state.floor, self.state.in_table) = (self.depth(), false);
        self.state.destination = Destination::Text;
    }

    fn end_box(&mut self) {
        let text = self.take();
        if !text.is_empty() {
            self.flow.paragraph(text, self.depth());
        }
        if let Some((_, text)) = self.boxes.pop() {
            self.text = text;
        }
        self.struck.clear();
        self.struck_from = self.text.len();
    }

    fn take(&mut self) -> String {
        self.flush();
        (self.behind, self.pale) = (false, false);
        self.struck.clear();
        self.struck_from = 0;
        self.written += self.text.len();
        std::mem::take(&mut self.text)
    }

    fn shows(&self) -> bool {
        matches!(self.state.destination, Destination::Text | Destination::Number) && !self.state.letters.hidden
    }

    /// Keeps what follows from the figure before it, where it is struck out, raised or lowered.
    fn apart(&mut self) {
        if self.state.letters.altered && self.shows() && self.state.destination == Destination::Text {
            self.text.push(APART);
        }
    }

    fn say(&mut self, text: &str) {
        self.flush();
        if self.shows() {
            self.text.push_str(text);
        }
    }

    /// A byte of text. A character may be two or four bytes, written with or without `\'`.
    fn byte(&mut self, byte: u8) {
        self.starred = false;
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        if self.state.destination == Destination::Colours && byte == b';' && self.colours.len() < COLOURS {
            self.colours.push(std::mem::take(&mut self.colour));
        }
        if self.state.destination == Destination::Fonts {
            self.font_letter(byte);
        }
        if self.state.destination == Destination::Code && self.code.len() < fields::CODE {
            self.code.push(char::from(byte));
        }
        if !self.shows() {
            return;
        }
        if self.half.is_some() || (byte.is_ascii() && !self.begun) {
            self.flush();
        }
        if byte.is_ascii() && !self.begun {
            self.letter(char::from(byte));
            return;
        }
        if self.raw.is_empty() {
            self.raw_in = self.state.font.and_then(|f| self.fonts.get(&f)).copied().unwrap_or(self.page);
        }
        self.raw.push(byte);
        self.begun = !self.begun && (0x81..=0xFE).contains(&byte) && [GB18030, BIG5, SHIFT_JIS, EUC_KR].contains(&self.raw_in);
    }

    /// Takes a letter of a font's name.
    fn font_letter(&mut self, byte: u8) {
        match byte {
            b';' if is_of_pictures(&self.font_name) => self.pictures.extend(self.font_read),
            b';' => {}
            _ if self.font_name.len() < NAME => self.font_name.push(char::from(byte)),
            _ => {}
        }
    }

    /// Puts a character behind the text; a digit that is none of the figure before it is set apart.
    fn letter(&mut self, c: char) {
        let digit = apart::is_digit(c);
        let pale = digit && self.is_faint();
        if let Some(ink) = self.state.letters.ink.filter(|_| digit && !pale && self.ground().is_none()) {
            self.flow.ink(ink);
        }
        let behind = std::mem::take(&mut self.behind) && !self.state.letters.altered || pale != self.pale;
        self.pale = pale;
        if behind && digit {
            self.text.push(APART);
        }
        self.text.push(c);
    }

    fn utf16(&mut self, unit: u16) {
        self.flush_raw();
        if !self.shows() {
            return;
        }
        let (first, rest) = match self.half.take() {
            Some(half) => (half, Some(unit)),
            None if (0xD800..0xDC00).contains(&unit) => {
                self.half = Some(unit);
                return;
            }
            None => (unit, None),
        };
        for c in char::decode_utf16([first].into_iter().chain(rest)) {
            self.replaced += u32::from(c.is_err());
            self.letter(c.unwrap_or('\u{FFFD}'));
        }
    }

    /// Writes what waits for its other half.
    fn flush(&mut self) {
        if self.half.take().is_some() {
            self.replaced += 1;
            self.text.push('\u{FFFD}');
        }
        self.flush_raw();
    }

    fn flush_raw(&mut self) {
        self.begun = false;
        if self.raw.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        let (text, damaged) = self.raw_in.decode_without_bom_handling(&raw);
        if damaged {
            self.replaced += text.matches('\u{FFFD}').count() as u32;
        }
        text.chars().for_each(|c| self.letter(c));
    }
}

/// The encoding of a code page.
fn page(number: i64) -> Option<&'static Encoding> {
    Some(match number {
        936 | 54936 | 20936 => GB18030,
        950 => BIG5,
        932 => SHIFT_JIS,
        949 => EUC_KR,
        65001 => UTF_8,
        _ => Encoding::for_label(format!("windows-{number}").as_bytes())?,
    })
}

/// The encoding of a font; none where it follows the document.
fn charset(number: i64) -> Option<&'static Encoding> {
    match number {
        134 => page(936),
        136 => page(950),
        128 => page(932),
        129 => page(949),
        // What is said to be Latin often holds the document's own code page.
        _ => None,
    }
}
