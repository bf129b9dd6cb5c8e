//! What a clause, or a field of an information block, says of the statistics period: whether it is the whole of a year.

use crate::extract::words::dates::years_in;
use crate::fold::{fold, fold_char, is_space};
use crate::form::Form;

/// A month, or a day, of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    year: Option<i32>,
    month: u32,
    day: Option<u32>,
}

/// What stands for 至 between the ends of a stretch of time: no day is written with it.
const TO: char = '~';

/// What divides the numbers of a day, and days.
const DIVIDES: [char; 4] = [TO, '-', '.', '/'];

/// Parts of a year that are written with a letter, as the months of them.
const PARTS: [(&str, &str); 6] = [("Q1", "1月~3月"), ("Q2", "4月~6月"), ("Q3", "7月~9月"), ("Q4", "10月~12月"), ("H1", "1月~6月"), ("H2", "7月~12月")];

/// How a clause goes on that tells where a stretch of time ends which another one before it began.
const ENDS: [char; 4] = ['至', '到', '截', '止'];

/// What a clause has that tells where a stretch of time begins, and leaves out where it ends.
const BEGINS: [char; 3] = ['自', '从', '起'];

/// What a clause tells of the statistics period that makes it another than the report's year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Odd {
    /// A part of a year, or more than one: 前三季度, 2023.1.1-2023.9.30, 自2023年4月1日起, 上一年度.
    Time,
    /// All that is in a region: 统计范围为各乡镇.
    Bodies,
}

/// What a clause about the statistics period, from the word for that on, tells that is odd. `behind` is what follows the clause, where
/// its sentence may go on to tell the end.
pub fn odd(form: &Form, clause: &str, behind: &str) -> Option<Odd> {
    let folded = fold(clause);
    let (words, scope) = (&form.words, &form.beside.scope);
    if !is_year(clause, behind) || [&words.periods, &words.other_years, &words.since].iter().any(|list| list.stands_in(&folded)) {
        return Some(Odd::Time);
    }
    let wide = &form.beside.wide;
    let of_many = || wide.iter().filter(|w| !scope.own.contains(w) && !scope.lower.contains(w)).any(|w| folded.contains(w.as_str()));
    (wide.stands_in(&folded) && of_many()).then_some(Odd::Bodies)
}

/// The years that words name, also as parts of days in signs or in digits alone: 2023-01-01, 20230101.
pub fn years(words: &str) -> Vec<i32> {
    let signs = signs(words);
    let named = |piece: &str| {
        let years = years_in(&fold(piece));
        if years.is_empty() { points(piece).iter().filter_map(|p| p.year).collect() } else { years }
    };
    signs.split(DIVIDES).flat_map(named).collect()
}

/// Whether words name a stretch of several years by their numbers alone: 2022-2023年.
fn is_of_years(words: &str) -> bool {
    let signs = signs(words);
    let is_year = |digits: &str| digits.len() == 4 && digits.starts_with("20");
    signs.match_indices([TO, '-']).any(|(at, _)| {
        let before = signs[..at].trim_end_matches(['年', '度']);
        let from = &before[before.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
        let (to, rest) = number(&signs[at + 1..]);
        let is_day = rest.trim_start_matches(['年', '度']).starts_with(|c: char| c.is_ascii_digit() || DIVIDES.contains(&c));
        is_year(from) && is_year(to) && from != to && !is_day
    })
}

/// Whether the days and months of a clause are the first and the last of a year, as far as it has any.
fn is_year(clause: &str, behind: &str) -> bool {
    if is_of_years(clause) {
        return false;
    }
    let mut points = points(clause);
    let rest = behind.trim_start_matches(|c: char| is_space(c) || matches!(c, '，' | ','));
    if points.len() == 1 && rest.starts_with(ENDS) {
        points.extend(self::points(rest.split(['。', '\n']).next().unwrap_or("")));
    }
    let begins = |p: &Point| p.month == 1 && matches!(p.day, None | Some(1));
    let ends = |p: &Point| p.month == 12 && matches!(p.day, None | Some(31));
    match points[..] {
        [] => true,
        [one] => ends(&one) || begins(&one) && (one.day.is_some() || clause.contains(BEGINS)),
        [first, .., last] => begins(&first) && ends(&last) && first.year.zip(last.year).is_none_or(|(first, last)| first == last),
    }
}

/// The days and months that words name, in order: 2023年1月1日, 2023.1.1, 12月31日, 1-11月. A year alone is none.
fn points(words: &str) -> Vec<Point> {
    let mut signs = signs(words);
    for (part, months) in PARTS {
        // No part of a longer number.
        while let Some(at) = signs.find(part).filter(|at| !signs[at + part.len()..].starts_with(|c: char| c.is_ascii_digit())) {
            signs.replace_range(at..at + part.len(), months);
        }
    }
    let (mut rest, mut out) = (signs.as_str(), Vec::new());
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let ranges = !out.is_empty() && rest[..at].ends_with([TO, '-']);
        let (point, behind) = point(&rest[at..], ranges);
        out.extend(point);
        rest = behind;
    }
    out
}

/// Words without spaces, their signs as [`sign`] has them.
fn signs(words: &str) -> String {
    words.chars().filter(|c| !is_space(*c)).map(sign).collect()
}

/// A sign in half width; what only stands between two days is one.
fn sign(c: char) -> char {
    match c {
        '０'..='９' => fold_char(c).unwrap_or(c),
        'q' | 'Ｑ' | 'ｑ' => 'Q',
        'h' | 'Ｈ' | 'ｈ' => 'H',
        '至' | '到' | '—' | '–' | '―' | '~' | '～' => TO,
        '－' | '‐' | '‑' => '-',
        '．' => '.',
        '／' => '/',
        c => c,
    }
}

/// The month or day that words begin with, if they do, and what stands behind their first number, or behind it. `ranges`: the number may
/// be a month by itself, behind another one and a stroke.
fn point(text: &str, ranges: bool) -> (Option<Point>, &str) {
    let (first, behind) = number(text);
    let apart = behind.chars().next();
    let year = first.get(..4).filter(|year| year.starts_with("20")).and_then(|year| year.parse().ok());
    // Days and months in digits alone: 20230101.
    if year.is_some() && (first.len() == 8 || first.len() == 6 && !matches!(apart, Some('月' | '日'))) {
        let (month, day) = (first[4..6].parse().unwrap_or(0), first[6..].parse().ok());
        return (((1..=12).contains(&month) && day.is_none_or(|d| (1..=31).contains(&d))).then_some(Point { year, month, day }), behind);
    }
    // The month, and the sign that its day stands behind.
    let (month, rest, before_day) = match (first.len(), apart) {
        (4, Some(sign @ ('年' | '.' | '/' | '-'))) if first.starts_with("20") => {
            let rest = &behind[sign.len_utf8()..];
            let (month, rest) = number(rest.strip_prefix('度').filter(|_| sign == '年').unwrap_or(rest));
            // 2023年11日: a sign was lost, and nobody can say what the month is.
            let month = if rest.starts_with('日') { "" } else { month };
            (month, rest, if sign == '年' { '月' } else { sign })
        }
        // 20231月: a month ran into the year.
        (5 | 6, Some('月')) if first.starts_with("20") => (&first[4..], behind, '月'),
        (1 | 2, Some('月')) => (first, behind, '月'),
        (1 | 2, Some(sign @ ('.' | '/' | '-'))) if ranges => (first, behind, sign),
        (1 | 2, _) if ranges && !behind.starts_with(char::is_alphabetic) => (first, behind, '月'),
        _ => return (None, behind),
    };
    let Some(month) = month.parse().ok().filter(|m| (1..=12).contains(m)) else { return (None, behind) };
    let (day, end) = rest.strip_prefix(before_day).map(number).filter(|(day, _)| (1..=2).contains(&day.len())).unwrap_or(("", rest));
    (Some(Point { year, month, day: day.parse().ok() }), end)
}

/// The digits that a text begins with, and the rest.
fn number(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(words: &str) -> Vec<(u32, Option<u32>)> {
        points(words).iter().map(|p| (p.month, p.day)).collect()
    }

    #[test]
    fn days_and_months_in_every_hand() {
        let year = vec![(1, Some(1)), (12, Some(31))];
        for words in ["2023年1月1日至2023年12月31日", "20230101-20231231", "2023.1.1-2023.12.31", "2023/01/01至2023/12/31", "2023-01-01—2023-12-31", "2023-1-1-2023-12-31", "20231月1日至202312月31日", "2023 年 1 月 1 日 至 12 月 31 日", "２０２３．１．１－１２．３１"] {
            assert_eq!(named(words), year, "{words}");
        }
        for words in ["2023年1-11月", "2023年1月—11月", "2023.1-11", "2023.1-2023.11", "2023年1月至11月", "2023年度1至11月"] {
            assert_eq!(named(words).last(), Some(&(11, None)), "{words}");
        }
        assert_eq!(named("截至2023年11月底"), [(11, None)]);
        assert_eq!(named("2023年第Q3"), [(7, None), (9, None)]);
        assert_eq!(named("202301至202306").last(), Some(&(6, None)));
        for words in ["2023年", "2022-2023年", "QQ1234", "20231301", "国办公开办函〔2021〕30号", "2023年11日至1231日", "第50条至52条", "2023年全年", "为期12个月"] {
            assert!(named(words).is_empty(), "{words}");
        }
    }

    #[test]
    fn a_whole_year_in_every_hand() {
        for words in ["2023年", "2023", "2023年度", "2023-01-01至2023-12-31", "2023Q1-Q4", "2023.1-2023.12", "20230101—20231231", "2023年1月1日至12月31日", "2023-12-31", "2023-2023年"] {
            assert!(is_year(words, ""), "{words}");
        }
        for words in ["2023-01-01至2023-09-30", "2023.1.1-2023.9.30", "2022-2023年", "2022年度至2023年度", "2023Q4", "2023-Q1", "2023H1", "2022-01-01至2023-12-31", "20230101-20230630", "2023/01/01-2023/06/30", "2023年6月"] {
            assert!(!is_year(words, ""), "{words}");
        }
    }

    #[test]
    fn years_in_every_hand() {
        assert_eq!(years("2022-01-01至2022-12-31"), [2022, 2022]);
        assert_eq!(years("20220101-20221231"), [2022, 2022]);
        assert_eq!(years("2022.1.1-12.31"), [2022]);
        assert_eq!(years("2022-2023年"), [2022, 2023]);
        assert_eq!(years("二〇二二年一月至十二月"), [2022]);
        assert_eq!(years("国办公开办函〔2021〕30号"), Vec::<i32>::new());
        assert_eq!(years("2023Q4"), [2023]);
    }
}
