//! 7z, block after block. What its header asks of memory is checked before the library reads it.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use sevenz_rust2::{Archive, BlockDecoder, Error, Password};

use super::meter::Metered;
use super::packed::WINDOW;
use super::{ENCRYPTED, Input, Entered, Streaming, Trouble};
use crate::model::Outcome;

/// Bytes of a header, unpacked. A member takes about 80 of them; a header that is made to harm asks 120 bytes of memory
/// for each of its own.
const HEADER: u64 = 4 << 20;
const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];

impl Streaming<'_> {
    pub(super) fn sevenz(&mut self, input: &mut dyn Input, place: &mut Entered) -> Result<(), Trouble> {
        let mut input = BufReader::new(input);
        check_header(&mut input)?;
        let archive = Archive::read(&mut input, &Password::empty()).map_err(|e| Trouble::Damaged(words(&e)))?;
        let mut bad = None;
        for block in 0..archive.blocks.len() {
            if let Some(why) = self.solid(&archive, block, &mut input, place)? {
                bad.get_or_insert(why);
            }
        }
        // Members without bytes belong to no block.
        for (entry, _) in archive.files.iter().zip(&archive.stream_map.file_block_index).filter(|(_, block)| block.is_none()) {
            if !entry.is_directory && !entry.is_anti_item {
                self.member(place, &entry.name, None, &mut io::empty())?;
            }
        }
        bad.map_or(Ok(()), |why| Err(Trouble::Damaged(why)))
    }

    /// The members of one block, which are packed as one stream. Gives what is wrong with it, each member that could not
    /// be reached being a row.
    fn solid(&mut self, archive: &Archive, block: usize, input: &mut BufReader<&mut dyn Input>, place: &mut Entered) -> Result<Option<String>, Trouble> {
        let password = Password::empty();
        let decoder = BlockDecoder::new(1, block, archive, &password, input);
        let first = archive.stream_map.block_first_file_index[block];
        let end = first + decoder.entry_count();
        let mut next = first;
        let window = archive.blocks[block].coders.iter().map(|c| window(c.encoder_method_id(), c.properties())).max().unwrap_or(0);
        let (mut stop, mut broken) = (None, None);
        let why = if window > WINDOW {
            Some(format!("packed with a window of {window} bytes, and the limit is {WINDOW}; repack it"))
        } else {
            let budget = self.budget.clone();
            let done = decoder.for_each_entries(&mut |entry, data| {
                next += 1;
                if entry.is_directory || entry.is_anti_item {
                    return Ok(true);
                }
                let mut data = Metered::new(data, &budget);
                let result = self.member(place, &entry.name, Some(entry.size), &mut data);
                // What a large member has left is read here, where it is counted.
                let rest = io::copy(&mut data, &mut io::sink());
                stop = result.err();
                broken = rest.err().map(|e| format!("the 7z is damaged: {e}; fetch it again"));
                Ok(stop.is_none() && broken.is_none())
            });
            done.err().map(|e| words(&e)).or(broken)
        };
        if let Some(stop) = stop {
            return Err(stop);
        }
        if self.budget.is_spent() {
            return Err(Trouble::Damaged(String::new()));
        }
        let Some(why) = why else { return Ok(None) };
        for entry in archive.files.get(next..end).unwrap_or_default().iter().filter(|e| !e.is_directory) {
            if let Some(path) = self.enter(place, &entry.name)? {
                self.refuse(path, 0, Outcome::Unreadable, format!("it lies in a part of the 7z that cannot be unpacked: {why}"))?;
            }
        }
        Ok(Some(why))
    }
}

/// The bytes of memory that a packer's properties ask for.
fn window(method: &[u8], properties: &[u8]) -> u64 {
    match (method, properties) {
        (LZMA2, [bits, ..]) => u64::from(2 | (bits & 1)) << (u32::from(*bits) / 2 + 11).min(40),
        (LZMA, [_, a, b, c, d, ..]) => u64::from(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => 0,
    }
}

/// Refuses a header that unpacks to more than [`HEADER`] bytes. It is read as the library reads it after us.
fn check_header(input: &mut (impl Read + Seek)) -> Result<(), Trouble> {
    let damaged = |what: &str| Trouble::Damaged(format!("the 7z is damaged: {what}; fetch it again"));
    let mut start = [0; 32];
    input.seek(SeekFrom::Start(0))?;
    input.read_exact(&mut start).map_err(|_| damaged("its header is cut"))?;
    let number = |at: usize| u64::from_le_bytes(start[at..at + 8].try_into().expect("eight bytes"));
    let (offset, size) = (number(12), number(20));
    if start[8..12] == [0; 4] {
        // The library would search for a header instead.
        return Err(damaged("it was not written to its end"));
    }
    let limit = || Trouble::Damaged(format!("its list of members has more than {HEADER} bytes; repack it as tar.zst"));
    if size > HEADER {
        return Err(limit());
    }
    let at = offset.checked_add(32).ok_or_else(|| damaged("its header lies outside"))?;
    input.seek(SeekFrom::Start(at))?;
    let mut header = Vec::new();
    input.take(size).read_to_end(&mut header)?;
    if (header.len() as u64) < size {
        return Err(damaged("its end, where the list of members stands, is missing"));
    }
    if header.first() == Some(&0x17) {
        let unpacked = Header { rest: &header[1..] }.unpack_sizes().ok_or_else(|| damaged("its header makes no sense"))?;
        if unpacked > HEADER {
            return Err(limit());
        }
    }
    Ok(())
}

/// A header that is packed itself, as far as it tells how large it will be.
struct Header<'h> {
    rest: &'h [u8],
}

impl Header<'_> {
    /// The largest size that any of its packers unpacks to.
    fn unpack_sizes(&mut self) -> Option<u64> {
        if self.byte()? != 0x06 {
            return None;
        }
        let (_, streams) = (self.number()?, self.count()?);
        loop {
            match self.byte()? {
                0x00 => break,
                0x09 => (0..streams).try_for_each(|_| self.number().map(drop))?,
                0x0A => self.digests(streams)?,
                _ => return None,
            }
        }
        if self.byte()? != 0x07 || self.byte()? != 0x0B || self.number()? != 1 || self.byte()? != 0 {
            return None;
        }
        let outputs = self.folder()?;
        if self.byte()? != 0x0C {
            return None;
        }
        (0..outputs).try_fold(0, |most: u64, _| Some(most.max(self.number()?)))
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    /// A number of one to nine bytes; the bits of the first tell how many follow.
    fn number(&mut self) -> Option<u64> {
        let first = u64::from(self.byte()?);
        let (mut mask, mut value) = (0x80, 0);
        for i in 0..8 {
            if first & mask == 0 {
                return Some(value | ((first & (mask - 1)) << (8 * i)));
            }
            value |= u64::from(self.byte()?) << (8 * i);
            mask >>= 1;
        }
        Some(value)
    }

    /// A number of things of which each takes at least a byte.
    fn count(&mut self) -> Option<usize> {
        let n = usize::try_from(self.number()?).ok()?;
        (n <= self.rest.len()).then_some(n)
    }

    fn digests(&mut self, streams: usize) -> Option<()> {
        let mut defined = streams;
        if self.byte()? == 0 {
            let bits = self.rest.get(..streams.div_ceil(8))?;
            defined = bits.iter().map(|b| b.count_ones() as usize).sum();
            self.skip(streams.div_ceil(8))?;
        }
        self.skip(defined * 4)
    }

    /// The packers of the header; gives how many outputs they have.
    fn folder(&mut self) -> Option<usize> {
        let coders = self.count()?;
        let (mut inputs, mut outputs) = (0usize, 0usize);
        for _ in 0..coders {
            let flags = self.byte()?;
            self.skip(usize::from(flags & 15))?;
            let (i, o) = if flags & 0x10 != 0 { (self.count()?, self.count()?) } else { (1, 1) };
            (inputs, outputs) = (inputs + i, outputs + o);
            if flags & 0x20 != 0 {
                let size = self.count()?;
                self.skip(size)?;
            }
        }
        let bound = outputs.checked_sub(1)?;
        (0..2 * bound).try_for_each(|_| self.number().map(drop))?;
        let packed = inputs.checked_sub(bound)?;
        if packed > 1 {
            (0..packed).try_for_each(|_| self.number().map(drop))?;
        }
        Some(outputs)
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => ENCRYPTED.into(),
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => ENCRYPTED.into(),
        Error::UnsupportedCompressionMethod(method) => format!("packed by the method {method}, which is not read; repack it with LZMA2"),
        e => format!("the 7z is damaged: {e}; fetch it again"),
    }
}
