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
    for (path, _, reason) in rows.iter().filter(|(_, o, _)| o == "unreadable" || o == "skipped") {
        assert_ne!(&nianbao::publish::morning::in_both(reason), reason, "{path}: a pair under \"remarks\" in src/publish/morning/words.json should say this in Chinese");
    }
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
fn more_labels_than_any_report_has() {
    let labels = |n: usize| "规章|0|0|0|\n".repeat(n);
    one("labels.txt", labels(5001).as_bytes(), "not_a_report", "too_many_labels");
    one("labels.txt", labels(5000).as_bytes(), "not_a_report", "no_title");
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
fn a_hundred_thousand_notes_below_a_report() {
    let text = std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    let text = text + &"注：表中数字为他镇估计\n".repeat(100_000);
    let rows = became(|dir| std::fs::write(dir.join("notes.txt"), &text).expect("a file"));
    assert_eq!(rows.len(), 1, "{rows:?}");
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
    let rows = became(|dir| [b"\xC4\xEA.txt", b"\xB1\xA8.txt"].iter().for_each(|name| std::fs::write(dir.join(OsStr::from_bytes(*name)), "x").expect("a file")));
    assert_eq!((rows[0].1.as_str(), rows[0].2.contains("UTF-8")), ("skipped", true), "{rows:?}");
    assert_eq!([rows[0].0.as_str(), rows[1].0.as_str()], ["\\xB1\\xA8.txt", "\\xC4\\xEA.txt"], "two paths stay two");
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
    assert!(nianbao::place::Gazetteer::load(dir.path()).is_ok(), "the copy is right before it is spoiled");
    let file = dir.path().join("divisions.csv");
    let text = std::fs::read_to_string(&file).expect("the gazetteer");
    let again = text.lines().nth(100).expect("a row").to_string();
    std::fs::write(&file, format!("{text}{again}\n")).expect("a file");
    let faults = nianbao::place::Gazetteer::load(dir.path()).err().expect("a code that stands twice");
    let code = again.split(',').next().expect("a code");
    assert_eq!(faults, [format!("divisions.csv:{}: code {code} stands in line 101 already", text.lines().count() + 1)]);
}

/// A report of one body in 2024, with the regions above it before its name.
fn report_of(body: &str, regions: &str) -> nianbao::model::Read {
    let case = std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    support::read_text(&case.replacen("某某县石桥镇人民政府", &format!("{regions}{body}"), 1).replace("石桥镇", body.trim_end_matches("人民政府")))
}

/// The only problem of the stage that reads places.
fn place_problem(read: &nianbao::model::Read) -> nianbao::model::Problem {
    let all: Vec<_> = read.problems.iter().filter(|p| p.code.starts_with("place/")).collect();
    assert_eq!(all.len(), 1, "{:?}", read.problems);
    all[0].clone()
}

#[test]
fn a_place_that_does_not_exist_gets_no_code() {
    let read = report_of("不存在的某某镇人民政府", "汶上县");
    let problem = place_problem(&read);
    let row = read.report.expect("a report");
    assert_eq!((&row.place.division_code, &row.place.statistical_code, row.confidence), (&None, &None, 0.0));
    assert_eq!((problem.code, problem.text.as_str()), ("place/unknown-body", "不存在的某某镇"));
    assert!(problem.message.contains("gazetteer"), "{problem:?}");
    assert_eq!(row.place.county.as_deref(), Some("汶上县"), "the county is told all the same");
}

/// Townships that the newer table no longer has, of a name that nobody else bears: one whose successor is known, one whose
/// successor is not, and one whose code is another place's today.
#[test]
fn a_place_that_was_merged_away_says_so() {
    let gazetteer = &support::tools().gazetteer;
    let alone = |name: &str| gazetteer.places().iter().filter(|p| p.name == name || p.former.iter().any(|f| f == name)).count() == 1;
    let gone = |with: bool| {
        let fits = |p: &&nianbao::place::Place| p.level == "township" && p.valid_to.is_some() && p.successor.is_some() == with && p.name.ends_with('镇') && alone(&p.name);
        gazetteer.places().iter().find(fits)
    };
    let mut tried = 0;
    for place in [gone(true), gone(false)].into_iter().flatten() {
        tried += 1;
        let chain = gazetteer.chain(&place.code);
        let read = report_of(&format!("{}人民政府", place.name), &format!("{}{}", chain.city.unwrap_or(""), chain.county.unwrap_or("")));
        let problem = place_problem(&read);
        let row = read.report.expect("a report");
        assert_eq!(row.place.division_code.as_deref(), Some(place.code.as_str()), "a place that is gone keeps its code: {:?}", row.place);
        assert_eq!((problem.code, problem.text.as_str()), ("place/merged-away", place.name.as_str()));
        let until = place.valid_to.expect("it is gone").to_string();
        let into = place.successor.as_deref().map(|code| gazetteer.by_code(code).expect("a successor that is listed").name.clone());
        assert!(problem.message.contains(&until) && into.is_none_or(|name| problem.message.contains(&name)), "{problem:?}");
    }
    assert!(tried > 0, "the gazetteer has no township that is gone: the test says nothing");
    // Near miss: a place that still stands has no such problem.
    let read = report_of("军屯乡人民政府", "汶上县");
    assert!(read.problems.iter().all(|p| !p.code.starts_with("place/")), "{:?}", read.problems);
    assert!(read.report.expect("a report").place.division_code.is_some());
}

/// A zip container of these members.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, ::zip::write::SimpleFileOptions::default()).expect("a member");
        content.chunks(1 << 20).for_each(|c| zip.write_all(c).expect("its content"));
    }
    zip.finish().expect("a container").into_inner()
}

#[test]
fn a_document_that_inflates_without_end() {
    let bytes = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &vec![b' '; 400 << 20])]);
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    one("bomb.docx", &bytes, "unreadable", "limits.inflated");
}

#[test]
fn a_document_that_needs_a_password() {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a compound file");
    file.create_stream("EncryptedPackage").expect("a stream");
    one("locked.docx", &file.into_inner().into_inner(), "unreadable", "password");
}

#[test]
fn documents_that_are_damaged_or_called_otherwise() {
    let docx = std::fs::read(support::root().join("tests/cases/decode/docx-table/input.docx")).expect("the case");
    one("cut.docx", &docx[..docx.len() / 2], "unreadable", "damaged");
    one("named.txt", &docx, "report", "");
    // So little that it could be any document of its kind.
    one("begun.xlsx", &docx[..60], "unreadable", "only its beginning is there");
    one("cut.doc", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], "unreadable", "damaged");
    one("cut.rtf", b"{\\rtf1", "unreadable", "damaged");
    one("empty.xlsx", b"", "unreadable", "empty");
}

#[test]
fn a_year_that_lost_a_digit_is_no_year() {
    let read = support::read_text("石桥镇人民政府200年政府信息公开工作年度报告\n一、总体情况\n主动公开情况\n依申请公开情况\n监督保障\n");
    assert!(read.problems.iter().all(|p| p.code != "run/panic"), "{:?}", read.problems);
    assert_eq!(read.report.and_then(|r| r.year), None);
}

#[test]
fn two_years_in_one_title_leave_the_year_open() {
    let text = |years: &str| format!("石桥镇人民政府{years}政府信息公开工作年度报告\n一、总体情况\n主动公开情况\n依申请公开情况\n监督保障\n");
    let read = support::read_text(&text("2023年2024年"));
    assert_eq!(read.report.as_ref().expect("a report").year, None);
    let problem = read.problems.iter().find(|p| p.code == "extract/year-unclear").unwrap_or_else(|| panic!("{:?}", read.problems));
    assert!(problem.text.contains("2023") && problem.text.contains("2024"), "{problem:?}");
    assert!(problem.message.contains("year"), "{problem:?}");
    let read = support::read_text(&text("2024年"));
    assert_eq!(read.report.as_ref().expect("a report").year, Some(2024));
    assert!(read.problems.iter().all(|p| p.code != "extract/year-unclear"), "{:?}", read.problems);
}

/// Runs over `good.txt` and a copy of it with `change` made; the problems of disagreement: path, words, message.
fn disagreements(change: impl Fn(String) -> String) -> Vec<(String, String, String)> {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    good(&archive);
    let text = std::fs::read_to_string(archive.join("good.txt")).expect("the report");
    std::fs::write(archive.join("other.txt"), change(text)).expect("a file");
    let out = support::run_over(&archive, dir.path(), "dataset");
    let table = |name: &str| ParquetReader::new(std::fs::File::open(out.join(name)).expect("published")).finish().expect("a table");
    let primary = table("reports.parquet").column("primary").expect("primary").bool().expect("booleans").sum();
    assert_eq!(primary, Some(1), "one of the two is primary");
    let problems = table("problems.parquet");
    let column = |name: &str| -> Vec<String> { problems.column(name).expect(name).str().expect("strings").iter().map(|s| s.unwrap_or("").into()).collect() };
    let rows = column("code").into_iter().zip(column("path")).zip(column("text").into_iter().zip(column("message")));
    rows.filter(|((code, _), _)| code == "columnar/disagrees").map(|((_, path), (text, message))| (path, text, message)).collect()
}

#[test]
fn two_reports_that_disagree_are_named_cell_by_cell() {
    let said = disagreements(|t| t.replace("行政许可 | 57", "行政许可 | 58").replace("规范性文件 | 3 | 1 | 7", "规范性文件 | 3 | 1 | 8"));
    let cells: Vec<(&str, &str)> = said.iter().map(|(path, text, _)| (path.as_str(), text.as_str())).collect();
    assert_eq!(cells, [("other.txt", "t2_normative_in_force"), ("other.txt", "t2_licensing_decisions")]);
    for words in ["58 here", "57 in good.txt"] {
        assert!(said[1].2.contains(words), "{said:?}");
    }
    // Near miss: the same figures in other words.
    assert_eq!(disagreements(|t| t.replace("做好政府信息公开工作", "做好公开工作")), []);
}

/// The page says in how many cells two reports differ, and whose they are, though it names one cell.
#[test]
fn the_page_says_how_much_two_reports_differ() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    good(&archive);
    let text = std::fs::read_to_string(archive.join("good.txt")).expect("the report");
    std::fs::write(archive.join("other.txt"), text.replace("行政许可 | 57", "行政许可 | 58").replace("规范性文件 | 3 | 1 | 7", "规范性文件 | 3 | 1 | 8")).expect("a file");
    let out = support::run_over(&archive, dir.path(), "dataset");
    let page = std::fs::read_to_string(out.join("report.html")).expect("the page");
    let data = page.split_once("id=\"page\">").and_then(|(_, rest)| rest.split_once("</script>")).expect("the data").0;
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    let rows = data["flags"]["rows"].as_array().expect("rows");
    let of = |differ: bool| rows.iter().filter(|r| (r["differ"] != 0) == differ).collect::<Vec<_>>();
    let [row] = of(true)[..] else { panic!("{rows:?}") };
    assert_eq!((row["path"].as_str(), row["differ"].as_u64(), row["year"].as_i64()), (Some("other.txt"), Some(2), Some(2024)), "{row}");
    assert!(row["body"].as_str().is_some() && row["expected"].as_u64() > Some(0), "{row}");
    assert!(of(false).iter().all(|r| r["path"] != "other.txt" || !r["kinds"].as_array().expect("kinds").contains(&row["kinds"][0])), "{rows:?}");
}

#[test]
fn reports_that_differ_everywhere_are_told_in_a_bounded_way() {
    // Six applicants add up to their total still, and what came in to what went out, or nothing would be believed.
    let ones = " | 1 | 1 | 1 | 1 | 1 | 1 | 6";
    let zeros = " | 0 | 0 | 0 | 0 | 0 | 0 | 0";
    let carried = "二、上年结转政府信息公开申请数量";
    let said = disagreements(|t| t.replace(zeros, ones).replace(&format!("{carried}{ones}"), &format!("{carried}{zeros}")));
    assert_eq!(said.len(), 21, "twenty cells and how many more");
    let more = &said[20].2;
    let count: usize = more.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{more}"));
    assert!(count > 100 && more.contains("more cells differ from good.txt"), "{more}");
}

/// Repeated, each of these was read in a time that grew with the square of the text's length or its cube: one of half a megabyte took
/// half a minute, and that of brackets ten. Nobody asks a clock: where such a fault comes back, this test seems to have no end.
#[test]
fn texts_that_say_one_thing_over_and_over_are_read_in_a_time_that_grows_as_they_do() {
    const REPORT: &str = "某某县安丰镇人民政府2024年政府信息公开工作年度报告\n一、总体情况\n安丰镇按要求公开政府信息。\n三、收到和处理政府信息公开申请情况\n申请人情况\t自然人\t商业企业\t总计\n一、本年新收政府信息公开申请数量\t4\t1\t5\n";
    let over_and_over = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let line = 1 << 19;
    // On one line.
    let pieces = [
        "自然人；", "下城区", "索引号：1 ", "索引号|", "单位：万元", "共公开信息12条，", "共公开信息12条、", "12件，", "12件、", "未收到申请，", "未收到申请及", "其中：公开政策12条、", "公开文件3条，共3条，", "2024年主动公开信息12条、", "今年以来我镇公开信息12条、", "第三部分 ", "《某某》12条，",
        "全县主动公开信息12条；", "联系电话：0123-4567890主办", ".gov.cn_", "某词\t", "\\begin{tabular}{ll}",
    ];
    let mut texts: Vec<String> = pieces.iter().map(|piece| over_and_over(piece, line)).collect();
    // On lines of their own, of which more are needed.
    let lines = ["全年主动公开政府信息12条。\n", "单位：万元\n", "万元\n", "三、收到和处理政府信息公开申请情况\n", "自  商  科  社\n然  业  研  会\n"];
    texts.extend(lines.iter().map(|piece| over_and_over(piece, 4 * line)));
    // In brackets that all close at the end.
    let brackets = 4000;
    texts.push(format!("{}{}自然人", "自然人（".repeat(brackets), "）".repeat(brackets)));
    for text in texts {
        for text in [format!("{REPORT}{text}\n"), format!("{text}\n{REPORT}")] {
            support::read_text(&text);
        }
    }
    let dir = tempfile::tempdir().expect("a scratch folder");
    let page = format!("<html><body><p>{REPORT}</p>{}</body></html>", "<".repeat(line));
    let records = format!("[{}{{}}]", over_and_over("{\"title\":\"2024年年报\",\"content\":\"自然人\\n1\"},", line));
    for (name, text) in [("page.html", page), ("records.json", records)] {
        let file = dir.path().join(name);
        std::fs::write(&file, text).expect("a scratch file");
        support::read(&file, name);
    }
}
