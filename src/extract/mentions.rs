//! Figures that running text states, with the words they stand in. What words make a number such a figure is data
//! (`mentions.toml`); this knows how to find a number, its unit, its clause, its year and the pattern that claims it.
//!
//! Exactness goes before coverage: a figure of another year or of the whole county is none of the report's, an
//! approximate one has no value, and of two that contradict each other neither is published.

mod acts;
mod lists;
mod numbers;
mod page;
mod patterns;
mod scan;
#[cfg(test)]
mod tests;
mod times;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::lines::Line;
use crate::form::{Fault, Relation};
use crate::model::{Mention, Problem, Standing};
use lists::{Lists, Stated};
use page::Page;
use patterns::{FoundWords, Sentence};
use scan::Hit;
use times::{Of, year_at};
use words::{CHANNEL, Classes, EVERY, Kind, NumberWords, OWN, REGION, SCOPE, SITE, THROUGH, Words};

/// One check within the text, or between text and tables. A side is none where the report does not give it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MentionCheck {
    pub name: &'static str,
    pub left: Option<f64>,
    pub relation: Relation,
    pub right: Option<f64>,
}

/// Whose figures they are.
#[derive(Default)]
pub struct Reporter<'a> {
    /// The year reported on.
    pub year: Option<i32>,
    /// The body's place with and without the regions above it, and those.
    pub names: Vec<&'a str>,
    /// The sign of the region whose government reports: words for all of it are the report's own (全县).
    pub region: Option<char>,
}

/// Reads mentions; made once a run.
pub struct MentionReader {
    words: Words,
}

impl MentionReader {
    /// Reads and checks `mentions.toml` in the form's folder, or lists every fault in it.
    pub fn load(dir: &Path) -> Result<MentionReader, Vec<Fault>> {
        words::load(dir).map(|words| MentionReader { words })
    }

    /// Hash of the definitions.
    pub fn hash(&self) -> &str {
        &self.words.hash
    }

    /// The published names, by index.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.words.kinds.iter().map(|k| k.name.as_str())
    }

    pub fn name(&self, mention: u8) -> &str {
        &self.words.kinds[mention as usize].name
    }

    /// The figures of a report in reading order; the index of each is its `seq`. `text` is Simplified running text,
    /// `lines` its lines.
    pub fn read(&self, text: &str, lines: &[Line], reporter: &Reporter) -> Vec<Mention> {
        let page = Page::new(text, lines, &self.words.headings);
        let found = FoundWords::new(&self.words, &page, &reporter.names);
        let mut lists = Lists::new(&found);
        let mut carried = Of::Unsaid;
        // The year that each figure's paragraph speaks of. What a figure is of the sentence behind may still tell.
        let mut years: Vec<Of> = Vec::new();
        for &s in &found.sentences {
            if s.first {
                carried = Of::Unsaid;
            }
            lists.sentence(s);
            years.resize(lists.stated.len(), carried);
            // The year a sentence begins with holds on in its paragraph; one it compares with does not.
            carried = match year_at(&found, s, patterns::head(found.text(), &s)) {
                said @ (Of::Report | Of::Year(_)) => said,
                _ => carried,
            };
        }
        let stated = lists.stated.iter().zip(ways(&found, &lists.stated)).map(|(x, way)| (x, way.filter(|way| way.alone)));
        let mut out: Vec<Option<Mention>> = stated.zip(years).map(|(x, carried)| Some(mention(&found, text, x, carried, reporter))).collect();
        inherit(&mut out);
        resolve(&mut out, &self.words);
        in_order(out, &lists.stated)
    }

    /// The checks within the text and against the tables. `received` is the total that table 3 gives.
    pub fn checks(&self, mentions: &[Mention], received: Option<f64>, year: Option<i32>) -> Vec<MentionCheck> {
        let kinds = &self.words.kinds;
        let own = |m: &&Mention| m.item.is_none() && m.value.is_some();
        let with_parts = |k: usize| kinds[k].parts.is_some();
        let totals: BTreeSet<u32> = mentions.iter().filter_map(|p| p.part_of).collect();
        let total = mentions.iter().enumerate().find(|(i, m)| with_parts(m.mention as usize) && own(m) && totals.contains(&(*i as u32)));
        let sum = total.and_then(|(i, _)| mentions.iter().filter(|p| p.part_of == Some(i as u32)).map(|p| p.value).sum::<Option<f64>>());
        // 其中 names some of the parts, and they may overlap: only a text that claims all of them can be wrong in their sum.
        let sum = total.and_then(|(_, t)| sum.filter(|&sum| t.whole || t.value == Some(sum)));
        let against = kinds.iter().position(|k| k.table.is_some());
        let applications = against.and_then(|k| mentions.iter().filter(own).find(|m| m.mention as usize == k)).and_then(|m| m.value);
        let stale = mentions.iter().find(|m| m.standing == Standing::OtherYear && m.year.is_some()).or_else(|| mentions.iter().find(|m| m.year.is_some()));
        let mut narrow = BTreeMap::new();
        for m in mentions.iter().filter(own) {
            narrow.entry(m.mention).or_insert(m.value);
        }
        // Another body's figure is no larger one.
        let is_region = |m: &&Mention| m.item.as_ref().is_some_and(|item| self.words.says(item, REGION | SCOPE));
        let wider = mentions.iter().filter(|m| m.standing == Standing::OtherScope && m.qualifier.is_none()).filter(is_region).find_map(|w| Some((*narrow.get(&w.mention)?, w.stated)));
        vec![
            MentionCheck { name: "mention_parts", left: total.and_then(|t| t.1.value), relation: Relation::Equal, right: sum },
            MentionCheck { name: "mention_applications", left: applications, relation: Relation::Equal, right: received },
            MentionCheck { name: "mention_year", left: stale.and_then(|m| m.year).map(f64::from), relation: Relation::Equal, right: year.map(f64::from) },
            MentionCheck { name: "mention_scope", left: wider.and_then(|w| w.0), relation: Relation::AtMost, right: wider.map(|w| w.1) },
        ]
    }

    /// What is odd about the figures: contradictions and stale years.
    pub fn problems(&self, mentions: &[Mention]) -> Vec<Problem> {
        let mut out = Vec::new();
        let mut told: Vec<u8> = Vec::new();
        for m in mentions {
            let name = self.name(m.mention);
            match m.standing {
                Standing::Conflict if !told.contains(&m.mention) => {
                    told.push(m.mention);
                    let all: Vec<String> = mentions
                        .iter()
                        .filter(|o| o.mention == m.mention && o.standing == Standing::Conflict)
                        .map(|o| format!("{} (line {})", o.stated, o.line))
                        .collect();
                    out.push(Problem::new(
                        "extract/mention-conflict",
                        m.line,
                        m.text.as_str(),
                        format!("the text gives {name} as {}; none is published, compare the lines", all.join(" and ")),
                    ));
                }
                Standing::OtherYear => {
                    // What it is of is a year or a time, or a category in a passage about another year.
                    let of = m.item.as_ref().map_or_else(String::new, |item| format!(" ({item})"));
                    out.push(Problem::new(
                        "extract/mention-year",
                        m.line,
                        m.text.as_str(),
                        format!("this figure of {name}{of} is of another year or another time than the year reported on; it is not published as the report's"),
                    ));
                }
                _ => {}
            }
        }
        out
    }
}

/// What a sentence says of the region that a place of it speaks of; none where that is the reporter's own.
fn region_at<'f>(f: &'f FoundWords, s: Sentence, at: usize, reporter: &Reporter) -> Option<&'f Hit> {
    let own = |h: &&Hit| h.classes & REGION != 0 && reporter.region.is_some_and(|sign| f.text()[h.start..h.end].contains(sign));
    f.last(SCOPE | REGION | OWN, s.start, at).filter(|h| h.classes & OWN == 0).filter(|h| !own(h))
}

/// The way of publishing that is named before a figure.
#[derive(Clone, Copy)]
struct Way {
    start: usize,
    end: usize,
    /// The figure is of that way alone, and no total.
    alone: bool,
}

/// The way of publishing that a figure may be of. What stands before the figure is what stands behind the last one in the same unit; a
/// site, and what is named by the word for a way alone, is one way only where the sentence counts another one beside it, or makes it a
/// part (发布信息数百条，其中通过门户网站公开135条).
fn way_at(f: &FoundWords, s: Sentence, x: &Stated, kind: &Kind) -> Option<Way> {
    let i = x.number.filter(|_| kind.parts.is_some() && s.classes & (CHANNEL | SITE | THROUGH) != 0)?;
    let n = &f.numbers[i];
    let from = f.numbers[..i].iter().rev().take_while(|o| o.start >= s.start).find(|o| o.unit == n.unit).map_or(s.start, |o| o.end);
    // A total behind its parts is of all ways that they name.
    if x.at != n.behind || f.has(EVERY, from, x.at) {
        return None;
    }
    let clause = f.clause_start(s, x.at).max(from);
    let way = |class: Classes| {
        let ways = || f.within(clause, x.at).filter(|h| h.classes & class != 0);
        let last = ways().max_by_key(|h| (h.end, h.end - h.start))?;
        // 门户网站、政务服务网等: of all that are joined.
        let joined = |h: &&Hit| h.end < last.start && f.text()[h.end..last.start].contains('、');
        Some((ways().find(joined).map_or(last.start, |h| h.start), last.end))
    };
    if f.has(CHANNEL, from, x.at) && !f.has(SITE, from, x.at) {
        return way(CHANNEL).map(|(start, end)| Way { start, end, alone: true });
    }
    let alone = f.opens(s, from, x.at) || f.counts_another_way(s, n, kind.unless);
    way(SITE | CHANNEL).or_else(|| way(THROUGH).map(|(start, _)| (start, x.at))).map(|(start, end)| Way { start, end, alone })
}

/// The ways of publishing that figures may be of. 政府网站公开信息120条。微信公众号公开信息80条。: where the next sentence, or the one before, counts
/// one way alone, the other figure is of its way alone too.
fn ways(f: &FoundWords, stated: &[Stated]) -> Vec<Option<Way>> {
    let mut ways: Vec<Option<Way>> = stated.iter().map(|x| way_at(f, x.sentence, x, &f.words.kinds[x.mention as usize])).collect();
    let beside = |one: usize, other: usize| {
        let is_one = |x: &Stated| x.mention == stated[one].mention && x.item.is_none();
        let between = f.text().get(stated[one].end..stated[other].at);
        is_one(&stated[one]) && is_one(&stated[other]) && between.is_some_and(|words| words.split(['。', page::BREAK]).filter(|part| !part.is_empty()).count() <= 1)
    };
    for one in 1..stated.len() {
        let [before, way] = [ways[one - 1], ways[one]];
        if before.is_some_and(|w| w.alone) != way.is_some_and(|w| w.alone) && beside(one - 1, one) {
            ways[one - 1] = before.map(|w| Way { alone: true, ..w });
            ways[one] = way.map(|w| Way { alone: true, ..w });
        }
    }
    ways
}

/// In bytes, so much of the words to either side of a figure is told: a whole text may be one clause of many figures.
const LONGEST_CLAUSE: usize = 2000;

fn mention(f: &FoundWords, source: &str, (x, way): (&Stated, Option<Way>), carried: Of, reporter: &Reporter) -> Mention {
    let (s, kind) = (x.sentence, &f.words.kinds[x.mention as usize]);
    let number = x.number.map(|i| &f.numbers[i]);
    let of = match year_at(f, s, x.at) {
        Of::Unsaid => carried,
        said => said,
    };
    let stated = number.map_or(0.0, |n| n.value);
    let is_own = |of: Of| match of {
        Of::Report | Of::Unsaid => true,
        Of::Year(y) => reporter.year == Some(y),
        _ => false,
    };
    let outgrown = x.grown.filter(|g| g.of_stock || is_own(year_at(f, g.sentence, g.end))).map(|g| (g.start, g.end)).or(x.carried);
    let acted = |find: &dyn Fn(usize) -> Option<Hit>| x.start.and_then(find).map(|h| (h.start, h.end));
    let scope = region_at(f, s, x.at, reporter).map(|h| (h.start, h.end)).or(x.wider).or_else(|| acted(&|start| acts::by_another(f, s, start, x.at, reporter)));
    let clause = f.clause_start(s, x.at);
    let near = |at: usize| f.text().floor_char_boundary(at);
    let words = |start: usize, end: usize| f.text()[start.max(near(end.saturating_sub(LONGEST_CLAUSE)))..end].to_string();
    let (standing, aside) = match (of, scope, way) {
        _ if let Some((a, b)) = outgrown => (Standing::OtherYear, Some(words(a, b))),
        (Of::Year(y), ..) if reporter.year.is_some_and(|own| own != y) => (Standing::OtherYear, Some(format!("{y}年"))),
        (Of::Other(a, b) | Of::Months(a, b), ..) => (Standing::OtherYear, Some(words(a, b))),
        (Of::Since(a, b), ..) if stated != 0.0 => (Standing::OtherYear, Some(words(a, b))),
        _ if let Some((a, b)) = acted(&|start| acts::period(f, s, start)) => (Standing::OtherYear, Some(words(a, b))),
        (_, Some((a, b)), _) => (Standing::OtherScope, Some(words(a, b))),
        (_, _, Some(way)) if x.item.is_none() => (Standing::Own, Some(words(way.start, way.end))),
        _ => (Standing::Own, None),
    };
    let qualifier = number.and_then(|n| n.qualifier.clone().or_else(|| (n.rounded && kind.rounded).then(|| f.words.numbers.rounding[0].clone())));
    let from = clause.min(x.at).max(near(x.at.saturating_sub(LONGEST_CLAUSE)));
    let to = f.clause_end(s, x.end).min(near(x.end + LONGEST_CLAUSE));
    Mention {
        mention: x.mention,
        item: x.item.clone().or(aside),
        value: (standing == Standing::Own && qualifier.is_none()).then_some(stated),
        approximate: qualifier.is_some().then_some(stated),
        by_words: stated == 0.0 && qualifier.is_none(),
        qualifier,
        stated,
        unit: number.and_then(|n| n.unit).map_or(String::new(), |u| f.words.numbers.units[u as usize].to_string()),
        text: f.page.as_it_stood(source, from, to),
        line: f.page.line_of(number.map_or(x.at, |n| n.start)),
        standing,
        year: if let Of::Year(y) = of { Some(y) } else { None },
        part_of: x.part_of.map(|p| p as u32),
        whole: x.whole,
    }
}

/// Parts of a figure that is not the report's are not the report's either.
fn inherit(out: &mut [Option<Mention>]) {
    for i in 0..out.len() {
        let of = out[i].as_ref().and_then(|m| m.part_of).and_then(|p| out[p as usize].as_ref()).map(|t| t.standing);
        if let (Some(standing @ (Standing::OtherYear | Standing::OtherScope)), Some(m)) = (of, &mut out[i]) {
            (m.standing, m.value) = (standing, None);
        }
    }
}

/// One figure of a kind: where several stand, they must agree. An approximate one that agrees with the exact one is
/// left out, so that a kind never has a row without value beside one with it.
fn resolve(out: &mut [Option<Mention>], words: &Words) {
    for kind in 0..words.kinds.len() {
        let own: Vec<usize> = (0..out.len())
            .filter(|&i| out[i].as_ref().is_some_and(|m| m.mention as usize == kind && m.item.is_none() && m.standing == Standing::Own))
            .collect();
        let get = |i: usize| out[i].as_ref();
        let exact: Vec<f64> = own.iter().filter_map(|&i| get(i)?.value).collect();
        let Some(&value) = exact.first() else { continue };
        let agree = exact.iter().all(|v| *v == value) && own.iter().filter_map(|&i| get(i)).all(|m| near(m, value, &words.numbers));
        for i in own {
            if agree {
                out[i] = out[i].take().filter(|m| m.qualifier.is_none());
            } else if let Some(m) = &mut out[i] {
                (m.standing, m.value) = (Standing::Conflict, None);
            }
        }
    }
}

/// Whether about so many can be so many. The words leave a fifth open to either side; 余 and the like somewhat more above and
/// nothing below, 近 nothing above and, below, what is rounded to that number.
fn near(m: &Mention, exact: f64, words: &NumberWords) -> bool {
    let Some(qualifier) = &m.qualifier else { return true };
    let says = |list: &[String]| qualifier.split('…').any(|q| list.iter().any(|w| w == q));
    let (least, most) = match (says(&words.more), says(&words.less)) {
        (true, false) => (1.0, 1.5),
        (false, true) => (0.8, 1.0),
        _ => (0.8, 1.2),
    };
    let rounds = most > 1.0 || exact + last_place(m.stated) / 2.0 >= m.stated;
    exact >= m.stated * least && exact <= m.stated * most && rounds
}

/// The place of the last digit of a whole number that is no zero: 100 of 700.
fn last_place(number: f64) -> f64 {
    let places = std::iter::successors(Some(1.0), |place| Some(place * 10.0));
    places.take_while(|place| *place <= number && number % place == 0.0).last().unwrap_or(1.0)
}

/// In reading order, references to totals kept.
fn in_order(out: Vec<Option<Mention>>, stated: &[Stated]) -> Vec<Mention> {
    let mut order: Vec<usize> = (0..out.len()).filter(|&i| out[i].is_some()).collect();
    order.sort_by_key(|&i| (stated[i].end, stated[i].mention));
    let mut places: Vec<Option<u32>> = vec![None; out.len()];
    (0..).zip(&order).for_each(|(place, &i)| places[i] = Some(place));
    let place = |old: u32| places[old as usize];
    let parts: Vec<Option<u32>> = order.iter().map(|&i| out[i].as_ref().and_then(|m| m.part_of).and_then(place)).collect();
    let mut out = out;
    order.iter().zip(parts).filter_map(|(&i, part_of)| out[i].take().map(|m| Mention { part_of, ..m })).collect()
}
