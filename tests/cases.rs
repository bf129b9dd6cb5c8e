//! `cases/<stage>/<name>/`: an input that we wrote (`input.*`), why it is here (`why.md`), and what must come of it:
//! `figures.csv` (indicator, status, value; `*` speaks for every cell that is not listed), `fields.csv` (field,
//! value), `problems.csv` (code; all of them, in order), `mentions.csv` (mention, item, value; all of them, in order),
//! `outcome.csv` (outcome, reason) for files that are no report.

use std::collections::BTreeMap;
use std::path::Path;

use nianbao::model::Read;

use crate::support;

#[test]
fn every_case_gives_what_it_says() {
    let mut faults = Vec::new();
    let mut n = 0;
    for stage in dirs(&support::root().join("tests/cases")) {
        for case in dirs(&stage) {
            n += 1;
            let name = format!("{}/{}", file_name(&stage), file_name(&case));
            faults.extend(check(&case).into_iter().map(|f| format!("{name}: {f}")));
        }
    }
    assert!(n >= 30, "only {n} cases were found");
    assert!(faults.is_empty(), "{} faults in {n} cases:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_has_a_near_miss_or_is_one() {
    let mut alone = Vec::new();
    for stage in dirs(&support::root().join("tests/cases")) {
        let names: Vec<String> = dirs(&stage).iter().map(|d| file_name(d)).collect();
        for name in &names {
            let base = name.strip_suffix("-near-miss").unwrap_or(name);
            let pair = if base == name { format!("{name}-near-miss") } else { base.to_string() };
            if !names.contains(&pair) {
                alone.push(format!("{}/{name} (no {pair})", file_name(&stage)));
            }
        }
    }
    assert!(alone.is_empty(), "a case needs its near miss beside it:\n{}", alone.join("\n"));
}

fn dirs(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut out: Vec<_> = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    out.sort();
    out
}

fn file_name(p: &Path) -> String {
    p.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn rows(case: &Path, name: &str) -> Option<Vec<Vec<String>>> {
    let file = case.join(name);
    file.exists().then(|| {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(&file).expect("a csv file");
        reader.records().map(|r| r.expect("a row").iter().map(String::from).collect()).collect()
    })
}

fn check(case: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let why = std::fs::read_to_string(case.join("why.md")).unwrap_or_default();
    if why.trim().is_empty() {
        faults.push("why.md does not say why the case is here".into());
    }
    let input = std::fs::read_dir(case).expect("a folder").flatten().map(|e| e.path()).find(|p| file_name(p).starts_with("input"));
    let Some(input) = input else { return vec!["there is no input".into()] };
    let read = support::read(&input, "input");
    let mut said = false;
    if let Some(rows) = rows(case, "outcome.csv") {
        said = true;
        for row in rows {
            if read.file.outcome.name() != row[0] || !read.file.reason.contains(&row[1]) {
                faults.push(format!("it is {} ({}), not {} ({})", read.file.outcome.name(), read.file.reason, row[0], row[1]));
            }
        }
    }
    if let Some(rows) = rows(case, "figures.csv") {
        said = true;
        faults.extend(figures(&read, &rows));
    }
    if let Some(rows) = rows(case, "fields.csv") {
        said = true;
        faults.extend(fields(&read, &rows));
    }
    if let Some(rows) = rows(case, "problems.csv") {
        said = true;
        let want: Vec<&str> = rows.iter().map(|r| r[0].as_str()).collect();
        let got: Vec<&str> = read.problems.iter().map(|p| p.code).filter(|c| !c.starts_with("place/")).collect();
        if want != got {
            faults.push(format!("problems are {got:?}, not {want:?}"));
        }
    }
    if let Some(rows) = rows(case, "mentions.csv") {
        said = true;
        let names = support::tools().extractor.mention_names();
        let got: Vec<[String; 3]> = read
            .mentions
            .iter()
            .map(|m| [names[m.mention as usize].to_string(), m.item.clone().unwrap_or_default(), m.value.map_or_else(String::new, |v| v.to_string())])
            .collect();
        if rows != got {
            faults.push(format!("mentions are {got:?}, not {rows:?}"));
        }
    }
    if !said {
        faults.push("it expects nothing".into());
    }
    faults
}

fn figures(read: &Read, rows: &[Vec<String>]) -> Vec<String> {
    let form = support::form();
    let mut want: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    let mut rest = None;
    for row in rows {
        let value = row.get(2).map_or("", String::as_str);
        if row[0] == "*" {
            rest = Some(row[1].as_str());
        } else {
            want.insert(&row[0], (&row[1], value));
        }
    }
    let mut faults = Vec::new();
    for f in &read.figures {
        let name = form.indicators[f.indicator as usize].name.as_str();
        let value = f.value.map_or_else(String::new, |v| v.to_string());
        match (want.remove(name), rest) {
            (Some((status, v)), _) if (f.status.name(), value.as_str()) != (status, v) => {
                faults.push(format!("{name} is {} {value:?} (raw {:?}, line {}), not {status} {v:?}", f.status.name(), f.raw, f.line));
            }
            (None, Some(status)) if f.status.name() != status => faults.push(format!("{name} is {} {value:?}, not {status}", f.status.name())),
            _ => {}
        }
    }
    faults.extend(want.into_keys().map(|name| format!("{name} is no cell of what was read")));
    faults
}

fn fields(read: &Read, rows: &[Vec<String>]) -> Vec<String> {
    let Some(r) = &read.report else { return vec![format!("it is no report: {} {}", read.file.outcome.name(), read.file.reason)] };
    let detail = r.detail.clone().unwrap_or_default();
    let mut faults = Vec::new();
    for row in rows {
        let own = |words: Option<&str>| words.unwrap_or_default().to_string();
        let got = match row[0].as_str() {
            "title" => own(detail.title.as_deref()),
            "body" => own(r.body.as_deref()),
            "level" => r.level.unwrap_or("").to_string(),
            "year" => r.year.map_or_else(String::new, |y| y.to_string()),
            "published" => r.published.map_or_else(String::new, |d| d.to_string()),
            "phone" => own(detail.phone.as_deref()),
            "website" => own(detail.website.as_deref()),
            "code" => own(detail.code.as_deref()),
            "form" => r.shape.form.to_string(),
            "form_t2" => r.shape.form_tables[0].clone().unwrap_or_default().to_string(),
            "form_t3" => r.shape.form_tables[1].clone().unwrap_or_default().to_string(),
            "status" => r.status.to_string(),
            "script" => r.shape.script.to_string(),
            "encoding" => r.shape.encoding.to_string(),
            "format" => r.shape.format.to_string(),
            "layout" => r.shape.layout.to_string(),
            "county" => own(r.place.county.as_deref()),
            "division_code" => own(r.place.division_code.as_deref()),
            "checks_failed" => r.checks_failed.to_string(),
            other => panic!("no field {other}"),
        };
        if got != row[1] {
            faults.push(format!("{} is {got:?}, not {:?}", row[0], row[1]));
        }
    }
    faults
}
