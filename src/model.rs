//! Plain data that passes between the stages. No stage owns it, none of it does any work.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Ends a cell in decoded text that came from a file with real geometry (HTML, Word, workbooks).
/// A cell that is covered by a span of another one is not written; an empty cell is a mark with nothing before it.
pub const CELL_END: char = '\u{1F}';
/// Ends a row of such a table; stands behind the last cell's [`CELL_END`], before the line break.
pub const ROW_END: char = '\u{1E}';

/// One file of the archive, before anything was read of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Path relative to the archive root, `/` as separator.
    pub path: Arc<str>,
    /// The archive's root, below which it lies.
    pub root: Option<Arc<Path>>,
    /// Where to open it, if that is not `path` below `root`.
    pub elsewhere: Option<Arc<Path>>,
    /// Size in bytes as the file system told it.
    pub bytes: u64,
    /// Nanoseconds since 1970 of the last change of its content.
    pub modified: i64,
    /// Nanoseconds since 1970 of the last change of anything about it, as the file system keeps it (ctime): nobody can
    /// set it back.
    pub changed: i64,
    /// Its number in the file system, which stays with it wherever it is moved.
    pub inode: u64,
    /// Path of the outermost container that holds it, where it is a member; that container is opened then.
    pub member_of: Option<Arc<str>>,
}

impl Source {
    /// A file that is named by its path alone.
    pub fn at(path: impl Into<Arc<str>>, file: impl Into<Arc<Path>>) -> Source {
        Source { path: path.into(), elsewhere: Some(file.into()), ..Source::default() }
    }

    /// Where to open it. It is put together when it is asked for: an archive has a million of them.
    pub fn file(&self) -> PathBuf {
        match (&self.elsewhere, &self.root) {
            (Some(file), _) => file.to_path_buf(),
            (None, Some(root)) => root.join(&*self.path),
            (None, None) => PathBuf::from(&*self.path),
        }
    }
}

/// The first half of a BLAKE3 hash, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HalfHash([u8; 16]);

impl HalfHash {
    pub fn of(whole: &[u8; 32]) -> HalfHash {
        HalfHash(std::array::from_fn(|i| whole[i]))
    }
}

impl fmt::Display for HalfHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for HalfHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for HalfHash {
    type Err = std::num::ParseIntError;
    fn from_str(digits: &str) -> Result<HalfHash, Self::Err> {
        u128::from_str_radix(digits, 16).map(|n| HalfHash(n.to_be_bytes()))
    }
}

/// What became of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Outcome {
    Report,
    NotAReport,
    Duplicate,
    #[default]
    Unreadable,
    Skipped,
}

impl Outcome {
    pub const ALL: [Outcome; 5] = [Outcome::Report, Outcome::NotAReport, Outcome::Duplicate, Outcome::Unreadable, Outcome::Skipped];

    pub fn name(self) -> &'static str {
        match self {
            Outcome::Report => "report",
            Outcome::NotAReport => "not_a_report",
            Outcome::Duplicate => "duplicate",
            Outcome::Unreadable => "unreadable",
            Outcome::Skipped => "skipped",
        }
    }
}

/// A file's text after decoding, lines separated by `\n`. Tables with real geometry stand in it with
/// [`CELL_END`] and [`ROW_END`] marks, so one reader serves every format.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// `text`, `html`, `docx`, …
    pub format: &'static str,
    /// WHATWG name of the encoding.
    pub encoding: &'static str,
    pub text: String,
    /// 1-based line in the text on which each page begins; empty where the format has no pages.
    pub pages: Vec<u32>,
    /// Bytes or sequences that had no meaning in the encoding and stand as U+FFFD.
    pub replaced: u32,
    /// Name and content of what a page says about itself outside its text: `SiteIDCode`, `PubDate`, `title`, `url` …
    pub meta: Vec<(String, String)>,
    /// Texts that the file holds and does not show (data of scripts, templates, hidden parts), written as `text` is. They
    /// are only looked at where `text` is no report.
    pub unseen: Vec<String>,
    pub problems: Vec<Problem>,
}

/// The script of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Simplified,
    Traditional,
    Mixed,
}

impl Script {
    pub fn name(self) -> &'static str {
        match self {
            Script::Simplified => "simplified",
            Script::Traditional => "traditional",
            Script::Mixed => "mixed",
        }
    }
}

/// Text in Simplified Chinese without pinyin notes, line for line the decoded one.
#[derive(Clone, Debug)]
pub struct Text {
    pub text: String,
    pub script: Script,
    /// Pinyin notes that were taken out.
    pub pinyin: u32,
    /// False where nothing had to be changed.
    pub changed: bool,
}

/// Whether a figure can be trusted, and why not. Names are those of the output contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Status {
    /// A figure stands there.
    Reported,
    /// The cell is there and empty or a dash.
    Blank,
    /// The row or column is not in the file.
    #[default]
    Absent,
    /// Something stands there that is no figure, or that cannot be tied to this cell.
    Unreadable,
    /// Not legible, but the only figure that satisfies the accounting identities.
    Derived,
    /// An override replaced it.
    Corrected,
}

impl Status {
    pub const ALL: [Status; 6] =
        [Status::Reported, Status::Blank, Status::Absent, Status::Unreadable, Status::Derived, Status::Corrected];

    pub fn name(self) -> &'static str {
        match self {
            Status::Reported => "reported",
            Status::Blank => "blank",
            Status::Absent => "absent",
            Status::Unreadable => "unreadable",
            Status::Derived => "derived",
            Status::Corrected => "corrected",
        }
    }
}

/// One cell of a statutory table as one report gives it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// Index into the form's indicators.
    pub indicator: u16,
    pub status: Status,
    /// Only where the status is `reported`, `derived` or `corrected`.
    pub value: Option<f64>,
    /// The cell's text as it stood. Most are one digit, so they live in place.
    pub raw: CompactString,
    /// 1-based line in the decoded text, 0 where there is none.
    pub line: u32,
    /// The label was matched letter for letter (not by edit distance).
    pub exact: bool,
}

/// Something odd about a file: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// `stage/what`, as listed in docs/problems.md.
    pub code: &'static str,
    /// 1-based line in the decoded text, 0 where it concerns the whole file.
    pub line: u32,
    /// The words that gave rise to it, as they stood (shortened).
    pub text: String,
    pub message: String,
}

impl Problem {
    pub fn new(code: &'static str, line: u32, text: impl Into<String>, message: impl Into<String>) -> Problem {
        let mut text: String = text.into();
        if text.chars().count() > 80 {
            text = text.chars().take(79).chain(['…']).collect();
        }
        Problem { code, line, text, message: message.into() }
    }
}

/// What one report says, table by table and field by field.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub title: Option<String>,
    /// The issuing body as named, in Simplified, without the regions above it.
    pub body: Option<String>,
    /// The body with the regions that stand before it in the title or signature.
    pub body_full: Option<String>,
    /// A line at the end that names a body, with the regions before it.
    pub signature: Option<String>,
    /// `township`, `county`, `city`, `province`, `department`
    pub level: Option<&'static str>,
    /// The year reported on.
    pub year: Option<i32>,
    /// Days since 1970-01-01.
    pub published: Option<i32>,
    pub phone: Option<String>,
    pub website: Option<String>,
    /// Unified social credit code or 索引号.
    pub code: Option<String>,
    /// How its tables are written: `tab-led`, `pipes`, `grid` … as the reader saw them.
    pub layout: &'static str,
    /// Edition of tables 2, 3 and 4 (index into the form's editions); none where the table is not in the file.
    pub editions: [Option<u8>; 3],
    /// First and last line of each table that was found; what stands outside them is running text.
    pub table_lines: Vec<(u32, u32)>,
    /// One per expected cell, in the order of the form's indicators.
    pub figures: Vec<Figure>,
    pub mentions: Vec<Mention>,
    pub sections: Vec<Section>,
    pub problems: Vec<Problem>,
    /// What renderings of one report in several formats have in common: its letters, digits and Han characters, folded.
    pub folded: String,
}

/// One row of `files.parquet`.
#[derive(Clone, Debug, Default)]
pub struct FileRow {
    pub path: Arc<str>,
    pub bytes: u64,
    pub outcome: Outcome,
    pub reason: String,
    pub report_id: Option<CompactString>,
    /// Hash of its bytes; none where they could not be read.
    pub content_hash: Option<HalfHash>,
    /// It is gone from the archive and its rows are kept from the dataset before.
    pub vanished: bool,
}

/// One row of `reports.parquet`; names and meanings are those of the output contract. Every report has one to the end of
/// a run, so what is short stands in place, what many have alike is there once (`columnar::Once`): single texts, how a report is
/// written, and where its body lies; and what only the table itself asks for is kept apart, packed (`columnar::Details`).
#[derive(Clone, Debug, Default)]
pub struct ReportRow {
    /// 16 hexadecimal digits.
    pub report_id: CompactString,
    pub path: Arc<str>,
    pub content_hash: HalfHash,
    /// Of the converted text, folded: alike for renderings of one report in several formats.
    pub text_hash: Option<HalfHash>,
    pub bytes: u64,
    pub shape: Arc<Shape>,
    pub body: Option<Arc<str>>,
    pub level: Option<&'static str>,
    pub place: Arc<PlaceRow>,
    /// How sure the place is, 0 to 1.
    pub confidence: f64,
    /// The archive's other reports had to tell the place, so it teaches nothing itself.
    pub learned: bool,
    pub year: Option<i32>,
    /// Days since 1970-01-01.
    pub published: Option<i32>,
    /// Hosts that it was found on.
    pub hosts: Box<[Arc<str>]>,
    /// None once a dataset has packed it.
    pub detail: Option<Box<Detail>>,
    pub replaced: u32,
    pub cells_expected: u32,
    pub cells_found: u32,
    /// Failed checks within the report; those over years are counted apart, since they need another report.
    pub checks_failed: u32,
    /// Failed checks against the report of the year before.
    pub checks_failed_years: u32,
    /// By table: every label matched letter for letter, every cell is there and legible, no byte was replaced.
    pub clean: [bool; 3],
    pub status: &'static str,
    /// Cells that an override replaced.
    pub cells_corrected: u32,
    pub primary: bool,
    pub duplicate_of: Option<Box<str>>,
    pub as_read: AsRead,
    /// Its file is gone from the archive and its rows are kept from the dataset before.
    pub vanished: bool,
}

/// What a report's row says and nothing but its table asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub title: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub code: Option<String>,
    /// What its place was told by.
    pub evidence: Vec<String>,
}

/// A report as it was read, before overrides: which of several of one body and year is primary is no matter of what a person
/// corrected in one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsRead {
    /// Cells with a figure, reported or derived; a blank is none.
    pub figures: u32,
    pub cells_found: u32,
    /// Failed checks within the report.
    pub checks_failed: u32,
}

impl ReportRow {
    /// Failed checks within the report and over years.
    pub fn all_checks_failed(&self) -> u32 {
        self.checks_failed + self.checks_failed_years
    }
}

/// How a report is written: its file, and the editions of its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    pub format: &'static str,
    pub encoding: &'static str,
    pub script: &'static str,
    pub layout: &'static str,
    /// `2021`, `2019`, `hybrid` where the tables differ, `pre2019` and `none` where there are none.
    pub form: CompactString,
    /// The editions of tables 2, 3 and 4.
    pub form_tables: [Option<CompactString>; 3],
}

/// Where a body lies, as far as it could be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PlaceRow {
    pub township: Option<Arc<str>>,
    pub county: Option<Arc<str>>,
    pub city: Option<Arc<str>>,
    pub province: Option<Arc<str>>,
    /// 9 digits for a township, 6 for a county, 4 for a city, 2 for a province.
    pub division_code: Option<Arc<str>>,
    pub statistical_code: Option<Arc<str>>,
    /// The name of a county's, city's or province's own government, or of its office, however the report writes it; none of all other bodies.
    pub government: Option<Arc<str>>,
}

/// Everything that one file gave.
#[derive(Clone, Debug)]
pub struct Read {
    pub file: FileRow,
    pub report: Option<Box<ReportRow>>,
    /// As [`Decoded::pages`].
    pub pages: Vec<u32>,
    pub figures: Vec<Figure>,
    pub checks: Vec<Check>,
    pub mentions: Vec<Mention>,
    pub sections: Vec<Section>,
    pub problems: Vec<Problem>,
    /// The file is a container: its row is not settled, and its members are still to be read.
    pub container: bool,
}

impl Read {
    /// A file that gave no report.
    pub fn without_report(file: FileRow, problems: Vec<Problem>) -> Read {
        Read { file, report: None, pages: Vec::new(), figures: Vec::new(), checks: Vec::new(), mentions: Vec::new(), sections: Vec::new(), problems, container: false }
    }
}

/// The result of a check: three, and «not testable» is no success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CheckResult {
    Holds,
    Fails,
    NotTestable,
}

impl CheckResult {
    pub const ALL: [CheckResult; 3] = [CheckResult::Holds, CheckResult::Fails, CheckResult::NotTestable];

    pub fn name(self) -> &'static str {
        match self {
            CheckResult::Holds => "holds",
            CheckResult::Fails => "fails",
            CheckResult::NotTestable => "not_testable",
        }
    }
}

/// Who is to blame for a failed check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Blame {
    /// Every label matched exactly and every figure was clean: the document itself is wrong.
    Source,
    /// A label was fuzzy, a row missing, bytes damaged.
    Extraction,
}

impl Blame {
    pub const ALL: [Blame; 2] = [Blame::Source, Blame::Extraction];

    pub fn name(self) -> &'static str {
        match self {
            Blame::Source => "source",
            Blame::Extraction => "extraction",
        }
    }
}

/// One accounting identity tested on one report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// Index into the form's identities; behind them come [`TEXT_CHECKS`], behind those the form's checks over years.
    pub identity: u16,
    pub left: Option<f64>,
    pub right: Option<f64>,
    pub result: CheckResult,
    pub blame: Option<Blame>,
}

/// What a figure is of, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The report's own figure of its year.
    Own,
    /// Of another year than the report's.
    OtherYear,
    /// Of the whole county, or of all departments.
    OtherScope,
    /// Contradicted by another figure of the same kind.
    Conflict,
}

impl Standing {
    pub const ALL: [Standing; 4] = [Standing::Own, Standing::OtherYear, Standing::OtherScope, Standing::Conflict];

    pub fn name(self) -> &'static str {
        match self {
            Standing::Own => "own",
            Standing::OtherYear => "other_year",
            Standing::OtherScope => "other_scope",
            Standing::Conflict => "conflict",
        }
    }
}

/// One figure stated in running text.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Index into the names of the form's `mentions.toml`.
    pub mention: u8,
    /// The category that the figure belongs to, or the other year or scope; none for the report's own figure.
    pub item: Option<String>,
    /// Only where the figure is exact, the report's own and not contradicted.
    pub value: Option<f64>,
    /// The number of an approximate figure.
    pub approximate: Option<f64>,
    /// The words that make it approximate.
    pub qualifier: Option<String>,
    /// The number as written, whatever it is worth.
    pub stated: f64,
    /// It is 0: not received, none, 0件.
    pub by_words: bool,
    pub unit: String,
    /// The clause it stands in, as it stood.
    pub text: String,
    /// 1-based line in the text.
    pub line: u32,
    pub standing: Standing,
    /// The calendar year that its words name.
    pub year: Option<i32>,
    /// Index (`seq`) of the figure that it is a part of.
    pub part_of: Option<u32>,
    /// The text says that its parts are all of it.
    pub whole: bool,
}

/// One part's running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// 1 to 6.
    pub number: u8,
    /// The heading as it stood, without its number.
    pub title: String,
    /// The paragraphs under it, without tables, one a line.
    pub text: String,
    /// 1-based line of the heading.
    pub line: u32,
}

/// The checks within the running text, and between text and tables; their numbers follow those of the identities.
pub const TEXT_CHECKS: [&str; 4] = ["mention_parts", "mention_applications", "mention_year", "mention_scope"];

/// One difference between a dataset and the one before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// One of [`CHANGES`].
    pub kind: &'static str,
    pub body: Option<String>,
    pub division_code: Option<String>,
    pub year: Option<i32>,
    /// Name of the indicator of a changed figure.
    pub indicator: Option<String>,
    pub old: Option<f64>,
    pub new: Option<f64>,
    /// `new_file`, `changed_file`, `vanished_file`, `moved_file`, `copied_file`, `override`, `new_form`, `new_program` …
    pub why: &'static str,
    /// The report: the new one, or the old one where there is no new one.
    pub report_id: Option<String>,
    pub path: Option<String>,
}

/// What may differ between two datasets, in the order in which it is listed.
pub const CHANGES: [&str; 5] = ["new_report", "vanished_report", "changed_figure", "coverage_gained", "coverage_lost"];

/// All differences between two datasets.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// In the order of [`CHANGES`], then by code, body, year, indicator; no more figures than are of use.
    pub rows: Vec<Change>,
    /// How many there are of each kind, those that `rows` leaves out included.
    pub totals: std::collections::BTreeMap<&'static str, usize>,
    /// Figures that both give.
    pub compared: usize,
    /// Of those, the ones that differ, and by what factor the one that differs most.
    pub differing: usize,
    pub steepest: Option<(f64, Change)>,
    /// Figures of the old panel whose file is still there as it was, and those of them that the new one does not give, of whatever
    /// report of that body and year, nor of the same report under another place.
    pub given: usize,
    pub lost: usize,
    /// Bodies of the old panel without any row in the new one; one whose place is told otherwise now is not lost.
    pub bodies_lost: Vec<String>,
}
