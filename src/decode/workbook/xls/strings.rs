//! Strings of Excel 97, and their table, which runs over from record to record.

use encoding_rs::Encoding;

use crate::decode::fault::Fault;

/// A string, and where in it, in UTF-16, which font begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Written {
    pub text: String,
    pub runs: Vec<(u16, u16)>,
}

fn cut() -> Fault {
    Fault::damaged("a text breaks off")
}

/// A string behind its length in two bytes and a byte that says how wide its characters are.
pub(super) fn long_string(content: &[u8]) -> Result<String, Fault> {
    let mut segments = Segments::new(vec![content]);
    // An empty one may lack the byte that says how wide it is.
    match segments.u16()? {
        0 => Ok(String::new()),
        length => {
            let wide = segments.u8()? & 1 == 1;
            segments.characters(usize::from(length), wide)
        }
    }
}

/// A string before Excel 97: its length in a byte, then bytes in a code page.
pub(super) fn short_string(content: &[u8], page: &'static Encoding) -> Result<String, Fault> {
    let length = usize::from(*content.first().ok_or_else(cut)?);
    let bytes = content.get(1..1 + length).ok_or_else(cut)?;
    Ok(page.decode_without_bom_handling(bytes).0.into_owned())
}

/// The name of a sheet: its length in a byte, and from Excel 97 on one that says how wide its characters are.
pub(super) fn name(content: &[u8], page: &'static Encoding, wide: bool) -> Option<String> {
    if !wide {
        return short_string(content, page).ok();
    }
    let (&length, rest) = content.split_first()?;
    long_string(&[&[length, 0], rest].concat()).ok()
}

/// All strings of the table. Behind its head they stand one after the other, some with runs of formats and readings.
pub(super) fn shared_strings(mut segments: Segments) -> Result<Vec<Written>, Fault> {
    segments.skip(8)?;
    let mut out = Vec::new();
    while !segments.is_empty() {
        let length = usize::from(segments.u16()?);
        let flags = segments.u8()?;
        let count = if flags & 8 != 0 { segments.u16()? } else { 0 };
        let readings = if flags & 4 != 0 { segments.u32()? as usize } else { 0 };
        let text = segments.characters(length, flags & 1 == 1)?;
        let runs = (0..count).map(|_| Ok((segments.u16()?, segments.u16()?))).collect::<Result<_, Fault>>()?;
        out.push(Written { text, runs });
        segments.skip(readings)?;
    }
    Ok(out)
}

/// The contents of a record and of those that continue it.
pub(super) struct Segments<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl<'a> Segments<'a> {
    pub fn new(parts: Vec<&'a [u8]>) -> Segments<'a> {
        Segments { parts, part: 0, at: 0 }
    }

    /// What is left of the part that is being read; parts that are used up are left behind.
    fn here(&mut self) -> &'a [u8] {
        while self.part + 1 < self.parts.len() && self.at >= self.parts[self.part].len() {
            (self.part, self.at) = (self.part + 1, 0);
        }
        self.parts.get(self.part).map_or(&[], |p| &p[self.at.min(p.len())..])
    }

    fn is_empty(&mut self) -> bool {
        self.here().is_empty()
    }

    fn skip(&mut self, mut bytes: usize) -> Result<(), Fault> {
        while bytes > 0 {
            let step = self.here().len().min(bytes);
            if step == 0 {
                return Err(cut());
            }
            self.at += step;
            bytes -= step;
        }
        Ok(())
    }

    fn u8(&mut self) -> Result<u8, Fault> {
        let byte = *self.here().first().ok_or_else(cut)?;
        self.at += 1;
        Ok(byte)
    }

    fn u16(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        Ok(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    /// So many characters. Where they run over into another record, a byte there says anew how wide they are.
    fn characters(&mut self, mut length: usize, mut wide: bool) -> Result<String, Fault> {
        let mut units: Vec<u16> = Vec::with_capacity(length.min(4096));
        while length > 0 {
            let part = self.part;
            let here = self.here();
            let here = if self.part > part && !units.is_empty() {
                wide = self.u8()? & 1 == 1;
                self.here()
            } else {
                here
            };
            let width = if wide { 2 } else { 1 };
            let take = (here.len() / width).min(length);
            if take == 0 {
                return Err(cut());
            }
            units.extend(here[..take * width].chunks_exact(width).map(|u| if wide { u16::from_le_bytes([u[0], u[1]]) } else { u16::from(u[0]) }));
            self.at += take * width;
            length -= take;
        }
        Ok(String::from_utf16_lossy(&units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_run_over_and_change_their_width() {
        let mut first = vec![0; 8];
        first.extend([3, 0, 1]);
        first.extend("一".encode_utf16().flat_map(u16::to_le_bytes));
        // The rest is narrow, then comes a string with runs and readings.
        let mut second = vec![0, b'a', b'b'];
        second.extend([2, 0, 12, 1, 0, 3, 0, 0, 0, b'c', b'd', 9, 9, 9, 9, 8, 8]);
        let third = vec![8, 1, 0, 0, b'e'];
        let strings = shared_strings(Segments::new(vec![&first, &second, &third])).unwrap();
        let texts: Vec<&str> = strings.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["一ab", "cd", "e"]);
        assert_eq!((strings[1].runs.as_slice(), strings[2].runs.len()), (&[(0x0909, 0x0909)][..], 0));
    }

    #[test]
    fn a_cut_table_is_damaged() {
        for length in 9..13 {
            let table = [0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0x2F, 0x66];
            assert!(shared_strings(Segments::new(vec![&table[..length]])).is_err(), "{length}");
        }
    }
}
