//! What a run tells a monitoring system, also one that failed.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{RunError, Summary, setup};
use crate::pipeline::Pipeline;
use crate::publish::metrics::{Metric, write};

/// Writes the metrics of a run, if the pipeline wants them.
///
/// # Errors
/// The file system refuses, or they may not lie there.
pub fn write_metrics(pipeline: &Pipeline, summary: Option<&Summary>, exit_code: u8) -> Result<(), RunError> {
    setup::metrics(pipeline)?;
    pipeline.publish.metrics.as_ref().map_or(Ok(()), |path| write_to(path, Some(&pipeline.publish.out), summary, exit_code))
}

/// Writes those of a run whose pipeline file has a fault, where it still tells the place.
///
/// # Errors
/// The file system refuses.
pub fn write_failed_metrics(file: &Path, exit_code: u8) -> Result<(), RunError> {
    crate::pipeline::metrics_of(file).map_or(Ok(()), |path| write_to(&path, None, None, exit_code))
}

fn write_to(path: &Path, dataset: Option<&Path>, summary: Option<&Summary>, exit_code: u8) -> Result<(), RunError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let mut all = vec![
        one("run_exit_code", "exit code of the last run: 0 done, 1 refused, 2 failed, 4 stopped", f64::from(exit_code)),
        one("run_finished_seconds", "when the last run ended, seconds since 1970", now as f64),
    ];
    let run = dataset.and_then(|d| std::fs::read(d.join("run.json")).ok()).and_then(|b| serde_json::from_slice::<serde_json::Value>(&b).ok());
    if let Some(finished) = run.as_ref().and_then(|r| r["finished_unix"].as_f64()) {
        all.push(one("dataset_finished_seconds", "when the published dataset was made, seconds since 1970", finished));
    }
    if let Some(s) = summary {
        let unchanged = s.unchanged_since.is_some();
        all.extend([
            one("run_seconds", "how long the last run took", s.seconds),
            one("run_unchanged", "1 where the last run found nothing changed", f64::from(unchanged)),
            one("run_files_walked", "files of the archive", s.walked as f64),
            one("run_files_vanished", "reports whose file is gone from the archive, kept", s.vanished as f64),
            one("run_files_carried", "files whose rows were carried over", s.carried as f64),
            one("run_refusals", "expectations that refuse the dataset", s.refusals.len() as f64),
            one("run_warnings", "expectations that warn", s.warnings.len() as f64),
            one("reports", "reports found", s.reports as f64),
            one("places_resolved", "reports with a place", s.resolved as f64),
        ]);
        if !unchanged {
            all.extend([
                many("files", "files by outcome", "outcome", &s.files),
                many("reports_status", "reports by status", "status", &s.statuses),
                many("cells", "cells by status", "status", &s.counts.cells),
                many("checks", "checks by result", "result", &s.counts.checks),
                many("problems", "problems by code", "code", &s.counts.problems),
                many("changes", "differences from the dataset before by kind", "kind", &s.changes),
            ]);
        }
    }
    write(path, &all).map_err(|e| RunError::Setup(format!("{}: the metrics of the run could not be written: {e}; its dataset does not depend on them", path.display())))
}

fn one(name: &'static str, help: &'static str, value: f64) -> Metric<'static> {
    Metric { name, help, label: "", values: vec![("", value)] }
}

fn many<'a>(name: &'static str, help: &'static str, label: &'static str, counts: &std::collections::BTreeMap<&'a str, usize>) -> Metric<'a> {
    Metric { name, help, label, values: counts.iter().map(|(k, n)| (*k, *n as f64)).collect() }
}
