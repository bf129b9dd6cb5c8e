//! Rollups and coverage over a county of four townships.

use super::*;
use crate::form::{self, Form};
use crate::model::{Figure, PlaceRow, ReportRow, Status};

const NONE: &[String] = &[];

fn place(code: &'static str, name: &'static str, level: &'static str, parent: &'static str) -> PlaceFact<'static> {
    PlaceFact { code, statistical_code: None, name, kind: "", level, parent, valid_from: None, valid_to: None, former: NONE, successor: None, source: "both" }
}

/// 汶上县 with four townships, one of which the gazetteer has from 2023 on, and 东莞市, a city without counties.
fn gazetteer() -> Places<'static> {
    let late = PlaceFact { valid_from: Some(2023), ..place("370830104", "丁镇", "township", "370830") };
    Places::new(vec![
        place("37", "山东省", "province", ""),
        place("3708", "济宁市", "city", "37"),
        place("370830", "汶上县", "county", "3708"),
        place("370830101", "甲镇", "township", "370830"),
        place("370830102", "乙镇", "township", "370830"),
        place("370830103", "丙乡", "township", "370830"),
        late,
        place("44", "广东省", "province", ""),
        place("4419", "东莞市", "city", "44"),
        place("441900101", "石龙镇", "township", "4419"),
    ])
}

fn report(path: &str, level: &'static str, code: &str, year: i32) -> ReportRow {
    let place = PlaceRow { division_code: (!code.is_empty()).then(|| code.to_string()), ..PlaceRow::default() };
    let form = "2021".to_string();
    ReportRow { report_id: path.into(), path: path.into(), body: Some(path.into()), level: Some(level), place, year: Some(year), cells_found: 1, primary: true, form, ..ReportRow::default() }
}

/// Reports with one figure each, of the first indicator; none where nothing could be read.
fn archive(reports: &[(ReportRow, Option<f64>)]) -> (Form, Vec<ReportRow>, Wide) {
    let form = form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
    let mut wide = Wide::new(&form);
    for (_, value) in reports {
        let figure = Figure { indicator: 0, status: Status::Reported, value: *value, ..Figure::default() };
        wide.push(if value.is_some() { std::slice::from_ref(&figure) } else { &[] });
    }
    (form, reports.iter().map(|r| r.0.clone()).collect(), wide)
}

fn rolled(reports: &[(ReportRow, Option<f64>)], level: Level) -> DataFrame {
    let (form, rows, wide) = archive(reports);
    let places = gazetteer();
    rollup(&form, &places, &rows, &wide, &Expected::new(&places, &rows), level).frame(&form, 3).expect("columns of one length")
}

fn number(frame: &DataFrame, column: &str, row: usize) -> Option<f64> {
    frame.column(column).unwrap().cast(&DataType::Float64).unwrap().f64().unwrap().get(row)
}

#[test]
fn the_countys_own_report_stands_beside_the_sum() {
    let frame = rolled(
        &[
            (report("a", "township", "370830101", 2022), Some(3.0)),
            (report("b", "township", "370830102", 2022), Some(4.0)),
            (report("c", "county", "370830", 2022), Some(10.0)),
        ],
        Level::County,
    );
    assert_eq!(frame.height(), 1);
    let row = ["sum", "townships_reporting", "townships_expected", "own_value", "difference"].map(|c| number(&frame, c, 0));
    assert_eq!(row, [Some(7.0), Some(2.0), Some(3.0), Some(10.0), Some(3.0)]);
    assert!(frame.column("small").unwrap().bool().unwrap().get(0).unwrap(), "two townships are fewer than three");
    assert_eq!(number(&frame, "share", 0), Some(2.0 / 3.0));
}

#[test]
fn a_sum_of_nobody_is_missing_and_never_zero() {
    let frame = rolled(&[(report("a", "township", "370830101", 2022), None), (report("c", "county", "370830", 2022), Some(10.0))], Level::County);
    assert_eq!(number(&frame, "sum", 0), None);
    assert_eq!(number(&frame, "difference", 0), None);
    assert_eq!(number(&frame, "own_value", 0), Some(10.0));
}

#[test]
fn a_township_of_a_city_without_counties_is_in_no_countys_sum() {
    let reports = [(report("a", "township", "441900101", 2022), Some(5.0))];
    assert_eq!(rolled(&reports, Level::County).height(), 0);
    let city = rolled(&reports, Level::City);
    assert_eq!(number(&city, "sum", 0), Some(5.0));
    assert_eq!(city.column("division_code").unwrap().cast(&DataType::String).unwrap().str().unwrap().get(0), Some("4419"));
    assert_eq!(number(&city, "share", 0), None, "of one township no share is given");
}

#[test]
fn a_township_that_reports_is_expected_whatever_the_gazetteer_says() {
    let frame = rolled(&[(report("a", "township", "370830104", 2022), Some(1.0))], Level::County);
    assert_eq!(number(&frame, "townships_expected", 0), Some(4.0));
}

#[test]
fn a_report_with_names_alone_is_counted_with_its_county() {
    let mut named = report("n", "township", "", 2022);
    (named.place.province, named.place.city, named.place.county) = (Some("山东省".into()), Some("济宁市".into()), Some("汶上县".into()));
    let frame = rolled(&[(named, Some(2.0)), (report("a", "township", "370830101", 2022), Some(3.0))], Level::County);
    assert_eq!((frame.height(), number(&frame, "sum", 0)), (1, Some(5.0)));
}

#[test]
fn coverage_asks_every_township_from_the_countys_first_report_on() {
    let mut bare = report("b", "township", "370830102", 2022);
    bare.cells_found = 0;
    let reports = [report("a", "township", "370830101", 2022), bare, report("x", "township", "441900101", 2024)];
    let found = cover(&gazetteer(), &reports);
    assert_eq!(found.years, [2022, 2024]);
    let frame = coverage(&gazetteer(), &reports, &found);
    let text = |c: &str| frame.column(c).unwrap().cast(&DataType::String).unwrap().str().unwrap().iter().map(|s| s.unwrap_or("").to_string()).collect::<Vec<_>>();
    let rows: Vec<String> = text("division_code").iter().zip(text("status")).map(|(c, s)| format!("{c} {s}")).collect();
    let expected = [
        "370830101 found", "370830101 not_found", "370830102 found_unreadable", "370830102 not_found",
        "370830103 not_found", "370830103 not_found", "370830104 not_found", "441900101 found",
    ];
    assert_eq!(rows, expected);
}
