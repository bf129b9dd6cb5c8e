//! Who has reported and who has not: every township of every county that has a report, by year.
//!
//! A county enters with the first report of one of its townships or of itself. From that year on, each year in which
//! the archive holds such a report anywhere is asked of each of its townships: also the years after the county's own
//! last one, for that is where a body that stopped reporting is found. The towns of a city without counties (东莞市)
//! are asked under their city. Reports whose township has no code are in `reports.parquet` alone.

use std::collections::{BTreeSet, HashMap};

use polars::prelude::*;

use super::places::{Places, Region};
use super::{Interner, Level, NONE, numbered};
use crate::model::ReportRow;

/// What was found of a township in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Presence {
    Found,
    /// There is a report, and none of its figures could be read.
    FoundUnreadable,
    NotFound,
}

impl Presence {
    pub const ALL: [Presence; 3] = [Presence::Found, Presence::FoundUnreadable, Presence::NotFound];

    pub fn name(self) -> &'static str {
        match self {
            Presence::Found => "found",
            Presence::FoundUnreadable => "found_unreadable",
            Presence::NotFound => "not_found",
        }
    }

    /// Before 2019 there were no statutory tables, so a report without them is no damaged one.
    fn of(report: &ReportRow) -> Presence {
        let unreadable = report.cells_found == 0 && report.shape.form != "pre2019";
        if unreadable { Presence::FoundUnreadable } else { Presence::Found }
    }
}

/// One township in one year.
#[derive(Clone, Copy, Debug)]
pub struct Covered {
    /// Number of the place.
    pub place: u32,
    pub year: i32,
    /// Number of its primary report.
    pub report: Option<u32>,
    pub presence: Presence,
}

/// All years asked, and the rows by code and year.
#[derive(Debug, Default)]
pub struct Coverage {
    pub years: Vec<i32>,
    pub rows: Vec<Covered>,
}

/// Townships that the gazetteer has in the year or that have a report of it, against the primary reports.
pub fn cover(places: &Places, reports: &[ReportRow]) -> Coverage {
    let mut years = BTreeSet::new();
    let mut first: HashMap<u32, i32> = HashMap::new();
    let mut found: HashMap<(u32, i32), u32> = HashMap::new();
    for (i, r) in reports.iter().enumerate().filter(|(_, r)| r.primary && matches!(r.level, Some("township" | "county"))) {
        let Some(year) = r.year else { continue };
        years.insert(year);
        let own = r.place.division_code.as_deref().and_then(|c| places.find(c)).filter(|&at| places.all[at as usize].level == "township");
        // There is one primary report of a code and year.
        found.extend(own.map(|at| ((at, year), i as u32)));
        let above = own.and_then(|at| places.parent(at)).or_else(|| match places.region(r, Level::County) {
            Some(Region::Coded(at)) => Some(at),
            _ => None,
        });
        if let Some(county) = above {
            first.entry(county).and_modify(|y| *y = year.min(*y)).or_insert(year);
        }
    }
    let mut rows = Vec::new();
    for place in places.of_level("township") {
        let Some(&first) = places.parent(place).and_then(|county| first.get(&county)) else { continue };
        for &year in years.range(first..) {
            let report = found.get(&(place, year)).copied();
            if report.is_some() || places.valid(place, year) {
                let presence = report.map_or(Presence::NotFound, |r| Presence::of(&reports[r as usize]));
                rows.push(Covered { place, year, report, presence });
            }
        }
    }
    Coverage { years: years.into_iter().collect(), rows }
}

/// `coverage.parquet`, by code and year.
pub fn coverage<'a>(places: &'a Places, reports: &[ReportRow], coverage: &Coverage) -> DataFrame {
    let rows = &coverage.rows;
    // The places that occur, once each, and the number of each row's place among them.
    let (mut used, mut at) = (Vec::new(), Vec::with_capacity(rows.len()));
    for row in rows {
        if used.last() != Some(&row.place) {
            used.push(row.place);
        }
        at.push(used.len() - 1);
    }
    let names: Vec<_> = used.iter().map(|&p| places.names(p)).collect();
    let place = |name: &str, f: &dyn Fn(usize) -> Option<&'a str>| {
        let mut texts = Interner::default();
        let numbers: Vec<u32> = (0..used.len()).map(|i| f(i).map_or(NONE, |text| texts.number(text))).collect();
        numbered(name, texts.texts, at.iter().map(|&i| numbers[i]).collect())
    };
    let fact = |i: usize| &places.all[used[i] as usize];
    let report = |name: &str, f: &dyn Fn(&ReportRow) -> &str| super::strings(name, rows.iter().map(|r| r.report.map(|i| f(&reports[i as usize]))));
    let columns = vec![
        place("division_code", &|i| Some(fact(i).code)),
        Int32Chunked::from_vec("year".into(), rows.iter().map(|r| r.year).collect()).into_series().into(),
        place("township", &|i| Some(fact(i).name)),
        place("kind", &|i| Some(fact(i).kind)),
        place("county", &|i| names[i][2]),
        place("city", &|i| names[i][1]),
        place("province", &|i| names[i][0]),
        numbered("status", Presence::ALL.map(Presence::name), rows.iter().map(|r| r.presence as u32).collect()),
        report("report_id", &|r| &r.report_id),
        report("path", &|r| &r.path),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}
