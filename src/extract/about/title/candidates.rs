//! The words at the head of a text that may be its title.

use super::{LONGEST, Names, STEPS, Title, leads, take_apart};
use crate::extract::about::body::{DEPARTMENT, TOWNSHIP, acceptable, clean_body, level, own_place, split_organ};
use crate::extract::about::dated::month;
use crate::extract::about::head::{Lines, in_fields, of_cell};
use crate::extract::items::atoms::{Atoms, COLON, Fragment, is_pipe};
use crate::extract::items::labels::is_han_numeral;
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::date_in;
use crate::extract::words::wanted::places;
use crate::fold::{fold, is_space};

/// So many fragments at the head of a text may belong to its title; a page's menus may stand above it.
const HEAD: usize = 400;

/// So many letters at most has a line in which the name of a body begins.
const BEGUN: usize = 20;

/// What may be the title: the words at the head of the text that end in the name of a report and name body and year; and the
/// best of those that name but one of the two. A line that tells a day or leads through a site is one by itself or none, and no
/// title names a report twice.
pub fn of(words: &FieldWords, lines: &Lines, until: usize) -> (Vec<Title>, Vec<Title>) {
    let atoms = lines.atoms;
    let fragments = &atoms.fragments[..atoms.fragments.len().min(HEAD)];
    let (mut whole, mut partial): (Vec<Title>, Vec<Title>) = (Vec::new(), Vec::new());
    let above = &fragments[..fragments.iter().take_while(|f| (f.start as usize) < until).count()];
    let names = Names::new(&words.names, &atoms.folded, above.last().map_or(0, |f| f.fold_end as usize));
    let filed: Vec<(usize, usize)> = names.found.iter().filter(|(a, _, _)| is_filed(words, atoms, *a)).map(|(a, b, _)| (*a, *b)).collect();
    let head = Head { words, lines, fragments, filed };
    // The last line that was asked for fields, and the last one whose fields hold the title.
    let (mut asked, mut of_fields) = (0, 0);
    for (j, fragment) in above.iter().enumerate() {
        let to = fragment.fold_end as usize;
        // Most lines at the head have no name of a report near their end.
        let near = &names.found[names.found.partition_point(|(a, _, _)| a + LONGEST * 3 < to)..];
        let is_near = near.iter().any(|(_, b, _)| *b <= to) && head.ends(j);
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
        if is_near && !head.goes_on(j, &names.found) && !head.is_parted(j, near) {
            whole.extend(head.taken_back(j, near, &mut partial));
        }
    }
    if whole.is_empty() {
        whole = run_over(words, lines.text, atoms, &names);
    }
    (whole, partial)
}

/// The head of a text, in which titles stand.
struct Head<'a> {
    words: &'a FieldWords<'a>,
    lines: &'a Lines<'a>,
    fragments: &'a [Fragment],
    /// The names of reports under which the page is filed: where they begin and end.
    filed: Vec<(usize, usize)>,
}

impl Head<'_> {
    /// Whether a label stands before a fragment in its line.
    fn is_labelled(&self, i: usize) -> bool {
        let f = self.fragments;
        i > 0 && f[i].line == f[i - 1].line && label_before(self.words, self.lines.text, self.lines.atoms, i)
    }

    /// Whether a title may begin with a fragment.
    fn begins(&self, i: usize) -> bool {
        i == 0 || self.fragments[i].line != self.fragments[i - 1].line || on_long_line(self.lines.atoms, i) || self.is_labelled(i)
    }

    /// Whether one may end with a fragment.
    fn ends(&self, j: usize) -> bool {
        let (words, Lines { text, atoms }) = (self.words, self.lines);
        let of_next = |next: &Fragment| next.line != self.fragments[j].line || begins_label(words, text, atoms, j + 1) || self.lines.begins_field(words, j + 1);
        self.fragments.get(j + 1).is_none_or(of_next) || on_long_line(atoms, j)
    }

    /// Whether the name of a report goes on behind a fragment, to the end of the next line: 年度报⏎告.
    fn goes_on(&self, j: usize, names: &[(usize, usize, u32)]) -> bool {
        let (f, to) = (self.fragments, self.fragments[j].fold_end as usize);
        let ends_next = |end: usize| f[j + 1..].iter().take_while(|x| x.line <= f[j + 1].line).last().is_some_and(|x| x.fold_end as usize == end);
        f.len() > j + 1 && f[j + 1].line > f[j].line && names.iter().any(|(a, b, _)| *a < to && *b > to && ends_next(*b))
    }

    /// A title with the lines right above its first fragment in which the name of its body begins: 白水县⏎财政局2023年…. They are that where
    /// the text below names the body whole; else a region there may be the site's.
    fn with_its_beginning(&self, mut i: usize, to: usize, mut title: Title) -> Title {
        let (words, f, Lines { text, atoms }) = (self.words, self.fragments, self.lines);
        let folded = &atoms.folded;
        let is_named = |name: &str| places(&folded[to..], name).any(|at| atoms.at_fold(to + at) == atoms.at_fold(to + at + name.len() - 1));
        while i > 0 && f[i - 1].line < f[i].line {
            let first = f[..i].iter().rposition(|x| x.line != f[i - 1].line).map_or(0, |n| n + 1);
            let (from, at) = (f[first].fold_start as usize, f[i].fold_start as usize);
            let line = &text[f[first].start as usize..f[i - 1].end as usize];
            let is_begun = line.len() <= BEGUN * 3 && line.chars().all(|c| c.is_alphabetic() || is_space(c)) && folded[from..to].chars().count() <= LONGEST;
            let Some(body) = title.body.as_ref().filter(|body| is_begun && !title.body_behind && folded[at..].starts_with(body.as_str())) else { break };
            let name = &folded[from..at + body.len()];
            if !acceptable(words, name) || !is_named(name) {
                break;
            }
            match take_apart(words, &folded[from..to], f[first].line).filter(|t| t.body.as_deref() == Some(name)) {
                Some(whole) => (i, title) = (first, whole),
                None => break,
            }
        }
        title
    }

    /// Whether a key behind the last name of a report in the line of a fragment parts that from it.
    fn is_parted(&self, j: usize, names: &[(usize, usize, u32)]) -> bool {
        let (f, atoms) = (self.fragments, self.lines.atoms);
        let (line, to) = (f[j].line, f[j].fold_end as usize);
        let behind_name = |k: &usize| names.iter().all(|(a, b, _)| *b > to || *a < f[*k].fold_start as usize);
        let same_line = |k: &usize| *k > 0 && f[k - 1].line == line;
        let mut keys = (0..=j).rev().take_while(|k| same_line(k) && behind_name(k));
        keys.any(|k| self.lines.begins_field(self.words, k)) && names.iter().any(|(a, _, _)| atoms.fragments[atoms.at_fold(*a)].line == line)
    }

    /// The title that ends with a fragment. It may be broken over lines, so a run is taken back from its end line by line until it is
    /// whole: what stands above is not part. Those on the way that are not are `partial`.
    fn taken_back(&self, j: usize, names: &[(usize, usize, u32)], partial: &mut Vec<Title>) -> Option<Title> {
        let (words, fragments, Lines { text, atoms }) = (self.words, self.fragments, self.lines);
        let (fragment, to) = (&fragments[j], fragments[j].fold_end as usize);
        let name_within = |from: usize, to: usize| names.iter().any(|(a, b, _)| from <= *a && *b <= to);
        let is_title = |a: usize, b: usize| !self.filed.iter().any(|f| f.0 <= a && b <= f.1);
        let title_within = |from: usize, to: usize| names.iter().any(|(a, b, _)| from <= *a && *b <= to && is_title(*a, *b));
        // Where what was taken begins; whether it has a name, and a line that joins no other.
        let (mut behind, mut named, mut single) = (j + 1, false, false);
        for i in (0..=j).rev().filter(|&i| self.begins(i)) {
            let from = fragments[i].fold_start as usize;
            let folded = &atoms.folded[from..to];
            if folded.len() > LONGEST * 3 || folded.chars().count() > LONGEST {
                return None;
            }
            let (last, first_taken) = (&fragments[behind - 1], behind > j);
            let names_one = name_within(from, last.fold_end as usize);
            let line = &text[fragments[i].start as usize..last.end as usize];
            let is_beside = || month(&atoms.folded[from..last.fold_end as usize]).is_some() || tells_source(words, line) || lists(words, line) || self.lines.is_apart(words, i, line) || counts(line) && begins_label(words, text, atoms, i);
            let apart = date_in(line).is_some() || leads(line) || !names_one && is_beside();
            let in_menu = || !first_taken && !names_one && is_in_menu(words, atoms, i, last.fold_end as usize);
            // 县政府办： below a title is whom the report is handed to.
            let addressed = || first_taken && !names_one && names.iter().any(|(_, b, _)| *b == from) && self.lines.line(i).trim_end().ends_with(COLON);
            let apart = apart || addressed();
            let is_above = if first_taken { apart && !names_one } else { single || apart || named && names_one || in_menu() };
            if is_above {
                return None;
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
                return Some(self.with_its_beginning(i, to, t));
            }
            partial.push(t);
            if self.is_labelled(i) {
                return None;
            }
        }
        None
    }
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
    let divided = text[..last.end as usize].ends_with([':', '：', ']', '】']) || text[last.end as usize..atoms.fragments[i].start as usize].contains(|c: char| !is_space(c));
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

/// Whether the line of a fragment holds far more than a title.
fn on_long_line(atoms: &Atoms, at: usize) -> bool {
    let fragments = &atoms.fragments;
    let line = fragments[at].line;
    let first = fragments[..at].iter().rposition(|f| f.line != line).map_or(0, |i| i + 1);
    let start = fragments[first].fold_start;
    fragments[first..].iter().take_while(|f| f.line == line).any(|f| f.fold_end - start > 600)
}

/// Whether signs of a sentence stand between the beginning of a fragment and the end of another.
fn is_sentence(text: &str, fragments: &[Fragment], i: usize, j: usize) -> bool {
    let words = &text[fragments[i].start as usize..fragments[j].end as usize];
    // Between Han characters an ASCII comma is one of a sentence.
    let comma = |(at, _): (usize, &str)| words[..at].ends_with(|c: char| !c.is_ascii()) && words[at + 1..].starts_with(|c: char| !c.is_ascii());
    words.contains(['。', '，', '；', '！']) || words.match_indices([',', ';']).any(comma)
}
