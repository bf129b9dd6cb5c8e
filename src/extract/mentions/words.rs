//! `mentions.toml` as it is read, checked and made ready: one scanner for all words, patterns as rows of classes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::extract::words::word::Words as List;
pub use crate::extract::words::word::{beginning, ending};
use super::page::Headings;
use super::scan::Scanner;
use crate::form::{Fault, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    numbers: NumberWords,
    fill: Fill,
    context: BTreeMap<String, Vec<String>>,
    acts: ActWords,
    lists: ListWords,
    words: BTreeMap<String, Vec<String>>,
    mention: Vec<MentionEntry>,
    absent: Absent,
    /// The last words of headings.
    headings: Vec<String>,
}

/// How a count may be written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberWords {
    pub units: List,
    /// Units that no mention counts in.
    pub others: List,
    pub before: List,
    pub before_not: List,
    pub before_bare: List,
    pub after: List,
    pub after_unit: List,
    /// Those of them that say that it is more, or less.
    pub more: Vec<String>,
    pub less: Vec<String>,
    pub rounding: Vec<String>,
    pub ordinal: List,
    /// Before a month: what is counted ends with it.
    pub until: List,
    /// Before such words: it begins with the year.
    pub opening: List,
}

/// What may stand between the words of a pattern.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    pub before: List,
    pub after: List,
    pub lead: List,
    pub bare: List,
    /// These join two things of one kind.
    pub joins: List,
}

/// What is said right before the words of a figure, and behind it: see [`acts`](super::acts).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActWords {
    /// What may stand between.
    pub between: List,
    /// Right behind a figure: it was a plan.
    pub planned: List,
    /// Whom one asks something, and that one did.
    pub toward: Vec<String>,
    pub asked: List,
    /// But for these there was none.
    pub except: Vec<String>,
    pub excepted: Vec<String>,
}

/// Words of lists of parts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListWords {
    pub openers: Vec<String>,
    /// Those of them that say that the parts are all of it.
    pub whole: Vec<String>,
    pub name_begins: Vec<String>,
    pub name_ends: Vec<String>,
    pub closers: Vec<String>,
    pub total: Vec<String>,
    /// Behind the year reported on these alone, one or more of them: the part is that year's growth, and its total older. Those of `new` say so
    /// themselves.
    pub grown: Vec<String>,
    pub new: Vec<String>,
    /// What was done in the year, in a list or behind a stock.
    pub verbs: Vec<String>,
    /// The year of the sentence before.
    pub that_year: Vec<String>,
    /// A figure that grew over years, and what may stand behind the year up to whose end it did.
    pub stock: Vec<String>,
    pub year_ends: Vec<String>,
    /// What was carried over from the year before, and the words that say that a figure is with it, or without.
    pub carried: Vec<String>,
    pub with: Vec<String>,
    pub without: Vec<String>,
    pub name_longest: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    pub not_behind: Vec<String>,
    /// What may stand behind the thing that there was none of.
    pub tails: List,
    /// These begin another statement.
    pub closers: List,
    /// What came in one way only, unless one of `every` says that all did.
    pub some: Vec<String>,
    pub every: Vec<String>,
    pub gap: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MentionEntry {
    name: String,
    units: Vec<String>,
    #[serde(default)]
    stated: Vec<String>,
    #[serde(default)]
    zero: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    disowned: Vec<String>,
    #[serde(default)]
    gap_stops: Vec<String>,
    #[serde(default)]
    context: Vec<String>,
    narrow: Option<String>,
    #[serde(default)]
    follows: Vec<String>,
    parts: Option<String>,
    list_head: Option<String>,
    table: Option<String>,
    #[serde(default = "yes")]
    rounded: bool,
}

fn yes() -> bool {
    true
}

/// Classes of words, one bit each.
pub type Classes = u128;

/// The classes that the reader itself asks for.
pub const OWN_YEAR: Classes = 1;
pub const WEAK_YEAR: Classes = 1 << 1;
pub const OTHER_YEAR: Classes = 1 << 2;
pub const SCOPE: Classes = 1 << 3;
pub const OWN: Classes = 1 << 4;
pub const CHANNEL: Classes = 1 << 5;
pub const BARRED: Classes = 1 << 6;
pub const BARRED_SENTENCE: Classes = 1 << 7;
pub const MASK: Classes = 1 << 8;
pub const OPENER: Classes = 1 << 9;
pub const CLOSER: Classes = 1 << 10;
pub const EVERY: Classes = 1 << 11;
pub const SINCE: Classes = 1 << 12;
pub const REGION: Classes = 1 << 13;
pub const SITE: Classes = 1 << 14;
pub const THROUGH: Classes = 1 << 15;
/// The government of a region, another kind of body, a part of the year and what is no publishing: right before the words of a figure.
pub const GOVERNMENT: Classes = 1 << 16;
pub const BODY: Classes = 1 << 17;
pub const PERIOD: Classes = 1 << 18;
pub const UNDONE: Classes = 1 << 19;
/// A word of these is another one where a mask ends with it.
pub const MASKED_AT_END: Classes = SCOPE | REGION | GOVERNMENT | BODY | PERIOD | UNDONE;
/// What a sentence may say of all its figures; within a name it says nothing.
pub const ABOUT_FIGURES: Classes = OWN_YEAR | WEAK_YEAR | OTHER_YEAR | SINCE | SCOPE | REGION | OWN | BARRED | BARRED_SENTENCE | GOVERNMENT | BODY | PERIOD | UNDONE;
const CONTEXT: [(&str, Classes); 18] = [
    ("own_year", OWN_YEAR),
    ("weak_year", WEAK_YEAR),
    ("other_year", OTHER_YEAR),
    ("scope", SCOPE),
    ("own", OWN),
    ("channel", CHANNEL),
    ("barred", BARRED),
    ("barred_sentence", BARRED_SENTENCE),
    ("mask", MASK),
    ("every", EVERY),
    ("since", SINCE),
    ("region", REGION),
    ("site", SITE),
    ("through", THROUGH),
    ("government", GOVERNMENT),
    ("body", BODY),
    ("period", PERIOD),
    ("undone", UNDONE),
];
const FIRST_FREE: usize = 20;

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    /// A word of this class.
    Word(Classes),
    Number,
}

/// When a pattern counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Use {
    Stated,
    /// Only where the figure is 0.
    Zero,
    /// No figure: the words say that there was none.
    Absent,
}

/// A row of words around a number, or of words that say 0.
#[derive(Debug)]
pub struct Pattern {
    /// Index of its mention.
    pub mention: u8,
    pub when: Use,
    /// Must begin a clause or stand behind a word of `lead`.
    pub leads: bool,
    /// Each with whether anything may stand between it and the part before it.
    pub parts: Vec<(Part, bool)>,
    /// Where the number stands; 0 and meaningless for `Absent`.
    pub number: usize,
    /// The classes of all its words.
    pub needs: Classes,
}

/// One kind of figure.
#[derive(Debug)]
pub struct Kind {
    pub name: String,
    /// Indices into the units.
    pub units: Vec<u16>,
    pub unless: Classes,
    /// One of these behind it says that it is no figure of what is reported on.
    pub disowned: Classes,
    pub gap_stops: Vec<String>,
    /// What there may be none of.
    pub thing: Classes,
    /// All words by which it is stated.
    pub says: Classes,
    /// One of these must stand in the same line; none where nothing is asked.
    pub context: Classes,
    /// The full names of what is counted: behind a figure that is stated without one of these, a part that has one says that the figure is of more
    /// than that.
    pub narrow: Classes,
    /// Mentions of which one must stand before it in the sentence.
    pub follows: Vec<u8>,
    /// The mention that its parts are published under.
    pub parts: Option<u8>,
    /// Words that begin a list of its parts without a total before it.
    pub list_head: Classes,
    pub table: Option<String>,
    /// 1.7万 is rounded.
    pub rounded: bool,
}

/// All words, ready.
pub struct Words {
    pub scanner: Scanner,
    pub numbers: NumberWords,
    /// The characters that may follow a number that counts, sorted.
    pub followers: Vec<char>,
    /// The last bytes of their code points: most other characters have none of these.
    pub follower_bytes: [bool; 256],
    pub fill: Fill,
    pub acts: ActWords,
    pub lists: ListWords,
    pub absent: Absent,
    pub headings: Headings,
    pub kinds: Vec<Kind>,
    /// Those around a number.
    pub patterns: Vec<Pattern>,
    /// Those of the use `Absent`.
    pub without: Vec<Pattern>,
    /// Every class that stands first in a pattern of the use `Absent`.
    pub anchors: Classes,
    /// Every class that stands last in one: what there may be none of.
    pub things: Classes,
    pub hash: String,
}

impl Words {
    /// Whether a text has a word of these classes.
    pub fn says(&self, text: &str, classes: Classes) -> bool {
        let mut hits = Vec::new();
        self.scanner.words(text, 0, text.len(), &mut hits);
        hits.iter().any(|h| h.classes & classes != 0)
    }
}

struct Builder {
    faults: Vec<Fault>,
    file: std::path::PathBuf,
    source: String,
    names: BTreeMap<String, Classes>,
    words: BTreeMap<String, Classes>,
    next: usize,
}

impl Builder {
    /// A fault at the first line that has `near`.
    fn fault(&mut self, near: &str, message: String) {
        let line = self.source.lines().position(|l| l.contains(near)).map_or(0, |i| i + 1);
        self.faults.push(Fault { file: self.file.clone(), line, message });
    }

    fn class(&mut self, name: &str) -> Classes {
        let bit = if self.next < Classes::BITS as usize { 1 << self.next } else { 0 };
        if bit == 0 {
            self.fault(name, format!("«{name}» is one class of words too many; {} are possible", Classes::BITS));
        }
        self.next += 1;
        bit
    }

    fn add(&mut self, class: Classes, words: &[String]) {
        for w in words {
            if w.is_empty() {
                self.fault("\"\"", "an empty word would stand everywhere; remove it".to_string());
            } else {
                *self.words.entry(w.clone()).or_default() |= class;
            }
        }
    }

    fn own_class(&mut self, name: &str, words: &[String]) -> Classes {
        if words.is_empty() {
            return 0;
        }
        let class = self.class(name);
        self.add(class, words);
        class
    }

    fn pattern(&mut self, text: &str, mention: u8, when: Use) -> Option<Pattern> {
        let mut p = Pattern { mention, when, leads: false, parts: Vec::new(), number: 0, needs: 0 };
        let mut gap = false;
        for token in text.split_whitespace() {
            match token {
                "^" => p.leads = true,
                "~" => gap = true,
                "#" => {
                    p.number = p.parts.len();
                    p.parts.push((Part::Number, std::mem::take(&mut gap)));
                }
                word => match self.names.get(word) {
                    Some(&class) => {
                        p.parts.push((Part::Word(class), std::mem::take(&mut gap)));
                        p.needs |= class;
                    }
                    None => {
                        self.fault(text, format!("the pattern «{text}» names the words «{word}», which [words] does not have"));
                        return None;
                    }
                },
            }
        }
        let numbers = p.parts.iter().filter(|x| x.0 == Part::Number).count();
        if numbers != usize::from(when != Use::Absent) || p.parts.len() <= numbers {
            self.fault(text, format!("the pattern «{text}» needs words and {}", if when == Use::Absent { "no #" } else { "one #" }));
            return None;
        }
        Some(p)
    }
}

/// Reads and checks the file, or lists every fault in it.
pub fn load(dir: &Path) -> Result<Words, Vec<Fault>> {
    let (source, file): (String, File) = read(dir, "mentions.toml")?;
    let hash = blake3::hash(source.as_bytes()).to_hex()[..16].to_string();
    let mut b = Builder { faults: Vec::new(), file: dir.join("mentions.toml"), source, names: BTreeMap::new(), words: BTreeMap::new(), next: FIRST_FREE };
    context(&mut b, &file);
    for (name, words) in &file.words {
        let class = b.class(name);
        b.names.insert(name.clone(), class);
        b.add(class, words);
    }
    let (kinds, patterns) = mentions(&mut b, &file);
    if !b.faults.is_empty() {
        return Err(b.faults);
    }
    let (without, patterns): (Vec<Pattern>, Vec<Pattern>) = patterns.into_iter().partition(|p| p.when == Use::Absent);
    let anchors = without.iter().fold(0, |all, p| all | of_words(&p.parts[0]));
    let things = last_words(without.iter());
    let scanner = Scanner::new(b.words.iter().map(|(word, classes)| (word.as_str(), *classes)), anchors);
    let others: Vec<String> = ["scope", "region"].iter().filter_map(|list| file.context.get(*list)).flatten().cloned().collect();
    let (mut numbers, mut fill, mut acts, mut lists, mut absent) = (file.numbers, file.fill, file.acts, file.lists, file.absent);
    for words in [&mut numbers.before, &mut numbers.after, &mut numbers.after_unit, &mut fill.before, &mut fill.after, &mut acts.between, &mut absent.tails] {
        *words = std::mem::take(words).longest_first();
    }
    for words in [&mut lists.name_begins, &mut lists.name_ends, &mut lists.grown, &mut lists.new, &mut lists.verbs] {
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    }
    let mut followers: Vec<char> =
        numbers.units.iter().chain(numbers.after.iter()).filter_map(|w| w.chars().next()).chain("百千万亿年，。；、（\n".chars()).collect();
    followers.sort_unstable();
    followers.dedup();
    let mut follower_bytes = [false; 256];
    followers.iter().for_each(|&c| follower_bytes[c as usize % 256] = true);
    Ok(Words { scanner, numbers, followers, follower_bytes, fill, acts, lists, absent, headings: Headings { ends: file.headings, others: others.into() }, kinds, patterns, without, anchors, things, hash })
}

fn of_words(part: &(Part, bool)) -> Classes {
    if let Part::Word(class) = part.0 { class } else { 0 }
}

/// The classes that stand last in patterns.
fn last_words<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Classes {
    patterns.filter_map(|p| p.parts.last()).fold(0, |all, part| all | of_words(part))
}

fn context(b: &mut Builder, file: &File) {
    for (name, class) in CONTEXT {
        match file.context.get(name) {
            Some(words) => b.add(class, words),
            None => b.fault("[context]", format!("[context] lacks «{name}»")),
        }
    }
    for name in file.context.keys().filter(|n| !CONTEXT.iter().any(|c| c.0 == n.as_str())) {
        b.fault(name, format!("[context] has «{name}», which nothing asks for"));
    }
    b.add(OPENER, &file.lists.openers);
    b.add(CLOSER, &file.lists.closers);
    let numbers = &file.numbers;
    let about = |w: &String| [&numbers.before, &numbers.before_bare, &numbers.after, &numbers.after_unit].iter().any(|list| list.iter().any(|x| **x == **w));
    for word in numbers.more.iter().chain(&numbers.less).filter(|w| !about(w)) {
        b.fault(word, format!("[numbers] more or less has «{word}», which makes no number approximate; add it to before or after"));
    }
    for word in file.lists.whole.iter().filter(|w| !file.lists.openers.contains(w)) {
        b.fault(word, format!("[lists] whole has «{word}», which opens no list; add it to openers"));
    }
}

fn mentions(b: &mut Builder, file: &File) -> (Vec<Kind>, Vec<Pattern>) {
    let (mut kinds, mut patterns) = (Vec::new(), Vec::new());
    let index = |name: &str| file.mention.iter().position(|m| m.name == name).map(|i| i as u8);
    for (i, m) in file.mention.iter().enumerate() {
        for (texts, when) in [(&m.stated, Use::Stated), (&m.zero, Use::Zero), (&m.absent, Use::Absent)] {
            patterns.extend(texts.iter().filter_map(|t| b.pattern(t, i as u8, when)).collect::<Vec<_>>());
        }
        let mut named = |name: &String| {
            let found = index(name);
            if found.is_none() {
                b.fault(name, format!("«{}» names the mention «{name}», which is not defined", m.name));
            }
            found
        };
        let parts = m.parts.as_ref().and_then(&mut named);
        let follows = m.follows.iter().filter_map(&mut named).collect();
        let mut units = Vec::new();
        for u in &m.units {
            match file.numbers.units.iter().position(|x| **x == **u) {
                Some(n) => units.push(n as u16),
                None => b.fault(u, format!("«{}» counts in «{u}», which [numbers] does not have", m.name)),
            }
        }
        let narrow = m.narrow.as_ref().map_or(0, |n| b.names.get(n).copied().unwrap_or(0));
        let list_head = m.list_head.as_ref().map_or(0, |n| b.names.get(n).copied().unwrap_or(0));
        kinds.push(Kind {
            name: m.name.clone(),
            units,
            unless: b.own_class(&m.name, &m.unless),
            disowned: b.own_class(&m.name, &m.disowned),
            gap_stops: m.gap_stops.clone(),
            thing: last_words(patterns.iter().filter(|p| usize::from(p.mention) == i && p.when == Use::Absent)),
            says: patterns.iter().filter(|p| usize::from(p.mention) == i).fold(0, |all, p| all | p.needs),
            context: b.own_class(&m.name, &m.context),
            narrow,
            follows,
            parts,
            list_head,
            table: m.table.clone(),
            rounded: m.rounded,
        });
    }
    (kinds, patterns)
}
