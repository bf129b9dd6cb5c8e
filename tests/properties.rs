//! What must hold for every input: figures are right or withheld, order and repetition change no byte.

use std::collections::BTreeMap;
use std::path::Path;

use nianbao::model::{Read, Status};
use nianbao::synth;
use proptest::prelude::*;

use crate::support;

pub fn archive(dir: &Path, options: synth::Options) {
    synth::write(dir, support::form(), &support::places(97), &support::root().join("data"), &options).expect("an archive");
}

/// One figure against what the file states: wrong is only a number that does not stand there.
fn wrong(read: &Read, cells: &serde_json::Map<String, serde_json::Value>) -> Vec<String> {
    let form = support::form();
    let by_name: BTreeMap<&str, _> = read.figures.iter().map(|f| (form.indicators[f.indicator as usize].name.as_str(), f)).collect();
    let mut out = Vec::new();
    for (name, truth) in cells {
        let Some(f) = by_name.get(name.as_str()) else { continue };
        if matches!(f.status, Status::Reported | Status::Derived) && f.value != truth.as_f64() {
            out.push(format!("{name} is {:?} ({}) from {:?} on line {}, the file states {truth}", f.value, f.status.name(), f.raw, f.line));
        }
    }
    out
}

/// Counts (right, expected, wrong) over an archive.
fn score(options: synth::Options) -> (usize, usize, Vec<String>) {
    let dir = tempfile::tempdir().expect("a scratch folder");
    archive(dir.path(), options);
    let truth = std::fs::read_to_string(dir.path().join("truth.jsonl")).expect("truth");
    let (mut right, mut expected, mut faults) = (0, 0, Vec::new());
    for line in truth.lines() {
        let t: serde_json::Value = serde_json::from_str(line).expect("json");
        let path = t["path"].as_str().expect("a path");
        let read = support::read(&dir.path().join("archive").join(path), path);
        let Some(cells) = t["cells"].as_object() else {
            if read.report.is_some() {
                faults.push(format!("{path}: a {} is taken for a report", t["kind"]));
            }
            continue;
        };
        if read.report.is_none() {
            faults.push(format!("{path}: a report is lost: {}", read.file.reason));
        }
        let form = support::form();
        let by_name: BTreeMap<&str, _> = read.figures.iter().map(|f| (form.indicators[f.indicator as usize].name.as_str(), f)).collect();
        let may: Vec<&str> = t["may_withhold"].as_array().into_iter().flatten().filter_map(|v| v.as_str()).collect();
        for (name, value) in cells.iter().filter(|(n, v)| v.is_number() && !may.contains(&n.as_str())) {
            expected += 1;
            right += by_name.get(name.as_str()).is_some_and(|f| f.value == value.as_f64()) as usize;
        }
        faults.extend(wrong(&read, cells).into_iter().map(|f| format!("{path} ({} {}): {f}", t["layout"], t["faults"])));
    }
    (right, expected, faults)
}

#[test]
fn every_layout_gives_its_figures_or_withholds_them() {
    let (right, expected, faults) = score(synth::Options { reports: 600, seed: 99, ..Default::default() });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(right as f64 > 0.995 * expected as f64, "{right} of {expected} figures were read");
}

#[test]
fn every_fault_withholds_and_never_shifts() {
    for fault in synth::FAULTS {
        let (_, expected, faults) = score(synth::Options { reports: 60, seed: 7, faults: vec![fault.to_string()], ..Default::default() });
        assert!(expected > 0, "{fault}: nothing was expected");
        assert!(faults.is_empty(), "{fault}: {}", faults.join("\n"));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let written = dir.path().join("written");
    archive(&written, synth::Options { reports: 80, seed: 3, ..Default::default() });
    // The same files again, made in the opposite order: the walk may not depend on it.
    let again = dir.path().join("again");
    for (name, path) in support::files_below(&written.join("archive")).into_iter().rev() {
        let to = again.join(&name);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(path, to).expect("a copy");
    }
    let a = std::fs::canonicalize(support::run_over(&written.join("archive"), dir.path(), "a")).expect("published");
    let b = std::fs::canonicalize(support::run_over(&again, dir.path(), "b")).expect("published");
    let (left, right) = (support::files_below(&a), support::files_below(&b));
    assert_eq!(left.iter().map(|f| &f.0).collect::<Vec<_>>(), right.iter().map(|f| &f.0).collect::<Vec<_>>());
    for ((name, x), (_, y)) in left.iter().zip(&right).filter(|((n, _), _)| n != "run.json") {
        assert!(std::fs::read(x).expect("a file") == std::fs::read(y).expect("a file"), "{name} differs between two runs over the same files");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    /// No text makes the reader fail, and what it publishes as reported stands in the text.
    #[test]
    fn any_text_is_read_or_refused(pieces in proptest::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        let read = support::read_text(&text);
        for f in read.figures.iter().filter(|f| f.status == Status::Reported) {
            prop_assert!(text.contains(f.raw.as_str()), "{:?} does not stand in the text", f.raw);
        }
        for p in &read.problems {
            prop_assert!(p.code != "run/panic", "{}", p.message);
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    let labels: Vec<String> = support::form().labels.iter().map(|l| l.statutory.clone()).collect();
    prop_oneof![
        proptest::sample::select(labels),
        proptest::sample::select(vec!["\n", "\n\n", "\t", "|", " | ", " ", "\u{3000}", "\u{1F}", "\u{1E}", "（", "）", "(三)", "1.", "、", "\u{FEFF}"]).prop_map(String::from),
        (0u32..2000).prop_map(|n| n.to_string()),
        proptest::sample::select(vec!["-", "—", "/", "无", "+3", "12.5", "1,000", "000", "12345678901234567890", "O", "政府信息公开工作年度报告", "2024年"]).prop_map(String::from),
    ]
}
