//! The pipeline file: which archive, which form, what is expected, where the dataset goes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::fold::distance;
use crate::written;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    pub archive: Archive,
    pub form: Folder,
    pub data: Data,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub containers: Containers,
    #[serde(default)]
    pub rollup: Rollup,
    pub publish: Publish,
    #[serde(default)]
    pub expect: Expect,
    /// Every file is read anew (`--full`).
    #[serde(skip)]
    pub full: bool,
    /// The file itself, for messages.
    #[serde(skip)]
    pub file: PathBuf,
}

/// The file of the data folder that holds the overrides.
pub const OVERRIDES: &str = "overrides.csv";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    pub root: PathBuf,
    #[serde(default)]
    pub include: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(deserialize_with = "some")]
    pub max_file_bytes: u64,
    #[serde(default)]
    pub vanished: Vanished,
    /// A partial look: globs (`--only`); empty means every file.
    #[serde(skip)]
    pub only: Vec<String>,
    /// A partial look: files changed at or after this time alone, nanoseconds since 1970 (`--since`).
    #[serde(skip)]
    pub since: Option<i64>,
}

/// What becomes of the rows of a file that is gone from the archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vanished {
    /// They leave the dataset.
    #[default]
    Drop,
    /// Those of reports stay, and `files.vanished` says so.
    Keep,
}

impl Archive {
    /// Whether only a part of the archive is looked at.
    pub fn partial(&self) -> bool {
        !self.only.is_empty() || self.since.is_some()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    pub folder: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub folder: PathBuf,
    #[serde(default)]
    pub convert: Engine,
}

/// Which engine turns Traditional into Simplified text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    #[default]
    Table,
    Opencc,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    #[serde(deserialize_with = "some")]
    pub open_tags: usize,
    #[serde(deserialize_with = "some")]
    pub tables: usize,
    /// Bytes of one document once it is inflated.
    #[serde(deserialize_with = "some")]
    pub inflated: usize,
    /// Elements or groups of a document that are open at once.
    #[serde(deserialize_with = "some")]
    pub nesting: usize,
    /// Cells of a workbook.
    #[serde(deserialize_with = "some")]
    pub cells: usize,
    /// Pages of a PDF.
    #[serde(deserialize_with = "some")]
    pub pages: usize,
    /// Seconds that one PDF may take.
    #[serde(deserialize_with = "some")]
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { open_tags: 500, tables: 2000, inflated: 64 << 20, nesting: 256, cells: 1_000_000, pages: 2000, seconds: 60 }
    }
}

/// Bounds on what one container of the archive (zip, tar, 7z, WARC …) may cost, with all that is nested in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Containers {
    /// Containers within each other that are opened; with 0 none that lies in another.
    pub depth: usize,
    #[serde(deserialize_with = "some")]
    pub members: u64,
    /// Bytes unpacked.
    #[serde(deserialize_with = "some")]
    pub bytes: u64,
    /// Bytes unpacked for each byte of the container; not looked at below 16 MiB.
    #[serde(deserialize_with = "some")]
    pub ratio: u64,
    /// Bytes of containers inside a container, which are held in memory.
    pub nested_bytes: u64,
}

impl Default for Containers {
    fn default() -> Containers {
        Containers { depth: 4, members: 1_000_000, bytes: 16 << 30, ratio: 200, nested_bytes: 64 << 20 }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    pub out: PathBuf,
    #[serde(deserialize_with = "keep")]
    pub keep: usize,
    #[serde(deserialize_with = "batch")]
    pub batch: usize,
    #[serde(default, deserialize_with = "tables")]
    pub csv: Vec<String>,
    /// A file in Prometheus' text format, written at the end of every run.
    #[serde(default, deserialize_with = "metrics")]
    pub metrics: Option<PathBuf>,
    /// Whether `rollup.xlsx` is written.
    #[serde(default = "yes")]
    pub workbook: bool,
    /// Whether `report.html`, the morning report, is written.
    #[serde(default = "yes")]
    pub report: bool,
    /// How many flagged reports it shows beside their source.
    #[serde(default = "fifty", deserialize_with = "flagged")]
    pub report_flagged: usize,
}

fn fifty() -> usize {
    50
}

fn yes() -> bool {
    true
}

/// How townships are added up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rollup {
    /// Fewer townships reporting are marked `small`; of fewer townships expected no share is given.
    pub small: u32,
    /// Indicators of the trend charts.
    pub trend: Vec<String>,
}

impl Default for Rollup {
    fn default() -> Rollup {
        Rollup { small: 3, trend: ["t3_received_total", "t3_granted_total", "t3_carried_out_total"].map(String::from).to_vec() }
    }
}

/// What becomes of a dataset that does not satisfy an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Otherwise {
    /// It is published, and the summary warns.
    Warn,
    /// It is kept aside, and the last dataset stays.
    Refuse,
}

/// One expectation: a number, or a number and what becomes of a dataset that does not satisfy it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "an expectation is a number or { limit = NUMBER, otherwise = \"refuse\" } (or \"warn\")")]
pub enum Limit {
    Plain(f64),
    With { limit: f64, otherwise: Otherwise },
}

impl Limit {
    pub fn value(self) -> f64 {
        match self {
            Limit::Plain(limit) | Limit::With { limit, .. } => limit,
        }
    }

    /// What becomes of the dataset, `usual` where the file does not say.
    pub fn otherwise(self, usual: Otherwise) -> Otherwise {
        match self {
            Limit::Plain(_) => usual,
            Limit::With { otherwise, .. } => otherwise,
        }
    }
}

/// What a dataset must satisfy. Unless the file says otherwise a `min` refuses it and a `max` warns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    #[serde(deserialize_with = "count")]
    pub reports_min: Limit,
    /// In every year from the first to the last that has a report.
    #[serde(deserialize_with = "some_count")]
    pub reports_a_year_min: Option<Limit>,
    /// In a single year, which need not have any.
    #[serde(deserialize_with = "of_years")]
    pub reports_of_year_min: BTreeMap<String, Limit>,
    /// Of the files walked.
    #[serde(deserialize_with = "share")]
    pub share_unreadable_max: Limit,
    /// Of the reports: those whose file is gone from the archive and that are kept.
    #[serde(deserialize_with = "share")]
    pub share_vanished_max: Limit,
    /// Of the reports.
    #[serde(deserialize_with = "share")]
    pub share_partial_max: Limit,
    /// Of the checks that could be tested.
    #[serde(deserialize_with = "share")]
    pub share_checks_failed_max: Limit,
    /// Of the figures that the last dataset and this one both give: the share that differs.
    #[serde(deserialize_with = "some_share")]
    pub share_figures_changed_max: Option<Limit>,
    /// Of the figures that the last dataset gave, of files that are still there as they were: the share that this one does not give.
    #[serde(deserialize_with = "some_share")]
    pub share_figures_lost_max: Option<Limit>,
    /// Of the figures that both give: how many times as large, or as small, a single one may have become; 0 counts as 1.
    #[serde(deserialize_with = "factor")]
    pub figure_factor_max: Option<Limit>,
    /// Bodies in the last panel that have no row in this one.
    #[serde(deserialize_with = "some_count")]
    pub bodies_lost_max: Option<Limit>,
    /// Overrides that match no report or cell.
    #[serde(deserialize_with = "count")]
    pub overrides_unmatched_max: Limit,
}

impl Default for Expect {
    fn default() -> Expect {
        let all = Limit::Plain(1.0);
        Expect {
            reports_min: all,
            reports_a_year_min: None,
            reports_of_year_min: BTreeMap::new(),
            share_unreadable_max: all,
            share_vanished_max: Limit::Plain(0.1),
            share_partial_max: all,
            share_checks_failed_max: all,
            share_figures_changed_max: None,
            share_figures_lost_max: None,
            figure_factor_max: None,
            bodies_lost_max: None,
            overrides_unmatched_max: Limit::Plain(0.0),
        }
    }
}

/// The tables that may be asked for as CSV; the rollups always come as CSV too.
pub const CSV_TABLES: [&str; 11] = ["reports", "values", "panel", "comparable", "checks", "files", "indicators", "problems", "mentions", "sections", "changes"];

// What a value must satisfy is asked while it is read, for only then its line is known.

/// A value of the file that `fault` finds nothing wrong with.
fn right<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D, fault: impl FnOnce(&T) -> Option<String>) -> Result<T, D::Error> {
    let value = T::deserialize(from)?;
    fault(&value).map_or(Ok(value), |fault| Err(D::Error::custom(fault)))
}

fn no_count(limit: &Limit) -> Option<String> {
    let v = limit.value();
    (!v.is_finite() || v < 0.0 || v.fract() != 0.0).then(|| format!("{v} is no limit: it is counted, so a whole number from 0 on"))
}

fn no_share(limit: &Limit) -> Option<String> {
    let v = limit.value();
    (!(0.0..=1.0).contains(&v)).then(|| format!("{v} is no limit: it is a share, so a number from 0 to 1"))
}

fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Limit, D::Error> {
    right(from, no_count)
}

fn some_count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Limit>, D::Error> {
    count(from).map(Some)
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<Limit, D::Error> {
    right(from, no_share)
}

fn some_share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Limit>, D::Error> {
    share(from).map(Some)
}

fn factor<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Limit>, D::Error> {
    let fault = |limit: &Limit| {
        let v = limit.value();
        (!v.is_finite() || v < 1.0).then(|| format!("{v} is no limit: it says how many times as large, so a number from 1 on"))
    };
    right(from, fault).map(Some)
}

fn of_years<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Limit>, D::Error> {
    right(from, |all: &BTreeMap<String, Limit>| {
        let fault = |(year, limit): (&String, &Limit)| match year.parse::<u16>() {
            Ok(1000..=9999) => no_count(limit).map(|fault| format!("{year}: {fault}")),
            _ => Some(format!("expect.reports_of_year_min names «{year}», which is no year; write all four digits")),
        };
        all.iter().find_map(fault)
    })
}

/// A bound that lets something through.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default + PartialEq>(from: D) -> Result<T, D::Error> {
    right(from, |n| (*n == T::default()).then(|| "0 is no limit: nothing could be read; write a number above 0".into()))
}

fn keep<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    right(from, |n| (*n == 0).then(|| "publish.keep is 0; it is the number of datasets that are kept, the newest included, so at least 1".into()))
}

fn batch<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    right(from, |n| (*n == 0).then(|| "publish.batch is 0; it is the number of reports written at once".into()))
}

fn metrics<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    right(from, |path: &PathBuf| path.as_os_str().is_empty().then(|| "publish.metrics names no file; take the line out where no metrics are wanted".into())).map(Some)
}

fn flagged<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    right(from, |n| (*n > 400).then(|| format!("publish.report_flagged is {n}; each of them is read a second time and adds some 10 KB to the page, so at most 400")))
}

fn tables<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    right(from, |all: &Vec<String>| {
        let odd = all.iter().find(|t| !CSV_TABLES.contains(&t.as_str()))?;
        Some(format!("publish.csv names «{odd}»; it may name {}", CSV_TABLES.join(", ")))
    })
}

/// A fault of the TOML reader in words for people: what is expected is no type of Rust, and of a misspelt name the right one is named.
fn plainly(message: &str) -> String {
    let mut said = message.to_string();
    for (rust, words) in [("expected usize", "expected a whole number from 0 on, without quotation marks"), ("expected u64", "expected a whole number from 0 on, without quotation marks"), ("expected u32", "expected a whole number from 0 on, without quotation marks"), ("expected a sequence", "expected a list in [ ]"), ("expected path string", "expected a path in quotation marks")] {
        said = said.replace(rust, words);
    }
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown ").then(|| names.next()).flatten();
    let near = unknown.and_then(|odd| names.map(|name| (distance(odd, name), name)).min()).filter(|(apart, name)| *apart <= 2.max(name.len() / 4));
    if let Some((_, name)) = near {
        said.push_str(&format!("; `{name}` may be meant"));
    }
    said
}

/// The folder above that of a file, to which the paths in it are relative. Links and `..` are followed first.
fn base(file: &Path) -> Result<PathBuf, String> {
    let whole = std::fs::canonicalize(file).map_err(|e| format!("{}: cannot be read: {e}", file.display()))?;
    Ok(whole.parent().and_then(Path::parent).unwrap_or(Path::new("/")).to_path_buf())
}

/// A path without `.` and a slash at its end.
pub fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

/// Where the metrics of a run go, as far as a pipeline file with faults tells it.
pub fn metrics_of(file: &Path) -> Option<PathBuf> {
    let text = written::read(file).ok()?;
    let path = |t: &toml::Table| Some(t.get("metrics")?.as_str()?.to_string());
    let publish = |t: toml::Table| path(t.get("publish")?.as_table()?);
    // Where it is no TOML at all, one line of it may be.
    let line = |l: &str| path(&toml::from_str(l.trim()).ok()?);
    let found = toml::from_str(&text).ok().and_then(publish).or_else(|| text.lines().filter(|l| l.trim_start().starts_with("metrics")).find_map(line))?;
    Some(base(file).ok()?.join(Some(found).filter(|found| !found.is_empty())?))
}

impl Pipeline {
    /// Where the overrides stand.
    pub fn overrides(&self) -> PathBuf {
        self.data.folder.join(OVERRIDES)
    }

    /// Reads a pipeline file. Its paths are relative to the folder above the file's own, links followed.
    ///
    /// # Errors
    /// What is wrong, with file and line.
    pub fn load(file: &Path) -> Result<Pipeline, String> {
        let text = written::read(file).map_err(|fault| format!("{}: {fault}", file.display()))?;
        let mut p: Pipeline = toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(0, |s| text[..s.start].matches('\n').count() + 1);
            format!("{}:{line}: {}", file.display(), plainly(e.message()))
        })?;
        let base = base(file)?;
        p.file = file.to_path_buf();
        for path in [&mut p.archive.root, &mut p.form.folder, &mut p.data.folder, &mut p.publish.out] {
            *path = plain(&base.join(&*path));
        }
        if let Some(metrics) = &mut p.publish.metrics {
            *metrics = base.join(&*metrics);
        }
        Ok(p)
    }

    /// That the folders of form and data are there.
    ///
    /// # Errors
    /// One is not, with the line that names it.
    pub fn folders(&self) -> Result<(), String> {
        for (name, path) in [("form", &self.form.folder), ("data", &self.data.folder)] {
            if !path.is_dir() {
                let text = std::fs::read_to_string(&self.file).unwrap_or_default();
                let section = text.lines().position(|l| l.trim() == format!("[{name}]"));
                let line = section.and_then(|s| Some(s + text.lines().skip(s).position(|l| l.trim_start().starts_with("folder"))? + 1));
                let line = line.map_or_else(String::new, |n| format!(":{n}"));
                let what = if path.exists() { "is no folder" } else { "is not there" };
                return Err(format!("{}{line}: the folder of {name}, {}, {what}; paths are relative to the folder above that of this file", self.file.display(), path.display()));
            }
        }
        Ok(())
    }

    /// Where the file says `word`, for a message: `FILE:LINE`.
    pub fn place_of(&self, word: &str) -> String {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        let quoted = |l: &str| ['"', '\''].iter().any(|q| l.contains(&format!("{q}{word}{q}")));
        let line = text.lines().position(quoted).map_or_else(String::new, |n| format!(":{}", n + 1));
        format!("{}{line}", self.file.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_told_the_right_one() {
        assert!(plainly("unknown field `excludes`, expected one of `root`, `include`, `exclude`").ends_with("; `exclude` may be meant"));
        assert!(plainly("unknown variant `tabel`, expected `table` or `opencc`").ends_with("; `table` may be meant"));
        let strange = "unknown field `colour`, expected one of `root`, `include`, `exclude`";
        assert_eq!(plainly(strange), strange, "nothing is near");
        assert_eq!(plainly("invalid type: string \"3\", expected usize"), "invalid type: string \"3\", expected a whole number from 0 on, without quotation marks");
    }
}
