//! The way back: a published dataset → the rows of single files, as `extract` and `check` gave them, so that a file
//! that did not change need not be read again. The long tables are read row group by row group, in the order in which
//! they were written (by path), so a batch of files costs a batch of memory. Reports that are gone from the archive may
//! stand anywhere (`scattered`): where places were taught and members of containers were read last.

mod scattered;

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fs::File;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use compact_str::CompactString;
use polars::prelude::*;

use super::Once;
use super::reports::{Detailed, files_of, reports_of};
use scattered::Scattered;
use crate::form::{Form, Identity};
use crate::model::{Blame, Check, CheckResult, Figure, FileRow, HalfHash, Mention, Outcome, Problem, Read, ReportRow, Section, Standing, Status};

/// One file of the last dataset that is to be carried over.
#[derive(Clone, Debug)]
pub struct Carried {
    pub file: FileRow,
    /// As it was published; primary is settled anew.
    pub report: Option<Box<ReportRow>>,
}

/// Whether rows of files are carried over from this file of a dataset.
pub fn holds_rows(name: &str) -> bool {
    name.starts_with("values/") || ["reports", "files", "checks", "mentions", "sections", "problems"].iter().any(|table| name.strip_suffix(".parquet") == Some(*table))
}

/// Words of a small set that the program knows as constants; each is kept once.
pub(super) fn constant(word: &str) -> &'static str {
    static WORDS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut words = WORDS.lock().unwrap_or_else(|e| e.into_inner());
    let words = words.get_or_insert_default();
    if let Some(known) = words.get(word) {
        return known;
    }
    let kept: &'static str = Box::leak(word.to_string().into_boxed_str());
    words.insert(kept);
    kept
}

pub(super) fn odd(what: &str, word: &str) -> PolarsError {
    polars_err!(ComputeError: "{} «{}» is not known to this program", what, word)
}

fn open(path: &Path) -> PolarsResult<ParquetReader<File>> {
    Ok(ParquetReader::new(File::open(path)?))
}

/// Columns in one piece: a cell of one is found at once, which counts where there are millions.
pub(super) type Texts = <StringType as PolarsDataType>::Array;
type Floats = <Float64Type as PolarsDataType>::Array;
type Numbers = <UInt32Type as PolarsDataType>::Array;
pub(super) type Lists = <ListType as PolarsDataType>::Array;

pub(super) fn text(frame: &DataFrame, name: &str) -> PolarsResult<Texts> {
    frame.column(name)?.str().map(|c| c.rechunk().downcast_as_array().clone())
}

fn floats(frame: &DataFrame, name: &str) -> PolarsResult<Floats> {
    frame.column(name)?.f64().map(|c| c.rechunk().downcast_as_array().clone())
}

fn counts(frame: &DataFrame, name: &str) -> PolarsResult<Numbers> {
    frame.column(name)?.u32().map(|c| c.rechunk().downcast_as_array().clone())
}

/// A column of lists of texts: where each row's texts begin and end, and the texts.
pub(super) fn lists(frame: &DataFrame, name: &str) -> PolarsResult<(Lists, Texts)> {
    let column = frame.column(name)?.list()?.rechunk();
    let lists: &Lists = column.downcast_as_array();
    let texts = lists.values().as_any().downcast_ref::<Texts>().ok_or_else(|| odd("the column of lists", name))?;
    Ok((lists.clone(), texts.clone()))
}

pub(super) fn hash(digits: &str) -> PolarsResult<HalfHash> {
    digits.parse().map_err(|_| odd("the hash", digits))
}

/// What rows are asked for by: a path or a report.
trait Key: Borrow<str> + Eq + Hash {}

impl<K: Borrow<str> + Eq + Hash> Key for K {}

/// Columns of one row group of a table.
pub(super) trait Columns: Sized {
    const NAMES: &'static [&'static str];
    fn of(frame: &DataFrame) -> PolarsResult<Self>;
    /// What says whose row it is.
    fn key(&self, row: usize) -> Option<&str>;
}

/// First row and length of a row group.
type Group = (usize, usize);

fn row_groups(file: &Path) -> PolarsResult<Vec<Group>> {
    let mut first = 0;
    let group = |rows| {
        first += rows;
        (first - rows, rows)
    };
    Ok(open(file)?.get_metadata()?.row_groups.iter().map(|g| g.num_rows()).map(group).collect())
}

/// The rows of one group, all columns or some: a whole table would be larger than what is made of it.
fn rows(file: &Path, group: Group, names: Option<&[&str]>) -> PolarsResult<DataFrame> {
    let names = names.map(|names| names.iter().map(|n| n.to_string()).collect());
    open(file)?.with_columns(names).with_slice(Some(group)).finish()
}

fn columns_of<C: Columns>(file: &Path, group: Group) -> PolarsResult<C> {
    C::of(&rows(file, group, Some(C::NAMES))?)
}

/// The rows of a table that are taken back.
enum Rows<C> {
    InOrder(InOrder<C>),
    Scattered(Scattered<C>),
}

impl<C: Columns> Rows<C> {
    fn new(files: impl IntoIterator<Item = PathBuf>, in_order: bool) -> Rows<C> {
        if in_order { Rows::InOrder(InOrder::new(files)) } else { Rows::Scattered(Scattered::new(files)) }
    }

    /// The rows of number `wanted`. `order` gives the number of every key that will be asked for; rows of others are
    /// passed over.
    fn take<T>(&mut self, order: &HashMap<impl Key, u32>, wanted: u32, row: impl FnMut(&C, usize) -> PolarsResult<T>) -> PolarsResult<Vec<T>> {
        match self {
            Rows::InOrder(rows) => rows.take(order, wanted, row),
            Rows::Scattered(rows) => rows.take(order, wanted, row),
        }
    }
}

/// The row groups of one or several files, in order.
struct InOrder<C> {
    files: VecDeque<PathBuf>,
    /// The file that is being read, first row and length of each of its groups.
    groups: VecDeque<(PathBuf, Group)>,
    columns: Option<C>,
    height: usize,
    at: usize,
}

impl<C: Columns> InOrder<C> {
    fn new(files: impl IntoIterator<Item = PathBuf>) -> InOrder<C> {
        InOrder { files: files.into_iter().collect(), groups: VecDeque::new(), columns: None, height: 0, at: 0 }
    }

    /// Makes sure that there is a row at hand; false at the end. What cannot be read is asked for again by whoever comes next:
    /// the rows behind it are not theirs that are lost.
    fn more(&mut self) -> PolarsResult<bool> {
        while self.at >= self.height {
            self.columns = None;
            while self.groups.is_empty() {
                let Some(file) = self.files.front() else { return Ok(false) };
                let groups = row_groups(file)?;
                self.groups.extend(groups.into_iter().map(|group| (file.clone(), group)));
                self.files.pop_front();
            }
            let (file, group) = self.groups.front().expect("just filled");
            self.columns = Some(columns_of(file, *group)?);
            (self.height, self.at) = (group.1, 0);
            self.groups.pop_front();
        }
        Ok(true)
    }

    /// Numbers must be asked in rising order.
    fn take<T>(&mut self, order: &HashMap<impl Key, u32>, wanted: u32, mut row: impl FnMut(&C, usize) -> PolarsResult<T>) -> PolarsResult<Vec<T>> {
        let mut out = Vec::new();
        while self.more()? {
            let columns = self.columns.as_ref().expect("a row group");
            let key = columns.key(self.at).unwrap_or("");
            let mut end = self.at + 1;
            while end < self.height && columns.key(end) == Some(key) {
                end += 1;
            }
            match order.get(key) {
                Some(number) if *number > wanted => break,
                Some(number) if *number == wanted => {
                    out.reserve(end - self.at);
                    for i in self.at..end {
                        out.push(row(columns, i)?);
                    }
                }
                _ => {}
            }
            self.at = end;
        }
        Ok(out)
    }
}

struct Cells {
    key: Texts,
    indicator: Texts,
    value: Floats,
    status: Texts,
    raw: Texts,
    line: Numbers,
    page: Numbers,
}

impl Columns for Cells {
    const NAMES: &'static [&'static str] = &["report_id", "indicator", "value", "status", "raw", "line", "page"];
    fn of(f: &DataFrame) -> PolarsResult<Cells> {
        Ok(Cells {
            key: text(f, "report_id")?,
            indicator: text(f, "indicator")?,
            value: floats(f, "value")?,
            status: text(f, "status")?,
            raw: text(f, "raw")?,
            line: counts(f, "line")?,
            page: counts(f, "page")?,
        })
    }
    fn key(&self, row: usize) -> Option<&str> {
        self.key.get(row)
    }
}

struct Tests {
    key: Texts,
    check: Texts,
    sides: [Floats; 2],
    result: Texts,
    blame: Texts,
}

impl Columns for Tests {
    const NAMES: &'static [&'static str] = &["report_id", "check", "left", "right", "result", "blame"];
    fn of(f: &DataFrame) -> PolarsResult<Tests> {
        Ok(Tests { key: text(f, "report_id")?, check: text(f, "check")?, sides: [floats(f, "left")?, floats(f, "right")?], result: text(f, "result")?, blame: text(f, "blame")? })
    }
    fn key(&self, row: usize) -> Option<&str> {
        self.key.get(row)
    }
}

/// Tables of few rows: read by name.
struct Plain<const TABLE: usize> {
    key: Texts,
    texts: Vec<(&'static str, Texts)>,
    floats: Vec<(&'static str, Floats)>,
    counts: Vec<(&'static str, Numbers)>,
    flags: Vec<(&'static str, <BooleanType as PolarsDataType>::Array)>,
}

const MENTIONS: usize = 0;
const SECTIONS: usize = 1;
const PROBLEMS: usize = 2;

impl<const TABLE: usize> Columns for Plain<TABLE> {
    const NAMES: &'static [&'static str] = [
        &["report_id", "mention", "item", "value", "approximate", "qualifier", "stated", "by_words", "standing", "unit", "text", "line"] as &[&str],
        &["report_id", "section", "title", "text", "line"],
        &["path", "code", "line", "text", "message"],
    ][TABLE];
    fn of(f: &DataFrame) -> PolarsResult<Self> {
        let mut plain = Plain { key: text(f, Self::NAMES[0])?, texts: Vec::new(), floats: Vec::new(), counts: Vec::new(), flags: Vec::new() };
        for name in &Self::NAMES[1..] {
            match f.column(name)?.dtype() {
                DataType::String => plain.texts.push((name, text(f, name)?)),
                DataType::Float64 => plain.floats.push((name, floats(f, name)?)),
                DataType::Boolean => plain.flags.push((name, f.column(name)?.bool()?.rechunk().downcast_as_array().clone())),
                _ => plain.counts.push((name, counts(f, name)?)),
            }
        }
        Ok(plain)
    }
    fn key(&self, row: usize) -> Option<&str> {
        self.key.get(row)
    }
}

fn named<'c, C>(columns: &'c [(&'static str, C)], name: &str) -> PolarsResult<&'c C> {
    columns.iter().find(|c| c.0 == name).map(|c| &c.1).ok_or_else(|| odd("the table without", name))
}

impl<const TABLE: usize> Plain<TABLE> {
    fn text(&self, name: &str, row: usize) -> PolarsResult<Option<String>> {
        Ok(named(&self.texts, name)?.get(row).map(String::from))
    }
    fn number(&self, name: &str, row: usize) -> PolarsResult<Option<f64>> {
        Ok(named(&self.floats, name)?.get(row))
    }
    fn count(&self, name: &str, row: usize) -> PolarsResult<u32> {
        Ok(named(&self.counts, name)?.get(row).unwrap_or(0))
    }
    fn flag(&self, name: &str, row: usize) -> PolarsResult<bool> {
        Ok(named(&self.flags, name)?.get(row).unwrap_or(false))
    }
}

/// A dataset that is read back file by file.
pub struct Back<'f> {
    form: &'f Form,
    indicators: HashMap<&'f str, u16>,
    /// Numbers of the checks of a name: an identity may have one in each edition.
    checks: PlHashMap<&'f str, Vec<u16>>,
    mentions: HashMap<String, u8>,
    carried: Vec<Option<Carried>>,
    /// Report → its number in `carried`, and path → the same.
    reports: HashMap<CompactString, u32>,
    paths: HashMap<Arc<str>, u32>,
    cells_of_year: BTreeMap<i32, Rows<Cells>>,
    tests: Rows<Tests>,
    mentioned: Rows<Plain<MENTIONS>>,
    sections: Rows<Plain<SECTIONS>>,
    problems: Rows<Plain<PROBLEMS>>,
    detailed: Rows<Detailed>,
}

impl<'f> Back<'f> {
    /// Prepares to read the dataset in `dir` for the files `carried`, which are sorted by path; `in_order` says that their
    /// rows were written in that order.
    pub fn new(dir: &Path, form: &'f Form, mention_names: &[&str], carried: Vec<Carried>, in_order: bool) -> Back<'f> {
        let number = |i: usize| i as u32;
        let mut cells_of_year = BTreeMap::new();
        for c in carried.iter().filter_map(|c| c.report.as_ref()) {
            let year = c.year.unwrap_or(0);
            cells_of_year.entry(year).or_insert_with(|| Rows::new(parts(&dir.join(format!("values/year={year}"))), in_order));
        }
        let mut checks: PlHashMap<&str, Vec<u16>> = PlHashMap::default();
        for (i, name) in form.check_names().enumerate() {
            checks.entry(name).or_default().push(i as u16);
        }
        Back {
            form,
            indicators: form.indicators.iter().enumerate().map(|(i, d)| (d.name.as_str(), i as u16)).collect(),
            checks,
            mentions: mention_names.iter().enumerate().map(|(i, n)| (n.to_string(), i as u8)).collect(),
            reports: carried.iter().enumerate().filter_map(|(i, c)| Some((c.report.as_ref()?.report_id.clone(), number(i)))).collect(),
            paths: carried.iter().enumerate().map(|(i, c)| (c.file.path.clone(), number(i))).collect(),
            carried: carried.into_iter().map(Some).collect(),
            cells_of_year,
            tests: Rows::new([dir.join("checks.parquet")], in_order),
            mentioned: Rows::new([dir.join("mentions.parquet")], in_order),
            sections: Rows::new([dir.join("sections.parquet")], in_order),
            problems: Rows::new([dir.join("problems.parquet")], in_order),
            detailed: Rows::new([dir.join("reports.parquet")], in_order),
        }
    }

    /// Everything that file `number` of the carried ones gave. Numbers must be asked in rising order, and each once.
    ///
    /// # Errors
    /// The dataset cannot be read, or holds what this program does not know.
    pub fn take(&mut self, number: usize) -> PolarsResult<Read> {
        let Carried { file, report } = self.carried[number].take().ok_or_else(|| polars_err!(ComputeError: "asked for twice"))?;
        let n = number as u32;
        let problems = self.problems.take(&self.paths, n, problem)?.into_iter().flatten().collect();
        let mut read = Read::without_report(file, problems);
        // A duplicate has no rows of its own: the content's hash is all that is asked of it.
        let Some(mut report) = report.filter(|_| read.file.outcome == Outcome::Report) else {
            if read.file.outcome == Outcome::Duplicate {
                read.report = Some(Box::new(ReportRow { content_hash: read.file.content_hash.unwrap_or_default(), ..ReportRow::default() }));
            }
            return Ok(read);
        };
        (read.figures, read.pages) = self.figures(&report, n)?;
        if read.figures.len() != report.cells_expected as usize {
            polars_bail!(ComputeError: "{} cells of {} are in the dataset, {} are expected", read.figures.len(), report.path, report.cells_expected);
        }
        report.as_read.figures = read.figures.iter().filter(|f| f.value.is_some()).count() as u32;
        let detail = self.detailed.take(&self.reports, n, |c, i| Ok(Box::new(c.row(i))))?.pop();
        report.detail = Some(detail.ok_or_else(|| odd("the report", &report.path))?);
        report.vanished = read.file.vanished;
        read.checks = self.checks_of(&report, &read.figures, n)?;
        let names = &self.mentions;
        read.mentions = self.mentioned.take(&self.reports, n, |c, i| mention(names, c, i))?;
        read.sections = self.sections.take(&self.reports, n, section)?;
        read.report = Some(report);
        Ok(read)
    }

    fn checks_of(&mut self, report: &ReportRow, figures: &[Figure], n: u32) -> PolarsResult<Vec<Check>> {
        let (form, names, years) = (self.form, &self.checks, self.form.first_year_check() as u16);
        let mut given = vec![false; form.indicators.len()];
        figures.iter().for_each(|f| given[f.indicator as usize] = true);
        let editions = form.tested_as(form.editions_of(&report.shape.form_tables), figures.iter().map(|f| f.indicator));
        let of_edition = |d: &Identity| editions[d.table].is_some_and(|e| d.editions.contains(&e));
        let asked = |i: u16| form.identities.get(i as usize).is_none_or(|d| of_edition(d) && d.left.iter().chain(&d.right).all(|&t| given[t as usize]));
        // They were made in the order of their numbers, each of those whose cells the report is asked for.
        let mut next = 0;
        let rows = self.tests.take(&self.reports, n, |c, i| {
            let number = |known: &[u16]| known.iter().copied().find(|&k| k >= next && asked(k));
            let found = check(names, number, years, c, i)?;
            next = found.map_or(next, |c| c.identity + 1);
            Ok(found)
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The cells, and the line on which each page begins as far as they tell: enough to give each its page again.
    fn figures(&mut self, report: &ReportRow, n: u32) -> PolarsResult<(Vec<Figure>, Vec<u32>)> {
        let rows = self.cells_of_year.get_mut(&report.year.unwrap_or(0)).expect("a year of a carried report");
        let (form, indicators) = (self.form, &self.indicators);
        let mut next = 0usize;
        let mut pages: Vec<u32> = Vec::new();
        let figures = rows.take(&self.reports, n, |c, i| {
            let name = c.indicator.get(i).unwrap_or("");
            // The cells of a report stand in the form's order: most often it is the next one.
            let indicator = match form.indicators.get(next) {
                Some(d) if d.name == name => next as u16,
                _ => *indicators.get(name).ok_or_else(|| odd("the indicator", name))?,
            };
            next = indicator as usize + 1;
            let status = c.status.get(i).unwrap_or("");
            let status = Status::ALL.into_iter().find(|s| s.name() == status).ok_or_else(|| odd("the status", status))?;
            let line = c.line.get(i).unwrap_or(0);
            if let Some(page) = c.page.get(i).filter(|_| line > 0) {
                pages.resize(pages.len().max(page as usize), u32::MAX);
                pages[..page as usize].iter_mut().for_each(|first| *first = line.min(*first));
            }
            // Whether its label was exact is needed for checks alone, and those are carried over too.
            Ok(Figure { indicator, status, value: c.value.get(i), raw: c.raw.get(i).unwrap_or("").into(), line, exact: false })
        })?;
        Ok((figures, pages))
    }
}

fn parts(folder: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    out.sort();
    out
}

/// Problems that the end of a run finds by looking at all reports are found anew.
fn problem(c: &Plain<PROBLEMS>, row: usize) -> PolarsResult<Option<Problem>> {
    let get = |name: &str| Ok::<_, PolarsError>(c.text(name, row)?.unwrap_or_default());
    let code = get("code")?;
    if ["columnar/", "overrides/", "run/vanished"].iter().any(|p| code.starts_with(p)) {
        return Ok(None);
    }
    Ok(Some(Problem { code: constant(&code), line: c.count("line", row)?, text: get("text")?, message: get("message")? }))
}

/// Checks over years need another report and are made anew.
fn check(names: &PlHashMap<&str, Vec<u16>>, number: impl FnOnce(&[u16]) -> Option<u16>, years: u16, c: &Tests, row: usize) -> PolarsResult<Option<Check>> {
    let (name, result, blame) = (c.check.get(row).unwrap_or(""), c.result.get(row).unwrap_or(""), c.blame.get(row));
    let result = CheckResult::ALL.into_iter().find(|r| r.name() == result).ok_or_else(|| odd("the result", result))?;
    let blame = match blame {
        None => None,
        Some(word) => Some(Blame::ALL.into_iter().find(|b| b.name() == word).ok_or_else(|| odd("the blame", word))?),
    };
    let known = names.get(name).ok_or_else(|| odd("the check", name))?;
    if known[0] >= years {
        return Ok(None);
    }
    let identity = number(known).ok_or_else(|| odd("the check of another edition", name))?;
    Ok(Some(Check { identity, left: c.sides[0].get(row), right: c.sides[1].get(row), result, blame }))
}

/// Year and part of a mention are needed for its checks alone, and those are carried over too.
fn mention(names: &HashMap<String, u8>, c: &Plain<MENTIONS>, row: usize) -> PolarsResult<Mention> {
    let (name, standing) = (c.text("mention", row)?.unwrap_or_default(), c.text("standing", row)?.unwrap_or_default());
    Ok(Mention {
        mention: *names.get(&name).ok_or_else(|| odd("the mention", &name))?,
        item: c.text("item", row)?,
        value: c.number("value", row)?,
        approximate: c.number("approximate", row)?,
        qualifier: c.text("qualifier", row)?,
        stated: c.number("stated", row)?.unwrap_or(f64::NAN),
        by_words: c.flag("by_words", row)?,
        unit: c.text("unit", row)?.unwrap_or_default(),
        text: c.text("text", row)?.unwrap_or_default(),
        line: c.count("line", row)?,
        standing: Standing::ALL.into_iter().find(|s| s.name() == standing).ok_or_else(|| odd("the standing", &standing))?,
        year: None,
        part_of: None,
        whole: false,
    })
}

fn section(c: &Plain<SECTIONS>, row: usize) -> PolarsResult<Section> {
    let get = |name: &str| Ok::<_, PolarsError>(c.text(name, row)?.unwrap_or_default());
    Ok(Section { number: c.count("section", row)? as u8, title: get("title")?, text: get("text")?, line: c.count("line", row)? })
}

/// The rows of a `files.parquet` by path.
///
/// # Errors
/// The file is not there or is no such table.
pub fn files_back(path: &Path) -> PolarsResult<HashMap<Arc<str>, FileRow>> {
    let mut out = HashMap::new();
    for group in row_groups(path)? {
        out.extend(files_of(&rows(path, group, None)?)?.into_iter().map(|f| (f.path.clone(), f)));
    }
    Ok(out)
}

/// The rows of a `reports.parquet` by path, without their details, which [`Back`] takes when they are wanted. Which of several
/// reports is primary is left open.
///
/// # Errors
/// The file is not there or is no such table.
pub fn reports_back(path: &Path) -> PolarsResult<HashMap<Arc<str>, Box<ReportRow>>> {
    let (mut out, mut all) = (HashMap::new(), Once::default());
    let columns = open(path)?.schema()?;
    let names: Vec<&str> = columns.iter_names().map(PlSmallStr::as_str).filter(|name| !Detailed::NAMES[1..].contains(name)).collect();
    for group in row_groups(path)? {
        reports_of(&rows(path, group, Some(&names))?, &mut all, &mut out)?;
    }
    Ok(out)
}
