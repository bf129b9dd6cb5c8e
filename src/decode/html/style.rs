//! The style of a page: of its elements, and of its own rules for single tags, classes and names.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html};
use scraper::node::{Element, Node};

use super::chosen::{Chosen, Drawn};
use super::look::{CELL, DARK, DOUBTFUL, Look, OVERRIDDEN, RIGHT_TO_LEFT, STRUCK, WHITE, declared, is_white};

/// Blocks of rules for a screen within such blocks.
const MEDIA: usize = 4;

/// What the page's own style sheets say.
#[derive(Debug, Default)]
pub struct Sheet {
    tags: BTreeMap<String, Look>,
    /// By `id`.
    names: BTreeMap<String, Look>,
    /// By class; each for elements of one tag or, where it is empty, of any.
    classes: BTreeMap<String, Vec<(String, Look)>>,
    /// What rules for more than a single tag, class or name show of each that they mention.
    elsewhere: BTreeMap<String, Look>,
    /// These rules themselves.
    chosen: Chosen,
    /// Other sheets belong to the page that are not in it.
    others: bool,
}

impl Sheet {
    /// Reads the `<style>` elements. Rules for a medium (`@media`) are passed over, unless it is every screen.
    pub fn of(html: &Html) -> Sheet {
        let mut sheet = Sheet::default();
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            match element.name() {
                "style" => node.children().filter_map(|c| c.value().as_text()).for_each(|text| sheet.read(text)),
                "link" => sheet.others |= attr(element, "rel").is_some_and(|r| r.to_ascii_lowercase().contains("stylesheet")),
                _ => {}
            }
        }
        sheet.settle();
        sheet
    }

    /// What another rule shows again may be switched by a script or stand for a state.
    fn settle(&mut self) {
        let elsewhere = &self.elsewhere;
        let again = |name: &str, look: &mut Look| *look = look.unless(elsewhere.get(name).copied().unwrap_or_default());
        self.tags.iter_mut().chain(&mut self.names).for_each(|(name, look)| again(name, look));
        for (class, looks) in &mut self.classes {
            looks.iter_mut().for_each(|(_, look)| again(class, look));
        }
    }

    fn read(&mut self, sheet: &str) {
        self.read_within(&without_comments(sheet), 0);
    }

    fn read_within(&mut self, sheet: &str, depth: usize) {
        let mut rest = sheet;
        while let Some(open) = rest.find('{') {
            // A rule without a block stands before it (`@charset "utf-8";`).
            let selectors = rest[..open].rsplit(';').next().unwrap_or_default();
            let body = &rest[open + 1..];
            if selectors.trim_start().starts_with('@') {
                let end = block_end(body);
                // What holds for every screen holds here.
                if ["@media screen", "@media all"].contains(&selectors.trim().to_ascii_lowercase().as_str()) && depth < MEDIA {
                    self.read_within(&body[..end.saturating_sub(1)], depth + 1);
                }
                rest = &body[end..];
                continue;
            }
            let end = body.find('}').unwrap_or(body.len());
            let look = declared(&body[..end]);
            let draws = body[..end].contains("content");
            if !look.is_empty() || draws {
                selectors.split(',').for_each(|selector| self.rule(selector.trim(), look, &body[..end]));
            }
            rest = body.get(end + 1..).unwrap_or_default();
        }
    }

    fn rule(&mut self, selector: &str, look: Look, body: &str) {
        let over = |known: &mut Look| *known = known.under(look);
        let shows = look.shows();
        let is_name = |s: &str| s.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        match selector.split_once(['.', '#']) {
            Some((tag, name)) if is_name(tag) && is_name(name) && !name.is_empty() => {
                if selector[tag.len()..].starts_with('#') {
                    return over(self.names.entry(name.to_owned()).or_default());
                }
                let looks = self.classes.entry(name.to_owned()).or_default();
                match looks.iter_mut().find(|(t, _)| t.eq_ignore_ascii_case(tag)) {
                    Some((_, known)) => over(known),
                    None => looks.push((tag.to_ascii_lowercase(), look)),
                }
            }
            None if is_name(selector) && !selector.is_empty() => over(self.tags.entry(selector.to_ascii_lowercase()).or_default()),
            _ => {
                self.chosen.add(selector, body, look);
                for name in selector.split(['.', ' ', '#', '>', ':', '+', '~', '[']).filter(|n| !n.is_empty() && !shows.is_empty()) {
                    let known = self.elsewhere.entry(name.to_owned()).or_default();
                    *known = known.under(shows);
                }
            }
        }
    }

    /// How an element looks, without regard to those around it.
    pub fn look(&self, element: &Element) -> Look {
        let mut look = self.tags.get(element.name()).copied().unwrap_or_default();
        match element.name() {
            "s" | "strike" => look = Look::of(STRUCK, true),
            "bdo" => look = Look::of(OVERRIDDEN, true),
            "w:del" | "w:movefrom" => look = Look::of(DOUBTFUL, true),
            _ => {}
        }
        let (mut class, mut name, mut style) = ("", "", "");
        for (key, value) in element.attrs() {
            match key {
                "style" => style = value,
                "class" => class = value,
                "id" => name = value,
                "hidden" => look = Look::gone().under(look),
                "bgcolor" => look = Look::of(DARK, !is_white(value)).under(look),
                "background" => look = Look::of(DARK, true).under(look),
                "color" if element.name() == "font" => look = Look::of(WHITE, is_white(value)).under(look),
                "text" if element.name() == "body" => look = Look::of(WHITE, is_white(value)).under(look),
                "dir" => look = Look::of(RIGHT_TO_LEFT, value.eq_ignore_ascii_case("rtl")).under(look),
                _ => {}
            }
        }
        if !class.is_empty() && !self.classes.is_empty() {
            let looks = class.split_ascii_whitespace().filter_map(|c| self.classes.get(c)).flatten();
            look = looks.filter(|(tag, _)| tag.is_empty() || tag == element.name()).fold(look, |known, (_, over)| known.under(*over));
        }
        if class.split_ascii_whitespace().any(|c| is_read_aloud(c) && !self.classes.contains_key(c)) {
            look = look.under(Look::of(DOUBTFUL, true));
        }
        if !name.is_empty() && let Some(over) = self.names.get(name) {
            look = look.under(*over);
        }
        let look = look.unaligned();
        if style.is_empty() { look } else { look.under(declared(style)) }
    }

    /// What rules for more than a single tag, class or name say of an element.
    pub fn chosen(&self, element: ElementRef) -> (Look, Drawn) {
        self.chosen.of(element)
    }

    /// Whether rules that are not followed here, or are not in the page, may show an element's letters again.
    pub fn is_unsure(&self, element: &Element) -> bool {
        let shows = |name: &str| self.elsewhere.get(name).is_some_and(|look| look.shows_letters());
        let named = |(key, value): (&str, &str)| matches!(key, "class" | "id") && (self.others || value.split_ascii_whitespace().any(shows));
        shows(element.name()) || element.attrs().any(named)
    }

    pub fn is_cell(&self, element: &Element) -> bool {
        self.look(element).is(CELL)
    }
}

/// An attribute; `Element::attr` makes a hashed name of what it looks for.
pub fn attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Classes of widespread style sheets for what only programs that read aloud are to find. Where a page does not say itself how they
/// look, nobody can say whether they are seen.
fn is_read_aloud(class: &str) -> bool {
    matches!(class, "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text" | "screen-reader-only" | "element-invisible" | "a11y-hidden" | "offscreen" | "off-screen" | "assistive-text")
}

/// Whether an element is a sight alone, an ornament or the copy of what is read aloud.
pub fn is_ornament(element: &Element) -> bool {
    attr(element, "aria-hidden").is_some_and(|v| v.trim().eq_ignore_ascii_case("true"))
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
    fn rules_for_single_tags_classes_and_names_are_read() {
        let sheet = "<!-- /* x{ */ @charset \"utf-8\"; .a, p.b {display:none} .c .d{display:none} @media print{.e{display:none} .f{x:y}} \
                     .g{display:none} .g.open{display:block} .h{ color:red; DISPLAY : Table-Cell !important } #n,u{opacity:0} .i{left:0}";
        let page = Html::parse_document(&format!("<style>{sheet}</style>"));
        let sheet = Sheet::of(&page);
        let gone = |piece: &str| {
            let html = Html::parse_fragment(piece);
            let element = html.tree.nodes().filter_map(|n| n.value().as_element()).last().cloned().expect("an element");
            sheet.look(&element).hides(false)
        };
        for hidden in ["<b class='x a'>", "<p class=b>", "<i id=n>", "<u>", "<i hidden>", "<i class=h style='display:none'>"] {
            assert!(gone(hidden), "{hidden}");
        }
        for seen in ["<i class=b>", "<i class=d>", "<i class=e>", "<i class=g>", "<i class=a style='display:inline'>", "<i id=a>", "<u style='opacity:1'>"] {
            assert!(!gone(seen), "{seen}");
        }
        assert!(sheet.classes["h"][0].1.is(CELL));
        for odd in ["{", "}", ".a{", "@media{", ".a{display", "/*", "", ".{display:none}", "@x;", ";{}"] {
            Sheet::default().read(odd);
        }
    }
}
