//! Tables that are built of other elements: by their role, by `display: table-cell`, or by rows of elements that repeat.
//! To the rest they are tables like others.

use std::collections::HashMap;

use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

use super::style::Sheet;
use super::words::attr;
use crate::decode::format::{begun, opens_as_page};

/// Characters and lines of a cell in rows that are recognised by their repetition alone, and nodes that are looked at for it.
const SHORT: usize = 100;
const LINES: usize = 3;
const NODES: usize = 60;

/// What an element is to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Table,
    Row,
    Cell,
    Paragraph,
    Block,
    /// Keeps its white space.
    Kept,
    Inline,
    Break,
    Raised,
    /// Of smaller letters than what stands around it.
    Small,
    Picture,
    Field,
    /// Of a drawing or a formula.
    Foreign,
}

fn part(name: &str) -> Part {
    match name {
        "table" => Part::Table,
        "tr" => Part::Row,
        "td" | "th" => Part::Cell,
        "p" | "div" | "li" => Part::Paragraph,
        "br" => Part::Break,
        "sup" | "sub" => Part::Raised,
        "img" | "canvas" | "object" | "embed" | "video" | "audio" | "progress" | "meter" => Part::Picture,
        "input" => Part::Field,
        "pre" | "textarea" | "listing" | "xmp" | "plaintext" => Part::Kept,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "caption" | "section" | "article" | "aside" | "main" | "nav" | "header" | "footer"
        | "center" | "hr" | "dt" | "dd" | "dl" | "option" | "select" | "form" | "fieldset" | "legend" | "blockquote" | "figure" | "figcaption"
        | "address" | "details" | "summary" | "menu" | "dir" | "body" | "button" => Part::Block,
        _ => Part::Inline,
    }
}

/// Elements of HTML that stand within a line, those of a `part` apart.
fn is_phrase(name: &str) -> bool {
    let phrases = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "output", "q", "ruby",
        "s", "samp", "small", "span", "strike", "strong", "time", "tt", "u", "var", "wbr",
    ];
    phrases.contains(&name)
}

/// A page in XML of its author's own: its elements are fields, and stand on lines of their own.
fn is_xml(page: &str) -> bool {
    let page = begun(page);
    page.starts_with("<?xml") && !opens_as_page(page.as_bytes())
}

/// A note's number without the element for it: a link to a place of the page.
fn is_note(element: &Element) -> bool {
    element.name() == "a" && attr(element, "href").is_some_and(|h| h.len() > 1 && h.starts_with('#'))
}

/// The elements that stand for a table, a row or a cell.
#[derive(Debug, Default)]
pub struct Roles {
    of: HashMap<usize, Part>,
    /// Elements that HTML does not know are fields.
    is_xml: bool,
}

impl Roles {
    pub fn find(html: &Html, page: &str, sheet: &Sheet) -> Roles {
        let mut roles = Roles { is_xml: is_xml(page), ..Roles::default() };
        let mut makes: Vec<Make> = Vec::new();
        let marked = ["role", "table-cell", "TABLE-CELL", "ROLE"].iter().any(|w| memchr::memmem::find(page.as_bytes(), w.as_bytes()).is_some());
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            if is_table_part(element.value()) || roles.of.contains_key(&key(element.value())) {
                continue;
            }
            if marked && is_marked_cell(element, sheet) {
                roles.cell(element);
            } else if let Some((rows, make)) = repeated_rows(element) {
                roles.table(element, &rows);
                makes.extend(make.filter(|m| !makes.contains(m)));
            }
        }
        if !makes.is_empty() {
            roles.alike(html, &makes);
        }
        roles
    }

    /// Tables too small to be recognised by what repeats in them, whose rows are made like those of one that was.
    fn alike<'a>(&mut self, html: &'a Html, makes: &[Make<'a>]) {
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            if is_table_part(element.value()) || self.of.contains_key(&key(element.value())) || element.child_elements().nth(1).is_none() {
                continue;
            }
            let rows: Vec<(ElementRef, bool)> = element.child_elements().filter_map(|r| Some((r, make_of(r, &cells_of(r)?).is_some_and(|m| makes.contains(&m))))).collect();
            let made = rows.iter().filter(|r| r.1).count();
            if made > 1 && made * 2 > element.child_elements().count() {
                let rows: Vec<ElementRef> = rows.into_iter().filter(|r| r.1 || r.0.child_elements().nth(1).is_some()).map(|r| r.0).collect();
                self.table(element, &rows);
            }
        }
    }

    pub fn part(&self, element: &Element) -> Part {
        let part = match part(element.name()) {
            _ if is_note(element) => Part::Raised,
            Part::Inline if self.is_xml && !is_phrase(element.name()) => Part::Block,
            part => part,
        };
        self.of.get(&key(element)).copied().unwrap_or(part)
    }

    /// A cell makes its parent a row, and the parent of that, groups of rows apart, a table.
    fn cell(&mut self, cell: ElementRef) {
        let Some(row) = parent(cell) else { return };
        let mut table = parent(row);
        while let Some(group) = table.filter(|t| attr(t.value(), "role") == Some("rowgroup") || is_group(t.value())) {
            table = parent(group);
        }
        let Some(table) = table else { return };
        if is_table_part(row.value()) || is_table_part(table.value()) || matches!(table.value().name(), "html" | "body") {
            return;
        }
        self.of.insert(key(cell.value()), Part::Cell);
        self.of.insert(key(row.value()), Part::Row);
        // A row within a row is a cell of the outer one, and its own cells are lines in it.
        self.of.entry(key(table.value())).or_insert(Part::Table);
    }

    fn table(&mut self, table: ElementRef, rows: &[ElementRef]) {
        self.of.insert(key(table.value()), Part::Table);
        for row in rows {
            self.of.insert(key(row.value()), Part::Row);
            self.of.extend(row.child_elements().map(|cell| (key(cell.value()), Part::Cell)));
        }
    }
}

/// Elements do not move while the page is read.
fn key(element: &Element) -> usize {
    std::ptr::from_ref(element) as usize
}

fn parent(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    element.parent().and_then(ElementRef::wrap)
}

fn is_table_part(element: &Element) -> bool {
    matches!(element.name(), "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption" | "colgroup")
}

fn is_group(element: &Element) -> bool {
    attr(element, "style").is_some_and(|s| s.replace(' ', "").to_ascii_lowercase().contains("display:table-row-group"))
}

fn is_marked_cell(element: ElementRef, sheet: &Sheet) -> bool {
    matches!(attr(element.value(), "role"), Some("cell" | "gridcell" | "columnheader" | "rowheader")) || sheet.is_cell(element)
}

/// Four rows or more of one kind, most of them with the same number of cells (at least three), half of those with a
/// figure. A list of links or news has no figures that stand alone.
fn repeated_rows(parent: ElementRef<'_>) -> Option<(Vec<ElementRef<'_>>, Option<Make<'_>>)> {
    if parent.child_elements().take(4).count() < 4 {
        return None;
    }
    let rows: Vec<(ElementRef, Vec<ElementRef>)> = parent.child_elements().filter_map(|r| Some((r, cells_of(r)?))).collect();
    let mut widths: HashMap<usize, usize> = HashMap::new();
    rows.iter().filter(|(_, cells)| cells.len() >= 3).for_each(|(_, cells)| *widths.entry(cells.len()).or_default() += 1);
    let (&width, &count) = widths.iter().max_by_key(|(width, count)| (**count, **width))?;
    let (model, cells) = rows.iter().find(|(_, cells)| cells.len() == width)?;
    let make = make_of(*model, cells);
    let rows: Vec<_> = rows.iter().filter(|(r, cells)| r.value().name() == model.value().name() && (cells.len() > 1 || attr(r.value(), "class") == attr(model.value(), "class"))).collect();
    let figures = rows.iter().filter(|(_, cells)| cells.len() == width && cells.iter().any(|c| is_short_number(c))).count();
    (count >= 4 && count * 5 >= rows.len() * 3 && figures * 2 >= count).then(|| (rows.iter().map(|(r, _)| *r).collect(), make))
}

/// How a row is made: names of the row and of its first cell, each with its class and style.
type Make<'a> = [(&'a str, Option<&'a str>, Option<&'a str>); 2];

/// None where nothing but names says how: any list is made of such.
fn make_of<'a>(row: ElementRef<'a>, cells: &[ElementRef<'a>]) -> Option<Make<'a>> {
    let of = |e: ElementRef<'a>| (e.value().name(), attr(e.value(), "class"), attr(e.value(), "style"));
    let make = [of(row), of(*cells.first()?)];
    make.iter().any(|(_, class, style)| class.or(*style).is_some_and(|s| !s.trim().is_empty())).then_some(make)
}

/// The cells of what may be a row: only short elements stand in it.
fn cells_of(row: ElementRef<'_>) -> Option<Vec<ElementRef<'_>>> {
    if is_table_part(row.value()) || matches!(row.value().name(), "script" | "style" | "svg" | "select" | "head") {
        return None;
    }
    let mut cells = Vec::new();
    for child in row.children() {
        match child.value() {
            Node::Text(text) if !text.trim().is_empty() => return None,
            Node::Element(_) => cells.push(ElementRef::wrap(child).filter(|c| is_short(*c))?),
            _ => {}
        }
    }
    (!cells.is_empty()).then_some(cells)
}

fn is_short(cell: ElementRef) -> bool {
    let (mut chars, mut lines) = (0, 0);
    for (nodes, node) in cell.descendants().enumerate() {
        match node.value() {
            Node::Text(text) => chars += text.chars().take(SHORT + 1).filter(|c| !c.is_whitespace()).count(),
            Node::Element(e) if is_table_part(e) || e.name() == "img" => return false,
            Node::Element(e) if matches!(e.name(), "br" | "p") => lines += 1,
            _ => {}
        }
        if chars > SHORT || nodes > NODES || lines > LINES {
            return false;
        }
    }
    true
}

/// Whether a cell holds a number of few signs and nothing else.
fn is_short_number(cell: &ElementRef) -> bool {
    let text: String = cell.text().collect();
    let text = text.trim();
    !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use crate::decode::html::shown;

    #[test]
    fn tables_by_role_and_by_display_have_cells() {
        let by_role = "<div role=table><div role=rowgroup><div role=row><span role=columnheader>甲</span><span role=cell>1</span></div></div>\
                       <div role=row><span role=rowheader>乙</span><span role=cell></span></div></div>";
        assert_eq!(shown(by_role), "甲¦\n1¦¶\n乙¦\n¦¶\n");
        let row = |a: &str, b: &str| format!("<div style='display:table-row'><div style='Display: Table-Cell'>{a}</div><div style='display:table-cell;color:red'>{b}</div></div>");
        assert_eq!(shown(&format!("<div style='display:table'>{}{}</div>", row("甲", "1"), row("乙", "2"))), "甲¦\n1¦¶\n乙¦\n2¦¶\n");
        let by_class = "<style>.c{display:table-cell}</style><div><p class=r><b class=c>甲</b><b class=c>1</b></p><p class=r><b class=c>乙</b><b class=c>2</b></p></div>";
        assert_eq!(shown(by_class), "甲¦\n1¦¶\n乙¦\n2¦¶\n");
    }

    #[test]
    fn rows_that_repeat_are_a_table() {
        let row = |cells: &str| format!("<div class=row>{}</div>", cells.split(',').map(|c| format!("<span>{c}</span>")).collect::<String>());
        let rows: String = ["项目,数量", "甲,1,2", "乙,,4", "丙,5,6", "丁,7,8"].map(row).concat();
        assert_eq!(shown(&format!("<div>{rows}</div>")), "项目¦\n数量¦¶\n甲¦\n1¦\n2¦¶\n乙¦\n¦\n4¦¶\n丙¦\n5¦\n6¦¶\n丁¦\n7¦\n8¦¶\n");
    }

    #[test]
    fn a_small_table_is_made_like_a_large_one() {
        let row = |class: &str, cells: &str| format!("<div class={class}>{}</div>", cells.split(',').map(|c| format!("<div class=c>{c}</div>")).collect::<String>());
        let large: String = ["甲,1,2", "乙,3,4", "丙,5,6", "丁,7,8"].map(|r| row("r", r)).concat();
        let small = |class: &str| [row("h", "项,数"), row(class, "戊,<p>9</p>"), row(class, "己,")].concat();
        let page = |class: &str| shown(&format!("<div>{}</div><div>{large}</div>", small(class)));
        assert!(page("r").starts_with("项¦\n数¦¶\n戊¦\n9¦¶\n己¦\n¦¶\n甲¦\n"), "{}", page("r"));
        assert!(page("s").starts_with("项\n数\n戊\n9\n己\n甲¦\n"), "{}", page("s"));
        assert!(!shown(&format!("<div>{}</div>", small("r"))).contains('¦'));
    }

    #[test]
    fn lists_and_layouts_are_no_tables() {
        let news = "<li><i></i><a>标题</a><span>2024-01-02</span></li>".repeat(8);
        assert!(!shown(&format!("<ul>{news}</ul>")).contains('¦'));
        let three = "<div><b>甲</b><b>1</b><b>2</b></div>".repeat(3);
        assert!(!shown(&format!("<div>{three}</div>")).contains('¦'));
        let words = "<p><b>甲</b><b>乙</b><b>丙</b></p>".repeat(9);
        assert!(!shown(&format!("<div>{words}</div>")).contains('¦'));
        let long = "正文".repeat(300);
        let layout = format!("<div style='display:table'><div style='display:table-row'><div style='display:table-cell'>导航</div><div style='display:table-cell'><p>{long}<p>{long}</div></div></div>");
        assert!(!shown(&layout).contains('¦'));
    }
}
