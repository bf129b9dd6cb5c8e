//! What a report says of itself outside its tables: body, year, date, contact, codes.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::body::{acceptable, clean_body, split_organ, without_regions};
use super::signature::own_lines;
use super::title::Title;
use super::website::GOVERNMENT;
use super::{telephone, values};
use crate::extract::items::atoms::{Atoms, is_pipe, line_at, place_of};
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::{date_in, day_at_end, days, han_day, in_digits, of_date, whole_date, year_of};
use crate::extract::words::wanted::{head_of, places};
use crate::fold::{fold, fold_char, is_space};
use crate::model::{Problem, Report, Status};

/// The date of publication as days since 1970: what a page's own data say, a labelled date at the head or the foot, or a line of its own
/// at the end; where none of these tells, the day on which the document was made or altered.
pub fn published(words: &FieldWords, meta: &[(String, String)], text: &str, atoms: &Atoms) -> Option<i32> {
    let by_meta = by_meta(&words.form.preamble.page_days, meta);
    if by_meta.is_some() {
        return by_meta;
    }
    let head = head_with(text, HEAD);
    let (top, foot) = (as_written(head), OnceCell::new());
    let foot = || foot.get_or_init(|| as_written(&text[foot_of(words, text, head.len())]));
    let labelled = |made: bool| labelled_day(words, &top, made).or_else(|| labelled_day(words, foot(), made));
    let written = || {
        let lines: Vec<&str> = own_lines(words, text, atoms).take(SIGNING + 1).collect();
        let last = || lines.iter().take(SIGNING).enumerate();
        let signed = |(n, line): (usize, &&str)| signed_day(words, &fold(line)).or_else(|| day_in_signs(words, line, lines.get(n + 1).copied()));
        // 某某镇人民政府办公室 2024年1月15日印发
        let printed = |(_, line): (usize, &&str)| words.form.preamble.printed.iter().find_map(|w| signed_day(words, fold(line).strip_suffix(w.as_str())?));
        day_before(text).or_else(|| last().find_map(signed)).or_else(|| last().find_map(printed))
    };
    // Of two labelled days neither is told.
    let record = || self::by_meta(&words.form.preamble.record_days, meta);
    labelled(false).unwrap_or_else(|| written().or_else(record).or_else(|| labelled(true).flatten()))
}

/// The day of publication that a page's own data say under one of these `names`.
fn by_meta(names: &[String], meta: &[(String, String)]) -> Option<i32> {
    // PubDate, publish_time: in the hands of programs signs and capitals are as they like.
    let is_called = |key: &str, name: &str| {
        let mut letters = name.bytes();
        let mut of_key = key.bytes().filter(u8::is_ascii_alphanumeric);
        of_key.all(|b| letters.next() == Some(b.to_ascii_lowercase())) && letters.next().is_none()
    };
    names.iter().find_map(|name| meta.iter().find(|(key, _)| is_called(key, name))).and_then(|(_, day)| date_in(day))
}

/// Leaves open what either of two reports in one file may have told: the day, who signs, the body and year that no title names, and all that
/// does not stand in the text `own` above the `line` on which the second begins.
pub fn of_two(words: &FieldWords, report: &mut Report, meta: &[(String, String)], (own, line): (&str, u32)) {
    let titled = |words: &str| report.title.as_deref().is_some_and(|t| t.contains(words));
    if !report.body.as_deref().is_some_and(|body| titled(split_organ(words, body).0)) {
        (report.body, report.body_full, report.level) = (None, None, None);
    }
    report.year = report.year.filter(|year| titled(&year.to_string()));
    (report.published, report.signature) = (by_meta(&words.form.preamble.page_days, meta), None);
    for told in [&mut report.phone, &mut report.website, &mut report.code] {
        told.take_if(|told| !own.contains(told.as_str()));
    }
    for figure in report.figures.iter_mut().filter(|f| f.line >= line) {
        (figure.status, figure.value) = (Status::Unreadable, None);
    }
    report.problems.push(Problem::new("extract/two-reports", line, "", "the first three parts begin again here and say something else: two reports stand in this file; what stands behind this line is not read, the day of publication is left open, and so are body and year where no title names them"));
}

/// So many lines at the end of a text, its information not counted, may hold the day on which it was signed.
const SIGNING: usize = 8;

/// So many lines at the end of a text may hold the information of its page; in bytes, the longest of them.
const FOOT: usize = 36;
const LONGEST_LINE: usize = 600;

/// The foot of a page, below its head, which has so many bytes, and before what leads to other pages, or is another report.
fn foot_of(words: &FieldWords, text: &str, head: usize) -> Range<usize> {
    let lines = || text.rsplit('\n').filter(|line| line.contains(char::is_alphanumeric)).take_while(|line| place_of(text, line) >= head).take(FOOT);
    let start = lines().last().map_or(text.len(), |line| place_of(text, line));
    // Most pages tell no day there.
    if words.published.ends(&text[start..]).next().is_none() {
        return start..start;
    }
    let is_link = |line: &str| words.form.title.links.iter().any(|l| line.starts_with(l.as_str()));
    // A line that holds a whole text is no field of it.
    let is_value = |line: &str| line.len() <= LONGEST_LINE && values::is_field(&words.known.keys, line);
    let (mut end, mut lines) = (text.len(), lines().peekable());
    while let Some(line) = lines.next() {
        let folded = fold(values::bare(line));
        let mut is_report = || words.form.recognise.titles.stands_in(&folded) && !is_value(line) && !lines.peek().is_some_and(|above| is_value(above));
        if is_link(&folded) || is_report() {
            end = place_of(text, line);
        }
    }
    start..end
}

/// The day behind the first of the form's words that has one in a part of a text; of those words only the ones that tell when a document
/// was made or altered, or only the others. Where the word has two days, or one that nobody can read, none is
/// told; nor where two of those that tell when the page was published differ.
fn labelled_day(words: &FieldWords, part: &str, made: bool) -> Option<Option<i32>> {
    let mut told: Option<(usize, Option<i32>)> = None;
    for (n, at) in words.published.ends(part).filter(|(n, _)| words.made[*n] == made) {
        match told {
            Some((first, _)) if first != n && !words.posted[first] => break,
            Some((first, _)) if first != n && !words.posted[n] => continue,
            _ => {}
        }
        let Some(day) = day_at(words, part, at) else { continue };
        told = Some((told.map_or(n, |(first, _)| first), told.map_or(day, |(_, other)| other.filter(|o| day == Some(*o)))));
    }
    told.map(|(_, day)| day)
}

/// The day beside or below a key that ends at a place of a text; inside, none where there is no such day, or the line broke it.
fn day_at(words: &FieldWords, text: &str, at: usize) -> Option<Option<i32>> {
    let keys = &words.known.keys;
    let near = |value: &str| {
        let (digits, han) = (value.find(|c: char| c.is_ascii_digit()), han_day(value));
        let start = digits.into_iter().chain(han.as_ref().map(|day| day.start)).min()?;
        if value[..start].chars().filter(|c| !is_space(*c)).count() > BEFORE {
            return None;
        }
        let day = &value[start..];
        if let Some(han) = han.filter(|han| han.start == start) {
            return Some(date_in(&value[han]));
        }
        // Behind the day may stand another one with its own key.
        let own = &day[..day.find(|c: char| c.is_alphabetic() && !matches!(c, '年' | '月' | '日' | '号')).unwrap_or(day.len())];
        let read = compact(day).or_else(|| date_in(own));
        (read.is_some() || is_like_day(own)).then_some(read)
    };
    let value = values::beside(keys, text, at).map(|value| head_of(value, LONGEST_VALUE));
    let below = || values::below(keys, text, at).filter(|day| day.starts_with(|c: char| c.is_ascii_digit()) || han_day(day).is_some_and(|han| han.start == 0));
    value.map_or_else(|| below().and_then(near), near).or_else(|| is_broken_day(&text[at..]).then_some(None))
}

/// In bytes, so much of a value may hold its day; in characters, so much may stand before it.
const LONGEST_VALUE: usize = 60;
const BEFORE: usize = 4;

/// Whether a text begins with the numbers of a year, a month and a day, though there may be no such day.
fn is_like_day(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::len);
    matches!(numbers.next(), Some(4)) && matches!((numbers.next(), numbers.next()), (Some(1..=2), Some(1..=2))) || text.starts_with("20") && text.trim().len() == COMPACT && text.trim().bytes().all(|b| b.is_ascii_digit())
}

/// The day at the end of a folded line that is nothing else but that, or who signs before it.
fn signed_day(words: &FieldWords, folded: &str) -> Option<i32> {
    let short = folded.len() <= 84 && folded.ends_with('日') && folded.chars().count() <= 28;
    let at = short.then(|| day_at_end(folded)).flatten()?;
    let before = &folded[..at];
    (before.is_empty() || clean_body(words, before).is_some()).then(|| date_in(&in_digits(&folded[at..]))).flatten()
}

/// The day of a line that writes it with signs, 2024.1.15, below the line of who signs, or behind the name.
fn day_in_signs(words: &FieldWords, line: &str, above: Option<&str>) -> Option<i32> {
    let line = Some(values::bare(line)).filter(|l| l.len() <= 84 && l.contains("20") && l.ends_with(|c: char| c.is_ascii_digit()))?;
    let alone = line.chars().all(of_date);
    let signs = |name: &str| Some(fold(name)).is_some_and(|name| clean_body(words, &name).is_some_and(|body| acceptable(words, &body)));
    let by = if alone { above.map(values::bare) } else { line.find(|c: char| c.is_ascii_digit()).map(|at| &line[..at]) };
    by.is_some_and(signs).then(|| day_of_line(words, line)).flatten()
}

/// So many bytes of a text are its head, blanks and rules not counted.
const HEAD: usize = 1500;

/// The beginning of a text with so many bytes that are no blank, pipe or dash.
fn head_with(text: &str, bytes: usize) -> &str {
    // It ends before the next one.
    let (mut end, mut wanted) = (0, bytes + 1);
    while wanted > 0 && end < text.len() {
        let next = &text.as_bytes()[end..text.len().min(end + wanted)];
        end += next.len();
        wanted -= next.len() - memchr::memchr3_iter(b' ', b'|', b'-', next).count();
    }
    head_of(text, end - usize::from(wanted == 0))
}

/// A text with characters in the place of radicals that look the same, each as long as before.
fn as_written(text: &str) -> Cow<'_, str> {
    let is_radical = |c: char| matches!(c, '\u{2E80}'..='\u{2FDF}');
    let written = |c: char| fold_char(c).filter(|f| is_radical(c) && f.len_utf8() == c.len_utf8()).unwrap_or(c);
    // Few texts have a character that begins with this byte, and radicals go on with these.
    let may_hold = memchr::memchr_iter(0xE2, text.as_bytes()).any(|at| text.as_bytes()[at + 1] >= 0xBA);
    if may_hold { Cow::Owned(text.chars().map(written).collect()) } else { Cow::Borrowed(text) }
}

/// The day of what a program wrote before a text, between two rules: `date: "2024-01-15"`.
fn day_before(text: &str) -> Option<i32> {
    let (before, _) = text.strip_prefix("---\n")?.split_once("\n---")?;
    before.lines().find_map(|line| whole_date(line.strip_prefix("date:")?.trim_matches([' ', '"', '\''])))
}

/// So many digits make a day without signs.
const COMPACT: usize = 8;

/// The day in eight digits that a text begins with and that nothing goes on: 20240108.
fn compact(text: &str) -> Option<i32> {
    let day = text.get(..COMPACT).filter(|day| day.starts_with("20") && day.bytes().all(|b| b.is_ascii_digit()))?;
    let goes_on = text[COMPACT..].starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_' | '.'));
    date_in(&format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..])).filter(|_| !goes_on)
}

/// Whether a day of publication cannot be that of the report of a year, or not be believed: it stands before the end of that year, or
/// long behind it, and the text has no other day or year beside it.
pub fn is_odd_day(words: &FieldWords, day: i32, year: i32, text: &str) -> bool {
    let (form, made) = (&words.form.preamble, year_of(day));
    if made > form.latest_year + 1 {
        return true;
    }
    if made > year + form.latest_delay {
        let digits = made.to_string();
        let named = |at: &usize| !text[..*at].ends_with(|c: char| c.is_ascii_digit());
        return places(text, &digits).filter(named).take(2).count() < 2;
    }
    // The days of a stretch of time are none of publication.
    let near = |line: &&str| !line.contains(['至', '到']) && date_in(line).is_some_and(|other| (other - day).abs() <= NEAR);
    day < days(year, 12, 1) && text.lines().filter(near).take(2).count() < 2
}

/// Days of publication that are not so many days apart are of one report.
const NEAR: i32 = 31;

/// Whether a text begins with a day in digits that goes on in the next line: `2022-0⏎1-20`.
fn is_broken_day(text: &str) -> bool {
    let Some((line, next)) = text.split_once('\n') else { return false };
    let begun = line.trim_start_matches(|c: char| matches!(c, ':' | '：') || crate::fold::is_space(c));
    let has_year = begun.len() > 4 && begun.starts_with("20") && begun.bytes().take(4).all(|b| b.is_ascii_digit());
    has_year && begun.chars().all(of_date) && next.starts_with(|c: char| c.is_ascii_digit()) && date_in(begun).is_none()
}

/// A day in one of the next lines below the title, by itself, in the year after the one reported on; or right above it: between two
/// lines that are alike, in brackets, or beside who sent the page. Where the year is not known, the day may be of any.
pub fn day_below(words: &FieldWords, title: Option<&Title>, year: Option<i32>, text: &str) -> Option<i32> {
    let title = title.filter(|t| t.line > 0)?;
    let of_next_year = |day: &i32| year.is_none_or(|year| year_of(*day) == year + 1);
    // 某某局, 2026-01-28, 某某局, 2025年…报告: the head of a page and its report.
    let above = || {
        let lines: Vec<&str> = text.lines().take(title.line as usize).filter(|l| !values::bare(l).is_empty()).collect();
        let between = || {
            let [.., one, day, other] = lines[..] else { return None };
            (fold(one) == fold(other) && clean_body(words, &fold(one)).is_some()).then(|| whole_date(values::bare(day))).flatten()
        };
        between().or_else(|| day_above(words, &lines))
    };
    let below: Vec<&str> = text.lines().skip(title.line as usize - 1).filter(|l| !values::bare(l).is_empty()).take(4).collect();
    // Below a short line the day may be that line's: 打印日期. The title's own end is none, nor its body.
    let is_own = |line: &str| title.words.ends_with(line) || title.body.as_deref() == Some(line);
    let is_label = |line: &str| Some(fold(line)).is_some_and(|line| line.chars().count() <= LONGEST_LABEL && !is_own(&line));
    let days = below.windows(2).take_while(|w| !w[1].contains(['。', '，'])).filter(|w| !is_label(w[0]));
    let beside = || title.body.as_ref().filter(|body| title.tail.starts_with(body.as_str())).and_then(|_| signed_day(words, &title.tail));
    beside().into_iter().chain(days.filter_map(|w| day_of_line(words, values::bare(w[1])))).find(of_next_year).or_else(|| above().filter(of_next_year))
}

/// The day of the line above the last of these, which is the title's: [2024-01-08], 来源：枫桥镇 2024-01-08. Below the title of another
/// report it is that one's.
fn day_above(words: &FieldWords, lines: &[&str]) -> Option<i32> {
    let [above @ .., line, _] = lines else { return None };
    let (line, folded) = (line.trim(), fold(line));
    let bracketed = line.starts_with(['[', '【', '（', '(']);
    let sent = || words.form.title.sources.iter().any(|source| folded.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日')).starts_with(source.as_str()));
    let of_another = || above.last().is_some_and(|l| words.form.recognise.titles.stands_in(&fold(l)));
    (bracketed || sent()).then(|| day_of_line(words, values::bare(line))).flatten().filter(|_| !of_another())
}

/// The day of a line that is nothing else but who signs before it, or labels of a page's own data behind it.
fn day_of_line(words: &FieldWords, line: &str) -> Option<i32> {
    let line = line.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】']);
    // 枫桥县人民政府门户网站 www.fq.gov.cn 2024-01-16: the site's address tells nothing of the day.
    let address = line.split(is_space).find(|part| part.is_ascii() && part.contains(GOVERNMENT));
    let line = &*address.map_or(Cow::Borrowed(line), |address| Cow::Owned(line.replacen(address, "", 1)));
    let from = line.find(|c: char| c.is_ascii_digit())?;
    let to = line[from..].find(|c: char| !of_date(c)).map_or(line.len(), |n| from + n);
    let (before, behind) = (fold(&line[..from]), fold(&line[to..]));
    let signed = before.is_empty() || behind.is_empty() && clean_body(words, &before).is_some();
    // 2013年4月23日17:01 | …: a cell by itself.
    let in_cell = || before.is_empty() && line[from..to].contains([':', '：']) && line[to..].starts_with(is_pipe);
    let labelled = behind.is_empty() || in_cell() || words.form.title.behind.iter().any(|label| behind.starts_with(label.as_str()));
    (signed && labelled).then(|| whole_date(&line[from..to])).flatten()
}

/// A label of a page's own data is no longer, in folded characters.
const LONGEST_LABEL: usize = 6;

/// The first telephone number behind a word of contact, below the title rather than above it: there the site may have its own.
pub fn phone(words: &FieldWords, title: Option<&Title>, text: &str) -> Option<String> {
    let own = title.and_then(|t| t.body.as_deref()).map_or("", |body| without_regions(words, body));
    let line = title.map_or(0, |t| t.line as usize).saturating_sub(1);
    let from = if line == 0 { 0 } else { memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 1).map_or(0, |at| at + 1) };
    // Where a number begins that is none, nobody can say which it is: the next one may be somebody else's.
    let in_text = |text: &str| {
        // The line that was last asked for, and whether it is a site's: a text may have all its numbers in one.
        let mut last: Option<(Range<usize>, bool)> = None;
        let mut is_of_site = |at: usize| {
            let known = last.take().filter(|(line, _)| line.start <= at && at <= line.end);
            let read = || {
                let line = line_at(text, at);
                (line.clone(), is_of_site(words, text, line))
            };
            last.insert(known.unwrap_or_else(read)).1
        };
        words.contact.first(text, |at| {
            // In a row of keys its column tells.
            let rest = values::below(&words.known.keys, text, at).unwrap_or(&text[at..]);
            let rest = &rest[rest.char_indices().take(7).find(|(_, c)| telephone::begins(*c))?.0..];
            let number = telephone::number(rest);
            (number.is_some() || telephone::is_begun(rest)).then_some(number).filter(|_| !is_of_others(words, own, &text[..at]) && !is_of_site(at))
        })
    };
    in_text(&text[from..]).or_else(|| in_text(&text[..from])).flatten()
}

/// Whether words before the number of a telephone say that it is for something else (监督电话), but for those of the body's `own`
/// name: 市场监督管理局.
fn is_of_others(words: &FieldWords, own: &str, before: &str) -> bool {
    let (mut rest, mut near) = (before, Vec::new());
    while near.len() < OTHERS {
        if let Some(outer) = rest.strip_suffix(own).filter(|_| !own.is_empty()) {
            rest = outer;
            near.push(' ');
            continue;
        }
        match rest.chars().next_back() {
            None | Some('，' | '。' | '；' | ',' | ';' | '\n' | ')' | '）') => break,
            Some(c) => {
                rest = &rest[..rest.len() - c.len_utf8()];
                near.push(c);
            }
        }
    }
    words.form.preamble.no_contact.stands_in(&near.into_iter().rev().collect::<String>())
}

/// Whether a line of a text, or the one above or below it, says who keeps the site, as at the foot of a page: 主办：…,
/// ICP备…. A sentence is the report's.
fn is_of_site(words: &FieldWords, text: &str, Range { start, end }: Range<usize>) -> bool {
    let is_sentence = |line: &str| line.contains(['。', '，', ',']);
    let of_site = |line: &str| !is_sentence(line) && words.form.preamble.sites.stands_in(&fold(line));
    let filled = |line: &&str| !values::bare(line).is_empty();
    let (above, below) = (|| text[..start].lines().rev().find(filled), || text[end..].lines().find(filled));
    !is_sentence(&text[start..end]) && (of_site(&text[start..end]) || below().is_some_and(of_site) || above().is_some_and(of_site))
}

/// So many characters before the end of a word of contact may say whose number it is.
const OTHERS: usize = 12;

/// A credit code or 索引号 behind its name, beside it or below it. In folded text the name is whole however it is spaced.
pub fn code(words: &FieldWords, text: &str, atoms: &Atoms) -> Option<String> {
    let form = &words.form.preamble;
    words.codes.first(&atoms.folded, |last| {
        let at = atoms.unfold(text, atoms.at_fold(last - 1), last);
        let is_code = |c: &String| c.len() >= 9 && c.bytes().any(|b| b.is_ascii_digit()) && c.starts_with(|c: char| c.is_ascii_alphanumeric()) && whole_date(c).is_none();
        let filled = |c: &String| !form.no_codes.iter().any(|n| c.to_ascii_lowercase().contains(n.as_str()));
        let code = |s: &str| Some(s.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_')).collect::<String>()).filter(is_code).filter(filled);
        // Below its name stands only what nothing else looks like.
        let telling = |c: &String| c.contains('/') || c.bytes().any(|b| b.is_ascii_alphabetic()) || c.len() >= 15;
        let keys = &words.known.keys;
        values::beside(keys, text, at).and_then(code).or_else(|| values::below(keys, text, at).filter(|s| code(s).is_some_and(|c| c.len() == s.len())).and_then(code).filter(telling))
    })
}
