//! The program as a person or a timer calls it: commands, exit codes, messages.

use assert_cmd::Command;

use crate::support;

fn nianbao() -> Command {
    let mut c = Command::cargo_bin("nianbao").expect("the program");
    c.current_dir(support::root());
    c
}

fn output(c: &mut Command) -> (i32, String, String) {
    let o = c.output().expect("it runs");
    (o.status.code().unwrap_or(-1), String::from_utf8_lossy(&o.stdout).into(), String::from_utf8_lossy(&o.stderr).into())
}

#[test]
fn a_run_publishes_and_says_so() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = dir.path().join("dataset");
    let (code, stdout, _) = output(nianbao().args(["run", "pipelines/township.toml", "--out"]).arg(&out));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("published 已发布"), "{stdout}");
    for table in ["reports", "panel", "checks", "files", "indicators", "problems", "rollup_county", "rollup_city", "rollup_province"] {
        assert!(out.join(format!("{table}.parquet")).is_file(), "{table}.parquet is missing");
    }
    assert!(out.join("rollup_county.csv").is_file() && out.join("run.json").is_file());
    // Where nothing changed there is no second version; one that is asked for keeps the first beside it.
    let (code, stdout, _) = output(nianbao().args(["run", "pipelines/township.toml", "--out"]).arg(&out));
    assert!(code == 0 && stdout.contains("nothing changed 无变化") && !dir.path().join("dataset.versions/000002").exists(), "{stdout}");
    assert_eq!(output(nianbao().args(["run", "pipelines/township.toml", "--full", "--quiet", "--out"]).arg(&out)).0, 0);
    assert!(dir.path().join("dataset.versions/000001").is_dir() && dir.path().join("dataset.versions/000002").is_dir());
}

#[test]
fn every_table_may_be_had_as_csv() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let text = std::fs::read_to_string(support::root().join("pipelines/township.toml")).expect("the pipeline file");
    let names = nianbao::pipeline::CSV_TABLES;
    let list = names.map(|n| format!("\"{n}\"")).join(", ");
    let text = text.replace("csv = []", &format!("csv = [{list}]")).replace("folder = \"", &format!("folder = \"{}/", support::root().display()));
    let file = dir.path().join("pipeline.toml");
    std::fs::write(&file, text).expect("a file");
    let out = dir.path().join("d");
    let (code, _, stderr) = output(nianbao().arg("run").arg(&file).arg("--quiet").arg("--archive").arg(support::root().join("data/sample/archive")).arg("--out").arg(&out));
    assert_eq!(code, 0, "{stderr}");
    for name in names {
        let bytes = std::fs::read(out.join(format!("{name}.csv"))).unwrap_or_else(|e| panic!("{name}.csv: {e}"));
        assert!(bytes.starts_with(b"\xEF\xBB\xBF"), "{name}.csv has no byte order mark");
        let rows = csv::Reader::from_reader(&bytes[3..]).records().map(|r| r.expect("a row")).count();
        // A first run has nothing to be compared with.
        assert!(rows > 0 || name == "changes", "{name}.csv is empty");
    }
}

#[test]
fn a_refused_gate_leaves_the_old_dataset() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = dir.path().join("dataset");
    assert_eq!(output(nianbao().args(["run", "pipelines/township.toml", "--quiet", "--out"]).arg(&out)).0, 0);
    let before = std::fs::read(out.join("reports.parquet")).expect("published");
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let (code, stdout, _) = output(nianbao().args(["run", "pipelines/township.toml", "--archive"]).arg(&empty).arg("--out").arg(&out));
    assert_eq!(code, 1, "{stdout}");
    assert!(stdout.contains("reports_min"), "{stdout}");
    assert_eq!(std::fs::read(out.join("reports.parquet")).expect("still there"), before);
}

#[test]
fn what_cannot_run_says_why() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let (code, _, stderr) = output(nianbao().args(["run", "pipelines/nowhere.toml"]));
    assert!(code == 2 && stderr.contains("nowhere.toml"), "{stderr}");
    let (code, _, stderr) = output(nianbao().args(["run", "pipelines/township.toml", "--archive", "/nowhere"]).arg("--out").arg(dir.path().join("d")));
    assert!(code == 2 && stderr.contains("/nowhere"), "{stderr}");
    let occupied = dir.path().join("occupied");
    std::fs::create_dir(&occupied).expect("a folder");
    std::fs::write(occupied.join("mine.txt"), "x").expect("a file");
    let (code, _, stderr) = output(nianbao().args(["run", "pipelines/township.toml", "--out"]).arg(&occupied));
    assert!(code == 2 && stderr.contains("no link to a dataset"), "{stderr}");
    assert!(occupied.join("mine.txt").is_file());
}

#[test]
fn logs_as_json_are_json() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let (code, _, stderr) = output(nianbao().args(["run", "pipelines/township.toml", "--quiet", "--log-format", "json", "--out"]).arg(dir.path().join("d")));
    assert_eq!(code, 0, "{stderr}");
    let lines: Vec<&str> = stderr.lines().collect();
    assert!(lines.len() >= 2, "{stderr}");
    for line in lines {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|e| panic!("{line}: {e}"));
    }
}

/// A copy of the form's folder with one file changed.
fn spoiled(file: &str, change: impl Fn(String) -> String) -> (i32, String) {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let form = support::root().join("pipelines");
    for (name, path) in support::files_below(&form) {
        let to = dir.path().join("pipelines").join(&name);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(path, to).expect("a copy");
    }
    let of_data = file.starts_with("data/");
    if of_data {
        for (name, path) in support::files_below(&support::root().join("data")).into_iter().filter(|(n, _)| !n.starts_with("sample/")) {
            let to = dir.path().join("data").join(&name);
            std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            std::os::unix::fs::symlink(path, to).expect("a link");
        }
    } else {
        std::os::unix::fs::symlink(support::root().join("data"), dir.path().join("data")).expect("a link");
    }
    let target = if of_data { dir.path().join(file) } else { dir.path().join("pipelines").join(file) };
    let text = std::fs::read_to_string(&target).expect("a file");
    let changed = change(text.clone());
    assert_ne!(text, changed, "nothing was changed in {file}");
    std::fs::remove_file(&target).expect("the copy goes");
    std::fs::write(&target, changed).expect("a file");
    let (code, _, stderr) = output(nianbao().arg("lint").arg(dir.path().join("pipelines/township.toml")));
    (code, stderr)
}

#[test]
fn lint_finds_every_kind_of_fault_with_its_line() {
    let cases: [(&str, fn(String) -> String, &[&str]); 32] = [
        ("disclosure/form.toml", |t| t.replacen("notice =", "notise =", 1), &["form.toml:", "notise"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,不予公开,alias\n", &["labels.csv:", "claimed twice"]),
        ("disclosure/labels.csv", |t| t + "t9,granted,某某,alias\n", &["labels.csv:", "unknown table"]),
        ("disclosure/indicators.csv", |t| t + "t3_new_cell,t3,2021,件,新,new,,\n", &["indicators.csv:", "t3_new_cell"]),
        ("disclosure/indicators.csv", |t| t.replacen("t2_rules_issued,", "t2_rules_issuet,", 1), &["t2-2021.toml:", "has no indicator"]),
        ("disclosure/identities.toml", |t| t.replacen("t4_{}_upheld", "t4_{}_upholden", 1), &["identities.toml:", "unknown indicator"]),
        ("disclosure/indicators.csv", |t| t.replacen("in force\",,", "in force\",t2_rules_in_force,", 1), &["indicators.csv:4:", "without a reason"]),
        ("disclosure/indicators.csv", |t| t.replacen("in force\",,", "in force\",t2_rules_in_force,同一口径", 1), &["indicators.csv:4:", "no indicator in edition 2019"]),
        ("disclosure/indicators.csv", |t| t.replacen("amount\",,", "amount\",t2_licensing_decisions,同一口径", 1), &["indicators.csv:11:", "not table and unit"]),
        ("disclosure/years.toml", |t| t.replacen("t3_carried_out_{}", "t3_carried_over_{}", 1), &["years.toml:", "unknown indicator «t3_carried_over_person»"]),
        ("disclosure/years.toml", |t| t.replacen("[\"t2_{}_in_force\"]", "[\"t2_{}_published\"]", 1), &["years.toml:", "no edition has all terms"]),
        ("disclosure/years.toml", |t| t.replacen("last_year =", "lost_year =", 1), &["years.toml:", "lost_year"]),
        ("disclosure/rates.toml", |t| t.replacen("t4_review_upheld", "t4_review_upholden", 1), &["rates.toml:", "unknown indicator"]),
        ("disclosure/rates.toml", |t| t.replacen("[\"t3_carried_out_total\"]", "[\"t2_fees_amount\"]", 1), &["rates.toml:", "mixes units"]),
        ("disclosure/rates.toml", |t| t.replacen("\"refused_share\"", "\"granted_share\"", 1), &["rates.toml:", "defined already"]),
        ("disclosure/ignore.csv", |t| t + "t2,某行,\n", &["ignore.csv:", "no reason"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"\" = 2.0", 1), &["form.toml:37:", "is no unit"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"元\" = nan", 1), &["form.toml:37:", "no factor"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"元\" = 0", 1), &["form.toml:37:", "no factor"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"元\" = -0.0001", 1), &["form.toml:37:", "no factor"]),
        ("disclosure/form.toml", |t| t.replacen("\"万元\" = 1.0", "\"万元\" = 2.0", 1), &["form.toml:36:", "its factor is 1"]),
        ("disclosure/ignore.csv", |t| t + "t2,（）,空\n", &["ignore.csv:", "no letter left"]),
        ("disclosure/ignore.csv", |t| t + "t2,某行,\"空\n", &["ignore.csv:", "not closed"]),
        ("disclosure/identities.toml", |t| format!("{t}\n{}", &t[t.rfind("[[identity]]").expect("an identity")..]), &["identities.toml:", "defined twice"]),
        ("township.toml", |t| t.replacen("csv = []", "csv = [\"nothing\"]", 1), &["township.toml:", "publish.csv names"]),
        ("township.toml", |t| t.replacen("[expect]", "[expect]\nreports_of_year_min = { next = 1 }", 1), &["township.toml:", "no year"]),
        ("data/simplified.txt", |_| String::new(), &["simplified.txt:1:", "no entry"]),
        ("data/pinyin.txt", |_| String::new(), &["pinyin.txt:1:", "no entry"]),
        ("data/opencc/TSPhrases.txt", |_| String::new(), &["TSPhrases.txt:1:", "no entry"]),
        ("data/protected.csv", |t| t + "某,某,\"无\n", &["protected.csv:", "not closed"]),
        ("data/divisions/area_codes.csv", |t| t + "0999,11\n", &["area_codes.csv:", "cells, not 3"]),
        ("disclosure/tables/t4.toml", |t| t.replacen("\"review\"", "\"revue\"", 1), &["t4.toml:", "not in labels.csv"]),
    ];
    for (file, change, words) in cases {
        let (code, stderr) = spoiled(file, change);
        assert_eq!(code, 2, "{file}: {stderr}");
        let behind = stderr.split_once(words[0]).map_or("", |(_, behind)| behind);
        let line = words[0].bytes().filter(|&b| b == b':').count() > 1 || behind.starts_with(|c: char| ('1'..='9').contains(&c));
        assert!(line, "a fault without a line: {stderr}");
        for word in words {
            assert!(stderr.contains(word), "{file}: «{word}» is not in:\n{stderr}");
        }
    }
}

#[test]
fn lint_lists_all_faults_at_once() {
    let (_, stderr) = spoiled("disclosure/labels.csv", |t| t + "t3,granted,不予公开,alias\nt9,x,某某,alias\nt3,y,某某,other\n");
    assert!(stderr.contains("claimed twice") && stderr.contains("unknown table") && stderr.contains("unknown kind"), "{stderr}");
}

#[test]
fn show_prints_every_stage() {
    let sample = support::files_below(&support::root().join("data/sample/archive"));
    let file = &sample.iter().find(|(n, _)| n.ends_with(".txt")).expect("a sample").1;
    for stage in ["decode", "convert", "atoms", "alignment", "extract", "check"] {
        let (code, stdout, stderr) = output(nianbao().args(["show", stage]).arg(file));
        assert!(code == 0 && stdout.lines().count() > 3, "{stage}: {stdout}{stderr}");
    }
}

#[test]
fn labels_lists_unknown_labels_ready_to_paste() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    let input = std::fs::read_to_string(support::root().join("tests/cases/extract/unknown-label/input.txt")).expect("the case");
    std::fs::write(archive.join("a.txt"), input).expect("a file");
    let out = support::run_over(&archive, dir.path(), "dataset");
    let (code, stdout, stderr) = output(nianbao().arg("labels").arg(&out));
    assert_eq!(code, 0, "{stderr}");
    let header = stdout.lines().next().unwrap_or("");
    assert!(header.starts_with("table,label,text,kind"), "{stdout}");
    assert!(stdout.contains("t3,?,"), "{stdout}");
}

#[test]
fn synth_writes_the_same_archive_for_the_same_seed() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    for name in ["a", "b"] {
        let (code, _, stderr) = output(nianbao().arg("synth").arg(dir.path().join(name)).args(["--reports", "12", "--seed", "4"]));
        assert_eq!(code, 0, "{stderr}");
    }
    let (a, b) = (support::files_below(&dir.path().join("a")), support::files_below(&dir.path().join("b")));
    assert_eq!(a.len(), b.len());
    for ((n, x), (m, y)) in a.iter().zip(&b) {
        assert_eq!(n, m);
        assert_eq!(std::fs::read(x).expect("a file"), std::fs::read(y).expect("a file"), "{n}");
    }
}
