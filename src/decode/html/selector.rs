//! Selectors of style sheets: read and held against elements by the library that browsers use. What depends on a state of the page, or on
//! what a browser knows and nobody here, is told apart.

mod judge;

pub use judge::{Judge, Question, Steps};

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;

use cssparser::{CowRcStr, ParseError, Parser, ToCss, Token};
use scraper::selector::{CssLocalName, CssString, Simple};
use selectors::parser::{self, Combinator, Component, ParseRelative, RelativeSelector, SelectorParseErrorKind};
use selectors::visitor::{SelectorListKind, SelectorVisitor};
use selectors::{SelectorImpl, SelectorList};

use super::XHTML;

pub type Selector = parser::Selector<Kind>;
pub type Space = <Simple as SelectorImpl>::NamespaceUrl;

/// Parts of a selector of which one is looked at while another is, those of rules around it among them: each takes its place on the stack.
const LONGEST: usize = 300;
/// Brackets within each other; the library takes some more.
const BRACKETS: usize = 40;

/// A list of selectors, as it stands before a rule.
#[derive(Clone, Debug)]
pub struct Selectors {
    list: SelectorList<Kind>,
    /// Parts of which one is looked at while another is.
    depth: usize,
    /// Not all browsers know all of it, and those that do not pass over the rule.
    pub is_disputed: bool,
}

/// Why a list of selectors is none that can be used.
pub enum Unusable {
    /// Browsers pass over its rule.
    Bad,
    /// It takes too many steps.
    Long,
}

/// What a sheet says of the names before a `|`, and which elements those are of that are named without one.
#[derive(Debug, Default)]
pub struct Spaces {
    named: HashMap<String, Space>,
    all: Option<Space>,
}

impl Spaces {
    /// Takes in `@namespace`; the one of web pages is as good as none.
    pub fn add(&mut self, name: Option<String>, address: &str) {
        match name {
            Some(name) => drop(self.named.insert(name, address.into())),
            None => self.all = (address != XHTML).then(|| address.into()),
        }
    }
}

impl Selectors {
    /// Reads those of a rule that may stand within another.
    pub fn read(text: &str, around: Option<&Selectors>, spaces: &Spaces, steps: &Steps) -> Result<Selectors, Unusable> {
        let brackets = || text.bytes().filter(|b| matches!(b, b'(' | b'[')).count();
        if brackets() > BRACKETS && is_deep(&mut Parser::new(text), BRACKETS) {
            return Err(Unusable::Long);
        }
        let is_disputed = Cell::new(around.is_some_and(|a| a.is_disputed));
        let relative = if around.is_some() { ParseRelative::ForNesting } else { ParseRelative::No };
        let list = SelectorList::parse(&Reader { is_disputed: &is_disputed, spaces }, &mut Parser::new(text), relative).map_err(|_| Unusable::Bad)?;
        let mut depth = Depth::default();
        list.slice().iter().for_each(|s| depth.add(s));
        let depth = depth.deepest + around.map_or(0, |a| a.depth);
        // Each place of the rule around is weighed as all of it.
        let places = around.map_or(0, |a| a.list.slice().len() * (list.slice().len() + text.matches('&').count()));
        if depth > LONGEST || !steps.take(places) {
            return Err(Unusable::Long);
        }
        let list = around.map_or_else(|| list.clone(), |a| list.replace_parent_selector(&a.list));
        Ok(Selectors { list, depth, is_disputed: is_disputed.get() })
    }

    /// Whether a rule with them is for the whole page.
    pub fn are_for_all(&self) -> bool {
        let is_page = |part: &Component<Kind>| match part {
            Component::Root => true,
            Component::LocalName(tag) => matches!(&*tag.lower_name.0, "html" | "body"),
            _ => false,
        };
        self.each().any(|selector| selector.len() == 1 && selector.iter().all(is_page))
    }

    pub fn each(&self) -> impl Iterator<Item = &Selector> {
        self.list.slice().iter()
    }
}

/// Whether more brackets than these stand within each other.
fn is_deep(input: &mut Parser, left: usize) -> bool {
    while let Ok(token) = input.next() {
        let opens = matches!(token, Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock);
        let within = |input: &mut Parser<'_>| Ok::<bool, ParseError<()>>(is_deep(input, left - 1));
        if opens && (left == 0 || input.parse_nested_block(within).unwrap_or(true)) {
            return true;
        }
    }
    false
}

/// The parts of selectors.
#[derive(Clone, Debug)]
pub struct Kind;

impl SelectorImpl for Kind {
    type ExtraMatchingData<'a> = ();
    type AttrValue = CssString;
    type Identifier = CssLocalName;
    type LocalName = CssLocalName;
    type NamespacePrefix = CssLocalName;
    type NamespaceUrl = Space;
    type BorrowedNamespaceUrl = Space;
    type BorrowedLocalName = CssLocalName;
    type NonTSPseudoClass = State;
    type PseudoElement = Piece;
}

/// What an element is in beyond its place in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// No element is, as long as nobody does anything.
    Done,
    Link,
    /// Its language is one of these; a page that tells none has none.
    Language(Vec<String>),
    /// Nobody here can say.
    Open,
}

impl parser::NonTSPseudoClass for State {
    fn is_active_or_hover(&self) -> bool {
        false
    }

    fn is_user_action_state(&self) -> bool {
        false
    }
}

impl ToCss for State {
    fn to_css<W: fmt::Write>(&self, _: &mut W) -> fmt::Result {
        Ok(())
    }
}

/// A piece of what an element shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Before,
    After,
    /// Its first letter or line.
    First,
    Other,
}

impl parser::PseudoElement for Piece {
    fn accepts_state_pseudo_classes(&self) -> bool {
        true
    }
}

impl ToCss for Piece {
    fn to_css<W: fmt::Write>(&self, _: &mut W) -> fmt::Result {
        Ok(())
    }
}

/// Also those of pages within a page, which have sheets of their own.
const DONE: [&str; 24] = [
    "hover", "active", "focus", "focus-within", "focus-visible", "visited", "target", "target-within", "target-current", "fullscreen",
    "-webkit-full-screen", "modal", "popover-open", "picture-in-picture", "autofill", "-webkit-autofill", "user-valid", "user-invalid", "current", "past", "future", "interest-source", "host", "host-context",
];
const OPEN: [&str; 27] = [
    "checked", "unchecked", "default", "defined", "disabled", "enabled", "indeterminate", "required", "optional", "valid", "invalid", "in-range",
    "out-of-range", "read-only", "read-write", "placeholder-shown", "open",
    "blank", "playing", "paused", "muted", "seeking", "stalled", "buffering", "volume-locked", "local-link", "has-slotted",
];
const OPEN_BY: [&str; 5] = ["dir", "state", "heading", "nth-col", "active-view-transition-type"];
const OTHERS: [&str; 16] = [
    "marker", "selection", "placeholder", "backdrop", "cue", "file-selector-button", "details-content", "grammar-error", "spelling-error",
    "target-text", "highlight", "part", "slotted", "view-transition", "scroll-marker", "column",
];

struct Reader<'a> {
    is_disputed: &'a Cell<bool>,
    spaces: &'a Spaces,
}

impl Reader<'_> {
    /// What only some browsers know.
    fn disputed<T>(&self, name: &str, known: T) -> Result<T, ParseError<SelectorParseErrorKind>> {
        if !name.starts_with('-') {
            return Err(ParseError::custom(SelectorParseErrorKind::UnsupportedPseudoClassOrElement));
        }
        self.is_disputed.set(true);
        Ok(known)
    }
}

fn is_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|n| name.eq_ignore_ascii_case(n))
}

impl<'i> parser::Parser<'i> for Reader<'_> {
    type Impl = Kind;
    type Error = SelectorParseErrorKind;

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    fn parse_parent_selector(&self) -> bool {
        true
    }

    fn default_namespace(&self) -> Option<Space> {
        self.spaces.all.clone()
    }

    fn namespace_for_prefix(&self, prefix: &CssLocalName) -> Option<Space> {
        self.spaces.named.get(&*prefix.0).cloned()
    }

    fn is_is_alias(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("-webkit-any")
    }

    fn parse_non_ts_pseudo_class(&self, name: CowRcStr<'i>) -> Result<State, ParseError<Self::Error>> {
        match &*name {
            name if is_of(name, &DONE) => Ok(State::Done),
            name if is_of(name, &["link", "any-link", "-webkit-any-link"]) => Ok(State::Link),
            name if is_of(name, &OPEN) => Ok(State::Open),
            name => self.disputed(name, State::Open),
        }
    }

    fn parse_non_ts_functional_pseudo_class(&self, name: CowRcStr<'i>, input: &mut Parser<'i>, _: bool) -> Result<State, ParseError<Self::Error>> {
        let mut words = Vec::new();
        while let Ok(token) = input.next() {
            if let Token::Ident(word) | Token::QuotedString(word) = token {
                words.push(word.to_ascii_lowercase());
            }
        }
        match &*name {
            "lang" => Ok(State::Language(words)),
            name if is_of(name, &DONE) => Ok(State::Done),
            name if is_of(name, &OPEN_BY) => Ok(State::Open),
            name => self.disputed(name, State::Open),
        }
    }

    fn parse_pseudo_element(&self, name: CowRcStr<'i>) -> Result<Piece, ParseError<Self::Error>> {
        match &*name {
            name if is_of(name, &["before"]) => Ok(Piece::Before),
            name if is_of(name, &["after"]) => Ok(Piece::After),
            name if is_of(name, &["first-letter", "first-line"]) => Ok(Piece::First),
            name if is_of(name, &OTHERS) => Ok(Piece::Other),
            name => self.disputed(name, Piece::Other),
        }
    }

    fn parse_functional_pseudo_element(&self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<Piece, ParseError<Self::Error>> {
        while input.next().is_ok() {}
        self.parse_pseudo_element(name)
    }
}

/// By what an element must be at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Name(String),
    Class(String),
    Tag(String),
    Any,
}

/// What can be told of a selector without an element.
#[derive(Debug)]
pub struct Traits {
    pub key: Key,
    /// The key says all.
    pub is_whole: bool,
    /// It chooses by a tag, a class or a name of the element itself and by nothing else.
    pub is_plain: bool,
    /// Names of the element itself.
    pub names: Vec<String>,
    pub piece: Option<Piece>,
    /// Where that begins which chooses the element of the piece.
    pub offset: usize,
    /// It depends on a state that nobody here can tell, and on a class that scripts give.
    pub is_open: bool,
    pub is_scripted: bool,
    /// What a step costs in which an element is held against it: parts that ask nothing of the element are passed meanwhile.
    pub weight: usize,
}

impl Key {
    fn of(part: &Component<Kind>) -> Option<Key> {
        match part {
            Component::ID(name) => Some(Key::Name(name.0.to_string())),
            Component::Class(name) => Some(Key::Class(name.0.to_string())),
            Component::LocalName(tag) => Some(Key::Tag(tag.lower_name.0.to_string())),
            Component::Root => Some(Key::Tag("html".into())),
            _ => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Key::Name(name) | Key::Class(name) | Key::Tag(name) => name,
            Key::Any => "",
        }
    }
}

impl Traits {
    pub fn of(selector: &Selector, scripted: &HashSet<String>, steps: &Steps) -> Traits {
        let piece = selector.pseudo_element().copied();
        let at = || selector.iter_raw_match_order().position(|c| c.as_combinator() == Some(Combinator::PseudoElement));
        let offset = if piece.is_some() { at().map_or(0, |n| n + 1) } else { 0 };
        let keys: Vec<Option<Key>> = selector.iter_from(offset).map(Key::of).collect();
        let is_alone = offset + keys.len() == selector.len() && keys.iter().all(Option::is_some);
        let is_whole = is_alone && keys.len() == 1;
        let is_plain = piece.is_none() && (is_whole || (is_alone && keys.len() == 2 && keys.iter().any(|k| matches!(k, Some(Key::Tag(_))))));
        let mut seen = Seen { scripted, steps, is_open: false, is_scripted: false, silent: 0 };
        selector.visit(&mut seen);
        let rank = |key: &&Key| match key {
            Key::Name(_) => 0,
            // An element is looked for that may get the class.
            Key::Class(class) if !is_plain && scripted.contains(class) => 3,
            Key::Class(_) => 1,
            _ => 2,
        };
        let keys: Vec<Key> = keys.into_iter().flatten().collect();
        Traits {
            key: keys.iter().min_by_key(rank).cloned().unwrap_or(Key::Any),
            names: keys.iter().map(|key| key.name().to_owned()).collect(),
            // What a script gives its class to itself is looked for in the script.
            is_scripted: seen.is_scripted && !is_plain,
            is_open: seen.is_open,
            weight: 1 + 2 * seen.silent,
            is_plain,
            is_whole,
            piece,
            offset,
        }
    }
}

struct Seen<'a> {
    scripted: &'a HashSet<String>,
    steps: &'a Steps,
    is_open: bool,
    is_scripted: bool,
    /// Parts for which nothing is asked of an element, so that nobody counts them.
    silent: usize,
}

impl SelectorVisitor for Seen<'_> {
    type Impl = Kind;

    fn visit_simple_selector(&mut self, part: &Component<Kind>) -> bool {
        match part {
            Component::NonTSPseudoClass(state) => self.is_open |= *state == State::Open,
            Component::Class(class) => self.is_scripted |= !self.scripted.is_empty() && self.scripted.contains(&*class.0),
            Component::LocalName(_) | Component::ID(_) | Component::AttributeInNoNamespace { .. } | Component::AttributeInNoNamespaceExists { .. } => {}
            _ => self.silent += 1,
        }
        self.steps.take(2)
    }

    fn visit_relative_selector_list(&mut self, list: &[RelativeSelector<Kind>]) -> bool {
        list.iter().all(|inner| inner.selector.visit(self))
    }
}

/// How many parts of selectors are looked at while others are, at most.
#[derive(Default)]
struct Depth {
    now: usize,
    deepest: usize,
}

impl Depth {
    fn add(&mut self, selector: &Selector) {
        let before = self.now;
        selector.visit(self);
        self.now = before;
    }
}

impl SelectorVisitor for Depth {
    type Impl = Kind;

    fn visit_simple_selector(&mut self, _: &Component<Kind>) -> bool {
        self.now += 1;
        self.deepest = self.deepest.max(self.now);
        true
    }

    fn visit_selector_list(&mut self, _: SelectorListKind, list: &[Selector]) -> bool {
        list.iter().for_each(|inner| self.add(inner));
        true
    }

    fn visit_relative_selector_list(&mut self, list: &[RelativeSelector<Kind>]) -> bool {
        list.iter().for_each(|inner| self.add(&inner.selector));
        true
    }
}
