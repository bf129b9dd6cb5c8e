//! What must be right before a run begins, beside what each stage says of its own definitions.

use std::path::{Path, PathBuf};

use super::RunError;
use crate::form::Form;
use crate::pipeline::Pipeline;
use crate::{publish, walk};

/// Faults of the pipeline file that only stages and the form can tell.
///
/// # Errors
/// Every one of them, with file and line.
pub(super) fn check(pipeline: &Pipeline, form: &Form) -> Result<(), RunError> {
    let odd = pipeline.rollup.trend.iter().filter(|t| form.indicators.iter().all(|i| i.name != **t));
    let trend = odd.map(|odd| format!("{}: rollup.trend names «{odd}», which is no indicator of the form", pipeline.place_of(odd)));
    told(globs(pipeline).chain(trend))
}

/// What is wrong with the globs.
fn globs(pipeline: &Pipeline) -> impl Iterator<Item = String> + '_ {
    let all = pipeline.archive.include.iter().chain(&pipeline.archive.exclude);
    all.filter_map(|glob| walk::globs(std::slice::from_ref(glob)).err().map(|e| format!("{}: {e}", pipeline.place_of(glob))))
}

fn told(faults: impl Iterator<Item = String>) -> Result<(), RunError> {
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() { Ok(()) } else { Err(RunError::Setup(faults.join("\n"))) }
}

/// That the archive is a folder, and that neither it nor the dataset lies in the other: the next run would read what
/// this one wrote, or this one write into what it reads.
///
/// # Errors
/// It is not so.
pub(super) fn places(pipeline: &Pipeline) -> Result<(), RunError> {
    let (root, out) = (&pipeline.archive.root, &pipeline.publish.out);
    if !root.exists() {
        return Err(RunError::Setup(format!("{}: the archive is not there; name it with --archive DIR or in the pipeline file", root.display())));
    }
    if !root.is_dir() {
        return Err(RunError::Setup(format!("{}: the archive is no folder; name the folder that holds the file with --archive DIR, and the file with --only", root.display())));
    }
    told(globs(pipeline))?;
    let archive = real(root);
    let is_version = |place: &Path| place.parent().is_some_and(|p| p.extension().is_some_and(|e| e == "versions")) && place.join("run.json").is_file();
    if let Some(version) = real(out.parent().unwrap_or(Path::new("."))).ancestors().find(|place| is_version(place)) {
        return Err(RunError::Setup(format!("{}: {} is a dataset, and nothing is written into one once it is published; name another --out", out.display(), version.display())));
    }
    let versions = publish::versions_of(out);
    // The dataset itself is a link; what matters is where that lies.
    for place in [at(out), real(&versions)] {
        if place.starts_with(&archive) || archive.starts_with(&place) {
            let message = "a dataset must lie outside its archive and the archive outside the dataset, else the next run reads what this one wrote";
            return Err(RunError::Setup(format!("{}: {message}; the archive is {}. Name another --out or --archive", place.display(), archive.display())));
        }
    }
    metrics(pipeline)
}

/// That the metrics take the place of nothing but metrics, and lie where no run looks for reports or keeps datasets.
///
/// # Errors
/// It is not so.
pub(super) fn metrics(pipeline: &Pipeline) -> Result<(), RunError> {
    let Some(path) = &pipeline.publish.metrics else { return Ok(()) };
    let odd = |why: &str| Err(RunError::Setup(format!("{}: {why}; name another file under [publish] metrics", path.display())));
    if [&pipeline.archive.root, &publish::versions_of(&pipeline.publish.out)].into_iter().any(|folder| real(path).starts_with(real(folder))) {
        return odd("the metrics of a run must lie outside archive and dataset");
    }
    publish::metrics::replaceable(path).or_else(|e| odd(&format!("the metrics of a run cannot be written there: {e}")))
}

/// Where something lies, a link not followed.
fn at(path: &Path) -> PathBuf {
    path.file_name().map_or_else(|| real(path), |name| path.parent().map(real).unwrap_or_default().join(name))
}

/// The path with links followed, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let whole = std::fs::canonicalize(path);
    whole.unwrap_or_else(|_| match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real(parent).join(name),
        _ => path.to_path_buf(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_as_far_as_there_are_any() {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let here = std::fs::canonicalize(dir.path()).expect("it is there");
        std::fs::create_dir(here.join("a")).expect("a folder");
        std::os::unix::fs::symlink("a", here.join("b")).expect("a link");
        assert_eq!(real(&here.join("b/new/newer")), here.join("a/new/newer"));
    }
}
