//! XML of office documents as a stream of tags and text, with a bound on depth.
//!
//! Entities that a document defines itself are never expanded: each stands as U+FFFD.

use std::borrow::Cow;
use std::str::FromStr;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use crate::decode::fault::Fault;

pub(super) enum Item<'a> {
    Open(Tag<'a>),
    /// The element that was opened last ends. Empty elements end as well.
    Close,
    Text(Cow<'a, str>),
}

pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// `w:tbl`
    pub fn name(&self) -> &str {
        self.0.name().0
    }

    pub fn prefix(&self) -> &str {
        self.name().split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// `tbl`
    pub fn local(&self) -> &str {
        self.name().rsplit_once(':').map_or(self.name(), |(_, local)| local)
    }

    /// The value of an attribute by its name without prefix.
    pub fn attribute(&self, local: &str) -> Option<String> {
        let is_it = |name: &str| name.strip_suffix(local).is_some_and(|before| before.is_empty() || before.ends_with(':'));
        self.raw().find(|a| is_it(a.key.0)).map(|a| value(&a))
    }

    /// The prefixes that it binds, and to what.
    pub fn bindings(&self) -> Vec<(String, String)> {
        if memchr::memmem::find(self.0.attributes_raw().as_bytes(), b"xmlns:").is_none() {
            return Vec::new();
        }
        self.attributes().filter_map(|(name, value)| Some((name.strip_prefix("xmlns:")?.to_owned(), value))).collect()
    }

    /// Names with their prefixes, and values.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, String)> {
        self.raw().map(|a| (a.key.0, value(&a)))
    }

    fn raw(&self) -> impl Iterator<Item = Attribute<'_>> {
        let mut all = self.0.attributes();
        // Looking for attributes that stand twice takes time with the square of their number.
        all.with_checks(false);
        all.flatten()
    }

    /// The value of an attribute that holds a number.
    pub fn parsed<T: FromStr>(&self, local: &str) -> Option<T> {
        self.attribute(local)?.trim().parse().ok()
    }

    /// An attribute called `val` that holds a number.
    pub fn number(&self) -> Option<i64> {
        self.parsed("val")
    }

    /// Whether an attribute holds one of these words.
    pub fn says(&self, local: &str, words: &[&str]) -> bool {
        self.attribute(local).is_some_and(|value| words.contains(&value.as_str()))
    }

    /// Whether an attribute is there and says yes.
    pub fn is_true(&self, local: &str) -> bool {
        self.says(local, &["1", "true"])
    }

    /// Whether a property that is set by its mere presence is set.
    pub fn is_on(&self) -> bool {
        !self.says("val", &["0", "false", "off", "none"])
    }
}

fn value(attribute: &Attribute) -> String {
    unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Cow::into_owned)
}

pub(super) struct Xml<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
    most: usize,
    /// What is read, for messages.
    part: &'static str,
}

impl<'a> Xml<'a> {
    pub fn new(text: &'a str, part: &'static str, most: usize) -> Xml<'a> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Xml { text, reader, depth: 0, most, part }
    }

    /// The next tag or text; none at the end.
    pub fn next(&mut self) -> Result<Option<Item<'a>>, Fault> {
        loop {
            let event = self.reader.read_event().map_err(|e| Fault::Damaged(format!("{}: {e}", self.part)))?;
            return Ok(Some(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > self.most {
                        return Err(Fault::Nesting(self.most));
                    }
                    Item::Open(Tag(start))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Item::Close
                }
                Event::Text(text) => Item::Text(text.xml10_content()),
                Event::CData(text) => Item::Text(text.xml10_content()),
                Event::GeneralRef(entity) => Item::Text(Cow::Borrowed(match &*entity {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => match entity.resolve_char_ref() {
                        Ok(Some(c)) => return Ok(Some(Item::Text(Cow::Owned(c.to_string())))),
                        _ => "\u{FFFD}",
                    },
                })),
                Event::Eof if self.depth > 0 => return Err(Fault::Damaged(format!("{} breaks off", self.part))),
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    /// Elements that are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next tag; none at the end.
    pub fn next_tag(&mut self) -> Result<Option<Tag<'a>>, Fault> {
        self.next_within(0)
    }

    /// The next tag within the element that was opened when the [depth](Xml::depth) became this; none at its end.
    pub fn next_within(&mut self, depth: usize) -> Result<Option<Tag<'a>>, Fault> {
        while let Some(item) = self.next()? {
            match item {
                Item::Open(tag) => return Ok(Some(tag)),
                Item::Close if self.depth < depth => break,
                _ => {}
            }
        }
        Ok(None)
    }

    /// Passes over the rest of the element that was opened last.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let end = self.depth.saturating_sub(1);
        while self.depth > end && self.next()?.is_some() {}
        Ok(())
    }

    /// The text of the element that was opened last, whatever else is in it.
    pub fn content(&mut self) -> Result<String, Fault> {
        let end = self.depth.saturating_sub(1);
        let mut out = String::new();
        while self.depth > end {
            match self.next()? {
                Some(Item::Text(text)) => out.push_str(&text),
                Some(_) => {}
                None => break,
            }
        }
        Ok(out)
    }

    /// What stands within the element that was opened last, as it is written.
    pub fn inside(&mut self) -> Result<&'a str, Fault> {
        let (start, end) = (self.reader.buffer_position(), self.depth.saturating_sub(1));
        let mut last = start;
        while self.depth > end {
            last = self.reader.buffer_position();
            if self.next()?.is_none() {
                break;
            }
        }
        let range = usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(last).unwrap_or(usize::MAX);
        Ok(self.text.get(range).unwrap_or_default())
    }

    /// Every tag within the element that was opened last goes to `each`, with its depth below it (1 for children).
    pub fn within(&mut self, mut each: impl FnMut(&Tag, usize)) -> Result<(), Fault> {
        let base = self.depth;
        while let Some(tag) = self.next_within(base)? {
            each(&tag, self.depth - base);
        }
        Ok(())
    }
}
