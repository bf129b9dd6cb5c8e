//! Workbooks of Excel 97 and 95 ([MS-XLS]): .xls, and .et of WPS Office. A stream of records, each a number, a length and
//! its content; macros are in streams of their own, which are not opened.

mod drawings;
mod looks;
mod results;
mod strings;

use encoding_rs::{Encoding, GB18030};

use super::formulas::Formulas;
use super::style::View;
use super::{Merge, Workbook};
use crate::decode::compound::{Compound, u16_at};
use crate::decode::fault::Fault;
use crate::decode::{Limits, margin};
use crate::model::Decoded;
use looks::Looks;
use results::Results;
use strings::{Segments, Written, long_string, name, shared_strings, short_string};

/// Drawings of one sheet that are followed.
const DRAWINGS: usize = 1000;

/// Numbers of records ([MS-XLS] 2.3.2).
mod record {
    pub const FORMULA: u16 = 0x0006;
    pub const END: u16 = 0x000A;
    pub const HEAD: u16 = 0x0014;
    pub const FOOT: u16 = 0x0015;
    pub const SINCE_1904: u16 = 0x0022;
    pub const PASSWORD: u16 = 0x002F;
    pub const FONT: u16 = 0x0031;
    pub const CONTINUE: u16 = 0x003C;
    pub const CODE_PAGE: u16 = 0x0042;
    pub const OBJECT: u16 = 0x005D;
    pub const UNCALCULATED: u16 = 0x005E;
    pub const COLUMNS: u16 = 0x007D;
    pub const SHEET: u16 = 0x0085;
    pub const PALETTE: u16 = 0x0092;
    pub const SEVERAL_NUMBERS: u16 = 0x00BD;
    pub const SEVERAL_BLANKS: u16 = 0x00BE;
    pub const RICH_LABEL: u16 = 0x00D6;
    pub const CELL_FORMAT: u16 = 0x00E0;
    pub const MERGES: u16 = 0x00E5;
    pub const DRAWING: u16 = 0x00EC;
    pub const STRINGS: u16 = 0x00FC;
    pub const SHARED_LABEL: u16 = 0x00FD;
    pub const RULES: u16 = 0x01B0;
    pub const RULE: u16 = 0x01B1;
    pub const CALCULATOR: u16 = 0x01C1;
    pub const BLANK: u16 = 0x0201;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const TRUTH: u16 = 0x0205;
    pub const RESULT: u16 = 0x0207;
    pub const ROW: u16 = 0x0208;
    pub const WINDOW: u16 = 0x023E;
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
        looks: Looks::default(),
        view: View::default(),
        computed: false,
        results: Results::default(),
        formulas: Formulas::default(),
        since_1904: false,
        book: Workbook::new(limits),
    };
    let sheets = reader.read_globals()?;
    // Each sheet is a part of the stream; were they allowed to overlap, a small file could be read without end.
    let mut end = 0;
    for (at, name) in sheets {
        if at < end {
            return Err(Fault::damaged("its sheets overlap"));
        }
        end = reader.read_sheet(at, &name)?;
    }
    (decoded.format, decoded.encoding) = ("xls", if reader.wide { "UTF-16LE" } else { reader.page.name() });
    reader.book.finish(decoded)
}

/// A record, its content, and where the next one begins.
struct Record<'a> {
    number: u16,
    content: &'a [u8],
    next: usize,
}

fn record_at(stream: &[u8], at: usize) -> Result<Option<Record<'_>>, Fault> {
    let (Some(number), Some(length)) = (u16_at(stream, at), u16_at(stream, at + 2)) else { return Ok(None) };
    let next = at + 4 + usize::from(length);
    let content = stream.get(at + 4..next).ok_or_else(|| Fault::damaged("a record breaks off"))?;
    Ok(Some(Record { number, content, next }))
}

/// A sheet's own records. Charts within it are sheets of their own, each with a beginning and an end.
struct Sheet<'a> {
    stream: &'a [u8],
    /// Where the next record begins.
    at: usize,
    depth: usize,
}

impl<'a> Sheet<'a> {
    /// None at the end of the sheet, or of the stream.
    fn next(&mut self) -> Result<Option<Record<'a>>, Fault> {
        while let Some(r) = record_at(self.stream, self.at)? {
            self.at = r.next;
            match r.number {
                record::BEGIN => self.depth += 1,
                record::END if self.depth <= 1 => break,
                record::END => self.depth -= 1,
                _ if self.depth > 1 => {}
                _ => return Ok(Some(r)),
            }
        }
        Ok(None)
    }
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
    strings: Vec<Written>,
    looks: Looks,
    /// What the sheet that is read says of its cells.
    view: View,
    /// The workbook says which program computed its formulas last.
    computed: bool,
    /// What the formulas of the sheet that is read say of their results; and what stands in its cells, where some are computed
    /// anew.
    results: Results,
    formulas: Formulas,
    since_1904: bool,
    book: Workbook,
}

impl<'a> Reader<'a> {
    /// What holds for the whole workbook; gives where the sheets begin that show and their names, in order of their place.
    fn read_globals(&mut self) -> Result<Vec<(usize, String)>, Fault> {
        let mut sheets: Vec<(usize, String)> = Vec::new();
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
                    self.looks.add_code(r.u16(0)?, &code);
                }
                record::FONT => self.looks.add_font(r.content),
                record::PALETTE => self.looks.set_palette(r.content),
                record::CALCULATOR => self.computed = true,
                record::CELL_FORMAT => self.looks.add_cell(r.content, self.wide),
                record::SHEET => {
                    let [state, kind] = r.bytes(4)?;
                    match (state & 3, kind) {
                        (0, 0) => sheets.push((r.u32(0)? as usize, name(r.rest(6)?, self.page, self.wide).unwrap_or_default())),
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
        self.looks.settle();
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
    fn read_sheet(&mut self, at: usize, name: &str) -> Result<usize, Fault> {
        self.book.begin_sheet(name);
        (self.view, self.results) = self.survey(at)?;
        // The cell whose formula gave a text, which comes in a record of its own.
        let mut waiting = None;
        let (mut anchor, mut covered) = (None, Vec::new());
        let mut sheet = Sheet { stream: self.stream, at, depth: 0 };
        while let Some(r) = sheet.next()? {
            if r.number == record::FORMULA && self.results.is_anew(&r)? {
                let code = results::code(r.content).filter(|_| self.wide).unwrap_or_default();
                self.formulas.add((r.u16(0)?.into(), r.u16(2)?.into()), None, Some(&code));
            }
            match r.number {
                record::MERGES => self.merges(&r)?,
                record::HEAD | record::FOOT => {
                    let codes = if self.wide { long_string(r.content) } else { short_string(r.content, self.page) }.unwrap_or_default();
                    self.book.add_margin(&margin::of_sheet(&codes));
                }
                record::RESULT => {
                    if let Some((row, column, style)) = waiting.take() {
                        let text = self.string(r.content)?;
                        self.put(row, column, style, &Written { text, runs: Vec::new() })?;
                    }
                }
                record::FORMULA if self.view.shows_formulas => self.book.put(r.u16(0)?.into(), r.u16(2)?.into(), "=?")?,
                record::FORMULA if r.bytes::<8>(6)?[6..] == [0xFF, 0xFF] => {
                    let (row, column) = (r.u16(0)?.into(), r.u16(2)?.into());
                    match r.bytes::<3>(6)? {
                        [0, ..] => waiting = Some((row, column, r.u16(4)?)),
                        [1, _, truth] => self.book.put(row, column, if truth == 0 { "FALSE" } else { "TRUE" })?,
                        [2, _, error] => self.book.put(row, column, error_name(error))?,
                        // A person sees a figure here that the file does not hold: it must not pass for a blank.
                        _ => self.book.put(row, column, if self.results.is_missing(&r)? { "=?" } else { "" })?,
                    }
                }
                record::DRAWING => anchor = drawings::anchor(r.content).or(anchor),
                record::OBJECT => covered.extend(drawings::area(r.content, anchor.take())),
                _ => self.cell(&r)?,
            }
        }
        std::mem::take(&mut self.formulas).doubtful().into_iter().for_each(|(row, column)| self.book.doubt(row, column));
        covered.into_iter().take(DRAWINGS).for_each(|area| self.book.cover(area));
        let view = std::mem::take(&mut self.view);
        self.book.hide(view.rows, view.columns);
        Ok(sheet.at)
    }

    /// What a sheet says of its cells; much of it stands behind them.
    fn survey(&self, at: usize) -> Result<(View, Results), Fault> {
        let (mut view, mut areas) = (View::default(), Vec::new());
        let mut results = Results { computed: self.computed, ..Results::default() };
        let mut sheet = Sheet { stream: self.stream, at, depth: 0 };
        while let Some(r) = sheet.next()? {
            match r.number {
                record::ROW => looks::row(r.content, &mut view),
                record::COLUMNS => looks::columns(r.content, &mut view),
                record::WINDOW => looks::window(r.content, &mut view),
                record::RULES => areas = looks::areas(r.content),
                record::RULE => self.looks.rule(r.content, &areas).into_iter().for_each(|rule| _ = view.add(rule)),
                record::UNCALCULATED => results.all_anew = true,
                record::FORMULA => results.see(&r)?,
                _ => {}
            }
        }
        Ok((view, results))
    }

    fn cell(&mut self, r: &Record) -> Result<(), Fault> {
        let place = || Ok((u32::from(r.u16(0)?), u32::from(r.u16(2)?)));
        match r.number {
            record::NUMBER | record::FORMULA => {
                let (row, column) = place()?;
                self.put_number(row, column, r.u16(4)?, f64::from_le_bytes(r.bytes(6)?))
            }
            record::SHORT_NUMBER => {
                let (row, column) = place()?;
                self.put_number(row, column, r.u16(4)?, short_number(r.u32(6)?))
            }
            record::SEVERAL_NUMBERS => {
                let (row, first) = place()?;
                let count = r.content.len().saturating_sub(6) / 6;
                for n in 0..count {
                    self.put_number(row, first + n as u32, r.u16(4 + n * 6)?, short_number(r.u32(6 + n * 6)?))?;
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
                let style = self.looks.style(r.u16(4)?);
                let text = self.strings.get(r.u32(6)? as usize).ok_or_else(|| Fault::damaged("a cell refers to a string that is not there"))?;
                let doubtful = self.view.doubts(row, column, None);
                self.book.put(row, column, &style.text(&self.looks.rich(text), doubtful))
            }
            record::LABEL | record::RICH_LABEL => {
                let (row, column) = place()?;
                let text = self.string(r.rest(6)?)?;
                let runs = if r.number == record::RICH_LABEL { self.runs(r.rest(6)?) } else { Vec::new() };
                self.put(row, column, r.u16(4)?, &Written { text, runs })
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
        let length = u16_at(content, 0).map(usize::from);
        let bytes = length.and_then(|l| content.get(2..2 + l)).ok_or_else(|| Fault::damaged("a text breaks off"))?;
        Ok(self.page.decode_without_bom_handling(bytes).0.into_owned())
    }

    /// Where in a string of a cell which font begins; the string's head is that of [`Reader::string`].
    fn runs(&self, content: &[u8]) -> Vec<(u16, u16)> {
        let length = usize::from(u16_at(content, 0).unwrap_or(0));
        if self.wide {
            let width = 1 + usize::from(content.get(2).is_some_and(|flags| flags & 1 == 1));
            let at = 3 + length * width;
            return (0..usize::from(u16_at(content, at).unwrap_or(0))).map_while(|n| Some((u16_at(content, at + 2 + n * 4)?, u16_at(content, at + 4 + n * 4)?))).collect();
        }
        let at = 2 + length;
        let count = usize::from(content.get(at).copied().unwrap_or(0));
        (0..count).map_while(|n| Some((u16::from(*content.get(at + 1 + n * 2)?), u16::from(*content.get(at + 2 + n * 2)?)))).collect()
    }

    fn put(&mut self, row: u32, column: u32, style: u16, text: &Written) -> Result<(), Fault> {
        let doubtful = self.view.doubts(row, column, None);
        self.book.put(row, column, &self.looks.style(style).text(&self.looks.rich(text), doubtful))
    }

    fn put_number(&mut self, row: u32, column: u32, style: u16, value: f64) -> Result<(), Fault> {
        if self.results.all_anew || self.results.some_anew {
            self.formulas.add((row, column), Some(value), None);
        }
        if value == 0.0 && self.view.hides_zeros {
            return self.book.put(row, column, "");
        }
        let doubtful = self.view.doubts(row, column, Some(value));
        let text = self.looks.style(style).number(value, self.since_1904, doubtful);
        self.book.put(row, column, &text)
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
