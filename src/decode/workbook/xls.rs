//! Workbooks of Excel 97 and 95 ([MS-XLS]): .xls, and .et of WPS Office. A stream of records, each a number, a length and
//! its content; macros are in streams of their own, which are not opened.

mod strings;

use std::collections::HashMap;

use encoding_rs::{Encoding, GB18030};

use super::super::Limits;
use super::super::compound::Compound;
use super::super::fault::Fault;
use super::figures::Format;
use super::{Merge, Workbook};
use crate::model::Decoded;
use strings::{Segments, long_string, shared_strings, short_string};

/// Numbers of records ([MS-XLS] 2.3.2).
mod record {
    pub const FORMULA: u16 = 0x0006;
    pub const END: u16 = 0x000A;
    pub const SINCE_1904: u16 = 0x0022;
    pub const PASSWORD: u16 = 0x002F;
    pub const CONTINUE: u16 = 0x003C;
    pub const CODE_PAGE: u16 = 0x0042;
    pub const SHEET: u16 = 0x0085;
    pub const SEVERAL_NUMBERS: u16 = 0x00BD;
    pub const SEVERAL_BLANKS: u16 = 0x00BE;
    pub const RICH_LABEL: u16 = 0x00D6;
    pub const CELL_FORMAT: u16 = 0x00E0;
    pub const MERGES: u16 = 0x00E5;
    pub const STRINGS: u16 = 0x00FC;
    pub const SHARED_LABEL: u16 = 0x00FD;
    pub const BLANK: u16 = 0x0201;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const TRUTH: u16 = 0x0205;
    pub const RESULT: u16 = 0x0207;
    pub const SHORT_NUMBER: u16 = 0x027E;
    pub const FORMAT: u16 = 0x041E;
    pub const BEGIN: u16 = 0x0809;
}

pub(in super::super) fn render(compound: &mut Compound, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let stream = match compound.read("Workbook")? {
        Some(stream) => stream,
        None => compound.read("Book")?.unwrap_or_default(),
    };
    let mut reader = Reader {
        stream: &stream,
        wide: true,
        page: GB18030,
        strings: Vec::new(),
        codes: HashMap::new(),
        formats: Vec::new(),
        since_1904: false,
        book: Workbook::new(limits),
    };
    let sheets = reader.read_globals()?;
    // Each sheet is a part of the stream; were they allowed to overlap, a small file could be read without end.
    let mut end = 0;
    for at in sheets {
        if at < end {
            return Err(Fault::damaged("its sheets overlap"));
        }
        end = reader.read_sheet(at)?;
    }
    (decoded.format, decoded.encoding) = ("xls", if reader.wide { "UTF-16LE" } else { reader.page.name() });
    decoded.problems.extend(super::super::hidden_sheets(reader.book.hidden));
    decoded.text = reader.book.text()?;
    Ok(())
}

/// A record, its content, and where the next one begins.
struct Record<'a> {
    number: u16,
    content: &'a [u8],
    next: usize,
}

fn record_at(stream: &[u8], at: usize) -> Result<Option<Record<'_>>, Fault> {
    let Some(head) = stream.get(at..at + 4) else { return Ok(None) };
    let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
    let next = at + 4 + length;
    let content = stream.get(at + 4..next).ok_or_else(|| Fault::damaged("a record breaks off"))?;
    Ok(Some(Record { number: u16::from_le_bytes([head[0], head[1]]), content, next }))
}

impl Record<'_> {
    fn u16(&self, at: usize) -> Result<u16, Fault> {
        self.bytes(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Result<u32, Fault> {
        self.bytes(at).map(u32::from_le_bytes)
    }

    fn bytes<const N: usize>(&self, at: usize) -> Result<[u8; N], Fault> {
        let bytes = self.content.get(at..at + N).and_then(|b| b.try_into().ok());
        bytes.ok_or_else(|| Fault::Damaged(format!("record {:#06x} is too short", self.number)))
    }

    fn rest(&self, at: usize) -> Result<&[u8], Fault> {
        self.content.get(at..).ok_or_else(|| Fault::Damaged(format!("record {:#06x} is too short", self.number)))
    }
}

struct Reader<'a> {
    stream: &'a [u8],
    /// Excel 97: strings in UTF-16. Before: in a code page.
    wide: bool,
    page: &'static Encoding,
    strings: Vec<String>,
    codes: HashMap<u16, Format>,
    formats: Vec<u16>,
    since_1904: bool,
    book: Workbook,
}

impl<'a> Reader<'a> {
    /// What holds for the whole workbook; gives where the sheets begin that show, in order of their place.
    fn read_globals(&mut self) -> Result<Vec<usize>, Fault> {
        let mut sheets = Vec::new();
        let mut at = 0;
        while let Some(r) = record_at(self.stream, at)? {
            at = r.next;
            match r.number {
                record::BEGIN => self.wide = r.u16(0)? >= 0x0600,
                record::PASSWORD => return Err(Fault::Encrypted),
                record::CODE_PAGE => self.page = page(r.u16(0)?),
                record::SINCE_1904 => self.since_1904 = r.u16(0)? == 1,
                record::FORMAT => {
                    let code = if self.wide { long_string(r.rest(2)?)? } else { short_string(r.rest(2)?, self.page)? };
                    self.codes.insert(r.u16(0)?, Format::by_code(&code));
                }
                record::CELL_FORMAT => self.formats.push(r.u16(2)?),
                record::SHEET => {
                    let [state, kind] = r.bytes(4)?;
                    match (state & 3, kind) {
                        (0, 0) => sheets.push(r.u32(0)? as usize),
                        (_, 0) => self.book.hidden += 1,
                        // Charts and macros.
                        _ => {}
                    }
                }
                record::STRINGS => {
                    let segments;
                    (segments, at) = self.continued(&r)?;
                    self.strings = shared_strings(segments)?;
                }
                record::END => break,
                _ => {}
            }
        }
        if at == 0 {
            return Err(Fault::damaged("it holds no records"));
        }
        sheets.sort_unstable();
        Ok(sheets)
    }

    /// The content of a record and of those that continue it, and where the next one begins.
    fn continued(&self, first: &Record<'a>) -> Result<(Segments<'a>, usize), Fault> {
        let mut parts = vec![first.content];
        let mut at = first.next;
        while let Some(r) = record_at(self.stream, at)?.filter(|r| r.number == record::CONTINUE) {
            parts.push(r.content);
            at = r.next;
        }
        Ok((Segments::new(parts), at))
    }

    /// Reads a sheet and gives where it ends.
    fn read_sheet(&mut self, mut at: usize) -> Result<usize, Fault> {
        self.book.begin_sheet();
        // Charts within the sheet are sheets of their own, each with a beginning and an end.
        let mut depth = 0;
        // The cell whose formula gave a text, which comes in a record of its own.
        let mut waiting = None;
        while let Some(r) = record_at(self.stream, at)? {
            at = r.next;
            match r.number {
                record::BEGIN => depth += 1,
                record::END if depth <= 1 => break,
                record::END => depth -= 1,
                _ if depth > 1 => {}
                record::MERGES => self.merges(&r)?,
                record::RESULT => {
                    if let Some((row, column)) = waiting.take() {
                        let text = self.string(r.content)?;
                        self.book.put(row, column, &text)?;
                    }
                }
                record::FORMULA if r.bytes::<8>(6)?[6..] == [0xFF, 0xFF] => {
                    let (row, column) = (r.u16(0)?.into(), r.u16(2)?.into());
                    match r.bytes::<3>(6)? {
                        [0, ..] => waiting = Some((row, column)),
                        [1, _, truth] => self.book.put(row, column, if truth == 0 { "FALSE" } else { "TRUE" })?,
                        [2, _, error] => self.book.put(row, column, error_name(error))?,
                        _ => self.book.put(row, column, "")?,
                    }
                }
                _ => self.cell(&r)?,
            }
        }
        Ok(at)
    }

    fn cell(&mut self, r: &Record) -> Result<(), Fault> {
        let place = || Ok((u32::from(r.u16(0)?), u32::from(r.u16(2)?)));
        match r.number {
            record::NUMBER | record::FORMULA => {
                let (row, column) = place()?;
                let text = self.number(f64::from_le_bytes(r.bytes(6)?), r.u16(4)?);
                self.book.put(row, column, &text)
            }
            record::SHORT_NUMBER => {
                let (row, column) = place()?;
                let text = self.number(short_number(r.u32(6)?), r.u16(4)?);
                self.book.put(row, column, &text)
            }
            record::SEVERAL_NUMBERS => {
                let (row, first) = place()?;
                let count = r.content.len().saturating_sub(6) / 6;
                for n in 0..count {
                    let text = self.number(short_number(r.u32(6 + n * 6)?), r.u16(4 + n * 6)?);
                    self.book.put(row, first + n as u32, &text)?;
                }
                Ok(())
            }
            record::BLANK => {
                let (row, column) = place()?;
                self.book.put(row, column, "")
            }
            record::SEVERAL_BLANKS => {
                let (row, first) = place()?;
                let count = r.content.len().saturating_sub(6) / 2;
                (0..count as u32).try_for_each(|n| self.book.put(row, first + n, ""))
            }
            record::SHARED_LABEL => {
                let (row, column) = place()?;
                let text = self.strings.get(r.u32(6)? as usize).ok_or_else(|| Fault::damaged("a cell refers to a string that is not there"))?;
                self.book.put(row, column, text)
            }
            record::LABEL | record::RICH_LABEL => {
                let (row, column) = place()?;
                let text = self.string(r.rest(6)?)?;
                self.book.put(row, column, &text)
            }
            record::TRUTH => {
                let (row, column) = place()?;
                match r.bytes(6)? {
                    [0, 0] => self.book.put(row, column, "FALSE"),
                    [_, 0] => self.book.put(row, column, "TRUE"),
                    [error, _] => self.book.put(row, column, error_name(error)),
                }
            }
            _ => Ok(()),
        }
    }

    fn string(&self, content: &[u8]) -> Result<String, Fault> {
        if self.wide {
            return long_string(content);
        }
        let length = content.get(..2).map(|l| usize::from(u16::from_le_bytes([l[0], l[1]])));
        let bytes = length.and_then(|l| content.get(2..2 + l)).ok_or_else(|| Fault::damaged("a text breaks off"))?;
        Ok(self.page.decode_without_bom_handling(bytes).0.into_owned())
    }

    fn number(&self, value: f64, cell_format: u16) -> String {
        let number = self.formats.get(usize::from(cell_format)).copied().unwrap_or(0);
        let format = self.codes.get(&number).copied().unwrap_or_else(|| Format::by_number(number.into()));
        format.write(value, self.since_1904)
    }

    fn merges(&mut self, r: &Record) -> Result<(), Fault> {
        for n in 0..usize::from(r.u16(0)?) {
            let edge = |i: usize| r.u16(2 + n * 8 + i * 2).map(u32::from);
            let merge = Merge { top: edge(0)?, bottom: edge(1)?, left: edge(2)?, right: edge(3)? };
            self.book.merge(merge)?;
        }
        Ok(())
    }
}

/// A number in four bytes: 30 bits of a float or of an integer, and whether it was multiplied by a hundred.
fn short_number(bits: u32) -> f64 {
    let value = if bits & 2 == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from(bits as i32 >> 2) };
    if bits & 1 == 0 { value } else { value / 100.0 }
}

fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

fn page(number: u16) -> &'static Encoding {
    match number {
        950 => encoding_rs::BIG5,
        1252 | 0x8001 => encoding_rs::WINDOWS_1252,
        _ => GB18030,
    }
}
