//! Rules of a style sheet that choose elements by more than a single tag, class or name, and those that put something
//! before or behind what an element holds.
//!
//! Such rules often stand for states that a script switches, so none of them takes anything out of a page. What one of them
//! hides within a table, and the figures that it alters, are not believed.

use std::cell::Cell;
use std::collections::HashMap;

use scraper::{ElementRef, Selector};

use super::look::{DOUBTFUL, Look};
use super::words::{JOINS, attr, is_name_char, part_of, unescaped};

/// Rules of one page that are kept, and how often an element of it is held against one; beyond that every figure is in doubt.
const RULES: usize = 20_000;
const TRIALS: usize = 2_000_000;
/// What one costs that looks at all elements beside.
const COSTLY: usize = 100;

#[derive(Debug)]
struct Rule {
    selector: Selector,
    look: Look,
    drawn: Drawn,
    /// What holding an element against it costs.
    cost: usize,
}

/// What a page draws before and behind what an element holds, and nobody can read here.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawn {
    pub before: bool,
    pub behind: bool,
}

#[derive(Debug, Default)]
pub struct Chosen {
    rules: Vec<Rule>,
    /// By what an element must be at least: its class, its name, its tag.
    classes: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    tags: HashMap<String, Vec<usize>>,
    /// Rules that name none of them.
    any: Vec<usize>,
    trials: Cell<usize>,
}

impl Chosen {
    pub fn add(&mut self, selector: &str, body: &str, look: Look) {
        let lower = selector.to_ascii_lowercase();
        let cut = [("::before", true), ("::after", false), (":before", true), (":after", false), (":first-letter", true)].iter().find_map(|(end, before)| Some((lower.strip_suffix(end)?.len(), *before)));
        match cut {
            Some((at, before)) => {
                // What clears floats is there and does not show. Of letters the first may be hidden alone.
                let is_letter = lower.ends_with("letter");
                if if is_letter { look.hides(true) } else { draws(body) && !look.hides(true) } {
                    let at = at - usize::from(is_letter && selector[..at].ends_with(':'));
                    self.keep(&part_of(&selector[..at]), Look::default(), Drawn { before, behind: !before });
                }
            }
            None => {
                let alters = look.alterations();
                if !alters.is_empty() {
                    self.keep(selector, alters, Drawn::default());
                }
            }
        }
    }

    fn keep(&mut self, selector: &str, look: Look, drawn: Drawn) {
        if self.rules.len() == RULES {
            return;
        }
        let cost = match selector {
            // It looks at all that an element holds.
            _ if selector.contains(":has") => COSTLY * 10,
            _ if selector.contains('~') || selector.contains("nth-") => COSTLY,
            _ => 1,
        };
        if cost == COSTLY && drawn == Drawn::default() && look.is_slight() {
            return;
        }
        // What cannot be read chooses by a state, such as where the mouse is, or by that no such state holds.
        let parse = |selector: &str| Selector::parse(selector).ok();
        let Some(parsed) = parse(selector).or_else(|| parse(&at_rest(selector)?)) else { return };
        let number = self.rules.len();
        let bare = without_brackets(selector);
        let last = bare.rsplit(JOINS).next().unwrap_or_default();
        let after = |sign: char| last.split_once(sign).map(|(_, rest)| rest.split(|c| !is_name_char(c)).next().unwrap_or_default().to_owned()).filter(|n| !n.is_empty());
        let tag = last.split(|c| !is_name_char(c)).next().unwrap_or_default().to_ascii_lowercase();
        let plain = !last.contains(['(', ')', ']', '"', '\\']);
        match (after('#'), after('.')) {
            (Some(name), _) if plain => self.names.entry(name).or_default().push(number),
            (_, Some(class)) if plain => self.classes.entry(class).or_default().push(number),
            _ if plain && !tag.is_empty() => self.tags.entry(tag).or_default().push(number),
            _ => self.any.push(number),
        }
        self.rules.push(Rule { selector: parsed, look, drawn, cost });
    }

    /// What these rules say of an element; where too many would have to be tried, that nothing is sure.
    pub fn of(&self, element: ElementRef) -> (Look, Drawn) {
        let (mut look, mut drawn) = (Look::default(), Drawn::default());
        if self.rules.is_empty() {
            return (look, drawn);
        }
        if self.trials.get() >= TRIALS {
            return (Look::of(DOUBTFUL, true), drawn);
        }
        let value = element.value();
        let classes = attr(value, "class").unwrap_or_default().split_ascii_whitespace().filter_map(|c| self.classes.get(c));
        let name = attr(value, "id").and_then(|n| self.names.get(n));
        let mut found: Vec<usize> = classes.chain(name).chain(self.tags.get(value.name())).chain([&self.any]).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        self.trials.set(self.trials.get() + found.iter().map(|n| self.rules[*n].cost).sum::<usize>());
        if self.trials.get() >= TRIALS {
            return (Look::of(DOUBTFUL, true), drawn);
        }
        for rule in found.into_iter().map(|n| &self.rules[n]).filter(|rule| rule.selector.matches(&element)) {
            look = look.under(rule.look);
            drawn = Drawn { before: drawn.before || rule.drawn.before, behind: drawn.behind || rule.drawn.behind };
        }
        (look, drawn)
    }
}

/// A selector without what stands in brackets: it says more of the elements that the rest chooses.
fn without_brackets(selector: &str) -> String {
    let mut depth = 0usize;
    let outside = |c: &char| {
        let was = depth;
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        was + depth == 0
    };
    selector.chars().filter(outside).collect()
}

/// Whether what is drawn may be read as a part of a figure: a sign, a digit, a word, a picture; not a bullet or a blank.
fn draws(body: &str) -> bool {
    let value = body.split(';').filter_map(|rule| rule.split_once(':')).filter(|(name, _)| name.trim().eq_ignore_ascii_case("content")).last();
    let Some((_, value)) = value else { return false };
    let value = value.trim().trim_end_matches("!important").trim();
    let word = value.to_ascii_lowercase();
    if matches!(word.as_str(), "" | "none" | "normal" | "inherit" | "initial" | "unset") {
        return false;
    }
    let inside = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).filter(|inside| !inside.contains(['"', '\'']));
    let Some(inside) = inside else { return true };
    unescaped(inside).chars().any(|c| c.is_alphanumeric() || matches!(c, '-' | '−' | '–' | '—' | '+' | '.' | ',' | '%' | '‰' | '\u{E000}'..='\u{F8FF}'))
}

/// What a selector chooses while no state holds that it excludes: `.tip:not(:hover) b`.
fn at_rest(selector: &str) -> Option<String> {
    let (mut out, mut rest) = (String::new(), selector);
    while let Some(at) = rest.find(":not(") {
        out.push_str(&rest[..at]);
        let mut depth = 0i32;
        let closes = |c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ')' && depth == 0
        };
        rest = &rest[at + rest[at..].find(closes)? + 1..];
        out = part_of(&out).into_owned();
    }
    (!out.is_empty()).then(|| out + rest)
}

#[cfg(test)]
mod tests {
    use crate::decode::html::shown;
    use crate::decode::html::look::declared;
    use super::*;

    #[test]
    fn what_is_drawn_is_told_from_ornaments() {
        for drawn in ["content:\"1\"", "color:red;content: '-'", "content:counter(x)", "content:attr(data-n)", "content:url(a.png)", "content:\"\\31\"", "content:'万' !important", "content:'\\e601'"] {
            assert!(draws(drawn), "{drawn}");
        }
        for not in ["", "content:''", "content:none", "color:red", "content:\" \"", "content:\"\\2022\"", "content:'›'", "content:normal", "content:'\\200B'", "content:'\\'"] {
            assert!(!draws(not), "{not}");
        }
    }

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
            (".c > .t .h{display:none} .t .h{display:inline}", "1<b class=h>3</b>", "13"),
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
    fn sheets_without_end_cost_no_more_than_their_bound() {
        let css: String = (0..30_000).map(|n| format!("div .a .b{}{{display:none}}", n % 10)).collect();
        let cells: String = (0..20_000).map(|n| format!("<td class='b{}'>{n}", n % 10)).collect();
        assert!(shown(&format!("<style>{css}</style><div><table class=a><tr>{cells}</table></div>")).contains('¦'));
        for odd in ["{", ":before{content:'1'}", "::after", ".a::before{content:", "é::before{content:'1'}", "a >::before{content:'1'}"] {
            let mut chosen = Chosen::default();
            chosen.add(odd.split('{').next().unwrap(), odd.split_once('{').map_or("", |(_, b)| b), declared("display:none"));
        }
    }
}
