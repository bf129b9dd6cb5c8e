//! The whole flow on one screen: walk → decode → convert → extract → check → columnar → publish. The only file that
//! names several stages, and the only user of rayon.

mod build;
mod dataset;
mod gate;
mod kept;
mod last;
mod members;
mod metrics;
mod morning;
mod overrides;
mod regional;
mod seen;
mod setup;
mod summary;
mod unseen;
mod versions;
mod years;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use compact_str::CompactString;

use crate::columnar;
use crate::convert::{Converter, Engine};
use crate::extract::{self, Extractor};
use crate::fold::fold;
use crate::form::{self, Form};
use crate::model::{AsRead, CheckResult, Decoded, Detail, Figure, FileRow, HalfHash, Outcome, PlaceRow, Problem, Read, Report, ReportRow, Shape, Source, Status, Text};
use crate::pipeline::{self, Pipeline, Vanished};
use crate::place::{self, Evidence, Gazetteer, Learned};
use crate::publish::{self, PublishError, Staging};
use crate::{check, decode, walk};

use build::Build;
pub use build::diff;
use last::{Last, Plan};
pub use members::{Document, document};
pub use metrics::{write_failed_metrics, write_metrics};
use overrides::Overrides;
use seen::{Notes, Seen};
pub use summary::Summary;
use versions::Versions;

/// Why a run could not begin or end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{0}")]
    Setup(String),
    #[error("the form definition has {} fault(s):\n{}", .0.len(), .0.iter().map(|f| format!("  {f}")).collect::<Vec<_>>().join("\n"))]
    Form(Vec<form::Fault>),
    /// Of parts that are read each by itself.
    #[error("{}", .0.iter().map(RunError::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<RunError>),
    #[error("{0}")]
    Publish(#[from] PublishError),
    /// A signal asked for it: nothing was published.
    #[error("stopped by a signal; nothing was published, and a dataset that was there is still in place")]
    Stopped,
}

impl From<polars::prelude::PolarsError> for RunError {
    fn from(e: polars::prelude::PolarsError) -> RunError {
        RunError::Publish(e.into())
    }
}

/// What a run tells while it goes on.
pub trait Progress: Sync {
    fn walked(&self, files: usize);
    fn read(&self, files: usize);
    /// More files were found, in a container.
    fn found(&self, _files: usize) {}
    /// Whether the run is to stop: the file in hand is finished, nothing is published.
    fn stop(&self) -> bool {
        false
    }
}

/// Everything that is prepared once and shared by the workers.
pub struct Tools<'f> {
    pub form: &'f Form,
    pub extractor: Extractor<'f>,
    pub converter: Converter,
    pub gazetteer: Gazetteer,
    /// What the archive teaches about places, once it is read.
    pub learned: Option<Learned>,
    pub limits: decode::Limits,
    pub max_bytes: u64,
    /// What a container may cost, and which of its members are left out.
    pub containers: walk::container::Limits,
    pub exclude: walk::Globs,
    pub overrides: Arc<Overrides>,
}

impl<'f> Tools<'f> {
    /// Reads what a run works with, beside the form.
    ///
    /// # Errors
    /// Every fault of every part: none hides those of another.
    pub fn new(pipeline: &Pipeline, form: &'f Form) -> Result<Tools<'f>, RunError> {
        let mut faults = Faults::default();
        faults.of(setup::check(pipeline, form));
        let extractor = faults.of(Extractor::load(form, &pipeline.form.folder).map_err(RunError::Form));
        let converter = faults.of(converter(pipeline));
        if let Some(converter) = &converter {
            faults.of(form::in_one_script(&pipeline.form.folder, form, |words| converter.simplified(words)).map_err(RunError::Form));
        }
        let gazetteer = faults.of(gazetteer(pipeline));
        let overrides = faults.of(Overrides::load(&pipeline.overrides()).and_then(|o| o.with_form(&pipeline.overrides(), form)));
        let (Some(extractor), Some(converter), Some(gazetteer), Some(overrides)) = (extractor, converter, gazetteer, overrides) else { return Err(faults.told()) };
        faults.none()?;
        Ok(Tools {
            form,
            extractor,
            converter,
            gazetteer,
            learned: None,
            limits: decode::Limits {
                open_tags: pipeline.limits.open_tags,
                tables: pipeline.limits.tables,
                inflated: pipeline.limits.inflated,
                nesting: pipeline.limits.nesting,
                cells: pipeline.limits.cells,
                pages: pipeline.limits.pages,
                seconds: pipeline.limits.seconds,
                ..Default::default()
            },
            max_bytes: pipeline.archive.max_file_bytes,
            containers: members::limits(pipeline),
            exclude: walk::globs(&pipeline.archive.exclude).map_err(RunError::Setup)?,
            overrides: Arc::new(overrides),
        })
    }

    /// The faults of what is read without the form, where the form has `faults` itself.
    pub fn beside(pipeline: &Pipeline, faults: RunError) -> RunError {
        let mut all = Faults(vec![faults]);
        all.of(converter(pipeline));
        all.of(gazetteer(pipeline));
        all.of(Overrides::load(&pipeline.overrides()).and_then(|o| o.rows_right(&pipeline.overrides())));
        all.told()
    }
}

/// Collects the faults of parts that are read each by itself.
#[derive(Default)]
struct Faults(Vec<RunError>);

impl Faults {
    fn of<T>(&mut self, read: Result<T, RunError>) -> Option<T> {
        read.map_err(|fault| self.0.push(fault)).ok()
    }

    fn told(mut self) -> RunError {
        if self.0.len() == 1 { self.0.remove(0) } else { RunError::Several(self.0) }
    }

    fn none(self) -> Result<(), RunError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.told()) }
    }
}

fn converter(pipeline: &Pipeline) -> Result<Converter, RunError> {
    let engine = match pipeline.data.convert {
        pipeline::Engine::Table => Engine::Table,
        pipeline::Engine::Opencc => Engine::Opencc,
    };
    Converter::load(&pipeline.data.folder, engine).map_err(RunError::Setup)
}

/// Reads the gazetteer of a pipeline.
///
/// # Errors
/// Every fault in it, with file and line.
pub fn gazetteer(pipeline: &Pipeline) -> Result<Gazetteer, RunError> {
    let folder = pipeline.data.folder.join("divisions");
    Gazetteer::load(&folder).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {}", folder.join(fault).display())).collect();
        RunError::Setup(format!("the gazetteer has {} fault(s):\n{}", faults.len(), lines.join("\n")))
    })
}

/// Runs the pipeline: the dataset is published, or refused and kept beside the old one. Rows of files that did not
/// change are carried over from the last dataset, which gives the same bytes; where nothing changed at all, the last
/// dataset stays and only the walk was made.
///
/// # Errors
/// It could not run: the setup is wrong, another run is under way, a signal stopped it or the file system refuses. The
/// old dataset is still in place then.
pub fn run(pipeline: &Pipeline, progress: &dyn Progress) -> Result<Summary, RunError> {
    let started = Instant::now();
    let out = &pipeline.publish.out;
    setup::places(pipeline)?;
    let _lock = publish::Lock::take(out)?;
    let walked_at = now();
    // Where every file is read whatever the walk finds, what it takes to read is made ready meanwhile.
    let sure = pipeline.full || publish::current(out).is_none();
    // Their versions are taken before they are read and again after that: what is saved between is seen.
    let before = sure.then(|| Versions::of(pipeline)).transpose()?;
    let ahead = sure.then(|| form::load(&pipeline.form.folder)).transpose().map_err(RunError::Form)?;
    let ready = || ahead.as_ref().map(|form| Tools::new(pipeline, form));
    let (walked, (versions, last, ready)) = rayon::join(|| walk_archive(pipeline, progress), || (before.map_or_else(|| Versions::of(pipeline), Ok), Last::open(out), ready()));
    if progress.stop() {
        return Err(RunError::Stopped);
    }
    let (walked, versions) = (walked?, versions?);
    let files = walked.sources.len() + walked.refused.len();
    progress.walked(files);
    refuse_partial(pipeline, last.as_ref())?;
    let unchanged = last.as_ref().is_some_and(|l| l.unchanged(pipeline, &versions, &walked));
    let later = (!sure && !unchanged).then(|| form::load(&pipeline.form.folder)).transpose().map_err(RunError::Form)?;
    let form = ahead.as_ref().or(later.as_ref());
    // While the last dataset is looked into, what it takes to read is made ready.
    let (plan, tools) = rayon::join(
        || if unchanged { Ok(Plan::Nothing { better: None }) } else { plan(pipeline, last.as_ref(), &versions, walked_at, &walked, progress) },
        || ready.or_else(|| form.map(|form| Tools::new(pipeline, form))).transpose(),
    );
    let plan = plan?;
    if progress.stop() {
        return Err(RunError::Stopped);
    }
    match plan {
        Plan::Nothing { better } => {
            let last = last.expect("nothing changed since a dataset");
            publish::sweep(out);
            if let Some(notes) = better {
                publish::write_seen(out, last.number, &notes)?;
            }
            Ok(Summary::unchanged(&last.run, files, out, started.elapsed().as_secs_f64()))
        }
        Plan::Work { work, carried, gone } => {
            let mut notes = Notes::new(walked_at);
            let (form, mut tools) = form.zip(tools?).expect("made ready where something changed");
            if Versions::of(pipeline)? != versions {
                return Err(RunError::Setup("definitions, data or overrides were saved while they were read; nothing was read by them, run again".into()));
            }
            let staging = Staging::open(out)?;
            let dir = staging.dir.clone();
            let mut build = Build { pipeline, tools: &mut tools, progress, last: last.as_ref(), versions: &versions, notes: &mut notes };
            // Libraries that write may panic where the disk is full: that is an error like any other.
            let built = catch_unwind(AssertUnwindSafe(|| build.dataset(&dir, walked.refused.clone(), &work, carried, gone)));
            let mut summary = built.unwrap_or_else(|panic| Err(build::panicked(&words_of(panic), &dir))).map_err(|e| build::named(e, &dir))?;
            summary.seconds = started.elapsed().as_secs_f64();
            summary.first = publish::current(out).is_none();
            summary.write_run_json(&dir, form, pipeline, &versions).map_err(RunError::Setup)?;
            if progress.stop() {
                return Err(RunError::Stopped);
            }
            summary.dataset = if summary.refusals.is_empty() { staging.promote(pipeline.publish.keep, &notes.finish(&walked, &build::outputs(&dir)))? } else { staging.refuse()? };
            Ok(summary)
        }
    }
}

/// What is to be done, where that is not nothing at first sight.
fn plan<'w>(pipeline: &Pipeline, last: Option<&Last>, versions: &Versions, walked_at: i64, walked: &'w walk::Walked, progress: &dyn Progress) -> Result<Plan<'w>, RunError> {
    let Some(last) = last else { return Ok(last::all(walked)) };
    let overrides = Overrides::load(&pipeline.overrides())?;
    match last.plan(pipeline, versions, walked_at, walked, &|report| overrides.touch(report), &|| progress.stop()) {
        Err(e) if pipeline.archive.vanished == Vanished::Keep => {
            let out = pipeline.publish.out.display();
            Err(RunError::Setup(format!("{e}; so the reports that are gone from the archive cannot be kept ([archive] vanished = \"keep\"), and nothing is published. Show the version before (`nianbao rollback {out}`), or say \"drop\" or name another --out to do without them")))
        }
        plan => Ok(plan.unwrap_or_else(|e| {
            tracing::warn!("the last dataset cannot be built on, every file is read: {e}");
            last::all(walked)
        })),
    }
}

/// A partial look must not take the place of a whole dataset.
fn refuse_partial(pipeline: &Pipeline, last: Option<&Last>) -> Result<(), RunError> {
    let whole = last.is_some_and(|l| !l.partial());
    if pipeline.archive.partial() && whole {
        return Err(RunError::Setup(format!("{}: a dataset of the whole archive lies here, and --only and --since look at a part of it; name another --out", pipeline.publish.out.display())));
    }
    Ok(())
}

/// Nanoseconds since 1970.
fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as i64)
}

/// Lets a dataset show the version before the present one; gives the versions and when the one now shown was finished.
///
/// # Errors
/// Another process holds it, or there is no version before it.
pub fn roll_back(target: &Path) -> Result<(publish::RolledBack, String), RunError> {
    let _lock = publish::Lock::take(target)?;
    let damaged = |number: u32, dir: &Path| {
        let seen = Seen::parse(&std::fs::read(publish::seen_file(target, number)).ok()?)?;
        seen.odd(dir).map(String::from)
    };
    let back = publish::roll_back(target, &damaged)?;
    let finished = std::fs::read(target.join("run.json")).ok().and_then(|b| serde_json::from_slice::<serde_json::Value>(&b).ok());
    let finished = finished.and_then(|run| run["finished_unix"].as_i64()).map_or_else(|| "at an unknown time".into(), publish::utc);
    Ok((back, finished))
}

fn walk_archive(pipeline: &Pipeline, progress: &dyn Progress) -> Result<walk::Walked, RunError> {
    let rules = walk::Rules {
        include: walk::globs(&pipeline.archive.include).map_err(RunError::Setup)?,
        exclude: walk::globs(&pipeline.archive.exclude).map_err(RunError::Setup)?,
        max_bytes: pipeline.archive.max_file_bytes,
        only: walk::globs(&pipeline.archive.only).map_err(|e| RunError::Setup(format!("--only: {e}")))?,
        since: pipeline.archive.since,
    };
    Ok(walk::walk(&pipeline.archive.root, &rules, &|| progress.stop()))
}

/// One file through the stages. A panic is a fault of the program: it is caught, counted and named.
pub fn read_source(tools: &Tools, source: &Source) -> Read {
    let mut read = guarded(source, || read_unguarded(tools, source));
    if read.problems.iter().any(|p| p.code == "run/panic") {
        // The same bytes would do it again: with their hash the file counts as read.
        read.file.content_hash = read_bytes(&source.file(), tools.max_bytes).ok().map(|bytes| half_hash(&bytes));
    }
    read
}

fn guarded(source: &Source, read: impl FnOnce() -> Read) -> Read {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let words = words_of(panic);
        let message = format!("a fault of this program while reading it: {words}; please report it with the file");
        failed(source, Outcome::Unreadable, Problem::new("run/panic", 0, "", message))
    })
}

fn words_of(panic: Box<dyn std::any::Any + Send>) -> String {
    panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default()
}

fn failed(source: &Source, outcome: Outcome, mut problem: Problem) -> Read {
    // The row has the path already.
    if let Some(rest) = problem.message.strip_prefix(&format!("{}: ", source.path)) {
        problem.message = rest.to_string();
    }
    let file = FileRow { path: source.path.clone(), bytes: source.bytes, outcome, reason: problem.message.clone(), ..FileRow::default() };
    Read::without_report(file, vec![problem])
}

fn read_unguarded(tools: &Tools, source: &Source) -> Read {
    // The walk lets only containers be larger than a file.
    if source.bytes > tools.max_bytes {
        return members::container(source);
    }
    match read_bytes(&source.file(), tools.max_bytes) {
        Ok(bytes) if walk::container::kind(&bytes).is_some() => members::container(source),
        Ok(bytes) => read_content(tools, source, bytes, None),
        Err(e) => failed(source, Outcome::Unreadable, Problem::new("walk/unreadable", 0, "", unreadable(&e))),
    }
}

/// The bytes of a file or a member through the stages; `url` is where they were fetched, if that is known.
fn read_content(tools: &Tools, source: &Source, bytes: Vec<u8>, url: Option<String>) -> Read {
    let hash = blake3::hash(&bytes);
    let content_hash = Some(HalfHash::of(hash.as_bytes()));
    let read_bytes = bytes.len() as u64;
    let mut decoded = match decode::decode(&source.path, bytes, &tools.limits) {
        Ok(d) => d,
        Err(problem) => {
            let mut read = failed(source, Outcome::Unreadable, problem);
            read.file.content_hash = content_hash;
            return read;
        }
    };
    decoded.meta.extend(url.map(|url| ("url".to_string(), url)));
    let mut converted = tools.converter.convert(decoded.text.clone());
    let extracted = tools.extractor.extract(&decoded, &converted);
    let mut report = match extracted.or_else(|no| unseen::read(tools, &mut decoded, &mut converted).ok_or(no)) {
        Ok(r) => r,
        Err(no) => {
            let file = FileRow { path: source.path.clone(), bytes: read_bytes, outcome: Outcome::NotAReport, reason: format!("{}: {}", no.reason, no.words), content_hash, ..FileRow::default() };
            return Read::without_report(file, decoded.problems);
        }
    };
    let mut row = report_row(source, &hash, read_bytes, &report);
    let shape = Shape { format: decoded.format, encoding: decoded.encoding, script: converted.script.name(), ..shape_of(tools.form, &report) };
    (row.shape, row.replaced) = (shape.into(), decoded.replaced);
    row.text_hash = Some(half_hash(report.folded.as_bytes()));
    let pages = std::mem::take(&mut decoded.pages);
    let mut problems = std::mem::take(&mut decoded.problems);
    problems.extend(locate(tools, &decoded, &converted, &mut row, &report));
    let test = |report: &Report| {
        let mut checks = check::check(tools.form, report.editions, &report.figures, decoded.replaced > 0);
        checks.extend(tools.extractor.text_checks(report));
        let failed = checks.iter().filter(|c| c.result == CheckResult::Fails).count() as u32;
        (checks, failed)
    };
    count_cells(&mut row, &report.figures);
    let (mut checks, mut failed) = test(&report);
    let figures = report.figures.iter().filter(|f| f.value.is_some()).count() as u32;
    row.as_read = AsRead { figures, cells_found: row.cells_found, checks_failed: failed };
    if tools.overrides.touch(&row) {
        row.cells_corrected = tools.overrides.apply(&row, &mut report.figures);
        // Two that contradict each other correct nothing, and withhold a cell.
        count_cells(&mut row, &report.figures);
        (checks, failed) = test(&report);
    }
    row.checks_failed = failed;
    row.clean = check::clean(tools.form, &report.figures, decoded.replaced > 0);
    problems.append(&mut report.problems);
    let file = FileRow { path: source.path.clone(), bytes: read_bytes, outcome: Outcome::Report, report_id: Some(row.report_id.clone()), content_hash, ..FileRow::default() };
    Read { file, report: Some(Box::new(row)), pages, figures: report.figures, checks, mentions: report.mentions, sections: report.sections, problems, container: false }
}

/// Resolves the body to its place: the row takes the place, the level and the body's township; a problem where the
/// evidence does not decide.
fn locate(tools: &Tools, decoded: &Decoded, text: &Text, row: &mut ReportRow, report: &Report) -> Option<Problem> {
    let meta = |names: &[&str]| -> Vec<String> {
        decoded.meta.iter().filter(|(k, _)| names.iter().any(|n| k.eq_ignore_ascii_case(n))).map(|(_, v)| v.clone()).collect()
    };
    let urls: Vec<String> = report.website.iter().cloned().chain(meta(&["url", "sitedomain", "og:url"])).collect();
    let codes: Vec<String> = report.code.iter().cloned().chain(meta(&["siteidcode"])).collect();
    let phones: Vec<String> = report.phone.iter().cloned().collect();
    let hosts = place::hosts(&urls, &row.path);
    let found = tools.gazetteer.resolve(&Evidence {
        title: report.title.as_deref(),
        body: report.body.as_deref(),
        body_full: report.body_full.as_deref(),
        level: report.level,
        signature: report.signature.as_deref(),
        text: &running_text(&text.text, &report.table_lines),
        path: &row.path,
        phones: &phones,
        urls: &urls,
        codes: &codes,
        year: report.year,
        hosts: &hosts,
        learned: tools.learned.as_ref(),
    });
    row.level = found.level;
    let problem = put(found, row);
    row.hosts = hosts.into_iter().map(Arc::from).collect();
    if let (Some(township), Some(body)) = (&row.place.township, &row.body) {
        row.body = Some(whole_name(township, body).into());
    }
    problem
}

/// A kept report whose code the gazetteer has no more, perhaps since it has another now: its place is what its names alone tell.
fn locate_again(tools: &Tools, row: &mut ReportRow) -> Option<Problem> {
    let code = row.place.division_code.as_deref()?;
    if tools.gazetteer.by_code(code).is_some() {
        return None;
    }
    let regions = [&row.place.province, &row.place.city, &row.place.county];
    let body_full: String = regions.into_iter().flatten().chain(&row.body).map(|name| &**name).collect();
    let found = tools.gazetteer.resolve(&Evidence { body: row.body.as_deref(), body_full: Some(&body_full), level: row.level, path: &row.path, year: row.year, ..Evidence::default() });
    put(found, row)
}

/// Puts the place that was found into a report's row; gives what was odd about it.
fn put(found: place::Resolution, row: &mut ReportRow) -> Option<Problem> {
    let name = |name: Option<String>| name.map(Arc::from);
    (row.confidence, row.learned) = (found.confidence, found.learned);
    row.detail.get_or_insert_default().evidence = found.evidence;
    row.place = Arc::new(PlaceRow {
        township: name(found.township),
        county: name(found.county),
        city: name(found.city),
        province: name(found.province),
        division_code: name(found.division_code),
        statistical_code: name(found.statistical_code),
        government: name(found.government),
    });
    found.problem
}

/// The lines outside the tables; all of it where a table shares its line with the text around it.
fn running_text<'t>(text: &'t str, tables: &[(u32, u32)]) -> Cow<'t, str> {
    if tables.is_empty() || tables.iter().any(|(first, _)| *first <= 1) {
        return Cow::Borrowed(text);
    }
    let mut tables = tables.to_vec();
    tables.sort_unstable();
    let mut out = String::with_capacity(text.len() / 2);
    // The line that was come to, and where it begins.
    let (mut line, mut at) = (1, 0);
    let mut begin = |wanted: u32| {
        if wanted > line {
            at = text.len().min(extract::line_end(text.as_bytes(), at, wanted - line) + 1);
            line = wanted;
        }
        at
    };
    let mut from = 0;
    for (first, last) in tables {
        out.push_str(&text[from..begin(first)]);
        from = begin(last + 1);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// A body whose place was cut at a sign of a region (三县岭镇 → 岭镇人民政府) gets the whole name that the gazetteer has.
fn whole_name(township: &str, body: &str) -> String {
    let ends = body.char_indices().map(|(i, c)| i + c.len_utf8());
    match ends.filter(|&e| e > 3 && township.ends_with(&body[..e])).last() {
        Some(e) => format!("{township}{}", &body[e..]),
        None => body.to_string(),
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {error}; it may have vanished since the walk")
}

/// The hash of bytes as rows have it.
fn half_hash(bytes: &[u8]) -> HalfHash {
    HalfHash::of(blake3::hash(bytes).as_bytes())
}

/// Reads a file that may have grown since the walk: never more than the limit. One that changes while it is read is
/// read once more, and refused where it changes again: half of the old and half of the new is neither.
fn read_bytes(path: &Path, max: u64) -> std::io::Result<Vec<u8>> {
    read_once(path, max).and_then(|read| read.map_or_else(|| read_once(path, max), |bytes| Ok(Some(bytes))))?.ok_or_else(|| std::io::Error::other("it changed while it was read"))
}

/// None where it changed meanwhile.
fn read_once(path: &Path, max: u64) -> std::io::Result<Option<Vec<u8>>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let before = file.metadata()?;
    let mut bytes = Vec::with_capacity(before.len().min(max) as usize + 1);
    (&file).take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(std::io::Error::other(format!("it grew beyond the limit of {max} bytes")));
    }
    let after = file.metadata()?;
    let same = after.len() == bytes.len() as u64 && before.len() == after.len() && before.modified().ok() == after.modified().ok();
    Ok(same.then_some(bytes))
}

fn report_row(source: &Source, hash: &blake3::Hash, bytes: u64, report: &Report) -> ReportRow {
    let mut id = blake3::Hasher::new();
    id.update(source.path.as_bytes()).update(&[0]).update(hash.as_bytes());
    let Report { title, phone, website, code, .. } = report;
    let detail = Detail { title: title.clone(), phone: phone.clone(), website: website.clone(), code: code.clone(), ..Detail::default() };
    ReportRow {
        report_id: id.finalize().to_hex()[..16].into(),
        path: source.path.clone(),
        content_hash: HalfHash::of(hash.as_bytes()),
        bytes,
        body: report.body.as_deref().map(Arc::from),
        level: report.level,
        year: report.year,
        published: report.published,
        detail: Some(Box::new(detail)),
        ..Default::default()
    }
}

/// How its tables are written, and of which editions they are.
fn shape_of(form: &Form, report: &Report) -> Shape {
    let form_tables = report.editions.map(|edition| edition.map(|e| CompactString::from(&form.editions[e as usize].key)));
    Shape { layout: report.layout, form: form_of(&form_tables, report.year), form_tables, ..Shape::default() }
}

fn count_cells(row: &mut ReportRow, figures: &[Figure]) {
    let count = |f: &dyn Fn(Status) -> bool| figures.iter().filter(|x| f(x.status)).count() as u32;
    let legible = |s| matches!(s, Status::Reported | Status::Blank | Status::Derived | Status::Corrected);
    let open = count(&|s| matches!(s, Status::Absent | Status::Unreadable | Status::Derived));
    (row.cells_expected, row.cells_found) = (figures.len() as u32, count(&legible));
    row.status = match () {
        _ if row.shape.form_tables.iter().all(Option::is_none) => "no_tables",
        _ if open == 0 => "complete",
        _ => "partial",
    };
}

/// `2021`, `2019`, `hybrid` where the tables differ, `pre2019` and `none` where there are none.
fn form_of(tables: &[Option<CompactString>; 3], year: Option<i32>) -> CompactString {
    let mut present = tables.iter().flatten();
    match present.next() {
        Some(first) if present.all(|t| t == first) => first.clone(),
        Some(_) => "hybrid".into(),
        None if year.is_some_and(|y| y < 2019) => "pre2019".into(),
        None => "none".into(),
    }
}

/// The unknown labels of a dataset by count, as rows for labels.csv (the label's key is for the maintainer to fill
/// in), and for each how often and where it stands. What could not be a label of its table in `form` is told, and is no row.
///
/// # Errors
/// The dataset cannot be read.
pub fn unknown_labels(dataset: &Path, form: Option<&Form>) -> Result<(String, Vec<String>), RunError> {
    let path = dataset.join("problems.parquet");
    let counted = columnar::unknown_labels(&path).map_err(|e| RunError::Setup(format!("{}: {e}", path.display())))?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut notes = Vec::new();
    let header = ["table", "label", "text", "kind"].map(String::from);
    let rows = counted.into_iter().filter_map(|(table, text, n, example)| {
        let field = table.is_empty();
        let what = if field { "form.toml, [beside.fields]" } else { &table };
        notes.push(format!("{n:>6} × {what} «{text}», e.g. {example}"));
        let row = !field && !text.contains('\n') && form.map_or_else(|| !fold(&text).is_empty(), |form| form.may_be_label(&table, &text));
        row.then_some([table, "?".into(), text, "alias".into()])
    });
    for row in std::iter::once(header).chain(rows) {
        out.write_record(&row).map_err(|e| RunError::Setup(e.to_string()))?;
    }
    let bytes = out.into_inner().map_err(|e| RunError::Setup(e.to_string()))?;
    Ok((String::from_utf8(bytes).map_err(|e| RunError::Setup(e.to_string()))?, notes))
}

#[cfg(test)]
mod tests;
