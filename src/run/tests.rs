//! Every published column has a description, and every description a column.

use std::collections::BTreeSet;
use std::path::Path;

use crate::publish::columns;
use crate::columnar::{self, Coverage, Expected, Level, Places, Wide};
use crate::form;

/// The columns of every table of an empty dataset.
fn published() -> BTreeSet<(String, String)> {
    let form = form::load(Path::new("pipelines/disclosure")).expect("the form is right");
    let places = Places::new(Vec::new());
    let wide = Wide::new(&form);
    let mut frames = vec![
        ("reports".to_string(), columnar::reports(&[], &[])),
        ("panel".into(), columnar::panel(&form, &[], &wide, &[])),
        ("comparable".into(), columnar::comparable(&form, &[], &wide, &[])),
        ("rates".into(), columnar::rates(&form)),
        ("files".into(), columnar::files(&[])),
        ("indicators".into(), columnar::indicators(&form)),
        ("checks".into(), columnar::checks(&form, &[])),
        ("problems".into(), columnar::problems(&[])),
        ("mentions".into(), columnar::mentions(&[], &[])),
        ("sections".into(), columnar::sections(&[])),
        ("changes".into(), columnar::changes_table(&[])),
        ("places".into(), columnar::places(&places)),
        ("coverage".into(), columnar::coverage(&places, &[], &Coverage::default())),
    ];
    for level in Level::ALL {
        let rollup = columnar::rollup(&form, &places, &[], &wide, &Expected::new(&places, &[]), level);
        frames.push((format!("rollup_{}", level.name()), rollup.frames(&form, 3, 1000).next().expect("a frame").expect("columns of one length")));
        frames.push((format!("rates_{}", level.name()), rollup.rates(&form, 3).expect("columns of one length")));
    }
    let indicators: BTreeSet<&str> = form.indicators.iter().map(|i| i.name.as_str()).collect();
    let names = |(table, frame): &(String, polars::prelude::DataFrame)| {
        let names: Vec<_> = frame.get_column_names().iter().map(|c| (table.clone(), c.to_string())).collect();
        names
    };
    // The form describes its own indicators.
    frames.iter().flat_map(names).filter(|(_, c)| !indicators.contains(c.as_str())).collect()
}

#[test]
fn every_column_is_described_and_nothing_else() {
    let described: BTreeSet<(String, String)> = columns::all()
        .iter()
        // `values` has a frame only where there is a report; the workbook has none.
        .filter(|d| !d.column.is_empty() && !["values", "rollup.xlsx"].contains(&d.table.as_str()))
        .map(|d| (d.table.clone(), d.column.clone()))
        .collect();
    let published = published();
    let missing: Vec<_> = published.difference(&described).collect();
    let stray: Vec<_> = described.difference(&published).collect();
    assert!(missing.is_empty(), "columns without a row in pipelines/columns.csv: {missing:?}");
    assert!(stray.is_empty(), "rows of pipelines/columns.csv without a column: {stray:?}");
}

#[test]
fn values_are_described() {
    use crate::model::{Figure, FileRow, Outcome, Read, ReportRow, Status};
    let form = form::load(Path::new("pipelines/disclosure")).expect("the form is right");
    let file = FileRow { path: "a".into(), bytes: 0, outcome: Outcome::Report, ..FileRow::default() };
    let figures = vec![Figure { status: Status::Blank, ..Figure::default() }];
    let read = Read { report: Some(Box::new(ReportRow::default())), figures, ..Read::without_report(file, Vec::new()) };
    let frame = columnar::values(&form, std::slice::from_ref(&read)).next().expect("a year").1;
    let names: Vec<&str> = frame.get_column_names().iter().map(|c| c.as_str()).collect();
    let described: Vec<&str> = columns::of("values").map(|d| d.column.as_str()).collect();
    assert_eq!(names, described);
}

#[test]
fn every_description_is_in_both_languages() {
    for d in columns::all() {
        assert!(!d.en.is_empty() && !d.zh.is_empty(), "{} {}: a language is missing", d.table, d.column);
        assert!(d.zh.chars().any(|c| c as u32 >= 0x4E00), "{} {}: {} is not Chinese", d.table, d.column, d.zh);
        assert!(d.column.is_empty() != ["string", "integer", "number", "boolean", "date", "array"].contains(&d.kind.as_str()), "{} {}: type {}", d.table, d.column, d.kind);
    }
}
