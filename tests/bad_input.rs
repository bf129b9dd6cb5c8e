//! What lies in an archive and is no report, damaged, or hostile: each is a row with a reason, and the run goes on.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use polars::prelude::*;

use crate::support;

fn good(dir: &Path) {
    let input = support::root().join("tests/cases/extract/pipes-row/input.txt");
    std::fs::copy(input, dir.join("good.txt")).expect("a copy");
}

fn files(out: &Path) -> Vec<(String, String, String)> {
    let frame = ParquetReader::new(std::fs::File::open(out.join("files.parquet")).expect("published")).finish().expect("a table");
    let column = |n: &str| frame.column(n).expect("a column").str().expect("strings").clone();
    let (paths, outcomes, reasons) = (column("path"), column("outcome"), column("reason"));
    (0..frame.height())
        .map(|i| (paths.get(i).unwrap_or("").into(), outcomes.get(i).unwrap_or("").into(), reasons.get(i).unwrap_or("").into()))
        .collect()
}

/// Runs over an archive with one good report and `bad`; gives what became of each file.
fn became(prepare: impl Fn(&Path)) -> Vec<(String, String, String)> {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    good(&archive);
    prepare(&archive);
    let rows = files(&support::run_over(&archive, dir.path(), "dataset"));
    assert!(rows.iter().any(|(p, o, _)| p == "good.txt" && o == "report"), "the good report is lost: {rows:?}");
    rows.into_iter().filter(|(p, _, _)| p != "good.txt").collect()
}

/// One bad file with the outcome and a word of the reason that it must get.
fn one(name: &str, bytes: &[u8], outcome: &str, word: &str) {
    let rows = became(|dir| std::fs::write(dir.join(name), bytes).expect("a file"));
    assert_eq!(rows.len(), 1, "{name}: {rows:?}");
    assert_eq!(rows[0].1, outcome, "{name}: {rows:?}");
    assert!(rows[0].2.contains(word), "{name}: «{word}» is not in {rows:?}");
}

#[test]
fn empty_file() {
    one("empty.txt", b"", "unreadable", "empty");
}

#[test]
fn binary_garbage() {
    let bytes: Vec<u8> = (0..40_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    one("garbage.txt", &bytes, "unreadable", "no text");
}

#[test]
fn a_hundred_megabytes_on_one_line_are_skipped() {
    one("long.txt", &vec![b'a'; 100 << 20], "skipped", "max_file_bytes");
}

#[test]
fn thirty_megabytes_on_one_line_are_read() {
    let text = "行政许可 0 ".repeat(1_700_000);
    let rows = became(|dir| std::fs::write(dir.join("long.txt"), &text).expect("a file"));
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(["not_a_report", "report"].contains(&rows[0].1.as_str()), "{rows:?}");
}

#[test]
fn ten_thousand_nested_tables() {
    one("nested.html", format!("<html><body>{}", "<table><tr><td>".repeat(10_000)).as_bytes(), "unreadable", "open");
}

#[test]
fn a_million_pipes() {
    one("pipes.txt", &vec![b'|'; 1_000_000], "not_a_report", "no_title");
}

#[test]
fn half_a_utf16_file() {
    let text = std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.truncate(bytes.len() * 3 / 4 | 1);
    let rows = became(|dir| std::fs::write(dir.join("half.txt"), &bytes).expect("a file"));
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].1, "report", "{rows:?}");
}

#[test]
fn truncated_gb18030() {
    let text = std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let mut bytes = bytes.into_owned();
    while bytes.last().is_some_and(u8::is_ascii) {
        bytes.pop();
    }
    bytes.pop();
    let dir = tempfile::tempdir().expect("a scratch folder");
    let file = dir.path().join("cut.txt");
    std::fs::write(&file, &bytes).expect("a file");
    let read = support::read(&file, "cut.txt");
    assert!(read.report.is_some(), "{:?}", read.file);
    assert!(read.problems.iter().any(|p| p.code == "decode/truncated-tail"), "{:?}", read.problems);
}

#[test]
fn a_fifo_is_not_opened() {
    let rows = became(|dir| {
        let path = std::ffi::CString::new(dir.join("fifo.txt").as_os_str().as_bytes()).expect("a path");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).expect("a fifo");
    });
    assert_eq!((rows[0].1.as_str(), rows[0].2.contains("FIFO")), ("skipped", true), "{rows:?}");
}

#[test]
fn a_path_that_is_not_utf8() {
    let rows = became(|dir| std::fs::write(dir.join(OsStr::from_bytes(b"\xC4\xEA\xB1\xA8.txt")), "x").expect("a file"));
    assert_eq!((rows[0].1.as_str(), rows[0].2.contains("UTF-8")), ("skipped", true), "{rows:?}");
}

#[test]
fn links_that_lead_in_a_circle() {
    let rows = became(|dir| std::os::unix::fs::symlink(dir, dir.join("circle")).expect("a link"));
    assert_eq!((rows[0].1.as_str(), rows[0].2.contains("link")), ("unreadable", true), "{rows:?}");
}

#[test]
fn a_link_to_nowhere() {
    let rows = became(|dir| std::os::unix::fs::symlink("/nowhere/at/all", dir.join("gone.txt")).expect("a link"));
    assert_eq!(rows[0].1, "unreadable", "{rows:?}");
}

#[test]
fn a_file_that_vanished_after_the_walk() {
    let read = support::read(Path::new("/nowhere/gone.txt"), "gone.txt");
    assert_eq!(read.file.outcome.name(), "unreadable");
    assert!(read.file.reason.contains("vanished"), "{}", read.file.reason);
}

#[test]
fn the_same_bytes_twice_are_one_report() {
    let rows = became(|dir| good_copy(dir, "z/copy.txt"));
    assert_eq!(rows[0].1, "duplicate", "{rows:?}");
}

fn good_copy(dir: &Path, name: &str) {
    std::fs::create_dir_all(dir.join(name).parent().expect("a folder")).expect("a folder");
    std::fs::copy(dir.join("good.txt"), dir.join(name)).expect("a copy");
}

#[test]
fn a_gazetteer_row_twice_is_refused_with_its_line() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let from = support::root().join("data/divisions");
    for name in ["divisions.csv", "area_codes.csv", "weights.toml"] {
        std::fs::copy(from.join(name), dir.path().join(name)).expect("a copy");
    }
    let file = dir.path().join("divisions.csv");
    let text = std::fs::read_to_string(&file).expect("the gazetteer");
    let again = text.lines().nth(100).expect("a row").to_string();
    std::fs::write(&file, format!("{text}{again}\n")).expect("a file");
    let faults = nianbao::place::Gazetteer::load(dir.path()).err().expect("a code that stands twice");
    assert!(faults.iter().any(|f| f.contains("divisions.csv:") && f.contains("already")), "{faults:?}");
}

/// A report of one body and year, with the place's evidence as its first line.
fn report_of(body: &str, first: &str) -> nianbao::model::Read {
    let case = std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    support::read_text(&case.replacen("某某县石桥镇人民政府", &format!("{first}{body}"), 1).replace("石桥镇", body.trim_end_matches("人民政府")))
}

#[test]
fn a_place_that_does_not_exist_gets_no_code() {
    let read = report_of("不存在的某某镇人民政府", "汶上县");
    let row = read.report.expect("a report");
    assert_eq!(row.place.division_code, None, "{:?}", row.place);
    assert!(read.problems.iter().any(|p| p.code == "place/unknown-body"), "{:?}", read.problems);
}

#[test]
fn a_place_that_was_merged_away_says_so() {
    let gazetteer = &support::tools().gazetteer;
    let gone = gazetteer.places().iter().find(|p| p.level == "township" && p.valid_to.is_some() && p.name.ends_with('镇')).expect("a township that is gone");
    let chain = gazetteer.chain(&gone.code);
    let first = format!("{}{}", chain.city.unwrap_or(""), chain.county.unwrap_or(""));
    let read = report_of(&format!("{}人民政府", gone.name), &first);
    let row = read.report.expect("a report");
    // A report of a year in which it still stood has its code; otherwise the problem says where it went.
    assert!(row.place.division_code.as_deref() == Some(gone.code.as_str()) || read.problems.iter().any(|p| p.code.starts_with("place/")), "{:?} {:?}", row.place, read.problems);
}

#[test]
fn two_years_in_one_title_leave_the_year_open() {
    let text = "石桥镇人民政府2023年2024年政府信息公开工作年度报告\n一、总体情况\n主动公开情况\n依申请公开情况\n监督保障\n";
    let read = support::read_text(text);
    assert_eq!(read.report.as_ref().expect("a report").year, None);
    assert!(read.problems.iter().any(|p| p.code == "extract/year-unclear"), "{:?}", read.problems);
}

#[test]
fn two_reports_that_disagree_are_named() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    good(&archive);
    let text = std::fs::read_to_string(archive.join("good.txt")).expect("the report");
    std::fs::write(archive.join("other.txt"), text.replace("行政许可 | 57", "行政许可 | 58")).expect("a file");
    let out = support::run_over(&archive, dir.path(), "dataset");
    let problems = ParquetReader::new(std::fs::File::open(out.join("problems.parquet")).expect("published")).finish().expect("a table");
    let codes = problems.column("code").expect("codes").str().expect("strings").clone();
    assert!(codes.iter().flatten().any(|c| c == "columnar/disagrees"), "{problems}");
    let reports = ParquetReader::new(std::fs::File::open(out.join("reports.parquet")).expect("published")).finish().expect("a table");
    let primary = reports.column("primary").expect("primary").bool().expect("booleans").sum();
    assert_eq!(primary, Some(1), "one of the two is primary");
}
