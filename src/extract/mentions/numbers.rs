//! Numbers with their units in running text, and the years that are no numbers.

use super::page::Page;
use crate::extract::words::dates::han_digit;
use super::scan::is_numeral;
use super::words::{NumberWords, Words, beginning, ending};

/// A number that may be a count.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Where its digits begin; a word that makes it approximate stands before.
    pub start: usize,
    /// Behind the unit and what belongs to it.
    pub end: usize,
    pub value: f64,
    /// Index into the units; none for a number without one where the clause ends.
    pub unit: Option<u16>,
    /// Words that make it approximate, as they stood.
    pub qualifier: Option<String>,
    /// Written with 万 or 亿, so rounded unless it is money.
    pub rounded: bool,
    /// Where what stands before the number ends: before the words that make it approximate.
    pub behind: usize,
}

/// A calendar year in running text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Year {
    pub start: usize,
    pub year: i32,
}

/// Months that a figure is of: from one to another, or until one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Months {
    pub start: usize,
    pub end: usize,
    /// They are a year.
    pub whole: bool,
}

/// All counts, years and spans of months of a page, in order; `starts` are the places of its digits.
pub fn read(page: &Page, words: &Words, starts: &[usize]) -> (Vec<Number>, Vec<Year>, Vec<Months>) {
    let text = page.text.as_str();
    let (mut numbers, mut years, mut months) = (Vec::new(), Vec::new(), Vec::new());
    // Where the last number ended that was an ordinal (第二十条): 、 and 和 carry it on.
    let mut ordinal = usize::MAX;
    let mut at = 0;
    for &start in starts {
        if start < at {
            continue;
        }
        let han = !text.as_bytes()[start].is_ascii_digit();
        let end = if han { run(text, start, is_numeral) } else { digits(text, start) };
        at = end;
        if text[end..].starts_with('月') {
            months.extend(months_before(text, start, end, &words.numbers).filter(|m| !page.in_title(m.start, m.end)));
            continue;
        }
        // Most Han numerals stand in words (一是, 统一); what follows tells.
        if text[end..].chars().next().is_some_and(|c| !words.follower_bytes[c as usize % 256] || words.followers.binary_search(&c).is_err()) {
            continue;
        }
        let raw = &text[start..end];
        if text[end..].starts_with('年')
            && let Some(year) = calendar_year(raw)
        {
            if !page.in_title(start, end) {
                years.push(range_begin(text, start).unwrap_or(Year { start, year }));
            }
            continue;
        }
        let before = &text[..start];
        let carried = ordinal <= start && start - ordinal <= 12 && text[ordinal..start].chars().all(|c| "、和及与至到，条款项（）".contains(c));
        if carried || ending(before, &words.numbers.ordinal).next().is_some() {
            ordinal = end;
            continue;
        }
        if stranger_before(before) || page.in_title(start, end) {
            continue;
        }
        if let Some(n) = number(text, start, end, han, words) {
            at = n.end.max(at);
            numbers.push(n);
        }
    }
    (numbers, years, months)
}

/// The first year of a span that goes on to the one that begins here (2020-2023年): what is counted begins with it.
fn range_begin(text: &str, start: usize) -> Option<Year> {
    let before = text[..start].trim_end_matches(['-', '—', '–', '~', '至', '到']);
    let first = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let year = calendar_year(&before[first..]).filter(|_| before.len() < start)?;
    Some(Year { start: first, year })
}

/// The months that end with the one of these digits: 1-10月, 2012年5月1日起至2012年12月, 年初至6月, 截至6月.
fn months_before(text: &str, start: usize, end: usize, words: &NumberWords) -> Option<Months> {
    let month = |raw: &str| arabic_value(raw).or_else(|| han_value(raw)).filter(|m| (1.0..=12.0).contains(m));
    let is_digit = |c: char| c.is_ascii_digit() || is_numeral(c);
    let last = month(&text[start..end])?;
    let before = &text[..start];
    let before = before.strip_suffix('年').map_or(before, |b| b.trim_end_matches(is_digit));
    let end = end + '月'.len_utf8();
    let first = before.trim_end_matches(['-', '—', '–', '~', '至', '到']);
    if first.len() < before.len() {
        let first = first.strip_suffix('起').unwrap_or(first);
        if let Some((_, word)) = ending(first, &words.opening).next() {
            return Some(Months { start: first.len() - word.len(), end, whole: last == 12.0 });
        }
        let day = first.strip_suffix(['日', '号']).map(|day| day.trim_end_matches(is_digit));
        let of_month = day.unwrap_or(first).trim_end_matches('份');
        // 5日至6月 begins in a month that is not said.
        if let Some(first) = of_month.strip_suffix('月').or(Some(of_month).filter(|_| day.is_none())) {
            let from = first.trim_end_matches(is_digit).len();
            if let Some(first) = month(&first[from..]) {
                return Some(Months { start: from, end, whole: first == 1.0 && last == 12.0 });
            }
        }
    }
    let (_, word) = ending(before, &words.until).max_by_key(|(_, word)| word.len())?;
    Some(Months { start: before.len() - word.len(), end, whole: last == 12.0 })
}

fn run(text: &str, start: usize, wanted: impl Fn(char) -> bool) -> usize {
    text[start..].find(|c| !wanted(c)).map_or(text.len(), |n| start + n)
}

/// Digits with a decimal fraction, or with a comma before each three of them.
fn digits(text: &str, start: usize) -> usize {
    let mut end = run(text, start, |c| c.is_ascii_digit());
    let digit = |i: usize| text.as_bytes().get(i).is_some_and(u8::is_ascii_digit);
    if end - start <= 3 {
        for comma in [",", "，"] {
            let n = comma.len();
            while text[end..].starts_with(comma) && (0..3).all(|i| digit(end + n + i)) && !digit(end + n + 3) {
                end += n + 3;
            }
        }
    }
    if text[end..].starts_with('.') && digit(end + 1) {
        end = run(text, end + 1, |c| c.is_ascii_digit());
    }
    end
}

/// What before a number makes it a piece of something else: a phone, a code, a decimal, a time, a range.
fn stranger_before(before: &str) -> bool {
    let mut back = before.chars().rev();
    let Some(last) = back.next() else { return false };
    match last {
        // The tilde says that the digits behind it were struck out, raised or not to be seen.
        '~' | '.' | '-' | '/' | '_' | '〔' | '[' | '【' | '﹝' | '+' | '#' | '=' | '×' | '*' | '@' | ' ' => true,
        '—' | '–' | '至' | '到' | '：' | '比' => back.next().is_some_and(|c| c.is_ascii_digit() || is_numeral(c)),
        c => c.is_ascii_alphabetic(),
    }
}

fn number(text: &str, start: usize, end: usize, han: bool, words: &Words) -> Option<Number> {
    let w = &words.numbers;
    let raw = &text[start..end];
    let mut at = end;
    let mut after: Option<&str> = beginning(&text[at..], &w.after).next().map(|w| w.1);
    at += after.map_or(0, str::len);
    let mut value = if han { han_value(raw) } else { arabic_value(raw) };
    let (mut multiplied, mut bare_behind) = ("", None);
    let bare = han && raw.chars().all(|c| "百千万亿".contains(c));
    if bare {
        let with = ending(&text[..start], &w.before_bare).map(|(_, b)| b).max_by_key(|b| b.len());
        value = value.filter(|_| after.is_some() || with.is_some());
        bare_behind = with;
    }
    if !han || after.is_some() {
        // 1.7万余 and 10余万.
        let multipliers = run(text, at, |c| "百千万亿".contains(c));
        if multipliers > at {
            value = value.zip(han_value(&text[at..multipliers])).map(|(v, m)| round(v * m));
            multiplied = &text[at..multipliers];
            at = multipliers;
            if let Some((_, more)) = beginning(&text[at..], &w.after).next() {
                after = Some(more);
                at += more.len();
            }
        }
    }
    let value = value.filter(|v| v.is_finite())?;
    let rest = &text[at..];
    let unit = beginning(rest, &w.units).max_by_key(|(_, u)| u.len());
    let other = beginning(rest, &w.others).map(|(_, o)| o.len()).max().unwrap_or(0);
    let (unit, unit_len) = match unit {
        Some((_, u)) if other > u.len() => return None,
        Some((i, u)) => (Some(i as u16), u.len()),
        None if rest.starts_with(['，', '。', '；', '、', '（', '\n']) || rest.is_empty() => (None, 0),
        None => return None,
    };
    // 一条条, 一件件: no count.
    if unit_len > 0 && rest[unit_len..].starts_with(&rest[..unit_len]) {
        return None;
    }
    let (mut behind, mut qualifier) = before(&text[..start], w);
    if let (None, Some(with)) = (&qualifier, bare_behind) {
        (behind, qualifier) = (start - with.len(), Some(with.to_string()));
    }
    at += unit_len;
    let behind_unit = if unit.is_some() { beginning(&text[at..], &w.after_unit).next().map(|w| w.1) } else { None };
    at += behind_unit.map_or(0, str::len);
    for q in [after, behind_unit].into_iter().flatten() {
        qualifier = Some(qualifier.map_or_else(|| q.to_string(), |b| format!("{b}…{q}")));
    }
    // Half a thing is not counted: without a multiplier a fraction is something else.
    if value.fract() != 0.0 && qualifier.is_none() && unit.is_none_or(|u| &*w.units[u as usize] != "元") {
        return None;
    }
    let rounds = |words: &str| !words.is_empty() && w.rounding.iter().any(|r| words.contains(r.as_str()));
    let rounded = han && rounds(raw) || rounds(multiplied);
    Some(Number { start, end: at, value, unit, qualifier, rounded, behind })
}

/// Where the words that make a number approximate begin, and those words.
fn before(text: &str, w: &NumberWords) -> (usize, Option<String>) {
    let found = ending(text, &w.before).next().filter(|_| ending(text, &w.before_not).next().is_none());
    match found {
        Some((_, b)) => (text.len() - b.len(), Some(b.to_string())),
        None => (text.len(), None),
    }
}

fn arabic_value(raw: &str) -> Option<f64> {
    // A number with a leading zero is a code; one with a full-width comma may be two numbers.
    let code = raw.len() > 1 && raw.starts_with('0') && !raw.starts_with("0.");
    match raw {
        _ if code || raw.contains('，') || raw.len() > 10 => None,
        _ if raw.contains(',') => raw.replace(',', "").parse().ok(),
        _ => raw.parse().ok(),
    }
}

/// 二十四, 一百零二, 两千, 三万五千; none for 三四 and anything else that is no number.
fn han_value(raw: &str) -> Option<f64> {
    let (mut total, mut section, mut digit) = (0.0, 0.0, None::<f64>);
    let mut last_unit = f64::INFINITY;
    let mut zero = false;
    for (i, c) in raw.chars().enumerate() {
        let d = if c == '两' { Some(2.0) } else { han_digit(c).map(f64::from) };
        match (d, c) {
            (Some(0.0), _) => {
                if raw.chars().count() == 1 {
                    return Some(0.0);
                }
                if i == 0 || zero || digit.is_some() {
                    return None;
                }
                zero = true;
            }
            (Some(d), _) => {
                if digit.is_some() {
                    return None;
                }
                digit = Some(d);
                zero = false;
            }
            (None, '万' | '亿') => {
                let unit = if c == '万' { 1e4 } else { 1e8 };
                let part = section + digit.take().unwrap_or(0.0);
                total += if part == 0.0 && total == 0.0 && i == 0 { unit } else { part * unit };
                section = 0.0;
                last_unit = f64::INFINITY;
            }
            (None, _) => {
                let unit = match c {
                    '十' => 10.0,
                    '百' => 100.0,
                    _ => 1000.0,
                };
                if unit >= last_unit {
                    return None;
                }
                last_unit = unit;
                section += digit.take().unwrap_or(1.0) * unit;
            }
        }
    }
    // 三百五 is 350 in speech and nothing in writing.
    if let Some(d) = digit {
        let ended_by_ten = last_unit == 10.0 || last_unit == f64::INFINITY || raw.contains(['零', '〇']);
        if !ended_by_ten {
            return None;
        }
        section += d;
    }
    Some(total + section)
}

/// 2024 and 二〇二四.
fn calendar_year(raw: &str) -> Option<i32> {
    let digits: Vec<u32> = raw.chars().map(|c| c.to_digit(10).or_else(|| han_digit(c))).collect::<Option<_>>()?;
    let year = |digits: Vec<u32>| digits.into_iter().fold(0, |n, d| n * 10 + d as i32);
    Some(digits).filter(|d| d.len() == 4).map(year).filter(|y| (1990..2100).contains(y))
}

fn round(v: f64) -> f64 {
    (v * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_numerals_are_read_whole_or_not_at_all() {
        for (raw, value) in
            [("零", 0.0), ("十", 10.0), ("十二", 12.0), ("二十四", 24.0), ("一百零二", 102.0), ("两千三百", 2300.0), ("一万二千", 12000.0), ("两", 2.0)]
        {
            assert_eq!(han_value(raw), Some(value), "{raw}");
        }
        for raw in ["三四", "三百五", "十十", "零零"] {
            assert_eq!(han_value(raw), None, "{raw}");
        }
    }

    #[test]
    fn years_in_both_scripts() {
        assert_eq!(calendar_year("2024"), Some(2024));
        assert_eq!(calendar_year("二〇二四"), Some(2024));
        assert_eq!(calendar_year("20231"), None);
        assert_eq!(calendar_year("二十四"), None);
    }

    #[test]
    fn a_code_is_no_number() {
        assert_eq!(arabic_value("0537"), None);
        assert_eq!(arabic_value("1，234"), None);
        assert_eq!(arabic_value("1,234"), Some(1234.0));
        assert_eq!(arabic_value("0"), Some(0.0));
    }
}
