//! Adding up the evidence. Each place that the body may be is a hypothesis, and so is a township of the same name
//! that no table lists, in each county that something speaks for. The weights are log odds, the confidence is the
//! winner's share; strong evidence against the winner withholds the code.

use super::body::{Candidate, Reading};
use super::evidence::{Evidence, Gathering, Item, Readings};
use super::gazetteer::{Gazetteer, short_names};
use crate::model::Problem;

/// Where a report's body lies, as far as it can be told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    pub township: Option<String>,
    pub county: Option<String>,
    pub city: Option<String>,
    pub province: Option<String>,
    pub division_code: Option<String>,
    pub statistical_code: Option<String>,
    /// The name of the county's, city's or province's own government, or of its office, where the body is it: the same however a report writes it.
    pub government: Option<String>,
    /// `township`, `county`, `city`, `province`, `department`
    pub level: Option<&'static str>,
    /// 0 to 1.
    pub confidence: f64,
    /// What speaks for the place, in words, the strongest first.
    pub evidence: Vec<String>,
    /// The archive's other reports had to tell it.
    pub learned: bool,
    pub problem: Option<Problem>,
}

/// One way in which it may be.
struct Hypothesis {
    /// A place, or the region in which an unlisted one lies; none for anywhere at all.
    at: Option<u32>,
    listed: bool,
    other_kind: bool,
    score: f64,
    /// The score without mentions.
    firm: f64,
    share: f64,
    /// The share without mentions.
    firm_share: f64,
}

impl Hypothesis {
    fn new(at: Option<u32>, prior: f64, (support, firm): (f64, f64)) -> Hypothesis {
        let (score, firm) = (prior + support, prior + firm);
        Hypothesis { at, listed: false, other_kind: false, score, firm, share: 0.0, firm_share: 0.0 }
    }
}

/// A place and the regions it lies in or lay in.
#[derive(Default)]
pub(super) struct Around {
    place: u32,
    regions: Vec<u32>,
}

/// Each score's share of all odds.
fn shares(scores: impl Iterator<Item = f64> + Clone) -> impl Iterator<Item = f64> {
    let top = scores.clone().fold(f64::MIN, f64::max);
    let total: f64 = scores.clone().map(|score| (score - top).exp()).sum();
    scores.map(move |score| (score - top).exp() / total)
}

/// The weights of the items, of all and of those that are no mere mentions.
fn weigh<'a>(items: impl Iterator<Item = &'a Item>) -> (f64, f64) {
    items.fold((0.0, 0.0), |(all, firm), item| (all + item.weight, firm + if item.strong { item.weight } else { 0.0 }))
}

impl Gazetteer {
    /// Resolves the issuing body of a report.
    pub fn resolve(&self, evidence: &Evidence) -> Resolution {
        let readings = self.readings(evidence);
        let items = Gathering::all(self, evidence, &readings);
        let reading = readings.best();
        if let Some(other) = readings.other_township(self) {
            return two_bodies(reading, other);
        }
        let zone = self.of_zone(reading, &items);
        let reading = zone.as_ref().unwrap_or(reading);
        let hypotheses = self.hypotheses(reading, &items, evidence.year);
        let winner = hypotheses.iter().max_by(|a, b| a.score.total_cmp(&b.score));
        let mut result = Resolution { level: level(reading, evidence.level), ..Resolution::default() };
        result.township = reading.township.clone();
        match winner.filter(|winner| winner.listed && winner.share >= self.weights.thresholds.publish) {
            Some(winner) => self.settle(winner, &hypotheses, &items, &mut result),
            None => self.withhold(reading, evidence, &hypotheses, &items, &mut result),
        }
        self.own_name_only(evidence, &mut result);
        self.no_unit_between(reading, &mut result);
        result.government = self.government(evidence, &result);
        result.learned = evidence.learned.is_some() && result.division_code.is_some();
        result
    }

    /// A region's code is its own office's alone: 保税片区人民政府 in 浦东新区 is another body, and the table may not
    /// have it under that name. The names of the regions stay.
    fn own_name_only(&self, evidence: &Evidence, result: &mut Resolution) {
        let (Some(code), Some(body)) = (&result.division_code, evidence.body) else { return };
        let Some(place) = self.by_code(code).filter(|p| p.level != "township" && evidence.level != Some("department")) else { return };
        if body.contains(&place.name) || place.former.iter().any(|name| body.contains(name)) || short_names(place, &self.weights).any(|name| body.contains(&name)) {
            return;
        }
        let message = format!("«{body}» is not in the gazetteer under this name, although {} is told; its code is left open", place.name);
        result.problem = Some(Problem::new("place/unknown-body", 0, body, message));
        (result.division_code, result.statistical_code, result.confidence) = (None, None, 0.0);
    }

    /// The department of a unit that no table lists where it is named is none of the region above: 潍坊市峡山区水利局. The names of the regions stay.
    fn no_unit_between(&self, reading: &Reading, result: &mut Resolution) {
        let Some(unit) = &reading.unit else { return };
        let Some(code) = result.division_code.take() else { return };
        let above = self.by_code(&code).map_or("", |place| place.name.as_str());
        let message = format!("«{unit}» stands between {above} and the department and is not in the gazetteer there; the code is left open, that of {above} is another body's");
        result.problem = Some(Problem::new("place/unknown-body", 0, unit.clone(), message));
        (result.statistical_code, result.confidence) = (None, 0.0);
    }

    /// The government of a region, or its office, under one name: 松月县, 松月县政府 and the 松岳县人民政府 of years ago are 松月县人民政府.
    fn government(&self, evidence: &Evidence, result: &Resolution) -> Option<String> {
        let place = self.by_code(result.division_code.as_deref()?).filter(|p| p.level != "township" && Some(p.level) == result.level)?;
        let body = evidence.body?;
        let names: Vec<String> = [&place.name].into_iter().chain(&place.former).cloned().chain(short_names(place, &self.weights)).collect();
        let short = || body.split_once(place.stem.as_str()).map(|(_, organ)| organ).filter(|organ| !organ.is_empty());
        let organs: Vec<&str> = names.iter().filter_map(|name| body.strip_prefix(name.as_str())).chain(short()).collect();
        let same = self.weights.words.same_governments.iter().find(|same| same.iter().any(|organ| organs.contains(&organ.as_str())))?;
        Some(format!("{}{}", place.name, same[0]))
    }

    fn readings(&self, evidence: &Evidence) -> Readings {
        let read = |text: Option<&str>, told: Option<&str>| text.map_or_else(Reading::default, |text| self.read_body(text, told));
        let full = read(evidence.body_full, evidence.level);
        // Title and signature mostly have the same words; where they have others, these are a department's if the body is one.
        let department = evidence.level.filter(|level| *level == "department");
        let again = |text: Option<&str>| if text.is_some() && text == evidence.body_full { full.clone() } else { read(text, department) };
        let mut readings = Readings {
            title: again(evidence.title.map(|title| self.body_in_title(title))),
            signature: again(evidence.signature),
            body: Reading::default(),
        };
        readings.body = full;
        if readings.body.candidates.is_empty() {
            let without = read(evidence.body, evidence.level);
            if readings.body.level.is_none() || !without.candidates.is_empty() {
                let regions = std::mem::take(&mut readings.body.regions);
                readings.body = without;
                readings.body.regions.extend(regions);
            }
        }
        readings
    }

    /// The regions that `place` lies in or lay in: evidence for one of them is evidence for it.
    pub(super) fn around(&self, place: u32) -> Around {
        let mut around = Around::default();
        self.move_to(&mut around, place);
        around
    }

    /// Whether a place lies in one of these regions, or did.
    pub(super) fn lies_in(&self, place: u32, regions: &[u32]) -> bool {
        self.around(place).regions.iter().any(|at| regions.contains(at))
    }

    fn move_to(&self, around: &mut Around, place: u32) {
        let regions = &mut around.regions;
        regions.clear();
        regions.extend(self.upwards(place).chain(self.former_cities(place)));
        regions.extend(self.upwards(place).filter_map(|at| self.heir(at)).flat_map(|heir| self.upwards(heir)));
        // A township that changed its county keeps the old one in its statistical code.
        let one = self.at(place);
        let six = one.statistical_code.as_deref().and_then(|code| code.get(..6)).filter(|six| *six != one.parent);
        regions.extend(six.and_then(|six| self.index_of(six)));
        around.place = place;
    }

    /// Whether evidence for `region` is evidence for a place: it lies in it, or it is all of it.
    pub(super) fn supports(&self, region: u32, place: &Around) -> bool {
        place.regions.contains(&region) || self.is_within(region, place.place)
    }

    /// Whether one of the regions that an item speaks for is.
    pub(super) fn backs(&self, item: &Item, place: &Around) -> bool {
        item.regions.iter().any(|&region| self.supports(region, place))
    }

    fn support(&self, items: &[Item], place: &Around) -> (f64, f64) {
        weigh(items.iter().filter(|item| self.backs(item, place)))
    }

    fn hypotheses(&self, reading: &Reading, items: &[Item], year: Option<i32>) -> Vec<Hypothesis> {
        let priors = &self.weights.priors;
        let mut all: Vec<Hypothesis> = Vec::new();
        let mut around = Around::default();
        let named: Vec<u32> = reading.candidates.iter().map(|one| one.at).collect();
        for &Candidate { at, other_kind } in reading.candidates.iter().filter(|one| !self.stands_back(one.at, &named, year)) {
            self.move_to(&mut around, at);
            let prior = if other_kind { priors.other_kind } else { 0.0 };
            let one = Hypothesis::new(Some(at), prior, self.support(items, &around));
            all.push(Hypothesis { listed: true, other_kind, ..one });
        }
        let region = reading.candidates.first().is_some_and(|first| self.at(first.at).level != "township");
        let nowhere = match year {
            _ if region => priors.unlisted_region,
            _ if reading.candidates.is_empty() => 0.0,
            Some(year) if year < priors.old_before => priors.unlisted_old,
            _ => priors.unlisted,
        };
        all.push(Hypothesis::new(None, nowhere, (0.0, 0.0)));
        if !region {
            self.unlisted(reading, items, year, &mut all);
        }
        let by_all: Vec<f64> = shares(all.iter().map(|one| one.score)).collect();
        let by_firm: Vec<f64> = shares(all.iter().map(|one| one.firm)).collect();
        for (one, (share, firm)) in all.iter_mut().zip(by_all.into_iter().zip(by_firm)) {
            (one.share, one.firm_share) = (share, firm);
        }
        all
    }

    /// In each county or city that something speaks for: a township of this name that the tables do not have.
    fn unlisted(&self, reading: &Reading, items: &[Item], year: Option<i32>, all: &mut Vec<Hypothesis>) {
        let priors = &self.weights.priors;
        let prior = if reading.candidates.is_empty() { priors.no_body } else { priors.unlisted_in_county };
        // Neighbours are mentioned in passing: alone they say nothing against the places that are listed.
        let items: Vec<&Item> = items.iter().filter(|item| item.strong || reading.candidates.is_empty()).collect();
        let mut regions: Vec<u32> = items.iter().flat_map(|item| item.regions.iter().copied()).collect();
        regions.sort_unstable();
        regions.dedup();
        // Where nothing else speaks for one of a region that is gone and the one that took it in, the year tells.
        let is_other = |at: u32, all: &[u32]| self.stands_back(at, all, year) || self.is_over(at, year) && self.heir(at).is_some_and(|heir| all.contains(&heir));
        regions.retain(|&at| !items.iter().filter(|item| item.regions.contains(&at)).all(|item| is_other(at, &item.regions)));
        let listed = |region: u32| reading.candidates.iter().any(|one| self.is_within(one.at, region));
        for region in regions.into_iter().filter(|&region| !listed(region)) {
            // Only what stands above speaks for it: a county in a city says nothing for the rest of the city.
            let above = |item: &&&Item| item.regions.iter().any(|&at| self.is_within(region, at));
            let support = weigh(items.iter().filter(above).copied());
            all.push(Hypothesis::new(Some(region), prior, support));
        }
    }

    /// The winner is likely enough: publish it unless strong evidence contradicts.
    fn settle(&self, winner: &Hypothesis, hypotheses: &[Hypothesis], items: &[Item], result: &mut Resolution) {
        let limits = &self.weights.thresholds;
        let at = winner.at.expect("a listed hypothesis has a place");
        let around = self.around(at);
        let (for_it, against): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| self.backs(item, &around));
        let strong: Vec<&Item> = against.into_iter().filter(|item| item.strong).collect();
        // A sentence that names a province, its city and its county is one voice.
        let told = for_it.iter().filter(|item| item.narrated).map(|item| item.weight).fold(0.0, f64::max);
        let lead = told + for_it.iter().filter(|item| !item.narrated).map(|item| item.weight).sum::<f64>() - strong.iter().map(|item| item.weight).sum::<f64>();
        if !strong.is_empty() && lead < limits.overrule {
            result.problem = Some(contradiction(&self.at(at).name, &for_it, &strong));
            result.evidence = in_words(items);
            return;
        }
        let place = self.at(at);
        let cap = if strong.is_empty() { limits.cap } else { limits.cap_contradicted };
        // Neighbours are mentioned too: what only mentions single out is never certain.
        let cap = if winner.firm_share >= limits.certain { cap } else { cap.min(limits.cap_mentions) };
        let cap = if winner.other_kind { cap.min(limits.cap_other_kind) } else { cap };
        result.confidence = winner.share.min(cap);
        result.evidence = in_words(for_it.iter().copied());
        if hypotheses.iter().filter(|one| one.listed).count() == 1 {
            result.evidence.push(format!("no other {} in the gazetteer", place.name));
        }
        self.name(at, result);
        result.division_code = (!place.code.is_empty()).then(|| place.code.clone());
        result.statistical_code = place.statistical_code.clone();
        if place.level == "township" {
            result.township = Some(place.name.clone());
        }
        result.problem = merged_away(place, self);
    }

    /// No code. The region is still named where all that is likely lies in it.
    fn withhold(&self, reading: &Reading, evidence: &Evidence, hypotheses: &[Hypothesis], items: &[Item], result: &mut Resolution) {
        result.evidence = in_words(items);
        let limit = self.weights.thresholds.region;
        let share = |region: u32| {
            let inside = |one: &&Hypothesis| one.at.is_some_and(|at| self.is_within(at, region));
            hypotheses.iter().filter(inside).map(|one| one.share).sum::<f64>()
        };
        let likely = hypotheses.iter().filter_map(|one| one.at).flat_map(|at| self.upwards(at));
        let likely = likely.filter(|&at| self.at(at).level != "township" && share(at) >= limit);
        let region = likely.max_by_key(|&at| self.at(at).code.len());
        let seat = region.filter(|&at| self.is_seat(at, reading, evidence, items));
        let region = if let Some(at) = seat { self.upwards(at).nth(1) } else { region };
        let contradicted = region.is_some_and(|region| {
            let around = self.around(region);
            let by_phone = || items.iter().filter(|item| self.backs(item, &around)).all(|item| item.of_phone);
            items.iter().any(|item| item.strong && !self.backs(item, &around)) || by_phone() && self.names_another(region, reading, evidence)
        });
        if let Some(region) = region.filter(|_| !contradicted) {
            self.name(region, result);
        }
        result.problem = Some(self.why(reading, evidence, hypotheses, items));
    }

    /// Whether a body's own name begins with a region, in full or for short, and with none that lies in this one or around it.
    fn names_another(&self, region: u32, reading: &Reading, evidence: &Evidence) -> bool {
        let body = evidence.body_full.or(evidence.body).unwrap_or_default();
        // The smallest that it names: of 虚构松月经济开发区 the county.
        let named: Vec<u32> = match reading.regions.last() {
            _ if !reading.zones.is_empty() => reading.zones.clone(),
            Some((_, regions)) => regions.clone(),
            None => self.finder.beginning(body).flat_map(|word| word.full.iter().copied().chain(self.in_short(word))).collect(),
        };
        !named.is_empty() && !named.iter().any(|&at| self.lies_in(at, &[region]) || self.is_within(region, at))
    }

    /// Whether a county is only where a department above counties has its house: nothing but mentions and an address name it.
    fn is_seat(&self, county: u32, reading: &Reading, evidence: &Evidence, items: &[Item]) -> bool {
        let Some(body) = evidence.body_full.or(evidence.body).or(evidence.title.map(|title| self.body_in_title(title))) else { return false };
        let words = &self.weights.words;
        let is_named = || items.iter().any(|item| item.strong && !item.of_address && item.regions.contains(&county));
        let of_department = evidence.level == Some("department") || reading.level == Some("department");
        if self.at(county).level != "county" || !of_department || is_named() {
            return false;
        }
        let wide = |word: &super::words::Word| word.full.iter().chain(&word.short).all(|&at| matches!(self.at(at).level, "city" | "province"));
        let begins = |list: &[String]| list.iter().any(|w| body.starts_with(w.as_str()));
        // 市教育局 may be a county's, if that is called 市.
        let of_city = || body.starts_with(words.city.as_str()) && self.at(county).kind != words.city;
        begins(&words.above_counties) || of_city() || words.above_kinds.iter().any(|w| body.contains(w.as_str())) || self.finder.beginning(body).next().is_some_and(wide)
    }

    fn name(&self, at: u32, result: &mut Resolution) {
        let chain = self.chain_of(at);
        result.county = chain.county.map(str::to_owned);
        result.city = chain.city.map(str::to_owned);
        result.province = chain.province.map(str::to_owned);
    }

    fn why(&self, reading: &Reading, evidence: &Evidence, hypotheses: &[Hypothesis], items: &[Item]) -> Problem {
        if reading.nobody {
            let body = evidence.body.unwrap_or_default();
            return Problem::new("place/unknown-body", 0, body, "the body's name is a kind alone, or that of several, and names no township; the level is left open and the report is in no sum");
        }
        let body = reading.township.clone().unwrap_or_default();
        let listed: Vec<&Hypothesis> = hypotheses.iter().filter(|one| one.listed).collect();
        let best = listed.iter().max_by(|a, b| a.score.total_cmp(&b.score)).and_then(|one| one.at);
        let Some(best) = best else {
            return Problem::new("place/unknown-body", 0, body, "no place of this name is in the gazetteer");
        };
        let around = self.around(best);
        let (for_it, against): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| self.backs(item, &around));
        let against: Vec<&Item> = against.into_iter().filter(|item| item.strong).collect();
        if !against.is_empty() && for_it.iter().any(|item| item.strong) {
            return contradiction(&body, &for_it, &against);
        }
        if !against.is_empty() || listed.len() == 1 {
            let message = "the gazetteer has places of this name, but none where the evidence points to";
            return Problem::new("place/unknown-body", 0, body, message);
        }
        let message = format!("{} places of this name, and the evidence does not single out one", listed.len());
        Problem::new("place/ambiguous", 0, body, message)
    }
}

fn level(reading: &Reading, told: Option<&str>) -> Option<&'static str> {
    if reading.nobody {
        return None;
    }
    // A region that no table lists is none that anything could be added to.
    let known = ["township", "department"];
    // An office of a county's government is read as the county unless whoever read the body says otherwise.
    let office = told == Some("department") && reading.level != Some("township") && !reading.of_government;
    let read = if office { told.and(Some("department")) } else { reading.level };
    read.or_else(|| known.into_iter().find(|level| Some(*level) == told))
}

/// Text copied from another body: which of the two issued it cannot be told.
fn two_bodies(one: &Reading, other: &Reading) -> Resolution {
    let names = [one, other].map(|reading| reading.township.clone().unwrap_or_default());
    let message = format!("{} is named as the body, and {} too", names[0], names[1]);
    Resolution {
        township: one.township.clone(),
        level: one.level,
        problem: Some(Problem::new("place/contradiction", 0, names[1].clone(), message)),
        ..Resolution::default()
    }
}

fn contradiction(body: &str, for_it: &[&Item], against: &[&Item]) -> Problem {
    let list = |items: &[&Item]| items.iter().map(|item| item.words.as_str()).collect::<Vec<_>>().join(", ");
    let message = format!("{} against {}", list(for_it), list(against));
    Problem::new("place/contradiction", 0, body, message)
}

fn merged_away(place: &super::Place, places: &Gazetteer) -> Option<Problem> {
    let year = place.valid_to?;
    let successor = place.successor.as_deref().and_then(|code| places.by_code(code));
    let into = successor.map_or(String::new(), |place| format!(", its successor is {}", place.name));
    let code = if place.code.is_empty() { ", and its code is another place's now" } else { "" };
    let message = format!("no longer listed by the end of {year}{into}{code}");
    Some(Problem::new("place/merged-away", 0, place.name.clone(), message))
}

/// What items say, the strongest first.
fn in_words<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<String> {
    let mut sorted: Vec<&Item> = items.into_iter().collect();
    sorted.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    sorted.into_iter().map(|item| item.words.clone()).collect()
}
