//! What a file is, by its bytes; names lie.

use memchr::{memchr, memchr_iter, memmem};

/// How much of a text is looked at to tell a page from plain text.
const HEAD: usize = 16 * 1024;

/// A format that is recognised but not read by this build: what to call it. None for text, which includes pages.
pub(super) fn unsupported(bytes: &[u8]) -> Option<&'static str> {
    // PDF readers accept the mark anywhere in the first kilobyte.
    let head = &bytes[..bytes.len().min(1024)];
    const MARKS: [(&[u8], &str); 17] = [
        (b"{\\rtf", "RTF"),
        (b"\x1F\x8B\x08", "gzip archives"),
        (b"7z\xBC\xAF\x27\x1C", "7z archives"),
        (b"Rar!\x1A\x07", "RAR archives"),
        (b"BZh", "bzip2 archives"),
        (b"\xFD7zXZ\0", "xz archives"),
        (b"\x28\xB5\x2F\xFD", "Zstandard archives"),
        (b"\x89PNG\r\n\x1A\n", "PNG pictures"),
        (b"\xFF\xD8\xFF", "JPEG pictures"),
        (b"GIF87a", "GIF pictures"),
        (b"GIF89a", "GIF pictures"),
        (b"II*\0", "TIFF pictures"),
        (b"MM\0*", "TIFF pictures"),
        (b"SQLite format 3\0", "SQLite databases"),
        (b"\x7FELF", "programs"),
        (b"PAR1", "Parquet"),
        (b"bplist00", "web archives of Safari"),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip(bytes));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(ole(bytes));
    }
    if let Some((_, name)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(name);
    }
    if head.trim_ascii_start().starts_with(b"%PDF-") || memmem::find(head, b"\n%PDF-").is_some() {
        return Some("PDF");
    }
    if memmem::find(head, b"MIME-Version:").is_some() && memmem::find(head, b"multipart/related").is_some() {
        return Some("MHTML");
    }
    if memmem::find(head, b"<?mso-application progid=\"Word.Document\"").is_some() {
        return Some("Word XML");
    }
    memmem::find(head, b"<?mso-application progid=\"Excel.Sheet\"").map(|_| "Excel XML")
}

/// Which format a zip container holds, by the names of its members.
fn zip(bytes: &[u8]) -> &'static str {
    const MEMBERS: [(&[u8], &str); 5] = [
        (b"word/document.xml", "docx (a zip container)"),
        (b"xl/workbook.", "xlsx (a zip container)"),
        (b"OFD.xml", "OFD (a zip container)"),
        (b"opendocument.text", "odt (a zip container)"),
        (b"opendocument.spreadsheet", "ods (a zip container)"),
    ];
    let found = MEMBERS.iter().find(|(member, _)| memmem::find(bytes, member).is_some());
    found.map_or("zip archives", |&(_, name)| name)
}

/// Which format an OLE container holds, by the names of its streams (UTF-16LE).
fn ole(bytes: &[u8]) -> &'static str {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &name).is_some()
    };
    if holds("WordDocument") {
        "doc or wps (an OLE container)"
    } else if holds("Workbook") || holds("Book") {
        "xls or et (an OLE container)"
    } else {
        "OLE containers"
    }
}

/// Whether a text is an HTML page: it opens like one, or its beginning is dense with tags. A text that mentions a
/// tag here and there stays text, for a page's line breaks mean nothing and a text's mean everything.
pub(super) fn is_html(text: &str) -> bool {
    let bytes = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').as_bytes();
    opens_as_page(bytes) || is_dense_with_tags(&bytes[..bytes.len().min(HEAD)])
}

fn opens_as_page(mut bytes: &[u8]) -> bool {
    while bytes.starts_with(b"<!--") {
        let Some(end) = memmem::find(bytes, b"-->") else { return false };
        bytes = bytes[end + 3..].trim_ascii_start();
    }
    let starts = |prefix: &[u8]| bytes.len() >= prefix.len() && bytes[..prefix.len()].eq_ignore_ascii_case(prefix);
    if starts(b"<!doctype") {
        return bytes[9..].trim_ascii_start().get(..4).is_some_and(|w| w.eq_ignore_ascii_case(b"html"));
    }
    if starts(b"<?xml") {
        let head = bytes[..bytes.len().min(2048)].to_ascii_lowercase();
        return memmem::find(&head, b"<html").is_some() || memmem::find(&head, b"<!doctype html").is_some();
    }
    const OPENINGS: [&str; 15] = [
        "html", "head", "body", "table", "div", "meta", "title", "style", "script", "link", "section", "article",
        "center", "main", "form",
    ];
    tag_name(bytes).is_some_and(|(name, _)| OPENINGS.iter().any(|o| name.eq_ignore_ascii_case(o.as_bytes())))
}

/// At least eight tags, one in 400 bytes, three of them end tags.
fn is_dense_with_tags(head: &[u8]) -> bool {
    const NAMES: [&str; 20] = [
        "p", "td", "th", "tr", "table", "div", "span", "br", "b", "strong", "font", "li", "ul", "a", "tbody", "h1",
        "h2", "h3", "center", "img",
    ];
    let (mut tags, mut ends) = (0, 0);
    for at in memchr_iter(b'<', head) {
        if let Some((name, end)) = tag_name(&head[at..])
            && NAMES.iter().any(|n| name.eq_ignore_ascii_case(n.as_bytes()))
        {
            tags += 1;
            ends += usize::from(end);
        }
    }
    tags >= 8 && ends >= 3 && tags * 400 >= head.len()
}

/// The name of the tag that starts here, and whether it is an end tag. Only a tag that is closed counts, so that
/// `<table of contents` and `<http://…>` are none.
fn tag_name(bytes: &[u8]) -> Option<(&[u8], bool)> {
    let rest = bytes.strip_prefix(b"<")?;
    let (rest, end) = rest.strip_prefix(b"/").map_or((rest, false), |rest| (rest, true));
    let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let closed = matches!(rest.get(length)?, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/')
        && memchr(b'>', &rest[..rest.len().min(4096)]).is_some();
    (length > 0 && closed).then_some((&rest[..length], end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_named_by_their_bytes() {
        let mut doc = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        doc.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
        let cases: [(&[u8], Option<&str>); 8] = [
            (b"%PDF-1.4 \x80", Some("PDF")),
            (b"\xEF\xBB\xBF\n%PDF-1.4", Some("PDF")),
            (b"PK\x03\x04....word/document.xml", Some("docx (a zip container)")),
            (b"PK\x03\x04....readme", Some("zip archives")),
            (&doc, Some("doc or wps (an OLE container)")),
            (b"{\\rtf1\\ansi", Some("RTF")),
            (b"PDF %PDF", None),
            ("PK 赛".as_bytes(), None),
        ];
        for (bytes, name) in cases {
            assert_eq!(unsupported(bytes), name, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn pages_are_told_from_text() {
        let page = "<p>说明</p><p>第二段</p><p>第三段</p><p>第四段</p>";
        let tail = format!("{}{}", "年度报告正文。\n".repeat(900), page);
        for (text, is_page) in [
            ("\u{FEFF}\n <!DOCTYPE html>", true),
            ("<!-- saved -->\n<HTML lang=zh>", true),
            ("<table border=1><tr><td>1", true),
            ("<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC ''>", true),
            (page, true),
            ("<http://www.example.cn/a> 为本镇网址", false),
            ("<?xml version='1.0'?><rss></rss>", false),
            ("单元格写作 <td> 与 </td>，表格写作 <table>。", false),
            ("<table of contents\n", false),
            ("<<2022年度报告>>", false),
            ("< div >", false),
            (&tail, false),
            ("", false),
        ] {
            assert_eq!(is_html(text), is_page, "{text:.60}");
        }
        assert!(!is_html(&"|".repeat(1_000_000)));
        assert!(!is_html(&"<".repeat(1_000_000)));
    }
}
