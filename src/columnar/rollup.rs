//! Sums by region and year over the primaries of one level: townships only, so that nothing is counted twice.

use polars::prelude::*;

use crate::form::Form;

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

    /// Digits of the region's code.
    fn digits(self) -> usize {
        match self {
            Level::County => 6,
            Level::City => 4,
            Level::Province => 2,
        }
    }

    /// The names that tell the region, from the province down.
    fn names(self) -> &'static [&'static str] {
        match self {
            Level::County => &["province", "city", "county"],
            Level::City => &["province", "city"],
            Level::Province => &["province"],
        }
    }
}

/// One region, year and indicator: `sum` of the townships that report it, `townships_reporting`. Regions are those
/// named in the reports; a township without the region's name is in no sum. An indicator that no township of a region
/// reports has no row.
///
/// # Errors
/// Those of polars.
pub fn rollup(form: &Form, panel: &DataFrame, level: Level) -> PolarsResult<DataFrame> {
    let region = *level.names().last().expect("a level has a name");
    let mut keys: Vec<Expr> = vec![col("division_code").str().head(lit(level.digits() as i64)).alias("division_code")];
    keys.extend(level.names().iter().map(|n| col(*n)));
    keys.push(col("year"));
    let mut sums = Vec::new();
    for i in &form.indicators {
        sums.push(col(&i.name).sum().alias(format!("{} sum", i.name)));
        sums.push(col(&i.name).count().alias(format!("{} n", i.name)));
    }
    let wide = panel
        .clone()
        .lazy()
        .filter(col("level").eq(lit("township")).and(col(region).is_not_null()))
        .group_by_stable(keys)
        .agg(sums)
        .collect()?;
    long(form, &wide, level)
}

/// The wide sums as rows, without the cells that nobody reports.
fn long(form: &Form, wide: &DataFrame, level: Level) -> PolarsResult<DataFrame> {
    let n = form.indicators.len();
    let height = wide.height();
    let (mut row, mut indicator, mut sum, mut reporting) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut columns = Vec::with_capacity(n);
    for i in &form.indicators {
        let sums = wide.column(&format!("{} sum", i.name))?.f64()?.clone();
        let counts = wide.column(&format!("{} n", i.name))?.cast(&DataType::UInt32)?.u32()?.clone();
        columns.push((sums, counts));
    }
    for r in 0..height {
        for (i, (sums, counts)) in columns.iter().enumerate() {
            let n = counts.get(r).unwrap_or(0);
            if n > 0 {
                row.push(r as IdxSize);
                indicator.push(i as IdxSize);
                sum.push(sums.get(r).unwrap_or(0.0));
                reporting.push(n);
            }
        }
    }
    let rows = IdxCa::from_vec(PlSmallStr::EMPTY, row);
    let mut out = Vec::new();
    for name in ["division_code"].iter().chain(level.names()).chain(["year"].iter()) {
        out.push(wide.column(name)?.take(&rows)?);
    }
    let names = super::dictionary(form.indicators.iter().map(|i| Some(i.name.as_str())));
    let height = sum.len();
    out.push(super::gathered("indicator", &names, indicator));
    out.push(Float64Chunked::from_vec("sum".into(), sum).into_series().into());
    out.push(UInt32Chunked::from_vec("townships_reporting".into(), reporting).into_series().into());
    let frame = DataFrame::new(height, out)?;
    let mut by: Vec<&str> = level.names().to_vec();
    by.extend(["year", "indicator"]);
    frame.sort(by, SortMultipleOptions::default().with_maintain_order(true))
}
