//! A dataset in its staging folder: files read or carried over batch by batch, tables written, the differences from the
//! last dataset found, the gate asked.

use std::path::Path;

use rayon::prelude::*;

use super::dataset::{Dataset, joined};
use super::kept::Kept;
use super::last::{self, Last, Work};
use super::seen::{Notes, Output};
use super::versions::Versions;
use super::{Progress, RunError, Summary, Tools, locate_again, members, morning, read_source};
use crate::columnar::{self, Back, Carried, Makers};
use crate::form::Form;
use crate::model::{CHANGES, Changes, Read, Source};
use crate::pipeline::Pipeline;
use crate::publish::{self, PublishError};
use crate::walk;

/// What it takes to build a dataset in a staging folder.
pub(super) struct Build<'b, 'f> {
    pub pipeline: &'b Pipeline,
    pub tools: &'b mut Tools<'f>,
    pub progress: &'b dyn Progress,
    pub last: Option<&'b Last>,
    pub versions: &'b Versions,
    pub notes: &'b mut Notes,
}

impl Build<'_, '_> {
    /// Reads, carries over, writes and judges.
    ///
    /// # Errors
    /// Those of the file system, and a signal.
    pub fn dataset(&mut self, dir: &Path, refused: Vec<walk::Refused>, work: &[Work], carried: Vec<Carried>, gone: Option<Vec<Carried>>) -> Result<Summary, RunError> {
        let (pipeline, progress) = (self.pipeline, self.progress);
        let mut dataset = Dataset::open(self.tools, dir, &pipeline.publish.csv, work.len() + refused.len())?;
        dataset.refused(refused)?;
        let unread = self.read(&mut dataset, work, carried)?;
        let (kept_gone, lost) = self.keep(&mut dataset, gone.unwrap_or_default())?;
        read_again(self.tools, &mut dataset, pipeline.publish.batch, progress)?;
        let tools = &*self.tools;
        // A full run takes nothing over.
        let kept = Kept::new(self.last.filter(|_| !pipeline.full), self.versions);
        dataset.finish(pipeline, tools, &kept)?;
        self.notes.made = kept.made();
        let mut of_morning = std::mem::take(&mut dataset.notes);
        // The dataset's rows are given back before two datasets are compared.
        let mut summary = dataset.summary()?;
        let (changes, incomparable) = self.changes(dir)?;
        if progress.stop() {
            return Err(RunError::Stopped);
        }
        summary.judge(&pipeline.expect, changes.as_ref(), incomparable.as_deref(), tools.overrides.unmatched());
        summary.carried = work.iter().filter(|w| w.carry.is_some()).count() - unread + kept_gone;
        summary.warnings.extend(incomparable);
        if let Some(odd) = self.last.and_then(|last| last.odd.as_ref()) {
            summary.warnings.push(format!("{odd} of the last dataset is not as it was written, so every file was read anew"));
        }
        if unread > 0 {
            summary.warnings.push(format!("{unread} files were read anew, since a table of the last dataset cannot be read"));
        }
        summary.warnings.extend(self.overrides_gone());
        if !lost.is_empty() {
            summary.warnings.push(format!("{} vanished reports could not be kept, e.g. {}", lost.len(), lost[0]));
        }
        if pipeline.publish.report {
            of_morning.changes = changes.map(|c| morning_rows(tools.form, c));
            morning::write(tools, pipeline, dir, &summary, of_morning)?;
        }
        publish::datapackage::write(dir, tools.form).map_err(|e| RunError::Setup(format!("{}: {e}", dir.join("datapackage.json").display())))?;
        Ok(summary)
    }

    /// The last dataset had corrected cells, and the file that corrected them is not there.
    fn overrides_gone(&self) -> Option<String> {
        let corrected = self.last?.run["cells"]["corrected"].as_u64().filter(|&n| n > 0 && !self.tools.overrides.there())?;
        Some(format!("{} is not there, and {corrected} cells of the last dataset were corrected by it; put it back, or an empty one where none is to be corrected", self.pipeline.overrides().display()))
    }

    /// Every file once, members of containers last. Gives how many were read since their rows could not be carried over.
    fn read(&mut self, dataset: &mut Dataset, work: &[Work], carried: Vec<Carried>) -> Result<usize, RunError> {
        let (tools, progress, batch_size) = (&*self.tools, self.progress, self.pipeline.publish.batch);
        let mut back = self.last.map(|last| Back::new(&last.dir, tools.form, &tools.extractor.mention_names(), carried, true));
        let (mut written, mut containers, mut lost) = (Vec::new(), Vec::new(), 0);
        let read = |source: &Source| (!progress.stop()).then(|| read_source(tools, source)).inspect(|_| progress.read(1));
        for batch in work.chunks(batch_size) {
            // While one batch is written, and given back, the next is read.
            let last = std::mem::take(&mut written);
            let (read, result) = std::thread::scope(|scope| {
                // A thread of its own: one that reads would take up another file whenever it waits for the disk or for polars,
                // and the rest of the batch would stay unwritten while nothing is left to read.
                let writer = scope.spawn(|| dataset.write(last));
                let read = last::read_batch(&mut back, batch, &mut lost, read);
                (read, joined(writer))
            });
            result?;
            if progress.stop() {
                return Err(RunError::Stopped);
            }
            let sources;
            (written, sources) = read;
            self.notes.failures(&written);
            let (sources, found) = members::set_aside(&sources, &mut written);
            containers.extend(found);
            dataset.accept(&mut written, &sources);
        }
        let (written, failures) = members::read(tools, &containers, batch_size, written, dataset, progress)?;
        failures.into_iter().for_each(|(path, reason)| self.notes.failure(path, &reason));
        dataset.write(written)?;
        Ok(lost)
    }

    /// The reports that are gone from the archive, once all that lies there is known: one whose path or content is there
    /// gives way. Gives how many were kept, and why others could not be.
    fn keep(&mut self, dataset: &mut Dataset, mut gone: Vec<Carried>) -> Result<(usize, Vec<String>), RunError> {
        dataset.leave_gone(&mut gone);
        let (tools, count) = (&*self.tools, gone.len());
        let Some(last) = self.last.filter(|_| count > 0) else { return Ok((0, Vec::new())) };
        let mut back = Back::new(&last.dir, tools.form, &tools.extractor.mention_names(), gone, false);
        let mut all_lost = Vec::new();
        for start in (0..count).step_by(self.pipeline.publish.batch) {
            if self.progress.stop() {
                return Err(RunError::Stopped);
            }
            let (mut kept, lost) = last::take_gone(&mut back, start..count.min(start + self.pipeline.publish.batch));
            all_lost.extend(lost);
            for read in &mut kept {
                let Some(row) = read.report.as_deref_mut() else { continue };
                let moved = locate_again(tools, row);
                read.problems.extend(moved.into_iter().chain(tools.overrides.kept(row, &read.figures)));
            }
            dataset.accept(&mut kept, &[]);
            dataset.write(kept)?;
        }
        Ok((count - all_lost.len(), all_lost))
    }

    /// Writes `changes`: what differs from the last dataset. Without one, or with one of another make that cannot be
    /// compared (then a warning says so), it is an empty table.
    fn changes(&self, dir: &Path) -> Result<(Option<Changes>, Option<String>), RunError> {
        let (changes, warning) = match self.last.map(|last| compare(&last.dir, dir, self.versions.difference(&last.versions))) {
            Some(Ok(changes)) => (Some(changes), None),
            Some(Err(e)) => (None, Some(format!("the last dataset cannot be compared with this one: {e}"))),
            None => (None, None),
        };
        let frame = columnar::changes_table(changes.as_ref().map_or(&[], |c| &c.rows));
        if self.pipeline.publish.csv.iter().any(|c| c == "changes") {
            publish::csv(&dir.join("changes.csv"), &frame)?;
        }
        publish::write(&dir.join("changes.parquet"), &frame)?;
        Ok((changes, warning))
    }
}

/// The reports whose place nothing in them decides, once more, with what the others teach.
fn read_again(tools: &mut Tools, dataset: &mut Dataset, batch: usize, progress: &dyn Progress) -> Result<(), RunError> {
    let (members, deferred): (Vec<_>, Vec<_>) = dataset.deferred().into_iter().partition(|(source, _)| source.member_of.is_some());
    tools.learned = Some(tools.gazetteer.learn(&dataset.reports));
    let tools = &*tools;
    for late in deferred.chunks(batch) {
        if progress.stop() {
            return Err(RunError::Stopped);
        }
        let read = late.par_iter().map(|(source, _)| read_source(tools, source)).collect::<Vec<Read>>();
        dataset.accept_late(read, late)?;
    }
    members::again(tools, members, batch, dataset, progress)
}

fn compare(old: &Path, new: &Path, makers: Makers) -> Result<Changes, RunError> {
    let (a, b) = rayon::join(|| columnar::Side::read(old), || columnar::Side::read(new));
    Ok(columnar::changes(&a?, &b?, makers)?)
}

/// What differs between two datasets, as rows with a header.
///
/// # Errors
/// One of them cannot be read.
pub fn diff(old: &Path, new: &Path) -> Result<Changes, RunError> {
    let versions = |dir: &Path| -> Versions {
        let run = std::fs::read(dir.join("run.json")).ok().and_then(|b| serde_json::from_slice::<serde_json::Value>(&b).ok());
        run.and_then(|mut r| serde_json::from_value(r["versions"].take()).ok()).unwrap_or_default()
    };
    let failed = |e: RunError| RunError::Setup(format!("{e}; name two datasets, the older one first"));
    compare(old, new, versions(new).difference(&versions(old))).map_err(failed)
}

/// The differences as the morning report shows them, the first of each kind.
fn morning_rows(form: &Form, changes: Changes) -> publish::morning::Changes {
    let share = publish::morning::MOST_CHANGES / CHANGES.len();
    let of_kind = |kind: &'static str| changes.rows.iter().filter(move |c| c.kind == kind).take(share);
    let rows = CHANGES.into_iter().flat_map(of_kind).map(|c| publish::morning::Change {
        kind: c.kind.into(),
        path: c.path.clone().unwrap_or_default(),
        body: c.body.clone(),
        place: String::new(),
        year: c.year,
        indicator: c.indicator.as_ref().and_then(|n| form.indicators.iter().position(|i| i.name == *n)).map(|i| i as u16),
        old: c.old,
        new: c.new,
        why: c.why.into(),
    });
    publish::morning::Changes { rows: rows.collect(), totals: changes.totals.iter().map(|(k, n)| (k.to_string(), *n)).collect() }
}

/// A panic while the dataset was built.
pub(super) fn panicked(words: &str, dir: &Path) -> RunError {
    RunError::Publish(PublishError::Io { path: dir.to_path_buf(), error: std::io::Error::other(format!("writing the dataset failed: {words}")) })
}

/// An error of a library that writes says what, but not where.
pub(super) fn named(error: RunError, dir: &Path) -> RunError {
    match error {
        RunError::Publish(PublishError::Frame(e)) => RunError::Publish(PublishError::Io { path: dir.to_path_buf(), error: std::io::Error::other(e.to_string()) }),
        other => other,
    }
}

/// Every file of a dataset.
pub(super) fn outputs(dir: &Path) -> Vec<Output> {
    let mut out = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                out.extend(Output::of(dir, &path.strip_prefix(dir).unwrap_or(&path).to_string_lossy()));
            }
        }
    }
    out.sort();
    out
}
