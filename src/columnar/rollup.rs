//! Sums by region and year over the primary reports of townships alone, so that nothing is counted twice. What the
//! county, city or province says of itself stands beside the sum and is never added to it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use polars::prelude::*;

use super::places::{Names, Places, Region};
use super::panel::{body_key, township};
use super::{Interner, NONE, Wide, numbered, numbers};
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
    /// Townships with a primary report, whatever it holds.
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
    /// How many indicators there are.
    width: usize,
    /// Row after row, an indicator each.
    sums: Vec<f64>,
    reporting: Vec<u32>,
}

/// One of the texts that say which region a row is of.
pub(super) struct Key<'a> {
    name: &'static str,
    texts: Vec<&'a str>,
    /// By row of the rollup, the number of its text.
    numbers: Vec<u32>,
}

#[derive(Default)]
struct Members {
    townships: Vec<u32>,
    /// Townships that report without naming themselves: they have reported, and their figures are in no sum.
    unnamed: u32,
    own: Option<u32>,
}

/// A report without a body has no key that tells it from another report of the same body: it is in no sum, as it is in
/// no panel.
fn counted(r: &ReportRow) -> bool {
    r.primary && body_key(r).is_some()
}

/// Whether it is the report of a township that it names, or that its place alone tells: such a township has reported.
fn of_township(r: &ReportRow) -> bool {
    r.level == Some("township") && (counted(r) || r.primary && township(r).is_some())
}

/// Whether a report is a region's own rather than another of the same region and year. Its government and its office may both
/// publish one. The office's name in full is the longer, since it begins with the region's; it stands in where the other has no
/// figure at all. Of reports that are alike in this that with more figures, of equals the first by path.
fn stands_before(wide: &Wide, reports: &[ReportRow], one: u32, other: u32) -> bool {
    let rank = |i: u32| {
        let r = &reports[i as usize];
        let name = r.place.government.as_ref().or(r.body.as_ref()).map_or(usize::MAX, |b| b.chars().count());
        (!wide.any(i as usize), r.place.government.is_none(), name, Reverse(r.as_read.figures))
    };
    rank(one) < rank(other)
}

/// Adds the townships up to one level.
pub fn rollup<'a>(form: &Form, places: &Places<'a>, reports: &'a [ReportRow], wide: &'a Wide, expected: &Expected, level: Level) -> Rollup<'a> {
    let mut groups: BTreeMap<(Region, i32), Members> = BTreeMap::new();
    for (i, r) in (0..).zip(reports) {
        let is_own = r.level == Some(level.name()) && counted(r);
        if !is_own && !of_township(r) {
            continue;
        }
        let (Some(year), Some(region)) = (r.year, places.region(r, level)) else { continue };
        let members = groups.entry((region, year)).or_default();
        if !is_own {
            if counted(r) { members.townships.push(i) } else { members.unnamed += 1 }
        } else if members.own.is_none_or(|own| stands_before(wide, reports, i, own)) {
            members.own = Some(i);
        }
    }
    fill_years(&mut groups, &expected.years, places);
    let (n, width) = (groups.len(), form.indicators.len());
    let mut out = Rollup { level, rows: Vec::with_capacity(n), members: Vec::with_capacity(n), wide, width, sums: vec![0.0; n * width], reporting: vec![0; n * width] };
    for ((sums, reporting), members) in out.sums.chunks_mut(width).zip(out.reporting.chunks_mut(width)).zip(groups.values()) {
        for &r in &members.townships {
            for ((v, sum), n) in wide.row(r as usize).zip(&mut *sums).zip(&mut *reporting) {
                if let Some(v) = v {
                    *sum += v;
                    *n += 1;
                }
            }
        }
        sums.iter_mut().for_each(|sum| *sum = tidy(*sum));
    }
    for ((region, year), members) in groups {
        let (code, names) = places.describe(region);
        let expected = if let Region::Coded(at) = region { expected.of(at, year) } else { None };
        out.rows.push(RegionYear { code, names, year, expected, townships: members.townships.len() as u32 + members.unnamed, own: members.own });
        out.members.push(members.townships);
    }
    out
}

/// A figure without the rest that sums of decimal fractions carry in binary ones: figures have four decimals at the most.
fn tidy(v: f64) -> f64 {
    // Beyond this the rounding itself would not be exact; whole numbers carry no rest.
    if v == v.trunc() || v.abs() > 1e9 { v } else { (v * 1e6).round() / 1e6 }
}

/// A region is asked in every year from its first report on, as long as it stands: a year without any shows as such.
fn fill_years(groups: &mut BTreeMap<(Region, i32), Members>, years: &[i32], places: &Places) {
    let mut missing = Vec::new();
    let mut last = None;
    for &(region, first) in groups.keys() {
        if last != Some(region) {
            let stands = |year: i32| !matches!(region, Region::Coded(at) if !places.valid(at, year));
            missing.extend(years.iter().filter(|&&y| y > first && stands(y)).map(|&y| (region, y)));
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
        // A township that reports exists, whatever the gazetteer says of that year, or where it does not know it.
        for r in reports.iter().filter(|r| of_township(r)) {
            let Some(y) = r.year.and_then(|year| out.years.binary_search(&year).ok()) else { continue };
            let place = r.place.division_code.as_deref().and_then(|code| places.find(code)).filter(|&p| places.all[p as usize].level == "township");
            match place {
                Some(place) if places.valid(place, out.years[y]) => {}
                Some(place) => out.add(places, place, y),
                None => Level::ALL.iter().filter_map(|&level| places.region(r, level)).for_each(|region| out.count(region, y)),
            }
        }
        out
    }

    fn add(&mut self, places: &Places, place: u32, year: usize) {
        for at in places.upwards(place).skip(1) {
            self.count(Region::Coded(at), year);
        }
    }

    fn count(&mut self, region: Region, year: usize) {
        if let Region::Coded(at) = region {
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
    /// Puts all that its tables are made of into a hash.
    pub fn made_of(&self, out: &mut impl Hasher) {
        (self.level.name(), self.rows.len()).hash(out);
        for (row, members) in self.rows.iter().zip(&self.members) {
            (row.code, row.names, row.year, row.expected, row.townships, row.own.is_some(), members.len()).hash(out);
            row.own.iter().chain(members).for_each(|&r| out.write(self.wide.packed(r as usize)));
        }
    }

    /// Sum over the townships; none where no township reports the indicator.
    pub fn sum(&self, row: usize, indicator: usize) -> Option<f64> {
        (self.reporting(row, indicator) > 0).then(|| self.sums[row * self.width + indicator])
    }

    /// How many townships the sum is of.
    pub fn reporting(&self, row: usize, indicator: usize) -> u32 {
        self.reporting[row * self.width + indicator]
    }

    /// What the region's own report says beyond the sum; none where either is missing.
    pub fn difference(&self, row: usize, indicator: usize) -> Option<f64> {
        Some(tidy(self.own(row, indicator)? - self.sum(row, indicator)?))
    }

    /// What the region's own report says.
    pub fn own(&self, row: usize, indicator: usize) -> Option<f64> {
        self.wide.get(indicator, self.rows[row].own? as usize)
    }

    /// The rollup as rows: one region, year and indicator. An indicator that neither a township nor the region itself
    /// reports has no row. `small` is the guard of the pipeline: fewer townships reporting make `small` true, and of
    /// fewer townships expected no `share` is given. Frames of `most` rows one after the other, the last one shorter, at
    /// least one: a country of counties is some millions of rows.
    ///
    /// # Errors
    /// Those of polars.
    pub fn frames<'r>(&'r self, form: &'r Form, small: u32, most: usize) -> impl Iterator<Item = PolarsResult<DataFrame>> + use<'r, 'a> {
        let mut cells: Vec<(u32, u32)> = Vec::new();
        for (r, region) in self.rows.iter().enumerate() {
            let stated = |i: usize| self.reporting(r, i) > 0 || region.own.is_some_and(|own| self.wide.get(i, own as usize).is_some());
            cells.extend((0..self.width).filter(|&i| stated(i)).map(|i| (r as u32, i as u32)));
        }
        let keys = self.keys();
        (0..cells.len().div_ceil(most).max(1)).map(move |part| {
            let some = &cells[part * most..cells.len().min((part + 1) * most)];
            let mut columns = self.key_columns(&keys, &some.iter().map(|c| c.0).collect::<Vec<_>>());
            columns.push(numbered("indicator", form.indicators.iter().map(|i| i.name.as_str()), some.iter().map(|c| c.1).collect()));
            columns.extend(self.figures(some, small));
            DataFrame::new(some.len(), columns)
        })
    }

    /// The texts that say which region a row is of.
    pub(super) fn keys(&self) -> Vec<Key<'a>> {
        let key = |name: &'static str, f: &dyn Fn(&RegionYear<'a>) -> Option<&'a str>| {
            let mut texts = Interner::default();
            let numbers = self.rows.iter().map(|region| f(region).map_or(NONE, |text| texts.number(text))).collect();
            Key { name, texts: texts.texts, numbers }
        };
        let mut out = vec![key("division_code", &|k| k.code)];
        for (depth, name) in ["province", "city", "county"].into_iter().enumerate().take(self.level.depth() + 1) {
            out.push(key(name, &|k| k.names[depth]));
        }
        out
    }

    /// Those of some rows, and the year.
    pub(super) fn key_columns(&self, keys: &[Key], row: &[u32]) -> Vec<Column> {
        let mut out: Vec<Column> = keys.iter().map(|key| numbered(key.name, key.texts.iter().copied(), row.iter().map(|&r| key.numbers[r as usize]).collect())).collect();
        out.push(Int32Chunked::from_vec("year".into(), row.iter().map(|&r| self.rows[r as usize].year).collect()).into_series().into());
        out
    }

    fn figures(&self, cells: &[(u32, u32)], small: u32) -> Vec<Column> {
        let number = |name: &str, f: &dyn Fn(usize, usize) -> Option<f64>| numbers(name, cells.iter().map(|&(r, i)| f(r as usize, i as usize)));
        let share = |r: usize, i: usize| self.rows[r].expected.filter(|&e| e >= small.max(1)).map(|e| f64::from(self.reporting(r, i)) / f64::from(e));
        let expected = UInt32Chunked::from_iter_options("townships_expected".into(), cells.iter().map(|&(r, _)| self.rows[r as usize].expected));
        vec![
            number("sum", &|r, i| self.sum(r, i)),
            UInt32Chunked::from_vec("townships_reporting".into(), cells.iter().map(|&(r, i)| self.reporting(r as usize, i as usize)).collect()).into_series().into(),
            expected.into_series().into(),
            number("share", &share),
            BooleanChunked::from_iter_options("small".into(), cells.iter().map(|&(r, i)| Some(self.reporting(r as usize, i as usize) < small))).into_series().into(),
            number("own_value", &|r, i| self.own(r, i)),
            number("difference", &|r, i| self.difference(r, i)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_no_binary_rest_and_nothing_else_is_rounded() {
        assert_eq!([tidy(0.1 + 0.2), tidy(1160.2160000000001), tidy(-0.30000000000000004)], [0.3, 1160.216, -0.3]);
        for v in [0.0, 9007199254740992.0, 0.0001, 123456.7891, -7.0] {
            assert_eq!(tidy(v), v);
        }
    }
}
