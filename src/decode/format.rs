//! What a file is, by its bytes; names lie.

use memchr::{memchr, memchr_iter, memmem};

use crate::decode::parts::Parts;
use crate::decode::xml::{Tag, Xml};
use crate::decode::{Limits, compound};

/// How much of a text is looked at to tell a page from plain text.
const HEAD: usize = 16 * 1024;
/// In so much of a file stands the first element of a document in XML, with the vocabularies that it binds.
const ROOT: usize = 8 * 1024;

/// Documents of office programs that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Office {
    Docx,
    Xlsx,
    Ods,
    /// Word 97, Excel 97, or something encrypted: its streams tell.
    Compound,
    Rtf,
    /// A workbook in one file of XML; the parts of a document of the newer kinds in one; a document of Word 2003.
    ExcelXml,
    Package,
    WordXml,
    /// A document of the newer kinds that is cut off before the part that tells which.
    Cut,
}

impl Office {
    /// What a file of this format is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Office::Docx => "docx",
            Office::Xlsx => "xlsx",
            Office::Ods => "ods",
            Office::Compound => "OLE",
            Office::Rtf => "RTF",
            Office::ExcelXml => "Excel XML",
            Office::Package | Office::WordXml => "Word XML",
            Office::Cut => "docx or xlsx",
        }
    }

    /// Whether it is written in letters, in whatever encoding.
    pub fn is_text(self) -> bool {
        ROOTS.iter().any(|(.., office)| *office == self)
    }
}

/// The office document that the bytes are; none where they are anything else.
pub(super) fn office(bytes: &[u8]) -> Option<Office> {
    match bytes {
        _ if bytes.starts_with(compound::MARK) => Some(Office::Compound),
        _ if bytes.trim_ascii_start().strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes.trim_ascii_start()).starts_with(b"{\\rtf") => Some(Office::Rtf),
        _ if is_zip(bytes) => match zip(bytes) {
            Zip::Office(office) => Some(office),
            _ => None,
        },
        _ => in_xml(bytes),
    }
}

/// The first elements of documents in one file of XML, and their vocabularies. Lines that say which program is meant to open
/// the file are lost in templates.
const ROOTS: [(&str, &str, Office); 3] = [
    ("Workbook", "urn:schemas-microsoft-com:office:spreadsheet", Office::ExcelXml),
    ("package", "http://schemas.microsoft.com/office/2006/xmlPackage", Office::Package),
    ("wordDocument", WORD_2003, Office::WordXml),
];
/// The vocabulary of documents of Word 2003.
pub(super) const WORD_2003: &str = "http://schemas.microsoft.com/office/word/2003/wordml";

/// The document that a file of XML is.
fn in_xml(bytes: &[u8]) -> Option<Office> {
    let wide = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..]);
    let head = &bytes[..bytes.len().min(if wide { 2 * ROOT } else { ROOT })];
    // In UTF-16 what tells is every second byte.
    let narrow: Vec<u8> = if wide { head.iter().copied().filter(u8::is_ascii).filter(|b| *b != 0).collect() } else { Vec::new() };
    let head = if wide { &narrow[..] } else { head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head) }.trim_ascii_start();
    if !head.starts_with(b"<") || !ROOTS.iter().any(|(name, ..)| memmem::find(head, name.as_bytes()).is_some()) {
        return None;
    }
    let head = String::from_utf8_lossy(head);
    match Xml::new(&head, "XML", 1).next_tag() {
        Ok(tag) => tag.and_then(|tag| ROOTS.iter().find(|(name, space, _)| tag.local() == *name && is_of(&tag, space))).map(|root| root.2),
        // It ends within the first element.
        Err(_) => ROOTS.iter().find(|(name, space, _)| head.contains(name) && head.contains(space)).map(|root| root.2),
    }
}

/// Whether an element is of a vocabulary that it binds itself.
pub(super) fn is_of(tag: &Tag, vocabulary: &str) -> bool {
    let prefix = |name: &str| name.strip_prefix("xmlns").is_some_and(|rest| rest.strip_prefix(':').unwrap_or(rest) == tag.prefix());
    tag.attributes().any(|(name, value)| value == vocabulary && prefix(name))
}

/// What a zip container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zip {
    Office(Office),
    Ofd,
    /// A document of a kind that is not read: what to call it.
    Other(&'static str),
    /// Files that somebody put together.
    Archive,
}

pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Tells documents from archives by the members that documents must have. An archive that holds documents is still an
/// archive: only names in the container's own list count. Where the list is lost the first member tells.
pub(super) fn zip(bytes: &[u8]) -> Zip {
    let Ok(mut parts) = Parts::open(bytes, &Limits::default()) else { return cut_zip(bytes) };
    let starts = |parts: &Parts, with: &str| parts.names().any(|n| n.starts_with(with));
    if parts.has("[Content_Types].xml") {
        return match () {
            _ if parts.has("word/document.xml") => Zip::Office(Office::Docx),
            _ if parts.has("xl/workbook.bin") => Zip::Other("xlsb (a zip container)"),
            _ if parts.has("xl/workbook.xml") => Zip::Office(Office::Xlsx),
            _ if starts(&parts, "ppt/") => Zip::Other("pptx (a zip container)"),
            _ => by_content_types(&mut parts),
        };
    }
    if parts.has("OFD.xml") {
        return Zip::Ofd;
    }
    match parts.read("mimetype") {
        Ok(Some(kind)) if kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => Zip::Office(Office::Ods),
        Ok(Some(kind)) if kind.starts_with(b"application/vnd.oasis.opendocument.text") => Zip::Other("odt (a zip container)"),
        Ok(Some(kind)) if kind.starts_with(b"application/epub") => Zip::Other("epub (a zip container)"),
        _ => Zip::Archive,
    }
}

/// Some programs call the main part otherwise; the list of types says what it is.
fn by_content_types(parts: &mut Parts) -> Zip {
    let types = parts.read("[Content_Types].xml").ok().flatten().unwrap_or_default();
    match () {
        _ if memmem::find(&types, b"wordprocessingml.").is_some() => Zip::Office(Office::Docx),
        _ if memmem::find(&types, b"spreadsheetml.").is_some() => Zip::Office(Office::Xlsx),
        _ => Zip::Archive,
    }
}

/// A container whose list of members is lost.
fn cut_zip(bytes: &[u8]) -> Zip {
    let length = compound::u16_at(bytes, 26).map_or(0, usize::from);
    let first = bytes.get(30..30 + length).unwrap_or_default();
    let named = |name: &[u8]| memmem::find(bytes, name).is_some();
    let of_office = [&b"[Content_Types].xml"[..], b"_rels/.rels", b"docProps/app.xml", b"docProps/core.xml"].contains(&first);
    match first {
        _ if of_office && named(b"xl/workbook.") => Zip::Office(Office::Xlsx),
        _ if of_office && named(b"word/") => Zip::Office(Office::Docx),
        _ if of_office => Zip::Office(Office::Cut),
        b"OFD.xml" => Zip::Ofd,
        first if first.starts_with(b"Doc_0/") && named(b"OFD.xml") => Zip::Ofd,
        b"mimetype" if named(b"opendocument.spreadsheet") => Zip::Office(Office::Ods),
        _ => Zip::Archive,
    }
}

/// A format that is recognised but not read by this build: what to call it. None for text, which includes pages.
pub(super) fn unsupported(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(1024)];
    const MARKS: [(&[u8], &str); 16] = [
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
    if is_zip(bytes) {
        return match zip(bytes) {
            Zip::Office(office) => Some(office.name()),
            Zip::Ofd => Some("OFD"),
            Zip::Other(name) => Some(name),
            Zip::Archive => Some("zip archives"),
        };
    }
    if let Some((_, name)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(name);
    }
    memchr(b'<', head)?;
    if memmem::find(head, b"<?mso-application progid=\"Word.Document\"").is_some() {
        return Some("Word XML of another kind");
    }
    memmem::find(head, b"<?mso-application progid=\"Excel.Sheet\"").map(|_| "Excel XML of another kind")
}

/// Whether a file that is no office program's is an OFD.
pub(super) fn is_ofd(bytes: &[u8]) -> bool {
    is_zip(bytes) && zip(bytes) == Zip::Ofd
}

/// PDF readers accept the mark anywhere in the first kilobyte; a text that only speaks of it has it within a line, and
/// a container may hold a document right at its beginning.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let is_container = head.starts_with(b"PK") || head.starts_with(b"WARC/");
    head.trim_ascii_start().starts_with(b"%PDF-") || (!is_container && memmem::find(head, b"\n%PDF-").is_some())
}

/// Whether a text is an HTML page: it opens like one, or its beginning is dense with tags. A text that mentions a
/// tag here and there stays text, for a page's line breaks mean nothing and a text's mean everything.
pub(super) fn is_html(text: &str) -> bool {
    let bytes = begun(text).as_bytes();
    opens_as_page(bytes) || is_dense_with_tags(&bytes[..bytes.len().min(HEAD)])
}

/// A text from its first sign on: white space and the mark of its byte order may stand before it.
pub(super) fn begun(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
}

/// Whether bytes begin with a word, in whichever case.
pub(super) fn begins(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a text, from its first sign on, opens like an HTML page.
pub(super) fn opens_as_page(mut bytes: &[u8]) -> bool {
    while bytes.starts_with(b"<!--") {
        let Some(end) = memmem::find(bytes, b"-->") else { return false };
        bytes = bytes[end + 3..].trim_ascii_start();
    }
    if begins(bytes, "<!doctype") {
        return begins(bytes[9..].trim_ascii_start(), "html");
    }
    if begins(bytes, "<?xml") {
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
    const NAMES: [&str; 23] = [
        "p", "td", "th", "tr", "table", "div", "span", "br", "b", "strong", "font", "li", "ul", "a", "tbody", "h1",
        "h2", "h3", "center", "img", "dl", "dt", "dd",
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
    fn formats_that_are_not_read_are_named_by_their_bytes() {
        assert!(is_pdf(b"%PDF-1.4 \x80") && is_pdf(b"\xEF\xBB\xBF\n%PDF-1.4") && is_pdf(b"HTTP/1.1 200\r\n\r\n%PDF-1.7"));
        assert!(!is_pdf(b"PDF %PDF-1.4"));
        let cases: [(&[u8], Option<&str>); 4] = [
            (b"PK\x03\x04....readme", Some("zip archives")),
            (b"Rar!\x1A\x07\x01", Some("RAR archives")),
            (b"PDF %PDF", None),
            ("PK 赛".as_bytes(), None),
        ];
        for (bytes, name) in cases {
            assert_eq!(unsupported(bytes), name, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn office_documents_are_told_by_their_bytes() {
        let cases: [(&[u8], Option<Office>); 6] = [
            (b"{\\rtf1\\ansi", Some(Office::Rtf)),
            (b"\xEF\xBB\xBF{\\rtf1", Some(Office::Rtf)),
            (b"\r\n{\\rtf1", Some(Office::Rtf)),
            (b"{\\rt", None),
            (compound::MARK, Some(Office::Compound)),
            (b"a {\\rtf1", None),
        ];
        for (bytes, office) in cases {
            assert_eq!(super::office(bytes), office, "{}", String::from_utf8_lossy(bytes));
        }
    }

    /// A zip container of these members.
    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in members {
            zip.start_file(*name, zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn documents_in_one_file_of_xml_are_told_by_their_first_element() {
        let excel = "urn:schemas-microsoft-com:office:spreadsheet";
        let wide = |text: &str| std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let workbook = format!("<?xml version=\"1.0\" encoding=\"GBK\"?>\r\n<!-- 甲 > -->\n<Workbook xmlns='{excel}' xmlns:x=\"x\"><Styles/>");
        let word = format!("<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument xmlns:v='urn:schemas-microsoft-com:vml' xmlns:w='{WORD_2003}'/>");
        let package = "<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\"><pkg:part/></pkg:package>";
        for (bytes, office) in [
            (word.clone().into_bytes(), Some(Office::WordXml)),
            (word.replace("xmlns:w=", "xmlns:x=").into_bytes(), None),
            (package.as_bytes().to_vec(), Some(Office::Package)),
            (b"<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"2.0\">".to_vec(), None),
            (workbook.clone().into_bytes(), Some(Office::ExcelXml)),
            (format!("\u{FEFF}\n{workbook}").into_bytes(), Some(Office::ExcelXml)),
            (encoding_rs::GBK.encode(&workbook).0.into_owned(), Some(Office::ExcelXml)),
            (wide(&workbook), Some(Office::ExcelXml)),
            (wide(&workbook)[2..].to_vec(), Some(Office::ExcelXml)),
            (format!("<ss:Workbook xmlns:ss = \"{excel}\">").into_bytes(), Some(Office::ExcelXml)),
            (workbook.as_bytes()[..workbook.len() - 12].to_vec(), Some(Office::ExcelXml)),
            (format!("<Workbook xmlns=\"other\" xmlns:ss=\"{excel}\">").into_bytes(), None),
            (format!("<html xmlns:x=\"{excel}\"><xml><x:ExcelWorkbook></x:ExcelWorkbook></xml>").into_bytes(), None),
            (format!("甲 <Workbook xmlns=\"{excel}\">").into_bytes(), None),
            (b"<Workbook>".to_vec(), None),
            (b"<!-- Workbook".to_vec(), None),
            (b"\xFF\xFE".to_vec(), None),
        ] {
            assert_eq!(super::office(&bytes), office, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn documents_in_zip_containers_are_told_from_archives() {
        let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
        let docx = zipped(&[types, ("word/document.xml", b"")]);
        let odd = zipped(&[("[Content_Types].xml", b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), ("main.xml", b"")]);
        let ods = zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"")]);
        let ofd = zipped(&[("Doc_0/Document.xml", b""), ("OFD.xml", b"")]);
        // An archive with a document in it, which stands there as it is.
        let archive = zipped(&[("a/report.docx", &docx), ("b.txt", b"[Content_Types].xml word/document.xml")]);
        for (bytes, kind) in [
            (&docx, Zip::Office(Office::Docx)),
            (&zipped(&[types, ("xl\\workbook.xml", b"")]), Zip::Office(Office::Xlsx)),
            (&zipped(&[types, ("xl/workbook.bin", b"")]), Zip::Other("xlsb (a zip container)")),
            (&odd, Zip::Office(Office::Docx)),
            (&ods, Zip::Office(Office::Ods)),
            (&archive, Zip::Archive),
            (&zipped(&[("word/document.xml", b"")]), Zip::Archive),
            (&ofd, Zip::Ofd),
            (&ofd[..ofd.len() - 30].to_vec(), Zip::Ofd),
            (&zipped(&[("a/OFD.xml", b""), ("Doc_0/Document.xml", b"")]), Zip::Archive),
            (&docx[..docx.len() - 30].to_vec(), Zip::Office(Office::Docx)),
            (&archive[..archive.len() - 30].to_vec(), Zip::Archive),
            // Cut before the part that tells which.
            (&docx[..60].to_vec(), Zip::Office(Office::Cut)),
            (&archive[..60].to_vec(), Zip::Archive),
        ] {
            assert_eq!(super::zip(bytes), kind);
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
