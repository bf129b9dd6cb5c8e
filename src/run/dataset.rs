//! The dataset as it grows: long tables batch by batch, and at the end the tables that need all reports.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use polars::prelude::DataFrame;

use super::kept::Kept;
use super::morning::Notes;
use super::overrides::Overrides;
use super::regional::{self, FailedChecks};
use super::summary::{Counts, Summary};
use super::{RunError, Tools, years};
use crate::columnar::{self, BodyYear, Carried, Details, Once, Settled, Wide};
use crate::form::{Form, TABLES};
use crate::model::{Figure, FileRow, HalfHash, Outcome, Problem, Read, ReportRow, Source, Status};
use crate::pipeline::Pipeline;
use crate::place;
use crate::{publish, walk};

/// The tables that grow batch by batch; the first of them has a file a batch and year.
const LONG: [&str; 5] = ["values", "checks", "problems", "mentions", "sections"];

/// The tables that need all reports, those of regions and the panel apart.
const WHOLE: [&str; 5] = ["comparable", "reports", "files", "indicators", "rates"];

/// Rows of a wide table that are made at once, and stand in one row group: some hundred columns wide, a million of them
/// together would take gigabytes. Two such tables are made at a time.
const WIDE_GROUP: usize = 1 << 13;

/// Pairs of reports whose differences are told at once.
const TOLD: usize = 1 << 11;

/// Cells of one pair of reports that are told one by one.
const MOST_DIFFERENCES: usize = 20;

/// The dataset as it grows.
pub(super) struct Dataset<'f> {
    pub(super) form: &'f Form,
    pub(super) dir: PathBuf,
    /// Those that gave no report; the others' rows are told by their reports'.
    files: Vec<FileRow>,
    pub(super) reports: Vec<ReportRow>,
    details: Details,
    pub(super) wide: Wide,
    mention_names: Vec<String>,
    /// The long tables, written batch by batch.
    long: BTreeMap<&'static str, publish::Stream>,
    /// Those of them, and the values, that are wanted as CSV too.
    csv: BTreeMap<&'static str, publish::CsvStream>,
    /// Reports that the others of the archive may place: where to read them again, and their numbers.
    deferred: Vec<(Source, usize)>,
    overrides: Arc<Overrides>,
    /// The tables in which an override replaced a figure, by the report's number.
    pub(super) corrected: HashMap<usize, [bool; TABLES.len()]>,
    /// Content hash → the number of the first report with it.
    contents: HashMap<HalfHash, u32>,
    once: Once,
    part: usize,
    pub(super) counts: Counts,
    pub(super) failed: FailedChecks,
    pub(super) notes: Notes,
}

impl<'f> Dataset<'f> {
    /// Opens its tables. There will be about so many `files`: room for their rows is taken at once, since moving them to a
    /// larger one takes both.
    pub fn open(tools: &Tools<'f>, dir: &Path, csv: &[String], files: usize) -> Result<Dataset<'f>, RunError> {
        let mut data = Dataset {
            form: tools.form,
            dir: dir.to_path_buf(),
            files: Vec::new(),
            reports: Vec::with_capacity(files),
            details: Details::default(),
            wide: Wide::new(tools.form),
            mention_names: tools.extractor.mention_names().into_iter().map(String::from).collect(),
            long: BTreeMap::new(),
            csv: BTreeMap::new(),
            deferred: Vec::new(),
            overrides: Arc::clone(&tools.overrides),
            corrected: HashMap::new(),
            contents: HashMap::new(),
            once: Once::default(),
            part: 0,
            counts: Counts::default(),
            failed: FailedChecks::default(),
            notes: Notes::new(tools.form),
        };
        for name in LONG.into_iter().skip(1) {
            let empty = data.long_table(name, &[]);
            data.long.insert(name, publish::Stream::open(&dir.join(format!("{name}.parquet")), &empty)?);
        }
        for name in LONG.into_iter().filter(|n| csv.iter().any(|c| c == n)) {
            let mut csv = publish::CsvStream::open(&dir.join(format!("{name}.csv")))?;
            // The names of the columns stand there though there may be no row.
            csv.push(&if name == "values" { columnar::no_values(tools.form) } else { data.long_table(name, &[]) })?;
            data.csv.insert(name, csv);
        }
        Ok(data)
    }

    /// What a batch adds to one of the long tables other than the values.
    fn long_table(&self, name: &str, batch: &[Read]) -> DataFrame {
        let names: Vec<&str> = self.mention_names.iter().map(String::as_str).collect();
        match name {
            "checks" => columnar::checks(self.form, batch),
            "problems" => columnar::problems(batch),
            "mentions" => columnar::mentions(&names, batch),
            _ => columnar::sections(batch),
        }
    }

    pub fn refused(&mut self, refused: Vec<walk::Refused>) -> Result<(), RunError> {
        let reads: Vec<Read> = refused
            .into_iter()
            .map(|r| {
                let code = if r.outcome == Outcome::Skipped { "walk/skipped" } else { "walk/unreadable" };
                let problems = vec![Problem::new(code, 0, "", r.reason.clone())];
                let file = FileRow { path: r.path.into(), bytes: r.bytes, outcome: r.outcome, reason: r.reason, ..FileRow::default() };
                Read::without_report(file, problems)
            })
            .collect();
        self.push_problems(&reads)?;
        self.files.extend(reads.into_iter().map(|r| r.file));
        Ok(())
    }

    /// Takes a batch in the order of its paths, read from `sources`: a file that is byte for byte an earlier report is a
    /// duplicate. A report that the others may place is taken out of it, if it has a source to be read again from; see
    /// [`Dataset::accept_late`].
    pub fn accept(&mut self, batch: &mut Vec<Read>, sources: &[Source]) {
        let mut sources = sources.iter();
        batch.retain_mut(|read| {
            self.take_one(read, sources.next())
        });
    }

    /// Leaves of the reports that the walk did not find those whose path is not there after all, in no container, nor
    /// their content at another path.
    pub fn leave_gone(&self, gone: &mut Vec<Carried>) {
        if gone.is_empty() {
            return;
        }
        let paths: HashSet<&str> = self.files.iter().map(|f| &*f.path).chain(self.reports.iter().map(|r| &*r.path)).collect();
        let contents: HashSet<HalfHash> = self.files.iter().filter_map(|f| f.content_hash).chain(self.reports.iter().map(|r| r.content_hash)).collect();
        gone.retain(|c| !paths.contains(&*c.file.path) && c.file.content_hash.is_none_or(|h| !contents.contains(&h)));
    }

    fn take_one(&mut self, read: &mut Read, source: Option<&Source>) -> bool {
        let mut late = None;
        if let Some(row) = &mut read.report {
            if let Some(first) = self.contents.get(&row.content_hash) {
                read.file.outcome = Outcome::Duplicate;
                read.file.reason = "byte for byte another file of the archive".into();
                read.file.report_id = Some(self.reports[*first as usize].report_id.clone());
                // One that was carried over has no identity: none was applied to it.
                if !row.report_id.is_empty() {
                    self.overrides.left_out(row, &read.figures);
                }
                *read = Read::without_report(std::mem::take(&mut read.file), Vec::new());
            } else if row.report_id.is_empty() {
                // A duplicate that was carried over, and the report that it duplicates could not be had.
                let why = "the report that it repeats could not be read in this run; the next one reads it again";
                let file = FileRow { path: read.file.path.clone(), bytes: read.file.bytes, reason: why.into(), ..FileRow::default() };
                *read = Read::without_report(file, vec![Problem::new("walk/unreadable", 0, "", why)]);
            } else {
                self.contents.insert(row.content_hash, self.reports.len() as u32);
                self.wide.push(&read.figures);
                self.corrected.extend(corrected(self.form, row, &read.figures).map(|tables| (self.reports.len(), tables)));
                self.once.share(row);
                self.details.push(&row.detail.take().unwrap_or_default());
                self.reports.push((**row).clone());
                late = source.filter(|_| !read.file.vanished && place::may_be_taught(read));
            }
        }
        if read.report.is_none() {
            self.files.push(read.file.clone());
        }
        match late {
            Some(source) => self.deferred.push((source.clone(), self.reports.len() - 1)),
            None => self.count(read),
        }
        late.is_none()
    }

    fn count(&mut self, read: &Read) {
        if read.report.is_some() {
            self.counts.add(read);
            self.failed.add(self.form, read);
        }
        self.counts.problems(&read.problems);
        self.notes.add(read);
    }

    /// The reports to be read once more, each with its number.
    pub fn deferred(&mut self) -> Vec<(Source, usize)> {
        std::mem::take(&mut self.deferred)
    }

    /// Takes reports that were read once more: their rows replace the first ones, and only now they are written.
    pub fn accept_late(&mut self, mut read: Vec<Read>, late: &[(Source, usize)]) -> Result<(), RunError> {
        for (read, (_, number)) in read.iter_mut().zip(late) {
            match read.report.as_deref_mut() {
                Some(row) if row.content_hash == self.reports[*number].content_hash => {
                    self.once.share(row);
                    self.wide.replace(*number, &read.figures);
                    self.corrected.remove(number);
                    self.corrected.extend(corrected(self.form, row, &read.figures).map(|tables| (*number, tables)));
                    self.details.replace(*number, row.detail.take().map(|detail| *detail).unwrap_or_default());
                    self.reports[*number] = row.clone();
                }
                _ => {
                    let message = "changed or vanished while the archive was read; its row in reports is the first reading's, its cells are in no table; run again";
                    *read = Read::without_report(std::mem::take(&mut read.file), vec![Problem::new("run/changed", 0, "", message)]);
                    self.wide.replace(*number, &[]);
                }
            }
            self.count(read);
        }
        self.write(read)
    }

    /// Writes what a batch adds to the long tables.
    pub fn write(&mut self, batch: Vec<Read>) -> Result<(), RunError> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut csv = self.csv.remove("values");
        let (form, dir, part) = (self.form, self.dir.clone(), self.part);
        // The values are as much work as the other tables together, and after the last batch nothing else is to be done.
        let (values, others) = std::thread::scope(|scope| {
            let values = scope.spawn(|| write_values(form, &dir, part, csv.as_mut(), &batch));
            let others = LONG.into_iter().skip(1).try_for_each(|name| self.append(name, &self.long_table(name, &batch)));
            (joined(values), others)
        });
        self.csv.extend(csv.map(|csv| ("values", csv)));
        self.part += 1;
        values.and(others)
    }

    pub(super) fn append(&mut self, name: &str, frame: &DataFrame) -> Result<(), RunError> {
        if let Some(csv) = self.csv.get_mut(name) {
            csv.push(frame)?;
        }
        if let Some(stream) = self.long.get_mut(name) {
            stream.push(frame)?;
        }
        Ok(())
    }

    /// Problems of files that gave no report of their own.
    fn push_problems(&mut self, reads: &[Read]) -> Result<(), RunError> {
        reads.iter().for_each(|r| self.notes.add(r));
        self.tell(reads)
    }

    /// Problems of reports against others, each with its number and how many cells differ.
    fn push_beside(&mut self, said: Vec<(Read, usize, usize)>) -> Result<(), RunError> {
        for (read, report, differ) in &said {
            self.notes.add_beside(read, &self.reports[*report], *differ);
        }
        let reads: Vec<Read> = said.into_iter().map(|s| s.0).collect();
        self.tell(&reads)
    }

    fn tell(&mut self, reads: &[Read]) -> Result<(), RunError> {
        reads.iter().for_each(|r| self.counts.problems(&r.problems));
        self.append("problems", &columnar::problems(reads))
    }

    /// The tables that need all reports.
    pub fn finish(&mut self, pipeline: &Pipeline, tools: &Tools, kept: &Kept) -> Result<(), RunError> {
        let settled = columnar::settle_primaries(&mut self.reports);
        self.disagreements(&settled)?;
        self.push_problems(tools.overrides.problems().as_slice())?;
        years::check(self, &tools.gazetteer)?;
        (self.contents, self.once) = Default::default();
        self.notes.count(&self.reports);
        let this = &*self;
        let table = |name: &str| this.whole_table(name, pipeline.publish.csv.iter().any(|c| c == name));
        // The panel takes as long as the others, and those are made one after the other, those of regions behind them: all together
        // would be as large as what they are made of. Threads of their own, since one of rayon's takes up another of them while it
        // waits for polars, and then the first waits for that.
        let (panel, others) = std::thread::scope(|scope| {
            let panel = scope.spawn(|| table("panel"));
            (WHOLE.into_iter().try_for_each(table), joined(panel))
        });
        panel.and(others)?;
        self.notes.regions = regional::write(self, &tools.gazetteer, pipeline, kept)?;
        Ok(())
    }

    /// Writes one of the tables that need all reports.
    fn whole_table(&self, name: &str, csv: bool) -> Result<(), RunError> {
        let frame = match name {
            "panel" => return self.wide_table(name, csv, columnar::panel),
            "comparable" => return self.wide_table(name, csv, columnar::comparable),
            "reports" => {
                let piece = |(at, rows): (usize, &[ReportRow])| columnar::reports(rows, &self.details.of(at..at + rows.len()));
                return self.in_pieces(name, csv, None, (0..).step_by(WIDE_GROUP).zip(self.reports.chunks(WIDE_GROUP)).map(piece), &columnar::reports(&[], &[]));
            }
            "files" => {
                let mut files: Vec<File> = self.files.iter().map(File::Other).chain(self.reports.iter().map(File::Report)).collect();
                files.sort_by_key(File::path);
                let piece = |some: &[File]| columnar::files(&some.iter().map(File::row).collect::<Vec<_>>());
                return self.in_pieces(name, csv, None, files.chunks(WIDE_GROUP).map(piece), &columnar::files(&[]));
            }
            "indicators" => columnar::indicators(self.form),
            _ => columnar::rates(self.form),
        };
        if csv {
            publish::csv(&self.dir.join(format!("{name}.csv")), &frame)?;
        }
        Ok(publish::write(&self.dir.join(format!("{name}.parquet")), &frame)?)
    }

    /// Writes one of the tables with a column an indicator, part by part.
    fn wide_table(&self, name: &str, csv: bool, rows_of: impl Fn(&Form, &[ReportRow], &Wide, &[BodyYear]) -> DataFrame) -> Result<(), RunError> {
        let part = |chosen: &[BodyYear]| rows_of(self.form, &self.reports, &self.wide, chosen);
        self.in_pieces(name, csv, Some(self.form), columnar::body_years(&self.reports).chunks(WIDE_GROUP).map(part), &part(&[]))
    }

    /// Writes a table of which `pieces` are made one after the other; `empty` has its columns, and the form may say what
    /// they are.
    fn in_pieces(&self, name: &str, csv: bool, form: Option<&Form>, pieces: impl Iterator<Item = DataFrame>, empty: &DataFrame) -> Result<(), RunError> {
        let path = self.dir.join(format!("{name}.parquet"));
        let mut stream = form.map_or_else(|| publish::Stream::open(&path, empty), |form| publish::Stream::described(&path, empty, form))?;
        let mut csv = csv.then(|| publish::CsvStream::open(&self.dir.join(format!("{name}.csv")))).transpose()?;
        // The names of the columns stand there though there may be no row.
        csv.iter_mut().try_for_each(|csv| csv.push(empty))?;
        for frame in pieces {
            csv.iter_mut().try_for_each(|csv| csv.push(&frame))?;
            stream.push(&frame)?;
        }
        Ok(stream.finish()?)
    }

    /// Tells of reports of one body and year that state different figures, cell by cell; and of one text in two places.
    fn disagreements(&mut self, settled: &Settled) -> Result<(), RunError> {
        for pairs in settled.pairs.chunks(TOLD) {
            let said = pairs.iter().filter_map(|&(other, primary)| {
                let (problems, cells) = self.differences(other, primary);
                (!problems.is_empty()).then(|| (self.about(other, problems), other, cells))
            });
            let said: Vec<_> = said.collect();
            self.push_beside(said)?;
        }
        let apart = settled.apart.iter().map(|&(other, first)| {
            let (here, there) = (&self.reports[other], &self.reports[first]);
            let place = |r: &ReportRow| r.place.division_code.clone().unwrap_or_default();
            let message = format!("the same text stands in {}, but its place was found to be {} here and {} there; both are kept, look which path is wrong", there.path, place(here), place(there));
            let problem = Problem::new("columnar/one-text-two-places", 0, here.body.as_deref().unwrap_or(""), message);
            (self.about(other, vec![problem]), other, 0)
        });
        let apart: Vec<_> = apart.collect();
        self.push_beside(apart)
    }

    /// A problem for each cell that differs, up to a limit; one more says how many others there are, and one how many figures only one
    /// of the two has. And how many differ.
    fn differences(&self, other: usize, primary: usize) -> (Vec<Problem>, usize) {
        let there = &self.reports[primary];
        let why = columnar::why_primary(there, &self.reports[other]);
        let told = |(i, here, first): (usize, f64, f64)| {
            let name = &self.form.indicators[i].name;
            let message = format!("{name} is {here} here and {first} in {}, the primary report of the same body and year, since {why}", there.path);
            Problem::new("columnar/disagrees", 0, name, message)
        };
        let mut all = self.wide.differences(other, primary);
        let mut problems: Vec<Problem> = all.by_ref().take(MOST_DIFFERENCES).map(told).collect();
        let (told, more) = (problems.len(), all.count());
        if more > 0 {
            let message = format!("{more} more cells differ from {}; compare the two in values", there.path);
            problems.push(Problem::new("columnar/disagrees", 0, "", message));
        }
        let (only_here, only_there) = self.wide.alone(other, primary);
        if only_here + only_there > 0 {
            let message = format!("{only_there} figures stand in {} alone, the primary report of the same body and year, since {why}; {only_here} stand here alone, and panel and sums do not have them", there.path);
            problems.push(Problem::new("columnar/figures-missing", 0, "", message));
        }
        (problems, told + more)
    }

    fn about(&self, report: usize, problems: Vec<Problem>) -> Read {
        let r = &self.reports[report];
        Read::without_report(File::Report(r).row(), problems)
    }

    /// Closes the long tables and sums up.
    pub fn summary(self) -> Result<Summary, RunError> {
        for stream in self.long.into_values() {
            stream.finish()?;
        }
        Ok(Summary::new(&self.files, &self.reports, self.counts))
    }
}

/// A file of the dataset.
enum File<'d> {
    Report(&'d ReportRow),
    Other(&'d FileRow),
}

impl<'d> File<'d> {
    fn path(&self) -> &'d str {
        match self {
            File::Report(r) => &r.path,
            File::Other(f) => &f.path,
        }
    }

    fn row(&self) -> FileRow {
        match self {
            File::Report(r) => FileRow { path: r.path.clone(), bytes: r.bytes, outcome: Outcome::Report, reason: String::new(), report_id: Some(r.report_id.clone()), content_hash: Some(r.content_hash), vanished: r.vanished },
            File::Other(f) => (*f).clone(),
        }
    }
}

/// The tables of a report in which a figure is not the document's.
fn corrected(form: &Form, row: &ReportRow, figures: &[Figure]) -> Option<[bool; TABLES.len()]> {
    let mut tables = [false; TABLES.len()];
    figures.iter().filter(|f| f.status == Status::Corrected).for_each(|f| tables[form.indicators[f.indicator as usize].table] = true);
    (row.cells_corrected > 0).then_some(tables)
}

/// What a thread gave; its panic is passed on.
pub(super) fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Writes what a batch adds to the values: a file a year.
fn write_values(form: &Form, dir: &Path, part: usize, mut csv: Option<&mut publish::CsvStream>, batch: &[Read]) -> Result<(), RunError> {
    for (year, frame) in columnar::values(form, batch) {
        if let Some(csv) = &mut csv {
            csv.push(&frame)?;
        }
        publish::write(&dir.join(format!("values/year={year}/part-{part:05}.parquet")), &frame)?;
    }
    Ok(())
}
