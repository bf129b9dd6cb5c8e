//! Automatic numbers of paragraphs: a word processor stores where a list is, a reader sees 「一、」.

use std::collections::HashMap;

use crate::decode::APART;
use crate::decode::apart::{in_number, is_digit};

/// Levels of a list.
pub const LEVELS: usize = 9;
/// Characters of a number's pattern that are kept; nobody writes longer ones.
const PATTERN: usize = 60;

/// How one number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Style {
    #[default]
    Decimal,
    /// 01, 02 …
    Zero,
    FullWidth,
    Roman,
    SmallRoman,
    Letter,
    SmallLetter,
    /// 一 十 二十一 一百
    Chinese,
    /// 壹 拾 贰拾壹
    ChineseLegal,
    /// 一 二 一〇
    Digits,
    /// 甲 乙 丙
    Stems,
    /// 子 丑 寅
    Branches,
    /// ① ②
    Circled,
    /// ⑴ ⑵
    Bracketed,
    /// ⒈ ⒉
    Stopped,
    /// ㈠ ㈡ … ㈩
    ChineseBracketed,
    /// No number at all, whatever the pattern (bullets).
    None,
    /// The pattern without a number.
    Empty,
}

impl Style {
    /// By the names of ECMA-376 part 1, 17.18.59.
    pub fn by_name(name: &str) -> Style {
        match name {
            "decimalZero" => Style::Zero,
            "decimalFullWidth" | "decimalFullWidth2" => Style::FullWidth,
            "upperRoman" => Style::Roman,
            "lowerRoman" => Style::SmallRoman,
            "upperLetter" => Style::Letter,
            "lowerLetter" => Style::SmallLetter,
            "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCounting" | "taiwaneseCountingThousand" => Style::Chinese,
            "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => Style::ChineseLegal,
            "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => Style::Digits,
            "ideographTraditional" => Style::Stems,
            "ideographZodiac" => Style::Branches,
            "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => Style::Circled,
            "decimalEnclosedParen" => Style::Bracketed,
            "decimalEnclosedFullstop" => Style::Stopped,
            "ideographEnclosedCircle" => Style::ChineseBracketed,
            "bullet" => Style::None,
            "none" => Style::Empty,
            _ => Style::Decimal,
        }
    }

    /// By the number that the binary format and RTF use for it ([MS-OSHARED] 2.2.1.3, MSONFC).
    pub fn by_code(code: u16) -> Style {
        Style::by_name(match code {
            1 => "upperRoman",
            2 => "lowerRoman",
            3 => "upperLetter",
            4 => "lowerLetter",
            10 => "ideographDigital",
            11 | 33 | 35 | 37 | 39 => "chineseCounting",
            14 | 19 => "decimalFullWidth",
            18 | 28 => "decimalEnclosedCircle",
            22 => "decimalZero",
            23 => "bullet",
            26 => "decimalEnclosedFullstop",
            27 => "decimalEnclosedParen",
            29 => "ideographEnclosedCircle",
            30 => "ideographTraditional",
            31 => "ideographZodiac",
            34 | 38 => "chineseLegalSimplified",
            36 => "ideographDigital",
            255 => "none",
            _ => "decimal",
        })
    }

    fn write(self, n: u32, out: &mut String) {
        let digit = |c: char| char::from_u32('０' as u32 + c as u32 - '0' as u32).unwrap_or(c);
        // A block of characters that counts from 1 as far as it goes.
        let from = |first: char, last: u32| (1..=last).contains(&n).then(|| char::from_u32(first as u32 + n - 1)).flatten();
        let cycle = |all: &str| all.chars().nth((n.max(1) as usize - 1) % all.chars().count());
        let sign = match self {
            Style::Circled => from('①', 20),
            Style::Bracketed => from('⑴', 20),
            Style::Stopped => from('⒈', 20),
            Style::ChineseBracketed => from('㈠', 10),
            Style::Stems => cycle("甲乙丙丁戊己庚辛壬癸"),
            Style::Branches => cycle("子丑寅卯辰巳午未申酉戌亥"),
            _ => None,
        };
        match self {
            _ if sign.is_some() => out.extend(sign),
            Style::None | Style::Empty => {}
            Style::Zero => out.push_str(&format!("{n:02}")),
            Style::FullWidth => out.extend(n.to_string().chars().map(digit)),
            Style::Roman => out.push_str(&roman(n)),
            Style::SmallRoman => out.push_str(&roman(n).to_lowercase()),
            Style::Letter | Style::SmallLetter if (1..=780).contains(&n) => {
                let first = if self == Style::Letter { b'A' } else { b'a' };
                let letter = char::from(first + ((n - 1) % 26) as u8);
                out.extend(std::iter::repeat_n(letter, ((n - 1) / 26 + 1) as usize));
            }
            Style::Chinese => out.push_str(&chinese(n, "〇一二三四五六七八九", ["", "十", "百", "千"])),
            Style::ChineseLegal => out.push_str(&chinese(n, "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"])),
            Style::Digits => out.extend(n.to_string().bytes().filter_map(|b| "〇一二三四五六七八九".chars().nth(usize::from(b - b'0')))),
            _ => out.push_str(&n.to_string()),
        }
    }
}

fn roman(mut n: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];
    let mut out = String::new();
    n = n.min(9999);
    for (value, sign) in SIGNS {
        while n >= value {
            out.push_str(sign);
            n -= value;
        }
    }
    out
}

/// Up to 9999 in the words of the language, beyond it digit by digit. Ten is 十, not 一十; but 壹拾 in full.
fn chinese(n: u32, digits: &str, places: [&str; 4]) -> String {
    let digit = |d: u32| digits.chars().nth(d as usize).unwrap_or('〇');
    if n == 0 || n > 9999 {
        return n.to_string().bytes().map(|b| digit(u32::from(b - b'0'))).collect();
    }
    let mut out = String::new();
    let mut gap = false;
    for place in (0..4).rev() {
        let d = n / 10u32.pow(place) % 10;
        if d == 0 {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('零');
        }
        if !(d == 1 && place == 1 && out.is_empty() && places[1] == "十") {
            out.push(digit(d));
        }
        out.push_str(places[place as usize]);
    }
    out
}

/// Puts the number of a paragraph before its text. A sign that a list has made of what was written before a figure in a cell
/// sets that apart; elsewhere it is an ornament.
pub fn put(mut number: String, text: &str, in_cell: bool) -> String {
    let of_figure = in_cell && text.trim_start().starts_with(is_digit);
    if number.starts_with(APART) && !of_figure {
        number.clear();
    }
    number + text
}

/// Whether a bullet may as well be the sign of the figure behind it, or a part of that. Fonts of signs have the usual ones at
/// their own places of the private area.
fn is_of_figure(bullet: &str) -> bool {
    let plain = |c: char| char::from_u32(c as u32 - if matches!(c, '\u{F020}'..='\u{F07E}') { 0xF000 } else { 0 }).unwrap_or(c);
    bullet.chars().map(plain).any(|c| in_number(c) || matches!(c, '-' | '+' | '‐'..='―' | '−' | '－' | '＋' | '﹣' | '~'))
}

/// One level of a list.
#[derive(Clone, Debug, Default)]
pub struct Level {
    pub start: u32,
    pub style: Style,
    /// `%1` to `%9` stand for the numbers of the levels.
    pub pattern: String,
    /// All numbers in it are decimal.
    pub legal: bool,
    /// Nothing stands between number and text.
    pub tight: bool,
}

/// A list as defined, and how far it has counted.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub levels: Vec<Level>,
    counts: [Option<u32>; LEVELS],
}

impl List {
    pub fn new(levels: Vec<Level>) -> List {
        List { levels, counts: [None; LEVELS] }
    }

    /// Counts on at a level and writes the number, with a space behind it where the text would run into it.
    fn next(&mut self, level: usize) -> String {
        let Some(own) = self.levels.get(level) else { return String::new() };
        let start = |l: usize| self.levels.get(l).map_or(1, |l| l.start);
        self.counts[level] = Some(self.counts[level].map_or(start(level), |n| n.saturating_add(1)));
        for above in 0..level {
            self.counts[above] = self.counts[above].or(Some(start(above)));
        }
        self.counts[level + 1..].fill(None);
        if own.style == Style::None {
            return if is_of_figure(&own.pattern) { APART.into() } else { String::new() };
        }
        let mut out = String::new();
        let mut rest = own.pattern.chars().take(PATTERN).peekable();
        while let Some(c) = rest.next() {
            let at = rest.peek().and_then(|d| d.to_digit(10)).filter(|d| c == '%' && *d >= 1).map(|d| d as usize - 1);
            match at {
                Some(at) => {
                    rest.next();
                    let style = if own.legal { Style::Decimal } else { self.levels.get(at).map_or(Style::Decimal, |l| l.style) };
                    style.write(self.counts[at].unwrap_or(start(at)), &mut out);
                }
                None => out.push(c),
            }
        }
        if !own.tight && out.ends_with(|c: char| c.is_ascii()) {
            out.push(' ');
        }
        out
    }
}

/// The lists of a document by their numbers; several numbers may count on in one list.
#[derive(Debug, Default)]
pub struct Lists {
    pub lists: Vec<List>,
    pub numbers: HashMap<i64, Number>,
}

#[derive(Clone, Debug, Default)]
pub struct Number {
    /// Index of the list.
    pub list: usize,
    /// Levels that begin anew at a value where this number is used first.
    pub starts: Vec<(usize, u32)>,
    /// Levels that this number writes otherwise.
    pub levels: Vec<(usize, Level)>,
}

impl Lists {
    /// The number of the next paragraph in a list; nothing where there is no such list.
    pub fn next(&mut self, number: i64, level: usize) -> String {
        let level = level.min(LEVELS - 1);
        let Some(own) = self.numbers.get_mut(&number) else { return String::new() };
        let Some(list) = self.lists.get_mut(own.list) else { return String::new() };
        for (at, start) in std::mem::take(&mut own.starts) {
            if at < LEVELS {
                list.counts[at] = Some(start.saturating_sub(1));
            }
        }
        if own.levels.is_empty() {
            return list.next(level);
        }
        let mut other = list.clone();
        for (at, changed) in &own.levels {
            if let Some(level) = other.levels.get_mut(*at) {
                *level = changed.clone();
            }
        }
        let out = other.next(level);
        list.counts = other.counts;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(style: Style, numbers: &[u32]) -> String {
        let one = |n: &u32| {
            let mut out = String::new();
            style.write(*n, &mut out);
            out
        };
        numbers.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_are_written_as_they_show() {
        assert_eq!(written(Style::Chinese, &[1, 10, 11, 20, 21, 100, 101, 110, 1005, 12345]), "一 十 十一 二十 二十一 一百 一百零一 一百一十 一千零五 一二三四五");
        assert_eq!(written(Style::ChineseLegal, &[3, 10, 21]), "叁 壹拾 贰拾壹");
        assert_eq!(written(Style::Digits, &[9, 10, 21]), "九 一〇 二一");
        assert_eq!(written(Style::Circled, &[1, 20, 21]), "① ⑳ 21");
        assert_eq!(written(Style::Roman, &[4, 19]), "IV XIX");
        assert_eq!(written(Style::Letter, &[1, 26, 27]), "A Z AA");
        assert_eq!(written(Style::Stems, &[1, 10, 11]), "甲 癸 甲");
        assert_eq!(written(Style::FullWidth, &[12]), "１２");
    }

    fn level(style: Style, pattern: &str) -> Level {
        Level { start: 1, style, pattern: pattern.into(), legal: false, tight: false }
    }

    #[test]
    fn levels_count_under_each_other() {
        let list = List::new(vec![level(Style::Chinese, "%1、"), level(Style::Chinese, "（%2）"), level(Style::Decimal, "%2.%3")]);
        let mut lists = Lists { lists: vec![list], numbers: HashMap::from([(7, Number::default())]) };
        let all: Vec<String> = [0, 1, 1, 2, 0, 1, 2].into_iter().map(|l| lists.next(7, l)).collect();
        assert_eq!(all, ["一、", "（一）", "（二）", "二.1 ", "二、", "（一）", "一.1 "]);
        assert_eq!(lists.next(8, 0), "");
    }

    #[test]
    fn a_bullet_that_may_be_a_sign_sets_the_figure_behind_it_apart() {
        let shown = |bullet: &str, text: &str, in_cell: bool| {
            let mut lists = Lists { lists: vec![List::new(vec![level(Style::None, bullet)])], numbers: HashMap::from([(1, Number::default())]) };
            put(lists.next(1, 0), text, in_cell)
        };
        for bullet in ["-", "－", "–", "−", "+", "\u{F02D}", "."] {
            assert_eq!([shown(bullet, "8", true), shown(bullet, "甲8", true), shown(bullet, "8", false), shown(bullet, "", true)], ["~8", "甲8", "8", ""], "{bullet}");
        }
        for bullet in ["•", "\u{F06C}", "\u{F0B7}", "o", "◆", ""] {
            assert_eq!(shown(bullet, "8", true), "8", "{bullet}");
        }
    }

    #[test]
    fn a_second_number_counts_on_or_begins_anew() {
        let lists = vec![List::new(vec![level(Style::Decimal, "%1．")])];
        let anew = Number { starts: vec![(0, 1)], ..Number::default() };
        let other = Number { levels: vec![(0, level(Style::Chinese, "第%1条"))], ..Number::default() };
        let mut lists = Lists { lists, numbers: HashMap::from([(1, Number::default()), (2, anew), (3, other)]) };
        let all: Vec<String> = [1, 1, 2, 1, 3].into_iter().map(|n| lists.next(n, 0)).collect();
        assert_eq!(all, ["1．", "2．", "1．", "2．", "第三条"]);
    }
}
