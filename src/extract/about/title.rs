//! The title of a report: the words at the head of the text, or those that the page names itself with, that name body and
//! year. Pages have links to other reports and dates above it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::ops::Range;

use memchr::memmem;

use super::body::{DEPARTMENT, TOWNSHIP, acceptable, clean_body, in_short, level, own_place, split_organ, told_body};
use super::dated::{han_year_begins, month, undated};
use super::head::{Lines, in_fields, of_cell, without_links};
use super::signature::signature;
use super::year::{begun_year, period_year};
use crate::extract::items::atoms::{Atoms, Fragment, is_pipe};
use crate::extract::items::labels::{is_han_numeral, unnumbered};
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::{centuries, date_in, han_day, year_of, years_in};
use crate::extract::words::trie::Trie;
use crate::extract::words::wanted::{head_of, places};
use crate::fold::fold;

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

/// So many fragments at the head of a text may belong to its title; a page's menus may stand above it.
const HEAD: usize = 400;
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
    let (mut whole, mut partial) = candidates(words, &lines, until);
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

/// What may be the title: the words at the head of the text that end in the name of a report and name body and year; and the
/// best of those that name but one of the two. They may be broken over lines, so a run is taken back from its end line by
/// line until it is whole: what stands above is not part. A line that tells a day or leads through a site is one by itself
/// or none, and no title names a report twice.
fn candidates(words: &FieldWords, lines: &Lines, until: usize) -> (Vec<Title>, Vec<Title>) {
    let (text, atoms) = (lines.text, lines.atoms);
    let fragments = &atoms.fragments[..atoms.fragments.len().min(HEAD)];
    let labelled = |i: usize| i > 0 && fragments[i].line == fragments[i - 1].line && label_before(words, text, atoms, i);
    let begins = |i: usize| i == 0 || fragments[i].line != fragments[i - 1].line || on_long_line(atoms, i) || labelled(i);
    let ends = |j: usize| fragments.get(j + 1).is_none_or(|n| n.line != fragments[j].line || begins_label(words, text, atoms, j + 1) || lines.begins_field(words, j + 1)) || on_long_line(atoms, j);
    let (mut whole, mut partial): (Vec<Title>, Vec<Title>) = (Vec::new(), Vec::new());
    let above = &fragments[..fragments.iter().take_while(|f| (f.start as usize) < until).count()];
    let names = Names::new(&words.names, &atoms.folded, above.last().map_or(0, |f| f.fold_end as usize));
    let filed: Vec<(usize, usize)> = names.found.iter().filter(|(a, _, _)| is_filed(words, atoms, *a)).map(|(a, b, _)| (*a, *b)).collect();
    let is_title = |a: usize, b: usize| !filed.iter().any(|f| f.0 <= a && b <= f.1);
    // The last line that was asked for fields, and the last one whose fields hold the title.
    let (mut asked, mut of_fields) = (0, 0);
    for (j, fragment) in above.iter().enumerate() {
        let to = fragment.fold_end as usize;
        // Most lines at the head have no name of a report near their end.
        let near = &names.found[names.found.partition_point(|(a, _, _)| a + LONGEST * 3 < to)..];
        let is_near = near.iter().any(|(_, b, _)| *b <= to) && ends(j);
        let within = || names.found.get(names.found.partition_point(|(a, _, _)| *a < fragment.fold_start as usize)).is_some_and(|(_, b, _)| *b <= to);
        if of_fields == fragment.line || !is_near && !within() {
            continue;
        }
        // A line is asked once.
        if std::mem::replace(&mut asked, fragment.line) != fragment.line && let Some(found) = in_fields(words, lines.line(j), fragment.line) {
            of_fields = fragment.line;
            let (own, rest): (Vec<Title>, Vec<Title>) = found.into_iter().partition(Title::is_whole);
            whole.extend(own);
            partial.extend(rest);
            continue;
        }
        if !is_near {
            continue;
        }
        let name_within = |from: usize, to: usize| near.iter().any(|(a, b, _)| from <= *a && *b <= to);
        let title_within = |from: usize, to: usize| near.iter().any(|(a, b, _)| from <= *a && *b <= to && is_title(*a, *b));
        // A key behind the last name of a report in its line parts that.
        let behind_name = |k: &usize| near.iter().all(|(a, b, _)| *b > to || *a < fragments[*k].fold_start as usize);
        let same_line = |k: &usize| *k > 0 && fragments[k - 1].line == fragment.line;
        let mut keys = (0..=j).rev().take_while(|k| same_line(k) && behind_name(k));
        if keys.any(|k| lines.begins_field(words, k)) && near.iter().any(|(a, _, _)| atoms.fragments[atoms.at_fold(*a)].line == fragment.line) {
            continue;
        }
        // Where what was taken begins; whether it has a name, and a line that joins no other.
        let (mut behind, mut named, mut single) = (j + 1, false, false);
        for i in (0..=j).rev().filter(|&i| begins(i)) {
            let from = fragments[i].fold_start as usize;
            let folded = &atoms.folded[from..to];
            if folded.len() > LONGEST * 3 || folded.chars().count() > LONGEST {
                break;
            }
            let (last, first_taken) = (&fragments[behind - 1], behind > j);
            let names_one = name_within(from, last.fold_end as usize);
            let line = &text[fragments[i].start as usize..last.end as usize];
            let is_beside = || month(&atoms.folded[from..last.fold_end as usize]).is_some() || tells_source(words, line) || lists(words, line) || lines.is_apart(words, i, line) || counts(line) && begins_label(words, text, atoms, i);
            let apart = date_in(line).is_some() || leads(line) || !names_one && is_beside();
            let in_menu = || !first_taken && !names_one && is_in_menu(words, atoms, i, last.fold_end as usize);
            let is_above = if first_taken { apart && !names_one } else { single || apart || named && names_one || in_menu() };
            if is_above {
                break;
            }
            (single, behind, named) = (single || apart, i, named || title_within(from, to));
            if !named {
                continue;
            }
            // «按照《…工作年度报告格式》要求编制。» inside a sentence is no title.
            let number = fragments[i].line;
            let read = || if leads(line) { step(words, line, number) } else { beside_site(words, line, number).or_else(|| take_apart(words, folded, number)) };
            let Some(t) = read().filter(|_| !is_sentence(text, fragments, i, j)) else { continue };
            let t = if number == fragment.line { of_cell(words, &text[fragments[i].start as usize..fragment.end as usize], t) } else { t };
            if t.is_whole() {
                whole.push(t);
                break;
            }
            partial.push(t);
            if labelled(i) {
                break;
            }
        }
    }
    if whole.is_empty() {
        whole = run_over(words, text, atoms, &names);
    }
    (whole, partial)
}

/// A title that begins a line and into which the text ran, or that stands in it twice: body and year stand before the name of a
/// report, and behind it begins what a text begins with.
fn run_over(words: &FieldWords, text: &str, atoms: &Atoms, names: &Names) -> Vec<Title> {
    let fragments = &atoms.fragments;
    let mut last_line = 0;
    let mut read = |(a, b): (usize, usize)| {
        let f = &fragments[atoms.at_fold(a)];
        if std::mem::replace(&mut last_line, f.line) == f.line {
            return None;
        }
        let of_line = |f: &&Fragment, line: u32| f.line == line;
        let first = fragments[..=atoms.at_fold(a)].iter().rev().take_while(|x| of_line(x, f.line)).last()?;
        let end = fragments[atoms.at_fold(b - 1)..].iter().take_while(|x| of_line(x, f.line)).last()?;
        let (from, to) = (first.fold_start as usize, end.fold_end as usize);
        let title = atoms.folded.get(from..b).filter(|t| to >= b && t.chars().count() <= LONGEST)?;
        let raw = &text[first.start as usize..atoms.unfold(text, atoms.at_fold(b - 1), b)];
        let mut rest = &atoms.folded[b..to];
        let mut twice = false;
        while let Some(again) = rest.strip_prefix(title) {
            (rest, twice) = (again, true);
        }
        let goes_over = twice && rest.is_empty() || begins_text(words, rest);
        let quoted = raw.contains(['《', '》', '。', '，', '；']);
        take_apart(words, title, f.line).filter(|t| goes_over && !quoted && t.is_whole() && !t.body_behind && t.body.as_ref().is_some_and(|body| acceptable(words, body)))
    };
    names.apart().into_iter().filter_map(&mut read).collect()
}

/// Whether a text begins so: with a year, the heading of a part, or words of the form's.
fn begins_text(words: &FieldWords, folded: &str) -> bool {
    let dated = folded.starts_with("20") && folded.get(4..).is_some_and(|rest| rest.starts_with('年'));
    let part = folded.trim_start_matches(is_han_numeral);
    let headed = part.len() < folded.len() && words.form.recognise.sections.iter().chain(&words.form.recognise.former).any(|s| part.starts_with(s.as_str()));
    dated || headed || words.form.title.goes_over.iter().any(|w| folded.starts_with(w.as_str()))
}

/// Whether folded words begin an article of rules: 第三条 各部门….  第二十条第（一）项 only cites one.
pub fn is_article(words: &FieldWords, folded: &str) -> bool {
    let [before, behind] = &words.form.title.article;
    let Some(rest) = folded.strip_prefix(before.as_str()) else { return false };
    let text = unnumbered(rest);
    text.len() < rest.len() && text.strip_prefix(behind.as_str()).is_some_and(|words| !words.is_empty() && !words.starts_with(before.as_str()))
}

/// Whether the name of a report that begins there is what the page is filed under: it stands right behind such a label.
fn is_filed(words: &FieldWords, atoms: &Atoms, at: usize) -> bool {
    let before = &atoms.folded[..at];
    let starts = |label: &String| {
        let start = at - label.len();
        atoms.fragments[atoms.at_fold(start)].fold_start as usize == start
    };
    words.form.title.categories.iter().any(|label| before.ends_with(label.as_str()) && starts(label))
}

/// The title of a line that a stroke divides from the name of a site; none where another part is more than that name.
fn beside_site(words: &FieldWords, line: &str, number: u32) -> Option<Title> {
    let is_stroke = |c: char| matches!(c, '-' | '_' | '—' | '–' | '－') || is_pipe(c);
    if !line.contains(is_stroke) {
        return None;
    }
    let parts: Vec<String> = line.split(is_stroke).map(fold).filter(|part| !part.is_empty()).collect();
    let of_region = |part: &str| !split_organ(words, part).1.is_empty() && level(words, part).is_some_and(|l| !matches!(l, TOWNSHIP | DEPARTMENT));
    let (sites, rest): (Vec<&String>, Vec<&String>) = parts.iter().partition(|part| of_region(part) || words.form.title.sites.iter().any(|s| part.ends_with(s.as_str())));
    let [own] = rest[..] else { return None };
    let title = (!sites.is_empty()).then(|| take_apart(words, own, number)).flatten()?;
    // 某县人民政府-办公室: half a name is none.
    (title.is_whole() && title.body.as_ref().is_some_and(|body| acceptable(words, body))).then_some(title)
}

/// What stands between the steps of a way through a site.
const STEPS: [char; 5] = ['>', '＞', '»', '›', '→'];

/// Whether a line is the way through a site.
pub fn leads(line: &str) -> bool {
    line.trim_start_matches(['>', ' ']).contains(STEPS)
}

/// Whether a line says who sent a page or put it there: 来源：枫桥镇.
fn tells_source(words: &FieldWords, line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = |sign: &dyn Fn(char) -> bool| line.find(sign).unwrap_or(line.len());
    let is_label = |end: usize| Some(fold(&line[..end])).is_some_and(|label| words.form.title.sources.contains(&label));
    // A label may be spaced: 来  源：
    is_label(end(&|c| matches!(c, ':' | '：' | '|' | ']' | '】'))) || is_label(end(&|c| !c.is_alphanumeric())) || tells_another(words, line)
}

/// Whether a line says what somebody is, other than the one who reports: 抄送：枫桥镇人民政府.
fn tells_another(words: &FieldWords, line: &str) -> bool {
    let Some((label, name)) = line.rsplit_once([':', '：']) else { return false };
    let label = fold(label);
    let of_title = || words.form.title.labels.iter().any(|l| label.ends_with(l.as_str()));
    !label.is_empty() && !of_title() && !words.form.words.issuers.contains(&label) && clean_body(words, &fold(name)).is_some()
}

/// Whether a line has digits, and none of them a year's by its sign: 浏览次数：2023.
fn counts(line: &str) -> bool {
    line.contains(|c: char| c.is_ascii_digit()) && !line.contains('年')
}

/// Whether a line names several bodies of one kind, as a menu does.
fn lists(words: &FieldWords, line: &str) -> bool {
    let mut parts = line.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return false };
    let kind = |part: &str| level(words, &fold(part)).filter(|l| *l != DEPARTMENT);
    parts.next().is_some_and(|second| kind(second).is_some() && kind(first) == kind(second))
}

/// Whether the line that begins with a fragment and ends at a place of the folded text names a body, and the one above it another of
/// its kind, as the lines of a menu do. Departments' names end like many other words, so that of those it takes three.
fn is_in_menu(words: &FieldWords, atoms: &Atoms, first: usize, end: usize) -> bool {
    let here = &atoms.folded[atoms.fragments[first].fold_start as usize..end];
    // A line with a day or a label is none of a menu.
    let alone = |line: &str| line.chars().count() <= LONGEST && !line.contains(|c: char| c.is_ascii_digit()) && !words.form.title.sources.iter().any(|s| line.starts_with(s.as_str()));
    let kind = |line: &str| alone(line).then(|| clean_body(words, line)).flatten().filter(|body| acceptable(words, body)).and_then(|body| level(words, &body));
    let Some(own) = kind(here) else { return false };
    let mut before = first;
    let above = std::iter::from_fn(|| {
        let last = atoms.fragments[..before].last()?;
        before = atoms.fragments[..before].iter().rposition(|f| f.line != last.line).map_or(0, |n| n + 1);
        Some(&atoms.folded[atoms.fragments[before].fold_start as usize..last.fold_end as usize])
    });
    let needed = if own == DEPARTMENT { 2 } else { 1 };
    let place = own_place(words, here);
    let is_another = |line: &str| !own_place(words, line).ends_with(place) && !place.ends_with(own_place(words, line));
    above.take(needed).filter(|line| kind(line) == Some(own) && is_another(line)).count() == needed
}

/// The step of a way through a site that names a report, one that names body and year before any other.
fn step(words: &FieldWords, line: &str, number: u32) -> Option<Title> {
    let steps: Vec<Title> = line.split(STEPS).filter_map(|step| take_apart(words, &fold(step), number)).collect();
    let best = steps.into_iter().rev().max_by_key(|t| (t.is_whole(), !t.years.is_empty()))?;
    Some(Title { on_the_way: true, ..best })
}

/// Whether a label for a title ends before a fragment in its line: 标 题 | …
fn label_before(words: &FieldWords, text: &str, atoms: &Atoms, i: usize) -> bool {
    let (line, last) = (atoms.fragments[i].line, &atoms.fragments[i - 1]);
    let end = last.fold_end as usize;
    // The fragments that the label may be spaced over.
    let mut before = atoms.fragments[..i].iter().rev().take(4).take_while(|f| f.line == line);
    let first = |at: usize| atoms.fragments[..i].iter().rposition(|f| f.line != line).map_or(0, |n| n + 1) == atoms.at_fold(at);
    // By a space alone a label is parted only from what follows it at the beginning of a line: elsewhere it may be half a name.
    let divided = text[..last.end as usize].ends_with([':', '：', ']', '】']) || text[last.end as usize..atoms.fragments[i].start as usize].contains(|c: char| !crate::fold::is_space(c));
    if has_end_of_label(words, text, &atoms.fragments[..i]) {
        return true;
    }
    let mut labels = words.form.title.labels.iter().chain(&words.form.title.categories);
    let label = labels.find(|l| atoms.folded[..end].ends_with(l.as_str()));
    label.map(|l| end - l.len()).is_some_and(|at| before.any(|f| f.fold_start as usize == at) && (divided || first(at)))
}

/// Whether the last of these fragments is all of its line so far, and the end of a label for a title whose beginning a scraper
/// lost: 称: …
fn has_end_of_label(words: &FieldWords, text: &str, before: &[Fragment]) -> bool {
    let [above @ .., last] = before else { return false };
    let raw = &text[last.start as usize..last.end as usize];
    let alone = raw.ends_with([':', '：']) && above.last().is_none_or(|f| f.line != last.line);
    let end = alone.then(|| fold(raw)).filter(|end| !end.is_empty());
    end.is_some_and(|end| words.form.title.labels.iter().any(|label| label.ends_with(end.as_str())))
}

/// Whether a fragment begins a label for something that stands behind a title in its line: 发布日期：…
fn begins_label(words: &FieldWords, text: &str, atoms: &Atoms, i: usize) -> bool {
    let f = &atoms.fragments[i];
    let folded = &atoms.folded[f.fold_start as usize..];
    let ends = |l: &String| {
        let end = f.fold_start as usize + l.len();
        let last = &atoms.fragments[atoms.at_fold(end - 1)];
        let raw = atoms.unfold(text, atoms.at_fold(end - 1), end);
        last.line == f.line && (last.fold_end as usize == end || text[..raw].ends_with([':', '：']))
    };
    words.form.title.behind.iter().any(|l| folded.starts_with(l.as_str()) && ends(l))
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

/// Whether the line of a fragment holds far more than a title.
fn on_long_line(atoms: &Atoms, at: usize) -> bool {
    let fragments = &atoms.fragments;
    let line = fragments[at].line;
    let first = fragments[..at].iter().rposition(|f| f.line != line).map_or(0, |i| i + 1);
    let start = fragments[first].fold_start;
    fragments[first..].iter().take_while(|f| f.line == line).any(|f| f.fold_end - start > 600)
}

fn is_sentence(text: &str, fragments: &[Fragment], i: usize, j: usize) -> bool {
    let words = &text[fragments[i].start as usize..fragments[j].end as usize];
    // Between Han characters an ASCII comma is one of a sentence.
    let comma = |(at, _): (usize, &str)| words[..at].ends_with(|c: char| !c.is_ascii()) && words[at + 1..].starts_with(|c: char| !c.is_ascii());
    words.contains(['。', '，', '；', '！']) || words.match_indices([',', ';']).any(comma)
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
    let shown = if is_compact_day(tail) { end } else { end + tail.len() };
    Some(Title { words: folded[..shown].to_string(), body: before.or_else(behind), years, line, tail: tail.to_string(), body_behind, on_the_way: false, labelled: false, rival: None })
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
    while let Some(rest) = before(folded).map(|words| &folded[words.len()..]).filter(|rest| !rest.is_empty()) {
        folded = rest;
    }
    // The name of a mark: <b>枫桥镇…
    let mark = folded.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if mark.starts_with(|c: char| c.is_ascii_digit()) { folded } else { mark }
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

