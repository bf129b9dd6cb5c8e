//! The running text of a report without spaces and in half width, with the way back to where it stood.

use memchr::memmem;

use crate::extract::items::labels::is_han_numeral;
use super::super::lines::Line;
use super::scan::Hit;
use super::words::{ABOUT_FIGURES, REGION, SCOPE};
use crate::form::WordList;
use crate::fold::is_space;
use crate::model::{CELL_END, ROW_END};

/// Ends what no sentence can run over: a paragraph, a cell, a table.
pub const BREAK: char = '\n';

/// Running text made comparable.
#[derive(Default)]
pub struct Page {
    pub text: String,
    /// Where runs of `text` came from: a place here, the place in the source, both growing.
    from: Vec<(u32, u32)>,
    /// Start in `text` of each source line that was kept, with its number from 1.
    lines: Vec<(u32, u32)>,
    /// Spans of book titles (《…》): what they say is no statement.
    titles: Vec<(u32, u32)>,
}

/// What tells a heading from a sentence that a page cut.
#[derive(Debug, Default)]
pub struct Headings {
    /// The words that end one.
    pub ends: Vec<String>,
    /// Words of figures that are others': with one of them the line says whose the figures below are.
    pub others: WordList,
}

/// A line at least so long may have been cut by the width of a page; shorter ones are headings, captions and cells.
const CUT_LINE: usize = 60;
/// A 《 that is never closed hides no more than this.
const LONGEST_TITLE: usize = 180;

impl Page {
    /// Takes those of the `lines` of `source` that are no table's and not empty.
    pub fn new(source: &str, lines: &[Line], headings: &Headings) -> Page {
        let mut page = Page::default();
        page.text.reserve(source.len() / 2);
        let (mut long, mut heading) = (false, false);
        for line in lines {
            if line.table {
                page.break_at(line.start);
                long = false;
            } else if !line.text.chars().all(|c| is_space(c) || c == '\t') {
                // A list runs on over its points, a sentence over the break of a page.
                let last = page.text.chars().next_back();
                let listed = matches!(last, Some('，' | '；' | '：' | '、'));
                let cut = long && !matches!(last, Some('。' | '！' | '？')) && !begins_part(line.text);
                if !listed && !cut {
                    page.break_at(line.start);
                } else if heading && cut {
                    // It still says what year and what matter the sentence below is of.
                    page.push('。', line.start);
                }
                page.lines.push((page.text.len() as u32, line.number));
                page.line(source, line.start, line.start + line.text.len());
                long = line.text.len() >= CUT_LINE;
                heading = long && is_heading(line.text, headings);
            }
        }
        page
    }

    fn break_at(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with(BREAK) {
            self.push(BREAK, at);
        }
    }

    fn push(&mut self, c: char, at: usize) {
        self.from.push((self.text.len() as u32, at as u32));
        self.text.push(c);
    }

    fn copy(&mut self, source: &str, start: usize, end: usize) {
        if start < end {
            self.from.push((self.text.len() as u32, start as u32));
            self.text.push_str(&source[start..end]);
        }
    }

    fn line(&mut self, source: &str, start: usize, end: usize) {
        let mut title: Option<u32> = None;
        // What needs no change is copied in runs.
        let mut run = start;
        let mut space = false;
        let mut next = start;
        let bytes = &source.as_bytes()[..end];
        while next < end {
            let at = next;
            // What is never changed, nearly all of a text: Han characters, ，。、 and digits behind no space.
            let unchanged = match bytes[at..] {
                [0xE5..=0xE9, ..] | [0xE4, 0xB8..=0xBF, ..] | [0xE3, 0x80, 0x81 | 0x82, ..] | [0xEF, 0xBC, 0x8C, ..] => 3,
                [b'0'..=b'9', ..] if !space => 1,
                _ => 0,
            };
            if unchanged > 0 {
                space = false;
                next += unchanged;
                continue;
            }
            let Some(c) = source[at..end].chars().next() else { break };
            next += c.len_utf8();
            // Private use is what remains of a font: no character.
            if is_space(c) || matches!(c, '\u{E000}'..='\u{F8FF}') {
                self.copy(source, run, at);
                run = at + c.len_utf8();
                space |= c.is_whitespace();
                continue;
            }
            // 1,234: the one comma that ends no clause.
            let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
            let within = c == ',' && digit(source.as_bytes()[..at].last()) && digit(source.as_bytes().get(at + 1));
            let plain = if within { c } else { plain(c) };
            // Figures on both sides of a space are two; digits of one never stand apart.
            let apart = space && plain.is_ascii_digit() && run == at && self.text.ends_with(|p: char| p.is_ascii_digit());
            space = false;
            if plain != c || apart {
                self.copy(source, run, at);
                run = at + c.len_utf8();
                if apart {
                    self.push(' ', at);
                }
                match plain {
                    BREAK => self.break_at(at),
                    plain => self.push(plain, at),
                }
            }
            let here = (self.text.len() + at + c.len_utf8() - run) as u32;
            match (c, title) {
                ('《', None) => title = Some(here),
                ('》', Some(t)) if here - t < LONGEST_TITLE as u32 => {
                    self.titles.push((t, here));
                    title = None;
                }
                ('》', _) => title = None,
                _ => {}
            }
        }
        self.copy(source, run, end);
    }

    /// Takes out the words that stand within book titles; `hits` are in order.
    pub fn drop_titles(&self, hits: &mut Vec<Hit>) {
        let mut titles = self.titles.iter().map(|&(a, b)| (a as usize, b as usize)).peekable();
        hits.retain(|h| {
            while titles.next_if(|t| t.1 <= h.start).is_some() {}
            !titles.peek().is_some_and(|t| t.0 <= h.start && h.end <= t.1)
        });
    }

    /// Takes out what words within these names would say of figures: 将 in 将军镇 tells of no plan. A word for all of a region
    /// that stands between a letter and a name ends the name of what the body belongs to: 天全县城厢镇.
    pub fn mind_names(&self, names: &[&str], hits: &mut Vec<Hit>) {
        for name in names {
            let mut stands = memmem::find_iter(self.text.as_bytes(), name.as_bytes()).map(|at| (at, at + name.len())).peekable();
            for h in hits.iter_mut() {
                while stands.next_if(|n| n.1 <= h.start).is_some() {}
                let Some(&(start, end)) = stands.peek() else { break };
                let letter_before = || self.text[..h.start].chars().next_back().is_some_and(char::is_alphabetic);
                if start <= h.start && h.end <= end {
                    h.classes &= !ABOUT_FIGURES;
                } else if h.end == start && letter_before() {
                    h.classes &= !(SCOPE | REGION);
                }
            }
        }
        hits.retain(|h| h.classes != 0);
    }

    /// Whether a span lies within a book title.
    pub fn in_title(&self, start: usize, end: usize) -> bool {
        self.titles.get(self.titles.partition_point(|t| (t.1 as usize) < end)).is_some_and(|t| t.0 as usize <= start)
    }

    /// The line a place came from.
    pub fn line_of(&self, at: usize) -> u32 {
        let i = self.lines.partition_point(|l| l.0 as usize <= at);
        self.lines.get(i.wrapping_sub(1)).map_or(0, |l| l.1)
    }

    /// Where in the source a place came from.
    fn source(&self, at: usize) -> usize {
        let i = self.from.partition_point(|f| f.0 as usize <= at).saturating_sub(1);
        self.from.get(i).map_or(0, |f| f.1 as usize + at - f.0 as usize)
    }

    /// The words of a span as they stood, breaks and runs of spaces as one space.
    pub fn as_it_stood(&self, source: &str, start: usize, end: usize) -> String {
        if start >= end {
            return String::new();
        }
        let from = self.source(start);
        let last = end - self.text[..end].chars().next_back().map_or(1, char::len_utf8);
        let last = self.source(last);
        let to = last + source[last..].chars().next().map_or(0, char::len_utf8);
        let mut out = String::with_capacity(to - from);
        for c in source[from..to].chars() {
            let blank = c == '\n' || c == '\t' || is_space(c);
            if !blank {
                out.push(c);
            } else if !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.trim().to_string()
    }
}

/// A numbered line without a clause that ends as headings do (三、…和不予公开政府信息情况) is none that a page cut, however long. A
/// point (三是…) is a sentence.
fn is_heading(line: &str, headings: &Headings) -> bool {
    let words = line.trim_matches(|c| is_space(c) || matches!(c, '\t' | '）' | ')'));
    let point = words.chars().nth(1) == Some('是');
    headings.ends.iter().any(|h| words.ends_with(h.as_str())) && !headings.others.stands_in(words) && !point && !words.contains(CLAUSE_SIGNS) && begins_part(line)
}

const CLAUSE_SIGNS: [char; 8] = ['，', ',', '；', ';', '：', ':', '。', '｡'];

/// A line that begins a part, a numbered point or a title is no rest of the line before.
fn begins_part(line: &str) -> bool {
    let line = line.trim_start_matches(|c| is_space(c) || c == '\t');
    let mut chars = line.chars().map(plain);
    let (first, second, third) = (chars.next(), chars.next(), chars.next());
    let number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || is_han_numeral(c));
    match first {
        Some('（') => number(second) && third.is_some_and(|c| c == '）' || c == '十' || c.is_ascii_digit()),
        _ => number(first) && (second == Some('、') || second == Some('是') || second == Some('.') && !third.is_some_and(|c| c.is_ascii_digit())),
    }
}

/// One character in the width and kind that words and numbers are written in here.
fn plain(c: char) -> char {
    match c {
        '\u{4E00}'..='\u{9FFF}' | '0'..='9' => c,
        ',' => '，',
        ';' | '；' => '；',
        ':' => '：',
        '(' => '（',
        ')' => '）',
        '?' | '？' => '？',
        '!' | '！' => '！',
        '，' | '：' | '（' | '）' | '。' | '、' => c,
        '｡' => '。',
        '\t' | '|' | CELL_END | ROW_END => BREAK,
        '○' | '◯' => '〇',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        // Marks of a list in one character: digits they are not.
        '\u{2460}'..='\u{24FF}' | '\u{3220}'..='\u{3243}' => '、',
        _ if c.is_ascii() => c,
        _ => crate::fold::fold_char(c).unwrap_or(c),
    }
}
