//! Reports → frames: the long tables, the wide panel, the rollups. Figures arrive with indicator numbers; names are
//! gathered from small dictionaries at the very end, so no string is built per cell.

mod coverage;
mod labels;
mod long;
mod panel;
mod places;
mod reports;
mod rollup;

pub use coverage::{Coverage, Covered, Presence, cover, coverage};
pub use labels::unknown_labels;
pub use long::{checks, mentions, problems, sections, values};
pub use panel::{Wide, panel, settle_primaries};
pub use places::{Names, PlaceFact, Places, Region, places};
pub use reports::{files, indicators, reports};
pub use rollup::{Expected, Level, RegionYear, Rollup, rollup};

use polars::prelude::*;

/// A column of strings chosen from a small dictionary by number.
fn gathered(name: &str, dictionary: &StringChunked, indices: Vec<IdxSize>) -> Column {
    let indices = IdxCa::from_vec(PlSmallStr::EMPTY, indices);
    let mut out = dictionary.take(&indices).expect("indices were made from this dictionary");
    out.rename(name.into());
    out.into_series().into()
}

fn dictionary<'a>(items: impl Iterator<Item = Option<&'a str>>) -> StringChunked {
    StringChunked::from_iter_options(PlSmallStr::EMPTY, items)
}

fn strings<'a>(name: &str, items: impl Iterator<Item = Option<&'a str>>) -> Column {
    StringChunked::from_iter_options(name.into(), items).into_series().into()
}

#[cfg(test)]
mod tests;
