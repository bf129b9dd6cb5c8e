//! Years and days in texts, in Arabic and in Han digits.

use std::borrow::Cow;
use std::ops::Range;

/// The years from 2000 to 2099 in folded text, a digit before or behind them barred. Damage of the kind `202111日` is
/// read as 2021, `20231月1日` as 2023: a month or day ran into the year. `20223年` is none: nobody can say which digit is wrong.
/// `20212022` are two, which a stroke joined: no month is 20.
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
        } else if let Some((from, to)) = run.split_at_checked(4).filter(|(from, to)| to.len() == 4 && from.starts_with("20") && to.starts_with("20") && from < to) {
            out.extend([from, to].iter().flat_map(|year| year.parse::<i32>()));
        }
        i = end;
    }
    if out.is_empty() {
        out.extend(han_year(folded));
    }
    out
}

/// The digit that a Han character is, with 〇 and 零.
pub fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// 二〇二四年, also with 零.
pub fn han_year(folded: &str) -> Option<i32> {
    let digit = |c: char| han_digit(c).map(|d| d as i32);
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

/// A text that is a date, and maybe the time of day, alone.
pub fn whole_date(text: &str) -> Option<i32> {
    text.chars().all(of_date).then(|| date_in(text)).flatten()
}

pub fn of_date(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':' | '：' | '年' | '月' | '日') || crate::fold::is_space(c)
}

/// Where the day begins that a folded text ends in, 2025年1月6日 or 二〇二五年一月六日.
pub fn day_at_end(folded: &str) -> Option<usize> {
    let mut rest = folded;
    for sign in ['日', '月', '年'] {
        rest = rest.strip_suffix(sign).or(rest.strip_suffix('号').filter(|_| sign == '日'))?;
        let kept = rest.trim_end_matches(|c: char| c.is_ascii_digit() || is_of_day(c)).len();
        if kept == rest.len() {
            return None;
        }
        rest = &rest[..kept];
    }
    Some(rest.len())
}

/// Whether days are written with this Han character: 二○二五年十二月.
fn is_of_day(c: char) -> bool {
    han_digit(c).is_some() || matches!(c, '○' | '十')
}

/// A day in Han digits with Arabic ones: 二〇二五年十二月三十一日.
pub fn in_digits(day: &str) -> Cow<'_, str> {
    if day.starts_with(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(day);
    }
    let digit = |c: char| han_digit(c).or((c == '○').then_some(0)).map(|d| d as usize);
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
    let digits = |s: &str| s.chars().take_while(|c| is_of_day(*c)).map(char::len_utf8).sum::<usize>();
    text.match_indices('年').find_map(|(year, _)| {
        let start = year - text[..year].chars().rev().take(4).take_while(|c| is_of_day(*c)).map(char::len_utf8).sum::<usize>();
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
        (before.0.len() == 4 && (1990..2100).contains(&y) && (1..=12).contains(&m) && (1..=length_of(y, m)).contains(&d)).then(|| days(y, m, d))
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

/// How many days a month has.
fn length_of(y: i32, m: u32) -> u32 {
    let next = if m == 12 { days(y + 1, 1, 1) } else { days(y, m + 1, 1) };
    next.abs_diff(days(y, m, 1))
}

/// A day since 1970 as 2024-01-08.
pub fn written(day: i32) -> String {
    let year = year_of(day);
    let month = (1..=12).rev().find(|m| days(year, *m, 1) <= day).unwrap_or(1);
    format!("{year}-{month:02}-{:02}", day - days(year, month, 1) + 1)
}

/// The calendar year of a day since 1970.
pub fn year_of(days: i32) -> i32 {
    let mut y = 1970 + days / 365;
    while self::days(y, 1, 1) > days {
        y -= 1;
    }
    y
}
