//! Files of the last dataset that would be written again with the same bytes: what they are made of is the same. They
//! are linked, not written. What each was made of is noted beside the dataset as a hash.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Mutex;

use super::RunError;
use super::last::Last;
use super::versions::Versions;
use crate::publish;

/// A hash of all that some files are made of; whatever can be hashed may be put in.
#[derive(Default)]
pub(super) struct Digest(blake3::Hasher);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not used: 64 bits are too few to bet a dataset on.
    fn finish(&self) -> u64 {
        unimplemented!("a digest is asked for as text")
    }
}

impl Digest {
    pub fn text(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

/// What is known of such files.
#[derive(Default)]
pub(super) struct Kept<'l> {
    /// Where the last dataset lies, if it may be asked, and what its files were made of.
    last: Option<(&'l Path, &'l BTreeMap<String, String>)>,
    made: Mutex<BTreeMap<String, String>>,
}

impl<'l> Kept<'l> {
    /// The last dataset may be asked only where the same program, definitions and settings made it.
    pub fn new(last: Option<&'l Last>, versions: &Versions) -> Kept<'l> {
        let last = last.filter(|l| versions.same_tables(&l.versions)).and_then(|l| Some((l.dir.as_path(), l.made()?)));
        Kept { last, made: Mutex::default() }
    }

    /// Lets `files` stand in `dir`: those of the last dataset where they were made of the same, else `write` writes them.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn or_write(&self, dir: &Path, files: &[String], made_of: &Digest, write: impl FnOnce() -> Result<(), RunError>) -> Result<(), RunError> {
        let digest = made_of.text();
        let same = |(from, made): &(&Path, &BTreeMap<String, String>)| files.iter().all(|f| made.get(f) == Some(&digest)) && publish::link(from, dir, files);
        if !self.last.as_ref().is_some_and(same) {
            write()?;
        }
        let mut made = self.made.lock().expect("nothing panics while it is held");
        made.extend(files.iter().map(|f| (f.clone(), digest.clone())));
        Ok(())
    }

    /// What each file of this dataset was made of.
    pub fn made(self) -> BTreeMap<String, String> {
        self.made.into_inner().expect("nothing panics while it is held")
    }
}

/// Puts a figure into a digest.
pub(super) fn put(figure: Option<f64>, digest: &mut Digest) {
    figure.map(f64::to_bits).hash(digest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_fields_apart() {
        let of = |fields: &[&str]| {
            let mut digest = Digest::default();
            fields.iter().for_each(|f| f.hash(&mut digest));
            digest.text()
        };
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        let figure = |v| {
            let mut digest = Digest::default();
            put(v, &mut digest);
            digest.text()
        };
        assert_ne!(figure(None), figure(Some(0.0)));
    }
}
