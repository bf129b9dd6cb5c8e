//! The nightly run: what did not change is carried over and gives the same bytes, nothing is published by halves, and
//! what speaks against a dataset is said.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use nianbao::model::Change;
use nianbao::pipeline::{Limit, Otherwise, Pipeline, Vanished};
use nianbao::run::{self, Summary};
use nianbao::synth;

use crate::properties::archive;
use crate::support::{self, Silent, nianbao};

/// A pipeline over `dir/archive` into `dir/NAME`, in small batches, so that an archive is several of them.
fn pipeline(dir: &Path, name: &str) -> Pipeline {
    let mut p = support::pipeline();
    (p.archive.root, p.publish.out, p.publish.batch) = (dir.join("archive"), dir.join(name), 16);
    p
}

fn go(p: &Pipeline) -> Summary {
    run::run(p, &Silent).unwrap_or_else(|e| panic!("{e}"))
}

/// Every file of a dataset but the two that tell of the run that made it.
fn contents(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let dir = fs::canonicalize(out).expect("published");
    support::files_below(&dir).into_iter().filter(|(n, _)| !TOLD.contains(&n.as_str())).map(|(n, p)| (n, fs::read(p).expect("a file"))).collect()
}

const TOLD: [&str; 3] = ["run.json", "changes.parquet", "report.html"];

fn assert_same(a: &Path, b: &Path, what: &str) {
    let (a, b) = (contents(a), contents(b));
    assert!(a.len() > 15, "{what}: a dataset of {} files", a.len());
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{what}");
    let differ: Vec<_> = a.iter().filter(|(n, bytes)| b[*n] != **bytes).map(|(n, _)| n).collect();
    assert!(differ.is_empty(), "{what}: {differ:?} differ from a full run");
}

fn reports(dir: &Path, n: usize, seed: u64) -> Vec<PathBuf> {
    archive(dir, synth::Options { reports: n, seed, faults: vec!["each".into()], ..Default::default() });
    files(dir)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    support::files_below(&dir.join("archive")).into_iter().map(|(_, p)| p).collect()
}

/// One random thing that happens to an archive.
fn happen(dir: &Path, spare: &mut Vec<PathBuf>, rng: &mut fastrand::Rng) {
    let all = files(dir);
    let file = &all[rng.usize(..all.len())];
    let touch = |path: &Path, time: SystemTime| File::options().write(true).open(path).expect("a file").set_modified(time).expect("a time");
    let now = SystemTime::now();
    match rng.u8(..9) {
        0 | 1 => {
            if let Some(new) = spare.pop() {
                fs::copy(new, file.with_file_name(format!("new{}.txt", rng.u32(..)))).expect("a copy");
            }
        }
        2 => fs::write(file, fs::read(&all[rng.usize(..all.len())]).expect("a file")).expect("another content"),
        3 => touch(file, now),
        4 => touch(file, now - Duration::from_secs(rng.u64(..90_000_000))),
        5 => touch(file, now + Duration::from_secs(rng.u64(..90_000_000))),
        6 => fs::rename(file, file.with_file_name(format!("moved{}.txt", rng.u32(..)))).expect("renamed"),
        7 if all.len() > 20 => fs::remove_file(file).expect("removed"),
        _ => {
            // As large and as old as before, but not the same: only the file system knows that it was touched.
            let meta = fs::metadata(file).expect("a file");
            let mut bytes = fs::read(file).expect("a file");
            if let Some(b) = bytes.iter_mut().find(|b| b.is_ascii_digit()) {
                *b = if *b == b'9' { b'1' } else { *b + 1 };
            }
            fs::write(file, bytes).expect("written");
            touch(file, meta.modified().expect("a time"));
        }
    }
}

#[test]
fn an_incremental_run_gives_the_bytes_of_a_full_one() {
    let mut carried = 0;
    for seed in [1, 2, 3] {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let other = tempfile::tempdir().expect("a scratch folder");
        reports(dir.path(), 70, seed);
        let mut spare = reports(other.path(), 40, seed + 100);
        let mut rng = fastrand::Rng::with_seed(seed);
        rng.shuffle(&mut spare);
        // A container, whose members are read anew whenever anything is.
        let packed: Vec<(String, Vec<u8>)> = spare.drain(..3).enumerate().map(|(i, f)| (format!("{i}.txt"), fs::read(f).expect("a file"))).collect();
        let members: Vec<(&str, &[u8])> = packed.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        fs::write(dir.path().join("archive/packed.zip"), crate::packs::zipped(&members)).expect("a container");
        let p = pipeline(dir.path(), "dataset");
        go(&p);
        for step in 0..7 {
            let n = rng.usize(1..6);
            (0..n).for_each(|_| happen(dir.path(), &mut spare, &mut rng));
            let summary = go(&p);
            carried += summary.carried;
            let full = pipeline(dir.path(), &format!("full{step}"));
            assert_eq!(go(&full).carried, 0);
            assert_same(&p.publish.out, &full.publish.out, &format!("seed {seed}, step {step}"));
        }
    }
    assert!(carried > 600, "only {carried} files were carried over");
}

/// Inode and time of every file of all versions.
fn state(out: &Path) -> Vec<(String, u64, i64)> {
    let versions = PathBuf::from(format!("{}.versions", out.display()));
    let all = support::files_below(&versions).into_iter().filter(|(n, _)| !n.ends_with(".seen") && !n.ends_with(".lock"));
    all.map(|(n, p)| fs::metadata(p).map(|m| (n, m.ino(), m.mtime_nsec() ^ m.mtime())).expect("a file")).collect()
}

#[test]
fn where_nothing_changed_no_file_is_rewritten() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 30, 4);
    // Root reads everything, so a link to nowhere stands for a file that cannot be opened.
    std::os::unix::fs::symlink("nowhere", dir.path().join("archive/gone.txt")).expect("a link");
    let p = pipeline(dir.path(), "dataset");
    assert!(go(&p).unchanged_since.is_none());
    let before = state(&p.publish.out);
    let again = go(&p);
    assert!(again.unchanged_since.is_some() && again.to_string().contains("no new version"), "{again}");
    // Times alone are no change, whatever they say.
    for (i, file) in all.iter().enumerate() {
        File::options().write(true).open(file).expect("a file").set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 * (1 + i as u64 % 4))).expect("a time");
    }
    assert!(go(&p).unchanged_since.is_some());
    assert!(go(&p).unchanged_since.is_some());
    assert_eq!(state(&p.publish.out), before);
    // A full run is one all the same.
    let full = Pipeline { full: true, ..p.clone() };
    assert!(go(&full).unchanged_since.is_none());
    assert_eq!(fs::read_link(&p.publish.out).expect("a link"), Path::new("dataset.versions/000002"));
    assert_same(&p.publish.out, &dir.path().join("dataset.versions/000001"), "a second full run");
}

/// Somebody writes into a file of the dataset, of the same size.
fn write_into(dataset: &Path, name: &str) {
    let file = dataset.join(name);
    let mut bytes = fs::read(&file).expect("published");
    bytes[1000] ^= 1;
    fs::write(&file, bytes).expect("written");
}

/// A file of the dataset was written by somebody, though its size is the same: nothing of that dataset is believed.
#[test]
fn a_dataset_that_is_not_as_it_was_written_is_built_anew() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 12, 4);
    let p = pipeline(dir.path(), "dataset");
    go(&p);
    let whole = contents(&p.publish.out);
    write_into(&p.publish.out, "panel.parquet");
    let again = go(&p);
    assert!(again.unchanged_since.is_none() && again.carried == 0, "{again}");
    assert!(again.warnings.iter().any(|w| w.starts_with("panel.parquet of the last dataset")), "{:?}", again.warnings);
    assert!(contents(&p.publish.out) == whole, "the new one is what the first was");
}

/// It is still the last dataset: what is found is held against it, and no part of the archive takes its place.
#[test]
fn a_dataset_that_is_not_as_it_was_written_is_compared_with() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 24, 4);
    let mut p = pipeline(dir.path(), "dataset");
    p.expect.bodies_lost_max = Some(Limit::With { limit: 0.0, otherwise: Otherwise::Refuse });
    go(&p);
    let number = || fs::read_link(dir.path().join("dataset")).expect("a link");
    let first = number();
    all.iter().take(12).for_each(|f| fs::remove_file(f).expect("removed"));
    let told = |name: &str| {
        let refused = go(&p);
        assert!(refused.refusals.iter().any(|r| r.contains("bodies_lost_max")), "{name}: {refused}");
        assert_eq!(number(), first);
    };
    let touched = p.publish.out.join("rollup_county.csv");
    File::options().write(true).open(touched).expect("a file").set_modified(SystemTime::UNIX_EPOCH).expect("a time");
    told("another time");
    let mut part = p.clone();
    part.archive.only = vec!["**/*.txt".into()];
    assert!(run::run(&part, &Silent).is_err(), "a part of the archive takes no dataset's place");
    fs::write(p.publish.out.join("run.json"), "{").expect("written");
    told("no run.json");
    // A table without which nothing can be compared.
    fs::write(p.publish.out.join("reports.parquet"), "").expect("written");
    told("no reports");
}

#[test]
fn reports_are_kept_from_a_dataset_whose_rows_are_as_they_were_written() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 20, 6);
    let mut p = pipeline(dir.path(), "dataset");
    p.archive.vanished = Vanished::Keep;
    let before = go(&p).reports;
    let found = table(&p, "reports", "path");
    fs::remove_file(p.archive.root.join(&found[0])).expect("removed");
    fs::write(p.publish.out.join("rollup_county.csv"), "").expect("written");
    assert_eq!(go(&p).reports, before);
    let values = support::files_below(&p.publish.out.join("values")).remove(0).1;
    fs::write(values, "").expect("written");
    fs::write(all.last().expect("a file"), "").expect("written");
    let shown = fs::read_link(&p.publish.out).expect("a link");
    let refused = run::run(&p, &Silent).expect_err("what is kept would be lost").to_string();
    assert!(refused.contains("values/") && refused.contains("rollback"), "{refused}");
    assert_eq!(fs::read_link(&p.publish.out).expect("a link"), shown);
    // Nobody goes back to it either.
    p.archive.vanished = Vanished::Drop;
    go(&p);
    assert!(run::roll_back(&p.publish.out).expect_err("damaged").to_string().contains("values/"));
}

#[test]
fn nobody_goes_back_to_a_dataset_of_which_any_table_was_written_to() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 10, 6);
    let p = pipeline(dir.path(), "dataset");
    go(&p);
    let rollup = p.publish.out.join("rollup_county.csv");
    let whole = fs::read(&rollup).expect("a table");
    fs::write(&rollup, [whole.as_slice(), b"\n"].concat()).expect("written");
    fs::remove_file(&all[0]).expect("removed");
    go(&p);
    assert!(run::roll_back(&p.publish.out).expect_err("written to").to_string().contains("rollup_county.csv"));
}

/// A table that cannot be read costs time and no row, wherever it breaks off.
#[test]
fn rows_that_cannot_be_carried_over_are_read_again() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 40, 9);
    for name in ["sections", "mentions", "checks", "problems"] {
        let p = pipeline(dir.path(), name);
        go(&p);
        fs::remove_file(p.publish.out.join(format!("{name}.parquet"))).expect("removed");
        fs::remove_file(dir.path().join(format!("{name}.versions/000001.seen"))).expect("notes");
        let text = fs::read(&all[3]).expect("a file");
        fs::write(&all[3], [text.as_slice(), b"\n"].concat()).expect("written");
        let again = go(&p);
        assert!(again.carried < 20 && again.warnings.iter().any(|w| w.contains("were read anew")), "{name}: {again}");
        let full = pipeline(dir.path(), "full");
        go(&Pipeline { full: true, ..full.clone() });
        assert_same(&p.publish.out, &full.publish.out, name);
    }
}

#[test]
fn files_made_of_the_same_are_linked_and_no_others() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    archive(dir.path(), synth::Options { reports: 30, seed: 12, layouts: vec!["P1".into()], gb18030: 0.0, traditional: 0.0, ..Default::default() });
    let mut p = pipeline(dir.path(), "dataset");
    p.publish.keep = 9;
    go(&p);
    let (paths, ids, primary, placed) = (table(&p, "reports", "path"), table(&p, "reports", "report_id"), table(&p, "panel", "report_id"), table(&p, "reports", "division_code"));
    let chosen = (0..paths.len()).find(|&i| primary.contains(&ids[i]) && placed[i].len() == 9).expect("a report in a sum");
    let file = p.archive.root.join(&paths[chosen]);
    const MADE: [&str; 5] = ["rollup_county.csv", "rollup_county.parquet", "rates_county.csv", "rates_county.parquet", "rollup.xlsx"];
    let inode = |version: u32, name: &str| fs::metadata(dir.path().join(format!("dataset.versions/{version:06}/{name}"))).expect("published").ino();
    let linked = |version: u32, name: &str| inode(version, name) == inode(version - 1, name);
    let as_full = |p: &Pipeline, version: u32| {
        let mut full = p.clone();
        full.publish.out = dir.path().join(format!("full{version}"));
        assert_eq!(go(&full).carried, 0);
        assert_same(&p.publish.out, &full.publish.out, &format!("version {version}"));
    };
    // Other bytes, the same figures.
    let text = fs::read_to_string(&file).expect("UTF-8");
    fs::write(&file, format!("{text}\n")).expect("written");
    go(&p);
    MADE.iter().for_each(|name| assert!(linked(2, name), "{name} was written again"));
    assert!(!linked(2, "reports.parquet") && !linked(2, "panel.parquet"), "they name the report by its content");
    as_full(&p, 2);
    // A run that found nothing to do keeps what is known of the files.
    File::options().write(true).open(&file).expect("a file").set_modified(SystemTime::UNIX_EPOCH).expect("a time");
    assert!(go(&p).unchanged_since.is_some());
    fs::write(&file, format!("{text}\n\n")).expect("written");
    go(&p);
    assert!(MADE.iter().all(|name| linked(3, name)));
    // Another figure.
    let (old, new) = changed_row(&text);
    fs::write(&file, text.replacen(&old, &new, 1)).expect("written");
    go(&p);
    assert!(["rollup_county.csv", "rollup_county.parquet", "rollup.xlsx"].iter().all(|name| !linked(4, name)));
    as_full(&p, 4);
    // The same figures, cut otherwise.
    p.rollup.small += 1;
    go(&p);
    assert!(MADE.iter().all(|name| !linked(5, name)));
    as_full(&p, 5);
    // A full run takes nothing over.
    go(&Pipeline { full: true, ..p.clone() });
    assert!(MADE.iter().all(|name| !linked(6, name)));
    assert_same(&p.publish.out, &dir.path().join("dataset.versions/000005"), "a full run");
}

#[test]
fn what_made_the_rows_must_be_the_same() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 20, 5);
    let p = pipeline(dir.path(), "dataset");
    go(&p);
    let mut other = p.clone();
    other.limits.tables += 1;
    let summary = go(&other);
    assert!(summary.unchanged_since.is_none() && summary.carried == 0, "{summary}");
    // A table more is made of the same rows.
    other.publish.csv = vec!["reports".into()];
    let summary = go(&other);
    assert!(summary.unchanged_since.is_none() && summary.carried > 10, "{summary}");
    // A dataset that was tampered with is no state to build on.
    fs::write(p.publish.out.join("checks.parquet"), "x").expect("damaged");
    assert_eq!(go(&other).carried, 0);
    // Without its notes on times the contents are compared.
    fs::remove_file(dir.path().join("dataset.versions/000004.seen")).expect("notes");
    assert!(go(&other).carried > 10);
}

#[test]
fn a_vanished_report_leaves_or_stays_marked() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 20, 6);
    let mut p = pipeline(dir.path(), "dataset");
    p.archive.vanished = Vanished::Keep;
    let before = go(&p);
    let found = table(&p, "reports", "path");
    let (gone, moved) = (&found[0], &found[1]);
    fs::remove_file(p.archive.root.join(gone)).expect("removed");
    fs::rename(p.archive.root.join(moved), p.archive.root.join("elsewhere.txt")).expect("renamed");
    let kept = go(&p);
    assert_eq!(kept.reports, before.reports);
    assert_eq!(kept.counts.problems.get("run/vanished"), Some(&1));
    let after = table(&p, "reports", "path");
    assert!(after.contains(gone) && !after.contains(moved) && after.contains(&"elsewhere.txt".to_string()));
    assert!(go(&p).unchanged_since.is_some());
    // What comes back is marked no more.
    let marked = |p: &Pipeline| flags(p, "files", "vanished").iter().filter(|v| **v).count();
    let text = fs::read(p.archive.root.join("elsewhere.txt")).expect("a file");
    assert_eq!((marked(&p), kept.vanished), (1, 1));
    fs::rename(p.archive.root.join("elsewhere.txt"), dir.path().join("aside")).expect("taken away");
    assert_eq!((go(&p).vanished, marked(&p)), (2, 2));
    fs::write(p.archive.root.join("elsewhere.txt"), text).expect("brought back");
    let back = go(&p);
    assert_eq!((back.vanished, back.reports, marked(&p)), (1, before.reports, 1), "{back}");
    // Every file is read anew, and what cannot be read any more still stays.
    let full = Pipeline { full: true, ..p.clone() };
    assert_eq!(go(&full).reports, before.reports);
    p.archive.vanished = Vanished::Drop;
    assert_eq!(go(&p).reports, before.reports - 1);
    assert!(!table(&p, "reports", "path").contains(gone));
}

/// Its rows stood behind all others while it was gone.
#[test]
fn a_folder_that_was_gone_for_a_night_is_back_with_all_its_rows() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 60, 31);
    let year = dir.path().join("archive/a/2022");
    fs::create_dir_all(&year).expect("a folder");
    for file in &all[..12] {
        fs::rename(file, year.join(file.file_name().expect("a name"))).expect("moved");
    }
    let mut p = pipeline(dir.path(), "dataset");
    p.archive.vanished = Vanished::Keep;
    go(&p);
    let whole = contents(&p.publish.out);
    let aside = dir.path().join("aside");
    fs::rename(&year, &aside).expect("taken away");
    let kept = go(&p);
    assert!(kept.vanished > 5, "{kept}");
    fs::rename(&aside, &year).expect("brought back");
    let back = go(&p);
    assert!(back.carried > 20 && !back.warnings.iter().any(|w| w.contains("cannot be read")), "{back}");
    assert!(contents(&p.publish.out) == whole, "not what it was before");
}

/// What a person says of a report that is gone cannot be held against its file.
#[test]
fn an_override_of_a_report_that_is_gone_is_told_and_not_applied() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 20, 6);
    let mut p = pipeline(dir.path(), "dataset");
    (p.archive.vanished, p.data.folder) = (Vanished::Keep, support::copy_of("data", dir.path()));
    go(&p);
    let paths = table(&p, "reports", "path");
    let row = |value: &str| format!("body,report,year,indicator,value,replaces,reason,who,when\n,{},,t3_received_total,{value},0,looked at,wang,2026-01-31\n", paths[0]);
    let said = |text: String| fs::write(p.overrides(), text).expect("written");
    let told = |s: &Summary| s.counts.problems.get("overrides/vanished").copied().unwrap_or(0);
    said(row("7"));
    assert_eq!(told(&go(&p)), 0, "it is there");
    let file = p.archive.root.join(&paths[0]);
    let text = fs::read(&file).expect("a file");
    fs::remove_file(&file).expect("removed");
    assert_eq!(told(&go(&p)), 0, "it is kept as the row says");
    said(row("8"));
    assert_eq!(told(&go(&p)), 1, "another figure");
    fs::remove_file(p.overrides()).expect("removed");
    assert_eq!(told(&go(&p)), 1, "none any more");
    fs::write(&file, text).expect("brought back");
    assert_eq!(told(&go(&p)), 0);
}

/// Its township would stand twice beside a report that is there.
#[test]
fn a_report_that_is_gone_takes_the_code_that_the_gazetteer_has_now() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 20, 6);
    let mut p = pipeline(dir.path(), "dataset");
    (p.archive.vanished, p.data.folder) = (Vanished::Keep, support::copy_of("data", dir.path()));
    go(&p);
    let (paths, codes) = (table(&p, "reports", "path"), table(&p, "reports", "division_code"));
    let one = codes.iter().position(|code| code.len() == 9).expect("a township");
    fs::remove_file(p.archive.root.join(&paths[one])).expect("removed");
    let divisions = p.data.folder.join("divisions/divisions.csv");
    let text = fs::read_to_string(&divisions).expect("the gazetteer");
    let other = format!("{}999", &codes[one][..6]);
    let (old, new) = (format!("\n{},", codes[one]), format!("\n{other},"));
    assert!(text.contains(&old) && !text.contains(&new));
    fs::write(&divisions, text.replace(&old, &new)).expect("written");
    assert_eq!(go(&p).vanished, 1);
    let at = table(&p, "reports", "path").iter().position(|path| *path == paths[one]).expect("it is kept");
    assert_eq!(table(&p, "reports", "division_code")[at], other);
}

/// An archive that is empty or has shrunk while its reports are kept, such as a disk that is not mounted, is told.
#[test]
fn what_is_kept_of_an_empty_archive_is_not_found() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let files = reports(dir.path(), 30, 5);
    let mut p = pipeline(dir.path(), "data");
    p.archive.vanished = Vanished::Keep;
    let before = go(&p);
    let half = &files[..files.len() / 2];
    half.iter().for_each(|f| fs::remove_file(f).expect("removed"));
    let shrunken = go(&p);
    assert_eq!((shrunken.reports, shrunken.walked, shrunken.refusals.len()), (before.reports, before.walked - half.len(), 0), "{shrunken}");
    assert!(shrunken.vanished > 0 && shrunken.warnings.iter().any(|w| w.contains("share_vanished_max")), "{shrunken}");
    files[half.len()..].iter().for_each(|f| fs::remove_file(f).expect("removed"));
    let empty = go(&p);
    assert_eq!((empty.walked, empty.vanished), (0, before.reports), "{empty}");
    assert!(empty.refusals.iter().any(|r| r.starts_with("0 reports were found")), "{empty}");
}

/// A changed expectation is held against the dataset, also where nothing else changed.
#[test]
fn another_expectation_is_looked_at() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 10, 6);
    let mut p = pipeline(dir.path(), "data");
    go(&p);
    p.expect.reports_min = Limit::Plain(10_000.0);
    let refused = go(&p);
    assert!(refused.refusals.iter().any(|r| r.contains("reports_min")) && refused.carried > 0, "{refused}");
    assert!(!go(&p).refusals.is_empty(), "and again, since what was refused is not the last dataset");
}

/// All rows of a dataset that are about one report, as text, by table.
fn rows_of(p: &Pipeline, report: &str) -> BTreeMap<String, Vec<String>> {
    use polars::prelude::*;
    let dir = fs::canonicalize(&p.publish.out).expect("published");
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let tables = ["values/", "checks.parquet", "mentions.parquet", "sections.parquet", "reports.parquet"];
    for (name, path) in support::files_below(&dir).into_iter().filter(|(n, _)| tables.iter().any(|t| n.starts_with(t))) {
        let frame = ParquetReader::new(File::open(path).expect("a file")).finish().expect("a table");
        let ids = frame.column("report_id").expect("a column").str().expect("texts").clone();
        for i in (0..frame.height()).filter(|&i| ids.get(i) == Some(report)) {
            let row = frame.columns().iter().map(|c| format!("{}={}", c.name(), c.get(i).expect("a cell"))).collect::<Vec<_>>().join(" ");
            out.entry(name.split('/').next().unwrap_or_default().to_string()).or_default().push(row);
        }
    }
    out
}

/// An archive of which some reports do not say where they lie: the others teach it, or nothing does.
fn half_told(dir: &Path) {
    assert!(nianbao().arg("synth").arg(dir).args(["--reports", "200", "--seed", "99", "--bare", "0.3"]).status().expect("it runs").success());
}

#[test]
fn a_vanished_report_stays_whatever_told_its_place() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    half_told(dir.path());
    let mut p = pipeline(dir.path(), "dataset");
    p.archive.vanished = Vanished::Keep;
    let before = go(&p);
    let (paths, ids, codes) = (table(&p, "reports", "path"), table(&p, "reports", "report_id"), table(&p, "reports", "division_code"));
    let evidence: Vec<bool> = {
        use polars::prelude::*;
        let frame = ParquetReader::new(File::open(p.publish.out.join("reports.parquet")).expect("published")).finish().expect("a table");
        let flags = frame.column("place_learned").expect("a column").bool().expect("flags").clone();
        (0..frame.height()).map(|i| flags.get(i) == Some(true)).collect()
    };
    let of = |wanted: &dyn Fn(usize) -> bool| (0..paths.len()).filter(|&i| wanted(i)).take(6).collect::<Vec<_>>();
    let (taught, open, plain) = (of(&|i| evidence[i]), of(&|i| codes[i].is_empty()), of(&|i| !evidence[i] && !codes[i].is_empty()));
    assert!(taught.len() > 2 && open.len() > 2 && plain.len() == 6, "{} taught, {} open", taught.len(), open.len());
    let gone: Vec<usize> = taught.into_iter().chain(open).chain(plain).collect();
    // Which of several reports is primary, and what compares them, may change.
    let rows = |p: &Pipeline, id: &str| {
        let mut all = rows_of(p, id);
        all.get_mut("reports.parquet").expect("its row").iter_mut().for_each(|r| *r = r.split(" primary=").next().unwrap_or_default().to_string());
        all
    };
    let stood: Vec<_> = gone.iter().map(|&i| rows(&p, &ids[i])).collect();
    gone.iter().for_each(|&i| fs::remove_file(p.archive.root.join(&paths[i])).expect("removed"));
    for full in [false, true, false] {
        let kept = go(&Pipeline { full, ..p.clone() });
        if kept.unchanged_since.is_some() {
            continue;
        }
        assert_eq!((kept.reports, kept.counts.problems.get("run/vanished")), (before.reports, Some(&gone.len())));
        assert!(!kept.warnings.iter().any(|w| w.contains("could not be kept")), "{:?}", kept.warnings);
        for (i, stood) in gone.iter().zip(&stood) {
            assert_eq!(rows(&p, &ids[*i]).get("values"), stood.get("values"), "{}", paths[*i]);
            assert_eq!(rows(&p, &ids[*i]).get("mentions.parquet"), stood.get("mentions.parquet"), "{}", paths[*i]);
            assert_eq!(rows(&p, &ids[*i]).get("sections.parquet"), stood.get("sections.parquet"), "{}", paths[*i]);
            assert_eq!(rows(&p, &ids[*i]).get("reports.parquet"), stood.get("reports.parquet"), "{}", paths[*i]);
        }
    }
}

#[test]
fn a_member_of_a_container_goes_and_comes_back() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 20, 21);
    let mut p = pipeline(dir.path(), "dataset");
    p.archive.vanished = Vanished::Keep;
    p.publish.keep = 20;
    let first = go(&p);
    let found = table(&p, "reports", "path");
    let packed: Vec<(String, Vec<u8>)> = found[..3].iter().enumerate().map(|(i, f)| (format!("{}.txt", 9 - i), fs::read(p.archive.root.join(f)).expect("a file"))).collect();
    let members = |n: usize| packed[..n].iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect::<Vec<(&str, &[u8])>>();
    let zip = p.archive.root.join("m.zip");
    fs::write(&zip, crate::packs::zipped(&members(3))).expect("a container");
    // The content lies in the container now.
    found[..3].iter().for_each(|f| fs::remove_file(p.archive.root.join(f)).expect("removed"));
    let ours = |p: &Pipeline| table(p, "files", "path").into_iter().filter(|f| f.starts_with("m.zip!")).collect::<Vec<_>>();
    let vanished = |s: &Summary| s.counts.problems.get("run/vanished").copied().unwrap_or(0);
    let step = |what: &str, gone: usize| {
        let summary = go(&p);
        assert_eq!((summary.reports, vanished(&summary)), (first.reports, gone), "{what}: {summary}");
        assert_eq!(ours(&p), ["m.zip!7.txt", "m.zip!8.txt", "m.zip!9.txt"], "{what}");
    };
    step("packed", 0);
    fs::write(p.archive.root.join("other.txt"), "nothing").expect("a file");
    step("something else changed", 0);
    let aside = dir.path().join("aside");
    for _ in 0..2 {
        fs::rename(&zip, &aside).expect("moved away");
        step("gone", 3);
        fs::rename(&aside, &zip).expect("moved back");
        step("back", 0);
    }
    fs::write(&zip, crate::packs::zipped(&members(1))).expect("a container");
    step("two members are gone", 2);
    fs::write(&zip, "PK\x03\x04 and no more").expect("damaged");
    step("damaged", 3);
    // Another container holds the same.
    fs::write(p.archive.root.join("n.zip"), crate::packs::zipped(&members(3))).expect("a container");
    let summary = go(&p);
    assert_eq!((summary.reports, vanished(&summary), ours(&p).len()), (first.reports, 0, 0), "{summary}");
}

/// A column of texts.
fn table(p: &Pipeline, name: &str, column: &str) -> Vec<String> {
    use polars::prelude::*;
    let frame = ParquetReader::new(File::open(p.publish.out.join(format!("{name}.parquet"))).expect("published")).finish().expect("a table");
    let texts = frame.column(column).expect("a column").str().expect("texts").clone();
    texts.iter().map(|t| t.unwrap_or("").to_string()).collect()
}

fn flags(p: &Pipeline, name: &str, column: &str) -> Vec<bool> {
    use polars::prelude::*;
    let frame = ParquetReader::new(File::open(p.publish.out.join(format!("{name}.parquet"))).expect("published")).finish().expect("a table");
    let flags = frame.column(column).expect("a column").bool().expect("flags").clone();
    flags.iter().map(|f| f == Some(true)).collect()
}

#[test]
fn the_run_diff_says_what_and_why() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    archive(dir.path(), synth::Options { reports: 30, seed: 7, layouts: vec!["P1".into()], gb18030: 0.0, traditional: 0.0, ..Default::default() });
    let other = tempfile::tempdir().expect("a scratch folder");
    let mut p = pipeline(dir.path(), "dataset");
    go(&p);
    assert!(table(&p, "changes", "kind").is_empty(), "a first run has nothing to be compared with");
    let (paths, primary) = (table(&p, "reports", "path"), table(&p, "panel", "report_id"));
    let ids = table(&p, "reports", "report_id");
    let placed = table(&p, "reports", "division_code");
    let chosen: Vec<&String> = (0..paths.len()).filter(|&i| primary.contains(&ids[i]) && placed[i].len() == 9).map(|i| &paths[i]).collect();
    let file = |n: usize| p.archive.root.join(chosen[n]);
    fs::copy(file(0), other.path().join("kept")).expect("a copy");
    // All reports of one body, so that it is lost.
    let code = &placed[paths.iter().position(|f| f == chosen[0]).expect("it is one of them")];
    let kept = chosen.iter().filter(|c| placed[paths.iter().position(|f| f == **c).expect("one of them")] != **code).collect::<Vec<_>>();
    for (path, _) in paths.iter().zip(&placed).filter(|(_, c)| *c == code) {
        fs::remove_file(p.archive.root.join(path)).expect("removed");
    }
    let (moved, edited) = (kept[0], kept[1]);
    fs::rename(p.archive.root.join(moved), p.archive.root.join("moved.txt")).expect("renamed");
    // A figure of the first table row that has one.
    let changed = p.archive.root.join(edited);
    let text = fs::read_to_string(&changed).expect("UTF-8");
    let (old, new) = changed_row(&text);
    fs::write(&changed, text.replacen(&old, &new, 1)).expect("written");
    p.expect.bodies_lost_max = Some(Limit::Plain(0.0));
    let summary = go(&p);
    let changes = run::diff(&dir.path().join("dataset.versions/000001"), &p.publish.out).expect("two datasets");
    let of = |kind: &str| changes.rows.iter().filter(|c| c.kind == kind).collect::<Vec<&Change>>();
    assert!(of("vanished_report").iter().any(|c| c.path.as_ref() == Some(chosen[0]) && c.why == "vanished_file"), "{changes:?}");
    assert!(of("new_report").iter().any(|c| c.path.as_deref() == Some("moved.txt") && c.why == "moved_file"), "{changes:?}");
    assert!(of("changed_figure").iter().any(|c| c.path.as_ref() == Some(*edited) && c.why == "changed_file" && c.old != c.new), "{changes:?}");
    assert!(of("coverage_lost").iter().any(|c| c.path.as_ref() == Some(chosen[0])), "{changes:?}");
    assert_eq!(table(&p, "changes", "kind").len(), changes.rows.len());
    assert_eq!(summary.changes, changes.totals);
    assert!(summary.warnings.iter().any(|w| w.contains("bodies_lost_max")), "{:?}", summary.warnings);
    fs::copy(other.path().join("kept"), file(0)).expect("back again");
    go(&p);
    let gained = run::diff(&dir.path().join("dataset.versions/000002"), &p.publish.out).expect("two datasets");
    assert!(gained.rows.iter().any(|c| c.kind == "coverage_gained" && c.why == "new_file"), "{gained:?}");
    assert!(run::diff(dir.path(), &p.publish.out).is_err_and(|e| e.to_string().contains("reports.parquet")));
}

/// A line of figures, and the same with another first figure.
fn changed_row(text: &str) -> (String, String) {
    let line = text.lines().find(|l| l.matches('|').count() > 5 && l.split('|').any(|c| c.trim().parse::<u32>().is_ok_and(|n| n > 0))).expect("a table with figures");
    let cell = line.split('|').find(|c| c.trim().parse::<u32>().is_ok_and(|n| n > 0)).expect("a figure");
    let digits = cell.trim();
    let more = (digits.parse::<u32>().expect("a figure") + 1).to_string();
    (line.to_string(), line.replacen(cell, &cell.replacen(digits, &more, 1), 1))
}

#[test]
fn a_refused_dataset_is_kept_aside_with_the_reason() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 20, 8);
    let mut p = pipeline(dir.path(), "dataset");
    go(&p);
    let before = contents(&p.publish.out);
    fs::remove_file(p.archive.root.join(&table(&p, "reports", "path")[0])).expect("removed");
    p.expect.bodies_lost_max = Some(Limit::With { limit: 0.0, otherwise: Otherwise::Refuse });
    let refused = go(&p);
    assert!(refused.refusals.iter().any(|r| r.contains("bodies_lost_max")), "{refused}");
    assert!(contents(&p.publish.out) == before, "the last dataset changed");
    let kept = dir.path().join("dataset.versions/refused");
    assert_eq!(refused.dataset, kept);
    assert!(fs::read_to_string(kept.join("run.json")).expect("kept").contains("bodies_lost_max"));
    // The next run looks again, and is refused again.
    assert!(!go(&p).refusals.is_empty());
    p.expect.bodies_lost_max = None;
    assert!(go(&p).refusals.is_empty());
}

/// A cell of which two overrides say different things is withheld, and the report that was complete is so no more.
#[test]
fn overrides_that_contradict_each_other_leave_a_report_partial() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    archive(dir.path(), synth::Options { reports: 8, seed: 9, ..Default::default() });
    let mut p = pipeline(dir.path(), "dataset");
    p.data.folder = data_of_its_own(dir.path());
    go(&p);
    let reports = |column: &str| table(&p, "reports", column);
    let whole = reports("status").iter().position(|s| s == "complete").expect("a complete report");
    let (path, id) = (reports("path").swap_remove(whole), reports("report_id").swap_remove(whole));
    let write = |one: u32, two: u32| {
        let row = |report: &str, value: u32| format!(",{report},,t3_received_total,{value},,seen on paper,wang,2026-01-31\n");
        fs::write(p.overrides(), format!("body,report,year,indicator,value,replaces,reason,who,when\n{}{}", row(&path, one), row(&id, two))).expect("a file");
        go(&p);
    };
    write(5, 6);
    assert_eq!(reports("status")[whole], "partial");
    write(5, 5);
    assert_eq!(reports("status")[whole], "complete", "both say the same");
}

#[test]
fn overrides_correct_a_figure_and_give_it_back() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    archive(dir.path(), synth::Options { reports: 25, seed: 9, ..Default::default() });
    let mut p = pipeline(dir.path(), "dataset");
    p.publish.keep = 9;
    p.data.folder = data_of_its_own(dir.path());
    let failed = go(&p).counts.checks["fails"];
    let blamed = |p: &Pipeline| table(p, "checks", "blame").iter().filter(|b| *b == "source").count();
    let blamed_before = blamed(&p);
    let (keys, years) = panel(&p);
    let write = |rows: &str| fs::write(p.overrides(), format!("body,report,year,indicator,value,replaces,reason,who,when\n{rows}")).expect("a file");
    let (key, year, before) = (&keys[0], years[0].0, years[0].1);
    write(&format!("{key},,{year},t3_received_total,777,{before},seen on paper,wang,2026-01-31\n370830999,,2021,t3_received_total,1,,no such place,wang,2026-01-31\n"));
    let summary = go(&p);
    assert!(summary.carried > 10, "{summary}");
    assert!(summary.counts.cells.get("corrected").is_some_and(|n| *n > 0), "{summary}");
    assert_eq!(summary.counts.problems.get("overrides/no-report"), Some(&1), "{summary}");
    assert!(summary.warnings.iter().any(|w| w.contains("overrides_unmatched_max")), "{:?}", summary.warnings);
    assert_eq!(panel(&p).1[0].1, 777.0);
    // What fails with the figure that a person put there is no fault of the document.
    assert!(summary.counts.checks["fails"] > failed && blamed(&p) <= blamed_before, "{summary}");
    assert!(!summary.warnings.iter().any(|w| w.contains("is not there")), "{:?}", summary.warnings);
    let changes = run::diff(&dir.path().join("dataset.versions/000001"), &p.publish.out).expect("two datasets");
    assert!(changes.rows.iter().any(|c| c.why == "override" && c.new == Some(777.0) && c.indicator.as_deref() == Some("t3_received_total")), "{changes:?}");
    let full = Pipeline { publish: nianbao::pipeline::Publish { out: dir.path().join("full"), ..p.publish.clone() }, ..p.clone() };
    go(&full);
    assert_same(&p.publish.out, &full.publish.out, "with an override");
    // Another says otherwise of the report: they withhold the figure, and no other report has to do with that.
    let id = &panel_reports(&p)[0];
    write(&format!("{key},,{year},t3_received_total,777,{before},seen on paper,wang,2026-01-31\n,{id},,t3_received_total,776,{before},seen on paper,li,2026-01-31\n"));
    go(&p);
    let changes = run::diff(&dir.path().join("dataset.versions/000001"), &p.publish.out).expect("two datasets");
    assert!(changes.rows.iter().any(|c| (c.why, c.old, c.new) == ("override", Some(before), None)), "{changes:?}");
    // The document says something else now.
    write(&format!("{key},,{year},t3_received_total,777,{},seen on paper,wang,2026-01-31\n", before + 1.0));
    assert_eq!(go(&p).counts.problems.get("overrides/source-changed"), Some(&1));
    fs::remove_file(p.overrides()).expect("the file goes");
    let gone = go(&p);
    assert!(gone.warnings.iter().any(|w| w.contains("overrides.csv is not there")), "{:?}", gone.warnings);
    write("");
    assert!(!go(&p).warnings.iter().any(|w| w.contains("is not there")));
    assert_eq!(panel(&p).1[0].1, before);
    assert_same(&p.publish.out, &dir.path().join("dataset.versions/000001"), "without the override");
}

/// A report whose place the others taught is read once more, and only then the override that names its place is its own: every table
/// has the figure.
#[test]
fn an_override_reaches_a_report_whose_place_was_learned() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    half_told(dir.path());
    let mut p = pipeline(dir.path(), "dataset");
    p.data.folder = data_of_its_own(dir.path());
    go(&p);
    let (ids, learned) = (table(&p, "reports", "report_id"), flags(&p, "reports", "place_learned"));
    // An override of a body is one of each of its reports: one with a single report is taken.
    let again: HashSet<String> = table(&p, "reports", "duplicate_of").into_iter().collect();
    let taught: HashSet<&String> = ids.iter().zip(learned).filter(|(id, learned)| *learned && !again.contains(*id)).map(|(id, _)| id).collect();
    let ((keys, stated), of) = (panel(&p), panel_reports(&p));
    let chosen = (0..keys.len()).find(|&i| taught.contains(&of[i])).expect("a report that the others placed");
    let (key, (year, before)) = (&keys[chosen], stated[chosen]);
    fs::write(p.overrides(), format!("body,report,year,indicator,value,replaces,reason,who,when\n{key},,{year},t3_received_total,777,{before},seen on paper,wang,2026-01-31\n")).expect("a file");
    let corrected = go(&p);
    assert_eq!(corrected.counts.cells.get("corrected"), Some(&1), "{corrected}");
    assert_eq!(panel(&p).1[chosen], (year, 777.0));
}

/// Reports that come teach where one lies that was there: nothing of it is lost, though its place, and so its key, is another now.
#[test]
fn a_report_whose_place_the_others_teach_is_not_lost() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    half_told(dir.path());
    let whole = pipeline(dir.path(), "whole");
    go(&whole);
    let (paths, ids, learned) = (table(&whole, "reports", "path"), table(&whole, "reports", "report_id"), flags(&whole, "reports", "place_learned"));
    let stated = panel_reports(&whole);
    let alone = (0..paths.len()).find(|&i| learned[i] && stated.contains(&ids[i])).expect("a report that the others placed");
    let mut p = pipeline(dir.path(), "dataset");
    p.archive.root = dir.path().join("growing");
    let copy = |path: &str| {
        let to = p.archive.root.join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("folders");
        fs::copy(whole.archive.root.join(path), to).expect("a copy");
    };
    copy(&paths[alone]);
    assert_eq!(go(&p).reports, 1);
    let before = table(&p, "panel", "body_key");
    paths.iter().for_each(|path| copy(path));
    let summary = go(&p);
    assert!(!table(&p, "panel", "body_key").contains(&before[0]), "its place is known now");
    assert!(!summary.warnings.iter().any(|w| w.contains("bodies_lost_max") || w.contains("share_figures_lost_max")), "{:?}", summary.warnings);
}

/// An override names a report whose file a byte copy with an earlier path makes a duplicate: nothing is corrected, and a
/// whole run says so as an incremental one does.
#[test]
fn an_override_of_a_file_that_became_a_duplicate_is_told() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 6, 9);
    let mut p = pipeline(dir.path(), "dataset");
    p.data.folder = data_of_its_own(dir.path());
    let named = all.last().expect("reports");
    let path = named.strip_prefix(dir.path().join("archive")).expect("below the archive").display().to_string();
    fs::write(p.overrides(), format!("body,report,year,indicator,value,replaces,reason,who,when\n,{path},,t2_penalty_decisions,4711,,seen on paper,wang,2026-01-31\n")).expect("a file");
    let first = go(&p);
    assert_eq!((first.counts.cells.get("corrected"), first.counts.problems.get("overrides/no-report")), (Some(&1), None), "{first}");
    fs::copy(named, dir.path().join("archive/0-copy.txt")).expect("a copy");
    let full = Pipeline { publish: nianbao::pipeline::Publish { out: dir.path().join("full"), ..p.publish.clone() }, ..p.clone() };
    for (how, pipeline) in [("incremental", &p), ("full", &full)] {
        let summary = go(pipeline);
        assert_eq!((summary.counts.cells["corrected"], summary.counts.problems.get("overrides/no-report")), (0, Some(&1)), "{how}: {summary}");
        assert!(summary.warnings.iter().any(|w| w.contains("overrides_unmatched_max")), "{how}: {:?}", summary.warnings);
    }
    assert_same(&p.publish.out, &full.publish.out, "with a copy of the report that an override names");
}

/// What a person corrected in one of two reports makes neither of them primary, though checks fail by it now; and it clears the
/// document of no fault in another table.
#[test]
fn an_override_changes_a_figure_and_no_choice() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let folder = dir.path().join("archive/a");
    fs::create_dir_all(&folder).expect("a folder");
    let wrong = crate::regional::next_year().replace("规范性文件 | 3 | 1 | 9", "规范性文件 | 3 | 1 | 8");
    let same = wrong.replace("做好政府信息公开工作", "做好公开工作");
    for (name, text) in [("2024.txt", crate::regional::text()), ("2025.txt", wrong), ("copy.txt", same), ("dashes.txt", crate::regional::blanks().replace("2024", "2025"))] {
        fs::write(folder.join(name), text).expect("a report");
    }
    let mut p = pipeline(dir.path(), "dataset");
    p.data.folder = data_of_its_own(dir.path());
    let blamed = |p: &Pipeline| {
        let rows = table(p, "checks", "check").into_iter().zip(table(p, "checks", "blame"));
        rows.filter(|(name, blame)| name == "years_in_force_normative" && !blame.is_empty()).map(|(_, blame)| blame).collect::<Vec<_>>()
    };
    go(&p);
    let (chosen, twins) = (table(&p, "panel", "report_id"), table(&p, "reports", "duplicate_of"));
    assert_eq!((chosen.len(), blamed(&p)), (2, vec!["source".to_string()]));
    fs::write(p.overrides(), "body,report,year,indicator,value,replaces,reason,who,when\n,a/2025.txt,,t3_received_total,777,,seen on paper,wang,2026-01-31\n").expect("a file");
    let summary = go(&p);
    assert_eq!(summary.counts.cells.get("corrected"), Some(&1), "{summary}");
    assert_eq!((table(&p, "panel", "report_id"), table(&p, "reports", "duplicate_of")), (chosen, twins));
    assert_eq!(blamed(&p), ["source"], "the figure of another table was replaced");
    let full = Pipeline { publish: nianbao::pipeline::Publish { out: dir.path().join("full"), ..p.publish.clone() }, ..p.clone() };
    go(&full);
    assert_same(&p.publish.out, &full.publish.out, "with an override of one of several reports");
    fs::write(p.overrides(), "body,report,year,indicator,value,replaces,reason,who,when\n,a/2025.txt,,t2_normative_in_force,7,,seen on paper,wang,2026-01-31\n").expect("a file");
    go(&p);
    assert_eq!(blamed(&p), ["extraction"]);
}

/// A page that took a report's place, and a copy that stands before it, are told as what they are.
#[test]
fn what_became_of_a_file_that_is_still_there_is_told() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    archive(dir.path(), synth::Options { reports: 12, seed: 7, layouts: vec!["P1".into()], gb18030: 0.0, traditional: 0.0, ..Default::default() });
    let p = pipeline(dir.path(), "dataset");
    go(&p);
    let paths = table(&p, "reports", "path");
    let [notice, copied, gone] = [0, 1, 2].map(|i| paths[i].clone());
    let file = |path: &str| p.archive.root.join(path);
    let before = fs::read(file(&notice)).expect("a report");
    fs::write(file(&notice), "关于开展培训的通知\n各单位：请于下周参加培训。\n").expect("written");
    fs::copy(file(&copied), file("0-copy.txt")).expect("a copy");
    fs::remove_file(file(&gone)).expect("removed");
    let said = |p: &Pipeline, kind: &str| -> Vec<(String, String)> {
        let kinds = table(p, "changes", "kind").into_iter();
        kinds.zip(table(p, "changes", "path").into_iter().zip(table(p, "changes", "why"))).filter(|(k, _)| k == kind).map(|(_, row)| row).collect()
    };
    let row = |path: &str, why: &str| (path.to_string(), why.to_string());
    go(&p);
    let mut vanished = said(&p, "vanished_report");
    vanished.sort();
    let mut expected = [row(&notice, "changed_file"), row(&copied, "copied_file"), row(&gone, "vanished_file")];
    expected.sort();
    assert_eq!(vanished, expected);
    assert_eq!(said(&p, "new_report"), [row("0-copy.txt", "copied_file")]);
    fs::write(file(&notice), before).expect("as it was");
    fs::remove_file(file("0-copy.txt")).expect("removed");
    go(&p);
    assert_eq!(said(&p, "vanished_report"), [row("0-copy.txt", "moved_file")]);
    let mut came = said(&p, "new_report");
    came.sort();
    let mut expected = [row(&notice, "changed_file"), row(&copied, "moved_file")];
    expected.sort();
    assert_eq!(came, expected);
}

/// A table that is wanted as CSV has the names of its columns though it has no row.
#[test]
fn tables_without_a_row_have_heads() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    fs::create_dir(dir.path().join("archive")).expect("a folder");
    fs::write(dir.path().join("archive/notice.txt"), "关于开展培训的通知\n").expect("a file");
    let mut p = pipeline(dir.path(), "dataset");
    p.expect.reports_min = Limit::Plain(0.0);
    p.publish.csv = ["values", "checks", "mentions", "sections", "problems", "reports"].map(String::from).to_vec();
    go(&p);
    for name in &p.publish.csv {
        let text = fs::read_to_string(p.publish.out.join(format!("{name}.csv"))).expect("published");
        let first = if name == "problems" { "path" } else { "report_id" };
        assert!(text.starts_with(&format!("\u{feff}{first},")), "{name}: {text}");
    }
}

/// The data with a place for overrides.
fn data_of_its_own(dir: &Path) -> PathBuf {
    let data = dir.join("data");
    fs::create_dir(&data).expect("a folder");
    for entry in fs::read_dir(support::root().join("data")).expect("the data").flatten().filter(|e| e.file_name() != nianbao::pipeline::OVERRIDES) {
        std::os::unix::fs::symlink(entry.path(), data.join(entry.file_name())).expect("a link");
    }
    data
}

/// Key, year and applications of the bodies that state them.
fn panel(p: &Pipeline) -> (Vec<String>, Vec<(i32, f64)>) {
    let (frame, stated) = stated(p);
    let (keys, years, values) = (frame.column("body_key").unwrap().str().unwrap(), frame.column("year").unwrap().i32().unwrap(), frame.column("t3_received_total").unwrap().f64().unwrap());
    (stated.iter().map(|&i| keys.get(i).unwrap().to_string()).collect(), stated.iter().map(|&i| (years.get(i).unwrap(), values.get(i).unwrap())).collect())
}

/// The reports of these rows.
fn panel_reports(p: &Pipeline) -> Vec<String> {
    let (frame, stated) = stated(p);
    let ids = frame.column("report_id").expect("a column").str().expect("texts").clone();
    stated.iter().map(|&i| ids.get(i).unwrap_or_default().to_string()).collect()
}

/// The panel, and its rows with a total of table 3 of bodies that an override can name.
fn stated(p: &Pipeline) -> (polars::prelude::DataFrame, Vec<usize>) {
    use polars::prelude::*;
    let frame = ParquetReader::new(File::open(p.publish.out.join("panel.parquet")).expect("published")).finish().expect("a table");
    let (keys, values) = (frame.column("body_key").unwrap().str().unwrap(), frame.column("t3_received_total").unwrap().f64().unwrap());
    let stated = (0..frame.height()).filter(|&i| values.get(i).is_some() && !keys.get(i).unwrap().contains(',')).collect();
    (frame, stated)
}

fn run_of(dir: &Path) -> Command {
    let mut c = nianbao();
    c.args(["run", "pipelines/township.toml", "--quiet", "--archive"]).arg(dir.join("archive")).arg("--out").arg(dir.join("dataset"));
    c
}

#[test]
fn the_second_of_two_runs_is_told_who_holds_the_dataset() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 5, 10);
    let lock = nianbao::publish::Lock::take(&dir.path().join("dataset")).expect("free");
    let metrics = dir.path().join("m.prom");
    let out = run_of(dir.path()).output().expect("it runs");
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(3), "{told}");
    assert!(told.contains(&format!("process {}", std::process::id())) && told.contains(" since 20"), "{told}");
    assert!(!metrics.exists());
    drop(lock);
    assert!(run_of(dir.path()).status().expect("it runs").success());
}

#[test]
fn rollback_shows_the_version_before() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 5, 11);
    let rollback = || nianbao().arg("rollback").arg(dir.path().join("dataset")).output().expect("it runs");
    let none = rollback();
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no dataset"), "{none:?}");
    assert!(run_of(dir.path()).status().expect("it runs").success());
    let first = contents(&dir.path().join("dataset"));
    assert_eq!(rollback().status.code(), Some(2), "there is none before the first");
    fs::remove_file(&files(dir.path())[0]).expect("removed");
    assert!(run_of(dir.path()).status().expect("it runs").success());
    assert!(contents(&dir.path().join("dataset")) != first);
    let back = rollback();
    assert!(back.status.success() && String::from_utf8_lossy(&back.stdout).contains("000001"), "{back:?}");
    assert!(contents(&dir.path().join("dataset")) == first);
    // The next run publishes what is in the archive, under a number of its own.
    assert!(run_of(dir.path()).status().expect("it runs").success());
    assert_eq!(fs::read_link(dir.path().join("dataset")).expect("a link"), Path::new("dataset.versions/000003"));
}

#[test]
fn rollback_goes_to_what_readers_saw_and_keeps_that() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 14, 22);
    let mut p = pipeline(dir.path(), "dataset");
    p.publish.keep = 2;
    let versions = |p: &Pipeline| {
        let names = fs::read_dir(format!("{}.versions", p.publish.out.display())).expect("there").flatten().filter_map(|e| e.file_name().into_string().ok());
        let mut all: Vec<u32> = names.filter_map(|n| n.parse().ok()).collect();
        all.sort_unstable();
        all
    };
    let back = |p: &Pipeline| run::roll_back(&p.publish.out).map(|(b, _)| (b.from, b.to)).map_err(|e| e.to_string());
    let mut next = all.iter();
    let mut change = |p: &Pipeline| {
        fs::remove_file(next.next().expect("files enough")).expect("removed");
        go(p);
    };
    go(&p);
    change(&p);
    assert_eq!(back(&p), Ok((2, 1)));
    assert!(back(&p).is_err(), "nobody saw anything before the first");
    change(&p);
    // The one that was rolled back from is worth least.
    assert_eq!(versions(&p), [1, 3]);
    p.publish.keep = 9;
    assert_eq!(back(&p), Ok((3, 1)));
    change(&p);
    change(&p);
    assert_eq!((versions(&p), back(&p), back(&p)), (vec![1, 3, 4, 5], Ok((5, 4)), Ok((4, 1))));
    // Without its notes the numbers tell.
    fs::remove_file(dir.path().join("dataset.versions/.shown")).expect("notes");
    assert!(back(&p).is_err());
    change(&p);
    assert_eq!(back(&p), Ok((6, 1)));
}

#[test]
fn a_partial_look_never_shrinks_the_dataset() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 12, 12);
    assert!(run_of(dir.path()).status().expect("it runs").success());
    for choice in [["--only", "**/*.txt"], ["--since", "2026-01-31"]] {
        let out = run_of(dir.path()).args(choice).output().expect("it runs");
        assert_eq!(out.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&out.stderr).contains("--out"), "{out:?}");
        let out = nianbao().args(["run", "pipelines/township.toml"]).args(choice).output().expect("it runs");
        assert_eq!(out.status.code(), Some(2), "without any --out: {out:?}");
    }
    let all = files(dir.path());
    let wanted = all[3].strip_prefix(dir.path().join("archive")).expect("below").to_string_lossy().into_owned();
    let mut part = nianbao();
    part.args(["run", "pipelines/township.toml", "--quiet", "--only", &wanted, "--archive"]).arg(dir.path().join("archive")).arg("--out").arg(dir.path().join("part"));
    let _ = part.output().expect("it runs");
    let p = pipeline(dir.path(), "part");
    let shown = if p.publish.out.exists() { p.publish.out.clone() } else { dir.path().join("part.versions/refused") };
    let run: serde_json::Value = serde_json::from_slice(&fs::read(shown.join("run.json")).expect("written")).expect("JSON");
    assert_eq!((run["files_walked"].as_u64(), run["partial"]["only"][0].as_str()), (Some(1), Some(wanted.as_str())));
    let out = nianbao().args(["run", "pipelines/township.toml", "--since", "yesterday"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&out.stderr).contains("2026-01-31"), "{out:?}");
}

#[test]
fn metrics_are_written_whatever_became_of_the_run() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 8, 13);
    let mut p = pipeline(dir.path(), "dataset");
    p.publish.metrics = Some(dir.path().join("n.prom"));
    let summary = go(&p);
    run::write_metrics(&p, Some(&summary), 0).expect("written");
    let text = fs::read_to_string(dir.path().join("n.prom")).expect("written");
    for words in ["nianbao_run_exit_code 0\n", "nianbao_files{outcome=\"report\"}", "nianbao_dataset_finished_seconds ", "# TYPE nianbao_checks gauge"] {
        assert!(text.contains(words), "«{words}» is not in\n{text}");
    }
    run::write_metrics(&p, None, 2).expect("written");
    let text = fs::read_to_string(dir.path().join("n.prom")).expect("written");
    assert!(text.contains("nianbao_run_exit_code 2\n") && text.contains("nianbao_dataset_finished_seconds "), "{text}");
}

#[test]
fn definitions_saved_while_a_run_reads_them_stop_it() {
    struct Saves(std::path::PathBuf);
    impl run::Progress for Saves {
        fn walked(&self, _: usize) {
            let text = fs::read_to_string(&self.0).expect("a list");
            fs::write(&self.0, text + "\n").expect("saved");
        }
        fn read(&self, _: usize) {
            panic!("a file was read by definitions that nobody can name");
        }
    }
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 5, 29);
    let form = support::copy_of("pipelines/disclosure", dir.path());
    let mut p = pipeline(dir.path(), "dataset");
    p.form.folder = form;
    let stopped = run::run(&p, &Saves(p.form.folder.join("ignore.csv")));
    assert!(stopped.expect_err("they changed").to_string().contains("run again"));
    go(&p);
}

#[test]
fn wrong_arguments_are_a_log_line_where_those_are_wanted() {
    for json in [&["--log-format", "json"][..], &["--log-format=json"]] {
        let out = nianbao().args(["run", "pipelines/township.toml", "--since", "soon"]).args(json).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&out.stderr);
        let line: serde_json::Value = serde_json::from_str(stderr.trim_end()).unwrap_or_else(|e| panic!("{e}: {stderr}"));
        assert!(out.status.code() == Some(2) && line["fields"]["message"].as_str().is_some_and(|m| m.contains("--since")), "{stderr}");
    }
    let out = nianbao().args(["run", "--help", "--log-format", "json"]).output().expect("it runs");
    assert!(out.status.success() && String::from_utf8_lossy(&out.stdout).contains("--archive"));
}

/// Waits until a run has begun to write.
fn begun(dir: &Path) -> bool {
    let staging = || fs::read_dir(dir.join("dataset.versions")).into_iter().flatten().flatten().any(|e| e.file_name().to_string_lossy().starts_with(".staging-"));
    (0..2000).any(|_| staging() || { std::thread::sleep(Duration::from_millis(2)); false })
}

#[test]
fn metrics_tell_of_a_pipeline_file_with_a_fault_and_of_themselves() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 5, 23);
    let text = fs::read_to_string(support::root().join("pipelines/township.toml")).expect("the pipeline file");
    let text = text.replace("folder = \"", &format!("folder = \"{}/", support::root().display())).replace("root = \"data/sample/archive\"", "root = \"archive\"");
    let file = dir.path().join("pipelines/p.toml");
    fs::create_dir(dir.path().join("pipelines")).expect("a folder");
    let write = |metrics: &str, text: &str| fs::write(&file, text.replace("# metrics = \"out/nianbao.prom\"", &format!("metrics = \"{metrics}\""))).expect("a file");
    let run = || {
        let out = nianbao().args(["run", "--quiet"]).arg(&file).output().expect("it runs");
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let told = || fs::read_to_string(dir.path().join("m.prom")).unwrap_or_default();
    write("m.prom", &text);
    assert_eq!(run(), (Some(0), String::new()));
    assert!(told().contains("nianbao_run_exit_code 0\n"));
    for fault in [text.replace("keep = 3", "keep = \"3\""), text.replace("keep = 3", "keep = = 3")] {
        write("m.prom", &text);
        assert_eq!(run().0, Some(0));
        write("m.prom", &fault);
        let (code, stderr) = run();
        assert!(code == Some(2) && stderr.contains("p.toml:"), "{stderr}");
        assert!(told().contains("nianbao_run_exit_code 2\n"), "{}", told());
    }
    // A folder lies where they should go, a device, or a file of another kind; or it is where reports or datasets lie.
    for place in ["archive", "/dev/null", "pipelines/p.toml", "archive/m.prom", "out/dataset/m.prom", "out/dataset.versions/m.prom"] {
        write(place, &text);
        let (code, stderr) = run();
        assert!(code == Some(2) && stderr.contains("[publish] metrics") && stderr.contains(place), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "it is said once: {stderr}");
    }
    assert!(!fs::metadata("/dev/null").expect("a device").is_file() && dir.path().join("out/dataset/run.json").is_file());
    assert!(!dir.path().join("archive/m.prom").exists() && !dir.path().join("out/dataset/m.prom").exists());
    assert!(fs::read_to_string(&file).expect("the pipeline file").contains("[publish]"));
}

#[test]
fn a_signal_ends_the_walk() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    // Links that make a small folder endless, as a walk goes: every name is another way.
    let root = dir.path().join("archive");
    let mut below = root.join("0");
    fs::create_dir_all(&below).expect("a folder");
    (0..50).for_each(|i| fs::write(below.join(format!("{i}.txt")), "x").expect("a file"));
    for level in 1..9 {
        let next = root.join(level.to_string());
        fs::create_dir(&next).expect("a folder");
        (0..8).for_each(|i| std::os::unix::fs::symlink(&below, next.join(i.to_string())).expect("a link"));
        below = next;
    }
    let mut child = run_of(dir.path()).stderr(std::process::Stdio::null()).spawn().expect("it runs");
    let lock = dir.path().join("dataset.versions/.lock");
    assert!((0..2000).any(|_| lock.exists() || { std::thread::sleep(Duration::from_millis(2)); false }));
    std::thread::sleep(Duration::from_millis(200));
    // By itself the walk would go on for an hour.
    assert!(Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().expect("a shell").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(4));
}

#[test]
fn a_signal_ends_a_run_cleanly() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    reports(dir.path(), 900, 14);
    for signal in ["TERM", "INT", "HUP"] {
        let mut child = run_of(dir.path()).stderr(std::process::Stdio::piped()).spawn().expect("it runs");
        assert!(begun(dir.path()), "the run never began to write");
        assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status().expect("a shell").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(4), "SIG{signal}");
        assert!(!dir.path().join("dataset").exists());
        let left: Vec<String> = fs::read_dir(dir.path().join("dataset.versions")).expect("there").flatten().map(|e| e.file_name().to_string_lossy().into_owned()).filter(|n| n != ".lock").collect();
        assert!(left.is_empty(), "SIG{signal} left {left:?}");
    }
    // Twice: at once.
    let mut child = run_of(dir.path()).spawn().expect("it runs");
    assert!(begun(dir.path()));
    let id = child.id();
    assert!(Command::new("sh").args(["-c", &format!("kill -TERM {id}; kill -TERM {id}; true")]).status().expect("a shell").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(4));
}

/// Kills runs at random moments, `rounds` times, half of them incremental; after each, readers see the old or the new
/// dataset, whole, and every third time the next run is let finish and equals a full one.
fn kill(rounds: usize, seed: u64) {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let all = reports(dir.path(), 150, seed);
    let aside = dir.path().join("aside");
    fs::create_dir(&aside).expect("a folder");
    // Two states of the archive: with and without every ninth file.
    let moving: Vec<(PathBuf, PathBuf)> = all.iter().step_by(9).enumerate().map(|(i, p)| (p.clone(), aside.join(i.to_string()))).collect();
    let flip = |there: bool| moving.iter().for_each(|(a, b)| if there { fs::rename(b, a) } else { fs::rename(a, b) }.expect("renamed"));
    let full = |name: &str| {
        let mut c = nianbao();
        c.args(["run", "pipelines/township.toml", "--quiet", "--archive"]).arg(dir.path().join("archive")).arg("--out").arg(dir.path().join(name));
        assert!(c.status().expect("it runs").success());
        contents(&dir.path().join(name))
    };
    let with = full("with");
    flip(false);
    let without = full("without");
    let out = dir.path().join("dataset");
    let start = std::time::Instant::now();
    assert!(run_of(dir.path()).status().expect("it runs").success());
    let longest = start.elapsed();
    let mut rng = fastrand::Rng::with_seed(seed);
    let (mut there, mut shown, mut killed) = (false, without.clone(), 0);
    for round in 0..rounds {
        there = !there;
        flip(there);
        let mut run = run_of(dir.path());
        if round % 2 == 0 {
            run.arg("--full");
        }
        let mut child = run.spawn().expect("it runs");
        std::thread::sleep(longest.mul_f64(rng.f64() * 1.1));
        child.kill().expect("killed, or ended already");
        killed += usize::from(child.wait().expect("it ends").code().is_none());
        let now = contents(&out);
        let wanted = if there { &with } else { &without };
        assert!(now == shown || now == *wanted, "round {round}: readers see neither the old dataset nor the new one");
        shown = now;
        if round % 3 == 2 {
            assert!(run_of(dir.path()).status().expect("it runs").success());
            shown = contents(&out);
            assert!(shown == *wanted, "round {round}: the next run differs from a full one");
            let left = fs::read_dir(dir.path().join("dataset.versions")).expect("there").flatten().filter(|e| e.file_name().to_string_lossy().starts_with(".staging")).count();
            assert_eq!(left, 0, "round {round}: a staging folder was left");
        }
    }
    assert!(killed * 4 > rounds, "only {killed} of {rounds} runs were killed before they ended");
}

#[test]
fn killed_at_any_moment_readers_see_a_whole_dataset() {
    kill(24, 15);
}

/// `make soak`.
#[test]
#[ignore = "takes minutes"]
fn soak_killed_two_hundred_times() {
    kill(200, 16);
}
