//! The staging folder and the promotion.
//!
//! The target `D` is a link into `D.versions/`, which holds the datasets by number. A run writes
//! `D.versions/.staging-PID`, renames it to the next number and switches the link by renaming a new link over it. All
//! of it happens under the [`super::Lock`].

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("{path}: {error}; check that the folder exists, is writable and has room. The dataset that was there is still in place")]
    Io { path: PathBuf, error: io::Error },
    #[error("{path} {what} and no link to a dataset; name another --out, or move it away")]
    Occupied { path: PathBuf, what: String },
    #[error("{versions} lies on another file system than {target}, so that the one cannot be switched in for the other; move it there, or name another --out")]
    Apart { target: PathBuf, versions: PathBuf },
    #[error("{path} is held by {holder}; wait until it has ended, or end that process. The lock of a dead process is free by itself")]
    Locked { path: PathBuf, holder: String },
    #[error("{0}")]
    NoVersion(String),
    #[error("{0}")]
    Frame(#[from] polars::prelude::PolarsError),
}

/// The file beside the versions that says which of them readers saw.
const SHOWN: &str = ".shown";

/// A dataset that is being written; dropped before its promotion, it is removed.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    versions: PathBuf,
    /// Where its files go until it is promoted.
    pub dir: PathBuf,
}

pub(super) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> PublishError + '_ {
    move |error| PublishError::Io { path: path.to_path_buf(), error }
}

/// The folder beside the target that holds its datasets by number.
pub fn versions_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".versions");
    target.with_file_name(name)
}

/// What lies at the target is a link to one of its versions, nothing, or an empty folder.
pub(super) fn check_target(target: &Path) -> Result<(), PublishError> {
    let occupied = |what: String| Err(PublishError::Occupied { path: target.to_path_buf(), what });
    if target.file_name().is_none() {
        return occupied("has no name of its own".into());
    }
    match fs::symlink_metadata(target) {
        Ok(m) if m.is_symlink() && current(target).is_some() => Ok(()),
        Ok(m) if m.is_symlink() => occupied(format!("is a link to {}", fs::read_link(target).unwrap_or_default().display())),
        Ok(m) if m.is_dir() && fs::read_dir(target).map_err(io_error(target))?.next().is_none() => Ok(()),
        Ok(m) if m.is_dir() => occupied("is a folder with files in it".into()),
        Ok(_) => occupied("is a file".into()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(io_error(target)(e)),
    }
}

/// The number of the dataset that readers open now; none where the target is no link into its versions.
pub fn current(target: &Path) -> Option<u32> {
    let shown = fs::read_link(target).ok()?;
    let folder = shown.parent()?.file_name()?;
    if folder != versions_of(target).file_name()? {
        return None;
    }
    shown.file_name()?.to_str()?.parse().ok()
}

/// The versions that readers saw, one after another, as far as they are kept: the last of them is the present one. One
/// that was rolled back from is none of them, nor is one that was never switched in.
fn shown(target: &Path) -> Vec<u32> {
    let Some(now) = current(target) else { return Vec::new() };
    let versions = versions_of(target);
    let noted: Option<Vec<u32>> = fs::read_to_string(versions.join(SHOWN)).ok().map(|text| text.lines().filter_map(|l| l.parse().ok()).collect());
    let mut all = noted.unwrap_or_else(|| {
        let mut all = numbers(&versions);
        all.sort_unstable();
        all.retain(|n| *n < now);
        all
    });
    // The link says what is shown; the note may be of a switch that never came, or be older than a rollback.
    all.truncate(all.iter().rposition(|n| *n == now).unwrap_or(all.len()));
    // A folder without run.json was never a whole dataset.
    all.retain(|n| versions.join(format!("{n:06}/run.json")).is_file());
    all.push(now);
    all
}

/// Notes what readers will have seen once `number` is switched in; before it is, so that no power cut can lose it.
fn note_shown(target: &Path, number: u32) -> Result<Vec<u32>, PublishError> {
    let mut all = shown(target);
    all.push(number);
    let text: String = all.iter().map(|n| format!("{n}\n")).collect();
    let path = versions_of(target).join(SHOWN);
    write_aside(&path, text.as_bytes()).map_err(io_error(&path))?;
    Ok(all)
}

/// What lies beside a version and is no part of it: when its files were last looked at.
pub fn seen_file(target: &Path, number: u32) -> PathBuf {
    versions_of(target).join(format!("{number:06}.seen"))
}

impl Staging {
    /// Opens a staging folder beside `target`. What dead processes left behind is removed: the caller holds the lock,
    /// so no other process writes here.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn open(target: &Path) -> Result<Staging, PublishError> {
        check_target(target)?;
        let versions = versions_of(target);
        fs::create_dir_all(&versions).map_err(io_error(&versions))?;
        let device = |path: &Path| fs::metadata(path).map(|m| m.dev()).map_err(io_error(path));
        if device(&versions)? != device(&versions.with_file_name("."))? {
            return Err(PublishError::Apart { target: target.to_path_buf(), versions });
        }
        sweep(target);
        let dir = versions.join(format!(".staging-{}", std::process::id()));
        fs::create_dir(&dir).map_err(io_error(&dir))?;
        Ok(Staging { target: target.to_path_buf(), versions, dir })
    }

    /// Makes the staged dataset the one that readers open, and removes all but `keep`: it and those that readers saw last
    /// stay, and go before one that was rolled back from. Everything is on disk before the switch, so neither a crash nor a power cut shows half a dataset. `seen` is kept beside it.
    ///
    /// # Errors
    /// The file system refuses; the old dataset is still in place then.
    pub fn promote(self, keep: usize, seen: &[u8]) -> Result<PathBuf, PublishError> {
        sync(&self.dir)?;
        // The one that is shown may have been removed by hand; its number is not given again.
        let number = numbers(&self.versions).into_iter().chain(current(&self.target)).max().unwrap_or(0) + 1;
        write_seen(&self.target, number, seen)?;
        let version = self.versions.join(format!("{number:06}"));
        fs::rename(&self.dir, &version).map_err(io_error(&version))?;
        to_disk(&self.versions)?;
        let switched = note_shown(&self.target, number).and_then(|seen| switch(&self.target, number).map(|()| seen));
        let seen = switched.inspect_err(|_| {
            // Nobody has seen it: the next run begins anew.
            let _ = fs::remove_dir_all(&version);
        })?;
        let mut all = numbers(&self.versions);
        all.sort_unstable_by_key(|n| (seen.iter().position(|s| s == n), *n));
        for old in all.iter().rev().skip(keep.max(1)) {
            let _ = fs::remove_dir_all(self.versions.join(format!("{old:06}")));
            let _ = fs::remove_file(seen_file(&self.target, *old));
        }
        Ok(self.target.clone())
    }

    /// Keeps a refused dataset for looking at, out of the readers' way.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn refuse(self) -> Result<PathBuf, PublishError> {
        let refused = self.versions.join("refused");
        let _ = fs::remove_dir_all(&refused);
        fs::rename(&self.dir, &refused).map_err(io_error(&refused))?;
        Ok(refused)
    }
}

/// Lets files of the dataset in `from` stand in `to` as well: a file of a dataset is written once and never again, so both
/// may be one file. False where that cannot be had; nothing of them stands in `to` then.
pub fn link(from: &Path, to: &Path, files: &[String]) -> bool {
    let one = |file: &String| fs::hard_link(from.join(file), to.join(file)).or_else(|_| fs::copy(from.join(file), to.join(file)).map(|_| ())).is_ok();
    let all = files.iter().all(one);
    if !all {
        files.iter().for_each(|f| drop(fs::remove_file(to.join(f))));
    }
    all
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a promotion or refusal nothing is there any more.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Writes what is kept beside a version, in one step.
///
/// # Errors
/// The file system refuses.
pub fn write_seen(target: &Path, number: u32, seen: &[u8]) -> Result<(), PublishError> {
    let path = seen_file(target, number);
    write_aside(&path, seen).map_err(io_error(&path))
}

/// Writes a file beside itself and renames it, so that readers see the old one or the new one, whole.
pub(super) fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!("-{}", std::process::id()));
    let aside = path.with_file_name(name);
    let written = fs::write(&aside, bytes).and_then(|()| File::open(&aside)?.sync_all()).and_then(|()| fs::rename(&aside, path));
    written.inspect_err(|_| {
        let _ = fs::remove_file(&aside);
    })
}

/// Lets the target show version `number`: a new link is renamed over the old one.
fn switch(target: &Path, number: u32) -> Result<(), PublishError> {
    let versions = versions_of(target);
    let link = versions.join(format!(".link-{}", std::process::id()));
    let _ = fs::remove_file(&link);
    let points_to = Path::new(versions.file_name().unwrap_or_default()).join(format!("{number:06}"));
    std::os::unix::fs::symlink(&points_to, &link).map_err(io_error(&link))?;
    if fs::symlink_metadata(target).is_ok_and(|m| m.is_dir()) {
        fs::remove_dir(target).map_err(io_error(target))?;
    }
    fs::rename(&link, target).map_err(io_error(target))?;
    // The switch is done; that it is on disk is the last thing to see to.
    let _ = to_disk(target.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// What a rollback did: the versions before and after it.
#[derive(Debug, PartialEq, Eq)]
pub struct RolledBack {
    pub from: u32,
    pub to: u32,
}

/// Lets the target show the version that readers saw before the present one. The caller holds the lock. `damaged` names a file
/// of a version that is not as it was written.
///
/// # Errors
/// There is no dataset or none before it, that is damaged, or the file system refuses.
pub fn roll_back(target: &Path, damaged: &dyn Fn(u32, &Path) -> Option<String>) -> Result<RolledBack, PublishError> {
    let Some(from) = current(target) else {
        return Err(PublishError::NoVersion(format!("{}: no dataset is published here", target.display())));
    };
    let seen = shown(target);
    let Some(to) = seen.len().checked_sub(2).map(|at| seen[at]) else {
        return Err(PublishError::NoVersion(format!("{}: no dataset before {from:06} is kept ([publish] keep); nothing was changed", target.display())));
    };
    let version = versions_of(target).join(format!("{to:06}"));
    if let Some(odd) = damaged(to, &version) {
        return Err(PublishError::NoVersion(format!("{} is not as it was written; nothing was changed. Put it back, or remove {} to go to the version before", version.join(odd).display(), version.display())));
    }
    switch(target, to)?;
    Ok(RolledBack { from, to })
}

fn numbers(versions: &Path) -> Vec<u32> {
    let names = fs::read_dir(versions).into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok());
    names.filter_map(|n| n.parse().ok()).collect()
}

/// Removes staging folders and links of dead processes, and what was kept beside versions that are gone. The caller
/// holds the lock.
pub fn sweep(target: &Path) {
    let versions = versions_of(target);
    for entry in fs::read_dir(&versions).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if name.starts_with(".staging-") {
            let _ = fs::remove_dir_all(path);
        } else if name.starts_with(".link-") || name.starts_with(".shown-") || name.split_once(".seen").is_some_and(|(n, rest)| !rest.is_empty() || !versions.join(n).is_dir()) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Brings every file below `dir`, and every folder, to disk. Several threads, since each waits for the disk.
fn sync(dir: &Path) -> Result<(), PublishError> {
    let (mut files, mut folders) = (Vec::new(), vec![dir.to_path_buf()]);
    let mut at = 0;
    while at < folders.len() {
        let folder = folders[at].clone();
        for entry in fs::read_dir(&folder).map_err(io_error(&folder))? {
            let entry = entry.map_err(io_error(&folder))?;
            let is_dir = entry.file_type().map_err(io_error(&folder))?.is_dir();
            if is_dir { &mut folders } else { &mut files }.push(entry.path());
        }
        at += 1;
    }
    let share = files.len().div_ceil(8).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = files.chunks(share).map(|some| scope.spawn(move || some.iter().try_for_each(|f| to_disk(f)))).collect();
        threads.into_iter().try_for_each(|t| t.join().expect("syncing a file does not panic"))
    })?;
    folders.iter().try_for_each(|f| to_disk(f))
}

/// Brings one file or folder to disk.
fn to_disk(path: &Path) -> Result<(), PublishError> {
    File::open(path).and_then(|f| f.sync_all()).map_err(io_error(path))
}
