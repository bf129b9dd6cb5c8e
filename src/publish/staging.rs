//! The staging folder and the promotion.
//!
//! The target `D` is a link into `D.versions/`, which holds the datasets by number. A run writes
//! `D.versions/.staging-PID`, renames it to the next number and switches the link by renaming a new link over it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("{path}: {error}; check that the folder exists, is writable and has room")]
    Io { path: PathBuf, error: io::Error },
    #[error("{0} is a folder with files in it and no link to a dataset; name another --out, or move the folder away")]
    Occupied(PathBuf),
    #[error("{0}")]
    Frame(#[from] polars::prelude::PolarsError),
}

/// A dataset that is being written.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    versions: PathBuf,
    /// Where its files go until it is promoted.
    pub dir: PathBuf,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> PublishError + '_ {
    move |error| PublishError::Io { path: path.to_path_buf(), error }
}

impl Staging {
    /// Opens a staging folder beside `target`. Folders that a dead process left behind are removed.
    ///
    /// # Errors
    /// The target is in use for something else, or the file system refuses.
    pub fn open(target: &Path) -> Result<Staging, PublishError> {
        match fs::symlink_metadata(target) {
            Ok(m) if m.is_symlink() => {}
            Ok(m) if m.is_dir() && fs::read_dir(target).map_err(io_error(target))?.next().is_none() => {
                fs::remove_dir(target).map_err(io_error(target))?;
            }
            Ok(_) => return Err(PublishError::Occupied(target.to_path_buf())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(io_error(target)(e)),
        }
        let mut name = target.file_name().unwrap_or_default().to_os_string();
        name.push(".versions");
        let versions = target.with_file_name(name);
        fs::create_dir_all(&versions).map_err(io_error(&versions))?;
        remove_stale(&versions);
        let dir = versions.join(format!(".staging-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir(&dir).map_err(io_error(&dir))?;
        Ok(Staging { target: target.to_path_buf(), versions, dir })
    }

    /// Makes the staged dataset the one that readers open, and removes all but the newest `keep`.
    ///
    /// # Errors
    /// The file system refuses; the old dataset is still in place then.
    pub fn promote(self, keep: usize) -> Result<PathBuf, PublishError> {
        let last = numbers(&self.versions).into_iter().max().unwrap_or(0);
        let version = self.versions.join(format!("{:06}", last + 1));
        fs::rename(&self.dir, &version).map_err(io_error(&version))?;
        let folder = self.versions.file_name().map(PathBuf::from).unwrap_or_default();
        let link = self.versions.join(format!(".link-{}", std::process::id()));
        let _ = fs::remove_file(&link);
        let points_to = folder.join(version.file_name().unwrap_or_default());
        std::os::unix::fs::symlink(&points_to, &link).map_err(io_error(&link))?;
        fs::rename(&link, &self.target).map_err(io_error(&self.target))?;
        let mut all = numbers(&self.versions);
        all.sort_unstable();
        for old in all.iter().rev().skip(keep.max(1)) {
            let _ = fs::remove_dir_all(self.versions.join(format!("{old:06}")));
        }
        Ok(self.target)
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

fn numbers(versions: &Path) -> Vec<u32> {
    let names = fs::read_dir(versions).into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok());
    names.filter_map(|n| n.parse().ok()).collect()
}

/// Staging folders whose process is gone.
fn remove_stale(versions: &Path) {
    for entry in fs::read_dir(versions).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix(".staging-")
            && !Path::new("/proc").join(pid).exists()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
