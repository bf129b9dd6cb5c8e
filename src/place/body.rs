//! Reading an issuing body's name: which region it names first, and which township, region or department it is.

use super::evidence::Item;
use super::gazetteer::Gazetteer;
use super::words::Word;
use memchr::memmem::find;
use std::borrow::Cow;

/// A place that the body may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub at: u32,
    /// Only the stem agrees; the kind is one that the body's kind may have become.
    pub other_kind: bool,
}

impl Candidate {
    /// One that bears the name.
    fn named(at: u32) -> Candidate {
        Candidate { at, other_kind: false }
    }
}

/// What a body's name says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// `township`, `county`, `city`, `province`, `department`
    pub level: Option<&'static str>,
    pub candidates: Vec<Candidate>,
    /// The township's name as it stands.
    pub township: Option<String>,
    /// Regions named in full before it, with the name.
    pub regions: Vec<(String, Vec<u32>)>,
    /// Regions after which a zone is named that no table lists: 松月 in 松月经济开发区.
    pub zones: Vec<u32>,
    /// The unit between a region and its department that no table lists there: 峡山区 in 潍坊市峡山区水利局.
    pub unit: Option<String>,
    /// The name is a kind alone, of one township or of all: 街道, 各乡镇.
    pub nobody: bool,
    /// It is nobody's as that of several townships.
    pub several: bool,
    /// It is that of a government's office, whatever kind of body its end is read as.
    pub of_government: bool,
}

impl Reading {
    /// Whether it is a township's name that the tables have.
    pub(super) fn is_township(&self) -> bool {
        self.level == Some("township") && !self.candidates.is_empty()
    }
}

/// The short form of a region has no more characters.
const LONGEST_STEM: usize = 5;

impl Gazetteer {
    /// Reads a body's name, with or without the regions before it; `told` is the body's level as it was read elsewhere. A name is
    /// tried whole before a region is taken off its front: 湖南镇 lies in Zhejiang, 北乡义镇 is no 乡.
    pub(super) fn read_body(&self, name: &str, told: Option<&str>) -> Reading {
        let clean: String = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '“' | '”' | '"' | '《' | '》')).collect();
        let mut reading = Reading::default();
        let mut rest = clean.as_str();
        let mut of_corps = false;
        loop {
            if self.read_whole(rest, &mut reading) {
                return reading;
            }
            if let Some(unit) = self.split_unit(rest, of_corps) {
                (rest, of_corps) = (unit, true);
                continue;
            }
            // 国家税务总局安溪县税务局
            if let Some(bureau) = self.behind_system(rest) {
                rest = bureau;
            }
            let Some((region, after)) = self.split_region(rest) else { break };
            reading.regions.push((rest[..region].to_owned(), self.with_heirs(&self.full(&rest[..region])).into_owned()));
            rest = &rest[after..];
        }
        self.read_unlisted(rest, told, &mut reading);
        reading
    }

    /// What stands behind a unit of the corps: a division, and behind one a regiment. A name is not taken apart: 三团镇.
    fn split_unit<'a>(&self, rest: &'a str, of_corps: bool) -> Option<&'a str> {
        let corps = &self.weights.words.corps;
        let behind = |rest: &'a str, sign: &str| {
            let after = rest.trim_start_matches(|c| corps.digits.contains(c));
            (after.len() < rest.len()).then(|| after.strip_prefix(sign)).flatten().filter(|name| name.chars().count() > 2)
        };
        let division = rest.strip_prefix(corps.opening.as_str()).and_then(|rest| behind(rest, &corps.division));
        division.or_else(|| behind(rest, &corps.regiment).filter(|_| of_corps))
    }

    /// What stands behind the name of a country's bureau whose branches have their region behind it.
    fn behind_system<'a>(&self, rest: &'a str) -> Option<&'a str> {
        let behind = self.weights.words.systems.iter().find_map(|system| rest.strip_prefix(system.as_str()))?;
        self.split_region(behind).map(|_| behind)
    }

    fn full(&self, name: &str) -> Vec<u32> {
        self.finder.exact(name).map_or_else(Vec::new, |word| word.full.clone())
    }

    /// A township or region and nothing else.
    fn read_whole(&self, rest: &str, reading: &mut Reading) -> bool {
        let mut forms = self.forms(rest);
        // 沉湖管委会 is listed so. Where what it governs is a region, the region is meant.
        let bare = self.bare(rest);
        if bare.len() < rest.len() && self.full(bare).is_empty() {
            forms.push(Cow::Borrowed(rest));
        }
        let governed = self.weights.words.governments.iter().any(|word| rest.ends_with(word.as_str()));
        // 新华街道 and 新华街道办事处 both stand in the tables: every form counts.
        for name in &forms {
            // 乌镇镇 is said 乌镇: where another one is listed so, either may be meant.
            let said = || self.stemmed(name).filter(|&at| name.len() > self.at(at).kind.len() && name.ends_with(self.at(at).kind.as_str()));
            let named: Vec<u32> = self.named(name).collect();
            let said: Vec<u32> = if named.is_empty() { Vec::new() } else { said().filter(|at| !named.contains(at)).collect() };
            let townships = named.into_iter().chain(said).filter(|&at| self.at(at).level == "township" && self.may_be(at, reading, governed));
            // 民族街道 may have been 民族街街道 before: two forms of 民族街, one place.
            let exact: Vec<Candidate> = townships.map(Candidate::named).filter(|one| !reading.candidates.contains(one)).collect();
            reading.candidates.extend(exact);
        }
        let regions = self.full(bare);
        if !regions.is_empty() {
            // 东城区 is a county of 北京市, and a unit of 魏都区 when that stands before it.
            let behind = |one: &Candidate| reading.regions.iter().any(|(_, named)| self.upwards(one.at).nth(1).is_some_and(|above| named.contains(&above)));
            reading.candidates = reading.candidates.iter().copied().filter(behind).collect();
        }
        if !reading.candidates.is_empty() {
            let known: Vec<u32> = reading.candidates.iter().map(|one| one.at).collect();
            let promoted = forms.iter().flat_map(|name| self.promoted(name));
            reading.candidates.extend(promoted.filter(|one| !known.contains(&one.at)));
            reading.level = Some("township");
            reading.township = Some(self.township_name(rest).into_owned());
            return true;
        }
        if regions.is_empty() {
            return false;
        }
        reading.level = Some(self.at(regions[0]).level);
        reading.candidates = regions.into_iter().map(Candidate::named).collect();
        true
    }

    /// A listed name that is but a kind (林场) is meant only behind the region in which it lies, and one that every county has
    /// only with a government of its own: 延吉市林业局人民政府, not 延吉市林业局.
    fn may_be(&self, township: u32, reading: &Reading, governed: bool) -> bool {
        let name = &self.at(township).name;
        let own = self.upwards(township).skip(1).find_map(|above| name.strip_prefix(self.at(above).name.as_str())).unwrap_or(name);
        let of_county = || self.weights.words.departments.iter().any(|word| own.ends_with(word.as_str()));
        // 林草局 is listed without a kind.
        let is_kind = self.is_kind(own) || self.weights.words.common.iter().any(|word| word == own);
        let lies = || reading.regions.iter().any(|(_, regions)| self.upwards(township).nth(1).is_some_and(|above| regions.contains(&above)));
        !is_kind || (governed || !of_county()) && (own.len() < name.len() || lies())
    }

    /// The name without what an office adds to it. What governs a 街 is a road's (步行街管理委员会), but for a street's own offices.
    fn bare<'a>(&self, rest: &'a str) -> &'a str {
        let endings = &self.weights.words.endings;
        let cut = endings.iter().find_map(|ending| rest.strip_suffix(ending.as_str()));
        cut.filter(|name| !name.is_empty() && !name.ends_with(self.weights.words.street.as_str())).unwrap_or(rest)
    }

    /// What stands before the words for an office: 七都街道 in 七都街道办事处 and 七都街道办, 七都街 in 七都街办. 七都街 itself is one said
    /// for short.
    fn before_office<'a>(&self, bare: &'a str) -> Option<&'a str> {
        let words = &self.weights.words;
        let is_street = |name: &&str| [&words.street, &words.office_kind].iter().any(|kind| name.ends_with(kind.as_str()));
        // 七都街道办事处办公室: an office of the office.
        let of_office = |name: &'a str| name.strip_suffix(words.office.as_str()).unwrap_or(name);
        let street = || words.street_offices.iter().filter_map(|office| bare.strip_suffix(office.as_str())).map(of_office).find(is_street);
        let short = || Some(bare).filter(|name| name.ends_with(words.street.as_str()));
        bare.strip_suffix(words.office.as_str()).or_else(street).or_else(short)
    }

    /// The township's name without what its office adds, and with its kind where that is said for short.
    fn township_name<'a>(&self, rest: &'a str) -> Cow<'a, str> {
        let words = &self.weights.words;
        let bare = self.bare(rest);
        let name = self.before_office(bare).unwrap_or(bare);
        // 东街 may be 东街街道.
        let stem = name.strip_suffix(words.street.as_str()).filter(|stem| stem.chars().nth(1).is_some());
        stem.map_or(Cow::Borrowed(name), |stem| Cow::Owned(format!("{stem}{}", words.office_kind)))
    }

    /// The names under which the body may stand in the tables, the likeliest first.
    fn forms<'a>(&self, rest: &'a str) -> Vec<Cow<'a, str>> {
        let words = &self.weights.words;
        let bare = self.bare(rest);
        let mut forms = vec![Cow::Borrowed(bare)];
        if let Some(name) = self.before_office(bare) {
            forms.extend(Some(Cow::Borrowed(name)).filter(|name| name.len() < bare.len()));
            let stems = [Some(name), name.strip_suffix(words.street.as_str())].into_iter().flatten();
            forms.extend(stems.filter(|_| !name.ends_with(words.office_kind.as_str())).map(|stem| Cow::Owned(format!("{stem}{}", words.office_kind))));
        }
        forms
    }

    /// Townships with the same stem whose kind is one that the name's kind may have become.
    fn promoted<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Candidate> + 'a {
        let kinds = self.weights.promotions.iter().filter_map(move |(kind, later)| {
            let stem = name.strip_suffix(kind.as_str())?;
            (!stem.is_empty()).then_some((stem, later))
        });
        kinds.flat_map(move |(stem, later)| {
            let fits = move |at: &u32| later.contains(&self.at(*at).kind);
            self.stemmed(stem).filter(fits).map(|at| Candidate { at, other_kind: true })
        })
    }

    /// The length of the full region name that `rest` begins with (the longest), and where what follows begins.
    fn split_region(&self, rest: &str) -> Option<(usize, usize)> {
        let region = self.finder.beginning(rest).find(|word| !word.full.is_empty() && word.text.len() < rest.len())?;
        let end = region.text.len();
        // 鹿城区人民政府七都街道办事处
        let offices = self.weights.words.endings.iter();
        let after = offices.filter_map(|ending| rest[end..].strip_prefix(ending.as_str())).next();
        let after = after.filter(|after| !after.is_empty()).map_or_else(|| self.shared_sign(region, rest), |after| rest.len() - after.len());
        (after < rest.len()).then_some((end, after))
    }

    /// Where what follows a region begins: with the region's last letter, where a county there begins with it and is said so (青岛市北区).
    fn shared_sign(&self, region: &Word, rest: &str) -> usize {
        let end = region.text.len();
        let last = region.text.char_indices().next_back().map_or(end, |(at, _)| at);
        let lies = |word: &Word| word.full.iter().any(|&at| self.upwards(at).skip(1).any(|above| region.full.contains(&above)));
        let named = |from: usize| self.finder.beginning(&rest[from..]).any(|word| lies(word) && !self.goes_on(&rest[from + word.text.len()..]));
        if named(last) && !named(end) { last } else { end }
    }

    /// Neither township nor region by the tables: a township since renamed or merged, a department, or nothing that is known.
    fn read_unlisted(&self, rest: &str, told: Option<&str>, reading: &mut Reading) {
        let words = &self.weights.words;
        // 人民政府 or 街道办事处 alone name nobody.
        let bare = self.bare(rest);
        // What was read as a township elsewhere, by kinds that are no sure sign: 芳草湖农场.
        let farm = told == Some("township");
        let several = self.is_several(bare);
        if words.endings.iter().any(|word| bare == word) || self.is_collective(bare) || several || farm && self.is_kind(bare) {
            (reading.nobody, reading.several) = (true, several);
            return;
        }
        if self.read_office_in_short(rest, bare, reading) {
            return;
        }
        let name = self.township_name(rest);
        let office = self.before_office(bare);
        if office.is_some() && !self.is_street(&name) && self.behind_short_region(rest).is_empty() {
            return;
        }
        if farm || office.is_some() || words.township_endings.iter().any(|ending| bare.ends_with(ending.as_str())) {
            reading.level = Some("township");
            reading.candidates = self.promoted(&name).collect();
            if reading.candidates.is_empty() {
                reading.candidates = self.behind_short_region(rest);
            }
            reading.township = Some(name.into_owned());
        } else if !rest.is_empty() {
            let region = reading.regions.last().map_or(&[][..], |(_, places)| places);
            reading.zones = self.zone_regions(rest, region);
            if self.is_department(rest, told) || !reading.zones.is_empty() {
                reading.level = Some("department");
                reading.candidates = region.iter().copied().map(Candidate::named).collect();
                let is_known = self.read_county_within(rest, reading);
                reading.unit = self.unit_before(rest).or_else(|| self.unit_of_branch(rest)).filter(|_| !is_known).map(str::to_owned);
            }
        }
    }

    /// The office of a government whose region is said for short behind the one above it: 威海市文登人民政府办公室.
    fn read_office_in_short(&self, rest: &str, bare: &str, reading: &mut Reading) -> bool {
        if !self.weights.words.governments.iter().any(|word| rest.ends_with(word.as_str())) {
            return false;
        }
        let counties = self.finder.exact(bare).map_or_else(Vec::new, |word| self.within(&word.short, reading));
        reading.candidates = counties.iter().copied().map(Candidate::named).collect();
        reading.of_government = !counties.is_empty();
        if let Some(&county) = counties.first() {
            reading.level = Some(self.at(county).level);
        }
        reading.of_government
    }

    /// Of these regions those that lie in the one that a name begins with.
    fn within(&self, regions: &[u32], reading: &Reading) -> Vec<u32> {
        let Some((_, above)) = reading.regions.last() else { return Vec::new() };
        regions.iter().copied().filter(|&at| self.upwards(at).skip(1).any(|region| above.contains(&region))).collect()
    }

    /// The county whose department it is, where that stands within the name: of a branch (温州市公安局鹿城区分局, 上虞分局,
    /// 重庆市规划和自然资源局渝中区局), or without its kind before what every county has (威海市文登教育局). Where another bureau's name begins so,
    /// it may be the city's as well.
    fn read_county_within(&self, rest: &str, reading: &mut Reading) -> bool {
        let words = &self.weights.words;
        if let Some((name, counties)) = self.branch(rest, reading) {
            reading.candidates = counties.iter().copied().map(Candidate::named).collect();
            reading.regions.push((name.to_owned(), self.with_heirs(&counties).into_owned()));
            return true;
        }
        for word in self.finder.beginning(rest) {
            let named: Vec<u32> = self.in_short(word).collect();
            let (counties, of) = (self.within(&named, reading), &rest[word.text.len()..]);
            let of_city = reading.regions.last().is_some_and(|(_, above)| above.iter().all(|&at| self.at(at).level == "city"));
            let of_county = words.county_departments.iter().any(|own| own == of);
            // 公安局 is no 局 of 公安县.
            let is_landmark = words.landmarks.iter().any(|more| of.starts_with(more.as_str()));
            let may_be = || of_city && !is_landmark && words.departments.iter().any(|end| of.strip_suffix(end.as_str()).is_some_and(|kind| kind.chars().nth(1).is_some()));
            if counties.is_empty() || !of_county && !may_be() {
                continue;
            }
            let counties = counties.into_iter().map(Candidate::named);
            if of_county {
                reading.candidates.clear();
            }
            reading.candidates.extend(counties);
            return of_county;
        }
        false
    }

    /// Whether a name ends like a district, a county, a banner or a zone, and is no word for a part of any place (社区).
    fn is_unit(&self, name: &str) -> bool {
        let words = &self.weights.words;
        let ends = |list: &[String], more: usize| list.iter().any(|word| name.len() >= word.len() + more && name.ends_with(word.as_str()));
        ends(&words.units, 1) && !ends(&words.no_units, 0) && !words.parts.iter().any(|part| part == name)
    }

    /// The unit by whose name that of a department begins, and that the department does not govern itself (风景区管理局).
    fn unit_before<'a>(&self, rest: &'a str) -> Option<&'a str> {
        let words = &self.weights.words;
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let mut own = ends.take_while(|&end| !words.branched.iter().any(|organ| rest[..end].ends_with(organ.as_str())));
        let governs = |behind: &str| words.endings.iter().any(|organ| behind == organ) || behind.chars().nth(1).is_none();
        own.find(|&end| self.is_unit(&rest[..end]) && !self.goes_on(&rest[end..]) && !governs(&rest[end..])).map(|end| &rest[..end])
    }

    /// Whether what stands behind a region's sign makes another word of it (区域), or what governs a place of that kind (管理局).
    fn goes_on(&self, behind: &str) -> bool {
        self.weights.words.no_units_before.iter().any(|word| behind.starts_with(word.as_str()))
    }

    /// The unit whose branch a department is: 潍坊市公安局峡山区分局.
    fn unit_of_branch<'a>(&self, rest: &'a str) -> Option<&'a str> {
        let words = &self.weights.words;
        let own = words.branches.iter().find_map(|end| rest.strip_suffix(end.as_str()))?;
        let behind_organ = |at: &usize| words.branched.iter().any(|organ| own[..*at].ends_with(organ.as_str()));
        own.char_indices().map(|(at, _)| at).filter(behind_organ).map(|at| &own[at..]).find(|name| self.is_unit(name))
    }

    /// The county's name in that of a branch, and the counties that it may mean: in full, or for short behind a region in which they lie.
    fn branch<'r>(&self, rest: &'r str, reading: &Reading) -> Option<(&'r str, Vec<u32>)> {
        let words = &self.weights.words;
        let (own, of_branch) = match words.branches.iter().find_map(|end| rest.strip_suffix(end.as_str())) {
            Some(own) => (own, true),
            None => (words.departments.iter().find_map(|end| rest.strip_suffix(end.as_str()))?, false),
        };
        own.char_indices().filter(|(at, _)| words.branched.iter().any(|end| own[..*at].ends_with(end.as_str()))).find_map(|(at, _)| {
            let word = self.finder.exact(&own[at..])?;
            let full = if reading.regions.is_empty() { word.full.clone() } else { self.within(&word.full, reading) };
            let counties = if full.is_empty() && of_branch { self.within(&word.short, reading) } else { full };
            (!counties.is_empty()).then_some((&own[at..], counties))
        })
    }

    /// Whether a body that no table lists is a department by its name: `told` is what whoever read it made of it. What is like a
    /// region is one where a committee governs it (松月县产业园管理委员会); a name of another kind (松月县园艺场) is nothing that is known.
    fn is_department(&self, rest: &str, told: Option<&str>) -> bool {
        let words = &self.weights.words;
        let ends = |list: &[String]| list.iter().any(|word| rest.ends_with(word.as_str()));
        let governed = || self.bare(rest).len() < rest.len() && !ends(&words.governments);
        match told {
            Some("department") => true,
            Some("county" | "city" | "province") => governed(),
            _ => ends(&words.departments),
        }
    }

    /// Whether a name is that of no township: a kind, or what all of a county's are called together (乡镇), 各 before it or not.
    fn is_collective(&self, name: &str) -> bool {
        let words = &self.weights.words;
        let mut name = name;
        while let Some(rest) = words.each.iter().find_map(|each| name.strip_prefix(each.as_str())) {
            name = rest;
        }
        let place = self.before_office(name).filter(|place| !place.is_empty()).unwrap_or(name);
        words.collectives.iter().chain(&words.township_endings).chain([&words.street]).any(|word| place == word)
    }

    /// Whether a name is that of several townships: one of the tables, and behind it words for others or another one of the tables.
    fn is_several(&self, name: &str) -> bool {
        let words = &self.weights.words;
        let is_kind = |end: usize| words.township_endings.iter().any(|kind| name[..end].ends_with(kind.as_str()) && kind.len() < end);
        let listed = |name: &str| self.forms(name).iter().any(|form| self.named(form).any(|at| self.at(at).level == "township"));
        let ends = name.char_indices().map(|(at, _)| at).skip(1).filter(|&end| is_kind(end));
        ends.filter(|&end| listed(&name[..end])).any(|end| {
            let rest = &name[end..];
            let behind = words.joints.iter().filter_map(|joint| rest.strip_prefix(joint.as_str())).chain([rest]);
            words.others.iter().any(|others| rest.starts_with(others.as_str())) || behind.into_iter().any(|other| listed(other) || self.is_several(other))
        })
    }

    /// The regions that a word means for short, but for those whose short form is a word of its own.
    pub(super) fn in_short<'w>(&'w self, word: &'w Word) -> impl Iterator<Item = u32> + 'w {
        word.short.iter().copied().filter(|&at| !self.weights.words.careful.contains(&self.at(at).name))
    }

    /// The regions by whose short form a zone's name begins, in one of `within` if there are any: 松月国家高新区, 虚构松月高新区.
    fn zone_regions(&self, rest: &str, within: &[u32]) -> Vec<u32> {
        let words = &self.weights.words;
        for end in rest.char_indices().map(|(at, _)| at).skip(2).take(LONGEST_STEM) {
            let Some(word) = self.finder.exact(&rest[..end]) else { continue };
            let lies = |at: &u32| within.is_empty() || self.lies_in(*at, within);
            let regions = || self.in_short(word).filter(lies);
            let behind = &rest[end..];
            let zone = words.zone_ranks.iter().find_map(|rank| behind.strip_prefix(rank.as_str())).unwrap_or(behind);
            if words.zones.iter().any(|kind| zone.starts_with(kind.as_str())) {
                return regions().collect();
            }
            let provinces: Vec<u32> = regions().filter(|&at| self.at(at).level == "province").collect();
            if !provinces.is_empty() {
                return self.zone_regions(behind, &provinces);
            }
        }
        Vec::new()
    }

    /// What a zone's name says, where everything sure agrees with it, and something else names the county whose zone it may be.
    pub(super) fn of_zone(&self, reading: &Reading, items: &[Item]) -> Option<Reading> {
        let fits = |at: &u32| {
            let around = self.around(*at);
            items.iter().filter(|item| item.strong).all(|item| self.backs(item, &around)) && (self.at(*at).level != "county" || items.iter().any(|item| item.regions.contains(at)))
        };
        let candidates: Vec<Candidate> = reading.zones.iter().copied().filter(fits).map(|at| Candidate { at, other_kind: true }).collect();
        (!candidates.is_empty()).then(|| Reading { candidates, ..reading.clone() })
    }

    /// Whether an office may be a street's by the name before it: it has a kind, or is a stem of the tables. 驻北京办事处 is none.
    fn is_street(&self, name: &str) -> bool {
        self.weights.words.township_endings.iter().any(|ending| name.ends_with(ending.as_str())) || self.stemmed(name).next().is_some()
    }

    /// 汶上军屯乡: a region's short form before a township that lies in it.
    fn behind_short_region(&self, rest: &str) -> Vec<Candidate> {
        for end in rest.char_indices().map(|(at, _)| at).skip(2).take(8) {
            let Some(word) = self.finder.exact(&rest[..end]) else { continue };
            for name in self.forms(&rest[end..]) {
                let inside = |at: &u32| self.upwards(*at).any(|above| word.short.contains(&above));
                let townships = self.named(&name).filter(|&at| self.at(at).level == "township").filter(inside);
                let candidates: Vec<Candidate> = townships.map(Candidate::named).collect();
                if !candidates.is_empty() {
                    return candidates;
                }
            }
        }
        Vec::new()
    }

    /// The body in a title: what stands before the year or the words for the report.
    pub(super) fn body_in_title<'a>(&self, title: &'a str) -> &'a str {
        let whole = title.trim();
        let mut title = whole.trim_start_matches(|c: char| c.is_ascii_digit());
        if title.len() < whole.len() {
            // Only behind a year: 年古乡 is a name.
            title = title.strip_prefix('年').unwrap_or(title);
            title = title.strip_prefix('度').unwrap_or(title).trim_start();
        }
        title = title.strip_prefix("关于").unwrap_or(title);
        // A year in Han digits, not any 二: 二道江 is a name.
        let han = ["二〇", "二○", "二零"].iter().filter_map(|year| find(title.as_bytes(), year.as_bytes()));
        let digit = han.chain(title.find(|c: char| c.is_ascii_digit())).min();
        let words = self.weights.words.title_ends.iter().filter_map(|word| find(title.as_bytes(), word.as_bytes()));
        let end = words.chain(digit).min().unwrap_or(title.len());
        title[..end].trim()
    }
}
