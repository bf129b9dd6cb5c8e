//! Pinyin notes: 乾(qián)隆. Some mirrors write the reading in brackets after every character that has several. Such a
//! note stands inside labels, headings and names and is no part of them. Real brackets, (一) (LED) (a), look alike.
//! Readings that stood above their characters are left between spaces: 镇 zhèn 人民政府.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;

use memchr::{memchr2, memchr2_iter, memchr3};

use super::data;

/// Letters of the longest syllable (zhuang), tone marks not counted.
const LONGEST: usize = 6;
/// From so many notes with a tone mark on, a text is annotated and may have notes without one: 么(me).
const ANNOTATED: usize = 3;

/// The syllables of `data/pinyin.txt`.
pub(super) struct Pinyin {
    syllables: HashSet<String>,
    /// Character and reading of those that have no tone.
    neutral: HashSet<(char, String)>,
}

/// A bracket that can be a note.
struct Note {
    range: Range<usize>,
    toned: bool,
}

impl Pinyin {
    pub(super) fn load(path: &Path) -> Result<Pinyin, String> {
        let text = data::list(path)?;
        let mut pinyin = Pinyin { syllables: HashSet::new(), neutral: HashSet::new() };
        let mut lines = Vec::new();
        for (number, line) in data::lines(&text) {
            let fault = |what: &str| format!("{}:{number}: {what}", path.display());
            let mut words = line.split_whitespace();
            let initial = words.next().ok_or_else(|| fault("expected an initial"))?;
            for word in words {
                if initial == "neutral" {
                    let mut chars = word.chars();
                    let han = chars.next().filter(|&c| is_han(c)).ok_or_else(|| fault("expected 么me and the like"))?;
                    lines.push((number, han, chars.as_str().to_string()));
                } else {
                    pinyin.syllables.insert(format!("{}{word}", initial.trim_matches('-')));
                }
            }
        }
        if let Some((number, han, reading)) = lines.iter().find(|(_, _, reading)| !pinyin.syllables.contains(reading)) {
            return Err(format!("{}:{number}: {han}{reading}: no such syllable", path.display()));
        }
        pinyin.neutral = lines.into_iter().map(|(_, han, reading)| (han, reading)).collect();
        Ok(pinyin)
    }

    /// `text` without its notes and how many they were; none if it has none.
    pub(super) fn without_notes(&self, text: &str) -> Option<(String, u32)> {
        if !may_have_tones(text.as_bytes()) {
            return None;
        }
        let mut notes: Vec<Note> = self.notes(text).chain(self.spaced(text)).collect();
        notes.sort_by_key(|note| note.range.start);
        if notes.iter().filter(|note| note.toned).count() < ANNOTATED {
            notes.retain(|note| note.toned);
        }
        if notes.is_empty() {
            return None;
        }
        let mut bare = String::with_capacity(text.len());
        let mut done = 0;
        for note in &notes {
            bare.push_str(&text[done..note.range.start]);
            done = note.range.end;
        }
        bare.push_str(&text[done..]);
        Some((bare, notes.len() as u32))
    }

    /// Readings between two spaces, behind a Han character and before what is no letter; none where a text has fewer than
    /// several with a tone mark: other languages have such letters too.
    fn spaced(&self, text: &str) -> Vec<Note> {
        let note = |start: usize| {
            let before = text[..start].chars().next_back().filter(|&c| is_han(c))?;
            let reading = read(&text[start + 1..], |c| matches!(c, ' ' | '\t' | '\n' | '\u{1F}'))?;
            let end = start + 1 + reading.bytes;
            // The last space goes with it; what else ends it stays.
            let (sign, behind) = (text[..end].chars().next_back()?, &text[end..]);
            let is_followed = sign == ' ' && behind.starts_with(|c: char| !is_han(c) && c.is_alphabetic());
            let known = match reading.tones {
                1 => reading.letters.chars().count() > 1 && self.syllables.contains(&reading.letters),
                0 => self.neutral.contains(&(before, reading.letters)),
                _ => false,
            };
            let range = start..if sign == ' ' { end } else { end - sign.len_utf8() };
            (known && !reading.capitals && !is_followed).then_some(Note { range, toned: reading.tones == 1 })
        };
        let notes: Vec<Note> = memchr::memchr_iter(b' ', text.as_bytes()).filter_map(note).collect();
        if notes.iter().filter(|note| note.toned).count() < ANNOTATED { Vec::new() } else { notes }
    }

    fn notes<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Note> + 'a {
        // 0xEF is the first byte of the wide bracket and of other full-width forms.
        memchr2_iter(b'(', 0xEF, text.as_bytes()).filter_map(|start| {
            let inside = text[start..].strip_prefix(['(', '（'])?;
            let before = text[..start].chars().next_back().filter(|&c| is_han(c))?;
            let reading = read(inside, |c| matches!(c, ')' | '）'))?;
            let known = match reading.tones {
                // The reading is not held against the character: that would take a dictionary of readings, and
                // nothing but pinyin is a syllable with a tone mark right behind a Han character.
                1 => self.syllables.contains(&reading.letters),
                0 if !reading.capitals => self.neutral.contains(&(before, reading.letters)),
                _ => false,
            };
            let end = text.len() - inside.len() + reading.bytes;
            known.then_some(Note { range: start..end, toned: reading.tones == 1 })
        })
    }
}

/// Whether there may be a letter with a tone mark: these bytes begin U+00C0 to U+017F, U+01C0 to U+01FF and U+0300 to
/// U+033F and stand nowhere else in UTF-8. Chinese text without pinyin has next to none of them.
fn may_have_tones(bytes: &[u8]) -> bool {
    memchr3(0xC3, 0xC4, 0xC5, bytes).is_some() || memchr2(0xC7, 0xCC, bytes).is_some()
}

/// What stands in a bracket or between spaces, with the tone marks taken off the letters.
struct Spelled {
    letters: String,
    tones: u32,
    capitals: bool,
    /// With the sign that closes it.
    bytes: usize,
}

/// Reads letters up to the sign that closes them; none where anything else stands among them.
fn read(inside: &str, closes: impl Fn(char) -> bool) -> Option<Spelled> {
    let mut reading = Spelled { letters: String::new(), tones: 0, capitals: false, bytes: 0 };
    let mut letters = 0;
    for (at, c) in inside.char_indices() {
        match c {
            c if closes(c) && letters > 0 => return Some(Spelled { bytes: at + c.len_utf8(), ..reading }),
            // Tone marks as characters of their own: ¯ ´ ˇ `, and ˘ that stands for ˇ.
            '\u{304}' | '\u{301}' | '\u{30C}' | '\u{300}' | '\u{306}' if letters > 0 => reading.tones += 1,
            // The two dots and the hat are part of the letter.
            '\u{308}' if reading.letters.pop() == Some('u') => reading.letters.push('ü'),
            '\u{302}' if reading.letters.pop() == Some('e') => reading.letters.push('ê'),
            _ => {
                letters += 1;
                reading.capitals |= c.is_uppercase();
                let (letter, toned) = plain(c)?;
                reading.letters.push(letter);
                reading.tones += u32::from(toned);
            }
        }
        if letters > LONGEST {
            return None;
        }
    }
    None
}

/// A letter of pinyin in lower case without its tone mark, and whether it had one.
fn plain(c: char) -> Option<(char, bool)> {
    let c = c.to_lowercase().next().unwrap_or(c);
    Some(match c {
        'a'..='z' | 'ü' | 'ê' => (c, false),
        // Phonetic letters that typesetters use for g and a.
        'ɡ' => ('g', false),
        'ɑ' => ('a', false),
        // The breve (ă) is a common slip for the caron (ǎ).
        'ā' | 'á' | 'ǎ' | 'à' | 'ă' => ('a', true),
        'ē' | 'é' | 'ě' | 'è' | 'ĕ' => ('e', true),
        'ī' | 'í' | 'ǐ' | 'ì' | 'ĭ' => ('i', true),
        'ō' | 'ó' | 'ǒ' | 'ò' | 'ŏ' => ('o', true),
        'ū' | 'ú' | 'ǔ' | 'ù' | 'ŭ' => ('u', true),
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => ('ü', true),
        'ń' | 'ň' | 'ǹ' => ('n', true),
        _ => return None,
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{3007}' | '\u{2E80}'..='\u{2FDF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
