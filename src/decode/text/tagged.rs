//! Documents in XML for texts, whose tables are no page's: TEI, which scrapers write as well (`<row><cell>`), and DocBook
//! (`<row><entry>`). Their elements get the names that a page has for them.

use crate::decode::format::begun;

/// Fewer cells are no report's tables.
const LEAST_CELLS: usize = 20;

/// No tag is longer, in bytes.
const LONGEST: usize = 4096;

/// What says nothing of where words stand.
const SILENT: [&str; 3] = ["tgroup", "colspec", "spanspec"];

/// One tag as it is written.
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
    ends: bool,
    /// `<cell/>`
    empty: bool,
}

/// The page that such a document is; none of any other text.
pub fn page(text: &str) -> Option<String> {
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    // Cells that bear the names of their rows and columns are another program's.
    if !begun(text).starts_with('<') || !has("<row>") || has("<td") || has("<![CDATA[") || has("<cell col=") {
        return None;
    }
    let cells = ["<cell", "<entry"].map(|cell| memchr::memmem::find_iter(text.as_bytes(), cell).take(LEAST_CELLS).count());
    if cells.into_iter().max() < Some(LEAST_CELLS) {
        return None;
    }
    let mut page = Page { out: String::with_capacity(text.len() + text.len() / 4), ..Page::default() };
    page.out.push_str("<html>");
    let mut done = 0;
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        let Some((tag, end)) = tag(text, at).filter(|_| at >= done) else { continue };
        page.out.push_str(&text[done..at]);
        page.write(&tag);
        done = end;
    }
    page.out.push_str(&text[done..]);
    Some(page.out)
}

/// The tag that begins at a byte, and where it ends; none for what is no tag of an element.
fn tag(text: &str, at: usize) -> Option<(Tag<'_>, usize)> {
    let rest = &text[at + 1..];
    let inner = rest.strip_prefix('/').unwrap_or(rest);
    let mut quote = None;
    let is_end = |c: char| {
        match quote {
            Some(q) if c == q => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => return matches!(c, '>' | '<'),
            _ => {}
        }
        false
    };
    let all = &inner[..inner[..inner.floor_char_boundary(LONGEST)].find(is_end)?];
    if inner[all.len()..].starts_with('<') {
        return None;
    }
    let body = all.strip_suffix('/').unwrap_or(all);
    let length = body.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.'))).unwrap_or(body.len());
    let (name, attributes) = body.split_at(length);
    let found = Tag { name, attributes, ends: inner.len() < rest.len(), empty: body.len() < all.len() };
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some((found, at + 1 + rest.len() - inner.len() + all.len() + 1))
}

/// A page that is being written.
#[derive(Default)]
struct Page {
    out: String,
    in_table: bool,
    in_row: bool,
    /// What is open of words within a paragraph that are set off.
    marks: Vec<&'static str>,
}

impl Page {
    fn write(&mut self, tag: &Tag) {
        let name = match tag.name {
            name if SILENT.contains(&name) => return,
            "table" | "informaltable" => {
                self.in_table = !tag.ends;
                "table"
            }
            "row" => {
                self.in_row = !tag.ends;
                "tr"
            }
            "cell" | "entry" => "td",
            "p" | "para" | "simpara" => "p",
            "lb" | "br" => "br",
            "item" => "li",
            "note" | "footnote" => "sup",
            "title" => "h1",
            "head" if self.in_table && !self.in_row => "caption",
            "head" => "h2",
            "hi" | "emph" | "emphasis" | "ref" | "link" | "ulink" => self.mark(tag),
            "del" => "del",
            "thead" => "thead",
            "tbody" => "tbody",
            "tfoot" => "tfoot",
            _ => "div",
        };
        if tag.ends {
            self.out.extend(["</", name, ">"]);
            return;
        }
        // Some programs name a document in its first tag alone.
        if let Some(title) = attribute(tag, "title").filter(|_| tag.name == "doc") {
            self.out.extend(["<title>", title, "</title>"]);
        }
        self.out.extend(["<", name]);
        if name == "td" {
            self.span("colspan", columns(tag));
            self.span("rowspan", number(tag, "rows").or_else(|| Some(number(tag, "morerows")? + 1)));
        }
        self.out.push('>');
        if tag.empty && name != "br" {
            self.out.extend(["</", name, ">"]);
        }
    }

    fn span(&mut self, name: &str, cells: Option<usize>) {
        if let Some(n) = cells.filter(|n| *n > 1) {
            self.out.push_str(&format!(" {name}=\"{n}\""));
        }
    }

    /// What words that are set off are: struck, raised, or neither.
    fn mark(&mut self, tag: &Tag) -> &'static str {
        if tag.ends {
            return self.marks.pop().unwrap_or("span");
        }
        let is = |words: &str| tag.attributes.contains(words);
        let name = if is("strike") { "del" } else if is("sup") { "sup" } else { "span" };
        self.marks.extend((!tag.empty).then_some(name));
        name
    }
}

/// How many columns a cell spans: `cols="3"`, or from the name of one to that of another, c1 to c3.
fn columns(tag: &Tag) -> Option<usize> {
    let place = |name| attribute(tag, name)?.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<usize>().ok();
    number(tag, "cols").or_else(|| Some((place("nameend")? + 1).saturating_sub(place("namest")?)))
}

fn number(tag: &Tag, name: &str) -> Option<usize> {
    attribute(tag, name)?.parse().ok()
}

fn attribute<'t>(tag: &Tag<'t>, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.attributes.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_get_the_names_of_a_page() {
        let rows = "<row><cell cols=\"2\" rows='3'>规章</cell><cell/><cell>7<hi rend=\"sup\">1</hi></cell></row>\n".repeat(8);
        let text = format!("<doc title=\"甲镇\"><head>一</head><table><head>表二</head>{rows}</table><p>a &lt; b<lb/>1 < 2</p></doc>");
        let own = "<tr><td colspan=\"2\" rowspan=\"3\">规章</td><td></td><td>7<sup>1</sup></td></tr>\n".repeat(8);
        assert_eq!(page(&text), Some(format!("<html><title>甲镇</title><div><h2>一</h2><table><caption>表二</caption>{own}</table><p>a &lt; b<br>1 < 2</p></div>")));
        // A quote that is not closed ends with its tag, and costs no more.
        let open = format!("<doc>{rows}{}</doc>", "<a b=\"c ".repeat(3));
        assert!(page(&open).is_some_and(|page| page.contains("<td>7<sup>1</sup></td>")));
        let docbook = "<row><entry namest=\"c1\" nameend=\"c4\" morerows=\"1\"><para>规章</para></entry></row>".repeat(20);
        assert_eq!(page(&format!("<informaltable><tgroup cols='4'>{docbook}</tgroup></informaltable>")), Some(format!("<html><table>{}</table>", "<tr><td colspan=\"4\" rowspan=\"2\"><p>规章</p></td></tr>".repeat(20))));
    }

    #[test]
    fn other_texts_stay() {
        let row = "<row><cell>规章</cell><cell>0</cell></row>";
        for text in [row.repeat(9), format!("见{}", row.repeat(20)), row.repeat(20).replace("<row>", "<row name=\"规章\">"), row.repeat(20).replace("<cell>0", "<td>0"), row.repeat(20).replace("<cell>", "<cell col=\"1\">"), "<row><cell".repeat(1 << 16)] {
            let read = page(&text);
            assert!(read.is_none() || text.starts_with("<row><cell<"), "{}", &text[..60]);
        }
    }
}
