//! The title of a report: the words at the head of the text, or those that the page names itself with, that name body and
//! year. Pages have links to other reports and dates above it.

mod candidates;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::ops::Range;

use memchr::memmem;

use super::body::{DEPARTMENT, TOWNSHIP, clean_body, in_short, level, own_place, split_organ, told_body};
use super::dated::{han_year_begins, undated};
use super::head::{Lines, without_links};
use super::signature::signature;
use super::year::{begun_year, period_year};
use crate::extract::items::atoms::Atoms;
use crate::extract::items::labels::unnumbered;
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::{centuries, date_in, han_day, year_of, years_in};
use crate::extract::words::trie::Trie;
use crate::extract::words::wanted::{head_of, places};

/// A title, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Title {
    /// The words as they stand, folded.
    pub words: String,
    /// The body before or behind the year, folded; may hold regions above it, may lack its organ.
    pub body: Option<String>,
    /// Every different year in it, in order.
    pub years: Vec<i32>,
    pub line: u32,
    /// What stands behind the words that name a report.
    pub tail: String,
    /// The body stands behind those words.
    pub body_behind: bool,
    /// It is a step of a way through a site.
    pub on_the_way: bool,
    /// The page's own information gives it as the title.
    pub labelled: bool,
    /// Another body that the text names as its own. Where nobody can say which of the two reports, there is no `body`.
    pub rival: Option<String>,
}

impl Title {
    /// Whether it names body and year.
    pub fn is_whole(&self) -> bool {
        self.body.is_some() && !self.years.is_empty()
    }
}

/// Digits that years of this century begin with.
const CENTURY: usize = 2;
/// In letters, the shortest key that says whose report it is: 编制单位 before 枫桥镇人民政府.
const ISSUER: usize = 4;
/// No title is longer, in folded characters.
pub const LONGEST: usize = 48;

/// The title of the report: of all that the head of the text has for one the one that the rest of the text, the page's own
/// title (`page`) and the day of publication speak for. Where they leave several years open, it has them all.
pub fn title(words: &FieldWords, text: &str, atoms: &Atoms, until: usize, page: Option<Title>, published: Option<i32>) -> Option<Title> {
    let own = |body: &str| in_short(words, own_place(words, body)).to_string();
    let place = |t: &Title| t.body.as_deref().map(own).filter(|b| !b.is_empty());
    let lines = Lines { text, atoms };
    let (mut whole, mut partial) = candidates::of(words, &lines, until);
    // What speaks for the years of a title.
    let (asked_years, paged) = (OnceCell::new(), page.as_ref().map_or(Vec::new(), |p| p.years.clone()));
    let votes = |t: &Title| {
        let ask = || [period_year(words, &atoms.folded), published.map(|day| year_of(day) - 1), begun_year(words, &text[..until])];
        let years: &[Option<i32>; 3] = asked_years.get_or_init(ask);
        years.iter().flatten().filter(|y| t.years.contains(y)).count() + paged.iter().any(|y| t.years.contains(y)) as usize + t.labelled as usize
    };
    without_links(&lines, [&mut whole, &mut partial], place, &votes);
    let partial = best_of(partial, &votes);
    let spoken = |t: &Title| place(t).map_or(0, |b| places(&atoms.folded, &b).count());
    let asked = OnceCell::new();
    let told = || asked.get_or_init(|| told_body(words, text, &atoms.folded)).as_deref();
    // Where the text speaks of another body, and never of those that are titled, these are links to others' reports.
    let titled: Vec<Option<String>> = whole.iter().map(place).collect();
    let only_titled = |t: &Title| spoken(t) <= titled.iter().filter(|o| **o == place(t)).count();
    if !whole.is_empty() && whole.iter().all(only_titled) {
        let body = told();
        let told = body.map(own);
        let is_told = |t: &Title| told.as_ref().is_none_or(|told| place(t).is_some_and(|p| p.ends_with(told.as_str()) || told.ends_with(p.as_str())));
        let rather = |p: &Title| whole.iter().all(|t| spoken(t) < spoken(p));
        let signed = || signature(words, text, atoms).map(|s| own(&s.name)) == told;
        let none_told = !whole.iter().any(is_told);
        // Where the text is signed too, and has a title without body, the other one may be a link to another's report.
        let is_link = |signed: bool| signed && partial.as_ref().is_some_and(|p| p.body.is_none() && p.line > whole[0].line);
        let signed = body.is_some() && none_told && signed();
        let rival = body.filter(|_| none_told && !is_link(signed)).and_then(|body| Some((Rival::of(words, &whole, body)?, body)));
        let rival = rival.map(|(rival, body)| (if signed && rival == Rival::Larger { Rival::Equal } else { rival }, body));
        match rival {
            Some((Rival::Short, _)) => {}
            Some((rival, body)) => {
                let years = distinct(whole.iter().flat_map(|t| t.years.iter().copied()));
                return Some(rival.between(Title { years, ..whole.swap_remove(0) }, body));
            }
            None if none_told || told.is_none() && partial.as_ref().is_some_and(rather) => whole.clear(),
            None => {}
        }
    }
    if whole.is_empty() {
        return page.filter(|p| p.is_whole() || partial.is_none()).or(partial);
    }
    if whole.iter().any(|t| t.years != whole[0].years) {
        let most = whole.iter().map(votes).max();
        whole.retain(|t| Some(votes(t)) == most);
    }
    if whole.iter().any(|t| t.body != whole[0].body) {
        let told = told().map(own).or_else(|| signature(words, text, atoms).map(|s| own(&s.name)));
        let named = |t: &Title| told.is_some() && place(t) == told;
        if whole.iter().any(named) {
            whole.retain(named);
        } else {
            // Other words ran into a name that stands alone elsewhere.
            let bodies: Vec<String> = whole.iter().filter_map(place).collect();
            whole.retain(|t| place(t).is_none_or(|b| !bodies.iter().any(|o| b != *o && b.ends_with(o.as_str()))));
            // Reports of others are named in lists; of its own body a report speaks again.
            let most = whole.iter().map(spoken).max();
            whole.retain(|t| Some(spoken(t)) == most);
            // Several reports are named as often, and nothing says which is this one.
            if whole.iter().any(|t| place(t) != place(&whole[0])) {
                return partial;
            }
        }
    }
    let years = distinct(whole.iter().flat_map(|t| t.years.iter().copied()));
    // Between two reports' names a body stands before its own.
    let best = whole.iter().position(|t| !t.body_behind && t.body == whole[0].body).unwrap_or(0);
    Some(Title { years, ..whole.swap_remove(best) })
}

/// The best of the titles that name but one of body and year, with all the years of those that are as good and that as much speaks for.
fn best_of(mut titles: Vec<Title>, votes: &dyn Fn(&Title) -> usize) -> Option<Title> {
    let says = |t: &Title| t.body.is_some() as u8 + !t.years.is_empty() as u8;
    let better = |best: usize, n: usize| says(&titles[n]) > says(&titles[best]) || titles[best].on_the_way && !titles[n].on_the_way;
    let best = (1..titles.len()).fold(0, |best, n| if better(best, n) { n } else { best });
    let kind = |t: &Title| (says(t), t.on_the_way, t.years.is_empty());
    let of_best = kind(titles.get(best)?);
    titles.retain(|t| kind(t) == of_best);
    if titles.iter().any(|t| t.years != titles[0].years) {
        let most = titles.iter().map(votes).max();
        titles.retain(|t| Some(votes(t)) == most);
    }
    let years = distinct(titles.iter().flat_map(|t| t.years.iter().copied()));
    Some(Title { years, ..titles.swap_remove(0) })
}

/// What the body that a text names as its own is beside the only one that is titled, which the text does not speak of. Of links to
/// the reports of others there are several, or they are a larger body's.
#[derive(PartialEq)]
enum Rival {
    /// The same one or one of its offices, by a name that is said for short: 市国资委.
    Short,
    /// A larger body, which may have put the text together.
    Larger,
    /// One of its kind: nobody can say which of them reports.
    Equal,
}

impl Rival {
    fn of(words: &FieldWords, whole: &[Title], told: &str) -> Option<Rival> {
        let titled = whole[0].body.as_deref()?;
        if whole.iter().any(|t| t.body.as_deref() != Some(titled) || t.on_the_way) {
            return None;
        }
        let (here, there) = (level(words, titled)?, level(words, told)?);
        let mut full = titled.chars();
        // 市国资委, 市国资委党政办: letters of the whole name in their order.
        let short = words.form.body.offices.iter().filter_map(|o| told.strip_suffix(o.as_str())).find(|rest| level(words, rest) == Some(DEPARTMENT)).unwrap_or(told);
        let is_short = here == DEPARTMENT && there == DEPARTMENT && own_place(words, short).chars().all(|c| full.any(|f| f == c));
        match (is_short, here == there) {
            (true, _) => Some(Rival::Short),
            (_, true) => Some(Rival::Equal),
            _ => (here == TOWNSHIP).then_some(Rival::Larger),
        }
    }

    /// The title beside such a body.
    fn between(self, title: Title, told: &str) -> Title {
        let rival = Some(told.to_string());
        match self {
            Rival::Equal => Title { rival, body: None, on_the_way: true, ..title },
            Rival::Short | Rival::Larger => Title { rival, ..title },
        }
    }
}

/// Whether folded words begin an article of rules: 第三条 各部门….  第二十条第（一）项 only cites one.
pub fn is_article(words: &FieldWords, folded: &str) -> bool {
    let [before, behind] = &words.form.title.article;
    let Some(rest) = folded.strip_prefix(before.as_str()) else { return false };
    let text = unnumbered(rest);
    text.len() < rest.len() && text.strip_prefix(behind.as_str()).is_some_and(|words| !words.is_empty() && !words.starts_with(before.as_str()))
}

/// What stands between the steps of a way through a site.
const STEPS: [char; 5] = ['>', '＞', '»', '›', '→'];

/// Whether a line is the way through a site.
pub fn leads(line: &str) -> bool {
    line.trim_start_matches(['>', ' ']).contains(STEPS)
}

/// Where the names of a report stand in folded text.
pub struct Names {
    /// Start, end and which name, by their starts.
    found: Vec<(usize, usize, u32)>,
}

impl Names {
    /// Those that begin before `until`.
    pub fn new(names: &Trie, folded: &str, until: usize) -> Names {
        let mut found = Vec::new();
        for start in names.starts(folded).take_while(|start| *start < until) {
            let rest = &folded[start..];
            let mut read = 0;
            names.beginning(rest.char_indices().inspect(|(at, _)| read = *at), |name, last, c| found.push((start, start + last + c.len_utf8(), name)));
            // A year parts a name only where that is read as far as it.
            if centuries(head_of(rest, read + CENTURY)).next().is_none() {
                continue;
            }
            let near = head_of(rest, LONGEST * 3);
            if let Some(year) = year_within(near) {
                let around = near.char_indices().filter(|(at, _)| !year.contains(at));
                names.beginning(around, |name, last, c| {
                    if last >= year.end {
                        found.push((start, start + last + c.len_utf8(), name));
                    }
                });
            }
        }
        Names { found }
    }

    /// The names that were found, of those that overlap the first and the longest: where they begin and end.
    pub fn apart(&self) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = self.found.iter().map(|(a, b, _)| (*a, *b)).collect();
        found.sort_unstable_by_key(|&(a, b)| (a, Reverse(b)));
        let mut out: Vec<(usize, usize)> = Vec::new();
        for (a, b) in found {
            if out.last().is_none_or(|l| l.1 <= a) {
                out.push((a, b));
            }
        }
        out
    }
}

/// Where the year stands that parts a name of a report: 政府信息公开工作2024年度报告, 政府信息公开2024年年度报告.
fn year_within(folded: &str) -> Option<Range<usize>> {
    let start = centuries(folded).next()?;
    let digits = folded[start..].bytes().take_while(u8::is_ascii_digit).count();
    let behind = &folded[start + digits..];
    let sign = if behind.starts_with("年年") { '年'.len_utf8() } else { 0 };
    (digits == 4 && behind.starts_with('年')).then(|| start..start + digits + sign)
}

/// Years in their order, each once.
pub fn distinct(years: impl Iterator<Item = i32>) -> Vec<i32> {
    let mut out = Vec::new();
    for y in years {
        if !out.contains(&y) {
            out.push(y);
        }
    }
    out
}

/// Takes a folded line apart, where it holds the name of a report.
pub fn take_apart(words: &FieldWords, folded: &str, line: u32) -> Option<Title> {
    let whole = once(words, folded);
    let folded = unlabelled(words, whole);
    if words.form.title.links.iter().any(|l| folded.starts_with(l.as_str())) || is_article(words, folded) {
        return None;
    }
    let names = Names::new(&words.names, folded, folded.len());
    // Of each name its last place counts, of these places the first, of the names there the longest.
    let mut last: Vec<(usize, usize, u32)> = Vec::new();
    let ends: Vec<usize> = names.found.iter().map(|f| f.1).collect();
    for found in names.found {
        match last.iter_mut().find(|l| l.2 == found.2) {
            Some(l) => *l = found,
            None => last.push(found),
        }
    }
    let (at, end, _) = last.into_iter().min_by_key(|(at, end, _)| (*at, Reverse(*end)))?;
    if let Some(cut) = ends.into_iter().filter(|&e| e <= at).max().filter(|_| clean_body(words, &without_years(&folded[..at])).is_some()) {
        return either(take_apart(words, &folded[..cut], line), take_apart(words, &folded[cut..], line));
    }
    let form = &words.form.title;
    // 某某官网某某镇…: the name of a site ran into the title.
    let site = form.brands.iter().filter_map(|w| folded[..at].rfind(w.as_str()).map(|i| i + w.len())).max().filter(|&cut| cut < at);
    let begin = site.unwrap_or(0);
    let (folded, at, end) = (&folded[begin..], at - begin, end - begin);
    let name = &folded[at..end];
    let (head, tail) = (&*undated(&folded[..at]), written(&folded[end..]));
    if form.sentences.iter().any(|s| head.contains(s.as_str())) || form.goes_on.iter().any(|w| tail.starts_with(w.as_str())) {
        return None;
    }
    // Letters of another name ran into this one, and nobody can say where it begins but behind a region.
    let letters = whole[..whole.len() - folded.len() - begin].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let foreign = site.is_none() && !letters.is_empty() && !form.marks.iter().any(|m| m == letters);
    // 我镇 names nobody.
    let own = |body: &String| words.form.words.selves.iter().any(|own| body.strip_prefix(own.as_str()).is_some_and(|kind| words.endings.iter().any(|e| **e == *kind)));
    let of_others = |body: &String| !own(body) && (!foreign || level(words, body) == Some(TOWNSHIP) && own_place(words, body).len() < split_organ(words, body).0.len());
    let years = distinct(years_in(head).into_iter().chain(years_in(name)).chain(years_in(&undated(tail))));
    let before = clean_body(words, &with_shared_word(without_years(head), name)).filter(of_others);
    let behind = || clean_body(words, &without_years(&undated(tail))).filter(of_others);
    let body_behind = before.is_none();
    // 枫桥镇2018年…年度报告 枫桥镇 二〇一九年一月二十五日: a cover on one line.
    let is_cover = || before.as_ref().is_some_and(|body| is_signed_by(tail, body));
    let is_beside = || before.is_some() && is_furniture(words, tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    let shown = if is_compact_day(tail) || is_cover() || is_beside() { end } else { end + tail.len() };
    let from = before.as_ref().filter(|_| years.len() == 1).map_or(0, |body| number_before(&folded[..at], name, body));
    Some(Title { words: folded[from..shown].to_string(), body: before.or_else(behind), years, line, tail: tail.to_string(), body_behind, on_the_way: false, labelled: false, rival: None })
}

/// Whether folded words are this body's name and a day or month.
fn is_signed_by(folded: &str, body: &str) -> bool {
    folded.starts_with(body) && folded.len() > body.len() && *undated(folded) == *body
}

/// Whether folded words are a day in eight digits: it stood beside the title.
fn is_compact_day(folded: &str) -> bool {
    let day = |digits: &str| date_in(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]));
    folded.len() == 8 && folded.starts_with("20") && folded.bytes().all(|b| b.is_ascii_digit()) && day(folded).is_some()
}

/// The one of two titles in a line that names body and year; where both do, none but of one body.
fn either(one: Option<Title>, other: Option<Title>) -> Option<Title> {
    match (one.filter(Title::is_whole), other.filter(Title::is_whole)) {
        (Some(one), Some(other)) => {
            let years = distinct(one.years.iter().chain(&other.years).copied());
            (one.body == other.body).then_some(Title { years, ..other })
        }
        (one, other) => other.or(one),
    }
}

/// Folded words that say one title twice, once.
fn once<'t>(words: &FieldWords, folded: &'t str) -> &'t str {
    let start = head_of(folded, 12);
    if start.is_empty() || memmem::find(&folded.as_bytes()[start.len()..], start.as_bytes()).is_none() {
        return folded;
    }
    let names = Names::new(&words.names, folded, folded.len());
    let again = names.found.iter().map(|f| &folded[f.1..]).find(|rest| rest.starts_with(&folded[..folded.len() - rest.len()]));
    again.map_or(folded, |rest| once(words, rest))
}

/// «某某镇人民政府信息公开»: one 政府 serves the body before a report's name and that name.
pub fn with_shared_word(mut body: String, name: &str) -> String {
    if body.ends_with("人民") && name.starts_with("政府") {
        body.push_str("政府");
    }
    body
}

/// Folded words of a title without the label or mark before them, or the key that says whose report it is.
fn unlabelled<'t>(words: &FieldWords, mut folded: &'t str) -> &'t str {
    let form = words.form;
    let issuer = |key: &&String, folded: &str| folded.starts_with(key.as_str()) && key.chars().count() >= ISSUER && !form.title.sources.contains(key);
    let before = |folded: &str| form.title.labels.iter().find(|l| folded.starts_with(l.as_str())).or_else(|| form.words.issuers.iter().find(|key| issuer(key, folded)));
    loop {
        let rest = before(folded).map(|words| &folded[words.len()..]).or_else(|| behind_furniture(&form.title.before, folded));
        match rest.filter(|rest| !rest.is_empty()) {
            Some(rest) => folded = rest,
            None => break,
        }
    }
    // The name of a mark: <b>枫桥镇…
    let mark = folded.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if mark.starts_with(|c: char| c.is_ascii_digit()) { folded } else { mark }
}

/// What stands behind one of these words and its number: 附件1：. Four digits before 年 are a year, whatever stands before them.
fn behind_furniture<'t>(before: &[String], folded: &'t str) -> Option<&'t str> {
    let rest = before.iter().find_map(|word| folded.strip_prefix(word.as_str()))?;
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let year = if behind.starts_with('年') { 4 } else { 0 };
    let digits = rest.len() - behind.len();
    Some(if digits >= year { &rest[digits - year..] } else { rest })
}

/// How far the number or the day reaches that stands right before the body of a title which names its year behind it: 01枫桥镇2023年….
fn number_before(head: &str, name: &str, body: &str) -> usize {
    let Some(at) = head.find(body) else { return 0 };
    let before = &head[..at];
    // 12345热线中心, 2号桥街道: of a number alone only one that counts files is surely none of a name.
    let counts = before.starts_with('0') && before.len() > 1 && before.bytes().all(|b| b.is_ascii_digit());
    let is_number = || counts || !before.is_empty() && !before.bytes().all(|b| b.is_ascii_digit()) && without_days(before).is_empty();
    let is_dated = || !years_in(&head[at..]).is_empty() || !years_in(name).is_empty();
    if is_number() && is_dated() { at } else { 0 }
}

/// Whether what stands behind the name of a report is no part of a title: who sent the page, or a link to a file.
fn is_furniture(words: &FieldWords, tail: &str) -> bool {
    let form = &words.form.title;
    let of_file = || {
        let mut rest = tail;
        while let Some(behind) = form.files.iter().find_map(|w| rest.strip_prefix(w.as_str())) {
            rest = behind;
        }
        rest.is_empty()
    };
    form.sources.iter().any(|source| tail.starts_with(source.as_str())) || of_file()
}

/// What stands behind a report's name without what is no writing: the kind of a file, the address of a link.
fn written(tail: &str) -> &str {
    let kept = tail.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len();
    let letters = tail[kept..].find(|c: char| c.is_ascii_alphabetic());
    letters.map_or(tail, |at| &tail[..kept + at])
}

/// Folded words without the days in them, 2023年1月18日: the year of a day is not the one that a report is about.
pub fn without_days(folded: &str) -> Cow<'_, str> {
    let digits = |s: &str| s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    // How far a day reaches that begins with the text.
    let day = |s: &str| {
        let mut at = 0;
        for (sign, most) in [('年', 4), ('月', 2), ('日', 2)] {
            let n = digits(&s[at..]);
            at += n + sign.len_utf8();
            if !(1..=most).contains(&n) || !s[at - sign.len_utf8()..].starts_with(sign) {
                return None;
            }
        }
        Some(at)
    };
    let arabic = || centuries(folded).find_map(|i| day(&folded[i..]).map(|n| (i, i + n)));
    let Some((start, end)) = arabic().or_else(|| han_day(folded).map(|d| (d.start, d.end))) else { return Cow::Borrowed(folded) };
    Cow::Owned(format!("{}{}", &folded[..start], without_days(&folded[end..])))
}

pub fn without_years(folded: &str) -> String {
    let mut out = String::new();
    let mut rest = folded;
    while let Some(i) = centuries(rest).next() {
        let run = rest[i..].bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&rest[..i]);
        rest = rest[i + run.max(2)..].trim_start_matches('年').trim_start_matches('度');
    }
    out.push_str(rest);
    let han = places(&out, "年").find_map(|end| Some(han_year_begins(&out[..end])?..end + '年'.len_utf8()));
    if let Some(year) = han {
        out.replace_range(year, "");
        out = out.replace("度", "");
    }
    out
}

