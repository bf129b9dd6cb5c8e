//! Texts that a page holds and does not show: strings in its scripts' data, templates, text areas that a script reads,
//! and parts that are hidden. They are only read where what the page shows is no report.

use scraper::{ElementRef, Html};

use super::scripts::literals;
use crate::decode::format::is_html;

/// Han characters and the like from which a text may be a report.
const ENOUGH: usize = 300;
/// Texts of one page that are kept, the longest.
const MOST: usize = 4;

/// The texts, each as it stands in the page: HTML or plain.
pub fn texts(html: &Html) -> Vec<String> {
    let mut found = Vec::new();
    for element in html.tree.nodes().filter_map(ElementRef::wrap) {
        match element.value().name() {
            "script" => element.text().for_each(|t| strings(t, 0, &mut found)),
            "template" => keep(element.inner_html(), &mut found),
            "textarea" | "xmp" | "noscript" => {
                let text: String = element.text().collect();
                if is_html(&text) {
                    keep(text, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

fn keep(text: String, found: &mut Vec<String>) {
    if text.chars().filter(|c| !c.is_ascii() && c.is_alphanumeric()).take(ENOUGH).count() < ENOUGH {
        return;
    }
    found.push(text);
    if found.len() > MOST {
        let shortest = (0..found.len()).min_by_key(|&i| found[i].len()).unwrap_or(0);
        found.remove(shortest);
    }
}

/// Takes the strings of a script, or of data in one of its strings.
fn strings(script: &str, depth: usize, found: &mut Vec<String>) {
    // Escaped, a Han character has six bytes at the most; anything shorter cannot be a report.
    literals(script).filter(|l| l.len() >= ENOUGH).for_each(|l| string(&script[l], depth, found));
}

fn string(raw: &str, depth: usize, found: &mut Vec<String>) {
    let mut text = unescaped(raw);
    if text.bytes().filter(|&b| b == b'%').count() * 10 > text.len() {
        text = percent_decoded(&text);
    }
    // Data within a string is written as a string itself.
    if depth < 2 && text.trim_start().starts_with(['{', '[']) {
        strings(&text, depth + 1, found);
    } else {
        keep(text, found);
    }
}

/// The characters that a string stands for. Escapes that mean nothing stay as they are.
fn unescaped(raw: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        if at > 0 {
            flush(&mut units, &mut out);
            out.push_str(&rest[..at]);
        }
        let body = &rest[at + 1..];
        let Some(c) = body.chars().next() else {
            rest = "";
            break;
        };
        let hex = |from: usize, length: usize| body.get(from..from + length).and_then(|h| u16::from_str_radix(h, 16).ok());
        let (unit, length) = match c {
            'u' => (hex(1, 4), 5),
            'x' => (hex(1, 2), 3),
            _ => (None, 0),
        };
        if let Some(unit) = unit {
            units.push(unit);
            rest = &body[length..];
            continue;
        }
        flush(&mut units, &mut out);
        match c {
            'n' | 'r' => out.push('\n'),
            't' => out.push('\t'),
            'b' | 'f' | 'v' | '0' => out.push(' '),
            '\n' => {}
            c => out.push(c),
        }
        rest = &body[c.len_utf8()..];
    }
    flush(&mut units, &mut out);
    out + rest
}

/// Two units may be one character.
fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or('\u{FFFD}')));
}

/// `%E4%B8%AD` and `%u4E2D`.
fn percent_decoded(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend(rest[..at].bytes());
        let body = &rest[at + 1..];
        let hex = |from: usize, length: usize| body.get(from..from + length).and_then(|h| u16::from_str_radix(h, 16).ok());
        let wide = body.starts_with('u').then(|| hex(1, 4)).flatten().and_then(|u| char::from_u32(u32::from(u)));
        if let Some(c) = wide {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
            rest = &body[5..];
        } else if let Some(byte) = hex(0, 2) {
            out.push(byte as u8);
            rest = &body[2..];
        } else {
            out.push(b'%');
            rest = body;
        }
    }
    out.extend(rest.bytes());
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        texts(&Html::parse_document(page))
    }

    #[test]
    fn strings_of_every_spelling_are_found() {
        let text = "年度报告正文。".repeat(60);
        let escaped: String = text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect();
        let percent: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
        let data = format!("{{\\\"content\\\":\\\"{text}\\\"}}");
        for script in [
            format!("var t = \"{text}\";"),
            format!("// don't\n/* \" */ x = {{'a': '{escaped}'}}"),
            format!("f(decodeURIComponent('{percent}'))"),
            format!("var d = \"{data}\";"),
            format!("let s = `{text}`, r = a/b;"),
        ] {
            assert_eq!(found(&format!("<script>{script}</script>")), [text.as_str()], "{script:.60}");
        }
        let tags = found(&format!("<script>a=\"<p class=\\\"x\\\">\\u5e74{text}<\\/p>\\n\"</script>"));
        assert_eq!(tags, [format!("<p class=\"x\">年{text}</p>\n")]);
    }

    #[test]
    fn templates_and_areas_with_tags_are_found_and_short_ones_are_not() {
        let page = format!("<p>{}</p><p>b</p><p>c</p><p>d</p>", "正文".repeat(200));
        assert_eq!(found(&format!("<template>{page}</template>")), [page.as_str()]);
        assert_eq!(found(&format!("<xmp>{page}</xmp><textarea>只是文字</textarea>")), [page.as_str()]);
        assert!(found("<script>var a = '短', b = \"也短\"; it's</script><template>短</template>").is_empty());
    }

    #[test]
    fn broken_scripts_end() {
        for script in ["'", "\"\\", "`".repeat(9).as_str(), "'\\u12", "/*", "//", &"'a".repeat(50_000), &"\"\n".repeat(50_000), &"/".repeat(50_000)] {
            strings(script, 0, &mut Vec::new());
        }
        assert_eq!(unescaped("a\\ud83d\\ude00\\x41\\q\\"), "a😀Aq");
        assert_eq!(percent_decoded("%u4E2D%E5%9B%BD%zz%"), "中国%zz%");
    }
}
