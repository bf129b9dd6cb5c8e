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
