//! The page holds what files say as text, never as markup; the same rows give the same bytes; every list is bounded.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::form;
use crate::model::{CELL_END, Figure, ROW_END, Status};
use crate::publish::workbook::{LevelSheet, RegionRow};

fn form() -> Form {
    form::load(Path::new("pipelines/disclosure")).expect("the form is right")
}

fn page<'a>(flags: Vec<&'a Flag>, counts: &'a BTreeMap<&'static str, usize>, warnings: &'a [String]) -> Page<'a> {
    let totals = Totals { walked: 1, bytes: 1, files: counts, reports: 1, status: counts, resolved: 0, cells: counts, checks: counts, problems: counts };
    Page {
        program: "0",
        verdict: Verdict { refused: &[], warnings },
        totals,
        heat: Heat::default(),
        spread: Vec::new(),
        identities: Vec::new(),
        look: &[],
        flags: Flags { totals: BTreeMap::new(), most: MOST_OF_A_KIND, rows: flags },
        changes: None,
        trends: Trends::default(),
        trend_first: &[],
        sources: Vec::new(),
        sources_of: 0,
        reasons: BTreeMap::new(),
    }
}

const NASTY: &str = "</script><script>alert(1)</script><!--{{page}}{{script}}\u{2028}\u{0}]]>&\"'\u{202E}";

#[test]
fn nothing_of_a_file_becomes_markup() {
    let form = form();
    let counts = BTreeMap::new();
    let flag = Flag { path: NASTY.into(), body: Some(NASTY.into()), notes: vec![Note("x".into(), 1, NASTY.into(), NASTY.into())], ..Flag::default() };
    let warnings = [NASTY.to_string()];
    let text = html(&form, &page(vec![&flag], &counts, &warnings)).expect("a page");
    // The template's own elements and no other: data has no `<` at all.
    let tags = |needle: &str| text.matches(needle).count();
    assert_eq!((tags("<script"), tags("</script>"), tags("<!--")), (4, 4, 0));
    assert_eq!(tags("alert(1)"), 6, "path, body, text, message and the warning, and the warning again for readers without scripts");
    assert!(text.contains("&lt;script&gt;alert(1)"), "the words for readers without scripts are escaped");
    let json = text.split_once("id=\"page\">").and_then(|(_, rest)| rest.split_once("</script>")).expect("the data").0;
    assert!(!json.contains('<'));
    let data: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(data["flags"]["rows"][0]["path"], NASTY, "what is embedded is read back as it was");
}

#[test]
fn the_page_loads_nothing_and_says_so() {
    let text = html(&form(), &page(Vec::new(), &BTreeMap::new(), &[])).expect("a page");
    assert!(text.contains("default-src 'none'"));
    for word in ["http://", "https://", "src=", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "innerHTML", "insertAdjacent", "document.write", "eval("] {
        let allowed = if word == "http://" { text.matches("http://www.w3.org/2000/svg").count() } else { 0 };
        assert_eq!(text.matches(word).count(), allowed, "{word} stands in the page");
    }
    assert!(!text.contains("{{"), "a mark of the template was left");
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let form = form();
    let counts = BTreeMap::from([("report", 3)]);
    let flag = Flag { path: "a".into(), ..Flag::default() };
    let one = html(&form, &page(vec![&flag], &counts, &[])).expect("a page");
    assert_eq!(one, html(&form, &page(vec![&flag], &counts, &[])).expect("a page"));
}

#[test]
fn every_word_is_there_in_both_languages() {
    let words: serde_json::Map<String, serde_json::Value> = serde_json::from_str(WORDS).expect("words.json is JSON");
    for (key, value) in words.iter().filter(|(k, _)| *k != "remarks" && *k != "blame." && *k != "and" && *k != "quote") {
        let pair: Vec<&str> = value.as_array().expect("a pair").iter().map(|v| v.as_str().expect("text")).collect();
        assert_eq!(pair.len(), 2, "{key}");
        assert!(!pair[0].is_empty() && !pair[1].is_empty(), "{key} is missing in a language");
        let slots = |t: &str| (0..5).filter(|n| t.contains(&format!("{{{n}}}"))).collect::<Vec<_>>();
        assert_eq!(slots(pair[0]), slots(pair[1]), "{key} does not fill in the same in both languages");
    }
    let script = SCRIPTS.concat();
    let mut used = 0;
    let calls = script.match_indices("t('").filter(|(at, _)| !script[..*at].ends_with(char::is_alphanumeric));
    for call in calls.map(|(at, _)| &script[at + 3..]) {
        // `t('kind.' + …)` is looked at below.
        let (key, behind) = call.split_once('\'').expect("a closed string");
        if behind.starts_with([')', ',']) {
            used += 1;
            assert!(words.contains_key(key), "the script says t('{key}'), which words.json lacks");
        }
    }
    assert!(used > 50, "only {used} keys were found in the scripts");
    let kinds = KINDS.iter().map(|k| format!("kind.{k}"));
    let statuses = Status::ALL.iter().map(|s| format!("status.{}", s.name()));
    let checks = crate::model::TEXT_CHECKS.iter().map(|c| format!("check.{c}"));
    for key in kinds.chain(statuses).chain(checks) {
        assert!(words.contains_key(&key), "words.json lacks {key}");
    }
    // The script knows kinds and statuses by number.
    let list = |names: &[&str]| names.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
    assert!(script.contains(&format!("const KINDS = [{}];", list(&KINDS))));
    assert!(script.contains(&format!("const STATUSES = [{}];", list(&Status::ALL.map(|s| s.name())))));
}

#[test]
fn no_two_checks_read_alike() {
    let form = form();
    let mut said = [BTreeMap::new(), BTreeMap::new()];
    for (number, name) in form.check_names().enumerate() {
        let Some((_, zh, en)) = form.check_words(number as u16) else { continue };
        let [of, of_en] = form.check_subject(number as u16);
        assert!(!of.is_empty() && !of_en.is_empty(), "{name} says not what it is about");
        // Both editions may have a check of one name.
        for (said, words) in said.iter_mut().zip([(of, zh), (of_en, en)]) {
            let before = said.insert((words.0.clone(), words.1.to_string()), name);
            assert!(before.is_none_or(|b| b == name), "{name} and {before:?} both read {words:?}");
        }
    }
    assert!(said[0].len() > 40, "only {} checks have words", said[0].len());
    let subject = |name: &str| form.check_subject(form.check_names().position(|n| n == name).expect(name) as u16);
    assert_eq!(subject("t3_applicants_granted"), ["予以公开", "granted"], "what its terms share is a row");
    assert_eq!(subject("t3_balance_person"), ["自然人", "natural persons"], "or a column");
    assert_eq!(subject("years_carried_over_person"), ["自然人", "natural persons"]);
}

#[test]
fn every_problem_has_words() {
    let words: serde_json::Map<String, serde_json::Value> = serde_json::from_str(WORDS).expect("words.json is JSON");
    let page = std::fs::read_to_string("docs/problems.md").expect("the list of codes");
    let codes: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("## ")).filter(|c| c.contains('/')).collect();
    assert!(codes.len() > 15);
    let missing: Vec<_> = codes.iter().filter(|c| !words.contains_key(&format!("code.{c}"))).collect();
    assert!(missing.is_empty(), "add a line \"code.…\": [Chinese, English] to src/publish/morning/words.json for {missing:?}");
}

#[test]
fn figures_are_packed_without_loss_of_what_is_missing() {
    let figures = [Some(0.0), Some(0.0), None, Some(1.5), Some(0.1 + 0.2), None, None];
    assert_eq!(packed(figures.into_iter()), "AA.!1.5!!0.3!");
    assert_eq!(packed([None, None, Some(-2.0)].into_iter()), "..!-2!");
    assert_eq!(packed([Some(7.0); 40].into_iter()), "H*oB", "40 is 8 + 32 and 1");
    assert_eq!(packed([Some(31.0), Some(32.0), Some(1024.0)].into_iter()), "fgBggB");
    assert_eq!(packed([None; 4].into_iter()), "");
}

use super::trends::packed;

fn level<'a>(depth: usize, names: &'a [String], years: &[i32]) -> LevelSheet<'a> {
    let rows = names.iter().flat_map(|n| years.iter().map(move |&year| RegionRow { code: None, names: [Some(n.as_str()), None, None], year, expected: None, reported: 1, share: None, has_own: false }));
    LevelSheet { depth, rows: rows.collect(), sum: Box::new(|r, i| Some((r * 7 + i) as f64)), reporting: Box::new(|_, i| u32::from(i > 0)), own: Box::new(|_, _| None), difference: Box::new(|_, _| None) }
}

#[test]
fn a_level_that_is_too_large_is_left_out_and_counted() {
    let form = form();
    let names: Vec<String> = (0..50).map(|n| format!("r{n:03}")).collect();
    let levels = [level(2, &names, &[2020, 2021]), level(0, &names[..2], &[2020, 2021])];
    let found = trends(&form, &levels, 20_000);
    assert_eq!((found.levels[0].level, found.levels[0].regions.len(), found.levels[0].left_out), ("province", 2, 0));
    assert!(found.levels[0].regions[0].without.starts_with("BBA*"), "one township in two years lacks the first indicator: {}", found.levels[0].regions[0].without);
    assert_eq!((found.levels[1].level, found.levels[1].regions.len(), found.levels[1].left_out), ("county", 0, 50));
    assert_eq!(trends(&form, &levels, usize::MAX).levels[1].regions.len(), 50);
}

fn named(form: &Form, name: &str) -> u16 {
    form.indicators.iter().position(|i| i.name == name).expect("an indicator") as u16
}

fn row(form: &Form, row: &str, raws: [&str; 7], line: u32) -> Vec<Figure> {
    let columns = ["person", "business", "research", "ngo", "legal_service", "other", "total"];
    let cell = |(c, raw): (&str, &str)| Figure { indicator: named(form, &format!("t3_{row}_{c}")), status: if raw.is_empty() { Status::Blank } else { Status::Reported }, value: raw.parse().ok(), raw: raw.into(), line, exact: true };
    columns.into_iter().zip(raws).map(cell).collect()
}

fn marked(line: &Line) -> Vec<&str> {
    line.1.iter().filter(|p| p.1 > 0).map(|p| p.0.as_str()).collect()
}

#[test]
fn claimed_cells_are_marked_and_numbering_is_not() {
    let form = form();
    let figures = row(&form, "received", ["1", "0", "", "0", "0", "0", "1"], 2);
    let text = format!("表\n1 新收 1 件{CELL_END}1{CELL_END}0{CELL_END}{CELL_END}0{CELL_END}0{CELL_END}0{CELL_END}1{CELL_END}{ROW_END}\n尾");
    let shown = lay_out(&form, &text, &figures, &BTreeSet::new(), &[]);
    let line = shown.lines.iter().find(|l| l.0 == 2).expect("the line with the figures");
    assert_eq!(marked(line), ["1", "0", "0", "0", "0", "1"]);
    assert_eq!(line.1[0], Piece("1 新收 1 件 │ ".into(), 0), "figures in the label are not claimed");
    assert_eq!(line.2.len(), 7, "the blank cell stands beside the line too");
    assert_eq!(shown.lines.iter().map(|l| l.0).collect::<Vec<_>>(), [1, 2, 3], "a line before and behind");
}

#[test]
fn what_is_not_in_the_line_is_not_marked() {
    let form = form();
    let figures = row(&form, "received", ["5", "0", "0", "0", "0", "0", "5"], 1);
    let shown = lay_out(&form, "一、新收 50000005", &figures, &BTreeSet::new(), &[]);
    assert!(marked(&shown.lines[0]).is_empty());
    assert!(shown.lines[0].2.iter().all(|t| t.4 == 1), "every figure says that it is not marked");
}

#[test]
fn all_tables_on_one_line_are_marked_row_by_row() {
    let form = form();
    let mut figures = row(&form, "received", ["2", "0", "0", "0", "0", "0", "2"], 1);
    figures.extend(row(&form, "carried_in", ["0", "0", "0", "0", "0", "1", "1"], 1));
    let doubted = BTreeSet::from([figures[7].indicator]);
    let shown = lay_out(&form, "一、新收 2 0 0 0 0 0 2 二、结转 0 0 0 0 0 1 1 三、予以公开", &figures, &doubted, &[]);
    assert_eq!(marked(&shown.lines[0]).concat(), "20000020000011");
    assert_eq!(shown.lines[0].1.iter().filter(|p| p.1 == 2).count(), 7, "the row of the figure in doubt");
}

#[test]
fn long_reports_are_cut_and_the_lines_in_doubt_stay() {
    let form = form();
    let figures: Vec<Figure> = (1..=1000).map(|line| Figure { indicator: (line % 200) as u16, status: Status::Reported, value: Some(0.0), raw: "0".into(), line, exact: true }).collect();
    let text = vec!["项目 0"; 1000].join("\n");
    let shown = lay_out(&form, &text, &figures, &BTreeSet::new(), &[990]);
    assert!(shown.lines.len() <= 160 && shown.left_out >= 840, "{} lines, {} left out", shown.lines.len(), shown.left_out);
    assert!(shown.lines.iter().any(|l| l.0 == 990), "the line that a problem names is shown");
    let flood = format!("{} 7", "字".repeat(100_000));
    let one = [Figure { indicator: 0, status: Status::Reported, value: Some(7.0), raw: "7".into(), line: 1, exact: true }];
    let shown = lay_out(&form, &flood, &one, &BTreeSet::new(), &[]);
    assert!(shown.lines[0].1.iter().map(|p| p.0.chars().count()).sum::<usize>() < 500);
    assert_eq!(marked(&shown.lines[0]), ["7"]);
}
