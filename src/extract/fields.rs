//! What a report says of itself outside its tables: body, year, date, contact, codes.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem::{self, Finder};

use super::atoms::Atoms;
use super::body::{TOWNSHIP, clean_body};
use super::captions::CaptionWords;
use super::explained::Known;
use super::preamble::Sentences;
use super::title::Title;
use super::trie::Trie;
use super::values;
use super::word::{Word, Words};
use crate::fold::fold;
use crate::form::Form;

/// The form's words for these fields, prepared once a run.
pub struct FieldWords<'f> {
    pub form: &'f Form,
    /// The names of a report.
    pub names: Trie,
    /// The ends of bodies' names with their levels, the longest first.
    pub endings: Words,
    pub levels: Vec<&'f str>,
    /// The longest first.
    pub organs: Words,
    /// What is said for an organ: a name ends in it, no line is a name for ending in it.
    pub spoken: Words,
    /// The ends of townships' names.
    pub townships: Words,
    /// The signs of the regions above a place, and the fewest letters of such a region's name.
    pub regions: Words,
    pub fewest: Vec<usize>,
    published: Wanted,
    contact: Wanted,
    /// What stands before the body in a preamble.
    pub before: Wanted,
    codes: Vec<Finder<'static>>,
    /// What states a unit, and what is said for what is counted.
    pub unit_marks: Vec<Finder<'static>>,
    pub unit_kinds: Vec<Finder<'static>>,
    pub sentences: Sentences,
    scheme: Finder<'static>,
    host: Finder<'static>,
    government: Finder<'static>,
    pub captions: CaptionWords,
    /// The titles of a report and of its parts.
    pub headings: Vec<Word>,
    /// What explains words beside a table.
    pub known: Known,
}

impl<'f> FieldWords<'f> {
    pub fn new(form: &'f Form) -> FieldWords<'f> {
        // Of equal endings the last one decides.
        let mut endings: Vec<(&String, &str)> = form.body.level.iter().flat_map(|l| l.endings.iter().map(|e| (e, l.level.as_str()))).collect();
        endings.reverse();
        endings.sort_by_key(|(e, _)| Reverse(e.len()));
        FieldWords {
            form,
            names: Trie::new(form.recognise.titles.iter().map(|t| t.chars()), std::iter::empty()),
            levels: endings.iter().map(|e| e.1).collect(),
            endings: endings.into_iter().map(|e| e.0.clone()).collect::<Vec<_>>().into(),
            organs: Words::from(form.body.organs.clone()).longest_first(),
            spoken: form.body.spoken.clone().into(),
            townships: form.body.level.iter().filter(|l| l.level == TOWNSHIP).flat_map(|l| &l.endings).cloned().collect::<Vec<_>>().into(),
            regions: form.body.regions.keys().cloned().collect::<Vec<_>>().into(),
            fewest: form.body.regions.values().copied().collect(),
            published: Wanted::whole(&form.preamble.published),
            contact: Wanted::new(&form.preamble.contact),
            before: Wanted::new(&form.preamble.before),
            codes: finders(&form.preamble.codes),
            unit_marks: finders(&form.words.unit_marks),
            unit_kinds: finders(&form.words.unit_kinds),
            sentences: Sentences::new(&form.preamble),
            scheme: finder("://"),
            host: finder("www."),
            government: finder(GOVERNMENT),
            known: Known::new(form),
            captions: CaptionWords::new(form),
            headings: form.recognise.titles.iter().chain(&form.recognise.sections).cloned().map(Word::from).collect(),
        }
    }
}

/// How common a byte is in these texts: Han characters begin with a few and end with any.
struct InHan;

impl HeuristicFrequencyRank for InHan {
    fn rank(&self, byte: u8) -> u8 {
        match byte {
            0xE3..=0xE9 | 0xEF => 255,
            0xBC | 0x80 => 220,
            0x81..0xC0 => 150,
            b'0'..=b'9' | b' ' | b'\n' | b'\t' => 200,
            _ => 20,
        }
    }
}

/// An automaton that finds the first of these words in a text and, of those that begin there, the longest.
pub fn longest_of<'w>(words: impl IntoIterator<Item = &'w String>) -> AhoCorasick {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).expect("some words make an automaton")
}

/// A searcher that is quick on texts in Han characters.
pub fn finder(word: &str) -> Finder<'static> {
    memmem::FinderBuilder::new().build_forward_with_ranker_owned(InHan, word.as_bytes())
}

/// A searcher for each of these words.
fn finders(words: &[String]) -> Vec<Finder<'static>> {
    words.iter().map(|w| finder(w)).collect()
}

/// Words that a text is searched for in their order.
pub struct Wanted {
    words: Vec<Finder<'static>>,
    /// Those that hold no other one: where none of them stands, no word does.
    roots: Vec<usize>,
    /// Whether it must stand by itself; see [`Wanted::whole`].
    halves: Vec<bool>,
}

impl Wanted {
    fn new(words: &[String]) -> Wanted {
        let root = |i: &usize| !words.iter().enumerate().any(|(o, w)| o != *i && words[*i].contains(w.as_str()) && (words[*i] != *w || o < *i));
        Wanted { words: finders(words), roots: (0..words.len()).filter(root).collect(), halves: vec![false; words.len()] }
    }

    /// The same where a word that others of them end in is but half a word behind anything else: 日期 is said of
    /// publication by itself and in 发布日期, and not in 打印日期.
    fn whole(words: &[String]) -> Wanted {
        let is_half = |w: &String| words.iter().any(|o| o != w && o.ends_with(w.as_str()));
        Wanted { halves: words.iter().map(is_half).collect(), ..Wanted::new(words) }
    }

    /// What `read` makes of a place behind a word, for the first word and the first of its places of which it makes anything.
    pub fn first<T>(&self, text: &str, mut read: impl FnMut(usize) -> Option<T>) -> Option<T> {
        let bytes = text.as_bytes();
        if self.roots.iter().all(|&r| self.words[r].find(bytes).is_none()) {
            return None;
        }
        self.words.iter().enumerate().find_map(|(n, w)| w.find_iter(bytes).filter(|&i| self.is_whole(n, &text[..i])).find_map(|i| read(i + w.needle().len())))
    }

    /// Whether a word that stands behind `before` is meant.
    fn is_whole(&self, word: usize, before: &str) -> bool {
        !self.halves[word] || !before.ends_with(|c: char| c.is_alphabetic())
    }

    /// Whether folded words are one of these and nothing else.
    fn are(&self, folded: &str) -> bool {
        self.words.iter().any(|w| w.needle() == folded.as_bytes())
    }
}

/// The years from 2000 to 2099 in folded text, a digit before or behind them barred. Damage of the kind `202111日` is
/// read as 2021, `20231月1日` as 2023: a month or day ran into the year. `20223年` is none: nobody can say which digit is wrong.
pub fn years_in(folded: &str) -> Vec<i32> {
    let b = folded.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    while i < b.len() {
        if !b[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let end = b[i..].iter().position(|c| !c.is_ascii_digit()).map_or(b.len(), |n| i + n);
        let run = &folded[i..end];
        let followed = folded[end..].starts_with(['月', '日']);
        if run.starts_with("20") && (run.len() == 4 || ((5..=6).contains(&run.len()) && followed)) {
            out.extend(run[..4].parse::<i32>());
        }
        i = end;
    }
    if out.is_empty() {
        out.extend(han_year(folded));
    }
    out
}

/// 二〇二四年, also with 零 or ○.
pub fn han_year(folded: &str) -> Option<i32> {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).or((c == '零').then_some(0)).map(|d| d as i32);
    folded.match_indices('年').find_map(|(year, _)| {
        let mut before = folded[..year].chars().rev();
        let (ones, tens, hundreds) = (digit(before.next()?)?, digit(before.next()?)?, digit(before.next()?)?);
        (before.next()? == '二' && hundreds == 0).then_some(2000 + 10 * tens + ones)
    })
}

/// Where a year of this century may begin in digits.
pub fn centuries(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'2', text.as_bytes()).filter(|at| text.as_bytes().get(at + 1) == Some(&b'0'))
}

/// At most so many bytes, cut at a character.
pub fn head_of(s: &str, bytes: usize) -> &str {
    let mut end = bytes.min(s.len());
    while !s.is_char_boundary(end) {
        end -= 1;
    }
    &s[..end]
}

pub fn lines_from_end(atoms: &Atoms) -> impl Iterator<Item = (&str, u32)> {
    let f = &atoms.fragments;
    let mut end = f.len();
    std::iter::from_fn(move || {
        let last = f.get(end.checked_sub(1)?)?;
        let start = f[..end].iter().rposition(|x| x.line != last.line).map_or(0, |i| i + 1);
        let folded = &atoms.folded[f[start].fold_start as usize..last.fold_end as usize];
        end = start;
        Some((folded, last.line))
    })
}

/// The date of publication as days since 1970: what a page's own data say, a labelled date at the head, or a line of
/// its own at the end.
pub fn published(words: &FieldWords, meta: &[(String, String)], text: &str, atoms: &Atoms) -> Option<i32> {
    let by_meta = meta.iter().find(|(k, _)| k.eq_ignore_ascii_case("pubdate") || k.eq_ignore_ascii_case("publishdate")).and_then(|(_, v)| date_in(v));
    let beside = |rest: &str| {
        let rest = head_of(rest, 60);
        let rest = values::in_next_cell(rest).unwrap_or(rest);
        let digits = rest.find(|c: char| c.is_ascii_digit()).or_else(|| han_day(rest).map(|day| day.start))?;
        (rest[..digits].chars().count() <= 4).then(|| date_in(rest)).flatten()
    };
    let head = head_of(text, 1500);
    let labelled = |at: usize| beside(&head[at..]).or_else(|| values::below(head, at).and_then(whole_date));
    // Of what stands before a day only a word for it, or who signs.
    let is_of_report = |before: &str| before.is_empty() || words.published.are(before) || clean_body(words, before).is_some();
    let signed = |f: &str| {
        let short = f.len() <= 84 && f.ends_with('日') && f.chars().count() <= 28;
        let at = short.then(|| day_at_end(f)).flatten()?;
        is_of_report(&f[..at]).then(|| date_in(&in_digits(&f[at..]))).flatten()
    };
    by_meta.or_else(|| words.published.first(head, labelled)).or_else(|| lines_from_end(atoms).take(8).find_map(|(f, _)| signed(f)))
}

/// A day in one of the next lines below the title, by itself, in the year after the one reported on; or above it, between two
/// lines that are alike.
pub fn day_below(words: &FieldWords, title: Option<&Title>, year: Option<i32>, text: &str) -> Option<i32> {
    let (title, year) = (title.filter(|t| t.line > 0)?, year?);
    let of_next_year = |day: &i32| year_of(*day) == year + 1;
    // 某某局, 2026-01-28, 某某局, 2025年…报告: the head of a page and its report.
    let above = || {
        let lines: Vec<&str> = text.lines().take(title.line as usize).filter(|l| !values::bare(l).is_empty()).collect();
        let [.., one, day, other] = lines[..] else { return None };
        (fold(one) == fold(other) && clean_body(words, &fold(one)).is_some()).then(|| whole_date(values::bare(day))).flatten()
    };
    let below: Vec<&str> = text.lines().skip(title.line as usize - 1).filter(|l| !values::bare(l).is_empty()).take(4).collect();
    // Below a short line the day may be that line's: 打印日期.
    let is_label = |line: &str| fold(line).chars().count() <= LONGEST_LABEL;
    let days = below.windows(2).take_while(|w| !w[1].contains(['。', '，'])).filter(|w| !is_label(w[0]));
    days.filter_map(|w| day_of_line(words, values::bare(w[1]))).find(of_next_year).or_else(|| above().filter(of_next_year))
}

/// The day of a line that is nothing else but who signs before it, or labels of a page's own data behind it.
fn day_of_line(words: &FieldWords, line: &str) -> Option<i32> {
    let line = line.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】']);
    let from = line.find(|c: char| c.is_ascii_digit())?;
    let to = line[from..].find(|c: char| !of_date(c)).map_or(line.len(), |n| from + n);
    let (before, behind) = (fold(&line[..from]), fold(&line[to..]));
    let signed = before.is_empty() || behind.is_empty() && clean_body(words, &before).is_some();
    // 2013年4月23日17:01 | …: a cell by itself.
    let in_cell = || before.is_empty() && line[from..to].contains([':', '：']) && line[to..].starts_with(super::atoms::is_pipe);
    let labelled = behind.is_empty() || in_cell() || words.form.title.behind.iter().any(|label| behind.starts_with(label.as_str()));
    (signed && labelled).then(|| whole_date(&line[from..to])).flatten()
}

/// A label of a page's own data is no longer, in folded characters.
const LONGEST_LABEL: usize = 6;

/// A text that is a date, and maybe the time of day, alone.
fn whole_date(text: &str) -> Option<i32> {
    text.chars().all(of_date).then(|| date_in(text)).flatten()
}

fn of_date(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':' | '：' | '年' | '月' | '日') || crate::fold::is_space(c)
}

/// Where the day begins that a folded text ends in, 2025年1月6日 or 二〇二五年一月六日.
pub fn day_at_end(folded: &str) -> Option<usize> {
    let mut rest = folded;
    for sign in ['日', '月', '年'] {
        rest = rest.strip_suffix(sign).or(rest.strip_suffix('号').filter(|_| sign == '日'))?;
        let kept = rest.trim_end_matches(|c: char| c.is_ascii_digit() || HAN_DIGITS.contains(c)).len();
        if kept == rest.len() {
            return None;
        }
        rest = &rest[..kept];
    }
    Some(rest.len())
}

const HAN_DIGITS: &str = "〇一二三四五六七八九零○十";

/// A day in Han digits with Arabic ones: 二〇二五年十二月三十一日.
fn in_digits(day: &str) -> Cow<'_, str> {
    if day.starts_with(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(day);
    }
    let digit = |c: char| HAN_DIGITS.chars().position(|d| d == c).map(|d| if d == 10 || d == 11 { 0 } else { d });
    // 三十一: tens stand before 十, ones behind it.
    let number = |s: &str| match s.split_once('十') {
        Some((tens, ones)) => {
            let of = |s: &str, none: usize| if s.is_empty() { Some(none) } else { s.chars().next().and_then(digit).filter(|_| s.chars().count() == 1) };
            Some(of(tens, 1)? * 10 + of(ones, 0)?)
        }
        None => s.chars().try_fold(0, |n, c| Some(n * 10 + digit(c)?)),
    };
    let mut parts = day.split(['年', '月', '日', '号']).map(number);
    let mut next = || parts.next().flatten().map_or(String::new(), |n| n.to_string());
    Cow::Owned(format!("{}年{}月{}日", next(), next(), next()))
}

/// Where the first day in Han digits stands: 二〇二五年十二月三十一日.
pub fn han_day(text: &str) -> Option<Range<usize>> {
    let digits = |s: &str| s.chars().take_while(|c| HAN_DIGITS.contains(*c)).map(char::len_utf8).sum::<usize>();
    text.match_indices('年').find_map(|(year, _)| {
        let start = year - text[..year].chars().rev().take(4).take_while(|c| HAN_DIGITS.contains(*c)).map(char::len_utf8).sum::<usize>();
        let mut at = year + "年".len();
        for signs in [["月", "月"], ["日", "号"]] {
            let n = digits(&text[at..]);
            let sign = signs.iter().find(|s| text[at + n..].starts_with(**s))?;
            at = (n > 0).then_some(at + n + sign.len())?;
        }
        (text[start..].starts_with('二') && text[start..year].chars().count() == 4).then_some(start..at)
    })
}

/// The first date in a text: 2024-12-31, 2024年12月31日, 2024/1/5, 二〇二四年一月五日.
pub fn date_in(text: &str) -> Option<i32> {
    arabic_date(text).or_else(|| han_day(text).and_then(|day| arabic_date(&in_digits(&text[day]))))
}

fn arabic_date(text: &str) -> Option<i32> {
    let mut numbers = numbers(text);
    let (mut year, mut month) = (numbers.next()?.1, numbers.next()?.1);
    numbers.find_map(|day| {
        let before = (std::mem::replace(&mut year, month), std::mem::replace(&mut month, day.1));
        let (y, m, d): (i32, u32, u32) = (before.0.parse().ok()?, before.1.parse().ok()?, day_before_hour(text, day).parse().ok()?);
        (before.0.len() == 4 && (1990..2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d)).then(|| days(y, m, d))
    })
}

/// The runs of digits in a text, with where they begin.
fn numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = end + bytes[end..].iter().position(u8::is_ascii_digit)?;
        end = start + bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        Some((start, &text[start..end]))
    })
}

/// A day into which the hour ran, 2918 in 2021-03-2918:26, without it. Of three digits nobody can say which is whose.
fn day_before_hour<'t>(text: &str, (at, digits): (usize, &'t str)) -> &'t str {
    let glued = digits.len() == 4 && text[at + 4..].starts_with([':', '：']) && digits[2..] < *"24";
    if glued { &digits[..2] } else { digits }
}

/// Days from 1970-01-01 in the Gregorian calendar (civil-from-days, inverted).
pub fn days(y: i32, m: u32, d: u32) -> i32 {
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (m as i32 + if m > 2 { -3 } else { 9 }) + 2) / 5 + d as i32 - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// The calendar year of a day since 1970.
pub fn year_of(days: i32) -> i32 {
    let mut y = 1970 + days / 365;
    while self::days(y, 1, 1) > days {
        y -= 1;
    }
    y
}

/// Where a word stands in a text: what `match_indices` gives, at the speed of vector instructions.
pub fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    memmem::find_iter(text.as_bytes(), word)
}

/// The first telephone number behind a word of contact, below the title rather than above it: there the site may have its own.
pub fn phone(words: &FieldWords, title: Option<&Title>, text: &str) -> Option<String> {
    let line = title.map_or(0, |t| t.line as usize).saturating_sub(1);
    let from = if line == 0 { 0 } else { memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 1).map_or(0, |at| at + 1) };
    let in_text = |text: &str| {
        words.contact.first(text, |at| {
            let rest = &text[at..];
            let start = rest.char_indices().take(7).find(|(_, c)| c.is_ascii_digit())?.0;
            number(&rest[start..]).filter(|_| !is_of_others(words, &text[..at]))
        })
    };
    in_text(&text[from..]).or_else(|| in_text(&text[..from]))
}

/// Whether words before the number of a telephone say that it is for something else: 监督电话.
fn is_of_others(words: &FieldWords, before: &str) -> bool {
    let start = before.len() - before.chars().rev().take(OTHERS).take_while(|c| !matches!(c, '，' | '。' | '；' | ',' | ';' | '\n' | ')' | '）')).map(char::len_utf8).sum::<usize>();
    words.form.preamble.no_contact.stands_in(&before[start..])
}

/// So many characters before the end of a word of contact may say whose number it is.
const OTHERS: usize = 12;

/// What stands between the parts of a number of a telephone.
fn is_stroke(c: char) -> bool {
    matches!(c, '-' | '—' | '－' | '–')
}

/// The number of a telephone that a text begins with, its parts divided by strokes. The area's number may be parted from what
/// follows it by spaces or a bracket too, and a local number in two.
fn number(text: &str) -> Option<String> {
    let run = |s: &str| s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let first = run(text);
    let mut number = text[..first].to_string();
    let mut rest = &text[first..];
    let spaced = |s: &'_ str| s.len() - s.trim_start_matches(crate::fold::is_space).len();
    if text.starts_with('0') && (3..=4).contains(&first) {
        let behind = rest.trim_start_matches(|c| is_stroke(c) || matches!(c, ')' | '）') || crate::fold::is_space(c));
        let local = run(behind);
        // 0795-670 2021
        let parted = Some(&behind[local..]).filter(|r| (3..=4).contains(&local) && spaced(r) > 0).map(|r| &r[spaced(r)..]);
        let joined = parted.map(run).filter(|n| (7..=8).contains(&(local + n)));
        if let (Some(other), Some(n)) = (parted, joined) {
            return Some(format!("{number}-{}{}", &behind[..local], &other[..n]));
        }
        if (7..=8).contains(&local) {
            number = format!("{number}-{}", &behind[..local]);
            rest = &behind[local..];
        }
    }
    while let Some(behind) = rest.strip_prefix(is_stroke) {
        let n = run(behind);
        number = format!("{number}-{}", &behind[..n]);
        rest = &behind[n..];
    }
    let number = number.trim_end_matches('-');
    let most = if number.starts_with('0') && number.split('-').nth(1).is_some_and(|local| local.len() >= 7) { LONGEST_NUMBER } else { 16 };
    (7..=most).contains(&number.len()).then(|| number.to_string())
}

/// A number with that of its area and an extension: 010-64031118-2304.
const LONGEST_NUMBER: usize = 18;

/// The first address of a website: one that is written out, or else a government's host alone.
pub fn website(words: &FieldWords, text: &str) -> Option<String> {
    let scheme = |i: usize| ["https", "http"].iter().find(|s| text[..i].ends_with(**s)).map(|s| i - s.len());
    let written = words.scheme.find_iter(text.as_bytes()).find_map(scheme).into_iter().chain(words.host.find(text.as_bytes())).min();
    let at = written.or_else(|| words.government.find_iter(text.as_bytes()).find_map(|i| bare_host(text, i)))?;
    let url: String = text[at..].chars().take_while(|c| c.is_ascii_graphic() && !matches!(c, '>' | '<' | '"' | ')' | '(' | '|' | ',' | ';')).collect();
    (url.len() > 8).then(|| url.trim_end_matches(['.', '\'']).to_string())
}

/// Where the host begins that ends in `GOVERNMENT` at a place of a text; none for an address of mail.
fn bare_host(text: &str, at: usize) -> Option<usize> {
    let of_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'@' | b'_' | b'/' | b':');
    let start = at - text.as_bytes()[..at].iter().rev().take_while(|b| of_host(b)).count();
    let host = &text[start..at];
    let ends = !text[at + GOVERNMENT.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@'));
    let named = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) && host.starts_with(|c: char| c.is_ascii_alphanumeric());
    (ends && named).then_some(start)
}

/// What the hosts of governments end in.
const GOVERNMENT: &str = ".gov.cn";

/// A credit code or 索引号 behind its name, beside it or below it. In folded text the name is whole however it is spaced.
pub fn code(words: &FieldWords, text: &str, atoms: &Atoms) -> Option<String> {
    let form = &words.form.preamble;
    words.codes.iter().find_map(|name| {
        name.find_iter(atoms.folded.as_bytes()).find_map(|i| {
            let last = i + name.needle().len();
            let at = atoms.unfold(text, atoms.at_fold(last - 1), last);
            let is_code = |c: &String| c.len() >= 9 && c.bytes().any(|b| b.is_ascii_digit()) && c.starts_with(|c: char| c.is_ascii_alphanumeric()) && whole_date(c).is_none();
            let filled = |c: &String| !form.no_codes.iter().any(|n| c.to_ascii_lowercase().contains(n.as_str()));
            let code = |s: &str| Some(s.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_')).collect::<String>()).filter(is_code).filter(filled);
            // Below its name stands only what nothing else looks like.
            let telling = |c: &String| c.contains('/') || c.bytes().any(|b| b.is_ascii_alphabetic()) || c.len() >= 15;
            code(values::beside(text, at)).or_else(|| values::below(text, at).filter(|s| code(s).is_some_and(|c| c.len() == s.len())).and_then(code).filter(telling))
        })
    })
}
