//! What the code of a number's format makes of a number (ECMA-376 part 1, 18.8.31): `#,##0.00`, `0,`, `0;-0;"—"`, `;;;`.
//!
//! A person sees what the format shows. Where it shows the number, the number is written as it is stored; where it shows
//! another one, or nothing, that is written; and where it cannot be told what it shows, the number is no figure.

use super::figures::{date, figure};
use crate::decode::APART;

/// Sections of one code that are read; no program knows more.
const SECTIONS: usize = 4;
/// Characters of one code that are read.
const LONGEST: usize = 255;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Test {
    Below,
    BelowOrEqual,
    Equal,
    Unequal,
    AboveOrEqual,
    Above,
}

impl Test {
    /// The test that a text is and the number in it: `>=5`. `unequal` is the sign that is not the same everywhere.
    pub fn read(text: &str, unequal: &str) -> Option<(Test, f64)> {
        let signs = [("<=", Test::BelowOrEqual), (">=", Test::AboveOrEqual), (unequal, Test::Unequal), ("<", Test::Below), (">", Test::Above), ("=", Test::Equal)];
        signs.iter().find_map(|(sign, test)| Some((*test, text.strip_prefix(sign)?.trim().parse().ok()?)))
    }

    pub fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Test::Below => value < than,
            Test::BelowOrEqual => value <= than,
            Test::Equal => value == than,
            Test::Unequal => value != than,
            Test::AboveOrEqual => value >= than,
            Test::Above => value > than,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// A place for a digit: `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Literal(char),
    /// The number as if it had no format.
    General,
    /// The text of the cell.
    Text,
}

/// What one part of a code, up to its semicolon, does to the numbers that it is for.
#[derive(Clone, Debug, Default)]
struct Section {
    parts: Vec<Part>,
    condition: Option<(Test, f64)>,
    /// Three digits are parted from the next.
    grouped: bool,
    /// Powers of ten that the number is multiplied by.
    shift: i32,
    date: bool,
    /// It has a colour of its own.
    coloured: bool,
    white: bool,
    /// What it shows is not known here: exponents, fractions, numerals in words.
    unclear: bool,
}

#[derive(Clone, Debug)]
pub(in super::super) struct Code {
    sections: Vec<Section>,
    text: Option<Section>,
}

/// Formats that every program knows by number (ECMA-376 part 1, 18.8.30); those of a country as they are in China.
fn by_number(number: u32) -> &'static str {
    match number {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 | 6 => "¥#,##0;¥-#,##0",
        7 | 8 => "¥#,##0.00;¥-#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14..=22 | 27..=36 | 45..=47 | 50..=58 => "yyyy-m-d",
        37 | 38 => "#,##0;-#,##0",
        39 | 40 => "#,##0.00;-#,##0.00",
        41 => "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
        42 => "_ \"¥\"* #,##0_ ;_ \"¥\"* -#,##0_ ;_ \"¥\"* \"-\"_ ;_ @_ ",
        43 => "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ",
        44 => "_ \"¥\"* #,##0.00_ ;_ \"¥\"* -#,##0.00_ ;_ \"¥\"* \"-\"??_ ;_ @_ ",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}

impl Default for Code {
    fn default() -> Code {
        Code::by_number(0)
    }
}

impl Code {
    pub fn by_number(number: u32) -> Code {
        Code::new(by_number(number))
    }

    /// By the code, or by a name that stands for one (XML Spreadsheet 2003).
    pub fn named(name: &str) -> Code {
        Code::new(match name.trim().to_ascii_lowercase().as_str() {
            "" | "general number" => "General",
            "general date" | "long date" | "medium date" | "short date" | "long time" | "medium time" | "short time" => "yyyy-m-d",
            "currency" => "¥#,##0.00;¥-#,##0.00",
            "euro currency" => "[$€-2]#,##0.00",
            "fixed" => "0.00",
            "standard" => "#,##0.00",
            "percent" => "0.00%",
            "scientific" => "0.00E+00",
            "yes/no" => "\"Yes\";\"Yes\";\"No\"",
            "true/false" => "\"True\";\"True\";\"False\"",
            "on/off" => "\"On\";\"On\";\"Off\"",
            _ => name,
        })
    }

    pub fn new(code: &str) -> Code {
        let mut sections = sections(code);
        // Text has the fourth, or the last where that says what becomes of a text.
        let is_for_text = sections.len() == SECTIONS || sections.last().is_some_and(|s| s.parts.contains(&Part::Text));
        let text = if is_for_text { sections.pop() } else { None };
        // A code for text alone shows numbers as they are.
        if sections.is_empty() || code.trim().is_empty() {
            sections.clear();
            sections.push(Section { parts: vec![Part::General], ..Section::default() });
        }
        Code { sections, text }
    }

    /// What a number shows as. `since_1904` is whether days are counted from 1904 on.
    pub fn number(&self, value: f64, since_1904: bool) -> String {
        let Some((section, negative)) = self.section(value) else { return unclear(value) };
        if section.date {
            return date(value, since_1904);
        }
        if section.unclear || !value.is_finite() {
            return unclear(value);
        }
        let shown = section.shown(value.abs());
        let shown = if negative && shown.contains(|c: char| c.is_ascii_digit() && c != '0') { format!("-{}", shown.trim_start()) } else { shown };
        let shown = shown.trim();
        // Red instead of a sign: the colour says what the figure does not.
        let unsigned = value < 0.0 && section.coloured && !shown.contains(['-', '(', '（']);
        if (unsigned || section.white) && !shown.is_empty() {
            return format!("{APART}{shown}");
        }
        seen(value, shown)
    }

    /// What a text shows as, where the code does not show it as it is.
    pub fn text(&self, text: &str) -> Option<String> {
        let section = self.text.as_ref()?;
        if section.parts == [Part::Text] && !section.white {
            return None;
        }
        let mut out = String::new();
        for part in &section.parts {
            match part {
                Part::Literal(c) => out.push(*c),
                Part::Text => out.push_str(text),
                Part::Digit(_) | Part::Point | Part::Comma | Part::General => return Some(format!("{APART}{text}")),
            }
        }
        Some(if section.white && !text.is_empty() { format!("{APART}{text}") } else { out })
    }

    /// The section that a number is shown by, and whether a minus comes before what it gives.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        let conditions = self.sections.iter().any(|s| s.condition.is_some());
        let negative = value < 0.0;
        if conditions {
            // Where a program puts the sign then is its own affair.
            let found = self.sections.iter().enumerate().find(|(n, s)| match (s.condition, n) {
                (Some((test, than)), _) => test.holds(value, than),
                (None, 0) => value > 0.0,
                (None, 1) if self.sections.len() > 2 => value < 0.0,
                _ => true,
            });
            return found.filter(|_| !negative).map(|(_, s)| (s, false));
        }
        Some(match &self.sections[..] {
            [] => return None,
            [one] => (one, negative),
            // An empty section for what is below zero hides it in some programs, and leaves a minus in others.
            [_, below] if negative && below.parts.is_empty() => return None,
            [_, below, ..] if negative => (below, false),
            [_, _, zero, ..] if value == 0.0 => (zero, false),
            [above, ..] => (above, false),
        })
    }
}

fn unclear(value: f64) -> String {
    format!("{APART}{}", figure(value))
}

/// A number as it is stored, where what shows is that number, whatever separators and zeros it has; else what shows.
pub(super) fn seen(value: f64, shown: &str) -> String {
    let digits: String = shown.chars().filter(|c| *c != ',').collect();
    let is_plain = digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    let stored = figure(value);
    match digits.parse::<f64>() {
        Ok(number) if is_plain && figure(number) == stored => stored,
        _ => shown.to_owned(),
    }
}

fn sections(code: &str) -> Vec<Section> {
    let mut out = vec![Section::default()];
    let letters: Vec<char> = code.chars().take(LONGEST).collect();
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        if c == ';' {
            if out.len() == SECTIONS {
                break;
            }
            out.push(Section::default());
            at += 1;
            continue;
        }
        let section = out.len() - 1;
        at += out[section].read(&letters[at..]);
    }
    out.iter_mut().for_each(Section::settle);
    if code.chars().count() > LONGEST {
        out.iter_mut().for_each(|s| s.unclear = true);
    }
    out
}

/// Names of a number without a format, as programs of two languages write it.
const GENERALS: [&str; 3] = ["General", "G/通用格式", "通用格式"];

impl Section {
    /// Reads what begins here, and gives how many characters it has.
    fn read(&mut self, rest: &[char]) -> usize {
        let literal = |section: &mut Section, c: Option<&char>| section.parts.extend(c.map(|c| Part::Literal(*c)));
        let is_general = |name: &str| name.chars().zip(rest).filter(|(a, b)| a.eq_ignore_ascii_case(b)).count() == name.chars().count();
        if let Some(name) = GENERALS.iter().find(|name| is_general(name)) {
            self.parts.push(Part::General);
            return name.chars().count();
        }
        let next = rest.get(1);
        match rest[0] {
            '"' => {
                let inside = rest[1..].iter().take_while(|c| **c != '"').count();
                rest[1..=inside].iter().for_each(|c| literal(self, Some(c)));
                return inside + 2;
            }
            '\\' | '!' => literal(self, next),
            '_' => self.parts.push(Part::Literal(' ')),
            // A character that fills the cell.
            '*' => self.unclear |= next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '.')),
            '[' => {
                let inside = rest[1..].iter().take_while(|c| **c != ']').count();
                self.bracket(&rest[1..=inside].iter().collect::<String>());
                return inside + 2;
            }
            'E' | 'e' if matches!(next, Some('+' | '-')) => self.unclear = true,
            c => {
                self.sign(c);
                return 1;
            }
        }
        2
    }

    fn sign(&mut self, c: char) {
        match c {
            '0' | '#' | '?' => self.parts.push(Part::Digit(c)),
            '.' => self.parts.push(Part::Point),
            '@' => self.parts.push(Part::Text),
            ',' => self.parts.push(Part::Comma),
            '%' => {
                self.shift += 2;
                self.parts.push(Part::Literal('%'));
            }
            '‰' => self.unclear = true,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => self.date = true,
            c if c.is_ascii_alphanumeric() => self.unclear = true,
            c => self.parts.push(Part::Literal(c)),
        }
    }

    fn bracket(&mut self, inside: &str) {
        let word = inside.to_ascii_lowercase();
        match (word.as_str(), Test::read(&word, "<>")) {
            ("h" | "hh" | "m" | "mm" | "s" | "ss", _) => self.date = true,
            ("white" | "白色" | "白" | "color2" | "color 2", _) => (self.coloured, self.white) = (true, true),
            ("black" | "blue" | "cyan" | "green" | "magenta" | "red" | "yellow" | "黑色" | "蓝色" | "青色" | "绿色" | "洋红" | "红色" | "黄色", _) => self.coloured = true,
            (_, Some(condition)) => self.condition = Some(condition),
            _ if word.starts_with("color") || word.starts_with("颜色") => self.coloured = true,
            // A currency's sign and a language: `[$¥-804]`.
            _ if inside.starts_with('$') => {
                let sign = inside[1..].split('-').next().unwrap_or_default();
                self.parts.extend(sign.chars().map(Part::Literal));
            }
            _ => self.unclear = true,
        }
    }

    /// Commas between digits part them; those right behind the last digit before or behind the point divide by a thousand.
    fn settle(&mut self) {
        let is_digit = |p: &Part| matches!(p, Part::Digit(_));
        let has_digits = self.parts.iter().any(is_digit);
        if !has_digits {
            return;
        }
        let general = self.parts.contains(&Part::General) || self.parts.contains(&Part::Text);
        let fraction = self.parts.contains(&Part::Literal('/'));
        self.unclear |= general || fraction || self.parts.iter().filter(|p| **p == Part::Point).count() > 1;
        let old = std::mem::take(&mut self.parts);
        let mut before_digit = vec![false; old.len() + 1];
        for (n, part) in old.iter().enumerate().rev() {
            before_digit[n] = if *part == Part::Comma { before_digit[n + 1] } else { is_digit(part) };
        }
        let mut parts: Vec<Part> = Vec::with_capacity(old.len());
        let mut behind_digit = false;
        for (n, part) in old.into_iter().enumerate() {
            match part {
                Part::Comma if behind_digit && before_digit[n] => self.grouped = true,
                Part::Comma if behind_digit => self.shift -= 3,
                Part::Comma => parts.push(Part::Literal(',')),
                part => {
                    behind_digit = is_digit(&part);
                    parts.push(part);
                }
            }
        }
        self.parts = parts;
    }

    /// What a number that is not below zero shows as.
    fn shown(&self, value: f64) -> String {
        if !self.parts.iter().any(|p| matches!(p, Part::Digit(_))) {
            let number = if self.shift == 0 { figure(value) } else { format!("{APART}{}", figure(value)) };
            return self.parts.iter().map(|p| match p {
                Part::Literal(c) => c.to_string(),
                Part::General | Part::Text => number.clone(),
                Part::Point => ".".to_owned(),
                Part::Comma => ",".to_owned(),
                Part::Digit(_) => String::new(),
            }).collect();
        }
        let point = self.parts.iter().position(|p| *p == Part::Point).unwrap_or(self.parts.len());
        let places = |parts: &[Part]| parts.iter().filter(|p| matches!(p, Part::Digit(_))).count();
        let (whole, decimals) = rounded(value, self.shift, places(&self.parts[point..]));
        let mut out = self.whole(&self.parts[..point], &whole);
        out.push_str(&self.decimals(&self.parts[point..], &decimals));
        out
    }

    /// Digits before the point, from the last place to the first; the first takes all that are left.
    fn whole(&self, parts: &[Part], digits: &str) -> String {
        let mut left: Vec<char> = digits.trim_start_matches('0').chars().collect();
        let mut places = parts.iter().filter(|p| matches!(p, Part::Digit(_))).count();
        let (mut out, mut written): (Vec<char>, usize) = (Vec::new(), 0);
        let mut put = |out: &mut Vec<char>, c: char| {
            if self.grouped && written > 0 && written % 3 == 0 {
                out.push(if c == ' ' { ' ' } else { ',' });
            }
            written += 1;
            out.push(c);
        };
        for part in parts.iter().rev() {
            match part {
                Part::Literal(c) => out.push(*c),
                Part::Digit(place) => {
                    places -= 1;
                    match (left.pop(), place) {
                        (Some(digit), _) => put(&mut out, digit),
                        (None, '0') => put(&mut out, '0'),
                        (None, '?') => put(&mut out, ' '),
                        (None, _) => {}
                    }
                    while places == 0 && let Some(digit) = left.pop() {
                        put(&mut out, digit);
                    }
                }
                Part::Point | Part::Comma | Part::General | Part::Text => {}
            }
        }
        // Without a place before the point there is no room for them, and they are shown all the same.
        out.extend(left.iter().rev());
        out.iter().rev().collect()
    }

    /// The point and the digits behind it; zeros at their end only where the places ask for them.
    fn decimals(&self, parts: &[Part], digits: &str) -> String {
        let mut out = String::new();
        let needed = digits.trim_end_matches('0').len();
        for (part, n) in parts.iter().scan(0, |n, part| {
            let at = *n;
            *n += usize::from(matches!(part, Part::Digit(_)));
            Some((part, at))
        }) {
            match part {
                Part::Literal(c) => out.push(*c),
                Part::Point => out.push('.'),
                Part::Digit(place) => match (place, digits.as_bytes().get(n)) {
                    (_, Some(&digit)) if n < needed || *place == '0' => out.push(char::from(digit)),
                    ('?', _) => out.push(' '),
                    _ => {}
                },
                Part::Comma | Part::General | Part::Text => {}
            }
        }
        out
    }
}

/// The digits before and behind the point of a number times a power of ten, of the fifteen that it has in a workbook.
fn rounded(value: f64, shift: i32, decimals: usize) -> (String, String) {
    let written = format!("{value:.14e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    // Digits before the point.
    let mut before = exponent.parse::<i32>().unwrap_or(0).saturating_add(shift).saturating_add(1);
    let kept = before.saturating_add(decimals.min(40) as i32);
    let up = usize::try_from(kept).ok().and_then(|k| digits.get(k)).is_some_and(|d| *d >= 5);
    digits.truncate(usize::try_from(kept).unwrap_or(0));
    if up {
        let mut at = digits.len();
        loop {
            let Some(i) = at.checked_sub(1) else {
                digits.insert(0, 1);
                before += 1;
                break;
            };
            at = i;
            digits[i] += 1;
            if digits[i] < 10 {
                break;
            }
            digits[i] = 0;
        }
    }
    let digit = |at: i32| usize::try_from(at).ok().and_then(|i| digits.get(i)).map_or('0', |d| char::from(b'0' + d));
    let whole = (0..before.clamp(0, 320)).map(digit).collect();
    (whole, (0..decimals.min(40) as i32).map(|n| digit(before.saturating_add(n))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: f64) -> String {
        Code::new(code).number(value, false)
    }

    #[test]
    fn harmless_formats_leave_a_number_as_it_is() {
        for code in ["General", "G/通用格式", "@", "", "0", "#,##0", "#,##0.00", "0.00_ ", "_-* #,##0_-", "[Red]0", "#,##0;[Red]-#,##0", "[$-804]0", "0_);(0)", "0.##", "[>0]0;0", "0;-0;0;@"] {
            assert_eq!(shown(code, 1234.0), "1234", "{code}");
            assert_eq!(shown(code, 7.0), "7", "{code}");
        }
        assert_eq!(shown("0.00", 3.5), "3.5");
        assert_eq!(shown("#,##0;[Red]-#,##0", -1234.0), "-1234");
        assert_eq!([shown("0", 0.0), shown("0.00", -0.0), shown("0", -5.0), shown("#,##0", -1e6)], ["0", "0", "-5", "-1000000"]);
        assert_eq!([shown("0.0", 0.1 + 0.2), shown("0", 1e15), shown("General", 1.0 / 3.0)], ["0.3", "1000000000000000", "0.333333333333333"]);
    }

    #[test]
    fn a_format_that_shows_another_number_or_none_is_followed() {
        for (code, value, seen) in [
            ("0,", 20_000.0, "20"), ("0,", 20_400.0, "20"), ("#,##0,", 1_234_567.0, "1,235"), ("0.0,,\"百万\"", 4_217_700.0, "4.2百万"), ("0!.0000\"万元\"", 4_217_700.0, "421.7700万元"),
            ("0\\.0,", 12_345.0, "1.2"), ("0%", 0.07, "7%"), ("0.0%", 0.0755, "7.6%"), ("0%%", 1.0, "10000%%"), ("\"-\"0", 12.0, "-12"), (";;;", 12.0, ""), ("0;0;", 0.0, ""), ("0;0;", 5.0, "5"), ("0;0;", -5.0, "5"),
            ("0;-0;\"—\"", 0.0, "—"), ("[=0]\"—\";0", 0.0, "—"), ("[=0]\"—\";0", 3.0, "3"), ("[<10]\"少\";0", 3.0, "少"), ("[>=100]0,;[<10]\"少\";0", 50.0, "50"), ("0\"件\"", 12.0, "12件"), ("0件", 12.0, "12件"),
            ("General\"件\"", 12.0, "12件"), ("0.0", 12.345, "12.3"), ("0", 0.5, "1"), ("0", 99.95, "100"), ("0.0", 99.95, "100.0"), ("#", 0.0, ""), ("#.##", 0.0, "."), ("0-0", 12.0, "1-2"), ("¥#,##0.00", 1234.5, "¥1,234.50"),
            ("[$¥-804]0", 5.0, "¥5"), ("000", 7.0, "7"), ("0.00", 1e-9, "0.00"), ("_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", 0.0, "-"), ("\"无\"", 9.0, "无"), ("(0)", 5.0, "(5)"),
        ] {
            assert_eq!(shown(code, value), seen, "{code} {value}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_no_figure() {
        for (code, value) in [
            ("0.00E+00", 12.0), ("# ?/?", 1.5), ("[DBNum1]General", 12.0), ("[White]0", 12.0), ("[白色]0", 12.0), ("0*0", 12.0), ("aaaa", 2.0), ("0;[Red]0", -5.0), ("0;", -5.0), ("[<5]0;0", -5.0), ("0x", 5.0), ("[odd]0", 5.0),
            ("0", f64::INFINITY), ("General%", 5.0),
        ] {
            assert!(shown(code, value).starts_with(APART), "{code} {value}: {}", shown(code, value));
        }
    }

    #[test]
    fn dates_and_texts_have_formats_too() {
        for code in ["yyyy\"年\"m\"月\"", "[$-804]yyyy-mm-dd", "yyyy/m/d;@", "[DBNum1]yyyy\"年\""] {
            assert_eq!(shown(code, 45_306.0), "2024-01-15", "{code}");
        }
        assert_eq!(shown("[h]:mm", 0.25), "6:00:00");
        assert_eq!(Code::by_number(14).number(45_306.0, false), "2024-01-15");
        let text = |code: &str| Code::new(code).text("甲");
        assert_eq!([text("General"), text("@"), text("0;0;"), text("0;0;0;@")], [const { None }; 4]);
        assert_eq!([text(";;;"), text("@\"件\""), text("0;0;0;\"乙\"")], ["", "甲件", "乙"].map(|t| Some(t.to_owned())));
        for n in 0..100 {
            assert!(!Code::by_number(n).number(1.0, false).is_empty());
        }
    }

    #[test]
    fn names_stand_for_codes() {
        let shown = |name: &str, value: f64| Code::named(name).number(value, false);
        for (name, value, seen) in [("", 12.0, "12"), ("General", 12.0, "12"), ("Fixed", 12.5, "12.5"), ("Standard", 1234.0, "1234"), ("Percent", 0.12, "12.00%"), ("Short Date", 45_306.0, "2024-01-15"), ("Yes/No", 5.0, "Yes"), ("On/Off", 0.0, "Off"), ("0,", 2000.0, "2"), ("Currency", 5.0, "¥5.00")] {
            assert_eq!(shown(name, value), seen, "{name}");
        }
        assert!(shown("Scientific", 12.0).starts_with(APART));
    }

    #[test]
    fn tests_of_a_number_are_read() {
        assert_eq!([Test::read("<= 5", "<>"), Test::read("!=0", "!="), Test::read("<>0", "<>")], [Some((Test::BelowOrEqual, 5.0)), Some((Test::Unequal, 0.0)), Some((Test::Unequal, 0.0))]);
        assert_eq!([Test::read("!=0", "<>"), Test::read("<>0", "!="), Test::read("=A1", "<>"), Test::read("", "<>")], [None; 4]);
    }

    #[test]
    fn odd_codes_end() {
        for odd in ["\"", "\\", "[", "[$", "_", "*", ";;;;;;;;", ",,,", ".", "0.0.0", "[<]0", "[=x]", "%", "General0", "E+", &"0".repeat(5000), &",".repeat(5000), &"0,".repeat(400)] {
            for value in [0.0, -1.5, 1e300, 1e-300, f64::MIN_POSITIVE, f64::NAN] {
                let _ = shown(odd, value);
            }
            let _ = Code::new(odd).text("甲");
        }
    }
}
