//! The long tables of one batch of reports: values, checks, problems.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::{Interner, NONE, numbered, numbers, repeated, strings};
use crate::form::{Form, TABLES};
use crate::model::{Blame, Check, CheckResult, Mention, Read, ReportRow, Section, Status};

/// The cells of a batch by report year (0 where it is unknown): one frame a year, in the order of the batch and of
/// the form. Columns as in the output contract.
pub fn values(form: &Form, batch: &[Read]) -> impl Iterator<Item = (i32, DataFrame)> {
    let mut by_year: BTreeMap<i32, Vec<(&ReportRow, &Read)>> = BTreeMap::new();
    for read in batch {
        if let Some(row) = &read.report {
            by_year.entry(row.year.unwrap_or(0)).or_default().push((row, read));
        }
    }
    by_year.into_iter().map(move |(year, reports)| (year, values_of_year(form, year, &reports)))
}

/// The columns of the cells, without a row.
pub fn no_values(form: &Form) -> DataFrame {
    values_of_year(form, 0, &[])
}

fn values_of_year(form: &Form, year: i32, reports: &[(&ReportRow, &Read)]) -> DataFrame {
    let n = reports.iter().map(|(_, r)| r.figures.len()).sum();
    let (mut report, mut place) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut table, mut indicator, mut status, mut raw, mut line) = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
    let mut value: Vec<Option<f64>> = Vec::with_capacity(n);
    let (mut raws, mut places) = (Interner::default(), Interner::default());
    let mut page: Vec<Option<u32>> = Vec::new();
    for (i, (row, read)) in reports.iter().enumerate() {
        if !read.pages.is_empty() {
            page.resize(line.len(), None);
            page.extend(read.figures.iter().map(|f| page_of(&read.pages, f.line)));
        }
        let all = report.len() + read.figures.len();
        report.resize(all, i as u32);
        place.resize(all, row.place.division_code.as_deref().map_or(NONE, |code| places.number(code)));
        for f in &read.figures {
            table.push(form.indicators[f.indicator as usize].table as u32);
            indicator.push(u32::from(f.indicator));
            status.push(f.status as u32);
            value.push(f.value);
            raw.push(raws.number(&f.raw));
            line.push(f.line);
        }
    }
    let year = if year == 0 { Scalar::null(DataType::Int32) } else { Scalar::from(year) };
    let columns = vec![
        numbered("report_id", reports.iter().map(|(row, _)| row.report_id.as_str()), report),
        Column::new_scalar("year".into(), year, n),
        numbered("division_code", places.texts, place),
        numbered("table", TABLES, table),
        numbered("indicator", form.indicators.iter().map(|i| i.name.as_str()), indicator),
        numbers("value", value.into_iter()),
        numbered("status", Status::ALL.map(Status::name), status),
        numbered("raw", raws.texts, raw),
        UInt32Chunked::from_vec("line".into(), line).into_series().into(),
        pages(page, n),
    ];
    DataFrame::new(n, columns).expect("columns of one length")
}

/// The pages of `n` cells, of which the last ones may be left out; most batches are of formats without pages.
fn pages(mut page: Vec<Option<u32>>, n: usize) -> Column {
    if page.is_empty() {
        return Column::new_scalar("page".into(), Scalar::null(DataType::UInt32), n);
    }
    page.resize(n, None);
    UInt32Chunked::from_slice_options("page".into(), &page).into_series().into()
}

/// The page on which a line stands; none for a cell that stands nowhere.
fn page_of(pages: &[u32], line: u32) -> Option<u32> {
    (line > 0).then(|| pages.partition_point(|first| *first <= line) as u32)
}

/// The checks of a batch; columns as in the output contract.
pub fn checks(form: &Form, batch: &[Read]) -> DataFrame {
    let reports: Vec<(&ReportRow, &Read)> = batch.iter().filter_map(|r| Some((r.report.as_deref()?, r))).collect();
    let rows: Vec<(u32, &Check)> = (0..).zip(&reports).flat_map(|(i, (_, read))| read.checks.iter().map(move |c| (i, c))).collect();
    let none = Column::new_scalar("against".into(), Scalar::null(DataType::String), rows.len());
    check_frame(form, reports.iter().map(|(row, _)| row.report_id.as_str()), &rows, none)
}

/// Checks over years in the same columns: each of a report, by its number, against the report of the year before.
pub fn year_checks(form: &Form, reports: &[ReportRow], tested: &[(usize, Option<usize>, Vec<Check>)]) -> DataFrame {
    let rows: Vec<(u32, &Check)> = (0..).zip(tested).flat_map(|(i, (_, _, checks))| checks.iter().map(move |c| (i, c))).collect();
    let mut before = Interner::default();
    let numbers: Vec<u32> = tested.iter().map(|t| t.1.map_or(NONE, |r| before.number(&reports[r].report_id))).collect();
    let against = numbered("against", before.texts, rows.iter().map(|r| numbers[r.0 as usize]).collect());
    check_frame(form, tested.iter().map(|t| reports[t.0].report_id.as_str()), &rows, against)
}

fn check_frame<'a>(form: &Form, ids: impl Iterator<Item = &'a str>, rows: &[(u32, &Check)], against: Column) -> DataFrame {
    let number = |name: &str, f: &dyn Fn(&Check) -> Option<f64>| numbers(name, rows.iter().map(|r| f(r.1)));
    // An identity has one name in both editions.
    let mut names = Interner::default();
    let named: Vec<u32> = form.check_names().map(|name| names.number(name)).collect();
    let columns = vec![
        numbered("report_id", ids, rows.iter().map(|r| r.0).collect()),
        numbered("check", names.texts, rows.iter().map(|r| named[r.1.identity as usize]).collect()),
        number("left", &|c| c.left),
        number("right", &|c| c.right),
        number("difference", &|c| c.left.zip(c.right).map(|(l, r)| l - r)),
        numbered("result", CheckResult::ALL.map(CheckResult::name), rows.iter().map(|r| r.1.result as u32).collect()),
        numbered("blame", Blame::ALL.map(Blame::name), rows.iter().map(|r| r.1.blame.map_or(NONE, |b| b as u32)).collect()),
        against,
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

/// The figures that running text states; `names` gives the mention's name by number.
pub fn mentions(names: &[&str], batch: &[Read]) -> DataFrame {
    let all: Vec<(&str, usize, &Mention)> =
        batch.iter().filter_map(|r| Some((r.report.as_deref()?.report_id.as_str(), r))).flat_map(|(id, r)| r.mentions.iter().enumerate().map(move |(seq, m)| (id, seq, m))).collect();
    let text = |name: &str, f: &dyn Fn(&Mention) -> Option<&str>| repeated(name, all.iter().map(|(_, _, m)| f(m)));
    let columns = vec![
        repeated("report_id", all.iter().map(|(id, _, _)| Some(*id))),
        repeated("mention", all.iter().map(|(_, _, m)| Some(names[m.mention as usize]))),
        text("item", &|m| m.item.as_deref()),
        UInt32Chunked::from_vec("seq".into(), all.iter().map(|(_, seq, _)| *seq as u32).collect()).into_series().into(),
        numbers("value", all.iter().map(|(_, _, m)| m.value)),
        numbers("approximate", all.iter().map(|(_, _, m)| m.approximate)),
        text("qualifier", &|m| m.qualifier.as_deref()),
        Float64Chunked::from_vec("stated".into(), all.iter().map(|(_, _, m)| m.stated).collect()).into_series().into(),
        BooleanChunked::from_iter_options("by_words".into(), all.iter().map(|(_, _, m)| Some(m.by_words))).into_series().into(),
        text("standing", &|m| Some(m.standing.name())),
        text("unit", &|m| Some(&m.unit)),
        strings("text", all.iter().map(|(_, _, m)| Some(m.text.as_str()))),
        UInt32Chunked::from_vec("line".into(), all.iter().map(|(_, _, m)| m.line).collect()).into_series().into(),
    ];
    DataFrame::new(all.len(), columns).expect("columns of one length")
}

/// The running text of the six parts.
pub fn sections(batch: &[Read]) -> DataFrame {
    let all: Vec<(&str, &Section)> = batch.iter().filter_map(|r| Some((r.report.as_deref()?.report_id.as_str(), r))).flat_map(|(id, r)| r.sections.iter().map(move |s| (id, s))).collect();
    let columns = vec![
        repeated("report_id", all.iter().map(|(id, _)| Some(*id))),
        UInt32Chunked::from_vec("section".into(), all.iter().map(|(_, s)| s.number as u32).collect()).into_series().into(),
        repeated("title", all.iter().map(|(_, s)| Some(s.title.as_str()))),
        strings("text", all.iter().map(|(_, s)| Some(s.text.as_str()))),
        UInt32Chunked::from_vec("line".into(), all.iter().map(|(_, s)| s.line).collect()).into_series().into(),
    ];
    DataFrame::new(all.len(), columns).expect("columns of one length")
}

/// What was odd, file by file: `path`, `code`, `line`, `text`, `message`.
pub fn problems(batch: &[Read]) -> DataFrame {
    let all: Vec<_> = batch.iter().flat_map(|r| r.problems.iter().map(move |p| (r, p))).collect();
    let columns = vec![
        repeated("path", all.iter().map(|(r, _)| Some(&*r.file.path))),
        repeated("code", all.iter().map(|(_, p)| Some(p.code))),
        UInt32Chunked::from_vec("line".into(), all.iter().map(|(_, p)| p.line).collect()).into_series().into(),
        strings("text", all.iter().map(|(_, p)| Some(p.text.as_str()))),
        strings("message", all.iter().map(|(_, p)| Some(p.message.as_str()))),
    ];
    DataFrame::new(all.len(), columns).expect("columns of one length")
}
