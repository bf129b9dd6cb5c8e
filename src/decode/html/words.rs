//! Words of pages and of their style sheets: attributes, names, escapes, pieces between signs.

use std::borrow::Cow;

use cssparser::{Parser, Token};
use scraper::node::Element;

/// An attribute; `Element::attr` makes a hashed name of what it looks for.
pub fn attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// What stands between the parts of a selector, blanks of every kind made plain.
pub const JOINS: [char; 4] = [' ', '>', '+', '~'];

/// The rest of a declaration or of the words before a block, without comments; none where browsers pass over it.
pub fn value<'i>(input: &mut Parser<'i>) -> Option<Cow<'i, str>> {
    let (mut text, mut start) = (Cow::Borrowed(""), input.position());
    loop {
        match input.next_including_whitespace_and_comments() {
            Ok(Token::Comment(comment)) => {
                let inside = comment.len();
                let piece = input.slice_from(start);
                let piece = piece.strip_suffix("*/").unwrap_or(piece);
                // It keeps words apart.
                text = Cow::Owned(format!("{text}{} ", &piece[..piece.len() - inside - "/*".len()]));
                start = input.position();
            }
            Ok(token) if *token == Token::CurlyBracketBlock || token.is_parse_error() => return None,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    let rest = input.slice_from(start);
    Some(if text.is_empty() { Cow::Borrowed(rest) } else { Cow::Owned(format!("{text}{rest}")) })
}

/// Whether a character is one of names: of classes, elements and identifiers.
pub fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

pub fn is_name(text: &str) -> bool {
    text.chars().all(is_name_char)
}

/// `\2022` and the like.
pub fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let body = &rest[at + 1..];
        let digits = body.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        out.extend(u32::from_str_radix(&body[..digits], 16).ok().and_then(char::from_u32));
        rest = if digits > 0 { body[digits..].strip_prefix(' ').unwrap_or(&body[digits..]) } else { body };
        if digits == 0 && let Some(c) = rest.chars().next() {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out + rest
}

/// The pieces of a text between these signs, those within brackets and quotes apart.
pub fn pieces<'a>(text: &'a str, sign: &'a str) -> impl Iterator<Item = &'a str> {
    let (mut depth, mut quote, mut start, mut next) = (0i32, None, Some(0), 0);
    std::iter::from_fn(move || {
        let from = start?;
        while let Some(&b) = text.as_bytes().get(next) {
            let at = next;
            next += 1;
            match (quote, b) {
                (Some(q), _) if b == q => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(b),
                (None, b'(' | b'[') => depth += 1,
                (None, b')' | b']') => depth -= 1,
                _ if depth == 0 && sign.as_bytes().first() == Some(&b) && text.as_bytes()[at..].starts_with(sign.as_bytes()) => {
                    next = at + sign.len();
                    start = Some(next);
                    return Some(&text[from..at]);
                }
                _ => {}
            }
        }
        start = None;
        Some(&text[from..])
    })
}
