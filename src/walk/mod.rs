//! A folder → its files, sorted by path. No file is opened but those that are too large for a file: a container may be,
//! and its bytes tell. `container` then gives the members of one.

pub mod container;

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;

use crate::model::{Outcome, Source};

/// A set of globs.
pub type Globs = GlobSet;

/// Which files of an archive are looked at.
#[derive(Debug)]
pub struct Rules {
    pub include: GlobSet,
    pub exclude: GlobSet,
    /// Larger files are skipped, unless they are containers.
    pub max_bytes: u64,
    /// A partial look: the files that match one of these alone; empty means every file.
    pub only: GlobSet,
    /// A partial look: files changed at or after this time alone, nanoseconds since 1970.
    pub since: Option<i64>,
}

impl Rules {
    /// Whether a file of this path is to be looked at.
    fn choose(&self, path: &str) -> bool {
        let left_out = !path.is_empty() && (!self.include.is_empty() && !self.include.is_match(path) || self.exclude.is_match(path));
        !left_out && (self.only.is_empty() || self.only.is_match(path))
    }
}

/// A file or folder that is not read, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub path: String,
    pub bytes: u64,
    pub outcome: Outcome,
    pub reason: String,
}

/// What the walk found.
#[derive(Debug, Default)]
pub struct Walked {
    pub sources: Vec<Source>,
    pub refused: Vec<Refused>,
}

/// Globs as in `.gitignore`-like files: `**/*.txt`; an empty list of includes means every file.
pub fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for p in patterns {
        set.add(Glob::new(p).map_err(|e| format!("the glob «{p}» cannot be read: {e}"))?);
    }
    set.build().map_err(|e| e.to_string())
}

/// Walks `root`. Links are followed; a loop of links, an unreadable folder, a FIFO, a device and a path that is not
/// UTF-8 are refused with a reason. Order: by path, byte for byte. Ends early, with what it has, once `stop` says so.
pub fn walk(root: &Path, rules: &Rules, stop: &dyn Fn() -> bool) -> Walked {
    let mut out = Walked::default();
    let root: Arc<Path> = root.into();
    for entry in WalkDir::new(&root).follow_links(true) {
        if stop() {
            return out;
        }
        match entry {
            Ok(e) if e.file_type().is_dir() => {}
            Ok(e) => visit(&root, rules, &e, &mut out),
            Err(e) => {
                let path = e.path().map_or_else(String::new, |p| relative(&root, p).0);
                // In a folder that cannot be opened there may be anything, whatever it is called.
                let is_folder = e.path().is_some_and(|p| std::fs::symlink_metadata(p).is_ok_and(|m| m.is_dir()));
                if rules.exclude.is_match(&path) || !is_folder && !rules.choose(&path) {
                    continue;
                }
                let reason = if e.loop_ancestor().is_some() {
                    "a link that leads back to a folder above it".to_string()
                } else {
                    format!("cannot be opened: {}", e.io_error().map_or_else(|| e.to_string(), |io| io.to_string()))
                };
                out.refused.push(Refused { path, bytes: 0, outcome: Outcome::Unreadable, reason });
            }
        }
    }
    out.sources.sort();
    out.refused.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

fn visit(root: &Arc<Path>, rules: &Rules, entry: &walkdir::DirEntry, out: &mut Walked) {
    let (path, whole) = relative(root, entry.path());
    if !rules.choose(&path) {
        return;
    }
    let mut refuse = |bytes, outcome, reason: String| out.refused.push(Refused { path: path.clone(), bytes, outcome, reason });
    let meta = match entry.metadata() {
        Ok(m) => m,
        Err(e) => return refuse(0, Outcome::Unreadable, format!("cannot be looked at: {e}")),
    };
    if !meta.is_file() {
        return refuse(0, Outcome::Skipped, "no regular file (a FIFO, socket or device); it is not opened".into());
    }
    if !whole {
        return refuse(meta.len(), Outcome::Skipped, "its path is not UTF-8; rename it to have it read".into());
    }
    if meta.len() > rules.max_bytes && container::kind_of_file(entry.path()).is_none() {
        let reason = format!("{} bytes, more than the limit of {} (max_file_bytes in the pipeline file)", meta.len(), rules.max_bytes);
        return refuse(meta.len(), Outcome::Skipped, reason);
    }
    let nanoseconds = |seconds: i64, more: i64| seconds.saturating_mul(1_000_000_000).saturating_add(more);
    let (modified, changed) = (nanoseconds(meta.mtime(), meta.mtime_nsec()), nanoseconds(meta.ctime(), meta.ctime_nsec()));
    if rules.since.is_some_and(|since| modified < since) {
        return;
    }
    out.sources.push(Source { path: path.into(), root: Some(root.clone()), elsewhere: None, bytes: meta.len(), modified, changed, inode: meta.ino(), member_of: None });
}

/// The path below the root, and whether all of it is UTF-8; bytes that are not stand as `\xFF`, since two paths must not
/// become one.
fn relative(root: &Path, path: &Path) -> (String, bool) {
    let below = path.strip_prefix(root).unwrap_or(path);
    if let Some(whole) = below.to_str() {
        return (whole.to_string(), true);
    }
    let words = |chunk: std::str::Utf8Chunk| chunk.invalid().iter().fold(chunk.valid().to_string(), |words, byte| format!("{words}\\x{byte:02X}"));
    (below.as_os_str().as_bytes().utf8_chunks().map(words).collect(), false)
}
