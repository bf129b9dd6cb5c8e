//! Who reports: a body's name, its level, its place and organ, and where a report names it.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::named;
use super::preamble::{Told, told};
use super::signature::department;
use super::title::{LONGEST, Title};
use super::values;
use crate::extract::items::atoms::Atoms;
use crate::extract::prepared::FieldWords;
use crate::extract::words::wanted::{head_of, places};
use crate::extract::words::word::ending;
use crate::fold::fold;
use crate::form::Form;

/// A body is what ends like one and is short enough to be a name.
pub fn clean_body(words: &FieldWords, text: &str) -> Option<String> {
    let text = without_year_before(text);
    let text = words.form.body.leading.iter().fold(text, |t, p| t.strip_prefix(p.as_str()).or(t.strip_suffix(p.as_str())).unwrap_or(t));
    let text = text.trim_end_matches(|c: char| c.is_ascii_digit());
    // 街道办事处政府: behind an organ the word is that of 政府信息公开.
    let organ = |rest: &&str| ending(rest, &words.organs).next().is_some();
    let text = words.spoken.iter().find_map(|spoken| text.strip_suffix(&**spoken)).filter(organ).unwrap_or(text);
    let n = text.chars().count();
    (2..=30).contains(&n).then_some(())?;
    let text = without_party(words, without_second(words, text));
    let text = said_once(words, &text);
    level(words, &text).filter(|level| *level != TOWNSHIP || !is_joined(words, &text)).map(|_| text.into_owned())
}

/// A name that has the party's organ of a place beside that of its government, the government's alone: 枫桥镇党委政府, 枫桥镇委员会枫桥镇人民政府,
/// 枫桥镇人民政府镇党委. Before the second organ the place, or its kind, may stand again.
fn without_party<'t>(words: &FieldWords, text: &'t str) -> Cow<'t, str> {
    let form = &words.form.body;
    let organs = || form.issuing.iter().chain(&form.spoken);
    let is_place = |place: &str| level(words, place).is_some_and(|level| level != DEPARTMENT);
    let before = |party: &String| {
        places(text, party).filter(|at| is_place(&text[..*at])).find_map(|at| {
            let (place, behind) = (&text[..at], &text[at + party.len()..]);
            let organ = organs().flat_map(|organ| places(behind, organ)).find(|organ| place.ends_with(&behind[..*organ]))?;
            let name = format!("{place}{}", &behind[organ..]);
            (split_organ(words, &name).0 == place).then_some(name)
        })
    };
    let behind = |party: &String| {
        let rest = text.strip_suffix(party.as_str())?;
        let is_twice = |at: usize, organ: &str| rest[..at].ends_with(&rest[at + organ.len()..]) && is_place(&rest[..at]);
        organs().find_map(|organ| places(rest, organ).find(|at| is_twice(*at, organ)).map(|at| rest[..at + organ.len()].to_string()))
    };
    form.party.iter().find_map(|party| before(party).or_else(|| behind(party))).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// An office of a region's government without the other name that it has, in brackets, behind: 白水县人民政府办公室县外事办. That one begins with
/// the region's sign.
fn without_second<'t>(words: &FieldWords, text: &'t str) -> &'t str {
    let is_second = |&(at, end): &(usize, usize)| {
        let sign = text[..at].chars().next_back().filter(|_| ends_in_region(words, &text[..at]));
        sign.is_some_and(|sign| text[end..].strip_prefix(sign).is_some_and(|name| level(words, name) == Some(DEPARTMENT)))
    };
    words.offices.find_iter(text).map(|m| (m.start(), m.end())).find(is_second).map_or(text, |(_, end)| &text[..end])
}

/// A body that is named twice, as in a column's name before a title (【汤浦镇】2022年汤浦镇…), once: with what either has before its
/// place or behind it.
fn said_once<'t>(words: &FieldWords, text: &'t str) -> Cow<'t, str> {
    let (base, organ) = split_organ(words, text);
    // The letter that the place ends in stands twice.
    let Some((last, sign)) = base.char_indices().next_back() else { return Cow::Borrowed(text) };
    let organs = || words.form.body.issuing.iter().chain(&words.form.body.spoken);
    let once = |at: usize| {
        let (first, behind) = base.split_at(at + sign.len_utf8());
        let second = organs().find_map(|organ| behind.strip_prefix(organ.as_str())).unwrap_or(behind);
        let is_twice = without_regions(words, first) == without_regions(words, second) && level(words, first).is_some();
        let organ = if organ.is_empty() { &behind[..behind.len() - second.len()] } else { organ };
        is_twice.then(|| format!("{}{organ}", if second.len() > first.len() { second } else { first }))
    };
    places(&base[..last], &base[last..]).find_map(once).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether two townships' names ran into one, as where the first was struck out: 枫桥镇人民政府白水镇.
fn is_joined(words: &FieldWords, township: &str) -> bool {
    let behind_organ = |organ: &String| places(township, organ).any(|at| is_township(words, &township[..at]) && is_township(words, split_organ(words, &township[at + organ.len()..]).0));
    words.form.body.issuing.iter().any(behind_organ)
}

/// Whether these are the names of two townships: 枫桥镇和白水镇.
pub fn are_two(words: &FieldWords, names: &str) -> bool {
    let both = |link: &String| places(names, link).any(|at| is_township(words, &names[..at]) && is_township(words, split_organ(words, &names[at + link.len()..]).0));
    words.form.body.joining.iter().any(both)
}

fn is_township(words: &FieldWords, name: &str) -> bool {
    ending(name, &words.townships).any(|(_, kind)| kind.len() < name.len())
}

/// A name without letters, digits and the year before it. Only behind digits 年 is a sign: 年古乡 is a name.
fn without_year_before(text: &str) -> &str {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let dated = text[..text.len() - name.len()].ends_with(|c: char| c.is_ascii_digit());
    let year = Some(name).filter(|_| dated).and_then(|name| name.strip_prefix('年'));
    year.map_or(name, |rest| rest.strip_prefix('度').unwrap_or(rest))
}

/// `township`, `county` … by the end of the body's name; the longest ending decides.
pub fn level<'f>(words: &FieldWords<'f>, body: &str) -> Option<&'f str> {
    let by_ending = |name: &str, least: usize| ending(name, &words.endings).find(|(_, e)| e.len() >= least && name.len() > e.len()).map(|(i, _)| words.levels[i]);
    if street(words, body).is_some() {
        return Some(TOWNSHIP);
    }
    let (base, organ) = split_organ(words, body);
    // 地区办事处 is one ending; so is 街道办事处.
    by_ending(body, 12).or_else(|| by_ending(base, 1)).or_else(|| if organ.is_empty() { None } else { by_ending(body, 1) })
}

/// The street and what its name has behind it for its office, which may be nothing.
fn street<'a>(words: &FieldWords, body: &'a str) -> Option<(&'a str, &'a str)> {
    let streets = &words.form.body.streets;
    let is_name = |place: &str| streets.kinds.iter().any(|kind| place.strip_suffix(kind.as_str()).is_some_and(|name| name.chars().nth(1).is_some()));
    let offices = streets.offices.iter().map(|office| body.strip_suffix(office.as_str())).chain([Some(body)]);
    offices.flatten().find(|place| is_name(place)).map(|place| body.split_at(place.len()))
}

/// A street's name as it is said for short, which its whole name begins with: 团城山街 for 团城山街道.
pub fn in_short<'a>(words: &FieldWords, place: &'a str) -> &'a str {
    let kinds = &words.form.body.streets.kinds;
    let Some(kind) = kinds.iter().find(|kind| place.ends_with(kind.as_str())) else { return place };
    let short = kinds.iter().find(|short| kind.starts_with(short.as_str()) && short.len() < kind.len()).unwrap_or(kind);
    &place[..place.len() - kind.len() + short.len()]
}

/// The place and the organ behind it.
pub fn split_organ<'a>(words: &FieldWords, body: &'a str) -> (&'a str, &'a str) {
    if words.form.body.no_organs.iter().any(|name| body.ends_with(name.as_str())) {
        return (body, "");
    }
    if let Some(street) = street(words, body) {
        return street;
    }
    let organs = ending(body, &words.organs).chain(ending(body, &words.spoken));
    match organs.map(|(_, o)| o).find(|o| body.len() > o.len()) {
        Some(o) => body.split_at(body.len() - o.len()),
        None => (body, ""),
    }
}

/// Takes the regions above a place off its name: 嘉祥县金屯镇 → 金屯镇. A sign of a region at the very end or start
/// belongs to the name (新市镇, 县前街道), and what is left must be more than a kind.
pub fn without_regions<'a>(words: &FieldWords, place: &'a str) -> &'a str {
    let form = words.form;
    // 鹿城区人民政府七都街道: an organ within the name belongs to the region above.
    let after = |organ: &String| memmem::rfind(place.as_bytes(), organ.as_bytes()).map(|i| i + organ.len()).filter(|&i| i < place.len());
    let is_region = |name: &str| ends_in_region(words, name);
    // 奉节县政府夔州街道: what is said for an organ is one only behind a region.
    let said = |organ: &String| after(organ).filter(|&i| is_region(&place[..i - organ.len()]));
    let place = &place[form.body.issuing.iter().filter_map(after).chain(form.body.spoken.iter().filter_map(said)).max().unwrap_or(0)..];
    let kind = ending(place, &words.endings).map(|(_, e)| e.chars().count()).max().unwrap_or(1);
    let ends = place.char_indices().rev().take_while(|(at, _)| *at > 0).map(|(at, c)| at + c.len_utf8()).enumerate();
    // 枣庄市市中区, 番禺区市桥街道: of two signs the second may begin a name, which has no more than a sign of its own before its kind.
    let begins_name = |left: usize, end: usize| left == kind + 1 && place[..end].char_indices().next_back().is_some_and(|(at, _)| is_region(&place[..at]));
    let end = ends.filter(|(left, _)| *left > kind).find(|&(left, end)| is_region(&place[..end]) && !begins_name(left, end));
    end.map_or(place, |(_, end)| &place[end..])
}

/// A body's place without the regions above it.
pub fn own_place<'a>(words: &FieldWords, body: &'a str) -> &'a str {
    without_regions(words, split_organ(words, body).0)
}

/// Whether words end with the name of a region.
pub fn ends_in_region(words: &FieldWords, name: &str) -> bool {
    ending(name, &words.regions).any(|(i, _)| name.chars().count() >= words.fewest[i])
}

/// Whether words for all of a region, where they stand in a text, end a name: 全县 in 天全县, which the body's whole name has too or which
/// stands right before its place.
pub fn ends_a_name((full, place): (&str, &str), text: &str, at: Range<usize>) -> bool {
    let Some(before) = text[..at.start].chars().next_back().filter(|c| c.is_alphabetic()) else { return false };
    let in_full = || places(full, &text[at.clone()]).any(|found| full[..found].ends_with(before));
    !place.is_empty() && text[at.end..].starts_with(place) || in_full()
}

/// Whether a name may be a road's as well as that of a street's office said for short: 解放街.
pub fn may_be_road(words: &FieldWords, name: &str) -> bool {
    words.form.body.streets.kinds.iter().any(|kind| name.ends_with(kind.as_str())) && ending(name, &words.townships).next().is_none()
}

/// Whether a name taken out of a sentence can be one: it holds no word that none has, and is more than a kind and organs,
/// as 镇人民政府, 党政办公室, 我镇 are.
pub fn acceptable(words: &FieldWords, body: &str) -> bool {
    let form = &words.form.body;
    // 信息化工作办公室: what is a stranger elsewhere is here a part of the kind.
    let named = form.working.iter().find_map(|end| body.strip_suffix(end.as_str())).unwrap_or(body);
    if form.strangers.stands_in(named) {
        return false;
    }
    let organs = |name: &str| ending(name, &words.organs).chain(ending(name, &words.spoken)).map(|(_, o)| o.len()).next();
    let mut rest = body;
    while let Some(n) = organs(rest) {
        rest = &rest[..rest.len() - n];
    }
    let kind = ending(rest, &words.endings).map(|(_, e)| e.len()).max().unwrap_or(0);
    let name = &rest[..rest.len() - kind];
    let general = form.general.iter().map(String::as_str).chain(words.endings.iter().map(|e| &**e));
    !name.is_empty() && !general.into_iter().any(|g| name == g)
}

/// The township that a name is of, with its organ: its own, or that of an office in it (枫桥镇人民政府党政办公室). A school or
/// a clinic in it is another body.
pub fn township_of<'a>(words: &FieldWords, name: &'a str) -> Option<&'a str> {
    let form = &words.form.body;
    // 泗洪县乡村振兴局: the word goes on.
    let goes_on = |at: usize| form.no_townships.iter().any(|w| ((at + 1).saturating_sub(w.len())..=at).any(|i| name.as_bytes()[i..].starts_with(w.as_bytes())));
    name.char_indices().rev().find_map(|(at, sign)| {
        let (place, rest) = name.split_at(at + sign.len_utf8());
        ending(place, &words.townships).find(|(_, kind)| kind.len() < place.len())?;
        let organ = form.issuing.iter().chain(&form.spoken).filter(|o| rest.starts_with(o.as_str())).map(String::len).max().unwrap_or(0);
        let office = &rest[organ..];
        let is_its_own = office.is_empty() || form.offices.iter().any(|o| office.ends_with(o.as_str()));
        (is_its_own && !goes_on(at)).then(|| &name[..place.len() + organ])
    })
}

/// The township that one of its offices speaks for, whose name ends like no body's: 枫桥镇人民政府政务公开工作机构.
pub fn township_for(words: &FieldWords, name: &str) -> Option<String> {
    let township = Some(name).filter(|name| name.chars().count() <= 30).and_then(|name| township_of(words, name))?;
    words.form.body.offices.iter().any(|office| name[township.len()..] == **office).then(|| township.to_string())
}

pub const TOWNSHIP: &str = "township";
/// The kinds of these bodies are words of many other things.
pub const DEPARTMENT: &str = "department";

/// The body that the preamble names: 本报告由…按照.
pub fn preamble_body(words: &FieldWords, folded: &str) -> Option<String> {
    let head = head_of(folded, 6000);
    words.before.first(head, |at| {
        let rest = &head[at..];
        let name = &rest[..words.sentences.after.find(rest)?.start()];
        let body = clean_body(words, name).filter(|b| acceptable(words, b));
        let whole = body.map(|body| township_of(words, &body).map(String::from).unwrap_or(body));
        whole.or_else(|| township_for(words, name).filter(|t| acceptable(words, t)))
    })
}

/// The body that the preamble names, in whatever words.
pub fn told_body(words: &FieldWords, text: &str, folded: &str) -> Option<String> {
    preamble_body(words, folded).or_else(|| told(words, text).body)
}

/// The body as named, without regions and with its organ, and the same with regions. `signed` is the signature, `told`
/// what the preamble says.
pub fn body<'t>(words: &FieldWords, title: Option<&Title>, text: &str, atoms: &Atoms, signed: Option<&str>, told: impl Fn() -> &'t Told) -> (Option<String>, Option<String>) {
    if title.is_some_and(|t| t.rival.is_some() && t.body.is_none()) {
        return (None, None);
    }
    let full = title
        .and_then(|t| t.body.clone())
        .or_else(|| preamble_body(words, &atoms.folded))
        .or_else(|| told().body.clone())
        .or_else(|| signed.filter(|s| !told().of_township || township_of(words, s).is_some()).map(String::from))
        .or_else(|| told().spoken_of.clone())
        .or_else(|| told().of_township.then(|| publisher(words, text)).flatten())
        .or_else(|| department(words, text, atoms));
    let Some(full) = full else { return (None, None) };
    let full = title.and_then(|title| named::named(words, title, &full, text, atoms, told)).unwrap_or(full);
    let full = shorter(words, &full, atoms, signed).unwrap_or(full);
    let (place, organ) = split_organ(words, &full);
    if level(words, &full) == Some(DEPARTMENT) {
        return (Some(full.clone()), Some(full));
    }
    let own = without_regions(words, place);
    let above = &place[..place.len() - own.len()];
    // 新河高新区（经开区）管委会: one name in two.
    let own = match title.filter(|t| !above.is_empty() && is_bracketed(text, t.line, own)) {
        Some(_) => &place[above.len() - without_regions(words, above).len()..],
        None => own,
    };
    let organ = if organ.is_empty() { organ_in_text(words.form, own, &atoms.folded) } else { organ.to_string() };
    (Some(format!("{own}{organ}")), Some(full))
}

/// The township that the page's information names as who publishes, where it names nobody else so: in a text that speaks of itself as a
/// township's it is that one.
pub fn publisher(words: &FieldWords, text: &str) -> Option<String> {
    let (head, keys) = (head_of(text, HEAD), &words.known.keys);
    let named = words.publishers.ends(head).filter_map(|(_, at)| values::beside(keys, head, at).or_else(|| values::below(keys, head, at)));
    let mut names: Vec<String> = named.map(fold).collect();
    names.dedup();
    let [name] = &names[..] else { return None };
    clean_body(words, name).filter(|body| body == name && acceptable(words, body) && township_of(words, body) == Some(body.as_str()))
}

/// So many bytes at the head of a text may hold who publishes the page.
const HEAD: usize = 3000;

/// Whether a bracket opens before a name in one line of a text.
fn is_bracketed(text: &str, line: u32, name: &str) -> bool {
    let line = text.lines().nth((line as usize).saturating_sub(1)).unwrap_or("");
    line.match_indices(['(', '（']).any(|(i, _)| fold(head_of(&line[i..], 4 * LONGEST)).starts_with(name))
}

/// The body that preamble or signature name, where `full` is that one behind words of something else: a page's lines may
/// have run together.
fn shorter(words: &FieldWords, full: &str, atoms: &Atoms, signed: Option<&str>) -> Option<String> {
    let here = own_place(words, full);
    let is_behind = |body: &str| {
        let there = own_place(words, body);
        here != there && here.ends_with(there) && level(words, body) == level(words, full)
    };
    preamble_body(words, &atoms.folded).filter(|b| is_behind(b)).or_else(|| signed.filter(|s| is_behind(s)).map(String::from))
}

/// The organ that the text names behind a place; the first that occurs in the order of the form's words.
fn organ_in_text(form: &Form, place: &str, folded: &str) -> String {
    if fold(place).is_empty() {
        return String::new();
    }
    places(folded, place)
        .find_map(|i| {
            let rest = &folded[i + place.len()..];
            form.body.issuing.iter().find(|o| rest.starts_with(o.as_str()))
        })
        .cloned()
        .unwrap_or_default()
}
