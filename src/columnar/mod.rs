//! Reports → frames: the long tables, the wide panel, the rollups. Figures arrive with indicator numbers, and
//! texts that repeat stay numbers to the end, so no string is built per cell.

mod back;
mod changes;
mod coverage;
mod details;
mod labels;
mod long;
mod panel;
mod places;
mod rates;
mod reports;
mod rollup;
mod wide;

pub use back::{Back, Carried, files_back, holds_rows, reports_back};
pub use changes::{Makers, Side, changes, changes_table};
pub use coverage::{Coverage, Covered, Presence, cover, coverage};
pub use details::Details;
pub use labels::unknown_labels;
pub use long::{checks, mentions, no_values, problems, sections, values, year_checks};
pub use panel::{BodyYear, Settled, body_key, body_years, comparable, panel, settle_primaries, why_primary, years_of_bodies};
pub use places::{Names, PlaceFact, Places, Region, places};
pub use rates::rates;
pub use reports::{files, indicators, reports};
pub use rollup::{Expected, Level, RegionYear, Rollup, rollup};
pub use wide::Wide;

use std::hash::Hash;
use std::sync::Arc;

use polars::prelude::*;

use crate::model::{HalfHash, PlaceRow, ReportRow, Shape};

/// Stands for no text in [`numbered`].
const NONE: u32 = u32::MAX;

/// A column whose texts are chosen by number from a list in which each stands once. Parquet stores such a column as
/// just that, so no text is built, hashed or compared per row; the file still says that it holds strings.
fn numbered<'a>(name: &str, texts: impl IntoIterator<Item = &'a str>, mut numbers: Vec<u32>) -> Column {
    let categories = FrozenCategories::new(texts).expect("each text stands in the list once");
    let none = categories.categories().len() as u32;
    // Where a row has no text, one entry more stands behind them: a number that no text has becomes a null.
    let each = if numbers.contains(&NONE) { 0..none + 1 } else { 0..none };
    numbers.iter_mut().for_each(|n| *n = (*n).min(none));
    let dtype = DataType::from_frozen_categories(categories);
    let each = match dtype.cat_physical().expect("an enum has numbers") {
        CategoricalPhysical::U8 => chosen::<Categorical8Type>(name, dtype, each.map(|n| n as u8).collect()),
        CategoricalPhysical::U16 => chosen::<Categorical16Type>(name, dtype, each.map(|n| n as u16).collect()),
        CategoricalPhysical::U32 => chosen::<Categorical32Type>(name, dtype, each.collect()),
    };
    // Only the list's numbers are looked up among the texts; the rows are gathered from it, which costs a quarter.
    each.take_slice(&numbers).expect("numbers of the list").into()
}

/// A column whose texts stand in many rows each: every one of them is looked up once.
fn repeated<'a>(name: &str, items: impl Iterator<Item = Option<&'a str>>) -> Column {
    let mut texts = Interner::default();
    let numbers = items.map(|text| text.map_or(NONE, |text| texts.number(text))).collect();
    numbered(name, texts.texts, numbers)
}

fn chosen<T: PolarsCategoricalType>(name: &str, dtype: DataType, numbers: Vec<T::Native>) -> Series
where
    CategoricalChunked<T>: IntoSeries,
{
    let numbers = ChunkedArray::<T::PolarsPhysical>::from_vec(name.into(), numbers);
    CategoricalChunked::<T>::from_cats_and_dtype(numbers, dtype).into_series()
}

/// What many rows have alike, each kept once.
#[derive(Default)]
pub struct Once {
    texts: PlHashSet<Arc<str>>,
    shapes: PlHashSet<Arc<Shape>>,
    places: PlHashSet<Arc<PlaceRow>>,
}

impl Once {
    /// Lets what others are likely to have as well as this row be what is there already.
    pub fn share(&mut self, row: &mut ReportRow) {
        row.body.iter_mut().chain(&mut row.hosts).for_each(|text| same(&mut self.texts, text));
        same(&mut self.shapes, &mut row.shape);
        self.place(&mut row.place);
    }

    fn place(&mut self, place: &mut Arc<PlaceRow>) {
        // One that nobody had shares its names with others.
        if !self.places.contains(place) && let Some(place) = Arc::get_mut(place) {
            let PlaceRow { township, county, city, province, division_code, statistical_code, government } = place;
            let names = [township, county, city, province, division_code, statistical_code, government];
            names.into_iter().flatten().for_each(|text| same(&mut self.texts, text));
        }
        same(&mut self.places, place);
    }

    /// The one text of these letters.
    fn of(&mut self, letters: &str) -> Arc<str> {
        let known = self.texts.get(letters).cloned();
        known.unwrap_or_else(|| {
            let text: Arc<str> = letters.into();
            self.texts.insert(text.clone());
            text
        })
    }
}

/// Lets `one` be that of `all` which is the same.
fn same<T: Eq + Hash + ?Sized>(all: &mut PlHashSet<Arc<T>>, one: &mut Arc<T>) {
    // Several have it already: a row that was carried over.
    if Arc::strong_count(one) > 1 {
        return;
    }
    match all.get(one) {
        Some(known) => *one = known.clone(),
        None => {
            all.insert(one.clone());
        }
    }
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

/// A column of hashes as their digits.
fn hashes(name: &str, items: impl Iterator<Item = Option<HalfHash>>) -> Column {
    StringChunked::from_iter_options(name.into(), items.map(|hash| hash.map(|h| h.to_string()))).into_series().into()
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
