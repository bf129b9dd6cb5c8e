//! What speaks for which region: codes, title, signature, hosts, path, area codes and mentions, each as one item
//! with its weight from `weights.toml`.

use super::body::Reading;
use super::gazetteer::Gazetteer;
use super::learn::Learned;

/// So many signs has a credit code.
const CREDIT: usize = 18;
/// A number that begins with a county's code is that alone, or has so many digits: a SiteIDCode, a village's code.
const COUNTY_FIRST: [usize; 3] = [6, 10, 12];

/// What a report says about itself that may tell where its body lies. All of it in Simplified.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    pub title: Option<&'a str>,
    /// The issuing body without the regions above it: 军屯乡人民政府.
    pub body: Option<&'a str>,
    /// The body with the regions before it.
    pub body_full: Option<&'a str>,
    /// `township`, `county`, `city`, `province`, `department`, as the body's name was read elsewhere.
    pub level: Option<&'a str>,
    pub signature: Option<&'a str>,
    /// The whole text.
    pub text: &'a str,
    /// Path in the archive; its folders may be names, codes or hosts.
    pub path: &'a str,
    pub phones: &'a [String],
    pub urls: &'a [String],
    /// Credit code, 索引号, SiteIDCode.
    pub codes: &'a [String],
    /// The year reported on.
    pub year: Option<i32>,
    /// Where the report was found, as [`super::hosts`] gives it.
    pub hosts: &'a [String],
    /// What the archive's other reports teach, once they are read.
    pub learned: Option<&'a Learned>,
}

/// One piece of evidence: it speaks for each of its regions alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub weight: f64,
    /// Of a kind that must not contradict; mentions are not, however many there are.
    pub strong: bool,
    pub regions: Vec<u32>,
    /// It says where a house stands.
    pub of_address: bool,
    /// Running text names it in passing: it outweighs nothing that a report says of itself.
    pub narrated: bool,
    /// Only the area code of a telephone says so.
    pub of_phone: bool,
    pub words: String,
}

/// Gathers the items of one report.
pub struct Gathering<'a> {
    pub(super) places: &'a Gazetteer,
    pub items: Vec<Item>,
}

impl<'a> Gathering<'a> {
    /// All items of `evidence`; `readings` are what title, body and signature say of the body.
    pub fn all(places: &'a Gazetteer, evidence: &Evidence, readings: &Readings) -> Vec<Item> {
        let mut all = Gathering { places, items: Vec::new() };
        let weights = &places.weights.weights;
        all.named(evidence.title, &readings.title, "in the title", weights.title);
        all.named(None, &readings.body, "before the body's name", weights.title);
        all.named(evidence.signature, &readings.signature, "in the signature", weights.signature);
        for code in evidence.codes {
            all.code(code);
        }
        all.hosts(evidence.urls.iter().map(String::as_str));
        all.path(evidence.path, readings.township());
        all.phones(evidence.phones);
        all.text(evidence.text, readings.township());
        // No strong item: it adds to what is likely and contradicts nothing.
        let taught = evidence.learned.and_then(|learned| learned.item(places, evidence.hosts, evidence.path));
        all.items.extend(taught);
        all.items
    }

    /// Adds an item, or raises an equal one to the higher weight: the same words in two places count once.
    pub(super) fn add(&mut self, weight: f64, regions: &[u32], words: String) {
        if regions.is_empty() || weight <= 0.0 {
            return;
        }
        let regions = self.places.with_heirs(regions);
        if let Some(item) = self.items.iter_mut().find(|item| item.words == words && item.regions == *regions) {
            item.weight = item.weight.max(weight);
            return;
        }
        let strong = weight >= self.places.weights.thresholds.strong;
        self.items.push(Item { weight, strong, regions: regions.into_owned(), of_address: false, narrated: false, of_phone: false, words });
    }

    /// Regions in a title or signature: those before the body's name, and any other full name in it.
    fn named(&mut self, text: Option<&str>, reading: &Reading, place: &str, weight: f64) {
        let mut seen: Vec<String> = Vec::new();
        for (name, regions) in &reading.regions {
            // Title and body are mostly the same words; the first of them counts.
            let told = self.items.iter().any(|item| item.regions == *regions && item.weight == weight);
            if !told {
                self.add(weight, regions, format!("{name} {place}"));
            }
            seen.push(name.clone());
        }
        let Some(text) = text else { return };
        // A region's own report: its name is the body, not evidence about it. A township's name may contain one.
        let own = |word: &str| seen.iter().any(|name| name == word) || reading.township.as_deref().is_some_and(|t| t.contains(word));
        for found in self.places.finder.find(text, &self.places.weights.words).iter().filter(|found| found.full) {
            let word = self.places.finder.word(found.word);
            if let Some(cities) = self.city_elsewhere(text, found) {
                let short = self.places.weights.weights.short;
                self.add(short, &cities, format!("{} {place}", self.list(&cities)));
            } else if !own(&word.text) {
                self.add(weight, &word.full, format!("{} {place}", word.text));
            }
        }
    }

    /// A credit code holds the county's code at digits 3 to 8, and a 索引号 is often made from one; or it begins with the county's code
    /// alone, as a SiteIDCode does. Elsewhere such digits are no region's: those of an organisation's code, a number in a run.
    fn code(&mut self, code: &str) {
        let code = code.trim();
        let first = &code[..code.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(code.len())];
        // Only bodies registered as offices, institutions or the like have a first digit 1 or 5 and then 1 to 9.
        let credit = first.len() >= CREDIT && matches!(first.as_bytes()[..2], [b'1' | b'5' | b'N', b'1'..=b'9']);
        let from = if credit { 2 } else { 0 };
        let six = first.get(from..from + 6).filter(|six| (credit || COUNTY_FIRST.contains(&first.len())) && six.bytes().all(|b| b.is_ascii_digit()));
        if let Some((six, at)) = six.and_then(|six| Some((six, self.places.region_of_code(six)?))) {
            let name = &self.places.at(at).name;
            self.add(self.places.weights.weights.code, &[at], format!("code {six} ({name})"));
        }
    }

    fn hosts<'u>(&mut self, urls: impl Iterator<Item = &'u str>) {
        let mut hosts: Vec<String> = urls.filter_map(government_host).collect();
        hosts.sort_unstable();
        hosts.dedup();
        for host in hosts {
            self.host(&host, self.places.weights.weights.host);
        }
    }

    /// wenshang.gov.cn, or ws.jining.gov.cn: a label is a stem's pinyin or its initials.
    pub(super) fn host(&mut self, host: &str, weight: f64) {
        let weights = &self.places.weights.weights;
        let finder = &self.places.finder;
        let labels = || host.trim_end_matches(".gov.cn").split(['.', '-']).filter(|label| *label != "www");
        let mut wide: Vec<u32> = Vec::new();
        for label in labels() {
            if let Some(regions) = finder.pinyin.get(label) {
                self.add(weight, regions, format!("host {host} ({})", self.list(regions)));
                wide.extend(regions);
            }
        }
        for label in labels().filter(|label| !finder.pinyin.contains_key(*label)) {
            let Some(regions) = finder.initials.get(label) else { continue };
            let inside = |at: &&u32| self.places.upwards(**at).skip(1).any(|above| wide.contains(&above));
            let in_city: Vec<u32> = regions.iter().filter(inside).copied().collect();
            if !in_city.is_empty() {
                self.add(weights.host_initials_in_city, &in_city, format!("host {host} ({})", self.list(&in_city)));
            } else if wide.is_empty() && weight == weights.host {
                self.add(weights.host_initials, regions, format!("host {host} (initials)"));
            }
        }
    }

    /// Folders and file name: full names, six-digit codes, hosts, and folders in pinyin or by the short form.
    pub(super) fn path(&mut self, path: &str, township: Option<&str>) {
        let weights = &self.places.weights.weights;
        for found in self.found(path, township).iter().filter(|found| found.full) {
            let word = self.places.finder.word(found.word);
            self.add(weights.path, &word.full, format!("{} in the path", word.text));
        }
        for part in path.split(['/', '!']) {
            if let Some(host) = government_host(part) {
                self.host(&host, weights.path);
            } else if let Some(regions) = self.places.finder.pinyin.get(part) {
                self.add(weights.path_pinyin, regions, format!("{part} in the path"));
            } else if let Some(word) = self.places.finder.exact(part).filter(|word| word.full.is_empty()) {
                self.add(weights.path_pinyin, &word.short, format!("{part} in the path"));
            }
            self.path_code(part, path.ends_with(part));
        }
    }

    /// 370830 as a folder, or 370830101 in front of a file's name; a date or a page number is no region.
    fn path_code(&mut self, part: &str, file: bool) {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let alone = end == part.len() || (file && part[end..].starts_with(['_', '-', '.', ' ']));
        if !alone || !matches!(end, 6 | 9 | 12) {
            return;
        }
        if let Some(at) = self.places.region_of_code(&part[..6]) {
            let name = &self.places.at(at).name;
            self.add(self.places.weights.weights.path, &[at], format!("code {} ({name}) in the path", &part[..6]));
        }
    }

    fn phones(&mut self, phones: &[String]) {
        for phone in phones {
            let digits: String = phone.chars().filter(char::is_ascii_digit).take(16).collect();
            let national = digits.strip_prefix("0086").or(digits.strip_prefix("86")).unwrap_or(&digits);
            let national = if national.len() < digits.len() && !national.starts_with('0') { format!("0{national}") } else { national.to_owned() };
            // 010 and 02x have three digits, all others four; a number without 0 has no area code.
            let short = national.starts_with("01") || national.starts_with("02");
            let Some(area) = national.get(..if short { 3 } else { 4 }) else { continue };
            if let Some(regions) = self.places.areas.get(area).filter(|_| national.len() >= 10) {
                let words = format!("area code {area} ({})", self.list(regions));
                self.add(self.places.weights.weights.area_code, regions, words.clone());
                self.items.iter_mut().filter(|item| item.words == words).for_each(|item| item.of_phone = true);
            }
        }
    }

    fn list(&self, regions: &[u32]) -> String {
        let names: Vec<&str> = regions.iter().take(3).map(|&at| self.places.at(at).name.as_str()).collect();
        let more = if regions.len() > 3 { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    }
}

/// What title, body and signature say.
#[derive(Debug, Default)]
pub struct Readings {
    pub title: Reading,
    pub body: Reading,
    pub signature: Reading,
}

impl Readings {
    /// The reading that tells the body: the one that was read as such, then title and signature. Another one may add
    /// the region, but not make a county's office of a township: signatures name whoever published.
    pub fn best(&self) -> &Reading {
        if self.body.nobody {
            // Title and signature may name the township, but not where it is one of several; a county's name there would make its
            // report the county's.
            return [&self.title, &self.signature].into_iter().find(|reading| reading.is_township() && !self.body.several).unwrap_or(&self.body);
        }
        let all = [&self.body, &self.title, &self.signature];
        let first = all.into_iter().find(|reading| reading.level.is_some()).unwrap_or(&self.body);
        let fits = |reading: &&Reading| !reading.candidates.is_empty() && reading.level == first.level;
        all.into_iter().find(fits).unwrap_or(first)
    }

    /// A title or signature that names another township than the body.
    pub fn other_township(&self, places: &Gazetteer) -> Option<&Reading> {
        let best = self.best();
        let differs = |reading: &&Reading| {
            let stem = |at: u32| &places.at(at).stem;
            !reading.candidates.iter().any(|a| best.candidates.iter().any(|b| a.at == b.at || stem(a.at) == stem(b.at)))
        };
        [&self.title, &self.signature].into_iter().filter(|reading| reading.is_township() && best.is_township()).find(differs)
    }

    fn township(&self) -> Option<&str> {
        self.best().township.as_deref()
    }
}

/// The host of an address, if it is a government's: a report's true text also stands on hijacked domains.
fn government_host(url: &str) -> Option<String> {
    let host = host(url);
    let government = host.len().checked_sub(".gov.cn".len()).is_some_and(|at| host.as_bytes()[at..].eq_ignore_ascii_case(b".gov.cn"));
    government.then(|| host.to_ascii_lowercase())
}

/// The host of an address.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?', ' ', '>', '<', '"']).next().unwrap_or(rest)
}
