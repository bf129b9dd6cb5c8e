//! How years and months are written: other signs for the nought among Han numerals; and months and issues, which tell when
//! something was made, not which year it is about.

use std::borrow::Cow;
use std::ops::Range;

use super::title::without_days;
use crate::extract::words::wanted::places;
use crate::fold::is_space;

/// Signs in the place of 〇: circles, noughts and letters of three scripts.
const NOUGHTS: [char; 12] = ['○', '◯', '0', '０', 'O', 'o', 'Ｏ', 'ｏ', 'Ο', 'ο', 'О', 'о'];
const HAN_DIGITS: &str = "〇零一二三四五六七八九";

/// A text whose years have their 〇: 二○二三年, 二0二三年 and 二O二三年 with that sign, on as many lines as before; none where it
/// has no such year.
pub fn with_noughts(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut done = 0;
    for year in places(text, "年") {
        for at in foreign_noughts(&text[..year]).into_iter().flatten() {
            out.push_str(&text[done..at]);
            out.push('〇');
            done = at + text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    (done > 0).then(|| out + &text[done..])
}

/// Where other signs than 〇 stand in the four numerals of a year that a text ends in, in order.
fn foreign_noughts(before: &str) -> Option<impl Iterator<Item = usize>> {
    // Most years end in another sign than these.
    let is_digit = |c: char| HAN_DIGITS.contains(c);
    let mut signs = [(0, ' '); 4];
    let mut chars = before.char_indices().rev().filter(|(_, c)| !is_space(*c));
    for sign in signs.iter_mut().rev() {
        *sign = chars.next().filter(|(_, c)| is_digit(*c) || NOUGHTS.contains(c))?;
    }
    let nought = |c: char| NOUGHTS.contains(&c) || matches!(c, '〇' | '零');
    (signs[0].1 == '二' && nought(signs[1].1)).then(|| signs.into_iter().filter(|(_, c)| NOUGHTS.contains(c)).map(|(at, _)| at))
}

/// Where the first single month or issue stands in folded words, with its year: 2024年1月, 2024年元月, 二〇二四年一月, 2024年第1期. A day is
/// none, and neither is a stretch of time (2023年1月至12月) or its end (截至2023年12月).
pub fn month(folded: &str) -> Option<Range<usize>> {
    places(folded, "年").find_map(|year| {
        let start = year_begins(&folded[..year])?;
        let behind = &folded[year + "年".len()..];
        let length = month_of(behind).or_else(|| issue_of(behind))?;
        let (before, rest) = (&folded[..start], &behind[length..]);
        let goes_on = rest.starts_with(|c: char| c.is_ascii_digit() || HAN_DIGITS.contains(c) || matches!(c, '十' | '至' | '到' | '底' | '末' | '起' | '止'));
        let ends = before.ends_with(['至', '到', '自', '从', '止', '月']);
        (!goes_on && !ends).then(|| start..year + "年".len() + length)
    })
}

/// Folded words without the days and months in them.
pub fn undated(folded: &str) -> Cow<'_, str> {
    let mut words = without_days(folded);
    while let Some(month) = month(&words) {
        words = Cow::Owned(format!("{}{}", &words[..month.start], &words[month.end..]));
    }
    words
}

/// Where the four numerals of a year begin that words end in.
fn year_begins(before: &str) -> Option<usize> {
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 {
        let start = before.len() - digits;
        return (digits == 4 && before[start..].starts_with("20")).then_some(start);
    }
    han_year_begins(before)
}

/// Where the four Han numerals of a year begin that words end in.
pub fn han_year_begins(before: &str) -> Option<usize> {
    let start = before.char_indices().rev().take_while(|(_, c)| HAN_DIGITS.contains(*c)).nth(3)?.0;
    before[start..].starts_with('二').then_some(start)
}

/// How long the month is that words begin with.
fn month_of(words: &str) -> Option<usize> {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let han = words.find(|c: char| !(HAN_DIGITS.contains(c) || matches!(c, '十' | '元'))).unwrap_or(words.len());
    let is_number = (1..=2).contains(&digits) && words[..digits].parse().is_ok_and(|n: u32| (1..=12).contains(&n));
    let length = if is_number { digits } else { han };
    (length > 0 && length <= 2 * '十'.len_utf8() && words[length..].starts_with('月')).then_some(length + '月'.len_utf8())
}

/// How long the number of an issue is that words begin with: 第1期.
fn issue_of(words: &str) -> Option<usize> {
    let number = words.strip_prefix('第')?;
    let end = number.find(|c: char| !(c.is_ascii_digit() || HAN_DIGITS.contains(c) || c == '十')).filter(|end| *end > 0)?;
    number[end..].starts_with('期').then_some('第'.len_utf8() + end + '期'.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_for_a_nought_become_one() {
        for text in ["二○二三年", "二0二三年", "二O二三年", "二Ｏ二三年", "二 ０ 二 三年", "二о二三年"] {
            let read = with_noughts(text).unwrap_or_default();
            assert_eq!(read.replace(' ', ""), "二〇二三年", "{text}");
        }
        assert_eq!(with_noughts("二○○八年至二○一○年。").as_deref(), Some("二〇〇八年至二〇一〇年。"));
        for text in ["二〇二三年", "二零二三年", "2023年", "○二三年", "二○\n二三年", "共二十0年", "第二0年", "202二03年", "○○镇二年"] {
            assert_eq!(with_noughts(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_tells_when_something_was_made() {
        for text in ["2024年1月", "日期2024年12月", "2024年元月印", "二〇二四年一月", "二〇二四年十二月", "2024年第1期", "甲镇2024年1月乙县"] {
            assert!(month(text).is_some(), "{text}");
        }
        for text in ["2024年1月15日", "二〇二四年一月十五日", "2023年1月12月", "2023年112月", "2023年1月至12月", "2023年1月2023年12月", "截至2023年12月", "2023年12月底", "2023年", "20241月", "2023年第一批", "12024年1月", "2024年13月"] {
            assert_eq!(month(text), None, "{text}");
        }
        assert_eq!(undated("甲镇2024年1月15日乙2024年1月丙"), "甲镇乙丙");
        assert_eq!(undated("二〇二三年至二〇二四年一月"), "二〇二三年至二〇二四年一月");
    }

    #[test]
    fn no_sign_stops_the_reading() {
        let signs = ["二", "〇", "○", "0", "O", "三", "年", "月", "日", "十", "2023", "1", "第", "期", "．", "\t", " ", "é", "𠀀", "：", "至", "号", "路"];
        let mut seed = 7usize;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                text.push_str(signs[(seed >> 33) % signs.len()]);
            }
            let read = with_noughts(&text).unwrap_or(text);
            let folded = crate::fold::fold(&read);
            let _ = (month(&folded), undated(&folded).len(), crate::extract::words::dates::date_in(&read), crate::extract::words::dates::han_day(&folded), crate::extract::words::dates::day_at_end(&folded), crate::extract::words::dates::years_in(&folded), crate::extract::about::title::without_years(&folded));
        }
    }
}
