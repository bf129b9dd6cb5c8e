//! The last published dataset as the state of the next run: which files need not be read again, and their rows.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::seen::{Notes, Seen, Stat};
use super::versions::Versions;
use super::{RunError, half_hash, read_bytes};
use crate::columnar::{self, Back, Carried};
use crate::model::{FileRow, HalfHash, Outcome, Problem, Read, ReportRow, Source};
use crate::pipeline::{Pipeline, Vanished};
use crate::publish;
use crate::walk::Walked;

/// The dataset that readers open now.
#[derive(Debug)]
pub struct Last {
    /// Its number among the versions.
    pub number: u32,
    pub dir: PathBuf,
    pub versions: Versions,
    /// What its run said of itself; nothing where that cannot be read.
    pub run: Value,
    seen: Option<Seen>,
    /// The first of its files that is not as it was written: no row is carried over then, and it is only compared with.
    pub odd: Option<String>,
}

/// One file of the next dataset, and where its rows come from.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Where it lies in the archive.
    pub source: &'a Source,
    /// Its number among the carried files, where its rows are carried over.
    pub carry: Option<usize>,
}

/// What a run has to do.
pub enum Plan<'a> {
    /// Nothing changed. Where files were looked into to know it, the notes are better than those kept.
    Nothing { better: Option<Vec<u8>> },
    /// `gone` are reports that may have vanished and are to be kept then; none where that cannot be known.
    Work { work: Vec<Work<'a>>, carried: Vec<Carried>, gone: Option<Vec<Carried>> },
}

impl Last {
    /// The last dataset at `target`, if there is one.
    pub fn open(target: &Path) -> Option<Last> {
        let number = publish::current(target)?;
        let dir = fs::canonicalize(target).ok()?;
        let run: Option<Value> = fs::read(dir.join("run.json")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let versions = run.as_ref().and_then(|run| Versions::deserialize(run.get("versions")?).ok());
        let seen = fs::read(publish::seen_file(target, number)).ok().and_then(|bytes| Seen::parse(&bytes));
        let odd = if versions.is_none() { Some("run.json".to_string()) } else { seen.as_ref().and_then(|seen| seen.odd(&dir).map(String::from)) };
        if let Some(odd) = &odd {
            tracing::warn!(dataset = %dir.display(), file = odd, "the last dataset is not as it was written; every file is read anew");
        }
        Some(Last { number, dir, versions: versions.unwrap_or_default(), run: run.unwrap_or_default(), seen, odd })
    }

    /// What files of it were made of, by name, as far as it is noted.
    pub fn made(&self) -> Option<&BTreeMap<String, String>> {
        self.seen.as_ref().filter(|_| self.odd.is_none()).map(Seen::made)
    }

    /// Whether a partial look (`--only`, `--since`) made it.
    pub fn partial(&self) -> bool {
        !self.run["partial"].is_null()
    }

    /// Whether the walk and all that makes a dataset are what they were, beyond doubt.
    pub fn unchanged(&self, pipeline: &Pipeline, versions: &Versions, walked: &Walked) -> bool {
        self.carries(pipeline) && *versions == self.versions && self.seen.as_ref().map(|s| s.compare(walked)).is_some_and(|d| !d.other && d.doubtful.is_empty())
    }

    /// Whether rows may be carried over from it, made by the same versions.
    fn carries(&self, pipeline: &Pipeline) -> bool {
        !pipeline.full && self.odd.is_none()
    }

    /// Decides what is to be read, where [`Last::unchanged`] does not say that nothing is. `touched` says whether an override
    /// concerns a report: those are read anew. Once `stop` says so what it decides is of no use.
    ///
    /// # Errors
    /// Those of the last dataset's tables; or one of them is not as it was written, and rows are to be kept from it.
    pub fn plan<'a>(&self, pipeline: &Pipeline, versions: &Versions, walked_at: i64, walked: &'a Walked, touched: &dyn Fn(&ReportRow) -> bool, stop: &(dyn Fn() -> bool + Sync)) -> Result<Plan<'a>, RunError> {
        if let Some(odd) = &self.odd {
            if pipeline.archive.vanished == Vanished::Drop {
                return Ok(all(walked));
            }
            if columnar::holds_rows(odd) {
                return Err(RunError::Setup(format!("{} is not as it was written", self.dir.join(odd).display())));
            }
        }
        let same_rows = self.carries(pipeline) && versions.same_rows(&self.versions);
        let nothing_else = self.carries(pipeline) && *versions == self.versions;
        let difference = self.seen.as_ref().map(|s| s.compare(walked));
        let files = || columnar::files_back(&self.dir.join("files.parquet"));
        let reports = || columnar::reports_back(&self.dir.join("reports.parquet"));
        // Where something changed beyond doubt, the reports are wanted too.
        let surely = !nothing_else || difference.as_ref().is_none_or(|d| d.other);
        let (files, early) = rayon::join(files, || surely.then(reports));
        let files = files?;
        let same = if same_rows { self.same(walked, &files, stop) } else { HashSet::new() };
        if nothing_else && difference.is_some_and(|d| !d.other && d.doubtful.iter().all(|&i| same.contains(&walked.sources[i].path) || self.fails_as_before(&walked.sources[i], pipeline.archive.max_file_bytes))) {
            return Ok(Plan::Nothing { better: self.seen.as_ref().map(|s| better(s, walked_at, walked)) });
        }
        Ok(choose(pipeline, walked, files, early.unwrap_or_else(reports)?, &same, touched))
    }

    /// The files that are as the dataset has them: by size and times, or else by their content.
    fn same(&self, walked: &Walked, files: &HashMap<Arc<str>, FileRow>, stop: &(dyn Fn() -> bool + Sync)) -> HashSet<Arc<str>> {
        let stats = self.seen.as_ref().map(Seen::stats).unwrap_or_default();
        let same = |source: &&Source| {
            let Some(hash) = files.get(&source.path).and_then(|f| f.content_hash) else { return false };
            stats.get(&*source.path) == Some(&Stat::of(source)) || !stop() && content_hash(source) == Some(hash)
        };
        walked.sources.par_iter().filter(same).map(|s| s.path.clone()).collect()
    }

    /// A file that could not be opened, and still cannot, for the same reason.
    fn fails_as_before(&self, source: &Source, most: u64) -> bool {
        let before = self.seen.as_ref().and_then(|s| s.failure(&source.path));
        before.is_some() && read_bytes(&source.file(), most).err().map(|e| super::unreadable(&e)).as_deref() == before
    }
}

/// Notes of a walk that found nothing changed: those of the last run with the times of this one.
fn better(seen: &Seen, walked_at: i64, walked: &Walked) -> Vec<u8> {
    let mut notes = Notes::new(walked_at);
    for source in &walked.sources {
        if let Some(reason) = seen.failure(&source.path) {
            notes.failure(source.path.clone(), reason);
        }
    }
    notes.made = seen.made().clone();
    notes.finish(walked, seen.outputs())
}

fn content_hash(source: &Source) -> Option<HalfHash> {
    let bytes = read_bytes(&source.file(), source.bytes).ok()?;
    Some(half_hash(&bytes))
}

fn choose<'a>(pipeline: &Pipeline, walked: &'a Walked, files: HashMap<Arc<str>, FileRow>, mut reports: HashMap<Arc<str>, Box<ReportRow>>, same: &HashSet<Arc<str>>, touched: &dyn Fn(&ReportRow) -> bool) -> Plan<'a> {
    // Places that were left open may be settled by what other reports teach, and corrected cells by other overrides:
    // both are found from the file itself.
    let open = |r: &ReportRow| r.place.division_code.is_none() || r.learned || r.cells_corrected > 0 || touched(r);
    let keeps = |source: &Source| -> bool {
        same.contains(&source.path)
            // The rows of one that was gone stand behind all others: come back, it is read.
            && match files.get(&source.path).filter(|f| !f.vanished).map(|f| f.outcome) {
                Some(Outcome::Report) => reports.get(&source.path).is_some_and(|r| !open(r)),
                Some(Outcome::NotAReport | Outcome::Unreadable) => true,
                _ => false,
            }
    };
    let kept: HashSet<&str> = walked.sources.iter().filter(|s| keeps(s)).map(|s| &*s.path).collect();
    // A duplicate is carried where the report that it duplicates is.
    let ids: HashSet<&str> = kept.iter().filter_map(|p| files[*p].report_id.as_deref()).collect();
    let twin = |source: &Source| same.contains(&source.path) && files.get(&source.path).is_some_and(|f| f.outcome == Outcome::Duplicate && f.report_id.as_deref().is_some_and(|id| ids.contains(id)));
    let (mut work, mut carried) = (Vec::with_capacity(walked.sources.len()), Vec::new());
    for source in &walked.sources {
        let path = &*source.path;
        let carry = kept.contains(path) || twin(source);
        work.push(Work { source, carry: carry.then_some(carried.len()) });
        if carry {
            carried.push(Carried { file: files[path].clone(), report: reports.remove(path) });
        }
    }
    let gone = if pipeline.archive.vanished == Vanished::Keep { gone(walked, &files, reports) } else { Vec::new() };
    Plan::Work { work, carried, gone: Some(gone) }
}

/// Reports that the walk did not find, sorted by path. Whether members of containers are gone, and whether the content
/// lies at another path, shows when all is read.
fn gone(walked: &Walked, files: &HashMap<Arc<str>, FileRow>, mut reports: HashMap<Arc<str>, Box<ReportRow>>) -> Vec<Carried> {
    for path in walked.sources.iter().map(|s| &*s.path).chain(walked.refused.iter().map(|r| r.path.as_str())) {
        reports.remove(path);
    }
    let file = |r: &ReportRow| {
        let known = files.get(&r.path).filter(|f| f.outcome == Outcome::Report).cloned();
        known.unwrap_or_else(|| FileRow { path: r.path.clone(), bytes: r.bytes, outcome: Outcome::Report, report_id: Some(r.report_id.clone()), content_hash: Some(r.content_hash), ..FileRow::default() })
    };
    let mut gone: Vec<Carried> = reports.into_values().map(|r| Carried { file: FileRow { vanished: true, ..file(&r) }, report: Some(r) }).collect();
    gone.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    gone
}

/// Every file is to be read: there is no dataset to carry rows over from.
pub fn all(walked: &Walked) -> Plan<'_> {
    Plan::Work { work: walked.sources.iter().map(|s| Work { source: s, carry: None }).collect(), carried: Vec::new(), gone: None }
}

/// Reads a batch: what is carried from the last dataset, the rest by `read`, which gives nothing once the run is to
/// stop. A file whose rows cannot be had from the dataset is read, and counts as `lost`.
pub fn read_batch(back: &mut Option<Back>, batch: &[Work], lost: &mut usize, read: impl Fn(&Source) -> Option<Read> + Sync) -> (Vec<Read>, Vec<Source>) {
    let mut done: Vec<Option<Read>> = Vec::with_capacity(batch.len());
    for work in batch {
        done.push(work.carry.and_then(|number| {
            let back = back.as_mut().expect("files are carried from a dataset");
            let told = |e| {
                if *lost == 0 {
                    tracing::warn!(path = %work.source.path, "rows cannot be carried over: {e}");
                }
                *lost += 1;
            };
            back.take(number).map_err(told).ok()
        }));
    }
    let read = |(done, work): (Option<Read>, &Work)| Some((done.or_else(|| read(work.source))?, work.source.clone()));
    done.into_par_iter().zip(batch).filter_map(read).unzip()
}

/// Takes reports that are gone from the archive from the last dataset; gives why some could not be had.
pub fn take_gone(back: &mut Back, numbers: std::ops::Range<usize>) -> (Vec<Read>, Vec<String>) {
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    for number in numbers {
        match back.take(number) {
            Ok(mut read) => {
                let message = "the file is gone from the archive; its rows are kept from the dataset before ([archive] vanished)";
                read.problems.push(Problem::new("run/vanished", 0, "", message));
                kept.push(read);
            }
            Err(e) => lost.push(e.to_string()),
        }
    }
    (kept, lost)
}
