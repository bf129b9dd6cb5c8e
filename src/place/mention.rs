//! Mentions of regions in running text, and what the words around them make of each.

use super::evidence::Gathering;
use super::gazetteer::Gazetteer;
use super::weights::Words;
use super::words::{Found, Word};

const CONTACT: &str = "in the contact line";
const IN_TEXT: &str = "in the text";
const COMMITTEE: &str = "by its committee";
const ON_THE_WAY: &str = "on the way to the body's page";
const BEFORE_BODY: &str = "before the body's name in the text";

/// The short form of a city has no more characters.
const LONGEST_STEM: usize = 5;

/// What stands between the steps of a way through a site.
const STEPS: [char; 5] = ['>', '＞', '»', '›', '→'];

/// In bytes, the longest line of links.
const LONGEST_LINKS: usize = 1200;

struct Mention {
    word: u32,
    weight: f64,
    place: &'static str,
    /// No address or word of contact stands before it.
    narrated: bool,
    count: u32,
}

impl Mention {
    fn max_by_weight(mut self, (weight, place): (f64, &'static str)) -> Mention {
        if weight > self.weight {
            (self.weight, self.place) = (weight, place);
        }
        self
    }

    fn before_body(&self, places: &Gazetteer) -> bool {
        self.weight >= places.weights.weights.before_body && self.place == BEFORE_BODY
    }
}

impl Gathering<'_> {
    /// The short form of a city or province right before a region that does not lie there: 绍兴滨海新区 is not 天津's.
    pub(super) fn city_elsewhere(&self, text: &str, hit: &Found) -> Option<Vec<u32>> {
        let before = &text[..hit.start];
        let wide = |at: &u32| matches!(self.places.at(*at).level, "city" | "province");
        let stem = |(from, _): (usize, char)| {
            let word = self.places.finder.exact(&before[from..])?;
            let cities: Vec<u32> = word.short.iter().copied().filter(wide).collect();
            (!cities.is_empty()).then_some(cities)
        };
        let cities = before.char_indices().rev().take(LONGEST_STEM).skip(1).find_map(stem).filter(|_| hit.full)?;
        let regions = &self.places.finder.word(hit.word).full;
        (!regions.iter().any(|&at| self.places.lies_in(at, &cities))).then_some(cities)
    }

    /// Whether something sure that was gathered before speaks for a region of this name alone.
    fn names(&self, word: u32) -> bool {
        let regions = self.places.with_heirs(&self.places.finder.word(word).full);
        self.items.iter().any(|item| item.strong && !item.regions.is_empty() && item.regions.iter().all(|at| regions.contains(at)))
    }

    /// The names in `text`, without those that are part of the township's own: 古县 in 古县镇.
    pub(super) fn found(&self, text: &str, township: Option<&str>) -> Vec<Found> {
        let mut found = self.places.finder.find(text, &self.places.weights.words);
        found.retain(|hit| self.city_elsewhere(text, hit).is_none());
        if let Some(township) = township {
            found.retain(|hit| {
                let word = &text[hit.start..hit.end];
                township.len() <= word.len()
                    || !(0..=township.len() - word.len()).any(|offset| {
                        let own = || hit.start.checked_sub(offset).and_then(|from| text.get(from..));
                        township.as_bytes()[offset..].starts_with(word.as_bytes()) && own().is_some_and(|own| own.starts_with(township))
                    })
            });
        }
        found
    }

    /// Mentions in running text: each region once, by the strongest of its mentions, a little more for repetition.
    pub(super) fn text(&mut self, text: &str, township: Option<&str>) {
        let found = self.found(text, township);
        let words = &self.places.weights.words;
        let mut seen: Vec<Mention> = Vec::new();
        // Where the region behind stands, and whether before the body.
        let mut behind = (usize::MAX, false);
        for (n, hit) in found.iter().enumerate().rev() {
            let mut mention = self.mention(text, hit, township);
            // 大同市新荣区郭家窑乡: the city stands before the body too.
            if behind == (hit.end, true) {
                mention = mention.max_by_weight((self.places.weights.weights.before_body, BEFORE_BODY));
            }
            let before_body = mention.before_body(self.places);
            behind = (hit.start, before_body);
            let (in_text, row) = (matches!(mention.place, IN_TEXT | COMMITTEE), row(&found[n..]));
            // A region in passing is a neighbour's or a partner's as soon as a township's own, unless something else names it too.
            let passing = || township.is_some() && in_text && !self.names(hit.word) && !row.clone().any(|hit| is_own(text, hit, words));
            if self.is_linked(text, hit) || (before_body || in_text) && (passing() || row.clone().any(|hit| is_elsewhere(text, hit, words))) {
                continue;
            }
            match seen.iter_mut().find(|other| other.word == hit.word) {
                Some(other) => {
                    other.count += 1;
                    other.narrated &= mention.narrated;
                    if mention.weight > other.weight {
                        (other.weight, other.place) = (mention.weight, mention.place);
                    }
                }
                None => seen.push(mention),
            }
        }
        for mention in seen {
            let word = self.places.finder.word(mention.word);
            let more = f64::from(mention.count.min(4) - 1) * self.places.weights.weights.text_more;
            let regions = if word.full.is_empty() { &word.short } else { &word.full };
            let strong = mention.weight >= self.places.weights.thresholds.strong;
            self.add(mention.weight + more, regions, format!("{} {}", word.text, mention.place));
            if let Some(item) = self.items.last_mut() {
                item.strong &= strong;
                item.of_address |= mention.place == CONTACT;
                item.narrated |= mention.narrated && matches!(mention.place, BEFORE_BODY | COMMITTEE | IN_TEXT);
            }
        }
    }

    /// Whether a region's government stands in a line of them in which another one of its level does, as links at a page's foot are: which
    /// of the two is the page's nobody can say.
    fn is_linked(&self, text: &str, hit: &Found) -> bool {
        if text[..hit.start].chars().next_back().is_some_and(|c| !parts(c)) {
            return false;
        }
        let start = text[..hit.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[hit.end..].find('\n').map_or(text.len(), |at| hit.end + at);
        let (places, own) = (self.places, self.places.finder.word(hit.word));
        let governed = |part: &'_ str| {
            let name = places.weights.words.endings.iter().find_map(|ending| part.strip_suffix(ending.as_str()))?;
            places.finder.exact(name).filter(|word| !word.full.is_empty())
        };
        let level = |word: &Word| word.full.first().map(|&at| places.at(at).level);
        let line = Some(&text[start..end]).filter(|line| line.len() <= LONGEST_LINKS);
        let mut linked = line.into_iter().flat_map(|line| line.split(parts)).filter_map(governed).filter(|word| level(word) == level(own));
        let (mut itself, mut another) = (false, false);
        linked.any(|word| {
            (itself, another) = (itself || word.text == own.text, another || word.text != own.text);
            itself && another
        })
    }

    fn mention(&self, text: &str, hit: &Found, township: Option<&str>) -> Mention {
        let (points, words) = (&self.places.weights.weights, &self.places.weights.words);
        let after = &text[hit.end..];
        let office = words.endings.iter().find_map(|ending| after.strip_prefix(ending.as_str())).unwrap_or(after);
        let of_contact = words.contact.stands_in(window_before(text, hit.start));
        let starts = |name: &str| after.starts_with(name) || office.starts_with(name);
        let is_above = || township.is_some_and(|township| leads_to(text, hit, township));
        let (weight, place) = if !hit.full {
            (points.short, IN_TEXT)
        } else if township.is_some_and(starts) {
            (points.before_body, BEFORE_BODY)
        } else if is_above() {
            (points.path, ON_THE_WAY)
        } else if of_contact {
            (points.contact, CONTACT)
        } else if words.committees.iter().any(|committee| after.starts_with(committee.as_str())) {
            (points.committee, COMMITTEE)
        } else if words.website.stands_in(window_after(after)) {
            (points.website, "as the website's name")
        } else {
            (points.text, IN_TEXT)
        };
        Mention { word: hit.word, weight, place, narrated: !of_contact, count: 1 }
    }
}

/// So many regions name no place: 下城区下城区… is no line of regions from the province down.
const LONGEST_ROW: usize = 8;

/// The first of these regions, and those that stand right behind one another after it: what is said of one of them is said of
/// all before it.
fn row(found: &[Found]) -> impl Iterator<Item = &Found> + Clone {
    let more = found.windows(2).take_while(|two| two[1].start == two[0].end).map(|two| &two[1]);
    found.iter().take(1).chain(more).take(LONGEST_ROW)
}

/// Whether a region is named as one that governs, by a government, its offices or its rules behind it, or alone in its line or cell as
/// who publishes: what a report names so is mostly its own.
fn is_own(text: &str, hit: &Found, words: &Words) -> bool {
    let (before, after) = (text[..hit.start].chars().next_back(), text[hit.end..].chars().next());
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, '|' | ':' | '：' | '\u{1F}' | '\u{1E}' | '/'));
    !hit.full || ends(before) && ends(after) || words.governing.stands_in(clause_behind(text, hit))
}

/// Whether a region is a step of the way through a site, by itself, that leads to a township: 首页 > 松月县 > 乡镇 > 枫桥镇.
fn leads_to(text: &str, hit: &Found, township: &str) -> bool {
    let behind = text[hit.end..].split('\n').next().unwrap_or("");
    let ends = |c: char| STEPS.contains(&c) || c == '\n';
    behind.trim_start().starts_with(STEPS) && text[..hit.start].trim_end_matches(' ').chars().next_back().is_none_or(ends) && behind.split(STEPS).any(|step| step.trim().starts_with(township))
}

/// Whether the words around a region say that it is another's: 赴…考察, …对口帮扶.
fn is_elsewhere(text: &str, hit: &Found, words: &Words) -> bool {
    let before = window_before(text, hit.start);
    let clause = before.rfind(is_stop).map_or(before, |at| &before[at..]);
    words.elsewhere_before.stands_in(clause) || words.elsewhere.stands_in(clause_behind(text, hit))
}

/// What stands between links in a line.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '｜' | '¦' | '丨' | '/' | ':' | '：' | '\u{1F}' | '\u{1E}')
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | ',' | ';')
}

/// The words behind a region to the end of its clause.
fn clause_behind<'t>(text: &'t str, hit: &Found) -> &'t str {
    window_after(&text[hit.end..]).split(is_stop).next().unwrap_or("")
}

/// Up to twelve characters before `at` in the same line.
fn window_before(text: &str, at: usize) -> &str {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(36))..at];
    before.rsplit('\n').next().unwrap_or("")
}

/// Up to ten characters, to the end of the line.
fn window_after(after: &str) -> &str {
    after[..after.floor_char_boundary(30)].split('\n').next().unwrap_or("")
}
