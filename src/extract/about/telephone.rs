//! The number of a telephone: one that a network has, whole; anything else is cut, glued to something, or none at all.

use crate::fold::is_space;

/// Signs of a text that a number may fill, with what stands between its parts.
const LONGEST: usize = 40;

/// An extension has at most so many digits.
const EXTENSION: usize = 5;

/// The number that a text begins with, its parts divided by strokes: a fixed one of 7 or 8 digits, with that of its area (010,
/// 0537) or without and maybe with an extension, a mobile one of 11 digits, or one of a service (400-…). The area's number may be
/// parted from what follows it by spaces or a bracket too, and a local number in two.
pub fn number(text: &str) -> Option<String> {
    let ascii: String = text.chars().take(LONGEST).map(plain).collect();
    let behind = ["+86", "0086", "86-", "86 "].iter().find_map(|c| ascii.strip_prefix(c));
    let (first, rest) = run(behind.unwrap_or(&ascii).trim_start_matches(parts));
    match first.len() {
        // Behind the country's number that of the area has lost its 0.
        2 | 3 if behind.is_some() && is_area(first) => {
            let (local, rest) = local(rest.trim_start_matches(parts))?;
            Some(format!("0{first}-{local}{}", extension(rest)?))
        }
        3 if first.starts_with('1') => {
            let (a, rest) = run(rest.trim_start_matches(parts));
            let (b, rest) = run(rest.trim_start_matches(parts));
            (a.len() == 4 && b.len() == 4 && !goes_on(rest)).then(|| format!("{first}{a}{b}"))
        }
        3 | 4 if first.starts_with('0') => {
            let (local, rest) = local(rest.trim_start_matches(parts))?;
            Some(format!("{first}-{local}{}", extension(rest)?))
        }
        // The area's number runs on.
        10..=12 if first.starts_with('0') => Some(format!("{first}{}", extension(rest)?)),
        7 | 8 if !first.starts_with('0') => Some(format!("{first}{}", extension(rest)?)),
        11 if first.starts_with('1') => Some(first.to_string()).filter(|_| !goes_on(rest)),
        10 if is_service(first) => Some(first.to_string()).filter(|_| !goes_on(rest)),
        3 if is_service(first) => {
            let (a, rest) = run(rest.trim_start_matches(parts));
            let (b, rest) = run(rest.trim_start_matches(parts));
            (a.len() + b.len() == 7 && !goes_on(rest)).then(|| if b.is_empty() { format!("{first}-{a}") } else { format!("{first}-{a}-{b}") })
        }
        _ => None,
    }
}

/// Whether a text begins as a number with that of its area, or with as many digits as one has.
pub fn is_begun(text: &str) -> bool {
    let ascii: String = text.chars().take(LONGEST).map(plain).collect();
    let (first, rest) = run(&ascii);
    first.len() >= 7 || (3..=4).contains(&first.len()) && first.starts_with('0') && rest.starts_with('-')
}

/// A local number, in one part or in two: 670 2021.
fn local(text: &str) -> Option<(String, &str)> {
    let (whole, rest) = run(text);
    if let 7 | 8 = whole.len() {
        return Some((whole.to_string(), rest));
    }
    let behind = rest.trim_start_matches(|c| is_space(c) || c == '-');
    let (other, rest) = run(behind);
    ((3..=4).contains(&whole.len()) && (7..=8).contains(&(whole.len() + other.len()))).then(|| (format!("{whole}{other}"), rest))
}

/// The extension that a text begins with, if it does; none where what goes on is none.
fn extension(text: &str) -> Option<String> {
    if !goes_on(text) {
        return Some(String::new());
    }
    let (digits, rest) = run(text.trim_start_matches('-'));
    (digits.len() <= EXTENSION && !goes_on(rest)).then(|| format!("-{digits}"))
}

/// Whether a number goes on: a stroke and a digit follow, a sign that hides a digit, or a blank and one digit alone that is not the number
/// of a point (2、).
fn goes_on(text: &str) -> bool {
    let stroke = || text.starts_with('-') && text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
    // 6702021*2304 has an extension.
    let hides = |c: char| matches!(c, '*' | '＊' | '×' | 'X' | 'x');
    let hidden = || text.starts_with(hides) && !text.trim_start_matches(hides).starts_with(|c: char| c.is_ascii_digit());
    let apart = || {
        let (digits, rest) = run(text.trim_start_matches(is_space));
        text.starts_with(is_space) && digits.len() == 1 && rest.starts_with([')', '）', '。', '，', ',', '；', ';', '\n'])
    };
    stroke() || hidden() || apart()
}

/// Whether digits are the number of an area without its 0.
fn is_area(digits: &str) -> bool {
    digits == "10" || if digits.len() == 2 { digits.starts_with('2') } else { digits.starts_with(|c: char| matches!(c, '3'..='9')) }
}

fn is_service(digits: &str) -> bool {
    digits.starts_with("400") || digits.starts_with("800")
}

/// The digits that a text begins with, and the rest.
fn run(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len())
}

/// What stands between the number of an area and a local one.
fn parts(c: char) -> bool {
    matches!(c, '-' | ')' | '）' | '(' | '（') || is_space(c)
}

/// A digit or stroke as ASCII has it.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => (b'0' + (c as u32 - '０' as u32) as u8) as char,
        '—' | '－' | '–' | '‐' | '‑' | '―' => '-',
        _ => c,
    }
}

/// Whether a number may begin with a sign.
pub fn begins(c: char) -> bool {
    plain(c).is_ascii_digit() || c == '+'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_networks() {
        let cases = [
            ("0999-6702021。", "0999-6702021"),
            ("0999—6702021", "0999-6702021"),
            ("0999--6702021", "0999-6702021"),
            ("０９９９－６７０２０２１", "0999-6702021"),
            ("0999）670 2021", "0999-6702021"),
            ("0999-6702-021", "0999-6702021"),
            ("09996702021", "09996702021"),
            ("010-67020211-2304", "010-67020211-2304"),
            ("+86-0999-6702021", "0999-6702021"),
            ("86-0999-6702021", "0999-6702021"),
            ("+86-999-6702021", "0999-6702021"),
            ("+86 10 67020211", "010-67020211"),
            ("138 0000 1111，", "13800001111"),
            ("+86 138 0000 1111，", "13800001111"),
            ("138-0000-1111", "13800001111"),
            ("6702021", "6702021"),
            ("13800001111，", "13800001111"),
            ("400-670-2021", "400-670-2021"),
            ("4006702021", "4006702021"),
            ("0999-6702021\n843000", "0999-6702021"),
            ("0999-6702021 1、概述", "0999-6702021"),
            ("0999-6702021 12345", "0999-6702021"),
            ("0999-6702021*2304", "0999-6702021"),
        ];
        for (text, want) in cases {
            assert_eq!(number(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_cut_or_glued_is_none() {
        for text in ["0999-67020\n21", "0999-67O2021", "0999-670202", "0999-6702021843000", "0999 2023年", "13800001111-20240122", "2023-01-05", "12345", "0999-6702021-6702022", "670202", "999-6702021", "138 0000 111", "138 0000 1111-2", "0999-6702021 2）", "0999-6702021*", "6702021 2。", "1380000111×", "199 2024 年"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_begun_is_a_number_that_nobody_can_read() {
        assert!(["0999-67020\n21", "0999-67O2021", "13800001111-20240122"].into_iter().all(is_begun));
        assert!(["0999 2023年", "2023-01-05", "12345"].into_iter().all(|text| !is_begun(text)));
    }
}
