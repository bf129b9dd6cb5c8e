//! The style of a page: of its elements, and of its own sheets.

use std::collections::HashSet;

use cssparser::{AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, StyleSheetParser};
use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

use super::chosen::{Choice, Rules};
use super::conditions::{holds, medium};
use super::look::{CELL, DARK, DOUBTFUL, Look, OVERRIDDEN, RIGHT_TO_LEFT, STRUCK, Said, declared};
use super::scripts::{classes_set, sheets_made};
use super::selector::{Selectors, Spaces, Unusable};
use super::vars::Vars;
use super::words::{attr, value};

/// Blocks of rules within each other.
const DEPTH: usize = 32;

/// What the page's own style sheets say.
#[derive(Default)]
pub struct Sheet {
    rules: Rules,
    /// What they keep under names, as far as it is known; and as it is met.
    vars: Vars,
    met: Vars,
    /// What the text that is being read names before a `|`; none once it is past that.
    spaces: Spaces,
    begun: bool,
    /// Other sheets belong to the page that are not in it.
    others: bool,
}

/// The texts of a page that say how it looks.
#[derive(Default)]
struct Texts<'a> {
    /// Each with whether it counts for sure.
    sheets: Vec<(&'a str, bool)>,
    scripts: Vec<&'a str>,
    /// Other sheets belong to the page that are not in it.
    others: bool,
    /// Elements keep values of their own under names, or scripts do.
    keeps: bool,
}

impl<'a> Texts<'a> {
    fn of(html: &'a Html) -> Texts<'a> {
        let mut texts = Texts::default();
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            let inside = || node.children().filter_map(|c| c.value().as_text()).map(|t| &**t);
            match element.name() {
                "style" if !node.ancestors().any(|a| a.value().as_element().is_some_and(|e| e.name() == "template")) => {
                    let is_sure = certain(attr(element, "media").map_or(Some(true), medium));
                    texts.sheets.extend(is_sure.into_iter().flat_map(|is_sure| inside().map(move |text| (text, is_sure))));
                }
                "script" => texts.scripts.extend(inside()),
                "link" => texts.others |= attr(element, "rel").is_some_and(|r| r.to_ascii_lowercase().contains("stylesheet")),
                _ => {}
            }
        }
        let made = texts.scripts.iter().flat_map(|text| sheets_made(text)).map(|text| (text, false));
        texts.sheets.extend(made);
        texts.keeps = texts.asks() && (texts.scripts.iter().any(|text| text.contains("setProperty(")) || html.tree.nodes().filter_map(|n| n.value().as_element()).any(keeps));
        texts
    }

    /// Whether sheets ask for what is kept under names.
    fn asks(&self) -> bool {
        self.sheets.iter().any(|(text, _)| text.contains("var("))
    }
}

/// Whether an element has a value of its own under a name.
fn keeps(element: &Element) -> bool {
    attr(element, "style").is_some_and(|style| style.contains("--"))
}

impl Sheet {
    /// Reads the `<style>` elements. Rules for a medium (`@media`) that is none at a desk are passed over.
    pub fn of(html: &Html) -> Sheet {
        let texts = Texts::of(html);
        // Without rules it does not matter which classes are set.
        if texts.sheets.is_empty() {
            return Sheet { others: texts.others, ..Sheet::default() };
        }
        let mut scripted = HashSet::new();
        texts.scripts.iter().for_each(|text| classes_set(text, &mut scripted));
        // The library does not name the type.
        let is_quirky = format!("{:?}", html.quirks_mode) == "Quirks";
        let read = |vars: Vars| {
            let mut sheet = Sheet { rules: Rules::new(scripted.clone(), is_quirky), vars, others: texts.others, ..Sheet::default() };
            texts.sheets.iter().for_each(|(text, is_sure)| sheet.read(text, *is_sure));
            sheet
        };
        let mut sheet = read(Vars::default());
        // What is kept under names may be set behind where it is asked for.
        if texts.asks() && !texts.keeps {
            sheet = read(sheet.met);
        }
        sheet.rules.settle(html);
        sheet
    }

    fn read(&mut self, sheet: &str, is_sure: bool) {
        (self.spaces, self.begun) = (Spaces::default(), false);
        let mut block = Block { sheet: self, selectors: None, said: Said::default(), is_sure, depth: 0 };
        StyleSheetParser::new(&mut Parser::new(sheet), &mut block).for_each(drop);
    }

    /// How an element looks by what stands in its tag alone, and by the style that it has of its own.
    fn bare<'a>(&self, element: &'a Element) -> (Look, &'a str) {
        let mut look = match element.name() {
            "s" | "strike" | "del" => Look::of(STRUCK, true),
            "bdo" => Look::of(OVERRIDDEN, true),
            "ol" => Look::list(true),
            "ul" | "menu" | "dir" => Look::list(false),
            "li" => Look::item(),
            "w:del" | "w:movefrom" => Look::of(DOUBTFUL, true),
            _ => Look::default(),
        };
        let mut style = "";
        for (key, value) in element.attrs() {
            match key {
                "style" => style = value,
                // Where a page does not say itself how they look, nobody can say whether they are seen.
                "class" if value.split_ascii_whitespace().any(|c| is_read_aloud(c) && !self.rules.know(c)) => look = look.under(Look::of(DOUBTFUL, true)),
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
        (look, style)
    }

    /// How an element looks, without regard to those around it.
    pub fn choose(&self, element: ElementRef) -> Choice {
        let (look, style) = self.bare(element.value());
        self.rules.choose(element, look, if style.is_empty() { Look::default() } else { declared(&self.vars.filled(style)) })
    }

    /// Whether rules that are not followed here, or are not in the page, may show an element's letters again.
    pub fn is_unsure(&self, element: &Element) -> bool {
        let shows = |name: &str| self.rules.shows_letters(name);
        let named = |(key, value): (&str, &str)| matches!(key, "class" | "id") && (self.others || value.split_ascii_whitespace().any(shows));
        shows(element.name()) || element.attrs().any(named)
    }

    pub fn is_cell(&self, element: ElementRef) -> bool {
        let (look, style) = self.bare(element.value());
        self.rules.own(element, look).under(declared(style)).is(CELL)
    }
}

/// Classes of widespread style sheets for what only programs that read aloud are to find.
pub fn is_read_aloud(class: &str) -> bool {
    matches!(class, "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text" | "screen-reader-only" | "element-invisible" | "a11y-hidden" | "offscreen" | "off-screen" | "assistive-text")
}

/// Whether an element is a sight alone, an ornament or the copy of what is read aloud.
pub fn is_ornament(element: &Element) -> bool {
    attr(element, "aria-hidden").is_some_and(|v| v.trim().eq_ignore_ascii_case("true"))
}

/// Of rules that may count whether they do for sure; none where they do not.
fn certain(holds: Option<bool>) -> Option<bool> {
    if holds == Some(false) { None } else { Some(holds.is_some()) }
}

/// A block of a sheet that is being read: of rules, or of a rule with its declarations.
struct Block<'s> {
    sheet: &'s mut Sheet,
    /// Of the rule that it belongs to.
    selectors: Option<Selectors>,
    said: Said,
    /// Whether it counts for sure.
    is_sure: bool,
    depth: usize,
}

impl Block<'_> {
    /// Reads a block within this one; of one too deep nobody can say what it comes to.
    fn read(&mut self, selectors: Option<Selectors>, is_sure: bool, input: &mut Parser<'_>) {
        if self.depth == DEPTH {
            return self.sheet.rules.give_up();
        }
        let order = self.sheet.rules.next();
        let is_sure = self.is_sure && is_sure && !selectors.as_ref().is_some_and(|s| s.is_disputed);
        let mut block = Block { sheet: self.sheet, selectors, said: Said::default(), is_sure, depth: self.depth + 1 };
        if block.selectors.is_none() {
            return StyleSheetParser::new(input, &mut block).for_each(drop);
        }
        RuleBodyParser::new(input, &mut block).for_each(drop);
        let Block { sheet, selectors: Some(selectors), said, .. } = block else { return };
        if said.is_anything() {
            sheet.rules.add(&selectors, &said, is_sure, order);
        }
    }
}

impl<'i> QualifiedRuleParser<'i> for Block<'_> {
    type Prelude = Selectors;
    type QualifiedRule = ();
    type Error = ();

    /// A rule of which one selector is bad is passed over, as browsers do.
    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Selectors, ParseError<()>> {
        self.sheet.begun = true;
        let start = input.position();
        while input.next().is_ok() {}
        Selectors::read(input.slice_from(start), self.selectors.as_ref(), &self.sheet.spaces, &self.sheet.rules.steps).map_err(|why| {
            if let Unusable::Long = why {
                self.sheet.rules.give_up();
            }
            ParseError::unexpected_token()
        })
    }

    fn parse_block(&mut self, selectors: Selectors, _: &ParserState, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        self.read(Some(selectors), true, input);
        Ok(())
    }
}

/// What stands before the block of an `@` rule, or is all of it.
enum Before {
    /// Whether the block counts for sure.
    Block(bool),
    /// A name, and what it stands for.
    Space(Option<String>, String),
}

impl<'i> AtRuleParser<'i> for Block<'_> {
    type Prelude = Before;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<Before, ParseError<()>> {
        if name.eq_ignore_ascii_case("namespace") {
            let name = input.try_parse(|input| input.expect_ident_cloned()).ok().map(|name| name.to_string());
            return Ok(Before::Space(name, input.expect_url_or_string()?.to_string()));
        }
        let condition = value(input).unwrap_or_default();
        self.sheet.others |= name.eq_ignore_ascii_case("import");
        certain(holds(&format!("@{name} {condition}"))).map(Before::Block).ok_or_else(ParseError::unexpected_token)
    }

    fn rule_without_block(&mut self, before: Before, _: &ParserState) -> Result<(), ()> {
        // Behind the first rule browsers pass over it.
        match before {
            Before::Space(name, address) if !self.sheet.begun && self.depth == 0 => self.sheet.spaces.add(name, &address),
            _ => {}
        }
        Ok(())
    }

    fn parse_block(&mut self, before: Before, _: &ParserState, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        let Before::Block(is_sure) = before else { return Err(ParseError::unexpected_token()) };
        self.sheet.begun = true;
        self.read(self.selectors.clone(), is_sure, input);
        Ok(())
    }
}

impl<'i> DeclarationParser<'i> for Block<'_> {
    type Declaration = ();
    type Error = ();

    fn parse_value(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>, _: &ParserState) -> Result<(), ParseError<()>> {
        let value = value(input).ok_or_else(ParseError::unexpected_token)?;
        if name.starts_with("--") {
            let for_all = self.is_sure && self.selectors.as_ref().is_some_and(Selectors::are_for_all);
            self.sheet.met.set(&name, &value, for_all);
        } else {
            self.said.add(&name, &self.sheet.vars.filled(&value));
        }
        Ok(())
    }
}

impl RuleBodyItemParser<'_, (), ()> for Block<'_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_single_tags_classes_and_names_are_read() {
        let sheet = "<!-- /* x{ */ @charset \"utf-8\"; .a, p.b {display:none} .c .d{display:none} @media print{.e{display:none} .f{x:y}} \
                     .g{display:none} .g.open{display:block} .h{ color:red; DISPLAY : Table-Cell !important } #n,u{opacity:0} .i{left:0}";
        let gone = |piece: &str| {
            let page = Html::parse_document(&format!("<!doctype html><style>{sheet}</style>{piece}"));
            let element = page.tree.nodes().filter_map(ElementRef::wrap).last().expect("an element");
            Sheet::of(&page).choose(element).look(false, false).hides(false)
        };
        for hidden in ["<b class='x a'>", "<p class=b>", "<i id=n>", "<u>", "<i hidden>"] {
            assert!(gone(hidden), "{hidden}");
        }
        for seen in ["<i class=b>", "<i class=d>", "<i class=e>", "<i class=g>", "<i class=a style='display:inline'>", "<i class=h style='display:none'>", "<i id=a>", "<u style='opacity:1'>"] {
            assert!(!gone(seen), "{seen}");
        }
        let page = Html::parse_document(&format!("<style>{sheet}</style><i class=h>"));
        assert!(page.tree.nodes().filter_map(ElementRef::wrap).last().is_some_and(|e| Sheet::of(&page).is_cell(e)));
        for odd in ["{", "}", ".a{", "@media{", ".a{display", "/*", "", ".{display:none}", "@x;", ";{}", ":before{content:'1'}", "::after", ".a::before{content:", "é::before{content:'1'}", "a >::before{content:'1'}"] {
            Sheet::default().read(odd, true);
        }
    }
}
