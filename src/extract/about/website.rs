//! The address of a website that a report names: whole, or none. Lines and blanks of a page go through addresses.

use memchr::memmem;

use crate::extract::prepared::FieldWords;
use crate::fold::is_space;

/// An address that a blank or the end of a line cut, and nobody can say what it is.
pub struct Cut {
    /// As far as it stands in one piece.
    pub words: String,
    pub line: u32,
}

/// The first address of a website: one that is written out, or else a government's host alone.
pub fn website(words: &FieldWords, text: &str) -> Option<Result<String, Cut>> {
    let (mut from, mut found) = (0, None);
    while let Some(at) = begins(words, &text[from..]).map(|at| from + at) {
        let piece = run(&text[at..], in_address);
        from = at + piece.len();
        if !is_of_state(host_of(piece)) {
            found = Some((at, piece));
            break;
        }
    }
    let Some((at, piece)) = found else { return website(words, &in_ascii(text)?) };
    let url = whole(&text[..at], piece, &text[at + piece.len()..]).map(|url| url.trim_end_matches(['.', '\'']).to_string());
    let cut = || Cut { words: piece.to_string(), line: memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u32 + 1 };
    (piece.len() > SHORTEST).then(|| url.ok_or_else(cut))
}

/// Where the first address begins.
fn begins(words: &FieldWords, text: &str) -> Option<usize> {
    let scheme = |i: usize| ["https", "http"].iter().find(|s| text[..i].ends_with(**s)).map(|s| i - s.len());
    let written = words.scheme.find_iter(text.as_bytes()).find_map(scheme).into_iter().chain(words.host.find(text.as_bytes())).min();
    written.or_else(|| words.government.find_iter(text.as_bytes()).find_map(|i| bare_host(text, i)))
}

/// The site of the state and those below it are no body's own.
const STATE: &str = "www.gov.cn";

fn is_of_state(host: &str) -> bool {
    host.strip_suffix(STATE).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// In bytes, what is no longer is no address.
const SHORTEST: usize = 8;

fn in_address(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '>' | '<' | '"' | ')' | '(' | '|' | ',' | ';')
}

/// What a text begins with that is of a kind.
fn run(text: &str, of: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !of(c)).unwrap_or(text.len())]
}

/// The whole address that stands between two pieces of a text, the blanks within it taken out; none where it is cut and what it goes on
/// with is not sure.
fn whole(before: &str, piece: &str, behind: &str) -> Option<String> {
    let (mut url, mut behind) = (piece.to_string(), behind);
    while let Some((more, rest)) = goes_on(&url, behind) {
        url = more;
        behind = rest;
    }
    // http://x/http://x/: said twice.
    if let [once, again] = [&url[..url.len() / 2], &url[url.len() / 2..]]
        && once == again
        && scheme_of(once) > 0
    {
        url.truncate(url.len() / 2);
    }
    let mut joined = false;
    while !is_host(host_of(&url), joined) {
        let next = behind.trim_start_matches(|c| is_space(c) || matches!(c, '\n' | '\t'));
        let more = run(next, in_address);
        // www.x .gov.cn, www.x.gov. cn: a dot stands on one side.
        let fits = !more.is_empty() && host_of(&url).len() + scheme_of(&url) == url.len() && (url.ends_with('.') != more.starts_with('.'));
        if !fits || next.len() == behind.len() || url.len() > LONGEST_HOST {
            return None;
        }
        url.push_str(more);
        (behind, joined) = (&next[more.len()..], true);
    }
    let path = &url[scheme_of(&url) + host_of(&url).len()..];
    let Some((more, rest)) = Some(behind).filter(|_| is_open(path)).and_then(behind_cut) else { return Some(url) };
    // （http://www.x.gov.cn/zwgk/⏎zfxxgk/）: what closes the bracket ends the address.
    let bracketed = before.rsplit('\n').next().is_some_and(|line| line.rfind(['(', '（']) > line.rfind([')', '）']));
    (bracketed && rest.starts_with([')', '）'])).then(|| format!("{url}{more}"))
}

/// The address that goes on behind a sign in which most of them end, and what follows it: a & as pages write it, and brackets in a path.
fn goes_on<'t>(url: &str, behind: &'t str) -> Option<(String, &'t str)> {
    let with = |before: &str, rest: &'t str| {
        let more = run(rest, in_address);
        (!more.is_empty()).then(|| (format!("{before}{more}"), &rest[more.len()..]))
    };
    if let Some((before, rest)) = url.strip_suffix("amp").filter(|before| before.ends_with('&')).zip(behind.strip_prefix(';')) {
        return with(before, rest);
    }
    let (within, rest) = behind.strip_prefix('(')?.split_once(')')?;
    let is_step = url.ends_with(['/', '_', '-']) && !within.is_empty() && within.chars().all(in_address) && rest.starts_with('/');
    with(&format!("{url}({within})"), rest).filter(|_| is_step)
}

/// So much of an address is its scheme, in bytes.
fn scheme_of(url: &str) -> usize {
    url.find("://").map_or(0, |at| at + "://".len())
}

fn host_of(url: &str) -> &str {
    run(&url[scheme_of(url)..], |c| !matches!(c, '/' | ':' | '?' | '#'))
}

/// Whether a host may be a whole one: `www.x` and `www.x.gov` are none. One that was put together ends as hosts do.
fn is_host(host: &str, joined: bool) -> bool {
    let host = host.trim_end_matches('.');
    let last = host.rsplit('.').next().unwrap_or("");
    let labels = host.strip_prefix("www.").unwrap_or(host).split('.');
    let ends = if joined { matches!(last, "cn" | "com" | "net" | "org") } else { last != "gov" };
    ends && labels.clone().count() >= 2 && labels.clone().all(|label| !label.is_empty())
}

/// Whether the path of an address may go on: it names no page yet.
fn is_open(path: &str) -> bool {
    !path.is_empty() && !path.rsplit('/').next().is_some_and(|page| page.contains('.'))
}

/// The Latin words that stand behind a blank or the end of a line, and what follows them, where those may be the rest of a path: no number
/// by itself, no other address, no key.
fn behind_cut(behind: &str) -> Option<(&str, &str)> {
    let line = behind.trim_start_matches(is_space);
    let line = line.strip_prefix('\n').unwrap_or(line);
    let (more, rest) = line.split_at(run(line, |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '?' | '=' | '&' | '%')).len());
    let begins = |start: &str| more.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    let goes_on = more.contains(|c: char| c.is_ascii_lowercase()) && !rest.starts_with([':', '：', '@']) && !["http", "www."].into_iter().any(begins);
    (goes_on && line.len() < behind.len()).then_some((more, rest))
}

/// A text in which an address is written in wide letters or in capitals, with those that addresses have; none where it has no such one.
fn in_ascii(text: &str) -> Option<String> {
    let is_written = |sign: &str| memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    let wide = |c: char| if matches!(c, '！'..='～') { char::from_u32(c as u32 - '！' as u32 + '!' as u32).unwrap_or(c) } else { c };
    if is_written("．") && ["ｗｗｗ．", "www．", "．gov", "．ｇｏｖ"].into_iter().any(is_written) {
        return Some(text.chars().map(wide).collect());
    }
    ["WWW.", "HTTP://", "HTTPS://", ".GOV.CN"].into_iter().any(is_written).then(|| text.to_ascii_lowercase())
}

/// Where the host begins that ends in `GOVERNMENT` at a place of a text; none for an address of mail.
fn bare_host(text: &str, at: usize) -> Option<usize> {
    let of_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'@' | b'_' | b'/' | b':');
    let start = at - text.as_bytes()[..at].iter().rev().take(LONGEST_HOST + 1).take_while(|b| of_host(b)).count();
    let host = &text[start..at];
    let ends = !text[at + GOVERNMENT.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@'));
    let named = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) && host.starts_with(|c: char| c.is_ascii_alphanumeric());
    (ends && named && host.len() <= LONGEST_HOST).then_some(start)
}

/// No host has a longer name, in bytes.
const LONGEST_HOST: usize = 253;

/// What the hosts of governments end in.
pub const GOVERNMENT: &str = ".gov.cn";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let at = text.find("http").or_else(|| text.find("www")).expect("an address");
        let piece = run(&text[at..], in_address);
        whole(&text[..at], piece, &text[at + piece.len()..])
    }

    #[test]
    fn what_a_blank_or_a_line_cut_is_put_together() {
        for text in ["（www.x .gov.cn）", "www.x.gov .cn。", "www.x. gov. cn，", "www.x.\ngov.cn", "www.x.gov.\n\ncn 电话", "www.x.gov. cn电子邮箱：a@126.com"] {
            assert_eq!(read(text).as_deref(), Some("www.x.gov.cn"), "{text}");
        }
        assert_eq!(read("（http://www.x.gov.cn/zwgk/\nndbg/index.html）").as_deref(), Some("http://www.x.gov.cn/zwgk/ndbg/index.html"));
        assert_eq!(read("（http://www.x.gov.cn/zwgk/pub lic/6.html）").as_deref(), Some("http://www.x.gov.cn/zwgk/public/6.html"));
        assert_eq!(read("（http://www.x.gov.cn/zw\ngk）").as_deref(), Some("http://www.x.gov.cn/zwgk"));
    }

    #[test]
    fn what_goes_on_behind_a_sign_is_read_to_its_end() {
        for (text, want) in [
            ("http://www.x.gov.cn/zwgk/(2023)/nb.html。", "http://www.x.gov.cn/zwgk/(2023)/nb.html"),
            ("http://www.x.gov.cn/list.shtml?id=3&amp;p=1&amp;q=2）", "http://www.x.gov.cn/list.shtml?id=3&p=1&q=2"),
            ("http://www.x.gov.cn/http://www.x.gov.cn/", "http://www.x.gov.cn/"),
            // Brackets and a semicolon that are the text's.
            ("http://www.x.gov.cn/zwgk/(2023)。", "http://www.x.gov.cn/zwgk/"),
            ("http://www.x.gov.cn/zwgk(site)/", "http://www.x.gov.cn/zwgk"),
            ("http://www.x.gov.cn/a.html;2023", "http://www.x.gov.cn/a.html"),
        ] {
            assert_eq!(read(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn the_sites_of_the_state_are_nobodys_own() {
        assert!(["www.gov.cn", "gjzwfw.www.gov.cn"].into_iter().all(is_of_state));
        assert!(["www.x.gov.cn", "x.gov.cn", "awww.gov.cn", ""].into_iter().all(|host| !is_of_state(host)));
    }

    #[test]
    fn what_is_cut_and_goes_on_nowhere_is_none() {
        for text in ["http://www.x.gov，", "www.x。", "www.x.gov.\n2024年", "http://www.x.gov/a", "www.x.\nOffice", "http://www.x.gov.cn/zwgk/\nndbg，", "http://www.x.gov.cn/zwgk/pub lic/6.html，", "http://www.x.gov.cn/ zwgk", "（http://www.x.gov.cn/zwgk/\nndbg，电话123）"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_whole_stays_as_it_is() {
        for (text, want) in [
            ("http://www.x.gov.cn。\n一、概述", "http://www.x.gov.cn"),
            ("http://www.x.gov.cn/\n2024年", "http://www.x.gov.cn/"),
            ("（http://www.x.gov.cn/\n0999-6702021）", "http://www.x.gov.cn/"),
            ("http://www.x.gov.cn/\nwww.y.gov.cn", "http://www.x.gov.cn/"),
            ("http://www.x.gov.cn/\nEmail：a@126.com", "http://www.x.gov.cn/"),
            ("http://www.x.gov.cn/a.html\nlink", "http://www.x.gov.cn/a.html"),
            ("http://61.178.20.1:8080/a", "http://61.178.20.1:8080/a"),
            ("http://x.gov.cn\nlink", "http://x.gov.cn"),
            ("http://www.x.gov.cn/zwgk （电子版）", "http://www.x.gov.cn/zwgk"),
            ("（http://www.x.gov.cn/zwgk Email：a@126.com）", "http://www.x.gov.cn/zwgk"),
        ] {
            assert_eq!(read(text).as_deref(), Some(want), "{text}");
        }
    }
}
