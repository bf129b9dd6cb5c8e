//! tar, front to back. Long names are read here and not by the library, which would hold names of any length.

use std::cell::Cell;
use std::io::{self, Read};

use ::tar::{Archive, EntryType, Header, PaxExtensions};

use super::names::decode;
use super::{Entered, Streaming, Trouble};
use crate::model::Outcome;

/// Bytes of a long name or of a member's extended header.
const LONG: u64 = 1 << 20;

/// Whether a file begins with the header of a member: 512 bytes whose checksum is right.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else { return false };
    let stated = &block[148..156];
    if block[0] == 0 || !stated.iter().all(|b| matches!(b, b'0'..=b'7' | b' ' | 0)) {
        return false;
    }
    let sum: u64 = block[..148].iter().chain(&block[156..]).map(|&b| u64::from(b)).sum::<u64>() + 8 * 32;
    Header::from_byte_slice(block).cksum().is_ok_and(|c| u64::from(c) == sum)
}

/// What extension headers say of the member that follows them.
#[derive(Default)]
struct Ahead {
    name: Option<Vec<u8>>,
    sparse: bool,
}

impl Streaming<'_> {
    pub(super) fn tar(&mut self, input: &mut dyn Read, place: &mut Entered) -> Result<(), Trouble> {
        let ended = Cell::new(false);
        let mut archive = Archive::new(Watched { inner: input, ended: &ended });
        let mut ahead = Ahead::default();
        for entry in archive.entries()?.raw(true) {
            let mut entry = entry?;
            let (kind, size) = (entry.header().entry_type(), entry.header().entry_size()?);
            match kind {
                EntryType::GNULongName => {
                    let mut name = long(&mut entry, size)?;
                    name.truncate(name.iter().position(|&b| b == 0).unwrap_or(name.len()));
                    ahead.name = Some(name);
                }
                EntryType::XHeader => extended(&long(&mut entry, size)?, &mut ahead)?,
                // The targets of links and what holds for all members say nothing that is needed.
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => {
                    let Ahead { name, sparse } = std::mem::take(&mut ahead);
                    let name = decode(&name.unwrap_or_else(|| entry.path_bytes().into_owned()), false);
                    if sparse || kind == EntryType::GNUSparse {
                        return Err(Trouble::Damaged(format!("«{name}» is stored with holes, which is not read; pack it without --sparse")));
                    }
                    self.tar_member(place, kind, &name, size, &mut entry)?;
                }
            }
        }
        if ended.get() && place.members > 0 {
            return Err(Trouble::Damaged("it has no mark at its end, so members may be missing".into()));
        }
        Ok(())
    }

    fn tar_member(&mut self, place: &mut Entered, kind: EntryType, name: &str, size: u64, data: &mut dyn Read) -> Result<(), Trouble> {
        match kind {
            EntryType::Directory => Ok(()),
            // Tapes before POSIX mark folders by the name alone.
            EntryType::Regular if name.ends_with('/') && size == 0 => Ok(()),
            EntryType::Regular | EntryType::Continuous => self.member(place, name, Some(size), data),
            EntryType::Link | EntryType::Symlink => {
                let Some(path) = self.enter(place, name)? else { return Ok(()) };
                self.refuse(path, 0, Outcome::Skipped, "a link to another member; it is not followed")
            }
            _ => {
                let Some(path) = self.enter(place, name)? else { return Ok(()) };
                self.refuse(path, size, Outcome::Skipped, "no regular file (a FIFO, device or an unknown kind of member)")
            }
        }
    }
}

/// The content of an extension header.
fn long(entry: &mut impl Read, size: u64) -> Result<Vec<u8>, Trouble> {
    if size > LONG {
        return Err(Trouble::Damaged(format!("the name of a member is said to have {size} bytes")));
    }
    let mut bytes = Vec::new();
    entry.take(size).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < size {
        return Err(Trouble::Damaged("it ends within the name of a member; fetch it again".into()));
    }
    Ok(bytes)
}

fn extended(bytes: &[u8], ahead: &mut Ahead) -> Result<(), Trouble> {
    for extension in PaxExtensions::new(bytes) {
        let extension = extension?;
        match extension.key_bytes() {
            b"path" => ahead.name = Some(extension.value_bytes().to_vec()),
            // Only members of 8 GiB and more need it, and such a member would not be read.
            b"size" => return Err(Trouble::Damaged("a member is larger than its header can say".into())),
            key if key.starts_with(b"GNU.sparse.") => ahead.sparse = true,
            _ => {}
        }
    }
    Ok(())
}

/// A reader that tells when its end was reached: a tar ends with a mark before that.
struct Watched<'a> {
    inner: &'a mut dyn Read,
    ended: &'a Cell<bool>,
}

impl Read for Watched<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        if n == 0 && !buf.is_empty() {
            self.ended.set(true);
        }
        Ok(n)
    }
}
