//! Pages to lines and cells, as a browser shows them.

use scraper::Html;
use scraper::node::{Element, Node};

use super::nesting::{self, Excess};
use super::page::Page;
use super::{Limits, tables};
use crate::model::{Decoded, Problem};

/// One step of the walk through what a page shows, in document order.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Open(&'a Element),
    Close(&'a Element),
    Text(&'a str),
    /// A hidden element was passed over that holds so many characters.
    Hidden(usize),
}

/// Fills `decoded` with the text and the metadata of a page.
///
/// Lines are blocks of the page; a data table stands as its cells, each ended by `CELL_END`, each row by
/// `ROW_END`. Fails where the page passes one of the limits.
pub(super) fn render(path: &str, page: &str, limits: &Limits, decoded: &mut Decoded) -> Result<(), Problem> {
    nesting::check(page, limits.open_tags, limits.tables).map_err(|excess| refusal(path, page, limits, &excess))?;
    let html = Html::parse_document(page);
    decoded.format = "html";
    decoded.meta = metadata(&html);
    let steps: Vec<Step> = steps(&html).collect();
    let data = tables::hold_data(steps.iter().copied());
    let mut out = Page::new(page.len() / 2, data);
    let mut hidden = 0;
    for step in steps {
        match step {
            Step::Open(element) => out.open(element),
            Step::Close(element) => out.close(element),
            Step::Text(text) => out.text(text),
            Step::Hidden(chars) => hidden += chars,
        }
    }
    decoded.text = out.finish();
    if hidden > 200 && hidden > solid(&decoded.text) {
        let message = format!(
            "{path}: {hidden} characters of the page are hidden (display:none) and were left out, more than it shows; \
             if the report is among them, save the page as it looks in a browser"
        );
        decoded.problems.push(Problem::new("decode/hidden-text", 0, "", message));
    }
    Ok(())
}

fn refusal(path: &str, page: &str, limits: &Limits, excess: &Excess) -> Problem {
    let at = |&byte: &usize| 1 + page.as_bytes()[..byte].iter().filter(|&&b| b == b'\n').count();
    let rest = "the page is damaged or no report; look at it, and save its text instead if it is one";
    match excess {
        Excess::Depth(byte) => Problem::new(
            "decode/nesting",
            0,
            "",
            format!(
                "{path}: more than {} HTML tags are open at once in source line {}; {rest}",
                limits.open_tags,
                at(byte)
            ),
        ),
        Excess::Attributes(byte) => Problem::new(
            "decode/nesting",
            0,
            "",
            format!("{path}: the HTML tag in source line {} has thousands of attributes; {rest}", at(byte)),
        ),
        Excess::Tables(byte) => Problem::new(
            "decode/too-large",
            0,
            "",
            format!("{path}: more than {} tables, the last of them in source line {}; {rest}", limits.tables, at(byte)),
        ),
    }
}

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// Walks the visible part of a page without recursion, so depth costs no stack.
fn steps(html: &Html) -> impl Iterator<Item = Step<'_>> {
    let mut next = Some((html.tree.root(), false));
    std::iter::from_fn(move || {
        loop {
            let (node, leaving) = next?;
            let skipped = !leaving && is_skipped(node.value());
            let down =
                if leaving || skipped { None } else { Some(node.first_child().map_or((node, true), |c| (c, false))) };
            next =
                down.or_else(|| node.next_sibling().map(|s| (s, false))).or_else(|| node.parent().map(|p| (p, true)));
            match node.value() {
                Node::Element(element) if skipped && is_hidden(element) => {
                    let texts = node.descendants().filter_map(|d| d.value().as_text());
                    return Some(Step::Hidden(texts.map(|t| solid(t)).sum()));
                }
                // A `td` of SVG is no cell, and whatever SVG draws is no block.
                Node::Element(element) if &*element.name.ns != XHTML => {}
                Node::Element(element) if leaving => return Some(Step::Close(element)),
                Node::Element(element) if !skipped => return Some(Step::Open(element)),
                Node::Text(text) if !leaving => return Some(Step::Text(text)),
                _ => {}
            }
        }
    })
}

/// Elements that show nothing.
fn is_skipped(node: &Node) -> bool {
    let Node::Element(element) = node else { return false };
    match element.name() {
        "script" | "style" | "noscript" | "template" | "head" | "iframe" | "noframes" | "noembed" | "title" => true,
        // Pages that hide themselves as a whole are shown by their scripts.
        "html" | "body" => false,
        _ => is_hidden(element),
    }
}

fn is_hidden(element: &Element) -> bool {
    let style = element.attr("style").unwrap_or_default();
    style.split(';').any(|rule| {
        rule.split_once(':').is_some_and(|(name, value)| {
            let value = value.trim();
            name.trim().eq_ignore_ascii_case("display")
                && value.get(..4).is_some_and(|v| v.eq_ignore_ascii_case("none"))
        })
    })
}

/// Characters that are no white space.
fn solid(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// What the page says of itself: its title and its `<meta>` with a name or property, keys as they stand.
fn metadata(html: &Html) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for node in html.tree.nodes() {
        let Node::Element(element) = node.value() else { continue };
        match element.name() {
            "title" if node.parent().and_then(|p| p.value().as_element()).is_some_and(|p| p.name() == "head") => {
                let title: String = node.children().filter_map(|c| c.value().as_text().map(|t| &**t)).collect();
                let title = title.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
                found.push(("title".to_owned(), title));
            }
            "meta" => {
                if let (Some(key), Some(value)) =
                    (element.attr("name").or_else(|| element.attr("property")), element.attr("content"))
                {
                    found.push((key.trim().to_owned(), value.trim().to_owned()));
                }
            }
            _ => {}
        }
    }
    found.retain(|(key, value)| !key.is_empty() && !value.is_empty());
    found
}

#[cfg(test)]
pub(super) fn verdicts(page: &str) -> Vec<bool> {
    tables::hold_data(steps(&Html::parse_document(page)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CELL_END, ROW_END};

    fn rendered(page: &str) -> Decoded {
        let mut decoded = Decoded::default();
        render("a.html", page, &Limits::default(), &mut decoded).unwrap();
        decoded
    }

    /// The text with `¦` for the end of a cell and `¶` for that of a row.
    fn text(page: &str) -> String {
        rendered(page).text.replace(CELL_END, "¦").replace(ROW_END, "¶")
    }

    fn code(page: &str) -> &'static str {
        render("a.html", page, &Limits::default(), &mut Decoded::default()).unwrap_err().code
    }

    #[test]
    fn cells_and_rows_end_in_marks() {
        let page = "<p>前<table><tr><td>甲</td><td> 乙 </td></tr><tr><td></td><th>3</th></tr></table>后";
        assert_eq!(text(page), "前\n甲¦\n乙¦¶\n¦\n3¦¶\n后\n");
        assert_eq!(rendered(page).text, "前\n甲\u{1F}\n乙\u{1F}\u{1E}\n\u{1F}\n3\u{1F}\u{1E}\n后\n");
    }

    #[test]
    fn covered_cells_are_not_written_and_spans_cost_nothing() {
        let page = "<table><tr><td rowspan=0>甲<td colspan=99999>乙<tr><td rowspan=99999 colspan=0>丙<tr></table>";
        assert_eq!(text(page), "甲¦\n乙¦¶\n丙¦¶\n");
    }

    #[test]
    fn lines_inside_a_cell_stay() {
        let page = "<table><tr><td>商业<br>企业<td><p>一</p><p>二</p><td><br><p>&nbsp;</p><td>12<br></table>";
        assert_eq!(text(page), "商业\n企业¦\n一\n二¦\n\u{A0}¦\n12¦¶\n");
    }

    #[test]
    fn a_data_table_inside_frames_keeps_its_cells() {
        let page = "<table><tr><td><table><tr><td>导航<td><h2>标题</h2><table><caption>表一</caption><tr><td>甲<td>1\
                    <tr><td>乙<td>2</table></table></table>";
        assert_eq!(text(page), "导航\n标题\n表一\n甲¦\n1¦¶\n乙¦\n2¦¶\n");
    }

    #[test]
    fn a_table_inside_a_data_cell_is_part_of_it() {
        let rows = "<tr><td>甲<td>1".repeat(4);
        let page = format!("<table>{rows}<tr><td>乙<td><table><tr><td>其中<td>3</table></table>");
        assert_eq!(text(&page), format!("{}乙¦\n其中\n3¦¶\n", "甲¦\n1¦¶\n".repeat(4)));
    }

    #[test]
    fn white_space_collapses_as_in_a_browser() {
        let page = "<div> 一\n  二<b> 三</b> <i>四 </i>&nbsp;五\u{3000}六<br/>七<br><br><br><br>八<pre>九\n  十</pre>";
        assert_eq!(text(page), "一 二 三 四 \u{A0}五\u{3000}六\n七\n\n八\n九\n  十\n");
    }

    #[test]
    fn entities_are_resolved_and_cannot_forge_marks() {
        assert_eq!(text("<p>&lt;td&gt; &amp; &#20013;&#x6587; A&#31;B&#30;C"), "<td> & 中文 A B C\n");
    }

    #[test]
    fn what_shows_nothing_is_left_out() {
        let page = "<script>var t='<table><tr><td>1<td>2</table>';</script><style>p{}</style><noscript>请启用</noscript>\
                    <p style='color:red; DISPLAY : none'>隐</p><p>显</p><textarea>框</textarea><!-- 注 -->";
        assert_eq!(text(page), "显\n框\n");
        assert_eq!(text("<body style='display:none'><p>全部"), "全部\n");
        let hidden = rendered(&format!("<p>短<div style='display:none'>{}</div>", "长文".repeat(200)));
        assert_eq!(hidden.problems[0].code, "decode/hidden-text");
    }

    #[test]
    fn cells_outside_tables_and_text_between_rows_stay_as_lines() {
        assert_eq!(text("<div><tr><td>甲</td><td>乙</td></tr></div>"), "甲乙\n");
        assert_eq!(text("<table><tr><td>甲<td>1</tr>散落<tr><td>乙<td>2</table>"), "散落\n甲¦\n1¦¶\n乙¦\n2¦¶\n");
    }

    #[test]
    fn fields_in_cells_show_their_values() {
        assert_eq!(text("<table><tr><td>甲<td><input value=7><input type=hidden value=9></table>"), "甲¦\n7¦¶\n");
    }

    #[test]
    fn a_page_tells_about_itself() {
        let page = "<title> 年度\n报告 </title><meta name=SiteIDCode content=3300000001><meta property='og:title' content='题'>\
                    <meta name=empty content=''><meta charset=utf-8><p>文<svg><title>图</title><td>字</svg>";
        let pairs = [("title", "年度 报告"), ("SiteIDCode", "3300000001"), ("og:title", "题")];
        let decoded = rendered(page);
        assert_eq!(decoded.meta, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(decoded.text, "文字\n");
    }

    #[test]
    fn what_would_take_days_is_refused_at_once() {
        let start = std::time::Instant::now();
        assert_eq!(code(&"<table><tr><td>".repeat(10_000)), "decode/nesting");
        assert_eq!(code(&"<table>".repeat(10_000)), "decode/too-large");
        assert_eq!(code(&"<div>".repeat(1_000_000)), "decode/nesting");
        assert!(start.elapsed().as_secs() < 2);
    }

    #[test]
    fn many_unclosed_cells_are_one_table() {
        let text = text(&format!("<table><tr>{}", "<td>一".repeat(100_000)));
        assert_eq!(text.matches('¦').count(), 100_000);
    }

    #[test]
    fn the_deepest_page_allowed_fits_a_small_stack() {
        let page = format!("{}字{}", "<div>".repeat(500), "</div>".repeat(500));
        let work = move || assert_eq!(text(&page), "字\n");
        std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
    }
}
