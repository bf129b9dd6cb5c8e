//! Sums by region and year over the primary reports of townships alone, so that nothing is counted twice. What the
//! county, city or province says of itself stands beside the sum and is never added to it.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::places::{Names, Places, Region};
use super::panel::body_key;
use super::{Interner, NONE, Wide, numbered};
use crate::form::Form;
use crate::model::ReportRow;

/// The region that townships are added up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    County,
    City,
    Province,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::County, Level::City, Level::Province];

    pub fn name(self) -> &'static str {
        match self {
            Level::County => "county",
            Level::City => "city",
            Level::Province => "province",
        }
    }

    /// Its place among province, city and county.
    pub fn depth(self) -> usize {
        match self {
            Level::County => 2,
            Level::City => 1,
            Level::Province => 0,
        }
    }
}

/// One region in one year.
#[derive(Clone, Debug)]
pub struct RegionYear<'a> {
    pub code: Option<&'a str>,
    pub names: Names<'a>,
    pub year: i32,
    /// Townships that the gazetteer has in that year, or that have a report of it; none for a region without a code.
    pub expected: Option<u32>,
    /// Townships with a primary report.
    pub townships: u32,
    /// The region's own report.
    pub own: Option<u32>,
}

/// All regions of one level, sorted by code and year, with the sums of every indicator.
pub struct Rollup<'a> {
    pub level: Level,
    pub rows: Vec<RegionYear<'a>>,
    /// The reports of each row's townships.
    pub(super) members: Vec<Vec<u32>>,
    pub(super) wide: &'a Wide,
    /// Column after column, a row each.
    sums: Vec<f64>,
    reporting: Vec<u32>,
}

#[derive(Default)]
struct Members {
    townships: Vec<u32>,
    own: Option<u32>,
}

/// A report without a body has no key that tells it from another report of the same body: it is in no sum, as it is in
/// no panel.
fn counted(r: &ReportRow) -> bool {
    r.primary && body_key(r).is_some()
}

/// Adds the townships up to one level.
pub fn rollup<'a>(form: &Form, places: &Places<'a>, reports: &'a [ReportRow], wide: &'a Wide, expected: &Expected, level: Level) -> Rollup<'a> {
    let mut groups: BTreeMap<(Region, i32), Members> = BTreeMap::new();
    for (i, r) in reports.iter().enumerate().filter(|(_, r)| counted(r)) {
        let is_own = r.level == Some(level.name());
        if !is_own && r.level != Some("township") {
            continue;
        }
        let (Some(year), Some(region)) = (r.year, places.region(r, level)) else { continue };
        let members = groups.entry((region, year)).or_default();
        if !is_own {
            members.townships.push(i as u32);
        } else if members.own.is_none_or(|o| r.cells_found > reports[o as usize].cells_found) {
            // Government and office of one county may both publish it: the fuller one, of equals the first by path.
            members.own = Some(i as u32);
        }
    }
    fill_years(&mut groups, &expected.years);
    let n = groups.len();
    let mut out = Rollup { level, rows: Vec::with_capacity(n), members: Vec::with_capacity(n), wide, sums: vec![0.0; n * form.indicators.len()], reporting: vec![0; n * form.indicators.len()] };
    for i in 0..form.indicators.len() {
        for (row, members) in groups.values().enumerate() {
            for v in members.townships.iter().filter_map(|&r| wide.get(i, r as usize)) {
                out.sums[i * n + row] += v;
                out.reporting[i * n + row] += 1;
            }
        }
    }
    for ((region, year), members) in groups {
        let (code, names) = places.describe(region);
        let expected = if let Region::Coded(at) = region { expected.of(at, year) } else { None };
        out.rows.push(RegionYear { code, names, year, expected, townships: members.townships.len() as u32, own: members.own });
        out.members.push(members.townships);
    }
    out
}

/// A region is asked in every year from its first report on: a year without any shows as such.
fn fill_years(groups: &mut BTreeMap<(Region, i32), Members>, years: &[i32]) {
    let mut missing = Vec::new();
    let mut last = None;
    for &(region, first) in groups.keys() {
        if last != Some(region) {
            missing.extend(years.iter().filter(|&&y| y > first).map(|&y| (region, y)));
            last = Some(region);
        }
    }
    for key in missing {
        groups.entry(key).or_default();
    }
}

/// How many townships a region has in a year.
pub struct Expected {
    years: Vec<i32>,
    /// Place after place, a year each.
    counts: Vec<u32>,
}

impl Expected {
    /// Counts for every region and for every year in which the archive holds a report.
    pub fn new(places: &Places, reports: &[ReportRow]) -> Expected {
        let mut years: Vec<i32> = reports.iter().filter(|r| r.primary).filter_map(|r| r.year).collect();
        years.sort_unstable();
        years.dedup();
        let mut out = Expected { counts: vec![0; places.all.len() * years.len()], years };
        for place in places.of_level("township") {
            for y in 0..out.years.len() {
                if places.valid(place, out.years[y]) {
                    out.add(places, place, y);
                }
            }
        }
        // A township that reports exists, whatever the gazetteer says of that year.
        for r in reports.iter().filter(|r| counted(r) && r.level == Some("township")) {
            let (Some(year), Some(code)) = (r.year, r.place.division_code.as_deref()) else { continue };
            if let (Some(place), Ok(y)) = (places.find(code), out.years.binary_search(&year))
                && places.all[place as usize].level == "township"
                && !places.valid(place, year)
            {
                out.add(places, place, y);
            }
        }
        out
    }

    fn add(&mut self, places: &Places, place: u32, year: usize) {
        for at in places.upwards(place).skip(1) {
            self.counts[at as usize * self.years.len() + year] += 1;
        }
    }

    /// None for a year without any report.
    fn of(&self, at: u32, year: i32) -> Option<u32> {
        let y = self.years.binary_search(&year).ok()?;
        Some(self.counts[at as usize * self.years.len() + y])
    }
}

impl<'a> Rollup<'a> {
    /// Sum over the townships; none where no township reports the indicator.
    pub fn sum(&self, row: usize, indicator: usize) -> Option<f64> {
        let at = indicator * self.rows.len() + row;
        (self.reporting[at] > 0).then(|| self.sums[at])
    }

    /// What the region's own report says.
    pub fn own(&self, row: usize, indicator: usize) -> Option<f64> {
        self.wide.get(indicator, self.rows[row].own? as usize)
    }

    /// The rollup as rows: one region, year and indicator. An indicator that neither a township nor the region itself
    /// reports has no row. `small` is the guard of the pipeline: fewer townships reporting make `small` true, and of
    /// fewer townships expected no `share` is given.
    ///
    /// # Errors
    /// Those of polars.
    pub fn frame(&self, form: &Form, small: u32) -> PolarsResult<DataFrame> {
        let n = self.rows.len();
        let (mut row, mut indicator) = (Vec::new(), Vec::new());
        for (r, region) in self.rows.iter().enumerate() {
            for i in 0..form.indicators.len() {
                if self.reporting[i * n + r] > 0 || region.own.is_some_and(|own| self.wide.get(i, own as usize).is_some()) {
                    row.push(r as u32);
                    indicator.push(i as u32);
                }
            }
        }
        let cells: Vec<(usize, usize)> = row.iter().zip(&indicator).map(|(&r, &i)| (r as usize, i as usize)).collect();
        let mut columns = self.keys(&row);
        columns.push(numbered("indicator", form.indicators.iter().map(|i| i.name.as_str()), indicator));
        columns.extend(self.figures(&cells, small));
        DataFrame::new(cells.len(), columns)
    }

    pub(super) fn keys(&self, row: &[u32]) -> Vec<Column> {
        let text = |name: &str, f: &dyn Fn(&RegionYear<'a>) -> Option<&'a str>| {
            let mut texts = Interner::default();
            let numbers: Vec<u32> = self.rows.iter().map(|region| f(region).map_or(NONE, |text| texts.number(text))).collect();
            numbered(name, texts.texts, row.iter().map(|&r| numbers[r as usize]).collect())
        };
        let mut out = vec![text("division_code", &|k| k.code)];
        for (depth, name) in ["province", "city", "county"].iter().enumerate().take(self.level.depth() + 1) {
            out.push(text(name, &|k| k.names[depth]));
        }
        out.push(Int32Chunked::from_vec("year".into(), row.iter().map(|&r| self.rows[r as usize].year).collect()).into_series().into());
        out
    }

    fn figures(&self, cells: &[(usize, usize)], small: u32) -> Vec<Column> {
        let number = |name: &str, f: &dyn Fn(usize, usize) -> Option<f64>| -> Column {
            Float64Chunked::from_iter_options(name.into(), cells.iter().map(|&(r, i)| f(r, i))).into_series().into()
        };
        let reporting = |r: usize, i: usize| self.reporting[i * self.rows.len() + r];
        let share = |r: usize, i: usize| self.rows[r].expected.filter(|&e| e >= small.max(1)).map(|e| f64::from(reporting(r, i)) / f64::from(e));
        let expected = UInt32Chunked::from_iter_options("townships_expected".into(), cells.iter().map(|&(r, _)| self.rows[r].expected));
        vec![
            number("sum", &|r, i| self.sum(r, i)),
            UInt32Chunked::from_vec("townships_reporting".into(), cells.iter().map(|&(r, i)| reporting(r, i)).collect()).into_series().into(),
            expected.into_series().into(),
            number("share", &share),
            BooleanChunked::from_iter_options("small".into(), cells.iter().map(|&(r, i)| Some(reporting(r, i) < small))).into_series().into(),
            number("own_value", &|r, i| self.own(r, i)),
            number("difference", &|r, i| Some(self.own(r, i)? - self.sum(r, i)?)),
        ]
    }
}
