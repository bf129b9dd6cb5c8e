//! Answers of a server as scrapers keep them: JSON in which one text is a page.

use serde_json::Value;

use super::format::is_html;

/// Larger data are not looked into: as values they take many times their size, and no page is so large.
const MOST: usize = 4 << 20;

/// The longest text that says something of the page beside it, in bytes.
const LONGEST: usize = 300;

/// Name and text of everything in the data that is text, in the order of the file.
type Texts = Vec<(String, String)>;

/// The page that the data of a text hold, with what stands beside it in front and behind; and the short texts beside it by
/// their names. None where the text is no JSON, or most of it is no page.
pub(super) fn page(text: &str) -> Option<(String, Texts)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.len() > MOST || !text.starts_with(['{', '[']) {
        return None;
    }
    let mut texts = Texts::new();
    take("", serde_json::from_str(text).ok()?, &mut texts);
    let all: usize = texts.iter().map(|t| t.1.len()).sum();
    let largest = texts.iter().map(|t| &t.1).max_by_key(|t| t.len())?;
    if largest.len() * 2 < all || !is_html(largest) {
        return None;
    }
    let mut page = String::from("<div>");
    for (_, text) in &texts {
        match is_html(text) {
            true => page.push_str(text),
            // What has no letters but ASCII's is a number, an address, a state.
            false if text.is_ascii() => {}
            false => {
                page.push_str("<p>");
                page.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                page.push_str("</p>");
            }
        }
    }
    texts.retain(|t| t.1.len() <= LONGEST);
    Some((page, texts))
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
        let (page, texts) = page(&text).unwrap();
        assert!(page.starts_with("<div><p>甲镇&lt;报告></p><table>") && page.contains("许可</td>"), "{page}");
        assert_eq!(texts, [("title".to_string(), "甲镇<报告>".to_string()), ("pubDate".into(), "2021-01-28".into()), ("content".into(), TABLE.replace("<\\/", "</"))]);
    }

    #[test]
    fn data_larger_than_any_page_are_none() {
        let text = |n: usize| format!("{{\"a\": \"{TABLE}{}\"}}", "正".repeat(n));
        assert!(page(&text(1000)).is_some() && page(&text(MOST / 3)).is_none());
    }

    #[test]
    fn other_data_are_none() {
        let long = "正文".repeat(400);
        for text in ["{\"a\": \"规章\"}".to_string(), "[1, 2]".into(), format!("{{\"a\": \"{TABLE}\""), format!("{{\"a\": \"{TABLE}\", \"b\": \"{long}\"}}"), format!("{{\"a\": \"{TABLE}\"}} 后"), "[".repeat(1 << 20)] {
            assert_eq!(page(&text), None, "{}", &text[..text.floor_char_boundary(60)]);
        }
    }
}
