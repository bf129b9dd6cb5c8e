//! What a report says of itself outside its tables: body, year, date, contact, codes.

use std::cmp::Reverse;

use aho_corasick::AhoCorasick;
use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem::{self, Finder};

use super::atoms::Atoms;
use super::title::{LONGEST, Title};
use super::trie::Trie;
use super::word::{Word, ending};
use crate::fold::fold;
use crate::form::Form;
use crate::model::Problem;

/// The form's words for these fields, prepared once a run.
pub struct FieldWords<'f> {
    pub form: &'f Form,
    /// The names of a report.
    pub names: Trie,
    /// The ends of bodies' names with their levels, the longest first.
    endings: Vec<Word>,
    levels: Vec<&'f str>,
    /// The longest first.
    organs: Vec<Word>,
    published: Wanted,
    contact: Wanted,
    codes: Wanted,
    scheme: Finder<'static>,
    host: Finder<'static>,
    /// The words of captions of others' figures; most lines have none.
    pub captions: AhoCorasick,
    /// The last letters of the headings of a report's parts.
    pub heading_ends: Vec<char>,
}

impl<'f> FieldWords<'f> {
    pub fn new(form: &'f Form) -> FieldWords<'f> {
        // Of equal endings the last one decides.
        let mut endings: Vec<(&String, &str)> = form.body.level.iter().flat_map(|l| l.endings.iter().map(|e| (e, l.level.as_str()))).collect();
        endings.reverse();
        endings.sort_by_key(|(e, _)| Reverse(e.len()));
        let mut organs: Vec<Word> = form.body.organs.iter().cloned().map(Word::from).collect();
        organs.sort_by_key(|o| Reverse(o.len()));
        FieldWords {
            form,
            names: Trie::new(form.recognise.titles.iter().map(|t| t.chars()), std::iter::empty()),
            levels: endings.iter().map(|e| e.1).collect(),
            endings: endings.into_iter().map(|e| e.0.clone().into()).collect(),
            organs,
            published: Wanted::whole(&form.preamble.published),
            contact: Wanted::new(&form.preamble.contact),
            codes: Wanted::new(&form.preamble.codes),
            scheme: finder("://"),
            host: finder("www."),
            heading_ends: form.tables.iter().flat_map(|t| &t.headings).chain(&form.recognise.sections).filter_map(|h| h.chars().next_back()).collect(),
            captions: AhoCorasick::new(caption_words(form)).expect("a few words make an automaton"),
        }
    }
}

fn caption_words(form: &Form) -> Vec<String> {
    let w = &form.words;
    let whole = w.whole.iter().flat_map(|whole| form.body.regions.keys().map(move |sign| format!("{whole}{sign}")));
    w.samples.iter().chain(&w.periods).chain(&w.other_years).cloned().chain(whole).collect()
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

/// A searcher that is quick on texts in Han characters.
pub fn finder(word: &str) -> Finder<'static> {
    memmem::FinderBuilder::new().build_forward_with_ranker_owned(InHan, word.as_bytes())
}

/// Words that a text is searched for in their order.
struct Wanted {
    words: Vec<Finder<'static>>,
    /// Those that hold no other one: where none of them stands, no word does.
    roots: Vec<usize>,
    /// Whether it must stand by itself; see [`Wanted::whole`].
    halves: Vec<bool>,
}

impl Wanted {
    fn new(words: &[String]) -> Wanted {
        let root = |i: &usize| !words.iter().enumerate().any(|(o, w)| o != *i && words[*i].contains(w.as_str()) && (words[*i] != *w || o < *i));
        Wanted { words: words.iter().map(|w| finder(w)).collect(), roots: (0..words.len()).filter(root).collect(), halves: vec![false; words.len()] }
    }

    /// The same where a word that others of them end in is but half a word behind anything else: 日期 is said of
    /// publication by itself and in 发布日期, and not in 打印日期.
    fn whole(words: &[String]) -> Wanted {
        let is_half = |w: &String| words.iter().any(|o| o != w && o.ends_with(w.as_str()));
        Wanted { halves: words.iter().map(is_half).collect(), ..Wanted::new(words) }
    }

    /// What `read` makes of a place behind a word, for the first word and the first of its places of which it makes anything.
    fn first<T>(&self, text: &str, mut read: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let bytes = text.as_bytes();
        if self.roots.iter().all(|&r| self.words[r].find(bytes).is_none()) {
            return None;
        }
        self.words.iter().enumerate().find_map(|(n, w)| w.find_iter(bytes).filter(|&i| self.is_whole(n, &text[..i])).find_map(|i| read(&text[i + w.needle().len()..])))
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
/// read as 2021, `20231月1日` as 2023: a month or day ran into the year.
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
        let followed = folded[end..].starts_with('年') || folded[end..].starts_with('月') || folded[end..].starts_with('日');
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
    let chars: Vec<char> = folded.chars().collect();
    chars.windows(5).find(|w| w[4] == '年' && w[0] == '二' && w[..4].iter().all(|c| digit(*c).is_some())).map(|w| w[..4].iter().fold(0, |n, c| n * 10 + digit(*c).unwrap_or(0)))
}

/// A body is what ends like one and is short enough to be a name.
pub fn clean_body(words: &FieldWords, text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let text = words.form.body.leading.iter().fold(text, |t, p| t.strip_prefix(p.as_str()).unwrap_or(t));
    let text = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let n = text.chars().count();
    (2..=30).contains(&n).then_some(())?;
    level(words, text).map(|_| text.to_string())
}

/// `township`, `county` … by the end of the body's name; the longest ending decides.
pub fn level<'f>(words: &FieldWords<'f>, body: &str) -> Option<&'f str> {
    let by_ending = |name: &str, least: usize| ending(name, &words.endings).find(|(_, e)| e.len() >= least && name.len() > e.len()).map(|(i, _)| words.levels[i]);
    let (base, organ) = split_organ(words, body);
    // 地区办事处 is one ending; so is 街道办事处.
    by_ending(body, 12).or_else(|| by_ending(base, 1)).or_else(|| if organ.is_empty() { None } else { by_ending(body, 1) })
}

/// The place and the organ behind it.
pub fn split_organ<'a>(words: &FieldWords, body: &'a str) -> (&'a str, &'a str) {
    match ending(body, &words.organs).find(|(_, o)| body.len() > o.len()) {
        Some((_, o)) => body.split_at(body.len() - o.len()),
        None => (body, ""),
    }
}

/// Takes the regions above a place off its name: 嘉祥县金屯镇 → 金屯镇. A sign of a region at the very end or start
/// belongs to the name (新市镇, 县前街道), and what is left must be more than a kind.
pub fn without_regions<'a>(words: &FieldWords, place: &'a str) -> &'a str {
    let form = words.form;
    // 鹿城区人民政府七都街道: an organ within the name belongs to the region above.
    let after = |organ: &String| memmem::rfind(place.as_bytes(), organ.as_bytes()).map(|i| i + organ.len()).filter(|&i| i < place.len());
    let place = &place[form.body.issuing.iter().filter_map(after).max().unwrap_or(0)..];
    let kind = ending(place, &words.endings).map(|(_, e)| e.chars().count()).max().unwrap_or(1);
    let chars: Vec<(usize, char)> = place.char_indices().collect();
    for n in (1..chars.len()).rev() {
        let left = chars.len() - n - 1;
        let end = chars[n].0 + chars[n].1.len_utf8();
        let region = form.body.regions.iter().any(|(sign, least)| place[..end].ends_with(sign.as_str()) && n + 1 >= *least);
        if region && left > kind {
            return &place[end..];
        }
    }
    place
}

/// The body that the preamble names: 本报告由…按照.
pub fn preamble_body(words: &FieldWords, folded: &str) -> Option<String> {
    let form = words.form;
    let head = head_of(folded, 6000);
    for before in &form.preamble.before {
        for i in places(head, before) {
            let rest = &head[i + before.len()..];
            let end = form.preamble.after.iter().filter_map(|a| memmem::find(rest.as_bytes(), a.as_bytes())).min();
            if let Some(body) = end.and_then(|e| clean_body(words, &rest[..e])) {
                return Some(body);
            }
        }
    }
    None
}

/// The year of the statistics period.
pub fn period_year(form: &Form, folded: &str) -> Option<i32> {
    let head = head_of(folded, 9000);
    form.preamble.period.iter().find_map(|w| {
        places(head, w).find_map(|i| years_in(head_of(&head[i + w.len()..], 60)).first().copied())
    })
}

/// At most so many bytes, cut at a character.
fn head_of(s: &str, bytes: usize) -> &str {
    let mut end = bytes.min(s.len());
    while !s.is_char_boundary(end) {
        end -= 1;
    }
    &s[..end]
}

/// A line at the end of the text that is a body's name, with regions above it as they stand.
pub fn signature(words: &FieldWords, atoms: &Atoms) -> Option<String> {
    lines_from_end(atoms).take(14).find_map(|(folded, _)| {
        // A date may stand behind the name on the same line; a name has 30 characters at most.
        let head = &folded.as_bytes()[..folded.len().min(LONGEST * 4)];
        let name = memmem::find(head, b"20").map_or(folded, |date| &folded[..date]);
        let hosts = words.form.body.hosting.iter().any(|w| name.contains(w.as_str()));
        let short = !hosts && name.len() <= 120 && ending(name, &words.organs).next().is_some() && (3..=30).contains(&name.chars().count());
        short.then(|| name.to_string())
    })
}

fn lines_from_end(atoms: &Atoms) -> impl Iterator<Item = (&str, u32)> {
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
    let labelled = |rest: &str| {
        let rest = head_of(rest, 40);
        let digits = rest.find(|c: char| c.is_ascii_digit())?;
        (rest[..digits].chars().count() <= 4).then(|| date_in(rest)).flatten()
    };
    // Of what stands before a day only a word for it, or who signs.
    let is_of_report = |before: &str| before.is_empty() || words.published.are(before) || clean_body(words, before).is_some();
    let day = |f: &str| f.len() <= 56 && f.ends_with('日') && f.chars().count() <= 14 && is_of_report(&f[..f.find(|c: char| c.is_ascii_digit()).unwrap_or(0)]);
    by_meta
        .or_else(|| words.published.first(head_of(text, 1500), labelled))
        .or_else(|| lines_from_end(atoms).take(8).filter(|(f, _)| day(f)).find_map(|(f, _)| date_in(f)))
}

/// The first date in a text: 2024-12-31, 2024年12月31日, 2024/1/5, 二〇二四年一月五日 is not read.
pub fn date_in(text: &str) -> Option<i32> {
    let numbers: Vec<(usize, &str)> = text
        .split(|c: char| !c.is_ascii_digit())
        .scan(0, |at, s| {
            let start = *at;
            *at += s.len() + 1;
            Some((start, s))
        })
        .filter(|(_, s)| !s.is_empty())
        .collect();
    numbers.windows(3).find_map(|w| {
        let (y, m, d): (i32, u32, u32) = (w[0].1.parse().ok()?, w[1].1.parse().ok()?, w[2].1.parse().ok()?);
        (w[0].1.len() == 4 && (1990..2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d)).then(|| days(y, m, d))
    })
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

/// The first telephone number behind a word of contact.
pub fn phone(words: &FieldWords, text: &str) -> Option<String> {
    words.contact.first(text, |rest| {
        let mut rest = rest.chars().take(40).map(|c| if matches!(c, '—' | '－' | '–') { '-' } else { c }).peekable();
        let mut before = 0;
        while rest.next_if(|c| !c.is_ascii_digit()).is_some() {
            before += 1;
            if before > 6 {
                return None;
            }
        }
        let number: String = rest.take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        let number = number.trim_end_matches('-');
        (7..=16).contains(&number.len()).then(|| number.to_string())
    })
}

/// The first address of a website.
pub fn website(words: &FieldWords, text: &str) -> Option<String> {
    let scheme = |i: usize| ["https", "http"].iter().find(|s| text[..i].ends_with(**s)).map(|s| i - s.len());
    let at = words.scheme.find_iter(text.as_bytes()).find_map(scheme).into_iter().chain(words.host.find(text.as_bytes())).min()?;
    let url: String = text[at..].chars().take_while(|c| c.is_ascii_graphic() && !matches!(c, '>' | '<' | '"' | ')' | '(' | '|' | ',' | ';')).collect();
    (url.len() > 8).then(|| url.trim_end_matches(['.', '\'']).to_string())
}

/// A credit code or 索引号 behind its name.
pub fn code(words: &FieldWords, text: &str) -> Option<String> {
    words.codes.first(text, |rest| {
        let rest = rest.trim_start_matches(|c: char| matches!(c, ':' | '：' | '号') || crate::fold::is_space(c));
        let code: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_')).collect();
        (code.len() >= 9 && code.bytes().any(|b| b.is_ascii_digit())).then_some(code)
    })
}

/// The year reported on, by the title, the statistics period, or the year before publication; none and a problem
/// where they leave it open.
pub fn year(words: &FieldWords, title: Option<&Title>, atoms: &Atoms, published: Option<i32>, before_tables: usize, problems: &mut Vec<Problem>) -> Option<i32> {
    let named = title.map_or(&[][..], |t| &t.years);
    let period = || period_year(words.form, &atoms.folded);
    match named {
        [y] => return Some(*y),
        [] => {}
        several => {
            if let Some(p) = period().filter(|p| several.contains(p)) {
                return Some(p);
            }
            let line = title.map_or(0, |t| t.line);
            let words = title.map_or("", |t| &t.words);
            problems.push(Problem::new("extract/year-unclear", line, words, "the title names several years, or there are several titles, and the statistics period does not decide; the year is left open"));
            return None;
        }
    }
    period().or_else(|| published.map(|p| year_of(p) - 1)).or_else(|| {
        // The running text before the tables, where it names one year only.
        let end = atoms.fragments.partition_point(|f| (f.start as usize) < before_tables);
        let until = if end == 0 { 0 } else { atoms.fragments[end - 1].fold_end as usize };
        let mut years = years_in(head_of(&atoms.folded[..until], 2400));
        years.dedup();
        match years[..] {
            [y] => Some(y),
            _ => None,
        }
    })
}

/// The body as named, without regions and with its organ, and the same with regions.
pub fn body(words: &FieldWords, title: Option<&Title>, atoms: &Atoms) -> (Option<String>, Option<String>) {
    let full = title
        .and_then(|t| t.body.clone())
        .or_else(|| preamble_body(words, &atoms.folded))
        .or_else(|| signature(words, atoms));
    let Some(full) = full else { return (None, None) };
    let full = told(words, &full, atoms).unwrap_or(full);
    let (place, organ) = split_organ(words, &full);
    if level(words, &full) == Some("department") {
        return (Some(full.clone()), Some(full));
    }
    let own = without_regions(words, place);
    let organ = if organ.is_empty() { organ_in_text(words.form, own, &atoms.folded) } else { organ.to_string() };
    (Some(format!("{own}{organ}")), Some(full))
}

/// The body that preamble or signature name, where `full` is that one behind words of something else: a page's lines may
/// have run together.
fn told(words: &FieldWords, full: &str, atoms: &Atoms) -> Option<String> {
    let own = |body: &str| without_regions(words, split_organ(words, body).0).to_string();
    let here = own(full);
    let is_behind = |body: &String| {
        let there = own(body);
        here != there && here.ends_with(&there) && level(words, body) == level(words, full)
    };
    preamble_body(words, &atoms.folded).filter(is_behind).or_else(|| signature(words, atoms).filter(is_behind))
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
