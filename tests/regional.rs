//! Reports side by side: over the years, and several of one body and year.

use std::path::{Path, PathBuf};

use polars::prelude::*;

use crate::support;

/// A report of 2023 of 石桥镇 in 某某县 whose every label is known and every cell there.
pub fn text() -> String {
    std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case")
}

/// Writes reports by name and runs over them; gives the dataset.
fn dataset(dir: &Path, reports: &[(&str, String)]) -> PathBuf {
    let archive = dir.join("archive");
    for (name, text) in reports {
        let file = archive.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a report");
    }
    support::run_over(&archive, dir, "dataset")
}

pub fn table(out: &Path, name: &str) -> DataFrame {
    ParquetReader::new(std::fs::File::open(out.join(name)).expect("published")).finish().expect("a table")
}

fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    frame.column(column).expect(column).str().expect("strings").iter().map(|s| s.unwrap_or("").to_string()).collect()
}

/// The same body's report of the next year: what was carried over is carried in, and the documents in force add up.
pub fn next_year() -> String {
    let carried = |n: &str| format!("二、上年结转政府信息公开申请数量 | 0 | {n} | 0 | 0 | 0 | 0 | {n} |");
    text().replace("2024", "2025").replace(&carried("0"), &carried("1")).replace("规范性文件 | 3 | 1 | 7", "规范性文件 | 3 | 1 | 9")
}

/// The checks over years of the report at `path`: name, result, blame.
fn over_years(out: &Path, path: &str) -> Vec<(String, String, String)> {
    let reports = table(out, "reports.parquet");
    let row = texts(&reports, "path").iter().position(|p| p == path).expect("a report");
    let id = texts(&reports, "report_id")[row].clone();
    let checks = table(out, "checks.parquet");
    let [ids, names, results, blames] = ["report_id", "check", "result", "blame"].map(|c| texts(&checks, c));
    let failed = (0..ids.len()).filter(|&i| ids[i] == id && results[i] == "fails").count();
    let told = reports.column("checks_failed").expect("a column").u32().expect("a count").get(row).expect("never missing") as usize;
    assert_eq!(failed, told, "checks_failed of {path} counts the checks of its report that fail");
    (0..ids.len()).filter(|&i| ids[i] == id && names[i].starts_with("years_")).map(|i| (names[i].clone(), results[i].clone(), blames[i].clone())).collect()
}

#[test]
fn two_years_of_a_body_are_held_against_each_other() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = dataset(dir.path(), &[("a/2024.txt", text()), ("a/2025.txt", next_year())]);
    let first = over_years(&out, "a/2024.txt");
    assert_eq!(first.len(), 9, "{first:?}");
    assert!(first.iter().all(|(_, result, _)| result == "not_testable"), "there is no report of the year before: {first:?}");
    let second = over_years(&out, "a/2025.txt");
    assert!(second.len() == 9 && second.iter().all(|(_, result, _)| result == "holds"), "{second:?}");
    let run: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out.join("run.json")).expect("run.json")).expect("JSON");
    assert_eq!(run["checks_over_years"], serde_json::json!({ "holds": 9, "fails": 0, "not_testable": 9 }));
}

/// One figure off: two checks fail, both reports are clean, and the row says which report it was held against.
#[test]
fn a_year_that_does_not_follow_fails() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let wrong = next_year().replace("规范性文件 | 3 | 1 | 9", "规范性文件 | 3 | 1 | 8");
    let out = dataset(dir.path(), &[("a/2024.txt", text()), ("a/2025.txt", wrong)]);
    let failed: Vec<_> = over_years(&out, "a/2025.txt").into_iter().filter(|(_, r, _)| r == "fails").collect();
    assert_eq!(failed, [("years_in_force_normative".to_string(), "fails".to_string(), "source".to_string())]);
    let checks = table(&out, "checks.parquet");
    let row = texts(&checks, "check").iter().zip(texts(&checks, "result")).position(|(n, r)| n == "years_in_force_normative" && r == "fails").expect("a row");
    let reports = table(&out, "reports.parquet");
    let before = texts(&reports, "path").iter().position(|p| p == "a/2024.txt").expect("a report");
    assert_eq!(texts(&checks, "against")[row], texts(&reports, "report_id")[before]);
}

/// Near misses: another body of that name in another folder, a year left out, and a figure that is blank.
#[test]
fn what_is_not_the_year_before_is_not_held_against_it() {
    for (path, later) in [("b/2025.txt", next_year()), ("a/2026.txt", next_year().replace("2025", "2026"))] {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let out = dataset(dir.path(), &[("a/2024.txt", text()), (path, later)]);
        let checks = over_years(&out, path);
        assert!(checks.len() == 9 && checks.iter().all(|(_, r, _)| r == "not_testable"), "{path}: {checks:?}");
    }
    let dir = tempfile::tempdir().expect("a scratch folder");
    let blank = text().replace("四、结转下年度继续办理 | 0 | 1 |", "四、结转下年度继续办理 | 0 | - |");
    let out = dataset(dir.path(), &[("a/2024.txt", blank), ("a/2025.txt", next_year())]);
    let open: Vec<String> = over_years(&out, "a/2025.txt").into_iter().filter(|(_, r, _)| r == "not_testable").map(|(n, _, _)| n).collect();
    assert_eq!(open, ["years_carried_over_business"]);
}

/// A copy with a dash in every cell but one row's.
pub fn blanks() -> String {
    let dash = |cell: &str| if cell.trim().parse::<f64>().is_ok() { " - ".to_string() } else { cell.to_string() };
    let line = |line: &str| if line.contains("57") { line.to_string() } else { line.split('|').map(dash).collect::<Vec<_>>().join("|") };
    text().lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Of two reports of one body and year: the primary one, and what is told of figures that only one of them has.
fn primary_of(first: String, second: String) -> (String, Vec<(String, String)>) {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = dataset(dir.path(), &[("a/1.txt", first), ("a/2.txt", second)]);
    let (panel, reports, problems) = (table(&out, "panel.parquet"), table(&out, "reports.parquet"), table(&out, "problems.parquet"));
    let id = texts(&panel, "report_id");
    assert_eq!(id.len(), 1, "{panel}");
    let path = texts(&reports, "path")[texts(&reports, "report_id").iter().position(|r| *r == id[0]).expect("a report")].clone();
    let rows = texts(&problems, "code").into_iter().zip(texts(&problems, "path").into_iter().zip(texts(&problems, "message")));
    (path, rows.filter(|(code, _)| code == "columnar/figures-missing").map(|(_, row)| row).collect())
}

/// Dashes are cells too, but no figures; which report was chosen is told whichever it is.
#[test]
fn a_report_full_of_dashes_is_not_primary() {
    let (primary, told) = primary_of(blanks(), text());
    assert_eq!((primary.as_str(), told.len()), ("a/2.txt", 1), "{told:?}");
    assert!(told[0].0 == "a/1.txt" && told[0].1.contains("figures stand in a/2.txt alone") && told[0].1.contains("since it has more figures; 0 stand here alone"), "{told:?}");
    // Near miss: other words alone, and the path decides without a word of figures.
    let (primary, told) = primary_of(text().replace("做好政府信息公开工作", "做好公开工作"), text());
    assert_eq!((primary.as_str(), told.len()), ("a/1.txt", 0), "{told:?}");
}

/// 汶上县政府 of one year and 汶上县人民政府 of another are the government of one county.
#[test]
fn a_government_is_held_against_itself_however_it_is_called() {
    let called = |text: String, name: &str| text.replace("某某县石桥镇人民政府", &format!("山东省济宁市{name}")).replace("石桥镇", "汶上县");
    let dir = tempfile::tempdir().expect("a scratch folder");
    let out = dataset(dir.path(), &[("山东省/济宁市/汶上县/2024.txt", called(text(), "汶上县人民政府")), ("山东省/济宁市/汶上县/2025.txt", called(next_year(), "汶上县政府"))]);
    let panel = table(&out, "panel.parquet");
    let key = "山东省/济宁市/汶上县/汶上县人民政府";
    assert_eq!((texts(&panel, "body_key"), texts(&panel, "body")), (vec![key.to_string(); 2], vec!["汶上县人民政府".to_string(), "汶上县政府".to_string()]));
    let years = over_years(&out, "山东省/济宁市/汶上县/2025.txt");
    assert!(years.len() == 9 && years.iter().all(|(_, result, _)| result == "holds"), "{years:?}");
}

/// Committees (管委会) of zones that the table lists by their whole name: none of them is the region around it.
#[test]
fn a_zone_that_is_listed_by_its_whole_name_is_not_the_region_around_it() {
    let gazetteer = &support::tools().gazetteer;
    let alone = |name: &str| gazetteer.places().iter().filter(|p| p.name == name).count() == 1;
    let zones: Vec<_> = gazetteer.places().iter().filter(|p| p.level == "township" && p.name.ends_with("管委会") && alone(&p.name)).take(40).collect();
    assert!(zones.len() >= 10, "{} zones are too few to say anything", zones.len());
    for zone in zones {
        let region = gazetteer.by_code(&zone.parent).expect("a region above").name.clone();
        let (full, title) = (format!("{region}{}", zone.name), format!("{region}{}2023年政府信息公开工作年度报告", zone.name));
        let found = gazetteer.resolve(&nianbao::place::Evidence { title: Some(&title), body: Some(&zone.name), body_full: Some(&full), ..Default::default() });
        assert!(found.division_code.as_deref().is_none_or(|code| code == zone.code), "{full}: {found:?}");
    }
}

/// Two counties of which one took in the other in 2021 have a row each in their years, and what the larger one reports then is held
/// against the smaller one's figures of the year before as little as against the other's.
#[test]
fn counties_that_stood_side_by_side_are_two_bodies() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let of = |county: &str, year: &str, text: String| text.replace("某某县石桥镇人民政府", &format!("杭州市{county}人民政府")).replace("石桥镇", county).replace(if year == "2021" { "2025" } else { "2024" }, year);
    let reports = [("a/1.txt", of("下城区", "2020", text())), ("a/2.txt", of("拱墅区", "2020", text())), ("a/3.txt", of("拱墅区", "2021", next_year()))];
    let out = dataset(dir.path(), &reports);
    let panel = table(&out, "panel.parquet");
    let mut bodies: Vec<(String, String)> = texts(&panel, "division_code").into_iter().zip(texts(&panel, "body")).collect();
    bodies.sort();
    let body = |code: &str, county: &str| (code.to_string(), format!("{county}人民政府"));
    assert_eq!(bodies, [body("330103", "下城区"), body("330105", "拱墅区"), body("330105", "拱墅区")]);
    assert!(over_years(&out, "a/3.txt").iter().all(|(_, result, _)| result == "not_testable"));
    // A region that is gone is not asked any more.
    let counties = table(&out, "rollup_county.parquet");
    let years = counties.column("year").expect("a column").i32().expect("years");
    let of_gone = texts(&counties, "division_code").into_iter().zip(years.iter()).filter(|(code, _)| code == "330103");
    let of_gone: Vec<_> = of_gone.map(|(_, year)| year).collect();
    assert!(!of_gone.is_empty() && of_gone.iter().all(|year| *year == Some(2020)), "{of_gone:?}");
}
