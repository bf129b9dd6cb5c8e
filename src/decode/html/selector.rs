//! Selectors of style sheets: read and held against elements by the library that browsers use. What depends on a state of the page, or on
//! what a browser knows and nobody here, is told apart.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use cssparser::{CowRcStr, ParseError, Parser, ToCss, Token};
use scraper::ElementRef;
use scraper::selector::{CssLocalName, CssString, Simple};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::context::{MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches};
use selectors::matching::{ElementSelectorFlags, matches_selector};
use selectors::parser::{self, Combinator, Component, ParseRelative, RelativeSelector, SelectorParseErrorKind};
use selectors::visitor::SelectorVisitor;
use selectors::{Element, OpaqueElement, SelectorImpl, SelectorList};

use super::words::attr;

pub type Selector = parser::Selector<Kind>;
type Space = <Simple as SelectorImpl>::NamespaceUrl;

/// Steps that holding an element against one selector takes at most; rules within rules multiply them.
const LONGEST: usize = 2000;
/// What a selector costs that looks at all elements beside, and one that looks at all within.
const BESIDE: usize = 100;
const WITHIN: usize = 1000;

/// A list of selectors, as it stands before a rule.
#[derive(Clone, Debug)]
pub struct Selectors {
    list: SelectorList<Kind>,
    /// Steps that holding an element against it takes at most.
    weight: usize,
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

impl Selectors {
    /// Reads those of a rule that may stand within another.
    pub fn read(text: &str, around: Option<&Selectors>) -> Result<Selectors, Unusable> {
        let is_disputed = Cell::new(around.is_some_and(|a| a.is_disputed));
        let relative = if around.is_some() { ParseRelative::ForNesting } else { ParseRelative::No };
        let list = SelectorList::parse(&Reader { is_disputed: &is_disputed }, &mut Parser::new(text), relative).map_err(|_| Unusable::Bad)?;
        let outer = around.map_or(0, |a| a.weight * text.matches('&').count().max(1));
        let weights = || list.slice().iter().map(|s| s.len() + outer);
        if weights().any(|w| w > LONGEST) {
            return Err(Unusable::Long);
        }
        let weight = weights().sum();
        let list = around.map_or_else(|| list.clone(), |a| list.replace_parent_selector(&a.list));
        Ok(Selectors { list, weight, is_disputed: is_disputed.get() })
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
    /// What holding an element against it costs.
    pub cost: usize,
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
    pub fn of(selector: &Selector, scripted: &HashSet<String>) -> Traits {
        let piece = selector.pseudo_element().copied();
        let at = || selector.iter_raw_match_order().position(|c| c.as_combinator() == Some(Combinator::PseudoElement));
        let offset = if piece.is_some() { at().map_or(0, |n| n + 1) } else { 0 };
        let keys: Vec<Option<Key>> = selector.iter_from(offset).map(Key::of).collect();
        let is_alone = offset + keys.len() == selector.len() && keys.iter().all(Option::is_some);
        let is_whole = is_alone && keys.len() == 1;
        let is_plain = piece.is_none() && (is_whole || (is_alone && keys.len() == 2 && keys.iter().any(|k| matches!(k, Some(Key::Tag(_))))));
        let mut seen = Seen { scripted, is_open: false, is_scripted: false, cost: 1 };
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
            cost: seen.cost,
            is_plain,
            is_whole,
            piece,
            offset,
        }
    }
}

struct Seen<'a> {
    scripted: &'a HashSet<String>,
    is_open: bool,
    is_scripted: bool,
    cost: usize,
}

impl SelectorVisitor for Seen<'_> {
    type Impl = Kind;

    fn visit_simple_selector(&mut self, part: &Component<Kind>) -> bool {
        match part {
            Component::NonTSPseudoClass(State::Open) => self.is_open = true,
            Component::Class(class) => self.is_scripted |= !self.scripted.is_empty() && self.scripted.contains(&*class.0),
            Component::Has(_) => self.cost += WITHIN,
            Component::NthOf(_) => self.cost += BESIDE,
            _ => {}
        }
        self.cost += usize::from(!matches!(part, Component::LocalName(_) | Component::Class(_)));
        true
    }

    fn visit_relative_selector_list(&mut self, list: &[RelativeSelector<Kind>]) -> bool {
        list.iter().all(|inner| inner.selector.visit(self))
    }

    fn visit_complex_selector(&mut self, right: Option<Combinator>) -> bool {
        self.cost += if right == Some(Combinator::LaterSibling) { BESIDE } else { 0 };
        true
    }
}

/// Holds elements of one page against selectors.
#[derive(Default)]
pub struct Judge {
    caches: SelectorCaches,
    likely: SelectorCaches,
    is_quirky: bool,
}

impl Judge {
    /// Of a page of old, in which letters of names are alike, large and small, or of another.
    pub fn new(is_quirky: bool) -> Judge {
        Judge { is_quirky, ..Judge::default() }
    }

    /// Whether a selector chooses an element. With `may` it is asked whether it could: in another state of the page, or once scripts have given
    /// these classes.
    pub fn chooses(&mut self, selector: &Selector, offset: usize, element: ElementRef, may: Option<&HashSet<String>>) -> bool {
        let quirks = if self.is_quirky { QuirksMode::Quirks } else { QuirksMode::NoQuirks };
        // What is remembered of elements holds for the page as it stands, or as it could.
        let caches = if may.is_some() { &mut self.likely } else { &mut self.caches };
        let mut context = MatchingContext::new(MatchingMode::Normal, None, caches, quirks, NeedsSelectorFlags::No, MatchingForInvalidation::No);
        matches_selector(selector, offset, None, &Node { element, may }, &mut context)
    }
}

/// An element as the library asks about it.
#[derive(Clone, Debug)]
struct Node<'a> {
    element: ElementRef<'a>,
    may: Option<&'a HashSet<String>>,
}

impl<'a> Node<'a> {
    /// The language that the page tells of it.
    fn language(&self) -> Option<String> {
        let around = self.element.ancestors().filter_map(ElementRef::wrap);
        std::iter::once(self.element).chain(around).find_map(|e| attr(e.value(), "lang").map(str::to_ascii_lowercase))
    }

    fn other(&self, element: Option<ElementRef<'a>>) -> Option<Self> {
        element.map(|element| Node { element, may: self.may })
    }
}

impl Element for Node<'_> {
    type Impl = Kind;

    fn opaque(&self) -> OpaqueElement {
        Element::opaque(&self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        self.other(self.element.parent_element())
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.other(self.element.prev_sibling_element())
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.other(self.element.next_sibling_element())
    }

    fn first_element_child(&self) -> Option<Self> {
        self.other(self.element.first_element_child())
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.is_html_element_in_html_document()
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.element.has_local_name(name)
    }

    fn has_namespace(&self, namespace: &Space) -> bool {
        self.element.has_namespace(namespace)
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.is_same_type(&other.element)
    }

    fn attr_matches(&self, space: &NamespaceConstraint<&Space>, name: &CssLocalName, operation: &AttrSelectorOperation<&CssString>) -> bool {
        self.element.attr_matches(space, name, operation)
    }

    fn match_non_ts_pseudo_class(&self, state: &State, context: &mut MatchingContext<Kind>) -> bool {
        match state {
            State::Done => false,
            State::Link => matches!(self.element.value().name(), "a" | "area") && self.element.attr("href").is_some(),
            State::Language(words) => {
                let language = self.language().unwrap_or_default();
                words.iter().any(|word| language.strip_prefix(&**word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
            }
            // Whichever lets the selector choose the element, or else keeps it from that.
            State::Open => self.may.is_some() != context.in_negation(),
        }
    }

    fn match_pseudo_element(&self, _: &Piece, _: &mut MatchingContext<Kind>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        false
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_id(&self, id: &CssLocalName, case: CaseSensitivity) -> bool {
        self.element.has_id(id, case)
    }

    fn has_class(&self, name: &CssLocalName, case: CaseSensitivity) -> bool {
        self.element.has_class(name, case) || self.may.is_some_and(|scripted| scripted.contains(&*name.0))
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        Element::is_empty(&self.element)
    }

    fn is_root(&self) -> bool {
        self.element.is_root()
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
