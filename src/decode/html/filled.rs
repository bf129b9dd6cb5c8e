//! Elements that the page holds only the place of: a script, or the program that serves the page, puts there what a person sees.
//! What stands there meanwhile, a 0 or nothing, is no figure and no blank.

use std::collections::{BTreeMap, HashMap, HashSet};

use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

use super::NodeRef;
use super::roles::{Part, Roles};
use super::scripts::{Written, writes};
use super::words::attr;
use crate::decode::apart::is_digit;
use crate::decode::solid;

/// Attributes that bind what an element holds, or whether it is there, to data. They are names of libraries; each may have `data-`
/// before it. Those of the first list are taken out of a page once it is drawn; those of the second stay.
const TEMPLATES: [&str; 30] = [
    "v-text", "v-html", "v-model", "th:text", "th:utext", "th:value", "th-text", "th-utext", "tal:content", "tal:replace", "t-esc", "t-out", "t-raw", "t-field", "sly-text", "ms-text", "ms-html",
    "s:text", "formcontrolname", "v-if", "v-else", "v-else-if", "v-show", "*ngif", "th:if", "th:unless", "sly-test", "wx:if", "tal:condition", "t-if",
];
const BONDS: [&str; 32] = [
    "ng-bind", "ng-bind-html", "ng-bind-template", "ng-model", "bind", "bind-text", "text-bind", "binding", "x-text", "x-html", "x-model", "rv-text", "rv-html", "rv-value", "ng-if", "ng-show", "ng-hide", "ng-switch-when", "x-if", "x-show", "rv-if", "rv-show", "wire:model", "wire:text",
    "datafld", "field", "url", "src", "api", "source", "path", "prop",
];
/// Properties that hold what is seen, where one of these signs before them binds them: `:text`, `[innerText]`.
const BINDERS: [&str; 5] = ["v-bind:", "x-bind:", "bind:", ":", "["];
const PROPERTIES: [&str; 17] =
    ["text", "textcontent", "text-content", "innertext", "inner-text", "innerhtml", "inner-html", "html", "content", "value", "end", "endval", "end-val", "to", "count", "num", "(ngmodel)"];
/// Last words of attributes that hold the figure up to which a script counts: `data-target`, `data-count-to`.
const GOALS: [&str; 13] = ["target", "count", "to", "end", "value", "val", "v", "num", "number", "n", "final", "counter", "countup"];

/// What comments begin with that hold the place of something.
const COMMENTS: [&str; 7] = ["?php", "?=", "?echo", "#echo", "#include", "ko text", "ko html"];

/// Characters that a figure or what stands for it has at most, and nodes that are looked at for them.
const SHORT: usize = 40;
pub const NODES: usize = 100;
/// Letters of its unit.
const UNIT: usize = 3;
/// Signs of one kind that stand for digits: fewer are other ornaments.
const DIGITS: usize = 4;

/// How an element is bound.
#[derive(Clone, Copy, PartialEq)]
enum Bond {
    /// It is not drawn as long as the page says so.
    Template,
    /// It may be drawn.
    Kept,
}

/// What an element shows as the page stands.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Nothing,
    /// Signs such as dashes.
    Signs,
    Figure(f64),
    Words,
}

/// The elements, and whether something stands in each.
#[derive(Debug, Default)]
pub struct Filled(HashMap<usize, bool>);

impl Filled {
    pub fn of(html: &Html, roles: &Roles) -> Filled {
        let mut filled = Filled::default();
        let (mut written, mut changed, mut bound, mut digits) = (Written::default(), Written::default(), Vec::new(), Digits::default());
        for node in html.tree.nodes() {
            if let Node::Comment(comment) = node.value() {
                if COMMENTS.iter().any(|c| comment.trim_start().starts_with(c)) {
                    filled.around(node.parent().and_then(ElementRef::wrap), roles);
                }
                continue;
            }
            let Some(element) = ElementRef::wrap(node) else { continue };
            let value = element.value();
            match value.name() {
                "script" => {
                    element.text().for_each(|t| written.read(t, attr(value, "type").is_some_and(|t| t.ends_with("/json"))));
                    element.text().for_each(|t| changed.read_changed(t));
                    if attr(value, "src").is_some() || element.text().any(writes) {
                        filled.around(node.parent().and_then(ElementRef::wrap), roles);
                    }
                    continue;
                }
                // What the template holds is shown instead of what stands beside it.
                "template" if attr(value, "shadowrootmode").is_some() => filled.around(node.parent().and_then(ElementRef::wrap), roles),
                "iframe" if attr(value, "src").is_some() => filled.around(node.parent().and_then(ElementRef::wrap), roles),
                // Elements of a page's own are drawn by its scripts.
                name if name.contains('-') && shown(element) == Shown::Nothing => filled.add(element),
                _ => {}
            }
            let mut bond = None;
            for (name, set) in value.attrs() {
                match name {
                    "class" => digits.add(element, set),
                    _ if name.bytes().any(|b| matches!(b, b'-' | b':' | b'[' | b'*')) || name.starts_with('d') || name.starts_with('f') => {
                        bond = bond.or_else(|| bond_of(name));
                        if goal(name, set).is_some_and(|goal| misses(shown(element), goal)) {
                            filled.add(element);
                        }
                    }
                    _ => {}
                }
            }
            match bond {
                Some(Bond::Template) => filled.add(element),
                Some(Bond::Kept) if !is_medium(value.name()) && (is_in_cell(element, roles) || matches!(shown(element), Shown::Figure(_))) => bound.push(element),
                _ => {}
            }
        }
        digits.signs().for_each(|sign| filled.add(sign));
        if !written.is_empty() {
            let cells = html.tree.nodes().filter_map(ElementRef::wrap);
            bound.extend(cells.filter(|e| written.holds(e.value()) && is_in_cell(*e, roles)));
        }
        if !is_drawn(&bound) {
            bound.into_iter().for_each(|e| filled.add(e));
        }
        if !changed.is_empty() {
            let all = html.tree.nodes().filter_map(ElementRef::wrap);
            all.filter(|e| changed.holds(e.value()) && is_part(**e, roles)).for_each(|e| filled.add(e));
        }
        filled
    }

    /// Whether a script fills an element; if so, whether something stands in it.
    pub fn get(&self, element: &Element) -> Option<bool> {
        if self.0.is_empty() { None } else { self.0.get(&key(element)).copied() }
    }

    fn add(&mut self, element: ElementRef) {
        match shown(element) {
            Shown::Words => {}
            // The text of a field is not within it.
            shown => {
                self.0.insert(key(element.value()), shown != Shown::Nothing && element.value().name() != "input");
            }
        }
    }

    /// What is put where it stands: a script's writing, another page, what a server knows.
    fn around(&mut self, parent: Option<ElementRef>, roles: &Roles) {
        if let Some(parent) = parent.filter(|p| is_in_cell(*p, roles)) {
            self.add(parent);
        }
    }
}

/// Elements do not move while the page is read.
fn key(element: &Element) -> usize {
    std::ptr::from_ref(element) as usize
}

fn bond_of(name: &str) -> Option<Bond> {
    let bare = name.strip_prefix("data-").unwrap_or(name);
    let is_property = || BINDERS.iter().find_map(|b| name.strip_prefix(b)).is_some_and(|p| PROPERTIES.contains(&p.trim_end_matches(']')));
    if TEMPLATES.contains(&bare) || is_property() {
        return Some(Bond::Template);
    }
    // Without the library's name before it a word may be any attribute.
    let whole = bare.len() < name.len() || name.contains(['-', ':']) || name == "datafld";
    (whole && BONDS.contains(&bare)).then_some(Bond::Kept)
}

/// The figure up to which an attribute lets a script count.
fn goal(name: &str, value: &str) -> Option<f64> {
    let words = name.strip_prefix("data-")?;
    let last = words.rsplit('-').next().unwrap_or(words);
    GOALS.contains(&last).then(|| number(value.trim())).flatten()
}

/// Whether an element shows another figure than it will; one that is rounded is the same.
fn misses(shown: Shown, goal: f64) -> bool {
    match shown {
        Shown::Figure(n) => (n - goal).abs() >= 0.5 || (goal.fract() == 0.0 && n != goal),
        Shown::Nothing => true,
        Shown::Signs => goal != 0.0,
        Shown::Words => false,
    }
}

fn number(text: &str) -> Option<f64> {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-').then(|| text.replace(',', "").parse().ok()).flatten()
}

fn shown(element: ElementRef) -> Shown {
    let mut text = String::new();
    for (nodes, node) in element.descendants().enumerate() {
        if nodes > NODES {
            return Shown::Words;
        }
        let Node::Text(piece) = node.value() else { continue };
        if node.parent().and_then(|p| p.value().as_element()).is_some_and(|p| matches!(p.name(), "script" | "style" | "template" | "noscript")) {
            continue;
        }
        text.extend(piece.trim().chars().take(SHORT + 1).map(half));
        if text.chars().count() > SHORT {
            return Shown::Words;
        }
    }
    let field = || if element.value().name() == "input" { attr(element.value(), "value") } else { None };
    let text = if text.is_empty() { field().unwrap_or_default().trim() } else { &text };
    if !text.contains(char::is_alphanumeric) {
        return if text.is_empty() { Shown::Nothing } else { Shown::Signs };
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | '-'))).unwrap_or(text.len());
    let rest = &text[end..];
    match number(&text[..end]) {
        Some(n) if rest.chars().count() <= UNIT && !rest.contains(char::is_numeric) => Shown::Figure(n),
        _ => Shown::Words,
    }
}

/// A full-width sign as the other.
fn half(c: char) -> char {
    char::from_u32(u32::from(c).wrapping_sub(0xFEE0)).filter(|_| ('！'..='～').contains(&c)).unwrap_or(c)
}

/// Whether elements that scripts fill have been filled, as in a page that was saved from a browser: figures stand in them that are not
/// all the same, and in at least as many as are empty.
fn is_drawn(bound: &[ElementRef]) -> bool {
    let (mut first, mut differ, mut figures, mut empty) = (None, false, 0, 0);
    for element in bound {
        match shown(*element) {
            Shown::Figure(n) => {
                figures += 1;
                differ |= *first.get_or_insert(n) != n;
            }
            Shown::Nothing | Shown::Signs => empty += 1,
            Shown::Words => {}
        }
    }
    differ && figures >= empty
}

fn is_in_cell(element: ElementRef, roles: &Roles) -> bool {
    std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).any(|e| roles.part(e.value()) == Part::Cell)
}

/// Whether an element holds a piece of what its cell shows, and digits of the cell stand outside of it.
pub fn is_part(node: NodeRef, roles: &Roles) -> bool {
    let Some(cell) = node.ancestors().find(|a| a.value().as_element().is_some_and(|e| roles.part(e) == Part::Cell)) else { return false };
    let (mut chars, mut outside) = (0, false);
    for (nodes, inner) in cell.descendants().enumerate() {
        // Of so many pieces nobody makes a figure that is sound.
        if nodes > NODES {
            return true;
        }
        let Node::Text(text) = inner.value() else { continue };
        chars += solid(text);
        if chars > SHORT {
            return false;
        }
        outside |= text.contains(is_digit) && !inner.ancestors().any(|a| a == node);
    }
    outside
}

/// Whether an address that belongs to an element is that of something other than its text.
fn is_medium(name: &str) -> bool {
    matches!(name, "img" | "iframe" | "video" | "audio" | "source" | "embed" | "object" | "a" | "button")
}

/// Elements that hold nothing and have a class that ends in a digit, `n0` to `n9`, by what stands before the digit: signs of one
/// kind, of which a sheet may draw each as the digit.
#[derive(Default)]
struct Digits<'a>(BTreeMap<&'a str, (HashSet<u8>, Vec<ElementRef<'a>>)>);

impl<'a> Digits<'a> {
    fn add(&mut self, element: ElementRef<'a>, classes: &'a str) {
        if element.has_children() || !matches!(element.value().name(), "i" | "b" | "em" | "s" | "u" | "span") {
            return;
        }
        for class in classes.split_ascii_whitespace() {
            if let Some((digit @ b'0'..=b'9', _)) = class.as_bytes().split_last() {
                let (digits, elements) = self.0.entry(&class[..class.len() - 1]).or_default();
                digits.insert(*digit);
                elements.push(element);
            }
        }
    }

    fn signs(self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.into_iter().filter(|(before, (digits, _))| !before.is_empty() && !before.ends_with(|c: char| c.is_ascii_digit()) && digits.len() >= DIGITS).flat_map(|(_, (_, elements))| elements)
    }
}

#[cfg(test)]
mod tests {
    use crate::decode::html::shown;

    /// The second cell of a table.
    fn cell(cell: &str, script: &str) -> String {
        let rows = "<tr><td>乙<td>2".repeat(3);
        let page = shown(&format!("<table><tr><td>甲{cell}{rows}</table><script>{script}</script>"));
        page.lines().nth(1).unwrap_or_default().trim_end_matches(['¦', '¶']).to_owned()
    }

    #[test]
    fn what_is_bound_to_data_is_no_figure_and_no_blank() {
        for (html, text) in [
            ("<td><span v-text='d.n'>0</span>", "~0"),
            ("<td><span v-text='d.n'>12</span>", "~12"),
            ("<td v-html=n>", "\u{FFFC}"),
            ("<td :text=n>-", "~-"),
            ("<td><b ng-bind=n>0</b>", "~0"),
            ("<td><b data-ng-bind=n></b>", "\u{FFFC}"),
            ("<td><b data-bind='text: n'>0件</b>", "~0件"),
            ("<td th:text='${n}'>7", "~7"),
            ("<td><i [innerText]=n>0</i>", "~0"),
            ("<td><span class=js data-url='/api/n'>0</span>", "~0"),
            ("<td><input v-model=n>", "\u{FFFC}"),
            ("<td><span v-if=n>1</span><span v-else>0</span>", "~1~~0"),
            ("<td *ngIf=n>0", "~0"),
            ("<td><span data-target=257>0</span>", "~0"),
            ("<td><span data-count-to='1,257'>0</span>", "~0"),
            ("<td data-value=3>", "\u{FFFC}"),
            ("<td>2<script>document.write('57')</script>", "~2"),
            ("<td><p><script src=n.js></script></p>", "\u{FFFC}"),
            ("<td><iframe src=n.html></iframe>", "\u{FFFC}"),
            ("<td><count-up :n=7></count-up>", "\u{FFFC}"),
            ("<td><?php echo $n ?>", "\u{FFFC}"),
            ("<td><!-- ko text: n -->0<!-- /ko -->", "~0"),
        ] {
            assert_eq!(cell(html, ""), text, "{html}");
        }
        for (html, script) in [("<td class=num>", "document.querySelectorAll('.num').forEach((e,i)=>e.innerText=d[i])"), ("<td id=n1>0", "n1.innerText = 5")] {
            assert!(matches!(cell(html, script).as_str(), "\u{FFFC}" | "~0"), "{html}");
        }
    }

    #[test]
    fn other_attributes_and_scripts_say_nothing_of_figures() {
        for (html, text) in [
            ("<td data-v-1a2b3c=''>0", "0"),
            ("<td><p v-if=loaded>规章", "规章"),
            ("<td data-reactid='.0.1'>0", "0"),
            ("<td data-label=件数 data-id=5 data-row=3 data-key=1>0", "0"),
            ("<td data-value=12.346>12.35", "12.35"),
            ("<td data-target=0>0", "0"),
            ("<td data-target='#a'>0", "0"),
            ("<td data-value=0>-", "-"),
            ("<td :class='{a:b}' :key=n>0", "0"),
            ("<td v-text=n>规章", "规章"),
            ("<td class=num>", ""),
            ("<td id=n2>0", "0"),
            ("<td><span class=s1></span>", ""),
            ("<td><o:p></o:p>", ""),
            ("<td><!-- 空 -->", ""),
            ("<td><?xml:namespace prefix = o ns = 'x' />", ""),
            ("<td>规章<script src=tip.js></script>", "规章"),
            ("<td><script>_hmt.push(['_trackPageview'])</script>", ""),
        ] {
            assert_eq!(cell(html, "var _hmt=[];document.getElementById('visits').innerHTML=n;$('table td').css('border','1px')"), text, "{html}");
        }
    }

    #[test]
    fn a_page_that_was_drawn_shows_its_figures() {
        for (html, text) in [("<td ng-bind=n>7<tr><td>丙<td ng-bind=n>0", "7"), ("<td ng-bind=n>0<tr><td>丙<td ng-bind=n>0", "~0"), ("<td ng-bind=n>7<tr><td ng-bind=n><td ng-bind=n><tr><td>丙<td ng-bind=n>0<tr><td ng-bind=n>", "~7")] {
            assert_eq!(cell(html, ""), text, "{html}");
        }
        let script = "$('.num').each(function (i) { $(this).text(d[i]) })";
        assert_eq!(cell("<td class=num>7<tr><td>丙<td class=num>0<tr><td class=num>", script), "7");
        assert_eq!(cell("<td v-text=n>7<tr><td>丙<td v-text=n>0", ""), "~7");
    }

    #[test]
    fn empty_elements_may_be_digits() {
        assert_eq!(cell("<td><i class=n2></i><i class=n5></i><tr><td>丙<td><i class=n0></i><i class='n7'></i>", ""), "\u{FFFC}");
        assert_eq!(cell("<td><i class=n2></i><i class=n5></i>", ""), "");
        let sheet = |css: &str, html: &str| shown(&format!("<style>{css}</style><table><tr><td>甲<td>{html}{}</table>", "<tr><td>乙<td>2".repeat(3))).lines().nth(1).unwrap_or_default().to_owned();
        for (css, html, text) in [
            ("i{background:url(s.png)}.b{background-position:-10px 0}", "<i class=b></i>", "\u{FFFC}¦¶"),
            (".n i{background:url(s.png)}", "<b class=n><i></i></b>", "\u{FFFC}¦¶"),
            ("i{background:url(s.png)}", "3<i></i>", "3~¦¶"),
            ("i{background:#eee}", "<i></i>", "¦¶"),
            ("i{background:url(s.png)}", "<i>3</i>", "3¦¶"),
            ("td{background:url(s.png)}", "", "¦¶"),
            ("", "<b style='background-position:0 -20px'></b>", "\u{FFFC}¦¶"),
        ] {
            assert_eq!(sheet(css, html), text, "{css} {html}");
        }
    }
}
