//! Pages to lines and cells, as a browser shows them.

mod chosen;
mod conditions;
mod elements;
mod filled;
mod look;
mod nesting;
mod page;
mod roles;
mod scripts;
mod selector;
mod style;
pub mod tables;
mod unseen;
mod vars;
mod words;

use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

use filled::{Filled, NODES, is_part};
use look::{AHEAD, BLOCK, PAINTED, SHRUNK, STRUCK, Text};
use nesting::Excess;
use page::Page;
use roles::{Part, Roles};
use style::{Sheet, is_ornament};
use words::attr;
use crate::decode::apart::has_digits_alone;
use crate::decode::format::is_html;
use crate::decode::marks::lines;
use crate::decode::{Limits, line_of, of_file, solid, with_paragraphs};
use crate::model::{Decoded, Problem};

/// One step of the walk through what a page shows, in document order.
#[derive(Clone, Copy)]
pub enum Step<'a> {
    Open(Part, &'a Element),
    Close(Part),
    /// Whether it is struck out or turned round.
    Text(&'a str, bool),
    /// Something is drawn here by a rule of the style.
    Drawn,
    /// So many characters were passed over that do not show.
    Hidden(usize),
}

/// Fills `decoded` with the text and the metadata of a page.
///
/// Lines are blocks of the page; a data table stands as its cells, each ended by `CELL_END`, each row by
/// `ROW_END`. Fails where the page passes one of the limits.
pub fn render(path: &str, page: &str, limits: &Limits, decoded: &mut Decoded) -> Result<(), Problem> {
    let html = parse(page, limits).map_err(|excess| refusal(path, page, limits, &excess))?;
    decoded.format = "html";
    decoded.meta = metadata(&html, page);
    let sheet = Sheet::of(&html);
    let (text, hidden) = written(&html, page, &sheet, false);
    decoded.text = text;
    if let Some((text, meta)) = in_letters(page, &decoded.text, limits) {
        decoded.text = text;
        decoded.meta.extend(meta);
    }
    if decoded.text.trim().is_empty()
        && let Some(frames) = frames(&html)
    {
        let message = format!("{path}: the page only frames other pages ({frames}), and the report is in one of them; fetch that");
        return Err(of_file("decode/frames", message));
    }
    let text = &decoded.text;
    let shown = || solid(text);
    if hidden > 200 && hidden > shown() {
        let message = format!(
            "{path}: {hidden} characters of the page are hidden (display:none or the like) and were left out, more than it shows; \
             if the report is among them, save the page as it looks in a browser"
        );
        decoded.problems.push(of_file("decode/hidden-text", message));
        decoded.unseen.push(written(&html, page, &sheet, true).0);
    }
    decoded.unseen.extend(unseen::texts(&html).into_iter().filter_map(|t| rendered(t, limits)));
    if let Some(frames) = frames(&html).filter(|_| shown() < FRAMED) {
        let message = format!("{path}: the page shows little itself and frames other pages ({frames}); the report may be in one of them");
        decoded.problems.push(of_file("decode/frames", message));
    }
    Ok(())
}

fn parse(page: &str, limits: &Limits) -> Result<Html, Excess> {
    nesting::check(page, limits.open_tags, limits.tables)?;
    Ok(Html::parse_document(page))
}

/// The text of a page, and how many characters of it are hidden; with `all` none is.
fn written(html: &Html, page: &str, sheet: &Sheet, all: bool) -> (String, usize) {
    let roles = Roles::find(html, page, sheet);
    let filled = Filled::of(html, &roles);
    let steps: Vec<Step> = Walk::new(html, &roles, sheet, &filled, all).collect();
    let mut out = Page::new(page.len() / 2, tables::hold_data(steps.iter().copied()));
    let mut hidden = 0;
    for step in steps {
        match step {
            Step::Open(part, element) => out.open(part, element),
            Step::Close(part) => out.close(part),
            Step::Text(text, altered) => out.text(text, altered),
            Step::Drawn => out.drawn(),
            Step::Hidden(chars) => hidden += chars,
        }
    }
    (out.finish(), hidden)
}

/// So many ends of tags as letters, at least, make a page of what a page shows.
const LEAST_TAGS: usize = 12;

/// The page that a page shows in letters, `&lt;td&gt;`, as it was to look, and what it tells of itself; none where it shows a table
/// of its own, or its text is no page from the beginning.
fn in_letters(page: &str, shown: &str, limits: &Limits) -> Option<(String, Vec<(String, String)>)> {
    let ends = memchr::memmem::find_iter(page.as_bytes(), "&lt;/").take(LEAST_TAGS).count();
    if ends < LEAST_TAGS || shown.contains(crate::model::ROW_END) || !is_html(shown) {
        return None;
    }
    let meta = metadata(&parse(shown, limits).ok()?, shown);
    // Around its tables may stand paragraphs that the page had as such.
    Some((rendered(with_paragraphs(shown).into_owned(), limits)?, meta))
}

/// A text that the page does not show, as it would look. HTML within it may be written with entities once more.
fn rendered(text: String, limits: &Limits) -> Option<String> {
    let mut text = text;
    for _ in 0..2 {
        if !is_html(&text) {
            break;
        }
        let html = parse(&text, limits).ok()?;
        text = written(&html, &text, &Sheet::of(&html), false).0;
    }
    Some(lines_of(text))
}

/// Marks are kept where the text was a page: then it has no others than ours.
fn lines_of(text: String) -> String {
    if text.contains(crate::model::ROW_END) { text } else { lines(text) }
}

/// Characters below which a page with frames shows nothing of its own.
const FRAMED: usize = 400;

/// The addresses of the first pages that a page frames.
fn frames(html: &Html) -> Option<String> {
    let elements = html.tree.nodes().filter_map(|n| n.value().as_element());
    let framed = elements.filter(|e| matches!(e.name(), "frame" | "iframe")).filter_map(|e| attr(e, "src")).map(str::trim);
    let found: Vec<&str> = framed.filter(|src| !src.is_empty() && !src.starts_with("about:") && !src.starts_with("javascript:")).take(3).collect();
    (!found.is_empty()).then(|| found.join(", ").chars().take(300).collect())
}

fn refusal(path: &str, page: &str, limits: &Limits, excess: &Excess) -> Problem {
    let at = |byte: &usize| line_of(page, *byte);
    let (code, what) = match excess {
        Excess::Depth(byte) => ("decode/nesting", format!("more than {} HTML tags are open at once in source line {}", limits.open_tags, at(byte))),
        Excess::Attributes(byte) => ("decode/nesting", format!("the HTML tag in source line {} has thousands of attributes", at(byte))),
        Excess::Tables(byte) => ("decode/too-large", format!("more than {} tables, the last of them in source line {}", limits.tables, at(byte))),
    };
    of_file(code, format!("{path}: {what}; the page is damaged or no report; look at it, and save its text instead if it is one"))
}

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// A node of the page.
type NodeRef<'a> = <ElementRef<'a> as std::ops::Deref>::Target;

/// What is open: what it is, how its text looks, and whether something is drawn at its end.
type Around = (Part, Text, bool);

/// The walk through the visible part of a page, without recursion, so depth costs no stack.
struct Walk<'a> {
    next: Option<(NodeRef<'a>, bool)>,
    open: Vec<Around>,
    roles: &'a Roles,
    sheet: &'a Sheet,
    filled: &'a Filled,
    all: bool,
    /// Of the choices of a list the one that shows.
    choice: Option<&'a Element>,
    /// The step behind this one.
    waiting: Option<Step<'a>>,
    /// Cells of tables that are open.
    cells: usize,
}

impl<'a> Walk<'a> {
    fn new(html: &'a Html, roles: &'a Roles, sheet: &'a Sheet, filled: &'a Filled, all: bool) -> Walk<'a> {
        Walk { next: Some((html.tree.root(), false)), open: Vec::new(), roles, sheet, filled, all, choice: None, waiting: None, cells: 0 }
    }

    /// Goes on behind a node, into it where `down`.
    fn advance(&mut self, node: NodeRef<'a>, down: bool) {
        let inside = down.then(|| node.first_child().map_or((node, true), |c| (c, false)));
        self.next = inside.or_else(|| node.next_sibling().map(|s| (s, false))).or_else(|| node.parent().map(|p| (p, true)));
    }

    fn enter(&mut self, node: NodeRef<'a>, element: &'a Element) -> Option<Step<'a>> {
        let name = element.name();
        if is_skipped(name) || (name == "option" && self.choice.is_some_and(|c| !std::ptr::eq(c, element))) {
            self.advance(node, false);
            return None;
        }
        // A `td` of SVG is no cell, and whatever SVG draws is no block.
        let mut part = if &*element.name.ns == XHTML { self.roles.part(element) } else { Part::Foreign };
        let is_inline = part == Part::Inline;
        let (is_block, in_table) = (matches!(part, Part::Paragraph | Part::Block | Part::Cell | Part::Kept), matches!(part, Part::Row | Part::Cell));
        let around = self.open.last().map_or_else(Text::default, |o| o.1);
        let is_block = is_block || around.boxes();
        // Pages that hide themselves as a whole are shown by their scripts.
        let chosen = ElementRef::wrap(node).map_or_else(Default::default, |e| self.sheet.choose(e));
        let (look, drawn) = (chosen.look(is_block, in_table || self.cells > 0), chosen.drawn);
        let look = if matches!(name, "html" | "body") { look.only_colours() } else { look };
        // What was deleted is left out, but for what is the whole of a cell: nobody is to take that for empty.
        if name == "del" && look.is(STRUCK) && (self.cells == 0 || !is_whole(node)) {
            self.advance(node, false);
            return None;
        }
        let filled = self.filled.get(element);
        let is_unsure = around.is_hidden() && self.sheet.is_unsure(element);
        let mut within = around.within(look, is_block, is_unsure);
        // What nobody can judge counts where it may hide a piece of a figure, or show another.
        let is_late = || {
            let mut before = node.prev_siblings();
            look.is(AHEAD) && (before.by_ref().take(NODES).any(|s| s.value().as_text().is_some_and(|t| t.contains(char::is_numeric))) || before.next().is_some())
        };
        let is_open = look.is_open(is_block && !around.boxes()) || filled.is_some() || (within.is_faint() && !around.is_faint()) || around.disorders(look) || is_late();
        let is_open = is_open && self.cells > 0 && is_part(node, self.roles);
        if !self.all && look.is_away(is_block, in_table) {
            self.advance(node, false);
            let hidden = Step::Hidden(node.descendants().filter_map(|d| d.value().as_text()).map(|t| solid(t)).sum());
            self.waiting = is_open.then_some(hidden);
            return Some(if is_open { Step::Drawn } else { hidden });
        }
        part = match part {
            Part::Inline if look.is_raised() => Part::Raised,
            Part::Inline if look.is(BLOCK) => Part::Block,
            Part::Inline if look.is_lifted() || is_ornament(element) => Part::Foreign,
            Part::Inline if look.is(SHRUNK) || is_small(element) => Part::Small,
            part => part,
        };
        within.doubtful |= is_open;
        // What a script fills is not yet what a person sees.
        within.altered |= filled == Some(true);
        let is_sign = || self.cells > 0 && is_inline && look.is(PAINTED) && !node.has_children();
        let is_numbered = self.cells > 0 && within.numbers(look);
        self.waiting = (drawn.before || filled == Some(false) || is_numbered || is_sign()).then_some(Step::Drawn);
        self.open.push((part, within, drawn.behind));
        self.cells += usize::from(part == Part::Cell);
        if name == "select" {
            self.choice = choice(node, element);
        }
        if is_drawing(name) {
            self.next = Some((node, true));
        } else {
            self.advance(node, true);
        }
        Some(Step::Open(part, element))
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        loop {
            if let Some(step) = self.waiting.take() {
                return Some(step);
            }
            let (node, leaving) = self.next?;
            let step = match node.value() {
                Node::Element(_) if leaving => {
                    self.advance(node, false);
                    self.open.pop().map(|(part, _, drawn)| {
                        self.cells -= usize::from(part == Part::Cell);
                        if drawn {
                            self.waiting = Some(Step::Close(part));
                        }
                        if drawn { Step::Drawn } else { Step::Close(part) }
                    })
                }
                Node::Element(element) => self.enter(node, element),
                Node::Text(text) if !leaving => {
                    self.advance(node, false);
                    let around = self.open.last().map_or_else(Text::default, |o| o.1);
                    let is_hidden = around.is_hidden() && !self.all;
                    let is_doubtful = || around.is_doubtful() && has_digits_alone(text);
                    if is_hidden && self.cells > 0 && is_doubtful() {
                        self.waiting = Some(Step::Drawn);
                    }
                    Some(if is_hidden { Step::Hidden(solid(text)) } else { Step::Text(text, around.altered || is_doubtful()) })
                }
                _ => {
                    self.advance(node, !leaving);
                    None
                }
            };
            if step.is_some() {
                return step;
            }
        }
    }
}

/// What a closed list shows: the last choice that is selected, or else the first. None of a list that shows all.
fn choice<'a>(list: NodeRef<'a>, element: &Element) -> Option<&'a Element> {
    if attr(element, "multiple").is_some() || attr(element, "size").is_some_and(|s| s.trim().parse::<u32>().is_ok_and(|n| n > 1)) {
        return None;
    }
    let options = || list.descendants().filter_map(|n| n.value().as_element()).filter(|e| e.name() == "option");
    options().filter(|o| attr(o, "selected").is_some()).last().or_else(|| options().next())
}

/// Whether an element holds all that the element around it shows, and no words.
fn is_whole(node: NodeRef) -> bool {
    let any = |node: NodeRef, of: fn(&str) -> bool| node.descendants().filter_map(|d| d.value().as_text()).any(|t| of(t));
    let shows = |node: NodeRef| any(node, |t| solid(t) > 0);
    shows(node) && !any(node, |t| t.contains(char::is_alphabetic)) && !node.prev_siblings().chain(node.next_siblings()).any(shows)
}

/// Elements that show nothing, or what a reader must not join to the text around it: how a character is read. `xmp` shows its
/// tags as text; what they would show is found elsewhere.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "noscript" | "template" | "head" | "iframe" | "noframes" | "noembed" | "title" | "datalist" | "rt" | "rp"
            | "xml" | "xmp"
    )
}

/// Elements that draw something; the text within them is for programs that cannot.
fn is_drawing(name: &str) -> bool {
    matches!(name, "progress" | "meter" | "canvas" | "video" | "audio")
}

/// An element that makes letters smaller than those around it, without a style.
fn is_small(element: &Element) -> bool {
    match element.name() {
        "small" => true,
        "font" => attr(element, "size").is_some_and(|s| matches!(s.trim(), "1" | "-1" | "-2" | "-3")),
        _ => false,
    }
}

/// What the page says of itself: its title, its `<meta>` with a name or property, keys as they stand, and its address
/// where it or the browser that saved it tells.
fn metadata(html: &Html, page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = saved_from(page).into_iter().map(|url| ("url".to_owned(), url)).collect();
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
                    (attr(element, "name").or_else(|| attr(element, "property")), attr(element, "content"))
                {
                    found.push((key.trim().to_owned(), value.trim().to_owned()));
                }
            }
            "link" if attr(element, "rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) => {
                found.extend(attr(element, "href").map(|href| ("url".to_owned(), href.trim().to_owned())));
            }
            _ => {}
        }
    }
    found.retain(|(key, value)| !key.is_empty() && !value.is_empty());
    found
}

/// `<!-- saved from url=(0033)http://www.example.cn/a.htm -->`, as browsers write it at the top.
fn saved_from(page: &str) -> Option<String> {
    let at = memchr::memmem::find(&page.as_bytes()[..page.len().min(2048)], b"saved from url=(")?;
    let address = page[at..].split_once(')')?.1;
    let end = address.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>'))?;
    address[..end].contains("://").then(|| address[..end].to_owned())
}

#[cfg(test)]
pub fn verdicts(page: &str) -> Vec<bool> {
    let html = Html::parse_document(page);
    let (roles, sheet, filled) = (Roles::default(), Sheet::default(), Filled::default());
    tables::hold_data(Walk::new(&html, &roles, &sheet, &filled, true)).into_iter().map(|v| v == tables::Verdict::Data).collect()
}

/// The text of a page with `¦` for the end of a cell and `¶` for that of a row.
#[cfg(test)]
pub fn shown(page: &str) -> String {
    use crate::model::{CELL_END, ROW_END};
    let mut decoded = Decoded::default();
    render("a.html", page, &Limits::default(), &mut decoded).unwrap();
    decoded.text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

#[cfg(test)]
mod tests {
    use super::shown as text;
    use super::*;

    fn decoded(page: &str) -> Decoded {
        let mut decoded = Decoded::default();
        render("a.html", page, &Limits::default(), &mut decoded).unwrap();
        decoded
    }

    fn code(page: &str) -> &'static str {
        render("a.html", page, &Limits::default(), &mut Decoded::default()).unwrap_err().code
    }

    #[test]
    fn cells_and_rows_end_in_marks() {
        let page = "<p>前<table><tr><td>甲</td><td> 乙 </td></tr><tr><td></td><th>3</th></tr></table>后";
        assert_eq!(text(page), "前\n甲¦\n乙¦¶\n¦\n3¦¶\n后\n");
        assert_eq!(decoded(page).text, "前\n甲\u{1F}\n乙\u{1F}\u{1E}\n\u{1F}\n3\u{1F}\u{1E}\n后\n");
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
        let hidden = decoded(&format!("<p>短<div style='display:none'>{}</div>", "长文".repeat(200)));
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
    fn figures_that_something_divides_are_not_joined() {
        let cell = |inside: &str| text(&format!("<table><tr><td>甲<td>{inside}</table>")).trim_start_matches("甲¦\n").trim_end().to_owned();
        for (inside, shown) in [
            ("1<img src=a>2", "1~2¦¶"),
            ("1 <img src=a> 2", "1~ 2¦¶"),
            ("<img src=a>2", "~2¦¶"),
            ("2<svg></svg>", "2~¦¶"),
            ("<img src=a> 2", "2¦¶"),
            ("<svg></svg>", "\u{FFFC}¦¶"),
            ("1<img src=a width=0>2", "12¦¶"),
            ("<math><mn>1</mn><mn>2</mn></math>", "1~2¦¶"),
            ("<bdo dir=rtl>12</bdo>3", "~12~3¦¶"),
            ("<div dir=rtl><bdo>12</bdo></div>", "~12¦¶"),
            ("<s>1</s>2", "~1~2¦¶"),
            ("1<input value=2>3", "1~2~3¦¶"),
            ("1<b style='display:block'>2</b>3", "1\n2\n3¦¶"),
            ("1<b style='display:none'>2</b>3", "13¦¶"),
            ("<select><option>1<option selected>2<option>3</select>", "2¦¶"),
            ("<select size=3><option>1<option>2</select>", "1\n2¦¶"),
        ] {
            assert_eq!(cell(inside), shown, "{inside}");
        }
        assert_eq!(text("<table><tr><td>许可<td>26<a href='#_ftn1'>7</a><tr><td>处罚<td>26<span style='mso-text-raise:6pt'>7</span></table>"), "许可¦\n26~7¦¶\n处罚¦\n26~7¦¶\n");
        assert_eq!(text("<table><tr><td>许可<td>26<a href='x.html'>7</a><tr><td>处罚<td>26<span style='color:red'>7</span></table>"), "许可¦\n267¦¶\n处罚¦\n267¦¶\n");
        assert_eq!(text("<p>共5<sup>2</sup>件，另<s>3</s>4件，有<img src=a>图"), "共5~2件，另~3~4件，有图\n");
        assert_eq!(text("<p><input value=查找><table><tr><td>甲<input value=3></table>"), "甲3\n");
    }

    #[test]
    fn what_is_not_seen_is_left_out_and_what_is_seen_is_kept() {
        let page = "<style>ul{font-size:0} ul li{font-size:14px} .a{visibility:hidden}</style><ul><li>一</li></ul><p class=a>二<b style='visibility:visible'>三</b></p>\
                    <div style='height:0;overflow:hidden'>四</div><span style='height:0;overflow:hidden'>五</span><div style='left:-9999px;position:absolute'>六</div>\
                    <p style='font-size:0'>七<b class=x style='font-size:9pt'>八</b></p><dl hidden><dd>九</dl>";
        assert_eq!(text(page), "一\n三\n五\n八\n");
        let table = "<table><tr><td style='visibility:hidden'>1<td style='opacity:0'>2<td style='display:none'>3<td>4</table>";
        assert_eq!(text(table), "¦\n¦\n4¦¶\n");
    }

    #[test]
    fn what_may_be_read_aloud_alone_is_no_part_of_a_figure() {
        let cell = |inside: &str| text(&format!("<style>.seen{{color:red}}.sr-only.x{{color:red}}.visually-hidden{{position:absolute;clip:rect(0 0 0 0)}}</style><table><tr><td>甲<td>{inside}</table>")).trim_start_matches("甲¦\n").trim_end().to_owned();
        for (inside, shown) in [
            ("<span class='b sr-only'>9</span>3", "~9~3¦¶"),
            ("<span class=sr-only>9</span>", "~9¦¶"),
            ("<span class=sr-only>件数</span>3", "件数3¦¶"),
            ("<span class=visually-hidden>9</span>3", "3¦¶"),
            ("<span class=seen>9</span>3", "93¦¶"),
            ("<span aria-hidden=true>9</span>3", "9~3¦¶"),
            ("<span aria-hidden=true>9</span>", "9¦¶"),
            ("<span aria-hidden=false>9</span>3", "93¦¶"),
            ("<w:del><span>9</span></w:del>3", "~9~3¦¶"),
            ("<w:ins>9</w:ins>3", "93¦¶"),
        ] {
            assert_eq!(cell(inside), shown, "{inside}");
        }
    }

    #[test]
    fn a_page_in_letters_is_that_page() {
        let inner = format!("<html><head><title>题</title></head><body><table>{}</table></body></html>", "<tr><td>甲</td><td>1</td></tr>".repeat(4));
        let letters = inner.replace('<', "&lt;").replace('>', "&gt;");
        let page = decoded(&format!("<html><body><div>{letters}</div></body></html>"));
        assert_eq!(page.text.replace(crate::model::CELL_END, "¦").replace(crate::model::ROW_END, "¶"), "甲¦\n1¦¶\n".repeat(4));
        assert_eq!(page.meta, [("title".to_owned(), "题".to_owned())]);
        let table = format!("&lt;table&gt;{}&lt;/table&gt;", "&lt;tr&gt;&lt;td&gt;甲&lt;/td&gt;&lt;td&gt;1&lt;/td&gt;&lt;/tr&gt;".repeat(9));
        assert_eq!(text(&format!("<p>前</p><p>{table}</p><p>后</p><p>末</p>")), format!("前\n{}后\n末\n", "甲¦\n1¦¶\n".repeat(9)));
        assert!(text(&format!("<p>{}{letters}", "标签".repeat(4000))).contains("<td>"), "a page about pages");
        assert!(text(&format!("{letters}<table>{}</table>", "<tr><td>甲<td>1".repeat(4))).contains("<td>"), "a page with a table of its own");
    }

    #[test]
    fn a_page_tells_about_itself() {
        let page = "<title> 年度\n报告 </title><meta name=SiteIDCode content=3300000001><meta property='og:title' content='题'>\
                    <meta name=empty content=''><meta charset=utf-8><p>文<svg><title>图</title><td>字</svg>";
        let pairs = [("title", "年度 报告"), ("SiteIDCode", "3300000001"), ("og:title", "题")];
        let decoded = decoded(page);
        assert_eq!(decoded.meta, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(decoded.text, "文字\n");
    }

    #[test]
    fn what_would_take_days_is_refused_at_once() {
        assert_eq!(code(&"<table><tr><td>".repeat(10_000)), "decode/nesting");
        assert_eq!(code(&"<table>".repeat(10_000)), "decode/too-large");
        assert_eq!(code(&"<div>".repeat(1_000_000)), "decode/nesting");
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
