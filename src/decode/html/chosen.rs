//! The rules of a page's style sheets, and what they say together of an element, as browsers weigh them: by importance, by how closely a
//! selector names the element, by order.
//!
//! Rules for more than a single tag, class or name often stand for states that a script switches, so none of them takes anything out of
//! a page. What one of them hides within a table, and the figures that it alters, are not believed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use scraper::node::Element;
use scraper::{ElementRef, Html};
use selectors::parser::Component;

use super::look::{DOUBTFUL, Look, Said, UNJUDGED};
use super::selector::{Judge, Key, Piece, Question, Selector, Selectors, Steps, Traits};
use super::style::is_read_aloud;

/// Rules of one page that are kept; beyond that every figure is in doubt, as where the steps are spent.
const RULES: usize = 20_000;
/// Steps that it takes to find the rules for a class, and to take up one of them.
const SOUGHT: usize = 8;
const TAKEN: usize = 4;

#[derive(Debug)]
struct Rule {
    selector: Selector,
    traits: Traits,
    look: Look,
    drawn: Drawn,
    /// Whether it counts for sure.
    is_sure: bool,
    /// Its place among all.
    order: usize,
}

/// What a page draws before and behind what an element holds, and nobody can read here.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawn {
    pub before: bool,
    pub behind: bool,
}

/// What the rules say of an element.
#[derive(Debug, Default)]
pub struct Choice {
    /// Those for its tag, its class or its name alone.
    own: Look,
    /// All of them together, where there are others.
    all: Option<Look>,
    pub drawn: Drawn,
}

impl Choice {
    pub fn look(&self, is_block: bool, in_table: bool) -> Look {
        self.all.map_or(self.own, |all| self.own.beside(all, is_block, in_table))
    }
}

#[derive(Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// By what an element must be at least: its class, its name, its tag.
    classes: BTreeMap<String, Vec<usize>>,
    names: BTreeMap<String, Vec<usize>>,
    tags: BTreeMap<String, Vec<usize>>,
    /// Rules that name none of them.
    any: Vec<usize>,
    /// What rules that may come to choose an element show of all that has a name which they ask for.
    shown: HashMap<String, Look>,
    /// Classes of widespread style sheets that rules are for alone.
    aloud: HashSet<String>,
    /// Classes that scripts of the page give to elements.
    scripted: HashSet<String>,
    /// Blocks that were met.
    blocks: usize,
    pub steps: Steps,
    judge: RefCell<Judge>,
    is_quirky: bool,
}

impl Rules {
    pub fn new(scripted: HashSet<String>, is_quirky: bool) -> Rules {
        Rules { scripted, is_quirky, judge: RefCell::new(Judge::new(is_quirky)), ..Rules::default() }
    }

    /// Of so many rules, or such, nobody can say what they come to.
    pub fn give_up(&self) {
        self.steps.spend();
    }

    /// The place of the block that begins.
    pub fn next(&mut self) -> usize {
        self.blocks += 1;
        self.blocks
    }

    pub fn add(&mut self, selectors: &Selectors, said: &Said, is_sure: bool, order: usize) {
        let look = said.look();
        for selector in selectors.each() {
            if self.steps.are_spent() {
                return;
            }
            let traits = Traits::of(selector, &self.scripted, &self.steps);
            let (look, drawn) = match traits.piece {
                None if traits.is_plain => (look, Drawn::default()),
                None => (look.bearing(), Drawn::default()),
                // What clears floats is there and does not show. Of letters the first may be hidden alone.
                Some(Piece::Before) if said.draws() && !look.hides(true) => (Look::default(), Drawn { before: true, behind: false }),
                Some(Piece::After) if said.draws() && !look.hides(true) => (Look::default(), Drawn { before: false, behind: true }),
                Some(Piece::First) if look.hides(true) => (Look::default(), Drawn { before: true, behind: false }),
                Some(_) => continue,
            };
            if look.is_empty() && drawn == Drawn::default() {
                continue;
            }
            if self.rules.len() == RULES {
                return self.give_up();
            }
            self.rules.push(Rule { selector: selector.clone(), traits, look, drawn, is_sure, order });
        }
    }

    /// Puts the rules in their order. What another rule shows again may be switched by a script or stand for a state. Those that ask for
    /// a class or a name which the page does not have are not looked at again: the sheet of a site has hundreds.
    pub fn settle(&mut self, html: &Html) {
        self.rules.sort_by_key(|rule| (rule.selector.specificity(), rule.order));
        for rule in self.rules.iter().filter(|rule| !rule.traits.is_plain) {
            let shows = rule.look.shows();
            for name in rule.traits.names.iter().filter(|_| !shows.is_empty()) {
                let known = self.shown.entry(name.clone()).or_default();
                *known = known.under(shows);
            }
        }
        let is_quirky = self.is_quirky;
        let given = if self.rules.iter().all(|rule| rule.traits.is_plain) { HashSet::new() } else { given(html, is_quirky) };
        let has = |name: &str| given.contains(&*folded(name, is_quirky)) || self.scripted.contains(name);
        for (number, rule) in self.rules.iter_mut().enumerate() {
            if !rule.traits.is_plain && !needed(&rule.selector).all(has) {
                continue;
            }
            let (index, key) = match &rule.traits.key {
                Key::Class(key) => (&mut self.classes, key),
                Key::Name(key) => (&mut self.names, key),
                Key::Tag(key) => (&mut self.tags, key),
                Key::Any => {
                    self.any.push(number);
                    continue;
                }
            };
            if rule.traits.is_plain && rule.is_sure && let Some(shown) = self.shown.get(key).filter(|shown| rule.look.may_show_by(**shown)) {
                rule.look = rule.look.unless(*shown).under(Look::of(UNJUDGED, true));
            }
            if rule.traits.is_plain && matches!(rule.traits.key, Key::Class(_)) && is_read_aloud(&folded(key, is_quirky)) {
                self.aloud.insert(folded(key, is_quirky).into_owned());
            }
            index.entry(folded(key, is_quirky).into_owned()).or_default().push(number);
        }
    }

    /// Whether a rule shows letters again of all that has this name.
    pub fn shows_letters(&self, name: &str) -> bool {
        self.shown.get(name).is_some_and(|look| look.shows_letters())
    }

    /// Whether a rule is for this class of widespread style sheets alone.
    pub fn know(&self, class: &str) -> bool {
        self.aloud.contains(&*folded(class, self.is_quirky))
    }

    /// The rules that may choose an element, the strongest last.
    fn found<'s>(&'s self, element: &Element) -> Cow<'s, [usize]> {
        self.steps.take(TAKEN * self.any.len());
        let mut found = Cow::Borrowed(&*self.any);
        let mut take = |more: &'s Vec<usize>| {
            if self.steps.take(TAKEN * more.len()) {
                add(&mut found, more, self.rules.len());
            }
        };
        if !self.classes.is_empty() || !self.names.is_empty() {
            for (key, value) in element.attrs() {
                match key {
                    "class" => value.split_ascii_whitespace().take_while(|_| self.steps.take(SOUGHT)).filter_map(|class| self.classes.get(&*folded(class, self.is_quirky))).for_each(&mut take),
                    "id" => self.names.get(&*folded(value, self.is_quirky)).into_iter().for_each(&mut take),
                    _ => {}
                }
            }
        }
        self.tags.get(element.name()).into_iter().for_each(&mut take);
        if let Cow::Owned(found) = &mut found {
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    /// What the rules for its tag, its class or its name alone make of an element.
    pub fn own(&self, element: ElementRef, look: Look) -> Look {
        if self.steps.are_spent() {
            return look;
        }
        let found = self.found(element.value());
        found.iter().map(|n| &self.rules[*n]).filter(|rule| rule.traits.is_plain && rule.is_sure && self.chooses(rule, element, false)).fold(look, |known, rule| known.under(rule.look))
    }

    /// What the rules make of an element that looks like this without any; where too many would have to be tried, nothing is sure.
    pub fn choose(&self, element: ElementRef, look: Look, style: Look) -> Choice {
        let doubted = || Choice { own: look.unaligned().under(style).under(Look::of(DOUBTFUL, true)), ..Choice::default() };
        if self.steps.are_spent() {
            return doubted();
        }
        let found = self.found(element.value());
        let mut choice = Choice { own: look, ..Choice::default() };
        for rule in found.iter().map(|n| &self.rules[*n]).take_while(|_| !self.steps.are_spent()) {
            self.weigh(rule, element, &mut choice);
        }
        if self.steps.are_spent() {
            return doubted();
        }
        let whole = |look: Look| look.unaligned().under(style);
        Choice { own: whole(choice.own), all: choice.all.map(whole), drawn: choice.drawn }
    }

    /// Adds what one rule says to what weaker ones make of an element.
    fn weigh(&self, rule: &Rule, element: ElementRef, choice: &mut Choice) {
        let traits = &rule.traits;
        let is_chosen = self.chooses(rule, element, false);
        let is_open = (traits.is_open || traits.is_scripted) && self.chooses(rule, element, true) != is_chosen;
        if !is_chosen && !is_open {
            return;
        }
        let all = choice.all.unwrap_or(choice.own);
        let is_sure = is_chosen && !is_open && rule.is_sure;
        if is_sure && traits.is_plain {
            choice.own = choice.own.under(rule.look);
            choice.all = choice.all.map(|all| all.under(rule.look));
            return;
        }
        let is_likely = is_chosen || traits.is_open;
        let mut all = if is_sure { all.under(rule.look) } else if is_likely { all.perhaps(rule.look) } else { all };
        // A class that a script gives may come, or be taken again.
        if traits.is_scripted && rule.look.bears() {
            all = all.under(Look::of(UNJUDGED, true));
        }
        choice.all = Some(all);
        if is_likely {
            choice.drawn = Drawn { before: choice.drawn.before || rule.drawn.before, behind: choice.drawn.behind || rule.drawn.behind };
        }
    }

    fn chooses(&self, rule: &Rule, element: ElementRef, may: bool) -> bool {
        let question = Question { may: may.then_some(&self.scripted), steps: &self.steps, weight: rule.traits.weight };
        rule.traits.is_whole || self.judge.borrow_mut().chooses(&rule.selector, rule.traits.offset, element, &question)
    }
}

/// Adds some of the rules; where they are the first they are not copied.
fn add<'a>(found: &mut Cow<'a, [usize]>, more: &'a Vec<usize>, all: usize) {
    if found.is_empty() {
        *found = Cow::Borrowed(more);
        return;
    }
    let found = found.to_mut();
    found.extend(more);
    // A class may stand in an element over and over.
    if found.len() > 2 * all {
        found.sort_unstable();
        found.dedup();
    }
}

/// The classes and the names that elements of a page have.
fn given(html: &Html, is_quirky: bool) -> HashSet<Cow<'_, str>> {
    let (mut given, mut last) = (HashSet::new(), "");
    let all = html.tree.nodes().filter_map(|node| node.value().as_element()).flat_map(Element::attrs);
    for (_, value) in all.filter(|(key, _)| matches!(*key, "class" | "id")) {
        // Cells beside each other mostly have the same.
        if value != last {
            given.insert(folded(value, is_quirky));
            given.extend(value.split_ascii_whitespace().map(|name| folded(name, is_quirky)));
            last = value;
        }
    }
    given
}

/// The classes and the names that a selector asks for whatever else it does.
fn needed(selector: &Selector) -> impl Iterator<Item = &str> {
    selector.iter_raw_match_order().filter_map(|part| match part {
        Component::Class(name) | Component::ID(name) => Some(&*name.0),
        _ => None,
    })
}

/// A name as pages of old take it: letters are alike, large and small.
fn folded(name: &str, is_quirky: bool) -> Cow<'_, str> {
    if is_quirky && name.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

#[cfg(test)]
mod tests {
    use crate::decode::html::shown;

    #[test]
    fn rules_for_elements_within_others_are_followed_where_they_alter() {
        let page = |css: &str, cell: &str| {
            let rows = "<tr><td>乙<td>2".repeat(3);
            let page = format!("<style>{css}</style><div class=c><table class=t><tr><td>甲<td class=x>{cell}{rows}</table></div>");
            shown(&page).lines().nth(1).unwrap_or_default().trim_end_matches(['¦', '¶']).to_owned()
        };
        for (css, cell, text) in [
            (".t .old{text-decoration:line-through}", "<b class=old>3</b>12", "~3~12"),
            (".u .old{text-decoration:line-through}", "<b class=old>3</b>12", "312"),
            (".t b.n{vertical-align:super}", "12<b class=n>3</b>", "12~3"),
            (".c > .t .h{display:none}", "1<b class=h>3</b>", "1~3"),
            (".c > .t .h{display:none} .c .t .h{display:inline}", "1<b class=h>3</b>", "13"),
            (".c > .t .h{display:none} .t .h{display:inline}", "1<b class=h>3</b>", "1~3"),
            (".t .h{display:none} .h{display:inline}", "1<b class=h>3</b>", "1~3"),
            (".t .h{display:inline!important} .c > .t .h{display:none}", "1<b class=h>3</b>", "13"),
            (".c > .t .h{display:none}", "<b class=h style='display:inline'>3</b>", "3"),
            ("td.x::before{content:'1'}", "23", "~23"),
            ("td.x:after{content:'0'}", "23", "23~"),
            (".t .x::before{content:'-'}", "23", "~23"),
            (".x b::after{content:counter(n)}", "<b>2</b>3", "2~3"),
            ("td.x::before{content:'1'}", "", "\u{FFFC}"),
            ("td.x::before{content:''}", "23", "23"),
            ("td.y::before{content:'1'}", "23", "23"),
            ("td.x:hover::before{content:'1'}", "23", "23"),
        ] {
            assert_eq!(page(css, cell), text, "{css} {cell}");
        }
    }

    #[test]
    fn what_nobody_can_judge_keeps_pieces_of_figures_from_being_joined() {
        let page = |head: &str, cell: &str| {
            let rows = "<tr><td>乙<td>2".repeat(3);
            shown(&format!("{head}<table class=t><tr><td>甲<td class=x>{cell}{rows}</table>")).lines().nth(1).unwrap_or_default().trim_end_matches(['¦', '¶']).to_owned()
        };
        let piece = "<b class=m>5</b>67";
        // Hidden for sure, in doubt, or seen.
        for (css, text) in [
            ("@media (min-width:768px){.m{display:none}}", "67"),
            ("@media screen{@media (min-width:1px){.m{display:none}}}", "67"),
            ("@supports (display:block){@media screen{.m{display:none}}}", "67"),
            ("@media print{.m{display:none}}", "567"),
            ("@media (max-width:767px){.m{display:none}}", "567"),
            ("@media (min-width:1600px){.m{display:none}}", "~5~67"),
            ("@layer x{.m{display:none}}", "~5~67"),
            ("@container (min-width:1px){td .m{display:none}}", "~5~67"),
            (".m{display:none} @container (min-width:1px){.m{display:inline}}", "~67"),
            (".m{display:none} .open .m{display:inline}", "~5~67"),
            ("td{.m{display:none}}", "~5~67"),
            ("td{color:red;& > b{display:none} i{color:red}}", "~5~67"),
            (".x{&.m{display:none}}", "567"),
            ("td{@media print{.m{display:none}}}", "567"),
            (".m{color:red;@media screen{display:none}}", "67"),
            ("td:has(.m) .m{display:none}", "~5~67"),
            (":is(.zz,.m){display:none}", "~5~67"),
            ("b:not(:has(i)){display:none}", "~5~67"),
            ("td:not(:hover) b:not(:focus){display:none}", "~5~67"),
            ("td:hover b{display:none}", "567"),
            ("td\n.m{display:none}", "~5~67"),
            (".m{display:var(--d,none)}", "~5~67"),
            (".m{color:oklch(1 0 0)}", "~5~67"),
            (".m{font-size:calc(1px - 1px)}", "~5~67"),
            (".m{animation:h 0s forwards}", "~5~67"),
            (".m{background:#000;color:#000}", "~5~67"),
            (".m{background:#ff0;color:#000}", "567"),
            (".m{color:#fff;-webkit-text-stroke:0}", "~5~67"),
            (".m{display:none!important;display:inline}", "67"),
            (".m{d\\69splay:none}", "67"),
            (".m{display:none none}", "567"),
            (".m{display:none}.m{display:nowhere}", "67"),
            (".m{color:var(--c)}", "~5~67"),
            ("td{color:var(--c)}", "567"),
            (".x::first-letter{font-size:0}", "~567"),
            (".x::first-letter{font-size:2em}", "567"),
        ] {
            assert_eq!(page(&format!("<style>{css}</style>"), piece), text, "{css}");
        }
        for (head, cell, text) in [
            // The whole of a figure is believed where only its colour is open.
            ("<style>.m{color:var(--c)}</style>", "<b class=m>67</b>", "67"),
            ("<style>.m{color:var(--c)}</style>", "<b class=m>67</b>件", "67件"),
            ("<style>.m{display:none!important}</style>", "<b class=m style='display:inline'>5</b>67", "67"),
            ("<style>.m{opacity:1!important;opacity:0}</style>", piece, "567"),
            ("<template><style>.m{display:none}</style></template>", piece, "567"),
            ("<style media=print>.m{display:none}</style>", piece, "567"),
            ("<script>document.documentElement.className='js'</script><style>.js .m{display:none}</style>", piece, "~5~67"),
            ("<style>.js .m{display:none}</style>", piece, "567"),
            ("<script>document.body.className='big'</script><style>.big td b{font-size:20px;color:#333}</style>", piece, "567"),
            ("<script>document.querySelector('.m').style.fontSize = '20px'</script>", piece, "567"),
            ("<script>document.querySelectorAll('.m').forEach(e => e.style.display = 'none')</script>", piece, "~5~67"),
            ("<script>document.querySelectorAll('.k').forEach(e => e.style.display = 'none')</script>", piece, "567"),
            ("", "<del style='text-decoration:none'>8</del>7", "87"),
            ("", "<del>8</del>7", "7"),
            ("", "<del>34</del>", "~34"),
            ("", "<del>许可</del>", ""),
            ("", "<b popover>5</b>67", "67"),
            ("", "<b><template shadowrootmode=open>12</template>5</b>", "~5"),
            ("", "<b style='order:2'>7</b><b style='order:1'>6</b>", "~7~~6"),
            ("", "<input type=submit value=67>", "\u{FFFC}"),
            ("", "<input type=submit value=查找>", ""),
        ] {
            assert_eq!(page(head, cell), text, "{head} {cell}");
        }
    }

    #[test]
    fn sheets_are_read_and_weighed_as_browsers_do() {
        let page = |head: &str, cell: &str| {
            let rows = "<tr><td>乙<td>2".repeat(3);
            shown(&format!("{head}<table class=t><tr><td>甲<td class=x>{cell}{rows}</table>")).lines().nth(1).unwrap_or_default().trim_end_matches(['¦', '¶']).to_owned()
        };
        let piece = "<b class=m>5</b>67";
        for (css, text) in [
            // What is a block, a comment or a string.
            (".q:before{content:'{'}.m{display:none}", "67"),
            (".q:before{content:'}'}.m{display:none}", "67"),
            (".q:before{content:'/*'}.m{display:none}.p:before{content:'*/'}", "67"),
            (".q{color:red}<!-- .m{display:none} -->", "67"),
            ("@media/**/screen{.m{display:none}}", "67"),
            ("td/**/.m{display:none}", "567"),
            (".m{display:none", "67"),
            ("}.m{display:none}", "567"),
            // Mistakes, for which a rule is passed over.
            (".q{color:red};.m{display:none}", "567"),
            (".m,::foo{display:none}", "567"),
            (".m,:foo{display:none}", "567"),
            (".m,::-webkit-foo{display:none}", "~5~67"),
            ("td :is(.m,:foo){display:none}", "~5~67"),
            // Which of two rules is stronger.
            (".t .m{display:none}.m{display:inline}", "~5~67"),
            ("b.m{display:none}.m{display:inline}", "67"),
            (".m{display:none}b{display:inline}", "67"),
            (".m{display:inline}.m{display:none}", "67"),
            ("#n{display:inline}.m{display:none}", "67"),
            ("b{display:inline!important}.m{display:none}", "567"),
            (".m{display:none}@media print{.m{display:inline}}", "67"),
            // What only a person's doing, or nobody here, can tell.
            ("b:not(:hover){display:none}", "~5~67"),
            ("html:not(.open:hover) .m{display:none}", "~5~67"),
            ("td b:read-only{display:none}", "~5~67"),
            ("td b:lang(zh){display:none}", "567"),
            ("td b:not(:checked){display:none}", "~5~67"),
            ("td :nth-child(1 of b){display:none}", "~5~67"),
            ("b:hover{display:none}", "567"),
            ("td b{width:0;display:inline-block;overflow:hidden}", "~5~67"),
            // Names as they are written, and in pages of old.
            (".\\6d{display:none}", "67"),
            (".M{display:none}", "67"),
            // Rules within rules.
            (".m{&{display:none}}", "~5~67"),
            (".m{display:none;&.x{display:inline}}", "67"),
            ("td{color:red;.m{display:none}color:blue}", "~5~67"),
            // What every property takes, and what none does.
            (".m{display:none}b.m{display:unset}", "567"),
            (".m{display:none}b.m{display:initial}", "567"),
            (".m{display:none}b.m{display:revert}", "~5~67"),
            (".m{display:none}b.m{display:inherit}", "~5~67"),
            (".m{display:unset}b.m{display:none}", "67"),
            ("b{display:unset}.m{display:none}", "67"),
            (".m{display:none}b.m{all:unset}", "~67"),
            (".m{visibility:hidden}b.m{visibility:unset}", "567"),
            ("td{visibility:hidden}b.m{visibility:inherit}", ""),
            ("td{visibility:hidden}b.m{visibility:visible}", "5"),
            (".m{visibility:collapse}b.m{visibility:visible}", "567"),
            ("td{font-size:0}b.m{font-size:inherit}", ""),
            (".m{font-size:0}b.m{font-size:unset}", "567"),
            (".m{font-size:0}b.m{font-size:14foo}", "67"),
            (".m{font-size:0}b.m{font-size:-14px}", "67"),
            (".m{font-size:0}b.m{font-size:12px\\9}", "67"),
            (".m{opacity:0}b.m{opacity:1 1}", "67"),
            (".m{opacity:0}b.m{opacity:unset}", "567"),
            (".m{filter:opacity(0)}b.m{filter:none}", "567"),
            ("td{color:transparent}b.m{color:inherit}", ""),
            (".m{color:transparent;-webkit-text-fill-color:currentcolor}", "~67"),
            (".m{background:#000;color:#fff}b.m{background:none}", "~5~67"),
            (".m{display:none}b.m{display:inline !ie}", "67"),
            (".m{display:none}b.m{display:inline!important!ie}", "67"),
            (".m{display:none}b.m{display:block foo}", "67"),
            (".m{display:none}b.m{display:inline-block\\9}", "67"),
            (".m{display:none}b.m{display:inline flow}", "567"),
            (".m{display:table-column}", "67"),
            // A piece within a line has nothing that could be skipped.
            (".m{content-visibility:hidden}", "567"),
            (".m{content-visibility:hidden;display:inline-block}", "~5~67"),
            (".x{content-visibility:hidden}", "~5~~67"),
            (".m{float:left;width:0;overflow:hidden}", "67"),
            // Names of other languages.
            ("@namespace h url(http://www.w3.org/1999/xhtml);td h|b.m{display:none}", "~5~67"),
            ("@namespace s url(http://www.w3.org/2000/svg);td s|b.m{display:none}", "567"),
            ("@namespace url(http://www.w3.org/1999/xhtml);.m{display:none}", "67"),
            ("@namespace 'http://www.w3.org/2000/svg';.m{display:none}", "567"),
            ("@namespace 'http://www.w3.org/2000/svg';*|b.m{display:none}", "~5~67"),
            ("i{color:red}@namespace 'http://www.w3.org/2000/svg';.m{display:none}", "67"),
            ("td h|b{display:none}", "567"),
            // Half a letter or more hides another.
            (".m{margin-right:-1pt}", "567"),
            (".m{margin-left:-.5pt;margin-right:-.5pt}", "567"),
            (".m{margin-right:-2mm}", "~5~67"),
            (".m{margin:0 -8px}", "~5~67"),
            // Values that are kept under a name.
            (":root{--d:none}.m{display:var(--d)}", "67"),
            (".m{color:var(--c)}:root{--c:#333}", "567"),
            (".m{color:var(--c)}:root{--c:#333}.dark{--c:#fff}", "~5~67"),
            (".m{color:hsl(0, 0%, 0%)}", "567"),
            (".m{color:#0000}", "67"),
        ] {
            assert_eq!(page(&format!("<style>{css}</style>"), piece), text, "{css}");
        }
        for (head, cell, text) in [
            ("<!doctype html><style>.M{display:none}</style>", piece, "567"),
            ("<style>.hidden{display:none}@media (min-width:768px){.md\\:inline{display:inline}.md\\:hidden{display:none}}</style>", "<b class='hidden md:inline'>5</b><b class=md:hidden>6</b>7", "57"),
            ("<style>td del{text-decoration:none}</style>", "<del>5</del>67", "567"),
            ("<style>del{text-decoration:none}</style>", "<del>5</del>67", "567"),
            ("<style>.x{display:flex;flex-direction:row-reverse}</style>", "<b>5</b><b>67</b>", "~5~~67"),
            ("<style>.f{float:left}</style>", "5<b class=f>67</b>", "5~67"),
            ("<style>.f{float:left}</style>", "<b class=f>5</b><b class=f>67</b>", "567"),
            ("<style>.l{display:list-item;list-style:decimal inside}</style>", "<b class=l>67</b>", "~67"),
            ("<html lang=zh-CN><style>td b:lang(en){display:none}</style>", piece, "567"),
            ("<html lang=zh-CN><style>td b:lang(zh){display:none}</style>", piece, "~5~67"),
            ("<style>.m{position:absolute;left:-9999px}</style>", piece, "67"),
            ("<style>.m{display:inline-block;clip-path:inset(100%)}</style>", piece, "67"),
            ("", "<ul><li>67</ul>", "67"),
            ("", "<ol style='list-style:none'><li>67</ol>", "67"),
            ("", "<ol start=6><li></ol>", "\u{FFFC}"),
            ("<script>var s=document.createElement('style');s.textContent='td b{display:none}'</script>", piece, "~5~67"),
            ("<script>document.querySelector('p').className='on'</script><style>b.on{display:none}</style>", piece, "567"),
            ("<script>document.querySelectorAll('td b').forEach(e => e.style.display = 'none')</script>", piece, "~5~67"),
            ("<script>document.querySelectorAll('ul b').forEach(e => e.style.display = 'none')</script>", piece, "567"),
            ("<script>var c='js';document.body.className=c</script><style>.js td b{display:none}</style>", piece, "~5~67"),
        ] {
            assert_eq!(page(head, cell), text, "{head} {cell}");
        }
    }

    #[test]
    fn what_is_past_a_bound_leaves_every_figure_in_doubt() {
        let page = |css: &str| shown(&format!("<style>{css}</style><table><tr><td>甲<td>67<tr><td>乙<td>2<tr><td>丙<td>2</table>")).lines().nth(1).unwrap_or_default().to_owned();
        for (css, text) in [
            ("@media screen{".repeat(20), "67¦¶"),
            ("@media screen{".repeat(40), "~67¦¶"),
            (format!("a{{{}b{{color:red}}", "& &{".repeat(12)), "67¦¶"),
            (format!("a{{{}b{{color:red}}", "& &{".repeat(30)), "~67¦¶"),
            (format!("{}td{}{{color:red}}", ":not(".repeat(30), ")".repeat(30)), "67¦¶"),
            (format!("{}td{}{{color:red}}", ":is(".repeat(80), ")".repeat(80)), "~67¦¶"),
            (format!("td:is({}i){{color:red}}", "b,".repeat(3000)), "67¦¶"),
            (format!("{}table{{color:red}}", ".x,".repeat(200)), "67¦¶"),
            (format!("{}{{display:none}}", "a ".repeat(3000)), "~67¦¶"),
        ] {
            assert_eq!(page(&css), text, "{}", &css[..20]);
        }
    }

    #[test]
    fn sheets_without_end_cost_no_more_than_their_bound() {
        let page = |css: &str, around: usize, cell: &str, cells: usize| {
            let cells: String = (0..cells).map(|n| format!("<td class='b{}{cell}'>{n}", n % 10)).collect();
            let last = "<tr><td>甲<td>67<tr><td>乙<td>2<tr><td>丙<td>2";
            shown(&format!("<style>{css}</style>{}<table class=a><tr>{cells}</table><table>{last}</table>", "<div class=x>".repeat(around))).contains("~67¦")
        };
        let rules = |rule: &dyn Fn(usize) -> String| (0..19_000).map(rule).collect::<String>();
        let within = |inner: &str, before: &str, behind: &str, times: usize| format!("{}{inner}{}{{opacity:0}}", before.repeat(times), behind.repeat(times));
        let names = |times: usize| (0..times).map(|n| format!(".n{n},")).collect::<String>();
        for (css, around, cell, cells) in [
            (rules(&|n| format!("div .a .b{}{{display:none}}", n % 10)), 1, "", 20_000),
            (rules(&|n| format!("td.b{}{{display:none}}", n % 10)), 1, "", 50_000),
            (rules(&|n| format!("[data-a{n}]{{display:none}}")), 1, "", 20_000),
            (rules(&|n| format!("[title*='{}{n}' i]{{display:none}}", "a".repeat(50))), 1, &*format!("' title='{}", "a".repeat(2000)), 200),
            (rules(&|_| ".a .c{display:none}".to_owned()), 1, &*" c".repeat(100_000), 5),
            ("tr:has(td.zz ~ td){display:none}".to_owned(), 1, "", 100_000),
            (format!("td:not(:is({}.n)){{display:none}}", names(50_000)), 1, "", 50_000),
            (format!("td:not({}i){{display:none}}", ":not(*),".repeat(50_000)), 1, "", 50_000),
            (format!("td:has({}i){{display:none}}", names(20_000)), 1, "", 50_000),
            (within(".q *", ":is(", ") *", 6) + " td{opacity:0}", 440, "", 2000),
            (within(".q ~ td", ":not(", " ~ td)", 6), 1, "", 5000),
            ("td.b1 ~ td ~ td.b2 ~ td ~ i ~ td{display:none}".to_owned(), 1, "", 50_000),
        ] {
            assert!(page(&css, around, cell, cells), "{}", css.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn the_longest_selectors_fit_a_small_stack() {
        for (inner, before, behind, times) in [("td", "", " ~ td", 290), ("td", ":is(", " ~ td)", 30), ("td ~ td", ":not(:not(", " ~ td))", 19)] {
            let css = format!("{}{inner}{}{{color:red}}", before.repeat(times), behind.repeat(times));
            let page = format!("<style>{css}</style><table><tr>{}</table>", "<td>1".repeat(500));
            let work = move || assert!(shown(&page).contains("1¦"));
            std::thread::Builder::new().stack_size(512 * 1024).spawn(work).expect("a thread").join().expect("no overflow");
        }
    }

    #[test]
    fn sheets_of_large_pages_are_weighed_to_the_end() {
        let css: String = (0..300).map(|n| format!(".w{n} .a td{{color:#333}} .space-{n} > :not([hidden]) ~ :not([hidden]){{margin-top:{n}px}} .c{n}:hover{{color:red}} .k{n} .m td.n{{display:table-cell}} .box{n} > ul li a{{display:block}}")).collect();
        let rows = "<tr><td class=n><b>1</b><td class=n>2<td class='n k'>3<td>4".repeat(2000);
        let page = shown(&format!("<style>{css}</style>{}<table class=a>{rows}<tr><td>甲<td>67</table>", "<div class=space-4>".repeat(12)));
        assert!(page.contains("甲¦\n67¦"));
    }
}
