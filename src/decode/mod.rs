//! Bytes of one file to text, with tables as marked cells where the format has real geometry.
//!
//! What a file is, is decided by its bytes and never by its name. Nothing is replaced in silence: every U+FFFD that
//! is put in is counted, and a file that cannot be read says which format it is or what is wrong with it.

mod apart;
mod compound;
mod fault;
mod feed;
mod flat;
mod format;
mod halves;
mod html;
mod indexed;
mod ink;
mod json;
mod laid;
mod margin;
mod marks;
mod mhtml;
mod ofd;
mod page;
mod parts;
mod pdf;
mod text;
mod torn;
mod word;
mod workbook;
mod xml;

use std::borrow::Cow;

use crate::model::{Decoded, Problem};
use compound::Compound;
use fault::Fault;
use format::Office;
use json::Held;
use parts::Parts;
use text::{charset, escaped, plain, tagged, wiki};
use word::{doc, docx, rtf};

/// Stands in a cell where a picture is all that it holds, and for a sign of a picture font: something is there, and it
/// cannot be read.
const PICTURE: char = '\u{FFFC}';
/// Stands before what must not be joined to the figure before it, or is no figure: a note's number, one that was struck
/// out, one beside a picture.
const APART: char = '~';

/// Bounds on what one file may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// HTML tags open at once; the parser's time grows with the square of it.
    pub open_tags: usize,
    /// Tables of one page.
    pub tables: usize,
    /// Bytes of a file that is text or a page, and of the text of any other.
    pub text: usize,
    /// Bytes that the parts of one document have in all once they are inflated.
    pub inflated: usize,
    /// Elements or groups of a document that are open at once.
    pub nesting: usize,
    /// Cells of a workbook.
    pub cells: usize,
    /// Pages of a PDF or OFD.
    pub pages: usize,
    /// Seconds that one PDF or OFD may take; only files that are made to take long do.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            open_tags: 500,
            tables: 2000,
            text: 64 << 20,
            inflated: 64 << 20,
            nesting: 256,
            cells: 1_000_000,
            pages: 2000,
            seconds: 60,
        }
    }
}

/// The text of a file: lines separated by `\n`, each table with real geometry as cells ended by
/// [`CELL_END`](crate::model::CELL_END) and rows ended by [`ROW_END`](crate::model::ROW_END). The two marks stand for
/// nothing else: where a file contains them itself they have become spaces.
///
/// `path` only serves the words of problems. Oddities that leave the text readable are in `Decoded::problems`:
/// `decode/replaced-bytes`, `decode/truncated-tail`, `decode/charset-mismatch`, `decode/unlikely-charset`,
/// `decode/hidden-text`, `decode/frames`, `decode/attachments`.
///
/// # Errors
/// The file cannot be read: `decode/empty`, `decode/unsupported-format` (recognised, and named), `decode/binary`,
/// `decode/damaged`, `decode/encrypted`, `decode/frames`, `decode/nesting`, `decode/too-large`.
pub fn decode(path: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Decoded, Problem> {
    let mut decoded = read(path, bytes, limits)?;
    if let Some(text) = apart::unknown_signs(&decoded.text) {
        decoded.text = text;
    }
    if let Some(text) = apart::turned(&decoded.text) {
        decoded.text = text;
    }
    if let Some(text) = apart::numbered_places(&decoded.text) {
        decoded.text = text;
    }
    if let Some(text) = indexed::without_numbers(&decoded.text) {
        decoded.text = text;
    }
    if let Some(text) = halves::stacked(&decoded.text) {
        decoded.text = text;
    }
    Ok(decoded)
}

fn read(path: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Decoded, Problem> {
    if bytes.is_empty() {
        return Err(of_file("decode/empty", format!("{path}: the file is empty; fetch it again")));
    }
    if let Some(office) = format::office(&bytes) {
        return if office.is_text() { flat::read(path, bytes, office, limits) } else { document(path, &bytes, office, limits) };
    }
    if format::is_pdf(&bytes) {
        return pdf::read(path, bytes, limits);
    }
    if format::is_ofd(&bytes) {
        return ofd::read(path, bytes, limits);
    }
    if let Some(name) = format::unsupported(&bytes) {
        return Err(of_file("decode/unsupported-format", fault::unread(path, name)));
    }
    if bytes.len() > limits.text {
        let message =
            format!("{path}: {} bytes of text, and the limit is {}; no report is that long", bytes.len(), limits.text);
        return Err(of_file("decode/too-large", message));
    }
    if mhtml::is_mhtml(&bytes) {
        return saved_page(path, &bytes, limits);
    }
    text(path, bytes, None, limits)
}

/// The page in a file that a browser saved it to with all that belongs to it; or, where a document is attached to a mail and
/// is longer than what the mail says itself, that document.
fn saved_page(path: &str, bytes: &[u8], limits: &Limits) -> Result<Decoded, Problem> {
    let (page, attached) = mhtml::read(bytes);
    let page = page.map(|part| shown(path, part, limits));
    let documents: Vec<Vec<u8>> = attached.into_iter().filter(|b| format::office(b).is_some() || format::is_pdf(b) || format::is_ofd(b)).collect();
    let several = documents.len() > 1;
    let mut read: Vec<Result<Decoded, Problem>> = documents.into_iter().map(|document| decode(path, document, limits)).collect();
    let length = |decoded: &Result<Decoded, Problem>| decoded.as_ref().map_or(0, |d| d.text.len());
    read.sort_by_key(|decoded| std::cmp::Reverse(length(decoded)));
    let longest = read.into_iter().next().map(|decoded| {
        let mut decoded = decoded?;
        decoded.problems.extend(several.then(|| of_file("decode/attachments", format!("{path}: several documents are attached to this mail and only the longest is read; save each as a file of its own"))));
        Ok(decoded)
    });
    match (page, longest) {
        (Some(page), Some(document)) => if length(&document) > length(&page) { document } else { page },
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => Err(of_file("decode/unsupported-format", format!("{path}: this mail holds neither a page nor a document that can be read; save what is attached to it as a file of its own"))),
    }
}

/// The page that was saved.
fn shown(path: &str, part: mhtml::Part, limits: &Limits) -> Result<Decoded, Problem> {
    let mut decoded = text(path, part.bytes, part.charset.as_deref(), limits)?;
    decoded.format = "mhtml";
    decoded.meta.extend(part.url.map(|url| ("url".to_owned(), url)));
    decoded.problems.extend(part.several.then(|| of_file("decode/attachments", format!("{path}: this mail holds several pages and only one of them is read; save each as a file of its own"))));
    decoded.problems.extend(part.cut.then(|| {
        let message = format!("{path}: the mark behind the last part of the saved page is missing, and so may be the end of the page; fetch it again");
        of_file("decode/truncated-tail", message)
    }));
    Ok(decoded)
}

/// A page whose head is words and no tag is a text with pieces of HTML in it: outside of its tables an empty line ends a
/// paragraph, and where a table's or a list's is the first tag, each line is one until there is another.
fn with_paragraphs(text: &str) -> Cow<'_, str> {
    if format::begun(text).starts_with('<') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let is_table = |at: usize| format::begins(&bytes[at..], "<table");
    let is_laid_out = |at: usize| is_table(at) || ["<dl", "<dt", "<dd", "</dl", "</dt", "</dd"].iter().any(|tag| format::begins(&bytes[at..], tag));
    let mut plain = memchr::memchr(b'<', bytes).is_some_and(is_laid_out);
    let (mut out, mut done, mut tables) = (String::with_capacity(text.len() + text.len() / 16), 0, 0usize);
    for at in memchr::memchr2_iter(b'<', b'\n', bytes) {
        match bytes[at] {
            b'<' => {
                plain &= tables > 0 || is_laid_out(at);
                tables = if format::begins(&bytes[at..], "</table") { tables.saturating_sub(1) } else { tables + usize::from(is_table(at)) };
            }
            _ if tables == 0 && (plain || text[at + 1..].starts_with(['\n', '\r'])) => {
                out.push_str(&text[done..at]);
                out.push_str(if text[at + 1..].starts_with(['\n', '\r']) { "\n<p>" } else { "\n<br>" });
                done = at + 1;
            }
            _ => {}
        }
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Text or a page. `told` is what the file around it says of its encoding.
fn text(path: &str, bytes: Vec<u8>, told: Option<&str>, limits: &Limits) -> Result<Decoded, Problem> {
    let reading = charset::read(bytes, told);
    if reading.is_binary() {
        let message = format!(
            "{path}: the bytes are no text in any encoding tried (the best guess was {}); find out what the file is, or \
             fetch it again",
            reading.encoding.name()
        );
        return Err(of_file("decode/binary", message));
    }
    let (contradicted, is_likely) = (reading.contradicted(), reading.is_likely());
    let mut decoded =
        Decoded { format: "text", encoding: reading.encoding.name(), replaced: reading.replaced, ..Decoded::default() };
    // Data have tags within their texts, and are no page for that.
    let held = feed::held(&reading.text, limits.nesting).or_else(|| json::held(&reading.text));
    let own = if held.is_none() { escaped::page(&reading.text).or_else(|| tagged::page(&reading.text)) } else { None };
    let text = own.as_deref().unwrap_or(&reading.text);
    match held {
        Some(Held { text, texts, is_page, is_laid_out }) => {
            if is_page {
                html::render(path, &text, limits, &mut decoded)?;
            } else {
                decoded.text = if is_laid_out { plain::breaks(text) } else { plain::read(text) };
            }
            decoded.meta.extend(texts);
        }
        // Tags among tables of a wiki are pieces of its text.
        None if format::is_html(text) && !wiki::is_written(text) => {
            html::render(path, &with_paragraphs(text), limits, &mut decoded)?;
            torn::doubt_cut(text, &mut decoded.text);
            decoded.problems.extend(contradicted.map(|declared| mismatch(path, declared.name(), decoded.encoding)));
        }
        None => decoded.text = plain::read(reading.text),
    }
    if let Some(text) = escaped::referenced(&decoded.text) {
        decoded.text = text;
    }
    if decoded.text.trim().is_empty() && decoded.unseen.is_empty() {
        return Err(of_file(
            "decode/empty",
            format!("{path}: the file holds no text; if it is a page that scripts fill, save it from a browser"),
        ));
    }
    decoded.problems.extend((!is_likely).then(|| unlikely(path, decoded.encoding)));
    damage(path, reading.cut, &mut decoded);
    Ok(decoded)
}

fn document(path: &str, bytes: &[u8], office: Office, limits: &Limits) -> Result<Decoded, Problem> {
    let mut decoded = Decoded::default();
    let mut name = office.name();
    let read = match office {
        Office::Docx => Parts::open(bytes, limits).and_then(|parts| docx::render(parts, limits, &mut decoded)),
        Office::Xlsx => Parts::open(bytes, limits).and_then(|parts| workbook::xlsx::render(parts, limits, &mut decoded)),
        Office::Ods => workbook::ods::render(bytes, limits, &mut decoded),
        Office::Rtf => rtf::render(bytes, limits, &mut decoded),
        Office::Compound => compound(bytes, limits, &mut decoded, &mut name),
        Office::ExcelXml | Office::Package | Office::WordXml | Office::Cut => Err(Fault::damaged("only its beginning is there")),
    };
    read.map_err(|fault| fault.problem(path, name))?;
    finished(path, name, false, decoded)
}

/// A document that was read.
fn finished(path: &str, name: &str, cut: bool, mut decoded: Decoded) -> Result<Decoded, Problem> {
    for problem in &mut decoded.problems {
        problem.message.insert_str(0, &format!("{path}: "));
    }
    if decoded.text.trim().is_empty() && decoded.unseen.is_empty() {
        let message = format!("{path}: the {name} file holds no text; if it holds pictures of a report, look for another copy of it");
        return Err(of_file("decode/empty", message));
    }
    damage(path, cut, &mut decoded);
    Ok(decoded)
}

/// What a compound file is, its streams tell.
fn compound(bytes: &[u8], limits: &Limits, decoded: &mut Decoded, name: &mut &'static str) -> Result<(), Fault> {
    let mut compound = Compound::open(bytes)?;
    if compound.has("WordDocument") {
        *name = "doc";
        return doc::render(&mut compound, limits, decoded);
    }
    if compound.has("Workbook") || compound.has("Book") {
        *name = "xls";
        return workbook::xls::render(&mut compound, limits, decoded);
    }
    Err(match () {
        _ if compound.has("EncryptedPackage") => Fault::Encrypted,
        _ if compound.has("PowerPoint Document") => Fault::Unsupported("a presentation of PowerPoint"),
        _ if compound.has("MatOST") => Fault::Unsupported("a document of Microsoft Works"),
        _ => Fault::Unsupported("an OLE container without a document"),
    })
}

/// The document ends in the middle, and what stands before was read.
fn cut_short() -> Problem {
    of_file("decode/truncated-tail", "the document ends in the middle, so its end is missing; fetch it again".to_owned())
}

/// A problem of the file, and of no place in it.
fn of_file(code: &'static str, message: String) -> Problem {
    Problem::new(code, 0, "", message)
}

/// Characters that are no white space.
fn solid(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The line, from 1, on which a byte stands.
fn line_of(text: &str, at: usize) -> u32 {
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u32
}

/// Says how many bytes were replaced, and where the first of them is.
fn damage(path: &str, cut: bool, decoded: &mut Decoded) {
    if decoded.replaced == 0 {
        return;
    }
    let first = decoded.text.find('\u{FFFD}');
    let line = |at: usize| line_of(&decoded.text, at);
    let words = |at: usize| {
        let start = decoded.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let before = decoded.text[start..at].chars().rev().take(20).collect::<Vec<_>>().into_iter().rev();
        before.chain(decoded.text[at..].lines().next().unwrap_or_default().chars().take(20)).collect::<String>()
    };
    let mut found = Vec::new();
    let inside = decoded.replaced - u32::from(cut);
    if inside > 0 {
        let message = format!(
            "{path}: {inside} byte sequences mean nothing in {} and stand as U+FFFD; figures beside them cannot be \
             trusted, fetch the file again",
            decoded.encoding
        );
        found.push(Problem::new(
            "decode/replaced-bytes",
            first.map_or(0, line),
            first.map_or_else(String::new, words),
            message,
        ));
    }
    if cut {
        let last = decoded.text.rfind('\u{FFFD}');
        let message = format!("{path}: the file ends within a character, so its end is missing; fetch it again");
        found.push(Problem::new(
            "decode/truncated-tail",
            last.map_or(0, line),
            last.map_or_else(String::new, words),
            message,
        ));
    }
    decoded.problems.extend(found);
}

fn unlikely(path: &str, found: &str) -> Problem {
    let message = format!("{path}: the bytes look like {found}, in which no Chinese report is written; if the text is no {found} but garbled, fetch the file again");
    Problem::new("decode/unlikely-charset", 0, found, message)
}

fn mismatch(path: &str, declared: &str, found: &str) -> Problem {
    let message = format!(
        "{path}: the page declares {declared} and its bytes are {found}; it was read as {found}, nothing needs to be done \
         unless its text looks wrong"
    );
    Problem::new("decode/charset-mismatch", 0, declared, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: impl Into<Vec<u8>>) -> Result<Decoded, Problem> {
        decode("a.txt", bytes.into(), &Limits::default())
    }

    fn code(bytes: impl Into<Vec<u8>>) -> &'static str {
        read(bytes).unwrap_err().code
    }

    #[test]
    fn text_is_taken_as_it_is() {
        let text = "标题\n\t甲\n\t1\n";
        let decoded = read(text).unwrap();
        assert_eq!(
            (decoded.text.as_str(), decoded.format, decoded.encoding, decoded.replaced),
            (text, "text", "UTF-8", 0)
        );
        assert!(decoded.problems.is_empty());
    }

    #[test]
    fn every_line_break_becomes_one() {
        assert_eq!(read("一\r\n二\r三\n\r四\u{1F}五\u{1E}\n").unwrap().text, "一\n二\n三\n\n四 五 \n");
    }

    #[test]
    fn a_file_without_text_is_empty() {
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b" \r\n\t", b"<html><script>f()</script></html>"] {
            assert_eq!(code(bytes), "decode/empty", "{bytes:?}");
        }
    }

    #[test]
    fn garbage_is_binary() {
        let noise: Vec<u8> = (0u32..5000).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(code(noise), "decode/binary");
        assert_eq!(code(vec![0; 4000]), "decode/binary");
        assert_eq!(code([&[0u8; 500][..], "公开".as_bytes()].concat()), "decode/binary");
    }

    #[test]
    fn a_stray_control_character_is_not_binary() {
        assert_eq!(read("本年公开\0三条\u{7}").unwrap().text, "本年公开\0三条\u{7}");
    }

    #[test]
    fn a_format_that_is_not_read_is_named() {
        let problem = read("Rar!\x1A\x07\x01").unwrap_err();
        assert_eq!(problem.code, "decode/unsupported-format");
        assert!(problem.message.contains("a.txt: the file is RAR"), "{}", problem.message);
    }

    #[test]
    fn replacements_are_told_with_their_line() {
        let mut bytes = "第一行\n第二行的文字\n第三行".repeat(30).into_bytes();
        bytes[16] = 0xFF;
        bytes.truncate(bytes.len() - 1);
        let decoded = read(bytes).unwrap();
        let told: Vec<_> = decoded.problems.iter().map(|p| (p.code, p.line)).collect();
        assert_eq!(told, [("decode/replaced-bytes", 2), ("decode/truncated-tail", 61)]);
        assert!(decoded.problems[0].text.starts_with("第二\u{FFFD}"), "{}", decoded.problems[0].text);
    }

    #[test]
    fn a_page_that_misstates_its_encoding_is_read_and_told() {
        let decoded = read("<html><meta charset=gb2312><p>主动公开").unwrap();
        assert_eq!((decoded.text.as_str(), decoded.format, decoded.encoding), ("主动公开\n", "html", "UTF-8"));
        assert_eq!(decoded.problems[0].code, "decode/charset-mismatch");
    }

    #[test]
    fn a_text_that_mentions_tags_and_a_million_pipes_are_text() {
        for text in ["表格用 <td> 书写。\n共 3 行\n".to_owned(), "|".repeat(1_000_000)] {
            let decoded = read(text.as_str()).unwrap();
            assert_eq!((decoded.format, decoded.text == text), ("text", true));
        }
    }

    #[test]
    fn a_text_in_an_encoding_of_other_languages_is_told() {
        let text = "Le rapport g\u{e9}n\u{e9}ral de l'ann\u{e9}e a \u{e9}t\u{e9} publi\u{e9} \u{e0} temps, m\u{ea}me \u{e0} Gen\u{e8}ve.";
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let decoded = read(latin).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.problems[0].code), (text, "decode/unlikely-charset"));
    }

    #[test]
    fn a_text_past_the_limit_is_refused() {
        let limits = Limits { text: 10, ..Limits::default() };
        assert_eq!(decode("a", b"0123456789a".to_vec(), &limits).unwrap_err().code, "decode/too-large");
    }
}
