//! The parts of an OFD package, and how they refer to each other.

use super::node::Node;
use crate::decode::Limits;
use crate::decode::fault::Fault;
use crate::decode::parts::{Parts, upward};

/// Elements and attributes that all parts of a package have together.
const ELEMENTS: usize = 3_000_000;

pub(super) struct Package<'a> {
    parts: Parts<'a>,
    nesting: usize,
    elements: usize,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, Fault> {
        Ok(Package { parts: Parts::open(bytes, limits)?, nesting: limits.nesting, elements: ELEMENTS })
    }

    /// Whether it lists parts that are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.parts.names().any(|name| name.rsplit('/').next() == Some("encryptions.xml"))
    }

    /// The name of the part that `place` refers to in the part `base`. Programs do not agree on what a place without a
    /// stroke before it is counted from.
    pub fn find(&self, base: &str, place: &str) -> String {
        let place = place.trim().replace('\\', "/");
        if place.starts_with('/') {
            return upward(&place);
        }
        let base = base.trim_start_matches('/');
        let upto = |at: Option<usize>| &base[..at.map_or(0, |at| at + 1)];
        let (folder, document) = (upto(base.rfind('/')), upto(base.find('/')));
        let mut names = [folder, document, ""].map(|folder| upward(&format!("{folder}{place}"))).into_iter();
        let first = names.next().unwrap_or_default();
        if self.parts.has(&first) {
            return first;
        }
        names.find(|name| self.parts.has(name)).unwrap_or(first)
    }

    /// The elements of a part; none where there is no such part.
    pub fn node(&mut self, part: &str) -> Result<Option<Node>, Fault> {
        let Some(text) = self.parts.text(part)? else { return Ok(None) };
        Node::parse(&text, self.nesting, &mut self.elements).map(Some)
    }

    pub fn needed(&mut self, part: &str) -> Result<Node, Fault> {
        self.node(part)?.ok_or_else(|| Fault::Damaged(format!("it has no part {part}")))
    }

    /// The bytes of a part, where they can be had.
    pub fn bytes(&mut self, part: &str) -> Option<Vec<u8>> {
        self.parts.read(part).ok().flatten()
    }
}
