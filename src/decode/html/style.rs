//! The style of a page: of its elements, and of its own rules for single tags, classes and names.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use scraper::{ElementRef, Html};
use scraper::node::{Element, Node};

use super::chosen::{Chosen, Drawn};
use super::conditions::{holds, medium};
use super::look::{CELL, DARK, DOUBTFUL, Look, OVERRIDDEN, RIGHT_TO_LEFT, STRUCK, UNJUDGED, declared};
use super::scripts::classes_set;
use super::words::{JOINS, attr, is_name, is_name_char, pieces};

/// Blocks of rules within each other.
const DEPTH: usize = 8;
/// Selectors that one rule within another stands for, and the bytes of one.
const SELECTORS: usize = 64;
const LONGEST: usize = 1000;

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
    /// The same of rules of which nobody can say whether they count.
    perhaps: BTreeMap<String, Look>,
    /// These rules themselves.
    chosen: Chosen,
    /// Classes that scripts of the page give to elements.
    scripted: HashSet<String>,
    /// Other sheets belong to the page that are not in it.
    others: bool,
}

/// What stands around a piece of a sheet.
#[derive(Clone, Copy)]
struct Around<'a> {
    /// The selectors of the rule that it stands in.
    within: &'a [String],
    /// Whether it counts for sure.
    sure: bool,
    depth: usize,
}

impl Sheet {
    /// Reads the `<style>` elements. Rules for a medium (`@media`) that is none at a desk are passed over.
    pub fn of(html: &Html) -> Sheet {
        let mut sheet = Sheet::default();
        let (mut styles, mut scripts) = (Vec::new(), Vec::new());
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            let texts = || node.children().filter_map(|c| c.value().as_text());
            match element.name() {
                "style" if !node.ancestors().any(|a| a.value().as_element().is_some_and(|e| e.name() == "template")) => styles.push(node),
                "script" => scripts.extend(texts()),
                "link" => sheet.others |= attr(element, "rel").is_some_and(|r| r.to_ascii_lowercase().contains("stylesheet")),
                _ => {}
            }
        }
        // Without rules it does not matter which classes are set.
        if !styles.is_empty() {
            scripts.into_iter().for_each(|text| classes_set(text, &mut sheet.scripted));
        }
        for style in styles {
            if let Some(sure) = certain(style.value().as_element().and_then(|e| attr(e, "media")).map_or(Some(true), medium)) {
                style.children().filter_map(|c| c.value().as_text()).for_each(|text| sheet.read(text, sure));
            }
        }
        sheet.settle();
        sheet
    }

    /// What another rule shows again may be switched by a script or stand for a state.
    fn settle(&mut self) {
        let (elsewhere, perhaps) = (&self.elsewhere, &self.perhaps);
        let again = |name: &str, look: &mut Look| {
            let known = |rules: &BTreeMap<String, Look>| rules.get(name).copied().unwrap_or_default();
            let is_open = look.may_show_by(known(elsewhere)) || look.may_show_by(known(perhaps));
            *look = look.unless(known(elsewhere)).under(if is_open { Look::of(UNJUDGED, true) } else { Look::default() });
        };
        self.tags.iter_mut().chain(&mut self.names).for_each(|(name, look)| again(name, look));
        for (class, looks) in &mut self.classes {
            looks.iter_mut().for_each(|(_, look)| again(class, look));
        }
    }

    fn read(&mut self, sheet: &str, sure: bool) {
        self.read_within(&without_comments(sheet), Around { within: &[], sure, depth: 0 });
    }

    fn read_within(&mut self, sheet: &str, around: Around) {
        let mut rest = sheet;
        while let Some(open) = rest.find('{') {
            // A rule without a block stands before it (`@charset "utf-8";`), or a declaration of the rule around.
            let words = rest[..open].rsplit(';').next().unwrap_or_default().trim();
            let body = &rest[open + 1..];
            let first = body.find('}').unwrap_or(body.len());
            let is_plain = !words.starts_with('@') && !body[..first].contains('{');
            let behind = if is_plain { (first + 1).min(body.len()) } else { block_end(body) };
            self.block(words, body[..behind].strip_suffix('}').unwrap_or(&body[..behind]), around);
            rest = &body[behind..];
        }
    }

    /// A block with what stands before it.
    fn block(&mut self, words: &str, body: &str, around: Around) {
        if around.depth == DEPTH {
            return;
        }
        let mut inside = Around { depth: around.depth + 1, ..around };
        if words.starts_with('@') {
            let Some(sure) = certain(holds(words)) else { return };
            inside.sure &= sure;
            return if around.within.is_empty() { self.read_within(body, inside) } else { self.rules(around.within, body, inside) };
        }
        let words = if words.contains(['\n', '\r', '\t']) { Cow::Owned(words.split_ascii_whitespace().collect::<Vec<_>>().join(" ")) } else { Cow::Borrowed(words) };
        let selectors = pieces(&words, ",").map(str::trim).filter(|s| !s.is_empty());
        if around.within.is_empty() && !body.contains('{') {
            return self.declarations(selectors, body, around.sure);
        }
        let nested = |selector: &str| around.within.iter().filter_map(|outer| nested(outer, selector)).collect::<Vec<_>>();
        let selectors: Vec<String> = if around.within.is_empty() { selectors.map(str::to_owned).collect() } else { selectors.flat_map(nested).take(SELECTORS).collect() };
        self.rules(&selectors, body, inside);
    }

    /// The declarations of a rule and the rules that stand between them.
    fn rules(&mut self, selectors: &[String], body: &str, around: Around) {
        let (mut own, mut rest) = (String::new(), body);
        while let Some(open) = rest.find('{') {
            own.extend([rest[..open].rsplit_once(';').map_or("", |(own, _)| own), ";"]);
            rest = &rest[open + 1..];
            rest = &rest[block_end(rest)..];
        }
        own.push_str(rest);
        self.declarations(selectors.iter().map(String::as_str), &own, around.sure);
        self.read_within(body, Around { within: selectors, ..around });
    }

    fn declarations<'a>(&mut self, selectors: impl Iterator<Item = &'a str>, body: &str, sure: bool) {
        let look = declared(body);
        if look.is_empty() && !body.contains("content") {
            return;
        }
        selectors.for_each(|selector| if sure { self.rule(selector, look, body) } else { self.perhaps(selector, look, body) });
    }

    fn rule(&mut self, selector: &str, look: Look, body: &str) {
        let over = |known: &mut Look| *known = known.under(look);
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
                if look.bears() && let Some(all) = self.without_scripted(selector) {
                    self.chosen.add(&all, "", Look::of(UNJUDGED, true));
                }
                mention(&mut self.elsewhere, selector, look);
            }
        }
    }

    /// A rule of which nobody can say whether it counts.
    fn perhaps(&mut self, selector: &str, look: Look, body: &str) {
        self.chosen.add(selector, body, look);
        mention(&mut self.perhaps, selector, look);
    }

    /// A selector that also chooses what would be chosen once scripts have given their classes to elements around.
    fn without_scripted(&self, selector: &str) -> Option<String> {
        let (mut out, mut rest, mut left_out) = (String::new(), selector, false);
        while let Some(at) = rest.find('.').filter(|_| !self.scripted.is_empty()) {
            let end = rest[at + 1..].find(|c| !is_name_char(c)).map_or(rest.len(), |n| at + 1 + n);
            out.push_str(&rest[..at]);
            if self.scripted.contains(&rest[at + 1..end]) {
                left_out = true;
                let is_whole = |c: char| c.is_whitespace() || JOINS.contains(&c);
                if out.chars().next_back().is_none_or(is_whole) && rest[end..].chars().next().is_none_or(is_whole) {
                    out.push('*');
                }
            } else {
                out.push_str(&rest[at..end]);
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        // What a script gives its class to itself is looked for in the script.
        (left_out && !out.ends_with('*')).then_some(out)
    }

    /// How an element looks, without regard to those around it.
    pub fn look(&self, element: &Element) -> Look {
        let mut look = self.tags.get(element.name()).copied().unwrap_or_default();
        match element.name() {
            "s" | "strike" | "del" => look = Look::of(STRUCK, true),
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
                // It lies over the page once a script calls it.
                "popover" => look = Look::gone().under(look),
                "bgcolor" => look = Look::of_ground(value).under(look),
                "background" => look = Look::of(DARK, true).under(look),
                "color" if element.name() == "font" => look = Look::of_letters(value).under(look),
                "text" if element.name() == "body" => look = Look::of_letters(value).under(look),
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

/// Classes of widespread style sheets for what only programs that read aloud are to find. Where a page does not say itself how they
/// look, nobody can say whether they are seen.
fn is_read_aloud(class: &str) -> bool {
    matches!(class, "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text" | "screen-reader-only" | "element-invisible" | "a11y-hidden" | "offscreen" | "off-screen" | "assistive-text")
}

/// Whether an element is a sight alone, an ornament or the copy of what is read aloud.
pub fn is_ornament(element: &Element) -> bool {
    attr(element, "aria-hidden").is_some_and(|v| v.trim().eq_ignore_ascii_case("true"))
}

/// What a rule shows of all that its selector mentions.
fn mention(shown: &mut BTreeMap<String, Look>, selector: &str, look: Look) {
    let shows = look.shows();
    if shows.is_empty() {
        return;
    }
    for name in selector.split(['.', ' ', '#', '>', ':', '+', '~', '[']).filter(|n| !n.is_empty()) {
        let known = shown.entry(name.to_owned()).or_default();
        *known = known.under(shows);
    }
}

/// Of rules that may count whether they do for sure; none where they do not.
fn certain(holds: Option<bool>) -> Option<bool> {
    if holds == Some(false) { None } else { Some(holds.is_some()) }
}

/// The selector of a rule that stands in another, if it is no longer than people write them.
fn nested(outer: &str, selector: &str) -> Option<String> {
    let signs = selector.matches('&').count();
    if outer.len() * signs.max(1) + selector.len() > LONGEST {
        return None;
    }
    Some(if signs > 0 { selector.replace('&', outer) } else { format!("{outer} {selector}") })
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
        for hidden in ["<b class='x a'>", "<p class=b>", "<i id=n>", "<u>", "<i hidden>"] {
            assert!(gone(hidden), "{hidden}");
        }
        for seen in ["<i class=b>", "<i class=d>", "<i class=e>", "<i class=g>", "<i class=a style='display:inline'>", "<i class=h style='display:none'>", "<i id=a>", "<u style='opacity:1'>"] {
            assert!(!gone(seen), "{seen}");
        }
        assert!(sheet.classes["h"][0].1.is(CELL));
        for odd in ["{", "}", ".a{", "@media{", ".a{display", "/*", "", ".{display:none}", "@x;", ";{}"] {
            Sheet::default().read(odd, true);
        }
    }
}
