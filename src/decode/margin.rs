//! What stands in the margins of every page: running heads and feet, watermarks. It is no part of the report, but may say
//! that the report is none.

use crate::model::Decoded;

/// Lines that are kept, and letters of each.
const LINES: usize = 20;
const LONG: usize = 200;

/// Puts the lines of the margins before the text, but for page numbers and what the text says itself.
pub(super) fn put(decoded: &mut Decoded, margins: &str) {
    if margins.trim().is_empty() {
        return;
    }
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
    let own = bare(&decoded.text);
    let mut kept: Vec<String> = Vec::new();
    for line in margins.lines() {
        let line = line.chars().filter(|c| !c.is_control()).take(LONG).collect::<String>().trim().to_owned();
        let letters = line.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
        let counts = line.contains(|c: char| c.is_ascii_digit());
        if letters >= if counts { 5 } else { 2 } && !own.contains(&bare(&line)) && !kept.contains(&line) && kept.len() < LINES {
            kept.push(line);
        }
    }
    if !kept.is_empty() {
        decoded.text.insert_str(0, &format!("{}\n\n", kept.join("\n")));
    }
}

/// The words of a running head of a workbook, whose codes begin with `&`; places are divided by line breaks.
pub(super) fn of_sheet(codes: &str) -> String {
    let mut out = String::new();
    let mut rest = codes.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '&' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('&') => out.push('&'),
            Some('L' | 'C' | 'R') => out.push('\n'),
            // The number of a page, and of all.
            Some('P' | 'N') => out.push('1'),
            // The name of a font.
            Some('"') => while rest.next().is_some_and(|c| c != '"') {},
            Some('K') => while rest.next_if(char::is_ascii_hexdigit).is_some() {},
            Some(c) if c.is_ascii_digit() => while rest.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_kept_where_they_say_something_of_their_own() {
        let put = |margins: &str| {
            let mut decoded = Decoded { text: "甲镇人民\n政府报告\n".into(), ..Decoded::default() };
            super::put(&mut decoded, margins);
            decoded.text
        };
        assert_eq!(put("仅供参考\n甲镇 人民政府\n第 3 页 共 17 页\n7\n仅供参考\n"), "仅供参考\n\n甲镇人民\n政府报告\n");
        assert_eq!(put("甲镇\n- 3 -"), "甲镇人民\n政府报告\n");
        assert_eq!(of_sheet("&L&\"宋体,常规\"&12样&K01+000张&C&P/&N&R甲&&乙"), "\n样+000张\n1/1\n甲&乙");
    }
}
