//! The gazetteer as plain rows: `places.parquet`, and the region in which a report is counted.

use std::collections::HashMap;

use polars::prelude::*;

use super::{Level, strings};
use crate::model::ReportRow;

/// One place of the gazetteer. Places come sorted by code, so a region stands before everything in it.
#[derive(Clone, Debug)]
pub struct PlaceFact<'a> {
    pub code: &'a str,
    pub statistical_code: Option<&'a str>,
    pub name: &'a str,
    pub kind: &'a str,
    pub level: &'static str,
    pub parent: &'a str,
    pub valid_from: Option<u16>,
    pub valid_to: Option<u16>,
    pub former: &'a [String],
    pub successor: Option<&'a str>,
    pub source: &'a str,
}

/// Names of province, city and county.
pub type Names<'a> = [Option<&'a str>; 3];

/// A region in which reports are counted: a place of the gazetteer by its number, or, where the names do not lead to
/// one, what the reports call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region<'a> {
    Coded(u32),
    Named(Names<'a>),
}

/// All places, and the way upwards from each.
pub struct Places<'a> {
    pub all: Vec<PlaceFact<'a>>,
    parents: Vec<Option<u32>>,
    by_names: HashMap<Names<'a>, Option<u32>>,
}

impl<'a> Places<'a> {
    /// Takes the places that have a code, sorted by it.
    pub fn new(all: Vec<PlaceFact<'a>>) -> Places<'a> {
        debug_assert!(all.is_sorted_by(|a, b| a.code < b.code), "the gazetteer is sorted by code");
        let mut parents: Vec<Option<u32>> = Vec::with_capacity(all.len());
        let mut last = ("", None);
        for place in &all {
            // Neighbours mostly share their parent.
            if last.0 != place.parent {
                last = (place.parent, find(&all, place.parent));
            }
            parents.push(last.1);
        }
        let mut places = Places { all, parents, by_names: HashMap::new() };
        for at in 0..places.all.len() as u32 {
            if places.all[at as usize].level != "township" {
                // Two regions of one name in one region: the name tells neither.
                places.by_names.entry(places.names(at)).and_modify(|found| *found = None).or_insert(Some(at));
            }
        }
        places
    }

    /// The number of the place with this code.
    pub fn find(&self, code: &str) -> Option<u32> {
        find(&self.all, code)
    }

    /// The place itself and the regions above it.
    pub fn upwards(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(at), |&at| self.parents[at as usize])
    }

    /// The region right above.
    pub fn parent(&self, at: u32) -> Option<u32> {
        self.parents[at as usize]
    }

    /// Province, city and county of a place, itself included.
    pub fn names(&self, at: u32) -> Names<'a> {
        let mut names = [None; 3];
        for place in self.upwards(at).map(|at| &self.all[at as usize]) {
            if let Some(slot) = Level::ALL.iter().find(|l| l.name() == place.level) {
                names[slot.depth()] = Some(place.name);
            }
        }
        names
    }

    /// Names of a region, and its code where it has one.
    pub fn describe(&self, region: Region<'a>) -> (Option<&'a str>, Names<'a>) {
        match region {
            Region::Coded(at) => (Some(self.all[at as usize].code), self.names(at)),
            Region::Named(names) => (None, names),
        }
    }

    /// The region of this level that a report belongs to: by its code, without one by the names of its regions. None
    /// where there is no such region, as for a county around the towns of 东莞市.
    pub fn region(&self, r: &'a ReportRow, level: Level) -> Option<Region<'a>> {
        if let Some(at) = r.place.division_code.as_deref().and_then(|c| self.find(c)) {
            return self.upwards(at).find(|&at| self.all[at as usize].level == level.name()).map(Region::Coded);
        }
        let mut names = [r.place.province.as_deref(), r.place.city.as_deref(), r.place.county.as_deref()];
        names[level.depth() + 1..].fill(None);
        names[level.depth()]?;
        Some(self.by_names.get(&names).copied().flatten().map_or(Region::Named(names), Region::Coded))
    }

    /// Whether the gazetteer lets a place exist in a year; a limit that it does not know is none.
    pub fn valid(&self, at: u32, year: i32) -> bool {
        let place = &self.all[at as usize];
        place.valid_from.is_none_or(|from| i32::from(from) <= year) && place.valid_to.is_none_or(|to| year <= i32::from(to))
    }

    /// The places of a level in the order of their codes.
    pub fn of_level(&self, level: &'static str) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.all).filter(move |(_, p)| p.level == level).map(|(at, _)| at)
    }
}

fn find(all: &[PlaceFact], code: &str) -> Option<u32> {
    all.binary_search_by(|place| place.code.cmp(code)).ok().map(|at| at as u32)
}

/// `places.parquet`: the places that have a code, sorted by it.
pub fn places(places: &Places) -> DataFrame {
    let all = &places.all;
    let text = |name: &str, f: &dyn for<'p> Fn(&'p PlaceFact) -> Option<&'p str>| strings(name, all.iter().map(f));
    let year = |name: &str, f: &dyn Fn(&PlaceFact) -> Option<u16>| -> Column {
        Int32Chunked::from_iter_options(name.into(), all.iter().map(|p| f(p).map(i32::from))).into_series().into()
    };
    let mut former = ListStringChunkedBuilder::new("former".into(), all.len(), all.len() / 4);
    for place in all {
        former.append_values_iter(place.former.iter().map(String::as_str));
    }
    let columns = vec![
        text("division_code", &|p| Some(p.code)),
        text("statistical_code", &|p| p.statistical_code),
        text("name", &|p| Some(p.name)),
        text("kind", &|p| Some(p.kind)),
        text("level", &|p| Some(p.level)),
        text("parent", &|p| (!p.parent.is_empty()).then_some(p.parent)),
        year("valid_from", &|p| p.valid_from),
        year("valid_to", &|p| p.valid_to),
        former.finish().into_series().into(),
        text("successor", &|p| p.successor),
        text("source", &|p| Some(p.source)),
    ];
    DataFrame::new(all.len(), columns).expect("columns of one length")
}
