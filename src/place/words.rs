//! Finding the names of counties, cities and provinces in running text, all in one pass.

use super::gazetteer::{Place, former_names, short_names};
use super::index::{Index, Starts, hash};
use super::weights::{Weights, Words};
use std::collections::HashMap;

/// A name as it may stand in text, and the regions it may mean.
pub struct Word {
    pub text: String,
    /// Regions that bear or bore it in full.
    pub full: Vec<u32>,
    /// Regions whose stem it is.
    pub short: Vec<u32>,
    /// What must stand before it to count.
    caution: Caution,
}

/// How easily a name arises where other words meet.
#[derive(Clone, Copy, PartialEq)]
enum Caution {
    None,
    /// 和县 in 县委和县政府, 海城市 in 沿海城市: only behind a break, one of a few words, or the region above.
    Joint,
    /// A common word too (新城区): only behind a break or the region above.
    Common,
}

/// A word found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub word: u32,
    pub start: usize,
    pub end: usize,
    pub full: bool,
}

/// The names of all regions.
pub struct Finder {
    words: Vec<Word>,
    by_text: Index,
    starts: Starts,
    /// Stems by their pinyin without spaces, and by its initials.
    pub pinyin: HashMap<String, Vec<u32>>,
    pub initials: HashMap<String, Vec<u32>>,
}

impl Finder {
    pub fn new(all: &[Place], weights: &Weights) -> Finder {
        let mut finder = Finder {
            words: Vec::new(),
            by_text: Index::new(Vec::new()),
            starts: Starts::new(std::iter::empty()),
            pinyin: HashMap::new(),
            initials: HashMap::new(),
        };
        let mut numbers = HashMap::new();
        for (place, at) in all.iter().zip(0u32..).filter(|(place, _)| place.level != "township") {
            finder.add(&mut numbers, &place.name, at, true);
            for former in former_names(place) {
                finder.add(&mut numbers, former, at, true);
            }
            for name in short_names(place, weights) {
                // 互助县 in 互助县级: what is only said for a name arises as easily.
                finder.add(&mut numbers, &name, at, true).caution = Caution::Joint;
            }
            // 管委会 of a zone and the like are no names; one character is never a short form; and 平江 is long another place's than 平江区.
            if place.stem.chars().count() > 1 && !place.kind.is_empty() && !place.pinyin.is_empty() {
                finder.add(&mut numbers, &place.stem, at, false);
            }
            finder.sound(place, at);
        }
        for word in &mut finder.words {
            if weights.words.careful.contains(&word.text) {
                word.caution = Caution::Common;
            } else if is_joint(&word.text) {
                word.caution = Caution::Joint;
            }
        }
        finder.by_text = Index::new(finder.words.iter().zip(0u32..).map(|(word, number)| (hash(&word.text), number)).collect());
        finder.starts = Starts::new(finder.words.iter().map(|word| word.text.as_str()));
        finder
    }

    fn add(&mut self, numbers: &mut HashMap<String, u32>, text: &str, at: u32, full: bool) -> &mut Word {
        let next = self.words.len() as u32;
        let number = *numbers.entry(text.to_owned()).or_insert(next);
        if number == next {
            self.words.push(Word { text: text.to_owned(), full: Vec::new(), short: Vec::new(), caution: Caution::None });
        }
        let word = &mut self.words[number as usize];
        let list = if full { &mut word.full } else { &mut word.short };
        if !list.contains(&at) {
            list.push(at);
        }
        word
    }

    /// Host labels are written in pinyin: the stem, for a stem of one syllable with its kind (shexian).
    fn sound(&mut self, place: &Place, at: u32) {
        let kind = match place.kind.as_str() {
            "县" | "自治县" => "xian",
            "区" => "qu",
            "市" => "shi",
            "旗" | "自治旗" => "qi",
            _ => "",
        };
        let joined: String = place.pinyin.split(' ').collect();
        let initials: String = place.pinyin.split(' ').filter_map(|syllable| syllable.chars().next()).collect();
        let mut labels = Vec::new();
        if initials.len() > 1 {
            labels.push(joined.clone());
        }
        if !joined.is_empty() && !kind.is_empty() {
            labels.push(format!("{joined}{kind}"));
        }
        for label in labels {
            // ü has no key of its own: lvliang and luliang are both in use.
            if label.contains('v') {
                self.pinyin.entry(label.replace('v', "u")).or_default().push(at);
            }
            self.pinyin.entry(label).or_default().push(at);
        }
        if initials.len() > 1 {
            let with_kind = format!("{initials}{}", kind.get(..1).unwrap_or(""));
            self.initials.entry(with_kind.clone()).or_default().push(at);
            if with_kind != initials {
                self.initials.entry(initials).or_default().push(at);
            }
        }
    }

    pub fn word(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    /// The word that is exactly this text.
    pub fn exact(&self, text: &str) -> Option<&Word> {
        self.by_text.get(text).map(|number| self.word(number)).find(|word| word.text == text)
    }

    /// The words that `text` begins with, the longest first.
    pub fn beginning(&self, text: &str) -> impl Iterator<Item = &Word> {
        self.starts.at(text).iter().map(|&number| self.word(number)).filter(move |word| text.starts_with(word.text.as_str()))
    }

    /// Names in `text`, in order of their ends; of names that lie within each other the longest. Short forms only
    /// where the words around them say that a region is meant.
    pub fn find(&self, text: &str, words: &Words) -> Vec<Found> {
        let mut hits: Vec<(usize, usize, u32)> = Vec::new();
        self.starts.each(text, |start, number| {
            let word = self.word(number).text.as_bytes();
            if text.as_bytes()[start..].starts_with(word) {
                hits.push((start + word.len(), start, number));
            }
        });
        hits.sort_unstable();
        let mut found: Vec<Found> = Vec::new();
        for (end, start, number) in hits {
            let word = self.word(number);
            let inside = |other: &&Found| other.full && other.start <= start && end <= other.end;
            let full = !word.full.is_empty() && stands(word.caution, text, (start, end), &found, words);
            let short = !full && !word.short.is_empty() && is_short_form(text, start, end, words);
            // 津市市 in 天津市市场: of names that share characters the first is meant.
            let shares = |other: &&Found| other.full && other.start < start && start < other.end && other.end < end;
            if !(full || short) || found.last().filter(inside).is_some() || found.last().filter(shares).is_some() {
                continue;
            }
            while found.last().is_some_and(|other| full && start <= other.start) {
                found.pop();
            }
            found.push(Found { word: number, start, end, full });
        }
        found
    }
}

/// One character before the kind, or the word 城市 at the end.
fn is_joint(name: &str) -> bool {
    name.chars().count() < 3 || name.ends_with("城市")
}

/// Whether what stands around the name lets it count.
fn stands(caution: Caution, text: &str, (start, end): (usize, usize), found: &[Found], words: &Words) -> bool {
    if caution == Caution::None {
        return true;
    }
    let before = text[..start].chars().next_back();
    let breaks = before.is_none_or(|c| "\n“\"《（(：:\u{1F}\t/".contains(c));
    let opens = || before.is_some_and(|c| words.opening.contains(c));
    let governs = || words.endings.iter().any(|ending| text[end..].starts_with(ending.as_str()));
    let above = || found.iter().rev().take(4).any(|other| other.full && other.end == start);
    breaks || above() || opens() && (caution == Caution::Joint || governs())
}

fn is_short_form(text: &str, start: usize, end: usize, words: &Words) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let quoted = || before.ends_with(['“', '"', '「', '《', '\'']) && after.starts_with(['”', '"', '」', '》', '\'']);
    words.short_before.iter().any(|word| after.starts_with(word.as_str())) || words.short_after.iter().any(|word| before.ends_with(word.as_str())) || quoted()
}
