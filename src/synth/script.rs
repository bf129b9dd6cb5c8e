//! Writes a text in Traditional characters, with or without pinyin notes, and with what conversions leave behind.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::invalid;

/// Characters one to one: only those with a single Traditional source whose own reading back is certain, so that
/// converting back gives the text the report was drawn with. `traditional.csv` adds those where one of several sources
/// is the usual one, and takes out those where the only source is rare (its own character stands for both).
pub struct Script {
    traditional: HashMap<char, char>,
    notes: HashMap<char, String>,
    noise: NoiseFile,
}

#[derive(Deserialize)]
struct NoiseFile {
    invisible: Vec<char>,
    radicals: HashMap<char, char>,
}

/// What stands between or for the characters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    Invisible,
    Radicals,
}

impl Script {
    /// `characters` is OpenCC's TSCharacters.txt, `folder` holds the other files.
    pub fn load(characters: &Path, folder: &Path) -> io::Result<Script> {
        let mut traditional = single_sources(characters)?;
        for (simplified, usual) in pairs(&folder.join("traditional.csv"))? {
            traditional.insert(simplified, first(&usual)?);
        }
        let notes = pairs(&folder.join("pinyin.csv"))?.into_iter().map(|(c, note)| (c, format!("({note})"))).collect();
        Ok(Script { traditional, notes, noise: super::read_toml(&folder.join("noise.toml"))? })
    }

    /// Puts noise into a text, never beside a figure.
    pub fn noisy(&self, text: &str, noise: Noise, rng: &mut fastrand::Rng) -> String {
        let han = |c: char| matches!(c, '\u{4E00}'..='\u{9FFF}');
        let mut out = String::with_capacity(text.len() + text.len() / 20);
        let mut last = ' ';
        for c in text.chars() {
            match noise {
                Noise::Invisible if han(last) && han(c) && rng.u8(..40) == 0 => {
                    out.push(self.noise.invisible[rng.usize(..self.noise.invisible.len())]);
                    out.push(c);
                }
                Noise::Radicals if rng.u8(..4) == 0 => out.push(self.noise.radicals.get(&c).copied().unwrap_or(c)),
                _ => out.push(c),
            }
            last = c;
        }
        out
    }

    pub fn traditional(&self, text: &str, pinyin: bool) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        for c in text.chars() {
            let c = self.traditional.get(&c).copied().unwrap_or(c);
            out.push(c);
            if pinyin && let Some(note) = self.notes.get(&c) {
                out.push_str(note);
            }
        }
        out
    }
}

/// Simplified characters with exactly one source, of which they are the only reading.
fn single_sources(characters: &Path) -> io::Result<HashMap<char, char>> {
    let text = std::fs::read_to_string(characters).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", characters.display())))?;
    let mut sources: HashMap<char, Vec<(char, bool)>> = HashMap::new();
    for (from, to) in text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t')) {
        let to: Vec<char> = to.chars().filter(|c| !c.is_whitespace()).collect();
        for simplified in &to {
            sources.entry(*simplified).or_default().push((first(from)?, to.len() == 1));
        }
    }
    let single = |(simplified, from): (char, Vec<(char, bool)>)| match from[..] {
        [(one, true)] => Some((simplified, one)),
        _ => None,
    };
    Ok(sources.into_iter().filter_map(single).collect())
}

/// A CSV file of characters and what belongs to them.
fn pairs(path: &Path) -> io::Result<Vec<(char, String)>> {
    let fault = |e: csv::Error| invalid(format!("{}: {e}", path.display()));
    csv::Reader::from_path(path).map_err(fault)?.deserialize().map(|r| r.map_err(fault)).collect()
}

fn first(text: &str) -> io::Result<char> {
    text.chars().next().ok_or_else(|| invalid("a character table has an empty entry"))
}
