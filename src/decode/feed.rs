//! XML that carries a page as the text of one of its elements: the items of a feed (RSS, Atom), and records of a scraper. The
//! page's own tags are escaped there, or stand in a CDATA section.

use std::collections::BTreeMap;

use crate::decode::format::{begun, opens_as_page};
use crate::decode::json::{Held, MOST, Texts, assembled};
use crate::decode::xml::{Item, Xml};

/// What such a file begins with.
const OPENINGS: [&str; 4] = ["<?xml", "<rss", "<feed", "<rdf:RDF"];

/// The page that the XML of a text holds, with what stands beside it in front and behind; and the short texts beside it by
/// the names of their elements. None where the text is no whole XML with at most `nesting` elements open at once, or most of
/// it is no page.
pub(super) fn held(text: &str, nesting: usize) -> Option<Held> {
    let text = begun(text);
    if text.len() > MOST || !OPENINGS.iter().any(|o| text.starts_with(o)) || opens_as_page(text.as_bytes()) {
        return None;
    }
    let mut xml = Xml::new(text, "XML", nesting);
    let mut texts = Texts::new();
    let mut open: Texts = Vec::new();
    // By text its name: a feed may give the same one as a summary and as a whole.
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    while let Some(item) = xml.next().ok()? {
        match item {
            Item::Open(tag) => open.push((tag.local().to_string(), String::new())),
            Item::Text(words) => open.last_mut().into_iter().for_each(|(_, text)| text.push_str(&words)),
            Item::Close => {
                let (name, text) = open.pop()?;
                if !text.trim().is_empty() && known.get(&text).is_none_or(|first| *first == name) {
                    known.insert(text.clone(), name.clone());
                    texts.push((name, text));
                }
            }
        }
    }
    assembled(texts).filter(|held| held.is_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "<table><tr><td>规章</td><td>0</td></tr><tr><td>许可</td><td>57</td></tr></table>";

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    #[test]
    fn a_page_in_an_item_is_a_page() {
        let feed = |body: &str| format!("<?xml version=\"1.0\"?>\n<rss><channel><title>甲区</title><item><title>甲镇报告</title><pubDate>2021-01-28</pubDate><description>{body}</description></item></channel></rss>");
        for body in [escaped(TABLE), format!("<![CDATA[{TABLE}]]>"), format!("<![CDATA[{TABLE}]]></description><content:encoded>{}</content:encoded><description>", escaped(TABLE))] {
            let Held { text: page, texts, .. } = held(&feed(&body), 9).unwrap();
            assert_eq!(page, format!("<div><p>甲区</p><p>甲镇报告</p>{TABLE}"));
            assert!(texts.contains(&("title".to_string(), "甲镇报告".to_string())) && texts.contains(&("pubDate".to_string(), "2021-01-28".to_string())));
        }
        assert_eq!(held(&feed(&escaped(TABLE)), 3), None, "deeper than allowed");
    }

    #[test]
    fn other_xml_is_none() {
        for text in [
            format!("<?xml version=\"1.0\"?><rss><a>{}</a>", escaped(TABLE)),
            format!("<?xml version=\"1.0\"?><html><body>{TABLE}</body></html>"),
            "<?xml version=\"1.0\"?><a><b>规章</b><c>0</c></a>".to_string(),
            format!("<?xml version=\"1.0\"?><a><b>{}</b><c>{}</c></a>", escaped(TABLE), "正文".repeat(400)),
            escaped(TABLE),
        ] {
            assert_eq!(held(&text, 9), None, "{}", &text[..text.floor_char_boundary(60)]);
        }
    }
}
