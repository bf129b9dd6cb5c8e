//! Sums by region, year and indicator as short texts: a country of counties is some millions of figures, most of them
//! zero or missing.

use std::fmt::Write;

use serde::Serialize;

use crate::form::Form;
use crate::publish::workbook::LevelSheet;

/// The figures of the trend charts.
#[derive(Debug, Default, Serialize)]
pub struct Trends {
    /// From the first with a report to the last: one without any is a gap, and no slope is steeper for it.
    pub years: Vec<i32>,
    /// Province, city, county.
    pub levels: Vec<LevelTrends>,
}

/// The regions of one level.
#[derive(Debug, Serialize)]
pub struct LevelTrends {
    pub level: &'static str,
    pub regions: Vec<RegionTrend>,
    /// Regions whose figures would have made the page too large; `regions` is empty then.
    pub left_out: usize,
}

/// One region over the years.
#[derive(Debug, Serialize)]
pub struct RegionTrend {
    /// Province, city, county.
    pub names: [Option<String>; 3],
    /// By year: townships with a report, and townships expected (-1 where that is not known).
    pub townships: Vec<Option<(u32, i64)>>,
    /// The sums of the townships: [`packed`], indicator after indicator, a figure a year.
    pub sums: String,
    /// In the same way how many of the townships with a report are not in a sum.
    pub without: String,
    /// The region's own report in the same way; empty where it has none.
    pub own: String,
}

impl RegionTrend {
    fn bytes(&self) -> usize {
        self.sums.len() + self.without.len() + self.own.len()
    }
}

/// The levels from province to county; a level that would pass `most` bytes together with those before it is left out
/// whole.
pub fn trends(form: &Form, levels: &[LevelSheet], most: usize) -> Trends {
    let reported = || levels.iter().flat_map(|l| l.rows.iter().map(|r| r.year));
    let years: Vec<i32> = reported().min().zip(reported().max()).map_or_else(Vec::new, |(first, last)| (first..=last).collect());
    let mut by_depth: Vec<&LevelSheet> = levels.iter().collect();
    by_depth.sort_by_key(|l| l.depth);
    let mut bytes = 0;
    let mut out = Vec::new();
    for level in by_depth {
        let of = level.rows.chunk_by(|a, b| a.code == b.code && a.names == b.names).count();
        let regions = regions(form, level, &years, most - bytes);
        bytes += regions.iter().flatten().map(|r| r.bytes()).sum::<usize>();
        let left_out = if regions.is_none() { of } else { 0 };
        out.push(LevelTrends { level: ["province", "city", "county"][level.depth], regions: regions.unwrap_or_default(), left_out });
    }
    Trends { years, levels: out }
}

/// None where they do not fit.
fn regions(form: &Form, level: &LevelSheet, years: &[i32], most: usize) -> Option<Vec<RegionTrend>> {
    let mut out = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for rows in level.rows.chunk_by(|a, b| a.code == b.code && a.names == b.names) {
        // Row of each year, none where the region has none.
        let at: Vec<Option<usize>> = years.iter().map(|y| rows.iter().position(|r| r.year == *y).map(|p| first + p)).collect();
        let all = |get: &dyn Fn(usize, usize) -> Option<f64>| {
            packed((0..form.indicators.len()).flat_map(|i| at.iter().map(move |r| (i, *r))).map(|(i, r)| get(r?, i)))
        };
        let region = RegionTrend {
            names: rows[0].names.map(|n| n.map(String::from)),
            townships: at.iter().map(|r| r.map(|r| (level.rows[r].reported, level.rows[r].expected.map_or(-1, i64::from)))).collect(),
            sums: all(&level.sum),
            without: all(&|r, i| (level.sum)(r, i).map(|_| f64::from(level.rows[r].reported.saturating_sub((level.reporting)(r, i))))),
            own: if rows.iter().any(|r| r.has_own) { all(&level.own) } else { String::new() },
        };
        bytes += region.bytes();
        if bytes > most {
            return None;
        }
        out.push(region);
        first += rows.len();
    }
    Some(out)
}

/// Six bits a sign; all of them stand in JSON as they are.
const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Figures one behind the other. A whole number that is not negative is written in groups of five bits, the lowest first,
/// the sixth bit of a sign saying that another follows; any other number as `!-1.5!`; a missing one as `.`. A stretch of
/// three alike or more is the figure, `*` and their number. What is missing at the end is left out.
pub fn packed(figures: impl Iterator<Item = Option<f64>>) -> String {
    let mut out = String::new();
    let mut run: Option<(Option<f64>, u64)> = None;
    for figure in figures {
        match &mut run {
            Some((last, n)) if *last == figure => *n += 1,
            _ => {
                if let Some((figure, n)) = run.replace((figure, 1)) {
                    put_run(&mut out, figure, n);
                }
            }
        }
    }
    if let Some((figure @ Some(_), n)) = run {
        put_run(&mut out, figure, n);
    }
    out
}

fn put_run(out: &mut String, figure: Option<f64>, n: u64) {
    for _ in 0..if n < 3 { n } else { 1 } {
        match figure {
            None => out.push('.'),
            Some(v) => put_figure(out, v),
        }
    }
    if n >= 3 {
        out.push('*');
        put_number(out, n);
    }
}

fn put_figure(out: &mut String, v: f64) {
    // Sums of decimal fractions carry a rest of the binary ones.
    let v = (v * 1e6).round() / 1e6;
    if v == v.trunc() && (0.0..1e15).contains(&v) {
        put_number(out, v as u64);
    } else {
        let _ = write!(out, "!{v}!");
    }
}

fn put_number(out: &mut String, mut n: u64) {
    loop {
        let more = if n >= 32 { 32 } else { 0 };
        out.push(SIGNS[(n % 32 + more) as usize] as char);
        n /= 32;
        if n == 0 {
            return;
        }
    }
}
