//! Texts in which line breaks and tabs stand as letters, `一、总体情况\n…`, as programs leave them that write a text in
//! quotes once more than they read it; and pages whose tags stand as letters, `&lt;td&gt;`.

use scraper::Html;

use crate::decode::format::is_html;

/// So many breaks as letters, at least, and more than twice as many as breaks that are such; and so many ends of tags.
const LEAST: usize = 12;

/// Fewer tabs divide no report's tables.
const LEAST_TABS: usize = 60;

/// Letters of the number or the name of a character, at most.
const LONGEST_REFERENCE: usize = 8;

/// The names of spaces: a scraper that takes tags off leaves them beside figures.
const SPACES: [&str; 4] = ["nbsp", "ensp", "emsp", "thinsp"];

/// A text may have been written in quotes twice.
const DEPTH: usize = 2;

/// The text with its breaks, tabs and other signs as what they stand for; none where letters stand for nothing.
pub fn unescaped(text: &str) -> Option<String> {
    let mut out = once(text)?;
    for _ in 1..DEPTH {
        match once(&out) {
            Some(again) => out = again,
            None => break,
        }
    }
    Some(out)
}

fn once(text: &str) -> Option<String> {
    // Hardly any text has a backslash at all.
    memchr::memchr(b'\\', text.as_bytes())?;
    let letters = memchr::memmem::find_iter(text.as_bytes(), "\\n").count();
    if letters < LEAST || letters <= 2 * memchr::memchr_iter(b'\n', text.as_bytes()).count() {
        return None;
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next() else { break };
        let behind = &rest[letter.len_utf8()..];
        let (sign, end) = match letter {
            // The break of a line in two signs is one.
            'r' if behind.starts_with("\\n") => (None, behind),
            'n' | 'r' => (Some('\n'), behind),
            't' => (Some('\t'), behind),
            'b' | 'f' | 'v' => (Some(' '), behind),
            '\\' | '"' | '\'' | '/' => (Some(letter), behind),
            'u' => coded(behind, 4),
            'x' => coded(behind, 2),
            _ => (Some('\\'), rest),
        };
        // Half a character, or no number: the sign stays.
        out.extend(sign.or((letter != 'r').then_some('\\')));
        rest = if sign.is_none() && letter != 'r' { rest } else { end };
    }
    out.push_str(rest);
    Some(out)
}

/// The text with tabs that stand as letters as tabs; none where too few do, or some are tabs. A command of LaTeX goes on with letters.
pub fn tabs(text: &str) -> Option<String> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() || memchr::memchr(b'\t', text.as_bytes()).is_some() {
        return None;
    }
    let is_tab = |at: &usize| !text.as_bytes().get(at + 2).is_some_and(u8::is_ascii_alphabetic);
    let tabs: Vec<usize> = memchr::memmem::find_iter(text.as_bytes(), "\\t").filter(is_tab).collect();
    if tabs.len() < LEAST_TABS {
        return None;
    }
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for at in tabs {
        out.extend([&text[done..at], "\t"]);
        done = at + 2;
    }
    Some(out + &text[done..])
}

/// The text with characters that are written as HTML has them by number, `&#48;`, and with its named spaces, as what they stand for;
/// none where it has none.
pub fn referenced(text: &str) -> Option<String> {
    memchr::memchr(b'&', text.as_bytes())?;
    let (mut out, mut rest, mut any) = (String::with_capacity(text.len()), text, false);
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, behind) = (&rest[..at], &rest[at + 1..]);
        let code = memchr::memchr(b';', &behind.as_bytes()[..behind.len().min(LONGEST_REFERENCE + 1)]).map(|end| &behind[..end]);
        let sign = code.and_then(|code| code.strip_prefix('#').map_or_else(|| SPACES.contains(&code).then_some(' '), by_number));
        out.push_str(before);
        match sign {
            Some(sign) => out.push(if sign.is_control() { ' ' } else { sign }),
            None => out.push('&'),
        }
        any |= sign.is_some();
        rest = sign.and(code).map_or(behind, |code| &behind[code.len() + 1..]);
    }
    out.push_str(rest);
    any.then_some(out)
}

/// The character that has a number, in digits or as `x` and hexadecimal ones.
fn by_number(number: &str) -> Option<char> {
    let code = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
    char::from_u32(code.ok()?)
}

/// The page that a text is whose tags stand as letters, every one of them; none of any other text.
pub fn page(text: &str) -> Option<String> {
    let ends = memchr::memmem::find_iter(text.as_bytes(), "&lt;/").take(LEAST).count();
    if ends < LEAST || memchr::memmem::find(text.as_bytes(), b"</").is_some() {
        return None;
    }
    let page: String = Html::parse_fragment(text).root_element().text().collect();
    is_html(&page).then_some(page)
}

/// The character that so many hexadecimal digits name, and what stands behind them.
fn coded(text: &str, digits: usize) -> (Option<char>, &str) {
    let code = text.get(..digits).and_then(|d| u32::from_str_radix(d, 16).ok()).and_then(char::from_u32);
    (code, code.map_or(text, |_| &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_for_breaks_are_breaks() {
        let text = "规章\\t0\\t\\\"甲\\\"\\u3000\\xa0\\r\\n".repeat(12);
        assert_eq!(unescaped(&text), Some("规章\t0\t\"甲\"\u{3000}\u{A0}\n".repeat(12)));
        let twice = text.replace('\\', "\\\\");
        assert_eq!(unescaped(&twice), unescaped(&text));
        let odd = format!("{}\\q\\ud800\\u12\\xé\\", "甲\\n".repeat(12));
        assert_eq!(unescaped(&odd), Some(format!("{}\\q\\ud800\\u12\\xé", "甲\n".repeat(12))));
    }

    #[test]
    fn letters_for_tabs_are_tabs() {
        let text = "规章\\t0\\t\\t3\n".repeat(20);
        assert_eq!(tabs(&text), Some("规章\t0\t\t3\n".repeat(20)));
        for text in ["\\textbf{3} & \\t\\the".repeat(59), format!("{text}\t"), "规章\\t0\n".repeat(59)] {
            assert_eq!(tabs(&text), None);
        }
    }

    #[test]
    fn tags_as_letters_are_a_page() {
        let row = "<tr><td>规章</td><td>0 &amp; 1</td></tr>\n";
        let table = format!("<table>{}</table>", row.repeat(6));
        let letters = table.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert_eq!(page(&letters), Some(table.clone()));
        assert_eq!(page(&format!("<p>{letters}</p>")), None, "a page about pages");
        assert_eq!(page(&table), None);
        assert_eq!(page("正文 &lt;/td&gt; 正文"), None);
    }

    #[test]
    fn characters_by_number_and_named_spaces_are_characters() {
        assert_eq!(referenced("规章 &#48; &#x5143;&#10;&#;&#9999999;&#1"), Some("规章 0 元 &#;&#9999999;&#1".into()));
        assert_eq!(referenced("规章|&nbsp;0&nbsp;|1&ensp;2|R&D&nbsp"), Some("规章| 0 |1 2|R&D&nbsp".into()));
        for text in ["规章 & 48", "&#;", "&#十;", "&#123456789;", "&nbsp", "&amp;", "甲&乙;丙"] {
            assert_eq!(referenced(text), None, "{text}");
        }
    }

    #[test]
    fn texts_with_breaks_of_their_own_stay() {
        for text in ["甲\\n".repeat(11), "甲\\n乙\n".repeat(40), "C:\\notes\\table ".repeat(5), "\\".repeat(1 << 20), String::new()] {
            assert_eq!(unescaped(&text), None);
        }
    }
}
