//! What a clause says of the statistics period: whether it is the whole of a year.

use crate::fold::{fold, fold_char, is_space};
use crate::form::Form;

/// A month, or a day, of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    month: u32,
    day: Option<u32>,
}

/// What stands for 至 between the ends of a stretch of time: no day is written with it.
const TO: char = '~';

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

/// Whether the days and months of a clause are the first and the last of a year, as far as it has any.
fn is_year(clause: &str, behind: &str) -> bool {
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
        [first, .., last] => begins(&first) && ends(&last),
    }
}

/// The days and months that words name, in order: 2023年1月1日, 2023.1.1, 12月31日, 1-11月. A year alone is none.
fn points(words: &str) -> Vec<Point> {
    let signs: String = words.chars().filter(|c| !is_space(*c)).map(sign).collect();
    let (mut rest, mut out) = (signs.as_str(), Vec::new());
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let ranges = !out.is_empty() && rest[..at].ends_with([TO, '-']);
        let (point, behind) = point(&rest[at..], ranges);
        out.extend(point);
        rest = behind;
    }
    out
}

/// A sign in half width; what only stands between two days is one.
fn sign(c: char) -> char {
    match c {
        '０'..='９' => fold_char(c).unwrap_or(c),
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
    (Some(Point { month, day: day.parse().ok() }), end)
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
        for words in ["2023年1月1日至2023年12月31日", "2023.1.1-2023.12.31", "2023/01/01至2023/12/31", "2023-01-01—2023-12-31", "2023-1-1-2023-12-31", "20231月1日至202312月31日", "2023 年 1 月 1 日 至 12 月 31 日", "２０２３．１．１－１２．３１"] {
            assert_eq!(named(words), year, "{words}");
        }
        for words in ["2023年1-11月", "2023年1月—11月", "2023.1-11", "2023.1-2023.11", "2023年1月至11月", "2023年度1至11月"] {
            assert_eq!(named(words).last(), Some(&(11, None)), "{words}");
        }
        assert_eq!(named("截至2023年11月底"), [(11, None)]);
        for words in ["2023年", "2022-2023年", "国办公开办函〔2021〕30号", "2023年11日至1231日", "第50条至52条", "2023年全年", "为期12个月"] {
            assert!(named(words).is_empty(), "{words}");
        }
    }
}
