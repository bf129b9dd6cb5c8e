//! The program as a person or a timer calls it: commands, exit codes, messages.

use std::path::Path;
use std::process::Command;

use crate::support::{self, nianbao};

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
    spoiled_bytes(file, |text| change(text).into_bytes())
}

/// The same with other bytes.
fn spoiled_bytes(file: &str, change: impl Fn(String) -> Vec<u8>) -> (i32, String) {
    let dir = tempfile::tempdir().expect("a scratch folder");
    support::copy_of("pipelines", dir.path());
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
    assert_ne!(text.as_bytes(), changed, "nothing was changed in {file}");
    std::fs::remove_file(&target).expect("the copy goes");
    std::fs::write(&target, changed).expect("a file");
    let (code, _, stderr) = output(nianbao().arg("lint").arg(dir.path().join("pipelines/township.toml")));
    (code, stderr)
}

/// A text with two of its lines in each other's place.
fn swapped(text: &str, a: usize, b: usize) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(a, b);
    lines.join("\n")
}

#[test]
fn lint_finds_every_kind_of_fault_with_its_line() {
    let cases: [(&str, fn(String) -> String, &[&str]); 76] = [
        ("disclosure/sections.toml", |t| t.replacen("table = \"t2\"", "table = \"t1\"", 1), &["sections.toml:11:", "«t1» is no table"]),
        ("disclosure/form.toml", |t| t.replacen("notice =", "notise =", 1), &["form.toml:", "notise"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,不予公开,alias\n", &["labels.csv:", "claimed twice"]),
        ("disclosure/labels.csv", |t| t + "t9,granted,某某,alias\n", &["labels.csv:", "unknown table"]),
        ("disclosure/indicators.csv", |t| t + "t3_new_cell,t3,2021,件,新,new,,\n", &["indicators.csv:", "t3_new_cell"]),
        ("disclosure/indicators.csv", |t| t.replacen("t2_rules_issued,", "t2_rules_issuet,", 1), &["t2-2021.toml:", "has no indicator"]),
        ("disclosure/identities.toml", |t| t.replacen("t4_{}_upheld", "t4_{}_upholden", 1), &["identities.toml:", "unknown indicator"]),
        ("disclosure/indicators.csv", |t| t.replacen("in force\",,", "in force\",t2_rules_in_force,", 1), &["indicators.csv:4:", "without a reason"]),
        ("disclosure/indicators.csv", |t| t.replacen("in force\",,", "in force\",t2_rules_in_force,同一口径", 1), &["indicators.csv:4:", "in edition 2021 alone"]),
        ("disclosure/indicators.csv", |t| t.replacen("amount\",,", "amount\",t2_licensing_decisions,同一口径", 1), &["indicators.csv:11:", "not table and unit"]),
        ("disclosure/years.toml", |t| t.replacen("t3_carried_out_{}", "t3_carried_over_{}", 1), &["years.toml:", "unknown indicator «t3_carried_over_person»"]),
        ("disclosure/years.toml", |t| t.replacen("[\"t2_{}_in_force\"]", "[\"t2_{}_published\"]", 1), &["years.toml:", "no edition has all terms"]),
        ("disclosure/years.toml", |t| t.replacen("last_year =", "lost_year =", 1), &["years.toml:", "lost_year"]),
        ("disclosure/rates.toml", |t| t.replacen("t4_review_upheld", "t4_review_upholden", 1), &["rates.toml:", "unknown indicator"]),
        ("disclosure/rates.toml", |t| t.replacen("[\"t3_carried_out_total\"]", "[\"t2_fees_amount\"]", 1), &["rates.toml:", "mixes units"]),
        ("disclosure/rates.toml", |t| t.replacen("\"refused_share\"", "\"granted_share\"", 1), &["rates.toml:", "defined already"]),
        ("disclosure/ignore.csv", |t| t + "t2,某行,\n", &["ignore.csv:", "no reason"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"\" = 2.0", 1), &["form.toml:36:", "is no unit"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"元\" = nan", 1), &["form.toml:36:", "no factor"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"元\" = 0", 1), &["form.toml:36:", "no factor"]),
        ("disclosure/form.toml", |t| t.replacen("\"元\" = 0.0001", "\"元\" = -0.0001", 1), &["form.toml:36:", "no factor"]),
        ("disclosure/form.toml", |t| t.replacen("\"万元\" = 1.0", "\"万元\" = 2.0", 1), &["form.toml:35:", "its factor is 1"]),
        ("disclosure/ignore.csv", |t| t + "t3,重复申请,空\n", &["ignore.csv:", "«unprocessed_repeated» or its end"]),
        ("disclosure/ignore.csv", |t| t + "t3,申请,空\n", &["ignore.csv:", "passed over in silence"]),
        ("disclosure/indicators.csv", |t| t.replacen("规章：本年制发件数", "", 1), &["indicators.csv:2:", "no name_zh"]),
        ("disclosure/indicators.csv", |t| t.replacen("2021,件,规章", "2021,部,规章", 1), &["indicators.csv:2:", "[figures.units.\"部\"]"]),
        ("disclosure/ignore.csv", |t| t + "t2,（）,空\n", &["ignore.csv:", "no letter left"]),
        ("disclosure/ignore.csv", |t| t + "t2,某行,\"空\n", &["ignore.csv:", "not closed"]),
        ("disclosure/identities.toml", |t| format!("{t}\n{}", &t[t.rfind("[[identity]]").expect("an identity")..]), &["identities.toml:", "defined twice"]),
        ("township.toml", |t| t.replacen("csv = []", "csv = [\"nothing\"]", 1), &["township.toml:", "publish.csv names"]),
        ("township.toml", |t| t.replacen("[expect]", "[expect]\nreports_of_year_min = { next = 1 }", 1), &["township.toml:", "no year"]),
        ("data/simplified.txt", |_| String::new(), &["simplified.txt:1:", "no entry"]),
        ("data/pinyin.txt", |_| String::new(), &["pinyin.txt:1:", "no entry"]),
        ("data/opencc/TSPhrases.txt", |_| String::new(), &["TSPhrases.txt:1:", "no entry"]),
        ("data/protected.csv", |t| t + "某,某,\"无\n", &["protected.csv:", "not closed"]),
        ("data/divisions/area_codes.csv", |t| t + "0999,12\n", &["data/divisions/area_codes.csv:", "2 cells stand here, not 3"]),
        ("data/divisions/area_codes.csv", |t| t + "0999,11\n", &["area_codes.csv:", "2 cells stand here, not 3"]),
        ("disclosure/tables/t2-2021.toml", |t| t.replacen("columns = [\"issued\", \"repealed\"", "columns = [\"repealed\", \"issued\"", 1), &["t2-2021.toml:11:", "another order than their heads in `head_orders`, «repealed» before «issued»"]),
        ("disclosure/tables/t2-2021.toml", |t| t.replacen("[[[\"issued\", \"repealed\"", "[[[\"repealed\", \"issued\"", 1), &["t2-2021.toml:11:", "another order"]),
        ("disclosure/tables/t2-2021.toml", |t| t.replacen("head_orders = [[[\"issued\", \"repealed\", \"in_force\"]]]\n", "", 1).replacen("columns = [\"issued\", \"repealed\"", "columns = [\"repealed\", \"issued\"", 1), &["t2-2021.toml:10:", "behind it in `headers`"]),
        ("disclosure/tables/t3-2019.toml", |t| t.replacen("columns = [\"person\", \"business\"", "columns = [\"business\", \"person\"", 1), &["t3-2019.toml:21:", "another order"]),
        ("disclosure/tables/t3-2019.toml", |t| t.replacen("columns = [\"person\", ", "columns = [\"total\", \"person\", ", 1).replacen("\"other\", \"total\"]\n#", "\"other\"]\n#", 1), &["t3-2019.toml:21:", "another order"]),
        ("disclosure/tables/t4.toml", |t| t.replacen("\"review_upheld\", \"review_corrected\"", "\"review_corrected\", \"review_upheld\"", 1), &["t4.toml:17:", "another order"]),
        ("disclosure/tables/t4.toml", |t| t.replacen("  \"review_upheld", "  \"suit_direct_upheld", 1), &["t4.toml:17:", "«t4_suit_direct_upheld» stands twice"]),
        ("disclosure/tables/t4.toml", |t| swapped(&t, 8, 9), &["t4.toml:17:", "«suit_after_review» before «suit_direct»"]),
        ("disclosure/tables/t2-2021.toml", |t| t.replacen("[\"decisions\"]", "[\"decisions\", \"decisions\"]", 1), &["t2-2021.toml:17:", "«t2_licensing_decisions» stands twice"]),
        ("disclosure/identities.toml", |t| t.replacen("editions = [\"2021\", \"2019\"]", "editions = []", 1), &["identities.toml:5:", "names no edition"]),
        ("disclosure/identities.toml", |t| t.replacen("editions = [\"2021\"]\nleft = [\"t2_{}_issued\"]", "editions = [\"2019\"]\nleft = [\"t2_{}_issued\"]", 1), &["identities.toml:", "edition 2019 has no «t2_rules_issued»"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,（二）部分公开,alias\n", &["labels.csv:", "once its number or unit is off («部分公开»)"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,重复申请（件）,alias\n", &["labels.csv:", "once its number or unit is off («重复申请»)"]),
        ("disclosure/labels.csv", |t| t + "t3,unprocessed_repeated,3.要求提供公开出版物,alias\n", &["labels.csv:", "begins with a figure"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,予以公开①,alias\n", &["labels.csv:", "ends in a figure"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,（一）,alias\n", &["labels.csv:", "nothing but a number"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,１,alias\n", &["labels.csv:", "nothing but a number"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,件,alias\n", &["labels.csv:", "name of a unit"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,无,alias\n", &["labels.csv:", "that a cell is empty"]),
        ("disclosure/labels.csv", |t| t + "t3,unprocessed_repeated,重複提出的申請,alias\n", &["labels.csv:", "write «重复提出的申请»"]),
        ("disclosure/ignore.csv", |t| t + "t3,電話諮詢,某县\n", &["ignore.csv:", "not in Simplified script"]),
        ("disclosure/labels.csv", |t| t.replacen("t2,article_8,", "t2,article_8,\"", 1), &["labels.csv:5:", "not closed"]),
        ("disclosure/labels.csv", |t| t + "t3,granted,a,b,alias\n", &["labels.csv:", "5 cells stand here, not 4"]),
        ("disclosure/form.toml", |t| t.replacen("[[edition]]\nkey = \"2021\"", "[[edition]]\nkey = \"2021\"\nnotice = \"某\"\n[[edition]]\nkey = \"2021\"", 1), &["form.toml:", "edition «2021» stands here twice"]),
        ("disclosure/form.toml", |t| t.replacen("\nstates = [", "\nstates = [\"邮编\", ", 1), &["form.toml:", "«邮编» stands in `plain` and in `states`"]),
        ("disclosure/form.toml", |t| t.replacen("\"t2_fees_items_change\"", "\"t2_fees_items_changed\"", 1), &["form.toml:29:", "in `signed` is no indicator"]),
        ("township.toml", |t| t.replacen("[expect]", "[expect]\nreports_of_year_min = { 24 = 1 }", 1), &["township.toml:", "write all four digits"]),
        ("township.toml", |t| t.replacen("# metrics = \"out/nianbao.prom\"", "metrics = \"\"", 1), &["township.toml:", "names no file"]),
        ("data/protected.csv", |t| t + "乾溪鎮,乾溪,地名\n", &["protected.csv:", "different lengths"]),
        ("data/protected.csv", |t| t + "乾溪鎮，乾溪镇，地名\n", &["protected.csv:", "1 cell stands here, not 3; a comma (, and not ，)"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,,测试新镇,,镇,110101,2020,,旧镇；老张镇,,,mca\n", &["divisions.csv:", "«；» stands in the former name «旧镇；老张镇»"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,,测试新镇,,镇,110101,2020,,旧镇、老张镇,,,mca\n", &["divisions.csv:", "former names have a ; between them"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,abc,测试新镇,,镇,110101,2020,,,,,mca\n", &["divisions.csv:", "statistical_code «abc» must have"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,110101001,测试新镇,,镇,110101,2020,,,,,mca\n", &["divisions.csv:", "has the statistical_code of line"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,,东华门街道,,街道,110101,,,,,,mca\n", &["divisions.csv:", "has the name and region of line"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,,测试新镇,,镇,110101,2026,2020,,,,mca\n", &["divisions.csv:", "valid_to 2020 is before valid_from 2026"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,,测试新镇,,镇,110101,,,,110101998,,mca\n", &["divisions.csv:", "its own successor"]),
        ("data/divisions/divisions.csv", |t| t + "110101998,,测试新镇,,镇,110101\n", &["divisions.csv:", "6 cells stand here, not 12"]),
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

/// What stands near one of those faults, and is none.
#[test]
fn lint_lets_pass_what_is_right() {
    let cases: [(&str, fn(String) -> String); 9] = [
        ("disclosure/labels.csv", |t| t + "t3,unprocessed_repeated,重复提出的申请,alias\n"),
        ("disclosure/labels.csv", |t| t + "t3,partly_granted,（二）部分公开,alias\n"),
        ("disclosure/labels.csv", |t| t + "t3,refused_process_information,四类过程性信息（件）,alias\n"),
        ("disclosure/labels.csv", |t| t + "t2,licensing,予以公开,alias\n"),
        // One of several orders is enough.
        ("disclosure/tables/t3-2019.toml", |t| t.replacen("  [\"person\", \"business\"", "  [\"business\", \"person\", \"research\", \"ngo\", \"legal_service\", \"other\", \"total\"],\n  [\"person\", \"business\"", 1)),
        ("data/divisions/divisions.csv", |t| t + "110101998,,测试新镇,,镇,110101,2020,,旧镇; 老张镇（北）;,,,mca\n"),
        // A place that is gone, and the one that bears its name now.
        ("data/divisions/divisions.csv", |t| t + "110101998,,东华门街道,,街道,110101,,2025,,,,nbs\n"),
        ("data/protected.csv", |t| t + "乾溪鎮,乾溪镇,地名\n"),
        ("township.toml", |t| t.replacen("[expect]", "[expect]\nreports_of_year_min = { 2024 = 1 }", 1)),
    ];
    for (file, change) in cases {
        let (code, stderr) = spoiled(file, change);
        assert_eq!(code, 0, "{file}: {stderr}");
    }
}

/// As a spreadsheet saves «CSV UTF-8»; and another encoding is one fault with what to do.
#[test]
fn a_byte_order_mark_is_nothing_and_another_encoding_is_told() {
    let files = ["township.toml", "disclosure/form.toml", "disclosure/identities.toml", "disclosure/labels.csv", "disclosure/ignore.csv", "disclosure/indicators.csv", "data/protected.csv", "data/ambiguous.csv", "data/simplified.txt", "data/divisions/divisions.csv", "data/divisions/area_codes.csv", "data/divisions/weights.toml"];
    for file in files {
        let (code, stderr) = spoiled(file, |t| format!("\u{FEFF}{}", t.replace('\n', "\r\n")));
        assert_eq!(code, 0, "{file}: {stderr}");
        let (code, stderr) = spoiled_bytes(file, |t| encoding_rs::GB18030.encode(&t).0.into_owned());
        let name = file.rsplit('/').next().unwrap_or(file);
        assert!(code == 2 && stderr.contains(&format!("{name}: is not UTF-8; save it as UTF-8")) && stderr.lines().count() <= 2, "{file}: {stderr}");
    }
}

/// The cause alone is told, and not what follows from it.
#[test]
fn one_cause_is_one_fault() {
    let cases: [(&str, fn(String) -> String, &str); 6] = [
        ("disclosure/indicators.csv", |t| t.replace(',', "\t"), "save it with commas"),
        ("disclosure/indicators.csv", |_| String::new(), "there is no column «indicator»"),
        ("disclosure/labels.csv", |t| t.lines().next().unwrap_or_default().to_string(), "there is no row in it"),
        ("disclosure/labels.csv", |t| t.replacen("t2,article_6,", "t2,article_6,\"", 1), "not closed"),
        ("data/divisions/divisions.csv", |t| t.replace(',', ";"), "and is «code;statistical_code;"),
        ("data/divisions/area_codes.csv", |t| t.replacen("area_code", "area", 1), "the first line must be area_code,region,name"),
    ];
    for (file, change, words) in cases {
        let (code, stderr) = spoiled(file, change);
        assert!(code == 2 && stderr.contains("1 fault(s)") && stderr.contains(words), "{file}: {stderr}");
    }
}

#[test]
fn lint_lists_all_faults_at_once() {
    let (_, stderr) = spoiled("disclosure/labels.csv", |t| t + "t3,granted,不予公开,alias\nt9,x,某某,alias\nt3,y,某某,other\n");
    assert!(stderr.contains("claimed twice") && stderr.contains("unknown table") && stderr.contains("unknown kind"), "{stderr}");
}

/// Each part is read, whatever is wrong with another.
#[test]
fn lint_lists_the_faults_of_every_file() {
    let (_, stderr) = spoiled("data/protected.csv", |t| t + "乾溪鎮,乾溪,地名\n丙丁,丙丁,\n丁戊;丁戊;地名\n");
    assert!(stderr.contains("different lengths") && stderr.contains("the reason is missing"), "{stderr}");
    let dir = tempfile::tempdir().expect("a scratch folder");
    support::copy_of("pipelines", dir.path());
    support::copy_of("data", dir.path());
    let add = |file: &str, line: &str| {
        let path = dir.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(path, text + line).expect("a file");
    };
    let said = || output(nianbao().arg("lint").arg(dir.path().join("pipelines/township.toml"))).2;
    let of_data = ["protected.csv", "ambiguous.csv", "divisions.csv", "overrides.csv"];
    add("data/protected.csv", "乾溪鎮,乾溪,地名\n");
    add("data/ambiguous.csv", "甲乙,无\n");
    add("data/divisions/divisions.csv", "1,,某,,镇,,,,,,,\n");
    std::fs::write(dir.path().join("data/overrides.csv"), "body,report,year,indicator,value,replaces,reason,who,when\n,a.txt,2024,t2_article_6,x,,seen,wang,2026-01-31\n").expect("a file");
    let missing = |stderr: &str, files: &[&str]| files.iter().any(|f| !stderr.contains(f));
    let stderr = said();
    assert!(!missing(&stderr, &of_data), "{stderr}");
    add("pipelines/disclosure/labels.csv", "t9,x,某某,alias\n");
    let stderr = said();
    assert!(!missing(&stderr, &of_data) && stderr.contains("labels.csv:"), "{stderr}");
}

#[test]
fn show_prints_every_stage() {
    let sample = support::files_below(&support::root().join("data/sample/archive"));
    let file = &sample.iter().find(|(n, _)| n.ends_with(".txt")).expect("a sample").1;
    for stage in ["decode", "convert", "atoms", "alignment", "extract", "check"] {
        let (code, stdout, stderr) = output(nianbao().args(["show", stage]).arg(file));
        assert!(code == 0 && stdout.lines().count() > 3, "{stage}: {stdout}{stderr}");
        assert!(!stdout.contains("Some(") && !stdout.contains("None"), "{stage}: {stdout}");
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
    // Where no pipeline file is, its labels are listed all the same.
    let (code, elsewhere, stderr) = output(nianbao().current_dir(dir.path()).arg("labels").arg(&out));
    assert!(code == 0 && elsewhere == stdout, "{elsewhere}{stderr}");
}

/// What is said of the sample in its README, and the figures in the project's own, are of what the command writes now.
#[test]
fn the_sample_is_what_its_command_writes() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let (code, _, stderr) = output(nianbao().arg("synth").arg(dir.path().join("sample")).args(["--reports", "60", "--seed", "2024"]));
    assert_eq!(code, 0, "{stderr}");
    let files = |folder: &Path| support::files_below(folder).into_iter().filter(|(name, _)| name != "README.md").collect::<Vec<_>>();
    let (written, kept) = (files(&dir.path().join("sample")), files(&support::root().join("data/sample")));
    assert_eq!(written.len(), kept.len(), "run make sample");
    for ((name, new), (other, old)) in written.iter().zip(&kept) {
        assert_eq!(name, other, "run make sample");
        assert_eq!(std::fs::read(new).expect("a file"), std::fs::read(old).expect("a file"), "{name}: run make sample");
    }
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

/// A run over `archive` into `out` that must not begin; gives what it says.
fn refused(archive: &std::path::Path, out: &std::path::Path) -> String {
    let (code, _, stderr) = output(nianbao().args(["run", "pipelines/township.toml", "--archive"]).arg(archive).arg("--out").arg(out));
    assert_eq!(code, 2, "{stderr}");
    stderr
}

#[test]
fn dataset_and_archive_lie_apart() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("a");
    std::fs::create_dir_all(archive.join("deep")).expect("a folder");
    std::fs::create_dir(dir.path().join("x")).expect("a folder");
    std::os::unix::fs::symlink(&archive, dir.path().join("x/way")).expect("a link");
    for out in ["a", "a/d", "a/deep/new/d", "x/way/d", "a/../a/d"] {
        assert!(refused(&archive, &dir.path().join(out)).contains("outside its archive"), "{out}");
    }
    // The archive below the dataset, or below its versions.
    let inner = dir.path().join("d.versions/000001");
    std::fs::create_dir_all(&inner).expect("a folder");
    assert!(refused(&inner, &dir.path().join("d")).contains("outside its archive"));
    assert!(refused(&archive, dir.path()).contains("outside its archive"));
    assert!(std::fs::read_dir(&archive).expect("a folder").count() == 1, "nothing was written");
    // A name that begins alike is another folder.
    let out = dir.path().join("a2");
    assert_eq!(output(nianbao().args(["run", "pipelines/township.toml", "--quiet", "--out"]).arg(&out)).0, 0);
    // Its own dataset is a link, and may be read as an archive by nobody.
    assert!(refused(&out, &dir.path().join("a2")).contains("outside its archive"));
}

#[test]
fn archive_and_dataset_are_what_they_should_be() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let sample = support::root().join("data/sample/archive");
    let file = dir.path().join("mine.txt");
    std::fs::write(&file, "x").expect("a file");
    assert!(refused(&file, &dir.path().join("d")).contains("no folder"));
    assert!(refused(&sample, &file).contains("mine.txt is a file"));
    // A link of somebody's own is left alone.
    std::fs::create_dir(dir.path().join("theirs")).expect("a folder");
    let link = dir.path().join("link");
    std::os::unix::fs::symlink("theirs", &link).expect("a link");
    assert!(refused(&sample, &link).contains("is a link to theirs"));
    assert_eq!(std::fs::read_link(&link).expect("still there"), std::path::Path::new("theirs"));
    // With a slash behind it, or a point, it is the same dataset.
    for (out, words) in [("d/", "published"), ("d", "nothing changed"), ("d/.", "nothing changed"), ("./d//", "nothing changed")] {
        let (code, stdout, stderr) = output(nianbao().args(["run", "pipelines/township.toml", "--out"]).arg(format!("{}/{out}", dir.path().display())));
        assert!(code == 0 && stdout.contains(words), "{out}: {stdout}{stderr}");
    }
    assert!(std::fs::symlink_metadata(dir.path().join("d")).is_ok_and(|m| m.is_symlink()));
}

/// What lint says of a pipeline file with one line changed.
fn lint(from: &str, to: &str) -> String {
    let (code, stderr) = spoiled("township.toml", |t| t.replacen(from, to, 1));
    assert_eq!(code, 2, "{to}: {stderr}");
    stderr
}

#[test]
fn what_cannot_be_a_limit_is_refused_with_its_line() {
    let text = std::fs::read_to_string(support::root().join("pipelines/township.toml")).expect("the pipeline file");
    let cases = [
        ("reports_min = 1", "reports_min = nan"),
        ("reports_min = 1", "reports_min = -1"),
        ("reports_min = 1", "reports_min = 0.5"),
        ("reports_min = 1", "reports_min = { limit = inf, otherwise = \"warn\" }"),
        ("share_partial_max = 0.5", "share_partial_max = 50"),
        ("share_partial_max = 0.5", "share_partial_max = nan"),
        ("share_unreadable_max = 0.05", "share_unreadable_max = -0.05"),
        ("share_figures_lost_max = 0.02", "share_figures_lost_max = 2"),
        ("share_figures_changed_max = 0.02", "share_figures_changed_max = { limit = 2, otherwise = \"refuse\" }"),
        ("figure_factor_max = 1000", "figure_factor_max = 0.5"),
        ("figure_factor_max = 1000", "figure_factor_max = nan"),
        ("bodies_lost_max = 0", "bodies_lost_max = nan"),
        ("overrides_unmatched_max = 0", "overrides_unmatched_max = -3"),
        ("batch = 2048", "batch = 0"),
        ("keep = 3", "keep = 0"),
        ("pages = 2000", "pages = 0"),
        ("members = 1000000", "members = 0"),
        ("folder = \"pipelines/disclosure\"", "folder = \"pipelines/disclosur\""),
        ("folder = \"data\"", "folder = \"dat\""),
        ("csv = []", "csv = [\"nothing\"]"),
        ("report_flagged = 50", "report_flagged = 401"),
        ("include = []", "include = [\"[a\"]"),
        ("exclude = [", "exclude = [\"{a\", "),
        ("\"t3_received_total\"", "\"t3_recieved_total\""),
    ];
    for (from, to) in cases {
        let line = text.lines().position(|l| l.contains(from)).expect("a line of the file") + 1;
        let said = lint(from, to);
        assert!(said.contains(&format!("township.toml:{line}: ")), "{to}: line {line} is not in: {said}");
    }
    let said = lint("# [expect.reports_of_year_min]\n", "[expect.reports_of_year_min]\n2024 = nan\n");
    assert!(said.contains("2024: NaN is no limit"), "{said}");
    for (from, to, words) in [("keep = 3", "keep = \"3\"", "a whole number from 0 on"), ("pages = 2000", "pages = -1", "a whole number from 0 on"), ("exclude = [", "excludes = [", "`exclude` may be meant")] {
        let said = lint(from, to);
        assert!(said.contains(words) && !said.contains("usize"), "{said}");
    }
}

#[test]
fn what_is_no_dataset_is_called_none() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    for command in ["labels", "rollback"] {
        for place in [dir.path().to_path_buf(), dir.path().join("nothing"), support::root().join("README.md")] {
            let (code, _, stderr) = output(nianbao().arg(command).arg(&place));
            assert!(code == 2 && stderr.contains("no dataset is there") && !stderr.contains("--out"), "{command}: {stderr}");
        }
    }
}

#[test]
fn help_describes_every_argument() {
    let (_, stdout, _) = output(nianbao().arg("help"));
    assert!(stdout.contains("政府信息公开工作年度报告存档"), "{stdout}");
    for command in ["run", "rollback", "diff", "lint", "show", "labels", "synth"] {
        let (_, stdout, _) = output(nianbao().args([command, "--help"]));
        let lines: Vec<&str> = stdout.lines().map(str::trim).collect();
        let bare: Vec<&&str> = lines.iter().enumerate().filter(|(i, l)| (l.starts_with('<') || (l.starts_with("[") && !l.starts_with("[default")) || l.starts_with("--")) && !l.contains("  ") && lines.get(i + 1).is_none_or(|n| n.is_empty())).map(|(_, l)| l).collect();
        assert!(bare.is_empty(), "{command}: {bare:?} without a word\n{stdout}");
    }
}

#[test]
fn a_pipeline_file_is_found_by_any_way() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let link = dir.path().join("nightly.toml");
    std::os::unix::fs::symlink(support::root().join("pipelines/township.toml"), &link).expect("a link");
    let (code, stdout, stderr) = output(nianbao().arg("lint").arg(&link));
    assert!(code == 0 && stdout.contains("no fault"), "{stderr}");
    let (code, stdout, stderr) = output(nianbao().current_dir(support::root().join("pipelines/disclosure")).args(["lint", "../township.toml"]));
    assert!(code == 0 && stdout.contains("no fault"), "{stderr}");
}

/// Standard output that is full, and one that nobody reads.
#[test]
fn output_that_cannot_be_written_is_told_or_quiet() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = dir.path().join("d");
    let shell = |command: &str| {
        let o = Command::new("bash").current_dir(support::root()).args(["-c", command]).env("NIANBAO", support::PROGRAM).env("D", &out).output().expect("a shell");
        (o.status.code().unwrap_or(-1), String::from_utf8_lossy(&o.stderr).into_owned())
    };
    // The run is done all the same.
    let (code, stderr) = shell("\"$NIANBAO\" run pipelines/township.toml --out \"$D\" >/dev/full");
    assert!(code == 0 && stderr.contains("standard output could not be written") && !stderr.contains("panicked"), "{code} {stderr}");
    assert!(out.join("run.json").is_file());
    for command in ["run pipelines/township.toml --full --out \"$D\"", "lint pipelines/township.toml", "diff \"$D\" \"$D\"", "labels \"$D\"", "rollback \"$D\""] {
        let (code, stderr) = shell(&format!("set -o pipefail; \"$NIANBAO\" {command} | true"));
        assert!(code == 0 && !stderr.contains("panicked"), "{command}: {code} {stderr}");
    }
    let sample = support::files_below(&support::root().join("data/sample/archive"));
    let file = &sample.iter().find(|(n, _)| n.ends_with(".txt")).expect("a sample").1;
    for command in ["lint pipelines/township.toml".into(), "diff \"$D\" \"$D\"".into(), "labels \"$D\"".into(), format!("show decode '{}'", file.display()), format!("show check '{}'", file.display())] {
        let (code, stderr) = shell(&format!("\"$NIANBAO\" {command} >/dev/full"));
        assert!(code == 2 && stderr.contains("standard output could not be written"), "{command}: {code} {stderr}");
    }
    // Standard error may be full too.
    assert_eq!(shell("\"$NIANBAO\" run pipelines/township.toml --full --out \"$D\" >/dev/null 2>/dev/full").0, 0);
    assert_eq!(shell("\"$NIANBAO\" run pipelines/township.toml --full --log-format json --out \"$D\" >/dev/null 2>/dev/full").0, 0);
}

#[test]
fn quiet_says_what_is_wrong_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let out = dir.path().join("d");
    let mut run = nianbao();
    run.args(["run", "pipelines/township.toml", "--quiet", "--archive"]).arg(&empty).arg("--out").arg(&out);
    let (code, stdout, stderr) = output(&mut run);
    assert!(code == 1 && stdout.is_empty(), "{stdout}");
    assert!(stderr.contains("reports_min") && stderr.contains("no dataset before it") && stderr.contains("refused"), "{stderr}");
    // As JSON every line is, without --quiet too, and a refusal is a text of its own. What the parser of pages has to say of one is none.
    std::fs::write(empty.join("page.html"), "<html><body><table>文<tr>字<td>3</table>".repeat(9)).expect("a page");
    for quiet in [true, false] {
        let mut run = nianbao();
        run.args(["run", "pipelines/township.toml", "--log-format", "json", "--archive"]).arg(&empty).arg("--out").arg(&out);
        let (code, _, stderr) = output(if quiet { run.arg("--quiet") } else { &mut run });
        let lines: Vec<serde_json::Value> = stderr.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{l}: {e}"))).collect();
        assert!(code == 1 && lines.iter().any(|l| l["level"] == "ERROR" && l["fields"]["refusal"].as_str().is_some_and(|r| r.contains("reports_min"))), "{stderr}");
        assert!(lines.iter().all(|l| !l.to_string().contains("foster")), "{stderr}");
        assert!(lines.iter().any(|l| l["fields"]["message"] == "done" && l["fields"]["refusals"] == 1 && l["fields"]["warnings"] == 0), "{stderr}");
    }
    let (code, _, stderr) = output(nianbao().args(["run", "pipelines/nowhere.toml", "--log-format", "json"]));
    assert!(code == 2 && stderr.lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()), "{stderr}");
}

#[test]
fn show_opens_a_member_of_a_container() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let sample = support::files_below(&support::root().join("data/sample/archive"));
    let file = &sample.iter().find(|(n, _)| n.ends_with(".txt")).expect("a sample").1;
    let bytes = std::fs::read(file).expect("a file");
    let inner = crate::packs::zipped(&[("in/b.txt", &bytes)]);
    let zip = dir.path().join("z!1.zip");
    std::fs::write(&zip, crate::packs::zipped(&[("a.txt", &bytes), ("i.zip", &inner)])).expect("a container");
    for stage in ["decode", "extract", "check"] {
        let alone = output(nianbao().args(["show", stage]).arg(file));
        for member in ["a.txt", "i.zip!in/b.txt"] {
            let (code, stdout, stderr) = output(nianbao().args(["show", stage]).arg(format!("{}!{member}", zip.display())));
            // Its place may be told by its path.
            let same = stdout.lines().count() == alone.1.lines().count() || stage != "decode" && stdout.contains("title Some");
            assert!(code == 0 && same, "{stage} {member}: {stdout}{stderr}");
        }
    }
    let (code, _, stderr) = output(nianbao().args(["show", "decode"]).arg(&zip));
    assert!(code == 2 && stderr.contains("a container") && stderr.contains("!a.txt") && stderr.contains("!i.zip!in/b.txt"), "{stderr}");
    let (code, _, stderr) = output(nianbao().args(["show", "decode"]).arg(format!("{}!c.txt", zip.display())));
    assert!(code == 2 && stderr.contains("no such member"), "{stderr}");
}

#[test]
fn days_and_shares_that_are_none_are_refused() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    for (since, code, files) in [("0001-01-01", 0, "60 files walked"), ("2262-04-12", 1, "0 files walked"), ("9999-12-31", 1, "0 files walked")] {
        let (is, stdout, stderr) = output(nianbao().args(["run", "pipelines/township.toml", "--since", since, "--out"]).arg(dir.path().join(since)));
        assert!(is == code && stderr.contains(files), "{since}: {is} {stdout}{stderr}");
    }
    for option in ["--bare", "--traditional", "--gb18030"] {
        for odd in ["2", "nan", "-0.1", "x"] {
            let (code, _, stderr) = output(nianbao().arg("synth").arg(dir.path().join("s")).arg(format!("{option}={odd}")));
            assert!(code == 2 && stderr.contains("from 0 to 1"), "{option} {odd}: {stderr}");
        }
    }
    assert!(!dir.path().join("s").exists());
    let synth = || output(nianbao().arg("synth").arg(dir.path().join("s")).args(["--reports", "2"]));
    assert_eq!(synth().0, 0);
    let (code, _, stderr) = synth();
    assert!(code == 2 && stderr.contains("there already"), "{stderr}");
}
