//! Rollups and coverage over a county of four townships.

use super::*;
use crate::form::{self, Form};
use crate::model::{AsRead, Figure, HalfHash, PlaceRow, ReportRow, Shape, Status};

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
    let place = PlaceRow { division_code: (!code.is_empty()).then(|| code.into()), ..PlaceRow::default() };
    let shape = Shape { form: "2021".into(), ..Shape::default() }.into();
    ReportRow { report_id: path.into(), path: path.into(), body: Some(path.into()), level: Some(level), place: place.into(), year: Some(year), cells_found: 1, primary: true, shape, ..ReportRow::default() }
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
    rollup(&form, &places, &rows, &wide, &Expected::new(&places, &rows), level).frames(&form, 3, 1000).next().expect("a frame").expect("columns of one length")
}

#[test]
fn a_rollup_in_pieces_is_the_whole_one() {
    let reports: Vec<_> = (0..7).map(|y| (report("a", "township", "370830101", 2018 + y), Some(f64::from(y)))).collect();
    let (form, rows, wide) = archive(&reports);
    let places = gazetteer();
    let rollup = rollup(&form, &places, &rows, &wide, &Expected::new(&places, &rows), Level::County);
    let frames = |most: usize| rollup.frames(&form, 3, most).map(|f| f.expect("columns of one length")).collect::<Vec<_>>();
    let (whole, pieces) = (frames(1000), frames(3));
    assert_eq!((whole.len(), whole[0].height()), (1, 7));
    assert_eq!(pieces.iter().map(DataFrame::height).collect::<Vec<_>>(), [3, 3, 1]);
    let joined = pieces.into_iter().reduce(|a, b| a.vstack(&b).expect("the same columns")).expect("pieces");
    assert!(joined.equals_missing(&whole[0]), "{joined} is not {}", whole[0]);
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

/// An office of the county may publish one of its own, which may be the fuller.
#[test]
fn a_countys_own_report_is_not_that_of_its_office() {
    let own = |path: &str, body: &str, figures| {
        let as_read = AsRead { figures, cells_found: 200, checks_failed: 0 };
        ReportRow { body: Some(body.into()), cells_found: 200, as_read, ..report(path, "county", "370830", 2022) }
    };
    let of = |figure: Option<f64>, name: &str| {
        let mut government = own("b", name, figure.map_or(0, |_| 1));
        Arc::make_mut(&mut government.place).government = Some("汶上县人民政府".into());
        let mut office = own("a", "汶上县政府办", 9);
        Arc::make_mut(&mut office.place).government = Some("汶上县人民政府办公室".into());
        let reports = [(office, Some(11.0)), (government, figure)];
        number(&rolled(&reports, Level::County), "own_value", 0)
    };
    assert_eq!(of(Some(10.0), "汶上县人民政府"), Some(10.0));
    assert_eq!(of(Some(0.0), "汶上县"), Some(0.0), "a nought is a figure");
    assert_eq!(of(None, "汶上县人民政府"), Some(11.0), "the government's is full of blanks");
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
    let place = Arc::make_mut(&mut named.place);
    (place.province, place.city, place.county) = (Some("山东省".into()), Some("济宁市".into()), Some("汶上县".into()));
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

/// Figures by name, of a report of an edition.
fn figures(form: &Form, named: &[(&str, f64)]) -> Vec<Figure> {
    let of = |name: &str| form.indicators.iter().position(|i| i.name == name).expect("an indicator") as u16;
    named.iter().map(|(name, v)| Figure { indicator: of(name), status: Status::Reported, value: Some(*v), ..Figure::default() }).collect()
}

/// Beside those of others, whether it takes more room or less than its first ones.
#[test]
fn the_figures_of_a_report_that_was_read_again_take_the_place_of_the_first() {
    let form = form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
    let of = |value: f64| figures(&form, &[("t3_received_total", value), ("t3_carried_in_total", 2.0)]);
    let mut wide = Wide::new(&form);
    (0..600).for_each(|n| wide.push(&of(f64::from(n))));
    let mut expected: Vec<Vec<Figure>> = (0..600).map(|n| of(f64::from(n))).collect();
    for (row, new) in [(0, of(0.5)), (255, of(7e9)), (256, Vec::new()), (599, of(1.0)), (300, of(0.0)), (256, of(3.0))] {
        wide.replace(row, &new);
        expected[row] = new;
    }
    let mut whole = Wide::new(&form);
    expected.iter().for_each(|figures| whole.push(figures));
    (0..600).for_each(|row| assert_eq!(wide.packed(row), whole.packed(row), "{row}"));
}

fn rate(rows: &[(ReportRow, Vec<(&str, f64)>)], name: &str) -> (Option<f64>, Option<f64>, Option<f64>) {
    let form = form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
    let mut wide = Wide::new(&form);
    rows.iter().for_each(|(_, named)| wide.push(&figures(&form, named)));
    let reports: Vec<ReportRow> = rows.iter().map(|r| r.0.clone()).collect();
    let places = gazetteer();
    let frame = rollup(&form, &places, &reports, &wide, &Expected::new(&places, &reports), Level::County).rates(&form, 3).expect("columns of one length");
    let names = frame.column("rate").unwrap().cast(&DataType::String).unwrap();
    let row = names.str().unwrap().iter().position(|n| n == Some(name));
    let cell = |column: &str| row.and_then(|r| number(&frame, column, r));
    (cell("value"), cell("denominator"), cell("own_value"))
}

const CARRIED: [(&str, f64); 3] = [("t3_carried_out_total", 1.0), ("t3_received_total", 4.0), ("t3_carried_in_total", 1.0)];

#[test]
fn a_rate_adds_numerators_and_denominators_up() {
    let rows = [
        (report("a", "township", "370830101", 2022), CARRIED.to_vec()),
        (report("b", "township", "370830102", 2022), vec![("t3_carried_out_total", 0.0), ("t3_received_total", 5.0), ("t3_carried_in_total", 0.0)]),
        (report("c", "county", "370830", 2022), vec![("t3_carried_out_total", 3.0), ("t3_received_total", 5.0), ("t3_carried_in_total", 1.0)]),
    ];
    assert_eq!(rate(&rows, "carried_over_share"), (Some(0.1), Some(10.0), Some(0.5)));
}

#[test]
fn a_report_that_lacks_a_term_enters_neither_side() {
    let rows = [
        (report("a", "township", "370830101", 2022), CARRIED.to_vec()),
        (report("b", "township", "370830102", 2022), vec![("t3_received_total", 50.0), ("t3_carried_in_total", 0.0)]),
    ];
    assert_eq!(rate(&rows, "carried_over_share"), (Some(0.2), Some(5.0), None));
}

/// A part that is larger than its whole: the report contradicts itself, and the figures show it.
#[test]
fn no_rate_is_more_than_the_whole() {
    let of = |out: f64| vec![("t3_carried_out_total", out), ("t3_received_total", 4.0), ("t3_carried_in_total", 1.0)];
    let rows = |out| [(report("a", "township", "370830101", 2022), of(out)), (report("c", "county", "370830", 2022), of(out))];
    assert_eq!(rate(&rows(15.0), "carried_over_share"), (None, Some(5.0), None));
    assert_eq!(rate(&rows(5.0), "carried_over_share"), (Some(1.0), Some(5.0), Some(1.0)));
}

#[test]
fn no_rate_stands_on_few_cases_and_none_on_nothing() {
    let few = [(report("a", "township", "370830101", 2022), vec![("t3_carried_out_total", 1.0), ("t3_received_total", 2.0), ("t3_carried_in_total", 0.0)])];
    assert_eq!(rate(&few, "carried_over_share"), (None, Some(2.0), None));
    let none = [(report("a", "township", "370830101", 2022), vec![("t3_carried_out_total", 0.0), ("t3_received_total", 0.0), ("t3_carried_in_total", 0.0)])];
    assert_eq!(rate(&none, "carried_over_share"), (None, Some(0.0), None));
    assert_eq!(rate(&few, "review_corrected_share"), (None, None, None), "nobody gives it: there is no row");
}

/// 2021 divides one row of 2019 into three: added up they are the same thing, unless one of them is missing.
#[test]
fn what_the_editions_count_alike_stands_in_one_column() {
    let form = form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
    let mut wide = Wide::new(&form);
    let parts = ["t3_other_not_corrected_total", "t3_other_fee_unpaid_total", "t3_other_other_total"];
    wide.push(&figures(&form, &[("t3_other_all_total", 7.0)]));
    wide.push(&figures(&form, &[(parts[0], 1.0), (parts[1], 2.0), (parts[2], 4.0)]));
    wide.push(&figures(&form, &[(parts[0], 1.0), (parts[2], 4.0)]));
    let rows: Vec<ReportRow> = [(2020, Some("2019")), (2021, Some("2021")), (2022, Some("2021")), (2023, None)]
        .into_iter()
        .map(|(year, t3)| ReportRow { shape: Shape { form_tables: [None, t3.map(Into::into), None], ..Shape::default() }.into(), ..report("a", "township", "370830101", year) })
        .collect();
    wide.push(&[]);
    let frame = comparable(&form, &rows, &wide, &body_years(&rows));
    let cells: Vec<Option<f64>> = (0..4).map(|r| number(&frame, "t3_other_all_total", r)).collect();
    assert_eq!(cells, [Some(7.0), Some(7.0), None, None]);
    let names: Vec<&str> = frame.get_column_names().iter().map(|n| n.as_str()).collect();
    assert!(!names.contains(&"t2_rules_in_force") && !names.contains(&"t2_rules_public_total") && !names.contains(&"t3_other_other_total"), "{names:?}");
}

/// An override may put a figure into a table that the file does not have.
#[test]
fn a_corrected_figure_of_a_table_that_is_not_there_is_comparable() {
    let form = form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
    let mut wide = Wide::new(&form);
    let corrected = |figures: Vec<Figure>| figures.into_iter().map(|f| Figure { status: Status::Corrected, ..f }).collect::<Vec<_>>();
    wide.push(&corrected(figures(&form, &[("t3_received_total", 4.0), ("t3_other_fee_unpaid_total", 1.0)])));
    let rows = [report("a", "township", "370830101", 2022)];
    let (panel, comparable) = (panel(&form, &rows, &wide, &body_years(&rows)), comparable(&form, &rows, &wide, &body_years(&rows)));
    assert_eq!((number(&panel, "t3_received_total", 0), number(&comparable, "t3_received_total", 0)), (Some(4.0), Some(4.0)));
    assert_eq!(number(&comparable, "t3_other_all_total", 0), None, "one of its parts alone is there");
}

fn read_as(path: &str, figures: u32, cells_found: u32, checks_failed: u32) -> ReportRow {
    ReportRow { as_read: AsRead { figures, cells_found, checks_failed }, body: Some("甲镇人民政府".into()), ..report(path, "township", "370830101", 2023) }
}

#[test]
fn a_report_with_more_figures_is_primary_and_says_why() {
    let cases = [
        (read_as("b", 193, 193, 4), read_as("a", 0, 200, 0), "it has more figures"),
        (read_as("b", 100, 150, 4), read_as("a", 100, 120, 0), "more of its cells are legible"),
        (read_as("b", 100, 150, 0), read_as("a", 100, 150, 1), "fewer of its checks fail"),
        (read_as("a", 100, 150, 1), read_as("b", 100, 150, 1), "it is the first by path"),
    ];
    for (best, other, why) in cases {
        let mut rows = [other, best];
        assert_eq!(settle_primaries(&mut rows).pairs, [(0, 1)], "{why}");
        assert_eq!(why_primary(&rows[1], &rows[0]), why);
        // What was corrected in either has no part in it.
        (rows[0].cells_found, rows[0].checks_failed, rows[1].checks_failed) = (250, 0, 9);
        assert_eq!(settle_primaries(&mut rows).pairs, [(0, 1)], "{why}");
    }
}

/// The same for the body whatever is named: a township that is told by its place alone.
#[test]
fn a_township_that_does_not_name_itself_has_reported_and_is_in_no_sum() {
    let unnamed = |path| ReportRow { body: None, ..read_as(path, 9, 9, 0) };
    let mut rows = [unnamed("a"), unnamed("b"), ReportRow { place: PlaceRow { division_code: Some("370830102".into()), ..PlaceRow::default() }.into(), ..unnamed("c") }, unnamed("d")];
    Arc::make_mut(&mut rows[3].place).division_code = None;
    assert_eq!(settle_primaries(&mut rows).pairs, [(1, 0)], "of one code there is one primary report");
    assert!(body_years(&rows).is_empty());
    let places = gazetteer();
    let (form, rows, wide) = archive(&rows.map(|row| (row, Some(3.0))));
    let expected = Expected::new(&places, &rows);
    let county = &rollup(&form, &places, &rows, &wide, &expected, Level::County);
    assert_eq!((county.rows.len(), county.rows[0].townships, county.sum(0, 0)), (1, 2, None));
    let covered = cover(&places, &rows).rows.iter().filter(|c| c.report.is_some()).count();
    assert_eq!(covered, 2, "as many as coverage has");
    // One that names itself stands for it.
    let mut rows = [unnamed("a"), read_as("b", 3, 3, 0)];
    assert_eq!(settle_primaries(&mut rows).pairs, [(0, 1)]);
    assert_eq!(why_primary(&rows[1], &rows[0]), "it names its body");
}

/// However its name is written; an office of it may report beside it.
#[test]
fn a_countys_government_is_one_body() {
    let of = |path, body: &str, year| {
        let mut row = of_regions(path, body, "county", "370830", ["山东省", "济宁市", "汶上县"], year);
        Arc::make_mut(&mut row.place).government = (!body.ends_with("办公室")).then(|| "汶上县人民政府".into());
        row
    };
    let mut rows = [of("a", "汶上县人民政府", 2022), of("b", "汶上县政府", 2023), of("c", "汶上县", 2023), of("d", "汶上县人民政府办公室", 2023)];
    assert_eq!(settle_primaries(&mut rows).pairs, [(2, 1)]);
    assert_eq!(years_of_bodies(&rows), [(0, None), (1, Some(0)), (3, None)]);
    assert_eq!(body_key(&rows[1]).as_deref(), Some("山东省/济宁市/汶上县/汶上县人民政府"));
}

#[test]
fn the_report_of_the_year_before_is_that_of_the_same_body() {
    let mut rows = vec![
        report("a", "township", "370830101", 2022),
        report("b", "township", "370830101", 2023),
        report("c", "township", "370830102", 2024),
        report("d", "township", "370830101", 2025),
    ];
    rows.push(ReportRow { primary: false, ..report("e", "township", "370830102", 2023) });
    assert_eq!(years_of_bodies(&rows), [(0, None), (1, Some(0)), (2, None), (3, None)]);
}

/// A report of a body in regions, province first; a code of two digits is the province's, of four the city's.
fn of_regions(path: &str, body: &str, level: &'static str, code: &str, regions: [&str; 3], year: i32) -> ReportRow {
    let mut row = ReportRow { body: Some(body.into()), ..report(path, level, code, year) };
    let [province, city, county] = regions.map(|r| (!r.is_empty()).then(|| r.into()));
    let place = Arc::make_mut(&mut row.place);
    (place.province, place.city, place.county) = (province, city, county);
    row
}

#[test]
fn a_body_whose_code_is_known_is_one_wherever_its_file_lies() {
    let bodies = [
        ("东莞市人民政府", "city", "4419", ["广东省", "东莞市", ""]),
        ("广东省人民政府", "province", "44", ["广东省", "", ""]),
        ("汶上县人民政府", "county", "370830", ["山东省", "济宁市", "汶上县"]),
        ("东莞市财政局", "department", "4419", ["广东省", "东莞市", ""]),
        ("石龙镇人民政府", "township", "441900101", ["广东省", "东莞市", ""]),
    ];
    for (body, level, code, regions) in bodies {
        let at = |path, year| of_regions(path, body, level, code, regions, year);
        let mut rows = [at("x/a", 2024), at("y/a", 2024), at("z/a", 2023)];
        assert_eq!(settle_primaries(&mut rows).pairs, [(1, 0)], "{body}");
        assert_eq!(years_of_bodies(&rows), [(0, Some(2)), (2, None)], "{body}");
        assert_eq!(body_years(&rows).len(), 2, "{body}");
    }
}

/// The same name stands in several regions; without a code it may lie in any county of the city.
#[test]
fn bodies_of_one_name_in_different_regions_are_different_bodies() {
    let department = |path, code, regions| of_regions(path, "财政局", "department", code, regions, 2024);
    let mut rows = [
        department("x/a", "370830", ["山东省", "济宁市", "汶上县"]),
        department("x/b", "3708", ["山东省", "济宁市", ""]),
        department("x/c", "4419", ["广东省", "东莞市", ""]),
        department("x/d", "44", ["广东省", "", ""]),
        department("x/e", "", ["山东省", "济宁市", ""]),
        department("y/e", "", ["山东省", "济宁市", ""]),
        of_regions("x/f", "石桥镇人民政府", "township", "", ["山东省", "济宁市", ""], 2024),
        of_regions("y/f", "石桥镇人民政府", "township", "", ["山东省", "济宁市", ""], 2024),
    ];
    assert_eq!(settle_primaries(&mut rows), Settled::default());
    assert_eq!(body_years(&rows).len(), rows.len());
}

/// The offices of a township write its name in several ways; the gazetteer may not have it.
#[test]
fn a_township_without_a_code_is_one_body_however_its_name_is_written() {
    let of = |path, body: &str, township: &str| {
        let mut row = of_regions(path, body, "township", "", ["山东省", "济宁市", "汶上县"], 2022);
        Arc::make_mut(&mut row.place).township = Some(township.into());
        row
    };
    let mut rows = [of("a", "新镇", "新镇"), of("b", "新镇人民政府", "新镇"), of("c", "新镇党政办公室", "新镇"), of("d", "新镇街道办事处", "新镇街道")];
    assert_eq!(settle_primaries(&mut rows).pairs, [(1, 0), (2, 0)]);
    let frame = rolled(&rows.map(|row| (row, Some(3.0))), Level::County);
    let row = ["sum", "townships_reporting", "townships_expected"].map(|c| number(&frame, c, 0));
    assert_eq!(row, [Some(6.0), Some(2.0), Some(5.0)], "two that report and three that the gazetteer has");
}

#[test]
fn what_is_called_by_a_kind_alone_is_no_body() {
    let nobody = |path| ReportRow { level: None, ..of_regions(path, "各乡镇", "township", "", ["山东省", "济宁市", "汶上县"], 2024) };
    let mut rows = [nobody("x/a"), nobody("y/a")];
    assert_eq!(settle_primaries(&mut rows), Settled::default());
    assert!(body_years(&rows).is_empty());
    assert_eq!(rolled(&rows.map(|row| (row, Some(3.0))), Level::County).height(), 0);
}

fn rendering(path: &str, code: &str, text: &str, cells: u32) -> ReportRow {
    let text_hash = Some(HalfHash::of(&[text.as_bytes()[0]; 32]));
    ReportRow { text_hash, body: None, cells_found: cells, ..report(path, "township", code, 2022) }
}

#[test]
fn one_text_in_two_formats_is_one_report() {
    // Neither names its body, so body and year cannot tell.
    let mut rows = vec![rendering("a.html", "", "t", 5), rendering("a.txt", "", "t", 5), rendering("b.txt", "", "u", 5)];
    assert_eq!(settle_primaries(&mut rows), Settled { pairs: vec![(1, 0)], apart: vec![] });
    assert_eq!(rows.iter().map(|r| r.primary).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(rows[1].duplicate_of.as_deref(), Some("a.html"));
    // The one whose path tells the place stands for both.
    let mut rows = vec![rendering("a.html", "", "t", 5), rendering("a.txt", "370830101", "t", 5)];
    assert_eq!(settle_primaries(&mut rows).pairs, [(0, 1)]);
}

#[test]
fn one_text_in_two_places_is_two_reports_and_says_so() {
    let mut rows = vec![rendering("a", "370830101", "t", 5), rendering("b", "370830102", "t", 5), rendering("c", "", "t", 5)];
    assert_eq!(settle_primaries(&mut rows), Settled { pairs: vec![], apart: vec![(1, 0)] });
    // Nor by a third that shares its text with one and its body with the other.
    let mut rows = vec![rendering("x/a", "370830101", "t", 5), rendering("x/b", "", "t", 5), rendering("x/c", "", "u", 5), rendering("x/d", "370830102", "u", 5)];
    (rows[1].body, rows[2].body) = (Some("甲".into()), Some("甲".into()));
    let settled = settle_primaries(&mut rows);
    assert_eq!((settled.apart.len(), settled.pairs.len(), rows[3].primary), (1, 2, true), "{settled:?}");
}

#[test]
fn every_cell_that_differs_is_told() {
    let form = form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
    let mut wide = Wide::new(&form);
    wide.push(&figures(&form, &[("t2_rules_issued", 1.0), ("t2_rules_repealed", 2.0), ("t2_rules_in_force", 3.0)]));
    wide.push(&figures(&form, &[("t2_rules_issued", 1.0), ("t2_rules_repealed", 4.0), ("t3_received_total", 3.0)]));
    let told: Vec<(&str, f64, f64)> = wide.differences(0, 1).map(|(i, a, b)| (form.indicators[i].name.as_str(), a, b)).collect();
    assert_eq!(told, [("t2_rules_repealed", 2.0, 4.0)], "a cell that one of them lacks is no difference");
    assert_eq!((wide.alone(0, 1), wide.alone(0, 0)), ((1, 1), (0, 0)), "but is counted");
    wide.push(&[]);
    assert!(wide.any(0) && !wide.any(2));
}

#[test]
fn every_figure_comes_back_as_it_was() {
    let (form, _, mut wide) = archive(&[]);
    let all = [0.0, 1.0, 126.0, 127.0, 128.0, 254.0, 255.0, 256.0, 65_534.0, 65_535.0, 65_536.0, 1e9, 0.5, -3.0, -0.0];
    let figure = |i: usize, value: f64| Figure { indicator: i as u16, status: Status::Reported, value: Some(value), ..Figure::default() };
    for _ in 0..300 {
        wide.push(&all.iter().enumerate().map(|(i, v)| figure(i, *v)).collect::<Vec<_>>());
    }
    for row in [0, 255, 256, 299] {
        let back: Vec<Option<u64>> = wide.row(row).map(|v| v.map(f64::to_bits)).collect();
        assert_eq!(back.len(), form.indicators.len());
        assert!(all.iter().enumerate().all(|(i, v)| back[i] == Some(v.to_bits()) && wide.get(i, row).map(f64::to_bits) == back[i]));
        assert!(back[all.len()..].iter().all(Option::is_none));
    }
}

#[test]
fn runs_of_equal_cells_come_back_in_their_length() {
    let (form, _, mut wide) = archive(&[]);
    let width = form.indicators.len();
    assert_eq!(wide.width(), width);
    let figure = |i: usize, value: f64| Figure { indicator: i as u16, status: Status::Reported, value: Some(value), ..Figure::default() };
    for (value, runs) in [(0.0, [1, 63, 64, 65, 128, 129]), (5.0, [1, 2, 3, 64, 65, 129])] {
        for run in runs {
            for start in [0, 1, width - run] {
                wide.push(&(start..start + run).map(|i| figure(i, value)).collect::<Vec<_>>());
                let row = wide.height() - 1;
                let cells: Vec<Option<f64>> = wide.row(row).collect();
                let want: Vec<Option<f64>> = (0..width).map(|i| (start..start + run).contains(&i).then_some(value)).collect();
                assert_eq!(cells, want, "{run} times {value} from {start} on");
                assert!((0..width).all(|i| wide.get(i, row) == want[i]));
            }
        }
    }
    let packed: std::collections::BTreeSet<&[u8]> = (0..wide.height()).map(|row| wide.packed(row)).collect();
    assert_eq!(packed.len(), wide.height(), "other cells are other bytes");
}
