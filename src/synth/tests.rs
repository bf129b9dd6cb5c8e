use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::form::{self, Relation};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn the_form() -> Form {
    form::load(&Path::new(ROOT).join("pipelines/disclosure")).expect("the form definition is valid")
}

fn places() -> Vec<Place> {
    let place = |township: &str, county: &str, code: &str| Place {
        township: township.into(),
        county: county.into(),
        city: "云城市".into(),
        province: "江北省".into(),
        code: code.into(),
        ..Place::default()
    };
    vec![place("石桥镇", "清源县", "990123101"), place("柳林乡", "乾安县", "990124203"), place("东门街道", "平湖区", "990102004")]
}

/// A folder of this test's own, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("nianbao-synth-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes an archive and returns each report's truth with its text.
fn archive(name: &str, options: &Options) -> Vec<(Value, String)> {
    let folder = Folder::new(name);
    write(&folder.0, &the_form(), &places(), &Path::new(ROOT).join("data"), options).expect("the archive can be written");
    let lines = fs::read_to_string(folder.0.join("truth.jsonl")).unwrap();
    lines
        .lines()
        .map(|l| {
            let truth: Value = serde_json::from_str(l).unwrap();
            let bytes = fs::read(folder.0.join("archive").join(truth["path"].as_str().unwrap())).unwrap();
            let encoding = encoding_rs::Encoding::for_label(truth["encoding"].as_str().unwrap().as_bytes()).unwrap();
            let text = encoding.decode(&bytes).0.into_owned();
            (truth, text)
        })
        .collect()
}

fn options(reports: usize) -> Options {
    Options { reports, seed: 7, ..Options::default() }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = archive("same-a", &Options { faults: vec!["each".into()], ..options(200) });
    let second = archive("same-b", &Options { faults: vec!["each".into()], ..options(200) });
    assert!(first == second);
    let fewer = archive("same-c", &Options { faults: vec!["each".into()], ..options(50) });
    assert!(first[..50] == fewer[..], "a report depends on its own number alone");
    let other = archive("same-d", &Options { seed: 8, faults: vec!["each".into()], ..options(200) });
    assert!(first.iter().zip(&other).filter(|(a, b)| a.1 == b.1).count() < 10);
}

#[test]
fn identities_hold_without_a_fault() {
    let form = the_form();
    let mut tested = 0;
    for (truth, _) in archive("identities", &options(400)) {
        let cell = |i: &u16| truth["cells"][&form.indicators[*i as usize].name].as_f64();
        for identity in &form.identities {
            let table = ["form_t2", "form_t3", "form_t4"][identity.table];
            if !identity.editions.iter().any(|&e| truth[table] == form.editions[e as usize].key.as_str()) {
                continue;
            }
            let sum = |side: &[u16]| side.iter().map(cell).sum::<Option<f64>>();
            if let (Some(left), Some(right)) = (sum(&identity.left), sum(&identity.right)) {
                let holds = if identity.relation == Relation::Equal { left == right } else { left <= right };
                assert!(holds, "{} in {}: {left} and {right}", identity.name, truth["path"]);
                tested += 1;
            }
        }
    }
    assert!(tested > 5_000, "{tested}");
}

#[test]
fn every_layout_writes_the_figures_that_its_truth_names() {
    let form = the_form();
    for layout in layouts::LAYOUTS.iter().chain(held_out::LAYOUTS) {
        let mut seen = 0;
        for (truth, text) in archive(layout.name, &Options { layouts: vec![layout.name.into()], ..options(60) }) {
            for (name, value) in truth["cells"].as_object().into_iter().flatten() {
                assert!(form.indicators.iter().any(|i| i.name == *name));
                let Some(value) = value.as_f64() else { continue };
                let written = truth["odd"][name].as_str().map_or(format!("{value}"), str::to_string);
                // Remarks hold characters that are converted; their figure is what counts.
                let written = written.split('（').next().unwrap().trim().trim_end_matches(['万', '元']);
                assert!(text.contains(written), "{}: {} lacks {written} for {name}", layout.name, truth["path"]);
                seen += usize::from(value != 0.0);
            }
        }
        assert_eq!(seen > 100, layout.tables, "{}: {seen} figures", layout.name);
    }
}

#[test]
fn pictures_have_no_cells() {
    for (truth, _) in archive("pictures", &Options { layouts: vec!["B7".into()], ..options(20) }) {
        let cells = truth["cells"].as_object().into_iter().flatten();
        assert!(cells.into_iter().all(|(_, v)| v == "absent"));
    }
}

#[test]
fn every_fault_is_applied_and_told() {
    for fault in FAULTS {
        let mut by_name: HashMap<String, usize> = HashMap::new();
        let mut absent = 0;
        for (truth, _) in archive(fault, &Options { faults: vec![fault.to_string()], layouts: vec!["P1".into(), "html".into()], ..options(60) }) {
            for told in truth["faults"].as_array().into_iter().flatten() {
                *by_name.entry(told.as_str().unwrap().into()).or_default() += 1;
            }
            absent += truth["cells"].as_object().into_iter().flatten().filter(|(_, v)| *v == "absent").count();
        }
        assert!(by_name.len() == 1 && by_name[*fault] > 20, "{fault}: {by_name:?}");
        assert_eq!(absent > 0, matches!(*fault, "row-lost" | "table-cut" | "label-unknown"), "{fault}: {absent}");
    }
}

#[test]
fn all_layouts_scripts_and_encodings_occur() {
    let all = archive("mixture", &options(1500));
    for layout in layouts::LAYOUTS {
        assert!(all.iter().any(|(t, _)| t["layout"] == layout.name), "{}", layout.name);
    }
    assert!(!all.iter().any(|(t, _)| held_out::LAYOUTS.iter().any(|l| t["layout"] == l.name)));
    for (key, value) in [("script", "traditional"), ("encoding", "gb18030"), ("outcome", "not_a_report"), ("noise", "radicals")] {
        assert!(all.iter().any(|(t, _)| t[key] == value), "{key} {value}");
    }
    assert!(all.iter().any(|(t, _)| t["pinyin"] == true));
    let size = all.iter().map(|(_, text)| text.len()).sum::<usize>() / all.len();
    assert!((4_000..7_000).contains(&size), "{size} bytes a file");
}

#[test]
fn unknown_names_are_refused() {
    let run = |layouts: &[&str], faults: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|n| n.to_string()).collect();
        let options = Options { layouts: owned(layouts), faults: owned(faults), ..options(1) };
        write(&Folder::new("refused").0, &the_form(), &places(), &Path::new(ROOT).join("data"), &options)
    };
    assert!(run(&["P9"], &[]).unwrap_err().to_string().contains("P9"));
    assert!(run(&[], &["broken"]).unwrap_err().to_string().contains("row-lost"));
}
