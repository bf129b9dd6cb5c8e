//! Rates by region and year, over the primary reports of townships; the region's own rate stands beside them. Numerator
//! and denominator are taken over the same reports: those that give every term of both. A rate on too few cases is none, and
//! so is one of more than the whole.

use polars::prelude::*;

use super::rollup::Rollup;
use super::{numbered, numbers, strings};
use crate::form::{Form, Rate};

/// A rate as two sums.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Parts {
    numerator: f64,
    denominator: f64,
    reports: u32,
}

impl Parts {
    /// Fewer than `small` cases, or none.
    fn is_small(self, small: u32) -> bool {
        self.reports == 0 || self.denominator < f64::from(small.max(1))
    }

    /// None on few cases, and where the part is larger than the whole: the reports contradict themselves.
    fn value(self, small: u32) -> Option<f64> {
        (!self.is_small(small) && self.numerator <= self.denominator).then(|| self.numerator / self.denominator)
    }
}

impl Rollup<'_> {
    /// The two sums of each rate over some reports.
    fn parts(&self, rates: &[Rate], reports: &[u32]) -> Vec<Parts> {
        let mut parts = vec![Parts::default(); rates.len()];
        let mut cells = Vec::with_capacity(self.wide.width());
        for &r in reports {
            cells.clear();
            cells.extend(self.wide.row(r as usize));
            let sum = |terms: &[u16]| terms.iter().map(|&i| cells[i as usize]).sum::<Option<f64>>();
            for (parts, rate) in parts.iter_mut().zip(rates) {
                if let (Some(n), Some(d)) = (sum(&rate.numerator), sum(&rate.denominator)) {
                    parts.numerator += n;
                    parts.denominator += d;
                    parts.reports += 1;
                }
            }
        }
        parts
    }

    /// The rates as rows: one region, year and rate. A rate that neither a township nor the region itself gives has no
    /// row. `small` is the guard of the pipeline.
    ///
    /// # Errors
    /// Those of polars.
    pub fn rates(&self, form: &Form, small: u32) -> PolarsResult<DataFrame> {
        let mut rows: Vec<(u32, u32, Parts, Parts)> = Vec::new();
        for (r, region) in self.rows.iter().enumerate() {
            let (sums, own) = (self.parts(&form.rates, &self.members[r]), self.parts(&form.rates, region.own.as_slice()));
            for (n, (sum, own)) in sums.into_iter().zip(own).enumerate() {
                if sum.reports > 0 || own.reports > 0 {
                    rows.push((r as u32, n as u32, sum, own));
                }
            }
        }
        let mut columns = self.key_columns(&self.keys(), &rows.iter().map(|r| r.0).collect::<Vec<_>>());
        columns.push(numbered("rate", form.rates.iter().map(|r| r.name.as_str()), rows.iter().map(|r| r.1).collect()));
        let number = |name: &str, f: &dyn Fn(Parts, Parts) -> Option<f64>| numbers(name, rows.iter().map(|r| f(r.2, r.3)));
        let given = |p: Parts, v: f64| (p.reports > 0).then_some(v);
        let expected = rows.iter().map(|r| self.rows[r.0 as usize].expected);
        columns.extend([
            number("value", &|sum, _| sum.value(small)),
            number("numerator", &|sum, _| given(sum, sum.numerator)),
            number("denominator", &|sum, _| given(sum, sum.denominator)),
            UInt32Chunked::from_vec("townships_reporting".into(), rows.iter().map(|r| r.2.reports).collect()).into_series().into(),
            UInt32Chunked::from_iter_options("townships_expected".into(), expected).into_series().into(),
            BooleanChunked::from_iter_options("small".into(), rows.iter().map(|r| Some(r.2.is_small(small)))).into_series().into(),
            number("own_value", &|_, own| own.value(small)),
            number("own_numerator", &|_, own| given(own, own.numerator)),
            number("own_denominator", &|_, own| given(own, own.denominator)),
        ]);
        DataFrame::new(rows.len(), columns)
    }
}

/// `rates.parquet`: what each rate is.
pub fn rates(form: &Form) -> DataFrame {
    let list = |terms: &[u16]| terms.iter().map(|&i| form.indicators[i as usize].name.as_str()).collect::<Vec<_>>().join(" ");
    let text = |name: &str, f: &dyn Fn(&Rate) -> String| {
        let texts: Vec<String> = form.rates.iter().map(f).collect();
        strings(name, texts.iter().map(|t| Some(t.as_str())))
    };
    let columns = vec![
        text("rate", &|r| r.name.clone()),
        text("numerator", &|r| list(&r.numerator)),
        text("denominator", &|r| list(&r.denominator)),
        text("name_zh", &|r| r.zh.clone()),
        text("name_en", &|r| r.en.clone()),
    ];
    DataFrame::new(form.rates.len(), columns).expect("columns of one length")
}
