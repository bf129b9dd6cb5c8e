//! One run at a time: a lock of the operating system on `D.versions/.lock`. A process that dies, however it dies,
//! leaves it free; the words in the file are for people.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::clock::utc;
use super::staging::{PublishError, check_target, io_error, versions_of};

/// Bytes of the words in the file: somebody else may have written there.
const WORDS: u64 = 100;

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

// Closing is not enough: a child that was just forked has a copy of the open file until it becomes its program, and
// with the copy the lock. To unlock takes it from all copies.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the lock of the dataset at `target`; the folder of its versions is made where it is missing.
    ///
    /// # Errors
    /// Another process holds it, the target is in use for something else, or the file system refuses.
    pub fn take(target: &Path) -> Result<Lock, PublishError> {
        check_target(target)?;
        let versions = versions_of(target);
        fs::create_dir_all(&versions).map_err(io_error(&versions))?;
        let path = versions.join(".lock");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io_error(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = std::io::Read::take(&mut file, WORDS).read_to_string(&mut holder);
                let holder = holder.split_whitespace().collect::<Vec<_>>().join(" ");
                return Err(PublishError::Locked { path, holder: if holder.is_empty() { "another process".into() } else { holder } });
            }
            Err(TryLockError::Error(e)) => return Err(io_error(&path)(e)),
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
        let words = format!("process {} since {}\n", std::process::id(), utc(now));
        // A full disk is no reason to refuse: the lock holds without words.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(words.as_bytes()));
        Ok(Lock { file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it_and_the_next_may_have_it() {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let target = dir.path().join("d");
        let lock = Lock::take(&target).expect("free");
        let refused = Lock::take(&target).expect_err("held").to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())) && refused.contains(".lock"), "{refused}");
        drop(lock);
        Lock::take(&target).expect("free again");
    }

    /// As when another thread starts a program at the moment the run ends.
    #[test]
    fn a_copy_of_the_open_file_does_not_keep_the_lock() {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let target = dir.path().join("d");
        let lock = Lock::take(&target).expect("free");
        let _copy = lock.file.try_clone().expect("a copy of the open file");
        Lock::take(&target).expect_err("still held");
        drop(lock);
        Lock::take(&target).expect("free, though a copy is open");
    }
}
