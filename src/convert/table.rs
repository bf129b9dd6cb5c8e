//! The program's own reader of OpenCC's dictionaries: at every place the longest phrase, else the character.

use std::collections::HashMap;

use super::data::Entry;

/// Characters below this are looked up by index.
const DIRECT: usize = 0x1_0000;
/// The low bits of a slot hold the target's code point, 0 for "itself"; the others the number of the phrase list of
/// the character, 0 for none.
const TARGET_BITS: u32 = 21;

/// Both dictionaries in the form in which they are searched.
pub(super) struct Table {
    direct: Vec<u32>,
    beyond: HashMap<char, u32>,
    /// Phrases by first character, in each list the longest first.
    phrases: Vec<Vec<Entry>>,
}

impl Table {
    pub(super) fn new(characters: &[Entry], phrases: &[Entry]) -> Result<Table, String> {
        let mut table = Table { direct: vec![0; DIRECT], beyond: HashMap::new(), phrases: Vec::new() };
        for entry in characters {
            let (Some(from), Some(to)) = (single(&entry.from), single(&entry.to)) else {
                return Err(format!(
                    "opencc/TSCharacters.txt: {} → {} is not one character each",
                    entry.from, entry.to
                ));
            };
            if from != to {
                *table.slot_mut(from) |= to as u32;
            }
        }
        for entry in phrases {
            table.add_phrase(entry)?;
        }
        for list in &mut table.phrases {
            list.sort_by_key(|entry| std::cmp::Reverse(entry.from.len()));
        }
        Ok(table)
    }

    fn add_phrase(&mut self, entry: &Entry) -> Result<(), String> {
        let Some(first) = entry.from.chars().next() else {
            return Err("opencc/TSPhrases.txt: a phrase has no text".to_string());
        };
        let next = self.phrases.len() as u32 + 1;
        let slot = self.slot_mut(first);
        if *slot >> TARGET_BITS == 0 {
            if next >= 1 << (32 - TARGET_BITS) {
                return Err(
                    "opencc/TSPhrases.txt: phrases begin with more different characters than a slot can number"
                        .to_string(),
                );
            }
            *slot |= next << TARGET_BITS;
            self.phrases.push(Vec::new());
        }
        let list = (*self.slot_mut(first) >> TARGET_BITS) as usize - 1;
        self.phrases[list].push(entry.clone());
        Ok(())
    }

    fn slot_mut(&mut self, c: char) -> &mut u32 {
        match self.direct.get_mut(c as usize) {
            Some(slot) => slot,
            None => self.beyond.entry(c).or_default(),
        }
    }

    #[inline]
    fn slot(&self, c: char) -> u32 {
        match self.direct.get(c as usize) {
            Some(slot) => *slot,
            None => self.beyond.get(&c).copied().unwrap_or(0),
        }
    }

    /// Appends `text` in Simplified to `out`.
    pub(super) fn convert_into(&self, text: &str, out: &mut String) {
        let mut chars = text.chars();
        loop {
            let here = chars.as_str();
            let Some(c) = chars.next() else { return };
            let slot = self.slot(c);
            if slot == 0 {
                out.push(c);
                continue;
            }
            if let Some(phrase) = self.phrase(slot, here) {
                out.push_str(&phrase.to);
                chars = here[phrase.from.len()..].chars();
                continue;
            }
            out.push(match slot & ((1 << TARGET_BITS) - 1) {
                0 => c,
                code => char::from_u32(code).unwrap_or(c),
            });
        }
    }

    #[inline]
    fn phrase(&self, slot: u32, here: &str) -> Option<&Entry> {
        let list = (slot >> TARGET_BITS) as usize;
        self.phrases.get(list.checked_sub(1)?)?.iter().find(|entry| here.starts_with(entry.from.as_str()))
    }
}

/// The only character of `text`, none if it has another number of them.
pub(super) fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(c),
        _ => None,
    }
}
