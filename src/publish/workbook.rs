//! `rollup.xlsx`, the regional workbook: a sheet a level in the shape of the statutory tables, who has reported,
//! failed checks, trends, and what every column means. Chinese first, English second.
//!
//! Rows go to disk as they are written, so a country of counties needs no more memory than one row; what is kept is
//! the merged heads, the charts and the texts that repeat. A figure that nobody reported is an empty cell.

mod levels;
mod lists;
mod style;
mod trends;

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::form::Form;
use style::Style;

/// Names of province, city and county.
pub type Names<'a> = [Option<&'a str>; 3];

/// Everything the workbook shows.
pub struct Book<'a> {
    pub form: &'a Form,
    /// County, city, province.
    pub levels: Vec<LevelSheet<'a>>,
    pub years: Vec<i32>,
    pub townships: Vec<TownshipRow<'a>>,
    pub failed: &'a [Failed],
    /// How many checks failed; `failed` may hold the first of them only.
    pub failed_total: usize,
    /// Indicators of the trend charts.
    pub trend: &'a [String],
    pub folder: &'a Path,
}

/// One level: its regions by code and year.
pub struct LevelSheet<'a> {
    /// 0 for a province, 1 for a city, 2 for a county.
    pub depth: usize,
    pub rows: Vec<RegionRow<'a>>,
    /// Sum of the townships by row and indicator.
    pub sum: Box<dyn Fn(usize, usize) -> Option<f64> + 'a>,
    /// How many townships that sum is of.
    pub reporting: Box<dyn Fn(usize, usize) -> u32 + 'a>,
    /// The region's own figure by row and indicator.
    pub own: Box<dyn Fn(usize, usize) -> Option<f64> + 'a>,
    /// Own figure less sum.
    pub difference: Box<dyn Fn(usize, usize) -> Option<f64> + 'a>,
}

impl LevelSheet<'_> {
    /// How many townships a sum is of, where those are fewer than have reported.
    pub fn fewer(&self, row: usize, indicator: usize) -> Option<u32> {
        let of = (self.reporting)(row, indicator);
        (of > 0 && of < self.rows[row].reported).then_some(of)
    }
}

/// One region in one year.
#[derive(Clone, Debug)]
pub struct RegionRow<'a> {
    pub code: Option<&'a str>,
    pub names: Names<'a>,
    pub year: i32,
    pub expected: Option<u32>,
    pub reported: u32,
    /// Reported ÷ expected, none where too few are expected.
    pub share: Option<f64>,
    /// Whether the region has a report of its own.
    pub has_own: bool,
}

/// One township over the years.
#[derive(Clone, Debug, Hash)]
pub struct TownshipRow<'a> {
    pub code: &'a str,
    pub names: Names<'a>,
    pub township: &'a str,
    /// By year: 0 found, 1 found but unreadable, 2 not found; none where it is not asked.
    pub presence: Vec<Option<u8>>,
}

/// A check that fails, with the place where it is to be looked up.
#[derive(Clone, Debug)]
pub struct Failed {
    pub path: String,
    /// Line of the figure on the right, 0 where the format has none.
    pub line: u32,
    pub body: String,
    pub year: Option<i32>,
    /// Number of the check: an identity or a check over years.
    pub check: u16,
    pub left: Option<f64>,
    pub right: Option<f64>,
    pub blame: &'static str,
    /// The report of the year before that it was held against, where it was.
    pub against: Option<String>,
}

/// Writes the workbook.
///
/// # Errors
/// The file system refuses, or a limit of the format is passed.
pub fn write(path: &Path, book: &Book) -> Result<(), XlsxError> {
    let mut out = Workbook::new();
    // Two thirds of the time that the usual level takes, for a file half as large again.
    out.set_tempdir(book.folder)?.set_zip_compression_level(1);
    // The same input gives the same bytes: the date of creation is fixed.
    let created = ExcelDateTime::from_ymd(2021, 1, 1)?;
    out.set_properties(&DocProperties::new().set_title("年报地区汇总 · Regional totals of annual reports").set_creation_datetime(&created));
    let style = Style::new();
    for level in &book.levels {
        levels::write(out.add_worksheet_with_low_memory()?, book.form, level, &style)?;
    }
    lists::shares(out.add_worksheet_with_low_memory()?, book, &style)?;
    lists::coverage(out.add_worksheet_with_low_memory()?, book, &style)?;
    lists::failed(out.add_worksheet_with_low_memory()?, book, &style)?;
    trends::write(out.add_worksheet_with_low_memory()?, book, &style)?;
    lists::columns(out.add_worksheet_with_low_memory()?, book, &style)?;
    out.save(path)
}
