//! As much of a page's style as decides what it shows and what stands in cells: `display`, `visibility`, `hidden`, in the
//! elements themselves and in the page's own rules for single classes.

use std::collections::HashSet;

use scraper::Html;
use scraper::node::{Element, Node};

/// What the page's own style sheets say of classes.
#[derive(Debug, Default)]
pub(super) struct Classes {
    hidden: HashSet<String>,
    cells: HashSet<String>,
}

impl Classes {
    /// Reads the `<style>` elements. Rules for a medium (`@media`) are passed over.
    pub fn of(html: &Html, page: &str) -> Classes {
        let mut classes = Classes::default();
        if memchr::memmem::find(page.as_bytes(), b"display").is_none() {
            return classes;
        }
        let mut shown = HashSet::new();
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            if element.name() == "style" {
                node.children().filter_map(|c| c.value().as_text().map(|t| &**t)).for_each(|sheet| classes.sheet(sheet, &mut shown));
            }
        }
        // A class that another rule shows again may be switched by a script or stand for a state.
        classes.hidden.retain(|c| !shown.contains(c));
        classes
    }

    fn sheet(&mut self, sheet: &str, shown: &mut HashSet<String>) {
        let sheet = without_comments(sheet);
        let mut rest = sheet.as_str();
        while let Some(open) = rest.find('{') {
            let selectors = &rest[..open];
            let body = &rest[open + 1..];
            if selectors.trim_start().starts_with('@') {
                rest = &body[block_end(body)..];
                continue;
            }
            let end = body.find('}').unwrap_or(body.len());
            match display(&body[..end]) {
                Some("none") => self.hidden.extend(selectors.split(',').filter_map(single_class).map(str::to_owned)),
                Some(other) => {
                    if other == "table-cell" {
                        self.cells.extend(selectors.split(',').filter_map(single_class).map(str::to_owned));
                    }
                    shown.extend(selectors.split(['.', ' ', ',', '>', ':', '+', '~']).map(|s| s.trim().to_owned()));
                }
                None => {}
            }
            rest = body.get(end + 1..).unwrap_or_default();
        }
    }

    pub fn is_cell(&self, element: &Element) -> bool {
        element.attr("style").is_some_and(|s| display(s) == Some("table-cell")) || (!self.cells.is_empty() && element.classes().any(|c| self.cells.contains(c)))
    }

    pub fn is_hidden(&self, element: &Element) -> bool {
        if element.attr("hidden").is_some() {
            return true;
        }
        match element.attr("style") {
            Some(style) => match display(style) {
                Some("none") => true,
                Some(_) => false,
                None => value(style, "visibility") == Some("hidden") || self.hides(element),
            },
            None => self.hides(element),
        }
    }

    fn hides(&self, element: &Element) -> bool {
        !self.hidden.is_empty() && element.classes().any(|c| self.hidden.contains(c))
    }
}

/// Whether an element's own style strikes its text out, or it is one of the elements that do.
pub(super) fn is_struck(element: &Element) -> bool {
    matches!(element.name(), "s" | "strike")
        || element.attr("style").is_some_and(|s| value(s, "text-decoration").is_some_and(|v| v.starts_with("line-through")))
}

fn display(style: &str) -> Option<&str> {
    value(style, "display")
}

/// The first word of a property's last value, in the case in which it stands but for `none`, `hidden` and the like.
fn value<'s>(style: &'s str, property: &str) -> Option<&'s str> {
    let rules = style.split(';').filter_map(|rule| rule.split_once(':'));
    let last = rules.filter(|(name, _)| name.trim().eq_ignore_ascii_case(property)).last()?.1.trim();
    let word = last.split(|c: char| c.is_whitespace() || c == '!').next().unwrap_or(last);
    const WORDS: [&str; 4] = ["none", "table-cell", "hidden", "line-through"];
    Some(WORDS.into_iter().find(|w| word.eq_ignore_ascii_case(w)).unwrap_or(word))
}

/// `.name` or `tag.name` and nothing else.
fn single_class(selector: &str) -> Option<&str> {
    let (tag, class) = selector.trim().split_once('.')?;
    let is_name = |s: &str| s.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    (is_name(tag) && is_name(class) && !class.is_empty()).then_some(class)
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.trim_start().trim_start_matches("<!--");
    while let Some(at) = rest.find("/*") {
        out.push_str(&rest[..at]);
        rest = rest[at + 2..].find("*/").map_or("", |end| &rest[at + 2 + end + 2..]);
    }
    out + rest
}

/// Behind the brace that closes a block which may hold others.
fn block_end(body: &str) -> usize {
    let mut depth = 1;
    for (i, b) in body.bytes().enumerate() {
        depth += i32::from(b == b'{') - i32::from(b == b'}');
        if depth == 0 {
            return i + 1;
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_classes_are_hidden_or_cells() {
        let sheet = "<!-- /* x{ */ .a, p.b {display:none} .c .d{display:none} @media print{.e{display:none} .f{x:y}} \
                     .g{display:none} .g.open{display:block} .h{ color:red; DISPLAY : Table-Cell !important }";
        let (mut classes, mut shown) = (Classes::default(), HashSet::new());
        classes.sheet(sheet, &mut shown);
        classes.hidden.retain(|c| !shown.contains(c));
        let mut hidden: Vec<_> = classes.hidden.iter().map(String::as_str).collect();
        hidden.sort_unstable();
        assert_eq!((hidden, classes.cells.contains("h"), classes.cells.len()), (vec!["a", "b"], true, 1));
        for odd in ["{", "}", ".a{", "@media{", ".a{display", "/*", "", ".{display:none}"] {
            Classes::default().sheet(odd, &mut HashSet::new());
        }
    }
}
