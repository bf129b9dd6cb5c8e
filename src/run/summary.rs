//! What a run says at its end, to people and in `run.json`, and whether the gate lets it through.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::gate::{self, Found};
use super::versions::Versions;
use crate::form::Form;
use crate::model::{CHANGES, Changes, CheckResult, FileRow, Outcome, Problem, Read, ReportRow, Status};
use crate::pipeline::{Expect, Pipeline};
use crate::publish::morning::{self, Look};

/// Problem codes that are named, the most frequent.
const CODES: usize = 5;

/// Sums over the cells and checks of all reports.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub cells: BTreeMap<&'static str, usize>,
    /// All checks, those over years included.
    pub checks: BTreeMap<&'static str, usize>,
    /// Checks over years alone.
    pub years: BTreeMap<&'static str, usize>,
    pub problems: BTreeMap<&'static str, usize>,
}

impl Counts {
    pub fn add(&mut self, read: &Read) {
        let mut cells = [0usize; Status::ALL.len()];
        read.figures.iter().for_each(|f| cells[f.status as usize] += 1);
        let mut checks = [0usize; CheckResult::ALL.len()];
        read.checks.iter().for_each(|c| checks[c.result as usize] += 1);
        for (s, n) in Status::ALL.iter().zip(cells) {
            *self.cells.entry(s.name()).or_default() += n;
        }
        for (r, n) in CheckResult::ALL.iter().zip(checks) {
            *self.checks.entry(r.name()).or_default() += n;
        }
    }

    /// Adds the results of checks over years.
    pub fn years(&mut self, results: [usize; CheckResult::ALL.len()]) {
        for (r, n) in CheckResult::ALL.iter().zip(results) {
            *self.checks.entry(r.name()).or_default() += n;
            *self.years.entry(r.name()).or_default() += n;
        }
    }

    pub fn problems(&mut self, problems: &[Problem]) {
        for p in problems {
            *self.problems.entry(p.code).or_default() += 1;
        }
    }
}

/// The closing summary of a run.
#[derive(Clone, Debug)]
pub struct Summary {
    pub files: BTreeMap<&'static str, usize>,
    pub walked: usize,
    /// Reports whose file is gone from the archive and that are kept; no file walked is among them.
    pub vanished: usize,
    pub bytes: u64,
    pub statuses: BTreeMap<&'static str, usize>,
    pub reports: usize,
    pub resolved: usize,
    pub counts: Counts,
    /// Expectations that refuse the dataset.
    pub refusals: Vec<String>,
    /// Expectations that warn.
    pub warnings: Vec<String>,
    /// What to look at first.
    pub look_at: Vec<Look>,
    pub seconds: f64,
    /// Primary reports by year.
    pub years: BTreeMap<i32, usize>,
    /// Differences from the last dataset by kind.
    pub changes: BTreeMap<&'static str, usize>,
    /// Files whose rows were carried over from the last dataset.
    pub carried: usize,
    /// When the last dataset was finished, where nothing changed since and it stays.
    pub unchanged_since: Option<i64>,
    /// Where the dataset lies, or the refused one.
    pub dataset: PathBuf,
    /// There was no dataset before it.
    pub first: bool,
}

impl Summary {
    /// The summary of a run that found nothing changed, from what the last one said of itself.
    pub fn unchanged(last: &Value, walked: usize, dataset: &Path, seconds: f64) -> Summary {
        let list = |name: &str| last[name].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(String::from)).collect();
        Summary {
            files: BTreeMap::new(),
            walked,
            vanished: last["files_vanished"].as_u64().unwrap_or(0) as usize,
            bytes: last["bytes"].as_u64().unwrap_or(0),
            statuses: BTreeMap::new(),
            reports: last["reports"].as_u64().unwrap_or(0) as usize,
            resolved: last["places_resolved"].as_u64().unwrap_or(0) as usize,
            counts: Counts::default(),
            refusals: Vec::new(),
            warnings: list("warnings"),
            look_at: Vec::new(),
            seconds,
            years: BTreeMap::new(),
            changes: BTreeMap::new(),
            carried: walked,
            unchanged_since: Some(last["finished_unix"].as_i64().unwrap_or(0)),
            dataset: dataset.to_path_buf(),
            first: false,
        }
    }

    /// `files` are those that gave no report.
    pub fn new(files: &[FileRow], reports: &[ReportRow], counts: Counts) -> Summary {
        let mut outcomes = BTreeMap::new();
        for outcome in files.iter().map(|f| f.outcome).chain(reports.iter().map(|_| Outcome::Report)) {
            *outcomes.entry(outcome.name()).or_insert(0) += 1;
        }
        let all = || files.iter().map(|f| (f.vanished, f.bytes)).chain(reports.iter().map(|r| (r.vanished, r.bytes)));
        let mut statuses = BTreeMap::new();
        for r in reports {
            *statuses.entry(r.status).or_insert(0) += 1;
        }
        let mut years = BTreeMap::new();
        for year in reports.iter().filter(|r| r.primary).filter_map(|r| r.year) {
            *years.entry(year).or_insert(0) += 1;
        }
        Summary {
            files: outcomes,
            walked: all().filter(|(vanished, _)| !vanished).count(),
            vanished: all().filter(|(vanished, _)| *vanished).count(),
            bytes: all().filter(|(vanished, _)| !vanished).map(|(_, bytes)| bytes).sum(),
            statuses,
            reports: reports.len(),
            resolved: reports.iter().filter(|r| r.place.division_code.is_some()).count(),
            counts,
            refusals: Vec::new(),
            warnings: Vec::new(),
            look_at: look_at(files, reports),
            seconds: 0.0,
            years,
            changes: BTreeMap::new(),
            carried: 0,
            unchanged_since: None,
            dataset: PathBuf::new(),
            first: false,
        }
    }

    /// Holds the dataset against what is expected of it; `changes` says how it differs from the last one.
    pub fn judge(&mut self, expect: &Expect, changes: Option<&Changes>, incomparable: Option<&str>, overrides_unmatched: usize) {
        let get = |m: &BTreeMap<&str, usize>, k| m.get(k).copied().unwrap_or(0);
        let (failed, holds) = (get(&self.counts.checks, "fails"), get(&self.counts.checks, "holds"));
        let verdict = gate::judge(expect, &Found {
            files: self.walked,
            unreadable: get(&self.files, "unreadable"),
            reports: self.reports,
            vanished: self.vanished,
            partial: get(&self.statuses, "partial"),
            checks_tested: failed + holds,
            checks_failed: failed,
            years: &self.years,
            changes,
            incomparable: incomparable.is_some(),
            overrides_unmatched,
        });
        (self.refusals, self.warnings) = (verdict.refusals, verdict.warnings);
        self.changes = changes.map(|c| c.totals.clone()).unwrap_or_default();
    }

    /// What became of a dataset that was refused.
    pub fn kept_aside(&self) -> String {
        let [last, zh] = if self.first { ["and there is no dataset before it", "此前没有数据集"] } else { ["the last dataset is still in place", "原来的数据集不变"] };
        format!("nothing was published, {last}; the refused one is kept at {} · 什么都没有发布，{zh}；被拒绝的一版留在上述位置", self.dataset.display())
    }

    /// Writes `run.json`: the only file of a dataset that holds a time.
    pub fn write_run_json(&self, dir: &Path, form: &Form, pipeline: &Pipeline, versions: &Versions) -> Result<(), String> {
        let value = json!({
            "schema_version": 1,
            "program": env!("CARGO_PKG_VERSION"),
            "form": { "name": form.name, "hash": form.hash },
            "versions": versions,
            "partial": pipeline.archive.partial().then(|| json!({ "only": pipeline.archive.only, "since_unix_ns": pipeline.archive.since })),
            "full": self.carried == 0,
            "files_carried": self.carried,
            "archive": pipeline.archive.root,
            "files": self.files,
            "files_walked": self.walked,
            "files_vanished": self.vanished,
            "bytes": self.bytes,
            "reports": self.reports,
            "status": self.statuses,
            "cells": self.counts.cells,
            "checks": self.counts.checks,
            "checks_over_years": self.counts.years,
            "problems": self.counts.problems,
            "places_resolved": self.resolved,
            "reports_by_year": self.years,
            "changes": self.changes,
            "refused": self.refusals,
            "warnings": self.warnings,
            "peak_memory_bytes": peak_memory(),
            "seconds": (self.seconds * 1000.0).round() / 1000.0,
            "finished_unix": std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        });
        let path = dir.join("run.json");
        let text = serde_json::to_string_pretty(&value).map_err(|e| e.to_string())?;
        std::fs::write(&path, text + "\n").map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// The most memory that the process held, as Linux counts it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// At most ten files that a person should look at, the worst first.
fn look_at(files: &[FileRow], reports: &[ReportRow]) -> Vec<Look> {
    // A few of each kind, so that one frequent fault does not hide the others.
    const OF_A_KIND: usize = 3;
    let mut kinds: [Vec<(Reverse<u32>, Look)>; 5] = Default::default();
    let mut take = |kind: usize, weight: u32, look: Look| {
        let worst = &mut kinds[kind];
        let at = worst.partition_point(|(before, l)| (*before, &l.path) < (Reverse(weight), &look.path));
        if at < OF_A_KIND {
            worst.insert(at, (Reverse(weight), look));
            worst.truncate(OF_A_KIND);
        }
    };
    let look = |kind, path: &str, n, of| Look { kind, path: path.to_string(), n, of, words: String::new() };
    for f in files.iter().filter(|f| f.outcome == Outcome::Unreadable) {
        take(0, 0, Look { words: f.reason.clone(), ..look("unreadable", &f.path, 0, 0) });
    }
    for r in reports {
        let (failed, found, expected) = (r.all_checks_failed(), r.cells_found, r.cells_expected);
        let (kind, weight, what) = match r {
            _ if failed > 0 => (1, failed, look("checks", &r.path, failed, r.checks_failed_years)),
            r if r.status == "no_tables" => (2, 0, look("no_tables", &r.path, 0, 0)),
            r if r.status == "partial" => (3, expected.saturating_sub(found), look("partial", &r.path, found, expected)),
            r if r.year.is_none() || r.body.is_none() => (4, 0, look("unplaced", &r.path, 0, 0)),
            _ => continue,
        };
        take(kind, weight, what);
    }
    kinds.into_iter().flatten().map(|(_, look)| look).take(10).collect()
}

/// Why a file should be looked at, in both languages.
fn why(look: &Look) -> String {
    let (n, of) = (look.n, look.of);
    match look.kind {
        "checks" if of > 0 => format!("{n} {}, {of} against the year before {n} 条核对不成立，其中与上年不符 {of} 条", if n == 1 { "check fails" } else { "checks fail" }),
        "checks" => format!("{n} {} {n} 条核对不成立", if n == 1 { "check fails" } else { "checks fail" }),
        "no_tables" => "a report without any statutory table 没有法定表格".into(),
        "partial" => format!("{n} of {of} cells could be read {of} 格中读出 {n} 格"),
        "unplaced" => "its body or year is unknown 机关或年度不明".into(),
        _ => format!("unreadable 无法读取: {}", morning::in_both(&look.words)),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let get = |m: &BTreeMap<&str, usize>, k: &str| m.get(k).copied().unwrap_or(0);
        let rate = self.walked as f64 / self.seconds.max(1e-9);
        writeln!(f, "{:>10} files walked 扫描文件   {:.1} MB in {:.2} s, {rate:.0} files/s", self.walked, self.bytes as f64 / 1e6, self.seconds)?;
        if let Some(since) = self.unchanged_since {
            self.warnings.iter().try_for_each(|w| writeln!(f, "warning 警告: {}", morning::in_both(w)))?;
            return write!(f, "nothing changed 无变化: no new version; {} of {} stays, {} reports 年报", self.dataset.display(), crate::publish::utc(since), self.reports);
        }
        // Those that are gone are carried too, and stand in the next line.
        if self.carried > self.vanished {
            writeln!(f, "{:>10}   unchanged, rows carried over 未变，沿用", self.carried - self.vanished)?;
        }
        if self.vanished > 0 {
            writeln!(f, "{:>10}   not among them: gone from the archive, rows kept 不在其中：已不在存档，沿用上一版", self.vanished)?;
        }
        for (k, zh) in [("report", "年报"), ("not_a_report", "非年报"), ("duplicate", "重复"), ("unreadable", "无法读取"), ("skipped", "跳过")] {
            writeln!(f, "{:>10}   {k} {zh}", get(&self.files, k))?;
        }
        writeln!(f, "{:>10} reports 年报", self.reports)?;
        for (k, zh) in [("complete", "完整"), ("partial", "部分"), ("no_tables", "无表格")] {
            writeln!(f, "{:>10}   {k} {zh}", get(&self.statuses, k))?;
        }
        writeln!(f, "{:>10}   with a place 已定位", self.resolved)?;
        writeln!(f, "{:>10} cells 单元格", self.counts.cells.values().sum::<usize>())?;
        for (k, zh) in [("reported", "有数"), ("blank", "空白"), ("absent", "缺失"), ("unreadable", "无法辨认"), ("derived", "推算")] {
            writeln!(f, "{:>10}   {k} {zh}", get(&self.counts.cells, k))?;
        }
        writeln!(f, "{:>10} checks 核对", self.counts.checks.values().sum::<usize>())?;
        for (k, zh) in [("holds", "成立"), ("fails", "不成立"), ("not_testable", "无法检验")] {
            writeln!(f, "{:>10}   {k} {zh}", get(&self.counts.checks, k))?;
        }
        let years: Vec<String> = [("holds", "成立"), ("fails", "不成立"), ("not_testable", "无法检验")].iter().map(|(k, zh)| format!("{} {k} {zh}", get(&self.counts.years, k))).collect();
        writeln!(f, "{:>10}   of them over years 其中跨年度: {}", self.counts.years.values().sum::<usize>(), years.join(", "))?;
        writeln!(f, "{:>10} problems 问题", self.counts.problems.values().sum::<usize>())?;
        let mut kinds: Vec<_> = self.counts.problems.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let (told, rest) = kinds.split_at(kinds.len().min(CODES));
        told.iter().try_for_each(|(code, n)| writeln!(f, "{n:>10}   {code}"))?;
        if !rest.is_empty() {
            writeln!(f, "{:>10}   of {} more codes, in problems.parquet 另有 {} 种，见 problems.parquet", rest.iter().map(|(_, n)| *n).sum::<usize>(), rest.len(), rest.len())?;
        }
        if !self.look_at.is_empty() {
            writeln!(f, "look at first 请先查看:")?;
            self.look_at.iter().try_for_each(|look| writeln!(f, "  {}: {}", look.path, why(look)))?;
        }
        if !self.changes.is_empty() {
            let kinds: Vec<String> = CHANGES.iter().filter_map(|k| Some(format!("{k} {}", self.changes.get(k)?))).collect();
            writeln!(f, "since the last dataset 较上一版: {}", kinds.join(" · "))?;
        }
        for w in &self.warnings {
            writeln!(f, "warning 警告: {}", morning::in_both(w))?;
        }
        for r in &self.refusals {
            writeln!(f, "refused 拒绝发布: {}", morning::in_both(r))?;
        }
        if self.refusals.is_empty() {
            write!(f, "published 已发布: {}", self.dataset.display())
        } else {
            f.write_str(&self.kept_aside())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_stand_first_by_number() {
        let report = |path: &str, failed, found| ReportRow { path: path.into(), checks_failed: failed, cells_found: found, cells_expected: 200, status: if found < 200 { "partial" } else { "complete" }, year: Some(2024), body: Some("甲镇".into()), ..ReportRow::default() };
        let all = [report("a", 1, 200), report("b", 9, 200), report("c", 12, 200), report("d", 7, 200), report("e", 0, 179), report("f", 0, 9)];
        let found = look_at(&[], &all);
        assert_eq!(found.iter().map(|l| l.path.as_str()).collect::<Vec<_>>(), ["c", "b", "d", "f", "e"]);
        assert!(why(&found[0]).starts_with("12 checks fail ") && why(&found[3]).starts_with("9 of 200 cells"));
        assert!(why(&look_at(&[], &all[..1])[0]).starts_with("1 check fails "));
        let of_years = ReportRow { checks_failed_years: 4, ..report("g", 2, 200) };
        assert!(why(&look_at(&[], &[of_years])[0]).starts_with("6 checks fail, 4 against the year before "));
    }

    #[test]
    fn the_codes_that_are_not_named_are_counted() {
        let codes = ["a", "b", "c", "d", "e", "f", "g"];
        let said = |n: usize| {
            let problems = codes.into_iter().take(n).zip(1..).map(|(code, n)| (code, 10 - n)).collect();
            Summary::new(&[], &[], Counts { problems, ..Counts::default() }).to_string()
        };
        assert!(said(7).contains("\n         7   of 2 more codes, in problems.parquet 另有 2 种，见 problems.parquet\n"), "{}", said(7));
        assert!(!said(5).contains("more codes"), "{}", said(5));
    }
}
