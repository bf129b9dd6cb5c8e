//! Pages saved with all that belongs to them (`.mht`, `.mhtml`): a mail whose parts are the page, its frames and pictures.
//! And mails that have a document attached to them.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use memchr::memmem;

/// The page of such a file.
pub(super) struct Part {
    pub bytes: Vec<u8>,
    /// Where it was saved from.
    pub url: Option<String>,
    /// What the mail says of its encoding.
    pub charset: Option<String>,
    /// The mark behind the last part is missing, so the end of the file is.
    pub cut: bool,
    /// The mail holds another page that may be a report as well.
    pub several: bool,
}

/// A mail of several parts that belong together, or one that holds a single page.
pub(super) fn is_mhtml(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(2048)];
    let end = memmem::find(head, b"\r\n\r\n").or_else(|| memmem::find(head, b"\n\n"));
    let head = &head[..end.unwrap_or(head.len())];
    if !head.is_ascii() || !head.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let head = head.to_ascii_lowercase();
    let has = |needle: &str| memmem::find(&head, needle.as_bytes()).is_some();
    has("mime-version:") && has("content-type:") && (has("multipart/") || has("text/html"))
}

/// The page of a mail, and what is attached to it as its own bytes.
pub(super) fn read(bytes: &[u8]) -> (Option<Part>, Vec<Vec<u8>>) {
    let Some(message) = MessageParser::default().parse(bytes) else { return (None, Vec::new()) };
    let is_data = |p: &&MessagePart| !p.is_text() && !p.is_multipart();
    let attached = message.parts.iter().filter(is_data).filter_map(|p| content(bytes, p)).collect();
    (page(bytes, &message), attached)
}

/// The page that the file is about: the part that `start` names, or the one saved from the file's own address, or the
/// first page; of pages that do not belong together the longest. Where that holds nothing but frames, it is the longest of the
/// other pages. None where there is no page.
fn page(bytes: &[u8], message: &Message) -> Option<Part> {
    let root = message.parts.first()?;
    let address = header(root, "Snapshot-Content-Location").or_else(|| header(root, "Content-Location"));
    let start = root.content_type().and_then(|t| t.attribute("start")).map(|s| s.trim_matches(['<', '>']).to_owned());
    let passed_over = passed_over(message);
    let pages: Vec<&MessagePart> = message.parts.iter().enumerate().filter(|(n, p)| p.is_text_html() && !passed_over.contains(n)).map(|(_, p)| p).collect();
    let named = |p: &&&MessagePart| start.is_some() && p.content_id().map(|i| i.trim_matches(['<', '>'])) == start.as_deref();
    let saved = |p: &&&MessagePart| address.is_some() && p.content_location() == address.as_deref();
    let longest = || pages.iter().rev().max_by_key(|p| length(p));
    let belong = is_of(root, "related");
    let mut chosen = *pages.iter().find(named).or_else(|| pages.iter().find(saved)).or_else(|| if belong { pages.first() } else { longest() })?;
    let forwarded = message.parts.iter().filter_map(|p| if let PartType::Message(inner) = &p.body { Some(&inner.parts) } else { None }).flatten().filter(|p| p.is_text_html());
    let several = !belong && pages.iter().copied().chain(forwarded).any(|p| !std::ptr::eq(p, chosen) && length(p) * 2 >= length(chosen));
    let mut content = content(bytes, chosen)?;
    if is_frameset(&content)
        && let Some(longest) = pages.iter().filter(|p| !std::ptr::eq(**p, chosen)).max_by_key(|p| length(p))
    {
        chosen = *longest;
        content = self::content(bytes, chosen)?;
    }
    let url = chosen.content_location().map(str::to_owned).or(address).filter(|u| u.contains("://"));
    let charset = chosen.content_type().and_then(|t| t.attribute("charset")).map(str::to_owned);
    let cut = root.content_type().and_then(|t| t.attribute("boundary")).is_some_and(|b| memmem::rfind(bytes, format!("--{b}--").as_bytes()).is_none());
    Some(Part { bytes: with_sheets(content, bytes, message), url, charset, cut, several })
}

fn length(part: &MessagePart) -> u32 {
    part.raw_end_offset() - part.raw_body_offset()
}

/// Whether a part holds others of this kind, or is itself of this kind of text.
fn is_of(part: &MessagePart, kind: &str) -> bool {
    part.content_type().and_then(|t| t.subtype()).is_some_and(|s| s.eq_ignore_ascii_case(kind))
}

/// Pages that a mail says better further on: of alternatives the last is shown.
fn passed_over(message: &Message) -> Vec<usize> {
    let mut found = Vec::new();
    for part in message.parts.iter().filter(|p| is_of(p, "alternative")) {
        if let PartType::Multipart(parts) = &part.body {
            let pages: Vec<usize> = parts.iter().map(|n| *n as usize).filter(|n| message.parts.get(*n).is_some_and(|p| p.is_text_html())).collect();
            found.extend(pages.iter().rev().skip(1));
        }
    }
    found
}

/// The page with the style sheets that were saved beside it, each where the page refers to it. Their rules are in ASCII; what they
/// say of fonts and signs in other characters would only hide the page's own encoding.
fn with_sheets(page: Vec<u8>, bytes: &[u8], message: &Message) -> Vec<u8> {
    let mut page = page;
    for part in message.parts.iter().filter(|p| is_of(p, "css")) {
        let id = part.content_id().map(|id| format!("cid:{}", id.trim_matches(['<', '>'])));
        let names = id.into_iter().chain(part.content_location().map(str::to_owned));
        let Some(link) = names.filter(|name| name.len() > 4).find_map(|name| link_to(&page, &name)) else { continue };
        let rules: String = content(bytes, part).unwrap_or_default().into_iter().map(|b| if b.is_ascii() { char::from(b) } else { '?' }).collect();
        if !rules.to_ascii_lowercase().contains("</style") {
            let sheet = [b"<style", &page[link.start + b"<link".len()..link.end], rules.as_bytes(), b"</style>"].concat();
            page.splice(link.end..link.end, sheet);
        }
    }
    page
}

/// The tag that refers to a style sheet by this name.
fn link_to(page: &[u8], name: &str) -> Option<std::ops::Range<usize>> {
    memmem::find_iter(page, name.as_bytes()).find_map(|at| {
        let is_whole = page.get(at + name.len()).is_some_and(|b| matches!(b, b'"' | b'\'' | b'>') || b.is_ascii_whitespace());
        let start = memchr::memrchr(b'<', &page[..at])?;
        let end = at + memchr::memchr(b'>', &page[at..])? + 1;
        (is_whole && page[start..end].get(..5)?.eq_ignore_ascii_case(b"<link")).then_some(start..end)
    })
}

fn header(part: &MessagePart, name: &str) -> Option<String> {
    let header = part.headers.iter().find(|h| h.name().eq_ignore_ascii_case(name))?;
    header.value().as_text().map(|t| t.trim().to_owned())
}

/// The part's bytes as they were before they were coded for the mail. The library would decode the text as well, and
/// knows neither GBK nor what else a page says of its encoding.
fn content(bytes: &[u8], part: &MessagePart) -> Option<Vec<u8>> {
    let raw = bytes.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize)?;
    match part.encoding {
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
        _ => Some(raw.to_vec()),
    }
}

fn is_frameset(page: &[u8]) -> bool {
    memmem::find(&page.to_ascii_lowercase(), b"<frameset").is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, decode};
    use super::*;

    fn quoted(bytes: &[u8]) -> String {
        let mut out = String::new();
        for (i, b) in bytes.iter().enumerate() {
            out += &format!("={b:02X}");
            if i % 20 == 19 {
                out += "=\r\n";
            }
        }
        out
    }

    fn mail(parts: &[(&str, &str)]) -> String {
        let mut out = String::from("From: <saved>\r\nSnapshot-Content-Location: http://www.a.gov.cn/1.htm\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----b\"\r\n\r\n");
        for (head, body) in parts {
            out += &format!("------b\r\n{head}\r\n\r\n{body}\r\n");
        }
        out + "------b--\r\n"
    }

    const PAGE: &str = "<html><p>青山镇主动公开政府信息一百二十条，收到群众来信申请三件。</p></html>";
    const HTML: &str = "Content-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: http://www.a.gov.cn/1.htm";

    #[test]
    fn the_page_is_read_in_every_coding() {
        let gbk = encoding_rs::GBK.encode(PAGE).0.into_owned();
        let base64 = "PGh0bWw+PHA+6Z2S5bGx6ZWHPC9wPg==";
        let picture = ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: http://www.a.gov.cn/1.png", "iVBORw0KGgo=");
        let decoded = decode("a.mht", mail(&[picture, (HTML, &quoted(&gbk))]).into_bytes(), &Limits::default()).unwrap();
        assert_eq!((decoded.format, decoded.encoding), ("mhtml", "gb18030"));
        assert!(decoded.text.starts_with("青山镇主动公开"), "{}", decoded.text);
        assert!(decoded.meta.contains(&("url".into(), "http://www.a.gov.cn/1.htm".into())));
        assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
        let coded = mail(&[("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", base64)]);
        assert_eq!(decode("a", coded.into_bytes(), &Limits::default()).unwrap().text, "青山镇\n");
        let plain = mail(&[("Content-Type: text/html; charset=utf-8", PAGE)]);
        assert!(decode("a", plain.into_bytes(), &Limits::default()).unwrap().text.starts_with("青山镇"));
    }

    #[test]
    fn frames_give_the_page_that_they_show() {
        let frames = ("Content-Type: text/html\r\nContent-Location: http://www.a.gov.cn/1.htm", "<html><frameset><frame src=a><frame src=b></frameset></html>");
        let menu = ("Content-Type: text/html\r\nContent-Location: http://www.a.gov.cn/menu.htm", "<p>首页</p>");
        let body = ("Content-Type: text/html; charset=utf-8\r\nContent-Location: http://www.a.gov.cn/body.htm", PAGE);
        let decoded = decode("a", mail(&[frames, menu, body]).into_bytes(), &Limits::default()).unwrap();
        assert!(decoded.text.starts_with("青山镇"), "{}", decoded.text);
        assert!(decoded.meta.contains(&("url".into(), "http://www.a.gov.cn/body.htm".into())));
    }

    #[test]
    fn a_cut_file_says_so_and_nothing_panics() {
        let whole = mail(&[(HTML, &quoted(PAGE.as_bytes()))]).into_bytes();
        for length in 0..whole.len() {
            if let Ok(decoded) = decode("a", whole[..length].to_vec(), &Limits::default())
                && decoded.format == "mhtml"
            {
                assert!(length + 4 > whole.len() || decoded.problems.iter().any(|p| p.code == "decode/truncated-tail"), "{length}");
            }
        }
        for bit in (0..whole.len() * 8).step_by(3) {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let _ = decode("a", flipped, &Limits::default());
        }
    }

    #[test]
    fn a_document_that_is_attached_is_read_where_the_mail_says_less() {
        let document = |words: &str| format!("{{\\rtf1\\ansi {}}}", words.chars().map(|c| format!("\\u{}?", c as u32)).collect::<String>());
        let attached = |words: &str| ("Content-Type: application/rtf\r\nContent-Disposition: attachment; filename=\"a.rtf\"".to_string(), document(words));
        let letter = ("Content-Type: text/html; charset=utf-8".to_string(), "<p>见附件</p>".to_string());
        let read = |parts: &[(String, String)]| {
            let parts: Vec<(&str, &str)> = parts.iter().map(|(head, body)| (head.as_str(), body.as_str())).collect();
            decode("a.eml", mail(&parts).into_bytes(), &Limits::default()).unwrap()
        };
        let long = "青山镇主动公开政府信息一百二十条，收到群众来信申请三件。";
        let one = read(&[letter.clone(), attached(long)]);
        assert!(one.text.starts_with("青山镇") && one.problems.is_empty(), "{} {:?}", one.text, one.problems);
        assert!(read(&[attached(long)]).text.starts_with("青山镇"));
        let two = read(&[letter.clone(), attached("另附说明"), attached(long)]);
        assert!(two.text.starts_with("青山镇") && two.problems[0].code == "decode/attachments", "{:?}", two.problems);
        let page = read(&[("Content-Type: text/html; charset=utf-8".to_string(), format!("<p>{long}{long}</p>")), attached(long)]);
        assert_eq!(page.format, "mhtml");
        let none = decode("a.eml", mail(&[("Content-Type: image/png", "x")]).into_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(none.code, "decode/unsupported-format");
    }

    #[test]
    fn a_sheet_that_was_saved_beside_the_page_counts() {
        let table = "<table><tr><td>甲<td>2<tr><td>乙<td><b class=m>5</b>67</table>";
        let page = |link: &str| format!("<html><head>{link}</head><body>{table}</body></html>");
        let read = |link: &str, rules: &str| {
            let sheet = ("Content-Type: text/css\r\nContent-ID: <c1@a>\r\nContent-Location: http://www.a.gov.cn/1.css", rules);
            let decoded = decode("a.mht", mail(&[("Content-Type: text/html; charset=utf-8", &page(link)), sheet]).into_bytes(), &Limits::default()).unwrap();
            decoded.text.contains("567")
        };
        let rules = "@charset 'utf-8'; .x{font-family:宋体} .m{display:none}";
        assert!(!read("<link rel=stylesheet href='cid:c1@a'>", rules) && !read("<LINK href=http://www.a.gov.cn/1.css rel=stylesheet>", rules));
        for (link, rules) in [("", rules), ("<link rel=stylesheet media=print href='cid:c1@a'>", rules), ("<a href='cid:c1@a'>表</a>", rules), ("<link href='cid:c1@a'>", "</style>.m{display:none}")] {
            assert!(read(link, rules), "{link}");
        }
    }

    #[test]
    fn of_pages_that_do_not_belong_together_the_others_are_told() {
        let page = |words: &str| ("Content-Type: text/html; charset=utf-8", format!("<html><p>{words}</p></html>"));
        let (long, other) = ("青山镇主动公开政府信息一百二十条。", "石桥镇主动公开政府信息三十五条。");
        let read = |kind: &str, parts: &[(&str, String)]| {
            let parts: Vec<(&str, &str)> = parts.iter().map(|(head, body)| (*head, body.as_str())).collect();
            let decoded = decode("a.eml", mail(&parts).replace("multipart/related", kind).into_bytes(), &Limits::default()).unwrap();
            (decoded.text.trim().to_owned(), decoded.problems.iter().any(|p| p.code == "decode/attachments"))
        };
        assert_eq!(read("multipart/mixed", &[page("见附件"), page(long)]), (long.to_owned(), false));
        assert_eq!(read("multipart/mixed", &[page(long), page(other)]), (long.to_owned(), true));
        assert_eq!(read("multipart/alternative", &[page(long), page(other)]), (other.to_owned(), false));
        let inner = format!("From: a\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><p>{other}</p></html>");
        assert_eq!(read("multipart/mixed", &[page(long), ("Content-Type: message/rfc822", inner)]), (long.to_owned(), true));
        assert_eq!(read("multipart/related", &[page(long), page(other)]), (long.to_owned(), false));
    }

    #[test]
    fn a_text_about_mails_is_no_mail() {
        for text in ["MIME-Version: 1.0 是邮件的开头，multipart/related 是类型。content-type:", "plain"] {
            assert!(!is_mhtml(text.as_bytes()), "{text}");
        }
    }
}
