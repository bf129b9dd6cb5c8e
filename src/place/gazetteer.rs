//! The places: reading `data/divisions/`, and exact look-ups by code, by name and by former name.

use super::index::{Index, hash};
use super::read::{find_parents, read_areas, read_places, stand_twice};
use super::weights::{self, Weights};
use super::words::Finder;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// One place of the gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// 9 digits for a township, 6 for a county, 4 for a city, 2 for a province: the civil-affairs code where the
    /// place has one, else the statistical one. Empty where the only code it had is now another place's.
    pub code: String,
    pub statistical_code: Option<String>,
    /// 军屯乡
    pub name: String,
    /// 军屯
    pub stem: String,
    /// 乡
    pub kind: String,
    /// `township`, `county`, `city`, `province`
    pub level: &'static str,
    /// Code of the region above, empty for a province.
    pub parent: String,
    /// Not before this year (known only for places that the older table lacks).
    pub valid_from: Option<u16>,
    /// Not after this year (known only for places that the newer table lacks).
    pub valid_to: Option<u16>,
    /// Names and codes that the place had before.
    pub former: Vec<String>,
    /// Code of the place that took it in.
    pub successor: Option<String>,
    /// Syllables of the stem; regions only.
    pub pinyin: String,
    /// `both`, `mca` or `nbs`: the table or tables that have it.
    pub source: String,
}

/// The names of a place and of the regions above it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain<'a> {
    pub province: Option<&'a str>,
    pub city: Option<&'a str>,
    pub county: Option<&'a str>,
    pub township: Option<&'a str>,
}

/// Every place, and what is needed to find one.
pub struct Gazetteer {
    /// Sorted by code, those without a code last.
    all: Vec<Place>,
    coded: usize,
    parents: Vec<Option<u32>>,
    codes: Index,
    names: Index,
    stems: Index,
    former_codes: HashMap<String, u32>,
    /// A county and the city in which it lay when it had a former code; sorted.
    former_cities: Vec<(u32, u32)>,
    pub(super) areas: HashMap<String, Vec<u32>>,
    pub(super) weights: Weights,
    pub(super) finder: Finder,
    /// Every kind, each once.
    kinds: Vec<String>,
}

impl Gazetteer {
    /// Reads `divisions.csv`, `area_codes.csv` and `weights.toml` in `dir`; every fault with file and line.
    pub fn load(dir: &Path) -> Result<Gazetteer, Vec<String>> {
        let read = |name: &str| {
            let file = dir.join(name);
            crate::written::read(&file).map_err(|fault| vec![format!("{name}: {fault}")])
        };
        Gazetteer::parse(&read("divisions.csv")?, &read("area_codes.csv")?, &read("weights.toml")?)
    }

    /// The same from text.
    pub(super) fn parse(divisions: &str, areas: &str, weights: &str) -> Result<Gazetteer, Vec<String>> {
        let mut faults = Vec::new();
        // Without its columns no place is known, and everything else would only say so again.
        let mut rows = read_places(divisions, &mut faults).map_err(|fault| vec![fault])?;
        // The file is written sorted; moving forty thousand rows to find that out would take half the loading time.
        fn order(row: &(Place, u32)) -> (bool, &str) {
            (row.0.code.is_empty(), &row.0.code)
        }
        if !rows.is_sorted_by(|a, b| order(a) <= order(b)) {
            rows.sort_by(|a, b| order(a).cmp(&order(b)));
        }
        for pair in rows.windows(2).filter(|pair| pair[0].0.code == pair[1].0.code && !pair[0].0.code.is_empty()) {
            let (first, second) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
            faults.push(format!("divisions.csv:{second}: code {} stands in line {first} already", pair[0].0.code));
        }
        stand_twice(&rows, &mut faults);
        let weights = weights::read("weights.toml", weights).map_err(|fault| faults.push(fault));
        let lines: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let all: Vec<Place> = rows.into_iter().map(|row| row.0).collect();
        let coded = all.partition_point(|place| !place.code.is_empty());
        let parents = find_parents(&all, coded, &lines, &mut faults);
        let areas = read_areas(areas, &all[..coded], &mut faults);
        match weights {
            Ok(weights) if faults.is_empty() => Ok(Gazetteer::index(all, coded, parents, areas, weights)),
            _ => Err(faults),
        }
    }

    fn index(all: Vec<Place>, coded: usize, parents: Vec<Option<u32>>, areas: HashMap<String, Vec<u32>>, weights: Weights) -> Gazetteer {
        let (mut names, mut stems, mut former_codes) = (Vec::new(), Vec::new(), HashMap::new());
        for (place, at) in all.iter().zip(0u32..) {
            names.push((hash(&place.name), at));
            if place.level == "township" {
                stems.push((hash(&place.stem), at));
            }
            for word in &place.former {
                if is_code(word) {
                    former_codes.entry(word.clone()).or_insert(at);
                } else {
                    names.push((hash(word), at));
                }
            }
        }
        let finder = Finder::new(&all, &weights);
        let codes = Index::new(all[..coded].iter().zip(0u32..).map(|(place, at)| (hash(&place.code), at)).collect());
        let (names, stems) = (Index::new(names), Index::new(stems));
        let (former_cities, kinds) = (Vec::new(), kinds_of(&all));
        let mut gazetteer = Gazetteer { all, coded, parents, codes, names, stems, former_codes, former_cities, areas, weights, finder, kinds };
        gazetteer.former_cities = gazetteer.find_former_cities();
        gazetteer
    }

    /// 公主岭市 was 220381 in 四平市 before it was 220184 in 长春市: old reports name the old city.
    fn find_former_cities(&self) -> Vec<(u32, u32)> {
        let mut cities = Vec::new();
        for (place, at) in self.places().iter().zip(0u32..).filter(|(place, _)| place.level == "county") {
            let codes = place.former.iter().filter(|word| word.len() == 6 && is_code(word));
            for city in codes.filter_map(|code| self.region_of_code(&format!("{}00", &code[..4]))) {
                if self.parents[at as usize] != Some(city) && city != at {
                    cities.push((at, city));
                }
            }
        }
        cities
    }

    /// The cities that this place, or the county it lies in, was part of before.
    pub(super) fn former_cities(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        self.upwards(place).flat_map(move |at| {
            let from = self.former_cities.partition_point(|entry| entry.0 < at);
            self.former_cities[from..].iter().take_while(move |entry| entry.0 == at).map(|entry| entry.1)
        })
    }

    /// Every place that has a code, sorted by it.
    pub fn places(&self) -> &[Place] {
        &self.all[..self.coded]
    }

    /// The telephone area code of the place with this code, or of the region above it.
    pub fn area_code(&self, code: &str) -> Option<&str> {
        let of = |at: u32| self.areas.iter().filter(|(_, regions)| regions.contains(&at)).map(|(area, _)| area.as_str()).min();
        self.upwards(self.index_of(code)?).find_map(of)
    }

    /// Every name, former ones too: words that a conversion must leave as they are.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().flat_map(|place| {
            std::iter::once(place.name.as_str()).chain(former_names(place))
        })
    }

    /// The place with this code.
    pub fn by_code(&self, code: &str) -> Option<&Place> {
        self.index_of(code).map(|at| self.at(at))
    }

    /// Names of the place with this code and of the regions above it; empty where there is none.
    pub fn chain(&self, code: &str) -> Chain<'_> {
        self.index_of(code).map_or_else(Chain::default, |at| self.chain_of(at))
    }

    /// The townships of a county, or of a city without counties.
    pub fn townships_of<'a>(&'a self, county: &'a str) -> impl Iterator<Item = &'a Place> {
        let from = self.places().partition_point(|place| place.code.as_str() < county);
        self.places()[from..]
            .iter()
            .take_while(move |place| place.code.starts_with(county))
            .filter(move |place| place.level == "township" && place.parent == county)
    }

    /// Whether a name is a kind and nothing else.
    pub(super) fn is_kind(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind == name)
    }

    pub(super) fn at(&self, at: u32) -> &Place {
        &self.all[at as usize]
    }

    pub(super) fn index_of(&self, code: &str) -> Option<u32> {
        self.codes.get(code).find(|&at| self.at(at).code == code)
    }

    /// The place itself and the regions above it, lowest first.
    pub(super) fn upwards(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(at), |&at| self.parents[at as usize])
    }

    /// The region that took in one that is gone.
    pub(super) fn heir(&self, at: u32) -> Option<u32> {
        let place = Some(self.at(at)).filter(|place| place.level != "township")?;
        self.index_of(place.successor.as_deref()?)
    }

    /// Regions, and those that took them in: what lay in 下城区 lies in 拱墅区.
    pub(super) fn with_heirs<'r>(&self, regions: &'r [u32]) -> Cow<'r, [u32]> {
        let heirs: Vec<u32> = regions.iter().filter_map(|&at| self.heir(at)).filter(|at| !regions.contains(at)).collect();
        if heirs.is_empty() { Cow::Borrowed(regions) } else { Cow::Owned([regions, &heirs[..]].concat()) }
    }

    /// Whether a region took in one of these that still was in that year: then that one is meant. In 2023 江北区 is not 两江新区.
    pub(super) fn stands_back(&self, at: u32, all: &[u32], year: Option<i32>) -> bool {
        all.iter().any(|&gone| self.heir(gone) == Some(at) && !self.is_over(gone, year))
    }

    /// Whether a place was gone before a year.
    pub(super) fn is_over(&self, at: u32, year: Option<i32>) -> bool {
        self.at(at).valid_to.zip(year).is_some_and(|(last, year)| i32::from(last) < year)
    }

    /// Whether a place is a region, or lies in it.
    pub(super) fn is_within(&self, at: u32, region: u32) -> bool {
        self.upwards(at).any(|at| at == region)
    }

    pub(super) fn chain_of(&self, at: u32) -> Chain<'_> {
        let mut chain = Chain::default();
        for place in self.upwards(at).map(|at| self.at(at)) {
            let slot = match place.level {
                "township" => &mut chain.township,
                "county" => &mut chain.county,
                "city" => &mut chain.city,
                _ => &mut chain.province,
            };
            *slot = Some(place.name.as_str());
        }
        chain
    }

    /// Places that bear or bore this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = u32> {
        self.names.get(name).filter(move |&at| {
            let place = self.at(at);
            place.name == name || place.former.iter().any(|word| word == name)
        })
    }

    /// Townships with this stem, whatever their kind.
    pub(super) fn stemmed(&self, stem: &str) -> impl Iterator<Item = u32> {
        self.stems.get(stem).filter(move |&at| self.at(at).stem == stem)
    }

    /// The county, city or province of a GB/T 2260 code of six digits, one that is no longer in use too.
    pub(super) fn region_of_code(&self, six: &str) -> Option<u32> {
        let short = six.strip_suffix("0000").or_else(|| six.strip_suffix("00"));
        // 370801 is the 市辖区 of 3708: no county, but the city is meant.
        let city = six.strip_suffix("01").filter(|_| self.index_of(six).is_none());
        let of = |code: &str| self.index_of(code).or_else(|| self.former_codes.get(code).copied());
        of(six).or_else(|| short.and_then(of)).or_else(|| city.and_then(of))
    }
}

/// Places have names and codes from before; the codes begin with a digit.
fn is_code(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// The names that a place had before.
pub(super) fn former_names(place: &Place) -> impl Iterator<Item = &str> {
    place.former.iter().map(String::as_str).filter(|word| !is_code(word))
}

fn kinds_of(all: &[Place]) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for place in all {
        if !kinds.contains(&place.kind) {
            kinds.push(place.kind.clone());
        }
    }
    kinds
}

/// The names by which a region is called whose full name holds its peoples: 木垒县 for 木垒哈萨克自治县.
pub(super) fn short_names<'a>(place: &'a Place, weights: &'a Weights) -> impl Iterator<Item = String> + 'a {
    let kinds = weights.short_kinds.get(&place.kind).into_iter().flatten();
    let stem = place.stem.strip_suffix(weights.words.people.as_str()).filter(|stem| stem.chars().count() > 1).unwrap_or(&place.stem);
    let listed = weights.short_names.get(&place.code).into_iter().flatten().cloned();
    kinds.map(move |kind| format!("{stem}{kind}")).filter(|name| *name != place.name).chain(listed)
}

pub(super) fn find(places: &[Place], code: &str) -> Option<u32> {
    places.binary_search_by(|place| place.code.as_str().cmp(code)).ok().map(|at| at as u32)
}
