//! Answers of a server and records of scrapers: JSON in which one text is a page, or a report's text with its lines; Python
//! writes such records with quotes of its own.

use std::borrow::Cow;

use serde_json::Value;

use crate::decode::format::{begun, is_html};
use crate::decode::laid::laid_out;
use crate::decode::text::escaped::{self, unescaped};
use crate::decode::text::python;
use crate::fold::fold;

/// Larger data are not looked into: as values they take many times their size, and no page is so large.
pub(super) const MOST: usize = 4 << 20;

/// The longest text that says something of the page beside it, in bytes.
pub(super) const LONGEST: usize = 300;

/// Lines of the one text that is a report, at least.
pub(super) const LEAST_LINES: usize = 8;

/// A record has no more texts than this; more are the cells and paragraphs of one that was taken apart.
const MOST_TEXTS: usize = 60;

/// Name and text of everything in the data that is text, in the order of the file.
pub(super) type Texts = Vec<(String, String)>;

/// What the data of a text hold.
#[derive(Debug, PartialEq)]
pub(super) struct Held {
    /// The page or text, with what stands beside it in front and behind.
    pub text: String,
    /// The short texts beside it by their names.
    pub texts: Texts,
    pub is_page: bool,
    /// Its tables are cells and rows already.
    pub is_laid_out: bool,
}

/// What the data of a text hold; none where the text is no data, or most of it is neither a page nor a text of lines.
pub(super) fn held(text: &str) -> Option<Held> {
    let text = begun(text);
    if text.len() > MOST || !text.starts_with(['{', '[', '"', '(']) {
        return None;
    }
    let text = if python::begins(text) { Cow::Owned(python::as_json(text)) } else { Cow::Borrowed(text) };
    let mut texts = Texts::new();
    take("", serde_json::from_str(&text).ok()?, &mut texts);
    assembled(texts).or_else(|| laid_out(&serde_json::from_str(&text).ok()?))
}

/// What texts of data hold, as [`held`] gives it.
pub(super) fn assembled(mut texts: Texts) -> Option<Held> {
    drop_repeated(&mut texts);
    let all: usize = texts.iter().map(|t| t.1.len()).sum();
    let largest = texts.iter_mut().max_by_key(|t| t.1.len())?;
    if largest.1.len() * 2 < all {
        return None;
    }
    if let Some(text) = unescaped(&largest.1) {
        largest.1 = text;
    }
    if let Some(page) = escaped::page(&largest.1) {
        largest.1 = page;
    }
    let is_page = is_html(&largest.1);
    // Where two are reports, or the record was taken apart, it is not one text that has the figures.
    let is_long = |t: &(String, String)| memchr::memchr_iter(b'\n', t.1.as_bytes()).take(LEAST_LINES).count() == LEAST_LINES;
    if !is_page && (texts.len() > MOST_TEXTS || texts.iter().filter(|t| is_long(t)).count() != 1) {
        return None;
    }
    let text = if is_page { as_page(&texts) } else { as_text(&texts) };
    texts.retain(|t| t.1.len() <= LONGEST);
    Some(Held { text, texts, is_page, is_laid_out: false })
}

/// Takes out what the longest text says too, letter for letter: a record may hold its text once more, without its tables.
fn drop_repeated(texts: &mut Texts) {
    let long: Vec<usize> = (0..texts.len()).filter(|&n| texts[n].1.len() > LONGEST).collect();
    let Some(&longest) = long.iter().max_by_key(|n| texts[**n].1.len()).filter(|n| long.len() > 1 && !is_html(&texts[**n].1)) else { return };
    let said = fold(&texts[longest].1);
    let mut n = 0;
    texts.retain(|(_, text)| {
        n += 1;
        n - 1 == longest || text.len() <= LONGEST || !said.contains(&fold(text))
    });
}

/// Whether a text begins with data that are whole.
pub(super) fn is_data(text: &str) -> bool {
    let first = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>().next();
    text.trim_start().starts_with(['{', '[', '"']) && matches!(first, Some(Ok(_)))
}

/// What has no letters but ASCII's is a number, an address, a state.
fn as_page(texts: &Texts) -> String {
    let mut page = String::from("<div>");
    for (_, text) in texts {
        match is_html(text) {
            true => page.push_str(text),
            false if text.is_ascii() => {}
            false => {
                page.push_str("<p>");
                page.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                page.push_str("</p>");
            }
        }
    }
    page
}

fn as_text(texts: &Texts) -> String {
    let worded = texts.iter().map(|t| t.1.as_str()).filter(|t| !t.is_ascii());
    worded.collect::<Vec<_>>().join("\n")
}

/// Takes the texts of a value that stands under a name.
fn take(name: &str, value: Value, texts: &mut Texts) {
    match value {
        Value::String(text) => texts.push((name.to_string(), text)),
        Value::Array(values) => values.into_iter().for_each(|v| take(name, v, texts)),
        Value::Object(values) => values.into_iter().for_each(|(name, v)| take(&name, v, texts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "<table><tr><td>规章</td><td>0</td></tr><tr><td>许可<\\/td><td>57</td></tr></table>";

    #[test]
    fn a_page_in_an_answer_is_a_page() {
        let text = format!("\u{FEFF}{{\"code\": 0, \"data\": [{{\"title\": \"甲镇<报告>\", \"pubDate\": \"2021-01-28\", \"content\": \"{TABLE}\", \"tags\": null}}], \"ok\": true}}");
        let (page, texts) = held(&text).map(|h| (h.text, h.texts)).unwrap();
        assert!(page.starts_with("<div><p>甲镇&lt;报告></p><table>") && page.contains("许可</td>"), "{page}");
        assert_eq!(texts, [("title".to_string(), "甲镇<报告>".to_string()), ("pubDate".into(), "2021-01-28".into()), ("content".into(), TABLE.replace("<\\/", "</"))]);
    }

    #[test]
    fn a_text_of_lines_is_a_text() {
        let lines = "规章\\t0\\n".repeat(9);
        let want = format!("甲镇报告\n{}", "规章\t0\n".repeat(9));
        for text in [format!("{{\"title\": \"甲镇报告\", \"n\": 3, \"content\": \"{lines}\"}}"), format!("{{'title': '甲镇报告', 'ok': True, 'n': None, 'content': '{lines}'}}\n")] {
            let held = held(&text).unwrap();
            assert_eq!((held.text.as_str(), held.is_page, held.texts.len()), (want.as_str(), false, 2), "{text}");
        }
        let twice = format!("{{\"content\": \"{}\"}}", lines.repeat(2).replace('\\', "\\\\"));
        assert_eq!(held(&twice).unwrap().text, "规章\t0\n".repeat(18));
        assert_eq!(held(&format!("[{{\"a\": \"{lines}{lines}\"}}, {{\"a\": \"{lines}\"}}]")), None, "two texts");
        let apart = held(&format!("[\"{lines}{lines}\"{}]", ", \"甲\"".repeat(60))).unwrap();
        assert!(apart.is_laid_out && apart.text.ends_with(&"甲\n".repeat(60)), "a record taken apart");
    }

    #[test]
    fn data_larger_than_any_page_are_none() {
        let text = |n: usize| format!("{{\"a\": \"{TABLE}{}\"}}", "正".repeat(n));
        assert!(held(&text(1000)).is_some() && held(&text(MOST / 3)).is_none());
    }

    #[test]
    fn other_data_are_none() {
        let long = "正文".repeat(400);
        for text in ["{\"a\": \"规章\"}".to_string(), "[1, 2]".into(), format!("{{\"a\": \"{TABLE}\""), format!("{{\"a\": \"{TABLE}\", \"b\": \"{long}\"}}"), format!("{{\"a\": \"{TABLE}\"}} 后"), "[".repeat(1 << 20)] {
            assert_eq!(held(&text), None, "{}", &text[..text.floor_char_boundary(60)]);
        }
    }
}
