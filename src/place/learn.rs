//! What the archive itself teaches: the reports of this host, or in this folder, lie in that county. It is learned from
//! rows of reports alone, so that rows of an earlier run teach like new ones, and asked only for reports that nothing
//! else decides.

use std::collections::{HashMap, HashSet};

use super::evidence::{Gathering, Item, host};
use super::gazetteer::Gazetteer;
use crate::model::{Read, ReportRow};

/// Whether the archive's other reports could tell a report's place: it has none, and nothing contradicts.
pub fn may_be_taught(read: &Read) -> bool {
    let open = |code: &str| code == "place/ambiguous" || code == "place/unknown-body";
    read.report.as_ref().is_some_and(|r| r.place.division_code.is_none()) && read.problems.iter().any(|p| open(p.code))
}

/// The hosts that a report was found on: those of its addresses and of folders that are named by one. Without `www.`,
/// sorted.
pub fn hosts(urls: &[String], path: &str) -> Vec<String> {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders).split(['/', '!']);
    let host = |text: &str| {
        let host = host(text).to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        is_host(host).then(|| host.to_owned())
    };
    let mut all: Vec<String> = urls.iter().map(String::as_str).chain(folders).filter_map(host).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Labels of letters, digits and hyphens, the last of letters alone.
fn is_host(text: &str) -> bool {
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let top = text.rsplit('.').next().unwrap_or("");
    text.contains('.') && text.split('.').all(label) && top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The folders above a file, the nearest first; a container is one too.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices(['/', '!']).map(|(at, _)| &path[..at])
}

/// Where the reports of one host or folder lie.
#[derive(Default)]
struct Tally {
    reports: u32,
    places: HashSet<u32>,
    /// Counties and cities.
    regions: HashMap<u32, u32>,
}

/// What the reports of one host or folder teach.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lesson {
    region: u32,
    /// Reports in the region, of all.
    inside: u32,
    all: u32,
}

/// What was learned. A folder with reports enough that lie everywhere is there without a lesson: what lies above it says
/// nothing about it.
#[derive(Debug, Default)]
pub struct Learned {
    hosts: HashMap<String, Lesson>,
    folders: HashMap<String, Option<Lesson>>,
}

impl Gazetteer {
    /// Learns from the reports whose place is certain what those without one could ask.
    pub fn learn(&self, reports: &[ReportRow]) -> Learned {
        let (mut by_host, mut by_folder): (HashMap<&str, Tally>, HashMap<&str, Tally>) = Default::default();
        for r in reports.iter().filter(|r| r.place.division_code.is_none()) {
            for host in &r.hosts {
                by_host.entry(host).or_default();
            }
            for folder in folders(&r.path) {
                by_folder.entry(folder).or_default();
            }
        }
        for r in reports.iter().filter(|r| !r.learned && r.confidence >= self.weights.learn.confidence) {
            let Some(at) = r.place.division_code.as_deref().and_then(|code| self.index_of(code)) else { continue };
            for host in &r.hosts {
                self.count(by_host.get_mut(&**host), at);
            }
            for folder in folders(&r.path) {
                self.count(by_folder.get_mut(folder), at);
            }
        }
        let enough = |tally: &Tally| tally.reports >= self.weights.learn.reports && tally.places.len() >= self.weights.learn.places;
        let by_name = |gather: &dyn Fn(&mut Gathering)| {
            let mut named = Gathering { places: self, items: Vec::new() };
            gather(&mut named);
            named.items
        };
        let of_host = |host: &str, t: &Tally| self.lesson(t, &by_name(&|named| named.host(host, self.weights.weights.host)));
        let of_folder = |folder: &str, t: &Tally| self.lesson(t, &by_name(&|named| named.path(folder, None)));
        Learned {
            hosts: by_host.into_iter().filter(|(_, t)| enough(t)).filter_map(|(h, t)| Some((h.to_owned(), of_host(h, &t)?))).collect(),
            folders: by_folder.into_iter().filter(|(_, t)| enough(t)).map(|(f, t)| (f.to_owned(), of_folder(f, &t))).collect(),
        }
    }

    fn count(&self, tally: Option<&mut Tally>, at: u32) {
        let Some(tally) = tally else { return };
        tally.reports += 1;
        tally.places.insert(at);
        for region in self.upwards(at).filter(|&at| matches!(self.at(at).level, "county" | "city")) {
            *tally.regions.entry(region).or_default() += 1;
        }
    }

    /// The smallest region in which as good as all of them lie, of those that a host's or folder's name leaves: what is named after a city
    /// is the city's, and of its counties only some may have been collected yet.
    /// A name that city and county share is the city's.
    fn lesson(&self, tally: &Tally, named: &[Item]) -> Option<Lesson> {
        let least = f64::from(tally.reports) * self.weights.learn.share;
        let is_above = |item: &&Item, region: u32| item.regions.iter().any(|&at| at != region && self.is_within(region, at));
        let is_wider = |region: u32| {
            let (above, rest): (Vec<&Item>, Vec<&Item>) = named.iter().partition(|item| is_above(item, region));
            !above.is_empty() && !rest.iter().any(|item| item.regions.contains(&region))
        };
        let all = tally.regions.iter().filter(|(at, n)| f64::from(**n) >= least && !is_wider(**at));
        let (&region, &inside) = all.max_by_key(|(at, _)| self.at(**at).code.len())?;
        Some(Lesson { region, inside, all: tally.reports })
    }
}

impl Learned {
    /// What the hosts and the folder of a report tell together; none where they point to different regions.
    pub(super) fn item(&self, places: &Gazetteer, hosts: &[String], path: &str) -> Option<Item> {
        let learn = &places.weights.learn;
        let by_host = hosts.iter().filter_map(|h| Some((*self.hosts.get(h)?, learn.host, format!("from {h}"))));
        let folder = folders(path).find_map(|f| Some((f, (*self.folders.get(f)?)))).and_then(|(f, lesson)| Some((lesson?, learn.folder, format!("in the folder {f}"))));
        let all: Vec<(Lesson, f64, String)> = by_host.chain(folder).collect();
        // Of a county and its city the county is told.
        let (lesson, weight, from) = all.iter().max_by_key(|(lesson, _, _)| places.at(lesson.region).code.len())?;
        if all.iter().any(|(other, _, _)| !places.is_within(lesson.region, other.region)) {
            return None;
        }
        let words = format!("{} of {} reports {from} are of {}", lesson.inside, lesson.all, places.at(lesson.region).name);
        Some(Item { weight: *weight, strong: false, regions: vec![lesson.region], of_address: false, narrated: false, of_phone: false, words })
    }
}

#[cfg(test)]
mod tests;
