//! Files packed as one stream: gzip, Zstandard, xz, bzip2. In it stands a tar, a WARC, or the one file.

use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use super::meter::Metered;
use super::{Input, Kind, Entered, Streaming, Trouble, by_head, head};

/// The window that a packer may ask for, in bytes. The usual ones are 8 to 64 MiB.
pub(super) const WINDOW: u64 = 128 << 20;

/// `BZh`, a digit, and the mark of a block or of the end; text may begin with `BZh` too.
pub(super) fn is_bzip2(head: &[u8]) -> bool {
    const BLOCK: [u8; 6] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
    const END: [u8; 6] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];
    head.len() >= 10 && head.starts_with(b"BZh") && head[3].is_ascii_digit() && (head[4..10] == BLOCK || head[4..10] == END)
}

/// Unpacks what stands in `input`: one piece (a gzip member, a Zstandard frame, a bzip2 stream), or with `all` one after
/// another. Files in xz are taken as one piece.
fn unpacked<'r>(input: &'r mut dyn BufRead, kind: Kind, all: bool) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match kind {
        Kind::Gzip if all => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Kind::Gzip => Box::new(flate2::bufread::GzDecoder::new(input)),
        Kind::Bzip2 if all => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        Kind::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(input)),
        Kind::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            let mut decoder = if all { decoder } else { decoder.single_frame() };
            decoder.window_log_max(WINDOW.ilog2())?;
            Box::new(decoder)
        }
        _ => Box::new(lzma_rust2::XzReader::new_mem_limit(input, true, (WINDOW >> 10) as u32 + 1024)),
    })
}

/// How much of what a stream unpacks to is covered by checksums that hold, and what is wrong behind that.
struct Trial {
    good: u64,
    damage: Option<String>,
}

impl Streaming<'_> {
    /// Unpacks without keeping anything, piece by piece. Nothing of a piece whose checksum fails, or whose end with the
    /// checksum is missing, is good: a flipped bit gives figures that look like others.
    fn trial(&self, input: &mut BufReader<&mut dyn Input>, kind: Kind) -> Result<Trial, Trouble> {
        let budget = Rc::new(self.budget.rest());
        let mut trial = Trial { good: 0, damage: None };
        let mut before = None;
        loop {
            let left = input.fill_buf()?;
            if left.is_empty() {
                return Ok(trial);
            }
            // Tapes and downloads are filled up with zeros.
            if before.is_some() && by_head(left) != Some(kind) {
                let junk = left.iter().any(|&b| b != 0);
                trial.damage = junk.then(|| "bytes behind its end belong to nothing".to_string());
                return Ok(trial);
            }
            let at = input.stream_position()?;
            if before == Some(at) {
                trial.damage = Some("a piece of it has no end; fetch it again".into());
                return Ok(trial);
            }
            before = Some(at);
            let copied = unpacked(&mut *input, kind, false).and_then(|r| io::copy(&mut Metered::new(r, &budget), &mut io::sink()));
            match copied {
                Ok(bytes) => trial.good += bytes,
                Err(_) if budget.is_spent() => {
                    return Err(Trouble::Stop(super::Stop::Excess(budget.reason(self.limits))));
                }
                Err(e) => {
                    trial.damage = Some(format!("{e}; fetch it again"));
                    return Ok(trial);
                }
            }
        }
    }

    pub(super) fn packed(&mut self, input: &mut dyn Input, kind: Kind, place: &mut Entered) -> Result<(), Trouble> {
        input.seek(SeekFrom::Start(0))?;
        let Trial { good, damage } = self.trial(&mut BufReader::new(&mut *input), kind)?;
        if good > 0 || damage.is_none() {
            input.seek(SeekFrom::Start(0))?;
            let mut packed = BufReader::new(&mut *input);
            let stream = unpacked(&mut packed, kind, true)?.take(good);
            self.unpacked(&mut Metered::new(stream, &Rc::clone(&self.budget)), place)?;
        }
        damage.map_or(Ok(()), |why| Err(Trouble::Damaged(why)))
    }

    /// What stands in a packed stream: a tar, a WARC, or one file with the container's name less its last ending.
    fn unpacked(&mut self, stream: &mut dyn Read, place: &mut Entered) -> Result<(), Trouble> {
        let head = head(stream)?;
        let kind = by_head(&head);
        let mut all = Cursor::new(head).chain(stream);
        match kind {
            Some(Kind::Tar) => self.tar(&mut BufReader::new(all), place),
            Some(Kind::Warc) => self.warc(&mut BufReader::new(all), place),
            _ => {
                let name = place.path.rsplit(['/', '!']).next().unwrap_or_default();
                let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
                self.member(place, &name, None, &mut all)
            }
        }
    }
}
