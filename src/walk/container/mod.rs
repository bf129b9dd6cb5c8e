//! The members of containers, streamed one after another: zip, tar, 7z, WARC, and files packed with gzip, Zstandard, xz
//! or bzip2. Nothing is written to disk, and names never touch a file system.
//!
//! What a container says of itself (sizes, counts, names) is believed nowhere: bytes are counted as they are read.
//! Figures of bytes that fail their checksum are never given on: a packed stream is unpacked twice, once to find out how
//! far its checksums hold, once to read that far; members of zip and 7z have checksums of their own.

mod meter;
mod names;
mod packed;
mod sevenz;
mod tar;
mod warc;
mod zip;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use globset::GlobSet;

use super::Refused;
use crate::model::Outcome;
use meter::{Budget, Metered};
use names::Names;

/// What kind of container a file is, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Zip,
    Tar,
    SevenZ,
    Warc,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

/// Bounds on what one container of the archive may cost, everything nested in it included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Containers within each other; 1 reads the members of a container and opens none of them.
    pub depth: usize,
    /// Members, whatever becomes of them.
    pub members: u64,
    /// Bytes unpacked.
    pub bytes: u64,
    /// Bytes unpacked for each byte of the container.
    pub ratio: u64,
    /// Bytes of containers inside a container: they are held in memory while their members are read.
    pub nested_bytes: u64,
    /// Bytes of one member, as for any file of the archive.
    pub member_bytes: u64,
}

/// One member, unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// `2024/wenshang.zip!a/b.doc`, nested `a.zip!b.tar!c.htm`; no two members have the same.
    pub path: String,
    pub bytes: Vec<u8>,
    /// Where a crawler fetched it.
    pub url: Option<String>,
}

/// What a container gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Member(Member),
    /// A member that is not read.
    Row(Refused),
    /// A container among the members, whose own members were given before.
    Container(Refused),
}

/// Why a container is left before its end. Says so in words, but for the reader that wants no more.
#[derive(Debug)]
enum Stop {
    Excess(String),
    NotWanted,
}

/// Bytes that can be read from any place: a file, or a member in memory.
trait Input: Read + Seek {}
impl<T: Read + Seek> Input for T {}

/// What is said of what needs a password.
const ENCRYPTED: &str = "encrypted; unpack it with its password";

/// How much of a file tells its kind: tar needs a block, bzip2 ten bytes.
const HEAD: usize = 512;

/// The kind of container that these bytes are, all of a file or all of a member. None for everything else: documents
/// that are zip files inside (.docx, .xlsx, .ods, OFD) are documents.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    by_head(bytes).filter(|&k| k != Kind::Zip || !zip::is_document(&mut Cursor::new(bytes)))
}

/// The same for a file on disk, of which no more is read than is needed. None where it cannot be read.
pub fn kind_of_file(file: &Path) -> Option<Kind> {
    let mut file = BufReader::new(File::open(file).ok()?);
    let head = head(&mut file).ok()?;
    by_head(&head).filter(|&k| k != Kind::Zip || !zip::is_document(&mut file))
}

fn head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn by_head(head: &[u8]) -> Option<Kind> {
    match head.get(..4)? {
        // The second opens an empty zip, the third one that was cut into volumes and joined again.
        b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08" => Some(Kind::Zip),
        [0x1F, 0x8B, 8, _] => Some(Kind::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD] => Some(Kind::Zstd),
        // A frame to be skipped may stand first (pzstd writes one).
        [0x50..=0x5F, 0x2A, 0x4D, 0x18] => Some(Kind::Zstd),
        _ if head.starts_with(b"\xFD7zXZ\0") => Some(Kind::Xz),
        _ if head.starts_with(b"7z\xBC\xAF\x27\x1C") => Some(Kind::SevenZ),
        _ if packed::is_bzip2(head) => Some(Kind::Bzip2),
        _ if warc::is_warc(head) => Some(Kind::Warc),
        _ if tar::is_tar(head) => Some(Kind::Tar),
        _ => None,
    }
}

/// Gives the members of the container `file` to `out` in their own order, and then its own row. `path` is what the
/// dataset calls it, `exclude` leaves members out by their path within it. `out` returns false to end it.
///
/// The row is `skipped` where all members were given, `unreadable` with the reason where the container is damaged or
/// passes a limit; members given before that stand.
pub fn stream(file: &Path, path: &str, exclude: &GlobSet, limits: &Limits, out: &mut dyn FnMut(Found) -> bool) -> End {
    let end = |bytes, outcome, reason: String, disk_failed| End { row: Refused { path: path.to_owned(), bytes, outcome, reason }, disk_failed };
    let opened = File::open(file).and_then(|f| f.metadata().map(|m| (m.len(), f)));
    let (size, file_itself) = match opened {
        Ok(opened) => opened,
        Err(e) => return end(0, Outcome::Unreadable, format!("cannot be read: {e}; it may have vanished since the walk"), true),
    };
    let Some(kind) = kind_of_file(file) else {
        return end(size, Outcome::Unreadable, "no container any more; it changed since the walk".into(), true);
    };
    let budget = Rc::new(Budget::new(size, limits));
    let failed = Cell::new(false);
    let mut input = BufReader::new(OnDisk { file: file_itself, failed: &failed });
    let mut streaming = Streaming { limits, exclude, budget, members: 0, held: 0, out };
    let (outcome, reason) = streaming.container(&mut input, path, kind, 1).0;
    end(size, outcome, reason, failed.get())
}

/// What is left to say when a container has been streamed.
#[derive(Debug)]
pub struct End {
    /// Its own row.
    pub row: Refused,
    /// The disk or the network failed, not the container: what was given is less than what is there, and another time may give all.
    pub disk_failed: bool,
}

/// A file that notes whether reading it failed. Decoders say of that no more than that bytes are missing.
struct OnDisk<'f, F> {
    file: F,
    failed: &'f Cell<bool>,
}

impl<F> OnDisk<'_, F> {
    fn noted<T>(&mut self, of: impl FnOnce(&mut F) -> io::Result<T>) -> io::Result<T> {
        // A damaged container sends its reader to places before the beginning: that is no fault of the disk.
        of(&mut self.file).inspect_err(|e| self.failed.set(self.failed.get() || e.raw_os_error().is_some() && e.kind() != io::ErrorKind::InvalidInput))
    }
}

impl<F: Read> Read for OnDisk<'_, F> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.noted(|file| file.read(bytes))
    }
}

impl<F: Seek> Seek for OnDisk<'_, F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.noted(|file| file.seek(to))
    }
}

/// The state of reading one container of the archive with all that is nested in it.
struct Streaming<'a> {
    limits: &'a Limits,
    exclude: &'a GlobSet,
    budget: Rc<Budget>,
    members: u64,
    /// Bytes of nested containers in memory.
    held: u64,
    out: &'a mut dyn FnMut(Found) -> bool,
}

/// A container whose members are being read.
struct Entered<'p> {
    /// Its path in the dataset.
    path: &'p str,
    depth: usize,
    names: Names,
    /// Members so far.
    members: u64,
}

impl Streaming<'_> {
    /// Reads a container to its end. Gives outcome and reason of its row, and whether everything has to stop.
    fn container(&mut self, input: &mut dyn Input, path: &str, kind: Kind, depth: usize) -> ((Outcome, String), Option<Stop>) {
        let mut place = Entered { path, depth, names: Names::default(), members: 0 };
        let result = match kind {
            Kind::Zip => self.zip(input, &mut place),
            Kind::Tar => self.tar(&mut BufReader::new(Metered::new(input, &self.budget)), &mut place),
            Kind::Warc => self.warc(&mut BufReader::new(Metered::new(input, &self.budget)), &mut place),
            Kind::SevenZ => self.sevenz(input, &mut place),
            Kind::Gzip | Kind::Zstd | Kind::Xz | Kind::Bzip2 => self.packed(input, kind, &mut place),
        };
        let members = match place.members {
            1 => "1 member has a row of its own".to_string(),
            n => format!("{n} members have rows of their own"),
        };
        let whole = || (Outcome::Skipped, format!("a container; its {members}"));
        let broken = |why: &str| {
            let reason = if place.members == 0 { format!("a container that cannot be read: {why}") } else { format!("a container that could not be read to its end: {why}; its first {members}") };
            (Outcome::Unreadable, reason)
        };
        match result {
            // An error may be the limit in a library's words.
            Err(Trouble::Damaged(_)) | Ok(()) if self.budget.is_spent() => {
                let stop = self.spent();
                (broken(&stop), Some(Stop::Excess(stop)))
            }
            Ok(()) => (whole(), None),
            Err(Trouble::Damaged(why)) => (broken(&why), None),
            Err(Trouble::Stop(Stop::Excess(why))) => (broken(&why), Some(Stop::Excess(why))),
            Err(Trouble::Stop(Stop::NotWanted)) => (whole(), Some(Stop::NotWanted)),
        }
    }

    fn spent(&self) -> String {
        self.budget.reason(self.limits)
    }

    /// The path of the next member, counted. None where the pipeline leaves it out.
    fn enter(&mut self, place: &mut Entered, name: &str) -> Result<Option<String>, Trouble> {
        let name = place.names.distinct(name);
        let path = format!("{}!{name}", place.path);
        if self.exclude.is_match(&name) || self.exclude.is_match(&path) {
            return Ok(None);
        }
        if self.members == self.limits.members {
            let reason = format!("more than {} members ([containers] members in the pipeline file)", self.limits.members);
            return Err(Trouble::Stop(Stop::Excess(reason)));
        }
        self.members += 1;
        place.members += 1;
        Ok(Some(path))
    }

    fn give(&mut self, found: Found) -> Result<(), Trouble> {
        if (self.out)(found) { Ok(()) } else { Err(Trouble::Stop(Stop::NotWanted)) }
    }

    /// A member that is not read.
    fn refuse(&mut self, path: String, bytes: u64, outcome: Outcome, reason: impl Into<String>) -> Result<(), Trouble> {
        self.give(Found::Row(Refused { path, bytes, outcome, reason: reason.into() }))
    }

    /// Reads one member. Damage in it is its own row; only what ends the whole container is an error. `size` is what the
    /// container says of it where a shorter member means that its end is missing.
    fn member(&mut self, place: &mut Entered, name: &str, size: Option<u64>, reader: &mut dyn Read) -> Result<(), Trouble> {
        let Some(path) = self.enter(place, name)? else { return Ok(()) };
        let mut bytes = Vec::new();
        let mut read = reader.take(self.limits.member_bytes + 1).read_to_end(&mut bytes);
        let nested = kind(&bytes);
        // A container may be larger than a file, for only its members are looked at.
        let most = if nested.is_some() { self.limits.nested_bytes.saturating_sub(self.held) } else { self.limits.member_bytes };
        if read.is_ok() && bytes.len() as u64 > self.limits.member_bytes && most > self.limits.member_bytes {
            read = reader.take(most + 1 - bytes.len() as u64).read_to_end(&mut bytes);
        }
        let length = bytes.len() as u64;
        match read {
            Err(_) if self.budget.is_spent() => {
                let reason = self.spent();
                self.refuse(path, length, Outcome::Unreadable, reason.as_str())?;
                Err(Trouble::Stop(Stop::Excess(reason)))
            }
            Err(e) => self.refuse(path, length, Outcome::Unreadable, format!("cannot be unpacked: {e}; fetch the container again")),
            Ok(_) if length > most => self.refuse(path, length, Outcome::Skipped, match nested {
                Some(_) => format!("a container of more than {most} bytes inside a container ([containers] nested_bytes in the pipeline file); unpack it into the archive"),
                None => too_large(most),
            }),
            Ok(_) if size.is_some_and(|s| length < s) => {
                self.refuse(path, length, Outcome::Unreadable, format!("{length} of its {} bytes are there; fetch the container again", size.unwrap_or(0)))
            }
            Ok(_) => self.content(place, path, bytes, nested, None),
        }
    }

    /// Gives a member on, or opens it where it is a container itself.
    fn content(&mut self, place: &Entered, path: String, bytes: Vec<u8>, nested: Option<Kind>, url: Option<String>) -> Result<(), Trouble> {
        let Some(kind) = nested else { return self.give(Found::Member(Member { path, bytes, url })) };
        let length = bytes.len() as u64;
        if place.depth >= self.limits.depth {
            let reason = format!("a container inside {} others, and the limit is {} ([containers] depth in the pipeline file); unpack it into the archive", place.depth, self.limits.depth);
            return self.refuse(path, length, Outcome::Skipped, reason);
        }
        self.held += length;
        let ((outcome, reason), stop) = self.container(&mut Cursor::new(bytes), &path, kind, place.depth + 1);
        self.held -= length;
        if !matches!(stop, Some(Stop::NotWanted)) {
            self.give(Found::Container(Refused { path, bytes: length, outcome, reason }))?;
        }
        stop.map_or(Ok(()), |s| Err(Trouble::Stop(s)))
    }
}

/// What is said of a member that has more than `most` bytes.
fn too_large(most: u64) -> String {
    format!("more than the limit of {most} bytes (max_file_bytes in the pipeline file)")
}

/// What ends the reading of one container.
#[derive(Debug)]
enum Trouble {
    /// This container is broken; the one around it goes on.
    Damaged(String),
    /// Everything ends.
    Stop(Stop),
}

impl From<io::Error> for Trouble {
    fn from(e: io::Error) -> Trouble {
        Trouble::Damaged(e.to_string())
    }
}

#[cfg(test)]
mod tests;
