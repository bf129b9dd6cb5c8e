//! One body in one year: which of several reports is primary, and the wide table of the primaries.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::*;

use super::{Wide, numbers, strings};
use crate::form::{Comparable, Form};
use crate::model::ReportRow;

/// Which reports stand for others, and what could not be settled.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Report and the primary one of the same body and year.
    pub pairs: Vec<(usize, usize)>,
    /// Reports of one text that were found to be of different places.
    pub apart: Vec<(usize, usize)>,
}

/// What puts a report before others of its body and year, the weightiest first: the least is primary. None of it is a matter
/// of what an override put there.
fn rank(r: &ReportRow) -> [u32; 6] {
    let read = &r.as_read;
    let lacks = |it: bool| u32::from(it);
    [lacks(body_key(r).is_none()), !read.figures, !read.cells_found, read.checks_failed, r.replaced, lacks(r.place.division_code.is_none())]
}

/// What that is called; where all of it is alike, the path decides.
const RANK: [&str; 7] = ["it names its body", "it has more figures", "more of its cells are legible", "fewer of its checks fail", "fewer of its characters are damaged", "its place is known", "it is the first by path"];

/// Why a report and not another of its body and year is primary.
pub fn why_primary(primary: &ReportRow, other: &ReportRow) -> &'static str {
    let differs = rank(primary).iter().zip(rank(other)).position(|(a, b)| *a != b);
    RANK[differs.unwrap_or(RANK.len() - 1)]
}

/// Of several reports of one body and year that with the most figures is primary, of equals what [`rank`] says, or the first
/// by path. Reports of one text, as the same report in another format or at another path, are of one body and year, unless they
/// lie in different places. A report whose body or year is unknown and whose text no other has stands alone, unless its place
/// is a township with a code.
pub fn settle_primaries(rows: &mut [ReportRow]) -> Settled {
    let mut settled = Settled::default();
    let mut groups = Groups { first: (0..rows.len()).collect(), place: rows.iter().map(|r| r.place.division_code.clone()).collect() };
    let mut by_body: HashMap<(Arc<str>, i32), usize> = HashMap::new();
    for (i, r) in rows.iter().enumerate() {
        if let (Some(key), Some(year)) = (body_key(r).or_else(|| township(r).cloned()), r.year) {
            groups.join(*by_body.entry((key, year)).or_insert(i), i);
        }
    }
    for same in grouped(rows.iter().enumerate().filter_map(|(i, r)| Some((r.text_hash?, i)))) {
        let code = |i: usize| rows[i].place.division_code.as_deref();
        let told = same.iter().copied().find(|&i| code(i).is_some());
        let other = told.and_then(|t| same.iter().copied().find(|&i| code(i).is_some() && code(i) != code(t)).map(|i| (i, t)));
        // Where the places differ nothing is joined: whose text it is cannot be told.
        let apart = other.or_else(|| same[1..].iter().find(|&&i| !groups.join(same[0], i)).map(|&i| (i, same[0])));
        settled.apart.extend(apart);
    }
    settled.apart.sort();
    rows.iter_mut().for_each(|r| (r.primary, r.duplicate_of) = (true, None));
    for group in grouped((0..rows.len()).map(|i| (groups.of(i), i))) {
        let best = *group.iter().min_by_key(|&&i| (rank(&rows[i]), &rows[i].path)).expect("a group has members");
        for i in group.into_iter().filter(|&i| i != best) {
            rows[i].primary = false;
            rows[i].duplicate_of = Some(rows[best].report_id.as_str().into());
            settled.pairs.push((i, best));
        }
    }
    settled.pairs.sort();
    settled
}

/// Reports that belong together: each with the number of one that it was joined to, itself for the first; and the place
/// of each group, at its first.
struct Groups {
    first: Vec<usize>,
    place: Vec<Option<Arc<str>>>,
}

impl Groups {
    /// The first report of the group.
    fn of(&mut self, i: usize) -> usize {
        let mut at = i;
        while self.first[at] != at {
            // Halving the way keeps it short.
            self.first[at] = self.first[self.first[at]];
            at = self.first[at];
        }
        at
    }

    /// Joins two groups unless they lie in different places.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        let (first, second) = (a.min(b), a.max(b));
        if first != second {
            if self.place[first].is_some() && self.place[second].is_some() && self.place[first] != self.place[second] {
                return false;
            }
            let moved = self.place[second].take();
            self.place[first] = self.place[first].take().or(moved);
            self.first[second] = first;
        }
        true
    }
}

/// The numbers that have a key in common with others, by key and rising.
fn grouped<K: Ord>(keys: impl Iterator<Item = (K, usize)>) -> Vec<Vec<usize>> {
    let mut all: Vec<(K, usize)> = keys.collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1).map(|same| same.iter().map(|s| s.1).collect()).collect()
}

/// Every primary report of a known body and year, and the primary report of the same body for the year before.
pub fn years_of_bodies(rows: &[ReportRow]) -> Vec<(usize, Option<usize>)> {
    let key = |r: &ReportRow| Some((body_key(r)?, r.year?));
    let primaries = || rows.iter().enumerate().filter(|(_, r)| r.primary).filter_map(|(i, r)| Some((key(r)?, i)));
    let by_key: HashMap<(Arc<str>, i32), usize> = primaries().collect();
    primaries().map(|((body, year), i)| (i, by_key.get(&(body, year - 1)).copied())).collect()
}

/// The code of a township whose report it is, though it may not name it.
pub(super) fn township(r: &ReportRow) -> Option<&Arc<str>> {
    r.place.division_code.as_ref().filter(|_| r.level == Some("township"))
}

/// What makes two reports those of one body: the code of a township; else its name and the regions above it, where its
/// county is known or a code says that it lies in none. Where neither is known, name and folder: the same name stands
/// in several counties. A township's name is the place's, whichever of its offices reports and however that is written; that of
/// a region's own government is always the same. A name without a level (各乡镇) is nobody's.
pub fn body_key(r: &ReportRow) -> Option<Arc<str>> {
    let (body, level) = (r.body.as_deref()?, r.level?);
    if let Some(code) = township(r) {
        return Some(code.clone());
    }
    let known = if level == "township" { &r.place.township } else { &r.place.government };
    let body = known.as_deref().unwrap_or(body);
    if r.place.county.is_some() || r.place.division_code.is_some() {
        let regions = [&r.place.province, &r.place.city, &r.place.county].into_iter().flatten().map(|name| &**name);
        return Some(regions.chain([body]).collect::<Vec<_>>().join("/").into());
    }
    let folder = r.path.rsplit_once('/').map_or("", |(f, _)| f);
    Some(format!("{folder}/{body}").into())
}

/// A body in a year, and the number of its primary report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BodyYear {
    body: Arc<str>,
    year: i32,
    report: usize,
}

/// The primaries with a year and a body, sorted by body and year: the rows of the wide tables.
pub fn body_years(rows: &[ReportRow]) -> Vec<BodyYear> {
    let primaries = rows.iter().enumerate().filter(|(_, r)| r.primary);
    let mut chosen: Vec<_> = primaries.filter_map(|(report, r)| Some(BodyYear { body: body_key(r)?, year: r.year?, report })).collect();
    chosen.sort();
    chosen
}

/// The columns that say which body and year a row is of.
fn keys(rows: &[ReportRow], chosen: &[BodyYear]) -> Vec<Column> {
    let row = |k: &BodyYear| &rows[k.report];
    let text = |name: &str, f: &dyn Fn(&ReportRow) -> Option<&str>| strings(name, chosen.iter().map(|k| f(&rows[k.report])));
    vec![
        strings("body_key", chosen.iter().map(|k| Some(&*k.body))),
        text("division_code", &|r| r.place.division_code.as_deref()),
        Int32Chunked::from_vec("year".into(), chosen.iter().map(|k| k.year).collect()).into_series().into(),
        text("report_id", &|r| Some(&r.report_id)),
        text("body", &|r| r.body.as_deref()),
        text("level", &|r| r.level),
        text("township", &|r| r.place.township.as_deref()),
        text("county", &|r| r.place.county.as_deref()),
        text("city", &|r| r.place.city.as_deref()),
        text("province", &|r| r.place.province.as_deref()),
        text("form", &|r| Some(&r.shape.form)),
        text("status", &|r| Some(r.status)),
        UInt32Chunked::from_vec("checks_failed".into(), chosen.iter().map(|k| row(k).all_checks_failed()).collect()).into_series().into(),
    ]
}

/// One body and year a row, a column per indicator; the rows are those of `chosen`, some of [`body_years`].
pub fn panel(form: &Form, rows: &[ReportRow], wide: &Wide, chosen: &[BodyYear]) -> DataFrame {
    let mut columns = keys(rows, chosen);
    let names: Vec<&str> = form.indicators.iter().map(|i| i.name.as_str()).collect();
    let cells = cells(wide, chosen);
    columns.extend(figures(&names, chosen.len(), |i, row| cells.get(row, i)));
    DataFrame::new(chosen.len(), columns).expect("columns of one length")
}

/// The cells of some reports, row after row, unpacked.
struct Cells {
    /// NaN where nothing was reported; no figure is one.
    figures: Vec<f64>,
    width: usize,
}

fn cells(wide: &Wide, chosen: &[BodyYear]) -> Cells {
    let figures = chosen.iter().flat_map(|k| wide.row(k.report)).map(|v| v.unwrap_or(f64::NAN)).collect();
    Cells { figures, width: wide.width() }
}

impl Cells {
    fn get(&self, row: usize, indicator: usize) -> Option<f64> {
        Some(self.figures[row * self.width + indicator]).filter(|v| !v.is_nan())
    }
}

/// Columns of figures, some at a time and row by row: the figures of a report stand beside each other.
fn figures(names: &[&str], height: usize, cell: impl Fn(usize, usize) -> Option<f64>) -> Vec<Column> {
    const SOME: usize = 16;
    let mut out = Vec::with_capacity(names.len());
    for (part, some) in names.chunks(SOME).enumerate() {
        let mut cells: Vec<Vec<Option<f64>>> = some.iter().map(|_| Vec::with_capacity(height)).collect();
        for row in 0..height {
            cells.iter_mut().enumerate().for_each(|(i, column)| column.push(cell(part * SOME + i, row)));
        }
        out.extend(some.iter().zip(cells).map(|(name, column)| numbers(name, column.into_iter())));
    }
    out
}

/// The same with a column per key of comparable indicators: what the editions count alike, so that years of either may
/// stand in one series.
pub fn comparable(form: &Form, rows: &[ReportRow], wide: &Wide, chosen: &[BodyYear]) -> DataFrame {
    let mut columns = keys(rows, chosen);
    let editions: Vec<[Option<u8>; 3]> = chosen.iter().map(|k| rows[k.report].shape.form_tables.each_ref().map(|key| form.edition(key.as_deref()?))).collect();
    let tables: Vec<usize> = form.comparable.iter().map(|one| form.indicators[one.named as usize].table).collect();
    let parts: Vec<Vec<Vec<u16>>> = form.comparable.iter().map(|one| (0..form.editions.len()).map(|e| parts_of(form, one, e as u8)).collect()).collect();
    let reported = cells(wide, chosen);
    // Added up; none where one of them was not reported, or the edition has none of them. What an override put into a table
    // that is not in the file is of the edition that has it.
    let sum = |row: usize, own: &Vec<u16>| if own.is_empty() { None } else { own.iter().map(|&p| reported.get(row, p as usize)).sum() };
    let cell = |i: usize, row: usize| match editions[row][tables[i]] {
        Some(e) => sum(row, &parts[i][e as usize]),
        None => parts[i].iter().find_map(|own| sum(row, own)),
    };
    let names: Vec<&str> = form.comparable.iter().map(|one| one.key.as_str()).collect();
    columns.extend(figures(&names, chosen.len(), cell));
    DataFrame::new(chosen.len(), columns).expect("columns of one length")
}

/// The parts of a comparable figure that an edition has.
fn parts_of(form: &Form, one: &Comparable, edition: u8) -> Vec<u16> {
    one.parts.iter().copied().filter(|&i| form.indicators[i as usize].editions.contains(&edition)).collect()
}
