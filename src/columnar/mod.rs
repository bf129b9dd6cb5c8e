//! Reports → frames: the long tables, the wide panel, the rollups. Figures arrive with indicator numbers, and
//! texts that repeat stay numbers to the end, so no string is built per cell.

mod back;
mod changes;
mod coverage;
mod labels;
mod long;
mod panel;
mod places;
mod rates;
mod reports;
mod rollup;

pub use back::{Back, Carried, files_back, reports_back};
pub use changes::{Side, changes, changes_table};
pub use coverage::{Coverage, Covered, Presence, cover, coverage};
pub use labels::unknown_labels;
pub use long::{checks, mentions, problems, sections, values, year_checks};
pub use panel::{BodyYear, Settled, Wide, body_key, body_years, comparable, panel, settle_primaries, years_of_bodies};
pub use places::{Names, PlaceFact, Places, Region, places};
pub use rates::rates;
pub use reports::{files, indicators, reports};
pub use rollup::{Expected, Level, RegionYear, Rollup, rollup};

use polars::prelude::*;

/// Stands for no text in [`numbered`].
const NONE: u32 = u32::MAX;

/// A column whose texts are chosen by number from a list in which each stands once. Parquet stores such a column as
/// just that, so no text is built, hashed or compared per row; the file still says that it holds strings.
fn numbered<'a>(name: &str, texts: impl IntoIterator<Item = &'a str>, numbers: Vec<u32>) -> Column {
    let categories = FrozenCategories::new(texts).expect("each text stands in the list once");
    let dtype = DataType::from_frozen_categories(categories);
    // A number that no text has becomes a null: NONE stays without one in every width.
    match dtype.cat_physical().expect("an enum has numbers") {
        CategoricalPhysical::U8 => chosen::<Categorical8Type>(name, dtype, numbers.into_iter().map(|n| n.min(u8::MAX.into()) as u8).collect()),
        CategoricalPhysical::U16 => chosen::<Categorical16Type>(name, dtype, numbers.into_iter().map(|n| n.min(u16::MAX.into()) as u16).collect()),
        CategoricalPhysical::U32 => chosen::<Categorical32Type>(name, dtype, numbers),
    }
}

fn chosen<T: PolarsCategoricalType>(name: &str, dtype: DataType, numbers: Vec<T::Native>) -> Column
where
    CategoricalChunked<T>: IntoSeries,
{
    let numbers = ChunkedArray::<T::PolarsPhysical>::from_vec(name.into(), numbers);
    // This also looks at every number, which costs less than a text a row did.
    CategoricalChunked::<T>::from_cats_and_dtype(numbers, dtype).into_series().into()
}

/// Numbers texts in the order of their first appearance.
#[derive(Default)]
struct Interner<'a> {
    numbers: PlHashMap<&'a str, u32>,
    texts: Vec<&'a str>,
    /// The number of `0`, which most cells say.
    zero: Option<u32>,
}

impl<'a> Interner<'a> {
    fn number(&mut self, text: &'a str) -> u32 {
        if text == "0"
            && let Some(n) = self.zero
        {
            return n;
        }
        let next = self.texts.len() as u32;
        let n = *self.numbers.entry(text).or_insert(next);
        if n == next {
            self.texts.push(text);
            if text == "0" {
                self.zero = Some(n);
            }
        }
        n
    }
}

fn strings<'a>(name: &str, items: impl Iterator<Item = Option<&'a str>>) -> Column {
    StringChunked::from_iter_options(name.into(), items).into_series().into()
}

/// A column of figures, some of them missing.
fn numbers(name: &str, items: impl Iterator<Item = Option<f64>>) -> Column {
    items.collect::<Float64Chunked>().with_name(name.into()).into_series().into()
}

#[cfg(test)]
mod tests;
