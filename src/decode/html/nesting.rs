//! How deep a page nests, found before it is parsed: the parser's time grows with the square of the depth, so 20,000
//! open `<div>` take seconds and a million take hours.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::elements::{Kind, Open, kind};
use crate::decode::format::begins;

/// Attributes of one tag beyond which the parser's search for repeated ones becomes its main work.
const ATTRIBUTES: usize = 2000;

/// What makes a page too costly to parse.
#[derive(Debug, PartialEq, Eq)]
pub enum Excess {
    /// Too many tags open at once, at this byte.
    Depth(usize),
    /// Too many attributes in the tag at this byte.
    Attributes(usize),
    /// Too many tables, at this byte.
    Tables(usize),
}

/// Follows the tags of a page; an error names the first place where a limit is passed.
pub fn check(page: &str, open_tags: usize, tables: usize) -> Result<(), Excess> {
    let bytes = page.as_bytes();
    if is_harmless(bytes, open_tags.min(tables)) {
        return Ok(());
    }
    let (mut open, mut at, mut seen) = (Open::default(), 0, 0);
    while let Some(step) = memchr(b'<', &bytes[at..]) {
        let start = at + step;
        let Some(tag) = tag(&bytes[start..]).map_err(|()| Excess::Attributes(start))? else {
            at = after_markup(bytes, start);
            continue;
        };
        at = start + tag.source.len();
        if tag.end {
            open.close(&tag);
            continue;
        }
        if tag.name == "plaintext" {
            break;
        }
        seen += usize::from(tag.name == "table");
        if seen > tables {
            return Err(Excess::Tables(start));
        }
        if !open.in_foreign() && kind(&tag.name) == Kind::Raw {
            at = after_raw(bytes, at, &tag.name);
            continue;
        }
        open.open(&tag);
        if open.depth() > open_tags {
            return Err(Excess::Depth(start));
        }
    }
    Ok(())
}

/// Whether a page has too few tags to pass any limit, and none long enough for thousands of attributes: most pages, and
/// told in a fraction of the time.
fn is_harmless(bytes: &[u8], tags: usize) -> bool {
    let (mut opened, mut last) = (0, 0);
    for at in memchr::memchr_iter(b'<', bytes).chain([bytes.len()]) {
        if at - last > 2 * ATTRIBUTES {
            return false;
        }
        opened += usize::from(bytes.get(at + 1).is_some_and(|&b| b != b'/'));
        last = at;
    }
    opened <= tags || most(bytes) <= tags
}

/// More than can be open at once of the tags of a page, where it is told by their number: what formats counts twice, and a table
/// for the cell of it that may be open. In drawings and templates cells are elements like others.
fn most(bytes: &[u8]) -> usize {
    let open = |at: usize| match name(&bytes[at + 1..]) {
        name if name.is_empty() => 0,
        name if name == "template" => bytes.len(),
        name => match kind(&name) {
            Kind::Void | Kind::Raw | Kind::Row | Kind::Cell => 0,
            Kind::Foreign => bytes.len(),
            Kind::Formatting | Kind::Table => 2,
            _ => 1,
        },
    };
    memchr::memchr_iter(b'<', bytes).map(open).fold(0, usize::saturating_add)
}

/// A tag as it stands, its name in lower case.
pub struct Tag<'a> {
    pub source: &'a [u8],
    pub name: Cow<'a, str>,
    pub end: bool,
    /// Written with `/>`, which means something only in SVG and MathML.
    pub closed: bool,
}

/// The tag that starts here; none for comments and other markup, or where the `<` is text.
fn tag(bytes: &[u8]) -> Result<Option<Tag<'_>>, ()> {
    let end = bytes.get(1) == Some(&b'/');
    let start = if end { 2 } else { 1 };
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return Ok(None);
    }
    let (mut i, mut quote, mut value, mut attributes) = (start, None, false, 0);
    while i < bytes.len() {
        match (quote, bytes[i]) {
            (Some(q), b) if b == q => quote = None,
            (Some(_), _) => {}
            (None, b'>') => break,
            // A quote opens a value only right behind the equals sign.
            (None, b @ (b'"' | b'\'')) if value => (quote, value) = (Some(b), false),
            (None, b'=') => value = true,
            (None, b' ' | b'\t' | b'\n' | b'\r' | 0x0C) => {}
            (None, _) => {
                attributes +=
                    usize::from(bytes[i - 1].is_ascii_whitespace() || matches!(bytes[i - 1], b'/' | b'"' | b'\''));
                value = false;
            }
        }
        i += 1;
    }
    if attributes > ATTRIBUTES {
        return Err(());
    }
    let name = name(&bytes[start..]);
    Ok(Some(Tag { source: &bytes[..(i + 1).min(bytes.len())], name, end, closed: bytes[i - 1] == b'/' }))
}

/// The name that a tag begins with, in lower case.
fn name(bytes: &[u8]) -> Cow<'_, str> {
    // Only a few long names matter, and they are compared with each other.
    let length = bytes.iter().take(32).take_while(|b| !b.is_ascii_whitespace() && !b"/>".contains(b)).count();
    let mut name = String::from_utf8_lossy(&bytes[..length]);
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        name.to_mut().make_ascii_lowercase();
    }
    name
}

/// Where it goes on behind a `<` that opens no tag.
fn after_markup(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    let length = if rest.starts_with(b"<!-->") {
        Some(5)
    } else if rest.starts_with(b"<!--->") {
        Some(6)
    } else if rest.starts_with(b"<!--") {
        // `--!>` ends a comment too.
        let end = memmem::find_iter(&rest[2..], b"--").map(|at| at + 4);
        end.filter(|&at| at >= 6).find_map(|at| match &rest[at..] {
            [b'>', ..] => Some(at + 1),
            [b'!', b'>', ..] => Some(at + 2),
            // Three dashes: the match starts one early.
            [b'-', b'>', ..] => Some(at + 2),
            _ => None,
        })
    } else if matches!(rest.get(1), Some(b'!' | b'?' | b'/')) {
        memchr(b'>', rest).map(|at| at + 1)
    } else {
        Some(1)
    };
    length.map_or(bytes.len(), |length| start + length)
}

/// Behind the end tag of an element whose content is text, not tags.
fn after_raw(bytes: &[u8], mut at: usize, name: &str) -> usize {
    while let Some(step) = memmem::find(&bytes[at..], b"</") {
        at += step + 2;
        let rest = &bytes[at..];
        if begins(rest, name) && matches!(rest.get(name.len()), Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C)) {
            return at;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_deep(page: &str) -> bool {
        matches!(check(page, 500, usize::MAX), Err(Excess::Depth(_)))
    }

    #[test]
    fn tags_that_close_each_other_are_not_deep() {
        for piece in [
            "<p>一",
            "<p><b>一",
            "<p><span>一",
            "<li>一",
            "<dd>一<dt>二",
            "<a name=x>",
            "<a><span>一</a>",
            "<h1>一",
            "<br>",
            "<img src='>'>",
            "<b>一</b>",
            "<div><p>一</div>",
            "<i><div></i></div>",
            "<option>一",
            "<!-- <div> -->",
            "<script>'<div>'</script>",
            "<table>",
            "<svg><path d='M'/><g/></svg>",
            "<title><div></title>",
            "a < b <1 <= ",
            "</div>",
            "<button>一",
            "<!--><br>",
            "<!---><br>",
        ] {
            assert!(!is_deep(&piece.repeat(3000)), "{piece}");
        }
        for piece in [
            "<td>一",
            "<tr><td>一",
            "<td><font color=red><p>一",
            "<tr><th><b><span>一",
            "<td><div>一",
            "<tbody><tr><td>",
        ] {
            let page = format!("<table>{}", piece.repeat(3000));
            assert!(!is_deep(&page), "{piece}");
        }
    }

    #[test]
    fn tags_that_nest_are_deep() {
        for piece in [
            "<div>",
            "<DIV\n>",
            "<span>",
            "<b>",
            "<table><tr><td>",
            "<span><div></span>",
            "<ul><li>",
            "<x-y>",
            "<object><p>",
            "<section/>",
            "<a><div>",
            "<h2><x>",
            "<svg>",
            "<!--><div>",
            "<!---><div>",
            "<!-- x ---><div>",
            "<!-- x --!><div>",
            "<p><button><object>",
            "<script></script><em>",
        ] {
            assert!(is_deep(&piece.repeat(3000)), "{piece}");
        }
        assert!(is_deep(&format!("<svg>{}", "<style><g>".repeat(3000))));
        assert!(is_deep(&format!("<svg><desc>{}", "<x/>".repeat(3000))));
        let many: String = (0..3000).map(|i| format!("<p><font size={i}>一")).collect();
        assert!(is_deep(&many));
    }

    #[test]
    fn other_excesses_are_found() {
        assert_eq!(check(&"<table>".repeat(11), 500, 10), Err(Excess::Tables(70)));
        let tag = format!("<p><i {}>", "a ".repeat(3000));
        assert_eq!(check(&tag, 500, 10), Err(Excess::Attributes(3)));
        assert_eq!(check(&format!("<img src=\"{}\">", "a ".repeat(3000)), 500, 10), Ok(()));
    }

    /// What passes the check is not much deeper in the parser's tree than the check believes (rows and what the
    /// parser adds itself are not counted).
    #[test]
    fn the_parser_agrees_on_tag_soup() {
        const TAGS: [&str; 34] = [
            "div", "p", "b", "a", "font", "i", "span", "table", "tr", "td", "th", "tbody", "ul", "li", "h2", "svg",
            "g", "desc", "button", "object", "select", "option", "form", "style", "title", "section", "br", "caption",
            "math", "mi", "nobr", "dd", "pre", "template",
        ];
        let mut state = 7u64;
        let mut next = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % n
        };
        for _ in 0..600 {
            // Few kinds of tags a page, so that they meet often.
            let kinds: Vec<&str> = (0..2 + next(6)).map(|_| TAGS[next(TAGS.len())]).collect();
            let page: String = (0..300)
                .map(|_| match (next(6), kinds[next(kinds.len())]) {
                    (0, tag) => format!("</{tag}>"),
                    (1, tag) => format!("<{tag}/>"),
                    (2, tag) => format!("<{tag} id=a{}>字", next(9)),
                    (_, tag) => format!("<{tag}>字"),
                })
                .collect();
            let depth =
                scraper::Html::parse_document(&page).tree.nodes().map(|n| n.ancestors().count()).max().unwrap_or(0);
            let found = (0..).find(|&limit| check(&page, limit, 1000).is_ok()).unwrap_or(0);
            assert!(depth <= 3 * found + 20, "{depth} against {found}: {page}");
        }
    }
}
