//! What the walk saw of each file when a dataset was made: size and times. It lies beside the dataset and not in it,
//! since times are no part of what is published: the same files give the same bytes, whenever they were copied there.
//! Where it is lost, the next run compares contents by their hashes instead, which the dataset has.

use std::collections::{BTreeMap, HashMap};
use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use crate::columnar;
use crate::model::{Outcome, Read, Source};
use crate::walk::{Refused, Walked};

/// The first bytes; another layout needs another word.
const MAGIC: &str = "nianbao-seen-4";
/// Clocks of file systems tick coarsely: a change that close to the walk may bear a time before it.
const TICK: i64 = 20_000_000;
/// Some of them keep whole (even) seconds.
const COARSE: i64 = 2_000_000_000;

/// One file as the walk saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    pub bytes: u64,
    pub modified: i64,
    pub changed: i64,
    /// Files of one size that were written in one tick of the clock may lie at each other's path.
    pub inode: u64,
}

impl Stat {
    pub fn of(source: &Source) -> Stat {
        Stat { bytes: source.bytes, modified: source.modified, changed: source.changed, inode: source.inode }
    }
}

/// One file of a dataset as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    /// Its path within the dataset.
    pub name: String,
    pub bytes: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
}

impl Output {
    /// The file of a dataset that has this name, as it is now.
    pub fn of(dataset: &Path, name: &str) -> Option<Output> {
        let there = std::fs::metadata(dataset.join(name)).ok().filter(Metadata::is_file)?;
        let modified = there.modified().ok()?.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as i64);
        Some(Output { name: name.to_string(), bytes: there.len(), modified })
    }
}

/// What the last run's walk saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// When the walk began, nanoseconds since 1970.
    walked: i64,
    /// Every file of the dataset.
    outputs: Vec<Output>,
    /// Some of them, with the hash of what they were made of.
    made: BTreeMap<String, String>,
    files: Vec<(String, Stat)>,
    /// Files that could not be opened, with the reason: they are tried again.
    failed: HashMap<String, String>,
    refused: Vec<(String, u64, String)>,
}

/// How a walk differs from the one before it.
#[derive(Debug, Default, PartialEq)]
pub struct Difference {
    /// Files that are not there any more, that are new, or a refusal that came or went.
    pub other: bool,
    /// Numbers of the sources whose stat is another, or that changed so shortly before the last walk that it may not
    /// have seen it.
    pub doubtful: Vec<usize>,
}

impl Seen {
    /// Reads what [`write`] wrote; none where it is no such text.
    pub fn parse(bytes: &[u8]) -> Option<Seen> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut fields = text.split('\0');
        if fields.next()? != MAGIC {
            return None;
        }
        let mut seen = Seen { walked: fields.next()?.parse().ok()?, ..Seen::default() };
        loop {
            match fields.next()? {
                "out" => seen.outputs.push(Output { name: fields.next()?.into(), bytes: fields.next()?.parse().ok()?, modified: fields.next()?.parse().ok()? }),
                "made" => {
                    seen.made.insert(fields.next()?.into(), fields.next()?.into());
                }
                "file" => {
                    let path = fields.next()?.to_string();
                    let mut number = || fields.next()?.parse::<i64>().ok();
                    seen.files.push((path, Stat { bytes: number()? as u64, modified: number()?, changed: number()?, inode: fields.next()?.parse().ok()? }));
                }
                "failed" => {
                    seen.failed.insert(fields.next()?.into(), fields.next()?.into());
                }
                "refused" => seen.refused.push((fields.next()?.into(), fields.next()?.parse().ok()?, fields.next()?.into())),
                // The last field: what is cut short has none.
                "end" => return Some(seen),
                _ => return None,
            }
        }
    }

    /// The first of the dataset's files that is not as it was written, those that rows are carried over from before others; where
    /// nothing is noted of any, one that every dataset has.
    pub fn odd(&self, dataset: &Path) -> Option<&str> {
        if self.outputs.is_empty() {
            return Some("run.json");
        }
        let odd = self.outputs.iter().filter(|o| Output::of(dataset, &o.name).as_ref() != Some(o));
        odd.map(|o| o.name.as_str()).min_by_key(|name| !columnar::holds_rows(name))
    }

    /// Every file of the dataset.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Some of them, with the hash of what they were made of.
    pub fn made(&self) -> &BTreeMap<String, String> {
        &self.made
    }

    /// Why a file could not be opened last time.
    pub fn failure(&self, path: &str) -> Option<&str> {
        self.failed.get(path).map(String::as_str)
    }

    /// Compares a walk with this one. Both are sorted by path.
    pub fn compare(&self, walked: &Walked) -> Difference {
        let mut out = Difference::default();
        let refused = walked.refused.iter().map(|r| (r.path.as_str(), r.bytes, words(r)));
        out.other = !refused.eq(self.refused.iter().map(|(p, b, w)| (p.as_str(), *b, w.clone())));
        let mut old = self.files.iter().peekable();
        for (i, source) in walked.sources.iter().enumerate() {
            while old.next_if(|(path, _)| path.as_str() < &*source.path).is_some() {
                out.other = true;
            }
            match old.next_if(|(path, _)| path.as_str() == &*source.path) {
                Some((_, stat)) if *stat == Stat::of(source) && self.settled(stat) && !self.failed.contains_key(&*source.path) => {}
                Some(_) => out.doubtful.push(i),
                None => out.other = true,
            }
        }
        out.other |= old.next().is_some();
        out
    }

    /// Every path that was a source, with its stat, if what it was then is beyond doubt.
    pub fn stats(&self) -> HashMap<&str, Stat> {
        self.files.iter().filter(|(path, stat)| self.settled(stat) && !self.failed.contains_key(path)).map(|(p, s)| (p.as_str(), *s)).collect()
    }

    /// The last walk came clearly after the last change, so that what was read then is what lies there now.
    fn settled(&self, stat: &Stat) -> bool {
        let coarse = stat.changed % 1_000_000_000 == 0;
        stat.changed < self.walked - if coarse { COARSE } else { TICK }
    }
}

fn words(refused: &Refused) -> String {
    format!("{} {}", refused.outcome.name(), refused.reason)
}

/// What is kept of a walk, to be compared with the next.
#[derive(Debug, Default)]
pub struct Notes {
    walked: i64,
    /// Files that could not be opened, with the reason.
    failed: Vec<(Arc<str>, String)>,
    /// Files of the dataset, with the hash of what they were made of.
    pub made: BTreeMap<String, String>,
}

impl Notes {
    /// Notes a walk that began at `walked`, nanoseconds since 1970.
    pub fn new(walked: i64) -> Notes {
        Notes { walked, ..Notes::default() }
    }

    /// Notes the files of a batch that could not be opened.
    pub fn failures(&mut self, batch: &[Read]) {
        for read in batch.iter().filter(|r| r.file.outcome == Outcome::Unreadable && r.file.content_hash.is_none()) {
            self.failure(read.file.path.clone(), &read.file.reason);
        }
    }

    /// Notes a file that could not be opened.
    pub fn failure(&mut self, path: Arc<str>, reason: &str) {
        self.failed.push((path, reason.to_string()));
    }

    /// The whole text, for what was walked and a dataset with these files.
    pub fn finish(&self, walk: &Walked, outputs: &[Output]) -> Vec<u8> {
        let mut text = String::with_capacity(walk.sources.len() * 128);
        push(&mut text, &[MAGIC, &self.walked.to_string()]);
        for o in outputs {
            push(&mut text, &["out", &o.name, &o.bytes.to_string(), &o.modified.to_string()]);
        }
        for (name, hash) in &self.made {
            push(&mut text, &["made", name, hash]);
        }
        for s in &walk.sources {
            push(&mut text, &["file", &s.path, &s.bytes.to_string(), &s.modified.to_string(), &s.changed.to_string(), &s.inode.to_string()]);
        }
        for r in &walk.refused {
            push(&mut text, &["refused", &r.path, &r.bytes.to_string(), &words(r)]);
        }
        for (path, reason) in &self.failed {
            push(&mut text, &["failed", path, reason]);
        }
        push(&mut text, &["end"]);
        text.into_bytes()
    }
}

/// Every field ends with a NUL, which no path holds; one in a reason is left out.
fn push(text: &mut String, fields: &[&str]) {
    for field in fields {
        text.extend(field.chars().filter(|c| *c != '\0'));
        text.push('\0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, bytes: u64, time: i64) -> Source {
        Source { path: path.into(), bytes, modified: time, changed: time, ..Source::default() }
    }

    fn seen(sources: Vec<Source>, walked: i64) -> Seen {
        let walk = Walked { sources, refused: Vec::new() };
        Seen::parse(&Notes::new(walked).finish(&walk, &[Output { name: "a.parquet".into(), bytes: 3, modified: 0 }])).expect("what was written can be read")
    }

    fn compare(seen: &Seen, sources: Vec<Source>) -> Difference {
        seen.compare(&Walked { sources, refused: Vec::new() })
    }

    const NOW: i64 = 1_800_000_000_123_456_789;
    const OLD: i64 = 1_700_000_000_123_456_789;

    #[test]
    fn the_same_files_are_no_difference_and_any_other_is() {
        let before = seen(vec![source("a\nb", 1, OLD), source("c", 2, OLD)], NOW);
        assert_eq!(compare(&before, vec![source("a\nb", 1, OLD), source("c", 2, OLD)]), Difference::default());
        assert!(compare(&before, vec![source("a\nb", 1, OLD)]).other, "vanished");
        assert!(compare(&before, vec![source("a\nb", 1, OLD), source("b", 1, OLD), source("c", 2, OLD)]).other, "new");
        assert!(compare(&before, vec![source("a\nb", 1, OLD), source("d", 2, OLD)]).other, "renamed");
        for changed in [source("c", 3, OLD), source("c", 2, OLD + 1), source("c", 2, OLD - 1), source("c", 2, NOW * 2)] {
            assert_eq!(compare(&before, vec![source("a\nb", 1, OLD), changed]).doubtful, [1]);
        }
    }

    #[test]
    fn a_file_that_lies_where_its_twin_lay_is_doubtful() {
        let of = |path: &str, inode| Source { inode, ..source(path, 1, OLD) };
        let before = seen(vec![of("a/1", 7), of("b/1", 8)], NOW);
        assert_eq!(compare(&before, vec![of("a/1", 7), of("b/1", 8)]), Difference::default());
        assert_eq!(compare(&before, vec![of("a/1", 8), of("b/1", 7)]).doubtful, [0, 1]);
    }

    #[test]
    fn notes_that_name_no_file_of_a_dataset_vouch_for_none() {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let of = |outputs: &[Output]| Seen::parse(&Notes::new(NOW).finish(&Walked::default(), outputs)).expect("what was written can be read");
        std::fs::write(dir.path().join("a.parquet"), "x").expect("a file");
        assert_eq!(of(&[]).odd(dir.path()), Some("run.json"));
        assert_eq!(of(&[Output::of(dir.path(), "a.parquet").expect("a file")]).odd(dir.path()), None);
        assert_eq!(of(&[Output { name: "a.parquet".into(), bytes: 1, modified: 0 }]).odd(dir.path()), Some("a.parquet"));
    }

    #[test]
    fn a_file_that_changed_while_the_walk_began_is_doubtful() {
        let just = NOW - 1_000_000;
        let before = seen(vec![source("a", 1, just), source("b", 1, NOW + 5)], NOW);
        assert_eq!(compare(&before, vec![source("a", 1, just), source("b", 1, NOW + 5)]).doubtful, [0, 1]);
    }

    #[test]
    fn what_files_were_made_of_is_kept() {
        let mut notes = Notes::new(NOW);
        notes.made.insert("a.csv".into(), "0f".into());
        let seen = Seen::parse(&notes.finish(&Walked::default(), &[])).expect("what was written can be read");
        assert_eq!(seen.made(), &notes.made);
    }

    #[test]
    fn what_is_cut_short_is_not_believed() {
        let whole = Notes::new(NOW).finish(&Walked { sources: vec![source("a", 1, OLD)], refused: Vec::new() }, &[]);
        assert!(Seen::parse(&whole).is_some());
        for end in 0..whole.len() - 4 {
            assert!(Seen::parse(&whole[..end]).is_none(), "cut at {end}");
        }
    }
}
