//! Compound files: the containers of Word 97, Excel 97 and of what is encrypted.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use cfb::CompoundFile;

use crate::decode::fault::Fault;

pub(super) const MARK: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// A number of two bytes in one of its streams, the lower first; none behind the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// One of four bytes.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(super) struct Compound<'a> {
    file: CompoundFile<Cursor<Cow<'a, [u8]>>>,
    size: u64,
}

impl<'a> Compound<'a> {
    /// Some programs leave out the padding of the last sector; it is put back. The library refuses sectors that are
    /// pointed to twice, so no chain leads in a circle.
    pub fn open(bytes: &'a [u8]) -> Result<Compound<'a>, Fault> {
        let sector = if bytes.get(30) == Some(&12) { 4096 } else { 512 };
        let padded = match bytes.len() % sector {
            0 => Cow::Borrowed(bytes),
            over => {
                let mut padded = bytes.to_vec();
                padded.resize(bytes.len() + sector - over, 0);
                Cow::Owned(padded)
            }
        };
        let size = padded.len() as u64;
        let file = CompoundFile::open(Cursor::new(padded)).map_err(|e| Fault::Damaged(e.to_string()))?;
        Ok(Compound { file, size })
    }

    pub fn has(&self, stream: &str) -> bool {
        self.file.is_stream(stream)
    }

    /// The bytes of a stream; none where there is no such stream.
    pub fn read(&mut self, stream: &str) -> Result<Option<Vec<u8>>, Fault> {
        if !self.has(stream) {
            return Ok(None);
        }
        let damaged = |e: std::io::Error| Fault::Damaged(format!("stream {stream}: {e}"));
        let mut out = Vec::new();
        // A stream states its own size, which may be anything; no stream is longer than the file.
        self.file.open_stream(stream).map_err(damaged)?.take(self.size).read_to_end(&mut out).map_err(damaged)?;
        Ok(Some(out))
    }
}
