//! Figures that are none: struck out, raised, or of no colour. They stand in the text all the same, since somebody may want
//! to see them, but never as part of a figure beside them.

use crate::decode::{APART, PICTURE};
use crate::model::CELL_END;

/// Whether a character is a digit, full-width or not.
pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// Whether a text has digits, and no words about them.
pub(super) fn has_digits_alone(text: &str) -> bool {
    text.contains(is_digit) && !text.contains(char::is_alphabetic)
}

/// Whether a character belongs to a number that it stands beside.
pub(super) fn in_number(c: char) -> bool {
    c.is_numeric() || c == '.'
}

/// Puts a run of a document behind the text of those before it. `altered`: it is struck out, raised, lowered or cannot be
/// seen. `behind` is kept from one run to the next.
pub(super) fn push(text: &mut String, behind: &mut bool, run: &str, altered: bool) {
    if run.is_empty() {
        return;
    }
    let is_apart = altered && run.contains(char::is_alphanumeric);
    if is_apart || (*behind && run.starts_with(in_number)) {
        text.push(APART);
    }
    text.push_str(run);
    *behind = is_apart;
}

/// A text each of whose figures is set apart from what stands before it.
pub(super) fn figures(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    text.chars().for_each(|c| push_apart(&mut out, c));
    out
}

fn push_apart(out: &mut String, c: char) {
    if is_digit(c) && !out.ends_with(|before| is_digit(before) || before == APART) {
        out.push(APART);
    }
    out.push(c);
}

/// Figures behind a mark that turns round what follows are set apart: a person reads 47 where 74 is written. Nothing where
/// there is no such mark; it holds until it is closed, at most to the end of its line.
pub(super) fn turned(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), "\u{202E}".as_bytes())?;
    let (mut out, mut open) = (String::with_capacity(text.len() + 1), 0usize);
    for c in text.chars() {
        open = match c {
            '\n' => 0,
            '\u{202E}' => open + 1,
            // Other marks are closed by the same sign.
            '\u{202A}' | '\u{202B}' | '\u{202D}' if open > 0 => open + 1,
            '\u{202C}' => open.saturating_sub(1),
            _ => open,
        };
        if open > 0 { push_apart(&mut out, c) } else { out.push(c) }
    }
    Some(out)
}

/// What is left of a text that was struck out, outside of tables: no words, and a mark where it has digits.
pub(super) fn struck(text: &str) -> &str {
    match text.contains(char::is_alphabetic) {
        false => text,
        true if text.contains(|c: char| c.is_numeric()) => "~",
        true => "",
    }
}

/// A character that only the font says the look of: a minus, a point, a digit, or a mere ornament.
pub(super) fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// Signs of unknown look that touch a figure, or stand in its cell, are put as what cannot be read; nothing where there are none.
/// Before a year they are ornaments.
pub(super) fn unknown_signs(text: &str) -> Option<String> {
    let may_be = |at: usize| text.as_bytes()[at] == 0xEE || matches!(text.as_bytes().get(at + 1), Some(0x80..=0xA3));
    memchr::memchr2_iter(0xEE, 0xEF, text.as_bytes()).find(|at| may_be(*at))?;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_cell = line.contains(CELL_END);
        let bare = line.trim_end_matches(|c: char| c.is_control()).trim();
        if !bare.contains(is_private) {
            out.push_str(line);
        } else if is_cell && !bare.contains(char::is_alphabetic) && bare.chars().all(|c| is_private(c) || c.is_whitespace()) {
            out.extend(line.chars().map(|c| if is_private(c) { PICTURE } else { c }));
        } else if is_cell && !bare.contains(char::is_alphabetic) {
            out.extend(line.chars().map(|c| if is_private(c) { APART } else { c }));
        } else {
            touching(line, &mut out);
        }
    }
    Some(out)
}

/// Fewer places are no sequence.
const PLACES: usize = 6;

/// Places that a template numbers, `__1__`, `__2__` and so on, and nobody filled: their numbers are set apart. Nothing where their
/// numbers are no sequence: there the signs make a figure bold, or are the line on which it is written.
pub(super) fn numbered_places(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"__1__")?;
    let (mut starts, mut from) = (Vec::new(), 0);
    while let Some(at) = memchr::memmem::find(&text.as_bytes()[from..], b"__").map(|at| from + at) {
        let behind = &text[at + 2..];
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        from = at + 2 + digits;
        if digits > 0 && behind[digits..].starts_with("__") {
            if behind[..digits].parse() != Ok(starts.len() + 1) {
                return None;
            }
            starts.push(at);
            from += 2;
        }
    }
    let (mut out, mut done) = (String::with_capacity(text.len() + starts.len()), 0);
    for at in starts.iter().copied() {
        out.push_str(&text[done..at]);
        out.push(APART);
        done = at;
    }
    (starts.len() >= PLACES).then(|| out + &text[done..])
}

fn touching(line: &str, out: &mut String) {
    let all: Vec<char> = line.chars().collect();
    let digit = |c: Option<&char>| c.is_some_and(|c| is_digit(*c));
    for (at, &c) in all.iter().enumerate() {
        let before = all[..at].iter().rev().find(|c| !is_private(**c));
        let behind = || all[at..].iter().skip_while(|c| is_private(**c));
        let length = || behind().take_while(|c| is_digit(**c)).count();
        let touches = is_private(c) && (digit(before) || (digit(behind().next()) && length() != 4));
        out.push(if touches { APART } else { c });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_altered_is_joined_to_nothing() {
        let shown = |runs: &[(&str, bool)]| {
            let (mut text, mut behind) = (String::new(), false);
            runs.iter().for_each(|(run, altered)| push(&mut text, &mut behind, run, *altered));
            text
        };
        assert_eq!(shown(&[("26", false), ("7", true)]), "26~7");
        assert_eq!(shown(&[("3", true), ("", false), ("187", false)]), "~3~187");
        assert_eq!(shown(&[("3", true), (" 187", false), ("件", true)]), "~3 187~件");
        assert_eq!(shown(&[("26", false), ("，", true), ("7", false)]), "26，7");
    }

    #[test]
    fn signs_of_unknown_look_are_kept_beside_figures() {
        for (text, shown) in [
            ("甲\u{1F}\n\u{F02D}7\u{1F}\u{1E}\n", "甲\u{1F}\n~7\u{1F}\u{1E}\n"), ("\u{F02D} 7\u{1F}\n", "~ 7\u{1F}\n"), ("\u{F035}\u{1F}\n", "\u{FFFC}\u{1F}\n"), ("1\u{F02E}5|\u{E004}甲", "1~5|\u{E004}甲"),
            ("\u{F0B7}2024年收到\u{F02D}7件，\u{E004}", "\u{F0B7}2024年收到~7件，\u{E004}"), ("规章\u{E004}\u{1F}\n", "规章\u{E004}\u{1F}\n"), ("\u{F0B7} 7月\n", "\u{F0B7} 7月\n"),
        ] {
            assert_eq!(unknown_signs(text).as_deref(), Some(shown), "{text:?}");
        }
        assert_eq!((unknown_signs("（7），件"), unknown_signs("")), (None, None));
    }

    #[test]
    fn places_of_a_template_are_told_from_bold_figures() {
        let row = |numbers: &[u32]| numbers.iter().map(|n| format!("甲 __{n}__ ")).collect::<String>();
        assert!(numbered_places(&row(&[1, 2, 3, 4, 5, 6])).is_some_and(|t| t.starts_with("甲 ~__1__ 甲 ~__2__ ") && t.ends_with("甲 ~__6__ ")));
        for other in [row(&[1, 2, 3]), row(&[1, 2, 3, 4, 6, 7]), row(&[0, 1, 2, 3, 4, 5, 6]), "__".repeat(9), "__1__".into(), "__1_".into(), String::new()] {
            assert_eq!(numbered_places(&other), None, "{other}");
        }
    }

    #[test]
    fn figures_that_are_turned_round_are_set_apart() {
        assert_eq!([figures("74"), figures("甲1,126年"), figures("~7甲")], ["~74", "甲~1,~126年", "~7甲"]);
        for (text, shown) in [
            ("3\u{202E}74\u{202C}\u{1F}\n5", "3\u{202E}~74\u{202C}\u{1F}\n5"), ("\u{202E}甲\u{202B}1\u{202C}74\u{202C}7件", "\u{202E}甲\u{202B}~1\u{202C}~74\u{202C}7件"),
            ("\u{202E}甲\n74", "\u{202E}甲\n74"),
        ] {
            assert_eq!(turned(text).as_deref(), Some(shown), "{text:?}");
        }
        assert_eq!((turned("\u{202D}74\u{202C}"), turned("74")), (None, None));
    }

    #[test]
    fn struck_words_are_gone_and_struck_figures_leave_a_mark() {
        assert_eq!([struck("甲镇"), struck("2021年"), struck("7"), struck("，")], ["", "~", "7", "，"]);
    }
}
