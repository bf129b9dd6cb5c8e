//! Elements held against selectors by the library. It walks the page through [`Node`], which counts its steps: where those that one page
//! may cost are spent, nothing is there any more and the page counts as one of which nobody can say how it looks.

use std::cell::Cell;
use std::collections::HashSet;

use scraper::ElementRef;
use scraper::selector::{CssLocalName, CssString};
use selectors::attr::{AttrSelectorOperation, AttrSelectorOperator, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::context::{MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches};
use selectors::matching::{ElementSelectorFlags, matches_selector};
use selectors::{Element, OpaqueElement};

use super::{Kind, Piece, Selector, Space, State};
use crate::decode::html::NodeRef;
use crate::decode::html::words::attr;

/// Steps in which the sheets of one page are weighed: some nanoseconds each. Large pages with the sheets of a whole site take a hundredth.
const STEPS: usize = 100_000_000;
/// What it costs to remember something of an element, to pass what is none, and bytes that are compared in one step.
const REMEMBERED: usize = 10;
const PASSED: usize = 4;
const BYTES: usize = 16;

/// The steps that are left to a page.
#[derive(Debug)]
pub struct Steps(Cell<usize>);

impl Default for Steps {
    fn default() -> Steps {
        Steps(Cell::new(STEPS))
    }
}

impl Steps {
    /// Takes so many; where they are not left, none are.
    pub fn take(&self, steps: usize) -> bool {
        let left = self.0.get().saturating_sub(steps);
        self.0.set(left);
        left > 0
    }

    pub fn are_spent(&self) -> bool {
        self.0.get() == 0
    }

    pub fn spend(&self) {
        self.0.set(0);
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

    /// Whether a selector chooses an element. Where it is asked whether it `may`, then in another state of the page, or once scripts have
    /// given classes.
    pub fn chooses(&mut self, selector: &Selector, offset: usize, element: ElementRef, question: &Question) -> bool {
        let quirks = if self.is_quirky { QuirksMode::Quirks } else { QuirksMode::NoQuirks };
        // What is remembered of elements holds for the page as it stands, or as it could.
        let caches = if question.may.is_some() { &mut self.likely } else { &mut self.caches };
        let mut context = MatchingContext::new(MatchingMode::Normal, None, caches, quirks, NeedsSelectorFlags::No, MatchingForInvalidation::No);
        matches_selector(selector, offset, None, &Node { element, question }, &mut context)
    }
}

/// What is asked of elements.
#[derive(Debug)]
pub struct Question<'a> {
    /// Classes that scripts give, where it is asked what may be.
    pub may: Option<&'a HashSet<String>>,
    pub steps: &'a Steps,
    /// What a step costs.
    pub weight: usize,
}

/// An element as the library asks about it.
#[derive(Clone, Debug)]
struct Node<'a> {
    element: ElementRef<'a>,
    question: &'a Question<'a>,
}

impl<'a> Node<'a> {
    fn take(&self, steps: usize) -> bool {
        self.question.steps.take(steps.saturating_mul(self.question.weight))
    }

    /// The language that the page tells of it.
    fn language(&self) -> Option<String> {
        let around = self.element.ancestors().filter_map(ElementRef::wrap);
        let mut all = std::iter::once(self.element).chain(around).take_while(|e| self.take(1 + e.value().attrs.len()));
        all.find_map(|e| attr(e.value(), "lang").map(str::to_ascii_lowercase))
    }

    /// The first element among some nodes.
    fn first(&self, mut nodes: impl Iterator<Item = NodeRef<'a>>) -> Option<Self> {
        while self.take(2) {
            if let Some(element) = ElementRef::wrap(nodes.next()?) {
                return Some(Node { element, question: self.question });
            }
            self.take(PASSED);
        }
        None
    }

    /// What it costs to compare a value.
    fn compares(&self, operation: &AttrSelectorOperation<&CssString>, value: &str) -> bool {
        let AttrSelectorOperation::WithValue { operator, case_sensitivity, value: asked } = operation else { return true };
        let bytes = match (operator, case_sensitivity) {
            // At each letter that is the first of what is looked for.
            (AttrSelectorOperator::Substring, CaseSensitivity::AsciiCaseInsensitive) => value.len().saturating_mul(asked.0.len()),
            _ => value.len() + asked.0.len(),
        };
        self.take(1 + bytes / BYTES)
    }
}

impl Element for Node<'_> {
    type Impl = Kind;

    /// By it the library remembers what it found.
    fn opaque(&self) -> OpaqueElement {
        self.take(REMEMBERED);
        Element::opaque(&self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        self.first(self.element.parent().into_iter())
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
        self.first(self.element.prev_siblings())
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.first(self.element.next_siblings())
    }

    fn first_element_child(&self) -> Option<Self> {
        self.first(self.element.children())
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.is_html_element_in_html_document()
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.take(1) && self.element.has_local_name(name)
    }

    fn has_namespace(&self, namespace: &Space) -> bool {
        self.take(1) && self.element.has_namespace(namespace)
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.take(1) && self.element.is_same_type(&other.element)
    }

    fn attr_matches(&self, space: &NamespaceConstraint<&Space>, name: &CssLocalName, operation: &AttrSelectorOperation<&CssString>) -> bool {
        let attributes = &self.element.value().attrs;
        let is_meant = |url: &Space| !matches!(space, NamespaceConstraint::Specific(asked) if **asked != *url);
        self.take(1 + attributes.len()) && attributes.iter().any(|(key, value)| name.0 == key.local && is_meant(&key.ns) && self.compares(operation, value) && operation.eval_str(value))
    }

    fn match_non_ts_pseudo_class(&self, state: &State, context: &mut MatchingContext<Kind>) -> bool {
        if !self.take(1) {
            return false;
        }
        match state {
            State::Done => false,
            State::Link => matches!(self.element.value().name(), "a" | "area") && self.element.attr("href").is_some(),
            State::Language(words) => {
                let language = self.language().unwrap_or_default();
                self.take(words.len()) && words.iter().any(|word| language.strip_prefix(&**word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
            }
            // Whichever lets the selector choose the element, or else keeps it from that.
            State::Open => self.question.may.is_some() != context.in_negation(),
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
        self.take(1 + id.0.len() / BYTES) && self.element.has_id(id, case)
    }

    fn has_class(&self, name: &CssLocalName, case: CaseSensitivity) -> bool {
        if !self.take(2 + name.0.len() / BYTES) {
            return false;
        }
        let mut passed = 0;
        let mut classes = self.element.value().classes().inspect(|_| passed += 1);
        let has = classes.any(|class| case.eq(class.as_bytes(), name.0.as_bytes()));
        self.take(passed) && (has || self.question.may.is_some_and(|scripted| scripted.contains(&*name.0)))
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
        let mut inside = self.element.children();
        while self.take(1) {
            match inside.next() {
                None => return true,
                Some(child) if child.value().is_element() || child.value().is_text() => return false,
                Some(_) => {}
            }
        }
        false
    }

    fn is_root(&self) -> bool {
        self.take(1) && self.element.is_root()
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
