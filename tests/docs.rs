//! The documents say what the program does: every problem code, command, table and column is described.

use std::collections::BTreeSet;

use crate::support;

fn text(path: &str) -> String {
    std::fs::read_to_string(support::root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every `stage/what` in quotes in the source.
fn codes_in_source() -> BTreeSet<String> {
    let stages = ["walk", "decode", "convert", "extract", "check", "place", "columnar", "publish", "run", "overrides"];
    let mut out = BTreeSet::new();
    for (name, path) in support::files_below(&support::root().join("src")) {
        if !name.ends_with(".rs") || name.ends_with("tests.rs") {
            continue;
        }
        let source = std::fs::read_to_string(path).expect("source");
        let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or("").to_string();
        for stage in stages {
            for (i, _) in source.match_indices(&format!("\"{stage}/")) {
                let code: String = source[i + 1..].chars().take_while(|c| *c != '"').collect();
                if code.len() > stage.len() + 4 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'/') {
                    out.insert(code);
                }
            }
        }
    }
    out
}

#[test]
fn every_problem_code_has_its_section() {
    let page = text("docs/problems.md");
    let described: BTreeSet<String> = page.lines().filter_map(|l| l.strip_prefix("## ")).map(|l| l.trim().trim_matches('`').to_string()).filter(|l| l.contains('/')).collect();
    let codes = codes_in_source();
    assert!(codes.len() > 15, "only {} codes were found in the source", codes.len());
    assert_eq!(codes.difference(&described).collect::<Vec<_>>(), Vec::<&String>::new(), "codes without a section in docs/problems.md");
    assert_eq!(described.difference(&codes).collect::<Vec<_>>(), Vec::<&String>::new(), "sections of codes that nothing raises");
}

/// Five Han characters in one line that ends as a Chinese sentence does.
fn is_chinese(line: &str) -> bool {
    line.ends_with('。') && line.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() >= 5
}

#[test]
fn every_problem_code_is_described_in_chinese() {
    let page = text("docs/problems.md");
    let sections = page.split("\n## ").skip(1).filter(|s| s.lines().next().is_some_and(|l| l.contains('/')));
    let lacking = |s: &&str| !s.lines().any(|l| is_chinese(l) && !l.starts_with("处理：")) || !s.lines().any(|l| l.starts_with("处理：") && is_chinese(l));
    let lacking: Vec<&str> = sections.filter(lacking).filter_map(|s| s.lines().next()).collect();
    assert!(lacking.is_empty(), "codes without a Chinese sentence and 处理： in docs/problems.md: {}", lacking.join(", "));
}

#[test]
fn every_command_is_in_both_readmes() {
    for page in ["README.md", "README.zh.md"] {
        let page_text = text(page);
        for command in ["nianbao run", "nianbao rollback", "nianbao diff", "nianbao lint", "nianbao show", "nianbao labels", "nianbao synth", "make run", "make test"] {
            assert!(page_text.contains(command), "{page} does not say what `{command}` does");
        }
    }
}

#[test]
fn every_published_column_is_described() {
    let page = text("docs/dataset.md");
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = support::run_over(&support::root().join("data/sample/archive"), dir.path(), "dataset");
    let mut missing = Vec::new();
    for (name, path) in support::files_below(&std::fs::canonicalize(&out).expect("published")) {
        if name.ends_with(".parquet") && !name.starts_with("values/") && !["panel.parquet", "comparable.parquet"].contains(&name.as_str()) {
            for column in columns(&path) {
                if !page.contains(&format!("`{column}`")) {
                    missing.push(format!("{name}: {column}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "columns that docs/dataset.md does not describe:\n{}", missing.join("\n"));
}

fn columns(path: &std::path::Path) -> Vec<String> {
    use polars::prelude::*;
    let frame = ParquetReader::new(std::fs::File::open(path).expect("published")).finish().expect("a Parquet file");
    frame.get_column_names().iter().map(|n| n.to_string()).collect()
}

/// The Chinese beside a column in `docs/dataset.md` is that of `pipelines/columns.csv`, which the dataset carries.
#[test]
fn columns_are_described_alike_in_chinese() {
    let mut reader = csv::Reader::from_path(support::root().join("pipelines/columns.csv")).expect("columns.csv");
    let said: Vec<[String; 3]> = reader.records().map(|r| r.expect("a row")).map(|r| [&r[0], &r[1], &r[5]].map(String::from)).collect();
    // What is said of counties is said of every level.
    let general = |words: &str| words.replace("县的区划代码", "地区的区划代码").replace("县本级", "本级");
    let page = text("docs/dataset.md");
    let (mut compared, mut other) = (0, Vec::new());
    for section in page.split("\n## ").skip(1) {
        let name: String = section.trim_start_matches('`').chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        for cells in section.lines().filter(|l| l.starts_with("| `")).map(|l| l.split('|').map(str::trim).collect::<Vec<_>>()).filter(|cells| cells.len() == 6) {
            let columns = cells[1].split('`').skip(1).step_by(2);
            let mut wanted: Vec<String> = columns.filter_map(|c| said.iter().find(|s| s[0] == name && s[1] == c)).map(|s| if name.ends_with("_county") { general(&s[2]) } else { s[2].clone() }).collect();
            wanted.dedup();
            compared += wanted.len();
            if !wanted.is_empty() && wanted.join("；") != cells[4] {
                other.push(format!("{name}: {}: «{}», not «{}»", cells[1], cells[4], wanted.join("；")));
            }
        }
    }
    assert!(compared > 100, "only {compared} columns were compared");
    assert!(other.is_empty(), "docs/dataset.md and pipelines/columns.csv say different things:\n{}", other.join("\n"));
}

/// Every name of the pipeline file, those that are commented out included, in both languages.
#[test]
fn every_setting_is_described_in_both_languages() {
    let file = text("pipelines/township.toml");
    let names = file.lines().filter_map(|l| l.trim_start_matches(['#', ' ']).split_once(" = ")).map(|l| l.0).filter(|n| n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    let names: BTreeSet<&str> = names.collect();
    assert!(names.len() > 35, "only {} settings were found", names.len());
    for page in ["docs/nightly.md", "docs/nightly.zh.md"] {
        let page_text = text(page);
        let words: BTreeSet<&str> = page_text.split('`').skip(1).step_by(2).map(|w| w.rsplit(' ').next().unwrap_or(w)).collect();
        let lacking: Vec<_> = names.difference(&words).collect();
        assert!(lacking.is_empty(), "{page} does not describe {lacking:?}");
    }
}

/// Every option that a command knows, in English and in Chinese.
#[test]
fn every_option_is_described_in_both_languages() {
    let of_both: String = text("docs/dataset.md").lines().filter(|l| l.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))).collect::<Vec<_>>().join("\n");
    let english = text("README.md") + &text("docs/nightly.md") + &of_both;
    let chinese = text("README.zh.md") + &text("docs/nightly.zh.md") + &of_both;
    for command in ["run", "rollback", "diff", "lint", "show", "labels", "synth"] {
        let help = support::nianbao().args([command, "--help"]).output().expect("the program runs");
        let help = String::from_utf8_lossy(&help.stdout).into_owned();
        assert!(help.contains("Usage:"), "{help}");
        for option in help.lines().filter_map(|l| l.trim_start().strip_prefix("--")).map(|l| l.split(' ').next().unwrap_or(l)).filter(|o| *o != "help") {
            assert!(english.contains(&format!("--{option}")) && chinese.contains(&format!("--{option}")), "--{option} of {command} is not described in both languages");
        }
    }
}

/// A page and its Chinese counterpart have the same parts: headings, rows of tables, points, pictures and pieces of code.
#[test]
fn pages_in_two_languages_have_the_same_parts() {
    for (page, other) in [("README.md", "README.zh.md"), ("docs/nightly.md", "docs/nightly.zh.md")] {
        let parts = |page: &str| -> Vec<String> {
            let (mut kinds, mut code, mut commands) = (Vec::new(), false, false);
            for line in text(page).lines() {
                if line.starts_with("```") {
                    // Pictures drawn in text have words.
                    (code, commands) = (!code, !code && line != "```text");
                }
                let kind = match line {
                    l if l.starts_with("```") => l,
                    l if commands && !l.starts_with('#') && l.is_ascii() && !l.contains(" #") => l,
                    l if l.starts_with('#') && !code => l.split(' ').next().unwrap_or(l),
                    l if l.starts_with("| ") && !code => "|",
                    l if l.starts_with("- ") && !code => "-",
                    l if l.starts_with("![") => "![",
                    _ => continue,
                };
                kinds.push(kind.to_string());
            }
            kinds
        };
        let (mut one, mut two) = (parts(page), parts(other));
        // In Chinese the overrides stand in CONTRIBUTING.zh.md, since who corrects figures need not run anything.
        let overrides = |parts: &mut Vec<String>| *parts = parts.split(|p| p.starts_with("##")).map(|s| s.join("\n")).collect();
        if page == "docs/nightly.md" {
            overrides(&mut one);
            overrides(&mut two);
            let at = text(page).lines().filter(|l| l.starts_with("##")).position(|l| l == "## Overrides").expect("a section") + 1;
            (one[at], two[at]) = (String::new(), String::new());
        }
        assert_eq!(one, two, "{page} and {other} differ in their parts");
    }
}

#[test]
fn files_that_the_architecture_names_are_there() {
    let root = support::root();
    let files: Vec<String> = support::files_below(&root.join("src")).into_iter().map(|(name, _)| format!("/{name}")).collect();
    let page = text("ARCHITECTURE.md");
    let named = page.split('`').skip(1).step_by(2).filter(|w| w.ends_with(".rs") && !w.contains(' '));
    let gone: Vec<&str> = named.filter(|w| !root.join(w).exists() && !files.iter().any(|f| f.ends_with(&format!("/{w}")))).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names files that are not there: {}", gone.join(", "));
}

#[test]
fn links_lead_somewhere() {
    for page in ["README.md", "README.zh.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CONTRIBUTING.zh.md", "CHANGELOG.md", "docs/dataset.md", "docs/nightly.md", "docs/nightly.zh.md", "docs/problems.md", "docs/glossary.md", "docs/dependencies.md"] {
        let source = text(page);
        let base = support::root().join(page);
        for link in source.split("](").skip(1).filter_map(|s| s.split(')').next()).filter(|l| !l.contains("://") && !l.starts_with('#')) {
            let target = base.parent().expect("a folder").join(link.split('#').next().unwrap_or(link));
            assert!(target.exists(), "{page}: the link {link} leads nowhere");
        }
    }
}
