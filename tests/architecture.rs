//! The rules of the house: stages import only the shared files, one outside crate lives in one place, and no code
//! knows a word that a regulation or an office chose.

use std::path::Path;

use crate::support;

/// Folders and files below `src/` and what of the crate they may name.
const SHARED: [&str; 4] = ["fold", "form", "model", "written"];
const STAGES: [&str; 8] = ["walk", "decode", "convert", "extract", "check", "place", "columnar", "publish"];
/// Outside crate → where alone it may be named.
const HOMES: [(&str, &[&str]); 17] = [
    // Names of members are bytes in an unknown encoding too.
    ("encoding_rs", &["decode", "synth", "walk"]),
    ("chardetng", &["decode"]),
    ("scraper", &["decode"]),
    ("cssparser", &["decode"]),
    ("selectors", &["decode"]),
    ("csscolorparser", &["decode"]),
    ("quick_xml", &["decode"]),
    ("cfb", &["decode"]),
    ("hayro_syntax", &["decode"]),
    ("hayro_interpret", &["decode"]),
    ("opencc_rust", &["convert"]),
    ("polars", &["columnar", "publish", "run"]),
    ("rayon", &["run"]),
    ("walkdir", &["walk"]),
    ("globset", &["walk"]),
    ("clap", &["cli"]),
    ("signal_hook", &["cli"]),
];

fn sources() -> Vec<(String, String)> {
    let src = support::root().join("src");
    support::files_below(&src).into_iter().filter(|(n, _)| n.ends_with(".rs")).map(|(n, p)| (n, std::fs::read_to_string(p).expect("source"))).collect()
}

/// `extract/align.rs` → `extract`; `run.rs` → `run`.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

#[test]
fn stages_import_only_shared_files() {
    let mut faults = Vec::new();
    for (file, text) in sources() {
        let own = room(&file);
        if !STAGES.contains(&own) {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            for part in line.split("crate::").skip(1) {
                let to: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !to.is_empty() && to != own && !SHARED.contains(&to.as_str()) {
                    faults.push(format!("src/{file}:{}: {own} → {to}; put what both need into a shared file ({}), or let run.rs hand it over", n + 1, SHARED.join(", ")));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn outside_crates_live_in_one_place() {
    let mut faults = Vec::new();
    for (file, text) in sources() {
        for (name, homes) in HOMES {
            if !homes.contains(&room(&file)) && text.lines().any(|l| !l.trim_start().starts_with("//") && l.contains(&format!("{name}::"))) {
                faults.push(format!("src/{file} names {name}, which lives in {}", homes.join(" and ")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Figures' labels, titles and places are data. Words in tests, comments and messages are not meant.
#[test]
fn no_code_knows_a_statutory_word_or_a_place() {
    let words: Vec<String> = support::form()
        .labels
        .iter()
        .map(|l| l.statutory.clone())
        .filter(|l| l.chars().count() >= 4)
        .chain(["政府信息公开工作年度报告".into(), "汶上".into(), "township.toml".into()])
        .collect();
    let mut faults = Vec::new();
    for (file, text) in sources() {
        // The command line names its default pipeline file; everything else is told.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        if file.ends_with("tests.rs") || file.contains("/tests/") || file == "cli.rs" {
            continue;
        }
        for (n, line) in code.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            let line = line.split(" //").next().unwrap_or("");
            if let Some(w) = words.iter().find(|w| line.contains(w.as_str())) {
                faults.push(format!("src/{file}:{}: «{w}» is knowledge; it belongs under pipelines/ or data/", n + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn rooms_are_small_and_named() {
    let mut long = Vec::new();
    for (file, text) in sources() {
        let lines = text.lines().count();
        if lines > 700 {
            long.push(format!("src/{file} has {lines} lines; split it"));
        }
        assert!(Path::new(&file).file_name().is_some_and(|n| n != "utils.rs"), "src/{file}: name the room by what is in it");
        assert!(text.starts_with("//!") || text.starts_with("#![") || file.ends_with("tests.rs"), "src/{file} does not say what it is for");
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
