//! A third edition, invented, made of the real form as CONTRIBUTING.md says: what is in an archive reads as before, and reports of the
//! new edition read as theirs.

use std::path::Path;

use nianbao::form::{self, Form};
use nianbao::model::{Read, Source, Status};
use nianbao::run::{self, Tools};
use polars::prelude::*;

use crate::support;

fn change(file: &Path, how: impl Fn(String) -> String) {
    let text = std::fs::read_to_string(file).expect("a file of the form");
    let changed = how(text.clone());
    assert_ne!(text, changed, "nothing was changed in {}", file.display());
    std::fs::write(file, changed).expect("a file of the form");
}

/// Adds an edition 2027, whose table 2 has one row more than that of 2021, and without `lost` one less. Its key stands before or
/// behind the others.
fn with_edition(form: &Path, first: bool, lost: Option<&str>) {
    let entry = "[[edition]]\nkey = \"2027\"\nnotice = \"国办公开办函〔2027〕1号\"\ncited = [\"2027〕1号\"]\n\n";
    let before = if first { "[[edition]]\nkey = \"2021\"" } else { "# How a figure may be written." };
    change(&form.join("form.toml"), |t| t.replacen(before, &format!("{entry}{before}"), 1));
    std::fs::copy(form.join("tables/t2-2021.toml"), form.join("tables/t2-2027.toml")).expect("a copy");
    let fees = "[[row]]\nlabel = \"fees\"";
    let more = format!("[[row]]\nlabel = \"inspection\"\ncolumns = [\"decisions\"]\n{fees}");
    change(&form.join("tables/t2-2027.toml"), |t| t.replace("[\"2021\"]", "[\"2027\"]").replace(fees, &more));
    if let Some(row) = lost {
        change(&form.join("tables/t2-2027.toml"), |t| t.replace(&format!("[[row]]\nlabel = \"{row}\"\ncolumns = [\"decisions\"]\n"), ""));
    }
    change(&form.join("tables/t3-2021.toml"), |t| t.replace("[\"2021\"]", "[\"2027\", \"2021\"]"));
    change(&form.join("tables/t4.toml"), |t| t.replace("[\"2021\", \"2019\"]", "[\"2027\", \"2021\", \"2019\"]"));
    let stays = |line: &str| !lost.is_some_and(|row| line.starts_with(&format!("t2_{row}_")));
    let keyed = |line: &str| if stays(line) { line.replacen(",2021", ",2027 2021", 1) } else { line.to_string() };
    change(&form.join("indicators.csv"), |t| t.lines().map(keyed).collect::<Vec<_>>().join("\n") + "\nt2_inspection_decisions,t2,2027,件,行政检查：本年处理决定数量,inspections,,\n");
    change(&form.join("labels.csv"), |t| t + "t2,inspection,行政检查,statutory\n");
    change(&form.join("identities.toml"), |t| t.replace("editions = [\"2021\"", "editions = [\"2027\", \"2021\""));
    // What is in force now stands in two editions, and is held against the year before.
    change(&form.join("indicators.csv"), |t| t.replace("rules (规章), in force\",,", "rules (规章), in force\",t2_rules_in_force,同一口径").replace("documents, in force\",,", "documents, in force\",t2_normative_in_force,同一口径"));
}

fn loaded(folder: &Path) -> Form {
    form::load(folder).unwrap_or_else(|faults| panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// What a report says by indicator, with the edition of each table.
fn said(form: &Form, read: &Read) -> Option<(Vec<String>, Vec<(String, Status, Option<f64>)>)> {
    let row = read.report.as_ref()?;
    let editions = row.shape.form_tables.iter().map(|key| key.as_deref().unwrap_or("").to_string()).collect();
    Some((editions, read.figures.iter().map(|f| (form.indicators[f.indicator as usize].name.clone(), f.status, f.value)).collect()))
}

fn read_with(tools: &Tools, text: &str) -> Read {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let file = dir.path().join("report.txt");
    std::fs::write(&file, text).expect("a file");
    run::read_source(tools, &Source::at("report.txt", file.as_path()))
}

fn case(name: &str) -> String {
    std::fs::read_to_string(support::root().join(format!("tests/cases/extract/{name}/input.txt"))).expect("the case")
}

/// What reads with the form of a folder.
fn tools<'f>(form: &'f Form, folder: &Path) -> Tools<'f> {
    let mut pipeline = support::pipeline();
    pipeline.form.folder = folder.to_path_buf();
    Tools::new(&pipeline, form).expect("the form is right")
}

/// A report of the new edition: a row more, and perhaps one less.
fn new_report(lost: Option<&str>) -> String {
    let text = case("pipes-row").replace("2024", "2028").replace("行政强制 | 0 |\n", "行政强制 | 0 |\n行政检查 | 83 |\n");
    lost.map_or(text.clone(), |row| text.replace(row, ""))
}

#[test]
fn an_archive_reads_the_same_with_a_third_edition() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let folder = support::copy_of("pipelines/disclosure", dir.path());
    with_edition(&folder, false, None);
    let form = loaded(&folder);
    let tools = tools(&form, &folder);
    let mut editions = std::collections::BTreeSet::new();
    for archive in ["data/sample/archive", "tests/cases/extract"] {
        for (name, path) in support::files_below(&support::root().join(archive)) {
            if !name.ends_with(".txt") && !name.ends_with(".html") {
                continue;
            }
            let before = said(support::form(), &support::read(&path, &name));
            let now = said(&form, &run::read_source(&tools, &Source::at(name.as_str(), path.as_path())));
            editions.extend(before.iter().flat_map(|(editions, _)| editions.clone()));
            assert_eq!(now, before, "{name}");
        }
    }
    assert!(editions.contains("2021") && editions.contains("2019"), "{editions:?}");
}

/// Even where it stands first: it has a row that the table lacks.
#[test]
fn a_table_that_fits_one_edition_wholly_is_of_no_larger_one() {
    for first in [false, true] {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let folder = support::copy_of("pipelines/disclosure", dir.path());
        with_edition(&folder, first, None);
        let form = loaded(&folder);
        let tools = tools(&form, &folder);
        let old = said(&form, &read_with(&tools, &case("pipes-row"))).expect("a report");
        assert_eq!(old.0, ["2021", "2021", "2021"], "first: {first}");
        let (editions, figures) = said(&form, &read_with(&tools, &new_report(None))).expect("a report");
        assert_eq!(editions, ["2027", "2027", "2027"], "first: {first}");
        assert!(figures.contains(&("t2_inspection_decisions".into(), Status::Reported, Some(83.0))), "{figures:?}");
    }
}

#[test]
fn an_edition_may_drop_a_row_and_stays_comparable() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let folder = support::copy_of("pipelines/disclosure", dir.path());
    with_edition(&folder, false, Some("coercion"));
    let form = loaded(&folder);
    assert!(form.years.iter().any(|y| y.name == "years_in_force_rules" && y.editions.len() == 2));
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    std::fs::write(archive.join("a.txt"), case("pipes-row")).expect("a report");
    std::fs::write(archive.join("b.txt"), new_report(Some("行政强制 | 0 |\n"))).expect("a report");
    let mut pipeline = support::pipeline();
    (pipeline.form.folder, pipeline.archive.root, pipeline.publish.out) = (folder, archive, dir.path().join("dataset"));
    run::run(&pipeline, &support::Silent).unwrap_or_else(|e| panic!("{e}"));
    let table = ParquetReader::new(std::fs::File::open(pipeline.publish.out.join("comparable.parquet")).expect("published")).finish().expect("a table");
    let table = table.sort(["year"], Default::default()).expect("years");
    let column = |name: &str| table.column(name).expect(name).f64().expect("figures").to_vec();
    assert_eq!(column("t2_coercion_decisions"), [Some(0.0), None], "what an edition does not have is no 0");
    assert_eq!(column("t2_normative_in_force"), [Some(7.0), Some(7.0)]);
}

#[test]
fn lint_names_what_tells_nothing_and_what_is_the_same() {
    let faults = |how: &dyn Fn(&Path)| -> String {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let folder = support::copy_of("pipelines/disclosure", dir.path());
        how(&folder);
        form::load(&folder).map_or_else(|faults| faults.iter().map(|f| format!("{f}\n")).collect(), |_| String::new())
    };
    let told = faults(&|f| change(&f.join("tables/t2-2021.toml"), |t| t.replacen("telling = [", "telling = [\"decisions\", ", 1)));
    assert!(told.contains("t2-2021.toml:8: «decisions» tells nothing") && told.lines().count() == 1, "{told}");
    let told = faults(&|f| {
        change(&f.join("tables/t3-2019.toml"), |t| t.replacen("[\"2019\"]", "[]", 1));
        std::fs::copy(f.join("tables/t3-2021.toml"), f.join("tables/t3-new.toml")).expect("a copy");
        change(&f.join("tables/t3-new.toml"), |t| t.replacen("[\"2021\"]", "[\"2019\"]", 1));
    });
    assert!(told.contains("table t3 is the same in 2021 and 2019"), "{told}");
    // A key that was forgotten for all of a table is one fault, not 175.
    let told = faults(&|f| change(&f.join("indicators.csv"), |t| t.lines().map(|l| if l.starts_with("t3_") { l.replacen("2021 2019", "2021", 1) } else { l.into() }).collect::<Vec<_>>().join("\n")));
    assert!(told.contains("indicators of t3, from «t3_received_person» to ") && told.lines().filter(|l| l.contains("say editions")).count() == 1, "{told}");
}

#[test]
fn a_table_that_a_spreadsheet_saved_otherwise_is_one_fault() {
    let labels = std::fs::read_to_string(support::root().join("pipelines/disclosure/labels.csv")).expect("the labels");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(labels.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let saved: [(&str, Vec<u8>, &str); 5] = [
        ("GBK", encoding_rs::GB18030.encode(&labels).0.into_owned(), "labels.csv: is not UTF-8; save it as UTF-8, in a spreadsheet as «CSV UTF-8»"),
        ("UTF-16", utf16, "labels.csv: is not UTF-8"),
        ("semicolons", labels.replace(',', ";").into_bytes(), "labels.csv:1: there is no column «table»: the first line must be table,label,text,kind, and is «table;label;text;kind»; save it with commas"),
        ("tabs", labels.replace(',', "\t").into_bytes(), "labels.csv:1: there is no column «table»"),
        ("a header in Chinese", labels.replacen("table,label,text,kind", "表,标签,文字,类别", 1).into_bytes(), "and is «表,标签,文字,类别»"),
    ];
    for (how, bytes, words) in saved {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let folder = support::copy_of("pipelines/disclosure", dir.path());
        std::fs::write(folder.join("labels.csv"), bytes).expect("a file");
        let faults = form::load(&folder).expect_err(how);
        assert!(faults.len() == 1 && faults[0].to_string().contains(words), "{how}: {} faults, {}", faults.len(), faults[0]);
    }
}

/// The checks of a table of the dataset as rows of text, in its order.
fn checks(out: &Path) -> Vec<[String; 3]> {
    let table = ParquetReader::new(std::fs::File::open(out.join("checks.parquet")).expect("published")).finish().expect("a table");
    let column = |name: &str| table.column(name).expect(name).cast(&DataType::String).expect("text").str().expect("text").iter().map(|v| v.unwrap_or("").to_string()).collect::<Vec<_>>();
    let (report, check, result) = (column("report_id"), column("check"), column("result"));
    report.into_iter().zip(check).zip(result).map(|((r, c), v)| [r, c, v]).collect()
}

/// Its terms stand in two editions; it is a rule of one. Rows that are carried over have the same checks as rows that are read.
#[test]
fn an_identity_is_tested_on_its_own_editions() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let folder = support::copy_of("pipelines/disclosure", dir.path());
    let more = |name: &str, edition: &str, left: &str, right: &str| format!("\n[[identity]]\nname = \"{name}\"\neditions = [\"{edition}\"]\nleft = [\"{left}\"]\nrelation = \"=\"\nright = [\"{right}\"]\nzh = \"试\"\nsource = \"试\"\n");
    let all = ["2019", "2021"].map(|e| more(&format!("t3_only_{e}"), e, "t3_received_total", "t3_granted_total") + &more("t4_one_name", e, "t4_review_upheld", if e == "2019" { "t4_review_total" } else { "t4_review_pending" })).concat();
    change(&folder.join("identities.toml"), |t| t + &all);
    let form = loaded(&folder);
    let tools = tools(&form, &folder);
    let names = |text: &str| -> Vec<&str> {
        let read = read_with(&tools, text);
        let all: Vec<&str> = form.check_names().collect();
        read.checks.iter().map(|c| all[usize::from(c.identity)]).filter(|n| n.starts_with("t3_only") || *n == "t4_one_name").collect()
    };
    let new = case("pipes-row");
    assert_eq!(names(&new), ["t3_only_2021", "t4_one_name"]);
    // One that is not in the file is of the edition of the others.
    let without = |text: &str| text[..text.find("四、").expect("table 4")].to_string();
    assert_eq!(names(&without(&new)), ["t3_only_2021", "t4_one_name"]);

    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    for (name, path) in support::files_below(&support::root().join("data/sample/archive")) {
        std::fs::copy(path, archive.join(name.replace('/', "_"))).expect("a copy");
    }
    let mut pipeline = support::pipeline();
    (pipeline.form.folder, pipeline.archive.root, pipeline.publish.out) = (folder, archive.clone(), dir.path().join("dataset"));
    run::run(&pipeline, &support::Silent).unwrap_or_else(|e| panic!("{e}"));
    let first = checks(&pipeline.publish.out);
    assert!(["t3_only_2019", "t3_only_2021"].iter().all(|n| first.iter().any(|c| c[1] == *n)), "the sample has both editions");
    let keys: std::collections::BTreeSet<(&str, &str)> = first.iter().map(|c| (c[0].as_str(), c[1].as_str())).collect();
    assert_eq!(keys.len(), first.len(), "a report has each check once");
    std::fs::write(archive.join("z.txt"), without(&new)).expect("a report");
    let carried = run::run(&pipeline, &support::Silent).unwrap_or_else(|e| panic!("{e}")).carried;
    let second = checks(&pipeline.publish.out);
    pipeline.publish.out = dir.path().join("anew");
    run::run(&pipeline, &support::Silent).unwrap_or_else(|e| panic!("{e}"));
    assert!(carried > 0 && second == checks(&pipeline.publish.out));
}

/// A label that a maintainer spoiled; a file that is gone is no such loss.
#[test]
fn figures_of_unchanged_files_that_are_lost_are_told() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let folder = support::copy_of("pipelines/disclosure", dir.path());
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    let old = case("pipes-row");
    std::fs::write(archive.join("a.txt"), &old).expect("a report");
    std::fs::write(archive.join("b.txt"), old.replace("2024", "2023")).expect("a report");
    let mut pipeline = support::pipeline();
    (pipeline.form.folder, pipeline.archive.root, pipeline.publish.out) = (folder.clone(), archive.clone(), dir.path().join("dataset"));
    let warned = |pipeline: &nianbao::pipeline::Pipeline| run::run(pipeline, &support::Silent).unwrap_or_else(|e| panic!("{e}")).warnings.join("\n");
    let none = |said: &str| assert!(!said.contains("share_figures_lost_max"), "{said}");
    none(&warned(&pipeline));
    std::fs::rename(archive.join("b.txt"), archive.join("c.txt")).expect("moved");
    none(&warned(&pipeline));
    std::fs::remove_file(archive.join("c.txt")).expect("gone");
    none(&warned(&pipeline));
    change(&folder.join("labels.csv"), |t| t.replace(",重复申请,", ",某某重复,").replace(",予以公开,", ",某某公开,"));
    let said = warned(&pipeline);
    assert!(said.contains("figures of unchanged files that are no longer given: ") && said.contains("share_figures_lost_max is 2.0 %"), "{said}");
}

/// A definition or a limit by which a file that did not change is no report any more.
#[test]
fn figures_of_files_that_are_reports_no_more_are_told() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let folder = support::copy_of("pipelines/disclosure", dir.path());
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    let (short, form) = (case("pipes-row"), std::fs::read_to_string(folder.join("form.toml")).expect("the form"));
    let long = format!("{}\n{}", short.replace("2024", "2023"), "便民服务大厅每周更新公开栏。\n".repeat(100));
    std::fs::write(archive.join("a.txt"), &short).expect("a report");
    std::fs::write(archive.join("b.txt"), &long).expect("a report");
    let mut pipeline = support::pipeline();
    (pipeline.form.folder, pipeline.archive.root, pipeline.publish.out) = (folder.clone(), archive.clone(), dir.path().join("dataset"));
    let go = |pipeline: &nianbao::pipeline::Pipeline| run::run(pipeline, &support::Silent).unwrap_or_else(|e| panic!("{e}"));
    let lost = |summary: &run::Summary| summary.warnings.iter().any(|w| w.contains("share_figures_lost_max"));
    let first = go(&pipeline);
    assert!(first.reports == 2 && !lost(&first), "{first}");
    let limited = nianbao::pipeline::Archive { max_file_bytes: short.len() as u64 + 100, ..pipeline.archive.clone() };
    let skipped = go(&nianbao::pipeline::Pipeline { archive: limited, ..pipeline.clone() });
    assert!(skipped.reports == 1 && lost(&skipped), "{skipped}");
    let changes = run::diff(&dir.path().join("dataset.versions/000001"), &pipeline.publish.out).expect("two datasets").rows;
    assert!(!changes.is_empty() && changes.iter().all(|c| c.why == "new_settings"), "{changes:?}");
    assert!(!lost(&go(&pipeline)), "what comes back is not lost");
    change(&folder.join("form.toml"), |t| t.replace("titles = [\"法治政府建设年度报告\"", "titles = [\"镇人民政府\", \"法治政府建设年度报告\""));
    assert_ne!(std::fs::read_to_string(folder.join("form.toml")).expect("the form"), form);
    let other = go(&pipeline);
    assert!(other.reports == 0 && lost(&other), "{other}");
}
