//! Which script a text is in, and whether it has to be converted at all. Most texts do not, so finding that out is a
//! walk over the bytes with one bit to look at per Han character.

use std::path::Path;

use super::data::{self, Entry};
use super::table::single;
use crate::model::Script;

/// A text is of one script when fewer than one in this many of its telling characters are of the other. Between them
/// lies `Mixed`: a Simplified report has a handful of variants (証, 裏) among hundreds of telling characters, a
/// converted one a handful that the converter left, while a report with one pasted section has far more than a
/// twentieth of each.
const STRAY: usize = 20;

/// What was found out about a text.
pub(super) struct Finding {
    pub script: Script,
    /// It has a character that only Traditional text has.
    pub convert: bool,
}

/// The characters that tell the scripts apart.
pub(super) struct Tells {
    traditional: Set,
    simplified: Set,
}

impl Tells {
    /// Traditional are the `characters` that convert, without those of `ambiguous.csv`; Simplified those of
    /// `simplified.txt`.
    pub(super) fn load(dir: &Path, characters: &[Entry]) -> Result<Tells, String> {
        let mut traditional = Set::default();
        for entry in characters.iter().filter(|entry| entry.from != entry.to) {
            entry.from.chars().for_each(|c| traditional.insert(c));
        }
        let path = dir.join("ambiguous.csv");
        let rows = data::table(&path, ["character", "why"])?.into_iter();
        data::all(rows.map(|row| {
            let (line, [character, why]) = row?;
            let fault = |what: &str| format!("{}:{line}: {what}", path.display());
            let c = single(&character).ok_or_else(|| fault("expected one character"))?;
            if !traditional.has(c) {
                return Err(fault("no dictionary converts it, or it stands here twice"));
            }
            if why.is_empty() {
                return Err(fault("the reason is missing"));
            }
            traditional.remove(c);
            Ok(())
        }))?;
        let path = dir.join("simplified.txt");
        let mut simplified = Set::default();
        let text = data::list(&path)?;
        for (line, list) in data::lines(&text) {
            for c in list.trim().chars() {
                if traditional.has(c) {
                    return Err(format!("{}:{line}: {c} is Traditional in opencc/TSCharacters.txt", path.display()));
                }
                simplified.insert(c);
            }
        }
        Ok(Tells { traditional, simplified })
    }

    pub(super) fn script(&self, text: &str) -> Finding {
        if !self.traditional.any_of(text) {
            return Finding { script: Script::Simplified, convert: false };
        }
        let (mut traditional, mut simplified) = (0, 0);
        for c in text.chars() {
            traditional += usize::from(self.traditional.has(c));
            simplified += usize::from(self.simplified.has(c));
        }
        let all = traditional + simplified;
        let script = match () {
            () if traditional * STRAY < all => Script::Simplified,
            () if simplified * STRAY < all => Script::Traditional,
            () => Script::Mixed,
        };
        Finding { script, convert: true }
    }
}

/// A set of characters: a bit each for the Basic Multilingual Plane (8 KB), a list for the few beyond it.
struct Set {
    bits: Box<[u64; 1024]>,
    beyond: Vec<char>,
}

impl Default for Set {
    fn default() -> Set {
        Set { bits: Box::new([0; 1024]), beyond: Vec::new() }
    }
}

impl Set {
    fn insert(&mut self, c: char) {
        match self.bits.get_mut(c as usize / 64) {
            Some(word) => *word |= 1 << (c as u32 % 64),
            None => self.beyond.push(c),
        }
    }

    fn remove(&mut self, c: char) {
        match self.bits.get_mut(c as usize / 64) {
            Some(word) => *word &= !(1 << (c as u32 % 64)),
            None => self.beyond.retain(|&known| known != c),
        }
    }

    #[inline]
    fn has(&self, c: char) -> bool {
        match self.bits.get(c as usize / 64) {
            Some(word) => word >> (c as u32 % 64) & 1 == 1,
            None => self.beyond.contains(&c),
        }
    }

    /// Whether `text` has a character of the set. Members are Han characters, three or four bytes in UTF-8; shorter
    /// ones are passed over without decoding.
    fn any_of(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        loop {
            match rest {
                [lead, b, c, tail @ ..] if lead & 0xF0 == 0xE0 => {
                    // Six bits of each of the last two bytes and four of the lead: the word of the set is the code
                    // point without the last byte's six bits.
                    let word = usize::from(lead & 0x0F) << 6 | usize::from(b & 0x3F);
                    if self.bits[word] >> (c & 0x3F) & 1 == 1 {
                        return true;
                    }
                    rest = tail;
                }
                [a, tail @ ..] if *a < 0x80 => rest = skip_ascii(tail),
                [_, _, tail @ ..] if rest[0] < 0xE0 => rest = tail,
                [_, _, _, _, tail @ ..] => {
                    let here = &text[text.len() - rest.len()..];
                    if here.chars().next().is_some_and(|c| self.has(c)) {
                        return true;
                    }
                    rest = tail;
                }
                _ => return false,
            }
        }
    }
}

/// `bytes` from the first that is not ASCII on, give or take the last eight.
#[inline]
fn skip_ascii(mut bytes: &[u8]) -> &[u8] {
    while let Some((eight, tail)) = bytes.split_first_chunk::<8>() {
        if u64::from_ne_bytes(*eight) & 0x8080_8080_8080_8080 != 0 {
            break;
        }
        bytes = tail;
    }
    bytes
}
