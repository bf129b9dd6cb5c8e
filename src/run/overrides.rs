//! Overrides: figures that a person has settled by looking at the document. `overrides.csv` of the data folder says
//! which cell of which body or report, what it should be, and why, by whom and when. The cell becomes `corrected`; its
//! raw text stays.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::RunError;
use crate::columnar::body_key;
use crate::form::Form;
use crate::model::{Figure, FileRow, Outcome, Problem, Read, ReportRow, Status};
use crate::pipeline::OVERRIDES;
use crate::written;

/// No report is of an earlier year.
const FIRST_YEAR: i32 = 2000;

/// The columns, all of which the file must have.
const COLUMNS: [&str; 9] = ["body", "report", "year", "indicator", "value", "replaces", "reason", "who", "when"];

/// One row of the file.
#[derive(Debug)]
struct Override {
    line: u64,
    /// `body_key` of the panel, or empty.
    body: String,
    /// `report_id` or path, or empty.
    report: String,
    year: Option<i32>,
    indicator: String,
    value: f64,
    /// The figure that stood there when the row was written, none where there was none.
    replaces: Option<f64>,
    /// The year in which it was written.
    written: Option<i32>,
    /// Reports that it is about, and cells that it replaced.
    reports: AtomicUsize,
    cells: AtomicUsize,
    /// In one of them still stood what it was to replace.
    as_before: AtomicBool,
    /// The line of another that says otherwise of one of them, 0 where there is none.
    rival: AtomicU64,
}

impl Override {
    fn about(&self, row: &ReportRow) -> bool {
        if self.year.is_some() && self.year != row.year {
            return false;
        }
        match self.report.as_str() {
            "" => body_key(row).as_deref() == Some(&*self.body),
            report => row.report_id == report || &*row.path == report,
        }
    }
}

/// All overrides of a pipeline.
#[derive(Debug, Default)]
pub struct Overrides {
    rows: Vec<Override>,
    /// There is a file.
    there: bool,
    /// Number of each indicator that a row names.
    indicators: HashMap<String, u16>,
    /// What is wrong in the file, with its lines.
    faults: Vec<(u64, String)>,
}

impl Overrides {
    /// Reads the file; where there is none there are no overrides. Faults of its rows are told by [`Overrides::with_form`].
    ///
    /// # Errors
    /// It cannot be read as a table of these columns.
    pub fn load(path: &Path) -> Result<Overrides, RunError> {
        if matches!(std::fs::metadata(path), Err(e) if e.kind() == std::io::ErrorKind::NotFound) {
            return Ok(Overrides::default());
        }
        let text = written::read(path).map_err(|fault| RunError::Setup(format!("{}: {fault}", path.display())))?;
        let mut faults = Vec::new();
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        if header.iter().ne(COLUMNS) {
            return Err(RunError::Setup(format!("{}:1: {}", path.display(), written::heading_fault(&COLUMNS.join(","), &text))));
        }
        let mut rows: Vec<Override> = Vec::new();
        for record in reader.records() {
            match record {
                Ok(r) => {
                    let read = row(&r, r.position().map_or(0, csv::Position::line), &mut faults);
                    if let Some(o) = rows.iter().find(|o| (&o.body, &o.report, o.year, &o.indicator) == (&read.body, &read.report, read.year, &read.indicator)) {
                        faults.push((read.line, format!("line {} overrides the same cell", o.line)));
                    }
                    rows.push(read);
                }
                Err(e) => faults.push((e.position().map_or(0, csv::Position::line), written::row_fault(&e))),
            }
        }
        Ok(Overrides { rows, there: true, indicators: HashMap::new(), faults })
    }

    /// Holds the rows against no form.
    ///
    /// # Errors
    /// Every fault that a row has by itself, with its line.
    pub fn rows_right(self, path: &Path) -> Result<Overrides, RunError> {
        if self.faults.is_empty() { Ok(self) } else { Err(told(path, &self.faults)) }
    }

    /// Looks the indicators up in the form.
    ///
    /// # Errors
    /// Every fault of the file with its line: of its rows, indicators that the form does not have, and years and figures that they
    /// cannot have.
    pub fn with_form(mut self, path: &Path, form: &Form) -> Result<Overrides, RunError> {
        let numbers: HashMap<&str, u16> = form.indicators.iter().enumerate().map(|(i, d)| (d.name.as_str(), i as u16)).collect();
        let mut faults = std::mem::take(&mut self.faults);
        for o in &self.rows {
            if let Some(year) = o.year.filter(|y| !(FIRST_YEAR..=form.preamble.latest_year).contains(y)) {
                faults.push((o.line, format!("«{year}» is no year of a report; write all four digits of one from {FIRST_YEAR} to {}", form.preamble.latest_year)));
            }
            let earliest = o.year.unwrap_or(FIRST_YEAR);
            if let Some(odd) = o.written.filter(|y| !(earliest..=form.preamble.latest_year).contains(y)) {
                faults.push((o.line, format!("when is in {odd}; it is the day on which the row was written, not before the year of the report and not after {} (latest_year of form.toml)", form.preamble.latest_year)));
            }
            match numbers.get(o.indicator.as_str()) {
                Some(n) => {
                    let indicator = &form.indicators[*n as usize];
                    if indicator.whole && o.value.is_finite() && o.value.fract() != 0.0 {
                        faults.push((o.line, format!("«{}» is no figure of {}, which counts in whole {}", o.value, o.indicator, indicator.unit)));
                    }
                    if !indicator.signed && o.value < 0.0 {
                        faults.push((o.line, format!("«{}» is no figure of {}, which is never less than nothing", o.value, o.indicator)));
                    }
                    if o.value > indicator.most {
                        faults.push((o.line, format!("«{}» is larger than any figure of {} can be ({}, [figures.most] of form.toml); mend it, or raise that limit", o.value, o.indicator, indicator.most)));
                    }
                    self.indicators.insert(o.indicator.clone(), *n);
                }
                None => faults.push((o.line, format!("«{}» is no indicator of the form", o.indicator))),
            }
        }
        faults.sort();
        if faults.is_empty() { Ok(self) } else { Err(told(path, &faults)) }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is a file; without one there are no overrides.
    pub fn there(&self) -> bool {
        self.there
    }

    /// Whether one of them is about this report.
    pub fn touch(&self, row: &ReportRow) -> bool {
        self.rows.iter().any(|o| o.about(row))
    }

    /// Replaces the figures of one report; gives how many. A cell of which two of them say different things is withheld: one names the
    /// body and one the report perhaps, so that their lines did not show it.
    pub fn apply(&self, row: &ReportRow, figures: &mut [Figure]) -> u32 {
        let own: Vec<&Override> = self.rows.iter().filter(|o| o.about(row)).collect();
        let mut set = Vec::new();
        for o in &own {
            o.reports.fetch_add(1, Relaxed);
            let Some(at) = figures.iter().position(|f| Some(&f.indicator) == self.indicators.get(&o.indicator)) else { continue };
            o.cells.fetch_add(1, Relaxed);
            if figures[at].value == o.replaces {
                o.as_before.store(true, Relaxed);
            }
            let rival = own.iter().find(|r| r.indicator == o.indicator && r.value != o.value);
            rival.inspect(|r| o.rival.store(r.line, Relaxed));
            set.push((at, rival.map_or((Status::Corrected, Some(o.value)), |_| (Status::Unreadable, None))));
        }
        for &(at, (status, value)) in &set {
            (figures[at].status, figures[at].value) = (status, value);
        }
        let mut corrected: Vec<usize> = set.iter().filter(|(_, (status, _))| *status == Status::Corrected).map(|(at, _)| *at).collect();
        corrected.sort_unstable();
        corrected.dedup();
        corrected.len() as u32
    }

    /// Takes back what was noted of a report that is left out after all, since it is byte for byte another one.
    pub fn left_out(&self, row: &ReportRow, figures: &[Figure]) {
        for o in self.rows.iter().filter(|o| o.about(row)) {
            o.reports.fetch_sub(1, Relaxed);
            let indicator = self.indicators.get(&o.indicator);
            if figures.iter().any(|f| Some(&f.indicator) == indicator) {
                o.cells.fetch_sub(1, Relaxed);
            }
        }
    }

    /// Takes note of a report that is kept as it was published, corrected cells included; a problem where these are not what the rows
    /// say now. They are not applied: what a row that is gone replaced can only be read in the file.
    pub fn kept(&self, row: &ReportRow, figures: &[Figure]) -> Option<Problem> {
        let mut now = figures.to_vec();
        self.apply(row, &mut now);
        for o in self.rows.iter().filter(|o| o.about(row)) {
            o.as_before.store(true, Relaxed);
        }
        let said = |f: &Figure| self.rows.iter().any(|o| o.about(row) && self.indicators.get(&o.indicator) == Some(&f.indicator));
        let other = figures.iter().zip(&now).filter(|(was, is)| (was.status, was.value) != (is.status, is.value) || was.status == Status::Corrected && !said(was)).count();
        let message = format!("{other} of its cells are not as the overrides say now: the report is gone from the archive and kept as it was published. Put the file back, or give it up ([archive] vanished = \"drop\")");
        (other > 0).then(|| Problem::new("overrides/vanished", 0, "", message))
    }

    /// How many match no report or no cell.
    pub fn unmatched(&self) -> usize {
        self.rows.iter().filter(|o| o.cells.load(Relaxed) == 0).count()
    }

    /// What is odd about them after all files were read: a problem row each.
    pub fn problems(&self) -> Option<Read> {
        let mut problems = Vec::new();
        for o in &self.rows {
            let who = if o.report.is_empty() { &o.body } else { &o.report };
            let cell = format!("{who} {} {}", o.year.map_or_else(String::new, |y| y.to_string()), o.indicator);
            let line = o.line as u32;
            if o.reports.load(Relaxed) == 0 {
                problems.push(Problem::new("overrides/no-report", line, cell, "no report of this body and year, or of this name, was found; the row did nothing. Where its file is a duplicate of another now (files.parquet says of which), name that one, or the body; else mend the row or take it out"));
            } else if o.cells.load(Relaxed) == 0 {
                problems.push(Problem::new("overrides/no-cell", line, cell, "the report has no such cell in its edition of the form; the row did nothing. Mend it or take it out"));
            } else if let Some(rival) = self.rows.iter().find(|r| r.line == o.rival.load(Relaxed) && r.cells.load(Relaxed) > 0) {
                let message = format!("line {} of the same file says {} of this cell, and this one {}; neither was applied and the cell is withheld. Keep the one that the report bears out", rival.line, rival.value, o.value);
                problems.push(Problem::new("overrides/contradicts", line, cell, message));
            } else if !o.as_before.load(Relaxed) {
                let before = o.replaces.map_or_else(|| "no figure".into(), |v| v.to_string());
                let message = format!("when the row was written {before} stood there, now something else does; {} was published all the same. Look at the report and write the row anew, or take it out", o.value);
                problems.push(Problem::new("overrides/source-changed", line, cell, message));
            }
        }
        let file = FileRow { path: OVERRIDES.into(), outcome: Outcome::Skipped, ..FileRow::default() };
        (!problems.is_empty()).then(|| Read::without_report(file, problems))
    }
}

/// One row of the file; what is wrong with it goes to the faults, and such a cell is read as nothing.
fn row(r: &csv::StringRecord, line: u64, faults: &mut Vec<(u64, String)>) -> Override {
    let cell = |i: usize| r.get(i).unwrap_or("").to_string();
    let number = |i: usize| cell(i).parse::<f64>().ok().filter(|v| v.is_finite());
    let mut fault = |message: String| faults.push((line, message));
    let (body, report) = (cell(0), cell(1));
    if body.is_empty() == report.is_empty() {
        fault("it must name a body (body_key in panel) or a report (report_id or path), and not both".into());
    }
    let year = cell(2).parse::<i32>().ok();
    if year.is_none() && !(cell(2).is_empty() && !report.is_empty()) {
        fault(format!("«{}» is no year; only a row that names a report may leave it empty", cell(2)));
    }
    let value = number(4).unwrap_or(f64::NAN);
    if value.is_nan() {
        fault(format!("«{}» is no figure", cell(4)));
    }
    let replaces = number(5);
    if replaces.is_none() && !cell(5).is_empty() {
        fault(format!("replaces is «{}», which is no figure; leave it empty where none stood", cell(5)));
    }
    for (i, name) in [(6, "reason"), (7, "who"), (8, "when")] {
        if cell(i).is_empty() {
            fault(format!("{name} is empty; nobody could tell later why this figure is not the document's"));
        }
    }
    if !cell(8).is_empty() && crate::publish::days(&cell(8)).is_none() {
        fault(format!("when is «{}»; write it as 2026-01-31", cell(8)));
    }
    let written = cell(8).split('-').next().and_then(|year| year.parse().ok());
    Override { line, body, report, year, indicator: cell(3), value, replaces, written, reports: 0.into(), cells: 0.into(), as_before: false.into(), rival: 0.into() }
}

fn told(path: &Path, faults: &[(u64, String)]) -> RunError {
    let lines: Vec<String> = faults.iter().map(|(line, message)| format!("  {}:{line}: {message}", path.display())).collect();
    RunError::Setup(format!("the overrides have {} fault(s):\n{}", faults.len(), lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(rows: &str) -> Result<Overrides, RunError> {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let path = dir.path().join(OVERRIDES);
        std::fs::write(&path, format!("{}\n{rows}", COLUMNS.join(","))).expect("a file");
        let form = crate::form::load(Path::new("pipelines/disclosure")).expect("the form is right");
        Overrides::load(&path)?.with_form(&path, &form)
    }

    const GOOD: &str = "370830101,,2022,t3_received_total,7,3,read from the scan,wang,2026-01-31\n";

    #[test]
    fn a_row_without_a_reason_or_with_other_faults_is_refused_with_its_line() {
        assert_eq!(load(GOOD).expect("a good row").len(), 1);
        let cases = [
            ("370830101,,2022,t3_received_total,7,3,,wang,2026-01-31", "reason is empty"),
            ("370830101,,2022,t3_received_totals,7,3,r,wang,2026-01-31", "no indicator"),
            ("370830101,,2022,t3_received_total,seven,3,r,wang,2026-01-31", "no figure"),
            ("370830101,,2022,t3_carried_in_total,-5,3,r,wang,2026-01-31", "never less than nothing"),
            ("370830101,,2022,t3_carried_in_total,2.5,3,r,wang,2026-01-31", "whole 件"),
            ("370830101,,2022,t2_fees_amount,-2.5,3,r,wang,2026-01-31", "never less than nothing"),
            ("370830101,a.txt,2022,t3_received_total,7,3,r,wang,2026-01-31", "not both"),
            (",,2022,t3_received_total,7,3,r,wang,2026-01-31", "must name a body"),
            ("370830101,,,t3_received_total,7,3,r,wang,2026-01-31", "no year"),
            ("370830101,,2022,t3_received_total,7,3,r,wang,31.1.2026", "when is"),
            ("370830101,,2022,t3_received_total,8,3,r,wang,2026-01-31", "line 2 overrides the same cell"),
            ("370830101,,2022,t3_received_total", "4 cells stand here, not 9"),
            ("370830101,,24,t3_received_total,7,3,r,wang,2026-01-31", "«24» is no year of a report"),
            ("370830101,,2022,t3_carried_in_total,1000000,3,r,wang,2026-01-31", "larger than any figure"),
            ("370830101,,2022,t3_carried_in_total,7,3,r,wang,2036-01-31", "when is in 2036"),
            ("370830101,,2022,t3_carried_in_total,7,3,r,wang,2021-01-31", "when is in 2021"),
            ("370830101,,2222,t3_received_total,7,3,r,wang,2026-01-31", "«2222» is no year of a report"),
        ];
        for (row, words) in cases {
            let told = load(&format!("{GOOD}{row}\n")).expect_err(row).to_string();
            assert!(told.contains("overrides.csv:3:") && told.contains(words), "{row}: {told}");
        }
    }

    #[test]
    fn all_faults_of_all_rows_are_told_at_once() {
        let rows = "370830101,,24,t3_recieved_total,5.5,x,r,wang,2026/01/31\n370830101,a.txt,2022,t3_received_total,5.5,3,r,,2026-01-31\n";
        let told = load(rows).expect_err("a faulty file").to_string();
        for words in [":2: «24» is no year", ":2: «t3_recieved_total» is no indicator", ":2: replaces is «x»", ":2: when is «2026/01/31»", ":3: it must name", ":3: who is empty", ":3: «5.5» is no figure"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(told.starts_with("the overrides have 7 fault(s)"), "{told}");
    }

    #[test]
    fn a_file_that_a_spreadsheet_saved_otherwise_says_what_to_do() {
        let dir = tempfile::tempdir().expect("a scratch folder");
        let path = dir.path().join(OVERRIDES);
        let mut bytes = format!("{}\n370830101,,2022,t3_received_total,7,3,", COLUMNS.join(",")).into_bytes();
        bytes.extend(b"\xd4\xad\xd2\xf2,wang,2026-01-31\n");
        std::fs::write(&path, bytes).expect("a file");
        assert!(Overrides::load(&path).expect_err("not UTF-8").to_string().contains("in a spreadsheet as «CSV UTF-8»"));
    }

    #[test]
    fn amounts_have_fractions_and_changes_a_sign() {
        let rows = "370830101,,2022,t2_fees_amount,2.5,3,r,wang,2026-01-31\n370830101,,2019,t2_penalty_items_change,-5,3,r,wang,2026-01-31\n";
        assert_eq!(load(rows).expect("good rows").len(), 2);
    }

    #[test]
    fn a_figure_is_replaced_and_keeps_its_raw_text() {
        let overrides = load(GOOD).expect("a good row");
        let indicator = overrides.indicators["t3_received_total"];
        let mut figures = [Figure { indicator, status: Status::Reported, value: Some(3.0), raw: "3".into(), ..Figure::default() }];
        let mut report = ReportRow { body: Some("甲镇人民政府".into()), level: Some("township"), year: Some(2021), ..ReportRow::default() };
        std::sync::Arc::make_mut(&mut report.place).division_code = Some("370830101".into());
        assert_eq!(overrides.apply(&report, &mut figures), 0, "another year");
        assert_eq!(overrides.problems().expect("it matches nothing").problems[0].code, "overrides/no-report");
        report.year = Some(2022);
        assert_eq!(overrides.apply(&report, &mut []), 0, "another edition");
        assert_eq!(overrides.problems().expect("no such cell").problems[0].code, "overrides/no-cell");
        assert_eq!(overrides.apply(&report, &mut figures), 1);
        assert_eq!((figures[0].status, figures[0].value, figures[0].raw.as_str()), (Status::Corrected, Some(7.0), "3"));
        assert!(overrides.problems().is_none() && overrides.unmatched() == 0);
    }

    /// One names the body, one the report.
    #[test]
    fn two_that_contradict_each_other_withhold_the_cell() {
        let said = |value: &str| {
            let overrides = load(&format!("{GOOD},a.txt,,t3_received_total,{value},3,r,li,2026-02-01\n")).expect("good rows");
            let mut figures = [Figure { indicator: overrides.indicators["t3_received_total"], status: Status::Reported, value: Some(3.0), ..Figure::default() }];
            let mut report = ReportRow { path: "a.txt".into(), body: Some("甲镇人民政府".into()), level: Some("township"), year: Some(2022), ..ReportRow::default() };
            std::sync::Arc::make_mut(&mut report.place).division_code = Some("370830101".into());
            let replaced = overrides.apply(&report, &mut figures);
            let told: Vec<_> = overrides.problems().map_or_else(Vec::new, |read| read.problems.iter().map(|p| (p.code, p.line)).collect());
            (replaced, figures[0].status, figures[0].value, told)
        };
        assert_eq!(said("6"), (0, Status::Unreadable, None, vec![("overrides/contradicts", 2), ("overrides/contradicts", 3)]));
        assert_eq!(said("7"), (1, Status::Corrected, Some(7.0), Vec::new()), "both say the same");
    }

    #[test]
    fn a_source_that_has_changed_since_is_told() {
        let overrides = load(GOOD).expect("a good row");
        let mut figures = [Figure { indicator: overrides.indicators["t3_received_total"], status: Status::Reported, value: Some(4.0), ..Figure::default() }];
        let mut report = ReportRow { body: Some("甲镇人民政府".into()), level: Some("township"), year: Some(2022), ..ReportRow::default() };
        std::sync::Arc::make_mut(&mut report.place).division_code = Some("370830101".into());
        overrides.apply(&report, &mut figures);
        assert_eq!(figures[0].value, Some(7.0));
        assert_eq!(overrides.problems().expect("told").problems[0].code, "overrides/source-changed");
    }
}
