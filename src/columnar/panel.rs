//! One body in one year: which of several reports is primary, and the wide table of the primaries.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use polars::prelude::*;

use super::strings;
use crate::form::Form;
use crate::model::{Figure, ReportRow, Status};

/// The reported figures of all reports, a column an indicator: 8 bytes a cell, so 1.8 KB a report.
#[derive(Debug)]
pub struct Wide {
    columns: Vec<Vec<f64>>,
    rows: usize,
}

impl Wide {
    pub fn new(form: &Form) -> Wide {
        Wide { columns: vec![Vec::new(); form.indicators.len()], rows: 0 }
    }

    /// Adds a report; `derived` figures are not taken, they do not count as reported.
    pub fn push(&mut self, figures: &[Figure]) {
        self.rows += 1;
        for f in figures.iter().filter(|f| matches!(f.status, Status::Reported | Status::Corrected)) {
            if let Some(v) = f.value {
                let column = &mut self.columns[f.indicator as usize];
                column.resize(self.rows - 1, f64::NAN);
                column.push(v);
            }
        }
    }

    /// A cell, none where nothing was reported.
    pub fn get(&self, indicator: usize, row: usize) -> Option<f64> {
        self.columns[indicator].get(row).copied().filter(|v| !v.is_nan())
    }

    /// How many indicators two reports both give, and the first in which they differ.
    pub fn differ(&self, a: usize, b: usize) -> Option<usize> {
        (0..self.columns.len()).find(|&i| matches!((self.get(i, a), self.get(i, b)), (Some(x), Some(y)) if x != y))
    }
}

/// Of several reports of one body and year the most complete is primary; of equals the first by path. A report whose
/// body or year is unknown stands alone. Gives the pairs (duplicate, primary).
pub fn settle_primaries(rows: &mut [ReportRow]) -> Vec<(usize, usize)> {
    let mut groups: BTreeMap<(String, i32), Vec<usize>> = BTreeMap::new();
    for (i, r) in rows.iter_mut().enumerate() {
        r.primary = true;
        if let (Some(key), Some(year)) = (body_key(r), r.year) {
            groups.entry((key, year)).or_default().push(i);
        }
    }
    let mut pairs = Vec::new();
    for group in groups.into_values().filter(|g| g.len() > 1) {
        let best = *group
            .iter()
            .min_by_key(|&&i| {
                let r = &rows[i];
                (Reverse(r.cells_found), r.checks_failed, r.replaced, r.path.clone())
            })
            .expect("a group has members");
        for i in group {
            if i != best {
                rows[i].primary = false;
                rows[i].duplicate_of = Some(rows[best].report_id.clone());
                pairs.push((i, best));
            }
        }
    }
    pairs.sort();
    pairs
}

/// What makes two reports those of one body: its code; without one, body and county; without a county, body and
/// folder, since the same name stands in several counties.
pub fn body_key(r: &ReportRow) -> Option<String> {
    let body = r.body.as_deref()?;
    if let (Some(code), Some("township")) = (&r.place.division_code, r.level) {
        return Some(code.clone());
    }
    let place = [&r.place.province, &r.place.city, &r.place.county].iter().filter_map(|p| p.as_deref()).collect::<Vec<_>>().join("/");
    let folder = r.path.rsplit_once('/').map_or("", |(f, _)| f);
    Some(if r.place.county.is_some() { format!("{place}/{body}") } else { format!("{folder}/{body}") })
}

/// The primaries with a year and a body, sorted by body and year, a column per indicator.
pub fn panel(form: &Form, rows: &[ReportRow], wide: &Wide) -> DataFrame {
    let mut chosen: Vec<(String, i32, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(_, r)| r.primary)
        .filter_map(|(i, r)| Some((body_key(r)?, r.year?, i)))
        .collect();
    chosen.sort();
    let row = |k: &(String, i32, usize)| &rows[k.2];
    let text = |name: &str, f: &dyn Fn(&ReportRow) -> Option<&str>| strings(name, chosen.iter().map(|k| f(&rows[k.2])));
    let mut columns = vec![
        strings("body_key", chosen.iter().map(|k| Some(k.0.as_str()))),
        text("division_code", &|r| r.place.division_code.as_deref()),
        Int32Chunked::from_vec("year".into(), chosen.iter().map(|k| k.1).collect()).into_series().into(),
        text("report_id", &|r| Some(&r.report_id)),
        text("body", &|r| r.body.as_deref()),
        text("level", &|r| r.level),
        text("township", &|r| r.place.township.as_deref()),
        text("county", &|r| r.place.county.as_deref()),
        text("city", &|r| r.place.city.as_deref()),
        text("province", &|r| r.place.province.as_deref()),
        text("form", &|r| Some(&r.form)),
        text("status", &|r| Some(r.status)),
        UInt32Chunked::from_vec("checks_failed".into(), chosen.iter().map(|k| row(k).checks_failed).collect()).into_series().into(),
    ];
    for (i, indicator) in form.indicators.iter().enumerate() {
        let cells = chosen.iter().map(|k| wide.get(i, k.2));
        columns.push(Float64Chunked::from_iter_options(indicator.name.as_str().into(), cells).into_series().into());
    }
    DataFrame::new(chosen.len(), columns).expect("columns of one length")
}
