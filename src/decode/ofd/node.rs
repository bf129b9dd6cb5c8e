//! A part of the package as a tree of its elements.

use compact_str::CompactString;

use super::budget::spend;
use crate::decode::fault::Fault;
use crate::decode::xml::{Item, Xml};

const MUCH: &str = "millions of elements";

#[derive(Default)]
pub(super) struct Node {
    /// Without its prefix.
    pub name: CompactString,
    attributes: Vec<(CompactString, CompactString)>,
    /// The text between its tags, that of its children left out.
    pub text: String,
    pub children: Vec<Node>,
    /// Bytes of its texts and attributes, and those of what it holds.
    pub weight: usize,
}

impl Node {
    /// The outermost element of a part. `left`: how many elements and attributes may still be read.
    pub fn parse(text: &str, nesting: usize, left: &mut usize) -> Result<Node, Fault> {
        let mut xml = Xml::new(text, "one of its parts", nesting);
        let mut open = vec![Node::default()];
        while let Some(item) = xml.next()? {
            match item {
                Item::Open(tag) => {
                    let mut attributes: Vec<(CompactString, CompactString)> = Vec::new();
                    for (name, value) in tag.attributes() {
                        spend(left, 1, MUCH)?;
                        attributes.push((name.rsplit_once(':').map_or(name, |(_, local)| local).into(), value.into()));
                    }
                    spend(left, 1, MUCH)?;
                    let weight = attributes.iter().map(|(_, value)| value.len()).sum();
                    open.push(Node { name: tag.local().into(), attributes, weight, ..Node::default() });
                }
                Item::Text(text) => open.last_mut().expect("the outermost one stays").text.push_str(&text),
                Item::Close if open.len() > 1 => {
                    let mut node = open.pop().unwrap_or_default();
                    node.weight += node.text.len();
                    let holder = open.last_mut().expect("the outermost one stays");
                    holder.weight += node.weight;
                    holder.children.push(node);
                }
                Item::Close => {}
            }
        }
        open.swap_remove(0).children.pop().ok_or_else(|| Fault::damaged("one of its parts is empty"))
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn children<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child, where it has one.
    pub fn said(&self, child: &str) -> Option<&str> {
        self.child(child).map(|node| node.text.trim()).filter(|text| !text.is_empty())
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.attribute(name).and_then(number)
    }

    /// Whether an attribute is there and says yes, and whether it says no.
    pub fn says(&self, name: &str, yes: bool) -> bool {
        let words = if yes { ["true", "1"] } else { ["false", "0"] };
        self.attribute(name).is_some_and(|value| words.contains(&value.trim().to_ascii_lowercase().as_str()))
    }

    /// How opaque it says that it is, from 0 to 1.
    pub fn opacity(&self) -> f32 {
        self.number("Alpha").map_or(1.0, |alpha| (alpha / 255.0).clamp(0.0, 1.0) as f32)
    }

    /// The numbers of an attribute, where there are so many.
    pub fn numbers<const N: usize>(&self, name: &str) -> Option<[f64; N]> {
        self.attribute(name).and_then(numbers)
    }
}

/// So many numbers, and what follows them.
pub(super) fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let mut all = words(text).map(number);
    let mut out = [0.0; N];
    for place in &mut out {
        *place = all.next()??;
    }
    Some(out)
}

/// The words of a list.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

pub(super) fn number(word: &str) -> Option<f64> {
    word.trim().parse().ok().filter(|n: &f64| n.is_finite() && n.abs() < 1e9)
}
