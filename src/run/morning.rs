//! What the morning report shows, gathered while the files are read and put together at the end. Stages do not know
//! each other, so rows are handed to `publish` here.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use super::{RunError, Summary, Tools};
use crate::columnar::{Coverage, Places, Presence};
use crate::form::Form;
use crate::model::{Blame, Check, CheckResult, Decoded, Figure, Outcome, Problem, Read, ReportRow};
use crate::pipeline::Pipeline;
use crate::publish::morning::{self, Changes, Flag, Flags, Heat, HeatRow, KINDS, MOST_OF_A_KIND, MOST_TREND_BYTES, Note, Page, SourceSection, Tested, Totals, Trends, Verdict};
use crate::publish::workbook::LevelSheet;
use crate::check;
use crate::decode;

/// Problems named of one file in the list.
const NOTES: usize = 3;
/// Problems named of one file in its section.
const NOTES_OF_SECTION: usize = 12;

/// What is gathered file by file.
#[derive(Default)]
pub(super) struct Notes {
    /// Files by the worst that is odd about them, the worst files first.
    kinds: [Vec<Flag>; KINDS.len()],
    /// How many files are of a kind, and of how many it is the worst.
    totals: [usize; KINDS.len()],
    worst: [usize; KINDS.len()],
    /// By identity: holds, fails by the document, fails by the reading, not testable.
    checks: Vec<[usize; 4]>,
    reasons: BTreeMap<String, String>,
    pub(super) regions: Option<Regions>,
    spread: Vec<(&'static str, Vec<(String, usize)>)>,
    pub(super) changes: Option<Changes>,
}

/// What the regional part of a dataset gives.
pub(super) struct Regions {
    heat: Heat,
    trends: Trends,
}

impl Notes {
    pub fn new(form: &Form) -> Notes {
        let reasons = form.recognise.other.iter().map(|o| (o.reason.clone(), o.zh.clone())).collect();
        Notes { checks: vec![[0; 4]; form.check_names().count()], reasons, ..Notes::default() }
    }

    /// Takes one file as it was accepted.
    pub fn add(&mut self, read: &Read) {
        self.count_checks(&read.checks);
        self.push(flag(read));
    }

    /// Takes what a report says against another one; `differ` cells of theirs differ.
    pub fn add_beside(&mut self, read: &Read, report: &ReportRow, differ: usize) {
        let mut flag = flag(read);
        about(&mut flag, report);
        (flag.differ, flag.weight) = (differ as u32, differ as u32);
        self.push(flag);
    }

    /// Takes a report of which it is known how many checks against the year before fail.
    pub fn add_years(&mut self, report: &ReportRow) {
        let failed = report.checks_failed_years;
        if failed > 0 {
            let mut flag = Flag { path: report.path.to_string(), kinds: vec![number("failed_years")], failed_years: failed, weight: failed, ..Flag::default() };
            about(&mut flag, report);
            self.push(flag);
        }
    }

    fn push(&mut self, flag: Flag) {
        let Some(&worst) = flag.kinds.first() else { return };
        for k in &flag.kinds {
            self.totals[*k as usize] += 1;
        }
        self.worst[worst as usize] += 1;
        self.kinds[worst as usize].push(flag);
        self.trim(worst as usize, 4 * MOST_OF_A_KIND);
    }

    /// Counts results by check; those over years come when it is settled which reports are primary.
    pub fn count_checks(&mut self, checks: &[Check]) {
        for c in checks {
            let at = match (c.result, c.blame) {
                (CheckResult::Holds, _) => 0,
                (CheckResult::Fails, Some(Blame::Source)) => 1,
                (CheckResult::Fails, _) => 2,
                (CheckResult::NotTestable, _) => 3,
            };
            self.checks[c.identity as usize][at] += 1;
        }
    }

    /// Of more than `when` files of one kind the worst are kept.
    fn trim(&mut self, kind: usize, when: usize) {
        let rows = &mut self.kinds[kind];
        if rows.len() > when {
            rows.sort_by(|a, b| (b.weight, &a.path).cmp(&(a.weight, &b.path)));
            rows.truncate(MOST_OF_A_KIND);
        }
    }

    /// Counts layouts, encodings and the like over all reports.
    pub fn count(&mut self, reports: &[ReportRow]) {
        let of = |name: &'static str, get: &dyn Fn(&ReportRow) -> String| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for r in reports {
                *counts.entry(get(r)).or_default() += 1;
            }
            let mut rows: Vec<_> = counts.into_iter().collect();
            rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            (name, rows)
        };
        self.spread = vec![
            of("layout", &|r| r.shape.layout.into()),
            of("format", &|r| r.shape.format.into()),
            of("encoding", &|r| r.shape.encoding.into()),
            of("script", &|r| r.shape.script.into()),
            of("form", &|r| r.shape.form.to_string()),
            of("level", &|r| r.level.unwrap_or("unknown").into()),
        ];
    }

    /// The reports that get a section: of each kind the worst, in turns, so that a frequent fault does not hide the
    /// others.
    fn flagged(&self, most: usize) -> (Vec<&Flag>, usize) {
        let with_text = ["failed_reading", "failed_source", "no_tables", "partial", "unplaced"].map(|k| number(k) as usize);
        let in_turns = (0..MOST_OF_A_KIND).flat_map(|i| with_text.iter().filter_map(move |&k| self.kinds[k].get(i)));
        (in_turns.take(most).collect(), with_text.iter().map(|&k| self.worst[k]).sum())
    }
}

fn number(kind: &str) -> u8 {
    KINDS.iter().position(|k| *k == kind).expect("a kind of the report") as u8
}

/// What is odd about a file, the worst first.
fn kinds_of(read: &Read) -> Vec<u8> {
    let failed = |blame: Blame| read.checks.iter().any(|c| c.result == CheckResult::Fails && c.blame == Some(blame));
    let found = match (&read.report, read.file.outcome) {
        (Some(r), _) => vec![
            (failed(Blame::Extraction), "failed_reading"),
            (failed(Blame::Source), "failed_source"),
            (r.status == "no_tables", "no_tables"),
            (r.status == "partial", "partial"),
            (r.body.is_none() || r.year.is_none() || r.place.division_code.is_none(), "unplaced"),
        ],
        (None, Outcome::Unreadable) => vec![(true, "unreadable")],
        // A container whose members all have rows of their own is no problem.
        (None, Outcome::Skipped) => vec![(!read.problems.is_empty(), "skipped")],
        (None, Outcome::NotAReport) => vec![(true, "not_a_report")],
        // A report that says other things than another one of its body and year.
        (None, Outcome::Report) => vec![(true, "disagrees")],
        (None, Outcome::Duplicate) => Vec::new(),
    };
    found.into_iter().filter(|f| f.0).map(|f| number(f.1)).collect()
}

fn flag(read: &Read) -> Flag {
    let kinds = kinds_of(read);
    if kinds.is_empty() {
        return Flag::default();
    }
    let failed = read.checks.iter().filter(|c| c.result == CheckResult::Fails).count() as u32;
    let mut out = Flag { path: read.file.path.to_string(), failed, kinds, ..Flag::default() };
    if let Some(r) = &read.report {
        about(&mut out, r);
    }
    out.weight = if failed > 0 { failed } else { out.expected - out.found.min(out.expected) };
    out.notes = notes(&read.problems, &read.file.path);
    if out.notes.is_empty() && !read.file.reason.is_empty() {
        out.notes = vec![Note(read.file.outcome.name().into(), 0, String::new(), morning::clip(&read.file.reason))];
    }
    out
}

/// Whose report it is, and how much of it was read.
fn about(flag: &mut Flag, r: &ReportRow) {
    (flag.body, flag.year, flag.found, flag.expected) = (r.body.as_deref().map(String::from), r.year, r.cells_found, r.cells_expected);
    (flag.place, flag.content_hash) = (place(r), r.content_hash);
}

fn place(r: &ReportRow) -> String {
    [&r.place.province, &r.place.city, &r.place.county].into_iter().flatten().map(|name| &**name).collect::<Vec<_>>().join(" ")
}

/// One problem of each code, those of reading tables first: they say why figures are missing.
fn notes(problems: &[Problem], path: &str) -> Vec<Note> {
    let mut out: Vec<&Problem> = Vec::new();
    for p in problems.iter().filter(|p| p.code.starts_with("extract/")).chain(problems) {
        if out.len() < NOTES && !out.iter().any(|o| o.code == p.code) {
            out.push(p);
        }
    }
    out.into_iter().map(|p| note(p, path)).collect()
}

/// The file's own path stands beside its problems already.
fn note(p: &Problem, path: &str) -> Note {
    let message = p.message.strip_prefix(path).and_then(|m| m.strip_prefix(": ")).unwrap_or(&p.message);
    Note(p.code.into(), p.line, morning::clip(&p.text), morning::clip(message))
}

/// Coverage by county and year, and the figures of the trend charts.
pub(super) fn regions(form: &Form, places: &Places, coverage: &Coverage, reports: &[ReportRow], levels: &[LevelSheet]) -> Regions {
    let mut cells: BTreeMap<u32, Vec<Option<[u32; 3]>>> = BTreeMap::new();
    for row in &coverage.rows {
        let Some(county) = places.parent(row.place) else { continue };
        let year = coverage.years.binary_search(&row.year).expect("a year that was asked");
        let cell = &mut cells.entry(county).or_insert_with(|| vec![None; coverage.years.len()])[year];
        cell.get_or_insert_default()[row.presence as usize] += 1;
    }
    debug_assert_eq!(Presence::ALL.map(|p| p as usize), [0, 1, 2], "found, unreadable, not found");
    let rows = cells.into_iter().map(|(at, cells)| HeatRow { code: places.all[at as usize].code.into(), names: places.names(at).map(|n| n.map(String::from)), cells });
    let of_townships = reports.iter().filter(|r| r.primary && matches!(r.level, None | Some("township"))).count();
    let covered = coverage.rows.iter().filter(|r| r.report.is_some()).count();
    Regions {
        heat: Heat { years: coverage.years.clone(), rows: rows.collect(), elsewhere: of_townships.saturating_sub(covered) },
        trends: morning::trends(form, levels, MOST_TREND_BYTES),
    }
}

/// Writes `report.html`.
///
/// # Errors
/// The file system refuses.
pub(super) fn write(tools: &Tools, pipeline: &Pipeline, dir: &Path, summary: &Summary, mut notes: Notes) -> Result<(), RunError> {
    (0..KINDS.len()).for_each(|k| notes.trim(k, 0));
    let (flagged, sources_of) = notes.flagged(pipeline.publish.report_flagged);
    let sources: Vec<SourceSection> = flagged.par_iter().map(|f| section(tools, pipeline, f)).collect();
    let regions = notes.regions.take().unwrap_or_else(|| Regions { heat: Heat::default(), trends: Trends::default() });
    let page = Page {
        program: env!("CARGO_PKG_VERSION"),
        verdict: Verdict { refused: &summary.refusals, warnings: &summary.warnings },
        totals: Totals {
            walked: summary.walked,
            bytes: summary.bytes,
            files: &summary.files,
            reports: summary.reports,
            status: &summary.statuses,
            resolved: summary.resolved,
            cells: &summary.counts.cells,
            checks: &summary.counts.checks,
            problems: &summary.counts.problems,
        },
        heat: regions.heat,
        spread: std::mem::take(&mut notes.spread),
        identities: tested(tools.form, &notes.checks),
        look: &summary.look_at,
        flags: Flags {
            totals: KINDS.into_iter().zip(notes.totals).filter(|t| t.1 > 0).collect(),
            most: MOST_OF_A_KIND,
            rows: notes.kinds.iter().flatten().collect(),
        },
        changes: notes.changes.take(),
        trends: regions.trends,
        trend_first: &pipeline.rollup.trend,
        sources,
        sources_of,
        reasons: notes.reasons.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect(),
    };
    let path = dir.join("report.html");
    morning::write(&path, tools.form, &page).map_err(|e| RunError::Setup(format!("{}: {e}", path.display())))
}

fn tested(form: &Form, checks: &[[usize; 4]]) -> Vec<Tested> {
    let one = |(n, name): (usize, &str)| {
        let [holds, source, reading, open] = checks.get(n).copied().unwrap_or_default();
        let [zh, en] = form.check_words(n as u16).map_or(["", ""], |w| [w.1, w.2]).map(String::from);
        Tested { name: name.to_string(), zh, en, of: form.check_subject(n as u16), holds, source, reading, open }
    };
    form.check_names().enumerate().map(one).collect()
}

/// A flagged report is read again, since the texts of an archive are not kept.
fn section(tools: &Tools, pipeline: &Pipeline, flag: &Flag) -> SourceSection {
    let mut out = SourceSection { path: flag.path.clone(), kinds: flag.kinds.clone(), body: flag.body.clone(), place: flag.place.clone(), year: flag.year, notes: flag.notes.clone(), ..SourceSection::default() };
    match catch_unwind(AssertUnwindSafe(|| read_again(tools, pipeline, flag))) {
        Ok(Ok(again)) => fill(tools.form, &mut out, &again),
        Ok(Err(why)) => out.without = Some(why),
        Err(_) => out.without = Some("unreadable"),
    }
    out
}

struct Again {
    decoded: Decoded,
    figures: Vec<Figure>,
    problems: Vec<Problem>,
    checks: Vec<Check>,
}

fn read_again(tools: &Tools, pipeline: &Pipeline, flag: &Flag) -> Result<Again, &'static str> {
    let bytes = super::read_bytes(&pipeline.archive.root.join(&flag.path), tools.max_bytes).map_err(|_| "gone")?;
    if super::half_hash(&bytes) != flag.content_hash {
        return Err("changed");
    }
    let decoded = decode::decode(&flag.path, bytes, &tools.limits).map_err(|_| "unreadable")?;
    let text = tools.converter.convert(decoded.text.clone());
    let report = tools.extractor.extract(&decoded, &text).map_err(|_| "unreadable")?;
    let mut checks = check::check(tools.form, report.editions, &report.figures, decoded.replaced > 0);
    checks.extend(tools.extractor.text_checks(&report));
    let problems = decoded.problems.iter().cloned().chain(report.problems).collect();
    Ok(Again { decoded, figures: report.figures, problems, checks })
}

fn fill(form: &Form, out: &mut SourceSection, again: &Again) {
    (out.format, out.encoding) = (again.decoded.format, again.decoded.encoding);
    let fails: Vec<&Check> = again.checks.iter().filter(|c| c.result == CheckResult::Fails).collect();
    let doubted: BTreeSet<u16> = fails.iter().filter_map(|c| form.identities.get(c.identity as usize)).flat_map(|d| d.left.iter().chain(&d.right)).copied().collect();
    out.checks = fails.iter().map(|c| (c.identity, c.left, c.right, c.blame.map_or("", |b| b.name()))).collect();
    // Place and contradictions were told when the file was read first.
    let mut all: Vec<Note> = again.problems.iter().take(NOTES_OF_SECTION).map(|p| note(p, &out.path)).collect();
    all.extend(out.notes.iter().filter(|n| !again.problems.iter().any(|p| p.code == n.0)).cloned());
    out.notes = all;
    let noted: Vec<u32> = again.problems.iter().map(|p| p.line).collect();
    out.shown = morning::lay_out(form, &again.decoded.text, &again.figures, &doubted, &noted);
}
